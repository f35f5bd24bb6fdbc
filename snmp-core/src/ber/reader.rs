use super::{DecodeError, DecodeErrorKind, Field, tag};

/// Reads elements one after the other from octets that it borrows.
///
/// Offsets in its errors count from the start of the outermost octets, also in readers of inner elements.
///
/// ```
/// use snmp_core::ber::{Field, Reader, tag};
/// let mut reader = Reader::new(&[0x02, 0x01, 0x05]);
/// assert_eq!(reader.integer(Field::RequestId)?, 5);
/// assert!(reader.is_empty());
/// # Ok::<(), snmp_core::ber::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

/// An element: identifier octet and contents.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tlv<'a> {
    /// Identifier octet.
    pub tag: u8,
    /// Contents octets.
    pub content: &'a [u8],
    /// Octets from the outermost start to the first of `content`.
    pub offset: usize,
}

impl<'a> Reader<'a> {
    /// A reader of `octets`, whose first octet has offset 0.
    #[must_use]
    pub const fn new(octets: &'a [u8]) -> Self {
        Self {
            rest: octets,
            offset: 0,
        }
    }

    /// A reader of `octets`, whose first octet has the offset given.
    #[must_use]
    pub const fn at(octets: &'a [u8], offset: usize) -> Self {
        Self { rest: octets, offset }
    }

    /// Octets from the outermost start to the next element.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What is not read yet.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether everything has been read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// An error at the next element.
    #[must_use]
    pub const fn error(&self, field: Field, kind: DecodeErrorKind) -> DecodeError {
        DecodeError {
            kind,
            field,
            offset: self.offset,
        }
    }

    /// The identifier octet of the next element, without reading it.
    #[must_use]
    pub fn peek_tag(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Goes on with `rest`, which is the end of what is not read yet.
    #[inline]
    pub(crate) const fn skip_to(&mut self, rest: &'a [u8]) {
        self.offset += self.rest.len() - rest.len();
        self.rest = rest;
    }

    /// The next element, whatever its tag.
    ///
    /// # Errors
    /// When its length is indefinite, longer than four octets, or reaches past the end.
    #[inline]
    pub fn tlv(&mut self, field: Field) -> Result<Tlv<'a>, DecodeError> {
        match self.short_tlv() {
            Some(tlv) => Ok(tlv),
            None => self.long_tlv(field),
        }
    }

