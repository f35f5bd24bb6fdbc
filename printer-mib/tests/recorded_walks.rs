//! Every recorded walk gives a printer with what its standard objects hold, by a second reading of the file.

mod reading;

use printer_mib::{
    Printer,
    model::{Capacity, CounterLevel, Function, Level, SourceKind},
};
use reading::Plain;
use std::collections::BTreeMap;

const GENERAL: &str = "1.3.6.1.2.1.43.5.1.1";
const INPUT: &str = "1.3.6.1.2.1.43.8.2.1";
const MARKER: &str = "1.3.6.1.2.1.43.10.2.1";
const SUPPLIES: &str = "1.3.6.1.2.1.43.11.1.1";
const ALERT: &str = "1.3.6.1.2.1.43.18.1.1";

/// Each walk's path, its plain reading and the printer in it.
fn walks() -> Vec<(String, Plain, Printer)> {
    benches::walks()
        .into_iter()
        .map(|walk| {
            let printer = reading::printer_of_walk(&walk);
            let plain = Plain::read(&walk.path);
            (walk.path, plain, printer)
        })
        .collect()
}

#[test]
fn a_device_with_printer_mib_objects_is_a_printer_and_no_other_is() {
    for (path, plain, printer) in walks() {
        assert_eq!(
            printer.is_printer(),
            !plain.column("1.3.6.1.2.1.43").is_empty(),
            "{path}"
        );
    }
}

#[test]
fn every_supply_row_is_there_with_its_level() {
    let mut levels = 0;
    for (path, plain, printer) in walks() {
        let mut found: Vec<String> = printer
            .supplies
            .iter()
            .map(|supply| supply.index.to_string())
            .collect();
        found.sort();
        assert_eq!(found, plain.rows(SUPPLIES, &[2, 3, 4, 5, 6, 7, 8, 9]), "{path}");
        let column = |number: u32| plain.numbers(&format!("{SUPPLIES}.{number}"));
        let (kinds, classes, units) = (column(5), column(4), column(7));
        let (capacities, raw_levels) = (column(8), column(9));
        for supply in &printer.supplies {
            let index = supply.index.to_string();
            let row = format!("{path} supply {index}");
            assert_eq!(
                supply.kind.map(|kind| i64::from(kind.value.number())),
                kinds.get(&index).copied(),
                "{row}"
            );
            assert_eq!(
                supply.unit.map(|unit| i64::from(unit.value.number())),
                units.get(&index).copied(),
                "{row}"
            );
            let class = match classes.get(&index) {
                Some(1) => Some("other"),
                Some(3) => Some("consumed"),
                Some(4) => Some("filled"),
                None => None,
                Some(other) => panic!("{row}: class {other}"),
            };
            assert_eq!(supply.class.and_then(|class| class.value.name()), class, "{row}");
            let level = match raw_levels.get(&index) {
                None => Level::NotReported,
                Some(-1) => Level::Unrestricted,
                Some(-2) => Level::Unknown,
                Some(-3) => Level::SomeRemaining,
                Some(number) if *number >= 0 => Level::Known(*number),
                Some(other) => panic!("{row}: level {other}"),
            };
            assert_eq!(supply.level(), level, "{row}");
            let capacity = match capacities.get(&index) {
                None => Capacity::NotReported,
                Some(-1) => Capacity::Unrestricted,
                Some(-2) => Capacity::Unknown,
                Some(number) if *number >= 0 => Capacity::Known(*number),
                Some(other) => panic!("{row}: capacity {other}"),
            };
            assert_eq!(supply.capacity(), capacity, "{row}");
            let percent = supply.percent().map(|percent| f64::from(percent.tenths()) / 10.0);
            match (level, capacity) {
                (Level::Known(level), Capacity::Known(capacity)) if capacity > 0 => {
                    let ratio = 100.0 * level as f64 / capacity as f64;
                    assert!(
                        (percent.unwrap() - ratio.min(100.0)).abs() <= 0.0501,
                        "{row}: {percent:?}"
                    );
                    levels += 1;
                }
                (Level::Known(level), Capacity::Unknown | Capacity::Unrestricted | Capacity::NotReported)
                    if supply.unit().number() == 19 =>
                {
                    assert_eq!(percent, Some(level as f64), "{row}");
                }
                (Level::Known(0), Capacity::Known(0)) => assert_eq!(percent, Some(0.0), "{row}"),
                _ => assert_eq!(percent, None, "{row}"),
            }
        }
    }
    println!("{levels} supplies with a percentage");
}

