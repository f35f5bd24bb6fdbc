//! Section 12: what a device uses up or fills.

use alloc::{collections::BTreeMap, string::String};

use super::{Extensions, Index, Level, Text};
use crate::{
    cbor::major,
    error::{DecodeError, DecodeErrorKind},
    number::{Int, Num, Percent},
    reader::Reader,
    vocabulary::{SupplyClass, SupplyColour, SupplyType, Unit},
    writer::{Fields, Writer},
};

/// One supply.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Supply {
    /// Which row of the device's table.
    pub index: Index,
    /// What it is.
    pub kind: SupplyType,
    /// Its colour.
    pub colour: SupplyColour,
    /// Unit of `max` and `level`.
    pub unit: Unit,
    /// Capacity; `None`: not known.
    pub max: Option<Num>,
    /// What is left, or the room left.
    pub level: Level,
    /// The device's own words for it.
    pub description: Option<Text>,
    /// Part number.
    pub part_number: Option<Text>,
    /// The rest.
    pub more: SupplyMore,
}

/// What few supplies and parts have.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SupplyMore {
    /// Serial number.
    pub serial: Option<String>,
    /// Whether it empties or fills, where that is not the class of its type.
    pub class: Option<SupplyClass>,
    /// Whether it is the maker's own.
    pub genuine: Option<bool>,
    /// Day of installation, days since 1970-01-01.
    pub installed: Option<Int>,
    /// Pages left, as the device says.
    pub pages_left: Option<u64>,
    /// Nominal yield, in pages.
    pub rated_pages: Option<u64>,
    /// How often it was replaced.
    pub replaced_count: Option<u64>,
    /// Mean coverage, percent.
    pub coverage: Option<Num>,
    /// Unit of a part's `max` and `used`, where not impressions.
    pub unit: Option<Unit>,
    /// Fields of later versions.
    pub extensions: Extensions,
}

/// What changed of a supply since the base.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, clippy::large_enum_variant)] // the format has these forms; rows are few
pub enum SupplyChange {
    /// The level, and the fields of [`SupplyMore`] that changed.
    Level(Level, SupplyMore),
    /// The whole entry, new or changed.
    Whole(Supply),
    /// It is gone.
    Gone,
}

impl Supply {
    /// Whether it empties or fills.
    #[must_use]
    pub fn class(&self) -> SupplyClass {
        self.more.class.unwrap_or(self.kind.class())
    }

