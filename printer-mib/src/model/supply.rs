//! Supplies: toner, ink, drums, waste containers, staples.

use super::{Capacity, Date, Fact, Index, Level, Percent, Source};
use crate::mib::{
    marker::{SupplyClass, SupplyKind},
    unit::Unit,
};
use alloc::string::String;

crate::enumeration::closed_enumeration! {
    /// The colour of a supply. One without a colour has none at all.
    pub enum SupplyColor {
        Black = 1 "black",
        Cyan = 2 "cyan",
        Magenta = 3 "magenta",
        Yellow = 4 "yellow",
        LightCyan = 5 "light_cyan",
        LightMagenta = 6 "light_magenta",
        Gray = 7 "gray",
        LightGray = 8 "light_gray",
        PhotoBlack = 9 "photo_black",
        MatteBlack = 10 "matte_black",
        Red = 11 "red",
        Green = 12 "green",
        Blue = 13 "blue",
        Orange = 14 "orange",
        White = 15 "white",
        Clear = 16 "clear",
        /// Several in one (tri-color), or one that has no word here.
        Other = 17 "other",
    }
}

/// A row of prtMarkerSuppliesTable, or of a maker's own table of supplies.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Supply {
    /// The row.
    pub index: Index,
    /// What it is (prtMarkerSuppliesType).
    pub kind: Option<Fact<SupplyKind>>,
    /// Whether it is used up or fills up (prtMarkerSuppliesClass).
    pub class: Option<Fact<SupplyClass>>,
    /// Its colour, by the colorant that the row points to, else by the description's words.
    pub color: Option<Fact<SupplyColor>>,
    /// What the device calls it, without part and serial numbers.
    pub description: Option<Fact<String>>,
    /// What it holds when full (prtMarkerSuppliesMaxCapacity).
    pub capacity: Option<Fact<Capacity>>,
    /// What is left of it, or how much room is left in it (prtMarkerSuppliesLevel).
    pub level: Option<Fact<Level>>,
    /// The unit of capacity and level (prtMarkerSuppliesSupplyUnit).
    pub unit: Option<Fact<Unit>>,
    /// What only some devices tell.
    pub details: SupplyDetails,
    /// The row's first varbind: what vouches for the row as a whole.
    pub source: Source,
}

impl Supply {
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
            level: None,
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

    /// Its level; [`Level::NotReported`] where the device gives none.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level.map_or(Level::NotReported, |fact| fact.value)
    }

    /// Its capacity; [`Capacity::NotReported`] where the device gives none.
    #[must_use]
    pub fn capacity(&self) -> Capacity {
        self.capacity.map_or(Capacity::NotReported, |fact| fact.value)
    }

    /// The unit; [`Unit::Unknown`] where the device does not say.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit.map_or(Unit::Unknown, |fact| fact.value)
    }

    /// How much is left of it in percent (of a receptacle: how much room), by [`Percent::of`].
    #[must_use]
    pub fn percent(&self) -> Option<Percent> {
        Percent::of(self.level(), self.capacity(), self.unit())
    }
}

/// What only some devices tell of a supply or a part.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct SupplyDetails {
    /// The maker's order number.
    pub part_number: Option<Fact<String>>,
    /// The serial number of this very piece.
    pub serial: Option<Fact<String>>,
    /// Whether it is the maker's own.
    pub genuine: Option<Fact<bool>>,
    /// When it was put in.
    pub installed: Option<Fact<Date>>,
    /// Pages that the device expects to print with what is left.
    pub pages_left: Option<Fact<u64>>,
    /// Pages that a full one prints.
    pub pages_yield: Option<Fact<u64>>,
    /// How often it was replaced.
    pub replaced_count: Option<Fact<u64>>,
    /// Mean coverage.
    pub coverage: Option<Fact<Percent>>,
}
