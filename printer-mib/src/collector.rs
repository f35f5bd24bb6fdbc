//! Surveys of many devices, a sweep, and one manager, behind the verbs of every machine of the family.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use core::net::SocketAddr;

use snmp_core::datagram::{BufferTooSmall, Handled, NotMine, Transmit, Via};
use snmp_core::limits::Limits;
use snmp_core::manager::{
    Answer, Event as Told, Failed, Manager, RequestId, TargetConfig, TargetId, Timing, Traffic,
};
use snmp_core::message::Version;
use snmp_core::oid::OidBuf;
use snmp_core::outcome::Outcome;
use snmp_core::security::{Never, NoV3, Refused, SecurityModel, Store};
use snmp_core::time::Instant;

use crate::discovery::{Found, Progress, Sweep, SweepConfig, SweepError};
use crate::model::{self, ErrorCode, Printer, SectionState};
use crate::survey::interpret::interpret;
use crate::survey::{Plan, Survey};

/// Names that a survey puts into one request at first: all columns of the standard plan at once.
const FIRST_NAMES: usize = 56;

/// How a device may be talked to; `C` are the security model's credentials.
#[derive(Clone)]
#[non_exhaustive]
pub enum Access<C> {
    /// `SNMPv1` with a community.
    V1(Box<[u8]>),
    /// `SNMPv2c` with a community.
    V2c(Box<[u8]>),
    /// `SNMPv3`.
    V3(C),
}

impl<C> Access<C> {
    /// The version that it speaks.
    #[must_use]
    pub const fn version(&self) -> Version {
        match self {
            Self::V1(_) => Version::V1,
            Self::V2c(_) => Version::V2c,
            Self::V3(_) => Version::V3,
        }
    }
}

/// Communities and credentials are not shown.
impl<C> core::fmt::Debug for Access<C> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?}", self.version())
    }
}

/// A device to survey.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Device<C = Never> {
    /// Its address and port.
    pub address: SocketAddr,
    /// The socket to talk to it from.
    pub via: Via,
    /// How it may be talked to: tried one after the other until one is answered. It is the caller who decides to step
    /// down from `SNMPv3`; nothing here does it unasked.
    pub access: Vec<Access<C>>,
    /// The context that the tables are in; empty for the default one.
    pub context: Vec<u8>,
    /// How long a try waits, and how many there are.
    pub timing: Timing,
    /// What to read.
    pub plan: Plan,
}

impl<C> Device<C> {
    /// A device with the standard plan, from socket 0.
    #[must_use]
    pub fn new(address: SocketAddr, access: Vec<Access<C>>) -> Self {
        Self {
            address,
            via: Via(0),
            access,
            context: Vec::new(),
            timing: Timing::default(),
            plan: Plan::standard(),
        }
    }
}

/// A survey under way. It never stands for another one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SurveyId(u64);

/// What a collector tells.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A survey ended.
    Surveyed(Box<Surveyed>),
    /// The sweep found an agent.
    Found {
        /// Its address and port.
        address: SocketAddr,
        /// The version by which it answered.
        version: Version,
        /// sysObjectID, where the answer had it.
        sys_object_id: Option<OidBuf>,
    },
    /// The sweep is over.
    Swept(Progress),
}

/// The end of a survey: what was read, and what it cost.
#[derive(Debug)]
#[non_exhaustive]
pub struct Surveyed {
    /// Which survey.
    pub id: SurveyId,
    /// The device's address and port.
    pub address: SocketAddr,
    /// The version that answered; `None` when none did.
    pub version: Option<Version>,
    /// What was read, as far as it was.
    pub printer: Printer,
    /// Why it, or a part of it, failed.
    pub failure: Option<Outcome>,
    /// Whether it was broken off, so that what is missing may well be there.
    pub given_up: bool,
    /// Datagrams and octets, of all that was tried.
    pub traffic: Traffic,
    /// When it ended.
    pub ended: Instant,
}

impl Surveyed {
    /// Whether it is a printer, something else that answers, or nothing that answered.
    #[must_use]
    pub fn outcome(&self) -> model::Outcome {
        if self.printer.is_printer() {
            model::Outcome::Printer
        } else if self.version.is_some() && self.failure.is_none() && !self.given_up {
            model::Outcome::NotAPrinter
        } else {
            model::Outcome::Failed
        }
    }

