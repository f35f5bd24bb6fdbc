//! What the printer complains of.

use super::{Fact, Index, Source};
use crate::mib::alert::{AlertCode, AlertGroup, Severity, Training};
use alloc::string::String;

crate::enumeration::closed_enumeration! {
    /// What an alert is about.
    pub enum Category {
        Other = 0 "other",
        Jam = 1 "jam",
        /// Media: empty, low, of the wrong size.
        Paper = 2 "paper",
        /// Toner, ink, waste, staples.
        Supply = 3 "supply",
        /// What wears out: drum, fuser.
        Part = 4 "part",
        /// A cover, door or interlock.
        Cover = 5 "cover",
        /// An output is full or missing.
        Output = 6 "output",
        /// Something is broken.
        Hardware = 7 "hardware",
        Connection = 8 "connection",
        /// No trouble: warming up, sleeping, configured.
        State = 9 "state",
    }
}

crate::enumeration::closed_enumeration! {
    /// Who can end an alert.
    pub enum Who {
        Nobody = 0 "nobody",
        User = 1 "user",
        Operator = 2 "operator",
        Service = 3 "service",
    }
}

/// A row of prtAlertTable.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Alert {
    /// The row. The device's index rises and wraps: it does not name the alert for long.
    pub index: Index,
    /// prtAlertCode.
    pub code: Option<Fact<AlertCode>>,
    /// prtAlertSeverityLevel.
    pub severity: Option<Fact<Severity>>,
    /// prtAlertTrainingLevel.
    pub training: Option<Fact<Training>>,
    /// prtAlertGroup.
    pub group: Option<Fact<AlertGroup>>,
    /// prtAlertGroupIndex: the row of the group's table; `None` where the device gives none (negative).
    pub group_index: Option<Fact<i32>>,
    /// prtAlertLocation; `None` where the device gives none (negative).
    pub location: Option<Fact<i32>>,
    /// prtAlertDescription. Can carry names of users or documents: see [`TextPolicy`](crate::TextPolicy).
    pub description: Option<Fact<String>>,
    /// What it is about, from code, group and text.
    pub category: Option<Fact<Category>>,
    /// Who can end it, from the training level, else from the category.
    pub who: Option<Fact<Who>>,
    /// prtAlertTime: the device's sysUpTime in hundredths of a second when it was raised.
    pub time: Option<Fact<u32>>,
    /// The row's first varbind.
    pub source: Source,
}

impl Alert {
    /// A row of which nothing is known yet.
    #[must_use]
    pub fn new(index: Index, source: Source) -> Self {
        Self {
            index,
            code: None,
            severity: None,
            training: None,
            group: None,
            group_index: None,
            location: None,
            description: None,
            category: None,
            who: None,
            time: None,
            source,
        }
    }

    /// Whether the printer stands still because of it.
    #[must_use]
    pub fn is_critical(&self) -> bool {
        self.severity
            .is_some_and(|severity| severity.value == Severity::Critical)
    }

    /// Whether it is a warning of either sort.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        self.severity.is_some_and(|severity| {
            matches!(severity.value, Severity::Warning | Severity::WarningBinaryChange)
        })
    }

    /// Whether it says no more than what state the printer is in.
    #[must_use]
    pub fn is_state_only(&self) -> bool {
        self.category
            .is_some_and(|category| category.value == Category::State)
    }
}
