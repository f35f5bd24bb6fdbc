//! The words in which the format's vectors say what became of an item.

use core::fmt;

macro_rules! verdicts {
    ($($(#[doc = $doc:literal])+ $variant:ident $word:literal,)+) => {
        /// What became of a message, in the words of the format's vectors.
        ///
        /// Every error of this crate has one; it is what a server logs. Before authentication nothing of it leaves the
        /// server: the sender sees a bare HTTP 400.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Verdict {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Verdict {
            /// The word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

verdicts! {
    /// Taken.
    Ok "ok",
    /// The input ends inside an item.
    Truncated "truncated",
    /// Octets follow the item.
    TrailingData "trailing-data",
    /// Not the one deterministic form.
    NonCanonical "non-canonical",
    /// A map holds a key twice.
    DuplicateKey "duplicate-key",
    /// Nested above the limit.
    TooDeep "too-deep",
    /// Above a limit of size or number.
    TooLarge "too-large",
    /// No CBOR, or none of the kinds that the format uses.
    Malformed "malformed",
    /// Not the COSE structure that the format uses.
    BadStructure "bad-structure",
    /// An algorithm that the format does not know.
    UnsupportedAlg "unsupported-alg",
    /// No such key is enrolled.
    UnknownKid "unknown-kid",
    /// The key's epoch is not live.
    UnknownEpoch "unknown-epoch",
    /// Not the algorithm that is enrolled for the key.
    AlgMismatch "alg-mismatch",
    /// The tag or signature does not match.
    AuthFailed "auth-failed",
    /// The same octets were taken before: the same answer again.
    Duplicate "duplicate",
    /// The sequence number was taken under another boot, or lies below the window.
    Replay "replay",
    /// One sequence number sealed two different messages: take neither, force a new epoch.
    NonceReuse "nonce-reuse",
    /// The frame inside the seal is wrong.
    BadInner "bad-inner",
    /// The compressed message is damaged or not of the announced length.
    BadCompression "bad-compression",
    /// Not a message of this version.
    Schema "schema",
    /// A string, shape or counter that nothing gives a meaning to.
    BadReference "bad-reference",
    /// A delta whose base is not what is held: send full.
    BaseUnknown "base-unknown",
    /// A delta that does not fit its base.
    BadDelta "bad-delta",
    /// The batch id was taken before with other content.
    BatchConflict "batch-conflict",
    /// A reading or event was taken before with other content.
    RecordConflict "record-conflict",
    /// A shape of a catalogue that is not at hand.
    NoCatalogue "no-catalogue",
    /// A message that does not go this way.
    WrongDirection "wrong-direction",
    /// A version below the held one.
    Rollback "rollback",
    /// An enrolment string whose checksum does not match.
    BadChecksum "bad-checksum",
    /// An enrolment string of another version.
    UnknownVersion "unknown-version",
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
