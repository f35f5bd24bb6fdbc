//! What the tests of the interpretation share: an arena from varbinds, and a second, simple reading of a walk's file.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "each test binary uses its part"
)]

use printer_mib::{
    Arena, Printer,
    model::{SectionState, Sections},
    survey::interpret::interpret,
};
use snmp_core::{
    oid::OidBuf,
    strictness::Strictness,
    value::Value,
    varbind::{VarBind, VarBinds},
};
use std::collections::BTreeMap;

/// A printer that answered these varbinds and no others.
pub fn printer_of(var_binds: &[(&str, Value<'_>)]) -> Printer {
    let mut arena = Arena::new();
    for (name, value) in var_binds {
        let name: OidBuf = name.parse().unwrap();
        arena.push(&VarBind::new(name.as_oid(), *value)).unwrap();
    }
    interpret(arena, Sections::all(SectionState::Complete, None))
}

/// A printer that answered all of a walk.
pub fn printer_of_walk(walk: &benches::Walk) -> Printer {
    let octets: Vec<u8> = walk
        .var_binds
        .iter()
        .flat_map(benches::RawVarBind::to_octets)
        .collect();
    let mut arena = Arena::new();
    arena
        .extend(&VarBinds::from_octets(&octets, Strictness::DEPLOYED).unwrap())
        .unwrap();
    interpret(arena, Sections::all(SectionState::Complete, None))
}

/// A walk's file as text says it: dotted name to tag and value. Of a name that stands there twice the last counts.
pub struct Plain {
    lines: BTreeMap<String, (u8, Vec<u8>)>,
}

impl Plain {
    pub fn read(path: &str) -> Self {
        let file = std::fs::read(benches::shared().unwrap().join(path)).unwrap();
        let lines = file
            .split(|octet| *octet == b'\n')
            .filter_map(|line| {
                let mut parts = line.splitn(3, |octet| *octet == b'|');
                let name = String::from_utf8(parts.next()?.to_vec()).ok()?;
                let tag = String::from_utf8(parts.next()?.to_vec()).ok()?;
                let value = parts.next()?.to_vec();
                Some(match tag.strip_suffix('x') {
                    Some(tag) => (name, (tag.parse().ok()?, unhex(&value))),
                    None => (name, (tag.parse().ok()?, value)),
                })
            })
            .collect();
        Self { lines }
    }

    /// The instances of an object: index in dots, tag, value.
    pub fn column(&self, object: &str) -> BTreeMap<String, (u8, &[u8])> {
        let object = format!("{object}.");
        self.lines
            .iter()
            .filter_map(|(name, (tag, value))| {
                Some((name.strip_prefix(&object)?.to_owned(), (*tag, value.as_slice())))
            })
            .collect()
    }

    /// The instances whose value is a number.
    pub fn numbers(&self, object: &str) -> BTreeMap<String, i64> {
        self.column(object)
            .into_iter()
            .filter_map(|(index, (_, value))| {
                Some((index, std::str::from_utf8(value).ok()?.trim().parse().ok()?))
            })
            .collect()
    }

    /// The instances that are text, blanks and NULs around them taken off; empty ones left out.
    pub fn texts(&self, object: &str) -> BTreeMap<String, String> {
        self.column(object)
            .into_iter()
            .filter(|(_, (tag, _))| *tag == 4)
            .map(|(index, (_, value))| {
                let text = String::from_utf8_lossy(value)
                    .trim_matches(['\0', ' '])
                    .to_owned();
                (index, text)
            })
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }

    /// The indexes of a table's rows: those of any of its columns.
    pub fn rows(&self, entry: &str, columns: &[u32]) -> Vec<String> {
        let mut rows: Vec<String> = columns
            .iter()
            .flat_map(|column| self.column(&format!("{entry}.{column}")).into_keys())
            .collect();
        rows.sort();
        rows.dedup();
        rows
    }
}

fn unhex(text: &[u8]) -> Vec<u8> {
    text.chunks(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
