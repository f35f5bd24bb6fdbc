//! What a probe found out.

use super::Rung;
use crate::{
    device_id::{DeviceId, Id1284},
    discover::{Claim, Discover, Mac},
};
use alloc::{boxed::Box, vec::Vec};

/// What one rung told about the host.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Liveness {
    /// Nothing was sent: a device id was known before, or the switch is off.
    #[default]
    NotAsked,
    /// No answer that counts. Proves nothing: recent models dropped these protocols.
    Silent,
    /// The port is closed, which says that the host is there.
    Refused,
    /// An answer came.
    Alive,
}

/// Datagrams from the host that did not count, by reason. They tell a device that speaks in a way of its own from one
/// that is silent.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Dropped {
    /// From another port than the one asked, or on another socket.
    pub source: u32,
    /// A request, another protocol, service or operation.
    pub kind: u32,
    /// Another sequence number: a late or repeated answer, or somebody else's.
    pub sequence: u32,
    /// Lengths that lie.
    pub malformed: u32,
}

impl Dropped {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.source
            .saturating_add(self.kind)
            .saturating_add(self.sequence)
            .saturating_add(self.malformed)
    }
}

/// What a probe found out about one host.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Findings {
    pub(super) rungs: [Liveness; Rung::ALL.len()],
    pub(super) dropped: Dropped,
    /// The first usable one, else the last.
    mac: Option<Mac>,
    claims: Vec<Claim>,
    device_id: Option<(Rung, Box<[u8]>)>,
}

impl Findings {
    /// What `rung` told.
    #[must_use]
    pub fn liveness(&self, rung: Rung) -> Liveness {
        self.rungs.get(rung.index()).copied().unwrap_or_default()
    }

    /// Whether anything on any rung answered or refused: the host is there.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.rungs
            .iter()
            .any(|rung| matches!(rung, Liveness::Alive | Liveness::Refused))
    }

    /// Whether it is a Canon device: it answers in one of Canon's protocols, and names no other maker.
    #[must_use]
    pub fn is_canon(&self) -> bool {
        let answered = self.rungs.contains(&Liveness::Alive);
        answered
            && self
                .device_id()
                .is_none_or(|id| id.is_canon() || id.manufacturer().is_none())
    }

    /// The rung to talk on: the one that gave the device id, else the first that is alive.
    #[must_use]
    pub fn way(&self) -> Option<Rung> {
        let alive = || {
            Rung::ALL
                .into_iter()
                .find(|&rung| self.liveness(rung) == Liveness::Alive)
        };
        self.device_id.as_ref().map(|(rung, _)| *rung).or_else(alive)
    }

    /// The hardware address, where it can be one device's own.
    #[must_use]
    pub fn mac(&self) -> Option<Mac> {
        self.mac.filter(Mac::is_usable)
    }

    /// The addresses that the device claims to have. Not verified, and never sent to by this crate.
    #[must_use]
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// The device id, with model, serial number and firmware in it.
    #[must_use]
    pub fn device_id(&self) -> Option<Id1284<'_>> {
        self.device_id.as_ref().map(|(_, id)| Id1284(id))
    }

    /// What came from the host and did not count.
    #[must_use]
    pub fn dropped(&self) -> Dropped {
        self.dropped
    }

    pub(super) fn set(&mut self, rung: Rung, liveness: Liveness) {
        if let Some(at) = self.rungs.get_mut(rung.index()) {
            *at = liveness;
        }
    }

    pub(super) fn learn_discover(&mut self, discover: &Discover<'_>) {
        if !self.mac.is_some_and(|mac| mac.is_usable()) {
            self.mac = Some(discover.mac);
        }
        if self.claims.is_empty() {
            self.claims = discover.claims().collect();
        }
    }

    pub(super) fn learn_device_id(&mut self, rung: Rung, device_id: &DeviceId<'_>) {
        self.device_id = Some((rung, device_id.id.0.into()));
    }
}
