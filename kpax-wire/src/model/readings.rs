//! Section 19: what is billed; append-only.

use super::{Age, Clock, Handle, Slot, counters::CounterSet};
use crate::{error::DecodeError, reader::Reader, writer::Writer};

/// All counters of a device, read once for a slot of the server's configuration. (Site, instance, handle, slot) is
/// taken once.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reading {
    /// The device.
    pub handle: Handle,
    /// The slot.
    pub slot: Slot,
    /// When it was read.
    pub taken: Clock,
    /// The counters, whole.
    pub counters: CounterSet,
    /// Version of the profile set by which they were read.
    pub profiles_version: u64,
    /// How long ago that was; lost: in a start that is over.
    pub age: Age,
}

impl Reading {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = r.array("reading", 5..=6)?;
        Ok(Self {
            handle: r.uint("handle")?.into(),
            slot: r.uint("slot")?.into(),
            taken: Clock::read(r, "taken")?,
            counters: CounterSet::read(r)?,
            profiles_version: r.uint("profiles-ver")?,
            age: Age::read(r, len, 5)?,
        })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.array(self.age.len().saturating_add(5));
        w.uint(self.handle.get());
        w.uint(self.slot.get());
        self.taken.write(w);
        self.counters.write(w);
        w.uint(self.profiles_version);
        self.age.write(w);
    }
}
