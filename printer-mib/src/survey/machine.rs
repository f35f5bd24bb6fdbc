//! The survey itself: a pure machine that says what to ask and takes what came of it.

use alloc::vec::Vec;

use snmp_core::limits::Limits;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::outcome::Outcome;
use snmp_core::pdu::ErrorStatus;
use snmp_core::query::{Asked, Query, QueryKind};
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};

use super::plan::{HIDDEN_IN_CONTEXT, Plan, SUPPLIES};
use crate::arena::Arena;
use crate::mib::object::{self, PRINTER_MIB};
use crate::model::{SectionState, Sections};

/// Rows that a column gives at most: the longest table of a printer has a tenth of it, a server's device list ends.
const MAX_ROWS: u16 = 512;

/// Queries that a survey takes at most, whatever the device answers.
const MAX_QUERIES: u16 = 512;

/// Answers that bring nothing, or do not come, before the rest is left unread: a device that is in trouble is let alone.
const MAX_FAILURES: u8 = 4;

/// Reads a device section by section: what is to be asked comes out, what came of it goes in.
///
/// It needs no manager: any SNMP stack can carry its queries. It decides alone what to do about errors: which names
/// to leave out, when to ask for less, when GETNEXT has to do.
///
/// ```
/// use printer_mib::survey::{Plan, Survey};
/// use snmp_core::{limits::Limits, message::Version, query::QueryKind};
/// let mut survey = Survey::new(Plan::standard(), b"");
/// let mut limits = Limits::for_version(Version::V2c);
/// let first = survey.next_query(&limits).unwrap();
/// assert_eq!((first.kind, first.names.len()), (QueryKind::Get, 5));
/// ```
#[derive(Debug)]
pub struct Survey {
    plan: Plan,
    phase: Phase,
    context: Vec<u8>,
    /// Place in the plan of each name of the query under way.
    asked: Vec<usize>,
    /// The query under way; empty between an answer and the next query.
    names: Vec<OidBuf>,
    kind: QueryKind,
    scalars: Vec<Scalar>,
    columns: Vec<Column>,
    /// The column with which the next query begins, so that each gets its turn.
    turn: usize,
    /// Whether anything of the Printer-MIB will do to make the device a printer.
    asks_printer_mib: bool,
    arena: Arena,
    queries: u16,
    failures: u8,
    /// Names a query, where the device refused more without saying which.
    most_names: usize,
    observed: Option<Instant>,
    failure: Option<Outcome>,
    /// Leftovers that the device does not have.
    refused: Vec<OidBuf>,
    /// Whether it has objects of the Printer-MIB, but none of the plan's.
    is_odd_printer: bool,
    /// Whether the context in which such devices hide their tables gave anything.
    found_hidden: bool,
    /// Whether something was left unread that might have been there.
    given_up: bool,
}

/// Where a survey is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    Scalars,
    Columns,
    /// The columns again, in the context in which such devices hide them.
    Hidden,
    /// Single objects that only some devices need asking for.
    Leftovers,
    Over,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Scalar {
    Open,
    Done,
    Failed,
}

/// How far a column is.
#[derive(Clone, Debug, Default)]
struct Column {
    /// The greatest name received.
    last: Option<OidBuf>,
    rows: u16,
    state: ColumnState,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum ColumnState {
    #[default]
    Open,
    /// Its first answer said that there is nothing behind the column's own name; asked once more behind index 1
    /// (quirk 18: Samsung ML).
    FromOne,
    Done,
    Failed,
}

impl Column {
    fn is_open(&self) -> bool {
        matches!(self.state, ColumnState::Open | ColumnState::FromOne)
    }
}

/// What a survey brought.
#[derive(Debug)]
#[non_exhaustive]
pub struct Surveyed {
    /// The varbinds, as received.
    pub arena: Arena,
    /// How far each section came.
    pub sections: Sections,
    /// Why it, or a part of it, failed; the first reason.
    pub failure: Option<Outcome>,
    /// Whether it was broken off: the device failed too often, answered without saying anything, or never came to an
    /// end. What is missing then may well be there.
    pub given_up: bool,
}

impl Surveyed {
    /// Whether the device answered anything at all.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        !self.arena.is_empty() || self.failure.as_ref().is_none_or(Outcome::is_answered)
    }
}

