//! The list's parameters: the typed search, the separate filters, the order, and what is said of mistakes.

use crate::app::{TestApp, let_pass, receive, stories, with_time};
use samtal_model::{Channel, Timestamp};
use samtal_server::dispatch::MailExtras;
use serde_json::{Value, json};

stories![
    typed_and_separate_filters_are_one,
    mistakes_are_pointed_at,
    days_begin_where_the_reader_is,
    a_view_comes_in_every_order,
    a_search_says_which_message_matched,
];

fn ids(page: &Value) -> Vec<i64> {
    page["items"].as_array().expect("items").iter().map(|item| item["id"].as_i64().expect("an id")).collect()
}

async fn typed_and_separate_filters_are_one(app: TestApp) {
    let (lamp, _) = app.mail(app.support, "Lamp", "It is broken").await;
    let mut chat = receive(app.support, "Shelf", "It is broken too");
    chat.channel = Channel::Chat;
    let (chat, _) = app.receive(chat, MailExtras::default()).await;
    let mut spam = receive(app.support, "Win", "broken records");
    spam.spam = true;
    let (spam, _) = app.receive(spam, MailExtras::default()).await;
    let anna = app.anna().await;
    anna.patch(&format!("/conversations/{lamp}"), json!({ "owner_id": app.anna })).await.ok();
    anna.patch(&format!("/conversations/{chat}"), json!({ "state": "closed" })).await.ok();
    let contact = anna.get(&format!("/conversations/{lamp}")).await.ok().json()["contact"]["id"].clone();
    let me = app.anna;
    for (query, there) in [
        ("q=broken".to_owned(), vec![spam.0, chat.0, lamp.0]),
        ("q=broken+hide:spam".to_owned(), vec![chat.0, lamp.0]),
        ("q=broken&hide_spam=true&hide_trash=true".to_owned(), vec![chat.0, lamp.0]),
        ("q=broken&hide_spam=false".to_owned(), vec![spam.0, chat.0, lamp.0]),
        ("status=closed".to_owned(), vec![chat.0]),
        ("q=broken&status=open,closed&channel=chat".to_owned(), vec![chat.0]),
        ("q=channel:email&channel=chat&hide_spam=true&sort=oldest_activity".to_owned(), vec![lamp.0, chat.0]),
        (format!("assignee={me}"), vec![lamp.0]),
        ("assignee=me".to_owned(), vec![lamp.0]),
        ("assignee=me,none&q=broken".to_owned(), vec![spam.0, chat.0, lamp.0]),
        (format!("contact={contact}&status=closed"), vec![chat.0]),
        ("contact=4711".to_owned(), vec![]),
        ("from=1999&q=broken".to_owned(), vec![spam.0, chat.0, lamp.0]),
        ("to=1999&q=broken".to_owned(), vec![]),
        ("q=broken+assignee:".to_owned(), vec![spam.0, chat.0, lamp.0]),
    ] {
        let page = anna.get(&format!("/conversations?inbox={}&{query}", app.support)).await.ok().json();
        assert_eq!(ids(&page), there, "{query}");
        assert_eq!((&page["total"], &page["next_cursor"]), (&Value::Null, &Value::Null));
        let everywhere = anna.get(&format!("/conversations?{query}")).await.ok().json();
        assert_eq!(ids(&everywhere), there, "{query}");
    }
    let daan = app.daan().await;
    daan.get("/conversations?q=broken").await.ok();
    anna.get(&format!("/conversations?q=broken&inbox={}", app.sales)).await.refused(404, "not_found");
}

async fn mistakes_are_pointed_at(app: TestApp) {
    let anna = app.anna().await;
    for (query, wrong) in [
        ("q=form:anna+is:sleeping", vec![("q", "no_operator"), ("q", "not_a_value")]),
        ("q=after:tomorrowish", vec![("q", "not_a_date")]),
        ("q=-hide:spam", vec![("q", "not_excluded")]),
        ("q=after:2024+after:2025", vec![("q", "twice")]),
        (
            "status=half&channel=smoke&assignee=x&contact=y",
            vec![
                ("status", "wrong_value"),
                ("channel", "wrong_value"),
                ("assignee", "wrong_value"),
                ("contact", "wrong_value"),
            ],
        ),
        ("from=soon", vec![("from", "not_a_date")]),
        ("q=after:2024&from=2025", vec![("from", "twice")]),
        ("q=x&offset=841", vec![("offset", "wrong_value")]),
        ("q=x&offset=-2147483648", vec![("offset", "wrong_value")]),
        ("q=x&position=3", vec![("position", "wrong_value")]),
        ("q=x&sort=sideways", vec![("sort", "wrong_value")]),
        ("view=open", vec![("inbox", "missing")]),
    ] {
        let problem = anna.get(&format!("/conversations?{query}")).await.refused(400, "bad_query");
        let got: Vec<_> = problem.errors.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
        assert_eq!(got.iter().map(|it| it.0).collect::<Vec<_>>(), wrong.iter().map(|it| it.0).collect::<Vec<_>>());
        if !query.contains("sort=") {
            assert_eq!(got, wrong, "{query}");
        }
        assert!(problem.errors.iter().all(|error| !error.message.is_empty()));
    }
    let long = format!("/conversations?q={}", "x".repeat(1001));
    assert_eq!(anna.get(&long).await.refused(400, "bad_query").errors[0].code, "too_long");
    let many = format!("/conversations?q={}", "x+".repeat(51));
    assert_eq!(anna.get(&many).await.refused(400, "bad_query").errors[0].code, "too_many");
    anna.get("/conversations?q=%00%27%22%28NEAR").await.ok();
    app.anonymous().get("/conversations?q=x").await.refused(401, "sign_in");
}

