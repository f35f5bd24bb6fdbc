//! Sans-IO SNMP v1, v2c and v3.
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

pub mod ber;
pub mod datagram;
#[cfg(any(feature = "responder", feature = "notification"))]
pub mod dispatch;
pub mod entropy;
pub mod limits;
#[cfg(feature = "manager")]
pub mod manager;
pub mod message;
#[cfg(feature = "notification")]
pub mod notification;
pub mod oid;
pub mod outcome;
pub mod pdu;
pub mod query;
#[cfg(feature = "responder")]
pub mod responder;
pub mod security;
#[cfg(feature = "sim")]
pub mod sim;
pub mod strictness;
pub mod time;
pub mod value;
pub mod varbind;
pub mod walk;
