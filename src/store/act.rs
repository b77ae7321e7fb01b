//! Doing something: the guess in the next frame, the call to the server, and then its answer instead of the guess, or
//! the state before and the reason why not.

use super::entity::Guess;
use super::write::Then;
use super::{Notice, Store, guess, lock};
use crate::api;
use crate::api::told::{Answer, Told};
use crate::browser::frame;
use crate::ui::live::spawn;
use leptos::prelude::*;
use samtal_model::wire::Problem;
use samtal_model::{
    AgentId, BulkId, Change, Command, CommandId, ConversationId, MessageId, Refusal, Sequence, Timestamp, decide_here,
};

/// How long a count that was guessed stands at most after the answer, in milliseconds, should the feed be silent.
const COUNT_GUESS_MS: u64 = 4_000;

/// Steps that `z` can go back.
const MOST_UNDOABLE: usize = 50;

/// What can be taken back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Command(CommandId),
    Bulk(BulkId),
    /// The answer, which names what can be taken back, is not here yet.
    Pending(u32),
}

impl Done {
    /// Its own among all that can be taken back.
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Command(command) => command.0,
            Self::Bulk(id) => -id.0,
            Self::Pending(_) => 0,
        }
    }
}

/// What a guess touches, to take it back.
struct Trace {
    ticket: u32,
    conversations: Vec<ConversationId>,
    messages: Vec<MessageId>,
    /// The temporary message, and where it stands.
    written: Option<(ConversationId, MessageId)>,
}

impl Store {
    /// Carries out `command`: shows its result in the next frame, sends it, and lets the answer replace the guess.
    /// What can be taken back is told with an "Undo". A refusal restores what was shown, is told, and is given to `done`.
    pub fn act(&self, command: Command, done: impl FnOnce(Result<Answer, Problem>) + 'static) {
        self.act_as(frame::unique(), command, done);
    }

    /// The same for what may have been sent before under this `key`: the server does it once.
    pub fn act_as(&self, key: String, command: Command, done: impl FnOnce(Result<Answer, Problem>) + 'static) {
        self.act_then(key, command, Box::new(done));
    }

    fn act_then(&self, key: String, command: Command, done: Then) {
        let store = *self;
        let trace = match store.guess(&command) {
            Ok(trace) => trace,
            Err(refusal) => {
                let problem = as_problem(&refusal);
                if !is_told_beside(&command) {
                    store.notify(Notice::Bad(problem.detail.clone()));
                }
                done(Err(problem));
                return;
            }
        };
        let pending = is_taken_back(&command).then(|| store.begin_undoable());
        spawn(async move {
            let answer = api::send(&command, &key).await;
            let unwanted = pending.is_some_and(|pending| store.end_undoable(pending));
            match &answer {
                Ok(answer) => {
                    store.confirm(trace, answer, &command);
                    store.undo_unwanted(unwanted, answer);
                }
                Err(problem) => {
                    store.roll_back(trace);
                    if problem.errors.is_empty() || !is_told_beside(&command) {
                        store.notify(Notice::Bad(problem.detail.clone()));
                    }
                }
            }
            done(answer);
        });
    }

    /// Takes back what a command did (T9).
    pub fn undo(&self, command: CommandId) {
        self.forget_undoable(Done::Command(command));
        self.act(Command::Undo { command }, |_| {});
    }

    /// Takes back what was done last and not taken back yet (T9). False if there is nothing.
    pub fn undo_last(&self) -> bool {
        let last = lock(&self.0.undoable).pop();
        match last {
            Some(Done::Command(command)) => self.undo(command),
            // It stays undoable until it has begun to be undone.
            Some(what @ Done::Bulk(id)) => {
                self.remember_undoable(what);
                self.undo_bulk(id);
            }
            // It is taken back as soon as its answer is here.
            Some(Done::Pending(_)) | None => {}
        }
        last.is_some()
    }

    /// Something is on its way that can be taken back once it is done.
    pub(super) fn begin_undoable(&self) -> u32 {
        let ticket = self.fresh();
        self.remember_undoable(Done::Pending(ticket));
        ticket
    }

    /// Its answer is here. True if it was to be taken back meanwhile.
    pub(super) fn end_undoable(&self, ticket: u32) -> bool {
        let mut done = lock(&self.0.undoable);
        let before = done.len();
        done.retain(|done| *done != Done::Pending(ticket));
        done.len() == before
    }

    /// What was taken back before its answer was here.
    pub(super) fn undo_unwanted(&self, unwanted: bool, answer: &Answer) {
        if let Some(command) = answer.command.filter(|_| unwanted && answer.undoable) {
            self.undo(command);
        }
    }

