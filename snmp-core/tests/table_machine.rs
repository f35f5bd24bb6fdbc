//! The table machine over agents of every kind, without a manager: every cell once, rows in order and whole, or the
//! end names the fault.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use snmp_core::ber::{Field, Reader, Writer};
use snmp_core::entropy::Entropy;
use snmp_core::limits::Limits;
use snmp_core::message::Version;
use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::outcome::{Outcome, Timeout};
use snmp_core::pdu::{ErrorStatus, encode_var_binds};
use snmp_core::query::{Query, QueryKind};
use snmp_core::security::SecurityLevel;
use snmp_core::strictness::Strictness;
use snmp_core::table::{Cell, Table, TableRows};
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};
use snmp_core::walk::WalkEnd;

/// The rows of a table by index: in each place what the column has.
type Rows = BTreeMap<Vec<u32>, Vec<Option<i32>>>;

const ENTRY: Oid<'static> = oid!(1.3.6.1.2.1.2.2.1);

/// An agent, and what is wrong with it.
#[derive(Clone, Debug, Default)]
struct Agent {
    v1: bool,
    objects: BTreeMap<OidBuf, i32>,
    /// More variable bindings are tooBig.
    too_big: Option<usize>,
    /// More variable bindings are answered by none at all.
    empty: Option<usize>,
    /// Answers end after so many variable bindings, taken in turn: wherever in a row that is.
    cuts: Vec<usize>,
    ignores_bulk: bool,
    /// Errors name no place.
    no_index: bool,
    /// genErr where this name is what follows.
    bad: Option<OidBuf>,
    /// Behind this name comes that one.
    jump: Option<(OidBuf, OidBuf)>,
    /// Nothing is answered any more after so many queries.
    dies: Option<usize>,
    asked: usize,
}

fn failing(status: ErrorStatus, index: usize) -> Outcome {
    Outcome::ErrorStatus {
        status,
        index: NonZeroU32::new(u32::try_from(index).unwrap()),
        name: None,
    }
}

fn silence() -> Outcome {
    Timeout::new(Version::V2c, SecurityLevel::NoAuthNoPriv, 3).into()
}

impl Agent {
    fn next(&self, name: &OidBuf) -> Option<(OidBuf, i32)> {
        if let Some((behind, to)) = &self.jump
            && behind == name
        {
            return Some((to.clone(), 0));
        }
        let mut behind = self
            .objects
            .range((std::ops::Bound::Excluded(name), std::ops::Bound::Unbounded));
        behind.next().map(|(name, value)| (name.clone(), *value))
    }

    fn answer(&mut self, query: &Query<'_>) -> Result<Vec<u8>, Outcome> {
        self.asked += 1;
        if self.dies.is_some_and(|after| self.asked > after) {
            return Err(silence());
        }
        let (bulk, repetitions) = match query.kind {
            QueryKind::GetNext => (false, 1),
            QueryKind::GetBulk {
                non_repeaters: 0,
                max_repetitions,
            } => (true, usize::try_from(max_repetitions).unwrap()),
            other => panic!("{other:?}"),
        };
        assert!(repetitions > 0 && !query.names.is_empty() && !(bulk && self.v1));
        let asked = query.names.len() * repetitions;
        if bulk && self.ignores_bulk {
            return Err(silence());
        }
        if self.too_big.is_some_and(|most| asked > most) {
            return Err(failing(ErrorStatus::TooBig, 0));
        }
        if self.empty.is_some_and(|most| asked > most) {
            return Ok(Vec::new());
        }
        let place = |at: usize| if self.no_index { 0 } else { at + 1 };
        let mut names = query.names.to_vec();
        let mut list: Vec<(OidBuf, Option<i32>)> = Vec::new();
        for _ in 0..repetitions {
            for (at, name) in names.iter_mut().enumerate() {
                match self.next(name) {
                    Some((next, _)) if self.bad.as_ref() == Some(&next) => {
                        return Err(failing(ErrorStatus::GenErr, place(at)));
                    }
                    Some((next, value)) => {
                        *name = next.clone();
                        list.push((next, Some(value)));
                    }
                    None if self.v1 => return Err(failing(ErrorStatus::NoSuchName, place(at))),
                    None => list.push((name.clone(), None)),
                }
            }
        }
        if !self.cuts.is_empty() {
            let cut = self.cuts[self.asked % self.cuts.len()];
            list.truncate(cut.max(1));
        }
        Ok(encoded(&list))
    }
}

