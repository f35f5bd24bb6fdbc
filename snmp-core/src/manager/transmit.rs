//! Datagrams out.

use core::ops::Range;

use super::Manager;
use super::request::{Request, State, Work, write_names};
use super::slab::NONE;
use super::target::Settings;
use crate::ber::Writer;
use crate::datagram::{BufferTooSmall, Transmit, TransmitId};
use crate::message::{Flags, V3Header, encode_scoped_pdu};
use crate::outcome::Outcome;
use crate::pdu::{PduHeader, PduType};
use crate::query::{Query, QueryKind};
use crate::security::{Prepare, SealError, SealFor, SecurityLevel, SecurityModel};
use crate::time::Instant;

impl<S: SecurityModel> Manager<S> {
    /// The next datagram to send, written into the end of `buffer`.
    ///
    /// # Errors
    /// When the buffer is too small; the datagram comes again. One of [`max_transmit_len`](Self::max_transmit_len)
    /// octets always suffices.
    pub fn poll_transmit(
        &mut self,
        now: Instant,
        buffer: &mut [u8],
    ) -> Result<Option<Transmit>, BufferTooSmall> {
        while let Some(key) = self.ready.front().copied() {
            let slot = self.requests.slot(key);
            let ready = slot.filter(|slot| {
                self.requests
                    .get(*slot)
                    .is_some_and(|request| matches!(request.state, State::Ready | State::Admitted))
            });
            let transmit = match ready {
                Some(_) if self.rate.is_some_and(|rate| self.bucket.next(rate) > now) => return Ok(None),
                Some(slot) if self.admit_by_rate(now, slot) => self.transmit(now, slot, buffer)?,
                _ => None,
            };
            self.ready.pop_front();
            if transmit.is_some() {
                return Ok(transmit);
            }
        }
        Ok(None)
    }

    /// Whether the target's rate lets the request be sent now; otherwise it gets its place, and a timer for it.
    fn admit_by_rate(&mut self, now: Instant, slot: u32) -> bool {
        let Some(request) = self.requests.get_mut(slot) else {
            return false;
        };
        if request.state == State::Admitted {
            return true;
        }
        let Some(target) = self.targets.get_mut(request.target) else {
            return false;
        };
        let shared = self.settings.get(target.settings);
        request.state = State::Admitted;
        let Some(rate) = shared.and_then(|shared| shared.settings.rate) else {
            return true;
        };
        let next = target.bucket.next(rate);
        target.bucket.take(now, rate);
        if next <= now {
            return true;
        }
        request.state = State::Paced;
        let due = next.min(request.deadline);
        self.set_timer(slot, due);
        false
    }

    /// `None` when the request does not get to be sent now.
    fn transmit(
        &mut self,
        now: Instant,
        slot: u32,
        buffer: &mut [u8],
    ) -> Result<Option<Transmit>, BufferTooSmall> {
        let Some(target_slot) = self.requests.get(slot).map(|request| request.target) else {
            return Ok(None);
        };
        let peer = self.targets.get(target_slot).and_then(|target| target.peer);
        let written = match peer {
            None => self.write_community(slot, buffer).map_err(SealError::from),
            Some(peer) => match self.prepare(now, slot, peer) {
                Prepare::Ready => self.write_v3(now, slot, peer, buffer),
                Prepare::Discover => self.write_discovery(now, slot, peer, buffer),
                Prepare::Wait => {
                    self.await_discovery(now, slot);
                    return Ok(None);
                }
                Prepare::Refused(refused) => Err(refused.into()),
            },
        };
        // Calls were measured when they were started: it is a walk whose place has too long a name, or a table with too
        // many of them, which can ask for fewer.
        let too_large = |needed| Outcome::TooLarge {
            needed,
            limit: self.max_message,
        };
        let range = match written {
            Ok(Some(range)) if range.len() <= self.max_message => range,
            Ok(None) => {
                // A walk that was over before it began.
                let ended =
                    |request: &Request| !matches!(request.work, Work::Call(_)) && request.work.has_ended();
                if self.requests.get(slot).is_some_and(ended) {
                    let event = self.finish(slot, None);
                    self.events.extend(event);
                }
                return Ok(None);
            }
            Ok(Some(range)) => {
                let outcome = too_large(range.len());
                let event = self.fail(now, slot, outcome);
                self.events.extend(event);
                return Ok(None);
            }
            Err(SealError::TooSmall(BufferTooSmall { needed })) if needed > self.max_message => {
                let outcome = too_large(needed);
                let event = self.fail(now, slot, outcome);
                self.events.extend(event);
                return Ok(None);
            }
            Err(SealError::TooSmall(too_small)) => return Err(too_small),
            Err(SealError::Refused(refused)) => {
                self.end(slot, Outcome::Security(refused));
                return Ok(None);
            }
        };
        Ok(self.sent(now, slot, target_slot, range))
    }

