//! What the device is made of, from everything that hints at it.

use super::{
    answers::{Answers, Texts},
    device_id,
    identity::{Devices, Names},
    model_text, supplies,
};
use crate::{
    mib::{
        marker::{SupplyKind, Technology},
        object,
        sub_unit::MediaPathType,
    },
    model::{
        DeviceKind, Fact, Firmware, Hardware, Printer, Rule, SectionKind, SectionState, Source, SupplyColor,
        Sure,
    },
};
use alloc::{string::String, vec::Vec};

pub(super) fn read(
    answers: &Answers<'_>,
    texts: &Texts,
    devices: &Devices<'_>,
    names: &Names<'_>,
    printer: &Printer,
) -> Hardware {
    let units = Units::read(devices, names);
    Hardware {
        kind: kind(names, &units),
        technology: answers
            .first(object::PRT_MARKER_MARK_TECH)
            .and_then(|cell| cell.unsigned())
            .map(|number| number.saying(Technology::from_number(number.value))),
        color: color(answers, texts, printer),
        duplex: duplex(answers),
        scan: units.scan,
        copy: units.copy,
        fax: units.fax,
        installed: None,
        firmware: firmware(names),
        location: answers
            .first(object::SYS_LOCATION)
            .and_then(|cell| texts.general(&cell)),
    }
}

/// What else than a printer is in the box.
#[derive(Default)]
struct Units {
    scan: Option<Fact<bool>>,
    copy: Option<Fact<bool>>,
    fax: Option<Fact<bool>>,
}

impl Units {
    /// The host's other devices name them (there is no scanner among hrDeviceTypes); Ricoh and its other names list
    /// them in sysDescr.
    fn read(devices: &Devices<'_>, names: &Names<'_>) -> Self {
        let mut units = Self::default();
        for text in devices.others().filter_map(|row| row.description.as_ref()) {
            units.add(text);
        }
        if let Some(text) = names
            .identity
            .description
            .as_ref()
            .filter(|text| text.value.contains(" C model"))
        {
            units.add(text);
        }
        units
    }

    fn add(&mut self, text: &Fact<String>) {
        let Some(offset) = text.source.offset() else {
            return;
        };
        let fact = Fact::new(true, Source::derived(offset, Rule::DeviceWords, Sure::Medium));
        let has = |words: &[&str]| {
            text.value
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| words.iter().any(|listed| word.eq_ignore_ascii_case(listed)))
        };
        if has(&["scanner", "scan"]) || text.value.contains("Image Reader") {
            self.scan.get_or_insert(fact);
        }
        if has(&["copier", "copy"]) {
            self.copy.get_or_insert(fact);
        }
        if has(&["fax", "facsimile"]) {
            self.fax.get_or_insert(fact);
        }
    }
}

/// An MFP where another unit or the model's name says so. A printer only where the name belongs to a family without
/// scanners: a 1284 class of PRINTER is given by MFPs too.
fn kind(names: &Names<'_>, units: &Units) -> Option<Fact<DeviceKind>> {
    let model = names.identity.model.as_ref();
    let maker = names
        .identity
        .manufacturer
        .as_ref()
        .map_or("", |maker| maker.value.as_str());
    let says = |words: &[&str]| {
        let model = model?;
        let hit = model
            .value
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| words.iter().any(|listed| word.eq_ignore_ascii_case(listed)));
        hit.then_some(model.source)
    };
    let begins = |prefixes: &[&str]| {
        let model = model?;
        let hit = prefixes.iter().any(|prefix| {
            model
                .value
                .get(..prefix.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
        });
        hit.then_some(model.source)
    };
    let from_text = |kind, source: Source, sure| {
        Some(Fact::new(
            kind,
            Source::derived(source.offset()?, Rule::DeviceWords, sure),
        ))
    };
    if matches!(
        maker,
        "Zebra" | "TSC" | "Sato" | "Godex" | "Citizen" | "Datamax" | "Bixolon" | "Intermec"
    ) {
        return from_text(
            DeviceKind::LabelPrinter,
            names.identity.manufacturer.as_ref()?.source,
            Sure::Medium,
        );
    }
    if let Some(id) = &names.device_id
        && id
            .get(device_id::COMMANDS)
            .is_some_and(|commands| commands.contains("ESCLABEL") || commands == "ZPL")
    {
        return from_text(DeviceKind::LabelPrinter, id.source(), Sure::Medium);
    }
    if let Some(source) = says(&["DesignJet"]) {
        return from_text(DeviceKind::Plotter, source, Sure::Medium);
    }
    if let Some(unit) = units.scan.or(units.copy).or(units.fax) {
        return Some(unit.saying(DeviceKind::Mfp));
    }
    let model_words = &model?.value;
    let alone =
        ["4000i", "5000i"].iter().any(|words| model_words.contains(words)) || model_words.ends_with('P');
    if let Some(source) = says(MFP_WORDS)
        .or_else(|| begins(MFP_FAMILIES).filter(|_| !alone))
        .or_else(|| {
            model_words
                .contains("All-in-One")
                .then(|| model.map(|model| model.source))
                .flatten()
        })
    {
        return from_text(DeviceKind::Mfp, source, Sure::Medium);
    }
    from_text(DeviceKind::Printer, begins(PRINTER_FAMILIES)?, Sure::Medium)
}

