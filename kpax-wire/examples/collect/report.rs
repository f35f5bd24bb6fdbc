//! What a fleet manager reads.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use printer_mib::mib::alert::Severity;
use printer_mib::mib::unit::Unit;
use printer_mib::model::{
    CounterColor, ErrorCode, Level, Outcome, Plain, Printer, SectionKind, SectionState, Supply,
};

use crate::Done;

/// Text of a device, without what could steer a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| {
            let steers = c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if steers { '\u{fffd}' } else { c }
        })
        .collect()
}

/// One device, in a few lines.
pub(crate) fn device(done: &Done) -> String {
    let mut text = String::new();
    let _ = match done.outcome {
        Outcome::Printer => printer(&mut text, done),
        Outcome::NotAPrinter => other(&mut text, done),
        _ => failed(&mut text, done),
    };
    text
}

fn printer(out: &mut String, done: &Done) -> std::fmt::Result {
    let printer = &done.printer;
    let identity = &printer.identity;
    let word = |fact: &Option<printer_mib::Fact<String>>| {
        fact.as_ref().map_or("?".into(), |fact| plain(&fact.value))
    };
    writeln!(
        out,
        "{} {}  serial {}  at {}",
        word(&identity.manufacturer),
        word(&identity.model),
        word(&identity.serial),
        plain(&done.target)
    )?;
    writeln!(out, "    status    {}", status(printer))?;
    writeln!(out, "    meters    {}", meters(printer))?;
    writeln!(out, "    supplies  {}", supplies(printer))?;
    if let Some(alert) = worst_alert(printer) {
        writeln!(out, "    alert     {alert}")?;
    }
    if let Some(missing) = missing(done) {
        writeln!(out, "    missing   {missing}")?;
    }
    writeln!(out, "    cost      {}", cost(done))
}

fn other(out: &mut String, done: &Done) -> std::fmt::Result {
    let description = done.printer.identity.description.as_ref();
    let description = description.map_or("no description".into(), |fact| plain(&fact.value));
    writeln!(out, "not a printer  at {}: {description}", plain(&done.target))?;
    writeln!(out, "    cost      {}", cost(done))
}

fn failed(out: &mut String, done: &Done) -> std::fmt::Result {
    writeln!(out, "failed  at {}: {}", plain(&done.target), done.error_text())?;
    writeln!(out, "    cost      {}", cost(done))
}

fn cost(done: &Done) -> String {
    let counts = done.counts;
    let retries = if counts.retries > 0 {
        format!(" ({} repeated)", counts.retries)
    } else {
        String::new()
    };
    format!(
        "{} datagrams out{retries}, {} in; {} and {} octets{}",
        counts.sent,
        counts.received,
        counts.octets_sent,
        counts.octets_received,
        done.version.map_or(String::new(), |version| {
            format!("; SNMP{}", format!("{version:?}").to_lowercase())
        }),
    )
}

fn status(printer: &Printer) -> String {
    let because: Vec<String> = printer.status.because.iter().map(ToString::to_string).collect();
    let plain_status = printer.status.plain;
    if because.is_empty() || matches!(plain_status, Plain::Ready | Plain::Unknown) {
        plain_status.name().replace('_', " ")
    } else {
        format!(
            "{} ({})",
            plain_status.name().replace('_', " "),
            because.join(", ")
        )
    }
}

/// Total, mono and colour, each with the object it came from.
fn meters(printer: &Printer) -> String {
    let meter = |name: &str, color| {
        let counter = match color {
            CounterColor::All => printer.total(),
            CounterColor::Mono => printer.mono_total(),
            _ => printer.color_total(),
        };
        counter.map_or(format!("{name} -"), |counter| {
            let from = printer
                .varbind(counter.source)
                .and_then(|var_bind| printer_mib::mib::object::name(var_bind.name));
            let unit = match counter.unit {
                Unit::Unknown => "(unit unknown)".into(),
                unit => unit.to_string(),
            };
            format!(
                "{name} {} {unit} [{}]",
                counter.value,
                from.unwrap_or(counter.source.kind().name())
            )
        })
    };
    [
        meter("total", CounterColor::All),
        meter("mono", CounterColor::Mono),
        meter("color", CounterColor::AnyColor),
    ]
    .join(", ")
}

/// The lowest one by name, and how many there are.
fn supplies(printer: &Printer) -> String {
    let known = printer
        .supplies
        .iter()
        .filter_map(|supply| Some((supply.percent()?, supply)));
    let without = |supply: &&Supply| matches!(supply.level(), Level::SomeRemaining);
    let some = printer.supplies.iter().filter(without).count();
    let some = if some > 0 {
        format!(", {some} with some left")
    } else {
        String::new()
    };
    match known.min_by_key(|(percent, _)| *percent) {
        Some((percent, supply)) => {
            let name = supply
                .description
                .as_ref()
                .map_or("unnamed".into(), |fact| plain(&fact.value));
            format!(
                "lowest {percent} % ({name}), {} in all{some}",
                printer.supplies.len()
            )
        }
        None if printer.supplies.is_empty() => "none told".into(),
        None => format!("{} without a number{some}", printer.supplies.len()),
    }
}

fn worst_alert(printer: &Printer) -> Option<String> {
    // prtAlertSeverityLevel: critical comes before the warnings; "other" is no trouble.
    let rank = |alert: &&printer_mib::model::Alert| {
        alert.severity.map_or(9, |fact| match fact.value {
            Severity::Critical => 0,
            Severity::Warning => 1,
            Severity::WarningBinaryChange => 2,
            _ => 8,
        })
    };
    let worst = printer.alerts.iter().min_by_key(rank)?;
    let severity = worst
        .severity
        .map_or("unknown".into(), |fact| fact.value.to_string());
    let text = worst
        .description
        .as_ref()
        .map(|fact| plain(&fact.value))
        .filter(|text| !text.is_empty());
    let code = worst.code.map(|fact| fact.value.to_string());
    Some(format!(
        "{severity}: {} ({} in all)",
        text.or(code).unwrap_or("no text".into()),
        printer.alerts.len()
    ))
}

fn missing(done: &Done) -> Option<String> {
    let sections = &done.printer.sections;
    let missing: Vec<String> = sections
        .iter()
        .filter(|(_, section)| matches!(section.state, SectionState::Partial | SectionState::Failed))
        .map(|(kind, section)| {
            format!(
                "{} {}",
                SectionKind::name(kind).replace('_', " "),
                section.state.name()
            )
        })
        .collect();
    (!missing.is_empty()).then(|| format!("{}: {}", missing.join(", "), done.error_text()))
}

/// The last lines: how many of what, and what they cost.
pub(crate) fn totals(all: &[Done], addresses: u64, answered: u64) -> String {
    let count = |outcome| all.iter().filter(|done| done.outcome == outcome).count();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for done in all.iter().filter(|done| done.outcome == Outcome::Failed) {
        *reasons
            .entry(done.code().unwrap_or(ErrorCode::Malformed).name())
            .or_default() += 1;
    }
    let reasons: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{count} {}", reason.replace('_', " ")))
        .collect();
    let failed = count(Outcome::Failed);
    let failures = if failed > 0 {
        format!("{failed} failed ({})", reasons.join(", "))
    } else {
        "0 failed".into()
    };
    format!(
        "{addresses} addresses, {answered} answered: {} printers, {} others, {failures}",
        count(Outcome::Printer),
        count(Outcome::NotAPrinter),
    )
}
