//! Reading a whole subtree with GETBULK or GETNEXT: a machine that needs no manager.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use core::mem;

use crate::limits::Limits;
use crate::oid::{Oid, OidBuf};
use crate::outcome::Outcome;
use crate::pdu::ErrorStatus;
use crate::query::{Asked, Query, QueryKind};
use crate::value::Value;
use crate::varbind::VarBinds;

/// Rows that a walk delivers at most unless told otherwise: some devices make up ever larger names.
pub const MAX_ROWS: u32 = 1_000_000;
/// Queries that a walk makes at most unless told otherwise.
pub const MAX_QUERIES: u32 = 100_000;

/// A walk through one subtree.
///
/// Take [`query`](Self::query), have it answered by whatever SNMP stack there is, hand what came of it to
/// [`handle`](Self::handle), and go on until there is no further query. [`Limits`] decide between GETBULK and GETNEXT and how
/// much is asked for; they are the device's and outlive the walk.
///
/// Every row lies behind all rows before it: a name that is not greater than the greatest seen ends the walk, so that
/// none is endless on devices that go in circles. [`relaxed`](Self::relaxed) reads devices whose names are out of order.
///
/// ```
/// use snmp_core::{limits::Limits, message::Version, oid, strictness::Strictness, varbind::VarBinds, walk::{Walk, WalkEnd}};
/// let mut limits = Limits::for_version(Version::V2c);
/// let mut walk = Walk::new(oid!(1.3.6.1.2.1.1));
/// while let Some(query) = walk.query(&limits) {
///     assert_eq!(query.names.len(), 1);
///     // A device that answers with one row of the subtree and one behind it.
///     let answer = [
///         0x30, 0x0c, 0x06, 0x07, 0x2b, 6, 1, 2, 1, 1, 5, 0x04, 0x01, b'x',
///         0x30, 0x0b, 0x06, 0x06, 0x2b, 6, 1, 2, 1, 2, 0x02, 0x01, 0x00,
///     ];
///     let answer = VarBinds::from_octets(&answer, Strictness::STRICT)?;
///     assert_eq!(walk.handle(&mut limits, Ok(&answer)).len(), 1);
/// }
/// assert_eq!(walk.end(), Some(&WalkEnd::EndOfSubtree));
/// # Ok::<(), snmp_core::ber::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Walk {
    root: OidBuf,
    /// The greatest name seen, at first the root: where the next query goes on. In a relaxed walk the last one.
    last: OidBuf,
    /// Of a relaxed walk: its first name, and those that came out of order.
    returns: Option<BTreeSet<OidBuf>>,
    context: Box<[u8]>,
    asked: Asked,
    rows: u32,
    queries: u32,
    max_rows: u32,
    max_queries: u32,
    end: Option<WalkEnd>,
}

/// Why a walk ended. The rows delivered before are good in every case.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WalkEnd {
    /// The next name lies outside the subtree: it was read to its end.
    #[error("end of subtree")]
    EndOfSubtree,
    /// Nothing follows at all (endOfMibView; noSuchName by `SNMPv1`): it was read to its end.
    #[error("end of MIB view")]
    EndOfMibView,
    /// The device answered with a name that is not greater than all before.
    #[error("{next} does not follow {previous}")]
    NotIncreasing {
        /// The greatest name before.
        previous: OidBuf,
        /// The name that came.
        next: OidBuf,
    },
    /// A relaxed walk came to a name from which it went on before: the device goes in a circle.
    #[error("{next} again")]
    Cycle {
        /// The name that came again.
        next: OidBuf,
    },
    /// The device answered a GETNEXT with no variable binding, or with none whose name can be read.
    #[error("answer without a name to go on from")]
    NoName,
    /// As many rows as were allowed.
    #[error("row limit reached")]
    RowLimit,
    /// As many queries as were allowed.
    #[error("query limit reached")]
    QueryLimit,
    /// A query ended without an answer.
    #[error(transparent)]
    Failed(#[from] Outcome),
}

impl WalkEnd {
    /// Whether the whole subtree was read.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::EndOfSubtree | Self::EndOfMibView)
    }
}

impl Walk {
    /// A walk through everything below `root`. `root` itself is not part of it: a walk of a scalar's instance is empty.
    #[must_use]
    pub fn new(root: Oid<'_>) -> Self {
        Self {
            root: root.to_buf(),
            last: root.to_buf(),
            returns: None,
            context: Box::default(),
            asked: Asked {
                kind: QueryKind::GetNext,
                names: 1,
            },
            rows: 0,
            queries: 0,
            max_rows: MAX_ROWS,
            max_queries: MAX_QUERIES,
            end: None,
        }
    }

    /// In this context instead of the target's.
    #[must_use]
    pub fn in_context(mut self, context: &[u8]) -> Self {
        self.context = context.into();
        self
    }

    /// At most so many rows, from 1.
    #[must_use]
    pub const fn with_max_rows(mut self, rows: u32) -> Self {
        self.max_rows = rows;
        self
    }

    /// At most so many queries, from 1.
    #[must_use]
    pub const fn with_max_queries(mut self, queries: u32) -> Self {
        self.max_queries = queries;
        self
    }

    /// Takes names of the subtree in whatever order they come, at most `rows` of them: some devices sort their instances
    /// wrongly. Where a device goes in a circle, its rows may come twice before [`WalkEnd::Cycle`] ends the walk.
    #[must_use]
    pub fn relaxed(mut self, rows: u32) -> Self {
        self.returns = Some(BTreeSet::new());
        self.max_rows = rows;
        self
    }

