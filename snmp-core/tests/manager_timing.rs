//! When requests are sent, sent again, and given up.
#![cfg(feature = "manager")]

mod scripted;

use std::time::Duration;

use scripted::{NAME, Script, address, config};
use snmp_core::datagram::{BufferTooSmall, Via};
use snmp_core::manager::{Event, Manager, StartError, TargetError, Timing};
use snmp_core::oid;
use snmp_core::outcome::Outcome;
use snmp_core::pdu::PduType;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn r3413_to_own1_a_request_ends_by_the_sum_of_its_tries_and_not_before() {
    let (mut script, target) = Script::with_target();
    let start = script.now;
    script.get(target);
    assert_eq!(script.manager.poll_timeout(), None, "nothing was sent yet");
    let mut tries = 0;
    while script.events.is_empty() {
        tries += script.all_sent().len();
        let due = script.manager.poll_timeout().unwrap();
        // A moment before its time nothing happens.
        script
            .manager
            .handle_timeout(snmp_core::time::Instant::from_micros(due.as_micros() - 1));
        assert!(script.sent().is_none() && script.manager.poll_event().is_none());
        script.next_timer();
    }
    assert_eq!(tries, 3);
    let took = script.now - start;
    assert!(
        took <= 3 * SECOND && took >= 3 * SECOND - 2 * (SECOND / 8),
        "{took:?}"
    );
    assert_eq!(script.manager.poll_timeout(), None);
    assert_eq!(script.manager.requests(), 0);
}

#[test]
fn waits_double_from_try_to_try() {
    let mut script = Script::new();
    let mut timing = Timing::default();
    (timing.initial, timing.max, timing.retries) = (SECOND, 60 * SECOND, 4);
    let target = script.manager.add_target(config(1).with_timing(timing)).unwrap();
    script.get(target);
    let mut waits = Vec::new();
    while script.events.is_empty() {
        script.all_sent();
        let before = script.now;
        script.next_timer();
        waits.push(script.now - before);
    }
    assert_eq!(waits.len(), 5);
    for (tries, wait) in waits.iter().enumerate() {
        let whole = SECOND * (1 << tries);
        assert!(*wait <= whole && *wait >= whole - whole / 8, "{tries} {wait:?}");
    }
}

#[test]
fn a_device_that_answers_fast_is_asked_again_sooner() {
    let mut script = Script::new();
    let mut timing = Timing::default();
    timing.initial = 4 * SECOND;
    let target = script.manager.add_target(config(1).with_timing(timing)).unwrap();
    for _ in 0..10 {
        script.get(target);
        let sent = script.sent().unwrap();
        script.pass(Duration::from_millis(4));
        script.hand_in(&sent, &sent.answer(1));
        let event = script.events.pop().unwrap();
        let Event::Answer(answer) = event.event() else {
            panic!()
        };
        assert_eq!(answer.round_trip, Some(Duration::from_millis(4)));
    }
    assert_eq!(
        script.manager.round_trip(target).map(|it| it.as_millis()),
        Some(4)
    );
    let start = script.now;
    script.get(target);
    let first = script.sent().unwrap();
    script.next_timer();
    assert_eq!(script.now - start, timing.min);
    // Karn: an answer to the first try after the second was sent says nothing of the round trip.
    let again = script.sent().unwrap();
    assert_eq!(again.transmit.attempt, 1);
    script.pass(Duration::from_millis(1));
    script.hand_in(&first, &first.answer(1));
    let event = script.events.pop().unwrap();
    let Event::Answer(answer) = event.event() else {
        panic!()
    };
    assert_eq!(answer.round_trip, None);
    assert_eq!(
        script.manager.round_trip(target).map(|it| it.as_millis()),
        Some(4)
    );
    // Silent all of a sudden, perhaps asleep: the last try waits as long as the first one ever did.
    let start = script.now;
    script.get(target);
    script.silence();
    let least = timing.initial;
    assert!(script.now - start >= least, "{:?}", script.now - start);
}

#[test]
fn one_request_at_a_time_unless_told_otherwise() {
    for concurrency in [1, 3] {
        let mut script = Script::new();
        let target = script
            .manager
            .add_target(config(1).with_concurrency(concurrency))
            .unwrap();
        let requests: Vec<_> = (0..5).map(|_| script.get(target)).collect();
        let mut first = script.all_sent();
        assert_eq!(first.len(), usize::from(concurrency));
        let mut ended = Vec::new();
        while let Some(sent) = first.pop() {
            script.hand_in(&sent, &sent.answer(1));
            ended.push(script.events.pop().unwrap().event().request());
            first.splice(0..0, script.all_sent());
            assert!(first.len() <= usize::from(concurrency));
        }
        ended.sort();
        assert_eq!(ended, requests);
    }
}

