//! The dispatcher's part that every machine with an engine shares (RFC 3412 §4 and §7): the counters of what was
//! received, the way of a v3 message through security to its PDU, Reports, and the answers that wait to be sent.

mod counters;
pub(crate) mod replies;

pub use counters::Counters;
pub(crate) use counters::bump;
pub(crate) use replies::{Envelope, Frame, Replies};

use alloc::vec::Vec;
use core::net::SocketAddr;

use crate::ber::{DecodeError, DecodeErrorKind, Field, Reader, Writer, tag};
use crate::datagram::{Handled, NotMine, Via};
use crate::message::{Flags, ScopedPdu, V3Header, V3Layout, Version};
use crate::pdu::{PduHeader, PduType, TRAP_V1, TrapV1};
use crate::security::{RejectReason, ReportDue, ReportKind, SecurityLevel, SecurityModel};
use crate::strictness::Strictness;
use crate::time::Instant;
use crate::value::Value;
use crate::varbind::VarBind;

/// Octets that every peer takes (RFC 3417 §3.2), and the smallest msgMaxSize (RFC 3412 §6.3).
const MIN_MESSAGE: u16 = 484;

/// Octets of the largest datagram of UDP over IPv4.
const MAX_MESSAGE: usize = 65_507;

/// The largest contextEngineID (RFC 3411 §5, SnmpEngineID).
const MAX_ENGINE_ID: usize = 32;

/// What a machine has of the engine.
#[derive(Debug)]
pub(crate) struct Dispatcher<S: SecurityModel> {
    pub(crate) model: S,
    pub(crate) counters: Counters,
    pub(crate) replies: Replies<S::State>,
    pub(crate) strictness: Strictness,
    /// Octets of the largest message that is sent.
    pub(crate) max_message: usize,
    /// msgMaxSize as told to peers.
    max_size: u16,
}

/// A v3 message whose security and context engine were found good.
#[derive(Debug)]
pub(crate) struct V3Message<'d, T> {
    pub(crate) layout: V3Layout,
    pub(crate) scoped: ScopedPdu<'d>,
    /// A Trap-PDU of v1, for which the scoped PDU's stands.
    #[cfg_attr(not(feature = "notification"), expect(dead_code, reason = "for receivers"))]
    pub(crate) trap_v1: Option<TrapV1<'d>>,
    pub(crate) level: SecurityLevel,
    pub(crate) state: T,
}

/// A datagram goes no further.
#[derive(Debug)]
pub(crate) enum Stop {
    NotMine(NotMine),
    Consumed,
}

impl<E> From<Stop> for Handled<E> {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::NotMine(reason) => Self::NotMine(reason),
            Stop::Consumed => Self::Consumed,
        }
    }
}

impl<S: SecurityModel> Dispatcher<S> {
    /// The limits are cut to what UDP carries and what every peer takes.
    pub(crate) fn new(model: S, strictness: Strictness, max_message: usize, max_size: u16) -> Self {
        Self {
            model,
            counters: Counters::ZERO,
            replies: Replies::new(),
            strictness,
            max_message: max_message.clamp(usize::from(MIN_MESSAGE), MAX_MESSAGE),
            max_size: max_size.max(MIN_MESSAGE),
        }
    }

    /// The version of a datagram, as far as this engine has it.
    pub(crate) fn version(datagram: &[u8]) -> Result<Version, Stop> {
        match Version::of(datagram) {
            // A model of number 0 is none.
            Ok(Version::V3) if S::MODEL == 0 => Err(Stop::NotMine(NotMine::Version)),
            Ok(version) => Ok(version),
            Err(DecodeError {
                kind: DecodeErrorKind::Version(_),
                ..
            }) => Err(Stop::NotMine(NotMine::Version)),
            Err(_) if datagram.first() != Some(&tag::SEQUENCE) => Err(Stop::NotMine(NotMine::OtherProtocol)),
            Err(_) => Err(Stop::NotMine(NotMine::Malformed)),
        }
    }

