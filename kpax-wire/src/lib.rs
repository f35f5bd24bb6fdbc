//! The upload format of a printer-fleet collector.
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

pub mod cbor;
pub mod counter_table;
#[cfg(feature = "downlink")]
pub mod downlink;
#[cfg(feature = "seal")]
pub mod enrol;
mod error;
#[cfg(feature = "printer-mib")]
pub mod from_printer;
mod key;
pub mod limits;
pub mod message;
pub mod model;
mod number;
mod reader;
#[cfg(feature = "seal")]
pub mod seal;
#[cfg(feature = "server")]
pub mod server;
mod verdict;
pub mod vocabulary;
mod writer;

#[cfg(feature = "printer-mib")]
pub use crate::from_printer::ReportBuilder;
#[cfg(feature = "seal")]
pub use crate::seal::{Direction, EnrolledKey, Opener, Sealer};
pub use crate::{
    error::{DecodeError, DecodeErrorKind, EncodeError},
    key::{Kid, Secret, Site, SiteKey, Suite},
    message::{Message, Report, Section},
    number::{Int, IntOutOfRange, Num, Percent},
    verdict::Verdict,
};
