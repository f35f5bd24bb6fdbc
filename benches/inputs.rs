//! Loaders of the outside data that tests and benches read: vectors, walks, packets, samples.
//!
//! The data lies beside the checkout (`../shared`) or where `KPAX_SHARED` says. Where it is absent a test says so
//! on stderr and passes; under `KPAX_REQUIRE_SHARED=1` (continuous integration) its absence is a failure.
//! Depends on none of our crates, so that their tests can use it.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "numbers of our own making"
)]

pub mod canon;
mod hostile;
mod messages;
mod walks;

use std::path::PathBuf;

pub use hostile::{Expect, Hostile, HostileFile, Role, hostile};
pub use messages::{mixed, response, typical};
pub use walks::{RawVarBind, Walk, element, name_octets, snmprec, synthetic, walks};

/// The folder of the outside data, or `None` after a line on stderr.
///
/// # Panics
/// When `KPAX_REQUIRE_SHARED` is `1` and the folder is absent.
#[must_use]
pub fn shared() -> Option<PathBuf> {
    let place = std::env::var_os("KPAX_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")),
        PathBuf::from,
    );
    if place.is_dir() {
        return Some(place);
    }
    assert!(
        std::env::var_os("KPAX_REQUIRE_SHARED").is_none_or(|value| value != "1"),
        "KPAX_REQUIRE_SHARED=1, but there is no outside data at {}",
        place.display()
    );
    eprintln!("skipped: no outside data at {}", place.display());
    None
}

/// The JSON file at `relative` under the outside data, or `None` when that data is absent.
///
/// # Panics
/// When the data is there and the file is not, or is not JSON.
#[must_use]
pub fn json(relative: &str) -> Option<serde_json::Value> {
    let path = shared()?.join(relative);
    let text = std::fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    Some(serde_json::from_slice(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display())))
}

/// Every JSON file of the folder `relative` under the outside data, by name; empty when that data is absent.
///
/// # Panics
/// When the data is there and the folder is not, or one of its files is not JSON.
#[must_use]
pub fn json_files(relative: &str) -> Vec<(String, serde_json::Value)> {
    let Some(shared) = shared() else {
        return Vec::new();
    };
    let folder = shared.join(relative);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".json"))
        .collect();
    names.sort();
    names
        .into_iter()
        .filter_map(|name| {
            let value = json(&format!("{relative}/{name}"))?;
            Some((name, value))
        })
        .collect()
}

/// One datagram of `vectors/`: its name, its octets, and the whole entry.
#[derive(Clone, Debug)]
pub struct Vector {
    /// File and name, for messages of failed tests.
    pub name: String,
    /// The datagram.
    pub datagram: Vec<u8>,
    /// The entry with what the producer says of it.
    pub entry: serde_json::Value,
}

/// Every entry with a datagram of `vectors/net-snmp`, `vectors/pysnmp`, `vectors/third-party` and
/// `vectors/hostile.json`; empty when the outside data is absent.
///
/// # Panics
/// As [`json`].
#[must_use]
pub fn vectors() -> Vec<Vector> {
    let mut list = Vec::new();
    let mut take = |file: &str, value: &serde_json::Value| {
        for entry in value["vectors"].as_array().into_iter().flatten() {
            if let Some(datagram) = entry["datagram"].as_str().and_then(hex) {
                list.push(Vector {
                    name: format!("{file}: {}", title(entry)),
                    datagram,
                    entry: entry.clone(),
                });
            }
        }
    };
    for folder in ["vectors/net-snmp", "vectors/pysnmp", "vectors/third-party"] {
        for (file, value) in json_files(folder) {
            take(&file, &value);
        }
    }
    if let Some(hostile) = json("vectors/hostile.json") {
        take("hostile.json", &hostile);
    }
    list
}

/// What an entry is called: by name, by id, or by the place in its project.
fn title(entry: &serde_json::Value) -> &str {
    ["name", "id", "function", "where", "file"]
        .iter()
        .find_map(|key| entry[key].as_str())
        .unwrap_or_default()
}

/// Octets of hex digits; blanks may stand between them.
#[must_use]
pub fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|octet| !octet.is_ascii_whitespace())
        .collect();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
