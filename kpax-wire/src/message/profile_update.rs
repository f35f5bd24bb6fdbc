//! A part of a signed profile set.

use alloc::vec::Vec;

use super::{Common, common};
use crate::{
    error::{DecodeError, DecodeErrorKind},
    model::{BatchId, Clock, Extensions},
    reader::Reader,
    writer::Writer,
};

/// One part; the signature is over the whole set, the digest in each part tells whether the parts belong together.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProfileUpdate {
    /// Its number.
    pub batch: BatchId,
    /// The server's clock.
    pub clock: Clock,
    /// Version of the profile set; not above the held one is refused.
    pub version: u64,
    /// Which part, from 0.
    pub nth: u64,
    /// Of how many.
    pub of: u64,
    /// Octets of the whole set.
    pub total: u64,
    /// SHA-256 of the whole set.
    pub digest: [u8; 32],
    /// This part's octets.
    pub data: Vec<u8>,
    /// Fields of later versions.
    pub extensions: Extensions,
}

impl ProfileUpdate {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "profile-update";
        let mut base = Common::default();
        let mut update = Self {
            batch: BatchId::default(),
            clock: Clock::default_zero(),
            version: 0,
            nth: 0,
            of: 0,
            total: 0,
            digest: [0; 32],
            data: Vec::new(),
            extensions: Extensions::new(),
        };
        let extensions = r.fields(FIELD, |r, key| {
            if base.read(r, key)? {
                return Ok(true);
            }
            match key {
                3 => update.version = r.uint("profile set version")?,
                4 => {
                    let start = r.position();
                    r.array("part", 4..=4)?;
                    update.nth = r.uint("part")?;
                    update.of = r.uint("part")?;
                    update.total = r.uint("part")?;
                    update.digest = r.fixed("digest")?;
                    if update.nth >= update.of {
                        return Err(r.error_at(start, "part", DecodeErrorKind::OutOfRange));
                    }
                }
                5 => update.data = r.octets("profile bytes", 0..=usize::MAX)?.to_vec(),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let (batch, clock) = base.finish(r, FIELD, &[3, 4, 5])?;
        Ok(Self {
            batch,
            clock,
            extensions,
            ..update
        })
    }

    pub(super) fn write(&self, w: &mut Writer) {
        let mut fields = common(4, self.batch, self.clock);
        fields.put(3, |w| w.uint(self.version));
        fields.put(4, |w| {
            w.array(4);
            w.uint(self.nth);
            w.uint(self.of);
            w.uint(self.total);
            w.octets(&self.digest);
        });
        fields.put(5, |w| w.octets(&self.data));
        fields.finish(&self.extensions, w);
    }
}
