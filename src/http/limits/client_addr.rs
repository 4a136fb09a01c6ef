//! The address that a request really comes from, behind the operator's own proxies too.

use axum::http::header::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The address that a request really comes from.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddr(pub IpAddr);

pub fn is_trusted(trusted: &[IpNet], address: IpAddr) -> bool {
    trusted
        .iter()
        .any(|network| network.contains(&address.to_canonical()))
}

/// The client behind our own proxies: the right-most forwarded address that is none of them. From anybody else
/// the header is a claim and counts for nothing.
pub fn client_addr(trusted: &[IpNet], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !is_trusted(trusted, peer) {
        return peer;
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut last = peer;
    for entry in forwarded.iter().rev() {
        let Some(address) = parse_forwarded(entry) else {
            return last;
        };
        last = address;
        if !is_trusted(trusted, address) {
            return address;
        }
    }
    last
}

/// Reads `192.0.2.1`, `192.0.2.1:1234`, `2001:db8::1` and `[2001:db8::1]:1234`.
fn parse_forwarded(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse::<IpAddr>()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        client_addr(&trusted, peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_stranger_cannot_say_who_he_is() {
        assert_eq!(from("192.0.2.1", &["198.51.100.1"]), "192.0.2.1");
    }

    #[test]
    fn behind_our_proxy_the_right_most_stranger_counts() {
        assert_eq!(
            from("10.0.0.1", &["203.0.113.5, 198.51.100.1"]),
            "198.51.100.1"
        );
        assert_eq!(
            from("10.0.0.1", &["203.0.113.5", "198.51.100.1, 10.0.0.2"]),
            "198.51.100.1"
        );
        assert_eq!(from("10.0.0.1", &["[2001:db8::1]:1234"]), "2001:db8::1");
    }

    #[test]
    fn a_long_chain_is_read_from_its_end() {
        let chain: Vec<String> = (0..50)
            .map(|number| format!("198.51.100.{number}"))
            .collect();
        assert_eq!(from("10.0.0.1", &[&chain.join(", ")]), "198.51.100.49");
    }

    #[test]
    fn garbage_in_the_header_ends_the_search() {
        assert_eq!(from("10.0.0.1", &["198.51.100.1, garbage"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }
}
