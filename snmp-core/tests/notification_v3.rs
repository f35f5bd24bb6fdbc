//! The receiver's side of v3 over a toy security model: traps from engines never heard of, informs, discovery, Reports.
#![cfg(feature = "notification")]

mod asking_v3;
mod toy_security;

use asking_v3::{Asked, ENGINE, Machine, Peer, REQUEST_ID, at, peer_address};
use snmp_core::datagram::{BufferTooSmall, Handled, NotMine, Transmit, Via};
use snmp_core::notification::{Config, Event, InformId, Kind, Receiver};
use snmp_core::oid;
use snmp_core::pdu::{PduHeader, PduType};
use snmp_core::security::ReportKind;
use snmp_core::security::SecurityLevel::{self, AuthNoPriv, AuthPriv, NoAuthNoPriv};
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use toy_security::{Toy, ToyUser};

const LEVELS: [SecurityLevel; 3] = [NoAuthNoPriv, AuthNoPriv, AuthPriv];
const PRINTER: &[u8] = b"\x80\x00\x70\x0fprinter";
const UP_TIME: VarBind<'static> = VarBind::new(oid!(1.3.6.1.2.1.1.3.0), Value::TimeTicks(4200));
const COLD_START: VarBind<'static> = VarBind::new(
    oid!(1.3.6.1.6.3.1.1.4.1.0),
    Value::ObjectIdentifier(oid!(1.3.6.1.6.3.1.1.5.1)),
);

/// A receiver that keeps what it was told.
struct Listening {
    receiver: Receiver<Toy>,
    /// Level, trap, inform.
    told: Vec<(SecurityLevel, String, Option<InformId>)>,
    context_engine_id: Vec<u8>,
}

impl Listening {
    fn new(users: &[ToyUser]) -> Self {
        Self {
            receiver: Receiver::new(Config::default(), Toy::authoritative(ENGINE, 7, users), [5; 16]),
            told: Vec::new(),
            context_engine_id: Vec::new(),
        }
    }
}

impl Machine for Listening {
    fn take(&mut self, now: Instant, datagram: &mut [u8]) -> Result<bool, NotMine> {
        match self
            .receiver
            .handle_datagram(now, Via(3), peer_address(), datagram)
        {
            Handled::Event(Event::Notification(notification)) => {
                let id = match notification.kind {
                    Kind::Inform(id) => Some(id),
                    _ => None,
                };
                let oid = notification
                    .trap_oid()
                    .map_or_else(String::new, |oid| oid.to_string());
                self.told.push((notification.level, oid, id));
                self.context_engine_id = notification.context_engine_id.to_vec();
                Ok(true)
            }
            Handled::Event(other) => panic!("{other:?}"),
            Handled::Consumed => Ok(false),
            Handled::NotMine(reason) => Err(reason),
        }
    }

    fn transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        self.receiver.poll_transmit(now, buffer)
    }
}

fn user(level: SecurityLevel) -> ToyUser {
    ToyUser::new("user", level)
}

fn notification(pdu_type: PduType) -> Asked<'static> {
    Asked::new(PduHeader::request(pdu_type, REQUEST_ID), &[UP_TIME, COLD_START])
}

fn trap() -> Asked<'static> {
    Asked {
        context_engine_id: PRINTER,
        reportable: false,
        ..notification(PduType::TrapV2)
    }
}

/// The sender of traps: its own engine is the authoritative one.
fn printer(user: &ToyUser) -> Peer {
    Peer::with(Toy::authoritative(PRINTER, 3, std::slice::from_ref(user)), user)
}

#[test]
fn r3412_7_2_14_a_trap_from_an_engine_never_heard_of_is_delivered() {
    for level in LEVELS {
        let mut listening = Listening::new(&[user(level)]);
        let datagram = printer(&user(level)).request(at(50), &trap());
        assert_eq!(
            listening.hand_in(at(9000), datagram),
            (Ok(true), vec![]),
            "{level:?}: no answer to a trap"
        );
        assert_eq!(listening.told, [(level, "1.3.6.1.6.3.1.1.5.1".to_owned(), None)]);
        assert_eq!(listening.context_engine_id, PRINTER);
        // Only one that authenticated is remembered.
        let known = listening
            .receiver
            .model()
            .engines
            .iter()
            .any(|engine| engine.id == PRINTER);
        assert_eq!(known, level > NoAuthNoPriv);
    }
}

#[test]
fn r3414_3_2_7b5_a_trap_after_its_sender_s_restart_is_taken_and_an_old_one_is_not() {
    let mut listening = Listening::new(&[user(AuthPriv)]);
    let mut sender = printer(&user(AuthPriv));
    let old = sender.request(at(5000), &trap());
    assert_eq!(listening.hand_in(at(5000), old.clone()).0, Ok(true));
    let local = sender.toy.local.as_mut().unwrap();
    (local.boots, local.zero) = (4, at(5100));
    let restarted = sender.request(at(5103), &trap());
    assert_eq!(listening.hand_in(at(5103), restarted).0, Ok(true));
    assert_eq!(
        listening.hand_in(at(5104), old),
        (Ok(false), vec![]),
        "R3414-3.2-7b3: no Report either"
    );
}

