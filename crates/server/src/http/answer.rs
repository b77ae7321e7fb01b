//! From orders to answers: hands a command to the dispatcher and gathers what it changed, as the asking agent may see
//! it.

mod records;

use crate::auth::Ended;
use crate::dispatch::{Fault, Known, Order, Outcome, Request};
use crate::http::AppState;
use crate::http::extract::{Query, Session};
use crate::http::problem::Failure;
use crate::store::Reader;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use samtal_model::record::RecordRef;
use samtal_model::wire::{AgentView, ChangeView, CommandAnswer, CustomViewView, InboxView};
use samtal_model::{
    ActivityId, Actor, AgentId, AgentState, Change, Command, ConversationId, CustomViewId, InboxId, Logged, MessageId,
    ObjectTypeId, PipelineId, PropertyId, Refusal, TicketId,
};
use serde::Deserialize;
use std::collections::BTreeSet;

pub mod reach;

/// The longest Idempotency-Key, in bytes.
const KEY_MOST: usize = 200;
/// A command that reaches further than so many conversations is answered without their changes; the feed has them.
const CONVERSATIONS_TOLD: usize = 200;

/// An agent who asks for a change: the session, and how the command is to be carried out.
pub struct Asker {
    pub state: AppState,
    pub session: Session,
    key: Option<String>,
    preview: bool,
    known: Option<Known>,
}

#[derive(Deserialize)]
struct HowTo {
    #[serde(default)]
    preview: bool,
}

impl FromRequestParts<AppState> for Asker {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let session = Session::from_request_parts(parts, state).await?;
        let Query(HowTo { preview }) = Query::from_request_parts(parts, state).await?;
        let key = match parts.headers.get("idempotency-key") {
            None => None,
            Some(value) => Some(checked_key(value.to_str().unwrap_or_default())?),
        };
        Ok(Self { state: AppState::from_ref(state), session, key, preview, known: None })
    }
}

fn checked_key(key: &str) -> Result<String, Failure> {
    if key.is_empty() || key.len() > KEY_MOST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        let message = format!("An Idempotency-Key is 1 to {KEY_MOST} visible ASCII characters.");
        return Err(Failure::field(StatusCode::BAD_REQUEST, "bad_header", "Idempotency-Key", "wrong_value", message));
    }
    Ok(key.to_owned())
}

/// What the answer shows beside the changes.
#[derive(Clone, Copy)]
pub enum About {
    /// Whatever the changes are about: for what is new, and for undo.
    Changes,
    Conversation(ConversationId),
    Message(MessageId),
    Agent(AgentId),
    Inbox(InboxId),
    CustomView(CustomViewId),
    Ticket(TicketId),
    Pipeline(PipelineId),
    Record(RecordRef),
    Activity(ActivityId),
    Property(PropertyId),
    ObjectType(ObjectTypeId),
}

impl Asker {
    /// Whether nothing is to be written.
    #[must_use]
    pub fn only_previews(&self) -> bool {
        self.preview
    }

    /// What it is carried out once under.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The same, refused if the conversation is no longer as the asker knew it.
    #[must_use]
    pub fn knowing(mut self, known: Option<Known>) -> Self {
        self.known = known;
        self
    }

    /// Carries one command out.
    ///
    /// # Errors
    /// A refusal, or the database.
    pub async fn ask(self, command: Command, about: About) -> Result<CommandAnswer, Failure> {
        self.ask_all(vec![command.into()], about).await
    }

