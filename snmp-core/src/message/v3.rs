use core::ops::Range;

use crate::ber::{DecodeError, DecodeErrorKind, Field, Mark, Reader, Writer, tag};
use crate::pdu::{self, Pdu, PduHeader};
#[cfg(any(feature = "responder", feature = "notification"))]
use crate::pdu::{PduType, TrapV1};
use crate::security::SecurityLevel;
use crate::strictness::{Anomalies, Anomaly, Strictness};
use crate::varbind::VarBind;

/// msgFlags (RFC 3412 §6.4): which security was applied, and whether a Report may answer.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Flags(u8);

impl Flags {
    const AUTH: u8 = 0x01;
    const PRIV: u8 = 0x02;
    const REPORTABLE: u8 = 0x04;

    /// The flags of a security level.
    #[must_use]
    pub const fn new(level: SecurityLevel, reportable: bool) -> Self {
        let level = match level {
            SecurityLevel::NoAuthNoPriv => 0,
            SecurityLevel::AuthNoPriv => Self::AUTH,
            SecurityLevel::AuthPriv => Self::AUTH | Self::PRIV,
        };
        Self(level | if reportable { Self::REPORTABLE } else { 0 })
    }

    /// The octet on the wire; bits above 0x04 are ignored by every reader.
    #[must_use]
    pub const fn octet(self) -> u8 {
        self.0
    }

    /// The level that was applied; `None` for privacy without authentication, which RFC 3412 §7.2 step 5d forbids.
    #[must_use]
    pub const fn level(self) -> Option<SecurityLevel> {
        match self.0 & (Self::AUTH | Self::PRIV) {
            0 => Some(SecurityLevel::NoAuthNoPriv),
            Self::AUTH => Some(SecurityLevel::AuthNoPriv),
            Self::PRIV => None,
            _ => Some(SecurityLevel::AuthPriv),
        }
    }

    /// Whether the data is encrypted.
    #[must_use]
    pub const fn is_encrypted(self) -> bool {
        self.0 & Self::PRIV != 0
    }

    /// Whether the sender wants a Report when the message cannot be processed.
    #[must_use]
    pub const fn is_reportable(self) -> bool {
        self.0 & Self::REPORTABLE != 0
    }
}

/// The header of a message that is to be written (RFC 3412 §6: msgGlobalData without the security model).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "RFC 3412 closed it")]
pub struct V3Header {
    /// msgID: 0 to 2^31−1.
    pub msg_id: i32,
    /// msgMaxSize: the largest message that the sender takes, 484 to 2^31−1 octets.
    pub max_size: i32,
    /// msgFlags.
    pub flags: Flags,
}

/// Where the parts of an `SNMPv3` message stand in its datagram (RFC 3412 §6).
///
/// Ranges, not slices: the security model changes the datagram in place.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct V3Layout {
    /// msgID.
    pub msg_id: i32,
    /// msgMaxSize.
    pub max_size: i32,
    /// msgFlags.
    pub flags: Flags,
    /// msgSecurityModel: 3 for USM.
    pub security_model: i32,
    /// Contents of msgSecurityParameters.
    pub parameters: Range<usize>,
    /// msgData: the whole scopedPDU element, or the contents of the OCTET STRING that holds it encrypted.
    pub data: Range<usize>,
    /// Octets of the message itself; a datagram may have more behind.
    pub message: Range<usize>,
    /// Deviations outside the scoped PDU.
    pub anomalies: Anomalies,
}

