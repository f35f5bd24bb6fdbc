//! Walks of random agents over random networks in virtual time: the rows are the subtree's, in order, none twice; when
//! not all came, the end names what was wrong with the agent or the network; and no walk is endless.

use std::net::SocketAddr;

use snmp_core::entropy::Entropy;
use snmp_core::manager::{Event, Manager, TargetConfig};
use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::outcome::Outcome;
use snmp_core::pdu::ErrorStatus;
use snmp_core::responder::{Access, Config, GenErr, MibView, Responder};
use snmp_core::security::NoV3;
use snmp_core::sim::{Chance, Faults, Network, Role};
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use snmp_core::walk::{Walk, WalkEnd};

const ROOT: Oid<'static> = oid!(1.3.6.1.2.1.43);
const BEHIND: Oid<'static> = oid!(1.3.6.1.2.1.99);
const MOST_ROWS: u32 = 400;

/// What is wrong with an agent's MIB.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// Behind this row comes the row itself again.
    Equal(usize),
    /// Behind this row comes the one before.
    Back(usize),
    /// Behind this row comes the third before it again: 1 2 3 1 2 3.
    Cycle(usize),
    /// This row cannot be read.
    GenErr(usize),
    /// Ever more rows.
    Endless,
}

struct Agent {
    rows: Vec<OidBuf>,
    fault: Fault,
    made_up: OidBuf,
}

impl Agent {
    /// The row behind a name, without faults.
    fn behind(&self, name: Oid<'_>) -> usize {
        self.rows.partition_point(|row| row.as_oid() <= name)
    }
}

