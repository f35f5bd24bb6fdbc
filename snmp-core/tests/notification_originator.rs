//! Traps and informs as they leave, and the one end of each (RFC 3413 §3.3).
#![cfg(all(feature = "notification", feature = "manager"))]

mod toy_security;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use snmp_core::datagram::{Handled, NotMine, Transmit, Via};
use snmp_core::manager::{Fit, StartError, TargetConfig};
use snmp_core::message::{CommunityMessage, CommunityPdu, ScopedPdu, V3Layout, Version, encode_community};
use snmp_core::notification::{
    Config, End, Event, Kind, NotInV1, NotInV2, Notice, NotifyError, NotifyType, Originator, OriginatorEvent,
    Receiver,
};
use snmp_core::oid;
use snmp_core::oid::Oid;
use snmp_core::outcome::Outcome;
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType, TrapV1};
use snmp_core::security::{Refused, SecurityLevel, SecurityModel};
use snmp_core::strictness::Strictness;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};
use toy_security::{Toy, ToyUser};

const UP_TIME: Oid<'static> = oid!(1.3.6.1.2.1.1.3.0);
const TRAP_OID: Oid<'static> = oid!(1.3.6.1.6.3.1.1.4.1.0);
const LINK_DOWN: Oid<'static> = oid!(1.3.6.1.6.3.1.1.5.3);
const IF_INDEX: VarBind<'static> = VarBind::new(oid!(1.3.6.1.2.1.2.2.1.1.7), Value::Integer(7));
const NOTICE: Notice<'static> = Notice::new(4711, LINK_DOWN, &[IF_INDEX]);

/// sysUpTime.0 and snmpTrapOID.0, then what is told.
const TOLD: [VarBind<'static>; 3] = [
    VarBind::new(UP_TIME, Value::TimeTicks(4711)),
    VarBind::new(TRAP_OID, Value::ObjectIdentifier(LINK_DOWN)),
    IF_INDEX,
];

fn sink() -> SocketAddr {
    "192.0.2.1:162".parse().unwrap()
}

fn here() -> SocketAddr {
    "192.0.2.7:50000".parse().unwrap()
}

fn v2c() -> TargetConfig<snmp_core::security::Never> {
    TargetConfig::v2c(sink(), b"public").with_timeout(Duration::from_secs(1), 2)
}

/// All datagrams that are due.
fn sent<S: SecurityModel>(originator: &mut Originator<S>, now: Instant) -> Vec<(Transmit, Vec<u8>)> {
    let mut buffer = vec![0; originator.max_transmit_len()];
    let mut all = Vec::new();
    while let Some(transmit) = originator.poll_transmit(now, &mut buffer).unwrap() {
        let octets = buffer[transmit.range.clone()].to_vec();
        all.push((transmit, octets));
    }
    all
}

fn events<S: SecurityModel>(originator: &mut Originator<S>) -> Vec<OriginatorEvent> {
    std::iter::from_fn(|| originator.poll_event()).collect()
}

/// Time passes until nothing is to be waited for; the times at which datagrams left.
fn run_out<S: SecurityModel>(originator: &mut Originator<S>) -> Vec<Instant> {
    let mut times: Vec<Instant> = sent(originator, Instant::ZERO)
        .iter()
        .map(|_| Instant::ZERO)
        .collect();
    while let Some(due) = originator.poll_timeout() {
        originator.handle_timeout(due);
        times.extend(sent(originator, due).iter().map(|_| due));
    }
    times
}

