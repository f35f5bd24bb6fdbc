//! Messages of v1 and v2c as they stand on the wire, put together by hand (RFC 1157 §4, RFC 3416 §3).

use snmp_core::ber::{DecodeErrorKind, Field, Reader, Writer};
use snmp_core::datagram::{COMMAND_PORT, NOTIFICATION_PORT};
use snmp_core::message::{CommunityMessage, CommunityPdu, Version, encode_community};
use snmp_core::oid;
use snmp_core::pdu::{ErrorStatus, Pdu, PduHeader, PduType, TrapV1};
use snmp_core::strictness::{Anomalies, Anomaly, Strictness};
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};

const BOTH: [Strictness; 2] = [Strictness::DEPLOYED, Strictness::STRICT];

fn tlv(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    [&[tag, u8::try_from(content.len()).unwrap()], &content[..]].concat()
}

/// SEQUENCE { version, "public", PDU of this tag about sysDescr.0 }.
fn message(version: u8, pdu: u8) -> Vec<u8> {
    let name = [0x06, 8, 0x2b, 6, 1, 2, 1, 1, 1, 0];
    let list = tlv(0x30, &[&tlv(0x30, &[&name, &[5, 0]])]);
    let pdu = tlv(pdu, &[&[2, 1, 42], &[2, 1, 0], &[2, 1, 0], &list]);
    tlv(0x30, &[&[2, 1, version], b"\x04\x06public", &pdu])
}

/// A coldStart of a printer, 1.3.6.1.4.1.11 at 192.0.2.1, after 42 s, with sysName.0.
fn trap(version: u8) -> Vec<u8> {
    let name = [0x06, 8, 0x2b, 6, 1, 2, 1, 1, 5, 0];
    let list = tlv(0x30, &[&tlv(0x30, &[&name, &[4, 2, b'p', b'1']])]);
    let pdu = tlv(
        0xa4,
        &[
            &[0x06, 6, 0x2b, 6, 1, 4, 1, 11],
            &[0x40, 4, 192, 0, 2, 1],
            &[2, 1, 6],
            &[2, 1, 17],
            &[0x43, 2, 0x10, 0x68],
            &list,
        ],
    );
    tlv(0x30, &[&[2, 1, version], b"\x04\x06public", &pdu])
}

#[test]
fn r1157_4a_a_v1_message_is_version_0_community_and_pdu() {
    let datagram = message(0, 0xa0);
    let read = CommunityMessage::decode(&datagram, Strictness::STRICT).unwrap();
    assert_eq!((read.version, read.community), (Version::V1, &b"public"[..]));
    let mut buffer = [0; 64];
    let header = PduHeader::request(PduType::GetRequest, 42);
    let names = [VarBind::null(oid!(1.3.6.1.2.1.1.1.0))];
    let range = encode_community(&mut buffer, Version::V1, b"public", &header, names).unwrap();
    assert_eq!(buffer[range], datagram);
    // No other number is v1.
    for (version, name) in [(1, Some(Version::V2c)), (2, None), (3, None), (0xff, None)] {
        let read = CommunityMessage::decode(&message(version, 0xa0), Strictness::DEPLOYED)
            .ok()
            .map(|message| message.version);
        assert_eq!(read, name, "{version}");
    }
}

#[test]
fn r1157_4b_v1_has_its_five_pdus_and_no_others() {
    for strictness in BOTH {
        for (tag, pdu_type) in [
            (0xa0, PduType::GetRequest),
            (0xa1, PduType::GetNextRequest),
            (0xa2, PduType::Response),
            (0xa3, PduType::SetRequest),
        ] {
            let datagram = message(0, tag);
            let read = CommunityMessage::decode(&datagram, strictness).unwrap();
            let CommunityPdu::Pdu(pdu) = read.pdu else {
                panic!("{tag:x}")
            };
            assert_eq!(
                (pdu.header.pdu_type, pdu.header.request_id),
                (pdu_type, 42),
                "{tag:x}"
            );
        }
        let datagram = trap(0);
        let read = CommunityMessage::decode(&datagram, strictness).unwrap();
        assert!(matches!(read.pdu, CommunityPdu::TrapV1(_)));
        for tag in [0xa5, 0xa6, 0xa7, 0xa8, 0xa9] {
            let error = CommunityMessage::decode(&message(0, tag), strictness).unwrap_err();
            assert_eq!(
                (error.field, error.kind),
                (Field::Pdu, DecodeErrorKind::PduTag(tag))
            );
        }
    }
}

#[test]
fn r3416_3pdu_a_v1_trap_is_no_pdu_of_v2c() {
    let datagram = trap(1);
    let error = CommunityMessage::decode(&datagram, Strictness::STRICT).unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::PduTag(0xa4));
    let read = CommunityMessage::decode(&datagram, Strictness::DEPLOYED).unwrap();
    assert!(read.anomalies.contains(Anomaly::TrapV1InV2c));
}

