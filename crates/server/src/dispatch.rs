//! The one door through which state changes: load the world, decide, write, log, publish.
//!
//! Requests that arrive while a transaction is being committed wait and go into the next one together: one
//! `fsync` serves them all.

use crate::feed::FeedHub;
use crate::store::{self, Batch, Connection, Incoming, NewPerson, Remembered, Store, TextRow};
use crate::survey;
use samtal_model::naming::named;
use samtal_model::record::RecordRef;
use samtal_model::refusal::Noun;
use samtal_model::wire::AttachmentView;
use samtal_model::{
    ActivityId, Actor, Address, Ask, AuthorRef, Cause, Change, Command, CommandId, ConversationId, Logged, Refusal,
    Sequence, TicketCommand, TicketId, Timestamp, decide,
};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use tokio::sync::{mpsc, oneshot};

/// What a received mail brings beside its words.
#[derive(Clone, Debug, Default)]
pub struct MailExtras {
    /// As it came, byte for byte.
    pub raw: Option<Vec<u8>>,
    /// Its own Message-ID first.
    pub message_ids: Vec<String>,
    /// Receiving a second mail with the same key is [`Fault::Duplicate`].
    pub dedupe: Option<String>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub quoted: String,
    pub has_html: bool,
    pub has_remote_images: bool,
    pub attachments: Vec<AttachmentView>,
}

/// What goes into the store with a command and is no business of the rules.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    pub mail: Option<MailExtras>,
    pub password_hash: Option<String>,
    /// An answer from the past that has reached its reader by other means; it is not marked as unsent.
    pub already_sent: bool,
}

/// A command with what goes along.
#[derive(Clone, Debug)]
pub struct Order {
    pub command: Command,
    pub extras: Extras,
}

impl From<Command> for Order {
    fn from(command: Command) -> Self {
        Self { command, extras: Extras::default() }
    }
}

/// Commands that are carried out all or none, under one [`CommandId`].
#[derive(Clone, Debug)]
pub struct Request {
    pub actor: Actor,
    pub now: Timestamp,
    pub orders: Vec<Order>,
    /// A repeated request with the same key is answered from the first one's outcome.
    pub key: Option<String>,
    /// Says what would change, and changes nothing (K8).
    pub preview: bool,
    /// Refused if the thing is no longer as the asker knew it.
    pub known: Option<Known>,
}

impl Request {
    /// What is asked for once, and for real.
    #[must_use]
    pub fn new(actor: Actor, now: Timestamp, orders: Vec<Order>) -> Self {
        Self { actor, now, orders, key: None, preview: false, known: None }
    }
}

/// What has versions that an asker can know.
#[derive(Clone, Copy, Debug)]
pub enum Thing {
    Conversation(ConversationId),
    Ticket(TicketId),
    Record(RecordRef),
    Activity(ActivityId),
}

/// A thing as the asker knew it.
#[derive(Clone, Debug)]
pub struct Known {
    pub thing: Thing,
    /// Any of these will do.
    pub versions: Vec<Sequence>,
}

/// What became of a request.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// None if nothing had to change.
    pub command: Option<CommandId>,
    pub changes: Vec<Logged>,
    /// Whether it can be taken back.
    pub undoable: bool,
    /// The log's end after it.
    pub sequence: Sequence,
    /// It had been carried out before, under the same key.
    pub replayed: bool,
}

/// Why a request was not carried out.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    #[error("{}", .0.sentence())]
    Refused(Refusal),
    #[error("this idempotency key was used for another request")]
    KeyReused,
    #[error("this {} has been changed since", .0.word())]
    ChangedSince(Noun),
    #[error("this mail was received already")]
    Duplicate,
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("the server is shutting down")]
    Stopping,
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Requests waiting at the most; more callers wait outside.
const QUEUE: usize = 1_024;
/// Requests of single callers in one transaction at the most.
const GROUP: usize = 256;
/// Where links in mails lead as long as nobody has said where the server is: nothing is served then.
const LOCAL: &str = "http://localhost";

/// What becomes of one request.
pub type Answer = Result<Outcome, Fault>;
type Job = (Vec<Request>, oneshot::Sender<Vec<Answer>>);

/// A handle on the writer; cheap to clone.
#[derive(Clone)]
pub struct Dispatcher {
    queue: mpsc::Sender<Job>,
    origin: Arc<OnceLock<String>>,
}