#[test]
fn r3416_4_2_6_what_is_sent_begins_with_sys_up_time_and_snmp_trap_oid() {
    let mut originator = Originator::new([1; 16]);
    let target = originator.add_target(v2c()).unwrap();
    for (notify_type, pdu_type) in [
        (NotifyType::Trap, PduType::TrapV2),
        (NotifyType::Inform, PduType::InformRequest),
    ] {
        originator
            .notify(Instant::ZERO, target, notify_type, &NOTICE)
            .unwrap();
        let [(transmit, octets)] = &sent(&mut originator, Instant::ZERO)[..] else {
            panic!()
        };
        assert_eq!((transmit.to, transmit.via, transmit.attempt), (sink(), Via(0), 0));
        let message = CommunityMessage::decode(octets, Strictness::STRICT).unwrap();
        assert_eq!(
            (message.version, message.community),
            (Version::V2c, &b"public"[..])
        );
        let CommunityPdu::Pdu(pdu) = message.pdu else {
            panic!()
        };
        assert_eq!(pdu.header.pdu_type, pdu_type);
        assert_eq!(
            (pdu.header.raw_numbers(), pdu.header.request_id >= 0),
            ((0, 0), true)
        );
        assert!(pdu.var_binds.iter().eq(TOLD));
    }
}

#[test]
fn r1157_4_1_6_a_target_of_v1_gets_the_trap_pdu_field_by_field() {
    let mut originator = Originator::new([1; 16]).with_local_address(Ipv4Addr::new(192, 0, 2, 7));
    let target = originator
        .add_target(TargetConfig::v1(sink(), b"public"))
        .unwrap();
    originator
        .notify(Instant::ZERO, target, NotifyType::Trap, &NOTICE)
        .unwrap();
    let specific = Notice::new(1, oid!(1.3.6.1.4.1.641.2.0.3), &[]);
    originator
        .notify(Instant::ZERO, target, NotifyType::Trap, &specific)
        .unwrap();
    let datagrams = sent(&mut originator, Instant::ZERO);
    // Put together by hand from RFC 1157 §4.1.6.
    let link_down = [
        &[0x30, 0x3a, 2, 1, 0, 4, 6][..],
        b"public",
        &[0xa4, 0x2d, 6, 8, 0x2b, 6, 1, 6, 3, 1, 1, 5],
        &[0x40, 4, 192, 0, 2, 7, 2, 1, 2, 2, 1, 0, 0x43, 2, 0x12, 0x67],
        &[
            0x30, 0x11, 0x30, 0x0f, 6, 10, 0x2b, 6, 1, 2, 1, 2, 2, 1, 1, 7, 2, 1, 7,
        ],
    ]
    .concat();
    assert_eq!(datagrams[0].1, link_down);
    let message = CommunityMessage::decode(&datagrams[1].1, Strictness::STRICT).unwrap();
    let CommunityPdu::TrapV1(trap) = message.pdu else {
        panic!()
    };
    assert_eq!(trap.enterprise, oid!(1.3.6.1.4.1.641.2));
    assert_eq!(
        (trap.generic_trap, trap.specific_trap, trap.time_stamp),
        (6, 3, 1)
    );
    assert!(trap.var_binds.is_empty());
}

#[test]
fn a_trap_of_v1_goes_as_it_is_to_v1_and_translated_to_others() {
    let trap = TrapV1 {
        enterprise: oid!(1.3.6.1.4.1.641.2),
        agent_addr: &[10, 0, 0, 1],
        generic_trap: 2,
        specific_trap: 0,
        time_stamp: 4711,
        var_binds: VarBinds::EMPTY,
    };
    let mut originator = Originator::new([1; 16]);
    let one = originator
        .add_target(TargetConfig::v1(sink(), b"public"))
        .unwrap();
    let two = originator.add_target(v2c()).unwrap();
    originator.trap_v1(one, &trap).unwrap();
    originator.trap_v1(two, &trap).unwrap();
    let datagrams = sent(&mut originator, Instant::ZERO);
    let message = CommunityMessage::decode(&datagrams[0].1, Strictness::STRICT).unwrap();
    let CommunityPdu::TrapV1(got) = message.pdu else {
        panic!()
    };
    assert_eq!(
        (got.enterprise, got.agent_addr, got.generic_trap),
        (trap.enterprise, trap.agent_addr, 2)
    );
    let message = CommunityMessage::decode(&datagrams[1].1, Strictness::STRICT).unwrap();
    let CommunityPdu::Pdu(pdu) = message.pdu else {
        panic!()
    };
    assert!(pdu.var_binds.iter().eq(TOLD[..2].iter().copied()));
    let odd = TrapV1 {
        generic_trap: 9,
        ..trap
    };
    assert!(originator.trap_v1(one, &odd).is_ok());
    assert_eq!(originator.trap_v1(two, &odd), Err(NotInV2::GenericTrap(9).into()));
}

