//! Custom views (V10) as they are kept: their counts follow every command, are taken anew in the background, and are
//! what the search finds.

use crate::desk::Desk;
use crate::engines::{Bench, on_each_engine};
use samtal_model::wire::CustomViewView;
use samtal_model::{
    Actor, AgentId, AgentState, Change, Command, CustomViewEdit, CustomViewId, CustomViewText, KeptQuery, MessageId,
    Role, Timestamp,
};
use samtal_server::counting::count;
use samtal_server::store::ListQuery;

const DAY_MS: i64 = 24 * 3_600_000;

pub fn text(name: &str, query: &str) -> CustomViewText {
    let query = KeptQuery::read(query).expect("no mistakes");
    CustomViewText { name: name.into(), query, ..CustomViewText::default() }
}

pub async fn make(bench: &Bench, who: AgentId, name: &str, query: &str, shared: bool) -> CustomViewId {
    let command = Command::CreateCustomView { text: text(name, query), shared };
    let outcome = bench.ask(Actor::Agent(who), 0, command).await;
    match &outcome.changes[0].change {
        Change::CustomViewSet { to, .. } => to.id,
        other => panic!("{other:?} instead of a view"),
    }
}

/// Everything that is left to count at that moment.
pub async fn counted(bench: &Bench, now: i64) {
    count(&bench.store, &bench.dispatcher, Timestamp(now), true).await.expect("counted");
}

pub async fn views(bench: &Bench, who: AgentId) -> Vec<CustomViewView> {
    bench.store.custom_views(&bench.reader(who).await).await.expect("a query").items
}

impl Desk {
    async fn view(&self, who: AgentId, id: CustomViewId) -> CustomViewView {
        views(&self.bench, who).await.into_iter().find(|view| view.id == id).expect("their view")
    }

    async fn count(&self, who: AgentId, id: CustomViewId) -> i64 {
        let view = self.view(who, id).await;
        assert!(!view.filling, "{view:?}");
        view.count
    }
}

#[tokio::test]
async fn counts_follow_every_command() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let anna = desk.anna;
        let first = desk.say("a lamp").await;
        let (second, said) = desk.get(desk.mail("maja@post.test", "Hello", "a shelf")).await;
        let open = make(&desk.bench, anna, "Open", "is:open -in:trash", true).await;
        let lamps = make(&desk.bench, anna, "Lamps", "lamp", false).await;
        let bare = make(&desk.bench, anna, "No lamps", "-lamp", false).await;
        let mine = make(&desk.bench, anna, "Mine", "assignee:me", true).await;
        let unread = make(&desk.bench, anna, "Unread", "is:unread", true).await;
        let shelves = make(&desk.bench, anna, "Shelves", "shelf", true).await;
        let all = [open, lamps, bare, mine, unread, shelves];
        let counts = async || {
            let mut counts = vec![];
            for view in all {
                counts.push(desk.count(anna, view).await);
            }
            counts
        };
        assert_eq!(counts().await, [2, 1, 1, 0, 2, 1]);
        desk.ask(Command::Close { conversation: first }).await;
        assert_eq!(counts().await, [1, 1, 1, 0, 2, 1]);
        desk.ask(Command::Assign { conversation: second, owner: Some(anna) }).await;
        assert_eq!(counts().await, [1, 1, 1, 1, 2, 1]);
        assert_eq!(desk.count(desk.ewa, mine).await, 0, "hers are others");
        desk.ask(Command::MarkRead { conversation: second, up_to: said }).await;
        assert_eq!(counts().await, [1, 1, 1, 1, 1, 1]);
        assert_eq!(desk.count(desk.ewa, unread).await, 2);
        desk.ask(Command::Hide { message: said }).await;
        assert_eq!(counts().await, [1, 1, 1, 1, 1, 0], "what is hidden is not found (M4)");
        desk.ask(Command::Unhide { message: said }).await;
        desk.answer(second, "and a lamp").await;
        assert_eq!(counts().await, [1, 2, 0, 1, 2, 1]);
        desk.ask(Command::Trash { conversation: second }).await;
        assert_eq!(counts().await, [0, 2, 0, 1, 2, 1]);
        desk.ask(Command::Delete { conversation: second }).await;
        assert_eq!(counts().await, [0, 1, 0, 0, 1, 0]);
        let up_to = MessageId(1000);
        desk.ask(Command::MarkAllRead { up_to }).await;
        assert_eq!(counts().await, [0, 1, 0, 0, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_count_is_of_the_inboxes_its_reader_sees() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let view = make(&desk.bench, desk.anna, "All", "", true).await;
        desk.say("here").await;
        let mut elsewhere = desk.mail("ola@post.test", "Hello", "there");
        elsewhere.inbox = desk.secret;
        desk.get(elsewhere).await;
        assert_eq!(desk.count(desk.anna, view).await, 1);
        assert_eq!(desk.count(desk.ewa, view).await, 2);
        let allow = Command::SetAccess { agent: desk.anna, inbox: desk.secret, allowed: true };
        desk.bench.ask(Actor::System, 0, allow).await;
        assert_eq!(desk.count(desk.anna, view).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_new_colleague_and_one_who_comes_back_have_counts_of_their_own() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let unread = make(&desk.bench, desk.anna, "Unread", "is:unread", true).await;
        let own = make(&desk.bench, desk.anna, "All", "", false).await;
        desk.say("before").await;
        let jonas = desk.bench.agent("jonas", Role::Agent).await;
        assert_eq!(desk.count(jonas, unread).await, 0, "what came before is read");
        let state = async |state| {
            let command = Command::SetAgentState { agent: desk.anna, state };
            desk.bench.ask(Actor::Agent(desk.ewa), 0, command).await;
        };
        state(AgentState::Deactivated).await;
        desk.say("meanwhile").await;
        counted(&desk.bench, 0).await;
        assert_eq!(desk.count(jonas, unread).await, 1, "a shared view stays");
        state(AgentState::Active).await;
        assert_eq!((desk.count(desk.anna, unread).await, desk.count(desk.anna, own).await), (2, 2));
    })
    .await;
}