fn encoded(list: &[(OidBuf, Option<i32>)]) -> Vec<u8> {
    let list: Vec<_> = list
        .iter()
        .map(|(name, value)| VarBind::new(name.as_oid(), value.map_or(Value::EndOfMibView, Value::Integer)))
        .collect();
    let mut buffer = vec![0; 65_000];
    let mut writer = Writer::new(&mut buffer);
    encode_var_binds(&mut writer, list);
    let range = writer.finish().unwrap();
    let mut reader = Reader::new(&buffer[range]);
    reader.sequence(Field::VariableBindings).unwrap().rest().to_vec()
}

fn column(at: u32) -> OidBuf {
    ENTRY.to_buf().join(&[at + 1]).unwrap()
}

/// An agent with this table, and with objects before and behind it.
fn agent(rows: &Rows) -> Agent {
    let mut objects = BTreeMap::new();
    objects.insert(oid!(1.3.6.1.2.1.1.1.0).to_buf(), 0);
    objects.insert(oid!(1.3.6.1.2.1.3.1.0).to_buf(), 0);
    for (index, cells) in rows {
        for (at, cell) in (0..).zip(cells) {
            if let Some(value) = cell {
                objects.insert(column(at).join(index).unwrap(), *value);
            }
        }
    }
    Agent {
        objects,
        ..Agent::default()
    }
}

/// What was delivered, unread cells apart.
#[derive(Debug, Default)]
struct Delivered {
    rows: Rows,
    unread: BTreeSet<(Vec<u32>, usize)>,
    last: Option<Vec<u32>>,
}

impl Delivered {
    fn take(&mut self, columns: &[OidBuf], rows: &TableRows) {
        assert_eq!(rows.iter().count(), rows.len());
        for row in rows.iter() {
            let index: Vec<u32> = row.index().collect();
            assert!(
                self.last.as_ref() < Some(&index),
                "{index:?} after {:?}",
                self.last
            );
            self.last = Some(index.clone());
            let mut cells = Vec::new();
            for (at, cell) in row.cells().enumerate() {
                assert_eq!(row.cell(at), cell);
                match cell {
                    Cell::Read(cell) => {
                        assert_eq!(cell.name, columns[at].join(&index).unwrap().as_oid());
                        cells.push(cell.value.as_i64().map(|value| i32::try_from(value).unwrap()));
                    }
                    Cell::Absent => cells.push(None),
                    Cell::Unread => {
                        self.unread.insert((index.clone(), at));
                        cells.push(None);
                    }
                }
            }
            assert_eq!(cells.len(), columns.len());
            self.rows.insert(index, cells);
        }
    }
}

fn read(agent: &mut Agent, limits: &mut Limits, mut table: Table) -> (Delivered, Table) {
    let columns: Vec<OidBuf> = table.columns().map(Oid::to_buf).collect();
    let mut delivered = Delivered::default();
    loop {
        let again = table
            .query(limits)
            .map(|query| (query.kind, query.names.to_vec()));
        let Some(query) = table.query(limits) else { break };
        assert_eq!(again, Some((query.kind, query.names.to_vec())));
        assert!(agent.asked < 5_000, "endless: {agent:?}");
        let rows = match agent.answer(&query) {
            Ok(octets) => {
                let answer = VarBinds::from_octets(&octets, Strictness::DEPLOYED).unwrap();
                table.handle(limits, Ok(&answer))
            }
            Err(outcome) => table.handle(limits, Err(&outcome)),
        };
        delivered.take(&columns, &rows);
    }
    assert!(table.end().is_some());
    assert_eq!(usize::try_from(table.rows()).unwrap(), delivered.rows.len());
    (delivered, table)
}

