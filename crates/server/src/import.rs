//! Mail from files into an inbox: `samtal import`. What is read is known by [`source`]; how a batch becomes requests by
//! [`batch`].
//!
//! Interrupted at any moment, it loses nothing and repeats nothing: every mail carries a key under which it is taken in
//! once. What cannot be read goes to quarantine and stops nothing.

mod batch;
mod source;

use crate::dispatch::{Dispatcher, Fault};
use crate::mail::message_id;
use crate::store::{self, Store};
use batch::Importer;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use samtal_model::wire::InboxView;
use samtal_model::{Actor, Change, Command, InboxId, Timestamp};
use sha2::{Digest, Sha256};
use source::{Found, RawMail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// Mails written together at most.
const BATCH: usize = 200;
/// Bytes written together at most, but for a single mail that is larger.
const BATCH_BYTES: usize = 32 * 1024 * 1024;
/// Batches read ahead.
const AHEAD: usize = 2;
/// Mails looked at to tell whose mailbox it is.
const SAMPLE: usize = 300;

/// Why an import could not go on. What was taken in until then stays.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}: {error}", path.display())]
    Read { path: PathBuf, error: std::io::Error },
    #[error("no mail was found in {}", .0.display())]
    Nothing(PathBuf),
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
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { imported, already_there, quarantined, conversations, .. } = self;
        writeln!(f, "Inbox “{}”: {imported} imported into {conversations} new conversations", self.inbox)?;
        writeln!(
            f,
            "  {already_there} already there, {quarantined} in quarantine, {} files skipped",
            self.skipped.len()
        )?;
        for path in self.skipped.iter().take(10) {
            writeln!(f, "    no mail: {}", path.display())?;
        }
        if self.skipped.len() > 10 {
            writeln!(f, "    … and {} more", self.skipped.len() - 10)?;
        }
        if self.interrupted {
            writeln!(f, "  Interrupted. Run it again to go on where it stopped.")?;
        }
        Ok(())
    }
}

/// Imports all mail under `path` — an .eml file, an mbox, a Maildir, or a folder of these — into the inbox of this
/// name. One that is not there yet is made, open to all, with `address` or else the address most of the mail has in
/// common. Stops cleanly between batches when `stop` is told (Ctrl-C).
///
/// # Errors
/// [`Error`]; broken mail is none.
pub async fn run(
    store: &Store,
    dispatcher: &Dispatcher,
    path: &Path,
    inbox_name: &str,
    address: Option<&str>,
    now: Timestamp,
    stop: impl Future<Output = ()>,
) -> Result<Summary, Error> {
    let found = {
        let path = path.to_owned();
        let looked = tokio::task::spawn_blocking(move || source::look(&path)).await;
        looked.unwrap_or_else(|_| Err(Error::Nothing(PathBuf::new())))?
    };
    if found.files.is_empty() {
        return Err(Error::Nothing(path.to_owned()));
    }
    let inbox = open_inbox(store, dispatcher, inbox_name, address, &found, now).await?;
    let bar = progress(&found);
    let mut summary = Summary { skipped: found.skipped.clone(), inbox: inbox.name.clone(), ..Summary::default() };
    let mut importer = Importer::new(store, dispatcher, inbox, now).await?;

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
        bar.inc(bytes as u64);
        bar.set_message(format!(
            "{} imported, {} there, {} quarantined",
            summary.imported, summary.already_there, summary.quarantined
        ));
    }
    drop(read);
    bar.finish_and_clear();
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

async fn open_inbox(
    store: &Store,
    dispatcher: &Dispatcher,
    name: &str,
    address: Option<&str>,
    found: &Found,
    now: Timestamp,
) -> Result<InboxView, Error> {
    let known = |all: Vec<InboxView>| all.into_iter().find(|inbox| inbox.name.eq_ignore_ascii_case(name.trim()));
    if let Some(inbox) = known(store.all_inboxes().await?) {
        return Ok(inbox);
    }
    let address = match address {
        Some(address) => address.to_owned(),
        None => common_address(found).ok_or_else(|| Error::NoAddress(name.to_owned()))?,
    };
    let command = Command::CreateInbox { name: name.trim().to_owned(), address: address.clone(), open_to_all: true };
    let request = crate::dispatch::Request::new(Actor::System, now, vec![command.into()]);
    let outcome = dispatcher.ask(request).await?;
    let id = outcome.changes.iter().find_map(|logged| match &logged.change {
        Change::InboxAdded { inbox } => Some(inbox.id),
        _ => None,
    });
    let id = id.ok_or_else(|| Error::NoAddress(name.to_owned()))?;
    Ok(InboxView { id, name: name.trim().to_owned(), address, open_to_all: true })
}

/// The address that stands in most of the mails, whether as sender or as recipient: the mailbox's own.
fn common_address(found: &Found) -> Option<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mails = found.mails().take(SAMPLE).filter_map(Result::ok);
    for mail in mails.filter_map(|mail| crate::mail::parse(&mail.bytes).ok()) {
        let mut all: Vec<String> = std::iter::once(&mail.from)
            .chain(&mail.to)
            .chain(&mail.cc)
            .map(|address| address.email.to_lowercase())
            .filter(|email| email.contains('@'))
            .collect();
        all.sort();
        all.dedup();
        for email in all {
            *seen.entry(email).or_default() += 1;
        }
    }
    seen.into_iter().max_by_key(|(_, count)| *count).map(|(email, _)| email)
}

fn progress(found: &Found) -> ProgressBar {
    let template = "{bar:30} {bytes}/{total_bytes} ({bytes_per_sec}, {eta} left) {msg}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(found.bytes).with_style(style);
    bar.println(format!("{} files, {}", found.files.len(), HumanBytes(found.bytes)));
    bar
}
