use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use super::inform::{InformId, Informs, Seen};
use super::received::{Kind, Notification};
use crate::datagram::{BufferTooSmall, Handled, NotMine, Transmit, Via};
use crate::dispatch::{Counters, Dispatcher, Envelope, Frame, bump};
use crate::entropy::Entropy;
use crate::message::{CommunityMessage, CommunityPdu, Version};
use crate::pdu::{ErrorStatus, PduHeader, PduType};
use crate::security::{self, NoV3, SecurityLevel, SecurityModel};
use crate::strictness::{Anomaly, Strictness};
use crate::time::{Duration, Instant};

/// How a receiver works.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Octets of the largest answer to an inform, 484 to 65507; a v3 peer's msgMaxSize lowers it. Default 65507: the
    /// answer is as large as the inform.
    pub max_message: usize,
    /// msgMaxSize as told to peers: the largest message that the caller's receive buffer takes, at least 484.
    /// Default 65507.
    pub max_size: u16,
    /// What is read over. Default [`Strictness::DEPLOYED`].
    pub strictness: Strictness,
    /// Whether any community is good. Default `false`: those that were added.
    pub any_community: bool,
    /// Informs that may wait to be accepted, and accepted ones that are remembered. Default 1024.
    pub max_informs: usize,
    /// How long an accepted inform is remembered, so that its retransmission is not delivered again. Default 5 minutes.
    pub remember_informs: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_message: 65_507,
            max_size: 65_507,
            strictness: Strictness::DEPLOYED,
            any_community: false,
            max_informs: 1024,
            remember_informs: Duration::from_secs(300),
        }
    }
}

/// Receives traps and informs of v1, v2c and, with a security model, v3 (RFC 3413 §3.4).
///
/// An inform is answered when the caller has accepted it, and only then; its retransmissions are answered again but
/// delivered once.
///
/// ```
/// use snmp_core::datagram::{Handled, Via};
/// use snmp_core::notification::{Config, Event, Kind, Receiver};
/// use snmp_core::{security::NoV3, time::Instant};
/// let mut receiver = Receiver::new(Config::default(), NoV3, [7; 16]);
/// receiver.add_community(b"public");
/// # let (now, from) = (Instant::ZERO, "192.0.2.1:40000".parse()?);
/// # let mut datagram = [0x30, 0];
/// let accepted = match receiver.handle_datagram(now, Via(0), from, &mut datagram) {
///     Handled::Event(Event::Notification(notification)) => {
///         // Write it down, then:
///         if let Kind::Inform(id) = notification.kind { Some(id) } else { None }
///     }
///     _ => None,
/// };
/// accepted.map(|id| receiver.accept(now, id));
/// // ... then poll_transmit, as always.
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Receiver<S: SecurityModel = NoV3> {
    dispatcher: Dispatcher<S>,
    any_community: bool,
    communities: BTreeSet<Vec<u8>>,
    informs: Informs<S::State>,
    entropy: Entropy,
    /// What an inform's retransmission repeats, put together to be hashed.
    repeated: Vec<u8>,
}

/// What a receiver tells.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'d> {
    /// A notification came in.
    Notification(Notification<'d>),
}

impl<S: SecurityModel> Receiver<S> {
    /// A receiver that knows no community yet. No two machines get the same seed.
    #[must_use]
    pub fn new(config: Config, model: S, seed: [u8; 16]) -> Self {
        Self {
            dispatcher: Dispatcher::new(model, config.strictness, config.max_message, config.max_size),
            any_community: config.any_community,
            communities: BTreeSet::new(),
            informs: Informs::new(config.max_informs, config.remember_informs),
            entropy: Entropy::new(seed),
            repeated: Vec::new(),
        }
    }

    /// Takes notifications of v1 and v2c with this community.
    pub fn add_community(&mut self, community: &[u8]) {
        self.communities.insert(community.to_vec());
    }

    /// The security model.
    #[must_use]
    pub const fn model(&self) -> &S {
        &self.dispatcher.model
    }

    /// The security model, to change its users.
    #[must_use]
    pub const fn model_mut(&mut self) -> &mut S {
        &mut self.dispatcher.model
    }

