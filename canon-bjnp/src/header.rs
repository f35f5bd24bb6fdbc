//! The header that BJNP, MFNP and CPNP share: 16 octets, big-endian.
//!
//! ```text
//! 0        4    5    6        8         10       12            16
//! | magic  |type| op | result | sequence| session| payload_len |
//! ```
//!
//! Read by two public drivers (sane-backends, cups-bjnp) and seen in captures of both.

use crate::DecodeError;
use core::fmt;
use nom::{
    IResult, Parser,
    bytes::complete::take,
    number::complete::{be_u8, be_u16, be_u32},
};

/// Octets of the header.
pub const HEADER_LEN: usize = 16;

/// Set in the type octet of every answer.
pub(crate) const ANSWER_BIT: u8 = 0x80;

/// Magics that Canon's Windows tools send to port 8612 in a layout that is not public.
pub(crate) const CANON_MAGICS_NOT_DECODED: [[u8; 4]; 4] = [*b"BNJB", *b"BJNB", *b"PNJB", *b"PJNB"];

/// Which of the three protocols, by the magic.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Family {
    /// `BJNP`: inkjet devices (PIXMA, MAXIFY), UDP 8611 to 8613.
    Bjnp,
    /// `MFNP`: laser multifunction devices (imageCLASS, i-SENSYS), UDP 8610.
    Mfnp,
    /// `CPNP`: SELPHY photo printers, UDP 8609.
    Cpnp,
}

impl Family {
    /// The first four octets of each packet.
    #[must_use]
    pub const fn magic(self) -> [u8; 4] {
        match self {
            Self::Bjnp => *b"BJNP",
            Self::Mfnp => *b"MFNP",
            Self::Cpnp => *b"CPNP",
        }
    }

    /// The magic as text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bjnp => "BJNP",
            Self::Mfnp => "MFNP",
            Self::Cpnp => "CPNP",
        }
    }

    /// The protocol of a magic. Case counts.
    #[must_use]
    pub const fn from_magic(magic: [u8; 4]) -> Option<Self> {
        match &magic {
            b"BJNP" => Some(Self::Bjnp),
            b"MFNP" => Some(Self::Mfnp),
            b"CPNP" => Some(Self::Cpnp),
            _ => None,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which part of the device: the low 7 bits of the type octet.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Service {
    /// 1, port 8611.
    Printer,
    /// 2, port 8612.
    Scanner,
    /// 3, port 8613: a forum's report names the port, the number itself is a guess.
    Fax,
    /// Any other: its packets' bodies stay opaque.
    Other(u8),
}

impl Service {
    /// The number on the wire, 0 to 127.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Printer => 1,
            Self::Scanner => 2,
            Self::Fax => 3,
            Self::Other(other) => other,
        }
    }

    const fn from_type_octet(octet: u8) -> Self {
        match octet & !ANSWER_BIT {
            1 => Self::Printer,
            2 => Self::Scanner,
            3 => Self::Fax,
            other => Self::Other(other),
        }
    }
}

/// What is asked or answered.
///
/// All are decoded. What can be sent is another, much smaller type: [`policy::Request`](crate::policy::Request).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Op {
    /// 0x01: who is there.
    Discover,
    /// 0x02: a scanner's notice to 224.0.0.1 that its button was pressed.
    ScanStart,
    /// 0x10: takes the device's job slot.
    SessionStart,
    /// 0x11: gives it back.
    SessionEnd,
    /// 0x20: status over UDP; in a TCP session it reads, and so consumes, the job's data.
    StatusOrRead,
    /// 0x21: the job's data.
    Write,
    /// 0x30: the IEEE 1284 device id.
    DeviceId,
    /// 0x32: panel buttons; registers the caller on the panel.
    Poll,
    /// 0x51: how much one write may hold.
    MaxWrite,
    /// 0x52: sets that.
    SetMaxWrite,
    /// Any other.
    Other(u8),
}

impl Op {
    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Discover => 0x01,
            Self::ScanStart => 0x02,
            Self::SessionStart => 0x10,
            Self::SessionEnd => 0x11,
            Self::StatusOrRead => 0x20,
            Self::Write => 0x21,
            Self::DeviceId => 0x30,
            Self::Poll => 0x32,
            Self::MaxWrite => 0x51,
            Self::SetMaxWrite => 0x52,
            Self::Other(other) => other,
        }
    }

    const fn from_octet(octet: u8) -> Self {
        match octet {
            0x01 => Self::Discover,
            0x02 => Self::ScanStart,
            0x10 => Self::SessionStart,
            0x11 => Self::SessionEnd,
            0x20 => Self::StatusOrRead,
            0x21 => Self::Write,
            0x30 => Self::DeviceId,
            0x32 => Self::Poll,
            0x51 => Self::MaxWrite,
            0x52 => Self::SetMaxWrite,
            other => Self::Other(other),
        }
    }
}

