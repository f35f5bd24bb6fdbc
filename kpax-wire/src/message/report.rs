//! The upload: sections of what was found.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use super::{Common, checked, common};
use crate::{
    cbor::{Raw, major},
    error::{DecodeError, DecodeErrorKind, EncodeError},
    limits,
    model::{
        Base, BatchId, Clock, CounterId, Extensions, Handle, Index, Row, Text,
        alerts::{Alert, AlertChange},
        counters::{CounterChange, CounterDef, CounterSet},
        events::Event,
        inventory::Device,
        once,
        parts::{Part, PartChange},
        readings::Reading,
        scan_summary::ScanSummary,
        status::Status,
        supplies::{Supply, SupplyChange},
        trays::Tray,
    },
    reader::{Reader, References},
    vocabulary::SectionKind,
    writer::Writer,
};

/// What a collector found, in sections.
///
/// Texts and counter lists that occur more than once can stand once, in `strings` and `shapes`
/// ([`share_tables`](Self::share_tables) does it).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    /// Its number; the same content is sent again under the same number.
    pub batch: BatchId,
    /// When it was made.
    pub clock: Clock,
    /// At least one section.
    pub sections: Vec<Section>,
    /// Texts that [`Text::Local`] refers to.
    pub strings: Vec<String>,
    /// Lists of counters, each rising, that [`Shape::Local`](crate::model::counters::Shape::Local) refers to.
    pub shapes: Vec<Vec<CounterId>>,
    /// Version of the shared catalogue, when anything refers to it.
    pub catalogue: Option<u64>,
    /// Which part of a scan this is, when it was split.
    pub part: Option<ScanPart>,
    /// What counters outside the published table count; a definition holds for the instance and never changes.
    pub definitions: BTreeMap<CounterId, CounterDef>,
    /// Reads that did not complete: what they brought adds and changes, and never says that something is gone. A kind
    /// listed without a row of the device: the read failed.
    pub partial: BTreeMap<Handle, Vec<SectionKind>>,
    /// Fields of later versions.
    pub extensions: Extensions,
}

/// A scan split over several reports.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ScanPart {
    /// The scan.
    pub scan: u64,
    /// Which part, from 0.
    pub nth: u64,
    /// Of how many.
    pub of: u64,
}

/// One section: full tables replace what a server holds of the listed devices, deltas change it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Section {
    /// 10: what devices are.
    Inventory(Vec<Device>),
    /// 11: what they counted.
    Counters(Vec<Row<CounterSet>>),
    /// 11: what they counted since.
    CountersDelta(Base, Vec<Row<CounterChange>>),
    /// 12: what they use up or fill.
    Supplies(Vec<Row<Vec<Supply>>>),
    /// 12: what of it changed.
    SuppliesDelta(Base, Vec<Row<BTreeMap<Index, SupplyChange>>>),
    /// 13: parts that wear.
    Parts(Vec<Row<Vec<Part>>>),
    /// 13: what of them changed.
    PartsDelta(Base, Vec<Row<BTreeMap<Index, PartChange>>>),
    /// 14: what they complain of.
    Alerts(Vec<Row<Vec<Alert>>>),
    /// 14: what of it changed.
    AlertsDelta(Base, Vec<AlertChange>),
    /// 15: what they do and show; `None`: nothing is known.
    Status(Vec<Row<Option<Status>>>),
    /// 16: where media lie.
    Trays(Vec<Row<Vec<Tray>>>),
    /// 18: what scans came to; at least one.
    ScanSummary(Vec<ScanSummary>),
    /// 19: what is billed.
    Readings(Vec<Reading>),
    /// 20: what happened.
    Events(Vec<Event>),
    /// 32 and up: a section of a later version, kept.
    Unknown(UnknownSection),
}

/// A section of a later version, as it came.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownSection(Raw);

impl UnknownSection {
    /// The section's encoding, its kind included.
    #[must_use]
    pub const fn raw(&self) -> &Raw {
        &self.0
    }
}

