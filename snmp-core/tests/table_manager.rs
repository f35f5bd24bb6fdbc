//! Tables read by the manager from responders over a bad network, in virtual time: every cell once, whatever datagrams
//! are lost and wherever answers are cut.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use snmp_core::entropy::Entropy;
use snmp_core::manager::{Event, Manager, RequestId, StartError, TargetConfig};
use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::responder::{Access, Config, Responder, Store};
use snmp_core::security::NoV3;
use snmp_core::sim::{Faults, Network, Role};
use snmp_core::table::{Cell, Table};
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use snmp_core::walk::WalkEnd;

/// By index, what each column has.
type Rows = BTreeMap<Vec<u32>, Vec<Option<Vec<u8>>>>;

const ENTRY: Oid<'static> = oid!(1.3.6.1.2.1.43.11.1.1);

fn columns(count: u32) -> Vec<OidBuf> {
    (1..=count)
        .map(|at| ENTRY.to_buf().join(&[at]).unwrap())
        .collect()
}

/// A table with gaps and texts of any length.
fn random_rows(entropy: &mut Entropy, columns: u32) -> Rows {
    let mut rows = Rows::new();
    for _ in 0..entropy.below(60) {
        // Some indexes are as long as those of addresses and texts are.
        let arcs = if entropy.below(5) == 0 { 32 } else { 2 };
        let index: Vec<u32> = (0..arcs).map(|_| entropy.below(300)).collect();
        let cells: Vec<_> = (0..columns)
            .map(|_| {
                let octets = usize::try_from(entropy.below(90)).unwrap();
                (entropy.below(4) > 0).then(|| vec![b'x'; octets])
            })
            .collect();
        if cells.iter().any(Option::is_some) {
            rows.insert(index, cells);
        }
    }
    rows
}

fn store(rows: &Rows, columns: &[OidBuf]) -> Store {
    let mut store = Store::new();
    store.insert(oid!(1.3.6.1.2.1.1.1.0), Value::Integer(1));
    store.insert(oid!(1.3.6.1.2.1.99.1.0), Value::Integer(1));
    for (index, cells) in rows {
        for (column, cell) in columns.iter().zip(cells) {
            if let Some(cell) = cell {
                let name = column.join(index).unwrap();
                store.insert(name.as_oid(), Value::OctetString(cell));
            }
        }
    }
    store
}

#[test]
fn every_cell_arrives_once_over_a_bad_network() {
    let faults = Faults::BAD;
    for seed in 0..60_u8 {
        let mut entropy = Entropy::new([seed; 16]);
        let mut network = Network::new([seed; 16]).with_faults(faults.clone());
        let mut wanted = Vec::new();
        for number in 0..4_u8 {
            let names = columns(1 + entropy.below(14));
            let rows = random_rows(&mut entropy, u32::try_from(names.len()).unwrap());
            let mut config = Config::default();
            config.max_message = 484 + usize::try_from(entropy.below(1000)).unwrap();
            let mut responder = Responder::new(config, NoV3);
            responder.add_community(b"public", Access::Read);
            responder.add_context(b"", store(&rows, &names));
            let address = SocketAddr::from(([10, 0, 0, number], 161));
            network.add(Role::Other(responder), &[address]);
            wanted.push((address, names, rows));
        }
        // Half of the managers send small datagrams: long names of many columns do not fit them at once.
        let manager =
            Manager::new([seed ^ 0x55; 16]).with_max_message(if seed % 2 == 0 { 484 } else { 1472 });
        let collector = network.add(Role::polling(manager), &["10.1.0.1:50000".parse().unwrap()]);
        let mut reads: BTreeMap<RequestId, usize> = BTreeMap::new();
        network.command(collector, |node, now| {
            let manager = &mut node.as_polling_mut().unwrap().manager;
            for (n, (address, names, _)) in wanted.iter().enumerate() {
                let config = if n % 2 == 0 {
                    TargetConfig::v1(*address, b"public")
                } else {
                    TargetConfig::v2c(*address, b"public")
                };
                let target = manager
                    .add_target(config.with_timeout(Duration::from_secs(1), 8))
                    .unwrap();
                let read = manager
                    .table(now, target, names.iter().map(OidBuf::as_oid))
                    .unwrap();
                reads.insert(read, n);
            }
        });
        assert!(network.run_until(Instant::from_secs(6000)), "everything ends");
        let mut ended = 0;
        let mut read: Vec<Rows> = vec![Rows::new(); wanted.len()];
        let polling = network.node(collector).as_polling().unwrap();
        for (_, owned) in &polling.events {
            match owned.event() {
                Event::TableRows(rows) => {
                    let read = &mut read[reads[&rows.request]];
                    for row in rows.rows.iter() {
                        let index: Vec<u32> = row.index().collect();
                        let last = read.last_key_value().map(|(last, _)| last);
                        assert!(last < Some(&index), "rows come in order");
                        let cells = row.cells().map(|cell| {
                            assert_ne!(cell, Cell::Unread);
                            cell.value().map(|value| value.as_octets().unwrap().to_vec())
                        });
                        let cells = cells.collect();
                        read.insert(index, cells);
                    }
                }
                Event::WalkEnded(end) => {
                    let n = reads[&end.request];
                    assert_eq!(end.end, WalkEnd::EndOfSubtree, "{seed} {n}");
                    assert_eq!(end.rows, u32::try_from(wanted[n].2.len()).unwrap());
                    ended += 1;
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(ended, wanted.len());
        for (read, (.., rows)) in read.iter().zip(&wanted) {
            assert_eq!(read, rows, "{seed}");
        }
    }
}

#[test]
fn a_table_that_is_over_before_it_begins_ends_all_the_same() {
    let mut manager = Manager::new([1; 16]);
    let target = manager
        .add_target(TargetConfig::v2c("192.0.2.1:161".parse().unwrap(), b"public"))
        .unwrap();
    let now = Instant::ZERO;
    let request = manager.table(now, target, []).unwrap();
    assert_eq!(manager.poll_transmit(now, &mut [0; 1472]), Ok(None));
    let event = manager.poll_event().unwrap();
    assert!(event.is_final() && event.request() == request && manager.requests() == 0);
    let in_context = Table::new([ENTRY]).in_context(b"hidden");
    assert_eq!(
        manager.start_table(now, target, in_context),
        Err(StartError::ContextNeedsV3)
    );
}
