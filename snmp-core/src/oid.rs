//! OBJECT IDENTIFIERs in the form that the wire has: validated BER contents, compared without decoding.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

/// Sub-identifiers that a name may have (RFC 2578 §7.1.3).
pub const MAX_ARCS: usize = 128;

/// An object identifier, borrowed: BER contents octets that keep all rules of X.690 §8.19 and RFC 2578 §7.1.3; one that
/// was received may have more than 128 sub-identifiers where the caller asked for
/// [`Anomaly::TooManyArcs`](crate::strictness::Anomaly::TooManyArcs).
///
/// Comparison is the MIB's lexicographic order. The empty one is what agents send for 0.0 or for no name at all;
/// it sorts first and is a prefix of every other.
///
/// ```
/// use snmp_core::oid;
/// let column = oid!(1.3.6.1.2.1.43.11.1.1.9);
/// let cell = oid!(1.3.6.1.2.1.43.11.1.1.9.1.2);
/// assert!(cell.starts_with(column) && column < cell);
/// assert!(cell.index_in(column).unwrap().eq([1, 2]));
/// ```
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Oid<'a>(&'a [u8]);

/// Why octets or text are no object identifier.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OidError {
    /// The last sub-identifier does not end.
    #[error("last sub-identifier unfinished")]
    Unfinished,
    /// A sub-identifier begins with 0x80 (X.690 §8.19.2).
    #[error("sub-identifier padded")]
    Padded,
    /// A sub-identifier above 2^32−1.
    #[error("sub-identifier above 2^32-1")]
    ArcTooLarge,
    /// More than 128 sub-identifiers.
    #[error("more than 128 sub-identifiers")]
    TooManyArcs,
    /// Fewer than two arcs, a first arc above 2, or a second above 39 under 0 and 1.
    #[error("first two arcs out of range")]
    FirstArcs,
    /// Text that is no dotted list of numbers.
    #[error("not a dotted list of numbers")]
    Text,
}

impl<'a> Oid<'a> {
    /// The zero-length identifier.
    pub const EMPTY: Oid<'static> = Oid(&[]);

    /// Takes BER contents octets.
    ///
    /// # Errors
    /// When they break a rule of X.690 §8.19 or RFC 2578 §7.1.3.
    #[inline]
    pub const fn from_octets(octets: &'a [u8]) -> Result<Self, OidError> {
        // Nearly all names have 8 to 16 octets: the first eight and the last eight, laid over each other.
        if let (Some(first), Some(last), 8..=16) = (octets.first_chunk(), octets.last_chunk(), octets.len()) {
            let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
            if (first | last) & MORE == 0 {
                return Ok(Self(octets));
            }
            // What `last` has beyond `first`.
            let rest = match octets.len() {
                8 => 0,
                length => last >> (8 * (16 - length)),
            };
            if last >> 63 == 0 && suspect(first, 0) | suspect(rest, first) == 0 {
                return Ok(Self(octets));
            }
        }
        match check(octets) {
            Ok(()) => Ok(Self(octets)),
            Err(error) => Err(error),
        }
    }

    /// Takes BER contents octets of any number of sub-identifiers: what
    /// [`Anomaly::TooManyArcs`](crate::strictness::Anomaly::TooManyArcs) tolerates.
    pub(crate) const fn from_octets_of_any_length(octets: &'a [u8]) -> Result<Self, OidError> {
        match check_arcs(octets, usize::MAX) {
            Ok(()) => Ok(Self(octets)),
            Err(error) => Err(error),
        }
    }

    /// BER contents octets.
    #[must_use]
    #[inline]
    pub const fn as_octets(self) -> &'a [u8] {
        self.0
    }

    /// Whether it has no sub-identifier at all.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Its arcs from the root: the first sub-identifier gives two.
    #[must_use]
    pub const fn arcs(self) -> Arcs<'a> {
        Arcs {
            octets: self.0,
            first: !self.0.is_empty(),
            second: None,
        }
    }

    /// Whether it lies in the subtree of `prefix` or is `prefix` itself.
    #[must_use]
    #[inline]
    pub fn starts_with(self, prefix: Oid<'_>) -> bool {
        self.0.starts_with(prefix.0)
    }

    /// The arcs behind `prefix`: for a cell of a table, its index behind the column.
    #[must_use]
    #[inline]
    pub fn index_in(self, prefix: Oid<'_>) -> Option<Arcs<'a>> {
        if prefix.is_empty() {
            return Some(self.arcs());
        }
        self.0.strip_prefix(prefix.0).map(Arcs::behind)
    }

    /// An owned copy; up to 32 octets stay inline.
    #[must_use]
    pub fn to_buf(self) -> OidBuf {
        OidBuf::from(self)
    }

    /// For the `oid!` macro: octets that were encoded at compile time.
    #[doc(hidden)]
    #[must_use]
    #[expect(clippy::panic, reason = "evaluated at compile time only")]
    pub const fn from_encoded(octets: &'a [u8]) -> Self {
        match Self::from_octets(octets) {
            Ok(oid) => oid,
            Err(_) => panic!("no object identifier"),
        }
    }
}

