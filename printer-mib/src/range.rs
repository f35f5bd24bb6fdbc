//! Ranges of addresses: what a sweep probes, what it leaves out, where credentials may be used.

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

/// Addresses from a first to a last one, both included, of one family.
///
/// ```
/// use printer_mib::range::AddressRange;
/// let office: AddressRange = "192.0.2.0/24".parse()?;
/// assert_eq!((office.first().to_string(), office.len()), ("192.0.2.1".into(), 254));
/// let some: AddressRange = "192.0.2.10-192.0.2.12".parse()?;
/// assert_eq!(some.len(), 3);
/// # Ok::<(), printer_mib::range::RangeError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AddressRange {
    first: IpAddr,
    last: IpAddr,
}

/// Why text or addresses are no range.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RangeError {
    /// Neither ADDRESS, ADDRESS/PREFIX nor ADDRESS-ADDRESS.
    #[error("not an address, address/prefix or address-address")]
    Text,
    /// The two ends are of different families.
    #[error("one end is IPv4, the other IPv6")]
    Families,
    /// The last address comes before the first.
    #[error("the last address comes before the first")]
    Backwards,
    /// An IPv6 range of more than 65,536 addresses: a sweep of it would never end.
    #[error("IPv6 ranges hold at most 65536 addresses (a /112)")]
    TooWide,
}

impl AddressRange {
    /// The addresses from `first` to `last`.
    ///
    /// # Errors
    /// For ends of different families or the wrong way round, and for more than 65,536 IPv6 addresses.
    pub fn new(first: IpAddr, last: IpAddr) -> Result<Self, RangeError> {
        if first.is_ipv4() != last.is_ipv4() {
            return Err(RangeError::Families);
        }
        let width = number(last)
            .checked_sub(number(first))
            .ok_or(RangeError::Backwards)?;
        if first.is_ipv6() && width > 0xffff {
            return Err(RangeError::TooWide);
        }
        Ok(Self { first, last })
    }

    /// One address.
    #[must_use]
    pub const fn single(address: IpAddr) -> Self {
        Self {
            first: address,
            last: address,
        }
    }

    /// The addresses of a prefix. Of an IPv4 network the first and the last, its own and the broadcast address, are
    /// left out where the prefix has more than two addresses (RFC 3021); `whole` takes them in.
    ///
    /// # Errors
    /// For a prefix longer than the address, and as [`new`](Self::new).
    pub fn prefix(address: IpAddr, length: u8, whole: bool) -> Result<Self, RangeError> {
        let bits: u32 = if address.is_ipv4() { 32 } else { 128 };
        let host = bits.checked_sub(u32::from(length)).ok_or(RangeError::Text)?;
        let mask = 1_u128.checked_shl(host).map_or(u128::MAX, |size| size - 1);
        let (first, last) = (number(address) & !mask, number(address) | mask);
        let edge = u128::from(address.is_ipv4() && host >= 2 && !whole);
        let v4 = address.is_ipv4();
        Self::new(from_number(v4, first + edge), from_number(v4, last - edge))
    }

    /// The first address.
    #[must_use]
    pub const fn first(self) -> IpAddr {
        self.first
    }

    /// The last address.
    #[must_use]
    pub const fn last(self) -> IpAddr {
        self.last
    }

    /// How many addresses it holds: at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a range is never empty")]
    pub fn len(self) -> u64 {
        // At most 2^32: IPv6 ranges are bounded.
        u64::try_from(number(self.last) - number(self.first) + 1).unwrap_or(u64::MAX)
    }

    /// Whether the address lies in it.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        address.is_ipv4() == self.first.is_ipv4()
            && (number(self.first)..=number(self.last)).contains(&number(address))
    }

    /// The address at a place counted from 0.
    #[must_use]
    pub fn nth(self, n: u64) -> Option<IpAddr> {
        (n < self.len()).then(|| from_number(self.first.is_ipv4(), number(self.first) + u128::from(n)))
    }

    /// The place of an address, counted from 0.
    #[must_use]
    pub fn position(self, address: IpAddr) -> Option<u64> {
        self.contains(address)
            .then(|| u64::try_from(number(address) - number(self.first)).unwrap_or(u64::MAX))
    }
}