    /// Notes that the request was sent.
    fn sent(&mut self, now: Instant, slot: u32, target_slot: u32, range: Range<usize>) -> Option<Transmit> {
        let key = self.requests.key(slot);
        let target = self.targets.get(target_slot)?;
        let timing = &self.settings.get(target.settings)?.settings.timing;
        let request = self.requests.get_mut(slot)?;
        let wait = target.round_trip.wait(timing, request.tries, &mut self.entropy);
        // A request that follows its own discovery is no repetition.
        let attempt = request.tries;
        request.attempts = request.attempts.saturating_add(1);
        request.state = State::Sent;
        if let Some(rate) = self.rate {
            self.bucket.take(now, rate);
        }
        request.sent_at = now;
        request.traffic.count_sent(range.len());
        let due = (now + wait).min(request.deadline);
        let transmit = Transmit {
            to: target.address,
            via: target.via,
            range,
            id: TransmitId(key.number()),
            attempt,
        };
        self.set_timer(slot, due);
        Some(transmit)
    }

    fn prepare(&mut self, now: Instant, slot: u32, peer: S::Peer) -> Prepare {
        let Some(target) = self
            .requests
            .get(slot)
            .and_then(|request| self.targets.get_mut(request.target))
        else {
            return Prepare::Wait;
        };
        // The model says "discover" once; the tries after the first are this request's too.
        if target.discoverer == slot {
            return Prepare::Discover;
        }
        let prepared = self.model.prepare(now, peer);
        if prepared == Prepare::Discover {
            target.discoverer = slot;
        }
        prepared
    }

    /// Waits for the discovery of another request of this target, or of another machine, which tells nothing of its end.
    fn await_discovery(&mut self, now: Instant, slot: u32) {
        let Some(request) = self.requests.get_mut(slot) else {
            return;
        };
        request.state = State::AwaitsDiscovery;
        let mut due = request.deadline;
        if let Some(target) = self.targets.get(request.target)
            && target.discoverer == NONE
            && let Some(shared) = self.settings.get(target.settings)
        {
            let wait = target
                .round_trip
                .wait(&shared.settings.timing, request.tries, &mut self.entropy);
            due = due.min(now + wait);
        }
        self.set_timer(slot, due);
    }

    fn write_community(
        &mut self,
        slot: u32,
        buffer: &mut [u8],
    ) -> Result<Option<Range<usize>>, BufferTooSmall> {
        let mut writer = Writer::new(buffer);
        let end = writer.mark();
        if self.write_pdu(slot, &mut writer).is_none() {
            return Ok(None);
        }
        let Some(settings) = self.settings_for(slot) else {
            return Ok(None);
        };
        writer.octet_string(&settings.community);
        writer.integer(settings.version.number());
        writer.sequence(end);
        writer.finish().map(Some)
    }

    fn write_v3(
        &mut self,
        now: Instant,
        slot: u32,
        peer: S::Peer,
        buffer: &mut [u8],
    ) -> Result<Option<Range<usize>>, SealError> {
        let tail = self.model.max_tail();
        let room = buffer.len().saturating_sub(tail);
        let mut writer = Writer::new(buffer.get_mut(..room).unwrap_or_default());
        let end = writer.mark();
        let Some(id) = self.write_pdu(slot, &mut writer) else {
            return Ok(None);
        };
        writer.octet_string(self.context_of(slot).unwrap_or_default());
        writer.octet_string(self.model.engine_id(peer));
        writer.sequence(end);
        let scoped = writer.finish().map_err(|scoped| self.with_security(scoped))?;
        let header = self.v3_header(id, self.model.level(peer));
        self.seal(now, SealFor::Peer(peer), &header, buffer, scoped)
    }

