use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec;
use alloc::vec::Vec;
use core::net::{Ipv4Addr, SocketAddr};

use super::translation::{self, NotInV1, NotInV2, NotificationV1, NotificationV2};
use crate::ber::{Writer, tag};
use crate::datagram::{BufferTooSmall, Handled, Transmit, TransmitId, Via};
use crate::entropy::Entropy;
use crate::manager::{self, Fit, Manager, RequestId, Route, StartError, TargetConfig, TargetError, TargetId};
use crate::message::{Flags, V3Header, Version};
use crate::oid::Oid;
use crate::outcome::Outcome;
use crate::pdu::{PduHeader, PduType, TrapV1};
use crate::security::{NoV3, Refused, SealError, SealFor, SecurityModel, Store};
use crate::strictness::Strictness;
use crate::time::{Duration, Instant};
use crate::varbind::{VarBind, VarBinds};

/// Traps that may wait unless told otherwise. With "one mutation, then drain" hardly any does; only engine boots that
/// are not stored yet let those of v3 pile up.
const MAX_TRAPS: usize = 1024;

/// Set in the transmission ids of traps, so that they are none of an inform.
const TRAP: u64 = 1 << 63;

/// Sends traps and informs of all versions (RFC 3413 §3.3).
///
/// Informs are requests and have their timing, retries and discovery from a [`Manager`]; traps leave once and nothing
/// answers them. A trap of v3 is sent in the name of the local engine: none leaves before its boots are stored
/// ([`poll_store`](Self::poll_store)). The verbs are those of [`datagram`](crate::datagram); each notification ends in
/// exactly one [`OriginatorEvent`].
///
/// ```
/// use snmp_core::datagram::{Handled, Via};
/// use snmp_core::manager::TargetConfig;
/// use snmp_core::notification::{self as notify, Delivery, End, Kind, Notice, NotifyType, Originator};
/// use snmp_core::{oid, security::NoV3, time::Instant, value::Value, varbind::VarBind};
/// let mut originator = Originator::new([1; 16]);
/// let (here, there) = ("192.0.2.7:50000".parse()?, "192.0.2.1:162".parse()?);
/// let target = originator.add_target(TargetConfig::v2c(there, b"public"))?;
/// let down = [VarBind::new(oid!(1.3.6.1.2.1.2.2.1.1.7), Value::Integer(7))];
/// let notice = Notice::new(4711, oid!(1.3.6.1.6.3.1.1.5.3), &down);
/// let id = originator.notify(Instant::ZERO, target, NotifyType::Inform, &notice)?;
///
/// // The network's part: our datagram reaches a receiver, which accepts the inform; its answer comes back.
/// let mut receiver = notify::Receiver::new(notify::Config::default(), NoV3, [2; 16]);
/// receiver.add_community(b"public");
/// let mut buffer = [0; 1472];
/// let sent = originator.poll_transmit(Instant::ZERO, &mut buffer)?.unwrap();
/// let received = receiver.handle_datagram(Instant::ZERO, Via(0), here, &mut buffer[sent.range]);
/// let Handled::Event(notify::Event::Notification(notification)) = received else { panic!() };
/// assert_eq!(notification.trap_oid().unwrap().as_oid(), notice.trap_oid);
/// let Kind::Inform(inform) = notification.kind else { panic!() };
/// receiver.accept(Instant::ZERO, inform);
/// let answer = receiver.poll_transmit(Instant::ZERO, &mut buffer)?.unwrap();
///
/// let handled = originator.handle_datagram(Instant::ZERO, Via(0), there, &mut buffer[answer.range]);
/// let Handled::Event(event) = handled else { panic!() };
/// assert_eq!(event.id, id);
/// assert!(matches!(event.end, End::Delivered(Delivery { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Originator<S: SecurityModel = NoV3> {
    manager: Manager<S>,
    local_address: Option<Ipv4Addr>,
    max_traps: usize,
    /// Traps of v1 and v2c that are to be sent, by their numbers.
    plain: BTreeMap<u64, Trap>,
    /// Traps of v3: they wait for the engine's boots, and none overtakes another.
    secured: BTreeMap<u64, Trap>,
    /// Traps started.
    traps: u64,
    /// What is added to a trap's number to get its request-id and msgID.
    first_id: u32,
    ended: VecDeque<OriginatorEvent>,
}

#[derive(Debug)]
struct Trap {
    target: TargetId,
    id: i32,
    /// The whole message; of v3 the scopedPDU.
    body: Vec<u8>,
}

