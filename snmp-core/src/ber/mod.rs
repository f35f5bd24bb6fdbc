//! The subset of BER that SNMP uses (RFC 3417 §8): definite lengths, primitive strings, low tag numbers.

mod error;
mod reader;
mod writer;

pub use error::{DecodeError, DecodeErrorKind, Field};
pub use reader::{Reader, Tlv};
pub(crate) use reader::{integer, shortest_integer, unsigned};
pub use writer::{Mark, Writer};

/// Identifier octets (X.690 §8.1.2, RFC 2578 §7.1, RFC 3416 §3).
pub mod tag {
    /// INTEGER, Integer32.
    pub const INTEGER: u8 = 0x02;
    /// OCTET STRING.
    pub const OCTET_STRING: u8 = 0x04;
    /// NULL, the unSpecified value.
    pub const NULL: u8 = 0x05;
    /// OBJECT IDENTIFIER.
    pub const OBJECT_IDENTIFIER: u8 = 0x06;
    /// SEQUENCE, constructed.
    pub const SEQUENCE: u8 = 0x30;
    /// `IpAddress`.
    pub const IP_ADDRESS: u8 = 0x40;
    /// Counter32.
    pub const COUNTER32: u8 = 0x41;
    /// Gauge32, Unsigned32.
    pub const GAUGE32: u8 = 0x42;
    /// `TimeTicks`.
    pub const TIME_TICKS: u8 = 0x43;
    /// Opaque.
    pub const OPAQUE: u8 = 0x44;
    /// Counter64.
    pub const COUNTER64: u8 = 0x46;
    /// `UInteger32` of RFC 1442, obsolete: old agents send it for Gauge32.
    pub const UINTEGER32: u8 = 0x47;
    /// `noSuchObject`.
    pub const NO_SUCH_OBJECT: u8 = 0x80;
    /// `noSuchInstance`.
    pub const NO_SUCH_INSTANCE: u8 = 0x81;
    /// `endOfMibView`.
    pub const END_OF_MIB_VIEW: u8 = 0x82;
}