#[test]
fn r3412_7_1_3b_a_trap_that_is_refused_is_never_reported_on() {
    let mut listening = Listening::new(&[user(AuthPriv)]);
    let mut wrong_key = user(AuthPriv);
    wrong_key.auth = [1; 16];
    for sender in [wrong_key, ToyUser::new("nobody", AuthNoPriv)] {
        let level = sender.level;
        let mut datagram = printer(&sender).request(at(50), &trap());
        assert_eq!(listening.hand_in(at(50), datagram.clone()), (Ok(false), vec![]));
        // R3412-6.4c: where the PDU can be read, the reportableFlag changes nothing.
        if level == AuthNoPriv {
            let flags = datagram
                .windows(3)
                .position(|window| window == [4, 1, 1])
                .unwrap()
                + 2;
            datagram[flags] = 5;
            assert_eq!(listening.hand_in(at(50), datagram), (Ok(false), vec![]));
        }
    }
    assert!(listening.told.is_empty());
}

#[test]
fn r3413_3_4a_an_inform_goes_through_discovery_and_is_answered_as_it_was_secured() {
    for level in LEVELS {
        let mut listening = Listening::new(&[user(level)]);
        let mut sender = Peer::new(&user(level));
        sender.establish(at(1000), &mut listening);
        let datagram = sender.request(at(1001), &notification(PduType::InformRequest));
        assert_eq!(
            listening.hand_in(at(1001), datagram),
            (Ok(true), vec![]),
            "not before it is accepted"
        );
        let id = listening.told[0].2.unwrap();
        assert!(listening.receiver.accept(at(1001), id));
        let sent = listening.sent(at(1001));
        let answer = sender.read(at(1001), &sent[0]);
        assert_eq!(
            (answer.pdu_type, answer.request_id, answer.level),
            (PduType::Response, REQUEST_ID, level)
        );
        assert_eq!(answer.var_binds.len(), 2);
        assert_eq!(
            (&answer.context_engine_id[..], &answer.context_name[..]),
            (ENGINE, &b""[..])
        );
    }
}

#[test]
fn r3413_3_4b_a_retransmission_under_a_new_msg_id_is_answered_again_and_delivered_once() {
    let mut listening = Listening::new(&[user(AuthPriv)]);
    let mut sender = Peer::new(&user(AuthPriv));
    sender.establish(at(1000), &mut listening);
    let inform = notification(PduType::InformRequest);
    let first = sender.request(at(1001), &inform);
    assert_eq!(listening.hand_in(at(1001), first).0, Ok(true));
    // Repeated before it is accepted: the answer is to the latest.
    let second = sender.request(at(1002), &inform);
    assert_eq!(listening.hand_in(at(1002), second), (Ok(false), vec![]));
    listening.receiver.accept(at(1002), listening.told[0].2.unwrap());
    let sent = listening.sent(at(1002));
    assert_eq!((sent.len(), sender.read(at(1002), &sent[0]).msg_id), (1, 102 + 2));
    let third = sender.request(at(1003), &inform);
    let (handled, sent) = listening.hand_in(at(1003), third);
    assert_eq!(
        (handled, sender.read(at(1003), &sent[0]).msg_id),
        (Ok(false), 102 + 3)
    );
    assert_eq!(listening.told.len(), 1);
}

#[test]
fn refused_informs_are_reported_on() {
    let mut listening = Listening::new(&[user(AuthNoPriv)]);
    let mut wrong_key = user(AuthNoPriv);
    wrong_key.auth = [1; 16];
    for (who, kind) in [
        (wrong_key, ReportKind::WrongDigests),
        (ToyUser::new("nobody", AuthNoPriv), ReportKind::UnknownUserNames),
        (user(NoAuthNoPriv), ReportKind::UnsupportedSecurityLevels),
    ] {
        let mut sender = Peer::new(&who);
        let _ = snmp_core::security::SecurityModel::prepare(&mut sender.toy, at(1), sender.peer);
        let discovery = sender.discovery(at(1));
        let (_, sent) = listening.hand_in(at(1), discovery);
        sender.read(at(1), &sent[0]);
        let report = sender.ask(at(1), &mut listening, &notification(PduType::InformRequest));
        assert_eq!((report.report, report.request_id), (Some(kind), REQUEST_ID));
    }
    assert!(listening.told.is_empty());
}

#[test]
fn r3412_4_2_2_1_a_request_has_no_handler_here_and_an_answer_is_left_alone() {
    let mut listening = Listening::new(&[user(AuthNoPriv)]);
    let mut sender = Peer::new(&user(AuthNoPriv));
    sender.establish(at(1000), &mut listening);
    let report = sender.ask(at(1001), &mut listening, &Asked::get(&[]));
    assert_eq!(report.report, Some(ReportKind::UnknownPduHandlers));
    let response = Asked::new(PduHeader::request(PduType::Response, REQUEST_ID), &[]);
    let response = sender.request(at(1001), &response);
    assert_eq!(
        listening.hand_in(at(1001), response),
        (Err(NotMine::Kind), vec![])
    );
}

#[test]
fn an_inform_without_keys_does_not_have_an_authentic_one_taken_for_its_retransmission() {
    let (open, keyed) = (ToyUser::new("open", NoAuthNoPriv), user(AuthPriv));
    let mut listening = Listening::new(&[open.clone(), keyed.clone()]);
    for who in [open, keyed] {
        let mut sender = Peer::new(&who);
        sender.establish(at(1000), &mut listening);
        let inform = sender.request(at(1001), &notification(PduType::InformRequest));
        assert_eq!(listening.hand_in(at(1001), inform).0, Ok(true), "{who:?}");
    }
    assert_eq!(listening.told.len(), 2);
}
