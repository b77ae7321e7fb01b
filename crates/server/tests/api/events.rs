//! The live feed: it resumes where it was left, tells each reader only theirs, and ends with the session.

use crate::app::{Client, TestApp, stories};
use axum::http::Request;
use futures_util::StreamExt;
use samtal_model::wire::FeedEvent;
use serde_json::json;
use std::pin::Pin;
use std::time::Duration;

stories![
    what_happens_is_told_with_its_sequence,
    a_lost_line_goes_on_where_it_was,
    a_line_that_was_lost_while_access_changed_has_to_read_anew,
    nobody_hears_of_inboxes_that_are_not_theirs,
    the_stream_ends_with_the_session,
    the_stream_ends_when_its_agent_is_switched_off,
    the_stream_ends_when_the_server_stops,
];

/// An open stream, read event by event.
pub struct Line {
    bytes: Pin<Box<dyn futures_util::Stream<Item = Vec<u8>> + Send>>,
    text: String,
}

impl Line {
    pub async fn open(client: &Client<'_>, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut request = Request::get(format!("/api/v1{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = client.raw(request, "").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let bytes =
            response.into_body().into_data_stream().map(|chunk| chunk.map(|bytes| bytes.to_vec()).unwrap_or_default());
        Self { bytes: Box::pin(bytes), text: String::new() }
    }

    /// The next event as it is sent; none at the end of the stream.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.text.find("\n\n") {
                let event = self.text[..at].to_owned();
                self.text.drain(..at + 2);
                if event.contains("data:") {
                    return Some(event);
                }
                continue;
            }
            let more =
                tokio::time::timeout(Duration::from_secs(20), self.bytes.next()).await.expect("the line is alive");
            self.text.push_str(&String::from_utf8(more?).expect("text"));
        }
    }

    pub async fn event(&mut self) -> FeedEvent {
        let event = self.next().await.expect("an event");
        let field =
            |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
        let parsed: FeedEvent = serde_json::from_str(&field("data:")).expect("a feed event");
        assert_eq!(field("id:"), parsed.sequence.to_string());
        parsed
    }
}

/// The next `count` events after a sequence, as they are sent.
pub async fn collect(_: &TestApp, client: &Client<'_>, after: i64, count: usize) -> Vec<String> {
    let mut line = Line::open(client, &format!("/events?after={after}"), &[]).await;
    let mut events = vec![];
    for _ in 0..count {
        events.push(line.next().await.expect("an event"));
    }
    events
}

async fn what_happens_is_told_with_its_sequence(app: TestApp) {
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let mut line = Line::open(&jonas, "/events", &[]).await;
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let event = line.event().await;
    assert_eq!(event.conversations[0].subject, "Hi");
    assert_eq!(event.messages[0].text, "Hello");
    assert!(event.conversations[0].unread);
    let done = anna.patch(&format!("/conversations/{id}"), json!({ "owner_id": app.anna })).await.command();
    let event = line.event().await;
    assert_eq!(event.sequence, done.sequence);
    assert_eq!(event.changes, done.changes);
    assert_eq!(event.conversations[0].version, done.conversation.expect("it").version);
    let counts = &event.counts[0];
    assert_eq!(counts.inbox_id, app.support);
    assert_eq!(counts.items[0].count, 0, "nothing is unassigned now");
    assert_eq!(counts.items[1].count, 0, "and nothing is Jonas's");
}

async fn a_lost_line_goes_on_where_it_was(app: TestApp) {
    let jonas = app.jonas().await;
    let start = jonas.get("/session").await.ok().json()["sequence"].to_string();
    let (first, _) = app.mail(app.support, "One", "1").await;
    let mut line = Line::open(&jonas, &format!("/events?after={start}"), &[]).await;
    let event = line.event().await;
    assert_eq!(event.after.to_string(), start);
    let seen = event.sequence.to_string();
    drop(line);
    let (second, _) = app.mail(app.support, "Two", "2").await;
    // The browser repeats the address it began with, and says in the header how far it came.
    let mut line = Line::open(&jonas, &format!("/events?after={start}"), &[("last-event-id", &seen)]).await;
    let event = line.event().await;
    let told: Vec<_> = event.conversations.iter().map(|conversation| conversation.id).collect();
    assert_eq!((event.after.to_string(), told), (seen, vec![second]));
    let mut line = Line::open(&jonas, &format!("/events?after={start}"), &[]).await;
    let told: Vec<_> = line.event().await.conversations.iter().map(|conversation| conversation.id).collect();
    assert_eq!(told, [first, second]);
    let mut line = Line::open(&jonas, "/events?after=99999", &[]).await;
    assert!(line.event().await.reload, "a future that never was is read anew");
}

