//! Who is asking: passwords, sessions and their cookie. What they may do is decided elsewhere.

mod known;
mod limits;
mod password;

pub use known::KnownSessions;
pub use limits::{AnswerLimits, SignInLimits};
pub use password::{PASSWORD_LEAST, Passwords};

use crate::http::AppState;
use crate::http::extract::Session;
use crate::http::problem::Failure;
use crate::store;
use axum::http::{HeaderMap, HeaderValue, header};
use samtal_model::{AgentId, Timestamp};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A session that is not used ends after so long, in milliseconds: 30 days.
pub const SESSION_LASTS_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// Its end is put off at most this often, in milliseconds: hourly.
const RENEW_AFTER_MS: i64 = 60 * 60 * 1000;

/// How the cookie is named and marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// `__Host-` and Secure, so that no other host or plain page can set or read it.
    Secure,
    /// On plain http, where browsers refuse both.
    Plain,
}

impl Cookie {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-samtal",
            Self::Plain => "samtal",
        }
    }

    fn set(self, value: &str, max_age_s: i64) -> HeaderValue {
        let secure = match self {
            Self::Secure => "; Secure",
            Self::Plain => "",
        };
        let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}", self.name());
        // Names and hexadecimal digits only: always a header value.
        HeaderValue::try_from(cookie).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// The best that the browser behind this request will keep. On this very machine most take Secure cookies
    /// without https; Safari does not.
    fn kept(https: bool, headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let host = text(header::HOST);
        let host = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
        let local = matches!(host, "localhost" | "127.0.0.1") || host.starts_with("[::1]");
        let agent = text(header::USER_AGENT);
        let safari = agent.contains("Safari/") && !agent.contains("Chrome/") && !agent.contains("Chromium/");
        if https || (local && !safari) { Self::Secure } else { Self::Plain }
    }

    /// The session id that came with a request, if it has the form of one. Behind https only the cookie that is
    /// bound to the host counts.
    fn read(https: bool, headers: &HeaderMap) -> Option<(Self, &str)> {
        let kinds: &[Self] = if https { &[Self::Secure] } else { &[Self::Secure, Self::Plain] };
        let pairs = || {
            let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
            lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
        };
        kinds.iter().find_map(|kind| {
            let found = pairs().find(|(name, value)| *name == kind.name() && is_session_id(value));
            found.map(|(_, id)| (*kind, id))
        })
    }
}

/// Takes the cookie away from the browser.
#[must_use]
pub fn cleared(state: &AppState, headers: &HeaderMap) -> HeaderValue {
    let kind = Cookie::read(state.https(), headers).map_or(Cookie::Plain, |(kind, _)| kind);
    kind.set("", 0)
}

fn is_session_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What the store knows of a session's id.
#[must_use]
pub fn id_hash(id: &str) -> [u8; 32] {
    Sha256::digest(id.as_bytes()).into()
}

/// A session found again, and its cookie where its end has been put off.
pub struct Resumed {
    pub session: Session,
    pub cookie: Option<HeaderValue>,
}

/// The session that a request belongs to: none if there is no cookie, if it has ended, or if its agent is no longer
/// active.
///
/// # Errors
/// The database.
pub async fn resume(state: &AppState, headers: &HeaderMap) -> Result<Option<Resumed>, store::Error> {
    let Some((kind, id)) = Cookie::read(state.https(), headers) else { return Ok(None) };
    let (now, id_hash) = (state.now(), id_hash(id));
    let generation = match state.known.find(&id_hash, now) {
        Ok(session) => return Ok(Some(Resumed { session, cookie: None })),
        Err(generation) => generation,
    };
    let Some(row) = state.store.session(id_hash, now).await? else { return Ok(None) };
    let Some(reader) = state.store.reader(row.agent).await? else { return Ok(None) };
    let mut cookie = None;
    if row.seen_at.plus_ms(RENEW_AFTER_MS) <= now {
        state.store.renew_session(id_hash, now, now.plus_ms(SESSION_LASTS_MS)).await?;
        cookie = Some(kind.set(id, SESSION_LASTS_MS / 1000));
    }
    let session = Session { reader: Arc::new(reader), id_hash };
    state.known.keep(&session, now, generation);
    Ok(Some(Resumed { session, cookie }))
}

