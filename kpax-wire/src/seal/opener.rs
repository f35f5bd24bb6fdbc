//! Opens sealed messages, in the published order of checks.

use alloc::{collections::BTreeMap, vec::Vec};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{
    Boot, Direction, KeyLookup,
    envelope::{Envelope, split_context},
    frame,
    schedule::{Schedule, associated_data},
    window::Window,
};
use crate::{
    cbor::CborErrorKind,
    key::{Kid, Suite},
    verdict::Verdict,
};

/// Opens what comes from one direction, and remembers what it took: for each key and epoch the highest sequence number
/// and 64 behind it.
#[derive(Clone, Debug)]
pub struct Opener {
    direction: Direction,
    windows: BTreeMap<(Kid, u16), Window>,
}

/// An authentic message.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Who sealed it.
    pub sender: Sender,
    /// The message's encoding; wiped when dropped, since a configuration holds secrets.
    pub message: Zeroizing<Vec<u8>>,
    /// Whether it was compressed.
    pub compressed: bool,
    /// Zeros that followed the frame.
    pub padding: usize,
}

/// Who sealed an authentic message.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Sender {
    /// Under which key.
    pub kid: Kid,
    /// With what.
    pub suite: Suite,
    /// In which epoch.
    pub epoch: u16,
    /// In which start.
    pub boot: Boot,
    /// Under which sequence number.
    pub sequence: u64,
}

/// Why an item was not opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{kind}")]
pub struct OpenError {
    kind: OpenErrorKind,
    sender: Option<Sender>,
}

impl OpenError {
    /// What is wrong.
    #[must_use]
    pub const fn kind(self) -> OpenErrorKind {
        self.kind
    }

    /// Who sealed it, when that is sure. Without it nothing may be answered but a bare refusal.
    #[must_use]
    pub const fn sender(self) -> Option<Sender> {
        self.sender
    }

    /// The word of the format's vectors for it.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        self.kind.verdict()
    }
}

/// What is wrong with a sealed item.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenErrorKind {
    /// Above [`limits::SEALED`](crate::limits::SEALED).
    #[error("sealed item too large")]
    TooLarge,
    /// The encoding of the envelope or of its header.
    #[error("envelope: {0}")]
    Encoding(CborErrorKind),
    /// Not the COSE structure of the format.
    #[error("not a COSE_Encrypt0 of this format")]
    BadStructure,
    /// A ciphertext without text.
    #[error("ciphertext shorter than its tag")]
    ShortCiphertext,
    /// A sequence number with a leading zero octet.
    #[error("sequence number has a shorter form")]
    LongSequence,
    /// An algorithm that the format does not know.
    #[error("unsupported algorithm")]
    UnsupportedAlg,
    /// No such key.
    #[error("unknown key")]
    UnknownKid,
    /// Not the algorithm that the key was enrolled for.
    #[error("algorithm is not the enrolled one")]
    AlgMismatch,
    /// The epoch is not live.
    #[error("unknown epoch")]
    UnknownEpoch,
    /// The tag does not match.
    #[error("authentication failed")]
    AuthFailed,
    /// Authentic, and taken before: give the same answer.
    #[error("taken before")]
    Duplicate,
    /// Authentic, and its number was taken under another boot or lies below the window.
    #[error("replayed, or behind: {next} will be taken")]
    Replay {
        /// The lowest sequence number that is sure to be taken.
        next: u64,
    },
    /// Authentic, and its number sealed another message before: take neither, force a new epoch.
    #[error("sequence number sealed two messages")]
    NonceReuse,
    /// The frame inside is wrong.
    #[error("frame inside the seal")]
    BadInner,
    /// The message is above [`limits::MESSAGE`](crate::limits::MESSAGE).
    #[error("message too large")]
    MessageTooLarge,
    /// The compressed message is damaged, or not of the announced length.
    #[error("compression")]
    BadCompression,
    /// Compressed, and this build has no feature `deflate`.
    #[error("compressed messages are not supported")]
    CompressionUnsupported,
}

impl OpenErrorKind {
    /// The word of the format's vectors for it.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::TooLarge | Self::MessageTooLarge => Verdict::TooLarge,
            Self::Encoding(kind) => kind.verdict(),
            Self::BadStructure => Verdict::BadStructure,
            Self::ShortCiphertext => Verdict::Truncated,
            Self::LongSequence => Verdict::NonCanonical,
            Self::UnsupportedAlg => Verdict::UnsupportedAlg,
            Self::UnknownKid => Verdict::UnknownKid,
            Self::AlgMismatch => Verdict::AlgMismatch,
            Self::UnknownEpoch => Verdict::UnknownEpoch,
            Self::AuthFailed => Verdict::AuthFailed,
            Self::Duplicate => Verdict::Duplicate,
            Self::Replay { .. } => Verdict::Replay,
            Self::NonceReuse => Verdict::NonceReuse,
            Self::BadInner => Verdict::BadInner,
            Self::BadCompression | Self::CompressionUnsupported => Verdict::BadCompression,
        }
    }
}

impl Opener {
    /// An opener that has taken nothing yet.
    #[must_use]
    pub const fn new(direction: Direction) -> Self {
        Self {
            direction,
            windows: BTreeMap::new(),
        }
    }

    /// Opens one sealed item.
    ///
    /// Order of checks: size, envelope, header, algorithm known, key, algorithm enrolled, epoch, tag, window, frame.
    /// An item that fails after the tag has used up its sequence number.
    ///
    /// # Errors
    /// The first check that fails; from the window on with the sender, who is then sure.
    pub fn open(&mut self, keys: &(impl KeyLookup + ?Sized), sealed: &[u8]) -> Result<Opened, OpenError> {
        let unknown = |kind| OpenError { kind, sender: None };
        let envelope = Envelope::decode(sealed).map_err(unknown)?;
        let header = envelope.header;
        let suite = header.alg.and_then(|alg| Suite::from_alg(alg.get()));
        let suite = suite.ok_or(unknown(OpenErrorKind::UnsupportedAlg))?;
        let key = keys.find(&header.kid).ok_or(unknown(OpenErrorKind::UnknownKid))?;
        if key.suite != suite {
            return Err(unknown(OpenErrorKind::AlgMismatch));
        }
        let (epoch, boot) = split_context(header.context);
        if !key.epochs.contains(epoch) {
            return Err(unknown(OpenErrorKind::UnknownEpoch));
        }
        let aad = associated_data(envelope.protected, self.direction, &key.site);
        let plain = Schedule::derive(&key.key, suite, self.direction, &header.kid, &header.context)
            .and_then(|schedule| schedule.decrypt(header.sequence, &aad, envelope.ciphertext))
            .map_err(|_| unknown(OpenErrorKind::AuthFailed))?;
        let sender = Sender {
            kid: header.kid,
            suite,
            epoch,
            boot,
            sequence: header.sequence,
        };
        let known = |kind| OpenError {
            kind,
            sender: Some(sender),
        };
        let digest = Sha256::digest(sealed).into();
        let window = self.windows.entry((header.kid, epoch)).or_default();
        window
            .take(header.sequence, header.context, digest)
            .map_err(known)?;
        let unframed = frame::unframe(&plain).map_err(known)?;
        Ok(Opened {
            sender,
            message: unframed.message,
            compressed: unframed.compressed,
            padding: unframed.padding,
        })
    }
}
