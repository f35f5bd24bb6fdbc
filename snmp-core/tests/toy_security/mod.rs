//! A security model of the shape of USM, with toy cryptography: what the seam has to carry, without snmp-usm.
//!
//! Engines, boots and times, users, digests and encryption are all there; the digest is eight octets of SipHash and the
//! cipher repeats one octet. Parameters: engine id, boots, time, user, digest.

#![allow(dead_code, reason = "each test file uses a part")]

use std::net::SocketAddr;
use std::ops::Range;

use snmp_core::ber::{Field, Reader, Writer};
use snmp_core::datagram::BufferTooSmall;
use snmp_core::entropy::Entropy;
use snmp_core::message::{V3Header, V3Layout, wrap_v3};
use snmp_core::security::{
    Opened, Prepare, Refused, RejectReason, Rejected, ReportAction, ReportDue, ReportKind, SealError,
    SealFor, SecurityLevel, SecurityModel, Store,
};
use snmp_core::time::Instant;

/// A user: the level that its keys reach.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ToyUser {
    pub(crate) name: Vec<u8>,
    pub(crate) level: SecurityLevel,
    pub(crate) auth: [u8; 16],
    pub(crate) privacy: u8,
}

impl ToyUser {
    pub(crate) fn new(name: &str, level: SecurityLevel) -> Self {
        Self {
            name: name.into(),
            level,
            auth: [0xa5; 16],
            privacy: 0x5a,
        }
    }
}

/// Index of a peer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ToyPeer(u16);

/// Whose message it was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ToyState {
    /// Index into the engines heard of; `None` for the local one.
    engine: Option<u16>,
    /// Index of a local user, when the local engine is authoritative.
    user: Option<u16>,
    /// Of which peer, when it passed with that peer's keys.
    peer: Option<u16>,
}

#[derive(Debug)]
struct Peer {
    user: ToyUser,
    engine: Option<u16>,
    discovering: bool,
    removed: bool,
}

/// An engine heard of; only one that authenticated has a clock.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) id: Vec<u8>,
    pub(crate) clock: Option<Clock>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Clock {
    pub(crate) boots: i32,
    pub(crate) time: i32,
    heard: Instant,
}

#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) id: Vec<u8>,
    pub(crate) boots: i32,
    /// When its time was 0.
    pub(crate) zero: Instant,
    /// Whether its boots were written down.
    pub(crate) stored: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Toy {
    pub(crate) local: Option<Local>,
    pub(crate) users: Vec<ToyUser>,
    pub(crate) engines: Vec<Engine>,
    pub(crate) counters: std::collections::BTreeMap<&'static str, u32>,
    /// What the next message out is refused with.
    pub(crate) refuse_next_seal: Option<Refused>,
    peers: Vec<Peer>,
}

impl Toy {
    /// A manager's.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// An agent's or a receiver's.
    pub(crate) fn authoritative(id: &[u8], boots: i32, users: &[ToyUser]) -> Self {
        let local = Local {
            id: id.into(),
            boots,
            zero: Instant::ZERO,
            stored: true,
        };
        Self {
            local: Some(local),
            users: users.into(),
            ..Self::default()
        }
    }

    /// Tells a peer its engine, as a discovery would; false where there is no such peer.
    pub(crate) fn engine_of_peer(&mut self, peer: usize, id: &[u8]) -> bool {
        let engine = self.engine(id);
        match self.peers.get_mut(peer) {
            Some(peer) => {
                peer.engine = Some(engine);
                true
            }
            None => false,
        }
    }

    fn count(&mut self, counter: &'static str) -> u32 {
        let value = self.counters.entry(counter).or_default();
        *value += 1;
        *value
    }

    fn engine(&mut self, id: &[u8]) -> u16 {
        let at = self
            .engines
            .iter()
            .position(|engine| engine.id == id)
            .unwrap_or_else(|| {
                self.engines.push(Engine {
                    id: id.into(),
                    clock: None,
                });
                self.engines.len() - 1
            });
        at.try_into().unwrap()
    }

    fn refuse(
        &mut self,
        reason: RejectReason,
        kind: ReportKind,
        level: SecurityLevel,
        state: ToyState,
    ) -> Rejected<ToyState> {
        let counter = match kind {
            ReportKind::UnknownEngineIds => "unknownEngineIDs",
            ReportKind::UnknownUserNames => "unknownUserNames",
            ReportKind::UnsupportedSecurityLevels => "unsupportedSecLevels",
            ReportKind::WrongDigests => "wrongDigests",
            ReportKind::NotInTimeWindows => "notInTimeWindows",
            _ => "other",
        };
        let value = self.count(counter);
        Rejected::new(
            reason,
            Some(ReportDue {
                kind,
                value,
                level,
                state,
            }),
        )
    }
}

