//! The model's name, cut out of what sysDescr and hrDeviceDescr say around it.

use super::makers;
use alloc::{string::String, vec::Vec};

/// A model's name, the firmware's version and the serial number that stood beside it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct ModelText {
    pub(super) model: Option<String>,
    pub(super) firmware: Option<String>,
    pub(super) serial: Option<String>,
}

/// Reads hrDeviceDescr of the printer's row, or a 1284 id's model: "Canon iR-ADV C5840 19.43",
/// "Dell S5830dn 7XQ1R92 LW62.DN4.P636", "Brother HL-L8260CDW series".
pub(super) fn from_device_descr(text: &str) -> ModelText {
    let (maker, name) = match makers::leading(text) {
        Some((maker, rest)) => (Some(maker), rest),
        None => (None, text),
    };
    let words: Vec<&str> = name.split_whitespace().collect();
    match (maker, words.as_slice()) {
        // Model, serial number, firmware: Lexmark's engines, also under other names.
        (
            Some("Lexmark" | "Dell" | "Toshiba" | "IBM" | "Source Technologies"),
            [model @ .., serial, firmware],
        ) if !model.is_empty() && is_version(firmware) && is_serial(serial) => ModelText {
            model: named(&model.join(" ")),
            firmware: Some((*firmware).into()),
            serial: Some((*serial).into()),
        },
        (Some("Canon"), [model @ .., firmware]) if !model.is_empty() && is_version(firmware) => ModelText {
            model: named(&model.join(" ")),
            firmware: Some((*firmware).into()),
            serial: None,
        },
        _ => ModelText {
            model: named(name),
            ..ModelText::default()
        },
    }
}

/// Reads sysDescr. Many name only the network card, an interface or the system: these give no model.
pub(super) fn from_sys_descr(text: &str) -> ModelText {
    if let Some(attached) = text.split_once("Attached to ").map(|(_, rest)| rest) {
        // OKI: "OkiLAN 9450g Rev.00.69 ... PrintServer: Attached to MC873 Rev.07.87 : Copyright".
        let (model, rest) = attached.split_once(" Rev.").unwrap_or((attached, ""));
        return ModelText {
            model: named(model),
            firmware: first_word(rest),
            serial: None,
        };
    }
    if text.starts_with("HP ETHERNET MULTI-ENVIRONMENT") {
        return jetdirect(text);
    }
    let Some((_, name)) = makers::leading(text) else {
        // TSC: "TTP244CE Version: 7.02 EZD".
        return match text.split_once(" Version: ") {
            Some((model, version)) => ModelText {
                model: named(model),
                firmware: first_word(version),
                serial: None,
            },
            None => ModelText::default(),
        };
    };
    if GENERIC.iter().any(|phrase| text.contains(phrase)) {
        return ModelText::default();
    }
    // Ricoh and its other names: "RICOH MP C2503 1.35 / RICOH Network Printer C model / ...".
    if let Some((head, rest)) = name.split_once(" / ")
        && rest.contains(" C model")
    {
        let (model, version) = head
            .rsplit_once(' ')
            .filter(|(_, last)| is_version(last))
            .unwrap_or((head, ""));
        return ModelText {
            model: named(model),
            firmware: first_word(version),
            serial: None,
        };
    }
    // Lexmark's engines: "Lexmark T640 version NS.NP.N219 kernel 2.6.6 All-N-1".
    if let Some((model, version)) = name.split_once(" version ") {
        return ModelText {
            model: named(model),
            firmware: first_word(version),
            serial: None,
        };
    }
    // Xerox, Fuji Xerox: components behind the name. Samsung: firmware first, "S/N ..." last.
    if let Some((model, rest)) = name.split_once(';') {
        let firmware = rest
            .split(';')
            .next()
            .map(str::trim)
            .filter(|first| first.starts_with('V') && is_version(first));
        let serial = rest
            .rsplit_once("S/N ")
            .and_then(|(_, serial)| first_word(serial));
        return ModelText {
            model: named(model),
            firmware: firmware.map(Into::into),
            serial,
        };
    }
    ModelText {
        model: named(name),
        ..ModelText::default()
    }
}