/// The high bit of each octet: set where a sub-identifier goes on.
const MORE: u64 = 0x8080_8080_8080_8080;

/// Not 0 where `word`, eight octets of a name in little-endian order, needs a closer look: it may have padding,
/// which is 0x80 that does not follow a set high bit, or a sub-identifier of five octets, which may be too large.
/// `before` are the eight octets before it.
const fn suspect(word: u64, before: u64) -> u64 {
    let nonzero = (word & !MORE) + !MORE;
    let behind = [
        (word << 8) | (before >> 56),
        (word << 16) | (before >> 48),
        (word << 24) | (before >> 40),
    ];
    let [one, two, three] = behind;
    word & MORE & ((!nonzero & !one) | (one & two & three))
}

/// The rules for names of any length, eight octets at a time where that can tell.
#[inline(never)]
const fn check(octets: &[u8]) -> Result<(), OidError> {
    if let (Some(last), 8..MAX_ARCS) = (octets.last_chunk(), octets.len()) {
        let last = u64::from_le_bytes(*last);
        let (mut before, mut any, mut rest) = (0, 0, octets);
        while let Some((word, after)) = rest.split_first_chunk() {
            let word = u64::from_le_bytes(*word);
            any |= suspect(word, before);
            before = word;
            rest = after;
        }
        if !rest.is_empty() {
            any |= suspect(last >> (64 - 8 * rest.len()), before);
        }
        if any == 0 && last >> 63 == 0 {
            return Ok(());
        }
    }
    check_arcs(octets, MAX_ARCS)
}

/// The rules, arc by arc, of which there are at most `max`.
const fn check_arcs(mut octets: &[u8], max: usize) -> Result<(), OidError> {
    // The first sub-identifier carries two arcs: 40 times the first, at most 2, and the second.
    let mut largest = 80 + u32::MAX as u64;
    let mut arcs = 1;
    while let [first, rest @ ..] = octets {
        if *first == 0x80 {
            return Err(OidError::Padded);
        }
        arcs += 1;
        if arcs > max {
            return Err(OidError::TooManyArcs);
        }
        let mut value = (*first & 0x7f) as u64;
        let mut more = *first >= 0x80;
        octets = rest;
        while more {
            let [octet, rest @ ..] = octets else {
                return Err(OidError::Unfinished);
            };
            value = (value << 7) | (*octet & 0x7f) as u64;
            if value > largest {
                return Err(OidError::ArcTooLarge);
            }
            more = *octet >= 0x80;
            octets = rest;
        }
        largest = u32::MAX as u64;
    }
    Ok(())
}

/// The order of the MIB: arc by arc, a prefix before what it begins.
impl Ord for Oid<'_> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (self.0, other.0);
        let Some(same) = a.iter().zip(b).position(|(a, b)| a != b) else {
            return a.len().cmp(&b.len());
        };
        // Go back to where the sub-identifier that differs begins: the longer one is the larger, since neither
        // is padded; of the same length the octets decide.
        let (common, _) = a.split_at(same);
        let begin = common
            .iter()
            .rposition(|octet| *octet < 0x80)
            .map_or(0, |last| last + 1);
        let length = |octets: &[u8]| {
            octets
                .iter()
                .skip(begin)
                .take_while(|octet| **octet >= 0x80)
                .count()
        };
        length(a)
            .cmp(&length(b))
            .then_with(|| a.get(same).cmp(&b.get(same)))
    }
}

