//! Section 16: where media lie.

use super::{Index, Level, Text};
use crate::{error::DecodeError, number::Num, reader::Reader, vocabulary::Unit, writer::Writer};

/// One tray.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tray {
    /// Which row of the device's table.
    pub index: Index,
    /// Its name.
    pub name: Option<Text>,
    /// The media in it.
    pub media: Option<Text>,
    /// Unit of `max` and `level`.
    pub unit: Unit,
    /// Capacity; `None`: not known.
    pub max: Option<Num>,
    /// What is in it.
    pub level: Level,
    /// prtInputStatus.
    pub status: Option<TrayStatus>,
}

/// prtInputStatus: one of 0 to 6, and the sum of what else is true (Printer-MIB, `PrtSubUnitStatusTC`).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TrayStatus(u64);

impl TrayStatus {
    /// The sum as such.
    #[must_use]
    pub const fn new(sum: u64) -> Self {
        Self(sum)
    }

    /// The sum.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The words for it: availability first; nothing for a part that the format does not name.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        let availability = match self.0 & 7 {
            0 => Some("available_idle"),
            1 => Some("unavailable_on_request"),
            2 => Some("available_standby"),
            3 => Some("unavailable_broken"),
            4 => Some("available_active"),
            5 => Some("unknown"),
            6 => Some("available_busy"),
            _ => None,
        };
        let rest = [
            (8, "non_critical_alerts"),
            (16, "critical_alerts"),
            (32, "offline"),
            (64, "transitioning"),
        ];
        let rest = rest
            .into_iter()
            .filter(move |(bit, _)| self.0 & bit != 0)
            .map(|(_, word)| word);
        availability.into_iter().chain(rest)
    }
}

impl Tray {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.array("tray", 7..=7)?;
        Ok(Self {
            index: Index::read(r)?,
            name: r.nullable(|r| r.txt("name"))?,
            media: r.nullable(|r| r.txt("media"))?,
            unit: r.word("unit")?,
            max: r.nullable(|r| r.num("max"))?,
            level: Level::read(r)?,
            status: r.nullable(|r| r.uint("tray-status"))?.map(TrayStatus),
        })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.array(7);
        self.index.write(w);
        w.nullable(self.name.as_ref(), Writer::txt);
        w.nullable(self.media.as_ref(), Writer::txt);
        w.word(self.unit);
        w.nullable(self.max, Writer::num);
        self.level.write(w);
        w.nullable(self.status, |w, status| w.uint(status.0));
    }
}