const MFP_WORDS: &[&str] = &["MFP", "MFC", "DCP", "SCX", "CLX"];

/// Families of which all copy and scan; a P behind the number, and bizhub 4000i and 5000i, only print.
const MFP_FAMILIES: &[&str] = &[
    "AltaLink",
    "ApeosPort",
    "bizhub",
    "DocuCentre",
    "e-STUDIO",
    "imageRUNNER",
    "iR-ADV",
    "TASKalfa",
    "WorkCentre",
];

const PRINTER_FAMILIES: &[&str] = &["ECOSYS P", "HL-", "LBP", "Phaser"];

/// Colour where a supply or a colorant has one, or where the marker mixes at least three. Without, only where the whole
/// supplies table was read and holds one black toner: prtMarkerProcessColorants says 1 on four-colour ink printers too.
fn color(answers: &Answers<'_>, texts: &Texts, printer: &Printer) -> Option<Fact<bool>> {
    let colored = |source: Source| {
        Some(Fact::new(
            true,
            Source::derived(source.offset()?, Rule::Combined, Sure::High),
        ))
    };
    let inked = |supply: &&crate::model::Supply| {
        matches!(
            supply.kind(),
            SupplyKind::Toner | SupplyKind::TonerCartridge | SupplyKind::Ink | SupplyKind::InkCartridge
        )
    };
    if let Some(color) = printer
        .supplies
        .iter()
        .filter_map(|supply| supply.color)
        .find(|color| supplies::is_chromatic(color.value))
    {
        return colored(color.source);
    }
    if let Some(cell) = answers
        .under(object::PRT_MARKER_COLORANT_VALUE)
        .iter()
        .find(|cell| {
            texts
                .general(cell)
                .and_then(|value| super::colors::named(&value.value))
                .is_some_and(supplies::is_chromatic)
        })
    {
        return colored(cell.source());
    }
    let colorants = supplies::process_colorants(answers);
    if let Some(number) = colorants.filter(|number| number.value >= 3) {
        return colored(number.source);
    }
    let complete = printer.sections.of(SectionKind::Supplies).state == SectionState::Complete;
    let mut toners = printer.supplies.iter().filter(inked);
    let (only, more) = (toners.next()?, toners.next());
    let black = only.color.is_none_or(|color| color.value == SupplyColor::Black);
    let toner = matches!(only.kind(), SupplyKind::Toner | SupplyKind::TonerCartridge);
    (complete && more.is_none() && black && toner).then(|| {
        let source = only
            .source
            .offset()
            .map(|offset| Source::derived(offset, Rule::Combined, Sure::Medium));
        Fact::new(false, source.unwrap_or(only.source))
    })
}

/// A media path that turns sheets. Only a whole table without one says that there is none.
fn duplex(answers: &Answers<'_>) -> Option<Fact<bool>> {
    let paths: Vec<Fact<MediaPathType>> = answers
        .under(object::PRT_MEDIA_PATH_TYPE)
        .iter()
        .filter_map(|cell| cell.unsigned())
        .map(|number| number.saying(MediaPathType::from_number(number.value)))
        .collect();
    let turns = |path: &&Fact<MediaPathType>| {
        matches!(
            path.value,
            MediaPathType::LongEdgeBindingDuplex | MediaPathType::ShortEdgeBindingDuplex
        )
    };
    if let Some(path) = paths.iter().find(turns) {
        return Some(path.saying(true));
    }
    let simplex = paths.iter().all(|path| path.value == MediaPathType::Simplex);
    paths.first().filter(|_| simplex).map(|path| path.saying(false))
}

fn firmware(names: &Names<'_>) -> Vec<Firmware> {
    let mut firmware: Vec<Firmware> = Vec::new();
    for version in &names.firmware {
        if !firmware.iter().any(|known| known.version.value == version.value) {
            firmware.push(Firmware {
                name: None,
                version: version.clone(),
            });
        }
    }
    if let Some(description) = &names.identity.description
        && let Some(offset) = description.source.offset()
    {
        let source = Source::derived(offset, Rule::FirmwareText, Sure::Medium);
        firmware.extend(model_text::components(&description.value).into_iter().map(
            |(name, version): (String, String)| Firmware {
                name: Some(name),
                version: Fact::new(version, source),
            },
        ));
    }
    firmware
}
