//! Section 13: service parts, which wear.

use alloc::collections::BTreeMap;

use super::{
    Index, Text,
    supplies::{SupplyMore, optional_txt, read_changes, tail_len, write_tail},
};
use crate::{
    error::DecodeError,
    number::{Int, Num, Percent},
    reader::Reader,
    vocabulary::{SupplyColour, SupplyType, Unit},
    writer::Writer,
};

/// One part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Part {
    /// Which row of the device's table.
    pub index: Index,
    /// What it is.
    pub kind: SupplyType,
    /// Its colour.
    pub colour: SupplyColour,
    /// Life; `None`: not known.
    pub max: Option<Num>,
    /// What of it is used.
    pub used: Option<Num>,
    /// What is left of it, percent, as the device says.
    pub left: Option<u64>,
    /// The device's own words for it.
    pub description: Option<Text>,
    /// Part number.
    pub part_number: Option<Text>,
    /// The rest.
    pub more: SupplyMore,
}

/// What changed of a part since the base.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, clippy::large_enum_variant)] // the format has these forms; rows are few
pub enum PartChange {
    /// More is used.
    Used {
        /// Difference of `used`.
        difference: Int,
        /// The new [`Part::left`]; outer `None`: as before.
        left: Option<Option<u64>>,
        /// The fields of [`SupplyMore`] that changed; with any of them `left` is given too.
        more: SupplyMore,
    },
    /// The whole entry, new or changed.
    Whole(Part),
    /// It is gone.
    Gone,
}

impl Part {
    /// Unit of `max` and `used`.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.more.unit.unwrap_or(Unit::Impressions)
    }

    /// What is left, by the format's formula; `None` where nobody knows.
    #[must_use]
    pub fn percent(&self) -> Option<Percent> {
        match (self.left, self.used, self.max) {
            (Some(left), ..) => Percent::from_number(Num::from(left)),
            (None, Some(used), Some(max)) => Percent::left_of(used, max),
            _ => None,
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = r.array("part", 6..=9)?;
        Ok(Self {
            index: Index::read(r)?,
            kind: r.word("supply-type")?,
            colour: r.word("supply-colour")?,
            max: r.nullable(|r| r.num("max"))?,
            used: r.nullable(|r| r.num("used"))?,
            left: r.nullable(|r| r.uint("left"))?,
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
        w.nullable(self.max, Writer::num);
        w.nullable(self.used, Writer::num);
        w.nullable(self.left, Writer::uint);
    }
}

impl PartChange {
    /// Reads `{ + index => part-change }`.
    pub(crate) fn read_all(r: &mut Reader<'_>) -> Result<BTreeMap<Index, Self>, DecodeError> {
        read_changes(
            r,
            |r, len| {
                if matches!(len, Some(6..)) {
                    return Part::read(r).map(Self::Whole);
                }
                if r.null() {
                    return Ok(Self::Gone);
                }
                let len = r.array("part-change", 1..=3)?;
                Ok(Self::Used {
                    difference: r.int("used")?,
                    left: if len > 1 {
                        Some(r.nullable(|r| r.uint("left"))?)
                    } else {
                        None
                    },
                    more: if len > 2 {
                        SupplyMore::read(r)?
                    } else {
                        SupplyMore::default()
                    },
                })
            },
            |change| match change {
                Self::Whole(part) => Some(&part.index),
                _ => None,
            },
        )
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        match self {
            Self::Used {
                difference,
                left,
                more,
            } => {
                let with_more = !more.is_empty();
                let with_left = with_more || left.is_some();
                w.array(1 + usize::from(with_left) + usize::from(with_more));
                w.int(*difference);
                if with_left {
                    w.nullable(left.flatten(), Writer::uint);
                }
                if with_more {
                    more.write(w);
                }
            }
            Self::Whole(part) => part.write(w),
            Self::Gone => w.null(),
        }
    }
}
