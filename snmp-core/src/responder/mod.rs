//! The command responder (RFC 3413 §3.2): what it answers from, and the machine that answers.

mod config;
mod machine;
mod operations;
mod store;
mod view;

pub mod snmprec;

pub use config::{Access, Config};
pub use machine::{Answered, Event, Responder};
pub use store::Store;
pub use view::{GenErr, MibView, Request};
