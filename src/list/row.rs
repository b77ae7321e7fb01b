//! One row: whom it is with, what it is about, how it ends, and how it stands.

use super::feed::Rows;
use crate::browser::frame;
use crate::browser::when::{self, use_clock};
use crate::parts::use_desk;
use crate::routes::Route;
use crate::store::use_store;
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use leptos::prelude::*;
use samtal_model::wire::ConversationView;
use samtal_model::{AgentId, Author, Channel, ConversationId, MessageKind};

/// How long the pointer rests on a row before it is thought to be pressed next, in milliseconds.
const REST_MS: u64 = 50;

/// The row of a conversation that is known.
#[component]
pub fn Row(
    id: ConversationId,
    rows: Rows,
    /// Pixels from the top of the rows.
    #[prop(into)]
    top: Signal<f64>,
    /// Its place in the list, from 0.
    #[prop(into)]
    index: Signal<usize>,
    #[prop(into)] total: Signal<usize>,
    /// Where pressing it leads.
    #[prop(into)]
    route: Signal<Route>,
    #[prop(into)] open: Signal<bool>,
    /// It is the one that Tab leads to.
    #[prop(into)]
    stop: Signal<bool>,
) -> impl IntoView {
    let store = use_store();
    let desk = use_desk();
    let clock = use_clock();
    let known = store.conversation(id);
    let conversation = match desk.peek() {
        Some(parts) if rows.is_search() => (parts.found)(rows, id, known),
        _ => known,
    };
    let rested_on = StoredValue::new(false);
    let read = {
        let conversation = conversation.clone();
        move |show: fn(&ConversationView) -> String| {
            conversation.with(|known| known.as_ref().map(show).unwrap_or_default())
        }
    };
    let name = live({
        let read = read.clone();
        move || read(contact_name)
    });
    let subject = live({
        let conversation = conversation.clone();
        move || {
            let me = store.me().id;
            conversation.with(|known| known.as_ref().map(|known| subject_words(known, me)).unwrap_or_default())
        }
    });
    let unread = live({
        let conversation = conversation.clone();
        move || conversation.with(|known| known.as_ref().is_some_and(|known| known.unread))
    });
    let time = live({
        let conversation = conversation.clone();
        move || conversation.with(|known| known.as_ref().map_or(0, |known| known.last_activity_at.0))
    });
    let channel = memo({
        let conversation = conversation.clone();
        move || conversation.with(|known| known.as_ref().map_or(Channel::Email, |known| known.channel))
    });
    // Without a subject its first words have the room of both.
    let whole = live({
        let conversation = conversation.clone();
        move || {
            conversation
                .with(|known| known.as_ref().is_some_and(|known| known.subject.is_empty() && !known.preview_hidden))
        }
    });
    let preview = {
        let conversation = conversation.clone();
        move || conversation.with(|known| known.as_ref().map(|known| preview(known, store.me().id)))
    };
    let label = live(move || {
        let mut label = [name.get().as_str(), ", ", &subject.get()].concat();
        if unread.get() {
            label.push_str(", unread");
        }
        label
    });
    view! {
        <li
            class="row"
            aria-posinset=live(move || (index.get() + 1).to_string())
            aria-setsize=live(move || total.get().to_string())
            style:transform=live(move || shifted(top.get()))
        >
            {part(move || desk.get().map(|parts| (parts.tick)(id, stop)))}
            <a
                class="row-link"
                class:row-unread=unread
                href=live(move || route.get().href())
                aria-label=label
                aria-current=live(move || open.get().then_some("true"))
                tabindex=live(move || if stop.get() { "0" } else { "-1" })
                data-row=live(move || index.get().to_string())
                on:pointerenter=move |event| {
                    if event.pointer_type() == "mouse" {
                        rested_on.set_value(true);
                        frame::after(REST_MS, move || {
                            if rested_on.try_get_value() == Some(true)
                                && let Some(parts) = desk.peek()
                            {
                                (parts.fetch_ahead)(store, id);
                            }
                        });
                    }
                }
                on:pointerleave=move |_| rested_on.set_value(false)
            >
                <Avatar name/>
                <span class="row-name">{name}</span>
                <time class="row-time" datetime=live(move || samtal_model::Timestamp(time.get()).to_rfc3339()) title=live(move || when::long(time.get()))>
                    {live(move || when::short(time.get(), clock.now_ms()))}
                </time>
                <span class="row-subject" class:row-subject-whole=whole>{subject}</span>
                {part(preview)}
                <span class="row-meta">
                    {part(move || {
                        let (glyph, label) = channel_words(channel.get());
                        Some(view! { <span class="chip"><Icon glyph/>{label}</span> })
                    })}
                    {part(move || desk.get().map(|parts| (parts.standing)(id)))}
                </span>
            </a>
        </li>
    }
}

