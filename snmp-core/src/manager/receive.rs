//! Datagrams in.

use alloc::vec::Vec;
use core::net::SocketAddr;
use core::num::NonZeroU32;

use super::Manager;
use super::event::{Absent, Answer, Event, Fit, Rows, RowsRead};
use super::request::{Hint, RequestId, State, Work};
use super::slab::NONE;
use super::target::{SourcePolicy, Target, TargetId};
use crate::ber::{DecodeError, Field, Reader, tag};
use crate::datagram::{Handled, NotMine, Via};
use crate::message::{CommunityMessage, CommunityPdu, ScopedPdu, V3Layout, Version};
use crate::outcome::{Outcome, Reject};
use crate::pdu::{ErrorStatus, Pdu, PduType};
use crate::security::{RejectReason, ReportAction, ReportKind, SecurityLevel, SecurityModel};
use crate::strictness::Anomalies;
use crate::time::{Duration, Instant};
use crate::varbind::VarBinds;

/// Reports after which one exchange is sent again: discovery, time, a changed engine, and its discovery and time.
const MAX_RESENDS: u8 = 5;
/// Targets at one address and socket that what comes from it without an id of ours is counted at.
const MAX_AT_ADDRESS: usize = 16;

/// Where a datagram came from, and how large it is.
#[derive(Clone, Copy)]
struct Arrival {
    now: Instant,
    via: Via,
    from: SocketAddr,
    octets: usize,
}

