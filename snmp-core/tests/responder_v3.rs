//! The responder's side of v3 over a toy security model: requests opened and answers sealed, Reports, contexts, sizes.
#![cfg(feature = "responder")]

mod asking_v3;
mod toy_security;

use asking_v3::{Asked, ENGINE, Machine, Peer, REQUEST_ID, at, peer_address, taken};
use snmp_core::datagram::{BufferTooSmall, NotMine, Transmit, Via};
use snmp_core::message::{ScopedPdu, V3Layout};
use snmp_core::oid;
use snmp_core::oid::Oid;
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::responder::{Config, Responder, Store};
use snmp_core::security::ReportKind;
use snmp_core::security::SecurityLevel::{self, AuthNoPriv, AuthPriv, NoAuthNoPriv};
use snmp_core::strictness::Strictness;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use toy_security::{Local, Toy, ToyUser};

const SYS_NAME: Oid<'static> = oid!(1.3.6.1.2.1.1.5.0);
const LEVELS: [SecurityLevel; 3] = [NoAuthNoPriv, AuthNoPriv, AuthPriv];

type Agent = Responder<Store, Toy>;

impl Machine for Agent {
    fn take(&mut self, now: Instant, datagram: &mut [u8]) -> Result<bool, NotMine> {
        taken(self.handle_datagram(now, Via(3), peer_address(), datagram))
    }

    fn transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        self.poll_transmit(now, buffer)
    }
}

fn named(text: &[u8]) -> Store {
    let mut store = Store::new();
    store.insert(SYS_NAME, Value::OctetString(text));
    for row in 1..=100 {
        let name = oid!(1.3.6.1.9.1).to_buf().join(&[row]).unwrap();
        store.insert(name.as_oid(), Value::OctetString(&[b'x'; 30]));
    }
    store
}

fn user(level: SecurityLevel) -> ToyUser {
    ToyUser::new("user", level)
}

fn agent_with(config: Config, level: SecurityLevel) -> Agent {
    let mut agent = Responder::new(config, Toy::authoritative(ENGINE, 7, &[user(level)]));
    agent.add_context(b"", named(b"copy room"));
    agent.add_context(b"Jetdirect", named(b"print server"));
    agent
}

/// An agent and a peer that knows its engine and time.
fn pair(level: SecurityLevel) -> (Agent, Peer) {
    let mut agent = agent_with(Config::default(), level);
    let mut peer = Peer::new(&user(level));
    peer.establish(at(1000), &mut agent);
    (agent, peer)
}

fn get() -> Asked<'static> {
    Asked::get(&[VarBind::null(SYS_NAME)])
}

#[test]
fn r3414_3_2_11_an_answer_has_the_request_s_user_and_level() {
    for level in LEVELS {
        let (mut agent, mut peer) = pair(level);
        let sent = peer.ask(at(1001), &mut agent, &get());
        assert_eq!(
            (sent.pdu_type, sent.request_id, sent.level),
            (PduType::Response, REQUEST_ID, level)
        );
        assert_eq!(
            sent.var_binds,
            ["1.3.6.1.2.1.1.5.0=OctetString([99, 111, 112, 121, 32, 114, 111, 111, 109])"]
        );
        assert_eq!(
            (&sent.context_engine_id[..], &sent.context_name[..]),
            (ENGINE, &b""[..])
        );
    }
}

#[test]
fn r3414_4c_a_discovery_is_answered_with_the_engine_id() {
    let mut agent = agent_with(Config::default(), AuthPriv);
    let mut peer = Peer::new(&user(AuthPriv));
    let discovery = peer.discovery(at(1));
    let (handled, sent) = agent.hand_in(at(1), discovery);
    assert_eq!((handled, sent.len()), (Ok(false), 1));
    let report = peer.read(at(1), &sent[0]);
    assert_eq!(
        (report.pdu_type, report.report),
        (PduType::Report, Some(ReportKind::UnknownEngineIds))
    );
    // R3412-7.1-3c and 3d: its one counter, no error, the request's id; the local engine, no context name, no security.
    assert_eq!(report.var_binds, ["1.3.6.1.6.3.15.1.1.4.0=Counter32(1)"]);
    assert_eq!(
        (report.status, report.request_id),
        (ErrorStatus::NoError, REQUEST_ID)
    );
    assert_eq!(
        (&report.context_engine_id[..], &report.context_name[..]),
        (ENGINE, &b""[..])
    );
    assert_eq!((report.level, report.reportable), (NoAuthNoPriv, false));
}

