//! The states that deltas change: counters, supplies, parts, alerts.

use alloc::{collections::BTreeMap, vec::Vec};

use sha2::{Digest, Sha256};

use super::{Refused, references::References};
use crate::{
    message::Section,
    model::{
        Check, CounterId, Handle, Index, Row,
        alerts::{Alert, AlertChange},
        counters::CounterChange,
        parts::{Part, PartChange},
        supplies::{Supply, SupplyChange},
    },
    number::{Int, Num, Percent},
    vocabulary::SectionKind,
    writer::Writer,
};

/// Section kinds that have a state.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums)] // version 1 has these
pub enum StateKind {
    /// 11.
    Counters,
    /// 12.
    Supplies,
    /// 13.
    Parts,
    /// 14.
    Alerts,
}

impl StateKind {
    /// The section kind.
    #[must_use]
    pub const fn section(self) -> SectionKind {
        match self {
            Self::Counters => SectionKind::Counters,
            Self::Supplies => SectionKind::Supplies,
            Self::Parts => SectionKind::ServiceParts,
            Self::Alerts => SectionKind::Alerts,
        }
    }

    pub(super) fn of(section: &Section) -> Option<Self> {
        match section.kind()? {
            SectionKind::Counters => Some(Self::Counters),
            SectionKind::Supplies => Some(Self::Supplies),
            SectionKind::ServiceParts => Some(Self::Parts),
            SectionKind::Alerts => Some(Self::Alerts),
            _ => None,
        }
    }
}

/// What of a delta does not fit its base.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DeltaError {
    /// The device is not in the base.
    #[error("the device is not in the base")]
    NoDevice,
    /// The row is not in the base.
    #[error("the row is not in the base")]
    NoRow,
    /// A read that did not complete says that something is gone.
    #[error("a partial read removes")]
    PartialRemoves,
    /// More differences than the base has counters.
    #[error("more differences than counters")]
    TooManyDifferences,
    /// The sum is no counter, or no number of the format.
    #[error("sum out of range")]
    OutOfRange,
    /// A difference from something that is no whole number.
    #[error("difference from no whole number")]
    NoNumber,
}

/// One supply of a device.
#[derive(Clone, Copy, Debug)]
pub struct SupplyLine<'a> {
    /// The device.
    pub handle: Handle,
    /// The supply.
    pub supply: &'a Supply,
    /// How full it is.
    pub percent: Option<Percent>,
}

type Table<K, V> = BTreeMap<Handle, BTreeMap<K, V>>;

/// `None`: the instance never sent this kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    counters: Option<Table<CounterId, u64>>,
    supplies: Option<Table<Index, Supply>>,
    parts: Option<Table<Index, Part>>,
    alerts: Option<Table<Index, Alert>>,
}

impl Tables {
    pub(super) fn counters(&self) -> impl Iterator<Item = (Handle, CounterId, u64)> {
        self.counters
            .iter()
            .flatten()
            .flat_map(|(handle, row)| row.iter().map(|(id, value)| (*handle, *id, *value)))
    }

