//! The HTML body, the attachments and the source of a mail, and the headers that keep them harmless.

use crate::app::{TestApp, receive, stories};
use samtal_model::wire::AttachmentView;
use samtal_model::{ConversationId, InboxId, MessageId};
use samtal_server::dispatch::MailExtras;
use serde_json::json;

stories![
    a_body_has_a_policy_of_its_own,
    attachments_are_saved_and_pictures_may_be_shown,
    the_source_is_what_came,
    mail_that_nobody_could_read_is_kept_for_admins,
];

const MAIL: &str = "From: Maja Berg <maja@kund.example>\r\n\
To: support@hyllan.example\r\n\
Subject: Papers\r\n\
Message-ID: <papers@kund.example>\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=\"b\"\r\n\
\r\n\
--b\r\n\
Content-Type: text/html; charset=utf-8\r\n\
\r\n\
<p onclick=\"alert(1)\">Here they are, WOMBAT</p><script>alert(2)</script><img src=\"https://track.example/x.png\">\r\n\
--b\r\n\
Content-Type: text/html\r\n\
Content-Disposition: attachment; filename=\"WOMBAT page.html\"\r\n\
\r\n\
<script>alert(3)</script> WOMBAT\r\n\
--b\r\n\
Content-Type: image/png\r\n\
Content-Disposition: attachment; filename*=UTF-8''k%C3%A4nguru.png\r\n\
Content-Transfer-Encoding: base64\r\n\
\r\n\
iVBORw0KGgo=\r\n\
--b\r\n\
Content-Type: image/svg+xml\r\n\
Content-Disposition: attachment; filename=\"drawing.svg\"\r\n\
\r\n\
<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(4)</script></svg>\r\n\
--b--\r\n";

/// A mail from Maja with a page, a picture and a drawing; the word WOMBAT is in every part of it.
pub async fn papers(app: &TestApp, inbox: InboxId) -> (ConversationId, MessageId) {
    let file = |index, name: &str, media_type: &str| AttachmentView {
        index,
        name: name.into(),
        media_type: media_type.into(),
        size: 30,
        inline: false,
    };
    let mail = MailExtras {
        raw: Some(MAIL.as_bytes().to_vec()),
        message_ids: vec!["papers@kund.example".into()],
        to: vec![samtal_model::Address { name: "WOMBAT".into(), email: "support@hyllan.example".into() }],
        quoted: "You wrote WOMBAT".into(),
        has_html: true,
        has_remote_images: true,
        attachments: vec![
            file(0, "WOMBAT page.html", "text/html"),
            file(1, "känguru.png", "image/png"),
            file(2, "drawing.svg", "image/svg+xml"),
        ],
        ..MailExtras::default()
    };
    app.receive(receive(inbox, "Papers", "Here they are, WOMBAT"), mail).await
}

async fn a_body_has_a_policy_of_its_own(app: TestApp) {
    let (_, id) = papers(&app, app.support).await;
    let anna = app.anna().await;
    let body = anna.get(&format!("/messages/{id}/body")).await.ok();
    assert_eq!(body.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(body.header("cache-control"), "private, no-store");
    assert_eq!(body.header("x-content-type-options"), "nosniff");
    let policy = body.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'self'"), "{policy}");
    assert!(policy.contains("img-src 'self';") && !policy.contains("script"), "{policy}");
    let text = body.text();
    assert!(text.contains("WOMBAT") && !text.contains("alert") && !text.contains("track.example"), "{text}");

    let shown = anna.get(&format!("/messages/{id}/body?images=1")).await.ok();
    assert_eq!(shown.header("content-security-policy"), policy, "pictures from elsewhere come through us");
    let through = format!("src=\"/api/v1/messages/{id}/image?url=https%3A%2F%2Ftrack.example%2Fx.png&amp;sign=");
    assert!(shown.text().contains(&through), "{}", shown.text());
    let (_, plain) = app.mail(app.support, "Plain", "no html").await;
    anna.get(&format!("/messages/{plain}/body")).await.refused(404, "not_found");
}

async fn attachments_are_saved_and_pictures_may_be_shown(app: TestApp) {
    let (_, id) = papers(&app, app.support).await;
    let anna = app.anna().await;
    let file = |rest: &'static str| {
        let anna = anna.clone();
        async move { anna.get(&format!("/messages/{id}/attachments/{rest}")).await }
    };
    for (path, media_type, disposition) in [
        ("0", "application/octet-stream", "attachment; filename=\"WOMBAT page.html\""),
        ("0?inline=1", "application/octet-stream", "attachment; filename=\"WOMBAT page.html\""),
        ("1", "image/png", "attachment; filename=\"k_nguru.png\"; filename*=UTF-8''k%C3%A4nguru.png"),
        ("1?inline=1", "image/png", "inline; filename=\"k_nguru.png\""),
        ("2?inline=1", "application/octet-stream", "attachment; filename=\"drawing.svg\""),
    ] {
        let answer = file(path).await.ok();
        assert_eq!(answer.header("content-type"), media_type, "{path}");
        assert!(answer.header("content-disposition").starts_with(disposition), "{path} {answer:?}");
        assert!(answer.header("content-security-policy").contains("sandbox"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cache-control"), "private, no-store", "{path}");
    }
    assert_eq!(file("1").await.body, b"\x89PNG\r\n\x1a\n");
    file("3").await.refused(404, "not_found");
    file("-1").await.refused(404, "not_found");
    file("0?inline=yes").await.names(400, "bad_query", "inline", "wrong_value");
}

async fn the_source_is_what_came(app: TestApp) {
    let (_, id) = papers(&app, app.support).await;
    let source = app.anna().await.get(&format!("/messages/{id}/source")).await.ok();
    assert_eq!(source.body, MAIL.as_bytes());
    assert_eq!(source.header("content-type"), "message/rfc822");
    assert!(source.header("content-disposition").starts_with(&format!("attachment; filename=\"message-{id}.eml\"")));
}

async fn mail_that_nobody_could_read_is_kept_for_admins(app: TestApp) {
    let raw = b"\0\0 no mail";
    let now = samtal_server::http::now();
    app.store.quarantine_add(app.support, "a.eml", "it has no header", raw, "a", now).await.expect("kept");
    app.store.quarantine_add(app.sales, "b.eml", "it has no header", raw, "b", now).await.expect("kept");
    let (ewa, daan) = (app.ewa().await, app.daan().await);
    let list = ewa.get("/quarantine").await.ok().json();
    let items = list["items"].as_array().expect("items");
    assert_eq!(items.len(), 2);
    assert_eq!((&items[1]["origin"], &items[1]["size"]), (&json!("a.eml"), &json!(10)));
    let path = format!("/quarantine/{}/source", items[1]["id"]);
    let source = ewa.get(&path).await.ok();
    assert_eq!((source.body.as_slice(), source.header("content-type")), (&raw[..], "application/octet-stream"));
    ewa.get("/quarantine/4711/source").await.refused(404, "not_found");
    app.anna().await.get(&path).await.refused(403, "role_too_low");
    let theirs = format!("/quarantine/{}/source", items[0]["id"]);
    daan.delete(&format!("/inboxes/{}/access/{}", app.sales, app.ewa)).await.ok();
    assert_eq!(ewa.get("/quarantine").await.ok().json()["items"].as_array().expect("items").len(), 1);
    ewa.get(&theirs).await.refused(404, "not_found");
}
