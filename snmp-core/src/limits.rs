//! What one device can take, learned from how it answers.

use crate::message::Version;
use crate::outcome::Outcome;
use crate::pdu::ErrorStatus;
use crate::query::{Asked, QueryKind};
use crate::varbind::VarBinds;

/// Repeated variable bindings that a GETBULK asks for at first: near what fits a datagram of 1472 octets.
const FIRST_REPEATED: u8 = 40;
/// And at most: more does not fit a datagram that is not fragmented.
const MOST_REPEATED: u8 = 120;
/// Names that a GET or GETNEXT holds at first.
const FIRST_NAMES: u8 = 32;

/// What one device can take: how much a request may ask for, and whether GETBULK is of any use.
///
/// A small value to keep for each device, in the manager or in a store; a device starts from
/// [`for_version`](Self::for_version). After each query [`learn`](Self::learn) is told what came of it. Walks and surveys
/// alone decide what to do then: split, shrink, go over to GETNEXT.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Limits {
    /// Largest answer so far: octets of its variable bindings.
    largest: u16,
    /// Names a request.
    names: u8,
    /// Repeated variable bindings a GETBULK, over all its columns.
    repeated: u8,
    /// So many repeated ones were too many; 0 while none were.
    too_many: u8,
    bulk: Bulk,
}

/// What is known of the device's GETBULK.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Bulk {
    Untried,
    Works,
    /// It was not answered: whether it is GETBULK or the device that is missing, a GETNEXT has to tell.
    Doubtful,
    Unusable,
}

impl Limits {
    /// What a device that nothing is known of is asked by.
    #[must_use]
    pub const fn for_version(version: Version) -> Self {
        Self {
            largest: 0,
            names: FIRST_NAMES,
            repeated: FIRST_REPEATED,
            too_many: 0,
            bulk: match version {
                Version::V1 => Bulk::Unusable,
                Version::V2c | Version::V3 => Bulk::Untried,
            },
        }
    }

    /// At most `names` in a GET or GETNEXT, 1 to 255.
    #[must_use]
    pub fn with_names(mut self, names: usize) -> Self {
        self.names = clamp(names);
        self
    }

    /// At most `var_binds` repeated variable bindings in the answer to a GETBULK, 1 to 120.
    #[must_use]
    pub fn with_repeated(mut self, var_binds: usize) -> Self {
        self.repeated = clamp(var_binds).min(MOST_REPEATED);
        self
    }

    /// GETNEXT only.
    #[must_use]
    pub const fn without_bulk(mut self) -> Self {
        self.bulk = Bulk::Unusable;
        self
    }

    /// Whether the next read should be a GETBULK. False too while it is open whether GETBULK or the device itself is
    /// missing: a GETNEXT finds out.
    #[must_use]
    pub const fn bulk(&self) -> bool {
        matches!(self.bulk, Bulk::Untried | Bulk::Works)
    }

    /// max-repetitions for a GETBULK with so many repeating columns: at least 1.
    #[must_use]
    pub fn max_repetitions(&self, columns: usize) -> u32 {
        let columns = clamp(columns);
        u32::from(self.repeated / columns).max(1)
    }

    /// Names that a GET, a GETNEXT or a GETBULK may hold: at least 1.
    #[must_use]
    pub const fn names(&self) -> usize {
        self.names as usize
    }

    /// The largest answer so far: octets of its variable bindings.
    #[must_use]
    pub const fn largest_answer(&self) -> usize {
        self.largest as usize
    }

    /// Whether the next read of these names would ask for less than this one did: then the same place is worth another
    /// query.
    pub(crate) fn asks_less_than(&self, asked: Asked) -> bool {
        match asked.kind {
            QueryKind::GetBulk { max_repetitions, .. } => {
                !self.bulk()
                    || self.max_repetitions(asked.repeaters()) < max_repetitions
                    || self.names() < asked.names
            }
            QueryKind::Get | QueryKind::GetNext => self.names() < asked.names,
        }
    }

