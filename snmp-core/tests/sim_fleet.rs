//! A fleet over a bad network with forgers in it: every request ends in exactly one final event, no answer reaches
//! another request than its own, and the same seed gives the same run.

mod fleet;

use std::time::Instant as Clock;

use fleet::{BAD, Ends, World};
use snmp_core::sim::Traffic;
use snmp_core::time::{Duration, Instant};

/// What one run came to.
#[derive(Debug, PartialEq)]
struct Run {
    traffic: Traffic,
    end: Instant,
    ends: Ends,
    trace: u64,
}

/// Some hundred requests, ends of requests and of targets within some seconds.
fn small(seed: u32) -> Run {
    let world = World {
        seed,
        printers: 9,
        rows: 12,
        forged: 40,
        nobody: 5,
    };
    let (mut network, collector) = world.build(BAD);
    for _ in 0..12 {
        network.command(collector, |node, now| {
            for _ in 0..8 {
                node.collector_mut().anything(now);
            }
        });
        network.pass_until(network.now() + Duration::from_millis(300));
    }
    assert!(network.run_until(Instant::from_secs(600)), "everything ends");
    let judge = network.node(collector).collector();
    assert_eq!(
        (judge.open(), judge.manager.requests()),
        (0, 0),
        "every request ends"
    );
    Run {
        traffic: network.traffic(),
        end: network.now(),
        ends: judge.ends(),
        trace: judge.trace(),
    }
}

#[test]
fn every_request_ends_once_with_its_own_answer_under_200_seeds() {
    let clock = Clock::now();
    let (mut sum, mut time, mut forged) = (Ends::default(), Duration::ZERO, 0);
    for seed in 0..200 {
        let run = small(seed);
        sum.answers += run.ends.answers;
        sum.walks += run.ends.walks;
        sum.timeouts += run.ends.timeouts;
        sum.unreachable += run.ends.unreachable;
        sum.cancelled += run.ends.cancelled;
        sum.deadlines += run.ends.deadlines;
        sum.not_mine += run.ends.not_mine;
        time += run.end - Instant::ZERO;
        forged += run.traffic.forged;
    }
    let real = clock.elapsed();
    eprintln!("200 seeds: {sum:?}, {time:?} of virtual time in {real:?}");
    // Each kind of end occurs, and often.
    assert!(
        sum.all() > 15_000 && sum.answers > 8_000 && sum.walks > 1_500,
        "{sum:?}"
    );
    assert!(
        sum.unreachable > 200 && sum.cancelled > 500 && sum.deadlines > 100,
        "{sum:?}"
    );
    assert!(sum.not_mine > 5_000 && forged > 500, "{sum:?} {forged}");
    // One round trip in ten is lost: of five tries all, once in 100,000.
    assert!(sum.timeouts < 10, "{sum:?}");
}

#[test]
fn ten_thousand_printers_over_a_bad_network() {
    let clock = Clock::now();
    let world = World {
        seed: 1,
        printers: 10_000,
        rows: 12,
        forged: 10,
        nobody: 50,
    };
    let (mut network, collector) = world.build(BAD);
    network.command(collector, |node, now| {
        for number in 0..world.printers {
            let judge = node.collector_mut();
            judge.get(now, number, &[1 + number % world.rows]);
            judge.walk(now, number);
        }
    });
    assert!(network.run_until(Instant::from_secs(600)), "everything ends");
    let judge = network.node(collector).collector();
    let (ends, traffic) = (judge.ends(), network.traffic());
    eprintln!(
        "10,000 printers: {ends:?}, {traffic:?}, {:?} of virtual time in {:?}",
        network.now() - Instant::ZERO,
        clock.elapsed()
    );
    assert_eq!(
        (judge.open(), judge.manager.requests()),
        (0, 0),
        "every request ends"
    );
    assert_eq!(ends.all(), 20_000);
    assert_eq!(ends.unreachable + ends.timeouts, 400 + ends.timeouts);
    assert!(ends.timeouts < 10, "{ends:?}");
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_one_another() {
    for seed in 0..10 {
        assert_eq!(small(seed), small(seed));
    }
    assert_ne!(small(1).trace, small(2).trace);
}
