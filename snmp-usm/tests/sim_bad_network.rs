//! Managers and agents with `Usm` over a bad network in virtual time: discovery, time and restarts, and every request
//! ends once with its own printer's answer.

use std::net::SocketAddr;

use snmp_core::manager::{Event, Manager, TargetConfig, TargetId};
use snmp_core::oid;
use snmp_core::outcome::Outcome;
use snmp_core::responder::{Config, Responder, Store};
use snmp_core::sim::{Faults, Network, NodeId, Role, Traffic};
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use snmp_usm::{AuthProtocol, Boots, EngineId, MasterKey, PrivProtocol, User, Usm};

type Fleet = Network<Role<Responder<Store, Usm>, Usm>>;

const PRINTERS: u8 = 6;

fn printer(number: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, number], 161))
}

/// Of each printer its own keys; the levels in turn.
fn user(number: u8) -> User {
    let master = |fill| MasterKey::from_octets(AuthProtocol::Sha256, &[fill; 32]).unwrap();
    match number % 3 {
        0 => User::without_keys("user"),
        1 => User::with_auth("user", master(number)),
        _ => User::with_privacy("user", master(number), PrivProtocol::Aes128, master(number + 100)),
    }
    .unwrap()
}

fn name(number: u8) -> String {
    format!("printer {number}")
}

fn agent(now: Instant, number: u8, boots: Boots<'_>) -> Responder<Store, Usm> {
    let engine = EngineId::from_administered(8072, &[5, number]).unwrap();
    let mut usm = Usm::with_local_engine([number; 16], now, engine, boots).unwrap();
    usm.add_user(&user(number));
    let mut agent = Responder::new(Config::default(), usm);
    let mut store = Store::new();
    store.insert(
        oid!(1.3.6.1.2.1.1.5.0),
        Value::OctetString(name(number).as_bytes()),
    );
    agent.add_context(b"", store);
    agent
}

fn fleet(seed: u8, faults: Faults) -> (Fleet, NodeId, Vec<TargetId>) {
    let mut network: Fleet = Network::new([seed; 16]).with_faults(faults);
    let mut manager = Manager::with_model([seed ^ 0xff; 16], Usm::new([seed; 16]));
    let mut targets = Vec::new();
    for number in 0..PRINTERS {
        network.add(
            Role::Other(agent(Instant::ZERO, number, Boots::First)),
            &[printer(number)],
        );
        let config = TargetConfig::v3(printer(number), user(number)).with_timeout(Duration::from_secs(1), 4);
        targets.push(manager.add_target(config).unwrap());
    }
    let collector = network.add(Role::polling(manager), &["10.1.0.1:50000".parse().unwrap()]);
    (network, collector, targets)
}

/// Asks every printer once and waits for the ends: how many answered.
fn ask_all(network: &mut Fleet, collector: NodeId, targets: &[TargetId]) -> usize {
    let heard = network.node(collector).as_polling().unwrap().events.len();
    network.command(collector, |node, now| {
        let manager = &mut node.as_polling_mut().unwrap().manager;
        for target in targets {
            manager.get(now, *target, [oid!(1.3.6.1.2.1.1.5.0)]).unwrap();
        }
    });
    assert!(
        network.run_until(network.now() + Duration::from_secs(300)),
        "everything ends"
    );
    let events = &network.node(collector).as_polling().unwrap().events[heard..];
    assert_eq!(events.len(), targets.len(), "one end each");
    let mut answered = 0;
    for (_, event) in events {
        match event.event() {
            Event::Answer(answer) => {
                let number = targets
                    .iter()
                    .position(|target| *target == answer.target)
                    .unwrap();
                let expected = name(number.try_into().unwrap());
                let value = answer.var_binds.iter().next().unwrap().value;
                assert_eq!(value, Value::OctetString(expected.as_bytes()));
                answered += 1;
            }
            Event::Failed(failed) => assert!(matches!(failed.outcome, Outcome::Timeout(_)), "{failed:?}"),
            other => panic!("{other:?}"),
        }
    }
    answered
}

#[test]
fn over_a_good_network_every_level_costs_what_rfc_3414_says() {
    let (mut network, collector, targets) = fleet(1, Faults::NONE);
    assert_eq!(ask_all(&mut network, collector, &targets), targets.len());
    let first = network.traffic();
    assert_eq!(ask_all(&mut network, collector, &targets), targets.len());
    let second = Traffic::default().sent + network.traffic().sent - first.sent;
    // A discovery and a request each, at most one more for the time; then a request each.
    assert!((24..=32).contains(&first.sent), "{first:?}");
    assert_eq!(second, 12);
}

#[test]
fn r3414_3_2_7b1_agents_that_restart_are_followed() {
    let (mut network, collector, targets) = fleet(2, Faults::NONE);
    assert_eq!(ask_all(&mut network, collector, &targets), targets.len());
    network.pass_until(Instant::from_secs(2000));
    for number in 0..PRINTERS {
        let mut old = Usm::with_local_engine(
            [number; 16],
            Instant::ZERO,
            EngineId::from_administered(8072, &[5, number]).unwrap(),
            Boots::First,
        )
        .unwrap();
        let stored = snmp_core::security::SecurityModel::poll_store(&mut old).unwrap();
        let restarted = agent(network.now(), number, Boots::Stored(&stored.octets));
        network.add(Role::Other(restarted), &[printer(number)]);
    }
    assert_eq!(ask_all(&mut network, collector, &targets), targets.len());
}

#[test]
fn every_request_ends_once_under_200_seeds_of_a_bad_network() {
    let (mut answered, mut forged) = (0, 0);
    for seed in 0..200 {
        let (mut network, collector, targets) = fleet(seed, Faults::BAD);
        answered += ask_all(&mut network, collector, &targets);
        answered += ask_all(&mut network, collector, &targets);
        forged += network.traffic().forged;
    }
    assert!(forged > 100, "{forged}");
    // Of 2400 requests nearly all.
    assert!(answered > 2380, "{answered}");
}
