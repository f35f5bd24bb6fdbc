//! Section 15: what a device does and shows.

use alloc::vec::Vec;

use super::Text;
use crate::{
    cbor::major,
    error::{DecodeError, DecodeErrorKind},
    reader::Reader,
    vocabulary::{DeviceStatus, LightColour, Lit, PlainStatus, PrinterStatus},
    writer::Writer,
};

/// One device's status.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Status {
    /// The status in a word.
    pub plain: PlainStatus,
    /// hrDeviceStatus.
    pub device: Option<DeviceStatus>,
    /// hrPrinterStatus.
    pub printer: Option<PrinterStatus>,
    /// hrPrinterDetectedErrorState.
    pub errors: Option<ErrorBits>,
    /// Lines of the panel.
    pub panel: Vec<Text>,
    /// Lights of the panel.
    pub lights: Vec<Light>,
}

/// A light of the panel.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Light {
    /// Its label.
    pub name: Option<Text>,
    /// Its colour.
    pub colour: Option<LightColour>,
    /// Whether it is lit.
    pub lit: Lit,
}

/// The bits of hrPrinterDetectedErrorState, in their one form.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ErrorBits(Vec<u8>);

impl ErrorBits {
    /// The words of the bits that the format names; `None` for others.
    #[must_use]
    pub const fn name(bit: usize) -> Option<&'static str> {
        Some(match bit {
            0 => "low_paper",
            1 => "no_paper",
            2 => "low_toner",
            3 => "no_toner",
            4 => "door_open",
            5 => "jammed",
            6 => "offline",
            7 => "service_requested",
            8 => "input_tray_missing",
            9 => "output_tray_missing",
            10 => "marker_supply_missing",
            11 => "output_near_full",
            12 => "output_full",
            13 => "input_tray_empty",
            14 => "overdue_maintenance",
            _ => return None,
        })
    }

    /// The octets of the object, as many as the device gave.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Self {
        let long = octets.iter().skip(2).any(|octet| *octet != 0);
        let mut bits = octets.to_vec();
        if !long {
            bits.resize(2, 0);
        }
        Self(bits)
    }

    /// The octets, at least two.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.0
    }

    /// Numbers of the bits that are set, the first of the first octet being 0.
    pub fn bits(&self) -> impl Iterator<Item = usize> + '_ {
        let octets = self.0.iter().enumerate();
        octets.flat_map(|(nth, octet)| {
            (0..8)
                .filter(move |bit| octet & (0x80 >> bit) != 0)
                .map(move |bit| nth * 8 + bit)
        })
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "errors";
        let start = r.position();
        if r.major() == Some(major::BYTES) {
            let octets = r.octets(FIELD, 0..=usize::MAX)?;
            if octets.iter().skip(2).all(|octet| *octet == 0) {
                return Err(r.error_at(start, FIELD, DecodeErrorKind::LongForm));
            }
            return Ok(Self(octets.to_vec()));
        }
        let bits = r.uint(FIELD)?;
        let bits = u16::try_from(bits).map_err(|_| r.error_at(start, FIELD, DecodeErrorKind::OutOfRange))?;
        Ok(Self(bits.to_be_bytes().to_vec()))
    }

    fn write(&self, w: &mut Writer) {
        match <[u8; 2]>::try_from(self.0.as_slice()) {
            Ok(octets) => w.uint(u16::from_be_bytes(octets).into()),
            Err(_) => w.octets(&self.0),
        }
    }
}

impl Status {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = r.array("state", 5..=6)?;
        Ok(Self {
            plain: r.word("plain")?,
            device: r.nullable(|r| r.word("device-status"))?,
            printer: r.nullable(|r| r.word("printer-status"))?,
            errors: r.nullable(ErrorBits::read)?,
            panel: r.list("panel", 0, |r| r.txt("panel"))?,
            lights: if len > 5 {
                r.list("lights", 0, Light::read)?
            } else {
                Vec::new()
            },
        })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.array(if self.lights.is_empty() { 5 } else { 6 });
        w.word(self.plain);
        w.nullable(self.device, Writer::word);
        w.nullable(self.printer, Writer::word);
        w.nullable(self.errors.as_ref(), |w, errors| errors.write(w));
        w.list(&self.panel, Writer::txt);
        if !self.lights.is_empty() {
            w.list(&self.lights, |w, light| light.write(w));
        }
    }
}

impl Light {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.array("light", 3..=3)?;
        Ok(Self {
            name: r.nullable(|r| r.txt("light"))?,
            colour: r.nullable(|r| r.word("light-colour"))?,
            lit: r.word("lit")?,
        })
    }

    fn write(&self, w: &mut Writer) {
        w.array(3);
        w.nullable(self.name.as_ref(), Writer::txt);
        w.nullable(self.colour, Writer::word);
        w.word(self.lit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{vec, vec::Vec};

    #[test]
    fn error_bits_have_one_form() {
        assert_eq!(
            ErrorBits::from_octets(&[0x80]),
            ErrorBits::from_octets(&[0x80, 0, 0])
        );
        let long = ErrorBits::from_octets(&[0, 1, 0x40]);
        assert_eq!(long.bits().collect::<Vec<_>>(), vec![15, 17]);
        assert_eq!(ErrorBits::from_octets(&[]).octets(), [0, 0]);
        assert_eq!(ErrorBits::name(14), Some("overdue_maintenance"));
    }
}
