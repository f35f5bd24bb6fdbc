//! The example `inspect` says of every recorded datagram what others saw in it.

#[path = "../examples/inspect/decode.rs"]
mod decode;

use decode::Inspector;
use serde_json::{Value as Json, json};

/// Whether the datagram is one that must not pass (vectors' README, "inspect answers").
fn must_fail(decoded: &Json) -> bool {
    decoded.get("error").is_some()
        || decoded.get("decrypt_failed").is_some()
        || decoded["auth_ok"] == json!(false)
        || decoded["msg_flags"] == json!(6)
}

/// Whether every algorithm that the sample names is in this build.
fn is_built(sample: &Json) -> bool {
    let unknown = |name: &str, known: &dyn Fn(&str) -> bool| sample[name].as_str().is_some_and(|n| !known(n));
    !unknown("auth", &|name| name.parse::<snmp_usm::AuthProtocol>().is_ok())
        && !unknown("priv", &|name| name.parse::<snmp_usm::PrivProtocol>().is_ok())
}

#[test]
fn every_datagram_of_the_live_peers_is_decoded_as_recorded() {
    let mut inspector = Inspector::new(false);
    let mut strict = Inspector::new(true);
    let (mut equal, mut refused, mut not_built) = (0, 0, 0);
    for folder in ["vectors/net-snmp", "vectors/pysnmp"] {
        for (file, samples) in benches::json_files(folder) {
            for sample in samples["vectors"].as_array().unwrap() {
                let place = format!("{folder}/{file} {}", sample["name"]);
                let answer = inspector.inspect(sample);
                if !is_built(sample) {
                    not_built += 1;
                    continue;
                }
                if must_fail(&sample["decoded"]) {
                    assert_eq!(answer["ok"], false, "{place}: {answer}");
                    assert!(
                        answer["error"].is_string() && answer["offset"].is_u64(),
                        "{place}"
                    );
                    refused += 1;
                } else {
                    assert_eq!(answer["decoded"], sample["decoded"], "{place}: {answer}");
                    assert_eq!(answer["ok"], true, "{place}");
                    equal += 1;
                }
                let strictly = strict.inspect(sample);
                let odd = answer.get("anomalies").is_some();
                assert_eq!(
                    strictly == answer,
                    !odd,
                    "{place}: only deviations differ: {strictly}"
                );
            }
        }
    }
    eprintln!("{equal} equal, {refused} refused as they must be, {not_built} of algorithms not built");
}

#[test]
fn what_other_projects_recorded_is_decoded_or_gets_a_typed_answer() {
    let mut inspector = Inspector::new(false);
    let (mut equal, mut typed) = (0, 0);
    for (file, samples) in benches::json_files("vectors/third-party") {
        for sample in samples["vectors"].as_array().unwrap() {
            let answer = inspector.inspect(sample);
            assert_typed(&answer, &file);
            let mut expected = sample["decoded"].clone();
            if sample.get("datagram").is_none() || !expected.is_object() || !is_built(sample) {
                typed += 1;
                continue;
            }
            if expected["encrypted"] == json!(true) {
                expected["encrypted"] = answer["decoded"]["encrypted"].clone();
                assert!(expected["encrypted"].is_string(), "{file} {sample}");
            }
            if sample.get("auth").is_none() {
                assert_eq!(answer["decoded"].get("auth_ok"), None, "no key, no verdict");
                expected.as_object_mut().unwrap().remove("auth_ok");
            }
            assert_eq!(answer["decoded"], expected, "{file} {sample}");
            equal += 1;
        }
    }
    eprintln!("{equal} equal, {typed} only typed");
}

#[test]
fn hostile_datagrams_get_a_typed_answer() {
    let Some(samples) = benches::json("vectors/hostile.json") else {
        return;
    };
    let mut counts = std::collections::BTreeMap::<_, usize>::new();
    for mut inspector in [Inspector::new(false), Inspector::new(true)] {
        for sample in samples["vectors"].as_array().unwrap() {
            let answer = inspector.answer(sample.to_string().as_bytes());
            assert_typed(&answer, &sample["id"].to_string());
            let ok = answer["ok"] == json!(true);
            // `reject` may need a state machine's memory (ids, clocks, users); `accept` never does.
            let well_formed = sample["expect"] == "accept" && sample["datagram"].is_string();
            let well_formed = well_formed && is_built(&sample["keys"]);
            assert!(ok || !well_formed, "{}: {answer}", sample["id"]);
            *counts.entry((sample["expect"].to_string(), ok)).or_default() += 1;
        }
    }
    eprintln!("{counts:?}");
}

fn assert_typed(answer: &Json, place: &str) {
    if answer["ok"] == json!(true) {
        assert!(answer["decoded"].is_object(), "{place}: {answer}");
    } else {
        assert!(
            answer["error"].as_str().is_some_and(|kind| !kind.is_empty()),
            "{place}: {answer}"
        );
        assert!(answer["offset"].is_u64(), "{place}: {answer}");
    }
}

#[test]
fn lines_that_are_no_samples_get_a_typed_answer() {
    let mut inspector = Inspector::new(false);
    for (line, error) in [
        ("", "Json"),
        ("{", "Json"),
        ("[]", "NoDatagram"),
        (r#"{"datagram":7}"#, "NoDatagram"),
        (r#"{"datagram":"3"}"#, "Hex"),
        (r#"{"datagram":"zz"}"#, "Hex"),
        (r#"{"datagram":"\u00e4"}"#, "Hex"),
        (r#"{"datagram":""}"#, "Truncated"),
        (r#"{"datagram":"30050201020400"}"#, "Version"),
    ] {
        let answer = inspector.answer(line.as_bytes());
        assert_typed(&answer, line);
        assert_eq!(answer["error"], error, "{line}");
    }
}

/// A datagram that another project's program made, with its key: RFC 3414's protocol and a password, so a figure that
/// needs nothing outside of the repository (hashcat, module 25200, self-test).
#[test]
#[cfg(feature = "sha1")]
fn a_signed_response_is_decoded_and_any_flipped_bit_is_noticed() {
    let datagram = concat!(
        "30818f02010330110204371780f3020300ffe304010102010304383036041180001f88808106d566db57fd6000000000",
        "02011002020118040a6d61747269785f534841040c81f14f1930589f26f6755f6b0400303d041180001f88808106d566",
        "db57fd60000000000400a2260204073557d50201000201003018301606082b06010201010200060a2b06010401bf0803",
        "020a",
    );
    let mut inspector = Inspector::new(false);
    let mut sample = json!({"datagram": datagram, "auth": "SHA", "auth_password": "hashcat1"});
    let answer = inspector.inspect(&sample);
    assert_eq!(answer["decoded"]["auth_ok"], true, "{answer}");
    assert_eq!(
        answer["decoded"]["varbinds"],
        json!([[
            "1.3.6.1.2.1.1.2.0",
            "OBJECT IDENTIFIER",
            "1.3.6.1.4.1.8072.3.2.10"
        ]])
    );
    let octets = datagram.as_bytes();
    for at in 0..octets.len() {
        for bit in 0..4 {
            let mut flipped = octets.to_vec();
            let digit = char::from(flipped[at]).to_digit(16).unwrap() ^ 1 << bit;
            flipped[at] = char::from_digit(digit, 16).unwrap() as u8;
            sample["datagram"] = String::from_utf8(flipped).unwrap().into();
            let answer = inspector.inspect(&sample);
            assert!(
                answer["ok"] == false || answer["decoded"].get("auth_ok").is_none(),
                "bit {bit} of digit {at}: {answer}"
            );
        }
    }
}