impl Clock {
    fn now(self, now: Instant) -> i32 {
        self.time + i32::try_from((now - self.heard).as_secs()).unwrap()
    }
}

impl Local {
    pub(crate) fn time(&self, now: Instant) -> i32 {
        i32::try_from((now - self.zero).as_secs()).unwrap()
    }
}

struct Parameters {
    engine: Vec<u8>,
    boots: i32,
    time: i32,
    user: Vec<u8>,
    /// In the datagram.
    digest: Range<usize>,
}

impl Parameters {
    fn read(datagram: &[u8], at: Range<usize>) -> Option<Self> {
        let mut reader = Reader::at(&datagram[at.clone()], at.start);
        let engine = reader
            .octet_string(Field::MsgAuthoritativeEngineId)
            .ok()?
            .to_vec();
        let boots = reader.integer(Field::MsgAuthoritativeEngineBoots).ok()?;
        let time = reader.integer(Field::MsgAuthoritativeEngineTime).ok()?;
        let user = reader.octet_string(Field::MsgUserName).ok()?.to_vec();
        let digest = reader.octet_string(Field::MsgAuthenticationParameters).ok()?;
        let end = reader.offset();
        reader.is_empty().then_some(Self {
            engine,
            boots,
            time,
            user,
            digest: end - digest.len()..end,
        })
    }
}

fn digest(user: &ToyUser, message: &[u8]) -> [u8; 8] {
    Entropy::new(user.auth).keyed(0x77, message).to_be_bytes()
}

fn digest_fits(user: &ToyUser, datagram: &mut [u8], message: Range<usize>, at: Range<usize>) -> bool {
    let found: Result<[u8; 8], _> = datagram[at.clone()].try_into();
    let Ok(found) = found else { return false };
    datagram[at.clone()].fill(0);
    let fits = digest(user, &datagram[message]) == found;
    datagram[at].copy_from_slice(&found);
    fits
}

impl SecurityModel for Toy {
    type Credentials = ToyUser;
    type Peer = ToyPeer;
    type State = ToyState;

    const MODEL: i32 = 0x70f;

    fn add_peer(&mut self, _: SocketAddr, user: &ToyUser) -> Result<ToyPeer, Refused> {
        self.peers.push(Peer {
            user: user.clone(),
            engine: None,
            discovering: false,
            removed: false,
        });
        Ok(ToyPeer((self.peers.len() - 1).try_into().unwrap()))
    }

    fn remove_peer(&mut self, peer: ToyPeer) {
        self.peers[usize::from(peer.0)].removed = true;
    }

    fn level(&self, peer: ToyPeer) -> SecurityLevel {
        self.peers[usize::from(peer.0)].user.level
    }

    fn engine_id(&self, peer: ToyPeer) -> &[u8] {
        match self.peers[usize::from(peer.0)].engine {
            Some(engine) => &self.engines[usize::from(engine)].id,
            None => &[],
        }
    }

    fn local_engine_id(&self) -> &[u8] {
        self.local.as_ref().map_or(&[], |local| &local.id)
    }

    fn prepare(&mut self, _: Instant, peer: ToyPeer) -> Prepare {
        let peer = &mut self.peers[usize::from(peer.0)];
        match (peer.removed, peer.engine, peer.discovering) {
            (true, _, _) => Prepare::Refused(Refused::UnknownPeer),
            (false, Some(_), _) => Prepare::Ready,
            (false, None, true) => Prepare::Wait,
            (false, None, false) => {
                peer.discovering = true;
                Prepare::Discover
            }
        }
    }

    fn discovery_failed(&mut self, peer: ToyPeer) {
        self.peers[usize::from(peer.0)].discovering = false;
    }

    fn max_head(&self) -> usize {
        128
    }

    fn max_tail(&self) -> usize {
        1
    }