/// A notification on its way. It never stands for another one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NotifyId(Which);

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Which {
    Trap(u64),
    Inform(RequestId),
}

/// snmpNotifyType (RFC 3413 §4.2): whether an answer is wanted.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 3413 has these two")]
pub enum NotifyType {
    /// Sent once, not answered.
    Trap,
    /// Sent until it is answered, or its tries are used up. v1 has none.
    Inform,
}

/// What is told, in the terms of v2; a target of v1 gets it translated (RFC 3584 §3.2).
///
/// sysUpTime.0 and snmpTrapOID.0 are put before the variable bindings: they are not among them.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Notice<'a> {
    /// sysUpTime.0: hundredths of a second since this system's management started, modulo 2^32.
    pub sys_up_time: u32,
    /// snmpTrapOID.0: which notification.
    pub trap_oid: Oid<'a>,
    /// What it tells. snmpTrapEnterprise.0 and snmpTrapAddress.0 among them become the fields of v1.
    pub var_binds: &'a [VarBind<'a>],
}

impl<'a> Notice<'a> {
    /// A notification of these parts.
    #[must_use]
    pub const fn new(sys_up_time: u32, trap_oid: Oid<'a>, var_binds: &'a [VarBind<'a>]) -> Self {
        Self {
            sys_up_time,
            trap_oid,
            var_binds,
        }
    }
}

/// A notification cannot be sent to this target; nothing was.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NotifyError {
    /// The target is unknown, or the notification does not fit.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The target speaks v1, which cannot tell it (RFC 3584 §3.2).
    #[error(transparent)]
    NotInV1(#[from] NotInV1),
    /// The target speaks v2c or v3, which have no name for it (RFC 3584 §3.1).
    #[error(transparent)]
    NotInV2(#[from] NotInV2),
    /// A trap of v3 needs a local engine, which the security model does not have.
    #[error("no local engine to send a trap of SNMPv3 in the name of")]
    NoLocalEngine,
}

/// A notification ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OriginatorEvent {
    /// Which notification.
    pub id: NotifyId,
    /// To whom.
    pub target: TargetId,
    /// How.
    pub end: End,
}

/// How a notification ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum End {
    /// The trap was handed over to be sent; nobody says whether it arrived.
    Sent,
    /// The inform was answered: its receiver has it.
    Delivered(Delivery),
    /// It was not sent, or not answered.
    Failed(Outcome),
}

/// An inform was answered.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// Whether the answer carries the inform's variable bindings, as it has to (RFC 3416 §4.2.7).
    pub fit: Fit,
    /// From the transmission that was answered to the answer; `None` where it answers an earlier one than the last.
    pub round_trip: Option<Duration>,
}

impl Originator {
    /// An originator of v1 and v2c. The seed is secret, of 16 random octets, and never used twice.
    #[must_use]
    pub fn new(seed: [u8; 16]) -> Self {
        Self::with_model(seed, NoV3)
    }
}

impl<S: SecurityModel> Originator<S> {
    /// An originator of all versions.
    #[must_use]
    pub fn with_model(seed: [u8; 16], model: S) -> Self {
        let mut entropy = Entropy::new(seed);
        let first_id = entropy.below(u32::MAX);
        // The manager gets a seed of its own, since its ids come from the same function.
        let words = [entropy.next_u64(), entropy.next_u64()].map(u64::to_be_bytes);
        let mut seed = [0; 16];
        for (to, from) in seed.iter_mut().zip(words.as_flattened()) {
            *to = *from;
        }
        Self {
            manager: Manager::with_model(seed, model),
            local_address: None,
            max_traps: MAX_TRAPS,
            plain: BTreeMap::new(),
            secured: BTreeMap::new(),
            traps: 0,
            first_id,
            ended: VecDeque::new(),
        }
    }

    /// The agent-addr of traps of v1 that name none themselves; else 0.0.0.0 (RFC 3584 §3.2 step 2).
    #[must_use]
    pub const fn with_local_address(mut self, address: Ipv4Addr) -> Self {
        self.local_address = Some(address);
        self
    }

    /// Datagrams are sent of at most so many octets, from 484 (RFC 3417 §3.2); otherwise 1472.
    #[must_use]
    pub fn with_max_message(mut self, octets: usize) -> Self {
        self.manager = self.manager.with_max_message(octets);
        self
    }