    /// It has been taken back already.
    pub(super) fn forget_undoable(&self, what: Done) {
        lock(&self.0.undoable).retain(|done| *done != what);
        self.notify(Notice::TakenBack(what.number()));
    }

    pub(super) fn remember_undoable(&self, what: Done) {
        let mut done = lock(&self.0.undoable);
        if done.len() >= MOST_UNDOABLE {
            done.remove(0);
        }
        done.push(what);
    }

    fn guess(&self, command: &Command) -> Result<Trace, Refusal> {
        let ticket = self.fresh();
        let mut trace = Trace { ticket, conversations: Vec::new(), messages: Vec::new(), written: None };
        let message = command.message().and_then(|id| lock(&self.0.messages).confirmed(id).cloned());
        let conversation = command.conversation().or(message.as_ref().map(|message| message.conversation_id));
        let conversation = conversation.and_then(|id| self.peek(id));
        let me = self.my_id();
        let ask = guess::circumstances(me, Timestamp(frame::now_ms()), ticket);
        let world = self.0.agents.with_untracked(|agents| {
            self.0.inboxes.with_untracked(|inboxes| {
                guess::world(agents, inboxes, self.floor(), me, conversation.as_ref(), message.as_ref())
            })
        });
        // What is not about one conversation is the server's alone.
        let Some(decided) = decide_here(&world, &ask, command) else { return Ok(trace) };
        let changes = match decided {
            Ok(changes) => changes.into_iter().map(|(_, change)| change).collect::<Vec<_>>(),
            // This browser holds only a part: the server knows.
            Err(Refusal::NotFound(_) | Refusal::SignIn) => return Ok(trace),
            Err(refusal) => return Err(refusal),
        };
        let text = match command {
            Command::Reply { text, .. } | Command::Comment { text, .. } => text.clone(),
            _ => String::new(),
        };
        self.show_guess(
            &mut trace,
            Guess {
                ticket,
                changes,
                text,
                onto_conversation: guess::onto_conversation,
                onto_message: guess::onto_message,
            },
        );
        Ok(trace)
    }

    fn show_guess(&self, trace: &mut Trace, guess: Guess) {
        let (me, floor) = (self.my_id(), self.floor());
        let mut ids: Vec<ConversationId> = guess.changes.iter().filter_map(Change::conversation).collect();
        // Changes of one command are about one conversation, or few.
        ids.dedup();
        for id in ids {
            let Some(before) = self.peek(id) else { continue };
            for change in &guess.changes {
                match change {
                    Change::MessageAdded { message } if message.conversation == id => {
                        let text = guess.text.as_str();
                        let view = self.0.me.with_untracked(|me| guess::written(message, text, me, &before));
                        trace.written = Some((id, message.id));
                        self.take_messages(vec![view.clone()]);
                        self.place_in_thread(&view);
                    }
                    Change::HiddenSet { message, .. } => {
                        lock(&self.0.messages).add_guess(*message, guess.clone(), me);
                        trace.messages.push(*message);
                    }
                    _ => {}
                }
            }
            trace.conversations.push(id);
            lock(&self.0.conversations).add_guess(id, guess.clone(), me, floor);
            let gone = guess.changes.iter().any(|change| matches!(change, Change::Deleted { .. }));
            let after = match self.peek(id) {
                Some(after) if !gone => self.views_of(&after),
                _ => Vec::new(),
            };
            let views = self.views_of(&before);
            if views != after {
                self.0.counts.update(|counts| counts.guess(trace.ticket, before.inbox_id, &views, &after));
            }
        }
        if !trace.conversations.is_empty() {
            self.tell_news(&super::News::Changed { ids: trace.conversations.clone(), own: true });
        }
    }

    fn confirm(&self, trace: Trace, answer: &Answer, command: &Command) {
        self.take_back(&trace, false);
        self.0.counts.update(|counts| counts.confirm(trace.ticket, answer.sequence));
        self.drop_count_guess_later(trace.ticket, answer.sequence);
        if let Some(message) = &answer.message {
            self.take_messages(vec![message.clone()]);
            if matches!(command, Command::Reply { .. } | Command::Comment { .. }) {
                self.place_in_thread(message);
            }
        }
        if let Some((conversation, temporary)) = trace.written {
            self.leave_thread(conversation, temporary);
        }
        self.take_answer(answer);
        // What had no confirmed copy in the answer shows without the guess.
        self.take_back(&trace, true);
        if let Some(text) = self.said(command, answer) {
            match command {
                Command::Undo { .. } => self.notify(Notice::Done(text)),
                _ => self.tell_done(answer, text),
            }
        }
    }

    fn roll_back(&self, trace: Trace) {
        self.0.counts.update(|counts| counts.drop_guess(trace.ticket));
        if let Some((conversation, temporary)) = trace.written {
            self.leave_thread(conversation, temporary);
        }
        self.take_back(&trace, true);
        if !trace.conversations.is_empty() {
            self.tell_news(&super::News::Changed { ids: trace.conversations, own: true });
        }
    }

