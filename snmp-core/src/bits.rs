//! BITS: named bits in an OCTET STRING (RFC 2578 §7.1.4, RFC 3417 §8 rule 3).

use alloc::vec;
use alloc::vec::Vec;

/// Named bits as they came in an OCTET STRING. Bit 0 is the high bit of the first octet.
///
/// A string that is shorter than the bits that a MIB names reads as if zeros followed: hrPrinterDetectedErrorState comes
/// in one octet or two, by the age of the device. So two are equal when the same bits are set.
///
/// ```
/// use snmp_core::bits::Bits;
/// // hrPrinterDetectedErrorState: noPaper(1) and doorOpen(4).
/// let state = Bits::new(&[0x48]);
/// assert!(state.bit(1) && state.bit(4) && !state.bit(14));
/// assert_eq!(state, Bits::new(&[0x48, 0x00]));
/// assert_eq!(Bits::octets_of(15, [1, 4]), [0x48, 0x00]);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Bits<'a>(&'a [u8]);

impl<'a> Bits<'a> {
    /// Any octets: there are none that are no BITS.
    #[must_use]
    pub const fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets as they came.
    #[must_use]
    pub const fn as_octets(self) -> &'a [u8] {
        self.0
    }

    /// Whether bit `number` is set; one past the end is not.
    #[must_use]
    pub fn bit(self, number: usize) -> bool {
        self.0
            .get(number / 8)
            .is_some_and(|octet| octet & (0x80 >> (number % 8)) != 0)
    }

    /// The bits that are set, lowest first; those from number `named` on are unused and ignored, whatever they are.
    pub fn set(self, named: usize) -> impl Iterator<Item = usize> {
        let end = named.min(self.0.len().saturating_mul(8));
        (0..end).filter(move |number| self.bit(*number))
    }

    /// The octets of a string of `named` bits in which those of `set` are 1: as few octets as hold all named bits, the
    /// unused ones at the end 0. What `set` has from number `named` on is no bit of this string and is left out.
    #[must_use]
    pub fn octets_of(named: usize, set: impl IntoIterator<Item = usize>) -> Vec<u8> {
        let mut octets = vec![0_u8; named.div_ceil(8)];
        for number in set.into_iter().filter(|number| *number < named) {
            if let Some(octet) = octets.get_mut(number / 8) {
                *octet |= 0x80 >> (number % 8);
            }
        }
        octets
    }

    /// Without the octets at the end in which nothing is set.
    fn significant(self) -> &'a [u8] {
        let end = self
            .0
            .iter()
            .rposition(|octet| *octet != 0)
            .map_or(0, |last| last + 1);
        self.0.get(..end).unwrap_or_default()
    }
}

impl PartialEq for Bits<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.significant() == other.significant()
    }
}

impl Eq for Bits<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2578_7_1_4_bits_count_from_0_and_none_is_past_the_end() {
        let bits = Bits::new(&[0x80, 0x01]);
        assert!(bits.bit(0) && bits.bit(15));
        assert_eq!(bits.set(16).collect::<Vec<_>>(), [0, 15]);
        for number in [1, 7, 8, 14, 16, 17, usize::MAX] {
            assert!(!bits.bit(number), "{number}");
        }
        assert!(!Bits::new(&[]).bit(0));
        assert_eq!(Bits::new(&[]).set(usize::MAX).count(), 0);
    }

    #[test]
    fn r3417_8_3a_bit_0_is_the_highest_and_unused_bits_are_written_as_zeros() {
        for (named, set, octets) in [
            (15, &[0, 14][..], &[0x80, 0x02][..]),
            (15, &[15, 16, 400], &[0, 0]),
            (8, &[7], &[0x01]),
            (9, &[8], &[0, 0x80]),
            (0, &[0], &[]),
        ] {
            assert_eq!(
                Bits::octets_of(named, set.iter().copied()),
                octets,
                "{named} {set:?}"
            );
        }
    }

    #[test]
    fn r3417_8_3b_unused_bits_are_ignored_and_a_short_string_reads_as_zeros() {
        // hrPrinterDetectedErrorState has 15 bits; the 16th and a third octet are nobody's.
        let full = Bits::new(&[0x20, 0x11, 0xff]);
        assert_eq!(full.set(15).collect::<Vec<_>>(), [2, 11]);
        for octets in [&[0x20][..], &[0x20, 0], &[0x20, 0, 0]] {
            let bits = Bits::new(octets);
            assert_eq!((bits.bit(2), bits.bit(11)), (true, false));
            assert_eq!(bits, Bits::new(&[0x20]));
        }
        assert_ne!(Bits::new(&[0x20]), Bits::new(&[0, 0x20]));
        assert_eq!(Bits::new(&[]), Bits::new(&[0, 0]));
    }
}
