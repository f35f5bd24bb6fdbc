use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

/// The DISPLAY-HINT of an integer (RFC 2579 §3.1).
///
/// ```
/// use snmp_core::textual::IntegerHint;
/// assert_eq!(IntegerHint::parse("d-2")?.format(1234), "12.34");
/// # Ok::<(), snmp_core::textual::HintError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum IntegerHint {
    /// `d`, `d-n`: decimal, with a point before the last `decimals` digits.
    Decimal {
        /// Digits behind the point.
        decimals: u8,
    },
    /// `x`.
    Hexadecimal,
    /// `o`.
    Octal,
    /// `b`.
    Binary,
}

/// The DISPLAY-HINT of an OCTET STRING (RFC 2579 §3.1).
///
/// ```
/// use snmp_core::textual::OctetHint;
/// // TransportAddressIPv4 of RFC 3419.
/// let hint = OctetHint::parse("1d.1d.1d.1d:2d")?;
/// assert_eq!(hint.format(&[192, 0, 2, 1, 0x00, 0xa1]), "192.0.2.1:161");
/// # Ok::<(), snmp_core::textual::HintError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OctetHint {
    /// One at least.
    specifications: Vec<Specification>,
}

/// One octet-format specification.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Specification {
    repeated: bool,
    length: usize,
    format: Format,
    separator: Option<char>,
    terminator: Option<char>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Format {
    Hexadecimal,
    Decimal,
    Octal,
    Ascii,
    Utf8,
}

/// A hint that breaks the rules.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no display hint at octet {at}")]
#[non_exhaustive]
pub struct HintError {
    /// Octets of the hint before what is wrong.
    pub at: usize,
}

impl IntegerHint {
    /// Reads `d`, `d-` with the number of decimals, `x`, `o` or `b`.
    ///
    /// # Errors
    /// For anything else.
    pub fn parse(hint: &str) -> Result<Self, HintError> {
        Ok(match hint {
            "d" => Self::Decimal { decimals: 0 },
            "x" => Self::Hexadecimal,
            "o" => Self::Octal,
            "b" => Self::Binary,
            _ => {
                let decimals = hint.strip_prefix("d-").ok_or(HintError { at: 0 })?;
                let decimals = Some(decimals).filter(|text| text.bytes().all(|octet| octet.is_ascii_digit()));
                let decimals = decimals.and_then(|text| text.parse().ok());
                Self::Decimal {
                    decimals: decimals.ok_or(HintError { at: 2 })?,
                }
            }
        })
    }

    /// Shows a number: no leading zeros but the one before a point, a minus sign before the digits.
    #[must_use]
    pub fn format(self, number: i64) -> String {
        let sign = if number < 0 { "-" } else { "" };
        let size = number.unsigned_abs();
        match self {
            Self::Decimal { decimals: 0 } => format!("{number}"),
            Self::Decimal { decimals } => {
                let decimals = usize::from(decimals);
                let digits = format!("{size:0width$}", width = decimals + 1);
                let (whole, fraction) = digits.split_at(digits.len() - decimals);
                format!("{sign}{whole}.{fraction}")
            }
            Self::Hexadecimal => format!("{sign}{size:x}"),
            Self::Octal => format!("{sign}{size:o}"),
            Self::Binary => format!("{sign}{size:b}"),
        }
    }
}

impl OctetHint {
    /// Reads octet-format specifications, one or more.
    ///
    /// # Errors
    /// When one has no length or no format, and for none at all.
    pub fn parse(hint: &str) -> Result<Self, HintError> {
        let mut specifications = Vec::new();
        let mut rest = hint;
        loop {
            let (specification, behind) = Specification::parse(rest).ok_or(HintError {
                at: hint.len() - rest.len(),
            })?;
            specifications.push(specification);
            rest = behind;
            if rest.is_empty() {
                return Ok(Self { specifications });
            }
        }
    }

    /// Shows octets.
    ///
    /// The last specification is applied again until the octets are used up; separators and terminators that would end
    /// the text are left out. `x` gives two digits an octet, so that what stands without separators between
    /// can be told apart; `a` gives octets above 127 as the characters of ISO 8859-1; of `t` what is no whole character at
    /// the end is dropped, and so is an octet inside that no UTF-8 has.
    #[must_use]
    pub fn format(&self, octets: &[u8]) -> String {
        let mut text = String::new();
        // Its length without the separators and terminators at its end.
        let mut end = 0;
        let mut rest = octets;
        let mut at = 0;
        while let (Some(specification), false) = (self.specifications.get(at), rest.is_empty()) {
            let before = rest.len();
            specification.apply(&mut rest, &mut text, &mut end);
            if at + 1 < self.specifications.len() {
                at += 1;
            } else if rest.len() == before {
                // Octets that no specification takes.
                break;
            }
        }
        text.truncate(end);
        text
    }
}

