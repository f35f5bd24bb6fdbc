//! Which datagrams end a request: those that answer it, and no others.
#![cfg(feature = "manager")]

mod scripted;

use std::net::SocketAddr;
use std::time::Duration;

use scripted::{Config, NAME, Script, address, as_request, config};
use snmp_core::datagram::{NotMine, Via};
use snmp_core::manager::{Event, Fit, Manager, SourcePolicy};
use snmp_core::message::Version;
use snmp_core::oid;
use snmp_core::outcome::{LikelyCause, Outcome, Reject, Timeout};
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::strictness::Strictness;

fn timeout(script: &mut Script) -> Timeout {
    match script.outcome() {
        Outcome::Timeout(timeout) => timeout,
        other => panic!("{other}"),
    }
}

#[test]
fn r3416_4_2_4d_r3414_11_1a_an_answer_ends_its_request_once() {
    let (mut script, target) = Script::with_target();
    script.get(target);
    let sent = script.sent().unwrap();
    assert_eq!(sent.names(), ["1.3.6.1.2.1.1.5.0"]);
    assert_eq!(script.hand_in(&sent, &sent.answer(5)), None);
    assert_eq!(script.value(), 5);
    // R3414-11.1a: the duplicate is no event.
    assert_eq!(script.hand_in(&sent, &sent.answer(5)), Some(NotMine::UnknownId));
    assert!(script.events.is_empty() && script.manager.poll_timeout().is_none());
}

#[test]
fn r3412_6_2a_answers_to_any_earlier_transmission_count() {
    let (mut script, target) = Script::with_target();
    for answered in 0..3 {
        script.get(target);
        let mut tries = script.all_sent();
        while tries.len() < 3 {
            script.next_timer();
            tries.extend(script.all_sent());
        }
        let ids: Vec<_> = tries.iter().map(|sent| sent.header().request_id).collect();
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
        assert_eq!(
            tries.iter().map(|sent| sent.transmit.attempt).collect::<Vec<_>>(),
            [0, 1, 2]
        );
        assert_eq!(script.hand_in(&tries[answered], &tries[answered].answer(7)), None);
        assert_eq!(script.value(), 7, "{answered}");
    }
}

#[test]
fn an_id_that_was_not_sent_yet_answers_nothing() {
    // The id of a second try, seen in one run, handed in before it was sent in another of the same seed.
    let (mut script, target) = Script::with_target();
    script.get(target);
    script.sent().unwrap();
    script.next_timer();
    let second = script.sent().unwrap();
    let (mut script, target) = Script::with_target();
    script.get(target);
    script.sent().unwrap();
    assert_eq!(
        script.hand_in(&second, &second.answer(1)),
        Some(NotMine::UnknownId)
    );
    assert!(script.events.is_empty());
}

#[test]
fn what_is_no_answer_is_dropped_counted_and_told_by_the_timeout() {
    for (reject, not_mine, cause) in [
        (Reject::Source, NotMine::Source, LikelyCause::AnswersFromElsewhere),
        (
            Reject::UnknownId,
            NotMine::UnknownId,
            LikelyCause::RequestIdChanged,
        ),
        (
            Reject::Version,
            NotMine::Version,
            LikelyCause::AnswersWithOtherVersion,
        ),
        (
            Reject::Community,
            NotMine::Security,
            LikelyCause::AnswersWithOtherCommunity,
        ),
        (
            Reject::Malformed,
            NotMine::Malformed,
            LikelyCause::AnswersMalformed,
        ),
    ] {
        let (mut script, target) = Script::with_target();
        script.get(target);
        let sent = script.sent().unwrap();
        let mut answer = sent.answer(1);
        let (mut from, mut cut) = (sent.transmit.to, 0);
        match reject {
            // Same host, another port.
            Reject::Source => from.set_port(162),
            // answer-with-16-bit-id
            Reject::UnknownId => {
                let id = answer.header.request_id & 0xffff;
                answer.header = PduHeader::response(id, ErrorStatus::NoError, 0);
            }
            Reject::Version => answer.version = Version::V1,
            Reject::Community => answer.community = b"Public".to_vec(),
            // Cut inside the request id: nothing says whose answer it is.
            _ => cut = answer.write().len() - 20,
        }
        let octets = answer.write();
        let octets = &octets[..octets.len() - cut];
        assert_eq!(
            script.hand_in_from(Via(0), from, octets),
            Some(not_mine),
            "{reject:?}"
        );
        assert!(script.events.is_empty(), "{reject:?}");
        script.silence();
        let timeout = timeout(&mut script);
        assert_eq!(
            (timeout.attempts, timeout.dropped.count(reject)),
            (3, 1),
            "{reject:?}"
        );
        assert_eq!(timeout.likely_causes().collect::<Vec<_>>(), [cause]);
        // The next request starts with a clean count.
        script.get(target);
        script.silence();
        assert!(self::timeout(&mut script).dropped.is_empty());
    }
}

