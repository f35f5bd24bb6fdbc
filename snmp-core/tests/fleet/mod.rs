//! Printers by the thousand in virtual time, a collector that judges every event when it comes, and a forger beside
//! every printer.
//!
//! A printer's values are its own, and no two instances of a printer have the same: an answer that reaches another
//! request than its own shows.
#![allow(dead_code, reason = "each test file uses a part")]

mod agent;
mod collector;

use std::net::SocketAddr;
use std::rc::Rc;

use snmp_core::datagram::{BufferTooSmall, Transmit, Via};
use snmp_core::manager::Manager;
use snmp_core::oid::OidBuf;
use snmp_core::sim::{Faults, Network, Node, NodeId};
use snmp_core::time::Instant;

pub(crate) use agent::{Agent, Ids};
pub(crate) use collector::Collector;
#[allow(unused_imports, reason = "each test file uses a part")]
pub(crate) use collector::Ends;

/// A printer with its forger, or the collector.
pub(crate) enum Member {
    Agent(Box<Agent>),
    Collector(Box<Collector>),
}

/// Where a printer is.
pub(crate) fn address(number: u32) -> SocketAddr {
    let [_, second, third, fourth] = number.to_be_bytes();
    SocketAddr::from(([10, second, third, fourth], 161))
}

/// Where its forger is.
fn forger(number: u32) -> SocketAddr {
    let [_, second, third, fourth] = number.to_be_bytes();
    SocketAddr::from(([11, second, third, fourth], 161))
}

/// An instance of every printer; `row` counts from 1.
pub(crate) fn instance(row: u32) -> OidBuf {
    OidBuf::from_arcs(&[1, 3, 6, 1, 4, 1, 99_999, 1, row]).unwrap()
}

/// What the printer has there.
pub(crate) fn value(number: u32, row: u32) -> u32 {
    number * 1000 + row
}

/// What to build.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub(crate) seed: u32,
    pub(crate) printers: u32,
    pub(crate) rows: u32,
    /// How many of a hundred requests bring a forged answer along.
    pub(crate) forged: u32,
    /// Every so many-th address is nobody's; 0: none.
    pub(crate) nobody: u32,
}

/// 5 % lost, 2 % twice, 5 % out of order, 2 % repeated by a stranger, 1 to 80 ms on the way.
pub(crate) const BAD: Faults = Faults::BAD;

impl World {
    pub(crate) fn is_nobody(&self, number: u32) -> bool {
        self.nobody != 0 && number.is_multiple_of(self.nobody)
    }

    /// The network, and its collector with one target a printer.
    pub(crate) fn build(self, faults: Faults) -> (Network<Member>, NodeId) {
        let mut seed = [0; 16];
        seed[..4].copy_from_slice(&self.seed.to_be_bytes());
        let mut network = Network::new(seed).with_faults(faults);
        let rows: Rc<[OidBuf]> = (1..=self.rows).map(instance).collect();
        let ids = Ids::default();
        for number in 0..self.printers {
            // Before the faults of the network: what is nobody's is silent or told, as it says.
            if !self.is_nobody(number) {
                let agent = Agent::new(number, rows.clone(), self.forged, self.seed, ids.clone());
                network.add(Member::Agent(Box::new(agent)), &[address(number), forger(number)]);
            }
        }
        seed[4] = 1;
        let collector = Collector::new(Manager::new(seed), self);
        let id = network.add(
            Member::Collector(Box::new(collector)),
            &["10.255.0.1:50000".parse().unwrap()],
        );
        (network, id)
    }
}

impl Member {
    pub(crate) fn collector(&self) -> &Collector {
        match self {
            Self::Collector(collector) => collector,
            Self::Agent(_) => panic!("an agent"),
        }
    }

    pub(crate) fn collector_mut(&mut self) -> &mut Collector {
        match self {
            Self::Collector(collector) => collector,
            Self::Agent(_) => panic!("an agent"),
        }
    }

    fn node(&mut self) -> &mut dyn Node {
        match self {
            Self::Agent(agent) => &mut **agent,
            Self::Collector(collector) => &mut **collector,
        }
    }
}

impl Node for Member {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        self.node().handle_datagram(now, via, from, datagram);
    }

    fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        self.node().handle_unreachable(now, via, to);
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
