//! The discover answer: hardware address and the addresses that the device claims to have.
//!
//! ```text
//! 0         2            4         5          6       6+mac_len   +addr_len
//! | hw_type | proto_type | mac_len | addr_len | MAC   | addresses |
//! ```
//!
//! The first fields are those of an ARP packet (RFC 826). Captured from a PIXMA MX700.

use crate::DecodeError;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use nom::{
    IResult, Parser,
    number::complete::{be_u8, be_u16},
};

/// Octets in front of the hardware address.
const FIXED_LEN: usize = 6;
const MAC_LEN: usize = 6;
const IPV4_LEN: usize = 4;
const IPV6_LEN: usize = 16;

/// The body of a discover answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Discover<'a> {
    /// Hardware type; 1 (Ethernet) in the captures.
    pub hw_type: u16,
    /// Protocol type; 0x0800 in the captures. It does not tell the family of the addresses, their length does.
    pub proto_type: u16,
    /// The hardware address.
    pub mac: Mac,
    addresses: &'a [u8],
}

impl<'a> Discover<'a> {
    /// Reads the body from a packet's payload. What stands behind the addresses is ignored.
    ///
    /// # Errors
    /// [`DecodeError::PayloadTooShort`], [`DecodeError::AddressOverrun`], [`DecodeError::BadMacLength`],
    /// [`DecodeError::BadAddressLength`], judged in this order.
    pub fn decode(payload: &'a [u8]) -> Result<Self, DecodeError> {
        let have = payload.len();
        let (rest, (hw_type, proto_type, mac_len, addr_len)) =
            fixed(payload).map_err(|_| DecodeError::PayloadTooShort {
                need: FIXED_LEN,
                have,
            })?;
        // At most 6 + 255 + 255: no overflow.
        let need = FIXED_LEN + usize::from(mac_len) + usize::from(addr_len);
        let overrun = DecodeError::AddressOverrun { need, have };
        let (mac, rest) = rest.split_at_checked(usize::from(mac_len)).ok_or(overrun)?;
        let (addresses, _) = rest.split_at_checked(usize::from(addr_len)).ok_or(overrun)?;
        let mac = <[u8; MAC_LEN]>::try_from(mac).map_err(|_| DecodeError::BadMacLength(mac_len))?;
        if addresses.len() != IPV4_LEN && !addresses.len().is_multiple_of(IPV6_LEN) {
            return Err(DecodeError::BadAddressLength(addr_len));
        }
        Ok(Self {
            hw_type,
            proto_type,
            mac: Mac(mac),
            addresses,
        })
    }

    /// The addresses in the device's order: none, one of IPv4, or up to 15 of IPv6.
    ///
    /// They are the device's own claim: never send to one that the target policy would not allow anyway.
    pub fn claims(&self) -> impl Iterator<Item = Claim> + Clone + use<'a> {
        let one_v4 = <[u8; IPV4_LEN]>::try_from(self.addresses).ok();
        let v6 = self.addresses.chunks_exact(IPV6_LEN);
        let v6 = v6.filter_map(|octets| <[u8; IPV6_LEN]>::try_from(octets).ok());
        let v4 = one_v4.map(|octets| IpAddr::V4(Ipv4Addr::from(octets)));
        v4.into_iter()
            .chain(v6.map(|octets| IpAddr::V6(Ipv6Addr::from(octets))))
            .map(Claim)
    }
}

fn fixed(payload: &[u8]) -> IResult<&[u8], (u16, u16, u8, u8), ()> {
    (be_u16, be_u16, be_u8, be_u8).parse(payload)
}

/// A hardware address.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Mac(
    /// The six octets.
    pub [u8; 6],
);

impl Mac {
    /// Whether it can be one device's own: not all zeros, and not a group address (IEEE 802: lowest bit of the
    /// first octet). Answers of a device at several addresses are joined by a usable one only.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        let [first, ..] = self.0;
        first & 1 == 0 && !matches!(self.0, [0, 0, 0, 0, 0, 0])
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mac({self})")
    }
}

/// An address that a device claims to have.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Claim(
    /// As claimed.
    pub IpAddr,
);

impl Claim {
    /// What kind of address it is.
    #[must_use]
    pub const fn kind(&self) -> ClaimKind {
        match self.0 {
            IpAddr::V4(v4) if v4.is_loopback() => ClaimKind::Loopback,
            IpAddr::V4(v4) if v4.is_unspecified() => ClaimKind::Unspecified,
            IpAddr::V4(v4) if v4.is_broadcast() => ClaimKind::Broadcast,
            IpAddr::V4(v4) if v4.is_multicast() => ClaimKind::Multicast,
            IpAddr::V4(v4) if v4.is_link_local() => ClaimKind::LinkLocal,
            IpAddr::V6(v6) if v6.is_loopback() => ClaimKind::Loopback,
            IpAddr::V6(v6) if v6.is_unspecified() => ClaimKind::Unspecified,
            IpAddr::V6(v6) if v6.is_multicast() => ClaimKind::Multicast,
            IpAddr::V6(v6) if v6.is_unicast_link_local() => ClaimKind::LinkLocal,
            IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => ClaimKind::V4Mapped,
            IpAddr::V4(_) | IpAddr::V6(_) => ClaimKind::Unicast,
        }
    }

