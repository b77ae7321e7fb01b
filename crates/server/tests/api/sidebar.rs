//! What stands beside a conversation of its contact's other tickets (D4).

use crate::app::{TestApp, stories};
use serde_json::{Value, json};

stories![a_contacts_tickets_stand_beside_newest_first_and_only_those_one_may_see];

async fn a_contacts_tickets_stand_beside_newest_first_and_only_those_one_may_see(app: TestApp) {
    let (anna, daan) = (app.anna().await, app.daan().await);
    let mut made = vec![];
    let mut conversations = vec![];
    for (inbox, name) in
        [(app.support, "First"), (app.sales, "Secret"), (app.support, "Second"), (app.support, "In Trash")]
    {
        let (conversation, _) = app.mail(inbox, name, "Hello").await;
        let answer = daan.post_json(&format!("/conversations/{conversation}/ticket"), json!({ "name": name })).await;
        made.push(answer.ok().json()["ticket"]["id"].as_i64().expect("an id"));
        conversations.push(conversation);
    }
    daan.post(&format!("/tickets/{}/trash", made[3])).await.ok();
    let names = |sidebar: Value| {
        let tickets = sidebar["tickets"].as_array().expect("tickets").clone();
        tickets.iter().map(|it| it["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let path = format!("/conversations/{}/sidebar", conversations[0]);
    assert_eq!(names(anna.get(&path).await.ok().json()), ["Second", "First"], "Sales is not hers, Trash is no past");
    assert_eq!(names(daan.get(&path).await.ok().json()), ["Second", "Secret", "First"]);
    app.anonymous().get(&path).await.refused(401, "sign_in");
    anna.get(&format!("/conversations/{}/sidebar", conversations[1])).await.refused(404, "not_found");
    // Of somebody else it is another list.
    let mut other = crate::app::receive(app.support, "Hi", "Hello");
    other.author =
        samtal_model::AuthorRef::Contact(samtal_model::Address { name: "Bo".into(), email: "bo@kund.example".into() });
    let (others, _) = app.receive(other, samtal_server::dispatch::MailExtras::default()).await;
    assert!(names(anna.get(&format!("/conversations/{others}/sidebar")).await.ok().json()).is_empty());
    for _ in 0..21 {
        let body = json!({ "inbox_id": app.support, "name": "Many", "conversation_id": null, "contact_id": contact(&anna.get(&path).await.json()) });
        anna.post_json("/tickets", body).await.ok();
    }
    assert_eq!(names(anna.get(&path).await.ok().json()).len(), 20, "as many as are shown");
}

fn contact(sidebar: &Value) -> Value {
    sidebar["contact"]["id"].clone()
}
