//! `/survey/{token}`: where a contact says how it went (D5). The one page that this server writes itself: for people who have
//! no account, without script and without a cookie. Whoever has the link may answer, so nothing else guards it, and
//! nothing is told of a link that is not open.

mod page;

use crate::dispatch::{Fault, Request};
use crate::http::AppState;
use crate::http::headers::Peer;
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use crate::store::SurveyFound;
use crate::survey::token_hash;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use page::Form;
use samtal_model::record::command::RecordCommand;
use samtal_model::refusal::Invalid;
use samtal_model::survey::SURVEY_WORDS_MOST;
use samtal_model::{Actor, Command, Refusal};

/// The most that an answer may hold, in bytes: the longest words, each character of them written out as `%F0%9F%98%80`,
/// and the score.
const BODY_MOST: usize = SURVEY_WORDS_MOST * 12 + 1_024;

pub fn routes(routes: Routes) -> Routes {
    routes.at(Policy::Public, __path_show, show).at(Policy::Public, __path_answer, answer).at(
        Policy::Public,
        __path_style,
        style,
    )
}

/// Whether requests to this path come from pages that say nothing of where they are: the token in the address is what
/// shows that they may.
#[must_use]
pub fn is_guarded_by_its_token(path: &str) -> bool {
    path.starts_with("/survey/")
}

/// The page that asks a contact how it went, or thanks them.
#[utoipa::path(
    get, path = "/survey/{token}", tag = "surveys", operation_id = "show_survey",
    params(("token" = String, Path, description = "As it stands in the mail.")),
    responses(
        (status = 200, content_type = "text/html", body = String, description = "The page."),
        (status = 404, content_type = "text/html", body = String, description = "The link is not open: there is no such survey, it was taken back, it was answered a day ago, or it is older than 60 days."),
    )
)]
async fn show(State(state): State<AppState>, Path(token): Path<String>) -> Result<Response, Failure> {
    let Some(found) = found(&state, &token).await? else { return Ok(page::gone().into_response()) };
    let page = match found.answer {
        Some((score, words)) => page::thanks(&found.inbox, &Form { score: Some(score), words, ..Form::default() }),
        None => page::ask(StatusCode::OK, &found.inbox, &Form::default()),
    };
    Ok(page.into_response())
}

/// Takes a contact's answer, or another one within a day.
#[utoipa::path(
    post, path = "/survey/{token}", tag = "surveys", operation_id = "answer_survey",
    params(("token" = String, Path, description = "As it stands in the mail.")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", description = "`score`, 1 to 5, and `words`, at most 2,000 characters."),
    responses(
        (status = 303, description = "It was taken; the page thanks."),
        (status = 404, content_type = "text/html", body = String, description = "The link is not open."),
        (status = 422, content_type = "text/html", body = String, description = "The page, with what is wrong and what was written."),
        (status = 429, content_type = "text/html", body = String, description = "Too many answers from one address; see Retry-After."),
    )
)]
async fn answer(
    State(state): State<AppState>,
    Extension(Peer(address)): Extension<Peer>,
    Path(token): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    if let Err(seconds) = state.answers.take(address, state.now()) {
        let wait = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
        return Ok((wait, page::too_many()).into_response());
    }
    let Some(found) = found(&state, &token).await? else { return Ok(page::gone().into_response()) };
    // What is too long is not read to its end.
    let Ok(body) = axum::body::to_bytes(body, BODY_MOST).await else { return Ok(page::too_long().into_response()) };
    let Some(mut form) = Form::read(&body) else { return Ok(page::not_this_form().into_response()) };
    let Some(score) = form.score else {
        form.score_wrong = Some(Invalid::NotAScore.sentence("score"));
        return Ok(page::ask(StatusCode::UNPROCESSABLE_ENTITY, &found.inbox, &form).into_response());
    };
    let command = RecordCommand::AnswerSurvey { survey: found.survey.message, score, words: form.words.clone() };
    let order = Command::Record(Box::new(command)).into();
    match state.dispatcher.ask(Request::new(Actor::System, state.now(), vec![order])).await {
        Ok(_) => {
            let there = HeaderValue::try_from(format!("/survey/{token}")).map_err(|error| Failure::internal(&error))?;
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, there)]).into_response())
        }
        Err(Fault::Refused(Refusal::Invalid { field, why })) => {
            let wrong = Some(why.sentence(field));
            *(if field == "score" { &mut form.score_wrong } else { &mut form.words_wrong }) = wrong;
            Ok(page::ask(StatusCode::UNPROCESSABLE_ENTITY, &found.inbox, &form).into_response())
        }
        // It was taken back, or deleted, in this moment.
        Err(Fault::Refused(_)) => Ok(page::gone().into_response()),
        Err(fault) => Err(fault.into()),
    }
}

async fn found(state: &AppState, token: &str) -> Result<Option<SurveyFound>, Failure> {
    match token_hash(token) {
        Some(hash) => Ok(state.store.open_survey(hash, state.now()).await?),
        None => Ok(None),
    }
}

/// How the pages of surveys look.
#[utoipa::path(
    get, path = "/survey.css", tag = "surveys", operation_id = "survey_style",
    responses((status = 200, content_type = "text/css", body = String, description = "The style sheet."))
)]
async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        // It may be another after the next update, which is not often.
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    (headers, page::STYLE).into_response()
}
