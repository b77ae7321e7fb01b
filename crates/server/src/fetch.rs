//! Asking other people's servers for something: pictures that a mail names. The addresses are written by strangers, so
//! each is held to [`Reach`] and to [`Limits`], and nothing of ours goes along: no cookie, no referrer, no proxy of the
//! environment.
//!
//! A host is resolved once, and the connection goes to exactly the addresses that were looked at: a name cannot point
//! elsewhere between the look and the call. What the answer means is the caller's business.

mod reach;
mod turns;

pub use reach::Reach;
pub use turns::{Turn, Turns};

use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};
use url::{Host, Position, Url};

/// Servers like to send one on; four in a row are a game.
const REDIRECTS_MOST: usize = 3;
/// Of a host's addresses, how many are tried.
const ADDRESSES_MOST: usize = 4;
/// How long one address may take to pick up, so that the next one gets its chance.
const CONNECT: Duration = Duration::from_secs(3);
/// The most that an answer's head may hold, in bytes.
const HEAD_MOST: usize = 64 * 1024;
/// Says that a program asks, which some servers want to know, and neither who nor where.
const USER_AGENT: &str = "Mozilla/5.0 (compatible; Samtal)";

/// How much a fetch may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest body.
    pub bytes: usize,
    /// From looking for a server to the first words of its answer; a dead one says nothing however long one listens.
    pub first: Duration,
    /// From being asked to the last byte, waiting for a turn and being sent on included.
    pub time: Duration,
    /// Fetches under way; more wait for their turn.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 5 << 20, first: Duration::from_secs(4), time: Duration::from_secs(10), at_once: 16 }
    }
}

/// Why nothing was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("it is not an address that we may ask")]
    Forbidden,
    #[error("nobody answers there, or not in a way that can be understood or trusted")]
    Unreachable,
    #[error("it is answered with {0}")]
    Status(StatusCode),
    #[error("one is sent on again and again")]
    Redirects,
    #[error("it is too large")]
    TooLarge,
    #[error("it takes too long")]
    TooSlow,
}

/// Fetches from other servers; cheap to clone. It holds no connection open.
#[derive(Clone)]
pub struct Fetcher(Arc<Parts>);

struct Parts {
    reach: Reach,
    limits: Limits,
    turns: Semaphore,
    /// Made when it is first needed: it holds some hundred certificates.
    tls: OnceCell<TlsConnector>,
}

enum Answer {
    Whole(Vec<u8>),
    Elsewhere(Url),
}

impl Fetcher {
    #[must_use]
    pub fn new(reach: Reach, limits: Limits) -> Self {
        Self(Arc::new(Parts { reach, limits, turns: Semaphore::new(limits.at_once), tls: OnceCell::new() }))
    }

    /// What stands at `url`, for one who wants `accept`.
    ///
    /// # Errors
    /// If it may not be asked for, or cannot be had within the limits.
    pub async fn get(&self, url: Url, accept: &'static str) -> Result<Vec<u8>, Fault> {
        let fetch = async {
            let _turn = self.0.turns.acquire().await.map_err(|_| Fault::Unreachable)?;
            let mut url = url;
            for _ in 0..=REDIRECTS_MOST {
                match self.ask(&url, accept).await? {
                    Answer::Whole(bytes) => return Ok(bytes),
                    Answer::Elsewhere(next) => url = next,
                }
            }
            Err(Fault::Redirects)
        };
        tokio::time::timeout(self.0.limits.time, fetch).await.unwrap_or(Err(Fault::TooSlow))
    }

    /// One question and its answer; being sent on is one.
    async fn ask(&self, url: &Url, accept: &'static str) -> Result<Answer, Fault> {
        let begun = tokio::time::timeout(self.0.limits.first, self.begin(url, accept)).await;
        let (answer, _driver) = begun.unwrap_or(Err(Fault::TooSlow))?;
        let (head, body) = answer.into_parts();
        match head.status {
            StatusCode::OK => self.whole(body).await.map(Answer::Whole),
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT => {
                sent_to(url, &head.headers).map(Answer::Elsewhere).ok_or(Fault::Unreachable)
            }
            other => Err(Fault::Status(other)),
        }
    }

