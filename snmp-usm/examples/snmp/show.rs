//! Variable bindings as lines: for a person, or `[oid, type, value]` in JSON.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};

/// Where what was asked for goes.
pub(crate) struct Output {
    out: io::StdoutLock<'static>,
    pub(crate) json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        let out = io::stdout().lock();
        Self { out, json }
    }

    pub(crate) fn rows(&mut self, rows: &VarBinds<'_>) -> io::Result<()> {
        rows.iter().try_for_each(|row| self.row(&row))
    }

    pub(crate) fn row(&mut self, row: &VarBind<'_>) -> io::Result<()> {
        if self.json {
            writeln!(self.out, "{}", json_row(row))
        } else {
            writeln!(self.out, "{}", line(row))
        }
    }

    pub(crate) fn text(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The name of a value's type.
pub(crate) const fn type_name(value: &Value<'_>) -> &'static str {
    match value {
        Value::Integer(_) => "INTEGER",
        Value::OctetString(_) => "OCTET STRING",
        Value::Null => "NULL",
        Value::ObjectIdentifier(_) => "OBJECT IDENTIFIER",
        Value::IpAddress(_) => "IpAddress",
        Value::Counter32(_) => "Counter32",
        Value::Gauge32(_) => "Gauge32",
        Value::TimeTicks(_) => "TimeTicks",
        Value::Opaque(_) => "Opaque",
        Value::Counter64(_) => "Counter64",
        Value::NoSuchObject => "noSuchObject",
        Value::NoSuchInstance => "noSuchInstance",
        Value::EndOfMibView => "endOfMibView",
        Value::Unknown { .. } => "Unknown",
        _ => "Malformed",
    }
}

/// `[oid, type, value]`.
pub(crate) fn json_row(row: &VarBind<'_>) -> Json {
    let value = match row.value {
        Value::Integer(number) => json!(number),
        Value::OctetString(octets) | Value::Opaque(octets) => hex(octets).into(),
        Value::ObjectIdentifier(oid) => oid.to_string().into(),
        Value::IpAddress(address) => address.to_string().into(),
        Value::Counter32(number) | Value::Gauge32(number) | Value::TimeTicks(number) => json!(number),
        Value::Counter64(number) => json!(number),
        Value::Unknown { tag, content } | Value::Malformed { tag, content, .. } => {
            element(tag, content).into()
        }
        _ => Json::Null,
    };
    json!([row.name.to_string(), type_name(&row.value), value])
}

pub(crate) fn line(row: &VarBind<'_>) -> String {
    let name = row.name;
    match type_name(&row.value) {
        kind @ ("NULL" | "noSuchObject" | "noSuchInstance" | "endOfMibView") => format!("{name} = {kind}"),
        kind => format!("{name} = {kind}: {}", value(&row.value)),
    }
}

/// A value for a person, without its type.
pub(crate) fn value(value: &Value<'_>) -> String {
    match *value {
        Value::OctetString(octets) => text(octets),
        Value::TimeTicks(ticks) => {
            let (seconds, hundredths) = (ticks / 100, ticks % 100);
            let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
            let days = seconds / 86_400;
            format!(
                "{ticks} ({days}d {hours}:{minutes:02}:{:02}.{hundredths:02})",
                seconds % 60
            )
        }
        Value::Integer(number) => number.to_string(),
        Value::Counter32(number) | Value::Gauge32(number) => number.to_string(),
        Value::Counter64(number) => number.to_string(),
        Value::ObjectIdentifier(oid) => oid.to_string(),
        Value::IpAddress(address) => address.to_string(),
        Value::Opaque(octets) => match value.opaque_content() {
            Some(content) => format!("{content:?}"),
            None => hex(octets),
        },
        Value::Unknown { tag, content } => element(tag, content),
        Value::Malformed { tag, content, why } => format!("{} ({why:?})", element(tag, content)),
        _ => type_name(value).to_owned(),
    }
}

/// Text in quotes, without anything that a terminal acts on; octets that are none in hex.
fn text(octets: &[u8]) -> String {
    match std::str::from_utf8(octets) {
        Ok(text) if !text.contains('\0') => {
            let harmful = |c: &char| {
                c.is_control()
                    || matches!(*c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            let mut shown = String::from("\"");
            for c in text.chars() {
                match c {
                    '"' | '\\' => shown.extend(['\\', c]),
                    c if harmful(&c) => shown.extend(c.escape_default()),
                    c => shown.push(c),
                }
            }
            shown + "\""
        }
        _ => octets
            .iter()
            .map(|octet| format!("{octet:02x} "))
            .collect::<String>()
            .trim_end()
            .to_owned(),
    }
}

/// Tag, length and contents.
fn element(tag: u8, content: &[u8]) -> String {
    let length = match u8::try_from(content.len()) {
        Ok(short @ 0..=0x7f) => format!("{short:02x}"),
        Ok(long) => format!("81{long:02x}"),
        Err(_) => format!("82{:04x}", content.len()),
    };
    format!("{tag:02x}{length}{}", hex(content))
}

pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Hex digits, with or without spaces or colons between the octets; `None` for anything else.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .strip_prefix("0x")
        .unwrap_or(text)
        .chars()
        .filter(|c| !matches!(c, ' ' | ':'))
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs.remainder().is_empty().then(|| {
        digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit))
            .collect()
    })
}
