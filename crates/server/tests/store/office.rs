//! An office for the tests of bulk actions: an inbox full of mail, two people, and one who works the actions off.

use crate::engines::{Bench, request};
use crate::story::{mail, received};
use samtal_model::wire::{BulkAction, BulkState, BulkView};
use samtal_model::{
    Actor, Address, AgentId, AuthorRef, BulkId, Channel, Command, ConversationId, ConversationState, InboxId,
    MessageKind, Origin, Receive, Role, Sequence, Timestamp, View,
};
use samtal_server::bulk::Bulks;
use samtal_server::dispatch::Outcome;
use samtal_server::store::{Begun, BulkOf, NewBulk, Selection};

pub const NOW: i64 = 1_000_000_000;

pub fn now() -> Timestamp {
    Timestamp(NOW)
}

/// When every lease of [`now`] is over.
pub fn later() -> Timestamp {
    Timestamp(NOW + 60_000)
}

pub struct Office {
    pub bench: Bench,
    pub bulks: Bulks,
    pub inbox: InboxId,
    pub anna: AgentId,
    pub jonas: AgentId,
}

impl Office {
    pub async fn new(bench: Bench) -> Self {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let jonas = bench.agent("jonas", Role::SuperAdmin).await;
        let bulks = Bulks::new(bench.store.clone(), bench.dispatcher.clone(), now);
        Self { bench, bulks, inbox, anna, jonas }
    }

    /// So many conversations, oldest first.
    pub async fn mails(&self, count: i64) -> Vec<ConversationId> {
        let requests = (0..count).map(|n| request(Actor::System, n, mail(self.inbox, "maja@post.test", "hello", n)));
        let answers = self.bench.dispatcher.ask_many(requests.collect()).await;
        let id = |outcome: &Outcome| outcome.changes.iter().find_map(|it| it.change.conversation());
        answers.iter().map(|answer| id(answer.as_ref().expect("received")).expect("a conversation")).collect()
    }

    /// The contact writes in it once more.
    pub async fn hear_again(&self, conversation: ConversationId, text: &str) {
        let receive = Command::Receive(Box::new(Receive {
            inbox: self.inbox,
            channel: Channel::Email,
            thread: Some(conversation),
            origin: Origin::Inbound,
            kind: MessageKind::Inbound,
            author: AuthorRef::Contact(Address { name: String::new(), email: "maja@post.test".into() }),
            contact: None,
            subject: String::new(),
            text: text.into(),
            sent_at: now(),
            spam: false,
            archived: false,
        }));
        received(&self.bench, receive, NOW).await;
    }

    pub fn asked(&self, action: BulkAction, of: BulkOf) -> NewBulk {
        NewBulk { agent: self.anna, action, owner: None, of, key: None, at: now() }
    }

    pub fn all_in(&self, view: View) -> BulkOf {
        BulkOf::Matching(Selection { inbox: Some(self.inbox), view, search: None, except: vec![] })
    }

    /// Writes it down without working on it.
    pub async fn waiting(&self, new: &NewBulk) -> BulkId {
        match self.bench.store.begin_bulk(new, false).await.expect("written down") {
            Begun::New(lease) => lease.bulk(),
            other => panic!("{other:?}"),
        }
    }

    /// Carries it out to its end.
    pub async fn done(&self, new: &NewBulk) -> BulkView {
        let id = self.waiting(new).await;
        self.bulks.carry_out(id).await.expect("carried out");
        self.view(id).await
    }

    pub async fn view(&self, id: BulkId) -> BulkView {
        self.bench.store.bulk_view(self.anna, id).await.expect("a query").expect("hers")
    }

    /// Conversation, code, and whether there is a subject.
    pub async fn refused(&self, id: BulkId) -> Vec<(ConversationId, String, bool)> {
        let reader = self.bench.reader(self.anna).await;
        let page = self.bench.store.bulk_refused(&reader, id, 0, 200).await.expect("a query").expect("hers");
        assert_eq!(page.next_cursor, None);
        page.items.into_iter().map(|it| (it.conversation_id, it.code, !it.subject.is_empty())).collect()
    }

    pub async fn state(&self, id: ConversationId) -> ConversationState {
        let reader = self.bench.reader(self.jonas).await;
        self.bench.store.conversation(&reader, id).await.expect("a query").expect("there").state
    }

    pub async fn closed(&self, ids: &[ConversationId]) -> usize {
        let reader = self.bench.reader(self.jonas).await;
        let all = self.bench.store.conversations_by_id(&reader, ids).await.expect("a query");
        all.iter().filter(|it| it.state == ConversationState::Closed).count()
    }

    /// How many commands of this name are in the log.
    pub async fn commands(&self, name: &str) -> usize {
        let mut count = 0;
        let mut after = Sequence(0);
        loop {
            let some = self.bench.store.log_after(after, 500).await.expect("a query");
            let Some((last, _)) = some.last() else { return count };
            after = last.sequence;
            count += some.iter().filter(|(entry, _)| entry.name == name).count();
        }
    }
}

pub fn counts(view: &BulkView) -> (BulkState, i64, i64, i64, i64) {
    (view.state, view.total, view.done, view.refused, view.changed)
}
