//! What a server takes, what it refuses, and that a refused report changes nothing.
#![cfg(feature = "server")]

use std::collections::BTreeMap;

use kpax_wire::{
    Message, Report, Section, Verdict,
    message::{Hello, Outcome, Product, Versions},
    model::{
        Base, BatchId, Clock, ClockQuality, CounterId, Handle, Index, Level, Row, Slot, Text,
        alerts::{Alert, AlertChange, AlertMore},
        counters::{CounterChange, CounterDef, CounterSet, Shape},
        readings::Reading,
        scan_summary::{Scan, ScanSummary},
        supplies::{Supply, SupplyChange, SupplyMore},
    },
    server::{Catalogue, Refused, SiteState, StateKind, Taken},
    vocabulary::{
        AlertCategory, CounterColour, CounterSize, Function, Mult, SectionKind, Severity, Sides,
        SupplyColour, SupplyType, Unit,
    },
};

const CLOCK: Clock = Clock {
    seconds: 1_795_989_708,
    quality: ClockQuality::FromServer,
};
const BOOT: [u8; 6] = [1; 6];
const DEVICE: Handle = Handle::new(1);

fn report(batch: u64, sections: Vec<Section>) -> Report {
    Report {
        sections,
        ..Report::new(BatchId::new(batch), CLOCK)
    }
}

fn counters(values: &[(u64, u64)]) -> Section {
    let map = values
        .iter()
        .map(|(id, value)| (CounterId::new(*id), *value))
        .collect();
    Section::Counters(vec![Row::new(DEVICE, CounterSet::Map(map))])
}

fn counters_delta(batch: u64, check: [u8; 4], changes: &[(u64, Option<i64>)]) -> Section {
    let map = changes
        .iter()
        .map(|(id, change)| (CounterId::new(*id), change.map(Into::into)))
        .collect();
    let base = Base {
        batch: BatchId::new(batch),
        check,
    };
    Section::CountersDelta(base, vec![Row::new(DEVICE, CounterChange::Map(map))])
}

fn take(site: &mut SiteState, report: &Report) -> Result<Taken, Refused> {
    site.take(BOOT, &report.encode().expect("a report that can be sent"))
}

fn verdict(result: Result<Taken, Refused>) -> Verdict {
    result.map_or_else(Refused::verdict, |_| Verdict::Ok)
}

// State checks below were computed by the format's independent reader.
const FIRST: [u8; 4] = [0x87, 0xd9, 0x20, 0x84];
const SECOND: [u8; 4] = [0x35, 0x9e, 0x56, 0xc5];
const SUPPLY_ONE: [u8; 4] = [0xd0, 0xf4, 0x8e, 0xb5];
const SUPPLY_TWO: [u8; 4] = [0x7f, 0xe8, 0x26, 0xc3];
const ALERT: [u8; 4] = [0x4a, 0xaf, 0xa3, 0xe1];

#[test]
fn deltas_start_from_exactly_what_is_held() {
    let mut site = SiteState::default();
    let taken = take(&mut site, &report(1, vec![counters(&[(0, 105), (1, 7)])])).expect("taken");
    assert_eq!(taken.checks, BTreeMap::from([(StateKind::Counters, FIRST)]));
    let changes = [(0, Some(5)), (5, Some(1))];
    for (batch, check) in [(1, SECOND), (2, FIRST)] {
        let wrong = report(2, vec![counters_delta(batch, check, &changes)]);
        assert_eq!(verdict(take(&mut site, &wrong)), Verdict::BaseUnknown);
    }
    let delta = report(2, vec![counters_delta(1, FIRST, &changes)]);
    let taken = take(&mut site, &delta).expect("taken");
    assert_eq!(taken.checks[&StateKind::Counters], SECOND);
    // Sent again, its own base has moved on: still no news, and not "base unknown".
    assert_eq!(
        take(&mut site, &delta).expect("again").outcome,
        Some(Outcome::TakenBefore)
    );
}

#[test]
fn a_batch_id_with_other_content_is_a_conflict() {
    let mut site = SiteState::default();
    take(&mut site, &report(7, vec![counters(&[(0, 1)])])).expect("taken");
    let error = take(&mut site, &report(7, vec![counters(&[(0, 2)])])).expect_err("conflict");
    assert_eq!(
        error,
        Refused::BatchConflict {
            batch: BatchId::new(7),
            lowest: BatchId::new(8)
        }
    );
    let Message::Error(answer) = error.answer(BatchId::new(1), CLOCK, Some(BatchId::new(7))) else {
        panic!("an error")
    };
    assert_eq!(answer.lowest_batch, Some(BatchId::new(8)));
    assert!(Message::from(answer).encode().is_ok());
}

