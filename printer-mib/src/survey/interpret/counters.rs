//! prtMarkerTable → meters.

use super::answers::{Answers, Cell};
use crate::{
    mib::{object, unit::Unit},
    model::{Counter, CounterLevel, Function},
};
use alloc::{borrow::ToOwned, collections::BTreeMap, vec::Vec};
use snmp_core::oid::Oid;

const MARKER_ENTRY: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.43.10.2.1);

#[derive(Default)]
struct Marker<'a> {
    unit: Option<Cell<'a>>,
    life: Option<Cell<'a>>,
    since_power_on: Option<Cell<'a>>,
}

/// Each marker's life count and count since power-on.
///
/// Of several markers one stands for the device: the default one, else the first. The others are often copies of it and
/// are never added (LibreNMS, too, takes the first); they keep their prtMarkerIndex.
pub(super) fn read(answers: &Answers<'_>) -> Vec<Counter> {
    let mut markers: BTreeMap<Vec<u32>, Marker<'_>> = BTreeMap::new();
    for (column, index, cell) in answers.table(MARKER_ENTRY) {
        let marker = markers.entry(index).or_default();
        match column {
            3 => marker.unit = Some(cell),
            4 => marker.life = Some(cell),
            5 => marker.since_power_on = Some(cell),
            _ => {}
        }
    }
    markers.retain(|_, marker| marker.life.is_some() || marker.since_power_on.is_some());
    let main = main(answers, &markers);
    let mut counters = Vec::new();
    for (index, marker) in &markers {
        let unit = marker
            .unit
            .and_then(|cell| cell.unsigned())
            .map_or(Unit::Unknown, |unit| Unit::from_number(unit.value));
        let is_main = Some(index) == main.as_ref();
        let number = index.last().copied().filter(|_| !is_main);
        if let Some(count) = marker.life.and_then(count) {
            let level = if is_main { level(unit) } else { CounterLevel::Maker };
            let mut counter = Counter::new(Function::Total, unit, level, count);
            counter.marker = number;
            counters.push(counter);
        }
        if let Some(count) = marker.since_power_on.and_then(count) {
            let mut counter = Counter::new(Function::Other, unit, CounterLevel::Maker, count);
            counter.name = Some("Since power-on".to_owned());
            counter.marker = number;
            counters.push(counter);
        }
    }
    counters
}

/// The marker that stands for the device.
fn main(answers: &Answers<'_>, markers: &BTreeMap<Vec<u32>, Marker<'_>>) -> Option<Vec<u32>> {
    let default = answers.first(object::PRT_MARKER_DEFAULT_INDEX).and_then(|cell| {
        let mut index: Vec<u32> = cell.name.index_in(object::PRT_MARKER_DEFAULT_INDEX)?.collect();
        index.push(cell.unsigned()?.value);
        Some(index)
    });
    default
        .filter(|index| markers.contains_key(index))
        .or_else(|| markers.keys().next().cloned())
}

/// Billing counts sides; other units are a total too, but not the one to bill.
const fn level(unit: Unit) -> CounterLevel {
    match unit {
        Unit::Impressions => CounterLevel::Main,
        Unit::Sheets | Unit::Meters | Unit::Labels => CounterLevel::Advanced,
        _ => CounterLevel::Maker,
    }
}

/// A count; a negative one is none.
fn count(cell: Cell<'_>) -> Option<crate::Fact<u64>> {
    let number = cell.number()?;
    Some(number.saying(u64::try_from(number.value).ok()?))
}
