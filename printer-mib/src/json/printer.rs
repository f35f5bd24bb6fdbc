//! A printer as the document shows it.

use super::{
    provenance::{self, From, Provenance},
    row::*,
};
use crate::{
    mib::{
        host::DetectedError,
        sub_unit::{SubUnitState, SubUnitStatus},
    },
    model::{
        Alert, Capacity, Counter, Cover, DeviceKind, Fact, Level, Output, Printer, SectionKind, ServicePart,
        Status, Supply, SupplyDetails, Tray,
    },
    policy::TextPolicy,
};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde::{Serialize, Serializer, ser::SerializeMap};

/// A printer as JSON: the keys of the document from `sections` to `profile`.
#[derive(Clone, Copy, Debug)]
pub struct PrinterJson<'a> {
    /// The printer.
    pub printer: &'a Printer,
    /// How much of the device's text is shown.
    pub policy: TextPolicy,
    /// Whether every field says where it came from.
    pub explain: bool,
}

impl Serialize for PrinterJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.entries(&mut map)?;
        map.end()
    }
}

impl<'a> PrinterJson<'a> {
    pub(super) fn entries<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let printer = self.printer;
        map.serialize_entry("sections", &SectionsMap(printer))?;
        map.serialize_entry("identity", &self.identity())?;
        map.serialize_entry("hardware", &self.hardware())?;
        map.serialize_entry("counters", &rows(&printer.counters, |row| self.counter(row)))?;
        map.serialize_entry("supplies", &rows(&printer.supplies, |row| self.supply(row)))?;
        map.serialize_entry(
            "service_parts",
            &rows(&printer.service_parts, |row| self.part(row)),
        )?;
        map.serialize_entry("trays", &rows(&printer.trays, |row| self.tray(row)))?;
        map.serialize_entry("outputs", &rows(&printer.outputs, |row| self.output(row)))?;
        map.serialize_entry("covers", &rows(&printer.covers, |row| self.cover(row)))?;
        map.serialize_entry("alerts", &rows(&printer.alerts, |row| self.alert(row)))?;
        map.serialize_entry("status", &self.status(&printer.status))?;
        let profile = printer.profile.as_ref().map(|profile| ProfileRow {
            id: &profile.id,
            version: profile.version,
        });
        map.serialize_entry("profile", &profile)
    }

    const fn from(&self) -> From<'a> {
        From::new(self.printer, self.explain)
    }

    /// A description, a name or a location.
    fn described(&self, fact: Option<&'a Fact<String>>) -> Option<&'a str> {
        fact.filter(|_| self.policy.allows_descriptions())
            .map(|fact| fact.value.as_str())
    }

    /// A panel line or an alert's text.
    fn free(&self, fact: Option<&'a Fact<String>>) -> Option<&'a str> {
        fact.map(|fact| fact.value.as_str())
            .filter(|text| self.policy.allows_free_text(text))
    }

    fn identity(&self) -> IdentityRow<'a> {
        let identity = &self.printer.identity;
        let shown = self.policy.allows_descriptions();
        let mut from = self.from();
        from.add("manufacturer", identity.manufacturer.as_ref())
            .add("model", identity.model.as_ref())
            .add("serial", identity.serial.as_ref())
            .add("mac", identity.mac.first())
            .add("ip", identity.ip.first())
            .add_text("network_name", identity.network_name.as_ref(), shown)
            .add("sys_object_id", identity.sys_object_id.as_ref())
            .add_text("description", identity.description.as_ref(), shown)
            .add("asset", identity.asset.as_ref());
        IdentityRow {
            manufacturer: text(identity.manufacturer.as_ref()),
            model: text(identity.model.as_ref()),
            serial: text(identity.serial.as_ref()),
            mac: identity.mac.iter().map(|mac| Word(mac.value)).collect(),
            ip: identity.ip.iter().map(|ip| Word(ip.value)).collect(),
            network_name: self.described(identity.network_name.as_ref()),
            sys_object_id: identity
                .sys_object_id
                .as_ref()
                .map(|oid| Word(oid.value.as_oid())),
            description: self.described(identity.description.as_ref()),
            asset: text(identity.asset.as_ref()),
            from: from.finish(),
        }
    }

    fn hardware(&self) -> HardwareRow<'a> {
        let hardware = &self.printer.hardware;
        let mut from = self.from();
        from.add("kind", hardware.kind.as_ref())
            .add("technology", hardware.technology.as_ref())
            .add("color", hardware.color.as_ref())
            .add("duplex", hardware.duplex.as_ref())
            .add("scan", hardware.scan.as_ref())
            .add("copy", hardware.copy.as_ref())
            .add("fax", hardware.fax.as_ref())
            .add("installed", hardware.installed.as_ref())
            .add(
                "firmware",
                hardware.firmware.first().map(|firmware| &firmware.version),
            )
            .add_text(
                "location",
                hardware.location.as_ref(),
                self.policy.allows_descriptions(),
            );
        HardwareRow {
            kind: hardware
                .kind
                .map_or(DeviceKind::Unknown, |kind| kind.value)
                .name(),
            technology: hardware.technology.map(|technology| Word(technology.value)),
            color: value(hardware.color),
            duplex: value(hardware.duplex),
            scan: value(hardware.scan),
            copy: value(hardware.copy),
            fax: value(hardware.fax),
            installed: hardware.installed.map(|date| Word(date.value)),
            firmware: rows(&hardware.firmware, |firmware| FirmwareRow {
                name: firmware.name.as_deref(),
                version: &firmware.version.value,
            }),
            location: self.described(hardware.location.as_ref()),
            from: from.finish(),
        }
    }

    fn counter(&self, counter: &'a Counter) -> CounterRow<'a> {
        CounterRow {
            function: counter.function.name(),
            color: counter.color.name(),
            size: counter.size.name(),
            sides: counter.sides.name(),
            mult: counter.multiplicity.name(),
            unit: Word(counter.unit),
            level: counter.level.name(),
            name: counter.name.as_deref(),
            code: counter.code.as_deref(),
            marker: counter.marker,
            group: counter.group.as_deref(),
            value: counter.value,
            oid: provenance::oid(self.printer, counter.source),
            source: counter.source.kind().name(),
            from: self
                .explain
                .then(|| Provenance::of(self.printer, counter.source, true)),
        }
    }

    fn supply(&self, supply: &'a Supply) -> SupplyRow<'a> {
        let mut from = self.from();
        from.add("kind", supply.kind.as_ref())
            .add("class", supply.class.as_ref())
            .add("color", supply.color.as_ref())
            .add_text(
                "description",
                supply.description.as_ref(),
                self.policy.allows_descriptions(),
            )
            .add("capacity", supply.capacity.as_ref())
            .add("level", supply.level.as_ref())
            .add("unit", supply.unit.as_ref());
        details_from(&mut from, &supply.details);
        SupplyRow {
            index: Word(&supply.index),
            kind: Word(supply.kind()),
            class: Word(supply.class()),
            color: supply.color.map(|color| color.value.name()),
            description: self.described(supply.description.as_ref()).unwrap_or_default(),
            capacity: supply.capacity().known(),
            level: supply.level().known(),
            level_state: supply.level().state(),
            unit: Word(supply.unit()),
            percent: supply.percent().map(Percentage),
            details: details(&supply.details),
            source: supply.source.kind().name(),
            from: from.finish(),
        }
    }

    fn part(&self, part: &'a ServicePart) -> PartRow<'a> {
        let mut from = self.from();
        from.add("kind", part.kind.as_ref())
            .add("class", part.class.as_ref())
            .add("color", part.color.as_ref())
            .add_text(
                "description",
                part.description.as_ref(),
                self.policy.allows_descriptions(),
            )
            .add("capacity", part.capacity.as_ref())
            .add("used", part.used.as_ref())
            .add("percent", part.left.as_ref())
            .add("unit", part.unit.as_ref());
        details_from(&mut from, &part.details);
        PartRow {
            index: Word(&part.index),
            kind: Word(part.kind()),
            class: Word(part.class()),
            color: part.color.map(|color| color.value.name()),
            description: self.described(part.description.as_ref()),
            capacity: value(part.capacity),
            used: value(part.used),
            unit: Word(part.unit()),
            percent: part.percent().map(Percentage),
            details: details(&part.details),
            source: part.source.kind().name(),
            from: from.finish(),
        }
    }

    fn tray(&self, tray: &'a Tray) -> TrayRow<'a> {
        let shown = self.policy.allows_descriptions();
        let mut from = self.from();
        from.add_text("name", tray.name.as_ref(), shown)
            .add_text("media", tray.media.as_ref(), shown)
            .add("capacity", tray.capacity.as_ref())
            .add("level", tray.level.as_ref())
            .add("unit", tray.unit.as_ref())
            .add("status", tray.status.as_ref());
        TrayRow {
            index: Word(&tray.index),
            name: self.described(tray.name.as_ref()),
            media: self.described(tray.media.as_ref()),
            capacity: tray.capacity().known(),
            level: tray.level().known(),
            level_state: tray.level().state(),
            unit: Word(tray.unit()),
            status: tray.status.as_ref().map(words),
            from: from.finish(),
        }
    }

    fn output(&self, output: &'a Output) -> OutputRow<'a> {
        let remaining = output.remaining.map_or(Level::NotReported, |fact| fact.value);
        let mut from = self.from();
        from.add("kind", output.kind.as_ref())
            .add_text("name", output.name.as_ref(), self.policy.allows_descriptions())
            .add("capacity", output.capacity.as_ref())
            .add("remaining", output.remaining.as_ref())
            .add("unit", output.unit.as_ref())
            .add("status", output.status.as_ref());
        OutputRow {
            index: Word(&output.index),
            kind: output.kind.map(|kind| Word(kind.value)),
            name: self.described(output.name.as_ref()),
            capacity: output
                .capacity
                .map_or(Capacity::NotReported, |fact| fact.value)
                .known(),
            remaining: remaining.known(),
            level_state: remaining.state(),
            unit: Word(
                output
                    .unit
                    .map_or(crate::mib::unit::Unit::Unknown, |fact| fact.value),
            ),
            status: output.status.as_ref().map(words),
            from: from.finish(),
        }
    }

    fn cover(&self, cover: &'a Cover) -> CoverRow<'a> {
        let mut from = self.from();
        from.add_text(
            "description",
            cover.description.as_ref(),
            self.policy.allows_descriptions(),
        )
        .add("status", cover.status.as_ref());
        CoverRow {
            index: Word(&cover.index),
            description: self.described(cover.description.as_ref()),
            status: cover.status.map(|status| Word(status.value)),
            from: from.finish(),
        }
    }

    fn alert(&self, alert: &'a Alert) -> AlertRow<'a> {
        let description = self.free(alert.description.as_ref());
        let mut from = self.from();
        from.add("code", alert.code.as_ref())
            .add("severity", alert.severity.as_ref())
            .add("training", alert.training.as_ref())
            .add("group", alert.group.as_ref())
            .add("group_index", alert.group_index.as_ref())
            .add("location", alert.location.as_ref())
            .add_text("description", alert.description.as_ref(), description.is_some())
            .add("category", alert.category.as_ref())
            .add("who", alert.who.as_ref());
        AlertRow {
            index: Word(&alert.index),
            code: alert.code.map(|code| Word(code.value)),
            severity: alert.severity.map(|severity| Word(severity.value)),
            training: alert.training.map(|training| Word(training.value)),
            group: alert.group.map(|group| Word(group.value)),
            group_index: value(alert.group_index),
            location: value(alert.location),
            description,
            category: alert.category.map(|category| category.value.name()),
            who: alert.who.map(|who| who.value.name()),
            since: None,
            from: from.finish(),
        }
    }

    fn status(&self, status: &'a Status) -> StatusRow<'a> {
        let mut from = self.from();
        from.add("device", status.device.as_ref())
            .add("printer", status.printer.as_ref())
            .add("errors", status.errors.as_ref())
            .add_text(
                "panel",
                status.panel.first(),
                self.free(status.panel.first()).is_some(),
            );
        StatusRow {
            plain: status.plain.name(),
            because: status.because.iter().copied().map(Word).collect(),
            device: status.device.map(|device| Word(device.value)),
            printer: status.printer.map(|printer| Word(printer.value)),
            errors: status
                .errors
                .as_ref()
                .map(|errors| errors.value.iter().map(condition).collect()),
            panel: status
                .panel
                .iter()
                .filter_map(|line| self.free(Some(line)))
                .collect(),
            lights: rows(&status.lights, |light| LightRow {
                name: self.described(light.name.as_ref()),
                color: light.color.map(|color| Word(color.value)),
                state: light.state.map(|state| state.name()),
            }),
            from: from.finish(),
        }
    }
}

fn rows<'a, T, R>(rows: &'a [T], row: impl Fn(&'a T) -> R) -> Vec<R> {
    rows.iter().map(row).collect()
}

fn text(fact: Option<&Fact<String>>) -> Option<&str> {
    fact.map(|fact| fact.value.as_str())
}

fn value<T: Copy>(fact: Option<Fact<T>>) -> Option<T> {
    fact.map(|fact| fact.value)
}

fn words(status: &Fact<SubUnitStatus>) -> Vec<&'static str> {
    status.value.words().into_iter().map(SubUnitState::name).collect()
}

fn condition(condition: DetectedError) -> String {
    match condition {
        DetectedError::Unlisted(bit) => format!("bit_{bit}"),
        condition => condition.to_string(),
    }
}

fn details_from(from: &mut From<'_>, details: &SupplyDetails) {
    from.add("part_number", details.part_number.as_ref())
        .add("serial", details.serial.as_ref())
        .add("genuine", details.genuine.as_ref())
        .add("installed", details.installed.as_ref())
        .add("pages_left", details.pages_left.as_ref())
        .add("yield", details.pages_yield.as_ref())
        .add("replaced_count", details.replaced_count.as_ref())
        .add("coverage", details.coverage.as_ref());
}

fn details(details: &SupplyDetails) -> DetailsRow<'_> {
    DetailsRow {
        part_number: text(details.part_number.as_ref()),
        serial: text(details.serial.as_ref()),
        genuine: value(details.genuine),
        installed: details.installed.map(|date| Word(date.value)),
        pages_left: value(details.pages_left),
        pages_yield: value(details.pages_yield),
        replaced_count: value(details.replaced_count),
        coverage: details.coverage.map(|coverage| Percentage(coverage.value)),
    }
}

struct SectionsMap<'a>(&'a Printer);

impl Serialize for SectionsMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sections = &self.0.sections;
        serializer.collect_map(
            sections
                .iter()
                .map(|(kind, section): (SectionKind, _)| (kind.name(), section.state.name())),
        )
    }
}