impl Specification {
    fn parse(hint: &str) -> Option<(Self, &str)> {
        let (repeated, hint) = match hint.strip_prefix('*') {
            Some(rest) => (true, rest),
            None => (false, hint),
        };
        let end = hint.find(|character: char| !character.is_ascii_digit())?;
        let (length, hint) = hint.split_at_checked(end)?;
        // A value has at most 65535 octets.
        let length: usize = length.parse().ok().filter(|length| *length <= 65_535)?;
        let mut characters = hint.chars();
        let format = match characters.next()? {
            'x' => Format::Hexadecimal,
            'd' => Format::Decimal,
            'o' => Format::Octal,
            'a' => Format::Ascii,
            't' => Format::Utf8,
            _ => return None,
        };
        let mut mark = |wanted: bool| {
            let mut ahead = characters.clone();
            let mark = ahead
                .next()
                .filter(|mark| wanted && *mark != '*' && !mark.is_ascii_digit())?;
            characters = ahead;
            Some(mark)
        };
        let separator = mark(true);
        let terminator = mark(repeated && separator.is_some());
        let specification = Self {
            repeated,
            length,
            format,
            separator,
            terminator,
        };
        Some((specification, characters.as_str()))
    }

    /// Applies it to the front of `rest`; `end` is where the text ends without what only separates.
    fn apply(self, rest: &mut &[u8], text: &mut String, end: &mut usize) {
        let mut count = 1;
        if self.repeated {
            let Some((first, behind)) = rest.split_first() else {
                return;
            };
            (count, *rest) = (*first, behind);
        }
        for at in 1..=count {
            if at > 1 && rest.is_empty() {
                break;
            }
            let (octets, behind) = rest.split_at(self.length.min(rest.len()));
            *rest = behind;
            if !octets.is_empty() {
                self.format.write(octets, text);
                *end = text.len();
            }
            // Not where the terminator follows at once.
            text.extend(self.separator.filter(|_| at < count || self.terminator.is_none()));
        }
        text.extend(self.terminator);
    }
}

impl Format {
    fn write(self, octets: &[u8], text: &mut String) {
        // Writing to a String does not fail.
        let _ = match self {
            Self::Hexadecimal => octets.iter().try_for_each(|octet| write!(text, "{octet:02x}")),
            Self::Decimal => match number(octets) {
                Some(number) => write!(text, "{number}"),
                None => octets.iter().try_for_each(|octet| write!(text, "{octet:02x}")),
            },
            Self::Octal => match number(octets) {
                Some(number) => write!(text, "{number:o}"),
                None => octets.iter().try_for_each(|octet| write!(text, "{octet:02x}")),
            },
            Self::Ascii => {
                text.extend(octets.iter().copied().map(char::from));
                Ok(())
            }
            Self::Utf8 => {
                for chunk in octets.utf8_chunks() {
                    text.push_str(chunk.valid());
                }
                Ok(())
            }
        };
    }
}