#[test]
fn r3412_7_1_3c_a_report_is_one_counter_without_error_under_the_request_s_id() {
    let stranger = |level| ToyUser::new("nobody", level);
    for level in LEVELS {
        let (mut agent, _) = pair(level);
        let mut peer = Peer::new(&stranger(level));
        let _ = snmp_core::security::SecurityModel::prepare(&mut peer.toy, at(1000), peer.peer);
        let discovery = peer.discovery(at(1000));
        let (_, sent) = agent.hand_in(at(1000), discovery);
        peer.read(at(1000), &sent[0]);
        for count in 1..=2 {
            let request = peer.request(at(1000), &get());
            let (_, sent) = agent.hand_in(at(1000), request);
            let layout = V3Layout::decode(&sent[0], Strictness::STRICT).unwrap();
            let report = ScopedPdu::decode(&sent[0][layout.data], Strictness::STRICT).unwrap();
            // usmStatsUnknownUserNames.0
            let counter = VarBind::new(oid!(1.3.6.1.6.3.15.1.1.3.0), Value::Counter32(count));
            assert!(report.pdu.var_binds.iter().eq([counter]), "{level:?}");
            // Encrypted, the request-id was not to be read.
            let id = if level == AuthPriv { 0 } else { REQUEST_ID };
            assert_eq!(report.pdu.header, PduHeader::report(id), "{level:?}");
            assert_eq!(report.pdu.header.raw_numbers(), (0, 0));
        }
    }
}

#[test]
fn r3412_7_1_3d2_a_report_is_of_the_local_engine_and_of_no_context() {
    let (mut agent, mut peer) = pair(AuthNoPriv);
    let foreign = b"\x80\x00\x70\x0fanother";
    for (asked, kind) in [
        (
            Asked {
                context_engine_id: foreign,
                context_name: b"Jetdirect",
                ..get()
            },
            ReportKind::UnknownPduHandlers,
        ),
        (
            Asked {
                context_name: b"no such context",
                ..get()
            },
            ReportKind::UnknownContexts,
        ),
    ] {
        let report = peer.ask(at(1001), &mut agent, &asked);
        assert_eq!(report.report, Some(kind));
        assert_eq!(
            (&report.context_engine_id[..], &report.context_name[..]),
            (ENGINE, &b""[..])
        );
    }
}

#[test]
fn r3412_6_4b_answers_and_reports_are_not_reportable() {
    for level in LEVELS {
        let (mut agent, mut peer) = pair(level);
        for context_name in [&b""[..], b"no such context"] {
            let asked = Asked {
                context_name,
                ..get()
            };
            let sent = peer.ask(at(1001), &mut agent, &asked);
            let expected = if context_name.is_empty() {
                PduType::Response
            } else {
                PduType::Report
            };
            assert_eq!((sent.pdu_type, sent.reportable), (expected, false), "{level:?}");
        }
    }
}

#[test]
fn r3412_6_8_2_an_answer_has_the_context_name_of_its_request() {
    let every: Vec<u8> = (0..255).collect();
    for name in [&b"Jetdirect"[..], &every] {
        let (mut agent, mut peer) = pair(AuthPriv);
        agent.add_context(&every, named(b"odd"));
        let asked = Asked {
            context_name: name,
            ..get()
        };
        let sent = peer.ask(at(1001), &mut agent, &asked);
        assert_eq!((sent.pdu_type, &sent.context_name[..]), (PduType::Response, name));
    }
}

