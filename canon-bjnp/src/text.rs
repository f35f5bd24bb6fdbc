//! Octets that a device calls text, shown so that a terminal, a log or a page cannot be harmed.

use core::fmt::{self, Write as _};

/// Shows octets as text: printable ASCII as it is, a backslash doubled, every other octet as `\xNN`.
///
/// ```
/// use canon_bjnp::text::Escaped;
/// assert_eq!(Escaped(b"MG\xff\x1b[2J").to_string(), r"MG\xff\x1b[2J");
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Escaped<'a>(
    /// The octets as received.
    pub &'a [u8],
);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &octet in self.0 {
            match octet {
                b'\\' => f.write_str("\\\\")?,
                0x20..=0x7e => f.write_char(char::from(octet))?,
                other => write!(f, "\\x{other:02x}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// Text in big-endian UTF-16, up to its first NUL. Lone surrogates and half units are shown as U+FFFD, control
/// characters as `\u{..}`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Utf16<'a>(
    /// The octets as received.
    pub &'a [u8],
);

impl fmt::Display for Utf16<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = self.0.chunks(2).map(|pair| match *pair {
            [high, low] => u16::from_be_bytes([high, low]),
            // Half a unit at the end: a lone surrogate shows as the replacement character.
            _ => 0xd800,
        });
        for unit in char::decode_utf16(units.take_while(|&unit| unit != 0)) {
            match unit.unwrap_or(char::REPLACEMENT_CHARACTER) {
                shown if shown.is_alphanumeric() || shown == ' ' || shown == char::REPLACEMENT_CHARACTER => {
                    f.write_char(shown)?;
                }
                shown if shown.is_ascii_graphic() => f.write_char(shown)?,
                hidden => write!(f, "{}", hidden.escape_unicode())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn nothing_unprintable_gets_through() {
        let all: alloc::vec::Vec<u8> = (0..=u8::MAX).collect();
        let shown = Escaped(&all).to_string();
        assert!(shown.bytes().all(|octet| (0x20..=0x7e).contains(&octet)));
        assert_eq!(std::format!("{:?}", Escaped(b"a\"\n")), "\"a\"\\x0a\"");
    }

    #[test]
    fn utf16_ends_at_nul_and_hides_controls() {
        assert_eq!(Utf16(b"\0P\0\xe9\0\0\0X").to_string(), "P\u{e9}");
        // U+202E turns the direction of what follows.
        assert_eq!(Utf16(b"\x20\x2e\0\x1b").to_string(), r"\u{202e}\u{1b}");
        assert_eq!(Utf16(b"\xd8\x00\0a\0").to_string(), "\u{fffd}a\u{fffd}");
    }
}
