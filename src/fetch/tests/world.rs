//! A web made for the tests: names that resolve as a test says, and servers that answer as it says.

use crate::fetch::connection::{Dial, Dialing};
use crate::fetch::resolve::{Resolve, Resolving};
use crate::fetch::*;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// A public address, which nobody dials here.
pub(super) const PUBLIC: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(93, 184, 215, 14));

/// What a name resolves to: the first time, the second time, and then always the last.
#[derive(Default)]
pub(super) struct Names {
    answers: HashMap<&'static str, Vec<Vec<IpAddr>>>,
    pub(super) asked: AtomicUsize,
}

impl Resolve for Arc<Names> {
    fn resolve<'a>(&'a self, name: &'a str) -> Resolving<'a> {
        let times = self.asked.fetch_add(1, Ordering::SeqCst);
        let found = self.answers.get(name).map(|all| {
            let last = all.len() - 1;
            all[times.min(last)].clone()
        });
        Box::pin(async move { found.ok_or_else(|| io::Error::other("no such name")) })
    }
}

/// Notes what is dialled, and leads each port to a server of the test.
#[derive(Default)]
pub(super) struct Switchboard {
    dialled: Mutex<Vec<SocketAddr>>,
    pub(super) ports: Mutex<HashMap<u16, SocketAddr>>,
}

impl Dial for Arc<Switchboard> {
    fn dial(&self, address: SocketAddr) -> Dialing<'_> {
        self.dialled.lock().unwrap().push(address);
        let real = self.ports.lock().unwrap().get(&address.port()).copied();
        Box::pin(async move {
            match real {
                Some(real) => TcpStream::connect(real).await,
                None => Err(io::Error::other("nobody listens")),
            }
        })
    }
}

pub(super) struct World {
    pub(super) fetcher: Fetcher,
    pub(super) switchboard: Arc<Switchboard>,
    pub(super) names: Arc<Names>,
}

impl World {
    pub(super) fn dialled(&self) -> Vec<SocketAddr> {
        self.switchboard.dialled.lock().unwrap().clone()
    }

    pub(super) async fn get(&self, address: &str) -> Result<Vec<u8>, Failure> {
        self.fetcher.get(address).await.map(|file| file.bytes)
    }
}

pub(super) fn world(names: &[(&'static str, &[&[IpAddr]])]) -> World {
    with(names, LIMITS, false)
}

pub(super) fn with(names: &[(&'static str, &[&[IpAddr]])], limits: Limits, private: bool) -> World {
    let answers = names
        .iter()
        .map(|(name, times)| (*name, times.iter().map(|one| one.to_vec()).collect()));
    let names = Arc::new(Names {
        answers: answers.collect(),
        asked: AtomicUsize::new(0),
    });
    let switchboard = Arc::new(Switchboard::default());
    let mut roots = RootCertStore::empty();
    let root = include_bytes!("../../../tests/fixtures/tls/root.der");
    roots.add(CertificateDer::from(root.as_slice())).unwrap();
    let fetcher = Fetcher(Arc::new(Parts {
        limits,
        private,
        agent: agent("https://blog.example"),
        resolver: Box::new(Arc::clone(&names)),
        dialer: Box::new(Arc::clone(&switchboard)),
        tls: tls(roots).unwrap(),
        places: Semaphore::new(limits.at_once),
        turns: Mutex::default(),
    }));
    World {
        fetcher,
        switchboard,
        names,
    }
}

/// A server that answers every request with what `answer` makes of it. Gives the requests that it got.
pub(super) async fn server<A>(world: &World, port: u16, answer: A) -> Arc<Mutex<Vec<String>>>
where
    A: Fn(&str) -> Vec<u8> + Send + Sync + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap();
    world.switchboard.ports.lock().unwrap().insert(port, here);
    let requests = Arc::new(Mutex::new(Vec::new()));
    let (noted, answer) = (Arc::clone(&requests), Arc::new(answer));
    let acceptor = (port == 443).then(acceptor);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (noted, answer, acceptor) =
                (Arc::clone(&noted), Arc::clone(&answer), acceptor.clone());
            tokio::spawn(async move {
                match acceptor {
                    Some(acceptor) => {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            serve(stream, &noted, &*answer).await;
                        }
                    }
                    None => serve(stream, &noted, &*answer).await,
                }
            });
        }
    });
    requests
}

async fn serve<S, A>(mut stream: S, noted: &Mutex<Vec<String>>, answer: &A)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    A: Fn(&str) -> Vec<u8>,
{
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read_exact(&mut byte).await.is_err() {
            return;
        }
        request.push(byte[0]);
    }
    let request = String::from_utf8(request).unwrap();
    let bytes = answer(&request);
    noted.lock().unwrap().push(request);
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

pub(super) fn acceptor() -> TlsAcceptor {
    let certificate = include_bytes!("../../../tests/fixtures/tls/server.der");
    let key = include_bytes!("../../../tests/fixtures/tls/server-key.der");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(certificate.as_slice())],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.as_slice())),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

pub(super) fn ok(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub(super) fn redirect(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}
