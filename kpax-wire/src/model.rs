//! The normalized printer as the wire carries it, typed; it stands alone and knows nothing of SNMP.
//!
//! Each submodule is one section kind: its rows, and how they are read and written. Missing is `None` or an empty list;
//! what a later version may add is kept in `extensions`; special levels are variants, never numbers.

pub mod alerts;
pub mod counters;
pub mod events;
pub mod inventory;
pub mod parts;
pub mod readings;
pub mod scan_summary;
pub mod status;
pub mod supplies;
pub mod trays;

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use core::{cmp::Ordering, fmt};

use crate::{
    cbor::{Raw, major},
    error::{DecodeError, DecodeErrorKind},
    number::{Int, Num},
    reader::Reader,
    vocabulary::SectionKind,
    writer::Writer,
};

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(u64);

        impl $name {
            /// The number as such.
            #[must_use]
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number)
            }
        }

        impl From<$name> for u64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// A collector's number for a device; never given to another device in an instance.
    Handle
    /// Number of a message, strictly rising in an instance and kept over restarts: the key of idempotency.
    BatchId
    /// What is counted: 0 to 63 common, to 1023 the makers' (both in [`counter_table`](crate::counter_table)), from 1024
    /// given by the collector's own definitions or a catalogue.
    CounterId
    /// A reading that is billed, as the server's configuration numbers it.
    Slot
}

/// What later versions add to a map: keys from 64 on, kept as they came.
pub type Extensions = BTreeMap<u64, Raw>;

/// A text of the wire: itself, or a reference.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums)] // the format has these three forms
pub enum Text {
    /// The text itself.
    Here(String),
    /// An id of the shared catalogue.
    Catalogue(u64),
    /// The n-th of the report's own strings, from 0.
    Local(u64),
}

impl Text {
    /// The text, when it stands here.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Here(text) => Some(text),
            Self::Catalogue(_) | Self::Local(_) => None,
        }
    }

    pub(crate) fn local(nth: u64) -> Int {
        Int::try_from(-1 - i128::from(nth)).unwrap_or_default()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Here(text.to_string())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Here(text)
    }
}

/// How good a [`Clock`] is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums)] // closed in the definition
pub enum ClockQuality {
    /// There is no clock: seconds since the collector's start.
    SinceStart,
    /// The collector's own clock, unchecked; Unix time, UTC, like the next two.
    Unchecked,
    /// Set from a server's answer.
    FromServer,
    /// Kept by NTP or the operating system.
    Synchronized,
}

/// The message clock.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Clock {
    /// Seconds, from the zero that the quality says.
    pub seconds: u64,
    /// Which zero, and how sure.
    pub quality: ClockQuality,
}

impl Clock {
    /// Before it is read.
    pub(crate) const fn default_zero() -> Self {
        Self {
            seconds: 0,
            quality: ClockQuality::SinceStart,
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>, field: &'static str) -> Result<Self, DecodeError> {
        r.array(field, 2..=2)?;
        let seconds = r.uint(field)?;
        let quality = match r.uint_in(field, 0..=3)? {
            0 => ClockQuality::SinceStart,
            1 => ClockQuality::Unchecked,
            2 => ClockQuality::FromServer,
            _ => ClockQuality::Synchronized,
        };
        Ok(Self { seconds, quality })
    }

    pub(crate) fn write(self, w: &mut Writer) {
        w.array(2);
        w.uint(self.seconds);
        w.uint(match self.quality {
            ClockQuality::SinceStart => 0,
            ClockQuality::Unchecked => 1,
            ClockQuality::FromServer => 2,
            ClockQuality::Synchronized => 3,
        });
    }
}

/// Seconds from an observation to the message clock.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums)] // closed in the definition
pub enum Age {
    /// That of the device's row before it in the report, else 0.
    #[default]
    AsBefore,
    /// Measured by monotonic time.
    Seconds(u64),
    /// Lost by a restart between observation and message.
    Lost,
}

impl Age {
    /// Of the `len` items of a row, those past `without` are its age.
    fn read(r: &mut Reader<'_>, len: u64, without: u64) -> Result<Self, DecodeError> {
        if len <= without {
            return Ok(Self::AsBefore);
        }
        Ok(r.nullable(|r| r.uint("age"))?.map_or(Self::Lost, Self::Seconds))
    }

    fn write(self, w: &mut Writer) {
        match self {
            Self::AsBefore => {}
            Self::Seconds(seconds) => w.uint(seconds),
            Self::Lost => w.null(),
        }
    }

    fn len(self) -> usize {
        usize::from(self != Self::AsBefore)
    }
}

/// What one device has in a section.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row<T> {
    /// The device.
    pub handle: Handle,
    /// What it has.
    pub value: T,
    /// How long ago that was read.
    pub age: Age,
}

