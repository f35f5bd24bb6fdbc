//! Section 20: what happened; append-only. States say what is.

use alloc::{string::String, vec::Vec};
use core::net::IpAddr;

use super::{
    CounterId, Handle, Index, Level, Slot, Text,
    alerts::{Alert, AlertId},
    inventory::{read_ip, write_ip},
    scan_summary::read_error_code,
};
use crate::{
    cbor::Raw,
    error::{DecodeError, DecodeErrorKind},
    limits,
    reader::Reader,
    vocabulary::ErrorCode,
    writer::Writer,
};

/// One event. (Site, instance, handle, number) is taken once, its age not compared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Event {
    /// The device.
    pub handle: Handle,
    /// Strictly rising for a device.
    pub number: u64,
    /// Seconds from the event to the message clock; `None`: lost by a restart.
    pub age: Option<u64>,
    /// What happened.
    pub what: EventKind,
}

/// What can happen.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant)] // events are few
pub enum EventKind {
    /// 1: an alert was raised.
    AlertRaised(Alert),
    /// 2: an alert is gone.
    AlertCleared(AlertId),
    /// 3: a supply was replaced.
    SupplyReplaced {
        /// Which.
        index: Index,
        /// Its level before.
        before: Level,
        /// Its level after.
        after: Level,
        /// Serial number of the new one.
        serial: Option<String>,
    },
    /// 4: a counter went back.
    CounterWentBack {
        /// Which.
        counter: CounterId,
        /// Its value before.
        before: u64,
        /// Its value after.
        after: u64,
    },
    /// 5: the device has other addresses.
    AddressChanged {
        /// Those before.
        before: Vec<IpAddr>,
        /// Those after.
        after: Vec<IpAddr>,
    },
    /// 6: the device cannot be read any more.
    Unreachable(ErrorCode),
    /// 7: it can be read again.
    Reachable,
    /// 8: firmware was changed.
    FirmwareChanged {
        /// The part; `None`: the device.
        name: Option<Text>,
        /// Its version before.
        before: Option<Text>,
        /// Its version after.
        after: Option<Text>,
    },
    /// 9: two devices share a key of identity.
    IdentityConflict {
        /// Which key: its number in the inventory.
        key: u64,
        /// The other device, where it has a handle.
        other: Option<Handle>,
    },
    /// 10: a meter is read from another source.
    MeterSourceChanged {
        /// The counter.
        counter: CounterId,
        /// The source before.
        before: Option<Text>,
        /// The source after.
        after: Option<Text>,
    },
    /// 11: a reading for a slot could not be taken.
    ReadingMissed {
        /// The slot.
        slot: Slot,
        /// Why.
        why: ErrorCode,
    },
    /// 12: the device was started again; seconds since then.
    Rebooted(Option<u64>),
    /// 64 and up: an event of a later version.
    Later {
        /// Its number.
        code: u64,
        /// What it says.
        detail: Option<Raw>,
    },
}

impl Event {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = r.position();
        let len = r.array("event", 4..=5)?;
        let handle = r.uint("handle")?.into();
        let number = r.uint("event-nr")?;
        let at = r.position();
        let code = r.uint("event")?;
        let age = r.nullable(|r| r.uint("age"))?;
        let wrong_length = || r.error_at(start, "event", DecodeErrorKind::OutOfRange);
        match (code, len) {
            (1..=6 | 8..=12, 5) | (7, 4) | (limits::LATER.., _) => {}
            (1..=12, _) => return Err(wrong_length()),
            _ => return Err(r.error_at(at, "event", DecodeErrorKind::Reserved(code))),
        }
        Ok(Self {
            handle,
            number,
            age,
            what: EventKind::read(r, code, len > 4)?,
        })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.array(if self.what.has_detail() { 5 } else { 4 });
        w.uint(self.handle.get());
        w.uint(self.number);
        w.uint(self.what.code());
        w.nullable(self.age, Writer::uint);
        self.what.write_detail(w);
    }
}

impl EventKind {
    /// Its number on the wire.
    #[must_use]
    pub const fn code(&self) -> u64 {
        match self {
            Self::AlertRaised(_) => 1,
            Self::AlertCleared(_) => 2,
            Self::SupplyReplaced { .. } => 3,
            Self::CounterWentBack { .. } => 4,
            Self::AddressChanged { .. } => 5,
            Self::Unreachable(_) => 6,
            Self::Reachable => 7,
            Self::FirmwareChanged { .. } => 8,
            Self::IdentityConflict { .. } => 9,
            Self::MeterSourceChanged { .. } => 10,
            Self::ReadingMissed { .. } => 11,
            Self::Rebooted(_) => 12,
            Self::Later { code, .. } => *code,
        }
    }

