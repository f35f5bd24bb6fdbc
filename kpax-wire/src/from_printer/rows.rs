//! Rows of a printer's tables.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
    vec::Vec,
};

use printer_mib::model::{self as survey, Capacity, Date, Fact, Printer, SupplyDetails};

use crate::{
    limits,
    model::{
        Handle, Index, Level, Text,
        alerts::{Alert, AlertMore},
        inventory::{Capabilities, Device, Firmware, Mac},
        parts::Part,
        status::{ErrorBits, Light, Status},
        supplies::{Supply, SupplyMore},
        trays::{Tray, TrayStatus},
    },
    number::{Int, Num},
    vocabulary::{
        AlertCategory, DeviceKind, DeviceStatus, LightColour, Lit, PlainStatus, PrinterStatus, Severity,
        SupplyClass, SupplyColour, SupplyType, Technology, Training, Unit, Who,
    },
};

/// A text that fits the format's limit.
pub(super) fn cut(text: &str) -> &str {
    let mut end = text.len().min(limits::TEXT);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}

fn string(fact: Option<&Fact<String>>) -> Option<String> {
    fact.map(|fact| cut(&fact.value))
        .filter(|text| !text.is_empty())
        .map(ToString::to_string)
}

fn text(fact: Option<&Fact<String>>) -> Option<Text> {
    string(fact).map(Text::Here)
}

/// A text that the device or its administrator wrote, where the policy lets it pass.
fn free(fact: Option<&Fact<String>>, full: bool) -> Option<Text> {
    text(fact.filter(|_| full))
}

fn day(date: &Fact<Date>) -> Int {
    date.value.days().into()
}

pub(super) fn device(handle: Handle, printer: &Printer, full: bool) -> Device {
    let (identity, hardware) = (&printer.identity, &printer.hardware);
    let flag = |fact: Option<&Fact<bool>>| fact.map(|fact| fact.value);
    let capabilities = Capabilities::default()
        .with(Capabilities::COLOR, flag(hardware.color.as_ref()))
        .with(Capabilities::DUPLEX, flag(hardware.duplex.as_ref()))
        .with(Capabilities::SCAN, flag(hardware.scan.as_ref()))
        .with(Capabilities::COPY, flag(hardware.copy.as_ref()))
        .with(Capabilities::FAX, flag(hardware.fax.as_ref()));
    let firmware = hardware
        .firmware
        .iter()
        .filter(|firmware| !firmware.version.value.is_empty());
    Device {
        maker: text(identity.manufacturer.as_ref()),
        model: text(identity.model.as_ref()),
        serial: string(identity.serial.as_ref()),
        addresses: identity.ip.iter().map(|fact| fact.value).collect(),
        macs: identity
            .mac
            .iter()
            .filter_map(|fact| Mac::new(fact.value.octets()))
            .collect(),
        network_name: string(identity.network_name.as_ref().filter(|_| full)),
        kind: hardware
            .kind
            .and_then(|kind| DeviceKind::from_number(kind.value.number().into())),
        technology: hardware
            .technology
            .and_then(|technology| Technology::from_number(technology.value.number().into())),
        capabilities: Some(capabilities).filter(|capabilities| !capabilities.is_empty()),
        installed: hardware.installed.as_ref().map(day),
        firmware: firmware
            .map(|firmware| Firmware {
                name: firmware.name.as_deref().map(|name| Text::from(cut(name))),
                version: Text::from(cut(&firmware.version.value)),
            })
            .collect(),
        location: free(hardware.location.as_ref(), full),
        description: free(identity.description.as_ref(), full),
        sys_object_id: identity
            .sys_object_id
            .as_ref()
            .map(|fact| fact.value.as_oid().as_octets().to_vec()),
        asset: string(identity.asset.as_ref()),
        profile: printer
            .profile
            .as_ref()
            .map(|profile| (Text::from(cut(&profile.id)), profile.version.into())),
        ..Device::new(handle)
    }
}

fn index(index: &survey::Index) -> Option<Index> {
    match index {
        survey::Index::Arcs(arcs) => Index::arcs(arcs),
        survey::Index::Key(key) => Index::key(cut(key)),
    }
}

/// Rows that can be sent, each index once, and whether these are all.
fn entries<'a, T: 'a, U>(
    rows: impl IntoIterator<Item = &'a T>,
    index_of: impl Fn(&T) -> &survey::Index,
    make: impl Fn(&T, Index) -> U,
) -> (Vec<U>, bool) {
    let mut seen = BTreeSet::new();
    let mut whole = true;
    let mut entries = Vec::new();
    for row in rows {
        match index(index_of(row)) {
            Some(index) if seen.insert(index.clone()) => entries.push(make(row, index)),
            _ => whole = false,
        }
    }
    (entries, whole)
}

fn level(level: survey::Level) -> Level {
    match level {
        survey::Level::Known(number) if number >= 0 => Level::Known(number.into()),
        survey::Level::SomeRemaining => Level::SomeRemaining,
        survey::Level::Unrestricted => Level::Unrestricted,
        survey::Level::Low => Level::Low,
        survey::Level::NotReported => Level::NotReported,
        _ => Level::Unknown,
    }
}

fn capacity(capacity: Capacity) -> Option<Num> {
    capacity.known().map(Num::from)
}

fn unit(unit: printer_mib::mib::unit::Unit) -> Unit {
    Unit::from_number(unit.number().into()).unwrap_or(Unit::Unknown)
}

fn supply_type(kind: printer_mib::mib::marker::SupplyKind) -> SupplyType {
    SupplyType::from_number(kind.number().into()).unwrap_or(SupplyType::Unknown)
}