impl V3Layout {
    /// Finds the parts of a message. The flags decide whether msgData must be encrypted or plain.
    ///
    /// # Errors
    /// When the datagram is no `SNMPv3` message. Privacy without authentication is no error here: see
    /// [`Flags::level`].
    pub fn decode(datagram: &[u8], strictness: Strictness) -> Result<Self, DecodeError> {
        let mut anomalies = Anomalies::NONE;
        let mut outer = Reader::new(datagram);
        let mut message = outer.sequence(Field::Message)?;
        let end = outer.offset();
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
        let version = pdu::integer(&mut message, Field::Version, strictness, &mut anomalies)?;
        if version != 3 {
            return Err(at.error(Field::Version, DecodeErrorKind::Version(version)));
        }
        let mut global = message.sequence(Field::MsgGlobalData)?;
        let msg_id = non_negative(&mut global, Field::MsgId, strictness, &mut anomalies)?;
        let max_size = non_negative(&mut global, Field::MsgMaxSize, strictness, &mut anomalies)?;
        let at = global;
        let flags = match global.octet_string(Field::MsgFlags)? {
            [octet] => Flags(*octet),
            [octet, ..] if strictness.tolerates(Anomaly::LongMsgFlags) => {
                anomalies.insert(Anomaly::LongMsgFlags);
                Flags(*octet)
            }
            other => {
                let first = other.first().copied().unwrap_or_default();
                return Err(at.error(Field::MsgFlags, DecodeErrorKind::Flags(first)));
            }
        };
        let security_model = pdu::integer(&mut global, Field::MsgSecurityModel, strictness, &mut anomalies)?;
        global.finish(Field::MsgGlobalData)?;
        let parameters = message.expect(tag::OCTET_STRING, Field::MsgSecurityParameters)?;
        let parameters = parameters.offset()..parameters.offset() + parameters.rest().len();
        let begin = message.offset();
        let data = if flags.is_encrypted() {
            let data = message.expect(tag::OCTET_STRING, Field::MsgData)?;
            data.offset()..data.offset() + data.rest().len()
        } else {
            message.expect(tag::SEQUENCE, Field::MsgData)?;
            begin..message.offset()
        };
        message.finish(Field::Message)?;
        Ok(Self {
            msg_id,
            max_size,
            flags,
            security_model,
            parameters,
            data,
            message: 0..end,
            anomalies,
        })
    }
}

/// A field of 0 to 2^31−1.
fn non_negative(
    reader: &mut Reader<'_>,
    field: Field,
    strictness: Strictness,
    anomalies: &mut Anomalies,
) -> Result<i32, DecodeError> {
    let at = *reader;
    match pdu::integer(reader, field, strictness, anomalies)? {
        value @ 0.. => Ok(value),
        _ => Err(at.error(field, DecodeErrorKind::IntegerRange)),
    }
}

/// A PDU with the context that it belongs to (RFC 3412 §6.8).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ScopedPdu<'a> {
    /// contextEngineID.
    pub context_engine_id: &'a [u8],
    /// contextName.
    pub context_name: &'a [u8],
    /// The PDU.
    pub pdu: Pdu<'a>,
    /// Octets of the whole element; ciphers leave padding behind it.
    pub len: usize,
    /// Deviations outside the variable bindings.
    pub anomalies: Anomalies,
}

impl<'a> ScopedPdu<'a> {
    /// Reads a scopedPDU element; what follows it is the padding of a block cipher and is left alone.
    ///
    /// # Errors
    /// When it is none. Offsets count from the start of `plain`.
    pub fn decode(plain: &'a [u8], strictness: Strictness) -> Result<Self, DecodeError> {
        let mut anomalies = Anomalies::NONE;
        let mut outer = Reader::new(plain);
        let mut scoped = outer.sequence(Field::MsgData)?;
        let context_engine_id = scoped.octet_string(Field::ContextEngineId)?;
        let context_name = scoped.octet_string(Field::ContextName)?;
        let pdu = Pdu::decode(&mut scoped, strictness, &mut anomalies)?;
        scoped.finish(Field::MsgData)?;
        Ok(Self {
            context_engine_id,
            context_name,
            pdu,
            len: outer.offset(),
            anomalies,
        })
    }

