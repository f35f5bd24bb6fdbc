//! Recorded walks of real devices load, are in order, and are written again as they were.
#![cfg(feature = "responder")]

use std::collections::BTreeMap;

use snmp_core::ber::Tlv;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::responder::{Store, snmprec};
use snmp_core::strictness::{Anomalies, Strictness};
use snmp_core::value::Value;

/// Each walk's path, octets, and what the reader of `benches` finds in it.
fn walks() -> Vec<(benches::Walk, Vec<u8>)> {
    benches::walks()
        .into_iter()
        .filter_map(|walk| {
            let file = std::fs::read(benches::shared()?.join(&walk.path)).ok()?;
            Some((walk, file))
        })
        .collect()
}

#[test]
fn every_recorded_walk_loads_as_another_reader_has_it() {
    for (walk, file) in walks() {
        let store = snmprec::load(&file).store;
        let mut expected = BTreeMap::new();
        for raw in &walk.var_binds {
            let mut anomalies = Anomalies::NONE;
            let value = Tlv {
                tag: raw.tag,
                content: &raw.content,
                offset: 0,
            };
            let value = Value::decode(value, Strictness::DEPLOYED, &mut anomalies);
            expected.insert(Oid::from_octets(&raw.name).unwrap(), value);
        }
        assert_eq!(store.len(), expected.len(), "{}", walk.path);
        for (read, (name, value)) in store.iter().zip(expected) {
            assert_eq!((read.name, read.value), (name, value), "{}", walk.path);
        }
    }
}

#[test]
fn every_recorded_walk_is_walked_back_in_order() {
    for (walk, file) in walks() {
        let loaded = snmprec::load(&file);
        // The slips of a file edited by hand: 1 line in all of the walks that are published with this project's data.
        assert!(
            loaded.skipped.len() <= 1 + loaded.store.len() / 100,
            "{}: {:?}",
            walk.path,
            loaded.skipped
        );
        let (mut at, mut met) = (OidBuf::default(), 0);
        while let Some(var_bind) = Store::next(&loaded.store, at.as_oid()) {
            assert!(
                at.as_oid() < var_bind.name,
                "{}: {at} then {}",
                walk.path,
                var_bind.name
            );
            assert_eq!(
                loaded.store.get(var_bind.name),
                Some(var_bind.value),
                "{}: {at}",
                walk.path
            );
            at = var_bind.name.to_buf();
            met += 1;
        }
        assert!(met > 0 && met == loaded.store.len(), "{}", walk.path);
    }
}

#[test]
fn what_is_recorded_again_loads_to_the_same() {
    for (walk, file) in walks() {
        let store = snmprec::load(&file).store;
        let mut again = Vec::new();
        for var_bind in store.iter() {
            assert!(
                snmprec::write(&mut again, var_bind.name, &var_bind.value),
                "{}",
                walk.path
            );
        }
        let loaded = snmprec::load(&again);
        assert_eq!(loaded.skipped, [], "{}", walk.path);
        assert!(store.iter().eq(loaded.store.iter()), "{}", walk.path);
    }
}
