//! `cargo xtask dev`: the loop for work. Trunk rebuilds the app in debug and reloads the page; the server is rebuilt and started
//! again when its sources change. Both are seen on one address.

use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};

use crate::failure::{About, Result};
use crate::place;
use crate::program::{begin, cannot_start, cargo, end, program};
use crate::setup;

/// As Trunk.toml has them.
const PAGE: &str = "http://127.0.0.1:8081";
const SERVER: &str = "127.0.0.1:8080";

/// How often the server's sources are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

pub fn run() -> Result<()> {
    setup::wasm_target()?;
    // Trunk takes its wasm-bindgen from PATH and must not fetch one.
    let wasm_bindgen = setup::wasm_bindgen()?;
    let trunk = setup::trunk()?;
    std::fs::create_dir_all(place::dist()).about(&place::dist())?;
    let mut server = Running::default();
    server.restart()?;
    let mut watch = program(trunk);
    watch.args(["serve", "--offline"]);
    if let Some(folder) = wasm_bindgen.parent().filter(|folder| folder.is_absolute()) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
        watch.env("PATH", std::env::join_paths(folders).about(folder)?);
    }
    println!("\n  the app, rebuilt and reloaded on save: {PAGE} (sign in as agent@demo.test, samtal-demo)\n");
    let mut page = watch.spawn().map_err(|error| cannot_start(&watch, &error))?;
    let mut seen = newest()?;
    loop {
        if let Some(status) = page.try_wait().about(&place::root())? {
            server.stop();
            println!("trunk ended with {status}");
            return Ok(());
        }
        let now = newest()?;
        if now != seen {
            seen = now;
            // A mistake in the source is for the person who is typing it: the old server goes on.
            if let Err(failure) = server.restart() {
                failure.tell();
            }
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

#[derive(Default)]
struct Running {
    child: Option<Child>,
}

impl Running {
    fn restart(&mut self) -> Result<()> {
        let begun = begin("compiling the server (debug)");
        let mut build = cargo();
        build.args(["build", "--package", "samtal-server", "--bin", "samtal"]);
        let status = build.status().map_err(|error| cannot_start(&build, &error))?;
        if !status.success() {
            println!("✗ the server does not compile; the one before goes on");
            return Ok(());
        }
        end("compiling the server (debug)", begun);
        self.stop();
        let mut serve: Command = program(place::target().join("debug/samtal"));
        let database = format!("sqlite:{}", place::target().join("dev.db").display());
        serve.args(["serve", "--demo", "--listen", SERVER, "--database-url", &database]);
        self.child = Some(serve.spawn().map_err(|error| cannot_start(&serve, &error))?);
        Ok(())
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The time of the newest change in what the server is made from.
fn newest() -> Result<Option<SystemTime>> {
    let mut folders: Vec<PathBuf> =
        ["crates/model/src", "crates/server"].map(|folder| place::root().join(folder)).into();
    let mut newest = None;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).about(&folder)? {
            let entry = entry.about(&folder)?;
            let Ok(about) = entry.metadata() else { continue };
            newest = newest.max(about.modified().ok());
            if about.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(newest)
}
