//! One device with something wrong, a manager that asks it over a virtual network, and what the manager tells then.
#![allow(dead_code, reason = "each test file uses a part")]

use std::net::SocketAddr;

use snmp_core::datagram::NotMine;
use snmp_core::limits::Limits;
use snmp_core::manager::{Answer, Event, Manager, OwnedEvent, TargetConfig, TargetId};
use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::outcome::{Outcome, Timeout};
use snmp_core::responder::{GenErr, MibView, Responder};
use snmp_core::security::{NoV3, SecurityModel};
use snmp_core::sim::{Faults, Network, Node, Quirk, Quirky, Role, Traffic};
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use snmp_core::walk::WalkEnd;

pub(crate) type Config = TargetConfig<<NoV3 as SecurityModel>::Credentials>;

pub(crate) const DEVICE: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)), 161);
const ELSEWHERE: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 99)), 161);

/// The subtree that the scenarios read.
pub(crate) const ROOT: Oid<'static> = oid!(1.3.6.1.2.1.43);

pub(crate) fn row(number: u32) -> OidBuf {
    ROOT.to_buf().join(&[number]).unwrap()
}

/// What is behind a name, where that is not the next one.
pub(crate) type Detour = fn(&[OidBuf], usize) -> Option<OidBuf>;

/// Rows with their tags and contents, which need not be good ones.
#[derive(Clone)]
pub(crate) struct Mib {
    pub(crate) names: Vec<OidBuf>,
    pub(crate) values: Vec<(u8, Vec<u8>)>,
    /// Names that cannot be read.
    pub(crate) broken: Vec<OidBuf>,
    pub(crate) detour: Detour,
    made_up: OidBuf,
}

impl Mib {
    /// So many rows below the root with the INTEGER 7, and one behind it.
    pub(crate) fn of_rows(count: u32) -> Self {
        let behind = oid!(1.3.6.1.2.1.99.1.0).to_buf();
        let names: Vec<_> = (1..=count).map(row).chain([behind]).collect();
        Self {
            values: names.iter().map(|_| (2, vec![7])).collect(),
            names,
            broken: Vec::new(),
            detour: |_, _| None,
            made_up: OidBuf::default(),
        }
    }

    /// Three rows, of which the second has this tag and these contents.
    pub(crate) fn with_value(tag: u8, content: &[u8]) -> Self {
        let mut mib = Self::of_rows(3);
        mib.values[1] = (tag, content.to_vec());
        mib
    }

    fn at(&self, index: usize) -> Value<'_> {
        match &self.values[index] {
            (2, content) if content.len() == 1 => Value::Integer(i32::from(content[0])),
            // Written as it is, whatever the tag.
            (tag, content) => Value::Unknown { tag: *tag, content },
        }
    }
}

