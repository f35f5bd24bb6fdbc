//! A surveyed printer becomes a report that says no more and no less.
#![cfg(feature = "printer-mib")]

use std::collections::BTreeMap;

use kpax_wire::{
    Report, ReportBuilder, Section,
    from_printer::{CounterMeaning, counter_meaning},
    model::{
        Age, BatchId, Clock, ClockQuality, CounterId, Handle, Index, Level, Text, counters::CounterSet,
        inventory::Capabilities,
    },
    vocabulary::{ErrorCode, SectionKind, SupplyClass, SupplyType, TextPolicy, Unit},
};
use printer_mib::{
    mib::{
        marker::{SupplyClass as MibClass, SupplyKind},
        unit::Unit as MibUnit,
    },
    model::{
        self as survey, Alert, Capacity, Counter, CounterColor, CounterLevel, Fact, Function, Printer, Rule,
        SectionKind as Part, SectionState, Source, SourceKind, Supply, Tray,
    },
};
use snmp_core::time::Instant;

const CLOCK: Clock = Clock {
    seconds: 1_795_989_708,
    quality: ClockQuality::Synchronized,
};
const NOW: u64 = 100_000_000;

fn source() -> Source {
    Source::elsewhere(SourceKind::Standard, Rule::Caller)
}

fn fact<T>(value: T) -> Fact<T> {
    Fact::new(value, source())
}

fn number(wire: u64) -> u32 {
    wire.try_into().expect("a small number")
}

fn row(arcs: &[u32]) -> survey::Index {
    survey::Index::Arcs(arcs.to_vec())
}

fn counter(function: Function, unit: MibUnit, level: CounterLevel, value: u64) -> Counter {
    Counter::new(function, unit, level, fact(value))
}

fn printer() -> Printer {
    let mut printer = Printer::default();
    for part in [
        Part::Inventory,
        Part::Counters,
        Part::Supplies,
        Part::Alerts,
        Part::Status,
        Part::Trays,
    ] {
        printer
            .sections
            .set(part, SectionState::Complete, Some(Instant::from_secs(98)));
    }
    printer.identity.manufacturer = Some(fact("Example".into()));
    printer.identity.serial = Some(fact("S-1".into()));
    printer.identity.network_name = Some(fact("copy-room".into()));
    printer.identity.ip = vec![fact([192, 0, 2, 7].into())];
    printer.hardware.color = Some(fact(false));
    let mut marker_two = counter(Function::Total, MibUnit::Impressions, CounterLevel::Maker, 7);
    marker_two.marker = Some(2);
    let mut since_start = counter(Function::Other, MibUnit::Impressions, CounterLevel::Maker, 12);
    since_start.name = Some("Since power-on".into());
    let mut color = counter(Function::Total, MibUnit::Impressions, CounterLevel::Main, 30);
    color.color = CounterColor::AnyColor;
    printer.counters = vec![
        counter(Function::Total, MibUnit::Impressions, CounterLevel::Main, 1000),
        color,
        counter(Function::Total, MibUnit::Sheets, CounterLevel::Advanced, 600),
        marker_two,
        since_start,
    ];
    let mut toner = Supply::new(row(&[1, 1]), source());
    toner.kind = Some(fact(SupplyKind::Toner));
    toner.class = Some(fact(MibClass::Consumed));
    toner.unit = Some(fact(MibUnit::Percent));
    toner.capacity = Some(fact(Capacity::Known(100)));
    toner.level = Some(fact(survey::Level::SomeRemaining));
    toner.description = Some(fact("Black toner".into()));
    toner.details.part_number = Some(fact("TN-1".into()));
    let mut waste = Supply::new(row(&[2, 1]), source());
    waste.kind = Some(fact(SupplyKind::WasteToner));
    waste.class = Some(fact(MibClass::Consumed));
    waste.capacity = Some(fact(Capacity::Unrestricted));
    waste.level = Some(fact(survey::Level::Known(5)));
    printer.supplies = vec![toner, waste];
    let mut alert = Alert::new(row(&[1, 12]), source());
    alert.time = Some(fact(50_000));
    printer.alerts = vec![alert];
    printer.up_time = Some(fact(53_000));
    printer.trays = vec![Tray::new(row(&[1, 1]), source())];
    printer.status.errors = Some(fact(printer_mib::mib::host::ErrorState::from_octets(&[0x80])));
    printer
}

