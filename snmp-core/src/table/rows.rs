//! Rows of a table, put together from one or more answers.

use alloc::vec::Vec;

use crate::oid::Arcs;
use crate::strictness::Strictness;
use crate::value::Value;
use crate::varbind::{VarBind, VarBinds};

/// Stands for the octets of a cell that was not read; no cell is that long.
const UNREAD: u32 = u32::MAX;

/// Rows that are whole, in the order of their indexes: what one answer completed.
#[derive(Clone, Debug)]
pub struct TableRows {
    /// Of each row its index and then its cells, variable bindings as received.
    octets: Vec<u8>,
    /// Octets of each of these: 0 for a cell that the row does not have.
    lengths: Vec<u32>,
    columns: usize,
    strictness: Strictness,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    index: &'r [u8],
    cells: &'r [u8],
    lengths: &'r [u32],
    strictness: Strictness,
}

/// What is known of a column in a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "read, or not, or not there")]
pub enum Cell<'r> {
    /// It was read.
    Read(VarBind<'r>),
    /// The row has none.
    Absent,
    /// Its column could not be read so far, for a reason that is the column's end.
    Unread,
}

impl<'r> Cell<'r> {
    /// The variable binding, where it was read.
    #[must_use]
    pub const fn var_bind(self) -> Option<VarBind<'r>> {
        match self {
            Self::Read(var_bind) => Some(var_bind),
            Self::Absent | Self::Unread => None,
        }
    }

    /// The value, where it was read.
    #[must_use]
    pub const fn value(self) -> Option<Value<'r>> {
        match self {
            Self::Read(var_bind) => Some(var_bind.value),
            Self::Absent | Self::Unread => None,
        }
    }
}

impl TableRows {
    pub(super) const fn new(columns: usize, strictness: Strictness) -> Self {
        Self {
            octets: Vec::new(),
            lengths: Vec::new(),
            columns,
            strictness,
        }
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.lengths.len() / (self.columns + 1)
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// The rows, in the order of their indexes.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        let mut rest = self.octets.as_slice();
        self.lengths
            .chunks_exact(self.columns + 1)
            .filter_map(move |lengths| {
                let (index_length, lengths) = lengths.split_first()?;
                let (index, behind) = rest.split_at_checked(octets(*index_length))?;
                let length = lengths.iter().map(|length| octets(*length)).sum();
                let (cells, behind) = behind.split_at_checked(length)?;
                rest = behind;
                Some(Row {
                    index,
                    cells,
                    lengths,
                    strictness: self.strictness,
                })
            })
    }

    pub(super) const fn set_strictness(&mut self, strictness: Strictness) {
        self.strictness = strictness;
    }

    /// Begins a row; its cells follow.
    pub(super) fn push_index(&mut self, index: &[u8]) {
        self.octets.extend_from_slice(index);
        self.push_length(index.len());
    }

    /// Lets a cell be written behind the others; gives back how many octets it has.
    pub(super) fn push_cell(&mut self, write: impl FnOnce(&mut Vec<u8>) -> usize) {
        let length = write(&mut self.octets);
        self.push_length(length);
    }

    pub(super) fn push_unread(&mut self) {
        self.lengths.push(UNREAD);
    }

    fn push_length(&mut self, length: usize) {
        // Nothing is longer than the datagram that it came in.
        self.lengths.push(u32::try_from(length).unwrap_or(0));
    }
}

impl<'r> Row<'r> {
    /// Its index: the sub-identifiers behind the names of its columns.
    #[must_use]
    pub const fn index(&self) -> Arcs<'r> {
        Arcs::behind(self.index)
    }

    /// What is known of each column, in the order in which they were asked for.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'r>> + use<'r> {
        let (mut rest, strictness) = (self.cells, self.strictness);
        self.lengths.iter().map(move |length| {
            if *length == UNREAD {
                return Cell::Unread;
            }
            let (cell, behind) = rest.split_at_checked(octets(*length)).unwrap_or_default();
            rest = behind;
            VarBinds::from_octets(cell, strictness)
                .ok()
                .and_then(|cell| cell.iter().next())
                .map_or(Cell::Absent, Cell::Read)
        })
    }

    /// What is known of one column, counted from 0.
    #[must_use]
    pub fn cell(&self, column: usize) -> Cell<'r> {
        self.cells().nth(column).unwrap_or(Cell::Absent)
    }
}

/// Octets that a length stands for.
fn octets(length: u32) -> usize {
    match length {
        UNREAD => 0,
        length => usize::try_from(length).unwrap_or(0),
    }
}
