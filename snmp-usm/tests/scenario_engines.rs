//! What engines of devices do, as users of other libraries met it, over a virtual network: one test a scenario.

use std::net::SocketAddr;

use snmp_core::ber::Writer;
use snmp_core::datagram::{BufferTooSmall, Handled, Transmit, TransmitId, Via};
use snmp_core::manager::{Event, Manager, TargetConfig, TargetId};
use snmp_core::message::{ScopedPdu, V3Layout, encode_scoped_pdu};
use snmp_core::oid;
use snmp_core::oid::OidBuf;
use snmp_core::outcome::{LikelyCause, Outcome, Reject};
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::responder::{Config, Responder, Store};
use snmp_core::security::SecurityModel;
use snmp_core::sim::{Network, Node, NodeId, Role};
use snmp_core::strictness::Strictness;
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use snmp_usm::params::UsmLayout;
use snmp_usm::{AuthProtocol, Boots, EngineId, MasterKey, PrivProtocol, User, Usm};

const ROWS: u32 = 60;

fn device_at(number: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, number], 161))
}

fn open() -> User {
    User::without_keys("open").unwrap()
}

fn secret() -> User {
    let master = |fill| MasterKey::from_octets(AuthProtocol::Sha256, &[fill; 32]).unwrap();
    User::with_privacy("secret", master(1), PrivProtocol::Aes128, master(2)).unwrap()
}

fn engine(last: u8) -> EngineId {
    EngineId::from_administered(8072, &[9, last]).unwrap()
}

/// What becomes of an answer: the datagrams that leave instead.
type Spoil = fn(&[u8]) -> Vec<Vec<u8>>;

/// An agent, and what it does to its answers.
struct Device {
    agent: Responder<Store, Usm>,
    spoil: Spoil,
    leaving: Vec<(SocketAddr, Vec<u8>)>,
}

fn device(zero: Instant, id: EngineId, boots: Boots<'_>, spoil: Spoil) -> Box<dyn Node> {
    let mut usm = Usm::with_local_engine([7; 16], zero, id, boots).unwrap();
    usm.add_user(&open());
    usm.add_user(&secret());
    let mut agent = Responder::new(Config::default(), usm);
    let mut store = Store::new();
    for row in 1..=ROWS {
        let name = OidBuf::from_arcs(&[1, 3, 6, 1, 2, 1, 43, row]).unwrap();
        // Few fit an answer.
        store.insert(name.as_oid(), Value::OctetString(&[b'x'; 100]));
    }
    agent.add_context(b"", store);
    Box::new(Device {
        agent,
        spoil,
        leaving: Vec::new(),
    })
}

impl Node for Device {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        while let Some(store) = self.agent.poll_store() {
            self.agent.handle_stored(store.token);
        }
        let _: Handled<_> = self.agent.handle_datagram(now, via, from, datagram);
        let mut buffer = [0; 2000];
        while let Some(transmit) = self.agent.poll_transmit(now, &mut buffer).unwrap() {
            for octets in (self.spoil)(&buffer[transmit.range.clone()]) {
                self.leaving.push((transmit.to, octets));
            }
        }
    }

    fn poll_transmit(&mut self, _: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        take(&mut self.leaving, buffer)
    }
}

fn take(
    leaving: &mut Vec<(SocketAddr, Vec<u8>)>,
    buffer: &mut [u8],
) -> Result<Option<Transmit>, BufferTooSmall> {
    if leaving.is_empty() {
        return Ok(None);
    }
    let (to, octets) = leaving.remove(0);
    buffer[..octets.len()].copy_from_slice(&octets);
    Ok(Some(Transmit {
        to,
        via: Via(0),
        range: 0..octets.len(),
        id: TransmitId(0),
        attempt: 0,
    }))
}

type World = Network<Role<Box<dyn Node>, Usm>>;

