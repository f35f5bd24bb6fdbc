//! The user-based security model of SNMPv3 (RFC 3414, 3826, 7860) for `snmp-core`.
#![no_std]
#![forbid(unsafe_code)]
#![warn(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    clippy::alloc_instead_of_core
)]
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod auth;
#[cfg(feature = "des")]
mod cbc;
mod cfb;
pub mod engine_id;
mod engine_table;
mod incoming;
pub mod key;
pub mod local;
pub mod model;
mod outgoing;
pub mod params;
mod peers;
pub mod privacy;
mod salt;
pub mod stats;
mod timeliness;
pub mod user;
mod users;

pub use crate::auth::{AuthKey, AuthProtocol};
pub use crate::engine_id::EngineId;
pub use crate::key::{KeyError, LocalizedKey, MasterKey, Password, Stretch};
pub use crate::local::Boots;
pub use crate::model::{Usm, UsmPeer, UsmState};
pub use crate::privacy::{PrivKey, PrivProtocol};
pub use crate::stats::UsmStats;
pub use crate::user::User;

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;
