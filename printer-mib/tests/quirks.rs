//! What real printers do otherwise than the MIBs say, by the numbers of the collection of quirks.

mod reading;

use printer_mib::{
    Printer,
    model::{Category, CounterLevel, Function, Level, Plain, Supply, SupplyColor, Sure, Who},
};
use reading::printer_of;
use snmp_core::{
    oid,
    value::Value::{self, Counter32, Integer, ObjectIdentifier, OctetString},
};

/// Varbinds of a supplies row 1.1: capacity, level, and others by column.
fn supply(columns: &[(u32, Value<'_>)]) -> Supply {
    row("1.1", columns)
}

fn row(index: &str, columns: &[(u32, Value<'_>)]) -> Supply {
    let names: Vec<String> = columns
        .iter()
        .map(|(column, _)| format!("1.3.6.1.2.1.43.11.1.1.{column}.{index}"))
        .collect();
    let var_binds: Vec<(&str, Value<'_>)> = names
        .iter()
        .map(String::as_str)
        .zip(columns.iter().map(|(_, value)| *value))
        .collect();
    let mut supplies = printer_of(&var_binds).supplies;
    assert_eq!(supplies.len(), 1);
    supplies.remove(0)
}

fn percent(supply: &Supply) -> Option<u16> {
    supply.percent().map(|percent| percent.tenths())
}

fn text(fact: Option<&printer_mib::Fact<String>>) -> Option<&str> {
    fact.map(|fact| fact.value.as_str())
}

#[test]
fn quirks_1_to_5_8_to_12_special_levels_are_states_and_numbers_are_percentages() {
    let cases = [
        ("1", 100, -3, 19, Level::SomeRemaining, None),
        ("1", -2, -3, 19, Level::SomeRemaining, None),
        ("2", -2, -2, 15, Level::Unknown, None),
        ("3", 100, -1, 19, Level::Unrestricted, None),
        (
            "4: unit 19 makes the bare level a percentage",
            -2,
            100,
            19,
            Level::Known(100),
            Some(1000),
        ),
        ("4: another unit does not", -2, 100, 13, Level::Known(100), None),
        (
            "5: a level of 0 without a capacity",
            -2,
            0,
            7,
            Level::Known(0),
            None,
        ),
        (
            "8: -100 of another maker means nothing",
            100,
            -100,
            19,
            Level::Unknown,
            None,
        ),
        ("9: empty", 0, 0, 19, Level::Known(0), Some(0)),
        ("9: capacity 0, level not", 0, 7, 19, Level::Known(7), None),
        (
            "9: above its capacity",
            100,
            140,
            19,
            Level::Known(140),
            Some(1000),
        ),
        ("11: never below 0", 100, -44, 19, Level::Unknown, None),
        (
            "12: the ratio holds, whatever the unit",
            2_829_492,
            1_414_746,
            18,
            Level::Known(1_414_746),
            Some(500),
        ),
    ];
    for (name, capacity, level, unit, expected, expected_percent) in cases {
        let supply = supply(&[(7, Integer(unit)), (8, Integer(capacity)), (9, Integer(level))]);
        assert_eq!(supply.level(), expected, "quirk {name}");
        assert_eq!(percent(&supply), expected_percent, "quirk {name}");
    }
}

#[test]
fn quirk_6_the_panel_speaks_up_where_the_levels_do_not() {
    for (line, plain) in [
        ("Toner Low: BK", Plain::Warning),
        ("Replace Drum", Plain::Warning),
        ("Ready", Plain::Ready),
    ] {
        let printer = printer_of(&[
            ("1.3.6.1.2.1.25.3.5.1.1.1", Integer(3)),
            ("1.3.6.1.2.1.25.3.5.1.2.1", OctetString(&[0])),
            ("1.3.6.1.2.1.43.11.1.1.8.1.1", Integer(100)),
            ("1.3.6.1.2.1.43.11.1.1.9.1.1", Integer(100)),
            ("1.3.6.1.2.1.43.16.5.1.2.1.1", OctetString(line.as_bytes())),
        ]);
        assert_eq!(printer.status.plain, plain, "{line}");
    }
}

#[test]
fn quirk_8_ricohs_minus_100_is_near_empty() {
    let printer = printer_of(&[
        ("1.3.6.1.2.1.1.2.0", ObjectIdentifier(oid!(1.3.6.1.4.1.367.1.1))),
        ("1.3.6.1.2.1.43.11.1.1.8.1.1", Integer(100)),
        ("1.3.6.1.2.1.43.11.1.1.9.1.1", Integer(-100)),
    ]);
    assert_eq!(printer.supplies[0].level(), Level::Low);
    assert_eq!(percent(&printer.supplies[0]), None);
}

#[test]
fn quirk_13_a_receptacles_level_is_the_room_that_is_left() {
    let waste = supply(&[
        (4, Integer(4)),
        (5, Integer(4)),
        (7, Integer(19)),
        (8, Integer(100)),
        (9, Integer(80)),
    ]);
    assert_eq!(
        (waste.class().name(), percent(&waste)),
        (Some("filled"), Some(800))
    );
    let unsaid = supply(&[(5, Integer(4)), (8, Integer(100)), (9, Integer(80))]);
    assert_eq!(unsaid.class().name(), Some("filled"));
}

#[test]
fn quirks_14_15_19_rows_are_told_apart_by_their_index_alone() {
    let printer = printer_of(&[
        ("1.3.6.1.2.1.43.11.1.1.6.1.13", OctetString(b"")),
        ("1.3.6.1.2.1.43.11.1.1.6.1.2", OctetString(b"Toner")),
        ("1.3.6.1.2.1.43.11.1.1.6.1.3", OctetString(b"Toner")),
        ("1.3.6.1.2.1.43.11.1.1.9.1.30", Integer(5)),
    ]);
    let found: Vec<_> = printer
        .supplies
        .iter()
        .map(|supply| (supply.index.to_string(), text(supply.description.as_ref())))
        .collect();
    assert_eq!(
        found,
        [
            ("1.2".to_owned(), Some("Toner")),
            ("1.3".to_owned(), Some("Toner")),
            ("1.13".to_owned(), None),
            ("1.30".to_owned(), None)
        ]
    );
}

#[test]
fn quirks_15_16_the_colour_is_the_colorants_then_the_descriptions_never_the_indexs() {
    let printer = printer_of(&[
        ("1.3.6.1.2.1.43.12.1.1.4.1.2", OctetString(b"magenta")),
        ("1.3.6.1.2.1.43.11.1.1.3.1.1", Integer(2)),
        ("1.3.6.1.2.1.43.11.1.1.6.1.1", OctetString(b"TK-895K")),
        ("1.3.6.1.2.1.43.11.1.1.3.1.2", Integer(0)),
        (
            "1.3.6.1.2.1.43.11.1.1.6.1.2",
            OctetString("Trommel schwarz".as_bytes()),
        ),
        ("1.3.6.1.2.1.43.11.1.1.3.1.3", Integer(9)),
        ("1.3.6.1.2.1.43.11.1.1.6.1.3", OctetString(b"Waste Toner Box")),
    ]);
    let colors: Vec<_> = printer
        .supplies
        .iter()
        .map(|supply| supply.color.map(|color| (color.value, color.source.sure())))
        .collect();
    assert_eq!(
        colors,
        [
            Some((SupplyColor::Magenta, Sure::High)),
            Some((SupplyColor::Black, Sure::Medium)),
            None
        ]
    );
}

#[test]
fn quirk_17_an_index_has_as_many_arcs_as_the_device_gives() {
    for (index, device, last) in [
        ("1", None, 1),
        ("0.3", Some(0), 3),
        ("1.3", Some(1), 3),
        ("1.2.3", Some(1), 3),
    ] {
        let supply = row(index, &[(9, Integer(5))]);
        assert_eq!(supply.index.to_string(), index);
        assert_eq!((supply.index.device(), supply.index.last()), (device, Some(last)));
    }
    let printer = printer_of(&[
        ("1.3.6.1.2.1.43.12.1.1.4.2", OctetString(b"cyan")),
        ("1.3.6.1.2.1.43.11.1.1.3.1", Integer(2)),
        ("1.3.6.1.2.1.43.11.1.1.9.1", Integer(50)),
    ]);
    assert_eq!(
        printer.supplies[0].color.map(|color| color.value),
        Some(SupplyColor::Cyan)
    );
}

/// Severity, training, group, group index, location, code, text.
type AlertColumns = (i32, i32, i32, i32, i32, i32, &'static str);

fn with_alerts(rows: &[(u32, AlertColumns)]) -> Printer {
    let mut var_binds = Vec::new();
    for (index, (severity, training, group, group_index, location, code, text)) in rows {
        for (column, value) in [
            (2, Integer(*severity)),
            (3, Integer(*training)),
            (4, Integer(*group)),
            (5, Integer(*group_index)),
            (6, Integer(*location)),
            (7, Integer(*code)),
            (8, OctetString(text.as_bytes())),
        ] {
            var_binds.push((format!("1.3.6.1.2.1.43.18.1.1.{column}.1.{index}"), value));
        }
    }
    let var_binds: Vec<_> = var_binds
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    printer_of(&var_binds)
}

#[test]
fn quirk_20_alerts_keep_their_sparse_indexes_and_unknown_numbers() {
    let printer = with_alerts(&[
        (231, (1, 4, 10, 1, 0, 1, "65561")),
        (1857, (5, 3, 8, 1, -1, 808, "Main roll path out of paper")),
        (50, (5, 1, 99, -1, -2, 77, "Ready")),
    ]);
    let found: Vec<_> = printer
        .alerts
        .iter()
        .map(|alert| {
            (
                alert.index.to_string(),
                alert.code.unwrap().value.to_string(),
                alert.group.unwrap().value.to_string(),
                alert.group_index.map(|it| it.value),
                alert.location.map(|it| it.value),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("1.50".into(), "77".into(), "99".into(), None, None),
            ("1.231".into(), "other".into(), "marker".into(), Some(1), Some(0)),
            (
                "1.1857".into(),
                "input_media_supply_empty".into(),
                "input".into(),
                Some(1),
                None
            ),
        ]
    );
}

#[test]
fn quirk_21_phantom_rows_are_no_alerts_and_sleep_is_a_state() {
    let printer = with_alerts(&[(1, (0, 0, 0, 0, 0, 0, "")), (2, (0, 0, 0, 0, 40_000, 0, "Sleep"))]);
    assert_eq!(printer.alerts.len(), 1);
    assert_eq!(
        printer.alerts[0].category.map(|it| it.value),
        Some(Category::State)
    );
    assert_eq!(printer.status.plain, Plain::Sleeping);
    let wrapped = with_alerts(&[(1, (4, 3, 11, 1, 1, 1104, "Tonerkas-\nsette fast leer"))]);
    assert_eq!(
        text(wrapped.alerts[0].description.as_ref()),
        Some("Tonerkassette fast leer")
    );
    let silent = with_alerts(&[(1, (3, 3, 13, 1, 1, 8, ""))]);
    assert_eq!(text(silent.alerts[0].description.as_ref()), None);
}

#[test]
fn alerts_say_what_they_are_about_and_who_can_end_them() {
    let cases = [
        (
            (3, 3, 13, 1, 1, 8, "Jam"),
            Category::Jam,
            Some(Who::User),
            Plain::NeedsUser,
        ),
        (
            (3, 1, 8, 1, 1, 808, "Load"),
            Category::Paper,
            Some(Who::User),
            Plain::NeedsUser,
        ),
        (
            (4, 4, 11, 1, 1, 1104, "Low"),
            Category::Supply,
            Some(Who::Operator),
            Plain::Warning,
        ),
        (
            (4, 1, 11, 1, 1, 12, "Low"),
            Category::Supply,
            None,
            Plain::Warning,
        ),
        (
            (4, 5, 10, 1, 1, 1112, "Drum"),
            Category::Part,
            Some(Who::Service),
            Plain::Warning,
        ),
        (
            (3, 5, 10, 1, 1, 30, "E1"),
            Category::Hardware,
            Some(Who::Service),
            Plain::NeedsService,
        ),
        (
            (3, 3, 6, 1, 1, 3, "Door"),
            Category::Cover,
            Some(Who::User),
            Plain::NeedsUser,
        ),
        (
            (5, 3, 9, 1, 1, 903, "Full"),
            Category::Output,
            Some(Who::User),
            Plain::Warning,
        ),
        (
            (5, 3, 30, 1, 1, 30_208, "Staples"),
            Category::Jam,
            Some(Who::User),
            Plain::Warning,
        ),
        (
            (4, 6, 5, 1, 0, 503, ""),
            Category::State,
            Some(Who::Operator),
            Plain::Unknown,
        ),
        (
            (5, 3, 10, 1, 0, 1001, ""),
            Category::State,
            Some(Who::User),
            Plain::Unknown,
        ),
    ];
    for (columns, category, who, plain) in cases {
        let printer = with_alerts(&[(1, columns)]);
        let alert = &printer.alerts[0];
        assert_eq!(alert.category.map(|it| it.value), Some(category), "{columns:?}");
        assert_eq!(alert.who.map(|it| it.value), who, "{columns:?}");
        assert_eq!(printer.status.plain, plain, "{columns:?}");
    }
}

#[test]
fn quirks_22_23_52_trays_are_read_as_they_are() {
    let printer = printer_of(&[
        ("1.3.6.1.2.1.43.8.2.1.9.1.1", Integer(100)),
        ("1.3.6.1.2.1.43.8.2.1.10.1.1", Integer(0)),
        ("1.3.6.1.2.1.43.8.2.1.13.1.1", OctetString(b"Bypass Tray")),
        ("1.3.6.1.2.1.43.8.2.1.9.1.2", Integer(530)),
        ("1.3.6.1.2.1.43.8.2.1.10.1.2", Integer(-3)),
        ("1.3.6.1.2.1.43.8.2.1.15.1.2", OctetString(b"Cassette 1")),
        ("1.3.6.1.2.1.43.8.2.1.9.1.31", Integer(-2)),
        ("1.3.6.1.2.1.43.8.2.1.10.1.31", Integer(-2)),
        ("1.3.6.1.2.1.43.8.2.1.18.1.31", OctetString(b"Auto Select")),
    ]);
    let found: Vec<_> = printer
        .trays
        .iter()
        .map(|tray| {
            (
                text(tray.name.as_ref()).unwrap(),
                tray.level(),
                tray.capacity().known(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("Bypass Tray", Level::Known(0), Some(100)),
            ("Cassette 1", Level::SomeRemaining, Some(530)),
            ("Auto Select", Level::Unknown, None)
        ]
    );
    assert_eq!(
        printer.status.plain,
        Plain::Unknown,
        "an empty bypass is no fault"
    );
}

#[test]
fn quirks_25_28_33_one_marker_stands_for_the_device_and_counts_have_units() {
    let printer = printer_of(&[
        ("1.3.6.1.2.1.43.10.2.1.3.1.1", Integer(7)),
        ("1.3.6.1.2.1.43.10.2.1.4.1.1", Counter32(500)),
        ("1.3.6.1.2.1.43.10.2.1.3.1.2", Integer(7)),
        ("1.3.6.1.2.1.43.10.2.1.4.1.2", Counter32(500)),
    ]);
    let found: Vec<_> = printer
        .counters
        .iter()
        .map(|counter| (counter.level, counter.marker, counter.value))
        .collect();
    assert_eq!(
        found,
        [
            (CounterLevel::Main, None, 500),
            (CounterLevel::Maker, Some(2), 500)
        ]
    );

    let default = printer_of(&[
        ("1.3.6.1.2.1.43.5.1.1.8.1", Integer(2)),
        ("1.3.6.1.2.1.43.10.2.1.3.1.1", Integer(7)),
        ("1.3.6.1.2.1.43.10.2.1.4.1.1", Counter32(1)),
        ("1.3.6.1.2.1.43.10.2.1.3.1.2", Integer(7)),
        ("1.3.6.1.2.1.43.10.2.1.4.1.2", Counter32(2)),
    ]);
    assert_eq!(default.total().map(|counter| counter.value), Some(2));

    let sheets = printer_of(&[
        ("1.3.6.1.2.1.43.10.2.1.3.1.1", Integer(8)),
        ("1.3.6.1.2.1.43.10.2.1.4.1.1", Counter32(580_249)),
    ]);
    let total = sheets.total().unwrap();
    assert_eq!(
        (total.level, total.unit.name()),
        (CounterLevel::Advanced, Some("sheets"))
    );

    let zero = printer_of(&[("1.3.6.1.2.1.43.10.2.1.4.1.1", Counter32(0))]);
    assert_eq!(zero.total().map(|counter| counter.value), Some(0));
}

#[test]
fn quirk_26_the_badge_is_the_name_and_the_enterprise_only_the_engine() {
    let printer = printer_of(&[
        (
            "1.3.6.1.2.1.1.1.0",
            OctetString(b"TOSHIBA e-STUDIO305CS version NH63.GM.N639 kernel 3.0.0 All-N-1"),
        ),
        (
            "1.3.6.1.2.1.1.2.0",
            ObjectIdentifier(oid!(1.3.6.1.4.1.641.2.71107164)),
        ),
    ]);
    assert_eq!(text(printer.identity.manufacturer.as_ref()), Some("Toshiba"));
    assert_eq!(text(printer.identity.model.as_ref()), Some("e-STUDIO305CS"));
    let nameless = printer_of(&[("1.3.6.1.2.1.1.2.0", ObjectIdentifier(oid!(1.3.6.1.4.1.1347.41)))]);
    let maker = nameless.identity.manufacturer.unwrap();
    assert_eq!(
        (maker.value.as_str(), maker.source.sure()),
        ("Kyocera", Sure::Medium)
    );
}

#[test]
fn quirks_27_53_a_1284_id_is_found_wherever_it_lies() {
    let places = [
        "1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1",
        "1.3.6.1.4.1.11.2.3.9.1.1.7.0",
        "1.3.6.1.4.1.2435.2.3.9.1.1.7.0",
        "1.3.6.1.4.1.253.8.51.1.2.1.20.1",
        "1.3.6.1.4.1.674.10898.100.2.1.2.1.3.1",
        "1.3.6.1.2.1.25.3.2.1.4.1",
        "1.3.6.1.2.1.1.1.0",
    ];
    let ids: [&[u8]; 4] = [
        b"MFG:Pantum;CMD:ACL,PJL;MDL:M7100DW series;CLS:PRINTER;DES:Pantum M7100DW series;",
        b"MANUFACTURER: Pantum; COMMAND SET: PCL; MODEL: Pantum M7100DW; CLASS: PRINTER;",
        b"MANUFACTURE:Pantum;MODEL:M7100DW;",
        b"\x00\x5eMFG:Pantum;MDL:M7100DW;",
    ];
    for place in places {
        for id in ids {
            let printer = printer_of(&[(place, OctetString(id))]);
            let id = String::from_utf8_lossy(id);
            assert_eq!(
                text(printer.identity.manufacturer.as_ref()),
                Some("Pantum"),
                "{place} {id}"
            );
            assert_eq!(
                text(printer.identity.model.as_ref()),
                Some("M7100DW"),
                "{place} {id}"
            );
        }
    }
}

#[test]
fn quirks_32_53_any_type_is_taken_in_any_column() {
    for value in [
        Integer(42_976),
        Counter32(42_976),
        Value::Gauge32(42_976),
        Value::Counter64(42_976),
        OctetString(b"42976"),
        OctetString(b" 42976\0"),
    ] {
        let printer = printer_of(&[("1.3.6.1.2.1.43.10.2.1.4.1.1", value)]);
        assert_eq!(
            printer.total().map(|counter| counter.value),
            Some(42_976),
            "{value:?}"
        );
    }
    for value in [
        OctetString(b"NULL"),
        Integer(-5),
        ObjectIdentifier(oid!(1.3)),
        OctetString(b""),
    ] {
        let printer = printer_of(&[("1.3.6.1.2.1.43.10.2.1.4.1.1", value)]);
        assert!(printer.is_printer() && printer.counters.is_empty(), "{value:?}");
    }
}

#[test]
fn quirk_37_utf_8_is_read_as_such_whatever_is_declared() {
    for (declared, octets, expected) in [
        (2004, "Énergie".as_bytes(), "Énergie"),
        (2004, b"\xdcnergie".as_slice(), "Énergie"),
        (5, "Żółty".as_bytes(), "Żółty"),
        (106, "碳粉".as_bytes(), "碳粉"),
    ] {
        let printer = printer_of(&[
            ("1.3.6.1.2.1.43.5.1.1.2.1", Integer(3)),
            ("1.3.6.1.2.1.43.7.1.1.4.1.1", Integer(4)),
            ("1.3.6.1.2.1.43.7.1.1.4.1.3", Integer(declared)),
            ("1.3.6.1.2.1.43.11.1.1.6.1.1", OctetString(octets)),
        ]);
        assert_eq!(text(printer.supplies[0].description.as_ref()), Some(expected));
    }
}

#[test]
fn quirks_38_50_status_objects_that_disagree_are_combined() {
    let status = |device: i32, printer: i32, errors: &'static [u8]| {
        let printer = printer_of(&[
            (
                "1.3.6.1.2.1.25.3.2.1.2.1",
                ObjectIdentifier(oid!(1.3.6.1.2.1.25.3.1.5)),
            ),
            ("1.3.6.1.2.1.25.3.2.1.5.1", Integer(device)),
            ("1.3.6.1.2.1.25.3.5.1.1.1", Integer(printer)),
            ("1.3.6.1.2.1.25.3.5.1.2.1", OctetString(errors)),
        ]);
        let because: Vec<String> = printer.status.because.iter().map(ToString::to_string).collect();
        (printer.status.plain, because.join(" "))
    };
    type Objects = (i32, i32, &'static [u8]);
    let cases: [(Objects, Plain, &str); 15] = [
        // Toshiba 2555c: low toner and an output nearly full beside idle and running.
        (
            (2, 3, &[0x20, 0x10]),
            Plain::Warning,
            "errors.low_toner errors.output_near_full",
        ),
        ((2, 3, &[0x00]), Plain::Ready, "printer"),
        ((2, 4, &[]), Plain::Printing, "printer"),
        ((3, 4, &[0x80]), Plain::Warning, "errors.low_paper device"),
        (
            (3, 3, &[0x01, 0x00]),
            Plain::Warning,
            "errors.service_requested device",
        ),
        ((5, 1, &[0x01]), Plain::NeedsService, "errors.service_requested"),
        ((5, 1, &[0x04]), Plain::NeedsUser, "errors.jammed"),
        ((5, 1, &[0x0a]), Plain::NeedsUser, "errors.door_open"),
        ((5, 1, &[0x02]), Plain::Offline, "errors.offline"),
        ((3, 3, &[0x02]), Plain::Offline, "errors.offline"),
        ((5, 1, &[0x00]), Plain::Offline, "device"),
        ((5, 5, &[0x00]), Plain::Warming, "printer"),
        ((2, 1, &[0x00]), Plain::Sleeping, "printer"),
        ((5, 3, &[0x00]), Plain::Warning, "device"),
        ((2, 3, &[0x00, 0x01]), Plain::Warning, "errors.bit_15"),
    ];
    for ((device, printer, errors), plain, because) in cases {
        assert_eq!(
            status(device, printer, errors),
            (plain, because.to_owned()),
            "{device} {printer} {errors:02x?}"
        );
    }
}

#[test]
fn quirk_40_sys_descr_holds_serial_and_firmware() {
    let printer = printer_of(&[(
        "1.3.6.1.2.1.1.1.0",
        OctetString(b"Samsung CLX-3170 Series;V1.00.01.64 Sep-27-2010;Engine 1.77.81;NIC V4.01.20;S/N Z4PUBAEB700431W"),
    )]);
    assert_eq!(text(printer.identity.serial.as_ref()), Some("Z4PUBAEB700431W"));
    assert_eq!(text(printer.identity.model.as_ref()), Some("CLX-3170"));
    let hp = printer_of(&[(
        "1.3.6.1.2.1.1.1.0",
        OctetString(
            b"HP ETHERNET MULTI-ENVIRONMENT,SN:VNB3R12345,FN:1G11F33,SVCID:26267,PID:HP LaserJet 400 M401dn",
        ),
    )]);
    assert_eq!(text(hp.identity.serial.as_ref()), Some("VNB3R12345"));
    assert_eq!(text(hp.identity.manufacturer.as_ref()), Some("HP"));
}

#[test]
fn quirk_41_the_panels_padding_is_taken_off() {
    let printer = printer_of(&[
        ("1.3.6.1.2.1.43.16.5.1.2.1.1", OctetString(b"SLEEP           ")),
        ("1.3.6.1.2.1.43.16.5.1.2.1.2", OctetString(b"                ")),
    ]);
    assert_eq!(
        printer
            .status
            .panel
            .iter()
            .map(|line| line.value.as_str())
            .collect::<Vec<_>>(),
        ["SLEEP"]
    );
    assert_eq!(printer.status.plain, Plain::Sleeping);
}

#[test]
fn quirk_44_null_is_no_answer() {
    let printer = printer_of(&[
        ("1.3.6.1.2.1.43.5.1.1.17.1", Value::Null),
        ("1.3.6.1.2.1.43.11.1.1.9.1.1", Value::NoSuchInstance),
    ]);
    assert!(!printer.is_printer() && printer.arena.is_empty());
}

#[test]
fn quirk_48_a_missing_or_odd_localization_costs_nothing() {
    for pointer in [OctetString(b"x"), Integer(-1), Integer(77)] {
        let printer = printer_of(&[
            ("1.3.6.1.2.1.43.5.1.1.2.1", pointer),
            ("1.3.6.1.2.1.43.11.1.1.6.1.1", OctetString(b"Toner")),
        ]);
        assert_eq!(text(printer.supplies[0].description.as_ref()), Some("Toner"));
    }
}

#[test]
fn quirk_49_a_serial_number_that_says_nothing_gives_way() {
    for serial in ["", "unknown", "N/A", "  "] {
        let printer = printer_of(&[
            ("1.3.6.1.2.1.43.5.1.1.17.1", OctetString(serial.as_bytes())),
            (
                "1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1",
                OctetString(b"MFG:HP;MDL:LaserJet 4303;SN:VNC1234567;"),
            ),
        ]);
        assert_eq!(
            text(printer.identity.serial.as_ref()),
            Some("VNC1234567"),
            "{serial:?}"
        );
    }
}

#[test]
fn duplicates_and_other_devices_rows_do_not_confuse() {
    let printer = printer_of(&[
        (
            "1.3.6.1.2.1.25.3.2.1.2.1",
            ObjectIdentifier(oid!(1.3.6.1.2.1.25.3.1.4)),
        ),
        ("1.3.6.1.2.1.25.3.2.1.3.1", OctetString(b"Ethernet port")),
        ("1.3.6.1.2.1.25.3.2.1.5.1", Integer(5)),
        (
            "1.3.6.1.2.1.25.3.2.1.2.3",
            ObjectIdentifier(oid!(1.3.6.1.2.1.25.3.1.5)),
        ),
        ("1.3.6.1.2.1.25.3.2.1.3.3", OctetString(b"HP LaserJet 4303")),
        ("1.3.6.1.2.1.25.3.2.1.3.3", OctetString(b"HP LaserJet 4304")),
        ("1.3.6.1.2.1.25.3.2.1.5.3", Integer(2)),
        ("1.3.6.1.2.1.43.5.1.1.17.1", OctetString(b"CARD0001")),
        ("1.3.6.1.2.1.43.5.1.1.17.3", OctetString(b"VNC1234567")),
    ]);
    assert_eq!(text(printer.identity.model.as_ref()), Some("LaserJet 4304"));
    assert_eq!(text(printer.identity.serial.as_ref()), Some("VNC1234567"));
    assert_eq!(printer.status.plain, Plain::Ready);
    assert_eq!(
        printer
            .counters
            .iter()
            .filter(|it| it.function == Function::Total)
            .count(),
        0
    );
}
