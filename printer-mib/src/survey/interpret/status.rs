//! hrPrinterTable, hrDeviceStatus, alerts and panel → how the printer is, in one word.

use super::{
    answers::{Answers, Texts, index},
    identity::Devices,
};
use crate::{
    mib::{
        alert::Training,
        host::{DetectedError, DeviceStatus, ErrorState, PrinterStatus},
        object,
        sub_unit::LightColor,
    },
    model::{Alert, Light, Lit, Plain, Reason, Status},
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use snmp_core::oid::Oid;

const LIGHT_ENTRY: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.43.17.6.1);

pub(super) fn read<'a>(
    answers: &Answers<'a>,
    texts: &Texts,
    devices: &Devices<'a>,
    alerts: &[Alert],
) -> Status {
    let mut status = Status {
        device: devices
            .printer()
            .and_then(|row| row.status)
            .and_then(|cell| cell.unsigned())
            .map(|number| number.saying(DeviceStatus::from_number(number.value))),
        printer: devices.own(answers, object::HR_PRINTER_STATUS, |cell| {
            let number = cell.unsigned()?;
            Some(number.saying(PrinterStatus::from_number(number.value)))
        }),
        errors: devices.own(answers, object::HR_PRINTER_DETECTED_ERROR_STATE, |cell| {
            Some(crate::Fact::new(
                ErrorState::from_octets(cell.octets()?),
                cell.source(),
            ))
        }),
        panel: answers
            .under(object::PRT_CONSOLE_DISPLAY_BUFFER_TEXT)
            .iter()
            .filter_map(|cell| texts.console(cell))
            .collect(),
        lights: lights(answers, texts),
        ..Status::default()
    };
    (status.plain, status.because) = combine(&status, alerts);
    status
}

fn lights(answers: &Answers<'_>, texts: &Texts) -> Vec<Light> {
    let mut rows: BTreeMap<Vec<u32>, (Light, [Option<i64>; 2])> = BTreeMap::new();
    for (column, arcs, cell) in answers.table(LIGHT_ENTRY) {
        if !matches!(column, 2..=5) {
            continue;
        }
        let (light, times) = rows
            .entry(arcs)
            .or_insert_with_key(|arcs| (Light::new(index(arcs.clone()), cell.source()), [None; 2]));
        let [on, off] = times;
        match column {
            2 => *on = cell.number().map(|number| number.value),
            3 => *off = cell.number().map(|number| number.value),
            4 => light.color = cell.listed(LightColor::from_number),
            _ => light.name = texts.console(&cell),
        }
    }
    rows.into_values()
        .map(|(mut light, times)| {
            light.state = match times {
                [Some(1..), Some(1..)] => Some(Lit::Blinking),
                [Some(1..), _] => Some(Lit::On),
                // RFC 3805 forbids two zeros; Kyocera and Canon give them for a light that is off.
                [Some(0), _] | [None, Some(1..)] => Some(Lit::Off),
                _ => None,
            };
            light
        })
        .collect()
}

/// One word out of objects that disagree on real devices (an error bit beside "idle" and "running").
///
/// The worst that any of them says counts. RFC 3805 §2.2.13.2 gives the combinations of hrDeviceStatus, hrPrinterStatus
/// and hrPrinterDetectedErrorState; its serviceRequested is a warning as long as the device runs.
fn combine(status: &Status, alerts: &[Alert]) -> (Plain, Vec<Reason>) {
    let device = status.device.map(|fact| fact.value);
    let printer = status.printer.map(|fact| fact.value);
    let down = device == Some(DeviceStatus::Down);
    let mut says: Vec<(Plain, Reason)> = Vec::new();

    for condition in status.errors.iter().flat_map(|errors| errors.value.iter()) {
        says.push((by_condition(condition, down), Reason::Error(condition)));
    }
    for (place, alert) in alerts.iter().enumerate() {
        if let Some(plain) = by_alert(alert) {
            says.push((plain, Reason::Alert(place)));
        }
    }
    match printer {
        Some(PrinterStatus::Idle) => says.push((Plain::Ready, Reason::Printer)),
        Some(PrinterStatus::Printing) => says.push((Plain::Printing, Reason::Printer)),
        Some(PrinterStatus::Warmup) => says.push((Plain::Warming, Reason::Printer)),
        // Standby: other(1) while the device runs.
        Some(PrinterStatus::Other) if device == Some(DeviceStatus::Running) => {
            says.push((Plain::Sleeping, Reason::Printer));
        }
        _ => {}
    }
    let at_work = matches!(
        printer,
        Some(PrinterStatus::Idle | PrinterStatus::Printing | PrinterStatus::Warmup)
    );
    match device {
        Some(DeviceStatus::Running) if printer.is_none() => says.push((Plain::Ready, Reason::Device)),
        Some(DeviceStatus::Warning) => says.push((Plain::Warning, Reason::Device)),
        // Down with a reason of its own is that reason; warming up is how a printer comes back; idle contradicts it.
        Some(DeviceStatus::Down) if !has_trouble(&says) => {
            says.push((
                if at_work { Plain::Warning } else { Plain::Offline },
                Reason::Device,
            ));
        }
        _ => {}
    }
    if printer == Some(PrinterStatus::Warmup) && down {
        says.retain(|(plain, reason)| !(*plain == Plain::Warning && *reason == Reason::Device));
    }
    for (place, line) in status.panel.iter().enumerate() {
        if is_sleep(&line.value) {
            says.push((Plain::Sleeping, Reason::Panel(place)));
        } else if is_supply_warning(&line.value) {
            says.push((Plain::Warning, Reason::Panel(place)));
        }
    }
    let worst = says
        .iter()
        .map(|(plain, _)| *plain)
        .max_by_key(|plain| rank(*plain))
        .unwrap_or(Plain::Unknown);
    (
        worst,
        says.into_iter()
            .filter(|(plain, _)| *plain == worst)
            .map(|(_, reason)| reason)
            .collect(),
    )
}

