//! From the parameters of the list to what the store is asked: a view, or a search in which the typed text and the
//! separate filters are one.

use super::{LIMIT, NO_CURSOR, checked_limit};
use crate::http::extract::query;
use crate::http::problem::Failure;
use crate::store::{CustomViewFound, ListQuery, Search};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use samtal_model::custom::OFFSET_MOST;
use samtal_model::query::{Assignee, ContactRef, Term, When, parse};
use samtal_model::wire::{FieldError, Matching};
use samtal_model::{AgentId, Channel, ContactId, ConversationState, Query, Timestamp, View};
use serde::Deserialize;

/// Which part of such a list.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// 1 to 200; 50 where nothing is said.
    limit: Option<i64>,
    /// `next_cursor` of the page before, with the same parameters otherwise.
    cursor: Option<String>,
    /// Begins at this place of the view, from 0. Not in a search.
    position: Option<i64>,
}

impl Page {
    const FIELDS: [&str; 3] = ["limit", "cursor", "position"];
}

/// What is listed, in the words that a bulk action has too, and which part of it.
pub struct Listed {
    pub matching: Matching,
    pub page: Page,
}

impl<S: Sync> FromRequestParts<S> for Listed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let of_page = |name: &str| Page::FIELDS.contains(&name);
        Ok(Self { matching: query(parts, |name| !of_page(name))?, page: query(parts, of_page)? })
    }
}

/// What to ask the store.
pub struct Asked {
    pub list: ListQuery,
    /// How many there are in all, where that is kept beside the list.
    pub total: Option<i64>,
}

/// What the list's parameters ask, or what is wrong with them. `custom` is the custom view that they name.
pub fn checked(listed: Listed, now: Timestamp, custom: Option<&CustomViewFound>) -> Result<Asked, Failure> {
    let limit = checked_limit(listed.page.limit, LIMIT);
    let wrong = |wrong| Failure::fields(StatusCode::BAD_REQUEST, "bad_query", wrong);
    let Asked { list, total } = read(&listed.matching, listed.page, now, custom).map_err(wrong)?;
    Ok(Asked { list: ListQuery { limit: limit?, ..list }, total })
}

/// The same for all that such a list holds.
pub fn selected(
    matching: &Matching,
    now: Timestamp,
    custom: Option<&CustomViewFound>,
) -> Result<ListQuery, Vec<FieldError>> {
    // A list passes over a value that is only begun; what is done with all that is found does not.
    let begun: Vec<FieldError> = parse(matching.q.as_deref().unwrap_or_default())
        .wrong
        .iter()
        .filter(|it| it.is_incomplete())
        .map(|it| error("q", it.code.slug(), &it.sentence()))
        .collect();
    if !begun.is_empty() {
        return Err(begun);
    }
    Ok(read(matching, Page::default(), now, custom)?.list)
}

/// But for the limit.
fn read(
    matching: &Matching,
    page: Page,
    now: Timestamp,
    custom: Option<&CustomViewFound>,
) -> Result<Asked, Vec<FieldError>> {
    let mut wrong = vec![];
    let query = joined(matching, &mut wrong);
    let Page { cursor, position, .. } = page;
    let Matching { inbox, view, sort, offset, .. } = *matching;
    let offset = offset.unwrap_or(0);
    if !(-OFFSET_MOST..=OFFSET_MOST).contains(&offset) {
        wrong.push(error("offset", "wrong_value", "Clocks are at most 840 minutes from UTC."));
    }
    if position.is_some_and(|position| position < 0) {
        wrong.push(error("position", "wrong_value", "A position counts from 0."));
    }
    let searches = query.is_some() || custom.is_some();
    if position.is_some() && searches {
        wrong.push(error("position", "wrong_value", "A search has no positions; use its cursor."));
    }
    if wrong.is_empty() && inbox.is_none() && !searches {
        wrong.push(error("inbox", "missing", "Say which inbox, or what to find, or whose conversations."));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let total = custom.filter(|_| query.is_none()).and_then(|custom| custom.total(inbox));
    let typed = query.map(|query| Search::at(query, now.day_at(offset), offset));
    let search = match (typed, custom.map(|custom| custom.search(now))) {
        (Some(typed), Some(custom)) => Some(Search { within: Some(Box::new(custom)), ..typed }),
        (typed, custom) => typed.or(custom),
    };
    let sort = sort.or(custom.map(|custom| custom.view.sort)).unwrap_or_default();
    let view = view.unwrap_or(View::Open);
    let list = ListQuery { inbox, view, search, sort, limit: LIMIT.0, cursor, position };
    if !list.has_known_cursor() {
        let mistake = error("cursor", "wrong_value", NO_CURSOR);
        return Err(vec![mistake]);
    }
    Ok(Asked { list, total })
}

/// The typed text and the filters as one; none if nothing is asked, which is a view.
fn joined(params: &Matching, wrong: &mut Vec<FieldError>) -> Option<Query> {
    let typed = params.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let parsed = parse(typed.unwrap_or_default());
    let mistakes = parsed.wrong.iter().filter(|it| !it.is_incomplete());
    wrong.extend(mistakes.map(|it| error("q", it.code.slug(), &it.sentence())));
    let mut query = parsed.query;
    let before = query.clone();
    let mut terms = |field: &str, list: &Option<String>, read: fn(&str) -> Option<Term>| {
        for value in list.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|value| !value.is_empty()) {
            match read(value) {
                Some(term) => query.want(term),
                None => wrong.push(error(field, "wrong_value", &format!("`{value}` is no {field}."))),
            }
        }
    };
    terms("status", &params.status, status);
    terms("channel", &params.channel, channel);
    terms("assignee", &params.assignee, assignee);
    terms("contact", &params.contact, |id| Some(Term::Contact(ContactRef::Id(ContactId(id.parse().ok()?)))));
    for (field, value, operator, place) in [
        ("from", &params.from, "after:", &mut query.dates.after),
        ("to", &params.to, "before:", &mut query.dates.before),
    ] {
        let Some(value) = value.as_deref().map(str::trim).filter(|value| !value.is_empty()) else { continue };
        match When::parse(value) {
            None => wrong.push(error(field, "not_a_date", &format!("`{value}` is no date such as 2026-11-21."))),
            Some(when) if place.is_some_and(|given| given != when) => {
                wrong.push(error(field, "twice", &format!("`q` has another `{operator}` already.")));
            }
            Some(when) => *place = Some(when),
        }
    }
    for (hide, view) in [(params.hide_spam, View::Spam), (params.hide_trash, View::Trash)] {
        if hide == Some(true) {
            query.exclude(Term::View(view));
        }
    }
    (typed.is_some() || query != before).then_some(query)
}

fn status(value: &str) -> Option<Term> {
    Some(Term::State(match value {
        "open" => ConversationState::Open,
        "closed" => ConversationState::Closed,
        _ => return None,
    }))
}

fn channel(value: &str) -> Option<Term> {
    Some(Term::Channel(match value {
        "email" => Channel::Email,
        "chat" => Channel::Chat,
        "messenger" => Channel::Messenger,
        "form" => Channel::Form,
        "call" => Channel::Call,
        _ => return None,
    }))
}

fn assignee(value: &str) -> Option<Term> {
    Some(Term::Assignee(match value {
        "me" => Assignee::Me,
        "none" => Assignee::Nobody,
        "anyone" => Assignee::Anyone,
        "bot" => Assignee::Bot,
        id => Assignee::Agent(AgentId(id.parse().ok()?)),
    }))
}

fn error(field: &str, code: &str, message: &str) -> FieldError {
    FieldError { field: field.into(), code: code.into(), message: message.into() }
}