#[test]
fn a_trap_leaves_once_and_ends_when_it_left() {
    let mut originator = Originator::new([1; 16]);
    let target = originator.add_target(v2c()).unwrap();
    let id = originator
        .notify(Instant::ZERO, target, NotifyType::Trap, &NOTICE)
        .unwrap();
    assert!(events(&mut originator).is_empty());
    assert_eq!(run_out(&mut originator).len(), 1);
    let [ended] = &events(&mut originator)[..] else {
        panic!()
    };
    assert_eq!((ended.id, ended.target), (id, target));
    assert!(matches!(ended.end, End::Sent));
    assert_eq!(originator.poll_timeout(), None);
    assert!(!originator.cancel(id));
    // An answer to a trap answers nothing.
    let id = match CommunityMessage::decode(&sent_trap(&mut originator), Strictness::STRICT)
        .unwrap()
        .pdu
    {
        CommunityPdu::Pdu(pdu) => pdu.header.request_id,
        CommunityPdu::TrapV1(_) => panic!(),
    };
    let mut answer = answer(id, ErrorStatus::NoError, &TOLD);
    let handled = originator.handle_datagram(Instant::ZERO, Via(0), sink(), &mut answer);
    assert!(
        matches!(handled, Handled::NotMine(NotMine::UnknownId)),
        "{handled:?}"
    );
}

fn sent_trap(originator: &mut Originator) -> Vec<u8> {
    let target = originator.add_target(v2c()).unwrap();
    originator
        .notify(Instant::ZERO, target, NotifyType::Trap, &NOTICE)
        .unwrap();
    sent(originator, Instant::ZERO).remove(0).1
}

