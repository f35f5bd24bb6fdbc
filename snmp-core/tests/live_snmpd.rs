//! The manager against a real net-snmp agent, compared with what net-snmp's own commands print.
#![cfg(feature = "manager")]

mod blocking;
mod snmpd;

use std::net::SocketAddr;
use std::time::Duration;

use blocking::Blocking;
use snmp_core::limits::Limits;
use snmp_core::manager::{Event, Manager, OwnedEvent, TargetConfig, TargetId};
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::outcome::{LikelyCause, Outcome};
use snmp_core::pdu::ErrorStatus;
use snmp_core::security::NoV3;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use snmp_core::walk::WalkEnd;
use snmp_core::{message::Version, oid};
use snmpd::Snmpd;

type Config = TargetConfig<<NoV3 as snmp_core::security::SecurityModel>::Credentials>;

fn config(version: Version, address: SocketAddr, community: &[u8]) -> Config {
    let config = match version {
        Version::V1 => Config::v1(address, community),
        _ => Config::v2c(address, community),
    };
    config.with_timeout(Duration::from_secs(2), 2)
}

fn manager(seed: u8) -> Blocking<NoV3> {
    Blocking::new(Manager::new([seed; 16]))
}

/// A row as `snmpget -On -Ot` prints it without MIBs.
fn line(row: &VarBind<'_>) -> String {
    let value = match row.value {
        Value::Integer(number) => format!("INTEGER: {number}"),
        Value::OctetString(b"") => "\"\"".to_owned(),
        Value::OctetString(octets) => {
            let text = octets
                .iter()
                .all(|octet| (0x20..0x7f).contains(octet) || octet.is_ascii_whitespace());
            match std::str::from_utf8(octets) {
                Ok(string) if text => format!(
                    "STRING: \"{}\"",
                    string.replace('\\', "\\\\").replace('"', "\\\"")
                ),
                _ => {
                    let hex: Vec<_> = octets.iter().map(|octet| format!("{octet:02X} ")).collect();
                    format!("Hex-STRING: {}", hex.concat())
                }
            }
        }
        Value::ObjectIdentifier(oid) => format!("OID: .{oid}"),
        Value::IpAddress(address) => format!("IpAddress: {address}"),
        Value::Counter32(number) => format!("Counter32: {number}"),
        Value::Gauge32(number) => format!("Gauge32: {number}"),
        Value::TimeTicks(number) => number.to_string(),
        Value::Counter64(number) => format!("Counter64: {number}"),
        other => format!("{other:?}"),
    };
    format!(".{} = {value}", row.name)
}

fn rows(events: &[OwnedEvent]) -> Vec<String> {
    let mut lines = Vec::new();
    for owned in events {
        match owned.event() {
            Event::Rows(rows) => lines.extend(rows.var_binds.iter().map(|row| line(&row))),
            Event::Answer(answer) => lines.extend(answer.var_binds.iter().map(|row| line(&row))),
            _ => {}
        }
    }
    lines
}

fn outcome(events: &[OwnedEvent]) -> Outcome {
    match events.last().unwrap().event() {
        Event::Failed(failed) => failed.outcome,
        other => panic!("{other:?}"),
    }
}

