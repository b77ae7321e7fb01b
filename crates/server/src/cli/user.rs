//! `samtal user`: letting people in, and out.

use super::{Database, Error, columns, password};
use crate::auth::Passwords;
use crate::dispatch::{Extras, Order, Request};
use crate::http;
use crate::store::Store;
use clap::{Args, Subcommand, ValueEnum};
use samtal_model::refusal::Invalid;
use samtal_model::wire::AgentView;
use samtal_model::{Actor, AgentState, Change, Command, Refusal, Role};

#[derive(Subcommand)]
pub enum User {
    /// Add a person, who can sign in at once. The password is asked for, or read from standard input.
    Add(Add),
    /// Give a person a new password, and sign them out everywhere. It is asked for, or read from standard input.
    Password(Password),
    /// Take a person's access away: they are signed out everywhere, and what they own becomes unassigned.
    Deactivate(Deactivate),
    /// Everybody: e-mail, name, role, state.
    List(List),
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
    #[command(flatten)]
    password: password::Source,
}

#[derive(Args)]
pub struct Password {
    #[command(flatten)]
    database: Database,
    /// The address they sign in with.
    #[arg(long, env = "SAMTAL_EMAIL")]
    email: String,
    #[command(flatten)]
    password: password::Source,
}

#[derive(Args)]
pub struct Deactivate {
    #[command(flatten)]
    database: Database,
    /// The address they sign in with.
    #[arg(long, env = "SAMTAL_EMAIL")]
    email: String,
}

#[derive(Args)]
pub struct List {
    #[command(flatten)]
    database: Database,
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

pub async fn run(user: User) -> Result<(), Error> {
    match user {
        User::Add(options) => add(options).await,
        User::Password(options) => set_password(options).await,
        User::Deactivate(options) => deactivate(options).await,
        User::List(options) => list(options).await,
    }
}

async fn add(add: Add) -> Result<(), Error> {
    let (store, _, dispatcher) = add.database.open().await?;
    if store.agent_by_email(&add.email).await?.is_some() {
        // Before a password is typed for nothing. The rules say it too.
        return Err(Refusal::Invalid { field: "email", why: Invalid::Taken }.sentence().into());
    }
    let hash = Passwords::default().hash(add.password.read(&add.email)?).await?;
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

async fn set_password(options: Password) -> Result<(), Error> {
    let (store, _, _) = options.database.open_existing().await?;
    let person = somebody(&store, &options.email).await?;
    let hash = Passwords::default().hash(options.password.read(&person.email)?).await?;
    store.set_password(person.id, &hash).await?;
    println!("{} <{}> has a new password and is signed out everywhere.", person.name, person.email);
    if person.state == AgentState::Deactivated {
        println!("Their account is deactivated, so they cannot sign in with it.");
    }
    Ok(())
}

async fn deactivate(options: Deactivate) -> Result<(), Error> {
    let (store, _, dispatcher) = options.database.open_existing().await?;
    let person = somebody(&store, &options.email).await?;
    let command = Command::SetAgentState { agent: person.id, state: AgentState::Deactivated };
    let request = Request::new(Actor::System, http::now(), vec![command.into()]);
    let outcome = dispatcher.ask(request).await?;
    let AgentView { name, email, .. } = person;
    if outcome.changes.is_empty() {
        println!("{name} <{email}> is deactivated already.");
        return Ok(());
    }
    let left = outcome.changes.iter().filter(|it| matches!(it.change, Change::OwnerSet { .. })).count();
    println!("{name} <{email}> is deactivated and signed out everywhere. Conversations now unassigned: {left}.");
    Ok(())
}

async fn list(options: List) -> Result<(), Error> {
    let (store, _, _) = options.database.open_existing().await?;
    let everybody = store.agents().await?;
    if everybody.is_empty() {
        eprintln!("There is nobody yet: samtal user add --role super-admin --name … --email …");
    }
    columns(everybody.into_iter().map(|person| {
        let role = match person.role {
            Role::Agent => "agent",
            Role::Admin => "admin",
            Role::SuperAdmin => "super-admin",
        };
        let state = match person.state {
            AgentState::Active => "active",
            AgentState::Deactivated => "deactivated",
            AgentState::Removed => "removed",
        };
        [person.email, person.name, role.to_owned(), state.to_owned()]
    }));
    Ok(())
}

/// The person with this sign-in address. Who was removed is gone for good.
async fn somebody(store: &Store, email: &str) -> Result<AgentView, Error> {
    let wanted = email.trim().to_lowercase();
    let found = store.agents().await?.into_iter().find(|person| person.email.to_lowercase() == wanted);
    let found = found.filter(|person| person.state != AgentState::Removed);
    found.ok_or_else(|| format!("nobody has the address {email}; samtal user list says who there is").into())
}
