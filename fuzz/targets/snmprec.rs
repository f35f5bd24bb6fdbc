//! Any octets as a recorded walk: each line gives a varbind or a reason, and what is written again reads as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmp_core::responder::snmprec;

fuzz_target!(|data: &[u8]| {
    let loaded = snmprec::load(data);
    let lines = data.split(|octet| *octet == b'\n').count();
    assert!(loaded.skipped.len() <= lines);
    for line in snmprec::lines(data).flatten() {
        let var_bind = line.var_bind();
        let mut written = Vec::new();
        assert!(snmprec::write(&mut written, var_bind.name, &var_bind.value));
        let end = written.pop();
        assert_eq!(end, Some(b'\n'));
        let again = snmprec::Line::parse(&written).expect("what we write we read");
        assert_eq!(again.var_bind(), var_bind);
    }
});
