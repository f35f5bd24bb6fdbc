//! Strict deterministic CBOR (RFC 8949 §4.2.1), checked before anything is decoded.
//!
//! One form for one thing: shortest heads, definite lengths, map keys in the order of their encoding and each once,
//! no floats, no simple values but false, true and null, UTF-8 in texts. The check walks the octets once, allocates
//! nothing and refuses lengths above [`limits`] before anybody acts on them. What has passed is decoded
//! with `minicbor`, which checks none of this.

use alloc::boxed::Box;

use crate::{limits, verdict::Verdict};

/// Where the encoding breaks a rule, and which.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{kind} at octet {offset}")]
pub struct CborError {
    kind: CborErrorKind,
    offset: usize,
}

impl CborError {
    /// The rule that is broken.
    #[must_use]
    pub const fn kind(self) -> CborErrorKind {
        self.kind
    }

    /// Octets from the start of the input to the head of the item at fault.
    #[must_use]
    pub const fn offset(self) -> usize {
        self.offset
    }

    /// The word of the format's vectors for it.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        self.kind.verdict()
    }
}

/// The rules of the encoding.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CborErrorKind {
    /// The input ends inside an item, or a length announces more than is there.
    #[error("input ends inside an item")]
    Truncated,
    /// Octets follow the one item.
    #[error("octets after the item")]
    TrailingData,
    /// An indefinite length, or the break that ends one.
    #[error("indefinite length")]
    IndefiniteLength,
    /// A head that has a shorter form.
    #[error("head longer than needed")]
    LongHead,
    /// Additional information 28 to 30.
    #[error("reserved head")]
    ReservedHead,
    /// A float, or a simple value other than false, true and null.
    #[error("float or simple value")]
    SimpleValue,
    /// A text that is not UTF-8.
    #[error("text is not UTF-8")]
    NotUtf8,
    /// More than [`limits::DEPTH`] arrays, maps and tags inside each other.
    #[error("nesting above the limit")]
    TooDeep,
    /// More than [`limits::ITEMS`] items announced.
    #[error("more items than the limit")]
    TooManyItems,
    /// A text above [`limits::TEXT`].
    #[error("text above the limit")]
    TextTooLong,
    /// A byte string above the limit of its place.
    #[error("byte string above the limit")]
    BytesTooLong,
    /// A map holds a key twice.
    #[error("map key twice")]
    DuplicateKey,
    /// Map keys are not in the order of their encoding.
    #[error("map keys out of order")]
    KeyOrder,
    /// A map key that is no number, string or OID index.
    #[error("map key is not a number, string or OID index")]
    KeyType,
}

impl CborErrorKind {
    /// The word of the format's vectors for it.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Truncated => Verdict::Truncated,
            Self::TrailingData => Verdict::TrailingData,
            Self::IndefiniteLength | Self::LongHead | Self::KeyOrder => Verdict::NonCanonical,
            Self::ReservedHead | Self::SimpleValue | Self::NotUtf8 => Verdict::Malformed,
            Self::TooDeep => Verdict::TooDeep,
            Self::TooManyItems | Self::TextTooLong | Self::BytesTooLong => Verdict::TooLarge,
            Self::DuplicateKey => Verdict::DuplicateKey,
            Self::KeyType => Verdict::Schema,
        }
    }
}

/// Checks that `data` is one deterministic item and nothing else; byte strings hold at most `max_bytes` octets.
///
/// # Errors
/// The first rule that is broken, and where.
pub fn check(data: &[u8], max_bytes: usize) -> Result<(), CborError> {
    let end = check_prefix(data, max_bytes)?;
    if end == data.len() {
        Ok(())
    } else {
        Err(CborError {
            kind: CborErrorKind::TrailingData,
            offset: end,
        })
    }
}

/// Checks the item at the start of `data` and gives the octets it takes.
///
/// # Errors
/// As [`check`], octets after the item excepted.
pub fn check_prefix(data: &[u8], max_bytes: usize) -> Result<usize, CborError> {
    Walk { data, max_bytes }.item(0, 1)
}

/// One item in its encoding, kept as it came: what a reader does not know and a relay preserves.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Raw(Box<[u8]>);

impl Raw {
    /// Takes one deterministic item.
    ///
    /// # Errors
    /// As [`check`].
    pub fn new(encoded: &[u8]) -> Result<Self, CborError> {
        check(encoded, limits::BYTES)?;
        Ok(Self(encoded.into()))
    }

    /// For octets that have already passed [`check`] as part of a message.
    pub(crate) fn checked(encoded: &[u8]) -> Self {
        Self(encoded.into())
    }

    /// The item's encoding.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Major types of RFC 8949 §3.1.
pub(crate) mod major {
    pub(crate) const UNSIGNED: u8 = 0;
    pub(crate) const NEGATIVE: u8 = 1;
    pub(crate) const BYTES: u8 = 2;
    pub(crate) const TEXT: u8 = 3;
    pub(crate) const ARRAY: u8 = 4;
    pub(crate) const MAP: u8 = 5;
    pub(crate) const TAG: u8 = 6;
    pub(crate) const SIMPLE: u8 = 7;
}

#[derive(Clone, Copy)]
struct Head {
    major: u8,
    /// The low five bits of the first octet.
    info: u8,
    argument: u64,
    end: usize,
}

struct Walk<'b> {
    data: &'b [u8],
    max_bytes: usize,
}

