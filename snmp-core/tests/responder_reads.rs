//! GET, GETNEXT and GETBULK as RFC 3416 §4.2.1 to §4.2.3 and RFC 3584 §4.2.2 have them.
#![cfg(feature = "responder")]

mod asking;

use asking::{get, get_bulk, get_next, name};
use snmp_core::message::Version::{V1, V2c};
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::pdu::ErrorStatus::{GenErr, NoError, NoSuchName, TooBig};
use snmp_core::responder::{Access, Config, GenErr as Fails, MibView, Responder, Store};
use snmp_core::security::NoV3;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

/// Two scalars; a table of two columns and two rows; a Counter64 column between; a scalar behind.
fn store() -> Store {
    [
        ("1.3.6.1.2.1.1.1.0", Value::OctetString(b"printer")),
        ("1.3.6.1.2.1.1.3.0", Value::Integer(5)),
        ("1.3.6.1.2.1.2.1.1.1", Value::Integer(11)),
        ("1.3.6.1.2.1.2.1.1.2", Value::Integer(12)),
        ("1.3.6.1.2.1.2.1.2.1", Value::Counter64(1 << 40)),
        ("1.3.6.1.2.1.2.1.2.2", Value::Counter64(1 << 41)),
        ("1.3.6.1.2.1.2.1.3.1", Value::Integer(31)),
        ("1.3.6.1.2.1.2.1.3.2", Value::Integer(32)),
        ("1.3.6.1.2.1.3.0", Value::Integer(9)),
    ]
    .iter()
    .map(|(text, value)| (name(text), *value))
    .fold(Store::new(), |mut store, (name, value)| {
        store.insert(name.as_oid(), value);
        store
    })
}

fn responder() -> Responder<Store> {
    Responder::read_only(b"public", store())
}

fn sized(max_message: usize, store: Store) -> Responder<Store> {
    let mut config = Config::default();
    config.max_message = max_message;
    let mut responder = Responder::new(config, NoV3);
    responder.add_context(b"", store);
    responder.add_community(b"public", Access::Read);
    responder
}

/// `rows` strings of 100 octets in one column, 1.3.6.1.9.1.
fn long_texts(rows: u32) -> Store {
    let mut store = Store::new();
    for row in 1..=rows {
        let name = OidBuf::from_arcs(&[1, 3, 6, 1, 9, 1, row]).unwrap();
        store.insert(name.as_oid(), Value::OctetString(&[b'x'; 100]));
    }
    store
}

const FIVE: [&str; 5] = [
    "1.3.6.1.9.1.1",
    "1.3.6.1.9.1.2",
    "1.3.6.1.9.1.3",
    "1.3.6.1.9.1.4",
    "1.3.6.1.9.1.5",
];

/// A store of which one name cannot be read.
struct Failing(Store, OidBuf);

