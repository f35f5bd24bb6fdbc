//! The command line, files and output.

use std::{fs, io::Read};

use kpax_wire::{Direction, Suite};
use serde_json::Value;

/// Why a command did not run.
pub(crate) enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// A file cannot be read or written.
    File(String),
}

/// Options in any order, then words.
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    pub(crate) fn new(all: impl Iterator<Item = String>) -> Self {
        Self(all.collect())
    }

    pub(crate) fn word(&mut self, what: &str) -> Result<String, Failure> {
        if self.0.is_empty() {
            return Err(Failure::Usage(format!("missing {what}")));
        }
        Ok(self.0.remove(0))
    }

    /// The words that are left, `least` of them or more; no option may be among them.
    pub(crate) fn rest(self, least: usize) -> Result<Vec<String>, Failure> {
        if let Some(option) = self.0.iter().find(|word| word.starts_with("--")) {
            return Err(Failure::Usage(format!("unknown option {option}")));
        }
        if self.0.len() < least {
            return Err(Failure::Usage("nothing to work on".into()));
        }
        Ok(self.0)
    }

    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let place = self.0.iter().position(|word| word == name);
        place.map(|place| self.0.remove(place)).is_some()
    }

    fn value(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let Some(place) = self.0.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.0.remove(place);
        if place == self.0.len() {
            return Err(Failure::Usage(format!("{name} needs a value")));
        }
        Ok(Some(self.0.remove(place)))
    }

    pub(crate) fn octets(&mut self, name: &str) -> Result<Vec<u8>, Failure> {
        let text = self
            .value(name)?
            .ok_or(Failure::Usage(format!("{name} is missing")))?;
        hex(&text).ok_or(Failure::Usage(format!("{name}: not hex")))
    }

    pub(crate) fn number(&mut self, name: &str) -> Result<Option<u64>, Failure> {
        let number = self.value(name)?.map(|text| text.parse()).transpose();
        number.map_err(|_| Failure::Usage(format!("{name}: not a number")))
    }

    pub(crate) fn epoch(&mut self) -> Result<u16, Failure> {
        let epoch = self.number("--epoch")?.unwrap_or(1);
        u16::try_from(epoch).map_err(|_| Failure::Usage("--epoch: at most 65535".into()))
    }

    pub(crate) fn suite(&mut self) -> Result<Suite, Failure> {
        match self.value("--alg")?.as_deref() {
            None | Some("3") => Ok(Suite::Aes256Gcm),
            Some("-65793") => Ok(Suite::Aes256GcmSiv),
            Some(other) => Err(Failure::Usage(format!("--alg: 3 or -65793, not {other}"))),
        }
    }

    pub(crate) fn direction(&mut self) -> Result<Direction, Failure> {
        match self.number("--direction")? {
            None | Some(0) => Ok(Direction::Up),
            Some(1) => Ok(Direction::Down),
            Some(_) => Err(Failure::Usage("--direction: 0 or 1".into())),
        }
    }
}

pub(crate) fn load(path: &str) -> Result<Vec<u8>, Failure> {
    let fail = |error: std::io::Error| Failure::File(format!("{path}: {error}"));
    let octets = if path == "-" {
        let mut octets = Vec::new();
        std::io::stdin().read_to_end(&mut octets).map_err(fail)?;
        octets
    } else {
        fs::read(path).map_err(fail)?
    };
    if !path.ends_with(".hex") {
        return Ok(octets);
    }
    let text = String::from_utf8_lossy(&octets);
    let digits: String = text.split_whitespace().collect();
    hex(&digits).ok_or(Failure::File(format!("{path}: not hex")))
}

pub(crate) fn hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok());
    pairs.collect()
}

pub(crate) fn to_hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

pub(crate) fn print(line: &Value) {
    println!("{line}");
}
