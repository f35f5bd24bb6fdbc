//! Notifications as they come in: delivered once, answered when accepted (RFC 3413 §3.4, RFC 3416 §4.2.6 and §4.2.7).
#![cfg(feature = "notification")]

mod toy_security;

use std::net::SocketAddr;
use std::time::Duration;

use snmp_core::ber::Writer;
use snmp_core::datagram::{Handled, NotMine, Via};
use snmp_core::message::{
    CommunityMessage, CommunityPdu, Flags, ScopedPdu, V3Header, V3Layout, Version, encode_community,
    encode_scoped_pdu,
};
use snmp_core::notification::{Config, Event, InformId, Kind, Notification, Receiver};
use snmp_core::oid;
use snmp_core::oid::Oid;
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType, TrapV1};
use snmp_core::security::{NoV3, SealFor, SecurityLevel, SecurityModel};
use snmp_core::strictness::{Anomaly, Strictness};
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};
use toy_security::{Toy, ToyUser};

const UP_TIME: VarBind<'static> = VarBind::new(oid!(1.3.6.1.2.1.1.3.0), Value::TimeTicks(4711));
const TRAP_OID: VarBind<'static> = VarBind::new(
    oid!(1.3.6.1.6.3.1.1.4.1.0),
    Value::ObjectIdentifier(oid!(1.3.6.1.4.1.641.2.0.3)),
);
const TOLD: VarBind<'static> = VarBind::new(oid!(1.3.6.1.4.1.641.1.0), Value::Integer(7));
const LIST: [VarBind<'static>; 3] = [UP_TIME, TRAP_OID, TOLD];
const NOW: Instant = Instant::from_secs(10);

fn sender() -> SocketAddr {
    "192.0.2.7:50000".parse().unwrap()
}

fn receiver() -> Receiver {
    with(Config::default())
}

fn with(config: Config) -> Receiver {
    let mut receiver = Receiver::new(config, NoV3, [3; 16]);
    receiver.add_community(b"public");
    receiver
}

fn strict() -> Receiver {
    let mut config = Config::default();
    config.strictness = Strictness::STRICT;
    with(config)
}

/// A notification of v2c.
fn datagram(pdu_type: PduType, request_id: i32, list: &[VarBind<'_>]) -> Vec<u8> {
    let mut buffer = vec![0; 65_507];
    let header = PduHeader::request(pdu_type, request_id);
    let list = list.iter().copied();
    let range = encode_community(&mut buffer, Version::V2c, b"public", &header, list).unwrap();
    buffer[range].to_vec()
}

/// A trap of v1, in a message of this version.
fn trap_v1(version: i32, trap: &TrapV1<'_>) -> Vec<u8> {
    let mut buffer = vec![0; 2000];
    let mut writer = Writer::new(&mut buffer);
    let end = writer.mark();
    trap.encode(&mut writer);
    writer.octet_string(b"public");
    writer.integer(version);
    writer.sequence(end);
    let range = writer.finish().unwrap();
    buffer[range].to_vec()
}

fn trap(enterprise: Oid<'static>, agent_addr: &'static [u8], generic_trap: i32) -> TrapV1<'static> {
    TrapV1 {
        enterprise,
        agent_addr,
        generic_trap,
        specific_trap: 3,
        time_stamp: 4711,
        var_binds: VarBinds::EMPTY,
    }
}

/// Hands a datagram in; what is seen of the notification, where there is one.
fn hand_in<S: SecurityModel, T>(
    receiver: &mut Receiver<S>,
    datagram: &[u8],
    see: impl FnOnce(&Notification<'_>) -> T,
) -> Result<Option<T>, NotMine> {
    let mut octets = datagram.to_vec();
    let handled = receiver.handle_datagram(NOW, Via(4), sender(), &mut octets);
    match handled {
        Handled::Event(Event::Notification(notification)) => {
            assert_eq!((notification.from, notification.via), (sender(), Via(4)));
            Ok(Some(see(&notification)))
        }
        Handled::Event(_) => panic!("another event"),
        Handled::Consumed => Ok(None),
        Handled::NotMine(reason) => {
            assert_eq!(octets, datagram, "left unchanged");
            Err(reason)
        }
    }
}

fn inform_id(notification: &Notification<'_>) -> InformId {
    match notification.kind {
        Kind::Inform(id) => id,
        other => panic!("{other:?}"),
    }
}

/// All answers.
fn sent<S: SecurityModel>(receiver: &mut Receiver<S>) -> Vec<Vec<u8>> {
    let mut buffer = vec![0; 65_507 + 200];
    let mut all = Vec::new();
    while let Some(transmit) = receiver.poll_transmit(NOW, &mut buffer).unwrap() {
        assert_eq!((transmit.to, transmit.via), (sender(), Via(4)));
        all.push(buffer[transmit.range].to_vec());
    }
    all
}

#[test]
fn r3416_4_2_6_the_first_two_variable_bindings_are_checked() {
    let swapped = [TRAP_OID, UP_TIME, TOLD];
    let late = [TOLD, UP_TIME, TRAP_OID];
    for (list, good, time, oid) in [
        (&LIST[..], true, true, true),
        (&LIST[..2], true, true, true),
        (&swapped, false, true, true),
        (&late, false, true, true),
        (&LIST[1..], false, false, true),
        (&[UP_TIME, TOLD], false, true, false),
        (&[], false, false, false),
    ] {
        for pdu_type in [PduType::TrapV2, PduType::InformRequest] {
            let datagram = datagram(pdu_type, 5, list);
            let seen = hand_in(&mut receiver(), &datagram, |notification| {
                assert_eq!(notification.var_binds.len(), list.len());
                (
                    !notification.anomalies.contains(Anomaly::PrefixMissing),
                    notification.sys_up_time() == Some(4711),
                    notification.trap_oid() == Some(oid!(1.3.6.1.4.1.641.2.0.3).to_buf()),
                )
            });
            assert_eq!(seen, Ok(Some((good, time, oid))), "{list:?}");
            let seen = hand_in(&mut strict(), &datagram, |_| ());
            let expected = if good {
                Ok(Some(()))
            } else {
                Err(NotMine::Malformed)
            };
            assert_eq!(seen, expected, "strict, {list:?}");
        }
    }
}

#[test]
fn r3416_4_2_7a_an_inform_is_answered_with_its_own_variable_bindings_once_it_is_accepted() {
    let mut receiver = receiver();
    let list = [
        UP_TIME,
        TRAP_OID,
        TOLD,
        VarBind::new(oid!(1.3.6.1.9), Value::Opaque(&[1, 2])),
    ];
    let inform = datagram(PduType::InformRequest, -77, &list);
    let id = hand_in(&mut receiver, &inform, inform_id).unwrap().unwrap();
    assert!(sent(&mut receiver).is_empty(), "not before it is accepted");
    assert!(receiver.accept(NOW, id));
    let [answer] = &sent(&mut receiver)[..] else {
        panic!()
    };
    let message = CommunityMessage::decode(answer, Strictness::STRICT).unwrap();
    assert_eq!(
        (message.version, message.community),
        (Version::V2c, &b"public"[..])
    );
    let CommunityPdu::Pdu(pdu) = message.pdu else {
        panic!()
    };
    assert_eq!(pdu.header, PduHeader::response(-77, ErrorStatus::NoError, 0));
    assert!(pdu.var_binds.iter().eq(list));
    assert!(!receiver.accept(NOW, id), "once");
    assert!(sent(&mut receiver).is_empty());
}

/// An inform whose answer needs more than `octets`.
fn large(octets: usize) -> Vec<u8> {
    let text = vec![b'x'; octets];
    let large = VarBind::new(oid!(1.3.6.1.4.1.641.1.0), Value::OctetString(&text));
    datagram(PduType::InformRequest, 5, &[UP_TIME, TRAP_OID, large])
}

#[test]
fn r3416_4_2_7b_an_inform_too_large_to_answer_is_answered_too_big_and_not_delivered() {
    let mut config = Config::default();
    config.max_message = 600;
    let mut receiver = with(config);
    assert_eq!(hand_in(&mut receiver, &large(600), inform_id), Ok(None));
    let answers = sent(&mut receiver);
    let message = CommunityMessage::decode(&answers[0], Strictness::STRICT).unwrap();
    let CommunityPdu::Pdu(pdu) = message.pdu else {
        panic!()
    };
    assert_eq!(pdu.header, PduHeader::response(5, ErrorStatus::TooBig, 0));
    assert!(pdu.var_binds.is_empty());
    assert_eq!((answers.len(), receiver.counters().silent_drops), (1, 0));
    // The largest that fits: its answer is as large as itself.
    let fits = large(600 - (large(600).len() - 600));
    assert_eq!(fits.len(), 600);
    assert!(hand_in(&mut receiver, &fits, inform_id).unwrap().is_some());
}

#[test]
fn r3416_4_2_7c_an_inform_whose_too_big_is_too_large_is_dropped_and_counted() {
    let mut config = Config::default();
    config.max_message = 484;
    config.any_community = true;
    let mut receiver = with(config);
    // Of 500 octets of community every answer carries all.
    let mut buffer = vec![0; 2000];
    let header = PduHeader::request(PduType::InformRequest, 5);
    let range = encode_community(&mut buffer, Version::V2c, &[b'c'; 500], &header, LIST).unwrap();
    assert_eq!(hand_in(&mut receiver, &buffer[range], inform_id), Ok(None));
    assert!(sent(&mut receiver).is_empty());
    assert_eq!(receiver.counters().silent_drops, 1);
}

#[test]
fn r3416_4_2_7d_a_trap_is_never_answered() {
    let mut receiver = receiver();
    let v1 = trap_v1(0, &trap(oid!(1.3.6.1.4.1.641), &[0; 4], 6));
    for datagram in [v1, datagram(PduType::TrapV2, 5, &LIST)] {
        for _ in 0..2 {
            let kind = hand_in(&mut receiver, &datagram, |one| {
                matches!(one.kind, Kind::Inform(_))
            });
            assert_eq!(kind, Ok(Some(false)), "a trap that comes twice is told twice");
        }
    }
    assert!(sent(&mut receiver).is_empty());
}

#[test]
fn r3413_3_4b_a_retransmitted_inform_is_answered_again_and_delivered_once() {
    let mut receiver = receiver();
    let inform = datagram(PduType::InformRequest, 5, &LIST);
    let id = hand_in(&mut receiver, &inform, inform_id).unwrap().unwrap();
    // It comes again before it is accepted, twice: one answer.
    for _ in 0..2 {
        assert_eq!(hand_in(&mut receiver, &inform, inform_id), Ok(None));
    }
    assert!(receiver.accept(NOW, id));
    assert_eq!(sent(&mut receiver).len(), 1);
    // And afterwards, because the answer was lost.
    for _ in 0..3 {
        assert_eq!(hand_in(&mut receiver, &inform, inform_id), Ok(None));
        assert_eq!(sent(&mut receiver).len(), 1);
    }
    // What differs in anything is another inform.
    let other_id = datagram(PduType::InformRequest, 6, &LIST);
    let other_list = datagram(PduType::InformRequest, 5, &LIST[..2]);
    for other in [other_id, other_list] {
        assert!(hand_in(&mut receiver, &other, inform_id).unwrap().is_some());
    }
    let mut octets = inform.clone();
    let elsewhere = SocketAddr::from(([192, 0, 2, 7], 50_001));
    let handled = receiver.handle_datagram(NOW, Via(4), elsewhere, &mut octets);
    assert!(
        matches!(handled, Handled::Event(_)),
        "from another port: another sender"
    );
}

#[test]
fn an_inform_that_is_not_accepted_is_not_answered_and_delivered_again() {
    let mut receiver = receiver();
    let inform = datagram(PduType::InformRequest, 5, &LIST);
    for _ in 0..3 {
        let id = hand_in(&mut receiver, &inform, inform_id).unwrap().unwrap();
        assert!(receiver.reject(id) && !receiver.reject(id) && !receiver.accept(NOW, id));
        assert!(sent(&mut receiver).is_empty());
    }
}

#[test]
fn r3413_own_rate_what_waits_and_what_is_remembered_is_bounded() {
    let mut config = Config::default();
    config.max_informs = 8;
    config.remember_informs = Duration::from_secs(30);
    let mut receiver = with(config);
    let inform = |n: i32| datagram(PduType::InformRequest, n, &LIST);
    let ids: Vec<InformId> = (0..100)
        .map(|n| hand_in(&mut receiver, &inform(n), inform_id).unwrap().unwrap())
        .collect();
    let accepted = ids.iter().filter(|id| receiver.accept(NOW, **id)).count();
    assert_eq!(
        accepted, 8,
        "the oldest made room: they are delivered again when they come again"
    );
    sent(&mut receiver);
    assert!(hand_in(&mut receiver, &inform(0), inform_id).unwrap().is_some());
    assert_eq!(hand_in(&mut receiver, &inform(99), inform_id), Ok(None));
    // What is remembered is forgotten in time.
    let mut late = inform(99);
    let handled = receiver.handle_datagram(NOW + Duration::from_secs(31), Via(4), sender(), &mut late);
    assert!(matches!(handled, Handled::Event(_)));
}

#[test]
fn r1157_4_1_6b_a_generic_trap_without_a_name_is_delivered_with_its_number() {
    for generic in [7, -1, i32::MAX] {
        let datagram = trap_v1(0, &trap(oid!(1.3.6.1.4.1.641), &[0; 4], generic));
        let seen = hand_in(&mut receiver(), &datagram, |notification| {
            assert_eq!(
                (notification.trap_oid(), notification.sys_up_time()),
                (None, Some(4711))
            );
            match notification.kind {
                Kind::TrapV1(trap) => trap.generic_trap,
                other => panic!("{other:?}"),
            }
        });
        assert_eq!(seen, Ok(Some(generic)));
    }
}

#[test]
fn r1157_4_1_6c_an_agent_address_of_any_length_is_delivered_raw() {
    for (octets, address) in [
        (&[0, 0, 0, 0][..], Some([0, 0, 0, 0])),
        (&[192, 0, 2, 9], Some([192, 0, 2, 9])),
        (&[], None),
        (&[1; 16], None),
    ] {
        let datagram = trap_v1(0, &trap(oid!(1.3.6.1.4.1.641), octets, 6));
        let seen = hand_in(&mut receiver(), &datagram, |notification| {
            match notification.kind {
                Kind::TrapV1(trap) => {
                    assert_eq!(
                        notification.anomalies.contains(Anomaly::AgentAddrLength),
                        address.is_none()
                    );
                    (
                        trap.agent_addr == octets,
                        trap.agent_address().map(|address| address.octets()),
                    )
                }
                other => panic!("{other:?}"),
            }
        });
        assert_eq!(seen, Ok(Some((true, address))));
        assert_eq!(
            hand_in(&mut strict(), &datagram, |_| ()).is_ok(),
            address.is_some()
        );
    }
}

#[test]
fn what_is_no_notification_or_of_another_community_is_left_to_others() {
    let mut receiver = receiver();
    let mut other = datagram(PduType::TrapV2, 5, &LIST);
    other[7] = b'P';
    let mut version = datagram(PduType::TrapV2, 5, &LIST);
    version[4] = 3;
    for (datagram, reason) in [
        (datagram(PduType::GetRequest, 5, &LIST), NotMine::Kind),
        (datagram(PduType::Response, 5, &LIST), NotMine::Kind),
        (other.clone(), NotMine::Security),
        (version, NotMine::Version),
        (b"BJNP".to_vec(), NotMine::OtherProtocol),
        (
            datagram(PduType::TrapV2, 5, &LIST)[..30].to_vec(),
            NotMine::Malformed,
        ),
    ] {
        assert_eq!(hand_in(&mut receiver, &datagram, |_| ()), Err(reason));
    }
    assert!(sent(&mut receiver).is_empty());
    assert_eq!(receiver.counters().in_pkts, 0, "who takes it counts it");
    let mut config = Config::default();
    config.any_community = true;
    let community = |notification: &Notification<'_>| notification.community.to_vec();
    assert_eq!(
        hand_in(&mut with(config), &other, community),
        Ok(Some(b"Public".to_vec()))
    );
}

/// Seals messages of v3 in the name of its engine.
struct Sender {
    model: Toy,
    peer: toy_security::ToyPeer,
}

impl Sender {
    fn new(engine: &[u8], boots: i32, user: &ToyUser) -> Self {
        let mut model = Toy::authoritative(engine, boots, &[]);
        let peer = model.add_peer(sender(), user).unwrap();
        Self { model, peer }
    }

    fn seal(&mut self, msg_id: i32, flags: Flags, write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
        let mut buffer = vec![0; 2000];
        let mut writer = Writer::new(&mut buffer[..1900]);
        write(&mut writer);
        let scoped = writer.finish().unwrap();
        let header = V3Header {
            msg_id,
            max_size: 1472,
            flags,
        };
        let to = SealFor::Peer(self.peer);
        let range = self.model.seal(NOW, to, &header, &mut buffer, scoped).unwrap();
        buffer[range].to_vec()
    }

    /// A notification in the name of the model's engine. An inform is what its sender would make of it where that
    /// engine is the receiver's, with its boots and time.
    fn notification(
        &mut self,
        level: SecurityLevel,
        pdu_type: PduType,
        msg_id: i32,
        context: &[u8],
    ) -> Vec<u8> {
        self.seal(msg_id, Flags::new(level, false), |writer| {
            let header = PduHeader::request(pdu_type, 5);
            encode_scoped_pdu(writer, b"context of sender", context, &header, LIST);
        })
    }
}

fn user(level: SecurityLevel) -> ToyUser {
    ToyUser::new("trapper", level)
}

fn v3(users: &[ToyUser]) -> Receiver<Toy> {
    Receiver::new(
        Config::default(),
        Toy::authoritative(b"receiver", 3, users),
        [3; 16],
    )
}

const LEVELS: [SecurityLevel; 3] = [
    SecurityLevel::NoAuthNoPriv,
    SecurityLevel::AuthNoPriv,
    SecurityLevel::AuthPriv,
];

#[test]
fn r3412_7_2_14_a_trap_of_any_engine_is_taken_and_never_answered() {
    for level in LEVELS {
        let mut receiver = v3(&[user(level)]);
        for engine in 0..50_u8 {
            let mut one = Sender::new(&[b"engine".as_slice(), &[engine]].concat(), 9, &user(level));
            let trap = one.notification(level, PduType::TrapV2, 1, b"trays");
            let seen = hand_in(&mut receiver, &trap, |notification| {
                assert!(matches!(notification.kind, Kind::TrapV2));
                assert_eq!((notification.version, notification.level), (Version::V3, level));
                assert_eq!(notification.context_engine_id, b"context of sender");
                assert_eq!(
                    (notification.context_name, notification.community),
                    (&b"trays"[..], &b""[..])
                );
                notification.var_binds.iter().eq(LIST)
            });
            assert_eq!(seen, Ok(Some(true)));
        }
        assert!(sent(&mut receiver).is_empty());
    }
}

#[test]
fn r3413_3_4a_an_inform_is_answered_with_its_own_security_and_context() {
    for level in LEVELS {
        let mut receiver = v3(&[user(level)]);
        // Who knows the receiver's engine, boots and time is in step with it.
        let mut one = Sender::new(b"receiver", 3, &user(level));
        let inform = one.notification(level, PduType::InformRequest, 77, b"trays");
        let id = hand_in(&mut receiver, &inform, inform_id).unwrap().unwrap();
        assert!(sent(&mut receiver).is_empty());
        assert!(receiver.accept(NOW, id));
        let mut answer = sent(&mut receiver).remove(0);
        let layout = V3Layout::decode(&answer, Strictness::STRICT).unwrap();
        assert_eq!((layout.msg_id, layout.flags), (77, Flags::new(level, false)));
        // The sender's model opens it with the keys of its user.
        let mut model = Toy::authoritative(b"receiver", 3, &[user(level)]);
        let opened = model.open(NOW, sender(), &layout, &mut answer).unwrap();
        assert_eq!(opened.level, level);
        let scoped = ScopedPdu::decode(&answer[opened.scoped], Strictness::STRICT).unwrap();
        assert_eq!(
            (scoped.context_engine_id, scoped.context_name),
            (&b"context of sender"[..], &b"trays"[..])
        );
        assert_eq!(scoped.pdu.header, PduHeader::response(5, ErrorStatus::NoError, 0));
        assert!(scoped.pdu.var_binds.iter().eq(LIST));
        // A retransmission has a msgID of its own, and gets an answer with that.
        let again = one.notification(level, PduType::InformRequest, 78, b"trays");
        assert_eq!(hand_in(&mut receiver, &again, inform_id), Ok(None));
        let answers = sent(&mut receiver);
        let ids: Vec<i32> = answers
            .iter()
            .map(|answer| V3Layout::decode(answer, Strictness::STRICT).unwrap().msg_id)
            .collect();
        assert_eq!(ids, [78]);
    }
}

#[test]
fn r3412_7_2_13a_an_inform_for_another_engine_is_not_taken() {
    let level = SecurityLevel::AuthNoPriv;
    let mut receiver = v3(&[user(level)]);
    let mut one = Sender::new(b"somebody else", 3, &user(level));
    let inform = one.notification(level, PduType::InformRequest, 77, b"");
    assert_eq!(hand_in(&mut receiver, &inform, inform_id), Ok(None));
    assert!(sent(&mut receiver).is_empty());
}

#[test]
fn nobody_without_keys_has_an_authentic_inform_taken_for_a_retransmission() {
    let (weak, strong) = (ToyUser::new("weak", LEVELS[0]), ToyUser::new("strong", LEVELS[1]));
    let mut receiver = v3(&[weak.clone(), strong.clone()]);
    let forged = Sender::new(b"receiver", 3, &weak).notification(LEVELS[0], PduType::InformRequest, 77, b"");
    let id = hand_in(&mut receiver, &forged, inform_id).unwrap().unwrap();
    receiver.accept(NOW, id);
    let authentic =
        Sender::new(b"receiver", 3, &strong).notification(LEVELS[1], PduType::InformRequest, 77, b"");
    assert!(hand_in(&mut receiver, &authentic, inform_id).unwrap().is_some());
}

#[test]
fn r3413_own_v1in3_a_trap_pdu_of_v1_in_v3_is_delivered_with_an_anomaly() {
    for level in LEVELS {
        let mut one = Sender::new(b"a ups", 9, &user(level));
        let datagram = one.seal(1, Flags::new(level, false), |writer| {
            let end = writer.mark();
            trap(oid!(1.3.6.1.4.1.3808), &[192, 0, 2, 9], 6).encode(writer);
            writer.octet_string(b"trays");
            writer.octet_string(b"a ups");
            writer.sequence(end);
        });
        let mut receiver = v3(&[user(level)]);
        let seen = hand_in(&mut receiver, &datagram, |notification| {
            assert!(notification.anomalies.contains(Anomaly::TrapV1InV3));
            assert_eq!(
                (notification.level, notification.context_name),
                (level, &b"trays"[..])
            );
            assert!(matches!(notification.kind, Kind::TrapV1(trap) if trap.specific_trap == 3));
            notification.trap_oid().unwrap().to_string()
        });
        assert_eq!(seen, Ok(Some("1.3.6.1.4.1.3808.0.3".to_owned())));
        let mut config = Config::default();
        config.strictness = Strictness::STRICT;
        let model = Toy::authoritative(b"receiver", 3, &[user(level)]);
        let mut strict = Receiver::new(config, model, [3; 16]);
        assert_eq!(hand_in(&mut strict, &datagram, |_| ()), Ok(None));
        assert_eq!(strict.counters().in_asn_parse_errs, 1);
    }
}

#[test]
fn a_trap_pdu_of_v1_in_v2c_is_delivered_with_an_anomaly() {
    let datagram = trap_v1(1, &trap(oid!(1.3.6.1.4.1.641), &[0; 4], 6));
    let seen = hand_in(&mut receiver(), &datagram, |notification| {
        (
            notification.version,
            notification.anomalies.contains(Anomaly::TrapV1InV2c),
        )
    });
    assert_eq!(seen, Ok(Some((Version::V2c, true))));
    assert_eq!(hand_in(&mut strict(), &datagram, |_| ()), Err(NotMine::Malformed));
}

/// What `vectors/hostile.json` has for receivers of traps, each with what it expects.
#[test]
fn hostile_traps_are_taken_or_refused_as_expected() {
    let Some(hostile) = benches::json("vectors/hostile.json") else {
        return;
    };
    let mut seen = 0;
    for one in hostile["vectors"].as_array().unwrap() {
        if one["role"] != "trap" {
            continue;
        }
        let (id, expect) = (one["id"].as_str().unwrap(), one["expect"].as_str().unwrap());
        let hex = one["datagram"].as_str().unwrap();
        let datagram: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect();
        let mut receiver = receiver();
        let taken = hand_in(&mut receiver, &datagram, |_| ()) == Ok(Some(()));
        match expect {
            "accept" => assert!(taken, "{id}"),
            "reject" => assert!(!taken, "{id}"),
            // We deliver all of them: a sender's mistake is no reason to miss what it tells.
            _ => assert!(taken, "{id}"),
        }
        assert!(sent(&mut receiver).is_empty(), "{id}");
        seen += 1;
    }
    assert!(seen >= 15, "{seen}");
}