#[test]
fn r3412_7_2_2_what_is_no_v3_message_is_a_parse_error() {
    let (mut agent, mut peer) = pair(AuthPriv);
    let good = peer.request(at(1001), &get());
    let end = good.len();
    let mut flags = good.clone();
    let at_flags = good.windows(3).position(|at| at == [4, 1, 7]).unwrap();
    // An INTEGER where msgFlags belongs.
    flags[at_flags] = 2;
    // A msgID below 0: its first octet stands behind version, msgGlobalData's head and its own.
    let mut negative = good.clone();
    let msg_id = good
        .windows(4)
        .position(|at| at[..3] == [2, 1, 3] && at[3] == 0x30);
    let msg_id = msg_id.unwrap() + 5;
    assert_eq!(negative[msg_id], 2);
    negative[msg_id + 2] |= 0x80;
    for (count, datagram) in (1..).zip([flags, negative, good[..end - 1].to_vec(), good[..30].to_vec()]) {
        let (handled, sent) = agent.hand_in(at(1001), datagram);
        assert_eq!((handled, sent), (Err(NotMine::Malformed), vec![]), "{count}");
        agent.count(NotMine::Malformed);
        assert_eq!(agent.counters().in_asn_parse_errs, count);
    }
}

#[test]
fn r3412_7_1_3d1_each_refusal_reports_at_its_level() {
    let (mut agent, mut good) = pair(AuthPriv);
    let mut wrong_key = user(AuthPriv);
    wrong_key.auth = [1; 16];
    for (other, kind, request_id) in [
        (ToyUser::new("nobody", AuthPriv), ReportKind::UnknownUserNames, 0),
        (
            user(AuthNoPriv),
            ReportKind::UnsupportedSecurityLevels,
            REQUEST_ID,
        ),
        (wrong_key, ReportKind::WrongDigests, 0),
    ] {
        let mut peer = Peer::new(&other);
        let _ = snmp_core::security::SecurityModel::prepare(&mut peer.toy, at(1000), peer.peer);
        let discovery = peer.discovery(at(1000));
        let (_, sent) = agent.hand_in(at(1000), discovery);
        peer.read(at(1000), &sent[0]);
        let report = peer.ask(at(1000), &mut agent, &get());
        assert_eq!((report.report, report.level), (Some(kind), NoAuthNoPriv));
        // Of an encrypted request nothing but the header could be read.
        assert_eq!(report.request_id, request_id);
    }
    // 151 seconds off.
    let late = good.ask(at(1152), &mut agent, &get());
    assert_eq!(late.pdu_type, PduType::Response);
    let request = good.request(at(1152), &get());
    let (_, sent) = agent.hand_in(at(1152 + 151), request);
    let report = good.read(at(1152 + 151), &sent[0]);
    assert_eq!(
        (report.report, report.level),
        (Some(ReportKind::NotInTimeWindows), AuthNoPriv)
    );
}

#[test]
fn r3412_7_1_3b_no_report_to_what_wants_none() {
    let (mut agent, mut peer) = pair(AuthPriv);
    // Encrypted and without the reportableFlag, which spoils the digest: unreadable, so the flag decides.
    let mut request = peer.request(at(1001), &get());
    let flags = request.windows(3).position(|window| window == [4, 1, 7]).unwrap() + 2;
    request[flags] = 3;
    assert_eq!(agent.hand_in(at(1001), request), (Ok(false), vec![]));
}

#[test]
fn r3412_6_4c_a_readable_get_without_the_flag_is_reported_on() {
    let (mut agent, mut peer) = pair(AuthNoPriv);
    let mut request = peer.request(at(1001), &get());
    // The flags' octet: 05 becomes 01, which spoils the digest too.
    let flags = request.windows(3).position(|window| window == [4, 1, 5]).unwrap() + 2;
    request[flags] = 1;
    let (handled, sent) = agent.hand_in(at(1001), request);
    assert_eq!((handled, sent.len()), (Ok(false), 1));
    assert_eq!(
        peer.read(at(1001), &sent[0]).report,
        Some(ReportKind::WrongDigests)
    );
}

#[test]
fn a_report_a_response_and_a_trap_get_no_answer_of_any_kind() {
    for level in LEVELS {
        let (mut agent, mut peer) = pair(level);
        for pdu_type in [PduType::Response, PduType::Report, PduType::TrapV2] {
            let asked = Asked::new(
                PduHeader::request(pdu_type, REQUEST_ID),
                &[VarBind::null(SYS_NAME)],
            );
            let message = peer.request(at(1001), &asked);
            let (handled, sent) = agent.hand_in(at(1001), message);
            // One that could be read is left alone for others; an encrypted one is opened to see it.
            let expected = if level == AuthPriv {
                Ok(false)
            } else {
                Err(NotMine::Kind)
            };
            assert_eq!((handled, sent), (expected, vec![]), "{pdu_type:?} {level:?}");
        }
        assert_eq!(
            agent.counters().unknown_pdu_handlers,
            if level == AuthPriv { 3 } else { 0 }
        );
    }
}

