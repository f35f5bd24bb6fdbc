//! Sans-IO SNMP v1, v2c and v3: RFC 3411's architecture without a socket, a clock or a thread.
//!
//! Nothing here opens a socket, reads a clock or asks an operating system for randomness. Time, a seed and datagrams
//! come in; datagrams and events go out. So the same code runs in a Windows service, under tokio, on a box without an
//! operating system, and in a test that replays a fleet from a seed.
//!
//! A whole GET, over a blocking socket:
//!
#![cfg_attr(all(feature = "manager", feature = "responder"), doc = "```")]
#![cfg_attr(not(all(feature = "manager", feature = "responder")), doc = "```ignore")]
//! use snmp_core::datagram::{Handled, Via};
//! use snmp_core::manager::{Event, Manager, TargetConfig};
//! use snmp_core::{oid, time::Instant};
//! # use snmp_core::{responder::{Responder, Store}, value::Value};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let agent = std::net::UdpSocket::bind("127.0.0.1:0")?;
//! # let address = agent.local_addr()?;
//! # std::thread::spawn(move || {
//! #     let mut view = Store::new();
//! #     view.insert(oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"a printer"));
//! #     let mut responder = Responder::read_only(b"public", view);
//! #     let mut buffer = [0; 1500];
//! #     let (len, from) = agent.recv_from(&mut buffer).unwrap();
//! #     let _ = responder.handle_datagram(Instant::ZERO, Via(0), from, &mut buffer[..len]);
//! #     let reply = responder.poll_transmit(Instant::ZERO, &mut buffer).unwrap().unwrap();
//! #     agent.send_to(&buffer[reply.range], reply.to).unwrap();
//! # });
//! # let seed = [7; 16];
//!
//! let socket = std::net::UdpSocket::bind("0.0.0.0:0")?;
//! let zero = std::time::Instant::now();
//! let now = || Instant::from_micros(zero.elapsed().as_micros() as u64);
//!
//! let mut manager = Manager::new(seed); // 16 random octets
//! let printer = manager.add_target(TargetConfig::v2c(address, b"public"))?;
//! manager.get(now(), printer, [oid!(1.3.6.1.2.1.1.1.0)])?;
//! let mut buffer = [0; 65_507];
//! while manager.requests() > 0 {
//!     while let Some(transmit) = manager.poll_transmit(now(), &mut buffer)? {
//!         socket.send_to(&buffer[transmit.range], transmit.to)?;
//!     }
//!     while let Some(Event::Failed(failed)) = manager.poll_event() {
//!         panic!("{}", failed.outcome); // "no answer to 3 datagrams; likely: wrong community, ..."
//!     }
//!     let due = manager.poll_timeout().unwrap_or(now());
//!     socket.set_read_timeout(Some((due - now()).max(std::time::Duration::from_millis(1))))?;
//!     let Ok((len, from)) = socket.recv_from(&mut buffer) else {
//!         manager.handle_timeout(now());
//!         continue;
//!     };
//!     if let Handled::Event(Event::Answer(answer)) = manager.handle_datagram(now(), Via(0), from, &mut buffer[..len]) {
//!         for row in answer.var_binds {
//!             println!("{} = {:?}", row.name, row.value); // 1.3.6.1.2.1.1.1.0 = OctetString(..)
//!         }
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The verbs
//!
//! Every machine has the same ones, so that one loop drives any of them:
//!
//! | verb | meaning |
//! |---|---|
//! | `handle_datagram(now, via, from, octets)` | octets arrived on socket `via`; gives at most one event, borrowed from them, or [`NotMine`](datagram::NotMine): offer it to the next machine |
//! | `handle_unreachable(now, via, to)` | a send failed, or ICMP said so |
//! | `handle_timeout(now)` | the time that `poll_timeout` named has come |
//! | `poll_transmit(now, buffer)` | the next datagram to send |
//! | `poll_timeout()` | when to call `handle_timeout` at the latest |
//! | `poll_event()` | what no datagram carries: timeouts, ends |
//! | `poll_store()`, `handle_stored(token)` | what has to be written down before anything that depends on it is sent |
//!
//! **One mutation, then drain**: after each `handle_*` or command call `poll_transmit` and `poll_event` until both give
//! `None`, and only then sleep until `poll_timeout`. `now` never goes backwards.
//!
//! # What is where
//!
//! - The codec allocates nothing and borrows from the datagram: [`ber`], [`oid`](mod@oid), [`value`], [`varbind`], [`pdu`],
//!   [`message`]. Which deviations of deployed devices it reads over is said by [`strictness`].
//! - What values mean beyond their type: [`bits`], the [`index`] of a row, [`textual`] conventions.
//! - Asking: `manager` sends [`query::Query`] and much else to any number of devices; a [`walk`] through a subtree works
//!   with and without it; [`outcome`] says why there is no answer; [`limits`] keep what a device can take.
//! - Answering and listening: `responder`, `notification`, both over `dispatch`.
//! - `SNMPv3` needs a [`security::SecurityModel`]; the crate snmp-usm has the one that everybody uses.
//!
//! Features: `std`, `manager`, `responder` and `notification` are on by default; without them codec, walks and the
//! security seam remain, for `no_std` with `alloc`.
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

pub mod ber;
pub mod bits;
pub mod datagram;
#[cfg(any(feature = "responder", feature = "notification"))]
pub mod dispatch;
pub mod entropy;
pub mod framing;
pub mod index;
pub mod limits;
#[cfg(feature = "manager")]
pub mod manager;
pub mod message;
#[cfg(feature = "notification")]
pub mod notification;
pub mod oid;
pub mod outcome;
pub mod pdu;
pub mod query;
#[cfg(feature = "responder")]
pub mod responder;
pub mod security;
#[cfg(feature = "sim")]
pub mod sim;
pub mod strictness;
pub mod table;
pub mod textual;
pub mod time;
pub mod value;
pub mod varbind;
pub mod walk;

#[doc = include_str!("../README.md")]
#[cfg(all(doctest, feature = "manager"))]
struct Readme;
