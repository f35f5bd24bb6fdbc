//! system, hrDeviceTable, prtGeneralTable, ifPhysAddress → which device it is.

use super::{
    answers::{Answers, Cell, Texts},
    device_id::{self, DeviceId},
    makers,
    model_text::{self, ModelText},
};
use crate::{
    mib::object,
    model::{Fact, Identity, Mac, Rule, Source, SourceKind, Sure},
};
use alloc::{borrow::ToOwned, collections::BTreeMap, string::String, vec::Vec};
use snmp_core::oid::Oid;

const HR_DEVICE_ENTRY: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.25.3.2.1);

/// A row of hrDeviceTable.
#[derive(Debug, Default)]
pub(super) struct Device<'a> {
    pub(super) is_printer: bool,
    is_other: bool,
    pub(super) description: Option<Fact<String>>,
    pub(super) status: Option<Cell<'a>>,
}

/// hrDeviceTable, and which of its rows is the printer.
#[derive(Debug)]
pub(super) struct Devices<'a> {
    rows: BTreeMap<Vec<u32>, Device<'a>>,
    printer: Option<Vec<u32>>,
}

impl<'a> Devices<'a> {
    pub(super) fn read(answers: &Answers<'a>, texts: &Texts) -> Self {
        let mut rows: BTreeMap<Vec<u32>, Device<'a>> = BTreeMap::new();
        for (column, arcs, cell) in answers.table(HR_DEVICE_ENTRY) {
            if !matches!(column, 2 | 3 | 5) {
                continue;
            }
            let row = rows.entry(arcs).or_default();
            match column {
                2 => {
                    let kind = cell.object_identifier();
                    let kind = kind.as_ref().map(|kind| kind.value.as_oid());
                    row.is_printer = kind == Some(object::HR_DEVICE_PRINTER);
                    // hrDeviceOther and hrDeviceUnknown say nothing.
                    row.is_other = kind
                        .and_then(|kind| kind.index_in(object::HR_DEVICE_TYPES)?.next())
                        .is_some_and(|number| number > 2 && !row.is_printer);
                }
                3 => row.description = texts.general(&cell),
                _ => row.status = Some(cell),
            }
        }
        // The row of hrDevicePrinter, else the one that hrPrinterStatus or a serial number is about, else the first that
        // does not say that it is something else: a server lists its processors.
        let typed = rows
            .iter()
            .find(|(_, row)| row.is_printer)
            .map(|(index, _)| index.clone());
        let about = |object: Oid<'_>| {
            let index: Vec<u32> = answers.first(object)?.name.index_in(object)?.collect();
            Some(index).filter(|index| rows.contains_key(index))
        };
        let printer = typed
            .or_else(|| about(object::HR_PRINTER_STATUS))
            .or_else(|| about(object::HR_PRINTER_DETECTED_ERROR_STATE))
            .or_else(|| about(object::PRT_GENERAL_SERIAL_NUMBER))
            .or_else(|| {
                rows.iter()
                    .find(|(_, row)| !row.is_other)
                    .map(|(index, _)| index.clone())
            });
        Self { rows, printer }
    }

    /// The printer's row.
    pub(super) fn printer(&self) -> Option<&Device<'a>> {
        self.rows.get(self.printer.as_ref()?)
    }

    /// Every other row: scanners, copiers, feeders, network cards.
    pub(super) fn others(&self) -> impl Iterator<Item = &Device<'a>> {
        self.rows
            .iter()
            .filter(|(index, _)| Some(*index) != self.printer.as_ref())
            .map(|(_, row)| row)
    }

    /// The instance of an object that is about the printer: that of its row, else the first that says something.
    pub(super) fn own<T>(
        &self,
        answers: &Answers<'a>,
        object: Oid<'_>,
        read: impl Fn(&Cell<'a>) -> Option<T>,
    ) -> Option<T> {
        let own = self.printer.as_ref().and_then(|index| answers.at(object, index));
        own.as_ref()
            .and_then(&read)
            .or_else(|| answers.under(object).iter().find_map(read))
    }
}

