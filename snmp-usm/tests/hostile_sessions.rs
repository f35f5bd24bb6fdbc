//! Hostile order and origin: duplicates, late and foreign answers, agents that report for ever, replayed answers.
//!
//! Each test is named after one of the sessions of `vectors/hostile.json`; the last one checks that none is missing.
#![cfg(feature = "sha1")]

mod hostile;

use std::net::SocketAddr;
use std::time::Duration;

use benches::{Expect, Hostile, Role};
use hostile::*;
use snmp_core::ber::Writer;
use snmp_core::datagram::{Handled, NotMine, Via};
use snmp_core::manager::{Event, Manager, OwnedEvent, TargetConfig, TargetId};
use snmp_core::message::{Flags, ScopedPdu, V3Header, V3Layout, Version, encode_scoped_pdu};
use snmp_core::oid;
use snmp_core::outcome::{LikelyCause, Outcome, Reject};
use snmp_core::pdu::{ErrorStatus, PduHeader};
use snmp_core::security::{RejectReason, ReportKind, SealFor, SecurityLevel, SecurityModel};
use snmp_core::strictness::Strictness;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use snmp_core::walk::WalkEnd;
use snmp_usm::{AuthProtocol, Boots, EngineId, MasterKey, User, Usm, UsmState};

/// The sessions that are here.
const SESSIONS: [&str; 10] = [
    "session/duplicate-response",
    "session/late-response",
    "session/other-request-id-then-right",
    "session/garbage-then-right",
    "session/other-source-address",
    "session/getnext-not-increasing",
    "session/report-loop",
    "session/discovery-engine-changes",
    "session/noauth-report-for-auth-request",
    "session/replayed-authentic-response",
];

/// A vector's datagram by its id: from the outside data, where it is there, else the same from here.
fn vector(id: &str, own_octets: &str) -> Hostile {
    let file = benches::hostile();
    let found = file.and_then(|file| file.vectors.into_iter().find(|vector| vector.id == id));
    found.unwrap_or_else(|| own(id, Role::Response, Expect::Accept, own_octets))
}

fn control() -> Hostile {
    let octets = "302b02010104067075626c6963a21e02042a3b4c5d0201000201003010300e06082b0601020101010004026869";
    vector("control/v2c-response", octets)
}

#[test]
fn duplicate_response() {
    let mut asker = Asker::new(Strictness::DEPLOYED);
    let id = asker.ask(Version::V2c);
    let answer = readdressed(&control(), id);
    assert!(asker.hear(&answer).is_taken());
    assert_eq!(asker.hear(&answer), Verdict::NotMine(NotMine::UnknownId));
    assert!(asker.is_idle());
}

#[test]
fn late_response() {
    let mut asker = Asker::new(Strictness::DEPLOYED);
    let id = asker.ask(Version::V2c);
    asker.silence();
    assert!(matches!(asker.outcomes.pop(), Some(Outcome::Timeout(_))));
    let late = readdressed(&control(), id);
    assert_eq!(asker.hear(&late), Verdict::NotMine(NotMine::UnknownId));
    let next = asker.ask(Version::V2c);
    assert_ne!(next, id);
    assert_eq!(asker.hear(&late), Verdict::NotMine(NotMine::UnknownId));
    asker.silence();
    let Some(Outcome::Timeout(timeout)) = asker.outcomes.pop() else {
        panic!()
    };
    assert_eq!(timeout.likely_causes().next(), Some(LikelyCause::AnswersLate));
}

#[test]
fn other_request_id_then_right() {
    let mut asker = Asker::new(Strictness::DEPLOYED);
    let id = asker.ask(Version::V2c);
    let mut other = control();
    other.id = "pdu/wrong-request-id".to_owned();
    let wrong = readdressed(&other, id.wrapping_add(1));
    assert_eq!(asker.hear(&wrong), Verdict::NotMine(NotMine::UnknownId));
    assert_eq!(asker.sent(), None, "no retransmission in between");
    assert!(asker.hear(&readdressed(&control(), id)).is_taken());
    assert!(asker.is_idle());
}

#[test]
fn garbage_then_right() {
    let nested = "30".repeat(1400);
    let long = "303302010104067075626c6963a22602042a3b4c5d0201000201003018301606082b060102010101000488ffffffffffffffff6869";
    let mut asker = Asker::new(Strictness::DEPLOYED);
    let id = asker.ask(Version::V2c);
    for garbage in [
        vector("message/30-30", &nested),
        vector("length/value-8-max", long),
    ] {
        assert!(!asker.hear(&readdressed(&garbage, id)).is_taken());
        assert_eq!(asker.sent(), None);
    }
    assert!(asker.hear(&readdressed(&control(), id)).is_taken());
    // And where nothing better comes, it was counted.
    let id = asker.ask(Version::V2c);
    asker.hear(&readdressed(&vector("message/30-30", &nested), id));
    asker.hear(&readdressed(&vector("length/value-8-max", long), id));
    asker.silence();
    let Some(Outcome::Timeout(timeout)) = asker.outcomes.pop() else {
        panic!()
    };
    assert_eq!(timeout.dropped.count(Reject::Malformed), 2);
}