impl MibView for Agent {
    fn get(&mut self, _: Oid<'_>) -> Result<Value<'_>, GenErr> {
        Ok(Value::NoSuchInstance)
    }

    fn next(&mut self, name: Oid<'_>) -> Result<Option<VarBind<'_>>, GenErr> {
        let behind = self.behind(name);
        let given = match self.fault {
            Fault::Equal(at) if behind == at + 1 => at,
            Fault::Back(at) if behind == at + 1 => at.saturating_sub(1),
            Fault::Cycle(at) if behind == at + 1 => at.saturating_sub(2),
            Fault::GenErr(at) if behind == at => return Err(GenErr),
            _ => behind,
        };
        if self.fault == Fault::Endless && given >= self.rows.len() {
            let arc = name.index_in(ROOT).and_then(|mut arcs| arcs.next());
            let arc = arc
                .filter(|arc| *arc >= 1_000_000)
                .map_or(1_000_000, |arc| arc + 1);
            self.made_up = ROOT.to_buf().join(&[arc]).unwrap();
            return Ok(Some(VarBind::new(self.made_up.as_oid(), Value::Integer(1))));
        }
        let row = self.rows.get(given);
        Ok(row.map(|row| VarBind::new(row.as_oid(), Value::OctetString(row.as_oid().as_octets()))))
    }
}

fn random_rows(entropy: &mut Entropy) -> Vec<OidBuf> {
    let count = entropy.below(200);
    let mut rows: Vec<OidBuf> = (0..count)
        .map(|_| {
            let arcs: Vec<u32> = (0..=entropy.below(5))
                .map(|_| match entropy.below(3) {
                    0 => entropy.below(4),
                    1 => entropy.below(300),
                    _ => entropy.below(1_000_000),
                })
                .collect();
            let below = match entropy.below(10) {
                0 => oid!(1.3.6.1.2.1.1),
                1 => BEHIND,
                _ => ROOT,
            };
            below.to_buf().join(&arcs).unwrap()
        })
        .collect();
    rows.sort();
    rows.dedup();
    rows
}

fn random_faults(entropy: &mut Entropy) -> Faults {
    let mut faults = Faults::NONE;
    if entropy.below(3) > 0 {
        faults.loss = Chance::percent(entropy.below(35));
        faults.duplication = Chance::percent(entropy.below(10));
        faults.reordering = Chance::percent(entropy.below(10));
        faults.forgery = Chance::percent(entropy.below(10));
        faults.max_delay = Duration::from_millis(100);
    }
    faults
}

/// How walks ended: whole, at a fault, at a limit, by silence.
#[derive(Debug, Default)]
struct Ends {
    whole: u32,
    fault: u32,
    limit: u32,
    silence: u32,
}

fn walk(seed: u32, ends: &mut Ends) {
    let mut key = [9; 16];
    key[..4].copy_from_slice(&seed.to_be_bytes());
    let mut entropy = Entropy::new(key);
    let mut rows = random_rows(&mut entropy);
    let at = usize::try_from(entropy.below(80)).unwrap();
    let fault = match entropy.below(10) {
        0 => Fault::Equal(at),
        1 => Fault::Back(at),
        2 => Fault::Cycle(at),
        3 => Fault::GenErr(at),
        4 => Fault::Endless,
        _ => Fault::None,
    };
    if fault == Fault::Endless {
        rows.retain(|row| !row.as_oid().starts_with(BEHIND));
    }
    let faults = random_faults(&mut entropy);
    let lossy = faults.loss != Chance::NEVER;
    let mut config = Config::default();
    // The point of truncation.
    config.max_message = usize::try_from(484 + entropy.below(1000)).unwrap();
    let mut responder = Responder::new(config, NoV3);
    responder.add_community(b"public", Access::Read);
    responder.add_context(
        b"",
        Agent {
            rows: rows.clone(),
            fault,
            made_up: OidBuf::default(),
        },
    );
    let mut network = Network::new(key).with_faults(faults);
    let agent: SocketAddr = "10.0.0.1:161".parse().unwrap();
    network.add(Role::Other(responder), &[agent]);
    key[5] = 1;
    let collector = network.add(
        Role::polling(Manager::new(key)),
        &["10.0.0.2:50000".parse().unwrap()],
    );
    let v1 = entropy.below(4) == 0;
    let relaxed = entropy.below(4) == 0;
    network.command(collector, |node, now| {
        let manager = &mut node.as_polling_mut().unwrap().manager;
        let config = if v1 {
            TargetConfig::v1(agent, b"public")
        } else {
            TargetConfig::v2c(agent, b"public")
        };
        let target = manager
            .add_target(config.with_timeout(Duration::from_secs(1), 3))
            .unwrap();
        let mut walk = Walk::new(ROOT).with_max_rows(MOST_ROWS);
        if relaxed {
            walk = walk.relaxed(MOST_ROWS);
        }
        manager.start_walk(now, target, walk).unwrap();
    });
    assert!(network.run_until(Instant::from_secs(20_000)), "{seed}: endless");
    let mut found: Vec<OidBuf> = Vec::new();
    let mut end = None;
    for (_, event) in &network.node(collector).as_polling().unwrap().events {
        assert_eq!(end, None, "{seed}: the end is the end");
        match event.event() {
            Event::Rows(rows) => {
                for row in rows.var_binds {
                    if row.value != Value::Integer(1) {
                        let own = Value::OctetString(row.name.as_octets());
                        assert_eq!(row.value, own, "{seed}: a value under its own name");
                    }
                    found.push(row.name.to_buf());
                }
            }
            Event::WalkEnded(ended) => {
                assert_eq!(usize::try_from(ended.rows), Ok(found.len()), "{seed}");
                // One query a row at the worst, four tries each, and some for what the agent can take.
                let most = 4 * (ended.rows + 20);
                assert!(ended.traffic.sent <= most, "{seed}: {:?}", ended.traffic);
                end = Some(ended.end);
            }
            other => panic!("{seed}: {other:?}"),
        }
    }
    let back = matches!(fault, Fault::Equal(_) | Fault::Back(_) | Fault::Cycle(_));
    if !(relaxed && back) {
        assert!(found.is_sorted_by(|a, b| a < b), "{seed}: in order, none twice");
    }
    let at_fault = rows.iter().take(at + 1).filter(|row| row.as_oid() > ROOT).count();
    let mut expected: Vec<OidBuf> = rows;
    expected.retain(|row| row.as_oid().starts_with(ROOT) && row.as_oid() != ROOT);
    let made_up =
        |row: &OidBuf| row.as_oid().index_in(ROOT).and_then(|mut arcs| arcs.next()) >= Some(1_000_000);
    let real = found.iter().take_while(|row| !made_up(row)).count();
    // A relaxed walk reads on behind the fault.
    let in_order = if relaxed && back { real.min(at_fault) } else { real };
    assert_eq!(
        found[..in_order],
        expected[..in_order],
        "{seed}: nothing left out"
    );
    match end.expect("it ends") {
        WalkEnd::EndOfSubtree | WalkEnd::EndOfMibView => {
            assert_eq!(found, expected, "{seed} {fault:?}: whole");
            ends.whole += 1;
        }
        WalkEnd::NotIncreasing { previous, next } => {
            assert!(back && next <= previous, "{seed} {fault:?}: {previous} {next}");
            assert_eq!(found.last().map_or(ROOT, OidBuf::as_oid), previous.as_oid());
            ends.fault += 1;
        }
        WalkEnd::Cycle { .. } => {
            assert!(relaxed && back, "{seed} {fault:?}");
            ends.fault += 1;
        }
        WalkEnd::RowLimit => {
            assert!(fault == Fault::Endless && found.len() == 400, "{seed} {fault:?}");
            ends.limit += 1;
        }
        WalkEnd::Failed(Outcome::ErrorStatus { status, .. }) => {
            assert_eq!(status, ErrorStatus::GenErr, "{seed}");
            assert!(matches!(fault, Fault::GenErr(_)), "{seed} {fault:?}");
            ends.fault += 1;
        }
        WalkEnd::Failed(Outcome::Timeout(_)) => {
            assert!(lossy, "{seed} {fault:?}");
            ends.silence += 1;
        }
        other => panic!("{seed} {fault:?}: {other}"),
    }
}

#[test]
fn random_agents_over_random_networks_are_walked_to_the_end_or_the_end_says_why_not() {
    let mut ends = Ends::default();
    for seed in 0..600 {
        walk(seed, &mut ends);
    }
    eprintln!("600 walks: {ends:?}");
    assert!(
        ends.whole > 300 && ends.fault > 80 && ends.limit > 20 && ends.silence > 10,
        "{ends:?}"
    );
}
