//! Section 14: what a device complains of.

use alloc::vec::Vec;

use super::{Age, Extensions, Handle, Index, Text, supplies::optional_txt};
use crate::{
    error::DecodeError,
    number::Int,
    reader::Reader,
    vocabulary::{AlertCategory, Severity, Training, Who},
    writer::{Fields, Writer},
};

/// One alert; numbers are those of Printer-MIB's prtAlertTable.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Alert {
    /// Which row of the device's table; a device may give it to another alert later.
    pub index: Index,
    /// prtAlertCode.
    pub code: Int,
    /// prtAlertSeverityLevel.
    pub severity: Severity,
    /// prtAlertGroup.
    pub group: Int,
    /// prtAlertGroupIndex.
    pub group_index: Option<Int>,
    /// prtAlertLocation.
    pub place: Option<Int>,
    /// Seconds on the message clock that was current then; never computed again.
    pub first_seen: Int,
    /// prtAlertDescription.
    pub description: Option<Text>,
    /// The rest.
    pub more: AlertMore,
}

/// What not every alert has.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AlertMore {
    /// prtAlertTrainingLevel.
    pub training: Option<Training>,
    /// What it is about.
    pub category: Option<AlertCategory>,
    /// Who can end it.
    pub who: Option<Who>,
    /// Fields of later versions.
    pub extensions: Extensions,
}

/// What tells one alert from another: the index alone does not.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct AlertId {
    /// [`Alert::index`].
    pub index: Index,
    /// [`Alert::code`].
    pub code: Int,
    /// [`Alert::group`].
    pub group: Int,
    /// [`Alert::group_index`].
    pub group_index: Option<Int>,
    /// [`Alert::first_seen`].
    pub first_seen: Int,
}

/// What changed of a device's alerts since the base.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AlertChange {
    /// The device.
    pub handle: Handle,
    /// New ones; an index that another one holds is taken over.
    pub raised: Vec<Alert>,
    /// Those that are gone.
    pub cleared: Vec<Index>,
    /// How long ago that was read.
    pub age: Age,
}

impl Alert {
    /// What tells it from others.
    #[must_use]
    pub fn id(&self) -> AlertId {
        AlertId {
            index: self.index.clone(),
            code: self.code,
            group: self.group,
            group_index: self.group_index,
            first_seen: self.first_seen,
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = r.array("alert", 7..=9)?;
        Ok(Self {
            index: Index::read(r)?,
            code: r.int("code")?,
            severity: r.word("severity")?,
            group: r.int("alert-group")?,
            group_index: r.nullable(|r| r.int("group-index"))?,
            place: r.nullable(|r| r.int("place"))?,
            first_seen: r.int("first-seen")?,
            description: optional_txt(r, len > 7, "desc")?,
            more: if len > 8 {
                AlertMore::read(r)?
            } else {
                AlertMore::default()
            },
        })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        let with_more = self.more != AlertMore::default();
        let with_text = with_more || self.description.is_some();
        w.array(7 + usize::from(with_text) + usize::from(with_more));
        self.index.write(w);
        self.write_numbers(w);
        if with_text {
            w.nullable(self.description.as_ref(), Writer::txt);
        }
        if with_more {
            self.more.write(w);
        }
    }

    /// The form of the state: without its index, nothing left out.
    #[cfg(feature = "server")]
    pub(crate) fn write_state(&self, w: &mut Writer) {
        w.array(8);
        self.write_numbers(w);
        w.nullable(self.description.as_ref(), Writer::txt);
        self.more.write(w);
    }

    fn write_numbers(&self, w: &mut Writer) {
        w.int(self.code);
        w.word(self.severity);
        w.int(self.group);
        w.nullable(self.group_index, Writer::int);
        w.nullable(self.place, Writer::int);
        w.int(self.first_seen);
    }
}

impl AlertMore {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut more = Self::default();
        let extensions = r.fields("alert-more", |r, key| {
            match key {
                1 => more.training = Some(r.word("training")?),
                2 => more.category = Some(r.word("category")?),
                3 => more.who = Some(r.word("who")?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { extensions, ..more })
    }

    fn write(&self, w: &mut Writer) {
        let mut fields = Fields::new();
        fields.maybe(1, self.training, Writer::word);
        fields.maybe(2, self.category, Writer::word);
        fields.maybe(3, self.who, Writer::word);
        fields.finish(&self.extensions, w);
    }
}

impl AlertId {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.array("alert-id", 5..=5)?;
        Ok(Self {
            index: Index::read(r)?,
            code: r.int("code")?,
            group: r.int("alert-group")?,
            group_index: r.nullable(|r| r.int("group-index"))?,
            first_seen: r.int("first-seen")?,
        })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.array(5);
        self.index.write(w);
        w.int(self.code);
        w.int(self.group);
        w.nullable(self.group_index, Writer::int);
        w.int(self.first_seen);
    }
}

impl AlertChange {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = r.array("alerts-delta", 3..=4)?;
        Ok(Self {
            handle: r.uint("handle")?.into(),
            raised: r.list("raised", 0, Alert::read)?,
            cleared: r.list("cleared", 0, Index::read)?,
            age: Age::read(r, len, 3)?,
        })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.array(self.age.len().saturating_add(3));
        w.uint(self.handle.get());
        w.list(&self.raised, |w, alert| alert.write(w));
        w.list(&self.cleared, |w, index| index.write(w));
        self.age.write(w);
    }
}