impl MibView for Failing {
    fn get(&mut self, name: Oid<'_>) -> Result<Value<'_>, Fails> {
        if name == self.1.as_oid() {
            Err(Fails)
        } else {
            MibView::get(&mut self.0, name)
        }
    }

    fn next(&mut self, name: Oid<'_>) -> Result<Option<VarBind<'_>>, Fails> {
        let next = Store::next(&self.0, name);
        if next.is_some_and(|next| next.name == self.1.as_oid()) {
            Err(Fails)
        } else {
            Ok(next)
        }
    }
}

fn failing(at: &str) -> Responder<Failing> {
    Responder::read_only(b"public", Failing(store(), name(at)))
}

fn expected(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

#[test]
fn r3416_4_2_1a_get_gives_the_exact_instances_in_their_order() {
    let answer = get(
        &mut responder(),
        V2c,
        &["1.3.6.1.2.1.3.0", "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.3.0"],
    );
    let list = expected(&[
        "1.3.6.1.2.1.3.0=9",
        "1.3.6.1.2.1.1.1.0=printer",
        "1.3.6.1.2.1.3.0=9",
    ]);
    assert_eq!(answer.summary(), (NoError, 0, list));
    assert_eq!(get(&mut responder(), V2c, &[]).summary(), (NoError, 0, vec![]));
}

#[test]
fn r3416_4_2_1b_unknown_object_is_no_such_object() {
    let answer = get(&mut responder(), V2c, &["1.3.6.1.4.1.1.0", "1.3.6.1.2.1.3.0"]);
    let list = expected(&["1.3.6.1.4.1.1.0=NoSuchObject", "1.3.6.1.2.1.3.0=9"]);
    assert_eq!(answer.summary(), (NoError, 0, list));
}

#[test]
fn r3416_4_2_1c_missing_instance_is_no_such_instance() {
    let answer = get(&mut responder(), V2c, &["1.3.6.1.2.1.2.1.1.3"]);
    assert_eq!(
        answer.summary(),
        (NoError, 0, expected(&["1.3.6.1.2.1.2.1.1.3=NoSuchInstance"]))
    );
}

#[test]
fn r3416_4_2_1d_other_failures_are_gen_err_with_the_request_s_var_binds() {
    let mut responder = failing("1.3.6.1.2.1.3.0");
    let list = expected(&["1.3.6.1.2.1.1.1.0=Null", "1.3.6.1.2.1.3.0=Null"]);
    for version in [V1, V2c] {
        let answer = get(&mut responder, version, &["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.3.0"]);
        assert_eq!(answer.summary(), (GenErr, 2, list.clone()));
    }
}

#[test]
fn r3416_4_2_1e_what_does_not_fit_is_too_big_with_an_empty_list() {
    let mut responder = sized(484, long_texts(10));
    let names = FIVE;
    assert_eq!(get(&mut responder, V2c, &names[..4]).status, NoError);
    assert_eq!(get(&mut responder, V2c, &names).summary(), (TooBig, 0, vec![]));
    assert_eq!(
        get_next(&mut responder, V2c, &names).summary(),
        (TooBig, 0, vec![])
    );
}

#[test]
fn r3416_4_2_1e_what_fits_to_the_octet_is_sent() {
    for len in 300..600 {
        let mut store = Store::new();
        store.insert(name("1.3.6.1").as_oid(), Value::OctetString(&vec![b'x'; len]));
        let large = get(&mut sized(65_507, store.clone()), V2c, &["1.3.6.1"]);
        let answer = get(&mut sized(484, store), V2c, &["1.3.6.1"]);
        assert_eq!(
            answer.status,
            if large.len <= 484 { NoError } else { TooBig },
            "{len}"
        );
    }
}

#[test]
fn r1157_4_1_2_too_big_in_v1_carries_the_request_s_var_binds() {
    let names = FIVE;
    let answer = get(&mut sized(484, long_texts(10)), V1, &names);
    let list = names.iter().map(|name| format!("{name}=Null")).collect();
    assert_eq!(answer.summary(), (TooBig, 0, list));
}

#[test]
fn r3416_4_2_2a_getnext_gives_the_successor() {
    for (asked, got) in [
        ("1.3", "1.3.6.1.2.1.1.1.0=printer"),
        ("1.3.6.1.2.1.1.1", "1.3.6.1.2.1.1.1.0=printer"),
        ("1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.3.0=5"),
        ("1.3.6.1.2.1.1.1.4294967295", "1.3.6.1.2.1.1.3.0=5"),
        ("1.3.6.1.2.1.1.2.7.7.7", "1.3.6.1.2.1.1.3.0=5"),
        ("1.3.6.1.2.1.2.1.1.2", "1.3.6.1.2.1.2.1.2.1=1099511627776 of 64"),
        ("0.0", "1.3.6.1.2.1.1.1.0=printer"),
    ] {
        assert_eq!(
            get_next(&mut responder(), V2c, &[asked]).summary(),
            (NoError, 0, expected(&[got])),
            "{asked}"
        );
    }
}

#[test]
fn r3416_4_2_2b_behind_the_last_is_end_of_mib_view_under_the_name_asked_for() {
    let answer = get_next(&mut responder(), V2c, &["1.3.6.1.2.1.3.0", "2.999"]);
    let list = expected(&["1.3.6.1.2.1.3.0=EndOfMibView", "2.999=EndOfMibView"]);
    assert_eq!(answer.summary(), (NoError, 0, list));
}

#[test]
fn r3416_4_2_3a_getbulk_lays_out_non_repeaters_then_rows() {
    let answer = get_bulk(
        &mut responder(),
        1,
        2,
        &["1.3.6.1.2.1.1.1", "1.3.6.1.2.1.2.1.1", "1.3.6.1.2.1.2.1.3"],
    );
    let list = expected(&[
        "1.3.6.1.2.1.1.1.0=printer",
        "1.3.6.1.2.1.2.1.1.1=11",
        "1.3.6.1.2.1.2.1.3.1=31",
        "1.3.6.1.2.1.2.1.1.2=12",
        "1.3.6.1.2.1.2.1.3.2=32",
    ]);
    assert_eq!(answer.summary(), (NoError, 0, list));
    // Non-repeaters only, none at all, more than there are names, no repetitions.
    for (non_repeaters, repetitions, count) in
        [(3, 9, 3), (0, 0, 0), (2_147_483_647, 5, 3), (1, 0, 1), (0, 1, 3)]
    {
        let names = ["1.3.6.1.2.1.1.1", "1.3.6.1.2.1.2.1.1", "1.3.6.1.2.1.2.1.3"];
        let answer = get_bulk(&mut responder(), non_repeaters, repetitions, &names);
        assert_eq!(answer.var_binds.len(), count, "{non_repeaters} {repetitions}");
    }
}

#[test]
fn r3416_4_2_3b_an_ended_repeater_keeps_its_last_name() {
    let answer = get_bulk(
        &mut responder(),
        0,
        3,
        &["1.3.6.1.2.1.2.1.3.1", "1.3.6.1.2.1.3", "2.1"],
    );
    let list = expected(&[
        "1.3.6.1.2.1.2.1.3.2=32",
        "1.3.6.1.2.1.3.0=9",
        "2.1=EndOfMibView",
        "1.3.6.1.2.1.3.0=9",
        "1.3.6.1.2.1.3.0=EndOfMibView",
        "2.1=EndOfMibView",
        "1.3.6.1.2.1.3.0=EndOfMibView",
        "1.3.6.1.2.1.3.0=EndOfMibView",
        "2.1=EndOfMibView",
    ]);
    assert_eq!(answer.summary(), (NoError, 0, list));
}

#[test]
fn r3416_4_2_3c_too_many_rows_are_cut_at_the_end() {
    for max_message in 484..800 {
        let answer = get_bulk(&mut sized(max_message, long_texts(50)), 0, 50, &["1.3.6.1.9.1"]);
        assert_eq!(answer.status, NoError);
        let rows: Vec<String> = (1..=answer.var_binds.len())
            .map(|row| format!("1.3.6.1.9.1.{row}"))
            .collect();
        assert!(answer.var_binds.iter().map(|(name, _)| name).eq(&rows));
        // A row takes 113 octets: as many as fit, none less.
        assert!(
            answer.len <= max_message && answer.len + 113 + 2 > max_message,
            "{max_message}: {}",
            answer.len
        );
    }
    let mut store = Store::new();
    store.insert(name("1.3.6.1").as_oid(), Value::OctetString(&[b'x'; 500]));
    assert_eq!(
        get_bulk(&mut sized(484, store), 0, 5, &["1.3.6"]).summary(),
        (NoError, 0, vec![])
    );
}

#[test]
fn r3416_4_2_3d_repetitions_of_nothing_but_the_end_are_left_out() {
    let answer = get_bulk(&mut responder(), 0, 100, &["1.3.6.1.2.1.3", "1.3.6.1.2.1.3"]);
    assert_eq!(answer.var_binds.len(), 4);
    let answer = get_bulk(&mut responder(), 1, 100, &["1.3", "2.1"]);
    assert_eq!(answer.var_binds.len(), 2);
}

/// Counts how often it is asked for a successor, and always has one.
struct Endless(u32, OidBuf);

impl MibView for Endless {
    fn get(&mut self, _: Oid<'_>) -> Result<Value<'_>, Fails> {
        Ok(Value::NoSuchObject)
    }

    fn next(&mut self, _: Oid<'_>) -> Result<Option<VarBind<'_>>, Fails> {
        self.0 += 1;
        self.1 = OidBuf::from_arcs(&[1, 3, self.0]).unwrap();
        Ok(Some(VarBind::new(self.1.as_oid(), Value::Counter64(0))))
    }
}

#[test]
fn r3416_4_2_3e_work_is_bounded_whatever_max_repetitions_says() {
    let mut responder = Responder::read_only(b"public", Endless(0, OidBuf::default()));
    let answer = get_bulk(&mut responder, 0, 2_147_483_647, &["1.3", "1.4"]);
    let asked = responder.context(b"").unwrap().0;
    assert!(answer.len <= 1472 && asked <= 1472 / 7, "{asked}");
    // No names: nothing to repeat, however often.
    assert_eq!(get_bulk(&mut responder, 0, 2_147_483_647, &[]).var_binds.len(), 0);
    // v1 passes over Counter64, but not for ever.
    assert_eq!(get_next(&mut responder, V1, &["1.3"]).status, GenErr);
}

#[test]
fn r3416_4_2_3f_a_failure_counts_in_the_request() {
    let names = ["1.3.6.1.2.1.1.1", "1.3.6.1.2.1.2.1.1", "1.3.6.1.2.1.2.1.2.2"];
    // In the first repetition, in the second, and as a non-repeater.
    for (at, index) in [
        ("1.3.6.1.2.1.2.1.3.1", 3),
        ("1.3.6.1.2.1.2.1.1.2", 2),
        ("1.3.6.1.2.1.1.1.0", 1),
    ] {
        let answer = get_bulk(&mut failing(at), 1, 2, &names);
        assert_eq!(
            (answer.status, answer.index, answer.var_binds.len()),
            (GenErr, index, 3),
            "{at}"
        );
    }
}

#[test]
fn r3584_4_2_2a_counter64_is_not_there_for_v1() {
    let answer = get(&mut responder(), V1, &["1.3.6.1.2.1.3.0", "1.3.6.1.2.1.2.1.2.1"]);
    let list = expected(&["1.3.6.1.2.1.3.0=Null", "1.3.6.1.2.1.2.1.2.1=Null"]);
    assert_eq!(answer.summary(), (NoSuchName, 2, list));
    let answer = get_next(
        &mut responder(),
        V1,
        &["1.3.6.1.2.1.2.1.1.2", "1.3.6.1.2.1.2.1.2.1"],
    );
    let list = expected(&["1.3.6.1.2.1.2.1.3.1=31", "1.3.6.1.2.1.2.1.3.1=31"]);
    assert_eq!(answer.summary(), (NoError, 0, list));
}

#[test]
fn r3584_4_2_2b_exceptions_are_no_such_name_in_v1() {
    for missing in ["1.3.6.1.2.1.2.1.1.3", "1.3.6.1.4.1.1.0"] {
        let answer = get(&mut responder(), V1, &["1.3.6.1.2.1.3.0", missing, missing]);
        let list = vec![
            "1.3.6.1.2.1.3.0=Null".into(),
            format!("{missing}=Null"),
            format!("{missing}=Null"),
        ];
        assert_eq!(answer.summary(), (NoSuchName, 2, list));
    }
    let answer = get_next(&mut responder(), V1, &["1.3.6.1.2.1.3.0"]);
    assert_eq!(
        answer.summary(),
        (NoSuchName, 1, expected(&["1.3.6.1.2.1.3.0=Null"]))
    );
}
