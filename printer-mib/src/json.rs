//! The JSON of one survey: a line of `collect --json`.
//!
//! [`Document`] is the whole line; its printer is a view of a [`Printer`](crate::Printer) under a
//! [`TextPolicy`], with or without the provenance of every field. The words of every enumeration are those of the
//! upload format; a number that a table does not list is that number as text.

mod document;
mod printer;
mod provenance;
mod row;

pub use self::{
    document::{Document, Exchange, Failure, SnmpVersion},
    printer::PrinterJson,
};

#[cfg(doc)]
use crate::TextPolicy;
