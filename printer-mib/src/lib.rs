//! Printer-MIB surveys into one normalized printer model, sans-IO.
//!
//! # The way of a survey
//!
//! 1. [`survey`] decides what to ask; whoever speaks SNMP sends it and hands the answers back.
//! 2. The answers' varbinds are kept once, octet for octet, in an [`Arena`]. What lies under an entry of
//!    [`mib::never_read`] is dropped undecoded.
//! 3. [`interpret`] reads a [`Printer`] out of them: a pure function, whatever brought the varbinds.
//! 4. The [`Printer`] goes on: as JSON (`json`, feature `serde`) or into an upload.
//!
//! Every [`Fact`] has a [`Source`]: [`Printer::varbind`] gives the varbind that it was read from, so that a report can
//! say why it says what it says. See [`model`] for what is a supply, a service part and a meter.
//!
//! # Promises
//!
//! - Codes of the Printer-MIB (-1, -2, -3) are variants of [`model::Level`] and [`model::Capacity`], never numbers.
//! - Missing is `None`; `false` and 0 are only what a device said.
//! - Numbers that a table does not list are kept as they are.
//! - Text is free of control characters, ANSI sequences and bidirectional controls ([`text`]); the octets stay in the
//!   arena.
//! - No input panics; work is bounded by O(n log n) of the varbinds, memory by a small multiple of them.
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

#[cfg(feature = "discovery")]
pub mod collector;
#[cfg(feature = "discovery")]
pub mod discovery;
#[cfg(feature = "serde")]
pub mod json;
pub mod mib;
pub mod model;
pub mod range;
pub mod survey;
pub mod text;

mod arena;
mod enumeration;
mod policy;

pub use crate::{
    arena::{Arena, ArenaFull, Offset},
    model::{Fact, Printer, Source},
    policy::TextPolicy,
    survey::interpret::interpret,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
