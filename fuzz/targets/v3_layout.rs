//! Any octets as an `SNMPv3` message: the layout's ranges lie in the datagram, in order, and what they hold is read
//! further without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmp_core::message::{ScopedPdu, V3Layout, Version};
use snmp_core::strictness::Strictness;
use snmp_usm::params::UsmLayout;

fuzz_target!(|data: &[u8]| {
    for strictness in [Strictness::DEPLOYED, Strictness::STRICT] {
        let _ = ScopedPdu::decode(data, strictness);
        let Ok(layout) = V3Layout::decode(data, strictness) else {
            continue;
        };
        assert_eq!(Version::of(data), Ok(Version::V3));
        assert!(layout.parameters.start <= layout.parameters.end);
        assert!(layout.parameters.end <= layout.data.start);
        assert!(layout.data.start <= layout.data.end);
        assert!(layout.data.end <= layout.message.end);
        assert!(layout.message.end <= data.len());
        let _ = UsmLayout::decode(data, &layout, strictness);
        if let Ok(scoped) = ScopedPdu::decode(&data[layout.data.clone()], strictness) {
            assert!(scoped.len <= layout.data.len());
            assert_eq!(scoped.pdu.var_binds.iter().count(), scoped.pdu.var_binds.len());
        }
    }
});
