//! Pictures on other servers, fetched by ours: for whom, from where, and how much.

use crate::app::{Answer, Client, TestApp, receive, stories};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use samtal_model::{InboxId, MessageId};
use samtal_server::dispatch::MailExtras;
use samtal_server::fetch::{Fetcher, Limits, Reach, Turns};
use samtal_server::http::images;
use samtal_server::store::Store;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

stories![
    a_picture_comes_through_us_and_tells_nothing_of_its_reader,
    only_who_may_read_the_message_gets_its_pictures,
    only_what_the_message_names_is_fetched,
    an_address_is_good_on_every_node_and_after_a_restart,
    nothing_inside_our_network_is_asked,
    what_is_no_picture_or_cannot_be_had_is_said,
    a_slow_server_is_not_waited_for,
    a_dead_server_is_given_up_sooner_than_a_slow_one,
    a_fetch_waits_for_its_turn,
    a_session_fetches_four_at_once_and_others_are_not_kept_waiting,
    what_waits_too_long_for_its_turn_is_told_so,
    a_picture_that_is_under_way_when_its_message_is_hidden_does_not_arrive,
];

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest of it";
/// What a picture may hold here, in bytes.
const MOST: usize = 1000;

/// A stranger's server, and all that it has been asked.
struct Elsewhere {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<(String, HeaderMap)>>>,
}

impl Elsewhere {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(vec![]));
        let hears = Arc::clone(&asked);
        let router = Router::new().fallback(move |request: Request| {
            let path = request.uri().to_string();
            hears.lock().expect("unspoilt").push((path.clone(), request.headers().clone()));
            answer(path)
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("unspoilt").iter().map(|(path, _)| path.clone()).collect()
    }

    fn fetcher(&self, limits: Limits) -> Fetcher {
        Fetcher::new(Reach::PublicAnd([self.address].into()), limits)
    }
}

