//! IEEE 1284 device ids: `MFG:Brother;CMD:PJL,PCL;MDL:HL-L8260CDW series;CLS:PRINTER;`

use super::answers::{Answers, Cell, Texts};
use crate::mib::object;
use crate::model::{Fact, Rule, Source, Sure};
use alloc::{borrow::ToOwned, string::String};
use snmp_core::oid::Oid;

/// A device id as text, with the cell it was found in.
#[derive(Debug)]
pub(super) struct DeviceId<'a> {
    text: String,
    cell: Cell<'a>,
    in_standard_object: bool,
}

impl<'a> DeviceId<'a> {
    /// The first place that has one: PWG's object, the makers' copies, then objects that should hold something else
    /// (Pantum puts it in hrDeviceID, some Canons in sysDescr).
    pub(super) fn find(answers: &Answers<'a>, texts: &Texts) -> Option<Self> {
        let pwg = [object::PPM_PRINTER_IEEE1284_DEVICE_ID];
        let misplaced = [object::HR_DEVICE_ID, object::SYS_DESCR];
        let places = pwg.into_iter().chain(object::DEVICE_IDS).chain(misplaced);
        places
            .flat_map(|place: Oid<'static>| answers.under(place))
            .find_map(|cell| {
                let text = texts.general(cell)?.value;
                let id = Self {
                    text,
                    cell: *cell,
                    in_standard_object: !object::DEVICE_IDS
                        .iter()
                        .any(|place| cell.name.starts_with(*place)),
                };
                (id.text.contains(';') && (id.get(MODEL).is_some() || id.get(MAKER).is_some())).then_some(id)
            })
    }

    /// The value of the first of these keys.
    pub(super) fn get(&self, keys: &[&str]) -> Option<&str> {
        let mut fields = self.text.split(';').enumerate().filter_map(|(place, field)| {
            let (key, value) = field.split_once(':')?;
            let (key, value) = (key.trim(), value.trim());
            // The length that some devices put before the first key reads as letters.
            let known = |listed: &&&str| {
                key.eq_ignore_ascii_case(listed)
                    || place == 0
                        && key.len() <= listed.len() + 2
                        && key.to_ascii_uppercase().ends_with(**listed)
            };
            let rank = keys.iter().position(|listed| known(&listed))?;
            (!value.is_empty()).then_some((rank, value))
        });
        let first = fields.next()?;
        Some(
            fields
                .fold(first, |best, field| if field.0 < best.0 { field } else { best })
                .1,
        )
    }

    /// The value of the first of these keys, as a fact.
    pub(super) fn fact(&self, keys: &[&str]) -> Option<Fact<String>> {
        let value = self.get(keys)?.to_owned();
        Some(Fact::new(value, self.source()))
    }

    /// Where it came from: a standard object's text taken apart, or a maker's object.
    pub(super) const fn source(&self) -> Source {
        if self.in_standard_object {
            Source::derived(self.cell.offset, Rule::DeviceId, Sure::High)
        } else {
            Source::vendor(self.cell.offset, Rule::DeviceId)
        }
    }
}

pub(super) const MAKER: &[&str] = &["MFG", "MANUFACTURER", "MANUFACTURE"];
pub(super) const MODEL: &[&str] = &["MDL", "MODEL"];
pub(super) const DESCRIPTION: &[&str] = &["DES", "DESCRIPTION"];
pub(super) const SERIAL: &[&str] = &["SN", "SERN", "SERIALNUMBER"];
pub(super) const COMMANDS: &[&str] = &["CMD", "COMMAND SET"];
