//! What a device answered, as a walk that can be shown around: who and where it is is taken out.

use std::io;
use std::path::Path;

use printer_mib::mib::object;
use snmp_core::responder::snmprec;
use snmp_core::value::Value;

use crate::Done;

/// Writes `DIR/TARGET.snmprec`.
pub(crate) fn write(folder: &str, done: &Done) -> io::Result<()> {
    let mut file = Vec::new();
    let mut all: Vec<_> = done
        .surveyed
        .printer
        .arena
        .iter()
        .map(|(_, var_bind)| var_bind)
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all.dedup_by(|a, b| a.name == b.name);
    for var_bind in all {
        let under = |object| var_bind.name.starts_with(object);
        let mut masked;
        let value = match var_bind.value {
            Value::OctetString(_)
                if under(object::SYS_NAME)
                    || under(object::SYS_LOCATION)
                    || under(object::PRT_GENERAL_PRINTER_NAME)
                    || under(object::PRT_CONSOLE_DISPLAY_BUFFER_TEXT) =>
            {
                Value::OctetString(b"<private>")
            }
            // The first half tells the maker; the last digits the device.
            Value::OctetString(text) if under(object::PRT_GENERAL_SERIAL_NUMBER) => {
                masked = text.to_vec();
                masked.iter_mut().rev().take(5).for_each(|octet| *octet = b'0');
                Value::OctetString(&masked)
            }
            Value::OctetString(address) if under(object::IF_PHYS_ADDRESS) && address.len() >= 6 => {
                masked = address.to_vec();
                masked.iter_mut().skip(3).for_each(|octet| *octet = 0);
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