#[test]
fn r3413_src_own_the_source_policy_decides() {
    let elsewhere: SocketAddr = "192.0.2.77:161".parse().unwrap();
    let other_port: SocketAddr = "192.0.2.1:47545".parse().unwrap();
    for (policy, from, via, taken) in [
        (SourcePolicy::Strict, address(1), Via(0), true),
        (SourcePolicy::Strict, other_port, Via(0), false),
        (SourcePolicy::Strict, address(1), Via(1), false),
        (SourcePolicy::SameHost, other_port, Via(0), true),
        (SourcePolicy::SameHost, elsewhere, Via(0), false),
        (SourcePolicy::SameHost, other_port, Via(1), false),
    ] {
        let mut script = Script::new();
        let target = script.manager.add_target(config(1).with_sources(policy)).unwrap();
        script.get(target);
        let sent = script.sent().unwrap();
        let not_mine = script.hand_in_from(via, from, &sent.answer(1).write());
        assert_eq!(
            not_mine,
            (!taken).then_some(NotMine::Source),
            "{policy:?} {from} {via:?}"
        );
    }
}

#[test]
fn ipv6_scopes_are_part_of_the_address() {
    let scoped = |id| {
        SocketAddr::V6(std::net::SocketAddrV6::new(
            "fe80::1".parse().unwrap(),
            161,
            0,
            id,
        ))
    };
    for (asked, from, taken) in [(3, 3, true), (3, 4, false), (0, 4, true)] {
        let mut script = Script::new();
        let target = script
            .manager
            .add_target(Config::v2c(scoped(asked), b"public"))
            .unwrap();
        script.get(target);
        let sent = script.sent().unwrap();
        let not_mine = script.hand_in_from(Via(0), scoped(from), &sent.answer(1).write());
        assert_eq!(not_mine.is_none(), taken, "{asked} {from}");
    }
}

#[test]
fn r3416_4_2_4c_only_a_response_answers() {
    let (mut script, target) = Script::with_target();
    script.get(target);
    let sent = script.sent().unwrap();
    for pdu_type in [
        PduType::GetRequest,
        PduType::GetNextRequest,
        PduType::SetRequest,
        PduType::GetBulkRequest,
        PduType::InformRequest,
        PduType::TrapV2,
    ] {
        let not_mine = script.hand_in(&sent, &as_request(&sent, pdu_type));
        assert_eq!(not_mine, Some(NotMine::Kind), "{pdu_type:?}");
    }
    assert!(script.events.is_empty());
    script.hand_in(&sent, &sent.answer(2));
    assert_eq!(script.value(), 2);
}

#[test]
fn forged_answers_with_the_right_id_need_the_rest_too_and_the_request_survives_them() {
    let (mut script, target) = Script::with_target();
    script.get(target);
    let sent = script.sent().unwrap();
    let good = sent.answer(9);
    for forged in [
        scripted::Answer {
            community: b"private".to_vec(),
            ..good.clone()
        },
        scripted::Answer {
            version: Version::V1,
            ..good.clone()
        },
    ] {
        assert!(script.hand_in(&sent, &forged).is_some());
    }
    assert!(script.hand_in_from(Via(0), address(2), &good.write()).is_some());
    assert!(script.hand_in_from(Via(3), address(1), &good.write()).is_some());
    assert!(script.events.is_empty());
    script.hand_in(&sent, &good);
    assert_eq!(script.value(), 9);
}

#[test]
fn r3413_to_own2_a_late_answer_never_reaches_a_newer_request() {
    let (mut script, target) = Script::with_target();
    let first = script.get(target);
    let old = script.sent().unwrap();
    assert!(script.manager.cancel(first));
    script.drain();
    assert_eq!(script.outcome(), Outcome::Cancelled);
    // The same slot, the same name, the same device.
    let second = script.get(target);
    assert_ne!(first, second);
    let new = script.sent().unwrap();
    assert_ne!(old.header().request_id, new.header().request_id);
    assert_eq!(script.hand_in(&old, &old.answer(1)), Some(NotMine::UnknownId));
    assert!(script.events.is_empty());
    assert!(
        !script.manager.cancel(first),
        "its id does not cancel the newer one"
    );
    script.hand_in(&new, &new.answer(2));
    assert_eq!(script.value(), 2);
    // A device that answers after the time is over is called slow, not strange.
    script.get(target);
    let late = script.sent().unwrap();
    script.silence();
    timeout(&mut script);
    script.get(target);
    script.sent().unwrap();
    script.hand_in(&late, &late.answer(1));
    script.silence();
    assert_eq!(
        timeout(&mut script).likely_causes().next(),
        Some(LikelyCause::AnswersLate)
    );
}

