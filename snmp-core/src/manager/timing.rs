//! How long to wait for an answer (RFC 6298), and how often to ask.

use crate::entropy::Entropy;
use crate::time::Duration;

/// How long a device is waited for.
///
/// Try number *n*, counted from 0, waits *base* · 2^*n*, at most [`max`](Self::max). *base* is
/// [`initial`](Self::initial) until round trips were measured, then smoothed round trip + 4 · deviation, between
/// [`min`](Self::min) and `initial`. A last try waits at least `initial`. From the second try on up to an eighth is
/// taken off at random, so that many requests that failed together do not come again together. A request ends at
/// the latest after the sum of its tries.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct Timing {
    /// The first try's wait while nothing is known of the device.
    pub initial: Duration,
    /// The shortest wait of a try.
    pub min: Duration,
    /// The longest wait of a try.
    pub max: Duration,
    /// Transmissions after the first: at most 15.
    pub retries: u8,
}

impl Timing {
    /// Every try waits at most `timeout`.
    #[must_use]
    pub fn at_most(timeout: Duration, retries: u8) -> Self {
        Self {
            initial: timeout,
            min: Self::default().min.min(timeout),
            max: timeout,
            retries: retries.min(15),
        }
    }
}

/// 2 s at first, 0.5 s to 8 s, two retries.
impl Default for Timing {
    fn default() -> Self {
        Self {
            initial: Duration::from_secs(2),
            min: Duration::from_millis(500),
            max: Duration::from_secs(8),
            retries: 2,
        }
    }
}

/// Round trips to one device, in microseconds; 0 while none was measured.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RoundTrip {
    smoothed: u32,
    deviation: u32,
}

impl RoundTrip {
    /// RFC 6298 §2.2 and §2.3.
    pub(super) fn measured(&mut self, round_trip: Duration) {
        let sample = u32::try_from(round_trip.as_micros()).unwrap_or(u32::MAX).max(1);
        if self.smoothed == 0 {
            (self.smoothed, self.deviation) = (sample, sample / 2);
            return;
        }
        let off = self.smoothed.abs_diff(sample);
        self.deviation = self.deviation - self.deviation / 4 + off / 4;
        self.smoothed = (self.smoothed - self.smoothed / 8)
            .saturating_add(sample / 8)
            .max(1);
    }

    pub(super) fn smoothed(self) -> Option<Duration> {
        (self.smoothed > 0).then(|| Duration::from_micros(self.smoothed.into()))
    }

    /// How long try number `tries`, counted from 0, waits.
    pub(super) fn wait(self, timing: &Timing, tries: u8, entropy: &mut Entropy) -> Duration {
        let base = match self.smoothed() {
            None => timing.initial,
            Some(smoothed) => (smoothed + 4 * Duration::from_micros(self.deviation.into()))
                .max(timing.min)
                .min(timing.initial),
        };
        let mut wait = base.saturating_mul(1 << u32::from(tries).min(16)).min(timing.max);
        if tries >= timing.retries {
            wait = wait.max(timing.initial);
        }
        if tries == 0 {
            return wait;
        }
        let eighth = u32::try_from((wait / 8).as_micros()).unwrap_or(u32::MAX);
        wait - Duration::from_micros(entropy.below(eighth).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn waits_double_and_stay_below_what_was_set() {
        let mut entropy = Entropy::new([1; 16]);
        let wait =
            |timing: &Timing, tries, entropy: &mut Entropy| RoundTrip::default().wait(timing, tries, entropy);
        let timing = Timing::default();
        assert_eq!(wait(&timing, 0, &mut entropy), MS(2000));
        let second = wait(&timing, 1, &mut entropy);
        assert!(second > MS(3499) && second <= MS(4000));
        let set = Timing::at_most(MS(700), 3);
        assert!((0..4).all(|tries| wait(&set, tries, &mut entropy) <= MS(700)));
    }

    #[test]
    fn measured_round_trips_shorten_all_but_the_last_try() {
        let mut entropy = Entropy::new([1; 16]);
        let mut round_trip = RoundTrip::default();
        (0..20).for_each(|_| round_trip.measured(MS(3)));
        let timing = Timing::default();
        assert_eq!(round_trip.wait(&timing, 0, &mut entropy), timing.min);
        assert!(round_trip.wait(&timing, 2, &mut entropy) > MS(1749));
        (0..40).for_each(|_| round_trip.measured(MS(900)));
        let slow = round_trip.wait(&timing, 0, &mut entropy);
        assert!(slow > MS(890) && slow <= timing.initial);
        round_trip.measured(Duration::from_secs(1 << 40));
        assert!(round_trip.wait(&timing, 0, &mut entropy) <= timing.initial);
    }
}
