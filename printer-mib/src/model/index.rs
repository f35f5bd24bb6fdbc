//! Which row of a device's table a fact is about.

use alloc::{string::String, vec::Vec};
use core::fmt;

/// A row's key: the arcs after the column's OID, or a maker's own key.
///
/// Printer-MIB tables have two arcs (hrDeviceIndex and the table's own index); some devices leave the first one out
/// (Pantum) or start it at 0 (HP OfficeJet 8600), so as many arcs are kept as there are.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Index {
    /// The arcs after the column's OID.
    Arcs(Vec<u32>),
    /// A maker's own key.
    Key(String),
}

impl Index {
    /// The last arc: the table's own index.
    #[must_use]
    pub fn last(&self) -> Option<u32> {
        match self {
            Self::Arcs(arcs) => arcs.last().copied(),
            Self::Key(_) => None,
        }
    }

    /// The first of several arcs: hrDeviceIndex. `None` where a device leaves it out.
    #[must_use]
    pub fn device(&self) -> Option<u32> {
        match self {
            Self::Arcs(arcs) if arcs.len() > 1 => arcs.first().copied(),
            _ => None,
        }
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Arcs(arcs) => {
                for (place, arc) in arcs.iter().enumerate() {
                    if place > 0 {
                        f.write_str(".")?;
                    }
                    write!(f, "{arc}")?;
                }
                Ok(())
            }
        }
    }
}
