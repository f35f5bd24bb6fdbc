//! Engine boots and engine time: the two sides of the time window (RFC 3414 §2.2, §2.3, §3.2 step 7).

use snmp_core::time::{Duration, Instant};

/// The largest snmpEngineBoots and snmpEngineTime. Boots that stand here are latched: nothing is timely any more.
pub(crate) const MAX: u32 = 0x7fff_ffff;

/// Seconds that a message may be off (RFC 3414 §2.2.3).
const WINDOW: u32 = 150;

/// What a non-authoritative engine knows of an authoritative engine's clock (RFC 3414 §2.3).
///
/// Only authenticated messages may be shown to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RemoteClock {
    /// Whether anything was received.
    heard: bool,
    /// snmpEngineBoots as last received; 0 before anything was.
    boots: u32,
    /// latestReceivedEngineTime: older messages do not move the notion.
    latest_received: u32,
    /// snmpEngineTime when it was last learnt ..
    time: u32,
    /// .. which was then.
    at: Instant,
}

impl RemoteClock {
    /// Nothing is known yet.
    pub(crate) const UNKNOWN: Self = Self {
        heard: false,
        boots: 0,
        latest_received: 0,
        time: 0,
        at: Instant::ZERO,
    };

    /// What an unauthenticated Report said: good enough to try with, not to judge by.
    pub(crate) const fn tentative(now: Instant, boots: u32, time: u32) -> Self {
        Self {
            heard: false,
            boots,
            latest_received: 0,
            time,
            at: now,
        }
    }

    /// The notions of boots and time now; time goes on with the local clock.
    pub(crate) fn notion(&self, now: Instant) -> (u32, u32) {
        if !self.heard && self.boots == 0 {
            return (0, 0);
        }
        let elapsed = u32::try_from((now - self.at).as_secs()).unwrap_or(MAX);
        (self.boots, self.time.saturating_add(elapsed).min(MAX))
    }

    /// Learns from an authenticated message, then says whether it is timely (RFC 3414 §3.2 step 7b).
    pub(crate) fn receive(&mut self, now: Instant, boots: u32, time: u32) -> bool {
        let newer = boots > self.boots || boots == self.boots && time > self.latest_received;
        if newer || !self.heard {
            *self = Self {
                heard: true,
                boots,
                latest_received: time,
                time,
                at: now,
            };
        }
        let (known_boots, known_time) = self.notion(now);
        known_boots != MAX && boots == known_boots && time >= known_time.saturating_sub(WINDOW)
    }
}

/// The clock of the local engine, which is authoritative (RFC 3414 §2.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalClock {
    boots: u32,
    since: Instant,
}

impl LocalClock {
    pub(crate) const fn new(now: Instant, boots: u32) -> Self {
        Self { boots, since: now }
    }

    /// snmpEngineBoots; changes when [`Self::advance`] says so.
    pub(crate) const fn boots(&self) -> u32 {
        self.boots
    }

    /// snmpEngineTime.
    pub(crate) fn time(&self, now: Instant) -> u32 {
        u32::try_from((now - self.since).as_secs())
            .unwrap_or(MAX)
            .min(MAX)
    }

    /// Counts boots on when time has run out; whether it did (RFC 3414 §2.2.2).
    pub(crate) fn advance(&mut self, now: Instant) -> bool {
        if self.time(now) < MAX || self.boots == MAX {
            return false;
        }
        self.boots += 1;
        self.since += Duration::from_secs(u64::from(MAX));
        true
    }

