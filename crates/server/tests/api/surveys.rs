//! The satisfaction survey (D5), from the switch to the answer in the sidebar: by agents through the API, by a customer
//! through the page behind the link.

use crate::app::{Answer, Client, TestApp, let_pass, stories, with_time};
use crate::events::Line;
use crate::tickets::reach;
use axum::http::{Method, Request, StatusCode};
use samtal_model::ConversationId;
use serde_json::{Value, json};

stories![
    a_customer_is_asked_when_a_ticket_closes_and_answers_by_the_link,
    the_switch_is_the_admins,
    an_answer_can_be_changed_for_a_day_and_a_link_is_open_for_sixty,
    what_is_not_open_looks_the_same_whatever_the_reason,
    hostile_words_are_kept_as_words,
    the_page_is_for_people_without_an_account,
    one_address_does_not_answer_without_end,
    undo_takes_the_survey_back_and_says_so_first,
    colleagues_hear_of_it,
];

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A ticket of a mail by Maja, in a pipeline that asks.
async fn ticket(app: &TestApp) -> (ConversationId, i64) {
    app.ewa().await.patch("/pipelines/1", json!({ "survey": true })).await.ok();
    let (conversation, _) = app.mail(app.support, "Table", "Where is it?").await;
    let made =
        app.anna().await.post_json(&format!("/conversations/{conversation}/ticket"), json!({ "name": "Table" })).await;
    (conversation, made.ok().json()["ticket"]["id"].as_i64().expect("an id"))
}

async fn close(client: &Client<'_>, ticket: i64) -> Value {
    client.patch(&format!("/tickets/{ticket}"), json!({ "status_id": 4 })).await.ok().json()
}

async fn last_message(client: &Client<'_>, conversation: ConversationId) -> Value {
    let page = client.get(&format!("/conversations/{conversation}/messages")).await.ok().json();
    page["items"].as_array().expect("messages").last().expect("a message").clone()
}

/// The link of the mail, without its origin.
async fn link(client: &Client<'_>, conversation: ConversationId) -> String {
    let text = last_message(client, conversation).await["text"].as_str().expect("a text").to_owned();
    let line = text.lines().find(|line| line.contains("/survey/")).expect("a link");
    line.strip_prefix("http://localhost").expect("where links lead in tests").to_owned()
}

async fn page(app: &TestApp, path: &str) -> Answer {
    Answer::read(app.anonymous().raw(Request::get(path), "").await).await
}

async fn send(app: &TestApp, path: &str, body: &str) -> Answer {
    // As a browser sends a form of a page that tells nobody where it is.
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "null")
        .header("host", "inbox.example.org");
    Answer::read(app.anonymous().raw(request, body.to_owned()).await).await
}

async fn feedback(client: &Client<'_>, conversation: ConversationId) -> Vec<(i64, String)> {
    let sidebar = client.get(&format!("/conversations/{conversation}/sidebar")).await.ok().json();
    let all = sidebar["feedback"].as_array().expect("feedback").clone();
    all.iter()
        .map(|it| (it["score"].as_i64().expect("a score"), it["text"].as_str().expect("words").to_owned()))
        .collect()
}

