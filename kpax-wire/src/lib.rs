//! The upload format of a printer-fleet collector: compact, versioned, sealed with AES-256.
//!
//! `kpax-wire.cddl` beside this crate's manifest is the format's definition. Messages are deterministic CBOR, one form
//! for one thing; a sealed message is a COSE_Encrypt0 that needs no TLS to hold.
//!
//! # Up
//!
//! A collector builds a [`Report`], from surveyed printers with `ReportBuilder` or field by field, encodes it, and
//! seals it under a sequence number that it has written down as used before:
//!
#![cfg_attr(feature = "seal", doc = "```")]
#![cfg_attr(not(feature = "seal"), doc = "```ignore")]
//! use kpax_wire::{
//!     Direction, EnrolledKey, Kid, Opener, Report, Sealer, Section, Site, SiteKey, Suite,
//!     model::{BatchId, Clock, ClockQuality, scan_summary::{Scan, ScanSummary}},
//!     seal::Epochs,
//! };
//!
//! let key = EnrolledKey {
//!     site: Site::new(b"site-1746").ok_or("1 to 32 octets")?,
//!     kid: Kid::new(b"kid-0001").ok_or("4 to 8 octets")?,
//!     suite: Suite::Aes256Gcm,
//!     key: SiteKey::new([7; 32]),
//!     epochs: Epochs::Any,
//! };
//!
//! let clock = Clock { seconds: 1_795_989_708, quality: ClockQuality::Synchronized };
//! let mut report = Report::new(BatchId::new(1), clock);
//! report.sections.push(Section::ScanSummary(vec![ScanSummary::new(Scan::Discovery, 254, 93)]));
//!
//! // The numbers 0 to 63 are written down as used; `boot` is random, another for each start.
//! let boot = [1, 2, 3, 4, 5, 6];
//! let mut sealer = Sealer::new(&key, Direction::Up, 1, boot, 0..64)?;
//! let sealed = sealer.seal(&report.encode()?)?;
//!
//! // The server: who sealed it is sure, and it is taken once.
//! let mut opener = Opener::new(Direction::Up);
//! let opened = opener.open(&key, &sealed)?;
//! assert_eq!(Report::decode(&opened.message)?, report);
//! assert!(opener.open(&key, &sealed).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where things are
//!
//! | module | holds | feature |
//! |---|---|---|
//! | [`message`] | the six kinds of message, decoded and encoded | |
//! | [`model`] | rows of the sections: what a printer is, counts, uses, complains of | |
//! | [`vocabulary`] | the enumerations, number and word | |
//! | [`counter_table`] | what counter ids below 1024 mean | |
//! | [`cbor`], [`limits`] | the strict encoding, and what a reader refuses before it allocates | |
//! | `seal` | `Sealer`, `Opener`, replay window | `seal` |
//! | `enrol` | enrolment strings | `seal` |
//! | `server` | states, deltas, batches, records of a site | `server` |
//! | `downlink` | configurations and signed profile sets, seen from the collector | `downlink` |
//! | `from_printer` | reports from `printer-mib`'s printers | `printer-mib` |
//!
//! `deflate` adds compressed messages. Every error has a [`Verdict`], the word that the format's samples use for it.
//! Without default features the crate is `no_std` with `alloc`. Nothing here reads a clock, asks for random numbers or
//! opens a socket.
//!
//! # Growth
//!
//! Keys and numbers from 64 on, and section kinds from 32 on, are later additions: they are kept as they came and
//! written again. Lower ones that this version does not know are refused.
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

#[cfg(all(doctest, feature = "seal"))]
#[doc = include_str!("../README.md")]
struct Readme;
