//! What devices answer a GET with, as users of other libraries met it: one test a scenario.

mod device;

use device::{DEVICE, Mib, Run, agent, get, quirky, row, run_over, v1, v2c};
use snmp_core::datagram::NotMine;
use snmp_core::manager::{Event, Fit};
use snmp_core::outcome::{LikelyCause, Outcome, Reject};
use snmp_core::pdu::ErrorStatus;
use snmp_core::sim::{Chance, Faults, Quirk};
use snmp_core::strictness::Anomaly;
use snmp_core::value::{OpaqueContent, Value};

fn mib() -> Mib {
    Mib::of_rows(3)
}

/// Nothing of it is taken, and the timeout says what came.
fn is_dropped(quirk: Quirk, reject: Reject, cause: Option<LikelyCause>) {
    let run = get(quirky(mib(), quirk), v2c(), 1);
    let timeout = run.timeout();
    assert_eq!(
        (timeout.attempts, timeout.dropped.count(reject)),
        (3, 3),
        "{timeout:?}"
    );
    if let Some(cause) = cause {
        assert_eq!(timeout.likely_causes().collect::<Vec<_>>(), [cause]);
    }
}

#[test]
fn scenario_late_answer_after_retransmit_counts() {
    let run = get(quirky(mib(), Quirk::LateAnswer), v2c(), 1);
    let answer = run.answer();
    // Nobody knows which transmission's time it was.
    assert_eq!((answer.traffic.sent, answer.round_trip), (2, None));
    assert_eq!(answer.var_binds.iter().next().unwrap().value, Value::Integer(7));
}

#[test]
fn scenario_duplicate_answer_ends_the_request_once() {
    let run = get(quirky(mib(), Quirk::DuplicateAnswer), v2c(), 1);
    run.answer();
    assert_eq!(run.not_mine, [NotMine::UnknownId]);
    // The same where the network doubles it.
    let mut faults = Faults::NONE;
    faults.duplication = Chance::ALWAYS;
    let run = run_over(faults, agent(mib()), v2c(), |manager, now, target| {
        manager.get(now, target, [row(1).as_oid()]).unwrap();
    });
    run.answer();
    assert_eq!(run.not_mine, [NotMine::UnknownId; 3]);
}

#[test]
fn scenario_answer_from_other_address_is_dropped_and_named() {
    is_dropped(
        Quirk::AnswerFromOtherAddress,
        Reject::Source,
        Some(LikelyCause::AnswersFromElsewhere),
    );
}

#[test]
fn scenario_answer_with_16_bit_id_is_dropped_and_named() {
    is_dropped(
        Quirk::AnswerWith16BitId,
        Reject::UnknownId,
        Some(LikelyCause::RequestIdChanged),
    );
}

#[test]
fn scenario_answer_with_other_community_is_dropped_and_named() {
    is_dropped(
        Quirk::AnswerWithOtherCommunity,
        Reject::Community,
        Some(LikelyCause::AnswersWithOtherCommunity),
    );
}

#[test]
fn scenario_answer_v1_to_v2c_is_dropped_and_named() {
    is_dropped(
        Quirk::AnswerV1ToV2c,
        Reject::Version,
        Some(LikelyCause::AnswersWithOtherVersion),
    );
}

#[test]
fn scenario_version_2_is_dropped_and_named() {
    is_dropped(
        Quirk::Version2,
        Reject::Version,
        Some(LikelyCause::AnswersWithOtherVersion),
    );
}

#[test]
fn scenario_answer_is_get_pdu_is_dropped() {
    is_dropped(Quirk::AnswerIsGetPdu, Reject::PduType, None);
}

#[test]
fn scenario_short_get_answer_is_told_and_fewer_names_are_asked_for() {
    let run = get(quirky(mib(), Quirk::ShortAnswer), v2c(), 3);
    let answer = run.answer();
    assert_eq!((answer.var_binds.len(), answer.fit), (2, Fit::Count));
    assert_eq!(run.limits.names(), 2);
}

#[test]
fn scenario_renamed_varbind_is_delivered_as_it_came() {
    let run = get(quirky(mib(), Quirk::RenamedVarBind), v2c(), 1);
    let answer = run.answer();
    assert_eq!(answer.fit, Fit::Names);
    let found = answer.var_binds.iter().next().unwrap();
    assert_eq!(found.name, row(1).join(&[0]).unwrap().as_oid());
    assert_eq!(found.value, Value::Integer(7));
}

/// All names were answered, one by one.
fn assert_parts(run: &Run) {
    assert_eq!((run.events.len(), run.limits.names()), (3, 1));
    for (place, event) in run.events.iter().enumerate() {
        let answer = match event.event() {
            Event::Part(answer) if place < 2 => (answer.first, answer.var_binds.len()),
            Event::Answer(answer) if place == 2 => (answer.first, answer.var_binds.len()),
            other => panic!("{other:?}"),
        };
        assert_eq!(answer, (place, 1));
    }
}

#[test]
fn scenario_too_big_empty_teaches_to_ask_for_less() {
    assert_parts(&get(quirky(mib(), Quirk::TooBigAbove(2)), v2c(), 3));
    let whole = v2c().with_splitting(false);
    let run = get(quirky(mib(), Quirk::TooBigAbove(2)), whole, 3);
    let Outcome::ErrorStatus { status, index, .. } = run.outcome() else {
        panic!("{:?}", run.outcome())
    };
    assert_eq!((status, index), (ErrorStatus::TooBig, None));
    assert_eq!(run.limits.names(), 1);
}

