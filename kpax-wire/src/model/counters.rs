//! Section 11: what a device has counted.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use super::{CounterId, Text};
use crate::{
    cbor::major,
    counter_table,
    error::{DecodeError, DecodeErrorKind},
    limits,
    number::Int,
    reader::{Reader, nth_local},
    vocabulary::{CounterColour, CounterSize, Function, Mult, Sides, Unit},
    writer::Writer,
};

/// All counters of a device.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums)] // the format has these two forms
pub enum CounterSet {
    /// Each value under its counter; not empty.
    Map(BTreeMap<CounterId, u64>),
    /// Values in the order of a shape's counters; a missing one is `None`.
    Shaped {
        /// The list of counters.
        shape: Shape,
        /// As many values as the shape has counters.
        values: Vec<Option<u64>>,
    },
}

/// A list of counters, in rising order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums)] // the format has these two forms
pub enum Shape {
    /// The n-th of the report's own shapes, from 0.
    Local(u64),
    /// A shape of the shared catalogue.
    Catalogue(u64),
}

/// What changed since the base.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums)] // the format has these two forms
pub enum CounterChange {
    /// Differences by counter (of one absent in the base: from 0); `None`: gone. Not empty.
    Map(BTreeMap<CounterId, Option<Int>>),
    /// Differences in rising order of the base's counters; those not listed are 0. Not empty.
    List(Vec<Int>),
}

/// What a counter without a place in the published table counts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CounterDef {
    /// The device's own name for it.
    pub name: Option<Text>,
    /// What was counted.
    pub function: Function,
    /// Of which colour.
    pub colour: CounterColour,
    /// Of which size.
    pub size: CounterSize,
    /// Of how many sides.
    pub sides: Sides,
    /// How a large sheet counts.
    pub mult: Mult,
    /// What one count is.
    pub unit: Unit,
    /// The maker's own code.
    pub code: Option<String>,
    /// prtMarkerIndex, where there are several markers.
    pub marker: Option<u64>,
    /// The maker's own group.
    pub group: Option<String>,
}

impl CounterSet {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "counter-set";
        if r.major() == Some(major::MAP) {
            return r.table(FIELD, 1, |r, _| r.uint(FIELD)).map(Self::Map);
        }
        let len = r.array(FIELD, 2..=limits::ITEMS)?;
        let at = r.position();
        let number = r.int("shape")?.get();
        let shape = match u64::try_from(number) {
            Ok(id) => {
                r.references.catalogue_used = true;
                Shape::Catalogue(id)
            }
            Err(_) => {
                let nth = nth_local(number).unwrap_or(u64::MAX);
                let known = usize::try_from(nth)
                    .ok()
                    .and_then(|nth| r.references.shapes.get(nth));
                match known.map(Vec::len) {
                    None => return Err(r.error_at(at, "shape", DecodeErrorKind::NoSuchShape)),
                    Some(counters) if u64::try_from(counters).ok() != len.checked_sub(1) => {
                        return Err(r.error_at(at, FIELD, DecodeErrorKind::ShapeLength));
                    }
                    Some(_) => Shape::Local(nth),
                }
            }
        };
        let values = (1..len)
            .map(|_| r.nullable(|r| r.uint(FIELD)))
            .collect::<Result<_, _>>()?;
        Ok(Self::Shaped { shape, values })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        match self {
            Self::Map(counters) => w.table(counters, |w, value| w.uint(*value)),
            Self::Shaped { shape, values } => {
                w.array(values.len().saturating_add(1));
                match shape {
                    Shape::Local(nth) => w.int(Text::local(*nth)),
                    Shape::Catalogue(id) => w.uint(*id),
                }
                for value in values {
                    w.nullable(*value, Writer::uint);
                }
            }
        }
    }
}

impl CounterChange {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "counter-change";
        if r.major() == Some(major::MAP) {
            return r
                .table(FIELD, 1, |r, _| r.nullable(|r| r.int(FIELD)))
                .map(Self::Map);
        }
        r.list(FIELD, 1, |r| r.int(FIELD)).map(Self::List)
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        match self {
            Self::Map(changes) => w.table(changes, |w, change| w.nullable(*change, Writer::int)),
            Self::List(differences) => w.list(differences, |w, difference| w.int(*difference)),
        }
    }
}

impl CounterDef {
    /// Reads `{ + counter-id => counter-def }`.
    pub(crate) fn read_all(r: &mut Reader<'_>) -> Result<BTreeMap<CounterId, Self>, DecodeError> {
        let start = r.position();
        r.table("counter-defs", 1, |r, id| {
            if id < 64 {
                return Err(r.error_at(start, "counter-id", DecodeErrorKind::OutOfRange));
            }
            if counter_table::find(id.into()).is_some() {
                return Err(r.error_at(start, "counter-id", DecodeErrorKind::CounterOfTable));
            }
            Self::read(r)
        })
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = r.array("counter-def", 9..=10)?;
        Ok(Self {
            name: r.nullable(|r| r.txt("name"))?,
            function: r.word("function")?,
            colour: r.word("counter-colour")?,
            size: r.word("counter-size")?,
            sides: r.word("sides")?,
            mult: r.word("mult")?,
            unit: r.word("unit")?,
            code: r.nullable(|r| r.text("code"))?,
            marker: r.nullable(|r| r.uint("marker"))?,
            group: if len > 9 { Some(r.text("group")?) } else { None },
        })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.array(if self.group.is_some() { 10 } else { 9 });
        w.nullable(self.name.as_ref(), Writer::txt);
        w.word(self.function);
        w.word(self.colour);
        w.word(self.size);
        w.word(self.sides);
        w.word(self.mult);
        w.word(self.unit);
        w.nullable(self.code.as_deref(), Writer::text);
        w.nullable(self.marker, Writer::uint);
        if let Some(group) = &self.group {
            w.text(group);
        }
    }
}
