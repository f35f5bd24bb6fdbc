use crate::pdu::ErrorStatus;
use crate::time::Duration;

/// Enumerations whose other numbers are kept.
macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[expect(clippy::exhaustive_enums, reason = "RFC 2579 closed it, and others are kept")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A number that RFC 2579 does not define.
            Other(i32),
        }

        impl $name {
            /// What a number means.
            #[must_use]
            pub const fn from_number(number: i32) -> Self {
                match number {
                    $($number => Self::$variant,)+
                    other => Self::Other(other),
                }
            }

            /// Its number.
            #[must_use]
            pub const fn number(self) -> i32 {
                match self {
                    $(Self::$variant => $number,)+
                    Self::Other(number) => number,
                }
            }
        }
    };
}

numbered! {
    /// TruthValue: a boolean whose false is 2, not 0.
    TruthValue {
        /// true(1).
        True = 1,
        /// false(2).
        False = 2,
    }
}

impl TruthValue {
    /// The boolean, where it is one: agents send 0 and other numbers too.
    #[must_use]
    pub const fn as_bool(self) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Other(_) => None,
        }
    }
}

impl From<bool> for TruthValue {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

numbered! {
    /// RowStatus: the state of a row, or what a manager wants done with it.
    RowStatus {
        /// active(1): in use.
        Active = 1,
        /// notInService(2): complete, but not in use.
        NotInService = 2,
        /// notReady(3): something is missing. Only an agent says it.
        NotReady = 3,
        /// createAndGo(4): make it and use it. Only a manager says it.
        CreateAndGo = 4,
        /// createAndWait(5): make it. Only a manager says it.
        CreateAndWait = 5,
        /// destroy(6): remove it. Only a manager says it.
        Destroy = 6,
    }
}

impl RowStatus {
    /// Whether reading the object can give it: active, notInService or notReady.
    #[must_use]
    pub const fn is_state(self) -> bool {
        matches!(self, Self::Active | Self::NotInService | Self::NotReady)
    }

    /// Whether a SET may ask for it: all but notReady.
    #[must_use]
    pub const fn is_command(self) -> bool {
        !matches!(self, Self::NotReady | Self::Other(_))
    }
}

numbered! {
    /// StorageType: what becomes of a row at a restart.
    StorageType {
        /// other(1).
        Unlisted = 1,
        /// volatile(2): lost.
        Volatile = 2,
        /// nonVolatile(3): kept.
        NonVolatile = 3,
        /// permanent(4): kept; can be changed, not removed.
        Permanent = 4,
        /// readOnly(5): kept; can be neither changed nor removed.
        ReadOnly = 5,
    }
}

/// TestAndIncr: a spin lock of managers, kept by an agent. Who sets it has to name its value, and thereby changes it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct TestAndIncr(i32);

impl TestAndIncr {
    /// A lock of this value, 0 to 2^31−1, which is to be unpredictable after each start of the agent; the sign of a
    /// negative one is dropped.
    #[must_use]
    pub const fn new(value: i32) -> Self {
        Self(value & i32::MAX)
    }

    /// What a manager reads.
    #[must_use]
    pub const fn value(self) -> i32 {
        self.0
    }

    /// Whether a SET to this value can be done: the first phase.
    ///
    /// # Errors
    /// wrongValue for a negative number, inconsistentValue for any but the present value.
    pub const fn test(self, value: i32) -> Result<(), ErrorStatus> {
        if value < 0 {
            Err(ErrorStatus::WrongValue)
        } else if value == self.0 {
            Ok(())
        } else {
            Err(ErrorStatus::InconsistentValue)
        }
    }

    /// Does a SET to this value: counts on by one, behind 2^31−1 with 0.
    ///
    /// # Errors
    /// As [`test`](Self::test); nothing changes then.
    pub fn set(&mut self, value: i32) -> Result<(), ErrorStatus> {
        self.test(value)?;
        self.0 = self.0.checked_add(1).unwrap_or(0);
        Ok(())
    }
}

/// TimeStamp: sysUpTime when something happened, in hundredths of a second modulo 2^32 (497 days); 0 for what happened
/// before the agent started.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct TimeStamp(pub u32);

impl TimeStamp {
    /// How long before `sys_up_time` it was, across one wrap of sysUpTime. `None` where it was before the agent
    /// started, so that nobody knows.
    ///
    /// Both have to be read in the same answer: an agent that starts anew in between makes nonsense of the difference.
    #[must_use]
    pub fn age(self, sys_up_time: u32) -> Option<Duration> {
        (self.0 != 0).then(|| Self::between(self.0, sys_up_time))
    }

