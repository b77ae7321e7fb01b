//! Answering: the form under a thread, with a reply to the contact and a comment among ourselves (R1, R3, R6). What is
//! typed is kept as it is typed, for each conversation and tab.

mod composer;
mod draft;

use crate::api;
use crate::browser::{float, page};
use crate::store::use_store;
use crate::thread::contact_name;
use crate::ticket::status::StatusMenu;
use crate::ticket::{reach, use_ticket};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use composer::Composer;
use draft::{Drafts, Kind};
use leptos::ev::KeyboardEvent;
use leptos::html::Textarea;
use leptos::prelude::*;
use samtal_model::wire::{ConversationView, Problem};
use samtal_model::{Channel, Command, ConversationId, TicketId};

/// The form "Reply" of one conversation; another conversation is another editor, so that no text is taken along.
#[component]
pub fn Editor(id: ConversationId, conversation: Memo<Option<ConversationView>>) -> impl IntoView {
    let store = use_store();
    let barred = memo(move || conversation.with(|it| it.as_ref().map(|it| (it.trashed_at.is_some(), it.spam))));
    move || match barred.get() {
        None => ().into_any(),
        Some((false, false)) => view! { <Form id conversation/> }.into_any(),
        Some((trashed, _)) => {
            let (glyph, why, verb, command) = if trashed {
                let command = Command::Restore { conversation: id };
                (Glyph::Trash, "This conversation is in Trash. Restore it to answer.", "Restore it", command)
            } else {
                let command = Command::MarkNotSpam { conversation: id };
                (Glyph::Spam, "This conversation is in Spam. Take it out to answer.", "It is not spam", command)
            };
            view! {
                <p class="editor-barred">
                    <Icon glyph/>
                    {why}
                    <button type="button" class="button button-quiet" on:click=move |_| reach::act(store, command.clone())>
                        {verb}
                    </button>
                </p>
            }
            .into_any()
        }
    }
}

