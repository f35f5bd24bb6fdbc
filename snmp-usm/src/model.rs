//! [`Usm`]: the security model of `SNMPv3` for manager, receiver and responder.

use alloc::boxed::Box;
use core::net::SocketAddr;
use core::ops::Range;

use snmp_core::entropy::Entropy;
use snmp_core::message::{V3Header, V3Layout};
use snmp_core::security::{
    Opened, Prepare, Refused, Rejected, ReportAction, ReportKind, SealError, SealFor, SecurityLevel,
    SecurityModel, Store,
};
use snmp_core::strictness::Strictness;
use snmp_core::time::Instant;

use crate::engine_id::EngineId;
use crate::engine_table::EngineTable;
use crate::local::{Boots, BootsUnreadable, LocalEngine};
use crate::outgoing::{self, Sender};
use crate::peers::{Peers, Place};
use crate::replay::ReplayFilter;
use crate::salt::Salts;
use crate::stats::UsmStats;
use crate::timeliness::RemoteClock;
use crate::user::User;
use crate::users::Users;

/// Engines that a notification receiver keeps the clocks of, unless the caller says otherwise: 600 octets each.
pub const DEFAULT_HEARD_ENGINES: usize = 1024;

/// The user-based security model (RFC 3414).
///
/// Made with [`new`](Self::new) it talks to agents and receives their notifications; made with
/// [`with_local_engine`](Self::with_local_engine) it is also authoritative: it answers requests, receives informs
/// and sends notifications, once [`poll_store`](SecurityModel::poll_store)'s octets are safe.
///
/// Which messages to believe is decided by RFC 3414 §3.2; an unauthenticated Report never moves a clock, and never
/// ends the work with a peer that has authenticated itself before.
#[derive(Debug)]
pub struct Usm {
    pub(crate) local: Option<LocalEngine>,
    pub(crate) users: Users,
    pub(crate) peers: Peers,
    pub(crate) engines: EngineTable,
    pub(crate) stats: UsmStats,
    pub(crate) strictness: Strictness,
    pub(crate) note: Note,
    pub(crate) replays: Option<ReplayFilter>,
    salts: Salts,
}

/// What the last unauthenticated message said of itself.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) serial: u32,
    pub(crate) from: Option<SocketAddr>,
    pub(crate) engine_id: Option<EngineId>,
    pub(crate) clock: RemoteClock,
    pub(crate) user_name: [u8; crate::params::MAX_USER_NAME],
    pub(crate) user_name_len: u8,
}

impl Default for Note {
    fn default() -> Self {
        Self {
            serial: 0,
            from: None,
            engine_id: None,
            clock: RemoteClock::UNKNOWN,
            user_name: [0; crate::params::MAX_USER_NAME],
            user_name_len: 0,
        }
    }
}

/// A peer of a [`Usm`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UsmPeer(Place);

/// securityStateReference: whose message it was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UsmState(pub(crate) StateKind);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StateKind {
    /// One of our users, to the local engine.
    Local(Place),
    /// A peer.
    Peer(Place),
    /// An engine heard of by its notifications.
    Heard(Place),
    /// Unauthenticated, as [`Note`] says.
    Noted(u32),
}

impl Usm {
    /// A model without a local engine. `seed` is secret and never used twice: salts start where it says.
    #[must_use]
    pub fn new(seed: [u8; 16]) -> Self {
        let mut entropy = Entropy::new(seed);
        let salts = Salts::new(&mut entropy);
        Self {
            local: None,
            users: Users::default(),
            peers: Peers::new(entropy),
            engines: EngineTable::new(DEFAULT_HEARD_ENGINES),
            stats: UsmStats::default(),
            strictness: Strictness::DEPLOYED,
            note: Note::default(),
            replays: None,
            salts,
        }
    }

    /// A model with a local engine, whose snmpEngineTime starts at `now` and whose boots are one more than before.
    ///
    /// It sends nothing in its own name until what `poll_store` gives is stored and `handle_stored` was called.
    ///
    /// # Errors
    /// When the record of the boots cannot be read (RFC 3414 §2.2.2): better not to start than to repeat boots.
    pub fn with_local_engine(
        seed: [u8; 16],
        now: Instant,
        engine_id: EngineId,
        boots: Boots<'_>,
    ) -> Result<Self, BootsUnreadable> {
        let mut usm = Self::new(seed);
        usm.local = Some(LocalEngine::new(now, engine_id, boots)?);
        Ok(usm)
    }

    /// Bounds the engines whose notifications' clocks are kept; the least recently heard goes first. At least 1.
    #[must_use]
    pub fn limit_heard_engines(mut self, engines: usize) -> Self {
        self.engines = EngineTable::new(engines);
        self
    }