#[test]
fn other_targets_do_not_wait() {
    let mut script = Script::new();
    let targets: Vec<_> = (1..=50)
        .map(|last| script.manager.add_target(config(last)).unwrap())
        .collect();
    for target in &targets {
        script.get(*target);
        script.get(*target);
    }
    let sent = script.all_sent();
    assert_eq!(sent.len(), 50);
    // Answers in the other order.
    for sent in sent.iter().rev() {
        script.hand_in(sent, &sent.answer(i32::from(sent.transmit.to.port())));
    }
    assert_eq!(script.events.len(), 50);
    assert_eq!(script.silence().len(), 50 * 3);
    assert_eq!(script.events.len(), 100);
}

#[test]
fn cancelling_ends_a_request_queued_or_sent_and_lets_the_next_go() {
    let (mut script, target) = Script::with_target();
    let requests: Vec<_> = (0..4).map(|_| script.get(target)).collect();
    script.sent().unwrap();
    for cancelled in [2, 0] {
        assert!(script.manager.cancel(requests[cancelled]));
        assert!(!script.manager.cancel(requests[cancelled]));
        script.drain();
        assert_eq!(script.events[0].event().request(), requests[cancelled]);
        assert_eq!(script.outcome(), Outcome::Cancelled);
    }
    let next = script.sent().unwrap();
    script.hand_in(&next, &next.answer(1));
    assert_eq!(script.events.pop().unwrap().event().request(), requests[1]);
    assert_eq!(script.manager.requests(), 1);
}

#[test]
fn a_deadline_ends_a_request_wherever_it_is() {
    let mut script = Script::new();
    let target = script
        .manager
        .add_target(config(1).with_deadline(Duration::from_millis(1500)))
        .unwrap();
    let start = script.now;
    let (first, second) = (script.get(target), script.get(target));
    script.silence();
    assert_eq!(script.now - start, Duration::from_millis(1500));
    assert_eq!(script.events.len(), 2);
    for (event, (request, attempts)) in script.events.drain(..).zip([(first, 2), (second, 0)]) {
        let Event::Failed(failed) = event.event() else {
            panic!()
        };
        let Outcome::DeadlineExceeded(timeout) = failed.outcome else {
            panic!("{}", failed.outcome)
        };
        assert_eq!((failed.request, timeout.attempts), (request, attempts));
    }
    // One set afterwards.
    let plain = script.manager.add_target(config(2)).unwrap();
    let request = script.get(plain);
    let at = script.now + Duration::from_millis(10);
    assert!(script.manager.set_deadline(request, at));
    script.silence();
    assert_eq!(script.now, at);
    assert!(matches!(script.outcome(), Outcome::DeadlineExceeded(_)));
    assert!(!script.manager.set_deadline(request, at));
}

#[test]
fn unreachable_ends_what_was_sent_there_and_only_that() {
    let mut script = Script::new();
    let [here, there] = [1, 2].map(|last| script.manager.add_target(config(last)).unwrap());
    script.get(here);
    script.manager.handle_unreachable(script.now, Via(0), address(1));
    script.drain();
    assert!(script.events.is_empty(), "nothing was sent yet");
    script.get(there);
    assert_eq!(script.all_sent().len(), 2);
    let mut other_port = address(1);
    other_port.set_port(162);
    script.manager.handle_unreachable(script.now, Via(0), other_port);
    script.manager.handle_unreachable(script.now, Via(1), address(1));
    script.drain();
    assert!(script.events.is_empty());
    script.manager.handle_unreachable(script.now, Via(0), address(1));
    script.drain();
    assert_eq!(script.events[0].event().target(), here);
    assert_eq!(script.outcome(), Outcome::Unreachable);
    assert_eq!(script.manager.requests(), 1);
}

#[test]
fn a_removed_target_takes_its_requests_along_and_its_id_stays_dead() {
    let (mut script, target) = Script::with_target();
    for _ in 0..3 {
        script.get(target);
    }
    let sent = script.sent().unwrap();
    assert!(script.manager.remove_target(target));
    script.drain();
    assert_eq!(script.events.len(), 3);
    for event in script.events.drain(..) {
        let Event::Failed(failed) = event.event() else {
            panic!()
        };
        assert_eq!((failed.target, failed.outcome), (target, Outcome::Cancelled));
    }
    assert!(script.hand_in(&sent, &sent.answer(1)).is_some());
    let newer = script.manager.add_target(config(1)).unwrap();
    assert_ne!(newer, target);
    assert!(!script.manager.remove_target(target));
    assert_eq!(
        script.manager.get(script.now, target, [NAME]),
        Err(StartError::UnknownTarget)
    );
    assert_eq!(
        (script.manager.address(target), script.manager.address(newer)),
        (None, Some(address(1)))
    );
}