impl PartialOrd for Oid<'_> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Dotted numbers, without a leading dot; nothing for the empty one.
impl fmt::Display for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, arc) in self.arcs().enumerate() {
            if n > 0 {
                f.write_str(".")?;
            }
            write!(f, "{arc}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The arcs of an object identifier, or of the part behind a prefix.
#[derive(Clone, Debug)]
pub struct Arcs<'a> {
    octets: &'a [u8],
    first: bool,
    second: Option<u32>,
}

impl<'a> Arcs<'a> {
    /// Those of whole sub-identifiers that stood behind a prefix.
    pub(crate) const fn behind(octets: &'a [u8]) -> Self {
        Self {
            octets,
            first: false,
            second: None,
        }
    }
}

impl Iterator for Arcs<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if let Some(second) = self.second.take() {
            return Some(second);
        }
        let mut value = 0_u64;
        loop {
            let (octet, rest) = self.octets.split_first()?;
            self.octets = rest;
            value = (value << 7) | u64::from(octet & 0x7f);
            if *octet < 0x80 {
                break;
            }
        }
        if core::mem::take(&mut self.first) {
            let top = (value / 40).min(2);
            self.second = u32::try_from(value - top * 40).ok();
            value = top;
        }
        u32::try_from(value).ok()
    }
}

/// Octets that fit without a heap allocation: every object of the printer MIBs.
const INLINE: usize = 32;

/// An object identifier, owned; up to 32 octets need no allocation.
///
/// ```
/// use snmp_core::oid::OidBuf;
/// let name: OidBuf = "1.3.6.1.2.1.1.1.0".parse()?;
/// assert_eq!(name, OidBuf::from_arcs(&[1, 3, 6, 1, 2, 1, 1, 1, 0])?);
/// # Ok::<(), snmp_core::oid::OidError>(())
/// ```
#[derive(Clone)]
pub struct OidBuf(Octets);

#[derive(Clone)]
enum Octets {
    Inline(u8, [u8; INLINE]),
    Heap(Box<[u8]>),
}

impl OidBuf {
    /// From arcs: at least two, at most 128.
    ///
    /// # Errors
    /// When the arcs make no object identifier.
    pub fn from_arcs(arcs: &[u32]) -> Result<Self, OidError> {
        let [top @ 0..=2, second, rest @ ..] = arcs else {
            return Err(OidError::FirstArcs);
        };
        if *top < 2 && *second > 39 {
            return Err(OidError::FirstArcs);
        }
        if arcs.len() > MAX_ARCS {
            return Err(OidError::TooManyArcs);
        }
        let mut octets = Vec::with_capacity(arcs.len() + 4);
        push_arc(&mut octets, u64::from(*top) * 40 + u64::from(*second));
        for arc in rest {
            push_arc(&mut octets, u64::from(*arc));
        }
        Ok(Self::from(Oid(&octets)))
    }

    /// This identifier with further arcs behind it, for instance the index of a row behind a column.
    ///
    /// # Errors
    /// When it has no arcs itself, or more than 128 with the new ones.
    pub fn join(&self, arcs: &[u32]) -> Result<Self, OidError> {
        if self.as_oid().is_empty() {
            return Self::from_arcs(arcs);
        }
        let mut octets = self.as_oid().as_octets().to_vec();
        for arc in arcs {
            push_arc(&mut octets, u64::from(*arc));
        }
        Oid::from_octets(&octets).map(Self::from)
    }

    /// The borrowed form.
    #[must_use]
    #[inline]
    pub fn as_oid(&self) -> Oid<'_> {
        Oid(match &self.0 {
            Octets::Inline(length, octets) => octets.get(..usize::from(*length)).unwrap_or_default(),
            Octets::Heap(octets) => octets,
        })
    }
}

fn push_arc(octets: &mut Vec<u8>, arc: u64) {
    let mut shift = 63;
    while shift > 0 && arc >> shift == 0 {
        shift -= 7;
    }
    loop {
        let low = u8::try_from((arc >> shift) & 0x7f).unwrap_or_default();
        if shift == 0 {
            octets.push(low);
            return;
        }
        octets.push(low | 0x80);
        shift -= 7;
    }
}

impl Default for OidBuf {
    fn default() -> Self {
        Self(Octets::Inline(0, [0; INLINE]))
    }
}

impl From<Oid<'_>> for OidBuf {
    fn from(oid: Oid<'_>) -> Self {
        let mut octets = [0; INLINE];
        match (octets.get_mut(..oid.0.len()), u8::try_from(oid.0.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(oid.0);
                Self(Octets::Inline(length, octets))
            }
            _ => Self(Octets::Heap(oid.0.into())),
        }
    }
}

impl<'a> From<&'a OidBuf> for Oid<'a> {
    fn from(oid: &'a OidBuf) -> Self {
        oid.as_oid()
    }
}

/// Dotted numbers, with or without a leading dot.
impl FromStr for OidBuf {
    type Err = OidError;

