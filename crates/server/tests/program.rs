//! The program as people start it: people, inboxes, mail, serving, stopping.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

fn samtal(folder: &tempfile::TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samtal"));
    command
        .args(arguments)
        .env("SAMTAL_DATABASE_URL", format!("sqlite:{}", folder.path().join("samtal.db").display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What it says, and whether it went well, with `input` on its standard input.
fn run(mut command: Command, input: &str) -> (bool, String) {
    let mut child = command.spawn().expect("the program starts");
    // It may end without reading.
    let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// A running server, ended when the test is.
struct Server {
    child: Child,
    address: String,
    said: BufReader<ChildStdout>,
}

impl Server {
    fn start(folder: &tempfile::TempDir, arguments: &[&str]) -> Self {
        let all = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut child = samtal(folder, &all).stderr(Stdio::null()).spawn().expect("the program starts");
        let mut said = BufReader::new(child.stdout.take().expect("an output"));
        let mut line = String::new();
        said.read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("Samtal is at http://").expect("the address").to_owned();
        Self { child, address, said }
    }

    fn send(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream.write_all(request.as_bytes()).expect("it hears");
        stream
    }

    fn sign_in(&self, email: &str, password: &str) -> String {
        let body = format!("{{\"email\":\"{email}\",\"password\":\"{password}\"}}");
        let length = body.len();
        let mut answer = String::new();
        self.send(&format!(
            "POST /api/v1/session HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}",
            self.address
        ))
        .read_to_string(&mut answer)
        .expect("an answer");
        answer
    }

    /// The status of an answer to the person with this cookie.
    fn status(&self, method: &str, path: &str, cookie: &str, body: &str) -> u16 {
        let mut answer = String::new();
        let request = format!(
            "{method} /api/v1/{path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.send(&request).read_to_string(&mut answer).expect("an answer");
        answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
    }

    /// The status when it is asked who is signed in.
    fn who(&self, cookie: &str) -> u16 {
        self.status("GET", "session", cookie, "")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn somebody_is_added_and_signs_in() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let add = |more: &[&str]| {
        let mut arguments =
            vec!["user", "add", "--name", "Åsa Ek", "--email", "asa@example.org", "--role", "super-admin"];
        arguments.extend(more);
        samtal(&folder, &arguments)
    };
    let (good, said) = run(add(&["--password-stdin"]), "short\n");
    assert!(!good && said.contains("shorter than 8"), "{said}");
    let (good, said) = run(add(&["--password-stdin"]), "a long secret\n");
    assert!(good && said.contains("Added Åsa Ek <asa@example.org> as a super admin."), "{said}");
    assert!(!said.contains("secret"), "{said}");
    let (good, said) = run(add(&["--password-stdin"]), "a long secret\n");
    assert!(!good && said.contains("already in use"), "{said}");
    let (good, said) = run(add(&["--password", "in the arguments"]), "");
    assert!(!good && said.contains("unexpected argument"), "{said}");

    let server = Server::start(&folder, &[]);
    let answer = server.sign_in("asa@example.org", "a long secret");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("set-cookie: __Host-samtal="), "on this machine the cookie is bound to the host: {answer}");
    let answer = server.sign_in("asa@example.org", "a wrong secret");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

/// The cookie that an answer sets.
fn cookie(answer: &str) -> &str {
    answer.split("set-cookie: ").nth(1).and_then(|rest| rest.split(';').next()).expect("a cookie")
}

/// Runs a command that has to go well; what it says.
fn done(folder: &tempfile::TempDir, arguments: &[&str], input: &str) -> String {
    let (good, said) = run(samtal(folder, arguments), input);
    assert!(good, "{arguments:?}: {said}");
    said
}

fn add(folder: &tempfile::TempDir, name: &str, email: &str, role: &str) {
    done(
        folder,
        &["user", "add", "--name", name, "--email", email, "--role", role, "--password-stdin"],
        "first secret",
    );
}

#[test]
fn a_new_password_is_the_only_one_and_ends_every_session() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    add(&folder, "Åsa Ek", "asa@example.org", "super-admin");
    add(&folder, "Jonas", "jonas@example.org", "agent");
    let server = Server::start(&folder, &[]);
    let asa = server.sign_in("asa@example.org", "first secret");
    let jonas = server.sign_in("jonas@example.org", "first secret");
    assert_eq!((server.who(cookie(&asa)), server.who(cookie(&jonas))), (200, 200));

    let set = ["user", "password", "--email", "ASA@example.org", "--password-stdin"];
    let (good, said) = run(samtal(&folder, &set), "short");
    assert!(!good && said.contains("shorter than 8"), "{said}");
    assert!(server.sign_in("asa@example.org", "first secret").starts_with("HTTP/1.1 200"));
    let said = done(&folder, &set, "second secret\n");
    assert_eq!(said, "Åsa Ek <asa@example.org> has a new password and is signed out everywhere.\n");
    assert!(server.sign_in("asa@example.org", "first secret").starts_with("HTTP/1.1 401"));
    assert!(server.sign_in("asa@example.org", "second secret").starts_with("HTTP/1.1 200"));
    // What another process does is noticed within a second.
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!((server.who(cookie(&asa)), server.who(cookie(&jonas))), (401, 200));

    let (good, said) = run(samtal(&folder, &["user", "password", "--email", "nobody@example.org"]), "second secret");
    assert!(!good && said.contains("nobody has the address nobody@example.org; samtal user list"), "{said}");
}

#[test]
fn who_is_deactivated_is_signed_out_and_the_last_super_admin_stays() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    add(&folder, "Åsa Ek", "asa@example.org", "super-admin");
    add(&folder, "Jonas", "jonas@example.org", "agent");
    let server = Server::start(&folder, &[]);
    let jonas = server.sign_in("jonas@example.org", "first secret");
    let said = done(&folder, &["user", "deactivate", "--email", "jonas@example.org"], "");
    let wanted =
        "Jonas <jonas@example.org> is deactivated and signed out everywhere. Conversations now unassigned: 0.\n";
    assert_eq!(said, wanted);
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(server.who(cookie(&jonas)), 401);
    assert!(server.sign_in("jonas@example.org", "first secret").starts_with("HTTP/1.1 401"));
    let said = done(&folder, &["user", "deactivate", "--email", "jonas@example.org"], "");
    assert_eq!(said, "Jonas <jonas@example.org> is deactivated already.\n");
    let said = done(&folder, &["user", "password", "--email", "jonas@example.org"], "second secret");
    assert!(said.contains("deactivated, so they cannot sign in"), "{said}");

    let (good, said) = run(samtal(&folder, &["user", "deactivate", "--email", "asa@example.org"]), "");
    assert!(!good && said.contains("The last active super admin has to stay."), "{said}");
    let (good, said) = run(samtal(&folder, &["user", "deactivate", "--email", "who@example.org"]), "");
    assert!(!good && said.contains("nobody has the address"), "{said}");
    let wanted = "asa@example.org    Åsa Ek  super-admin  active\n\
                  jonas@example.org  Jonas   agent        deactivated\n";
    assert_eq!(done(&folder, &["user", "list"], ""), wanted);
}

#[test]
fn a_session_does_not_come_back_to_life_with_its_owner() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(&folder, &["--demo", "--conversations", "40"]);
    let boss = server.sign_in("super@demo.test", "samtal-demo");
    let second = server.sign_in("second@demo.test", "samtal-demo");
    assert_eq!(server.who(cookie(&second)), 200);
    let said = done(&folder, &["user", "deactivate", "--email", "second@demo.test"], "");
    assert!(!said.ends_with(" 0.\n"), "in the demo they own some: {said}");
    let listed = done(&folder, &["user", "list"], "");
    let id = 1 + listed.lines().position(|line| line.starts_with("second@demo.test")).expect("listed in their order");
    assert_eq!(server.status("PATCH", &format!("agents/{id}"), cookie(&boss), "{\"state\":\"active\"}"), 200);
    assert_eq!(server.who(cookie(&second)), 401);
    assert!(server.sign_in("second@demo.test", "samtal-demo").starts_with("HTTP/1.1 200"));
}

#[test]
fn who_and_what_there_is_stands_in_columns() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    done(&folder, &["inbox", "add", "--name", "Förfrågan", "--address", "ask@example.org"], "");
    done(&folder, &["inbox", "add", "--name", "Sales", "--address", "sales@example.org", "--closed"], "");
    assert!(done(&folder, &["user", "list"], "").contains("samtal user add"));
    let wanted = "Förfrågan  ask@example.org    everybody\nSales      sales@example.org  chosen people\n";
    assert_eq!(done(&folder, &["inbox", "list"], ""), wanted);
    let (good, said) = run(samtal(&folder, &["inbox", "add", "--name", "SALES", "--address", "a@example.org"]), "");
    assert!(!good && said.contains("there is an inbox \"Sales\" already"), "{said}");
}

#[test]
fn what_only_reads_or_changes_makes_no_database_of_a_mistyped_path() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("mistyped name.db");
    for arguments in [
        &["inbox", "list"][..],
        &["user", "list"],
        &["user", "password", "--email", "a@example.org"],
        &["user", "deactivate", "--email", "a@example.org"],
    ] {
        for url in [format!("sqlite:{}", path.display()), format!("sqlite://{}", path.display())] {
            let mut command = samtal(&folder, arguments);
            command.env("SAMTAL_DATABASE_URL", url);
            let (good, said) = run(command, "a long enough password\n");
            assert!(!good && said.contains(&format!("There is no database at {}.", path.display())), "{said}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing was made");
    done(&folder, &["inbox", "add", "--name", "Sales", "--address", "sales@example.org"], "");
    assert!(done(&folder, &["inbox", "list"], "").contains("Sales"));
}

#[test]
fn a_newcomers_first_import_says_what_it_made_and_how_far_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("one.eml");
    std::fs::write(&path, "From: maja@post.example\nTo: support@example.org\nSubject: Hello\n\nWords\n")
        .expect("written");
    let path = path.to_str().expect("a path");
    let said =
        done(&folder, &["import", path, "--inbox", "Support", "--address", "support@example.org", "--closed"], "");
    assert!(said.contains("Made the inbox “Support” <support@example.org>, open to all of the team\n"), "{said}");
    assert!(said.contains("Inbox “Support”: 1 imported, 1 new conversation\n"), "{said}");
    assert!(said.contains("1 file, "), "standard error is no terminal here: {said}");

    let (good, said) = run(samtal(&folder, &["import", path, "--inbox", "Suport"]), "");
    assert!(!good && said.contains("there is no inbox “Suport”, only “Support”."), "{said}");
    let (good, said) = run(samtal(&folder, &["import", path, "--inbox", "Sales", "--make-inbox"]), "");
    assert!(!good && said.contains("--address"), "{said}");
    let made = ["import", path, "--inbox", "Sales", "--make-inbox", "--address", "sales@example.org"];
    assert!(done(&folder, &made, "").contains("Made the inbox “Sales”"));
}

#[test]
fn the_demo_is_for_this_machine_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (good, said) = run(samtal(&folder, &["serve", "--demo", "--listen", "0.0.0.0:0"]), "");
    assert!(!good && said.contains("loopback only"), "{said}");
    let mut server = Server::start(&folder, &["--demo", "--conversations", "5"]);
    let mut line = String::new();
    server.said.read_line(&mut line).expect("a line");
    assert!(line.contains("agent@demo.test") && line.contains("samtal-demo"), "{line}");
    let answer = server.sign_in("agent@demo.test", "samtal-demo");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn private_addresses_are_fetched_from_on_this_machine_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wide = samtal(&folder, &["serve", "--allow-private-fetch", "--listen", "0.0.0.0:0"]);
    let (good, said) = run(wide, "");
    assert!(!good && said.contains("loopback only"), "{said}");
    let mut wide = samtal(&folder, &["serve", "--listen", "0.0.0.0:0"]);
    wide.env("SAMTAL_ALLOW_PRIVATE_FETCH", "true");
    let (good, said) = run(wide, "");
    assert!(!good && said.contains("loopback only"), "{said}");
    Server::start(&folder, &["--allow-private-fetch"]);
}

#[cfg(unix)]
#[test]
fn it_stops_at_once_though_somebody_listens() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut server = Server::start(&folder, &["--demo", "--conversations", "1"]);
    let answer = server.sign_in("agent@demo.test", "samtal-demo");
    let cookie = cookie(&answer);
    let host = &server.address;
    let mut stream = server.send(&format!("GET /api/v1/events HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n"));
    let mut start = [0; 12];
    stream.read_exact(&mut start).expect("the stream begins");
    assert_eq!(&start, b"HTTP/1.1 200");

    let told = Instant::now();
    let pid = server.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
    let status = server.child.wait().expect("it ends");
    assert!(status.success(), "{status}");
    assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
    let mut rest = vec![];
    let _ = stream.read_to_end(&mut rest);
}
