//! What goes in and out of every state machine of the family: datagrams, as values.
//!
//! A machine has the verbs `handle_datagram`, `handle_unreachable`, `handle_timeout` (input) and
//! `poll_transmit`, `poll_timeout`, `poll_event` (output). One mutation, then drain: after each `handle_*` or
//! command call `poll_transmit` and `poll_event` until both return `None`, and only then sleep until
//! `poll_timeout`. `now` never goes backwards.

use core::net::SocketAddr;
use core::ops::Range;

/// UDP and TCP port at which agents take commands (RFC 3417 §3.2).
pub const COMMAND_PORT: u16 = 161;

/// UDP and TCP port at which notifications are received (RFC 3417 §3.2).
pub const NOTIFICATION_PORT: u16 = 162;

/// A local socket, by a number that the caller chose when it set the machine up.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Via(pub u16);

/// Which work a transmission belongs to, for logs and metrics. Unique within its machine for as long as it lives.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TransmitId(pub u64);

/// One datagram to send: its octets are `buf[range]` of the buffer given to `poll_transmit`.
///
/// Messages are written back to front, so `range` seldom starts at 0.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Transmit {
    /// Where to send it.
    pub to: SocketAddr,
    /// The socket to send it from.
    pub via: Via,
    /// Where its octets stand in the caller's buffer.
    pub range: Range<usize>,
    /// The work it belongs to.
    pub id: TransmitId,
    /// 0 for the first transmission, 1 for the first retry, and so on.
    pub attempt: u8,
}

/// The caller's buffer cannot hold the next datagram; the machine's state did not change.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the buffer is too small: {needed} octets are needed")]
pub struct BufferTooSmall {
    /// Octets that the datagram needs.
    pub needed: usize,
}

/// What became of a datagram that was handed to a machine.
///
/// `E` is the machine's event, borrowed from the datagram.
#[derive(Debug)]
#[must_use = "a datagram that is not this machine's goes to the next one on the socket"]
pub enum Handled<E> {
    /// The one event that this datagram caused.
    Event(E),
    /// It was this machine's, and nothing is to be told.
    Consumed,
    /// Not this machine's: left unchanged, to be offered to the next machine on that socket.
    NotMine(NotMine),
}

/// Why a machine did not take a datagram.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NotMine {
    /// Its first octets are those of another protocol.
    OtherProtocol,
    /// It does not decode.
    Malformed,
    /// A version of the protocol that this machine was not set up for.
    Version,
    /// A kind of message that other machines handle (a request reached a manager, for instance).
    Kind,
    /// It answers nothing that is under way.
    UnknownId,
    /// It came from an address that was not asked.
    Source,
    /// Its community or security parameters are not those expected.
    Security,
}
