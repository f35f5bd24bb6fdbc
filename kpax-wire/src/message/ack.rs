//! The answer to a report or hello.

use alloc::{collections::BTreeMap, vec::Vec};

use super::{Common, common};
use crate::{
    error::DecodeError,
    model::{BatchId, Check, Clock, Extensions},
    reader::Reader,
    vocabulary::SectionKind,
    writer::Writer,
};

/// What became of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ack {
    /// Its own number.
    pub batch: BatchId,
    /// The server's clock.
    pub clock: Clock,
    /// The report or hello answered.
    pub answered: BatchId,
    /// What became of it.
    pub outcome: Outcome,
    /// Checks of the states now held, by kind: what a delta may start from.
    pub checks: BTreeMap<SectionKind, Check>,
    /// Sections that were not taken: position and code.
    pub refused: Vec<(u64, u64)>,
    /// Ask again after so many seconds.
    pub ask_again: Option<u64>,
    /// Newest versions of configuration and profile set: who holds less says Hello.
    pub newest: Option<(u64, u64)>,
    /// Fields of later versions.
    pub extensions: Extensions,
}

/// What became of a report.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums)] // closed in the definition
pub enum Outcome {
    /// 0: taken.
    Taken,
    /// 1: taken before; nothing changed.
    TakenBefore,
    /// 2: the base of a delta is not what is held: send full.
    BaseUnknown,
    /// 3: taken in part.
    TakenInPart,
}

impl Outcome {
    /// Its number on the wire.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Taken => 0,
            Self::TakenBefore => 1,
            Self::BaseUnknown => 2,
            Self::TakenInPart => 3,
        }
    }
}

impl Ack {
    /// An answer that says no more than the outcome.
    #[must_use]
    pub const fn new(batch: BatchId, clock: Clock, answered: BatchId, outcome: Outcome) -> Self {
        Self {
            batch,
            clock,
            answered,
            outcome,
            checks: BTreeMap::new(),
            refused: Vec::new(),
            ask_again: None,
            newest: None,
            extensions: Extensions::new(),
        }
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "ack";
        let mut base = Common::default();
        let mut ack = Self::new(
            BatchId::default(),
            Clock::default_zero(),
            BatchId::default(),
            Outcome::Taken,
        );
        let extensions = r.fields(FIELD, |r, key| {
            if base.read(r, key)? {
                return Ok(true);
            }
            match key {
                3 => ack.answered = r.uint("answered")?.into(),
                4 => {
                    ack.outcome = match r.uint_in("outcome", 0..=3)? {
                        0 => Outcome::Taken,
                        1 => Outcome::TakenBefore,
                        2 => Outcome::BaseUnknown,
                        _ => Outcome::TakenInPart,
                    };
                }
                5 => ack.checks = r.table("checks", 1, |r, _| r.fixed("check"))?,
                6 => {
                    ack.refused = r.list("refused", 1, |r| {
                        r.array("refused", 2..=2)?;
                        Ok((r.uint("refused")?, r.uint("refused")?))
                    })?;
                }
                7 => ack.ask_again = Some(r.uint("ask again")?),
                8 => {
                    r.array("newest", 2..=2)?;
                    ack.newest = Some((r.uint("newest")?, r.uint("newest")?));
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let (batch, clock) = base.finish(r, FIELD, &[3, 4])?;
        Ok(Self {
            batch,
            clock,
            extensions,
            ..ack
        })
    }

    pub(super) fn write(&self, w: &mut Writer) {
        let mut fields = common(2, self.batch, self.clock);
        fields.put(3, |w| w.uint(self.answered.get()));
        fields.put(4, |w| w.uint(self.outcome.number()));
        let checks: BTreeMap<u64, &Check> = self
            .checks
            .iter()
            .map(|(kind, check)| (kind.number(), check))
            .collect();
        fields.table(5, &checks, |w, check| w.octets(*check));
        fields.list(6, &self.refused, |w, (position, code)| {
            w.array(2);
            w.uint(*position);
            w.uint(*code);
        });
        fields.maybe(7, self.ask_again, Writer::uint);
        fields.maybe(8, self.newest, |w, (config, profiles)| {
            w.array(2);
            w.uint(config);
            w.uint(profiles);
        });
        fields.finish(&self.extensions, w);
    }
}