    /// How full it is, by the format's formula; `None` where nobody knows.
    #[must_use]
    pub fn percent(&self) -> Option<Percent> {
        let Level::Known(level) = self.level else {
            return None;
        };
        match self.max {
            None if self.unit == Unit::Percent => Percent::from_number(level),
            None => None,
            Some(max) if max.parts().0 == 0 && level.parts().0 == 0 => Percent::of(level, Num::from(1)),
            Some(max) => Percent::of(level, max),
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = r.array("supply", 6..=9)?;
        Ok(Self {
            index: Index::read(r)?,
            kind: r.word("supply-type")?,
            colour: r.word("supply-colour")?,
            unit: r.word("unit")?,
            max: r.nullable(|r| r.num("max"))?,
            level: Level::read(r)?,
            description: optional_txt(r, len > 6, "desc")?,
            part_number: optional_txt(r, len > 7, "part-number")?,
            more: if len > 8 {
                SupplyMore::read(r)?
            } else {
                SupplyMore::default()
            },
        })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.array(6 + tail_len(self.description.as_ref(), self.part_number.as_ref(), &self.more));
        self.index.write(w);
        self.write_numbers(w);
        write_tail(
            w,
            self.description.as_ref(),
            self.part_number.as_ref(),
            &self.more,
        );
    }

    /// The form of the state: without its index, nothing left out.
    #[cfg(feature = "server")]
    pub(crate) fn write_state(&self, w: &mut Writer) {
        w.array(8);
        self.write_numbers(w);
        w.nullable(self.description.as_ref(), Writer::txt);
        w.nullable(self.part_number.as_ref(), Writer::txt);
        self.more.write(w);
    }

    fn write_numbers(&self, w: &mut Writer) {
        w.word(self.kind);
        w.word(self.colour);
        w.word(self.unit);
        w.nullable(self.max, Writer::num);
        self.level.write(w);
    }
}

impl SupplyChange {
    /// Reads `{ + index => supply-change }`.
    pub(crate) fn read_all(r: &mut Reader<'_>) -> Result<BTreeMap<Index, Self>, DecodeError> {
        read_changes(
            r,
            |r, len| {
                Ok(match len {
                    Some(6..) => Self::Whole(Supply::read(r)?),
                    Some(2) => {
                        r.array("supply-change", 2..=2)?;
                        Self::Level(Level::read(r)?, SupplyMore::read(r)?)
                    }
                    _ if r.null() => Self::Gone,
                    _ => Self::Level(Level::read(r)?, SupplyMore::default()),
                })
            },
            |change| match change {
                Self::Whole(supply) => Some(&supply.index),
                _ => None,
            },
        )
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        match self {
            Self::Level(level, more) if more.is_empty() => level.write(w),
            Self::Level(level, more) => {
                w.array(2);
                level.write(w);
                more.write(w);
            }
            Self::Whole(supply) => supply.write(w),
            Self::Gone => w.null(),
        }
    }
}

impl SupplyMore {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes over what `newer` says.
    #[cfg(feature = "server")]
    pub(crate) fn merge(&mut self, newer: Self) {
        fn take<T>(old: &mut Option<T>, new: Option<T>) {
            if new.is_some() {
                *old = new;
            }
        }
        take(&mut self.serial, newer.serial);
        take(&mut self.class, newer.class);
        take(&mut self.genuine, newer.genuine);
        take(&mut self.installed, newer.installed);
        take(&mut self.pages_left, newer.pages_left);
        take(&mut self.rated_pages, newer.rated_pages);
        take(&mut self.replaced_count, newer.replaced_count);
        take(&mut self.coverage, newer.coverage);
        take(&mut self.unit, newer.unit);
        self.extensions.extend(newer.extensions);
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut more = Self::default();
        let extensions = r.fields("supply-more", |r, key| {
            match key {
                1 => more.serial = Some(r.text("serial")?),
                2 => more.class = Some(r.word("supply-class")?),
                3 => more.genuine = Some(r.bool("genuine")?),
                4 => more.installed = Some(r.int("installed")?),
                5 => more.pages_left = Some(r.uint("pages left")?),
                6 => more.rated_pages = Some(r.uint("yield")?),
                7 => more.replaced_count = Some(r.uint("times replaced")?),
                8 => more.coverage = Some(r.num("coverage")?),
                9 => more.unit = Some(r.word("unit")?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { extensions, ..more })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        let mut fields = Fields::new();
        fields.text(1, self.serial.as_ref());
        fields.maybe(2, self.class, Writer::word);
        fields.maybe(3, self.genuine, Writer::bool);
        fields.maybe(4, self.installed, Writer::int);
        fields.maybe(5, self.pages_left, Writer::uint);
        fields.maybe(6, self.rated_pages, Writer::uint);
        fields.maybe(7, self.replaced_count, Writer::uint);
        fields.maybe(8, self.coverage, Writer::num);
        fields.maybe(9, self.unit, Writer::word);
        fields.finish(&self.extensions, w);
    }
}

pub(super) fn optional_txt(
    r: &mut Reader<'_>,
    there: bool,
    field: &'static str,
) -> Result<Option<Text>, DecodeError> {
    if there {
        r.nullable(|r| r.txt(field))
    } else {
        Ok(None)
    }
}

/// How many of the three items that may be missing at the end are there.
pub(super) fn tail_len(description: Option<&Text>, part_number: Option<&Text>, more: &SupplyMore) -> usize {
    if !more.is_empty() {
        3
    } else if part_number.is_some() {
        2
    } else {
        usize::from(description.is_some())
    }
}

pub(super) fn write_tail(
    w: &mut Writer,
    description: Option<&Text>,
    part_number: Option<&Text>,
    more: &SupplyMore,
) {
    let len = tail_len(description, part_number, more);
    if len > 0 {
        w.nullable(description, Writer::txt);
    }
    if len > 1 {
        w.nullable(part_number, Writer::txt);
    }
    if len > 2 {
        more.write(w);
    }
}

/// Reads a map of changes; a whole entry must carry the index that is its key.
pub(super) fn read_changes<T>(
    r: &mut Reader<'_>,
    mut read: impl FnMut(&mut Reader<'_>, Option<u64>) -> Result<T, DecodeError>,
    index_of: impl Fn(&T) -> Option<&Index>,
) -> Result<BTreeMap<Index, T>, DecodeError> {
    const FIELD: &str = "changes";
    if r.major() != Some(major::MAP) {
        return r.fail(FIELD, DecodeErrorKind::UnexpectedType);
    }
    let len = r.map(FIELD, 1)?;
    let mut changes = BTreeMap::new();
    for _ in 0..len {
        let index = Index::read(r)?;
        let start = r.position();
        let items = r.peek_array();
        let change = read(r, items)?;
        if index_of(&change).is_some_and(|own| *own != index) {
            return Err(r.error_at(start, "index", DecodeErrorKind::OutOfRange));
        }
        changes.insert(index, change);
    }
    Ok(changes)
}