    /// Takes each authenticated SET and inform to the local engine once only, though RFC 3414 lets it pass again inside
    /// the time window: the same msgID with the same digest is dropped as
    /// [`RejectReason::Replayed`](snmp_core::security::RejectReason::Replayed), without a Report. The latest `messages`
    /// are remembered, at least 1, for 300 seconds at most.
    ///
    /// Off unless asked for: it costs a sender that repeats a datagram octet by octet its second chance of an answer.
    /// Who sends each try with a msgID of its own, as RFC 3412 §6.2 wants it, notices nothing.
    #[must_use]
    pub fn with_replay_filter(mut self, messages: usize) -> Self {
        self.replays = Some(ReplayFilter::new(messages));
        self
    }

    /// How strictly security parameters are read; [`Strictness::DEPLOYED`] unless set.
    #[must_use]
    pub const fn with_strictness(mut self, strictness: Strictness) -> Self {
        self.strictness = strictness;
        self
    }

    /// Takes up a user who may send requests and informs to the local engine, and notifications from any engine; in
    /// place of one of the same name.
    ///
    /// The user is served at the level that the keys reach and at no lower one. Localizes the keys to the local
    /// engine, which is cheap but for [`PrivProtocol::key_octets`](crate::PrivProtocol::key_octets)' exception.
    pub fn add_user(&mut self, user: &User) {
        let local = self.local.as_ref().map(|local| local.id);
        if let Some(index) = self.users.add(user.clone(), local.as_ref()) {
            self.engines.forget_user(index);
        }
    }

    /// Forgets a user; answers to what was already received still go out.
    pub fn remove_user(&mut self, name: &[u8]) {
        if let Some(index) = self.users.remove(name) {
            self.engines.forget_user(index);
        }
    }

    /// Takes `engine_id` for the peer's: no discovery is needed, only time is synchronized.
    ///
    /// # Errors
    /// For a peer that is gone, or when the credentials are localized to another engine.
    pub fn assume_engine(&mut self, peer: UsmPeer, engine_id: EngineId) -> Result<(), Refused> {
        self.peers.get(peer.0).ok_or(Refused::UnknownPeer)?;
        self.peers
            .set_candidate(peer.0, engine_id, RemoteClock::UNKNOWN)
            .ok_or(Refused::Credentials)
    }

    /// The peer's snmpEngineBoots and snmpEngineTime as authenticated messages told them; `None` before one came.
    #[must_use]
    pub fn engine_time(&self, now: Instant, peer: UsmPeer) -> Option<(u32, u32)> {
        let peer = self.peers.get(peer.0)?;
        let engine = peer.engine.as_ref()?;
        (peer.user.level() > SecurityLevel::NoAuthNoPriv).then(|| engine.clock.notion(now))
    }

    /// The usmStats counters.
    #[must_use]
    pub const fn stats(&self) -> UsmStats {
        self.stats
    }

    /// Engines whose notifications authenticated and whose clocks are kept.
    #[must_use]
    pub fn heard_engines(&self) -> usize {
        self.engines.len()
    }

    /// The engine that sent a notification with this state, or that a peer has.
    #[must_use]
    pub fn engine_of(&self, state: UsmState) -> Option<EngineId> {
        match state.0 {
            StateKind::Local(_) => self.local.as_ref().map(|local| local.id),
            StateKind::Peer(place) => self.peers.get(place)?.target().map(|engine| engine.id),
            StateKind::Heard(place) => self.engines.at(place).map(|heard| heard.id),
            StateKind::Noted(serial) => self.note.engine_id.filter(|_| self.note.serial == serial),
        }
    }

    /// The discovery of a peer is answered, or its engine turned out to be another: send to that one from now on.
    fn learn(&mut self, place: Place, level: SecurityLevel) -> ReportAction {
        let (Some(id), clock) = (self.note.engine_id, self.note.clock) else {
            return ReportAction::Ignore;
        };
        let own = self.local.as_ref().is_some_and(|local| local.id == id);
        let Some(peer) = self.peers.get_mut(place) else {
            return ReportAction::Ignore;
        };
        // Our own id would make its answers look like requests to us.
        if own {
            return ReportAction::Ignore;
        }
        peer.discovering = false;
        if let Some(engine) = peer.engine_mut(&id) {
            // Known already: what it says of its clock counts only as long as nothing better is known.
            if !engine.confirmed {
                engine.clock = clock;
            }
            return ReportAction::Resend;
        }
        let rediscoveries = peer.rediscoveries;
        if self.peers.set_candidate(place, id, clock).is_none() {
            return ReportAction::Fail(ReportKind::UnknownEngineIds);
        }
        if let Some(peer) = self.peers.get_mut(place)
            && level == SecurityLevel::NoAuthNoPriv
        {
            peer.rediscoveries = rediscoveries;
        }
        ReportAction::Resend
    }
}

