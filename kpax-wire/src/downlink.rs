//! What comes down: only newer configurations, only signed profile sets.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use ed25519_dalek::{Signature, VerifyingKey};

use crate::{
    cbor::{self, CborErrorKind, Raw},
    error::{DecodeError, DecodeErrorKind},
    limits,
    message::Message,
    model::{CounterId, Extensions, counters::CounterDef},
    number::Int,
    reader::Reader,
    verdict::Verdict,
    writer::Writer,
};

/// COSE tag of a COSE_Sign1.
const SIGN1: u64 = 18;
/// Ed25519 (RFC 9864); −8, EdDSA, is deprecated and refused.
const ED25519: i128 = -19;
const EXTERNAL: &[u8] = b"kpax-wire profiles 1";

/// Versions that a collector holds; the caller keeps them over restarts.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct HeldVersions {
    /// Of the configuration.
    pub config: u64,
    /// Of the profile set.
    pub profiles: u64,
}

/// Why a message from a server was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DownlinkError {
    /// It is no message of this version.
    #[error("{0}")]
    Decode(#[from] DecodeError),
    /// It does not go from a server to a collector.
    #[error("{0} sent down")]
    WrongDirection(&'static str),
    /// A version below the held one, or a profile set that is not newer.
    #[error("version {version}, held {held}")]
    Rollback {
        /// The message's version.
        version: u64,
        /// The held version.
        held: u64,
    },
}

impl DownlinkError {
    /// The word of the format's vectors for it.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Decode(error) => error.verdict(),
            Self::WrongDirection(_) => Verdict::WrongDirection,
            Self::Rollback { .. } => Verdict::Rollback,
        }
    }
}

impl HeldVersions {
    /// Takes an authentic message of a server. A configuration's version is held from now on; a profile set's only once
    /// the whole set is verified, by the caller.
    ///
    /// # Errors
    /// [`DownlinkError`]; nothing has changed then.
    pub fn take(&mut self, message: &[u8], compressed: bool) -> Result<Message, DownlinkError> {
        let message = Message::decode(message)?;
        if !message.goes_down() {
            return Err(DownlinkError::WrongDirection(message.name()));
        }
        match &message {
            Message::Config(config) => {
                if compressed {
                    let kind = DecodeErrorKind::Compressed;
                    return Err(DecodeError {
                        kind,
                        field: "config",
                        offset: 0,
                    }
                    .into());
                }
                if config.version < self.config {
                    return Err(DownlinkError::Rollback {
                        version: config.version,
                        held: self.config,
                    });
                }
                self.config = config.version;
            }
            Message::ProfileUpdate(update) if update.version <= self.profiles => {
                return Err(DownlinkError::Rollback {
                    version: update.version,
                    held: self.profiles,
                });
            }
            _ => {}
        }
        Ok(message)
    }
}

/// A profile set whose signature is good.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProfileSet {
    /// Its version.
    pub version: u64,
    /// The lowest collector version that can use it.
    pub lowest_collector: (u64, u64),
    /// The catalogue that comes with it.
    pub catalogue: Option<CatalogueUpdate>,
    /// Vendor profiles, as printer-mib reads them.
    pub profiles: Vec<Raw>,
    /// Fields of later versions.
    pub extensions: Extensions,
}

/// Texts, shapes and counters that reports may refer to; ids from 0, append-only.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CatalogueUpdate {
    /// Its version.
    pub version: u64,
    /// Texts.
    pub strings: Vec<String>,
    /// Lists of counters.
    pub shapes: Vec<Vec<CounterId>>,
    /// Definitions of counters.
    pub counters: BTreeMap<CounterId, CounterDef>,
}

/// Why a profile set was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// The encoding of the envelope.
    #[error("envelope: {0}")]
    Encoding(CborErrorKind),
    /// Not the COSE structure of the format.
    #[error("not a COSE_Sign1 of this format")]
    BadStructure,
    /// Not signed with Ed25519.
    #[error("unsupported algorithm")]
    UnsupportedAlg,
    /// The signature does not match, or the public key is none.
    #[error("signature does not match")]
    AuthFailed,
    /// What was signed is no profile set.
    #[error("{0}")]
    Payload(DecodeError),
    /// Not newer than the held one.
    #[error("version {version}, held {held}")]
    Rollback {
        /// The set's version.
        version: u64,
        /// The held version.
        held: u64,
    },
}

impl ProfileError {
    /// The word of the format's vectors for it.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Encoding(kind) => kind.verdict(),
            Self::BadStructure => Verdict::BadStructure,
            Self::UnsupportedAlg => Verdict::UnsupportedAlg,
            Self::AuthFailed => Verdict::AuthFailed,
            Self::Payload(error) => error.verdict(),
            Self::Rollback { .. } => Verdict::Rollback,
        }
    }
}

