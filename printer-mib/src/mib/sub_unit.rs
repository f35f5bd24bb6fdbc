//! PrtSubUnitStatusTC and other states of a printer's sub-units.

use alloc::vec::Vec;

crate::enumeration::closed_enumeration! {
    /// A word of a sub-unit's status: one of the first seven, and what else is true.
    pub enum SubUnitState {
        AvailableIdle = 0 "available_idle",
        UnavailableOnRequest = 1 "unavailable_on_request",
        AvailableStandby = 2 "available_standby",
        UnavailableBroken = 3 "unavailable_broken",
        AvailableActive = 4 "available_active",
        Unknown = 5 "unknown",
        AvailableBusy = 6 "available_busy",
        NonCriticalAlerts = 8 "non_critical_alerts",
        CriticalAlerts = 16 "critical_alerts",
        Offline = 32 "offline",
        Transitioning = 64 "transitioning",
    }
}

/// PrtSubUnitStatusTC of RFC 3805: a sum of an availability (0 to 6) and of 8, 16, 32 and 64.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SubUnitStatus(u8);

impl SubUnitStatus {
    /// From the object's value, 0 to 126; `None` for any other.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        u8::try_from(number).ok().filter(|number| *number < 128).map(Self)
    }

    /// The sum.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0 as u32
    }

    /// Its words: the availability first (none for 7, which the MIB does not define), then what else is true.
    #[must_use]
    pub fn words(self) -> Vec<SubUnitState> {
        let availability = SubUnitState::from_number(u32::from(self.0 & 7));
        let others = [8, 16, 32, 64].into_iter().filter(|bit| self.number() & bit != 0);
        availability
            .into_iter()
            .chain(others.filter_map(SubUnitState::from_number))
            .collect()
    }
}

crate::enumeration::open_enumeration! {
    /// prtCoverStatus (PrtCoverStatusTC, IANA-PRINTER-MIB).
    pub enum CoverStatus {
        Other = 1 "other",
        Unknown = 2 "unknown",
        CoverOpen = 3 "cover_open",
        CoverClosed = 4 "cover_closed",
        InterlockOpen = 5 "interlock_open",
        InterlockClosed = 6 "interlock_closed",
    }
}

crate::enumeration::open_enumeration! {
    /// prtInputType (PrtInputTypeTC, IANA-PRINTER-MIB).
    pub enum InputType {
        Other = 1 "other",
        Unknown = 2 "unknown",
        SheetFeedAutoRemovableTray = 3 "sheet_feed_auto_removable_tray",
        SheetFeedAutoNonRemovableTray = 4 "sheet_feed_auto_non_removable_tray",
        SheetFeedManual = 5 "sheet_feed_manual",
        ContinuousRoll = 6 "continuous_roll",
        ContinuousFanFold = 7 "continuous_fan_fold",
        SheetFeedPull = 8 "sheet_feed_pull",
    }
}

crate::enumeration::open_enumeration! {
    /// prtOutputType (PrtOutputTypeTC, IANA-PRINTER-MIB).
    pub enum OutputType {
        Other = 1 "other",
        Unknown = 2 "unknown",
        RemovableBin = 3 "removable_bin",
        UnRemovableBin = 4 "un_removable_bin",
        ContinuousRollDevice = 5 "continuous_roll_device",
        MailBox = 6 "mail_box",
        ContinuousFanFold = 7 "continuous_fan_fold",
    }
}

crate::enumeration::open_enumeration! {
    /// prtMediaPathType (PrtMediaPathTypeTC, IANA-PRINTER-MIB).
    pub enum MediaPathType {
        Other = 1 "other",
        Unknown = 2 "unknown",
        LongEdgeBindingDuplex = 3 "long_edge_binding_duplex",
        ShortEdgeBindingDuplex = 4 "short_edge_binding_duplex",
        Simplex = 5 "simplex",
    }
}

crate::enumeration::open_enumeration! {
    /// prtConsoleColor (PrtConsoleColorTC, IANA-PRINTER-MIB).
    pub enum LightColor {
        Other = 1 "other",
        Unknown = 2 "unknown",
        White = 3 "white",
        Red = 4 "red",
        Green = 5 "green",
        Blue = 6 "blue",
        Cyan = 7 "cyan",
        Magenta = 8 "magenta",
        Yellow = 9 "yellow",
        Orange = 10 "orange",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sub_unit_status_is_a_sum() {
        let cases: [(i64, &[&str]); 5] = [
            (0, &["available_idle"]),
            (19, &["unavailable_broken", "critical_alerts"]),
            (9, &["unavailable_on_request", "non_critical_alerts"]),
            (
                126,
                &[
                    "available_busy",
                    "non_critical_alerts",
                    "critical_alerts",
                    "offline",
                    "transitioning",
                ],
            ),
            (7, &[]),
        ];
        for (number, words) in cases {
            let status = SubUnitStatus::from_number(number).unwrap();
            assert_eq!(
                status
                    .words()
                    .into_iter()
                    .map(SubUnitState::name)
                    .collect::<Vec<_>>(),
                words
            );
        }
        assert_eq!(SubUnitStatus::from_number(-2), None);
        assert_eq!(SubUnitStatus::from_number(128), None);
    }
}
