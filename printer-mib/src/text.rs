//! Text that a device wrote, as a [`String`] that is safe to show.
//!
//! The octets stay in the [`Arena`](crate::Arena); this is a reading of them: UTF-8 where they are UTF-8, whatever the
//! device declares (Brother and HP declare hp-roman8 and send UTF-8), else the declared set. Control characters, ANSI
//! sequences, bidirectional controls and padding are taken out.

use alloc::string::String;
use core::iter::Peekable;

/// A character set by its IANA MIBenum, as prtLocalizationCharacterSet gives it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Charset {
    /// ISO 8859-1 (4), and US-ASCII (3), which has no other octets.
    Latin1,
    /// ISO 8859-9, Turkish (12).
    Latin5,
    /// ISO 8859-15 (111).
    Latin9,
    /// HP Roman-8 (2004).
    HpRoman8,
    /// windows-1252 (2252).
    Windows1252,
    /// UTF-8 (106).
    Utf8,
    /// Any other: read as ISO 8859-1.
    Other(u32),
}

impl Charset {
    /// The set with this MIBenum.
    #[must_use]
    pub const fn from_mib_enum(number: u32) -> Self {
        match number {
            3 | 4 => Self::Latin1,
            12 => Self::Latin5,
            106 => Self::Utf8,
            111 => Self::Latin9,
            2004 => Self::HpRoman8,
            2252 => Self::Windows1252,
            number => Self::Other(number),
        }
    }

    fn character(self, octet: u8) -> char {
        let table: &[(u8, char)] = match self {
            _ if octet < 0x80 => &[],
            Self::HpRoman8 => {
                let place = usize::from(octet.wrapping_sub(0xa0));
                return HP_ROMAN8
                    .chars()
                    .nth(place)
                    .unwrap_or(char::REPLACEMENT_CHARACTER);
            }
            Self::Latin5 => LATIN5,
            Self::Latin9 => LATIN9,
            Self::Windows1252 => WINDOWS_1252,
            Self::Latin1 | Self::Utf8 | Self::Other(_) => &[],
        };
        table
            .iter()
            .find_map(|(code, character)| (*code == octet).then_some(*character))
            .unwrap_or(char::from(octet))
    }
}

/// Octets that are read of one text; the MIBs allow 255.
pub const MAX_OCTETS: usize = 1024;

/// Reads a device's text. What is left when control characters and padding are taken out may be empty.
#[must_use]
pub fn decode(octets: &[u8], declared: Charset) -> String {
    let octets = octets.get(..MAX_OCTETS).unwrap_or(octets);
    match utf8(octets, declared) {
        Some(text) => clean(text.chars()),
        None => clean(octets.iter().map(|octet| declared.character(*octet))),
    }
}

/// The text as UTF-8. A sequence that the end cuts in two is left out where nothing else speaks against UTF-8: agents
/// cut texts at a number of octets.
fn utf8(octets: &[u8], declared: Charset) -> Option<&str> {
    let error = match core::str::from_utf8(octets) {
        Ok(text) => return Some(text),
        Err(error) => error,
    };
    let (text, cut) = octets.split_at_checked(error.valid_up_to())?;
    let text = core::str::from_utf8(text).ok()?;
    // One octet above 0x7f at the end alone is a letter of an 8-bit set as well as the beginning of a sequence.
    let vouched = declared == Charset::Utf8 || !text.is_ascii() || cut.len() > 1;
    (error.error_len().is_none() && vouched).then_some(text)
}

