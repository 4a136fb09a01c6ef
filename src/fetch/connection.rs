//! One connection for one request: to an address that was judged before, with TLS where the web wants it.

use super::Failure;
use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, HOST, HeaderMap,
    LOCATION, RETRY_AFTER, USER_AGENT,
};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::future::Future;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;
use url::{Host, Position, Url};

/// The head of an answer may be so long; only the status and some fields of it are of interest.
const HEAD_MAX_BYTES: usize = 64 * 1024;

/// What a dialer comes to.
pub type Dialing<'a> = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send + 'a>>;

/// Opens connections. A trait, so that tests see which address is dialled.
pub trait Dial: Send + Sync {
    fn dial(&self, address: SocketAddr) -> Dialing<'_>;
}

/// Connections of the operating system.
pub struct Tcp;

impl Dial for Tcp {
    fn dial(&self, address: SocketAddr) -> Dialing<'_> {
        Box::pin(TcpStream::connect(address))
    }
}

/// A connection with or without TLS.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// What a server says to a request.
pub enum Answer {
    File(Vec<u8>),
    /// The file is at another address, written as the server wrote it.
    Elsewhere(String),
}

/// Connects to the first of some addresses that answers.
pub async fn open(
    dialer: &dyn Dial,
    addresses: &[IpAddr],
    port: u16,
    host: &Host<&str>,
    tls: Option<&Arc<ClientConfig>>,
) -> Result<Box<dyn Stream>, Failure> {
    let mut last = Failure::Unreachable("no address".to_owned());
    for &address in addresses {
        match dialer.dial(SocketAddr::new(address, port)).await {
            Ok(stream) => return secured(stream, host, tls).await,
            Err(error) => last = Failure::Unreachable(error.to_string()),
        }
    }
    Err(last)
}

async fn secured(
    stream: TcpStream,
    host: &Host<&str>,
    tls: Option<&Arc<ClientConfig>>,
) -> Result<Box<dyn Stream>, Failure> {
    let Some(tls) = tls else {
        return Ok(Box::new(stream));
    };
    let name = match host {
        // A certificate is written without the dot that ends a full name.
        Host::Domain(name) => ServerName::try_from(name.trim_end_matches('.').to_owned())
            .map_err(|_| Failure::Address)?,
        Host::Ipv4(address) => ServerName::from(IpAddr::V4(*address)),
        Host::Ipv6(address) => ServerName::from(IpAddr::V6(*address)),
    };
    let secured = TlsConnector::from(Arc::clone(tls))
        .connect(name, stream)
        .await
        .map_err(|error| Failure::Certificate(error.to_string()))?;
    Ok(Box::new(secured))
}

/// Sends a request and waits for the head of its answer.
pub async fn head(
    stream: Box<dyn Stream>,
    url: &Url,
    agent: &str,
) -> Result<Response<Incoming>, Failure> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_MAX_BYTES)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| not_understood(&error))?;
    // It ends with the body, at the latest when that is dropped.
    tokio::spawn(connection);
    let request = Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
        .header(USER_AGENT, agent)
        .header(ACCEPT, "image/*, */*;q=0.5")
        .header(ACCEPT_ENCODING, "identity")
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|_| Failure::Address)?;
    sender
        .send_request(request)
        .await
        .map_err(|error| not_understood(&error))
}

fn not_understood(error: &hyper::Error) -> Failure {
    if error.is_parse() || error.is_parse_too_large() {
        Failure::NotUnderstood(error.to_string())
    } else {
        Failure::Unreachable(error.to_string())
    }
}

/// Reads an answer to its end, or as far as is allowed.
pub async fn read(answer: Response<Incoming>, max_bytes: usize) -> Result<Answer, Failure> {
    let status = answer.status().as_u16();
    if matches!(status, 301 | 302 | 303 | 307 | 308) {
        return match text(answer.headers(), &LOCATION) {
            Some(location) => Ok(Answer::Elsewhere(location.to_owned())),
            None => Err(Failure::Status(status)),
        };
    }
    if status != 200 {
        return Err(match text(answer.headers(), &RETRY_AFTER) {
            Some(when) if matches!(status, 429 | 503) => Failure::Later(status, when.to_owned()),
            _ => Failure::Status(status),
        });
    }
    let said = text(answer.headers(), &CONTENT_LENGTH).and_then(|length| length.parse().ok());
    if said.is_some_and(|said: u64| said > max_bytes as u64) {
        return Err(Failure::TooLarge);
    }
    let encoding = text(answer.headers(), &CONTENT_ENCODING)
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let bytes = collect(answer.into_body(), max_bytes).await?;
    match encoding.as_str() {
        "" | "identity" => Ok(Answer::File(bytes)),
        "gzip" | "x-gzip" => unpacked(bytes, max_bytes).await.map(Answer::File),
        other => Err(Failure::NotUnderstood(format!("encoded as {other}"))),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &hyper::header::HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

async fn collect(mut body: Incoming, max_bytes: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Failure::Unreachable(error.to_string()))?;
        if let Some(data) = frame.data_ref() {
            if bytes.len() + data.len() > max_bytes {
                return Err(Failure::TooLarge);
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok(bytes)
}

/// Unpacks what a server packed without being asked to, up to a byte beyond what is allowed.
async fn unpacked(packed: Vec<u8>, max_bytes: usize) -> Result<Vec<u8>, Failure> {
    let unpacking = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        MultiGzDecoder::new(packed.as_slice())
            .take(max_bytes as u64 + 1)
            .read_to_end(&mut bytes)
            .map(|_| bytes)
    });
    let bytes = unpacking
        .await
        .map_err(|error| Failure::NotUnderstood(error.to_string()))?
        .map_err(|error| Failure::NotUnderstood(error.to_string()))?;
    if bytes.len() > max_bytes {
        return Err(Failure::TooLarge);
    }
    Ok(bytes)
}
