//! The rows of the document's arrays.

use super::provenance::{Fields, Provenance};
use alloc::{string::String, vec::Vec};
use core::fmt::Display;
use serde::{Serialize, Serializer};

/// A value that is written as its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<T>(pub(super) T);

impl<T: Display> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A percentage: a whole number where it is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Percentage(pub(super) crate::model::Percent);

impl Serialize for Percentage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.tenths() {
            whole if whole % 10 == 0 => serializer.serialize_u16(whole / 10),
            tenths => serializer.serialize_f64(f64::from(tenths) / 10.0),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct IdentityRow<'a> {
    pub(super) manufacturer: Option<&'a str>,
    pub(super) model: Option<&'a str>,
    pub(super) serial: Option<&'a str>,
    pub(super) mac: Vec<Word<crate::model::Mac>>,
    pub(super) ip: Vec<Word<core::net::IpAddr>>,
    pub(super) network_name: Option<&'a str>,
    pub(super) sys_object_id: Option<Word<snmp_core::oid::Oid<'a>>>,
    pub(super) description: Option<&'a str>,
    pub(super) asset: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Fields>,
}

#[derive(Debug, Serialize)]
pub(super) struct HardwareRow<'a> {
    pub(super) kind: &'static str,
    pub(super) technology: Option<Word<crate::mib::marker::Technology>>,
    pub(super) color: Option<bool>,
    pub(super) duplex: Option<bool>,
    pub(super) scan: Option<bool>,
    pub(super) copy: Option<bool>,
    pub(super) fax: Option<bool>,
    pub(super) installed: Option<Word<crate::model::Date>>,
    pub(super) firmware: Vec<FirmwareRow<'a>>,
    pub(super) location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Fields>,
}

#[derive(Debug, Serialize)]
pub(super) struct FirmwareRow<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) version: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct CounterRow<'a> {
    pub(super) function: &'static str,
    pub(super) color: &'static str,
    pub(super) size: &'static str,
    pub(super) sides: &'static str,
    pub(super) mult: &'static str,
    pub(super) unit: Word<crate::mib::unit::Unit>,
    pub(super) level: &'static str,
    pub(super) name: Option<&'a str>,
    pub(super) code: Option<&'a str>,
    pub(super) marker: Option<u32>,
    pub(super) group: Option<&'a str>,
    pub(super) value: u64,
    pub(super) oid: Option<String>,
    pub(super) source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Provenance>,
}

#[derive(Debug, Serialize)]
pub(super) struct SupplyRow<'a> {
    pub(super) index: Word<&'a crate::model::Index>,
    pub(super) kind: Word<crate::mib::marker::SupplyKind>,
    pub(super) class: Word<crate::mib::marker::SupplyClass>,
    pub(super) color: Option<&'static str>,
    pub(super) description: &'a str,
    pub(super) capacity: Option<i64>,
    pub(super) level: Option<i64>,
    pub(super) level_state: &'static str,
    pub(super) unit: Word<crate::mib::unit::Unit>,
    pub(super) percent: Option<Percentage>,
    #[serde(flatten)]
    pub(super) details: DetailsRow<'a>,
    pub(super) source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Fields>,
}

#[derive(Debug, Serialize)]
pub(super) struct PartRow<'a> {
    pub(super) index: Word<&'a crate::model::Index>,
    pub(super) kind: Word<crate::mib::marker::SupplyKind>,
    pub(super) class: Word<crate::mib::marker::SupplyClass>,
    pub(super) color: Option<&'static str>,
    pub(super) description: Option<&'a str>,
    pub(super) capacity: Option<i64>,
    pub(super) used: Option<i64>,
    pub(super) unit: Word<crate::mib::unit::Unit>,
    pub(super) percent: Option<Percentage>,
    #[serde(flatten)]
    pub(super) details: DetailsRow<'a>,
    pub(super) source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Fields>,
}

#[derive(Debug, Serialize)]
pub(super) struct DetailsRow<'a> {
    pub(super) part_number: Option<&'a str>,
    pub(super) serial: Option<&'a str>,
    pub(super) genuine: Option<bool>,
    pub(super) installed: Option<Word<crate::model::Date>>,
    pub(super) pages_left: Option<u64>,
    #[serde(rename = "yield")]
    pub(super) pages_yield: Option<u64>,
    pub(super) replaced_count: Option<u64>,
    pub(super) coverage: Option<Percentage>,
}

#[derive(Debug, Serialize)]
pub(super) struct TrayRow<'a> {
    pub(super) index: Word<&'a crate::model::Index>,
    pub(super) name: Option<&'a str>,
    pub(super) media: Option<&'a str>,
    pub(super) capacity: Option<i64>,
    pub(super) level: Option<i64>,
    pub(super) level_state: &'static str,
    pub(super) unit: Word<crate::mib::unit::Unit>,
    pub(super) status: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Fields>,
}

#[derive(Debug, Serialize)]
pub(super) struct OutputRow<'a> {
    pub(super) index: Word<&'a crate::model::Index>,
    pub(super) kind: Option<Word<crate::mib::sub_unit::OutputType>>,
    pub(super) name: Option<&'a str>,
    pub(super) capacity: Option<i64>,
    pub(super) remaining: Option<i64>,
    pub(super) level_state: &'static str,
    pub(super) unit: Word<crate::mib::unit::Unit>,
    pub(super) status: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Fields>,
}

#[derive(Debug, Serialize)]
pub(super) struct CoverRow<'a> {
    pub(super) index: Word<&'a crate::model::Index>,
    pub(super) description: Option<&'a str>,
    pub(super) status: Option<Word<crate::mib::sub_unit::CoverStatus>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Fields>,
}

#[derive(Debug, Serialize)]
pub(super) struct AlertRow<'a> {
    pub(super) index: Word<&'a crate::model::Index>,
    pub(super) code: Option<Word<crate::mib::alert::AlertCode>>,
    pub(super) severity: Option<Word<crate::mib::alert::Severity>>,
    pub(super) training: Option<Word<crate::mib::alert::Training>>,
    pub(super) group: Option<Word<crate::mib::alert::AlertGroup>>,
    pub(super) group_index: Option<i32>,
    pub(super) location: Option<i32>,
    pub(super) description: Option<&'a str>,
    pub(super) category: Option<&'static str>,
    pub(super) who: Option<&'static str>,
    pub(super) since: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Fields>,
}

#[derive(Debug, Serialize)]
pub(super) struct StatusRow<'a> {
    pub(super) plain: &'static str,
    pub(super) because: Vec<Word<crate::model::Reason>>,
    pub(super) device: Option<Word<crate::mib::host::DeviceStatus>>,
    pub(super) printer: Option<Word<crate::mib::host::PrinterStatus>>,
    pub(super) errors: Option<Vec<String>>,
    pub(super) panel: Vec<&'a str>,
    pub(super) lights: Vec<LightRow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Fields>,
}

#[derive(Debug, Serialize)]
pub(super) struct LightRow<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) color: Option<Word<crate::mib::sub_unit::LightColor>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct ProfileRow<'a> {
    pub(super) id: &'a str,
    pub(super) version: u32,
}