impl<S: SecurityModel> Manager<S> {
    /// A datagram arrived on socket `via`. It is decrypted in place; one that is not the manager's stays as it is.
    pub fn handle_datagram<'d>(
        &mut self,
        now: Instant,
        via: Via,
        from: SocketAddr,
        datagram: &'d mut [u8],
    ) -> Handled<Event<'d>> {
        let arrival = Arrival {
            now,
            via,
            from,
            octets: datagram.len(),
        };
        match version(datagram) {
            Some(0 | 1) => self.handle_community(arrival, datagram),
            Some(3) => self.handle_v3(arrival, datagram),
            Some(_) => self.drop_unknown(arrival, Reject::Version),
            None if datagram.first() == Some(&tag::SEQUENCE) => self.drop_unknown(arrival, Reject::Malformed),
            None => {
                let _ = self.drop_unknown(arrival, Reject::Malformed);
                Handled::NotMine(NotMine::OtherProtocol)
            }
        }
    }

    /// A transmission to `to` failed, or ICMP said that nobody listens there. What was sent there ends as
    /// [`Outcome::Unreachable`]; ICMP can be forged, so that requests with authentication go on to the end of their
    /// time.
    pub fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        let hash = self.address_hash(via, to);
        let targets: Vec<u32> = self.targets_at(hash, via, to).collect();
        for target_slot in targets {
            let Some(target) = self.targets.get(target_slot) else {
                continue;
            };
            let authenticated = target
                .peer
                .is_some_and(|peer| self.model.level(peer) > SecurityLevel::NoAuthNoPriv);
            let (discoverer, mut slot) = (target.discoverer, target.active.first);
            while let Some(request) = self.requests.get_mut(slot) {
                let (this, sent) = (slot, request.state == State::Sent);
                slot = request.next;
                if !sent {
                    continue;
                }
                if authenticated && discoverer != this {
                    request.hint = Hint::Unreachable;
                } else if let Some(event) = self.fail(now, this, Outcome::Unreachable) {
                    self.events.push_back(event);
                }
            }
        }
    }

    fn handle_community<'d>(&mut self, arrival: Arrival, datagram: &'d [u8]) -> Handled<Event<'d>> {
        let message = match CommunityMessage::decode(datagram, self.strictness) {
            Ok(message) => message,
            Err(error) => return self.handle_broken(arrival, datagram, error),
        };
        let CommunityPdu::Pdu(pdu) = message.pdu else {
            return Handled::NotMine(NotMine::Kind);
        };
        if pdu.header.pdu_type != PduType::Response {
            return self.drop_unknown(arrival, Reject::PduType);
        }
        let Some((slot, attempt)) = self.find(pdu.header.request_id) else {
            return self.drop_unknown(arrival, self.unknown(pdu.header.request_id));
        };
        if let Err(reject) = self.admit(slot, arrival, message.version, message.community) {
            return self.drop_known(slot, reject);
        }
        self.handle_response(arrival, slot, attempt, pdu, message.anomalies)
    }

    /// A message that does not decode answers a request all the same if its head is that of the answer.
    fn handle_broken<'d>(
        &mut self,
        arrival: Arrival,
        datagram: &'d [u8],
        error: DecodeError,
    ) -> Handled<Event<'d>> {
        let Some(head) = ResponseHead::read(datagram) else {
            return self.drop_unknown(arrival, Reject::Malformed);
        };
        let Some((slot, attempt)) = self.find(head.request_id) else {
            return self.drop_unknown(arrival, Reject::Malformed);
        };
        if let Err(reject) = self.admit(slot, arrival, head.version, head.community) {
            return self.drop_known(slot, reject);
        }
        self.handle_malformed(arrival, slot, attempt, error)
    }

    /// The answer to a transmission does not decode. It may have been spoilt on its way, so that the request goes on;
    /// when the answer to another transmission does not decode either, the device sends it so.
    fn handle_malformed<'d>(
        &mut self,
        arrival: Arrival,
        slot: u32,
        attempt: u8,
        error: DecodeError,
    ) -> Handled<Event<'d>> {
        self.count(slot, Reject::Malformed);
        self.count_received(slot, arrival);
        match self.requests.get_mut(slot).map(|request| &mut request.hint) {
            Some(Hint::Malformed(other)) if *other != attempt => {
                handled(self.fail(arrival.now, slot, Outcome::Malformed(error)))
            }
            Some(hint) => {
                *hint = Hint::Malformed(attempt);
                Handled::Consumed
            }
            None => Handled::Consumed,
        }
    }

    fn handle_v3<'d>(&mut self, arrival: Arrival, datagram: &'d mut [u8]) -> Handled<Event<'d>> {
        let layout = match V3Layout::decode(datagram, self.strictness) {
            Ok(layout) => layout,
            Err(_) => return self.drop_unknown(arrival, Reject::Malformed),
        };
        let Some((slot, attempt)) = self.find(layout.msg_id) else {
            return self.drop_unknown(arrival, self.unknown(layout.msg_id));
        };
        if let Err(reject) = self.admit(slot, arrival, Version::V3, b"") {
            return self.drop_known(slot, reject);
        }
        if layout.security_model != S::MODEL {
            return self.drop_known(slot, Reject::Security);
        }
        let Some(peer) = self.target_of(slot).and_then(|target| target.peer) else {
            return self.drop_known(slot, Reject::Version);
        };
        // From here on it is ours, since the datagram may not be as it was.
        let opened = match self.model.open(arrival.now, arrival.from, &layout, datagram) {
            Ok(opened) => opened,
            Err(rejected) => {
                self.count(slot, reject_of(rejected.reason));
                return Handled::Consumed;
            }
        };
        let datagram: &'d [u8] = datagram;
        let plain = datagram.get(opened.scoped.clone()).unwrap_or_default();
        let answers = !opened.local && self.model.answers(peer, opened.state, opened.level);
        let scoped = match ScopedPdu::decode(plain, self.strictness) {
            Ok(scoped) => scoped,
            Err(error) if answers => {
                let error = DecodeError {
                    offset: error.offset + opened.scoped.start,
                    ..error
                };
                if opened.level == SecurityLevel::NoAuthNoPriv {
                    return self.handle_malformed(arrival, slot, attempt, error);
                }
                // As the device sent it, and it will not send another.
                self.count_received(slot, arrival);
                return handled(self.fail(arrival.now, slot, Outcome::Malformed(error)));
            }
            Err(_) => {
                self.count(slot, Reject::Malformed);
                return Handled::Consumed;
            }
        };
        match scoped.pdu.header.pdu_type {
            PduType::Report => {
                // A second Report on what was sent before the last one was acted on.
                if self
                    .requests
                    .get(slot)
                    .is_some_and(|request| attempt < request.settled)
                {
                    self.count(slot, Reject::Late);
                    return Handled::Consumed;
                }
                let Some(kind) = report_kind(&scoped.pdu) else {
                    self.count(slot, Reject::Malformed);
                    return Handled::Consumed;
                };
                let authenticated = opened.level > SecurityLevel::NoAuthNoPriv;
                let action = self
                    .model
                    .on_report(arrival.now, peer, opened.state, kind, authenticated);
                self.handle_report(arrival, slot, attempt, action, (kind, authenticated))
            }
            PduType::Response => {
                let context = self.context_of(slot) == Some(scoped.context_name)
                    && self.model.engine_id(peer) == scoped.context_engine_id;
                let same = self
                    .find(scoped.pdu.header.request_id)
                    .is_some_and(|(other, _)| other == slot);
                if !(answers && context && same) || self.is_discovering(slot) {
                    self.count(slot, if same { Reject::Security } else { Reject::UnknownId });
                    return Handled::Consumed;
                }
                let anomalies = layout.anomalies.union(scoped.anomalies);
                self.handle_response(arrival, slot, attempt, scoped.pdu, anomalies)
            }
            _ => {
                self.count(slot, Reject::PduType);
                Handled::Consumed
            }
        }
    }

    fn handle_report<'d>(
        &mut self,
        arrival: Arrival,
        slot: u32,
        attempt: u8,
        action: ReportAction,
        (kind, authenticated): (ReportKind, bool),
    ) -> Handled<Event<'d>> {
        match action {
            ReportAction::Resend => {
                let target_slot = self.requests.get(slot).map_or(NONE, |request| request.target);
                self.measure(arrival.now, slot, attempt);
                self.count_received(slot, arrival);
                if let Some(target) = self.targets.get_mut(target_slot)
                    && target.discoverer == slot
                {
                    target.discoverer = NONE;
                    self.wake_waiting(target_slot);
                }
                let Some(request) = self.requests.get_mut(slot) else {
                    return Handled::Consumed;
                };
                // What was sent by the engine's own clock is outside of its window: it will always be.
                if authenticated && core::mem::replace(&mut request.synchronized, true) {
                    return handled(self.fail(arrival.now, slot, Outcome::Report { kind, authenticated }));
                }
                if request.resends >= MAX_RESENDS {
                    self.count(slot, Reject::Report);
                    return Handled::Consumed;
                }
                request.resends += 1;
                request.tries = 0;
                request.settled = request.attempts;
                // Otherwise it is to be sent again anyway.
                if request.state == State::Sent {
                    self.make_ready(slot);
                }
                Handled::Consumed
            }
            ReportAction::Fail(kind) => {
                self.count_received(slot, arrival);
                let asked = self
                    .target_of(slot)
                    .and_then(|target| target.peer)
                    .map_or(SecurityLevel::NoAuthNoPriv, |peer| self.model.level(peer));
                if !authenticated && asked > SecurityLevel::NoAuthNoPriv {
                    if let Some(request) = self.requests.get_mut(slot) {
                        request.hint = Hint::Report(kind);
                    }
                    return Handled::Consumed;
                }
                handled(self.fail(arrival.now, slot, Outcome::Report { kind, authenticated }))
            }
            ReportAction::Ignore => {
                self.count(slot, Reject::Report);
                Handled::Consumed
            }
        }
    }

    fn handle_response<'d>(
        &mut self,
        arrival: Arrival,
        slot: u32,
        attempt: u8,
        pdu: Pdu<'d>,
        anomalies: Anomalies,
    ) -> Handled<Event<'d>> {
        let round_trip = self.measure(arrival.now, slot, attempt);
        self.count_received(slot, arrival);
        let status = pdu.header.error_status();
        if status != ErrorStatus::NoError {
            if status == ErrorStatus::NoSuchName
                && let Some(event) = self.leave_out(arrival, slot, round_trip, &pdu)
            {
                return Handled::Event(event);
            }
            let outcome = self.error_status(slot, &pdu, status);
            return handled(self.fail(arrival.now, slot, outcome));
        }
        let id = RequestId(self.requests.key(slot));
        let Some(request) = self.requests.get_mut(slot) else {
            return Handled::Consumed;
        };
        let target_id = TargetId(self.targets.key(request.target));
        let Some(target) = self.targets.get_mut(request.target) else {
            return Handled::Consumed;
        };
        let var_binds = pdu.var_binds;
        match &mut request.work {
            Work::Call(call) => {
                if let Some(asked) = call.asked() {
                    target.limits.learn(asked, Ok(&var_binds));
                }
                let answer = Answer {
                    request: id,
                    target: target_id,
                    var_binds,
                    first: call.part.first,
                    absent: call.absent,
                    fit: call.fit(&var_binds),
                    anomalies,
                    from: arrival.from,
                    round_trip,
                    traffic: request.traffic,
                };
                if call.advance() {
                    self.next_exchange(slot);
                    return Handled::Event(Event::Part(answer));
                }
                self.finish(slot, None);
                Handled::Event(Event::Answer(answer))
            }
            Work::Walk(walk) => {
                let rows = walk.handle(&mut target.limits, Ok(&var_binds));
                let end = if walk.end().is_some() {
                    self.finish(slot, None)
                } else {
                    self.next_exchange(slot);
                    None
                };
                if rows.is_empty() {
                    return handled(end);
                }
                self.events.extend(end);
                Handled::Event(Event::Rows(Rows {
                    request: id,
                    target: target_id,
                    var_binds: rows,
                }))
            }
            Work::Table(table) => {
                let rows = table.handle(&mut target.limits, Ok(&var_binds));
                let end = if table.end().is_some() {
                    self.finish(slot, None)
                } else {
                    self.next_exchange(slot);
                    None
                };
                if rows.is_empty() {
                    return handled(end);
                }
                self.events.extend(end);
                Handled::Event(Event::TableRows(RowsRead {
                    request: id,
                    target: target_id,
                    rows,
                }))
            }
        }
    }

    fn error_status(&self, slot: u32, pdu: &Pdu<'_>, status: ErrorStatus) -> Outcome {
        let (index, name) = match (error_index(pdu), self.requests.get(slot)) {
            (Some(index), Some(request)) => {
                let (index, name) = request.work.named(index);
                (Some(index), name)
            }
            (index, _) => (index, None),
        };
        Outcome::ErrorStatus { status, index, name }
    }

    /// noSuchName, where the request goes on without that name; `None` where it does not.
    fn leave_out(
        &mut self,
        arrival: Arrival,
        slot: u32,
        round_trip: Option<Duration>,
        pdu: &Pdu<'_>,
    ) -> Option<Event<'static>> {
        let id = RequestId(self.requests.key(slot));
        let request = self.requests.get_mut(slot)?;
        let target = TargetId(self.targets.key(request.target));
        let Work::Call(call) = &mut request.work else {
            return None;
        };
        if !call.leaves_out {
            return None;
        }
        let (place, name) = call.leave_out(error_index(pdu)?)?;
        if call.part.asked > 0 || call.advance() {
            self.next_exchange(slot);
        } else {
            let answer = Answer {
                request: id,
                target,
                var_binds: VarBinds::EMPTY,
                first: call.part.first,
                absent: call.absent,
                fit: Fit::AsAsked,
                anomalies: Anomalies::NONE,
                from: arrival.from,
                round_trip,
                traffic: request.traffic,
            };
            self.finish(slot, None);
            self.events.push_back(Event::Answer(answer));
        }
        Some(Event::Absent(Absent {
            request: id,
            target,
            place,
            name,
        }))
    }

    /// The request of an id that was sent and is waited for, and which transmission carried it.
    fn find(&self, id: i32) -> Option<(u32, u8)> {
        let (serial, attempt) = self.ids.find(id)?;
        let slot = self.serials.find(serial)?;
        let sent = self.requests.get(slot)?.attempts;
        (attempt < sent).then_some((slot, attempt))
    }

    /// Whether what answers the request comes from where, and as what, it was asked.
    fn admit(&self, slot: u32, arrival: Arrival, version: Version, community: &[u8]) -> Result<(), Reject> {
        let target = self.target_of(slot).ok_or(Reject::UnknownId)?;
        let settings = &self
            .settings
            .get(target.settings)
            .ok_or(Reject::UnknownId)?
            .settings;
        if arrival.via != target.via || !settings.sources.admits(target.address, arrival.from) {
            return Err(Reject::Source);
        }
        if version != settings.version {
            return Err(Reject::Version);
        }
        if *community != *settings.community {
            return Err(Reject::Community);
        }
        Ok(())
    }

    /// The round trip of an answer to the last transmission: of an earlier one the time is not known.
    fn measure(&mut self, now: Instant, slot: u32, attempt: u8) -> Option<Duration> {
        let request = self.requests.get(slot)?;
        if request.attempts != attempt.saturating_add(1) {
            return None;
        }
        let round_trip = now - request.sent_at;
        self.targets
            .get_mut(request.target)?
            .round_trip
            .measured(round_trip);
        Some(round_trip)
    }

    fn count_received(&mut self, slot: u32, arrival: Arrival) {
        if let Some(request) = self.requests.get_mut(slot) {
            request.traffic.count_received(arrival.octets);
        }
    }

    fn target_of(&self, slot: u32) -> Option<&Target<S::Peer>> {
        self.targets.get(self.requests.get(slot)?.target)
    }

    fn is_discovering(&self, slot: u32) -> bool {
        self.target_of(slot)
            .is_some_and(|target| target.discoverer == slot)
    }

    fn count(&mut self, slot: u32, reject: Reject) {
        if let Some(request) = self.requests.get(slot)
            && let Some(target) = self.targets.get_mut(request.target)
        {
            target.dropped.add(reject);
        }
    }

    /// Carries the id of a request, but is not its answer.
    fn drop_known<'d>(&mut self, slot: u32, reject: Reject) -> Handled<Event<'d>> {
        self.count(slot, reject);
        Handled::NotMine(not_mine(reject))
    }

    /// Carries the id of no request: counted at the targets that it may come from.
    fn drop_unknown<'d>(&mut self, arrival: Arrival, reject: Reject) -> Handled<Event<'d>> {
        let hash = self.address_hash(arrival.via, arrival.from);
        let targets: Vec<u32> = self.targets_at(hash, arrival.via, arrival.from).collect();
        for slot in targets {
            if let Some(target) = self.targets.get_mut(slot) {
                target.dropped.add(reject);
            }
        }
        Handled::NotMine(not_mine(reject))
    }

    fn targets_at(&self, hash: u32, via: Via, address: SocketAddr) -> impl Iterator<Item = u32> {
        self.addresses
            .range((hash, 0)..=(hash, u32::MAX))
            .map(|(_, slot)| *slot)
            .filter(move |slot| {
                self.targets.get(*slot).is_some_and(|target| {
                    target.via == via && SourcePolicy::Strict.admits(target.address, address)
                })
            })
            .take(MAX_AT_ADDRESS)
    }

    /// What an id that leads to no request is: that of one that ended, or of none at all.
    fn unknown(&self, id: i32) -> Reject {
        match self.ids.find(id) {
            Some((serial, _)) if self.serials.is_recent(serial) => Reject::Late,
            _ => Reject::UnknownId,
        }
    }
}

