//! Words for colours, in the languages that panels speak.

use crate::model::SupplyColor::{self, *};
use alloc::{string::String, vec::Vec};

/// The colour that a text names; several at once are [`Other`].
pub(super) fn named(text: &str) -> Option<SupplyColor> {
    let lower: String = text.chars().flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    if words
        .windows(2)
        .any(|pair| matches!(pair, ["tri" | "multi", "color" | "colour"]))
        || words
            .iter()
            .any(|word| matches!(*word, "tricolor" | "tricolour" | "trichromatic" | "cmy"))
    {
        return Some(Other);
    }
    let mut found = None;
    for (place, word) in words.iter().enumerate() {
        let Some(color) = word_color(word) else { continue };
        let before = place.checked_sub(1).and_then(|before| words.get(before)).copied();
        let color = shade(color, before);
        match found {
            None => found = Some(color),
            Some(other) if other == color => {}
            Some(_) => return Some(Other),
        }
    }
    found
}

/// The colour of a part whose description is its order number and a letter ("TK-895C", "SJIC35P-BK"), or that ends in a
/// letter of its own ("Drum (K)").
pub(super) fn lettered(text: &str) -> Option<SupplyColor> {
    let last = text
        .rsplit(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| !word.is_empty())?;
    let letter = match last.trim_start_matches(|c: char| c.is_ascii_digit()) {
        // Digits and a letter only where the text is a Kyocera part number: "90K" may be a count of pages.
        letter if letter.len() < last.len() => Some(letter).filter(|_| text.starts_with("TK-")),
        letter => Some(letter),
    }?;
    match letter {
        "K" | "BK" | "Bk" => Some(Black),
        "C" => Some(Cyan),
        "M" => Some(Magenta),
        "Y" => Some(Yellow),
        _ => None,
    }
}

fn shade(color: SupplyColor, before: Option<&str>) -> SupplyColor {
    match (color, before) {
        (Black, Some("photo" | "foto")) => PhotoBlack,
        (Black, Some("matte" | "mat" | "matt")) => MatteBlack,
        (Cyan, Some("light")) => LightCyan,
        (Magenta, Some("light")) => LightMagenta,
        (Gray, Some("light")) => LightGray,
        _ => color,
    }
}

fn word_color(word: &str) -> Option<SupplyColor> {
    if let Some((_, color)) = WORDS.iter().find(|(listed, _)| *listed == word) {
        return Some(*color);
    }
    // Chinese and Japanese write no blanks between words.
    SIGNS
        .iter()
        .find(|(sign, _)| word.contains(sign))
        .map(|(_, color)| *color)
}

const WORDS: &[(&str, SupplyColor)] = &[
    ("black", Black),
    ("schwarz", Black),
    ("schwarze", Black),
    ("schwarzer", Black),
    ("noir", Black),
    ("noire", Black),
    ("negro", Black),
    ("negra", Black),
    ("nero", Black),
    ("nera", Black),
    ("preto", Black),
    ("preta", Black),
    ("zwart", Black),
    ("zwarte", Black),
    ("svart", Black),
    ("musta", Black),
    ("czarny", Black),
    ("czarna", Black),
    ("černá", Black),
    ("černý", Black),
    ("fekete", Black),
    ("siyah", Black),
    ("черный", Black),
    ("чёрный", Black),
    ("cyan", Cyan),
    ("zyan", Cyan),
    ("ciano", Cyan),
    ("cian", Cyan),
    ("cyaan", Cyan),
    ("cyjan", Cyan),
    ("syaani", Cyan),
    ("azurová", Cyan),
    ("camgöbeği", Cyan),
    ("голубой", Cyan),
    ("magenta", Magenta),
    ("purpurová", Magenta),
    ("bíbor", Magenta),
    ("пурпурный", Magenta),
    ("yellow", Yellow),
    ("gelb", Yellow),
    ("gelbe", Yellow),
    ("gelber", Yellow),
    ("jaune", Yellow),
    ("amarillo", Yellow),
    ("amarilla", Yellow),
    ("giallo", Yellow),
    ("gialla", Yellow),
    ("amarelo", Yellow),
    ("amarela", Yellow),
    ("geel", Yellow),
    ("gele", Yellow),
    ("gul", Yellow),
    ("keltainen", Yellow),
    ("żółty", Yellow),
    ("żółta", Yellow),
    ("žlutá", Yellow),
    ("sárga", Yellow),
    ("sarı", Yellow),
    ("желтый", Yellow),
    ("жёлтый", Yellow),
    ("gray", Gray),
    ("grey", Gray),
    ("grau", Gray),
    ("gris", Gray),
    ("grigio", Gray),
    ("cinza", Gray),
    ("grijs", Gray),
    ("red", Red),
    ("rot", Red),
    ("rouge", Red),
    ("rojo", Red),
    ("rosso", Red),
    ("green", Green),
    ("grün", Green),
    ("vert", Green),
    ("verde", Green),
    ("blue", Blue),
    ("blau", Blue),
    ("bleu", Blue),
    ("azul", Blue),
    ("blu", Blue),
    ("orange", Orange),
    ("naranja", Orange),
    ("arancione", Orange),
    ("white", White),
    ("weiß", White),
    ("weiss", White),
    ("blanc", White),
    ("blanco", White),
    ("bianco", White),
    ("clear", Clear),
    ("transparent", Clear),
];

const SIGNS: &[(&str, SupplyColor)] = &[
    ("黑", Black),
    ("黒", Black),
    ("ブラック", Black),
    ("青", Cyan),
    ("シアン", Cyan),
    ("洋红", Magenta),
    ("洋紅", Magenta),
    ("品红", Magenta),
    ("品紅", Magenta),
    ("マゼンタ", Magenta),
    ("黄", Yellow),
    ("黃", Yellow),
    ("イエロー", Yellow),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quirk_16_colours_are_read_from_words_of_many_languages() {
        let cases = [
            ("Black Toner Cartridge", Some(Black)),
            ("Toner (Magenta)", Some(Magenta)),
            ("Tonerkassette schwarz", Some(Black)),
            ("Cartouche d'encre noire", Some(Black)),
            ("Tóner negro", Some(Black)),
            ("黑色碳粉", Some(Black)),
            ("洋紅色碳粉", Some(Magenta)),
            ("廢棄碳粉", None),
            ("tri-color ink cartridge", Some(Other)),
            ("Cyan, Magenta, Yellow Drum", Some(Other)),
            ("photo black ink", Some(PhotoBlack)),
            ("Matte Black", Some(MatteBlack)),
            ("light magenta ink", Some(LightMagenta)),
            ("light gray", Some(LightGray)),
            ("Waste Toner Box", None),
            ("Fuser", None),
        ];
        for (text, color) in cases {
            assert_eq!(named(text), color, "{text}");
        }
    }

    #[test]
    fn quirk_52_part_numbers_end_in_the_colours_letter() {
        let cases = [
            ("TK-895C", Some(Cyan)),
            ("TK-8527K", Some(Black)),
            ("TK-3130", None),
            ("Black Ink Cartridge SJIC35P-BK", Some(Black)),
            ("Drum Unit (Y)", Some(Yellow)),
            ("Maintenance Kit 90K", None),
            ("Drum Cartridge (R4)", None),
            ("Tray M", Some(Magenta)),
        ];
        for (text, color) in cases {
            assert_eq!(lettered(text), color, "{text}");
        }
    }
}
