//! Conversations and messages by id: the last confirmed copy, the guesses upon it, and the signal that shows both.
//! An older copy never replaces a newer one; a guess is dropped by its ticket and leaves no trace.

use super::by_id::ById;
use super::known::Named;
use crate::api::told::Told;
use leptos::prelude::*;
use samtal_model::wire::{ConversationView, MessageView};
use samtal_model::{AgentId, Author, Change, ConversationId, Hidden, InboxId, MessageId, ReadState, Sequence, Sort};

/// Conversations held at most; beyond it those not looked at for longest leave, a quarter at a time.
const MOST_CONVERSATIONS: usize = 20_000;

/// What one command is thought to change.
#[derive(Clone, Debug)]
pub struct Guess {
    pub ticket: u32,
    pub changes: Vec<Change>,
    /// The words of a message that it adds.
    pub text: String,
    /// How it is shown. Whoever makes guesses brings this along: showing what the server said does not need it.
    pub onto_conversation: fn(&mut ConversationView, &Self, AgentId, Option<MessageId>),
    pub onto_message: fn(&mut MessageView, &Self, AgentId),
}

#[derive(Default)]
pub struct Conversations {
    held: ById<ConversationId, Entry>,
    clock: u64,
}

#[derive(Default)]
struct Entry {
    confirmed: Option<ConversationView>,
    guesses: Vec<Guess>,
    shown: ArcRwSignal<Option<ConversationView>>,
    fetching: bool,
    gone: bool,
    touched: u64,
}

impl Entry {
    fn show(&self, me: AgentId, floor: Option<MessageId>) {
        let mut shown = self.confirmed.clone();
        if let Some(view) = &mut shown {
            for guess in &self.guesses {
                (guess.onto_conversation)(view, guess, me, floor);
            }
        }
        if self.shown.with_untracked(|now| *now != shown) {
            self.shown.set(shown);
        }
    }
}

impl Conversations {
    fn touch(&mut self, id: ConversationId) -> &mut Entry {
        self.clock += 1;
        let entry = self.held.or_insert(id, Entry::default);
        entry.touched = self.clock;
        entry
    }

    /// The signal, and whether the caller has to fetch it.
    pub fn watch(&mut self, id: ConversationId) -> (ArcRwSignal<Option<ConversationView>>, bool) {
        let entry = self.touch(id);
        let fetch = entry.confirmed.is_none() && !entry.fetching && !entry.gone && id.0 > 0;
        entry.fetching |= fetch;
        (entry.shown.clone(), fetch)
    }

    /// What is shown now.
    pub fn shown(&self, id: ConversationId) -> Option<ConversationView> {
        self.held.get(id).and_then(|entry| entry.shown.get_untracked())
    }

    /// What the list is ordered by: the greater stands higher.
    pub fn rank(&self, id: ConversationId, sort: Sort) -> Option<i64> {
        self.held.get(id)?.shown.with_untracked(|shown| shown.as_ref().map(|shown| sort.key(&shown.to_model())))
    }

    pub fn take(&mut self, conversation: ConversationView, me: AgentId, floor: Option<MessageId>) {
        let entry = self.touch(conversation.id);
        entry.fetching = false;
        entry.gone = false;
        if entry.confirmed.as_ref().is_none_or(|known| known.version <= conversation.version) {
            entry.confirmed = Some(conversation);
            entry.show(me, floor);
        }
        self.bound();
    }

    /// It could not be fetched; `gone`: it is not there for this agent, and is not asked for again.
    pub fn fetch_failed(&mut self, id: ConversationId, gone: bool) {
        if let Some(entry) = self.held.get_mut(id) {
            entry.fetching = false;
            entry.gone = gone;
        }
    }

    /// It is gone for good, or out of sight; who still watches it sees nothing.
    pub fn forget(&mut self, id: ConversationId) {
        let entry = self.touch(id);
        entry.confirmed = None;
        entry.guesses.clear();
        entry.gone = true;
        entry.shown.set(None);
    }

    /// Those that stand in none of these inboxes.
    pub fn outside(&self, inboxes: &[InboxId]) -> Vec<ConversationId> {
        let outside = |entry: &Entry| entry.confirmed.as_ref().is_some_and(|it| !inboxes.contains(&it.inbox_id));
        self.held.each().filter(|(_, entry)| outside(entry)).map(|(id, _)| id).collect()
    }

    pub fn add_guess(&mut self, id: ConversationId, guess: Guess, me: AgentId, floor: Option<MessageId>) {
        if let Some(entry) = self.held.get_mut(id) {
            entry.guesses.push(guess);
            entry.show(me, floor);
        }
    }

    /// Drops the guess; with `show` the page follows at once, without it when the confirmed copy comes.
    pub fn drop_guess(&mut self, id: ConversationId, ticket: u32, me: AgentId, floor: Option<MessageId>, show: bool) {
        if let Some(entry) = self.held.get_mut(id) {
            entry.guesses.retain(|guess| guess.ticket != ticket);
            if show {
                entry.show(me, floor);
            }
        }
    }