fn colour(color: Option<Fact<survey::SupplyColor>>) -> SupplyColour {
    color
        .and_then(|color| SupplyColour::from_number(color.value.number().into()))
        .unwrap_or(SupplyColour::None)
}

fn more(
    details: &SupplyDetails,
    kind: SupplyType,
    class: printer_mib::mib::marker::SupplyClass,
) -> SupplyMore {
    let class = SupplyClass::from_number(class.number().into()).unwrap_or(SupplyClass::Other);
    SupplyMore {
        serial: string(details.serial.as_ref()),
        class: Some(class).filter(|class| *class != kind.class()),
        genuine: details.genuine.as_ref().map(|fact| fact.value),
        installed: details.installed.as_ref().map(day),
        pages_left: details.pages_left.as_ref().map(|fact| fact.value),
        rated_pages: details.pages_yield.as_ref().map(|fact| fact.value),
        replaced_count: details.replaced_count.as_ref().map(|fact| fact.value),
        coverage: details.coverage.as_ref().map(|fact| tenths(fact.value)),
        ..SupplyMore::default()
    }
}

/// A percentage: whole where it is.
fn tenths(percent: survey::Percent) -> Num {
    match percent.tenths() {
        tenths if tenths % 10 == 0 => Num::from(tenths / 10),
        tenths => Num::Decimal {
            exponent: -1,
            mantissa: tenths.into(),
        },
    }
}

pub(super) fn supplies(rows: &[survey::Supply], full: bool) -> (Vec<Supply>, bool) {
    entries(
        rows,
        |row| &row.index,
        |row, index| {
            let kind = supply_type(row.kind());
            Supply {
                index,
                kind,
                colour: colour(row.color),
                unit: unit(row.unit()),
                max: capacity(row.capacity()),
                level: level(row.level()),
                description: free(row.description.as_ref(), full),
                part_number: text(row.details.part_number.as_ref()),
                more: more(&row.details, kind, row.class()),
            }
        },
    )
}

pub(super) fn parts(rows: &[survey::ServicePart], full: bool) -> (Vec<Part>, bool) {
    entries(
        rows,
        |row| &row.index,
        |row, index| {
            let kind = supply_type(row.kind());
            let own_unit = Some(unit(row.unit())).filter(|unit| *unit != Unit::Impressions);
            Part {
                index,
                kind,
                colour: colour(row.color),
                max: row.capacity.as_ref().map(|fact| fact.value.into()),
                used: row.used.as_ref().map(|fact| fact.value.into()),
                left: row.left.as_ref().map(|fact| fact.value.rounded().into()),
                description: free(row.description.as_ref(), full),
                part_number: text(row.details.part_number.as_ref()),
                more: SupplyMore {
                    unit: own_unit,
                    ..more(&row.details, kind, row.class())
                },
            }
        },
    )
}

pub(super) fn alerts(
    printer: &Printer,
    full: bool,
    first_seen: impl Fn(&survey::Alert) -> Int,
) -> (Vec<Alert>, bool) {
    // Where a device does not say: other (1), of code unknown (2) (PrtAlertCodeTC, PrtAlertGroupTC).
    entries(
        &printer.alerts,
        |row| &row.index,
        |row, index| Alert {
            index,
            code: row.code.map_or(2, |fact| fact.value.number()).into(),
            severity: row
                .severity
                .and_then(|fact| Severity::from_number(fact.value.number().into()))
                .unwrap_or(Severity::Other),
            group: row.group.map_or(1, |fact| fact.value.number()).into(),
            group_index: row.group_index.map(|fact| fact.value.into()),
            place: row.location.map(|fact| fact.value.into()),
            first_seen: first_seen(row),
            description: free(row.description.as_ref(), full),
            more: AlertMore {
                training: row
                    .training
                    .and_then(|fact| Training::from_number(fact.value.number().into())),
                category: row
                    .category
                    .and_then(|fact| AlertCategory::from_number(fact.value.number().into())),
                who: row
                    .who
                    .and_then(|fact| Who::from_number(fact.value.number().into())),
                ..AlertMore::default()
            },
        },
    )
}

pub(super) fn status(status: &survey::Status, full: bool) -> Status {
    let panel = status.panel.iter().filter(|_| full);
    Status {
        plain: PlainStatus::from_number(status.plain.number().into()).unwrap_or(PlainStatus::Unknown),
        device: status
            .device
            .and_then(|fact| DeviceStatus::from_number(fact.value.number().into())),
        printer: status
            .printer
            .and_then(|fact| PrinterStatus::from_number(fact.value.number().into())),
        errors: status
            .errors
            .as_ref()
            .map(|fact| ErrorBits::from_octets(fact.value.octets())),
        panel: panel.map(|line| Text::from(cut(&line.value))).collect(),
        // The format has no word for a light of which nobody knows whether it is lit.
        lights: status
            .lights
            .iter()
            .filter_map(|light| {
                Some(Light {
                    name: free(light.name.as_ref(), full),
                    colour: light
                        .color
                        .and_then(|fact| LightColour::from_number(fact.value.number().into())),
                    lit: Lit::from_number(light.state?.number().into())?,
                })
            })
            .collect(),
    }
}

pub(super) fn trays(rows: &[survey::Tray], full: bool) -> (Vec<Tray>, bool) {
    entries(
        rows,
        |row| &row.index,
        |row, index| Tray {
            index,
            name: free(row.name.as_ref(), full),
            media: free(row.media.as_ref(), full),
            unit: unit(row.unit()),
            max: capacity(row.capacity()),
            level: level(row.level()),
            status: row.status.map(|fact| TrayStatus::new(fact.value.number().into())),
        },
    )
}
