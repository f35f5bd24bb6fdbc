//! prtMarkerSuppliesTable and prtMarkerColorantTable → supplies.

use super::{
    answers::{Answers, Cell, Texts, index},
    colors, identity, media,
};
use crate::{
    mib::{
        marker::{SupplyClass, SupplyKind},
        object,
    },
    model::{Fact, Level, Rule, Source, Supply, SupplyColor, SupplyDetails, Sure},
};
use alloc::{borrow::ToOwned, collections::BTreeMap, string::String, vec::Vec};
use snmp_core::oid::Oid;

const SUPPLIES_ENTRY: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.43.11.1.1);
const COLORANT_ENTRY: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.43.12.1.1);

/// One supply a row; rows are told apart by their whole index, never by what they are called.
pub(super) fn read(answers: &Answers<'_>, texts: &Texts) -> Vec<Supply> {
    let mut rows: BTreeMap<Vec<u32>, (Supply, Option<Cell<'_>>)> = BTreeMap::new();
    for (column, arcs, cell) in answers.table(SUPPLIES_ENTRY) {
        if !matches!(column, 2..=9) {
            continue;
        }
        let (supply, colorant) = rows
            .entry(arcs)
            .or_insert_with_key(|arcs| (Supply::new(index(arcs.clone()), cell.source()), None));
        match column {
            3 => *colorant = Some(cell),
            4 => supply.class = cell.listed(SupplyClass::from_mib),
            5 => supply.kind = cell.listed(SupplyKind::from_number),
            6 => {
                let text = texts.general(&cell);
                (supply.description, supply.details) = take_apart(text);
            }
            7 => supply.unit = media::unit(&cell),
            8 => supply.capacity = media::capacity(&cell),
            9 => supply.level = level(&cell, answers),
            _ => {}
        }
    }
    let colorants = colorants(answers, texts);
    rows.into_iter()
        .map(|(arcs, (mut supply, colorant))| {
            supply.color = colorant
                .and_then(|cell| by_colorant(&arcs, &cell, &colorants))
                .or_else(|| by_words(&supply));
            supply
        })
        .collect()
}

/// -100 is Ricoh's own: below a tenth is left. Anywhere else the number means nothing.
fn level(cell: &Cell<'_>, answers: &Answers<'_>) -> Option<Fact<Level>> {
    const RICOH: u32 = 367;
    if cell.number()?.value == -100 && identity::enterprise(answers).is_some_and(|maker| maker.value == RICOH)
    {
        return Some(Fact::new(Level::Low, Source::vendor(cell.offset, Rule::RicohLow)));
    }
    media::level(cell)
}

/// prtMarkerColorantValue by row.
fn colorants(answers: &Answers<'_>, texts: &Texts) -> BTreeMap<Vec<u32>, Fact<String>> {
    answers
        .table(COLORANT_ENTRY)
        .filter(|(column, ..)| *column == 4)
        .filter_map(|(_, arcs, cell)| Some((arcs, texts.general(&cell)?)))
        .collect()
}

/// The row's colorant, which shares all arcs but the last with the supply; 0 points to none.
fn by_colorant(
    supply: &[u32],
    pointer: &Cell<'_>,
    colorants: &BTreeMap<Vec<u32>, Fact<String>>,
) -> Option<Fact<SupplyColor>> {
    let pointer = pointer.unsigned()?.value;
    let (_, before) = supply.split_last()?;
    let mut arcs = before.to_vec();
    arcs.push(pointer);
    let value = colorants.get(&arcs)?;
    let color = colors::named(&value.value)?;
    let offset = value.source.offset()?;
    Some(Fact::new(
        color,
        Source::derived(offset, Rule::Colorant, Sure::High),
    ))
}

fn by_words(supply: &Supply) -> Option<Fact<SupplyColor>> {
    let description = supply.description.as_ref()?;
    let offset = description.source.offset()?;
    let (color, sure) = match colors::named(&description.value) {
        Some(color) => (color, Sure::Medium),
        None => (colors::lettered(&description.value)?, Sure::Low),
    };
    Some(Fact::new(color, Source::derived(offset, Rule::ColorWord, sure)))
}

/// The name, and the part and serial numbers that some makers write behind it: ", PN 006R01509;SN4817..." (Xerox),
/// " S/N:CRUM-..." (Samsung), "P/N ...".
fn take_apart(text: Option<Fact<String>>) -> (Option<Fact<String>>, SupplyDetails) {
    let mut details = SupplyDetails::default();
    let Some(text) = text else { return (None, details) };
    let Some(offset) = text.source.offset() else {
        return (Some(text), details);
    };
    let number = |mark: &[&str], least: usize| {
        let (_, number) = behind(&text.value, mark)?;
        // A number that the end of the text cut is none ("CRUM-").
        let whole =
            number.len() >= least && !number.ends_with('-') && !number.eq_ignore_ascii_case("unknown");
        let source = Source::derived(offset, Rule::NumberInText, Sure::Medium);
        whole.then(|| Fact::new(number.to_owned(), source))
    };
    details.part_number = number(PART_MARKS, 3);
    details.serial = number(SERIAL_MARKS, 5);
    let cut = [PART_MARKS, SERIAL_MARKS]
        .iter()
        .filter_map(|marks| behind(&text.value, marks))
        .map(|(start, _)| start)
        .min()
        .and_then(|start| text.value.get(..start))
        .map(|name| name.trim_end_matches([' ', ',', ';', ':']))
        .filter(|name| !name.is_empty())
        .map(ToOwned::to_owned);
    let name = match cut {
        Some(name) => text.saying(name),
        None => text,
    };
    (Some(name), details)
}

const PART_MARKS: &[&str] = &[", PN ", ",PN ", " P/N", ";PN "];
const SERIAL_MARKS: &[&str] = &[";SN", " S/N", ", SN ", ",SN "];

/// Where the first of these marks stands, and the word behind it.
fn behind<'t>(text: &'t str, marks: &[&str]) -> Option<(usize, &'t str)> {
    let (start, mark) = marks
        .iter()
        .filter_map(|mark| Some((text.find(mark)?, mark)))
        .min()?;
    let rest = text
        .get(start + mark.len()..)?
        .trim_start_matches([' ', ':', '.', '#']);
    Some((start, rest.split([' ', ';', ',']).next().unwrap_or_default()))
}