    /// Whether an authenticated message to the local engine is timely (RFC 3414 §3.2 step 7a).
    pub(crate) fn accepts(&self, now: Instant, boots: u32, time: u32) -> bool {
        self.boots != MAX && boots == self.boots && time.abs_diff(self.time(now)) <= WINDOW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant::from_secs(1_000);

    fn after(seconds: u64) -> Instant {
        START + Duration::from_secs(seconds)
    }

    #[test]
    fn r3414_3_2_7a3_150_seconds_pass_151_do_not() {
        let clock = LocalClock::new(START, 7);
        let now = after(1_000);
        for (time, timely) in [
            (1_000, true),
            (1_150, true),
            (1_151, false),
            (850, true),
            (849, false),
        ] {
            assert_eq!(clock.accepts(now, 7, time), timely, "{time}");
        }
    }

    #[test]
    fn r3414_3_2_7a2_other_boots_fail() {
        let clock = LocalClock::new(START, 7);
        for boots in [0, 6, 8, MAX] {
            assert!(!clock.accepts(START, boots, 0));
        }
        assert!(clock.accepts(START, 7, 0));
    }

    #[test]
    fn r3414_3_2_7a1_latched_boots_fail_even_when_equal() {
        assert!(!LocalClock::new(START, MAX).accepts(START, MAX, 0));
    }

    #[test]
    fn r3414_2_2_2b_time_that_runs_out_counts_boots_on() {
        let mut clock = LocalClock::new(START, 7);
        assert!(!clock.advance(after(u64::from(MAX) - 1)));
        assert_eq!(
            (clock.boots(), clock.time(after(u64::from(MAX) - 1))),
            (7, MAX - 1)
        );
        assert!(clock.advance(after(u64::from(MAX))));
        assert_eq!((clock.boots(), clock.time(after(u64::from(MAX) + 5))), (8, 5));
        let mut latched = LocalClock::new(START, MAX);
        assert!(!latched.advance(after(u64::from(MAX) + 5)), "latched boots stay");
    }

    #[test]
    fn r3414_2_3b_notion_advances_with_the_local_clock() {
        let mut clock = RemoteClock::UNKNOWN;
        assert!(clock.receive(START, 3, 500));
        assert_eq!(clock.notion(after(0)), (3, 500));
        assert_eq!(clock.notion(after(4_000)), (3, 4_500));
        assert_eq!(clock.notion(Instant::from_micros(u64::MAX)), (3, MAX));
    }

    #[test]
    fn r3414_2_3a_boots_notion_of_time_and_latest_received_are_kept_apart() {
        let mut clock = RemoteClock::UNKNOWN;
        assert!(clock.receive(START, 3, 500));
        // The notion has gone on to 510, but 505 is still later than the latest received: it moves the notion.
        assert!(clock.receive(after(10), 3, 505));
        assert_eq!(clock.notion(after(10)), (3, 505));
        assert!(clock.receive(after(10), 3, 504), "not later: nothing moves");
        assert_eq!(clock.notion(after(10)), (3, 505));
    }

    #[test]
    fn r3414_3_2_7b1_greater_boots_or_later_time_move_the_notion() {
        let mut clock = RemoteClock::UNKNOWN;
        assert!(clock.receive(START, 3, 500));
        assert!(clock.receive(after(10), 3, 600), "ahead of the notion");
        assert_eq!(clock.notion(after(10)), (3, 600));
        assert!(clock.receive(after(11), 4, 2), "rebooted");
        assert_eq!(clock.notion(after(11)), (4, 2));
        assert!(clock.receive(after(20), 4, 1), "a little old");
        assert_eq!(clock.notion(after(20)), (4, 11), "an older message moves nothing");
    }

    #[test]
    fn r3414_3_2_7b2a_notion_of_latched_boots_fails() {
        assert!(!RemoteClock::UNKNOWN.clone().receive(START, MAX, 5));
    }

    #[test]
    fn r3414_3_2_7b2b_older_boots_fail() {
        let mut clock = RemoteClock::UNKNOWN;
        assert!(clock.receive(START, 3, 500));
        assert!(!clock.receive(START, 2, 501));
        assert_eq!(clock.notion(START), (3, 500));
    }

    #[test]
    fn r3414_3_2_7b2c_150_seconds_behind_pass_151_do_not() {
        let mut clock = RemoteClock::UNKNOWN;
        assert!(clock.receive(START, 3, 500));
        assert!(clock.receive(after(100), 3, 450));
        assert!(!clock.receive(after(100), 3, 449));
        assert!(clock.receive(after(100), 3, 100_000), "ahead is never too far");
    }

    #[test]
    fn r3414_2_3c_nothing_known_takes_what_comes() {
        for (boots, time) in [(0, 0), (1, 0), (MAX - 1, MAX)] {
            assert!(
                RemoteClock::UNKNOWN.clone().receive(START, boots, time),
                "{boots} {time}"
            );
        }
    }
}
