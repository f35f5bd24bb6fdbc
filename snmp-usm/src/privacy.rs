//! Privacy protocols: the scoped PDU encrypted in place (RFC 3414 §8, RFC 3826, and the two key extensions in use).

#[cfg(any(feature = "des", feature = "aes-long"))]
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::str::FromStr;

use aes::cipher::KeyInit;
use snmp_core::oid;
use snmp_core::oid::Oid;
use zeroize::Zeroizing;

use crate::auth::UnknownProtocol;
#[cfg(feature = "des")]
use crate::cbc;
use crate::cfb;
use crate::key::{self, KeyError, LocalizedKey, Stretch};

/// A privacy protocol of the user-based security model (usmUserPrivProtocol).
///
/// AES-128 is always built; the others are cargo features. AES-192 and AES-256 are no standard: products lengthen a
/// short key in two ways and use one name for both, so the way is part of the name here. Where the hash is as long as
/// the cipher's key (SHA-256 and longer; SHA-224 for AES-192) the two are the same.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum PrivProtocol {
    /// usmDESPrivProtocol: DES in CBC mode (RFC 3414 §8). 56 bits: anybody can break it.
    #[cfg(feature = "des")]
    Des,
    /// usm3DESEDEPrivProtocol (draft-reeder-snmpv3-usm-3desede-00), with Reeder's key extension.
    #[cfg(feature = "des")]
    TripleDesReeder,
    /// usmAesCfb128Protocol (RFC 3826).
    Aes128,
    /// AES-192 with Blumenthal's key extension (draft-blumenthal-aes-usm-04); net-snmp's `AES-192`.
    #[cfg(feature = "aes-long")]
    Aes192Blumenthal,
    /// AES-192 with Reeder's key extension; Cisco's, and net-snmp's `AES-192-C`.
    #[cfg(feature = "aes-long")]
    Aes192Reeder,
    /// AES-256 with Blumenthal's key extension (draft-blumenthal-aes-usm-04); net-snmp's `AES-256`.
    #[cfg(feature = "aes-long")]
    Aes256Blumenthal,
    /// AES-256 with Reeder's key extension; Cisco's, and net-snmp's `AES-256-C`.
    #[cfg(feature = "aes-long")]
    Aes256Reeder,
}

/// How a localized key that is too short for the cipher is made longer.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Extension {
    /// Kul ‖ H(Kul) ‖ H(Kul ‖ H(Kul)) and so on (draft-blumenthal-aes-usm-04 §3.1.2.1).
    Blumenthal,
    /// Kul ‖ the localized key of Kul taken for a password (draft-reeder-snmpv3-usm-3desede-00 §2.1). Costs a
    /// password's stretching for each engine.
    Reeder,
}

impl PrivProtocol {
    /// Every protocol of this build.
    pub const ALL: &[Self] = &[
        #[cfg(feature = "des")]
        Self::Des,
        #[cfg(feature = "des")]
        Self::TripleDesReeder,
        Self::Aes128,
        #[cfg(feature = "aes-long")]
        Self::Aes192Blumenthal,
        #[cfg(feature = "aes-long")]
        Self::Aes192Reeder,
        #[cfg(feature = "aes-long")]
        Self::Aes256Blumenthal,
        #[cfg(feature = "aes-long")]
        Self::Aes256Reeder,
    ];

