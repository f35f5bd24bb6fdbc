//! What is written is read again as it was, and takes as many octets as was said before.
#![expect(
    clippy::cast_possible_truncation,
    reason = "random numbers are cut to the type under test"
)]

use snmp_core::ber::{Field, Reader, Writer};
use snmp_core::message::{CommunityMessage, CommunityPdu, Version, encode_community};
use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::strictness::{Anomalies, Strictness};
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

/// Octets that an encoder counts without room for any, and those that it writes.
fn written(value: &Value<'_>) -> (usize, Vec<u8>) {
    let mut counted = Writer::new(&mut []);
    value.encode(&mut counted);
    let needed = counted.written();
    assert_eq!(counted.finish().map_err(|error| error.needed), Err(needed));
    let mut buffer = vec![0; needed];
    let mut writer = Writer::new(&mut buffer);
    value.encode(&mut writer);
    assert_eq!(writer.finish(), Ok(0..needed), "{value:?}");
    (needed, buffer)
}

fn read(octets: &[u8]) -> (Value<'_>, Anomalies) {
    let mut reader = Reader::new(octets);
    let tlv = reader.tlv(Field::Value).unwrap();
    assert!(reader.is_empty());
    let mut anomalies = Anomalies::NONE;
    let value = Value::decode(tlv, Strictness::STRICT, &mut anomalies);
    (value, anomalies)
}

/// xorshift64*: numbers of every size.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// As many bits as a first draw says: small numbers as often as large ones.
    fn number(&mut self) -> u64 {
        let size = self.bits() % 65;
        self.bits().checked_shr(64 - size as u32).unwrap_or(0)
    }

    fn octets(&mut self) -> Vec<u8> {
        let length = self.number() % 300;
        (0..length).map(|_| self.bits().to_le_bytes()[0]).collect()
    }

    fn oid(&mut self) -> OidBuf {
        let top = self.bits() as u32 % 3;
        let second = self.number() as u32 % if top == 2 { u32::MAX } else { 40 };
        let rest = (0..self.bits() % 127).map(|_| self.number() as u32);
        let arcs: Vec<u32> = [top, second].into_iter().chain(rest).collect();
        OidBuf::from_arcs(&arcs).unwrap()
    }
}

#[test]
fn r3417_own3_every_value_reads_as_it_was_written_and_has_the_length_that_was_counted() {
    let mut random = Random(0x1234_5678_9abc_def1);
    for round in 0..4_000 {
        let (octets, name) = (random.octets(), random.oid());
        let number = random.number();
        for value in [
            Value::Integer(number as i32),
            Value::OctetString(&octets),
            Value::Null,
            Value::ObjectIdentifier(name.as_oid()),
            Value::IpAddress((number as u32).into()),
            Value::Counter32(number as u32),
            Value::Gauge32(number as u32),
            Value::TimeTicks(number as u32),
            Value::Opaque(&octets),
            Value::Counter64(number),
            Value::NoSuchObject,
            Value::NoSuchInstance,
            Value::EndOfMibView,
        ] {
            let (needed, buffer) = written(&value);
            assert_eq!(buffer.len(), needed);
            assert_eq!(read(&buffer), (value, Anomalies::NONE), "{round}");
        }
    }
}

#[test]
fn r3417_own3_every_message_reads_as_it_was_written_and_has_the_length_that_was_counted() {
    let mut random = Random(0xfeed_5678_9abc_def1);
    for round in 0..500 {
        let (octets, name) = (random.octets(), random.oid());
        let list: Vec<_> = (0..random.bits() % 20)
            .map(|at| match at % 3 {
                0 => VarBind::new(name.as_oid(), Value::OctetString(&octets)),
                1 => VarBind::new(oid!(1.3.6.1), Value::Gauge32(random.number() as u32)),
                _ => VarBind::null(name.as_oid()),
            })
            .collect();
        let id = random.number() as i32;
        for header in [
            PduHeader::request(PduType::GetRequest, id),
            PduHeader::get_bulk(id, 2, random.number() as u32),
            PduHeader::response(id, ErrorStatus::GenErr, list.len() as u32),
        ] {
            let write = |buffer: &mut [u8]| {
                encode_community(buffer, Version::V2c, &octets, &header, list.iter().copied())
            };
            let needed = write(&mut []).unwrap_err().needed;
            let mut buffer = vec![0; needed];
            assert_eq!(write(&mut buffer), Ok(0..needed), "{round}");
            let message = CommunityMessage::decode(&buffer, Strictness::STRICT).unwrap();
            assert_eq!((message.version, message.community), (Version::V2c, &octets[..]));
            let CommunityPdu::Pdu(pdu) = message.pdu else {
                panic!()
            };
            assert_eq!(pdu.header, header);
            assert!(pdu.var_binds.iter().eq(list.iter().copied()), "{round}");
        }
    }
}