fn table_of(columns: u32) -> Table {
    let columns: Vec<OidBuf> = (0..columns).map(column).collect();
    Table::new(columns.iter().map(OidBuf::as_oid))
}

/// A table without gaps.
fn full(rows: u32, columns: usize) -> Rows {
    (1..=rows)
        .map(|row| (vec![row], vec![Some(i32::try_from(row).unwrap()); columns]))
        .collect()
}

/// Rows 1 to 60 of four columns: whole, every third, only the last, none.
fn sparse() -> Rows {
    (1..=60)
        .map(|row| {
            let third = (row % 3 == 0).then_some(3);
            let last = (row == 60).then_some(60);
            (vec![row, 7], vec![Some(1), third, last, None])
        })
        .collect()
}

fn limits() -> Limits {
    Limits::for_version(Version::V2c)
}

#[test]
fn columns_share_requests_and_gaps_stay_gaps() {
    let mut agent = agent(&sparse());
    let (delivered, table) = read(&mut agent, &mut limits(), table_of(4));
    assert_eq!(delivered.rows, sparse());
    assert!(delivered.unread.is_empty());
    assert_eq!(table.end(), Some(&WalkEnd::EndOfSubtree));
    // 81 cells, four ends, forty and more a datagram.
    assert!(agent.asked <= 6, "{}", agent.asked);
    // A whole table of 8 columns takes about as many datagrams as its cells need.
    let mut agent = self::agent(&full(100, 8));
    let (delivered, _) = read(&mut agent, &mut limits(), table_of(8));
    assert_eq!(delivered.rows, full(100, 8));
    assert!(agent.asked <= 14, "{}", agent.asked);
}

#[test]
fn r3416_4_2_3mb_rows_stay_aligned_wherever_an_answer_is_cut() {
    for cut in 1..=9 {
        for rows in [sparse(), full(30, 4)] {
            let mut agent = agent(&rows);
            agent.cuts = vec![cut];
            let (delivered, table) = read(&mut agent, &mut limits(), table_of(4));
            assert_eq!(delivered.rows, rows, "{cut}");
            assert!(table.end().unwrap().is_complete());
        }
    }
}

#[test]
fn too_much_is_asked_for_in_smaller_parts_down_to_one_column() {
    for most in 1..=8 {
        for (too_big, empty) in [(Some(most), None), (None, Some(most))] {
            let mut agent = agent(&sparse());
            (agent.too_big, agent.empty) = (too_big, empty);
            let mut limits = limits();
            let (delivered, table) = read(&mut agent, &mut limits, table_of(4));
            assert_eq!(delivered.rows, sparse(), "{most}");
            assert!(table.end().unwrap().is_complete() && limits.bulk(), "{most}");
        }
    }
    // Not even one cell: the end says so.
    let mut agent = agent(&sparse());
    agent.too_big = Some(0);
    let (delivered, table) = read(&mut agent, &mut limits(), table_of(4));
    assert!(delivered.rows.is_empty());
    assert!(matches!(
        table.end(),
        Some(WalkEnd::Failed(Outcome::ErrorStatus {
            status: ErrorStatus::TooBig,
            ..
        }))
    ));
}

#[test]
fn without_getbulk_getnext_reads_the_same() {
    let mut ignoring = agent(&sparse());
    ignoring.ignores_bulk = true;
    let mut limits = limits();
    let (delivered, _) = read(&mut ignoring, &mut limits, table_of(4));
    assert_eq!(delivered.rows, sparse());
    assert!(!limits.bulk());
}