/// A place that has not been read yet.
#[component]
pub fn Blank(#[prop(into)] top: Signal<f64>) -> impl IntoView {
    view! {
        <li class="row row-blank" aria-hidden="true" style:transform=live(move || shifted(top.get()))>
            <div class="row-skeleton"><i></i><i></i><i></i></div>
        </li>
    }
}

/// Where a row stands. Whole pixels: words are sharp there, and numbers with a point cost code.
fn shifted(top: f64) -> String {
    ["translateY(", &(top as i64).to_string(), "px)"].concat()
}

/// Whom it is with.
fn contact_name(conversation: &ConversationView) -> String {
    match &conversation.contact {
        Some(contact) if !contact.name.is_empty() => contact.name.clone(),
        Some(contact) if !contact.email.is_empty() => contact.email.clone(),
        _ => "Visitor".into(),
    }
}

/// What it is about: its subject, or its first words, or what it is.
fn subject_words(conversation: &ConversationView, me: AgentId) -> String {
    if !conversation.subject.is_empty() {
        return conversation.subject.clone();
    }
    if !conversation.preview.is_empty() {
        return [whose(conversation, me), &conversation.preview].concat();
    }
    match conversation.channel {
        Channel::Chat => "Chat",
        Channel::Messenger => "Messenger",
        Channel::Call => "Call",
        Channel::Form => "Form",
        Channel::Email => "(no subject)",
    }
    .into()
}

/// Its last words, and whose they are; nothing where they stand in the subject's place already.
fn preview(conversation: &ConversationView, me: AgentId) -> AnyView {
    if conversation.preview_hidden {
        return view! { <span class="row-preview row-preview-hidden">"Message has been hidden"</span> }.into_any();
    }
    if conversation.subject.is_empty() {
        return ().into_any();
    }
    let words = conversation.preview.clone();
    let who = whose(conversation, me);
    view! { <span class="row-preview"><b>{who}</b>{words}</span> }.into_any()
}

/// Before words that are not the contact's: whose they are.
fn whose(conversation: &ConversationView, me: AgentId) -> &'static str {
    match (conversation.preview_kind, conversation.preview_author) {
        (Some(MessageKind::Comment), _) => "Comment: ",
        (Some(MessageKind::Outbound), Some(Author::Agent(agent))) if agent == me => "You: ",
        (Some(MessageKind::Outbound), Some(Author::Bot)) => "Bot: ",
        (Some(MessageKind::Outbound), _) => "Us: ",
        _ => "",
    }
}

/// A channel's icon and name.
fn channel_words(channel: Channel) -> (Glyph, &'static str) {
    match channel {
        Channel::Email => (Glyph::Mail, "Email"),
        Channel::Chat => (Glyph::Chat, "Chat"),
        Channel::Messenger => (Glyph::Messenger, "Messenger"),
        Channel::Form => (Glyph::Forms, "Form"),
        Channel::Call => (Glyph::Calls, "Call"),
    }
}
