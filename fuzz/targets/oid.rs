//! Any octets as object identifiers, as octets and as text: what is taken has the same form on every way round, and
//! its order is the order of its arcs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmp_core::oid::{MAX_ARCS, Oid, OidBuf};

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = core::str::from_utf8(data) {
        if let Ok(parsed) = text.parse::<OidBuf>() {
            assert_eq!(parsed.to_string().parse::<OidBuf>().as_ref(), Ok(&parsed));
        }
    }
    // Two names, to compare.
    let (length, rest) = data.split_first().unwrap_or((&0, data));
    let (first, second) = rest.split_at(usize::from(*length).min(rest.len()));
    let (Ok(first), Ok(second)) = (Oid::from_octets(first), Oid::from_octets(second)) else {
        return;
    };
    let (a, b): (Vec<u32>, Vec<u32>) = (first.arcs().collect(), second.arcs().collect());
    assert!(a.len() <= MAX_ARCS && b.len() <= MAX_ARCS);
    assert_eq!(first.cmp(&second), a.cmp(&b));
    assert_eq!(first == second, a == b);
    assert_eq!(first.starts_with(second), a.starts_with(&b));
    assert_eq!(
        first.index_in(second).map(|arcs| arcs.collect::<Vec<_>>()),
        a.strip_prefix(&b[..]).map(<[u32]>::to_vec)
    );
    if !first.is_empty() {
        assert_eq!(OidBuf::from_arcs(&a).as_ref().map(OidBuf::as_oid), Ok(first));
        assert_eq!(
            first.to_string().parse::<OidBuf>().as_ref().map(OidBuf::as_oid),
            Ok(first)
        );
    }
});
