//! How fast datagrams leave, to one target and over all, in virtual time.
#![cfg(feature = "manager")]

mod scripted;

use std::time::Duration;

use scripted::{Script, config};
use snmp_core::manager::{Event, Manager, Rate};
use snmp_core::oid;
use snmp_core::outcome::Outcome;
use snmp_core::time::Instant;

const MS: fn(u64) -> Duration = Duration::from_millis;

/// Lets a second of rate `per_second` and `burst` pass over the times, from each on.
fn assert_rate(times: &[Instant], per_second: usize, burst: usize) {
    for (n, from) in times.iter().enumerate() {
        let within = times[n..].iter().filter(|at| **at - *from < MS(1000)).count();
        assert!(within <= per_second + burst, "{within} from {from:?} on");
    }
}

/// Answers everything at once until nothing is under way; when each datagram left.
fn serve(script: &mut Script) -> Vec<Instant> {
    let mut left = Vec::new();
    loop {
        while let Some(sent) = script.sent() {
            left.push(script.now);
            script.hand_in(&sent, &sent.answer(1));
        }
        if !script.next_timer() {
            return left;
        }
    }
}

#[test]
fn a_target_is_asked_no_faster_than_its_rate() {
    for (burst, concurrency) in [(1, 1), (1, 20), (5, 1), (5, 20)] {
        let mut script = Script::new();
        let rate = Rate::per_second(10).with_burst(burst);
        let slow = config(1).with_rate(rate).with_concurrency(concurrency);
        let slow = script.manager.add_target(slow).unwrap();
        let free = script.manager.add_target(config(2)).unwrap();
        let start = script.now;
        for _ in 0..60 {
            script.get(slow);
        }
        script.get(free);
        let left = serve(&mut script);
        assert_eq!((left.len(), script.events.len()), (61, 61));
        assert_rate(&left, 10, usize::from(burst) + 1);
        // No slower either, and nobody else waits.
        assert_eq!(script.now - start, MS(100) * u32::from(60 - burst));
        let at_once = left.iter().filter(|at| **at == start).count();
        assert_eq!(at_once, usize::from(burst) + 1);
        assert_eq!(script.manager.poll_timeout(), None);
    }
}

#[test]
fn all_targets_together_are_asked_no_faster_than_the_managers_rate() {
    let mut script = Script::new();
    script.manager = Manager::new([7; 16]).with_rate(Rate::per_second(50).with_burst(10));
    let targets: Vec<_> = (1..=200)
        .map(|last| script.manager.add_target(config(last)).unwrap())
        .collect();
    let start = script.now;
    let requests: Vec<_> = targets.iter().map(|target| script.get(*target)).collect();
    let left = serve(&mut script);
    assert_rate(&left, 50, 10);
    assert_eq!((left.len(), script.now - start), (200, MS(20) * 190));
    // In the order in which they were started.
    let ended: Vec<_> = script
        .events
        .iter()
        .map(|event| event.event().request())
        .collect();
    assert_eq!(ended, requests);
}

#[test]
fn retries_count_and_wait_for_their_answer_from_when_they_left() {
    let mut script = Script::new();
    script.manager = Manager::new([7; 16]).with_rate(Rate::every(MS(400)));
    let targets: Vec<_> = (1..=10)
        .map(|last| script.manager.add_target(config(last)).unwrap())
        .collect();
    let start = script.now;
    for target in targets {
        script.get(target);
    }
    let mut left = Vec::new();
    loop {
        while script.sent().is_some() {
            left.push(script.now);
        }
        if !script.next_timer() {
            break;
        }
    }
    assert_eq!(left.len(), 30);
    assert!(left.windows(2).all(|pair| pair[1] - pair[0] >= MS(400)));
    assert!(script.now - start >= MS(400 * 29 + 875));
    assert!(
        script
            .events
            .iter()
            .all(|event| matches!(event.event(), Event::Failed(failed) if matches!(failed.outcome, Outcome::Timeout(timeout) if timeout.attempts == 3)))
    );
}

#[test]
fn what_waits_for_its_place_ends_by_its_deadline_or_when_it_is_cancelled() {
    for global in [false, true] {
        let mut script = Script::new();
        let rate = Rate::every(Duration::from_secs(60));
        let mut config = config(1).with_concurrency(3);
        if global {
            script.manager = Manager::new([7; 16]).with_rate(rate);
        } else {
            config = config.with_rate(rate);
        }
        let target = script.manager.add_target(config).unwrap();
        script.get(target);
        let late = script.get(target);
        let cancelled = script.get(target);
        let sent = script.sent().unwrap();
        assert!(script.sent().is_none());
        script.hand_in(&sent, &sent.answer(1));
        let at = script.now + MS(5000);
        assert!(script.manager.set_deadline(late, at) && script.manager.cancel(cancelled));
        script.drain();
        assert!(script.sent().is_none());
        while script.events.len() < 3 {
            assert!(script.next_timer());
            assert!(script.sent().is_none());
        }
        assert_eq!(script.now, at);
        let event = script.events.pop().unwrap();
        assert_eq!(event.event().request(), late);
        let Event::Failed(failed) = event.event() else {
            panic!()
        };
        assert!(matches!(failed.outcome, Outcome::DeadlineExceeded(_)));
        assert_eq!(script.manager.requests(), 0);
    }
}

#[test]
fn a_walk_that_goes_on_by_a_late_answer_keeps_its_place() {
    let mut script = Script::new();
    let target = config(1).with_rate(Rate::every(MS(3000)));
    let target = script.manager.add_target(target).unwrap();
    script
        .manager
        .walk(script.now, target, oid!(1.3.6.1.2.1.2))
        .unwrap();
    let first = script.sent().unwrap();
    script.next_timer();
    assert!(script.sent().is_none(), "the second try waits for its place");
    script.pass(MS(500));
    let start = script.now;
    let mut answer = first.answer(1);
    answer.var_binds[0].0.extend([1, 1]);
    script.hand_in(&first, &answer);
    assert_eq!(script.events.len(), 1);
    assert!(script.sent().is_none());
    while script.sent().is_none() {
        assert!(script.next_timer());
    }
    assert_eq!(script.now - start, MS(1500));
}

#[test]
fn a_deadline_that_was_put_off_holds_while_the_request_waits() {
    let (mut script, target) = Script::with_target();
    script.get(target);
    let queued = script.get(target);
    let (soon, later) = (script.now + MS(100), script.now + MS(600));
    assert!(script.manager.set_deadline(queued, soon) && script.manager.set_deadline(queued, later));
    assert!(script.sent().is_some());
    while script.events.is_empty() {
        assert!(script.next_timer());
    }
    assert_eq!((script.now, script.events[0].event().request()), (later, queued));
}
