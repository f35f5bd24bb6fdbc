//! The collector against responders, in virtual time: surveys, the ladder of versions, a sweep, silence.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use printer_mib::collector::{Access, Collector, Device, Event, Surveyed};
use printer_mib::discovery::{Probe, SweepConfig};
use printer_mib::model::{ErrorCode, Outcome};
use snmp_core::datagram::{Handled, Via};
use snmp_core::manager::{Manager, Timing};
use snmp_core::message::Version;
use snmp_core::oid;
use snmp_core::oid::OidBuf;
use snmp_core::responder::{Responder, Store};
use snmp_core::security::Never;
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;

/// Agents by address; what is sent to others is lost, but to closed ports.
#[derive(Default)]
struct Network {
    agents: BTreeMap<SocketAddr, Responder<Store>>,
    closed: Vec<SocketAddr>,
    /// Agents that speak `SNMPv1` only.
    only_v1: Vec<SocketAddr>,
    datagrams: usize,
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn printer(serial: &str) -> Store {
    let mut store = Store::new();
    store.insert(oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"A printer"));
    store.insert(
        oid!(1.3.6.1.2.1.1.2.0),
        Value::ObjectIdentifier(oid!(1.3.6.1.4.1.11.2.3.9.1)),
    );
    add_printer_mib(&mut store, serial);
    store
}

fn add_printer_mib(store: &mut Store, serial: &str) {
    store.insert(
        oid!(1.3.6.1.2.1.25.3.2.1.3.1),
        Value::OctetString(b"HP LaserJet M507"),
    );
    store.insert(
        oid!(1.3.6.1.2.1.43.5.1.1.17.1),
        Value::OctetString(serial.as_bytes()),
    );
    store.insert(oid!(1.3.6.1.2.1.43.10.2.1.3.1.1), Value::Integer(7));
    store.insert(oid!(1.3.6.1.2.1.43.10.2.1.4.1.1), Value::Counter32(48_112));
    for (column, value) in [(4, 3), (5, 3), (7, 19), (8, 100), (9, 63)] {
        let name: OidBuf = oid!(1.3.6.1.2.1.43.11.1.1)
            .to_buf()
            .join(&[column, 1, 1])
            .unwrap();
        store.insert(name.as_oid(), Value::Integer(value));
    }
}

fn switch() -> Store {
    let mut store = Store::new();
    store.insert(oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"A switch"));
    store
}

fn collector() -> Collector {
    Collector::new(Manager::new([7; 16]))
}

fn device(at: SocketAddr, access: Vec<Access<Never>>) -> Device {
    let mut device = Device::new(at, access);
    device.timing = Timing::at_most(Duration::from_secs(1), 1);
    device
}

fn public(version: Version) -> Access<Never> {
    let community = (*b"public").into();
    if version == Version::V1 {
        Access::V1(community)
    } else {
        Access::V2c(community)
    }
}

impl Network {
    fn with(mut self, at: &str, store: Store) -> Self {
        self.agents
            .insert(address(at), Responder::read_only(b"public", store));
        self
    }

    /// Drives the collector until there is nothing left to wait for.
    fn run(&mut self, collector: &mut Collector, mut now: Instant) -> Vec<Event> {
        let mut buffer = vec![0; 65_536];
        let mut events = vec![];
        loop {
            while let Some(transmit) = collector.poll_transmit(now, &mut buffer).unwrap() {
                self.datagrams += 1;
                if self.closed.contains(&transmit.to) {
                    collector.handle_unreachable(now, transmit.via, transmit.to);
                    continue;
                }
                let mut request = buffer[transmit.range].to_vec();
                if self.only_v1.contains(&transmit.to) && Version::of(&request) != Ok(Version::V1) {
                    continue;
                }
                let Some(agent) = self.agents.get_mut(&transmit.to) else {
                    continue;
                };
                let _ = agent.handle_datagram(now, Via(0), address("10.9.9.9:40000"), &mut request);
                let mut answer = vec![0; 2048];
                if let Some(reply) = agent.poll_transmit(now, &mut answer).unwrap() {
                    let handled =
                        collector.handle_datagram(now, transmit.via, transmit.to, &mut answer[reply.range]);
                    assert!(matches!(handled, Handled::Consumed), "{handled:?}");
                }
            }
            events.extend(std::iter::from_fn(|| collector.poll_event()));
            let Some(next) = collector.poll_timeout() else {
                return events;
            };
            now = next.max(now);
            collector.handle_timeout(now);
        }
    }
}