    /// The oldest guess that expects a change like this one.
    pub fn expecting(&self, id: ConversationId, change: &Told) -> Option<Guess> {
        let alike = |guess: &&Guess| guess.changes.iter().any(|guessed| change.is_like(guessed));
        self.held.get(id)?.guesses.iter().find(alike).cloned()
    }

    /// Everything up to `floor` is read now; answers with all that is held.
    pub fn refresh_unread(&mut self, me: AgentId, floor: Option<MessageId>) -> Vec<ConversationId> {
        for entry in self.held.each_mut() {
            if let Some(view) = &mut entry.confirmed {
                let read = ReadState { up_to: view.read_up_to, marked_unread: view.marked_unread };
                view.unread = view.to_model().is_unread(read, floor);
                entry.show(me, floor);
            }
        }
        self.held.each().map(|(id, _)| id).collect()
    }

    /// Calls contacts as they are called now.
    pub fn rename(&mut self, named: &[Named], me: AgentId, floor: Option<MessageId>) {
        for entry in self.held.each_mut() {
            let contact = entry.confirmed.as_mut().and_then(|it| it.contact.as_mut());
            let Some(contact) = contact else { continue };
            if let Some(now) = named.iter().find(|it| it.id == contact.id) {
                contact.name.clone_from(&now.name);
                contact.email.clone_from(&now.email);
                entry.show(me, floor);
            }
        }
    }

    fn bound(&mut self) {
        if self.held.len() > MOST_CONVERSATIONS {
            let oldest = self.clock.saturating_sub(MOST_CONVERSATIONS as u64 * 3 / 4);
            self.held.keep(|entry| entry.touched > oldest || !entry.guesses.is_empty());
        }
    }
}

#[derive(Default)]
pub struct Messages {
    held: ById<MessageId, MessageEntry>,
}

#[derive(Default)]
struct MessageEntry {
    confirmed: Option<MessageView>,
    guesses: Vec<Guess>,
    shown: ArcRwSignal<Option<MessageView>>,
}

impl MessageEntry {
    fn show(&self, me: AgentId) {
        let mut shown = self.confirmed.clone();
        if let Some(view) = &mut shown {
            for guess in &self.guesses {
                (guess.onto_message)(view, guess, me);
            }
        }
        if self.shown.with_untracked(|now| *now != shown) {
            self.shown.set(shown);
        }
    }
}

impl Messages {
    pub fn watch(&mut self, id: MessageId) -> ArcRwSignal<Option<MessageView>> {
        self.held.or_insert(id, MessageEntry::default).shown.clone()
    }

    pub fn confirmed(&self, id: MessageId) -> Option<&MessageView> {
        self.held.get(id)?.confirmed.as_ref()
    }

    /// Where it stands in its thread.
    pub fn rank(&self, id: MessageId) -> Option<(samtal_model::Timestamp, MessageId)> {
        self.confirmed(id).map(|message| (message.sent_at, message.id))
    }

    pub fn take(&mut self, message: MessageView, me: AgentId) {
        let entry = self.held.or_insert(message.id, MessageEntry::default);
        if entry.confirmed.as_ref().is_none_or(|known| known.version <= message.version) {
            entry.confirmed = Some(message);
            entry.show(me);
        }
    }

    /// Takes every text of it away at once (M4).
    pub fn blank(&mut self, id: MessageId, hidden: Hidden, version: Sequence) {
        let Some(entry) = self.held.get_mut(id) else { return };
        let Some(view) = entry.confirmed.as_mut().filter(|view| view.version < version) else { return };
        // A copy read before, still on its way here, is older now.
        view.version = version;
        view.blank();
        view.hidden = true;
        view.hidden_by = Some(hidden.by);
        view.hidden_at = Some(hidden.at);
        entry.shown.set(entry.confirmed.clone());
    }

    pub fn add_guess(&mut self, id: MessageId, guess: Guess, me: AgentId) {
        if let Some(entry) = self.held.get_mut(id) {
            entry.guesses.push(guess);
            entry.show(me);
        }
    }

    pub fn drop_guess(&mut self, id: MessageId, ticket: u32, me: AgentId, show: bool) {
        if let Some(entry) = self.held.get_mut(id) {
            entry.guesses.retain(|guess| guess.ticket != ticket);
            if show {
                entry.show(me);
            }
        }
    }

    /// Calls the contacts who wrote them as they are called now.
    pub fn rename(&mut self, named: &[Named], me: AgentId) {
        for entry in self.held.each_mut() {
            let Some(message) = &mut entry.confirmed else { continue };
            if let Some(now) = named.iter().find(|it| message.author == Author::Contact(it.id)) {
                now.shown().clone_into(&mut message.author_name);
                message.author_email.clone_from(&now.email);
                entry.show(me);
            }
        }
    }

    pub fn remove(&mut self, id: MessageId) {
        if let Some(entry) = self.held.remove(id) {
            entry.shown.set(None);
        }
    }

    pub fn forget_of(&mut self, conversation: ConversationId) {
        self.held.keep(|entry| {
            let stays = entry.confirmed.as_ref().is_none_or(|message| message.conversation_id != conversation);
            if !stays {
                entry.shown.set(None);
            }
            stays
        });
    }
}
