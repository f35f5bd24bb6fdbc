//! An agent and managers, each a `Usm`, with messages carried by hand.
#![allow(dead_code, reason = "each test file uses some of it")]

use core::net::SocketAddr;
use core::ops::Range;

use snmp_core::ber::Writer;
use snmp_core::message::{Flags, ScopedPdu, V3Header, V3Layout, encode_scoped_pdu};
use snmp_core::oid;
use snmp_core::pdu::{PduHeader, PduType};
use snmp_core::security::{
    Opened, Prepare, Rejected, ReportAction, ReportDue, ReportKind, SealError, SealFor, SecurityLevel,
    SecurityModel,
};
use snmp_core::strictness::Strictness;
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use snmp_usm::{AuthProtocol, Boots, EngineId, MasterKey, PrivProtocol, User, Usm, UsmPeer, UsmState};

pub(crate) const START: Instant = Instant::from_secs(5_000);
pub(crate) const AGENT: SocketAddr =
    SocketAddr::new(core::net::IpAddr::V4(core::net::Ipv4Addr::new(192, 0, 2, 1)), 161);
pub(crate) const MANAGER: SocketAddr = SocketAddr::new(
    core::net::IpAddr::V4(core::net::Ipv4Addr::new(192, 0, 2, 9)),
    40_000,
);

pub(crate) fn after(seconds: u64) -> Instant {
    START + Duration::from_secs(seconds)
}

pub(crate) fn engine_id(last: u8) -> EngineId {
    EngineId::from_administered(8072, &[1, 2, 3, last]).unwrap()
}

/// Keys without a password behind them: stretching is tested elsewhere.
pub(crate) fn master(fill: u8) -> MasterKey {
    MasterKey::from_octets(AuthProtocol::Sha256, &[fill; 32]).unwrap()
}

pub(crate) fn user_auth_priv() -> User {
    User::with_privacy("private", master(1), PrivProtocol::Aes128, master(2)).unwrap()
}

pub(crate) fn user_auth() -> User {
    User::with_auth("signed", master(3)).unwrap()
}

pub(crate) fn user_open() -> User {
    User::without_keys("open").unwrap()
}

/// An agent whose boots are 1, with the three users.
pub(crate) fn agent(now: Instant, id: EngineId) -> Usm {
    agent_after(now, id, Boots::First)
}

pub(crate) fn agent_after(now: Instant, id: EngineId, boots: Boots<'_>) -> Usm {
    let mut agent = Usm::with_local_engine([7; 16], now, id, boots).unwrap();
    for user in [user_auth_priv(), user_auth(), user_open()] {
        agent.add_user(&user);
    }
    if let Some(store) = agent.poll_store() {
        agent.handle_stored(store.token);
    }
    agent
}

pub(crate) fn header(level: SecurityLevel, reportable: bool) -> V3Header {
    V3Header {
        msg_id: 77,
        max_size: 1472,
        flags: Flags::new(level, reportable),
    }
}

/// A message with a PDU about sysUpTime.
pub(crate) fn sealed(
    usm: &mut Usm,
    now: Instant,
    to: SealFor<UsmPeer, UsmState>,
    header: V3Header,
    pdu: PduHeader,
) -> Result<Vec<u8>, SealError> {
    sealed_with(usm, now, to, header, pdu, VarBind::null(oid!(1.3.6.1.2.1.1.3.0)))
}

pub(crate) fn sealed_with(
    usm: &mut Usm,
    now: Instant,
    to: SealFor<UsmPeer, UsmState>,
    header: V3Header,
    pdu: PduHeader,
    var_bind: VarBind<'_>,
) -> Result<Vec<u8>, SealError> {
    let mut buffer = [0; 512];
    let room = buffer.len() - usm.max_tail();
    let mut writer = Writer::new(&mut buffer[..room]);
    encode_scoped_pdu(&mut writer, &[0x80, 0, 0, 0, 1], b"", &pdu, [var_bind]);
    let scoped: Range<usize> = writer.finish().unwrap();
    let message = usm.seal(now, to, &header, &mut buffer, scoped)?;
    Ok(buffer[message].to_vec())
}

pub(crate) fn get(usm: &mut Usm, now: Instant, peer: UsmPeer) -> Vec<u8> {
    let header = header(usm.level(peer), true);
    let pdu = PduHeader::request(PduType::GetRequest, 9);
    sealed(usm, now, SealFor::Peer(peer), header, pdu).unwrap()
}

