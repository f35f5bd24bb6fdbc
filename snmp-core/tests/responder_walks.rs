//! Recorded walks of real devices load, are in order, and are written again as they were.
#![cfg(feature = "responder")]

use snmp_core::oid::OidBuf;
use snmp_core::responder::{Store, snmprec};
use snmp_core::value::Value;

#[test]
fn every_recorded_walk_loads_and_is_walked_back_in_order() {
    for (name, file) in benches::walks() {
        let loaded = snmprec::load(&file);
        let lines = file
            .split(|octet| *octet == b'\n')
            .filter(|line| !line.is_empty())
            .count();
        assert!(
            loaded.skipped.len() * 100 <= lines,
            "{name}: more than one line in a hundred: {:?}",
            loaded.skipped
        );
        assert!(!loaded.store.is_empty(), "{name}");
        let (mut at, mut met) = (OidBuf::default(), 0);
        while let Some(var_bind) = Store::next(&loaded.store, at.as_oid()) {
            assert!(at.as_oid() < var_bind.name, "{name}: {at} then {}", var_bind.name);
            assert!(
                !matches!(var_bind.value, Value::Malformed { .. } | Value::Unknown { .. }),
                "{name}: {at}"
            );
            assert_eq!(
                loaded.store.get(var_bind.name),
                Some(var_bind.value),
                "{name}: {at}"
            );
            at = var_bind.name.to_buf();
            met += 1;
        }
        assert_eq!(met, loaded.store.len(), "{name}");
        let repeated = lines - loaded.skipped.len() - met;
        if repeated > 0 {
            eprintln!("{name}: {repeated} names stand more than once");
        }
    }
}

#[test]
fn what_is_recorded_again_loads_to_the_same() {
    for (name, file) in benches::walks() {
        let store = snmprec::load(&file).store;
        let mut again = Vec::new();
        for var_bind in store.iter() {
            assert!(
                snmprec::write(&mut again, var_bind.name, &var_bind.value),
                "{name}: {}",
                var_bind.name
            );
        }
        let loaded = snmprec::load(&again);
        assert_eq!(loaded.skipped, [], "{name}");
        assert!(store.iter().eq(loaded.store.iter()), "{name}");
    }
}