#[test]
fn other_source_address() {
    let mut asker = Asker::new(Strictness::DEPLOYED);
    let id = asker.ask(Version::V2c);
    let answer = readdressed(&control(), id);
    for from in [peer(), SocketAddr::new(device().ip(), 162)] {
        assert_eq!(asker.hear_from(from, &answer), Verdict::NotMine(NotMine::Source));
    }
    assert!(asker.hear(&answer).is_taken());
}

#[test]
fn getnext_not_increasing() {
    let mut manager = Manager::new([4; 16]);
    let target = manager.add_target(TargetConfig::v1(device(), b"public")).unwrap();
    let now = START;
    manager.walk(now, target, oid!(1.3.6.1.2.1.1)).unwrap();
    let mut buffer = vec![0; manager.max_transmit_len()];
    let (mut rows, mut end) = (0, None);
    for _ in 0..10 {
        let Some(transmit) = manager.poll_transmit(now, &mut buffer).unwrap() else {
            break;
        };
        let sent = snmp_core::message::CommunityMessage::decode(&buffer[transmit.range], Strictness::STRICT);
        let snmp_core::message::CommunityPdu::Pdu(pdu) = sent.unwrap().pdu else {
            panic!()
        };
        // The same name again, whatever was asked.
        let mut answer = answer(Version::V1, pdu.header.request_id);
        match manager.handle_datagram(now, Via(0), device(), &mut answer) {
            Handled::Event(Event::Rows(event)) => rows += event.var_binds.len(),
            Handled::Event(Event::WalkEnded(ended)) => end = Some(ended.end),
            other => panic!("{other:?}"),
        }
        while let Some(event) = manager.poll_event() {
            if let Event::WalkEnded(ended) = event {
                end = Some(ended.end);
            }
        }
    }
    assert_eq!(rows, 1, "what came before the fault stays valid");
    assert!(matches!(end, Some(WalkEnd::NotIncreasing { .. })), "{end:?}");
    assert_eq!(manager.poll_timeout(), None);
}

/// A v3 manager and the agent that it asks, each with its `Usm`; the test carries, makes and spoils the messages.
struct Session {
    manager: Manager<Usm>,
    target: TargetId,
    agent: Usm,
    now: Instant,
}

/// A request as the agent opened it.
struct Asked {
    msg_id: i32,
    request_id: i32,
    state: UsmState,
}

fn user() -> User {
    let master = MasterKey::from_octets(AuthProtocol::Sha256, &[1; 32]).unwrap();
    User::with_auth("signed", master).unwrap()
}

fn engine(last: u8) -> EngineId {
    EngineId::from_administered(8072, &[1, 2, 3, last]).unwrap()
}

/// An engine that has just started: boots 1.
fn agent(now: Instant, id: EngineId) -> Usm {
    let mut agent = Usm::with_local_engine([8; 16], now, id, Boots::First).unwrap();
    agent.add_user(&user());
    let store = agent.poll_store().unwrap();
    agent.handle_stored(store.token);
    agent
}

impl Session {
    fn new() -> Self {
        let mut manager = Manager::with_model([6; 16], Usm::new([9; 16]));
        let config = TargetConfig::v3(device(), user()).with_timeout(Duration::from_secs(1), 2);
        Self {
            target: manager.add_target(config).unwrap(),
            manager,
            agent: agent(START, engine(1)),
            now: START,
        }
    }

    fn get(&mut self) {
        self.manager.get(self.now, self.target, [SYS_DESCR]).unwrap();
    }

    fn sent(&mut self) -> Option<Vec<u8>> {
        let mut buffer = vec![0; self.manager.max_transmit_len()];
        let transmit = self.manager.poll_transmit(self.now, &mut buffer).unwrap()?;
        Some(buffer[transmit.range].to_vec())
    }

    /// What the manager makes of a datagram: its event, if there is one.
    fn hear(&mut self, datagram: &[u8]) -> Option<OwnedEvent> {
        let mut datagram = datagram.to_vec();
        match self
            .manager
            .handle_datagram(self.now, Via(0), device(), &mut datagram)
        {
            Handled::Event(event) => Some(event.to_owned()),
            _ => self.manager.poll_event().map(|event| event.to_owned()),
        }
    }

