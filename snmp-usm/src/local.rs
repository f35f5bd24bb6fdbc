//! The local engine: its id, and boots that outlive a restart (RFC 3414 §2.2).

use alloc::vec::Vec;

use snmp_core::security::{Refused, Store};
use snmp_core::time::Instant;

use crate::engine_id::EngineId;
use crate::timeliness::{LocalClock, MAX};

/// What starts a record of boots; a record is this and four octets of boots, most significant first.
const MARK: [u8; 4] = *b"USM1";

/// What is known of the boots of the run before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a record is absent, read or lost")]
pub enum Boots<'a> {
    /// This engine id has never run before.
    First,
    /// The octets that `poll_store` gave last.
    Stored(&'a [u8]),
    /// There was a run before, and its record is gone: boots latch at 2147483647 and nothing that is authenticated
    /// passes, until the engine gets another id or other keys (RFC 3414 §2.2.2).
    Lost,
}

/// The record of the boots cannot be read: the engine refuses to start. [`Boots::Lost`] is the way on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the record of the engine's boots cannot be read")]
pub struct BootsUnreadable;

/// An engine that is authoritative for what it answers and notifies.
#[derive(Debug)]
pub(crate) struct LocalEngine {
    pub(crate) id: EngineId,
    pub(crate) clock: LocalClock,
    /// The boots that are known to be safe; those of the clock may be used once they are the same.
    stored: Option<u32>,
    /// The boots that `poll_store` handed out.
    handed_out: Option<u32>,
}

impl LocalEngine {
    pub(crate) fn new(now: Instant, id: EngineId, boots: Boots<'_>) -> Result<Self, BootsUnreadable> {
        let boots = match boots {
            Boots::First => 1,
            Boots::Stored(record) => {
                let octets = record.strip_prefix(&MARK).ok_or(BootsUnreadable)?;
                let octets = octets.try_into().map_err(|_| BootsUnreadable)?;
                let before = u32::from_be_bytes(octets);
                if before > MAX {
                    return Err(BootsUnreadable);
                }
                (before + 1).min(MAX)
            }
            Boots::Lost => MAX,
        };
        Ok(Self {
            id,
            clock: LocalClock::new(now, boots),
            stored: None,
            handed_out: None,
        })
    }

    /// Boots and time for a message that goes out now.
    ///
    /// # Errors
    /// As long as the boots are not stored.
    pub(crate) fn boots_and_time(&mut self, now: Instant) -> Result<(u32, u32), Refused> {
        self.clock.advance(now);
        if self.stored != Some(self.clock.boots()) {
            return Err(Refused::BootsNotStored);
        }
        Ok((self.clock.boots(), self.clock.time(now)))
    }

    pub(crate) fn poll_store(&mut self) -> Option<Store> {
        let boots = self.clock.boots();
        if self.stored == Some(boots) || self.handed_out == Some(boots) {
            return None;
        }
        self.handed_out = Some(boots);
        let octets: Vec<u8> = [MARK, boots.to_be_bytes()].concat();
        Some(Store {
            token: u64::from(boots),
            octets,
        })
    }

    pub(crate) fn handle_stored(&mut self, token: u64) {
        if let Some(boots) = self.handed_out.take_if(|boots| u64::from(*boots) == token) {
            self.stored = Some(boots);
        }
    }
}
