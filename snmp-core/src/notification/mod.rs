//! Notifications (RFC 3413 §3.4, RFC 3416 §4.2.6 and §4.2.7): the receiver of traps and informs.

mod inform;
mod received;
mod receiver;
mod translation;

pub use inform::InformId;
pub use received::{Kind, Notification};
pub use receiver::{Config, Event, Receiver};
pub use translation::{NotInV1, NotInV2, NotificationV1, NotificationV2, trap_oid};
