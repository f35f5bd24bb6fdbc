//! Seals messages of one boot, each under its own sequence number.

use alloc::vec::Vec;
use core::ops::Range;

use super::{
    Boot, Direction, EnrolledKey,
    envelope::{Envelope, Header, key_context},
    frame,
    schedule::{Schedule, TAG, associated_data},
};
use crate::{
    key::{Kid, Site, Suite},
    limits,
};

/// Seals messages in one direction for one boot.
///
/// Not `Clone`: two sealers of one key, epoch and boot with overlapping sequence numbers would use a nonce twice.
#[derive(Debug)]
pub struct Sealer {
    schedule: Schedule,
    suite: Suite,
    direction: Direction,
    site: Site,
    kid: Kid,
    context: [u8; 8],
    /// The next sequence number, and the first that is not reserved.
    reserved: Range<u64>,
    /// GCM wears out after 2³² messages under one key.
    messages_left: u32,
    padding: usize,
}

/// Why a message was not sealed. No sequence number is used up.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// All reserved sequence numbers are used: reserve more ([`Sealer::reserve`]).
    #[error("no reserved sequence number is left")]
    SequencesUsed,
    /// Sequence numbers end at 2⁴⁰−1: a new epoch is needed.
    #[error("sequence number above 2^40-1")]
    SequenceTooHigh,
    /// 2³² messages were sealed under this boot's key.
    #[error("key worn out")]
    KeyWornOut,
    /// The message is above [`limits::MESSAGE`], or its sealed form above [`limits::SEALED`].
    #[error("message too large")]
    TooLarge,
    /// The cipher refused.
    #[error("cipher failed")]
    Cipher,
}

impl Sealer {
    /// A sealer that uses the sequence numbers of `reserved` in turn.
    ///
    /// The caller has written down the end of `reserved` as used before it calls, and starts there after a restart: then
    /// no number is used twice, whatever happens. `boot` differs for every start.
    ///
    /// # Errors
    /// [`SealError::SequenceTooHigh`] when the range ends above 2⁴⁰.
    pub fn new(
        key: &EnrolledKey,
        direction: Direction,
        epoch: u16,
        boot: Boot,
        reserved: Range<u64>,
    ) -> Result<Self, SealError> {
        if reserved.end > limits::SEQUENCE.saturating_add(1) {
            return Err(SealError::SequenceTooHigh);
        }
        let context = key_context(epoch, boot);
        let schedule = Schedule::derive(&key.key, key.suite, direction, &key.kid, &context)
            .map_err(|_| SealError::Cipher)?;
        Ok(Self {
            schedule,
            suite: key.suite,
            direction,
            site: key.site.clone(),
            kid: key.kid,
            context,
            reserved,
            messages_left: u32::MAX,
            padding: 1,
        })
    }

    /// The same, padding what it seals with zeros to a multiple of `multiple` octets, so that sizes say less.
    #[must_use]
    pub fn padded_to(self, multiple: u16) -> Self {
        Self {
            padding: usize::from(multiple.max(1)),
            ..self
        }
    }

    /// The sequence number of the next message.
    #[must_use]
    pub const fn next_sequence(&self) -> u64 {
        self.reserved.start
    }

    /// Sequence numbers below `end` may be used too; the caller has written `end` down before.
    ///
    /// # Errors
    /// [`SealError::SequenceTooHigh`] above 2⁴⁰.
    pub fn reserve(&mut self, end: u64) -> Result<(), SealError> {
        if end > limits::SEQUENCE.saturating_add(1) {
            return Err(SealError::SequenceTooHigh);
        }
        self.reserved.end = self.reserved.end.max(end);
        Ok(())
    }

    /// Seals a message as it is.
    ///
    /// # Errors
    /// [`SealError`]; no sequence number is used up then.
    pub fn seal(&mut self, message: &[u8]) -> Result<Vec<u8>, SealError> {
        Self::check_message(message)?;
        self.seal_frame(frame::stored(message))
    }

    /// Seals a message, compressed where that is shorter. A configuration holds secrets and is never compressed.
    ///
    /// Takes some 263 kB of heap while it works.
    ///
    /// # Errors
    /// [`SealError`]; no sequence number is used up then.
    #[cfg(feature = "deflate")]
    pub fn seal_compressed(&mut self, message: &[u8]) -> Result<Vec<u8>, SealError> {
        Self::check_message(message)?;
        let stored = frame::stored(message);
        // A message is a map whose first key, 0, gives its kind; 3 is a configuration.
        if matches!(message, [_, 0, 3, ..]) {
            return self.seal_frame(stored);
        }
        let compressed = frame::compressed(message.len(), &super::inflate::deflate(message));
        self.seal_frame(if compressed.len() < stored.len() {
            compressed
        } else {
            stored
        })
    }

    fn check_message(message: &[u8]) -> Result<(), SealError> {
        if message.len() > limits::MESSAGE {
            Err(SealError::TooLarge)
        } else {
            Ok(())
        }
    }

    fn seal_frame(&mut self, mut text: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let sequence = self.reserved.start;
        if sequence >= self.reserved.end {
            return Err(SealError::SequencesUsed);
        }
        let messages_left = self.messages_left.checked_sub(1).ok_or(SealError::KeyWornOut)?;
        let padded = text
            .len()
            .checked_next_multiple_of(self.padding)
            .ok_or(SealError::TooLarge)?;
        let protected = Header::encode(self.suite, &self.kid, sequence, &self.context);
        let sealed_len = Envelope::encoded_len(protected.len(), padded.saturating_add(TAG));
        if sealed_len.is_none_or(|len| len > limits::SEALED) {
            return Err(SealError::TooLarge);
        }
        text.resize(padded, 0);
        let aad = associated_data(&protected, self.direction, &self.site);
        // Used up before it is used: whatever fails from here on, no other text meets this nonce.
        self.reserved.start = sequence.saturating_add(1);
        self.messages_left = messages_left;
        self.schedule
            .encrypt(sequence, &aad, &mut text)
            .map_err(|_| SealError::Cipher)?;
        Ok(Envelope::encode(&protected, &text))
    }
}