impl Report {
    /// A report without sections yet.
    #[must_use]
    pub const fn new(batch: BatchId, clock: Clock) -> Self {
        Self {
            batch,
            clock,
            sections: Vec::new(),
            strings: Vec::new(),
            shapes: Vec::new(),
            catalogue: None,
            part: None,
            definitions: BTreeMap::new(),
            partial: BTreeMap::new(),
            extensions: Extensions::new(),
        }
    }

    /// The text, local references followed; `None` of a catalogue's id.
    #[must_use]
    pub fn text<'a>(&'a self, text: &'a Text) -> Option<&'a str> {
        match text {
            Text::Here(text) => Some(text),
            Text::Catalogue(_) => None,
            Text::Local(nth) => self.strings.get(usize::try_from(*nth).ok()?).map(String::as_str),
        }
    }

    /// Encodes the report as a message ([`Message::encode`](super::Message::encode)).
    ///
    /// # Errors
    /// The rule that the report breaks.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        let mut w = Writer::new();
        self.write(&mut w);
        checked(w)
    }

    /// Decodes a message that is a report.
    ///
    /// # Errors
    /// As [`Message::decode`](super::Message::decode); another kind of message is an unexpected type.
    pub fn decode(data: &[u8]) -> Result<Self, DecodeError> {
        match super::Message::decode(data)? {
            super::Message::Report(report) => Ok(report),
            _ => Err(DecodeError {
                kind: DecodeErrorKind::UnexpectedType,
                field: "report",
                offset: 1,
            }),
        }
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.references = read_references(r)?;
        r.go_to(0);
        let mut base = Common::default();
        let mut report = Self::new(BatchId::default(), Clock::default_zero());
        let mut sections_at = None;
        let extensions = r.fields("report", |r, key| {
            if base.read(r, key)? {
                return Ok(true);
            }
            match key {
                3 => {
                    sections_at = Some(r.position());
                    r.skip("sections")?;
                }
                4 => report.strings = read_strings(r)?,
                5 => r.skip("shapes")?, // already read
                6 => report.catalogue = Some(r.uint("catalogue version")?),
                7 => report.part = Some(ScanPart::read(r)?),
                8 => report.definitions = CounterDef::read_all(r)?,
                9 => {
                    report.partial = r.table("partial", 1, |r, _| {
                        r.list("partial", 1, |r| section_kind(r, "partial"))
                    })?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        // Last, as everything else is what they refer to.
        if let Some(position) = sections_at {
            r.go_to(position);
            report.sections = read_sections(r)?;
        }
        if r.references.catalogue_used && report.catalogue.is_none() {
            return Err(r.error_at(0, "report", DecodeErrorKind::CatalogueUnnamed));
        }
        let (batch, clock) = base.finish(r, "report", &[3])?;
        let shapes = core::mem::take(&mut r.references.shapes);
        Ok(Self {
            batch,
            clock,
            shapes,
            extensions,
            ..report
        })
    }

    pub(super) fn write(&self, w: &mut Writer) {
        let mut fields = common(1, self.batch, self.clock);
        fields.put(3, |w| w.list(&self.sections, |w, section| section.write(w)));
        fields.list(4, &self.strings, |w, text| w.text(text));
        fields.list(5, &self.shapes, |w, shape| {
            w.list(shape, |w, id| w.uint(id.get()));
        });
        fields.maybe(6, self.catalogue, Writer::uint);
        fields.maybe(7, self.part, |w, part| {
            w.array(3);
            w.uint(part.scan);
            w.uint(part.nth);
            w.uint(part.of);
        });
        fields.table(8, &self.definitions, |w, definition| definition.write(w));
        fields.table(9, &self.partial, |w, kinds| {
            w.list(kinds, |w, kind| w.uint(kind.number()));
        });
        fields.finish(&self.extensions, w);
    }
}

impl ScanPart {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "scan part";
        let start = r.position();
        r.array(FIELD, 3..=3)?;
        let part = Self {
            scan: r.uint(FIELD)?,
            nth: r.uint(FIELD)?,
            of: r.uint(FIELD)?,
        };
        if part.nth < part.of {
            Ok(part)
        } else {
            Err(r.error_at(start, FIELD, DecodeErrorKind::OutOfRange))
        }
    }
}

impl Section {
    /// Its kind; `None` of a section of a later version, whose number is in its octets.
    #[must_use]
    pub const fn kind(&self) -> Option<SectionKind> {
        Some(match self {
            Self::Inventory(_) => SectionKind::Inventory,
            Self::Counters(_) | Self::CountersDelta(..) => SectionKind::Counters,
            Self::Supplies(_) | Self::SuppliesDelta(..) => SectionKind::Supplies,
            Self::Parts(_) | Self::PartsDelta(..) => SectionKind::ServiceParts,
            Self::Alerts(_) | Self::AlertsDelta(..) => SectionKind::Alerts,
            Self::Status(_) => SectionKind::Status,
            Self::Trays(_) => SectionKind::Trays,
            Self::ScanSummary(_) => SectionKind::ScanSummary,
            Self::Readings(_) => SectionKind::Readings,
            Self::Events(_) => SectionKind::Events,
            Self::Unknown(_) => return None,
        })
    }

    /// What a delta starts from; `None` of a full section.
    #[must_use]
    pub const fn base(&self) -> Option<&Base> {
        match self {
            Self::CountersDelta(base, _)
            | Self::SuppliesDelta(base, _)
            | Self::PartsDelta(base, _)
            | Self::AlertsDelta(base, _) => Some(base),
            _ => None,
        }
    }

    /// Its name in the definition.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Inventory(_) => "inventory",
            Self::Counters(_) => "counters",
            Self::CountersDelta(..) => "counters-delta",
            Self::Supplies(_) => "supplies",
            Self::SuppliesDelta(..) => "supplies-delta",
            Self::Parts(_) => "parts",
            Self::PartsDelta(..) => "parts-delta",
            Self::Alerts(_) => "alerts",
            Self::AlertsDelta(..) => "alerts-delta",
            Self::Status(_) => "status",
            Self::Trays(_) => "trays",
            Self::ScanSummary(_) => "scan-summary",
            Self::Readings(_) => "readings",
            Self::Events(_) => "events",
            Self::Unknown(_) => "other-section",
        }
    }

    fn read(r: &mut Reader<'_>, before: &mut BTreeSet<SectionKind>) -> Result<Self, DecodeError> {
        let start = r.position();
        let len = r.array("section", 1..=limits::ITEMS)?;
        let at = r.position();
        let kind = match r.uint("section kind")? {
            limits::LATER_SECTION.. => {
                r.go_to(start);
                return r.raw("section").map(|raw| Self::Unknown(UnknownSection(raw)));
            }
            number => match SectionKind::from(number) {
                SectionKind::Unlisted(_) => {
                    return Err(r.error_at(at, "section kind", DecodeErrorKind::Reserved(number)));
                }
                kind => kind,
            },
        };
        if len != 3 {
            return Err(r.error_at(start, "section", DecodeErrorKind::OutOfRange));
        }
        let base = r.nullable(Base::read)?;
        if base.is_some() && before.contains(&kind) {
            return Err(r.error_at(start, "section", DecodeErrorKind::DeltaAfterFull));
        }
        before.insert(kind);
        match (kind, base) {
            (SectionKind::Inventory, None) => {
                rows(r, "inventory", Device::read, |d| d.handle).map(Self::Inventory)
            }
            (SectionKind::Counters, None) => keyed(r, "counters", CounterSet::read).map(Self::Counters),
            (SectionKind::Counters, Some(base)) => Ok(Self::CountersDelta(
                base,
                keyed(r, "counters-delta", CounterChange::read)?,
            )),
            (SectionKind::Supplies, None) => keyed(r, "supplies", |r| {
                indexed(r, "supplies", Supply::read, |supply| supply.index.clone())
            })
            .map(Self::Supplies),
            (SectionKind::Supplies, Some(base)) => Ok(Self::SuppliesDelta(
                base,
                keyed(r, "supplies-delta", SupplyChange::read_all)?,
            )),
            (SectionKind::ServiceParts, None) => keyed(r, "parts", |r| {
                indexed(r, "parts", Part::read, |part| part.index.clone())
            })
            .map(Self::Parts),
            (SectionKind::ServiceParts, Some(base)) => Ok(Self::PartsDelta(
                base,
                keyed(r, "parts-delta", PartChange::read_all)?,
            )),
            (SectionKind::Alerts, None) => keyed(r, "alerts", |r| {
                indexed(r, "alerts", Alert::read, |alert| alert.index.clone())
            })
            .map(Self::Alerts),
            (SectionKind::Alerts, Some(base)) => Ok(Self::AlertsDelta(
                base,
                rows(r, "alerts-delta", AlertChange::read, |row| row.handle)?,
            )),
            (SectionKind::Status, None) => keyed(r, "status", |r| r.nullable(Status::read)).map(Self::Status),
            (SectionKind::Trays, None) => keyed(r, "trays", |r| {
                indexed(r, "trays", Tray::read, |tray| tray.index.clone())
            })
            .map(Self::Trays),
            (SectionKind::ScanSummary, None) => r
                .list("scan-summary", 1, ScanSummary::read)
                .map(Self::ScanSummary),
            (SectionKind::Readings, None) => rows(r, "readings", Reading::read, |reading| {
                (reading.handle, reading.slot)
            })
            .map(Self::Readings),
            (SectionKind::Events, None) => read_events(r).map(Self::Events),
            _ => Err(r.error_at(start, "base", DecodeErrorKind::UnexpectedType)),
        }
    }

    fn write(&self, w: &mut Writer) {
        if let Self::Unknown(section) = self {
            return w.raw(&section.0);
        }
        w.array(3);
        w.uint(self.kind().map_or(0, SectionKind::number));
        w.nullable(self.base(), |w, base| base.write(w));
        match self {
            Self::Inventory(devices) => w.list(devices, |w, device| device.write(w)),
            Self::Counters(rows) => w.list(rows, |w, row| row.write(w, |w, set| set.write(w))),
            Self::CountersDelta(_, rows) => w.list(rows, |w, row| row.write(w, |w, change| change.write(w))),
            Self::Supplies(rows) => w.list(rows, |w, row| write_entries(w, row, Supply::write)),
            Self::SuppliesDelta(_, rows) => w.list(rows, |w, row| write_changes(w, row, SupplyChange::write)),
            Self::Parts(rows) => w.list(rows, |w, row| write_entries(w, row, Part::write)),
            Self::PartsDelta(_, rows) => w.list(rows, |w, row| write_changes(w, row, PartChange::write)),
            Self::Alerts(rows) => w.list(rows, |w, row| write_entries(w, row, Alert::write)),
            Self::AlertsDelta(_, rows) => w.list(rows, |w, row| row.write(w)),
            Self::Status(rows) => w.list(rows, |w, row| {
                row.write(w, |w, status| {
                    w.nullable(status.as_ref(), |w, status| status.write(w));
                });
            }),
            Self::Trays(rows) => w.list(rows, |w, row| write_entries(w, row, Tray::write)),
            Self::ScanSummary(scans) => w.list(scans, |w, scan| scan.write(w)),
            Self::Readings(readings) => w.list(readings, |w, reading| reading.write(w)),
            Self::Events(events) => w.list(events, |w, event| event.write(w)),
            Self::Unknown(_) => {}
        }
    }
}

