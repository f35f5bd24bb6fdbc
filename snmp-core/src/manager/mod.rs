//! The manager: requests to many devices, their timers, and what came of them.
//!
//! The verbs are those of [`datagram`](crate::datagram). A command (`get`, `walk`, ...) returns a [`RequestId`] at once and sends
//! nothing by itself; `poll_transmit` gives the datagrams. Every request ends in exactly one final [`Event`]: what a
//! datagram carries comes borrowed from [`handle_datagram`](Manager::handle_datagram), everything else from
//! [`poll_event`](Manager::poll_event).
//!
//! An answer is taken when its id is that of a transmission of a request under way, of any, not only the last, and
//! then only from the address, on the socket, with the version and with the community or the security that were
//! asked with. Whatever else comes is dropped, and counted by its reason: a [`Timeout`](crate::outcome::Timeout) says
//! what came instead.

mod end;
mod event;
mod ids;
mod rate;
mod receive;
mod request;
mod serials;
mod slab;
mod target;
mod timing;
mod transmit;

pub use event::{Absent, Answer, Event, Failed, Fit, OwnedEvent, Rows, RowsRead, Traffic, WalkEnded};
pub use rate::Rate;
pub use request::{RequestId, StartError};
#[cfg(feature = "notification")]
pub(crate) use target::Route;
pub use target::{NoSuchName, SourcePolicy, TargetConfig, TargetError, TargetId};
pub use timing::Timing;

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use core::net::SocketAddr;

use crate::datagram::Via;
use crate::entropy::Entropy;
use crate::limits::Limits;
use crate::message::Version;
use crate::oid::{Oid, OidBuf};
use crate::outcome::{Outcome, RejectCounts};
use crate::pdu::PduType;
use crate::query::{Query, QueryKind};
use crate::security::{NoV3, SecurityModel, Store};
use crate::strictness::Strictness;
use crate::table::Table;
use crate::time::{Duration, Instant};
use crate::value::Value;
use crate::varbind::VarBind;
use crate::walk::Walk;

use ids::Ids;
use rate::Bucket;
use request::{Call, NEVER, Request, Work};
use serials::Serials;
use slab::{Key, NONE, Slab};
use target::{List, Settings, SharedSettings, Target};
use timing::RoundTrip;

/// Octets of the largest datagram sent unless told otherwise: Ethernet without fragments.
const MAX_MESSAGE: usize = 1472;
/// Octets of the largest datagram that UDP over IPv4 can carry: what is received unless told otherwise.
const MAX_RECEIVED: usize = 65_507;
/// Octets of a message around its variable bindings, community, context and security parameters, at most.
const WRAPPER: usize = 96;
/// Octets that a target's community and context must leave for names.
const LEAST_ROOM: usize = 128;

/// Many requests to many devices over any number of sockets.
///
/// `S` is the security model of `SNMPv3`; without one v1 and v2c are there.
///
/// One mutation, then drain: after each `handle_*` or command call `poll_transmit` and `poll_event` until both give
/// `None`, and only then sleep until `poll_timeout`. `now` never goes backwards.
#[derive(Debug)]
pub struct Manager<S: SecurityModel = NoV3> {
    model: S,
    ids: Ids,
    entropy: Entropy,
    strictness: Strictness,
    max_message: usize,
    max_received: usize,
    max_requests: usize,
    rate: Option<Rate>,
    /// What has left, over all targets.
    bucket: Bucket,
    targets: Slab<Target<S::Peer>>,
    /// Targets by a hash of address and socket, for what comes without an id of ours.
    addresses: BTreeSet<(u32, u32)>,
    settings: Slab<SharedSettings>,
    settings_index: BTreeMap<Settings, u32>,
    requests: Slab<Request>,
    serials: Serials,
    timers: BTreeSet<(Instant, u32)>,
    /// Requests to transmit; those that ended meanwhile are passed over.
    ready: VecDeque<Key>,
    events: VecDeque<Event<'static>>,
}

