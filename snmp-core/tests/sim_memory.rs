//! Memory of a fleet of 10,000 printers: what the manager holds for each, and that no round of polling leaves any
//! behind, however bad the network.
//!
//! One test only: the allocator's counts are the whole process's.

mod fleet;

use fleet::{BAD, World, address, instance};
use snmp_core::manager::{Manager, TargetConfig};
use snmp_core::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const PRINTERS: u32 = 10_000;

fn live() -> usize {
    dhat::HeapStats::get().curr_bytes
}

#[test]
fn memory_is_bounded_by_targets_and_requests() {
    let _profiler = dhat::Profiler::builder()
        .testing()
        .trim_backtraces(Some(1))
        .build();
    what_a_manager_holds();
    what_rounds_leave_behind();
}

fn what_a_manager_holds() {
    let before = live();
    let mut manager = Manager::new([1; 16]);
    let targets: Vec<_> = (0..PRINTERS)
        .map(|number| {
            manager
                .add_target(TargetConfig::v2c(address(number), b"public"))
                .unwrap()
        })
        .collect();
    let idle = live() - before - size_of_val(&targets[..]);
    let name = instance(1);
    for target in &targets {
        manager.get(Instant::ZERO, *target, [name.as_oid()]).unwrap();
    }
    let mut buffer = vec![0; manager.max_transmit_len()];
    while manager
        .poll_transmit(Instant::ZERO, &mut buffer)
        .unwrap()
        .is_some()
    {}
    let flying = live() - before - size_of_val(&targets[..]);
    let each = |octets: usize| octets / PRINTERS as usize;
    eprintln!(
        "{PRINTERS} targets: {} octets each, {} more with a GET of one name under way",
        each(idle),
        each(flying - idle)
    );
    // Vectors grow by doubling: up to twice what is used.
    assert!(each(idle) < 300 && each(flying - idle) < 700, "{idle} {flying}");
    // Silence ends them all.
    while let Some(now) = manager.poll_timeout() {
        manager.handle_timeout(now);
        while manager.poll_transmit(now, &mut buffer).unwrap().is_some() {}
        while manager.poll_event().is_some() {}
    }
    assert_eq!(manager.requests(), 0);
    for target in targets {
        assert!(manager.remove_target(target));
    }
    drop(manager);
    assert!(live() - before < 2_000 + buffer.len(), "nothing is left");
}

fn what_rounds_leave_behind() {
    let world = World {
        seed: 1,
        printers: PRINTERS,
        rows: 6,
        forged: 10,
        nobody: 50,
    };
    let (mut network, collector) = world.build(BAD);
    let (mut after, mut peaks) = (Vec::new(), Vec::new());
    for round in 0..4 {
        network.command(collector, |node, now| {
            for number in 0..world.printers {
                node.collector_mut()
                    .get(now, number, &[1 + (number + round) % world.rows]);
            }
        });
        let mut peak = live();
        while network.step() {
            peak = peak.max(live());
        }
        assert_eq!(network.node(collector).collector().open(), 0);
        after.push(live());
        peaks.push(peak);
        network.pass_until(network.now() + Duration::from_secs(60));
    }
    eprintln!("network, printers and manager: {after:?} octets after the rounds, {peaks:?} at the most");
    let (first, last) = (after[1], after[3]);
    assert!(last <= first + first / 500, "{after:?}");
    assert!(peaks[3] <= peaks[1] + peaks[1] / 50, "{peaks:?}");
}
