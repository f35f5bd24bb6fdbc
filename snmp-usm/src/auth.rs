//! Authentication protocols: HMAC over the whole message, truncated (RFC 3414 §6 and §7, RFC 7860 §4).

#[cfg(feature = "sha2")]
use alloc::boxed::Box;
use core::ops::Range;
use core::str::FromStr;

use hmac::digest::block_api::CoreProxy;
use hmac::{EagerHash, Hmac, KeyInit, Mac, block_api::HmacCore};
use snmp_core::oid;
use snmp_core::oid::Oid;
use subtle::ConstantTimeEq;

use crate::key::LocalizedKey;

/// An authentication protocol of the user-based security model (usmUserAuthProtocol).
///
/// SHA-256 is always built; the others are cargo features.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum AuthProtocol {
    /// usmHMACMD5AuthProtocol: HMAC-MD5-96 (RFC 3414 §6). Broken as a hash; for devices that have nothing else.
    #[cfg(feature = "md5")]
    Md5,
    /// usmHMACSHAAuthProtocol: HMAC-SHA-96 (RFC 3414 §7).
    #[cfg(feature = "sha1")]
    Sha1,
    /// usmHMAC128SHA224AuthProtocol (RFC 7860).
    #[cfg(feature = "sha2")]
    Sha224,
    /// usmHMAC192SHA256AuthProtocol (RFC 7860), the one that every implementation must have.
    Sha256,
    /// usmHMAC256SHA384AuthProtocol (RFC 7860).
    #[cfg(feature = "sha2")]
    Sha384,
    /// usmHMAC384SHA512AuthProtocol (RFC 7860).
    #[cfg(feature = "sha2")]
    Sha512,
}

impl AuthProtocol {
    /// Every protocol of this build.
    pub const ALL: &[Self] = &[
        #[cfg(feature = "md5")]
        Self::Md5,
        #[cfg(feature = "sha1")]
        Self::Sha1,
        #[cfg(feature = "sha2")]
        Self::Sha224,
        Self::Sha256,
        #[cfg(feature = "sha2")]
        Self::Sha384,
        #[cfg(feature = "sha2")]
        Self::Sha512,
    ];

    /// Octets of a key (Ku and Kul): the length of the hash.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            #[cfg(feature = "md5")]
            Self::Md5 => 16,
            #[cfg(feature = "sha1")]
            Self::Sha1 => 20,
            #[cfg(feature = "sha2")]
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            #[cfg(feature = "sha2")]
            Self::Sha384 => 48,
            #[cfg(feature = "sha2")]
            Self::Sha512 => 64,
        }
    }

    /// Octets of msgAuthenticationParameters: the truncated digest.
    #[must_use]
    pub const fn mac_len(self) -> usize {
        match self {
            #[cfg(feature = "md5")]
            Self::Md5 => 12,
            #[cfg(feature = "sha1")]
            Self::Sha1 => 12,
            #[cfg(feature = "sha2")]
            Self::Sha224 => 16,
            Self::Sha256 => 24,
            #[cfg(feature = "sha2")]
            Self::Sha384 => 32,
            #[cfg(feature = "sha2")]
            Self::Sha512 => 48,
        }
    }

    /// The protocol's name in usmUserAuthProtocol, under snmpAuthProtocols (RFC 3414 §5, RFC 7860 §7).
    #[must_use]
    pub const fn oid(self) -> Oid<'static> {
        match self {
            #[cfg(feature = "md5")]
            Self::Md5 => oid!(1.3.6.1.6.3.10.1.1.2),
            #[cfg(feature = "sha1")]
            Self::Sha1 => oid!(1.3.6.1.6.3.10.1.1.3),
            #[cfg(feature = "sha2")]
            Self::Sha224 => oid!(1.3.6.1.6.3.10.1.1.4),
            Self::Sha256 => oid!(1.3.6.1.6.3.10.1.1.5),
            #[cfg(feature = "sha2")]
            Self::Sha384 => oid!(1.3.6.1.6.3.10.1.1.6),
            #[cfg(feature = "sha2")]
            Self::Sha512 => oid!(1.3.6.1.6.3.10.1.1.7),
        }
    }

    /// The name that operators know it by, as net-snmp writes it: `MD5`, `SHA`, `SHA-224`, and so on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "md5")]
            Self::Md5 => "MD5",
            #[cfg(feature = "sha1")]
            Self::Sha1 => "SHA",
            #[cfg(feature = "sha2")]
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            #[cfg(feature = "sha2")]
            Self::Sha384 => "SHA-384",
            #[cfg(feature = "sha2")]
            Self::Sha512 => "SHA-512",
        }
    }
}

