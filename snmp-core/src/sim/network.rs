use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap};
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::net::SocketAddr;

use super::faults::Faults;
use super::node::Node;
use crate::datagram::Via;
use crate::entropy::Entropy;
use crate::time::Instant;

/// Octets of the largest datagram of UDP over IPv4.
const MAX_DATAGRAM: usize = 65_507;

/// A node of a [`Network`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NodeId(usize);

/// Nodes with addresses, datagrams on the way between them, and the time.
///
/// A node's sockets are its addresses, `Via(0)` the first. After everything that happens to a node its datagrams are
/// taken and its timeout is asked for, as a driver does.
#[derive(Debug)]
pub struct Network<N> {
    now: Instant,
    nodes: Vec<Member<N>>,
    addresses: BTreeMap<SocketAddr, (NodeId, Via)>,
    timers: BTreeSet<(Instant, NodeId)>,
    on_the_way: BinaryHeap<Reverse<Delivery>>,
    sent: u64,
    faults: Faults,
    faults_to: BTreeMap<SocketAddr, Faults>,
    entropy: Entropy,
    traffic: Traffic,
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct Member<N> {
    node: N,
    sockets: Vec<SocketAddr>,
    timer: Option<Instant>,
}

/// In the order of arrival; of two at the same time the one sent first.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Delivery {
    at: Instant,
    number: u64,
    from: SocketAddr,
    to: SocketAddr,
    cargo: Cargo,
}

#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Cargo {
    Datagram(Vec<u8>),
    /// `from` cannot be reached.
    Unreachable,
}

/// What happened to the datagrams of a network.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Traffic {
    /// Sent by nodes.
    pub sent: u64,
    /// Octets of those.
    pub octets: u64,
    /// Handed to nodes, forged and doubled ones included.
    pub delivered: u64,
    /// Lost on the way.
    pub lost: u64,
    /// Doubled on the way.
    pub duplicated: u64,
    /// Forged.
    pub forged: u64,
    /// Changed on the way.
    pub corrupted: u64,
    /// Sent to where nobody is.
    pub unreachable: u64,
}

impl<N: Node> Network<N> {
    /// A network without nodes and faults, at time zero.
    #[must_use]
    pub fn new(seed: [u8; 16]) -> Self {
        Self {
            now: Instant::ZERO,
            nodes: Vec::new(),
            addresses: BTreeMap::new(),
            timers: BTreeSet::new(),
            on_the_way: BinaryHeap::new(),
            sent: 0,
            faults: Faults::NONE,
            faults_to: BTreeMap::new(),
            entropy: Entropy::new(seed),
            traffic: Traffic::default(),
            buffer: alloc::vec![0; MAX_DATAGRAM],
        }
    }

    /// The same network with these faults, wherever an address has none of its own.
    #[must_use]
    pub fn with_faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Faults of the datagrams to this address from now on.
    pub fn set_faults_to(&mut self, address: SocketAddr, faults: Faults) {
        self.faults_to.insert(address, faults);
    }

    /// Puts a node in. An address that another node has goes over to this one.
    pub fn add(&mut self, node: N, sockets: &[SocketAddr]) -> NodeId {
        let id = NodeId(self.nodes.len());
        for (via, address) in (0..=u16::MAX).zip(sockets) {
            self.addresses.insert(*address, (id, Via(via)));
        }
        self.nodes.push(Member {
            node,
            sockets: sockets.to_vec(),
            timer: None,
        });
        self.drain(id);
        id
    }

    /// Takes a node's addresses away: it is switched off and hears nothing more.
    pub fn detach(&mut self, id: NodeId) {
        self.addresses.retain(|_, (node, _)| *node != id);
    }

