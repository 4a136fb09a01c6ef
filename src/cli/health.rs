//! `daybook health`: asks the server that runs with the same config whether it can serve. For health checks in places
//! where there is no other program to ask with.

use super::running_server;
use crate::config::Config;
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// A server that takes longer than this to say that it is ready is not.
const TIMEOUT: Duration = Duration::from_secs(3);

pub fn run(config: &Config) -> Result<()> {
    // The server that serves this data directory, wherever it listens.
    let address = reachable(running_server::apply(config).listen);
    let answer = ask(address).with_context(|| format!("no answer from {address}"))?;
    let status = answer.lines().next().unwrap_or_default();
    if !status.starts_with("HTTP/1.1 200 ") {
        bail!("the server at {address} is not ready: {status}");
    }
    println!("Ready at {address}.");
    // What is wrong is in the lines below the first.
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    for line in body.lines().skip(1) {
        println!("{line}");
    }
    Ok(())
}

/// The first bytes of the answer to `GET /readyz`.
fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut server = TcpStream::connect_timeout(&address, TIMEOUT)?;
    server.set_read_timeout(Some(TIMEOUT))?;
    server.set_write_timeout(Some(TIMEOUT))?;
    let port = address.port();
    // In one piece: a server may answer and close before a second one arrives.
    let request =
        format!("GET /readyz HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    server.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    server.take(1024).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A server that listens on every address is asked at the loopback one.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// A server that says one thing to the first client.
    fn answering(words: &'static str) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let mut asked = [0; 512];
            let length = client.read(&mut asked).unwrap();
            assert!(asked[..length].starts_with(b"GET /readyz "));
            client.write_all(words.as_bytes()).unwrap();
        });
        address
    }

    #[test]
    fn the_answer_of_the_server_is_heard() {
        let answer = ask(answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "));
    }

    #[test]
    fn a_server_that_listens_everywhere_is_asked_at_home() {
        assert_eq!(
            reachable("0.0.0.0:8080".parse().unwrap()),
            "127.0.0.1:8080".parse().unwrap()
        );
        assert_eq!(
            reachable("[::]:8080".parse().unwrap()),
            "[::1]:8080".parse().unwrap()
        );
        assert_eq!(
            reachable("10.1.2.3:80".parse().unwrap()),
            "10.1.2.3:80".parse().unwrap()
        );
    }
}
