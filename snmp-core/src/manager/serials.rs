//! Serial numbers of exchanges: each leads to its request at once, and none comes again soon.

use alloc::vec;
use alloc::vec::Vec;

use super::ids::{SERIAL_BITS, SERIAL_MASK};
use super::slab::NONE;

/// A table at the low bits of the serial numbers. They count upwards and pass over the places that older exchanges
/// still hold, so that a number comes again only after all 2^27 others.
#[derive(Debug)]
pub(super) struct Serials {
    /// Serial number and slot; [`NONE`] where free. As long as a power of two.
    places: Vec<(u32, u32)>,
    live: usize,
    next: u32,
}

const FIRST_PLACES: usize = 16;

impl Serials {
    pub(super) fn new(start: u32) -> Self {
        Self {
            places: vec![(0, NONE); FIRST_PLACES],
            live: 0,
            next: start & SERIAL_MASK,
        }
    }

    /// A number for the request in `slot`; `None` when three quarters of 2^27 are taken.
    pub(super) fn assign(&mut self, slot: u32) -> Option<u32> {
        if self.live >= self.places.len() / 4 * 3 {
            self.grow()?;
        }
        // A quarter of the places is free, and each lap passes each taken one once.
        loop {
            let serial = self.next;
            self.next = (self.next + 1) & SERIAL_MASK;
            let at = self.place(serial);
            if let Some(place @ (_, NONE)) = self.places.get_mut(at) {
                *place = (serial, slot);
                self.live += 1;
                return Some(serial);
            }
        }
    }

    pub(super) fn find(&self, serial: u32) -> Option<u32> {
        let (held, slot) = *self.places.get(self.place(serial))?;
        (held == serial && slot != NONE).then_some(slot)
    }

    /// Whether the number was given out lately: a sender who guesses hits one once in 2,048.
    pub(super) fn is_recent(&self, serial: u32) -> bool {
        self.next.wrapping_sub(serial).wrapping_sub(1) & SERIAL_MASK < 1 << (SERIAL_BITS - 11)
    }

    pub(super) fn release(&mut self, serial: u32) {
        let at = self.place(serial);
        if let Some(place) = self.places.get_mut(at)
            && place.0 == serial
            && place.1 != NONE
        {
            place.1 = NONE;
            self.live -= 1;
        }
    }

    fn place(&self, serial: u32) -> usize {
        usize::try_from(serial).unwrap_or(usize::MAX) & (self.places.len() - 1)
    }

    fn grow(&mut self) -> Option<()> {
        let larger = self.places.len() * 2;
        if larger > 1 << SERIAL_BITS {
            return None;
        }
        // Numbers with different low bits still differ in one bit more.
        let old = core::mem::replace(&mut self.places, vec![(0, NONE); larger]);
        for (serial, slot) in old {
            if slot != NONE {
                let at = self.place(serial);
                if let Some(place) = self.places.get_mut(at) {
                    *place = (serial, slot);
                }
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn r3413_to_own2_a_number_does_not_come_again_soon() {
        let mut serials = Serials::new(SERIAL_MASK - 50);
        let mut seen = BTreeSet::new();
        let held: Vec<_> = (0..40).map(|slot| serials.assign(slot).unwrap()).collect();
        seen.extend(&held);
        for slot in 0..10_000 {
            let serial = serials.assign(100 + slot).unwrap();
            assert!(seen.insert(serial));
            assert_eq!(serials.find(serial), Some(100 + slot));
            serials.release(serial);
            assert_eq!(serials.find(serial), None);
        }
        for (slot, serial) in held.into_iter().enumerate() {
            assert_eq!(serials.find(serial), u32::try_from(slot).ok());
        }
    }
}
