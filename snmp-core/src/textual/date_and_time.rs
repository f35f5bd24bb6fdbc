use core::fmt;

/// DateAndTime: a date with a time of day, mostly without saying in which time zone.
///
/// ```
/// use snmp_core::textual::DateAndTime;
/// let date = DateAndTime::from_octets(&[0x07, 0xc8, 5, 26, 13, 30, 15, 0, b'-', 4, 0]).unwrap();
/// assert_eq!(date.to_string(), "1992-05-26T13:30:15.0-04:00");
/// assert_eq!(date.unix_seconds(), Some(706_901_415));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct DateAndTime {
    /// 0 to 65535.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31, and no later than the month's last.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60: 60 is a leap second.
    pub second: u8,
    /// Tenths of a second, 0 to 9.
    pub decisecond: u8,
    /// The time zone; `None` where the device does not tell it: then it is the device's local time.
    pub offset: Option<UtcOffset>,
}

/// How far a local time is ahead of UTC.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct UtcOffset {
    minutes: i16,
}

impl UtcOffset {
    /// Minutes ahead of UTC; negative in the west.
    #[must_use]
    pub const fn minutes(self) -> i16 {
        self.minutes
    }
}

impl DateAndTime {
    /// Reads 8 octets, or 11 with the time zone. `None` for what is no date: another length, a field out of its range,
    /// a day that the month does not have. Devices without a clock send zeros, which are none.
    ///
    /// RFC 2579 has offsets of up to 13 hours; 14 occur, on the Line Islands.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        let (date, offset) = octets.split_first_chunk()?;
        let [y1, y2, month, day, hour, minute, second, decisecond] = *date;
        let offset = match *offset {
            [] => None,
            [sign @ (b'+' | b'-'), hours @ 0..=14, minutes @ 0..=59] => {
                let minutes = i16::from(hours) * 60 + i16::from(minutes);
                let minutes = if sign == b'-' { -minutes } else { minutes };
                Some(UtcOffset { minutes })
            }
            _ => return None,
        };
        let year = u16::from_be_bytes([y1, y2]);
        let valid = (1..=days_of(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60
            && decisecond < 10;
        valid.then_some(Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            decisecond,
            offset,
        })
    }

    /// Seconds since 1970-01-01T00:00:00Z, tenths cut off; `None` without a time zone.
    #[must_use]
    pub fn unix_seconds(&self) -> Option<i64> {
        let offset = i64::from(self.offset?.minutes);
        let minutes = (self.days() * 24 + i64::from(self.hour)) * 60 + i64::from(self.minute) - offset;
        Some(minutes * 60 + i64::from(self.second))
    }

    /// Days from 1970-01-01 to the date.
    fn days(&self) -> i64 {
        // Years begin in March, so that the leap day is a year's last; 719468 days lie between 0000-03-01 and 1970.
        let (year, month) = (i64::from(self.year), i64::from(self.month));
        let year = if month <= 2 { year - 1 } else { year };
        let from_march = (month + 9) % 12;
        let of_year = (153 * from_march + 2) / 5 + i64::from(self.day) - 1;
        year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
    }
}

/// How many days a month has; 0 for what is none.
const fn days_of(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

impl fmt::Display for DateAndTime {
    /// ISO 8601, with tenths of a second: `1992-05-26T13:30:15.0-04:00`, without an offset where none is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            decisecond,
            offset,
        } = self;
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{decisecond}"
        )?;
        if let Some(UtcOffset { minutes }) = offset {
            let sign = if *minutes < 0 { '-' } else { '+' };
            let minutes = minutes.unsigned_abs();
            write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn r2579_date_eight_or_eleven_octets_are_a_date() {
        // The RFC's own example, and hrSystemDate of a printer without a time zone.
        for (octets, text, unix) in [
            (
                &[0x07, 0xc8, 5, 26, 13, 30, 15, 0, b'-', 4, 0][..],
                "1992-05-26T13:30:15.0-04:00",
                Some(706_901_415),
            ),
            (&[0x07, 0xea, 11, 22, 2, 41, 0, 7], "2026-11-22T02:41:00.7", None),
            (
                &[0x07, 0xb2, 1, 1, 5, 30, 0, 0, b'+', 5, 30],
                "1970-01-01T05:30:00.0+05:30",
                Some(0),
            ),
            (
                &[0x07, 0xd0, 2, 29, 23, 59, 60, 9, b'+', 0, 0],
                "2000-02-29T23:59:60.9+00:00",
                Some(951_868_800),
            ),
            (
                &[0x07, 0xe0, 12, 31, 0, 0, 0, 0, b'+', 14, 0],
                "2016-12-31T00:00:00.0+14:00",
                Some(1_483_092_000),
            ),
        ] {
            let date = DateAndTime::from_octets(octets).unwrap();
            assert_eq!((date.to_string(), date.unix_seconds()), (text.into(), unix));
        }
    }

    #[test]
    fn r2579_date_what_is_out_of_range_is_none() {
        const GOOD: [u8; 11] = [0x07, 0xe7, 2, 28, 23, 59, 60, 9, b'+', 13, 59];
        assert!(DateAndTime::from_octets(&GOOD).is_some());
        for (at, value) in [
            (2, 0),
            (2, 13),
            (3, 0),
            (3, 29),
            (3, 32),
            (4, 24),
            (5, 60),
            (6, 61),
            (7, 10),
            (8, b' '),
            (8, 0),
            (9, 15),
            (10, 60),
        ] {
            let mut octets = GOOD;
            octets[at] = value;
            assert_eq!(DateAndTime::from_octets(&octets), None, "{at} {value}");
        }
        // A day that the month does not have, another length, no clock.
        assert_eq!(
            DateAndTime::from_octets(&[0x07, 0x6c, 2, 29, 0, 0, 0, 0]),
            None,
            "1900"
        );
        for length in (0..=20).filter(|length| ![8, 11].contains(length)) {
            let octets: alloc::vec::Vec<u8> = GOOD.iter().copied().cycle().take(length).collect();
            assert_eq!(DateAndTime::from_octets(&octets), None, "{length}");
        }
        assert_eq!(DateAndTime::from_octets(&[0; 8]), None);
        // Whatever comes, no panic.
        for octet in 0..=u8::MAX {
            for at in 0..11 {
                let mut octets = GOOD;
                octets[at] = octet;
                if let Some(date) = DateAndTime::from_octets(&octets) {
                    let _ = (date.unix_seconds(), date.to_string());
                }
            }
        }
    }
}
