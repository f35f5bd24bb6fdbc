//! Traps and informs of v1 and v2c: what is delivered, what is answered, and when (RFC 3413 §3.4, RFC 3416 §4.2.7).
#![cfg(feature = "notification")]

use std::net::SocketAddr;

use snmp_core::ber::Writer;
use snmp_core::datagram::{Handled, NotMine, Via};
use snmp_core::message::{CommunityMessage, CommunityPdu, Version, encode_community};
use snmp_core::notification::{Config, Event, InformId, Kind, Receiver};
use snmp_core::oid;
use snmp_core::oid::Oid;
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType, TrapV1};
use snmp_core::security::NoV3;
use snmp_core::strictness::Strictness;
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};

const UP_TIME: VarBind<'static> = VarBind::new(oid!(1.3.6.1.2.1.1.3.0), Value::TimeTicks(4200));
const LINK_DOWN: VarBind<'static> = VarBind::new(
    oid!(1.3.6.1.6.3.1.1.4.1.0),
    Value::ObjectIdentifier(oid!(1.3.6.1.6.3.1.1.5.3)),
);
const IF_INDEX: VarBind<'static> = VarBind::new(oid!(1.3.6.1.2.1.2.2.1.1.2), Value::Integer(2));
const LIST: [VarBind<'static>; 3] = [UP_TIME, LINK_DOWN, IF_INDEX];

fn sender() -> SocketAddr {
    "192.0.2.7:50162".parse().unwrap()
}

fn receiver() -> Receiver {
    receiver_with(Config::default())
}

fn receiver_with(config: Config) -> Receiver {
    let mut receiver = Receiver::new(config, NoV3, [3; 16]);
    receiver.add_community(b"public");
    receiver
}

fn message(pdu_type: PduType, request_id: i32, list: &[VarBind<'_>]) -> Vec<u8> {
    let mut buffer = vec![0; 65_507];
    let header = PduHeader::request(pdu_type, request_id);
    let range = encode_community(
        &mut buffer,
        Version::V2c,
        b"public",
        &header,
        list.iter().copied(),
    )
    .unwrap();
    buffer[range].to_vec()
}

fn inform(request_id: i32) -> Vec<u8> {
    message(PduType::InformRequest, request_id, &LIST)
}

/// What is told of a notification.
#[derive(Debug, PartialEq)]
struct Told {
    trap_oid: Option<String>,
    sys_up_time: Option<u32>,
    has_prefix: bool,
    var_binds: usize,
    inform: Option<InformId>,
}

fn take_from(
    receiver: &mut Receiver,
    now: Instant,
    from: SocketAddr,
    mut datagram: Vec<u8>,
) -> Result<Option<Told>, NotMine> {
    match receiver.handle_datagram(now, Via(2), from, &mut datagram) {
        Handled::Event(Event::Notification(notification)) => Ok(Some(Told {
            trap_oid: notification.trap_oid().map(|oid| oid.to_string()),
            sys_up_time: notification.sys_up_time(),
            has_prefix: notification.has_prefix(),
            var_binds: notification.var_binds.len(),
            inform: match notification.kind {
                Kind::Inform(id) => Some(id),
                _ => None,
            },
        })),
        Handled::Event(other) => panic!("{other:?}"),
        Handled::Consumed => Ok(None),
        Handled::NotMine(reason) => Err(reason),
    }
}

fn take(receiver: &mut Receiver, datagram: Vec<u8>) -> Result<Option<Told>, NotMine> {
    take_from(receiver, Instant::ZERO, sender(), datagram)
}

/// The answers: request-id, status, variable bindings.
fn sent(receiver: &mut Receiver) -> Vec<(i32, ErrorStatus, usize)> {
    let mut buffer = vec![0; 65_507];
    let mut sent = Vec::new();
    while let Some(transmit) = receiver.poll_transmit(Instant::ZERO, &mut buffer).unwrap() {
        assert_eq!((transmit.to.ip(), transmit.via), (sender().ip(), Via(2)));
        let message = CommunityMessage::decode(&buffer[transmit.range], Strictness::STRICT).unwrap();
        let CommunityPdu::Pdu(pdu) = message.pdu else {
            panic!("a trap")
        };
        assert_eq!(
            (pdu.header.pdu_type, pdu.header.error_index()),
            (PduType::Response, 0)
        );
        sent.push((
            pdu.header.request_id,
            pdu.header.error_status(),
            pdu.var_binds.len(),
        ));
    }
    sent
}

#[test]
fn r3416_4_2_7d_a_trap_is_delivered_and_never_answered() {
    let mut receiver = receiver();
    let told = take(&mut receiver, message(PduType::TrapV2, 5, &LIST))
        .unwrap()
        .unwrap();
    let expected = Told {
        trap_oid: Some("1.3.6.1.6.3.1.1.5.3".into()),
        sys_up_time: Some(4200),
        has_prefix: true,
        var_binds: 3,
        inform: None,
    };
    assert_eq!((told, sent(&mut receiver)), (expected, vec![]));
}

#[test]
fn r3416_4_2_6_a_prefix_that_is_missing_or_out_of_place_is_seen() {
    for (list, trap_oid, sys_up_time) in [
        (&[IF_INDEX, LINK_DOWN, UP_TIME][..], true, true),
        (&[LINK_DOWN, UP_TIME], true, true),
        (&[UP_TIME, IF_INDEX], false, true),
        (&[], false, false),
    ] {
        let told = take(&mut receiver(), message(PduType::TrapV2, 5, list))
            .unwrap()
            .unwrap();
        let found = (
            told.trap_oid.is_some(),
            told.sys_up_time.is_some(),
            told.has_prefix,
        );
        assert_eq!(found, (trap_oid, sys_up_time, false));
    }
}

#[test]
fn r3416_4_2_7a_an_inform_is_answered_with_what_it_said_once_it_is_accepted() {
    let mut receiver = receiver();
    let id = take(&mut receiver, inform(-9)).unwrap().unwrap().inform.unwrap();
    assert_eq!(sent(&mut receiver), []);
    assert!(receiver.accept(Instant::ZERO, id));
    assert_eq!(sent(&mut receiver), [(-9, ErrorStatus::NoError, 3)]);
    assert!(!receiver.accept(Instant::ZERO, id), "once");
    assert_eq!(sent(&mut receiver), []);
}

#[test]
fn r3413_3_4b_a_retransmitted_inform_is_answered_again_and_delivered_once() {
    let mut receiver = receiver();
    let id = take(&mut receiver, inform(1)).unwrap().unwrap().inform.unwrap();
    // Before it is accepted: neither delivered nor answered.
    assert_eq!(
        (take(&mut receiver, inform(1)), sent(&mut receiver)),
        (Ok(None), vec![])
    );
    receiver.accept(Instant::ZERO, id);
    assert_eq!(sent(&mut receiver), [(1, ErrorStatus::NoError, 3)]);
    // The answer was lost.
    assert_eq!(take(&mut receiver, inform(1)), Ok(None));
    assert_eq!(sent(&mut receiver), [(1, ErrorStatus::NoError, 3)]);
    // Another request-id, another sender, other contents: not the same.
    assert!(take(&mut receiver, inform(2)).unwrap().is_some());
    let other = take_from(
        &mut receiver,
        Instant::ZERO,
        "192.0.2.7:50163".parse().unwrap(),
        inform(1),
    );
    assert!(other.unwrap().is_some());
    let other = message(PduType::InformRequest, 1, &[UP_TIME, LINK_DOWN]);
    assert!(take(&mut receiver, other).unwrap().is_some());
    // Long after, it is a new one.
    let later = Instant::ZERO + Duration::from_secs(301);
    assert!(
        take_from(&mut receiver, later, sender(), inform(1))
            .unwrap()
            .is_some()
    );
}

#[test]
fn a_rejected_inform_is_not_answered_and_is_delivered_again() {
    let mut receiver = receiver();
    let id = take(&mut receiver, inform(1)).unwrap().unwrap().inform.unwrap();
    assert!(receiver.reject(id) && !receiver.reject(id) && !receiver.accept(Instant::ZERO, id));
    assert_eq!(sent(&mut receiver), []);
    let again = take(&mut receiver, inform(1)).unwrap().unwrap().inform.unwrap();
    assert_ne!(again, id);
}

#[test]
fn r3413_own_rate_informs_that_nobody_accepts_are_bounded() {
    let mut config = Config::default();
    config.max_informs = 10;
    let mut receiver = receiver_with(config);
    let ids: Vec<InformId> = (0..1000)
        .map(|id| take(&mut receiver, inform(id)).unwrap().unwrap().inform.unwrap())
        .collect();
    let known = ids
        .iter()
        .filter(|id| receiver.accept(Instant::ZERO, **id))
        .count();
    assert_eq!((known, sent(&mut receiver).len()), (10, 10));
    // Ten accepted ones are remembered; what was forgotten would be delivered again.
    assert_eq!(take(&mut receiver, inform(999)), Ok(None));
    assert!(take(&mut receiver, inform(0)).unwrap().is_some());
}

#[test]
fn r3416_4_2_7b_an_answer_that_does_not_fit_is_too_big_and_the_inform_is_not_delivered() {
    let mut config = Config::default();
    config.max_message = 484;
    let mut receiver = receiver_with(config);
    let text = [b'x'; 400];
    let long = VarBind::new(oid!(1.3.6.1), Value::OctetString(&text));
    let datagram = message(PduType::InformRequest, 4, &[UP_TIME, LINK_DOWN, long]);
    assert_eq!(take(&mut receiver, datagram), Ok(None));
    assert_eq!(sent(&mut receiver), [(4, ErrorStatus::TooBig, 0)]);
}

#[test]
fn r3416_4_2_7c_when_even_too_big_does_not_fit_nothing_is_sent() {
    let mut config = Config::default();
    (config.max_message, config.any_community) = (484, true);
    let mut receiver = receiver_with(config);
    let mut buffer = [0; 700];
    let header = PduHeader::request(PduType::InformRequest, 1);
    let range = encode_community(&mut buffer, Version::V2c, &[b'c'; 480], &header, LIST).unwrap();
    assert_eq!(take(&mut receiver, buffer[range].to_vec()), Ok(None));
    assert_eq!(
        (sent(&mut receiver), receiver.counters().silent_drops),
        (vec![], 1)
    );
}

fn trap_v1(enterprise: Oid<'_>, generic: i32, specific: i32, address: &[u8]) -> Vec<u8> {
    let mut buffer = [0; 200];
    let mut writer = Writer::new(&mut buffer);
    let end = writer.mark();
    let trap = TrapV1 {
        enterprise,
        agent_addr: address,
        generic_trap: generic,
        specific_trap: specific,
        time_stamp: 77,
        var_binds: VarBinds::EMPTY,
    };
    trap.encode_with(&mut writer, [IF_INDEX]);
    writer.octet_string(b"public");
    writer.integer(0);
    writer.sequence(end);
    let range = writer.finish().unwrap();
    buffer[range].to_vec()
}

#[test]
fn r3584_3_1a_v1_traps_are_named_as_v2_names_them() {
    let enterprise = oid!(1.3.6.1.4.1.11.2.3.9.1);
    for (generic, specific, expected) in [
        (0, 0, Some("1.3.6.1.6.3.1.1.5.1")),
        (3, 9, Some("1.3.6.1.6.3.1.1.5.4")),
        (5, 0, Some("1.3.6.1.6.3.1.1.5.6")),
        (6, 12, Some("1.3.6.1.4.1.11.2.3.9.1.0.12")),
        (6, -1, Some("1.3.6.1.4.1.11.2.3.9.1.0.4294967295")),
        (7, 1, None),
        (-1, 1, None),
    ] {
        let told = take(
            &mut receiver(),
            trap_v1(enterprise, generic, specific, &[10, 0, 0, 9]),
        )
        .unwrap()
        .unwrap();
        assert_eq!(told.trap_oid.as_deref(), expected, "{generic} {specific}");
        // R3584-3.1b: its time-stamp is the sysUpTime.
        assert_eq!(
            (told.sys_up_time, told.var_binds, told.inform),
            (Some(77), 1, None)
        );
    }
}

#[test]
fn r1157_4_1_6b_and_6c_odd_generic_traps_and_addresses_are_delivered() {
    for (generic, address) in [(99, &[0, 0, 0, 0][..]), (6, &[]), (6, &[1; 16])] {
        let mut datagram = trap_v1(oid!(1.3.6.1.4.1.11), generic, 1, address);
        let mut receiver = receiver();
        match receiver.handle_datagram(Instant::ZERO, Via(0), sender(), &mut datagram) {
            Handled::Event(Event::Notification(notification)) => {
                let Kind::TrapV1(trap) = notification.kind else {
                    panic!()
                };
                assert_eq!((trap.generic_trap, trap.agent_addr), (generic, address));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_no_notification_for_us_is_left_alone() {
    let mut receiver = receiver();
    let mut other = inform(1);
    let at = other.windows(6).position(|window| window == b"public").unwrap();
    other[at] = b'P';
    for (datagram, reason) in [
        (message(PduType::GetRequest, 1, &LIST), NotMine::Kind),
        (message(PduType::Response, 1, &LIST), NotMine::Kind),
        (other, NotMine::Security),
        (inform(1)[..30].to_vec(), NotMine::Malformed),
        (b"BJNP".to_vec(), NotMine::OtherProtocol),
    ] {
        assert_eq!(
            (take(&mut receiver, datagram), sent(&mut receiver)),
            (Err(reason), vec![])
        );
        receiver.count(reason);
    }
    assert_eq!(receiver.counters().in_pkts, 5);
}
