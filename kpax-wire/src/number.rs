//! Numbers of the format: integers of CBOR's range and decimals; there are no floats.

use core::fmt;

/// A CBOR integer: −2⁶⁴ to 2⁶⁴−1.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Int(i128);

impl Int {
    /// Zero.
    pub const ZERO: Self = Self(0);
    const MIN: i128 = -(1 << 64);
    const MAX: i128 = (1 << 64) - 1;

    /// The value.
    #[must_use]
    pub const fn get(self) -> i128 {
        self.0
    }

    /// The sum, or `None` outside the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::try_from(self.0.checked_add(other.0)?).ok()
    }
}

/// A number outside −2⁶⁴ to 2⁶⁴−1.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("number outside -2^64 to 2^64-1")]
pub struct IntOutOfRange;

impl TryFrom<i128> for Int {
    type Error = IntOutOfRange;

    fn try_from(value: i128) -> Result<Self, IntOutOfRange> {
        if (Self::MIN..=Self::MAX).contains(&value) {
            Ok(Self(value))
        } else {
            Err(IntOutOfRange)
        }
    }
}

macro_rules! from_smaller {
    ($($from:ty)+) => {$(
        impl From<$from> for Int {
            fn from(value: $from) -> Self {
                Self(i128::from(value))
            }
        }
    )+};
}
from_smaller!(u8 u16 u32 u64 i8 i16 i32 i64);

impl fmt::Display for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An integer or a decimal fraction (tag 4).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Num {
    /// A whole number.
    Int(Int),
    /// `mantissa` × 10^`exponent`, exponent −9 to 9.
    Decimal {
        /// Power of ten, −9 to 9.
        exponent: i8,
        /// What it multiplies.
        mantissa: Int,
    },
}

impl Num {
    /// The number as `mantissa` × 10^`exponent`; the exponent of an integer is 0.
    #[must_use]
    pub const fn parts(self) -> (i128, i8) {
        match self {
            Self::Int(int) => (int.get(), 0),
            Self::Decimal { exponent, mantissa } => (mantissa.get(), exponent),
        }
    }

    /// The whole number, or `None` of a decimal.
    #[must_use]
    pub const fn as_int(self) -> Option<Int> {
        match self {
            Self::Int(int) => Some(int),
            Self::Decimal { .. } => None,
        }
    }
}

impl<T: Into<Int>> From<T> for Num {
    fn from(value: T) -> Self {
        Self::Int(value.into())
    }
}

/// Percent in tenths, 0 to 1000.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Percent(u16);

impl Percent {
    /// Tenths of a percent, 0 to 1000.
    #[must_use]
    pub const fn tenths(self) -> u16 {
        self.0
    }

    /// 100 × `part` / `whole`, cut to 0..100 and rounded half up to one decimal; `None` unless `whole` is above zero.
    #[must_use]
    pub fn of(part: Num, whole: Num) -> Option<Self> {
        let (part, whole) = on_one_exponent(part, whole)?;
        Self::ratio(part, whole)
    }

    /// A number that is a percentage already, cut and rounded likewise.
    #[must_use]
    pub fn from_number(value: Num) -> Option<Self> {
        Self::of(value, Num::from(100))
    }

    /// 100 × (`whole` − `used`) / `whole`, cut and rounded likewise.
    #[must_use]
    pub fn left_of(used: Num, whole: Num) -> Option<Self> {
        let (used, whole) = on_one_exponent(used, whole)?;
        Self::ratio(whole.checked_sub(used)?, whole)
    }

    fn ratio(part: i128, whole: i128) -> Option<Self> {
        if whole <= 0 {
            return None;
        }
        if part <= 0 {
            return Some(Self(0));
        }
        if part >= whole {
            return Some(Self(1000));
        }
        // Long division, digit by digit: part < whole < 2^124, so ten times the rest still fits.
        let (whole, mut rest) = (whole.unsigned_abs(), part.unsigned_abs());
        let mut tenths = 0_u16;
        for _ in 0..3 {
            let next = rest.checked_mul(10)?;
            let digit = u16::try_from(next.checked_div(whole)?).ok()?;
            tenths = tenths.checked_mul(10)?.checked_add(digit)?;
            rest = next.checked_rem(whole)?;
        }
        let half_up = u16::from(rest.checked_mul(2)? >= whole);
        Some(Self(tenths.checked_add(half_up)?))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 10 {
            0 => write!(f, "{}", self.0 / 10),
            tenth => write!(f, "{}.{tenth}", self.0 / 10),
        }
    }
}

/// Both as multiples of the smaller power of ten. Mantissas are below 2^64 and exponents at most 18 apart, so both fit.
fn on_one_exponent(a: Num, b: Num) -> Option<(i128, i128)> {
    let ((a, a_exponent), (b, b_exponent)) = (a.parts(), b.parts());
    let least = a_exponent.min(b_exponent);
    let scaled = |mantissa: i128, exponent: i8| {
        let power = u32::try_from(exponent.checked_sub(least)?).ok()?;
        mantissa.checked_mul(10_i128.checked_pow(power)?)
    };
    Some((scaled(a, a_exponent)?, scaled(b, b_exponent)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn decimal(mantissa: i64, exponent: i8) -> Num {
        Num::Decimal {
            exponent,
            mantissa: mantissa.into(),
        }
    }

    #[test]
    fn percent_is_cut_and_rounded_half_up_to_one_decimal() {
        let cases: [(Num, Num, &str); 8] = [
            (19465.into(), 21000.into(), "92.7"),
            (666.into(), 1000.into(), "66.6"),
            (1.into(), 2000.into(), "0.1"),
            (2.into(), 3.into(), "66.7"),
            (140.into(), 100.into(), "100"),
            ((-3).into(), 100.into(), "0"),
            (decimal(125, -1), decimal(500, -1), "25"),
            (decimal(1, 9), Num::from(u64::MAX), "0"),
        ];
        for (part, whole, expected) in cases {
            assert_eq!(
                Percent::of(part, whole).map(|p| p.to_string()).as_deref(),
                Some(expected)
            );
        }
        assert_eq!(Percent::of(1.into(), 0.into()), None);
        assert_eq!(Percent::of(1.into(), (-5).into()), None);
        assert_eq!(
            Percent::of(decimal(i64::MAX, 9), decimal(i64::MAX, -9)).map(Percent::tenths),
            Some(1000)
        );
        assert_eq!(
            Percent::of(
                decimal(1, -9),
                Num::Decimal {
                    exponent: 9,
                    mantissa: u64::MAX.into()
                }
            )
            .map(Percent::tenths),
            Some(0)
        );
        assert_eq!(
            Percent::left_of(0.into(), 100.into()).map(Percent::tenths),
            Some(1000)
        );
        assert_eq!(
            Percent::left_of(Num::from(Int(Int::MIN)), decimal(1, 9)).map(Percent::tenths),
            Some(1000)
        );
    }

    #[test]
    fn integers_end_where_cbor_does() {
        assert!(Int::try_from(Int::MAX).is_ok() && Int::try_from(Int::MIN).is_ok());
        assert!(Int::try_from(Int::MAX + 1).is_err() && Int::try_from(Int::MIN - 1).is_err());
        assert_eq!(Int::from(u64::MAX).checked_add(1.into()), None);
    }
}
