//! The ladder: is a host a Canon device, which, and how is it to be talked to.
//!
//! Each host is asked on one port after the other, at most one packet in flight, each request at most twice and a
//! second apart; a host that was silent is then left alone for a while. BJNP 8611 and 8612, MFNP 8610, CPNP 8609, and
//! behind a switch Echo on 47545. The first device id ends the search.
//!
//! Sans-IO: datagrams and time go in, datagrams and events come out. One mutation, then drain: after each `handle_*`
//! or command call [`Prober::poll_transmit`] and [`Prober::poll_event`] until both return `None`, and only then sleep
//! until [`Prober::poll_timeout`].
//!
//! ```
//! use canon_bjnp::probe::{Config, Event, Prober, Rung};
//! use snmp_core::{datagram::{Handled, Via}, entropy::Entropy, time::Instant};
//!
//! let mut prober = Prober::new(Config::default(), Entropy::new([7; 16]));
//! let (mut now, mut buf) = (Instant::ZERO, [0; 20]);
//! let id = prober.probe(now, Via(0), "192.0.2.10".parse().unwrap())?;
//!
//! // A scripted MX700: it answers discover and device id on UDP 8611 by turning the question round.
//! while let Some(transmit) = prober.poll_transmit(now, &mut buf)? {
//!     assert_eq!(transmit.to.port(), 8611);
//!     let question = &buf[transmit.range];
//!     let payload: &[u8] = match question[5] {
//!         1 => b"\0\x01\x08\0\x06\x04\0\0\x85\xc3\x5f\x07\xc0\0\x02\x0a",
//!         _ => b"\0\x1bMFG:Canon;MDL:MX700 series",
//!     };
//!     let mut datagram = [&question[..15], &[payload.len() as u8], payload].concat();
//!     datagram[4] |= 0x80;
//!     assert!(matches!(prober.handle_datagram(now, Via(0), transmit.to, &mut datagram), Handled::Event(_)));
//! }
//! while let Some(event) = prober.poll_event() {
//!     if let Event::Finished { findings, .. } = event {
//!         assert!(findings.is_canon());
//!         assert_eq!(findings.way(), Some(Rung::BjnpPrinter));
//!         assert_eq!(findings.device_id().unwrap().model(), Some(&b"MX700 series"[..]));
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod findings;
mod rung;

pub use self::{
    findings::{Dropped, Findings, Liveness},
    rung::{Rung, Switches},
};

use self::rung::Place;
use crate::{
    Answer, DecodeError, Packet,
    cpca::{CpcaPacket, ECHO},
    policy::{MAX_REQUEST_LEN, Request},
};
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use core::net::{IpAddr, SocketAddr};
use snmp_core::{
    datagram::{BufferTooSmall, Handled, NotMine, Transmit, TransmitId, Via},
    entropy::Entropy,
    time::{Duration, Instant},
};

/// Each request is sent at most so often.
pub const TRIES: u8 = 2;

/// Time between two tries, and for the answer to the last one. Devices of this kind have small queues.
pub const TRY_INTERVAL: Duration = Duration::from_secs(1);

/// How a prober works.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Config {
    /// What the operator switched on.
    pub switches: Switches,
    /// How long a host that did not answer is left alone; never below [`TRY_INTERVAL`].
    pub back_off: Duration,
    /// Hosts under way at once, and as many again that are left alone.
    pub max_hosts: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            switches: Switches::default(),
            back_off: Duration::from_secs(60),
            max_hosts: 256,
        }
    }
}

/// One probe, unique in its prober.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ProbeId(u64);

/// Why a probe was not begun.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// A broadcast, multicast or unspecified address; the ladder asks one host.
    #[error("not the address of one host")]
    NotUnicast,
    /// The host is being probed.
    #[error("under way as {0:?}")]
    UnderWay(ProbeId),
    /// The host was probed a short while ago.
    #[error("to be left alone for a while")]
    BackingOff {
        /// When it may be probed again.
        until: Instant,
    },
    /// [`Config::max_hosts`] are under way.
    #[error("too many hosts under way")]
    TooMany,
}

/// What a prober tells.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Event<'d> {
    /// An answer that counts.
    Answered {
        /// The probe.
        id: ProbeId,
        /// Where it stands.
        rung: Rung,
        /// What was asked.
        request: Request,
        /// The answer; `None` for Echo, whose answer holds nothing.
        answer: Option<Answer<'d>>,
    },
    /// An answer to what was asked, whose body does not decode. It counts as a sign of life.
    Malformed {
        /// The probe.
        id: ProbeId,
        /// Where it stands.
        rung: Rung,
        /// What was asked.
        request: Request,
        /// What is wrong with the body.
        error: DecodeError,
    },
    /// A rung is done.
    Rung {
        /// The probe.
        id: ProbeId,
        /// Which rung.
        rung: Rung,
        /// What it told.
        liveness: Liveness,
    },
    /// The probe is done; its last event.
    Finished {
        /// The probe.
        id: ProbeId,
        /// The host, with port 0.
        host: SocketAddr,
        /// What was found out.
        findings: Findings,
    },
}

