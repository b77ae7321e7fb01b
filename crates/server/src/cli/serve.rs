//! `samtal serve`: the server from start to stop.

use super::{Database, Error};
use crate::auth::Passwords;
use crate::fetch::{Fetcher, Limits, Reach};
use crate::http::{self, AppState};
use crate::{counting, demo, erasing, jobs};
use axum::serve::ListenerExt;
use clap::Args;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long requests may take to end once the server is told to stop.
const GRACE: Duration = Duration::from_secs(10);

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    database: Database,
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, env = "SAMTAL_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address that people see, if a proxy with https stands before: https://inbox.example.org
    #[arg(long, env = "SAMTAL_PUBLIC_URL")]
    public_url: Option<String>,
    /// Believe the last address in X-Forwarded-For. Only with a proxy that sets it.
    #[arg(long, env = "SAMTAL_BEHIND_PROXY")]
    behind_proxy: bool,
    /// Fill an empty database with inboxes, people and mail to try. Listens on loopback only.
    #[arg(long, env = "SAMTAL_DEMO")]
    demo: bool,
    /// Let mail's pictures be fetched from private addresses and any port too, to try things on one machine. Listens on
    /// loopback only.
    #[arg(long, env = "SAMTAL_ALLOW_PRIVATE_FETCH")]
    allow_private_fetch: bool,
    /// How many conversations the demo has.
    #[arg(long, env = "SAMTAL_CONVERSATIONS", requires = "demo", default_value_t = demo::CONVERSATIONS)]
    conversations: usize,
}

pub async fn run(options: Options) -> Result<(), Error> {
    let loopback = options.listen.ip().is_loopback();
    if options.demo && !loopback {
        return Err("--demo has well-known passwords, so it listens on loopback only (127.0.0.1 or ::1)".into());
    }
    if options.allow_private_fetch && !loopback {
        return Err(
            "--allow-private-fetch opens this network to whoever writes a mail, so it listens on loopback only \
                    (127.0.0.1 or ::1)"
                .into(),
        );
    }
    let (store, feed, dispatcher) = options.database.open().await?;

    if options.demo && store.agents().await?.is_empty() && store.all_inboxes().await?.is_empty() {
        let hash = Passwords::default().hash(demo::PASSWORD.into()).await?;
        let filled = demo::fill(&store, &dispatcher, options.conversations, http::now(), &hash).await?;
        tracing::info!(filled.conversations, filled.messages, "the demo is written");
    }

    let (stop, stopping) = watch::channel(false);
    let mut state = AppState::new(store.clone(), dispatcher.clone(), feed, stopping.clone());
    if let Some(origin) = &options.public_url {
        state = state.with_public_origin(origin.trim_end_matches('/'));
    }
    state.behind_proxy = options.behind_proxy;
    if options.allow_private_fetch {
        tracing::warn!("--allow-private-fetch: pictures are fetched from this machine's own network too");
        state = state.with_fetcher(Fetcher::new(Reach::Anywhere, Limits::default()));
    }
    if !loopback && options.public_url.is_none() {
        tracing::warn!(
            "no --public-url: passwords and mail travel unencrypted unless a proxy with https stands before"
        );
    }
    let empty = store.agents().await?.is_empty();
    let bulks = state.bulks.clone();
    let app = http::router(state).map_err(|error| format!("--public-url: {error}"))?;
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    let here = || listener.local_addr().map(|address| format!("http://{address}"));
    dispatcher.leads_to(&options.public_url.clone().map_or_else(here, Ok)?);
    println!("Samtal is at http://{}", listener.local_addr()?);
    if store.agent_by_email(demo::PEOPLE[0].email).await?.is_some() && options.demo {
        for person in demo::PEOPLE {
            println!("  sign in as {} ({}), password {}", person.email, person.title, demo::PASSWORD);
        }
    } else if empty {
        println!("  nobody can sign in yet: samtal user add --role super-admin --name … --email …");
    }

    let counting = tokio::spawn(counting::run(store.clone(), dispatcher.clone()));
    let erasing = tokio::spawn(erasing::run(store.clone()));
    let jobs = tokio::spawn(jobs::run(store, dispatcher));
    let bulks = tokio::spawn(bulks.run());
    let signals = tokio::spawn(async move {
        signal().await;
        tracing::info!("stopping");
        let _ = stop.send(true);
        tokio::select! {
            () = signal() => {}
            () = tokio::time::sleep(GRACE) => {}
        }
        // Somebody holds a connection open, or is in a hurry. What was acknowledged is on the disk.
        std::process::exit(0);
    });
    // Events are small and wanted at once.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            let mut stopping = stopping;
            let _ = stopping.wait_for(|stopping| *stopping).await;
        })
        .await?;
    jobs.abort();
    erasing.abort();
    bulks.abort();
    counting.abort();
    signals.abort();
    Ok(())
}

/// Returns when the process is asked to stop.
async fn signal() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => interrupt.await,
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