    /// The agent opens a request; a discovery is answered by the Report that is due.
    fn open(&mut self, datagram: &[u8]) -> Result<Asked, Vec<u8>> {
        let mut datagram = datagram.to_vec();
        let layout = V3Layout::decode(&datagram, Strictness::STRICT).unwrap();
        match self.agent.open(self.now, peer(), &layout, &mut datagram) {
            Ok(opened) => {
                let scoped = ScopedPdu::decode(&datagram[opened.scoped], Strictness::STRICT).unwrap();
                Ok(Asked {
                    msg_id: layout.msg_id,
                    request_id: scoped.pdu.header.request_id,
                    state: opened.state,
                })
            }
            Err(rejected) => {
                let due = rejected.report.unwrap();
                Err(self.seal(
                    layout.msg_id,
                    due.level,
                    due.state,
                    PduHeader::report(0),
                    counter(due.kind),
                ))
            }
        }
    }

    fn seal(
        &mut self,
        msg_id: i32,
        level: SecurityLevel,
        state: UsmState,
        header: PduHeader,
        var_bind: VarBind<'_>,
    ) -> Vec<u8> {
        let mut buffer = [0; 512];
        let room = buffer.len() - self.agent.max_tail();
        let mut writer = Writer::new(&mut buffer[..room]);
        let id = self.agent.local_engine_id().to_vec();
        encode_scoped_pdu(&mut writer, &id, b"", &header, [var_bind]);
        let scoped = writer.finish().unwrap();
        let header = V3Header {
            msg_id,
            max_size: 1472,
            flags: Flags::new(level, false),
        };
        let to = SealFor::State(state);
        let range = self
            .agent
            .seal(self.now, to, &header, &mut buffer, scoped)
            .unwrap();
        buffer[range].to_vec()
    }

    fn report(&mut self, asked: &Asked, kind: ReportKind) -> Vec<u8> {
        let header = PduHeader::report(asked.request_id);
        self.seal(
            asked.msg_id,
            SecurityLevel::AuthNoPriv,
            asked.state,
            header,
            counter(kind),
        )
    }

    fn response(&mut self, asked: &Asked, value: i32) -> Vec<u8> {
        let header = PduHeader::response(asked.request_id, ErrorStatus::NoError, 0);
        let var_bind = VarBind::new(SYS_DESCR, Value::Integer(value));
        self.seal(
            asked.msg_id,
            SecurityLevel::AuthNoPriv,
            asked.state,
            header,
            var_bind,
        )
    }

    /// Lets the manager discover the agent: its authenticated request.
    fn discover(&mut self) -> Asked {
        self.get();
        let discovery = self.sent().unwrap();
        let report = self.open(&discovery).err().expect("a discovery");
        assert!(self.hear(&report).is_none());
        let request = self.sent().unwrap();
        self.open(&request).unwrap_or_else(|_| panic!("a request"))
    }

    /// Nobody answers any more; how the request ended, and the datagrams that were sent.
    fn silence(&mut self) -> (Option<Outcome>, usize) {
        let (mut outcome, mut sent) = (None, 0);
        while let Some(due) = self.manager.poll_timeout() {
            self.now = self.now.max(due);
            self.manager.handle_timeout(self.now);
            while self.sent().is_some() {
                sent += 1;
            }
            while let Some(Event::Failed(failed)) = self.manager.poll_event() {
                outcome = Some(failed.outcome);
            }
        }
        (outcome, sent)
    }
}

fn counter(kind: ReportKind) -> VarBind<'static> {
    VarBind::new(kind.counter(), Value::Counter32(1))
}

