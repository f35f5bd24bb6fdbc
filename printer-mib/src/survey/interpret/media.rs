//! prtInputTable, prtOutputTable, prtCoverTable → trays, outputs, covers.

use super::answers::{Answers, Cell, Texts, index};
use crate::{
    mib::{
        sub_unit::{CoverStatus, InputType, OutputType, SubUnitStatus},
        unit::Unit,
    },
    model::{Capacity, Cover, Fact, Level, Output, Tray},
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use snmp_core::oid::Oid;

const INPUT_ENTRY: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.43.8.2.1);
const OUTPUT_ENTRY: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.43.9.2.1);
const COVER_ENTRY: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.43.6.1.1);

pub(super) fn trays(answers: &Answers<'_>, texts: &Texts) -> Vec<Tray> {
    let mut rows: BTreeMap<Vec<u32>, (Tray, Names)> = BTreeMap::new();
    for (column, arcs, cell) in answers.table(INPUT_ENTRY) {
        if !matches!(column, 2 | 8..=13 | 15 | 18) {
            continue;
        }
        let (tray, names) = rows
            .entry(arcs)
            .or_insert_with_key(|arcs| (Tray::new(index(arcs.clone()), cell.source()), Names::default()));
        match column {
            2 => tray.kind = cell.listed(InputType::from_number),
            8 => tray.unit = unit(&cell),
            9 => tray.capacity = capacity(&cell),
            10 => tray.level = level(&cell),
            11 => tray.status = status(&cell),
            12 => tray.media = texts.general(&cell),
            13 => names.name = texts.general(&cell),
            15 => names.model = texts.general(&cell),
            _ => names.description = texts.general(&cell),
        }
    }
    rows.into_values()
        .map(|(mut tray, names)| {
            tray.name = names.best();
            tray
        })
        .collect()
}

pub(super) fn outputs(answers: &Answers<'_>, texts: &Texts) -> Vec<Output> {
    let mut rows: BTreeMap<Vec<u32>, (Output, Names)> = BTreeMap::new();
    for (column, arcs, cell) in answers.table(OUTPUT_ENTRY) {
        if !matches!(column, 2..=7 | 12) {
            continue;
        }
        let (output, names) = rows
            .entry(arcs)
            .or_insert_with_key(|arcs| (Output::new(index(arcs.clone()), cell.source()), Names::default()));
        match column {
            2 => output.kind = cell.listed(OutputType::from_number),
            3 => output.unit = unit(&cell),
            4 => output.capacity = capacity(&cell),
            5 => output.remaining = level(&cell),
            6 => output.status = status(&cell),
            7 => names.name = texts.general(&cell),
            _ => names.description = texts.general(&cell),
        }
    }
    rows.into_values()
        .map(|(mut output, names)| {
            output.name = names.best();
            output
        })
        .collect()
}

pub(super) fn covers(answers: &Answers<'_>, texts: &Texts) -> Vec<Cover> {
    let mut rows: BTreeMap<Vec<u32>, Cover> = BTreeMap::new();
    for (column, arcs, cell) in answers.table(COVER_ENTRY) {
        if !matches!(column, 2 | 3) {
            continue;
        }
        let cover = rows
            .entry(arcs)
            .or_insert_with_key(|arcs| Cover::new(index(arcs.clone()), cell.source()));
        match column {
            2 => cover.description = texts.general(&cell),
            _ => cover.status = cell.listed(CoverStatus::from_number),
        }
    }
    rows.into_values().collect()
}

/// What a tray or an output calls itself, in three places.
#[derive(Default)]
struct Names {
    name: Option<Fact<String>>,
    description: Option<Fact<String>>,
    model: Option<Fact<String>>,
}

impl Names {
    /// Kyocera leaves prtInputName out and names its cassettes in prtInputModel and prtInputDescription.
    fn best(self) -> Option<Fact<String>> {
        self.name.or(self.description).or(self.model)
    }
}

pub(super) fn unit(cell: &Cell<'_>) -> Option<Fact<Unit>> {
    cell.listed(Unit::from_number)
}

pub(super) fn capacity(cell: &Cell<'_>) -> Option<Fact<Capacity>> {
    cell.number()
        .map(|number| number.saying(Capacity::from_mib(number.value)))
}

pub(super) fn level(cell: &Cell<'_>) -> Option<Fact<Level>> {
    cell.number()
        .map(|number| number.saying(Level::from_mib(number.value)))
}

fn status(cell: &Cell<'_>) -> Option<Fact<SubUnitStatus>> {
    let number = cell.number()?;
    Some(number.saying(SubUnitStatus::from_number(number.value)?))
}