    /// Octets of the key that the protocol takes, the pre-IV of DES and 3DES included.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            #[cfg(feature = "des")]
            Self::Des => 16,
            #[cfg(feature = "des")]
            Self::TripleDesReeder => 32,
            Self::Aes128 => 16,
            #[cfg(feature = "aes-long")]
            Self::Aes192Blumenthal | Self::Aes192Reeder => 24,
            #[cfg(feature = "aes-long")]
            Self::Aes256Blumenthal | Self::Aes256Reeder => 32,
        }
    }

    /// How the key is made longer when the hash is too short; `None` where it never is.
    #[must_use]
    pub const fn extension(self) -> Option<Extension> {
        match self {
            #[cfg(feature = "des")]
            Self::Des => None,
            #[cfg(feature = "des")]
            Self::TripleDesReeder => Some(Extension::Reeder),
            Self::Aes128 => None,
            #[cfg(feature = "aes-long")]
            Self::Aes192Blumenthal | Self::Aes256Blumenthal => Some(Extension::Blumenthal),
            #[cfg(feature = "aes-long")]
            Self::Aes192Reeder | Self::Aes256Reeder => Some(Extension::Reeder),
        }
    }

    /// The multiple that a ciphertext's length must be of: 8 for DES and 3DES, 1 for AES (no padding).
    #[must_use]
    pub const fn block_len(self) -> usize {
        match self {
            #[cfg(feature = "des")]
            Self::Des | Self::TripleDesReeder => 8,
            _ => 1,
        }
    }

    /// The name that operators know it by, as net-snmp writes it: `DES`, `3DES`, `AES`, `AES-192`, `AES-192-C`, `AES-256`
    /// (Blumenthal) and `AES-256-C` (Reeder).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "des")]
            Self::Des => "DES",
            #[cfg(feature = "des")]
            Self::TripleDesReeder => "3DES",
            Self::Aes128 => "AES",
            #[cfg(feature = "aes-long")]
            Self::Aes192Blumenthal => "AES-192",
            #[cfg(feature = "aes-long")]
            Self::Aes192Reeder => "AES-192-C",
            #[cfg(feature = "aes-long")]
            Self::Aes256Blumenthal => "AES-256",
            #[cfg(feature = "aes-long")]
            Self::Aes256Reeder => "AES-256-C",
        }
    }

    /// The protocol's name in usmUserPrivProtocol: under snmpPrivProtocols where a standard or draft gave one there, else
    /// the vendors' own (Blumenthal's draft as net-snmp numbers it, Cisco for Reeder's extension).
    #[must_use]
    pub const fn oid(self) -> Oid<'static> {
        match self {
            #[cfg(feature = "des")]
            Self::Des => oid!(1.3.6.1.6.3.10.1.2.2),
            #[cfg(feature = "des")]
            Self::TripleDesReeder => oid!(1.3.6.1.6.3.10.1.2.3),
            Self::Aes128 => oid!(1.3.6.1.6.3.10.1.2.4),
            #[cfg(feature = "aes-long")]
            Self::Aes192Blumenthal => oid!(1.3.6.1.4.1.14832.1.3),
            #[cfg(feature = "aes-long")]
            Self::Aes192Reeder => oid!(1.3.6.1.4.1.9.12.6.1.1),
            #[cfg(feature = "aes-long")]
            Self::Aes256Blumenthal => oid!(1.3.6.1.4.1.14832.1.4),
            #[cfg(feature = "aes-long")]
            Self::Aes256Reeder => oid!(1.3.6.1.4.1.9.12.6.1.2),
        }
    }

    /// The key as the protocol takes it, from the localized key of `engine_id`: cut, or made longer.
    ///
    /// Reeder's extension of a hash that is too short stretches 1 MiB, as a password does.
    #[must_use]
    pub fn key_octets(self, kul: &LocalizedKey, engine_id: &[u8]) -> Zeroizing<Vec<u8>> {
        // Room for all at once: a growing vector would leave copies behind.
        let mut octets = Zeroizing::new(Vec::with_capacity(self.key_len() + 64));
        octets.extend_from_slice(kul.expose());
        while octets.len() < self.key_len() {
            match self.extension() {
                Some(Extension::Reeder) => {
                    let from = octets.len().saturating_sub(kul.expose().len());
                    let last = octets.get(from..).unwrap_or_default();
                    let more = Stretch::of_octets(kul.protocol(), last)
                        .finish()
                        .localize(engine_id);
                    octets.extend_from_slice(more.expose());
                }
                // DES and AES-128 need 16 octets, which every hash has.
                Some(Extension::Blumenthal) | None => {
                    let more = key::digest(kul.protocol(), &[&octets]);
                    octets.extend_from_slice(&more);
                }
            }
        }
        octets.truncate(self.key_len());
        octets
    }
}

