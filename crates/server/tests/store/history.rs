//! A conversation's history (T11), on both engines: by command, newest first, with what can be taken back by whom.

use crate::engines::{Bench, on_each_engine, request};
use crate::story::{mail, received};
use samtal_model::wire::{BulkAction, HistoryCause, HistoryEntry, HistoryKind, HistoryPage};
use samtal_model::{
    Actor, AgentId, AgentState, Command, CommandId, ConversationId, InboxId, MessageId, MessageKind, Owner, Role,
    Sequence, Timestamp,
};
use samtal_server::bulk::Bulks;
use samtal_server::history;
use samtal_server::store::{Begun, BulkOf, NewBulk};

struct Past {
    bench: Bench,
    inbox: InboxId,
    anna: AgentId,
    jonas: AgentId,
    id: ConversationId,
    first: MessageId,
}

impl Past {
    async fn new(bench: Bench) -> Self {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let jonas = bench.agent("jonas", Role::SuperAdmin).await;
        let (id, first) = received(&bench, mail(inbox, "maja@post.test", "the secret word", 1000), 1000).await;
        Self { bench, inbox, anna, jonas, id, first }
    }

    async fn does(&self, agent: AgentId, command: Command) -> CommandId {
        self.bench.ask(Actor::Agent(agent), 2000, command).await.command.expect("something changed")
    }

    async fn page(&self, agent: AgentId, before: Option<Sequence>, limit: usize) -> Option<HistoryPage> {
        let reader = self.bench.reader(agent).await;
        history::page(&self.bench.store, &reader, self.id, before, limit, Timestamp(3000)).await.expect("a query")
    }

    async fn all(&self, agent: AgentId) -> Vec<HistoryEntry> {
        let page = self.page(agent, None, 100).await.expect("hers to see");
        assert_eq!(page.next_cursor, None);
        page.items
    }
}

fn kinds(entries: &[HistoryEntry]) -> Vec<(&str, Vec<(HistoryKind, HistoryCause)>)> {
    let lines = |entry: &HistoryEntry| entry.changes.iter().map(|it| (it.kind, it.cause)).collect();
    entries.iter().map(|entry| (entry.name.as_str(), lines(entry))).collect()
}