impl Manager {
    /// A manager of v1 and v2c. The seed is secret, of 16 random octets, and never used twice.
    #[must_use]
    pub fn new(seed: [u8; 16]) -> Self {
        Self::with_model(seed, NoV3)
    }
}

impl<S: SecurityModel> Manager<S> {
    /// A manager of all versions.
    #[must_use]
    pub fn with_model(seed: [u8; 16], model: S) -> Self {
        let mut entropy = Entropy::new(seed);
        let start = entropy.below(u32::MAX);
        Self {
            model,
            ids: Ids::new(entropy.clone()),
            entropy,
            strictness: Strictness::DEPLOYED,
            max_message: MAX_MESSAGE,
            max_received: MAX_RECEIVED,
            max_requests: usize::MAX,
            rate: None,
            bucket: Bucket::default(),
            targets: Slab::new(),
            addresses: BTreeSet::new(),
            settings: Slab::new(),
            settings_index: BTreeMap::new(),
            requests: Slab::new(),
            serials: Serials::new(start),
            timers: BTreeSet::new(),
            ready: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Which deviations of answers are read over; by default all that deployed devices are known for.
    #[must_use]
    pub fn with_strictness(mut self, strictness: Strictness) -> Self {
        self.strictness = strictness;
        self
    }

    /// Datagrams are sent of at most so many octets, from 484 (RFC 3417 §3.2); otherwise 1472.
    #[must_use]
    pub fn with_max_message(mut self, octets: usize) -> Self {
        self.max_message = octets.clamp(484, MAX_RECEIVED);
        self
    }

    /// The size of the caller's receive buffer, told to `SNMPv3` devices: from 484, otherwise 65,507 octets.
    #[must_use]
    pub fn with_max_received(mut self, octets: usize) -> Self {
        self.max_received = octets.clamp(484, MAX_RECEIVED);
        self
    }

    /// At most so many requests and walks at once, queued ones included.
    #[must_use]
    pub fn with_max_requests(mut self, requests: usize) -> Self {
        self.max_requests = requests;
        self
    }

    /// Over all targets, datagrams leave no faster than this; otherwise as fast as the caller takes them.
    #[must_use]
    pub fn with_rate(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
    }

    /// The security model.
    #[must_use]
    pub const fn model(&self) -> &S {
        &self.model
    }

    /// The security model, for instance to give it users.
    pub const fn model_mut(&mut self) -> &mut S {
        &mut self.model
    }

    /// Takes up a device.
    ///
    /// # Errors
    /// When its configuration cannot be used.
    pub fn add_target(&mut self, config: TargetConfig<S::Credentials>) -> Result<TargetId, TargetError> {
        let TargetConfig {
            address,
            via,
            credentials,
            settings,
        } = config;
        let version = settings.version;
        if version != Version::V3 && !settings.context.is_empty() {
            return Err(TargetError::ContextNeedsV3);
        }
        if self.wrapper(&settings, settings.context.len()) + LEAST_ROOM > self.max_message {
            return Err(TargetError::TooLong);
        }
        let peer = match &credentials {
            Some(credentials) => Some(self.model.add_peer(address, credentials)?),
            None => None,
        };
        let Some(settings) = self.share(settings) else {
            return Err(TargetError::Full);
        };
        let target = Target {
            address,
            via,
            running: 0,
            dropped: RejectCounts::NONE,
            settings,
            peer,
            round_trip: RoundTrip::default(),
            bucket: Bucket::default(),
            limits: Limits::for_version(version),
            active: List::EMPTY,
            queue: List::EMPTY,
            discoverer: NONE,
        };
        let Some(key) = self.targets.insert(target) else {
            self.unshare(settings);
            return Err(TargetError::Full);
        };
        let hash = self.address_hash(via, address);
        self.addresses.insert((hash, key.slot));
        Ok(TargetId(key))
    }

    /// Gives a device up: its requests end as [`Outcome::Cancelled`]. False when it was given up before.
    pub fn remove_target(&mut self, id: TargetId) -> bool {
        let Some(slot) = self.targets.slot(id.0) else {
            return false;
        };
        while let Some(request) = self.first_request(slot) {
            self.end(request, Outcome::Cancelled);
        }
        let Some(target) = self.targets.remove(slot) else {
            return false;
        };
        let hash = self.address_hash(target.via, target.address);
        self.addresses.remove(&(hash, slot));
        self.unshare(target.settings);
        if let Some(peer) = target.peer {
            self.model.remove_peer(peer);
        }
        true
    }

    /// What the device was learned to take; `None` for one given up.
    #[must_use]
    pub fn limits(&self, id: TargetId) -> Option<Limits> {
        let target = self.targets.get(self.targets.slot(id.0)?)?;
        Some(target.limits)
    }

    /// Sets what the device takes, for instance from an earlier run.
    pub fn set_limits(&mut self, id: TargetId, limits: Limits) {
        if let Some(slot) = self.targets.slot(id.0)
            && let Some(target) = self.targets.get_mut(slot)
        {
            target.limits = limits;
        }
    }

    /// The smoothed round trip to the device; `None` before the first answer.
    #[must_use]
    pub fn round_trip(&self, id: TargetId) -> Option<Duration> {
        let target = self.targets.get(self.targets.slot(id.0)?)?;
        target.round_trip.smoothed()
    }

    /// Where the device is asked; `None` for one given up.
    #[must_use]
    pub fn address(&self, id: TargetId) -> Option<SocketAddr> {
        Some(self.targets.get(self.targets.slot(id.0)?)?.address)
    }

    /// Requests and walks under way or queued.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests.len()
    }

    /// Reads these instances (RFC 3416 §4.2.1), in parts where they are many: see
    /// [`with_splitting`](TargetConfig::with_splitting).
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn get<'v, N>(&mut self, now: Instant, target: TargetId, names: N) -> Result<RequestId, StartError>
    where
        N: IntoIterator<Item = Oid<'v>, IntoIter: DoubleEndedIterator + Clone>,
    {
        let call = Call::new(PduType::GetRequest, names.into_iter().map(VarBind::null));
        self.start_plain_read(now, target, call)
    }

    /// Reads the instance behind each name (RFC 3416 §4.2.2), in parts where they are many: see
    /// [`with_splitting`](TargetConfig::with_splitting).
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn get_next<'v, N>(
        &mut self,
        now: Instant,
        target: TargetId,
        names: N,
    ) -> Result<RequestId, StartError>
    where
        N: IntoIterator<Item = Oid<'v>, IntoIter: DoubleEndedIterator + Clone>,
    {
        let call = Call::new(PduType::GetNextRequest, names.into_iter().map(VarBind::null));
        self.start_plain_read(now, target, call)
    }