    /// Reads one that holds a Trap-PDU of `SNMPv1`, as far as `strictness` tolerates it. An `SNMPv2`-Trap-PDU with the
    /// same variable bindings stands for it.
    #[cfg(any(feature = "responder", feature = "notification"))]
    pub(crate) fn decode_trap_v1(
        plain: &'a [u8],
        strictness: Strictness,
    ) -> Result<(Self, TrapV1<'a>), DecodeError> {
        let mut anomalies = Anomalies::NONE;
        let mut outer = Reader::new(plain);
        let mut scoped = outer.sequence(Field::MsgData)?;
        let context_engine_id = scoped.octet_string(Field::ContextEngineId)?;
        let context_name = scoped.octet_string(Field::ContextName)?;
        if !strictness.tolerates(Anomaly::TrapV1InV3) {
            return Err(scoped.error(Field::Pdu, DecodeErrorKind::NotTolerated(Anomaly::TrapV1InV3)));
        }
        anomalies.insert(Anomaly::TrapV1InV3);
        let trap = TrapV1::decode(&mut scoped, strictness, &mut anomalies)?;
        scoped.finish(Field::MsgData)?;
        let pdu = Pdu {
            header: PduHeader::request(PduType::TrapV2, 0),
            var_binds: trap.var_binds,
        };
        let message = Self {
            context_engine_id,
            context_name,
            pdu,
            len: outer.offset(),
            anomalies,
        };
        Ok((message, trap))
    }
}

/// Writes a scopedPDU element before whatever `writer` holds.
pub fn encode_scoped_pdu<'v>(
    writer: &mut Writer<'_>,
    context_engine_id: &[u8],
    context_name: &[u8],
    header: &PduHeader,
    var_binds: impl IntoIterator<IntoIter: DoubleEndedIterator<Item = VarBind<'v>>>,
) {
    let end = writer.mark();
    header.encode(writer, var_binds);
    writer.octet_string(context_name);
    writer.octet_string(context_engine_id);
    writer.sequence(end);
}