#[test]
fn r3414_11_1b_no_id_repeats_while_slots_are_reused() {
    let (mut script, target) = Script::with_target();
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..20_000 {
        script.get(target);
        let sent = script.sent().unwrap();
        assert!(ids.insert(sent.header().request_id));
        script.hand_in(&sent, &sent.answer(1));
        script.events.clear();
    }
}

#[test]
fn r3413_3_1b_answers_to_any_older_request_never_reach_a_newer_one() {
    let (mut script, target) = Script::with_target();
    let mut old = Vec::new();
    for _ in 0..100 {
        script.get(target);
        let sent = script.sent().unwrap();
        for old in &old {
            assert_eq!(script.hand_in(old, &old.answer(1)), Some(NotMine::UnknownId));
        }
        assert!(script.events.is_empty());
        script.hand_in(&sent, &sent.answer(2));
        assert_eq!(script.value(), 2);
        old.push(sent);
    }
}

#[test]
fn a_late_duplicate_of_one_query_of_a_walk_is_not_taken_for_the_answer_to_the_next() {
    let (mut script, target) = Script::with_target();
    let limits = script.manager.limits(target).unwrap().without_bulk();
    script.manager.set_limits(target, limits);
    script
        .manager
        .walk(script.now, target, oid!(1.3.6.1.2.1.1))
        .unwrap();
    let mut old: Vec<(scripted::Sent, scripted::Answer)> = Vec::new();
    for row in 1..20 {
        let sent = script.sent().unwrap();
        for (sent, answer) in &old {
            assert_eq!(script.hand_in(sent, answer), Some(NotMine::UnknownId), "{row}");
        }
        let mut answer = sent.answer(1);
        answer.var_binds[0].0 = oid!(1.3.6.1.2.1.1).as_octets().to_vec();
        answer.var_binds[0].0.push(row);
        script.hand_in(&sent, &answer);
        old.push((sent, answer));
    }
    assert!(
        script
            .events
            .iter()
            .all(|event| matches!(event.event(), Event::Rows(_)))
    );
    assert_eq!(script.events.len(), 19);
}

#[test]
fn r3414_11_1c_ids_depend_on_the_seed() {
    let first = |seed: u8| {
        let mut script = Script::new();
        script.manager = Manager::new([seed; 16]);
        let target = script.manager.add_target(config(1)).unwrap();
        script.get(target);
        script.sent().unwrap().header().request_id
    };
    assert_eq!(first(1), first(1));
    let ids: std::collections::BTreeSet<_> = (0..50).map(first).collect();
    assert_eq!(ids.len(), 50);
}

#[test]
fn r3416_4_2_1m_r3416_4_2_2m_the_shape_of_an_answer_is_told_with_it() {
    let mut script = Script::new();
    let target = script
        .manager
        .add_target(config(1).with_splitting(false))
        .unwrap();
    let names = [NAME, oid!(1.3.6.1.2.1.1.6.0)];
    for (change, fit) in [
        ("none", Fit::AsAsked),
        // short-get-answer, renamed-varbind, and both in the other order.
        ("short", Fit::Count),
        ("renamed", Fit::Names),
        ("swapped", Fit::Names),
    ] {
        script.manager.get(script.now, target, names).unwrap();
        let sent = script.sent().unwrap();
        let mut answer = sent.answer(1);
        match change {
            "short" => drop(answer.var_binds.pop()),
            "renamed" => answer.var_binds[0].0.push(0),
            "swapped" => answer.var_binds.swap(0, 1),
            _ => {}
        }
        script.hand_in(&sent, &answer);
        let event = script.events.pop().unwrap();
        let Event::Answer(answer) = event.event() else {
            panic!("{change}")
        };
        assert_eq!(answer.fit, fit, "{change}");
    }
    // R3416-4.2.2M: GETNEXT must lead onwards.
    for (suffix, fit) in [(Some(1), Fit::AsAsked), (None, Fit::Names)] {
        script.manager.get_next(script.now, target, [NAME]).unwrap();
        let sent = script.sent().unwrap();
        let mut answer = sent.answer(1);
        answer.var_binds[0].0.extend(suffix);
        script.hand_in(&sent, &answer);
        let event = script.events.pop().unwrap();
        let Event::Answer(answer) = event.event() else {
            panic!()
        };
        assert_eq!(answer.fit, fit);
    }
}

#[test]
fn r3416_4_2_4a_r3416_4_2_4b_an_error_status_hides_the_values_and_every_status_is_taken() {
    let (mut script, target) = Script::with_target();
    for status in (1..=18).chain([77]).map(ErrorStatus::from_number) {
        script.get(target);
        let sent = script.sent().unwrap();
        script.hand_in(&sent, &sent.answer(3).failing(status, 1));
        let Outcome::ErrorStatus {
            status: told,
            index,
            name,
        } = script.outcome()
        else {
            panic!()
        };
        assert_eq!(
            (told, index.unwrap().get(), name),
            (status, 1, Some(NAME.to_buf()))
        );
    }
}

