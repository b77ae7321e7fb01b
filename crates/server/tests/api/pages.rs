//! What stands beside the API: the app's page and files, or a word on how to build them.

use crate::app::{TestApp, stories};
use axum::http::{Method, Request};

stories![an_address_of_the_app_is_its_page, a_file_that_is_not_there_is_no_page];

async fn an_address_of_the_app_is_its_page(app: TestApp) {
    for path in ["/", "/inbox/1/open", "/conversations/7/messages/9", "/sign-in?next=%2F"] {
        let request = Request::builder().method(Method::GET).uri(path).header("accept", "text/html");
        let answer = crate::app::Answer::read(app.anonymous().raw(request, "").await).await;
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
        let built = answer.status == 200;
        assert!(built || answer.text().contains("cargo xtask"), "{path}: {}", answer.text());
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        if built {
            assert_eq!(answer.header("cache-control"), "no-cache");
            let request =
                Request::get(path).header("accept", "text/html").header("if-none-match", answer.header("etag"));
            assert_eq!(app.anonymous().raw(request, "").await.status(), 304);
        }
    }
}

async fn a_file_that_is_not_there_is_no_page(app: TestApp) {
    for path in ["/missing.js", "/../Cargo.toml", "/%2e%2e/Cargo.toml", "/assets/missing.css", "/apiary.json"] {
        let request = Request::get(path).header("accept", "*/*");
        crate::app::Answer::read(app.anonymous().raw(request, "").await).await.refused(404, "not_found");
    }
    let post = Request::post("/inbox/1/open");
    crate::app::Answer::read(app.anonymous().raw(post, "").await).await.refused(404, "not_found");
}
