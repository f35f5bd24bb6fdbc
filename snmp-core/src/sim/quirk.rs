use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::net::SocketAddr;
use core::ops::Range;

use super::node::Node;
use crate::datagram::{BufferTooSmall, Transmit, TransmitId, Via};
use crate::message::{CommunityMessage, CommunityPdu, Version, encode_community};
use crate::oid;
use crate::oid::{Oid, OidBuf};
use crate::pdu::{ErrorStatus, Pdu, PduHeader, PduType};
use crate::strictness::Strictness;
use crate::time::Instant;
use crate::value::Value;
use crate::varbind::VarBind;

/// What deployed agents do other than the RFCs have it, seen in the field; one each, in messages of v1 and v2c.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Quirk {
    /// Answers leave by the second socket: several interfaces, address translation.
    AnswerFromOtherAddress,
    /// Answers come as GetRequest-PDU.
    AnswerIsGetPdu,
    /// Requests of v2c are answered by v1.
    AnswerV1ToV2c,
    /// The request-id is cut to 16 bits.
    AnswerWith16BitId,
    /// Answers carry the community `other`.
    AnswerWithOtherCommunity,
    /// GETBULK gives so many repetitions at most.
    BulkAtMost(u16),
    /// GETBULK for more than one repetition is answered with noError and nothing.
    BulkEmptyNoError,
    /// GETBULK is not answered.
    BulkIgnored,
    /// GETBULK gives so many repetitions more than asked for.
    BulkReturnsMore(u16),
    /// The last variable binding of an answer to GETBULK is left away, so that its last row lacks a cell.
    BulkRowCut,
    /// Every answer comes twice.
    DuplicateAnswer,
    /// endOfMibView stands under another name than asked for.
    EndOfMibNamedWrong,
    /// A request is answered when the next one, or its retransmission, comes.
    LateAnswer,
    /// The message's length is in four octets more than it needs.
    LongLengths,
    /// noSuchName does not say which name: error-index 0.
    NoSuchNameIndex0,
    /// Names of answers have `.0` appended.
    RenamedVarBind,
    /// Answers to more than one name lack the last one.
    ShortAnswer,
    /// tooBig where more than so many variable bindings are asked for; in v1 with those of the request.
    TooBigAbove(u16),
    /// Fifteen zero octets follow each answer.
    TrailingOctets15,
    /// Answers carry version 2, which is no SNMP that was ever published.
    Version2,
}

/// An agent, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Quirky<N> {
    agent: N,
    quirk: Quirk,
    /// Of the request that is answered next.
    asked: Option<Asked>,
    held: Option<(Via, SocketAddr, Vec<u8>)>,
    leaving: VecDeque<(Via, SocketAddr, Vec<u8>)>,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    pdu_type: PduType,
    version: Version,
    names: usize,
    repetitions: u32,
}

impl<N: Node> Quirky<N> {
    /// This agent, with this wrong.
    #[must_use]
    pub const fn new(agent: N, quirk: Quirk) -> Self {
        Self {
            agent,
            quirk,
            asked: None,
            held: None,
            leaving: VecDeque::new(),
        }
    }

    /// The agent.
    #[must_use]
    pub const fn agent(&self) -> &N {
        &self.agent
    }

    /// Lets the agent answer a request, and spoils the answer.
    fn answer(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        let mut changed = None;
        self.asked = with_pdu(datagram, |message, pdu| {
            let repetitions = pdu.header.max_repetitions();
            let bulk = pdu.header.pdu_type == PduType::GetBulkRequest;
            let other = match self.quirk {
                Quirk::BulkAtMost(most) => repetitions.min(most.into()),
                Quirk::BulkReturnsMore(more) => repetitions.saturating_add(more.into()),
                _ => repetitions,
            };
            if bulk && other != repetitions {
                let header = PduHeader::get_bulk(pdu.header.request_id, pdu.header.non_repeaters(), other);
                let list: Vec<_> = pdu.var_binds.iter().collect();
                changed = Some(encode(message.version, message.community, &header, &list));
            }
            Asked {
                pdu_type: pdu.header.pdu_type,
                version: message.version,
                names: pdu.var_binds.len(),
                repetitions,
            }
        });
        let bulk = self
            .asked
            .is_some_and(|asked| asked.pdu_type == PduType::GetBulkRequest);
        if self.quirk == Quirk::BulkIgnored && bulk {
            return;
        }
        let datagram = changed.as_deref_mut().unwrap_or(datagram);
        self.agent.handle_datagram(now, via, from, datagram);
        let mut buffer = alloc::vec![0; 65_507];
        while let Ok(Some(transmit)) = self.agent.poll_transmit(now, &mut buffer) {
            let answer = buffer.get(transmit.range).unwrap_or_default();
            let spoilt = self.spoil(answer).unwrap_or_else(|| answer.to_vec());
            let via = match self.quirk {
                Quirk::AnswerFromOtherAddress => Via(1),
                _ => transmit.via,
            };
            if self.quirk == Quirk::DuplicateAnswer {
                self.leaving.push_back((via, transmit.to, spoilt.clone()));
            }
            self.leaving.push_back((via, transmit.to, spoilt));
        }
    }

