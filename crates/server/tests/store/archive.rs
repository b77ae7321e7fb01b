//! What an archive brings (X6), as it is kept: counted, listed and told as closed, and nobody waits in it.

use crate::engines::{Bench, on_each_engine};
use crate::story::{mail, received};
use samtal_model::wire::HistoryKind;
use samtal_model::{
    Actor, AgentId, Command, ConversationId, ConversationState, InboxId, Receive, Role, Sort, Timestamp, View,
};
use samtal_server::history;
use samtal_server::store::ListQuery;

/// A mail of an archive, or of today.
fn from(archived: bool, inbox: InboxId, thread: Option<ConversationId>, at: i64) -> Command {
    let Command::Receive(receive) = mail(inbox, "maja@post.test", "words", at) else { unreachable!("mail() receives") };
    Command::Receive(Box::new(Receive { thread, archived, ..*receive }))
}

async fn counts(bench: &Bench, agent: AgentId, inbox: InboxId) -> Vec<(View, i64)> {
    let reader = bench.reader(agent).await;
    let all = bench.store.view_counts(&reader, inbox).await.expect("a query").expect("their inbox");
    all.into_iter().filter(|it| it.count > 0).map(|it| (it.view, it.count)).collect()
}

async fn listed(bench: &Bench, agent: AgentId, query: ListQuery) -> Vec<ConversationId> {
    let reader = bench.reader(agent).await;
    let page = bench.store.conversations(&reader, &query).await.expect("a query").expect("their inbox");
    page.items.into_iter().map(|it| it.id).collect()
}

#[tokio::test]
async fn x6_an_archive_is_counted_and_listed_as_closed_until_the_contact_writes_again() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let (waits, _) = received(&bench, from(false, inbox, None, 5_000), 5_000).await;
        bench.ask(Actor::Agent(anna), 6_000, Command::Close { conversation: waits }).await;
        let (old, _) = received(&bench, from(true, inbox, None, 1_000), 9_000).await;
        received(&bench, from(true, inbox, Some(old), 2_000), 9_000).await;
        received(&bench, from(true, inbox, Some(waits), 7_000), 9_000).await;
        assert_eq!(counts(&bench, anna, inbox).await, [(View::Closed, 2)]);
        let longest = ListQuery { sort: Sort::WaitingLongest, ..ListQuery::of_view(inbox, View::Closed) };
        assert_eq!(listed(&bench, anna, longest).await, [waits, old], "the older one does not wait");

        let reader = bench.reader(anna).await;
        let row = bench.store.conversation(&reader, old).await.expect("a query").expect("the row");
        assert_eq!((row.state, row.waiting_since, row.message_count), (ConversationState::Closed, None, 2));
        let told = history::page(&bench.store, &reader, old, None, 10, Timestamp(9_000)).await;
        let told = told.expect("a query").expect("visible").items;
        let kinds = |n: usize| told[n].changes.iter().map(|it| it.kind).collect::<Vec<_>>();
        assert_eq!(kinds(0), [HistoryKind::Message]);
        assert_eq!(kinds(1), [HistoryKind::Started, HistoryKind::Closed, HistoryKind::Message]);

        received(&bench, from(false, inbox, Some(old), 10_000), 10_000).await;
        let open = [(View::Unassigned, 1), (View::Open, 1), (View::Email, 1), (View::Closed, 1)];
        assert_eq!(counts(&bench, anna, inbox).await, open);
        let row = bench.store.conversation(&reader, old).await.expect("a query").expect("the row");
        assert_eq!(row.waiting_since, Some(Timestamp(10_000)));
    })
    .await;
}