fn answer(request_id: i32, status: ErrorStatus, var_binds: &[VarBind<'_>]) -> Vec<u8> {
    let mut buffer = vec![0; 1472];
    let header = PduHeader::response(request_id, status, 0);
    let list = var_binds.iter().copied();
    let range = encode_community(&mut buffer, Version::V2c, b"public", &header, list).unwrap();
    buffer[range].to_vec()
}

fn request_id(datagram: &[u8]) -> i32 {
    match CommunityMessage::decode(datagram, Strictness::STRICT)
        .unwrap()
        .pdu
    {
        CommunityPdu::Pdu(pdu) => pdu.header.request_id,
        CommunityPdu::TrapV1(_) => panic!("a trap"),
    }
}

#[test]
fn r3413_3_3b_an_inform_is_sent_again_until_its_tries_are_used_up() {
    let mut originator = Originator::new([1; 16]);
    let target = originator.add_target(v2c()).unwrap();
    let id = originator
        .notify(Instant::ZERO, target, NotifyType::Inform, &NOTICE)
        .unwrap();
    let times = run_out(&mut originator);
    assert_eq!(times.len(), 3, "the first and two retries");
    assert!(times.is_sorted_by(|a, b| a < b));
    let [ended] = &events(&mut originator)[..] else {
        panic!("one end")
    };
    assert_eq!(ended.id, id);
    let End::Failed(Outcome::Timeout(timeout)) = &ended.end else {
        panic!("{ended:?}")
    };
    assert_eq!(timeout.attempts, 3);
}

#[test]
fn r3413_3_3b_an_answer_to_any_transmission_ends_the_inform_once() {
    for answered in 0..3 {
        let mut originator = Originator::new([1; 16]);
        let target = originator.add_target(v2c()).unwrap();
        let id = originator
            .notify(Instant::ZERO, target, NotifyType::Inform, &NOTICE)
            .unwrap();
        let mut datagrams = sent(&mut originator, Instant::ZERO);
        let mut now = Instant::ZERO;
        while datagrams.len() < 3 {
            now = originator.poll_timeout().unwrap();
            originator.handle_timeout(now);
            datagrams.extend(sent(&mut originator, now));
        }
        let answer = answer(request_id(&datagrams[answered].1), ErrorStatus::NoError, &TOLD);
        let handled = originator.handle_datagram(now, Via(0), sink(), &mut answer.clone());
        let Handled::Event(event) = handled else {
            panic!("{handled:?}")
        };
        assert_eq!((event.id, event.target), (id, target));
        let End::Delivered(delivery) = event.end else {
            panic!()
        };
        // All transmissions have one request-id, by which the receiver knows them: nothing says which this answers.
        assert!(
            datagrams
                .iter()
                .all(|(_, sent)| request_id(sent) == request_id(&datagrams[0].1))
        );
        assert_eq!((delivery.fit, delivery.round_trip), (Fit::AsAsked, None));
        let again = originator.handle_datagram(now, Via(0), sink(), &mut answer.clone());
        assert!(matches!(again, Handled::NotMine(_)), "{again:?}");
        assert!(run_out(&mut originator).is_empty() && events(&mut originator).is_empty());
    }
}

#[test]
fn an_inform_that_is_refused_or_given_up_says_so() {
    let mut originator = Originator::new([1; 16]);
    let target = originator.add_target(v2c()).unwrap();
    originator
        .notify(Instant::ZERO, target, NotifyType::Inform, &NOTICE)
        .unwrap();
    let datagrams = sent(&mut originator, Instant::ZERO);
    let mut too_big = answer(request_id(&datagrams[0].1), ErrorStatus::TooBig, &[]);
    let handled = originator.handle_datagram(Instant::ZERO, Via(0), sink(), &mut too_big);
    let Handled::Event(OriginatorEvent {
        end: End::Failed(Outcome::ErrorStatus { status, .. }),
        ..
    }) = handled
    else {
        panic!("{handled:?}")
    };
    assert_eq!(status, ErrorStatus::TooBig);
    // A closed port.
    originator
        .notify(Instant::ZERO, target, NotifyType::Inform, &NOTICE)
        .unwrap();
    sent(&mut originator, Instant::ZERO);
    originator.handle_unreachable(Instant::ZERO, Via(0), sink());
    assert!(matches!(
        events(&mut originator)[..],
        [OriginatorEvent {
            end: End::Failed(Outcome::Unreachable),
            ..
        }]
    ));
    // Cancelled, each kind, before it left.
    for notify_type in [NotifyType::Trap, NotifyType::Inform] {
        let id = originator
            .notify(Instant::ZERO, target, notify_type, &NOTICE)
            .unwrap();
        assert!(originator.cancel(id) && !originator.cancel(id));
        let ended = events(&mut originator);
        assert!(
            matches!(&ended[..], [OriginatorEvent { end: End::Failed(Outcome::Cancelled), id: ended, .. }] if *ended == id)
        );
        assert!(sent(&mut originator, Instant::ZERO).is_empty());
    }
    // Removed, each kind.
    for notify_type in [NotifyType::Trap, NotifyType::Inform] {
        originator
            .notify(Instant::ZERO, target, notify_type, &NOTICE)
            .unwrap();
    }
    assert!(originator.remove_target(target));
    assert!(sent(&mut originator, Instant::ZERO).is_empty());
    let ended = events(&mut originator);
    assert_eq!(ended.len(), 2);
    assert!(
        ended
            .iter()
            .all(|one| matches!(one.end, End::Failed(Outcome::Cancelled)))
    );
    assert_eq!(
        originator.notify(Instant::ZERO, target, NotifyType::Trap, &NOTICE),
        Err(StartError::UnknownTarget.into())
    );
}

#[test]
fn r3584_3_2d_what_v1_cannot_tell_is_not_sent_there() {
    let mut originator = Originator::new([1; 16]);
    let one = originator
        .add_target(TargetConfig::v1(sink(), b"public"))
        .unwrap();
    let two = originator.add_target(v2c()).unwrap();
    let octets = [VarBind::new(
        oid!(1.3.6.1.2.1.31.1.1.1.6.7),
        Value::Counter64(1 << 40),
    )];
    let notice = Notice::new(4711, LINK_DOWN, &octets);
    assert_eq!(
        originator.notify(Instant::ZERO, one, NotifyType::Trap, &notice),
        Err(NotInV1::Value { index: 3 }.into())
    );
    assert_eq!(
        originator.notify(Instant::ZERO, one, NotifyType::Inform, &NOTICE),
        Err(StartError::NotInV1.into())
    );
    let mut buffer = [0; 64];
    let mut writer = snmp_core::ber::Writer::new(&mut buffer);
    octets[0].encode(&mut writer);
    let range = writer.finish().unwrap();
    let trap = TrapV1 {
        enterprise: oid!(1.3.6.1.4.1.641),
        agent_addr: &[0; 4],
        generic_trap: 6,
        specific_trap: 1,
        time_stamp: 1,
        var_binds: VarBinds::from_octets(&buffer[range], Strictness::DEPLOYED).unwrap(),
    };
    assert_eq!(
        originator.trap_v1(one, &trap),
        Err(NotInV1::Value { index: 1 }.into())
    );
    assert!(sent(&mut originator, Instant::ZERO).is_empty());
    originator
        .notify(Instant::ZERO, two, NotifyType::Trap, &notice)
        .unwrap();
    assert_eq!(sent(&mut originator, Instant::ZERO).len(), 1);
}

#[test]
fn what_is_too_large_or_too_much_is_refused_at_once() {
    let mut originator = Originator::new([1; 16])
        .with_max_message(484)
        .with_max_waiting(3, 2);
    let target = originator.add_target(v2c()).unwrap();
    let text = [b'x'; 484];
    let large = [VarBind::new(oid!(1.3.6.1.4.1.641.1.0), Value::OctetString(&text))];
    for notify_type in [NotifyType::Trap, NotifyType::Inform] {
        let large = Notice::new(1, LINK_DOWN, &large);
        let refused = originator.notify(Instant::ZERO, target, notify_type, &large);
        assert!(
            matches!(
                refused,
                Err(NotifyError::Start(StartError::TooLarge { limit: 484, .. }))
            ),
            "{refused:?}"
        );
    }
    for (notify_type, room) in [(NotifyType::Trap, 3), (NotifyType::Inform, 2)] {
        for _ in 0..room {
            originator
                .notify(Instant::ZERO, target, notify_type, &NOTICE)
                .unwrap();
        }
        let refused = originator.notify(Instant::ZERO, target, notify_type, &NOTICE);
        assert_eq!(refused, Err(StartError::Full.into()));
    }
    // A buffer that is too small changes nothing.
    let needed = originator
        .poll_transmit(Instant::ZERO, &mut [0; 20])
        .unwrap_err()
        .needed;
    assert!(
        originator
            .poll_transmit(Instant::ZERO, &mut vec![0; needed - 1])
            .is_err()
    );
    assert!(
        originator
            .poll_transmit(Instant::ZERO, &mut vec![0; needed])
            .unwrap()
            .is_some()
    );
}

#[test]
fn ids_of_traps_differ() {
    let mut originator = Originator::new([1; 16]).with_max_waiting(2000, 0);
    let target = originator.add_target(v2c()).unwrap();
    for _ in 0..2000 {
        originator
            .notify(Instant::ZERO, target, NotifyType::Trap, &NOTICE)
            .unwrap();
    }
    let datagrams = sent(&mut originator, Instant::ZERO);
    let ids: std::collections::BTreeSet<i32> =
        datagrams.iter().map(|(_, octets)| request_id(octets)).collect();
    let transmits: std::collections::BTreeSet<_> =
        datagrams.iter().map(|(transmit, _)| transmit.id.0).collect();
    assert_eq!((ids.len(), transmits.len()), (2000, 2000));
}

fn user() -> ToyUser {
    ToyUser::new("trapper", SecurityLevel::AuthPriv)
}

/// An originator with an engine of its own, whose boots are not stored yet.
fn v3() -> (Originator<Toy>, snmp_core::manager::TargetId) {
    let mut model = Toy::authoritative(b"originator", 7, &[]);
    model.local.as_mut().unwrap().stored = false;
    let mut originator = Originator::with_model([1; 16], model);
    let config = TargetConfig::v3(sink(), user())
        .with_context(b"trays")
        .with_timeout(Duration::from_secs(1), 2);
    let target = originator.add_target(config).unwrap();
    (originator, target)
}

#[test]
fn nothing_of_v3_leaves_in_our_name_before_our_boots_are_stored() {
    let (mut originator, target) = v3();
    let plain = originator
        .add_target(TargetConfig::v2c(sink(), b"public"))
        .unwrap();
    let ids: Vec<_> = (0..3)
        .map(|_| {
            originator
                .notify(Instant::ZERO, target, NotifyType::Trap, &NOTICE)
                .unwrap()
        })
        .collect();
    originator
        .notify(Instant::ZERO, plain, NotifyType::Trap, &NOTICE)
        .unwrap();
    assert_eq!(
        sent(&mut originator, Instant::ZERO).len(),
        1,
        "that of v2c does not wait"
    );
    events(&mut originator);
    assert!(sent(&mut originator, Instant::from_secs(60)).is_empty() && events(&mut originator).is_empty());
    let store = originator.poll_store().unwrap();
    assert!(
        sent(&mut originator, Instant::from_secs(61)).is_empty(),
        "handed out is not stored"
    );
    originator.handle_stored(store.token);
    assert_eq!(sent(&mut originator, Instant::from_secs(62)).len(), 3);
    let ended: Vec<_> = events(&mut originator).iter().map(|one| one.id).collect();
    assert_eq!(ended, ids, "in their order");
}

#[test]
fn r3413_3_3a_a_trap_names_our_engine_and_an_inform_the_receivers() {
    let (mut originator, target) = v3();
    let store = originator.poll_store().unwrap();
    originator.handle_stored(store.token);
    let mut receiver = Receiver::new(
        Config::default(),
        Toy::authoritative(b"receiver", 3, &[user()]),
        [2; 16],
    );
    let mut buffer = vec![0; 2000];

    originator
        .notify(Instant::ZERO, target, NotifyType::Trap, &NOTICE)
        .unwrap();
    let (_, trap) = sent(&mut originator, Instant::ZERO).remove(0);
    let layout = V3Layout::decode(&trap, Strictness::STRICT).unwrap();
    // The toy model's parameters begin with msgAuthoritativeEngineID.
    assert!(trap[layout.parameters.clone()][2..].starts_with(b"originator"));
    assert!(
        !layout.flags.is_reportable(),
        "R3412-6.4b: a trap is of the Unconfirmed Class"
    );
    match receiver.handle_datagram(Instant::ZERO, Via(0), here(), &mut trap.clone()) {
        Handled::Event(Event::Notification(notification)) => {
            assert_eq!(notification.context_engine_id, b"originator");
            assert_eq!(notification.context_name, b"trays");
            assert_eq!(notification.level, SecurityLevel::AuthPriv);
            assert!(matches!(notification.kind, Kind::TrapV2));
            assert!(notification.var_binds.iter().eq(TOLD));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(receiver.poll_transmit(Instant::ZERO, &mut buffer), Ok(None));

    // The inform: discovery first, then the message under the receiver's engine.
    let id = originator
        .notify(Instant::ZERO, target, NotifyType::Inform, &NOTICE)
        .unwrap();
    let mut delivered = 0;
    let mut ended = Vec::new();
    let mut engines = Vec::new();
    for _ in 0..10 {
        for (_, mut datagram) in sent(&mut originator, Instant::ZERO) {
            let layout = V3Layout::decode(&datagram, Strictness::STRICT).unwrap();
            engines.push(datagram[layout.parameters.clone()][2..].starts_with(b"receiver"));
            assert!(layout.flags.is_reportable());
            let handled = receiver.handle_datagram(Instant::ZERO, Via(0), here(), &mut datagram);
            if let Handled::Event(Event::Notification(notification)) = handled {
                let Kind::Inform(inform) = notification.kind else {
                    panic!()
                };
                delivered += 1;
                assert!(receiver.accept(Instant::ZERO, inform));
            }
        }
        while let Some(transmit) = receiver.poll_transmit(Instant::ZERO, &mut buffer).unwrap() {
            let mut datagram = buffer[transmit.range].to_vec();
            if let Handled::Event(event) =
                originator.handle_datagram(Instant::ZERO, Via(0), sink(), &mut datagram)
            {
                ended.push(event);
            }
        }
    }
    assert!(
        matches!(&ended[..], [OriginatorEvent { id: ended, end: End::Delivered(_), .. }] if *ended == id),
        "{ended:?}"
    );
    assert_eq!(
        (delivered, engines.first(), engines.last()),
        (1, Some(&false), Some(&true))
    );
    assert!(
        events(&mut originator)
            .iter()
            .all(|one| matches!(one.end, End::Sent))
    );
}

#[test]
fn r3412_7_1_9a_the_context_of_a_trap_is_of_our_engine() {
    let mut model = Toy::authoritative(b"originator", 7, &[]);
    model.local.as_mut().unwrap().stored = true;
    let mut originator = Originator::with_model([1; 16], model);
    let none = ToyUser::new("nobody", SecurityLevel::NoAuthNoPriv);
    let target = originator.add_target(TargetConfig::v3(sink(), none)).unwrap();
    originator
        .notify(Instant::ZERO, target, NotifyType::Trap, &NOTICE)
        .unwrap();
    let (_, trap) = sent(&mut originator, Instant::ZERO).remove(0);
    let layout = V3Layout::decode(&trap, Strictness::STRICT).unwrap();
    let scoped = ScopedPdu::decode(&trap[layout.data], Strictness::STRICT).unwrap();
    assert_eq!(
        (scoped.context_engine_id, scoped.context_name),
        (&b"originator"[..], &b""[..])
    );
    assert_eq!(scoped.pdu.header.request_id, layout.msg_id);
}

#[test]
fn a_trap_of_v3_that_security_refuses_ends_so() {
    // No local engine: refused at once.
    let mut originator = Originator::with_model([1; 16], Toy::new());
    let target = originator.add_target(TargetConfig::v3(sink(), user())).unwrap();
    assert_eq!(
        originator.notify(Instant::ZERO, target, NotifyType::Trap, &NOTICE),
        Err(NotifyError::NoLocalEngine)
    );
    // The model has forgotten the keys.
    let (mut originator, target) = v3();
    let store = originator.poll_store().unwrap();
    originator.handle_stored(store.token);
    originator
        .notify(Instant::ZERO, target, NotifyType::Trap, &NOTICE)
        .unwrap();
    originator.model_mut().refuse_next_seal = Some(Refused::BootsExhausted);
    assert!(sent(&mut originator, Instant::ZERO).is_empty());
    let ended = events(&mut originator);
    assert!(
        matches!(
            &ended[..],
            [OriginatorEvent {
                end: End::Failed(Outcome::Security(Refused::BootsExhausted)),
                ..
            }]
        ),
        "{ended:?}"
    );
}