    /// Carries out all of the orders, or none.
    ///
    /// # Errors
    /// A refusal, or the database.
    pub async fn ask_all(self, orders: Vec<Order>, about: About) -> Result<CommandAnswer, Failure> {
        let Self { state, session, key, preview, known } = self;
        let mut refused = None;
        let outcome = if orders.is_empty() && known.is_none() {
            let sequence = state.store.sequence().await?;
            Outcome { command: None, changes: vec![], undoable: false, sequence, replayed: false }
        } else {
            let actor = Actor::Agent(session.reader.agent);
            let key = key.filter(|_| !preview);
            match state.dispatcher.ask(Request { actor, now: state.now(), orders, key, preview, known }).await {
                // What is not there is not there for a preview either; what would be refused is what it is asked for.
                Err(Fault::Refused(refusal))
                    if preview && !matches!(refusal, Refusal::SignIn | Refusal::NotFound(_)) =>
                {
                    refused = Some(Failure::from(refusal).problem());
                    let sequence = state.store.sequence().await?;
                    Outcome { command: None, changes: vec![], undoable: false, sequence, replayed: false }
                }
                outcome => outcome?,
            }
        };
        if !preview {
            state.known.heed(outcome.changes.iter().map(|logged| &logged.change));
            end_sessions(&state, &outcome.changes).await?;
        }
        let answer = gather(&state, &session.reader, outcome, about).await?;
        Ok(CommandAnswer { refused, ..answer })
    }
}

/// Whoever may no longer sign in is signed out everywhere, so that a session does not come back to life with its
/// owner.
async fn end_sessions(state: &AppState, changes: &[Logged]) -> Result<(), Failure> {
    for logged in changes {
        if let Change::AgentStateSet { agent, to, .. } = logged.change
            && to != AgentState::Active
        {
            state.store.end_sessions_of(agent).await?;
            state.tell_ended(Ended::SessionsOf(agent));
        }
    }
    Ok(())
}

async fn gather(state: &AppState, before: &Reader, outcome: Outcome, about: About) -> Result<CommandAnswer, Failure> {
    // The command may have changed what its own asker sees.
    let after = state.store.reader(before.agent).await?;
    let reader = after.as_ref().unwrap_or(before);
    let first_message = outcome.changes.iter().find_map(|logged| logged.change.message());
    let first_conversation = outcome.changes.iter().find_map(|logged| logged.change.conversation());
    let message = match about {
        About::Message(id) => Some(id),
        About::Changes | About::Conversation(_) => first_message,
        _ => None,
    };
    let message = match message {
        Some(id) => state.store.message(reader, id).await?,
        None => None,
    };
    let conversation = match (about, &message) {
        (About::Conversation(id), _) => state.store.conversation(reader, id).await?,
        (_, Some(found)) => Some(found.conversation.clone()),
        (About::Changes, None) => match first_conversation {
            Some(id) => state.store.conversation(reader, id).await?,
            None => None,
        },
        _ => None,
    };
    let agent = match about {
        About::Agent(id) => Some(id),
        _ => outcome.changes.iter().find_map(|logged| match &logged.change {
            Change::AgentAdded { agent } => Some(agent.id),
            Change::AgentStateSet { agent, .. } | Change::AgentRoleSet { agent, .. } => Some(*agent),
            _ => None,
        }),
    };
    let inbox = match about {
        About::Inbox(id) => Some(id),
        _ => outcome.changes.iter().find_map(|logged| match &logged.change {
            Change::InboxAdded { inbox } => Some(inbox.id),
            Change::InboxOpenSet { inbox, .. } => Some(*inbox),
            _ => None,
        }),
    };
    let custom_view = match about {
        About::CustomView(id) => Some(id),
        _ => outcome.changes.iter().find_map(|logged| match &logged.change {
            Change::CustomViewSet { to, .. } => Some(to.id),
            _ => None,
        }),
    };
    let ticket = match about {
        About::Ticket(id) => Some(id),
        _ => outcome.changes.iter().find_map(|logged| logged.change.ticket()),
    };
    let pipeline = match about {
        About::Pipeline(id) => Some(id),
        _ => outcome.changes.iter().find_map(|logged| match &logged.change {
            Change::Pipeline(change) => Some(change.pipeline()),
            _ => None,
        }),
    };
    let records::Shown { record, activity, property, object_type } =
        records::shown(state, reader, &outcome.changes, about).await?;
    Ok(CommandAnswer {
        command: outcome.command,
        undoable: outcome.undoable,
        ticket: match ticket {
            Some(id) => state.store.ticket(reader, id).await?,
            None => None,
        },
        pipeline: match pipeline {
            Some(id) => state.store.pipelines(reader).await?.items.into_iter().find(|it| it.id == id),
            None => None,
        },
        reach: reach::view(state, reader, &outcome.changes).await?,
        refused: None,
        changes: visible(state, reader, outcome.changes).await?,
        conversation,
        message: message.map(|found| found.message),
        agent: agent_view(state, agent).await?,
        inbox: inbox_view(state, reader, inbox).await?,
        custom_view: custom_view_view(state, reader, custom_view).await?,
        record,
        activity,
        property,
        object_type,
        sequence: outcome.sequence,
    })
}