#[derive(Debug)]
struct Host {
    /// As given, for sending.
    to: SocketAddr,
    via: Via,
    place: Place,
    sequence: u16,
    /// Transmissions of the present request.
    sent: u8,
    /// While an answer is waited for; else the host stands in `ready`.
    deadline: Option<Instant>,
    findings: Findings,
}

/// Probes hosts; one for many of them. See the [module](self) for the rules and the loop.
#[derive(Debug)]
pub struct Prober {
    config: Config,
    entropy: Entropy,
    next_id: u64,
    hosts: BTreeMap<ProbeId, Host>,
    by_address: BTreeMap<SocketAddr, ProbeId>,
    ready: BTreeSet<ProbeId>,
    deadlines: BTreeSet<(Instant, ProbeId)>,
    /// Hosts to be left alone, by address and by time.
    resting: BTreeMap<SocketAddr, Instant>,
    rest_ends: BTreeSet<(Instant, SocketAddr)>,
    events: VecDeque<Event<'static>>,
}

/// Why a request came to its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum End {
    Answered,
    Silent,
    Refused,
}

impl Prober {
    /// A prober with nothing under way. `entropy` gives the first sequence number of each host.
    #[must_use]
    pub fn new(config: Config, entropy: Entropy) -> Self {
        Self {
            config,
            entropy,
            next_id: 0,
            hosts: BTreeMap::new(),
            by_address: BTreeMap::new(),
            ready: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            resting: BTreeMap::new(),
            rest_ends: BTreeSet::new(),
            events: VecDeque::new(),
        }
    }

    /// Begins to probe `host` from the socket `via`. [`Event::Finished`] ends it, at most 20 seconds later.
    ///
    /// # Errors
    /// See [`ProbeError`]; nothing is sent then.
    pub fn probe(&mut self, now: Instant, via: Via, host: IpAddr) -> Result<ProbeId, ProbeError> {
        self.probe_scoped(now, via, SocketAddr::new(host, 0))
    }

    /// As [`probe`](Self::probe), for an IPv6 address that needs its scope. The port is ignored.
    ///
    /// # Errors
    /// See [`ProbeError`]; nothing is sent then.
    pub fn probe_scoped(&mut self, now: Instant, via: Via, host: SocketAddr) -> Result<ProbeId, ProbeError> {
        let address = canonical(host);
        if !is_one_host(address.ip()) {
            return Err(ProbeError::NotUnicast);
        }
        if let Some(&id) = self.by_address.get(&address) {
            return Err(ProbeError::UnderWay(id));
        }
        self.wake(now);
        if let Some(&until) = self.resting.get(&address) {
            return Err(ProbeError::BackingOff { until });
        }
        if self.hosts.len() >= self.config.max_hosts {
            return Err(ProbeError::TooMany);
        }
        let id = ProbeId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        let [low, high, ..] = self.entropy.next_u64().to_le_bytes();
        let host = Host {
            to: with_port(host, 0),
            via,
            place: Place::FIRST,
            sequence: u16::from_le_bytes([low, high]),
            sent: 0,
            deadline: None,
            findings: Findings::default(),
        };
        self.hosts.insert(id, host);
        self.by_address.insert(address, id);
        self.ready.insert(id);
        Ok(id)
    }

    /// Stops a probe at once; no event follows. What is in flight is ignored when it arrives. False when the probe is
    /// not under way.
    pub fn cancel(&mut self, now: Instant, id: ProbeId) -> bool {
        self.remove(id).inspect(|host| self.rest(now, host)).is_some()
    }

    /// Octets of the longest datagram that [`poll_transmit`](Self::poll_transmit) writes.
    #[must_use]
    pub const fn max_transmit_len(&self) -> usize {
        MAX_REQUEST_LEN
    }