/// Names of the device, and what stood beside them.
#[derive(Debug)]
pub(super) struct Names<'a> {
    pub(super) identity: Identity,
    pub(super) device_id: Option<DeviceId<'a>>,
    /// From sysDescr and from hrDeviceDescr, in this order of trust.
    pub(super) firmware: Vec<Fact<String>>,
}

/// The maker's number under `enterprises` in sysObjectID.
pub(super) fn enterprise(answers: &Answers<'_>) -> Option<Fact<u32>> {
    let cell = answers.first(object::SYS_OBJECT_ID)?;
    let oid = cell.object_identifier()?.value;
    let number = oid.as_oid().index_in(object::ENTERPRISES)?.next()?;
    Some(Fact::new(
        number,
        Source::derived(cell.offset, Rule::Enterprise, Sure::Medium),
    ))
}

impl<'a> Names<'a> {
    pub(super) fn read(answers: &Answers<'a>, texts: &Texts, devices: &Devices<'a>) -> Self {
        let text = |object: Oid<'_>| answers.first(object).and_then(|cell| texts.general(&cell));
        let description = text(object::SYS_DESCR);
        let printer_name = devices.own(answers, object::PRT_GENERAL_PRINTER_NAME, |cell| {
            texts.general(cell)
        });
        let device_descr = devices.printer().and_then(|row| row.description.clone());
        let device_id = DeviceId::find(answers, texts);

        let from_system = description
            .as_ref()
            .map(|text| (model_text::from_sys_descr(&text.value), text.source));
        let from_device = device_descr
            .as_ref()
            .map(|text| (model_text::from_device_descr(&text.value), text.source));

        let identity = Identity {
            manufacturer: maker(
                answers,
                device_id.as_ref(),
                device_descr.as_ref(),
                description.as_ref(),
            ),
            model: model(
                device_id.as_ref(),
                from_device.as_ref(),
                from_system.as_ref(),
                printer_name.as_ref(),
            ),
            serial: serial(
                answers,
                texts,
                devices,
                device_id.as_ref(),
                from_system.as_ref(),
                from_device.as_ref(),
            ),
            mac: macs(answers),
            network_name: text(object::SYS_NAME),
            sys_object_id: answers
                .first(object::SYS_OBJECT_ID)
                .and_then(|cell| cell.object_identifier()),
            description,
            printer_name,
            ..Identity::default()
        };
        let firmware = [from_system, from_device]
            .into_iter()
            .flatten()
            .filter_map(|(found, source)| {
                Some(derived(found.firmware?, source, Rule::FirmwareText, Sure::Medium))
            })
            .collect();
        Self {
            identity,
            device_id,
            firmware,
        }
    }
}

/// The name on the cover: the 1284 id's, else the first word of a description, else the maker of the network card.
fn maker(
    answers: &Answers<'_>,
    device_id: Option<&DeviceId<'_>>,
    device_descr: Option<&Fact<String>>,
    description: Option<&Fact<String>>,
) -> Option<Fact<String>> {
    if let Some(id) = device_id
        && let Some(name) = id.fact(device_id::MAKER)
    {
        let normalized = makers::leading(&name.value).map_or(name.value.as_str(), |(maker, _)| maker);
        return Some(name.saying(normalized.to_owned()));
    }
    let model = device_id.and_then(|id| id.fact(device_id::MODEL));
    let word = |text: &Fact<String>| {
        let (maker, _) = makers::leading(&text.value)?;
        Some(derived(
            maker.to_owned(),
            text.source,
            Rule::MakerWord,
            Sure::High,
        ))
    };
    model
        .as_ref()
        .and_then(word)
        .or_else(|| device_descr.and_then(word))
        .or_else(|| description.and_then(word))
        .or_else(|| {
            let number = enterprise(answers)?;
            Some(number.saying(makers::of_enterprise(number.value)?.to_owned()))
        })
}