/// Devices at their addresses, and a target for each, asked with this user.
fn world(devices: Vec<Box<dyn Node>>, user: &User) -> (World, NodeId, Vec<TargetId>) {
    let mut network = Network::new([1; 16]);
    let mut manager = Manager::with_model([2; 16], Usm::new([3; 16]));
    let mut targets = Vec::new();
    for (number, device) in (1..).zip(devices) {
        network.add(Role::Other(device), &[device_at(number)]);
        let config =
            TargetConfig::v3(device_at(number), user.clone()).with_timeout(Duration::from_secs(1), 2);
        targets.push(manager.add_target(config).unwrap());
    }
    let collector = network.add(Role::polling(manager), &["10.1.0.1:50000".parse().unwrap()]);
    (network, collector, targets)
}

/// Asks for the first row: whether it came, with what it cost, or why not.
fn ask(network: &mut World, collector: NodeId, target: TargetId) -> Result<u32, Outcome> {
    network.command(collector, |node, now| {
        let manager = &mut node.as_polling_mut().unwrap().manager;
        manager.get(now, target, [oid!(1.3.6.1.2.1.43.1)]).unwrap();
    });
    assert!(
        network.run_until(network.now() + Duration::from_secs(100)),
        "it ends"
    );
    network.command(collector, |node, _| {
        let events = &mut node.as_polling_mut().unwrap().events;
        let (_, event) = events.pop().unwrap();
        assert!(events.is_empty(), "once");
        match event.event() {
            Event::Answer(answer) => {
                let value = answer.var_binds.iter().next().unwrap().value;
                assert_eq!(value, Value::OctetString(&[b'x'; 100]), "no lie");
                Ok(answer.traffic.sent)
            }
            Event::Failed(failed) => Err(failed.outcome),
            other => panic!("{other:?}"),
        }
    })
}

fn one(device: Box<dyn Node>, user: &User) -> (World, NodeId, TargetId) {
    let (network, collector, targets) = world(vec![device], user);
    (network, collector, targets[0])
}

/// Asks a device of boots 1 with this spoiling, for the first time.
fn asked_once(spoil: Spoil, user: &User) -> Result<u32, Outcome> {
    let device = device(Instant::ZERO, engine(1), Boots::First, spoil);
    let (mut network, collector, target) = one(device, user);
    ask(&mut network, collector, target)
}

fn as_it_is(answer: &[u8]) -> Vec<Vec<u8>> {
    vec![answer.to_vec()]
}

/// Switches the device off, and another on in its place.
fn replace(network: &mut World, device: Box<dyn Node>) {
    network.add(Role::Other(device), &[device_at(1)]);
}

/// The parts of a message that is neither authenticated nor encrypted.
struct Parts {
    msg_id: i32,
    max_size: i32,
    flags: Vec<u8>,
    engine_id: Vec<u8>,
    boots: i32,
    time: i32,
    user: Vec<u8>,
    scoped: Vec<u8>,
    pdu_type: PduType,
}

impl Parts {
    /// `None` where it is authenticated.
    fn of(message: &[u8]) -> Option<Self> {
        let layout = V3Layout::decode(message, Strictness::STRICT).unwrap();
        if layout.flags.octet() & 1 != 0 {
            return None;
        }
        let parameters = UsmLayout::decode(message, &layout, Strictness::STRICT).unwrap();
        let scoped = message[layout.data.clone()].to_vec();
        Some(Self {
            msg_id: layout.msg_id,
            max_size: layout.max_size,
            flags: vec![layout.flags.octet()],
            engine_id: message[parameters.engine_id].to_vec(),
            boots: parameters.boots.cast_signed(),
            time: parameters.time.cast_signed(),
            user: message[parameters.user_name].to_vec(),
            pdu_type: ScopedPdu::decode(&scoped, Strictness::STRICT)
                .unwrap()
                .pdu
                .header
                .pdu_type,
            scoped,
        })
    }