    /// The next element where its length is in the short form and it ends in time: nearly all elements of a real
    /// message.
    #[inline(always)]
    fn short_tlv(&mut self) -> Option<Tlv<'a>> {
        let [tag, length @ 0..=0x7f, rest @ ..] = self.rest else {
            return None;
        };
        let (content, rest) = rest.split_at_checked(usize::from(*length))?;
        let offset = self.offset + 2;
        self.skip_to(rest);
        Some(Tlv {
            tag: *tag,
            content,
            offset,
        })
    }

    #[cold]
    fn long_tlv(&mut self, field: Field) -> Result<Tlv<'a>, DecodeError> {
        let truncated = |missing| self.error(field, DecodeErrorKind::Truncated { missing });
        let [tag, first, rest @ ..] = self.rest else {
            return Err(truncated(2 - self.rest.len()));
        };
        let (length, rest, head) = match *first {
            short @ 0..=0x7f => (usize::from(short), rest, 2),
            0x80 => return Err(self.error(field, DecodeErrorKind::IndefiniteLength)),
            long => {
                let octets = usize::from(long & 0x7f);
                if octets > 4 {
                    return Err(self.error(field, DecodeErrorKind::LengthTooLong { octets }));
                }
                let Some((length, rest)) = rest.split_at_checked(octets) else {
                    return Err(truncated(octets - rest.len()));
                };
                let length = length
                    .iter()
                    .fold(0_u32, |sum, octet| (sum << 8) | u32::from(*octet));
                // A length past the address space is past the datagram too.
                (usize::try_from(length).unwrap_or(usize::MAX), rest, 2 + octets)
            }
        };
        let Some((content, rest)) = rest.split_at_checked(length) else {
            return Err(truncated(length - rest.len()));
        };
        let offset = self.offset + head;
        *self = Self {
            rest,
            offset: offset + length,
        };
        Ok(Tlv {
            tag: *tag,
            content,
            offset,
        })
    }

    /// The contents of the next element, which must have this tag.
    ///
    /// # Errors
    /// As [`tlv`](Self::tlv), and for another tag.
    #[inline]
    pub fn expect(&mut self, tag: u8, field: Field) -> Result<Self, DecodeError> {
        if self.peek_tag() == Some(tag) {
            return self.tlv(field).map(|tlv| Self::at(tlv.content, tlv.offset));
        }
        Err(self.unexpected(tag, field))
    }

    #[cold]
    fn unexpected(&self, expected: u8, field: Field) -> DecodeError {
        let kind = match self.peek_tag() {
            Some(actual) => DecodeErrorKind::Tag { expected, actual },
            None => DecodeErrorKind::Truncated { missing: 2 },
        };
        self.error(field, kind)
    }

    /// The contents of the next SEQUENCE.
    ///
    /// # Errors
    /// As [`expect`](Self::expect).
    #[inline]
    pub fn sequence(&mut self, field: Field) -> Result<Self, DecodeError> {
        self.expect(tag::SEQUENCE, field)
    }

    /// The next INTEGER, −2^31 to 2^31−1; leading octets beyond the shortest form are read away.
    ///
    /// # Errors
    /// As [`expect`](Self::expect), and when it is empty or out of range.
    #[inline]
    pub fn integer(&mut self, field: Field) -> Result<i32, DecodeError> {
        let start = self.offset;
        let content = self.expect(tag::INTEGER, field)?.rest;
        integer(content).map_err(|kind| DecodeError {
            kind,
            field,
            offset: start,
        })
    }

    /// The next element where it is an INTEGER of up to four octets in its shortest form; else `None`, and nothing
    /// is read.
    #[inline(always)]
    pub(crate) fn shortest_integer(&mut self) -> Option<i32> {
        if let [tag::INTEGER, 1, only, rest @ ..] = self.rest {
            self.skip_to(rest);
            return Some(i32::from(i8::from_be_bytes([*only])));
        }
        let mut ahead = *self;
        let tlv = ahead.short_tlv().filter(|tlv| tlv.tag == tag::INTEGER)?;
        let value = shortest_integer(tlv.content)?;
        *self = ahead;
        Some(value)
    }

    /// The contents of the next OCTET STRING.
    ///
    /// # Errors
    /// As [`expect`](Self::expect).
    #[inline]
    pub fn octet_string(&mut self, field: Field) -> Result<&'a [u8], DecodeError> {
        Ok(self.expect(tag::OCTET_STRING, field)?.rest)
    }

    /// Ends the reading of an element: nothing may be left in it.
    ///
    /// # Errors
    /// [`DecodeErrorKind::TrailingOctets`].
    #[inline]
    pub fn finish(&self, field: Field) -> Result<(), DecodeError> {
        match self.rest.len() {
            0 => Ok(()),
            left => Err(self.error(field, DecodeErrorKind::TrailingOctets(left))),
        }
    }
}

/// An INTEGER of up to four octets in its shortest form, as nearly all are.
#[inline]
pub(crate) fn shortest_integer(content: &[u8]) -> Option<i32> {
    if let [a] = *content {
        return Some(i32::from(i8::from_be_bytes([a])));
    }
    let (number, padded) = match *content {
        [a, b] => (i32::from(i16::from_be_bytes([a, b])), -0x80..0x80),
        [a, b, c] => (i32::from_be_bytes([a, b, c, 0]) >> 8, -0x8000..0x8000),
        [a, b, c, d] => (i32::from_be_bytes([a, b, c, d]), -0x80_0000..0x80_0000),
        _ => return None,
    };
    (!padded.contains(&number)).then_some(number)
}

