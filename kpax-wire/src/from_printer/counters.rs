//! Counters of a printer: ids of the published table, and definitions for all others.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
};

use printer_mib::model::{Counter, CounterLevel as Level};

use super::rows::cut;
use crate::{
    counter_table::{self, CounterLevel},
    model::{CounterId, Text, counters::CounterDef},
    vocabulary::{CounterColour, CounterSize, Function, Mult, Sides, Unit},
};

/// The first id that a collector gives.
const OWN: u64 = 1024;

/// What a server is told of a counter, and so what it shows of it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, clippy::large_enum_variant)] // one or the other; short-lived
pub enum CounterMeaning {
    /// A row of the published table: the server shows the row's label and level.
    Table(&'static counter_table::Row),
    /// A definition: the server shows its fields, and the level "maker".
    Defined(CounterDef),
}

/// What a counter is on the wire: the row of the published table that says exactly this, else a definition. A counter
/// of one of several markers, or with a name, code or group that no row has, is a definition.
#[must_use]
pub fn counter_meaning(counter: &Counter) -> CounterMeaning {
    let definition = define(counter);
    let found = counter_table::rows()
        .iter()
        .find(|row| says(row, counter, &definition));
    found.map_or(CounterMeaning::Defined(definition), CounterMeaning::Table)
}

fn says(row: &counter_table::Row, counter: &Counter, definition: &CounterDef) -> bool {
    let level = match counter.level {
        Level::Main => CounterLevel::Main,
        Level::Advanced => CounterLevel::Advanced,
        _ => CounterLevel::Maker,
    };
    // The common counters are known by what they count, the makers' also by their name or code.
    let name = match counter.name.as_deref() {
        Some(name) => name == row.name,
        None => row.id < CounterId::new(64) || row.code.is_some(),
    };
    name && counter.marker.is_none()
        && level == row.level
        && counter.code.as_deref() == row.code
        && counter.group.as_deref() == row.group
        && definition.function == row.function
        && definition.colour == row.colour
        && definition.size == row.size
        && definition.sides == row.sides
        && definition.mult == row.mult
        && definition.unit == row.unit
}

fn define(counter: &Counter) -> CounterDef {
    let text = |text: &String| cut(text).into();
    CounterDef {
        name: counter.name.as_deref().map(|name| Text::from(cut(name))),
        function: Function::from_number(counter.function.number().into()).unwrap_or(Function::Other),
        colour: CounterColour::from_number(counter.color.number().into()).unwrap_or(CounterColour::Unknown),
        size: CounterSize::from_number(counter.size.number().into()).unwrap_or(CounterSize::Other),
        sides: Sides::from_number(counter.sides.number().into()).unwrap_or(Sides::All),
        mult: Mult::from_number(counter.multiplicity.number().into()).unwrap_or(Mult::Unknown),
        unit: Unit::from_number(counter.unit.number().into()).unwrap_or(Unit::Unknown),
        code: counter.code.as_ref().map(text),
        marker: counter.marker.map(Into::into),
        group: counter.group.as_ref().map(text),
    }
}

/// The values of one device under their ids. A definition that the instance or this report has keeps its id; two
/// counters of one device that nothing tells apart get an id each.
pub(super) fn set(
    counters: &[Counter],
    known: &BTreeMap<CounterId, CounterDef>,
    used: &mut BTreeMap<CounterId, CounterDef>,
) -> BTreeMap<CounterId, u64> {
    let mut set = BTreeMap::new();
    let mut by_meaning = BTreeSet::new();
    for counter in counters {
        let definition = match counter_meaning(counter) {
            CounterMeaning::Table(row) if by_meaning.insert(row.id) => {
                set.insert(row.id, counter.value);
                continue;
            }
            CounterMeaning::Table(_) => define(counter),
            CounterMeaning::Defined(definition) => definition,
        };
        let id = known
            .iter()
            .chain(used.iter())
            .find(|(id, other)| **other == definition && !set.contains_key(id))
            .map(|(id, _)| *id)
            .unwrap_or_else(|| {
                let last = known
                    .keys()
                    .chain(used.keys())
                    .max()
                    .map_or(0, |last| last.get().saturating_add(1));
                CounterId::new(last.max(OWN))
            });
        used.insert(id, definition);
        set.insert(id, counter.value);
    }
    set
}
