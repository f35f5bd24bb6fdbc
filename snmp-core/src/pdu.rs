//! Protocol data units (RFC 3416 §3, RFC 1157 §4.1).

use core::net::Ipv4Addr;

use crate::ber::{DecodeError, DecodeErrorKind, Field, Reader, Writer, tag};
use crate::oid::{Oid, OidError};
use crate::strictness::{Anomalies, Anomaly, Strictness};
use crate::value::{MalformedValue, Value};
use crate::varbind::{VarBind, VarBinds};

/// The PDUs of RFC 3416 §3; the `SNMPv1` trap has its own shape, [`TrapV1`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
#[expect(clippy::exhaustive_enums, reason = "RFC 3416 closed the set")]
#[expect(missing_docs, reason = "each is the RFC's own name")]
pub enum PduType {
    GetRequest = 0xa0,
    GetNextRequest = 0xa1,
    Response = 0xa2,
    SetRequest = 0xa3,
    GetBulkRequest = 0xa5,
    InformRequest = 0xa6,
    TrapV2 = 0xa7,
    Report = 0xa8,
}

/// Tag of the `SNMPv1` Trap-PDU.
pub(crate) const TRAP_V1: u8 = 0xa4;

impl PduType {
    /// The PDU type of an identifier octet.
    #[must_use]
    pub const fn from_tag(tag: u8) -> Option<Self> {
        Some(match tag {
            0xa0 => Self::GetRequest,
            0xa1 => Self::GetNextRequest,
            0xa2 => Self::Response,
            0xa3 => Self::SetRequest,
            0xa5 => Self::GetBulkRequest,
            0xa6 => Self::InformRequest,
            0xa7 => Self::TrapV2,
            0xa8 => Self::Report,
            _ => return None,
        })
    }

    /// Its identifier octet.
    #[must_use]
    pub const fn tag(self) -> u8 {
        self as u8
    }

    /// Whether an answer is due: the Confirmed Class (RFC 3411 §2.8).
    #[must_use]
    pub const fn is_confirmed(self) -> bool {
        matches!(
            self,
            Self::GetRequest
                | Self::GetNextRequest
                | Self::GetBulkRequest
                | Self::SetRequest
                | Self::InformRequest
        )
    }
}

/// The error-status of a response (RFC 3416 §3).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the RFC's own name")]
pub enum ErrorStatus {
    NoError,
    TooBig,
    NoSuchName,
    BadValue,
    ReadOnly,
    GenErr,
    NoAccess,
    WrongType,
    WrongLength,
    WrongEncoding,
    WrongValue,
    NoCreation,
    InconsistentValue,
    ResourceUnavailable,
    CommitFailed,
    UndoFailed,
    AuthorizationError,
    NotWritable,
    InconsistentName,
    /// A number that RFC 3416 does not define.
    Other(i32),
}

impl ErrorStatus {
    const NAMED: [Self; 19] = [
        Self::NoError,
        Self::TooBig,
        Self::NoSuchName,
        Self::BadValue,
        Self::ReadOnly,
        Self::GenErr,
        Self::NoAccess,
        Self::WrongType,
        Self::WrongLength,
        Self::WrongEncoding,
        Self::WrongValue,
        Self::NoCreation,
        Self::InconsistentValue,
        Self::ResourceUnavailable,
        Self::CommitFailed,
        Self::UndoFailed,
        Self::AuthorizationError,
        Self::NotWritable,
        Self::InconsistentName,
    ];

    /// The status of a number.
    #[must_use]
    pub fn from_number(number: i32) -> Self {
        usize::try_from(number)
            .ok()
            .and_then(|at| Self::NAMED.get(at).copied())
            .unwrap_or(Self::Other(number))
    }

    /// Its number on the wire.
    #[must_use]
    pub fn number(self) -> i32 {
        if let Self::Other(number) = self {
            return number;
        }
        Self::NAMED
            .iter()
            .position(|named| *named == self)
            .and_then(|at| i32::try_from(at).ok())
            .unwrap_or_default()
    }
}

/// The fields of a PDU before its variable bindings.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PduHeader {
    /// What it is.
    pub pdu_type: PduType,
    /// request-id: any 32-bit number, negative ones too.
    pub request_id: i32,
    second: i32,
    third: i32,
}

