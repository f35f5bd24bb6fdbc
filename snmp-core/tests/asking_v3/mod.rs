//! A v3 peer of a responder or a receiver, over no network, with the toy security model.
#![allow(dead_code, reason = "each test file uses a part")]

use std::net::SocketAddr;

use snmp_core::ber::Writer;
use snmp_core::datagram::{BufferTooSmall, Handled, NotMine, Transmit, Via};
use snmp_core::message::{Flags, ScopedPdu, V3Header, V3Layout, encode_scoped_pdu};
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::security::{Prepare, ReportKind, SealFor, SecurityLevel, SecurityModel};
use snmp_core::strictness::Strictness;
use snmp_core::time::Instant;
use snmp_core::varbind::VarBind;

use crate::toy_security::{Toy, ToyPeer, ToyUser};

pub(crate) const ENGINE: &[u8] = b"\x80\x00\x70\x0fagent";
pub(crate) const REQUEST_ID: i32 = -77;

pub(crate) fn at(secs: u64) -> Instant {
    Instant::from_secs(secs)
}

pub(crate) fn peer_address() -> SocketAddr {
    "192.0.2.7:40161".parse().unwrap()
}

/// What a machine sent back.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) level: SecurityLevel,
    pub(crate) reportable: bool,
    pub(crate) msg_id: i32,
    pub(crate) pdu_type: PduType,
    pub(crate) request_id: i32,
    pub(crate) status: ErrorStatus,
    pub(crate) context_engine_id: Vec<u8>,
    pub(crate) context_name: Vec<u8>,
    /// `name=value` each.
    pub(crate) var_binds: Vec<String>,
    pub(crate) report: Option<ReportKind>,
    pub(crate) len: usize,
}