    /// Why it, or a part of it, failed, in the one vocabulary of JSON and upload.
    #[must_use]
    pub fn error_code(&self) -> Option<ErrorCode> {
        let missing = || {
            let mut sections = self.printer.sections.iter();
            let cut = |state| matches!(state, SectionState::Partial | SectionState::Failed);
            (self.given_up || sections.any(|(_, section)| cut(section.state))).then_some(ErrorCode::Partial)
        };
        self.failure.as_ref().map(ErrorCode::from).or_else(missing)
    }
}

/// One device's survey.
#[derive(Debug)]
struct Running<C> {
    device: Device<C>,
    /// Which of the device's ways is tried.
    rung: usize,
    target: TargetId,
    /// With v1 and v2c a context is part of the community: the context that the target was set up for.
    context: Vec<u8>,
    survey: Survey,
    limits: Limits,
    answered: bool,
    /// The request under way.
    request: Option<RequestId>,
    /// The first failure of a way that was given up; or that the whole survey was.
    earlier: Option<Outcome>,
    traffic: Traffic,
}

/// Finds devices and surveys them.
///
/// One mutation, then drain: after each command or `handle_*` take [`poll_transmit`](Self::poll_transmit) and
/// [`poll_event`](Self::poll_event) until both give `None`, then sleep until [`poll_timeout`](Self::poll_timeout).
#[derive(Debug)]
pub struct Collector<S: SecurityModel = NoV3> {
    manager: Manager<S>,
    surveys: BTreeMap<SurveyId, Running<S::Credentials>>,
    requests: BTreeMap<RequestId, SurveyId>,
    last_id: u64,
    sweep: Option<Sweep>,
    events: VecDeque<Event>,
}

impl<S: SecurityModel<Credentials: Clone>> Collector<S> {
    /// A collector that sends through this manager; nothing else may use it.
    #[must_use]
    pub const fn new(manager: Manager<S>) -> Self {
        Self {
            manager,
            surveys: BTreeMap::new(),
            requests: BTreeMap::new(),
            last_id: 0,
            sweep: None,
            events: VecDeque::new(),
        }
    }

    /// Starts the survey of a device. It ends with one [`Event::Surveyed`].
    pub fn survey(&mut self, now: Instant, device: Device<S::Credentials>) -> SurveyId {
        self.last_id += 1;
        let id = SurveyId(self.last_id);
        self.climb(now, id, device, 0, None, Traffic::default());
        id
    }

    /// Gives a survey up; what was read so far is told as its end.
    pub fn cancel(&mut self, now: Instant, id: SurveyId) {
        if let Some(mut running) = self.surveys.remove(&id) {
            if let Some(request) = running.request {
                self.requests.remove(&request);
            }
            self.manager.remove_target(running.target);
            running.earlier = Some(Outcome::Cancelled);
            self.end(now, id, running);
        }
    }