    /// The next datagram to send.
    ///
    /// # Errors
    /// [`BufferTooSmall`], which changes nothing.
    pub fn poll_transmit(
        &mut self,
        now: Instant,
        buf: &mut [u8],
    ) -> Result<Option<Transmit>, BufferTooSmall> {
        let Some((id, host)) = self
            .ready
            .first()
            .and_then(|id| Some((*id, self.hosts.get_mut(id)?)))
        else {
            return Ok(None);
        };
        let len = host.place.request.encode(host.sequence, buf)?.len();
        let attempt = host.sent;
        let deadline = now + TRY_INTERVAL;
        host.sent = host.sent.saturating_add(1);
        host.deadline = Some(deadline);
        let to = with_port(host.to, host.place.rung.port());
        let via = host.via;
        self.ready.remove(&id);
        self.deadlines.insert((deadline, id));
        Ok(Some(Transmit {
            to,
            via,
            range: 0..len,
            id: TransmitId(id.0),
            attempt,
        }))
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) at the latest.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    /// What no datagram carries: ends of rungs and of probes.
    pub fn poll_event(&mut self) -> Option<Event<'static>> {
        self.events.pop_front()
    }

    /// The time that [`poll_timeout`](Self::poll_timeout) named has come.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((deadline, id)) = self.deadlines.first().copied().filter(|(due, _)| *due <= now) {
            self.deadlines.remove(&(deadline, id));
            let Some(host) = self.hosts.get_mut(&id) else {
                continue;
            };
            host.deadline = None;
            if host.sent < TRIES {
                self.ready.insert(id);
            } else {
                self.end_request(now, id, End::Silent);
            }
        }
    }

    /// The port `to` is closed, or a send to it failed. Ends what waits for exactly that address and port.
    pub fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        let Some(&id) = self.by_address.get(&canonical(to)) else {
            return;
        };
        let asked = self
            .hosts
            .get(&id)
            .is_some_and(|host| host.via == via && host.sent > 0 && host.place.rung.port() == to.port());
        if asked {
            self.end_request(now, id, End::Refused);
        }
    }

    /// A datagram arrived from `from` on the socket `via`. It counts only when address, port, magic, service,
    /// operation and sequence number are those of the request under way.
    pub fn handle_datagram<'d>(
        &mut self,
        now: Instant,
        via: Via,
        from: SocketAddr,
        datagram: &'d mut [u8],
    ) -> Handled<Event<'d>> {
        let datagram: &'d [u8] = datagram;
        let known = self.by_address.get(&canonical(from)).copied();
        let Some((id, host)) = known.and_then(|id| Some((id, self.hosts.get_mut(&id)?))) else {
            return Handled::NotMine(match identify(datagram) {
                Err(reason) => reason,
                Ok(_) => NotMine::Source,
            });
        };
        let Place { rung, request } = host.place;
        match host.judge(via, from, datagram) {
            Err(reason) => {
                host.findings.dropped.count(reason);
                Handled::NotMine(reason)
            }
            Ok(None) => {
                self.end_request(now, id, End::Answered);
                Handled::Event(Event::Answered {
                    id,
                    rung,
                    request,
                    answer: None,
                })
            }
            Ok(Some(packet)) => {
                let answer = packet.answer();
                match &answer {
                    Ok(Answer::Discover(discover)) => host.findings.learn_discover(discover),
                    Ok(Answer::DeviceId(device_id)) => host.findings.learn_device_id(rung, device_id),
                    Ok(_) => {}
                    Err(_) => host.findings.dropped.count(NotMine::Malformed),
                }
                self.end_request(now, id, End::Answered);
                Handled::Event(match answer {
                    Ok(answer) => Event::Answered {
                        id,
                        rung,
                        request,
                        answer: Some(answer),
                    },
                    Err(error) => Event::Malformed {
                        id,
                        rung,
                        request,
                        error,
                    },
                })
            }
        }
    }

    /// The present request of `id` came to its end: on to the next one, the next rung, or the probe's end.
    fn end_request(&mut self, now: Instant, id: ProbeId, end: End) {
        let Some(host) = self.hosts.get_mut(&id) else {
            return;
        };
        if let Some(deadline) = host.deadline.take() {
            self.deadlines.remove(&(deadline, id));
        }
        let switches = self.config.switches;
        let rung = host.place.rung;
        let alive = end == End::Answered || host.findings.liveness(rung) == Liveness::Alive;
        let liveness = match end {
            _ if alive => Liveness::Alive,
            End::Refused => Liveness::Refused,
            End::Silent | End::Answered => Liveness::Silent,
        };
        host.findings.set(rung, liveness);
        let same_rung = if alive && end != End::Refused {
            host.place.next_request(switches)
        } else {
            None
        };
        if same_rung.is_none() {
            self.events.push_back(Event::Rung { id, rung, liveness });
        }
        let id_known = host.findings.device_id().is_some();
        if let Some(place) = same_rung.or_else(|| host.place.next_rung(switches, id_known)) {
            host.place = place;
            host.sequence = host.sequence.wrapping_add(1);
            host.sent = 0;
            self.ready.insert(id);
        } else if let Some(host) = self.remove(id) {
            self.rest(now, &host);
            self.events.push_back(Event::Finished {
                id,
                host: host.to,
                findings: host.findings,
            });
        }
    }

    fn remove(&mut self, id: ProbeId) -> Option<Host> {
        let host = self.hosts.remove(&id)?;
        self.by_address.remove(&canonical(host.to));
        self.ready.remove(&id);
        if let Some(deadline) = host.deadline {
            self.deadlines.remove(&(deadline, id));
        }
        Some(host)
    }

    /// Leaves a host alone: long when it was silent, else until its next packet is allowed.
    fn rest(&mut self, now: Instant, host: &Host) {
        let answered = host.findings.rungs.contains(&Liveness::Alive);
        let rest = if answered {
            TRY_INTERVAL
        } else {
            self.config.back_off.max(TRY_INTERVAL)
        };
        while self.resting.len() >= self.config.max_hosts.max(1) {
            let Some((_, address)) = self.rest_ends.pop_first() else {
                break;
            };
            self.resting.remove(&address);
        }
        let (until, address) = (now + rest, canonical(host.to));
        self.resting.insert(address, until);
        self.rest_ends.insert((until, address));
    }

    /// Forgets the rests that are over.
    fn wake(&mut self, now: Instant) {
        while let Some((end, address)) = self.rest_ends.first().copied().filter(|(end, _)| *end <= now) {
            self.rest_ends.remove(&(end, address));
            self.resting.remove(&address);
        }
    }

    /// How many probes are under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.hosts.len()
    }
}