/// What a request is, but for its security.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) header: PduHeader,
    pub(crate) var_binds: Vec<VarBind<'a>>,
    pub(crate) context_engine_id: &'a [u8],
    pub(crate) context_name: &'a [u8],
    pub(crate) max_size: i32,
    pub(crate) reportable: bool,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(header: PduHeader, var_binds: &[VarBind<'a>]) -> Self {
        Self {
            header,
            var_binds: var_binds.to_vec(),
            context_engine_id: ENGINE,
            context_name: b"",
            max_size: 1472,
            reportable: true,
        }
    }

    pub(crate) fn get(names: &[VarBind<'a>]) -> Self {
        Self::new(PduHeader::request(PduType::GetRequest, REQUEST_ID), names)
    }
}

/// The asking side.
pub(crate) struct Peer {
    pub(crate) toy: Toy,
    pub(crate) peer: ToyPeer,
    level: SecurityLevel,
    msg_id: i32,
}

impl Peer {
    pub(crate) fn new(user: &ToyUser) -> Self {
        Self::with(Toy::new(), user)
    }

    pub(crate) fn with(mut toy: Toy, user: &ToyUser) -> Self {
        let peer = toy.add_peer(peer_address(), user).unwrap();
        Self {
            toy,
            peer,
            level: user.level,
            msg_id: 100,
        }
    }

    pub(crate) fn seal(
        &mut self,
        now: Instant,
        asked: &Asked<'_>,
        level: SecurityLevel,
        to: SealFor<ToyPeer, crate::toy_security::ToyState>,
    ) -> Vec<u8> {
        let mut buffer = vec![0; 70_000];
        let end = buffer.len() - self.toy.max_tail();
        let mut writer = Writer::new(&mut buffer[..end]);
        let list = asked.var_binds.iter().copied();
        encode_scoped_pdu(
            &mut writer,
            asked.context_engine_id,
            asked.context_name,
            &asked.header,
            list,
        );
        let scoped = writer.finish().unwrap();
        self.msg_id += 1;
        let header = V3Header {
            msg_id: self.msg_id,
            max_size: asked.max_size,
            flags: Flags::new(level, asked.reportable),
        };
        let range = self.toy.seal(now, to, &header, &mut buffer, scoped).unwrap();
        buffer[range].to_vec()
    }

    /// A request of the peer's own level.
    pub(crate) fn request(&mut self, now: Instant, asked: &Asked<'_>) -> Vec<u8> {
        self.seal(now, asked, self.level, SealFor::Peer(self.peer))
    }

    pub(crate) fn discovery(&mut self, now: Instant) -> Vec<u8> {
        let asked = Asked {
            context_engine_id: b"",
            ..Asked::get(&[])
        };
        self.seal(
            now,
            &asked,
            SecurityLevel::NoAuthNoPriv,
            SealFor::Discovery(self.peer),
        )
    }

    /// Reads what came back and learns from Reports.
    pub(crate) fn read(&mut self, now: Instant, datagram: &[u8]) -> Sent {
        let mut datagram = datagram.to_vec();
        let layout = V3Layout::decode(&datagram, Strictness::STRICT).unwrap();
        let opened = self
            .toy
            .open(now, peer_address(), &layout, &mut datagram)
            .unwrap();
        let scoped = ScopedPdu::decode(&datagram[opened.scoped], Strictness::STRICT).unwrap();
        let header = scoped.pdu.header;
        let report = (header.pdu_type == PduType::Report)
            .then(|| ReportKind::of(scoped.pdu.var_binds.iter().next().unwrap().name));
        if let Some(kind) = report {
            let authenticated = opened.level > SecurityLevel::NoAuthNoPriv;
            self.toy
                .on_report(now, self.peer, opened.state, kind, authenticated);
        }
        Sent {
            level: opened.level,
            reportable: layout.flags.is_reportable(),
            msg_id: layout.msg_id,
            pdu_type: header.pdu_type,
            request_id: header.request_id,
            status: header.error_status(),
            context_engine_id: scoped.context_engine_id.to_vec(),
            context_name: scoped.context_name.to_vec(),
            var_binds: scoped
                .pdu
                .var_binds
                .iter()
                .map(|one| format!("{}={:?}", one.name, one.value))
                .collect(),
            report,
            len: datagram.len(),
        }
    }

    /// Discovers the machine's engine and its time.
    pub(crate) fn establish(&mut self, now: Instant, machine: &mut impl Machine) {
        assert_eq!(self.toy.prepare(now, self.peer), Prepare::Discover);
        let discovery = self.discovery(now);
        let (_, replies) = machine.hand_in(now, discovery);
        assert_eq!(
            self.read(now, &replies[0]).report,
            Some(ReportKind::UnknownEngineIds)
        );
        assert_eq!(self.toy.prepare(now, self.peer), Prepare::Ready);
        if self.level > SecurityLevel::NoAuthNoPriv {
            let request = self.request(now, &Asked::get(&[]));
            let (_, replies) = machine.hand_in(now, request);
            let report = self.read(now, &replies[0]);
            assert_eq!(report.report, Some(ReportKind::NotInTimeWindows));
            assert_eq!(
                report.level,
                SecurityLevel::AuthNoPriv,
                "R3412-7.1-3d1: it moves a clock"
            );
        }
    }

    /// A request and its one answer.
    pub(crate) fn ask(&mut self, now: Instant, machine: &mut impl Machine, asked: &Asked<'_>) -> Sent {
        let request = self.request(now, asked);
        let (handled, replies) = machine.hand_in(now, request);
        assert_eq!(replies.len(), 1, "{handled:?}");
        let sent = self.read(now, &replies[0]);
        assert_eq!((sent.msg_id, sent.reportable), (self.msg_id, false));
        sent
    }
}

/// A responder or a receiver.
pub(crate) trait Machine {
    /// What became of a datagram (an event, consumed, or not mine), without its event.
    fn take(&mut self, now: Instant, datagram: &mut [u8]) -> Result<bool, NotMine>;

    fn transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall>;

    fn hand_in(&mut self, now: Instant, mut datagram: Vec<u8>) -> (Result<bool, NotMine>, Vec<Vec<u8>>) {
        let taken = self.take(now, &mut datagram);
        (taken, self.sent(now))
    }

    fn sent(&mut self, now: Instant) -> Vec<Vec<u8>> {
        let mut sent = Vec::new();
        let mut buffer = vec![0; 70_000];
        while let Some(transmit) = self.transmit(now, &mut buffer).unwrap() {
            assert_eq!((transmit.to, transmit.via), (peer_address(), Via(3)));
            sent.push(buffer[transmit.range].to_vec());
        }
        sent
    }
}

pub(crate) fn taken<E>(handled: Handled<E>) -> Result<bool, NotMine> {
    match handled {
        Handled::Event(_) => Ok(true),
        Handled::Consumed => Ok(false),
        Handled::NotMine(reason) => Err(reason),
    }
}
