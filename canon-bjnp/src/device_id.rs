//! The device id answer and its IEEE 1284 grammar: `KEY:value;KEY:value;...`
//!
//! The final `;` may be missing (LBP2900). Commas split list values. There is no escaping, and nothing promises
//! ASCII: octets are kept as they came.

use crate::{DecodeError, framing::Convention, text::Escaped};
use core::fmt;
use nom::{
    IResult, Parser,
    bytes::complete::{tag, take_till},
    combinator::{opt, rest},
    sequence::{separated_pair, terminated},
};

/// The longest device id that is read, in octets. This crate's choice: real ones stay below 500.
pub const MAX_ID_LEN: usize = 4096;

/// The body of a device id answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DeviceId<'a> {
    /// How the id stood in the payload.
    pub convention: Convention,
    /// The id, at least one octet and one `:`.
    pub id: Id1284<'a>,
    /// NULs behind the id, cut off.
    pub trailing_nuls: usize,
}

impl<'a> DeviceId<'a> {
    /// Reads the id from a packet's payload.
    ///
    /// # Errors
    /// [`DecodeError::PayloadTooShort`], [`DecodeError::IdTooLong`], [`DecodeError::EmptyId`],
    /// [`DecodeError::NoKeys`].
    pub fn decode(payload: &'a [u8]) -> Result<Self, DecodeError> {
        let (convention, text) = Convention::split(payload)?;
        let have = text
            .iter()
            .rposition(|&octet| octet != 0)
            .map_or(0, |last| last.saturating_add(1));
        let (id, nuls) = text.split_at_checked(have).unwrap_or((text, &[]));
        if have > MAX_ID_LEN {
            return Err(DecodeError::IdTooLong {
                limit: MAX_ID_LEN,
                have,
            });
        }
        if id.is_empty() {
            return Err(DecodeError::EmptyId);
        }
        if !id.contains(&b':') {
            return Err(DecodeError::NoKeys);
        }
        Ok(Self {
            convention,
            id: Id1284(id),
            trailing_nuls: nuls.len(),
        })
    }
}

/// An IEEE 1284 device id, as received. Every look-up walks it once; nothing is allocated.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Id1284<'a>(
    /// The octets.
    pub &'a [u8],
);

impl<'a> Id1284<'a> {
    /// All parts in order. Empty parts and parts with an empty key are left out.
    pub fn parts(&self) -> impl Iterator<Item = Part<'a>> + Clone + use<'a> {
        let mut left = self.0;
        core::iter::from_fn(move || {
            while !left.is_empty() {
                let (after, text) = part(left).ok()?;
                left = after;
                match field(text) {
                    Ok((_, (key, value))) if !key.is_empty() => {
                        return Some(Part::Field {
                            key: Key::from_octets(key),
                            value,
                        });
                    }
                    Err(_) if !text.is_empty() => return Some(Part::Unparsed(text)),
                    _ => {}
                }
            }
            None
        })
    }

    /// The fields in order, as (key, value).
    pub fn fields(&self) -> impl Iterator<Item = (Key<'a>, &'a [u8])> + Clone + use<'a> {
        self.parts().filter_map(|part| match part {
            Part::Field { key, value } => Some((key, value)),
            Part::Unparsed(_) => None,
        })
    }

    /// The value of `key`; of a repeated key the first.
    #[must_use]
    pub fn get(&self, key: Key<'_>) -> Option<&'a [u8]> {
        self.fields()
            .find(|(found, _)| *found == key)
            .map(|(_, value)| value)
    }

    /// The maker (`MFG`, `MANUFACTURER`).
    #[must_use]
    pub fn manufacturer(&self) -> Option<&'a [u8]> {
        self.get(Key::Manufacturer)
    }

    /// The model (`MDL`, `MODEL`). A name that ends in "series" is a family's, not one model's.
    #[must_use]
    pub fn model(&self) -> Option<&'a [u8]> {
        self.get(Key::Model)
    }

    /// The name for people (`DES`, `DESCRIPTION`).
    #[must_use]
    pub fn description(&self) -> Option<&'a [u8]> {
        self.get(Key::Description)
    }

    /// The firmware's version (`VER`).
    #[must_use]
    pub fn firmware(&self) -> Option<&'a [u8]> {
        self.get(Key::Firmware)
    }

    /// The serial number: `SN`, `SERN` or `SERIALNUMBER`, else Canon's `PSE`, of which one public source says that
    /// it is the serial number.
    #[must_use]
    pub fn serial(&self) -> Option<&'a [u8]> {
        self.get(Key::Serial)
            .or_else(|| self.get(Key::Pse))
            .filter(|serial| !serial.is_empty())
    }

    /// The languages of `CMD` (`COMMAND SET`), in the device's order.
    pub fn languages(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        let list = self.get(Key::CommandSet).unwrap_or_default();
        list.split(|&octet| octet == b',')
            .map(<[u8]>::trim_ascii)
            .filter(|language| !language.is_empty())
    }

    /// Whether `CMD` says that the device speaks CPCA, Canon's administration protocol of port 47545.
    #[must_use]
    pub fn speaks_cpca(&self) -> bool {
        self.languages().any(|language| language == b"CPCA")
    }

    /// Whether the maker is Canon, or no maker is named and the description begins with its name.
    #[must_use]
    pub fn is_canon(&self) -> bool {
        let name = self
            .manufacturer()
            .or_else(|| self.description())
            .unwrap_or_default();
        name.trim_ascii()
            .get(..5)
            .is_some_and(|front| front.eq_ignore_ascii_case(b"canon"))
    }

    /// Known keys that stand more than once: each once, in the order of their second appearance.
    pub fn duplicates(&self) -> impl Iterator<Item = Key<'a>> + use<'a> {
        let (mut seen, mut told) = (0_u16, 0_u16);
        self.fields().filter_map(move |(key, _)| {
            let bit = key.bit()?;
            let again = seen & bit != 0 && told & bit == 0;
            told |= seen & bit;
            seen |= bit;
            again.then_some(key)
        })
    }
}

