//! Stories into the store, by commands alone and in large groups.

use super::letter::{Before, letter};
use super::story::{Inbox, Step, Story, Who};
use super::{Error, People};
use crate::dispatch::{Dispatcher, Extras, Fault, MailExtras, Order, Outcome, Request};
use samtal_model::{
    Actor, Address, AuthorRef, Change, Channel, Command, ConversationId, MessageId, MessageKind, Origin, Receive,
    Timestamp,
};

/// What has become of a story so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub conversation: Option<ConversationId>,
    pub messages: Vec<MessageId>,
    /// Steps carried out.
    pub done: usize,
    /// Who wrote last, when and what, for the quote.
    last: Option<(String, i64, String)>,
}

/// Carries out the steps of the stories up to `until`. Each story goes on from where it stood.
pub(super) async fn write(
    dispatcher: &Dispatcher,
    people: &People,
    stories: &[(usize, &Story)],
    told: &mut [Told],
    until: i64,
) -> Result<(), Error> {
    // First what begins a conversation, then everything that needs its id, then what needs a message's.
    for round in [Round::Begin, Round::GoOn, Round::Look] {
        let mut requests = vec![];
        let mut whose = vec![];
        let mut done = vec![0; stories.len()];
        for (place, (number, story)) in stories.iter().enumerate() {
            let told = &mut told[place];
            done[place] = told.done;
            for (index, (at, step)) in story.steps.iter().enumerate().skip(told.done) {
                if *at >= until {
                    break;
                }
                let looks = matches!(step, Step::Hide(..) | Step::Read(_));
                let due = match round {
                    Round::Begin => index == 0,
                    Round::GoOn => index > 0 && !looks,
                    Round::Look => looks,
                };
                done[place] = index + 1;
                if due && let Some(order) = order(people, *number, story, told, index, *at, step) {
                    let actor = actor(people, step);
                    requests.push(Request::new(actor, Timestamp(*at), vec![order]));
                    whose.push(place);
                }
                if round == Round::Begin {
                    break;
                }
            }
        }
        for (outcome, place) in dispatcher.ask_many(requests).await.into_iter().zip(whose) {
            take_in(&mut told[place], outcome?);
        }
        if round == Round::Look {
            for (told, done) in told.iter_mut().zip(done) {
                told.done = done;
            }
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    Begin,
    GoOn,
    Look,
}

fn take_in(told: &mut Told, outcome: Outcome) {
    for logged in outcome.changes {
        match logged.change {
            Change::ConversationStarted { conversation } => told.conversation = Some(conversation.id),
            Change::MessageAdded { message } => told.messages.push(message.id),
            _ => {}
        }
    }
}

fn actor(people: &People, step: &Step) -> Actor {
    match step {
        Step::Contact(_) | Step::Bot(_) => Actor::System,
        Step::Compose(who, _)
        | Step::Reply(who, _)
        | Step::Comment(who, _)
        | Step::Assign(who, _)
        | Step::Close(who)
        | Step::Trash(who)
        | Step::Hide(who, _)
        | Step::Read(who) => Actor::Agent(people.agent(*who)),
    }
}

/// The command of a step; none where what it is about is not there.
fn order(
    people: &People,
    number: usize,
    story: &Story,
    told: &mut Told,
    index: usize,
    at: i64,
    step: &Step,
) -> Option<Order> {
    let conversation = told.conversation;
    let already_sent = Extras { already_sent: true, ..Extras::default() };
    let order = match step {
        Step::Contact(words) => {
            let spoken = story.steps[..index].iter().filter(|(_, step)| step.speaks()).count();
            let (text, mail) = if story.channel == Channel::Email {
                let to = people.inbox_address(story.inbox);
                let before = told.last.as_ref().map(|(who, when, text)| Before { who, when: Timestamp(*when), text });
                let letter = letter(story, (number, spoken), words, at, &to, before.as_ref());
                (letter.text, Some(letter.extras))
            } else {
                (words.text.clone(), None)
            };
            told.last = Some((format!("{} <{}>", story.contact.name, story.contact.email), at, text.clone()));
            let author = AuthorRef::Contact(story.contact.clone());
            receive(people, story, conversation, MessageKind::Inbound, author, text, at, mail)
        }
        Step::Bot(text) => {
            receive(people, story, conversation, MessageKind::Outbound, AuthorRef::Bot, text.clone(), at, None)
        }
        Step::Compose(who, text) => {
            told.last = Some((people.signed(*who, story.inbox), at, text.clone()));
            let command = Command::Compose {
                inbox: people.inbox(story.inbox),
                to: story.contact.clone(),
                subject: story.subject.clone(),
                text: text.clone(),
            };
            Order { command, extras: already_sent }
        }
        Step::Reply(who, text) => {
            told.last = Some((people.signed(*who, story.inbox), at, text.clone()));
            Order { command: Command::Reply { conversation: conversation?, text: text.clone() }, extras: already_sent }
        }
        Step::Comment(_, text) => Command::Comment { conversation: conversation?, text: text.clone() }.into(),
        Step::Assign(_, owner) => {
            Command::Assign { conversation: conversation?, owner: owner.map(|who| people.agent(who)) }.into()
        }
        Step::Close(_) => Command::Close { conversation: conversation? }.into(),
        Step::Trash(_) => Command::Trash { conversation: conversation? }.into(),
        Step::Hide(_, message) => Command::Hide { message: *told.messages.get(*message)? }.into(),
        Step::Read(_) => Command::MarkRead { conversation: conversation?, up_to: *told.messages.last()? }.into(),
    };
    Some(order)
}

#[expect(clippy::too_many_arguments, reason = "it only fills in a struct")]
fn receive(
    people: &People,
    story: &Story,
    thread: Option<ConversationId>,
    kind: MessageKind,
    author: AuthorRef,
    text: String,
    at: i64,
    mail: Option<MailExtras>,
) -> Order {
    let command = Command::Receive(Box::new(Receive {
        inbox: people.inbox(story.inbox),
        channel: story.channel,
        thread,
        origin: if story.origin == Origin::Outbound { Origin::Inbound } else { story.origin },
        kind,
        author,
        contact: Some(Address { name: story.contact.name.clone(), email: story.contact.email.clone() }),
        subject: story.subject.clone(),
        text,
        sent_at: Timestamp(at),
        spam: story.spam,
        archived: false,
    }));
    Order { command, extras: Extras { mail, ..Extras::default() } }
}

impl People {
    fn signed(&self, who: Who, inbox: Inbox) -> String {
        format!("{} <{}>", super::full_name(who), self.inbox_address(inbox).email)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}
