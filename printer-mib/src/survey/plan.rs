//! What a survey asks for: the objects of each section.

use alloc::vec::Vec;

use snmp_core::oid;
use snmp_core::oid::Oid;

use crate::mib::never_read;
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

/// prtLocalizationCharacterSet: read for the current localization only, and only when a text is no UTF-8.
pub(super) const CHARACTER_SET: Oid<'static> = oid!(1.3.6.1.2.1.43.7.1.1.4);

/// prtGeneralCurrentLocalization.
pub(super) const CURRENT_LOCALIZATION: Oid<'static> = oid!(1.3.6.1.2.1.43.5.1.1.2);

/// The Printer-MIB: what a device must have an object of to be a printer.
pub(super) const PRINTER_MIB: Oid<'static> = oid!(1.3.6.1.2.1.43);

/// prtMarkerSuppliesTable.
pub(super) const SUPPLIES: Oid<'static> = oid!(1.3.6.1.2.1.43.11.1);

/// sysObjectID prefixes of devices that answer the Printer-MIB in another context only: HP's print servers with the
/// boards of another maker (quirk 24).
pub(super) const HIDDEN_IN_CONTEXT: [(Oid<'static>, &[u8]); 1] = [(oid!(1.3.6.1.4.1.11.2.3.9), b"Jetdirect")];

/// In the order in which they are asked for: what tells a printer comes first, the longest tables last.
const COLUMNS: [(SectionKind, Oid<'static>); 46] = {
    use SectionKind::{Alerts, Counters, Inventory, Status, Supplies, Trays};
    [
        // prtGeneralConfigChanges, CurrentLocalization, PrinterName, SerialNumber.
        (Inventory, oid!(1.3.6.1.2.1.43.5.1.1.1)),
        (Inventory, CURRENT_LOCALIZATION),
        (Inventory, oid!(1.3.6.1.2.1.43.5.1.1.16)),
        (Inventory, oid!(1.3.6.1.2.1.43.5.1.1.17)),
        // hrDeviceType, hrDeviceDescr, hrDeviceID, hrDeviceStatus.
        (Inventory, oid!(1.3.6.1.2.1.25.3.2.1.2)),
        (Inventory, oid!(1.3.6.1.2.1.25.3.2.1.3)),
        (Inventory, oid!(1.3.6.1.2.1.25.3.2.1.4)),
        (Status, oid!(1.3.6.1.2.1.25.3.2.1.5)),
        // hrPrinterStatus, hrPrinterDetectedErrorState.
        (Status, oid!(1.3.6.1.2.1.25.3.5.1.1)),
        (Status, oid!(1.3.6.1.2.1.25.3.5.1.2)),
        // ifPhysAddress, ppmPrinterIEEE1284DeviceId.
        (Inventory, oid!(1.3.6.1.2.1.2.2.1.6)),
        (Inventory, oid!(1.3.6.1.4.1.2699.1.2.1.2.1.1.3)),
        // prtMarkerMarkTech, CounterUnit, LifeCount, PowerOnCount, ProcessColorants; prtMediaPathType.
        (Inventory, oid!(1.3.6.1.2.1.43.10.2.1.2)),
        (Counters, oid!(1.3.6.1.2.1.43.10.2.1.3)),
        (Counters, oid!(1.3.6.1.2.1.43.10.2.1.4)),
        (Counters, oid!(1.3.6.1.2.1.43.10.2.1.5)),
        (Inventory, oid!(1.3.6.1.2.1.43.10.2.1.6)),
        (Inventory, oid!(1.3.6.1.2.1.43.13.4.1.9)),
        // prtInputType, CapacityUnit, MaxCapacity, CurrentLevel, Status, MediaName, Name, Description.
        (Trays, oid!(1.3.6.1.2.1.43.8.2.1.2)),
        (Trays, oid!(1.3.6.1.2.1.43.8.2.1.8)),
        (Trays, oid!(1.3.6.1.2.1.43.8.2.1.9)),
        (Trays, oid!(1.3.6.1.2.1.43.8.2.1.10)),
        (Trays, oid!(1.3.6.1.2.1.43.8.2.1.11)),
        (Trays, oid!(1.3.6.1.2.1.43.8.2.1.12)),
        (Trays, oid!(1.3.6.1.2.1.43.8.2.1.13)),
        (Trays, oid!(1.3.6.1.2.1.43.8.2.1.18)),
        // prtMarkerSuppliesColorantIndex, Class, Type, Description, SupplyUnit, MaxCapacity, Level.
        (Supplies, oid!(1.3.6.1.2.1.43.11.1.1.3)),
        (Supplies, oid!(1.3.6.1.2.1.43.11.1.1.4)),
        (Supplies, oid!(1.3.6.1.2.1.43.11.1.1.5)),
        (Supplies, oid!(1.3.6.1.2.1.43.11.1.1.6)),
        (Supplies, oid!(1.3.6.1.2.1.43.11.1.1.7)),
        (Supplies, oid!(1.3.6.1.2.1.43.11.1.1.8)),
        (Supplies, oid!(1.3.6.1.2.1.43.11.1.1.9)),
        // prtMarkerColorantValue.
        (Supplies, oid!(1.3.6.1.2.1.43.12.1.1.4)),
        // prtConsoleDisplayBufferText; prtConsoleOnTime, OffTime, Color, Description.
        (Status, oid!(1.3.6.1.2.1.43.16.5.1.2)),
        (Status, oid!(1.3.6.1.2.1.43.17.6.1.2)),
        (Status, oid!(1.3.6.1.2.1.43.17.6.1.3)),
        (Status, oid!(1.3.6.1.2.1.43.17.6.1.4)),
        (Status, oid!(1.3.6.1.2.1.43.17.6.1.5)),
        // prtAlertSeverityLevel, TrainingLevel, Group, GroupIndex, Location, Code, Description.
        (Alerts, oid!(1.3.6.1.2.1.43.18.1.1.2)),
        (Alerts, oid!(1.3.6.1.2.1.43.18.1.1.3)),
        (Alerts, oid!(1.3.6.1.2.1.43.18.1.1.4)),
        (Alerts, oid!(1.3.6.1.2.1.43.18.1.1.5)),
        (Alerts, oid!(1.3.6.1.2.1.43.18.1.1.6)),
        (Alerts, oid!(1.3.6.1.2.1.43.18.1.1.7)),
        (Alerts, oid!(1.3.6.1.2.1.43.18.1.1.8)),
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
