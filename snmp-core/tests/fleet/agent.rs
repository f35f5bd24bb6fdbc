//! A printer, and beside it somebody who sees its requests and answers them with lies.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;

use snmp_core::datagram::{BufferTooSmall, Handled, Transmit, TransmitId, Via};
use snmp_core::entropy::Entropy;
use snmp_core::message::{CommunityMessage, CommunityPdu, Version, encode_community};
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::responder::{GenErr, MibView, Responder};
use snmp_core::sim::Node;
use snmp_core::strictness::Strictness;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

use super::{forger, value};

/// Printers and the ids of requests to them, the latest last: what a device may have overheard.
pub(crate) type Ids = Rc<RefCell<VecDeque<(u32, i32)>>>;

/// Its rows: the names are those of all printers, the values its own.
pub(crate) struct View {
    number: u32,
    rows: Rc<[OidBuf]>,
}

impl View {
    fn at(&self, index: usize) -> Value<'static> {
        Value::Gauge32(value(self.number, u32::try_from(index + 1).unwrap()))
    }
}

impl MibView for View {
    fn get(&mut self, name: Oid<'_>) -> Result<Value<'_>, GenErr> {
        let found = self.rows.binary_search_by(|row| row.as_oid().cmp(&name));
        Ok(found.map_or(Value::NoSuchInstance, |index| self.at(index)))
    }

    fn next(&mut self, name: Oid<'_>) -> Result<Option<VarBind<'_>>, GenErr> {
        let index = self.rows.partition_point(|row| row.as_oid() <= name);
        let row = self.rows.get(index);
        Ok(row.map(|row| VarBind::new(row.as_oid(), self.at(index))))
    }
}

pub(crate) struct Agent {
    number: u32,
    responder: Responder<View>,
    entropy: Entropy,
    /// Of a hundred requests.
    forged: u32,
    forgeries: VecDeque<(Via, SocketAddr, Vec<u8>)>,
    ids: Ids,
}

/// What a forged answer gets right; all but the last four carry the id of a request that is waited for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Forgery {
    OtherAddress,
    OtherCommunity,
    OtherVersion,
    NoResponse,
    /// The id of a request to another printer, from this one.
    OtherPrinter,
    OtherId,
    HalfOfTheId,
    NegativeId,
    /// Nothing that could be an answer.
    Noise,
}

impl Forgery {
    const WITH_VALID_ID: [Self; 5] = [
        Self::OtherAddress,
        Self::OtherCommunity,
        Self::OtherVersion,
        Self::NoResponse,
        Self::OtherPrinter,
    ];
    const WITHOUT: [Self; 4] = [Self::OtherId, Self::HalfOfTheId, Self::NegativeId, Self::Noise];
}

impl Agent {
    pub(crate) fn new(number: u32, rows: Rc<[OidBuf]>, forged: u32, seed: u32, ids: Ids) -> Self {
        let mut key = [2; 16];
        key[..4].copy_from_slice(&seed.to_be_bytes());
        key[4..8].copy_from_slice(&number.to_be_bytes());
        Self {
            number,
            responder: Responder::read_only(b"public", View { number, rows }),
            entropy: Entropy::new(key),
            forged,
            forgeries: VecDeque::new(),
            ids,
        }
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        let at = self.entropy.below(u32::try_from(list.len()).unwrap());
        list[usize::try_from(at).unwrap()]
    }

    /// An answer with lies to this request, one half with a valid id.
    fn forge(&mut self, from: SocketAddr, request: &[u8]) {
        let Ok(message) = CommunityMessage::decode(request, Strictness::DEPLOYED) else {
            return;
        };
        let CommunityPdu::Pdu(pdu) = message.pdu else {
            return;
        };
        let id = pdu.header.request_id;
        let overheard = {
            let mut ids = self.ids.borrow_mut();
            let other = ids.iter().find(|(number, _)| *number != self.number).copied();
            ids.push_back((self.number, id));
            if ids.len() > 20 {
                ids.pop_front();
            }
            other
        };
        if self.entropy.below(100) >= self.forged {
            return;
        }
        let kind = if self.entropy.below(2) == 0 {
            self.pick(&Forgery::WITH_VALID_ID)
        } else {
            self.pick(&Forgery::WITHOUT)
        };
        let (mut version, mut community, mut via) = (message.version, message.community, Via(0));
        let mut header = PduHeader::response(id, ErrorStatus::NoError, 0);
        match kind {
            Forgery::OtherAddress => via = Via(1),
            Forgery::OtherCommunity => community = b"private",
            Forgery::OtherVersion if version == Version::V1 => version = Version::V2c,
            Forgery::OtherVersion => version = Version::V1,
            Forgery::NoResponse => {
                let kinds = [PduType::GetRequest, PduType::InformRequest, PduType::TrapV2];
                header = PduHeader::request(self.pick(&kinds), id);
            }
            Forgery::OtherPrinter => match overheard {
                Some((_, other)) => header = PduHeader::response(other, ErrorStatus::NoError, 0),
                None => return,
            },
            Forgery::OtherId => {
                let other = id ^ (1 << self.entropy.below(31));
                header = PduHeader::response(other, ErrorStatus::NoError, 0);
            }
            Forgery::HalfOfTheId if id > 0xffff => {
                header = PduHeader::response(id & 0xffff, ErrorStatus::NoError, 0);
            }
            Forgery::HalfOfTheId => return,
            Forgery::NegativeId => header = PduHeader::response(!id, ErrorStatus::NoError, 0),
            Forgery::Noise => {}
        }
        // What was asked for, and for a GETBULK or GETNEXT what could follow.
        let names: Vec<OidBuf> = pdu
            .var_binds
            .iter()
            .map(|asked| match pdu.header.pdu_type {
                PduType::GetRequest => asked.name.to_buf(),
                _ => asked.name.to_buf().join(&[1]).unwrap_or_default(),
            })
            .collect();
        let lies: Vec<VarBind<'_>> = names
            .iter()
            .map(|name| VarBind::new(name.as_oid(), Value::Gauge32(666_666_666)))
            .collect();
        let mut buffer = vec![0; 65_507];
        let range = encode_community(&mut buffer, version, community, &header, lies).unwrap();
        let mut octets = buffer[range].to_vec();
        if kind == Forgery::Noise {
            octets.truncate(usize::try_from(self.entropy.below(16)).unwrap());
        }
        self.forgeries.push_back((via, from, octets));
    }
}

impl Node for Agent {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        if via != Via(0) {
            return;
        }
        debug_assert_ne!(from, forger(self.number));
        self.forge(from, datagram);
        if let Handled::NotMine(reason) = self.responder.handle_datagram(now, via, from, datagram) {
            self.responder.count(reason);
        }
    }

    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        let Some((via, to, octets)) = self.forgeries.pop_front() else {
            // It holds no memory that a count of the manager's would be mistaken about.
            self.forgeries.shrink_to_fit();
            return self.responder.poll_transmit(now, buffer);
        };
        buffer[..octets.len()].copy_from_slice(&octets);
        Ok(Some(Transmit {
            to,
            via,
            range: 0..octets.len(),
            id: TransmitId(0),
            attempt: 0,
        }))
    }
}
