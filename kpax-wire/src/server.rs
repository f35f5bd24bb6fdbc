//! What a server holds of a site, and how a report changes it.
//!
//! [`SiteState`] is pure and lives in memory: a server with a database uses it as the rule book, one instance at a
//! time. Everything is held by (site, instance), so a collector that lost its memory is never taken for the old one. A
//! report is taken whole or not at all.
//!
//! Memory grows with what authentic collectors send: the states of their devices, 40 octets a batch, 56 a reading or
//! event. [`SiteState::forget`] drops an instance.

mod records;
mod references;
mod tables;

use alloc::collections::BTreeMap;

use sha2::{Digest, Sha256};

use self::{
    records::{Record, Records},
    references::References,
    tables::Tables,
};
pub use self::{
    references::{Catalogue, CounterLine, Meaning},
    tables::{DeltaError, StateKind, SupplyLine},
};
use crate::{
    error::DecodeError,
    message::{Ack, ErrorMessage, ErrorMessageCode, Instance, Message, Outcome, Report, Section},
    model::{BatchId, Check, Clock, CounterId, Handle, counters::CounterDef},
    verdict::Verdict,
};

/// What is held of one site.
#[derive(Clone, Debug, Default)]
pub struct SiteState {
    catalogue: Catalogue,
    /// Which instance each start belongs to, by its Hello.
    boots: BTreeMap<[u8; 6], Instance>,
    instances: BTreeMap<Owner, Held>,
}

/// Whose state it is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums)] // one or the other
pub enum Owner {
    /// An instance that a Hello named.
    Instance(Instance),
    /// A start without a Hello is an instance of its own.
    Boot([u8; 6]),
}

/// What is held of one instance.
#[derive(Clone, Debug, Default)]
pub struct Held {
    tables: Tables,
    /// Of each kind the batch that its state is the outcome of.
    batches: BTreeMap<StateKind, BatchId>,
    applied: BTreeMap<BatchId, [u8; 32]>,
    definitions: BTreeMap<CounterId, CounterDef>,
    records: Records,
}

/// A message that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The message.
    pub message: Message,
    /// Whose it is.
    pub owner: Owner,
    /// What became of a report; `None` of other messages.
    pub outcome: Option<Outcome>,
    /// Checks of the states now held, when a report was taken.
    pub checks: BTreeMap<StateKind, Check>,
    /// Readings that were new, when the report had such a section.
    pub new_readings: Option<u64>,
    /// Events that were new, when the report had such a section.
    pub new_events: Option<u64>,
}