/// No protocol of this build has that name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such protocol in this build")]
pub struct UnknownProtocol;

/// Takes [`AuthProtocol::name`] in any case, and `SHA-1`.
impl FromStr for AuthProtocol {
    type Err = UnknownProtocol;

    fn from_str(name: &str) -> Result<Self, UnknownProtocol> {
        #[cfg(feature = "sha1")]
        if name.eq_ignore_ascii_case("SHA-1") {
            return Ok(Self::Sha1);
        }
        Self::ALL
            .iter()
            .copied()
            .find(|protocol| protocol.name().eq_ignore_ascii_case(name))
            .ok_or(UnknownProtocol)
    }
}

/// A localized key ready for use: the two HMAC midstates, 48 to 160 octets (the longest boxed).
///
/// Hashing the padded key costs as much as two blocks of message; it is done once a key, not once a message.
#[derive(Clone)]
pub struct AuthKey(Midstates);

#[derive(Clone)]
enum Midstates {
    #[cfg(feature = "md5")]
    Md5(HmacCore<md5::Md5>),
    #[cfg(feature = "sha1")]
    Sha1(HmacCore<sha1::Sha1>),
    #[cfg(feature = "sha2")]
    Sha224(HmacCore<sha2::Sha224>),
    Sha256(HmacCore<sha2::Sha256>),
    // Twice as long as the others: boxed, so that these do not pay for it.
    #[cfg(feature = "sha2")]
    Sha384(Box<HmacCore<sha2::Sha384>>),
    #[cfg(feature = "sha2")]
    Sha512(Box<HmacCore<sha2::Sha512>>),
}

impl core::fmt::Debug for AuthKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "AuthKey({}, ..)", self.protocol().name())
    }
}

impl AuthKey {
    /// Prepares `key` for use.
    #[must_use]
    pub fn new(key: &LocalizedKey) -> Self {
        let octets = key.expose();
        Self(match key.protocol() {
            #[cfg(feature = "md5")]
            AuthProtocol::Md5 => Midstates::Md5(midstates(octets)),
            #[cfg(feature = "sha1")]
            AuthProtocol::Sha1 => Midstates::Sha1(midstates(octets)),
            #[cfg(feature = "sha2")]
            AuthProtocol::Sha224 => Midstates::Sha224(midstates(octets)),
            AuthProtocol::Sha256 => Midstates::Sha256(midstates(octets)),
            #[cfg(feature = "sha2")]
            AuthProtocol::Sha384 => Midstates::Sha384(Box::new(midstates(octets))),
            #[cfg(feature = "sha2")]
            AuthProtocol::Sha512 => Midstates::Sha512(Box::new(midstates(octets))),
        })
    }

    /// The protocol that the key belongs to.
    #[must_use]
    pub const fn protocol(&self) -> AuthProtocol {
        match self.0 {
            #[cfg(feature = "md5")]
            Midstates::Md5(_) => AuthProtocol::Md5,
            #[cfg(feature = "sha1")]
            Midstates::Sha1(_) => AuthProtocol::Sha1,
            #[cfg(feature = "sha2")]
            Midstates::Sha224(_) => AuthProtocol::Sha224,
            Midstates::Sha256(_) => AuthProtocol::Sha256,
            #[cfg(feature = "sha2")]
            Midstates::Sha384(_) => AuthProtocol::Sha384,
            #[cfg(feature = "sha2")]
            Midstates::Sha512(_) => AuthProtocol::Sha512,
        }
    }