fn by_condition(condition: DetectedError, down: bool) -> Plain {
    match condition {
        DetectedError::NoPaper
        | DetectedError::NoToner
        | DetectedError::DoorOpen
        | DetectedError::Jammed
        | DetectedError::InputTrayMissing
        | DetectedError::OutputTrayMissing
        | DetectedError::MarkerSupplyMissing
        | DetectedError::OutputFull => Plain::NeedsUser,
        DetectedError::ServiceRequested if down => Plain::NeedsService,
        DetectedError::Offline => Plain::Offline,
        _ => Plain::Warning,
    }
}

fn by_alert(alert: &Alert) -> Option<Plain> {
    if alert.is_state_only() {
        let asleep = alert.code.is_some_and(|code| code.value.split().1 == 23)
            || alert
                .description
                .as_ref()
                .is_some_and(|text| is_sleep(&text.value));
        return asleep.then_some(Plain::Sleeping);
    }
    if alert.is_warning() {
        return Some(Plain::Warning);
    }
    if !alert.is_critical() {
        return alert
            .description
            .as_ref()
            .filter(|text| is_sleep(&text.value))
            .map(|_| Plain::Sleeping);
    }
    match alert.training.map(|training| training.value) {
        Some(Training::FieldService) => Some(Plain::NeedsService),
        Some(Training::NoIntervention) => Some(Plain::Warning),
        _ => Some(Plain::NeedsUser),
    }
}

fn has_trouble(says: &[(Plain, Reason)]) -> bool {
    says.iter().any(|(plain, _)| rank(*plain) > rank(Plain::Warning))
}

/// Which of two words is told. Offline stands below what a person can end: an open door takes a printer off line too.
const fn rank(plain: Plain) -> u8 {
    match plain {
        Plain::Unknown => 0,
        Plain::Ready => 1,
        Plain::Sleeping => 2,
        Plain::Warming => 3,
        Plain::Printing => 4,
        Plain::Warning => 5,
        Plain::Offline => 6,
        Plain::NeedsUser => 7,
        Plain::NeedsService => 8,
    }
}

/// Whether a text says that the device sleeps: "Sleep", "Sleeping...", "Energiesparen", "a riposo...".
pub(super) fn is_sleep(text: &str) -> bool {
    starts_with_one_of(
        text,
        &[
            "sleep",
            "deep sleep",
            "energy save",
            "energy saver",
            "power save",
            "power saver",
            "powersave",
            "low power",
            "energiespar",
            "ruhemodus",
            "schlafmodus",
            "veille",
            "en veille",
            "mode veille",
            "a riposo",
            "riposo",
            "reposo",
            "suspendido",
            "repouso",
            "slaapstand",
            "vilol",
            "viloläge",
            "uśpienie",
            "スリープ",
            "休眠",
        ],
    )
}

/// Whether a text says that all is well: "Ready", "Idle", "Bereit".
pub(super) fn is_idle(text: &str) -> bool {
    starts_with_one_of(
        text,
        &[
            "ready", "idle", "bereit", "prêt", "listo", "pronto", "gereed", "klar", "deleted",
        ],
    ) && text.split_whitespace().count() == 1
}

/// Whether a text says that a supply runs out: "Toner Low: BK", "Replace Drum". Brother shows it while its levels and
/// error bits still say that all is well.
fn is_supply_warning(text: &str) -> bool {
    let has = |words: &[&str]| {
        text.split(|c: char| !c.is_alphanumeric())
            .any(|word| words.iter().any(|listed| word.eq_ignore_ascii_case(listed)))
    };
    has(&[
        "toner",
        "ink",
        "drum",
        "cartridge",
        "tinte",
        "trommel",
        "encre",
        "tambour",
    ]) && has(&[
        "low",
        "replace",
        "end",
        "empty",
        "ended",
        "niedrig",
        "ersetzen",
        "leer",
        "faible",
        "vide",
        "remplacer",
    ])
}

fn starts_with_one_of(text: &str, beginnings: &[&str]) -> bool {
    let lower: String = text.chars().take(32).flat_map(char::to_lowercase).collect();
    beginnings.iter().any(|beginning| lower.starts_with(beginning))
}