    fn take_back(&self, trace: &Trace, show: bool) {
        let (me, floor) = (self.my_id(), self.floor());
        for id in &trace.conversations {
            lock(&self.0.conversations).drop_guess(*id, trace.ticket, me, floor, show);
        }
        for id in &trace.messages {
            lock(&self.0.messages).drop_guess(*id, trace.ticket, me, show);
        }
    }

    /// The feed may bring a change of ours before the answer does: what expected it gives way, so that nothing is
    /// counted or shown twice.
    pub(super) fn settle(&self, change: &Told) {
        let Some(id) = change.conversation() else { return };
        let Some(guess) = lock(&self.0.conversations).expecting(id, change) else { return };
        let ticket = guess.ticket;
        lock(&self.0.conversations).drop_guess(id, ticket, self.my_id(), self.floor(), false);
        if guess.changes.iter().any(|change| matches!(change, Change::MessageAdded { .. })) {
            // Temporary ids are made of tickets.
            self.leave_thread(id, MessageId(-i64::from(ticket)));
        }
        self.0.counts.update(|counts| counts.drop_guess(ticket));
    }

    fn drop_count_guess_later(&self, ticket: u32, sequence: Sequence) {
        let store = *self;
        if *lock(&self.0.sequence) >= sequence {
            self.0.counts.update(|counts| counts.drop_guess(ticket));
        } else {
            frame::after(COUNT_GUESS_MS, move || store.0.counts.update(|counts| counts.drop_guess(ticket)));
        }
    }

    /// What the agent is told; none where the change speaks for itself.
    fn said(&self, command: &Command, answer: &Answer) -> Option<String> {
        if answer.changes.is_empty() {
            return None;
        }
        Some(match command {
            Command::Assign { owner: Some(owner), .. } => self.assigned(*owner),
            Command::Assign { owner: None, .. } => "Unassigned".into(),
            Command::Close { .. } => "Conversation closed".into(),
            Command::Reopen { .. } => "Conversation reopened".into(),
            Command::Trash { .. } => "Moved to Trash".into(),
            Command::Restore { .. } => "Conversation restored".into(),
            Command::Delete { .. } => "Deleted permanently".into(),
            Command::MarkSpam { .. } => "Marked as spam".into(),
            Command::MarkNotSpam { .. } => "Marked as not spam".into(),
            Command::Hide { .. } => "Message hidden".into(),
            Command::Unhide { .. } => "Message shown again".into(),
            Command::MarkUnread { .. } => "Marked as unread".into(),
            Command::MarkAllRead { .. } => "Everything marked as read".into(),
            Command::CreateCustomView { .. } => "View saved".into(),
            Command::EditCustomView { .. } | Command::MoveCustomView { .. } => "View changed".into(),
            Command::DeleteCustomView { .. } => "View deleted".into(),
            Command::Undo { .. } => "Undone".into(),
            _ => return None,
        })
    }

    fn assigned(&self, owner: AgentId) -> String {
        if owner == self.my_id() {
            return "Assigned to you".into();
        }
        ["Assigned to ", &untrack(|| self.agent_name(owner))].concat()
    }
}

/// Whether `z` is about it: it is told, and not an undo itself. What only follows from looking is not.
fn is_taken_back(command: &Command) -> bool {
    use Command::{Assign, Close, Hide, MarkNotSpam, MarkSpam, MarkUnread, Reopen, Restore, Trash, Unhide};
    matches!(
        command,
        Assign { .. }
            | Close { .. }
            | Reopen { .. }
            | Trash { .. }
            | Restore { .. }
            | MarkSpam { .. }
            | MarkNotSpam { .. }
            | Hide { .. }
            | Unhide { .. }
            | MarkUnread { .. }
    )
}

/// What is wrong with its fields is said where they are.
fn is_told_beside(command: &Command) -> bool {
    matches!(command, Command::CreateCustomView { .. } | Command::EditCustomView { .. })
}

/// The same shape as the server's refusal.
fn as_problem(refusal: &Refusal) -> Problem {
    let mut problem = Problem {
        kind: "about:blank".into(),
        title: String::new(),
        status: 409,
        detail: refusal.sentence(),
        code: refusal.code().into(),
        errors: Vec::new(),
        until: None,
    };
    match refusal {
        Refusal::BotWaits { until } => problem.until = Some(*until),
        Refusal::Invalid { field, why } => {
            problem.status = 422;
            problem.errors.push(samtal_model::wire::FieldError {
                field: (*field).into(),
                code: why.code().into(),
                message: why.sentence(field),
            });
        }
        _ => {}
    }
    problem
}