/// The addresses of `ranges` that are not in `exclude`, each once, in rising order.
#[must_use]
pub fn distinct(ranges: &[AddressRange], exclude: &[AddressRange]) -> Vec<AddressRange> {
    let sorted = |ranges: &[AddressRange]| {
        let mut sorted = ranges.to_vec();
        sorted.sort_by_key(|range| (range.first, range.last));
        sorted
    };
    let holes = sorted(exclude);
    let mut distinct: Vec<AddressRange> = Vec::new();
    for range in sorted(ranges) {
        let v4 = range.first.is_ipv4();
        let end = number(range.last);
        // The first address that is not dealt with; none behind the last that there is.
        let mut from = Some(number(range.first));
        if let Some(before) = distinct.last().filter(|before| before.first.is_ipv4() == v4) {
            from = number(before.last)
                .checked_add(1)
                .map(|next| next.max(number(range.first)));
        }
        let mut piece = |from: u128, last: u128| {
            if from <= last {
                distinct.push(AddressRange {
                    first: from_number(v4, from),
                    last: from_number(v4, last),
                });
            }
        };
        for hole in holes.iter().filter(|hole| hole.first.is_ipv4() == v4) {
            let (first, last) = (number(hole.first), number(hole.last));
            let Some(begin) = from.filter(|_| first <= end) else {
                break;
            };
            if last >= begin {
                if let Some(before) = first.checked_sub(1) {
                    piece(begin, before);
                }
                from = last.checked_add(1);
            }
        }
        if let Some(begin) = from {
            piece(begin, end);
        }
    }
    distinct
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn from_number(v4: bool, number: u128) -> IpAddr {
    match u32::try_from(number) {
        Ok(bits) if v4 => Ipv4Addr::from_bits(bits).into(),
        _ => Ipv6Addr::from_bits(number).into(),
    }
}

/// `ADDRESS`, `ADDRESS/PREFIX` (without network and broadcast address) or `FIRST-LAST`.
impl FromStr for AddressRange {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let address = |text: &str| text.trim().parse::<IpAddr>().map_err(|_| RangeError::Text);
        if let Some((first, last)) = text.split_once('-') {
            return Self::new(address(first)?, address(last)?);
        }
        if let Some((base, length)) = text.split_once('/') {
            return Self::prefix(
                address(base)?,
                length.trim().parse().map_err(|_| RangeError::Text)?,
                false,
            );
        }
        address(text).map(Self::single)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn text_becomes_first_last_and_length() {
        for (text, first, last, len) in [
            ("10.0.0.7", "10.0.0.7", "10.0.0.7", 1),
            ("10.0.0.0/24", "10.0.0.1", "10.0.0.254", 254),
            ("10.0.0.77/30", "10.0.0.77", "10.0.0.78", 2),
            ("10.0.0.2/31", "10.0.0.2", "10.0.0.3", 2),
            ("10.0.0.2/32", "10.0.0.2", "10.0.0.2", 1),
            ("10.1.0.0/16", "10.1.0.1", "10.1.255.254", 65_534),
            ("0.0.0.0/0", "0.0.0.1", "255.255.255.254", (1 << 32) - 2),
            ("10.0.0.250-10.0.1.5", "10.0.0.250", "10.0.1.5", 12),
            ("fe80::/112", "fe80::", "fe80::ffff", 65_536),
        ] {
            let range: AddressRange = text.parse().unwrap();
            assert_eq!(
                (range.first().to_string(), range.last().to_string(), range.len()),
                (first.into(), last.into(), len),
                "{text}"
            );
            assert_eq!(range.nth(len - 1), Some(range.last()));
            assert_eq!(range.nth(len), None);
            assert_eq!(range.position(range.last()), Some(len - 1));
        }
    }

    #[test]
    fn ranges_that_overlap_give_each_address_once_and_no_excluded_one() {
        for (ranges, exclude, expected) in [
            (&["10.0.0.1-10.0.0.9"][..], &[][..], &["10.0.0.1-10.0.0.9"][..]),
            (
                &["10.0.0.5-10.0.0.9", "10.0.0.1-10.0.0.6", "10.0.0.2"],
                &[],
                &["10.0.0.1-10.0.0.6", "10.0.0.7-10.0.0.9"],
            ),
            (
                &["10.0.0.1-10.0.0.9"],
                &["10.0.0.3-10.0.0.4", "10.0.0.4-10.0.0.5", "10.0.0.9"],
                &["10.0.0.1-10.0.0.2", "10.0.0.6-10.0.0.8"],
            ),
            (&["10.0.0.1-10.0.0.9"], &["10.0.0.0/24"], &[]),
            (
                &["10.0.0.7", "10.0.0.7"],
                &["10.0.0.6", "10.0.0.8"],
                &["10.0.0.7"],
            ),
            (
                &["0.0.0.0-0.0.0.2", "255.255.255.254-255.255.255.255"],
                &["0.0.0.0", "255.255.255.255"],
                &["0.0.0.1-0.0.0.2", "255.255.255.254"],
            ),
            (&["::1", "0.0.0.1"], &["0.0.0.1"], &["::1"]),
            (
                &["ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
                &["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
                &["ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"],
            ),
        ] {
            let parsed = |texts: &[&str]| -> Vec<AddressRange> {
                texts.iter().map(|text| text.parse().unwrap()).collect()
            };
            assert_eq!(
                distinct(&parsed(ranges), &parsed(exclude)),
                parsed(expected),
                "{ranges:?} {exclude:?}"
            );
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for (text, error) in [
            ("", RangeError::Text),
            ("printer", RangeError::Text),
            ("10.0.0.0/33", RangeError::Text),
            ("10.0.0.0/", RangeError::Text),
            ("10.0.0.5-10.0.0.4", RangeError::Backwards),
            ("10.0.0.5-fe80::1", RangeError::Families),
            ("fe80::/64", RangeError::TooWide),
        ] {
            assert_eq!(text.parse::<AddressRange>(), Err(error), "{text}");
        }
    }
}
