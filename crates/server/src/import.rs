//! Mail from files into an inbox: `samtal import`. What is read is known by [`source`], which inbox it goes into by
//! [`inbox`], how a batch becomes requests by [`batch`], how far it is by [`progress`].
//!
//! Interrupted at any moment, it loses nothing and repeats nothing: every mail carries a key under which it is taken in
//! once. What cannot be read goes to quarantine and stops nothing.

mod batch;
mod inbox;
mod progress;
mod source;

use crate::dispatch::{Dispatcher, Fault};
use crate::mail::message_id;
use crate::store::{self, Store};
use batch::Importer;
use progress::Progress;
use samtal_model::{InboxId, Timestamp};
use sha2::{Digest, Sha256};
use source::{Found, RawMail};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// Mails written together at most.
const BATCH: usize = 200;
/// Bytes written together at most, but for a single mail that is larger.
const BATCH_BYTES: usize = 32 * 1024 * 1024;
/// Batches read ahead.
const AHEAD: usize = 2;
/// Files, inboxes and reasons named one by one in a sentence or a summary; of more there is a number.
const NAMED: usize = 10;

/// What is to be imported, and how.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// An .eml file, an mbox, a Maildir, or a folder of these.
    pub path: &'w Path,
    /// The inbox, by name, letter case apart.
    pub inbox: &'w str,
    /// Makes the inbox, open to all, if there is none of that name. The very first inbox is made unasked.
    pub make_inbox: bool,
    /// Of an inbox that is made; else the address most of the mail has in common.
    pub address: Option<&'w str>,
    /// It is an archive: see [`samtal_model::Receive::archived`].
    pub archived: bool,
}

/// Why an import could not go on. What was taken in until then stays.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}: {error}", path.display())]
    Read { path: PathBuf, error: std::io::Error },
    #[error("no mail was found in {}", .0.display())]
    Nothing(PathBuf),
    #[error(
        "there is no inbox “{name}”, only {}. Name one of these, or make it first: samtal inbox add --name … --address …",
        listed(there)
    )]
    NoSuchInbox { name: String, there: Vec<String> },
    #[error("the inbox “{0}” is not there yet, and its address cannot be told from the mail: name it with --address")]
    NoAddress(String),
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Refused(#[from] Fault),
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub imported: usize,
    /// Taken in by an earlier run, or twice in the files.
    pub already_there: usize,
    pub quarantined: usize,
    /// Conversations begun.
    pub conversations: usize,
    /// Files that are no mail.
    pub skipped: Vec<PathBuf>,
    /// It was asked to stop before the end.
    pub interrupted: bool,
    pub inbox: String,
    /// The address of the inbox, if it was made.
    pub made: Option<String>,
    /// Where the first few in quarantine stood, and what is wrong with them.
    pub why: Vec<String>,
}

/// Some of the names, in quotes.
fn listed(names: &[String]) -> String {
    let mut named: Vec<String> = names.iter().take(NAMED).map(|name| format!("“{name}”")).collect();
    if names.len() > NAMED {
        named.push(format!("{} more", names.len() - NAMED));
    }
    match named.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => named.concat(),
    }
}

/// A number of things: `1 file`, `2 files`.
fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { imported, already_there, quarantined, conversations, .. } = self;
        if let Some(address) = &self.made {
            writeln!(f, "Made the inbox “{}” <{address}>, open to all of the team", self.inbox)?;
        }
        let begun = counted(*conversations, "new conversation");
        writeln!(f, "Inbox “{}”: {imported} imported, {begun}", self.inbox)?;
        let skipped = counted(self.skipped.len(), "file");
        writeln!(f, "  {already_there} already there, {quarantined} in quarantine, {skipped} skipped")?;
        for why in &self.why {
            writeln!(f, "    in quarantine: {why}")?;
        }
        if *quarantined > self.why.len() {
            writeln!(f, "    … and {} more", quarantined - self.why.len())?;
        }
        for path in self.skipped.iter().take(NAMED) {
            writeln!(f, "    no mail: {}", path.display())?;
        }
        if self.skipped.len() > NAMED {
            writeln!(f, "    … and {} more", self.skipped.len() - NAMED)?;
        }
        if self.interrupted {
            writeln!(f, "  Interrupted. Run it again with the same options to go on where it stopped.")?;
        }
        Ok(())
    }
}

/// Imports all mail that is [`Wanted`]. Stops cleanly between batches when `stop` is told (Ctrl-C).
///
/// # Errors
/// [`Error`]; broken mail is none.
pub async fn run(
    store: &Store,
    dispatcher: &Dispatcher,
    wanted: &Wanted<'_>,
    now: Timestamp,
    stop: impl Future<Output = ()>,
) -> Result<Summary, Error> {
    // A name that is not there is told before a large folder is looked through.
    let known = inbox::find(store, wanted).await?;
    let found = {
        let path = wanted.path.to_owned();
        let looked = tokio::task::spawn_blocking(move || source::look(&path)).await;
        looked.unwrap_or_else(|error| {
            let error = std::io::Error::other(format!("looking through it was broken off: {error}"));
            Err(Error::Read { path: wanted.path.to_owned(), error })
        })?
    };
    if found.files.is_empty() {
        return Err(Error::Nothing(wanted.path.to_owned()));
    }
    let mut summary = Summary { skipped: found.skipped.clone(), ..Summary::default() };
    let inbox = match known {
        Some(inbox) => inbox,
        None => {
            let made = inbox::make(dispatcher, wanted, &found, now).await?;
            summary.made = Some(made.address.clone());
            made
        }
    };
    summary.inbox.clone_from(&inbox.name);
    let mut progress = Progress::begin(&found);
    let mut importer = Importer::new(store, dispatcher, inbox, wanted.archived, now).await?;

    let (batches, mut read) = mpsc::channel(AHEAD);
    let reader = tokio::task::spawn_blocking(move || send_batches(&found, &batches));
    tokio::pin!(stop);
    loop {
        let batch = tokio::select! {
            biased;
            () = &mut stop => {
                summary.interrupted = true;
                break;
            }
            batch = read.recv() => batch,
        };
        let Some(batch) = batch else { break };
        let bytes: usize = batch.iter().map(|mail: &RawMail| mail.size).sum();
        importer.take_in(batch, &mut summary).await?;
        progress.tell(bytes as u64, &summary);
    }
    drop(read);
    progress.end();
    if let Ok(Err(error)) = reader.await
        && !summary.interrupted
    {
        return Err(error);
    }
    Ok(summary)
}

/// Reads the files and hands over batches until there are no more or nobody takes them.
fn send_batches(found: &Found, batches: &mpsc::Sender<Vec<RawMail>>) -> Result<(), Error> {
    let (mut batch, mut bytes) = (vec![], 0);
    for mail in found.mails() {
        let mail = mail?;
        bytes += mail.bytes.len();
        batch.push(mail);
        if batch.len() >= BATCH || bytes >= BATCH_BYTES {
            bytes = 0;
            if batches.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
        }
    }
    if !batch.is_empty() {
        // Nobody takes the last one if the import was stopped.
        let _ = batches.blocking_send(batch);
    }
    Ok(())
}

/// The key under which a mail is taken in once: its Message-ID, or a hash of it where it has none.
fn dedupe_key(inbox: InboxId, raw: &[u8]) -> String {
    match message_id(raw) {
        Some(id) => format!("{inbox}:{id}"),
        None => {
            let hash = Sha256::digest(raw);
            let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{inbox}:sha256:{hex}")
        }
    }
}