impl MibView for Mib {
    fn get(&mut self, name: Oid<'_>) -> Result<Value<'_>, GenErr> {
        if self.broken.iter().any(|broken| broken.as_oid() == name) {
            return Err(GenErr);
        }
        let found = self.names.binary_search_by(|row| row.as_oid().cmp(&name));
        Ok(found.map_or(Value::NoSuchObject, |index| self.at(index)))
    }

    fn next(&mut self, name: Oid<'_>) -> Result<Option<VarBind<'_>>, GenErr> {
        let behind = self.names.partition_point(|row| row.as_oid() <= name);
        if let Some(other) = (self.detour)(&self.names, behind) {
            self.made_up = other;
            return Ok(Some(VarBind::new(self.made_up.as_oid(), Value::Integer(7))));
        }
        let row = self.names.get(behind);
        Ok(row.map(|row| VarBind::new(row.as_oid(), self.at(behind))))
    }
}

pub(crate) fn agent(mib: Mib) -> Box<dyn Node> {
    Box::new(Responder::read_only(b"public", mib))
}

pub(crate) fn quirky(mib: Mib, quirk: Quirk) -> Box<dyn Node> {
    Box::new(Quirky::new(agent(mib), quirk))
}

/// Tries of a second, two retries.
pub(crate) fn v2c() -> Config {
    Config::v2c(DEVICE, b"public").with_timeout(Duration::from_secs(1), 2)
}

pub(crate) fn v1() -> Config {
    Config::v1(DEVICE, b"public").with_timeout(Duration::from_secs(1), 2)
}

/// What the manager told, learned and dropped.
pub(crate) struct Run {
    pub(crate) events: Vec<OwnedEvent>,
    pub(crate) not_mine: Vec<NotMine>,
    pub(crate) limits: Limits,
    pub(crate) traffic: Traffic,
}

pub(crate) fn run(
    device: Box<dyn Node>,
    config: Config,
    ask: impl FnOnce(&mut Manager, Instant, TargetId),
) -> Run {
    run_over(Faults::NONE, device, config, ask)
}

pub(crate) fn run_over(
    faults: Faults,
    device: Box<dyn Node>,
    config: Config,
    ask: impl FnOnce(&mut Manager, Instant, TargetId),
) -> Run {
    let mut network = Network::new([3; 16]).with_faults(faults);
    network.add(Role::Other(device), &[DEVICE, ELSEWHERE]);
    let collector = network.add(
        Role::polling(Manager::new([5; 16])),
        &["192.0.2.200:50000".parse().unwrap()],
    );
    let target = network.command(collector, |node, now| {
        let manager = &mut node.as_polling_mut().unwrap().manager;
        let target = manager.add_target(config).unwrap();
        ask(manager, now, target);
        target
    });
    assert!(network.run_until(Instant::from_secs(10_000)), "everything ends");
    let polling = network.node(collector).as_polling().unwrap();
    assert_eq!(polling.manager.requests(), 0, "everything ends");
    Run {
        events: polling.events.iter().map(|(_, event)| event.clone()).collect(),
        not_mine: polling.not_mine.clone(),
        limits: polling.manager.limits(target).unwrap(),
        traffic: network.traffic(),
    }
}

/// A GET of the first rows.
pub(crate) fn get(device: Box<dyn Node>, config: Config, rows: u32) -> Run {
    run(device, config, |manager, now, target| {
        let names: Vec<_> = (1..=rows).map(row).collect();
        manager
            .get(now, target, names.iter().map(OidBuf::as_oid))
            .unwrap();
    })
}

pub(crate) fn walk(device: Box<dyn Node>, config: Config) -> Run {
    run(device, config, |manager, now, target| {
        manager.walk(now, target, ROOT).unwrap();
    })
}

impl Run {
    /// The one event.
    pub(crate) fn end(&self) -> Event<'_> {
        assert_eq!(self.events.len(), 1, "{:?}", self.events);
        self.events[0].event()
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match self.end() {
            Event::Failed(failed) => failed.outcome,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn timeout(&self) -> Timeout {
        match self.outcome() {
            Outcome::Timeout(timeout) => timeout,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn answer(&self) -> Answer<'_> {
        match self.end() {
            Event::Answer(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    /// Rows below the root by their last arc, and the end of the walk.
    pub(crate) fn walked(&self) -> (Vec<u32>, WalkEnd) {
        let mut rows = Vec::new();
        let mut end = None;
        for event in &self.events {
            assert!(end.is_none(), "the end is the end");
            match event.event() {
                Event::Rows(some) => rows.extend(
                    some.var_binds
                        .iter()
                        .map(|one| one.name.index_in(ROOT).unwrap().next().unwrap()),
                ),
                Event::WalkEnded(ended) => end = Some(ended.end),
                other => panic!("{other:?}"),
            }
        }
        (rows, end.unwrap())
    }

    /// The walk gave rows 1 to `count` and ended behind the subtree.
    pub(crate) fn assert_whole(&self, count: u32) {
        assert_eq!(self.walked(), ((1..=count).collect(), WalkEnd::EndOfSubtree));
    }
}
