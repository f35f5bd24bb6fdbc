//! Textual conventions (RFC 2579): what the octets and numbers of many objects mean, and how they are shown.

mod convention;
mod date_and_time;
mod display_hint;
mod string;

pub use convention::{RowStatus, StorageType, TestAndIncr, TimeStamp, TruthValue};
pub use date_and_time::{DateAndTime, UtcOffset};
pub use display_hint::{HintError, IntegerHint, OctetHint};
pub use string::{DisplayString, PhysAddress};
