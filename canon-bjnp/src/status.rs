//! What a status answer (op 0x20) holds, in its forms: key-value text, XML, and the two records of CPNP.

use crate::{DecodeError, device_id::Id1284, device_id::Key, framing::Convention};
use core::fmt;
use nom::{
    IResult, Parser,
    bytes::complete::take,
    number::complete::{le_u32, u8},
};

/// A status as text, of BJNP and MFNP.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Status<'a> {
    /// How the text stood in the payload. XML was only seen without a length in front.
    pub convention: Convention,
    /// The text.
    pub form: StatusForm<'a>,
}

/// The two forms of a status text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum StatusForm<'a> {
    /// `KEY:value;` text of older models.
    KeyValue(KeyValueStatus<'a>),
    /// An XML document of newer models (since about 2014): handed on as it came, never expanded.
    Xml(&'a [u8]),
}

impl<'a> Status<'a> {
    /// Reads a status text from a packet's payload.
    ///
    /// # Errors
    /// [`DecodeError::PayloadTooShort`] below two octets.
    pub fn decode(payload: &'a [u8]) -> Result<Self, DecodeError> {
        let (convention, text) = Convention::split(payload)?;
        let form = if is_xml(text) {
            StatusForm::Xml(text)
        } else {
            StatusForm::KeyValue(KeyValueStatus(Id1284(text)))
        };
        Ok(Self { convention, form })
    }
}

pub(crate) fn is_xml(text: &[u8]) -> bool {
    text.starts_with(b"<?xml")
}

/// The older status text; its keys are those that cups-bjnp reads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyValueStatus<'a>(
    /// The text, which has the grammar of a device id.
    pub Id1284<'a>,
);

impl<'a> KeyValueStatus<'a> {
    /// `BST`: what the device does. `None` when absent or not two hexadecimal digits.
    #[must_use]
    pub fn activity(&self) -> Option<Activity> {
        let [high, low] = self.get(b"BST")? else {
            return None;
        };
        let digit = |octet: u8| char::from(octet).to_digit(16);
        let value = digit(*high)?.checked_mul(16)?.checked_add(digit(*low)?)?;
        u8::try_from(value).ok().map(Activity)
    }

    /// `DJS`: the job's state as received; `ID` is out of paper, `CC` cancelling.
    #[must_use]
    pub fn job_state(&self) -> Option<&'a [u8]> {
        self.get(b"DJS")
    }

    /// `CTK`: the ink tanks, as (colour, state). Entries without a comma are left out.
    pub fn tanks(&self) -> impl Iterator<Item = (&'a [u8], TankState<'a>)> + Clone + use<'a> {
        // Entries are joined by ",/,", and a colour from its state is parted by a comma alone.
        let list = self.get(b"CTK").unwrap_or_default();
        list.split(|&octet| octet == b'/').filter_map(|entry| {
            let entry = entry.strip_prefix(b",").unwrap_or(entry);
            let entry = entry.strip_suffix(b",").unwrap_or(entry);
            let (colour, state) = split_once(entry, b',')?;
            Some((colour, TankState::from_octets(state)))
        })
    }

    /// `CIR`: ink left, as (colour, percent). Entries whose level is no number from 0 to 100 are in
    /// [`bad_levels`](Self::bad_levels).
    pub fn levels(&self) -> impl Iterator<Item = (&'a [u8], u8)> + Clone + use<'a> {
        self.level_entries().filter_map(|entry| level(entry))
    }

    /// The entries of `CIR` that are no colour with a number from 0 to 100, as received.
    pub fn bad_levels(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        self.level_entries().filter(|entry| level(entry).is_none())
    }

    fn level_entries(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        let list = self.get(b"CIR").unwrap_or_default();
        list.split(|&octet| octet == b',')
            .filter(|entry| !entry.is_empty())
    }

    fn get(&self, key: &[u8]) -> Option<&'a [u8]> {
        self.0.get(Key::Other(key))
    }
}

fn split_once(octets: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let mut halves = octets.splitn(2, |&octet| octet == at);
    Some((halves.next()?, halves.next()?))
}