/// The objects of this table that carry a colour word prove a colour printer; used by the hardware's reading too.
pub(super) const fn is_chromatic(color: SupplyColor) -> bool {
    !matches!(
        color,
        SupplyColor::Black
            | SupplyColor::PhotoBlack
            | SupplyColor::MatteBlack
            | SupplyColor::Gray
            | SupplyColor::LightGray
            | SupplyColor::White
            | SupplyColor::Clear
    )
}

/// prtMarkerProcessColorants of the first marker.
pub(super) fn process_colorants(answers: &Answers<'_>) -> Option<Fact<u32>> {
    answers.first(object::PRT_MARKER_PROCESS_COLORANTS)?.unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use snmp_core::{oid, value::Value, varbind::VarBind};

    #[test]
    fn quirk_36_part_and_serial_numbers_are_taken_out_of_descriptions() {
        let cases: [(&str, &str, Option<&str>, Option<&str>); 8] = [
            (
                "Black Toner, PN 006R01509;SN48178080E0000481",
                "Black Toner",
                Some("006R01509"),
                Some("48178080E0000481"),
            ),
            ("Fuser, PN unknown;SNunknown", "Fuser", None, None),
            (
                "Black Toner Cartridge S/N:CRUM-",
                "Black Toner Cartridge",
                None,
                None,
            ),
            (
                "Black Toner Cartridge S/N:CRUM-160729AB",
                "Black Toner Cartridge",
                None,
                Some("CRUM-160729AB"),
            ),
            ("Fuser S/N:", "Fuser", None, None),
            ("Toner P/N 106R01374", "Toner", Some("106R01374"), None),
            ("Waste Toner Box", "Waste Toner Box", None, None),
            ("TK-3130", "TK-3130", None, None),
        ];
        for (text, name, part, serial) in cases {
            let mut arena = Arena::new();
            arena
                .push(&VarBind::new(
                    oid!(1.3.6.1.2.1.43.11.1.1.6.1.1),
                    Value::OctetString(text.as_bytes()),
                ))
                .unwrap();
            let answers = Answers::new(&arena);
            let supplies = read(&answers, &Texts::new(&answers));
            let [supply] = &supplies[..] else { panic!("{text}") };
            assert_eq!(
                supply.description.as_ref().map(|fact| fact.value.as_str()),
                Some(name),
                "{text}"
            );
            assert_eq!(
                supply
                    .details
                    .part_number
                    .as_ref()
                    .map(|fact| fact.value.as_str()),
                part,
                "{text}"
            );
            assert_eq!(
                supply.details.serial.as_ref().map(|fact| fact.value.as_str()),
                serial,
                "{text}"
            );
        }
    }
}
