//! Enumerations of prtAlertTable (RFC 3805; code, group and training level are IANA's).

use core::fmt;

crate::enumeration::open_enumeration! {
    /// prtAlertSeverityLevel.
    pub enum Severity {
        Other = 1 "other",
        /// The printer stops until it is dealt with.
        Critical = 3 "critical",
        /// The printer goes on.
        Warning = 4 "warning",
        /// A warning that the device takes away by itself when it is over (warningBinaryChangeEvent).
        WarningBinaryChange = 5 "warning_binary_change",
    }
}

crate::enumeration::open_enumeration! {
    /// Who is able to deal with an alert: prtAlertTrainingLevel.
    pub enum Training {
        Other = 1 "other",
        Unknown = 2 "unknown",
        /// Whoever stands before the printer.
        Untrained = 3 "untrained",
        /// A key operator.
        Trained = 4 "trained",
        FieldService = 5 "field_service",
        Management = 6 "management",
        /// Nobody needs to do anything.
        NoIntervention = 7 "no_intervention",
    }
}

/// What an alert says: prtAlertCode.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AlertCode(i32);

impl AlertCode {
    /// The code with this number; every number is one.
    #[must_use]
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// Whether the MIB names it.
    #[must_use]
    pub fn is_listed(self) -> bool {
        self.names().is_some()
    }

    /// The kind of finisher that a code of the finisher's range (30200 and up) is about, and the event (a code below
    /// 100); the code itself and no device for all others.
    #[must_use]
    pub fn split(self) -> (Option<&'static str>, i32) {
        match self.finisher() {
            Some((device, event)) => (Some(device), event),
            None => (None, self.0),
        }
    }

    fn finisher(self) -> Option<(&'static str, i32)> {
        let place = usize::try_from(self.0 / 100 - FIRST_FINISHER).ok()?;
        let event = self.0 % 100;
        FINISHERS
            .get(place)
            .filter(|_| FINISHER_EVENTS.contains(&event))
            .map(|device| (*device, event))
    }

    fn names(self) -> Option<(Option<&'static str>, &'static str)> {
        let (device, code) = self.split();
        let place = CODES.binary_search_by_key(&code, |(number, _)| *number).ok()?;
        let (_, name) = CODES.get(place)?;
        Some((device, name))
    }
}

impl fmt::Display for AlertCode {
    /// The name of the MIB in `snake_case`, or the number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.names() {
            None => write!(f, "{}", self.0),
            Some((None, name)) => f.write_str(name),
            Some((Some(device), name)) => {
                write!(f, "{device}_{}", name.strip_prefix("subunit_").unwrap_or(name))
            }
        }
    }
}

/// Which part of the printer an alert is about: prtAlertGroup.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AlertGroup(i32);

impl AlertGroup {
    /// prtCoverTable.
    pub const COVER: Self = Self(6);
    /// prtInputTable.
    pub const INPUT: Self = Self(8);
    /// prtOutputTable.
    pub const OUTPUT: Self = Self(9);
    /// prtMarkerTable.
    pub const MARKER: Self = Self(10);
    /// prtMarkerSuppliesTable.
    pub const MARKER_SUPPLIES: Self = Self(11);
    /// prtMediaPathTable.
    pub const MEDIA_PATH: Self = Self(13);
    /// prtChannelTable.
    pub const CHANNEL: Self = Self(14);
    /// prtInterpreterTable.
    pub const INTERPRETER: Self = Self(15);

    /// The group with this number; every number is one.
    #[must_use]
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The name of the MIB in `snake_case`; `None` for a number that the MIB does not list.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        let place = GROUPS.binary_search_by_key(&self.0, |(number, _)| *number).ok()?;
        GROUPS.get(place).map(|(_, name)| *name)
    }
}

impl fmt::Display for AlertGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