impl PduHeader {
    /// A request without further fields: get, get-next, set, inform, trap.
    #[must_use]
    pub const fn request(pdu_type: PduType, request_id: i32) -> Self {
        Self {
            pdu_type,
            request_id,
            second: 0,
            third: 0,
        }
    }

    /// A GetBulkRequest. Numbers past 2^31−1, which the field cannot hold, are cut to it.
    #[must_use]
    pub fn get_bulk(request_id: i32, non_repeaters: u32, max_repetitions: u32) -> Self {
        let cut = |number| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            pdu_type: PduType::GetBulkRequest,
            request_id,
            second: cut(non_repeaters),
            third: cut(max_repetitions),
        }
    }

    /// A Response; `error_index` counts variable bindings from 1, 0 for none.
    #[must_use]
    pub fn response(request_id: i32, error_status: ErrorStatus, error_index: u32) -> Self {
        Self {
            pdu_type: PduType::Response,
            request_id,
            second: error_status.number(),
            third: i32::try_from(error_index).unwrap_or(i32::MAX),
        }
    }

    /// A Report (RFC 3412 §7.1); `request_id` is the request's where it is known, else 0.
    #[must_use]
    pub const fn report(request_id: i32) -> Self {
        Self {
            pdu_type: PduType::Report,
            request_id,
            second: 0,
            third: 0,
        }
    }

    /// error-status; noError for a GetBulkRequest, which has none.
    #[must_use]
    pub fn error_status(&self) -> ErrorStatus {
        if self.pdu_type == PduType::GetBulkRequest {
            return ErrorStatus::NoError;
        }
        ErrorStatus::from_number(self.second)
    }

    /// error-index as sent: the faulty variable binding counted from 1, 0 for none. May lie beyond the bindings.
    #[must_use]
    pub const fn error_index(&self) -> i32 {
        if matches!(self.pdu_type, PduType::GetBulkRequest) {
            0
        } else {
            self.third
        }
    }

    /// non-repeaters of a GetBulkRequest, else 0. A negative number counts as 0 (RFC 3416 §4.2.3).
    #[must_use]
    pub fn non_repeaters(&self) -> u32 {
        if self.pdu_type == PduType::GetBulkRequest {
            u32::try_from(self.second).unwrap_or(0)
        } else {
            0
        }
    }

    /// max-repetitions of a GetBulkRequest, else 0. A negative number counts as 0 (RFC 3416 §4.2.3).
    #[must_use]
    pub fn max_repetitions(&self) -> u32 {
        if self.pdu_type == PduType::GetBulkRequest {
            u32::try_from(self.third).unwrap_or(0)
        } else {
            0
        }
    }

    /// The two numbers after the request-id as they stand on the wire: error-status and error-index, or
    /// non-repeaters and max-repetitions.
    #[must_use]
    pub const fn raw_numbers(&self) -> (i32, i32) {
        (self.second, self.third)
    }

    /// Writes a PDU with these fields; the variable bindings are written last to first.
    pub fn encode<'v>(
        &self,
        writer: &mut Writer<'_>,
        var_binds: impl IntoIterator<IntoIter: DoubleEndedIterator<Item = VarBind<'v>>>,
    ) {
        let end = writer.mark();
        encode_var_binds(writer, var_binds);
        self.encode_around(writer, end);
    }

    /// Writes these fields before a variable-bindings field that the writer already holds since `end`.
    pub fn encode_around(&self, writer: &mut Writer<'_>, end: crate::ber::Mark) {
        writer.integer(self.third);
        writer.integer(self.second);
        writer.integer(self.request_id);
        writer.constructed(self.pdu_type.tag(), end);
    }
}

/// Writes a variable-bindings field, last to first.
pub fn encode_var_binds<'v>(
    writer: &mut Writer<'_>,
    var_binds: impl IntoIterator<IntoIter: DoubleEndedIterator<Item = VarBind<'v>>>,
) {
    let end = writer.mark();
    let mut list = writer.take();
    // Not a `for` loop: from a slice this reads the fields where they stand, without a copy of each variable binding.
    var_binds
        .into_iter()
        .rev()
        .for_each(|var_bind| var_bind.encode(&mut list));
    *writer = list;
    writer.sequence(end);
}

/// A PDU, borrowed from its message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Pdu<'a> {
    /// The fields before the variable bindings.
    pub header: PduHeader,
    /// The variable bindings.
    pub var_binds: VarBinds<'a>,
}

