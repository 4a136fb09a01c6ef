//! Networks that requests come from: what one home has, and what is remembered of a commenter.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What one home or office has: /24 of IPv4, /64 of IPv6. Rates are counted by it.
#[must_use]
pub fn client_prefix(address: IpAddr) -> String {
    within(address, 4)
}

/// What is kept of a commenter, hashed and for thirty days: /24 of IPv4, /48 of IPv6.
#[must_use]
pub fn ban_prefix(address: IpAddr) -> String {
    within(address, 3)
}

/// The same for people to read: `192.0.2.0/24`, `2001:db8:1::/48`.
#[must_use]
pub fn shortened(address: IpAddr) -> String {
    let bits = if address.to_canonical().is_ipv4() {
        24
    } else {
        48
    };
    format!("{}/{bits}", ban_prefix(address))
}

/// A network as a key of limits: an address without the bits that one home or one provider hands out. It is made of a
/// parsed address only, so nothing that a client writes can pass for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    /// As IPv6; IPv4 is mapped (RFC 4291, 2.5.5.2).
    bits: u128,
    /// How many of the bits count.
    length: u8,
}

impl Network {
    /// What one home or office has: /24 of IPv4, /64 of IPv6.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::cut(address.to_ipv6_mapped().to_bits(), 96 + 24),
            IpAddr::V6(address) => Self::cut(address.to_bits(), 64),
        }
    }

    /// What one site has: /48 of IPv6. IPv4 has no such step: a /24 is its own site.
    #[must_use]
    pub fn site(self) -> Self {
        if self.is_v4() {
            self
        } else {
            Self::cut(self.bits, self.length.min(48))
        }
    }

    /// What belongs to one provider, more or less: /16 of IPv4, /32 of IPv6.
    #[must_use]
    pub fn provider(self) -> Self {
        let length = if self.is_v4() { 96 + 16 } else { 32 };
        Self::cut(self.bits, self.length.min(length))
    }

    fn is_v4(self) -> bool {
        self.bits >> 32 == 0xffff
    }

    fn cut(bits: u128, length: u8) -> Self {
        Self {
            bits: bits & (u128::MAX << (128 - u32::from(length))),
            length,
        }
    }
}

/// The first three parts of four, or so many of eight.
fn within(address: IpAddr, segments: usize) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            Ipv4Addr::new(a, b, c, 0).to_string()
        }
        IpAddr::V6(address) => {
            let mut kept = [0; 8];
            kept[..segments].copy_from_slice(&address.segments()[..segments]);
            Ipv6Addr::from(kept).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn networks_sites_and_providers_hold_one_another() {
        let of = |text| Network::of(address(text));
        assert_eq!(of("192.0.2.7"), of("::ffff:192.0.2.9"));
        assert_ne!(of("192.0.2.7"), of("192.0.3.7"));
        assert_eq!(of("192.0.2.7").site(), of("192.0.2.7"));
        assert_eq!(of("192.0.2.7").provider(), of("192.0.9.7").provider());
        assert_ne!(of("192.0.2.7").provider(), of("192.1.2.7").provider());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::"), of("2001:db8:1:3::"));
        assert_eq!(of("2001:db8:1:2::").site(), of("2001:db8:1:3::9").site());
        assert_ne!(of("2001:db8:1::").site(), of("2001:db8:2::").site());
        assert_eq!(of("2001:db8:1::").provider(), of("2001:db8:2::").provider());
        assert_ne!(of("2001:db8:1::").provider(), of("2001:db9:1::").provider());
    }

    #[test]
    fn neighbours_share_a_network() {
        assert_eq!(client_prefix(address("192.0.2.7")), "192.0.2.0");
        assert_eq!(client_prefix(address("::ffff:192.0.2.7")), "192.0.2.0");
        assert_eq!(
            client_prefix(address("2001:db8:1:2:3::4")),
            client_prefix(address("2001:db8:1:2::9"))
        );
        assert_ne!(
            client_prefix(address("2001:db8:1:2::4")),
            client_prefix(address("2001:db8:1:3::4"))
        );
        assert_eq!(
            ban_prefix(address("2001:db8:1:2::4")),
            ban_prefix(address("2001:db8:1:3::4"))
        );
        assert_ne!(
            ban_prefix(address("2001:db8:1:2::4")),
            ban_prefix(address("2001:db8:2:2::4"))
        );
    }
}