    fn seal(
        &mut self,
        now: Instant,
        to: SealFor<ToyPeer, ToyState>,
        header: &V3Header,
        buffer: &mut [u8],
        scoped: Range<usize>,
    ) -> Result<Range<usize>, SealError> {
        if let Some(refused) = self.refuse_next_seal.take() {
            return Err(refused.into());
        }
        let level = header.flags.level().ok_or(Refused::Credentials)?;
        let own = |toy: &Self| match &toy.local {
            Some(local) if local.stored => Ok((local.id.clone(), local.boots, local.time(now))),
            _ => Err(Refused::BootsNotStored),
        };
        let ((engine, boots, time), user) = match to {
            SealFor::Discovery(_) => ((Vec::new(), 0, 0), None),
            // A notification: the local engine is authoritative.
            SealFor::Peer(peer) if !header.flags.is_reportable() => {
                (own(self)?, Some(self.peers[usize::from(peer.0)].user.clone()))
            }
            SealFor::Peer(peer) => {
                let peer = &self.peers[usize::from(peer.0)];
                let engine = &self.engines[usize::from(peer.engine.ok_or(Refused::UnknownPeer)?)];
                let (boots, time) = match engine.clock {
                    Some(clock) if level > SecurityLevel::NoAuthNoPriv => (clock.boots, clock.now(now)),
                    _ => (0, 0),
                };
                ((engine.id.clone(), boots, time), Some(peer.user.clone()))
            }
            SealFor::State(state) => {
                let user = state.user.map(|user| self.users[usize::from(user)].clone());
                (own(self)?, user)
            }
        };
        if level
            > user
                .as_ref()
                .map_or(SecurityLevel::NoAuthNoPriv, |user| user.level)
        {
            return Err(Refused::Credentials.into());
        }
        // Encrypted: an OCTET STRING, and one octet of padding behind the scoped PDU to show that it is left alone.
        let end = if level == SecurityLevel::AuthPriv {
            let end = scoped.end + 1;
            let Some(data) = buffer.get_mut(scoped.start..end) else {
                return Err(BufferTooSmall { needed: end }.into());
            };
            *data.last_mut().unwrap() = 0;
            data.iter_mut()
                .for_each(|octet| *octet ^= user.as_ref().unwrap().privacy);
            end
        } else {
            scoped.end
        };
        let message_end = Writer::new(&mut []).mark();
        let mut writer = Writer::before(buffer, scoped.start..end);
        if level == SecurityLevel::AuthPriv {
            writer.head(0x04, end - scoped.start);
        }
        let parameters_end = writer.mark();
        let digest_length = if level > SecurityLevel::NoAuthNoPriv { 8 } else { 0 };
        writer.octets(&[0; 8][..digest_length]);
        let digest_at = writer.since(parameters_end);
        writer.head(0x04, digest_length);
        writer.octet_string(user.as_ref().map_or(&[], |user| &user.name));
        writer.integer(time);
        writer.integer(boots);
        writer.octet_string(&engine);
        wrap_v3(&mut writer, header, Self::MODEL, parameters_end, message_end);
        let range = writer.finish()?;
        if let Some(user) = user.filter(|_| digest_length > 0) {
            let digest = digest(&user, &buffer[range.clone()]);
            buffer[digest_at].copy_from_slice(&digest);
        }
        Ok(range)
    }

