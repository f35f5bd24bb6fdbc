//! `vectors/hostile.json`: malformed and hostile datagrams, and what is to become of them.

use serde_json::Value as Json;

use crate::{hex, json};

/// The machine that a datagram is meant for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// A manager, that asked for sysDescr.0.
    Response,
    /// An agent.
    Request,
    /// A notification receiver.
    Trap,
}

/// What is to become of a datagram.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Expect {
    /// It is well formed, or legal and odd.
    Accept,
    /// Decoded or ignored, with no error that ends the session.
    Tolerate,
    /// A typed error, and the message is dropped.
    Reject,
}

/// A hostile datagram.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// Its name: class and case.
    pub id: String,
    /// Whom it is meant for.
    pub role: Role,
    /// What is to become of it.
    pub expect: Expect,
    /// Whether other programs disagree about that.
    pub contested: bool,
    /// The request id that it answers or carries.
    pub request_id: i32,
    /// The octets.
    pub datagram: Vec<u8>,
    /// The whole entry.
    pub entry: Json,
}

/// What the file holds.
#[derive(Clone, Debug)]
pub struct HostileFile {
    /// The datagrams.
    pub vectors: Vec<Hostile>,
    /// The names of the sessions: cases of order and origin.
    pub sessions: Vec<String>,
    /// The engine that v3 requests are written for.
    pub engine_id: Vec<u8>,
}

/// The file; `None` when the outside data is absent.
///
/// # Panics
/// When the file is not of the form that its README describes.
#[must_use]
pub fn hostile() -> Option<HostileFile> {
    let file = json("vectors/hostile.json")?;
    let common = &file["request_id"];
    let read = |entry: &Json| {
        let id = entry["id"].as_str().expect("an id").to_owned();
        let request_id = match &entry["request_id"] {
            Json::Null => common,
            own => own,
        };
        Hostile {
            role: match entry["role"].as_str() {
                Some("response") => Role::Response,
                Some("request") => Role::Request,
                Some("trap") => Role::Trap,
                other => panic!("{id}: role {other:?}"),
            },
            expect: match entry["expect"].as_str() {
                Some("accept") => Expect::Accept,
                Some("tolerate") => Expect::Tolerate,
                Some("reject") => Expect::Reject,
                other => panic!("{id}: expect {other:?}"),
            },
            contested: entry["contested"].as_bool().unwrap_or_default(),
            request_id: i32::try_from(request_id.as_i64().expect("a request id")).expect("32 bits"),
            datagram: match entry["datagram"].as_str() {
                Some(digits) => hex(digits).expect("hex"),
                None => built(entry),
            },
            id,
            entry: entry.clone(),
        }
    };
    let vectors = file["vectors"].as_array().expect("vectors").iter().map(read);
    let sessions = file["sessions"].as_array().expect("sessions").iter();
    let sessions = sessions.filter_map(|entry| Some(entry["id"].as_str()?.to_owned()));
    Some(HostileFile {
        vectors: vectors.collect(),
        sessions: sessions.collect(),
        engine_id: file["engine_id"].as_str().and_then(hex).expect("an engine id"),
    })
}

/// A datagram too long to be listed, from its description: so many variable bindings, and so many octets in all.
fn built(entry: &Json) -> Vec<u8> {
    let why = entry["why"].as_str().unwrap_or_default();
    let count: usize = why
        .split(|c: char| !c.is_ascii_digit())
        .find_map(|number| number.parse().ok())
        .unwrap_or_default();
    let empty = why.contains("empty");
    // sysDescr.0 with NULL.
    let var_bind: &[u8] = if empty {
        &[0x30, 0x00]
    } else {
        &[0x30, 0x0c, 0x06, 0x08, 0x2b, 6, 1, 2, 1, 1, 1, 0, 0x05, 0x00]
    };
    let response = entry["role"] == "response";
    let wrap = |tag: u8, content: &[u8]| {
        let length = u16::try_from(content.len()).expect("a datagram").to_be_bytes();
        [&[tag, 0x82][..], &length, content].concat()
    };
    let numbers = [0x02, 0x04, 0x12, 0x34, 0x56, 0x78, 0x02, 1, 0, 0x02, 1, 0];
    let pdu = [&numbers[..], &wrap(0x30, &var_bind.repeat(count))].concat();
    let pdu = wrap(if response { 0xa2 } else { 0xa0 }, &pdu);
    let head = [&[0x02, 1, 1, 0x04, 6][..], b"public"].concat();
    let datagram = wrap(0x30, &[head, pdu].concat());
    assert_eq!(Some(datagram.len() as u64), entry["octets"].as_u64(), "{why}");
    datagram
}