#[test]
fn supplies_are_called_what_the_device_calls_them() {
    for (path, plain, printer) in walks() {
        let texts = plain.texts(&format!("{SUPPLIES}.6"));
        for supply in &printer.supplies {
            let index = supply.index.to_string();
            let text = texts.get(&index).cloned();
            let marked = |text: &String| {
                [", PN ", " S/N"].iter().any(|mark| text.contains(mark)) || text.contains(char::is_control)
            };
            let description = supply
                .description
                .as_ref()
                .map(|description| description.value.clone());
            match text {
                Some(text) if marked(&text) => {
                    let description = description.unwrap();
                    assert!(
                        text.starts_with(description.split(' ').next().unwrap()),
                        "{path} {index}"
                    );
                    assert!(
                        !description.contains("S/N") && !description.contains(", PN "),
                        "{path} {index}"
                    );
                }
                text => assert_eq!(description, text, "{path} {index}"),
            }
        }
    }
}

#[test]
fn every_life_count_is_there_with_its_unit() {
    let mut counts = 0;
    for (path, plain, printer) in walks() {
        for (column, function) in [(4, Function::Total), (5, Function::Other)] {
            let object = format!("{MARKER}.{column}");
            let expected: BTreeMap<String, u64> = plain
                .numbers(&object)
                .into_iter()
                .filter_map(|(index, count)| Some((format!("{object}.{index}"), u64::try_from(count).ok()?)))
                .collect();
            let found: BTreeMap<String, u64> = printer
                .counters
                .iter()
                .filter(|counter| counter.function == function)
                .map(|counter| {
                    let var_bind = printer.varbind(counter.source).unwrap();
                    (var_bind.name.to_string(), counter.value)
                })
                .collect();
            assert_eq!(found, expected, "{path}");
            counts += found.len();
        }
        let units = plain.numbers(&format!("{MARKER}.3"));
        for counter in &printer.counters {
            let name = printer.varbind(counter.source).unwrap().name.to_string();
            let index = name.splitn(12, '.').last().unwrap();
            assert_eq!(
                i64::from(counter.unit.number()),
                units.get(index).copied().unwrap_or(2),
                "{path} {name}"
            );
        }
        let main = printer
            .counters
            .iter()
            .filter(|counter| counter.level == CounterLevel::Main)
            .count();
        assert!(main <= 1, "{path}");
    }
    println!("{counts} counters");
}

#[test]
fn every_tray_is_there_with_its_name_media_and_level() {
    for (path, plain, printer) in walks() {
        let mut found: Vec<String> = printer.trays.iter().map(|tray| tray.index.to_string()).collect();
        found.sort();
        assert_eq!(
            found,
            plain.rows(INPUT, &[2, 8, 9, 10, 11, 12, 13, 15, 18]),
            "{path}"
        );
        let texts = |column: u32| plain.texts(&format!("{INPUT}.{column}"));
        let numbers = |column: u32| plain.numbers(&format!("{INPUT}.{column}"));
        let (names, descriptions, models, media) = (texts(13), texts(18), texts(15), texts(12));
        let (capacities, levels, states) = (numbers(9), numbers(10), numbers(11));
        for tray in &printer.trays {
            let index = tray.index.to_string();
            let name = names
                .get(&index)
                .or_else(|| descriptions.get(&index))
                .or_else(|| models.get(&index));
            assert_eq!(
                tray.name.as_ref().map(|name| &name.value),
                name,
                "{path} tray {index}"
            );
            assert_eq!(
                tray.media.as_ref().map(|media| &media.value),
                media.get(&index),
                "{path} tray {index}"
            );
            let positive =
                |numbers: &BTreeMap<String, i64>| numbers.get(&index).copied().filter(|number| *number >= 0);
            assert_eq!(
                tray.capacity().known(),
                positive(&capacities),
                "{path} tray {index}"
            );
            assert_eq!(tray.level().known(), positive(&levels), "{path} tray {index}");
            assert_eq!(
                tray.status.map(|status| i64::from(status.value.number())),
                states.get(&index).copied(),
                "{path} tray {index}"
            );
            if levels.get(&index) == Some(&-3) {
                assert_eq!(tray.level(), Level::SomeRemaining, "{path} tray {index}");
            }
        }
    }
}