async fn a_customer_is_asked_when_a_ticket_closes_and_answers_by_the_link(app: TestApp) {
    let anna = app.anna().await;
    let (conversation, ticket) = ticket(&app).await;
    let path = format!("/tickets/{ticket}");
    let preview = anna.patch(&format!("{path}?preview=true"), json!({ "status_id": 4 })).await.ok().json();
    let contact = anna.get(&path).await.ok().json()["ticket"]["contact"]["id"].clone();
    let asked = json!({ "what": "contact_asked", "ids": [contact], "count": 1 });
    assert!(preview["reach"].as_array().expect("a reach").contains(&asked), "{preview}");
    let before = anna.get(&format!("/conversations/{conversation}")).await.ok().json()["message_count"].clone();
    assert_eq!(before, 1, "a preview writes nothing");

    let closed = close(&anna, ticket).await;
    assert_eq!(closed["undoable"], true);
    let there = anna.get(&format!("/conversations/{conversation}")).await.ok().json();
    assert_eq!((&there["state"], &there["message_count"]), (&json!("closed"), &json!(2)));
    let mail = last_message(&anna, conversation).await;
    assert_eq!(
        (&mail["kind"], &mail["author"]["type"], &mail["unsent"]),
        (&json!("outbound"), &json!("inbox"), &json!(true)),
        "{mail}"
    );
    assert_eq!(mail["to"], json!([{ "name": "Maja Berg", "email": "maja@kund.example" }]));
    assert!(mail["text"].as_str().expect("a text").starts_with("Hello Maja Berg,"));

    let link = link(&anna, conversation).await;
    let asks = page(&app, &link).await.ok();
    assert!(asks.text().contains("How did we do?") && asks.text().contains("Support"), "{}", asks.text());
    let answered = send(&app, &link, "score=4&words=Quick+and+friendly").await;
    assert_eq!((answered.status, answered.header("location")), (StatusCode::SEE_OTHER, link.as_str()));
    let thanks = page(&app, &link).await.ok().text();
    assert!(thanks.contains("Thank you") && thanks.contains("Quick and friendly"), "{thanks}");
    assert_eq!(feedback(&anna, conversation).await, [(4, "Quick and friendly".into())]);

    let timeline = anna.get(&format!("/contacts/{contact}/timeline")).await.ok().json();
    let found = timeline["items"].as_array().expect("items").iter().find(|it| it["activity"]["kind"] == "feedback");
    assert_eq!(found.expect("in the timeline")["activity"]["conversation_id"], json!(conversation));
    for path in [format!("/tickets/{ticket}/history"), format!("/conversations/{conversation}/history")] {
        let history = anna.get(&path).await.ok().json();
        let lines: Vec<_> = history["items"].as_array().expect("items").iter().collect();
        let kinds = |at: usize| {
            let changes = lines[at]["changes"].as_array().expect("changes");
            changes.iter().map(|it| it["kind"].as_str().expect("a kind").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((kinds(0), &lines[0]["actor"]["type"]), (vec!["survey_answered".into()], &json!("system")));
        assert!(kinds(1).contains(&"survey_asked".to_owned()), "{path}: {lines:?}");
        let token = link.rsplit('/').next().expect("a token");
        assert!(!history.to_string().contains(token), "no text in what is told of changes");
    }
}

async fn the_switch_is_the_admins(app: TestApp) {
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    assert_eq!(anna.get("/pipelines").await.ok().json()["items"][0]["survey"], false);
    anna.patch("/pipelines/1", json!({ "survey": true })).await.refused(403, "role_too_low");
    app.anonymous().patch("/pipelines/1", json!({ "survey": true })).await.refused(401, "sign_in");
    ewa.patch("/pipelines/99", json!({ "survey": true })).await.refused(404, "not_found");
    ewa.patch("/pipelines/1", json!({ "survey": 1 })).await.names(400, "bad_json", "survey", "wrong_value");
    ewa.patch("/pipelines/1", json!({ "surveys": true })).await.names(400, "bad_json", "surveys", "unknown_field");
    let on = ewa.patch("/pipelines/1", json!({ "survey": true })).await.ok().json();
    assert_eq!((&on["pipeline"]["survey"], &on["undoable"]), (&json!(true), &json!(true)));
    let again = ewa.patch("/pipelines/1", json!({ "survey": true })).await.ok().json();
    assert_eq!(again["changes"], json!([]));
    ewa.post(&format!("/commands/{}/undo", on["command"])).await.ok();
    assert_eq!(anna.get("/pipelines").await.ok().json()["items"][0]["survey"], false);
}

async fn an_answer_can_be_changed_for_a_day_and_a_link_is_open_for_sixty(app: TestApp) {
    with_time(async {
        let anna = app.anna().await;
        let (conversation, ticket) = ticket(&app).await;
        close(&anna, ticket).await;
        let first = link(&anna, conversation).await;
        let_pass(59 * DAY_MS);
        assert_eq!(send(&app, &first, "score=1&words=").await.status, StatusCode::SEE_OTHER);
        let_pass(DAY_MS - 60_000);
        assert_eq!(page(&app, &first).await.status, StatusCode::OK, "within the day, and the sixty");
        assert_eq!(send(&app, &first, "score=5&words=After+all").await.status, StatusCode::SEE_OTHER);
        let anna = app.anna().await;
        assert_eq!(feedback(&anna, conversation).await, [(5, "After all".into())]);
        let_pass(60_000);
        let refused = send(&app, &first, "score=1&words=").await;
        assert_eq!((refused.status, page(&app, &first).await.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(feedback(&anna, conversation).await.len(), 1);
        // Reopened and closed again after a week it is another survey.
        anna.patch(&format!("/tickets/{ticket}"), json!({ "status_id": 1 })).await.ok();
        close(&anna, ticket).await;
        let second = link(&anna, conversation).await;
        assert_ne!(first, second);
        let_pass(60 * DAY_MS);
        assert_eq!(page(&app, &second).await.status, StatusCode::NOT_FOUND, "too old");
    })
    .await;
}

async fn what_is_not_open_looks_the_same_whatever_the_reason(app: TestApp) {
    let (anna, daan) = (app.anna().await, app.daan().await);
    let never = page(&app, &format!("/survey/{}", "0".repeat(40))).await;
    assert_eq!(never.status, StatusCode::NOT_FOUND);
    let look_alike = |answer: &Answer| {
        let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!((answer.status, answer.text(), names(answer)), (never.status, never.text(), names(&never)));
    };
    for wrong in ["1", "..", "%00", &"f".repeat(41), &"F".repeat(40), "%3Cscript%3E"] {
        look_alike(&page(&app, &format!("/survey/{wrong}")).await);
        look_alike(&send(&app, &format!("/survey/{wrong}"), "score=5").await);
    }
    // Taken back.
    let (conversation, one) = ticket(&app).await;
    let closed = close(&anna, one).await;
    let taken_back = link(&anna, conversation).await;
    anna.post(&format!("/commands/{}/undo", closed["command"])).await.ok();
    look_alike(&page(&app, &taken_back).await);
    look_alike(&send(&app, &taken_back, "score=5").await);
    // Its conversation, its ticket and its contact are deleted for good.
    for what in ["conversation", "ticket", "contact"] {
        let (conversation, ticket) = ticket(&app).await;
        close(&anna, ticket).await;
        let link = link(&anna, conversation).await;
        assert_eq!(page(&app, &link).await.status, StatusCode::OK, "{what}");
        let path = match what {
            "conversation" => format!("/conversations/{conversation}"),
            "ticket" => format!("/tickets/{ticket}"),
            _ => {
                format!("/contacts/{}", anna.get(&format!("/tickets/{ticket}")).await.json()["ticket"]["contact"]["id"])
            }
        };
        daan.post(&format!("{path}/trash")).await.ok();
        daan.delete(&path).await.ok();
        look_alike(&page(&app, &link).await);
        look_alike(&send(&app, &link, "score=5").await);
    }
}

async fn hostile_words_are_kept_as_words(app: TestApp) {
    let anna = app.anna().await;
    let (conversation, ticket) = ticket(&app).await;
    close(&anna, ticket).await;
    let link = link(&anna, conversation).await;
    let script = "</textarea><script>alert(1)</script>";
    let encoded: String = form_urlencoded(script);
    assert_eq!(send(&app, &link, &format!("score=5&words={encoded}")).await.status, StatusCode::SEE_OTHER);
    let shown = page(&app, &link).await.ok().text();
    assert!(!shown.contains("<script") && shown.contains("&lt;script&gt;alert(1)"), "{shown}");
    assert_eq!(feedback(&anna, conversation).await, [(5, script.into())], "kept as it was written");

    let controls = "a%00b%07c%1B%5B31m%0D%0Ad%C2%85%E2%80%AEe";
    assert_eq!(send(&app, &link, &format!("score=5&words={controls}")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(feedback(&anna, conversation).await, [(5, "abc[31m\nd\u{202e}e".into())], "controls are not");
    assert_eq!(send(&app, &link, "score=5&words=%FF%FE").await.status, StatusCode::SEE_OTHER, "no UTF-8 at all");

    let megabyte = send(&app, &link, &format!("score=5&words={}", "x".repeat(1 << 20))).await;
    assert_eq!(megabyte.status, StatusCode::PAYLOAD_TOO_LARGE);
    let long = send(&app, &link, &format!("score=5&words={}", "x".repeat(2_001))).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(long.text().contains(&"x".repeat(2_001)), "what was written is not lost");
    let longest = form_urlencoded(&"\u{1f600}".repeat(2_000));
    assert_eq!(send(&app, &link, &format!("score=5&words={longest}")).await.status, StatusCode::SEE_OTHER);

    for (body, status) in [
        ("words=kept+words", 422),
        ("score=&words=kept+words", 422),
        ("score=0&words=kept+words", 422),
        ("score=6&words=kept+words", 422),
        ("score=five&words=kept+words", 422),
        ("score=5&words=x&role=admin", 400),
        ("score=5&score=1", 400),
        ("{\"score\":5}", 400),
    ] {
        let answer = send(&app, &link, body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}");
        assert!(answer.header("content-type").starts_with("text/html"), "{body}");
        assert!(status != 422 || answer.text().contains("kept words"), "{body}: {}", answer.text());
    }
    assert_eq!(feedback(&anna, conversation).await.len(), 1, "one answer, however often it was changed");
}

fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn the_page_is_for_people_without_an_account(app: TestApp) {
    let anna = app.anna().await;
    let (conversation, ticket) = ticket(&app).await;
    close(&anna, ticket).await;
    let link = link(&anna, conversation).await;
    for answer in [
        page(&app, &link).await,
        page(&app, "/survey/none").await,
        send(&app, &link, "score=9").await,
        send(&app, &link, "score=5").await,
    ] {
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("set-cookie"), "");
        if answer.status != StatusCode::SEE_OTHER {
            assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow");
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
            assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
            let html = answer.text();
            assert!(!html.contains("<script") && !html.contains("style=\"") && !html.contains(" on"), "{html}");
        }
    }
    let style = page(&app, "/survey.css").await.ok();
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(style.text().contains("color-scheme: light dark"), "the product's own colours");
    // Who is signed in here is nobody to the page, and another site's form is stopped everywhere else.
    let signed_in = Answer::read(anna.raw(Request::get(&link), "").await).await;
    assert_eq!(signed_in.text(), page(&app, &link).await.text());
    let elsewhere = Request::post("/api/v1/session").header("origin", "null").header("host", "inbox.example.org");
    Answer::read(app.anonymous().raw(elsewhere, "").await).await.refused(403, "cross_site");
    let put = app.anonymous().raw(Request::builder().method(Method::DELETE).uri(&link), "").await;
    assert_eq!(put.status(), StatusCode::METHOD_NOT_ALLOWED);
}

async fn one_address_does_not_answer_without_end(app: TestApp) {
    let app = app.behind_a_proxy();
    let path = format!("/survey/{}", "0".repeat(40));
    let from = async |address: &str| {
        let request = Request::post(&path).header("x-forwarded-for", address);
        Answer::read(app.anonymous().raw(request, "score=5").await).await
    };
    for _ in 0..20 {
        assert_eq!(from("192.0.2.1").await.status, StatusCode::NOT_FOUND);
    }
    let enough = from("192.0.2.1").await;
    assert_eq!(enough.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(enough.header("retry-after").parse::<u64>().expect("seconds") > 0);
    assert_eq!(from("192.0.2.2").await.status, StatusCode::NOT_FOUND, "others go on");
}

async fn undo_takes_the_survey_back_and_says_so_first(app: TestApp) {
    let anna = app.anna().await;
    let (conversation, ticket) = ticket(&app).await;
    let closed = close(&anna, ticket).await;
    let link = link(&anna, conversation).await;
    let undo = format!("/commands/{}/undo", closed["command"]);
    let preview = anna.post(&format!("{undo}?preview=true")).await.ok().json();
    let expected = [("contact_unasked".to_owned(), 1), ("conversation_reopened".to_owned(), 1)];
    assert_eq!(reach(&preview), expected, "what else comes back");
    assert_eq!(page(&app, &link).await.status, StatusCode::OK, "a preview takes nothing back");
    let undone = anna.post(&undo).await.ok().json();
    assert_eq!(reach(&undone), expected);
    assert_eq!(page(&app, &link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(last_message(&anna, conversation).await["kind"], "outbound", "the mail stays where it was written");
    let again = close(&anna, ticket).await;
    assert!(reach(&again).contains(&("contact_asked".into(), 1)));
    assert_eq!(page(&app, &link).await.status, StatusCode::OK, "and its link is open again");
    let shown = anna.get(&format!("/conversations/{conversation}")).await.ok().json();
    assert_eq!(shown["message_count"], 2, "nobody gets two mails");
}

async fn colleagues_hear_of_it(app: TestApp) {
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let (conversation, ticket) = ticket(&app).await;
    close(&anna, ticket).await;
    let link = link(&anna, conversation).await;
    let after = jonas.get("/session").await.ok().json()["sequence"].clone();
    let mut feed = Line::open(&jonas, &format!("/events?after={after}"), &[]).await;
    send(&app, &link, "score=3&words=So+so").await;
    let event = feed.event().await;
    let told = serde_json::to_value(&event.activities[0]).expect("JSON");
    assert_eq!((&told["kind"], &told["score"], &told["text"]), (&json!("feedback"), &json!(3), &json!("So so")));
    assert_eq!(told["record"]["kind"], "contact");
}
