//! The sealed upload: written, then opened again to see that it is whole.

use kpax_wire::model::scan_summary::{Scan, ScanSummary};
use kpax_wire::model::{BatchId, Clock, ClockQuality, Handle};
use kpax_wire::seal::Epochs;
use kpax_wire::{
    Direction, EnrolledKey, Kid, Message, Opener, Report, ReportBuilder, Sealer, Site, SiteKey, Suite,
};
use printer_mib::TextPolicy;
use printer_mib::model::{Outcome, Printer};

use crate::Done;
use crate::args::Upload;
use crate::clock::random;

/// The epoch of a key that was just enrolled.
const EPOCH: u16 = 1;

/// What is sealed, and how large it got.
pub(crate) struct Sealed {
    pub(crate) octets: Vec<u8>,
    /// Octets of the report before sealing.
    pub(crate) message: usize,
    pub(crate) devices: usize,
}

/// How the scan went.
pub(crate) struct Scanned {
    pub(crate) addresses: u64,
    pub(crate) answered: u64,
    pub(crate) seconds: u64,
    /// Seconds of Unix time, and microseconds on the surveys' clock: the same moment.
    pub(crate) unix: u64,
    pub(crate) now: u64,
}

/// Seals one report of all that was surveyed, and opens it again.
pub(crate) fn seal(all: &[Done], scanned: &Scanned, key: &EnrolledKey) -> Result<Sealed, String> {
    let mut report = report(all, scanned);
    report.share_tables();
    let message = Message::Report(report.clone())
        .encode()
        .map_err(|error| format!("report: {error}"))?;
    let mut boot = [0; 6];
    boot.copy_from_slice(&random()[..6]);
    // One report under a boot that is never used again: one sequence number is enough.
    let mut sealer = Sealer::new(key, Direction::Up, EPOCH, boot, 0..1).map_err(|error| error.to_string())?;
    let octets = sealer
        .seal_compressed(&message)
        .map_err(|error| error.to_string())?;
    open(&octets, key, &report)?;
    let devices = all.iter().filter(|done| done.outcome == Outcome::Printer).count();
    Ok(Sealed {
        octets,
        message: message.len(),
        devices,
    })
}

/// As a server does it: what comes out must be what went in.
fn open(sealed: &[u8], key: &EnrolledKey, report: &Report) -> Result<(), String> {
    let opened = Opener::new(Direction::Up)
        .open(key, sealed)
        .map_err(|error| format!("opening: {error}"))?;
    match Message::decode(&opened.message) {
        Ok(Message::Report(read)) if read == *report => Ok(()),
        Ok(_) => Err("what was opened is not what was sealed".into()),
        Err(error) => Err(format!("what was opened does not decode: {error}")),
    }
}

fn report(all: &[Done], scanned: &Scanned) -> Report {
    let clock = Clock {
        seconds: scanned.unix,
        quality: ClockQuality::Unchecked,
    };
    let mut builder = ReportBuilder::new(BatchId::new(1), clock, scanned.now);
    let mut known = 0;
    for done in all {
        match done.outcome {
            Outcome::Printer => {
                builder.printer(Handle::new(known), &discreet(&done.printer));
                known += 1;
            }
            Outcome::NotAPrinter => builder.failed(None, printer_mib::model::ErrorCode::NotAPrinter),
            _ => {
                if let Some(code) = done.code() {
                    builder.failed(None, code);
                }
            }
        }
    }
    let mut scan = ScanSummary::new(Scan::Full, scanned.addresses, scanned.seconds);
    scan.answered = scanned.answered;
    scan.known = known;
    builder.finish(Some(scan))
}

/// The printer without free text that may name a user or a document: panel lines and alerts leave only where every word
/// is a printer's word.
fn discreet(printer: &Printer) -> Printer {
    let leaves = |text: &str| TextPolicy::Known.allows_free_text(text);
    let mut printer = printer.clone();
    printer.status.panel.retain(|line| leaves(&line.value));
    for alert in &mut printer.alerts {
        alert.description = alert.description.take().filter(|text| leaves(&text.value));
    }
    printer
}

/// The key of the command line.
fn key(upload: &Upload) -> Result<EnrolledKey, String> {
    let octets: [u8; 32] = upload
        .key
        .0
        .as_slice()
        .try_into()
        .map_err(|_| "--key: 32 octets")?;
    enrolled(&upload.site, &upload.kid, octets)
}

/// A key for the demonstration.
fn demonstration_key() -> Result<EnrolledKey, String> {
    let mut octets = [0; 32];
    octets[..16].copy_from_slice(&random());
    octets[16..].copy_from_slice(&random());
    enrolled(b"demonstration", &random()[..8], octets)
}

/// The key of the command line, or one for this run only.
pub(crate) fn key_of(args: &crate::args::Args) -> Result<EnrolledKey, String> {
    args.upload.as_ref().map_or_else(demonstration_key, key)
}

fn enrolled(site: &[u8], kid: &[u8], key: [u8; 32]) -> Result<EnrolledKey, String> {
    Ok(EnrolledKey {
        site: Site::new(site).ok_or("--site: 1 to 32 octets")?,
        kid: Kid::new(kid).ok_or("--kid: 4 to 8 octets")?,
        suite: Suite::Aes256Gcm,
        key: SiteKey::new(key),
        epochs: Epochs::Only(vec![EPOCH]),
    })
}
