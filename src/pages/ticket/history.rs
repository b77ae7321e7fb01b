//! What happened with a ticket, by whom and why, newest first, with the way back (T9, T11). It is read again whenever
//! the ticket has changed.

use super::Subject;
use crate::api::known as api;
use crate::history::{self, name, owner};
use crate::routes::Route;
use crate::store::{Store, use_store};
use crate::ticket::PRIORITIES;
use crate::ui::live::{effect, live, memo, part, spawn};
use leptos::prelude::*;
use samtal_model::json::FromJson;
use samtal_model::wire::{HistoryCause, HistoryChange, HistoryEntry, HistoryKind, HistoryPage};
use samtal_model::{Actor, Owner, Priority, StatusId};

/// What is known of it.
#[derive(Clone, Copy)]
struct Known {
    subject: Subject,
    entries: RwSignal<Vec<HistoryEntry>>,
    next: RwSignal<Option<String>>,
    failure: RwSignal<Option<String>>,
    turn: StoredValue<u32>,
}

impl Known {
    fn read(self, cursor: Option<String>) {
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        spawn(async move {
            let answer = api::ticket_history(self.subject.id, cursor.as_deref()).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer.map(HistoryPage::from_json) {
                Ok(Some(page)) => {
                    self.entries.update(|entries| {
                        if cursor.is_none() {
                            entries.clear();
                        }
                        entries.extend(page.items);
                    });
                    self.next.set(page.next_cursor);
                    self.failure.set(None);
                }
                Ok(None) => self.failure.set(Some("The history could not be read. Reload the page.".into())),
                // The page itself says that it is gone.
                Err(problem) if problem.status == 404 => {}
                Err(problem) => self.failure.set(Some(problem.detail)),
            }
        });
    }
}

#[component]
pub fn History(subject: Subject) -> AnyView {
    let store = use_store();
    let known = Known {
        subject,
        entries: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        failure: RwSignal::new(None),
        turn: StoredValue::new(0),
    };
    let version = memo(move || subject.ticket.with(|it| it.as_ref().and_then(|it| it.int("version"))));
    effect(move || {
        if version.get().is_some() {
            known.read(None);
        }
    });
    let more = memo(move || known.next.read().is_some());
    view! {
        <section class="ticket-section" aria-labelledby="ticket-history">
            <h2 id="ticket-history">"History"</h2>
            <ol class="history">
                {part(move || Some(known.entries.read().iter().map(|entry| line(store, entry)).collect_view()))}
            </ol>
            {part(move || more.get().then(|| {
                let older = move |_| {
                    if let Some(cursor) = known.next.get_untracked() {
                        known.read(Some(cursor));
                    }
                };
                view! { <button type="button" class="button button-quiet" on:click=older>"Show older"</button> }
            }))}
            {part(move || known.failure.get().map(|words| view! { <p class="details-none" role="alert">{words}</p> }))}
        </section>
    }
    .into_any()
}

/// One command.
fn line(store: Store, entry: &HistoryEntry) -> AnyView {
    let HistoryEntry { actor, changes, .. } = entry;
    // Who did it is said once.
    let mut words = String::new();
    let mut named = false;
    for Said { of_actor, words: more } in changes.iter().filter_map(|change| said(store, *actor, change)) {
        words.push_str(if words.is_empty() { "" } else { ", and " });
        if of_actor && !named {
            words.push_str(&name(store, *actor));
            words.push(' ');
            named = true;
        }
        words.push_str(&more);
    }
    if words.is_empty() {
        return ().into_any();
    }
    let show = changes.iter().find_map(|change| change.conversation_id);
    let show = show.map(|conversation| live(move || Route::Link { conversation, message: None }.href()));
    history::line(store, entry, words, None, show)
}

/// What a status is called. Followed: pipelines may come later than what happened in them.
fn status(store: Store, id: Option<StatusId>) -> String {
    let known = id.and_then(|id| store.status(id.0));
    known.map_or_else(|| "a deleted status".to_owned(), |(status, _)| status.text("name").to_owned())
}