fn only_surveyed(events: Vec<Event>) -> Box<Surveyed> {
    let mut surveyed = events.into_iter().filter_map(|event| match event {
        Event::Surveyed(surveyed) => Some(surveyed),
        _ => None,
    });
    let first = surveyed.next().expect("a survey's end");
    assert!(surveyed.next().is_none(), "one end a survey");
    first
}

#[test]
fn a_printer_is_surveyed() {
    let mut network = Network::default().with("10.0.0.1:161", printer("S1"));
    let mut collector = collector();
    collector.survey(
        Instant::ZERO,
        device(address("10.0.0.1:161"), vec![public(Version::V2c)]),
    );
    let surveyed = only_surveyed(network.run(&mut collector, Instant::ZERO));
    assert_eq!(surveyed.outcome(), Outcome::Printer);
    assert_eq!(surveyed.version, Some(Version::V2c));
    assert_eq!(surveyed.printer.identity.serial.as_ref().unwrap().value, "S1");
    assert_eq!(surveyed.printer.total().unwrap().value, 48_112);
    assert_eq!(surveyed.printer.supplies.len(), 1);
    assert_eq!(surveyed.error_code(), None);
    assert!(network.datagrams <= 5, "{}", network.datagrams);
    assert_eq!(usize::try_from(surveyed.traffic.sent).unwrap(), network.datagrams);
    assert_eq!(collector.under_way(), 0);
}

#[test]
fn the_ladder_goes_down_to_v1_only_where_the_caller_says_so() {
    let at = address("10.0.0.2:161");
    for (access, version) in [
        (vec![public(Version::V2c), public(Version::V1)], Some(Version::V1)),
        (vec![public(Version::V2c)], None),
    ] {
        let mut network = Network::default().with("10.0.0.2:161", printer("S2"));
        network.only_v1.push(at);
        let mut collector = collector();
        collector.survey(Instant::ZERO, device(at, access));
        let surveyed = only_surveyed(network.run(&mut collector, Instant::ZERO));
        assert_eq!(surveyed.version, version);
        let expected = if version.is_some() {
            Outcome::Printer
        } else {
            Outcome::Failed
        };
        assert_eq!(surveyed.outcome(), expected);
    }
}

#[test]
fn quirk_24_the_other_context_is_another_community() {
    let mut store = Store::new();
    store.insert(
        oid!(1.3.6.1.2.1.1.2.0),
        Value::ObjectIdentifier(oid!(1.3.6.1.4.1.11.2.3.9.1)),
    );
    let mut network = Network::default().with("10.0.0.3:161", store);
    let mut hidden = Store::new();
    add_printer_mib(&mut hidden, "S3");
    network
        .agents
        .get_mut(&address("10.0.0.3:161"))
        .unwrap()
        .add_context(b"Jetdirect", hidden);
    let mut collector = collector();
    collector.survey(
        Instant::ZERO,
        device(address("10.0.0.3:161"), vec![public(Version::V2c)]),
    );
    let surveyed = only_surveyed(network.run(&mut collector, Instant::ZERO));
    assert_eq!(surveyed.outcome(), Outcome::Printer);
    assert_eq!(surveyed.printer.supplies.len(), 1);
    assert_eq!(surveyed.failure, None);
}

