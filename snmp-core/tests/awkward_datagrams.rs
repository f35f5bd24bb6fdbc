//! Awkward answers of deployed devices, and what is made of them: one varbind that is odd, and a good one behind it.
//!
//! The rows are those that other Rust decoders were compared by. [`ROWS`] is the documentation of the two presets:
//! by `Strictness::DEPLOYED` the good varbind always arrives, and the odd one is read or kept with what is wrong;
//! by `Strictness::STRICT` every form that X.690 or the RFCs forbid refuses the message.
#![cfg(feature = "manager")]

mod scripted;

use scripted::{NAME, Script, address};
use snmp_core::ber::DecodeErrorKind;
use snmp_core::datagram::Via;
use snmp_core::manager::{Event, Fit, Manager};
use snmp_core::message::{CommunityMessage, CommunityPdu};
use snmp_core::oid::{Oid, OidError};
use snmp_core::outcome::{Outcome, Reject};
use snmp_core::pdu::ErrorStatus;
use snmp_core::strictness::{Anomaly, Strictness};
use snmp_core::value::{MalformedValue, Value};

/// What `Strictness::DEPLOYED` makes of the odd varbind.
#[derive(Clone, Copy, Debug)]
enum Deployed {
    /// The value is read, and nothing said: the form is legal.
    Legal(Value<'static>),
    /// The value is read, and the deviation named.
    Read(Value<'static>, Anomaly),
    /// The value is kept, with what is wrong.
    Malformed(MalformedValue),
    /// The value is kept under its tag.
    Unknown(u8),
}

/// What `Strictness::STRICT` makes of the message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Strict {
    Read,
    Refused,
}

use Deployed::{Legal, Malformed, Read, Unknown};
use Strict::Refused;

/// The odd varbind's value, tag and length included; `Deployed`; `Strict`.
///
/// | row | why so |
/// |---|---|
/// | an INTEGER of 5 octets that does not fit | −999 or 4294966297? Nothing says which: kept raw |
/// | numbers without octets | 0 would be a reading that nobody made: kept |
/// | an arc padded with 80 | the same name in another form would compare unequal: kept raw |
/// | an arc of 2^32 or more | must not wrap: kept raw |
/// | an unfinished arc | the rest of the name is missing: kept raw |
/// | an `IpAddress` of 8 octets | which four? kept raw |
/// | another tag | SNMP has none such: kept under its tag, its contents not looked into |
/// | a length past the varbind | the varbind's own length is good: what is there is kept |
const ROWS: [(&str, &[u8], Deployed, Strict); 25] = [
    (
        "Counter32 of 4 octets with the high bit",
        b"\x41\x04\xff\xff\xff\xfe",
        Read(Value::Counter32(0xffff_fffe), Anomaly::UnsignedHighBit),
        Refused,
    ),
    (
        "INTEGER 00 ff ff fc 19",
        b"\x02\x05\x00\xff\xff\xfc\x19",
        Malformed(MalformedValue::Range),
        Refused,
    ),
    (
        "INTEGER not minimal",
        b"\x02\x03\x00\x00\x07",
        Read(Value::Integer(7), Anomaly::NonMinimalInteger),
        Refused,
    ),
    (
        "INTEGER empty",
        b"\x02\x00",
        Malformed(MalformedValue::Empty),
        Refused,
    ),
    (
        "Counter64 empty",
        b"\x46\x00",
        Malformed(MalformedValue::Empty),
        Refused,
    ),
    (
        "Counter64 of 2^63 and more, 9 octets",
        b"\x46\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff",
        Legal(Value::Counter64(u64::MAX)),
        Strict::Read,
    ),
    (
        "OBJECT IDENTIFIER empty",
        b"\x06\x00",
        Read(Value::ObjectIdentifier(Oid::EMPTY), Anomaly::EmptyOid),
        Refused,
    ),
    (
        "OBJECT IDENTIFIER 2.4294967295",
        b"\x06\x05\x90\x80\x80\x80\x4f",
        Legal(Value::ObjectIdentifier(snmp_core::oid!(2.4294967295))),
        Strict::Read,
    ),
    (
        "arc of 2^32",
        b"\x06\x06\x2b\x90\x80\x80\x80\x00",
        Malformed(MalformedValue::Oid(OidError::ArcTooLarge)),
        Refused,
    ),
    (
        "arc unfinished",
        b"\x06\x02\x2b\x86",
        Malformed(MalformedValue::Oid(OidError::Unfinished)),
        Refused,
    ),
    (
        "arc padded with 80",
        b"\x06\x03\x2b\x80\x01",
        Malformed(MalformedValue::Oid(OidError::Padded)),
        Refused,
    ),
    (
        "IpAddress of 8 octets",
        b"\x40\x08\xc0\x00\x02\x01\x00\x00\x00\x00",
        Malformed(MalformedValue::Length),
        Refused,
    ),
    (
        "noSuchObject with contents",
        b"\x80\x01\x00",
        Read(Value::NoSuchObject, Anomaly::NullContent),
        Refused,
    ),
    ("unknown application tag", b"\x4a\x01\x05", Unknown(0x4a), Refused),
    ("BOOLEAN", b"\x01\x01\xff", Unknown(0x01), Refused),
    (
        "constructed OCTET STRING",
        b"\x24\x05\x04\x03abc",
        Unknown(0x24),
        Refused,
    ),
    (
        "string longer than its varbind",
        b"\x04\x04abc",
        Malformed(MalformedValue::Structure),
        Refused,
    ),
    (
        "string shorter than its varbind",
        b"\x04\x02abc",
        Malformed(MalformedValue::Structure),
        Refused,
    ),
    (
        "length of 8 octets ff",
        b"\x04\x88\xff\xff\xff\xff\xff\xff\xff\xffabc",
        Malformed(MalformedValue::Structure),
        Refused,
    ),
    (
        "indefinite length",
        b"\x24\x80\x04\x03abc\x00\x00",
        Malformed(MalformedValue::Structure),
        Refused,
    ),
    (
        "length in more octets than it needs",
        b"\x04\x84\x00\x00\x00\x03abc",
        Legal(Value::OctetString(b"abc")),
        Strict::Read,
    ),
    (
        "NULL with contents",
        b"\x05\x01\x00",
        Read(Value::Null, Anomaly::NullContent),
        Refused,
    ),
    (
        "UInteger32",
        b"\x47\x01\x05",
        Read(Value::Gauge32(5), Anomaly::UInteger32),
        Refused,
    ),
    (
        "Opaque that holds an ill-formed float",
        b"\x44\x07\x9f\x78\x80\x41\x48\x00\x00",
        Legal(Value::Opaque(b"\x9f\x78\x80\x41\x48\x00\x00")),
        Strict::Read,
    ),
    (
        "Counter32 above 2^32-1",
        b"\x41\x05\x01\xff\xff\xff\xff",
        Malformed(MalformedValue::Range),
        Refused,
    ),
];

const GOOD_NAME: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.2.2.1.10.7);
const GOOD: Value<'static> = Value::Integer(4711);

