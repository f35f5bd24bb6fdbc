//! Section 18: what a scan came to, "nothing found" included.

use alloc::{collections::BTreeMap, vec::Vec};

use super::{Age, Extensions, Handle};
use crate::{
    error::{DecodeError, DecodeErrorKind},
    reader::Reader,
    vocabulary::{ErrorCode, SectionKind},
    writer::{Fields, Writer},
};

/// One scan.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ScanSummary {
    /// What was scanned.
    pub what: Scan,
    /// Addresses probed.
    pub probed: u64,
    /// Addresses that answered.
    pub answered: u64,
    /// Devices known.
    pub known: u64,
    /// Duration in seconds.
    pub seconds: u64,
    /// How many devices could not be read, by reason; those without a handle are counted too.
    pub failures: Vec<(ErrorCode, u64)>,
    /// Why a device could not be read.
    pub failed: BTreeMap<Handle, ErrorCode>,
    /// Devices no longer followed: the server drops what it holds of them.
    pub retired: Vec<Handle>,
    /// How long ago the scan ended.
    pub age: Age,
    /// Fields of later versions.
    pub extensions: Extensions,
}

/// What was scanned.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums)] // closed in the definition
pub enum Scan {
    /// Addresses were probed for devices.
    Discovery,
    /// All sections of all devices.
    Full,
    /// One section of all devices.
    Section(SectionKind),
}

impl ScanSummary {
    /// A scan that found nothing.
    #[must_use]
    pub fn new(what: Scan, probed: u64, seconds: u64) -> Self {
        Self {
            what,
            probed,
            answered: 0,
            known: 0,
            seconds,
            failures: Vec::new(),
            failed: BTreeMap::new(),
            retired: Vec::new(),
            age: Age::AsBefore,
            extensions: Extensions::new(),
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "scan-summary";
        let start = r.position();
        let mut summary = Self::new(Scan::Discovery, 0, 0);
        let mut seen = 0_u8;
        let extensions = r.fields(FIELD, |r, key| {
            match key {
                0 => {
                    summary.what = match r.uint(FIELD)? {
                        0 => Scan::Discovery,
                        1 => Scan::Full,
                        kind => Scan::Section(kind.into()),
                    };
                }
                1 => summary.probed = r.uint(FIELD)?,
                2 => summary.answered = r.uint(FIELD)?,
                3 => summary.known = r.uint(FIELD)?,
                4 => summary.seconds = r.uint(FIELD)?,
                5 => {
                    for _ in 0..r.map("failures", 1)? {
                        summary.failures.push((read_error_code(r)?, r.uint("failures")?));
                    }
                }
                6 => summary.failed = r.table("failed", 1, |r, _| read_error_code(r))?,
                7 => summary.retired = r.list("retired", 1, |r| r.uint("handle").map(Handle::new))?,
                8 => summary.age = r.nullable(|r| r.uint("age"))?.map_or(Age::Lost, Age::Seconds),
                _ => return Ok(false),
            }
            if key < 5 {
                seen |= 1 << key;
            }
            Ok(true)
        })?;
        match (0..5).find(|key| seen & (1 << key) == 0) {
            Some(key) => Err(r.error_at(start, FIELD, DecodeErrorKind::MissingKey(key))),
            None => Ok(Self {
                extensions,
                ..summary
            }),
        }
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        let mut fields = Fields::new();
        fields.put(0, |w| {
            w.uint(match self.what {
                Scan::Discovery => 0,
                Scan::Full => 1,
                Scan::Section(kind) => kind.number(),
            });
        });
        fields.put(1, |w| w.uint(self.probed));
        fields.put(2, |w| w.uint(self.answered));
        fields.put(3, |w| w.uint(self.known));
        fields.put(4, |w| w.uint(self.seconds));
        let failures: BTreeMap<u64, u64> = self
            .failures
            .iter()
            .map(|(code, count)| (code.number(), *count))
            .collect();
        fields.table(5, &failures, |w, count| w.uint(*count));
        fields.table(6, &self.failed, |w, code| w.word(*code));
        fields.list(7, &self.retired, |w, handle| w.uint(handle.get()));
        match self.age {
            Age::AsBefore => {}
            Age::Seconds(seconds) => fields.put(8, |w| w.uint(seconds)),
            Age::Lost => fields.put(8, Writer::null),
        }
        fields.finish(&self.extensions, w);
    }
}

/// An error code; 0 is none.
pub(crate) fn read_error_code(r: &mut Reader<'_>) -> Result<ErrorCode, DecodeError> {
    r.word("error-code")
}
