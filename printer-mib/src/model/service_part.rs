//! Service parts: what a technician exchanges after so many pages.

use super::{Fact, Index, Percent, Source, SupplyColor, SupplyDetails};
use crate::mib::{
    marker::{SupplyClass, SupplyKind},
    unit::Unit,
};
use alloc::string::String;

/// A row of a maker's table of parts: a life, and how much of it is used. See [`crate::model`] on what is a part.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ServicePart {
    /// The row.
    pub index: Index,
    /// What it is.
    pub kind: Option<Fact<SupplyKind>>,
    /// Whether it is used up or fills up.
    pub class: Option<Fact<SupplyClass>>,
    /// Its colour.
    pub color: Option<Fact<SupplyColor>>,
    /// What the device calls it.
    pub description: Option<Fact<String>>,
    /// Its life.
    pub capacity: Option<Fact<i64>>,
    /// How much of its life is used.
    pub used: Option<Fact<i64>>,
    /// What is left of its life where the device says it in percent.
    pub left: Option<Fact<Percent>>,
    /// The unit of `capacity` and `used`; impressions where it is not known.
    pub unit: Option<Fact<Unit>>,
    /// What only some devices tell.
    pub details: SupplyDetails,
    /// The row's first varbind.
    pub source: Source,
}

impl ServicePart {
    /// A row of which nothing is known yet.
    #[must_use]
    pub fn new(index: Index, source: Source) -> Self {
        Self {
            index,
            kind: None,
            class: None,
            color: None,
            description: None,
            capacity: None,
            used: None,
            left: None,
            unit: None,
            details: SupplyDetails::default(),
            source,
        }
    }

    /// What it is; [`SupplyKind::Unknown`] where the device does not say.
    #[must_use]
    pub fn kind(&self) -> SupplyKind {
        self.kind.map_or(SupplyKind::Unknown, |fact| fact.value)
    }

    /// Its class; that of its kind where the device does not say.
    #[must_use]
    pub fn class(&self) -> SupplyClass {
        self.class
            .map_or_else(|| self.kind().usual_class(), |fact| fact.value)
    }

    /// The unit of life and use.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit.map_or(Unit::Impressions, |fact| fact.value)
    }

    /// What is left in percent: as the device says, else from life and use.
    #[must_use]
    pub fn percent(&self) -> Option<Percent> {
        if let Some(left) = self.left {
            return Some(left.value);
        }
        let (life, used) = (self.capacity?.value, self.used?.value);
        (life > 0).then(|| Percent::ratio(life.saturating_sub(used), life))
    }
}