#[test]
fn r3416_4_1idx_an_index_without_a_name_is_no_harm() {
    let (mut script, target) = Script::with_target();
    for (index, told) in [
        (0, None),
        (9, Some(9)),
        (u32::MAX, Some(i32::MAX.cast_unsigned())),
    ] {
        script.get(target);
        let sent = script.sent().unwrap();
        script.hand_in(&sent, &sent.answer(3).failing(ErrorStatus::GenErr, index));
        let Outcome::ErrorStatus { index, name, .. } = script.outcome() else {
            panic!()
        };
        assert_eq!((index.map(u32::from), name), (told, None));
    }
}

#[test]
fn answers_that_broke_off_end_their_request_as_malformed() {
    let (mut script, target) = Script::with_target();
    script.manager.get(script.now, target, [NAME; 20]).unwrap();
    for _ in 0..2 {
        assert!(script.events.is_empty(), "one may have been spoilt on its way");
        let sent = script.sent().unwrap();
        let octets = sent.answer(1).write();
        let cut = &octets[..octets.len() - 30];
        assert_eq!(
            script.hand_in_from(Via(0), address(9), cut),
            Some(NotMine::Source)
        );
        assert_eq!(script.hand_in_from(Via(0), address(1), cut), None);
        if script.events.is_empty() {
            // The same again, as networks duplicate: no second answer.
            assert_eq!(script.hand_in_from(Via(0), address(1), cut), None);
            assert!(script.next_timer());
        }
    }
    let Outcome::Malformed(error) = script.outcome() else {
        panic!()
    };
    assert!(matches!(
        error.kind,
        snmp_core::ber::DecodeErrorKind::Truncated { .. }
    ));
    // And what was learned from it: half as many names.
    assert_eq!(script.manager.limits(target).unwrap().names(), 10);
}

#[test]
fn a_good_answer_after_a_spoilt_one_is_taken_and_a_timeout_tells_of_the_spoilt_one() {
    for answered in [true, false] {
        let (mut script, target) = Script::with_target();
        script.get(target);
        let sent = script.sent().unwrap();
        let octets = sent.answer(5).write();
        script.hand_in_from(Via(0), address(1), &octets[..octets.len() - 1]);
        script.hand_in_from(Via(0), address(1), &[0; 64]);
        assert!(script.events.is_empty() && script.sent().is_none());
        if answered {
            assert_eq!(script.hand_in(&sent, &sent.answer(5)), None);
            assert_eq!(script.value(), 5);
        } else {
            assert_eq!(script.silence().len(), 2);
            let timeout = timeout(&mut script);
            assert_eq!(timeout.dropped.count(Reject::Malformed), 2);
            assert_eq!(
                timeout.likely_causes().next(),
                Some(LikelyCause::AnswersMalformed)
            );
        }
    }
}

#[test]
fn strictness_decides_what_is_read_over() {
    for (strictness, taken) in [(Strictness::DEPLOYED, true), (Strictness::STRICT, false)] {
        let mut script = Script::new();
        script.manager = Manager::new([1; 16]).with_strictness(strictness);
        let target = script.manager.add_target(config(1)).unwrap();
        script.get(target);
        let sent = script.sent().unwrap();
        let padded = [sent.answer(4).write(), vec![0; 15]].concat();
        script.hand_in_from(Via(0), address(1), &padded);
        if taken {
            assert_eq!(script.value(), 4);
        } else {
            assert!(script.events.is_empty());
            script.next_timer();
            let sent = script.sent().unwrap();
            let padded = [sent.answer(4).write(), vec![0; 15]].concat();
            script.hand_in_from(Via(0), address(1), &padded);
            assert!(matches!(script.outcome(), Outcome::Malformed(_)));
        }
    }
}

#[test]
fn octets_of_any_kind_at_any_time_are_survived() {
    let (mut script, target) = Script::with_target();
    script.get(target);
    let sent = script.sent().unwrap();
    let good = sent.answer(6).write();
    for length in 0..good.len() {
        script.hand_in_from(Via(0), address(2), &good[..length]);
    }
    for at in 0..good.len() {
        for flip in [1, 0x80, 0xff] {
            let mut octets = good.clone();
            octets[at] ^= flip;
            script.hand_in_from(Via(0), address(2), &octets);
        }
    }
    assert!(script.events.is_empty());
    script.hand_in_from(Via(0), address(1), &good);
    assert_eq!(script.value(), 6);
    script.pass(Duration::from_secs(10));
    assert!(script.events.is_empty());
}
