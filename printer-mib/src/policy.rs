//! How much of the text that a device wrote may go on.

crate::enumeration::closed_enumeration! {
    /// How much of a device's free text passes.
    ///
    /// Panel lines and alert texts can carry the name of a user or of a document; descriptions, host name and location
    /// are written by administrators. Model, serial and part numbers always pass.
    #[derive(Default)]
    pub enum TextPolicy {
        /// No text that the device or its administrator wrote.
        Codes = 0 "codes",
        /// Panel lines and alert texts only where every word is a printer's word.
        #[default]
        Known = 1 "known",
        /// Everything.
        Full = 2 "full",
    }
}

impl TextPolicy {
    /// Whether a panel line or an alert's text may go on.
    #[must_use]
    pub fn allows_free_text(self, text: &str) -> bool {
        match self {
            Self::Codes => false,
            Self::Known => is_known(text),
            Self::Full => true,
        }
    }

    /// Whether a description, a tray's name, a location or a host name may go on.
    #[must_use]
    pub const fn allows_descriptions(self) -> bool {
        !matches!(self, Self::Codes)
    }
}

/// Whether every word of a text is one that printers use of themselves, or a short number.
///
/// Built on words, not on whole phrases, because each maker and model puts them together anew. A name of a person or of
/// a document is let through only if all its words stand in the list.
fn is_known(text: &str) -> bool {
    let mut words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some() && words.all(|word| is_short_number(word) || in_vocabulary(word))
}

/// Codes and sizes: 2, 13.21, A4, 8x11, C2557 has a letter before at most four digits.
fn is_short_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let others = word.chars().count() - digits;
    (1..=5).contains(&digits) && others <= 1 && word.is_ascii()
}

fn in_vocabulary(word: &str) -> bool {
    VOCABULARY
        .split_ascii_whitespace()
        .any(|known| known.eq_ignore_ascii_case(word))
}

/// Words of panels and alert tables, in English and German.
const VOCABULARY: &str = "\
    a about access account active add added adf adjusting again all almost alternative an and any are area at auto \
    automatic available back bad bands been before belt bin bind black booklet bottle bottom box busy button bypass \
    calibrating calibration call can canceled cancelling cannot capacity card cartridge cartridges cassette change \
    changed charge check clean cleaner cleaning clear close closed cold collect color colour communication complete \
    condition connect connected connection container continue control cooling copy copying corrupted counter cover \
    covers current custom cyan data default deleted depleted detected developer device dirty disconnected disk do door \
    doors down drawer drive drum duplex duplexer empty end energy engine envelope environment error ethernet exceeded \
    exhausted exit expected external failed failure false fan fatal fault fax feed feeder file finisher firmware \
    fixing flash flatbed for format from front full fuser fusing genuine glass green guide hard head heating high home \
    hot hp humidity idle image imaging in incompatible incorrect initializing ink inner input insert inserted \
    install installed insufficient interface internal invalid is it jam jammed jams job kit label labels large laser \
    left legal letter level lever lid life lift light limit load loaded loading locked long loop low lower magenta main \
    maintenance manual manually mark marker match matte maximum media memory menu misfeed mismatch missing mode module \
    motor move mp multi multipurpose must near nearly network new no non normal not now of off offline ok on online only \
    open operation operator option optional opc or original out output over oversize pad pages panel paper part path pause \
    paused photo photoconductor pickup pin plain please position power powersave preparing press print printed printer \
    printhead printing processing punch pump queue rear reached ready receiving recommended recycled red reload remove \
    removed replace replaced replacement required reseat reset restart resume retry ribbon right roll roller rollers \
    running saddle saver saving scan scanner scanning second see select sensor separation separator service set sheet \
    sheets shortly side size sleep sleeping slot small soon spool stack stacker standard standby staple stapler staples \
    start starting status stitch stop stopped storage supplies supply support supported suspended switch system tab \
    temperature the thermistor time timeout to toner top transfer transparency tray trays turn turned type under \
    unavailable unit unknown unsupported update upper usb use used user wait waiting warm warming warning warmup waste \
    white width will with wrong yellow \
    abdeckung auffüllen austauschen aufgewärmt bald bereit bildtrommel bitte brennstoff cyan druckbereit druckt \
    druckwerk einlegen einsetzen energiesparen energiesparmodus ersetzen fach fast fehler fixiereinheit fixierer gelb \
    geöffnet ist kassette kein keine klappe leer magenta materialeinzug nachfüllen nicht niedrig offen papier \
    papierstau prüfen resttonerbehälter ruhemodus scanner schließen schwarz stau tonerstand toner toner trommel tür \
    verbrauchsmaterial voll vorbereiten warten wartung wartungskit wechseln zufuhr";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_printers_words_pass_the_default() {
        for known in [
            "Ready",
            "toner is low (black).",
            "Ink is low.",
            "Load Tray 2: A4 Plain",
            "Sleep",
            "Papierstau",
            "Main roll path out of paper",
            "Sleeping...",
            "Jam in area 3, check 13.21",
        ] {
            assert!(TextPolicy::Known.allows_free_text(known), "{known}");
        }
        for unknown in [
            "Printing: salaries_2026.xls",
            "Welcome Ms Miller",
            "Job 4711 of jdoe",
            "10.20.30.44455566",
            "",
            "…",
            "Rechnung Meier",
        ] {
            assert!(!TextPolicy::Known.allows_free_text(unknown), "{unknown}");
            assert!(!TextPolicy::Codes.allows_free_text(unknown), "{unknown}");
            assert!(TextPolicy::Full.allows_free_text(unknown), "{unknown}");
        }
    }
}