    /// RFC 3414 §4: no user, no engine, no variable bindings.
    fn write_discovery(
        &mut self,
        now: Instant,
        slot: u32,
        peer: S::Peer,
        buffer: &mut [u8],
    ) -> Result<Option<Range<usize>>, SealError> {
        let Some(id) = self.id(slot) else {
            return Ok(None);
        };
        let tail = self.model.max_tail();
        let room = buffer.len().saturating_sub(tail);
        let mut writer = Writer::new(buffer.get_mut(..room).unwrap_or_default());
        encode_scoped_pdu(
            &mut writer,
            b"",
            b"",
            &PduHeader::request(PduType::GetRequest, id),
            [],
        );
        let scoped = writer.finish().map_err(|scoped| self.with_security(scoped))?;
        let header = self.v3_header(id, SecurityLevel::NoAuthNoPriv);
        self.seal(now, SealFor::Discovery(peer), &header, buffer, scoped)
    }

    fn seal(
        &mut self,
        now: Instant,
        to: SealFor<S::Peer, S::State>,
        header: &V3Header,
        buffer: &mut [u8],
        scoped: Range<usize>,
    ) -> Result<Option<Range<usize>>, SealError> {
        self.model.seal(now, to, header, buffer, scoped).map(Some)
    }

    /// A buffer that suffices for the message around a scoped PDU that did not fit.
    fn with_security(&self, scoped: BufferTooSmall) -> BufferTooSmall {
        BufferTooSmall {
            needed: scoped.needed + self.model.max_head() + self.model.max_tail(),
        }
    }

    /// Every request of the manager is of the Confirmed Class: reportable (RFC 3412 §6.4).
    fn v3_header(&self, id: i32, level: SecurityLevel) -> V3Header {
        V3Header {
            msg_id: id,
            max_size: i32::try_from(self.max_received).unwrap_or(i32::MAX),
            flags: Flags::new(level, true),
        }
    }

    /// The id of the request's next transmission.
    fn id(&self, slot: u32) -> Option<i32> {
        let request = self.requests.get(slot)?;
        Some(self.ids.id(request.serial, request.attempts))
    }

    fn settings_for(&self, slot: u32) -> Option<&Settings> {
        self.settings_of(self.requests.get(slot)?.target)
    }

    /// Writes the request's PDU and gives the id of the transmission; `None` where there is nothing to ask.
    fn write_pdu(&mut self, slot: u32, writer: &mut Writer<'_>) -> Option<i32> {
        let id = self.id(slot)?;
        let room = self.room(slot);
        let request = self.requests.get_mut(slot)?;
        let target = self.targets.get(request.target)?;
        let end = writer.mark();
        if let Work::Call(call) = &mut request.work {
            call.cut(target.limits.names(), room);
            call.write(writer);
            // By its request-id a receiver knows that an inform is the same as before.
            let request_id = match call.pdu_type {
                PduType::InformRequest => self.ids.id(request.serial, 0),
                _ => id,
            };
            call.header(request_id).encode_around(writer, end);
            return Some(id);
        }
        let Query { kind, names, .. } = request.work.query(&target.limits)?;
        write_names(writer, names);
        let header = match kind {
            QueryKind::GetBulk {
                non_repeaters,
                max_repetitions,
            } => PduHeader::get_bulk(id, non_repeaters, max_repetitions),
            QueryKind::Get | QueryKind::GetNext => PduHeader::request(kind.pdu_type(), id),
        };
        header.encode_around(writer, end);
        Some(id)
    }

    /// Octets that a datagram of this request has for variable bindings, at least.
    fn room(&self, slot: u32) -> usize {
        let wrapper = self.settings_for(slot).map_or(0, |settings| {
            self.wrapper(settings, self.context_of(slot).unwrap_or_default().len())
        });
        self.max_message.saturating_sub(wrapper)
    }

    /// contextName of the request.
    pub(super) fn context_of(&self, slot: u32) -> Option<&[u8]> {
        let request = self.requests.get(slot)?;
        let own = request.work.context();
        own.or_else(|| Some(&self.settings_of(request.target)?.context))
    }
}
