//! Loaders of the outside data that tests and benches read: vectors, walks, packets, samples.
//!
//! The data lies beside the checkout (`../shared`) or where `KPAX_SHARED` says. Where it is absent a test says so
//! on stderr and passes; under `KPAX_REQUIRE_SHARED=1` (continuous integration) its absence is a failure.
//! Depends on none of our crates, so that their tests can use it.

pub mod canon;

use std::path::PathBuf;

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