impl Dispatcher {
    /// Starts the writer. It stops when the last handle is gone.
    #[must_use]
    pub fn new(store: Store, feed: FeedHub) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let origin = Arc::default();
        tokio::spawn(work(store, feed, Arc::clone(&origin), jobs));
        Self { queue, origin }
    }

    /// Where links in mails lead from now on: the origin that people see, once the server knows it.
    pub fn leads_to(&self, origin: &str) {
        // Whoever says it second is a second server in one program, which no mail could lead to as well.
        let _ = self.origin.set(origin.trim_end_matches('/').to_owned());
    }

    /// Carries out one request.
    ///
    /// # Errors
    /// A refusal of the rules, a key used twice, or the database's failure. Nothing was changed then.
    pub async fn ask(&self, request: Request) -> Answer {
        self.ask_many(vec![request]).await.pop().unwrap_or(Err(Fault::Stopping))
    }

    /// Carries out many in one transaction, each all or none; answers in the order of the requests.
    pub async fn ask_many(&self, requests: Vec<Request>) -> Vec<Answer> {
        let count = requests.len();
        let (answer, answered) = oneshot::channel();
        if self.queue.send((requests, answer)).await.is_err() {
            return vec![Err(Fault::Stopping); count];
        }
        answered.await.unwrap_or_else(|_| vec![Err(Fault::Stopping); count])
    }
}

async fn work(store: Store, feed: FeedHub, origin: Arc<OnceLock<String>>, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.recv().await {
        let mut group = vec![first];
        let mut size = group[0].0.len();
        while size < GROUP
            && let Ok(next) = jobs.try_recv()
        {
            size += next.0.len();
            group.push(next);
        }
        let requests: Vec<&Request> = group.iter().flat_map(|(requests, _)| requests).collect();
        let (answers, changed) = answers(&store, origin.get().map_or(LOCAL, String::as_str), &requests).await;
        if changed {
            feed.wake();
        }
        let mut answers = answers.into_iter();
        for (requests, answer) in group {
            // Who asked may have gone; the work is done all the same.
            let _ = answer.send(answers.by_ref().take(requests.len()).collect());
        }
    }
}

/// Why a transaction was rolled back.
enum Failed {
    /// While one of its requests was looked at: it may be the fault of that one alone, as of a row that cannot be read.
    OverARequest(store::Error),
    /// The database itself.
    AsAWhole(store::Error),
}

/// What becomes of a group, in its order, and whether anything has changed. Requests that cannot go together go one by
/// one, so that only those fail that have to.
async fn answers(store: &Store, origin: &str, group: &[&Request]) -> (Vec<Answer>, bool) {
    let error = match carry_out(store, origin, group).await {
        Ok(done) => return done,
        Err(Failed::OverARequest(error)) if group.len() > 1 => {
            tracing::warn!(%error, requests = group.len(), "a transaction was rolled back; each gets one of its own");
            return one_by_one(store, origin, group).await;
        }
        Err(Failed::OverARequest(error) | Failed::AsAWhole(error)) => error,
    };
    tracing::error!(%error, "a transaction failed and was rolled back");
    (vec![Err(Fault::Store(error)); group.len()], false)
}

async fn one_by_one(store: &Store, origin: &str, group: &[&Request]) -> (Vec<Answer>, bool) {
    let mut answers = Vec::with_capacity(group.len());
    let mut any = false;
    for request in group {
        match carry_out(store, origin, &[request]).await {
            Ok((answer, changed)) => {
                answers.extend(answer);
                any |= changed;
            }
            Err(Failed::OverARequest(error)) => {
                tracing::error!(%error, "a request failed and was rolled back");
                answers.push(Err(Fault::Store(error)));
            }
            Err(Failed::AsAWhole(error)) => {
                // It would keep each of the others waiting, and fail.
                tracing::error!(%error, "a transaction failed and was rolled back");
                answers.resize(group.len(), Err(Fault::Store(error)));
                break;
            }
        }
    }
    (answers, any)
}

