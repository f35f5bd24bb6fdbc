//! Key material and its names; wiped when dropped, never printed.

use alloc::vec::Vec;
use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A site's key: 32 octets from which every sealing key is derived.
#[derive(Clone, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SiteKey([u8; 32]);

impl SiteKey {
    /// The key as such.
    #[must_use]
    pub const fn new(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// The octets, for storing them in a safe place.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// In constant time.
impl PartialEq for SiteKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for SiteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SiteKey(redacted)")
    }
}

/// Secret octets of a device credential: a community, or a key Ku (RFC 3414 A.2); never a password.
#[derive(Clone, Default, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// The octets as such.
    #[must_use]
    pub const fn new(octets: Vec<u8>) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

/// In constant time, but for the length.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// The name of a key: 4 to 8 octets, sent in clear.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Kid {
    octets: [u8; 8],
    len: u8,
}

impl Kid {
    /// A name of these octets; `None` unless they are 4 to 8.
    #[must_use]
    pub fn new(octets: &[u8]) -> Option<Self> {
        let len = u8::try_from(octets.len())
            .ok()
            .filter(|len| (4..=8).contains(len))?;
        let mut all = [0; 8];
        all.get_mut(..octets.len())?.copy_from_slice(octets);
        Some(Self { octets: all, len })
    }

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// Octets in small hexadecimal letters.
impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.octets()
            .iter()
            .try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kid({self})")
    }
}

/// A customer's site: 1 to 32 octets, known to both sides and never sent; servers that share no replay window use
/// different ones.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Site(Vec<u8>);

impl Site {
    /// A site of these octets; `None` unless they are 1 to 32.
    #[must_use]
    pub fn new(octets: &[u8]) -> Option<Self> {
        if (1..=32).contains(&octets.len()) {
            Some(Self(octets.to_vec()))
        } else {
            None
        }
    }

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Site({})", self.0.escape_ascii())
    }
}

/// How messages are sealed; fixed by enrolment for a key, never negotiated.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums)] // version 1 has these two
pub enum Suite {
    /// A256GCM, COSE algorithm 3 (RFC 9053): for who has random numbers. A nonce used twice is fatal.
    Aes256Gcm,
    /// AES-256-GCM-SIV (RFC 8452), private algorithm −65793: for a box without random numbers. A nonce used twice shows
    /// only that two messages are equal.
    Aes256GcmSiv,
}

impl Suite {
    /// Its COSE algorithm number.
    #[must_use]
    pub const fn alg(self) -> i32 {
        match self {
            Self::Aes256Gcm => 3,
            Self::Aes256GcmSiv => -65793,
        }
    }

    /// The suite of a COSE algorithm number.
    #[must_use]
    pub const fn from_alg(alg: i128) -> Option<Self> {
        match alg {
            3 => Some(Self::Aes256Gcm),
            -65793 => Some(Self::Aes256GcmSiv),
            _ => None,
        }
    }
}