fn walk(udp: &mut Blocking<NoV3>, target: TargetId, root: Oid<'_>) -> (Vec<String>, WalkEnd) {
    let now = udp.now();
    let request = udp.manager.walk(now, target, root).unwrap();
    let events = udp.finish(request);
    match events.last().unwrap().event() {
        Event::WalkEnded(ended) => {
            assert!(ended.traffic.sent > 0 && ended.traffic.received > 0);
            (rows(&events), ended.end)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn walks_give_what_snmpwalk_and_snmpbulkwalk_give() {
    let Some(snmpd) = Snmpd::start("walks") else {
        return;
    };
    for (version, command, flag) in [
        (Version::V1, "snmpwalk", "-v1"),
        (Version::V2c, "snmpwalk", "-v2c"),
        (Version::V2c, "snmpbulkwalk", "-v2c"),
    ] {
        let mut udp = manager(1);
        let target = udp
            .manager
            .add_target(config(version, snmpd.address, b"public"))
            .unwrap();
        if command == "snmpwalk" {
            udp.manager
                .set_limits(target, Limits::for_version(version).without_bulk());
        }
        // Values that do not move between two walks; the notion of time does.
        for (root, still) in [
            ("1.3.6.1.2.1.1", true),
            ("1.3.6.1.4.1.8072.9999.1", true),
            ("1.3.6.1.6.3.16", true),
            ("1.3.6.1.2.1.2", false),
            ("1.3.6.1.2.1.11", false),
        ] {
            let theirs = snmpd.run(command, &[flag, "-c", "public"], &[root]);
            let root: OidBuf = root.parse().unwrap();
            let (ours, end) = walk(&mut udp, target, root.as_oid());
            assert!(end.is_complete(), "{end}");
            let shown = |line: &String| {
                let name = line.split(" = ").next().unwrap().to_owned();
                if still && name != ".1.3.6.1.2.1.1.3.0" {
                    line.trim_end().to_owned()
                } else {
                    name
                }
            };
            let ours: Vec<_> = ours.iter().map(shown).collect();
            let theirs: Vec<_> = theirs
                .iter()
                .filter(|line| line.starts_with('.') && !line.contains("No more variables"))
                .map(shown)
                .collect();
            assert!(!ours.is_empty());
            for (ours, theirs) in ours.iter().zip(&theirs) {
                assert_eq!(ours, theirs, "{command} {flag} {root}");
            }
            assert_eq!(ours.len(), theirs.len(), "{command} {flag} {root}");
        }
    }
}

#[test]
fn get_and_getnext_give_what_snmpget_gives() {
    let Some(snmpd) = Snmpd::start("get") else { return };
    let names = [
        oid!(1.3.6.1.2.1.1.1.0),
        oid!(1.3.6.1.2.1.1.7.0),
        oid!(1.3.6.1.4.1.8072.9999.1.8.0),
    ];
    let texts: Vec<_> = names.iter().map(ToString::to_string).collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    for (version, flag) in [(Version::V1, "-v1"), (Version::V2c, "-v2c")] {
        let mut udp = manager(2);
        let target = udp
            .manager
            .add_target(config(version, snmpd.address, b"public"))
            .unwrap();
        let now = udp.now();
        let request = udp.manager.get(now, target, names).unwrap();
        let answers = udp.finish(request);
        assert_eq!(
            rows(&answers),
            snmpd.run("snmpget", &[flag, "-c", "public"], &texts)
        );
        let request = udp.manager.get_next(now, target, names).unwrap();
        let answers = udp.finish(request);
        assert_eq!(
            rows(&answers),
            snmpd.run("snmpgetnext", &[flag, "-c", "public"], &texts)
        );
        assert!(udp.manager.round_trip(target).is_some());
        assert_eq!(udp.manager.requests(), 0);
    }
    let mut udp = manager(3);
    let target = udp
        .manager
        .add_target(config(Version::V2c, snmpd.address, b"public"))
        .unwrap();
    let now = udp.now();
    let request = udp
        .manager
        .get_bulk(
            now,
            target,
            1,
            3,
            [oid!(1.3.6.1.2.1.1.1), oid!(1.3.6.1.4.1.8072.9999.1)],
        )
        .unwrap();
    let answers = udp.finish(request);
    let theirs = snmpd.run(
        "snmpbulkget",
        &["-v2c", "-c", "public", "-Cn1", "-Cr3"],
        &["1.3.6.1.2.1.1.1", "1.3.6.1.4.1.8072.9999.1"],
    );
    assert_eq!(rows(&answers), theirs);
    assert_eq!(theirs.len(), 4);
}

#[test]
fn set_is_read_back_and_errors_name_the_variable() {
    let Some(snmpd) = Snmpd::start("set") else { return };
    let (number, text) = (
        oid!(1.3.6.1.4.1.8072.9999.1.11.0),
        oid!(1.3.6.1.4.1.8072.9999.1.12.0),
    );
    let fixed = oid!(1.3.6.1.4.1.8072.9999.1.1.0);
    for version in [Version::V1, Version::V2c] {
        let mut udp = manager(4);
        let target = udp
            .manager
            .add_target(config(version, snmpd.address, b"private"))
            .unwrap();
        let now = udp.now();
        let wanted = [
            VarBind::new(number, Value::Integer(-77)),
            VarBind::new(text, Value::OctetString(b"written")),
        ];
        let request = udp.manager.set(now, target, &wanted).unwrap();
        let expected: Vec<_> = wanted.iter().map(line).collect();
        assert_eq!(rows(&udp.finish(request)), expected);
        let request = udp.manager.get(now, target, [number, text]).unwrap();
        assert_eq!(rows(&udp.finish(request)), expected);

        let refused = [wanted[0], VarBind::new(fixed, Value::Integer(1))];
        let request = udp.manager.set(now, target, &refused).unwrap();
        match outcome(&udp.finish(request)) {
            Outcome::ErrorStatus { status, index, name } => {
                let expected = match version {
                    Version::V1 => ErrorStatus::NoSuchName,
                    _ => ErrorStatus::NotWritable,
                };
                assert_eq!(status, expected);
                assert_eq!(index.map(|index| index.get()), Some(2));
                assert_eq!(name, Some(fixed.to_buf()));
            }
            other => panic!("{other}"),
        }
    }
    // An absent instance: an error in v1, an exception in v2c.
    let absent = oid!(1.3.6.1.2.1.1.1.7);
    let mut udp = manager(5);
    let v1 = udp
        .manager
        .add_target(config(Version::V1, snmpd.address, b"public"))
        .unwrap();
    let v2c = udp
        .manager
        .add_target(config(Version::V2c, snmpd.address, b"public"))
        .unwrap();
    let now = udp.now();
    let request = udp
        .manager
        .get(now, v1, [oid!(1.3.6.1.2.1.1.1.0), absent])
        .unwrap();
    let failed = outcome(&udp.finish(request));
    assert_eq!(
        failed.to_string(),
        "device answered NoSuchName at 2 (1.3.6.1.2.1.1.1.7)"
    );
    let request = udp.manager.get(now, v2c, [absent]).unwrap();
    assert_eq!(
        rows(&udp.finish(request)),
        [".1.3.6.1.2.1.1.1.7 = NoSuchInstance"]
    );
}

#[test]
fn a_wrong_community_is_a_timeout_that_says_so_within_its_time() {
    let Some(snmpd) = Snmpd::start("community") else {
        return;
    };
    let mut udp = manager(6);
    let wrong = config(Version::V2c, snmpd.address, b"wrong").with_timeout(Duration::from_millis(200), 2);
    let target = udp.manager.add_target(wrong).unwrap();
    let (now, start) = (udp.now(), std::time::Instant::now());
    let request = udp.manager.get(now, target, [oid!(1.3.6.1.2.1.1.1.0)]).unwrap();
    let failed = outcome(&udp.finish(request));
    assert!(start.elapsed() < Duration::from_millis(900));
    let Outcome::Timeout(timeout) = failed else {
        panic!("{failed}")
    };
    assert_eq!(
        (timeout.attempts, timeout.likely_causes().next()),
        (3, Some(LikelyCause::Community))
    );
}
