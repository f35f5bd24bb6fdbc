//! What to read from a device, apart from how it is sent: the form in which walks and surveys ask.

use crate::oid::OidBuf;
use crate::pdu::PduType;

/// A read that a walk or a survey wants done.
///
/// It goes to [`Manager::query`](crate::manager::Manager::query) or to any other SNMP stack; what came of it goes back as
/// `Result<&VarBinds<'_>, &Outcome>`. A name with no instance behind it is fine for GETNEXT and GETBULK.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "surveys and other stacks make and take it apart"
)]
pub struct Query<'q> {
    /// contextName: empty for the target's own, which is the default context unless it was set.
    pub context: &'q [u8],
    /// How the names are read.
    pub kind: QueryKind,
    /// The names, in the order that their variable bindings come back.
    pub names: &'q [OidBuf],
}

/// How the names of a [`Query`] are read.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 3416 has these three reading PDUs")]
pub enum QueryKind {
    /// Exactly these instances (RFC 3416 §4.2.1).
    Get,
    /// The instance behind each (RFC 3416 §4.2.2).
    GetNext,
    /// The instances behind each (RFC 3416 §4.2.3). `SNMPv1` does not have it.
    GetBulk {
        /// The first so many names give one instance each.
        non_repeaters: u32,
        /// The others give up to so many instances each.
        max_repetitions: u32,
    },
}

impl QueryKind {
    /// The PDU that asks so.
    #[must_use]
    pub const fn pdu_type(self) -> PduType {
        match self {
            Self::Get => PduType::GetRequest,
            Self::GetNext => PduType::GetNextRequest,
            Self::GetBulk { .. } => PduType::GetBulkRequest,
        }
    }
}

impl Query<'_> {
    /// How much was asked for: what [`Limits`](crate::limits::Limits) learn from, together with what came back.
    #[must_use]
    pub const fn asked(&self) -> Asked {
        Asked {
            kind: self.kind,
            names: self.names.len(),
        }
    }
}

/// The size of a [`Query`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a query's size has these two parts")]
pub struct Asked {
    /// How the names were read.
    pub kind: QueryKind,
    /// How many names.
    pub names: usize,
}

impl Asked {
    /// Names that repeat in the answer: 0 but for GETBULK.
    #[must_use]
    pub fn repeaters(&self) -> usize {
        match self.kind {
            QueryKind::GetBulk { non_repeaters, .. } => {
                let once = usize::try_from(non_repeaters).unwrap_or(usize::MAX);
                self.names.saturating_sub(once)
            }
            QueryKind::Get | QueryKind::GetNext => 0,
        }
    }

    /// Variable bindings that a whole answer has; saturates.
    #[must_use]
    pub fn var_binds(&self) -> usize {
        match self.kind {
            QueryKind::GetBulk { max_repetitions, .. } => {
                let repeaters = self.repeaters();
                let rows = usize::try_from(max_repetitions).unwrap_or(usize::MAX);
                repeaters
                    .saturating_mul(rows)
                    .saturating_add(self.names - repeaters)
            }
            QueryKind::Get | QueryKind::GetNext => self.names,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_answer_is_counted() {
        let bulk = |non_repeaters, max_repetitions, names| Asked {
            kind: QueryKind::GetBulk {
                non_repeaters,
                max_repetitions,
            },
            names,
        };
        assert_eq!((bulk(1, 10, 4).repeaters(), bulk(1, 10, 4).var_binds()), (3, 31));
        assert_eq!((bulk(9, 10, 4).repeaters(), bulk(9, 10, 4).var_binds()), (0, 4));
        assert_eq!(bulk(0, u32::MAX, usize::MAX).var_binds(), usize::MAX);
        let get = Asked {
            kind: QueryKind::Get,
            names: 3,
        };
        assert_eq!((get.repeaters(), get.var_binds()), (0, 3));
    }
}
