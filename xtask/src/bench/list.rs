//! The list endpoint by itself: the server on one core, the client on the others.

use std::path::Path;
use std::time::Duration;

use super::load::{Request, keep_busy};
use super::pages;
use super::pinned::Server;
use crate::failure::Result;

/// Connections kept busy: a handful, so that the core has always something to do and nothing waits long.
const CONNECTIONS: usize = 6;
const WARM_UP: Duration = Duration::from_secs(3);
const MEASURED: Duration = Duration::from_secs(8);

/// Measures on the database at `url`, says what came of it, and answers with the server's memory in bytes.
pub fn measure(binary: &Path, url: &str, conversations: usize) -> Result<u64> {
    let server = Server::start(binary, url, conversations, true)?;
    let lists = pages::lists(&server)?;
    busy(&server, "from the top", &pages::from_the_top(&server, &lists)?)?;
    busy(&server, "places all over", &pages::all_over(&server, &lists)?)?;
    server.memory()
}

fn busy(server: &Server, what: &str, requests: &[Request]) -> Result<()> {
    keep_busy(server.address, requests, CONNECTIONS, WARM_UP)?;
    let before = server.computed()?;
    let times = keep_busy(server.address, requests, CONNECTIONS, MEASURED)?;
    let computed = server.computed()?.saturating_sub(before);
    // By second of computing: what one core does that nobody else uses.
    let of_core = times.count() as f64 / computed.as_secs_f64();
    println!(
        "  {what}, {} pages: {:.0} requests/s ({of_core:.0} for each second of the server's own), p50 {:.2} ms, p99 {:.2} ms",
        requests.len(),
        times.rate(),
        times.within(0.5),
        times.within(0.99)
    );
    Ok(())
}
