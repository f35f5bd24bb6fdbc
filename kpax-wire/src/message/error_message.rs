//! What went wrong with a message.

use alloc::{string::String, vec::Vec};
use core::fmt;

use super::{Common, common};
use crate::{
    error::DecodeError,
    model::{BatchId, Clock, Extensions},
    reader::Reader,
    writer::Writer,
};

/// A complaint, of either side.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ErrorMessage {
    /// Its own number.
    pub batch: BatchId,
    /// When it was made.
    pub clock: Clock,
    /// What is wrong.
    pub code: ErrorMessageCode,
    /// The lowest sequence number that will be taken.
    pub lowest_sequence: Option<u64>,
    /// The message complained of.
    pub answered: Option<BatchId>,
    /// Words for a person.
    pub text: Option<String>,
    /// The lowest batch id that will be taken.
    pub lowest_batch: Option<BatchId>,
    /// Keys of the configuration that were refused.
    pub refused_keys: Vec<u64>,
    /// Fields of later versions.
    pub extensions: Extensions,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ErrorMessageCode {
    /// 1: the sequence is behind.
    Behind,
    /// 2: not readable.
    Malformed,
    /// 3: too large.
    TooLarge,
    /// 4: not a message of this version.
    Schema,
    /// 5: enrol again.
    EnrolAgain,
    /// 6: busy.
    Busy,
    /// 7: the batch id was taken with other content.
    BatchConflict,
    /// 8: above the local policy.
    AboveLocalPolicy,
    /// 9: a reading or event was taken with other content.
    RecordConflict,
    /// Any other number.
    Other(u64),
}

impl ErrorMessageCode {
    /// The number's meaning.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        match number {
            1 => Self::Behind,
            2 => Self::Malformed,
            3 => Self::TooLarge,
            4 => Self::Schema,
            5 => Self::EnrolAgain,
            6 => Self::Busy,
            7 => Self::BatchConflict,
            8 => Self::AboveLocalPolicy,
            9 => Self::RecordConflict,
            other => Self::Other(other),
        }
    }

    /// Its number on the wire.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Behind => 1,
            Self::Malformed => 2,
            Self::TooLarge => 3,
            Self::Schema => 4,
            Self::EnrolAgain => 5,
            Self::Busy => 6,
            Self::BatchConflict => 7,
            Self::AboveLocalPolicy => 8,
            Self::RecordConflict => 9,
            Self::Other(number) => number,
        }
    }
}

impl fmt::Display for ErrorMessageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Behind => "behind",
            Self::Malformed => "malformed",
            Self::TooLarge => "too large",
            Self::Schema => "schema",
            Self::EnrolAgain => "enrol again",
            Self::Busy => "busy",
            Self::BatchConflict => "batch conflict",
            Self::AboveLocalPolicy => "above local policy",
            Self::RecordConflict => "record conflict",
            Self::Other(number) => return number.fmt(f),
        })
    }
}

impl ErrorMessage {
    /// A complaint that says no more than its code.
    #[must_use]
    pub const fn new(batch: BatchId, clock: Clock, code: ErrorMessageCode) -> Self {
        Self {
            batch,
            clock,
            code,
            lowest_sequence: None,
            answered: None,
            text: None,
            lowest_batch: None,
            refused_keys: Vec::new(),
            extensions: Extensions::new(),
        }
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "error";
        let mut base = Common::default();
        let mut error = Self::new(
            BatchId::default(),
            Clock::default_zero(),
            ErrorMessageCode::Other(0),
        );
        let extensions = r.fields(FIELD, |r, key| {
            if base.read(r, key)? {
                return Ok(true);
            }
            match key {
                3 => error.code = ErrorMessageCode::from_number(r.uint("error code")?),
                4 => error.lowest_sequence = Some(r.uint("lowest sequence")?),
                5 => error.answered = Some(r.uint("answered")?.into()),
                6 => error.text = Some(r.text("error text")?),
                7 => error.lowest_batch = Some(r.uint("lowest batch")?.into()),
                8 => error.refused_keys = r.list("refused keys", 1, |r| r.uint("refused keys"))?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let (batch, clock) = base.finish(r, FIELD, &[3])?;
        Ok(Self {
            batch,
            clock,
            extensions,
            ..error
        })
    }

    pub(super) fn write(&self, w: &mut Writer) {
        let mut fields = common(5, self.batch, self.clock);
        fields.put(3, |w| w.uint(self.code.number()));
        fields.maybe(4, self.lowest_sequence, Writer::uint);
        fields.maybe(5, self.answered, |w, batch| w.uint(batch.get()));
        fields.text(6, self.text.as_ref());
        fields.maybe(7, self.lowest_batch, |w, batch| w.uint(batch.get()));
        fields.list(8, &self.refused_keys, |w, key| w.uint(*key));
        fields.finish(&self.extensions, w);
    }
}
