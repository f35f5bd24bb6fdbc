//! What is wrong with a message.

use crate::{
    cbor::{CborError, CborErrorKind},
    verdict::Verdict,
};

/// Why octets are no message of this version: the rule, the field by its name in `kpax-wire.cddl`, and where.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{field}: {kind}, at octet {offset}")]
pub struct DecodeError {
    pub(crate) kind: DecodeErrorKind,
    pub(crate) field: &'static str,
    pub(crate) offset: usize,
}

impl DecodeError {
    /// The rule that is broken.
    #[must_use]
    pub const fn kind(self) -> DecodeErrorKind {
        self.kind
    }

    /// The field, by its name in the definition.
    #[must_use]
    pub const fn field(self) -> &'static str {
        self.field
    }

    /// Octets from the start of the message to the item at fault.
    #[must_use]
    pub const fn offset(self) -> usize {
        self.offset
    }

    /// The word of the format's vectors for it.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self.kind {
            DecodeErrorKind::Cbor(kind) => kind.verdict(),
            DecodeErrorKind::NoSuchString
            | DecodeErrorKind::NoSuchShape
            | DecodeErrorKind::ShapeLength
            | DecodeErrorKind::CounterOfTable => Verdict::BadReference,
            DecodeErrorKind::TooLong => Verdict::TooLarge,
            _ => Verdict::Schema,
        }
    }
}

impl From<CborError> for DecodeError {
    fn from(error: CborError) -> Self {
        Self {
            kind: DecodeErrorKind::Cbor(error.kind()),
            field: "encoding",
            offset: error.offset(),
        }
    }
}

/// The rules of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The encoding itself.
    #[error("{0}")]
    Cbor(CborErrorKind),
    /// A message above [`limits::MESSAGE`](crate::limits::MESSAGE).
    #[error("message above the limit")]
    TooLong,
    /// An item of another type.
    #[error("unexpected type")]
    UnexpectedType,
    /// A number, or a length, outside what the field takes.
    #[error("out of range")]
    OutOfRange,
    /// A number or kind that this version reserves.
    #[error("reserved number {0}")]
    Reserved(u64),
    /// A key that this version reserves.
    #[error("reserved key {0}")]
    ReservedKey(u64),
    /// A key that must be there.
    #[error("key {0} missing")]
    MissingKey(u64),
    /// A device, index, slot or reading that is listed twice.
    #[error("listed twice")]
    Twice,
    /// Numbers that must rise do not.
    #[error("not rising")]
    NotRising,
    /// A form that has a shorter one.
    #[error("has a shorter form")]
    LongForm,
    /// A full table before the delta of its kind.
    #[error("delta after another section of its kind")]
    DeltaAfterFull,
    /// The catalogue is referred to and its version is missing.
    #[error("catalogue used without its version")]
    CatalogueUnnamed,
    /// A message that must not be compressed is.
    #[error("compressed")]
    Compressed,
    /// A reference to a local string that is not there.
    #[error("no such local string")]
    NoSuchString,
    /// A reference to a local shape that is not there.
    #[error("no such local shape")]
    NoSuchShape,
    /// More or fewer values than the shape has counters.
    #[error("values do not fit their shape")]
    ShapeLength,
    /// A definition of a counter that the published table defines.
    #[error("counter of the published table")]
    CounterOfTable,
}

/// A message that cannot be sent: decoding it would fail.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("message cannot be sent: {0}")]
pub struct EncodeError(pub DecodeError);