impl fmt::Display for Id1284<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped(self.0).fmt(f)
    }
}

impl fmt::Debug for Id1284<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Escaped(self.0), f)
    }
}

/// Up to the next `;`, which is taken too, or to the end.
fn part(input: &[u8]) -> IResult<&[u8], &[u8], ()> {
    terminated(take_till(|octet| octet == b';'), opt(tag(";"))).parse(input)
}

/// `KEY:value`; a value may hold further colons.
fn field(input: &[u8]) -> IResult<&[u8], (&[u8], &[u8]), ()> {
    let key = take_till(|octet| octet == b':').map(<[u8]>::trim_ascii);
    separated_pair(key, tag(":"), rest).parse(input)
}

/// One part of a device id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums)] // with a colon or without
pub enum Part<'a> {
    /// `KEY:value`.
    Field {
        /// The key, without the space around it.
        key: Key<'a>,
        /// The value as received.
        value: &'a [u8],
    },
    /// A part without `:`.
    Unparsed(&'a [u8]),
}

/// The key of a field; case does not count.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Key<'a> {
    /// `MFG`, `MANUFACTURER`.
    Manufacturer,
    /// `MDL`, `MODEL`.
    Model,
    /// `CMD`, `COMMAND SET`: languages.
    CommandSet,
    /// `CLS`, `CLASS`.
    Class,
    /// `DES`, `DESCRIPTION`.
    Description,
    /// `CID`: compatibility id.
    CompatibilityId,
    /// `VER`: the firmware's version.
    Firmware,
    /// `STA`: a bit field; 10 in every idle sample.
    Status,
    /// `PSE`: the serial number of some inkjets.
    Pse,
    /// `SN`, `SERN`, `SERIALNUMBER`.
    Serial,
    /// `SOJ`: start-of-job markers.
    StartOfJob,
    /// Any other, as received.
    Other(&'a [u8]),
}