#[test]
fn scenario_too_big_with_varbinds_v1_is_an_error_all_the_same() {
    assert_parts(&get(quirky(mib(), Quirk::TooBigAbove(2)), v1(), 3));
    let whole = v1().with_splitting(false);
    let run = get(quirky(mib(), Quirk::TooBigAbove(2)), whole, 3);
    assert!(matches!(
        run.outcome(),
        Outcome::ErrorStatus {
            status: ErrorStatus::TooBig,
            index: None,
            name: None
        }
    ));
    assert_eq!(run.limits.names(), 1);
}

/// The second name of three is not there.
fn without_the_second() -> Mib {
    let mut mib = mib();
    mib.names.remove(1);
    mib.values.remove(1);
    mib
}

#[test]
fn scenario_v1_no_such_name_index_says_which() {
    let run = get(agent(without_the_second()), v1(), 3);
    let Outcome::ErrorStatus { status, index, name } = run.outcome() else {
        panic!("{:?}", run.outcome())
    };
    assert_eq!(
        (status, index.unwrap().get(), name),
        (ErrorStatus::NoSuchName, 2, Some(row(2)))
    );
}

#[test]
fn scenario_v1_no_such_name_index_0_says_that_it_is_not_known() {
    let run = get(quirky(without_the_second(), Quirk::NoSuchNameIndex0), v1(), 3);
    let Outcome::ErrorStatus { status, index, name } = run.outcome() else {
        panic!("{:?}", run.outcome())
    };
    assert_eq!((status, index, name), (ErrorStatus::NoSuchName, None, None));
}

#[test]
fn scenario_gen_err_on_one_name_says_which() {
    let mut mib = mib();
    mib.broken.push(row(3));
    for config in [v1(), v2c()] {
        let run = get(agent(mib.clone()), config, 3);
        let Outcome::ErrorStatus { status, index, name } = run.outcome() else {
            panic!("{:?}", run.outcome())
        };
        assert_eq!(
            (status, index.unwrap().get(), name),
            (ErrorStatus::GenErr, 3, Some(row(3)))
        );
    }
}

#[test]
fn scenario_trailing_15_is_read_over_and_told() {
    let run = get(quirky(mib(), Quirk::TrailingOctets15), v2c(), 3);
    let answer = run.answer();
    assert_eq!(answer.fit, Fit::AsAsked);
    assert!(answer.anomalies.contains(Anomaly::TrailingOctets));
    assert_eq!(answer.from, DEVICE);
}

#[test]
fn scenario_long_lengths_are_good_ber() {
    let run = get(quirky(mib(), Quirk::LongLengths), v2c(), 3);
    let answer = run.answer();
    assert!(answer.fit == Fit::AsAsked && answer.anomalies.is_empty());
}

/// The value of the second of three names; the others are whole whatever it is.
fn value_of(tag: u8, content: &[u8], check: impl Fn(Value<'_>, bool)) {
    let run = get(agent(Mib::with_value(tag, content)), v2c(), 3);
    let answer = run.answer();
    let found: Vec<_> = answer.var_binds.iter().collect();
    assert_eq!((found.len(), answer.fit), (3, Fit::AsAsked));
    assert_eq!(
        (found[0].value, found[2].value),
        (Value::Integer(7), Value::Integer(7))
    );
    check(found[1].value, answer.var_binds.anomalies().is_empty());
}

#[test]
fn scenario_u32_high_bit_reads_unsigned() {
    value_of(0x42, &[0xff, 0xff, 0xff, 0x9c], |value, good| {
        assert_eq!((value, good), (Value::Gauge32(0xffff_ff9c), false));
    });
}

#[test]
fn scenario_i32_as_5_octets_keeps_what_was_meant() {
    value_of(0x02, &[0, 0xff, 0xff, 0xfc, 0x19], |value, _| {
        assert!(matches!(value, Value::Malformed { .. }));
        assert_eq!(value.out_of_range(), Some(0xffff_fc19));
    });
}

#[test]
fn scenario_counter64_9_octets_is_good() {
    value_of(
        0x46,
        &[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe],
        |value, good| {
            assert_eq!((value, good), (Value::Counter64(u64::MAX - 1), true));
        },
    );
}

#[test]
fn scenario_empty_oid_is_0_0() {
    value_of(0x06, &[], |value, good| {
        let Value::ObjectIdentifier(oid) = value else {
            panic!("{value:?}")
        };
        assert!(oid.is_empty() && !good);
    });
}

#[test]
fn scenario_ip8_keeps_its_octets() {
    value_of(0x40, &[10, 0, 0, 1, 255, 255, 255, 0], |value, _| {
        assert!(matches!(value, Value::Malformed { tag: 0x40, content, .. } if content.len() == 8));
    });
}

#[test]
fn scenario_130_arcs_cost_no_other_value() {
    let mut name = vec![0x2b];
    name.extend([1; 128]);
    value_of(0x06, &name, |value, good| {
        let octets = match value {
            Value::ObjectIdentifier(oid) => oid.as_octets(),
            Value::Malformed { content, .. } => content,
            other => panic!("{other:?}"),
        };
        assert!(octets == name && !good);
    });
}

#[test]
fn scenario_opaque_float_is_a_float() {
    value_of(0x44, &[0x9f, 0x78, 0x04, 0x3f, 0x80, 0, 0], |value, good| {
        assert_eq!(value.opaque_content(), Some(OpaqueContent::Float(1.0)));
        assert!(good);
    });
}
