//! Running other programs: a line when a step begins, one when it ends with the time it took, and a sentence when it fails.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::{Failure, Result};
use crate::place;

/// A command that runs in the repository's root.
pub fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(place::root());
    command
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo tells its child about itself must not reach the next cargo, or build scripts would see other values and run again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs one step with its output shown, and says how long it took.
pub fn step(what: &str, command: &mut Command) -> Result<()> {
    let begun = begin(what);
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if !status.success() {
        return Err(Failure::new(format!("{what}: {} ended with {status}", shown(command))));
    }
    end(what, begun);
    Ok(())
}

/// Runs one step quietly: its output is shown only when it fails.
pub fn quiet_step(what: &str, command: &mut Command) -> Result<()> {
    let begun = begin(what);
    quiet(what, command)?;
    end(what, begun);
    Ok(())
}

/// The same as a part of a step.
pub fn quiet(what: &str, command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    if !output.status.success() {
        eprint!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        return Err(Failure::new(format!("{what}: {} ended with {}", shown(command), output.status)));
    }
    Ok(())
}

/// What a program prints, or nothing when it is not there or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Is there a program of this name on PATH?
pub fn on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

pub fn begin(what: &str) -> Instant {
    println!("… {what}");
    flush();
    Instant::now()
}

pub fn end(what: &str, begun: Instant) {
    let took = begun.elapsed();
    if took < Duration::from_millis(500) {
        println!("✓ {what}");
    } else {
        println!("✓ {what} ({:.1} s)", took.as_secs_f64());
    }
    flush();
}

pub fn flush() {
    // Nothing can be done when the terminal is gone.
    drop(std::io::stdout().flush());
}

pub fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be started: {error}", shown(command)))
}

pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
