//! What a survey asks for: the objects of each section.

use alloc::vec::Vec;

use snmp_core::oid;
use snmp_core::oid::Oid;

use crate::mib::{never_read, object};
use crate::model::SectionKind;

/// An object to read and the section that it belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Wanted {
    /// Of a scalar the instance, its 0 included; of a table the column.
    pub object: Oid<'static>,
    /// Where what it says goes.
    pub section: SectionKind,
}

/// The objects that a survey reads.
///
/// ```
/// use printer_mib::model::SectionKind;
/// use printer_mib::survey::Plan;
/// let meters = Plan::of(&[SectionKind::Inventory, SectionKind::Counters]);
/// assert!(meters.columns().len() < Plan::standard().columns().len());
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    columns: Vec<Wanted>,
    sections: Vec<SectionKind>,
}

impl Plan {
    /// Everything that the standard MIBs say of inventory, counters, supplies, trays, alerts and status.
    #[must_use]
    pub fn standard() -> Self {
        Self::of(&[
            SectionKind::Inventory,
            SectionKind::Counters,
            SectionKind::Supplies,
            SectionKind::Trays,
            SectionKind::Alerts,
            SectionKind::Status,
        ])
    }

    /// The objects of these sections. The scalars of the inventory are always read: they tell which device answers.
    #[must_use]
    pub fn of(sections: &[SectionKind]) -> Self {
        let columns = COLUMNS
            .iter()
            .map(|(section, object)| Wanted {
                object: *object,
                section: *section,
            })
            // One list decides what is never read; a plan cannot get past it.
            .filter(|wanted| {
                sections.contains(&wanted.section) && never_read::within(wanted.object).is_none()
            })
            .collect();
        Self {
            columns,
            sections: sections.to_vec(),
        }
    }

    /// The scalars that come first, in one GET.
    #[must_use]
    pub const fn scalars(&self) -> &'static [Oid<'static>] {
        &SCALARS
    }

    /// The columns that are walked side by side.
    #[must_use]
    pub fn columns(&self) -> &[Wanted] {
        &self.columns
    }

    /// The sections that are asked for.
    #[must_use]
    pub fn sections(&self) -> &[SectionKind] {
        &self.sections
    }
}

/// SNMPv2-MIB: sysDescr, sysObjectID, sysUpTime, sysName, sysLocation.
const SCALARS: [Oid<'static>; 5] = [
    oid!(1.3.6.1.2.1.1.1.0),
    oid!(1.3.6.1.2.1.1.2.0),
    oid!(1.3.6.1.2.1.1.3.0),
    oid!(1.3.6.1.2.1.1.5.0),
    oid!(1.3.6.1.2.1.1.6.0),
];

/// sysObjectID prefixes of devices that answer the Printer-MIB in another context only: HP's print servers with the
/// boards of another maker (quirk 24).
pub(super) const HIDDEN_IN_CONTEXT: [(Oid<'static>, &[u8]); 1] = [(oid!(1.3.6.1.4.1.11.2.3.9), b"Jetdirect")];

/// prtMarkerSuppliesTable.
pub(super) const SUPPLIES: Oid<'static> = oid!(1.3.6.1.2.1.43.11.1);

/// In the order in which they are asked for: what tells a printer comes first, the longest tables last.
const COLUMNS: [(SectionKind, Oid<'static>); 50] = {
    use SectionKind::{Alerts, Counters, Inventory, Status, Supplies, Trays};
    [
        (Inventory, object::PRT_GENERAL_CONFIG_CHANGES),
        (Inventory, object::PRT_GENERAL_CURRENT_LOCALIZATION),
        (Inventory, object::PRT_MARKER_DEFAULT_INDEX),
        (Inventory, object::PRT_CONSOLE_LOCALIZATION),
        (Inventory, object::PRT_GENERAL_PRINTER_NAME),
        (Inventory, object::PRT_GENERAL_SERIAL_NUMBER),
        (Inventory, object::HR_DEVICE_TYPE),
        (Inventory, object::HR_DEVICE_DESCR),
        (Inventory, object::HR_DEVICE_ID),
        (Status, object::HR_DEVICE_STATUS),
        (Status, object::HR_PRINTER_STATUS),
        (Status, object::HR_PRINTER_DETECTED_ERROR_STATE),
        (Inventory, object::IF_PHYS_ADDRESS),
        (Inventory, object::PPM_PRINTER_IEEE1284_DEVICE_ID),
        (Inventory, object::PRT_MARKER_MARK_TECH),
        (Counters, object::PRT_MARKER_COUNTER_UNIT),
        (Counters, object::PRT_MARKER_LIFE_COUNT),
        (Counters, object::PRT_MARKER_POWER_ON_COUNT),
        (Inventory, object::PRT_MARKER_PROCESS_COLORANTS),
        (Inventory, object::PRT_MEDIA_PATH_TYPE),
        (Trays, object::PRT_INPUT_TYPE),
        (Trays, object::PRT_INPUT_CAPACITY_UNIT),
        (Trays, object::PRT_INPUT_MAX_CAPACITY),
        (Trays, object::PRT_INPUT_CURRENT_LEVEL),
        (Trays, object::PRT_INPUT_STATUS),
        (Trays, object::PRT_INPUT_MEDIA_NAME),
        (Trays, object::PRT_INPUT_NAME),
        (Trays, object::PRT_INPUT_MODEL),
        (Trays, object::PRT_INPUT_DESCRIPTION),
        (Supplies, object::PRT_MARKER_SUPPLIES_MARKER_INDEX),
        (Supplies, object::PRT_MARKER_SUPPLIES_COLORANT_INDEX),
        (Supplies, object::PRT_MARKER_SUPPLIES_CLASS),
        (Supplies, object::PRT_MARKER_SUPPLIES_TYPE),
        (Supplies, object::PRT_MARKER_SUPPLIES_DESCRIPTION),
        (Supplies, object::PRT_MARKER_SUPPLIES_SUPPLY_UNIT),
        (Supplies, object::PRT_MARKER_SUPPLIES_MAX_CAPACITY),
        (Supplies, object::PRT_MARKER_SUPPLIES_LEVEL),
        (Supplies, object::PRT_MARKER_COLORANT_VALUE),
        (Status, object::PRT_CONSOLE_DISPLAY_BUFFER_TEXT),
        (Status, object::PRT_CONSOLE_ON_TIME),
        (Status, object::PRT_CONSOLE_OFF_TIME),
        (Status, object::PRT_CONSOLE_COLOR),
        (Status, object::PRT_CONSOLE_DESCRIPTION),
        (Alerts, object::PRT_ALERT_SEVERITY_LEVEL),
        (Alerts, object::PRT_ALERT_TRAINING_LEVEL),
        (Alerts, object::PRT_ALERT_GROUP),
        (Alerts, object::PRT_ALERT_GROUP_INDEX),
        (Alerts, object::PRT_ALERT_LOCATION),
        (Alerts, object::PRT_ALERT_CODE),
        (Alerts, object::PRT_ALERT_DESCRIPTION),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_wanted_is_never_read() {
        assert_eq!(Plan::standard().columns().len(), COLUMNS.len());
        assert!(SCALARS.iter().all(|scalar| !never_read::forbids(*scalar)));
    }
}