#[tokio::test]
async fn every_change_has_its_line_newest_first() {
    use HistoryCause::{Asked, ContactReopens, ContactRestores, OwnerLeft, Undo};
    use HistoryKind::{
        Closed, Hidden, Message, NotSpam, Owner as OwnerKind, Reopened, Restored, Spam, Started, Trashed, Unhidden,
    };
    on_each_engine(|bench| async move {
        let past = Past::new(bench).await;
        let (id, anna, jonas) = (past.id, past.anna, past.jonas);
        past.does(anna, Command::Assign { conversation: id, owner: Some(jonas) }).await;
        past.does(jonas, Command::Reply { conversation: id, text: "an answer".into() }).await;
        past.does(anna, Command::MarkRead { conversation: id, up_to: past.first }).await;
        past.does(anna, Command::Hide { message: past.first }).await;
        past.does(anna, Command::Unhide { message: past.first }).await;
        past.does(anna, Command::MarkSpam { conversation: id }).await;
        let undone = past.does(anna, Command::MarkNotSpam { conversation: id }).await;
        let undo = past.does(anna, Command::Undo { command: undone }).await;
        past.does(anna, Command::MarkNotSpam { conversation: id }).await;
        past.does(anna, Command::Close { conversation: id }).await;
        past.does(anna, Command::Trash { conversation: id }).await;
        let Command::Receive(mut back) = mail(past.inbox, "maja@post.test", "me again", 2500) else { unreachable!() };
        back.thread = Some(id);
        received(&past.bench, Command::Receive(back), 2500).await;
        past.does(anna, Command::Comment { conversation: id, text: "well".into() }).await;
        let bo = past.bench.agent("bo", Role::Admin).await;
        past.does(anna, Command::Assign { conversation: id, owner: Some(bo) }).await;
        let off = Command::SetAgentState { agent: bo, state: AgentState::Deactivated };
        past.does(jonas, off).await;

        let all = past.all(anna).await;
        let restored = vec![(Restored, ContactRestores), (Reopened, ContactReopens), (Message, Asked)];
        let mut back = kinds(&all)[3].1.clone();
        back.sort_by_key(|(kind, _)| restored.iter().position(|(it, _)| it == kind));
        assert_eq!(back, restored, "the contact's word brings it back, and says why");
        let wanted = [
            ("set_agent_state", vec![(OwnerKind, OwnerLeft)]),
            ("assign", vec![(OwnerKind, Asked)]),
            ("comment", vec![(Message, Asked)]),
            ("receive", kinds(&all)[3].1.clone()),
            ("trash", vec![(Trashed, Asked)]),
            ("close", vec![(Closed, Asked)]),
            ("mark_not_spam", vec![(NotSpam, Asked)]),
            ("undo", vec![(Spam, Undo)]),
            ("mark_not_spam", vec![(NotSpam, Asked)]),
            ("mark_spam", vec![(Spam, Asked)]),
            ("unhide", vec![(Unhidden, Asked)]),
            ("hide", vec![(Hidden, Asked)]),
            ("reply", vec![(Message, Asked)]),
            ("assign", vec![(OwnerKind, Asked)]),
            ("receive", vec![(Started, Asked), (Message, Asked)]),
        ];
        assert_eq!(kinds(&all), wanted, "and reading is nobody's business");
        assert_eq!((all[0].actor, all[0].changes[0].from_owner), (Actor::Agent(jonas), Some(Owner::Agent(bo))));
        assert_eq!((all[8].undone_by, all[8].undone_by_actor), (Some(undo), Some(Actor::Agent(anna))));
        assert_eq!(all[7].changes[0].undoes, Some(undone));
        assert_eq!(all[11].changes[0].message_id, Some(past.first));
        assert_eq!(all[12].changes[0].message_kind, Some(MessageKind::Outbound));
        let ids: Vec<_> = all.iter().map(|entry| entry.command).collect();
        assert!(ids.is_sorted_by(|a, b| a > b));
        // By pages it is the same.
        let (mut paged, mut before) = (vec![], None);
        loop {
            let page = past.page(anna, before, 4).await.expect("hers to see");
            assert!(page.items.len() == 4 || page.next_cursor.is_none());
            paged.extend(page.items);
            let Some(next) = page.next_cursor else { break };
            before = Some(next.parse().expect("a sequence"));
        }
        assert_eq!(paged, all);
    })
    .await;
}

#[tokio::test]
async fn what_the_rules_would_let_the_reader_take_back_can_be_taken_back() {
    on_each_engine(|bench| async move {
        let past = Past::new(bench).await;
        let (id, anna, jonas) = (past.id, past.anna, past.jonas);
        past.does(anna, Command::Assign { conversation: id, owner: Some(anna) }).await;
        past.does(anna, Command::Close { conversation: id }).await;
        past.does(jonas, Command::Reopen { conversation: id }).await;
        past.does(anna, Command::Close { conversation: id }).await;
        past.does(anna, Command::MarkSpam { conversation: id }).await;
        past.does(jonas, Command::Assign { conversation: id, owner: None }).await;
        past.does(anna, Command::Comment { conversation: id, text: "well".into() }).await;
        for agent in [anna, jonas] {
            let all = past.all(agent).await;
            assert!(all.iter().any(|entry| entry.undoable), "{all:?}");
            for entry in all {
                let asked = request(Actor::Agent(agent), 3000, Command::Undo { command: entry.command });
                let asked = samtal_server::dispatch::Request { preview: true, ..asked };
                let possible = past.bench.dispatcher.ask(asked).await.is_ok();
                assert_eq!(entry.undoable, possible, "{} for {agent}", entry.name);
            }
        }
        let undoable = async |agent| {
            let all = past.all(agent).await;
            all.into_iter().filter(|entry| entry.undoable).map(|entry| entry.name).collect::<Vec<_>>()
        };
        assert_eq!(undoable(anna).await, ["mark_spam", "close"]);
        assert_eq!(undoable(jonas).await, ["assign"]);
        let spam = past.all(anna).await.into_iter().find(|entry| entry.name == "mark_spam").expect("there");
        past.does(anna, Command::Undo { command: spam.command }).await;
        assert_eq!(undoable(anna).await, ["undo", "close"], "what is undone is so once; the undo can be undone");
    })
    .await;
}

