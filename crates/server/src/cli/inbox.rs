//! `samtal inbox`: the inboxes mail comes into.

use super::{Database, Error, columns};
use crate::dispatch::{Order, Request};
use crate::http;
use clap::{Args, Subcommand};
use samtal_model::{Actor, Command};

#[derive(Subcommand)]
pub enum Inbox {
    /// Add an inbox.
    Add(Add),
    /// Every inbox: name, address, who sees it.
    List(List),
}

#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    database: Database,
    /// As it stands in the app, and as `samtal import --inbox` takes it.
    #[arg(long, env = "SAMTAL_NAME")]
    name: String,
    /// Its mail address. Mail from this address counts as sent by the team.
    #[arg(long, env = "SAMTAL_ADDRESS")]
    address: String,
    /// Only for people who are let in, and for super admins; otherwise everybody of the team sees it.
    #[arg(long, env = "SAMTAL_CLOSED")]
    closed: bool,
}

#[derive(Args)]
pub struct List {
    #[command(flatten)]
    database: Database,
}

pub async fn run(inbox: Inbox) -> Result<(), Error> {
    match inbox {
        Inbox::Add(options) => add(options).await,
        Inbox::List(options) => list(options).await,
    }
}

async fn add(add: Add) -> Result<(), Error> {
    let (store, _, dispatcher) = add.database.open().await?;
    // As `samtal import --inbox` finds it by name, letter case is no difference.
    let name = add.name.trim().to_lowercase();
    if let Some(known) = store.all_inboxes().await?.iter().find(|inbox| inbox.name.to_lowercase() == name) {
        return Err(format!("there is an inbox {:?} already", known.name).into());
    }
    let (name, address) = (add.name.trim().to_owned(), add.address.clone());
    let command = Command::CreateInbox { name, address, open_to_all: !add.closed };
    let orders = vec![Order::from(command)];
    dispatcher.ask(Request::new(Actor::System, http::now(), orders)).await?;
    println!("Added the inbox {} <{}>.", add.name.trim(), add.address);
    Ok(())
}

async fn list(options: List) -> Result<(), Error> {
    let (store, _, _) = options.database.open_existing().await?;
    let all = store.all_inboxes().await?;
    if all.is_empty() {
        eprintln!("There is no inbox yet: samtal inbox add --name … --address …");
    }
    columns(all.into_iter().map(|inbox| {
        let open = if inbox.open_to_all { "everybody" } else { "chosen people" };
        [inbox.name, inbox.address, open.to_owned()]
    }));
    Ok(())
}