/// Whether a session that was once resumed still stands: for streams, which outlive their request.
///
/// # Errors
/// The database.
pub async fn stands(state: &AppState, session: &Session) -> Result<bool, store::Error> {
    let found = state.store.session(session.id_hash, state.now()).await?;
    let Some(row) = found.filter(|row| row.agent == session.reader.agent) else { return Ok(false) };
    Ok(state.store.reader(row.agent).await?.is_some())
}

/// Begins a session for `agent` with an id never used before, and ends the one the browser came with: nobody can
/// plant a session id and wait for its owner to sign in.
///
/// # Errors
/// The database, or a system without random numbers.
pub async fn begin(state: &AppState, headers: &HeaderMap, agent: AgentId) -> Result<HeaderValue, Failure> {
    let id = fresh_id()?;
    let now = state.now();
    let replaces = Cookie::read(state.https(), headers).map(|(_, id)| id_hash(id));
    let expires_at: Timestamp = now.plus_ms(SESSION_LASTS_MS);
    state.store.begin_session(id_hash(&id), replaces, agent, now, expires_at).await?;
    if let Some(old) = replaces {
        state.tell_ended(Ended::Session(old));
    }
    Ok(Cookie::kept(state.https(), headers).set(&id, SESSION_LASTS_MS / 1000))
}

/// 32 random bytes in hexadecimal.
fn fresh_id() -> Result<String, Failure> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| Failure::internal(&error))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What has just ended, for the streams that have to stop with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Session([u8; 32]),
    SessionsOf(AgentId),
}

impl Ended {
    /// Whether it is this session that has ended.
    #[must_use]
    pub fn concerns(&self, session: &Session) -> bool {
        match self {
            Self::Session(id_hash) => *id_hash == session.id_hash,
            Self::SessionsOf(agent) => *agent == session.reader.agent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(cookie).expect("a header value"));
        headers
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let (plain, bound) = ("ab".repeat(32), "cd".repeat(32));
        let both = headers(&format!("theme=dark; samtal={plain}; __Host-samtal={bound}; x=samtal=1"));
        assert_eq!(Cookie::read(false, &both), Some((Cookie::Secure, bound.as_str())));
        let one = headers(&format!("samtal={plain}"));
        assert_eq!(Cookie::read(false, &one), Some((Cookie::Plain, plain.as_str())));
        assert_eq!(Cookie::read(true, &one), None, "behind https another host may have planted it");
    }

    #[test]
    fn what_has_not_the_form_of_an_id_is_none() {
        for bad in ["samtal=", "samtal=abc", &format!("samtal={}", "zz".repeat(32)), "samtal"] {
            assert_eq!(Cookie::read(false, &headers(bad)), None, "{bad}");
        }
    }

    #[test]
    fn the_cookie_is_bound_to_the_host_wherever_browsers_let_it_be() {
        let chrome = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36";
        let safari = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";
        for (https, host, agent, wanted) in [
            (true, "inbox.example", safari, Cookie::Secure),
            (false, "127.0.0.1:8080", chrome, Cookie::Secure),
            (false, "localhost:8080", chrome, Cookie::Secure),
            (false, "[::1]:8080", chrome, Cookie::Secure),
            (false, "127.0.0.1:8080", safari, Cookie::Plain),
            (false, "192.168.1.7:8080", chrome, Cookie::Plain),
            (false, "localhost.evil.example", chrome, Cookie::Plain),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
            assert_eq!(Cookie::kept(https, &headers), wanted, "{host} {agent}");
        }
        let cookie = Cookie::Secure.set("00", 60);
        let cookie = cookie.to_str().expect("text");
        assert_eq!(cookie, "__Host-samtal=00; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
    }
}
