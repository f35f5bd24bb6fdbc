//! How many datagrams may leave in a time: a token bucket, kept as the time at which it is full again.

use crate::time::{Duration, Instant};

/// At most so many datagrams in a time, retries and discovery included.
///
/// ```
/// use snmp_core::manager::Rate;
/// // 50 a second, of which 10 may leave at once after a pause.
/// let rate = Rate::per_second(50).with_burst(10);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Rate {
    /// Microseconds from one to the next: at least 1.
    interval: u32,
    burst: u16,
}

impl Rate {
    /// So many datagrams a second, from 1 to 1,000,000, one after the other in even distances.
    #[must_use]
    pub fn per_second(datagrams: u32) -> Self {
        Self {
            interval: 1_000_000_u32.div_ceil(datagrams.max(1)),
            burst: 1,
        }
    }

    /// One datagram each time that this has passed: from a microsecond to an hour.
    #[must_use]
    pub fn every(interval: Duration) -> Self {
        const HOUR: u32 = 3_600_000_000;
        Self {
            interval: u32::try_from(interval.as_micros()).unwrap_or(HOUR).clamp(1, HOUR),
            burst: 1,
        }
    }

    /// So many may leave at once, from 1, after as long a time as they would have taken otherwise.
    #[must_use]
    pub fn with_burst(mut self, datagrams: u16) -> Self {
        self.burst = datagrams.max(1);
        self
    }

    fn interval(self) -> Duration {
        Duration::from_micros(self.interval.into())
    }

    /// How far ahead of its time a datagram may leave.
    fn ahead(self) -> Duration {
        self.interval() * u32::from(self.burst - 1)
    }
}

/// What has left under a rate.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    /// When all that has left is as long ago as the rate wants it; in the past, a full bucket.
    full: Instant,
}

impl Bucket {
    /// When the next datagram may leave; a time in the past: at once.
    pub(super) fn next(self, rate: Rate) -> Instant {
        let ahead = rate.ahead();
        Instant::ZERO + (self.full - Instant::ZERO).saturating_sub(ahead)
    }

    /// One leaves, or has its place from now on: at [`next`](Self::next), or at `now` where that is later.
    pub(super) fn take(&mut self, now: Instant, rate: Rate) {
        self.full = self.full.max(now) + rate.interval();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_of_any_length_holds_more_than_the_rate_and_the_burst() {
        for (rate, burst) in [(1, 1), (3, 1), (50, 10), (1_000_000, 7), (7, 300)] {
            let limit = Rate::per_second(rate).with_burst(burst);
            let mut bucket = Bucket::default();
            let mut left = alloc::vec::Vec::new();
            let mut now = Instant::from_secs(1000);
            while left.len() < 1000 {
                now = now.max(bucket.next(limit));
                bucket.take(now, limit);
                left.push(now.as_micros());
                // A pause now and then.
                if left.len().is_multiple_of(331) {
                    now += Duration::from_secs(900);
                }
            }
            for (n, from) in left.iter().enumerate() {
                for (m, to) in left.iter().enumerate().skip(n).step_by(37) {
                    let most = u64::from(burst) + (to - from) * u64::from(rate) / 1_000_000;
                    assert!((m - n + 1) as u64 <= most.max(1), "{rate} {burst} {n} {m}");
                }
            }
            let whole = 1_000_000 / u64::from(rate);
            let stretch = left[300 + usize::from(burst) % 31] - left[usize::from(burst) % 31];
            assert!(burst > 1 || stretch <= 300 * (whole + 1));
        }
    }

    #[test]
    fn figures_out_of_range_are_brought_into_it() {
        assert_eq!(Rate::per_second(0), Rate::per_second(1));
        assert_eq!(Rate::per_second(u32::MAX).interval(), Duration::from_micros(1));
        assert_eq!(Rate::every(Duration::ZERO).interval(), Duration::from_micros(1));
        assert_eq!(Rate::every(Duration::MAX).interval(), Duration::from_secs(3600));
    }
}
