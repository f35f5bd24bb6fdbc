//! What senders of notifications do, as users of other receivers met it, over a virtual network: one test a scenario.

use std::net::SocketAddr;

use snmp_core::datagram::{BufferTooSmall, Handled, Transmit, Via};
use snmp_core::manager::TargetConfig;
use snmp_core::message::{Version, encode_community};
use snmp_core::notification::{self, End, Kind, Notice, NotifyType, Originator, OriginatorEvent, Receiver};
use snmp_core::oid;
use snmp_core::pdu::{PduHeader, PduType};
use snmp_core::security::{SecurityLevel, SecurityModel};
use snmp_core::sim::{Chance, Faults, Network, Node, NodeId};
use snmp_core::strictness::Anomaly;
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use snmp_usm::{AuthProtocol, Boots, EngineId, MasterKey, PrivProtocol, User, Usm};

const RECEIVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(10, 1, 0, 1)), 162);

fn sender_at(number: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, number], 50_000))
}

fn user() -> User {
    let master = |fill| MasterKey::from_octets(AuthProtocol::Sha256, &[fill; 32]).unwrap();
    User::with_privacy("fleet", master(1), PrivProtocol::Aes128, master(2)).unwrap()
}

fn usm(now: Instant, number: u8, boots: Boots<'_>) -> Usm {
    let engine = EngineId::from_administered(8072, &[3, number]).unwrap();
    Usm::with_local_engine([number; 16], now, engine, boots).unwrap()
}

/// What a receiver was told.
#[derive(Debug, PartialEq)]
struct Told {
    from: SocketAddr,
    level: SecurityLevel,
    inform: bool,
    number: Value<'static>,
    anomalies: Vec<Anomaly>,
}

enum Member {
    Listening {
        receiver: Box<Receiver<Usm>>,
        told: Vec<Told>,
    },
    Sending {
        originator: Box<Originator<Usm>>,
        ended: Vec<OriginatorEvent>,
    },
}

impl Node for Member {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        match self {
            Self::Listening { receiver, told } => {
                let inform = match Receiver::handle_datagram(receiver, now, via, from, datagram) {
                    Handled::Event(notification::Event::Notification(one)) => {
                        let inform = match one.kind {
                            Kind::Inform(id) => Some(id),
                            _ => None,
                        };
                        let number = match one.var_binds.iter().last().map(|last| last.value) {
                            Some(Value::Gauge32(number)) => Value::Gauge32(number),
                            _ => Value::Null,
                        };
                        told.push(Told {
                            from: one.from,
                            level: one.level,
                            inform: inform.is_some(),
                            number,
                            anomalies: one.anomalies.iter().collect(),
                        });
                        inform
                    }
                    _ => None,
                };
                if let Some(id) = inform {
                    assert!(receiver.accept(now, id));
                }
            }
            Self::Sending { originator, ended } => {
                if let Handled::Event(event) = originator.handle_datagram(now, via, from, datagram) {
                    ended.push(event);
                }
            }
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        if let Self::Sending { originator, .. } = self {
            originator.handle_timeout(now);
        }
    }

    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        match self {
            Self::Listening { receiver, .. } => {
                while let Some(store) = receiver.poll_store() {
                    receiver.handle_stored(store.token);
                }
                receiver.poll_transmit(now, buffer)
            }
            Self::Sending { originator, ended } => {
                while let Some(store) = originator.poll_store() {
                    originator.handle_stored(store.token);
                }
                let transmit = originator.poll_transmit(now, buffer);
                ended.extend(std::iter::from_fn(|| originator.poll_event()));
                transmit
            }
        }
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        match self {
            Self::Listening { .. } => None,
            Self::Sending { originator, .. } => originator.poll_timeout(),
        }
    }
}

fn network(faults: Faults) -> (Network<Member>, NodeId) {
    seeded([1; 16], faults)
}

fn seeded(seed: [u8; 16], faults: Faults) -> (Network<Member>, NodeId) {
    let mut network = Network::new(seed).with_faults(faults);
    let mut model = usm(Instant::ZERO, 200, Boots::First);
    model.add_user(&user());
    let mut receiver = Receiver::new(notification::Config::default(), model, [9; 16]);
    receiver.add_community(b"public");
    let listening = Member::Listening {
        receiver: Box::new(receiver),
        told: Vec::new(),
    };
    let id = network.add(listening, &[RECEIVER]);
    (network, id)
}

/// A sender tells the receiver a number.
fn tell(network: &mut Network<Member>, number: u8, model: Usm, kind: NotifyType, what: u32) -> NodeId {
    let sending = Member::Sending {
        originator: Box::new(Originator::with_model([number; 16], model)),
        ended: Vec::new(),
    };
    let id = network.add(sending, &[sender_at(number)]);
    network.command(id, |member, now| {
        let Member::Sending { originator, .. } = member else {
            panic!()
        };
        let config = TargetConfig::v3(RECEIVER, user()).with_timeout(Duration::from_secs(1), 4);
        let target = originator.add_target(config).unwrap();
        let list = [VarBind::new(oid!(1.3.6.1.4.1.99999.2.0), Value::Gauge32(what))];
        let notice = Notice::new(5, oid!(1.3.6.1.6.3.1.1.5.1), &list);
        originator.notify(now, target, kind, &notice).unwrap();
    });
    id
}