/// Takes out what is not text.
fn clean(characters: impl Iterator<Item = char>) -> String {
    let mut characters = characters.peekable();
    let mut text = String::new();
    let mut gap = false;
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => skip_ansi(&mut characters),
            // Panels break words over lines: "Wartungs-" and "kit".
            '\n' | '\r' if text.ends_with('-') && rejoins(&mut characters) => {
                text.pop();
            }
            // U+2028 and U+2029 separate lines and paragraphs.
            '\u{2028}' | '\u{2029}' => gap = true,
            _ if is_invisible(character) => {}
            _ if character.is_control() => gap = true,
            _ => {
                // Control characters between words stand for one blank.
                if gap && !text.is_empty() && !text.ends_with(' ') && character != ' ' {
                    text.push(' ');
                }
                gap = false;
                text.push(character);
            }
        }
    }
    text.truncate(text.trim_end().len());
    let padding = text.len() - text.trim_start().len();
    text.drain(..padding);
    text
}

/// Whether a word that a hyphen and a line break cut goes on; eats the rest of the line break.
fn rejoins(characters: &mut Peekable<impl Iterator<Item = char>>) -> bool {
    while characters.next_if(|next| matches!(next, '\n' | '\r')).is_some() {}
    characters.peek().is_some_and(|next| next.is_lowercase())
}

/// Eats an escape sequence of ECMA-48 up to its final character.
fn skip_ansi(characters: &mut Peekable<impl Iterator<Item = char>>) {
    match characters.next_if(|next| matches!(next, ' '..='~')) {
        // CSI: parameters and intermediates, then one final character.
        Some('[') => {
            while characters.next_if(|next| matches!(next, ' '..='?')).is_some() {}
            let _final = characters.next_if(|next| matches!(next, '@'..='~'));
        }
        // Strings (OSC, DCS, SOS, PM, APC) end with BEL or ESC \.
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while characters
                .next_if(|next| !matches!(next, '\u{7}' | '\u{1b}'))
                .is_some()
            {}
            let _end = characters.next_if(|next| *next == '\u{7}');
        }
        // Intermediates, then one final character.
        Some(' '..='/') => {
            while characters.next_if(|next| matches!(next, ' '..='/')).is_some() {}
            let _final = characters.next_if(|next| matches!(next, '0'..='~'));
        }
        _ => {}
    }
}

/// Characters without a glyph that change how others are shown: bidirectional controls, joiners of width zero, byte
/// order marks, tags.
pub(crate) const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// HP Roman-8 from 0xa0 on (HP PCL symbol set 8U, RFC 1345).
const HP_ROMAN8: &str =
    "\u{a0}ÀÂÈÊËÎÏ´ˋˆ¨˜ÙÛ₤¯Ýý°ÇçÑñ¡¿¤£¥§ƒ¢âêôûáéóúàèòùäëöüÅîØÆåíøæÄìÖÜÉïßÔÁÃãÐðÍÌÓÒÕõŠšÚŸÿÞþ·µ¶¾—¼½ªº«■»±";

/// Where ISO 8859-9 differs from ISO 8859-1.
const LATIN5: &[(u8, char)] = &[
    (0xd0, 'Ğ'),
    (0xdd, 'İ'),
    (0xde, 'Ş'),
    (0xf0, 'ğ'),
    (0xfd, 'ı'),
    (0xfe, 'ş'),
];

/// Where ISO 8859-15 differs from ISO 8859-1.
const LATIN9: &[(u8, char)] = &[
    (0xa4, '€'),
    (0xa6, 'Š'),
    (0xa8, 'š'),
    (0xb4, 'Ž'),
    (0xb8, 'ž'),
    (0xbc, 'Œ'),
    (0xbd, 'œ'),
    (0xbe, 'Ÿ'),
];