async fn agent_view(state: &AppState, id: Option<AgentId>) -> Result<Option<AgentView>, Failure> {
    let Some(id) = id else { return Ok(None) };
    Ok(state.store.agents().await?.into_iter().find(|agent| agent.id == id))
}

async fn inbox_view(state: &AppState, reader: &Reader, id: Option<InboxId>) -> Result<Option<InboxView>, Failure> {
    let Some(id) = id else { return Ok(None) };
    Ok(state.store.inboxes(reader).await?.into_iter().find(|inbox| inbox.id == id))
}

async fn custom_view_view(
    state: &AppState,
    reader: &Reader,
    id: Option<CustomViewId>,
) -> Result<Option<CustomViewView>, Failure> {
    let Some(id) = id else { return Ok(None) };
    Ok(state.store.custom_view(reader, id).await?.map(|found| found.view))
}

/// The changes that this reader may hear of: a cascade can reach into inboxes they do not see (X2).
async fn visible(state: &AppState, reader: &Reader, changes: Vec<Logged>) -> Result<Vec<ChangeView>, Failure> {
    let touched: BTreeSet<ConversationId> = changes
        .iter()
        .filter(|logged| !tells_its_inbox(&logged.change))
        .filter_map(|logged| logged.change.conversation())
        .collect();
    let touched: Vec<_> = touched.into_iter().take(CONVERSATIONS_TOLD).collect();
    let inboxes = state.store.inboxes_of(&touched).await?;
    let theirs = inboxes.into_iter().filter(|(_, inbox)| reader.inboxes.contains(inbox));
    let mut seen: BTreeSet<ConversationId> = theirs.map(|(id, _)| ConversationId(id)).collect();
    // What the command itself began is not there yet in a preview, and its inbox is known from the beginning.
    for logged in &changes {
        match &logged.change {
            Change::ConversationStarted { conversation } if reader.inboxes.contains(&conversation.inbox) => {
                seen.insert(conversation.id);
            }
            Change::Deleted { conversation, inbox } if reader.inboxes.contains(inbox) => {
                seen.insert(*conversation);
            }
            _ => {}
        }
    }
    let shared = records::shared(state, &changes).await?;
    let may_hear = |change: &Change| {
        change.private_to().is_none_or(|agent| agent == reader.agent)
            && change.conversation().is_none_or(|id| seen.contains(&id))
            && !matches!(change, Change::Ticket(change) if !reader.inboxes.contains(&change.inbox()))
            && !matches!(change, Change::BlockSet { inbox, .. } if !reader.inboxes.contains(inbox))
            && match change {
                Change::Recorded { change } => shared.may_hear(reader, change),
                _ => true,
            }
    };
    Ok(changes.into_iter().filter(|logged| may_hear(&logged.change)).map(ChangeView::from).collect())
}

fn tells_its_inbox(change: &Change) -> bool {
    matches!(change, Change::ConversationStarted { .. } | Change::Deleted { .. })
}

/// 201 for what has come to be, 200 for a preview of it.
pub fn created_unless(preview: bool) -> StatusCode {
    if preview { StatusCode::OK } else { StatusCode::CREATED }
}
