//! Storage with handles that never reach what came later into the same place.

use alloc::vec::Vec;

/// Where something stands, and which tenant of that place it is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct Key {
    pub(super) slot: u32,
    pub(super) generation: u32,
}

impl Key {
    pub(super) fn number(self) -> u64 {
        (u64::from(self.generation) << 32) | u64::from(self.slot)
    }
}

#[derive(Debug)]
struct Place<T> {
    generation: u32,
    tenant: Option<T>,
}

#[derive(Debug)]
pub(super) struct Slab<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    pub(super) const fn new() -> Self {
        Self {
            places: Vec::new(),
            free: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// `None` when 2^32−1 places are taken.
    pub(super) fn insert(&mut self, tenant: T) -> Option<Key> {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                // The last number means "none" in lists.
                let slot = u32::try_from(self.places.len())
                    .ok()
                    .filter(|slot| *slot < NONE)?;
                self.places.push(Place {
                    generation: 0,
                    tenant: None,
                });
                slot
            }
        };
        let place = self.places.get_mut(index(slot))?;
        place.tenant = Some(tenant);
        Some(Key {
            slot,
            generation: place.generation,
        })
    }

    pub(super) fn get(&self, slot: u32) -> Option<&T> {
        self.places.get(index(slot))?.tenant.as_ref()
    }

    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut T> {
        self.places.get_mut(index(slot))?.tenant.as_mut()
    }

    /// The slot, if the key's own tenant is still there.
    pub(super) fn slot(&self, key: Key) -> Option<u32> {
        let place = self.places.get(index(key.slot))?;
        (place.generation == key.generation && place.tenant.is_some()).then_some(key.slot)
    }

    /// The key of a slot's present tenant.
    pub(super) fn key(&self, slot: u32) -> Key {
        let generation = self.places.get(index(slot)).map_or(0, |place| place.generation);
        Key { slot, generation }
    }

    pub(super) fn remove(&mut self, slot: u32) -> Option<T> {
        let place = self.places.get_mut(index(slot))?;
        let tenant = place.tenant.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(slot);
        Some(tenant)
    }
}

/// No slot.
pub(super) const NONE: u32 = u32::MAX;

fn index(slot: u32) -> usize {
    usize::try_from(slot).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_reaches_a_later_tenant() {
        let mut slab = Slab::new();
        let first = slab.insert(1).unwrap();
        assert_eq!(slab.remove(first.slot), Some(1));
        let second = slab.insert(2).unwrap();
        assert_eq!(first.slot, second.slot);
        assert_eq!((slab.slot(first), slab.slot(second)), (None, Some(second.slot)));
        assert_eq!(slab.len(), 1);
    }
}
