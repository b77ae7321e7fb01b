//! The list's rows as they are sent, ready to be used: the part that everybody sees, made into JSON once, and how far the
//! agents who looked have read it. In memory, bounded in bytes, and no SQL.
//!
//! What is kept is never stale, on any node. Whoever asks comes with the log's end as it was in the very statement that
//! found the ids ([`ReadyRows::follow`]); before a row is handed out, every change up to there has been looked at and
//! what it touched is dropped. Because the log has no gap and its order is that of the commits, a command that was
//! answered, here or by another node, is among those changes: a hidden text, a deleted conversation and a closed one
//! are gone from here before anybody can ask for them again.

use samtal_model::wire::ConversationView;
use samtal_model::{
    AgentId, Change, ContactId, ConversationId, InboxId, MessageId, ReadState, Sequence, TicketChange, TicketId,
};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What rows may take in memory, in bytes: some 25,000 of them, which are the first pages of every list of a large
/// team, within the 120 MB that the server may have.
const MOST_BYTES: usize = 24 << 20;
/// What a row takes beside its JSON, in bytes, by estimate: its places in the map and in the queue.
const ROW_BYTES: usize = 240;
/// What an agent's reading takes, in bytes.
const READ_BYTES: usize = size_of::<(AgentId, ReadState)>();
/// Agents whose reading is kept with a row at the most; the first goes when one more comes.
const READERS_MOST: usize = 64;

/// The part of a row that is the same for everybody.
#[derive(Debug, PartialEq, Eq)]
pub struct Shared {
    pub inbox: InboxId,
    contact: Option<ContactId>,
    last_inbound: Option<MessageId>,
    ticket: Option<TicketId>,
    /// An object that is not closed yet: [`write`] adds what is one reader's own.
    json: Box<str>,
}

/// What a row ends with as serde writes it, before anybody has read it.
const UNREAD_BY_NOBODY: &str = ",\"unread\":false,\"read_up_to\":null,\"marked_unread\":false}";

impl Shared {
    /// None if the row cannot be written, or is not written as this module expects.
    pub fn of(mut view: ConversationView) -> Option<Self> {
        (view.unread, view.read_up_to, view.marked_unread) = (false, None, false);
        let ticket = view.ticket.as_ref().map(|ticket| ticket.id);
        let json = serde_json::to_string(&view).ok()?;
        let json = json.strip_suffix(UNREAD_BY_NOBODY)?.into();
        let contact = view.contact.map(|contact| contact.id);
        Some(Self { inbox: view.inbox_id, contact, last_inbound: view.last_inbound_message_id, ticket, json })
    }

    /// Adds the row, as a reader sees who has read it as far as `read` and everything up to `floor`.
    pub fn write(&self, read: ReadState, floor: Option<MessageId>, out: &mut String) {
        let up_to = read.up_to.max(floor);
        let unread = read.marked_unread || self.last_inbound > up_to;
        out.push_str(&self.json);
        out.push_str(if unread { ",\"unread\":true" } else { ",\"unread\":false" });
        out.push_str(",\"read_up_to\":");
        match up_to {
            Some(id) => out.push_str(&id.0.to_string()),
            None => out.push_str("null"),
        }
        out.push_str(if read.marked_unread { ",\"marked_unread\":true}" } else { ",\"marked_unread\":false}" });
    }

    /// Bytes that [`Self::write`] adds at the most.
    pub fn length(&self) -> usize {
        self.json.len() + 90
    }

    fn bytes(&self) -> usize {
        self.json.len() + ROW_BYTES
    }
}

struct Kept {
    shared: Arc<Shared>,
    reads: VecDeque<(AgentId, ReadState)>,
    /// Asked for since the queue last came by.
    used: bool,
    /// Which of the queue's entries is this row's: older ones of the same id are passed over.
    ticket: u64,
}

struct Inner {
    /// How much of the log has been looked at.
    heard: Sequence,
    rows: HashMap<ConversationId, Kept>,
    /// Which of the rows show a ticket.
    by_ticket: HashMap<TicketId, Vec<ConversationId>>,
    /// In the order they came; who was asked for meanwhile goes to the back instead of out.
    queue: VecDeque<(ConversationId, u64)>,
    tickets: u64,
    bytes: usize,
}