/// Why a message was refused. Nothing has changed then.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It is no message of this version.
    #[error("{0}")]
    Decode(#[from] DecodeError),
    /// It does not go from a collector to a server.
    #[error("{0} sent up")]
    WrongDirection(&'static str),
    /// A counter that nothing gives a meaning to.
    #[error("counter {0} has no definition")]
    UndefinedCounter(CounterId),
    /// A counter that was defined otherwise before.
    #[error("counter {0} was defined otherwise")]
    RedefinedCounter(CounterId),
    /// A shape that the catalogue does not have, or whose counters are not as many as the values.
    #[error("catalogue shape {0} does not fit")]
    CatalogueShape(u64),
    /// A shape of a catalogue that is not at hand.
    #[error("catalogue shape {0}: no catalogue at hand")]
    NoCatalogue(u64),
    /// The batch was taken with other content: the collector was restored from an old image.
    #[error("batch {batch} taken before with other content")]
    BatchConflict {
        /// The batch.
        batch: BatchId,
        /// The lowest batch id that will be taken.
        lowest: BatchId,
    },
    /// A delta's base is not what is held.
    #[error("base of kind {0:?} is not what is held")]
    BaseUnknown(StateKind),
    /// A delta does not fit its base.
    #[error("kind {kind:?}, device {handle}: {why}")]
    BadDelta {
        /// The section's kind.
        kind: StateKind,
        /// The device.
        handle: Handle,
        /// What does not fit.
        why: DeltaError,
    },
    /// A reading or event was taken with other content.
    #[error("record {number} of device {handle} taken before with other content")]
    RecordConflict {
        /// The device.
        handle: Handle,
        /// Its slot or event number.
        number: u64,
    },
}

impl Refused {
    /// The word of the format's vectors for it.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Decode(error) => error.verdict(),
            Self::WrongDirection(_) => Verdict::WrongDirection,
            Self::UndefinedCounter(_) | Self::RedefinedCounter(_) | Self::CatalogueShape(_) => {
                Verdict::BadReference
            }
            Self::NoCatalogue(_) => Verdict::NoCatalogue,
            Self::BatchConflict { .. } => Verdict::BatchConflict,
            Self::BaseUnknown(_) => Verdict::BaseUnknown,
            Self::BadDelta { .. } => Verdict::BadDelta,
            Self::RecordConflict { .. } => Verdict::RecordConflict,
        }
    }

    /// The answer to the sender of `answered`, who is authentic.
    #[must_use]
    pub fn answer(self, batch: BatchId, clock: Clock, answered: Option<BatchId>) -> Message {
        let error = |code| ErrorMessage {
            answered,
            ..ErrorMessage::new(batch, clock, code)
        };
        match (self, answered) {
            (Self::BaseUnknown(_) | Self::BadDelta { .. } | Self::NoCatalogue(_), Some(answered)) => {
                Ack::new(batch, clock, answered, Outcome::BaseUnknown).into()
            }
            (Self::BatchConflict { lowest, .. }, _) => ErrorMessage {
                lowest_batch: Some(lowest),
                ..error(ErrorMessageCode::BatchConflict)
            }
            .into(),
            (Self::RecordConflict { .. }, _) => error(ErrorMessageCode::RecordConflict).into(),
            (Self::Decode(decode), _) if decode.verdict() != Verdict::Schema => {
                error(ErrorMessageCode::Malformed).into()
            }
            _ => error(ErrorMessageCode::Schema).into(),
        }
    }
}

impl Taken {
    /// The answer to a report or Hello; `None`: an error message is not answered by this.
    #[must_use]
    pub fn ack(&self, batch: BatchId, clock: Clock) -> Option<Ack> {
        let outcome = match &self.message {
            Message::Report(_) => self.outcome?,
            Message::Hello(_) => Outcome::Taken,
            _ => return None,
        };
        let checks = self
            .checks
            .iter()
            .map(|(kind, check)| (kind.section(), *check))
            .collect();
        Some(Ack {
            checks,
            ..Ack::new(batch, clock, self.message.batch(), outcome)
        })
    }
}

impl SiteState {
    /// Nothing is held yet; `catalogue` is what reports of this site may refer to.
    #[must_use]
    pub const fn new(catalogue: Catalogue) -> Self {
        Self {
            catalogue,
            boots: BTreeMap::new(),
            instances: BTreeMap::new(),
        }
    }

    /// Takes an authentic message of a collector's start.
    ///
    /// Order of checks: encoding, schema, direction, batch, references, base, deltas, records.
    ///
    /// # Errors
    /// [`Refused`]; nothing has changed then.
    pub fn take(&mut self, boot: [u8; 6], message: &[u8]) -> Result<Taken, Refused> {
        let decoded = Message::decode(message)?;
        if let Message::Hello(hello) = &decoded {
            self.boots.insert(boot, hello.instance);
        }
        let owner = self.owner(boot);
        let mut taken = Taken {
            message: decoded,
            owner,
            outcome: None,
            checks: BTreeMap::new(),
            new_readings: None,
            new_events: None,
        };
        match &taken.message {
            Message::Report(report) => {
                let digest = Sha256::digest(message).into();
                let held = self.instances.entry(owner).or_default();
                if let Some(changed) = held.apply(report, digest, &self.catalogue)? {
                    taken.outcome = Some(Outcome::Taken);
                    taken.checks = held.checks();
                    taken.new_readings = changed.new_readings;
                    taken.new_events = changed.new_events;
                } else {
                    taken.outcome = Some(Outcome::TakenBefore);
                }
            }
            other if !other.goes_up() => return Err(Refused::WrongDirection(other.name())),
            _ => {}
        }
        Ok(taken)
    }

