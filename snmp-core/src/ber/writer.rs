use core::ops::Range;

use super::tag;
use crate::datagram::BufferTooSmall;
use crate::oid::Oid;

/// Writes elements into the caller's buffer from its end towards its start.
///
/// Contents come before their head, so that every length is known when it is written and each octet is written
/// once. What does not fit is counted, and [`finish`](Self::finish) says how large the buffer has to be.
///
/// ```
/// use snmp_core::ber::Writer;
/// let mut buffer = [0; 16];
/// let mut writer = Writer::new(&mut buffer);
/// let end = writer.mark();
/// writer.integer(5);
/// writer.sequence(end);
/// let range = writer.finish()?;
/// assert_eq!(buffer[range], [0x30, 0x03, 0x02, 0x01, 0x05]);
/// # Ok::<(), snmp_core::datagram::BufferTooSmall>(())
/// ```
#[derive(Debug)]
pub struct Writer<'b> {
    /// The octets before those written.
    free: &'b mut [u8],
    /// One past the last octet of the message.
    end: usize,
    /// Octets that did not fit. Then nothing is free any more.
    missing: usize,
}

/// How much had been written: the end of an element that is yet to get its head.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Mark(usize);

impl<'b> Writer<'b> {
    /// A writer whose last octet is the buffer's last.
    #[must_use]
    pub const fn new(buffer: &'b mut [u8]) -> Self {
        Self {
            end: buffer.len(),
            free: buffer,
            missing: 0,
        }
    }

    /// A writer that goes on before `written`, which already holds the end of the message.
    ///
    /// A range outside the buffer is cut to it.
    #[must_use]
    pub fn before(buffer: &'b mut [u8], written: Range<usize>) -> Self {
        let end = written.end.min(buffer.len());
        Self {
            free: buffer.get_mut(..written.start.min(end)).unwrap_or_default(),
            end,
            missing: 0,
        }
    }

    /// Octets written so far, those that did not fit included.
    #[must_use]
    pub const fn written(&self) -> usize {
        self.end - self.free.len() + self.missing
    }

    /// Remembers this place as the end of an element to come.
    #[must_use]
    pub const fn mark(&self) -> Mark {
        Mark(self.written())
    }

    /// Where the octets written since `mark` stand in the buffer, as long as all fitted.
    #[must_use]
    pub const fn since(&self, mark: Mark) -> Range<usize> {
        self.free.len()..self.end.saturating_sub(mark.0)
    }

    /// Where the message stands in the buffer.
    ///
    /// # Errors
    /// When the buffer was too small.
    pub const fn finish(self) -> Result<Range<usize>, BufferTooSmall> {
        if self.missing == 0 {
            Ok(self.free.len()..self.end)
        } else {
            Err(BufferTooSmall {
                needed: self.written(),
            })
        }
    }