    /// The time from one value of TimeTicks to a later one, at most one wrap apart.
    #[must_use]
    pub const fn between(earlier: u32, later: u32) -> Duration {
        Duration::from_millis(later.wrapping_sub(earlier) as u64 * 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2579_tv_true_is_1_false_is_2_and_other_numbers_are_kept() {
        for (number, value, boolean) in [
            (1, TruthValue::True, Some(true)),
            (2, TruthValue::False, Some(false)),
            (0, TruthValue::Other(0), None),
            (3, TruthValue::Other(3), None),
            (-1, TruthValue::Other(-1), None),
        ] {
            let read = TruthValue::from_number(number);
            assert_eq!((read, read.number(), read.as_bool()), (value, number, boolean));
        }
        assert_eq!(
            [true, false].map(|value| TruthValue::from(value).number()),
            [1, 2]
        );
    }

    #[test]
    fn r2579_rs_row_status_is_1_to_6_and_storage_type_1_to_5() {
        let row = [
            RowStatus::Active,
            RowStatus::NotInService,
            RowStatus::NotReady,
            RowStatus::CreateAndGo,
            RowStatus::CreateAndWait,
            RowStatus::Destroy,
        ];
        let states = [true, true, true, false, false, false];
        let commands = [true, true, false, true, true, true];
        for (((number, status), state), command) in (1..).zip(row).zip(states).zip(commands) {
            assert_eq!(
                (RowStatus::from_number(number), status.number()),
                (status, number)
            );
            assert_eq!((status.is_state(), status.is_command()), (state, command));
        }
        let storage = [
            StorageType::Unlisted,
            StorageType::Volatile,
            StorageType::NonVolatile,
            StorageType::Permanent,
            StorageType::ReadOnly,
        ];
        for (number, kind) in (1..).zip(storage) {
            assert_eq!((StorageType::from_number(number), kind.number()), (kind, number));
        }
        for number in [i32::MIN, -1, 0, 7, i32::MAX] {
            let other = RowStatus::from_number(number);
            assert_eq!((other, other.number()), (RowStatus::Other(number), number));
            assert!(!other.is_state() && !other.is_command());
            assert_eq!(StorageType::from_number(number), StorageType::Other(number));
        }
        assert_eq!(StorageType::from_number(6), StorageType::Other(6));
    }

    #[test]
    fn r2579_rs_test_and_incr_takes_its_own_value_only_and_counts_on() {
        let mut lock = TestAndIncr::new(7);
        for wrong in [6, 8, 0, i32::MAX] {
            assert_eq!(lock.set(wrong), Err(ErrorStatus::InconsistentValue), "{wrong}");
        }
        assert_eq!(lock.set(-1), Err(ErrorStatus::WrongValue));
        assert_eq!((lock.value(), lock.set(7), lock.value()), (7, Ok(()), 8));
        // Two managers that read the same: the second is refused.
        assert_eq!(lock.set(7), Err(ErrorStatus::InconsistentValue));
        let mut last = TestAndIncr::new(i32::MAX);
        assert_eq!((last.set(i32::MAX), last.value()), (Ok(()), 0));
        assert!(TestAndIncr::new(-5).value() >= 0);
    }

    #[test]
    fn r2579_ts_differences_go_across_the_wrap() {
        for (stamp, now, centis) in [
            (1, 1, Some(0)),
            (100, 4_300, Some(4_200)),
            (u32::MAX - 99, 100, Some(200)),
            (1, 0, Some(u64::from(u32::MAX))),
            // Before the agent started.
            (0, 4_300, None),
        ] {
            let age = TimeStamp(stamp).age(now);
            assert_eq!(
                age,
                centis.map(|centis| Duration::from_millis(centis * 10)),
                "{stamp} {now}"
            );
        }
        assert_eq!(TimeStamp::between(u32::MAX, 0), Duration::from_millis(10));
    }
}
