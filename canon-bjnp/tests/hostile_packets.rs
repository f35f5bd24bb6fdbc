//! No octets make a parser panic, or do more than it should: every packet cut at each length, each octet changed.

#[path = "../examples/canon_inspect.rs"]
#[allow(dead_code)]
mod canon_inspect;

use canon_bjnp::{
    Answer, Packet, cpca::CpcaPacket, device_id::MAX_ID_LEN, policy::Request, status::StatusForm,
};
use std::fmt::Write as _;

/// One answer for each parser, so that the test means something without the outside data: the header without its
/// length, and the payload. The texts are ours.
const IN_REPOSITORY: [(&[u8; 12], &[u8]); 8] = [
    (
        b"BJNP\x82\x01\0\0\0\x01\0\0",
        b"\0\x01\x08\0\x06\x04\0\x11\x22\x33\x44\x55\xc0\0\x02\x0a",
    ),
    (
        b"MFNP\x82\x01\0\0\0\x01\0\0",
        b"\0\x01\x86\xdd\x06\x10\0\x11\x22\x33\x44\x55\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01",
    ),
    (
        b"BJNP\x81\x30\0\0\0\x01\0\0",
        b"\0\x20MFG:Canon;MDL:A,B;;x;MDL:C;;\0",
    ),
    (b"CPNP\x81\x20\0\0\0\x01\0\0", b"\x01\x01\x01\x04CP9\0"),
    (
        b"CPNP\x81\x20\0\0\0\x01\0\x01",
        b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\0\0\x10\0\0\0\x01\0\0\0",
    ),
    (
        b"BJNP\x81\x20\0\0\0\x01\0\0",
        b"\0\x2dBST:80;DJS:NO;CTK:C,SET,/,K,IO;CIR:C=9,K=x;",
    ),
    (
        b"BJNP\x82\x32\0\0\0\x01\0\0",
        b"\0\0\x80\0\0\0\0\0\0\0\0\x14\0\0\0\x01\0\0\0\0\0\0\0\x01\x01\0\x01\0\x01\x01\0\0\0\x01\0\0",
    ),
    (b"CPNP\x81\x10\0\0\0\x01\0\x01", b"0000\xc0\x01\0\0"),
];

const CPCA: &[u8] = b"\xcd\xca\x10\0\0\x01\0\x01\0\x04\0\0\0\0\0\0\0\0\0\0abcd";

fn in_repository() -> impl Iterator<Item = Vec<u8>> {
    IN_REPOSITORY.iter().map(|(header, payload)| {
        let len = u32::try_from(payload.len()).unwrap();
        [&header[..], &len.to_be_bytes(), payload].concat()
    })
}

/// Reads a datagram in every way that there is and walks through all that it found.
fn read_all(datagram: &[u8]) {
    let _ = Request::recognise(datagram);
    if let Ok(packet) = CpcaPacket::decode(datagram) {
        assert!(packet.payload.len() + packet.trailing.len() + 20 == datagram.len());
    }
    let Ok(packet) = Packet::decode(datagram) else {
        return;
    };
    assert!(packet.payload.len() + packet.trailing.len() + 16 == datagram.len());
    let _ = packet.request();
    let Ok(answer) = packet.answer() else { return };
    let bound = packet.payload.len();
    match answer {
        Answer::Discover(discover) => assert!(discover.claims().count() <= 15),
        Answer::DeviceId(device_id) => {
            assert!(device_id.id.0.len() <= MAX_ID_LEN.min(bound));
            assert!(device_id.id.parts().count() <= bound);
            assert!(device_id.id.duplicates().count() <= bound);
            assert!(device_id.id.languages().count() <= bound);
            let mut shown = String::new();
            write!(shown, "{}", device_id.id).unwrap();
            assert!(shown.bytes().all(|octet| (0x20..=0x7e).contains(&octet)));
        }
        Answer::Status(status) => {
            if let StatusForm::KeyValue(text) = status.form {
                let entries = text.tanks().count() + text.levels().count() + text.bad_levels().count();
                assert!(entries <= bound);
                assert!(text.levels().all(|(_, percent)| percent <= 100));
                let _ = (text.activity(), text.job_state());
            }
        }
        _ => {}
    }
}

fn through_inspect(datagram: &[u8]) {
    let hex: String = datagram.iter().map(|octet| format!("{octet:02x}")).collect();
    for direction in ["from-device", "to-device"] {
        let given = canon_inspect::answer(format!("{direction} {hex}").as_bytes());
        assert!(given["ok"].is_boolean(), "{given}");
    }
}

fn packets() -> Vec<Vec<u8>> {
    let ours = in_repository().chain([CPCA.to_vec()]);
    let outside = benches::canon::canon_packets().unwrap_or_default();
    ours.chain(outside.into_iter().map(|packet| packet.octets))
        .collect()
}

#[test]
fn the_packets_in_the_repository_decode() {
    assert!(CpcaPacket::decode(CPCA).is_ok());
    for octets in in_repository() {
        let packet = Packet::decode(&octets).unwrap();
        let answer = packet.answer();
        assert!(
            !matches!(answer, Err(_) | Ok(Answer::Opaque(_) | Answer::Empty)),
            "{answer:?}"
        );
    }
}

#[test]
fn cut_at_each_length() {
    for octets in packets() {
        // Past 512 octets the cuts are sampled: the parsers see no difference, and the test stays quick.
        let step = octets.len() / 512 + 1;
        for len in (0..octets.len()).step_by(step) {
            read_all(&octets[..len]);
            // The same cut with a length that is honest again.
            let mut honest = octets[..len].to_vec();
            if let Some(declared) = honest.get_mut(12..16) {
                declared.copy_from_slice(&u32::try_from(len - 16).unwrap_or(0).to_be_bytes());
                read_all(&honest);
            }
            if len <= 32 {
                through_inspect(&honest);
            }
        }
    }
}

#[test]
fn each_octet_changed() {
    for octets in packets() {
        let step = octets.len() / 512 + 1;
        for at in (0..octets.len()).step_by(step) {
            let mut changed = octets.clone();
            for value in [
                !octets[at],
                0,
                0xff,
                octets[at] ^ 1,
                octets[at] ^ 0x80,
                b':',
                b';',
                b',',
                b'=',
            ] {
                changed[at] = value;
                read_all(&changed);
            }
            if at < 24 {
                through_inspect(&changed);
            }
        }
    }
}
