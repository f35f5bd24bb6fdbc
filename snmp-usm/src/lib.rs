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

pub mod auth;
#[cfg(feature = "des")]
mod cbc;
mod cfb;
pub mod key;
pub mod params;
pub mod privacy;

pub use crate::auth::{AuthKey, AuthProtocol};
pub use crate::key::{KeyError, LocalizedKey, MasterKey, Password, Stretch};
pub use crate::privacy::{PrivKey, PrivProtocol};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;
