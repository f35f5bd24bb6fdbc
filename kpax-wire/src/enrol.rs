//! Enrolment: one text that holds all a collector needs.
//!
//! `KPAX:` and base32 of version, length, body and checksum; about 240 characters, all of them in the alphanumeric set
//! of QR codes. It holds the site key: show it once, never log it.

use alloc::{string::String, vec::Vec};
use core::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
    cbor::CborErrorKind,
    error::{DecodeError, DecodeErrorKind},
    key::{Kid, Site, SiteKey, Suite},
    limits,
    reader::Reader,
    verdict::Verdict,
    writer::Writer,
};

const PREFIX: &str = "KPAX:";
const VERSION: u8 = 1;
/// Version and length of the body; the checksum.
const FRAME: usize = 3 + CHECKSUM;
const CHECKSUM: usize = 4;
const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What a collector is enrolled with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Enrolment {
    /// The site.
    pub site: Site,
    /// The key's name, 8 octets.
    pub kid: Kid,
    /// The epoch to begin with.
    pub epoch: u16,
    /// What to seal with.
    pub suite: Suite,
    /// The site key.
    pub key: SiteKey,
    /// Ed25519 public key of profile sets.
    pub profile_key: [u8; 32],
    /// Host names of the servers, in the order to try them; at least one.
    pub servers: Vec<String>,
}

/// Why a text is no enrolment.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EnrolError {
    /// No prefix, a character that is no digit, or unused bits of the last digit.
    #[error("not an enrolment string")]
    Malformed,
    /// It ends too early.
    #[error("enrolment string cut short")]
    Truncated,
    /// It goes on after its end.
    #[error("enrolment string too long")]
    TrailingData,
    /// A character was mistyped.
    #[error("checksum does not match")]
    BadChecksum,
    /// Another version's.
    #[error("unknown version {0}")]
    UnknownVersion(u8),
    /// An algorithm that the format does not know.
    #[error("unsupported algorithm")]
    UnsupportedAlg,
    /// The body.
    #[error("{0}")]
    Body(DecodeError),
}

impl EnrolError {
    /// The word of the format's vectors for it.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Malformed => Verdict::Malformed,
            Self::Truncated => Verdict::Truncated,
            Self::TrailingData => Verdict::TrailingData,
            Self::BadChecksum => Verdict::BadChecksum,
            Self::UnknownVersion(_) => Verdict::UnknownVersion,
            Self::UnsupportedAlg => Verdict::UnsupportedAlg,
            Self::Body(error) => error.verdict(),
        }
    }
}

impl Enrolment {
    /// Reads an enrolment string. Blanks and hyphens are skipped, small letters taken for capitals.
    ///
    /// # Errors
    /// The first check that fails: prefix and digits, length, checksum, unused bits, version, body.
    pub fn parse(text: &str) -> Result<Self, EnrolError> {
        let raw = decode_base32(text)?;
        let [_, high, low, rest @ ..] = raw.octets.as_slice() else {
            return Err(EnrolError::Truncated);
        };
        let body_len = usize::from(u16::from_be_bytes([*high, *low]));
        let beyond = raw.octets.len().checked_sub(body_len.saturating_add(FRAME));
        let body = match beyond {
            None => return Err(EnrolError::Truncated),
            Some(1..) => return Err(EnrolError::TrailingData),
            Some(0) => rest.get(..body_len).ok_or(EnrolError::Truncated)?,
        };
        let (covered, check) = raw
            .octets
            .split_last_chunk::<CHECKSUM>()
            .ok_or(EnrolError::Truncated)?;
        if Sha256::digest(covered).first_chunk::<CHECKSUM>() != Some(check) {
            return Err(EnrolError::BadChecksum);
        }
        if raw.unused_bits {
            return Err(EnrolError::Malformed);
        }
        match raw.octets.first() {
            Some(&VERSION) => Self::read(body),
            Some(version) => Err(EnrolError::UnknownVersion(*version)),
            None => Err(EnrolError::Truncated),
        }
    }

    fn read(body: &[u8]) -> Result<Self, EnrolError> {
        let mut r = Reader::new(body).map_err(EnrolError::Body)?;
        let wrong = |offset, field| {
            EnrolError::Body(DecodeError {
                kind: DecodeErrorKind::OutOfRange,
                field,
                offset,
            })
        };
        r.array("enrol", 7..=7).map_err(EnrolError::Body)?;
        let at = r.position();
        let site = Site::new(r.octets("site", 1..=32).map_err(EnrolError::Body)?).ok_or(wrong(at, "site"))?;
        let at = r.position();
        let kid = Kid::new(r.octets("kid", 8..=8).map_err(EnrolError::Body)?).ok_or(wrong(at, "kid"))?;
        let at = r.position();
        let epoch = r.uint_in("epoch", 0..=65_535).map_err(EnrolError::Body)?;
        let epoch = u16::try_from(epoch).map_err(|_| wrong(at, "epoch"))?;
        let alg = r.int("alg").map_err(|_| EnrolError::UnsupportedAlg)?;
        let suite = Suite::from_alg(alg.get()).ok_or(EnrolError::UnsupportedAlg)?;
        let key = SiteKey::new(r.fixed("site key").map_err(EnrolError::Body)?);
        let profile_key = r.fixed("profile key").map_err(EnrolError::Body)?;
        let servers = r
            .list("servers", 1, |r| r.text("servers"))
            .map_err(EnrolError::Body)?;
        Ok(Self {
            site,
            kid,
            epoch,
            suite,
            key,
            profile_key,
            servers,
        })
    }

