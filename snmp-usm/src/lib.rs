//! The user-based security model of `SNMPv3` (RFC 3414, 3826, 7860) for `snmp-core`, sans-IO and `no_std`.
//!
//! [`Usm`] is a [`SecurityModel`](snmp_core::security::SecurityModel): a manager, a receiver or a responder of
//! `snmp-core` that is made with one speaks `SNMPv3`. Nothing here opens a socket, reads a clock or asks for
//! randomness: time is an argument, and the salts come from a seed.
//!
//! # From a password to a peer
//!
//! A [`Password`] is stretched to a [`MasterKey`] (Ku) once, which costs 1 MiB of hashing; that one is localized to
//! each engine ([`LocalizedKey`], Kul) for next to nothing. A [`User`] holds master keys and is shared by all peers.
//!
//! ```
//! use snmp_core::security::{Prepare, SecurityModel};
//! use snmp_core::time::Instant;
//! use snmp_usm::{AuthProtocol, Password, PrivProtocol, User, Usm};
//!
//! let (auth, privacy) = (Password::new("maplesyrup")?, Password::new("pancakes with it")?);
//! let user = User::from_passwords("fleet", AuthProtocol::Sha256, &auth, Some((PrivProtocol::Aes128, &privacy)))?;
//! let mut usm = Usm::new([7; 16]); // a seed from the operating system, never twice the same
//! let printer = usm.add_peer("192.0.2.10:161".parse()?, &user)?;
//! // What a manager asks before it sends: the printer's engine is to be discovered first.
//! assert_eq!(usm.prepare(Instant::ZERO, printer), Prepare::Discover);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # An engine of one's own
//!
//! Who answers requests, takes informs or sends notifications has an [`EngineId`] and boots that count its starts.
//! Nothing is sent in its name before the boots are stored:
//!
//! ```
//! use snmp_core::security::SecurityModel;
//! use snmp_core::time::Instant;
//! use snmp_usm::{Boots, EngineId, Usm};
//!
//! let engine_id = EngineId::from_mac(8072, [0x00, 0x1e, 0x8f, 0x12, 0x34, 0x56])?;
//! let mut usm = Usm::with_local_engine([7; 16], Instant::ZERO, engine_id, Boots::First)?;
//! let store = usm.poll_store().expect("boots are to be stored first");
//! // Write `store.octets` where they survive: the next start takes them as `Boots::Stored`. Then:
//! usm.handle_stored(store.token);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # What is believed
//!
//! RFC 3414 §3.2 decides, step by step. Engines enter a table only after one of their messages authenticated. The boots
//! and time of a discovery's Report are sent with, but never move a clock that an authenticated message has set; a
//! Report that is not authenticated neither ends the work with a peer that has authenticated itself, nor replaces its
//! engine. Two devices with one engine id, at two addresses, have a clock each.
//!
//! # Features
//!
//! SHA-256 and AES-128 are always there. `md5`, `sha1`, `sha2` (224, 384, 512), `des` (and 3DES) and `aes-long` (192 and
//! 256) add the others; all are on by default, and each that is off makes the program smaller. On a microcontroller
//! `RUSTFLAGS='--cfg aes_backend_soft="compact" --cfg sha2_backend_soft="compact"'` halves the rest.
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

pub mod auth;
#[cfg(feature = "des")]
mod cbc;
mod cfb;
pub mod engine_id;
mod engine_table;
mod extension;
mod incoming;
pub mod key;
pub mod key_change;
pub mod local;
pub mod model;
mod outgoing;
pub mod params;
mod peers;
pub mod privacy;
mod replay;
mod salt;
pub mod stats;
mod timeliness;
pub mod user;
mod users;

pub use crate::auth::{AuthKey, AuthProtocol};
pub use crate::engine_id::EngineId;
pub use crate::key::{KeyError, LocalizedKey, MasterKey, Password, Stretch};
pub use crate::local::Boots;
pub use crate::model::{Usm, UsmPeer, UsmState};
pub use crate::privacy::{PrivKey, PrivProtocol};
pub use crate::stats::UsmStats;
pub use crate::user::User;

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;