#[test]
fn silence_and_closed_ports_are_told_apart() {
    let mut network = Network::default();
    network.closed.push(address("10.0.0.5:161"));
    let mut collector = collector();
    let both = || vec![public(Version::V2c), public(Version::V1)];
    for at in ["10.0.0.4:161", "10.0.0.5:161"] {
        collector.survey(Instant::ZERO, device(address(at), both()));
    }
    let codes: BTreeMap<SocketAddr, Option<ErrorCode>> = network
        .run(&mut collector, Instant::ZERO)
        .into_iter()
        .map(|event| match event {
            Event::Surveyed(surveyed) => (surveyed.address, surveyed.error_code()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(codes[&address("10.0.0.4:161")], Some(ErrorCode::NoAnswer));
    assert_eq!(codes[&address("10.0.0.5:161")], Some(ErrorCode::Unreachable));
}

#[test]
fn what_is_no_printer_is_told_so() {
    let mut network = Network::default().with("10.0.0.6:161", switch());
    let mut collector = collector();
    collector.survey(
        Instant::ZERO,
        device(address("10.0.0.6:161"), vec![public(Version::V2c)]),
    );
    let surveyed = only_surveyed(network.run(&mut collector, Instant::ZERO));
    assert_eq!(
        (surveyed.outcome(), surveyed.error_code()),
        (Outcome::NotAPrinter, None)
    );
}

#[test]
fn a_sweep_finds_agents_and_ends() {
    let mut network = Network::default()
        .with("10.0.1.7:161", printer("S7"))
        .with("10.0.1.9:161", switch())
        .with("10.0.2.1:161", switch());
    let mut collector = collector();
    let probes = vec![Probe::V2c((*b"public").into())];
    let config = SweepConfig::new(vec!["10.0.1.0/28".parse().unwrap()], probes);
    collector.sweep(Instant::ZERO, config, [1; 16]).unwrap();
    let mut found = vec![];
    let mut swept = None;
    for event in network.run(&mut collector, Instant::ZERO) {
        match event {
            Event::Found { address, version, .. } => found.push((address, version)),
            Event::Swept(progress) => swept = Some(progress),
            Event::Surveyed(_) => panic!("nobody asked for a survey"),
            _ => {}
        }
    }
    assert_eq!(
        found,
        [
            (address("10.0.1.7:161"), Version::V2c),
            (address("10.0.1.9:161"), Version::V2c)
        ]
    );
    assert_eq!(swept.unwrap().found, 2);
}

#[test]
fn a_survey_that_is_cancelled_ends_once() {
    let mut network = Network::default();
    let mut collector = collector();
    let id = collector.survey(
        Instant::ZERO,
        device(address("10.0.0.8:161"), vec![public(Version::V2c)]),
    );
    collector.cancel(Instant::ZERO, id);
    let surveyed = only_surveyed(network.run(&mut collector, Instant::ZERO));
    assert_eq!(surveyed.error_code(), Some(ErrorCode::Cancelled));
}

#[test]
fn many_surveys_run_side_by_side() {
    let mut network = Network::default();
    let mut collector = collector();
    for n in 0..200_u32 {
        let at = format!("10.1.{}.{}:161", n / 100, n % 100 + 1);
        network = network.with(&at, printer(&format!("SERIAL{n}")));
        collector.survey(Instant::ZERO, device(address(&at), vec![public(Version::V2c)]));
    }
    let events = network.run(&mut collector, Instant::ZERO);
    assert_eq!(events.len(), 200);
    for event in events {
        let Event::Surveyed(surveyed) = event else {
            panic!("{event:?}")
        };
        let ip = surveyed.address.ip().to_string();
        let octets: Vec<u32> = ip.split('.').map(|octet| octet.parse().unwrap()).collect();
        let serial = format!("SERIAL{}", octets[2] * 100 + octets[3] - 1);
        assert_eq!(surveyed.printer.identity.serial.as_ref().unwrap().value, serial);
    }
}

#[test]
fn a_survey_that_is_cancelled_after_its_first_answer_says_nothing_of_what_the_device_is() {
    let at = address("10.0.0.9:161");
    let mut agent = Responder::read_only(b"public", printer("S9"));
    let mut collector = collector();
    let id = collector.survey(
        Instant::ZERO,
        device(at, vec![public(Version::V2c), public(Version::V1)]),
    );
    let (mut buffer, mut answer) = (vec![0; 2048], vec![0; 2048]);
    let request = collector
        .poll_transmit(Instant::ZERO, &mut buffer)
        .unwrap()
        .unwrap();
    let asked = &mut buffer[request.range];
    let _ = agent.handle_datagram(Instant::ZERO, Via(0), address("10.9.9.9:40000"), asked);
    let reply = agent.poll_transmit(Instant::ZERO, &mut answer).unwrap().unwrap();
    let _ = collector.handle_datagram(Instant::ZERO, request.via, at, &mut answer[reply.range]);
    collector.cancel(Instant::ZERO, id);
    let surveyed = only_surveyed(std::iter::from_fn(|| collector.poll_event()).collect());
    assert_eq!(surveyed.outcome(), Outcome::Failed);
    assert_eq!(surveyed.error_code(), Some(ErrorCode::Cancelled));
    assert_eq!(collector.under_way(), 0);
}
