//! Says what packets to and from Canon devices hold.
//!
//! Reads lines `to-device HEX` or `from-device HEX` on stdin (space between octets is allowed) and writes one JSON
//! object for each on stdout. A line that is neither gives `{"ok":false,"error":"BadLine"}`. Exit 0 when each line
//! got an answer, 1 when reading or writing failed, 2 for wrong usage.

use canon_bjnp::{
    Answer, Asked, Convention, DecodeError, Packet,
    cpca::{self, CpcaPacket},
    device_id::{DeviceId, Part},
    discover::{ClaimKind, Discover},
    job::Poll,
    policy::Request,
    status::{KeyValueStatus, Status, StatusForm},
    text::Escaped,
};
use serde_json::{Map, Value, json};
use std::{
    io::{self, BufRead, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    if std::env::args_os().len() > 1 {
        eprintln!("usage: canon_inspect < LINES, each line `to-device HEX` or `from-device HEX`");
        return ExitCode::from(2);
    }
    match run(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("canon_inspect: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One line out for each line in.
pub(crate) fn run(input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    for line in input.split(b'\n') {
        writeln!(output, "{}", answer(&line?))?;
    }
    output.flush()
}

/// The answer to one line.
pub(crate) fn answer(line: &[u8]) -> Value {
    let line = line.trim_ascii();
    let end = line
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(line.len());
    let (direction, hex) = line.split_at(end);
    let from_device = match direction {
        b"from-device" => true,
        b"to-device" => false,
        _ => return json!({ "ok": false, "error": "BadLine" }),
    };
    let Some(datagram) = octets(hex) else {
        return json!({ "ok": false, "error": "BadLine" });
    };
    let described = if CpcaPacket::is_cpca(&datagram) {
        CpcaPacket::decode(&datagram).map(|packet| describe_cpca(&packet, from_device))
    } else {
        Packet::decode(&datagram).and_then(|packet| describe(&packet, &datagram, from_device))
    };
    described.unwrap_or_else(|error| refusal(&error))
}

fn octets(hex: &[u8]) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = hex
        .iter()
        .filter(|octet| !octet.is_ascii_whitespace())
        .map(|&octet| {
            char::from(octet)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    let digits = digits?;
    (digits.len() % 2 == 0).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

fn refusal(error: &DecodeError) -> Value {
    json!({ "ok": false, "error": error.name(), "offset": error.offset(), "detail": error.to_string() })
}

fn describe(packet: &Packet<'_>, datagram: &[u8], from_device: bool) -> Result<Value, DecodeError> {
    let mut body = if from_device {
        answer_body(&packet.answer()?)
    } else {
        let mut body = asked_body(&packet.request()?);
        if Request::recognise(datagram).is_none() {
            body.insert("policy".into(), json!("never-send"));
        }
        body
    };
    if !packet.trailing.is_empty() {
        body.insert("trailing".into(), json!(packet.trailing.len()));
    }
    let header = &packet.header;
    Ok(json!({
        "ok": true,
        "magic": header.family.name(),
        "response": header.response,
        "service": header.service.number(),
        "op": header.op.number(),
        "result": header.result,
        "sequence": header.sequence,
        "session": header.session,
        "payload_len": header.payload_len,
        "body": body,
    }))
}

fn describe_cpca(packet: &CpcaPacket<'_>, from_device: bool) -> Value {
    let mut body = Map::new();
    if packet.op == cpca::ECHO {
        body.insert("kind".into(), json!("echo"));
    }
    if !packet.payload.is_empty() {
        body.insert("payload".into(), json!(hex(packet.payload)));
    }
    if !from_device && packet.op != cpca::ECHO {
        body.insert("policy".into(), json!("never-send"));
    } else if !from_device && !packet.payload.is_empty() {
        body.insert("policy".into(), json!("send empty only"));
    }
    json!({
        "ok": true,
        "magic": "CDCA",
        "version": packet.version,
        "flags": packet.flags,
        "op": packet.op,
        "sequence": packet.sequence,
        "user": packet.user,
        "payload_len": packet.payload.len(),
        "body": body,
    })
}

fn asked_body(asked: &Asked<'_>) -> Map<String, Value> {
    object(match asked {
        Asked::Empty => json!({}),
        Asked::DeviceId { pad } => json!({ "kind": "devid_req", "pad": hex(pad) }),
        Asked::SessionStart(start) => json!({
            "kind": "session_start",
            "host": start.host.to_string(),
            "user": start.user.to_string(),
            "doc": start.title.to_string(),
        }),
        Asked::Poll { kind } => json!({ "kind": "poll_req", "type": kind }),
        Asked::Opaque(payload) => opaque(payload),
        _ => json!({}),
    })
}

fn answer_body(answer: &Answer<'_>) -> Map<String, Value> {
    object(match answer {
        Answer::Error { result } => json!({ "kind": "error_answer", "result": result }),
        Answer::Discover(discover) => discover_body(discover),
        Answer::DeviceId(device_id) => device_id_body(device_id),
        Answer::Status(status) => status_body(status),
        Answer::PhotoPrinterStatus(status) => json!({
            "kind": "cp_status",
            "paper": status.paper.0,
            "ribbon": status.ribbon.0,
            "model": Escaped(status.model).to_string(),
        }),
        Answer::JobStatus(status) => json!({
            "kind": "job_status",
            "state": status.state,
            "req_off": status.request_offset,
            "req_len": status.request_len,
        }),
        Answer::Written { octets } => json!({ "kind": "write_ack", "consumed": octets }),
        Answer::MaxWrite { octets } => json!({ "kind": "max_write", "max_write": octets }),
        Answer::SessionPort(port) => json!({ "kind": "session_start_resp", "tcp_port": port }),
        Answer::Poll(poll) => poll_body(poll),
        Answer::Empty => json!({}),
        Answer::Opaque(payload) => opaque(payload),
        _ => json!({}),
    })
}

fn opaque(payload: &[u8]) -> Value {
    json!({ "kind": "opaque", "body": "opaque", "payload": hex(payload) })
}

fn discover_body(discover: &Discover<'_>) -> Value {
    let claims = |wanted: &dyn Fn(ClaimKind) -> bool| -> Vec<String> {
        discover
            .claims()
            .filter(|claim| wanted(claim.kind()))
            .map(|claim| claim.0.to_string())
            .collect()
    };
    let mut body = object(json!({
        "kind": "discover",
        "hw_type": discover.hw_type,
        "proto_type": discover.proto_type,
        "mac": discover.mac.to_string(),
        "mac_usable": discover.mac.is_usable(),
        "addresses": claims(&|_| true),
    }));
    let unusable: Vec<String> = discover
        .claims()
        .filter(|claim| !claim.is_usable())
        .map(|claim| claim.0.to_string())
        .collect();
    let mapped = claims(&|kind| kind == ClaimKind::V4Mapped);
    for (key, list) in [("unusable", unusable), ("v4_mapped", mapped)] {
        if !list.is_empty() {
            body.insert(key.into(), json!(list));
        }
    }
    Value::Object(body)
}

fn device_id_body(device_id: &DeviceId<'_>) -> Value {
    let id = device_id.id;
    let mut body = object(json!({
        "kind": "devid",
        "convention": device_id.convention.name(),
        "id": id.to_string(),
        "id_len": id.0.len(),
        "id_hex": hex(id.0),
    }));
    let len = id.0.len() + device_id.trailing_nuls;
    match device_id.convention {
        Convention::Inclusive => body.insert("prefix".into(), json!(len + 2)),
        Convention::Exclusive => body.insert("prefix".into(), json!(len)),
        Convention::Bare => None,
        Convention::Mismatch(prefix) => body.insert("prefix_mismatch".into(), json!(prefix)),
    };
    let control_octets = id.0.iter().filter(|octet| octet.is_ascii_control()).count();
    for (key, count) in [
        ("trailing_nul_stripped", device_id.trailing_nuls),
        ("control_bytes", control_octets),
    ] {
        if count > 0 {
            body.insert(key.into(), json!(count));
        }
    }
    let (mut keys, mut unparsed) = (Map::new(), Vec::new());
    for part in id.parts() {
        match part {
            Part::Field { key, value } => {
                let name = Escaped(key.name()).to_string();
                // Of a repeated key the first counts.
                keys.entry(name)
                    .or_insert_with(|| json!(Escaped(value).to_string()));
            }
            Part::Unparsed(text) => unparsed.push(Escaped(text).to_string()),
        }
    }
    body.insert("keys".into(), Value::Object(keys));
    let duplicates: Vec<String> = id
        .duplicates()
        .map(|key| Escaped(key.name()).to_string())
        .collect();
    for (key, list) in [("unparsed", unparsed), ("duplicates", duplicates)] {
        if !list.is_empty() {
            body.insert(key.into(), json!(list));
        }
    }
    Value::Object(body)
}

fn status_body(status: &Status<'_>) -> Value {
    let prefix = status.convention.name();
    match &status.form {
        StatusForm::Xml(document) => {
            json!({ "kind": "status", "form": "xml", "prefix": prefix, "xml": Escaped(document).to_string() })
        }
        StatusForm::KeyValue(text) => key_value_body(text, prefix),
        _ => json!({}),
    }
}

fn key_value_body(text: &KeyValueStatus<'_>, prefix: &str) -> Value {
    let joined = |entries: Vec<String>| entries.join(",");
    let tank = |colour, state| format!("{}:{}", Escaped(colour), Escaped(state));
    let mut body = object(json!({
        "kind": "status",
        "form": "kv",
        "prefix": prefix,
        "ctk": joined(text.tanks().map(|(colour, state)| tank(colour, state.as_octets())).collect()),
        "cir": joined(text.levels().map(|(colour, level)| format!("{}:{level}", Escaped(colour))).collect()),
    }));
    if let Some(activity) = text.activity() {
        body.insert("bst".into(), json!(activity.0));
    }
    if let Some(state) = text.job_state() {
        body.insert("djs".into(), json!(Escaped(state).to_string()));
    }
    let dropped: Vec<String> = text
        .bad_levels()
        .map(|entry| Escaped(entry).to_string())
        .collect();
    if !dropped.is_empty() {
        body.insert("cir_dropped".into(), json!(dropped));
    }
    Value::Object(body)
}

fn poll_body(poll: &Poll) -> Value {
    let mut body =
        object(json!({ "kind": "poll", "status": poll.status, "dialog": poll.dialog, "key": poll.key }));
    if let Some(button) = &poll.button {
        body.extend(object(json!({
            "color": button.color,
            "source": button.source,
            "feeder": button.feeder,
            "size": button.size,
            "format": button.format,
            "dpi": button.dpi,
            "orient": button.orientation,
        })));
    }
    Value::Object(body)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