    pub(super) fn supplies(&self) -> impl Iterator<Item = SupplyLine<'_>> {
        self.supplies.iter().flatten().flat_map(|(handle, row)| {
            row.values().map(|supply| SupplyLine {
                handle: *handle,
                supply,
                percent: supply.percent(),
            })
        })
    }

    pub(super) fn checks(&self) -> BTreeMap<StateKind, Check> {
        let there = [
            (StateKind::Counters, self.counters.is_some()),
            (StateKind::Supplies, self.supplies.is_some()),
            (StateKind::Parts, self.parts.is_some()),
            (StateKind::Alerts, self.alerts.is_some()),
        ];
        there
            .into_iter()
            .filter(|(_, there)| *there)
            .map(|(kind, _)| (kind, self.check(kind)))
            .collect()
    }

    /// First four octets of SHA-256 over {handle: {index: entry}}.
    pub(super) fn check(&self, kind: StateKind) -> Check {
        let mut w = Writer::new();
        match kind {
            StateKind::Counters => {
                write_table(
                    &mut w,
                    self.counters.as_ref(),
                    |w, id| w.uint(id.get()),
                    |w, value| w.uint(*value),
                );
            }
            StateKind::Supplies => {
                write_table(&mut w, self.supplies.as_ref(), write_index, |w, supply| {
                    supply.write_state(w);
                });
            }
            StateKind::Parts => {
                write_table(&mut w, self.parts.as_ref(), write_index, |w, part| {
                    part.write_state(w);
                });
            }
            StateKind::Alerts => {
                write_table(&mut w, self.alerts.as_ref(), write_index, |w, alert| {
                    alert.write_state(w);
                });
            }
        }
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(w.finish()));
        [a, b, c, d]
    }

    pub(super) fn drop_device(&mut self, handle: Handle) {
        if let Some(table) = &mut self.counters {
            table.remove(&handle);
        }
        if let Some(table) = &mut self.supplies {
            table.remove(&handle);
        }
        if let Some(table) = &mut self.parts {
            table.remove(&handle);
        }
        if let Some(table) = &mut self.alerts {
            table.remove(&handle);
        }
    }

    /// Applies a section whose base, if it has one, is what is held.
    pub(super) fn apply(
        &mut self,
        section: &Section,
        kind: StateKind,
        references: &References<'_>,
    ) -> Result<(), Refused> {
        let partial = |handle| references.is_partial(handle, kind.section());
        let refuse = |handle, why| Refused::BadDelta { kind, handle, why };
        match section {
            Section::Counters(rows) => {
                let table = self.counters.get_or_insert_default();
                for row in rows {
                    replace(
                        table,
                        row.handle,
                        references.counters(&row.value)?,
                        partial(row.handle),
                    );
                }
            }
            Section::Supplies(rows) => {
                let entries = |row: &Row<Vec<Supply>>| {
                    row.value
                        .iter()
                        .map(|e| (e.index.clone(), references.supply(e)))
                        .collect()
                };
                let table = self.supplies.get_or_insert_default();
                rows.iter()
                    .for_each(|row| replace(table, row.handle, entries(row), partial(row.handle)));
            }
            Section::Parts(rows) => {
                let entries = |row: &Row<Vec<Part>>| {
                    row.value
                        .iter()
                        .map(|e| (e.index.clone(), references.part(e)))
                        .collect()
                };
                let table = self.parts.get_or_insert_default();
                rows.iter()
                    .for_each(|row| replace(table, row.handle, entries(row), partial(row.handle)));
            }
            Section::Alerts(rows) => {
                let entries = |row: &Row<Vec<Alert>>| {
                    row.value
                        .iter()
                        .map(|e| (e.index.clone(), references.alert(e)))
                        .collect()
                };
                let table = self.alerts.get_or_insert_default();
                rows.iter()
                    .for_each(|row| replace(table, row.handle, entries(row), partial(row.handle)));
            }
            Section::CountersDelta(_, rows) => {
                for row in rows {
                    device(self.counters.as_mut(), row.handle)
                        .and_then(|held| change_counters(held, &row.value, partial(row.handle)))
                        .map_err(|why| refuse(row.handle, why))?;
                }
            }
            Section::SuppliesDelta(_, rows) => {
                for row in rows {
                    device(self.supplies.as_mut(), row.handle)
                        .and_then(|held| change_supplies(held, &row.value, references, partial(row.handle)))
                        .map_err(|why| refuse(row.handle, why))?;
                }
            }
            Section::PartsDelta(_, rows) => {
                for row in rows {
                    device(self.parts.as_mut(), row.handle)
                        .and_then(|held| change_parts(held, &row.value, references, partial(row.handle)))
                        .map_err(|why| refuse(row.handle, why))?;
                }
            }
            Section::AlertsDelta(_, rows) => {
                for row in rows {
                    device(self.alerts.as_mut(), row.handle)
                        .and_then(|held| change_alerts(held, row, references, partial(row.handle)))
                        .map_err(|why| refuse(row.handle, why))?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn write_index(w: &mut Writer, index: &Index) {
    index.write(w);
}

fn write_table<K, V>(
    w: &mut Writer,
    table: Option<&Table<K, V>>,
    key: impl Fn(&mut Writer, &K),
    value: impl Fn(&mut Writer, &V),
) {
    w.map(table.map_or(0, BTreeMap::len));
    for (handle, row) in table.into_iter().flatten() {
        w.uint(handle.get());
        w.map(row.len());
        for (k, v) in row {
            key(w, k);
            value(w, v);
        }
    }
}

/// A full row replaces what is held; that of a read which did not complete adds and changes.
fn replace<K: Ord, V>(table: &mut Table<K, V>, handle: Handle, row: BTreeMap<K, V>, partial: bool) {
    if partial {
        table.entry(handle).or_default().extend(row);
    } else {
        table.insert(handle, row);
    }
}

fn device<K, V>(table: Option<&mut Table<K, V>>, handle: Handle) -> Result<&mut BTreeMap<K, V>, DeltaError> {
    table
        .and_then(|table| table.get_mut(&handle))
        .ok_or(DeltaError::NoDevice)
}

fn remove<V>(held: &mut BTreeMap<Index, V>, index: &Index, partial: bool) -> Result<(), DeltaError> {
    if partial {
        return Err(DeltaError::PartialRemoves);
    }
    held.remove(index).map(drop).ok_or(DeltaError::NoRow)
}

fn change_counters(
    held: &mut BTreeMap<CounterId, u64>,
    change: &CounterChange,
    partial: bool,
) -> Result<(), DeltaError> {
    let add = |value: &mut u64, difference: Int| {
        let sum = i128::from(*value).checked_add(difference.get());
        *value = sum
            .and_then(|sum| u64::try_from(sum).ok())
            .ok_or(DeltaError::OutOfRange)?;
        Ok(())
    };
    match change {
        CounterChange::List(differences) => {
            if differences.len() > held.len() {
                return Err(DeltaError::TooManyDifferences);
            }
            held.values_mut()
                .zip(differences)
                .try_for_each(|(value, difference)| add(value, *difference))
        }
        CounterChange::Map(changes) => changes.iter().try_for_each(|(id, change)| match change {
            Some(difference) => add(held.entry(*id).or_default(), *difference),
            None if partial => Err(DeltaError::PartialRemoves),
            None => {
                held.remove(id);
                Ok(())
            }
        }),
    }
}

fn change_supplies(
    held: &mut BTreeMap<Index, Supply>,
    changes: &BTreeMap<Index, SupplyChange>,
    references: &References<'_>,
    partial: bool,
) -> Result<(), DeltaError> {
    for (index, change) in changes {
        match change {
            SupplyChange::Gone => remove(held, index, partial)?,
            SupplyChange::Whole(supply) => {
                held.insert(index.clone(), references.supply(supply));
            }
            SupplyChange::Level(level, more) => {
                let supply = held.get_mut(index).ok_or(DeltaError::NoRow)?;
                supply.level = *level;
                supply.more.merge(more.clone());
            }
        }
    }
    Ok(())
}

fn change_parts(
    held: &mut BTreeMap<Index, Part>,
    changes: &BTreeMap<Index, PartChange>,
    references: &References<'_>,
    partial: bool,
) -> Result<(), DeltaError> {
    for (index, change) in changes {
        match change {
            PartChange::Gone => remove(held, index, partial)?,
            PartChange::Whole(part) => {
                held.insert(index.clone(), references.part(part));
            }
            PartChange::Used {
                difference,
                left,
                more,
            } => {
                let part = held.get_mut(index).ok_or(DeltaError::NoRow)?;
                let used = part.used.and_then(Num::as_int).ok_or(DeltaError::NoNumber)?;
                part.used = Some(Num::Int(
                    used.checked_add(*difference).ok_or(DeltaError::OutOfRange)?,
                ));
                if let Some(left) = left {
                    part.left = *left;
                }
                part.more.merge(more.clone());
            }
        }
    }
    Ok(())
}

/// What is gone first: an index that is free again may be taken by a new alert in the same row.
fn change_alerts(
    held: &mut BTreeMap<Index, Alert>,
    change: &AlertChange,
    references: &References<'_>,
    partial: bool,
) -> Result<(), DeltaError> {
    change
        .cleared
        .iter()
        .try_for_each(|index| remove(held, index, partial))?;
    held.extend(
        change
            .raised
            .iter()
            .map(|alert| (alert.index.clone(), references.alert(alert))),
    );
    Ok(())
}