#[tokio::test]
async fn a_changed_query_is_counted_anew_and_a_changed_name_is_not() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        desk.say("a lamp").await;
        desk.say("a shelf and a chair").await;
        let view = make(&desk.bench, desk.anna, "Things", "lamp", false).await;
        let edit = async |edit| {
            let command = Command::EditCustomView { view, edit };
            desk.bench.ask(Actor::Agent(desk.anna), 0, command).await.command.expect("a change")
        };
        let query = |query: &str| CustomViewEdit {
            query: Some(KeptQuery::read(query).expect("no mistakes")),
            ..CustomViewEdit::default()
        };
        let asked = edit(query("assignee:me")).await;
        assert_eq!(desk.count(desk.anna, view).await, 0);
        desk.bench.ask(Actor::Agent(desk.anna), 0, Command::Undo { command: asked }).await;
        assert_eq!(desk.count(desk.anna, view).await, 1, "what was kept for her alone is kept for all again");
        edit(query("shelf")).await;
        edit(CustomViewEdit { name: Some("Shelves".into()), ..CustomViewEdit::default() }).await;
        assert_eq!(desk.count(desk.anna, view).await, 1);
        assert_eq!(desk.view(desk.anna, view).await.name, "Shelves");
        counted(&desk.bench, 0).await;
        desk.say("another shelf").await;
        assert_eq!(desk.count(desk.anna, view).await, 2);
        let deleting = desk.bench.ask(Actor::Agent(desk.anna), 0, Command::DeleteCustomView { view }).await;
        assert!(views(&desk.bench, desk.anna).await.is_empty());
        desk.say("a third shelf").await;
        counted(&desk.bench, 0).await;
        let back = Command::Undo { command: deleting.command.expect("a change") };
        desk.bench.ask(Actor::Agent(desk.anna), 0, back).await;
        assert_eq!(desk.count(desk.anna, view).await, 3);
    })
    .await;
}

