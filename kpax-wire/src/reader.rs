//! Reads checked octets over `minicbor`'s decoder, with errors that name the field.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::ops::RangeInclusive;

use minicbor::Decoder;

use crate::{
    cbor::{self, Raw, major},
    error::{DecodeError, DecodeErrorKind},
    limits,
    model::{CounterId, Text},
    number::{Int, Num},
    vocabulary::Word,
};

type Result<T> = core::result::Result<T, DecodeError>;

/// What texts and shapes of a message may refer to.
#[derive(Debug, Default)]
pub(crate) struct References {
    pub(crate) strings: usize,
    pub(crate) shapes: Vec<Vec<CounterId>>,
    /// Set by the first reference to the catalogue.
    pub(crate) catalogue_used: bool,
}

/// Only for octets that have passed [`cbor::check`].
pub(crate) struct Reader<'b> {
    decoder: Decoder<'b>,
    pub(crate) references: References,
}

impl<'b> Reader<'b> {
    /// Checks `data` as one message of at most [`limits::BYTES`] a byte string.
    pub(crate) fn new(data: &'b [u8]) -> Result<Self> {
        Self::with_bytes(data, limits::BYTES)
    }

    /// As [`Reader::new`], with another limit of byte strings.
    pub(crate) fn with_bytes(data: &'b [u8], max_bytes: usize) -> Result<Self> {
        cbor::check(data, max_bytes)?;
        Ok(Self {
            decoder: Decoder::new(data),
            references: References::default(),
        })
    }

    pub(crate) fn position(&self) -> usize {
        self.decoder.position()
    }

    pub(crate) fn go_to(&mut self, position: usize) {
        self.decoder.set_position(position);
    }

    /// An error at the item that comes next.
    pub(crate) fn fail<T>(&self, field: &'static str, kind: DecodeErrorKind) -> Result<T> {
        Err(self.error_at(self.position(), field, kind))
    }

    pub(crate) fn error_at(&self, offset: usize, field: &'static str, kind: DecodeErrorKind) -> DecodeError {
        DecodeError { kind, field, offset }
    }