fn level(entry: &[u8]) -> Option<(&[u8], u8)> {
    let (colour, digits) = split_once(entry, b'=')?;
    // `parse` alone would take a leading plus.
    let percent = core::str::from_utf8(digits)
        .ok()
        .filter(|_| digits.iter().all(u8::is_ascii_digit));
    let percent = percent?.parse().ok().filter(|&percent: &u8| percent <= 100)?;
    (!colour.is_empty()).then_some((colour, percent))
}

/// What the device does, as the bits of `BST`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Activity(
    /// All bits; those without a method here have no public meaning.
    pub u8,
);

impl Activity {
    /// 0x80.
    #[must_use]
    pub const fn is_printing(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// 0x20.
    #[must_use]
    pub const fn is_busy(self) -> bool {
        self.0 & 0x20 != 0
    }

    /// 0x08.
    #[must_use]
    pub const fn is_error(self) -> bool {
        self.0 & 0x08 != 0
    }
}

/// The state of an ink tank.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum TankState<'a> {
    /// `SET`: in place.
    Set,
    /// `LOW`.
    Low,
    /// `IO`: empty.
    Empty,
    /// Any other, as received.
    Other(&'a [u8]),
}

impl<'a> TankState<'a> {
    const fn from_octets(octets: &'a [u8]) -> Self {
        match octets {
            b"SET" => Self::Set,
            b"LOW" => Self::Low,
            b"IO" => Self::Empty,
            other => Self::Other(other),
        }
    }

    /// As on the wire.
    #[must_use]
    pub const fn as_octets(&self) -> &'a [u8] {
        match self {
            Self::Set => b"SET",
            Self::Low => b"LOW",
            Self::Empty => b"IO",
            Self::Other(other) => other,
        }
    }
}

/// The status of a SELPHY over UDP: a record of 512 octets, of which three fields are known (a CP900's).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PhotoPrinterStatus<'a> {
    /// Octet 2: paper.
    pub paper: Presence,
    /// Octet 3: ink ribbon.
    pub ribbon: Presence,
    /// The model, from octet 4 up to the first NUL.
    pub model: &'a [u8],
}

impl<'a> PhotoPrinterStatus<'a> {
    /// Reads the record from a packet's payload.
    ///
    /// # Errors
    /// [`DecodeError::PayloadTooShort`] below four octets.
    pub fn decode(payload: &'a [u8]) -> Result<Self, DecodeError> {
        let parsed: IResult<_, _, ()> = (take(2_usize), u8, u8).parse(payload);
        let have = payload.len();
        let (text, (_, paper, ribbon)) =
            parsed.map_err(|_| DecodeError::PayloadTooShort { need: 4, have })?;
        let model = text.split(|&octet| octet == 0).next().unwrap_or_default();
        Ok(Self {
            paper: Presence(paper),
            ribbon: Presence(ribbon),
            model,
        })
    }
}

/// Whether paper or ribbon is there.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Presence(
    /// As on the wire.
    pub u8,
);

impl Presence {
    /// 1.
    #[must_use]
    pub const fn is_missing(self) -> bool {
        self.0 == 1
    }

    /// 4.
    #[must_use]
    pub const fn is_ready(self) -> bool {
        self.0 == 4
    }
}

impl fmt::Display for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("missing"),
            4 => f.write_str("ready"),
            other => write!(f, "unknown ({other})"),
        }
    }
}

/// The state of a print job, which a SELPHY tells within the job's TCP session. Little-endian, unlike the header.
///
/// Decoded for who reads captures; this crate opens no job.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct JobStatus {
    /// Octet 18: 1 to 3 in the captures of a job.
    pub state: u8,
    /// Octets 24 to 27: where the data stands that the printer asks for next.
    pub request_offset: u32,
    /// Octets 28 to 31: how much of it.
    pub request_len: u32,
}

