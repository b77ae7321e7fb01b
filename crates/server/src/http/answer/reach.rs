//! What a command reaches beyond what was asked about (K8), as the asker may see it: of what is in other inboxes neither
//! the ids nor the number are told (X2).

use crate::http::AppState;
use crate::http::problem::Failure;
use crate::store::Reader;
use samtal_model::reach::{Reached, first_cause, reach};
use samtal_model::wire::ReachView;
use samtal_model::{Cause, Change, CommandId, ConversationId, InboxId, Logged};
use std::collections::BTreeMap;

/// Ids told of one kind; beyond that the number says enough.
const IDS_MOST: usize = 200;
/// Commands that an undo goes back through, by undos of undos, to why something had been done.
const BACK_MOST: usize = 16;

pub async fn view(state: &AppState, reader: &Reader, changes: &[Logged]) -> Result<Vec<ReachView>, Failure> {
    let undone = undone(state, changes).await?;
    let why = |logged: &Logged| first_cause(logged.cause, &logged.change, |id| undone.get(&id).map(Vec::as_slice));
    let all = reach(changes.iter().map(|logged| (why(logged), &logged.change)));
    told(state, reader, all, changes).await
}

/// The same of what is known to be reached. `changes` are those that may have begun a conversation which is not there yet.
pub async fn told(
    state: &AppState,
    reader: &Reader,
    all: Vec<Reached>,
    changes: &[Logged],
) -> Result<Vec<ReachView>, Failure> {
    if all.is_empty() {
        return Ok(vec![]);
    }
    let unknown: Vec<ConversationId> =
        all.iter().filter(|it| it.inbox.is_none()).map(|it| ConversationId(it.id)).collect();
    let mut inboxes: BTreeMap<i64, InboxId> = state.store.inboxes_of(&unknown).await?;
    // What was begun by the command itself is not there yet in a preview.
    inboxes.extend(changes.iter().filter_map(|logged| match &logged.change {
        Change::ConversationStarted { conversation } => Some((conversation.id.0, conversation.inbox)),
        _ => None,
    }));
    let mut views: Vec<ReachView> = vec![];
    for it in all {
        let inbox = it.inbox.or_else(|| inboxes.get(&it.id).copied());
        if !inbox.is_some_and(|inbox| reader.inboxes.contains(&inbox)) {
            continue;
        }
        let at = views.iter().position(|view| view.what == it.what).unwrap_or_else(|| {
            views.push(ReachView { what: it.what, ids: vec![], count: 0 });
            views.len() - 1
        });
        let view = &mut views[at];
        view.count += 1;
        if view.ids.len() < IDS_MOST {
            view.ids.push(it.id);
        }
    }
    Ok(views)
}

/// What the commands had changed that these changes take back, and those that they had taken back themselves.
async fn undone(state: &AppState, changes: &[Logged]) -> Result<BTreeMap<CommandId, Vec<Logged>>, Failure> {
    fn next_of<'l>(changes: impl IntoIterator<Item = &'l Logged>) -> Vec<CommandId> {
        let undone = |logged: &Logged| if let Cause::Undo(command) = logged.cause { Some(command) } else { None };
        changes.into_iter().filter_map(undone).collect()
    }
    let mut known = BTreeMap::new();
    let mut next = next_of(changes);
    while let Some(command) = next.pop() {
        if known.len() >= BACK_MOST || known.contains_key(&command) {
            continue;
        }
        let logged = state.store.changes_of(command).await?;
        next.extend(next_of(&logged));
        known.insert(command, logged);
    }
    Ok(known)
}