impl<T> Row<T> {
    /// A row whose age is that of the device's row before it.
    #[must_use]
    pub const fn new(handle: Handle, value: T) -> Self {
        Self {
            handle,
            value,
            age: Age::AsBefore,
        }
    }

    /// The same row, observed `age` before the message clock.
    #[must_use]
    pub fn aged(self, age: Age) -> Self {
        Self { age, ..self }
    }

    pub(crate) fn read(
        r: &mut Reader<'_>,
        field: &'static str,
        value: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
    ) -> Result<Self, DecodeError> {
        let len = r.array(field, 2..=3)?;
        let handle = Handle(r.uint("handle")?);
        let value = value(r)?;
        Ok(Self {
            handle,
            value,
            age: Age::read(r, len, 2)?,
        })
    }

    pub(crate) fn write(&self, w: &mut Writer, value: impl FnOnce(&mut Writer, &T)) {
        w.array(self.age.len().saturating_add(2));
        w.uint(self.handle.0);
        value(w, &self.value);
        self.age.write(w);
    }
}

/// Which row of a device's table: never shown in two forms.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Index(IndexForm);

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum IndexForm {
    Number(u32),
    Key(String),
    Arcs(Vec<u32>),
}

/// What an [`Index`] is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums)] // closed in the definition
pub enum IndexView<'a> {
    /// n: the OID index 1.n (device 1 of the host, row n).
    Number(u32),
    /// The arcs of any other OID index.
    Arcs(&'a [u32]),
    /// The maker's own key.
    Key(&'a str),
}

impl Index {
    /// The index 1.`n`.
    #[must_use]
    pub const fn number(n: u32) -> Self {
        Self(IndexForm::Number(n))
    }

    /// An OID index; `None` when it is empty. 1.n becomes its short form.
    #[must_use]
    pub fn arcs(arcs: &[u32]) -> Option<Self> {
        match arcs {
            [] => None,
            [1, n] => Some(Self::number(*n)),
            arcs => Some(Self(IndexForm::Arcs(arcs.to_vec()))),
        }
    }

    /// The maker's own key; `None` when it is empty.
    #[must_use]
    pub fn key(key: &str) -> Option<Self> {
        if key.is_empty() {
            None
        } else {
            Some(Self(IndexForm::Key(key.to_string())))
        }
    }

    /// What it is.
    #[must_use]
    pub fn view(&self) -> IndexView<'_> {
        match &self.0 {
            IndexForm::Number(n) => IndexView::Number(*n),
            IndexForm::Key(key) => IndexView::Key(key),
            IndexForm::Arcs(arcs) => IndexView::Arcs(arcs),
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "index";
        let start = r.position();
        match r.major() {
            Some(major::TEXT) => {
                let key = r.text(FIELD)?;
                Self::key(&key).ok_or(r.error_at(start, FIELD, DecodeErrorKind::OutOfRange))
            }
            Some(major::ARRAY) => {
                let arcs = r.list(FIELD, 1, arc)?;
                if matches!(arcs.as_slice(), [1, _]) {
                    return Err(r.error_at(start, FIELD, DecodeErrorKind::LongForm));
                }
                Ok(Self(IndexForm::Arcs(arcs)))
            }
            _ => arc(r).map(Self::number),
        }
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        match &self.0 {
            IndexForm::Number(n) => w.uint((*n).into()),
            IndexForm::Key(key) => w.text(key),
            IndexForm::Arcs(arcs) => w.list(arcs, |w, arc| w.uint((*arc).into())),
        }
    }
}

fn arc(r: &mut Reader<'_>) -> Result<u32, DecodeError> {
    let start = r.position();
    let arc = r.uint("index")?;
    u32::try_from(arc).map_err(|_| r.error_at(start, "index", DecodeErrorKind::OutOfRange))
}

/// The order of the encodings, which is that of map keys: numbers, then keys by length, then arcs by their count.
impl Ord for Index {
    fn cmp(&self, other: &Self) -> Ordering {
        use IndexForm::{Arcs, Key, Number};
        match (&self.0, &other.0) {
            (Number(a), Number(b)) => a.cmp(b),
            (Key(a), Key(b)) => (a.len(), a).cmp(&(b.len(), b)),
            (Arcs(a), Arcs(b)) => (a.len(), a).cmp(&(b.len(), b)),
            (Number(_), _) | (Key(_), Arcs(_)) => Ordering::Less,
            (Key(_), Number(_)) | (Arcs(_), _) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Index {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The OID index (1.n included), or the maker's key.
impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            IndexForm::Number(n) => write!(f, "1.{n}"),
            IndexForm::Key(key) => f.write_str(key),
            IndexForm::Arcs(arcs) => {
                for (nth, arc) in arcs.iter().enumerate() {
                    if nth > 0 {
                        f.write_str(".")?;
                    }
                    arc.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

/// How much is left (of what is consumed) or how much room is left (of what is filled).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Level {
    /// A number in the row's unit, zero or more.
    Known(Num),
    /// Some is left, nobody knows how much (Printer-MIB −3).
    SomeRemaining,
    /// Not known (Printer-MIB −2).
    Unknown,
    /// No limit (Printer-MIB −1).
    Unrestricted,
    /// Near empty, without a number.
    Low,
    /// The device does not report it.
    NotReported,
    /// A state of a later version, 64 and up.
    Other(u64),
}

impl Level {
    /// The word of `collect --json`'s `level_state`; `None` for a state of a later version.
    #[must_use]
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Known(_) => Some("known"),
            Self::SomeRemaining => Some("some_remaining"),
            Self::Unknown => Some("unknown"),
            Self::Unrestricted => Some("unrestricted"),
            Self::Low => Some("low"),
            Self::NotReported => Some("not_reported"),
            Self::Other(_) => None,
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "level";
        let start = r.position();
        if r.major() == Some(major::ARRAY) {
            r.array(FIELD, 1..=1)?;
            let at = r.position();
            return match r.uint("level-state")? {
                1 => Ok(Self::SomeRemaining),
                2 => Ok(Self::Unknown),
                3 => Ok(Self::Unrestricted),
                4 => Ok(Self::Low),
                5 => Ok(Self::NotReported),
                later @ 64.. => Ok(Self::Other(later)),
                number => Err(r.error_at(at, "level-state", DecodeErrorKind::Reserved(number))),
            };
        }
        let number = r.num(FIELD)?;
        if number.parts().0 < 0 {
            return Err(r.error_at(start, FIELD, DecodeErrorKind::OutOfRange));
        }
        Ok(Self::Known(number))
    }

    pub(crate) fn write(self, w: &mut Writer) {
        let state = match self {
            Self::Known(number) => return w.num(number),
            Self::SomeRemaining => 1,
            Self::Unknown => 2,
            Self::Unrestricted => 3,
            Self::Low => 4,
            Self::NotReported => 5,
            Self::Other(state) => state,
        };
        w.array(1);
        w.uint(state);
    }
}

/// What a delta starts from.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Base {
    /// The acknowledged report whose outcome it is.
    pub batch: BatchId,
    /// The check of the state after it.
    pub check: Check,
}

/// First four octets of SHA-256 over the deterministic encoding of a kind's state. It guards against mistakes; the seal
/// guards against attackers.
pub type Check = [u8; 4];

impl Base {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.array("base", 2..=2)?;
        Ok(Self {
            batch: r.uint("base")?.into(),
            check: r.fixed("base")?,
        })
    }

    pub(crate) fn write(self, w: &mut Writer) {
        w.array(2);
        w.uint(self.batch.get());
        w.octets(&self.check);
    }
}

/// Refuses what is listed twice.
pub(crate) fn once<T: Ord>(
    r: &Reader<'_>,
    offset: usize,
    field: &'static str,
    seen: &mut alloc::collections::BTreeSet<T>,
    item: T,
) -> Result<(), DecodeError> {
    if seen.insert(item) {
        Ok(())
    } else {
        Err(r.error_at(offset, field, DecodeErrorKind::Twice))
    }
}

impl From<u64> for SectionKind {
    fn from(number: u64) -> Self {
        Self::from_number(number).unwrap_or(Self::Unlisted(number))
    }
}

impl From<SectionKind> for u64 {
    fn from(kind: SectionKind) -> Self {
        kind.number()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{vec, vec::Vec};

    #[test]
    fn indexes_sort_as_their_encodings_do() {
        let mut all = vec![
            Index::number(0),
            Index::number(23),
            Index::number(24),
            Index::number(70_000),
            Index::key("z").unwrap(),
            Index::key("aa").unwrap(),
            Index::arcs(&[7]).unwrap(),
            Index::arcs(&[2, 1]).unwrap(),
            Index::arcs(&[2, 300]).unwrap(),
            Index::arcs(&[1, 1, 1]).unwrap(),
        ];
        let encoding = |index: &Index| -> Vec<u8> {
            let mut w = Writer::new();
            index.write(&mut w);
            w.finish()
        };
        let by_encoding = {
            let mut sorted = all.clone();
            sorted.sort_by_key(encoding);
            sorted
        };
        all.reverse();
        all.sort();
        assert_eq!(all, by_encoding);
    }

    #[test]
    fn one_dot_n_has_one_form() {
        assert_eq!(Index::arcs(&[1, 4]), Some(Index::number(4)));
        assert_eq!(Index::arcs(&[]), None);
        assert_eq!(Index::arcs(&[2, 4]).unwrap().to_string(), "2.4");
    }
}