pub(crate) fn discovery(usm: &mut Usm, now: Instant, peer: UsmPeer) -> Vec<u8> {
    let header = header(SecurityLevel::NoAuthNoPriv, true);
    let pdu = PduHeader::request(PduType::GetRequest, 8);
    sealed(usm, now, SealFor::Discovery(peer), header, pdu).unwrap()
}

pub(crate) fn layout(datagram: &[u8]) -> V3Layout {
    V3Layout::decode(datagram, Strictness::STRICT).unwrap()
}

pub(crate) fn open(
    usm: &mut Usm,
    now: Instant,
    from: SocketAddr,
    datagram: &[u8],
) -> Result<Opened<UsmState>, Rejected<UsmState>> {
    let mut datagram = datagram.to_vec();
    let layout = layout(&datagram);
    let opened = usm.open(now, from, &layout, &mut datagram)?;
    ScopedPdu::decode(&datagram[opened.scoped.clone()], Strictness::STRICT).unwrap();
    Ok(opened)
}

/// The Report that an agent owes, as a datagram.
pub(crate) fn report(agent: &mut Usm, now: Instant, due: ReportDue<UsmState>) -> Vec<u8> {
    let header = header(due.level, false);
    let var_bind = VarBind::new(due.kind.counter(), Value::Counter32(due.value));
    let pdu = PduHeader::report(9);
    sealed_with(agent, now, SealFor::State(due.state), header, pdu, var_bind).unwrap()
}

/// Hands a datagram to the agent: its answer, a Response or the Report that is due.
pub(crate) fn served(agent: &mut Usm, now: Instant, datagram: &[u8]) -> Option<Vec<u8>> {
    match open(agent, now, MANAGER, datagram) {
        Ok(opened) => {
            assert!(opened.local);
            let header = header(opened.level, false);
            let pdu = PduHeader::response(9, snmp_core::pdu::ErrorStatus::NoError, 0);
            Some(sealed(agent, now, SealFor::State(opened.state), header, pdu).unwrap())
        }
        Err(rejected) => rejected.report.map(|due| report(agent, now, due)),
    }
}

/// What a manager makes of a datagram that answers its request.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    Answer,
    Report(ReportKind, ReportAction),
    Nothing,
}

pub(crate) fn heard(usm: &mut Usm, now: Instant, peer: UsmPeer, from: SocketAddr, datagram: &[u8]) -> Heard {
    let mut datagram = datagram.to_vec();
    let layout = layout(&datagram);
    let Ok(opened) = usm.open(now, from, &layout, &mut datagram) else {
        return Heard::Nothing;
    };
    let scoped = ScopedPdu::decode(&datagram[opened.scoped.clone()], Strictness::STRICT).unwrap();
    match scoped.pdu.header.pdu_type {
        PduType::Report => {
            let kind = ReportKind::of(scoped.pdu.var_binds.iter().next().unwrap().name);
            let authenticated = opened.level >= SecurityLevel::AuthNoPriv;
            Heard::Report(kind, usm.on_report(now, peer, opened.state, kind, authenticated))
        }
        PduType::Response if usm.answers(peer, opened.state, opened.level) => Heard::Answer,
        _ => Heard::Nothing,
    }
}

/// Runs the discovery of a peer against an agent.
pub(crate) fn discovered(usm: &mut Usm, agent: &mut Usm, now: Instant, peer: UsmPeer) {
    assert_eq!(usm.prepare(now, peer), Prepare::Discover);
    let probe = discovery(usm, now, peer);
    let answer = served(agent, now, &probe).unwrap();
    let expected = Heard::Report(ReportKind::UnknownEngineIds, ReportAction::Resend);
    assert_eq!(heard(usm, now, peer, AGENT, &answer), expected);
    assert_eq!(usm.prepare(now, peer), Prepare::Ready);
}

/// A manager whose peer is the agent, both at `now`, discovered and once answered.
pub(crate) fn acquainted(agent: &mut Usm, now: Instant, user: &User) -> (Usm, UsmPeer) {
    let mut usm = Usm::new([8; 16]);
    let peer = usm.add_peer(AGENT, user).unwrap();
    discovered(&mut usm, agent, now, peer);
    let request = get(&mut usm, now, peer);
    let answer = served(agent, now, &request).unwrap();
    assert_eq!(heard(&mut usm, now, peer, AGENT, &answer), Heard::Answer);
    (usm, peer)
}
