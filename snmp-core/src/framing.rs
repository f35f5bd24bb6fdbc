//! SNMP over TCP (RFC 3430): messages one behind the other, each as long as the head of its outermost SEQUENCE says.
//!
//! A message goes to a machine's `handle_datagram` as it is, and what `poll_transmit` writes goes into the stream as it
//! is. Whoever asks over TCP needs no retransmissions: give the targets retries of 0 and a long timeout.

use alloc::vec::Vec;

use crate::ber::tag;

/// Octets that every engine takes (RFC 3417 §3.2); over TCP 8192 are recommended (RFC 3430 §2.1).
const MIN_MESSAGE: usize = 484;

/// Octets of a length at most, its first one not counted: as many as a length of the codec may have.
const MAX_LENGTH: usize = 4;

/// The stream is out of step: where the next message begins cannot be told, so the connection is to be closed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FramingError {
    /// No SEQUENCE stands where a message has to begin.
    #[error("tag {0:#04x} where a message has to begin: close the connection")]
    Tag(u8),
    /// The indefinite length form, which RFC 3417 §8 forbids.
    #[error("message of indefinite length: close the connection")]
    IndefiniteLength,
    /// A length in more than four octets.
    #[error("length in {octets} octets: close the connection")]
    LengthTooLong {
        /// Octets of the length.
        octets: usize,
    },
    /// A message larger than the reader takes. None of it but its head was kept.
    #[error("message of {needed} octets, and the limit is {limit}: close the connection")]
    TooLarge {
        /// Octets of the message.
        needed: usize,
        /// Octets that a message may have.
        limit: usize,
    },
}

/// Octets of the message that begins with `octets`; `None` when they end inside its head.
///
/// # Errors
/// When no message begins so.
pub fn message_len(octets: &[u8]) -> Result<Option<usize>, FramingError> {
    let first = match octets {
        [] => return Ok(None),
        [tag::SEQUENCE] => return Ok(None),
        [tag::SEQUENCE, first, ..] => *first,
        [other, ..] => return Err(FramingError::Tag(*other)),
    };
    let octets_of_length = match first {
        short @ 0..=0x7f => return Ok(Some(2 + usize::from(short))),
        0x80 => return Err(FramingError::IndefiniteLength),
        long => usize::from(long & 0x7f),
    };
    if octets_of_length > MAX_LENGTH {
        return Err(FramingError::LengthTooLong {
            octets: octets_of_length,
        });
    }
    let head = 2 + octets_of_length;
    let Some(length) = octets.get(2..head) else {
        return Ok(None);
    };
    let length = length
        .iter()
        .fold(0_u32, |sum, octet| (sum << 8) | u32::from(*octet));
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    Ok(Some(head.saturating_add(length)))
}

/// Cuts a stream into messages, however it comes in pieces.
///
/// Memory follows what has come in, never what a length announces, and stays below twice the limit.
///
/// ```
/// use snmp_core::framing::StreamReader;
/// let mut reader = StreamReader::new(8192);
/// let mut messages = Vec::new();
/// for piece in [&[0x30, 0x03, 0x02][..], &[0x01, 0x05, 0x30, 0x00, 0x30]] {
///     let mut rest = piece;
///     while !rest.is_empty() {
///         let taken = reader.read(rest)?;
///         rest = &rest[taken..];
///         if let Some(message) = reader.message() {
///             messages.push(message.to_vec()); // or handle_datagram(now, via, from, message)
///         }
///     }
/// }
/// assert_eq!(messages, [vec![0x30, 0x03, 0x02, 0x01, 0x05], vec![0x30, 0x00]]);
/// assert!(reader.is_partial());
/// # Ok::<(), snmp_core::framing::FramingError>(())
/// ```
#[derive(Clone, Debug)]
pub struct StreamReader {
    /// The message so far.
    octets: Vec<u8>,
    /// Octets of the whole message; `None` as long as its head is not complete.
    needed: Option<usize>,
    limit: usize,
}

impl StreamReader {
    /// A reader for messages of up to `max_message` octets, heads included; from 484.
    #[must_use]
    pub fn new(max_message: usize) -> Self {
        Self {
            octets: Vec::new(),
            needed: None,
            limit: max_message.max(MIN_MESSAGE),
        }
    }

