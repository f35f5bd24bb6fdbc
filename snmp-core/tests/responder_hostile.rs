//! Malformed and hostile requests and notifications of v1 and v2c, as recorded with what other agents did with them.
#![cfg(all(feature = "responder", feature = "notification"))]

use std::net::SocketAddr;

use snmp_core::datagram::{Handled, Via};
use snmp_core::message::{CommunityMessage, CommunityPdu};
use snmp_core::notification::{self, Receiver};
use snmp_core::oid;
use snmp_core::pdu::{ErrorStatus, PduType};
use snmp_core::responder::{Access, Config, Responder, Store};
use snmp_core::security::NoV3;
use snmp_core::strictness::Strictness;
use snmp_core::time::Instant;
use snmp_core::value::Value;

fn peer() -> SocketAddr {
    "192.0.2.7:40161".parse().unwrap()
}

/// The vectors of a role, but for v3: its security is another crate's.
fn vectors(role: &str) -> Vec<benches::Vector> {
    benches::vectors()
        .into_iter()
        .filter(|vector| vector.entry["role"] == role)
        .filter(|vector| !vector.name.contains(": v3/"))
        .collect()
}

fn responder() -> Responder<Store> {
    let mut store = Store::new();
    for (name, value) in [
        (oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"agent")),
        (
            oid!(1.3.6.1.2.1.1.2.0),
            Value::ObjectIdentifier(oid!(1.3.6.1.4.1.11)),
        ),
        (oid!(1.3.6.1.2.1.4.2.0), Value::Integer(64)),
    ] {
        store.insert(name, value);
    }
    let mut responder = Responder::new(Config::default(), NoV3);
    responder.add_context(b"", store);
    responder.add_community(b"public", Access::Write);
    responder.add_community(b"private", Access::Write);
    responder
}

#[test]
fn hostile_requests_are_answered_or_dropped_as_they_should_be() {
    let mut buffer = vec![0; 65_507];
    for vector in vectors("request") {
        let mut responder = responder();
        let mut datagram = vector.datagram.clone();
        let handled = responder.handle_datagram(Instant::ZERO, Via(0), peer(), &mut datagram);
        let answered = matches!(handled, Handled::Event(_));
        if matches!(handled, Handled::NotMine(_)) {
            assert_eq!(datagram, vector.datagram, "{}: left unchanged", vector.name);
        }
        let sent = responder.poll_transmit(Instant::ZERO, &mut buffer).unwrap();
        assert_eq!(sent.is_some(), answered, "{}", vector.name);
        let status = sent.map(|transmit| {
            let message = CommunityMessage::decode(&buffer[transmit.range], Strictness::DEPLOYED).unwrap();
            let CommunityPdu::Pdu(pdu) = message.pdu else {
                panic!("{}: a trap", vector.name)
            };
            pdu.header.error_status()
        });
        match vector.entry["expect"].as_str() {
            Some("reject") => assert_eq!(status, None, "{}", vector.name),
            Some("accept") => assert_eq!(status, Some(ErrorStatus::NoError), "{}", vector.name),
            Some("tolerate") => assert!(status.is_some(), "{}", vector.name),
            other => panic!("{}: {other:?}", vector.name),
        }
        let left = responder.context(b"").unwrap().get(oid!(1.3.6.1.2.1.4.2.0));
        assert_eq!(left, Some(Value::Integer(64)), "{}: nothing is set", vector.name);
    }
}

#[test]
fn hostile_notifications_are_taken_or_dropped_as_they_should_be() {
    for vector in vectors("trap") {
        let mut config = notification::Config::default();
        config.any_community = true;
        let mut receiver = Receiver::new(config, NoV3, [3; 16]);
        let mut datagram = vector.datagram.clone();
        let handled = receiver.handle_datagram(Instant::ZERO, Via(0), peer(), &mut datagram);
        let taken = matches!(handled, Handled::Event(_));
        match vector.entry["expect"].as_str() {
            Some("reject") => assert!(!taken, "{}", vector.name),
            Some("accept" | "tolerate") => assert!(taken, "{}", vector.name),
            other => panic!("{}: {other:?}", vector.name),
        }
    }
}

#[test]
fn no_message_of_any_role_makes_an_agent_answer_what_is_no_request() {
    let mut buffer = vec![0; 65_507];
    for vector in benches::vectors() {
        let mut responder = responder();
        let mut receiver = Receiver::new(notification::Config::default(), NoV3, [3; 16]);
        receiver.add_community(b"public");
        let mut datagram = vector.datagram.clone();
        let _ = receiver.handle_datagram(Instant::ZERO, Via(0), peer(), &mut datagram);
        assert!(
            receiver
                .poll_transmit(Instant::ZERO, &mut buffer)
                .unwrap()
                .is_none(),
            "{}",
            vector.name
        );
        let _ = responder.handle_datagram(Instant::ZERO, Via(0), peer(), &mut datagram);
        let answered = responder
            .poll_transmit(Instant::ZERO, &mut buffer)
            .unwrap()
            .is_some();
        if answered {
            let message = CommunityMessage::decode(&vector.datagram, Strictness::DEPLOYED).unwrap();
            let CommunityPdu::Pdu(pdu) = message.pdu else {
                panic!("{}: a trap", vector.name)
            };
            assert!(REQUESTS.contains(&pdu.header.pdu_type), "{}", vector.name);
        }
    }
}

const REQUESTS: [PduType; 4] = [
    PduType::GetRequest,
    PduType::GetNextRequest,
    PduType::GetBulkRequest,
    PduType::SetRequest,
];