/// The header of one packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
    /// Which protocol.
    pub family: Family,
    /// Whether it is an answer (bit 7 of the type octet).
    pub response: bool,
    /// Which part of the device.
    pub service: Service,
    /// What is asked or answered.
    pub op: Op,
    /// 0 in every capture. Its values are not public; handed on as they came.
    pub result: u16,
    /// The request's number, repeated in its answer.
    pub sequence: u16,
    /// 0 outside a job.
    pub session: u16,
    /// Octets behind the header, as declared.
    pub payload_len: u32,
}

impl Header {
    /// Reads the header at the front of `datagram`; what follows it is not looked at.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] below 16 octets, then [`DecodeError::BadMagic`].
    pub fn decode(datagram: &[u8]) -> Result<Self, DecodeError> {
        let short = DecodeError::Truncated {
            need: HEADER_LEN as u64,
            have: datagram.len(),
        };
        let (_, (magic, kind, op, result, sequence, session, payload_len)) =
            fields(datagram).map_err(|_| short)?;
        Ok(Self {
            family: Family::from_magic(magic).ok_or(DecodeError::BadMagic { magic })?,
            response: kind & ANSWER_BIT != 0,
            service: Service::from_type_octet(kind),
            op: Op::from_octet(op),
            result,
            sequence,
            session,
            payload_len,
        })
    }

    /// The octets of this header, for requests only.
    pub(crate) fn encode(&self) -> [u8; HEADER_LEN] {
        let [m0, m1, m2, m3] = self.family.magic();
        let kind = self.service.number() | if self.response { ANSWER_BIT } else { 0 };
        let ([r0, r1], [q0, q1], [s0, s1]) = (
            self.result.to_be_bytes(),
            self.sequence.to_be_bytes(),
            self.session.to_be_bytes(),
        );
        let [l0, l1, l2, l3] = self.payload_len.to_be_bytes();
        [
            m0,
            m1,
            m2,
            m3,
            kind,
            self.op.number(),
            r0,
            r1,
            q0,
            q1,
            s0,
            s1,
            l0,
            l1,
            l2,
            l3,
        ]
    }
}

type Fields = ([u8; 4], u8, u8, u16, u16, u16, u32);

fn fields(datagram: &[u8]) -> IResult<&[u8], Fields, ()> {
    let magic = take(4_usize).map_res(<[u8; 4]>::try_from);
    (magic, be_u8, be_u8, be_u16, be_u16, be_u16, be_u32).parse(datagram)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &[u8; 16] = b"MFNP\x02\x30\x00\x00\x12\x34\x00\x00\x00\x00\x00\x00";

    #[test]
    fn every_field_stands_where_the_captures_have_it() {
        let mut octets = *REQUEST;
        octets[4] = 0x81;
        octets[6..].copy_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        let header = Header::decode(&octets).unwrap();
        assert_eq!(
            header,
            Header {
                family: Family::Mfnp,
                response: true,
                service: Service::Printer,
                op: Op::DeviceId,
                result: 0x0102,
                sequence: 0x0304,
                session: 0x0506,
                payload_len: 0x0708_090a,
            }
        );
        assert_eq!(header.encode(), octets);
    }

    #[test]
    fn length_is_judged_before_the_magic() {
        assert_eq!(
            Header::decode(b"nonsense"),
            Err(DecodeError::Truncated { need: 16, have: 8 })
        );
        let mut octets = *REQUEST;
        octets[..4].copy_from_slice(b"bjnp");
        assert_eq!(
            Header::decode(&octets),
            Err(DecodeError::BadMagic { magic: *b"bjnp" })
        );
    }

    #[test]
    fn numbers_survive_the_enums() {
        for octet in 0..=u8::MAX {
            assert_eq!(Op::from_octet(octet).number(), octet);
            assert_eq!(Service::from_type_octet(octet).number(), octet & 0x7f);
        }
    }

    #[test]
    fn swapped_magics_are_known_for_canons() {
        for (magic, canon) in [(b"BNJB", true), (b"PJNB", true), (b"XXXX", false)] {
            assert_eq!(
                DecodeError::BadMagic { magic: *magic }.is_canon_all_the_same(),
                canon
            );
        }
    }
}