    /// The size of the caller's receive buffer, told to `SNMPv3` receivers: from 484, otherwise 65,507 octets.
    #[must_use]
    pub fn with_max_received(mut self, octets: usize) -> Self {
        self.manager = self.manager.with_max_received(octets);
        self
    }

    /// At most so many traps wait to be sent, otherwise 1024, and so many informs to be answered, otherwise any number.
    #[must_use]
    pub fn with_max_waiting(mut self, traps: usize, informs: usize) -> Self {
        self.max_traps = traps;
        self.manager = self.manager.with_max_requests(informs);
        self
    }

    /// The security model.
    #[must_use]
    pub const fn model(&self) -> &S {
        self.manager.model()
    }

    /// The security model, for instance to give it users.
    pub const fn model_mut(&mut self) -> &mut S {
        self.manager.model_mut()
    }

    /// Takes up a receiver of notifications. Its timing is that of informs.
    ///
    /// # Errors
    /// When its configuration cannot be used.
    pub fn add_target(&mut self, config: TargetConfig<S::Credentials>) -> Result<TargetId, TargetError> {
        self.manager.add_target(config)
    }

    /// Gives a receiver up: what is on its way to it ends as [`Outcome::Cancelled`]. False when it was given up before.
    pub fn remove_target(&mut self, id: TargetId) -> bool {
        // Its traps end when their turn comes.
        self.manager.remove_target(id)
    }

    /// Tells a target something, as a trap or as an inform.
    ///
    /// # Errors
    /// When it cannot be told so: nothing is sent.
    pub fn notify(
        &mut self,
        now: Instant,
        target: TargetId,
        notify_type: NotifyType,
        notice: &Notice<'_>,
    ) -> Result<NotifyId, NotifyError> {
        let Notice {
            sys_up_time,
            trap_oid,
            var_binds,
        } = *notice;
        if notify_type == NotifyType::Inform {
            let request = self
                .manager
                .inform(now, target, sys_up_time, trap_oid, var_binds)?;
            return Ok(NotifyId(Which::Inform(request)));
        }
        let head = translation::head(sys_up_time, trap_oid);
        let contents = written(|writer| {
            let list = head.iter().chain(var_binds).rev();
            list.for_each(|var_bind| var_bind.encode(writer));
        });
        if self.route(target)?.version != Version::V1 {
            return self.start_v2(target, &contents);
        }
        // We wrote them ourselves.
        let list = VarBinds::from_octets(&contents, Strictness::DEPLOYED).unwrap_or(VarBinds::EMPTY);
        let trap = NotificationV1::from_v2(&list, self.local_address)?;
        self.start_v1(target, |writer| trap.encode(writer))
    }

    /// Tells a target a trap of v1, as a trap: to one of v1 as it is, to others translated (RFC 3584 §3.1). Its
    /// agent-addr, and the enterprise of a generic trap, are told to targets of v1 only.
    ///
    /// # Errors
    /// When it cannot be told so: nothing is sent.
    pub fn trap_v1(&mut self, target: TargetId, trap: &TrapV1<'_>) -> Result<NotifyId, NotifyError> {
        if self.route(target)?.version == Version::V1 {
            translation::check_v1_values(&trap.var_binds)?;
            return self.start_v1(target, |writer| trap.encode(writer));
        }
        let notification = NotificationV2::from_v1(trap)?;
        self.start_v2(target, &written(|writer| notification.encode_contents(writer)))
    }

    /// Gives a notification up: it ends as [`Outcome::Cancelled`]. False when it has ended before; a trap ends when it
    /// is sent.
    pub fn cancel(&mut self, id: NotifyId) -> bool {
        match id.0 {
            Which::Inform(request) => self.manager.cancel(request),
            Which::Trap(number) => {
                let trap = self
                    .plain
                    .remove(&number)
                    .or_else(|| self.secured.remove(&number));
                let Some(trap) = trap else {
                    return false;
                };
                self.end(number, &trap, End::Failed(Outcome::Cancelled));
                true
            }
        }
    }