    /// The head of an answer to a message with this id, with a lie in it.
    fn lie(message: &[u8]) -> Self {
        let layout = V3Layout::decode(message, Strictness::STRICT).unwrap();
        let parameters = UsmLayout::decode(message, &layout, Strictness::STRICT).unwrap();
        let engine_id = message[parameters.engine_id].to_vec();
        let name = oid!(1.3.6.1.2.1.43.1);
        let header = PduHeader::response(layout.msg_id, ErrorStatus::NoError, 0);
        let lie = [VarBind::new(name, Value::Integer(666))];
        Self {
            msg_id: layout.msg_id,
            max_size: 1472,
            flags: vec![0],
            boots: parameters.boots.cast_signed(),
            time: parameters.time.cast_signed(),
            user: message[parameters.user_name].to_vec(),
            pdu_type: PduType::Response,
            scoped: scoped(&engine_id, b"", &header, &lie),
            engine_id,
        }
    }

    fn write(&self) -> Vec<u8> {
        let mut buffer = [0; 2000];
        let mut writer = Writer::new(&mut buffer);
        let end = writer.mark();
        writer.octets(&self.scoped);
        let parameters = writer.mark();
        writer.octet_string(b"");
        writer.octet_string(b"");
        writer.octet_string(&self.user);
        writer.integer(self.time);
        writer.integer(self.boots);
        writer.octet_string(&self.engine_id);
        writer.sequence(parameters);
        let length = writer.since(parameters).len();
        writer.head(0x04, length);
        let global = writer.mark();
        writer.integer(3);
        writer.octet_string(&self.flags);
        writer.integer(self.max_size);
        writer.integer(self.msg_id);
        writer.sequence(global);
        writer.integer(3);
        writer.sequence(end);
        let range = writer.finish().unwrap();
        buffer[range].to_vec()
    }
}

