//! Why a datagram was refused.

use crate::header::CANON_MAGICS_NOT_DECODED;

/// Why a datagram of the BJNP family, or one of port 47545, was refused.
///
/// Checks run in a fixed order: length of the header, magic, length of the payload, direction, then the body from
/// front to back; the first that fails is told. None of them is worth a retry by itself: the datagram is dropped and
/// counted, and the time-out of what was asked goes on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The datagram is shorter than its header, or than header and declared payload.
    #[error("truncated: {need} octets are needed, {have} are there")]
    Truncated {
        /// Octets that the header, or the payload length in it, asks for. Up to 2^32 + 15.
        need: u64,
        /// Octets of the datagram.
        have: usize,
    },
    /// The first octets are not those of a protocol that this crate decodes.
    #[error("unknown magic {magic:02x?}")]
    BadMagic {
        /// The first four octets (port 47545: the first two, then zeros).
        magic: [u8; 4],
    },
    /// Decoded as an answer, but the answer bit (bit 7 of octet 4) is clear: one's own request coming back, or a
    /// scanner's notice that its button was pressed.
    #[error("a request, not an answer")]
    NotAResponse,
    /// Decoded as a request, but the answer bit (bit 7 of octet 4) is set.
    #[error("an answer, not a request")]
    NotARequest,
    /// The payload is too short for its fixed part.
    #[error("payload too short: {need} octets are needed, {have} are there")]
    PayloadTooShort {
        /// Octets of the fixed part.
        need: usize,
        /// Octets of the payload.
        have: usize,
    },
    /// The two lengths in a discover answer run past the declared payload.
    #[error("addresses overrun the payload: {need} octets are needed, {have} are there")]
    AddressOverrun {
        /// Octets that both lengths ask for, with the fixed part.
        need: usize,
        /// Octets of the payload.
        have: usize,
    },
    /// A discover answer's hardware address is not of 6 octets.
    #[error("hardware address of {0} octets")]
    BadMacLength(
        /// The length in the datagram.
        u8,
    ),
    /// A discover answer's addresses have a length of no family: not 0, not 4, no multiple of 16.
    #[error("addresses of {0} octets")]
    BadAddressLength(
        /// The length in the datagram.
        u8,
    ),
    /// A device id answer without a device id.
    #[error("empty device id")]
    EmptyId,
    /// A device id without a single `:`.
    #[error("device id without keys")]
    NoKeys,
    /// A device id longer than [`MAX_ID_LEN`](crate::device_id::MAX_ID_LEN).
    #[error("device id too long: {have} octets, at most {limit}")]
    IdTooLong {
        /// The limit, in octets.
        limit: usize,
        /// Octets of the device id, without trailing NULs.
        have: usize,
    },
}

impl DecodeError {
    /// The variant's name, for logs and counters.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Truncated { .. } => "Truncated",
            Self::BadMagic { .. } => "BadMagic",
            Self::NotAResponse => "NotAResponse",
            Self::NotARequest => "NotARequest",
            Self::PayloadTooShort { .. } => "PayloadTooShort",
            Self::AddressOverrun { .. } => "AddressOverrun",
            Self::BadMacLength(_) => "BadMacLength",
            Self::BadAddressLength(_) => "BadAddressLength",
            Self::EmptyId => "EmptyId",
            Self::NoKeys => "NoKeys",
            Self::IdTooLong { .. } => "IdTooLong",
        }
    }

    /// Octets from the datagram's start to the field that is wrong; for a missing one, to where it would stand.
    #[must_use]
    pub const fn offset(&self) -> usize {
        match self {
            Self::Truncated { have, .. } => *have,
            Self::BadMagic { .. } => 0,
            Self::NotAResponse | Self::NotARequest => 4,
            Self::PayloadTooShort { have, .. } => have.saturating_add(16),
            Self::AddressOverrun { .. } | Self::BadMacLength(_) => 20,
            Self::BadAddressLength(_) => 21,
            Self::EmptyId | Self::NoKeys | Self::IdTooLong { .. } => 16,
        }
    }

    /// Whether a Canon tool or device sent this, though in a layout that is not public: the datagram starts with
    /// one of the byte-swapped magics that are seen on port 8612.
    #[must_use]
    pub fn is_canon_all_the_same(&self) -> bool {
        matches!(self, Self::BadMagic { magic } if CANON_MAGICS_NOT_DECODED.contains(magic))
    }
}