    /// Writes the digest of `message` to `message[mac]`.
    ///
    /// What stood there counts as zeros (RFC 3414 §6.3.1).
    ///
    /// # Errors
    /// [`MacRange`] when `mac` is not [`AuthProtocol::mac_len`] octets inside `message`; nothing is written then.
    pub fn sign(&self, message: &mut [u8], mac: Range<usize>) -> Result<(), MacRange> {
        let digest = self.digest(message, mac.clone()).ok_or(MacRange)?;
        let place = message.get_mut(mac).ok_or(MacRange)?;
        place.copy_from_slice(digest.get(..place.len()).ok_or(MacRange)?);
        Ok(())
    }

    /// Whether `message[mac]` is the digest of `message`, in a time that does not depend on where they differ.
    ///
    /// `false` too when `mac` has another length than the protocol's: a shorter digest is never compared as a prefix
    /// (RFC 3414 §6.3.2, step 1).
    #[must_use]
    pub fn verify(&self, message: &[u8], mac: Range<usize>) -> bool {
        let Some(received) = message.get(mac.clone()) else {
            return false;
        };
        self.digest(message, mac)
            .and_then(|digest| Some(digest.get(..received.len())?.ct_eq(received).into()))
            .unwrap_or(false)
    }

    /// The full digest of `message` with zeros in `message[mac]`; `None` when that range is not the protocol's.
    fn digest(&self, message: &[u8], mac: Range<usize>) -> Option<[u8; 64]> {
        if mac.len() != self.protocol().mac_len() {
            return None;
        }
        let before = message.get(..mac.start)?;
        let zeros = [0; 64];
        let zeros = zeros.get(..mac.len())?;
        let parts = [before, zeros, message.get(mac.end..)?];
        Some(match &self.0 {
            #[cfg(feature = "md5")]
            Midstates::Md5(key) => hmac(key, parts),
            #[cfg(feature = "sha1")]
            Midstates::Sha1(key) => hmac(key, parts),
            #[cfg(feature = "sha2")]
            Midstates::Sha224(key) => hmac(key, parts),
            Midstates::Sha256(key) => hmac(key, parts),
            #[cfg(feature = "sha2")]
            Midstates::Sha384(key) => hmac(key, parts),
            #[cfg(feature = "sha2")]
            Midstates::Sha512(key) => hmac(key, parts),
        })
    }
}

/// The place for the digest has not the protocol's length or does not lie in the message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the digest's place has a wrong length or lies outside of the message")]
pub struct MacRange;

fn midstates<D: EagerHash>(key: &[u8]) -> HmacCore<D> {
    // A length error cannot be: HMAC takes keys of any length.
    HmacCore::new_from_slice(key).unwrap_or_else(|_| HmacCore::new(&Default::default()))
}

