//! The caller's clock and randomness: the libraries have neither.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Instant as Os;

use snmp_core::time::Instant;

/// Microseconds since the program began.
#[derive(Clone, Copy)]
pub(crate) struct Clock(Os);

impl Clock {
    pub(crate) fn start() -> Self {
        Self(Os::now())
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_micros(u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX))
    }
}

/// Octets that nobody guesses: the standard library seeds its hash maps from the operating system.
pub(crate) fn random() -> [u8; 16] {
    let half = || RandomState::new().build_hasher().finish().to_be_bytes();
    let (mut octets, first, second) = ([0; 16], half(), half());
    octets[..8].copy_from_slice(&first);
    octets[8..].copy_from_slice(&second);
    octets
}
