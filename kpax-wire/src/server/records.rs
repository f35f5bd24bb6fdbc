//! Readings and events: append-only, each taken once.

use alloc::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{Refused, references::References};
use crate::{
    model::{
        Handle,
        events::{Event, EventKind},
        readings::Reading,
    },
    writer::Writer,
};

/// What was taken, by digest of its content.
#[derive(Clone, Debug, Default)]
pub(super) struct Records(BTreeMap<Key, [u8; 32]>);

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Key {
    is_event: bool,
    handle: Handle,
    number: u64,
}

pub(super) struct Record {
    key: Key,
    digest: [u8; 32],
}

impl Record {
    /// The same values are the same record, in whatever form they come.
    pub(super) fn reading(reading: &Reading, references: &References<'_>) -> Result<Self, Refused> {
        let counters = references.counters(&reading.counters)?;
        let mut w = Writer::new();
        w.array(3);
        reading.taken.write(&mut w);
        w.table(&counters, |w, value| w.uint(*value));
        w.uint(reading.profiles_version);
        let key = Key {
            is_event: false,
            handle: reading.handle,
            number: reading.slot.get(),
        };
        Ok(Self {
            key,
            digest: Sha256::digest(w.finish()).into(),
        })
    }

    /// The age is not compared: it grows until the event arrives.
    pub(super) fn event(event: &Event, references: &References<'_>) -> Self {
        let mut w = Writer::new();
        w.uint(event.what.code());
        match references.event(&event.what) {
            EventKind::AlertRaised(alert) => {
                alert.index.write(&mut w);
                alert.write_state(&mut w);
            }
            what => what.write_detail(&mut w),
        }
        let key = Key {
            is_event: true,
            handle: event.handle,
            number: event.number,
        };
        Self {
            key,
            digest: Sha256::digest(w.finish()).into(),
        }
    }
}

impl Records {
    /// Takes a record next to those already `held`: 1 when it is new, 0 when it is no news.
    pub(super) fn take(&mut self, held: &Self, record: Record) -> Result<u64, Refused> {
        let before = held.0.get(&record.key).or_else(|| self.0.get(&record.key));
        match before {
            Some(before) if *before == record.digest => Ok(0),
            Some(_) => Err(Refused::RecordConflict {
                handle: record.key.handle,
                number: record.key.number,
            }),
            None => {
                self.0.insert(record.key, record.digest);
                Ok(1)
            }
        }
    }

    pub(super) fn extend(&mut self, fresh: Self) {
        self.0.extend(fresh.0);
    }
}