    /// Learns from what came of a query. It says what to try next, and nothing is learned from what says nothing
    /// about sizes.
    pub fn learn(&mut self, asked: Asked, result: Result<&VarBinds<'_>, &Outcome>) {
        match result {
            Ok(answer) => self.learn_answer(asked, answer),
            Err(Outcome::ErrorStatus {
                status: ErrorStatus::TooBig,
                ..
            }) => self.shrink(asked),
            // An answer that broke off was cut somewhere on the way: a smaller one may be whole.
            Err(Outcome::Malformed(_)) => self.shrink(asked),
            Err(Outcome::TooLarge { .. }) if asked.names > 1 => {
                self.names = clamp((asked.names / 2).min(self.names()));
            }
            Err(Outcome::ErrorStatus {
                status: ErrorStatus::GenErr,
                ..
            }) if matches!(asked.kind, QueryKind::GetBulk { .. }) => self.shrink(asked),
            Err(Outcome::Timeout(_)) => self.learn_silence(asked),
            Err(_) => {}
        }
    }

    fn learn_answer(&mut self, asked: Asked, answer: &VarBinds<'_>) {
        let octets = u16::try_from(answer.as_octets().len()).unwrap_or(u16::MAX);
        self.largest = self.largest.max(octets);
        match asked.kind {
            QueryKind::GetBulk { .. } if answer.is_empty() => self.shrink(asked),
            QueryKind::GetBulk { .. } => {
                self.bulk = Bulk::Works;
                let repeated = asked.var_binds() - (asked.names - asked.repeaters());
                // A whole answer that leaves most of a datagram free: ask for more next time.
                if answer.len() >= asked.var_binds()
                    && repeated >= usize::from(self.repeated / 2)
                    && answer.as_octets().len() < 700
                {
                    self.grow();
                }
            }
            QueryKind::Get | QueryKind::GetNext => {
                if self.bulk == Bulk::Doubtful {
                    // The device is there, and did not answer the smallest GETBULK either.
                    self.bulk = if self.repeated <= 1 {
                        Bulk::Unusable
                    } else {
                        Bulk::Works
                    };
                }
                // Some agents cut the list instead of saying tooBig.
                if !answer.is_empty() && answer.len() < asked.names {
                    self.names = clamp(answer.len());
                }
            }
        }
    }

    fn grow(&mut self) {
        let ceiling = if self.too_many == 0 {
            MOST_REPEATED
        } else {
            self.too_many - 1
        };
        self.repeated = self.repeated.saturating_mul(2).min(ceiling).max(1);
    }

    fn shrink(&mut self, asked: Asked) {
        if !matches!(asked.kind, QueryKind::GetBulk { .. }) {
            self.names = clamp((asked.names / 2).min(self.names()));
            return;
        }
        let repeated = asked.var_binds() - (asked.names - asked.repeaters());
        if repeated <= asked.repeaters() {
            // One row was too much already.
            self.bulk = Bulk::Unusable;
            return;
        }
        self.too_many = match self.too_many {
            0 => clamp(repeated),
            known => known.min(clamp(repeated)),
        };
        self.repeated = clamp((repeated / 2).min(usize::from(self.repeated)));
    }

    /// A GETBULK, but no answer: some devices ignore it, others drop what gets too large on the way.
    fn learn_silence(&mut self, asked: Asked) {
        match asked.kind {
            QueryKind::GetBulk { .. } if asked.repeaters() > 0 => {
                // Never answered: not even a GETBULK of one row is worth a second timeout.
                self.repeated = if self.bulk == Bulk::Works {
                    clamp(usize::from(self.repeated) / 2)
                } else {
                    1
                };
                self.bulk = Bulk::Doubtful;
            }
            QueryKind::GetBulk { .. } => {}
            QueryKind::Get | QueryKind::GetNext if self.bulk == Bulk::Doubtful => {
                // It was the device, not GETBULK.
                self.bulk = Bulk::Untried;
                self.repeated = FIRST_REPEATED;
            }
            QueryKind::Get | QueryKind::GetNext => {}
        }
    }
}

