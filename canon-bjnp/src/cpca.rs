//! Canon's administration protocol on UDP 47545 (CPCA; CADM in firmware): its header, and nothing more.
//!
//! ```text
//! 0      2         3       4    6          8            10     14       20
//! | CDCA | version | flags | op | sequence | payload_len | user | zeros |
//! ```
//!
//! There is no public specification; the layout is that of two security write-ups and one open driver. Every operation but
//! Echo administers users, files, settings or jobs: [`policy`](crate::policy) can build Echo alone, and only empty.

use crate::DecodeError;
use nom::{
    IResult, Parser,
    bytes::complete::take,
    number::complete::{be_u8, be_u16, be_u32},
};

/// Octets of the header.
pub const CPCA_HEADER_LEN: usize = 20;

/// The first two octets.
pub const CPCA_MAGIC: [u8; 2] = [0xcd, 0xca];

/// The operation that gives its payload back.
pub const ECHO: u16 = 1;

/// One datagram of port 47545, borrowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CpcaPacket<'a> {
    /// 0x10.
    pub version: u8,
    /// 0 in requests. How an answer is marked is not public: nothing depends on it here.
    pub flags: u8,
    /// The operation; see [`ECHO`].
    pub op: u16,
    /// The request's number.
    pub sequence: u16,
    /// The user's id.
    pub user: u32,
    /// What the header declares as payload, and nothing beyond.
    pub payload: &'a [u8],
    /// Octets behind the declared payload.
    pub trailing: &'a [u8],
}

impl<'a> CpcaPacket<'a> {
    /// Whether a datagram begins with this protocol's magic.
    #[must_use]
    pub fn is_cpca(datagram: &[u8]) -> bool {
        datagram.starts_with(&CPCA_MAGIC)
    }

    /// Reads the header and cuts out the payload.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] below 20 octets, [`DecodeError::BadMagic`], then [`DecodeError::Truncated`] when
    /// the declared payload is not all there.
    pub fn decode(datagram: &'a [u8]) -> Result<Self, DecodeError> {
        let have = datagram.len();
        let truncated = |len: usize| DecodeError::Truncated {
            need: u64::try_from(CPCA_HEADER_LEN.saturating_add(len)).unwrap_or(u64::MAX),
            have,
        };
        let (body, (magic, version, flags, op, sequence, len, user)) =
            fields(datagram).map_err(|_| truncated(0))?;
        if magic != CPCA_MAGIC {
            let [first, second] = magic;
            return Err(DecodeError::BadMagic {
                magic: [first, second, 0, 0],
            });
        }
        let len = usize::from(len);
        let (payload, trailing) = body.split_at_checked(len).ok_or(truncated(len))?;
        Ok(Self {
            version,
            flags,
            op,
            sequence,
            user,
            payload,
            trailing,
        })
    }
}

type Fields = ([u8; 2], u8, u8, u16, u16, u16, u32);

fn fields(datagram: &[u8]) -> IResult<&[u8], Fields, ()> {
    let magic = take(2_usize).map_res(<[u8; 2]>::try_from);
    let header = (magic, be_u8, be_u8, be_u16, be_u16, be_u16, be_u32);
    nom::sequence::terminated(header, take(6_usize)).parse(datagram)
}

/// The empty Echo request.
pub(crate) const fn echo(sequence: u16) -> [u8; CPCA_HEADER_LEN] {
    let [m0, m1] = CPCA_MAGIC;
    let ([o0, o1], [q0, q1]) = (ECHO.to_be_bytes(), sequence.to_be_bytes());
    [
        m0, m1, 0x10, 0, o0, o1, q0, q1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_whatever_its_flags_say() {
        let mut octets = echo(0x1234);
        octets[3] = 0x80;
        let packet = CpcaPacket::decode(&octets).unwrap();
        assert_eq!((packet.version, packet.flags, packet.op), (0x10, 0x80, ECHO));
        assert_eq!(
            (packet.sequence, packet.user, packet.payload),
            (0x1234, 0, &b""[..])
        );
    }

    #[test]
    fn lengths_and_magic() {
        let mut octets = echo(1);
        for have in 0..20 {
            let short = DecodeError::Truncated { need: 20, have };
            assert_eq!(CpcaPacket::decode(&octets[..have]), Err(short));
        }
        octets[8..10].copy_from_slice(&[0xff, 0xff]);
        let lie = DecodeError::Truncated {
            need: 65_555,
            have: 20,
        };
        assert_eq!(CpcaPacket::decode(&octets), Err(lie));
        octets.swap(0, 1);
        let magic = DecodeError::BadMagic {
            magic: [0xca, 0xcd, 0, 0],
        };
        assert_eq!(CpcaPacket::decode(&octets), Err(magic));
    }
}
