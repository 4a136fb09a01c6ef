//! Which IP addresses may be asked. The ranges are those of IANA's registries of special-purpose addresses (RFC 6890),
//! and the addresses at which clouds answer their own machines.

use ipnet::{Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const fn v4(a: u8, b: u8, c: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// Never asked, whatever the operator allows: nobody has such an address, or everybody.
const NOBODY_V4: &[Ipv4Net] = &[
    v4(0, 0, 0, 8),   // this network (RFC 791)
    v4(224, 0, 0, 4), // multicast (RFC 5771)
    v4(240, 0, 0, 4), // reserved, and broadcast (RFC 1112)
];

/// Only asked where the operator allows private networks.
const PRIVATE_V4: &[Ipv4Net] = &[
    v4(10, 0, 0, 8),      // private (RFC 1918)
    v4(100, 64, 0, 10),   // carriers' own (RFC 6598)
    v4(127, 0, 0, 8),     // this machine (RFC 1122)
    v4(169, 254, 0, 16),  // link-local (RFC 3927)
    v4(172, 16, 0, 12),   // private
    v4(192, 0, 0, 24),    // IETF protocols (RFC 6890)
    v4(192, 0, 2, 24),    // documentation (RFC 5737)
    v4(192, 88, 99, 24),  // relays of 6to4 (RFC 7526)
    v4(192, 168, 0, 16),  // private
    v4(198, 18, 0, 15),   // benchmarks (RFC 2544)
    v4(198, 51, 100, 24), // documentation
    v4(203, 0, 113, 24),  // documentation
];

/// What public addresses of IPv6 begin with (RFC 4291) …
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 0, 3);

/// … save these, which carry an address of IPv4 or belong to nobody.
const NOT_GLOBAL_V6: &[Ipv6Net] = &[
    v6(0x2001, 0, 0, 23), // IETF protocols, among them Teredo (RFC 4380) and benchmarks
    v6(0x2001, 0xdb8, 0, 32), // documentation (RFC 3849)
    v6(0x2002, 0, 0, 16), // 6to4 (RFC 3056)
    v6(0x3ffe, 0, 0, 16), // the 6bone, returned to IANA (RFC 3701)
    v6(0x3fff, 0, 0, 20), // documentation (RFC 9637)
];

const PRIVATE_V6: &[Ipv6Net] = &[
    v6(0xfc00, 0, 0, 7),  // unique local (RFC 4193)
    v6(0xfe80, 0, 0, 10), // link-local (RFC 4291)
];

/// Where clouds give their machines credentials. Nobody's picture is there, whatever the operator allows.
const METADATA: &[IpAddr] = &[
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// Whether a connection may be opened to an address. `private`: the operator allows this machine and its network too.
pub fn may_be_asked(address: IpAddr, private: bool) -> bool {
    let plain = address.to_canonical();
    if METADATA.contains(&plain) {
        return false;
    }
    match plain {
        // An address of IPv4 in the clothes of IPv6 is nothing that a name of the web has.
        IpAddr::V4(plain) => (private || address.is_ipv4()) && v4_may_be_asked(plain, private),
        IpAddr::V6(plain) => v6_may_be_asked(plain, private),
    }
}

fn v4_may_be_asked(address: Ipv4Addr, private: bool) -> bool {
    let is_in = |nets: &[Ipv4Net]| nets.iter().any(|net| net.contains(&address));
    !is_in(NOBODY_V4) && (private || !is_in(PRIVATE_V4))
}

fn v6_may_be_asked(address: Ipv6Addr, private: bool) -> bool {
    let is_in = |nets: &[Ipv6Net]| nets.iter().any(|net| net.contains(&address));
    let is_own = address.is_loopback() || is_in(PRIVATE_V6);
    // The end of an address of ISATAP (RFC 5214) is one of IPv4.
    let is_tunnel = matches!(address.segments(), [_, _, _, _, 0 | 0x200, 0x5efe, ..]);
    let is_global = GLOBAL_V6.contains(&address) && !is_in(NOT_GLOBAL_V6) && !is_tunnel;
    is_global || (private && is_own)
}