    /// Takes what the decoder gives; octets were checked, so it can only miss the type.
    fn take<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&mut Decoder<'b>) -> core::result::Result<T, minicbor::decode::Error>,
    ) -> Result<T> {
        let offset = self.position();
        read(&mut self.decoder).map_err(|_| self.error_at(offset, field, DecodeErrorKind::UnexpectedType))
    }

    fn first(&self) -> Option<u8> {
        self.decoder.input().get(self.position()).copied()
    }

    /// Major type of the item that comes next.
    pub(crate) fn major(&self) -> Option<u8> {
        self.first().map(|octet| octet >> 5)
    }

    /// Items of the array that comes next; `None` when something else does.
    pub(crate) fn peek_array(&mut self) -> Option<u64> {
        let position = self.position();
        let len = if self.major() == Some(major::ARRAY) {
            self.decoder.array().ok().flatten()
        } else {
            None
        };
        self.go_to(position);
        len
    }

    pub(crate) fn uint(&mut self, field: &'static str) -> Result<u64> {
        self.take(field, Decoder::u64)
    }

    pub(crate) fn uint_in(&mut self, field: &'static str, range: RangeInclusive<u64>) -> Result<u64> {
        let offset = self.position();
        let value = self.uint(field)?;
        if range.contains(&value) {
            Ok(value)
        } else {
            Err(self.error_at(offset, field, DecodeErrorKind::OutOfRange))
        }
    }

    pub(crate) fn int(&mut self, field: &'static str) -> Result<Int> {
        let offset = self.position();
        let value = self.take(field, Decoder::int)?;
        Int::try_from(i128::from(value))
            .map_err(|_| self.error_at(offset, field, DecodeErrorKind::OutOfRange))
    }

    pub(crate) fn num(&mut self, field: &'static str) -> Result<Num> {
        if self.major() != Some(major::TAG) {
            return self.int(field).map(Num::Int);
        }
        let offset = self.position();
        if self.take(field, Decoder::tag)?.as_u64() != 4 {
            return Err(self.error_at(offset, field, DecodeErrorKind::UnexpectedType));
        }
        self.array(field, 2..=2)?;
        let exponent = self.int(field)?;
        let mantissa = self.int(field)?;
        match i8::try_from(exponent.get()) {
            Ok(exponent @ -9..=9) => Ok(Num::Decimal { exponent, mantissa }),
            _ => Err(self.error_at(offset, field, DecodeErrorKind::OutOfRange)),
        }
    }

    pub(crate) fn bool(&mut self, field: &'static str) -> Result<bool> {
        self.take(field, Decoder::bool)
    }

    pub(crate) fn str(&mut self, field: &'static str) -> Result<&'b str> {
        self.take(field, Decoder::str)
    }

    pub(crate) fn text(&mut self, field: &'static str) -> Result<String> {
        self.str(field).map(Into::into)
    }

    pub(crate) fn octets(&mut self, field: &'static str, sizes: RangeInclusive<usize>) -> Result<&'b [u8]> {
        let offset = self.position();
        let octets = self.take(field, Decoder::bytes)?;
        if sizes.contains(&octets.len()) {
            Ok(octets)
        } else {
            Err(self.error_at(offset, field, DecodeErrorKind::OutOfRange))
        }
    }

    pub(crate) fn fixed<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N]> {
        let offset = self.position();
        self.octets(field, N..=N)?
            .try_into()
            .map_err(|_| self.error_at(offset, field, DecodeErrorKind::OutOfRange))
    }

    /// The head of an array, and how many items follow.
    pub(crate) fn array(&mut self, field: &'static str, lens: RangeInclusive<u64>) -> Result<u64> {
        let offset = self.position();
        match self.take(field, Decoder::array)? {
            Some(len) if lens.contains(&len) => Ok(len),
            _ => Err(self.error_at(offset, field, DecodeErrorKind::OutOfRange)),
        }
    }

    /// An array of at least `least` items.
    pub(crate) fn list<T>(
        &mut self,
        field: &'static str,
        least: u64,
        mut read: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let len = self.array(field, least..=limits::ITEMS)?;
        (0..len).map(|_| read(self)).collect()
    }

    /// The head of a map, and how many pairs follow.
    pub(crate) fn map(&mut self, field: &'static str, least: u64) -> Result<u64> {
        let offset = self.position();
        match self.take(field, Decoder::map)? {
            Some(len) if len >= least => Ok(len),
            _ => Err(self.error_at(offset, field, DecodeErrorKind::OutOfRange)),
        }
    }

    /// A map from numbers.
    pub(crate) fn table<K: From<u64> + Ord, V>(
        &mut self,
        field: &'static str,
        least: u64,
        mut read: impl FnMut(&mut Self, u64) -> Result<V>,
    ) -> Result<BTreeMap<K, V>> {
        let len = self.map(field, least)?;
        let mut table = BTreeMap::new();
        for _ in 0..len {
            let key = self.uint(field)?;
            table.insert(key.into(), read(self, key)?);
        }
        Ok(table)
    }

    /// A map of fields: `read` takes the value of a key that it knows and says `true`. Keys of later versions are kept,
    /// reserved ones refused.
    pub(crate) fn fields(
        &mut self,
        field: &'static str,
        mut read: impl FnMut(&mut Self, u64) -> Result<bool>,
    ) -> Result<BTreeMap<u64, Raw>> {
        let len = self.map(field, 0)?;
        let mut extensions = BTreeMap::new();
        for _ in 0..len {
            let offset = self.position();
            let key = self.uint(field)?;
            if read(self, key)? {
                continue;
            }
            if key < limits::LATER {
                return Err(self.error_at(offset, field, DecodeErrorKind::ReservedKey(key)));
            }
            extensions.insert(key, self.raw(field)?);
        }
        Ok(extensions)
    }

    /// Whether null comes next, which is then taken.
    pub(crate) fn null(&mut self) -> bool {
        self.first() == Some(0xf6) && self.decoder.null().is_ok()
    }

    pub(crate) fn nullable<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if self.null() {
            Ok(None)
        } else {
            read(self).map(Some)
        }
    }

    pub(crate) fn word<W: Word>(&mut self, field: &'static str) -> Result<W> {
        let offset = self.position();
        let number = self.uint(field)?;
        W::read(number).ok_or(self.error_at(offset, field, DecodeErrorKind::Reserved(number)))
    }

    /// A text: itself, an id of the catalogue, or the place in the report's own list.
    pub(crate) fn txt(&mut self, field: &'static str) -> Result<Text> {
        if self.major() == Some(major::TEXT) {
            return self.text(field).map(Text::Here);
        }
        let offset = self.position();
        let number = self.int(field)?.get();
        if let Ok(id) = u64::try_from(number) {
            self.references.catalogue_used = true;
            return Ok(Text::Catalogue(id));
        }
        match nth_local(number) {
            Some(nth) if usize::try_from(nth).is_ok_and(|nth| nth < self.references.strings) => {
                Ok(Text::Local(nth))
            }
            _ => Err(self.error_at(offset, field, DecodeErrorKind::NoSuchString)),
        }
    }

    /// Any item, as it is encoded.
    pub(crate) fn raw(&mut self, field: &'static str) -> Result<Raw> {
        let start = self.position();
        self.skip(field)?;
        let octets = self
            .decoder
            .input()
            .get(start..self.position())
            .unwrap_or_default();
        Ok(Raw::checked(octets))
    }

    #[cfg(any(feature = "seal", feature = "downlink"))]
    pub(crate) fn tag(&mut self, field: &'static str) -> Result<u64> {
        self.take(field, Decoder::tag).map(|tag| tag.as_u64())
    }

    pub(crate) fn skip(&mut self, field: &'static str) -> Result<()> {
        let start = self.position();
        let rest = self.decoder.input().get(start..).unwrap_or_default();
        let len = cbor::check_prefix(rest, limits::MESSAGE)
            .map_err(|error| self.error_at(start, field, DecodeErrorKind::Cbor(error.kind())))?;
        self.go_to(start.saturating_add(len));
        Ok(())
    }
}

/// n of −1−n.
pub(crate) fn nth_local(number: i128) -> Option<u64> {
    u64::try_from((-1_i128).checked_sub(number)?).ok()
}