/// The name at fault, counted from 1; `None` where the device names none.
fn error_index(pdu: &Pdu<'_>) -> Option<NonZeroU32> {
    u32::try_from(pdu.header.error_index())
        .ok()
        .and_then(NonZeroU32::new)
}

fn handled<'d>(event: Option<Event<'static>>) -> Handled<Event<'d>> {
    event.map_or(Handled::Consumed, Handled::Event)
}

const fn not_mine(reject: Reject) -> NotMine {
    match reject {
        Reject::Source => NotMine::Source,
        Reject::Late | Reject::UnknownId => NotMine::UnknownId,
        Reject::Version => NotMine::Version,
        Reject::PduType => NotMine::Kind,
        Reject::Malformed => NotMine::Malformed,
        _ => NotMine::Security,
    }
}

/// What a Report says. It is one counter, without an error (RFC 3412 §7.1 step 3c); whatever has another shape says
/// nothing.
fn report_kind(pdu: &Pdu<'_>) -> Option<ReportKind> {
    let mut counters = pdu.var_binds.iter();
    let (Some(counter), None, (0, 0)) = (counters.next(), counters.next(), pdu.header.raw_numbers()) else {
        return None;
    };
    Some(ReportKind::of(counter.name))
}

const fn reject_of(reason: RejectReason) -> Reject {
    match reason {
        RejectReason::ParseError => Reject::Malformed,
        RejectReason::WrongDigest => Reject::Digest,
        RejectReason::DecryptionError => Reject::Decryption,
        RejectReason::NotInTimeWindow | RejectReason::Replayed => Reject::TimeWindow,
        _ => Reject::Security,
    }
}