/// An INTEGER's contents as a 32-bit number; up to eight octets are taken when the value fits.
#[inline]
pub(crate) fn integer(content: &[u8]) -> Result<i32, DecodeErrorKind> {
    match *content {
        [a] => Ok(i32::from(i8::from_be_bytes([a]))),
        [a, b] => Ok(i32::from(i16::from_be_bytes([a, b]))),
        [a, b, c] => Ok(i32::from_be_bytes([a, b, c, 0]) >> 8),
        [a, b, c, d] => Ok(i32::from_be_bytes([a, b, c, d])),
        [] => Err(DecodeErrorKind::IntegerEmpty),
        [first, ..] if content.len() <= 8 => {
            let sign = if first & 0x80 == 0 { 0 } else { -1_i64 };
            let wide = content
                .iter()
                .fold(sign, |sum, octet| (sum << 8) | i64::from(*octet));
            i32::try_from(wide).map_err(|_| DecodeErrorKind::IntegerRange)
        }
        _ => Err(DecodeErrorKind::IntegerRange),
    }
}

/// An unsigned type's contents; the high bit of the first octet is part of the number, as deployed agents mean it.
/// Up to nine octets are taken when the value fits 64 bits.
#[inline]
pub(crate) fn unsigned(content: &[u8]) -> Result<u64, DecodeErrorKind> {
    match *content {
        [] => Err(DecodeErrorKind::IntegerEmpty),
        [0, ref rest @ ..] if rest.len() <= 8 => {
            Ok(rest.iter().fold(0, |sum, octet| (sum << 8) | u64::from(*octet)))
        }
        _ if content.len() <= 8 => Ok(content
            .iter()
            .fold(0, |sum, octet| (sum << 8) | u64::from(*octet))),
        _ => Err(DecodeErrorKind::IntegerRange),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r3417_8_1a_indefinite_length_is_refused() {
        let error = Reader::new(&[0x30, 0x80, 0, 0])
            .sequence(Field::Message)
            .unwrap_err();
        assert_eq!(error.kind, DecodeErrorKind::IndefiniteLength);
    }

    #[test]
    fn r3417_8_1b_long_form_lengths_are_read() {
        for head in [
            &[0x04, 0x03][..],
            &[4, 0x81, 3],
            &[4, 0x82, 0, 3],
            &[4, 0x83, 0, 0, 3],
            &[4, 0x84, 0, 0, 0, 3],
        ] {
            let octets = [head, b"abc"].concat();
            assert_eq!(
                Reader::new(&octets).octet_string(Field::Value).unwrap(),
                b"abc",
                "{head:x?}"
            );
        }
    }

    #[test]
    fn r3417_8_1c_long_form_of_nothing_at_the_end_is_read() {
        let mut reader = Reader::new(&[0x30, 0x82, 0, 0]);
        assert!(reader.sequence(Field::VariableBindings).unwrap().is_empty());
        assert!(reader.is_empty());
    }

    #[test]
    fn r3417_8_1d_lengths_past_everything_are_errors() {
        for octets in [
            &[0x04, 0x84, 0xff, 0xff, 0xff, 0xff][..],
            &[0x04, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x04, 0xff, 0],
            &[0x04, 0x05, 1, 2],
            &[0x04, 0x82, 1],
            &[0x04],
            &[],
        ] {
            assert!(Reader::new(octets).tlv(Field::Value).is_err(), "{octets:x?}");
        }
    }

    #[test]
    fn r2578_7_1_1a_integer_edges() {
        for (content, expected) in [
            (&[0xff][..], -1),
            (&[0x00], 0),
            (&[0x7f], 127),
            (&[0x00, 0x80], 128),
            (&[0x80], -128),
            (&[0xff, 0x7f], -129),
            (&[0x7f, 0xff, 0xff, 0xff], i32::MAX),
            (&[0x80, 0x00, 0x00, 0x00], i32::MIN),
            (&[0xff, 0xfb, 0x6a, 0x65, 0x17], -76_913_385),
        ] {
            assert_eq!(integer(content), Ok(expected), "{content:x?}");
        }
        assert_eq!(integer(&[0, 0x80, 0, 0, 0]), Err(DecodeErrorKind::IntegerRange));
        assert_eq!(integer(&[]), Err(DecodeErrorKind::IntegerEmpty));
    }
}
