//! Tickets for a part of the newest mails and forms: some with several conversations, in every status.

use super::chance::Chance;
use super::story::{Inbox, MINUTE, Step, Story, Who};
use super::write::Told;
use super::{Error, GROUP, People};
use crate::dispatch::{Dispatcher, Outcome, Request};
use samtal_model::wire::PipelineView;
use samtal_model::{
    Actor, Change, Channel, Command, ConversationId, NewTicket, Priority, StatusId, TicketChange, TicketCommand,
    TicketId, Timestamp,
};
use std::collections::BTreeMap;

/// Only so many of the newest conversations get tickets: a large demo is not to take longer for them.
pub(super) const AMONG: usize = 5_000;
/// In how many of a hundred somebody saw an issue.
const SHARE: u64 = 50;

/// A conversation that is to have a ticket.
pub(super) struct Issue {
    conversation: ConversationId,
    inbox: Inbox,
    contact: String,
    name: String,
    stage: Stage,
    priority: Option<Priority>,
    /// It is one by itself; otherwise it is more of what its contact has a ticket for, if they have one.
    begins: bool,
    at: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    OnUs,
    OnContact,
    Closed,
}

impl Issue {
    /// What the `number`th conversation is to have, the newest being 0.
    pub(super) fn of(number: usize, story: &Story, told: &Told) -> Option<Self> {
        let conversation = told.conversation?;
        let mut chance = Chance::of(number as u64 ^ 0x71C_4E75);
        let put_away = story.spam || story.steps.iter().any(|(_, step)| matches!(step, Step::Trash(_)));
        // Nobody follows up a newsletter.
        if number >= AMONG || put_away || story.contact.email.starts_with("news@") {
            return None;
        }
        let written = matches!(story.channel, Channel::Email | Channel::Form) && !story.subject.is_empty();
        let begins = written && chance.percent(SHARE);
        let priority = match chance.below(100) {
            0..=29 => None,
            30..=49 => Some(Priority::Low),
            50..=79 => Some(Priority::Medium),
            80..=94 => Some(Priority::High),
            _ => Some(Priority::Urgent),
        };
        let name = story.subject.trim_start_matches("Re: ").to_owned();
        let (inbox, contact, at) = (story.inbox, story.contact.email.clone(), story.last_at() + MINUTE);
        Some(Self { conversation, inbox, contact, name, stage: stage(story), priority, begins, at })
    }
}

fn stage(story: &Story) -> Stage {
    let mut stage = Stage::New;
    for (_, step) in &story.steps {
        stage = match step {
            Step::Contact(_) if stage == Stage::New => Stage::New,
            Step::Contact(_) => Stage::OnUs,
            Step::Reply(..) | Step::Compose(..) | Step::Bot(_) => Stage::OnContact,
            Step::Close(_) => Stage::Closed,
            _ => stage,
        };
    }
    stage
}

/// Makes the tickets, and has some conversations join those of their contacts.
pub(super) async fn raise(
    dispatcher: &Dispatcher,
    people: &People,
    pipeline: &PipelineView,
    issues: Vec<Issue>,
) -> Result<(), Error> {
    let open: Vec<StatusId> = pipeline.statuses.iter().filter(|it| !it.closed).map(|it| it.id).collect();
    let closed = pipeline.statuses.iter().find(|it| it.closed).map(|it| it.id);
    let status = |stage| match stage {
        Stage::New => open.first().copied(),
        Stage::OnUs => open.get(1).or(open.first()).copied(),
        Stage::OnContact => open.get(2).or(open.first()).copied(),
        Stage::Closed => closed,
    };
    let whose = |issue: &Issue| (issue.inbox == Inbox::Sales, issue.contact.clone());
    let mut first: BTreeMap<(bool, String), usize> = BTreeMap::new();
    let (mut new, mut others) = (vec![], vec![]);
    for issue in issues {
        if issue.begins && !first.contains_key(&whose(&issue)) {
            first.insert(whose(&issue), new.len());
            new.push(issue);
        } else {
            others.push(issue);
        }
    }
    let mut tickets: Vec<Option<TicketId>> = Vec::with_capacity(new.len());
    for some in new.chunks(GROUP) {
        let requests = some.iter().map(|issue| {
            let ticket = NewTicket {
                conversation: Some(issue.conversation),
                inbox: people.inbox(issue.inbox),
                name: issue.name.clone(),
                pipeline: None,
                status: status(issue.stage),
                priority: issue.priority,
                owner: None,
                contact: None,
            };
            request(people, issue, TicketCommand::Create(Box::new(ticket)))
        });
        for outcome in dispatcher.ask_many(requests.collect()).await {
            tickets.push(made(&outcome?));
        }
    }
    // What is open still is no part of what is done.
    let joins = |issue: &Issue| {
        let place = *first.get(&whose(issue))?;
        let fits = new[place].stage != Stage::Closed || issue.stage == Stage::Closed;
        tickets.get(place).copied().flatten().filter(|_| fits)
    };
    let joining: Vec<_> = others.iter().filter_map(|issue| Some((joins(issue)?, issue))).collect();
    for some in joining.chunks(GROUP) {
        let requests = some.iter().map(|(ticket, issue)| {
            let attach = TicketCommand::Attach { conversation: issue.conversation, ticket: *ticket };
            request(people, issue, attach)
        });
        for outcome in dispatcher.ask_many(requests.collect()).await {
            outcome?;
        }
    }
    Ok(())
}

fn request(people: &People, issue: &Issue, command: TicketCommand) -> Request {
    let who = if issue.inbox == Inbox::Sales { Who::Ewa } else { Who::Anna };
    Request::new(Actor::Agent(people.agent(who)), Timestamp(issue.at), vec![Command::Ticket(command).into()])
}

fn made(outcome: &Outcome) -> Option<TicketId> {
    outcome.changes.iter().find_map(|logged| match &logged.change {
        Change::Ticket(TicketChange::Added { ticket }) => Some(ticket.id),
        _ => None,
    })
}