    fn has_detail(&self) -> bool {
        !matches!(self, Self::Reachable | Self::Later { detail: None, .. })
    }

    fn read(r: &mut Reader<'_>, code: u64, detail: bool) -> Result<Self, DecodeError> {
        const FIELD: &str = "event";
        Ok(match code {
            1 => Self::AlertRaised(Alert::read(r)?),
            2 => Self::AlertCleared(AlertId::read(r)?),
            3 => {
                let len = r.array("replaced", 3..=4)?;
                Self::SupplyReplaced {
                    index: Index::read(r)?,
                    before: Level::read(r)?,
                    after: Level::read(r)?,
                    serial: if len > 3 { Some(r.text("serial")?) } else { None },
                }
            }
            4 => {
                r.array(FIELD, 3..=3)?;
                Self::CounterWentBack {
                    counter: r.uint("counter-id")?.into(),
                    before: r.uint(FIELD)?,
                    after: r.uint(FIELD)?,
                }
            }
            5 => {
                r.array(FIELD, 2..=2)?;
                Self::AddressChanged {
                    before: r.list(FIELD, 0, read_ip)?,
                    after: r.list(FIELD, 0, read_ip)?,
                }
            }
            6 => Self::Unreachable(read_error_code(r)?),
            7 => Self::Reachable,
            8 => {
                r.array(FIELD, 3..=3)?;
                let mut text = || r.nullable(|r| r.txt(FIELD));
                Self::FirmwareChanged {
                    name: text()?,
                    before: text()?,
                    after: text()?,
                }
            }
            9 => {
                r.array(FIELD, 2..=2)?;
                Self::IdentityConflict {
                    key: r.uint(FIELD)?,
                    other: r.nullable(|r| r.uint("handle"))?.map(Handle::new),
                }
            }
            10 => {
                r.array(FIELD, 3..=3)?;
                Self::MeterSourceChanged {
                    counter: r.uint("counter-id")?.into(),
                    before: r.nullable(|r| r.txt(FIELD))?,
                    after: r.nullable(|r| r.txt(FIELD))?,
                }
            }
            11 => {
                r.array(FIELD, 2..=2)?;
                Self::ReadingMissed {
                    slot: r.uint("slot")?.into(),
                    why: read_error_code(r)?,
                }
            }
            12 => Self::Rebooted(r.nullable(|r| r.uint(FIELD))?),
            code => Self::Later {
                code,
                detail: if detail { Some(r.raw(FIELD)?) } else { None },
            },
        })
    }

    pub(crate) fn write_detail(&self, w: &mut Writer) {
        match self {
            Self::AlertRaised(alert) => alert.write(w),
            Self::AlertCleared(id) => id.write(w),
            Self::SupplyReplaced {
                index,
                before,
                after,
                serial,
            } => {
                w.array(if serial.is_some() { 4 } else { 3 });
                index.write(w);
                before.write(w);
                after.write(w);
                if let Some(serial) = serial {
                    w.text(serial);
                }
            }
            Self::CounterWentBack {
                counter,
                before,
                after,
            } => {
                w.array(3);
                w.uint(counter.get());
                w.uint(*before);
                w.uint(*after);
            }
            Self::AddressChanged { before, after } => {
                w.array(2);
                w.list(before, write_ip);
                w.list(after, write_ip);
            }
            Self::Unreachable(why) => w.word(*why),
            Self::Reachable => {}
            Self::FirmwareChanged { name, before, after } => {
                w.array(3);
                for text in [name, before, after] {
                    w.nullable(text.as_ref(), Writer::txt);
                }
            }
            Self::IdentityConflict { key, other } => {
                w.array(2);
                w.uint(*key);
                w.nullable(*other, |w, handle| w.uint(handle.get()));
            }
            Self::MeterSourceChanged {
                counter,
                before,
                after,
            } => {
                w.array(3);
                w.uint(counter.get());
                w.nullable(before.as_ref(), Writer::txt);
                w.nullable(after.as_ref(), Writer::txt);
            }
            Self::ReadingMissed { slot, why } => {
                w.array(2);
                w.uint(slot.get());
                w.word(*why);
            }
            Self::Rebooted(uptime) => w.nullable(*uptime, Writer::uint),
            Self::Later { detail, .. } => {
                if let Some(detail) = detail {
                    w.raw(detail);
                }
            }
        }
    }
}
