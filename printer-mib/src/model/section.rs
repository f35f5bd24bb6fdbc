//! How far each part of a survey came.

use snmp_core::time::Instant;

crate::enumeration::closed_enumeration! {
    /// A part of the survey; the numbers are the upload's section kinds.
    pub enum SectionKind {
        /// Identity and hardware.
        Inventory = 10 "inventory",
        Counters = 11 "counters",
        Supplies = 12 "supplies",
        ServiceParts = 13 "service_parts",
        Alerts = 14 "alerts",
        /// Status, panel and lights.
        Status = 15 "status",
        Trays = 16 "trays",
        /// Not in the upload; the number is ours.
        Outputs = 100 "outputs",
        /// Not in the upload; the number is ours.
        Covers = 101 "covers",
        /// Not in the upload; the number is ours.
        Finishers = 102 "finishers",
    }
}

crate::enumeration::closed_enumeration! {
    /// How far a part came. Only a complete one says that something is gone.
    pub enum SectionState {
        /// Everything asked for was answered, or the device said that it has none.
        Complete = 0 "complete",
        /// What there is was read, more may be there.
        Partial = 1 "partial",
        /// Asked for, nothing came.
        Failed = 2 "failed",
        /// Not asked for.
        NotAsked = 3 "not_asked",
    }
}

/// One part of the survey.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Section {
    /// How far it came.
    pub state: SectionState,
    /// When its last answer came, on the caller's clock.
    pub observed: Option<Instant>,
}

/// Every part of a survey; [`SectionState::NotAsked`] to begin with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sections {
    sections: [Section; SectionKind::ALL.len()],
}

impl Default for Sections {
    fn default() -> Self {
        Self::all(SectionState::NotAsked, None)
    }
}

impl Sections {
    /// All of them in one state.
    #[must_use]
    pub const fn all(state: SectionState, observed: Option<Instant>) -> Self {
        Self {
            sections: [Section { state, observed }; SectionKind::ALL.len()],
        }
    }

    /// One of them.
    #[must_use]
    pub fn of(&self, kind: SectionKind) -> Section {
        self.iter()
            .find_map(|(k, section)| (k == kind).then_some(section))
            .unwrap_or(Section {
                state: SectionState::NotAsked,
                observed: None,
            })
    }

    /// Says how far one came.
    pub fn set(&mut self, kind: SectionKind, state: SectionState, observed: Option<Instant>) {
        for (k, section) in SectionKind::ALL.iter().zip(&mut self.sections) {
            if *k == kind {
                *section = Section { state, observed };
            }
        }
    }

    /// All of them, in the order of [`SectionKind::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (SectionKind, Section)> + '_ {
        SectionKind::ALL
            .iter()
            .copied()
            .zip(self.sections.iter().copied())
    }
}
