//! Where a field came from, with `--explain`.

use crate::{
    mib::object,
    model::{Fact, Printer, Rule, Source},
    text,
};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::Write as _;
use serde::{Serialize, Serializer, ser::SerializeMap};
use snmp_core::value::Value;

/// Provenance of the fields of one object, by field name. Written only where asked for.
#[derive(Debug)]
pub(super) struct From<'a> {
    printer: &'a Printer,
    wanted: bool,
    fields: Vec<(&'static str, Provenance)>,
}

impl<'a> From<'a> {
    pub(super) const fn new(printer: &'a Printer, wanted: bool) -> Self {
        Self {
            printer,
            wanted,
            fields: Vec::new(),
        }
    }

    /// Adds a field that is there.
    pub(super) fn add<T>(&mut self, name: &'static str, fact: Option<&Fact<T>>) -> &mut Self {
        if let Some(fact) = fact.filter(|_| self.wanted) {
            self.fields
                .push((name, Provenance::of(self.printer, fact.source, true)));
        }
        self
    }

    /// Adds a field whose text does not pass the policy unless `shown`: then its raw value does not either.
    pub(super) fn add_text(
        &mut self,
        name: &'static str,
        fact: Option<&Fact<String>>,
        shown: bool,
    ) -> &mut Self {
        if let Some(fact) = fact.filter(|_| self.wanted) {
            self.fields
                .push((name, Provenance::of(self.printer, fact.source, shown)));
        }
        self
    }

    /// The object to write, or none.
    pub(super) fn finish(self) -> Option<Fields> {
        self.wanted.then_some(Fields(self.fields))
    }
}

#[derive(Debug)]
pub(super) struct Fields(Vec<(&'static str, Provenance)>);

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, provenance) in &self.0 {
            map.serialize_entry(name, provenance)?;
        }
        map.end()
    }
}

/// Where one field came from.
#[derive(Debug, Serialize)]
pub(super) struct Provenance {
    oid: Option<String>,
    raw: Option<String>,
    source: &'static str,
    sure: &'static str,
    rule: Option<String>,
}

impl Provenance {
    /// `shown`: whether the raw value may be written.
    pub(super) fn of(printer: &Printer, source: Source, shown: bool) -> Self {
        let var_bind = printer.varbind(source);
        let rule = match source.rule() {
            Rule::Object => var_bind
                .and_then(|var_bind| object::name(var_bind.name))
                .map(ToString::to_string),
            rule => Some(rule.name().to_string()),
        };
        Self {
            oid: var_bind.map(|var_bind| var_bind.name.to_string()),
            raw: var_bind.filter(|_| shown).map(|var_bind| raw(&var_bind.value)),
            source: source.kind().name(),
            sure: source.sure().name(),
            rule,
        }
    }
}

/// The OID of a source.
pub(super) fn oid(printer: &Printer, source: Source) -> Option<String> {
    printer.varbind(source).map(|var_bind| var_bind.name.to_string())
}

/// A value as received: text, number, or octets in hex.
fn raw(value: &Value<'_>) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Counter32(number) | Value::Gauge32(number) | Value::TimeTicks(number) => number.to_string(),
        Value::Counter64(number) => number.to_string(),
        Value::ObjectIdentifier(oid) => oid.to_string(),
        Value::IpAddress(address) => address.to_string(),
        Value::OctetString(octets) => match core::str::from_utf8(octets) {
            // What would steer a terminal, or is not seen, is shown as octets.
            Ok(text) if !text.chars().any(|c| c.is_control() || text::is_invisible(c)) => text.to_string(),
            _ => hex(octets),
        },
        Value::Opaque(octets) => hex(octets),
        Value::Unknown { tag, content } | Value::Malformed { tag, content, .. } => {
            format!("{tag:02x}:{}", hex(content))
        }
        _ => String::new(),
    }
}

fn hex(octets: &[u8]) -> String {
    octets
        .iter()
        .fold(String::with_capacity(octets.len() * 2), |mut text, octet| {
            // Writing into a String does not fail.
            let _ = write!(text, "{octet:02x}");
            text
        })
}