    fn from_str(text: &str) -> Result<Self, OidError> {
        let text = text.strip_prefix('.').unwrap_or(text);
        let mut arcs = Vec::new();
        for arc in text.split('.') {
            if arcs.len() == MAX_ARCS {
                return Err(OidError::TooManyArcs);
            }
            if arc.is_empty() || !arc.bytes().all(|octet| octet.is_ascii_digit()) {
                return Err(OidError::Text);
            }
            arcs.push(arc.parse().map_err(|_| OidError::ArcTooLarge)?);
        }
        Self::from_arcs(&arcs)
    }
}

impl PartialEq for OidBuf {
    fn eq(&self, other: &Self) -> bool {
        self.as_oid() == other.as_oid()
    }
}

impl Eq for OidBuf {}

impl core::hash::Hash for OidBuf {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.as_oid().hash(state);
    }
}

impl Ord for OidBuf {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_oid().cmp(&other.as_oid())
    }
}

impl PartialOrd for OidBuf {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for OidBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_oid(), f)
    }
}

impl fmt::Debug for OidBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_oid(), f)
    }
}

/// An [`Oid`](crate::oid::Oid) written as dotted numbers, encoded and checked at compile time.
///
/// ```
/// const SYS_DESCR: snmp_core::oid::Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.1.1.0);
/// assert_eq!(SYS_DESCR.to_string(), "1.3.6.1.2.1.1.1.0");
/// ```
///
/// What is no object identifier does not compile:
///
/// ```compile_fail
/// snmp_core::oid!(1.3.6.4294967296);
/// ```
#[macro_export]
macro_rules! oid {
    ($($arcs:tt)+) => {{
        const TEXT: &[u8] = ::core::stringify!($($arcs)+).as_bytes();
        const OCTETS: [u8; $crate::oid::text::encoded_len(TEXT)] = $crate::oid::text::encode(TEXT);
        const OID: $crate::oid::Oid<'static> = $crate::oid::Oid::from_encoded(&OCTETS);
        OID
    }};
}

/// The compile-time half of [`oid!`](crate::oid!).
#[doc(hidden)]
#[expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "evaluated at compile time only"
)]
pub mod text {
    /// The number at `*at`, and `*at` behind it and its dot; `None` at the end.
    const fn arc(text: &[u8], at: &mut usize) -> Option<u64> {
        let mut digits = 0;
        let mut value = 0_u64;
        while *at < text.len() {
            match text[*at] {
                // `stringify!` may put blanks between the tokens that the numbers were read as.
                b' ' => {}
                b'.' if digits > 0 => {
                    *at += 1;
                    return Some(value);
                }
                digit @ b'0'..=b'9' => {
                    value = value * 10 + (digit - b'0') as u64;
                    assert!(value <= 0xffff_ffff, "an arc is at most 2^32-1");
                    digits += 1;
                }
                _ => panic!("an object identifier is written as numbers with dots between"),
            }
            *at += 1;
        }
        if digits > 0 { Some(value) } else { None }
    }

    /// The next sub-identifier: the first two arcs make one.
    const fn sub_identifier(text: &[u8], at: &mut usize) -> Option<u64> {
        let first = *at == 0;
        let Some(value) = arc(text, at) else { return None };
        if !first {
            return Some(value);
        }
        let Some(second) = arc(text, at) else {
            panic!("an object identifier has at least two arcs")
        };
        assert!(
            value < 2 && second < 40 || value == 2,
            "first arc 0 to 2, second 0 to 39 below 0 and 1"
        );
        Some(value * 40 + second)
    }

    const fn octets(value: u64) -> usize {
        let mut octets = 1;
        while value >> (7 * octets) > 0 {
            octets += 1;
        }
        octets
    }

    /// Octets that the text takes.
    #[must_use]
    pub const fn encoded_len(text: &[u8]) -> usize {
        let (mut at, mut length) = (0, 0);
        while let Some(value) = sub_identifier(text, &mut at) {
            length += octets(value);
        }
        length
    }

    /// The text's BER contents octets.
    #[must_use]
    pub const fn encode<const N: usize>(text: &[u8]) -> [u8; N] {
        let mut encoded = [0; N];
        let (mut at, mut next) = (0, 0);
        while let Some(value) = sub_identifier(text, &mut at) {
            let mut left = octets(value);
            while left > 0 {
                left -= 1;
                let more = if left > 0 { 0x80 } else { 0 };
                encoded[next] = more | ((value >> (7 * left)) & 0x7f) as u8;
                next += 1;
            }
        }
        encoded
    }
}

#[cfg(test)]
mod tests;
