//! What a command reaches beyond what was asked about (K8), as the asker may see it: of what is in other inboxes neither
//! the ids nor the number are told (X2).

use crate::http::AppState;
use crate::http::problem::Failure;
use crate::store::Reader;
use samtal_model::reach::reach;
use samtal_model::wire::ReachView;
use samtal_model::{Change, ConversationId, InboxId, Logged};
use std::collections::BTreeMap;

/// Ids told of one kind; beyond that the number says enough.
const IDS_MOST: usize = 200;

pub async fn view(state: &AppState, reader: &Reader, changes: &[Logged]) -> Result<Vec<ReachView>, Failure> {
    let all = reach(changes.iter().map(|logged| (logged.cause, &logged.change)));
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
