//! `samtal import`: mail from files.

use super::{Database, Error};
use crate::{http, import};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    database: Database,
    /// An .eml file, an mbox, a Maildir, or a folder with any of these.
    path: PathBuf,
    /// The inbox, by name. It is made if there is none, open to all of the team.
    #[arg(long, env = "SAMTAL_INBOX")]
    inbox: String,
    /// The mail address of an inbox that is to be made; told from the mail if it is left out.
    #[arg(long, env = "SAMTAL_ADDRESS")]
    address: Option<String>,
}

pub async fn run(options: Options) -> Result<(), Error> {
    let (store, _, dispatcher) = options.database.open().await?;
    let stop = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a signal to wait for it goes on to its end.
            std::future::pending::<()>().await;
        }
    };
    let (path, inbox, address) = (&options.path, &options.inbox, options.address.as_deref());
    let summary = import::run(&store, &dispatcher, path, inbox, address, http::now(), stop).await?;
    print!("{summary}");
    Ok(())
}
