//! COSE_Encrypt0 (RFC 9052 §5.2) with four protected headers and no other.

use alloc::vec::Vec;

use super::{Boot, opener::OpenErrorKind, schedule::TAG};
use crate::{
    cbor::{self, major},
    error::DecodeError,
    key::{Kid, Suite},
    limits,
    number::Int,
    reader::Reader,
    writer::Writer,
};

/// COSE tag of a COSE_Encrypt0.
const ENCRYPT0: u64 = 16;

/// The protected headers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Header {
    /// `None`: not even a number.
    pub(super) alg: Option<Int>,
    pub(super) kid: Kid,
    pub(super) sequence: u64,
    pub(super) context: [u8; 8],
}

/// An envelope, taken apart.
pub(super) struct Envelope<'b> {
    pub(super) protected: &'b [u8],
    pub(super) header: Header,
    pub(super) ciphertext: &'b [u8],
}

/// Epoch and boot as one header.
pub(super) fn key_context(epoch: u16, boot: Boot) -> [u8; 8] {
    let ([e0, e1], [b0, b1, b2, b3, b4, b5]) = (epoch.to_be_bytes(), boot);
    [e0, e1, b0, b1, b2, b3, b4, b5]
}

pub(super) fn split_context([e0, e1, boot @ ..]: [u8; 8]) -> (u16, Boot) {
    (u16::from_be_bytes([e0, e1]), boot)
}

impl Header {
    pub(super) fn encode(suite: Suite, kid: &Kid, sequence: u64, context: &[u8; 8]) -> Vec<u8> {
        let octets = sequence.to_be_bytes();
        let zeros = octets.iter().take(7).take_while(|octet| **octet == 0).count();
        let mut w = Writer::new();
        w.map(4);
        w.uint(1);
        w.int(suite.alg().into());
        w.uint(4);
        w.octets(kid.octets());
        w.uint(6);
        w.octets(octets.get(zeros..).unwrap_or_default());
        w.uint(10);
        w.octets(context);
        w.finish()
    }

    fn decode(protected: &[u8]) -> Result<Self, OpenErrorKind> {
        cbor::check(protected, limits::BYTES).map_err(|error| OpenErrorKind::Encoding(error.kind()))?;
        let mut r = Reader::new(protected).map_err(bad_structure)?;
        let pairs = r.map("protected", 0).map_err(bad_structure)?;
        let label = |r: &mut Reader<'_>, expected: u64| match r.uint("protected") {
            Ok(label) if label == expected => Ok(()),
            _ => Err(OpenErrorKind::BadStructure),
        };
        if pairs != 4 {
            return Err(OpenErrorKind::BadStructure);
        }
        label(&mut r, 1)?;
        let alg = if matches!(r.major(), Some(major::UNSIGNED | major::NEGATIVE)) {
            Some(r.int("alg").map_err(bad_structure)?)
        } else {
            r.skip("alg").map_err(bad_structure)?;
            None
        };
        label(&mut r, 4)?;
        let kid = r.octets("kid", 4..=8).map_err(bad_structure)?;
        let kid = Kid::new(kid).ok_or(OpenErrorKind::BadStructure)?;
        label(&mut r, 6)?;
        let partial_iv = r.octets("piv", 1..=5).map_err(bad_structure)?;
        label(&mut r, 10)?;
        let context = r.fixed("key-ctx").map_err(bad_structure)?;
        if partial_iv.len() > 1 && partial_iv.first() == Some(&0) {
            return Err(OpenErrorKind::LongSequence);
        }
        let sequence = partial_iv
            .iter()
            .fold(0, |sum: u64, octet| (sum << 8) | u64::from(*octet));
        Ok(Self {
            alg,
            kid,
            sequence,
            context,
        })
    }
}

impl<'b> Envelope<'b> {
    /// Octets of the envelope of these parts.
    pub(super) fn encoded_len(protected: usize, ciphertext: usize) -> Option<usize> {
        // Tag, array and empty map have a head of one octet each.
        [
            3,
            head_len(protected),
            protected,
            head_len(ciphertext),
            ciphertext,
        ]
        .into_iter()
        .try_fold(0_usize, usize::checked_add)
    }

    pub(super) fn encode(protected: &[u8], ciphertext: &[u8]) -> Vec<u8> {
        let mut w = Writer::new();
        w.tag(ENCRYPT0);
        w.array(3);
        w.octets(protected);
        w.map(0);
        w.octets(ciphertext);
        w.finish()
    }

    pub(super) fn decode(sealed: &'b [u8]) -> Result<Self, OpenErrorKind> {
        if sealed.len() > limits::SEALED {
            return Err(OpenErrorKind::TooLarge);
        }
        cbor::check(sealed, limits::SEALED).map_err(|error| OpenErrorKind::Encoding(error.kind()))?;
        let mut r = Reader::with_bytes(sealed, limits::SEALED).map_err(bad_structure)?;
        if r.tag("sealed").map_err(bad_structure)? != ENCRYPT0 {
            return Err(OpenErrorKind::BadStructure);
        }
        r.array("sealed", 3..=3).map_err(bad_structure)?;
        let protected = r.octets("protected", 0..=usize::MAX).map_err(bad_structure)?;
        if r.map("unprotected", 0).map_err(bad_structure)? != 0 {
            return Err(OpenErrorKind::BadStructure);
        }
        let ciphertext = r.octets("ciphertext", 0..=usize::MAX).map_err(bad_structure)?;
        if ciphertext.len() <= TAG {
            return Err(OpenErrorKind::ShortCiphertext);
        }
        Ok(Self {
            protected,
            header: Header::decode(protected)?,
            ciphertext,
        })
    }
}

/// Octets of the head of a string of `len` octets.
const fn head_len(len: usize) -> usize {
    match len {
        0..24 => 1,
        24..0x100 => 2,
        0x100..0x1_0000 => 3,
        _ => 5,
    }
}

/// Octets that are deterministic CBOR, and not the structure.
fn bad_structure(_: DecodeError) -> OpenErrorKind {
    OpenErrorKind::BadStructure
}
