//! Ids on the wire: a keyed permutation of a serial number and an attempt.

use crate::entropy::Entropy;

/// Bits of the attempt: after 16 transmissions of one exchange its ids come again, which harms nothing.
const ATTEMPT_BITS: u32 = 4;
/// Bits of the serial number: ids of different exchanges differ for 2^27 of them, far more than 150 s of the fastest
/// poller (RFC 3414 §11.1).
pub(super) const SERIAL_BITS: u32 = 27;
pub(super) const SERIAL_MASK: u32 = (1 << SERIAL_BITS) - 1;

/// The low 15 of the 31 bits that a msgID has (RFC 3412 §6.2); request ids keep to them too, since some devices
/// mishandle negative ones.
const LOW: u32 = 0x7fff;
const HIGH: u32 = 0xffff;

/// First of the domains under the machine's seed; each round has its own.
const DOMAIN: u8 = 0x10;
const ROUNDS: u8 = 4;

/// Four Feistel rounds over 16 and 15 bits: a bijection, so that an id leads back without a table, and one that
/// nobody without the seed can continue.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    entropy: Entropy,
}

impl Ids {
    pub(super) fn new(entropy: Entropy) -> Self {
        Self { entropy }
    }

    /// The id of a transmission.
    pub(super) fn id(&self, serial: u32, attempt: u8) -> i32 {
        let plain = ((serial & SERIAL_MASK) << ATTEMPT_BITS) | (u32::from(attempt) & 0xf);
        let (mut high, mut low) = (plain >> 15, plain & LOW);
        for round in 0..ROUNDS {
            self.round(round, &mut high, &mut low);
        }
        i32::try_from((high << 15) | low).unwrap_or_default()
    }

    /// The serial number and the attempt of an id; `None` for a negative one, which none of ours is.
    pub(super) fn find(&self, id: i32) -> Option<(u32, u8)> {
        let id = u32::try_from(id).ok()?;
        let (mut high, mut low) = (id >> 15, id & LOW);
        for round in (0..ROUNDS).rev() {
            self.round(round, &mut high, &mut low);
        }
        let plain = (high << 15) | low;
        let attempt = u8::try_from(plain & 0xf).ok()?;
        Some((plain >> ATTEMPT_BITS, attempt))
    }

    fn round(&self, round: u8, high: &mut u32, low: &mut u32) {
        let (from, to, mask) = if round.is_multiple_of(2) {
            (*low, high, HIGH)
        } else {
            (*high, low, LOW)
        };
        let [.., a, b] = self.entropy.keyed_number(DOMAIN + round, from).to_be_bytes();
        *to ^= u32::from(u16::from_be_bytes([a, b])) & mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn r3414_11_1b_ids_differ_and_lead_back() {
        let ids = Ids::new(Entropy::new([3; 16]));
        let mut seen = BTreeSet::new();
        for serial in (0..100_000).chain(SERIAL_MASK - 10..=SERIAL_MASK) {
            for attempt in [0, 1, 15] {
                let id = ids.id(serial, attempt);
                assert!(id >= 0 && seen.insert(id));
                assert_eq!(ids.find(id), Some((serial, attempt)));
            }
        }
        assert_eq!(ids.find(-1), None);
    }

    #[test]
    fn r3414_11_1c_another_seed_gives_other_ids() {
        let (a, b) = (Ids::new(Entropy::new([3; 16])), Ids::new(Entropy::new([4; 16])));
        let same = (0..1000)
            .filter(|serial| a.id(*serial, 0) == b.id(*serial, 0))
            .count();
        assert!(same < 3);
        // Neighbours do not look like neighbours.
        let close = (0..1000)
            .filter(|serial| a.id(*serial, 0).abs_diff(a.id(serial + 1, 0)) < 1 << 16)
            .count();
        assert!(close < 3);
    }
}
