use alloc::collections::{BTreeMap, VecDeque};

use crate::dispatch::replies::Reply;
use crate::time::{Duration, Instant};

/// An inform that waits to be accepted. Unique within its receiver for as long as that lives.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct InformId(u64);

/// What is known of an inform that comes in again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Seen {
    /// It was delivered and is not accepted yet.
    Waiting(InformId),
    /// It was accepted: the retransmission is answered and not delivered.
    Accepted,
}

/// Informs that were delivered, by the keyed hash of what a retransmission repeats; bounded.
///
/// A sender whose answer was lost repeats the inform for some seconds or minutes. The header of v3 is new each time,
/// so the hash covers what stays: source, security, context, request-id, variable bindings.
#[derive(Debug)]
pub(super) struct Informs<T> {
    by_key: BTreeMap<u64, Seen>,
    waiting: BTreeMap<InformId, (u64, Reply<T>)>,
    /// Accepted ones in the order of their ends.
    ends: VecDeque<(Instant, u64)>,
    delivered: u64,
    limit: usize,
    remembered_for: Duration,
}

impl<T> Informs<T> {
    /// At most `limit` wait to be accepted, and as many accepted ones are remembered.
    pub(super) fn new(limit: usize, remembered_for: Duration) -> Self {
        Self {
            by_key: BTreeMap::new(),
            waiting: BTreeMap::new(),
            ends: VecDeque::new(),
            delivered: 0,
            limit: limit.max(1),
            remembered_for,
        }
    }

    pub(super) fn seen(&mut self, now: Instant, key: u64) -> Option<Seen> {
        while let Some((end, oldest)) = self.ends.front().copied() {
            if end > now {
                break;
            }
            self.ends.pop_front();
            self.by_key.remove(&oldest);
        }
        self.by_key.get(&key).copied()
    }

    /// A new inform is delivered; the one that waits longest is forgotten when there are too many.
    pub(super) fn deliver(&mut self, key: u64, reply: Reply<T>) -> InformId {
        if self.waiting.len() >= self.limit
            && let Some((_, (oldest, _))) = self.waiting.pop_first()
        {
            self.by_key.remove(&oldest);
        }
        let id = InformId(self.delivered);
        self.delivered += 1;
        self.by_key.insert(key, Seen::Waiting(id));
        self.waiting.insert(id, (key, reply));
        id
    }

    /// One that waits came in again: the answer to the latest transmission is the one to send.
    pub(super) fn renew(&mut self, id: InformId, reply: Reply<T>) {
        if let Some((_, old)) = self.waiting.get_mut(&id) {
            *old = reply;
        }
    }

    /// The answer to send, `None` when the inform is no longer known.
    pub(super) fn accept(&mut self, now: Instant, id: InformId) -> Option<Reply<T>> {
        let (key, reply) = self.waiting.remove(&id)?;
        if self.ends.len() >= self.limit
            && let Some((_, oldest)) = self.ends.pop_front()
        {
            self.by_key.remove(&oldest);
        }
        self.by_key.insert(key, Seen::Accepted);
        self.ends.push_back((now + self.remembered_for, key));
        Some(reply)
    }

    /// Forgets one that waits: its retransmission will be delivered again.
    pub(super) fn reject(&mut self, id: InformId) -> bool {
        let known = self.waiting.remove(&id);
        if let Some((key, _)) = &known {
            self.by_key.remove(key);
        }
        known.is_some()
    }
}
