//! What the MIBs define: the objects that a survey reads, and their enumerations.
//!
//! Names and numbers are those of RFC 3805 (Printer-MIB, IANA-PRINTER-MIB), RFC 2790 (HOST-RESOURCES-MIB), SNMPv2-MIB,
//! IF-MIB and PWG 5107.1 (PRINTER-PORT-MONITOR-MIB).

pub mod alert;
pub mod host;
pub mod marker;
pub mod never_read;
pub mod object;
pub mod sub_unit;
pub mod unit;