fn priority(of: Option<Priority>) -> Option<&'static str> {
    let word = match of? {
        Priority::Low => "low",
        Priority::Medium => "medium",
        Priority::High => "high",
        Priority::Urgent => "urgent",
    };
    PRIORITIES.iter().find(|(slug, _)| *slug == word).map(|(_, name)| *name)
}

/// What one change was, as a sentence of its own; none where another one says it.
pub fn sentence(store: Store, actor: Actor, change: &HistoryChange) -> Option<String> {
    let Said { of_actor, words } = said(store, actor, change)?;
    Some(if of_actor { [&name(store, actor), " ", &words].concat() } else { words })
}

/// What one change was, in words.
struct Said {
    /// The actor did it, and is named before.
    of_actor: bool,
    words: String,
}

/// The words of a change; none where another one says it.
fn said(store: Store, actor: Actor, change: &HistoryChange) -> Option<Said> {
    let moved = || ["from ", &status(store, change.from_status), " to ", &status(store, change.to_status)].concat();
    let to = || owner(store, change.to_owner);
    let whole = |words: String| Some(Said { of_actor: false, words });
    match (change.kind, change.cause) {
        (HistoryKind::TicketStatus, HistoryCause::ContactReopensTicket) => {
            return whole(["The contact wrote, which moved it ", &moved()].concat());
        }
        (HistoryKind::TicketStatus, HistoryCause::StatusDeleted) => {
            return whole(["Moved ", &moved(), ", because its status was deleted"].concat());
        }
        (HistoryKind::TicketOwner, HistoryCause::TicketFollowsOwner) => {
            return whole(["Assigned to ", &to(), ", because its conversation was"].concat());
        }
        (HistoryKind::TicketOwner, HistoryCause::OwnerLeft) => {
            return whole(["Unassigned, because ", &owner(store, change.from_owner), " left"].concat());
        }
        (HistoryKind::TicketTrashed, HistoryCause::ConversationTrashed) => {
            return whole("Moved to Trash, because its conversation was".into());
        }
        (HistoryKind::TicketRestored, HistoryCause::RestoredTogether) => {
            return whole("Restored, because its conversation was".into());
        }
        (HistoryKind::TicketLostConversation, _) => {
            return whole("A conversation of it was deleted permanently".into());
        }
        (HistoryKind::SurveyAsked, _) => return whole("The contact was asked how it went".into()),
        (HistoryKind::SurveyTakenBack, _) => return whole("The contact is no longer asked how it went".into()),
        (HistoryKind::SurveyAnswered, _) => return whole("The contact said how it went".into()),
        _ => {}
    }
    let did: String = match change.kind {
        HistoryKind::TicketCreated => "created it".into(),
        HistoryKind::TicketAttached => "added a conversation".into(),
        HistoryKind::TicketRenamed => "renamed it".into(),
        HistoryKind::TicketStatus => ["moved it ", &moved()].concat(),
        HistoryKind::TicketPriority => match priority(change.to_priority) {
            Some(to) => ["set its priority to ", to].concat(),
            None => "took its priority away".into(),
        },
        HistoryKind::TicketOwner => match (change.to_owner, actor) {
            (None, _) => ["unassigned it from ", &owner(store, change.from_owner)].concat(),
            (Some(Owner::Agent(to)), Actor::Agent(by)) if to == by => "took it".to_owned(),
            _ => ["assigned it to ", &to()].concat(),
        },
        HistoryKind::TicketValues => "changed its properties".into(),
        HistoryKind::TicketContact if change.to_contact.is_none() => "deleted its contact for good".into(),
        HistoryKind::TicketContact => "merged its contact with another".into(),
        HistoryKind::TicketTrashed => "moved it to Trash".into(),
        HistoryKind::TicketRestored => "restored it from Trash".into(),
        _ => return None,
    };
    let undo = if change.cause == HistoryCause::Undo { " (undo)" } else { "" };
    Some(Said { of_actor: true, words: [&did, undo].concat() })
}