#[test]
fn r2578_7_1_2_octet_strings_of_0_to_65535_octets_are_any_octets() {
    // No UTF-8: every octet, alone and in long strings.
    let every: Vec<u8> = (0..=u8::MAX).cycle().take(65_535).collect();
    for length in [
        0, 1, 2, 127, 128, 129, 255, 256, 257, 1472, 32_767, 32_768, 65_534, 65_535,
    ] {
        let value = Value::OctetString(&every[65_535 - length..]);
        let (_, buffer) = written(&value);
        assert_eq!(read(&buffer), (value, Anomalies::NONE), "{length}");
    }
    for octet in 0..=u8::MAX {
        let one = [octet];
        assert_eq!(written(&Value::OctetString(&one)).1, [0x04, 1, octet]);
    }
}

#[test]
fn r3416_3unspec_a_name_without_value_is_written_with_null() {
    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    VarBind::null(oid!(1.3.6.1)).encode(&mut writer);
    let range = writer.finish().unwrap();
    assert_eq!(
        buffer[range],
        [0x30, 0x07, 0x06, 0x03, 0x2b, 0x06, 0x01, 0x05, 0x00]
    );
    assert_eq!(read(&[0x05, 0x00]), (Value::Null, Anomalies::NONE));
}

/// A GET of 1.3.6.1 whose variable binding has these octets for a value.
fn get_with(value: &[u8]) -> Vec<u8> {
    let wrap = |tag: u8, content: &[&[u8]]| {
        let content = content.concat();
        [&[tag, u8::try_from(content.len()).unwrap()], &content[..]].concat()
    };
    let var_bind = wrap(0x30, &[&[0x06, 0x03, 0x2b, 0x06, 0x01], value]);
    let list = wrap(0x30, &[&var_bind]);
    let pdu = wrap(0xa0, &[&[2, 1, 9, 2, 1, 0, 2, 1, 0], &list]);
    wrap(0x30, &[&[2, 1, 1, 4, 1, b'c'], &pdu])
}

#[test]
fn r3416_3unspec_the_value_in_a_get_is_anything_that_parses() {
    for value in [
        &[5, 0][..],
        &[2, 1, 7],
        &[4, 2, b'a', b'b'],
        &[0x80, 0],
        &[0x44, 3, 1, 2, 3],
    ] {
        let datagram = get_with(value);
        let message = CommunityMessage::decode(&datagram, Strictness::STRICT).unwrap();
        let CommunityPdu::Pdu(pdu) = message.pdu else {
            panic!()
        };
        assert_eq!(pdu.var_binds.iter().next().unwrap().name, oid!(1.3.6.1));
    }
    for value in [
        &[][..],
        &[5],
        &[4, 3, b'a', b'b'],
        &[5, 0, 5, 0],
        &[4, 0x80, 0, 0],
    ] {
        let datagram = get_with(value);
        for strictness in [Strictness::DEPLOYED, Strictness::STRICT] {
            assert!(
                CommunityMessage::decode(&datagram, strictness).is_err(),
                "{value:x?}"
            );
        }
    }
}

#[test]
fn r3416_3max_as_many_var_binds_as_a_datagram_holds() {
    // Seven octets each: 1.3 with NULL is the smallest there is.
    let name = Oid::from_octets(&[0x2b]).unwrap();
    let count = 9_350;
    let list = vec![VarBind::null(name); count];
    let mut buffer = vec![0; 65_507];
    let header = PduHeader::response(1, ErrorStatus::NoError, 0);
    let range = encode_community(&mut buffer, Version::V2c, b"public", &header, list).unwrap();
    assert!(range.len() > 65_450);
    let message = CommunityMessage::decode(&buffer[range], Strictness::STRICT).unwrap();
    let CommunityPdu::Pdu(pdu) = message.pdu else {
        panic!()
    };
    assert_eq!(
        (pdu.var_binds.len(), pdu.var_binds.iter().count()),
        (count, count)
    );
}