#[tokio::test]
async fn it_is_there_in_trash_and_for_nobody_else_and_gone_with_the_conversation() {
    on_each_engine(|bench| async move {
        let mut past = Past::new(bench).await;
        let secret = past.bench.inbox("secret", false).await;
        past.does(past.anna, Command::Trash { conversation: past.id }).await;
        assert_eq!(past.all(past.anna).await.len(), 2);
        past.does(past.anna, Command::Delete { conversation: past.id }).await;
        assert_eq!(past.page(past.anna, None, 10).await, None);
        past.id = received(&past.bench, mail(secret, "maja@post.test", "for few", 1000), 1000).await.0;
        assert_eq!(past.page(past.anna, None, 10).await, None, "X2");
        assert_eq!(past.all(past.jonas).await.len(), 1);
        past.id = ConversationId(4711);
        assert_eq!(past.page(past.jonas, None, 10).await, None);
    })
    .await;
}

#[tokio::test]
async fn no_text_is_in_it() {
    on_each_engine(|bench| async move {
        let past = Past::new(bench).await;
        past.does(past.anna, Command::Comment { conversation: past.id, text: "a secret comment".into() }).await;
        past.does(past.anna, Command::Hide { message: past.first }).await;
        let text = serde_json::to_string(&past.all(past.jonas).await).expect("json");
        for word in ["secret", "maja", "About"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn reading_a_thousand_times_hides_nothing() {
    on_each_engine(|bench| async move {
        let past = Past::new(bench).await;
        let mut requests = vec![];
        for n in 0..300 {
            let (conversation, up_to) = (past.id, past.first);
            let command = match n % 2 {
                0 => Command::MarkUnread { conversation },
                _ => Command::MarkRead { conversation, up_to },
            };
            requests.push(request(Actor::Agent(past.anna), 2000, command));
        }
        let answers = past.bench.dispatcher.ask_many(requests).await;
        // An undo is no reading by its name.
        for answer in answers.into_iter().rev().take(1) {
            let command = answer.expect("read").command.expect("changed");
            past.does(past.anna, Command::Undo { command }).await;
        }
        let page = past.page(past.anna, None, 1).await.expect("hers to see");
        assert_eq!(kinds(&page.items).len(), 1);
        assert_eq!((page.items[0].name.as_str(), page.next_cursor), ("receive", None));
    })
    .await;
}

#[tokio::test]
async fn a_bulk_action_is_named_to_whoever_asked_for_it() {
    on_each_engine(|bench| async move {
        let past = Past::new(bench).await;
        let other = received(&past.bench, mail(past.inbox, "nils@post.test", "hello", 1000), 1000).await.0;
        let of = BulkOf::Ids(vec![past.id, other]);
        let at = Timestamp(2000);
        let new = NewBulk { agent: past.anna, action: BulkAction::Close, owner: None, of, key: None, at };
        let bulks = Bulks::new(past.bench.store.clone(), past.bench.dispatcher.clone(), || Timestamp(2000));
        let Begun::New(lease) = bulks.ask(&new).await.expect("carried out") else { panic!("begun before") };
        let hers = &past.all(past.anna).await[0];
        assert_eq!((hers.name.as_str(), hers.bulk_id, hers.bulk_total), ("close", Some(lease.bulk()), Some(2)));
        assert!(hers.undoable);
        let his = &past.all(past.jonas).await[0];
        assert_eq!((his.bulk_id, his.bulk_total, his.undoable), (None, None, false));
    })
    .await;
}
