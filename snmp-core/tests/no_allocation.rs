//! The codec allocates nothing: not for any message, nor for any variable binding. A responder that has answered once
//! answers again without allocating.
//!
//! One test only: the allocator's counts are the whole process's.

use std::hint::black_box;
use std::net::SocketAddr;

use snmp_core::ber::Writer;
use snmp_core::datagram::{Handled, Via};
use snmp_core::message::{
    CommunityMessage, CommunityPdu, Flags, ScopedPdu, V3Header, V3Layout, Version, encode_community,
    encode_scoped_pdu, wrap_v3,
};
use snmp_core::oid;
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::responder::{Responder, Store};
use snmp_core::security::SecurityLevel;
use snmp_core::strictness::Strictness;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Blocks allocated while `work` runs.
fn blocks(work: impl FnOnce()) -> u64 {
    let before = dhat::HeapStats::get().total_blocks;
    work();
    dhat::HeapStats::get().total_blocks - before
}

fn visit(list: VarBinds<'_>) -> usize {
    let mut octets = 0;
    for var_bind in list {
        octets += var_bind.name.arcs().count();
        octets += match var_bind.value {
            Value::OctetString(text) => text.len(),
            Value::ObjectIdentifier(oid) => oid.arcs().count(),
            value => usize::from(value.is_exception()) + usize::from(value.opaque_content().is_some()),
        };
    }
    octets + usize::from(list.anomalies().is_empty())
}

/// Decodes whatever the message is and visits all that is in it; `true` when it decoded.
fn decode(datagram: &[u8], strictness: Strictness) -> bool {
    if let Ok(Version::V3) = Version::of(datagram) {
        let Ok(layout) = V3Layout::decode(datagram, strictness) else {
            return false;
        };
        let Some(data) = datagram.get(layout.data).filter(|_| !layout.flags.is_encrypted()) else {
            return true;
        };
        return ScopedPdu::decode(data, strictness)
            .map(|scoped| black_box(visit(scoped.pdu.var_binds)))
            .is_ok();
    }
    let Ok(message) = CommunityMessage::decode(datagram, strictness) else {
        return false;
    };
    let list = match message.pdu {
        CommunityPdu::Pdu(pdu) => pdu.var_binds,
        CommunityPdu::TrapV1(trap) => trap.var_binds,
    };
    black_box(visit(list));
    true
}

const LIST: [VarBind<'static>; 8] = [
    VarBind::new(oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"a printer")),
    VarBind::new(
        oid!(1.3.6.1.2.1.1.2.0),
        Value::ObjectIdentifier(oid!(1.3.6.1.4.1.11)),
    ),
    VarBind::new(oid!(1.3.6.1.2.1.1.3.0), Value::TimeTicks(u32::MAX)),
    VarBind::new(oid!(1.3.6.1.2.1.43.11.1.1.9.1.1), Value::Integer(-3)),
    VarBind::new(oid!(1.3.6.1.2.1.2.2.1.10.1), Value::Counter32(3_000_000_000)),
    VarBind::new(oid!(1.3.6.1.2.1.31.1.1.1.6.1), Value::Counter64(u64::MAX)),
    VarBind::new(
        oid!(1.3.6.1.4.1.2021.10.1.6.1),
        Value::Opaque(&[0x9f, 0x78, 4, 0, 0, 0, 0]),
    ),
    VarBind::new(oid!(1.3.6.1.2.1.1.9.9), Value::NoSuchObject),
];

/// A message of each version, written here.
fn own() -> Vec<Vec<u8>> {
    let header = PduHeader::response(7, ErrorStatus::NoError, 0);
    let mut buffer = [0; 600];
    let mut messages = Vec::new();
    for version in [Version::V1, Version::V2c] {
        let range = encode_community(&mut buffer, version, b"public", &header, LIST).unwrap();
        messages.push(buffer[range].to_vec());
    }
    let range = write_v3(&mut buffer, &header).unwrap();
    messages.push(buffer[range].to_vec());
    messages
}

fn write_v3(
    buffer: &mut [u8],
    header: &PduHeader,
) -> Result<std::ops::Range<usize>, snmp_core::datagram::BufferTooSmall> {
    let mut writer = Writer::new(buffer);
    let end = writer.mark();
    encode_scoped_pdu(&mut writer, b"engine", b"", header, LIST);
    let parameters_end = writer.mark();
    let header = V3Header {
        msg_id: 1,
        max_size: 1472,
        flags: Flags::new(SecurityLevel::NoAuthNoPriv, true),
    };
    wrap_v3(&mut writer, &header, 3, parameters_end, end);
    writer.finish()
}

#[test]
fn decoding_encoding_and_answering_again_allocate_nothing() {
    let mut messages = own();
    let own = messages.len();
    messages.extend(benches::mixed());
    messages.extend(benches::vectors().into_iter().map(|vector| vector.datagram));
    let _profiler = dhat::Profiler::builder().testing().build();

    for (number, message) in messages.iter().enumerate() {
        for strictness in [Strictness::DEPLOYED, Strictness::STRICT] {
            let mut decoded = false;
            assert_eq!(
                blocks(|| decoded = decode(message, strictness)),
                0,
                "message {number}"
            );
            assert!(
                decoded || number >= own || strictness == Strictness::STRICT,
                "message {number}"
            );
        }
    }

    let header = PduHeader::response(7, ErrorStatus::NoError, 0);
    let mut buffer = [0; 600];
    let encode = || {
        encode_community(&mut buffer, Version::V2c, b"public", &header, LIST).unwrap();
        write_v3(&mut buffer, &header).unwrap();
    };
    assert_eq!(blocks(encode), 0);

    let store: Store = LIST.into_iter().filter(|one| !one.value.is_exception()).collect();
    let mut responder = Responder::read_only(b"public", store);
    let from: SocketAddr = "192.0.2.1:1024".parse().unwrap();
    let names = LIST.map(|one| VarBind::null(one.name));
    for header in [
        PduHeader::request(PduType::GetRequest, 1),
        PduHeader::request(PduType::GetNextRequest, 2),
        PduHeader::get_bulk(3, 1, 20),
    ] {
        let mut request = [0; 400];
        let range = encode_community(&mut request, Version::V2c, b"public", &header, names).unwrap();
        let mut answer = || {
            let datagram = &mut request[range.clone()];
            let handled = responder.handle_datagram(Instant::ZERO, Via(0), from, datagram);
            assert!(matches!(handled, Handled::Event(_)));
            assert!(
                responder
                    .poll_transmit(Instant::ZERO, &mut buffer_of_a_datagram())
                    .unwrap()
                    .is_some()
            );
        };
        // The first answer grows the responder's memory.
        answer();
        assert_eq!(blocks(answer), 0, "{header:?}");
    }
}

const fn buffer_of_a_datagram() -> [u8; 1472] {
    [0; 1472]
}
