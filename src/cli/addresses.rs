//! Where a browser reaches a server that listens on all addresses of the machine: on those of its interfaces.

use crate::config::Config;
use std::net::{IpAddr, SocketAddr};
use url::Url;

/// Where nobody gave a public address and every one is listened on, the first of the machine that others can reach is as good a
/// guess as there is: the one that says *all* leads nowhere.
pub fn assume(config: &mut Config) {
    if !config.assumed.url || !config.listen.ip().is_unspecified() {
        return;
    }
    if let Some(url) = origins(config.listen)
        .first()
        .and_then(|origin| Url::parse(origin).ok())
    {
        config.url = url;
    }
}

/// The origins under which the set-up can be opened: the public address where one was given, else one for each address that is
/// listened on.
#[must_use]
pub fn printed(config: &Config) -> Vec<String> {
    if config.assumed.url && config.listen.ip().is_unspecified() {
        return origins(config.listen);
    }
    vec![config.origin()]
}

/// The origins of an address that is listened on.
fn origins(listen: SocketAddr) -> Vec<String> {
    let mut reached = reached_at(listen.ip(), &interfaces());
    if reached.is_empty() {
        reached.push(listen.ip());
    }
    reached
        .into_iter()
        .map(|ip| match listen.port() {
            80 if ip.is_ipv4() => format!("http://{ip}"),
            80 => format!("http://[{ip}]"),
            port => format!("http://{}", SocketAddr::new(ip, port)),
        })
        .collect()
}

/// The addresses of this machine; none where the system does not say.
fn interfaces() -> Vec<IpAddr> {
    let found = if_addrs::get_if_addrs().inspect_err(|error| {
        tracing::debug!(%error, "the network addresses of this machine are unknown");
    });
    let found = found.unwrap_or_default();
    found.iter().map(if_addrs::Interface::ip).collect()
}

/// Those of them at which something that listens there is reached: first what others reach, last this machine alone.
fn reached_at(listen: IpAddr, interfaces: &[IpAddr]) -> Vec<IpAddr> {
    if !listen.is_unspecified() {
        return vec![listen];
    }
    let is_listened_on = |ip: &&IpAddr| match ip {
        IpAddr::V4(ip) => !ip.is_link_local(),
        // An address of one link alone needs a zone, which no browser takes (RFC 9844).
        IpAddr::V6(ip) => listen.is_ipv6() && !ip.is_unicast_link_local(),
    };
    let mut reached: Vec<IpAddr> = interfaces.iter().filter(is_listened_on).copied().collect();
    reached.sort_by_key(|ip| (ip.is_loopback(), ip.is_ipv6()));
    reached.dedup();
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_listens_everywhere_is_reached_at_each_address_of_the_machine() {
        let all: Vec<IpAddr> = [
            "127.0.0.1",
            "::1",
            "192.168.1.5",
            "fe80::1",
            "169.254.3.4",
            "2001:db8::5",
        ]
        .map(|ip| ip.parse().unwrap())
        .to_vec();
        let reached = |listen: &str| {
            reached_at(listen.parse().unwrap(), &all)
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(reached("0.0.0.0"), ["192.168.1.5", "127.0.0.1"]);
        assert_eq!(
            reached("::"),
            ["192.168.1.5", "2001:db8::5", "127.0.0.1", "::1"]
        );
        assert_eq!(reached("10.0.0.1"), ["10.0.0.1"]);
    }
}
