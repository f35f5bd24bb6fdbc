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
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut octets = [0; N];
    for chunk in octets.chunks_mut(8) {
        let word = RandomState::new().build_hasher().finish().to_be_bytes();
        chunk.copy_from_slice(&word[..chunk.len()]);
    }
    octets
}
