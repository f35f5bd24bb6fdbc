//! Loaders of the outside data that tests and benches read: vectors, walks, packets, samples.
//!
//! The data lies beside the checkout (`../shared`) or where `KPAX_SHARED` says. Where it is absent a test says so
//! on stderr and passes; under `KPAX_REQUIRE_SHARED=1` (continuous integration) its absence is a failure.
//! Depends on none of our crates, so that their tests can use it.

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
