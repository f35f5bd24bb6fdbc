//! Asks a responder over no network: a request in, its answer out.
#![allow(dead_code, reason = "each test file uses a part")]

use std::net::SocketAddr;

use snmp_core::datagram::{Handled, NotMine, Via};
use snmp_core::message::{CommunityMessage, CommunityPdu, Version, encode_community};
use snmp_core::oid::OidBuf;
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::responder::{MibView, Responder};
use snmp_core::security::SecurityModel;
use snmp_core::strictness::Strictness;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

pub(crate) const REQUEST_ID: i32 = -77;

/// An answer: status, index, and `name=value` for each variable binding.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: ErrorStatus,
    pub(crate) index: i32,
    pub(crate) var_binds: Vec<(String, String)>,
    pub(crate) len: usize,
}

impl Answer {
    /// Status, index and `name=value` texts, to compare with.
    pub(crate) fn summary(&self) -> (ErrorStatus, i32, Vec<String>) {
        let list = self
            .var_binds
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        (self.status, self.index, list.collect())
    }
}

pub(crate) fn peer() -> SocketAddr {
    "192.0.2.7:40161".parse().unwrap()
}

pub(crate) fn name(text: &str) -> OidBuf {
    text.parse().unwrap_or_else(|why| panic!("{text}: {why}"))
}

/// A request's datagram.
pub(crate) fn datagram(
    version: Version,
    community: &[u8],
    header: &PduHeader,
    var_binds: &[VarBind<'_>],
) -> Vec<u8> {
    let mut buffer = vec![0; 65_507];
    let list = var_binds.iter().copied();
    let range = encode_community(&mut buffer, version, community, header, list).unwrap();
    buffer[range].to_vec()
}

/// Hands a datagram in: what became of it, and the datagrams that left.
pub(crate) fn hand_in<V: MibView, S: SecurityModel>(
    responder: &mut Responder<V, S>,
    mut datagram: Vec<u8>,
) -> (Result<bool, NotMine>, Vec<Vec<u8>>) {
    let now = Instant::from_secs(5);
    let handled = match responder.handle_datagram(now, Via(3), peer(), &mut datagram) {
        Handled::Event(_) => Ok(true),
        Handled::Consumed => Ok(false),
        Handled::NotMine(reason) => Err(reason),
    };
    let mut sent = Vec::new();
    let mut buffer = vec![0; responder.max_transmit_len() + 200];
    while let Some(transmit) = responder.poll_transmit(now, &mut buffer).unwrap() {
        assert_eq!(
            (transmit.to, transmit.via),
            (peer(), Via(3)),
            "an answer goes back to where the request came from"
        );
        sent.push(buffer[transmit.range].to_vec());
    }
    (handled, sent)
}

/// Asks with a datagram that is to be answered.
pub(crate) fn answer<V: MibView, S: SecurityModel>(
    responder: &mut Responder<V, S>,
    datagram: Vec<u8>,
) -> Answer {
    let (handled, sent) = hand_in(responder, datagram);
    assert_eq!((handled, sent.len()), (Ok(true), 1));
    read(&sent[0])
}

/// Reads an answer, which has to be correct to the letter.
pub(crate) fn read(datagram: &[u8]) -> Answer {
    let strictness = Strictness::STRICT;
    let message = CommunityMessage::decode(datagram, strictness).unwrap();
    let CommunityPdu::Pdu(pdu) = message.pdu else {
        panic!("a trap")
    };
    assert_eq!(
        (pdu.header.pdu_type, pdu.header.request_id),
        (PduType::Response, REQUEST_ID)
    );
    Answer {
        status: pdu.header.error_status(),
        index: pdu.header.error_index(),
        var_binds: pdu
            .var_binds
            .iter()
            .map(|one| (one.name.to_string(), text(&one.value)))
            .collect(),
        len: datagram.len(),
    }
}

/// A value, short.
pub(crate) fn text(value: &Value<'_>) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::OctetString(octets) => String::from_utf8_lossy(octets).into_owned(),
        Value::Counter64(number) => format!("{number} of 64"),
        other => format!("{other:?}"),
    }
}

/// Names without values, as GET and its kin have them.
pub(crate) fn ask<V: MibView, S: SecurityModel>(
    responder: &mut Responder<V, S>,
    version: Version,
    header: &PduHeader,
    names: &[&str],
) -> Answer {
    let names: Vec<OidBuf> = names.iter().map(|text| name(text)).collect();
    let var_binds: Vec<VarBind<'_>> = names.iter().map(|name| VarBind::null(name.as_oid())).collect();
    answer(responder, datagram(version, b"public", header, &var_binds))
}

pub(crate) fn get<V: MibView>(responder: &mut Responder<V>, version: Version, names: &[&str]) -> Answer {
    ask(
        responder,
        version,
        &PduHeader::request(PduType::GetRequest, REQUEST_ID),
        names,
    )
}

pub(crate) fn get_next<V: MibView>(responder: &mut Responder<V>, version: Version, names: &[&str]) -> Answer {
    ask(
        responder,
        version,
        &PduHeader::request(PduType::GetNextRequest, REQUEST_ID),
        names,
    )
}

pub(crate) fn get_bulk<V: MibView>(
    responder: &mut Responder<V>,
    non_repeaters: u32,
    max_repetitions: u32,
    names: &[&str],
) -> Answer {
    let header = PduHeader::get_bulk(REQUEST_ID, non_repeaters, max_repetitions);
    ask(responder, Version::V2c, &header, names)
}