/// A COSE_Sign1, taken apart.
struct Signed<'b> {
    protected: &'b [u8],
    payload: &'b [u8],
    signature: &'b [u8; 64],
}

impl ProfileSet {
    /// Verifies a signed profile set, reassembled from its parts, against the public key of the enrolment and the
    /// version that is held.
    ///
    /// # Errors
    /// The first check that fails: envelope, algorithm, signature, payload, version.
    pub fn open(signed: &[u8], public_key: &[u8; 32], held: u64) -> Result<Self, ProfileError> {
        let Signed {
            protected,
            payload,
            signature,
        } = Self::take_apart(signed)?;
        let mut w = Writer::new();
        w.array(4);
        w.text("Signature1");
        w.octets(protected);
        w.octets(EXTERNAL);
        w.octets(payload);
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| ProfileError::AuthFailed)?;
        // Strict: no key of small order, no second form of a signature.
        key.verify_strict(&w.finish(), &Signature::from_bytes(signature))
            .map_err(|_| ProfileError::AuthFailed)?;
        let set = Self::read(payload).map_err(ProfileError::Payload)?;
        if set.version <= held {
            return Err(ProfileError::Rollback {
                version: set.version,
                held,
            });
        }
        Ok(set)
    }

    fn take_apart(signed: &[u8]) -> Result<Signed<'_>, ProfileError> {
        let bad = |_| ProfileError::BadStructure;
        cbor::check(signed, limits::SEALED).map_err(|error| ProfileError::Encoding(error.kind()))?;
        let mut r = Reader::with_bytes(signed, limits::SEALED).map_err(bad)?;
        if r.tag("signed-profiles").map_err(bad)? != SIGN1 {
            return Err(ProfileError::BadStructure);
        }
        r.array("signed-profiles", 4..=4).map_err(bad)?;
        let protected = r.octets("sig-hdr", 0..=usize::MAX).map_err(bad)?;
        if r.map("unprotected", 0).map_err(bad)? != 0 {
            return Err(ProfileError::BadStructure);
        }
        let payload = r.octets("profile-set", 0..=usize::MAX).map_err(bad)?;
        let signature = r.octets("signature", 64..=64).map_err(bad)?;
        let signature = signature.try_into().map_err(|_| ProfileError::BadStructure)?;
        cbor::check(protected, limits::BYTES).map_err(|error| ProfileError::Encoding(error.kind()))?;
        let unsupported = |_| ProfileError::UnsupportedAlg;
        let mut header = Reader::new(protected).map_err(unsupported)?;
        let pairs = header.map("sig-hdr", 0).map_err(unsupported)?;
        let is_alg = pairs == 1
            && header.uint("sig-hdr").is_ok_and(|label| label == 1)
            && header.int("sig-hdr").map(Int::get) == Ok(ED25519);
        if is_alg {
            Ok(Signed {
                protected,
                payload,
                signature,
            })
        } else {
            Err(ProfileError::UnsupportedAlg)
        }
    }

    fn read(payload: &[u8]) -> Result<Self, DecodeError> {
        const FIELD: &str = "profile-set";
        let mut r = Reader::with_bytes(payload, limits::SEALED)?;
        let mut version = None;
        let mut lowest_collector = None;
        let mut catalogue = None;
        let mut profiles = Vec::new();
        let extensions = r.fields(FIELD, |r, key| {
            match key {
                0 => version = Some(r.uint("version")?),
                1 => {
                    r.array("lowest version", 2..=2)?;
                    lowest_collector = Some((r.uint("lowest version")?, r.uint("lowest version")?));
                }
                2 => catalogue = Some(CatalogueUpdate::read(r)?),
                3 => profiles = r.list("profiles", 1, |r| r.raw("profile"))?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let missing = |key| r.error_at(0, FIELD, DecodeErrorKind::MissingKey(key));
        Ok(Self {
            version: version.ok_or(missing(0))?,
            lowest_collector: lowest_collector.ok_or(missing(1))?,
            catalogue,
            profiles,
            extensions,
        })
    }
}

impl CatalogueUpdate {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = r.array("catalogue", 3..=4)?;
        Ok(Self {
            version: r.uint("catalogue")?,
            strings: r.list("strings", 1, |r| r.text("strings"))?,
            shapes: r.list("shapes", 0, |r| {
                r.list("shape", 1, |r| r.uint("counter-id").map(CounterId::new))
            })?,
            counters: if len > 3 {
                CounterDef::read_all(r)?
            } else {
                BTreeMap::new()
            },
        })
    }
}
