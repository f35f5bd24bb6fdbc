use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::SocketAddr;

use super::config::{Access, Config};
use super::operations::{Answer, Work, v1_status};
use super::view::{MibView, Request};
use crate::datagram::{BufferTooSmall, Handled, NotMine, Transmit, Via};
use crate::dispatch::{Counters, Dispatcher, Envelope, Frame, bump};
use crate::message::{CommunityMessage, CommunityPdu, Version};
use crate::pdu::{ErrorStatus, Pdu, PduHeader, PduType};
use crate::security::{self, NoV3, SecurityLevel, SecurityModel};
use crate::time::Instant;
use crate::value::Value;
use crate::varbind::{VarBind, VarBinds};

/// A command responder: answers GET, GETNEXT, GETBULK and SET of v1, v2c and, with a security model, v3, from a
/// [`MibView`] per context (RFC 3413 §3.2, RFC 3416 §4.2).
///
/// The answer to a request is made when the request arrives and leaves by the socket and to the address that it came
/// by; there are no timers. Its size stays within [`Config::max_message`] and the peer's msgMaxSize, and its size
/// bounds the work, whatever max-repetitions asks for.
///
/// ```
/// use snmp_core::{datagram::{Handled, Via}, oid, responder::{Responder, Store}, time::Instant, value::Value};
/// let mut store = Store::new();
/// store.insert(oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"a printer"));
/// let mut responder = Responder::read_only(b"public", store);
///
/// // GET sysDescr.0, as it came from a socket.
/// # use snmp_core::{message::{self, Version}, pdu::{PduHeader, PduType}, varbind::VarBind};
/// # let (now, peer) = (Instant::ZERO, "192.0.2.1:40000".parse()?);
/// # let mut datagram = [0; 43];
/// # let header = PduHeader::request(PduType::GetRequest, 7);
/// # let names = [VarBind::null(oid!(1.3.6.1.2.1.1.1.0))];
/// # let range = message::encode_community(&mut datagram, Version::V2c, b"public", &header, names)?;
/// # let datagram = &mut datagram[range];
/// if let Handled::NotMine(reason) = responder.handle_datagram(now, Via(0), peer, datagram) {
///     responder.count(reason);
/// }
/// let mut buffer = [0; 1472];
/// while let Some(transmit) = responder.poll_transmit(now, &mut buffer)? {
///     assert_eq!(transmit.to, peer);
///     // socket.send_to(&buffer[transmit.range], transmit.to)?;
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// On a socket that it shares with a manager the manager comes first: it knows its answers by their ids, while a
/// responder has to decrypt a message of v3 to see that it is none of its own. A notification receiver of the same
/// engine needs a socket of its own, as the ports 161 and 162 give it.
#[derive(Debug)]
pub struct Responder<V, S: SecurityModel = NoV3> {
    dispatcher: Dispatcher<S>,
    v3_read: SecurityLevel,
    v3_write: Option<SecurityLevel>,
    /// Where each context's view stands in `views`.
    contexts: BTreeMap<Vec<u8>, usize>,
    views: Vec<(Vec<u8>, V)>,
    communities: BTreeMap<Vec<u8>, Community>,
    work: Work,
}

#[derive(Clone, Debug)]
struct Community {
    access: Access,
    /// The one context that it stands for; `None`: the default one, and others behind an `@`.
    context: Option<Vec<u8>>,
}

/// What a responder tells.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'d> {
    /// A request was answered.
    Answered(Answered<'d>),
}

/// A request that was answered, and how.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Answered<'d> {
    /// Where it came from.
    pub from: SocketAddr,
    /// The version of its message.
    pub version: Version,
    /// How it was secured; noAuthNoPriv for a community.
    pub level: SecurityLevel,
    /// GET, GETNEXT, GETBULK or SET.
    pub pdu_type: PduType,
    /// Its variable bindings: with noError to a SET, what holds now.
    pub var_binds: VarBinds<'d>,
    /// The answer's error-status.
    pub error_status: ErrorStatus,
    /// The answer's error-index: the variable binding at fault from 1, 0 for none.
    pub error_index: usize,
}

impl<V: MibView> Responder<V> {
    /// A responder of v1 and v2c whose one community may read `view`.
    #[must_use]
    pub fn read_only(community: &[u8], view: V) -> Self {
        let mut responder = Self::new(Config::default(), NoV3);
        responder.add_context(b"", view);
        responder.add_community(community, Access::Read);
        responder
    }
}

