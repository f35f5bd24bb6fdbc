//! What a device answered, as a walk that can be shown around: who and where it is is taken out.

use std::io;
use std::path::Path;

use printer_mib::TextPolicy;
use printer_mib::mib::object;
use snmp_core::responder::snmprec;
use snmp_core::value::Value;

use crate::Done;

const PRIVATE: &[u8] = b"<private>";

/// Makes a serial number one of nobody: the first half tells the maker, the last digits the device.
fn mask(number: &mut [u8]) {
    number.iter_mut().rev().take(5).for_each(|octet| *octet = b'0');
}

/// Masks a number or a name wherever it stands in a text.
fn hide(text: &mut [u8], secret: &[u8], how: fn(&mut [u8])) {
    let mut at = 0;
    while let Some(place) = text.get_mut(at..at + secret.len()) {
        if place.eq_ignore_ascii_case(secret) {
            how(place);
        }
        at += 1;
    }
}

fn is_padding(text: &[u8]) -> bool {
    text.iter()
        .all(|octet| octet.is_ascii_whitespace() || *octet == 0)
}

/// Writes `DIR/TARGET.snmprec`.
pub(crate) fn write(folder: &str, done: &Done) -> io::Result<()> {
    let mut file = Vec::new();
    let printer = &done.printer;
    let supplies = printer.supplies.iter().map(|supply| &supply.details.serial);
    let identity = &printer.identity;
    let secrets: Vec<&str> = std::iter::once(&identity.serial)
        .chain(supplies)
        .flatten()
        .map(|fact| fact.value.as_str())
        // Shorter ones stand in other words by chance.
        .filter(|secret| secret.len() >= 4)
        .collect();
    let mut all: Vec<_> = done.printer.arena.iter().map(|(_, var_bind)| var_bind).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all.dedup_by(|a, b| a.name == b.name);
    for var_bind in all {
        let under = |object| var_bind.name.starts_with(object);
        let mut masked;
        let value = match var_bind.value {
            Value::OctetString(_)
                if under(object::SYS_NAME)
                    || under(object::SYS_LOCATION)
                    || under(object::PRT_GENERAL_PRINTER_NAME) =>
            {
                Value::OctetString(PRIVATE)
            }
            // What a panel or an alert says of a user's work.
            Value::OctetString(text)
                if (under(object::PRT_CONSOLE_DISPLAY_BUFFER_TEXT)
                    || under(object::PRT_ALERT_DESCRIPTION))
                    && !is_padding(text)
                    && !TextPolicy::Known.allows_free_text(&String::from_utf8_lossy(text)) =>
            {
                Value::OctetString(PRIVATE)
            }
            // The first half tells the maker; the last digits the device.
            Value::OctetString(text) if under(object::PRT_GENERAL_SERIAL_NUMBER) => {
                masked = text.to_vec();
                mask(&mut masked);
                Value::OctetString(&masked)
            }
            Value::OctetString(address) if under(object::IF_PHYS_ADDRESS) && address.len() >= 6 => {
                masked = address.to_vec();
                masked.iter_mut().skip(3).for_each(|octet| *octet = 0);
                Value::OctetString(&masked)
            }
            // The same numbers and the host's name stand in other texts too: sysDescr, the 1284 id.
            Value::OctetString(text) => {
                masked = text.to_vec();
                if let Some(name) = identity
                    .network_name
                    .as_ref()
                    .filter(|name| name.value.len() >= 4)
                {
                    hide(&mut masked, name.value.as_bytes(), |name| name.fill(b'x'));
                }
                for secret in &secrets {
                    hide(&mut masked, secret.as_bytes(), mask);
                }
                Value::OctetString(&masked)
            }
            value => value,
        };
        snmprec::write(&mut file, var_bind.name, &value);
    }
    let name: String = done
        .target
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') {
                c
            } else {
                '_'
            }
        })
        .collect();
    std::fs::create_dir_all(folder)?;
    std::fs::write(Path::new(folder).join(format!("{name}.snmprec")), file)
}
