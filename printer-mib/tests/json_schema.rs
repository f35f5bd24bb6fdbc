//! The JSON keeps the published schema, and has every field of the table of fields.

mod reading;

use printer_mib::{
    Arena, Fact, Printer, Source, TextPolicy,
    json::{Document, Exchange, Failure, PrinterJson, SnmpVersion},
    mib::marker::SupplyKind,
    model::{
        Date, ErrorCode, Index, Mac, Outcome, Percent, ProfileUsed, SectionKind, SectionState, Sections,
        ServicePart, SourceKind,
    },
    survey::interpret::interpret,
};
use serde_json::Value as Json;
use snmp_core::{oid, value::Value, varbind::VarBind};
use std::process::{Command, Stdio};

fn document<'a>(target: &'a str, printer: &'a Printer, policy: TextPolicy, explain: bool) -> Document<'a> {
    let outcome = if printer.is_printer() {
        Outcome::Printer
    } else {
        Outcome::NotAPrinter
    };
    Document {
        target,
        outcome,
        observed: Some(1_795_989_708),
        error: None,
        printer: Some(PrinterJson {
            printer,
            policy,
            explain,
        }),
        exchange: Exchange {
            version: Some(SnmpVersion::V2c),
            requests: 5,
            responses: 4,
            retries: 1,
            bytes_sent: 300,
            bytes_received: 4000,
        },
    }
}