/// HP: "HP ETHERNET MULTI-ENVIRONMENT,SN:...,FN:...,SVCID:...,PID:HP Color LaserJet M452nw". PID may be an
/// administrator's text, and is used when nothing better is there.
fn jetdirect(text: &str) -> ModelText {
    let value = |key: &str| {
        text.split(',').find_map(|field| {
            let (name, value) = field.split_once(':')?;
            (name.trim() == key && !value.trim().is_empty()).then(|| value.trim())
        })
    };
    let model = value("PID").map(|pid| makers::leading(pid).map_or(pid, |(_, rest)| rest));
    ModelText {
        model: model.and_then(named),
        firmware: None,
        serial: value("SN").map(Into::into),
    }
}

/// Versions of Xerox's and Fuji Xerox' components: "SS 100.002.057, NC 100.002, FI ------".
pub(super) fn components(text: &str) -> Vec<(String, String)> {
    let Some((_, list)) = text.split_once(';') else {
        return Vec::new();
    };
    if !matches!(
        makers::leading(text),
        Some(("Xerox" | "Fuji Xerox" | "Fujifilm", _))
    ) {
        return Vec::new();
    }
    list.split([',', ';'])
        .filter_map(|part| {
            let part = part.trim();
            // "ESS1.0.217", "IOT 52.54.1", "IP Core 6.6.3.P": the name ends where the version begins.
            let begin = part
                .rfind(' ')
                .map(|blank| blank + 1)
                .filter(|begin| *begin < part.len())
                .or_else(|| part.find(|c: char| c.is_ascii_digit()))?;
            let (name, version) = (part.get(..begin)?.trim(), part.get(begin..)?.trim());
            (!name.is_empty() && is_version(version)).then(|| (name.into(), version.into()))
        })
        .collect()
}

/// What a sysDescr says that names no model.
const GENERIC: &[&str] = &[
    "Print Server",
    "PrintServer",
    "Scan Server",
    "Printing System",
    "Printer I/F",
    "ZebraNet",
    " / internal wire",
    "Firmware Ver.",
];

/// The name itself: single blanks, no maker before it, no " series" and no Canon " /P" behind it.
pub(super) fn named(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let words = match words.as_slice() {
        [words @ .., last] if last.eq_ignore_ascii_case("series") || *last == "/P" => words,
        words => words,
    };
    (!words.is_empty()).then(|| words.join(" "))
}

fn first_word(text: &str) -> Option<String> {
    text.split_whitespace().next().map(Into::into)
}

/// Digits and dots enough to be a version: 19.43, LW62.DN4.P636, V11.01.03.04, 1.0.
fn is_version(word: &str) -> bool {
    word.contains('.') && word.chars().any(|c| c.is_ascii_digit()) && !word.contains(' ')
}