    /// The enrolment string; wiped when dropped.
    ///
    /// # Errors
    /// What [`parse`](Self::parse) would refuse: a key name that is not of 8 octets, no server, or more than fits.
    pub fn to_text(&self) -> Result<Zeroizing<String>, EnrolError> {
        let mut w = Writer::new();
        w.array(7);
        w.octets(self.site.octets());
        w.octets(self.kid.octets());
        w.uint(self.epoch.into());
        w.int(self.suite.alg().into());
        w.octets(self.key.expose());
        w.octets(&self.profile_key);
        w.list(&self.servers, |w, server| w.text(server));
        let body = Zeroizing::new(w.finish());
        Self::read(&body)?;
        let too_long = DecodeError {
            kind: DecodeErrorKind::Cbor(CborErrorKind::BytesTooLong),
            field: "enrol",
            offset: limits::BYTES,
        };
        let len = u16::try_from(body.len()).map_err(|_| EnrolError::Body(too_long))?;
        let mut raw = Zeroizing::new(Vec::with_capacity(body.len().saturating_add(FRAME)));
        raw.push(VERSION);
        raw.extend_from_slice(&len.to_be_bytes());
        raw.extend_from_slice(&body);
        let digest = Sha256::digest(raw.as_slice());
        raw.extend_from_slice(digest.get(..CHECKSUM).unwrap_or_default());
        Ok(encode_base32(&raw))
    }

    /// The key as a sealer and an opener take it.
    #[must_use]
    pub fn enrolled_key(&self) -> crate::seal::EnrolledKey {
        crate::seal::EnrolledKey {
            site: self.site.clone(),
            kid: self.kid,
            suite: self.suite,
            key: self.key.clone(),
            epochs: crate::seal::Epochs::Any,
        }
    }
}

struct Base32 {
    octets: Zeroizing<Vec<u8>>,
    /// The last digit has bits that belong to no octet and are set.
    unused_bits: bool,
}

fn decode_base32(text: &str) -> Result<Base32, EnrolError> {
    let mut characters = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase());
    if !PREFIX.chars().all(|expected| characters.next() == Some(expected)) {
        return Err(EnrolError::Malformed);
    }
    let mut octets = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut digits = 0_usize;
    let mut pending: u16 = 0;
    let mut bits = 0_u32;
    for character in characters {
        let digit = match character {
            'A'..='Z' => u32::from(character).checked_sub(u32::from('A')),
            '2'..='7' => u32::from(character)
                .checked_sub(u32::from('2'))
                .map(|digit| digit.saturating_add(26)),
            _ => None,
        };
        let digit = digit
            .and_then(|digit| u16::try_from(digit).ok())
            .ok_or(EnrolError::Malformed)?;
        digits = digits.saturating_add(1);
        // At most 7 bits wait, so that 12 are in use.
        pending = ((pending & 0x7f) << 5) | digit;
        bits = bits.saturating_add(5);
        if bits >= 8 {
            bits = bits.saturating_sub(8);
            octets.push(pending.checked_shr(bits).unwrap_or(0).to_le_bytes()[0]);
        }
    }
    // RFC 4648 §6: these numbers of digits end no octet.
    if matches!(digits % 8, 1 | 3 | 6) {
        return Err(EnrolError::Truncated);
    }
    let waiting = 1_u16.checked_shl(bits).unwrap_or(0).saturating_sub(1);
    Ok(Base32 {
        octets,
        unused_bits: pending & waiting != 0,
    })
}

fn encode_base32(raw: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(
        PREFIX.len().saturating_add(raw.len().saturating_mul(2)),
    ));
    text.push_str(PREFIX);
    for group in raw.chunks(5) {
        let mut all = [0_u8; 8];
        for (to, from) in all.iter_mut().skip(3).zip(group) {
            *to = *from;
        }
        let bits = u64::from_be_bytes(all);
        let digits = group.len().saturating_mul(8).div_ceil(5);
        for nth in 0..digits {
            let shift = u32::try_from(nth).unwrap_or(0).saturating_mul(5);
            let digit = (bits >> 35_u32.saturating_sub(shift)) & 31;
            let digit = usize::try_from(digit).ok().and_then(|digit| DIGITS.get(digit));
            text.push(char::from(digit.copied().unwrap_or(b'A')));
        }
    }
    text
}

impl fmt::Display for Enrolment {
    /// Site and servers, nothing secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "site {}, key {}", self.site.octets().escape_ascii(), self.kid)?;
        self.servers.iter().try_for_each(|server| write!(f, ", {server}"))
    }
}