    /// Goes on behind `last`, the last row of an earlier walk through the same subtree.
    #[must_use]
    pub fn resuming_after(mut self, last: Oid<'_>) -> Self {
        if last > self.last.as_oid() {
            self.last = last.to_buf();
        }
        self
    }

    /// What to ask next; `None` once the walk has ended. Asking again without an answer in between gives the same.
    pub fn query(&mut self, limits: &Limits) -> Option<Query<'_>> {
        if self.end.is_some() {
            return None;
        }
        let kind = if limits.bulk() {
            let left = self.max_rows.saturating_sub(self.rows);
            QueryKind::GetBulk {
                non_repeaters: 0,
                max_repetitions: limits.max_repetitions(1).min(left).max(1),
            }
        } else {
            QueryKind::GetNext
        };
        self.asked = Asked { kind, names: 1 };
        Some(Query {
            context: &self.context,
            kind,
            names: core::slice::from_ref(&self.last),
        })
    }

    /// Takes what came of the last query; gives the rows of the answer that belong to the subtree, in their order.
    ///
    /// A row whose value is malformed is a row; one whose name is, too, where others follow it.
    pub fn handle<'d>(
        &mut self,
        limits: &mut Limits,
        result: Result<&VarBinds<'d>, &Outcome>,
    ) -> VarBinds<'d> {
        if self.end.is_some() {
            return VarBinds::EMPTY;
        }
        self.queries = self.queries.saturating_add(1);
        limits.learn(self.asked, result);
        let rows = match result {
            Ok(answer) => self.take(limits, answer),
            Err(outcome) => {
                self.end = self.ends_with(limits, outcome);
                VarBinds::EMPTY
            }
        };
        if self.end.is_none() && self.queries >= self.max_queries {
            self.end = Some(WalkEnd::QueryLimit);
        }
        rows
    }

    /// Ends it before its end.
    pub fn stop(&mut self, outcome: Outcome) {
        self.end.get_or_insert(WalkEnd::Failed(outcome));
    }

    /// Why it ended; `None` while it goes on.
    #[must_use]
    pub const fn end(&self) -> Option<&WalkEnd> {
        self.end.as_ref()
    }

    /// Why it ended, kept; `None` while it goes on.
    #[must_use]
    pub fn into_end(self) -> Option<WalkEnd> {
        self.end
    }

    /// The context that it names; empty for the target's.
    #[must_use]
    pub const fn context(&self) -> &[u8] {
        &self.context
    }

    /// Rows delivered.
    #[must_use]
    pub const fn rows(&self) -> u32 {
        self.rows
    }

    /// The greatest name seen, of a relaxed walk the last one; the root before the first.
    #[must_use]
    pub fn last(&self) -> Oid<'_> {
        self.last.as_oid()
    }

    fn take<'d>(&mut self, limits: &Limits, answer: &VarBinds<'d>) -> VarBinds<'d> {
        let mut last = self.last.as_oid();
        let (mut read, mut octets, mut count) = (0, 0, 0);
        let mut iter = answer.iter();
        while self.end.is_none()
            && let Some(row) = iter.next()
        {
            read += 1;
            let inside = row.name.starts_with(self.root.as_oid());
            if matches!(row.value, Value::EndOfMibView) {
                self.end = Some(WalkEnd::EndOfMibView);
            } else if row.name.is_empty() {
                // Its name breaks a rule: no row to go on from, nor one to end at.
            } else if let Some(end) = disorder(self.returns.as_mut(), last, row.name, inside, self.rows == 0)
            {
                self.end = Some(end);
            } else if !inside {
                self.end = Some(WalkEnd::EndOfSubtree);
            } else {
                last = row.name;
                self.rows = self.rows.saturating_add(1);
                (octets, count) = (iter.offset(), read);
                if self.rows >= self.max_rows {
                    self.end = Some(WalkEnd::RowLimit);
                }
            }
        }
        let last = last.to_buf();
        let moved = mem::replace(&mut self.last, last) != self.last;
        if !moved && self.end.is_none() && !limits.asks_less_than(self.asked) {
            self.end = Some(WalkEnd::NoName);
        }
        answer.first(octets, count)
    }

    /// What an outcome means for the walk: its end, or another query.
    fn ends_with(&self, limits: &Limits, outcome: &Outcome) -> Option<WalkEnd> {
        match outcome {
            Outcome::ErrorStatus {
                status: ErrorStatus::NoSuchName,
                ..
            } => Some(WalkEnd::EndOfMibView),
            Outcome::ErrorStatus {
                status: ErrorStatus::TooBig | ErrorStatus::GenErr,
                ..
            }
            | Outcome::Malformed(_)
            | Outcome::Timeout(_)
                if limits.asks_less_than(self.asked) =>
            {
                None
            }
            _ => Some(WalkEnd::Failed(outcome.clone())),
        }
    }
}

/// The end that a name out of order is.
fn disorder(
    returns: Option<&mut BTreeSet<OidBuf>>,
    last: Oid<'_>,
    next: Oid<'_>,
    inside: bool,
    first: bool,
) -> Option<WalkEnd> {
    let increasing = next > last;
    // A step back out of the subtree says nothing of its end, in a relaxed walk either.
    let Some(returns) = returns.filter(|_| inside || increasing) else {
        return (!increasing).then(|| WalkEnd::NotIncreasing {
            previous: last.to_buf(),
            next: next.to_buf(),
        });
    };
    // A circle has a step back, or to the same name: where one leads to
    // a second time, everything behind it comes a second time too.
    let again = inside && (first || !increasing) && !returns.insert(next.to_buf());
    (again || next == last).then(|| WalkEnd::Cycle { next: next.to_buf() })
}
