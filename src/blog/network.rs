//! Networks that requests come from: what one household has, and what is remembered of a commenter.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What one household or office has: /24 of IPv4, /64 of IPv6. Rates are counted by it.
#[must_use]
pub fn household(address: IpAddr) -> String {
    within(address, 4)
}

/// What is kept of a commenter, hashed and for thirty days: /24 of IPv4, /48 of IPv6.
#[must_use]
pub fn neighbourhood(address: IpAddr) -> String {
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
    format!("{}/{bits}", neighbourhood(address))
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
    fn neighbours_share_a_network() {
        assert_eq!(household(address("192.0.2.7")), "192.0.2.0");
        assert_eq!(household(address("::ffff:192.0.2.7")), "192.0.2.0");
        assert_eq!(
            household(address("2001:db8:1:2:3::4")),
            household(address("2001:db8:1:2::9"))
        );
        assert_ne!(
            household(address("2001:db8:1:2::4")),
            household(address("2001:db8:1:3::4"))
        );
        assert_eq!(
            neighbourhood(address("2001:db8:1:2::4")),
            neighbourhood(address("2001:db8:1:3::4"))
        );
        assert_ne!(
            neighbourhood(address("2001:db8:1:2::4")),
            neighbourhood(address("2001:db8:2:2::4"))
        );
    }
}