#[component]
fn Form(id: ConversationId, conversation: Memo<Option<ConversationView>>) -> impl IntoView {
    let store = use_store();
    let me = untrack(|| store.me().id);
    let drafts = Drafts::open(me, id);
    let tab = RwSignal::new(drafts.first_kind());
    Effect::new(move |before: Option<Kind>| {
        let now = tab.get();
        if before.is_some_and(|before| before != now) {
            drafts.keep_kind(now);
        }
        now
    });
    let draft = move || drafts.of(tab.get());
    let area = NodeRef::<Textarea>::new();
    page::on_leave(move || drafts.keep_now());
    on_cleanup(move || drafts.keep_now());
    let to = memo(move || conversation.with(|it| it.as_ref().map(contact_name).unwrap_or_default()));
    let way = memo(move || conversation.with(|it| it.as_ref().map(way).unwrap_or_default()));
    let name = memo(move || placeholder(tab.get(), &to.get()));
    let ticket = memo(move || conversation.with(|it| Some(it.as_ref()?.ticket.as_ref()?.id)));

    let send = move || {
        let tab = tab.get_untracked();
        focus(area);
        let Some(sending) = drafts.of(tab).take() else { return };
        let text = sending.text.clone();
        let command = match tab {
            Kind::Reply => Command::Reply { conversation: id, text },
            Kind::Comment => Command::Comment { conversation: id, text },
        };
        store.act_as(sending.attempt.clone(), command, move |answer| match answer {
            Ok(_) => sending.done(),
            Err(problem) => sending.failed(reason(&problem)),
        });
    };
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let switch = move |event: KeyboardEvent| {
        let other = match event.key().as_str() {
            "ArrowLeft" | "ArrowRight" => tab.get_untracked().other(),
            "Home" => Kind::Reply,
            "End" => Kind::Comment,
            _ => return,
        };
        event.prevent_default();
        tab.set(other);
        if let Some(tab) = float::by_id(other.id()) {
            let _not_focusable = tab.focus();
        }
    };
    let tab_button = move |of: Kind| {
        let selected = move || tab.get() == of;
        view! {
            <button
                type="button"
                role="tab"
                id=of.id()
                class="editor-tab"
                aria-selected=live(move || selected().to_string())
                aria-controls="editor-panel"
                tabindex=live(move || if selected() { "0" } else { "-1" })
                on:click=move |_| {
                    tab.set(of);
                    focus(area);
                }
                on:keydown=switch
            >
                {of.words()}
                {part(move || {
                    (!selected() && !drafts.of(of).is_empty())
                        .then(|| view! { <i class="editor-dot" title="A draft is kept here"></i> })
                })}
            </button>
        }
    };
    view! {
        <form
            class="editor"
            class:editor-note=live(move || tab.get() == Kind::Comment)
            aria-label="Reply"
            // What is typed here is not for the shortcuts of the page.
            on:keydown=move |event| event.stop_propagation()
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <composer::Grip/>
            <div class="editor-tabs" role="tablist" aria-label="Kind of message">
                {tab_button(Kind::Reply)}
                {tab_button(Kind::Comment)}
            </div>
            {part(move || ticket.get().map(|id| view! { <div class="editor-ticket"><EditorStatus id/></div> }))}
            <div
                class="editor-panel"
                id="editor-panel"
                role="tabpanel"
                aria-labelledby=live(move || tab.get().id())
                on:keydown=keys
            >
                <p class="editor-to">
                    {part(move || Some(match tab.get() {
                        Kind::Reply => view! {
                            "To"
                            <span class="chip">{to}</span>
                            <small class="editor-way">{way}</small>
                        }
                        .into_any(),
                        Kind::Comment => view! {
                            <Icon glyph=Glyph::Lock/>
                            "Only your team sees this"
                        }
                        .into_any(),
                    }))}
                </p>
                <Composer
                    text=live(move || draft().text.get())
                    on_text=move |text| drafts.of(tab.get_untracked()).typed(text)
                    placeholder=name
                    area
                />
            </div>
            <div class="editor-foot">
                <span class="editor-failure" role="alert">
                    {live(move || draft().problem.get())}
                </span>
                <span class="editor-saved">
                    {live(move || match (draft().kept.get(), tab.get()) {
                        (true, _) => Some("Draft saved"),
                        (false, Kind::Reply) => Some("Kept in the thread: delivery is not connected yet"),
                        (false, Kind::Comment) => None,
                    })}
                </span>
                <button type="submit" class="button button-main" data-tip="Ctrl+Enter">
                    {part(move || Some(view! { <Icon glyph=tab.get().glyph()/> }))}
                    {live(move || tab.get().action())}
                </button>
            </div>
        </form>
    }
}

/// The status of the conversation's ticket, read if it is not here (K4).
#[component]
fn EditorStatus(id: TicketId) -> AnyView {
    let _kept = use_ticket(id);
    view! { <StatusMenu id/> }.into_any()
}

/// By which way an answer goes: forms and calls have none of their own and are answered by mail.
fn way(conversation: &ConversationView) -> String {
    let email = conversation.contact.as_ref().map_or("", |contact| contact.email.as_str());
    match conversation.channel {
        Channel::Chat => "by chat".into(),
        Channel::Messenger => "by Messenger".into(),
        Channel::Email | Channel::Form | Channel::Call if email.is_empty() => "by mail; no address is known".into(),
        Channel::Email | Channel::Form | Channel::Call => email.to_owned(),
    }
}

/// What an empty editor says.
fn placeholder(tab: Kind, to: &str) -> String {
    match tab {
        Kind::Reply => ["Write to ", to, "\u{2026}"].concat(),
        Kind::Comment => "Write to your team\u{2026}".into(),
    }
}

fn focus(area: NodeRef<Textarea>) {
    if let Some(area) = area.get_untracked() {
        let _not_focusable = area.focus();
    }
}

/// Why it did not go, and that nothing is lost.
fn reason(problem: &Problem) -> String {
    match problem.code.as_str() {
        api::OFFLINE => "The server cannot be reached. Your text is kept; try again in a moment.".into(),
        _ => problem.detail.clone(),
    }
}
