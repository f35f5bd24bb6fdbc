//! Numbers that an off-path sender cannot guess, from the caller's seed: ids, cookies, jitter.

use core::hash::Hasher;
use siphasher::sip::SipHasher24;

/// SipHash-2-4 under a 16-octet seed, as a stream of numbers and as a keyed function.
///
/// The seed comes from the caller (an operating system, a hardware generator); two machines never share one.
/// Nothing here is fit for keys: the output is 64 bits wide and guessable to whoever knows the seed.
#[derive(Clone)]
pub struct Entropy {
    keyed: SipHasher24,
    drawn: u64,
}

/// The seed is secret: only the count of numbers drawn is shown.
impl core::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Entropy")
            .field("drawn", &self.drawn)
            .finish_non_exhaustive()
    }
}

impl Entropy {
    /// Numbers under `seed`. The same seed gives the same run.
    #[must_use]
    pub fn new(seed: [u8; 16]) -> Self {
        Self {
            keyed: SipHasher24::new_with_key(&seed),
            drawn: 0,
        }
    }

    /// The next number of the stream.
    pub fn next_u64(&mut self) -> u64 {
        self.drawn = self.drawn.wrapping_add(1);
        let mut hasher = self.keyed;
        hasher.write(&self.drawn.to_le_bytes());
        hasher.finish()
    }

    /// A number below `bound`; 0 when `bound` is 0. The bias is below 2^-32 for bounds of 32 bits.
    pub fn below(&mut self, bound: u32) -> u32 {
        let wide = u128::from(self.next_u64()) * u128::from(bound);
        u32::try_from(wide >> 64).unwrap_or(0)
    }

    /// The keyed hash of one number, apart from the stream and from [`keyed`](Self::keyed): `domain` keeps uses of one
    /// seed from meeting.
    #[must_use]
    pub fn keyed_number(&self, domain: u8, number: u32) -> u64 {
        let mut hasher = self.keyed;
        // Seven octets: shorter than a stream number, so that no input equals one, and a single block.
        let [a, b, c, d] = number.to_le_bytes();
        hasher.write(&[a, b, c, d, domain, 0x6b, 0x70]);
        hasher.finish()
    }

    /// The keyed hash of `data`, apart from the stream: `domain` keeps uses of one seed from meeting.
    #[must_use]
    pub fn keyed(&self, domain: u8, data: &[u8]) -> u64 {
        let mut hasher = self.keyed;
        // A stream number hashes 8 octets; the domain is written behind the data with its own marker,
        // so that no keyed input equals one.
        hasher.write(data);
        hasher.write(&[domain, 0x6b, 0x70, 0x61, 0x78, 0, 0, 0, 0]);
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_same_stream_other_seed_other_stream() {
        let (mut a, mut b, mut c) = (
            Entropy::new([1; 16]),
            Entropy::new([1; 16]),
            Entropy::new([2; 16]),
        );
        let first: [u64; 4] = core::array::from_fn(|_| a.next_u64());
        assert_eq!(first, core::array::from_fn(|_| b.next_u64()));
        assert_ne!(first, core::array::from_fn(|_| c.next_u64()));
    }

    #[test]
    fn below_stays_below() {
        let mut entropy = Entropy::new([7; 16]);
        assert_eq!(entropy.below(0), 0);
        assert!((0..1000).all(|_| entropy.below(10) < 10));
    }

    #[test]
    fn domains_differ() {
        let entropy = Entropy::new([7; 16]);
        assert_ne!(entropy.keyed(1, b"x"), entropy.keyed(2, b"x"));
        assert_ne!(entropy.keyed_number(1, 7), entropy.keyed_number(2, 7));
        assert_ne!(entropy.keyed_number(1, 7), entropy.keyed_number(1, 8));
    }
}