    /// Takes a v3 message through RFC 3412 §7.2 to its PDU, which is of a type that the machine `takes`; Reports that
    /// are due are put in the queue. What it `leaves` to other machines, where that can be read, stays as it is.
    pub(crate) fn open<'d>(
        &mut self,
        now: Instant,
        via: Via,
        from: SocketAddr,
        datagram: &'d mut [u8],
        takes: fn(PduType) -> bool,
        leaves: fn(PduType) -> bool,
    ) -> Result<V3Message<'d, S::State>, Stop> {
        let Ok(layout) = V3Layout::decode(datagram, self.strictness) else {
            return Err(Stop::NotMine(NotMine::Malformed));
        };
        // Below the minimum no answer could be sent; every peer takes it for a parse error.
        if layout.max_size < i32::from(MIN_MESSAGE) {
            return Err(Stop::NotMine(NotMine::Malformed));
        }
        let plain = plain_pdu(datagram, &layout);
        if plain.is_some_and(|(pdu_type, _)| leaves(pdu_type)) {
            return Err(Stop::NotMine(NotMine::Kind));
        }
        bump(&mut self.counters.in_pkts);
        if layout.security_model != S::MODEL {
            bump(&mut self.counters.unknown_security_models);
            return Err(Stop::Consumed);
        }
        if layout.flags.level().is_none() {
            bump(&mut self.counters.invalid_msgs);
            return Err(Stop::Consumed);
        }
        let to = (from, via);
        let opened = match self.model.open(now, from, &layout, datagram) {
            Ok(opened) => opened,
            Err(rejected) => {
                // RFC 3412 §7.1 step 3b: of a PDU that can be read its class decides, else the reportableFlag.
                let reportable = plain.map_or(layout.flags.is_reportable(), |(kind, _)| kind.is_confirmed());
                if rejected.reason == RejectReason::ParseError {
                    bump(&mut self.counters.in_asn_parse_errs);
                }
                if let Some(due) = rejected.report.filter(|_| reportable) {
                    self.report(
                        to,
                        &layout,
                        &due,
                        plain.and_then(|(_, id)| id).unwrap_or_default(),
                    );
                }
                return Err(Stop::Consumed);
            }
        };
        let scoped = datagram.get(opened.scoped.clone()).unwrap_or_default();
        let decoded = match ScopedPdu::decode(scoped, self.strictness) {
            Ok(scoped) => Ok((scoped, None)),
            Err(DecodeError {
                kind: DecodeErrorKind::PduTag(TRAP_V1),
                ..
            }) if takes(PduType::TrapV2) => {
                ScopedPdu::decode_trap_v1(scoped, self.strictness).map(|(scoped, trap)| (scoped, Some(trap)))
            }
            Err(error) => Err(error),
        };
        let (scoped, trap_v1) = match decoded {
            Ok(decoded) if decoded.0.context_engine_id.len() <= MAX_ENGINE_ID => decoded,
            _ => {
                bump(&mut self.counters.in_asn_parse_errs);
                return Err(Stop::Consumed);
            }
        };
        let pdu_type = scoped.pdu.header.pdu_type;
        let confirmed = pdu_type.is_confirmed();
        if confirmed && !opened.local {
            return Err(Stop::Consumed);
        }
        // Empty is what some managers send; net-snmp answers them. Notifications are taken whatever engine they name
        // (RFC 3413 §3.4): it is that of their context, which is the sender's.
        let engine_id = scoped.context_engine_id;
        let handled = !confirmed
            || pdu_type == PduType::InformRequest
            || engine_id.is_empty()
            || engine_id == self.model.local_engine_id();
        if !takes(pdu_type) || !handled {
            bump(&mut self.counters.unknown_pdu_handlers);
            if confirmed {
                let value = self.counters.unknown_pdu_handlers;
                let due = unauthenticated(ReportKind::UnknownPduHandlers, value, opened.state);
                self.report(to, &layout, &due, scoped.pdu.header.request_id);
            }
            return Err(Stop::Consumed);
        }
        Ok(V3Message {
            layout,
            scoped,
            trap_v1,
            level: opened.level,
            state: opened.state,
        })
    }

    /// The context of a request is not there: counted, and reported (RFC 3413 §3.2).
    #[cfg(feature = "responder")]
    pub(crate) fn unknown_context(&mut self, to: (SocketAddr, Via), message: &V3Message<'_, S::State>) {
        bump(&mut self.counters.unknown_contexts);
        let value = self.counters.unknown_contexts;
        let due = unauthenticated(ReportKind::UnknownContexts, value, message.state);
        self.report(to, &message.layout, &due, message.scoped.pdu.header.request_id);
    }

    /// How the answer to a v3 message is put into a message, and how large that may be.
    pub(crate) fn envelope(&self, message: &V3Message<'_, S::State>) -> (Envelope<S::State>, usize) {
        let envelope = Envelope::V3 {
            header: self.header(&message.layout, message.level),
            state: message.state,
        };
        let limit = usize::try_from(message.layout.max_size).unwrap_or(usize::MAX);
        (envelope, limit.min(self.max_message))
    }

    /// The scoped PDU that answers a v3 message: same context.
    pub(crate) fn frame<'d>(&self, message: &V3Message<'d, S::State>) -> Frame<'d> {
        Frame::Scoped {
            engine_id: message.scoped.context_engine_id,
            context: message.scoped.context_name,
            around: self.model.overhead(message.state, message.level),
        }
    }

    fn header(&self, request: &V3Layout, level: SecurityLevel) -> V3Header {
        V3Header {
            msg_id: request.msg_id,
            max_size: i32::from(self.max_size),
            flags: Flags::new(level, false),
        }
    }

    /// Puts a Report in the queue (RFC 3412 §7.1 step 3).
    fn report(
        &mut self,
        to: (SocketAddr, Via),
        layout: &V3Layout,
        due: &ReportDue<S::State>,
        request_id: i32,
    ) {
        let engine_id: Vec<u8> = self.model.local_engine_id().to_vec();
        let frame = Frame::Scoped {
            engine_id: &engine_id,
            context: b"",
            around: self.model.max_head() + self.model.max_tail(),
        };
        let mut list = [0; 40];
        let mut writer = Writer::new(&mut list);
        VarBind::new(due.kind.counter(), Value::Counter32(due.value)).encode(&mut writer);
        let list = writer
            .finish()
            .ok()
            .and_then(|range| list.get(range))
            .unwrap_or_default();
        let envelope = Envelope::V3 {
            header: self.header(layout, due.level),
            state: due.state,
        };
        let reply = self
            .replies
            .prepare(to, envelope, &frame, &PduHeader::report(request_id), list);
        self.replies.push(reply);
    }
}

/// A Report of a counter of our own: at noAuthNoPriv, since nothing tells another level (RFC 3412 §7.1 step 3d).
const fn unauthenticated<T>(kind: ReportKind, value: u32, state: T) -> ReportDue<T> {
    ReportDue {
        kind,
        value,
        level: SecurityLevel::NoAuthNoPriv,
        state,
    }
}

/// Type and request-id of the PDU of a message that is not encrypted, as far as they can be read.
fn plain_pdu(datagram: &[u8], layout: &V3Layout) -> Option<(PduType, Option<i32>)> {
    if layout.flags.is_encrypted() {
        return None;
    }
    let data = datagram.get(layout.data.clone())?;
    let mut scoped = Reader::new(data).sequence(Field::MsgData).ok()?;
    scoped.octet_string(Field::ContextEngineId).ok()?;
    scoped.octet_string(Field::ContextName).ok()?;
    let tag = scoped.peek_tag()?;
    let pdu_type = PduType::from_tag(tag)?;
    let mut pdu = scoped.expect(tag, Field::Pdu).ok()?;
    Some((pdu_type, pdu.integer(Field::RequestId).ok()))
}
