use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::SocketAddr;

use super::config::{Access, Config, MAX_MESSAGE, MIN_MESSAGE};
use super::operations::{Answer, Work, v1_status};
use super::view::{MibView, Request};
use crate::datagram::{BufferTooSmall, Handled, NotMine, Transmit, Via};
use crate::dispatch::{Counters, Envelope, Frame, MIN_MAX_SIZE, Refusal, Replies, admit_v3, bump, plain_pdu};
use crate::message::{CommunityMessage, CommunityPdu, Flags, ScopedPdu, V3Header, V3Layout, Version};
use crate::pdu::{ErrorStatus, Pdu, PduHeader, PduType};
use crate::security::{self, NoV3, ReportDue, ReportKind, SecurityLevel, SecurityModel};
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
    config: Config,
    model: S,
    /// Where each context's view stands in `views`.
    contexts: BTreeMap<Vec<u8>, usize>,
    views: Vec<(Vec<u8>, V)>,
    communities: BTreeMap<Vec<u8>, Community>,
    counters: Counters,
    replies: Replies<S::State>,
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
            config: Config {
                max_message: config.max_message.clamp(MIN_MESSAGE, MAX_MESSAGE),
                max_size: config.max_size.max(MIN_MAX_SIZE),
                ..config
            },
            model,
            contexts: BTreeMap::new(),
            views: Vec::new(),
            communities: BTreeMap::new(),
            counters: Counters::ZERO,
            replies: Replies::new(),
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
        &self.model
    }

    /// The security model, to change its users.
    #[must_use]
    pub const fn model_mut(&mut self) -> &mut S {
        &mut self.model
    }

    /// What was received and could not be used.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Counts a datagram that no machine on its socket took.
    pub const fn count(&mut self, reason: NotMine) {
        self.counters.count(reason);
    }

    /// Octets of the largest datagram that [`poll_transmit`](Self::poll_transmit) writes, and of the buffer that it
    /// needs at most.
    #[must_use]
    pub const fn max_transmit_len(&self) -> usize {
        self.config.max_message
    }

    /// Answers a request. What is no request is left unchanged, but for v3 messages that had to be decrypted to see it.
    pub fn handle_datagram<'d>(
        &mut self,
        now: Instant,
        via: Via,
        from: SocketAddr,
        datagram: &'d mut [u8],
    ) -> Handled<Event<'d>> {
        match Version::of(datagram) {
            Ok(Version::V1 | Version::V2c) => self.handle_community(now, via, from, datagram),
            // A model of number 0 is none.
            Ok(Version::V3) if S::MODEL != 0 => self.handle_v3(now, via, from, datagram),
            Ok(Version::V3) => Handled::NotMine(NotMine::Version),
            Err(error) => Handled::NotMine(match error.kind {
                crate::ber::DecodeErrorKind::Version(_) => NotMine::Version,
                _ if datagram.first() != Some(&crate::ber::tag::SEQUENCE) => NotMine::OtherProtocol,
                _ => NotMine::Malformed,
            }),
        }
    }

    /// Sending to this address failed: answers that still wait for it are dropped.
    pub fn handle_unreachable(&mut self, _now: Instant, via: Via, to: SocketAddr) {
        self.replies.drop_for(via, to);
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
        self.replies.poll_transmit(now, &mut self.model, buffer)
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
        self.model.poll_store()
    }

    /// What the token stands for is safe now.
    pub fn handle_stored(&mut self, token: u64) {
        self.model.handle_stored(token);
    }

    fn handle_community<'d>(
        &mut self,
        now: Instant,
        via: Via,
        from: SocketAddr,
        datagram: &'d [u8],
    ) -> Handled<Event<'d>> {
        let Ok(message) = CommunityMessage::decode(datagram, self.config.strictness) else {
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
        bump(&mut self.counters.in_pkts);
        let allowed = access == Access::Write || pdu.header.pdu_type != PduType::SetRequest;
        if !allowed {
            bump(&mut self.counters.in_bad_community_uses);
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
            self.config.max_message,
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
        let layout = match admit_v3(datagram, self.config.strictness, S::MODEL) {
            Ok(layout) => layout,
            Err(Refusal::Malformed) => return Handled::NotMine(NotMine::Malformed),
            Err(Refusal::SecurityModel) => {
                bump(&mut self.counters.in_pkts);
                bump(&mut self.counters.unknown_security_models);
                return Handled::Consumed;
            }
            Err(Refusal::Flags) => {
                bump(&mut self.counters.in_pkts);
                bump(&mut self.counters.invalid_msgs);
                return Handled::Consumed;
            }
        };
        let plain = plain_pdu(datagram, &layout);
        if plain.is_some_and(|(pdu_type, _)| !is_request(pdu_type)) {
            return Handled::NotMine(NotMine::Kind);
        }
        bump(&mut self.counters.in_pkts);
        let back = Back {
            via,
            from,
            layout: &layout,
        };
        let opened = match self.model.open(now, from, &layout, datagram) {
            Ok(opened) => opened,
            Err(rejected) => {
                // RFC 3412 §7.1 step 3b: for a PDU that can be read its class decides, else the reportableFlag.
                let confirmed = plain.map_or(layout.flags.is_reportable(), |(kind, _)| kind.is_confirmed());
                if let Some(due) = rejected.report.filter(|_| confirmed) {
                    self.report(&back, &due, plain.and_then(|(_, id)| id).unwrap_or_default());
                } else if rejected.reason == security::RejectReason::ParseError {
                    bump(&mut self.counters.in_asn_parse_errs);
                }
                return Handled::Consumed;
            }
        };
        let scoped = datagram.get(opened.scoped.clone()).unwrap_or_default();
        let scoped = match ScopedPdu::decode(scoped, self.config.strictness) {
            Ok(scoped) if scoped.context_engine_id.len() <= MAX_ENGINE_ID && has_good_values(&scoped.pdu) => {
                scoped
            }
            _ => {
                bump(&mut self.counters.in_asn_parse_errs);
                return Handled::Consumed;
            }
        };
        let pdu = scoped.pdu;
        let report = |kind, value| ReportDue {
            kind,
            value,
            level: SecurityLevel::NoAuthNoPriv,
            state: opened.state,
        };
        // Empty is what some managers send; net-snmp answers them.
        let engine = scoped.context_engine_id;
        let ours = engine.is_empty() || engine == self.model.local_engine_id();
        if !is_request(pdu.header.pdu_type) || !ours {
            bump(&mut self.counters.unknown_pdu_handlers);
            if pdu.header.pdu_type.is_confirmed() && opened.local {
                let due = report(ReportKind::UnknownPduHandlers, self.counters.unknown_pdu_handlers);
                self.report(&back, &due, pdu.header.request_id);
            }
            return Handled::Consumed;
        }
        if !opened.local {
            return Handled::Consumed;
        }
        let Some(place) = self.contexts.get(scoped.context_name).copied() else {
            bump(&mut self.counters.unknown_contexts);
            let due = report(ReportKind::UnknownContexts, self.counters.unknown_contexts);
            self.report(&back, &due, pdu.header.request_id);
            return Handled::Consumed;
        };
        let needed = match pdu.header.pdu_type {
            PduType::SetRequest => self.config.v3_write,
            _ => Some(self.config.v3_read),
        };
        let incoming = Incoming {
            now,
            via,
            from,
            version: Version::V3,
            level: opened.level,
            pdu,
            allowed: needed.is_some_and(|needed| opened.level >= needed),
        };
        let frame = Frame::Scoped {
            engine_id: engine,
            context: scoped.context_name,
            around: self.model.max_head() + self.model.max_tail(),
        };
        let envelope = Envelope::V3 {
            header: self.v3_header(&layout, opened.level),
            state: opened.state,
        };
        let limit = usize::try_from(layout.max_size).unwrap_or(usize::MAX);
        self.answer(
            &incoming,
            place,
            &frame,
            envelope,
            limit.min(self.config.max_message),
        )
    }

    fn v3_header(&self, request: &V3Layout, level: SecurityLevel) -> V3Header {
        V3Header {
            msg_id: request.msg_id,
            max_size: i32::from(self.config.max_size),
            flags: Flags::new(level, false),
        }
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
        if !fits(status, index, list) || !self.replies.push(to, envelope, frame, &header, list) {
            bump(&mut self.counters.silent_drops);
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

    /// Puts a Report in the queue (RFC 3412 §7.1 step 3).
    fn report(&mut self, back: &Back<'_>, due: &ReportDue<S::State>, request_id: i32) {
        let engine_id = self.model.local_engine_id().to_vec();
        let frame = Frame::Scoped {
            engine_id: &engine_id,
            context: b"",
            around: self.model.max_head() + self.model.max_tail(),
        };
        let counter = VarBind::new(due.kind.counter(), Value::Counter32(due.value));
        let mut list = [0; 40];
        let mut writer = crate::ber::Writer::new(&mut list);
        counter.encode(&mut writer);
        let range = writer.finish().unwrap_or_default();
        let envelope = Envelope::V3 {
            header: self.v3_header(back.layout, due.level),
            state: due.state,
        };
        let header = PduHeader::report(request_id);
        let list = list.get(range).unwrap_or_default();
        self.replies
            .push((back.from, back.via), envelope, &frame, &header, list);
    }
}

/// The largest contextEngineID (RFC 3411 §5, SnmpEngineID).
const MAX_ENGINE_ID: usize = 32;

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

/// The v3 message that a Report answers.
struct Back<'l> {
    via: Via,
    from: SocketAddr,
    layout: &'l V3Layout,
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
