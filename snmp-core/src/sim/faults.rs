use crate::entropy::Entropy;
use crate::time::Duration;

/// How likely something is, in millionths.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Chance(u32);

impl Chance {
    /// It never happens.
    pub const NEVER: Self = Self(0);
    /// It always happens.
    pub const ALWAYS: Self = Self(1_000_000);

    /// So many in a hundred; above 100 it always happens.
    #[must_use]
    pub const fn percent(percent: u32) -> Self {
        Self::millionths(percent.saturating_mul(10_000))
    }

    /// So many in a million; above that it always happens.
    #[must_use]
    pub const fn millionths(millionths: u32) -> Self {
        if millionths > Self::ALWAYS.0 {
            Self::ALWAYS
        } else {
            Self(millionths)
        }
    }

    pub(super) fn happens(self, entropy: &mut Entropy) -> bool {
        // Nothing is drawn for what is switched off: a fault more leaves the others as they were.
        self.0 > 0 && entropy.below(Self::ALWAYS.0) < self.0
    }
}

/// What a network does to the datagrams that are sent to an address.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Faults {
    /// It does not arrive.
    pub loss: Chance,
    /// It arrives twice, each with a delay of its own.
    pub duplication: Chance,
    /// It takes up to ten times the longest delay, so that later ones overtake it.
    pub reordering: Chance,
    /// One of its octets arrives as another. (UDP's checksum would find that out: a fault of devices, not of networks.)
    pub corruption: Chance,
    /// A forged copy arrives as well, from an address that nobody has: every other one with the octets of the true one,
    /// valid ids and community included, the others with one octet changed.
    pub forgery: Chance,
    /// Where nobody has the address, the sender is told that it is unreachable.
    pub unreachable: Chance,
    /// The shortest time on the way.
    pub min_delay: Duration,
    /// The longest time on the way, but for [`reordering`](Self::reordering).
    pub max_delay: Duration,
}

impl Faults {
    /// A good local network: a millisecond on the way, nothing lost, and ICMP says when nobody is there.
    pub const NONE: Self = Self {
        loss: Chance::NEVER,
        duplication: Chance::NEVER,
        reordering: Chance::NEVER,
        corruption: Chance::NEVER,
        forgery: Chance::NEVER,
        unreachable: Chance::ALWAYS,
        min_delay: Duration::from_millis(1),
        max_delay: Duration::from_millis(1),
    };

    /// Everything at once: 5 % lost, 2 % twice, 5 % out of order, 2 % forged, 1 to 80 ms on the way.
    pub const BAD: Self = Self {
        loss: Chance::percent(5),
        duplication: Chance::percent(2),
        reordering: Chance::percent(5),
        forgery: Chance::percent(2),
        max_delay: Duration::from_millis(80),
        ..Self::NONE
    };

    pub(super) fn delay(&self, entropy: &mut Entropy) -> Duration {
        let longest = if self.reordering.happens(entropy) {
            self.max_delay.saturating_mul(10)
        } else {
            self.max_delay
        };
        let spread = longest.saturating_sub(self.min_delay).as_micros();
        let spread = u32::try_from(spread).unwrap_or(u32::MAX - 1);
        self.min_delay + Duration::from_micros(u64::from(entropy.below(spread + 1)))
    }
}

/// [`Faults::NONE`].
impl Default for Faults {
    fn default() -> Self {
        Self::NONE
    }
}