fn told(network: &Network<Member>, id: NodeId) -> &[Told] {
    match network.node(id) {
        Member::Listening { told, .. } => told,
        Member::Sending { .. } => panic!(),
    }
}

fn is_delivered(network: &Network<Member>, id: NodeId) -> bool {
    match network.node(id) {
        Member::Sending { ended, .. } => matches!(
            ended[..],
            [OriginatorEvent {
                end: End::Delivered(_),
                ..
            }]
        ),
        Member::Listening { .. } => panic!(),
    }
}

fn secured(number: u8, what: u32, inform: bool) -> Told {
    Told {
        from: sender_at(number),
        level: SecurityLevel::AuthPriv,
        inform,
        number: Value::Gauge32(what),
        anomalies: Vec::new(),
    }
}

#[test]
fn scenario_inform_before_discovery_waits_for_it_and_arrives() {
    let (mut network, receiver) = network(Faults::NONE);
    let sender = tell(
        &mut network,
        1,
        usm(Instant::ZERO, 1, Boots::First),
        NotifyType::Inform,
        7,
    );
    assert!(network.run_until(Instant::from_secs(60)));
    assert_eq!(told(&network, receiver), [secured(1, 7, true)]);
    assert!(is_delivered(&network, sender));
}

#[test]
fn scenario_inform_duplicate_is_delivered_once_and_answered_again() {
    let mut faults = Faults::NONE;
    faults.duplication = Chance::ALWAYS;
    let (mut network, receiver) = network(faults);
    let sender = tell(
        &mut network,
        1,
        usm(Instant::ZERO, 1, Boots::First),
        NotifyType::Inform,
        7,
    );
    assert!(network.run_until(Instant::from_secs(60)));
    assert_eq!(told(&network, receiver), [secured(1, 7, true)]);
    assert!(is_delivered(&network, sender));
    // The same where the sender repeats it, since answers are lost.
    for seed in 0..50 {
        let mut faults = Faults::NONE;
        faults.loss = Chance::percent(40);
        let (mut network, receiver) = seeded([seed; 16], faults);
        let sender = tell(
            &mut network,
            1,
            usm(Instant::ZERO, 1, Boots::First),
            NotifyType::Inform,
            7,
        );
        assert!(network.run_until(Instant::from_secs(600)));
        let times = told(&network, receiver).len();
        assert!(
            times == 1 || (times == 0 && !is_delivered(&network, sender)),
            "{seed}: {times}"
        );
    }
}

#[test]
fn scenario_trap_any_engine_of_one_user_is_taken() {
    let (mut network, receiver) = network(Faults::NONE);
    for number in 1..=100 {
        let model = usm(Instant::ZERO, number, Boots::First);
        tell(&mut network, number, model, NotifyType::Trap, number.into());
    }
    assert!(network.run_until(Instant::from_secs(60)));
    let expected: Vec<_> = (1..=100)
        .map(|number| secured(number, number.into(), false))
        .collect();
    assert_eq!(told(&network, receiver), expected);
    // Not an octet back.
    assert_eq!(network.traffic().sent, 100);
}

#[test]
fn scenario_trap_reboot_is_followed_and_an_old_trap_is_not_taken_again() {
    let (mut network, receiver) = network(Faults::NONE);
    let mut first = usm(Instant::ZERO, 1, Boots::First);
    let store = first.poll_store().unwrap();
    first.handle_stored(store.token);
    let stored = store.octets;
    network.pass_until(Instant::from_secs(5000));
    tell(&mut network, 1, first, NotifyType::Trap, 1);
    network.pass_until(Instant::from_secs(5100));
    let second = usm(network.now(), 1, Boots::Stored(&stored));
    tell(&mut network, 1, second, NotifyType::Trap, 2);
    network.pass_until(Instant::from_secs(5101));
    // What comes from before the restart is a replay, or very late.
    tell(
        &mut network,
        1,
        usm(Instant::ZERO, 1, Boots::First),
        NotifyType::Trap,
        3,
    );
    assert!(network.run_until(Instant::from_secs(6000)));
    assert_eq!(
        told(&network, receiver),
        [secured(1, 1, false), secured(1, 2, false)]
    );
}

#[test]
fn scenario_trap_missing_prefix_is_delivered_and_told() {
    let (mut network, receiver) = network(Faults::NONE);
    let list = [VarBind::new(oid!(1.3.6.1.4.1.99999.2.0), Value::Gauge32(4))];
    let mut buffer = [0; 200];
    let header = PduHeader::request(PduType::TrapV2, 1);
    let range = encode_community(&mut buffer, Version::V2c, b"public", &header, list).unwrap();
    network.inject(sender_at(1), RECEIVER, &buffer[range]);
    assert!(network.run_until(Instant::from_secs(1)));
    let expected = Told {
        level: SecurityLevel::NoAuthNoPriv,
        anomalies: vec![Anomaly::PrefixMissing],
        ..secured(1, 4, false)
    };
    assert_eq!(told(&network, receiver), [expected]);
}