#[test]
fn r3412_4_2_2_1_an_encrypted_inform_and_a_foreign_context_engine_have_no_handler() {
    let (mut agent, mut peer) = pair(AuthPriv);
    let inform = Asked::new(PduHeader::request(PduType::InformRequest, REQUEST_ID), &[]);
    let foreign = Asked {
        context_engine_id: b"\x80\x00\x70\x0fother",
        ..get()
    };
    for (asked, count) in [(inform, 1), (foreign, 2)] {
        let report = peer.ask(at(1001), &mut agent, &asked);
        assert_eq!(
            (report.report, report.request_id),
            (Some(ReportKind::UnknownPduHandlers), REQUEST_ID)
        );
        assert_eq!(
            report.var_binds,
            [format!("1.3.6.1.6.3.11.2.1.3.0=Counter32({count})")]
        );
    }
    // Empty is taken for ours, as net-snmp does.
    let empty = Asked {
        context_engine_id: b"",
        ..get()
    };
    assert_eq!(peer.ask(at(1001), &mut agent, &empty).pdu_type, PduType::Response);
}

#[test]
fn r3413_3_2a_contexts_are_told_apart_and_unknown_ones_reported() {
    let (mut agent, mut peer) = pair(AuthNoPriv);
    let other = Asked {
        context_name: b"Jetdirect",
        ..get()
    };
    let sent = peer.ask(at(1001), &mut agent, &other);
    assert!(
        sent.var_binds[0].contains("112, 114, 105, 110, 116"),
        "print server"
    );
    assert_eq!(sent.context_name, b"Jetdirect");
    let unknown = Asked {
        context_name: b"jetdirect",
        ..get()
    };
    let report = peer.ask(at(1001), &mut agent, &unknown);
    assert_eq!(report.report, Some(ReportKind::UnknownContexts));
    assert_eq!(agent.counters().unknown_contexts, 1);
}

#[test]
fn r3412_6_3b_no_answer_is_larger_than_the_peer_takes() {
    for level in LEVELS {
        let (mut agent, mut peer) = pair(level);
        let list = [VarBind::null(oid!(1.3.6.1.9.1))];
        let mut rows = 0;
        for max_size in [484, 485, 500, 700, 1000, 1472, 65_507, i32::MAX] {
            let asked = Asked {
                max_size,
                ..Asked::new(PduHeader::get_bulk(REQUEST_ID, 0, 100), &list)
            };
            let sent = peer.ask(at(1001), &mut agent, &asked);
            assert!(
                sent.len <= 1472 && sent.len <= max_size.unsigned_abs() as usize,
                "{level:?} {max_size}: {}",
                sent.len
            );
            assert!(sent.var_binds.len() >= rows && !sent.var_binds.is_empty());
            rows = sent.var_binds.len();
        }
        let many: Vec<_> = (1..=30)
            .map(|row| oid!(1.3.6.1.9.1).to_buf().join(&[row]).unwrap())
            .collect();
        let many: Vec<_> = many.iter().map(|name| VarBind::null(name.as_oid())).collect();
        let asked = Asked {
            max_size: 484,
            ..Asked::get(&many)
        };
        let sent = peer.ask(at(1001), &mut agent, &asked);
        assert_eq!((sent.status, sent.var_binds.len()), (ErrorStatus::TooBig, 0));
    }
}

#[test]
fn r3412_6_3a_a_msg_max_size_below_484_is_no_message() {
    let (mut agent, mut peer) = pair(NoAuthNoPriv);
    for max_size in [0, 483] {
        let request = peer.request(at(1001), &Asked { max_size, ..get() });
        assert_eq!(
            agent.hand_in(at(1001), request),
            (Err(NotMine::Malformed), vec![])
        );
    }
}

