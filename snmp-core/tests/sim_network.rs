//! The virtual network does what its faults say, and the same seed gives the same run.

use std::net::SocketAddr;

use snmp_core::datagram::{BufferTooSmall, Transmit, TransmitId, Via};
use snmp_core::sim::{Chance, Faults, Network, Node, NodeId, Traffic};
use snmp_core::time::{Duration, Instant};

/// Sends numbered datagrams, a millisecond apart, to one address; keeps what it hears.
#[derive(Debug, Default)]
struct Counting {
    to: Option<SocketAddr>,
    left: u32,
    next: Option<Instant>,
    due: Vec<u32>,
    heard: Vec<(Instant, SocketAddr, Vec<u8>)>,
    unreachable: Vec<(Via, SocketAddr)>,
}

impl Node for Counting {
    fn handle_datagram(&mut self, now: Instant, _: Via, from: SocketAddr, datagram: &mut [u8]) {
        self.heard.push((now, from, datagram.to_vec()));
    }

    fn handle_unreachable(&mut self, _: Instant, via: Via, to: SocketAddr) {
        self.unreachable.push((via, to));
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.due.push(self.left);
        self.left -= 1;
        self.next = (self.left > 0).then(|| now + Duration::from_millis(1));
    }

    fn poll_transmit(&mut self, _: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        let Some(number) = self.due.pop() else {
            return Ok(None);
        };
        buffer[..4].copy_from_slice(&number.to_be_bytes());
        Ok(Some(Transmit {
            to: self.to.unwrap(),
            via: Via(1),
            range: 0..4,
            id: TransmitId(number.into()),
            attempt: 0,
        }))
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.next
    }
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

const COUNT: u32 = 10_000;

fn run(seed: u8, faults: Faults) -> (Network<Counting>, NodeId, NodeId) {
    let mut network = Network::new([seed; 16]).with_faults(faults);
    let listener = network.add(Counting::default(), &[address("192.0.2.1:1")]);
    let sender = Counting {
        to: Some(address("192.0.2.1:1")),
        left: COUNT,
        next: Some(Instant::ZERO),
        ..Counting::default()
    };
    let sender = network.add(sender, &[address("192.0.2.2:2"), address("192.0.2.2:3")]);
    assert!(network.run_until(Instant::from_secs(60)));
    (network, listener, sender)
}

fn one_fault(set: impl FnOnce(&mut Faults)) -> (Traffic, Network<Counting>, NodeId) {
    let mut faults = Faults::NONE;
    set(&mut faults);
    let (network, listener, _) = run(7, faults);
    (network.traffic(), network, listener)
}

#[test]
fn a_good_network_delivers_everything_in_order() {
    let (network, listener, _) = run(1, Faults::NONE);
    let heard = &network.node(listener).heard;
    assert_eq!(heard.len(), COUNT as usize);
    for (number, (at, from, octets)) in (0..).zip(heard) {
        assert_eq!(*at, Instant::from_micros(u64::from(number) * 1000 + 1000));
        assert_eq!(
            (*from, &octets[..]),
            (address("192.0.2.2:3"), &(COUNT - number).to_be_bytes()[..])
        );
    }
    assert_eq!(network.now(), Instant::from_secs(10));
}

#[test]
fn each_fault_happens_as_often_as_it_is_set() {
    let about = |count: u64| (400..600).contains(&count);
    let (traffic, network, listener) = one_fault(|faults| faults.loss = Chance::percent(5));
    assert!(
        about(traffic.lost) && traffic.delivered + traffic.lost == COUNT.into(),
        "{traffic:?}"
    );
    assert_eq!(network.node(listener).heard.len() as u64, traffic.delivered);
    let (traffic, ..) = one_fault(|faults| faults.duplication = Chance::percent(5));
    assert!(
        about(traffic.duplicated) && traffic.delivered == traffic.duplicated + u64::from(COUNT),
        "{traffic:?}"
    );
    let (traffic, network, listener) = one_fault(|faults| faults.corruption = Chance::millionths(50_000));
    assert!(about(traffic.corrupted), "{traffic:?}");
    let right = |octets: &[u8]| (1..=COUNT).contains(&u32::from_be_bytes(octets.try_into().unwrap()));
    assert!(
        network
            .node(listener)
            .heard
            .iter()
            .any(|(_, _, octets)| !right(octets))
    );
    let (traffic, network, listener) = one_fault(|faults| faults.forgery = Chance::percent(5));
    assert!(about(traffic.forged), "{traffic:?}");
    let forged = network
        .node(listener)
        .heard
        .iter()
        .filter(|(_, from, _)| *from != address("192.0.2.2:3"));
    assert_eq!(forged.count() as u64, traffic.forged);
    let (_, network, listener) = one_fault(|faults| {
        faults.reordering = Chance::percent(5);
        faults.max_delay = Duration::from_millis(2);
    });
    let heard = &network.node(listener).heard;
    let overtaken = heard.windows(2).filter(|two| two[0].2 < two[1].2).count();
    assert!((200..1500).contains(&overtaken), "{overtaken}");
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let heard = |seed| {
        let (network, listener, _) = run(seed, Faults::BAD);
        (network.node(listener).heard.clone(), network.traffic())
    };
    assert!(heard(1) == heard(1) && heard(1) != heard(2));
}

#[test]
fn nobody_there_is_told_to_the_socket_that_sent() {
    for (chance, told) in [(Chance::ALWAYS, 10), (Chance::NEVER, 0)] {
        let mut faults = Faults::NONE;
        faults.unreachable = chance;
        let mut network = Network::new([1; 16]);
        network.set_faults_to(address("192.0.2.9:161"), faults);
        let sender = Counting {
            to: Some(address("192.0.2.9:161")),
            left: 10,
            next: Some(Instant::ZERO),
            ..Counting::default()
        };
        let sender = network.add(sender, &[address("192.0.2.2:2"), address("192.0.2.2:3")]);
        network.run_until(Instant::from_secs(1));
        let heard = &network.node(sender).unreachable;
        assert_eq!(*heard, vec![(Via(1), address("192.0.2.9:161")); told]);
        assert_eq!(network.traffic().unreachable, 10);
    }
}

#[test]
fn a_node_that_is_switched_off_hears_nothing() {
    let mut network = Network::new([1; 16]);
    let listener = network.add(Counting::default(), &[address("192.0.2.1:1")]);
    network.inject(address("192.0.2.5:5"), address("192.0.2.1:1"), b"abcd");
    network.detach(listener);
    assert!(network.run_until(Instant::from_secs(1)));
    assert!(network.node(listener).heard.is_empty());
}
