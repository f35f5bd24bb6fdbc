//! Reading several columns at once, put together to rows: a machine that needs no manager.

mod column;
mod rows;

pub use rows::{Cell, Row, TableRows};

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::limits::Limits;
use crate::oid::{Oid, OidBuf};
use crate::outcome::Outcome;
use crate::pdu::ErrorStatus;
use crate::query::{Asked, Query, QueryKind};
use crate::strictness::Strictness;
use crate::varbind::VarBinds;
use crate::walk::{MAX_QUERIES, MAX_ROWS, WalkEnd};

use column::Column;

/// A column that is so many cells ahead of the others waits for them: it bounds what is held of unfinished rows.
const MOST_AHEAD: usize = 64;

/// A read of some columns of a table.
///
/// It is driven like a [`Walk`](crate::walk::Walk): take [`query`](Self::query), have it answered, hand what came of it
/// to [`handle`](Self::handle). The columns share the queries as far as the device's [`Limits`] let them. Rows come out in
/// the order of their indexes once they are known to be whole: a row lacks a cell only where the device has none,
/// wherever its answers are cut.
///
/// Each column goes forward or ends: one whose next name is not greater than the greatest seen ends alone, with the
/// cells before, and the others go on. So does one that the device refuses by its place in the request: the
/// noSuchName of `SNMPv1`, or genErr.
///
/// ```
/// use snmp_core::{limits::Limits, message::Version, oid, strictness::Strictness, table::Table, value::Value};
/// use snmp_core::varbind::VarBinds;
/// let mut limits = Limits::for_version(Version::V1);
/// let mut table = Table::new([oid!(1.3.6.1.2.1.2.2.1.2), oid!(1.3.6.1.2.1.2.2.1.5)]);
/// // A device with ifDescr.1 and ifSpeed.1, and something else behind each.
/// let answers = [
///     &[0x30, 0x0f, 6, 10, 0x2b, 6, 1, 2, 1, 2, 2, 1, 2, 1, 4, 1, b'a', //
///       0x30, 0x0f, 6, 10, 0x2b, 6, 1, 2, 1, 2, 2, 1, 5, 1, 0x42, 1, 10][..],
///     &[0x30, 0x0f, 6, 10, 0x2b, 6, 1, 2, 1, 2, 2, 1, 3, 1, 0x02, 1, 6, //
///       0x30, 0x0f, 6, 10, 0x2b, 6, 1, 2, 1, 2, 2, 1, 6, 1, 4, 1, 0],
/// ];
/// let mut answers = answers.iter();
/// let mut read = Vec::new();
/// while let Some(query) = table.query(&limits) {
///     assert_eq!(query.names.len(), 2);
///     let answer = VarBinds::from_octets(answers.next().unwrap(), Strictness::STRICT)?;
///     for row in table.handle(&mut limits, Ok(&answer)).iter() {
///         assert_eq!(row.cell(1).value(), Some(Value::Gauge32(10)));
///         read.extend(row.index());
///     }
/// }
/// assert_eq!(read, [1]);
/// assert!(table.end().unwrap().is_complete());
/// # Ok::<(), snmp_core::ber::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Table {
    columns: Box<[Column]>,
    context: Box<[u8]>,
    /// Which columns the query under way asks for; empty between an answer and the next query.
    asked: Vec<usize>,
    /// Where it goes on in each.
    names: Vec<OidBuf>,
    kind: QueryKind,
    /// Columns a query: lowered where the device refuses more without saying which, or answers not even one row.
    most_columns: usize,
    strictness: Strictness,
    rows: u32,
    queries: u32,
    max_rows: u32,
    max_queries: u32,
    end: Option<WalkEnd>,
}