#[tokio::test]
async fn relative_dates_move_when_their_day_turns() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        // The desk's clock begins with 1970; the days of this view begin two hours before those of UTC.
        let text = CustomViewText { utc_offset_minutes: 120, ..text("Today", "on:today") };
        let command = Command::CreateCustomView { text, shared: true };
        desk.bench.ask(Actor::Agent(desk.anna), 0, command).await;
        let view = views(&desk.bench, desk.anna).await[0].id;
        desk.say("today").await;
        assert_eq!(desk.count(desk.anna, view).await, 1);
        counted(&desk.bench, DAY_MS - 3 * 3_600_000).await;
        assert_eq!(desk.count(desk.anna, view).await, 1);
        counted(&desk.bench, DAY_MS - 2 * 3_600_000).await;
        assert_eq!(desk.count(desk.anna, view).await, 0);
        let found = desk.bench.store.custom_view(&desk.bench.reader(desk.anna).await, view).await;
        let search = found.expect("a query").expect("the view").search(Timestamp(DAY_MS - 2 * 3_600_000));
        assert_eq!(search.from, Some(Timestamp(DAY_MS - 2 * 3_600_000)));
    })
    .await;
}

/// More than one step.
const MANY: usize = 2_300;

#[tokio::test]
async fn much_is_counted_in_the_background_by_whichever_node_comes_first() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let requests = (0..MANY).map(|nth| {
            let word = if nth % 3 == 0 { "lamp" } else { "shelf" };
            let mail = desk.mail(&format!("c{nth}@post.test"), "Hello", word);
            let at = mail.sent_at.0;
            crate::engines::request(Actor::System, at, Command::Receive(Box::new(mail)))
        });
        for answer in desk.bench.dispatcher.ask_many(requests.collect()).await {
            answer.expect("received");
        }
        let lamps = make(&desk.bench, desk.anna, "Lamps", "lamp is:open", true).await;
        let unread = make(&desk.bench, desk.anna, "Unread", "is:unread lamp", true).await;
        let there = |view: &CustomViewView| (view.filling, view.count);
        assert_eq!(there(&desk.view(desk.anna, lamps).await), (true, 334), "the first thousand at once");
        // The list is right from the first moment.
        let found = desk.bench.store.custom_view(&desk.bench.reader(desk.anna).await, lamps).await;
        let found = found.expect("a query").expect("the view");
        assert_eq!(found.total(None), None);
        let page = desk.page(desk.anna, &ListQuery::searching(found.search(Timestamp(0)))).await;
        assert_eq!(page.items.len(), 50);
        // In the middle of it somebody works, on both sides of where the counting stands.
        for conversation in [page.items[0].id, samtal_model::ConversationId(1)] {
            desk.ask(Command::Close { conversation }).await;
        }
        let start = desk.bench.store.sequence().await.expect("a query");
        let other = desk.bench.second_node().await;
        let (one, two) = tokio::join!(
            count(&desk.bench.store, &desk.bench.dispatcher, Timestamp(0), false),
            count(&other.store, &other.dispatcher, Timestamp(0), false),
        );
        one.expect("counted");
        two.expect("counted");
        let all = (MANY as i64 + 2) / 3;
        assert_eq!(desk.count(desk.anna, lamps).await, all - 2);
        assert_eq!(desk.count(desk.anna, unread).await, all);
        assert_eq!(desk.count(desk.ewa, unread).await, all);
        // And it was told.
        let told = desk.bench.store.log_after(start, 100).await.expect("a query");
        let told = told.iter().filter(|(entry, _)| matches!(entry.change, Change::CustomViewCounted { .. }));
        assert!(told.count() >= 3);
        // Nothing is left, so nobody does it again.
        assert!(!desk.bench.store.count_custom_views().await.expect("a query"));
    })
    .await;
}

#[tokio::test]
async fn a_long_thread_is_found_by_its_first_words() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let thread = desk.say("an oak table").await;
        let requests = (0..5_200).map(|nth| {
            let mut mail = desk.mail("maja@post.test", "Hello", &format!("and {nth}"));
            mail.thread = Some(thread);
            let at = mail.sent_at.0;
            crate::engines::request(Actor::System, at, Command::Receive(Box::new(mail)))
        });
        for answer in desk.bench.dispatcher.ask_many(requests.collect()).await {
            answer.expect("received");
        }
        let oak = make(&desk.bench, desk.anna, "Oak", "oak", false).await;
        let bare = make(&desk.bench, desk.anna, "No oak", "-oak", false).await;
        assert_eq!((desk.count(desk.anna, oak).await, desk.count(desk.anna, bare).await), (1, 0));
    })
    .await;
}