#[test]
fn r3412_7_2_4_and_5d_other_models_and_flags_that_contradict_are_counted_and_dropped() {
    let (mut agent, mut peer) = pair(NoAuthNoPriv);
    let request = peer.request(at(1001), &get());
    // The model's INTEGER stands behind the flags' octet.
    let flags = request.windows(3).position(|window| window == [4, 1, 4]).unwrap() + 2;
    let mut other_model = request.clone();
    other_model[flags + 4] ^= 1;
    assert_eq!(agent.hand_in(at(1001), other_model), (Ok(false), vec![]));
    assert_eq!(agent.counters().unknown_security_models, 1);
    let (mut agent, mut peer) = pair(AuthPriv);
    let mut request = peer.request(at(1001), &get());
    let flags = request.windows(3).position(|window| window == [4, 1, 7]).unwrap() + 2;
    request[flags] = 6;
    assert_eq!(agent.hand_in(at(1001), request), (Ok(false), vec![]));
    assert_eq!(agent.counters().invalid_msgs, 1);
}

#[test]
fn r3413_3_2b_levels_decide_who_reads_and_who_writes() {
    let mut config = Config::default();
    config.v3_read = AuthNoPriv;
    config.v3_write = Some(AuthPriv);
    for (level, reads, writes) in [
        (
            NoAuthNoPriv,
            ErrorStatus::AuthorizationError,
            ErrorStatus::AuthorizationError,
        ),
        (AuthNoPriv, ErrorStatus::NoError, ErrorStatus::AuthorizationError),
        (AuthPriv, ErrorStatus::NoError, ErrorStatus::NoError),
    ] {
        let mut agent = agent_with(config, level);
        let mut peer = Peer::new(&user(level));
        peer.establish(at(1000), &mut agent);
        assert_eq!(peer.ask(at(1001), &mut agent, &get()).status, reads);
        let value = VarBind::new(SYS_NAME, Value::OctetString(b"attic"));
        let set = Asked::new(PduHeader::request(PduType::SetRequest, REQUEST_ID), &[value]);
        assert_eq!(peer.ask(at(1001), &mut agent, &set).status, writes);
        let now = agent.context(b"").unwrap().get(SYS_NAME);
        assert_eq!(now == Some(Value::OctetString(b"attic")), level == AuthPriv);
    }
}

#[test]
fn r3414_2_2_2a_nothing_leaves_before_the_boots_are_stored() {
    let mut agent = agent_with(Config::default(), AuthPriv);
    agent.model_mut().local = Some(Local {
        id: ENGINE.into(),
        boots: 8,
        zero: at(0),
        stored: false,
    });
    let mut peer = Peer::new(&user(AuthPriv));
    let discovery = peer.discovery(at(1));
    assert_eq!(agent.hand_in(at(1), discovery), (Ok(false), vec![]));
    let store = agent.poll_store().expect("boots to write down");
    assert_eq!(store.octets, 8_i32.to_be_bytes());
    assert!(agent.sent(at(1)).is_empty());
    agent.handle_stored(store.token);
    assert_eq!(agent.sent(at(1)).len(), 1);
    assert!(agent.poll_store().is_none());
}

#[test]
fn r3412_7_2_7_a_scoped_pdu_that_does_not_decode_is_counted_and_dropped() {
    let (mut agent, mut peer) = pair(AuthPriv);
    let long = [b'e'; 33];
    let asked = Asked {
        context_engine_id: &long,
        ..get()
    };
    let request = peer.request(at(1001), &asked);
    assert_eq!(agent.hand_in(at(1001), request), (Ok(false), vec![]));
    assert_eq!(agent.counters().in_asn_parse_errs, 1);
}

#[test]
fn r3412_7_2_13a_a_request_under_the_sender_s_own_engine_is_dropped() {
    for level in LEVELS {
        let mut agent = agent_with(Config::default(), level);
        let other = Toy::authoritative(b"\x80\x00\x70\x0fother", 3, &[user(level)]);
        let mut peer = Peer::with(other, &user(level));
        // Without the reportableFlag the toy takes its own engine for the authoritative one, as for a trap.
        let request = peer.request(
            at(1001),
            &Asked {
                reportable: false,
                ..get()
            },
        );
        assert_eq!(agent.hand_in(at(1001), request), (Ok(false), vec![]), "{level:?}");
    }
}
