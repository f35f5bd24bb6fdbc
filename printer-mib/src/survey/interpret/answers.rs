//! The arena's varbinds in the order of the MIB, and their values as what a column wants.

use crate::{
    arena::{Arena, Offset},
    mib::object,
    model::{Fact, Index, Source, Sure},
    text::{self, Charset},
};
use alloc::{string::String, vec::Vec};
use snmp_core::{
    oid::{Oid, OidBuf},
    value::Value,
};

/// One varbind of a survey.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a> {
    pub(super) name: Oid<'a>,
    pub(super) value: Value<'a>,
    pub(super) offset: Offset,
}

/// All varbinds of a survey, by name.
#[derive(Debug)]
pub(super) struct Answers<'a> {
    cells: Vec<Cell<'a>>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(arena: &'a Arena) -> Self {
        let mut cells: Vec<Cell<'a>> = arena
            .iter()
            .filter(|(_, var_bind)| {
                !matches!(var_bind.value, Value::Malformed { .. } | Value::Unknown { .. })
            })
            .map(|(offset, var_bind)| Cell {
                name: var_bind.name,
                value: var_bind.value,
                offset,
            })
            .collect();
        // The later of two values under one name comes first, and is the one that stays.
        cells.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| b.offset.cmp(&a.offset)));
        cells.dedup_by(|later, earlier| later.name == earlier.name);
        Self { cells }
    }

    /// Everything in a subtree.
    pub(super) fn under(&self, subtree: Oid<'_>) -> &[Cell<'a>] {
        let begin = self.cells.partition_point(|cell| cell.name < subtree);
        let rest = self.cells.get(begin..).unwrap_or_default();
        // What begins with the subtree's arcs stands together, directly behind it.
        let len = rest.partition_point(|cell| cell.name.starts_with(subtree));
        rest.get(..len).unwrap_or_default()
    }

    /// The first instance of an object: of a scalar the only one.
    pub(super) fn first(&self, object: Oid<'_>) -> Option<Cell<'a>> {
        self.under(object).first().copied()
    }

    /// The instance with this index.
    pub(super) fn at(&self, object: Oid<'_>, index: &[u32]) -> Option<Cell<'a>> {
        self.under(object)
            .iter()
            .find(|cell| {
                cell.name
                    .index_in(object)
                    .is_some_and(|arcs| arcs.eq(index.iter().copied()))
            })
            .copied()
    }

    /// The cells of a table: column, index, cell. `entry` is the OID before the column's arc. Names without an index
    /// are no cells.
    pub(super) fn table(&self, entry: Oid<'_>) -> impl Iterator<Item = (u32, Vec<u32>, Cell<'a>)> {
        self.under(entry).iter().filter_map(move |cell| {
            let mut arcs = cell.name.index_in(entry)?;
            let column = arcs.next()?;
            let index: Vec<u32> = arcs.collect();
            (!index.is_empty()).then_some((column, index, *cell))
        })
    }
}

impl<'a> Cell<'a> {
    /// The cell as a source, taken as the MIB says.
    pub(super) const fn source(&self) -> Source {
        Source::standard(self.offset)
    }

    /// A number, of whatever type: devices send INTEGER for Counter32, and digits in an OCTET STRING.
    pub(super) fn number(&self) -> Option<Fact<i64>> {
        let number = match self.value {
            Value::Integer(number) => i64::from(number),
            Value::Counter32(number) | Value::Gauge32(number) | Value::TimeTicks(number) => i64::from(number),
            Value::Counter64(number) => i64::try_from(number).ok()?,
            Value::OctetString(octets) => {
                let number = core::str::from_utf8(octets)
                    .ok()?
                    .trim_matches(['\0', ' '])
                    .parse()
                    .ok()?;
                return Some(Fact::new(number, self.source().sure_to(Sure::Medium)));
            }
            _ => return None,
        };
        Some(Fact::new(number, self.source()))
    }

    /// A number of an enumeration; a negative one is none.
    pub(super) fn unsigned(&self) -> Option<Fact<u32>> {
        let number = self.number()?;
        Some(number.saying(u32::try_from(number.value).ok()?))
    }

    /// A value of an enumeration.
    pub(super) fn listed<T>(&self, from_number: fn(u32) -> T) -> Option<Fact<T>> {
        let number = self.unsigned()?;
        Some(number.saying(from_number(number.value)))
    }

    /// A value of an enumeration whose numbers may be negative.
    pub(super) fn signed_as<T>(&self, from_number: fn(i32) -> T) -> Option<Fact<T>> {
        let number = self.signed()?;
        Some(number.saying(from_number(number.value)))
    }

    /// A signed number of 32 bits.
    pub(super) fn signed(&self) -> Option<Fact<i32>> {
        let number = self.number()?;
        Some(number.saying(i32::try_from(number.value).ok()?))
    }

    /// The octets of an OCTET STRING.
    pub(super) const fn octets(&self) -> Option<&'a [u8]> {
        match self.value {
            Value::OctetString(octets) => Some(octets),
            _ => None,
        }
    }

    /// An object identifier other than 0.0, also one written as text.
    pub(super) fn object_identifier(&self) -> Option<Fact<OidBuf>> {
        match self.value {
            Value::ObjectIdentifier(oid) if oid.arcs().any(|arc| arc != 0) => {
                Some(Fact::new(oid.to_buf(), self.source()))
            }
            Value::OctetString(octets) => {
                let oid: OidBuf = core::str::from_utf8(octets)
                    .ok()?
                    .trim_matches(['\0', ' '])
                    .parse()
                    .ok()?;
                Some(Fact::new(oid, self.source().sure_to(Sure::Medium)))
            }
            _ => None,
        }
    }
}

/// In which character sets the device writes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Texts {
    general: Charset,
    console: Charset,
}

impl Texts {
    /// prtGeneralCurrentLocalization and prtConsoleLocalization point to a row of prtLocalizationTable; a device
    /// without the pointer has its first row counted.
    pub(super) fn new(answers: &Answers<'_>) -> Self {
        let first = answers.first(object::PRT_LOCALIZATION_CHARACTER_SET);
        let charset = |pointer: Oid<'_>| {
            let row = answers.first(pointer).and_then(|cell| {
                let mut index: Vec<u32> = cell.name.index_in(pointer)?.collect();
                index.push(cell.unsigned()?.value);
                answers.at(object::PRT_LOCALIZATION_CHARACTER_SET, &index)
            });
            Some(Charset::from_mib_enum(row.or(first)?.unsigned()?.value))
        };
        let general = charset(object::PRT_GENERAL_CURRENT_LOCALIZATION).unwrap_or(Charset::Latin1);
        let console = charset(object::PRT_CONSOLE_LOCALIZATION).unwrap_or(general);
        Self { general, console }
    }

    /// A text of the printer, without what is not text; `None` when nothing is left.
    pub(super) fn general(&self, cell: &Cell<'_>) -> Option<Fact<String>> {
        read(cell, self.general)
    }

    /// A text of the panel.
    pub(super) fn console(&self, cell: &Cell<'_>) -> Option<Fact<String>> {
        read(cell, self.console)
    }
}

fn read(cell: &Cell<'_>, charset: Charset) -> Option<Fact<String>> {
    let text = text::decode(cell.octets()?, charset);
    (!text.is_empty()).then(|| Fact::new(text, cell.source()))
}

/// An index as the model has it.
pub(super) const fn index(arcs: Vec<u32>) -> Index {
    Index::Arcs(arcs)
}
