//! The peers that are talked to, and what is known of their engines (RFC 3414 §2.3, §4).

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::net::SocketAddr;

use snmp_core::entropy::Entropy;
use snmp_core::security::SecurityLevel;

use crate::engine_id::EngineId;
use crate::timeliness::RemoteClock;
use crate::user::{Keys, User};

/// A place in a table, and which of its tenants is meant: a late message never reaches a newer one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Place {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

/// A peer's engine, with the keys localized to it.
///
/// Each peer has its own, also where two have one engine id: cloned devices do not disturb each other's clocks.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) id: EngineId,
    pub(crate) keys: Keys,
    /// Whether a message of this engine has authenticated (or none can, at noAuthNoPriv).
    pub(crate) confirmed: bool,
    /// What authenticated messages said of its clock; before one came, what the discovery's Report said, which is good
    /// to send with only. Zeros make the engine tell its own (RFC 3414 §4).
    pub(crate) clock: RemoteClock,
}

/// Who is talked to, and where.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) user: User,
    /// Set while a discovery is under way.
    pub(crate) discovering: bool,
    /// Engines learnt from unauthenticated Reports since the last message that was to be believed.
    pub(crate) rediscoveries: u8,
    /// The engine whose messages are believed.
    pub(crate) engine: Option<Box<Engine>>,
    /// The engine that an unauthenticated Report spoke of: used for sending, and put in place of `engine` by its first
    /// message that authenticates.
    pub(crate) candidate: Option<Box<Engine>>,
    /// The user's keys for the local engine, for notifications.
    pub(crate) local_keys: Option<Box<Keys>>,
}

impl Peer {
    /// The engine to send to.
    pub(crate) fn target(&self) -> Option<&Engine> {
        self.candidate.as_deref().or(self.engine.as_deref())
    }

    pub(crate) fn has_engine(&self, id: &EngineId) -> bool {
        [&self.engine, &self.candidate]
            .into_iter()
            .flatten()
            .any(|engine| engine.id == *id)
    }

    pub(crate) fn engine_mut(&mut self, id: &EngineId) -> Option<&mut Engine> {
        [&mut self.engine, &mut self.candidate]
            .into_iter()
            .flatten()
            .map(Box::as_mut)
            .find(|engine| engine.id == *id)
    }

    /// Whether an engine has been heard of that proved who it is.
    pub(crate) fn is_established(&self) -> bool {
        self.engine.is_some()
    }
}

#[derive(Debug)]
struct Slot {
    generation: u32,
    peer: Option<Peer>,
}

/// All peers; found by place, or by engine and address in logarithmic time.
#[derive(Debug)]
pub(crate) struct Peers {
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// Keyed hash of engine id and host, and the peer's index: nobody outside can make them collide.
    by_engine: BTreeSet<(u64, u32)>,
    entropy: Entropy,
}

/// Separates the hashes made here from other uses of the seed.
const DOMAIN: u8 = 1;

