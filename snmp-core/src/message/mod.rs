//! Messages: the wrapper that carries a PDU, by version.

mod community;
mod v3;

pub use community::{CommunityMessage, CommunityPdu, encode_community};
pub use v3::{Flags, ScopedPdu, V3Header, V3Layout, encode_scoped_pdu, wrap_v3};

use crate::ber::{DecodeError, DecodeErrorKind, Field, Reader};

/// The version field of a message (RFC 3584 §3).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "each version has its own wrapper")]
pub enum Version {
    /// `SNMPv1`, RFC 1157: 0 on the wire.
    V1,
    /// `SNMPv2c`, RFC 1901: 1 on the wire.
    V2c,
    /// `SNMPv3`, RFC 3412: 3 on the wire.
    V3,
}

impl Version {
    /// Its number on the wire.
    #[must_use]
    pub const fn number(self) -> i32 {
        match self {
            Self::V1 => 0,
            Self::V2c => 1,
            Self::V3 => 3,
        }
    }

    /// The version that a datagram says it has; no more of it than that is read.
    ///
    /// # Errors
    /// When its start is no SNMP message, or the version is none of the three.
    pub fn of(datagram: &[u8]) -> Result<Self, DecodeError> {
        // Only the head counts here: a message cut off is told apart when it is decoded.
        let mut reader = Reader::new(datagram).sequence(Field::Message)?;
        let at = reader;
        match reader.integer(Field::Version)? {
            0 => Ok(Self::V1),
            1 => Ok(Self::V2c),
            3 => Ok(Self::V3),
            other => Err(at.error(Field::Version, DecodeErrorKind::Version(other))),
        }
    }
}