/// Where windows-1252 differs from ISO 8859-1.
const WINDOWS_1252: &[(u8, char)] = &[
    (0x80, '€'),
    (0x82, '‚'),
    (0x83, 'ƒ'),
    (0x84, '„'),
    (0x85, '…'),
    (0x86, '†'),
    (0x87, '‡'),
    (0x88, 'ˆ'),
    (0x89, '‰'),
    (0x8a, 'Š'),
    (0x8b, '‹'),
    (0x8c, 'Œ'),
    (0x8e, 'Ž'),
    (0x91, '‘'),
    (0x92, '’'),
    (0x93, '“'),
    (0x94, '”'),
    (0x95, '•'),
    (0x96, '–'),
    (0x97, '—'),
    (0x98, '˜'),
    (0x99, '™'),
    (0x9a, 'š'),
    (0x9b, '›'),
    (0x9c, 'œ'),
    (0x9e, 'ž'),
    (0x9f, 'Ÿ'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_by_what_they_are_then_by_what_is_declared() {
        let cases: [(&str, &[u8], Charset, &str); 19] = [
            ("ascii", b"Black Toner", Charset::HpRoman8, "Black Toner"),
            (
                "quirk 34: NUL at the end",
                b"Black Cartridge\0",
                Charset::HpRoman8,
                "Black Cartridge",
            ),
            (
                "quirk 35: cut sequence",
                b"Cyan patron mycket l\xc3\xa5g, 412 \xc3\xa5terst\xc3",
                Charset::HpRoman8,
                "Cyan patron mycket låg, 412 återst",
            ),
            (
                "quirk 37: UTF-8 declared as hp-roman8",
                "Énergie".as_bytes(),
                Charset::HpRoman8,
                "Énergie",
            ),
            (
                "hp-roman8",
                b"\xdbber \xcc\xda \xfe",
                Charset::HpRoman8,
                "Über äÖ ±",
            ),
            ("latin-1", b"Caf\xe9", Charset::Latin1, "Café"),
            ("latin-1, last octet", b"caf\xe9", Charset::Other(2024), "café"),
            ("utf-8 declared, cut", b"caf\xc3", Charset::Utf8, "caf"),
            (
                "quirk 41: padded",
                b"SLEEP           ",
                Charset::HpRoman8,
                "SLEEP",
            ),
            (
                "quirk 21: broken over lines",
                b"Wartungs-\nkasten voll",
                Charset::Latin1,
                "Wartungskasten voll",
            ),
            (
                "two lines",
                b"Load paper\r\nTray 2",
                Charset::Latin1,
                "Load paper Tray 2",
            ),
            (
                "a hyphen of its own",
                b"A4-\nTray 2",
                Charset::Latin1,
                "A4- Tray 2",
            ),
            ("ansi colour", b"\x1b[31;1mJam\x1b[0m", Charset::Latin1, "Jam"),
            ("ansi title", b"a\x1b]0;evil\x07b", Charset::Latin1, "ab"),
            ("ansi unfinished", b"a\x1b[", Charset::Latin1, "a"),
            (
                "bidirectional",
                "abc\u{202e}fed\u{200b}".as_bytes(),
                Charset::Latin1,
                "abcfed",
            ),
            ("only controls", b"\0\0\x01 \t", Charset::Latin1, ""),
            ("turkish", b"ka\xf0\xfdt", Charset::Latin5, "kağıt"),
            (
                "windows-1252",
                b"\x93Tray\x94 \x80",
                Charset::Windows1252,
                "“Tray” €",
            ),
        ];
        for (name, octets, charset, expected) in cases {
            assert_eq!(decode(octets, charset), expected, "{name}");
        }
    }

    #[test]
    fn hp_roman8_has_a_character_for_every_place() {
        assert_eq!(HP_ROMAN8.chars().count(), 0xff - 0xa0);
    }

    #[test]
    fn text_is_bounded_and_free_of_controls_whatever_comes() {
        let every: alloc::vec::Vec<u8> = (0..4096u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0])
            .collect();
        for charset in [
            Charset::Latin1,
            Charset::Utf8,
            Charset::HpRoman8,
            Charset::Windows1252,
        ] {
            for start in 0..64 {
                let text = decode(&every[start..], charset);
                assert!(text.chars().count() <= MAX_OCTETS);
                assert!(!text.chars().any(|c| c.is_control() || is_invisible(c)));
                assert_eq!(text, text.trim());
            }
        }
    }
}