    /// Reads the instances behind each name: one behind each of the first `non_repeaters`, up to `max_repetitions` behind
    /// the others (RFC 3416 §4.2.3).
    ///
    /// # Errors
    /// When it cannot be started; `SNMPv1` does not have it.
    pub fn get_bulk<'v, N>(
        &mut self,
        now: Instant,
        target: TargetId,
        non_repeaters: u32,
        max_repetitions: u32,
        names: N,
    ) -> Result<RequestId, StartError>
    where
        N: IntoIterator<Item = Oid<'v>, IntoIter: DoubleEndedIterator + Clone>,
    {
        let call = Call {
            non_repeaters,
            max_repetitions,
            ..Call::new(PduType::GetBulkRequest, names.into_iter().map(VarBind::null))
        };
        self.start_call(now, target, call)
    }

    /// Sets instances, all or none (RFC 3416 §4.2.5).
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn set(
        &mut self,
        now: Instant,
        target: TargetId,
        var_binds: &[VarBind<'_>],
    ) -> Result<RequestId, StartError> {
        let call = Call::new(PduType::SetRequest, var_binds.iter().copied());
        let counter64 = |var_bind: &VarBind<'_>| matches!(var_bind.value, Value::Counter64(_));
        if self.version(target)? == Version::V1 && var_binds.iter().any(counter64) {
            return Err(StartError::NotInV1);
        }
        self.start_call(now, target, call)
    }

    /// Informs another manager (RFC 3416 §4.2.7). `up_time` and `trap` become the first two variable bindings,
    /// sysUpTime.0 and snmpTrapOID.0.
    ///
    /// # Errors
    /// When it cannot be started; `SNMPv1` does not have it.
    pub fn inform(
        &mut self,
        now: Instant,
        target: TargetId,
        up_time: u32,
        trap: Oid<'_>,
        var_binds: &[VarBind<'_>],
    ) -> Result<RequestId, StartError> {
        let head = [
            VarBind::new(crate::oid!(1.3.6.1.2.1.1.3.0), Value::TimeTicks(up_time)),
            VarBind::new(crate::oid!(1.3.6.1.6.3.1.1.4.1.0), Value::ObjectIdentifier(trap)),
        ];
        let all = head.iter().chain(var_binds).copied();
        self.start_call(now, target, Call::new(PduType::InformRequest, all))
    }

    /// Does one read of a walk or a survey.
    ///
    /// # Errors
    /// When it cannot be started; the error turns into the [`Outcome`] to hand back.
    pub fn query(
        &mut self,
        now: Instant,
        target: TargetId,
        query: &Query<'_>,
    ) -> Result<RequestId, StartError> {
        let names = query.names.iter().map(OidBuf::as_oid).map(VarBind::null);
        let mut call = Call::new(query.kind.pdu_type(), names);
        if let QueryKind::GetBulk {
            non_repeaters,
            max_repetitions,
        } = query.kind
        {
            (call.non_repeaters, call.max_repetitions) = (non_repeaters, max_repetitions);
        }
        if !query.context.is_empty() {
            call.context = Some(query.context.into());
        }
        self.start_call(now, target, call)
    }

    /// Walks through the subtree below `root`, with what the device's [`Limits`] allow.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn walk(&mut self, now: Instant, target: TargetId, root: Oid<'_>) -> Result<RequestId, StartError> {
        self.start_walk(now, target, Walk::new(root))
    }

    /// Drives a [`Walk`], for instance one with limits or one that resumes.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_walk(
        &mut self,
        now: Instant,
        target: TargetId,
        walk: Walk,
    ) -> Result<RequestId, StartError> {
        self.start_read(now, target, Work::Walk(Box::new(walk)))
    }

    /// Reads these columns of a table, put together to rows, with what the device's [`Limits`] allow.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn table<'v>(
        &mut self,
        now: Instant,
        target: TargetId,
        columns: impl IntoIterator<Item = Oid<'v>>,
    ) -> Result<RequestId, StartError> {
        self.start_table(now, target, Table::new(columns))
    }

    /// Drives a [`Table`], for instance one with limits or one that resumes.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_table(
        &mut self,
        now: Instant,
        target: TargetId,
        table: Table,
    ) -> Result<RequestId, StartError> {
        self.start_read(now, target, Work::Table(Box::new(table)))
    }

    /// Gives a request or a walk up: it ends as [`Outcome::Cancelled`]. False when it has ended before.
    pub fn cancel(&mut self, id: RequestId) -> bool {
        let Some(slot) = self.requests.slot(id.0) else {
            return false;
        };
        self.end(slot, Outcome::Cancelled);
        true
    }

    /// Ends the request at `at` at the latest, as [`Outcome::DeadlineExceeded`]. False when it has ended before.
    pub fn set_deadline(&mut self, id: RequestId, at: Instant) -> bool {
        let Some(slot) = self.requests.slot(id.0) else {
            return false;
        };
        let due = self.requests.get_mut(slot).map_or(NEVER, |request| {
            request.deadline = at;
            request.due.min(at)
        });
        self.set_timer(slot, due);
        true
    }

    /// Octets that a buffer for [`poll_transmit`](Self::poll_transmit) needs at most.
    #[must_use]
    pub const fn max_transmit_len(&self) -> usize {
        self.max_message
    }

    /// When [`handle_timeout`](Self::handle_timeout) is to be called at the latest.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let timer = self.timers.first().map(|(due, _)| *due);
        match self.rate {
            // They wait for nothing but the rate.
            Some(rate) if !self.ready.is_empty() => {
                let next = self.bucket.next(rate);
                Some(timer.map_or(next, |timer| timer.min(next)))
            }
            _ => timer,
        }
    }

    /// What no datagram carries: ends of requests.
    pub fn poll_event(&mut self) -> Option<Event<'static>> {
        self.events.pop_front()
    }

    /// What the security model wants written down.
    pub fn poll_store(&mut self) -> Option<Store> {
        self.model.poll_store()
    }

    /// What [`poll_store`](Self::poll_store) gave under this token is safe.
    pub fn handle_stored(&mut self, token: u64) {
        self.model.handle_stored(token);
    }

    /// The way to a target, for what needs no answer.
    #[cfg(feature = "notification")]
    pub(crate) fn route(&self, id: TargetId) -> Option<Route<'_, S::Peer>> {
        let slot = self.targets.slot(id.0)?;
        let target = self.targets.get(slot)?;
        let settings = self.settings_of(slot)?;
        Some(Route {
            address: target.address,
            via: target.via,
            version: settings.version,
            community: &settings.community,
            context: &settings.context,
            peer: target.peer,
        })
    }

    /// The size of the caller's receive buffer.
    #[cfg(feature = "notification")]
    pub(crate) const fn max_received(&self) -> usize {
        self.max_received
    }

    fn version(&self, id: TargetId) -> Result<Version, StartError> {
        self.targets
            .slot(id.0)
            .and_then(|slot| self.settings_of(slot))
            .map(|settings| settings.version)
            .ok_or(StartError::UnknownTarget)
    }

    fn start_read(&mut self, now: Instant, id: TargetId, work: Work) -> Result<RequestId, StartError> {
        if self.version(id)? != Version::V3 && work.context().is_some() {
            return Err(StartError::ContextNeedsV3);
        }
        self.start(now, id, work)
    }

    /// A read that no machine stands behind which would split it itself.
    fn start_plain_read(
        &mut self,
        now: Instant,
        id: TargetId,
        mut call: Call,
    ) -> Result<RequestId, StartError> {
        let slot = self.targets.slot(id.0).ok_or(StartError::UnknownTarget)?;
        let settings = self.settings_of(slot).ok_or(StartError::UnknownTarget)?;
        call.splits = settings.splitting;
        call.leaves_out = settings.no_such_name == NoSuchName::LeftOut;
        if call.splits {
            call.cut_anew();
        }
        self.start_call(now, id, call)
    }

    fn start_call(&mut self, now: Instant, id: TargetId, call: Call) -> Result<RequestId, StartError> {
        let slot = self.targets.slot(id.0).ok_or(StartError::UnknownTarget)?;
        let settings = self.settings_of(slot).ok_or(StartError::UnknownTarget)?;
        let v1_has = !matches!(call.pdu_type, PduType::GetBulkRequest | PduType::InformRequest);
        if settings.version == Version::V1 && !v1_has {
            return Err(StartError::NotInV1);
        }
        if settings.version != Version::V3 && call.context.is_some() {
            return Err(StartError::ContextNeedsV3);
        }
        let context = call.context.as_ref().unwrap_or(&settings.context);
        let names = if call.splits {
            call.longest()
        } else {
            call.var_binds.len()
        };
        let needed = self.wrapper(settings, context.len()) + names;
        if needed > self.max_message {
            return Err(StartError::TooLarge {
                needed,
                limit: self.max_message,
            });
        }
        self.start(now, id, Work::Call(Box::new(call)))
    }

    fn start(&mut self, now: Instant, id: TargetId, work: Work) -> Result<RequestId, StartError> {
        let target = self.targets.slot(id.0).ok_or(StartError::UnknownTarget)?;
        if self.requests.len() >= self.max_requests {
            return Err(StartError::Full);
        }
        let deadline = self
            .settings_of(target)
            .and_then(|settings| settings.deadline)
            .map_or(NEVER, |deadline| now + deadline);
        let key = self
            .requests
            .insert(Request::new(target, deadline, work))
            .ok_or(StartError::Full)?;
        let Some(serial) = self.serials.assign(key.slot) else {
            self.requests.remove(key.slot);
            return Err(StartError::Full);
        };
        if let Some(request) = self.requests.get_mut(key.slot) {
            request.serial = serial;
        }
        self.set_timer(key.slot, deadline);
        self.enqueue(target, key.slot);
        self.activate(target);
        Ok(RequestId(key))
    }

    /// Octets around the variable bindings, at most.
    fn wrapper(&self, settings: &Settings, context: usize) -> usize {
        WRAPPER
            + settings.community.len()
            + context
            + match settings.version {
                Version::V3 => self.model.max_head() + self.model.max_tail(),
                Version::V1 | Version::V2c => 0,
            }
    }

    fn settings_of(&self, target: u32) -> Option<&Settings> {
        let shared = self.settings.get(self.targets.get(target)?.settings)?;
        Some(&shared.settings)
    }

    fn share(&mut self, settings: Settings) -> Option<u32> {
        if let Some(slot) = self.settings_index.get(&settings) {
            self.settings.get_mut(*slot)?.targets += 1;
            return Some(*slot);
        }
        let key = self.settings.insert(SharedSettings {
            settings: settings.clone(),
            targets: 1,
        })?;
        self.settings_index.insert(settings, key.slot);
        Some(key.slot)
    }

    fn unshare(&mut self, slot: u32) {
        let Some(shared) = self.settings.get_mut(slot) else {
            return;
        };
        shared.targets -= 1;
        if shared.targets == 0
            && let Some(shared) = self.settings.remove(slot)
        {
            self.settings_index.remove(&shared.settings);
        }
    }

    /// Where a target stands in `addresses`: its port too, so that many targets on one host stay apart.
    fn address_hash(&self, via: Via, address: SocketAddr) -> u32 {
        const DOMAIN: u8 = 0x18;
        let mut octets = [0; 20];
        match address {
            SocketAddr::V4(v4) => octets[..4].copy_from_slice(&v4.ip().octets()),
            SocketAddr::V6(v6) => octets[..16].copy_from_slice(&v6.ip().octets()),
        }
        octets[16..18].copy_from_slice(&address.port().to_be_bytes());
        octets[18..].copy_from_slice(&via.0.to_be_bytes());
        let [a, b, c, d, ..] = self.entropy.keyed(DOMAIN, &octets).to_be_bytes();
        u32::from_be_bytes([a, b, c, d])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What one device and one request take, apart from the octets of names, and from the timer and the id of a request
    /// under way.
    #[test]
    fn devices_and_requests_are_small() {
        let device = size_of::<Target<u32>>();
        let request = size_of::<Request>();
        std::eprintln!(
            "{device} octets a device, {request} a request, {} a call, {} a walk",
            size_of::<Call>(),
            size_of::<Walk>()
        );
        assert!(device <= 104 && request <= 80 && size_of::<Call>() <= 104);
    }
}
