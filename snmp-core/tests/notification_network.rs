//! Originators over bad networks in virtual time, a receiver that takes its time to accept: each inform ends once, each
//! is delivered once, and what was acknowledged was delivered.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use snmp_core::datagram::{BufferTooSmall, Handled, Transmit, Via};
use snmp_core::manager::TargetConfig;
use snmp_core::notification::{
    Config, End, Event, InformId, Kind, Notice, NotifyId, NotifyType, Originator, OriginatorEvent, Receiver,
};
use snmp_core::oid;
use snmp_core::outcome::Outcome;
use snmp_core::security::NoV3;
use snmp_core::sim::{Chance, Faults, Network, Node};
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

/// Either end, with what it was told.
enum Party {
    Sender {
        originator: Box<Originator>,
        ends: Vec<OriginatorEvent>,
    },
    Sink {
        receiver: Box<Receiver>,
        /// How often each inform was delivered: by sender and number.
        delivered: BTreeMap<(SocketAddr, i32), usize>,
        /// Accepted a second after they came.
        waiting: Vec<(Instant, InformId)>,
    },
}

impl Node for Party {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        match self {
            Self::Sender { originator, ends } => {
                if let Handled::Event(end) = originator.handle_datagram(now, via, from, datagram) {
                    ends.push(end);
                }
            }
            Self::Sink {
                receiver,
                delivered,
                waiting,
            } => {
                let handled = Receiver::handle_datagram(receiver, now, via, from, datagram);
                let Handled::Event(Event::Notification(notification)) = handled else {
                    return;
                };
                let Kind::Inform(id) = notification.kind else {
                    panic!("{notification:?}")
                };
                let Some(Value::Integer(number)) = notification.var_binds.iter().nth(2).map(|one| one.value)
                else {
                    panic!("{notification:?}")
                };
                *delivered.entry((from, number)).or_default() += 1;
                waiting.push((now + Duration::from_secs(1), id));
            }
        }
    }

    fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        if let Self::Sender { originator, .. } = self {
            originator.handle_unreachable(now, via, to);
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        match self {
            Self::Sender { originator, .. } => originator.handle_timeout(now),
            Self::Sink {
                receiver, waiting, ..
            } => waiting.retain(|(due, id)| {
                let wait = *due > now;
                assert!(wait || receiver.accept(now, *id));
                wait
            }),
        }
    }

    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        match self {
            Self::Sender { originator, ends } => {
                let transmit = originator.poll_transmit(now, buffer)?;
                ends.extend(std::iter::from_fn(|| originator.poll_event()));
                Ok(transmit)
            }
            Self::Sink { receiver, .. } => receiver.poll_transmit(now, buffer),
        }
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        match self {
            Self::Sender { originator, .. } => originator.poll_timeout(),
            Self::Sink { waiting, .. } => waiting.iter().map(|(due, _)| *due).min(),
        }
    }
}

const SENDERS: u8 = 5;
const INFORMS: i32 = 20;

/// Informs acknowledged, and those given up.
fn run(seed: u8, faults: Faults) -> (usize, usize) {
    let mut network: Network<Party> = Network::new([seed; 16]).with_faults(faults);
    let sink = SocketAddr::from(([10, 0, 0, 1], 162));
    let mut config = Config::default();
    config.any_community = true;
    let receiver = Party::Sink {
        receiver: Box::new(Receiver::new(config, NoV3, [seed ^ 0xff; 16])),
        delivered: BTreeMap::new(),
        waiting: Vec::new(),
    };
    let receiver = network.add(receiver, &[sink]);
    let mut started: Vec<(SocketAddr, BTreeMap<NotifyId, i32>)> = Vec::new();
    let mut senders = Vec::new();
    for number in 0..SENDERS {
        let address = SocketAddr::from(([10, 0, 1, number], 50_000));
        let mut key = [seed; 16];
        key[0] = number;
        let originator = Party::Sender {
            originator: Box::new(Originator::new(key)),
            ends: Vec::new(),
        };
        let node = network.add(originator, &[address]);
        let mut ids = BTreeMap::new();
        network.command(node, |party, now| {
            let Party::Sender { originator, .. } = party else {
                panic!()
            };
            let config = TargetConfig::v2c(sink, b"public")
                .with_timeout(Duration::from_secs(3), 4)
                .with_concurrency(4);
            let target = originator.add_target(config).unwrap();
            for number in 0..INFORMS {
                let told = [VarBind::new(oid!(1.3.6.1.4.1.641.1.0), Value::Integer(number))];
                let notice = Notice::new(1, oid!(1.3.6.1.6.3.1.1.5.3), &told);
                let id = originator
                    .notify(now, target, NotifyType::Inform, &notice)
                    .unwrap();
                ids.insert(id, number);
            }
        });
        started.push((address, ids));
        senders.push(node);
    }
    assert!(network.run_until(Instant::from_secs(3600)), "everything ends");
    let Party::Sink {
        delivered, waiting, ..
    } = network.node(receiver)
    else {
        panic!()
    };
    assert!(waiting.is_empty());
    assert!(
        delivered.values().all(|times| *times == 1),
        "delivered once: {delivered:?}"
    );
    let (mut acknowledged, mut given_up) = (0, 0);
    for (node, (address, ids)) in senders.iter().zip(&started) {
        let Party::Sender { ends, .. } = network.node(*node) else {
            panic!()
        };
        let mut left = ids.clone();
        for end in ends {
            let number = left.remove(&end.id).expect("an inform ends once");
            match &end.end {
                End::Delivered(_) => {
                    assert!(
                        delivered.contains_key(&(*address, number)),
                        "what was never there"
                    );
                    acknowledged += 1;
                }
                End::Failed(Outcome::Timeout(_)) => given_up += 1,
                other => panic!("{other:?}"),
            }
        }
        assert!(left.is_empty(), "every inform ends: {left:?}");
    }
    (acknowledged, given_up)
}

#[test]
fn r3413_3_4b_over_bad_networks_informs_end_once_and_are_delivered_once() {
    let mut bad = Faults::NONE;
    bad.loss = Chance::percent(20);
    bad.duplication = Chance::percent(10);
    bad.reordering = Chance::percent(10);
    let (mut acknowledged, mut given_up) = (0, 0);
    for seed in 0..200 {
        let (some, others) = run(seed, bad.clone());
        acknowledged += some;
        given_up += others;
    }
    // 200 runs of 100 informs, each tried five times over a way that loses a third of the round trips.
    assert_eq!(acknowledged + given_up, 20_000);
    assert!(given_up < 1000, "{given_up}");
    assert_eq!(run(7, bad.clone()), run(7, bad), "the same seed, the same run");
}

#[test]
fn over_a_good_network_every_inform_is_acknowledged() {
    assert_eq!(run(1, Faults::NONE), (100, 0));
}
