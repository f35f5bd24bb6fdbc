//! A column on its way into rows.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::oid::{Oid, OidBuf};
use crate::strictness::Strictness;
use crate::value::Value;
use crate::varbind::{VarBind, VarBinds};
use crate::walk::WalkEnd;

/// How far a column was read, and its cells whose rows are not yet known to be whole.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) root: OidBuf,
    /// The greatest name seen, at first the root: where the next query goes on.
    pub(super) last: OidBuf,
    /// Why it is read no further.
    pub(super) end: Option<WalkEnd>,
    /// Variable bindings as they were received, one behind the other.
    octets: Vec<u8>,
    /// Where the first of them begins that waits.
    begin: usize,
    /// Octets of each that waits.
    waiting: VecDeque<usize>,
}

impl Column {
    pub(super) fn new(root: Oid<'_>) -> Self {
        Self {
            root: root.to_buf(),
            last: root.to_buf(),
            end: None,
            octets: Vec::new(),
            begin: 0,
            waiting: VecDeque::new(),
        }
    }

    pub(super) const fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// Cells that wait for others of their rows.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Takes what an answer has for it; `octets` is `cell` as received. False when it says nothing at all.
    pub(super) fn take(&mut self, cell: &VarBind<'_>, octets: &[u8]) -> bool {
        if !self.is_open() {
            return false;
        }
        if cell.value.is_exception() {
            // Some agents say noSuchObject or noSuchInstance where nothing follows.
            self.end = Some(match cell.value {
                Value::EndOfMibView => WalkEnd::EndOfMibView,
                _ => WalkEnd::EndOfSubtree,
            });
        } else if cell.name.is_empty() {
            // Its name breaks a rule: no cell to go on from, nor one to end at.
            return false;
        } else if cell.name <= self.last.as_oid() {
            self.end = Some(WalkEnd::NotIncreasing {
                previous: self.last.clone(),
                next: cell.name.to_buf(),
            });
        } else if !cell.name.starts_with(self.root.as_oid()) {
            self.end = Some(WalkEnd::EndOfSubtree);
        } else {
            self.last = cell.name.to_buf();
            self.octets.extend_from_slice(octets);
            self.waiting.push_back(octets.len());
        }
        true
    }

    /// The index of the first cell that waits: the sub-identifiers behind the column's own name.
    pub(super) fn front(&self, strictness: Strictness) -> Option<Oid<'_>> {
        let octets = self.octets.get(self.begin..self.begin + self.waiting.front()?)?;
        let name = VarBinds::from_octets(octets, strictness)
            .ok()?
            .iter()
            .next()?
            .name;
        let index = name.as_octets().get(self.root.as_oid().as_octets().len()..)?;
        // Whole sub-identifiers of a checked name.
        Oid::from_octets(index).ok()
    }

    /// Moves the first cell that waits to `row`; its octets.
    pub(super) fn move_front(&mut self, row: &mut Vec<u8>) -> usize {
        let Some(length) = self.waiting.pop_front() else {
            return 0;
        };
        let octets = self.octets.get(self.begin..self.begin + length);
        row.extend_from_slice(octets.unwrap_or_default());
        self.begin += length;
        if self.waiting.is_empty() {
            self.octets.clear();
            self.begin = 0;
        } else if self.begin > self.octets.len() / 2 {
            self.octets.drain(..self.begin);
            self.begin = 0;
        }
        length
    }
}
