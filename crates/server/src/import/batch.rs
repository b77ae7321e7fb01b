//! A batch of mails into the store: known ones passed over, threads found, two transactions.

use super::{Error, NAMED, Summary, dedupe_key};
use crate::dispatch::{Dispatcher, Extras, Fault, MailExtras, Order, Outcome, Request};
use crate::import::source::RawMail;
use crate::mail::{Parsed, Unparseable, parse};
use crate::store::Store;
use samtal_model::wire::InboxView;
use samtal_model::{
    Actor, Address, AgentId, AuthorRef, Change, Channel, Command, ConversationId, MessageKind, Origin, Receive,
    Timestamp,
};
use std::collections::HashMap;

/// Takes in batch after batch.
pub(super) struct Importer<'s> {
    store: &'s Store,
    dispatcher: &'s Dispatcher,
    inbox: InboxView,
    /// Address, lower case → agent.
    agents: HashMap<String, AgentId>,
    archived: bool,
    now: Timestamp,
}

/// A mail that was read.
struct Mail {
    raw: RawMail,
    key: String,
    parsed: Parsed,
    sent_at: Timestamp,
}

/// Where a mail belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Thread {
    Known(ConversationId),
    /// It begins with the mail at this place of the batch.
    With(usize),
}

impl<'s> Importer<'s> {
    pub(super) async fn new(
        store: &'s Store,
        dispatcher: &'s Dispatcher,
        inbox: InboxView,
        archived: bool,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let agents = store.agents().await?.into_iter().map(|agent| (agent.email.to_lowercase(), agent.id)).collect();
        Ok(Self { store, dispatcher, inbox, agents, archived, now })
    }

    pub(super) async fn take_in(&mut self, batch: Vec<RawMail>, summary: &mut Summary) -> Result<(), Error> {
        let inbox = self.inbox.id;
        let keyed = tokio::task::spawn_blocking(move || {
            let keyed = batch.into_iter().map(|raw| (dedupe_key(inbox, &raw.bytes), raw));
            keyed.collect::<Vec<_>>()
        });
        let keyed = keyed.await.unwrap_or_default();
        let keys: Vec<String> = keyed.iter().map(|(key, _)| key.clone()).collect();
        let known = self.store.already_received(&keys).await?;
        let mut fresh = vec![];
        for (mail, known) in keyed.into_iter().zip(known) {
            if known {
                summary.already_there += 1;
            } else {
                fresh.push(mail);
            }
        }
        if fresh.is_empty() {
            return Ok(());
        }
        let read = tokio::task::spawn_blocking(move || {
            let read = fresh.into_iter().map(|(key, raw)| {
                let parsed = if raw.too_large {
                    Err(Unparseable { why: "The mail is larger than 50 MB; only its beginning is kept here.".into() })
                } else {
                    parse(&raw.bytes)
                };
                (key, raw, parsed)
            });
            read.collect::<Vec<_>>()
        });
        let mut mails = vec![];
        for (key, raw, parsed) in read.await.unwrap_or_default() {
            match parsed {
                Ok(parsed) => {
                    let sent_at = parsed.sent_at(self.now);
                    mails.push(Mail { raw, key, parsed, sent_at });
                }
                Err(unparseable) => self.quarantine(&raw, &key, &unparseable.why, summary).await?,
            }
        }
        // Parents before their children, as far as the dates tell.
        mails.sort_by_key(|mail| mail.sent_at);
        self.write(mails, summary).await
    }

    async fn quarantine(&self, raw: &RawMail, key: &str, why: &str, summary: &mut Summary) -> Result<(), Error> {
        self.store.quarantine_add(self.inbox.id, &raw.origin, why, &raw.bytes, key, self.now).await?;
        summary.quarantined += 1;
        if summary.why.len() < NAMED {
            summary.why.push(format!("{}: {why}", raw.origin));
        }
        Ok(())
    }

