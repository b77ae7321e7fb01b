//! Made-up mail, chats, forms and calls of a furniture shop, to try Samtal with: the same every time, dated back from
//! now. [`fill`] writes it by commands, as everything is written; the texts are under `demo/`.

mod chance;
mod files;
mod invent;
mod known;
mod letter;
mod story;
mod tables;
mod tickets;
mod write;
mod written;

use crate::dispatch::{Dispatcher, Extras, Fault, Order, Request};
use crate::store::Store;
use indicatif::{ProgressBar, ProgressStyle};
use samtal_model::{Actor, Address, AgentId, Change, Command, InboxId, MessageId, Role, Timestamp};
use story::{DAY, Inbox, Story, Who};
use tickets::Issue;
use write::Told;

pub use written::LONG_THREAD_SUBJECT;

/// How many conversations there are if nothing else is asked for.
pub const CONVERSATIONS: usize = 60;
/// Everybody's.
pub const PASSWORD: &str = "samtal-demo";

/// One of the people of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub email: &'static str,
    pub name: &'static str,
    pub role: Role,
    /// The role in words.
    pub title: &'static str,
}

/// Who can sign in.
pub const PEOPLE: [Person; 4] = [
    Person { email: "agent@demo.test", name: "Anna Lind", role: Role::Agent, title: "agent" },
    Person { email: "second@demo.test", name: "Jonas Karlsson", role: Role::Agent, title: "agent" },
    Person { email: "admin@demo.test", name: "Ewa Nowak", role: Role::Admin, title: "admin" },
    Person { email: "super@demo.test", name: "Daan Visser", role: Role::SuperAdmin, title: "super admin" },
];

/// Conversations written together.
const GROUP: usize = 500;
/// What is older than this has been read by everybody.
const READ_AFTER: i64 = 2 * DAY;

/// Why the demo could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the demo data could not be written: {0}")]
pub struct Error(Fault);

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    pub conversations: usize,
    pub messages: usize,
}

/// Makes inboxes, people and `conversations` conversations in an empty database, as if it were `now`.
///
/// # Errors
/// What the dispatcher refuses; the database may be half full then.
pub async fn fill(
    store: &Store,
    dispatcher: &Dispatcher,
    conversations: usize,
    now: Timestamp,
    password_hash: &str,
) -> Result<Filled, Error> {
    let oldest = now.plus_ms(-1_200 * DAY);
    let people = People::hire(dispatcher, oldest, password_hash).await?;
    let bar = progress(conversations);
    let written: Vec<Story> = written::all(now.0).into_iter().take(conversations).collect();
    let invented = conversations - written.len();
    let nth = |number: usize| match written.get(number) {
        Some(story) => story.clone(),
        None => invent::story(number - written.len(), invented, now.0),
    };

    // The older part first, oldest conversations first, so that later messages have greater ids.
    let until = now.0 - READ_AFTER;
    let mut messages = 0;
    let mut issues = vec![];
    let mut unfinished: Vec<(usize, Story, Told)> = vec![];
    let numbers: Vec<usize> = (0..conversations).rev().collect();
    for group in numbers.chunks(GROUP) {
        let stories: Vec<Story> = group.iter().map(|number| nth(*number)).collect();
        let told = write_group(dispatcher, &people, group, &stories, vec![Told::default(); group.len()], until).await?;
        for ((number, story), told) in group.iter().zip(stories).zip(told) {
            issues.extend((told.done == story.steps.len()).then(|| Issue::of(*number, &story, &told)).flatten());
            if told.done < story.steps.len() {
                unfinished.push((*number, story, told));
            } else {
                messages += told.messages.len();
                bar.inc(1);
            }
        }
    }
    for who in [Who::Anna, Who::Jonas, Who::Ewa, Who::Daan] {
        let command = Command::MarkAllRead { up_to: MessageId(i64::MAX) };
        ask(dispatcher, Actor::Agent(people.agent(who)), Timestamp(until), command.into()).await?;
    }
    while !unfinished.is_empty() {
        let rest = unfinished.split_off(unfinished.len().min(GROUP));
        let mut group = std::mem::replace(&mut unfinished, rest);
        group.sort_by_key(|(_, story, _)| story.last_at());
        let (mut numbers, mut stories, mut told) = (vec![], vec![], vec![]);
        for (number, story, done) in group {
            numbers.push(number);
            stories.push(story);
            told.push(done);
        }
        let told = write_group(dispatcher, &people, &numbers, &stories, told, i64::MAX).await?;
        messages += told.iter().map(|told| told.messages.len()).sum::<usize>();
        let done = numbers.iter().zip(&stories).zip(&told);
        issues.extend(done.filter_map(|((number, story), told)| Issue::of(*number, story, told)));
        bar.inc(numbers.len() as u64);
    }
    if let Some(reader) = store.reader(people.agent(Who::Daan)).await.map_err(Fault::from)?
        && let Some(pipeline) = store.pipelines(&reader).await.map_err(Fault::from)?.items.first()
    {
        tickets::raise(dispatcher, &people, pipeline, issues).await?;
    }
    bar.finish_and_clear();
    known::write(store, dispatcher, &people, now.0).await?;
    Ok(Filled { conversations, messages })
}

/// A small group is written a piece of time after the other, so that messages have ids in the order of their times: a
/// search goes by them. Of many conversations it would take minutes, and only neighbours are out of order.
const WINDOWS: usize = 200;

