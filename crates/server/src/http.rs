//! The JSON API and the app's files: a thin skin that turns requests into commands and reads, and their outcome into
//! typed answers. It holds no rule and no SQL; one file for each resource.

mod agents;
mod answer;
mod app;
mod bulk;
mod commands;
mod conversations;
mod custom_views;
mod events;
pub mod extract;
mod files;
mod headers;
pub mod images;
mod inboxes;
mod messages;
pub mod openapi;
mod pipelines;
pub mod policy;
pub mod problem;
mod quarantine;
mod records;
mod session;
mod surveys;
mod tickets;

use crate::auth::{AnswerLimits, Ended, KnownSessions, Passwords, SignInLimits};
use crate::bulk::Bulks;
use crate::dispatch::Dispatcher;
use crate::feed::FeedHub;
use crate::fetch::{Fetcher, Limits, Reach, Turns};
use crate::store::Store;
use axum::Router;
use axum::body::Body;
use axum::http::{StatusCode, Uri};
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::response::{IntoResponse, Response};
use policy::Routes;
use problem::Failure;
use samtal_model::Timestamp;
use std::sync::Arc;
use tokio::sync::{broadcast, watch};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::trace::TraceLayer;

/// Where every path of the API begins.
pub const API: &str = "/api/v1";

/// What handlers work with.
#[derive(Clone)]
pub struct AppState {
    pub store: Store,
    pub dispatcher: Dispatcher,
    pub feed: FeedHub,
    pub bulks: Bulks,
    pub passwords: Passwords,
    pub limits: Arc<SignInLimits>,
    pub answers: Arc<AnswerLimits>,
    pub known: Arc<KnownSessions>,
    pub fetcher: Fetcher,
    pub turns: Arc<Turns>,
    /// The origin that people see, if the server was told: `https://inbox.example.org`.
    pub public_origin: Option<Arc<str>>,
    /// A proxy stands before the server and says in `X-Forwarded-For` who asks.
    pub behind_proxy: bool,
    clock: fn() -> Timestamp,
    stop: watch::Receiver<bool>,
    ended: broadcast::Sender<Ended>,
}

impl AppState {
    /// The state of a server on plain http. Streams end once `stop` says true.
    #[must_use]
    pub fn new(store: Store, dispatcher: Dispatcher, feed: FeedHub, stop: watch::Receiver<bool>) -> Self {
        Self {
            bulks: Bulks::new(store.clone(), dispatcher.clone(), now),
            store,
            dispatcher,
            feed,
            passwords: Passwords::default(),
            limits: Arc::default(),
            answers: Arc::default(),
            known: Arc::default(),
            fetcher: Fetcher::new(Reach::Public, Limits::default()),
            turns: Arc::default(),
            public_origin: None,
            behind_proxy: false,
            clock: now,
            stop,
            // A stream that falls behind asks the store, so a short memory will do.
            ended: broadcast::channel(64).0,
        }
    }

    /// The same, with another clock: tests let months pass.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> Timestamp) -> Self {
        self.clock = clock;
        self.bulks = self.bulks.with_clock(clock);
        self
    }

    /// The same, with another reach or other limits for what is fetched from elsewhere.
    #[must_use]
    pub fn with_fetcher(mut self, fetcher: Fetcher) -> Self {
        self.fetcher = fetcher;
        self
    }

    /// The same, for people who come by `origin`. With https the cookie is marked Secure and bound to the host.
    #[must_use]
    pub fn with_public_origin(mut self, origin: &str) -> Self {
        self.public_origin = Some(origin.into());
        self
    }

    /// Whether people come by https.
    #[must_use]
    pub fn https(&self) -> bool {
        self.public_origin.as_ref().is_some_and(|origin| origin.starts_with("https://"))
    }

    /// The time by the server's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Tells the open streams what has ended.
    pub fn tell_ended(&self, ended: Ended) {
        self.known.forget();
        // An error only says that no stream is open.
        let _ = self.ended.send(ended);
    }
}

/// The time now.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp(chrono::Utc::now().timestamp_millis())
}

/// Every route of the API.
#[must_use]
pub fn routes() -> Routes {
    let routes = session::routes(Routes::default());
    let routes = inboxes::routes(routes);
    let routes = agents::routes(routes);
    let routes = conversations::routes(routes);
    let routes = custom_views::routes(routes);
    let routes = tickets::routes(routes);
    let routes = pipelines::routes(routes);
    let routes = records::routes(routes);
    let routes = messages::routes(routes);
    let routes = files::routes(routes);
    let routes = images::routes(routes);
    let routes = commands::routes(routes);
    let routes = bulk::routes(routes);
    let routes = quarantine::routes(routes);
    let routes = surveys::routes(routes);
    let routes = events::routes(routes);
    openapi::routes(routes)
}

/// The whole server: the API, the app's files, and what stands before both.
///
/// # Errors
/// If the public origin is none.
pub fn router(state: AppState) -> Result<Router, tower_http::csrf::ConfigError> {
    // Its page sends no Referer, so that its token is told to nobody, and browsers then do not say where a form was.
    let by_token = |_: &axum::http::Method, uri: &Uri| surveys::is_guarded_by_its_token(uri.path());
    let mut csrf = CsrfLayer::new().with_insecure_bypass(by_token);
    if let Some(origin) = &state.public_origin {
        csrf = csrf.add_trusted_origin(origin)?;
    }
    Ok(routes()
        .into_router(&state)
        .fallback(elsewhere)
        .method_not_allowed_fallback(wrong_method)
        .with_state(state.clone())
        .layer(csrf.with_rejection_response(cross_site))
        .layer(from_fn_with_state(state.clone(), headers::peer))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(map_response_with_state(state, headers::complete))
        .layer(TraceLayer::new_for_http()))
}

/// What is not in the table of routes: a file or a page of the app, or nothing.
async fn elsewhere(method: axum::http::Method, uri: Uri, headers: axum::http::HeaderMap) -> Response {
    if uri.path() == "/api" || uri.path().starts_with("/api/") {
        return Failure::no_such_address().into_response();
    }
    app::file(&method, uri.path(), &headers)
}

async fn wrong_method() -> Failure {
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "This address does not take that method.")
}

fn cross_site(_: ProtectionError) -> Response {
    Failure::new(StatusCode::FORBIDDEN, "cross_site", "This request came from another site and was refused.")
        .into_response()
}

fn panicked(reason: Box<dyn std::any::Any + Send + 'static>) -> axum::http::Response<Body> {
    let reason = reason
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| reason.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Failure::internal(&format!("a handler panicked: {reason}")).into_response()
}
