//! A conversation's history (T11): what the change log says of it, newest first, and what of that this reader could take
//! back now. Whether they could is asked of the rules; there is none of them here.

use crate::store::{self, Reader, Store};
use samtal_model::wire::{HistoryChange, HistoryEntry, HistoryPage};
use samtal_model::{Actor, Ask, Command, CommandId, ConversationId, Sequence, Timestamp, decide};

/// A page of the history, older than `before`; none if the conversation is not there or not for this reader.
///
/// # Errors
/// The database.
pub async fn page(
    store: &Store,
    reader: &Reader,
    conversation: ConversationId,
    before: Option<Sequence>,
    limit: usize,
    now: Timestamp,
) -> Result<Option<HistoryPage>, store::Error> {
    if store.conversation(reader, conversation).await?.is_none() {
        return Ok(None);
    }
    let past = store.past(conversation, before, limit).await?;
    let commands: Vec<CommandId> = past.commands.iter().filter_map(|of| of.first()).map(|it| it.command).collect();
    let undone = store.undone_in(conversation, &commands).await?;
    let bulks = store.bulks_of(reader.agent, &commands).await?;
    let actor = Actor::Agent(reader.agent);
    let mut items = vec![];
    let mut asked = vec![];
    for of in &past.commands {
        let Some(first) = of.first() else { continue };
        let undone = undone.iter().find(|it| it.command == first.command);
        let bulk = bulks.iter().find(|it| it.command == first.command);
        // The rules would say no to any other: they need not be asked.
        let thinkable = first.actor == actor && of.iter().all(|it| it.change.inverse().is_some());
        if thinkable {
            asked.push(first.command);
        }
        items.push(HistoryEntry {
            command: first.command,
            name: first.name.clone(),
            actor: first.actor,
            at: first.at,
            changes: of.iter().filter_map(|it| HistoryChange::of(it.cause, &it.change)).collect(),
            undoable: false,
            undone_by: undone.map(|it| it.by),
            undone_by_actor: undone.map(|it| it.actor),
            bulk_id: bulk.map(|it| it.bulk),
            bulk_total: bulk.map(|it| it.total),
        });
    }
    if !asked.is_empty() {
        let (world, fresh) = store.world_for_undo(actor, &asked).await?;
        let ask = Ask { actor, now, fresh };
        for item in &mut items {
            let undo = Command::Undo { command: item.command };
            item.undoable = asked.contains(&item.command) && decide(&world, &ask, &undo).is_ok();
        }
    }
    Ok(Some(HistoryPage { items, next_cursor: past.next.map(|next| next.to_string()) }))
}