/// An element whose length takes as many octets as it needs.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let head = match content.len() {
        short @ 0..=0x7f => vec![tag, u8::try_from(short).unwrap()],
        long => [&[tag, 0x82][..], &u16::try_from(long).unwrap().to_be_bytes()].concat(),
    };
    [&head, content].concat()
}

/// A v2c Response with error-status, and the contents of its variable bindings.
fn response(id: &[u8], status: u8, list: &[u8]) -> Vec<u8> {
    let numbers = [element(0x02, id), element(0x02, &[status]), element(0x02, &[0])].concat();
    let pdu = element(0xa2, &[numbers, element(0x30, list)].concat());
    element(
        0x30,
        &[&[0x02, 1, 1][..], &element(0x04, b"public"), &pdu].concat(),
    )
}

/// A varbind with any octets for a value, and the good one behind it.
fn list(name: &[u8], value: &[u8]) -> Vec<u8> {
    let odd = element(0x30, &[&element(0x06, name)[..], value].concat());
    let good = [
        element(0x06, GOOD_NAME.as_octets()),
        element(0x02, &4711_u16.to_be_bytes()),
    ];
    [odd, element(0x30, &good.concat())].concat()
}

fn script(strictness: Strictness) -> Script {
    let mut script = Script::new();
    script.manager = Manager::new([7; 16]).with_strictness(strictness);
    script
}