    /// Takes octets of the stream up to the end of the message that they continue, and says how many. The message
    /// before is forgotten. Nothing given, nothing taken: at least one octet of others is.
    ///
    /// # Errors
    /// When the stream is out of step; from then on always.
    pub fn read(&mut self, octets: &[u8]) -> Result<usize, FramingError> {
        if self.is_whole() {
            self.octets.clear();
            self.needed = None;
        }
        let mut rest = octets;
        while self.needed.is_none() {
            // A head that is out of step stays, and says so each time.
            self.needed = self.checked_len()?;
            if self.needed.is_none() {
                let Some((octet, after)) = rest.split_first() else {
                    return Ok(octets.len());
                };
                self.octets.push(*octet);
                rest = after;
            }
        }
        let missing = self.needed.unwrap_or_default().saturating_sub(self.octets.len());
        let (taken, rest) = rest.split_at_checked(missing).unwrap_or((rest, &[]));
        self.octets.extend_from_slice(taken);
        Ok(octets.len() - rest.len())
    }

    /// The message that the last [`read`](Self::read) made whole; it may be changed, for instance by decryption.
    #[must_use]
    pub fn message(&mut self) -> Option<&mut [u8]> {
        self.is_whole().then_some(self.octets.as_mut_slice())
    }

    /// Whether a message has begun and is not whole: a stream that ends here was cut off.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !self.octets.is_empty() && !self.is_whole()
    }

    fn is_whole(&self) -> bool {
        self.needed == Some(self.octets.len())
    }

    fn checked_len(&self) -> Result<Option<usize>, FramingError> {
        match message_len(&self.octets)? {
            Some(needed) if needed > self.limit => Err(FramingError::TooLarge {
                needed,
                limit: self.limit,
            }),
            len => Ok(len),
        }
    }
}

/// A message is not put into the stream.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// It is not one whole message: it would bring the peer out of step.
    #[error("not one whole message")]
    NotOneMessage,
    /// Too much waits already: the peer does not read.
    #[error("{waiting} octets wait already")]
    Full {
        /// Octets that wait.
        waiting: usize,
    },
}

/// Messages on their way into a stream that takes them in pieces.
///
/// ```
/// use snmp_core::framing::StreamWriter;
/// let mut writer = StreamWriter::new(1 << 16);
/// writer.push(&[0x30, 0x02, 0x05, 0x00])?;
/// while !writer.pending().is_empty() {
///     let written = writer.pending().len().min(3); // what the socket took
///     writer.written(written);
/// }
/// # Ok::<(), snmp_core::framing::WriteError>(())
/// ```
#[derive(Clone, Debug)]
pub struct StreamWriter {
    octets: Vec<u8>,
    /// Octets at the front that were written.
    written: usize,
    limit: usize,
}

impl StreamWriter {
    /// A writer with which at most `max_waiting` octets wait, or one message, however large.
    #[must_use]
    pub const fn new(max_waiting: usize) -> Self {
        Self {
            octets: Vec::new(),
            written: 0,
            limit: max_waiting,
        }
    }

    /// Puts a message behind those that wait.
    ///
    /// # Errors
    /// When too much waits, or it is no message; nothing of it is sent then.
    pub fn push(&mut self, message: &[u8]) -> Result<(), WriteError> {
        if message_len(message) != Ok(Some(message.len())) {
            return Err(WriteError::NotOneMessage);
        }
        let waiting = self.pending().len();
        if waiting > 0 && waiting.saturating_add(message.len()) > self.limit {
            return Err(WriteError::Full { waiting });
        }
        // Moved at most once for every octet written.
        if self.written >= waiting {
            self.octets.drain(..self.written);
            self.written = 0;
        }
        self.octets.extend_from_slice(message);
        Ok(())
    }

    /// The octets to write next.
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        self.octets.get(self.written..).unwrap_or_default()
    }

    /// The stream took so many of [`pending`](Self::pending).
    pub fn written(&mut self, octets: usize) {
        self.written += octets.min(self.pending().len());
        if self.written == self.octets.len() {
            self.octets.clear();
            self.written = 0;
        }
    }
}
