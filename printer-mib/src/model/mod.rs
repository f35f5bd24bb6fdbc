//! The normalized printer: what every survey, whatever the maker, comes down to.
//!
//! Every [`Fact`] knows its [`Source`]: the varbind that says so, and by which rule. Numbers that a MIB uses as codes
//! are variants ([`Level`], [`Capacity`]); missing is `None`, never zero or `false`.
//!
//! **Supplies and service parts.** Every row of prtMarkerSuppliesTable is a [`Supply`], drums and fusers too: the table
//! says of each a level with its special states, and a row must not change its section with its type. A
//! [`ServicePart`] is a row of a maker's own table of parts, which counts a life and how much of it is used; the same
//! drum may stand in both. Without a vendor profile there are none, and the section says that it was not asked for.
//! [`SupplyKind::wears_out`](crate::mib::marker::SupplyKind::wears_out) helps a report to tell drums from toner.

mod alert;
mod counter;
mod date;
mod fact;
mod hardware;
mod identity;
mod index;
mod media;
mod outcome;
mod quantity;
mod section;
mod service_part;
mod status;
mod supply;

pub use self::{
    alert::{Alert, Category, Who},
    counter::{Counter, CounterColor, CounterLevel, CounterSize, Function, Multiplicity, Sides},
    date::Date,
    fact::{Fact, Rule, Source, SourceKind, Sure},
    hardware::{DeviceKind, Firmware, Hardware},
    identity::{Identity, Mac},
    index::Index,
    media::{Cover, Output, Tray},
    outcome::{ErrorCode, Outcome},
    quantity::{Capacity, Level, Percent},
    section::{Section, SectionKind, SectionState, Sections},
    service_part::ServicePart,
    status::{Light, Lit, Plain, Reason, Status},
    supply::{Supply, SupplyColor, SupplyDetails},
};

use crate::arena::Arena;
use alloc::{string::String, vec::Vec};
use snmp_core::varbind::VarBind;

/// A printer as surveyed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Printer {
    /// The varbinds it answered; every [`Source`] of this printer points into them.
    pub arena: Arena,
    /// How far each part of the survey came.
    pub sections: Sections,
    /// Which device it is.
    pub identity: Identity,
    /// What it is made of.
    pub hardware: Hardware,
    /// Its meters.
    pub counters: Vec<Counter>,
    /// Rows of the supplies table.
    pub supplies: Vec<Supply>,
    /// Rows of the maker's table of parts.
    pub service_parts: Vec<ServicePart>,
    /// Rows of the input table.
    pub trays: Vec<Tray>,
    /// Rows of the output table.
    pub outputs: Vec<Output>,
    /// Rows of the cover table.
    pub covers: Vec<Cover>,
    /// Rows of the alert table.
    pub alerts: Vec<Alert>,
    /// How it is.
    pub status: Status,
    /// sysUpTime in hundredths of a second. Restarts with the network card on some devices, wraps after 497 days.
    pub up_time: Option<Fact<u32>>,
    /// The vendor profile that applied.
    pub profile: Option<ProfileUsed>,
    /// Whether any object of the Printer-MIB answered.
    pub has_printer_mib: bool,
}

impl Printer {
    /// Whether the device is a printer: any object of the Printer-MIB (1.3.6.1.2.1.43) answered, or a vendor profile
    /// knows it. Neither sysDescr nor the enterprise number makes a printer: switches and servers share them.
    #[must_use]
    pub const fn is_printer(&self) -> bool {
        self.has_printer_mib || self.profile.is_some()
    }

    /// The varbind that a source points to; `None` where the fact is not from SNMP.
    #[must_use]
    pub fn varbind(&self, source: Source) -> Option<VarBind<'_>> {
        self.arena.get(source.offset()?)
    }

    /// The count that stands for the device's whole work: the main total, else the first total that there is (some
    /// devices count sheets or meters).
    #[must_use]
    pub fn total(&self) -> Option<&Counter> {
        self.counter(CounterColor::All)
    }

    /// The count of all pages without colour.
    #[must_use]
    pub fn mono_total(&self) -> Option<&Counter> {
        self.counter(CounterColor::Mono)
    }

    /// The count of all pages with colour.
    #[must_use]
    pub fn color_total(&self) -> Option<&Counter> {
        self.counter(CounterColor::AnyColor)
    }

    fn counter(&self, color: CounterColor) -> Option<&Counter> {
        let mut totals = self
            .counters
            .iter()
            .filter(|counter| counter.function == Function::Total && counter.color == color);
        let first = totals.clone().next();
        totals
            .find(|counter| counter.level == CounterLevel::Main)
            .or(first)
    }
}

/// The vendor profile that applied.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProfileUsed {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
}
