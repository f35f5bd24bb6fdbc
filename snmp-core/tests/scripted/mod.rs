//! A manager whose datagrams the test answers by hand, under a clock that the test moves.
#![allow(dead_code, reason = "each test file uses a part")]

use std::net::SocketAddr;
use std::time::Duration;

use snmp_core::datagram::{Handled, NotMine, Transmit, Via};
use snmp_core::manager::{Event, Manager, OwnedEvent, TargetConfig, TargetId};
use snmp_core::message::{CommunityMessage, CommunityPdu, Version, encode_community};
use snmp_core::oid;
use snmp_core::oid::Oid;
use snmp_core::outcome::Outcome;
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::security::{NoV3, SecurityModel};
use snmp_core::strictness::Strictness;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

pub(crate) type Config = TargetConfig<<NoV3 as SecurityModel>::Credentials>;

pub(crate) const NAME: Oid<'static> = oid!(1.3.6.1.2.1.1.5.0);

pub(crate) fn address(last: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, last], 161))
}

/// v2c, tries of one second, two retries.
pub(crate) fn config(last: u8) -> Config {
    Config::v2c(address(last), b"public").with_timeout(Duration::from_secs(1), 2)
}

/// A datagram that the manager sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) transmit: Transmit,
    pub(crate) octets: Vec<u8>,
}

/// What an answer is made of, to be changed by a test before it is written.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) version: Version,
    pub(crate) community: Vec<u8>,
    pub(crate) header: PduHeader,
    pub(crate) var_binds: Vec<(Vec<u8>, i32)>,
}

impl Sent {
    pub(crate) fn header(&self) -> PduHeader {
        match CommunityMessage::decode(&self.octets, Strictness::STRICT)
            .unwrap()
            .pdu
        {
            CommunityPdu::Pdu(pdu) => pdu.header,
            CommunityPdu::TrapV1(_) => panic!("a trap"),
        }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        match CommunityMessage::decode(&self.octets, Strictness::STRICT)
            .unwrap()
            .pdu
        {
            CommunityPdu::Pdu(pdu) => pdu.var_binds.iter().map(|it| it.name.to_string()).collect(),
            CommunityPdu::TrapV1(_) => panic!("a trap"),
        }
    }

    /// The answer that gives every name asked for the value.
    pub(crate) fn answer(&self, value: i32) -> Answer {
        let message = CommunityMessage::decode(&self.octets, Strictness::STRICT).unwrap();
        let CommunityPdu::Pdu(pdu) = message.pdu else {
            panic!("a trap")
        };
        let var_binds = pdu
            .var_binds
            .iter()
            .map(|it| (it.name.as_octets().to_vec(), value));
        Answer {
            version: message.version,
            community: message.community.to_vec(),
            header: PduHeader::response(pdu.header.request_id, ErrorStatus::NoError, 0),
            var_binds: var_binds.collect(),
        }
    }
}

impl Answer {
    pub(crate) fn failing(mut self, status: ErrorStatus, index: u32) -> Self {
        self.header = PduHeader::response(self.header.request_id, status, index);
        self
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let list: Vec<_> = self
            .var_binds
            .iter()
            .map(|(name, value)| VarBind::new(Oid::from_octets(name).unwrap(), Value::Integer(*value)))
            .collect();
        let mut buffer = vec![0; 65_507];
        let range = encode_community(&mut buffer, self.version, &self.community, &self.header, list).unwrap();
        buffer[range].to_vec()
    }
}

pub(crate) struct Script {
    pub(crate) manager: Manager,
    pub(crate) now: Instant,
    pub(crate) events: Vec<OwnedEvent>,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self {
            manager: Manager::new([7; 16]),
            now: Instant::from_secs(100),
            events: Vec::new(),
        }
    }

    pub(crate) fn with_target() -> (Self, TargetId) {
        let mut script = Self::new();
        let target = script.manager.add_target(config(1)).unwrap();
        (script, target)
    }

    pub(crate) fn get(&mut self, target: TargetId) -> snmp_core::manager::RequestId {
        self.manager.get(self.now, target, [NAME]).unwrap()
    }

    /// The next datagram.
    pub(crate) fn sent(&mut self) -> Option<Sent> {
        let mut buffer = vec![0; self.manager.max_transmit_len()];
        let transmit = self.manager.poll_transmit(self.now, &mut buffer).unwrap()?;
        let octets = buffer[transmit.range.clone()].to_vec();
        Some(Sent { transmit, octets })
    }

    pub(crate) fn all_sent(&mut self) -> Vec<Sent> {
        std::iter::from_fn(|| self.sent()).collect()
    }

    pub(crate) fn hand_in_from(&mut self, via: Via, from: SocketAddr, octets: &[u8]) -> Option<NotMine> {
        let mut octets = octets.to_vec();
        let before = octets.clone();
        let not_mine = match self.manager.handle_datagram(self.now, via, from, &mut octets) {
            Handled::Event(event) => {
                self.events.push(event.to_owned());
                None
            }
            Handled::Consumed => None,
            Handled::NotMine(why) => Some(why),
        };
        if not_mine.is_some() {
            assert_eq!(octets, before, "left unchanged");
        }
        self.drain();
        not_mine
    }

    /// From the address and socket that the datagram went to.
    pub(crate) fn hand_in(&mut self, sent: &Sent, answer: &Answer) -> Option<NotMine> {
        self.hand_in_from(sent.transmit.via, sent.transmit.to, &answer.write())
    }

    pub(crate) fn drain(&mut self) {
        while let Some(event) = self.manager.poll_event() {
            self.events.push(event.to_owned());
        }
    }

    /// Moves the clock to the next timer; false when there is none.
    pub(crate) fn next_timer(&mut self) -> bool {
        let Some(due) = self.manager.poll_timeout() else {
            return false;
        };
        assert!(due > self.now || self.now == due);
        self.now = self.now.max(due);
        self.manager.handle_timeout(self.now);
        self.drain();
        true
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.now += time;
        self.manager.handle_timeout(self.now);
        self.drain();
    }

    /// Nobody answers until nothing is under way; what was sent.
    pub(crate) fn silence(&mut self) -> Vec<Sent> {
        let mut sent = self.all_sent();
        while self.next_timer() {
            sent.extend(self.all_sent());
        }
        sent
    }

    /// The value of the only event, an answer.
    pub(crate) fn value(&mut self) -> i32 {
        assert_eq!(self.events.len(), 1, "{:?}", self.events);
        let event = self.events.remove(0);
        match event.event() {
            Event::Answer(answer) => match answer.var_binds.iter().next().unwrap().value {
                Value::Integer(value) => value,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    /// The outcome of the only event, a failure.
    pub(crate) fn outcome(&mut self) -> Outcome {
        assert_eq!(self.events.len(), 1, "{:?}", self.events);
        let event = self.events.remove(0);
        match event.event() {
            Event::Failed(failed) => failed.outcome,
            other => panic!("{other:?}"),
        }
    }
}

/// A request of another kind than a Response, for what must not count as an answer.
pub(crate) fn as_request(sent: &Sent, pdu_type: PduType) -> Answer {
    let mut answer = sent.answer(1);
    answer.header = PduHeader::request(pdu_type, answer.header.request_id);
    answer
}
