//! The command line. Every option can also stand in the environment, as `SAMTAL_…`.

mod import;
mod inbox;
mod password;
mod serve;
mod user;

use crate::dispatch::Dispatcher;
use crate::feed::FeedHub;
use crate::store::{self, Store};
use clap::{Args, Parser, Subcommand};
use std::io::Write;
use tracing_subscriber::EnvFilter;

/// What a command says when it cannot do its work: a sentence for the person at the terminal.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
#[command(name = "samtal", version, about = "A shared inbox: mail, chat, forms and calls, answered by a team")]
struct Cli {
    /// What to write to standard error: error, warn, info, debug, or as in RUST_LOG.
    #[arg(long, env = "SAMTAL_LOG", default_value = "info,sqlx=warn", global = true)]
    log: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the app and its API.
    Serve(serve::Options),
    /// Read .eml files, an mbox or a Maildir into an inbox. It can be interrupted and run again.
    Import(import::Options),
    /// The inboxes.
    #[command(subcommand)]
    Inbox(inbox::Inbox),
    /// The people of the team.
    #[command(subcommand)]
    User(user::User),
    /// Print the description of the API (OpenAPI, JSON).
    Openapi,
}

/// Where the data is.
#[derive(Args)]
struct Database {
    /// sqlite:PATH or postgres://… What adds something makes the file if it is not there.
    #[arg(long, env = "SAMTAL_DATABASE_URL", default_value = "sqlite:samtal.db", hide_env_values = true)]
    database_url: String,
}

impl Database {
    async fn open(&self) -> Result<(Store, FeedHub, Dispatcher), store::Error> {
        Self::around(Store::open(&self.database_url).await?).await
    }

    /// For what reads, or changes what is there: a mistyped path makes no database.
    async fn open_existing(&self) -> Result<(Store, FeedHub, Dispatcher), store::Error> {
        Self::around(Store::open_existing(&self.database_url).await?).await
    }

    async fn around(store: Store) -> Result<(Store, FeedHub, Dispatcher), store::Error> {
        let feed = FeedHub::start(store.clone()).await?;
        let dispatcher = Dispatcher::new(store.clone(), feed.clone());
        Ok((store, feed, dispatcher))
    }
}

/// Does what the arguments say.
///
/// # Errors
/// A sentence that says what could not be done.
pub async fn run() -> Result<(), Error> {
    let cli = Cli::parse();
    let filter = EnvFilter::try_new(&cli.log).map_err(|error| format!("--log {}: {error}", cli.log))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    match cli.command {
        Command::Serve(options) => serve::run(options).await,
        Command::Import(options) => import::run(options).await,
        Command::Inbox(inbox) => inbox::run(inbox).await,
        Command::User(user) => user::run(user).await,
        Command::Openapi => {
            print_out(crate::http::openapi::text());
            Ok(())
        }
    }
}

fn print_out(text: &str) {
    // Whoever reads it may stop early.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Prints rows in columns as wide as their widest cell, two spaces between them.
fn columns<const N: usize>(rows: impl Iterator<Item = [String; N]>) {
    let rows: Vec<[String; N]> = rows.collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    print_out(&text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_can_stand_in_the_environment() {
        fn walk(command: &clap::Command) {
            for option in command.get_opts().filter(|option| !option.is_positional()) {
                let wanted = format!("SAMTAL_{}", option.get_id().as_str().to_uppercase());
                let found = option.get_env().map(|name| name.to_string_lossy().into_owned());
                assert_eq!(found, Some(wanted), "in {}", command.get_name());
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
    }
}