/// Asks a device, which answers to every try with the same list.
fn asked(strictness: Strictness, status: u8, list: &[u8]) -> Script {
    let mut script = script(strictness);
    let target = script.manager.add_target(scripted::config(1)).unwrap();
    script.manager.get(script.now, target, [NAME, GOOD_NAME]).unwrap();
    while script.events.is_empty() {
        let sent = script.sent().expect("asked until it ends");
        let id = sent.header().request_id.to_be_bytes();
        let answer = response(&id, status, list);
        script.hand_in_from(Via(0), address(1), &answer);
        if script.events.is_empty() {
            assert!(script.next_timer());
        }
    }
    assert_eq!(script.events.len(), 1);
    script
}

fn is_answered(script: &Script) -> bool {
    matches!(script.events.last().unwrap().event(), Event::Answer(_))
}

fn is_refused(mut script: Script) -> bool {
    matches!(script.outcome(), Outcome::Malformed(_))
}

#[test]
fn deployed_never_loses_the_good_varbind_and_names_what_is_wrong_with_the_other() {
    for (row, value, deployed, _) in ROWS {
        let mut script = asked(Strictness::DEPLOYED, 0, &list(NAME.as_octets(), value));
        let event = script.events.pop().unwrap();
        let Event::Answer(answer) = event.event() else {
            panic!("{row}: {event:?}")
        };
        let read: Vec<_> = answer.var_binds.iter().collect();
        assert_eq!((read[1].name, read[1].value), (GOOD_NAME, GOOD), "{row}");
        assert_eq!(
            (read.len(), read[0].name, answer.fit),
            (2, NAME, Fit::AsAsked),
            "{row}"
        );
        let anomalies: Vec<_> = answer.var_binds.anomalies().iter().collect();
        match deployed {
            Legal(value) => assert_eq!((read[0].value, &anomalies[..]), (value, &[][..]), "{row}"),
            Read(value, anomaly) => {
                assert_eq!((read[0].value, &anomalies[..]), (value, &[anomaly][..]), "{row}");
            }
            Malformed(expected) => {
                let Value::Malformed { tag, why, .. } = read[0].value else {
                    panic!("{row}: {:?}", read[0].value)
                };
                assert_eq!((tag, why), (value[0], expected), "{row}");
                assert_eq!(anomalies, [Anomaly::MalformedVarBind], "{row}");
            }
            Unknown(expected) => {
                assert!(
                    matches!(read[0].value, Value::Unknown { tag, .. } if tag == expected),
                    "{row}: {:?}",
                    read[0].value
                );
                assert_eq!(anomalies, [Anomaly::MalformedVarBind], "{row}");
            }
        }
    }
}

#[test]
fn strict_refuses_every_forbidden_form_and_nothing_else() {
    for (row, value, deployed, strict) in ROWS {
        let script = asked(Strictness::STRICT, 0, &list(NAME.as_octets(), value));
        assert_eq!(
            strict == Strict::Read,
            matches!(deployed, Legal(_)),
            "{row}: what is read without a word is legal"
        );
        match strict {
            Strict::Read => assert!(is_answered(&script), "{row}"),
            Refused => assert!(is_refused(script), "{row}"),
        }
    }
}

#[test]
fn a_switch_of_strict_brings_back_one_tolerance_only() {
    for (row, value, deployed, _) in ROWS {
        let Read(_, anomaly) = deployed else { continue };
        for other in Anomaly::ALL {
            let strictness = Strictness::STRICT.tolerating(other);
            let list = list(NAME.as_octets(), value);
            let script = asked(strictness, 0, &list);
            // Malformed ones are kept as well by the switch for them.
            let read = other == anomaly || other == Anomaly::MalformedVarBind;
            assert_eq!(is_answered(&script), read, "{row}, {other:?}");
        }
    }
}