impl SecurityModel for Usm {
    type Credentials = User;
    type Peer = UsmPeer;
    type State = UsmState;

    const MODEL: i32 = outgoing::MODEL;

    fn add_peer(&mut self, address: SocketAddr, credentials: &User) -> Result<UsmPeer, Refused> {
        let place = self.peers.add(address, credentials.clone());
        if let Some(engine_id) = credentials.engine_id() {
            self.peers.set_candidate(place, engine_id, RemoteClock::UNKNOWN);
        }
        Ok(UsmPeer(place))
    }

    fn remove_peer(&mut self, peer: UsmPeer) {
        self.peers.remove(peer.0);
    }

    fn level(&self, peer: UsmPeer) -> SecurityLevel {
        self.peers
            .get(peer.0)
            .map_or(SecurityLevel::NoAuthNoPriv, |peer| peer.user.level())
    }

    fn engine_id(&self, peer: UsmPeer) -> &[u8] {
        let target = self.peers.get(peer.0).and_then(|peer| peer.target());
        target.map_or(&[], |engine| engine.id.as_octets())
    }

    fn local_engine_id(&self) -> &[u8] {
        self.local.as_ref().map_or(&[], |local| local.id.as_octets())
    }

    fn prepare(&mut self, _now: Instant, peer: UsmPeer) -> Prepare {
        let Some(peer) = self.peers.get_mut(peer.0) else {
            return Prepare::Refused(Refused::UnknownPeer);
        };
        if peer.target().is_some() {
            Prepare::Ready
        } else if peer.discovering {
            Prepare::Wait
        } else {
            peer.discovering = true;
            Prepare::Discover
        }
    }

    fn discovery_failed(&mut self, peer: UsmPeer) {
        if let Some(peer) = self.peers.get_mut(peer.0) {
            peer.discovering = false;
        }
    }

    fn max_head(&self) -> usize {
        outgoing::MAX_HEAD
    }

    fn max_tail(&self) -> usize {
        outgoing::MAX_TAIL
    }

    fn overhead(&self, state: UsmState, level: SecurityLevel) -> usize {
        let sender = match state.0 {
            StateKind::Local(place) => self.users.answering(place),
            _ => None,
        };
        match (&self.local, sender) {
            (Some(local), Some((name, keys))) => outgoing::overhead(level, local.id.as_octets(), name, keys),
            _ => outgoing::MAX_HEAD + outgoing::MAX_TAIL,
        }
    }

    fn seal(
        &mut self,
        now: Instant,
        to: SealFor<UsmPeer, UsmState>,
        header: &V3Header,
        buffer: &mut [u8],
        scoped: Range<usize>,
    ) -> Result<Range<usize>, SealError> {
        let level = header.flags.level().ok_or(Refused::Credentials)?;
        let own = match &mut self.local {
            Some(local) => local.boots_and_time(now),
            None => Err(Refused::BootsNotStored),
        };
        let local_boots = self.local.as_ref().map(|local| local.clock.boots());
        let local_id = self.local.as_ref().map(|local| local.id);
        let sender = match to {
            SealFor::Discovery(peer) => {
                self.peers.get(peer.0).ok_or(Refused::UnknownPeer)?;
                Sender {
                    engine_id: &[],
                    boots: 0,
                    time: 0,
                    user_name: &[],
                    keys: None,
                }
            }
            SealFor::Peer(peer) if header.flags.is_reportable() => {
                let peer = self.peers.get(peer.0).ok_or(Refused::UnknownPeer)?;
                let engine = peer.target().ok_or(Refused::UnknownPeer)?;
                let (boots, time) = match level {
                    // RFC 3414 §3.1 step 6c.
                    SecurityLevel::NoAuthNoPriv => (0, 0),
                    _ => engine.clock.notion(now),
                };
                Sender {
                    engine_id: engine.id.as_octets(),
                    boots,
                    time,
                    user_name: peer.user.name(),
                    keys: Some(&engine.keys),
                }
            }
            // What expects no answer, a notification, is sent in the name of the local engine (RFC 3412 §7.1 step 9a).
            SealFor::Peer(peer) => {
                let (boots, time) = own?;
                let id = local_id.as_ref().ok_or(Refused::BootsNotStored)?;
                let peer = self.peers.get_mut(peer.0).ok_or(Refused::UnknownPeer)?;
                if peer.local_keys.is_none() {
                    peer.local_keys = peer.user.keys(id).map(Box::new);
                }
                Sender {
                    engine_id: id.as_octets(),
                    boots,
                    time,
                    user_name: peer.user.name(),
                    keys: peer.local_keys.as_deref(),
                }
            }
            SealFor::State(UsmState(state)) => {
                let (boots, time) = own?;
                let (user_name, keys) = match state {
                    StateKind::Local(place) => self.users.answering(place).ok_or(Refused::UnknownPeer)?,
                    StateKind::Noted(serial) => (self.note.user_name_of(serial), None),
                    StateKind::Peer(_) | StateKind::Heard(_) => return Err(Refused::UnknownPeer.into()),
                };
                Sender {
                    engine_id: local_id.as_ref().map_or(&[], |id| id.as_octets()),
                    boots,
                    time,
                    user_name,
                    keys,
                }
            }
        };
        outgoing::seal(sender, header, local_boots, &mut self.salts, buffer, scoped)
    }

