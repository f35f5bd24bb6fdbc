//! How a text stands in its payload: behind a length that counts itself, behind one that does not, or alone.

use crate::DecodeError;
use nom::{IResult, number::complete::be_u16};

/// Where a text's length is written, told from the octets and not from the protocol: devices of one family differ.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums)] // the four cover every pair of octets
pub enum Convention {
    /// Two octets in front count themselves and the text (BJNP: MX700, MG5500).
    Inclusive,
    /// Two octets in front count the text alone (CPNP: SELPHY CP900).
    Exclusive,
    /// No length in front (MFNP).
    Bare,
    /// Two octets in front that fit neither count. The payload's length was followed, as public drivers do.
    Mismatch(
        /// What the two octets say.
        u16,
    ),
}

impl Convention {
    /// `inclusive`, `exclusive`, `none` or `prefixed`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inclusive => "inclusive",
            Self::Exclusive => "exclusive",
            Self::Bare => "none",
            Self::Mismatch(_) => "prefixed",
        }
    }

    /// Splits a payload into its convention and the text.
    pub(crate) fn split(payload: &[u8]) -> Result<(Self, &[u8]), DecodeError> {
        let have = payload.len();
        let parsed: IResult<_, _, ()> = be_u16(payload);
        let (text, prefix) = parsed.map_err(|_| DecodeError::PayloadTooShort { need: 2, have })?;
        // As a length, two printable octets would mean a text of 8 KiB or more.
        if prefix
            .to_be_bytes()
            .iter()
            .all(|octet| matches!(octet, 0x20..=0x7e))
        {
            return Ok((Self::Bare, payload));
        }
        let convention = match usize::from(prefix) {
            inclusive if inclusive == have => Self::Inclusive,
            exclusive if exclusive == text.len() => Self::Exclusive,
            _ => Self::Mismatch(prefix),
        };
        Ok((convention, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn told_by_the_octets() {
        let cases: [(&[u8], Convention, &[u8]); 9] = [
            (b"\x00\x05A:B", Convention::Inclusive, b"A:B"),
            (b"\x00\x03A:B", Convention::Exclusive, b"A:B"),
            (b"A:B", Convention::Bare, b"A:B"),
            (b"\x00\x04A:B", Convention::Mismatch(4), b"A:B"),
            (b"\xff\xffA:B", Convention::Mismatch(0xffff), b"A:B"),
            (b"\x00\x02", Convention::Inclusive, b""),
            // The ends of what is printable.
            (b" ~A:B", Convention::Bare, b" ~A:B"),
            (b"\x1f~A:B", Convention::Mismatch(0x1f7e), b"A:B"),
            (b" \x7fA:B", Convention::Mismatch(0x207f), b"A:B"),
        ];
        for (payload, convention, text) in cases {
            assert_eq!(Convention::split(payload), Ok((convention, text)), "{payload:?}");
        }
        for payload in [&b""[..], b"A"] {
            let short = DecodeError::PayloadTooShort {
                need: 2,
                have: payload.len(),
            };
            assert_eq!(Convention::split(payload), Err(short));
        }
    }
}
