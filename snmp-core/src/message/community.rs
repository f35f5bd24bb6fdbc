use core::ops::Range;

use super::Version;
use crate::ber::{DecodeError, DecodeErrorKind, Field, Reader, Writer};
use crate::datagram::BufferTooSmall;
use crate::pdu::{self, Pdu, PduHeader, PduType, TrapV1};
use crate::strictness::{Anomalies, Anomaly, Strictness};
use crate::varbind::{VarBind, VarBinds};

/// A message of `SNMPv1` or `SNMPv2c`: version, community, PDU (RFC 1157 §4, RFC 1901 §3).
///
/// ```
/// use snmp_core::message::{CommunityMessage, CommunityPdu, Version, encode_community};
/// use snmp_core::{oid, pdu::{PduHeader, PduType}, strictness::Strictness, varbind::VarBind};
/// let mut buffer = [0; 64];
/// let header = PduHeader::request(PduType::GetRequest, 7);
/// let names = [VarBind::null(oid!(1.3.6.1.2.1.1.1.0))];
/// let range = encode_community(&mut buffer, Version::V2c, b"public", &header, names)?;
/// let message = CommunityMessage::decode(&buffer[range], Strictness::STRICT)?;
/// assert_eq!(message.community, b"public");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CommunityMessage<'a> {
    /// V1 or V2c.
    pub version: Version,
    /// The community name: any octets.
    pub community: &'a [u8],
    /// What it carries.
    pub pdu: CommunityPdu<'a>,
    /// Deviations outside the variable bindings, whose own are in [`VarBinds::anomalies`](crate::varbind::VarBinds).
    pub anomalies: Anomalies,
}

/// The PDU of an `SNMPv1` or `SNMPv2c` message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there are two shapes")]
pub enum CommunityPdu<'a> {
    /// Any PDU but the `SNMPv1` trap.
    Pdu(Pdu<'a>),
    /// The `SNMPv1` trap.
    TrapV1(TrapV1<'a>),
}

impl<'a> CommunityPdu<'a> {
    const fn var_binds(&self) -> VarBinds<'a> {
        match self {
            Self::Pdu(pdu) => pdu.var_binds,
            Self::TrapV1(trap) => trap.var_binds,
        }
    }
}

impl<'a> CommunityMessage<'a> {
    /// Reads a datagram.
    ///
    /// # Errors
    /// When it is no message of these versions, or deviates in a way that `strictness` does not tolerate.
    pub fn decode(datagram: &'a [u8], strictness: Strictness) -> Result<Self, DecodeError> {
        let mut anomalies = Anomalies::NONE;
        let mut outer = Reader::new(datagram);
        let mut message = outer.sequence(Field::Message)?;
        if !outer.is_empty() {
            if !strictness.tolerates(Anomaly::TrailingOctets) {
                return Err(outer.error(
                    Field::Message,
                    DecodeErrorKind::NotTolerated(Anomaly::TrailingOctets),
                ));
            }
            anomalies.insert(Anomaly::TrailingOctets);
        }
        let at = message;
        let version = match pdu::integer(&mut message, Field::Version, strictness, &mut anomalies)? {
            0 => Version::V1,
            1 => Version::V2c,
            other => return Err(at.error(Field::Version, DecodeErrorKind::Version(other))),
        };
        let community = message.octet_string(Field::Community)?;
        let at = message;
        let pdu = match message.peek_tag() {
            Some(pdu::TRAP_V1) => {
                if version == Version::V2c {
                    if !strictness.tolerates(Anomaly::TrapV1InV2c) {
                        return Err(at.error(Field::Pdu, DecodeErrorKind::PduTag(pdu::TRAP_V1)));
                    }
                    anomalies.insert(Anomaly::TrapV1InV2c);
                }
                CommunityPdu::TrapV1(TrapV1::decode(&mut message, strictness, &mut anomalies)?)
            }
            _ => {
                let decoded = Pdu::decode(&mut message, strictness, &mut anomalies)?;
                let pdu_type = decoded.header.pdu_type;
                let has = match version {
                    Version::V1
                        if pdu_type == PduType::GetBulkRequest
                            && strictness.tolerates(Anomaly::GetBulkInV1) =>
                    {
                        anomalies.insert(Anomaly::GetBulkInV1);
                        true
                    }
                    Version::V1 => matches!(
                        pdu_type,
                        PduType::GetRequest
                            | PduType::GetNextRequest
                            | PduType::Response
                            | PduType::SetRequest
                    ),
                    _ => pdu_type != PduType::Report,
                };
                if !has {
                    return Err(at.error(Field::Pdu, DecodeErrorKind::PduTag(pdu_type.tag())));
                }
                CommunityPdu::Pdu(decoded)
            }
        };
        message.finish(Field::Message)?;
        if version == Version::V1 {
            // RFC 3584 §4.2.2.1.
            for anomaly in pdu.var_binds().anomalies_in_v1().iter() {
                if !strictness.tolerates(anomaly) {
                    return Err(at.error(Field::Value, DecodeErrorKind::NotTolerated(anomaly)));
                }
                anomalies.insert(anomaly);
            }
        }
        Ok(Self {
            version,
            community,
            pdu,
            anomalies,
        })
    }
}