/// The 1284 id's model, else hrDeviceDescr (sysDescr where that names only a series), else sysDescr, else the name that
/// an administrator may have given.
fn model(
    device_id: Option<&DeviceId<'_>>,
    from_device: Option<&(ModelText, Source)>,
    from_system: Option<&(ModelText, Source)>,
    printer_name: Option<&Fact<String>>,
) -> Option<Fact<String>> {
    let from_id = device_id.and_then(|id| {
        let name = id
            .fact(device_id::MODEL)
            .or_else(|| id.fact(device_id::DESCRIPTION))?;
        let model = makers::leading(&name.value).map_or(name.value.as_str(), |(_, rest)| rest);
        model_text::named(model).map(|model| name.saying(model))
    });
    let cut = |found: Option<&(ModelText, Source)>, sure| {
        let (text, source) = found?;
        Some(derived(text.model.clone()?, *source, Rule::ModelText, sure))
    };
    // Samsung: hrDeviceDescr "Samsung M408x Series", sysDescr "Samsung M4080FX; ...": an x stands for a digit.
    let vague = |model: &Fact<String>| model.value.contains('x') && model.value.contains(char::is_numeric);
    let system = cut(from_system, Sure::Medium);
    let device = cut(from_device, Sure::High);
    let device = match (device, &system) {
        (Some(device), Some(exact)) if vague(&device) && !vague(exact) => system.clone(),
        (device, _) => device,
    };
    from_id.or(device).or(system).or_else(|| {
        let name = printer_name?;
        let model = makers::leading(&name.value).map_or(name.value.as_str(), |(_, rest)| rest);
        Some(derived(
            model_text::named(model)?,
            name.source,
            Rule::ModelText,
            Sure::Low,
        ))
    })
}

/// prtGeneralSerialNumber, else a serial number that stands in another text.
fn serial<'a>(
    answers: &Answers<'a>,
    texts: &Texts,
    devices: &Devices<'a>,
    device_id: Option<&DeviceId<'a>>,
    from_system: Option<&(ModelText, Source)>,
    from_device: Option<&(ModelText, Source)>,
) -> Option<Fact<String>> {
    let said = |text: &str| {
        !["unknown", "none", "n/a", "null", "default"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
    };
    let standard = devices.own(answers, object::PRT_GENERAL_SERIAL_NUMBER, |cell| {
        texts.general(cell).filter(|serial| said(&serial.value))
    });
    let in_text = |found: Option<&(ModelText, Source)>| {
        let (text, source) = found?;
        Some(derived(
            text.serial.clone()?,
            *source,
            Rule::NumberInText,
            Sure::Medium,
        ))
    };
    standard
        .or_else(|| {
            device_id
                .and_then(|id| id.fact(device_id::SERIAL))
                .filter(|serial| said(&serial.value))
        })
        .or_else(|| in_text(from_system))
        .or_else(|| in_text(from_device))
}

/// Interfaces of which the address is kept; printers have one to four.
const MAX_MACS: usize = 32;

/// Addresses of the interfaces, each once. A loopback interface has none.
fn macs(answers: &Answers<'_>) -> Vec<Fact<Mac>> {
    let mut macs: Vec<Fact<Mac>> = Vec::new();
    for cell in answers.under(object::IF_PHYS_ADDRESS) {
        let Some(mac) = cell.octets().and_then(Mac::from_octets) else {
            continue;
        };
        if macs.len() < MAX_MACS && !macs.iter().any(|known| known.value == mac) {
            macs.push(Fact::new(mac, cell.source()));
        }
    }
    macs
}

/// A fact concluded from a text's varbind.
fn derived(value: String, text: Source, rule: Rule, sure: Sure) -> Fact<String> {
    let source = match text.offset() {
        Some(offset) => Source::derived(offset, rule, sure),
        None => Source::elsewhere(SourceKind::Derived, rule),
    };
    Fact::new(value, source)
}