impl<'a> Pdu<'a> {
    /// Reads the PDU that stands next in `reader`.
    ///
    /// # Errors
    /// For a tag that is none of RFC 3416's, and for what breaks the structure.
    #[inline]
    pub fn decode(
        reader: &mut Reader<'a>,
        strictness: Strictness,
        anomalies: &mut Anomalies,
    ) -> Result<Self, DecodeError> {
        let at = *reader;
        let Some(tag) = reader.peek_tag() else {
            return Err(reader.error(Field::Pdu, DecodeErrorKind::Truncated { missing: 1 }));
        };
        let Some(pdu_type) = PduType::from_tag(tag) else {
            return Err(reader.error(Field::Pdu, DecodeErrorKind::PduTag(tag)));
        };
        let bulk = pdu_type == PduType::GetBulkRequest;
        let mut pdu = reader.expect(tag, Field::Pdu)?;
        let request_id = integer(&mut pdu, Field::RequestId, strictness, anomalies)?;
        let second = if bulk {
            Field::NonRepeaters
        } else {
            Field::ErrorStatus
        };
        let second = integer(&mut pdu, second, strictness, anomalies)?;
        let third = if bulk {
            Field::MaxRepetitions
        } else {
            Field::ErrorIndex
        };
        let third = integer(&mut pdu, third, strictness, anomalies)?;
        let list = pdu.sequence(Field::VariableBindings)?;
        pdu.finish(Field::Pdu)?;
        let var_binds = VarBinds::decode(list, strictness)?;
        if bulk {
            if second < 0 || third < 0 {
                tolerate(Anomaly::NegativeBulk, strictness, anomalies, &at)?;
            }
        } else if usize::try_from(third).is_ok_and(|index| index > var_binds.len()) || third < 0 {
            tolerate(Anomaly::ErrorIndexRange, strictness, anomalies, &at)?;
        }
        Ok(Self {
            header: PduHeader {
                pdu_type,
                request_id,
                second,
                third,
            },
            var_binds,
        })
    }
}

fn tolerate(
    anomaly: Anomaly,
    strictness: Strictness,
    anomalies: &mut Anomalies,
    at: &Reader<'_>,
) -> Result<(), DecodeError> {
    if !strictness.tolerates(anomaly) {
        return Err(at.error(Field::Pdu, DecodeErrorKind::NotTolerated(anomaly)));
    }
    anomalies.insert(anomaly);
    Ok(())
}

/// An INTEGER field of a message, its padding judged.
#[inline]
pub(crate) fn integer(
    reader: &mut Reader<'_>,
    field: Field,
    strictness: Strictness,
    anomalies: &mut Anomalies,
) -> Result<i32, DecodeError> {
    match reader.shortest_integer() {
        Some(value) => Ok(value),
        None => odd_integer(reader, field, strictness, anomalies),
    }
}

#[cold]
fn odd_integer(
    reader: &mut Reader<'_>,
    field: Field,
    strictness: Strictness,
    anomalies: &mut Anomalies,
) -> Result<i32, DecodeError> {
    let at = *reader;
    let content = reader.expect(tag::INTEGER, field)?.rest();
    let value = crate::ber::integer(content).map_err(|kind| at.error(field, kind))?;
    if matches!(content, [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..]) {
        if !strictness.tolerates(Anomaly::NonMinimalInteger) {
            return Err(at.error(field, DecodeErrorKind::NotTolerated(Anomaly::NonMinimalInteger)));
        }
        anomalies.insert(Anomaly::NonMinimalInteger);
    }
    Ok(value)
}

/// The `SNMPv1` Trap-PDU (RFC 1157 §4.1.6).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "RFC 1157 closed it")]
pub struct TrapV1<'a> {
    /// What kind of object sent it: a sysObjectID, mostly.
    pub enterprise: Oid<'a>,
    /// The agent's address as it gives it; 0.0.0.0 is legal, other lengths than four octets occur.
    pub agent_addr: &'a [u8],
    /// 0 coldStart to 6 enterpriseSpecific; other numbers are kept.
    pub generic_trap: i32,
    /// The enterprise's own number.
    pub specific_trap: i32,
    /// sysUpTime when it was sent: hundredths of a second.
    pub time_stamp: u32,
    /// What it tells.
    pub var_binds: VarBinds<'a>,
}