    /// Surveys under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.surveys.len()
    }

    /// Starts a sweep; one that was under way is given up. Each agent is told once, then [`Event::Swept`].
    ///
    /// # Errors
    /// As [`Sweep::new`].
    pub fn sweep(&mut self, now: Instant, config: SweepConfig, seed: [u8; 16]) -> Result<(), SweepError> {
        self.sweep = Some(Sweep::new(config, seed, now)?);
        Ok(())
    }

    /// Gives the sweep up; how far it came. Nothing further is told of it.
    pub fn stop_sweep(&mut self) -> Option<Progress> {
        self.sweep.take().map(|sweep| sweep.progress())
    }

    /// How far the sweep is.
    #[must_use]
    pub fn sweep_progress(&self) -> Option<Progress> {
        self.sweep.as_ref().map(Sweep::progress)
    }

    /// A datagram arrived.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        via: Via,
        from: SocketAddr,
        datagram: &mut [u8],
    ) -> Handled<Never> {
        let reason = match self.manager.handle_datagram(now, via, from, datagram) {
            Handled::Event(told) => {
                let next = Self::take(&mut self.surveys, &mut self.requests, now, told);
                self.go_on(now, next);
                return Handled::Consumed;
            }
            Handled::Consumed => return Handled::Consumed,
            Handled::NotMine(reason) => reason,
        };
        let Some(sweep) = &mut self.sweep else {
            return Handled::NotMine(reason);
        };
        match sweep.handle_datagram(now, via, from, datagram) {
            Handled::Event(found) => {
                self.events.push_back(found_event(&found));
                Handled::Consumed
            }
            Handled::Consumed => Handled::Consumed,
            Handled::NotMine(NotMine::Source) => Handled::NotMine(reason),
            Handled::NotMine(other) => Handled::NotMine(other),
        }
    }

    /// A send failed, or ICMP said that nobody listens there.
    pub fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        self.manager.handle_unreachable(now, via, to);
        if let Some(sweep) = &mut self.sweep {
            sweep.handle_unreachable(now, via, to);
        }
        self.drain_manager(now);
    }

    /// The time that [`poll_timeout`](Self::poll_timeout) named has come.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.manager.handle_timeout(now);
        if let Some(sweep) = &mut self.sweep {
            sweep.handle_timeout(now);
            let progress = sweep.progress();
            if progress.done {
                self.sweep = None;
                self.events.push_back(Event::Swept(progress));
            }
        }
        self.drain_manager(now);
    }

    /// The next datagram to send. Surveys come before the sweep.
    ///
    /// # Errors
    /// When the buffer is too small; nothing changes then.
    pub fn poll_transmit(
        &mut self,
        now: Instant,
        buffer: &mut [u8],
    ) -> Result<Option<Transmit>, BufferTooSmall> {
        if let Some(transmit) = self.manager.poll_transmit(now, buffer)? {
            return Ok(Some(transmit));
        }
        self.drain_manager(now);
        self.sweep
            .as_mut()
            .map_or(Ok(None), |sweep| sweep.poll_transmit(now, buffer))
    }

    /// Octets that [`poll_transmit`](Self::poll_transmit) needs at most.
    #[must_use]
    pub fn max_transmit_len(&self) -> usize {
        self.manager
            .max_transmit_len()
            .max(self.sweep.as_ref().map_or(0, Sweep::max_transmit_len))
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due at the latest.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let sweep = self.sweep.as_ref().and_then(Sweep::poll_timeout);
        [self.manager.poll_timeout(), sweep].into_iter().flatten().min()
    }

    /// What there is to tell.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// What the security model wants written down; see [`Manager::poll_store`].
    pub fn poll_store(&mut self) -> Option<Store> {
        self.manager.poll_store()
    }

    /// What the token stands for is safe now.
    pub fn handle_stored(&mut self, token: u64) {
        self.manager.handle_stored(token);
    }

    /// Takes what the manager tells by itself: timeouts and other ends.
    fn drain_manager(&mut self, now: Instant) {
        while let Some(told) = self.manager.poll_event() {
            let next = Self::take(&mut self.surveys, &mut self.requests, now, told);
            self.go_on(now, next);
        }
    }

    /// Hands the end of a request to its survey; which one it was.
    fn take(
        surveys: &mut BTreeMap<SurveyId, Running<S::Credentials>>,
        requests: &mut BTreeMap<RequestId, SurveyId>,
        now: Instant,
        told: Told<'_>,
    ) -> Option<SurveyId> {
        let id = requests.remove(&told.request())?;
        let running = surveys.get_mut(&id)?;
        match told {
            Told::Answer(Answer {
                var_binds, traffic, ..
            }) => {
                running.answered = true;
                add(&mut running.traffic, traffic);
                running
                    .survey
                    .handle_answer(now, &mut running.limits, Ok(&var_binds));
            }
            Told::Failed(Failed { outcome, traffic, .. }) => {
                // A refusal by the device's engine is no answer to the survey.
                running.answered |= matches!(outcome, Outcome::ErrorStatus { .. });
                add(&mut running.traffic, traffic);
                running
                    .survey
                    .handle_answer(now, &mut running.limits, Err(&outcome));
            }
            // Walks are not started here.
            _ => return None,
        }
        Some(id)
    }

    /// Sends a survey's next query, or ends it.
    fn go_on(&mut self, now: Instant, id: Option<SurveyId>) {
        let Some((id, mut running)) = id.and_then(|id| self.surveys.remove_entry(&id)) else {
            return;
        };
        while let Some(query) = running.survey.next_query(&running.limits) {
            let started = match running.device.access.get(running.rung) {
                Some(Access::V3(_)) | None => self.manager.query(now, running.target, &query),
                Some(_) if query.context == running.context => self.manager.query(
                    now,
                    running.target,
                    &snmp_core::query::Query {
                        context: b"",
                        ..query
                    },
                ),
                // Another context is another community, so another target.
                Some(access) => {
                    let config = config(&running.device, access, query.context);
                    match self.manager.add_target(config) {
                        Ok(target) => {
                            self.manager.remove_target(running.target);
                            running.target = target;
                            running.context = query.context.to_vec();
                            let query = snmp_core::query::Query {
                                context: b"",
                                ..query
                            };
                            self.manager.query(now, target, &query)
                        }
                        Err(_) => Err(snmp_core::manager::StartError::ContextNeedsV3),
                    }
                }
            };
            match started {
                Ok(request) => {
                    self.requests.insert(request, id);
                    running.request = Some(request);
                    self.surveys.insert(id, running);
                    return;
                }
                Err(error) => running
                    .survey
                    .handle_answer(now, &mut running.limits, Err(&error.into())),
            }
        }
        self.manager.remove_target(running.target);
        self.end(now, id, running);
    }

    /// A survey is over: it is told, or the next way of talking to the device is tried.
    fn end(&mut self, now: Instant, id: SurveyId, running: Running<S::Credentials>) {
        let Running {
            device,
            rung,
            survey,
            answered,
            earlier,
            traffic,
            ..
        } = running;
        let surveyed = survey.finish();
        let silent = matches!(surveyed.failure, Some(Outcome::Timeout(_)));
        let cancelled = earlier == Some(Outcome::Cancelled);
        if !answered && silent && !cancelled && rung + 1 < device.access.len() {
            let earlier = earlier.or(surveyed.failure);
            self.climb(now, id, device, rung + 1, earlier, traffic);
            return;
        }
        let version = if answered {
            device.access.get(rung).map(Access::version)
        } else {
            None
        };
        // Where no way was answered, the first one's silence is told: it is the one that was meant.
        let failure = if answered && !cancelled {
            surveyed.failure
        } else {
            earlier.or(surveyed.failure)
        };
        self.events.push_back(Event::Surveyed(Box::new(Surveyed {
            id,
            address: device.address,
            version,
            printer: interpret(surveyed.arena, surveyed.sections),
            failure,
            given_up: surveyed.given_up,
            traffic,
            ended: now,
        })));
    }

    /// Starts the survey by one of the device's ways, or by the next that the manager takes.
    fn climb(
        &mut self,
        now: Instant,
        id: SurveyId,
        device: Device<S::Credentials>,
        rung: usize,
        mut earlier: Option<Outcome>,
        traffic: Traffic,
    ) {
        for (rung, access) in device.access.iter().enumerate().skip(rung) {
            match self.manager.add_target(config(&device, access, &device.context)) {
                Ok(target) => {
                    let running = Running {
                        rung,
                        target,
                        context: device.context.clone(),
                        survey: Survey::new(device.plan.clone(), &device.context),
                        limits: Limits::for_version(access.version()).with_names(FIRST_NAMES),
                        answered: false,
                        request: None,
                        earlier,
                        traffic,
                        device,
                    };
                    self.surveys.insert(id, running);
                    self.go_on(now, Some(id));
                    return;
                }
                Err(_) => {
                    earlier.get_or_insert(Outcome::Security(Refused::Credentials));
                }
            }
        }
        let survey = Survey::new(device.plan.clone(), &device.context).finish();
        self.events.push_back(Event::Surveyed(Box::new(Surveyed {
            id,
            address: device.address,
            version: None,
            printer: interpret(survey.arena, survey.sections),
            failure: Some(earlier.unwrap_or(Outcome::Security(Refused::Credentials))),
            given_up: true,
            traffic,
            ended: now,
        })));
    }
}

