//! Notifications (RFC 3413 §3.3 and §3.4, RFC 3416 §4.2.6 and §4.2.7): the receiver and, with feature `manager`, the
//! originator of traps and informs; their translation between v1 and v2 (RFC 3584 §3).

mod inform;
#[cfg(feature = "manager")]
mod originator;
mod received;
mod receiver;
mod translation;

pub use inform::InformId;
#[cfg(feature = "manager")]
pub use originator::{Delivery, End, Notice, NotifyError, NotifyId, NotifyType, Originator, OriginatorEvent};
pub use received::{Kind, Notification};
pub use receiver::{Config, Event, Receiver};
pub use translation::{NotInV1, NotInV2, NotificationV1, NotificationV2, trap_oid};