fn scoped(engine_id: &[u8], context: &[u8], header: &PduHeader, list: &[VarBind<'_>]) -> Vec<u8> {
    let mut buffer = [0; 1500];
    let mut writer = Writer::new(&mut buffer);
    encode_scoped_pdu(&mut writer, engine_id, context, header, list.iter().copied());
    let range = writer.finish().unwrap();
    buffer[range].to_vec()
}

/// Changes what is neither authenticated nor encrypted.
fn changed(answer: &[u8], change: impl FnOnce(&mut Parts)) -> Vec<Vec<u8>> {
    match Parts::of(answer) {
        Some(mut parts) => {
            change(&mut parts);
            vec![parts.write()]
        }
        None => as_it_is(answer),
    }
}

/// Changes Reports that are not authenticated.
fn changed_report(answer: &[u8], change: impl FnOnce(&mut Parts, &ScopedPdu<'_>)) -> Vec<Vec<u8>> {
    changed(answer, |parts| {
        if parts.pdu_type == PduType::Report {
            let old = parts.scoped.clone();
            change(parts, &ScopedPdu::decode(&old, Strictness::STRICT).unwrap());
        }
    })
}

/// A device without keys, whose engine id is none.
struct OddEngine {
    id: Vec<u8>,
    leaving: Vec<(SocketAddr, Vec<u8>)>,
}

impl Node for OddEngine {
    fn handle_datagram(&mut self, _: Instant, _: Via, from: SocketAddr, datagram: &mut [u8]) {
        let Some(mut parts) = Parts::of(datagram) else {
            return;
        };
        let request = ScopedPdu::decode(&parts.scoped, Strictness::STRICT).unwrap();
        let id = request.pdu.header.request_id;
        parts.scoped = if parts.engine_id == self.id {
            let list = [VarBind::new(
                oid!(1.3.6.1.2.1.43.1),
                Value::OctetString(&[b'x'; 100]),
            )];
            scoped(
                &self.id,
                b"",
                &PduHeader::response(id, ErrorStatus::NoError, 0),
                &list,
            )
        } else {
            let list = [VarBind::new(oid!(1.3.6.1.6.3.15.1.1.4.0), Value::Counter32(1))];
            scoped(&self.id, b"", &PduHeader::report(id), &list)
        };
        parts.engine_id.clone_from(&self.id);
        parts.flags = vec![0];
        self.leaving.push((from, parts.write()));
    }

    fn poll_transmit(&mut self, _: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        take(&mut self.leaving, buffer)
    }
}

/// Nothing is taken of what it says, and the timeout says for what reason.
fn silence_that_says(outcome: Result<u32, Outcome>, reject: Reject) {
    let Err(Outcome::Timeout(timeout)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!((timeout.attempts, timeout.discovered), (3, false));
    assert_eq!(timeout.dropped.iter().collect::<Vec<_>>(), [(reject, 3)]);
}

fn with_engine_id(id: &[u8]) -> Result<u32, Outcome> {
    let device = OddEngine {
        id: id.to_vec(),
        leaving: Vec::new(),
    };
    let (mut network, collector, target) = one(Box::new(device), &open());
    ask(&mut network, collector, target)
}

#[test]
fn a_good_engine_id_is_discovered() {
    assert_eq!(with_engine_id(b"\x80\0\0\x05engine"), Ok(2));
}

#[test]
fn scenario_engine_id_4_octets_is_none() {
    silence_that_says(with_engine_id(&[0x80, 0, 0, 5]), Reject::Security);
}

#[test]
fn scenario_engine_id_33_is_none() {
    silence_that_says(with_engine_id(&[0x80; 33]), Reject::Security);
}

#[test]
fn scenario_engine_id_all_zero_is_none() {
    silence_that_says(with_engine_id(&[0; 12]), Reject::Security);
}

#[test]
fn scenario_discovery_answers_unknown_user_name() {
    let spoil = |answer: &[u8]| {
        changed_report(answer, |parts, report| {
            let list = [VarBind::new(oid!(1.3.6.1.6.3.15.1.1.3.0), Value::Counter32(4))];
            parts.scoped = scoped(&parts.engine_id, b"", &report.pdu.header, &list);
        })
    };
    assert_eq!(asked_once(spoil, &open()), Ok(2));
    assert_eq!(asked_once(spoil, &secret()), asked_once(as_it_is, &secret()));
}

#[test]
fn scenario_discovery_boots_0_is_no_clock() {
    let spoil = |answer: &[u8]| changed_report(answer, |parts, _| (parts.boots, parts.time) = (0, 0));
    assert_eq!(asked_once(spoil, &open()), Ok(2));
    // The time is asked for once more.
    assert_eq!(asked_once(spoil, &secret()), Ok(3));
}

#[test]
fn scenario_boots_always_0_time_jumps_back_is_followed() {
    let id = engine(1);
    let (mut network, collector, target) = one(device(Instant::ZERO, id, Boots::First, as_it_is), &secret());
    ask(&mut network, collector, target).unwrap();
    network.pass_until(Instant::from_secs(5000));
    // It restarts, and counts its boots from the start again.
    let now = network.now();
    replace(&mut network, device(now, id, Boots::First, as_it_is));
    network.pass_until(Instant::from_secs(5010));
    // Its Report is authenticated: nobody else says so.
    assert_eq!(ask(&mut network, collector, target), Ok(2));
    assert_eq!(ask(&mut network, collector, target), Ok(1));
}

#[test]
fn scenario_time_jumps_forward_is_followed() {
    let id = engine(1);
    let zero = Instant::from_secs(1000);
    let (mut network, collector, target) = one(device(zero, id, Boots::First, as_it_is), &secret());
    network.pass_until(Instant::from_secs(2000));
    ask(&mut network, collector, target).unwrap();
    replace(&mut network, device(Instant::ZERO, id, Boots::First, as_it_is));
    assert_eq!(ask(&mut network, collector, target), Ok(2));
    assert_eq!(ask(&mut network, collector, target), Ok(1));
}

#[test]
fn scenario_clock_151_s_is_too_much_and_149_are_not() {
    let id = engine(1);
    for (ahead, sent) in [(149, 1), (152, 2)] {
        let zero = Instant::from_secs(1000);
        let (mut network, collector, target) = one(device(zero, id, Boots::First, as_it_is), &secret());
        network.pass_until(Instant::from_secs(2000));
        ask(&mut network, collector, target).unwrap();
        let zero = Instant::from_secs(1000 - ahead);
        replace(&mut network, device(zero, id, Boots::First, as_it_is));
        assert_eq!(ask(&mut network, collector, target), Ok(sent), "{ahead}");
        assert_eq!(ask(&mut network, collector, target), Ok(1), "{ahead}");
    }
}

#[test]
fn scenario_reboot_mid_walk_costs_no_row() {
    let id = engine(1);
    let (mut network, collector, target) = one(device(Instant::ZERO, id, Boots::First, as_it_is), &secret());
    network.pass_until(Instant::from_secs(500));
    network.command(collector, |node, now| {
        let manager = &mut node.as_polling_mut().unwrap().manager;
        manager.walk(now, target, oid!(1.3.6.1.2.1.43)).unwrap();
    });
    // Until some rows are there.
    while network.node(collector).as_polling().unwrap().events.is_empty() {
        assert!(network.step());
    }
    let mut old = Usm::with_local_engine([7; 16], Instant::ZERO, id, Boots::First).unwrap();
    let stored = old.poll_store().unwrap();
    let now = network.now();
    replace(
        &mut network,
        device(now, id, Boots::Stored(&stored.octets), as_it_is),
    );
    assert!(network.run_until(now + Duration::from_secs(100)));
    let events = &network.node(collector).as_polling().unwrap().events;
    let mut rows = 0;
    for (_, event) in events {
        match event.event() {
            Event::Rows(some) => rows += u32::try_from(some.var_binds.len()).unwrap(),
            Event::WalkEnded(ended) => assert!(ended.end.is_complete() && ended.rows == rows),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(rows, ROWS);
}

#[test]
fn scenario_cloned_engine_id_disturbs_nobody() {
    let id = engine(1);
    let devices = vec![
        device(Instant::ZERO, id, Boots::Stored(b"USM1\0\0\0\x63"), as_it_is),
        device(Instant::from_secs(4000), id, Boots::First, as_it_is),
    ];
    let (mut network, collector, targets) = world(devices, &secret());
    network.pass_until(Instant::from_secs(5000));
    for target in &targets {
        ask(&mut network, collector, *target).unwrap();
    }
    for _ in 0..3 {
        network.pass_until(network.now() + Duration::from_secs(300));
        for target in &targets {
            assert_eq!(ask(&mut network, collector, *target), Ok(1));
        }
    }
}

#[test]
fn scenario_device_replaced_by_another_engine_is_discovered_again() {
    let (mut network, collector, target) = one(
        device(Instant::ZERO, engine(1), Boots::First, as_it_is),
        &secret(),
    );
    ask(&mut network, collector, target).unwrap();
    replace(
        &mut network,
        device(Instant::ZERO, engine(2), Boots::First, as_it_is),
    );
    assert_eq!(ask(&mut network, collector, target), Ok(2));
    assert_eq!(ask(&mut network, collector, target), Ok(1));
}

/// A lie before each answer that is not a Report of a first contact.
fn lie_first(answer: &[u8], lie: impl FnOnce(&mut Parts)) -> Vec<Vec<u8>> {
    let mut parts = Parts::lie(answer);
    lie(&mut parts);
    vec![parts.write(), answer.to_vec()]
}

#[test]
fn scenario_report_unauth_not_in_time_moves_no_clock() {
    let plain = asked_once(as_it_is, &secret());
    let spoil = |answer: &[u8]| {
        lie_first(answer, |parts| {
            let list = [VarBind::new(oid!(1.3.6.1.6.3.15.1.1.2.0), Value::Counter32(4))];
            (parts.boots, parts.time) = (77, 77_777);
            let header = PduHeader::report(parts.msg_id);
            parts.scoped = scoped(&parts.engine_id, b"", &header, &list);
        })
    };
    assert_eq!(asked_once(spoil, &secret()), plain);
}

#[test]
fn scenario_weaker_level_answer_is_dropped() {
    let plain = asked_once(as_it_is, &secret());
    assert_eq!(asked_once(|answer| lie_first(answer, |_| ()), &secret()), plain);
}

#[test]
fn scenario_priv_without_auth_is_dropped() {
    let plain = asked_once(as_it_is, &secret());
    let spoil = |answer: &[u8]| {
        lie_first(answer, |parts| {
            parts.flags = vec![2];
            // msgData has to be an OCTET STRING then.
            parts.scoped[0] = 0x04;
        })
    };
    assert_eq!(asked_once(spoil, &secret()), plain);
}

#[test]
fn scenario_wrong_digest_forged_is_dropped() {
    let plain = asked_once(as_it_is, &secret());
    let spoil = |answer: &[u8]| {
        let mut forged = answer.to_vec();
        // In the data, which the digest covers.
        *forged.last_mut().unwrap() ^= 1;
        match Parts::of(answer) {
            Some(_) => as_it_is(answer),
            None => vec![forged, answer.to_vec()],
        }
    };
    assert_eq!(asked_once(spoil, &secret()), plain);
    // And alone it is silence that says why.
    let spoil = |answer: &[u8]| {
        let mut forged = answer.to_vec();
        *forged.last_mut().unwrap() ^= u8::from(Parts::of(answer).is_none());
        vec![forged]
    };
    let Err(Outcome::Timeout(timeout)) = asked_once(spoil, &secret()) else {
        panic!()
    };
    assert!(timeout.dropped.count(Reject::Digest) > 0);
    assert_eq!(
        timeout.likely_causes().collect::<Vec<_>>(),
        [LikelyCause::OtherKeys]
    );
}

#[test]
fn scenario_wrong_context_answer_is_dropped() {
    let spoil = |answer: &[u8]| {
        changed(answer, |parts| {
            if parts.pdu_type == PduType::Response {
                let old = parts.scoped.clone();
                let old = ScopedPdu::decode(&old, Strictness::STRICT).unwrap();
                let list: Vec<_> = old.pdu.var_binds.iter().collect();
                parts.scoped = scoped(&parts.engine_id, b"other", &old.pdu.header, &list);
            }
        })
    };
    let Err(Outcome::Timeout(timeout)) = asked_once(spoil, &open()) else {
        panic!()
    };
    assert!(timeout.discovered && timeout.dropped.count(Reject::Security) > 0);
}

#[test]
fn scenario_report_random_request_id_is_known_by_its_msg_id() {
    let spoil = |answer: &[u8]| {
        changed_report(answer, |parts, report| {
            let list: Vec<_> = report.pdu.var_binds.iter().collect();
            parts.scoped = scoped(&parts.engine_id, b"", &PduHeader::report(-5), &list);
        })
    };
    assert_eq!(asked_once(spoil, &secret()), asked_once(as_it_is, &secret()));
}

#[test]
fn scenario_report_many_varbinds_is_dropped_and_told() {
    let spoil = |answer: &[u8]| {
        changed_report(answer, |parts, report| {
            let mut list: Vec<_> = report.pdu.var_binds.iter().collect();
            list.push(VarBind::new(oid!(1.3.6.1.6.3.15.1.1.5.0), Value::Counter32(9)));
            list.push(VarBind::new(oid!(1.3.6.1.2.1.1.3.0), Value::TimeTicks(9)));
            parts.scoped = scoped(&parts.engine_id, b"", &report.pdu.header, &list);
        })
    };
    // A Report is one counter (RFC 3412 §7.1 step 3): of others nobody can tell what they report.
    silence_that_says(asked_once(spoil, &secret()), Reject::Malformed);
}

#[test]
fn scenario_msg_max_size_0_of_an_answer_is_no_harm() {
    let spoil = |answer: &[u8]| changed(answer, |parts| parts.max_size = 0);
    assert_eq!(asked_once(spoil, &open()), Ok(2));
}

#[test]
fn scenario_flags_2_octets_is_dropped_and_told() {
    let spoil = |answer: &[u8]| changed(answer, |parts| parts.flags.push(0));
    silence_that_says(asked_once(spoil, &open()), Reject::Malformed);
}