fn report(printer: &Printer) -> Report {
    let mut builder = ReportBuilder::new(BatchId::new(5), CLOCK, NOW);
    builder.printer(Handle::new(3), printer);
    let report = builder.finish(None);
    let encoded = report.encode().expect("a report that can be sent");
    assert_eq!(Report::decode(&encoded).as_ref(), Ok(&report));
    report
}

fn kinds(report: &Report) -> Vec<&'static str> {
    report.sections.iter().map(Section::name).collect()
}

#[test]
fn a_surveyed_printer_fills_its_sections() {
    let report = report(&printer());
    assert_eq!(
        kinds(&report),
        ["inventory", "counters", "supplies", "alerts", "status", "trays"]
    );
    assert!(report.partial.is_empty());
    let [
        Section::Inventory(devices),
        Section::Counters(counters),
        Section::Supplies(supplies),
        Section::Alerts(alerts),
        ..,
    ] = report.sections.as_slice()
    else {
        panic!("sections")
    };
    assert_eq!(devices[0].serial.as_deref(), Some("S-1"));
    assert_eq!(
        devices[0].capabilities.and_then(|c| c.get(Capabilities::COLOR)),
        Some(false)
    );
    assert_eq!(
        devices[0].capabilities.and_then(|c| c.get(Capabilities::DUPLEX)),
        None
    );
    let CounterSet::Map(set) = &counters[0].value else {
        panic!("a map")
    };
    let values: Vec<(u64, u64)> = set.iter().map(|(id, value)| (id.get(), *value)).collect();
    assert_eq!(values, [(0, 1000), (2, 30), (41, 600), (1024, 7), (1025, 12)]);
    assert_eq!(report.definitions[&CounterId::new(1024)].marker, Some(2));
    assert_eq!(
        report.definitions[&CounterId::new(1025)].name,
        Some(Text::from("Since power-on"))
    );
    let [toner, waste] = supplies[0].value.as_slice() else {
        panic!("two supplies")
    };
    assert_eq!((toner.level, toner.percent()), (Level::SomeRemaining, None));
    assert_eq!((&toner.index, toner.kind), (&Index::number(1), SupplyType::Toner));
    assert_eq!(
        waste.more.class,
        Some(SupplyClass::Consumed),
        "not the class of its type"
    );
    assert_eq!((waste.max, waste.unit), (None, Unit::Unknown));
    assert_eq!(waste.index, Index::arcs(&[2, 1]).expect("arcs"));
    assert_eq!(alerts[0].value[0].first_seen.get(), 1_795_989_708 - 2 - 30);
    assert_eq!(
        (counters[0].age, supplies[0].age),
        (Age::Seconds(2), Age::AsBefore)
    );
}

#[test]
fn what_did_not_complete_is_named_and_never_says_that_something_is_gone() {
    let mut printer = printer();
    printer.sections.set(Part::Supplies, SectionState::Partial, None);
    printer.sections.set(Part::Alerts, SectionState::Failed, None);
    printer.sections.set(Part::Trays, SectionState::NotAsked, None);
    let report = report(&printer);
    assert_eq!(kinds(&report), ["inventory", "counters", "supplies", "status"]);
    assert_eq!(
        report.partial[&Handle::new(3)],
        [SectionKind::Supplies, SectionKind::Alerts]
    );
}

#[test]
fn a_row_that_cannot_be_sent_makes_its_table_partial() {
    let mut printer = printer();
    printer.trays.push(Tray::new(row(&[]), source()));
    printer.trays.push(Tray::new(row(&[1, 1]), source()));
    let report = report(&printer);
    assert_eq!(report.partial[&Handle::new(3)], [SectionKind::Trays]);
}