    /// The question, and the first words of the answer.
    async fn begin(&self, url: &Url, accept: &'static str) -> Result<(Response<Incoming>, Driver), Fault> {
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Fault::Forbidden),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Fault::Forbidden);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else { return Err(Fault::Forbidden) };
        let stream = connect(&self.addresses(&host, port).await?).await?;
        let request = Request::get(&url[Position::BeforePath..Position::AfterQuery])
            .header(header::HOST, &url[Position::BeforeHost..Position::AfterPort])
            .header(header::USER_AGENT, USER_AGENT)
            .header(header::ACCEPT, accept)
            .header(header::ACCEPT_ENCODING, "identity")
            .header(header::CONNECTION, "close")
            .body(Empty::new())
            .map_err(|_| Fault::Forbidden)?;
        if !secure {
            return exchange(stream, request).await;
        }
        let name = match host {
            Host::Domain(name) => ServerName::try_from(name.to_owned()).map_err(|_| Fault::Forbidden)?,
            Host::Ipv4(ip) => ServerName::from(std::net::IpAddr::from(ip)),
            Host::Ipv6(ip) => ServerName::from(std::net::IpAddr::from(ip)),
        };
        let tls = self.0.tls.get_or_try_init(|| async { connector(public_roots()) }).await.map_err(unreachable)?;
        let stream = tls.connect(name, stream).await.map_err(unreachable)?;
        exchange(stream, request).await
    }

    /// Where a host is, if it is nowhere that we may not go: one bad address spoils them all.
    async fn addresses(&self, host: &Host<&str>, port: u16) -> Result<Vec<SocketAddr>, Fault> {
        let found: Vec<SocketAddr> = match host {
            Host::Domain(name) => tokio::net::lookup_host((*name, port)).await.map_err(unreachable)?.collect(),
            Host::Ipv4(ip) => vec![SocketAddr::from((*ip, port))],
            Host::Ipv6(ip) => vec![SocketAddr::from((*ip, port))],
        };
        if found.iter().all(|address| self.0.reach.allows(*address)) { Ok(found) } else { Err(Fault::Forbidden) }
    }

    async fn whole(&self, mut body: Incoming) -> Result<Vec<u8>, Fault> {
        let most = self.0.limits.bytes;
        // Believed where it says too much; counted in any case.
        if body.size_hint().lower() > most as u64 {
            return Err(Fault::TooLarge);
        }
        let mut bytes = vec![];
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(unreachable)?.into_data() else { continue };
            if bytes.len() + data.len() > most {
                return Err(Fault::TooLarge);
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes)
    }
}

/// What reads and writes on a connection; it ends with the call that it belongs to, however that ends.
type Driver = JoinSet<hyper::Result<()>>;

async fn exchange<S>(stream: S, request: Request<Empty<Bytes>>) -> Result<(Response<Incoming>, Driver), Fault>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(HEAD_MOST).handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let answer = sender.send_request(request).await.map_err(unreachable)?;
    Ok((answer, driver))
}

fn sent_to(url: &Url, headers: &HeaderMap) -> Option<Url> {
    url.join(headers.get(header::LOCATION)?.to_str().ok()?).ok()
}

/// The first address that picks up.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Fault> {
    for address in addresses.iter().take(ADDRESSES_MOST) {
        if let Ok(Ok(stream)) = tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
            return Ok(stream);
        }
    }
    Err(Fault::Unreachable)
}

/// Whom Mozilla trusts; the machine need not have a list of its own.
fn public_roots() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

fn connector(roots: RootCertStore) -> Result<TlsConnector, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn unreachable(error: impl std::fmt::Display) -> Fault {
    tracing::debug!(%error, "a fetch failed");
    Fault::Unreachable
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::task::JoinHandle;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
    use tokio_rustls::rustls::{AlertDescription, Error, ServerConfig};

    /// Answers one question by TLS; ends with what went wrong, if anything did.
    async fn server() -> (SocketAddr, JoinHandle<Option<std::io::Error>>) {
        let certificate = CertificateDer::from(include_bytes!("../tests/tls/server.cert.der").to_vec());
        let key = PrivatePkcs8KeyDer::from(include_bytes!("../tests/tls/server.key.der").to_vec());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|it| it.with_no_client_auth().with_single_cert(vec![certificate], PrivateKeyDer::from(key)))
            .expect("a certificate and its key");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let served = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a call");
            match TlsAcceptor::from(Arc::new(config)).accept(stream).await {
                Ok(mut stream) => {
                    stream.read_u8().await.expect("a question");
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await.err()
                }
                Err(error) => Some(error),
            }
        });
        (address, served)
    }

    async fn fetched(address: SocketAddr, fetcher: Fetcher) -> Result<Vec<u8>, Fault> {
        fetcher.get(Url::parse(&format!("https://{address}/")).expect("an address"), "*/*").await
    }

    fn fetcher(address: SocketAddr) -> Fetcher {
        Fetcher::new(Reach::PublicAnd([address].into()), Limits::default())
    }

    #[tokio::test]
    async fn a_server_is_believed_if_one_we_trust_vouches_for_it() {
        let (address, served) = server().await;
        let mut roots = RootCertStore::empty();
        let authority = include_bytes!("../tests/tls/authority.cert.der").to_vec();
        roots.add(CertificateDer::from(authority)).expect("an authority");
        let fetcher = fetcher(address);
        assert!(fetcher.0.tls.set(connector(roots).expect("a connector")).is_ok());
        assert_eq!(fetched(address, fetcher).await.as_deref(), Ok(&b"hello"[..]));
        assert!(served.await.expect("it ends").is_none());
    }

    #[tokio::test]
    async fn a_server_that_nobody_vouches_for_is_not_believed() {
        let (address, served) = server().await;
        assert_eq!(fetched(address, fetcher(address)).await, Err(Fault::Unreachable));
        let told = served.await.expect("it ends").expect("no handshake");
        let alert = told.get_ref().and_then(|error| error.downcast_ref::<Error>()).expect("an alert");
        assert_eq!(*alert, Error::AlertReceived(AlertDescription::UnknownCA));
    }
}