impl Survey {
    /// A survey by this plan; `context` is empty for the target's own.
    #[must_use]
    pub fn new(plan: Plan, context: &[u8]) -> Self {
        Self {
            phase: Phase::Scalars,
            context: context.to_vec(),
            asked: Vec::new(),
            names: Vec::new(),
            kind: QueryKind::Get,
            scalars: plan.scalars().iter().map(|_| Scalar::Open).collect(),
            columns: plan.columns().iter().map(|_| Column::default()).collect(),
            plan,
            turn: 0,
            asks_printer_mib: true,
            arena: Arena::new(),
            queries: 0,
            failures: 0,
            most_names: usize::MAX,
            observed: None,
            failure: None,
            refused: Vec::new(),
            is_odd_printer: false,
            found_hidden: false,
            given_up: false,
        }
    }

    /// What to ask now; `None` when the survey is over. Asked again before an answer, it gives the same.
    pub fn next_query(&mut self, limits: &Limits) -> Option<Query<'_>> {
        if self.names.is_empty() {
            self.plan_query(limits);
        }
        if self.phase == Phase::Over {
            return None;
        }
        Some(Query {
            context: &self.context,
            kind: self.kind,
            names: &self.names,
        })
    }

    /// What came of the query, and when.
    pub fn handle_answer(
        &mut self,
        now: Instant,
        limits: &mut Limits,
        result: Result<&VarBinds<'_>, &Outcome>,
    ) {
        if self.names.is_empty() {
            return;
        }
        let names = core::mem::take(&mut self.names);
        limits.learn(
            Asked {
                kind: self.kind,
                names: names.len(),
            },
            result,
        );
        self.queries += 1;
        match result {
            Ok(answer) => {
                self.observed = Some(now);
                let before = self.arena.len();
                let moved = match self.phase {
                    Phase::Scalars => self.take_scalars(&names, answer),
                    Phase::Columns | Phase::Hidden => self.take_columns(answer),
                    Phase::Leftovers | Phase::Over => {
                        let mut prefixes = names.iter().map(parent);
                        let _ = self.arena.extend_where(answer, |var_bind| {
                            prefixes
                                .next()
                                .is_some_and(|prefix| var_bind.name.starts_with(prefix.as_oid()))
                        });
                        // A printer all the same: what was put off is of interest.
                        self.is_odd_printer = self.is_no_printer() && self.find(PRINTER_MIB).is_some();
                        self.phase = if self.is_odd_printer {
                            Phase::Columns
                        } else {
                            Phase::Over
                        };
                        true
                    }
                };
                self.found_hidden |= self.phase == Phase::Hidden && self.arena.len() > before;
                self.count_failure(!moved, None);
            }
            Err(outcome) => self.take_outcome(&names, outcome),
        }
        if self.queries >= MAX_QUERIES || self.arena.len() >= Arena::MAX_OCTETS {
            self.give_up();
        }
    }

    /// Whether there is nothing left to ask.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// What it brought, whether it is over or broken off.
    #[must_use]
    pub fn finish(self) -> Surveyed {
        let mut sections = Sections::default();
        for section in self.plan.sections() {
            let columns = || {
                let plan = self.plan.columns().iter();
                plan.zip(&self.columns)
                    .filter(|(wanted, _)| wanted.section == *section)
                    .map(|(_, column)| column)
            };
            let open = columns()
                .filter(|column| column.state != ColumnState::Done)
                .count();
            let rows = columns().any(|column| column.rows > 0);
            let state = if open == 0 {
                SectionState::Complete
            } else if rows || open < columns().count() {
                SectionState::Partial
            } else if self.observed.is_none() || columns().any(|column| column.state == ColumnState::Failed) {
                SectionState::Failed
            } else {
                SectionState::NotAsked
            };
            sections.set(*section, state, self.observed);
        }
        Surveyed {
            arena: self.arena,
            sections,
            failure: self.failure,
            given_up: self.given_up,
        }
    }

    /// Sets names and kind of the next query, or the phase to over.
    fn plan_query(&mut self, limits: &Limits) {
        self.asked.clear();
        loop {
            match self.phase {
                Phase::Scalars => {
                    self.kind = QueryKind::Get;
                    let open = self
                        .scalars
                        .iter()
                        .enumerate()
                        .filter(|(_, scalar)| **scalar == Scalar::Open);
                    self.asked
                        .extend(open.map(|(at, _)| at).take(limits.names().min(self.most_names)));
                    let scalars = self.plan.scalars();
                    self.names.extend(
                        self.asked
                            .iter()
                            .filter_map(|at| scalars.get(*at))
                            .map(|oid| oid.to_buf()),
                    );
                    if !self.names.is_empty() {
                        return;
                    }
                    self.phase = Phase::Columns;
                }
                Phase::Columns | Phase::Hidden => {
                    if self.plan_columns(limits) {
                        return;
                    }
                    self.phase = self.after_columns();
                    self.turn = 0;
                }
                Phase::Leftovers => {
                    self.kind = QueryKind::GetNext;
                    let leftovers = [self.any_printer_object(), self.character_set(), self.device_id()];
                    let refused = &self.refused;
                    let open = leftovers.into_iter().flatten();
                    self.names.extend(open.filter(|name| !refused.contains(name)));
                    if !self.names.is_empty() {
                        return;
                    }
                    self.phase = Phase::Over;
                }
                Phase::Over => return,
            }
        }
    }

    /// The next names of the columns that are open, in turn; false when there are none, or nothing left to find out.
    fn plan_columns(&mut self, limits: &Limits) -> bool {
        let count = self.columns.len();
        if self.is_no_printer() {
            return false;
        }
        for step in 0..count {
            let at = (self.turn + step) % count;
            let (Some(column), Some(wanted)) = (self.columns.get(at), self.plan.columns().get(at)) else {
                continue;
            };
            if !column.is_open() {
                continue;
            }
            if self.names.len() >= limits.names().min(self.most_names) {
                self.turn = at;
                break;
            }
            let name = match &column.last {
                Some(last) => last.clone(),
                None if column.state == ColumnState::FromOne => {
                    wanted.object.to_buf().join(&[1]).unwrap_or_default()
                }
                None => wanted.object.to_buf(),
            };
            self.asked.push(at);
            self.names.push(name);
        }
        self.kind = if limits.bulk() {
            let max_repetitions = limits.max_repetitions(self.names.len());
            QueryKind::GetBulk {
                non_repeaters: 0,
                max_repetitions,
            }
        } else {
            QueryKind::GetNext
        };
        !self.names.is_empty()
    }

    /// Whether every column of the Printer-MIB has answered that there is none: nothing further is of interest.
    fn is_no_printer(&self) -> bool {
        let mut printer = self
            .plan
            .columns()
            .iter()
            .zip(&self.columns)
            .filter(|(wanted, _)| wanted.object.starts_with(PRINTER_MIB));
        !self.is_odd_printer
            && printer.all(|(_, column)| column.state == ColumnState::Done && column.rows == 0)
    }

    fn after_columns(&mut self) -> Phase {
        if self.phase == Phase::Columns && self.context.is_empty() && self.has_no_supplies() {
            let sys_object_id = self.find(object::SYS_OBJECT_ID).map(|var_bind| var_bind.value);
            let hidden = HIDDEN_IN_CONTEXT.iter().find(
                |(prefix, _)| matches!(sys_object_id, Some(Value::ObjectIdentifier(oid)) if oid.starts_with(*prefix)),
            );
            if let Some((_, context)) = hidden {
                self.context = context.to_vec();
                // What the other context lacks too, nothing has.
                self.asks_printer_mib = false;
                for (wanted, column) in self.plan.columns().iter().zip(&mut self.columns) {
                    if wanted.object.starts_with(PRINTER_MIB) && column.rows == 0 {
                        *column = Column::default();
                    }
                }
                return Phase::Hidden;
            }
        }
        if self.phase == Phase::Hidden && !self.found_hidden {
            // What is still to be asked, only the first context has.
            self.context.clear();
        }
        Phase::Leftovers
    }

    fn has_no_supplies(&self) -> bool {
        let mut columns = self.plan.columns().iter().zip(&self.columns);
        columns.all(|(wanted, column)| !wanted.object.starts_with(SUPPLIES) || column.rows == 0)
    }

    /// The first instance of an object.
    fn find(&self, object: Oid<'_>) -> Option<VarBind<'_>> {
        self.arena
            .iter()
            .map(|(_, var_bind)| var_bind)
            .find(|var_bind| var_bind.name.starts_with(object))
    }

    /// The Printer-MIB's root, where nothing of it was found: whatever follows it makes the device a printer.
    fn any_printer_object(&self) -> Option<OidBuf> {
        (self.asks_printer_mib && self.is_no_printer()).then(|| PRINTER_MIB.to_buf())
    }

    /// What stands before prtLocalizationCharacterSet of the current localization: only where a text is no UTF-8.
    fn character_set(&self) -> Option<OidBuf> {
        let mut texts = self.arena.iter().filter_map(|(_, var_bind)| {
            // Addresses and bits are octets too, but not of the Printer-MIB.
            let text = var_bind.name.starts_with(PRINTER_MIB);
            var_bind.value.as_octets().filter(|_| text)
        });
        if texts.all(|text| core::str::from_utf8(text).is_ok()) {
            return None;
        }
        let current = self.find(object::PRT_GENERAL_CURRENT_LOCALIZATION)?;
        let device = current
            .name
            .index_in(object::PRT_GENERAL_CURRENT_LOCALIZATION)?
            .next()?;
        let before = u32::try_from(current.value.as_i64()?).ok()?.checked_sub(1)?;
        object::PRT_LOCALIZATION_CHARACTER_SET
            .to_buf()
            .join(&[device, before])
            .ok()
    }

    /// What stands before the maker's own copy of the device id: only where nothing standard names the model.
    fn device_id(&self) -> Option<OidBuf> {
        if self.find(object::HR_DEVICE_DESCR).is_some()
            || self.find(object::PPM_PRINTER_IEEE1284_DEVICE_ID).is_some()
        {
            return None;
        }
        let Value::ObjectIdentifier(id) = self.find(object::SYS_OBJECT_ID)?.value else {
            return None;
        };
        let maker = |oid: Oid<'_>| oid.index_in(object::ENTERPRISES).and_then(|mut arcs| arcs.next());
        let place = object::DEVICE_IDS
            .iter()
            .find(|place| maker(**place).is_some() && maker(**place) == maker(id))?;
        // Of a scalar the instance is 0, which is what follows the object itself.
        Some(place.to_buf())
    }

    /// Takes the answer to a GET; whether anything moved.
    fn take_scalars(&mut self, names: &[OidBuf], answer: &VarBinds<'_>) -> bool {
        let _ = self.arena.extend_where(answer, |var_bind| {
            names.iter().any(|name| name.as_oid() == var_bind.name)
        });
        // What an answer left away is asked for again, as long as it brought something.
        let answered = answer.len().min(self.asked.len());
        for at in self.asked.iter().take(answered) {
            if let Some(scalar) = self.scalars.get_mut(*at) {
                *scalar = Scalar::Done;
            }
        }
        answered > 0
    }

    /// Takes the answer to a GETNEXT or GETBULK; whether any column moved.
    fn take_columns(&mut self, answer: &VarBinds<'_>) -> bool {
        let Self {
            plan,
            columns,
            asked,
            arena,
            ..
        } = self;
        let mut moved = false;
        let mut places = asked.iter().cycle();
        let full = arena.extend_where(answer, |var_bind| {
            let Some((wanted, column)) = places
                .next()
                .and_then(|at| Some((plan.columns().get(*at)?, columns.get_mut(*at)?)))
            else {
                return false;
            };
            if !column.is_open() {
                return false;
            }
            let inside = !var_bind.name.is_empty()
                && !var_bind.value.is_exception()
                && var_bind.name != wanted.object
                && var_bind.name.starts_with(wanted.object)
                // An agent that does not go forward ends its column (quirk 46).
                && column.last.as_ref().is_none_or(|last| var_bind.name > last.as_oid());
            moved = true;
            if !inside {
                let absent = matches!(var_bind.value, Value::NoSuchInstance | Value::NoSuchObject);
                let first = column.rows == 0 && column.state == ColumnState::Open;
                column.state = if absent && first {
                    ColumnState::FromOne
                } else {
                    ColumnState::Done
                };
                return false;
            }
            column.rows += 1;
            column.last = Some(var_bind.name.to_buf());
            if column.rows >= MAX_ROWS {
                // There may be more: nobody may take the table for whole.
                column.state = ColumnState::Failed;
            }
            true
        });
        moved && full.is_ok()
    }

    /// Takes the end of a query without an answer.
    fn take_outcome(&mut self, names: &[OidBuf], outcome: &Outcome) {
        let unknown = match outcome {
            Outcome::ErrorStatus { status, .. } => *status == ErrorStatus::AuthorizationError,
            Outcome::Malformed(_) | Outcome::TooLarge { .. } => false,
            _ => true,
        };
        if self.phase == Phase::Hidden && !self.found_hidden && unknown {
            // That such a device does not know the other context is no failure, and not worth a second silence.
            for column in self.columns.iter_mut().filter(|column| column.is_open()) {
                column.state = ColumnState::Done;
            }
            return;
        }
        if self.phase == Phase::Leftovers {
            self.take_refused_leftover(names, outcome);
            return;
        }
        match outcome {
            Outcome::ErrorStatus {
                status: ErrorStatus::TooBig,
                ..
            } => {
                // The limits are lower now. With one name there is nothing left to lower.
                let single = self.asked.len() == 1 && !matches!(self.kind, QueryKind::GetBulk { .. });
                if single {
                    self.close_asked(None, false);
                }
                self.count_failure(single, Some(outcome));
            }
            Outcome::ErrorStatus {
                status: ErrorStatus::AuthorizationError,
                ..
            } => {
                self.failure.get_or_insert_with(|| outcome.clone());
                self.give_up();
            }
            Outcome::ErrorStatus { status, index, .. } => {
                // In v1 one unknown name refuses them all: the others are asked again without it. Where the agent
                // does not say which, fewer are asked at once until the bad one is alone.
                let at = index
                    .and_then(|index| usize::try_from(index.get() - 1).ok())
                    .filter(|at| *at < self.asked.len());
                let absent = matches!(status, ErrorStatus::NoSuchName);
                match at {
                    Some(at) => self.close_asked(Some(at), absent),
                    None if self.asked.len() == 1 => self.close_asked(None, absent),
                    None => self.most_names = (self.asked.len() / 2).max(1),
                }
                self.count_failure(!absent, Some(outcome));
            }
            Outcome::Timeout(_) | Outcome::Malformed(_) if self.phase != Phase::Scalars => {
                // A smaller question may be answered: the limits were told. A single name that is not is given up.
                if self.kind == QueryKind::GetNext {
                    match self.asked.len() {
                        0 | 1 => self.close_asked(None, false),
                        names => self.most_names = (names / 4).max(1),
                    }
                }
                self.count_failure(true, Some(outcome));
            }
            _ => {
                self.failure.get_or_insert_with(|| outcome.clone());
                self.give_up();
            }
        }
    }

    /// In v1 one unknown name refuses the others too: these are asked again. Whatever else goes wrong, they can be
    /// done without.
    fn take_refused_leftover(&mut self, names: &[OidBuf], outcome: &Outcome) {
        let refused = match outcome {
            Outcome::ErrorStatus {
                index: Some(index), ..
            } => usize::try_from(index.get() - 1).ok().and_then(|at| names.get(at)),
            _ => None,
        };
        match refused {
            Some(name) => self.refused.push(name.clone()),
            None => self.phase = Phase::Over,
        }
    }

    /// Marks what was asked at a place, or all of it, as absent or failed.
    fn close_asked(&mut self, only: Option<usize>, absent: bool) {
        let asked: Vec<usize> = self
            .asked
            .iter()
            .enumerate()
            .filter(|(n, _)| only.is_none_or(|only| only == *n))
            .map(|(_, at)| *at)
            .collect();
        for at in asked {
            match self.phase {
                Phase::Scalars => {
                    if let Some(scalar) = self.scalars.get_mut(at) {
                        *scalar = if absent { Scalar::Done } else { Scalar::Failed };
                    }
                }
                Phase::Columns | Phase::Hidden => {
                    if let Some(column) = self.columns.get_mut(at) {
                        column.state = if absent {
                            ColumnState::Done
                        } else {
                            ColumnState::Failed
                        };
                    }
                }
                Phase::Leftovers | Phase::Over => {}
            }
        }
    }

    fn count_failure(&mut self, failed: bool, outcome: Option<&Outcome>) {
        if !failed {
            self.failures = 0;
            return;
        }
        self.failures += 1;
        if self.failures >= MAX_FAILURES {
            if let (Some(outcome), None) = (outcome, &self.failure) {
                self.failure = Some(outcome.clone());
            }
            self.give_up();
        }
    }

    /// Leaves what is open unread.
    fn give_up(&mut self) {
        for column in self.columns.iter_mut().filter(|column| column.is_open()) {
            column.state = ColumnState::Failed;
            self.given_up = true;
        }
        self.given_up |= self.scalars.contains(&Scalar::Open);
        self.names.clear();
        self.phase = Phase::Over;
    }
}

/// What an answer to a leftover must lie under: the object, without the index that it was asked behind.
fn parent(asked: &OidBuf) -> OidBuf {
    let column = object::PRT_LOCALIZATION_CHARACTER_SET;
    if asked.as_oid().starts_with(column) {
        column.to_buf()
    } else {
        asked.clone()
    }
}

#[cfg(test)]
mod tests;
