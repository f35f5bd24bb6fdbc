//! The manager's side of `SNMPv3` over a toy security model: discovery, time, Reports, and what silence means.
#![cfg(all(feature = "manager", feature = "responder"))]

mod toy_security;

use std::net::SocketAddr;
use std::time::Duration;

use snmp_core::ber::Writer;
use snmp_core::datagram::{Handled, NotMine, Via};
use snmp_core::dispatch::Counters;
use snmp_core::manager::{Event, Manager, OwnedEvent, RequestId, TargetConfig, TargetId};
use snmp_core::message::{Flags, V3Header, V3Layout, encode_scoped_pdu};
use snmp_core::oid;
use snmp_core::outcome::{LikelyCause, Outcome, Reject};
use snmp_core::pdu::PduHeader;
use snmp_core::query::{Query, QueryKind};
use snmp_core::responder::{Config, Responder, Store};
use snmp_core::security::{ReportKind, SealFor, SecurityLevel, SecurityModel};
use snmp_core::strictness::Strictness;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use toy_security::{Toy, ToyPeer, ToyUser};

const ENGINE: &[u8] = b"\x80\x00\x70\x0fagent";

fn at(secs: u64) -> Instant {
    Instant::from_secs(secs)
}

fn address() -> SocketAddr {
    "192.0.2.1:161".parse().unwrap()
}

fn agent(users: &[ToyUser]) -> Responder<Store, Toy> {
    let mut view = Store::new();
    view.insert(oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"toy"));
    view.insert(oid!(1.3.6.1.2.1.1.5.0), Value::OctetString(b"name"));
    let mut agent = Responder::new(Config::default(), Toy::authoritative(ENGINE, 7, users));
    agent.add_context(b"", view);
    agent
}

struct Pair {
    manager: Manager<Toy>,
    target: TargetId,
    agent: Responder<Store, Toy>,
    events: Vec<OwnedEvent>,
    /// Datagrams from the manager.
    sent: Vec<Vec<u8>>,
}

impl Pair {
    fn new(user: &ToyUser, users: &[ToyUser]) -> Self {
        let mut manager = Manager::with_model([9; 16], Toy::new());
        let config = TargetConfig::v3(address(), user.clone()).with_timeout(Duration::from_secs(1), 2);
        let target = manager.add_target(config).unwrap();
        Self {
            manager,
            target,
            agent: agent(users),
            events: Vec::new(),
            sent: Vec::new(),
        }
    }

    fn get(&mut self, now: Instant) -> RequestId {
        self.manager
            .get(now, self.target, [oid!(1.3.6.1.2.1.1.1.0)])
            .unwrap()
    }

    fn transmit(&mut self, now: Instant) -> Option<Vec<u8>> {
        let mut buffer = vec![0; self.manager.max_transmit_len()];
        let transmit = self.manager.poll_transmit(now, &mut buffer).unwrap()?;
        assert_eq!(transmit.to, address());
        let octets = buffer[transmit.range].to_vec();
        self.sent.push(octets.clone());
        Some(octets)
    }

    fn hand_in(&mut self, now: Instant, mut datagram: Vec<u8>) -> Option<NotMine> {
        let handled = self
            .manager
            .handle_datagram(now, Via(0), address(), &mut datagram);
        let not_mine = match handled {
            Handled::Event(event) => {
                self.events.push(event.to_owned());
                None
            }
            Handled::Consumed => None,
            Handled::NotMine(why) => Some(why),
        };
        while let Some(event) = self.manager.poll_event() {
            self.events.push(event.to_owned());
        }
        not_mine
    }

    /// Both sides until neither has anything to say.
    fn settle(&mut self, now: Instant) {
        let mut buffer = vec![0; 2000];
        while let Some(mut datagram) = self.transmit(now) {
            let _ = self
                .agent
                .handle_datagram(now, Via(0), "192.0.2.9:4000".parse().unwrap(), &mut datagram);
            while let Some(reply) = self.agent.poll_transmit(now, &mut buffer).unwrap() {
                assert_eq!(self.hand_in(now, buffer[reply.range].to_vec()), None);
            }
        }
    }