impl JobStatus {
    /// Reads the record (64 octets in the captures) from a packet's payload.
    ///
    /// # Errors
    /// [`DecodeError::PayloadTooShort`] below 32 octets.
    pub fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
        let parsed: IResult<_, _, ()> = (take(18_usize), u8, take(5_usize), le_u32, le_u32).parse(payload);
        let have = payload.len();
        let (_, (_, state, _, request_offset, request_len)) =
            parsed.map_err(|_| DecodeError::PayloadTooShort { need: 32, have })?;
        Ok(Self {
            state,
            request_offset,
            request_len,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn key_value(text: &[u8]) -> KeyValueStatus<'_> {
        match Status::decode(text).unwrap().form {
            StatusForm::KeyValue(status) => status,
            StatusForm::Xml(_) => panic!("not XML"),
        }
    }

    #[test]
    fn keys_of_the_old_form() {
        let status = key_value(b"BST:a8;DJS:ID;CTK:C,SET,/,M,LOW,/,BK,IO,/,Y,NEW;CIR:C=90,M=0,BK=100;");
        let activity = status.activity().unwrap();
        assert!(activity.is_printing() && activity.is_busy() && activity.is_error());
        assert_eq!(status.job_state(), Some(&b"ID"[..]));
        assert_eq!(
            status.tanks().collect::<Vec<_>>(),
            [
                (&b"C"[..], TankState::Set),
                (b"M", TankState::Low),
                (b"BK", TankState::Empty),
                (b"Y", TankState::Other(b"NEW")),
            ]
        );
        assert_eq!(
            status.levels().collect::<Vec<_>>(),
            [(&b"C"[..], 90), (b"M", 0), (b"BK", 100)]
        );
    }

    #[test]
    fn levels_that_are_none_are_told_apart() {
        let status = key_value(b"BST:zz;CIR:C=-1,M=101,Y=x,K,PBK=+5,=3,GY=,LC=7,,LM=300;");
        assert_eq!(status.activity(), None);
        assert_eq!(status.levels().collect::<Vec<_>>(), [(&b"LC"[..], 7)]);
        assert_eq!(status.bad_levels().count(), 8);
        assert_eq!(key_value(b"BST:+8;").activity(), None);
        assert_eq!(key_value(b"BST:080;").activity(), None);
    }

    #[test]
    fn xml_with_a_length_in_front_or_without() {
        let bare = Status::decode(b"<?xml?>").unwrap();
        assert_eq!(
            (bare.convention, bare.form),
            (Convention::Bare, StatusForm::Xml(b"<?xml?>"))
        );
        let framed = Status::decode(b"\0\x09<?xml?>").unwrap();
        assert_eq!(
            (framed.convention, framed.form),
            (Convention::Inclusive, StatusForm::Xml(b"<?xml?>"))
        );
        assert_eq!(
            Status::decode(b"\0"),
            Err(DecodeError::PayloadTooShort { need: 2, have: 1 })
        );
    }

    #[test]
    fn a_cp900_over_udp() {
        let status = PhotoPrinterStatus::decode(b"\x01\x01\x01\x04Canon CP900\0\0rest").unwrap();
        assert!(status.paper.is_missing() && status.ribbon.is_ready());
        assert_eq!(status.model, b"Canon CP900");
        let short = DecodeError::PayloadTooShort { need: 4, have: 3 };
        assert_eq!(PhotoPrinterStatus::decode(b"\x01\x01\x01"), Err(short));
    }

    #[test]
    fn a_job_asks_for_its_first_block() {
        let mut payload = [0; 64];
        payload[18] = 2;
        payload[24] = 16;
        payload[28..32].copy_from_slice(&[0x98, 0x8f, 1, 0]);
        let status = JobStatus {
            state: 2,
            request_offset: 16,
            request_len: 102_296,
        };
        assert_eq!(JobStatus::decode(&payload), Ok(status));
        assert_eq!(JobStatus::decode(&payload[..32]), Ok(status));
        let short = DecodeError::PayloadTooShort { need: 32, have: 31 };
        assert_eq!(JobStatus::decode(&payload[..31]), Err(short));
    }
}