/// The rows kept ready.
pub struct ReadyRows(Mutex<Inner>);

impl Default for ReadyRows {
    fn default() -> Self {
        Self(Mutex::new(Inner {
            heard: Sequence(0),
            rows: HashMap::new(),
            by_ticket: HashMap::new(),
            queue: VecDeque::new(),
            tickets: 0,
            bytes: 0,
        }))
    }
}

impl std::fmt::Debug for ReadyRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Its rows hold texts, which belong in no log.
        f.debug_struct("ReadyRows").finish_non_exhaustive()
    }
}

/// What is known of a row for one agent.
pub struct Found {
    pub shared: Arc<Shared>,
    pub read: Option<ReadState>,
}

impl ReadyRows {
    /// How much of the log has been looked at.
    pub fn heard(&self) -> Sequence {
        self.lock().heard
    }

    /// Drops what `changes`, which are the whole log after `after` and up to `end`, have touched. Nothing is done if it
    /// was not `after` that was heard last; the asker looks again.
    pub fn follow<'c>(&self, after: Sequence, end: Sequence, changes: impl Iterator<Item = &'c Change>) {
        let mut inner = self.lock();
        if inner.heard == after {
            changes.for_each(|change| inner.heed(change));
            inner.heard = end;
        }
    }

    /// Drops everything: too much has happened to look at.
    pub fn begin_anew(&self, end: Sequence) {
        let mut inner = self.lock();
        if inner.heard < end {
            inner.clear();
            inner.heard = end;
        }
    }

    /// What is known of these rows for `agent`, in their order. The log has to be followed first.
    pub fn find(&self, ids: &[ConversationId], agent: AgentId) -> Vec<Option<Found>> {
        let mut inner = self.lock();
        let one = |id| {
            let kept = inner.rows.get_mut(id)?;
            kept.used = true;
            let read = kept.reads.iter().find(|(of, _)| *of == agent).map(|(_, read)| *read);
            Some(Found { shared: Arc::clone(&kept.shared), read })
        };
        ids.iter().map(one).collect()
    }

    /// Keeps what was read when the log's end was `at` or later. If more of it has been heard since, a change may have
    /// come between, and nothing is kept.
    pub fn keep(
        &self,
        at: Sequence,
        agent: AgentId,
        rows: impl Iterator<Item = (ConversationId, Arc<Shared>, ReadState)>,
    ) {
        let mut inner = self.lock();
        if inner.heard != at {
            return;
        }
        for (id, shared, read) in rows {
            inner.keep(id, shared, agent, read);
        }
        inner.shrink();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn heed(&mut self, change: &Change) {
        match change {
            Change::ReadSet { agent, conversation, .. } => self.forget_read(*conversation, *agent),
            Change::ConversationStarted { .. }
            | Change::MessageAdded { .. }
            | Change::OwnerSet { .. }
            | Change::StateSet { .. }
            | Change::TrashSet { .. }
            | Change::SpamSet { .. }
            | Change::Deleted { .. }
            | Change::TicketOf { .. }
            | Change::ContactSet { .. }
            | Change::HiddenSet { .. } => {
                if let Some(id) = change.conversation() {
                    self.forget(id);
                }
            }
            // A row shows its ticket's name and whether that is closed; what else a ticket is stands in none.
            Change::Ticket(TicketChange::Set { ticket, set, .. }) if set.shows_in_rows() => self.forget_ticket(*ticket),
            Change::Ticket(TicketChange::Deleted { ticket, .. }) => self.forget_ticket(*ticket),
            Change::Ticket(_) | Change::Pipeline(_) => {}
            // The version has moved.
            Change::BlockSet { conversation, .. } => {
                if let Some(conversation) = conversation {
                    self.forget(*conversation);
                }
            }
            // A row says what its contact is called.
            Change::Recorded { change } => {
                if let Some(contact) = change.renamed_contact() {
                    self.forget_contact(contact);
                }
            }
            // Who comes new stands in no row yet, and how far everything is read is the reader's to know.
            // A row says nothing of these.
            Change::ContactAdded { .. }
            | Change::ReadFloorSet { .. }
            | Change::SurveySet { .. }
            | Change::CustomViewSet { .. }
            | Change::CustomViewCounted { .. } => {}
            // People and inboxes change seldom. What is added to the changes drops everything until somebody has
            // thought about which rows it reaches.
            _ => self.clear(),
        }
    }

    fn forget_ticket(&mut self, ticket: TicketId) {
        for id in self.by_ticket.get(&ticket).cloned().unwrap_or_default() {
            self.forget(id);
        }
    }

    fn forget(&mut self, id: ConversationId) {
        if let Some(kept) = self.rows.remove(&id) {
            if let Some(ticket) = kept.shared.ticket
                && let Some(of) = self.by_ticket.get_mut(&ticket)
            {
                of.retain(|other| *other != id);
                if of.is_empty() {
                    self.by_ticket.remove(&ticket);
                }
            }
            self.bytes -= kept.shared.bytes() + kept.reads.len() * READ_BYTES;
        }
    }

    /// Looks through all rows, which takes a millisecond: names change seldom.
    fn forget_contact(&mut self, contact: ContactId) {
        let with = self.rows.iter().filter(|(_, kept)| kept.shared.contact == Some(contact));
        let ids: Vec<ConversationId> = with.map(|(id, _)| *id).collect();
        ids.into_iter().for_each(|id| self.forget(id));
    }

    fn forget_read(&mut self, id: ConversationId, agent: AgentId) {
        if let Some(kept) = self.rows.get_mut(&id)
            && let Some(place) = kept.reads.iter().position(|(of, _)| *of == agent)
        {
            kept.reads.remove(place);
            self.bytes -= READ_BYTES;
        }
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.by_ticket.clear();
        self.queue.clear();
        self.bytes = 0;
    }

    fn keep(&mut self, id: ConversationId, shared: Arc<Shared>, agent: AgentId, read: ReadState) {
        if !self.rows.contains_key(&id) {
            self.tickets += 1;
            self.queue.push_back((id, self.tickets));
            self.bytes += shared.bytes();
            if let Some(ticket) = shared.ticket {
                self.by_ticket.entry(ticket).or_default().push(id);
            }
            self.rows.insert(id, Kept { shared, reads: VecDeque::new(), used: false, ticket: self.tickets });
        }
        self.forget_read(id, agent);
        let Some(kept) = self.rows.get_mut(&id) else { return };
        if kept.reads.len() == READERS_MOST {
            kept.reads.pop_front();
            self.bytes -= READ_BYTES;
        }
        kept.reads.push_back((agent, read));
        self.bytes += READ_BYTES;
    }

    /// Lets go of rows until they are few enough.
    fn shrink(&mut self) {
        while self.bytes > MOST_BYTES
            && let Some((id, ticket)) = self.queue.pop_front()
        {
            match self.rows.get_mut(&id) {
                Some(kept) if kept.ticket == ticket && kept.used => {
                    kept.used = false;
                    self.queue.push_back((id, ticket));
                }
                Some(kept) if kept.ticket == ticket => self.forget(id),
                _ => {}
            }
        }
        // What was dropped by the log has left its places in the queue behind.
        if self.queue.len() > 2 * self.rows.len() + 1_000 {
            let rows = &self.rows;
            self.queue.retain(|(id, ticket)| rows.get(id).is_some_and(|kept| kept.ticket == *ticket));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use samtal_model::{Channel, ConversationState, Origin, Timestamp};

    const ANNA: AgentId = AgentId(1);

    fn view(id: i64, subject: &str) -> ConversationView {
        ConversationView {
            id: ConversationId(id),
            inbox_id: InboxId(1),
            channel: Channel::Email,
            origin: Origin::Inbound,
            state: ConversationState::Open,
            owner: None,
            person_ever: false,
            spam: false,
            trashed_at: None,
            answered: true,
            created_at: Timestamp(0),
            last_activity_at: Timestamp(0),
            last_inbound_at: None,
            waiting_since: None,
            last_message_id: Some(MessageId(9)),
            last_inbound_message_id: Some(MessageId(9)),
            message_count: 1,
            version: Sequence(3),
            subject: subject.into(),
            preview: String::new(),
            preview_hidden: false,
            preview_author: None,
            preview_kind: None,
            contact: None,
            ticket: None,
            unread: true,
            read_up_to: Some(MessageId(5)),
            marked_unread: true,
        }
    }

    fn shared(id: i64, subject: &str) -> Arc<Shared> {
        Arc::new(Shared::of(view(id, subject)).expect("it is written as expected"))
    }

    fn kept(rows: &ReadyRows, at: i64, id: i64, subject: &str) {
        let row = (ConversationId(id), shared(id, subject), ReadState::default());
        rows.keep(Sequence(at), ANNA, [row].into_iter());
    }

    fn is_kept(rows: &ReadyRows, id: i64) -> bool {
        rows.find(&[ConversationId(id)], ANNA)[0].is_some()
    }

    #[test]
    fn a_row_is_written_as_serde_writes_it() {
        let states = [None, Some(MessageId(5)), Some(MessageId(9))];
        for (up_to, floor) in states.iter().flat_map(|up_to| states.map(|floor| (*up_to, floor))) {
            for marked_unread in [false, true] {
                let (mut view, read) = (view(7, "\"Shelf\""), ReadState { up_to, marked_unread });
                crate::store::personal_conversation(&mut view, read, floor);
                let mut out = String::new();
                shared(7, "\"Shelf\"").write(read, floor, &mut out);
                assert_eq!(out, serde_json::to_string(&view).expect("json"));
            }
        }
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let rows = ReadyRows::default();
        rows.begin_anew(Sequence(5));
        rows.follow(Sequence(5), Sequence(6), [].into_iter());
        kept(&rows, 5, 1, "Shelf");
        assert!(!is_kept(&rows, 1));
        kept(&rows, 6, 1, "Shelf");
        assert!(is_kept(&rows, 1));
    }

    #[test]
    fn the_log_is_heard_in_order_and_never_twice() {
        let rows = ReadyRows::default();
        kept(&rows, 0, 1, "Shelf");
        let spam = Change::SpamSet { conversation: ConversationId(1), from: false, to: true };
        rows.follow(Sequence(1), Sequence(2), [&spam].into_iter());
        assert_eq!((rows.heard(), is_kept(&rows, 1)), (Sequence(0), true), "there is a gap before it");
        rows.follow(Sequence(0), Sequence(1), [&spam].into_iter());
        assert_eq!((rows.heard(), is_kept(&rows, 1)), (Sequence(1), false));
        rows.begin_anew(Sequence(0));
        assert_eq!(rows.heard(), Sequence(1), "never back");
    }

    #[test]
    fn rows_and_readers_are_bounded_and_the_used_ones_stay() {
        let rows = ReadyRows::default();
        let subject = "x".repeat(1 << 20);
        for id in 0..100 {
            kept(&rows, 0, id, &subject);
            assert!(is_kept(&rows, 0), "it is asked for each time");
        }
        assert!(!is_kept(&rows, 1));
        assert!(rows.lock().bytes <= MOST_BYTES);
        for agent in 0..1_000 {
            let row = (ConversationId(0), shared(0, &subject), ReadState::default());
            rows.keep(Sequence(0), AgentId(agent), [row].into_iter());
        }
        let inner = rows.lock();
        assert_eq!(inner.rows[&ConversationId(0)].reads.len(), READERS_MOST);
        let bytes: usize = inner.rows.values().map(|kept| kept.shared.bytes() + kept.reads.len() * READ_BYTES).sum();
        assert_eq!(inner.bytes, bytes, "what is counted is what is there");
        assert!(inner.queue.len() <= 2 * inner.rows.len() + 1_000);
    }
}
