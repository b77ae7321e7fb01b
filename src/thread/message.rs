//! One message of a thread.

pub mod copy;
mod facts;
pub mod tools;

use super::attachments::Attachments;
use super::body::Body;
use super::rows::ago;
use crate::browser::{float, when};
use crate::routes::Route;
use crate::store::use_store;
use crate::ui::avatar;
use crate::ui::icon::{self, Glyph, Icon};
use crate::ui::live::{live, memo, part};
use crate::ui::markup::Markup;
use facts::{Facts, recipients};
use leptos::prelude::*;
use leptos::web_sys::Element;
use samtal_model::wire::MessageView;
use samtal_model::{MessageId, MessageKind};
use tools::Tools;

/// The element id of a message in the page.
#[must_use]
pub fn element_id(id: MessageId) -> String {
    [ID_PREFIX, &id.to_string()].concat()
}

const ID_PREFIX: &str = "message-";

/// One message, live. `linked`: the address names it.
#[component]
pub fn Message(id: MessageId, #[prop(into)] linked: Signal<bool>, tools: Tools) -> AnyView {
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
        let linked = if linked.get() { " message-linked" } else { "" };
        ["message", kind, if wide { " message-wide" } else { "" }, waiting, linked].concat()
    };
    let name = move || {
        message.with(|it| {
            it.as_ref().map(|it| [&it.author_name, ", ", &when::long(it.sent_at.0)].concat()).unwrap_or_default()
        })
    };
    view! {
        <article
            class=class
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
                        if message.hidden { hidden_message(message, tools) } else { shown_message(message, tools) }
                    })
            })}
        </article>
    }
    .into_any()
}

/// M4: its place stays, its words are gone.
fn hidden_message(message: MessageView, tools: Tools) -> AnyView {
    let store = use_store();
    let aside = [" · from ", &message.author_name].concat();
    let by = message.hidden_by;
    let by = move || by.map(|by| [" by ", &store.agent_name(by)].concat());
    view! {
        <div class="message-gone">
            <Icon glyph=Glyph::EyeOff/>
            <span class="message-gone-words">"Message has been hidden"</span>
            <small class="message-aside">{by} {aside}</small>
            {Markup::new().with(time(&message, tools)).with(tools::button(&message)).div("message-tools")}
        </div>
    }
    .into_any()
}

fn shown_message(message: MessageView, tools: Tools) -> AnyView {
    let MessageView { id, kind, unsent, .. } = message;
    let head = head(&message, tools).header("message-head");
    let unsent = unsent && kind == MessageKind::Outbound;
    let files: Vec<_> = message.attachments.iter().filter(|file| !file.inline || !message.has_html).cloned().collect();
    view! {
        {head}
        {part(move || tools.facts_open(id).then(|| view! { <Facts id/> }))}
        <Body message/>
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
    .into_any()
}

/// Who wrote it to whom, when, and what can be done with it: [`Tools`] hears the presses.
fn head(message: &MessageView, tools: Tools) -> Markup {
    Markup::new()
        .with(avatar::markup(&message.author_name))
        .tags(r#"<div class="message-who"><b class="message-author">"#)
        .text(&message.author_name)
        .tags(r#"</b><button type="button" class="message-to" aria-expanded=""#)
        .tags(if tools.shows_facts(message.id) { "true" } else { "false" })
        .tags(r#""><span>"#)
        .text(&recipients(message))
        .tags("</span>")
        .with(icon::markup(Glyph::ChevronDown))
        .tags("</button></div>")
        .with(time(message, tools))
        .with(tools::button(message))
}

/// When it was sent, as a link to it: relative, and in full on hover and focus (T1). [`tell_time`] keeps it right.
fn time(message: &MessageView, tools: Tools) -> impl FnOnce(Markup) -> Markup {
    move |into| {
        if message.id.0 < 0 {
            return into.tags(r#"<span class="message-time">Sending…</span>"#);
        }
        let at = message.sent_at.0;
        let full = when::long(at);
        into.tags(r#"<a class="message-time" href=""#)
            .text(&Route::message_link(message.conversation_id, message.id).href())
            .tags(r#"" aria-label=""#)
            .text(&full)
            .tags(r#"" data-tip=""#)
            .text(&full)
            .tags(r#""><time datetime=""#)
            .text(&message.sent_at.to_rfc3339())
            .tags(r#"" data-at=""#)
            .text(&at.to_string())
            .tags(r#"">"#)
            .text(&time_words(at, tools.now_ms()))
            .tags("</time></a>")
    }
}

fn time_words(at: i64, now: i64) -> String {
    ago(at, now).unwrap_or_else(|| when::clock(at))
}

/// Says again how long ago the messages below `thread` were sent, where that is what they say.
pub fn tell_time(thread: &Element, now: i64) {
    for time in float::all(thread, "time[data-at]") {
        if let Some(at) = time.get_attribute("data-at").and_then(|at| at.parse().ok()) {
            let words = time_words(at, now);
            if time.text_content().as_deref() != Some(&words) {
                time.set_text_content(Some(&words));
            }
        }
    }
}
