//! Which inbox an import goes into. A name that is mistyped must not quietly make an inbox, so one is made only where
//! there is none at all yet, or where that was asked for.

use super::source::Found;
use super::{Error, Wanted};
use crate::dispatch::{Dispatcher, Request};
use crate::store::Store;
use samtal_model::wire::InboxView;
use samtal_model::{Actor, Change, Command, Timestamp};
use std::collections::BTreeMap;

/// Mails looked at to tell whose mailbox it is.
const SAMPLE: usize = 300;

/// The inbox of that name; none if it is to be made.
pub(super) async fn find(store: &Store, wanted: &Wanted<'_>) -> Result<Option<InboxView>, Error> {
    let mut all = store.all_inboxes().await?;
    let name = wanted.inbox.trim().to_lowercase();
    if let Some(place) = all.iter().position(|inbox| inbox.name.to_lowercase() == name) {
        return Ok(Some(all.swap_remove(place)));
    }
    if all.is_empty() || wanted.make_inbox {
        return Ok(None);
    }
    let there = all.into_iter().map(|inbox| inbox.name).collect();
    Err(Error::NoSuchInbox { name: wanted.inbox.trim().to_owned(), there })
}

/// Makes it, open to all, with the address that was named or else the one most of the mail has in common.
pub(super) async fn make(
    dispatcher: &Dispatcher,
    wanted: &Wanted<'_>,
    found: &Found,
    now: Timestamp,
) -> Result<InboxView, Error> {
    let name = wanted.inbox.trim().to_owned();
    let no_address = || Error::NoAddress(name.clone());
    let address = match wanted.address {
        Some(address) => address.to_owned(),
        None => common_address(found).ok_or_else(no_address)?,
    };
    let command = Command::CreateInbox { name: name.clone(), address: address.clone(), open_to_all: true };
    let outcome = dispatcher.ask(Request::new(Actor::System, now, vec![command.into()])).await?;
    let id = outcome.changes.iter().find_map(|logged| match &logged.change {
        Change::InboxAdded { inbox } => Some(inbox.id),
        _ => None,
    });
    let id = id.ok_or_else(no_address)?;
    Ok(InboxView { id, name, address, open_to_all: true })
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
