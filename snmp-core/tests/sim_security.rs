//! v3 over a bad network in virtual time, with the toy security model: discovery, time and restarts of agents, and
//! still every request ends once with its own printer's answer.

mod toy_security;

use std::net::SocketAddr;

use snmp_core::manager::{Event, Manager, TargetConfig, TargetId};
use snmp_core::oid;
use snmp_core::outcome::Outcome;
use snmp_core::responder::{Config, Responder, Store};
use snmp_core::security::SecurityLevel;
use snmp_core::sim::{Faults, Network, NodeId, Role};
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use toy_security::{Toy, ToyUser};

type Fleet = Network<Role<Responder<Store, Toy>, Toy>>;

const PRINTERS: u8 = 6;

fn printer(number: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, number], 161))
}

fn user(number: u8) -> ToyUser {
    let level = [
        SecurityLevel::NoAuthNoPriv,
        SecurityLevel::AuthNoPriv,
        SecurityLevel::AuthPriv,
    ];
    let mut user = ToyUser::new("user", level[usize::from(number) % 3]);
    user.auth = [number; 16];
    user
}

fn name(number: u8) -> String {
    format!("printer {number}")
}

fn fleet(seed: u8, faults: Faults) -> (Fleet, NodeId, Vec<NodeId>, Vec<TargetId>) {
    let mut network: Fleet = Network::new([seed; 16]).with_faults(faults);
    let mut manager = Manager::with_model([seed ^ 0xff; 16], Toy::new());
    let (mut agents, mut targets) = (Vec::new(), Vec::new());
    for number in 0..PRINTERS {
        let engine = [0x80, 0, 0x70, 0x0f, 5, number];
        let mut agent = Responder::new(Config::default(), Toy::authoritative(&engine, 3, &[user(number)]));
        let mut store = Store::new();
        store.insert(
            oid!(1.3.6.1.2.1.1.5.0),
            Value::OctetString(name(number).as_bytes()),
        );
        agent.add_context(b"", store);
        agents.push(network.add(Role::Other(agent), &[printer(number)]));
        let config = TargetConfig::v3(printer(number), user(number)).with_timeout(Duration::from_secs(1), 4);
        targets.push(manager.add_target(config).unwrap());
    }
    let collector = network.add(Role::polling(manager), &["10.1.0.1:50000".parse().unwrap()]);
    (network, collector, agents, targets)
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
fn r3414_4b_all_levels_answer_over_a_good_network() {
    let (mut network, collector, _, targets) = fleet(1, Faults::NONE);
    assert_eq!(ask_all(&mut network, collector, &targets), targets.len());
    // Discovery and request; the authenticated ones learn the time by one more. Answers to each.
    assert_eq!(network.traffic().sent, 2 * (2 * 2 + 4 * 3));
    assert_eq!(ask_all(&mut network, collector, &targets), targets.len());
    assert_eq!(network.traffic().sent, 2 * (2 * 3 + 4 * 4));
}

#[test]
fn agents_that_restart_are_followed() {
    let (mut network, collector, agents, targets) = fleet(2, Faults::NONE);
    assert_eq!(ask_all(&mut network, collector, &targets), targets.len());
    network.pass_until(Instant::from_secs(2000));
    for agent in agents {
        network.command(agent, |node, now| {
            let Role::Other(agent) = node else { panic!() };
            let local = agent.model_mut().local.as_mut().unwrap();
            (local.boots, local.zero) = (local.boots + 1, now);
        });
    }
    assert_eq!(ask_all(&mut network, collector, &targets), targets.len());
}

#[test]
fn every_request_ends_once_under_200_seeds_of_a_bad_network() {
    let (mut answered, mut forged) = (0, 0);
    for seed in 0..200 {
        let (mut network, collector, _, targets) = fleet(seed, Faults::BAD);
        answered += ask_all(&mut network, collector, &targets);
        answered += ask_all(&mut network, collector, &targets);
        forged += network.traffic().forged;
    }
    assert!(forged > 100, "{forged}");
    // Of 2400 requests nearly all.
    assert!(answered > 2380, "{answered}");
}
