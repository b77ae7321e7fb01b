//! What a message says: plain text as text, mail's HTML in a frame that cannot run anything (T2).

use super::links::{Span, spans};
use crate::api;
use crate::browser::embed::{self, Height, Near};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use crate::ui::markup::Markup;
use leptos::html::{Div, Iframe};
use leptos::prelude::*;
use samtal_model::MessageId;
use samtal_model::wire::MessageView;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A mail's frame is made when it is this near to what is in sight, in CSS pixels.
const NEAR_PX: u32 = 900;
/// The height of a frame that cannot be measured, in CSS pixels.
const BLIND_PX: f64 = 480.0;
/// Heights remembered at most.
const MOST_HEIGHTS: usize = 2_000;

thread_local! {
    /// How tall frames were, so that opening a thread again moves nothing.
    static HEIGHTS: RefCell<BTreeMap<MessageId, f64>> = const { RefCell::new(BTreeMap::new()) };
}

fn known_height(id: MessageId) -> Option<f64> {
    HEIGHTS.with_borrow(|heights| heights.get(&id).copied())
}

fn keep_height(id: MessageId, height: f64) {
    HEIGHTS.with_borrow_mut(|heights| {
        if heights.len() >= MOST_HEIGHTS {
            heights.pop_first();
        }
        heights.insert(id, height);
    });
}

/// The words of a message that is not hidden.
#[component]
pub fn Body(message: MessageView) -> impl IntoView {
    if message.has_html {
        view! { <Html message/> }.into_any()
    } else {
        view! { <Words text=message.text quoted=message.quoted/> }.into_any()
    }
}

/// Plain text with its links, and what it repeats of older messages folded.
#[component]
fn Words(text: String, quoted: String) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        {linked(&text).words("words")}
        {(!quoted.is_empty())
            .then(move || {
                view! {
                    <button
                        type="button"
                        class="words-fold"
                        aria-label=live(move || if open.get() { "Hide quoted text" } else { "Show quoted text" })
                        aria-expanded=live(move || if open.get() { "true" } else { "false" })
                        on:click=move |_| open.update(|open| *open = !*open)
                    >
                        "•••"
                    </button>
                    {part(move || {
                        open.get().then(|| view! { <blockquote>{linked(&quoted).words("words words-quoted")}</blockquote> })
                    })}
                }
            })}
    }
}

/// Plain text with its links.
fn linked(text: &str) -> Markup {
    spans(text).into_iter().fold(Markup::new(), |into, span| match span {
        Span::Plain(text) => into.text(text),
        // Only http, https and mailto are links at all.
        Span::Link(link) => into
            .tags(r#"<a target="_blank" rel="noopener noreferrer" href=""#)
            .text(link)
            .tags(r#"">"#)
            .text(link)
            .tags("</a>"),
    })
}

/// A mail's HTML. Its words stand there until the frame is ready; then they change places without a flash.
#[component]
fn Html(message: MessageView) -> impl IntoView {
    let MessageView { id, text, author_name, has_remote_images, .. } = message;
    let holder = NodeRef::<Div>::new();
    let frame = NodeRef::<Iframe>::new();
    let near = RwSignal::new(false);
    let images = RwSignal::new(false);
    let height = RwSignal::new(None::<f64>);
    let (missing, tries) = (RwSignal::new(0_u32), RwSignal::new(0_u32));
    let watch = StoredValue::new_local(None::<Near>);
    let follow = StoredValue::new_local(None::<Height>);
    holder.on_load(move |holder| {
        let seen = embed::when_near(&holder, NEAR_PX, move || {
            // Once is enough; the observer must not be dropped while it speaks.
            if !near.get_untracked() {
                near.set(true);
            }
        });
        watch.set_value(seen);
    });
    let loaded = move || {
        let Some(frame) = frame.get_untracked() else { return };
        let told = embed::follow_height(&frame, move |now| {
            keep_height(id, now);
            let _gone = height.try_set(Some(now));
        });
        if told.is_none() {
            height.set(Some(BLIND_PX));
        }
        follow.set_value(told);
        missing.set(if images.get_untracked() { embed::missing_pictures(&frame) } else { 0 });
    };
    let words = live(move || match missing.get() {
        1 => "A picture could not be fetched.".to_owned(),
        count => [&count.to_string(), " pictures could not be fetched."].concat(),
    });
    let unfetched = memo(move || missing.get() > 0);
    let px = move |height: f64| [&(height as i32).to_string(), "px"].concat();
    let title = ["Message from ", &author_name].concat();
    view! {
        {has_remote_images
            .then(|| {
                view! {
                    <div class="images-note" hidden=live(move || images.get())>
                        <Icon glyph=Glyph::Image/>
                        <span>"Images from other servers are not shown."</span>
                        <button type="button" class="button button-quiet" on:click=move |_| images.set(true)>
                            "Show images"
                        </button>
                    </div>
                }
            })}
        {part(move || {
            unfetched.get().then(|| {
                view! {
                    <div class="images-note" role="status">
                        <Icon glyph=Glyph::Image/>
                        <span>{words}</span>
                        <button
                            type="button"
                            class="button button-quiet"
                            on:click=move |_| {
                                missing.set(0);
                                tries.update(|tries| *tries += 1);
                            }
                        >
                            "Try again"
                        </button>
                    </div>
                }
            })
        })}
        <div
            class="paper"
            class:paper-ready=live(move || height.get().is_some())
            node_ref=holder
            style:min-height=live(move || height.get().or_else(|| known_height(id)).map(px))
        >
            {part(move || {
                height.get().is_none().then(|| linked(&text).words("words"))
            })}
            {part(move || {
                // A new element for each address: the frame's own moves would be steps of the page's history.
                tries.track();
                let source = api::body_url(id, images.get());
                near.get()
                    .then(|| {
                        view! {
                            <iframe
                                class="paper-frame"
                                node_ref=frame
                                title=title.clone()
                                sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
                                referrerpolicy="no-referrer"
                                src=source
                                style:height=live(move || height.get().map(px))
                                on:load=move |_| loaded()
                            ></iframe>
                        }
                    })
            })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::linked;
    use crate::ui::markup::Markup;

    #[test]
    fn words_are_text_and_links_are_links() {
        let link = |into: Markup, to: &str| {
            let into = into.tags("<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"").text(to);
            into.tags("\">").text(to).tags("</a>")
        };
        assert_eq!(
            linked("<b> & https://a.example/?a=1&b=2 <script>"),
            Markup::new().text("<b> & ").with(|into| link(into, "https://a.example/?a=1&b=2")).text(" <script>")
        );
        assert_eq!(linked("javascript:alert(1)"), Markup::new().text("javascript:alert(1)"));
    }
}