    /// Lets time pass with nobody answering, until nothing is under way.
    fn wait(&mut self, mut now: Instant) -> Instant {
        loop {
            while self.transmit(now).is_some() {}
            while let Some(event) = self.manager.poll_event() {
                self.events.push(event.to_owned());
            }
            match self.manager.poll_timeout() {
                Some(due) => now = due,
                None => return now,
            }
            self.manager.handle_timeout(now);
        }
    }

    fn answer(&self) -> Vec<u8> {
        match self.events.last().expect("an event").event() {
            Event::Answer(answer) => match answer.var_binds.iter().next().unwrap().value {
                Value::OctetString(octets) => octets.to_vec(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn outcome(&self) -> Outcome {
        match self.events.last().expect("an event").event() {
            Event::Failed(failed) => failed.outcome,
            other => panic!("{other:?}"),
        }
    }
}

fn user(level: SecurityLevel) -> ToyUser {
    ToyUser::new("user", level)
}

const LEVELS: [SecurityLevel; 3] = [
    SecurityLevel::NoAuthNoPriv,
    SecurityLevel::AuthNoPriv,
    SecurityLevel::AuthPriv,
];

#[test]
fn r3414_4a_r3414_4b_discovery_then_time_then_the_request() {
    for level in LEVELS {
        let mut pair = Pair::new(&user(level), &[user(level)]);
        pair.get(at(1000));
        pair.settle(at(1000));
        assert_eq!(pair.answer(), b"toy", "{level:?}");
        // Discovery, the request with boots and time 0 where it is authenticated, the request.
        let expected = if level == SecurityLevel::NoAuthNoPriv {
            2
        } else {
            3
        };
        assert_eq!(pair.sent.len(), expected, "{level:?}");
        let layout = V3Layout::decode(&pair.sent[0], Strictness::STRICT).unwrap();
        assert_eq!(layout.flags, Flags::new(SecurityLevel::NoAuthNoPriv, true));
        // The next needs neither.
        pair.get(at(1001));
        pair.settle(at(1001));
        assert_eq!(pair.sent.len(), expected + 1);
        let Event::Answer(answer) = pair.events[0].event() else {
            panic!()
        };
        assert_eq!(usize::try_from(answer.traffic.sent), Ok(expected));
        assert_eq!(answer.traffic.received, answer.traffic.sent);
    }
}

#[test]
fn r3412_6_2a_r3412_6_2b_each_transmission_has_its_own_msg_id_that_is_not_negative() {
    let mut pair = Pair::new(&user(SecurityLevel::AuthPriv), &[user(SecurityLevel::AuthPriv)]);
    pair.get(at(1));
    pair.wait(at(1));
    let ids: std::collections::BTreeSet<_> = pair
        .sent
        .iter()
        .map(|datagram| V3Layout::decode(datagram, Strictness::STRICT).unwrap().msg_id)
        .collect();
    assert_eq!((pair.sent.len(), ids.len()), (3, 3));
    assert!(ids.iter().all(|id| *id >= 0));
}

#[test]
fn r3414_rep2_a_reboot_of_the_agent_is_followed_by_a_resend_with_its_new_time() {
    let mut pair = Pair::new(&user(SecurityLevel::AuthPriv), &[user(SecurityLevel::AuthPriv)]);
    pair.get(at(1000));
    pair.settle(at(1000));
    // Restarted: boots 8, time from 0 again.
    let local = pair.agent.model_mut().local.as_mut().unwrap();
    (local.boots, local.zero) = (8, at(2000));
    pair.get(at(2010));
    pair.settle(at(2010));
    assert_eq!((pair.answer(), pair.events.len()), (b"toy".to_vec(), 2));
    let clock = pair.manager.model().engines[0].clock.unwrap();
    assert_eq!((clock.boots, clock.time), (8, 10));
}

#[test]
fn r3414_4e_one_discovery_at_a_time_and_its_failure_fails_all() {
    let user = user(SecurityLevel::AuthPriv);
    let mut manager = Manager::with_model([9; 16], Toy::new());
    let config = TargetConfig::v3(address(), user.clone())
        .with_timeout(Duration::from_secs(1), 1)
        .with_concurrency(4);
    let target = manager.add_target(config).unwrap();
    let mut pair = Pair {
        manager,
        target,
        agent: agent(std::slice::from_ref(&user)),
        events: Vec::new(),
        sent: Vec::new(),
    };
    for _ in 0..8 {
        pair.get(at(1));
    }
    let end = pair.wait(at(1));
    assert_eq!(pair.sent.len(), 2, "two tries of one discovery");
    assert_eq!(pair.events.len(), 8);
    assert!(end <= at(3));
    for event in &pair.events {
        let Event::Failed(failed) = event.event() else {
            panic!()
        };
        let Outcome::Timeout(timeout) = failed.outcome else {
            panic!("{}", failed.outcome)
        };
        assert!(!timeout.discovered);
        assert_eq!(timeout.likely_causes().next(), Some(LikelyCause::NoDevice));
    }
    // The device is there now: one discovery serves all.
    pair.events.clear();
    pair.sent.clear();
    for _ in 0..8 {
        pair.get(at(10));
    }
    pair.settle(at(10));
    assert_eq!(pair.events.len(), 8);
    assert!(
        pair.events
            .iter()
            .all(|event| matches!(event.event(), Event::Answer(_)))
    );
    assert!(pair.sent.len() <= 1 + 4 + 8, "{}", pair.sent.len());
}

#[test]
fn r3412_7_2_11a_r3412_7_2_11b_r3413_3_1c_reports_name_the_fault_within_the_configured_time() {
    let mut stranger = user(SecurityLevel::AuthNoPriv);
    stranger.name = b"nobody".to_vec();
    let mut other_key = user(SecurityLevel::AuthNoPriv);
    other_key.auth = [1; 16];
    for (asks, knows, kind) in [
        (
            stranger,
            user(SecurityLevel::AuthNoPriv),
            ReportKind::UnknownUserNames,
        ),
        (
            other_key,
            user(SecurityLevel::AuthNoPriv),
            ReportKind::WrongDigests,
        ),
        (
            user(SecurityLevel::AuthPriv),
            user(SecurityLevel::AuthNoPriv),
            ReportKind::UnsupportedSecurityLevels,
        ),
    ] {
        let mut pair = Pair::new(&asks, &[knows]);
        pair.get(at(1));
        pair.settle(at(1));
        assert!(
            pair.events.is_empty(),
            "an unauthenticated Report ends no authenticated work"
        );
        let end = pair.wait(at(1));
        assert_eq!(
            pair.outcome(),
            Outcome::Report {
                kind,
                authenticated: false
            }
        );
        assert!(end <= at(4));
    }
    // Where nothing is authenticated a Report is all there can be.
    let mut pair = Pair::new(
        &user(SecurityLevel::NoAuthNoPriv),
        &[ToyUser::new("x", SecurityLevel::NoAuthNoPriv)],
    );
    pair.get(at(1));
    pair.settle(at(1));
    assert_eq!(
        pair.outcome(),
        Outcome::Report {
            kind: ReportKind::UnknownUserNames,
            authenticated: false
        }
    );
}

#[test]
fn a_wrong_privacy_password_is_silence_after_a_discovery_that_succeeded() {
    let mut asks = user(SecurityLevel::AuthPriv);
    asks.privacy = 0x11;
    let mut pair = Pair::new(&asks, &[user(SecurityLevel::AuthPriv)]);
    pair.get(at(1));
    pair.settle(at(1));
    pair.wait(at(1));
    let Outcome::Timeout(timeout) = pair.outcome() else {
        panic!("{}", pair.outcome())
    };
    assert!(timeout.discovered);
    assert_eq!(timeout.likely_causes().next(), Some(LikelyCause::PrivacyPassword));
    assert!(pair.outcome().to_string().contains("wrong privacy password"));
}

/// A message as the agent would seal it, for a request whose datagram was seen.
struct Forged<'a> {
    user: ToyUser,
    engine: &'a [u8],
    context: &'a [u8],
    /// `None`: that of the request, which is the msgID too.
    request_id: Option<i32>,
    value: &'a [u8],
}

impl Forged<'_> {
    fn new(level: SecurityLevel, value: &[u8]) -> Forged<'_> {
        Forged {
            user: user(level),
            engine: ENGINE,
            context: b"",
            request_id: None,
            value,
        }
    }

    fn write(self, agent: &mut Responder<Store, Toy>, now: Instant, request: &[u8]) -> Vec<u8> {
        let msg_id = V3Layout::decode(request, Strictness::DEPLOYED).unwrap().msg_id;
        let header = V3Header {
            msg_id,
            max_size: 1472,
            flags: Flags::new(self.user.level, false),
        };
        let mut buffer = vec![0; 600];
        let room = buffer.len() - agent.model_mut().max_tail();
        let mut writer = Writer::new(&mut buffer[..room]);
        let answer = [VarBind::new(
            oid!(1.3.6.1.2.1.1.1.0),
            Value::OctetString(self.value),
        )];
        let request_id = self.request_id.unwrap_or(msg_id);
        let response = PduHeader::response(request_id, snmp_core::pdu::ErrorStatus::NoError, 0);
        encode_scoped_pdu(&mut writer, self.engine, self.context, &response, answer);
        let scoped = writer.finish().unwrap();
        // As a notification is sealed: the local engine is authoritative.
        let peer: ToyPeer = agent.model_mut().add_peer(address(), &self.user).unwrap();
        let range = agent
            .model_mut()
            .seal(now, SealFor::Peer(peer), &header, &mut buffer, scoped)
            .unwrap();
        buffer[range].to_vec()
    }
}

fn forge(
    agent: &mut Responder<Store, Toy>,
    now: Instant,
    request: &[u8],
    level: SecurityLevel,
    value: &[u8],
) -> Vec<u8> {
    Forged::new(level, value).write(agent, now, request)
}

#[test]
fn r3412_7_2_12a_r3413_3_1a_an_answer_of_another_user_engine_or_context_is_dropped() {
    let strong = user(SecurityLevel::AuthPriv);
    let mut other = strong.clone();
    other.name = b"other".to_vec();
    let mut pair = Pair::new(&strong, &[strong.clone(), other.clone()]);
    // A second target of the other user: its keys are known to the model.
    let config = TargetConfig::v3("192.0.2.2:161".parse().unwrap(), other.clone());
    pair.manager.add_target(config).unwrap();
    let second = pair.manager.model_mut().engine_of_peer(1, ENGINE);
    assert!(second);
    pair.get(at(1000));
    pair.settle(at(1000));
    pair.events.clear();
    pair.get(at(1001));
    let request = pair.transmit(at(1001)).unwrap();
    let msg_id = V3Layout::decode(&request, Strictness::DEPLOYED).unwrap().msg_id;
    let good = || Forged::new(SecurityLevel::AuthPriv, b"forged");
    for (what, forged) in [
        (
            "user",
            Forged {
                user: other,
                ..good()
            },
        ),
        (
            "engine",
            Forged {
                engine: b"\x80\x00\x70\x0fother",
                ..good()
            },
        ),
        (
            "context",
            Forged {
                context: b"bridge",
                ..good()
            },
        ),
        // R3413-3.1b
        (
            "request id",
            Forged {
                request_id: Some(msg_id ^ 1),
                ..good()
            },
        ),
    ] {
        let octets = forged.write(&mut pair.agent, at(1001), &request);
        assert_eq!(pair.hand_in(at(1001), octets), None, "{what}");
        assert!(pair.events.is_empty(), "{what}");
    }
    let right = good().write(&mut pair.agent, at(1001), &request);
    pair.hand_in(at(1001), right);
    assert_eq!(pair.answer(), b"forged");
}

#[test]
fn a_duplicated_report_causes_no_further_datagram() {
    let strong = user(SecurityLevel::AuthPriv);
    let mut pair = Pair::new(&strong, std::slice::from_ref(&strong));
    pair.get(at(1000));
    let mut buffer = vec![0; 2000];
    let mut reports = Vec::new();
    for sent in 1..=3 {
        let mut datagram = pair.transmit(at(1000)).unwrap();
        for report in &reports {
            pair.hand_in(at(1000), Vec::clone(report));
        }
        assert!(pair.transmit(at(1000)).is_none(), "{sent}");
        let from = "192.0.2.9:4000".parse().unwrap();
        let _ = pair.agent.handle_datagram(at(1000), Via(0), from, &mut datagram);
        let reply = pair.agent.poll_transmit(at(1000), &mut buffer).unwrap().unwrap();
        let reply = buffer[reply.range].to_vec();
        pair.hand_in(at(1000), reply.clone());
        reports.push(reply);
    }
    assert!(pair.transmit(at(1000)).is_none());
    assert_eq!((pair.answer(), pair.events.len()), (b"toy".to_vec(), 1));
}

#[test]
fn an_agent_that_reports_for_ever_is_not_asked_for_ever() {
    let strong = user(SecurityLevel::AuthPriv);
    let mut pair = Pair::new(&strong, std::slice::from_ref(&strong));
    pair.get(at(1000));
    let mut buffer = vec![0; 2000];
    // It counts a boot with every message: each request is answered by an authenticated notInTimeWindow.
    for boot in 0..40 {
        let Some(mut datagram) = pair.transmit(at(1000)) else {
            break;
        };
        pair.agent.model_mut().local.as_mut().unwrap().boots = 10 + boot;
        let from = "192.0.2.9:4000".parse().unwrap();
        let _ = pair.agent.handle_datagram(at(1000), Via(0), from, &mut datagram);
        let reply = pair.agent.poll_transmit(at(1000), &mut buffer).unwrap().unwrap();
        pair.hand_in(at(1000), buffer[reply.range].to_vec());
    }
    // Discovery, the request, and the request again by the clock that the agent told.
    assert_eq!(pair.sent.len(), 3);
    let expected = Outcome::Report {
        kind: ReportKind::NotInTimeWindows,
        authenticated: true,
    };
    assert_eq!(pair.outcome(), expected);
}

#[test]
fn r3412_7_2_10_r3412_7_2_12b_an_answer_of_a_weaker_level_is_dropped_and_the_request_goes_on() {
    let strong = user(SecurityLevel::AuthPriv);
    let mut pair = Pair::new(&strong, std::slice::from_ref(&strong));
    pair.get(at(1000));
    pair.settle(at(1000));
    pair.events.clear();
    pair.get(at(1001));
    let request = pair.transmit(at(1001)).unwrap();
    for level in [SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv] {
        let weak = forge(&mut pair.agent, at(1001), &request, level, b"forged");
        assert_eq!(pair.hand_in(at(1001), weak), None);
        assert!(pair.events.is_empty(), "{level:?}");
    }
    // Right level, wrong key: the digest is wrong.
    let mut wrong = forge(
        &mut pair.agent,
        at(1001),
        &request,
        SecurityLevel::AuthPriv,
        b"forged",
    );
    *wrong.last_mut().unwrap() ^= 1;
    pair.hand_in(at(1001), wrong);
    assert!(pair.events.is_empty());
    let right = forge(
        &mut pair.agent,
        at(1001),
        &request,
        SecurityLevel::AuthPriv,
        b"right",
    );
    pair.hand_in(at(1001), right.clone());
    assert_eq!(pair.answer(), b"right");
    // R3412-7.2-10: again, now with no request waiting.
    assert_eq!(pair.hand_in(at(1001), right), Some(NotMine::UnknownId));
    assert_eq!(pair.events.len(), 1);
    // What was dropped shows up when the next request gets no answer.
    pair.get(at(1002));
    let request = pair.transmit(at(1002)).unwrap();
    let weak = forge(
        &mut pair.agent,
        at(1002),
        &request,
        SecurityLevel::AuthNoPriv,
        b"forged",
    );
    pair.hand_in(at(1002), weak);
    pair.wait(at(1002));
    let Outcome::Timeout(timeout) = pair.outcome() else {
        panic!()
    };
    assert_eq!(timeout.dropped.count(Reject::Security), 1);
}

/// A Report of this shape, in the clear, on a request that was seen.
fn report_of(
    agent: &mut Responder<Store, Toy>,
    now: Instant,
    request: &[u8],
    header: PduHeader,
    list: &[VarBind<'_>],
) -> Vec<u8> {
    let mut buffer = vec![0; 600];
    let mut writer = Writer::new(&mut buffer);
    encode_scoped_pdu(&mut writer, ENGINE, b"", &header, list.iter().copied());
    let scoped = writer.finish().unwrap();
    let v3 = V3Header {
        msg_id: V3Layout::decode(request, Strictness::DEPLOYED).unwrap().msg_id,
        max_size: 1472,
        flags: Flags::new(SecurityLevel::NoAuthNoPriv, false),
    };
    let nobody = user(SecurityLevel::NoAuthNoPriv);
    let peer: ToyPeer = agent.model_mut().add_peer(address(), &nobody).unwrap();
    let range = agent
        .model_mut()
        .seal(now, SealFor::Peer(peer), &v3, &mut buffer, scoped)
        .unwrap();
    buffer[range].to_vec()
}

#[test]
fn r3414_rep4_a_report_of_another_shape_says_nothing_and_the_request_waits() {
    let open = user(SecurityLevel::NoAuthNoPriv);
    let unknown_user = VarBind::new(oid!(1.3.6.1.6.3.15.1.1.3.0), Value::Counter32(1));
    let name = VarBind::new(oid!(1.3.6.1.2.1.1.1.0), Value::Integer(1));
    let failing = |status, index| {
        // A Report with error fields: written as a Response, whose tag is then changed.
        PduHeader::response(0, snmp_core::pdu::ErrorStatus::from_number(status), index)
    };
    for (header, list) in [
        (PduHeader::report(0), &[][..]),
        (PduHeader::report(0), &[unknown_user, unknown_user]),
        (PduHeader::report(0), &[unknown_user, name]),
        (failing(5, 0), &[unknown_user]),
        (failing(0, 1), &[unknown_user]),
    ] {
        let mut pair = Pair::new(&open, std::slice::from_ref(&open));
        pair.get(at(1000));
        pair.settle(at(1000));
        pair.events.clear();
        pair.get(at(1001));
        let request = pair.transmit(at(1001)).unwrap();
        let mut odd = report_of(&mut pair.agent, at(1001), &request, header, list);
        if let Some(tag) = odd
            .windows(2)
            .position(|at| at[0] == 0xa2 && usize::from(at[1]) < 100)
        {
            odd[tag] = 0xa8;
        }
        assert_eq!(pair.hand_in(at(1001), odd), None);
        assert!(pair.events.is_empty(), "{header:?} {list:?}");
        assert!(pair.transmit(at(1001)).is_none(), "nothing is sent again for it");
        let right = forge(
            &mut pair.agent,
            at(1001),
            &request,
            SecurityLevel::NoAuthNoPriv,
            b"right",
        );
        pair.hand_in(at(1001), right);
        assert_eq!(pair.answer(), b"right", "{header:?} {list:?}");
        // It shows up where nothing better comes.
        pair.get(at(1002));
        let request = pair.transmit(at(1002)).unwrap();
        let odd = report_of(&mut pair.agent, at(1002), &request, PduHeader::report(0), &[]);
        pair.hand_in(at(1002), odd);
        pair.wait(at(1002));
        let Outcome::Timeout(timeout) = pair.outcome() else {
            panic!("{}", pair.outcome())
        };
        assert_eq!(timeout.dropped.count(Reject::Malformed), 1);
    }
    // The right shape ends it.
    let mut pair = Pair::new(&open, std::slice::from_ref(&open));
    pair.get(at(1000));
    pair.settle(at(1000));
    pair.get(at(1001));
    let request = pair.transmit(at(1001)).unwrap();
    let report = report_of(
        &mut pair.agent,
        at(1001),
        &request,
        PduHeader::report(0),
        &[unknown_user],
    );
    pair.hand_in(at(1001), report);
    assert!(matches!(pair.outcome(), Outcome::Report { .. }));
}

#[test]
fn r3412_6_4b_requests_are_reportable() {
    for level in LEVELS {
        let mut pair = Pair::new(&user(level), &[user(level)]);
        let (now, target) = (at(1), pair.target);
        let name = oid!(1.3.6.1.2.1.1.5.0);
        pair.manager.get(now, target, [name]).unwrap();
        pair.settle(now);
        pair.manager.get_next(now, target, [name]).unwrap();
        pair.settle(now);
        pair.manager.get_bulk(now, target, 0, 3, [name]).unwrap();
        pair.settle(now);
        let value = VarBind::new(name, Value::OctetString(b"attic"));
        pair.manager.set(now, target, &[value]).unwrap();
        pair.settle(now);
        assert!(pair.sent.len() >= 5);
        for sent in &pair.sent {
            let layout = V3Layout::decode(sent, Strictness::STRICT).unwrap();
            assert!(layout.flags.is_reportable());
        }
    }
}

#[test]
fn r3412_7_1_9c_each_request_keeps_what_its_answer_has_to_have() {
    let strong = user(SecurityLevel::AuthPriv);
    let mut pair = Pair::new(&strong, std::slice::from_ref(&strong));
    let config = TargetConfig::v3(address(), strong.clone()).with_concurrency(2);
    pair.target = pair.manager.add_target(config).unwrap();
    pair.get(at(1000));
    pair.settle(at(1000));
    assert_eq!(pair.answer(), b"toy");
    pair.events.clear();
    // Two under way at once, to the same engine by the same user, in two contexts.
    let names = [oid!(1.3.6.1.2.1.1.1.0).to_buf()];
    let mut requests = Vec::new();
    for context in [&b"one"[..], b"two"] {
        let query = Query {
            context,
            kind: QueryKind::Get,
            names: &names,
        };
        let id = pair.manager.query(at(1001), pair.target, &query).unwrap();
        requests.push((id, context, pair.transmit(at(1001)).unwrap()));
    }
    let answer = |context, value| Forged {
        context,
        ..Forged::new(SecurityLevel::AuthPriv, value)
    };
    // Each with the other's context: dropped.
    for (at_request, context) in [(0, &b"two"[..]), (1, b"one")] {
        let octets = answer(context, b"wrong").write(&mut pair.agent, at(1001), &requests[at_request].2);
        assert_eq!(pair.hand_in(at(1001), octets), None);
        assert!(pair.events.is_empty());
    }
    // Each with its own, the later first.
    for (id, context, request) in requests.iter().rev() {
        let octets = answer(context, context).write(&mut pair.agent, at(1001), request);
        pair.hand_in(at(1001), octets);
        let Event::Answer(told) = pair.events.last().unwrap().event() else {
            panic!()
        };
        assert_eq!(told.request, *id);
        assert_eq!(pair.answer(), *context);
    }
}

#[test]
fn r3412_4_2_2_2_an_answer_that_nobody_waits_for_has_no_handler() {
    let strong = user(SecurityLevel::AuthPriv);
    let mut pair = Pair::new(&strong, std::slice::from_ref(&strong));
    pair.get(at(1000));
    pair.settle(at(1000));
    let id = pair.get(at(1001));
    let request = pair.transmit(at(1001)).unwrap();
    assert!(pair.manager.cancel(id));
    while pair.manager.poll_event().is_some() {}
    pair.events.clear();
    let late = forge(
        &mut pair.agent,
        at(1001),
        &request,
        SecurityLevel::AuthPriv,
        b"late",
    );
    let not_mine = pair.hand_in(at(1001), late).expect("the manager left it alone");
    assert!(pair.events.is_empty());
    // The last machine on the socket counts it.
    let mut counters = Counters::ZERO;
    counters.count(not_mine);
    assert_eq!((counters.in_pkts, counters.unknown_pdu_handlers), (1, 1));
}

#[test]
fn icmp_ends_a_discovery_but_no_authenticated_request_before_its_time() {
    let strong = user(SecurityLevel::AuthPriv);
    let mut pair = Pair::new(&strong, std::slice::from_ref(&strong));
    pair.get(at(1));
    pair.manager.handle_unreachable(at(1), Via(0), address());
    assert!(pair.manager.poll_event().is_none(), "nothing was sent yet");
    pair.transmit(at(1)).unwrap();
    pair.manager.handle_unreachable(at(1), Via(0), address());
    let event = pair.manager.poll_event().unwrap().to_owned();
    pair.events.push(event);
    assert_eq!(pair.outcome(), Outcome::Unreachable);

    pair.get(at(1000));
    pair.settle(at(1000));
    assert_eq!(pair.answer(), b"toy");
    let before = pair.events.len();
    pair.get(at(1001));
    let request = pair.transmit(at(1001)).unwrap();
    pair.manager.handle_unreachable(at(1001), Via(0), address());
    assert!(pair.manager.poll_event().is_none());
    let right = forge(
        &mut pair.agent,
        at(1001),
        &request,
        SecurityLevel::AuthPriv,
        b"there",
    );
    pair.hand_in(at(1001), right);
    assert_eq!(
        (pair.answer(), pair.events.len()),
        (b"there".to_vec(), before + 1)
    );
    // Without an answer it is what the timeout tells.
    pair.get(at(1002));
    pair.transmit(at(1002)).unwrap();
    pair.manager.handle_unreachable(at(1002), Via(0), address());
    pair.wait(at(1002));
    assert_eq!(pair.outcome(), Outcome::Unreachable);
}

#[test]
fn a_walk_goes_through_discovery_too() {
    let strong = user(SecurityLevel::AuthPriv);
    let mut pair = Pair::new(&strong, std::slice::from_ref(&strong));
    pair.manager
        .walk(at(5), pair.target, oid!(1.3.6.1.2.1.1))
        .unwrap();
    pair.settle(at(5));
    let [rows, end] = &pair.events[..] else {
        panic!("{:?}", pair.events)
    };
    let (Event::Rows(rows), Event::WalkEnded(end)) = (rows.event(), end.event()) else {
        panic!()
    };
    assert_eq!((rows.var_binds.len(), end.rows), (2, 2));
    assert!(end.end.is_complete());
}

#[test]
fn r3417_3_2b_requests_tell_the_size_of_the_real_receive_buffer() {
    let strong = user(SecurityLevel::AuthPriv);
    for (octets, told) in [(2048, 2048), (10, 484), (1 << 20, 65_507)] {
        let mut pair = Pair::new(&strong, &[]);
        pair.manager = Manager::with_model([9; 16], Toy::new()).with_max_received(octets);
        pair.target = pair
            .manager
            .add_target(TargetConfig::v3(address(), strong.clone()))
            .unwrap();
        pair.get(at(1));
        let sent = pair.transmit(at(1)).unwrap();
        assert_eq!(
            V3Layout::decode(&sent, Strictness::STRICT).unwrap().max_size,
            told
        );
    }
}

#[test]
fn r3412_7_2_4_another_security_model_is_no_answer() {
    let strong = user(SecurityLevel::AuthPriv);
    let mut pair = Pair::new(&strong, std::slice::from_ref(&strong));
    pair.get(at(1000));
    pair.settle(at(1000));
    pair.events.clear();
    pair.get(at(1001));
    let request = pair.transmit(at(1001)).unwrap();
    let mut other = forge(
        &mut pair.agent,
        at(1001),
        &request,
        SecurityLevel::AuthPriv,
        b"forged",
    );
    // msgSecurityModel 0x070f, the last field of msgGlobalData.
    let model = other.windows(4).position(|at| at == [2, 2, 0x07, 0x0f]).unwrap();
    other[model + 3] = 3;
    assert_eq!(pair.hand_in(at(1001), other), Some(NotMine::Security));
    assert!(pair.events.is_empty());
}
