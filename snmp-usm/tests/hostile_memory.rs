//! A hostile datagram costs a machine no more memory than a small multiple of its own size, and leaves nothing behind.
#![cfg(all(feature = "md5", feature = "sha1", feature = "des"))]

mod hostile;

use benches::{HostileFile, Role};
use hostile::own::{ENGINE_ID, OWN};
use hostile::*;
use snmp_core::message::Version;
use snmp_core::strictness::Strictness;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Octets that a machine may allocate for a datagram beside a multiple of its own: a Report, an answer, a request.
const FIXED: u64 = 8 * 1024;
/// The multiple. The test itself copies each datagram and what leaves.
const TIMES: u64 = 8;

/// Octets that the process has allocated so far, and that it has now.
fn heap() -> (u64, usize) {
    let stats = dhat::HeapStats::get();
    (stats.total_bytes, stats.curr_bytes)
}

// One test: the counts are the whole process's.
#[test]
fn what_a_datagram_costs_is_bounded_and_given_back() {
    let own = HostileFile {
        vectors: OWN
            .map(|(id, role, expect, hex)| own(id, role, expect, hex))
            .into(),
        sessions: Vec::new(),
        engine_id: ENGINE_ID.into(),
    };
    let files: Vec<_> = [Some(own), benches::hostile()].into_iter().flatten().collect();
    let engines: Vec<_> = files.iter().map(Engine::of).collect();
    let profiler = dhat::Profiler::builder().testing().build();
    for (file, engine) in files.iter().zip(&engines) {
        let mut asker = Asker::new(Strictness::DEPLOYED);
        let mut objects = objects();
        let mut agent = Agent::new(&mut objects, false, engine);
        let mut listener = Listener::new(Strictness::DEPLOYED, engine);
        let mut most = 0;
        // The first round lets tables and buffers grow to what the largest datagram needs; nothing stays of the second.
        let mut kept = 0;
        for round in 0..2 {
            if round == 1 {
                kept = heap().1;
            }
            for vector in &file.vectors {
                let id = asker.ask(Version::V2c);
                let octets = readdressed(vector, id);
                let (before, _) = heap();
                let _ = match vector.role {
                    Role::Response => asker.hear(&octets),
                    Role::Request => agent.hear(&octets).0,
                    Role::Trap => listener.hear(&octets),
                };
                // The test's own: its copy, and the buffer that the answer is written to.
                let buffer = match vector.role {
                    Role::Response => 0,
                    Role::Request => 1472 + 200,
                    Role::Trap => 65_507,
                };
                let cost = heap().0 - before - buffer;
                let octets = u64::try_from(octets.len()).unwrap();
                assert!(
                    cost <= FIXED + TIMES * octets,
                    "{}: {cost} for {octets} octets",
                    vector.id
                );
                most = most.max(cost);
                asker.silence();
                asker.outcomes.clear();
            }
        }
        eprintln!("at most {most} octets a datagram");
        let left = heap().1.saturating_sub(kept);
        assert!(
            left <= 4096,
            "{left} octets stayed of {} datagrams",
            file.vectors.len()
        );
    }
    drop(profiler);
}
