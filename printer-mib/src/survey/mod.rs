//! Reading a device: what to ask, in which requests, and what the answers mean.

#[cfg(feature = "survey")]
mod failure;
pub mod interpret;
#[cfg(feature = "survey")]
mod machine;
#[cfg(feature = "survey")]
mod plan;

#[cfg(feature = "survey")]
pub use machine::{Survey, Surveyed};
#[cfg(feature = "survey")]
pub use plan::{Plan, Wanted};