    /// The place of the next `length` octets, or `None` when they do not fit; they count as written either way.
    #[inline(always)]
    fn place(&mut self, length: usize) -> Option<&'b mut [u8]> {
        let free = core::mem::take(&mut self.free);
        let start = free.len().wrapping_sub(length);
        match free.split_at_mut_checked(start) {
            Some((free, place)) => {
                self.free = free;
                Some(place)
            }
            None => {
                self.missing = self.missing.wrapping_sub(start);
                None
            }
        }
    }

    /// As many octets as the type says.
    #[inline(always)]
    fn array<const N: usize>(&mut self, octets: [u8; N]) {
        let free = core::mem::take(&mut self.free);
        let length = free.len();
        match free.split_last_chunk_mut() {
            Some((free, place)) => {
                self.free = free;
                *place = octets;
            }
            None => self.missing += N - length,
        }
    }

    /// Octets as they are.
    #[inline]
    pub fn octets(&mut self, octets: &[u8]) {
        if let Some(place) = self.place(octets.len()) {
            place.copy_from_slice(octets);
        }
    }

    /// Tag and length of an element whose contents, `length` octets, have just been written.
    #[inline]
    pub fn head(&mut self, tag: u8, length: usize) {
        match u8::try_from(length) {
            Ok(length @ 0..=0x7f) => self.array([tag, length]),
            Ok(length) => self.array([tag, 0x81, length]),
            Err(_) => *self = self.take().long_head(tag, length),
        }
    }

    /// The writer itself, by value: one that no pointer leads to lives in registers, and hot loops need that.
    #[inline(always)]
    pub(crate) fn take(&mut self) -> Self {
        core::mem::replace(self, Self::new(&mut []))
    }

    #[cold]
    fn long_head(mut self, tag: u8, length: usize) -> Self {
        if let Ok(length) = u16::try_from(length) {
            let [a, b] = length.to_be_bytes();
            self.array([tag, 0x82, a, b]);
            return self;
        }
        let octets = length.to_be_bytes();
        let skip = octets.iter().take_while(|octet| **octet == 0).count();
        let octets = octets.get(skip..).unwrap_or_default();
        self.octets(octets);
        // At most eight octets of length.
        #[expect(clippy::cast_possible_truncation)]
        self.array([tag, 0x80 | octets.len() as u8]);
        self
    }

    /// Head of the element with this tag whose contents are all that was written since `end`.
    #[inline]
    pub fn constructed(&mut self, tag: u8, end: Mark) {
        let length = self.written() - end.0;
        self.head(tag, length);
    }

    /// Head of a SEQUENCE of all that was written since `end`.
    #[inline]
    pub fn sequence(&mut self, end: Mark) {
        self.constructed(tag::SEQUENCE, end);
    }

    /// An INTEGER in its shortest form.
    #[inline]
    pub fn integer(&mut self, value: i32) {
        self.tagged_integer(tag::INTEGER, value);
    }

    /// An integer of another tag in its shortest form.
    #[inline(always)]
    pub fn tagged_integer(&mut self, tag: u8, value: i32) {
        let [a, b, c, d] = value.to_be_bytes();
        match value {
            -0x80..=0x7f => self.array([tag, 1, d]),
            -0x8000..=0x7fff => self.array([tag, 2, c, d]),
            -0x80_0000..=0x7f_ffff => self.array([tag, 3, b, c, d]),
            _ => self.array([tag, 4, a, b, c, d]),
        }
    }

    /// An unsigned number of a tag in its shortest form, a zero octet before a set high bit.
    #[inline(always)]
    pub fn unsigned(&mut self, tag: u8, value: u64) {
        let [.., a, b, c, d] = value.to_be_bytes();
        match value {
            0..=0x7f => self.array([tag, 1, d]),
            0x80..=0x7fff => self.array([tag, 2, c, d]),
            0x8000..=0x7f_ffff => self.array([tag, 3, b, c, d]),
            0x80_0000..=0x7fff_ffff => self.array([tag, 4, a, b, c, d]),
            _ => *self = self.take().long_unsigned(tag, value),
        }
    }

    #[cold]
    fn long_unsigned(mut self, tag: u8, value: u64) -> Self {
        let mut octets = [0; 9];
        octets[1..].copy_from_slice(&value.to_be_bytes());
        // Above 2^31−1: the zero octet stays where the next has its high bit set.
        let skip = octets
            .windows(2)
            .take_while(|pair| matches!(pair, [0, 0..=0x7f]))
            .count();
        self.element(tag, octets.get(skip..).unwrap_or_default());
        self
    }

    /// An OCTET STRING.
    #[inline]
    pub fn octet_string(&mut self, content: &[u8]) {
        self.element(tag::OCTET_STRING, content);
    }

    /// An OBJECT IDENTIFIER.
    #[inline]
    pub fn oid(&mut self, oid: Oid<'_>) {
        self.element(tag::OBJECT_IDENTIFIER, oid.as_octets());
    }

    /// An element with these contents.
    #[inline(always)]
    pub fn element(&mut self, tag: u8, content: &[u8]) {
        if let Ok(length @ 0..=0x7f) = u8::try_from(content.len()) {
            if let Some([first, second, place @ ..]) = self.place(content.len() + 2) {
                (*first, *second) = (tag, length);
                place.copy_from_slice(content);
            }
            return;
        }
        self.octets(content);
        self.head(tag, content.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn written(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
        let mut buffer = [0; 512];
        let mut writer = Writer::new(&mut buffer);
        write(&mut writer);
        let range = writer.finish().unwrap();
        buffer[range].to_vec()
    }

    #[test]
    fn r2578_7_1_1a_integers_are_written_shortest() {
        for (value, content) in [
            (-1, &[0xff][..]),
            (0, &[0]),
            (127, &[127]),
            (128, &[0, 128]),
            (-128, &[0x80]),
            (-129, &[0xff, 0x7f]),
            (i32::MAX, &[0x7f, 0xff, 0xff, 0xff]),
            (i32::MIN, &[0x80, 0, 0, 0]),
        ] {
            assert_eq!(written(|w| w.integer(value))[2..], *content, "{value}");
        }
    }

    #[test]
    fn r2578_7_1_6_counter32_high_values_get_a_leading_zero() {
        assert_eq!(
            written(|w| w.unsigned(tag::COUNTER32, u64::from(u32::MAX))),
            [0x41, 5, 0, 255, 255, 255, 255]
        );
    }

    #[test]
    fn r2578_7_1_10a_counter64_high_values_take_nine_octets() {
        assert_eq!(
            written(|w| w.unsigned(tag::COUNTER64, u64::MAX))[..3],
            [0x46, 9, 0]
        );
        assert_eq!(written(|w| w.unsigned(tag::COUNTER64, 0)), [0x46, 1, 0]);
    }

    #[test]
    fn lengths_from_128_take_the_long_form() {
        assert_eq!(written(|w| w.octet_string(&[1; 127]))[..2], [4, 127]);
        assert_eq!(written(|w| w.octet_string(&[1; 128]))[..3], [4, 0x81, 128]);
        assert_eq!(written(|w| w.octet_string(&[1; 256]))[..4], [4, 0x82, 1, 0]);
    }

    #[test]
    fn a_small_buffer_says_what_is_needed() {
        let mut buffer = [0; 4];
        let mut writer = Writer::new(&mut buffer);
        writer.octet_string(b"abcdef");
        assert_eq!(writer.finish(), Err(BufferTooSmall { needed: 8 }));
    }
}
