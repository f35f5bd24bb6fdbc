//! The users who may talk to us: to the local engine, and in notifications (usmUserTable).

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use snmp_core::security::SecurityLevel;

use crate::engine_id::EngineId;
use crate::peers::Place;
use crate::user::{Keys, User};

#[derive(Debug)]
struct Entry {
    user: User,
    /// Keys for the local engine; `None` where there is none, or the user's keys are for another.
    local: Option<Keys>,
    generation: u32,
}

/// Users by name. One who was removed stays readable until another takes the place: an answer still goes out with
/// the security data of its request (RFC 3414 §3.1 step 1a).
#[derive(Debug, Default)]
pub(crate) struct Users {
    entries: Vec<Entry>,
    free: Vec<u32>,
    by_name: BTreeMap<Box<[u8]>, u32>,
}

impl Users {
    /// Takes up a user, in place of one of the same name; the index of that one, whose traces are to be removed.
    pub(crate) fn add(&mut self, user: User, local: Option<&EngineId>) -> Option<u32> {
        let before = self.remove(user.name());
        let local = local.and_then(|id| user.keys(id));
        let name: Box<[u8]> = user.name().into();
        let mut entry = Entry {
            user,
            local,
            generation: 0,
        };
        let free = self.free.pop();
        let slot = free.and_then(|index| self.entries.get_mut(usize::try_from(index).ok()?));
        let index = match (slot, free) {
            (Some(slot), Some(index)) => {
                entry.generation = slot.generation.wrapping_add(1);
                *slot = entry;
                index
            }
            _ => {
                self.entries.push(entry);
                u32::try_from(self.entries.len() - 1).unwrap_or(u32::MAX)
            }
        };
        self.by_name.insert(name, index);
        before
    }

    pub(crate) fn remove(&mut self, name: &[u8]) -> Option<u32> {
        let index = self.by_name.remove(name)?;
        // The oldest free place is taken last.
        self.free.insert(0, index);
        Some(index)
    }

    pub(crate) fn find(&self, name: &[u8]) -> Option<Place> {
        let index = *self.by_name.get(name)?;
        let generation = self.entries.get(usize::try_from(index).ok()?)?.generation;
        Some(Place { index, generation })
    }

    fn entry(&self, place: Place) -> Option<&Entry> {
        let entry = self.entries.get(usize::try_from(place.index).ok()?)?;
        (entry.generation == place.generation).then_some(entry)
    }

    pub(crate) fn level(&self, place: Place) -> SecurityLevel {
        self.entry(place)
            .map_or(SecurityLevel::NoAuthNoPriv, |entry| entry.user.level())
    }

    /// Level and keys for the local engine.
    pub(crate) fn local(&self, place: Place) -> Option<(SecurityLevel, &Keys)> {
        let entry = self.entry(place)?;
        Some((entry.user.level(), entry.local.as_ref()?))
    }

    /// Keys for another engine.
    pub(crate) fn keys(&self, place: Place, id: &EngineId) -> Option<Keys> {
        self.entry(place)?.user.keys(id)
    }

    /// Name and keys that an answer of the local engine goes out with.
    pub(crate) fn answering(&self, place: Place) -> Option<(&[u8], Option<&Keys>)> {
        let entry = self.entry(place)?;
        Some((entry.user.name(), entry.local.as_ref()))
    }
}
