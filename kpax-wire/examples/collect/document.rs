//! A device as one line of JSON (collect.schema.json).

use printer_mib::TextPolicy;
use printer_mib::json::{Document, Exchange, Failure, PrinterJson, SnmpVersion};
use printer_mib::model::{ErrorCode, Outcome};
use snmp_core::message::Version;

use crate::Done;

pub(crate) fn line(done: &Done, explain: bool) -> String {
    let hint = done.hint();
    let text = done.error_text();
    let error = done.code().map(|code| Failure {
        code,
        text: Some(&text),
        hint: hint.as_deref(),
        retry: retry(code),
    });
    let printer = (done.outcome != Outcome::Failed).then_some(PrinterJson {
        printer: &done.printer,
        // It stays on this machine, and who runs it sees the same on the device's panel.
        policy: TextPolicy::Full,
        explain,
    });
    let exchange = Exchange {
        version: done.version.map(|version| match version {
            Version::V1 => SnmpVersion::V1,
            Version::V2c => SnmpVersion::V2c,
            Version::V3 => SnmpVersion::V3,
        }),
        requests: done.counts.sent,
        responses: done.counts.received,
        retries: done.counts.retries,
        bytes_sent: done.counts.octets_sent,
        bytes_received: done.counts.octets_received,
    };
    let document = Document {
        target: &done.target,
        outcome: done.outcome,
        observed: Some(done.observed),
        error,
        printer,
        exchange,
    };
    serde_json::to_string(&document).expect("a document has no keys but text")
}

/// Seconds after which asking again makes sense; what has to be mended first gets none.
fn retry(code: ErrorCode) -> Option<u64> {
    match code {
        ErrorCode::NoAnswer | ErrorCode::Unreachable => Some(300),
        ErrorCode::Partial | ErrorCode::Deadline | ErrorCode::ReportNotInTimeWindow => Some(60),
        _ => None,
    }
}