    /// A node.
    ///
    /// # Panics
    /// When the id is of another network.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "ids are handed out here; a test tool may panic"
    )]
    pub fn node(&self, id: NodeId) -> &N {
        &self.nodes[id.0].node
    }

    /// Gives a node a command, and takes what it wants to send then.
    ///
    /// # Panics
    /// When the id is of another network.
    #[expect(
        clippy::indexing_slicing,
        reason = "ids are handed out here; a test tool may panic"
    )]
    pub fn command<R>(&mut self, id: NodeId, command: impl FnOnce(&mut N, Instant) -> R) -> R {
        let result = command(&mut self.nodes[id.0].node, self.now);
        self.drain(id);
        result
    }

    /// The time.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// What happened so far.
    #[must_use]
    pub const fn traffic(&self) -> Traffic {
        self.traffic
    }

    /// Puts a datagram on the way as if it had come from `from`, whoever has that address.
    pub fn inject(&mut self, from: SocketAddr, to: SocketAddr, datagram: &[u8]) {
        self.carry(from, to, datagram);
    }

    /// When the next thing happens.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        let timer = self.timers.first().map(|(at, _)| *at);
        let delivery = self.on_the_way.peek().map(|Reverse(delivery)| delivery.at);
        [timer, delivery].into_iter().flatten().min()
    }

    /// Goes on to the next thing that happens: a datagram arrives, or a time comes. `false` when nothing is left.
    pub fn step(&mut self) -> bool {
        let Some(at) = self.next_at() else { return false };
        self.now = self.now.max(at);
        let due = self.timers.first().copied().filter(|(timer, _)| *timer <= at);
        let arrived = self
            .on_the_way
            .peek()
            .is_some_and(|Reverse(delivery)| delivery.at <= at);
        // What arrives in time has arrived when the time is up.
        if arrived && let Some(Reverse(delivery)) = self.on_the_way.pop() {
            self.deliver(delivery);
        } else if let Some((_, id)) = due {
            if let Some(member) = self.nodes.get_mut(id.0) {
                member.node.handle_timeout(self.now);
            }
            self.drain(id);
        }
        true
    }

    /// Goes on until nothing is left to happen, or until `end`; `true` in the first case, in which the clock stands
    /// where the last thing happened.
    pub fn run_until(&mut self, end: Instant) -> bool {
        while let Some(at) = self.next_at() {
            if at > end {
                self.now = self.now.max(end);
                return false;
            }
            self.step();
        }
        true
    }

    /// Goes on until `end`, which it is then, whether something is left to happen or not.
    pub fn pass_until(&mut self, end: Instant) {
        self.run_until(end);
        self.now = self.now.max(end);
    }

    fn deliver(&mut self, delivery: Delivery) {
        let Delivery { from, to, cargo, .. } = delivery;
        let Some((id, via)) = self.addresses.get(&to).copied() else {
            if let Cargo::Datagram(_) = cargo {
                self.traffic.unreachable += 1;
                let faults = self.faults_to.get(&to).unwrap_or(&self.faults);
                if faults.unreachable.happens(&mut self.entropy) {
                    let at = self.now + faults.min_delay;
                    self.enqueue(at, to, from, Cargo::Unreachable);
                }
            }
            return;
        };
        let Some(member) = self.nodes.get_mut(id.0) else {
            return;
        };
        match cargo {
            Cargo::Datagram(mut octets) => {
                self.traffic.delivered += 1;
                member.node.handle_datagram(self.now, via, from, &mut octets);
            }
            Cargo::Unreachable => member.node.handle_unreachable(self.now, via, from),
        }
        self.drain(id);
    }

    /// Takes what a node sends, and its timeout.
    fn drain(&mut self, id: NodeId) {
        let mut buffer = core::mem::take(&mut self.buffer);
        while let Some(member) = self.nodes.get_mut(id.0) {
            match member.node.poll_transmit(self.now, &mut buffer) {
                Ok(Some(transmit)) => {
                    let from = member.sockets.get(usize::from(transmit.via.0)).copied();
                    let datagram = buffer.get(transmit.range).unwrap_or_default();
                    if let Some(from) = from {
                        self.carry(from, transmit.to, datagram);
                    }
                }
                Ok(None) => break,
                Err(error) if error.needed > buffer.len() => buffer.resize(error.needed, 0),
                Err(_) => break,
            }
        }
        self.buffer = buffer;
        let Some(member) = self.nodes.get_mut(id.0) else {
            return;
        };
        let timer = member.node.poll_timeout();
        if timer != member.timer {
            if let Some(old) = member.timer {
                self.timers.remove(&(old, id));
            }
            if let Some(new) = timer {
                self.timers.insert((new, id));
            }
            member.timer = timer;
        }
    }

    /// Puts a datagram on the way, with what the network does to it.
    fn carry(&mut self, from: SocketAddr, to: SocketAddr, datagram: &[u8]) {
        self.traffic.sent += 1;
        self.traffic.octets += datagram.len() as u64;
        let faults = self.faults_to.get(&to).unwrap_or(&self.faults).clone();
        if faults.forgery.happens(&mut self.entropy) {
            self.traffic.forged += 1;
            let mut forged = datagram.to_vec();
            if self.entropy.below(2) == 0 {
                flip(&mut forged, &mut self.entropy);
            }
            let at = self.now + faults.delay(&mut self.entropy);
            self.enqueue(at, STRANGER, to, Cargo::Datagram(forged));
        }
        if faults.loss.happens(&mut self.entropy) {
            self.traffic.lost += 1;
            return;
        }
        let mut octets = datagram.to_vec();
        if faults.corruption.happens(&mut self.entropy) {
            self.traffic.corrupted += 1;
            flip(&mut octets, &mut self.entropy);
        }
        if faults.duplication.happens(&mut self.entropy) {
            self.traffic.duplicated += 1;
            let at = self.now + faults.delay(&mut self.entropy);
            self.enqueue(at, from, to, Cargo::Datagram(octets.clone()));
        }
        let at = self.now + faults.delay(&mut self.entropy);
        self.enqueue(at, from, to, Cargo::Datagram(octets));
    }

    fn enqueue(&mut self, at: Instant, from: SocketAddr, to: SocketAddr, cargo: Cargo) {
        self.sent += 1;
        self.on_the_way.push(Reverse(Delivery {
            at,
            number: self.sent,
            from,
            to,
            cargo,
        }));
    }
}

/// Where forged datagrams seem to come from: an address for documentation (RFC 5737), with the agents' port.
const STRANGER: SocketAddr = SocketAddr::new(
    core::net::IpAddr::V4(core::net::Ipv4Addr::new(203, 0, 113, 66)),
    161,
);

/// Makes one octet another.
fn flip(octets: &mut [u8], entropy: &mut Entropy) {
    let at = entropy.below(u32::try_from(octets.len()).unwrap_or(u32::MAX));
    let by = entropy.below(255) + 1;
    if let (Some(octet), Ok(by)) = (octets.get_mut(at as usize), u8::try_from(by)) {
        *octet ^= by;
    }
}