impl<V: MibView, S: SecurityModel> Responder<V, S> {
    /// A responder without contexts and communities.
    #[must_use]
    pub fn new(config: Config, model: S) -> Self {
        Self {
            dispatcher: Dispatcher::new(model, config.strictness, config.max_message, config.max_size),
            v3_read: config.v3_read,
            v3_write: config.v3_write,
            contexts: BTreeMap::new(),
            views: Vec::new(),
            communities: BTreeMap::new(),
            work: Work::new(),
        }
    }

    /// Serves `view` as the context of this name, empty for the default one. The one that it replaces comes back.
    pub fn add_context(&mut self, name: &[u8], view: V) -> Option<V> {
        let place = self
            .contexts
            .get(name)
            .and_then(|place| self.views.get_mut(*place));
        if let Some((_, old)) = place {
            return Some(core::mem::replace(old, view));
        }
        self.contexts.insert(name.to_vec(), self.views.len());
        self.views.push((name.to_vec(), view));
        None
    }

    /// Lets a community of v1 and v2c at the default context, and at each other one as `community@context`, as
    /// print servers with several contexts take it.
    pub fn add_community(&mut self, community: &[u8], access: Access) {
        let entry = Community {
            access,
            context: None,
        };
        self.communities.insert(community.to_vec(), entry);
    }

    /// Lets a community of v1 and v2c at this context only.
    pub fn add_community_of(&mut self, community: &[u8], context: &[u8], access: Access) {
        let entry = Community {
            access,
            context: Some(context.to_vec()),
        };
        self.communities.insert(community.to_vec(), entry);
    }

    /// A context's view.
    #[must_use]
    pub fn context(&self, name: &[u8]) -> Option<&V> {
        let place = *self.contexts.get(name)?;
        self.views.get(place).map(|(_, view)| view)
    }

    /// A context's view, to change it.
    #[must_use]
    pub fn context_mut(&mut self, name: &[u8]) -> Option<&mut V> {
        let place = *self.contexts.get(name)?;
        self.views.get_mut(place).map(|(_, view)| view)
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

    /// Answers a request. What is no request is left unchanged, but for v3 messages that had to be decrypted to see it.
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

    /// Sending to this address failed: answers that still wait for it are dropped.
    pub fn handle_unreachable(&mut self, _now: Instant, via: Via, to: SocketAddr) {
        self.dispatcher.replies.drop_for(via, to);
    }

    /// Nothing: a responder has no timers. Here so that one loop drives every machine.
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

    /// `None`: a responder has no timers.
    #[must_use]
    pub const fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    /// `None`: everything that a responder tells comes with the datagram that caused it.
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
        let CommunityPdu::Pdu(pdu) = message.pdu else {
            return Handled::NotMine(NotMine::Kind);
        };
        if !is_request(pdu.header.pdu_type) {
            return Handled::NotMine(NotMine::Kind);
        }
        if !has_good_values(&pdu) {
            return Handled::NotMine(NotMine::Malformed);
        }
        let Some((access, place)) = self.admit_community(message.community) else {
            return Handled::NotMine(NotMine::Security);
        };
        bump(&mut self.dispatcher.counters.in_pkts);
        let allowed = access == Access::Write || pdu.header.pdu_type != PduType::SetRequest;
        if !allowed {
            bump(&mut self.dispatcher.counters.in_bad_community_uses);
        }
        let incoming = Incoming {
            now,
            via,
            from,
            version: message.version,
            level: SecurityLevel::NoAuthNoPriv,
            pdu,
            allowed,
        };
        let frame = Frame::Community {
            version: message.version,
            community: message.community,
        };
        self.answer(
            &incoming,
            place,
            &frame,
            Envelope::Community,
            self.dispatcher.max_message,
        )
    }

    /// What a community may do, and where.
    fn admit_community(&self, community: &[u8]) -> Option<(Access, usize)> {
        if let Some(entry) = self.communities.get(community) {
            let context = entry.context.as_deref().unwrap_or_default();
            return Some((entry.access, *self.contexts.get(context)?));
        }
        let at = community.iter().rposition(|octet| *octet == b'@')?;
        let (community, context) = community.split_at_checked(at)?;
        let entry = self
            .communities
            .get(community)
            .filter(|entry| entry.context.is_none())?;
        Some((entry.access, *self.contexts.get(context.get(1..)?)?))
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
            .open(now, via, from, datagram, is_request, |kind| !is_request(kind))
        {
            Ok(message) => message,
            Err(stop) => return stop.into(),
        };
        let pdu = message.scoped.pdu;
        if !has_good_values(&pdu) {
            bump(&mut self.dispatcher.counters.in_asn_parse_errs);
            return Handled::Consumed;
        }
        let Some(place) = self.contexts.get(message.scoped.context_name).copied() else {
            self.dispatcher.unknown_context((from, via), &message);
            return Handled::Consumed;
        };
        let needed = match pdu.header.pdu_type {
            PduType::SetRequest => self.v3_write,
            _ => Some(self.v3_read),
        };
        let incoming = Incoming {
            now,
            via,
            from,
            version: Version::V3,
            level: message.level,
            pdu,
            allowed: needed.is_some_and(|needed| message.level >= needed),
        };
        let (envelope, limit) = self.dispatcher.envelope(&message);
        let frame = self.dispatcher.frame(&message);
        self.answer(&incoming, place, &frame, envelope, limit)
    }