impl Peers {
    pub(crate) fn new(entropy: Entropy) -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            by_engine: BTreeSet::new(),
            entropy,
        }
    }

    pub(crate) fn add(&mut self, address: SocketAddr, user: User) -> Place {
        let peer = Some(Peer {
            address,
            user,
            discovering: false,
            rediscoveries: 0,
            engine: None,
            candidate: None,
            local_keys: None,
        });
        if let Some(index) = self.free.pop()
            && let Some(slot) = slot_mut(&mut self.slots, index)
        {
            slot.peer = peer;
            let generation = slot.generation;
            return Place { index, generation };
        }
        let index = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        self.slots.push(Slot { generation: 0, peer });
        Place { index, generation: 0 }
    }

    pub(crate) fn remove(&mut self, place: Place) {
        let Some(peer) = self.get(place) else {
            return;
        };
        let keys: Vec<u64> = [&peer.engine, &peer.candidate]
            .into_iter()
            .flatten()
            .map(|engine| self.key(&engine.id, peer.address))
            .collect();
        for key in keys {
            self.by_engine.remove(&(key, place.index));
        }
        if let Some(slot) = slot_mut(&mut self.slots, place.index) {
            slot.peer = None;
            slot.generation = slot.generation.wrapping_add(1);
            self.free.push(place.index);
        }
    }

    pub(crate) fn get(&self, place: Place) -> Option<&Peer> {
        let slot = self.slots.get(usize::try_from(place.index).ok()?)?;
        slot.peer.as_ref().filter(|_| slot.generation == place.generation)
    }

    pub(crate) fn get_mut(&mut self, place: Place) -> Option<&mut Peer> {
        let slot = slot_mut(&mut self.slots, place.index)?;
        slot.peer.as_mut().filter(|_| slot.generation == place.generation)
    }

    /// The peer that a message of this engine and user from this address belongs to: the one at that very port, else
    /// one at another port of the same host (devices answer from others than they were asked at).
    pub(crate) fn find(&self, engine: &EngineId, user_name: &[u8], from: SocketAddr) -> Option<Place> {
        let key = self.key(engine, from);
        let mut same_host = None;
        for (_, index) in self.by_engine.range((key, 0)..=(key, u32::MAX)) {
            let slot = self.slots.get(usize::try_from(*index).ok()?)?;
            let Some(peer) = &slot.peer else {
                continue;
            };
            if peer.address.ip() != from.ip() || peer.user.name() != user_name || !peer.has_engine(engine) {
                continue;
            }
            let place = Place {
                index: *index,
                generation: slot.generation,
            };
            if peer.address == from {
                return Some(place);
            }
            same_host.get_or_insert(place);
        }
        same_host
    }

    /// Sends to this engine from now on; it replaces `engine` when one of its messages authenticates.
    pub(crate) fn set_candidate(&mut self, place: Place, id: EngineId, tentative: RemoteClock) -> Option<()> {
        self.drop_candidate(place);
        let peer = self.get_mut(place)?;
        let engine = Box::new(Engine {
            id,
            keys: peer.user.keys(&id)?,
            confirmed: peer.user.level() == SecurityLevel::NoAuthNoPriv,
            clock: tentative,
        });
        let address = peer.address;
        peer.candidate = Some(engine);
        let key = self.key(&id, address);
        self.by_engine.insert((key, place.index));
        let peer = self.get(place)?;
        if peer.user.level() == SecurityLevel::NoAuthNoPriv {
            self.confirm(place, &id);
        }
        Some(())
    }

    /// A message of the engine `id` was to be believed: it is the peer's engine, and no other is.
    pub(crate) fn confirm(&mut self, place: Place, id: &EngineId) {
        let Some(peer) = self.get_mut(place) else {
            return;
        };
        let Some(candidate) = peer.candidate.take() else {
            return;
        };
        let address = peer.address;
        let gone = if candidate.id == *id {
            let mut candidate = candidate;
            candidate.confirmed = true;
            peer.engine.replace(candidate)
        } else {
            Some(candidate)
        };
        if let Some(gone) = gone
            && gone.id != *id
        {
            let key = self.key(&gone.id, address);
            self.by_engine.remove(&(key, place.index));
        }
    }

    pub(crate) fn drop_candidate(&mut self, place: Place) {
        let Some(peer) = self.get_mut(place) else {
            return;
        };
        let Some(gone) = peer.candidate.take() else {
            return;
        };
        if !peer.has_engine(&gone.id) {
            let key = (self.get(place)).map(|peer| self.key(&gone.id, peer.address));
            self.by_engine.remove(&(key.unwrap_or_default(), place.index));
        }
    }

    fn key(&self, engine: &EngineId, address: SocketAddr) -> u64 {
        let mut octets = [0; 48];
        let id = engine.as_octets();
        let host = match address {
            SocketAddr::V4(address) => u128::from(u32::from(*address.ip())),
            SocketAddr::V6(address) => u128::from(*address.ip()),
        };
        let (head, tail) = octets.split_at_mut(16);
        head.copy_from_slice(&host.to_be_bytes());
        // An engine id has at most 32 octets.
        if let Some(place) = tail.get_mut(..id.len()) {
            place.copy_from_slice(id);
        }
        self.entropy
            .keyed(DOMAIN, octets.get(..16 + id.len()).unwrap_or_default())
    }
}

fn slot_mut(slots: &mut [Slot], index: u32) -> Option<&mut Slot> {
    slots.get_mut(usize::try_from(index).ok()?)
}
