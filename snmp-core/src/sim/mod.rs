//! A virtual network and clock for tests: machines of this family, or anything with their verbs, talk through it.
//!
//! Nothing waits and nothing is random: the same nodes, seed and faults give the same run, whose end a test reaches as
//! fast as the machines compute.
//!
//! [`Faults`] are the network's, a [`Quirk`] is a device's: what users of SNMP libraries met in the field.
//!
//! ```
//! use snmp_core::manager::{Event, Manager, TargetConfig};
//! use snmp_core::responder::{Responder, Store};
//! use snmp_core::sim::{Faults, Network, Role};
//! use snmp_core::{oid, time::Instant, value::Value};
//!
//! let mut store = Store::new();
//! store.insert(oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"a printer"));
//! let printer = "192.0.2.1:161".parse()?;
//! let mut network = Network::new([7; 16]).with_faults(Faults::BAD);
//! network.add(Role::Other(Responder::read_only(b"public", store)), &[printer]);
//! let collector = network.add(Role::polling(Manager::new([1; 16])), &["192.0.2.2:1024".parse()?]);
//!
//! network.command(collector, |collector, now| {
//!     let manager = &mut collector.as_polling_mut().unwrap().manager;
//!     let target = manager.add_target(TargetConfig::v2c(printer, b"public")).unwrap();
//!     manager.get(now, target, [oid!(1.3.6.1.2.1.1.1.0)]).unwrap();
//! });
//! assert!(network.run_until(Instant::from_secs(60)));
//! let (at, event) = &network.node(collector).as_polling().unwrap().events[0];
//! assert!(matches!(event.event(), Event::Answer(_)), "{event:?} at {at:?}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod faults;
mod network;
mod node;
mod polling;
mod quirk;

pub use faults::{Chance, Faults};
pub use network::{Network, NodeId, Traffic};
pub use node::Node;
pub use polling::{Polling, Role};
pub use quirk::{Quirk, Quirky};