/// Carries out a group in one transaction.
async fn carry_out(store: &Store, origin: &str, group: &[&Request]) -> Result<(Vec<Answer>, bool), Failed> {
    let mut transaction = store.begin().await.map_err(Failed::AsAWhole)?;
    let mut batch = Batch::open(&mut transaction, store).await.map_err(Failed::AsAWhole)?;
    let mut answers = Vec::with_capacity(group.len());
    for request in group {
        answers.push(match one(&mut batch, &mut transaction, request, origin).await {
            Err(Fault::Store(error)) => return Err(Failed::OverARequest(error)),
            answer => answer,
        });
    }
    let changed = !batch.is_empty();
    let written = async {
        if changed {
            batch.save(&mut transaction).await?;
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        Ok(())
    };
    written.await.map_err(Failed::AsAWhole)?;
    Ok((answers, changed))
}

/// Decides every order of a request on the world as the orders before it leave it, then accepts all.
async fn one(batch: &mut Batch, connection: &mut Connection, request: &Request, origin: &str) -> Answer {
    let print = fingerprint(request);
    if let Some(key) = &request.key
        && !request.preview
        && let Some(known) = batch.remembered(connection, request.actor, key).await?
    {
        if known.fingerprint != print {
            return Err(Fault::KeyReused);
        }
        let changes = match known.command {
            Some(command) => batch.changes_of(connection, command).await?,
            None => vec![],
        };
        let undoable = is_undoable(changes.iter().map(|entry| (entry.cause, &entry.change)));
        return Ok(Outcome { command: known.command, changes, undoable, sequence: batch.sequence(), replayed: true });
    }
    for order in &request.orders {
        batch.prepare(connection, request.actor, &order.command).await?;
    }
    // Only here nobody can come in between. Whether it is there at all is for the rules to say.
    if let Some(known) = &request.known {
        let (noun, found) = match known.thing {
            Thing::Conversation(id) => {
                batch.load_conversation(connection, request.actor, id).await?;
                (Noun::Conversation, batch.world.conversations.get(&id).map(|found| found.version))
            }
            // Whoever names one asks for something of it, so it is loaded.
            Thing::Ticket(id) => (Noun::Ticket, batch.world.tickets.get(&id).map(|found| found.version)),
            Thing::Record(id) => (id.noun(), batch.record_version(connection, id).await?),
            Thing::Activity(id) => (Noun::Activity, batch.activity_version(connection, id).await?),
        };
        if found.is_some_and(|found| !known.versions.contains(&found)) {
            return Err(Fault::ChangedSince(noun));
        }
    }
    let mut decided: Vec<(&Order, Vec<(Cause, Change)>)> = vec![];
    let mut ahead = None;
    let mut counters = batch.counters();
    for order in &request.orders {
        let world = ahead.as_ref().unwrap_or(&batch.world);
        let ask = Ask { actor: request.actor, now: request.now, fresh: counters.fresh() };
        let changes = decide(world, &ask, &order.command)?;
        changes.iter().for_each(|(_, change)| counters.advance(change));
        if request.orders.len() > 1 {
            let ahead = ahead.get_or_insert_with(|| batch.world.clone());
            changes.iter().for_each(|(_, change)| ahead.apply_all(batch.sequence(), change));
        }
        decided.push((order, changes));
    }
    let undoable = is_undoable(decided.iter().flat_map(|(_, changes)| changes).map(|(cause, change)| (*cause, change)));
    let count: usize = decided.iter().map(|(_, changes)| changes.len()).sum();
    if request.preview {
        let changes = decided.into_iter().flat_map(|(order, changes)| {
            let name = order.command.name();
            changes.into_iter().map(move |(cause, change)| Logged {
                sequence: Sequence(0),
                command: CommandId(0),
                name: name.to_owned(),
                actor: request.actor,
                at: request.now,
                cause,
                change,
            })
        });
        let sequence = batch.sequence();
        return Ok(Outcome { command: None, changes: changes.collect(), undoable, sequence, replayed: false });
    }
    // All are looked at before one is noted: a request that is turned away leaves nothing behind.
    let mut received = BTreeSet::new();
    for key in request.orders.iter().filter_map(|order| order.extras.mail.as_ref()?.dedupe.as_deref()) {
        if !received.insert(key) || batch.was_received(connection, key).await? {
            return Err(Fault::Duplicate);
        }
    }
    received.into_iter().for_each(|key| batch.note_received(key));
    let command = (count > 0).then(|| batch.next_command());
    let mut logged = Vec::with_capacity(count);
    if let Some(command) = command {
        for (order, changes) in decided {
            for (cause, change) in changes {
                bring_texts(batch, order, &change, request.now, origin)?;
                let name = order.command.name();
                logged.push(batch.accept(command, name, request.actor, request.now, cause, change));
            }
        }
    }
    if let Some(key) = &request.key {
        let what = Remembered { fingerprint: print, command };
        batch.remember(request.actor, key.clone(), what, request.now);
    }
    Ok(Outcome { command, changes: logged, undoable, sequence: batch.sequence(), replayed: false })
}

/// Whether every change can be turned round. What is heard by one agent alone (reading) is no action to undo.
fn is_undoable<'c>(changes: impl Iterator<Item = (Cause, &'c Change)>) -> bool {
    let mut any = false;
    for (cause, change) in changes {
        if change.outlasts_undo(cause) {
            continue;
        }
        if change.inverse().is_none() {
            return false;
        }
        any |= !change.is_reading();
    }
    any
}