/// Takes [`PrivProtocol::name`] in any case, and `AES-128`.
impl FromStr for PrivProtocol {
    type Err = UnknownProtocol;

    fn from_str(name: &str) -> Result<Self, UnknownProtocol> {
        if name.eq_ignore_ascii_case("AES-128") {
            return Ok(Self::Aes128);
        }
        Self::ALL
            .iter()
            .copied()
            .find(|protocol| protocol.name().eq_ignore_ascii_case(name))
            .ok_or(UnknownProtocol)
    }
}

/// What the initialization vector is made of, beside the key: the message's own fields.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Iv {
    /// msgAuthoritativeEngineBoots as it stands in the message.
    pub boots: u32,
    /// msgAuthoritativeEngineTime as it stands in the message.
    pub time: u32,
    /// msgPrivacyParameters: never twice under one key.
    pub salt: [u8; 8],
}

/// Why a ciphertext cannot be decrypted, or a plaintext not be encrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PrivError {
    /// msgPrivacyParameters is not 8 octets long.
    #[error("a salt of {octets} octets, 8 are needed")]
    SaltLength {
        /// Octets of what was received.
        octets: usize,
    },
    /// The data is not a multiple of [`PrivProtocol::block_len`].
    #[error("{octets} octets are not a multiple of the cipher's block")]
    DataLength {
        /// Octets of the data.
        octets: usize,
    },
}

/// A privacy key ready for use: the cipher's schedule (for AES the encrypting half only, which is all that CFB uses).
///
/// AES-128 stands inline, the others are boxed, so that a build with all of them does not pay the largest for each.
#[derive(Clone)]
pub struct PrivKey {
    protocol: PrivProtocol,
    schedule: Schedule,
}

#[derive(Clone)]
enum Schedule {
    Aes128(aes::Aes128Enc),
    #[cfg(feature = "aes-long")]
    Aes192(Box<aes::Aes192Enc>),
    #[cfg(feature = "aes-long")]
    Aes256(Box<aes::Aes256Enc>),
    #[cfg(feature = "des")]
    Des(Box<cbc::Keyed<des::Des>>),
    #[cfg(feature = "des")]
    TripleDes(Box<cbc::Keyed<des::TdesEde3>>),
}

impl core::fmt::Debug for PrivKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PrivKey({}, ..)", self.protocol.name())
    }
}

impl PrivKey {
    /// Prepares the localized key of `engine_id` for use; see [`PrivProtocol::key_octets`] for what it may cost.
    #[must_use]
    pub fn new(protocol: PrivProtocol, kul: &LocalizedKey, engine_id: &[u8]) -> Self {
        Self {
            protocol,
            schedule: schedule(protocol, &protocol.key_octets(kul, engine_id)),
        }
    }

    /// Prepares a key that is as the protocol takes it.
    ///
    /// # Errors
    /// [`KeyError::Length`] unless there are [`PrivProtocol::key_len`] octets.
    pub fn from_octets(protocol: PrivProtocol, octets: &[u8]) -> Result<Self, KeyError> {
        if octets.len() != protocol.key_len() {
            return Err(KeyError::Length {
                expected: protocol.key_len(),
                actual: octets.len(),
            });
        }
        Ok(Self {
            protocol,
            schedule: schedule(protocol, octets),
        })
    }

    /// The protocol that the key belongs to.
    #[must_use]
    pub const fn protocol(&self) -> PrivProtocol {
        self.protocol
    }

