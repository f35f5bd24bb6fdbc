//! Engines that sent notifications: bounded, the least recently heard goes first (RFC 3414 §2.3).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::engine_id::EngineId;
use crate::peers::Place;
use crate::timeliness::RemoteClock;
use crate::user::Keys;

/// An engine and one of our users, as it was heard of in a message that authenticated.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) id: EngineId,
    /// Index of the user.
    pub(crate) user: u32,
    pub(crate) keys: Keys,
    pub(crate) clock: RemoteClock,
    generation: u32,
    /// When it was heard last, counted in messages.
    tick: u64,
}

/// Engines by id and user.
#[derive(Debug)]
pub(crate) struct EngineTable {
    limit: usize,
    entries: Vec<Heard>,
    by_id: BTreeMap<(EngineId, u32), u32>,
    by_tick: BTreeMap<u64, u32>,
    tick: u64,
}

impl EngineTable {
    pub(crate) const fn new(limit: usize) -> Self {
        Self {
            // Where nothing may be kept, the one that is being handled still must.
            limit: if limit == 0 { 1 } else { limit },
            entries: Vec::new(),
            by_id: BTreeMap::new(),
            by_tick: BTreeMap::new(),
            tick: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn find(&self, id: &EngineId, user: u32) -> Option<&Heard> {
        let index = self.by_id.get(&(*id, user))?;
        self.entries.get(usize::try_from(*index).ok()?)
    }

    pub(crate) fn at(&self, place: Place) -> Option<&Heard> {
        let entry = self.entries.get(usize::try_from(place.index).ok()?)?;
        (entry.generation == place.generation).then_some(entry)
    }

    /// Takes note of an authenticated message, and of the clock that it left behind.
    pub(crate) fn heard(&mut self, id: EngineId, user: u32, clock: RemoteClock) -> Option<Place> {
        let index = *self.by_id.get(&(id, user))?;
        self.tick += 1;
        let entry = self.entries.get_mut(usize::try_from(index).ok()?)?;
        entry.clock = clock;
        self.by_tick.remove(&entry.tick);
        entry.tick = self.tick;
        self.by_tick.insert(entry.tick, index);
        Some(Place {
            index,
            generation: entry.generation,
        })
    }

    /// Takes up an engine whose message authenticated.
    pub(crate) fn insert(&mut self, id: EngineId, user: u32, keys: Keys, clock: RemoteClock) -> Place {
        self.tick += 1;
        let tick = self.tick;
        let mut entry = Heard {
            id,
            user,
            keys,
            clock,
            generation: 0,
            tick,
        };
        if self.entries.len() >= self.limit
            && let Some((_, oldest)) = self.by_tick.pop_first()
            && let Some(slot) = usize::try_from(oldest)
                .ok()
                .and_then(|at| self.entries.get_mut(at))
        {
            self.by_id.remove(&(slot.id, slot.user));
            entry.generation = slot.generation.wrapping_add(1);
            let place = Place {
                index: oldest,
                generation: entry.generation,
            };
            *slot = entry;
            self.by_id.insert((id, user), oldest);
            self.by_tick.insert(tick, oldest);
            return place;
        }
        let index = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.entries.push(entry);
        self.by_id.insert((id, user), index);
        self.by_tick.insert(tick, index);
        Place { index, generation: 0 }
    }

    /// Forgets the engines of a user who is gone.
    pub(crate) fn forget_user(&mut self, user: u32) {
        let kept = core::mem::take(&mut self.entries);
        self.by_id.clear();
        self.by_tick.clear();
        for mut entry in kept.into_iter().filter(|entry| entry.user != user) {
            let index = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
            entry.generation = entry.generation.wrapping_add(1);
            self.by_id.insert((entry.id, entry.user), index);
            self.by_tick.insert(entry.tick, index);
            self.entries.push(entry);
        }
    }
}
