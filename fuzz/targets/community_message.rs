//! Any octets as an `SNMPv1` or `SNMPv2c` message: both readings return, and what the strict one takes is written and
//! read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmp_core::ber::Writer;
use snmp_core::message::{CommunityMessage, CommunityPdu, encode_community};
use snmp_core::strictness::Strictness;
use snmp_core::varbind::{VarBind, VarBinds};

fuzz_target!(|data: &[u8]| {
    if let Ok(message) = CommunityMessage::decode(data, Strictness::DEPLOYED) {
        let list = var_binds(&message);
        assert_eq!(list.iter().count(), list.len());
        let mut iter = list.iter();
        let mut at = 0;
        while iter.next().is_some() {
            assert!(iter.offset() > at);
            at = iter.offset();
        }
        assert_eq!(at, list.as_octets().len());
    }
    let Ok(message) = CommunityMessage::decode(data, Strictness::STRICT) else {
        return;
    };
    let list: Vec<VarBind<'_>> = var_binds(&message).iter().collect();
    assert!(var_binds(&message).anomalies().is_empty());
    let mut buffer = vec![0; data.len()];
    match message.pdu {
        CommunityPdu::Pdu(pdu) => {
            // The strict reading takes longer lengths than needed, never shorter ones: it fits.
            let range = encode_community(
                &mut buffer,
                message.version,
                message.community,
                &pdu.header,
                list.iter().copied(),
            )
            .expect("not longer than what was read");
            let again =
                CommunityMessage::decode(&buffer[range], Strictness::STRICT).expect("what we write we read");
            let CommunityPdu::Pdu(read) = again.pdu else {
                panic!("another PDU");
            };
            assert_eq!(
                (again.version, again.community),
                (message.version, message.community)
            );
            assert_eq!(read.header, pdu.header);
            assert!(read.var_binds.iter().eq(list));
        }
        CommunityPdu::TrapV1(trap) => {
            let mut writer = Writer::new(&mut buffer);
            trap.encode_with(&mut writer, list.iter().copied());
            let range = writer.finish().expect("not longer than what was read");
            let mut reader = snmp_core::ber::Reader::new(&buffer[range]);
            let mut anomalies = snmp_core::strictness::Anomalies::NONE;
            let again = snmp_core::pdu::TrapV1::decode(&mut reader, Strictness::STRICT, &mut anomalies)
                .expect("what we write we read");
            assert_eq!(
                (
                    again.enterprise,
                    again.agent_addr,
                    again.generic_trap,
                    again.specific_trap,
                    again.time_stamp
                ),
                (
                    trap.enterprise,
                    trap.agent_addr,
                    trap.generic_trap,
                    trap.specific_trap,
                    trap.time_stamp
                )
            );
            assert!(again.var_binds.iter().eq(list));
        }
    }
});

fn var_binds<'a>(message: &CommunityMessage<'a>) -> VarBinds<'a> {
    match message.pdu {
        CommunityPdu::Pdu(pdu) => pdu.var_binds,
        CommunityPdu::TrapV1(trap) => trap.var_binds,
    }
}
