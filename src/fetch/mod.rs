//! The one way out: asks servers of the web for files whose addresses somebody else wrote.
//!
//! Nothing of this machine and its network can be reached through it: each name is resolved here, what it resolves to is
//! judged (`public`), and the connection goes to the very address that was judged, at every redirect again. What comes
//! back is bounded in size and time. Nobody is followed: no cookies, no referrer, no connection that is kept.

mod connection;
mod public;
mod resolve;

#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::error::{Error, Result as OurResult};
use connection::{Answer, Dial, Tcp};
use resolve::{Resolve, System};
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

/// Hosts whose last request is remembered before those are forgotten whose turn is over.
const HOSTS_REMEMBERED: usize = 1024;

/// How much and how long one answer may be, and how politely others are asked.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// From the beginning of a connection to the head of its answer.
    first_byte: Duration,
    /// With all redirects, from the first connection to the last byte.
    total: Duration,
    /// Of a body, as it is sent and as it is unpacked.
    bytes: usize,
    redirects: usize,
    at_once: usize,
    /// Between two requests to the same host.
    pace: Duration,
}

/// A photo of a good camera fits; a page that stays silent costs ten seconds.
const LIMITS: Limits = Limits {
    first_byte: Duration::from_secs(10),
    total: Duration::from_mins(1),
    bytes: 20 * 1024 * 1024,
    redirects: 5,
    at_once: 4,
    pace: Duration::from_millis(250),
};

/// A file as another server gave it; what it is must be seen from its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub bytes: Vec<u8>,
    /// Where it was found in the end.
    pub address: Url,
}

/// Why a file was not got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No address of the web, or one with a port that is not of the web.
    Address,
    /// It leads into a network that is not public.
    NotPublic,
    /// The name is unknown, or nobody answers there.
    Unreachable(String),
    /// Nobody vouches for the server's certificate.
    Certificate(String),
    /// The server answered with this status, which is no file.
    Status(u16),
    /// The same, with when to ask again: `Retry-After` as it was sent.
    Later(u16, String),
    TooLarge,
    TooSlow,
    TooManyRedirects,
    /// What came is not HTTP, or packed in a way that was not asked for.
    NotUnderstood(String),
}

impl Failure {
    /// Whether another try may go better.
    #[must_use]
    pub fn passes(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Certificate(_) | Self::TooSlow | Self::Later(..) => true,
            // RFC 9110, 15.5 and 15.6: too early, too often, or the server's own fault.
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500..=599),
            _ => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("not a web address"),
            Self::NotPublic => f.write_str("the address is in a private network"),
            Self::Unreachable(why) => write!(f, "the server cannot be reached: {why}"),
            Self::Certificate(why) => write!(f, "no secure connection: {why}"),
            Self::Status(status) | Self::Later(status, _) => {
                write!(f, "the server answered {status}")
            }
            Self::TooLarge => f.write_str("the file is larger than 20 MiB"),
            Self::TooSlow => f.write_str("the server is too slow"),
            Self::TooManyRedirects => f.write_str("too many redirects"),
            Self::NotUnderstood(why) => write!(f, "the response is not valid: {why}"),
        }
    }
}

/// Gets files from elsewhere. Cheap to clone; all clones share the limits.
#[derive(Clone)]
pub struct Fetcher(Arc<Parts>);

struct Parts {
    limits: Limits,
    /// Whether private networks may be asked, at any port.
    private: bool,
    /// Who asks, and where to complain.
    agent: String,
    resolver: Box<dyn Resolve>,
    dialer: Box<dyn Dial>,
    tls: Arc<ClientConfig>,
    places: Semaphore,
    /// When each host may be asked next.
    turns: Mutex<HashMap<String, Instant>>,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fetcher(private: {})", self.0.private)
    }
}