async fn days_begin_where_the_reader_is(app: TestApp) {
    let mut mail = receive(app.support, "Late", "midnight mail");
    mail.sent_at = Timestamp::parse("2026-03-01T23:30:00Z").expect("a moment");
    let (id, _) = app.receive(mail, MailExtras::default()).await;
    let anna = app.anna().await;
    for (query, there) in [
        ("q=midnight+on:2026-03-01", true),
        ("q=midnight+on:2026-03-02", false),
        ("q=midnight+on:2026-03-02&offset=60", true),
        ("q=midnight+on:2026-03-01&offset=60", false),
        ("q=midnight+before:2026-03-02&offset=-480", true),
        ("q=in:all&from=2026-03-02&offset=60", true),
        ("from=2026-03-02", false),
    ] {
        let page = anna.get(&format!("/conversations?{query}")).await.ok().json();
        assert_eq!(ids(&page).contains(&id.0), there, "{query}");
    }
}

async fn a_view_comes_in_every_order(app: TestApp) {
    with_time(async {
        let mut made = vec![];
        for n in 0..4 {
            made.push(app.mail(app.support, &format!("Mail {n}"), "text").await.0.0);
            let_pass(1000);
        }
        let anna = app.anna().await;
        // The first is answered: nobody waits there, and it is the newest by activity.
        let reply = json!({ "kind": "outbound", "text": "Hello" });
        anna.post_json(&format!("/conversations/{}/messages", made[0]), reply).await;
        let [a, b, c, d] = made[..] else { unreachable!("four") };
        for (sort, order) in [
            ("newest_activity", [a, d, c, b]),
            ("oldest_activity", [b, c, d, a]),
            ("newest_created", [d, c, b, a]),
            ("oldest_created", [a, b, c, d]),
            ("waiting_longest", [b, c, d, a]),
        ] {
            for list in ["view=open", "q=in:open", "q=subject:mail+in:open"] {
                let path = format!("/conversations?inbox={}&{list}&sort={sort}", app.support);
                let page = anna.get(&path).await.ok().json();
                // Where a message has to match, that one counts and not the answer.
                let by_match = list.contains("subject") && sort.ends_with("activity");
                if !by_match {
                    assert_eq!(ids(&page), order, "{list} {sort}");
                }
            }
            let path = format!("/conversations?inbox={}&view=open&sort={sort}&position=2&limit=1", app.support);
            let page = anna.get(&path).await.ok().json();
            assert_eq!((ids(&page), &page["position"]), (vec![order[2]], &json!(2)), "{sort}");
            let cursor = page["next_cursor"].as_str().expect("more");
            let path = format!("/conversations?inbox={}&view=open&sort={sort}&cursor={cursor}", app.support);
            assert_eq!(ids(&anna.get(&path).await.ok().json()), order[3..], "{sort}");
        }
    })
    .await;
}

async fn a_search_says_which_message_matched(app: TestApp) {
    let (id, first) = app.mail(app.support, "Lamp", "The wire is loose").await;
    let mut mail = receive(app.support, "Re: Lamp", "Nothing to add");
    mail.thread = Some(id);
    app.receive(mail, MailExtras::default()).await;
    let anna = app.anna().await;
    let page = anna.get("/conversations?q=loose").await.ok().json();
    let message = anna.get(&format!("/messages/{first}")).await.ok().json();
    let (sent_at, author) = (&message["message"]["sent_at"], &message["message"]["author"]);
    let found = json!([{
        "conversation_id": id, "message_id": first, "snippet": "The wire is loose",
        "sent_at": sent_at, "kind": "inbound", "author": author,
    }]);
    assert_eq!(page["matches"], found);
    let page = anna.get("/conversations?q=is:open").await.ok().json();
    assert_eq!((ids(&page), &page["matches"]), (vec![id.0], &json!([])));
    anna.post(&format!("/messages/{first}/hide")).await.ok();
    assert_eq!(ids(&anna.get("/conversations?q=loose").await.ok().json()), [] as [i64; 0]);
}