/// A printer with something in every field.
fn full() -> Printer {
    let varbinds = [
        (
            oid!(1.3.6.1.2.1.1.1.0),
            Value::OctetString(b"Canon iR-ADV C5840 /P"),
        ),
        (
            oid!(1.3.6.1.2.1.1.2.0),
            Value::ObjectIdentifier(oid!(1.3.6.1.4.1.1602.4.7)),
        ),
        (oid!(1.3.6.1.2.1.1.5.0), Value::OctetString(b"floor-2")),
        (oid!(1.3.6.1.2.1.1.6.0), Value::OctetString(b"Room 12")),
        (
            oid!(1.3.6.1.2.1.2.2.1.6.1),
            Value::OctetString(&[0, 0x1e, 0x8f, 1, 2, 3]),
        ),
        (
            oid!(1.3.6.1.2.1.25.3.2.1.2.1),
            Value::ObjectIdentifier(oid!(1.3.6.1.2.1.25.3.1.5)),
        ),
        (
            oid!(1.3.6.1.2.1.25.3.2.1.3.1),
            Value::OctetString(b"Canon iR-ADV C5840 19.43"),
        ),
        (oid!(1.3.6.1.2.1.25.3.2.1.5.1), Value::Integer(3)),
        (
            oid!(1.3.6.1.2.1.25.3.2.1.3.101),
            Value::OctetString(b"Color Image Reader"),
        ),
        (oid!(1.3.6.1.2.1.25.3.2.1.3.102), Value::OctetString(b"Copier")),
        (oid!(1.3.6.1.2.1.25.3.2.1.3.103), Value::OctetString(b"Fax Card")),
        (oid!(1.3.6.1.2.1.25.3.5.1.1.1), Value::Integer(3)),
        (oid!(1.3.6.1.2.1.25.3.5.1.2.1), Value::OctetString(&[0x20, 0x01])),
        (oid!(1.3.6.1.2.1.43.5.1.1.17.1), Value::OctetString(b"ABC12345")),
        (
            oid!(1.3.6.1.2.1.43.6.1.1.2.1.1),
            Value::OctetString(b"Front cover"),
        ),
        (oid!(1.3.6.1.2.1.43.6.1.1.3.1.1), Value::Integer(4)),
        (oid!(1.3.6.1.2.1.43.8.2.1.8.1.1), Value::Integer(8)),
        (oid!(1.3.6.1.2.1.43.8.2.1.9.1.1), Value::Integer(550)),
        (oid!(1.3.6.1.2.1.43.8.2.1.10.1.1), Value::Integer(-3)),
        (oid!(1.3.6.1.2.1.43.8.2.1.11.1.1), Value::Integer(19)),
        (oid!(1.3.6.1.2.1.43.8.2.1.12.1.1), Value::OctetString(b"PLAIN")),
        (oid!(1.3.6.1.2.1.43.8.2.1.13.1.1), Value::OctetString(b"Tray 1")),
        (oid!(1.3.6.1.2.1.43.9.2.1.4.1.1), Value::Integer(250)),
        (oid!(1.3.6.1.2.1.43.9.2.1.5.1.1), Value::Integer(-2)),
        (oid!(1.3.6.1.2.1.43.10.2.1.2.1.1), Value::Integer(4)),
        (oid!(1.3.6.1.2.1.43.10.2.1.3.1.1), Value::Integer(7)),
        (oid!(1.3.6.1.2.1.43.10.2.1.4.1.1), Value::Counter32(213_402)),
        (oid!(1.3.6.1.2.1.43.11.1.1.4.1.1), Value::Integer(3)),
        (oid!(1.3.6.1.2.1.43.11.1.1.5.1.1), Value::Integer(3)),
        (
            oid!(1.3.6.1.2.1.43.11.1.1.6.1.1),
            Value::OctetString(b"Black Toner, PN 006R01509;SN48178080E0000481"),
        ),
        (oid!(1.3.6.1.2.1.43.11.1.1.7.1.1), Value::Integer(77)),
        (oid!(1.3.6.1.2.1.43.11.1.1.8.1.1), Value::Integer(3)),
        (oid!(1.3.6.1.2.1.43.11.1.1.9.1.1), Value::Integer(2)),
        (oid!(1.3.6.1.2.1.43.13.4.1.9.1.1), Value::Integer(3)),
        (oid!(1.3.6.1.2.1.43.16.5.1.2.1.1), Value::OctetString(b"Ready")),
        (
            oid!(1.3.6.1.2.1.43.16.5.1.2.1.2),
            Value::OctetString(b"Printing salaries.xls"),
        ),
        (oid!(1.3.6.1.2.1.43.17.6.1.2.1.1), Value::Integer(100)),
        (oid!(1.3.6.1.2.1.43.17.6.1.3.1.1), Value::Integer(0)),
        (oid!(1.3.6.1.2.1.43.17.6.1.4.1.1), Value::Integer(10)),
        (oid!(1.3.6.1.2.1.43.17.6.1.5.1.1), Value::OctetString(b"Error")),
        (oid!(1.3.6.1.2.1.43.18.1.1.2.1.7), Value::Integer(9)),
        (oid!(1.3.6.1.2.1.43.18.1.1.3.1.7), Value::Integer(3)),
        (oid!(1.3.6.1.2.1.43.18.1.1.4.1.7), Value::Integer(11)),
        (oid!(1.3.6.1.2.1.43.18.1.1.5.1.7), Value::Integer(1)),
        (oid!(1.3.6.1.2.1.43.18.1.1.6.1.7), Value::Integer(-2)),
        (oid!(1.3.6.1.2.1.43.18.1.1.7.1.7), Value::Integer(1104)),
        (
            oid!(1.3.6.1.2.1.43.18.1.1.8.1.7),
            Value::OctetString(b"toner is low (black) for Ms Miller"),
        ),
    ];
    let mut arena = Arena::new();
    for (name, value) in varbinds {
        arena.push(&VarBind::new(name, value)).unwrap();
    }
    let mut sections = Sections::all(SectionState::Complete, None);
    sections.set(SectionKind::Outputs, SectionState::Partial, None);
    sections.set(SectionKind::Finishers, SectionState::NotAsked, None);
    let mut printer = interpret(arena, sections);
    let elsewhere = Source::elsewhere(SourceKind::Canon, printer_mib::model::Rule::Caller);
    printer
        .identity
        .ip
        .push(Fact::new("192.0.2.7".parse().unwrap(), elsewhere));
    printer
        .identity
        .ip
        .push(Fact::new("2001:db8::7".parse().unwrap(), elsewhere));
    printer.identity.asset = Some(Fact::new("A-17".into(), elsewhere));
    printer.hardware.installed = Some(Fact::new(Date::from_days(19_537), elsewhere));
    printer.profile = Some(ProfileUsed {
        id: "canon".into(),
        version: 3,
    });
    let mut part = ServicePart::new(Index::Key("drum.1".into()), elsewhere);
    part.kind = Some(Fact::new(SupplyKind::TransferBelt, elsewhere));
    part.capacity = Some(Fact::new(300_000, elsewhere));
    part.used = Some(Fact::new(100_000, elsewhere));
    part.details.coverage = Some(Fact::new(Percent::from_tenths(51), elsewhere));
    part.details.genuine = Some(Fact::new(true, elsewhere));
    part.details.installed = Some(Fact::new(Date::from_days(19_537), elsewhere));
    part.details.pages_left = Some(Fact::new(200_000, elsewhere));
    part.details.pages_yield = Some(Fact::new(300_000, elsewhere));
    part.details.replaced_count = Some(Fact::new(1, elsewhere));
    printer.service_parts.push(part);
    printer
}

