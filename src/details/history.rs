//! What happened with the conversation, by whom and why, newest first, with the way back (T9, T11). It is read when the
//! section is opened, and again when the conversation has changed.

use crate::api;
use crate::browser::when;
use crate::history::{self, name, owner};
use crate::routes::use_nav;
use crate::store::{Store, use_store};
use crate::thread::contact_name;
use crate::ui::live::{effect, live, part, spawn};
use leptos::prelude::*;
use samtal_model::wire::{ConversationView, HistoryCause, HistoryChange, HistoryEntry, HistoryKind};
use samtal_model::{Actor, Author, ConversationId, MessageId, MessageKind, Owner, Sequence};

/// Entries read at once.
const PAGE: usize = 30;

/// What is known of the history of one conversation.
#[derive(Clone, Default)]
struct Known {
    of: Option<(ConversationId, Sequence)>,
    entries: Vec<HistoryEntry>,
    next_cursor: Option<String>,
    failure: Option<String>,
}

#[component]
pub fn History(entity: Memo<Option<ConversationView>>, open: RwSignal<bool>) -> impl IntoView {
    let store = use_store();
    let known = RwSignal::new(Known::default());
    let read = move |of: (ConversationId, Sequence), cursor: Option<String>| {
        spawn(async move {
            let answer = api::history(of.0, cursor.as_deref(), PAGE).await;
            let _closed = known.try_update(|known| {
                if known.of != Some(of) {
                    return;
                }
                match answer {
                    Ok(page) => {
                        if cursor.is_none() {
                            known.entries.clear();
                        }
                        known.entries.extend(page.items);
                        known.next_cursor = page.next_cursor;
                        known.failure = None;
                    }
                    Err(problem) => {
                        // Asked again when the section is opened again, or the conversation changes.
                        known.of = None;
                        known.failure = Some(problem.detail);
                    }
                }
            });
        });
    };
    effect(move || {
        let Some(now) = entity.with(|it| it.as_ref().map(|it| (it.id, it.version))) else { return };
        if !open.get() || known.with_untracked(|known| known.of == Some(now)) {
            return;
        }
        known.update(|known| {
            // Of the same conversation what is shown stays until the answer is here.
            if known.of.is_none_or(|(id, _)| id != now.0) {
                *known = Known::default();
            }
            known.of = Some(now);
        });
        read(now, None);
    });
    let more = move |_| {
        let next = known.try_update(|known| known.of.zip(known.next_cursor.take())).flatten();
        if let Some((of, cursor)) = next {
            read(of, Some(cursor));
        }
    };
    let contact = live(move || entity.with(|it| it.as_ref().map(contact_name).unwrap_or_default()));
    view! {
        <ol class="history">
            {part(move || {
                let (entries, contact) = (known.with(|known| known.entries.clone()), contact.get());
                Some(entries.iter().map(|entry| line(store, entry, &contact)).collect_view())
            })}
        </ol>
        {part(move || {
            known.with(|known| known.next_cursor.is_some()).then(|| {
                view! {
                    <button type="button" class="button button-quiet" on:click=more>
                        "Show older"
                    </button>
                }
            })
        })}
        {part(move || {
            known.with(|known| known.failure.clone()).map(|words| view! { <p class="details-none" role="alert">{words}</p> })
        })}
    }
}

/// One command.
fn line(store: Store, entry: &HistoryEntry, contact: &str) -> AnyView {
    let nav = use_nav();
    let HistoryEntry { actor, changes, bulk_total, .. } = entry;
    let began = changes.iter().any(|change| change.kind == HistoryKind::Started);
    let words: Vec<String> = changes.iter().filter_map(|change| said(store, *actor, change, contact, began)).collect();
    let show = changes.iter().find_map(|change| change.message_id);
    let show = show.map(|message| live(move || message_route(nav, message)));
    let more = bulk_total.filter(|total| *total > 1).map(|total| ["One of ", &when::number(total)].concat());
    history::line(store, entry, words.join(", and "), more, show)
}

fn message_route(nav: crate::routes::Nav, message: MessageId) -> String {
    nav.route().with(|route| route.clone().with_message(Some(message)).href())
}

