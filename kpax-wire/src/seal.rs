//! The envelope: COSE_Encrypt0 with every header protected, keys derived for each start of a collector.
//!
//! A nonce is the sequence number under a key that belongs to site, key name, epoch, boot, suite and direction. So a
//! nonce can repeat only where a sequence number does within one boot: [`Sealer`] owns its numbers, cannot be cloned,
//! and takes only numbers that the caller has *reserved*, that is, written down as used before they are.
//! [`Opener`] checks in the published order, and remembers what it took: a replay is refused after authentication
//! only, so nobody without the key moves the window.

mod envelope;
mod frame;
#[cfg(feature = "deflate")]
mod inflate;
mod opener;
mod schedule;
mod sealer;
mod window;

use alloc::{collections::BTreeMap, vec::Vec};

pub use self::{
    opener::{OpenError, OpenErrorKind, Opened, Opener, Sender},
    sealer::{SealError, Sealer},
};
use crate::key::{Kid, Site, SiteKey, Suite};

/// Which way a message goes; part of the key and of what the tag covers.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums)] // there are two ends
pub enum Direction {
    /// 0: collector to server.
    Up,
    /// 1: server to collector.
    Down,
}

impl Direction {
    /// Its number on the wire.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Up => 0,
            Self::Down => 1,
        }
    }
}

/// What separates one start of a collector from the next: random where there are random numbers, else a start counter
/// that is written down. A restored snapshot then seals under another key.
pub type Boot = [u8; 6];

/// A key as it was enrolled.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EnrolledKey {
    /// The site it belongs to.
    pub site: Site,
    /// Its name.
    pub kid: Kid,
    /// What it seals with.
    pub suite: Suite,
    /// The key.
    pub key: SiteKey,
    /// Epochs that are live.
    pub epochs: Epochs,
}

/// Epochs of a key that a receiver takes.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums)] // all or some
pub enum Epochs {
    /// All.
    Any,
    /// These.
    Only(Vec<u16>),
}

impl Epochs {
    /// Whether messages of this epoch are taken.
    #[must_use]
    pub fn contains(&self, epoch: u16) -> bool {
        match self {
            Self::Any => true,
            Self::Only(epochs) => epochs.contains(&epoch),
        }
    }
}

/// Finds the key that a message names.
pub trait KeyLookup {
    /// The key named `kid`.
    fn find(&self, kid: &Kid) -> Option<&EnrolledKey>;
}

impl KeyLookup for EnrolledKey {
    fn find(&self, kid: &Kid) -> Option<&Self> {
        Some(self).filter(|key| key.kid == *kid)
    }
}

impl KeyLookup for [EnrolledKey] {
    fn find(&self, kid: &Kid) -> Option<&EnrolledKey> {
        self.iter().find(|key| key.kid == *kid)
    }
}

impl KeyLookup for BTreeMap<Kid, EnrolledKey> {
    fn find(&self, kid: &Kid) -> Option<&EnrolledKey> {
        self.get(kid)
    }
}
