//! The command responder (RFC 3413 §3.2): what it answers from, and the machine that answers.

mod store;
mod view;

pub mod snmprec;

pub use store::Store;
pub use view::{GenErr, MibView, Request};
