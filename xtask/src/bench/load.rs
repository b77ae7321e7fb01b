//! A client that keeps a handful of connections busy for a bounded time, and says how many answers came and how long
//! each took. Plain blocking sockets: what it costs itself must not be what is measured.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::failure::{Failure, Result};

/// An answer that does not come within this is a failure.
const PATIENCE: Duration = Duration::from_secs(60);
/// Answers timed by one connection at the most: what they take in memory stays bounded.
const TIMED_MOST: usize = 2_000_000;

/// One request, ready to be sent.
#[derive(Clone)]
pub struct Request(Vec<u8>);

impl Request {
    pub fn get(path: &str, cookie: &str) -> Self {
        Self(format!("GET /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n").into_bytes())
    }

    pub fn send(method: &str, path: &str, cookie: &str, body: &Value) -> Self {
        let body = body.to_string();
        let head = format!("{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}");
        let kind = "Content-Type: application/json";
        Self(format!("{head}\r\n{kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes())
    }
}

impl Request {
    pub fn only_reads(&self) -> bool {
        self.0.starts_with(b"GET ")
    }
}

/// What came back.
pub struct Answer {
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).map_err(|error| Failure::new(format!("an answer is not JSON: {error}")))
    }
}

/// A connection that is kept.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Connection {
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).and_then(|stream| {
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            Ok(stream)
        });
        let stream = stream.map_err(|error| Failure::new(format!("no connection to {address}: {error}")))?;
        Ok(Self { stream, buffer: vec![0; 1 << 20], filled: 0 })
    }

    /// Asks, and waits for the whole answer, which has to be one of success.
    pub fn ask(&mut self, request: &Request) -> Result<Answer> {
        let (head, length) = self.exchange(request)?;
        let body = self.buffer[head..head + length].to_vec();
        Ok(Answer { head: String::from_utf8_lossy(&self.buffer[..head]).into_owned(), body })
    }

    /// The lengths of head and body, which lie at the beginning of the buffer.
    fn exchange(&mut self, request: &Request) -> Result<(usize, usize)> {
        let failed = |error: std::io::Error| Failure::new(format!("the server broke off: {error}"));
        self.stream.write_all(&request.0).map_err(failed)?;
        self.filled = 0;
        let mut whole = None;
        loop {
            if self.filled == self.buffer.len() {
                return Err(Failure::new("an answer is longer than the bench can hold"));
            }
            let read = self.stream.read(&mut self.buffer[self.filled..]).map_err(failed)?;
            if read == 0 {
                return Err(Failure::new("the server closed a connection in the middle of an answer"));
            }
            self.filled += read;
            if whole.is_none()
                && let Some(end) = self.buffer[..self.filled].windows(4).position(|bytes| bytes == b"\r\n\r\n")
            {
                let head = String::from_utf8_lossy(&self.buffer[..end]);
                if !head.starts_with("HTTP/1.1 20") {
                    let asked = String::from_utf8_lossy(&request.0);
                    let asked = asked.lines().next().unwrap_or_default();
                    return Err(Failure::new(format!("{asked}: {}", head.lines().next().unwrap_or_default())));
                }
                let length = head.lines().filter_map(|line| line.split_once(": "));
                let mut length = length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
                let length = length.next().and_then(|(_, value)| value.trim().parse::<usize>().ok());
                let length = length.ok_or_else(|| Failure::new("an answer without a length"))?;
                whole = Some((end + 4, length));
            }
            if let Some((head, length)) = whole
                && self.filled >= head + length
            {
                return Ok((head, length));
            }
        }
    }
}

/// How long answers took.
pub struct Times {
    /// Sorted, in microseconds.
    taken: Vec<u32>,
    pub lasted: Duration,
}

impl Times {
    pub fn new(mut taken: Vec<u32>, lasted: Duration) -> Self {
        taken.sort_unstable();
        Self { taken, lasted }
    }

    pub fn count(&self) -> usize {
        self.taken.len()
    }

    pub fn rate(&self) -> f64 {
        self.taken.len() as f64 / self.lasted.as_secs_f64()
    }

    /// The time within which this share of the answers came, in milliseconds.
    pub fn within(&self, share: f64) -> f64 {
        let at = (self.taken.len() as f64 * share) as usize;
        f64::from(self.taken.get(at.min(self.taken.len().saturating_sub(1))).copied().unwrap_or_default()) / 1e3
    }
}

/// Sends `requests` round and round over `connections` kept connections, each beginning at another one, for `time`.
pub fn keep_busy(address: SocketAddr, requests: &[Request], connections: usize, time: Duration) -> Result<Times> {
    let begun = Instant::now();
    let taken: Result<Vec<Vec<u32>>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|number| {
                scope.spawn(move || {
                    let mut connection = Connection::open(address)?;
                    let mut taken = vec![];
                    let first = requests.len() * number / connections;
                    for request in requests.iter().cycle().skip(first) {
                        if begun.elapsed() >= time || taken.len() >= TIMED_MOST {
                            break;
                        }
                        taken.push(timed(&mut connection, request)?);
                    }
                    Ok(taken)
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err(Failure::new("a connection of the bench gave up"))))
            .collect()
    });
    Ok(Times::new(taken?.concat(), begun.elapsed()))
}

/// Sends each request once, one after the other.
pub fn one_by_one(address: SocketAddr, requests: &[Request]) -> Result<Times> {
    let begun = Instant::now();
    let mut connection = Connection::open(address)?;
    let taken: Result<Vec<u32>> = requests.iter().map(|request| timed(&mut connection, request)).collect();
    Ok(Times::new(taken?, begun.elapsed()))
}

fn timed(connection: &mut Connection, request: &Request) -> Result<u32> {
    let sent = Instant::now();
    connection.exchange(request)?;
    Ok(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX))
}
