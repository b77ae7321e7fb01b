//! The project's own commands, as `cargo xtask help` lists them. Each command is one file; this one only chooses between them.
//!
//! What can be missing on a machine is found and installed by `setup`; nothing else in the tree knows how.

use std::process::ExitCode;

mod app;
mod bench;
mod dev;
mod failure;
mod licences;
mod place;
mod postgres;
mod program;
mod serve;
mod server;
mod setup;
mod size;
mod suite;
mod tidy;

use failure::{Failure, Result};

const HELP: &str = "\
cargo xtask COMMAND

  run [--port N] [--database-url URL] [-- OPTIONS OF samtal serve]
          build the app and the server in release, start on http://127.0.0.1:8080 with demo data
  test    everything: tidy, format, lints, licences, unit, store, API, end to end, accessibility, size
  dev     the loop for work: rebuild and reload on save, on http://127.0.0.1:8081
  build   one binary with the app inside: target/release/samtal
  app     only the app, into dist/, where a debug build of the server reads it as it runs
  e2e [FILE…]
          only the end-to-end tests (tests/*.test.mjs), or the files named
  bench [--list [URL] | --growth [URL…]]
          measure the speeds of docs/PERFORMANCE.md; the list endpoint alone; or how answers grow with the data
  tidy    only the tidy rules: the invariants of ARCHITECTURE.md
  help    this

Each finds what the machine lacks and installs it first. See README.md.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match words.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let done = match command {
        "run" => serve::Options::read(rest).and_then(serve::run),
        "test" => no_more(rest).and_then(|()| suite::run()),
        "dev" => no_more(rest).and_then(|()| dev::run()),
        "build" => no_more(rest).and_then(|()| server::build_with_app().map(drop)),
        "app" => no_more(rest).and_then(|()| app::build()),
        "e2e" => suite::end_to_end_only(rest),
        "bench" => bench::run(rest),
        "tidy" => no_more(rest).and_then(|()| tidy::run()),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(Failure::new(format!("there is no command {other:?}")).advise("cargo xtask help lists them")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell();
            ExitCode::FAILURE
        }
    }
}

fn no_more(rest: &[String]) -> Result<()> {
    match rest.first() {
        None => Ok(()),
        Some(word) => {
            Err(Failure::new(format!("{word:?} means nothing here")).advise("cargo xtask help lists what does"))
        }
    }
}