#[test]
fn a_refused_report_changes_nothing() {
    let mut site = SiteState::default();
    let first = take(&mut site, &report(1, vec![counters(&[(0, 105), (1, 7)])])).expect("taken");
    let bad: [&[(u64, Option<i64>)]; 2] = [&[(0, Some(5)), (1, Some(-8))], &[(0, Some(5)), (900, Some(1))]];
    for changes in bad {
        let mut report = report(2, vec![counters_delta(1, FIRST, changes)]);
        report.sections.push(Section::ScanSummary(vec![ScanSummary {
            retired: vec![DEVICE],
            ..ScanSummary::new(Scan::Full, 1, 1)
        }]));
        assert!(take(&mut site, &report).is_err());
        assert_eq!(
            site.held(first.owner)
                .map(|held| held.checks()[&StateKind::Counters]),
            Some(FIRST)
        );
    }
    let delta = report(2, vec![counters_delta(1, FIRST, &[(0, Some(5)), (5, Some(1))])]);
    assert_eq!(verdict(take(&mut site, &delta)), Verdict::Ok);
}

#[test]
fn a_partial_read_never_removes() {
    let mut site = SiteState::default();
    take(&mut site, &report(1, vec![counters(&[(0, 100), (1, 7)])])).expect("taken");
    let mut partial = report(2, vec![counters(&[(0, 105)])]);
    partial.partial.insert(DEVICE, vec![SectionKind::Counters]);
    let taken = take(&mut site, &partial).expect("taken");
    assert_eq!(taken.checks[&StateKind::Counters], FIRST);
    let mut removing = report(3, vec![counters_delta(2, FIRST, &[(1, None)])]);
    removing.partial.insert(DEVICE, vec![SectionKind::Counters]);
    assert_eq!(verdict(take(&mut site, &removing)), Verdict::BadDelta);
    removing.partial.clear();
    assert_eq!(verdict(take(&mut site, &removing)), Verdict::Ok);
}

#[test]
fn counters_need_a_meaning_that_never_changes() {
    let definition = CounterDef {
        name: Some(Text::Local(0)),
        function: Function::Total,
        colour: CounterColour::All,
        size: CounterSize::All,
        sides: Sides::All,
        mult: Mult::Unknown,
        unit: Unit::Impressions,
        code: None,
        marker: Some(2),
        group: None,
    };
    let mut site = SiteState::default();
    let mut defining = report(1, vec![counters(&[(1024, 5)])]);
    assert_eq!(verdict(take(&mut site, &defining)), Verdict::BadReference);
    defining.strings = vec!["Marker 2".into()];
    defining
        .definitions
        .insert(CounterId::new(1024), definition.clone());
    assert_eq!(verdict(take(&mut site, &defining)), Verdict::Ok);
    // The instance remembers it, and the same again in another form is the same.
    assert_eq!(
        verdict(take(&mut site, &report(2, vec![counters(&[(1024, 6)])]))),
        Verdict::Ok
    );
    let mut again = report(3, vec![counters(&[(1024, 7)])]);
    let here = CounterDef {
        name: Some(Text::from("Marker 2")),
        ..definition.clone()
    };
    again.definitions.insert(CounterId::new(1024), here);
    assert_eq!(verdict(take(&mut site, &again)), Verdict::Ok);
    let other = CounterDef {
        marker: Some(3),
        name: None,
        ..definition
    };
    again.batch = BatchId::new(4);
    again.definitions.insert(CounterId::new(1024), other);
    assert_eq!(verdict(take(&mut site, &again)), Verdict::BadReference);
    // Another start without a Hello is another instance.
    let elsewhere = report(2, vec![counters(&[(1024, 6)])]).encode().expect("encoded");
    assert_eq!(verdict(site.take([2; 6], &elsewhere)), Verdict::BadReference);
}

#[test]
fn a_hello_joins_a_start_to_its_instance() {
    let hello = |instance| {
        Message::from(Hello {
            batch: BatchId::new(1),
            clock: CLOCK,
            product: Product {
                product: 0,
                version: [0, 1, 0],
            },
            wire_versions: vec![1],
            features: Hello::DELTA,
            held: Versions::default(),
            largest_downlink: None,
            queue: None,
            instance,
            dropped: BTreeMap::new(),
            wanted_part: None,
            extensions: BTreeMap::new(),
        })
        .encode()
        .expect("hello")
    };
    let mut site = SiteState::default();
    site.take([1; 6], &hello([9; 6])).expect("hello");
    site.take(
        [1; 6],
        &report(2, vec![counters(&[(0, 105), (1, 7)])])
            .encode()
            .expect("report"),
    )
    .expect("taken");
    let delta = report(3, vec![counters_delta(2, FIRST, &[(0, Some(5))])])
        .encode()
        .expect("delta");
    assert_eq!(verdict(site.take([2; 6], &delta)), Verdict::BaseUnknown);
    site.take([2; 6], &hello([9; 6])).expect("hello");
    assert_eq!(verdict(site.take([2; 6], &delta)), Verdict::Ok);
    site.take([3; 6], &hello([8; 6])).expect("hello");
    assert_eq!(verdict(site.take([3; 6], &delta)), Verdict::BaseUnknown);
}