async fn a_line_that_was_lost_while_access_changed_has_to_read_anew(app: TestApp) {
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let access = format!("/inboxes/{}/access/{}", app.sales, app.anna);
    let here = async || anna.get("/session").await.ok().json()["sequence"].to_string();
    let start = here().await;
    ewa.put(&access).await.ok();
    let granted = here().await;
    let mut line = Line::open(&anna, "/events", &[("last-event-id", &start)]).await;
    assert!(line.event().await.reload, "an inbox has come");
    ewa.delete(&access).await.ok();
    let taken = here().await;
    app.mail(app.support, "Hi", "Hello").await;
    let mut line = Line::open(&anna, &format!("/events?after={start}"), &[("last-event-id", &granted)]).await;
    let event = line.event().await;
    assert!(event.reload, "an inbox has gone");
    assert_eq!(event.after.to_string(), granted);
    // Where nothing of the kind has happened since, it goes on as ever.
    let mut line = Line::open(&anna, "/events", &[("last-event-id", &taken)]).await;
    let event = line.event().await;
    assert!(!event.reload && event.conversations.len() == 1);
}

async fn nobody_hears_of_inboxes_that_are_not_theirs(app: TestApp) {
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let (mut to_anna, mut to_ewa) = (Line::open(&anna, "/events", &[]).await, Line::open(&ewa, "/events", &[]).await);
    let (secret, _) = app.mail(app.sales, "Secret", "wallaby").await;
    let (open, message) = app.mail(app.support, "Open", "text").await;
    let mut told = to_ewa.event().await.conversations;
    if told.len() < 2 {
        told.extend(to_ewa.event().await.conversations);
    }
    assert_eq!(told.iter().map(|it| it.id).collect::<Vec<_>>(), [secret, open]);
    let event = to_anna.next().await.expect("an event");
    assert!(!event.contains("wallaby") && !event.contains("Secret"), "{event}");
    let event: FeedEvent = serde_json::from_str(event.split_once("data:").expect("data").1.trim()).expect("an event");
    assert_eq!(event.conversations.iter().map(|it| it.id).collect::<Vec<_>>(), [open]);
    // What one has read is told to oneself alone.
    ewa.post_json(&format!("/conversations/{open}/read"), json!({ "up_to": message })).await.ok();
    anna.patch(&format!("/conversations/{open}"), json!({ "state": "closed" })).await.ok();
    let event = to_anna.event().await;
    assert!(event.changes.iter().all(|change| change.name != "mark_read"), "{:?}", event.changes);
    assert_eq!(to_ewa.event().await.changes[0].name, "mark_read");
}

async fn the_stream_ends_with_the_session(app: TestApp) {
    let anna = app.anna().await;
    let other = app.anna().await;
    let (mut line, mut stays) = (Line::open(&anna, "/events", &[]).await, Line::open(&other, "/events", &[]).await);
    anna.delete("/session").await.ok();
    assert_eq!(line.next().await, None);
    app.mail(app.support, "Hi", "Hello").await;
    stays.event().await;
}

async fn the_stream_ends_when_its_agent_is_switched_off(app: TestApp) {
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let mut line = Line::open(&anna, "/events", &[]).await;
    ewa.patch(&format!("/agents/{}", app.anna), json!({ "state": "deactivated" })).await.ok();
    app.mail(app.support, "Hi", "platypus").await;
    while let Some(event) = line.next().await {
        assert!(!event.contains("platypus"), "{event}");
    }
}

async fn the_stream_ends_when_the_server_stops(app: TestApp) {
    let anna = app.anna().await;
    let mut line = Line::open(&anna, "/events", &[]).await;
    app.stop.send(true).expect("streams listen");
    assert_eq!(line.next().await, None);
}
