//! A manager that knows what every printer has, and holds each event against it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;

use snmp_core::datagram::{BufferTooSmall, Handled, Transmit, Via};
use snmp_core::entropy::Entropy;
use snmp_core::manager::{Event, Manager, RequestId, TargetConfig, TargetId};
use snmp_core::oid;
use snmp_core::outcome::Outcome;
use snmp_core::sim::Node;
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use snmp_core::walk::WalkEnd;

use super::{World, address, instance, value};

pub(crate) struct Collector {
    pub(crate) manager: Manager,
    world: World,
    entropy: Entropy,
    /// By the printer's number.
    targets: Vec<TargetId>,
    open: BTreeMap<RequestId, Asked>,
    ends: Ends,
    /// Over everything that was told, and when.
    trace: DefaultHasher,
}

/// A request that has not ended.
struct Asked {
    number: u32,
    kind: Kind,
    /// Cancelled, alone or with its target.
    cancelled: bool,
    deadline: Option<Instant>,
}

enum Kind {
    Get(Vec<u32>),
    Next(u32),
    /// Rows so far.
    Walk(u32),
}

/// How requests ended, and what was dropped.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Ends {
    pub(crate) answers: u32,
    pub(crate) walks: u32,
    pub(crate) timeouts: u32,
    pub(crate) unreachable: u32,
    pub(crate) cancelled: u32,
    pub(crate) deadlines: u32,
    pub(crate) not_mine: u32,
}

impl Ends {
    pub(crate) fn all(self) -> u32 {
        self.answers + self.walks + self.timeouts + self.unreachable + self.cancelled + self.deadlines
    }
}

impl Collector {
    pub(crate) fn new(manager: Manager, world: World) -> Self {
        let mut seed = [4; 16];
        seed[..4].copy_from_slice(&world.seed.to_be_bytes());
        let mut collector = Self {
            manager,
            world,
            entropy: Entropy::new(seed),
            targets: Vec::new(),
            open: BTreeMap::new(),
            ends: Ends::default(),
            trace: DefaultHasher::new(),
        };
        for number in 0..world.printers {
            let target = collector.take_up(number);
            collector.targets.push(target);
        }
        collector
    }

    fn take_up(&mut self, number: u32) -> TargetId {
        let config = if number % 7 == 3 {
            TargetConfig::v1(address(number), b"public")
        } else {
            TargetConfig::v2c(address(number), b"public")
        };
        let concurrency = 1 + (number % 3) as u8;
        let config = config
            .with_timeout(Duration::from_secs(1), 4)
            .with_concurrency(concurrency);
        self.manager.add_target(config).unwrap()
    }

    pub(crate) fn open(&self) -> usize {
        self.open.len()
    }

    pub(crate) fn ends(&self) -> Ends {
        self.ends
    }

    /// Of everything that was told, in its order.
    pub(crate) fn trace(&self) -> u64 {
        self.trace.finish()
    }

    pub(crate) fn get(&mut self, now: Instant, number: u32, rows: &[u32]) -> RequestId {
        let names: Vec<_> = rows.iter().map(|row| instance(*row)).collect();
        let target = self.targets[number as usize];
        let id = self
            .manager
            .get(now, target, names.iter().map(|name| name.as_oid()));
        self.note(id.unwrap(), number, Kind::Get(rows.to_vec()))
    }

    pub(crate) fn get_next(&mut self, now: Instant, number: u32, row: u32) {
        let target = self.targets[number as usize];
        let id = self.manager.get_next(now, target, [instance(row).as_oid()]);
        self.note(id.unwrap(), number, Kind::Next(row));
    }

    pub(crate) fn walk(&mut self, now: Instant, number: u32) {
        let target = self.targets[number as usize];
        let id = self.manager.walk(now, target, oid!(1.3.6.1.4.1.99999));
        self.note(id.unwrap(), number, Kind::Walk(0));
    }

    fn note(&mut self, id: RequestId, number: u32, kind: Kind) -> RequestId {
        let asked = Asked {
            number,
            kind,
            cancelled: false,
            deadline: None,
        };
        assert!(self.open.insert(id, asked).is_none(), "an id of its own");
        id
    }

    /// Some request, or the end of one, or of a target.
    pub(crate) fn anything(&mut self, now: Instant) {
        let number = self.entropy.below(self.world.printers);
        let row = 1 + self.entropy.below(self.world.rows);
        match self.entropy.below(20) {
            0..=8 => {
                self.get(now, number, &[row, self.world.rows, 1][..1 + row as usize % 3]);
            }
            9..=11 => self.get_next(now, number, row - 1),
            12..=14 => self.walk(now, number),
            15 | 16 => {
                let id = self.get(now, number, &[row]);
                let at = now + Duration::from_millis(u64::from(self.entropy.below(2000)));
                assert!(self.manager.set_deadline(id, at));
                self.open.get_mut(&id).unwrap().deadline = Some(at);
            }
            17 | 18 => {
                let skip = self.entropy.below(1 + u32::try_from(self.open.len()).unwrap());
                if let Some((id, asked)) = self.open.iter_mut().nth(skip as usize) {
                    asked.cancelled = true;
                    assert!(self.manager.cancel(*id));
                }
            }
            _ => {
                self.open
                    .values_mut()
                    .filter(|asked| asked.number == number)
                    .for_each(|asked| asked.cancelled = true);
                assert!(self.manager.remove_target(self.targets[number as usize]));
                self.targets[number as usize] = self.take_up(number);
            }
        }
        self.drain(now);
    }