impl<'a> TrapV1<'a> {
    /// The agent's address, where it is one.
    #[must_use]
    pub fn agent_address(&self) -> Option<Ipv4Addr> {
        <[u8; 4]>::try_from(self.agent_addr).ok().map(Ipv4Addr::from)
    }

    /// Reads the Trap-PDU that stands next in `reader`.
    ///
    /// # Errors
    /// For what breaks the structure.
    pub fn decode(
        reader: &mut Reader<'a>,
        strictness: Strictness,
        anomalies: &mut Anomalies,
    ) -> Result<Self, DecodeError> {
        let mut pdu = reader.expect(TRAP_V1, Field::Pdu)?;
        let at = pdu;
        let enterprise = pdu.expect(tag::OBJECT_IDENTIFIER, Field::Enterprise)?;
        if enterprise.is_empty() {
            tolerate(Anomaly::EmptyOid, strictness, anomalies, &at)?;
        }
        let enterprise = Oid::from_octets(enterprise.rest())
            .map_err(|error: OidError| at.error(Field::Enterprise, DecodeErrorKind::Oid(error)))?;
        let agent_addr = pdu.expect(tag::IP_ADDRESS, Field::AgentAddr)?.rest();
        if agent_addr.len() != 4 {
            tolerate(Anomaly::AgentAddrLength, strictness, anomalies, &at)?;
        }
        let generic_trap = integer(&mut pdu, Field::GenericTrap, strictness, anomalies)?;
        let specific_trap = integer(&mut pdu, Field::SpecificTrap, strictness, anomalies)?;
        let at = pdu;
        let time_stamp = pdu.tlv(Field::TimeStamp)?;
        let time_stamp = match Value::decode(time_stamp, strictness, anomalies) {
            Value::TimeTicks(ticks) => ticks,
            Value::Malformed {
                why: MalformedValue::NotTolerated(anomaly),
                ..
            } => {
                return Err(at.error(Field::TimeStamp, DecodeErrorKind::NotTolerated(anomaly)));
            }
            Value::Malformed { why, .. } => {
                return Err(at.error(Field::TimeStamp, DecodeErrorKind::Value(why)));
            }
            _ => {
                let kind = DecodeErrorKind::Tag {
                    expected: tag::TIME_TICKS,
                    actual: time_stamp.tag,
                };
                return Err(at.error(Field::TimeStamp, kind));
            }
        };
        let list = pdu.sequence(Field::VariableBindings)?;
        pdu.finish(Field::Pdu)?;
        let var_binds = VarBinds::decode(list, strictness)?;
        Ok(Self {
            enterprise,
            agent_addr,
            generic_trap,
            specific_trap,
            time_stamp,
            var_binds,
        })
    }

    /// Writes it; its variable bindings as they are.
    pub fn encode(&self, writer: &mut Writer<'_>) {
        let end = writer.mark();
        writer.element(tag::SEQUENCE, self.var_binds.as_octets());
        self.encode_around(writer, end);
    }

