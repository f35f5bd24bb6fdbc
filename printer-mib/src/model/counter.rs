//! Meters: what was counted, and how.

use super::{Fact, Source};
use crate::mib::unit::Unit;
use alloc::string::String;

crate::enumeration::closed_enumeration! {
    /// What was counted.
    pub enum Function {
        Total = 0 "total",
        Print = 1 "print",
        Copy = 2 "copy",
        Scan = 3 "scan",
        /// Faxes that were printed.
        Fax = 4 "fax",
        FaxSent = 5 "fax_sent",
        FaxReceived = 6 "fax_received",
        Report = 7 "report",
        Box = 8 "box",
        CopyPrint = 9 "copy_print",
        /// What none of these says: [`Counter::name`] tells.
        Other = 10 "other",
    }
}

crate::enumeration::closed_enumeration! {
    /// Of which colour.
    pub enum CounterColor {
        All = 0 "all",
        Mono = 1 "mono",
        FullColor = 2 "full_color",
        SingleColor = 3 "single_color",
        TwoColor = 4 "two_color",
        Gray = 5 "gray",
        /// All that is not mono.
        AnyColor = 6 "any_color",
        /// The maker's first billing class of colour.
        Tier1 = 7 "tier1",
        /// The maker's second billing class of colour.
        Tier2 = 8 "tier2",
        /// The maker's third billing class of colour.
        Tier3 = 9 "tier3",
        Unknown = 10 "unknown",
    }
}

crate::enumeration::closed_enumeration! {
    /// On which size of media.
    pub enum CounterSize {
        All = 0 "all",
        A3 = 1 "a3",
        A4 = 2 "a4",
        A5 = 3 "a5",
        Letter = 4 "letter",
        Legal = 5 "legal",
        Large = 6 "large",
        Small = 7 "small",
        Long = 8 "long",
        Other = 9 "other",
    }
}

crate::enumeration::closed_enumeration! {
    /// Printed on one side or on both.
    pub enum Sides {
        All = 0 "all",
        Simplex = 1 "simplex",
        Duplex = 2 "duplex",
    }
}

crate::enumeration::closed_enumeration! {
    /// How a side of a large sheet counts. Counters that differ in it are never added.
    pub enum Multiplicity {
        Unknown = 0 "unknown",
        Once = 1 "once",
        Twice = 2 "twice",
        /// In A4 equivalents.
        Equivalent = 3 "equivalent",
    }
}

crate::enumeration::closed_enumeration! {
    /// Who needs the counter.
    pub enum CounterLevel {
        /// Billing: total, mono, colour; of each at most one a device.
        Main = 0 "main",
        /// Common to many makers.
        Advanced = 1 "advanced",
        /// The maker's own, or one of several markers'.
        Maker = 2 "maker",
    }
}

/// One meter of a device.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Counter {
    /// What was counted.
    pub function: Function,
    /// Of which colour.
    pub color: CounterColor,
    /// On which size of media.
    pub size: CounterSize,
    /// On how many sides.
    pub sides: Sides,
    /// How a side of a large sheet counts.
    pub multiplicity: Multiplicity,
    /// What the value counts (prtMarkerCounterUnit for a marker's counts).
    pub unit: Unit,
    /// Who needs it.
    pub level: CounterLevel,
    /// The maker's own name for it, or ours where the fields above don't say it.
    pub name: Option<String>,
    /// The maker's code for it (Canon: 101, 108, ...).
    pub code: Option<String>,
    /// The maker's group of counters.
    pub group: Option<String>,
    /// prtMarkerIndex where the count is of one of several markers; `None` where it stands for the device.
    pub marker: Option<u32>,
    /// The count. It may go back: a new board, a reset.
    pub value: u64,
    /// Where it came from.
    pub source: Source,
}

impl Counter {
    /// A count of everything: the fields that say what was counted start at "all".
    #[must_use]
    pub const fn new(function: Function, unit: Unit, level: CounterLevel, count: Fact<u64>) -> Self {
        Self {
            function,
            color: CounterColor::All,
            size: CounterSize::All,
            sides: Sides::All,
            multiplicity: Multiplicity::Unknown,
            unit,
            level,
            name: None,
            code: None,
            group: None,
            marker: None,
            value: count.value,
            source: count.source,
        }
    }
}