#[test]
fn r1157_4_1_6_a_trap_has_its_six_fields_in_this_order() {
    let datagram = trap(0);
    let read = CommunityMessage::decode(&datagram, Strictness::STRICT).unwrap();
    let CommunityPdu::TrapV1(read) = read.pdu else {
        panic!()
    };
    assert_eq!(
        (
            read.enterprise,
            read.agent_addr,
            read.generic_trap,
            read.specific_trap,
            read.time_stamp
        ),
        (oid!(1.3.6.1.4.1.11), &[192, 0, 2, 1][..], 6, 17, 4200)
    );
    let name = VarBind::new(oid!(1.3.6.1.2.1.1.5.0), Value::OctetString(b"p1"));
    assert!(read.var_binds.iter().eq([name]));
    // Written from its fields, it is the same.
    let written = TrapV1 {
        enterprise: oid!(1.3.6.1.4.1.11),
        agent_addr: &[192, 0, 2, 1],
        generic_trap: 6,
        specific_trap: 17,
        time_stamp: 4200,
        var_binds: VarBinds::EMPTY,
    };
    let mut buffer = [0; 128];
    let mut writer = Writer::new(&mut buffer);
    let end = writer.mark();
    written.encode_with(&mut writer, [name]);
    writer.octet_string(b"public");
    writer.integer(0);
    writer.sequence(end);
    let range = writer.finish().unwrap();
    assert_eq!(buffer[range], datagram);
}

#[test]
fn r3416_3rid_request_ids_of_either_sign_keep_their_value() {
    for id in [i32::MIN, i32::MIN + 1, -129, -128, -1, 0, 1, 127, 128, i32::MAX] {
        for header in [
            PduHeader::request(PduType::GetRequest, id),
            PduHeader::response(id, ErrorStatus::NoError, 0),
        ] {
            let mut buffer = [0; 64];
            let range = encode_community(&mut buffer, Version::V2c, b"public", &header, []).unwrap();
            let read = CommunityMessage::decode(&buffer[range], Strictness::STRICT).unwrap();
            let CommunityPdu::Pdu(pdu) = read.pdu else {
                panic!()
            };
            assert_eq!(pdu.header.request_id, id);
        }
    }
}

#[test]
fn r3417_3_1_a_datagram_is_one_message() {
    let (one, other) = (message(1, 0xa0), message(1, 0xa1));
    let datagram = [&one[..], &other].concat();
    // What stands behind the first message is octets that nobody reads.
    let read = CommunityMessage::decode(&datagram, Strictness::DEPLOYED).unwrap();
    assert!(read.anomalies.contains(Anomaly::TrailingOctets));
    let CommunityPdu::Pdu(pdu) = read.pdu else {
        panic!()
    };
    assert_eq!(
        (pdu.header.pdu_type, pdu.var_binds.len()),
        (PduType::GetRequest, 1)
    );
    let error = CommunityMessage::decode(&datagram, Strictness::STRICT).unwrap_err();
    assert_eq!(
        (error.kind, error.offset),
        (DecodeErrorKind::NotTolerated(Anomaly::TrailingOctets), one.len())
    );
}

#[test]
fn r3417_8_2b_sequences_and_pdus_are_constructed() {
    const CONSTRUCTED: u8 = 0x20;
    // Written: the message, each PDU, its list and its variable binding.
    for pdu_type in [
        PduType::GetRequest,
        PduType::GetNextRequest,
        PduType::Response,
        PduType::SetRequest,
        PduType::GetBulkRequest,
        PduType::InformRequest,
        PduType::TrapV2,
        PduType::Report,
    ] {
        let mut buffer = [0; 64];
        let header = PduHeader::request(pdu_type, 1);
        let list = [VarBind::null(oid!(1.3.6.1))];
        let range = encode_community(&mut buffer, Version::V2c, b"", &header, list).unwrap();
        let octets = &buffer[range];
        for at in [0, 7, 18, 20] {
            assert_ne!(octets[at] & CONSTRUCTED, 0, "{pdu_type:?} {at}: {octets:x?}");
        }
        // Read: the same elements in the primitive form are none.
        for at in [0, 7, 18, 20] {
            let mut primitive = octets.to_vec();
            primitive[at] &= !CONSTRUCTED;
            for strictness in BOTH {
                assert!(
                    CommunityMessage::decode(&primitive, strictness).is_err(),
                    "{pdu_type:?} {at}"
                );
            }
        }
    }
    let mut anomalies = Anomalies::NONE;
    let pdu = [0x80, 0x0b, 2, 1, 1, 2, 1, 0, 2, 1, 0, 0x30, 0];
    assert!(Pdu::decode(&mut Reader::new(&pdu), Strictness::DEPLOYED, &mut anomalies).is_err());
}

#[test]
fn r3417_2_dom_the_ports_are_161_and_162() {
    assert_eq!((COMMAND_PORT, NOTIFICATION_PORT), (161, 162));
}