/// `/to?WHERE` sends on to WHERE; the others say what they do.
async fn answer(path: String) -> Response {
    let typed =
        |media_type: &'static str, body: &'static [u8]| ([(header::CONTENT_TYPE, media_type)], body).into_response();
    let drip = |bytes: usize, pause: Duration| {
        Body::from_stream(async_stream::stream! {
            yield Ok::<_, std::io::Error>(Bytes::from_static(PNG));
            for _ in 0..bytes {
                tokio::time::sleep(pause).await;
                yield Ok(Bytes::from_static(b"x"));
            }
        })
    };
    if let Some((_, to)) = path.split_once("/to?") {
        return (StatusCode::FOUND, [(header::LOCATION, to.to_owned())]).into_response();
    }
    match path.as_str() {
        "/dot.png" | "/dot.png?id=1" => typed("text/html", PNG),
        "/page.png" => typed("image/png", b"<!doctype html><script>alert(1)</script>"),
        "/drawing.png" => typed("image/png", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        "/full.png" => [PNG, &vec![0; MOST - PNG.len()]].concat().into_response(),
        "/large.png" => [PNG, &vec![0; MOST + 1 - PNG.len()]].concat().into_response(),
        "/endless.png" => drip(usize::MAX, Duration::ZERO).into_response(),
        "/slow.png" => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            typed("image/png", PNG)
        }
        "/dripping.png" => drip(300, Duration::from_millis(100)).into_response(),
        "/gentle.png" => drip(10, Duration::from_millis(100)).into_response(),
        "/brief.png" => {
            tokio::time::sleep(Duration::from_millis(50)).await;
            typed("image/png", PNG)
        }
        "/late.png" => {
            tokio::time::sleep(Duration::from_secs(1)).await;
            typed("image/png", PNG)
        }
        "/lost.png" => StatusCode::FOUND.into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn limits() -> Limits {
    Limits { bytes: MOST, ..Limits::default() }
}

/// A mail that shows these pictures.
async fn mail(app: &TestApp, inbox: InboxId, urls: &[String]) -> MessageId {
    let shown: String = urls.iter().map(|url| format!("<img src=\"{url}\">")).collect();
    let raw = format!(
        "From: Maja Berg <maja@kund.example>\r\nSubject: Pictures\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <p>Look</p>{shown}<a href=\"https://kund.example/link.png\">there</a>"
    );
    let mail = MailExtras { raw: Some(raw.into_bytes()), has_html: true, ..MailExtras::default() };
    app.receive(receive(inbox, "Pictures", "Look"), mail).await.1
}

async fn ask(app: &TestApp, client: &Client<'_>, message: MessageId, url: &str) -> Answer {
    client.get(&images::address(app.store.secret(), message, url)).await
}

async fn a_picture_comes_through_us_and_tells_nothing_of_its_reader(app: TestApp) {
    let elsewhere = Elsewhere::open().await;
    let app = app.with_fetcher(elsewhere.fetcher(limits()));
    let urls = [elsewhere.url("/dot.png?id=1"), elsewhere.url("/to?dot.png"), elsewhere.url("/full.png")];
    let message = mail(&app, app.support, &urls).await;
    let anna = app.anna().await;
    let body = anna.get(&format!("/messages/{message}/body?images=1")).await.ok().text();
    assert_eq!(elsewhere.asked(), [] as [&str; 0], "showing the mail fetches nothing yet");

    let address = body.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a picture");
    let address = &address.replace("&amp;", "&");
    let from_browser =
        [("user-agent", "Mozilla/5.0 (X11; Linux) Browser"), ("referer", "http://inbox.example/"), ("dnt", "1")];
    let answer = anna.send(axum::http::Method::GET, address, &from_browser, None).await.ok();
    assert_eq!(answer.body, PNG);
    assert_eq!(answer.header("content-type"), "image/png", "by what it is, not by what its server says");
    assert_eq!(answer.header("cache-control"), "private, no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("sandbox"), "{policy}");

    let (path, headers) = elsewhere.asked.lock().expect("unspoilt")[0].clone();
    assert_eq!(path, "/dot.png?id=1");
    let mut names: Vec<_> = headers.keys().map(header::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "connection", "host", "user-agent"]);
    assert_eq!(headers[header::HOST].to_str().ok(), Some(elsewhere.address.to_string().as_str()));
    assert_eq!(headers[header::USER_AGENT], "Mozilla/5.0 (compatible; Samtal)");

    assert_eq!(ask(&app, &anna, message, &urls[1]).await.ok().body, PNG, "sent on once");
    assert_eq!(ask(&app, &anna, message, &urls[2]).await.ok().body.len(), MOST);
    assert_eq!(elsewhere.asked(), ["/dot.png?id=1", "/to?dot.png", "/dot.png", "/full.png"]);
}

async fn only_who_may_read_the_message_gets_its_pictures(app: TestApp) {
    let elsewhere = Elsewhere::open().await;
    let app = app.with_fetcher(elsewhere.fetcher(limits()));
    let url = elsewhere.url("/dot.png");
    let theirs = mail(&app, app.sales, std::slice::from_ref(&url)).await;
    let hidden = mail(&app, app.support, std::slice::from_ref(&url)).await;
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    anna.post(&format!("/messages/{hidden}/hide")).await.ok();
    let (_, plain) = app.mail(app.support, "Plain", "no html").await;

    ask(&app, &app.anonymous(), theirs, &url).await.refused(401, "sign_in");
    for message in [theirs, hidden, plain, MessageId(4711)] {
        ask(&app, &anna, message, &url).await.refused(404, "not_found");
    }
    ask(&app, &app.daan().await, hidden, &url).await.refused(404, "not_found");
    assert_eq!(elsewhere.asked(), [] as [&str; 0]);
    ask(&app, &ewa, theirs, &url).await.ok();
    anna.post(&format!("/messages/{hidden}/unhide")).await.ok();
    ask(&app, &anna, hidden, &url).await.ok();
    assert_eq!(elsewhere.asked().len(), 2);
}

async fn only_what_the_message_names_is_fetched(app: TestApp) {
    let elsewhere = Elsewhere::open().await;
    let app = app.with_fetcher(elsewhere.fetcher(limits()));
    let (dot, other_dot) = (elsewhere.url("/dot.png"), elsewhere.url("/dot.png?id=1"));
    let message = mail(&app, app.support, std::slice::from_ref(&dot)).await;
    let other = mail(&app, app.support, std::slice::from_ref(&other_dot)).await;
    let anna = app.anna().await;
    let signed = images::address(app.store.secret(), message, &dot);
    let (_, sign) = signed.split_once("&sign=").expect("a signature");
    let encoded = |url: &str| form_urlencoded::byte_serialize(url.as_bytes()).collect::<String>();
    let nearly = format!("{}{}", &sign[..63], if sign.ends_with('0') { '1' } else { '0' });
    let mut wrong: Vec<(MessageId, &str, Option<&str>)> =
        ["", "0", "+f", &sign[..62], &nearly].iter().map(|sign| (message, dot.as_str(), Some(*sign))).collect();
    wrong.push((message, &dot, None));
    // One message's signature is not another's, and one address's not another's.
    wrong.push((other, &dot, Some(sign)));
    let elses = [elsewhere.url("/dot.pn"), elsewhere.url("/dot.png#x"), elsewhere.url("/")];
    wrong.extend(
        [other_dot.as_str(), "https://kund.example/link.png", "/api/v1/session", ""]
            .map(|url| (message, url, Some(sign))),
    );
    wrong.extend(elses.iter().map(|url| (message, url.as_str(), Some(sign))));
    for (message, url, sign) in wrong {
        let sign = sign.map(|sign| format!("&sign={sign}")).unwrap_or_default();
        let path = format!("/messages/{message}/image?url={}{sign}", encoded(url));
        anna.get(&path).await.names(422, "not_in_message", "url", "wrong_value");
    }
    anna.get(&format!("/messages/{message}/image")).await.names(400, "bad_query", "url", "missing");
    assert_eq!(elsewhere.asked(), [] as [&str; 0]);
    anna.get(&signed).await.ok();
    ask(&app, &anna, other, &other_dot).await.ok();
}

async fn an_address_is_good_on_every_node_and_after_a_restart(app: TestApp) {
    let again = Store::open(app.store.url()).await.expect("the same database");
    let address = |store: &Store| images::address(store.secret(), MessageId(1), "https://a.example/x.png");
    assert_eq!(address(&again), address(&app.store));
    assert!(!format!("{:?}", app.store).contains(&format!("{:?}", app.store.secret().bytes())), "it is in no log");
}

async fn nothing_inside_our_network_is_asked(app: TestApp) {
    let (elsewhere, inside) = (Elsewhere::open().await, Elsewhere::open().await);
    let app = app.with_fetcher(elsewhere.fetcher(limits()));
    let port = inside.address.port();
    let mut urls = vec![
        inside.url("/dot.png"),
        format!("http://localhost:{port}/dot.png"),
        format!("http://127.1:{port}/dot.png"),
        format!("http://0x7f000001:{port}/dot.png"),
        format!("http://2130706433:{port}/dot.png"),
        format!("http://0.0.0.0:{port}/dot.png"),
        format!("http://[::1]:{port}/dot.png"),
        format!("http://[::ffff:127.0.0.1]:{port}/dot.png"),
        format!("https://127.0.0.1:{port}/dot.png"),
    ];
    // What is inside may not be reached by being sent on either.
    urls.extend(urls.clone().iter().map(|url| elsewhere.url(&format!("/to?{url}"))));
    let sent_on = urls.len() / 2;
    urls.extend(
        [
            "http://127.0.0.1/dot.png",
            "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1/dot.png",
            "http://192.168.1.1/dot.png",
            "http://[fd00::1]/dot.png",
            "http://8.8.8.8:22/dot.png",
            "https://8.8.8.8:8443/dot.png",
        ]
        .map(str::to_owned),
    );
    urls.push(elsewhere.url("/to?file:///etc/passwd"));
    urls.push(elsewhere.url("/to?ftp://8.8.8.8/dot.png"));
    urls.push(format!("http://user:secret@{}/dot.png", elsewhere.address));
    let message = mail(&app, app.support, &urls).await;
    let anna = app.anna().await;
    for url in &urls {
        let answer = ask(&app, &anna, message, url).await;
        assert_eq!(answer.status, 422, "{url}");
        answer.refused(422, "address_refused");
    }
    assert_eq!(inside.asked(), [] as [&str; 0]);
    assert_eq!(elsewhere.asked().len(), sent_on + 2, "only those that send on were asked: {:?}", elsewhere.asked());
}

async fn what_is_no_picture_or_cannot_be_had_is_said(app: TestApp) {
    let elsewhere = Elsewhere::open().await;
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let reach = Reach::PublicAnd([elsewhere.address, closed].into());
    let app = app.with_fetcher(Fetcher::new(reach, limits()));
    let cases = [
        (elsewhere.url("/page.png"), 415, "not_an_image"),
        (elsewhere.url("/drawing.png"), 415, "not_an_image"),
        (elsewhere.url("/large.png"), 413, "image_too_large"),
        (elsewhere.url("/endless.png"), 413, "image_too_large"),
        (elsewhere.url("/gone.png"), 502, "image_unreachable"),
        (elsewhere.url("/lost.png"), 502, "image_unreachable"),
        (elsewhere.url("/to?/to?/to?/to?dot.png"), 502, "image_unreachable"),
        (format!("http://{closed}/dot.png"), 502, "image_unreachable"),
        // It speaks no TLS.
        (format!("https://{}/dot.png", elsewhere.address), 502, "image_unreachable"),
        ("http://nowhere.invalid/dot.png".into(), 502, "image_unreachable"),
    ];
    let message = mail(&app, app.support, &cases.clone().map(|(url, ..)| url)).await;
    let anna = app.anna().await;
    for (url, status, code) in &cases {
        let answer = ask(&app, &anna, message, url).await;
        assert_eq!(answer.status.as_u16(), *status, "{url} {}", answer.text());
        answer.refused(*status, code);
    }
}

async fn a_slow_server_is_not_waited_for(app: TestApp) {
    let elsewhere = Elsewhere::open().await;
    let app = app.with_fetcher(elsewhere.fetcher(Limits { time: Duration::from_millis(300), ..limits() }));
    let urls = [elsewhere.url("/slow.png"), elsewhere.url("/dripping.png"), elsewhere.url("/to?/slow.png")];
    let message = mail(&app, app.support, &urls).await;
    let anna = app.anna().await;
    for url in &urls {
        ask(&app, &anna, message, url).await.refused(504, "image_too_slow");
    }
}

async fn a_dead_server_is_given_up_sooner_than_a_slow_one(app: TestApp) {
    let elsewhere = Elsewhere::open().await;
    let app = app.with_fetcher(elsewhere.fetcher(Limits { first: Duration::from_millis(500), ..limits() }));
    let (dead, slow) = (elsewhere.url("/slow.png"), elsewhere.url("/gentle.png"));
    let message = mail(&app, app.support, &[dead.clone(), slow.clone()]).await;
    let anna = app.anna().await;
    ask(&app, &anna, message, &dead).await.refused(504, "image_too_slow");
    let started = std::time::Instant::now();
    ask(&app, &anna, message, &slow).await.ok();
    assert!(started.elapsed() > Duration::from_millis(500), "once it has begun it may take its time");
}

async fn a_session_fetches_four_at_once_and_others_are_not_kept_waiting(app: TestApp) {
    let elsewhere = Elsewhere::open().await;
    let app = app.with_fetcher(elsewhere.fetcher(limits()));
    let url = elsewhere.url("/late.png");
    let message = mail(&app, app.support, std::slice::from_ref(&url)).await;
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let many = futures_util::future::join_all((0..6).map(|_| ask(&app, &anna, message, &url)));
    let watch = async {
        while elsewhere.asked().len() < 4 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let before = elsewhere.asked().len();
        ask(&app, &jonas, message, &elsewhere.url("/dot.png")).await.ok();
        before
    };
    let (answers, under_way) = tokio::join!(many, watch);
    assert_eq!(under_way, 4);
    for answer in answers {
        assert_eq!(answer.ok().body, PNG);
    }
}

async fn what_waits_too_long_for_its_turn_is_told_so(app: TestApp) {
    let elsewhere = Elsewhere::open().await;
    let mut app = app;
    app.state.turns = Arc::new(Turns::new(1, Duration::from_millis(50)));
    let app = app.with_fetcher(elsewhere.fetcher(limits()));
    let url = elsewhere.url("/late.png");
    let message = mail(&app, app.support, std::slice::from_ref(&url)).await;
    let anna = app.anna().await;
    let (first, second) = tokio::join!(ask(&app, &anna, message, &url), ask(&app, &anna, message, &url));
    let (there, late) = if first.status.is_success() { (first, second) } else { (second, first) };
    assert_eq!(there.ok().body, PNG);
    late.refused(504, "image_too_slow");
}

async fn a_fetch_waits_for_its_turn(app: TestApp) {
    let elsewhere = Elsewhere::open().await;
    let app = app.with_fetcher(elsewhere.fetcher(Limits { at_once: 1, ..limits() }));
    let url = elsewhere.url("/brief.png");
    let message = mail(&app, app.support, std::slice::from_ref(&url)).await;
    let anna = app.anna().await;
    let started = std::time::Instant::now();
    let (a, b, c) =
        tokio::join!(ask(&app, &anna, message, &url), ask(&app, &anna, message, &url), ask(&app, &anna, message, &url));
    for answer in [a, b, c] {
        assert_eq!(answer.ok().body, PNG);
    }
    assert!(started.elapsed() >= Duration::from_millis(150), "one after the other");
}

async fn a_picture_that_is_under_way_when_its_message_is_hidden_does_not_arrive(app: TestApp) {
    let elsewhere = Elsewhere::open().await;
    let app = app.with_fetcher(elsewhere.fetcher(limits()));
    let url = elsewhere.url("/late.png");
    let message = mail(&app, app.support, std::slice::from_ref(&url)).await;
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let hide = async {
        while elsewhere.asked().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        jonas.post(&format!("/messages/{message}/hide")).await.ok()
    };
    let (picture, _) = tokio::join!(ask(&app, &anna, message, &url), hide);
    picture.refused(404, "not_found");
}