    /// Writes it with other variable bindings, last to first.
    pub fn encode_with<'v>(
        &self,
        writer: &mut Writer<'_>,
        var_binds: impl IntoIterator<IntoIter: DoubleEndedIterator<Item = VarBind<'v>>>,
    ) {
        let end = writer.mark();
        encode_var_binds(writer, var_binds);
        self.encode_around(writer, end);
    }

    /// Writes the other fields before a variable-bindings field that the writer already holds since `end`.
    pub fn encode_around(&self, writer: &mut Writer<'_>, end: crate::ber::Mark) {
        writer.unsigned(tag::TIME_TICKS, u64::from(self.time_stamp));
        writer.integer(self.specific_trap);
        writer.integer(self.generic_trap);
        writer.element(tag::IP_ADDRESS, self.agent_addr);
        writer.oid(self.enterprise);
        writer.constructed(TRAP_V1, end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oid;

    #[test]
    fn r3416_3err_unknown_error_status_is_kept() {
        for number in 0..19 {
            let status = ErrorStatus::from_number(number);
            assert!(!matches!(status, ErrorStatus::Other(_)), "{number}");
            assert_eq!(status.number(), number);
        }
        for number in [-1, 19, 255, i32::MAX] {
            assert_eq!(ErrorStatus::from_number(number), ErrorStatus::Other(number));
            assert_eq!(ErrorStatus::from_number(number).number(), number);
        }
    }

    #[test]
    fn r3416_3pdu_tags() {
        for (tag, pdu_type) in [
            (0xa0, PduType::GetRequest),
            (0xa1, PduType::GetNextRequest),
            (0xa2, PduType::Response),
            (0xa3, PduType::SetRequest),
            (0xa5, PduType::GetBulkRequest),
            (0xa6, PduType::InformRequest),
            (0xa7, PduType::TrapV2),
            (0xa8, PduType::Report),
        ] {
            assert_eq!(PduType::from_tag(tag), Some(pdu_type));
            assert_eq!(pdu_type.tag(), tag);
        }
        assert_eq!(PduType::from_tag(0xa4), None);
        assert_eq!(PduType::from_tag(0xa9), None);
    }

    #[test]
    fn r3416_3bulk_negative_numbers_count_as_zero_where_tolerated() {
        let octets = [0xa5, 0x0b, 2, 1, 1, 2, 1, 0xff, 2, 1, 0xfe, 0x30, 0];
        let mut anomalies = Anomalies::NONE;
        let pdu = Pdu::decode(&mut Reader::new(&octets), Strictness::DEPLOYED, &mut anomalies).unwrap();
        assert_eq!((pdu.header.non_repeaters(), pdu.header.max_repetitions()), (0, 0));
        assert!(anomalies.contains(Anomaly::NegativeBulk));
        assert!(Pdu::decode(&mut Reader::new(&octets), Strictness::STRICT, &mut anomalies).is_err());
        let written = PduHeader::get_bulk(1, u32::MAX, 7);
        assert_eq!(written.raw_numbers(), (i32::MAX, 7));
    }

    #[test]
    fn r3416_4_1idx_error_index_beyond_the_bindings_is_an_anomaly() {
        for index in [1, 0xff] {
            let octets = [0xa2, 0x0b, 2, 1, 1, 2, 1, 5, 2, 1, index, 0x30, 0];
            let mut anomalies = Anomalies::NONE;
            Pdu::decode(&mut Reader::new(&octets), Strictness::DEPLOYED, &mut anomalies).unwrap();
            assert!(anomalies.contains(Anomaly::ErrorIndexRange), "{index}");
        }
    }

    /// The example of RFC 3417 §8.1, whose outer length has one octet more than it needs.
    const EXAMPLE: &[u8] = &[
        0xa5, 0x82, 0x00, 0x39, 0x02, 0x04, 0x54, 0x52, 0x5d, 0x76, 0x02, 0x01, 0x01, 0x02, 0x01, 0x02, 0x30,
        0x2b, 0x30, 0x0b, 0x06, 0x07, 0x2b, 0x06, 0x01, 0x02, 0x01, 0x01, 0x03, 0x05, 0x00, 0x30, 0x0d, 0x06,
        0x09, 0x2b, 0x06, 0x01, 0x02, 0x01, 0x04, 0x16, 0x01, 0x02, 0x05, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2b,
        0x06, 0x01, 0x02, 0x01, 0x04, 0x16, 0x01, 0x04, 0x05, 0x00,
    ];

    #[test]
    fn r3417_8_1ex_the_get_bulk_example_reads_and_writes() {
        let mut anomalies = Anomalies::NONE;
        let pdu = Pdu::decode(&mut Reader::new(EXAMPLE), Strictness::STRICT, &mut anomalies).unwrap();
        assert_eq!(pdu.header, PduHeader::get_bulk(1_414_684_022, 1, 2));
        let names = [
            oid!(1.3.6.1.2.1.1.3),
            oid!(1.3.6.1.2.1.4.22.1.2),
            oid!(1.3.6.1.2.1.4.22.1.4),
        ];
        assert!(pdu.var_binds.iter().eq(names.map(VarBind::null)));
        let mut buffer = [0; 64];
        let mut writer = Writer::new(&mut buffer);
        pdu.header.encode(&mut writer, names.map(VarBind::null));
        let range = writer.finish().unwrap();
        assert_eq!(buffer[range.clone()][..2], [0xa5, 0x39]);
        assert_eq!(buffer[range][2..], EXAMPLE[4..]);
    }
}