/// As an octet of at least 1.
fn clamp(number: usize) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Timeout;
    use crate::security::SecurityLevel;
    use crate::strictness::Strictness;
    use alloc::vec::Vec;

    const ROW: [u8; 9] = [0x30, 0x07, 0x06, 0x02, 0x2b, 0x06, 0x02, 0x01, 0x07];

    fn answered(limits: &mut Limits, asked: Asked, rows: usize) {
        let octets: Vec<u8> = ROW.repeat(rows);
        let answer = VarBinds::from_octets(&octets, Strictness::STRICT).unwrap();
        limits.learn(asked, Ok(&answer));
    }

    fn bulk(limits: &Limits, columns: usize) -> Asked {
        Asked {
            kind: QueryKind::GetBulk {
                non_repeaters: 0,
                max_repetitions: limits.max_repetitions(columns),
            },
            names: columns,
        }
    }

    fn get(names: usize) -> Asked {
        Asked {
            kind: QueryKind::Get,
            names,
        }
    }

    fn too_big() -> Outcome {
        Outcome::ErrorStatus {
            status: ErrorStatus::TooBig,
            index: None,
            name: None,
        }
    }

    fn silence() -> Outcome {
        Timeout::new(Version::V2c, SecurityLevel::NoAuthNoPriv, 3).into()
    }

    #[test]
    fn they_are_small() {
        assert!(size_of::<Limits>() <= 8);
    }

    #[test]
    fn r3416_4_2_3me_too_big_halves_max_repetitions_to_1_then_getnext() {
        let mut limits = Limits::for_version(Version::V2c);
        let mut seen = Vec::new();
        while limits.bulk() {
            seen.push(limits.max_repetitions(1));
            limits.learn(bulk(&limits, 1), Err(&too_big()));
        }
        assert_eq!(seen, [40, 20, 10, 5, 2, 1]);
    }

    #[test]
    fn r3416_4_2_3md_an_empty_answer_to_getbulk_shrinks_it() {
        let mut limits = Limits::for_version(Version::V2c);
        let asked = bulk(&limits, 2);
        answered(&mut limits, asked, 0);
        assert_eq!((limits.bulk(), limits.max_repetitions(2)), (true, 10));
    }

    #[test]
    fn small_whole_answers_let_it_grow_up_to_what_failed() {
        let mut limits = Limits::for_version(Version::V2c);
        let asked = bulk(&limits, 1);
        answered(&mut limits, asked, 40);
        assert_eq!(limits.max_repetitions(1), 80);
        limits.learn(bulk(&limits, 1), Err(&too_big()));
        assert_eq!(limits.max_repetitions(1), 40);
        answered(&mut limits, asked, 40);
        assert_eq!(limits.max_repetitions(1), 79);
        assert_eq!(limits.largest_answer(), 40 * ROW.len());
    }

    #[test]
    fn silence_to_getbulk_is_settled_by_a_getnext() {
        let next = Asked {
            kind: QueryKind::GetNext,
            names: 1,
        };
        let mut limits = Limits::for_version(Version::V2c);
        limits.learn(bulk(&limits, 1), Err(&silence()));
        assert!(!limits.bulk());
        let mut ignores_bulk = limits;
        answered(&mut ignores_bulk, next, 1);
        assert!(!ignores_bulk.bulk());
        limits.learn(next, Err(&silence()));
        assert_eq!(limits, Limits::for_version(Version::V2c));
        // One that has answered GETBULK before only gets smaller ones.
        let asked = bulk(&limits, 1);
        answered(&mut limits, asked, 40);
        limits.learn(bulk(&limits, 1), Err(&silence()));
        answered(&mut limits, next, 1);
        assert_eq!((limits.bulk(), limits.max_repetitions(1)), (true, 40));
    }

    #[test]
    fn r3416_toobigm_too_big_or_short_answers_lower_the_names() {
        let mut limits = Limits::for_version(Version::V2c);
        limits.learn(get(30), Err(&too_big()));
        assert_eq!(limits.names(), 15);
        answered(&mut limits, get(15), 9);
        assert_eq!(limits.names(), 9);
        for _ in 0..9 {
            limits.learn(get(limits.names()), Err(&too_big()));
        }
        assert_eq!(limits.names(), 1);
    }

    #[test]
    fn v1_has_no_getbulk() {
        assert!(!Limits::for_version(Version::V1).bulk());
    }
}