#[test]
fn defined_counters_keep_their_ids_over_reports() {
    let first = report(&printer());
    let mut later = printer();
    let mut new = counter(Function::Print, MibUnit::Times, CounterLevel::Maker, 1);
    new.code = Some("X9".into());
    later.counters.insert(0, new);
    let mut builder =
        ReportBuilder::new(BatchId::new(6), CLOCK, NOW).with_definitions(first.definitions.clone());
    builder.printer(Handle::new(3), &later);
    let second = builder.finish(None);
    for (id, definition) in &first.definitions {
        assert_eq!(second.definitions.get(id), Some(definition));
    }
    assert_eq!(
        second.definitions[&CounterId::new(1026)].code.as_deref(),
        Some("X9")
    );
}

#[test]
fn no_counter_is_lost_when_two_are_told_apart_by_nothing() {
    let mut printer = printer();
    printer.counters = vec![
        counter(Function::Total, MibUnit::Impressions, CounterLevel::Main, 1),
        counter(Function::Total, MibUnit::Impressions, CounterLevel::Main, 2),
        counter(Function::Total, MibUnit::Impressions, CounterLevel::Main, 3),
    ];
    let report = report(&printer);
    let Section::Counters(rows) = &report.sections[1] else {
        panic!("counters")
    };
    let CounterSet::Map(set) = &rows[0].value else {
        panic!("a map")
    };
    assert_eq!(set.values().copied().collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_makers_counter_of_the_published_table_is_known_by_its_code() {
    let canon = kpax_wire::counter_table::rows()
        .iter()
        .find(|row| row.code.is_some())
        .expect("a row with a code");
    let mut counter = counter(Function::Total, MibUnit::Impressions, CounterLevel::Maker, 9);
    counter.function = Function::from_number(number(canon.function.number())).expect("function");
    counter.color = CounterColor::from_number(number(canon.colour.number())).expect("colour");
    counter.size = survey::CounterSize::from_number(number(canon.size.number())).expect("size");
    counter.sides = survey::Sides::from_number(number(canon.sides.number())).expect("sides");
    counter.multiplicity = survey::Multiplicity::from_number(number(canon.mult.number())).expect("mult");
    counter.unit = MibUnit::from_number(number(canon.unit.number()));
    counter.code = canon.code.map(Into::into);
    counter.group = canon.group.map(Into::into);
    assert_eq!(counter_meaning(&counter), CounterMeaning::Table(canon));
    counter.code = Some("no such code".into());
    assert!(matches!(counter_meaning(&counter), CounterMeaning::Defined(_)));
}

#[test]
fn failures_are_counted_and_named() {
    let mut builder = ReportBuilder::new(BatchId::new(5), CLOCK, NOW);
    builder.failed(Some(Handle::new(4)), survey::ErrorCode::NoAnswer);
    builder.failed(None, survey::ErrorCode::NoAnswer);
    let report = builder.finish(None);
    assert!(report.encode().is_ok());
    let [Section::ScanSummary(scans)] = report.sections.as_slice() else {
        panic!("a summary only")
    };
    assert_eq!(scans[0].failures, [(ErrorCode::NoAnswer, 2)]);
    assert_eq!(
        scans[0].failed,
        BTreeMap::from([(Handle::new(4), ErrorCode::NoAnswer)])
    );
    assert_eq!((scans[0].probed, scans[0].answered), (2, 0));
}

#[test]
fn codes_only_leaves_no_text_that_the_device_wrote() {
    let mut builder = ReportBuilder::new(BatchId::new(5), CLOCK, NOW).text_policy(TextPolicy::Codes);
    builder.printer(Handle::new(3), &printer());
    let encoded = builder.finish(None).encode().expect("encoded");
    let text = String::from_utf8_lossy(&encoded);
    for gone in ["Black toner", "copy-room"] {
        assert!(!text.contains(gone));
    }
    for stays in ["S-1", "TN-1", "Example"] {
        assert!(text.contains(stays));
    }
}
