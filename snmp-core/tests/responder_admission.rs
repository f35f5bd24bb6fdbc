//! What a responder takes, what it leaves to others, and what it counts (RFC 1157 §4.1, RFC 3412 §4.2.1).
#![cfg(feature = "responder")]

mod asking;

use asking::{REQUEST_ID, answer, datagram, get, hand_in};
use snmp_core::datagram::{Handled, NotMine, Via};
use snmp_core::dispatch::Counters;
use snmp_core::message::Version::{V1, V2c};
use snmp_core::oid;
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::responder::{Access, Config, Responder, Store};
use snmp_core::security::NoV3;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

fn named(text: &[u8]) -> Store {
    let mut store = Store::new();
    store.insert(oid!(1.3.6.1.2.1.1.5.0), Value::OctetString(text));
    store
}

fn get_name(community: &[u8]) -> Vec<u8> {
    let header = PduHeader::request(PduType::GetRequest, REQUEST_ID);
    datagram(V2c, community, &header, &[VarBind::null(oid!(1.3.6.1.2.1.1.5.0))])
}

#[test]
fn r1157_4_1_what_is_not_for_it_gets_no_answer_and_is_counted_by_reason() {
    let mut responder = Responder::read_only(b"public", named(b"x"));
    let good = get_name(b"public");
    let mut version_2 = good.clone();
    version_2[4] = 2;
    let mut version_3 = good.clone();
    version_3[4] = 3;
    for (datagram, reason) in [
        (b"BJNP\x01\x01".to_vec(), NotMine::OtherProtocol),
        (vec![], NotMine::OtherProtocol),
        (good[..20].to_vec(), NotMine::Malformed),
        (vec![0x30, 0x80, 0, 0], NotMine::Malformed),
        (version_2, NotMine::Version),
        (version_3, NotMine::Version),
        (get_name(b"publi"), NotMine::Security),
        (get_name(b"Public"), NotMine::Security),
        (get_name(b"public\0"), NotMine::Security),
        (get_name(b"public@other"), NotMine::Security),
    ] {
        let before = datagram.clone();
        assert_eq!(
            hand_in(&mut responder, datagram),
            (Err(reason), vec![]),
            "{before:x?}"
        );
        responder.count(reason);
    }
    assert_eq!(responder.counters().in_pkts, 10);
    assert_eq!(responder.counters().in_asn_parse_errs, 4);
    assert_eq!(responder.counters().in_bad_versions, 2);
    assert_eq!(responder.counters().in_bad_community_names, 4);
    let counted: Vec<_> = responder
        .counters()
        .var_binds()
        .iter()
        .map(|one| one.name.to_buf())
        .collect();
    assert!(counted.is_sorted());
}

#[test]
fn r1157_4_1b_an_answer_leaves_by_the_socket_that_the_request_came_to() {
    // A socket for each local address: the socket's number is what decides the source address.
    let mut responder = Responder::read_only(b"public", named(b"x"));
    let now = Instant::ZERO;
    let requests = [
        (Via(0), "192.0.2.7:40161"),
        (Via(9), "192.0.2.7:40161"),
        (Via(9), "[2001:db8::7]:161"),
    ];
    for (via, from) in requests {
        let mut datagram = get_name(b"public");
        let handled = responder.handle_datagram(now, via, from.parse().unwrap(), &mut datagram);
        assert!(matches!(handled, Handled::Event(_)));
    }
    let mut buffer = [0; 1472];
    for (via, from) in requests {
        let transmit = responder.poll_transmit(now, &mut buffer).unwrap().unwrap();
        assert_eq!((transmit.via, transmit.to), (via, from.parse().unwrap()));
    }
    assert_eq!(responder.poll_transmit(now, &mut buffer), Ok(None));
}