/// What one change was, in words; none where another one says it. `began`: the conversation came to be with it.
fn said(store: Store, actor: Actor, change: &HistoryChange, contact: &str, began: bool) -> Option<String> {
    let who = name(store, actor);
    let what = match (change.kind, change.cause) {
        (HistoryKind::Reopened, HistoryCause::ContactReopens) => {
            return Some([contact, " wrote, which reopened it"].concat());
        }
        (HistoryKind::Restored, HistoryCause::ContactRestores) => {
            return Some([contact, " wrote, which brought it back from Trash"].concat());
        }
        (HistoryKind::Owner, HistoryCause::OwnerLeft) => {
            return Some(["Unassigned, because ", &owner(store, change.from_owner), " left"].concat());
        }
        // The mail and its survey are one thing.
        (HistoryKind::Started, _) | (HistoryKind::Message, HistoryCause::SurveyAsked) => return None,
        (HistoryKind::SurveyAsked, _) => return Some([contact, " was asked how it went"].concat()),
        (HistoryKind::SurveyTakenBack, _) => return Some([contact, " is no longer asked how it went"].concat()),
        (HistoryKind::SurveyAnswered, _) => return Some([contact, " said how it went"].concat()),
        (HistoryKind::Message, _) => {
            let author = match change.author {
                Some(Author::Agent(agent)) => untrack(|| store.agent_name(agent)),
                Some(Author::Bot) => "The bot".into(),
                Some(Author::Inbox) => "The inbox".into(),
                Some(Author::Contact(_)) | None => contact.to_owned(),
            };
            let did = match change.message_kind {
                _ if began => " began it",
                Some(MessageKind::Comment) => " commented",
                Some(MessageKind::Outbound) => " replied",
                _ => " wrote",
            };
            return Some([&author, did].concat());
        }
        (HistoryKind::Closed, _) => "closed it".into(),
        (HistoryKind::Reopened, _) => "reopened it".into(),
        (HistoryKind::Owner, _) => match (change.to_owner, actor) {
            (None, _) => ["unassigned it from ", &owner(store, change.from_owner)].concat(),
            (Some(Owner::Agent(to)), Actor::Agent(by)) if to == by => "took it".to_owned(),
            (to, _) => ["assigned it to ", &owner(store, to)].concat(),
        },
        (HistoryKind::Trashed, _) => "moved it to Trash".into(),
        (HistoryKind::Restored, _) => "restored it from Trash".into(),
        (HistoryKind::Spam, _) => "marked it as spam".into(),
        (HistoryKind::NotSpam, _) => "marked it as not spam".into(),
        (HistoryKind::Hidden, _) => "hid a message".into(),
        (HistoryKind::Unhidden, _) => "unhid a message".into(),
        (HistoryKind::Contact, _) => match change.to_contact {
            Some(_) => "attached a contact".into(),
            None => "detached the contact".into(),
        },
        (HistoryKind::TicketCreated, _) => "made a ticket of it".into(),
        (HistoryKind::TicketAttached, _) => "added it to a ticket".into(),
        (HistoryKind::TicketTrashed, _) => "moved its ticket to Trash".into(),
        (HistoryKind::TicketRestored, _) => "restored its ticket".into(),
        (HistoryKind::TicketOwner, _) => "changed the owner of its ticket".into(),
        (HistoryKind::TicketDeleted, _) => "deleted its ticket for good".into(),
        (HistoryKind::Blocked, _) => "blocked its sender".into(),
        (HistoryKind::Unblocked, _) => "unblocked its sender".into(),
        _ => "changed its ticket".into(),
    };
    // Why, where nobody asked for this by name.
    let because = match change.cause {
        HistoryCause::TicketClosed => ", because its ticket was closed",
        HistoryCause::TicketReopened => ", because its ticket was opened again",
        HistoryCause::TicketTrashed => ", because its ticket was moved to Trash",
        HistoryCause::TicketFollowsOwner => ", because it follows the owner of the conversation",
        HistoryCause::ConversationTrashed => ", because it went with the conversation",
        HistoryCause::RestoredTogether => ", because they went to Trash together",
        HistoryCause::SenderBlocked => ", because its sender was blocked",
        _ => "",
    };
    let undo = if change.cause == HistoryCause::Undo { " (undo)" } else { "" };
    Some([&who, " ", &what, because, undo].concat())
}