#[test]
fn every_alert_is_there_with_its_numbers() {
    let mut alerts = 0;
    for (path, plain, printer) in walks() {
        let mut found: Vec<String> = printer
            .alerts
            .iter()
            .map(|alert| alert.index.to_string())
            .collect();
        found.sort();
        assert_eq!(found, plain.rows(ALERT, &[2, 3, 4, 5, 6, 7, 8, 9]), "{path}");
        let numbers = |column: u32| plain.numbers(&format!("{ALERT}.{column}"));
        let (severities, trainings, groups, codes) = (numbers(2), numbers(3), numbers(4), numbers(7));
        let (places, locations) = (numbers(5), numbers(6));
        let texts = plain.texts(&format!("{ALERT}.8"));
        for alert in &printer.alerts {
            let index = alert.index.to_string();
            let row = format!("{path} alert {index}");
            let number = |numbers: &BTreeMap<String, i64>| numbers.get(&index).copied();
            let positive = |numbers: &BTreeMap<String, i64>| number(numbers).filter(|number| *number >= 0);
            assert_eq!(
                alert.severity.map(|it| i64::from(it.value.number())),
                number(&severities),
                "{row}"
            );
            assert_eq!(
                alert.training.map(|it| i64::from(it.value.number())),
                number(&trainings),
                "{row}"
            );
            assert_eq!(
                alert.group.map(|it| i64::from(it.value.number())),
                number(&groups),
                "{row}"
            );
            assert_eq!(
                alert.code.map(|it| i64::from(it.value.number())),
                number(&codes),
                "{row}"
            );
            assert_eq!(
                alert.group_index.map(|it| i64::from(it.value)),
                positive(&places),
                "{row}"
            );
            assert_eq!(
                alert.location.map(|it| i64::from(it.value)),
                positive(&locations),
                "{row}"
            );
            assert_eq!(
                alert.description.as_ref().map(|it| &it.value),
                texts.get(&index),
                "{row}"
            );
            alerts += 1;
        }
    }
    println!("{alerts} alerts");
}

#[test]
fn serial_status_and_errors_are_those_of_the_standard_objects() {
    for (path, plain, printer) in walks() {
        if let Some((_, serial)) = plain.texts(&format!("{GENERAL}.17")).first_key_value() {
            assert_eq!(
                printer.identity.serial.as_ref().map(|it| &it.value),
                Some(serial),
                "{path}"
            );
        }
        let status = plain.numbers("1.3.6.1.2.1.25.3.5.1.1").into_values().next();
        assert_eq!(
            printer.status.printer.map(|it| i64::from(it.value.number())),
            status,
            "{path}"
        );
        let errors = plain.column("1.3.6.1.2.1.25.3.5.1.2");
        let errors = errors.values().next().map(|(_, octets)| octets.to_vec());
        assert_eq!(
            printer
                .status
                .errors
                .as_ref()
                .map(|it| it.value.octets().to_vec()),
            errors,
            "{path}"
        );
        let lines = plain.texts("1.3.6.1.2.1.43.16.5.1.2");
        assert_eq!(printer.status.panel.len(), lines.len(), "{path}");
    }
}

#[test]
fn every_fact_points_to_its_varbind() {
    for (path, _, printer) in walks() {
        let within = |source: printer_mib::Source, root: &str| {
            let name = printer.varbind(source).unwrap().name.to_string();
            assert!(name.starts_with(root), "{path}: {name} is not under {root}");
        };
        for counter in &printer.counters {
            within(counter.source, MARKER);
        }
        for supply in &printer.supplies {
            within(supply.source, SUPPLIES);
            for source in [
                supply.level.map(|it| it.source),
                supply.capacity.map(|it| it.source),
                supply.kind.map(|it| it.source),
                supply.color.map(|it| it.source),
            ]
            .into_iter()
            .flatten()
            {
                within(source, "1.3.6.1.2.1.43.1");
            }
        }
        for tray in &printer.trays {
            within(tray.source, INPUT);
        }
        for alert in &printer.alerts {
            within(alert.source, ALERT);
        }
        let identity = &printer.identity;
        for fact in [&identity.manufacturer, &identity.model, &identity.serial]
            .into_iter()
            .flatten()
        {
            assert_ne!(fact.source.kind(), SourceKind::Canon);
            within(fact.source, "1.3.6.1.");
        }
    }
}

