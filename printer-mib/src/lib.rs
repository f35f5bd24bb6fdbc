//! Printer-MIB surveys into one normalized printer model.
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