impl Walk<'_> {
    fn head(&self, at: usize) -> Result<Head, CborError> {
        let fail = |kind| CborError { kind, offset: at };
        let first = *self.data.get(at).ok_or(fail(CborErrorKind::Truncated))?;
        let (major, info) = (first >> 5, first & 0x1f);
        let size = match info {
            0..24 => {
                return Ok(Head {
                    major,
                    info,
                    argument: u64::from(info),
                    end: at.saturating_add(1),
                });
            }
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            31 => return Err(fail(CborErrorKind::IndefiniteLength)),
            _ => return Err(fail(CborErrorKind::ReservedHead)),
        };
        let start = at.saturating_add(1);
        let end = start.saturating_add(size);
        let octets = self.data.get(start..end).ok_or(fail(CborErrorKind::Truncated))?;
        let argument = octets
            .iter()
            .fold(0, |sum: u64, octet| (sum << 8) | u64::from(*octet));
        let least = if size == 1 { 24 } else { 1_u64 << (size * 4) };
        if major != major::SIMPLE && argument < least {
            return Err(fail(CborErrorKind::LongHead));
        }
        Ok(Head {
            major,
            info,
            argument,
            end,
        })
    }

    /// Checks the item at `at`, `depth` containers deep counting its own, and gives where it ends.
    fn item(&self, at: usize, depth: u32) -> Result<usize, CborError> {
        let fail = |kind| CborError { kind, offset: at };
        let head = self.head(at)?;
        let left = self.data.len().saturating_sub(head.end);
        match head.major {
            major::UNSIGNED | major::NEGATIVE => return Ok(head.end),
            major::BYTES | major::TEXT => {
                let (most, over) = if head.major == major::BYTES {
                    (self.max_bytes, CborErrorKind::BytesTooLong)
                } else {
                    (limits::TEXT, CborErrorKind::TextTooLong)
                };
                let len = usize::try_from(head.argument)
                    .ok()
                    .filter(|len| *len <= most)
                    .ok_or(fail(over))?;
                let end = head.end.saturating_add(len);
                let octets = self
                    .data
                    .get(head.end..end)
                    .ok_or(fail(CborErrorKind::Truncated))?;
                if head.major == major::TEXT && core::str::from_utf8(octets).is_err() {
                    return Err(fail(CborErrorKind::NotUtf8));
                }
                return Ok(end);
            }
            major::SIMPLE => {
                return match head.info {
                    20..=22 => Ok(head.end),
                    _ => Err(fail(CborErrorKind::SimpleValue)),
                };
            }
            _ => {}
        }
        if depth > limits::DEPTH {
            return Err(fail(CborErrorKind::TooDeep));
        }
        let inside = depth.saturating_add(1);
        if head.major == major::TAG {
            return self.item(head.end, inside);
        }
        if head.argument > limits::ITEMS {
            return Err(fail(CborErrorKind::TooManyItems));
        }
        let octets_at_least = head
            .argument
            .saturating_mul(if head.major == major::MAP { 2 } else { 1 });
        if usize::try_from(octets_at_least).is_ok_and(|least| least > left) {
            return Err(fail(CborErrorKind::Truncated));
        }
        if head.major == major::ARRAY {
            return (0..head.argument).try_fold(head.end, |at, _| self.item(at, inside));
        }
        self.map(head, inside)
    }

    fn map(&self, head: Head, inside: u32) -> Result<usize, CborError> {
        let mut at = head.end;
        let mut before: Option<&[u8]> = None;
        for nth in 0..head.argument {
            let fail = |kind| CborError { kind, offset: at };
            let end = self.item(at, inside)?;
            let key = self.data.get(at..end).unwrap_or_default();
            if before.is_some_and(|before| key <= before) {
                return Err(fail(if self.holds_key(head.end, nth, key, inside) {
                    CborErrorKind::DuplicateKey
                } else {
                    CborErrorKind::KeyOrder
                }));
            }
            if !self.is_key(at) {
                return Err(fail(CborErrorKind::KeyType));
            }
            before = Some(key);
            at = self.item(end, inside)?;
        }
        Ok(at)
    }

    /// Whether one of the first `count` keys of the map whose pairs begin at `at` is `key`. Only asked when the map is
    /// refused anyway, so that a key twice is told from keys out of order.
    fn holds_key(&self, mut at: usize, count: u64, key: &[u8], inside: u32) -> bool {
        for _ in 0..count {
            let Ok(end) = self.item(at, inside) else {
                return false;
            };
            if self.data.get(at..end) == Some(key) {
                return true;
            }
            let Ok(next) = self.item(end, inside) else {
                return false;
            };
            at = next;
        }
        false
    }

    /// A number, a string, or an array of one or more unsigned numbers.
    fn is_key(&self, at: usize) -> bool {
        let Ok(head) = self.head(at) else { return false };
        match head.major {
            major::UNSIGNED | major::NEGATIVE | major::BYTES | major::TEXT => true,
            major::ARRAY => {
                let mut at = head.end;
                head.argument > 0
                    && (0..head.argument).all(|_| {
                        self.head(at).is_ok_and(|arc| {
                            at = arc.end;
                            arc.major == major::UNSIGNED
                        })
                    })
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
