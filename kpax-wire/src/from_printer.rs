//! Reports from surveyed printers.
//!
//! [`ReportBuilder`] takes [`Printer`]s as `printer-mib` gives them. A section that completed becomes a full row; one
//! that came in part becomes a row that adds and never removes; one that failed is listed without a row; what was not
//! asked for is not mentioned.

mod counters;
mod rows;

use alloc::{collections::BTreeMap, vec::Vec};

use printer_mib::model::{ErrorCode as SurveyError, Printer, SectionKind as Part, SectionState};

pub use self::counters::{CounterMeaning, counter_meaning};
use crate::{
    message::{Report, Section},
    model::{
        Age, BatchId, Clock, ClockQuality, CounterId, Handle, Row,
        alerts::Alert,
        counters::{CounterDef, CounterSet},
        inventory::Device,
        parts,
        scan_summary::ScanSummary,
        status::Status,
        supplies::Supply,
        trays::Tray,
    },
    number::Int,
    vocabulary::{ErrorCode, SectionKind, TextPolicy},
};

/// Collects surveyed printers into one report.
#[derive(Clone, Debug)]
pub struct ReportBuilder {
    report: Report,
    /// Microseconds on the surveys' clock.
    now: u64,
    policy: TextPolicy,
    inventory: Vec<Device>,
    counters: Vec<Row<CounterSet>>,
    supplies: Vec<Row<Vec<Supply>>>,
    parts: Vec<Row<Vec<parts::Part>>>,
    alerts: Vec<Row<Vec<Alert>>>,
    status: Vec<Row<Option<Status>>>,
    trays: Vec<Row<Vec<Tray>>>,
    known_definitions: BTreeMap<CounterId, CounterDef>,
    failed: BTreeMap<Handle, ErrorCode>,
    failures: BTreeMap<ErrorCode, u64>,
}

impl ReportBuilder {
    /// A builder without printers.
    ///
    /// `now` is the time of `clock` in microseconds on the clock that drove the surveys (`Instant::as_micros`): the
    /// difference to a section's time of observation is its age.
    #[must_use]
    pub const fn new(batch: BatchId, clock: Clock, now: u64) -> Self {
        Self {
            report: Report::new(batch, clock),
            now,
            policy: TextPolicy::Full,
            inventory: Vec::new(),
            counters: Vec::new(),
            supplies: Vec::new(),
            parts: Vec::new(),
            alerts: Vec::new(),
            status: Vec::new(),
            trays: Vec::new(),
            known_definitions: BTreeMap::new(),
            failed: BTreeMap::new(),
            failures: BTreeMap::new(),
        }
    }

    /// The same, leaving out text that the device wrote (descriptions, panel lines, names, location) unless the policy is
    /// full: there is no catalogue yet whose texts would be "known". Model, serial and part numbers stay. The survey's own
    /// policy has already been at work on panel and alert texts.
    #[must_use]
    pub fn text_policy(self, policy: TextPolicy) -> Self {
        Self { policy, ..self }
    }

    /// The same, with the counters that earlier reports of this instance defined: a definition never changes, so the
    /// same counter must keep its id. Afterwards the caller adds the new report's `definitions` to what it keeps.
    #[must_use]
    pub fn with_definitions(mut self, known: BTreeMap<CounterId, CounterDef>) -> Self {
        self.known_definitions = known;
        self
    }

    /// Adds a printer under the collector's number for it.
    pub fn printer(&mut self, handle: Handle, printer: &Printer) {
        let mut ages = Ages {
            now: self.now,
            last: 0,
        };
        let full = self.policy == TextPolicy::Full;
        self.inventory.push(rows::device(handle, printer, full));
        self.note(handle, Part::Inventory, printer);
        if self.note(handle, Part::Counters, printer) {
            let set = counters::set(
                &printer.counters,
                &self.known_definitions,
                &mut self.report.definitions,
            );
            // There is no form for "no counters at all".
            if !set.is_empty() {
                let age = ages.of(printer, Part::Counters);
                self.counters
                    .push(Row::new(handle, CounterSet::Map(set)).aged(age));
            }
        }
        if self.note(handle, Part::Supplies, printer) {
            let (entries, whole) = rows::supplies(&printer.supplies, full);
            self.note_left_out(handle, SectionKind::Supplies, whole);
            let age = ages.of(printer, Part::Supplies);
            self.supplies.push(Row::new(handle, entries).aged(age));
        }
        if self.note(handle, Part::ServiceParts, printer) {
            let (entries, whole) = rows::parts(&printer.service_parts, full);
            self.note_left_out(handle, SectionKind::ServiceParts, whole);
            let age = ages.of(printer, Part::ServiceParts);
            self.parts.push(Row::new(handle, entries).aged(age));
        }
        if self.note(handle, Part::Alerts, printer) {
            let observed = ages.seconds(printer, Part::Alerts);
            let (entries, whole) = rows::alerts(printer, full, |alert| {
                first_seen(self.report.clock, observed, printer, alert)
            });
            self.note_left_out(handle, SectionKind::Alerts, whole);
            let age = ages.of(printer, Part::Alerts);
            self.alerts.push(Row::new(handle, entries).aged(age));
        }
        if self.note(handle, Part::Status, printer) {
            let age = ages.of(printer, Part::Status);
            self.status
                .push(Row::new(handle, Some(rows::status(&printer.status, full))).aged(age));
        }
        if self.note(handle, Part::Trays, printer) {
            let (entries, whole) = rows::trays(&printer.trays, full);
            self.note_left_out(handle, SectionKind::Trays, whole);
            let age = ages.of(printer, Part::Trays);
            self.trays.push(Row::new(handle, entries).aged(age));
        }
    }