    fn spoil(&self, answer: &[u8]) -> Option<Vec<u8>> {
        let asked = self.asked?;
        match self.quirk {
            Quirk::TrailingOctets15 => return Some([answer, &[0; 15]].concat()),
            Quirk::LongLengths => return longer(answer),
            Quirk::Version2 => {
                let mut changed = answer.to_vec();
                // The version is the first element, an INTEGER of one octet.
                let at = changed.windows(2).position(|two| two == [2, 1])?;
                *changed.get_mut(at + 2)? = 2;
                return Some(changed);
            }
            _ => {}
        }
        with_pdu(answer, |message, pdu| {
            let (mut version, mut community) = (message.version, message.community);
            let id = pdu.header.request_id;
            let (mut status, mut index) = (pdu.header.error_status(), pdu.header.error_index());
            let mut list: Vec<VarBind<'_>> = pdu.var_binds.iter().collect();
            let mut header = None;
            let bulk = asked.pdu_type == PduType::GetBulkRequest;
            let names: Vec<OidBuf>;
            match self.quirk {
                Quirk::AnswerIsGetPdu => header = Some(PduHeader::request(PduType::GetRequest, id)),
                Quirk::AnswerV1ToV2c => version = Version::V1,
                Quirk::AnswerWith16BitId => header = Some(PduHeader::response(id & 0xffff, status, 0)),
                Quirk::AnswerWithOtherCommunity => community = b"other",
                Quirk::BulkEmptyNoError if bulk && asked.repetitions > 1 => list.clear(),
                Quirk::BulkRowCut if bulk && list.len() > asked.names => drop(list.pop()),
                Quirk::EndOfMibNamedWrong => {
                    for var_bind in list.iter_mut().filter(|one| one.value == Value::EndOfMibView) {
                        var_bind.name = ELSEWHERE;
                    }
                }
                Quirk::NoSuchNameIndex0 if status == ErrorStatus::NoSuchName => index = 0,
                Quirk::RenamedVarBind => {
                    names = list
                        .iter()
                        .map(|one| one.name.to_buf().join(&[0]).unwrap_or_default())
                        .collect();
                    for (var_bind, name) in list.iter_mut().zip(&names) {
                        var_bind.name = name.as_oid();
                    }
                }
                Quirk::ShortAnswer if list.len() > 1 => drop(list.pop()),
                Quirk::TooBigAbove(most) => {
                    let repetitions = if bulk { asked.repetitions } else { 1 };
                    let count = usize::try_from(repetitions).unwrap_or(usize::MAX);
                    if asked.names.saturating_mul(count) > usize::from(most) {
                        (status, index) = (ErrorStatus::TooBig, 0);
                        if asked.version != Version::V1 {
                            list.clear();
                        }
                    }
                }
                _ => {}
            }
            let index = u32::try_from(index).unwrap_or_default();
            let header = header.unwrap_or_else(|| PduHeader::response(id, status, index));
            encode(version, community, &header, &list)
        })
    }
}

impl<N: Node> Node for Quirky<N> {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        if self.quirk != Quirk::LateAnswer {
            self.answer(now, via, from, datagram);
        } else if let Some((via, from, mut before)) = self.held.replace((via, from, datagram.to_vec())) {
            self.answer(now, via, from, &mut before);
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.agent.handle_timeout(now);
    }

    fn poll_transmit(&mut self, _: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        let Some((via, to, octets)) = self.leaving.front() else {
            return Ok(None);
        };
        let range: Range<usize> = 0..octets.len();
        let place = buffer
            .get_mut(range.clone())
            .ok_or(BufferTooSmall { needed: octets.len() })?;
        place.copy_from_slice(octets);
        let transmit = Transmit {
            to: *to,
            via: *via,
            range,
            id: TransmitId(0),
            attempt: 0,
        };
        self.leaving.pop_front();
        Ok(Some(transmit))
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.agent.poll_timeout()
    }
}

/// A name of the snmpDot3 tree, behind most others.
const ELSEWHERE: Oid<'static> = oid!(1.3.6.1.6.3.999);

fn with_pdu<R>(datagram: &[u8], read: impl FnOnce(&CommunityMessage<'_>, &Pdu<'_>) -> R) -> Option<R> {
    let message = CommunityMessage::decode(datagram, Strictness::DEPLOYED).ok()?;
    match &message.pdu {
        CommunityPdu::Pdu(pdu) => Some(read(&message, pdu)),
        CommunityPdu::TrapV1(_) => None,
    }
}

fn encode(version: Version, community: &[u8], header: &PduHeader, list: &[VarBind<'_>]) -> Vec<u8> {
    let mut buffer = alloc::vec![0; 65_507];
    let written = encode_community(&mut buffer, version, community, header, list.iter().copied());
    let octets = written.ok().and_then(|range| buffer.get(range));
    octets.unwrap_or_default().to_vec()
}

/// The same message with a length of four octets behind the octet that says so.
fn longer(message: &[u8]) -> Option<Vec<u8>> {
    let (tag, rest) = message.split_first()?;
    let (first, rest) = rest.split_first()?;
    let skipped = if *first < 0x80 {
        0
    } else {
        usize::from(first & 0x7f)
    };
    let content = rest.get(skipped..)?;
    let length = u32::try_from(content.len()).ok()?.to_be_bytes();
    Some([&[*tag, 0x84][..], &length, content].concat())
}
