//! The accept loop: HTTP/1.1 with limits on time, size and number that axum's own `serve` does not set.

use super::limits::client_addr::{client_addr, is_trusted};
use crate::app::App;
use crate::app::proxies::{self, UnnamedProxy};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::SockRef;
use std::cell::Cell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep};

/// A client that takes longer for its headers is stuck or hostile; also how long an idle connection is kept.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// The least that a client must take of an answer: so many bytes in each so long that the server waits for it. A phone at the
/// edge of its network is ten times as fast; who takes a byte now and then would hold its part of an answer for ever.
const RATE: Rate = Rate {
    bytes: 64 * 1024,
    window: Duration::from_secs(30),
};
/// So much that is not sent yet waits in the system for each client. With more a client that is slow but honest would seem to
/// take nothing for a long while, and one that stalls would hold megabytes.
const UNSENT_MAX_BYTES: u32 = 64 * 1024;
/// How long started requests have to end when the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(8);
const HEADERS_MAX: usize = 64;
const HEADER_BYTES_MAX: usize = 16 * 1024;
const BACKLOG: u32 = 1024;
/// Connections at once; beyond that new ones wait in the backlog. 10,000 idle ones take about 200 MiB.
const CONNECTIONS_MAX: u64 = 12_000;
/// Descriptors that connections leave to the database, to files and to mail.
const DESCRIPTORS_LEFT: u64 = 64;
/// Connections at once from one address that is no proxy of ours.
const CONNECTIONS_PER_ADDRESS_MAX: u32 = 100;

/// Opens the port.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// How many connections there may be at once. The process first takes all the descriptors that it may have.
fn connections_max() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let descriptors = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    let left = descriptors.map_or(CONNECTIONS_MAX, |all| all.saturating_sub(DESCRIPTORS_LEFT));
    usize::try_from(left.clamp(1, CONNECTIONS_MAX)).unwrap_or(1)
}

/// Serves until `stop` is done; then takes no new connection and gives started requests a while to end.
pub async fn serve<S, F>(
    listener: TcpListener,
    answer: S,
    app: &App,
    stop: impl Future<Output = ()>,
) where
    S: Fn(IpAddr, axum::http::Request<hyper::body::Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Result<Response, Infallible>> + Send + 'static,
{
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(connections_max()));
    let per_ip = PerIpLimit::default();
    let proxies = Proxies::of(app);
    let mut stop = std::pin::pin!(stop);
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = &mut stop => break,
        };
        // The permits are never closed.
        let Ok(place) = place else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, most likely: the next try is worth it only after others have closed.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let is_proxied = is_trusted(&proxies.trusted, peer.ip());
        let Some(permit) = per_ip.permit(peer.ip(), is_proxied) else {
            continue;
        };
        let connection = Connection::new(stream, peer, &proxies);
        let held = (place, permit, app.metrics.connected());
        begin(&graceful, &answer, connection, held);
    }
    // Anyone who was let in by the system before the stop may have sent a request already.
    while let Some(Ok((stream, peer))) = waiting(&listener).await {
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            break;
        };
        let held = (place, app.metrics.connected());
        let connection = Connection::new(stream, peer, &proxies);
        begin(&graceful, &answer, connection, held);
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::info!("some connections were closed because they did not finish in time");
    }
}

