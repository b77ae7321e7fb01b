//! `cargo xtask run`: the whole product on this machine, with demo data, from nothing.

use std::net::TcpListener;

use crate::failure::{Failure, Result};
use crate::place;
use crate::program::{cannot_start, flush, program};
use crate::server;

const PORT: u16 = 8080;

/// What stands after `cargo xtask run`.
#[derive(Debug, PartialEq)]
pub struct Options {
    port: u16,
    database_url: Option<String>,
    /// Handed to `samtal serve` as they are.
    more: Vec<String>,
}

impl Options {
    pub fn read(words: &[String]) -> Result<Self> {
        let mut options = Self { port: PORT, database_url: None, more: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (name, joined) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let mut value = || {
                joined
                    .clone()
                    .or_else(|| words.next().cloned())
                    .ok_or_else(|| Failure::new(format!("{name} needs a value")))
            };
            match name {
                "--port" => {
                    let given = value()?;
                    options.port =
                        given.parse().map_err(|_| Failure::new(format!("--port {given:?} is no port (1 to 65535)")))?;
                }
                "--database-url" => options.database_url = Some(value()?),
                "--" => {
                    options.more = words.cloned().collect();
                    break;
                }
                _ => {
                    return Err(
                        Failure::new(format!("{word:?} means nothing here")).advise("cargo xtask help lists what does")
                    );
                }
            }
        }
        Ok(options)
    }
}

/// Builds what is missing and becomes the server: ending this command ends the server, whatever signal does it.
pub fn run(options: Options) -> Result<()> {
    // Before minutes of building, not after them.
    drop(TcpListener::bind(("127.0.0.1", options.port)).map_err(|error| {
        Failure::new(format!("cannot listen on 127.0.0.1:{}: {error}", options.port))
            .advise("end what uses that port, or choose another: cargo xtask run --port 8090")
    })?);
    let binary = server::build_with_app()?;
    // Not samtal.db, which is where `samtal serve` keeps one's own mail.
    let database =
        options.database_url.unwrap_or_else(|| format!("sqlite:{}", place::target().join("demo.db").display()));
    let address = format!("127.0.0.1:{}", options.port);
    // The server itself says its address, and who can sign in, once it listens.
    println!("… starting the server on {database}; Ctrl-C stops it");
    flush();
    let mut serve = program(binary);
    serve.args(["serve", "--demo", "--listen", &address, "--database-url", &database]).args(options.more);
    Err(become_it(&mut serve))
}

#[cfg(unix)]
fn become_it(command: &mut std::process::Command) -> Failure {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    cannot_start(command, &error)
}

#[cfg(not(unix))]
fn become_it(command: &mut std::process::Command) -> Failure {
    match command.status() {
        Ok(status) => Failure::new(format!("the server ended with {status}")),
        Err(error) => cannot_start(command, &error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Options> {
        Options::read(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read_in_both_ways_of_writing_them() {
        let both = Options { port: 9000, database_url: Some("postgres://db/samtal".into()), more: Vec::new() };
        assert_eq!(read("--port 9000 --database-url postgres://db/samtal").expect("options"), both);
        assert_eq!(read("--port=9000 --database-url=postgres://db/samtal").expect("options"), both);
        let more = read("-- --conversations 5").expect("options").more;
        assert_eq!(more, ["--conversations", "5"]);
    }

    #[test]
    fn a_wrong_option_is_named() {
        assert!(read("--port many").is_err_and(|failure| failure.what.contains("many")));
        assert!(read("--prot 1").is_err_and(|failure| failure.what.contains("--prot")));
        assert!(read("--port").is_err_and(|failure| failure.what.contains("needs a value")));
    }
}