/// The first name of each key is the one that is shown.
const NAMES: [(&str, Key<'static>); 18] = [
    ("MFG", Key::Manufacturer),
    ("MANUFACTURER", Key::Manufacturer),
    ("MDL", Key::Model),
    ("MODEL", Key::Model),
    ("CMD", Key::CommandSet),
    ("COMMAND SET", Key::CommandSet),
    ("CLS", Key::Class),
    ("CLASS", Key::Class),
    ("DES", Key::Description),
    ("DESCRIPTION", Key::Description),
    ("CID", Key::CompatibilityId),
    ("VER", Key::Firmware),
    ("STA", Key::Status),
    ("PSE", Key::Pse),
    ("SN", Key::Serial),
    ("SERN", Key::Serial),
    ("SERIALNUMBER", Key::Serial),
    ("SOJ", Key::StartOfJob),
];

impl<'a> Key<'a> {
    /// The key of a name.
    #[must_use]
    pub fn from_octets(name: &'a [u8]) -> Self {
        NAMES
            .iter()
            .find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name))
            .map_or(Self::Other(name), |(_, key)| *key)
    }

    /// The key's (short) name.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        match self {
            Self::Other(name) => name,
            known => NAMES
                .iter()
                .find(|(_, key)| key == known)
                .map_or(b"", |(name, _)| name.as_bytes()),
        }
    }

    fn bit(&self) -> Option<u16> {
        Some(match self {
            Self::Manufacturer => 1,
            Self::Model => 1 << 1,
            Self::CommandSet => 1 << 2,
            Self::Class => 1 << 3,
            Self::Description => 1 << 4,
            Self::CompatibilityId => 1 << 5,
            Self::Firmware => 1 << 6,
            Self::Status => 1 << 7,
            Self::Pse => 1 << 8,
            Self::Serial => 1 << 9,
            Self::StartOfJob => 1 << 10,
            Self::Other(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    /// What an LBP2900 says by USB: no final semicolon.
    const LBP2900: Id1284<'_> =
        Id1284(b"MFG:Canon;MDL:LBP2900;CMD:CAPT;VER:2.1;CLS:PRINTER;DES:Canon LBP2900");

    #[test]
    fn a_real_id_without_its_last_semicolon() {
        assert_eq!(LBP2900.manufacturer(), Some(&b"Canon"[..]));
        assert_eq!(LBP2900.model(), Some(&b"LBP2900"[..]));
        assert_eq!(LBP2900.description(), Some(&b"Canon LBP2900"[..]));
        assert_eq!(LBP2900.firmware(), Some(&b"2.1"[..]));
        assert_eq!(LBP2900.serial(), None);
        assert_eq!(LBP2900.fields().count(), 6);
        assert!(LBP2900.is_canon() && !LBP2900.speaks_cpca());
    }

    #[test]
    fn long_names_are_the_same_keys() {
        let id = Id1284(b"MANUFACTURER:Canon;MODEL:LBP-800;COMMAND SET:CAPT, CPCA;serialnumber: x");
        assert_eq!(id.model(), Some(&b"LBP-800"[..]));
        assert_eq!(id.languages().collect::<Vec<_>>(), [&b"CAPT"[..], b"CPCA"]);
        assert_eq!(id.serial(), Some(&b" x"[..]));
        assert!(id.speaks_cpca());
        assert_eq!(Key::Serial.name(), b"SN");
    }

    #[test]
    fn odd_parts_are_kept_or_left_out_but_never_in_the_way() {
        let id = Id1284(b":a;;garbage; MDL :A:B;MDL:C;X:1;X:2;MDL:D;:");
        let field = |key, value| Part::Field { key, value };
        assert_eq!(
            id.parts().collect::<Vec<_>>(),
            vec![
                Part::Unparsed(b"garbage"),
                field(Key::Model, &b"A:B"[..]),
                field(Key::Model, b"C"),
                field(Key::Other(b"X"), b"1"),
                field(Key::Other(b"X"), b"2"),
                field(Key::Model, b"D"),
            ]
        );
        assert_eq!(id.model(), Some(&b"A:B"[..]));
        assert_eq!(id.get(Key::Other(b"X")), Some(&b"1"[..]));
        assert_eq!(id.duplicates().collect::<Vec<_>>(), [Key::Model]);
    }

    #[test]
    fn what_is_no_id() {
        let decode = |payload: &[u8]| DeviceId::decode(payload).map(|id| (id.convention, id.trailing_nuls));
        assert_eq!(
            decode(b""),
            Err(DecodeError::PayloadTooShort { need: 2, have: 0 })
        );
        assert_eq!(decode(b"\0\x02"), Err(DecodeError::EmptyId));
        assert_eq!(decode(b"\0\x04\0\0"), Err(DecodeError::EmptyId));
        assert_eq!(decode(b"\0\x05abc"), Err(DecodeError::NoKeys));
        assert_eq!(decode(b"\0\x07a:b\0\0"), Ok((Convention::Inclusive, 2)));
        let mut longest = vec![b':'; MAX_ID_LEN];
        assert_eq!(decode(&longest), Ok((Convention::Bare, 0)));
        longest.push(0);
        assert_eq!(decode(&longest), Ok((Convention::Bare, 1)));
        longest[MAX_ID_LEN] = b';';
        let too_long = DecodeError::IdTooLong {
            limit: 4096,
            have: 4097,
        };
        assert_eq!(decode(&longest), Err(too_long));
    }

    #[test]
    fn a_device_that_names_no_maker_is_known_by_its_description() {
        for (id, canon) in [
            ("DES:Canon X;", true),
            ("MFG:HP;DES:Canon;", false),
            ("MDL:Canon;", false),
        ] {
            assert_eq!(Id1284(id.as_bytes()).is_canon(), canon, "{id}");
        }
    }
}