fn write_entries<T>(w: &mut Writer, row: &Row<Vec<T>>, write: impl Fn(&T, &mut Writer)) {
    row.write(w, |w, entries| w.list(entries, |w, entry| write(entry, w)));
}

fn write_changes<T>(w: &mut Writer, row: &Row<BTreeMap<Index, T>>, write: impl Fn(&T, &mut Writer)) {
    row.write(w, |w, changes| {
        w.map(changes.len());
        for (index, change) in changes {
            index.write(w);
            write(change, w);
        }
    });
}

/// Strings and shapes stand after the sections that refer to them, so they are read first.
fn read_references(r: &mut Reader<'_>) -> Result<References, DecodeError> {
    let mut references = References::default();
    for _ in 0..r.map("report", 0)? {
        match r.uint("report")? {
            4 => references.strings = read_strings(r)?.len(),
            5 => references.shapes = r.list("shapes", 1, read_shape)?,
            _ => r.skip("report")?,
        }
    }
    Ok(references)
}

fn read_strings(r: &mut Reader<'_>) -> Result<Vec<String>, DecodeError> {
    r.list("strings", 1, |r| r.text("strings"))
}

fn read_shape(r: &mut Reader<'_>) -> Result<Vec<CounterId>, DecodeError> {
    let start = r.position();
    let shape = r.list("shape", 1, |r| r.uint("counter-id").map(CounterId::new))?;
    if shape.is_sorted_by(|a, b| a < b) {
        Ok(shape)
    } else {
        Err(r.error_at(start, "shape", DecodeErrorKind::NotRising))
    }
}

