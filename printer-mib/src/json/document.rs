//! The line as a whole.

use super::PrinterJson;
use crate::model::{Date, ErrorCode, Outcome};
use alloc::{
    format,
    string::{String, ToString},
};
use serde::{Serialize, Serializer, ser::SerializeMap};

/// One line of `collect --json`: what became of one target.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    /// `address:port`, or `walk:FILE`.
    pub target: &'a str,
    /// What the survey found.
    pub outcome: Outcome,
    /// When the survey ended, in seconds of Unix time.
    pub observed: Option<u64>,
    /// Why it failed, or why a section is missing.
    pub error: Option<Failure<'a>>,
    /// What is known of the device; also of one that is not a printer.
    pub printer: Option<PrinterJson<'a>>,
    /// What the survey cost.
    pub exchange: Exchange,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", &1)?;
        map.serialize_entry("target", self.target)?;
        map.serialize_entry("outcome", self.outcome.name())?;
        map.serialize_entry("observed", &self.observed.map(rfc3339))?;
        map.serialize_entry("error", &self.error)?;
        if let Some(printer) = &self.printer {
            printer.entries(&mut map)?;
        }
        map.serialize_entry("exchange", &self.exchange)?;
        map.end()
    }
}

/// Why a survey failed.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    /// The reason.
    pub code: ErrorCode,
    /// The reason in words; `None`: the code's own.
    pub text: Option<&'a str>,
    /// What to do about it.
    pub hint: Option<&'a str>,
    /// Seconds after which asking again makes sense; `None`: not before something is changed.
    pub retry: Option<u64>,
}

impl Serialize for Failure<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("code", self.code.name())?;
        map.serialize_entry("text", self.text.unwrap_or(self.code.text()))?;
        map.serialize_entry("hint", &self.hint)?;
        map.serialize_entry("retry", &self.retry)?;
        map.end()
    }
}

/// What a survey cost, counted at the socket.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Exchange {
    /// The version that was spoken.
    pub version: Option<SnmpVersion>,
    /// Datagrams sent.
    pub requests: u64,
    /// Datagrams received.
    pub responses: u64,
    /// Of those sent, repetitions.
    pub retries: u64,
    /// Octets of UDP payload sent.
    pub bytes_sent: u64,
    /// Octets of UDP payload received.
    pub bytes_received: u64,
}

/// A version of SNMP.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SnmpVersion {
    /// RFC 1157.
    V1,
    /// RFC 1901.
    V2c,
    /// RFC 3412.
    V3,
}

/// Unix time as RFC 3339.
fn rfc3339(seconds: u64) -> String {
    let date = i32::try_from(seconds / 86_400)
        .map_or_else(|_| String::new(), |days| Date::from_days(days).to_string());
    let of_day = seconds % 86_400;
    format!(
        "{date}T{:02}:{:02}:{:02}Z",
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    )
}
