//! Where media comes from, where it goes, and what closes over it: trays, outputs, covers.

use super::{Capacity, Fact, Index, Level, Percent, Source};
use crate::mib::{
    sub_unit::{CoverStatus, InputType, OutputType, SubUnitStatus},
    unit::Unit,
};
use alloc::string::String;

/// A row of prtInputTable.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Tray {
    /// The row.
    pub index: Index,
    /// What sort of input it is (prtInputType).
    pub kind: Option<Fact<InputType>>,
    /// prtInputName, else prtInputDescription, else prtInputModel (Kyocera has only the latter two).
    pub name: Option<Fact<String>>,
    /// prtInputMediaName.
    pub media: Option<Fact<String>>,
    /// What it holds when full (prtInputMaxCapacity).
    pub capacity: Option<Fact<Capacity>>,
    /// What is in it (prtInputCurrentLevel). 0 in a manual feed is its usual state, not a fault.
    pub level: Option<Fact<Level>>,
    /// The unit of capacity and level (prtInputCapacityUnit).
    pub unit: Option<Fact<Unit>>,
    /// prtInputStatus.
    pub status: Option<Fact<SubUnitStatus>>,
    /// The row's first varbind.
    pub source: Source,
}

impl Tray {
    /// A row of which nothing is known yet.
    #[must_use]
    pub fn new(index: Index, source: Source) -> Self {
        Self {
            index,
            kind: None,
            name: None,
            media: None,
            capacity: None,
            level: None,
            unit: None,
            status: None,
            source,
        }
    }

    /// What is in it; [`Level::NotReported`] where the device gives none.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level.map_or(Level::NotReported, |fact| fact.value)
    }

    /// What it holds when full; [`Capacity::NotReported`] where the device gives none.
    #[must_use]
    pub fn capacity(&self) -> Capacity {
        self.capacity.map_or(Capacity::NotReported, |fact| fact.value)
    }

    /// The unit; [`Unit::Unknown`] where the device does not say.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit.map_or(Unit::Unknown, |fact| fact.value)
    }

    /// How full it is.
    #[must_use]
    pub fn percent(&self) -> Option<Percent> {
        Percent::of(self.level(), self.capacity(), self.unit())
    }
}

/// A row of prtOutputTable.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Output {
    /// The row.
    pub index: Index,
    /// What sort of output it is (prtOutputType).
    pub kind: Option<Fact<OutputType>>,
    /// prtOutputName, else prtOutputDescription.
    pub name: Option<Fact<String>>,
    /// What it holds when full (prtOutputMaxCapacity).
    pub capacity: Option<Fact<Capacity>>,
    /// The room left in it (prtOutputRemainingCapacity).
    pub remaining: Option<Fact<Level>>,
    /// The unit of both (prtOutputCapacityUnit).
    pub unit: Option<Fact<Unit>>,
    /// prtOutputStatus.
    pub status: Option<Fact<SubUnitStatus>>,
    /// The row's first varbind.
    pub source: Source,
}

impl Output {
    /// A row of which nothing is known yet.
    #[must_use]
    pub fn new(index: Index, source: Source) -> Self {
        Self {
            index,
            kind: None,
            name: None,
            capacity: None,
            remaining: None,
            unit: None,
            status: None,
            source,
        }
    }
}

/// A row of prtCoverTable.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Cover {
    /// The row.
    pub index: Index,
    /// prtCoverDescription.
    pub description: Option<Fact<String>>,
    /// prtCoverStatus.
    pub status: Option<Fact<CoverStatus>>,
    /// The row's first varbind.
    pub source: Source,
}

impl Cover {
    /// A row of which nothing is known yet.
    #[must_use]
    pub fn new(index: Index, source: Source) -> Self {
        Self {
            index,
            description: None,
            status: None,
            source,
        }
    }
}