#[test]
fn a_buffer_too_small_changes_nothing() {
    let (mut script, target) = Script::with_target();
    script.get(target);
    for length in 0..20 {
        let mut small = vec![0; length];
        let error = script.manager.poll_transmit(script.now, &mut small).unwrap_err();
        assert!(error.needed > length && error.needed <= script.manager.max_transmit_len());
    }
    let BufferTooSmall { needed } = script.manager.poll_transmit(script.now, &mut []).unwrap_err();
    let mut fits = vec![0; needed];
    let sent = script
        .manager
        .poll_transmit(script.now, &mut fits)
        .unwrap()
        .unwrap();
    assert_eq!((sent.range, sent.attempt), (0..needed, 0));
}

#[test]
fn what_cannot_be_sent_is_refused_at_once() {
    let mut script = Script::new();
    let v1 = scripted::Config::v1(address(1), b"public");
    let v1 = script.manager.add_target(v1.with_splitting(false)).unwrap();
    let now = script.now;
    let big = [VarBind::new(NAME, Value::Counter64(1))];
    assert_eq!(
        script.manager.get_bulk(now, v1, 0, 5, [NAME]),
        Err(StartError::NotInV1)
    );
    assert_eq!(
        script.manager.inform(now, v1, 1, NAME, &[]),
        Err(StartError::NotInV1)
    );
    assert_eq!(script.manager.set(now, v1, &big), Err(StartError::NotInV1));
    let names = vec![NAME; 200];
    let Err(StartError::TooLarge { needed, limit }) = script.manager.get(now, v1, names) else {
        panic!()
    };
    assert!(needed > limit && limit == script.manager.max_transmit_len());
    assert!(script.all_sent().is_empty() && script.manager.requests() == 0);

    let context = scripted::Config::v2c(address(1), b"public").with_context(b"bridge");
    assert_eq!(
        script.manager.add_target(context),
        Err(TargetError::ContextNeedsV3)
    );
    let long = scripted::Config::v2c(address(1), &[b'x'; 1400]);
    assert_eq!(script.manager.add_target(long), Err(TargetError::TooLong));

    script.manager = Manager::new([1; 16]).with_max_requests(2);
    let target = script.manager.add_target(config(1)).unwrap();
    script.get(target);
    script.get(target);
    assert_eq!(script.manager.get(now, target, [NAME]), Err(StartError::Full));
}

#[test]
fn every_request_that_starts_fits_its_datagram() {
    let mut script = Script::new();
    script.manager = Manager::new([1; 16]).with_max_message(484);
    let target = script
        .manager
        .add_target(config(1).with_splitting(false))
        .unwrap();
    for count in 1..60 {
        let names = vec![oid!(1.3.6.1.2.1.1.5.4294967295); count];
        match script.manager.get(script.now, target, names) {
            Ok(request) => {
                let sent = script.sent().unwrap();
                assert!(sent.octets.len() <= 484);
                assert_eq!(sent.names().len(), count);
                script.manager.cancel(request);
            }
            Err(error) => {
                assert!(
                    matches!(error, StartError::TooLarge { .. }) && count > 15,
                    "{count} {error}"
                );
            }
        }
    }
}

#[test]
fn informs_begin_with_time_and_trap() {
    let (mut script, target) = Script::with_target();
    let extra = [VarBind::new(NAME, Value::Integer(1))];
    script
        .manager
        .inform(script.now, target, 77, oid!(1.3.6.1.6.3.1.1.5.1), &extra)
        .unwrap();
    let sent = script.sent().unwrap();
    assert_eq!(sent.header().pdu_type, PduType::InformRequest);
    assert_eq!(
        sent.names(),
        ["1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0", "1.3.6.1.2.1.1.5.0"]
    );
}

#[test]
fn r3414_11_1d_sets_to_one_device_go_one_after_the_other() {
    let (mut script, target) = Script::with_target();
    for value in 1..=2 {
        let wanted = [VarBind::new(NAME, Value::Integer(value))];
        script.manager.set(script.now, target, &wanted).unwrap();
    }
    let first = script.sent().unwrap();
    assert_eq!(first.header().pdu_type, PduType::SetRequest);
    assert!(script.sent().is_none());
    script.hand_in(&first, &first.answer(1));
    assert!(script.sent().is_some());
}
