//! How the printer is.

use super::{Fact, Index, Source};
use crate::mib::{
    host::{DetectedError, DeviceStatus, ErrorState, PrinterStatus},
    sub_unit::LightColor,
};
use alloc::{string::String, vec::Vec};
use core::fmt;

crate::enumeration::closed_enumeration! {
    /// The status in one word.
    pub enum Plain {
        Unknown = 0 "unknown",
        Ready = 1 "ready",
        Printing = 2 "printing",
        Sleeping = 3 "sleeping",
        Warming = 4 "warming",
        Warning = 5 "warning",
        NeedsUser = 6 "needs_user",
        NeedsService = 7 "needs_service",
        Offline = 8 "offline",
    }
}

/// A fact that decided the plain status.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// A condition of hrPrinterDetectedErrorState.
    Error(DetectedError),
    /// An alert, by its place in [`Printer::alerts`](super::Printer::alerts).
    Alert(usize),
    /// hrPrinterStatus.
    Printer,
    /// hrDeviceStatus.
    Device,
    /// A line of the panel, by its place in [`Status::panel`].
    Panel(usize),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(DetectedError::Unlisted(bit)) => write!(f, "errors.bit_{bit}"),
            Self::Error(condition) => write!(f, "errors.{condition}"),
            Self::Alert(place) => write!(f, "alerts.{place}"),
            Self::Printer => f.write_str("printer"),
            Self::Device => f.write_str("device"),
            Self::Panel(place) => write!(f, "panel.{place}"),
        }
    }
}

/// How the printer is: what its status objects, alerts and panel say, and all of it in one word.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// All of it in one word.
    pub plain: Plain,
    /// The facts that decided the word.
    pub because: Vec<Reason>,
    /// hrDeviceStatus of the printer's row.
    pub device: Option<Fact<DeviceStatus>>,
    /// hrPrinterStatus.
    pub printer: Option<Fact<PrinterStatus>>,
    /// hrPrinterDetectedErrorState; `None`: not given.
    pub errors: Option<Fact<ErrorState>>,
    /// The lines of the panel that are not empty (prtConsoleDisplayBufferText). Can carry names of users or documents:
    /// see [`TextPolicy`](crate::TextPolicy).
    pub panel: Vec<Fact<String>>,
    /// The panel's lights (prtConsoleLightTable).
    pub lights: Vec<Light>,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            plain: Plain::Unknown,
            because: Vec::new(),
            device: None,
            printer: None,
            errors: None,
            panel: Vec::new(),
            lights: Vec::new(),
        }
    }
}

crate::enumeration::closed_enumeration! {
    /// Whether a light is lit.
    pub enum Lit {
        Off = 0 "off",
        On = 1 "on",
        Blinking = 2 "blinking",
    }
}

/// A row of prtConsoleLightTable.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Light {
    /// The row.
    pub index: Index,
    /// prtConsoleDescription.
    pub name: Option<Fact<String>>,
    /// prtConsoleColor.
    pub color: Option<Fact<LightColor>>,
    /// Whether it is lit (prtConsoleOnTime and prtConsoleOffTime).
    pub state: Option<Lit>,
    /// The row's first varbind.
    pub source: Source,
}

impl Light {
    /// A row of which nothing is known yet.
    #[must_use]
    pub fn new(index: Index, source: Source) -> Self {
        Self {
            index,
            name: None,
            color: None,
            state: None,
            source,
        }
    }
}
