//! What devices do to a walk, as users of other libraries met it: one test a scenario.

mod device;

use device::{Detour, Mib, ROOT, Run, agent, quirky, row, run, v1, v2c, walk};
use snmp_core::manager::Event;
use snmp_core::oid;
use snmp_core::sim::Quirk;
use snmp_core::walk::{Walk, WalkEnd};

const ROWS: u32 = 230;

fn mib() -> Mib {
    Mib::of_rows(ROWS)
}

fn is_whole(quirk: Quirk) -> Run {
    let run = walk(quirky(mib(), quirk), v2c());
    run.assert_whole(ROWS);
    run
}

#[test]
fn scenario_too_big_empty_halves_the_getbulk_and_loses_no_row() {
    let run = is_whole(Quirk::TooBigAbove(7));
    assert!(run.limits.bulk() && run.limits.max_repetitions(1) <= 7);
}

#[test]
fn scenario_bulk_ignored_goes_over_to_getnext() {
    let run = is_whole(Quirk::BulkIgnored);
    assert!(!run.limits.bulk());
    // One request of three tries in vain, and then one for each row.
    assert_eq!(run.traffic.sent, u64::from(3 + 2 * (ROWS + 1)));
}

#[test]
fn scenario_bulk_empty_no_error_is_no_end() {
    is_whole(Quirk::BulkEmptyNoError);
}

#[test]
fn scenario_bulk_row_cut_is_followed_up() {
    is_whole(Quirk::BulkRowCut);
    // Rows of a table stay whole.
    let mut mib = Mib::of_rows(0);
    mib.names = [1, 2, 3]
        .into_iter()
        .flat_map(|column| (1..=50).map(move |index| row(column).join(&[index]).unwrap()))
        .collect();
    mib.values = mib.names.iter().map(|_| (2, vec![7])).collect();
    let device = quirky(mib, Quirk::BulkRowCut);
    let run = run(device, v2c(), |manager, now, target| {
        let columns = [
            oid!(1.3.6.1.2.1.43.1),
            oid!(1.3.6.1.2.1.43.2),
            oid!(1.3.6.1.2.1.43.3),
        ];
        manager.table(now, target, columns).unwrap();
    });
    let mut indexes = Vec::new();
    for event in &run.events {
        match event.event() {
            Event::TableRows(read) => {
                for row in read.rows.iter() {
                    assert!(row.cells().all(|cell| cell.value().is_some()));
                    indexes.extend(row.index());
                }
            }
            Event::WalkEnded(ended) => assert!(ended.end.is_complete()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(indexes, (1..=50).collect::<Vec<_>>());
}

#[test]
fn scenario_bulk_100_rows_cap_is_followed_up() {
    is_whole(Quirk::BulkAtMost(100));
    is_whole(Quirk::BulkAtMost(1));
}

#[test]
fn scenario_bulk_returns_more_than_asked_is_taken() {
    is_whole(Quirk::BulkReturnsMore(5));
}

#[test]
fn scenario_end_of_mib_named_wrong_is_the_end() {
    let mut mib = mib();
    mib.names.pop();
    mib.values.pop();
    let run = walk(quirky(mib, Quirk::EndOfMibNamedWrong), v2c());
    assert_eq!(run.walked(), ((1..=ROWS).collect(), WalkEnd::EndOfMibView));
}

/// Rows up to `last`, then a name that does not follow.
fn does_not_increase(detour: Detour, last: u32, next: u32) {
    for config in [v1(), v2c()] {
        let mut mib = mib();
        mib.detour = detour;
        let run = walk(agent(mib), config);
        let (rows, end) = run.walked();
        assert_eq!(rows, (1..=last).collect::<Vec<_>>());
        let expected = WalkEnd::NotIncreasing {
            previous: row(last),
            next: row(next),
        };
        assert_eq!(end, expected);
    }
}

#[test]
fn scenario_non_increasing_equal_ends_it() {
    does_not_increase(|rows, behind| (behind == 60).then(|| rows[59].clone()), 60, 60);
}

#[test]
fn scenario_non_increasing_back_ends_it() {
    does_not_increase(|rows, behind| (behind == 60).then(|| rows[10].clone()), 60, 11);
}

#[test]
fn scenario_cycle_3_ends_it_against_the_greatest_name() {
    does_not_increase(|rows, behind| (behind == 3).then(|| rows[0].clone()), 3, 1);
}

#[test]
fn scenario_endless_increasing_ends_at_the_limit() {
    // More rows than a table ever has.
    let mib = Mib::of_rows(100_000);
    let run = run(agent(mib), v2c(), |manager, now, target| {
        let walk = Walk::new(ROOT).with_max_rows(1000);
        manager.start_walk(now, target, walk).unwrap();
        let walk = Walk::new(ROOT).with_max_queries(5);
        manager.start_walk(now, target, walk).unwrap();
    });
    let ends: Vec<_> = run
        .events
        .iter()
        .filter_map(|event| match event.event() {
            Event::WalkEnded(ended) => Some(ended.end),
            _ => None,
        })
        .collect();
    assert_eq!(ends, [WalkEnd::RowLimit, WalkEnd::QueryLimit]);
}