/// The version that a datagram says it has, also when it is cut off.
fn version(datagram: &[u8]) -> Option<i32> {
    inside(datagram, tag::SEQUENCE)?.integer(Field::Version).ok()
}

/// What lies inside the element at the start of `octets`, as far as it is there.
fn inside(octets: &[u8], tag: u8) -> Option<Reader<'_>> {
    let [found, first, rest @ ..] = octets else {
        return None;
    };
    let length = match first {
        0..=0x7f => 0,
        0x81..=0x84 => usize::from(first & 0x7f),
        _ => return None,
    };
    (*found == tag).then_some(())?;
    rest.get(length..).map(Reader::new)
}

/// As much of a Response of v1 or v2c as says whose answer it is.
struct ResponseHead<'d> {
    version: Version,
    community: &'d [u8],
    request_id: i32,
}

impl<'d> ResponseHead<'d> {
    fn read(datagram: &'d [u8]) -> Option<Self> {
        let mut message = inside(datagram, tag::SEQUENCE)?;
        let version = match message.integer(Field::Version).ok()? {
            0 => Version::V1,
            1 => Version::V2c,
            _ => return None,
        };
        let community = message.octet_string(Field::Community).ok()?;
        let mut pdu = inside(message.rest(), PduType::Response.tag())?;
        let request_id = pdu.integer(Field::RequestId).ok()?;
        Some(Self {
            version,
            community,
            request_id,
        })
    }
}