    /// Takes the answer to an inform.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        via: Via,
        from: SocketAddr,
        datagram: &mut [u8],
    ) -> Handled<OriginatorEvent> {
        match self.manager.handle_datagram(now, via, from, datagram) {
            Handled::Event(event) => of_inform(&event).map_or(Handled::Consumed, Handled::Event),
            Handled::Consumed => Handled::Consumed,
            Handled::NotMine(reason) => Handled::NotMine(reason),
        }
    }

    /// A send failed, or the network said that nobody listens there: ends the informs that wait for that address.
    pub fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        self.manager.handle_unreachable(now, via, to);
    }

    /// The time that [`poll_timeout`](Self::poll_timeout) named has come.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.manager.handle_timeout(now);
    }

    /// When [`handle_timeout`](Self::handle_timeout) is to be called at the latest.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.manager.poll_timeout()
    }

    /// Ends of notifications that no datagram told.
    pub fn poll_event(&mut self) -> Option<OriginatorEvent> {
        self.ended
            .pop_front()
            .or_else(|| of_inform(&self.manager.poll_event()?))
    }

    /// What the security model wants written down. Traps of v3 wait for it.
    pub fn poll_store(&mut self) -> Option<Store> {
        self.manager.poll_store()
    }

    /// What [`poll_store`](Self::poll_store) gave under this token is safe.
    pub fn handle_stored(&mut self, token: u64) {
        self.manager.handle_stored(token);
    }

    /// Octets that a buffer for [`poll_transmit`](Self::poll_transmit) needs at most.
    #[must_use]
    pub const fn max_transmit_len(&self) -> usize {
        self.manager.max_transmit_len()
    }

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
        if let Some(transmit) = self.transmit_plain(buffer)? {
            return Ok(Some(transmit));
        }
        if let Some(transmit) = self.transmit_secured(now, buffer)? {
            return Ok(Some(transmit));
        }
        self.manager.poll_transmit(now, buffer)
    }

    fn transmit_plain(&mut self, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        while let Some((number, trap)) = self.plain.first_key_value() {
            let number = *number;
            let needed = trap.body.len();
            let start = buffer
                .len()
                .checked_sub(needed)
                .ok_or(BufferTooSmall { needed })?;
            let range = start..buffer.len();
            if let Some(place) = buffer.get_mut(range.clone()) {
                place.copy_from_slice(&trap.body);
            }
            let Some(trap) = self.plain.remove(&number) else {
                break;
            };
            if let Some(transmit) = self.sent(number, &trap, range) {
                return Ok(Some(transmit));
            }
        }
        Ok(None)
    }

    fn transmit_secured(
        &mut self,
        now: Instant,
        buffer: &mut [u8],
    ) -> Result<Option<Transmit>, BufferTooSmall> {
        while let Some((number, trap)) = self.secured.first_key_value() {
            let number = *number;
            let max_size = i32::try_from(self.manager.max_received()).unwrap_or(i32::MAX);
            let peer = self.manager.route(trap.target).and_then(|route| route.peer);
            let model = self.manager.model_mut();
            let (head, tail) = (model.max_head(), model.max_tail());
            let needed = head + trap.body.len() + tail;
            let start = buffer
                .len()
                .checked_sub(needed)
                .ok_or(BufferTooSmall { needed })?
                + head;
            let scoped = start..start + trap.body.len();
            if let Some(place) = buffer.get_mut(scoped.clone()) {
                place.copy_from_slice(&trap.body);
            }
            let sealed = match peer {
                // Of the Unconfirmed Class: not reportable (RFC 3412 §6.4), and by that the local engine's own.
                Some(peer) => {
                    let header = V3Header {
                        msg_id: trap.id,
                        max_size,
                        flags: Flags::new(model.level(peer), false),
                    };
                    model.seal(now, SealFor::Peer(peer), &header, buffer, scoped)
                }
                // Its target was removed.
                None => Ok(scoped),
            };
            let range = match sealed {
                Ok(range) => Ok(range),
                Err(SealError::TooSmall(too_small)) => return Err(too_small),
                Err(SealError::Refused(Refused::BootsNotStored)) => return Ok(None),
                Err(SealError::Refused(refused)) => Err(refused),
            };
            let Some(trap) = self.secured.remove(&number) else {
                break;
            };
            match range {
                Ok(range) => {
                    if let Some(transmit) = self.sent(number, &trap, range) {
                        return Ok(Some(transmit));
                    }
                }
                Err(refused) => self.end(number, &trap, End::Failed(Outcome::Security(refused))),
            }
        }
        Ok(None)
    }

    /// A trap leaves, unless its target was removed.
    fn sent(&mut self, number: u64, trap: &Trap, range: core::ops::Range<usize>) -> Option<Transmit> {
        let transmit = self.manager.route(trap.target).map(|route| Transmit {
            to: route.address,
            via: route.via,
            range,
            id: TransmitId(TRAP | number),
            attempt: 0,
        });
        let end = match transmit {
            Some(_) => End::Sent,
            None => End::Failed(Outcome::Cancelled),
        };
        self.end(number, trap, end);
        transmit
    }

    fn end(&mut self, number: u64, trap: &Trap, end: End) {
        self.ended.push_back(OriginatorEvent {
            id: NotifyId(Which::Trap(number)),
            target: trap.target,
            end,
        });
    }

    fn route(&self, target: TargetId) -> Result<Route<'_, S::Peer>, StartError> {
        self.manager.route(target).ok_or(StartError::UnknownTarget)
    }

    /// Puts a trap of v1 in the queue.
    fn start_v1(&mut self, target: TargetId, pdu: impl Fn(&mut Writer<'_>)) -> Result<NotifyId, NotifyError> {
        let community = self.route(target)?.community;
        let body = written(|writer| write_message(writer, Version::V1, community, &pdu));
        self.start(target, 0, body)
    }

    /// Puts a trap of v2c or v3 with these variable bindings in the queue.
    fn start_v2(&mut self, target: TargetId, contents: &[u8]) -> Result<NotifyId, NotifyError> {
        let id = self.next_id();
        let header = PduHeader::request(PduType::TrapV2, id);
        let pdu = |writer: &mut Writer<'_>| {
            let end = writer.mark();
            writer.element(tag::SEQUENCE, contents);
            header.encode_around(writer, end);
        };
        let route = self.route(target)?;
        let body = if route.version == Version::V3 {
            let engine_id = self.manager.model().local_engine_id();
            if engine_id.is_empty() {
                return Err(NotifyError::NoLocalEngine);
            }
            written(|writer| {
                let end = writer.mark();
                pdu(writer);
                writer.octet_string(route.context);
                writer.octet_string(engine_id);
                writer.sequence(end);
            })
        } else {
            written(|writer| write_message(writer, route.version, route.community, pdu))
        };
        self.start(target, id, body)
    }

    fn start(&mut self, target: TargetId, id: i32, body: Vec<u8>) -> Result<NotifyId, NotifyError> {
        let secured = self.route(target)?.version == Version::V3;
        let model = self.manager.model();
        let around = if secured {
            model.max_head() + model.max_tail()
        } else {
            0
        };
        let (needed, limit) = (body.len() + around, self.max_transmit_len());
        if needed > limit {
            return Err(StartError::TooLarge { needed, limit }.into());
        }
        if self.plain.len() + self.secured.len() >= self.max_traps {
            return Err(StartError::Full.into());
        }
        let number = self.traps;
        self.traps += 1;
        let queue = if secured {
            &mut self.secured
        } else {
            &mut self.plain
        };
        queue.insert(number, Trap { target, id, body });
        Ok(NotifyId(Which::Trap(number)))
    }

    /// request-id and msgID of the next trap: 0 to 2^31−1, the next after the one before.
    fn next_id(&self) -> i32 {
        let [.., a, b, c, d] = self.traps.to_be_bytes();
        let id = self.first_id.wrapping_add(u32::from_be_bytes([a, b, c, d]));
        (id & 0x7fff_ffff).cast_signed()
    }
}

/// The end of an inform; a manager that is told nothing else tells nothing else.
fn of_inform(event: &manager::Event<'_>) -> Option<OriginatorEvent> {
    let end = match event {
        manager::Event::Answer(answer) => End::Delivered(Delivery {
            fit: answer.fit,
            round_trip: answer.round_trip,
        }),
        manager::Event::Failed(failed) => End::Failed(failed.outcome.clone()),
        _ => return None,
    };
    Some(OriginatorEvent {
        id: NotifyId(Which::Inform(event.request())),
        target: event.target(),
        end,
    })
}

fn write_message(writer: &mut Writer<'_>, version: Version, community: &[u8], pdu: impl Fn(&mut Writer<'_>)) {
    let end = writer.mark();
    pdu(writer);
    writer.octet_string(community);
    writer.integer(version.number());
    writer.sequence(end);
}

/// What is written, in as many octets as it takes.
fn written(write: impl Fn(&mut Writer<'_>)) -> Vec<u8> {
    let mut measure = Writer::new(&mut []);
    write(&mut measure);
    let mut octets = vec![0; measure.written()];
    write(&mut Writer::new(&mut octets));
    octets
}
