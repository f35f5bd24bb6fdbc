//! Informs over a bad network in virtual time: each is delivered once, however often it or its answer is lost or
//! doubled, and its sender hears of it or times out.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use snmp_core::datagram::{BufferTooSmall, Handled, Transmit, Via};
use snmp_core::manager::{Event, Manager, TargetConfig};
use snmp_core::notification::{self, Kind, Receiver};
use snmp_core::oid;
use snmp_core::outcome::Outcome;
use snmp_core::security::NoV3;
use snmp_core::sim::{Faults, Network, Node, Polling};
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

const SENDERS: u8 = 3;
const INFORMS: u32 = 15;

fn sender(number: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, number], 50_000))
}

/// A receiver that keeps what it was told, and how often, by sender and number.
struct Listening {
    receiver: Receiver<NoV3>,
    delivered: BTreeMap<(SocketAddr, u32), u32>,
}

impl Node for Listening {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        let inform = match self.receiver.handle_datagram(now, via, from, datagram) {
            Handled::Event(notification::Event::Notification(told)) => {
                let Kind::Inform(id) = told.kind else {
                    panic!("{told:?}")
                };
                let last = told.var_binds.iter().last().unwrap().value;
                // A stranger may change a number and resend it: without authentication nobody can tell.
                if let Value::Gauge32(number) = last {
                    *self.delivered.entry((told.from, number)).or_default() += 1;
                }
                id
            }
            _ => return,
        };
        assert!(self.receiver.accept(now, inform));
    }

    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        self.receiver.poll_transmit(now, buffer)
    }
}

enum Member {
    Listening(Box<Listening>),
    Sending(Box<Polling>),
}

impl Member {
    fn node(&mut self) -> &mut dyn Node {
        match self {
            Self::Listening(node) => &mut **node,
            Self::Sending(node) => &mut **node,
        }
    }
}

impl Node for Member {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        self.node().handle_datagram(now, via, from, datagram);
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.node().handle_timeout(now);
    }

    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        self.node().poll_transmit(now, buffer)
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.node().poll_timeout()
    }
}

#[test]
fn an_inform_is_delivered_once_and_acknowledged_under_200_seeds() {
    let (mut acknowledged, mut unheard, mut doubled) = (0, 0, 0);
    for seed in 0..200 {
        let mut network = Network::new([seed; 16]).with_faults(Faults::BAD);
        let receiver_at = "10.0.1.1:162".parse().unwrap();
        let mut receiver = Receiver::new(notification::Config::default(), NoV3, [seed; 16]);
        receiver.add_community(b"public");
        let listening = Listening {
            receiver,
            delivered: BTreeMap::new(),
        };
        let listening = network.add(Member::Listening(Box::new(listening)), &[receiver_at]);
        let senders: Vec<_> = (0..SENDERS)
            .map(|number| {
                let mut manager = Manager::new([seed ^ number; 16]);
                let config = TargetConfig::v2c(receiver_at, b"public")
                    .with_timeout(Duration::from_secs(1), 4)
                    .with_concurrency(4);
                let target = manager.add_target(config).unwrap();
                let sending = Member::Sending(Box::new(Polling::new(manager)));
                (network.add(sending, &[sender(number)]), target)
            })
            .collect();
        let mut asked = BTreeMap::new();
        for (number, (id, target)) in (0..).zip(&senders) {
            network.command(*id, |member, now| {
                let Member::Sending(sending) = member else {
                    panic!()
                };
                for inform in 0..INFORMS {
                    let told = [VarBind::new(oid!(1.3.6.1.4.1.99999.2.0), Value::Gauge32(inform))];
                    let trap = oid!(1.3.6.1.6.3.1.1.5.3);
                    let request = sending.manager.inform(now, *target, 5, trap, &told).unwrap();
                    asked.insert((number, request), inform);
                }
            });
        }
        assert!(network.run_until(Instant::from_secs(600)), "everything ends");
        let traffic = network.traffic();
        doubled += traffic.duplicated;
        let mut heard = BTreeMap::new();
        if let Member::Listening(listening) = network.node(listening) {
            heard.clone_from(&listening.delivered);
        }
        for number in 0..SENDERS {
            let Member::Sending(sending) = network.node(senders[usize::from(number)].0) else {
                panic!()
            };
            assert_eq!(sending.events.len(), INFORMS as usize, "one end each");
            for (_, event) in &sending.events {
                let (request, answered) = match event.event() {
                    Event::Answer(answer) => (answer.request, true),
                    Event::Failed(failed) => {
                        assert!(matches!(failed.outcome, Outcome::Timeout(_)), "{failed:?}");
                        (failed.request, false)
                    }
                    other => panic!("{other:?}"),
                };
                let inform = asked.remove(&(number, request)).expect("one end");
                let times = heard.remove(&(sender(number), inform)).unwrap_or_default();
                assert!(
                    times == 1 || (times == 0 && !answered),
                    "seed {seed}: {times} times"
                );
                acknowledged += u32::from(answered);
                unheard += u32::from(!answered);
            }
        }
        assert!(
            heard
                .keys()
                .all(|(from, _)| from.ip() == std::net::Ipv4Addr::new(203, 0, 113, 66)),
            "what nobody sent: {heard:?}"
        );
    }
    assert!(
        acknowledged > 8_990 && unheard < 10 && doubled > 200,
        "{acknowledged} {unheard} {doubled}"
    );
}