/// PrtAlertCodeTC of IANA-PRINTER-MIB below 30000, in rising order. From 30200 on each kind of finisher has a hundred
/// of its own, in which the codes 3 to 38 say the same as here.
const CODES: &[(i32, &str)] = &[
    (1, "other"),
    (2, "unknown"),
    (3, "cover_open"),
    (4, "cover_closed"),
    (5, "interlock_open"),
    (6, "interlock_closed"),
    (7, "configuration_change"),
    (8, "jam"),
    (9, "subunit_missing"),
    (10, "subunit_life_almost_over"),
    (11, "subunit_life_over"),
    (12, "subunit_almost_empty"),
    (13, "subunit_empty"),
    (14, "subunit_almost_full"),
    (15, "subunit_full"),
    (16, "subunit_near_limit"),
    (17, "subunit_at_limit"),
    (18, "subunit_opened"),
    (19, "subunit_closed"),
    (20, "subunit_turned_on"),
    (21, "subunit_turned_off"),
    (22, "subunit_offline"),
    (23, "subunit_power_saver"),
    (24, "subunit_warming_up"),
    (25, "subunit_added"),
    (26, "subunit_removed"),
    (27, "subunit_resource_added"),
    (28, "subunit_resource_removed"),
    (29, "subunit_recoverable_failure"),
    (30, "subunit_unrecoverable_failure"),
    (31, "subunit_recoverable_storage_error"),
    (32, "subunit_unrecoverable_storage_error"),
    (33, "subunit_motor_failure"),
    (34, "subunit_memory_exhausted"),
    (35, "subunit_under_temperature"),
    (36, "subunit_over_temperature"),
    (37, "subunit_timing_failure"),
    (38, "subunit_thermistor_failure"),
    (501, "door_open"),
    (502, "door_closed"),
    (503, "power_up"),
    (504, "power_down"),
    (505, "printer_nms_reset"),
    (506, "printer_manual_reset"),
    (507, "printer_ready_to_print"),
    (801, "input_media_tray_missing"),
    (802, "input_media_size_change"),
    (803, "input_media_weight_change"),
    (804, "input_media_type_change"),
    (805, "input_media_color_change"),
    (806, "input_media_form_parts_change"),
    (807, "input_media_supply_low"),
    (808, "input_media_supply_empty"),
    (809, "input_media_change_request"),
    (810, "input_manual_input_request"),
    (811, "input_tray_position_failure"),
    (812, "input_tray_elevation_failure"),
    (813, "input_cannot_feed_size_selected"),
    (901, "output_media_tray_missing"),
    (902, "output_media_tray_almost_full"),
    (903, "output_media_tray_full"),
    (904, "output_mailbox_select_failure"),
    (1001, "marker_fuser_under_temperature"),
    (1002, "marker_fuser_over_temperature"),
    (1003, "marker_fuser_timing_failure"),
    (1004, "marker_fuser_thermistor_failure"),
    (1005, "marker_adjusting_print_quality"),
    (1101, "marker_toner_empty"),
    (1102, "marker_ink_empty"),
    (1103, "marker_print_ribbon_empty"),
    (1104, "marker_toner_almost_empty"),
    (1105, "marker_ink_almost_empty"),
    (1106, "marker_print_ribbon_almost_empty"),
    (1107, "marker_waste_toner_receptacle_almost_full"),
    (1108, "marker_waste_ink_receptacle_almost_full"),
    (1109, "marker_waste_toner_receptacle_full"),
    (1110, "marker_waste_ink_receptacle_full"),
    (1111, "marker_opc_life_almost_over"),
    (1112, "marker_opc_life_over"),
    (1113, "marker_developer_almost_empty"),
    (1114, "marker_developer_empty"),
    (1115, "marker_toner_cartridge_missing"),
    (1301, "media_path_media_tray_missing"),
    (1302, "media_path_media_tray_almost_full"),
    (1303, "media_path_media_tray_full"),
    (1304, "media_path_cannot_duplex_media_selected"),
    (1501, "interpreter_memory_increase"),
    (1502, "interpreter_memory_decrease"),
    (1503, "interpreter_cartridge_added"),
    (1504, "interpreter_cartridge_deleted"),
    (1505, "interpreter_resource_added"),
    (1506, "interpreter_resource_deleted"),
    (1507, "interpreter_resource_unavailable"),
    (1509, "interpreter_complex_page_encountered"),
    (1801, "alert_removal_of_binary_change_entry"),
];

/// The kinds of finisher, one a hundred, beginning with [`FIRST_FINISHER`].
const FINISHERS: &[&str] = &[
    "stapler",
    "stitcher",
    "folder",
    "binder",
    "trimmer",
    "die_cutter",
    "puncher",
    "perforater",
    "slitter",
    "separation_cutter",
    "imprinter",
    "wrapper",
    "bander",
    "make_envelope",
    "stacker",
    "sheet_rotator",
    "inserter",
];

const FIRST_FINISHER: i32 = 302;

const FINISHER_EVENTS: core::ops::RangeInclusive<i32> = 3..=38;

/// PrtAlertGroupTC of IANA-PRINTER-MIB, in rising order.
const GROUPS: &[(i32, &str)] = &[
    (1, "other"),
    (2, "unknown"),
    (3, "host_resources_mib_storage_table"),
    (4, "host_resources_mib_device_table"),
    (5, "general_printer"),
    (6, "cover"),
    (7, "localization"),
    (8, "input"),
    (9, "output"),
    (10, "marker"),
    (11, "marker_supplies"),
    (12, "marker_colorant"),
    (13, "media_path"),
    (14, "channel"),
    (15, "interpreter"),
    (16, "console_display_buffer"),
    (17, "console_lights"),
    (18, "alert"),
    (30, "fin_device"),
    (31, "fin_supply"),
    (32, "fin_supply_media_input"),
    (33, "fin_attribute"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn alert_codes_have_the_names_of_the_mib() {
        let cases = [
            (8, "jam"),
            (12, "subunit_almost_empty"),
            (505, "printer_nms_reset"),
            (1104, "marker_toner_almost_empty"),
            (1801, "alert_removal_of_binary_change_entry"),
            (30208, "stapler_jam"),
            (30212, "stapler_almost_empty"),
            (31038, "slitter_thermistor_failure"),
            (31838, "inserter_thermistor_failure"),
            (30239, "30239"),
            (31903, "31903"),
            (0, "0"),
            (-1, "-1"),
            (40000, "40000"),
        ];
        for (number, name) in cases {
            assert_eq!(AlertCode::from_number(number).to_string(), name);
        }
    }

    #[test]
    fn tables_are_in_rising_order() {
        assert!(CODES.is_sorted_by_key(|(number, _)| *number));
        assert!(GROUPS.is_sorted_by_key(|(number, _)| *number));
    }
}