    /// Whether it could be a device's address as seen from another machine. A link-local one could, together with
    /// the scope that the answer came from.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        matches!(self.kind(), ClaimKind::Unicast | ClaimKind::LinkLocal)
    }
}

/// What kind of address a [`Claim`] is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ClaimKind {
    /// 255.255.255.255.
    Broadcast,
    /// 169.254.0.0/16 or fe80::/10: means nothing without the interface.
    LinkLocal,
    /// 127.0.0.0/8 or `::1`.
    Loopback,
    /// 224.0.0.0/4 or ff00::/8.
    Multicast,
    /// An ordinary address.
    Unicast,
    /// 0.0.0.0 or `::`.
    Unspecified,
    /// ::ffff:0:0/96: an IPv4 address in IPv6 form, never seen on a wire (RFC 4291 §2.5.5.2).
    V4Mapped,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;
    use alloc::vec::Vec;

    /// What a PIXMA MX700 answered.
    const MX700: [u8; 16] = [0, 1, 8, 0, 6, 4, 0, 0, 0x85, 0xc3, 0x5f, 7, 192, 168, 1, 222];

    fn addresses(payload: &[u8]) -> Vec<alloc::string::String> {
        Discover::decode(payload)
            .unwrap()
            .claims()
            .map(|claim| claim.0.to_string())
            .collect()
    }

    fn v6(count: u8) -> Vec<u8> {
        let mut payload = MX700[..12].to_vec();
        payload[5] = count * 16;
        for last in 1..=count {
            payload.extend_from_slice(&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]);
        }
        payload
    }

    #[test]
    fn an_mx700_is_read() {
        let discover = Discover::decode(&MX700).unwrap();
        assert_eq!((discover.hw_type, discover.proto_type), (1, 0x0800));
        assert_eq!(discover.mac.to_string(), "00:00:85:c3:5f:07");
        assert_eq!(addresses(&MX700), ["192.168.1.222"]);
    }

    #[test]
    fn the_family_follows_from_the_length_alone() {
        // The protocol type still says IPv4 in all of them.
        assert_eq!(addresses(&v6(0)), [""; 0]);
        assert_eq!(addresses(&v6(1)), ["2001:db8::1"]);
        assert_eq!(addresses(&v6(2)), ["2001:db8::1", "2001:db8::2"]);
        assert_eq!(addresses(&v6(15)).len(), 15);
    }

    #[test]
    fn lengths_that_lie() {
        let lying = |at: usize, octet: u8| {
            let mut payload = MX700;
            payload[at] = octet;
            payload
        };
        let decode = |payload: &[u8]| Discover::decode(payload).map(|_| ());
        for have in 0..6 {
            let short = DecodeError::PayloadTooShort { need: 6, have };
            assert_eq!(decode(&MX700[..have]), Err(short));
        }
        for have in 6..16 {
            assert_eq!(
                decode(&MX700[..have]),
                Err(DecodeError::AddressOverrun { need: 16, have })
            );
        }
        assert_eq!(
            decode(&lying(4, 255)),
            Err(DecodeError::AddressOverrun { need: 265, have: 16 })
        );
        assert_eq!(
            decode(&lying(5, 255)),
            Err(DecodeError::AddressOverrun { need: 267, have: 16 })
        );
        assert_eq!(decode(&lying(4, 0)), Err(DecodeError::BadMacLength(0)));
        assert_eq!(decode(&lying(5, 3)), Err(DecodeError::BadAddressLength(3)));
    }

    #[test]
    fn a_mac_that_cannot_be_a_devices_own_is_no_key() {
        assert!(Mac([0, 0, 0x85, 0, 0, 0]).is_usable());
        assert!(!Mac([0; 6]).is_usable());
        assert!(!Mac([1, 0, 0x5e, 0, 0, 1]).is_usable());
        assert!(!Mac([0xff; 6]).is_usable());
    }

    #[test]
    fn claims_are_judged() {
        let cases = [
            ("192.168.1.2", ClaimKind::Unicast),
            ("127.0.0.1", ClaimKind::Loopback),
            ("0.0.0.0", ClaimKind::Unspecified),
            ("255.255.255.255", ClaimKind::Broadcast),
            ("224.0.0.1", ClaimKind::Multicast),
            ("169.254.3.4", ClaimKind::LinkLocal),
            ("2001:db8::1", ClaimKind::Unicast),
            ("::1", ClaimKind::Loopback),
            ("::", ClaimKind::Unspecified),
            ("ff02::1", ClaimKind::Multicast),
            ("fe80::1", ClaimKind::LinkLocal),
            ("::ffff:127.0.0.1", ClaimKind::V4Mapped),
        ];
        for (text, kind) in cases {
            assert_eq!(Claim(text.parse().unwrap()).kind(), kind, "{text}");
        }
    }
}
