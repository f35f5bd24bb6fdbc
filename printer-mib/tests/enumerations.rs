//! Numbers and names of the enumerations are those of the MIB's text, of the upload format and of the schema.

use printer_mib::mib::{
    alert::{AlertCode, AlertGroup, Severity, Training},
    host::{DetectedError, DeviceStatus, PrinterStatus},
    marker::{SupplyClass, SupplyKind, Technology},
    never_read,
    sub_unit::{LightColor, SubUnitState},
    unit::Unit,
};
use printer_mib::model::{
    Category, CounterColor, CounterSize, DeviceKind, ErrorCode, Function, Lit, Multiplicity, Plain, Sides,
    SupplyColor, Who,
};
use snmp_core::oid::OidBuf;
use std::collections::BTreeMap;

fn shared(path: &str) -> Option<String> {
    let file = benches::shared()?.join(path);
    Some(std::fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}", file.display())))
}

/// "enum:" comments of the CDDL by the rule before them.
fn enumerations(cddl: &str) -> BTreeMap<String, BTreeMap<u32, String>> {
    let mut all: BTreeMap<String, BTreeMap<u32, String>> = BTreeMap::new();
    let (mut rule, mut open) = (String::new(), false);
    for line in cddl.lines() {
        if let Some(comment) = line.strip_prefix(';') {
            let list = comment.trim_start();
            let list = match list.strip_prefix("enum:") {
                Some(list) => {
                    open = true;
                    list
                }
                None if open => list,
                None => continue,
            };
            for item in list.split(',').map(str::trim) {
                let Some((number, name)) = item.split_once(' ') else {
                    continue;
                };
                all.entry(rule.clone())
                    .or_default()
                    .insert(number.parse().unwrap(), name.to_owned());
            }
        } else {
            open = false;
            if let Some((name, _)) = line.split_once(" = ").filter(|(name, _)| !name.contains(' ')) {
                name.clone_into(&mut rule);
            }
        }
    }
    all
}

#[test]
fn numbers_and_names_are_those_of_the_upload_format() {
    let Some(cddl) = shared("wire/kpax-wire.cddl") else {
        return;
    };
    let mut listed = enumerations(&cddl);
    macro_rules! compare {
        ($($rule:literal $kind:ty, $name:expr;)+) => {
            $(
                let ours: BTreeMap<u32, String> =
                    <$kind>::ALL.iter().map(|value| (value.number(), $name(*value).to_owned())).collect();
                let mut theirs = listed.remove($rule).unwrap_or_else(|| panic!("no rule {}", $rule));
                // Known with a number and none at all are not variants of ours.
                if $rule == "supply-colour" {
                    theirs.remove(&0);
                }
                assert_eq!(ours, theirs, "{}", $rule);
            )+
        };
    }
    let open = |name: Option<&'static str>| name.unwrap();
    compare! {
        "unit" Unit, |value: Unit| open(value.name());
        "technology" Technology, |value: Technology| open(value.name());
        "supply-type" SupplyKind, |value: SupplyKind| open(value.name());
        "severity" Severity, |value: Severity| open(value.name());
        "training" Training, |value: Training| open(value.name());
        "device-status" DeviceStatus, |value: DeviceStatus| open(value.name());
        "printer-status" PrinterStatus, |value: PrinterStatus| open(value.name());
        "light-colour" LightColor, |value: LightColor| open(value.name());
        "errors" DetectedError, |value: DetectedError| open(value.name());
        "tray-status" SubUnitState, SubUnitState::name;
        "device-kind" DeviceKind, DeviceKind::name;
        "function" Function, Function::name;
        "counter-colour" CounterColor, CounterColor::name;
        "counter-size" CounterSize, CounterSize::name;
        "sides" Sides, Sides::name;
        "mult" Multiplicity, Multiplicity::name;
        "supply-colour" SupplyColor, SupplyColor::name;
        "category" Category, Category::name;
        "who" Who, Who::name;
        "plain" Plain, Plain::name;
        "lit" Lit, Lit::name;
        "error-code" ErrorCode, ErrorCode::name;
        "text-policy" printer_mib::TextPolicy, printer_mib::TextPolicy::name;
    }
    let class = listed.remove("supply-class").unwrap();
    for class_of_ours in [SupplyClass::Other, SupplyClass::Consumed, SupplyClass::Filled] {
        assert_eq!(
            class.get(&class_of_ours.number()).map(String::as_str),
            class_of_ours.name()
        );
    }
    let states = listed.remove("level-state").unwrap();
    for level in [
        printer_mib::model::Level::Known(1),
        printer_mib::model::Level::SomeRemaining,
        printer_mib::model::Level::Unknown,
        printer_mib::model::Level::Unrestricted,
        printer_mib::model::Level::Low,
        printer_mib::model::Level::NotReported,
    ] {
        assert_eq!(states[&level.state_number()], level.state());
    }
}

/// `prtMarkerLifeCount` → `prt_marker_life_count`, `printerNMSReset` → `printer_nms_reset`.
fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(place + 1);
        let begins = letter.is_uppercase()
            && (before.is_some_and(|before| !before.is_uppercase())
                || before.is_some() && after.is_some_and(|after| after.is_lowercase()));
        if begins {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Names and numbers of a textual convention.
fn textual_convention(mib: &str, name: &str) -> Vec<(String, i32)> {
    let body = mib.split(&format!("{name} ::=")).nth(1).unwrap();
    let body = body.split("SYNTAX").nth(1).unwrap().split('}').next().unwrap();
    let without_comments: Vec<&str> = body
        .lines()
        .map(|line| line.split("--").next().unwrap())
        .collect();
    // Some lines lack their comma: a number ends an item.
    without_comments
        .join(" ")
        .split(')')
        .filter_map(|item| {
            let (name, number) = item.rsplit_once('(')?;
            let name = name.rsplit([',', ' ', '{']).find(|word| !word.is_empty())?;
            Some((name.to_owned(), number.trim().parse().ok()?))
        })
        .collect()
}

#[test]
fn alert_codes_and_groups_are_those_of_the_mib() {
    let Some(mib) = shared("mibs/std/IANA-PRINTER-MIB") else {
        return;
    };
    let codes = textual_convention(&mib, "PrtAlertCodeTC");
    assert_eq!(codes.len(), 707);
    for (name, number) in codes {
        assert_eq!(
            AlertCode::from_number(number).to_string(),
            snake(&name),
            "{number}"
        );
    }
    let groups = textual_convention(&mib, "PrtAlertGroupTC");
    assert_eq!(groups.len(), 22);
    for (name, number) in groups {
        assert_eq!(
            AlertGroup::from_number(number).to_string(),
            snake(&name),
            "{number}"
        );
    }
}

#[test]
fn no_row_of_the_never_read_list_is_missing() {
    let Some(table) = shared("mibs/never-read.tsv") else {
        return;
    };
    for oid in table.lines().skip(1).filter_map(|line| line.split('\t').nth(1)) {
        let oid: OidBuf = oid.parse().unwrap();
        assert!(never_read::forbids(oid.as_oid()), "{oid:?}");
        assert!(never_read::forbids(oid.join(&[1, 1]).unwrap().as_oid()) || oid.to_string().ends_with(".0"));
    }
}