    /// Whose state the messages of a start change.
    #[must_use]
    pub fn owner(&self, boot: [u8; 6]) -> Owner {
        self.boots
            .get(&boot)
            .map_or(Owner::Boot(boot), |instance| Owner::Instance(*instance))
    }

    /// What is held of an instance.
    #[must_use]
    pub fn held(&self, owner: Owner) -> Option<&Held> {
        self.instances.get(&owner)
    }

    /// All instances.
    pub fn instances(&self) -> impl Iterator<Item = (Owner, &Held)> {
        self.instances.iter().map(|(owner, held)| (*owner, held))
    }

    /// Drops what is held of an instance.
    pub fn forget(&mut self, owner: Owner) {
        self.instances.remove(&owner);
        self.boots
            .retain(|_, instance| owner != Owner::Instance(*instance));
    }

    /// The counters held of an instance, with what they mean.
    pub fn counter_lines(&self, owner: Owner) -> impl Iterator<Item = CounterLine<'_>> {
        self.held(owner).into_iter().flat_map(|held| {
            held.tables.counters().map(|(handle, id, value)| CounterLine {
                handle,
                id,
                value,
                meaning: references::meaning(id, &held.definitions, &self.catalogue),
            })
        })
    }
}

struct Changed {
    new_readings: Option<u64>,
    new_events: Option<u64>,
}

impl Held {
    /// Checks of the states, by kind.
    #[must_use]
    pub fn checks(&self) -> BTreeMap<StateKind, Check> {
        self.tables.checks()
    }

    /// The supplies held, device by device.
    pub fn supply_lines(&self) -> impl Iterator<Item = SupplyLine<'_>> {
        self.tables.supplies()
    }

    /// Applies a report, whole or not at all; `None`: it was taken before.
    fn apply(
        &mut self,
        report: &Report,
        digest: [u8; 32],
        catalogue: &Catalogue,
    ) -> Result<Option<Changed>, Refused> {
        // Before the base: a delta that is sent again finds that its own base has moved on.
        if let Some(before) = self.applied.get(&report.batch) {
            if *before == digest {
                return Ok(None);
            }
            let last = self.applied.last_key_value().map_or(0, |(batch, _)| batch.get());
            let lowest = BatchId::new(last.saturating_add(1));
            return Err(Refused::BatchConflict {
                batch: report.batch,
                lowest,
            });
        }
        let mut references = References::new(report, &self.definitions, catalogue);
        let definitions = references.definitions()?;
        references.check(&definitions)?;
        let mut tables = self.tables.clone();
        let mut batches = self.batches.clone();
        let mut fresh = Records::default();
        let mut changed = Changed {
            new_readings: None,
            new_events: None,
        };
        for section in &report.sections {
            match section {
                Section::ScanSummary(scans) => {
                    scans
                        .iter()
                        .flat_map(|scan| &scan.retired)
                        .for_each(|handle| tables.drop_device(*handle));
                }
                Section::Readings(readings) => {
                    let count = changed.new_readings.get_or_insert(0);
                    for reading in readings {
                        let record = Record::reading(reading, &references)?;
                        *count = count.saturating_add(fresh.take(&self.records, record)?);
                    }
                }
                Section::Events(events) => {
                    let count = changed.new_events.get_or_insert(0);
                    for event in events {
                        let record = Record::event(event, &references);
                        *count = count.saturating_add(fresh.take(&self.records, record)?);
                    }
                }
                section => {
                    let Some(kind) = StateKind::of(section) else {
                        continue;
                    };
                    if let Some(base) = section.base() {
                        let held = tables.check(kind);
                        if batches.get(&kind) != Some(&base.batch) || held != base.check {
                            return Err(Refused::BaseUnknown(kind));
                        }
                    }
                    tables.apply(section, kind, &references)?;
                    batches.insert(kind, report.batch);
                }
            }
        }
        self.tables = tables;
        self.batches = batches;
        self.definitions.extend(definitions);
        self.records.extend(fresh);
        self.applied.insert(report.batch, digest);
        Ok(Some(changed))
    }
}