/// Completes a message whose msgData element and contents of msgSecurityParameters are written: for security models.
///
/// `message_end` was marked before anything was written, `parameters_end` after msgData.
pub fn wrap_v3(
    writer: &mut Writer<'_>,
    header: &V3Header,
    security_model: i32,
    parameters_end: Mark,
    message_end: Mark,
) {
    writer.constructed(tag::OCTET_STRING, parameters_end);
    let end = writer.mark();
    writer.integer(security_model);
    writer.octet_string(&[header.flags.octet()]);
    writer.integer(header.max_size);
    writer.integer(header.msg_id);
    writer.sequence(end);
    writer.integer(3);
    writer.sequence(message_end);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oid;
    use crate::pdu::PduType;
    use alloc::vec::Vec;

    fn message(flags: Flags, buffer: &mut [u8]) -> Range<usize> {
        let mut writer = Writer::new(buffer);
        let end = writer.mark();
        let header = PduHeader::request(PduType::GetRequest, 9);
        encode_scoped_pdu(
            &mut writer,
            b"engine",
            b"",
            &header,
            [VarBind::null(oid!(1.3.6.1))],
        );
        let parameters_end = writer.mark();
        writer.octets(b"parameters");
        wrap_v3(
            &mut writer,
            &V3Header {
                msg_id: 5,
                max_size: 1472,
                flags,
            },
            3,
            parameters_end,
            end,
        );
        writer.finish().unwrap()
    }

    #[test]
    fn what_is_written_is_found_again() {
        let mut buffer = [0; 128];
        let range = message(Flags::new(SecurityLevel::NoAuthNoPriv, true), &mut buffer);
        let datagram = &buffer[range];
        let layout = V3Layout::decode(datagram, Strictness::STRICT).unwrap();
        assert_eq!(
            (layout.msg_id, layout.max_size, layout.security_model),
            (5, 1472, 3)
        );
        assert!(layout.flags.is_reportable());
        assert_eq!(&datagram[layout.parameters.clone()], b"parameters");
        let scoped = ScopedPdu::decode(&datagram[layout.data], Strictness::STRICT).unwrap();
        assert_eq!(
            (scoped.context_engine_id, scoped.pdu.header.request_id),
            (&b"engine"[..], 9)
        );
    }

    #[test]
    fn every_cut_and_every_octet_flipped_returns() {
        let mut buffer = [0; 128];
        let range = message(Flags::default(), &mut buffer);
        let datagram = &buffer[range];
        for length in 0..datagram.len() {
            assert!(V3Layout::decode(&datagram[..length], Strictness::DEPLOYED).is_err());
        }
        for at in 0..datagram.len() {
            for flip in 1..=255 {
                let mut octets = datagram.to_vec();
                octets[at] ^= flip;
                if let Ok(layout) = V3Layout::decode(&octets, Strictness::DEPLOYED) {
                    assert!(octets.get(layout.parameters).is_some());
                    let _ = ScopedPdu::decode(octets.get(layout.data).unwrap(), Strictness::DEPLOYED);
                }
            }
        }
    }

    /// A message with these contents of msgFlags.
    fn with_flags(content: &[u8]) -> Vec<u8> {
        let mut buffer = [0; 128];
        let mut writer = Writer::new(&mut buffer);
        let message_end = writer.mark();
        let header = PduHeader::request(PduType::GetRequest, 9);
        encode_scoped_pdu(&mut writer, b"engine", b"", &header, []);
        writer.octet_string(b"parameters");
        let end = writer.mark();
        writer.integer(3);
        writer.octet_string(content);
        writer.integer(1472);
        writer.integer(5);
        writer.sequence(end);
        writer.integer(3);
        writer.sequence(message_end);
        let range = writer.finish().unwrap();
        buffer[range].to_vec()
    }

    #[test]
    fn r3412_6_4a_msg_flags_are_one_octet() {
        for strictness in [Strictness::DEPLOYED, Strictness::STRICT] {
            assert!(V3Layout::decode(&with_flags(&[4]), strictness).is_ok());
            for content in [&[][..], &[4, 0], &[0, 4, 0]] {
                let error = V3Layout::decode(&with_flags(content), strictness).unwrap_err();
                assert_eq!(error.field, Field::MsgFlags, "{content:?}");
            }
        }
    }

    #[test]
    fn r3412_6_4d_reserved_flags_are_written_as_0_and_ignored_when_read() {
        for level in [
            SecurityLevel::NoAuthNoPriv,
            SecurityLevel::AuthNoPriv,
            SecurityLevel::AuthPriv,
        ] {
            for reportable in [false, true] {
                let flags = Flags::new(level, reportable);
                assert_eq!(flags.octet() & !0x07, 0);
                for reserved in [0x08, 0x80, 0xf8] {
                    let read = Flags(flags.octet() | reserved);
                    assert_eq!((read.level(), read.is_reportable()), (Some(level), reportable));
                    assert_eq!(read.is_encrypted(), level == SecurityLevel::AuthPriv);
                }
            }
        }
        let read = V3Layout::decode(&with_flags(&[0xfc]), Strictness::STRICT).unwrap();
        assert_eq!(read.flags.level(), Some(SecurityLevel::NoAuthNoPriv));
        assert!(read.flags.is_reportable() && read.anomalies.is_empty());
    }

    #[test]
    fn r3412_6_8_2_context_names_go_through_unchanged() {
        let every: Vec<u8> = (0..255).collect();
        for name in [&b""[..], b"Jetdirect", "Flur 3 ü".as_bytes(), &every] {
            let mut buffer = [0; 320];
            let mut writer = Writer::new(&mut buffer);
            let header = PduHeader::request(PduType::GetRequest, 9);
            encode_scoped_pdu(&mut writer, b"engine", name, &header, []);
            let range = writer.finish().unwrap();
            for strictness in [Strictness::DEPLOYED, Strictness::STRICT] {
                let scoped = ScopedPdu::decode(&buffer[range.clone()], strictness).unwrap();
                assert_eq!(scoped.context_name, name);
            }
        }
    }

    #[test]
    fn encrypted_flag_and_plain_data_do_not_go_together() {
        let mut buffer = [0; 128];
        let range = message(Flags::new(SecurityLevel::AuthPriv, false), &mut buffer);
        let error = V3Layout::decode(&buffer[range], Strictness::DEPLOYED).unwrap_err();
        assert_eq!(error.field, Field::MsgData);
        assert_eq!(Flags(2).level(), None);
    }
}