/// In v1 noSuchName refuses the whole request: the column that it names has ended, the others have not.
#[test]
fn r1157_walk_no_such_name_ends_its_column_only() {
    for (no_index, behind) in [(false, false), (true, false), (false, true)] {
        let mut agent = agent(&sparse());
        agent.v1 = true;
        agent.no_index = no_index;
        if !behind {
            // Nothing lies behind the table: its last column runs against the end of the view.
            agent.objects.remove(&oid!(1.3.6.1.2.1.3.1.0).to_buf());
        }
        let mut limits = Limits::for_version(Version::V1);
        let (delivered, table) = read(&mut agent, &mut limits, table_of(4));
        assert_eq!(delivered.rows, sparse());
        assert!(delivered.unread.is_empty() && table.end().unwrap().is_complete());
    }
}

/// The greatest name seen counts, for each column by itself.
#[test]
fn r3413_walk_own2_a_column_that_goes_back_ends_alone() {
    let rows = full(20, 3);
    for to in [1, 4, 10] {
        let mut agent = agent(&rows);
        let name = |row: u32| column(1).join(&[row]).unwrap();
        agent.jump = Some((name(10), name(to)));
        let (delivered, table) = read(&mut agent, &mut limits(), table_of(3));
        let (previous, next) = (name(10), name(to));
        let fault = WalkEnd::NotIncreasing { previous, next };
        assert_eq!(table.end(), Some(&fault));
        assert_eq!(table.column_end(1), Some(&fault));
        assert_eq!(table.column_end(2), Some(&WalkEnd::EndOfSubtree));
        assert_eq!(delivered.rows.len(), 20);
        for (index, cells) in &delivered.rows {
            let lost = index[0] > 10;
            assert_eq!(delivered.unread.contains(&(index.clone(), 1)), lost);
            assert_eq!((cells[0], cells[2]), (rows[index][0], rows[index][2]));
            assert_eq!(cells[1], rows[index][1].filter(|_| !lost));
        }
    }
}

#[test]
fn a_cell_that_cannot_be_read_costs_its_column_only() {
    for no_index in [false, true] {
        let rows = full(20, 3);
        let mut agent = agent(&rows);
        agent.bad = Some(column(2).join(&[7]).unwrap());
        agent.no_index = no_index;
        let (delivered, table) = read(&mut agent, &mut limits(), table_of(3));
        assert!(matches!(
            table.column_end(2),
            Some(WalkEnd::Failed(Outcome::ErrorStatus {
                status: ErrorStatus::GenErr,
                ..
            }))
        ));
        assert_eq!(
            (table.column_end(0), delivered.rows.len()),
            (Some(&WalkEnd::EndOfSubtree), 20)
        );
        assert_eq!(delivered.unread.len(), 14);
        assert!(
            delivered
                .unread
                .iter()
                .all(|(index, at)| index[0] >= 7 && *at == 2)
        );
    }
}

#[test]
fn rows_before_an_error_are_whole() {
    for dies in 1..6 {
        let rows = sparse();
        let mut agent = agent(&rows);
        agent.cuts = vec![7];
        agent.dies = Some(dies);
        let (delivered, table) = read(&mut agent, &mut limits(), table_of(4));
        assert!(matches!(table.end(), Some(WalkEnd::Failed(Outcome::Timeout(_)))));
        assert!(delivered.rows.len() < rows.len() && delivered.unread.is_empty());
        for (index, cells) in &delivered.rows {
            assert_eq!(cells, &rows[index]);
        }
    }
}