    /// Encrypts `data` in place.
    ///
    /// # Errors
    /// [`PrivError::DataLength`] when it is not padded to [`PrivProtocol::block_len`]; nothing is changed then.
    pub fn encrypt(&self, iv: Iv, data: &mut [u8]) -> Result<(), PrivError> {
        match &self.schedule {
            Schedule::Aes128(cipher) => cfb::encrypt(cipher, aes_iv(iv), data),
            #[cfg(feature = "aes-long")]
            Schedule::Aes192(cipher) => cfb::encrypt(&**cipher, aes_iv(iv), data),
            #[cfg(feature = "aes-long")]
            Schedule::Aes256(cipher) => cfb::encrypt(&**cipher, aes_iv(iv), data),
            #[cfg(feature = "des")]
            Schedule::Des(keyed) => return keyed.encrypt(iv.salt, data),
            #[cfg(feature = "des")]
            Schedule::TripleDes(keyed) => return keyed.encrypt(iv.salt, data),
        }
        Ok(())
    }

    /// Decrypts `data` in place. A wrong key gives wrong octets, no error: no privacy protocol of SNMP can tell.
    ///
    /// # Errors
    /// [`PrivError::DataLength`] when it is not a multiple of [`PrivProtocol::block_len`]; nothing is changed then.
    pub fn decrypt(&self, iv: Iv, data: &mut [u8]) -> Result<(), PrivError> {
        match &self.schedule {
            Schedule::Aes128(cipher) => cfb::decrypt(cipher, aes_iv(iv), data),
            #[cfg(feature = "aes-long")]
            Schedule::Aes192(cipher) => cfb::decrypt(&**cipher, aes_iv(iv), data),
            #[cfg(feature = "aes-long")]
            Schedule::Aes256(cipher) => cfb::decrypt(&**cipher, aes_iv(iv), data),
            #[cfg(feature = "des")]
            Schedule::Des(keyed) => return keyed.decrypt(iv.salt, data),
            #[cfg(feature = "des")]
            Schedule::TripleDes(keyed) => return keyed.decrypt(iv.salt, data),
        }
        Ok(())
    }
}

/// `octets` has the protocol's length; what is missing would count as zeros.
fn schedule(protocol: PrivProtocol, octets: &[u8]) -> Schedule {
    fn fit<const N: usize>(octets: &[u8]) -> Zeroizing<[u8; N]> {
        let mut key = Zeroizing::new([0; N]);
        for (to, from) in key.iter_mut().zip(octets) {
            *to = *from;
        }
        key
    }
    match protocol {
        PrivProtocol::Aes128 => Schedule::Aes128(aes::Aes128Enc::new((&*fit::<16>(octets)).into())),
        #[cfg(feature = "aes-long")]
        PrivProtocol::Aes192Blumenthal | PrivProtocol::Aes192Reeder => {
            Schedule::Aes192(Box::new(aes::Aes192Enc::new((&*fit::<24>(octets)).into())))
        }
        #[cfg(feature = "aes-long")]
        PrivProtocol::Aes256Blumenthal | PrivProtocol::Aes256Reeder => {
            Schedule::Aes256(Box::new(aes::Aes256Enc::new((&*fit::<32>(octets)).into())))
        }
        #[cfg(feature = "des")]
        PrivProtocol::Des => {
            let key = fit::<16>(octets);
            let (key, pre_iv) = key.split_at(8);
            Schedule::Des(Box::new(cbc::Keyed::new(
                des::Des::new((&*fit::<8>(key)).into()),
                &fit::<8>(pre_iv),
            )))
        }
        #[cfg(feature = "des")]
        PrivProtocol::TripleDesReeder => {
            let key = fit::<32>(octets);
            let (key, pre_iv) = key.split_at(24);
            Schedule::TripleDes(Box::new(cbc::Keyed::new(
                des::TdesEde3::new((&*fit::<24>(key)).into()),
                &fit::<8>(pre_iv),
            )))
        }
    }
}

/// Boots, time and salt, each most significant octet first (RFC 3826 §3.1.2.1).
fn aes_iv(iv: Iv) -> [u8; cfb::BLOCK] {
    let number =
        u128::from(iv.boots) << 96 | u128::from(iv.time) << 64 | u128::from(u64::from_be_bytes(iv.salt));
    number.to_be_bytes()
}