    fn open(
        &mut self,
        now: Instant,
        _: SocketAddr,
        layout: &V3Layout,
        datagram: &mut [u8],
    ) -> Result<Opened<ToyState>, Rejected<ToyState>> {
        let rejected = |reason| Rejected::new(reason, None);
        let parameters = Parameters::read(datagram, layout.parameters.clone())
            .ok_or_else(|| rejected(RejectReason::ParseError))?;
        let level = layout
            .flags
            .level()
            .ok_or_else(|| rejected(RejectReason::InvalidMessage))?;
        let local = self
            .local
            .as_ref()
            .is_some_and(|local| local.id == parameters.engine);
        let nobody = ToyState {
            engine: None,
            user: None,
            peer: None,
        };
        let none = SecurityLevel::NoAuthNoPriv;
        if !local && layout.flags.is_reportable() {
            // A request to an engine that is not ours: a discovery.
            return Err(self.refuse(
                RejectReason::UnknownEngineId,
                ReportKind::UnknownEngineIds,
                none,
                nobody,
            ));
        }
        let (user, state) = if local {
            let Some(at) = self.users.iter().position(|user| user.name == parameters.user) else {
                return Err(self.refuse(
                    RejectReason::UnknownUserName,
                    ReportKind::UnknownUserNames,
                    none,
                    nobody,
                ));
            };
            let state = ToyState {
                user: at.try_into().ok(),
                ..nobody
            };
            (Some(self.users[at].clone()), state)
        } else {
            let engine = self
                .engines
                .iter()
                .position(|engine| engine.id == parameters.engine);
            let engine: Option<u16> = engine.and_then(|at| at.try_into().ok());
            let peer = self.peers.iter().position(|peer| {
                engine.is_some() && peer.engine == engine && peer.user.name == parameters.user
            });
            let state = ToyState {
                engine,
                peer: peer.and_then(|at| at.try_into().ok()),
                user: None,
            };
            // A trap from an engine never heard of, of a user that we have.
            let user = match peer {
                Some(at) => Some(self.peers[at].user.clone()),
                None => self
                    .users
                    .iter()
                    .find(|user| user.name == parameters.user)
                    .cloned(),
            };
            (user, state)
        };
        let reached = user.as_ref().map_or(none, |user| user.level);
        if level > reached || (local && level < reached) {
            let kind = ReportKind::UnsupportedSecurityLevels;
            return Err(self.refuse(RejectReason::UnsupportedSecurityLevel, kind, none, nobody));
        }
        let mut state = state;
        if level > none {
            let user = user.as_ref().unwrap();
            if !digest_fits(user, datagram, layout.message.clone(), parameters.digest.clone()) {
                return Err(self.refuse(RejectReason::WrongDigest, ReportKind::WrongDigests, none, nobody));
            }
            if let Some(own) = self.local.as_ref().filter(|_| local) {
                if parameters.boots != own.boots || parameters.time.abs_diff(own.time(now)) > 150 {
                    let kind = ReportKind::NotInTimeWindows;
                    let level = SecurityLevel::AuthNoPriv;
                    return Err(self.refuse(RejectReason::NotInTimeWindow, kind, level, state));
                }
            } else {
                // Only what authenticated enters the table or moves a clock.
                let at = self.engine(&parameters.engine);
                state.engine = Some(at);
                let clock = &mut self.engines[usize::from(at)].clock;
                let heard = (parameters.boots, parameters.time);
                if clock.is_none_or(|known| heard > (known.boots, known.time)) {
                    *clock = Some(Clock {
                        boots: heard.0,
                        time: heard.1,
                        heard: now,
                    });
                }
                let known = clock.unwrap();
                if heard.0 < known.boots || known.now(now) - heard.1 > 150 {
                    return Err(rejected(RejectReason::NotInTimeWindow));
                }
            }
        } else if !local && !parameters.engine.is_empty() && self.peers.iter().any(|peer| peer.discovering) {
            // The answer to a discovery: kept without a clock.
            state.engine = Some(self.engine(&parameters.engine));
        }
        if layout.flags.is_encrypted() {
            let privacy = user.as_ref().unwrap().privacy;
            datagram[layout.data.clone()]
                .iter_mut()
                .for_each(|octet| *octet ^= privacy);
        }
        Ok(Opened::new(state, level, layout.data.clone(), local))
    }

    fn answers(&self, peer: ToyPeer, state: ToyState, level: SecurityLevel) -> bool {
        state.peer == Some(peer.0) && self.peers[usize::from(peer.0)].user.level == level
    }

    fn on_report(
        &mut self,
        _: Instant,
        peer: ToyPeer,
        state: ToyState,
        kind: ReportKind,
        authenticated: bool,
    ) -> ReportAction {
        let peer = &mut self.peers[usize::from(peer.0)];
        match kind {
            ReportKind::UnknownEngineIds if peer.discovering && state.engine.is_some() => {
                (peer.engine, peer.discovering) = (state.engine, false);
                ReportAction::Resend
            }
            // No engine calls itself unknown: the answer to the discovery came twice.
            ReportKind::UnknownEngineIds if state.engine == peer.engine => ReportAction::Ignore,
            ReportKind::NotInTimeWindows if authenticated => ReportAction::Resend,
            ReportKind::NotInTimeWindows => ReportAction::Ignore,
            kind => ReportAction::Fail(kind),
        }
    }

    fn poll_store(&mut self) -> Option<Store> {
        let local = self.local.as_ref().filter(|local| !local.stored)?;
        Some(Store {
            token: 1,
            octets: local.boots.to_be_bytes().into(),
        })
    }

    fn handle_stored(&mut self, token: u64) {
        if let Some(local) = self.local.as_mut().filter(|_| token == 1) {
            local.stored = true;
        }
    }
}
