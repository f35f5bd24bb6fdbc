//! The frame inside the seal: stored or compressed message, then zeros.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::opener::OpenErrorKind;
use crate::{cbor, limits, reader::Reader, writer::Writer};

/// A message out of its frame.
pub(super) struct Unframed {
    pub(super) message: Zeroizing<Vec<u8>>,
    pub(super) compressed: bool,
    pub(super) padding: usize,
}

/// The stored form.
pub(super) fn stored(message: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.array(2);
    w.uint(0);
    w.octets(message);
    w.finish()
}

/// The compressed form; `len` is that of the message.
#[cfg(feature = "deflate")]
pub(super) fn compressed(len: usize, deflated: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.array(3);
    w.uint(1);
    w.uint(len as u64);
    w.octets(deflated);
    w.finish()
}

pub(super) fn unframe(plain: &[u8]) -> Result<Unframed, OpenErrorKind> {
    let end = cbor::check_prefix(plain, limits::MESSAGE).map_err(|error| match error.verdict() {
        crate::Verdict::TooLarge => OpenErrorKind::MessageTooLarge,
        _ => OpenErrorKind::BadInner,
    })?;
    let (frame, padding) = plain.split_at_checked(end).ok_or(OpenErrorKind::BadInner)?;
    if padding.iter().any(|octet| *octet != 0) {
        return Err(OpenErrorKind::BadInner);
    }
    let bad = |_| OpenErrorKind::BadInner;
    let mut r = Reader::with_bytes(frame, limits::MESSAGE).map_err(bad)?;
    let len = r.array("inner", 2..=3).map_err(bad)?;
    let encoding = r.uint("inner").map_err(bad)?;
    let (message, compressed) = match (encoding, len) {
        (0, 2) => (
            Zeroizing::new(r.octets("inner", 0..=usize::MAX).map_err(bad)?.to_vec()),
            false,
        ),
        (1, 3) => {
            let announced = r.int("raw-len").map_err(bad)?;
            let data = r.octets("inner", 0..=usize::MAX).map_err(bad)?;
            let announced = usize::try_from(announced.get())
                .ok()
                .filter(|announced| *announced <= limits::MESSAGE)
                .ok_or(OpenErrorKind::MessageTooLarge)?;
            (inflated(data, announced)?, true)
        }
        _ => return Err(OpenErrorKind::BadInner),
    };
    Ok(Unframed {
        message,
        compressed,
        padding: padding.len(),
    })
}

#[cfg(feature = "deflate")]
fn inflated(data: &[u8], announced: usize) -> Result<Zeroizing<Vec<u8>>, OpenErrorKind> {
    super::inflate::inflate(data, announced)
        .map(Zeroizing::new)
        .ok_or(OpenErrorKind::BadCompression)
}

#[cfg(not(feature = "deflate"))]
fn inflated(_: &[u8], _: usize) -> Result<Zeroizing<Vec<u8>>, OpenErrorKind> {
    Err(OpenErrorKind::CompressionUnsupported)
}
