//! `/events`: the live feed as server-sent events (P1). What goes into it is the feed's business; here it is given
//! its ids, a heartbeat and an end.

use crate::auth;
use crate::http::AppState;
use crate::http::extract::{Query, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use futures_util::{Stream, StreamExt};
use samtal_model::Sequence;
use samtal_model::wire::FeedEvent;
use serde::Deserialize;
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

/// So often the stream says that it is still there, and looks whether its session is.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub fn routes(routes: Routes) -> Routes {
    routes.at(Policy::SignedIn, __path_events, events)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct EventsParams {
    /// Goes on after this sequence; from now where nothing is said. `Last-Event-ID` stands above it.
    after: Option<Sequence>,
}

/// The live feed, as server-sent events with the sequence as their id. It ends with the session.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "events", operation_id = "events",
    params(
        EventsParams,
        ("Last-Event-ID" = Option<i64>, Header, description = "The last event received; the stream goes on after it."),
    ),
    responses((status = 200, body = FeedEvent, content_type = "text/event-stream"))
)]
async fn events(
    State(state): State<AppState>,
    session: Session,
    Query(EventsParams { after }): Query<EventsParams>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failure> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|id| id.parse().ok());
    let after = match last.or(after) {
        Some(after) => after,
        None => state.store.sequence().await?,
    };
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        // Proxies that gather answers before they pass them on are asked not to.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Sse::new(stream(state, session, after))))
}

enum Next {
    Tell(Box<FeedEvent>),
    Beat,
    End,
}

fn stream(state: AppState, session: Session, after: Sequence) -> impl Stream<Item = Result<Event, Infallible>> {
    let mut stop = state.stop.clone();
    let mut ended = state.ended.subscribe();
    async_stream::stream! {
        let mut feed = pin!(state.feed.subscribe(session.reader.agent, after));
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        // The first beat comes at once: it sends the headers on their way and tells the reader that the line stands.
        loop {
            let next = tokio::select! {
                () = stopping(&mut stop) => Next::End,
                end = ended.recv() => match end {
                    Ok(end) if end.concerns(&session) => Next::End,
                    // Too many ended at once to keep count: look for oneself.
                    Err(RecvError::Lagged(_)) => beat(&state, &session).await,
                    Ok(_) => continue,
                    Err(RecvError::Closed) => Next::End,
                },
                event = feed.next() => event.map_or(Next::End, |event| Next::Tell(Box::new(event))),
                _ = heartbeat.tick() => beat(&state, &session).await,
            };
            match next {
                Next::Tell(event) => match Event::default().id(event.sequence.to_string()).json_data(&event) {
                    Ok(event) => yield Ok(event),
                    Err(error) => {
                        tracing::error!("an event could not be written: {error}");
                        break;
                    }
                },
                Next::Beat => yield Ok(Event::default().comment("")),
                Next::End => break,
            }
        }
    }
}

/// Returns once the server is stopping.
async fn stopping(stop: &mut watch::Receiver<bool>) {
    // An error says that whoever would tell is gone.
    let _ = stop.wait_for(|stopping| *stopping).await;
}

async fn beat(state: &AppState, session: &Session) -> Next {
    match auth::stands(state, session).await {
        Ok(true) => Next::Beat,
        Ok(false) => Next::End,
        // The browser comes back by itself.
        Err(error) => {
            tracing::error!("{error}");
            Next::End
        }
    }
}
