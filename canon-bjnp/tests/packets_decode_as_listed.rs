//! Each packet of the index through the typed API: the error's name, or the header and the body's own values; and the
//! encoder makes each listed request that is allowed, and no other.

// The words in front of a key, and remarks, are for the test of the example.
#[allow(dead_code)]
mod expected;

use canon_bjnp::{
    Answer, DecodeError, Packet,
    cpca::CpcaPacket,
    policy::{MAX_REQUEST_LEN, Request},
    status::StatusForm,
};
use std::collections::BTreeMap;

type Facts = BTreeMap<&'static str, String>;

fn read(octets: &[u8], from_device: bool) -> Result<Facts, DecodeError> {
    let mut facts = Facts::new();
    if CpcaPacket::is_cpca(octets) {
        let packet = CpcaPacket::decode(octets)?;
        facts.insert("ver", packet.version.to_string());
        facts.insert("op", packet.op.to_string());
        facts.insert("seq", packet.sequence.to_string());
        facts.insert("user", packet.user.to_string());
        facts.insert("payload_len", packet.payload.len().to_string());
        return Ok(facts);
    }
    let packet = Packet::decode(octets)?;
    let header = packet.header;
    facts.insert("magic", header.family.to_string());
    facts.insert("service", header.service.number().to_string());
    facts.insert("op", header.op.number().to_string());
    facts.insert("result", header.result.to_string());
    facts.insert("seq", header.sequence.to_string());
    facts.insert("session", header.session.to_string());
    facts.insert("payload_len", header.payload_len.to_string());
    if from_device {
        body(&packet.answer()?, &mut facts);
    } else {
        let _ = packet.request()?;
    }
    Ok(facts)
}

fn body(answer: &Answer<'_>, facts: &mut Facts) {
    match answer {
        Answer::Discover(discover) => {
            let claims: Vec<String> = discover.claims().map(|claim| claim.0.to_string()).collect();
            facts.insert("mac", discover.mac.to_string());
            facts.insert("addrs", format!("[{}]", claims.join(",")));
        }
        Answer::DeviceId(device_id) => {
            facts.insert("convention", device_id.convention.name().to_owned());
            facts.insert("id", device_id.id.to_string());
        }
        Answer::Status(status) => {
            let form = if matches!(status.form, StatusForm::Xml(_)) {
                "xml"
            } else {
                "kv"
            };
            facts.insert("form", form.to_owned());
        }
        Answer::PhotoPrinterStatus(status) => {
            facts.insert("paper", status.paper.0.to_string());
            facts.insert("ribbon", status.ribbon.0.to_string());
        }
        Answer::JobStatus(status) => {
            facts.insert("state", status.state.to_string());
            facts.insert("req_off", status.request_offset.to_string());
            facts.insert("req_len", status.request_len.to_string());
        }
        Answer::Written { octets } => {
            facts.insert("consumed", octets.to_string());
        }
        _ => {}
    }
}

#[test]
fn each_packet_of_the_index() {
    let Some(packets) = benches::canon::canon_packets() else {
        return;
    };
    for packet in &packets {
        let expected = expected::parse(&packet.expected);
        let facts = read(&packet.octets, packet.from_device);
        let error = facts.as_ref().err().map(|error| error.name().to_owned());
        assert_eq!(error, expected.error, "{}", packet.file);
        let Ok(facts) = facts else { continue };
        for listed in expected.values {
            // The rest is compared through `canon_inspect`; a count of addresses too.
            let Some(fact) = facts
                .get(&*listed.key)
                .filter(|_| !listed.value.starts_with("15"))
            else {
                continue;
            };
            let value = expected::number(&listed.value).map_or(listed.value, |number| number.to_string());
            assert_eq!(*fact, value, "{}: {}", packet.file, listed.key);
        }
    }
}

#[test]
fn the_encoder_makes_each_allowed_request_of_the_index_and_no_other() {
    let Some(packets) = benches::canon::canon_packets() else {
        return;
    };
    let (mut real, mut refused) = (0, 0);
    for packet in packets.iter().filter(|packet| !packet.from_device) {
        let mut buf = [0; MAX_REQUEST_LEN];
        // Both headers hold the sequence, at different places.
        let at = if CpcaPacket::is_cpca(&packet.octets) { 6 } else { 8 };
        let sequence = u16::from_be_bytes([packet.octets[at], packet.octets[at + 1]]);
        let made = Request::all().any(|request| request.encode(sequence, &mut buf) == Ok(&packet.octets[..]));
        let unknown = packet.expected.contains("meaning unknown");
        let allowed = !packet.expected.contains("policy=") && !unknown;
        assert_eq!(made, allowed, "{}: {}", packet.file, packet.expected);
        assert_eq!(
            Request::recognise(&packet.octets).is_some(),
            allowed,
            "{}",
            packet.file
        );
        real += usize::from(packet.real && allowed);
        refused += usize::from(!allowed);
    }
    assert!(
        real > 0 && refused > 0,
        "{real} real requests made, {refused} refused"
    );
    eprintln!("{real} real requests made octet by octet, {refused} refused");
}
