//! Levels, capacities, their unit, and the percentage that follows.

use crate::mib::unit::Unit;

/// How much is left of a supply or in a tray (of a receptacle: how much room is left).
///
/// Printer-MIB mixes numbers with codes in one INTEGER (prtMarkerSuppliesLevel, prtInputCurrentLevel); here a code is
/// never a number.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Level {
    /// So much, in the row's unit.
    Known(i64),
    /// Something is left, nobody knows how much: -3 of the Printer-MIB.
    SomeRemaining,
    /// The device does not know: -2, and what no MIB defines.
    Unknown,
    /// The device sets no limit: -1.
    Unrestricted,
    /// Near empty without a number: Ricoh's -100.
    Low,
    /// The device gave no level.
    NotReported,
}

impl Level {
    /// Reads the INTEGER of the Printer-MIB. Negative numbers that it does not define are [`Level::Unknown`].
    #[must_use]
    pub const fn from_mib(value: i64) -> Self {
        match value {
            -1 => Self::Unrestricted,
            -3 => Self::SomeRemaining,
            0.. => Self::Known(value),
            _ => Self::Unknown,
        }
    }

    /// The number, where there is one.
    #[must_use]
    pub const fn known(self) -> Option<i64> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// The state's name in JSON.
    #[must_use]
    pub const fn state(self) -> &'static str {
        match self {
            Self::Known(_) => "known",
            Self::SomeRemaining => "some_remaining",
            Self::Unknown => "unknown",
            Self::Unrestricted => "unrestricted",
            Self::Low => "low",
            Self::NotReported => "not_reported",
        }
    }

    /// The state's number in the upload.
    #[must_use]
    pub const fn state_number(self) -> u32 {
        match self {
            Self::Known(_) => 0,
            Self::SomeRemaining => 1,
            Self::Unknown => 2,
            Self::Unrestricted => 3,
            Self::Low => 4,
            Self::NotReported => 5,
        }
    }
}

/// How much a supply holds when full, or a tray (prtMarkerSuppliesMaxCapacity, prtInputMaxCapacity).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Capacity {
    /// So much, in the row's unit.
    Known(i64),
    /// The device does not know: -2, and what no MIB defines.
    Unknown,
    /// The device sets no limit: -1.
    Unrestricted,
    /// The device gave none.
    NotReported,
}

impl Capacity {
    /// Reads the INTEGER of the Printer-MIB.
    #[must_use]
    pub const fn from_mib(value: i64) -> Self {
        match value {
            -1 => Self::Unrestricted,
            0.. => Self::Known(value),
            _ => Self::Unknown,
        }
    }

    /// The number, where there is one.
    #[must_use]
    pub const fn known(self) -> Option<i64> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }
}

/// A percentage from 0 to 100 in tenths.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Percent {
    tenths: u16,
}

impl Percent {
    /// So many tenths of a percent, cut to 1000.
    #[must_use]
    pub const fn from_tenths(tenths: u16) -> Self {
        Self {
            tenths: if tenths > 1000 { 1000 } else { tenths },
        }
    }

    /// Tenths of a percent, 0 to 1000.
    #[must_use]
    pub const fn tenths(self) -> u16 {
        self.tenths
    }

    /// Whole percents, rounded half up.
    #[must_use]
    pub const fn rounded(self) -> u16 {
        (self.tenths + 5) / 10
    }

    /// The percentage of a level, by the one formula that JSON and the upload's reader share.
    ///
    /// No number, no percentage. With a capacity above 0 it is 100 level / capacity; without a capacity a level whose
    /// unit is percent stands for itself; 0 of 0 is 0. Cut to 0..=100, rounded half up to a tenth.
    #[must_use]
    pub fn of(level: Level, capacity: Capacity, unit: Unit) -> Option<Self> {
        let level = level.known()?;
        match capacity.known() {
            Some(max) if max > 0 => Some(Self::ratio(level, max)),
            Some(0) if level == 0 => Some(Self { tenths: 0 }),
            Some(_) => None,
            None if unit == Unit::Percent => Some(Self::ratio(level, 100)),
            None => None,
        }
    }

    /// 100 part / whole, cut to 0..=100, rounded half up to a tenth. `whole` must be above 0, else it is taken as 1.
    #[must_use]
    pub fn ratio(part: i64, whole: i64) -> Self {
        let (part, whole) = (i128::from(part.max(0)), i128::from(whole.max(1)));
        let tenths = (part * 2000 + whole) / (whole * 2);
        Self {
            tenths: u16::try_from(tenths).unwrap_or(u16::MAX).min(1000),
        }
    }
}

impl core::fmt::Display for Percent {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.tenths % 10 {
            0 => write!(f, "{}", self.tenths / 10),
            rest => write!(f, "{}.{rest}", self.tenths / 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_follows_the_formula() {
        use Capacity as C;
        use Level as L;
        let cases = [
            (L::Known(55), C::Known(100), Unit::Percent, Some(550)),
            (L::Known(2687), C::Known(21000), Unit::Impressions, Some(128)),
            (L::Known(73), C::Unknown, Unit::Percent, Some(730)),
            (L::Known(100), C::Unknown, Unit::Unknown, None),
            (L::Known(0), C::Known(0), Unit::Percent, Some(0)),
            (L::Known(5), C::Known(0), Unit::Percent, None),
            (L::Known(140), C::Known(100), Unit::Percent, Some(1000)),
            (L::Known(2), C::Known(3), Unit::Impressions, Some(667)),
            (L::Known(666), C::Known(1000), Unit::Percent, Some(666)),
            (L::Known(1), C::Known(2000), Unit::Percent, Some(1)),
            (L::SomeRemaining, C::Known(100), Unit::Percent, None),
            (L::Unknown, C::Unknown, Unit::Percent, None),
            (L::Unrestricted, C::Known(100), Unit::Percent, None),
            (L::Low, C::Known(100), Unit::Percent, None),
            (L::NotReported, C::Known(100), Unit::Percent, None),
            (L::Known(i64::MAX), C::Known(1), Unit::Percent, Some(1000)),
        ];
        for (row, (level, capacity, unit, expected)) in cases.into_iter().enumerate() {
            assert_eq!(
                Percent::of(level, capacity, unit).map(Percent::tenths),
                expected,
                "row {row}"
            );
        }
    }

    #[test]
    fn codes_of_the_printer_mib_never_become_numbers() {
        for code in [-1, -2, -3, -4, -100, i64::from(i32::MIN)] {
            assert_eq!(Level::from_mib(code).known(), None, "{code}");
            assert_eq!(Capacity::from_mib(code).known(), None, "{code}");
        }
    }
}
