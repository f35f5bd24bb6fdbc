//! Read-only probing of Canon devices by BJNP, MFNP and CPNP.
//!
//! The three protocols share one header and differ in their magic: BJNP is spoken by inkjets (UDP 8611 printer,
//! 8612 scanner), MFNP by laser multifunction devices (UDP 8610), CPNP by SELPHY photo printers (UDP 8609). There is no
//! specification; what is read here was published by drivers and captures, and what is unknown is kept raw.
//!
//! - [`Packet::decode`] cuts a datagram into header and payload; [`Packet::answer`] says what a device answered:
//!   [`discover`] (hardware address, claimed addresses), [`device_id`] (IEEE 1284), [`status`], and the bodies of jobs
//!   ([`job`]), which appear in captures only.
//! - [`cpca`] reads the header of port 47545.
//! - [`policy`] is everything that can be sent: a closed type of requests that change nothing on the device.
//! - [`probe`] is the machine that walks a host's ports and says whether it is a Canon device, and which.
//!
//! Decoding borrows from the datagram, allocates nothing and never panics; its work is linear in the datagram.
//!
//! ```
//! use canon_bjnp::{Answer, Packet, header::Family};
//!
//! // A PIXMA MX700's answer to a discover request.
//! let datagram = b"BJNP\x81\x01\0\0\0\x01\0\0\0\0\0\x10\0\x01\x08\0\x06\x04\0\0\x85\xc3\x5f\x07\xc0\xa8\x01\xde";
//! let packet = Packet::decode(datagram)?;
//! assert_eq!((packet.header.family, packet.header.sequence), (Family::Bjnp, 1));
//! if let Answer::Discover(found) = packet.answer()? {
//!     assert_eq!(found.mac.to_string(), "00:00:85:c3:5f:07");
//!     assert_eq!(found.claims().next().unwrap().0.to_string(), "192.168.1.222");
//! }
//! # Ok::<(), canon_bjnp::DecodeError>(())
//! ```
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

pub mod cpca;
pub mod device_id;
pub mod discover;
mod error;
mod framing;
pub mod header;
pub mod job;
mod packet;
pub mod policy;
pub mod probe;
pub mod status;
pub mod text;

pub use crate::{
    error::DecodeError,
    framing::Convention,
    header::Header,
    packet::{Answer, Asked, Packet},
};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;
