//! A message of either direction: six kinds, one map each.

mod ack;
mod config;
mod error_message;
mod hello;
mod profile_update;
mod report;
mod share;

use alloc::vec::Vec;

pub use self::{
    ack::{Ack, Outcome},
    config::{AddressRange, Config, Credential, NextKey, QuietHours, ReadingSlot, UserSecurity},
    error_message::{ErrorMessage, ErrorMessageCode},
    hello::{Hello, Instance, Product, Queue, Versions},
    profile_update::ProfileUpdate,
    report::{Report, ScanPart, Section, UnknownSection},
};
use crate::{
    error::{DecodeError, DecodeErrorKind, EncodeError},
    limits,
    model::{BatchId, Clock},
    reader::Reader,
    writer::{Fields, Writer},
};

/// One message.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant)] // one at a time
pub enum Message {
    /// Up, first of every start: who speaks, and what it holds.
    Hello(Hello),
    /// Up: what was found.
    Report(Report),
    /// Down: what became of it.
    Ack(Ack),
    /// Down: what to do, within the local policy.
    Config(Config),
    /// Down: a part of a signed profile set.
    ProfileUpdate(ProfileUpdate),
    /// Either way: what went wrong.
    Error(ErrorMessage),
}

impl Message {
    /// Decodes one message, which must fill `data`.
    ///
    /// # Errors
    /// The first rule of the encoding or of the format that is broken, with field and offset.
    pub fn decode(data: &[u8]) -> Result<Self, DecodeError> {
        if data.len() > limits::MESSAGE {
            return Err(DecodeError {
                kind: DecodeErrorKind::TooLong,
                field: "message",
                offset: 0,
            });
        }
        let mut r = Reader::new(data)?;
        let pairs = r.map("message", 0)?;
        // The key 0 sorts before all others.
        let at = r.position();
        if pairs == 0 || r.uint("message")? != 0 {
            return Err(r.error_at(at, "message", DecodeErrorKind::MissingKey(0)));
        }
        let at = r.position();
        let kind = r.uint("message")?;
        r.go_to(0);
        match kind {
            0 => Hello::read(&mut r).map(Self::Hello),
            1 => Report::read(&mut r).map(Self::Report),
            2 => Ack::read(&mut r).map(Self::Ack),
            3 => Config::read(&mut r).map(Self::Config),
            4 => ProfileUpdate::read(&mut r).map(Self::ProfileUpdate),
            5 => ErrorMessage::read(&mut r).map(Self::Error),
            kind => Err(r.error_at(at, "message", DecodeErrorKind::Reserved(kind))),
        }
    }

    /// Encodes the message. What comes out has passed [`Message::decode`]: nothing can be sent that a reader refuses for
    /// its form.
    ///
    /// # Errors
    /// The rule that the message breaks.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        let mut w = Writer::new();
        match self {
            Self::Hello(hello) => hello.write(&mut w),
            Self::Report(report) => report.write(&mut w),
            Self::Ack(ack) => ack.write(&mut w),
            Self::Config(config) => config.write(&mut w),
            Self::ProfileUpdate(update) => update.write(&mut w),
            Self::Error(error) => error.write(&mut w),
        }
        checked(w)
    }

    /// Its name in the definition.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hello(_) => "hello",
            Self::Report(_) => "report",
            Self::Ack(_) => "ack",
            Self::Config(_) => "config",
            Self::ProfileUpdate(_) => "profile-update",
            Self::Error(_) => "error",
        }
    }

    /// Its number.
    #[must_use]
    pub const fn batch(&self) -> BatchId {
        match self {
            Self::Hello(hello) => hello.batch,
            Self::Report(report) => report.batch,
            Self::Ack(ack) => ack.batch,
            Self::Config(config) => config.batch,
            Self::ProfileUpdate(update) => update.batch,
            Self::Error(error) => error.batch,
        }
    }

    /// Whether this kind goes from the collector to the server.
    #[must_use]
    pub const fn goes_up(&self) -> bool {
        matches!(self, Self::Hello(_) | Self::Report(_) | Self::Error(_))
    }

    /// Whether this kind goes from the server to the collector.
    #[must_use]
    pub const fn goes_down(&self) -> bool {
        !matches!(self, Self::Hello(_) | Self::Report(_))
    }
}

macro_rules! from_kind {
    ($($kind:ident($message:ty))+) => {$(
        impl From<$message> for Message {
            fn from(message: $message) -> Self {
                Self::$kind(message)
            }
        }
    )+};
}
from_kind!(Hello(Hello) Report(Report) Ack(Ack) Config(Config) ProfileUpdate(ProfileUpdate) Error(ErrorMessage));

/// Gives what was written, when a reader takes it.
fn checked(w: Writer) -> Result<Vec<u8>, EncodeError> {
    let encoded = w.finish();
    match Message::decode(&encoded) {
        Ok(_) => Ok(encoded),
        Err(error) => Err(EncodeError(error)),
    }
}

/// The keys 0 to 2 that every message has.
#[derive(Default)]
struct Common {
    batch: Option<BatchId>,
    clock: Option<Clock>,
    /// Keys that were there, one bit each.
    seen: u64,
}

impl Common {
    /// Takes the value of a key that all messages have; notes which keys there are.
    fn read(&mut self, r: &mut Reader<'_>, key: u64) -> Result<bool, DecodeError> {
        if key < limits::LATER {
            self.seen |= 1 << key;
        }
        match key {
            0 => {
                r.uint("message")?;
            }
            1 => self.batch = Some(r.uint("batch-id")?.into()),
            2 => self.clock = Some(Clock::read(r, "clock")?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The two values, when these and the `required` keys were there.
    fn finish(
        self,
        r: &Reader<'_>,
        field: &'static str,
        required: &[u64],
    ) -> Result<(BatchId, Clock), DecodeError> {
        if let Some(key) = required.iter().find(|key| self.seen & (1 << **key) == 0) {
            return Err(r.error_at(0, field, DecodeErrorKind::MissingKey(*key)));
        }
        match (self.batch, self.clock) {
            (Some(batch), Some(clock)) => Ok((batch, clock)),
            (None, _) => Err(r.error_at(0, field, DecodeErrorKind::MissingKey(1))),
            (_, None) => Err(r.error_at(0, field, DecodeErrorKind::MissingKey(2))),
        }
    }
}

fn common(kind: u64, batch: BatchId, clock: Clock) -> Fields {
    let mut fields = Fields::new();
    fields.put(0, |w| w.uint(kind));
    fields.put(1, |w| w.uint(batch.get()));
    fields.put(2, |w| clock.write(w));
    fields
}
