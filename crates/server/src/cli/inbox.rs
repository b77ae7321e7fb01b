//! `samtal inbox`: the inboxes mail comes into.

use super::{Database, Error};
use crate::dispatch::{Order, Request};
use crate::http;
use clap::{Args, Subcommand};
use samtal_model::{Actor, Command};

#[derive(Subcommand)]
pub enum Inbox {
    /// Add an inbox.
    Add(Add),
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

pub async fn run(Inbox::Add(add): Inbox) -> Result<(), Error> {
    let (store, _, dispatcher) = add.database.open().await?;
    if store.all_inboxes().await?.iter().any(|inbox| inbox.name == add.name) {
        return Err(format!("there is an inbox {:?} already", add.name).into());
    }
    let (name, address) = (add.name.clone(), add.address.clone());
    let command = Command::CreateInbox { name, address, open_to_all: !add.closed };
    let orders = vec![Order::from(command)];
    dispatcher.ask(Request::new(Actor::System, http::now(), orders)).await?;
    println!("Added the inbox {} <{}>.", add.name, add.address);
    Ok(())
}
