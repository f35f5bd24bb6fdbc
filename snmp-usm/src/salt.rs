//! Salts: never twice under one key (RFC 3414 §8.1.1.1, RFC 3826 §3.1.2.1).

use snmp_core::entropy::Entropy;

/// Where the salts of this model stand. They start where the caller's seed says, so that two models, or two runs, do
/// not walk over the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Salts {
    aes: u64,
    /// First half of a DES salt where there is no local engine whose boots could stand there.
    des_high: u32,
    des_low: u32,
    /// Messages until the DES counter is where it started ..
    des_left: u32,
    /// .. under these boots.
    des_boots: Option<u32>,
}

impl Salts {
    pub(crate) fn new(entropy: &mut Entropy) -> Self {
        let des = entropy.next_u64();
        let [a, b, c, d, e, f, g, h] = des.to_be_bytes();
        Self {
            aes: entropy.next_u64(),
            des_high: u32::from_be_bytes([a, b, c, d]),
            des_low: u32::from_be_bytes([e, f, g, h]),
            des_left: u32::MAX,
            des_boots: None,
        }
    }

    /// Such that the next salt is this one, whatever the cipher.
    #[cfg(test)]
    pub(crate) fn before(salt: [u8; 8]) -> Self {
        let [_, _, _, _, e, f, g, h] = salt;
        Self {
            aes: u64::from_be_bytes(salt).wrapping_sub(1),
            des_high: 0,
            des_low: u32::from_be_bytes([e, f, g, h]).wrapping_sub(1),
            des_left: 1,
            des_boots: None,
        }
    }

    /// A salt for AES: 2^64 of them before one comes again.
    pub(crate) fn aes(&mut self) -> [u8; 8] {
        self.aes = self.aes.wrapping_add(1);
        self.aes.to_be_bytes()
    }

    /// A salt for DES: boots of the generating engine, and a counter. `None` when the counter has gone round under
    /// these boots.
    pub(crate) fn des(&mut self, boots: Option<u32>) -> Option<[u8; 8]> {
        if self.des_boots != boots {
            self.des_boots = boots;
            self.des_left = u32::MAX;
        }
        self.des_left = match (self.des_left.checked_sub(1), boots) {
            (Some(left), _) => left,
            (None, Some(_)) => return None,
            (None, None) => {
                self.des_high = self.des_high.wrapping_add(1);
                u32::MAX
            }
        };
        self.des_low = self.des_low.wrapping_add(1);
        let high = u64::from(boots.unwrap_or(self.des_high));
        Some((high << 32 | u64::from(self.des_low)).to_be_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn r3826_3_1_2_1c_salts_start_by_the_seed_and_count_on() {
        let mut salts = Salts::new(&mut Entropy::new([1; 16]));
        let mut other = Salts::new(&mut Entropy::new([2; 16]));
        let drawn: BTreeSet<_> = (0..1000).map(|_| salts.aes()).collect();
        assert_eq!(drawn.len(), 1000);
        assert!(!drawn.contains(&other.aes()));
        assert_eq!(
            u64::from_be_bytes(salts.aes()) - u64::from_be_bytes(*drawn.first().unwrap()),
            1000
        );
    }

    #[test]
    fn r3414_8_1_1_1a_des_salt_is_boots_and_a_counter() {
        let mut salts = Salts::new(&mut Entropy::new([1; 16]));
        let [a, b] = [salts.des(Some(7)).unwrap(), salts.des(Some(7)).unwrap()];
        assert_eq!((&a[..4], &b[..4]), (&[0, 0, 0, 7][..], &[0, 0, 0, 7][..]));
        assert_eq!(u64::from_be_bytes(b).wrapping_sub(u64::from_be_bytes(a)), 1);
    }

    #[test]
    fn r3414_8_1_1_1b_no_des_salt_comes_again_under_the_same_boots() {
        let mut salts = Salts::new(&mut Entropy::new([1; 16]));
        salts.des(Some(7)).unwrap();
        salts.des_left = 1;
        salts.des(Some(7)).unwrap();
        assert_eq!(salts.des(Some(7)), None);
        salts.des(Some(8)).unwrap();
        salts.des(None).unwrap();
        salts.des_left = 0;
        let before = salts.des_high;
        assert_eq!(
            salts.des(None).unwrap()[..4],
            before.wrapping_add(1).to_be_bytes()
        );
    }
}