    /// Performs a request and puts the answer in the queue.
    fn answer<'d>(
        &mut self,
        incoming: &Incoming<'d>,
        place: usize,
        frame: &Frame<'_>,
        envelope: Envelope<S::State>,
        limit: usize,
    ) -> Handled<Event<'d>> {
        let Some((context, view)) = self.views.get_mut(place) else {
            return Handled::Consumed;
        };
        let pdu = &incoming.pdu;
        let (version, request_id) = (incoming.version, pdu.header.request_id);
        let response = |status, index: usize| {
            PduHeader::response(request_id, status, u32::try_from(index).unwrap_or(u32::MAX))
        };
        // A SET is refused for its size before anything is set, with the largest error fields that it may come to
        // (RFC 3416 §4.2.5).
        let largest = if pdu.header.pdu_type == PduType::SetRequest {
            response(ErrorStatus::InconsistentName, pdu.var_binds.len())
        } else {
            response(ErrorStatus::NoError, 0)
        };
        let answer = match frame.room(&largest, limit) {
            _ if !incoming.allowed => {
                Answer::Echo(ErrorStatus::AuthorizationError, pdu.var_binds.len().min(1))
            }
            Some(room) => {
                view.begin(&Request {
                    now: incoming.now,
                    from: incoming.from,
                    version,
                    level: incoming.level,
                    pdu_type: pdu.header.pdu_type,
                    context,
                });
                self.work.perform(view, version, pdu, room)
            }
            None => Answer::TooBig,
        };
        let echo = pdu.var_binds.as_octets();
        let (status, index, list) = match answer {
            Answer::Values => (ErrorStatus::NoError, 0, self.work.list.as_slice()),
            Answer::Echo(status, index) if version == Version::V1 => (v1_status(status), index, echo),
            Answer::Echo(status, index) => (status, index, echo),
            Answer::TooBig => too_big(version, echo),
        };
        let fits = |status, index, list: &[u8]| frame.len(&response(status, index), list.len()) <= limit;
        let (status, index, list) = if fits(status, index, list) {
            (status, index, list)
        } else {
            too_big(version, echo)
        };
        let to = (incoming.from, incoming.via);
        let header = response(status, index);
        let replies = &mut self.dispatcher.replies;
        let sent = fits(status, index, list) && {
            let reply = replies.prepare(to, envelope, frame, &header, list);
            replies.push(reply)
        };
        if !sent {
            bump(&mut self.dispatcher.counters.silent_drops);
            return Handled::Consumed;
        }
        Handled::Event(Event::Answered(Answered {
            from: incoming.from,
            version,
            level: incoming.level,
            pdu_type: pdu.header.pdu_type,
            var_binds: pdu.var_binds,
            error_status: status,
            error_index: index,
        }))
    }
}

/// A request that passed its message's security.
struct Incoming<'d> {
    now: Instant,
    via: Via,
    from: SocketAddr,
    version: Version,
    level: SecurityLevel,
    pdu: Pdu<'d>,
    allowed: bool,
}

const fn is_request(pdu_type: PduType) -> bool {
    matches!(
        pdu_type,
        PduType::GetRequest | PduType::GetNextRequest | PduType::GetBulkRequest | PduType::SetRequest
    )
}

/// Whether the values of a SET are values: exceptions and unknown tags are none.
fn has_good_values(pdu: &Pdu<'_>) -> bool {
    pdu.header.pdu_type != PduType::SetRequest
        || !pdu.var_binds.iter().any(|VarBind { value, .. }| {
            value.is_exception() || matches!(value, Value::Unknown { .. } | Value::Malformed { .. })
        })
}

/// tooBig: with no variable bindings (RFC 3416 §4.2.1), in v1 with the request's (RFC 1157 §4.1.2).
const fn too_big(version: Version, echo: &[u8]) -> (ErrorStatus, usize, &[u8]) {
    match version {
        Version::V1 => (ErrorStatus::TooBig, 0, echo),
        _ => (ErrorStatus::TooBig, 0, &[]),
    }
}