/// Names that break a rule: the name is not known then, and the value is kept with it.
#[test]
fn a_bad_name_costs_none_of_the_others() {
    let long = [&[0x2b][..], &[1; 128]].concat();
    for (row, name, why) in [
        ("130 arcs", &long[..], OidError::TooManyArcs),
        ("arc of 2^32", b"\x2b\x90\x80\x80\x80\x00", OidError::ArcTooLarge),
        ("arc unfinished", b"\x2b\x86", OidError::Unfinished),
        ("arc padded with 80", b"\x2b\x80\x01", OidError::Padded),
    ] {
        let list = list(name, &[0x02, 1, 5]);
        let mut deployed = asked(Strictness::DEPLOYED, 0, &list);
        let event = deployed.events.pop().unwrap();
        let Event::Answer(answer) = event.event() else {
            panic!("{row}")
        };
        let read: Vec<_> = answer.var_binds.iter().collect();
        assert_eq!((read[1].name, read[1].value), (GOOD_NAME, GOOD), "{row}");
        let content = name;
        let expected = Value::Malformed {
            tag: 0x06,
            content,
            why: MalformedValue::Name(why),
        };
        assert_eq!((read[0].name, read[0].value), (Oid::EMPTY, expected), "{row}");
        assert_eq!(answer.fit, Fit::Names, "{row}");
        assert!(is_refused(asked(Strictness::STRICT, 0, &list)), "{row}");
    }
}

/// Rows about the message: (what, its octets from the id of the request, `Deployed` takes it, `Strict` takes it).
#[test]
fn awkward_messages_are_taken_or_refused_whole() {
    type Build = fn(&[u8; 4]) -> Vec<u8>;
    let rows: [(&str, Build, bool, bool); 7] = [
        (
            "outer indefinite length (RFC 3417 §8)",
            |id| {
                let message = response(id, 0, &list(NAME.as_octets(), &[0x02, 1, 5]));
                let content = &message[2..];
                [&[0x30, 0x80][..], content, &[0, 0]].concat()
            },
            false,
            false,
        ),
        (
            "message of length 88 ff..ff",
            |id| {
                let message = response(id, 0, &list(NAME.as_octets(), &[0x02, 1, 5]));
                [&[0x30, 0x88][..], &[0xff; 8], &message[2..]].concat()
            },
            false,
            false,
        ),
        (
            "15 trailing octets",
            |id| {
                let message = response(id, 0, &list(NAME.as_octets(), &[0x02, 1, 5]));
                [message, vec![0; 15]].concat()
            },
            true,
            false,
        ),
        (
            "request-id with a sign octet too many",
            |id| {
                let padded = [&[0][..], id].concat();
                response(&padded, 0, &list(NAME.as_octets(), &[0x02, 1, 5]))
            },
            true,
            false,
        ),
        (
            "empty varbind list, 30 82 00 00",
            |id| {
                let mut message = response(id, 0, &[]);
                message.truncate(message.len() - 2);
                message.extend([0x30, 0x82, 0, 0]);
                message[1] += 2;
                let pdu = message.iter().position(|octet| *octet == 0xa2).unwrap();
                message[pdu + 1] += 2;
                message
            },
            true,
            true,
        ),
        (
            "octets behind the list, inside the PDU",
            |id| {
                let mut message = response(id, 0, &list(NAME.as_octets(), &[0x02, 1, 5]));
                message.extend([0x05, 0x00]);
                message[1] += 2;
                let pdu = message.iter().position(|octet| *octet == 0xa2).unwrap();
                message[pdu + 1] += 2;
                message
            },
            false,
            false,
        ),
        (
            "all lengths in four octets",
            |id| {
                let message = response(id, 0, &list(NAME.as_octets(), &[0x02, 1, 5]));
                [&[0x30, 0x84, 0, 0, 0, message[1]][..], &message[2..]].concat()
            },
            true,
            true,
        ),
    ];
    for (row, build, deployed, strict) in rows {
        for (strictness, taken) in [(Strictness::DEPLOYED, deployed), (Strictness::STRICT, strict)] {
            let mut script = script(strictness);
            let target = script.manager.add_target(scripted::config(1)).unwrap();
            // An id of four octets without a sign octet, so that `build` may lengthen it.
            let sent = loop {
                let request = script.manager.get(script.now, target, [NAME, GOOD_NAME]).unwrap();
                let sent = script.sent().unwrap();
                if sent.header().request_id >= 1 << 24 {
                    break sent;
                }
                script.manager.cancel(request);
                script.drain();
                script.events.clear();
            };
            let octets = build(&sent.header().request_id.to_be_bytes());
            script.hand_in_from(Via(0), address(1), &octets);
            assert_eq!(!script.events.is_empty(), taken, "{row}, {strictness:?}");
            if !taken {
                script.silence();
                let Outcome::Timeout(timeout) = script.outcome() else {
                    panic!("{row}")
                };
                assert_eq!(timeout.dropped.count(Reject::Malformed), 1, "{row}");
            }
        }
    }
}

