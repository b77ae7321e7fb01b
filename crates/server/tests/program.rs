//! The program as people start it: adding a person, serving, stopping.

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
    let cookie = answer.split("set-cookie: ").nth(1).and_then(|rest| rest.split(';').next()).expect("a cookie");
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