/// The next connection that is there already.
async fn waiting(listener: &TcpListener) -> Option<io::Result<(TcpStream, SocketAddr)>> {
    std::future::poll_fn(|cx| match listener.poll_accept(cx) {
        Poll::Ready(accepted) => Poll::Ready(Some(accepted)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// What is known of the proxies in front of the server.
#[derive(Clone)]
struct Proxies {
    trusted: Arc<[IpNet]>,
    unnamed: Arc<UnnamedProxy>,
}

impl Proxies {
    fn of(app: &App) -> Self {
        Self {
            trusted: app.config.trusted_proxies.clone().into(),
            unnamed: Arc::clone(&app.unnamed_proxy),
        }
    }
}

/// A connection that was accepted.
struct Connection {
    stream: TcpStream,
    peer: IpAddr,
    proxies: Proxies,
}

impl Connection {
    fn new(stream: TcpStream, peer: SocketAddr, proxies: &Proxies) -> Self {
        Self {
            stream,
            peer: peer.ip(),
            proxies: proxies.clone(),
        }
    }
}

/// Serves a connection in a task of its own. What it holds is released at its end.
fn begin<S, F>(
    graceful: &GracefulShutdown,
    answer: &S,
    connection: Connection,
    held: impl Send + 'static,
) where
    S: Fn(IpAddr, axum::http::Request<hyper::body::Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Result<Response, Infallible>> + Send + 'static,
{
    let Connection {
        stream,
        peer,
        proxies: Proxies { trusted, unnamed },
    } = connection;
    // Small answers go out at once. Neither fails on a stream that is one of TCP.
    let _ = stream.set_nodelay(true);
    let _ = SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT_MAX_BYTES);
    let answer = answer.clone();
    // A proxy says whom it speaks for in each request, so the first one of a connection is enough.
    let is_looked_at = Cell::new(unnamed.is_known() || is_trusted(&trusted, peer));
    let service = service_fn(move |request: axum::http::Request<hyper::body::Incoming>| {
        let client = client_addr(&trusted, peer, request.headers());
        if !is_looked_at.replace(true) {
            let headers = request.headers();
            let passed_on = proxies::HEADERS.into_iter();
            if let Some(name) = { passed_on }.find(|name| headers.contains_key(*name)) {
                unnamed.note(peer, name);
            }
        }
        answer(client, request)
    });
    let stream = TokioIo::new(MinimumRate::new(stream, RATE));
    let connection = protocol().serve_connection(stream, service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection was closed early");
        }
        drop(held);
    });
}

/// HTTP/1.1 within our limits.
fn protocol() -> http1::Builder {
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEADER_BYTES_MAX);
    protocol
}

/// Serves one connection whose other end this process holds itself.
pub async fn serve_ourselves<S, F>(stream: UnixStream, answer: S) -> hyper::Result<()>
where
    S: Fn(IpAddr, axum::http::Request<hyper::body::Incoming>) -> F,
    F: Future<Output = Result<Response, Infallible>>,
{
    let ourselves = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let service = service_fn(|request| answer(ourselves, request));
    protocol()
        .serve_connection(TokioIo::new(stream), service)
        .await
}

/// How many connections each address holds.
#[derive(Debug, Clone, Default)]
struct PerIpLimit(Arc<Mutex<HashMap<IpAddr, u32>>>);

/// One connection of an address, released when it ends.
struct ConnectionPermit {
    per_ip: PerIpLimit,
    address: Option<IpAddr>,
}

impl PerIpLimit {
    fn permit(&self, address: IpAddr, is_proxied: bool) -> Option<ConnectionPermit> {
        // Behind a proxy, and in tests and benchmarks on the machine itself, everybody has one address.
        let counted = (!is_proxied && !address.is_loopback()).then_some(address);
        if let Some(address) = counted {
            let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let taken = counts.entry(address).or_insert(0);
            if *taken >= CONNECTIONS_PER_ADDRESS_MAX {
                return None;
            }
            *taken += 1;
        }
        Some(ConnectionPermit {
            per_ip: self.clone(),
            address: counted,
        })
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let Some(address) = self.address else { return };
        let mut counts = self.per_ip.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = counts.get_mut(&address) {
            *taken -= 1;
            if *taken == 0 {
                counts.remove(&address);
            }
        }
    }
}

/// So many bytes in so long.
#[derive(Debug, Clone, Copy)]
struct Rate {
    bytes: usize,
    window: Duration,
}

/// A stream that gives up on a client that takes less than [`RATE`].
struct MinimumRate<S> {
    stream: S,
    rate: Rate,
    /// How long the client was waited for within this window, and how much it took of what was written since its begin.
    waited: Duration,
    taken: usize,
    /// Since when it is waited for now.
    since: Option<Instant>,
    /// Set while it is waited for; kept for the next time.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl<S> MinimumRate<S> {
    fn new(stream: S, rate: Rate) -> Self {
        Self {
            stream,
            rate,
            waited: Duration::ZERO,
            taken: 0,
            since: None,
            alarm: None,
        }
    }

    /// Notes how a write went, and how much it took.
    fn watch<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        bytes: impl FnOnce(&T) -> usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if let Poll::Ready(written) = written {
            // Who was never waited for is not watched at all.
            if let Some(since) = self.since.take() {
                self.waited += since.elapsed();
            }
            if !self.waited.is_zero() {
                self.taken += written.as_ref().map_or(0, bytes);
            }
            return Poll::Ready(written);
        }
        loop {
            let since = match self.since {
                Some(since) => since,
                None => self.wait(),
            };
            let Some(alarm) = &mut self.alarm else {
                return Poll::Pending;
            };
            if alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.waited += since.elapsed();
            self.since = None;
            if self.waited < self.rate.window {
                continue;
            }
            if self.taken < self.rate.bytes {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.waited = Duration::ZERO;
            self.taken = 0;
        }
    }

    /// Begins to wait until the window is over.
    fn wait(&mut self) -> Instant {
        let now = Instant::now();
        let until = now + self.rate.window.saturating_sub(self.waited);
        match &mut self.alarm {
            Some(alarm) => alarm.as_mut().reset(until),
            none => *none = Some(Box::pin(tokio::time::sleep_until(until))),
        }
        self.since = Some(now);
        now
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for MinimumRate<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for MinimumRate<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch(written, |bytes| *bytes, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // One part alone, an answer without a body, say, is a shorter way through the system.
        let stream = Pin::new(&mut self.stream);
        let written = match parts {
            [part] => stream.poll_write(cx, part),
            parts => stream.poll_write_vectored(cx, parts),
        };
        self.watch(written, |bytes| *bytes, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.watch(flushed, |()| 0, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.watch(shut, |()| 0, cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// Sends so much to a client that takes so many bytes each so many milliseconds; gives whether all of it went out.
    async fn sent_to(takes: usize, every_ms: u64, length: usize) -> io::Result<()> {
        let rate = Rate {
            bytes: 4000,
            window: Duration::from_millis(400),
        };
        let (ours, mut theirs) = tokio::io::duplex(1000);
        let client = tokio::spawn(async move {
            let mut buffer = vec![0; takes];
            while takes > 0 && theirs.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                tokio::time::sleep(Duration::from_millis(every_ms)).await;
            }
            // Open until the other end gives up.
            if takes == 0 {
                std::future::pending::<()>().await;
            }
            drop(theirs);
        });
        let mut stream = MinimumRate::new(ours, rate);
        let sent = stream.write_all(&vec![7; length]).await;
        client.abort();
        sent
    }

    #[tokio::test]
    async fn a_client_that_takes_less_than_the_rate_is_given_up_and_a_slow_one_is_not() {
        let begun = Instant::now();
        // Nothing at all, and a little each moment: 1,000 bytes in each window.
        for (takes, every_ms) in [(0, 0), (50, 20)] {
            let sent = sent_to(takes, every_ms, 1 << 20).await;
            let kind = sent.map_err(|error| error.kind());
            assert_eq!(kind, Err(io::ErrorKind::TimedOut), "{takes} bytes");
        }
        assert!(begun.elapsed() < Duration::from_secs(5));
        // 10,000 bytes in each window, for several of them.
        let begun = Instant::now();
        sent_to(500, 20, 50_000).await.unwrap();
        assert!(begun.elapsed() > Duration::from_millis(1200));
    }
}
