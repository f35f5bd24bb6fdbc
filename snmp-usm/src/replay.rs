//! Messages that were taken already: RFC 3414 lets a message pass as often as it comes inside the time window.

use alloc::collections::{BTreeSet, VecDeque};

use snmp_core::time::{Duration, Instant};

/// How long a message can pass again: it may be 150 s ahead of our clock when it comes first, and passes until it is
/// 150 s behind; one second more for the rounding of both clocks.
const KEPT: Duration = Duration::from_secs(301);

/// What a message is known by: its user's place, msgID, and the first eight octets of its digest, which nobody without
/// the key can choose.
pub(crate) type Seen = (u32, i32, u64);

/// The latest messages that were taken, at most so many.
#[derive(Debug)]
pub(crate) struct ReplayFilter {
    seen: BTreeSet<Seen>,
    /// The same in the order that they came.
    order: VecDeque<(Instant, Seen)>,
    capacity: usize,
}

impl ReplayFilter {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            seen: BTreeSet::new(),
            order: VecDeque::new(),
            capacity: capacity.max(1),
        }
    }

    /// Whether the message comes for the first time; it is remembered.
    pub(crate) fn admit(&mut self, now: Instant, message: Seen) -> bool {
        while let Some((came, oldest)) = self.order.front().copied()
            && (self.order.len() >= self.capacity || now - came > KEPT)
        {
            self.order.pop_front();
            self.seen.remove(&oldest);
        }
        let first = self.seen.insert(message);
        if first {
            self.order.push_back((now, message));
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_remembered_for_their_window_and_up_to_the_bound() {
        let mut filter = ReplayFilter::new(3);
        let at = Instant::from_secs;
        assert!(filter.admit(at(0), (1, 1, 1)));
        for second in [0, 1, 301] {
            assert!(!filter.admit(at(second), (1, 1, 1)), "{second}");
        }
        assert!(
            filter.admit(at(302), (1, 1, 1)),
            "it is outside of the window now"
        );
        for other in [(2, 1, 1), (1, 2, 1), (1, 1, 2)] {
            assert!(filter.admit(at(302), other), "{other:?}");
        }
        assert_eq!((filter.seen.len(), filter.order.len()), (3, 3));
        assert!(filter.admit(at(302), (1, 1, 1)), "the oldest was forgotten");
    }
}
