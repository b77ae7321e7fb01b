//! What a bulk action would change beyond the conversations it is about (K8): its commands are decided one after the
//! other, as they would be carried out, on a copy of what they look at. So it says exactly what would happen now.
//!
//! What rules add to one conversation's command goes by its ticket, so only conversations with a ticket are looked at, and
//! ticket by ticket.

use super::{AT_ONCE, Bulks, command_for};
use crate::store::{self, BulkOf, Reader};
use samtal_model::reach::{Reached, first_cause, may_reach, reach};
use samtal_model::wire::BulkAction;
use samtal_model::{
    Actor, AgentId, Ask, Change, Command, CommandId, ConversationId, Fresh, MessageId, TicketId, World, decide,
};
use std::collections::{BTreeMap, BTreeSet};

/// Conversations with tickets that are looked at, at the most: that takes a second. Of more it is not known.
const LOOKED_AT: usize = 20_000;
/// Tickets that are looked at together.
const TOGETHER: usize = 200;

impl Bulks {
    /// What else would change; none where that is not cheap to know: where a search has to be gone through, or too much
    /// would have to be looked at.
    ///
    /// # Errors
    /// The database.
    pub async fn reach(
        &self,
        reader: &Reader,
        action: BulkAction,
        owner: Option<AgentId>,
        of: &BulkOf,
    ) -> Result<Option<Vec<Reached>>, store::Error> {
        let actor = Actor::Agent(reader.agent);
        // Which message is read, if any is, plays no part in what is reached.
        let with = |conversation| command_for(action, owner, MessageId(0), conversation);
        if let BulkOf::Undo(first) = of {
            return self.reach_of_undo(actor, *first).await;
        }
        if !may_reach(&with(ConversationId(0))) {
            return Ok(Some(vec![]));
        }
        let Some(ticketed) = self.ticketed(reader, of).await? else { return Ok(None) };
        if ticketed.len() > LOOKED_AT {
            return Ok(None);
        }
        let chosen: BTreeSet<ConversationId> = ticketed.iter().map(|(id, _)| *id).collect();
        let mut by_ticket: BTreeMap<TicketId, Vec<ConversationId>> = BTreeMap::new();
        for (conversation, ticket) in ticketed {
            by_ticket.entry(ticket).or_default().push(conversation);
        }
        let mut found = Found::default();
        let tickets: Vec<TicketId> = by_ticket.keys().copied().collect();
        for some in tickets.chunks(TOGETHER) {
            let (world, fresh) = self.store.world_of_tickets(some).await?;
            let of = some.iter().filter_map(|ticket| by_ticket.get(ticket)).flatten();
            self.look(world, fresh, actor, of.map(|id| with(*id)), &chosen, &mut found);
        }
        Ok(Some(found.all))
    }

    async fn reach_of_undo(
        &self,
        actor: Actor,
        first: samtal_model::BulkId,
    ) -> Result<Option<Vec<Reached>>, store::Error> {
        let changed = self.store.bulk_changed(first).await?;
        if changed.len() > AT_ONCE {
            return Ok(None);
        }
        let commands: Vec<CommandId> = changed.iter().map(|(_, command)| *command).collect();
        let chosen: BTreeSet<ConversationId> = changed.iter().map(|(id, _)| *id).collect();
        let (world, fresh) = self.store.world_of_undos(actor, &commands).await?;
        let mut found = Found::default();
        self.look(
            world,
            fresh,
            actor,
            commands.into_iter().map(|command| Command::Undo { command }),
            &chosen,
            &mut found,
        );
        Ok(Some(found.all))
    }

    /// The chosen conversations that have a ticket, with it; none where who they are is not cheap to know.
    async fn ticketed(
        &self,
        reader: &Reader,
        of: &BulkOf,
    ) -> Result<Option<Vec<(ConversationId, TicketId)>>, store::Error> {
        Ok(match of {
            BulkOf::Ids(ids) => Some(self.store.with_tickets(ids).await?),
            BulkOf::Undo(_) => None,
            BulkOf::Matching(asked) if asked.search.is_some() => {
                let (found, more) = self.store.ids_found(reader, asked, None).await?;
                if more.is_some() {
                    return Ok(None);
                }
                let found: Vec<_> = found.into_iter().filter(|id| !asked.except.contains(id)).collect();
                Some(self.store.with_tickets(&found).await?)
            }
            BulkOf::Matching(asked) => {
                let Some(inbox) = asked.inbox else { return Ok(None) };
                let most = LOOKED_AT + asked.except.len() + 1;
                let except: BTreeSet<ConversationId> = asked.except.iter().copied().collect();
                let mut found = self.store.with_tickets_in_view(reader, inbox, asked.view, most).await?;
                found.retain(|(id, _)| !except.contains(id));
                Some(found)
            }
        })
    }

    /// Decides `commands` one after the other. One that is refused is passed over, as it is when they are carried out.
    fn look(
        &self,
        mut world: World,
        fresh: Fresh,
        actor: Actor,
        commands: impl Iterator<Item = Command>,
        chosen: &BTreeSet<ConversationId>,
        found: &mut Found,
    ) {
        let ask = Ask { actor, now: (self.clock)(), fresh };
        let sequence = samtal_model::Sequence(0);
        for command in commands {
            let Ok(changes) = decide(&world, &ask, &command) else { continue };
            let why =
                |cause, change: &Change| first_cause(cause, change, |id| world.history.get(&id).map(Vec::as_slice));
            let reached = reach(changes.iter().map(|(cause, change)| (why(*cause, change), change)));
            changes.iter().for_each(|(_, change)| world.apply_all(sequence, change));
            for it in reached {
                // What is chosen itself is no further.
                let own = it.what.is_of_a_conversation() && chosen.contains(&ConversationId(it.id));
                if !own && found.seen.insert((it.what, it.id)) {
                    found.all.push(it);
                }
            }
        }
    }
}

/// What was found so far, each thing once.
#[derive(Default)]
struct Found {
    seen: BTreeSet<(samtal_model::reach::Reach, i64)>,
    all: Vec<Reached>,
}
