//! Requests of one manager, all in flight at once: what one costs must not depend on how many there are.
//!
//! `cargo bench -p benches --bench scale -- TARGETS ROUNDS` asks each target once a round and has every request
//! answered. Run it under callgrind with two numbers of rounds: the difference is that of the requests alone.
//! `benches/scale/instructions` does that for 100 and for 100,000 targets.

use std::net::SocketAddr;
use std::time::Duration;

use snmp_core::datagram::{Handled, Via};
use snmp_core::manager::{Event, Manager, TargetConfig, TargetId};
use snmp_core::oid;
use snmp_core::time::Instant;

/// Where the PDU's tag stands: behind the message's head, version and community `public`, in one octet of length each.
const PDU: usize = 13;

struct Fleet {
    manager: Manager,
    targets: Vec<TargetId>,
    now: Instant,
    /// Datagrams under way, one behind the other.
    sent: Vec<u8>,
    /// Where each one goes, and how long it is.
    places: Vec<(SocketAddr, usize)>,
}

impl Fleet {
    fn new(targets: u32) -> Self {
        let mut manager = Manager::new([7; 16]);
        let targets = (0..targets)
            .map(|number| {
                let [_, second, third, fourth] = number.to_be_bytes();
                let address = SocketAddr::from(([10, second, third, fourth], 161));
                manager.add_target(TargetConfig::v2c(address, b"public")).unwrap()
            })
            .collect();
        Self {
            manager,
            targets,
            now: Instant::ZERO,
            sent: Vec::new(),
            places: Vec::new(),
        }
    }

    fn pass(&mut self) -> Instant {
        self.now += Duration::from_micros(3);
        self.now
    }

    /// Asks every target, and only then lets every one answer.
    fn round(&mut self) {
        for at in 0..self.targets.len() {
            let now = self.pass();
            self.manager
                .get(now, self.targets[at], [oid!(1.3.6.1.2.1.43.10.2.1.4.1.1)])
                .unwrap();
        }
        let mut buffer = [0; 1472];
        self.sent.clear();
        self.places.clear();
        let now = self.pass();
        while let Some(transmit) = self.manager.poll_transmit(now, &mut buffer).unwrap() {
            self.sent.extend_from_slice(&buffer[transmit.range.clone()]);
            self.places.push((transmit.to, transmit.range.len()));
        }
        assert_eq!(self.places.len(), self.targets.len());
        let mut rest = self.sent.as_mut_slice();
        for at in 0..self.places.len() {
            let (from, length) = self.places[at];
            let (datagram, behind) = rest.split_at_mut(length);
            // A Response with what was asked for.
            assert_eq!(datagram[PDU], 0xa0);
            datagram[PDU] = 0xa2;
            self.now += Duration::from_micros(3);
            match self.manager.handle_datagram(self.now, Via(0), from, datagram) {
                Handled::Event(Event::Answer(answer)) => assert_eq!(answer.var_binds.len(), 1),
                other => panic!("{other:?}"),
            }
            rest = behind;
        }
        assert_eq!(self.manager.requests(), 0);
    }
}

fn main() {
    let numbers: Vec<u32> = std::env::args()
        .skip(1)
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let (targets, rounds) = match numbers[..] {
        [targets, rounds] => (targets, rounds),
        // As `cargo bench` without arguments runs it.
        _ => (1000, 10),
    };
    let mut fleet = Fleet::new(targets);
    for _ in 0..rounds {
        fleet.round();
    }
    eprintln!("{targets} targets, {} requests", targets * rounds);
}
