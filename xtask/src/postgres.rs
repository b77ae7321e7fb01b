//! A PostgreSQL cluster for one run of the tests: made in a temporary folder, on a free port of loopback, and always taken away.
//!
//! A small watchman stops it and removes the folder when the pipe to him closes. It closes when this process ends in whatever way,
//! Ctrl-C and kill included, so that no cluster outlives its tests.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::failure::{About, Failure, Result};
use crate::program::{answer, begin, cannot_start, end, program};

/// One line on stdin, or its end, is the sign to take everything down.
const WATCHMAN: &str = r#"
trap '' INT TERM HUP
read -r ignored
"$@" >/dev/null 2>&1
rm -rf "$CLUSTER"
"#;

/// A running cluster. Dropping it stops it.
pub struct Cluster {
    url: String,
    watchman: Child,
}

impl Cluster {
    pub fn start() -> Result<Self> {
        let begun = begin("starting a throw-away PostgreSQL");
        let programs = programs().ok_or_else(|| {
            Failure::new("PostgreSQL's initdb is not in /usr/lib/postgresql/*/bin")
                .advise("install PostgreSQL (Debian's package postgresql)")
        })?;
        let folder = std::env::temp_dir().join(format!("samtal-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).about(&folder)?;
        let owner = Owner::of_machine();
        owner.take(&folder)?;
        let data = folder.join("data");
        let mut init = owner.command(&programs.join("initdb"));
        init.args([
            "--username",
            "samtal",
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "--no-sync",
            "--pgdata",
        ])
        .arg(&data);
        run(&mut init)?;
        let port = free_port()?;
        let mut stop = owner.command(&programs.join("pg_ctl"));
        stop.args(["stop", "--mode", "immediate", "--pgdata"]).arg(&data);
        // On guard before the cluster runs: there is no moment when nobody would stop it.
        let watchman = watch(&folder, &stop)?;
        let cluster = Self { url: format!("postgres://samtal@127.0.0.1:{port}/postgres"), watchman };
        let mut start = owner.command(&programs.join("pg_ctl"));
        // Nothing of it needs to survive a power cut; tests need many connections at once.
        let settings = format!(
            "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={} -c max_connections=300 \
             -c fsync=off -c synchronous_commit=off -c full_page_writes=off",
            folder.display()
        );
        start
            .args(["start", "--wait", "--silent", "--log"])
            .arg(folder.join("log"))
            .args(["--options", &settings, "--pgdata"])
            .arg(&data);
        run(&mut start).map_err(|failure| {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            failure.advise(format!("its log says:\n{log}"))
        })?;
        end("starting a throw-away PostgreSQL", begun);
        Ok(cluster)
    }

    /// For `SAMTAL_TEST_POSTGRES`: a superuser's, so that each test can make a database of its own.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A new database of this name; its address.
    pub fn database(&self, name: &str) -> Result<String> {
        let programs = programs().ok_or_else(|| Failure::new("PostgreSQL has gone"))?;
        let mut create = program(programs.join("createdb"));
        create.arg("--maintenance-db").arg(&self.url).arg(name);
        run(&mut create)?;
        let server = self.url.rsplit_once('/').map_or(self.url.as_str(), |(server, _)| server);
        Ok(format!("{server}/{name}"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watchman.stdin.take());
        // Waited for, so that the folder is gone when the command ends.
        drop(self.watchman.wait());
    }
}

/// Where Debian keeps the programs of the newest PostgreSQL it has.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let able = versions
        .map(|version| version.join("bin"))
        .filter(|bin| bin.join("initdb").is_file() && bin.join("pg_ctl").is_file());
    able.max_by_key(|bin| {
        let version =
            bin.parent().and_then(|version| version.file_name()).map(|name| name.to_string_lossy().into_owned());
        version.and_then(|version| version.parse::<u32>().ok())
    })
}

/// PostgreSQL refuses to run as root: then it is its own user, `postgres`, who does.
enum Owner {
    Me,
    Postgres,
}

impl Owner {
    fn of_machine() -> Self {
        if answer(program("id").arg("-u")).as_deref() == Some("0") { Self::Postgres } else { Self::Me }
    }

    fn command(&self, name: &Path) -> Command {
        let mut command = match self {
            Self::Me => program(name),
            Self::Postgres => {
                let mut command = program("runuser");
                command.args(["-u", "postgres", "--"]).arg(name);
                command
            }
        };
        // The repository may lie where the user postgres may not look.
        command.current_dir(std::env::temp_dir());
        command
    }

    fn take(&self, folder: &Path) -> Result<()> {
        match self {
            Self::Me => Ok(()),
            Self::Postgres => run(program("chown").arg("postgres:").arg(folder)),
        }
    }
}

fn watch(folder: &Path, stop: &Command) -> Result<Child> {
    let mut watchman = Command::new("sh");
    watchman.args(["-c", WATCHMAN, "watchman"]).arg(stop.get_program()).args(stop.get_args());
    watchman
        .current_dir(std::env::temp_dir())
        .env("CLUSTER", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    watchman.spawn().map_err(|error| cannot_start(&watchman, &error))
}

fn run(command: &mut Command) -> Result<()> {
    // Its output must not be a pipe: the server inherits it, and reading would wait until the server ends.
    let status =
        command.stdin(Stdio::null()).stdout(Stdio::null()).status().map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("{} ended with {status}", crate::program::shown(command))))
    }
}

fn free_port() -> Result<u16> {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| Failure::new(format!("no free port on 127.0.0.1: {error}")))
}