#[test]
fn a_reading_is_taken_once_in_whatever_form() {
    let reading = |counters| Reading {
        handle: DEVICE,
        slot: Slot::new(202_611),
        taken: CLOCK,
        counters,
        profiles_version: 3,
        age: kpax_wire::model::Age::AsBefore,
    };
    let map = |value| CounterSet::Map([(CounterId::new(0), value), (CounterId::new(1), 4)].into());
    let mut site = SiteState::default();
    let first = report(1, vec![Section::Readings(vec![reading(map(9))])]);
    assert_eq!(take(&mut site, &first).expect("taken").new_readings, Some(1));
    let shaped = CounterSet::Shaped {
        shape: Shape::Local(0),
        values: vec![Some(9), Some(4), None],
    };
    let mut again = report(2, vec![Section::Readings(vec![reading(shaped)])]);
    again.shapes = vec![[0, 1, 2].map(CounterId::new).to_vec()];
    assert_eq!(take(&mut site, &again).expect("taken").new_readings, Some(0));
    let other = report(3, vec![Section::Readings(vec![reading(map(10))])]);
    assert_eq!(verdict(take(&mut site, &other)), Verdict::RecordConflict);
}

#[test]
fn supplies_and_alerts_have_the_checks_of_the_independent_reader() {
    let toner = Supply {
        index: Index::number(1),
        kind: SupplyType::Toner,
        colour: SupplyColour::Black,
        unit: Unit::Percent,
        max: Some(100.into()),
        level: Level::Known(74.into()),
        description: Some(Text::Local(0)),
        part_number: None,
        more: SupplyMore::default(),
    };
    let alert = Alert {
        index: Index::number(12),
        code: 1101.into(),
        severity: Severity::Critical,
        group: 11.into(),
        group_index: Some(1.into()),
        place: None,
        first_seen: 1_795_989_678.into(),
        description: Some(Text::from("Replace")),
        more: AlertMore {
            category: Some(AlertCategory::Supply),
            ..AlertMore::default()
        },
    };
    let mut site = SiteState::default();
    let mut full = report(1, vec![Section::Supplies(vec![Row::new(DEVICE, vec![toner])])]);
    full.sections
        .push(Section::Alerts(vec![Row::new(DEVICE, vec![])]));
    full.strings = vec!["Toner".into()];
    let taken = take(&mut site, &full).expect("taken");
    assert_eq!(taken.checks[&StateKind::Supplies], SUPPLY_ONE);
    let percent = site
        .held(taken.owner)
        .and_then(|held| held.supply_lines().next()?.percent);
    assert_eq!(percent.map(kpax_wire::Percent::tenths), Some(740));
    let more = SupplyMore {
        serial: Some("S1".into()),
        ..SupplyMore::default()
    };
    let change = SupplyChange::Level(Level::SomeRemaining, more);
    let base = |check| Base {
        batch: BatchId::new(1),
        check,
    };
    let delta = report(
        2,
        vec![
            Section::SuppliesDelta(
                base(SUPPLY_ONE),
                vec![Row::new(DEVICE, BTreeMap::from([(Index::number(1), change)]))],
            ),
            Section::AlertsDelta(
                base(taken.checks[&StateKind::Alerts]),
                vec![AlertChange {
                    handle: DEVICE,
                    raised: vec![alert],
                    cleared: vec![],
                    age: kpax_wire::model::Age::AsBefore,
                }],
            ),
        ],
    );
    let taken = take(&mut site, &delta).expect("taken");
    assert_eq!(taken.checks[&StateKind::Supplies], SUPPLY_TWO);
    assert_eq!(taken.checks[&StateKind::Alerts], ALERT);
    let ack = taken
        .ack(BatchId::new(9), CLOCK)
        .expect("a report is acknowledged");
    assert_eq!(ack.answered, BatchId::new(2));
    assert!(Message::from(ack).encode().is_ok());
}

#[test]
fn shared_tables_say_the_same_in_fewer_octets() {
    let device = |handle: u64| {
        let supply = |index| Supply {
            index: Index::number(index),
            kind: SupplyType::Toner,
            colour: SupplyColour::Black,
            unit: Unit::Percent,
            max: Some(100.into()),
            level: Level::Unknown,
            description: Some("Black toner cartridge".into()),
            part_number: Some("TN-1".into()),
            more: SupplyMore::default(),
        };
        let map = (0..20).map(|id| (CounterId::new(id), id * handle)).collect();
        (
            Row::new(Handle::new(handle), vec![supply(1), supply(2)]),
            Row::new(Handle::new(handle), CounterSet::Map(map)),
        )
    };
    let (supplies, counters): (Vec<_>, Vec<_>) = (1..6).map(device).unzip();
    let plain = report(1, vec![Section::Supplies(supplies), Section::Counters(counters)]);
    let mut shared = plain.clone();
    shared.share_tables();
    let octets = |report: &Report| report.encode().expect("encoded").len();
    assert!(
        octets(&shared) * 10 < octets(&plain) * 7,
        "{} of {}",
        octets(&shared),
        octets(&plain)
    );
    let (mut one, mut two) = (SiteState::default(), SiteState::new(Catalogue::default()));
    let (one, two) = (
        take(&mut one, &plain).expect("plain"),
        take(&mut two, &shared).expect("shared"),
    );
    assert_eq!(one.checks, two.checks);
}
