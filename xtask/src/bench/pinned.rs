//! The release binary on a core of its own, with the demo in its database, and people signed in.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::load::{Connection, Request};
use crate::failure::{About, Failure, Result};
use crate::program::{answer, cannot_start, program};

/// Whom the demo has.
pub const PEOPLE: [&str; 4] = ["agent@demo.test", "second@demo.test", "admin@demo.test", "super@demo.test"];

/// A running server; dropping it stops it.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts `binary` on the database at `url`, which is filled with `conversations` of the demo if it is empty. If `alone`, on
    /// the machine's first core, and this process on the others.
    pub fn start(binary: &Path, url: &str, conversations: usize, alone: bool) -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut command = if alone && cores > 1 {
            let me = std::process::id().to_string();
            let others = format!("1-{}", cores - 1);
            // Without it the client would take from the server what it measures.
            answer(program("taskset").args(["--all-tasks", "--cpu-list", "--pid", &others, &me])).ok_or_else(|| {
                Failure::new("taskset (Debian's util-linux) cannot keep the bench off the server's core")
            })?;
            let mut command = program("taskset");
            command.args(["--cpu-list", "0"]).arg(binary);
            command
        } else {
            program(binary)
        };
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--database-url", url]);
        command.args(["--conversations", &conversations.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| cannot_start(&command, &error))?;
        let mut printed = child.stdout.take().map(|printed| BufReader::new(printed).lines()).into_iter().flatten();
        let address = printed.by_ref().map_while(std::result::Result::ok).find_map(|line| {
            line.split_once("Samtal is at http://").and_then(|(_, address)| address.trim().parse().ok())
        });
        let Some(address) = address else {
            drop(child.wait());
            return Err(Failure::new(format!("the server ended before it could be asked: {url}")));
        };
        // Whoever prints into a closed pipe dies of it.
        std::thread::spawn(move || printed.for_each(drop));
        Ok(Self { child, address })
    }

    /// The cookie of one of [`PEOPLE`].
    pub fn sign_in(&self, email: &str) -> Result<String> {
        let body = json!({ "email": email, "password": "samtal-demo" });
        let answer = Connection::open(self.address)?.ask(&Request::send("POST", "/session", "", &body))?;
        let cookie = answer.head.lines().filter_map(|line| line.split_once(": "));
        let mut cookie = cookie.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        let cookie = cookie.next().and_then(|(_, value)| value.split(';').next()).map(str::to_owned);
        cookie.ok_or_else(|| Failure::new(format!("{email} was not given a session")))
    }

    /// A JSON answer to GET.
    pub fn get(&self, path: &str, cookie: &str) -> Result<Value> {
        Connection::open(self.address)?.ask(&Request::get(path, cookie))?.json()
    }

    /// How long it has been computing so far, in its own code and in the system's for it.
    pub fn computed(&self) -> Result<Duration> {
        let file = format!("/proc/{}/stat", self.child.id());
        let text = std::fs::read_to_string(&file).about(Path::new(&file))?;
        let after_name = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let ticks = after_name.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>();
        // Linux counts in hundredths of a second on every machine we know.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// What it has in memory, in bytes.
    pub fn memory(&self) -> Result<u64> {
        let file = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(&file).about(Path::new(&file))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kilobytes.map(|kilobytes| kilobytes * 1024).ok_or_else(|| Failure::new(format!("{file} says no VmRSS")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has acknowledged nothing that is not on the disk.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