    /// What was received and could not be used.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.dispatcher.counters
    }

    /// Counts a datagram that no machine on its socket took.
    pub const fn count(&mut self, reason: NotMine) {
        self.dispatcher.counters.count(reason);
    }

    /// Octets of the largest datagram that [`poll_transmit`](Self::poll_transmit) writes, and of the buffer that it
    /// needs at most.
    #[must_use]
    pub const fn max_transmit_len(&self) -> usize {
        self.dispatcher.max_message
    }

    /// Takes a notification. What is none is left unchanged, but for v3 messages that had to be decrypted to see it.
    pub fn handle_datagram<'d>(
        &mut self,
        now: Instant,
        via: Via,
        from: SocketAddr,
        datagram: &'d mut [u8],
    ) -> Handled<Event<'d>> {
        match Dispatcher::<S>::version(datagram) {
            Ok(Version::V3) => self.handle_v3(now, via, from, datagram),
            Ok(_) => self.handle_community(now, via, from, datagram),
            Err(stop) => stop.into(),
        }
    }

    /// The caller has taken charge of an inform: its answer leaves. `false` when it is not known any more; then its
    /// sender's retransmission is delivered anew.
    pub fn accept(&mut self, now: Instant, id: InformId) -> bool {
        let reply = self.informs.accept(now, id);
        reply.is_some_and(|reply| self.dispatcher.replies.push(reply))
    }

    /// The caller does not take an inform: no answer leaves, and a retransmission is delivered again.
    pub fn reject(&mut self, id: InformId) -> bool {
        self.informs.reject(id)
    }

    /// Sending to this address failed: answers that still wait for it are dropped.
    pub fn handle_unreachable(&mut self, _now: Instant, via: Via, to: SocketAddr) {
        self.dispatcher.replies.drop_for(via, to);
    }

    /// Nothing: a receiver has no timers. Here so that one loop drives every machine.
    pub const fn handle_timeout(&mut self, _now: Instant) {}

    /// The next answer or Report.
    ///
    /// # Errors
    /// When the buffer is too small; nothing has changed then.
    pub fn poll_transmit(
        &mut self,
        now: Instant,
        buffer: &mut [u8],
    ) -> Result<Option<Transmit>, BufferTooSmall> {
        let Dispatcher { replies, model, .. } = &mut self.dispatcher;
        replies.poll_transmit(now, model, buffer)
    }

    /// `None`: a receiver has no timers.
    #[must_use]
    pub const fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    /// `None`: everything that a receiver tells comes with the datagram that caused it.
    #[must_use]
    pub const fn poll_event(&mut self) -> Option<Event<'static>> {
        None
    }

    /// What must be written down before answers that depend on it are sent.
    #[must_use]
    pub fn poll_store(&mut self) -> Option<security::Store> {
        self.dispatcher.model.poll_store()
    }

    /// What the token stands for is safe now.
    pub fn handle_stored(&mut self, token: u64) {
        self.dispatcher.model.handle_stored(token);
    }

    fn handle_community<'d>(
        &mut self,
        now: Instant,
        via: Via,
        from: SocketAddr,
        datagram: &'d [u8],
    ) -> Handled<Event<'d>> {
        let Ok(message) = CommunityMessage::decode(datagram, self.dispatcher.strictness) else {
            return Handled::NotMine(NotMine::Malformed);
        };
        if let CommunityPdu::Pdu(pdu) = &message.pdu
            && !is_notification(pdu.header.pdu_type)
        {
            return Handled::NotMine(NotMine::Kind);
        }
        if !self.any_community && !self.communities.contains(message.community) {
            return Handled::NotMine(NotMine::Security);
        }
        let (kind, var_binds) = match message.pdu {
            CommunityPdu::TrapV1(trap) => (Kind::TrapV1(trap), trap.var_binds),
            CommunityPdu::Pdu(pdu) => (Kind::TrapV2, pdu.var_binds),
        };
        let mut notification = Notification {
            from,
            via,
            version: message.version,
            level: SecurityLevel::NoAuthNoPriv,
            community: message.community,
            context_engine_id: &[],
            context_name: &[],
            kind,
            var_binds,
            anomalies: message.anomalies,
        };
        if !self.admit_prefix(&mut notification) {
            return Handled::NotMine(NotMine::Malformed);
        }
        bump(&mut self.dispatcher.counters.in_pkts);
        if let CommunityPdu::Pdu(pdu) = &message.pdu
            && pdu.header.pdu_type == PduType::InformRequest
        {
            let frame = Frame::Community {
                version: message.version,
                community: message.community,
            };
            let how = (Envelope::Community, self.dispatcher.max_message);
            let Some(id) = self.handle_inform(now, &notification, pdu.header.request_id, &frame, how) else {
                return Handled::Consumed;
            };
            notification.kind = Kind::Inform(id);
        }
        Handled::Event(Event::Notification(notification))
    }

    fn handle_v3<'d>(
        &mut self,
        now: Instant,
        via: Via,
        from: SocketAddr,
        datagram: &'d mut [u8],
    ) -> Handled<Event<'d>> {
        let message = match self
            .dispatcher
            .open(now, via, from, datagram, is_notification, is_answer)
        {
            Ok(message) => message,
            Err(stop) => return stop.into(),
        };
        let pdu = message.scoped.pdu;
        let mut notification = Notification {
            from,
            via,
            version: Version::V3,
            level: message.level,
            community: &[],
            context_engine_id: message.scoped.context_engine_id,
            context_name: message.scoped.context_name,
            kind: message.trap_v1.map_or(Kind::TrapV2, Kind::TrapV1),
            var_binds: pdu.var_binds,
            anomalies: message.layout.anomalies.union(message.scoped.anomalies),
        };
        if !self.admit_prefix(&mut notification) {
            bump(&mut self.dispatcher.counters.in_asn_parse_errs);
            return Handled::Consumed;
        }
        if pdu.header.pdu_type == PduType::InformRequest {
            let frame = self.dispatcher.frame(&message);
            let how = self.dispatcher.envelope(&message);
            let Some(id) = self.handle_inform(now, &notification, pdu.header.request_id, &frame, how) else {
                return Handled::Consumed;
            };
            notification.kind = Kind::Inform(id);
        }
        Handled::Event(Event::Notification(notification))
    }

    /// Whether it begins as RFC 3416 §4.2.6 has it; if it does not, whether that is tolerated.
    fn admit_prefix(&self, notification: &mut Notification<'_>) -> bool {
        let missing = !notification.has_prefix();
        if missing {
            notification.anomalies.insert(Anomaly::PrefixMissing);
        }
        !missing || self.dispatcher.strictness.tolerates(Anomaly::PrefixMissing)
    }

    /// Prepares the answer to an inform (RFC 3416 §4.2.7): its id when it is to be delivered.
    fn handle_inform(
        &mut self,
        now: Instant,
        notification: &Notification<'_>,
        request_id: i32,
        frame: &Frame<'_>,
        (envelope, limit): (Envelope<S::State>, usize),
    ) -> Option<InformId> {
        let to = (notification.from, notification.via);
        let list = notification.var_binds.as_octets();
        let header = PduHeader::response(request_id, ErrorStatus::NoError, 0);
        let replies = &mut self.dispatcher.replies;
        if frame.len(&header, list.len()) > limit {
            let header = PduHeader::response(request_id, ErrorStatus::TooBig, 0);
            let sent = frame.len(&header, 0) <= limit && {
                let reply = replies.prepare(to, envelope, frame, &header, &[]);
                replies.push(reply)
            };
            if !sent {
                bump(&mut self.dispatcher.counters.silent_drops);
            }
            return None;
        }
        let reply = replies.prepare(to, envelope, frame, &header, list);
        let key = self.key(notification, request_id);
        match self.informs.seen(now, key) {
            None => Some(self.informs.deliver(key, reply)),
            Some(Seen::Waiting(id)) => {
                self.informs.renew(id, reply);
                None
            }
            Some(Seen::Accepted) => {
                self.dispatcher.replies.push(reply);
                None
            }
        }
    }

    /// The keyed hash of what a retransmission repeats. The level is part of it, so that nobody without the keys can
    /// have an authentic inform taken for a retransmission.
    fn key(&mut self, notification: &Notification<'_>, request_id: i32) -> u64 {
        let Notification {
            from,
            version,
            level,
            community,
            context_engine_id,
            context_name,
            var_binds,
            ..
        } = notification;
        let repeated = &mut self.repeated;
        repeated.clear();
        match from.ip() {
            IpAddr::V4(address) => repeated.extend_from_slice(&address.to_ipv6_mapped().octets()),
            IpAddr::V6(address) => repeated.extend_from_slice(&address.octets()),
        }
        repeated.extend_from_slice(&from.port().to_be_bytes());
        repeated.extend_from_slice(&version.number().to_be_bytes());
        repeated.push(*level as u8);
        repeated.extend_from_slice(&request_id.to_be_bytes());
        for part in [*community, *context_engine_id, *context_name] {
            repeated.extend_from_slice(&part.len().to_be_bytes());
            repeated.extend_from_slice(part);
        }
        repeated.extend_from_slice(var_binds.as_octets());
        self.entropy.keyed(RETRANSMISSION, repeated)
    }
}

/// The domain of the keyed hash.
const RETRANSMISSION: u8 = b'I';

/// What a manager on the same socket may wait for. Requests are not left to others: who wants to send an inform
/// discovers the engine by one (RFC 3414 §4).
const fn is_answer(pdu_type: PduType) -> bool {
    matches!(pdu_type, PduType::Response | PduType::Report)
}

const fn is_notification(pdu_type: PduType) -> bool {
    matches!(pdu_type, PduType::TrapV2 | PduType::InformRequest)
}
