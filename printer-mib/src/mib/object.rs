//! The objects that a survey reads: columns of tables, and scalars without their `.0`.

use snmp_core::oid::Oid;

macro_rules! objects {
    ($( $constant:ident = $($arc:literal).+ $name:literal, )+) => {
        $(
            #[doc = concat!("`", $name, "`")]
            pub const $constant: Oid<'static> = snmp_core::oid!($($arc).+);
        )+

        /// Every object of this module, in the order of the MIB.
        const ALL: &[(Oid<'static>, &str)] = &[ $( ($constant, $name), )+ ];
    };
}

objects! {
    SYS_DESCR = 1.3.6.1.2.1.1.1 "sysDescr",
    SYS_OBJECT_ID = 1.3.6.1.2.1.1.2 "sysObjectID",
    SYS_UP_TIME = 1.3.6.1.2.1.1.3 "sysUpTime",
    SYS_NAME = 1.3.6.1.2.1.1.5 "sysName",
    SYS_LOCATION = 1.3.6.1.2.1.1.6 "sysLocation",
    IF_PHYS_ADDRESS = 1.3.6.1.2.1.2.2.1.6 "ifPhysAddress",
    HR_DEVICE_TYPE = 1.3.6.1.2.1.25.3.2.1.2 "hrDeviceType",
    HR_DEVICE_DESCR = 1.3.6.1.2.1.25.3.2.1.3 "hrDeviceDescr",
    HR_DEVICE_ID = 1.3.6.1.2.1.25.3.2.1.4 "hrDeviceID",
    HR_DEVICE_STATUS = 1.3.6.1.2.1.25.3.2.1.5 "hrDeviceStatus",
    HR_PRINTER_STATUS = 1.3.6.1.2.1.25.3.5.1.1 "hrPrinterStatus",
    HR_PRINTER_DETECTED_ERROR_STATE = 1.3.6.1.2.1.25.3.5.1.2 "hrPrinterDetectedErrorState",
    PRT_GENERAL_CONFIG_CHANGES = 1.3.6.1.2.1.43.5.1.1.1 "prtGeneralConfigChanges",
    PRT_GENERAL_CURRENT_LOCALIZATION = 1.3.6.1.2.1.43.5.1.1.2 "prtGeneralCurrentLocalization",
    PRT_MARKER_DEFAULT_INDEX = 1.3.6.1.2.1.43.5.1.1.8 "prtMarkerDefaultIndex",
    PRT_CONSOLE_LOCALIZATION = 1.3.6.1.2.1.43.5.1.1.10 "prtConsoleLocalization",
    PRT_GENERAL_PRINTER_NAME = 1.3.6.1.2.1.43.5.1.1.16 "prtGeneralPrinterName",
    PRT_GENERAL_SERIAL_NUMBER = 1.3.6.1.2.1.43.5.1.1.17 "prtGeneralSerialNumber",
    PRT_ALERT_CRITICAL_EVENTS = 1.3.6.1.2.1.43.5.1.1.18 "prtAlertCriticalEvents",
    PRT_ALERT_ALL_EVENTS = 1.3.6.1.2.1.43.5.1.1.19 "prtAlertAllEvents",
    PRT_COVER_DESCRIPTION = 1.3.6.1.2.1.43.6.1.1.2 "prtCoverDescription",
    PRT_COVER_STATUS = 1.3.6.1.2.1.43.6.1.1.3 "prtCoverStatus",
    PRT_LOCALIZATION_LANGUAGE = 1.3.6.1.2.1.43.7.1.1.2 "prtLocalizationLanguage",
    PRT_LOCALIZATION_CHARACTER_SET = 1.3.6.1.2.1.43.7.1.1.4 "prtLocalizationCharacterSet",
    PRT_INPUT_TYPE = 1.3.6.1.2.1.43.8.2.1.2 "prtInputType",
    PRT_INPUT_CAPACITY_UNIT = 1.3.6.1.2.1.43.8.2.1.8 "prtInputCapacityUnit",
    PRT_INPUT_MAX_CAPACITY = 1.3.6.1.2.1.43.8.2.1.9 "prtInputMaxCapacity",
    PRT_INPUT_CURRENT_LEVEL = 1.3.6.1.2.1.43.8.2.1.10 "prtInputCurrentLevel",
    PRT_INPUT_STATUS = 1.3.6.1.2.1.43.8.2.1.11 "prtInputStatus",
    PRT_INPUT_MEDIA_NAME = 1.3.6.1.2.1.43.8.2.1.12 "prtInputMediaName",
    PRT_INPUT_NAME = 1.3.6.1.2.1.43.8.2.1.13 "prtInputName",
    PRT_INPUT_MODEL = 1.3.6.1.2.1.43.8.2.1.15 "prtInputModel",
    PRT_INPUT_DESCRIPTION = 1.3.6.1.2.1.43.8.2.1.18 "prtInputDescription",
    PRT_OUTPUT_TYPE = 1.3.6.1.2.1.43.9.2.1.2 "prtOutputType",
    PRT_OUTPUT_CAPACITY_UNIT = 1.3.6.1.2.1.43.9.2.1.3 "prtOutputCapacityUnit",
    PRT_OUTPUT_MAX_CAPACITY = 1.3.6.1.2.1.43.9.2.1.4 "prtOutputMaxCapacity",
    PRT_OUTPUT_REMAINING_CAPACITY = 1.3.6.1.2.1.43.9.2.1.5 "prtOutputRemainingCapacity",
    PRT_OUTPUT_STATUS = 1.3.6.1.2.1.43.9.2.1.6 "prtOutputStatus",
    PRT_OUTPUT_NAME = 1.3.6.1.2.1.43.9.2.1.7 "prtOutputName",
    PRT_OUTPUT_DESCRIPTION = 1.3.6.1.2.1.43.9.2.1.12 "prtOutputDescription",
    PRT_MARKER_MARK_TECH = 1.3.6.1.2.1.43.10.2.1.2 "prtMarkerMarkTech",
    PRT_MARKER_COUNTER_UNIT = 1.3.6.1.2.1.43.10.2.1.3 "prtMarkerCounterUnit",
    PRT_MARKER_LIFE_COUNT = 1.3.6.1.2.1.43.10.2.1.4 "prtMarkerLifeCount",
    PRT_MARKER_POWER_ON_COUNT = 1.3.6.1.2.1.43.10.2.1.5 "prtMarkerPowerOnCount",
    PRT_MARKER_PROCESS_COLORANTS = 1.3.6.1.2.1.43.10.2.1.6 "prtMarkerProcessColorants",
    PRT_MARKER_SUPPLIES_MARKER_INDEX = 1.3.6.1.2.1.43.11.1.1.2 "prtMarkerSuppliesMarkerIndex",
    PRT_MARKER_SUPPLIES_COLORANT_INDEX = 1.3.6.1.2.1.43.11.1.1.3 "prtMarkerSuppliesColorantIndex",
    PRT_MARKER_SUPPLIES_CLASS = 1.3.6.1.2.1.43.11.1.1.4 "prtMarkerSuppliesClass",
    PRT_MARKER_SUPPLIES_TYPE = 1.3.6.1.2.1.43.11.1.1.5 "prtMarkerSuppliesType",
    PRT_MARKER_SUPPLIES_DESCRIPTION = 1.3.6.1.2.1.43.11.1.1.6 "prtMarkerSuppliesDescription",
    PRT_MARKER_SUPPLIES_SUPPLY_UNIT = 1.3.6.1.2.1.43.11.1.1.7 "prtMarkerSuppliesSupplyUnit",
    PRT_MARKER_SUPPLIES_MAX_CAPACITY = 1.3.6.1.2.1.43.11.1.1.8 "prtMarkerSuppliesMaxCapacity",
    PRT_MARKER_SUPPLIES_LEVEL = 1.3.6.1.2.1.43.11.1.1.9 "prtMarkerSuppliesLevel",
    PRT_MARKER_COLORANT_MARKER_INDEX = 1.3.6.1.2.1.43.12.1.1.2 "prtMarkerColorantMarkerIndex",
    PRT_MARKER_COLORANT_ROLE = 1.3.6.1.2.1.43.12.1.1.3 "prtMarkerColorantRole",
    PRT_MARKER_COLORANT_VALUE = 1.3.6.1.2.1.43.12.1.1.4 "prtMarkerColorantValue",
    PRT_MEDIA_PATH_TYPE = 1.3.6.1.2.1.43.13.4.1.9 "prtMediaPathType",
    PRT_CONSOLE_DISPLAY_BUFFER_TEXT = 1.3.6.1.2.1.43.16.5.1.2 "prtConsoleDisplayBufferText",
    PRT_CONSOLE_ON_TIME = 1.3.6.1.2.1.43.17.6.1.2 "prtConsoleOnTime",
    PRT_CONSOLE_OFF_TIME = 1.3.6.1.2.1.43.17.6.1.3 "prtConsoleOffTime",
    PRT_CONSOLE_COLOR = 1.3.6.1.2.1.43.17.6.1.4 "prtConsoleColor",
    PRT_CONSOLE_DESCRIPTION = 1.3.6.1.2.1.43.17.6.1.5 "prtConsoleDescription",
    PRT_ALERT_SEVERITY_LEVEL = 1.3.6.1.2.1.43.18.1.1.2 "prtAlertSeverityLevel",
    PRT_ALERT_TRAINING_LEVEL = 1.3.6.1.2.1.43.18.1.1.3 "prtAlertTrainingLevel",
    PRT_ALERT_GROUP = 1.3.6.1.2.1.43.18.1.1.4 "prtAlertGroup",
    PRT_ALERT_GROUP_INDEX = 1.3.6.1.2.1.43.18.1.1.5 "prtAlertGroupIndex",
    PRT_ALERT_LOCATION = 1.3.6.1.2.1.43.18.1.1.6 "prtAlertLocation",
    PRT_ALERT_CODE = 1.3.6.1.2.1.43.18.1.1.7 "prtAlertCode",
    PRT_ALERT_DESCRIPTION = 1.3.6.1.2.1.43.18.1.1.8 "prtAlertDescription",
    PRT_ALERT_TIME = 1.3.6.1.2.1.43.18.1.1.9 "prtAlertTime",
    PPM_PRINTER_IEEE1284_DEVICE_ID = 1.3.6.1.4.1.2699.1.2.1.2.1.1.3 "ppmPrinterIEEE1284DeviceId",
}

/// The Printer-MIB's root: any object under it makes the device a printer.
pub const PRINTER_MIB: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.43);

/// hrDevicePrinter, the hrDeviceType of a printer (HOST-RESOURCES-TYPES).
pub const HR_DEVICE_PRINTER: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.25.3.1.5);