#[test]
fn limits_end_it_and_it_can_be_resumed_behind_a_row() {
    let rows = sparse();
    let mut agent = agent(&rows);
    let (mut first, table) = read(&mut agent, &mut limits(), table_of(4).with_max_rows(25));
    assert_eq!((first.rows.len(), table.end()), (25, Some(&WalkEnd::RowLimit)));
    let last = first.last.clone().unwrap();
    let (rest, table) = read(&mut agent, &mut limits(), table_of(4).resuming_after(&last));
    first.rows.extend(rest.rows);
    assert_eq!((first.rows, table.end()), (rows, Some(&WalkEnd::EndOfSubtree)));
    agent.cuts = vec![3];
    agent.asked = 0;
    let (_, table) = read(&mut agent, &mut limits(), table_of(4).with_max_queries(3));
    assert_eq!((table.end(), agent.asked), (Some(&WalkEnd::QueryLimit), 3));
    let mut table = table_of(4);
    table.stop(Outcome::Cancelled);
    assert_eq!(table.query(&limits()), None);
    assert_eq!(table.into_end(), Some(WalkEnd::Failed(Outcome::Cancelled)));
    let mut none = table_of(0);
    assert_eq!(none.query(&limits()), None);
    assert_eq!(none.end(), Some(&WalkEnd::EndOfSubtree));
}

/// Random tables, gaps and faults: every cell exactly once, rows in order and whole, or the end names the fault.
#[test]
fn random_agents_never_lose_a_cell_unsaid() {
    for seed in 0..1_000_u64 {
        let mut octets = [5; 16];
        octets[..8].copy_from_slice(&seed.to_be_bytes());
        let mut entropy = Entropy::new(octets);
        let mut pick = |below: u32| entropy.below(below);
        let columns = 1 + pick(12);
        let density = 1 + pick(10);
        let mut rows = Rows::new();
        for _ in 0..pick(80) {
            let index: Vec<u32> = (0..=pick(3))
                .map(|_| [1, 127, 128, 70_000][pick(4) as usize] + pick(9))
                .collect();
            let cells: Vec<_> = (0..columns).map(|_| (pick(10) < density).then_some(7)).collect();
            if cells.iter().any(Option::is_some) {
                rows.insert(index, cells);
            }
        }
        let mut agent = agent(&rows);
        agent.v1 = pick(4) == 0;
        agent.no_index = pick(4) == 0;
        agent.ignores_bulk = pick(5) == 0;
        let size = |pick: &mut dyn FnMut(u32) -> u32| {
            let most = pick(40) as usize + 1;
            (pick(3) == 0).then_some(most)
        };
        agent.too_big = size(&mut pick);
        agent.empty = size(&mut pick).filter(|_| !agent.v1);
        if pick(2) == 0 {
            agent.cuts = (0..=pick(5)).map(|_| pick(30) as usize).collect();
        }
        let names: Vec<OidBuf> = agent.objects.keys().cloned().collect();
        let any = |pick: &mut dyn FnMut(u32) -> u32| {
            names[pick(u32::try_from(names.len()).unwrap()) as usize].clone()
        };
        match pick(5) {
            0 => agent.bad = Some(any(&mut pick)),
            1 => agent.jump = Some((any(&mut pick), any(&mut pick))),
            2 => agent.dies = Some(pick(20) as usize),
            _ => {}
        }
        let faulty = agent.bad.is_some() || agent.jump.is_some() || agent.dies.is_some();
        let version = if agent.v1 { Version::V1 } else { Version::V2c };
        let mut limits = Limits::for_version(version);
        let (delivered, table) = read(&mut agent, &mut limits, table_of(columns));
        let complete = table.end().unwrap().is_complete();
        assert!(complete || faulty, "{seed}: {:?}", table.end());
        if agent.jump.is_some() {
            // It made up or hid names that lie forward: what it said is what counts.
            continue;
        }
        if complete {
            assert_eq!(delivered.rows, rows, "{seed}");
        }
        for (index, cells) in &delivered.rows {
            for (at, cell) in cells.iter().enumerate() {
                if !delivered.unread.contains(&(index.clone(), at)) {
                    assert_eq!(*cell, rows[index][at], "{seed}: {index:?} {at}");
                }
            }
        }
    }
}