impl Host {
    /// The packet when it answers the request under way; `None` for Echo, whose answer is its header.
    fn judge<'d>(
        &self,
        via: Via,
        from: SocketAddr,
        datagram: &'d [u8],
    ) -> Result<Option<Packet<'d>>, NotMine> {
        let found = identify(datagram)?;
        if via != self.via || from.port() != self.place.rung.port() {
            return Err(NotMine::Source);
        }
        if self.sent == 0 {
            return Err(NotMine::UnknownId);
        }
        match (found, self.place.request.header(self.sequence)) {
            (Found::Family(packet), Some(asked)) => {
                let header = packet.header;
                let kind = |header: crate::Header| (header.family, header.service, header.op);
                if kind(header) != kind(asked) {
                    Err(NotMine::Kind)
                } else if header.sequence != asked.sequence {
                    Err(NotMine::UnknownId)
                } else {
                    Ok(Some(packet))
                }
            }
            (Found::Cpca(packet), None) => match (packet.op, packet.sequence) {
                (ECHO, sequence) if sequence == self.sequence => Ok(None),
                (ECHO, _) => Err(NotMine::UnknownId),
                _ => Err(NotMine::Kind),
            },
            _ => Err(NotMine::Kind),
        }
    }
}

enum Found<'d> {
    Family(Packet<'d>),
    Cpca(CpcaPacket<'d>),
}

/// Whether a datagram is an answer of one of Canon's protocols, with lengths that hold.
fn identify(datagram: &[u8]) -> Result<Found<'_>, NotMine> {
    if CpcaPacket::is_cpca(datagram) {
        return CpcaPacket::decode(datagram)
            .map(Found::Cpca)
            .map_err(|_| NotMine::Malformed);
    }
    match Packet::decode(datagram) {
        // One's own broadcast, or a scanner's notice.
        Ok(packet) if !packet.header.response => Err(NotMine::Kind),
        Ok(packet) => Ok(Found::Family(packet)),
        Err(DecodeError::BadMagic { .. }) => Err(NotMine::OtherProtocol),
        Err(_) => Err(NotMine::Malformed),
    }
}

impl Dropped {
    fn count(&mut self, reason: NotMine) {
        let counter = match reason {
            NotMine::Source => &mut self.source,
            NotMine::UnknownId => &mut self.sequence,
            NotMine::Malformed => &mut self.malformed,
            _ => &mut self.kind,
        };
        *counter = counter.saturating_add(1);
    }
}

/// The address as a key: port 0, no flow label, IPv4 out of its IPv6 form (a dual-stack socket's way of telling it).
fn canonical(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V6(v6) if v6.ip().to_ipv4_mapped().is_none() => {
            SocketAddr::V6(core::net::SocketAddrV6::new(*v6.ip(), 0, 0, v6.scope_id()))
        }
        other => SocketAddr::new(other.ip().to_canonical(), 0),
    }
}

fn with_port(mut address: SocketAddr, port: u16) -> SocketAddr {
    address.set_port(port);
    address
}

fn is_one_host(address: IpAddr) -> bool {
    let broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
    !address.is_unspecified() && !address.is_multicast() && !broadcast
}
