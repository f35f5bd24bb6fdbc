//! The example `wire` as a process: its contract.
#![cfg(all(
    feature = "seal",
    feature = "deflate",
    feature = "server",
    feature = "downlink"
))]

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Output},
};

use serde_json::Value;

const KEY: [&str; 6] = [
    "--site",
    "736974652d31373436",
    "--kid",
    "cfe4cd7b",
    "--key",
    "758771afcc7e86f589d6cae41743546ba18288af832221106cd55cc14432cf7e",
];
/// "Nothing found", of batch 2288.
const MESSAGE: &str = "a40001011908f002821a6b0ca0cc0203818312f681a500000118fe0200030004185d";

/// The published enrolment string of the values below.
const ENROLMENT: &str = "KPAX:AEAHVB2JONUXIZJNGE3TINSIQTOQPOZA2JXAGAYDLAQHLB3RV7GH5BXVRHLMVZAXINKGXIMCRCXYGIRBCBWNK\
    XGBIQZM67SYEDRXO4BL4JTVXROYTIHMK67R7ZITMHFR7ZH5EBPXRUYOXI4CVRWO5ATPNRUWEZLSOR4S4ZLYMFWXA3D\
    FNZZGK43DOVSS4ZLYMFWXA3DFIULLMLQ";

fn wire(arguments: &[&str]) -> Output {
    let mut path = env::current_exe().expect("this test");
    path.pop();
    path.pop();
    path.push("examples");
    path.push(format!("wire{}", env::consts::EXE_SUFFIX));
    Command::new(path)
        .args(arguments)
        .output()
        .expect("the example is built with the tests")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

fn scratch(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("kpax-wire-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("scratch");
    folder.join(name)
}

#[test]
fn every_published_sample_has_its_verdict() {
    let Some(shared) = benches::shared() else { return };
    let file = shared.join("wire/vectors.json");
    let output = wire(&["vectors", file.to_str().expect("path")]);
    let differs = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{differs}");
    let document: Value = serde_json::from_slice(&fs::read(file).expect("vectors")).expect("JSON");
    let mut got = lines(&output).into_iter();
    for vector in document["vectors"].as_array().expect("vectors") {
        let alone = vec![vector.clone()];
        for (step, expected) in vector["steps"].as_array().unwrap_or(&alone).iter().enumerate() {
            let line = got.next().expect("a line a step");
            assert_eq!(
                (&line["name"], line["step"].as_u64()),
                (&vector["name"], Some(step as u64))
            );
            assert_eq!(line["verdict"], expected["verdict"], "{line}");
            assert_eq!(line["plaintext"], expected["plaintext"], "{line}");
        }
    }
    assert!(got.next().is_none());
}

#[test]
fn what_is_sealed_opens_and_is_taken_once() {
    let (plain, sealed) = (scratch("plain.hex"), scratch("sealed.cose"));
    fs::write(&plain, MESSAGE).expect("written");
    let (plain, sealed) = (plain.to_str().expect("path"), sealed.to_str().expect("path"));
    for alg in ["3", "-65793"] {
        let mut seal = vec![
            "seal",
            "--alg",
            alg,
            "--boot",
            "fe0000000001",
            "--seq",
            "7",
            "--pad",
            "64",
            plain,
            sealed,
        ];
        seal.extend(KEY);
        let output = wire(&seal);
        assert!(output.status.success(), "{output:?}");
        let mut open = vec!["open", "--alg", alg, sealed, sealed];
        open.extend(KEY);
        let output = wire(&open);
        assert_eq!(output.status.code(), Some(1));
        let [first, second] = lines(&output).try_into().expect("two lines");
        assert_eq!(first["verdict"], "ok");
        assert_eq!(first["message"], "report");
        assert_eq!(first["batch"], 2288);
        assert_eq!(first["sections"][0], "scan-summary");
        assert_eq!(first["outcome"], 0);
        assert_eq!(first["plaintext"], MESSAGE);
        assert_eq!(second["verdict"], "duplicate");
    }
}

#[test]
fn enrolment_strings_are_printed_and_read() {
    let mut print = vec!["enrol", "print", "--epoch", "3", "--pub"];
    print.push("e377702be2675bc5d89a0ec57bf1fe51361cb1fe4fd205f78d30eba382ac6cee");
    print.extend([
        "--site",
        KEY[1],
        "--kid",
        "84dd07bb20d26e03",
        "--key",
        KEY[5],
        "liberty.example",
        "rescue.example",
    ]);
    let output = wire(&print);
    assert!(output.status.success(), "{output:?}");
    let text = lines(&output)[0]["text"].as_str().expect("text").to_owned();
    assert_eq!(text, ENROLMENT);
    let typed = format!(" {} ", text.to_lowercase().replace("kpax:", "kpax: - "));
    for text in [text.clone(), typed] {
        let output = wire(&["enrol", "parse", &text]);
        assert!(output.status.success());
        let got = &lines(&output)[0];
        assert_eq!(
            (&got["kid"], &got["epoch"]),
            (&Value::from("84dd07bb20d26e03"), &Value::from(3))
        );
        assert_eq!(got["servers"][1], "rescue.example");
    }
    let mistyped = text.replacen("AEA", "AEB", 1);
    assert_ne!(mistyped, text);
    let output = wire(&["enrol", "parse", &mistyped]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn wrong_usage_is_two() {
    let cases: [&[&str]; 8] = [
        &[],
        &["unseal"],
        &["serve", "127.0.0.1:0", "--db", "x"],
        &["open", "x"],
        &["vectors"],
        &["message", "--strict", "x"],
        &["enrol"],
        &["seal", "--site", "00", "--kid", "00"],
    ];
    for arguments in cases {
        let output = wire(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{arguments:?}"
        );
    }
}