/// Octets as a number in network order, as far as 128 bits hold it; longer ones are shown in hexadecimal.
fn number(octets: &[u8]) -> Option<u128> {
    let significant = octets.iter().skip_while(|octet| **octet == 0);
    (significant.clone().count() <= 16)
        .then(|| significant.fold(0, |number, octet| (number << 8) | u128::from(*octet)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2579_dh1_integers_by_their_hints() {
        for (hint, number, text) in [
            ("d", 1234, "1234"),
            ("d", -5, "-5"),
            ("d-2", 1234, "12.34"),
            ("d-2", 5, "0.05"),
            ("d-2", -5, "-0.05"),
            ("d-2", -1234, "-12.34"),
            ("d-0", 7, "7"),
            ("d-1", 0, "0.0"),
            ("x", 255, "ff"),
            ("x", -255, "-ff"),
            ("o", 8, "10"),
            ("b", 5, "101"),
            ("b", 0, "0"),
            ("d", i64::MIN, "-9223372036854775808"),
            ("d-1", i64::MIN, "-922337203685477580.8"),
        ] {
            let hint = IntegerHint::parse(hint).unwrap();
            assert_eq!(hint.format(number), text, "{hint:?} {number}");
        }
        for bad in ["", "D", "d-", "d-x", "d--1", "d-+1", "d-256", "dd", "x-2", "1d"] {
            assert!(IntegerHint::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn r2579_dh1_octets_by_their_hints() {
        for (name, hint, octets, text) in [
            ("DisplayString", "255a", &b"HP LaserJet"[..], "HP LaserJet"),
            ("nothing", "255a", b"", ""),
            ("PhysAddress", "1x:", &[0, 0x1b, 0xa9, 1], "00:1b:a9:01"),
            (
                "DateAndTime",
                "2d-1d-1d,1d:1d:1d.1d,1a1d:1d",
                &[0x07, 0xc8, 5, 26, 13, 30, 15, 0, b'-', 4, 0],
                "1992-5-26,13:30:15.0,-4:0",
            ),
            (
                "DateAndTime without a time zone",
                "2d-1d-1d,1d:1d:1d.1d,1a1d:1d",
                &[0x07, 0xc8, 5, 26, 13, 30, 15, 0],
                "1992-5-26,13:30:15.0",
            ),
            (
                "InetAddressIPv4z",
                "1d.1d.1d.1d%4d",
                &[192, 0, 2, 1, 0, 0, 0, 3],
                "192.0.2.1%3",
            ),
            (
                "TransportAddressIPv6",
                "0a[2x:2x:2x:2x:2x:2x:2x:2x0a]0a:2d",
                &[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 161],
                "[2001:0db8:0000:0000:0000:0000:0000:0001]:161",
            ),
            ("decimal of two octets", "2d", &[1, 0], "256"),
            ("octal", "1o ", &[8, 64], "10 100"),
            ("fewer octets than one takes", "4d", &[1, 0], "256"),
            // The first octet of each is a count.
            (
                "repeated",
                "*1d./1x:",
                &[3, 10, 20, 30, 0xab, 0xcd],
                "10.20.30/ab:cd",
            ),
            ("repeated nought times", "*1d./1d", &[0, 7], "/7"),
            ("repeated, cut", "*1d./", &[9, 1, 2], "1.2"),
            ("repeated, then the end", "*1x:;", &[2, 1, 2, 1, 3], "01:02;03"),
            ("a repeat count alone", "*1x:;", &[2], ""),
            ("no length at the end", "0a", b"abc", ""),
            ("no length, again and again", "1d.0a-", &[1, 2, 3], "1"),
            (
                "longer than any number",
                "20d",
                &[0xff; 17],
                "ffffffffffffffffffffffffffffffffff",
            ),
        ] {
            let parsed = OctetHint::parse(hint).unwrap();
            assert_eq!(parsed.format(octets), text, "{name}");
        }
        for (bad, at) in [
            ("", 0),
            ("x", 0),
            ("1", 0),
            ("1y", 0),
            ("*x", 0),
            ("1x::", 3),
            ("1d.1", 3),
            ("99999999999999999999x", 0),
            ("65536x", 0),
        ] {
            assert_eq!(OctetHint::parse(bad), Err(HintError { at }), "{bad}");
        }
    }

    #[test]
    fn r2579_dh2_what_is_no_whole_character_at_the_end_is_dropped() {
        let hint = OctetHint::parse("255t").unwrap();
        for (octets, text) in [
            ("Flur 3 über".as_bytes(), "Flur 3 über"),
            // Cut inside a character of two, three and four octets.
            (b"l\xc3", "l"),
            (b"\xe2\x82", ""),
            (b"a\xf0\x9f\x96", "a"),
            (b"", ""),
        ] {
            let shown = hint.format(octets);
            assert_eq!(shown, text, "{octets:x?}");
            assert!(!shown.contains(char::REPLACEMENT_CHARACTER));
        }
        // Cut by the hint itself, then the rest of it.
        assert_eq!(OctetHint::parse("2t|").unwrap().format("aüb".as_bytes()), "a|b");
    }

    #[test]
    fn whatever_hint_and_octets_are_it_ends() {
        let alphabet = b"0129*xdoat.:[";
        for seed in 0..20_000_usize {
            let hint: Vec<u8> = (0..seed % 9)
                .map(|at| alphabet[(seed.wrapping_mul(7919) >> at) % alphabet.len()])
                .collect();
            if let Ok(hint) = OctetHint::parse(core::str::from_utf8(&hint).unwrap()) {
                let text = hint.format(&[0xff, 0, 3, 0xc3, 200, 1, 2, 3]);
                assert!(text.len() < 2_000, "{hint:?}");
            }
        }
    }
}