/// The value of an answer.
fn value(event: Option<OwnedEvent>) -> i32 {
    let event = event.expect("an answer");
    match event.event() {
        Event::Answer(answer) => match answer.var_binds.iter().next().unwrap().value {
            Value::Integer(value) => value,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn report_loop() {
    let mut session = Session::new();
    let mut asked = session.discover();
    let mut resent = 0;
    let outcome = loop {
        let report = session.report(&asked, ReportKind::NotInTimeWindows);
        if let Some(event) = session.hear(&report) {
            let Event::Failed(failed) = event.event() else {
                panic!("{event:?}")
            };
            break failed.outcome;
        }
        let request = session.sent().expect("a resend, or the end");
        asked = session.open(&request).ok().unwrap();
        resent += 1;
        assert!(resent < 10, "endless");
    };
    assert_eq!(resent, 1, "one resynchronisation");
    assert_eq!(
        outcome,
        Outcome::Report {
            kind: ReportKind::NotInTimeWindows,
            authenticated: true
        }
    );
    assert!(session.sent().is_none() && session.manager.poll_timeout().is_none());
    // The next request gets its own chance.
    session.get();
    let request = session.sent().unwrap();
    let asked = session.open(&request).ok().unwrap();
    let response = session.response(&asked, 4);
    assert_eq!(value(session.hear(&response)), 4);
}

#[test]
fn discovery_engine_changes() {
    let mut session = Session::new();
    session.get();
    let discovery = session.sent().unwrap();
    let report = session.open(&discovery).err().unwrap();
    assert!(session.hear(&report).is_none());
    // To every request another engine says that it is another.
    let mut sent = 0;
    let mut outcome = None;
    while let Some(request) = session.sent() {
        sent += 1;
        assert!(sent <= 3, "endless");
        session.agent = agent(session.now, engine(1 + sent));
        let report = session.open(&request).err().expect("unknownEngineIDs");
        if let Some(event) = session.hear(&report) {
            let Event::Failed(failed) = event.event() else {
                panic!("{event:?}")
            };
            outcome = Some(failed.outcome);
        }
    }
    assert_eq!(
        sent, 2,
        "to the engine discovered, and to the one that it turned into"
    );
    let outcome = outcome.or_else(|| session.silence().0);
    assert_eq!(
        outcome,
        Some(Outcome::Report {
            kind: ReportKind::UnknownEngineIds,
            authenticated: false
        })
    );
}

#[test]
fn noauth_report_for_auth_request() {
    let mut session = Session::new();
    let asked = session.discover();
    let response = session.response(&asked, 1);
    assert_eq!(value(session.hear(&response)), 1);
    session.now += Duration::from_secs(5);
    session.get();
    let request = session.sent().unwrap();
    let asked = session.open(&request).ok().unwrap();
    // An agent with the same engine id and clock far ahead, but no key: what an attacker can write.
    let mut forger = Session::new();
    forger.agent = agent(Instant::ZERO, engine(1));
    forger.now = Instant::from_secs(90_000);
    let forged = forger.unauthenticated(&asked);
    assert!(session.hear(&forged).is_none());
    assert!(session.sent().is_none(), "not sent again for it");
    // The clock has not moved: the agent still takes the next try, and its answer is believed.
    session.now = session.manager.poll_timeout().unwrap();
    session.manager.handle_timeout(session.now);
    let again = session.sent().unwrap();
    assert!(session.open(&again).is_ok());
    let response = session.response(&asked, 2);
    assert_eq!(value(session.hear(&response)), 2);
}

impl Session {
    /// An unauthenticated notInTimeWindows Report that carries the ids of a request.
    fn unauthenticated(&mut self, asked: &Asked) -> Vec<u8> {
        // The forger's own engine notes whom it answers: a discovery is what it can open.
        let mut manager = Manager::with_model([1; 16], Usm::new([2; 16]));
        let config = TargetConfig::v3(device(), user());
        let target = manager.add_target(config).unwrap();
        manager.get(self.now, target, [SYS_DESCR]).unwrap();
        let mut buffer = vec![0; manager.max_transmit_len()];
        let transmit = manager.poll_transmit(self.now, &mut buffer).unwrap().unwrap();
        let mut discovery = buffer[transmit.range].to_vec();
        let layout = V3Layout::decode(&discovery, Strictness::STRICT).unwrap();
        let rejected = self
            .agent
            .open(self.now, peer(), &layout, &mut discovery)
            .unwrap_err();
        assert_eq!(rejected.reason, RejectReason::UnknownEngineId);
        let state = rejected.report.unwrap().state;
        let header = PduHeader::report(asked.request_id);
        let var_bind = counter(ReportKind::NotInTimeWindows);
        self.seal(asked.msg_id, SecurityLevel::NoAuthNoPriv, state, header, var_bind)
    }
}

#[test]
fn replayed_authentic_response() {
    let mut session = Session::new();
    let asked = session.discover();
    let old = session.response(&asked, 1);
    assert_eq!(value(session.hear(&old)), 1);
    assert!(session.hear(&old).is_none(), "nothing waits for it");
    session.get();
    let request = session.sent().unwrap();
    let asked = session.open(&request).ok().unwrap();
    assert!(session.hear(&old).is_none(), "nor does the next request take it");
    let response = session.response(&asked, 2);
    assert_eq!(value(session.hear(&response)), 2);
}

#[test]
fn every_session_of_the_outside_data_is_here() {
    let sessions = benches::hostile().map_or(Vec::new(), |file| file.sessions);
    for session in sessions {
        assert!(SESSIONS.contains(&session.as_str()), "{session}");
    }
}