/// How a device is asked in one of its ways. With v1 and v2c a context is named behind the community, as agents that
/// have several contexts want it: `community@context`.
fn config<C: Clone>(device: &Device<C>, access: &Access<C>, context: &[u8]) -> TargetConfig<C> {
    let community = |community: &[u8]| {
        let mut whole = community.to_vec();
        if !context.is_empty() {
            whole.push(b'@');
            whole.extend_from_slice(context);
        }
        whole
    };
    let config = match access {
        Access::V1(name) => TargetConfig::v1(device.address, &community(name)),
        Access::V2c(name) => TargetConfig::v2c(device.address, &community(name)),
        Access::V3(credentials) => TargetConfig::v3(device.address, credentials.clone()),
    };
    config.via(device.via).with_timing(device.timing)
}

fn add(sum: &mut Traffic, more: Traffic) {
    sum.sent = sum.sent.saturating_add(more.sent);
    sum.received = sum.received.saturating_add(more.received);
    sum.octets_sent = sum.octets_sent.saturating_add(more.octets_sent);
    sum.octets_received = sum.octets_received.saturating_add(more.octets_received);
}

fn found_event(found: &Found<'_>) -> Event {
    match found {
        Found::Community {
            address,
            version,
            sys_object_id,
        } => Event::Found {
            address: *address,
            version: *version,
            sys_object_id: sys_object_id.map(|oid| oid.to_buf()),
        },
        Found::Engine { address, .. } => Event::Found {
            address: *address,
            version: Version::V3,
            sys_object_id: None,
        },
    }
}
