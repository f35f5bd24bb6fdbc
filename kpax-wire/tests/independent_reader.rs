//! The format's independent reader (Python) opens what this crate seals, and refuses what it refuses.
#![cfg(all(feature = "seal", feature = "deflate", feature = "server"))]

mod tree;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use kpax_wire::{
    Direction, EnrolledKey, Kid, Message, Sealer, Site, SiteKey, Suite, seal::Epochs, server::SiteState,
};
use serde_json::Value;

use crate::tree::{Random, Tree};

/// The reader, where it can run: it needs Python with `cryptography`.
fn reader() -> Option<PathBuf> {
    let script = benches::shared()?.join("tools/kpax_wire_check.py");
    let python = Command::new("python3")
        .args(["-c", "import cryptography"])
        .output();
    if python.is_ok_and(|output| output.status.success()) && script.is_file() {
        return Some(script);
    }
    eprintln!("skipped: no python3 with cryptography, or no independent reader");
    None
}

fn run(script: &Path, arguments: &[String]) -> Vec<Value> {
    let output = Command::new("python3")
        .arg(script)
        .args(arguments)
        .output()
        .expect("python3 runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!text.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn scratch(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("kpax-wire-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("scratch");
    folder
}

fn examples() -> Vec<(String, Vec<u8>)> {
    let folder = benches::shared().expect("asked before").join("wire/examples");
    let entries = fs::read_dir(folder)
        .expect("examples")
        .map(|entry| entry.expect("entry").path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "cbor"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| (path.display().to_string(), fs::read(&path).expect("example")))
        .collect()
}

#[test]
fn the_independent_reader_opens_what_is_sealed_here() {
    let Some(script) = reader() else { return };
    let folder = scratch("seal");
    for (suite, alg) in [(Suite::Aes256Gcm, "3"), (Suite::Aes256GcmSiv, "-65793")] {
        let key = EnrolledKey {
            site: Site::new(b"site-1").expect("site"),
            kid: Kid::new(b"kid-0001").expect("kid"),
            suite,
            key: SiteKey::new([7; 32]),
            epochs: Epochs::Any,
        };
        let boot = [1, 2, 3, 4, 5, 6];
        let mut sealer = Sealer::new(&key, Direction::Up, 1, boot, 250..999)
            .expect("sealer")
            .padded_to(64);
        let mut site = SiteState::default();
        let hex = |octets: &[u8]| {
            octets
                .iter()
                .map(|octet| format!("{octet:02x}"))
                .collect::<String>()
        };
        let mut arguments: Vec<String> = ["open", "--alg", alg, "--site"].map(String::from).to_vec();
        arguments.extend([
            hex(b"site-1"),
            "--kid".into(),
            hex(b"kid-0001"),
            "--key".into(),
            hex(&[7; 32]),
        ]);
        let mut ours = Vec::new();
        for (nth, (_, message)) in examples().into_iter().enumerate() {
            let sealed = if nth % 2 == 0 {
                sealer.seal(&message)
            } else {
                sealer.seal_compressed(&message)
            };
            let path = folder.join(format!("{alg}-{nth}"));
            fs::write(&path, sealed.expect("sealed")).expect("written");
            arguments.push(path.display().to_string());
            ours.push(site.take(boot, &message));
        }
        for (ours, theirs) in ours.into_iter().zip(run(&script, &arguments)) {
            let verdict = ours
                .as_ref()
                .map_or_else(|refused| refused.verdict().as_str(), |_| "ok");
            assert_eq!(theirs["verdict"], verdict, "{theirs}");
            let Ok(taken) = ours else { continue };
            let checks: serde_json::Map<String, Value> = taken
                .checks
                .iter()
                .map(|(kind, check)| (kind.section().number().to_string(), hex(check).into()))
                .collect();
            assert_eq!(
                theirs
                    .get("checks")
                    .cloned()
                    .unwrap_or_else(|| serde_json::json!({})),
                Value::Object(checks)
            );
        }
    }
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn both_readers_refuse_the_same_messages() {
    let Some(script) = reader() else { return };
    let folder = scratch("messages");
    let mut random = Random(0x6b70_6178);
    let mut arguments = vec!["message".to_owned()];
    let mut cases = Vec::new();
    for (name, octets) in examples() {
        let original = Tree::decode(&octets);
        assert_eq!(original.encode(), octets, "{name}");
        for nth in 0..60 {
            let mut changed = original.clone();
            changed.change(&mut random);
            let octets = changed.encode();
            let path = folder.join(format!("{}-{nth}", cases.len()));
            fs::write(&path, &octets).expect("written");
            arguments.push(path.display().to_string());
            cases.push((name.clone(), octets));
        }
    }
    let theirs = run(&script, &arguments);
    assert_eq!(theirs.len(), cases.len());
    let mut differ = Vec::new();
    let mut refused = 0;
    for ((name, octets), theirs) in cases.iter().zip(&theirs) {
        let ours = Message::decode(octets);
        let verdict = ours
            .as_ref()
            .map_or_else(|error| error.verdict().as_str(), |_| "ok");
        refused += u32::from(verdict != "ok");
        if theirs["verdict"] != verdict {
            let hex: String = octets
                .iter()
                .take(400)
                .map(|octet| format!("{octet:02x}"))
                .collect();
            differ.push(format!(
                "{name}: {:?}, theirs {} {}\n{hex}",
                ours.err(),
                theirs["verdict"],
                theirs["detail"]
            ));
        }
    }
    assert!(
        refused > 300,
        "only {refused} of {} refused: the changes are too tame",
        cases.len()
    );
    assert!(
        differ.is_empty(),
        "{} of {} differ:\n{}",
        differ.len(),
        cases.len(),
        differ.join("\n")
    );
    fs::remove_dir_all(folder).expect("removed");
}
