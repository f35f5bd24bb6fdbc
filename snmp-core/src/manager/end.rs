//! Queues, timers and ends of requests.

use super::Manager;
use super::event::{Event, Failed, RowsRead, Traffic, WalkEnded};
use super::request::{Hint, NEVER, RequestId, State, Work};
use super::slab::NONE;
use super::target::{List, TargetId};
use crate::message::Version;
use crate::outcome::{Outcome, RejectCounts, Timeout};
use crate::security::{SecurityLevel, SecurityModel};
use crate::table::Table;
use crate::time::Instant;
use crate::walk::{Walk, WalkEnd};

impl<S: SecurityModel> Manager<S> {
    /// The time that [`poll_timeout`](Self::poll_timeout) named has come.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((due, slot)) = self.timers.first().copied().filter(|(due, _)| *due <= now) {
            self.timers.remove(&(due, slot));
            self.timer_fired(now, slot);
        }
    }

    fn timer_fired(&mut self, now: Instant, slot: u32) {
        let Some(request) = self.requests.get_mut(slot) else {
            return;
        };
        request.due = NEVER;
        if now >= request.deadline {
            let timeout = self.timeout(slot);
            self.end_unanswered(now, slot, Outcome::DeadlineExceeded(timeout));
            return;
        }
        let retries = self.retries(slot);
        let Some(request) = self.requests.get_mut(slot) else {
            return;
        };
        match request.state {
            // The deadline was put off.
            State::Queued | State::Ready | State::Admitted => {
                let deadline = request.deadline;
                self.set_timer(slot, deadline);
            }
            State::Paced => {
                self.make_ready(slot);
                if let Some(request) = self.requests.get_mut(slot) {
                    request.state = State::Admitted;
                }
            }
            State::Sent | State::AwaitsDiscovery => {
                request.tries = request.tries.saturating_add(1);
                if request.tries > retries {
                    let timeout = self.timeout(slot);
                    self.end_unanswered(now, slot, Outcome::Timeout(timeout));
                } else {
                    self.make_ready(slot);
                }
            }
        }
    }

    fn retries(&self, slot: u32) -> u8 {
        self.requests
            .get(slot)
            .and_then(|request| self.settings_of(request.target))
            .map_or(0, |settings| settings.timing.retries)
    }

    /// What a timeout of this request tells.
    fn timeout(&self, slot: u32) -> Timeout {
        let (attempts, target) = match self.requests.get(slot) {
            Some(request) => (request.attempts, request.target),
            None => (0, NONE),
        };
        let version = self
            .settings_of(target)
            .map_or(Version::V2c, |settings| settings.version);
        let target = self.targets.get(target);
        let peer = target.and_then(|target| target.peer);
        let level = peer.map_or(SecurityLevel::NoAuthNoPriv, |peer| self.model.level(peer));
        let discovered = peer.is_some_and(|peer| !self.model.engine_id(peer).is_empty());
        Timeout::new(version, level, attempts)
            .with_discovered(discovered)
            .with_dropped(target.map_or(RejectCounts::NONE, |target| target.dropped))
    }

    /// No answer in time: what an unproven source said meanwhile is the better explanation.
    fn end_unanswered(&mut self, now: Instant, slot: u32, silence: Outcome) {
        let hint = self.requests.get(slot).map_or(Hint::None, |request| request.hint);
        let outcome = match hint {
            // A timeout tells of what did not decode in its counts.
            Hint::None | Hint::Malformed(_) => silence,
            Hint::Report(kind) => Outcome::Report {
                kind,
                authenticated: false,
            },
            Hint::Unreachable => Outcome::Unreachable,
        };
        if let Some(event) = self.fail(now, slot, outcome) {
            self.events.push_back(event);
        }
    }

    /// An exchange came to nothing: the end of a call; a walk or a table may go on with another.
    pub(super) fn fail(&mut self, now: Instant, slot: u32, outcome: Outcome) -> Option<Event<'static>> {
        let id = RequestId(self.requests.key(slot));
        let request = self.requests.get_mut(slot)?;
        let target_id = TargetId(self.targets.key(request.target));
        let target = self.targets.get_mut(request.target)?;
        let goes_on = target.discoverer != slot && now < request.deadline;
        if !goes_on && !matches!(request.work, Work::Call(_)) {
            return self.finish(slot, Some(outcome));
        }
        let rows = request.work.fail(&mut target.limits, &outcome);
        if let Work::Call(call) = &mut request.work
            && goes_on
            && call.asks_less(&target.limits, &outcome)
        {
            call.cut_anew();
            self.next_exchange(slot);
            return None;
        }
        let end = if request.work.has_ended() {
            self.finish(slot, Some(outcome))
        } else {
            self.next_exchange(slot);
            None
        };
        let Some(rows) = rows else {
            return end;
        };
        self.events.push_back(Event::TableRows(RowsRead {
            request: id,
            target: target_id,
            rows,
        }));
        self.events.extend(end);
        None
    }

    /// Ends a request from outside.
    pub(super) fn end(&mut self, slot: u32, outcome: Outcome) {
        if let Some(event) = self.finish(slot, Some(outcome)) {
            self.events.push_back(event);
        }
    }

    /// Takes a request out of everything and makes its final event, which is none for a call without an outcome: that
    /// one was answered.
    pub(super) fn finish(&mut self, slot: u32, outcome: Option<Outcome>) -> Option<Event<'static>> {
        let id = RequestId(self.requests.key(slot));
        let target_slot = self.requests.get(slot)?.target;
        self.set_timer(slot, NEVER);
        self.unlink(slot);
        let request = self.requests.remove(slot)?;
        self.serials.release(request.serial);
        let target = TargetId(self.targets.key(target_slot));
        self.end_discovery(target_slot, slot, outcome.as_ref());
        self.activate(target_slot);
        match request.work {
            Work::Call(_) => Some(Event::Failed(Failed {
                request: id,
                target,
                outcome: outcome?,
                traffic: request.traffic,
            })),
            Work::Walk(mut walk) => {
                if let Some(outcome) = outcome {
                    walk.stop(outcome);
                }
                let rows = walk.rows();
                let end = Walk::into_end(*walk)?;
                Some(ended(id, target, end, rows, request.traffic))
            }
            Work::Table(mut table) => {
                if let Some(outcome) = outcome {
                    table.stop(outcome);
                }
                let rows = table.rows();
                let end = Table::into_end(*table)?;
                Some(ended(id, target, end, rows, request.traffic))
            }
        }
    }

    /// The request ended while it was discovering: those that wait for it end with the same cause, or one of them
    /// takes over.
    fn end_discovery(&mut self, target_slot: u32, slot: u32, outcome: Option<&Outcome>) {
        let Some(target) = self.targets.get_mut(target_slot) else {
            return;
        };
        if target.discoverer != slot {
            return;
        }
        target.discoverer = NONE;
        if let Some(peer) = target.peer {
            self.model.discovery_failed(peer);
        }
        match outcome {
            None | Some(Outcome::Cancelled | Outcome::DeadlineExceeded(_)) => self.wake_waiting(target_slot),
            Some(outcome) => {
                // What they sent or would send goes to the engine that does not answer.
                while let Some(other) = self.first_request(target_slot) {
                    self.end(other, outcome.clone());
                }
            }
        }
    }

    /// Makes those ready that wait for the end of a discovery.
    pub(super) fn wake_waiting(&mut self, target: u32) {
        let mut slot = self
            .targets
            .get(target)
            .map_or(NONE, |target| target.active.first);
        while let Some(request) = self.requests.get(slot) {
            let (state, next) = (request.state, request.next);
            if state == State::AwaitsDiscovery {
                self.make_ready(slot);
            }
            slot = next;
        }
    }

    /// A walk or a read in parts goes on: new ids, all tries anew.
    pub(super) fn next_exchange(&mut self, slot: u32) {
        let Some(request) = self.requests.get_mut(slot) else {
            return;
        };
        (request.attempts, request.tries) = (0, 0);
        (request.settled, request.resends) = (0, 0);
        request.synchronized = false;
        request.hint = Hint::None;
        self.serials.release(request.serial);
        if let Some(serial) = self.serials.assign(slot) {
            request.serial = serial;
        }
        // What waits for its place under the target's rate keeps it.
        if request.state != State::Paced {
            self.make_ready(slot);
        }
    }

    /// To be transmitted next time.
    pub(super) fn make_ready(&mut self, slot: u32) {
        let deadline = match self.requests.get_mut(slot) {
            Some(request) => {
                request.state = State::Ready;
                request.deadline
            }
            None => return,
        };
        self.set_timer(slot, deadline);
        let key = self.requests.key(slot);
        self.ready.push_back(key);
    }

    pub(super) fn set_timer(&mut self, slot: u32, due: Instant) {
        let Some(request) = self.requests.get_mut(slot) else {
            return;
        };
        if request.due != NEVER {
            self.timers.remove(&(request.due, slot));
        }
        request.due = due;
        if due != NEVER {
            self.timers.insert((due, slot));
        }
    }

    /// Any request of a target, active or queued.
    pub(super) fn first_request(&self, target: u32) -> Option<u32> {
        let target = self.targets.get(target)?;
        [target.active.first, target.queue.first]
            .into_iter()
            .find(|slot| *slot != NONE)
    }

    /// Puts a new request behind the others of its target.
    pub(super) fn enqueue(&mut self, target: u32, slot: u32) {
        let Some(target) = self.targets.get_mut(target) else {
            return;
        };
        append(&mut self.requests, &mut target.queue, slot);
    }

    /// Starts as many queued requests as the target may have under way.
    pub(super) fn activate(&mut self, target_slot: u32) {
        let concurrency = self
            .settings_of(target_slot)
            .map_or(1, |settings| settings.concurrency);
        while let Some(target) = self.targets.get_mut(target_slot)
            && target.running < concurrency
            && target.queue.first != NONE
        {
            let slot = target.queue.first;
            remove(&mut self.requests, &mut target.queue, slot);
            append(&mut self.requests, &mut target.active, slot);
            if target.running == 0 {
                target.dropped = RejectCounts::NONE;
            }
            target.running += 1;
            self.make_ready(slot);
        }
    }

    fn unlink(&mut self, slot: u32) {
        let Some(request) = self.requests.get(slot) else {
            return;
        };
        let queued = request.state == State::Queued;
        let Some(target) = self.targets.get_mut(request.target) else {
            return;
        };
        if queued {
            remove(&mut self.requests, &mut target.queue, slot);
        } else {
            remove(&mut self.requests, &mut target.active, slot);
            target.running = target.running.saturating_sub(1);
        }
    }
}

fn ended(request: RequestId, target: TargetId, end: WalkEnd, rows: u32, traffic: Traffic) -> Event<'static> {
    Event::WalkEnded(WalkEnded {
        request,
        target,
        end,
        rows,
        traffic,
    })
}

type Requests = super::slab::Slab<super::request::Request>;

fn append(requests: &mut Requests, list: &mut List, slot: u32) {
    let last = core::mem::replace(&mut list.last, slot);
    if let Some(request) = requests.get_mut(slot) {
        (request.previous, request.next) = (last, NONE);
    }
    match requests.get_mut(last) {
        Some(before) => before.next = slot,
        None => list.first = slot,
    }
}

fn remove(requests: &mut Requests, list: &mut List, slot: u32) {
    let Some(request) = requests.get(slot) else {
        return;
    };
    let (previous, next) = (request.previous, request.next);
    match requests.get_mut(previous) {
        Some(before) => before.next = next,
        None => list.first = next,
    }
    match requests.get_mut(next) {
        Some(behind) => behind.previous = previous,
        None => list.last = previous,
    }
}