impl Table {
    /// A read of these columns, each named by its object, without index.
    #[must_use]
    pub fn new<'o>(columns: impl IntoIterator<Item = Oid<'o>>) -> Self {
        let columns: Box<[Column]> = columns.into_iter().map(Column::new).collect();
        let end = columns.is_empty().then_some(WalkEnd::EndOfSubtree);
        Self {
            columns,
            context: Box::default(),
            asked: Vec::new(),
            names: Vec::new(),
            kind: QueryKind::GetNext,
            most_columns: usize::MAX,
            strictness: Strictness::DEPLOYED,
            rows: 0,
            queries: 0,
            max_rows: MAX_ROWS,
            max_queries: MAX_QUERIES,
            end,
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

    /// Goes on behind the row of this index, the last of an earlier read of the same columns.
    #[must_use]
    pub fn resuming_after(mut self, index: &[u32]) -> Self {
        for column in &mut self.columns {
            if let Ok(last) = column.root.join(index) {
                column.last = last;
            }
        }
        self
    }

    /// What to ask next; `None` once it has ended. Asking again without an answer in between gives the same.
    pub fn query(&mut self, limits: &Limits) -> Option<Query<'_>> {
        if self.end.is_some() {
            return None;
        }
        if self.asked.is_empty() {
            self.plan(limits);
        }
        Some(Query {
            context: &self.context,
            kind: self.kind,
            names: &self.names,
        })
    }

    /// Takes what came of the last query; gives the rows that are whole now.
    ///
    /// Once the read has failed the rows that are not whole are left out: of their missing cells nobody knows whether
    /// the device has them.
    pub fn handle(&mut self, limits: &mut Limits, result: Result<&VarBinds<'_>, &Outcome>) -> TableRows {
        let mut rows = TableRows::new(self.columns.len(), self.strictness);
        if self.end.is_some() || self.asked.is_empty() {
            return rows;
        }
        self.queries = self.queries.saturating_add(1);
        let asked = Asked {
            kind: self.kind,
            names: self.asked.len(),
        };
        if self.is_one_row_too_large(result) {
            // Fewer columns may fit: that says nothing about GETBULK itself.
            self.halve_columns();
        } else {
            limits.learn(asked, result);
            match result {
                Ok(answer) => self.take(limits, asked, answer),
                Err(outcome) => self.take_outcome(limits, asked, outcome),
            }
        }
        self.asked.clear();
        self.names.clear();
        if !matches!(self.end, Some(WalkEnd::Failed(_))) {
            rows.set_strictness(self.strictness);
            self.merge(&mut rows);
            self.settle();
        }
        rows
    }

    /// Ends it before its end.
    pub fn stop(&mut self, outcome: Outcome) {
        self.end.get_or_insert(WalkEnd::Failed(outcome));
    }

    /// Why it ended; `None` while it goes on. Complete when every column was read to its end, else the first column's
    /// fault, or that of the whole.
    #[must_use]
    pub const fn end(&self) -> Option<&WalkEnd> {
        self.end.as_ref()
    }

    /// Why it ended, kept; `None` while it goes on.
    #[must_use]
    pub fn into_end(self) -> Option<WalkEnd> {
        self.end
    }

    /// Why a column, counted from 0, is read no further; `None` while it is, or where there is no such column.
    #[must_use]
    pub fn column_end(&self, column: usize) -> Option<&WalkEnd> {
        self.columns.get(column)?.end.as_ref()
    }

    /// The names of the columns.
    #[must_use]
    pub fn columns(&self) -> impl ExactSizeIterator<Item = Oid<'_>> {
        self.columns.iter().map(|column| column.root.as_oid())
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

    /// Where the query under way goes on in its column at this place, counted from 0.
    #[must_use]
    pub fn asked_name(&self, place: usize) -> Option<Oid<'_>> {
        self.names.get(place).map(OidBuf::as_oid)
    }

    /// Chooses columns, names and kind of the next query.
    fn plan(&mut self, limits: &Limits) {
        let bulk = limits.bulk();
        // Not more columns than the device gives repeated variable bindings: else not even one row would be whole.
        let most = match bulk {
            true => limits
                .names()
                .min(usize::try_from(limits.max_repetitions(1)).unwrap_or(1)),
            false => limits.names(),
        }
        .min(self.most_columns);
        let open = self.columns.iter().enumerate();
        self.asked.extend(
            open.filter(|(_, column)| column.is_open() && column.waiting() < MOST_AHEAD)
                .map(|(at, _)| at),
        );
        // Those that are behind come first: without them no row gets whole.
        let waiting = |at: &usize| self.columns.get(*at).map_or(0, Column::waiting);
        self.asked.sort_by_key(waiting);
        self.asked.truncate(most);
        self.asked.sort_unstable();
        let places = self.asked.iter().filter_map(|at| self.columns.get(*at));
        self.names.extend(places.map(|column| column.last.clone()));
        self.kind = if bulk {
            let left = self.max_rows.saturating_sub(self.rows);
            QueryKind::GetBulk {
                non_repeaters: 0,
                max_repetitions: limits.max_repetitions(self.names.len()).min(left).max(1),
            }
        } else {
            QueryKind::GetNext
        };
    }

    /// Whether a GETBULK of one row with several columns was more than the device can answer.
    fn is_one_row_too_large(&self, result: Result<&VarBinds<'_>, &Outcome>) -> bool {
        let one_row = matches!(
            self.kind,
            QueryKind::GetBulk {
                max_repetitions: 1,
                ..
            }
        );
        let too_large = match result {
            Ok(answer) => answer.is_empty(),
            Err(outcome) => matches!(
                outcome,
                Outcome::Malformed(_)
                    | Outcome::ErrorStatus {
                        status: ErrorStatus::TooBig,
                        ..
                    }
            ),
        };
        one_row && too_large && self.asked.len() > 1
    }

    fn halve_columns(&mut self) {
        self.most_columns = (self.asked.len() / 2).max(1);
    }

    /// Takes an answer: its variable bindings belong to the columns in turn (RFC 3416 §4.2.3).
    fn take(&mut self, limits: &Limits, asked: Asked, answer: &VarBinds<'_>) {
        self.strictness = answer.strictness();
        let (mut moved, mut begin) = (false, 0);
        let mut places = self.asked.iter().cycle();
        let mut iter = answer.iter();
        while let Some(cell) = iter.next() {
            let octets = answer.as_octets().get(begin..iter.offset()).unwrap_or_default();
            begin = iter.offset();
            if let Some(column) = places.next().and_then(|at| self.columns.get_mut(*at)) {
                moved |= column.take(&cell, octets);
            }
        }
        if moved || limits.asks_less_than(asked) {
            return;
        }
        if self.asked.len() > 1 {
            self.halve_columns();
        } else {
            self.close_asked(&WalkEnd::NoName);
        }
    }

    /// Takes the end of a query without an answer.
    fn take_outcome(&mut self, limits: &Limits, asked: Asked, outcome: &Outcome) {
        let less = limits.asks_less_than(asked);
        match outcome {
            Outcome::ErrorStatus {
                status: ErrorStatus::TooBig,
                ..
            }
            | Outcome::Malformed(_)
            | Outcome::TooLarge { .. }
                if less || self.asked.len() > 1 =>
            {
                if !less {
                    self.halve_columns();
                }
            }
            Outcome::ErrorStatus {
                status: ErrorStatus::GenErr,
                ..
            }
            | Outcome::Timeout(_)
                if less => {}
            Outcome::ErrorStatus { status, index, .. } => {
                let end = match status {
                    ErrorStatus::NoSuchName => WalkEnd::EndOfMibView,
                    _ => WalkEnd::Failed(outcome.clone()),
                };
                let place = index.and_then(|index| usize::try_from(index.get() - 1).ok());
                let column = match place.and_then(|place| self.asked.get(place)) {
                    Some(at) => self.columns.get_mut(*at),
                    None => None,
                };
                match column {
                    Some(column) => column.end = Some(end),
                    // It does not say which: fewer are asked at once until the one at fault is alone.
                    None if self.asked.len() > 1 => self.halve_columns(),
                    None => self.close_asked(&end),
                }
            }
            _ => self.end = Some(WalkEnd::Failed(outcome.clone())),
        }
    }

    fn close_asked(&mut self, end: &WalkEnd) {
        for at in &self.asked {
            if let Some(column) = self.columns.get_mut(*at) {
                column.end.get_or_insert_with(|| end.clone());
            }
        }
    }

    /// Puts together the rows that no open column can add a cell to: those before the first cell that each has waiting.
    fn merge(&mut self, rows: &mut TableRows) {
        while self.rows < self.max_rows
            && self
                .columns
                .iter()
                .all(|column| !column.is_open() || column.waiting() > 0)
        {
            let fronts = self
                .columns
                .iter()
                .filter_map(|column| column.front(self.strictness));
            let Some(index) = fronts.min().map(|index| index.to_buf()) else {
                return;
            };
            rows.push_index(index.as_oid().as_octets());
            for column in &mut self.columns {
                if column.front(self.strictness) == Some(index.as_oid()) {
                    rows.push_cell(|octets| column.move_front(octets));
                } else if column.waiting() == 0 && column.end.as_ref().is_some_and(|end| !end.is_complete()) {
                    rows.push_unread();
                } else {
                    rows.push_cell(|_| 0);
                }
            }
            self.rows = self.rows.saturating_add(1);
        }
    }

    /// Sets the end where there is nothing left to do.
    fn settle(&mut self) {
        if self.end.is_some() {
            return;
        }
        let mut columns = self.columns.iter();
        if columns.all(|column| !column.is_open() && column.waiting() == 0) {
            let mut ends = self.columns.iter().filter_map(|column| column.end.as_ref());
            let fault = ends.find(|end| !end.is_complete());
            self.end = Some(fault.cloned().unwrap_or(WalkEnd::EndOfSubtree));
        } else if self.rows >= self.max_rows {
            self.end = Some(WalkEnd::RowLimit);
        } else if self.queries >= self.max_queries {
            self.end = Some(WalkEnd::QueryLimit);
        }
    }
}