#[test]
fn fields_say_what_the_model_says() {
    let printer = full();
    let json = serde_json::to_value(document("192.0.2.7:161", &printer, TextPolicy::Known, false)).unwrap();
    let cases = [
        ("/outcome", "\"printer\""),
        ("/observed", "\"2026-11-29T22:01:48Z\""),
        ("/sections/outputs", "\"partial\""),
        ("/identity/manufacturer", "\"Canon\""),
        ("/identity/model", "\"iR-ADV C5840\""),
        ("/identity/mac/0", "\"00:1e:8f:01:02:03\""),
        ("/identity/ip/1", "\"2001:db8::7\""),
        ("/identity/sys_object_id", "\"1.3.6.1.4.1.1602.4.7\""),
        ("/hardware/kind", "\"mfp\""),
        ("/hardware/technology", "\"laser\""),
        ("/hardware/duplex", "true"),
        ("/hardware/installed", "\"2023-06-29\""),
        ("/hardware/firmware/0/version", "\"19.43\""),
        ("/counters/0/value", "213402"),
        ("/counters/0/oid", "\"1.3.6.1.2.1.43.10.2.1.4.1.1\""),
        ("/counters/0/level", "\"main\""),
        ("/supplies/0/index", "\"1.1\""),
        ("/supplies/0/description", "\"Black Toner\""),
        ("/supplies/0/part_number", "\"006R01509\""),
        ("/supplies/0/unit", "\"77\""),
        ("/supplies/0/percent", "66.7"),
        ("/supplies/0/color", "\"black\""),
        ("/service_parts/0/index", "\"drum.1\""),
        ("/service_parts/0/percent", "66.7"),
        ("/service_parts/0/coverage", "5.1"),
        ("/trays/0/level", "null"),
        ("/trays/0/level_state", "\"some_remaining\""),
        ("/trays/0/status", "[\"unavailable_broken\",\"critical_alerts\"]"),
        ("/outputs/0/level_state", "\"unknown\""),
        ("/covers/0/status", "\"cover_closed\""),
        ("/alerts/0/code", "\"marker_toner_almost_empty\""),
        ("/alerts/0/severity", "\"9\""),
        ("/alerts/0/location", "null"),
        ("/alerts/0/description", "null"),
        ("/status/plain", "\"warning\""),
        ("/status/errors", "[\"low_toner\",\"bit_15\"]"),
        ("/status/panel", "[\"Ready\"]"),
        (
            "/status/lights/0",
            "{\"color\":\"orange\",\"name\":\"Error\",\"state\":\"on\"}",
        ),
        ("/profile/version", "3"),
        ("/exchange/version", "\"v2c\""),
    ];
    for (pointer, expected) in cases {
        let found = json.pointer(pointer).unwrap_or_else(|| panic!("no {pointer}"));
        assert_eq!(
            found,
            &serde_json::from_str::<Json>(expected).unwrap(),
            "{pointer}"
        );
    }
    assert!(json.pointer("/supplies/0/from").is_none());
    assert_eq!(Mac::from_octets(&[0, 0, 0, 0, 0, 0]), None);
}

#[test]
fn the_text_policy_holds_for_raw_values_too() {
    let printer = full();
    let line = |policy| serde_json::to_string(&document("x", &printer, policy, true)).unwrap();
    assert!(line(TextPolicy::Full).contains("salaries.xls") && line(TextPolicy::Full).contains("Miller"));
    for secret in ["salaries", "Miller"] {
        assert!(!line(TextPolicy::Known).contains(secret), "{secret}");
    }
    for text in [
        "salaries",
        "Miller",
        "floor-2",
        "Room 12",
        "Tray 1",
        "PLAIN",
        "Ready",
        "Front cover",
    ] {
        assert!(!line(TextPolicy::Codes).contains(text), "{text}");
    }
    assert!(line(TextPolicy::Codes).contains("ABC12345"));
}