/// Writes a message into the end of `buffer` and says where it stands.
///
/// # Errors
/// When the buffer is too small.
pub fn encode_community<'v>(
    buffer: &mut [u8],
    version: Version,
    community: &[u8],
    header: &PduHeader,
    var_binds: impl IntoIterator<IntoIter: DoubleEndedIterator<Item = VarBind<'v>>>,
) -> Result<Range<usize>, BufferTooSmall> {
    let mut writer = Writer::new(buffer);
    let end = writer.mark();
    header.encode(&mut writer, var_binds);
    writer.octet_string(community);
    writer.integer(version.number());
    writer.sequence(end);
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oid;
    use crate::pdu::ErrorStatus;
    use crate::value::Value;
    use alloc::vec::Vec;

    /// A v2c Response of sysDescr.0, put together by hand from RFC 1901 and RFC 3416.
    const RESPONSE: &[u8] = &[
        0x30, 0x2b, 0x02, 0x01, 0x01, 0x04, 0x06, b'p', b'u', b'b', b'l', b'i', b'c', 0xa2, 0x1e, 0x02, 0x04,
        0x12, 0x34, 0x56, 0x78, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x10, 0x30, 0x0e, 0x06, 0x08, 0x2b,
        0x06, 0x01, 0x02, 0x01, 0x01, 0x01, 0x00, 0x04, 0x02, b'o', b'k',
    ];

    fn pdu(message: CommunityMessage<'_>) -> Pdu<'_> {
        match message.pdu {
            CommunityPdu::Pdu(pdu) => pdu,
            CommunityPdu::TrapV1(_) => panic!("a trap"),
        }
    }

    #[test]
    fn r1901_3_v2c_wrapper_reads_and_writes() {
        let message = CommunityMessage::decode(RESPONSE, Strictness::STRICT).unwrap();
        assert_eq!(
            (message.version, message.community),
            (Version::V2c, &b"public"[..])
        );
        let response = pdu(message);
        assert_eq!(
            response.header,
            PduHeader::response(0x1234_5678, ErrorStatus::NoError, 0)
        );
        let values: Vec<_> = response.var_binds.iter().collect();
        assert_eq!(
            values,
            [VarBind::new(oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"ok"))]
        );
        let mut buffer = [0; 64];
        let range = encode_community(&mut buffer, Version::V2c, b"public", &response.header, values).unwrap();
        assert_eq!(buffer[range], *RESPONSE);
    }

    #[test]
    fn r3417_own2_every_cut_and_every_octet_flipped_returns() {
        for length in 0..RESPONSE.len() {
            assert!(
                CommunityMessage::decode(&RESPONSE[..length], Strictness::DEPLOYED).is_err(),
                "{length}"
            );
        }
        for at in 0..RESPONSE.len() {
            for flip in 1..=255 {
                let mut octets = RESPONSE.to_vec();
                octets[at] ^= flip;
                for strictness in [Strictness::DEPLOYED, Strictness::STRICT] {
                    if let Ok(CommunityMessage {
                        pdu: CommunityPdu::Pdu(pdu),
                        ..
                    }) = CommunityMessage::decode(&octets, strictness)
                    {
                        assert_eq!(pdu.var_binds.iter().count(), pdu.var_binds.len());
                    }
                }
            }
        }
    }

    #[test]
    fn r3417_own4_trailing_octets_are_reported_or_refused() {
        let octets = [RESPONSE, &[0; 15]].concat();
        let message = CommunityMessage::decode(&octets, Strictness::DEPLOYED).unwrap();
        assert!(message.anomalies.contains(Anomaly::TrailingOctets));
        assert!(CommunityMessage::decode(&octets, Strictness::STRICT).is_err());
    }

    #[test]
    fn versions_are_not_cut_to_an_octet() {
        // Version 257 in two octets: one more octet in the message.
        let mut octets = RESPONSE.to_vec();
        octets.splice(2..5, [2, 2, 1, 1]);
        octets[1] += 1;
        let error = CommunityMessage::decode(&octets, Strictness::DEPLOYED).unwrap_err();
        assert_eq!(error.kind, DecodeErrorKind::Version(257));
        assert_eq!(
            Version::of(&octets).unwrap_err().kind,
            DecodeErrorKind::Version(257)
        );
    }

    #[test]
    fn r2578_7_1_10b_counter64_in_v1_is_refused_when_strict() {
        let mut buffer = [0; 64];
        let header = PduHeader::response(1, ErrorStatus::NoError, 0);
        let value = VarBind::new(oid!(1.3.6.1), Value::Counter64(5));
        let range = encode_community(&mut buffer, Version::V1, b"public", &header, [value]).unwrap();
        assert!(CommunityMessage::decode(&buffer[range.clone()], Strictness::DEPLOYED).is_ok());
        assert!(CommunityMessage::decode(&buffer[range], Strictness::STRICT).is_err());
    }
}