impl Fetcher {
    pub fn of(config: &Config) -> OurResult<Self> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let parts = Parts {
            limits: LIMITS,
            private: config.fetch_private,
            agent: agent(&config.origin()),
            resolver: Box::new(System),
            dialer: Box::new(Tcp),
            tls: tls(roots)?,
            places: Semaphore::new(LIMITS.at_once),
            turns: Mutex::default(),
        };
        Ok(Self(Arc::new(parts)))
    }

    /// How many files may be got at once right now without waiting for others.
    #[must_use]
    pub fn room(&self) -> usize {
        self.0.places.available_permits()
    }

    /// Gets the file at an address. Waits for a place first; after that it takes a minute at most.
    pub async fn get(&self, address: &str) -> Result<Fetched, Failure> {
        let url = Url::parse(address).map_err(|_| Failure::Address)?;
        let _place = self.0.places.acquire().await;
        timeout(self.0.limits.total, self.0.follow(url))
            .await
            .unwrap_or(Err(Failure::TooSlow))
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

fn agent(origin: &str) -> String {
    format!("Daybook/{} (+{origin}/)", env!("CARGO_PKG_VERSION"))
}

fn tls(roots: RootCertStore) -> OurResult<Arc<ClientConfig>> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Internal(format!("TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

impl Parts {
    async fn follow(&self, mut url: Url) -> Result<Fetched, Failure> {
        for _ in 0..=self.limits.redirects {
            match self.ask(&url).await? {
                Answer::File(bytes) => {
                    return Ok(Fetched {
                        bytes,
                        address: url,
                    });
                }
                Answer::Elsewhere(location) => {
                    let mut next = url.join(&location).map_err(|_| Failure::Address)?;
                    // What began in private does not go on in public.
                    if url.scheme() == "https" && next.scheme() == "http" {
                        next.set_scheme("https").map_err(|()| Failure::Address)?;
                    }
                    url = next;
                }
            }
        }
        Err(Failure::TooManyRedirects)
    }

    /// Asks one server once; where the address leaves TLS out, with it first.
    async fn ask(&self, url: &Url) -> Result<Answer, Failure> {
        if url.scheme() == "http" && url.port().is_none() {
            let mut secure = url.clone();
            if secure.set_scheme("https").is_ok() {
                match self.ask_once(&secure).await {
                    Err(Failure::NotPublic) => return Err(Failure::NotPublic),
                    Err(Failure::TooLarge) => return Err(Failure::TooLarge),
                    Err(_) => {}
                    answer => return answer,
                }
            }
        }
        self.ask_once(url).await
    }

    async fn ask_once(&self, url: &Url) -> Result<Answer, Failure> {
        let host = self.check_host(url)?;
        let addresses = timeout(self.limits.first_byte, self.addresses(&host))
            .await
            .unwrap_or(Err(Failure::TooSlow))?;
        self.wait_for_turn(&host.to_string()).await;
        let opening = async {
            let port = url.port_or_known_default().ok_or(Failure::Address)?;
            let tls = (url.scheme() == "https").then_some(&self.tls);
            let stream = connection::open(&*self.dialer, &addresses, port, &host, tls).await?;
            connection::head(stream, url, &self.agent).await
        };
        let answer = timeout(self.limits.first_byte, opening)
            .await
            .unwrap_or(Err(Failure::TooSlow))?;
        connection::read(answer, self.limits.bytes).await
    }

    /// The host of an address that may be asked at all.
    fn check_host<'u>(&self, url: &'u Url) -> Result<Host<&'u str>, Failure> {
        let is_web = matches!(url.scheme(), "http" | "https");
        let is_usual_port = matches!(url.port_or_known_default(), Some(80 | 443));
        match url.host() {
            Some(host) if is_web && (is_usual_port || self.private) => Ok(host),
            _ => Err(Failure::Address),
        }
    }

    /// Where a host is, without those of its addresses that may not be asked.
    async fn addresses(&self, host: &Host<&str>) -> Result<Vec<IpAddr>, Failure> {
        let all = match host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            // Of this machine, whatever a resolver says (RFC 6761, 6.3).
            Host::Domain(name) if is_localhost(name) && !self.private => {
                return Err(Failure::NotPublic);
            }
            Host::Domain(name) => self
                .resolver
                .resolve(name)
                .await
                .map_err(|error| Failure::Unreachable(error.to_string()))?,
        };
        if all.is_empty() {
            return Err(Failure::Unreachable("the name has no address".to_owned()));
        }
        let open: Vec<IpAddr> = all
            .into_iter()
            .filter(|address| public::may_be_asked(*address, self.private))
            .collect();
        if open.is_empty() {
            return Err(Failure::NotPublic);
        }
        Ok(open)
    }

    /// Waits until a host was left alone for long enough.
    async fn wait_for_turn(&self, host: &str) {
        let now = Instant::now();
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            if turns.len() >= HOSTS_REMEMBERED {
                turns.retain(|_, next| *next > now);
            }
            let turn = turns.get(host).copied().unwrap_or(now).max(now);
            turns.insert(host.to_owned(), turn + self.limits.pace);
            turn
        };
        sleep_until(turn).await;
    }
}