#[test]
fn r3412_4_2_1_1_every_message_counts_as_received() {
    let mut responder = Responder::read_only(b"public", named(b"x"));
    for (seen, datagram) in [
        get_name(b"public"),
        get_name(b"private"),
        b"no message".to_vec(),
        get_name(b"public"),
        datagram(
            V2c,
            b"public",
            &PduHeader::request(PduType::Response, REQUEST_ID),
            &[],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(responder.counters().in_pkts, u32::try_from(seen).unwrap());
        if let (Err(reason), _) = hand_in(&mut responder, datagram) {
            responder.count(reason);
        }
    }
    assert_eq!(responder.counters().in_pkts, 5);
}

/// Hands a datagram to a responder that drops it, and to its counters as the last machine on the socket.
fn dropped(datagram: Vec<u8>) -> Counters {
    let mut responder = Responder::read_only(b"public", named(b"x"));
    let (handled, sent) = hand_in(&mut responder, datagram);
    assert!(sent.is_empty());
    responder.count(handled.unwrap_err());
    *responder.counters()
}

#[test]
fn r3412_4_2_1_2a_a_version_that_cannot_be_read_is_a_parse_error() {
    for octets in [
        &[][..],
        b"\x30",
        b"\x30\x00",
        // An OCTET STRING, an INTEGER without octets, one that does not end, one of nine octets.
        b"\x30\x03\x04\x01\x01",
        b"\x30\x02\x02\x00",
        b"\x30\x03\x02\x04\x01",
        b"\x30\x0b\x02\x09\x01\x00\x00\x00\x00\x00\x00\x00\x01",
    ] {
        let counters = dropped(octets.to_vec());
        assert_eq!(
            (
                counters.in_pkts,
                counters.in_asn_parse_errs,
                counters.in_bad_versions
            ),
            (1, 1, 0),
            "{octets:x?}"
        );
    }
}

#[test]
fn r3412_4_2_1_2b_a_version_that_is_not_supported_is_a_bad_version() {
    // 3 too: this responder has no security model.
    for version in [2, 3, 4, 0x7f, 0xff] {
        let mut datagram = get_name(b"public");
        datagram[4] = version;
        let counters = dropped(datagram);
        assert_eq!(
            (
                counters.in_pkts,
                counters.in_bad_versions,
                counters.in_asn_parse_errs
            ),
            (1, 1, 0),
            "{version}"
        );
    }
}

#[test]
fn r3412_7_1_3b_no_answer_to_what_is_no_request() {
    let mut responder = Responder::read_only(b"public", named(b"x"));
    for pdu_type in [PduType::Response, PduType::InformRequest, PduType::TrapV2] {
        let datagram = datagram(V2c, b"public", &PduHeader::request(pdu_type, REQUEST_ID), &[]);
        assert_eq!(
            hand_in(&mut responder, datagram),
            (Err(NotMine::Kind), vec![]),
            "{pdu_type:?}"
        );
    }
}

#[test]
fn r3416_4_2_3v1_getbulk_in_v1_is_not_processed() {
    let mut responder = Responder::read_only(b"public", named(b"x"));
    let datagram = datagram(V1, b"public", &PduHeader::get_bulk(REQUEST_ID, 0, 5), &[]);
    assert_eq!(
        hand_in(&mut responder, datagram),
        (Err(NotMine::Malformed), vec![])
    );
}

#[test]
fn contexts_are_reached_behind_the_community_or_by_one_of_their_own() {
    let mut responder = Responder::new(Config::default(), NoV3);
    assert!(responder.add_context(b"", named(b"default")).is_none());
    responder.add_context(b"Jetdirect", named(b"jetdirect"));
    responder.add_community(b"public", Access::Read);
    responder.add_community_of(b"direct", b"Jetdirect", Access::Read);
    for (community, text) in [
        (&b"public"[..], "default"),
        (b"public@Jetdirect", "jetdirect"),
        (b"direct", "jetdirect"),
    ] {
        let answer = answer(&mut responder, get_name(community));
        assert_eq!(
            (answer.status, &*answer.var_binds[0].1),
            (ErrorStatus::NoError, text)
        );
    }
    for community in [
        &b"direct@"[..],
        b"direct@Jetdirect",
        b"@Jetdirect",
        b"public@jetdirect",
        b"public@@Jetdirect",
    ] {
        assert_eq!(
            hand_in(&mut responder, get_name(community)).0,
            Err(NotMine::Security),
            "{community:?}"
        );
    }
    assert_eq!(
        responder.add_context(b"", named(b"new")).map(|old| old.len()),
        Some(1)
    );
    assert_eq!(answer(&mut responder, get_name(b"public")).var_binds[0].1, "new");
}

#[test]
fn r3417_3_2a_requests_of_484_octets_and_of_64_ki_are_taken() {
    let mut responder = Responder::read_only(b"public", named(b"x"));
    for count in [25, 3_600] {
        let names = vec![VarBind::null(oid!(1.3.6.1.2.1.1.5.0)); count];
        let datagram = datagram(
            V2c,
            b"public",
            &PduHeader::request(PduType::GetRequest, REQUEST_ID),
            &names,
        );
        let expected = if count == 25 {
            ErrorStatus::NoError
        } else {
            ErrorStatus::TooBig
        };
        assert_eq!(answer(&mut responder, datagram).status, expected);
    }
}

#[test]
fn r3416_4_2_1e_when_even_too_big_does_not_fit_nothing_is_sent() {
    let mut config = Config::default();
    config.max_message = 0;
    let mut responder = Responder::new(config, NoV3);
    responder.add_context(b"", named(b"x"));
    let long = [b'c'; 480];
    responder.add_community(&long, Access::Read);
    assert_eq!(responder.max_transmit_len(), 484);
    assert_eq!(hand_in(&mut responder, get_name(&long)), (Ok(false), vec![]));
    assert_eq!(responder.counters().silent_drops, 1);
}

#[test]
fn a_buffer_too_small_changes_nothing() {
    let mut responder = Responder::read_only(b"public", named(b"copy room"));
    let now = Instant::ZERO;
    let mut datagram = get_name(b"public");
    let handled = responder.handle_datagram(now, Via(0), asking::peer(), &mut datagram);
    assert!(matches!(handled, Handled::Event(_)));
    let needed = responder.poll_transmit(now, &mut [0; 10]).unwrap_err().needed;
    let mut buffer = vec![0; needed];
    assert_eq!(
        responder.poll_transmit(now, &mut buffer).unwrap().unwrap().range,
        0..needed
    );
    assert_eq!(responder.poll_transmit(now, &mut buffer), Ok(None));
}

#[test]
fn an_unreachable_peer_gets_nothing_more() {
    let mut responder = Responder::read_only(b"public", named(b"copy room"));
    let (now, via) = (Instant::ZERO, Via(0));
    let mut datagram = get_name(b"public");
    let _ = responder.handle_datagram(now, via, asking::peer(), &mut datagram);
    responder.handle_unreachable(now, via, asking::peer());
    assert_eq!(responder.poll_transmit(now, &mut [0; 1472]), Ok(None));
}

#[test]
fn r3416_4_2_unused_fields_are_ignored() {
    let mut responder = Responder::read_only(b"public", named(b"x"));
    let plain = get(&mut responder, V2c, &["1.3.6.1.2.1.1.5.0"]);
    // A GET with error-status 5 and a value.
    let header = PduHeader::request(PduType::GetRequest, REQUEST_ID);
    let mut datagram = datagram(
        V2c,
        b"public",
        &header,
        &[VarBind::new(oid!(1.3.6.1.2.1.1.5.0), Value::Integer(1))],
    );
    let at = datagram
        .windows(3)
        .position(|window| window == [2, 1, 0])
        .unwrap();
    datagram[at + 2] = 5;
    assert_eq!(answer(&mut responder, datagram), plain);
}
