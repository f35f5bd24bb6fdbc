//! Decoding, encoding and every look-up in what was decoded leave the heap alone.

use canon_bjnp::{
    Answer, Packet,
    cpca::CpcaPacket,
    device_id::Key,
    policy::{MAX_REQUEST_LEN, Request},
    status::StatusForm,
};

#[global_allocator]
static ALLOC: dhat::Alloc = dhat::Alloc;

fn touch(octets: &[u8]) -> usize {
    let echo = CpcaPacket::decode(octets).map_or(0, |packet| packet.payload.len());
    let Ok(packet) = Packet::decode(octets) else {
        return echo;
    };
    let _ = packet.request();
    match packet.answer() {
        Ok(Answer::Discover(discover)) => discover.claims().filter(|claim| claim.is_usable()).count(),
        Ok(Answer::DeviceId(device_id)) => {
            let id = device_id.id;
            let _ = (
                id.model(),
                id.serial(),
                id.firmware(),
                id.speaks_cpca(),
                id.get(Key::Class),
            );
            id.parts().count() + id.duplicates().count()
        }
        Ok(Answer::Status(status)) => match status.form {
            StatusForm::KeyValue(text) => text.tanks().count() + text.levels().count(),
            _ => 0,
        },
        Ok(_) => 1,
        Err(error) => error.name().len() + error.offset(),
    }
}

#[test]
fn of_our_packets_and_of_the_index() {
    let ours: [&[u8]; 4] = [
        b"BJNP\x82\x01\0\0\0\x01\0\0\0\0\0\x10\0\x01\x08\0\x06\x04\0\x11\x22\x33\x44\x55\xc0\0\x02\x0a",
        b"MFNP\x82\x30\0\0\0\x01\0\0\0\0\0\x14MFG:Canon;MDL:A;x;;:",
        b"BJNP\x81\x20\0\0\0\x01\0\0\0\0\0\x17CTK:C,SET,/,K,IO;CIR:C=",
        b"\xcd\xca\x10\0\0\x01\0\x01\0\x04\0\0\0\0\0\0\0\0\0\0abcd",
    ];
    let outside = benches::canon::canon_packets().unwrap_or_default();
    let _profiler = dhat::Profiler::builder().testing().build();
    let before = dhat::HeapStats::get().total_blocks;
    let mut touched = 0;
    for octets in ours
        .into_iter()
        .chain(outside.iter().map(|packet| &packet.octets[..]))
    {
        touched += touch(octets);
    }
    let mut buf = [0; MAX_REQUEST_LEN];
    for request in Request::all() {
        touched += request.encode(7, &mut buf).map_or(0, <[u8]>::len);
        touched += usize::from(Request::recognise(&buf).is_some());
    }
    let blocks = dhat::HeapStats::get().total_blocks - before;
    assert!(touched > 100);
    assert_eq!(blocks, 0, "blocks were allocated");
}