async fn write_group(
    dispatcher: &Dispatcher,
    people: &People,
    numbers: &[usize],
    stories: &[Story],
    mut told: Vec<Told>,
    until: i64,
) -> Result<Vec<Told>, Error> {
    let numbered: Vec<(usize, &Story)> = numbers.iter().copied().zip(stories).collect();
    let steps = stories.iter().zip(&told).flat_map(|(story, told)| story.steps[told.done..].iter());
    let mut times: Vec<i64> = steps.map(|(at, _)| *at).filter(|at| *at < until).collect();
    times.sort_unstable();
    let windows = if stories.len() < GROUP { WINDOWS } else { 1 };
    let window = times.len().div_ceil(windows).max(1);
    for end in times.into_iter().step_by(window).skip(1).chain([until]) {
        write::write(dispatcher, people, &numbered, &mut told, end).await?;
    }
    Ok(told)
}

fn progress(conversations: usize) -> ProgressBar {
    if conversations < 1_000 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("Demo data {bar:30} {pos}/{len} conversations, {per_sec}, {eta} left");
    ProgressBar::new(conversations as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

async fn ask(dispatcher: &Dispatcher, actor: Actor, now: Timestamp, order: Order) -> Result<Vec<Change>, Error> {
    let request = Request::new(actor, now, vec![order]);
    let outcome = dispatcher.ask(request).await.map_err(Error)?;
    Ok(outcome.changes.into_iter().map(|logged| logged.change).collect())
}

fn full_name(who: Who) -> &'static str {
    PEOPLE[who as usize].name
}

/// The ids of the demo's people and inboxes.
struct People {
    agents: Vec<AgentId>,
    support: InboxId,
    sales: InboxId,
}

impl People {
    async fn hire(dispatcher: &Dispatcher, now: Timestamp, password_hash: &str) -> Result<Self, Error> {
        let mut people = Self { agents: vec![], support: InboxId(0), sales: InboxId(0) };
        for (name, address, open_to_all) in
            [("Support", "support@hyllan.example", true), ("Sales", "sales@hyllan.example", false)]
        {
            let command = Command::CreateInbox { name: name.into(), address: address.into(), open_to_all };
            for change in ask(dispatcher, Actor::System, now, command.into()).await? {
                if let Change::InboxAdded { inbox } = change {
                    *(if open_to_all { &mut people.support } else { &mut people.sales }) = inbox.id;
                }
            }
        }
        for person in PEOPLE {
            let command = Command::AddAgent { name: person.name.into(), email: person.email.into(), role: person.role };
            let extras = Extras { password_hash: Some(password_hash.to_owned()), ..Extras::default() };
            for change in ask(dispatcher, Actor::System, now, Order { command, extras }).await? {
                if let Change::AgentAdded { agent } = change {
                    people.agents.push(agent.id);
                }
            }
        }
        let access = Command::SetAccess { agent: people.agent(Who::Ewa), inbox: people.sales, allowed: true };
        ask(dispatcher, Actor::System, now, access.into()).await?;
        Ok(people)
    }

    fn agent(&self, who: Who) -> AgentId {
        self.agents.get(who as usize).copied().unwrap_or(AgentId(0))
    }

    fn inbox(&self, inbox: Inbox) -> InboxId {
        match inbox {
            Inbox::Support => self.support,
            Inbox::Sales => self.sales,
        }
    }

    fn inbox_address(&self, inbox: Inbox) -> Address {
        let (name, email) = match inbox {
            Inbox::Support => ("Hyllan", "support@hyllan.example"),
            Inbox::Sales => ("Hyllan Sales", "sales@hyllan.example"),
        };
        Address { name: name.into(), email: email.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use story::Step;

    const NOW: i64 = 1_795_258_800_000;

    fn stories(count: usize) -> Vec<Story> {
        let written = written::all(NOW);
        let invented = count - written.len();
        written.into_iter().chain((0..invented).map(|number| invent::story(number, invented, NOW))).collect()
    }

    #[test]
    fn the_data_is_the_same_every_time() {
        let tell = || format!("{:?}", stories(200));
        assert_eq!(tell(), tell());
    }

    #[test]
    fn nothing_is_in_the_future_and_every_story_is_in_order() {
        for story in stories(400) {
            assert!(story.last_at() < NOW, "{story:?}");
            assert!(story.steps.is_sorted_by_key(|(at, _)| *at), "{story:?}");
            assert!(story.steps.first().is_some_and(|(_, step)| step.speaks()), "{story:?}");
            for (_, step) in &story.steps {
                if let Step::Contact(words) = step {
                    assert!(!words.text.contains(['{', '}']), "{}", words.text);
                }
            }
        }
    }

    #[test]
    fn the_long_thread_has_three_hundred_messages() {
        let long =
            written::all(NOW).into_iter().find(|story| story.subject == LONG_THREAD_SUBJECT).expect("it is there");
        assert_eq!(long.steps.iter().filter(|(_, step)| step.speaks()).count(), 300);
    }

    #[test]
    fn there_are_many_people_and_every_channel() {
        let stories = stories(CONVERSATIONS);
        let people: std::collections::BTreeSet<_> = stories.iter().map(|story| &story.contact.name).collect();
        assert!(people.len() >= 25, "{}", people.len());
        let channels: std::collections::BTreeSet<_> = stories.iter().map(|story| story.channel).collect();
        assert_eq!(channels.len(), 5);
    }
}
