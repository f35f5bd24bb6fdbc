//! Writes the deterministic form over `minicbor`'s encoder.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use minicbor::Encoder;

use crate::{
    cbor::Raw,
    model::Text,
    number::{Int, Num},
    vocabulary::Word,
};

/// A vector of octets takes everything, so nothing here can fail; map keys must come in the order of their encoding.
pub(crate) struct Writer(Encoder<Vec<u8>>);

macro_rules! heads {
    ($($name:ident($from:ty) = $call:ident)+) => {$(
        pub(crate) fn $name(&mut self, value: $from) {
            let _ = self.0.$call(value);
        }
    )+};
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self(Encoder::new(Vec::new()))
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0.into_writer()
    }

    heads! {
        uint(u64) = u64
        octets(&[u8]) = bytes
        text(&str) = str
        bool(bool) = bool
    }

    pub(crate) fn null(&mut self) {
        let _ = self.0.null();
    }

    pub(crate) fn array(&mut self, len: usize) {
        // usize is at most 64 bits wide.
        let _ = self.0.array(len as u64);
    }

    pub(crate) fn map(&mut self, len: usize) {
        let _ = self.0.map(len as u64);
    }

    pub(crate) fn tag(&mut self, number: u64) {
        let _ = self.0.tag(minicbor::data::Tag::new(number));
    }

    pub(crate) fn int(&mut self, value: Int) {
        // `Int` has exactly the range of the encoder's integers.
        if let Ok(value) = minicbor::data::Int::try_from(value.get()) {
            let _ = self.0.int(value);
        }
    }

    pub(crate) fn num(&mut self, value: Num) {
        match value {
            Num::Int(int) => self.int(int),
            Num::Decimal { exponent, mantissa } => {
                self.tag(4);
                self.array(2);
                self.int(exponent.into());
                self.int(mantissa);
            }
        }
    }

    pub(crate) fn word(&mut self, word: impl Word) {
        self.uint(word.wire());
    }

    pub(crate) fn raw(&mut self, raw: &Raw) {
        self.0.writer_mut().extend_from_slice(raw.as_bytes());
    }

    pub(crate) fn txt(&mut self, text: &Text) {
        match text {
            Text::Here(text) => self.text(text),
            Text::Catalogue(id) => self.uint(*id),
            Text::Local(nth) => self.int(Text::local(*nth)),
        }
    }

    pub(crate) fn nullable<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => write(self, value),
            None => self.null(),
        }
    }

    pub(crate) fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.array(items.len());
        for item in items {
            write(self, item);
        }
    }

    /// A map of numbers, in rising order.
    pub(crate) fn table<K: Copy + Into<u64>, V>(
        &mut self,
        table: &BTreeMap<K, V>,
        mut write: impl FnMut(&mut Self, &V),
    ) {
        self.map(table.len());
        for (key, value) in table {
            self.uint((*key).into());
            write(self, value);
        }
    }
}

/// A map whose present fields are collected before its head is written, in rising order of their keys.
pub(crate) struct Fields {
    count: usize,
    body: Writer,
}

impl Fields {
    pub(crate) fn new() -> Self {
        Self {
            count: 0,
            body: Writer::new(),
        }
    }

    pub(crate) fn put(&mut self, key: u64, write: impl FnOnce(&mut Writer)) {
        self.count = self.count.saturating_add(1);
        self.body.uint(key);
        write(&mut self.body);
    }

    pub(crate) fn maybe<T>(&mut self, key: u64, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
        if let Some(value) = value {
            self.put(key, |w| write(w, value));
        }
    }

    /// A text, where it is there.
    pub(crate) fn text(&mut self, key: u64, value: Option<&String>) {
        self.maybe(key, value, |w, text| w.text(text));
    }

    /// An array, where it is not empty.
    pub(crate) fn list<T>(&mut self, key: u64, items: &[T], write: impl FnMut(&mut Writer, &T)) {
        if !items.is_empty() {
            self.put(key, |w| w.list(items, write));
        }
    }

    /// A map of numbers, where it is not empty.
    pub(crate) fn table<K: Copy + Into<u64>, V>(
        &mut self,
        key: u64,
        table: &BTreeMap<K, V>,
        write: impl FnMut(&mut Writer, &V),
    ) {
        if !table.is_empty() {
            self.put(key, |w| w.table(table, write));
        }
    }

    /// Ends the map with what later versions added to it.
    pub(crate) fn finish(mut self, extensions: &BTreeMap<u64, Raw>, to: &mut Writer) {
        for (key, raw) in extensions {
            self.put(*key, |w| w.raw(raw));
        }
        to.map(self.count);
        to.0.writer_mut().extend_from_slice(self.body.0.writer());
    }
}
