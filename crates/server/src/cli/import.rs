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
    /// The inbox, by name. The very first one is made, open to all of the team.
    #[arg(long, env = "SAMTAL_INBOX")]
    inbox: String,
    /// Make the inbox if there is none of that name, open to all of the team.
    #[arg(long, env = "SAMTAL_MAKE_INBOX", requires = "address")]
    make_inbox: bool,
    /// The mail address of an inbox that is made; told from the mail if it is the very first and this is left out.
    #[arg(long, env = "SAMTAL_ADDRESS")]
    address: Option<String>,
    /// Take the mail in as an archive: its conversations are closed, and none is reopened.
    // Its variable is not that of `inbox add --closed`, which means something else.
    #[arg(long = "closed", env = "SAMTAL_IMPORT_CLOSED")]
    import_closed: bool,
}

pub async fn run(options: Options) -> Result<(), Error> {
    let (store, _, dispatcher) = options.database.open().await?;
    let stop = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a signal to wait for it goes on to its end.
            std::future::pending::<()>().await;
        }
    };
    let wanted = import::Wanted {
        path: &options.path,
        inbox: &options.inbox,
        make_inbox: options.make_inbox,
        address: options.address.as_deref(),
        archived: options.import_closed,
    };
    let summary = import::run(&store, &dispatcher, &wanted, http::now(), stop).await?;
    print!("{summary}");
    Ok(())
}
