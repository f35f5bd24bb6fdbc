//! What the device is made of.

use super::{Date, Fact};
use crate::mib::marker::Technology;
use alloc::{string::String, vec::Vec};

crate::enumeration::closed_enumeration! {
    /// What sort of device it is.
    pub enum DeviceKind {
        Unknown = 0 "unknown",
        Printer = 1 "printer",
        Mfp = 2 "mfp",
        Copier = 3 "copier",
        Scanner = 4 "scanner",
        Fax = 5 "fax",
        LabelPrinter = 6 "label_printer",
        Plotter = 7 "plotter",
        PrintServer = 8 "print_server",
        Other = 9 "other",
    }
}

/// What the device is made of. What is not known is `None`, never `false`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Hardware {
    /// What sort of device it is.
    pub kind: Option<Fact<DeviceKind>>,
    /// How its marker marks (prtMarkerMarkTech).
    pub technology: Option<Fact<Technology>>,
    /// Whether it prints colour.
    pub color: Option<Fact<bool>>,
    /// Whether it prints on both sides (prtMediaPathType).
    pub duplex: Option<Fact<bool>>,
    /// Whether it scans.
    pub scan: Option<Fact<bool>>,
    /// Whether it copies.
    pub copy: Option<Fact<bool>>,
    /// Whether it faxes.
    pub fax: Option<Fact<bool>>,
    /// When it was installed.
    pub installed: Option<Fact<Date>>,
    /// Versions of its firmware.
    pub firmware: Vec<Firmware>,
    /// sysLocation, as the device gives it.
    pub location: Option<Fact<String>>,
}

/// A version of a piece of firmware.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Firmware {
    /// What part it belongs to; `None`: the device.
    pub name: Option<String>,
    /// The version, as the device writes it.
    pub version: Fact<String>,
}
