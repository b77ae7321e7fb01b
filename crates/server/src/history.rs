//! The history of a conversation or a ticket (T11): what the change log says of it, newest first, and what of that this reader could take
//! back now. Whether they could is asked of the rules; there is none of them here.

use crate::store::{self, Reader, Store, Subject};
use samtal_model::wire::{HistoryChange, HistoryEntry, HistoryPage};
use samtal_model::{Actor, Ask, Command, CommandId, ConversationId, Sequence, TicketId, Timestamp, decide};

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
    told(store, reader, Subject::Conversation(conversation), before, limit, now).await.map(Some)
}

/// The same of a ticket.
///
/// # Errors
/// The database.
pub async fn of_ticket(
    store: &Store,
    reader: &Reader,
    ticket: TicketId,
    before: Option<Sequence>,
    limit: usize,
    now: Timestamp,
) -> Result<Option<HistoryPage>, store::Error> {
    if store.ticket(reader, ticket).await?.is_none() {
        return Ok(None);
    }
    told(store, reader, Subject::Ticket(ticket), before, limit, now).await.map(Some)
}

async fn told(
    store: &Store,
    reader: &Reader,
    of: Subject,
    before: Option<Sequence>,
    limit: usize,
    now: Timestamp,
) -> Result<HistoryPage, store::Error> {
    let past = store.past(of, before, limit).await?;
    let commands: Vec<CommandId> = past.commands.iter().filter_map(|of| of.first()).map(|it| it.command).collect();
    let undone = store.undone_in(of, &commands).await?;
    let bulks = store.bulks_of(reader.agent, &commands).await?;
    let actor = Actor::Agent(reader.agent);
    let mut items = vec![];
    let mut asked = vec![];
    for of in &past.commands {
        let Some(first) = of.first() else { continue };
        let undone = undone.iter().find(|it| it.command == first.command);
        let bulk = bulks.iter().find(|it| it.command == first.command);
        // The rules would say no to any other: they need not be asked.
        let thinkable = first.actor == actor
            && of.iter().all(|it| it.change.inverse().is_some() || it.change.outlasts_undo(it.cause));
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
    Ok(HistoryPage { items, next_cursor: past.next.map(|next| next.to_string()) })
}
