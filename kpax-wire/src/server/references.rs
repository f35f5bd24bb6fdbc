//! What a report refers to: its own strings and shapes, the catalogue, and what gives counters a meaning.

use alloc::{collections::BTreeMap, vec::Vec};

use super::Refused;
use crate::{
    counter_table::{self, Row},
    message::{Report, Section},
    model::{
        CounterId, Handle, Text,
        alerts::Alert,
        counters::{CounterChange, CounterDef, CounterSet, Shape},
        events::EventKind,
        parts::Part,
        supplies::Supply,
    },
    vocabulary::SectionKind,
};

/// What the shared catalogue adds; `None`: that part of it is not at hand.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Lists of counters.
    pub shapes: Option<Vec<Vec<CounterId>>>,
    /// Definitions of counters.
    pub counters: Option<BTreeMap<CounterId, CounterDef>>,
}

/// One counter of a device.
#[derive(Clone, Copy, Debug)]
pub struct CounterLine<'a> {
    /// The device.
    pub handle: Handle,
    /// The counter.
    pub id: CounterId,
    /// What it counts.
    pub meaning: Meaning<'a>,
    /// Its value.
    pub value: u64,
}

/// What gives a counter its meaning.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_enums)] // there are these
pub enum Meaning<'a> {
    /// The published table.
    Table(&'static Row),
    /// A definition of the instance or the catalogue.
    Defined(&'a CounterDef),
    /// A catalogue that is not at hand.
    Unknown,
}

pub(super) fn meaning<'a>(
    id: CounterId,
    definitions: &'a BTreeMap<CounterId, CounterDef>,
    catalogue: &'a Catalogue,
) -> Meaning<'a> {
    if let Some(row) = counter_table::find(id) {
        return Meaning::Table(row);
    }
    let shared = || catalogue.counters.as_ref().and_then(|counters| counters.get(&id));
    definitions
        .get(&id)
        .or_else(shared)
        .map_or(Meaning::Unknown, Meaning::Defined)
}

/// Follows the references of one report.
pub(super) struct References<'a> {
    report: &'a Report,
    held: &'a BTreeMap<CounterId, CounterDef>,
    catalogue: &'a Catalogue,
}

impl<'a> References<'a> {
    pub(super) const fn new(
        report: &'a Report,
        held: &'a BTreeMap<CounterId, CounterDef>,
        catalogue: &'a Catalogue,
    ) -> Self {
        Self {
            report,
            held,
            catalogue,
        }
    }

    /// The report's definitions with their references followed, none of which contradicts an earlier one.
    pub(super) fn definitions(&mut self) -> Result<BTreeMap<CounterId, CounterDef>, Refused> {
        let mut definitions = BTreeMap::new();
        for (id, definition) in &self.report.definitions {
            let mut definition = definition.clone();
            self.resolve(&mut definition.name);
            if self.held.get(id).is_some_and(|held| *held != definition) {
                return Err(Refused::RedefinedCounter(*id));
            }
            definitions.insert(*id, definition);
        }
        Ok(definitions)
    }

    /// Whether every counter has a meaning, and every shape is at hand and fits.
    pub(super) fn check(&self, definitions: &BTreeMap<CounterId, CounterDef>) -> Result<(), Refused> {
        let check = |id: CounterId| self.check_counter(id, definitions);
        let check_set = |set: &CounterSet| self.counters(set)?.into_keys().try_for_each(check);
        for section in &self.report.sections {
            match section {
                Section::Counters(rows) => rows.iter().try_for_each(|row| check_set(&row.value))?,
                Section::CountersDelta(_, rows) => rows.iter().try_for_each(|row| match &row.value {
                    CounterChange::Map(changes) => changes.keys().copied().try_for_each(check),
                    CounterChange::List(_) => Ok(()),
                })?,
                Section::Readings(readings) => {
                    readings
                        .iter()
                        .try_for_each(|reading| check_set(&reading.counters))?;
                }
                Section::Events(events) => events.iter().try_for_each(|event| match &event.what {
                    EventKind::CounterWentBack { counter, .. }
                    | EventKind::MeterSourceChanged { counter, .. } => check(*counter),
                    _ => Ok(()),
                })?,
                _ => {}
            }
        }
        Ok(())
    }

    fn check_counter(
        &self,
        id: CounterId,
        definitions: &BTreeMap<CounterId, CounterDef>,
    ) -> Result<(), Refused> {
        if counter_table::find(id).is_some() || definitions.contains_key(&id) || self.held.contains_key(&id) {
            return Ok(());
        }
        let shared = self
            .catalogue
            .counters
            .as_ref()
            .is_none_or(|counters| counters.contains_key(&id));
        if shared && self.report.catalogue.is_some() {
            Ok(())
        } else {
            Err(Refused::UndefinedCounter(id))
        }
    }

    /// The values under their counters.
    pub(super) fn counters(&self, set: &CounterSet) -> Result<BTreeMap<CounterId, u64>, Refused> {
        let (shape, values) = match set {
            CounterSet::Map(map) => return Ok(map.clone()),
            CounterSet::Shaped { shape, values } => (shape, values),
        };
        let (ids, number) = match shape {
            Shape::Local(nth) => (nth_of(&self.report.shapes, *nth), *nth),
            Shape::Catalogue(id) => {
                let shapes = self.catalogue.shapes.as_ref().ok_or(Refused::NoCatalogue(*id))?;
                (nth_of(shapes, *id), *id)
            }
        };
        let ids = ids
            .filter(|ids| ids.len() == values.len())
            .ok_or(Refused::CatalogueShape(number))?;
        Ok(ids
            .iter()
            .zip(values)
            .filter_map(|(id, value)| Some((*id, (*value)?)))
            .collect())
    }

    /// Whether the device's read of this kind did not complete.
    pub(super) fn is_partial(&self, handle: Handle, kind: SectionKind) -> bool {
        self.report
            .partial
            .get(&handle)
            .is_some_and(|kinds| kinds.contains(&kind))
    }

    pub(super) fn supply(&self, supply: &Supply) -> Supply {
        let mut supply = supply.clone();
        self.resolve(&mut supply.description);
        self.resolve(&mut supply.part_number);
        supply
    }

    pub(super) fn part(&self, part: &Part) -> Part {
        let mut part = part.clone();
        self.resolve(&mut part.description);
        self.resolve(&mut part.part_number);
        part
    }

    pub(super) fn alert(&self, alert: &Alert) -> Alert {
        let mut alert = alert.clone();
        self.resolve(&mut alert.description);
        alert
    }

    pub(super) fn event(&self, what: &EventKind) -> EventKind {
        let mut what = what.clone();
        match &mut what {
            EventKind::AlertRaised(alert) => self.resolve(&mut alert.description),
            EventKind::FirmwareChanged { name, before, after } => {
                [name, before, after]
                    .into_iter()
                    .for_each(|text| self.resolve(text));
            }
            EventKind::MeterSourceChanged { before, after, .. } => {
                [before, after].into_iter().for_each(|text| self.resolve(text));
            }
            _ => {}
        }
        what
    }

    /// Local strings become texts; ids of the catalogue stay, since it only grows.
    fn resolve(&self, text: &mut Option<Text>) {
        if let Some(Text::Local(nth)) = text {
            *text = nth_of(&self.report.strings, *nth).cloned().map(Text::Here);
        }
    }
}

fn nth_of<T>(list: &[T], nth: u64) -> Option<&T> {
    list.get(usize::try_from(nth).ok()?)
}
