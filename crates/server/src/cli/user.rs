//! `samtal user`: letting people in. A password is never an argument: arguments are seen by everyone on the machine.

use super::{Database, Error};
use crate::auth::Passwords;
use crate::dispatch::{Extras, Order, Request};
use crate::http;
use clap::{Args, Subcommand, ValueEnum};
use samtal_model::{Actor, Command, Role};
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum User {
    /// Add a person, who can sign in at once. The password is asked for, or read from standard input.
    Add(Add),
}

#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    database: Database,
    /// As colleagues and contacts see it.
    #[arg(long, env = "SAMTAL_NAME")]
    name: String,
    /// For signing in.
    #[arg(long, env = "SAMTAL_EMAIL")]
    email: String,
    #[arg(long, env = "SAMTAL_ROLE", value_enum, default_value = "agent")]
    role: RoleName,
    /// Read the password from standard input, all of it but the line break at its end.
    #[arg(long, env = "SAMTAL_PASSWORD_STDIN", conflicts_with = "password_file")]
    password_stdin: bool,
    /// Read the password from a file, all of it but the line break at its end.
    #[arg(long, env = "SAMTAL_PASSWORD_FILE")]
    password_file: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    Agent,
    Admin,
    #[value(alias = "super_admin")]
    SuperAdmin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Agent => Self::Agent,
            RoleName::Admin => Self::Admin,
            RoleName::SuperAdmin => Self::SuperAdmin,
        }
    }
}

pub async fn run(User::Add(add): User) -> Result<(), Error> {
    let password = password(&add)?;
    Passwords::acceptable(&password).map_err(|refusal| refusal.sentence())?;
    let (_, _, dispatcher) = add.database.open().await?;
    let hash = Passwords::default().hash(password).await?;
    let command = Command::AddAgent { name: add.name.clone(), email: add.email.clone(), role: add.role.into() };
    let order = Order { command, extras: Extras { password_hash: Some(hash), ..Extras::default() } };
    let request = Request::new(Actor::System, http::now(), vec![order]);
    dispatcher.ask(request).await?;
    let role = match add.role {
        RoleName::Agent => "an agent",
        RoleName::Admin => "an admin",
        RoleName::SuperAdmin => "a super admin",
    };
    println!("Added {} <{}> as {role}.", add.name, add.email);
    Ok(())
}

fn password(add: &Add) -> Result<String, Error> {
    let mut text = String::new();
    if let Some(path) = &add.password_file {
        text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    } else if add.password_stdin || !std::io::stdin().is_terminal() {
        std::io::stdin().lock().read_to_string(&mut text)?;
    } else {
        eprint!("Password for {}: ", add.email);
        std::io::stderr().flush()?;
        let silent = Silence::begin();
        std::io::stdin().lock().read_line(&mut text)?;
        drop(silent);
        eprintln!();
    }
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

/// Keeps the terminal from showing what is typed; where that cannot be had, says so.
struct Silence;

impl Silence {
    fn begin() -> Self {
        if !Self::stty("-echo") {
            eprint!("(it will be shown) ");
        }
        Self
    }

    fn stty(how: &str) -> bool {
        std::process::Command::new("stty").arg(how).status().is_ok_and(|status| status.success())
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        Self::stty("echo");
    }
}
