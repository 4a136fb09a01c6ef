//! Whether somebody in front passes requests on and nobody has named it: then all readers come from one address, share one
//! limit of tries, and count as one.

use std::net::IpAddr;
use std::sync::OnceLock;

/// What a proxy says of whom it speaks for: RFC 7239, and what was there before it.
pub const HEADERS: [&str; 3] = ["x-forwarded-for", "forwarded", "x-real-ip"];

/// The first proxy that was seen and is not trusted.
#[derive(Debug, Default)]
pub struct UnnamedProxy {
    /// Anybody who sent such a header: it may be made up.
    first: OnceLock<IpAddr>,
    /// One of this machine or its network, as proxies mostly are: nobody outside can pretend that.
    near: OnceLock<IpAddr>,
}

impl UnnamedProxy {
    /// Whether there is nothing left to be noticed.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.near.get().is_some()
    }

    /// Notes a request that was passed on by somebody whom we do not trust; the first one is in the log.
    pub fn note(&self, peer: IpAddr, header: &'static str) {
        let peer = peer.to_canonical();
        let is_near = is_near(peer);
        let is_new = self.first.set(peer).is_ok();
        if (is_near && self.near.set(peer).is_ok()) || is_new {
            tracing::warn!(
                %peer,
                header,
                "a request came through a proxy that is not trusted, so everybody behind it counts as one reader; if the proxy is yours, set --trusted-proxy {peer} (DAYBOOK_TRUSTED_PROXY)"
            );
        }
    }

    /// The proxy that the operator should name; none where only strangers sent such headers.
    #[must_use]
    pub fn named(&self) -> Option<IpAddr> {
        self.near.get().copied()
    }
}

/// Whether an address belongs to this machine or to its own network: RFC 1918, 3927, 4193, 4291, 6598.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            ip.is_loopback()
                || ip.is_private()
                || ip.is_link_local()
                || (first == 100 && second & 0xc0 == 64)
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_is_no_proxy_of_ours_and_hides_none() {
        let proxy = UnnamedProxy::default();
        proxy.note("203.0.113.9".parse().unwrap(), "x-forwarded-for");
        assert_eq!(proxy.named(), None);
        assert!(!proxy.is_known());
        proxy.note("::ffff:10.0.0.2".parse().unwrap(), "x-real-ip");
        proxy.note("127.0.0.1".parse().unwrap(), "forwarded");
        assert_eq!(proxy.named(), Some("10.0.0.2".parse().unwrap()));
        assert!(proxy.is_known());
    }
}