fn read_sections(r: &mut Reader<'_>) -> Result<Vec<Section>, DecodeError> {
    let mut before = BTreeSet::new();
    r.list("sections", 1, |r| Section::read(r, &mut before))
}

/// A kind that this version knows, or one of a later version.
fn section_kind(r: &mut Reader<'_>, field: &'static str) -> Result<SectionKind, DecodeError> {
    let start = r.position();
    let number = r.uint(field)?;
    match SectionKind::from(number) {
        SectionKind::Unlisted(..limits::LATER_SECTION) => {
            Err(r.error_at(start, field, DecodeErrorKind::Reserved(number)))
        }
        kind => Ok(kind),
    }
}

/// Rows of a section, each with another key.
fn rows<T, K: Ord>(
    r: &mut Reader<'_>,
    field: &'static str,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<T, DecodeError>,
    key: impl Fn(&T) -> K,
) -> Result<Vec<T>, DecodeError> {
    let mut seen = BTreeSet::new();
    r.list(field, 0, |r| {
        let start = r.position();
        let row = read(r)?;
        once(r, start, field, &mut seen, key(&row))?;
        Ok(row)
    })
}

/// Rows of a section, one a device.
fn keyed<T>(
    r: &mut Reader<'_>,
    field: &'static str,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<Row<T>>, DecodeError> {
    rows(r, field, |r| Row::read(r, field, &mut read), |row| row.handle)
}

/// Entries of a device's table, each with another index.
fn indexed<T>(
    r: &mut Reader<'_>,
    field: &'static str,
    read: impl FnMut(&mut Reader<'_>) -> Result<T, DecodeError>,
    index: impl Fn(&T) -> Index,
) -> Result<Vec<T>, DecodeError> {
    if r.major() != Some(major::ARRAY) {
        return r.fail(field, DecodeErrorKind::UnexpectedType);
    }
    rows(r, field, read, index)
}

fn read_events(r: &mut Reader<'_>) -> Result<Vec<Event>, DecodeError> {
    let mut last: BTreeMap<Handle, u64> = BTreeMap::new();
    r.list("events", 0, |r| {
        let start = r.position();
        let event = Event::read(r)?;
        if last
            .insert(event.handle, event.number)
            .is_some_and(|before| event.number <= before)
        {
            return Err(r.error_at(start, "event-nr", DecodeErrorKind::NotRising));
        }
        Ok(event)
    })
}