    /// First the mails that begin a conversation, then, knowing those, all others.
    async fn write(&self, mails: Vec<Mail>, summary: &mut Summary) -> Result<(), Error> {
        let threads = self.threads(&mails).await?;
        let mut begun: HashMap<usize, ConversationId> = HashMap::new();
        for beginning in [true, false] {
            let mut places = vec![];
            let mut requests = vec![];
            for (place, mail) in mails.iter().enumerate() {
                let begins = threads[place] == Thread::With(place);
                if begins == beginning {
                    let thread = match threads[place] {
                        Thread::Known(id) => Some(id),
                        Thread::With(first) => begun.get(&first).copied(),
                    };
                    places.push(place);
                    requests.push(self.request(mail, thread));
                }
            }
            if requests.is_empty() {
                continue;
            }
            for (place, outcome) in places.into_iter().zip(self.dispatcher.ask_many(requests).await) {
                match outcome {
                    Ok(outcome) => {
                        summary.imported += 1;
                        if let Some(id) = started(&outcome) {
                            begun.insert(place, id);
                            summary.conversations += 1;
                        }
                    }
                    Err(Fault::Duplicate) => summary.already_there += 1,
                    Err(Fault::Refused(refusal)) => {
                        let mail = &mails[place];
                        self.quarantine(&mail.raw, &mail.key, &refusal.sentence(), summary).await?;
                    }
                    Err(fault) => return Err(fault.into()),
                }
            }
        }
        Ok(())
    }

    /// The thread of each mail: by what it answers, in the batch and in the store.
    async fn threads(&self, mails: &[Mail]) -> Result<Vec<Thread>, Error> {
        let mut by_id: HashMap<String, Thread> = HashMap::new();
        let mut threads = Vec::with_capacity(mails.len());
        for (place, mail) in mails.iter().enumerate() {
            let ids = mail.parsed.thread_ids();
            let thread = match ids.iter().find_map(|id| by_id.get(id)) {
                Some(thread) => *thread,
                None => match self.store.thread_of(self.inbox.id, &ids).await? {
                    Some(id) => Thread::Known(id),
                    None => Thread::With(place),
                },
            };
            for id in ids {
                by_id.entry(id).or_insert(thread);
            }
            threads.push(thread);
        }
        Ok(threads)
    }

    fn request(&self, mail: &Mail, thread: Option<ConversationId>) -> Request {
        let Mail { raw, key, parsed, sent_at } = mail;
        let from = parsed.from.email.to_lowercase();
        let agent = self.agents.get(&from).copied();
        let own = |address: &Address| address.email.eq_ignore_ascii_case(&self.inbox.address);
        let mut recipients = parsed.to.iter().chain(&parsed.cc);
        let to_others = recipients.clone().find(|address| !own(address) && !address.email.is_empty());
        // What was sent to the inbox itself came in, whoever it says it is from: anybody can write a colleague's
        // address there.
        let came_in = recipients.any(own);
        let ours = (own(&parsed.from) || agent.is_some()) && !came_in && to_others.is_some();
        let (kind, origin, author, contact) = if ours {
            let author = agent.map_or(AuthorRef::Inbox, AuthorRef::Agent);
            (MessageKind::Outbound, Origin::Outbound, author, to_others.cloned())
        } else {
            let mut from = parsed.from.clone();
            if from.email.is_empty() && from.name.is_empty() {
                from.name = "Unknown sender".into();
            }
            (MessageKind::Inbound, Origin::Inbound, AuthorRef::Contact(from), None)
        };
        let command = Command::Receive(Box::new(Receive {
            inbox: self.inbox.id,
            channel: Channel::Email,
            thread,
            origin,
            kind,
            author,
            contact,
            subject: parsed.subject.clone(),
            text: parsed.text.clone(),
            sent_at: *sent_at,
            spam: false,
            archived: self.archived,
        }));
        let extras = MailExtras {
            raw: Some(raw.bytes.clone()),
            message_ids: parsed.thread_ids(),
            dedupe: Some(key.clone()),
            to: parsed.to.clone(),
            cc: parsed.cc.clone(),
            quoted: parsed.quoted.clone(),
            has_html: parsed.has_html,
            has_remote_images: parsed.has_remote_images,
            attachments: parsed.attachments.clone(),
        };
        let order = Order { command, extras: Extras { mail: Some(extras), ..Extras::default() } };
        Request::new(Actor::System, self.now, vec![order])
    }
}

fn started(outcome: &Outcome) -> Option<ConversationId> {
    outcome.changes.iter().find_map(|logged| match &logged.change {
        Change::ConversationStarted { conversation } => Some(conversation.id),
        _ => None,
    })
}