fn fingerprint(request: &Request) -> Vec<u8> {
    let mut hash = Sha256::new();
    for order in &request.orders {
        hash.update(format!("{:?}", order.command).as_bytes());
    }
    hash.finalize().to_vec()
}

/// Hands the store the texts that belong to what `change` brings into being.
fn bring_texts(
    batch: &mut Batch,
    order: &Order,
    change: &Change,
    now: Timestamp,
    origin: &str,
) -> Result<(), store::Error> {
    let extras = &order.extras;
    if let Some((revision, name)) = named(&order.command, change) {
        batch.add_name(revision, name);
    }
    match (change, &order.command) {
        (Change::ContactAdded { contact }, Command::Receive(receive)) => {
            let address = match (&receive.author, &receive.contact) {
                (AuthorRef::Contact(address), _) | (_, Some(address)) => address.clone(),
                _ => Address::default(),
            };
            batch.add_contact(contact.id, address, now);
        }
        (Change::ContactAdded { contact }, Command::Compose { to, .. }) => {
            batch.add_contact(contact.id, to.clone(), now)
        }
        (Change::ConversationStarted { conversation }, Command::Receive(receive)) => {
            batch.add_subject(conversation.id, &receive.subject);
        }
        (Change::ConversationStarted { conversation }, Command::Compose { subject, .. }) => {
            batch.add_subject(conversation.id, subject);
        }
        (Change::MessageAdded { message }, command) => {
            let mail = extras.mail.clone().unwrap_or_default();
            let mut text = TextRow {
                to: mail.to,
                cc: mail.cc,
                quoted: mail.quoted,
                attachments: mail.attachments,
                has_html: mail.has_html,
                has_remote_images: mail.has_remote_images,
                has_source: mail.raw.is_some(),
                ..TextRow::default()
            };
            match command {
                Command::Receive(receive) => {
                    text.subject.clone_from(&receive.subject);
                    text.text.clone_from(&receive.text);
                }
                Command::Compose { subject, text: words, to, .. } => {
                    text.subject.clone_from(subject);
                    text.text.clone_from(words);
                    text.to = vec![to.clone()];
                    text.unsent = !extras.already_sent;
                }
                Command::Reply { text: words, .. } => {
                    text.text.clone_from(words);
                    text.unsent = !extras.already_sent;
                }
                Command::Comment { text: words, .. } => text.text.clone_from(words),
                // The only message that comes of a ticket: it asks how that went (D5).
                Command::Ticket(_) => {
                    let token = survey::fresh_token()?;
                    if let Some(hash) = survey::token_hash(&token) {
                        batch.add_survey_token(message.id, hash);
                    }
                    let to = batch.whom_to_write(message.conversation);
                    text.text = survey::letter(&to.name, origin, &token);
                    text.to = vec![to];
                    text.unsent = true;
                }
                _ => {}
            }
            batch.add_incoming(message.id, Incoming { text, raw: mail.raw, mail_ids: mail.message_ids });
        }
        (Change::AgentAdded { agent }, Command::AddAgent { name, email, .. }) => {
            let person =
                NewPerson { name: name.clone(), email: email.clone(), password_hash: extras.password_hash.clone() };
            batch.add_person(agent.id, person);
        }
        (Change::CustomViewSet { to, .. }, Command::CreateCustomView { text, .. }) => {
            batch.add_custom_text(to.revision, text.tidied());
        }
        (Change::CustomViewSet { from, to }, Command::EditCustomView { edit, .. }) if from.revision != to.revision => {
            let text = batch.world.custom_texts.get(&from.revision).map(|old| old.edited(edit));
            batch.add_custom_text(to.revision, text.unwrap_or_default());
        }
        (Change::InboxAdded { inbox }, Command::CreateInbox { name, address, .. }) => {
            batch.add_inbox(inbox.id, name, address);
        }
        (change, Command::Ticket(TicketCommand::Edit { edit, .. })) => batch.add_ticket_values(edit, change),
        (Change::Recorded { change }, Command::Record(command)) => batch.add_record_text(command, change)?,
        _ => {}
    }
    Ok(())
}