/// hrDeviceTypes: the arc behind it is the kind of device.
pub const HR_DEVICE_TYPES: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.25.3.1);

/// `enterprises`: the arc behind it is the maker's number.
pub const ENTERPRISES: Oid<'static> = snmp_core::oid!(1.3.6.1.4.1);

/// Where makers keep an IEEE 1284 device id: HP's JetDirect (also OKI), Brother's copy of it, Xerox, Dell.
pub const DEVICE_IDS: [Oid<'static>; 4] = [
    snmp_core::oid!(1.3.6.1.4.1.11.2.3.9.1.1.7),
    snmp_core::oid!(1.3.6.1.4.1.2435.2.3.9.1.1.7),
    snmp_core::oid!(1.3.6.1.4.1.253.8.51.1.2.1.20),
    snmp_core::oid!(1.3.6.1.4.1.674.10898.100.2.1.2.1.3),
];

/// The name of the object that a varbind's name is an instance of; `None` for objects that are not of this module.
#[must_use]
pub fn name(instance: Oid<'_>) -> Option<&'static str> {
    let behind = ALL.partition_point(|(object, _)| *object <= instance);
    ALL.get(behind.checked_sub(1)?)
        .filter(|(object, _)| instance.starts_with(*object))
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mib::never_read;
    use snmp_core::oid;

    #[test]
    fn instances_have_their_objects_name() {
        let cases = [
            (oid!(1.3.6.1.2.1.43.10.2.1.4.1.1), Some("prtMarkerLifeCount")),
            (oid!(1.3.6.1.2.1.1.1.0), Some("sysDescr")),
            (oid!(1.3.6.1.2.1.43.18.1.1.9.1.7), Some("prtAlertTime")),
            (oid!(1.3.6.1.2.1.43.11.1.1.1.1.7), None),
            (oid!(1.3), None),
        ];
        for (instance, expected) in cases {
            assert_eq!(name(instance), expected, "{instance}");
        }
    }

    #[test]
    fn objects_are_in_order_and_none_is_forbidden() {
        assert!(ALL.is_sorted_by(|a, b| a.0 < b.0));
        for object in ALL.iter().map(|(object, _)| *object).chain(DEVICE_IDS) {
            assert!(never_read::within(object).is_none(), "{object}");
        }
    }
}