#[test]
fn explaining_gives_every_fact_its_varbind_and_rule() {
    let printer = full();
    let json = serde_json::to_value(document("x", &printer, TextPolicy::Full, true)).unwrap();
    for (pointer, oid, raw, source, rule) in [
        (
            "/counters/0/from",
            "1.3.6.1.2.1.43.10.2.1.4.1.1",
            "213402",
            "standard",
            "prtMarkerLifeCount",
        ),
        (
            "/supplies/0/from/level",
            "1.3.6.1.2.1.43.11.1.1.9.1.1",
            "2",
            "standard",
            "prtMarkerSuppliesLevel",
        ),
        (
            "/supplies/0/from/color",
            "1.3.6.1.2.1.43.11.1.1.6.1.1",
            "Black Toner, PN 006R01509;SN48178080E0000481",
            "derived",
            "color_word",
        ),
        (
            "/status/from/errors",
            "1.3.6.1.2.1.25.3.5.1.2.1",
            "2001",
            "standard",
            "hrPrinterDetectedErrorState",
        ),
        (
            "/trays/0/from/level",
            "1.3.6.1.2.1.43.8.2.1.10.1.1",
            "-3",
            "standard",
            "prtInputCurrentLevel",
        ),
        (
            "/identity/from/model",
            "1.3.6.1.2.1.25.3.2.1.3.1",
            "Canon iR-ADV C5840 19.43",
            "derived",
            "model_text",
        ),
    ] {
        let found = json.pointer(pointer).unwrap_or_else(|| panic!("no {pointer}"));
        assert_eq!(found["oid"], oid, "{pointer}");
        assert_eq!(found["raw"], raw, "{pointer}");
        assert_eq!(found["source"], source, "{pointer}");
        assert_eq!(found["rule"], rule, "{pointer}");
    }
}

#[test]
fn every_field_of_the_table_of_fields_is_there() {
    let Some(shared) = benches::shared() else { return };
    let printer = full();
    let mut document = document("x", &printer, TextPolicy::Full, true);
    document.error = Some(Failure {
        code: ErrorCode::Partial,
        text: None,
        hint: None,
        retry: Some(60),
    });
    let json = serde_json::to_value(document).unwrap();
    let table = std::fs::read_to_string(shared.join("wire/fields.tsv")).unwrap();
    let mut fields = 0;
    for path in table
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next())
        .filter(|path| !path.is_empty())
    {
        let pointer = format!(
            "/{}",
            path.replace("[]", ".0").replace(".*", "").replace('.', "/")
        );
        // The covers and finishers of a device are the JSON's own; finishers are not read yet.
        if pointer == "/finishers" {
            continue;
        }
        assert!(json.pointer(&pointer).is_some(), "{path}");
        fields += 1;
    }
    assert!(fields > 90);
}

/// Python's jsonschema reads the published schema; where it is not installed the test says so.
#[test]
fn every_walks_line_keeps_the_schema() {
    let Some(shared) = benches::shared() else { return };
    let mut lines = String::new();
    let mut add = |document: &Document<'_>| {
        lines.push_str(&serde_json::to_string(document).unwrap());
        lines.push('\n');
    };
    let printer = full();
    for policy in [TextPolicy::Codes, TextPolicy::Known, TextPolicy::Full] {
        for explain in [false, true] {
            add(&document("192.0.2.7:161", &printer, policy, explain));
        }
    }
    for walk in benches::walks() {
        let printer = reading::printer_of_walk(&walk);
        add(&document(&walk.path, &printer, TextPolicy::Known, false));
        add(&document(&walk.path, &printer, TextPolicy::Full, true));
    }
    for code in ErrorCode::ALL {
        add(&Document {
            target: "192.0.2.8:161",
            outcome: Outcome::Failed,
            observed: None,
            error: Some(Failure {
                code: *code,
                text: None,
                hint: Some("look"),
                retry: None,
            }),
            printer: None,
            exchange: Exchange::default(),
        });
    }
    let count = lines.lines().count();
    let script = "import json, sys\n\
        try:\n    import jsonschema\nexcept ImportError:\n    print('absent'); sys.exit(0)\n\
        check = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))\n\
        bad = [(d['target'], e.json_path, e.message[:200]) for d in map(json.loads, sys.stdin) for e in check.iter_errors(d)]\n\
        print('bad', bad[:5]) if bad else print('good')\n";
    let python = Command::new("python3")
        .args(["-c", script])
        .arg(shared.join("collect.schema.json"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        eprintln!("skipped: no python3");
        return;
    };
    std::io::Write::write_all(&mut python.stdin.take().unwrap(), lines.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    match String::from_utf8_lossy(&output.stdout).trim() {
        "good" => println!("{count} lines"),
        "absent" => eprintln!("skipped: python3 has no jsonschema"),
        bad => panic!("{bad}"),
    }
}
