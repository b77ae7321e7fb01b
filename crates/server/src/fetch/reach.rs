//! Which addresses we may call. A server stands inside a network, and whoever writes a mail must not see or touch that
//! network through it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// How far a fetch may go.
#[derive(Clone, Debug, Default)]
pub enum Reach {
    /// The ports of the web at addresses of the whole internet.
    #[default]
    Public,
    /// And these: a test's own servers.
    PublicAnd(Arc<[SocketAddr]>),
    /// Everywhere. Only for trying things on one's own machine.
    Anywhere,
}

impl Reach {
    pub(super) fn allows(&self, address: SocketAddr) -> bool {
        let public = matches!(address.port(), 80 | 443) && is_global(address.ip());
        match self {
            Self::Public => public,
            Self::PublicAnd(more) => public || more.contains(&address),
            Self::Anywhere => true,
        }
    }
}

/// Whether an address means the same host wherever one stands. In doubt it does not.
fn is_global(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_global_v4(ip),
        IpAddr::V6(ip) => is_global_v6(ip),
    }
}

/// By IANA's registry of special addresses.
fn is_global_v4(ip: Ipv4Addr) -> bool {
    !matches!(
        ip.octets(),
        // This network, private, shared behind a carrier's NAT, loopback, link-local, private.
        [0 | 10 | 127, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 168, ..]
            // Protocols' own, documentation, 6to4 relays, benchmarks, documentation.
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            // Multicast, reserved, broadcast.
            | [224..=255, ..]
    )
}

/// Only 2000::/3 is given out at all; addresses that carry one of IPv4 are as good as that one.
fn is_global_v6(ip: Ipv6Addr) -> bool {
    let carried = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_global_v4(Ipv4Addr::new(a, b, c, d))
    };
    match ip.segments() {
        // IPv4-mapped, NAT64, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => carried(high, low),
        [0x2002, high, low, ..] => carried(high, low),
        // Protocols' own (Teredo, benchmarks, ORCHID …), documentation twice.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLOBAL: &str = "1.1.1.1 8.8.8.8 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 169.253.0.1 \
        172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.1 192.0.3.1 192.88.98.1 192.167.1.1 192.169.1.1 198.17.255.255 \
        198.20.0.0 198.51.99.1 198.51.101.1 203.0.112.1 203.0.114.1 223.255.255.255 2606:4700:4700::1111 2a00:1450::1 \
        2001:200::1 2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1 3ffe::1";
    const NOT_GLOBAL: &str = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 \
        169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 \
        198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 \
        :: ::1 ::7f00:1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:7f00:1 64:ff9b::10.0.0.1 \
        64:ff9b::127.0.0.1 64:ff9b:1::8.8.8.8 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 \
        2001:20::1 2001:1ff::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1 2002:c0a8:1::1 3fff::1 3fff:fff::1 4000::1 5f00::1 \
        fc00::1 fd12:3456::1 fe80::1 febf::1 fec0::1 feff::1 ff02::1 ff0e::1";

    #[test]
    fn only_addresses_of_the_whole_internet_are_called() {
        let read = |list: &'static str| list.split_whitespace().map(|ip| ip.parse::<IpAddr>().expect(ip));
        for ip in read(GLOBAL) {
            assert!(is_global(ip), "{ip}");
        }
        for ip in read(NOT_GLOBAL) {
            assert!(!is_global(ip), "{ip}");
        }
    }

    #[test]
    fn only_the_ports_of_the_web_are_called() {
        for (port, open) in [(80, true), (443, true), (22, false), (25, false), (8080, false), (0, false)] {
            assert_eq!(Reach::Public.allows(SocketAddr::from(([8, 8, 8, 8], port))), open, "{port}");
        }
    }

    #[test]
    fn a_reach_with_more_is_no_wider_than_it_says() {
        let own = SocketAddr::from(([127, 0, 0, 1], 4711));
        let reach = Reach::PublicAnd([own].into());
        assert!(reach.allows(own) && reach.allows(SocketAddr::from(([8, 8, 8, 8], 443))));
        for other in [([127, 0, 0, 1], 4712), ([127, 0, 0, 1], 80), ([127, 0, 0, 2], 4711), ([8, 8, 8, 8], 4711)] {
            assert!(!reach.allows(SocketAddr::from(other)), "{other:?}");
        }
        assert!(Reach::Anywhere.allows(own) && !Reach::default().allows(own));
    }
}
