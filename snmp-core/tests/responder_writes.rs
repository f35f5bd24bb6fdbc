//! SET in two phases, all or nothing (RFC 3416 §4.2.5), and what v1 says of it (RFC 3584 §4.4).
#![cfg(feature = "responder")]

mod asking;

use asking::{Answer, REQUEST_ID, answer, datagram, hand_in, name};
use snmp_core::datagram::NotMine;
use snmp_core::message::Version::{self, V1, V2c};
use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::pdu::ErrorStatus::{self, AuthorizationError, NoError, TooBig};
use snmp_core::pdu::{PduHeader, PduType};
use snmp_core::responder::{Access, Config, GenErr, MibView, Responder, Store};
use snmp_core::security::NoV3;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

fn set<V: MibView>(
    responder: &mut Responder<V>,
    version: Version,
    community: &[u8],
    list: &[(&str, Value<'_>)],
) -> Answer {
    answer(responder, set_datagram(version, community, list))
}

fn set_datagram(version: Version, community: &[u8], list: &[(&str, Value<'_>)]) -> Vec<u8> {
    let names: Vec<OidBuf> = list.iter().map(|(text, _)| name(text)).collect();
    let var_binds: Vec<VarBind<'_>> = names
        .iter()
        .zip(list)
        .map(|(name, (_, value))| VarBind::new(name.as_oid(), *value))
        .collect();
    datagram(
        version,
        community,
        &PduHeader::request(PduType::SetRequest, REQUEST_ID),
        &var_binds,
    )
}

fn serving<V: MibView>(view: V) -> Responder<V> {
    let mut responder = Responder::new(Config::default(), NoV3);
    responder.add_context(b"", view);
    responder.add_community(b"public", Access::Read);
    responder.add_community(b"private", Access::Write);
    responder
}

fn store() -> Store {
    let mut store = Store::new();
    store.insert(oid!(1.3.6.1.2.1.1.4.0), Value::OctetString(b"nobody"));
    store.insert(oid!(1.3.6.1.2.1.1.7.0), Value::Integer(72));
    store
}

#[test]
fn r3416_4_2_5c_all_or_nothing() {
    let mut responder = serving(store());
    let both = [
        ("1.3.6.1.2.1.1.4.0", Value::OctetString(b"the front desk")),
        ("1.3.6.1.2.1.1.7.0", Value::Integer(64)),
    ];
    let done = set(&mut responder, V2c, b"private", &both);
    assert_eq!((done.status, done.index), (NoError, 0));
    assert_eq!(done.var_binds[0].1, "the front desk");
    for (bad, status) in [
        (("1.3.6.1.2.1.1.7.0", Value::Gauge32(1)), ErrorStatus::WrongType),
        (("1.3.6.1.2.1.1.7.1", Value::Integer(1)), ErrorStatus::NoCreation),
        (("1.3.6.1.4.1.1.0", Value::Integer(1)), ErrorStatus::NotWritable),
    ] {
        let refused = set(
            &mut responder,
            V2c,
            b"private",
            &[("1.3.6.1.2.1.1.4.0", Value::OctetString(b"x")), bad],
        );
        assert_eq!((refused.status, refused.index), (status, 2));
        let kept = responder.context(b"").unwrap().get(oid!(1.3.6.1.2.1.1.4.0));
        assert_eq!(kept, Some(Value::OctetString(b"the front desk")));
    }
}

#[test]
fn r3416_4_2_5a_a_set_whose_answer_does_not_fit_sets_nothing() {
    let mut config = Config::default();
    config.max_message = 484;
    let mut responder = Responder::new(config, NoV3);
    responder.add_context(b"", store());
    responder.add_community(b"private", Access::Write);
    for len in [400, 460] {
        let text = vec![b'x'; len];
        let list = [("1.3.6.1.2.1.1.4.0", Value::OctetString(&text))];
        let answered = set(&mut responder, V2c, b"private", &list);
        assert_eq!(
            (answered.status, answered.index),
            (if len == 400 { NoError } else { TooBig }, 0)
        );
    }
    let kept = responder.context(b"").unwrap().get(oid!(1.3.6.1.2.1.1.4.0));
    assert_eq!(
        kept.and_then(|value| value.as_octets()).map(<[u8]>::len),
        Some(400)
    );
}

#[test]
fn r3416_4_2_5b_the_first_test_that_fails_in_the_order_of_the_rfc_is_told() {
    use ErrorStatus::{NoCreation, NotWritable, WrongType};
    let mut responder = serving(store());
    let text = Value::OctetString(b"x");
    let number = Value::Integer(1);
    let (there, not_there) = (("1.3.6.1.2.1.1.7.0", number), ("1.3.6.1.2.1.1.7.1", number));
    for (list, status, index) in [
        // notWritable: no object of that prefix, whatever the type of the value.
        (&[("1.3.6.1.2.1.99.1.0", number)][..], NotWritable, 1),
        (&[("1.3.6.1.2.1.99.1.0", text)], NotWritable, 1),
        // wrongType comes before noCreation: the object is there, the instance is not.
        (&[("1.3.6.1.2.1.1.7.0", text)], WrongType, 1),
        (&[("1.3.6.1.2.1.1.7.1", text)], WrongType, 1),
        (&[not_there], NoCreation, 1),
        // Of several the first in the request, however late in the order its fault is.
        (&[there, not_there, ("1.3.6.1.2.1.99.1.0", text)], NoCreation, 2),
        (&[there, ("1.3.6.1.2.1.1.4.0", number), not_there], WrongType, 2),
    ] {
        let answered = set(&mut responder, V2c, b"private", list);
        assert_eq!((answered.status, answered.index), (status, index), "{list:?}");
        let kept = responder.context(b"").unwrap().get(oid!(1.3.6.1.2.1.1.7.0));
        assert_eq!(kept, Some(Value::Integer(72)), "{list:?}");
    }
    // May not write at all: before anything else.
    let refused = set(&mut responder, V2c, b"public", &[("1.3.6.1.2.1.99.1.0", text)]);
    assert_eq!(refused.status, AuthorizationError);
}

#[test]
fn r3416_4_2_5b_what_a_view_finds_is_told_as_it_is() {
    // noAccess to inconsistentName; what no test can give is genErr.
    for number in 1..30 {
        let status = ErrorStatus::from_number(number);
        let mut responder = serving(Scripted {
            test: Some(status),
            ..Scripted::default()
        });
        let list = [("1.3.1", Value::Null), ("1.3.2", Value::Null)];
        let answered = set(&mut responder, V2c, b"private", &list);
        let told = match status {
            TooBig | ErrorStatus::Other(_) => ErrorStatus::GenErr,
            status => status,
        };
        assert_eq!((answered.status, answered.index), (told, 1), "{status:?}");
        // The later ones are not even looked at.
        assert_eq!(responder.context(b"").unwrap().log, ["test", "finish"]);
    }
}

/// Takes everything, and fails where it is told.
#[derive(Default)]
struct Scripted {
    test: Option<ErrorStatus>,
    commit_fails_at: Option<usize>,
    undo_fails: bool,
    log: Vec<&'static str>,
}

impl MibView for Scripted {
    fn get(&mut self, _: Oid<'_>) -> Result<Value<'_>, GenErr> {
        Err(GenErr)
    }

    fn next(&mut self, _: Oid<'_>) -> Result<Option<VarBind<'_>>, GenErr> {
        Err(GenErr)
    }

    fn test(&mut self, _: Oid<'_>, _: &Value<'_>) -> Result<(), ErrorStatus> {
        self.log.push("test");
        self.test.map_or(Ok(()), Err)
    }

    fn commit(&mut self, _: Oid<'_>, _: &Value<'_>) -> Result<(), GenErr> {
        self.log.push("commit");
        let committed = self.log.iter().filter(|step| **step == "commit").count();
        if self.commit_fails_at == Some(committed) {
            Err(GenErr)
        } else {
            Ok(())
        }
    }

    fn undo(&mut self) -> Result<(), GenErr> {
        self.log.push("undo");
        if self.undo_fails { Err(GenErr) } else { Ok(()) }
    }

    fn finish(&mut self) {
        self.log.push("finish");
    }
}

#[test]
fn r3416_4_2_5d_a_failed_assignment_is_undone() {
    let three = [
        ("1.3.1", Value::Null),
        ("1.3.2", Value::Null),
        ("1.3.3", Value::Null),
    ];
    for (undo_fails, status, index) in [
        (false, ErrorStatus::CommitFailed, 2),
        (true, ErrorStatus::UndoFailed, 0),
    ] {
        let mut responder = serving(Scripted {
            commit_fails_at: Some(2),
            undo_fails,
            ..Scripted::default()
        });
        let answered = set(&mut responder, V2c, b"private", &three);
        assert_eq!((answered.status, answered.index), (status, index));
        let log = &responder.context(b"").unwrap().log;
        assert_eq!(
            *log,
            ["test", "test", "test", "commit", "commit", "undo", "finish"]
        );
    }
}

#[test]
fn r3584_4_4_status_of_v2_becomes_one_of_v1() {
    for (status, in_v1) in [
        (ErrorStatus::WrongValue, ErrorStatus::BadValue),
        (ErrorStatus::WrongEncoding, ErrorStatus::BadValue),
        (ErrorStatus::WrongType, ErrorStatus::BadValue),
        (ErrorStatus::WrongLength, ErrorStatus::BadValue),
        (ErrorStatus::InconsistentValue, ErrorStatus::BadValue),
        (ErrorStatus::NoAccess, ErrorStatus::NoSuchName),
        (ErrorStatus::NotWritable, ErrorStatus::NoSuchName),
        (ErrorStatus::NoCreation, ErrorStatus::NoSuchName),
        (ErrorStatus::InconsistentName, ErrorStatus::NoSuchName),
        (AuthorizationError, ErrorStatus::NoSuchName),
        (ErrorStatus::ResourceUnavailable, ErrorStatus::GenErr),
        (ErrorStatus::GenErr, ErrorStatus::GenErr),
    ] {
        for (version, expected) in [(V1, in_v1), (V2c, status)] {
            let mut responder = serving(Scripted {
                test: Some(status),
                ..Scripted::default()
            });
            let answered = set(
                &mut responder,
                version,
                b"private",
                &[("1.3.1", Value::Integer(1))],
            );
            assert_eq!((answered.status, answered.index), (expected, 1), "{status:?}");
            assert_eq!(responder.context(b"").unwrap().log, ["test", "finish"]);
        }
    }
    for (undo_fails, index) in [(false, 1), (true, 0)] {
        let mut responder = serving(Scripted {
            commit_fails_at: Some(1),
            undo_fails,
            ..Scripted::default()
        });
        let answered = set(&mut responder, V1, b"private", &[("1.3.1", Value::Integer(1))]);
        assert_eq!((answered.status, answered.index), (ErrorStatus::GenErr, index));
    }
}

#[test]
fn r1157_4_1_1_in_v1_the_status_is_at_most_5_and_the_index_counts_from_1() {
    let list = [
        ("1.3.1", Value::Integer(1)),
        ("1.3.2", Value::Integer(1)),
        ("1.3.3", Value::Integer(1)),
    ];
    for status in (1..=18).chain([77, -1]).map(ErrorStatus::from_number) {
        for names in 1..=3 {
            let mut responder = serving(Scripted {
                test: Some(status),
                ..Scripted::default()
            });
            let answered = set(&mut responder, V1, b"private", &list[..names]);
            assert!((1..=5).contains(&answered.status.number()), "{status:?}");
            // The first is refused.
            assert_eq!((answered.index, answered.var_binds.len()), (1, names));
        }
    }
}

#[test]
fn r3413_3_2b_a_community_that_may_only_read_writes_nothing() {
    let mut responder = serving(store());
    let list = [("1.3.6.1.2.1.1.7.0", Value::Integer(1))];
    let refused = set(&mut responder, V2c, b"public", &list);
    assert_eq!((refused.status, refused.index), (AuthorizationError, 1));
    let refused = set(&mut responder, V1, b"public", &list);
    assert_eq!((refused.status, refused.index), (ErrorStatus::NoSuchName, 1));
    assert_eq!(responder.counters().in_bad_community_uses, 2);
    assert_eq!(
        responder.context(b"").unwrap().get(oid!(1.3.6.1.2.1.1.7.0)),
        Some(Value::Integer(72))
    );
}

#[test]
fn a_set_to_what_is_no_value_is_refused_as_a_message() {
    for value in [
        Value::NoSuchObject,
        Value::EndOfMibView,
        Value::Unknown {
            tag: 0x49,
            content: b"",
        },
    ] {
        let mut responder = serving(store());
        let datagram = set_datagram(V2c, b"private", &[("1.3.6.1.2.1.1.7.0", value)]);
        assert_eq!(
            hand_in(&mut responder, datagram),
            (Err(NotMine::Malformed), vec![])
        );
    }
}