/// The other tool's percentages where its source is a standard object. Its README says where it differs on purpose:
/// -3 counts as 50 %, -1 as 0 %, a capacity that is no number as 100; Brother's 0 to 3 are codes to it.
#[test]
fn percentages_and_serials_agree_with_another_tool() {
    let printers: BTreeMap<String, Printer> = walks()
        .into_iter()
        .map(|(path, _, printer)| (path, printer))
        .collect();
    let mut compared = 0;
    for (name, expected) in benches::json_files("walks/expected") {
        let Some(file) = expected["file"].as_str().filter(|_| name.starts_with("librenms")) else {
            continue;
        };
        let Some(printer) = printers.get(&format!("walks/{file}")) else {
            continue;
        };
        if let Some(serial) = printer
            .identity
            .serial
            .as_ref()
            .filter(|serial| serial.source.kind() == SourceKind::Standard)
        {
            assert_eq!(expected["serial"].as_str(), Some(serial.value.as_str()), "{name}");
        }
        for row in expected["supplies"].as_array().unwrap() {
            let oid = row["level_oid"].as_str().unwrap_or_default();
            let percent = row["current_percent"].as_f64().unwrap();
            let Some(table) = [SUPPLIES, INPUT]
                .into_iter()
                .find(|table| oid[1..].starts_with(table))
            else {
                continue;
            };
            // Some devices have their supplies in another context only: the file beside it.
            let stem = format!("walks/{}@", file.trim_end_matches(".snmprec"));
            let beside = printers
                .iter()
                .filter(|(path, _)| path.starts_with(&stem))
                .map(|(_, it)| it);
            let (ours, level, capacity) = [printer]
                .into_iter()
                .chain(beside)
                .find_map(|printer| row_of(printer, table, oid))
                .unwrap_or_else(|| panic!("{name}: no row for {oid}"));
            match (level, capacity, ours) {
                (Level::Known(_), Capacity::Known(1..), Some(_)) if expected["os"] == "brother" => {}
                (Level::Known(_), Capacity::Known(1..), Some(ours)) => {
                    let difference = (f64::from(ours.tenths()) / 10.0 - percent).abs();
                    assert!(difference <= 1.0, "{name} {oid}: {ours} and {percent}");
                    compared += 1;
                }
                (Level::SomeRemaining, _, None) => assert_eq!(percent, 50.0, "{name} {oid}"),
                // A capacity that the device does not know: no percentage, where the other tool takes 100 for it.
                (Level::Known(_), _, _) => {}
                (level, capacity, ours) => {
                    panic!("{name} {oid}: {level:?} of {capacity:?} is {ours:?}, not {percent}")
                }
            }
        }
    }
    println!("{compared} percentages");
    assert!(compared > 80 || printers.is_empty());
}

fn row_of(
    printer: &Printer,
    table: &str,
    level_oid: &str,
) -> Option<(Option<printer_mib::model::Percent>, Level, Capacity)> {
    let rows: Vec<_> = if table == SUPPLIES {
        let row = |supply: &printer_mib::model::Supply| {
            (
                supply.index.to_string(),
                (supply.percent(), supply.level(), supply.capacity()),
            )
        };
        printer.supplies.iter().map(row).collect()
    } else {
        let row = |tray: &printer_mib::model::Tray| {
            (
                tray.index.to_string(),
                (tray.percent(), tray.level(), tray.capacity()),
            )
        };
        printer.trays.iter().map(row).collect()
    };
    let column = if table == SUPPLIES { 9 } else { 10 };
    rows.into_iter()
        .find(|(index, _)| level_oid == format!(".{table}.{column}.{index}"))
        .map(|(_, row)| row)
}
