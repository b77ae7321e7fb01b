//! One message of a thread.

pub mod copy;
mod facts;

use super::attachments::Attachments;
use super::body::Body;
use super::rows::ago;
use crate::api;
use crate::browser::{float, when};
use crate::routes::{Route, use_nav};
use crate::store::use_store;
use crate::ui::avatar::{AvatarSize, avatar};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use crate::ui::menu::{Menu, MenuItem};
use copy::use_copy_link;
use facts::{Facts, recipients};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use samtal_model::wire::MessageView;
use samtal_model::{Command, ConversationId, MessageId, MessageKind};

/// The element id of a message in the page.
#[must_use]
pub fn element_id(id: MessageId) -> String {
    ["message-", &id.to_string()].concat()
}

/// One message, live. `linked`: the address names it.
#[component]
pub fn Message(conversation: ConversationId, id: MessageId, #[prop(into)] linked: Signal<bool>) -> AnyView {
    let entity = use_store().message(id);
    // Told again without a change it stays as it is: a frame that is made anew would flash.
    let message = memo(move || entity.get());
    let class = move || {
        let kind = message.with(|it| match it {
            Some(it) if it.hidden => " message-hidden",
            Some(it) if it.kind == MessageKind::Comment => " message-note",
            Some(it) if it.kind == MessageKind::Outbound => " message-ours",
            _ => "",
        });
        let wide = message.with(|it| it.as_ref().is_some_and(|it| it.has_html));
        let waiting = if id.0 < 0 { " message-waiting" } else { "" };
        ["message", kind, if wide { " message-wide" } else { "" }, waiting].concat()
    };
    let name = move || {
        message.with(|it| {
            it.as_ref().map(|it| [&it.author_name, ", ", &when::long(it.sent_at.0)].concat()).unwrap_or_default()
        })
    };
    view! {
        <article
            class=class
            class:message-linked=linked
            id=element_id(id)
            tabindex="-1"
            aria-label=name
            aria-busy=(id.0 < 0).then_some("true")
            aria-current=live(move || linked.get().then_some("location"))
        >
            {part(move || {
                message
                    .get()
                    .map(|message| {
                        if message.hidden {
                            view! { <HiddenMessage conversation message/> }.into_any()
                        } else {
                            view! { <ShownMessage conversation message/> }.into_any()
                        }
                    })
            })}
        </article>
    }
    .into_any()
}

/// M4: its place stays, its words are gone.
#[component]
fn HiddenMessage(conversation: ConversationId, message: MessageView) -> impl IntoView {
    let store = use_store();
    let MessageView { id, sent_at, author_name, hidden_by, can_unhide, .. } = message;
    let by = move || hidden_by.map(|by| [" by ", &store.agent_name(by)].concat());
    view! {
        <div class="message-gone">
            <Icon glyph=Glyph::EyeOff/>
            <span class="message-gone-words">"Message has been hidden"</span>
            <small class="message-aside">{by} {[" · from ", &author_name].concat()}</small>
            <Time conversation id at=sent_at.0/>
            <Actions conversation id hidden=true can_unhide has_source=false details=None/>
        </div>
    }
}

#[component]
fn ShownMessage(conversation: ConversationId, message: MessageView) -> impl IntoView {
    let details = RwSignal::new(false);
    let MessageView { id, sent_at, kind, has_source, unsent, .. } = message;
    let facts = StoredValue::new(message.clone());
    let author = message.author_name.clone();
    let to = recipients(&message);
    let unsent = unsent && kind == MessageKind::Outbound;
    let files: Vec<_> = message.attachments.iter().filter(|file| !file.inline || !message.has_html).cloned().collect();
    view! {
        <header class="message-head">
            {avatar(&author, AvatarSize::Normal)}
            <div class="message-who">
                <b class="message-author">{author}</b>
                <button
                    type="button"
                    class="message-to"
                    aria-expanded=live(move || if details.get() { "true" } else { "false" })
                    on:click=move |_| details.update(|open| *open = !*open)
                >
                    <span>{to}</span>
                    <Icon glyph=Glyph::ChevronDown/>
                </button>
            </div>
            <Time conversation id at=sent_at.0/>
            <Actions conversation id hidden=false can_unhide=false has_source details=Some(details)/>
        </header>
        {part(move || details.get().then(|| view! { <Facts message=facts.get_value()/> }))}
        <Body message/>
        {(!files.is_empty() || unsent)
            .then(|| {
                view! {
                    {(!files.is_empty()).then(|| view! { <Attachments message=id files/> })}
                    {unsent
                        .then(|| {
                            view! {
                                <p class="message-unsent">
                                    <Icon glyph=Glyph::Clock/>
                                    "Kept here. Not delivered: sending is not connected yet"
                                </p>
                            }
                        })}
                }
            })}
    }
}

/// When it was sent, as a link to it: relative, and in full on hover and focus (T1).
#[component]
fn Time(conversation: ConversationId, id: MessageId, at: i64) -> impl IntoView {
    let clock = when::use_clock();
    let words = move || ago(at, clock.now_ms()).unwrap_or_else(|| when::clock(at));
    let full = when::long(at);
    let moment = samtal_model::Timestamp(at).to_rfc3339();
    let nav = use_nav();
    // The address is the one to share; a plain press stays in the view that is open.
    let press = move |event: MouseEvent| {
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        let here = nav.route().get_untracked();
        if matches!(here, Route::Inbox { .. }) && !elsewhere {
            event.prevent_default();
            nav.go(here.with_conversation(Some(conversation)).with_message(Some(id)));
        }
    };
    if id.0 < 0 {
        return view! { <span class="message-time">"Sending…"</span> }.into_any();
    }
    view! {
        <a class="message-time" href=Route::message_link(conversation, id).href() aria-label=full.clone() data-tip=full
            on:click=press>
            <time datetime=moment>{words}</time>
        </a>
    }
    .into_any()
}

/// What had the focus is made anew; the message itself takes it.
fn keep_focus(id: MessageId) {
    request_animation_frame(move || {
        if let Some(message) = float::by_id(&element_id(id)) {
            float::focus_quietly(&message);
        }
    });
}

/// "Message actions".
#[component]
fn Actions(
    conversation: ConversationId,
    id: MessageId,
    hidden: bool,
    can_unhide: bool,
    has_source: bool,
    details: Option<RwSignal<bool>>,
) -> impl IntoView {
    let store = use_store();
    let copy = use_copy_link();
    if id.0 < 0 {
        return ().into_any();
    }
    let items = Callback::new(move |()| {
        let mut items =
            vec![MenuItem::run(Glyph::Link, "Copy link", move || copy.copy(Route::message_link(conversation, id)))];
        if let Some(details) = details {
            let words = if details.get_untracked() { "Hide details" } else { "Show details" };
            items.push(MenuItem::run(Glyph::Info, words, move || details.update(|open| *open = !*open)));
        }
        if has_source {
            items.push(MenuItem::download(Glyph::Download, "Download original", api::source_url(id)));
        }
        if !hidden {
            let hide = move || {
                store.act(Command::Hide { message: id }, |_| {});
                keep_focus(id);
            };
            items.push(MenuItem::run(Glyph::EyeOff, "Hide message", hide));
        } else if can_unhide {
            let unhide = move || {
                store.act(Command::Unhide { message: id }, move |_| keep_focus(id));
            };
            items.push(MenuItem::run(Glyph::Eye, "Unhide message", unhide));
        }
        items
    });
    view! {
        <Menu label="Message actions" items class="icon-button message-actions">
            <Icon glyph=Glyph::Dots/>
        </Menu>
    }
    .into_any()
}
