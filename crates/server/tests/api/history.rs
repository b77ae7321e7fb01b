//! `/conversations/{id}/history` (T11).

use crate::app::{TestApp, stories};
use samtal_model::wire::{HistoryKind, HistoryPage};
use samtal_model::{Actor, ConversationId};
use serde_json::json;

stories![what_was_done_is_told_newest_first, it_is_not_for_everybody];

async fn page(client: &crate::app::Client<'_>, id: ConversationId, query: &str) -> HistoryPage {
    let answer = client.get(&format!("/conversations/{id}/history{query}")).await.ok();
    serde_json::from_value(answer.json()).expect("a history")
}

async fn what_was_done_is_told_newest_first(app: TestApp) {
    let (id, message) = app.mail(app.support, "A secret", "hidden words").await;
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    anna.post(&format!("/messages/{message}/hide")).await.ok();
    let closed = anna.patch(&format!("/conversations/{id}"), json!({ "state": "closed" })).await.command();
    jonas.post(&format!("/conversations/{id}/trash")).await.ok();
    let all = page(&jonas, id, "").await;
    let kinds: Vec<_> = all.items.iter().flat_map(|entry| entry.changes.iter().map(|it| it.kind)).collect();
    let wanted =
        [HistoryKind::Trashed, HistoryKind::Closed, HistoryKind::Hidden, HistoryKind::Started, HistoryKind::Message];
    assert_eq!(kinds, wanted);
    assert_eq!(all.items.iter().map(|entry| entry.undoable).collect::<Vec<_>>(), [true, false, false, false]);
    assert_eq!((Some(all.items[1].command), all.items[1].actor), (closed.command, Actor::Agent(app.anna)));
    assert!(page(&anna, id, "").await.items[1].undoable, "it was hers");
    let first = page(&jonas, id, "?limit=3").await;
    assert_eq!(first.items, all.items[..3]);
    let cursor = first.next_cursor.expect("there is more");
    let rest = page(&jonas, id, &format!("?limit=3&cursor={cursor}")).await;
    assert_eq!((rest.items, rest.next_cursor), (all.items[3..].to_vec(), None));
    // The entry's command is what is undone.
    jonas.post(&format!("/commands/{}/undo", all.items[0].command)).await.ok();
    let after = page(&jonas, id, "").await;
    assert_eq!((after.items[0].name.as_str(), after.items[1].undoable), ("undo", false));
    assert_eq!(after.items[1].undone_by, Some(after.items[0].command));
    let text = anna.get(&format!("/conversations/{id}/history")).await.ok().text();
    assert!(!text.contains("secret") && !text.contains("hidden words"));
}

async fn it_is_not_for_everybody(app: TestApp) {
    let (offer, _) = app.mail(app.sales, "Offer", "text").await;
    let path = format!("/conversations/{offer}/history");
    app.anonymous().get(&path).await.refused(401, "sign_in");
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    anna.get(&path).await.refused(404, "not_found");
    ewa.get(&path).await.ok();
    anna.get("/conversations/4711/history").await.refused(404, "not_found");
    for (query, field, why) in [
        ("limit=0", "limit", "wrong_value"),
        ("limit=101", "limit", "wrong_value"),
        ("cursor=x", "cursor", "wrong_value"),
        ("surprise=1", "surprise", "unknown_field"),
    ] {
        ewa.get(&format!("{path}?{query}")).await.names(400, "bad_query", field, why);
    }
}