    /// Adds a device that could not be read; `None`: it has no number yet and is only counted.
    pub fn failed(&mut self, handle: Option<Handle>, why: SurveyError) {
        let Some(why) = ErrorCode::from_number(why.number().into()) else {
            return;
        };
        if let Some(handle) = handle {
            self.failed.insert(handle, why);
        }
        let count = self.failures.entry(why).or_default();
        *count = count.saturating_add(1);
    }

    /// The report, with the scan's own numbers where there was one. Failures stand in its summary; without a scan the
    /// summary is one of a full scan of what the builder was given.
    #[must_use]
    pub fn finish(mut self, scan: Option<ScanSummary>) -> Report {
        let devices = u64::try_from(self.inventory.len()).unwrap_or(u64::MAX);
        let failures = self.failures.values().copied().fold(0, u64::saturating_add);
        let scan = scan.or_else(|| {
            (failures > 0 || devices == 0).then(|| ScanSummary {
                answered: devices,
                known: devices,
                ..ScanSummary::new(
                    crate::model::scan_summary::Scan::Full,
                    devices.saturating_add(failures),
                    0,
                )
            })
        });
        let sections = &mut self.report.sections;
        if !self.inventory.is_empty() {
            sections.push(Section::Inventory(self.inventory));
        }
        if !self.counters.is_empty() {
            sections.push(Section::Counters(self.counters));
        }
        if !self.supplies.is_empty() {
            sections.push(Section::Supplies(self.supplies));
        }
        if !self.parts.is_empty() {
            sections.push(Section::Parts(self.parts));
        }
        if !self.alerts.is_empty() {
            sections.push(Section::Alerts(self.alerts));
        }
        if !self.status.is_empty() {
            sections.push(Section::Status(self.status));
        }
        if !self.trays.is_empty() {
            sections.push(Section::Trays(self.trays));
        }
        if let Some(mut scan) = scan {
            scan.failures.extend(self.failures);
            scan.failed.append(&mut self.failed);
            sections.push(Section::ScanSummary([scan].into()));
        }
        self.report
    }

    /// Notes how far a section came; whether there is anything to send.
    fn note(&mut self, handle: Handle, part: Part, printer: &Printer) -> bool {
        let kind = SectionKind::from(u64::from(part.number()));
        match printer.sections.of(part).state {
            SectionState::Complete => true,
            SectionState::Partial => {
                self.report.partial.entry(handle).or_default().push(kind);
                true
            }
            SectionState::Failed => {
                self.report.partial.entry(handle).or_default().push(kind);
                false
            }
            _ => false,
        }
    }

    /// A table of which a row cannot be sent says nothing about what is gone.
    fn note_left_out(&mut self, handle: Handle, kind: SectionKind, whole: bool) {
        let kinds = self.report.partial.entry(handle).or_default();
        if !whole && !kinds.contains(&kind) {
            kinds.push(kind);
        }
        if kinds.is_empty() {
            self.report.partial.remove(&handle);
        }
    }
}

/// Ages of one device's rows: one that is that of the row before it is left out.
struct Ages {
    now: u64,
    last: u64,
}

impl Ages {
    fn seconds(&self, printer: &Printer, part: Part) -> u64 {
        let observed = printer.sections.of(part).observed;
        observed.map_or(0, |observed| {
            self.now.saturating_sub(observed.as_micros()) / 1_000_000
        })
    }

    fn of(&mut self, printer: &Printer, part: Part) -> Age {
        let seconds = self.seconds(printer, part);
        if seconds == self.last {
            return Age::AsBefore;
        }
        self.last = seconds;
        Age::Seconds(seconds)
    }
}

/// When an alert was raised, on the message clock: by the device's own time where it gives one, else when it was read.
///
/// The format wants it sent unchanged ever after: a collector that keeps state keeps this too.
#[must_use]
pub fn first_seen(clock: Clock, age: u64, printer: &Printer, alert: &printer_mib::model::Alert) -> Int {
    let raised = alert
        .time
        .as_ref()
        .zip(printer.up_time.as_ref())
        .and_then(|(raised, up)| {
            // Hundredths of a second since the device's start; a time after now is of an earlier start.
            up.value
                .checked_sub(raised.value)
                .map(|hundredths| u64::from(hundredths / 100))
        });
    let ago = age.saturating_add(raised.unwrap_or(0));
    let seconds = i128::from(clock.seconds) - i128::from(ago);
    // On Unix time nothing was raised before 1970; since start it may well have been before that.
    let seconds = if clock.quality == ClockQuality::SinceStart {
        seconds
    } else {
        seconds.max(0)
    };
    Int::try_from(seconds).unwrap_or_default()
}
