//! Errors as sentences: every refusal leaves as an RFC 9457 problem document with a stable code. What went wrong
//! inside is logged and never told.

use crate::dispatch::Fault;
use crate::store;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use samtal_model::refusal::Noun;
use samtal_model::wire::{FieldError, Problem};
use samtal_model::{Refusal, Timestamp};

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What a handler answers instead of what was asked for.
#[derive(Debug)]
pub struct Failure(Box<Said>);

#[derive(Debug)]
struct Said {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    until: Option<Timestamp>,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Failure {
    /// A failure with a stable code and a sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Said { status, code, detail: detail.into(), errors: vec![], until: None, header: None }))
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn sign_in() -> Self {
        Refusal::SignIn.into()
    }

    /// It is not there, or not for this reader (M3).
    #[must_use]
    pub fn not_found(noun: Noun) -> Self {
        Refusal::NotFound(noun).into()
    }

    /// Nothing answers at this address.
    #[must_use]
    pub fn no_such_address() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing at this address.")
    }

    /// One field or parameter of the request is wrong; `field` as in the request.
    pub fn field(
        status: StatusCode,
        code: &'static str,
        field: impl Into<String>,
        why: &str,
        message: impl Into<String>,
    ) -> Self {
        let message = message.into();
        let mut failure = Self::new(status, code, message.clone());
        failure.0.errors.push(FieldError { field: field.into(), code: why.into(), message });
        failure
    }

    /// Several fields or parameters are wrong, of which the first is said in the detail.
    pub fn fields(status: StatusCode, code: &'static str, errors: Vec<FieldError>) -> Self {
        let detail = errors.first().map(|error| error.message.clone()).unwrap_or_default();
        let mut failure = Self::new(status, code, detail);
        failure.0.errors = errors;
        failure
    }

    /// Something broke that the asker cannot help. The reason is logged.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!("{error}");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on the server. It has been written to its log.",
        )
    }

    /// Too many attempts; `seconds` until the next one is heard.
    #[must_use]
    pub fn too_many_attempts(seconds: u64) -> Self {
        let detail = format!("Too many attempts to sign in. Try again in {seconds} seconds.");
        let mut failure = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", detail);
        failure.0.header = Some((header::RETRY_AFTER, HeaderValue::from(seconds)));
        failure
    }

    /// The document as it is sent.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem {
            kind: "about:blank".into(),
            title: self.0.status.canonical_reason().unwrap_or("Error").into(),
            status: self.0.status.as_u16(),
            detail: self.0.detail.clone(),
            code: self.0.code.into(),
            errors: self.0.errors.clone(),
            until: self.0.until,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.problem()).unwrap_or_default();
        let mut response = (self.0.status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        if let Some((name, value)) = self.0.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let status = match &refusal {
            Refusal::SignIn => StatusCode::UNAUTHORIZED,
            Refusal::NotFound(_) => StatusCode::NOT_FOUND,
            Refusal::RoleTooLow
            | Refusal::NotYoursToUnhide
            | Refusal::NotYoursToUndo
            | Refusal::NotYoursToEdit
            | Refusal::NotYoursToChange
            | Refusal::SystemOnly
            | Refusal::LastSuperAdmin => StatusCode::FORBIDDEN,
            Refusal::RestoreFirst
            | Refusal::NotSpamFirst
            | Refusal::TrashFirst
            | Refusal::BotWaits { .. }
            | Refusal::CannotOwn
            | Refusal::NotUndoable
            | Refusal::TooManyViews { .. }
            | Refusal::NameTaken { .. }
            | Refusal::HasTicket
            | Refusal::OtherInbox
            | Refusal::TicketInTrash
            | Refusal::TicketTrashFirst
            | Refusal::TicketBotWaits { .. }
            | Refusal::TooManyConversations
            | Refusal::TicketFull
            | Refusal::StatusInUse
            | Refusal::StatusTooFull
            | Refusal::LastStatus { .. }
            | Refusal::PipelineInUse
            | Refusal::LastPipeline
            | Refusal::TooManyPipelines
            | Refusal::TooManyStatuses
            | Refusal::NoSender
            | Refusal::RestoreRecordFirst(_)
            | Refusal::TrashRecordFirst(_)
            | Refusal::UnblockFirst
            | Refusal::TooManyLinks
            | Refusal::MergeTooLarge { .. }
            | Refusal::TooMany { .. }
            | Refusal::ChangedSince => StatusCode::CONFLICT,
            Refusal::WrongQuery(_)
            | Refusal::CannotLink
            | Refusal::CannotMerge
            | Refusal::InvalidValue { .. }
            | Refusal::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let mut failure = Self::new(status, refusal.code(), refusal.sentence());
        match refusal {
            Refusal::Invalid { field, why } => failure.0.errors.push(FieldError {
                field: field.into(),
                code: why.code().into(),
                message: why.sentence(field),
            }),
            Refusal::InvalidValue { property, name, why } => failure.0.errors.push(FieldError {
                field: format!("values.{property}"),
                code: why.code().into(),
                message: why.sentence(&name),
            }),
            Refusal::WrongQuery(mistakes) => {
                let errors = mistakes.into_iter();
                let errors =
                    errors.map(|it| FieldError { field: "query".into(), code: it.code.into(), message: it.sentence });
                failure.0.errors.extend(errors);
            }
            Refusal::BotWaits { until } | Refusal::TicketBotWaits { until, .. } => failure.0.until = Some(until),
            _ => {}
        }
        failure
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(refusal) => refusal.into(),
            Fault::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "key_reused",
                "This Idempotency-Key has been used for a different request.",
            ),
            Fault::ChangedSince(noun) => {
                let detail = format!("This {} has been changed since.", noun.word());
                Self::new(StatusCode::PRECONDITION_FAILED, "changed_since", detail)
            }
            Fault::Duplicate => Self::new(StatusCode::CONFLICT, "duplicate", "This message has been received already."),
            Fault::Store(error) => error.into(),
            Fault::Stopping => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "stopping",
                "The server is being restarted. Try again in a moment.",
            ),
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::internal(&error)
    }
}
