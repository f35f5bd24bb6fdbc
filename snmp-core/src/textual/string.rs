use core::fmt;

/// PhysAddress and MacAddress: an address of the medium or the physical layer, of any length.
///
/// Shown as two hexadecimal digits an octet with colons between, the form that everybody knows.
///
/// ```
/// use snmp_core::textual::PhysAddress;
/// assert_eq!(PhysAddress(&[0, 0x1b, 0xa9, 0x0c, 0xff, 1]).to_string(), "00:1b:a9:0c:ff:01");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "it is its octets")]
pub struct PhysAddress<'a>(pub &'a [u8]);

impl PhysAddress<'_> {
    /// The address where it is a MacAddress: six octets.
    #[must_use]
    pub fn mac(&self) -> Option<[u8; 6]> {
        self.0.try_into().ok()
    }
}

impl fmt::Display for PhysAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, octet) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(":")?;
            }
            write!(f, "{octet:02x}")?;
        }
        Ok(())
    }
}

/// DisplayString: 0 to 255 octets of NVT ASCII by its definition, any octets by what devices send.
///
/// The octets are kept whatever they are: printers write in the set of prtLocalizationCharacterSet or in UTF-8.
/// [`is_conforming`](Self::is_conforming) says whether they can be shown as they are.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "it is its octets")]
pub struct DisplayString<'a>(pub &'a [u8]);

impl<'a> DisplayString<'a> {
    /// The most octets that one may have.
    pub const MAX: usize = 255;

    /// Whether it is what RFC 2579 defines: at most 255 octets, none above 127, and a CR only before LF or NUL.
    #[must_use]
    pub fn is_conforming(&self) -> bool {
        let behind = self.0.iter().skip(1).copied().map(Some).chain([None]);
        self.0.len() <= Self::MAX
            && self.0.is_ascii()
            && self
                .0
                .iter()
                .zip(behind)
                .all(|(octet, next)| *octet != b'\r' || matches!(next, Some(b'\n' | 0)))
    }

    /// The text, where it is one by the definition.
    #[must_use]
    pub fn as_str(&self) -> Option<&'a str> {
        core::str::from_utf8(self.0).ok().filter(|_| self.is_conforming())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;
    use alloc::string::ToString;

    #[test]
    fn r2579_mac_addresses_are_shown_by_two_digits_an_octet() {
        for (octets, text, is_mac) in [
            (&[0, 0x1b, 0xa9, 0x0c, 0xff, 1][..], "00:1b:a9:0c:ff:01", true),
            (&[], "", false),
            (&[7], "07", false),
            (&[0, 1, 2, 3, 4, 5, 6, 0xfe], "00:01:02:03:04:05:06:fe", false),
        ] {
            let address = PhysAddress(octets);
            assert_eq!(
                (address.to_string(), address.mac().is_some()),
                (text.into(), is_mac)
            );
        }
    }

    #[test]
    fn r2579_mac_display_strings_keep_octets_that_they_must_not_have() {
        for (octets, conforming) in [
            (&b""[..], true),
            (b"HP LaserJet 4250", true),
            (b"two\r\nlines, bell \x07 and \r\0", true),
            (&[b'a'; 255], true),
            (&[b'a'; 256], false),
            (b"a\rb", false),
            (b"end\r", false),
            (b"Caf\xe9", false),
            ("Café".as_bytes(), false),
            (&[0xff, 0, 0x80], false),
        ] {
            let text = DisplayString(octets);
            assert_eq!(text.is_conforming(), conforming, "{octets:x?}");
            assert_eq!(text.as_str().map(str::as_bytes), conforming.then_some(octets));
            // As a value it is what came, whatever that is.
            assert_eq!(Value::OctetString(octets).as_octets(), Some(octets));
            assert_eq!(text.0, octets);
        }
    }
}