    fn judge(&mut self, now: Instant, event: &Event<'_>) {
        now.hash(&mut self.trace);
        let deadline = self.open.get(&event.request()).and_then(|asked| asked.deadline);
        assert!(deadline.is_none_or(|at| now <= at), "at its deadline it is over");
        match event {
            Event::Answer(answer) => {
                let asked = self.open.remove(&answer.request).expect("one end");
                self.ends.answers += 1;
                assert_eq!(answer.from, address(asked.number));
                let rows = match &asked.kind {
                    Kind::Get(rows) => rows.clone(),
                    Kind::Next(row) => vec![row + 1],
                    Kind::Walk(_) => panic!("a walk ends otherwise"),
                };
                let found: Vec<_> = answer.var_binds.iter().collect();
                assert_eq!(found.len(), rows.len());
                for (found, row) in found.iter().zip(rows) {
                    assert_eq!(
                        found.name,
                        instance(row).as_oid(),
                        "the answer to another request"
                    );
                    assert_eq!(found.value, Value::Gauge32(value(asked.number, row)), "a lie");
                }
                (answer.request, answer.var_binds.as_octets()).hash(&mut self.trace);
            }
            Event::Rows(rows) => {
                let asked = self.open.get_mut(&rows.request).expect("not after the end");
                let Kind::Walk(row) = &mut asked.kind else {
                    panic!("rows without a walk")
                };
                for found in rows.var_binds {
                    *row += 1;
                    assert_eq!(found.name, instance(*row).as_oid(), "no row lost or twice");
                    assert_eq!(found.value, Value::Gauge32(value(asked.number, *row)), "a lie");
                }
                (rows.request, rows.var_binds.as_octets()).hash(&mut self.trace);
            }
            Event::WalkEnded(ended) => {
                let asked = self.open.remove(&ended.request).expect("one end");
                let Kind::Walk(rows) = asked.kind else {
                    panic!("an end without a walk")
                };
                assert_eq!(rows, ended.rows);
                match &ended.end {
                    WalkEnd::EndOfSubtree | WalkEnd::EndOfMibView => {
                        assert_eq!(rows, self.world.rows, "whole");
                        self.ends.walks += 1;
                    }
                    WalkEnd::Failed(outcome) => self.failed(now, &asked, outcome),
                    other => panic!("{other}"),
                }
                (ended.request, ended.rows).hash(&mut self.trace);
            }
            Event::Failed(failed) => {
                let asked = self.open.remove(&failed.request).expect("one end");
                self.failed(now, &asked, &failed.outcome);
                (failed.request, failed.traffic.sent).hash(&mut self.trace);
            }
            other => panic!("{other:?}"),
        }
    }

    fn failed(&mut self, now: Instant, asked: &Asked, outcome: &Outcome) {
        match outcome {
            Outcome::Timeout(timeout) => {
                assert_eq!(timeout.attempts, 5, "all tries");
                self.ends.timeouts += 1;
            }
            Outcome::Unreachable => {
                assert!(self.world.is_nobody(asked.number), "somebody is there");
                self.ends.unreachable += 1;
            }
            Outcome::Cancelled => {
                assert!(asked.cancelled, "nobody cancelled it");
                self.ends.cancelled += 1;
            }
            Outcome::DeadlineExceeded(_) => {
                assert!(asked.deadline.is_some_and(|at| now >= at), "not before its time");
                self.ends.deadlines += 1;
            }
            other => panic!("{other}"),
        }
    }

    fn drain(&mut self, now: Instant) {
        while let Some(event) = self.manager.poll_event() {
            self.judge(now, &event);
        }
    }
}

impl Node for Collector {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        match self.manager.handle_datagram(now, via, from, datagram) {
            // The event borrows the datagram, not the manager.
            Handled::Event(event) => self.judge(now, &event),
            Handled::Consumed => {}
            Handled::NotMine(_) => self.ends.not_mine += 1,
        }
        self.drain(now);
    }

    fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        self.manager.handle_unreachable(now, via, to);
        self.drain(now);
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.manager.handle_timeout(now);
        self.drain(now);
    }

    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        let transmit = self.manager.poll_transmit(now, buffer);
        self.drain(now);
        transmit
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.manager.poll_timeout()
    }
}