    fn open(
        &mut self,
        now: Instant,
        from: SocketAddr,
        layout: &V3Layout,
        datagram: &mut [u8],
    ) -> Result<Opened<UsmState>, Rejected<UsmState>> {
        self.receive(now, from, layout, datagram)
    }

    fn answers(&self, peer: UsmPeer, state: UsmState, level: SecurityLevel) -> bool {
        state.0 == StateKind::Peer(peer.0)
            && self
                .peers
                .get(peer.0)
                .is_some_and(|peer| peer.user.level() == level)
    }

    fn on_report(
        &mut self,
        _now: Instant,
        peer: UsmPeer,
        state: UsmState,
        kind: ReportKind,
        authenticated: bool,
    ) -> ReportAction {
        let place = peer.0;
        let Some(peer) = self.peers.get_mut(place) else {
            return ReportAction::Ignore;
        };
        let level = peer.user.level();
        let believed = match state.0 {
            // No engine calls itself unknown: the answer to the discovery came twice, or late.
            StateKind::Peer(of) if of == place && kind == ReportKind::UnknownEngineIds && !authenticated => {
                return ReportAction::Ignore;
            }
            StateKind::Peer(of) if of == place => authenticated || level == SecurityLevel::NoAuthNoPriv,
            // An engine that is not (yet) the peer's: from its host at least.
            StateKind::Noted(serial)
                if serial == self.note.serial
                    && self.note.from.is_some_and(|from| from.ip() == peer.address.ip()) =>
            {
                let discovers = matches!(kind, ReportKind::UnknownEngineIds | ReportKind::UnknownUserNames);
                if peer.discovering && discovers {
                    return self.learn(place, level);
                }
                // As above, where its user name is empty.
                let addressed = peer.target().map(|engine| engine.id);
                if !peer.discovering
                    && kind == ReportKind::UnknownEngineIds
                    && addressed == self.note.engine_id
                {
                    return ReportAction::Ignore;
                }
                if !peer.discovering && kind == ReportKind::UnknownEngineIds {
                    // Another engine answers there now. Once: then something is wrong that asking does not mend.
                    if peer.rediscoveries > 0 {
                        return if peer.is_established() && level > SecurityLevel::NoAuthNoPriv {
                            ReportAction::Ignore
                        } else {
                            ReportAction::Fail(kind)
                        };
                    }
                    peer.rediscoveries += 1;
                    return self.learn(place, level);
                }
                false
            }
            _ => return ReportAction::Ignore,
        };
        match kind {
            // `open` has already moved the clock.
            ReportKind::NotInTimeWindows if believed && level > SecurityLevel::NoAuthNoPriv => {
                ReportAction::Resend
            }
            ReportKind::NotInTimeWindows if !believed => ReportAction::Ignore,
            _ if believed => ReportAction::Fail(kind),
            // Nothing ever authenticated there: most likely it is true, and nothing is lost by believing it.
            _ if !peer.is_established() && !peer.discovering => ReportAction::Fail(kind),
            _ => ReportAction::Ignore,
        }
    }

    fn poll_store(&mut self) -> Option<Store> {
        self.local.as_mut()?.poll_store()
    }

    fn handle_stored(&mut self, token: u64) {
        if let Some(local) = &mut self.local {
            local.handle_stored(token);
        }
    }
}

impl Note {
    fn user_name_of(&self, serial: u32) -> &[u8] {
        if serial != self.serial {
            return &[];
        }
        self.user_name
            .get(..usize::from(self.user_name_len))
            .unwrap_or_default()
    }
}
