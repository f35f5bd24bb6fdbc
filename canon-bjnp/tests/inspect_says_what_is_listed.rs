//! `canon_inspect` gives for each packet of the index what the index lists, key by key.

#[path = "../examples/canon_inspect.rs"]
#[allow(dead_code)]
mod canon_inspect;
mod expected;

use benches::canon::CanonPacket;
use expected::{Expected, Listed, number};
use serde_json::{Value, json};

fn line(packet: &CanonPacket) -> String {
    let hex: String = packet.octets.iter().map(|octet| format!("{octet:02x}")).collect();
    format!(
        "{} {hex}",
        if packet.from_device {
            "from-device"
        } else {
            "to-device"
        }
    )
}

/// Where the contract of the example puts a header's key of the index.
fn header_key(key: &str) -> Option<&str> {
    Some(match key {
        "seq" => "sequence",
        "ver" => "version",
        "magic" | "service" | "op" | "result" | "session" | "payload_len" | "flags" | "user" => key,
        _ => return None,
    })
}

/// Remarks that promise something: a key of the body, and whether it is there, filled or true.
const PROMISES: [(&str, &str, bool); 6] = [
    ("identity.mac unusable", "mac_usable", false),
    ("claimed address flagged unusable", "unusable", true),
    ("flagged v4-mapped", "v4_mapped", true),
    ("kept as unparsed", "unparsed", true),
    ("duplicate reported", "duplicates", true),
    ("empty keys dropped", "keys", false),
];

fn is_filled(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Null => false,
        _ => true,
    }
}

fn same(listed: &str, given: &Value) -> bool {
    match given {
        Value::Number(given) => number(listed) == given.as_u64(),
        Value::String(given) => given == listed,
        Value::Array(given) => match number(listed) {
            Some(count) => u64::try_from(given.len()) == Ok(count),
            None => {
                let list = listed
                    .trim_matches(['[', ']'])
                    .split(',')
                    .filter(|entry| !entry.is_empty());
                given
                    .iter()
                    .map(|entry| entry.as_str().unwrap_or_default())
                    .eq(list)
            }
        },
        _ => false,
    }
}

/// What is wrong with `given`, or nothing.
fn difference(expected: &Expected, given: &Value) -> Option<String> {
    if let Some(name) = &expected.error {
        return (given["ok"] != json!(false) || given["error"] != json!(name)).then(|| name.clone());
    }
    if given["ok"] != json!(true) {
        return Some("ok".to_owned());
    }
    let body = &given["body"];
    for Listed { before, key, value } in &expected.values {
        let in_body = before != "ok" && !body[key].is_null();
        let found = match (key.as_str(), header_key(key)) {
            ("dir", _) => given["response"] == json!(value == "resp"),
            ("magic", _) => given["magic"] == json!(value),
            // A body repeats the result of an error answer.
            (_, Some(name)) if !in_body => same(value, &given[name]),
            ("addrs", _) => same(value, &body["addresses"]),
            // The key of the device id stands in front.
            ("bytes", _) => {
                let octets = (0..value.len())
                    .step_by(2)
                    .map(|at| u8::from_str_radix(&value[at..at + 2], 16).unwrap());
                let shown = canon_bjnp::text::Escaped(&octets.collect::<Vec<_>>()).to_string();
                same(&shown, &body["keys"][before])
            }
            ("policy", _) => body["policy"]
                .as_str()
                .is_some_and(|policy| policy.starts_with(value)),
            // Entries that a status lists as dropped.
            _ if before == "dropped:" => {
                let all = format!("{key}={value}");
                let dropped = body["cir_dropped"].as_array();
                all.split(',')
                    .all(|entry| dropped.is_some_and(|dropped| dropped.contains(&json!(entry))))
            }
            _ if !body[key].is_null() => same(value, &body[key]),
            _ => same(value, &body["keys"][key]),
        };
        if !found {
            return Some(format!("{before} {key}={value}"));
        }
    }
    PROMISES
        .iter()
        .find(|(remark, key, filled)| expected.text.contains(remark) && is_filled(&body[*key]) != *filled)
        .map(|(remark, ..)| (*remark).to_owned())
}

#[test]
fn each_packet_of_the_index() {
    let Some(packets) = benches::canon::canon_packets() else {
        return;
    };
    let mut checked = 0;
    for packet in &packets {
        let expected = expected::parse(&packet.expected);
        let given = canon_inspect::answer(line(packet).as_bytes());
        let difference = difference(&expected, &given);
        assert_eq!(
            difference, None,
            "{}: listed {}, given {given}",
            packet.file, packet.expected
        );
        checked += expected.values.len();
    }
    // The index lists several values for nearly each packet: a parser that finds none would pass all.
    assert!(
        checked > 2 * packets.len(),
        "{checked} values of {} packets",
        packets.len()
    );
}

#[test]
fn a_listed_value_that_differs_is_seen() {
    let id = "from-device 424a4e508130000000010000 0000000b 000b4d46473a43616e6f6e";
    let given = canon_inspect::answer(id.as_bytes());
    let differs = |text: &str| difference(&expected::parse(text), &given).is_some();
    assert!(!differs(
        "ok magic=BJNP dir=resp service=1 op=0x30(device_id) seq=1 | devid prefix=11 id=\"MFG:Canon\""
    ));
    for text in [
        "err=NoKeys",
        "ok magic=MFNP",
        "ok dir=req",
        "ok seq=2",
        "ok op=0x31",
        "ok devid convention=none",
        "ok devid id=\"MFG:Canon;\"",
        "ok devid MFG bytes=00",
        "ok; duplicate reported",
        "ok unheard=of",
    ] {
        assert!(differs(text), "{text}");
    }
}

#[test]
fn every_line_gets_an_answer() {
    let input =
        b"from-device\nto-device 42\nfrom-device 4\nsideways 00\n\nto-device zz\r\nfrom-device cdca\n";
    let mut output = Vec::new();
    canon_inspect::run(&input[..], &mut output).unwrap();
    let errors: Vec<String> = std::str::from_utf8(&output)
        .unwrap()
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["error"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(
        errors,
        [
            "Truncated",
            "Truncated",
            "BadLine",
            "BadLine",
            "BadLine",
            "BadLine",
            "Truncated"
        ]
    );
}