fn hmac<D: EagerHash>(key: &HmacCore<D>, parts: [&[u8]; 3]) -> [u8; 64] {
    let mut mac = Hmac::<D>::compose(key.clone(), Default::default());
    for part in parts {
        Mac::update(&mut mac, part);
    }
    let octets = mac.finalize().into_bytes();
    let mut digest = [0; 64];
    if let Some(place) = digest.get_mut(..octets.len()) {
        place.copy_from_slice(&octets);
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn names_are_read_back() {
        for protocol in AuthProtocol::ALL {
            assert_eq!(protocol.name().to_lowercase().parse(), Ok(*protocol));
        }
        assert_eq!("SHA-3".parse::<AuthProtocol>(), Err(UnknownProtocol));
        assert_eq!(UnknownProtocol.to_string(), "no such protocol in this build");
    }

    #[test]
    fn r7860_4_4a_lengths_of_digests_and_keys() {
        let lengths = |name: &str| {
            let protocol = name.parse::<AuthProtocol>().ok()?;
            Some((protocol.mac_len(), protocol.key_len()))
        };
        for (name, expected) in [
            ("MD5", (12, 16)),
            ("SHA", (12, 20)),
            ("SHA-224", (16, 28)),
            ("SHA-256", (24, 32)),
            ("SHA-384", (32, 48)),
            ("SHA-512", (48, 64)),
        ] {
            assert!(lengths(name).is_none_or(|lengths| lengths == expected), "{name}");
        }
    }

    #[test]
    fn r7860_4b_sha_256_is_in_every_build() {
        assert_eq!("SHA-256".parse(), Ok(AuthProtocol::Sha256));
        let all = cfg!(feature = "sha2");
        for name in ["SHA-224", "SHA-384", "SHA-512"] {
            assert_eq!(name.parse::<AuthProtocol>().is_ok(), all, "{name}");
        }
    }

    #[test]
    fn r7860_oid_protocols_stand_under_snmp_auth_protocols() {
        let parent = oid!(1.3.6.1.6.3.10.1.1);
        for (name, arc) in [
            ("MD5", 2),
            ("SHA", 3),
            ("SHA-224", 4),
            ("SHA-256", 5),
            ("SHA-384", 6),
            ("SHA-512", 7),
        ] {
            if let Ok(protocol) = name.parse::<AuthProtocol>() {
                assert!(protocol.oid().index_in(parent).unwrap().eq([arc]), "{name}");
            }
        }
    }

    #[test]
    fn r3414_6_3_1_the_digest_covers_everything_with_zeros_in_its_place() {
        let key = AuthKey::new(&LocalizedKey::from_octets(AuthProtocol::Sha256, &[1; 32]).unwrap());
        let mut message = [0; 100];
        for (n, octet) in (0..).zip(message.iter_mut()) {
            *octet = n;
        }
        let place = 30..54;
        let mut zeroed = message;
        zeroed[place.clone()].fill(0);
        let whole = hmac(&midstates::<sha2::Sha256>(&[1; 32]), [&zeroed, b"", b""]);
        key.sign(&mut message, place.clone()).unwrap();
        assert_eq!(
            message[place.clone()],
            whole[..24],
            "the first 24 octets of the HMAC"
        );
        assert!(key.verify(&message, place));
    }

    #[test]
    fn r3414_6_3_2_6_every_octet_of_the_digest_counts() {
        let key = AuthKey::new(&LocalizedKey::from_octets(AuthProtocol::Sha256, &[1; 32]).unwrap());
        let mut message = [7; 60];
        key.sign(&mut message, 10..34).unwrap();
        for at in 10..34 {
            message[at] ^= 0x80;
            assert!(!key.verify(&message, 10..34), "octet {at}");
            message[at] ^= 0x80;
        }
        assert!(key.verify(&message, 10..34));
    }

    /// RFC 2202 and RFC 4231, test case 2.
    #[test]
    fn midstates_give_the_hmac_of_the_rfcs() {
        fn check<D: EagerHash>(expected: &str) {
            let parts: [&[u8]; 3] = [b"what do ya want ", b"", b"for nothing?"];
            let digest = hmac(&midstates::<D>(b"Jefe"), parts);
            let shown: alloc::string::String =
                digest.iter().map(|octet| alloc::format!("{octet:02x}")).collect();
            assert_eq!(shown.trim_end_matches('0'), expected.trim_end_matches('0'));
        }
        #[cfg(feature = "md5")]
        check::<md5::Md5>("750c783e6ab0b503eaa86e310a5db738");
        #[cfg(feature = "sha1")]
        check::<sha1::Sha1>("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        #[cfg(feature = "sha2")]
        check::<sha2::Sha224>("a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44");
        check::<sha2::Sha256>("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        #[cfg(feature = "sha2")]
        check::<sha2::Sha384>(
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e\
             8e2240ca5e69e2c78b3239ecfab21649",
        );
        #[cfg(feature = "sha2")]
        check::<sha2::Sha512>(
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a\
             6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        );
    }

    #[test]
    fn a_place_of_another_length_is_neither_signed_nor_believed() {
        let key = LocalizedKey::from_octets(AuthProtocol::Sha256, &[1; 32]).unwrap();
        let key = AuthKey::new(&key);
        let mut message = [7; 40];
        for wrong in [
            0..0,
            0..12,
            0..23,
            0..25,
            20..44,
            0..32,
            usize::MAX - 24..usize::MAX,
        ] {
            assert_eq!(key.sign(&mut message, wrong.clone()), Err(MacRange));
            assert!(!key.verify(&message, wrong));
        }
        assert_eq!(message, [7; 40]);
        key.sign(&mut message, 8..32).unwrap();
        assert!(key.verify(&message, 8..32));
        assert!(
            !key.verify(&message, 8..20),
            "a prefix of the digest is not the digest"
        );
    }
}