/// Capitals and digits: 7XQ1R92, 41XT225.
fn is_serial(word: &str) -> bool {
    word.len() >= 7
        && word.chars().any(|c| c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_cut_out_of_descriptions() {
        let sys = from_sys_descr;
        let device = from_device_descr;
        type Case = (
            &'static str,
            fn(&str) -> ModelText,
            Option<&'static str>,
            Option<&'static str>,
        );
        let cases: [Case; 27] = [
            (
                "RICOH MP C2503 1.35 / RICOH Network Printer C model / RICOH Network Scanner C model",
                sys,
                Some("MP C2503"),
                Some("1.35"),
            ),
            (
                "infotec  ISC 2432 1.21 / infotec Network Printer C model",
                sys,
                Some("ISC 2432"),
                Some("1.21"),
            ),
            (
                "Gestetner MPC2500/DSc525 1.71 / Gestetner Network Printer C model",
                sys,
                Some("MPC2500/DSc525"),
                Some("1.71"),
            ),
            (
                "Lexmark T640 version NS.NP.N219 kernel 2.6.6 All-N-1",
                sys,
                Some("T640"),
                Some("NS.NP.N219"),
            ),
            (
                "TOSHIBA e-STUDIO305CS version NH63.GM.N639 kernel 3.0.0 All-N-1",
                sys,
                Some("e-STUDIO305CS"),
                Some("NH63.GM.N639"),
            ),
            (
                "Xerox AltaLink C8045; SS 100.002.057.09608, NC 100.002.09608",
                sys,
                Some("AltaLink C8045"),
                None,
            ),
            (
                "Samsung M4080FX; V11.01.03.04_02-27-2017;Engine V1.00.06 01-19-2017_V1.00;NIC ;S/N ",
                sys,
                Some("M4080FX"),
                Some("V11.01.03.04_02-27-2017"),
            ),
            (
                "OKI OkiLAN 8500e Rev.01.23 10/100BASE Ethernet PrintServer: Attached to MC342 Rev.02.70 : Copyright",
                sys,
                Some("MC342"),
                Some("02.70"),
            ),
            ("Brother NC-8700w, Firmware Ver.Y  ,MID 84E-822", sys, None, None),
            (
                "EPSON Built-in 10Base-T/100Base-TX/1000Base-T Print Server",
                sys,
                None,
                None,
            ),
            ("KYOCERA Document Solutions Printing System", sys, None, None),
            ("KYOCERA Printer I/F", sys, None, None),
            ("HP ETHERNET MULTI-ENVIRONMENT", sys, None, None),
            (
                "HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD149,EEPROM JDI99999999",
                sys,
                None,
                None,
            ),
            (
                "HP ETHERNET MULTI-ENVIRONMENT,SN:X,PID:HP Color LaserJet Test",
                sys,
                Some("Color LaserJet Test"),
                None,
            ),
            ("Canon LBP6670 /P", sys, Some("LBP6670"), None),
            ("KONICA MINOLTA bizhub C250i", sys, Some("bizhub C250i"), None),
            ("TTP244CE Version: 7.02 EZD", sys, Some("TTP244CE"), Some("7.02")),
            ("ZebraNet Wired PS", sys, None, None),
            (
                "Zebra Technologies device-1-203dpi / internal wired",
                sys,
                None,
                None,
            ),
            ("Linux print 6.1.0 #1 SMP", sys, None, None),
            (
                "Canon iR-ADV C5840 19.43",
                device,
                Some("iR-ADV C5840"),
                Some("19.43"),
            ),
            (
                "Dell S5830dn 7XQ1R92 LW62.DN4.P636",
                device,
                Some("S5830dn"),
                Some("LW62.DN4.P636"),
            ),
            (
                "Lexmark T622 41XT225  543.006",
                device,
                Some("T622"),
                Some("543.006"),
            ),
            ("Brother HL-L8260CDW series", device, Some("HL-L8260CDW"), None),
            ("CS 4053ci", device, Some("CS 4053ci"), None),
            ("HP DesignJet T730", device, Some("DesignJet T730"), None),
        ];
        for (text, read, model, firmware) in cases {
            let found = read(text);
            assert_eq!(
                (found.model.as_deref(), found.firmware.as_deref()),
                (model, firmware),
                "{text}"
            );
        }
    }

    #[test]
    fn components_have_a_name_and_a_version() {
        let text =
            "FUJI XEROX ApeosPort-VI C4471;ESS1.0.217,IOT 52.54.1,FIN C5.5.0, FI ------, IP Core 6.6.3.P";
        let found = components(text);
        let found: Vec<_> = found
            .iter()
            .map(|(name, version)| (name.as_str(), version.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("ESS", "1.0.217"),
                ("IOT", "52.54.1"),
                ("FIN", "C5.5.0"),
                ("IP Core", "6.6.3.P")
            ]
        );
    }
}