/// error-status 77 is handed on, and negative ids are legal: agents and managers of other makes use them.
#[test]
fn unknown_error_status_and_negative_ids_are_legal() {
    for strictness in [Strictness::DEPLOYED, Strictness::STRICT] {
        let mut script = asked(strictness, 77, &list(NAME.as_octets(), &[0x05, 0]));
        assert!(matches!(
            script.outcome(),
            Outcome::ErrorStatus {
                status: ErrorStatus::Other(77),
                ..
            }
        ));
        for id in [[0xff, 0xff, 0xff, 0x7f], [0x80, 0, 0, 0]] {
            let octets = response(&id, 0, &list(NAME.as_octets(), &[0x02, 1, 5]));
            let read = CommunityMessage::decode(&octets, Strictness::DEPLOYED).unwrap();
            let CommunityPdu::Pdu(pdu) = read.pdu else {
                panic!()
            };
            assert_eq!(pdu.header.request_id, i32::from_be_bytes(id));
        }
        let octets = response(&[0x80, 0, 0, 0], 0, &list(NAME.as_octets(), &[0x02, 1, 5]));
        assert!(CommunityMessage::decode(&octets, strictness).is_ok());
    }
}

/// One good varbind is what makes the rest worth keeping: alone, a broken one is no message.
#[test]
fn where_nothing_holds_together_the_message_is_refused() {
    let broken = element(
        0x30,
        &[&element(0x06, NAME.as_octets())[..], b"\x04\x04abc"].concat(),
    );
    for count in [1, 3] {
        let octets = response(&[1, 2, 3, 4], 0, &broken.repeat(count));
        let error = CommunityMessage::decode(&octets, Strictness::DEPLOYED).unwrap_err();
        assert_eq!(error.kind, DecodeErrorKind::Truncated { missing: 1 });
    }
}

/// What `SNMPv1` does not have is read, and said.
#[test]
fn r2578_7_1_10b_counter64_and_exceptions_in_v1_are_read_and_reported() {
    for (value, read, anomaly) in [
        (&b"\x46\x01\x05"[..], Value::Counter64(5), Anomaly::Counter64InV1),
        (b"\x80\x00", Value::NoSuchObject, Anomaly::ExceptionInV1),
        (b"\x82\x00", Value::EndOfMibView, Anomaly::ExceptionInV1),
    ] {
        let mut octets = response(&[1, 2, 3, 4], 0, &list(NAME.as_octets(), value));
        let tolerant = CommunityMessage::decode(&octets, Strictness::DEPLOYED).unwrap();
        assert!(tolerant.anomalies.is_empty(), "v2c has them");
        octets[4] = 0;
        let tolerant = CommunityMessage::decode(&octets, Strictness::DEPLOYED).unwrap();
        assert_eq!(tolerant.anomalies.iter().collect::<Vec<_>>(), [anomaly]);
        let CommunityPdu::Pdu(pdu) = tolerant.pdu else {
            panic!()
        };
        assert_eq!(pdu.var_binds.iter().next().unwrap().value, read);
        let strict = CommunityMessage::decode(&octets, Strictness::STRICT).unwrap_err();
        assert_eq!(strict.kind, DecodeErrorKind::NotTolerated(anomaly));
    }
}
