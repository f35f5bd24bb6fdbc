//! Messages on their way in (RFC 3414 §3.2), in the order of its steps.

use core::net::SocketAddr;
use core::ops::Range;

use snmp_core::ber::{Field, Reader};
use snmp_core::message::V3Layout;
use snmp_core::pdu::PduType;
use snmp_core::security::{Opened, RejectReason, Rejected, ReportDue, ReportKind, SecurityLevel};
use snmp_core::time::Instant;

use crate::engine_id::EngineId;
use crate::model::{Note, StateKind, Usm, UsmState};
use crate::params::UsmLayout;
use crate::peers::Place;
use crate::privacy::Iv;
use crate::replay::Seen;
use crate::timeliness::RemoteClock;
use crate::user::Keys;

type Received = Result<Opened<UsmState>, Rejected<UsmState>>;

/// A message, and where its parts stand.
struct Message<'m, 'd> {
    from: SocketAddr,
    level: SecurityLevel,
    layout: &'m V3Layout,
    parameters: UsmLayout,
    datagram: &'d mut [u8],
}

impl Message<'_, '_> {
    fn octets(&self, range: &Range<usize>) -> &[u8] {
        self.datagram.get(range.clone()).unwrap_or_default()
    }

    fn user_name(&self) -> &[u8] {
        self.octets(&self.parameters.user_name)
    }

    /// The PDU's type, where it stands there in the clear and can be read.
    fn pdu_type(&self) -> Option<PduType> {
        if self.level == SecurityLevel::AuthPriv {
            return None;
        }
        self.decrypted_pdu_type()
    }

    /// The same, once the message is decrypted.
    fn decrypted_pdu_type(&self) -> Option<PduType> {
        let mut scoped = Reader::new(self.octets(&self.layout.data))
            .sequence(Field::MsgData)
            .ok()?;
        scoped.octet_string(Field::ContextEngineId).ok()?;
        scoped.octet_string(Field::ContextName).ok()?;
        PduType::from_tag(scoped.peek_tag()?)
    }

    /// What a replay of it is known by.
    fn seen(&self, user: Place) -> Seen {
        let digest = self.octets(&self.parameters.auth).first_chunk();
        let digest = digest.map_or(0, |head| u64::from_be_bytes(*head));
        (user.index, self.layout.msg_id, digest)
    }

    /// Whether a Report may answer: never a Report to a Report, a Response or a Trap (RFC 3412 §7.1 step 3b).
    fn may_be_reported(&self) -> bool {
        match self.pdu_type() {
            Some(pdu_type) => pdu_type.is_confirmed(),
            None => self.layout.flags.is_reportable(),
        }
    }

    /// Whether the digest is right (RFC 3414 §3.2 step 6).
    fn is_authentic(&self, keys: &Keys) -> bool {
        let Some(key) = &keys.auth else {
            return false;
        };
        key.verify(self.octets(&self.layout.message), self.parameters.auth.clone())
    }

    /// Decrypts in place (RFC 3414 §3.2 step 8); nothing to do below authPriv.
    fn decrypt(&mut self, keys: &Keys) -> Result<(), RejectReason> {
        if self.level < SecurityLevel::AuthPriv {
            return Ok(());
        }
        let key = keys.privacy.as_ref().ok_or(RejectReason::DecryptionError)?;
        let salt = self.octets(&self.parameters.privacy).try_into();
        let iv = Iv {
            boots: self.parameters.boots,
            time: self.parameters.time,
            salt: salt.map_err(|_| RejectReason::DecryptionError)?,
        };
        let data = self.layout.data.clone();
        let data = self.datagram.get_mut(data).unwrap_or_default();
        key.decrypt(iv, data).map_err(|_| RejectReason::DecryptionError)
    }

    fn opened(&self, kind: StateKind, local: bool) -> Opened<UsmState> {
        Opened::new(UsmState(kind), self.level, self.layout.data.clone(), local)
    }
}

impl Usm {
    /// RFC 3414 §3.2.
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        from: SocketAddr,
        layout: &V3Layout,
        datagram: &mut [u8],
    ) -> Received {
        let drop = |reason| Rejected::new(reason, None);
        let level = layout.flags.level().ok_or(drop(RejectReason::InvalidMessage))?;
        let parameters = UsmLayout::decode(datagram, layout, self.strictness)
            .map_err(|_| drop(RejectReason::ParseError))?;
        let mut message = Message {
            from,
            level,
            layout,
            parameters,
            datagram,
        };
        // Step 3. Zero octets, as in a discovery, and illegal ids are no engine's.
        let engine_id = EngineId::new(message.octets(&message.parameters.engine_id)).ok();
        let Some(engine_id) = engine_id else {
            return Err(self.unknown_engine(&message));
        };
        if self.local.as_ref().is_some_and(|local| local.id == engine_id) {
            return self.receive_as_authoritative(now, &mut message);
        }
        match self.peers.find(&engine_id, message.user_name(), from) {
            Some(place) => self.receive_from_peer(now, place, &engine_id, &mut message),
            None => self.receive_from_stranger(now, engine_id, &mut message),
        }
    }

    /// To the local engine: requests and informs.
    fn receive_as_authoritative(&mut self, now: Instant, message: &mut Message<'_, '_>) -> Received {
        // Step 4.
        let Some(place) = self.users.find(message.user_name()) else {
            return Err(self.refuse(message, RejectReason::UnknownUserName, None));
        };
        let state = StateKind::Local(place);
        let Some((level, keys)) = self.users.local(place) else {
            return Err(self.refuse(message, RejectReason::UnsupportedSecurityLevel, None));
        };
        // Step 5. Nothing protects a user's name, so who has keys is not served without them.
        if message.level > level || message.level == SecurityLevel::NoAuthNoPriv && level > message.level {
            return Err(self.refuse(message, RejectReason::UnsupportedSecurityLevel, None));
        }
        if message.level >= SecurityLevel::AuthNoPriv {
            // Step 6.
            if !message.is_authentic(keys) {
                return Err(self.refuse(message, RejectReason::WrongDigest, None));
            }
            // Step 7a.
            let (boots, time) = (message.parameters.boots, message.parameters.time);
            let timely = self.local.as_mut().is_some_and(|local| {
                local.clock.advance(now);
                local.clock.accepts(now, boots, time)
            });
            if !timely {
                return Err(self.refuse(message, RejectReason::NotInTimeWindow, Some(state)));
            }
            // What step 5 asks of the rest, after the window: a peer may synchronize its clock without encryption.
            if message.level < level {
                return Err(self.refuse(message, RejectReason::UnsupportedSecurityLevel, None));
            }
        }
        // Step 8.
        if let Err(reason) = message.decrypt(keys) {
            return Err(self.refuse(message, reason, None));
        }
        if message.level >= SecurityLevel::AuthNoPriv
            && let Some(replays) = &mut self.replays
            && let Some(PduType::SetRequest | PduType::InformRequest) = message.decrypted_pdu_type()
            && !replays.admit(now, message.seen(place))
        {
            return Err(Rejected::new(RejectReason::Replayed, None));
        }
        Ok(message.opened(state, true))
    }

    /// From an engine that we talk to: responses, Reports, its notifications.
    fn receive_from_peer(
        &mut self,
        now: Instant,
        place: Place,
        engine_id: &EngineId,
        message: &mut Message<'_, '_>,
    ) -> Received {
        let state = StateKind::Peer(place);
        let is_response = message.pdu_type() == Some(PduType::Response);
        let unknown = Rejected::new(RejectReason::UnknownEngineId, None);
        let Some(peer) = self.peers.get_mut(place) else {
            return Err(unknown);
        };
        let level = peer.user.level();
        if message.level > level {
            return Err(self.refuse(message, RejectReason::UnsupportedSecurityLevel, None));
        }
        if message.level == SecurityLevel::NoAuthNoPriv {
            if level == message.level && is_response {
                peer.rediscoveries = 0;
            }
            return Ok(message.opened(state, false));
        }
        let Some(engine) = peer.engine_mut(engine_id) else {
            return Err(unknown);
        };
        if !message.is_authentic(&engine.keys) {
            return Err(self.refuse(message, RejectReason::WrongDigest, None));
        }
        // Step 7b: no counter and no Report when it fails.
        let (boots, time) = (message.parameters.boots, message.parameters.time);
        if !engine.clock.receive(now, boots, time) {
            return Err(Rejected::new(RejectReason::NotInTimeWindow, None));
        }
        engine.confirmed = true;
        let decrypted = message.decrypt(&engine.keys);
        peer.rediscoveries = 0;
        self.peers.confirm(place, engine_id);
        match decrypted {
            Ok(()) => Ok(message.opened(state, false)),
            Err(reason) => Err(self.refuse(message, reason, None)),
        }
    }

    /// From an engine that we do not talk to: notifications for our users, and answers to discoveries.
    fn receive_from_stranger(
        &mut self,
        now: Instant,
        engine_id: EngineId,
        message: &mut Message<'_, '_>,
    ) -> Received {
        let pdu_type = message.pdu_type();
        if message.may_be_reported() {
            // A request to an engine that is not here: its sender learns which one is.
            return Err(self.unknown_engine(message));
        }
        if message.level == SecurityLevel::NoAuthNoPriv && pdu_type == Some(PduType::Report) {
            // Perhaps the answer to a discovery: `on_report` is asked by whoever knows the msgID.
            return Ok(message.opened(self.note(now, message, Some(engine_id)), false));
        }
        let Some(user) = self.users.find(message.user_name()) else {
            return Err(self.refuse(message, RejectReason::UnknownUserName, None));
        };
        let level = self.users.level(user);
        if message.level != level {
            return Err(self.refuse(message, RejectReason::UnsupportedSecurityLevel, None));
        }
        if level == SecurityLevel::NoAuthNoPriv {
            return Ok(message.opened(self.note(now, message, Some(engine_id)), false));
        }
        // Keys of an engine not heard of yet are not kept until its message authenticated (RFC 3414 §3.2 step 3a).
        let known = self.engines.find(&engine_id, user.index);
        let fresh = match known {
            Some(_) => None,
            None => self.users.keys(user, &engine_id),
        };
        let (keys, mut clock) = match (known, &fresh) {
            (Some(known), _) => (&known.keys, known.clock),
            (None, Some(keys)) => (keys, RemoteClock::UNKNOWN),
            (None, None) => {
                return Err(self.refuse(message, RejectReason::UnsupportedSecurityLevel, None));
            }
        };
        if !message.is_authentic(keys) {
            return Err(self.refuse(message, RejectReason::WrongDigest, None));
        }
        if !clock.receive(now, message.parameters.boots, message.parameters.time) {
            return Err(Rejected::new(RejectReason::NotInTimeWindow, None));
        }
        let decrypted = message.decrypt(keys);
        let place = match fresh {
            Some(keys) => Some(self.engines.insert(engine_id, user.index, keys, clock)),
            None => self.engines.heard(engine_id, user.index, clock),
        };
        match (decrypted, place) {
            (Ok(()), Some(place)) => Ok(message.opened(StateKind::Heard(place), false)),
            _ => Err(self.refuse(message, RejectReason::DecryptionError, None)),
        }
    }

    /// Step 3b: counted, and told to whoever asked for it.
    fn unknown_engine(&mut self, message: &Message<'_, '_>) -> Rejected<UsmState> {
        self.refuse(message, RejectReason::UnknownEngineId, None)
    }

    /// Counts, and says which Report is due: unauthenticated, but for notInTimeWindows, which goes out with the
    /// user's key (`state`).
    fn refuse(
        &mut self,
        message: &Message<'_, '_>,
        reason: RejectReason,
        state: Option<StateKind>,
    ) -> Rejected<UsmState> {
        let kind = match reason {
            RejectReason::UnknownEngineId => ReportKind::UnknownEngineIds,
            RejectReason::UnknownUserName => ReportKind::UnknownUserNames,
            RejectReason::UnsupportedSecurityLevel => ReportKind::UnsupportedSecurityLevels,
            RejectReason::WrongDigest => ReportKind::WrongDigests,
            RejectReason::NotInTimeWindow => ReportKind::NotInTimeWindows,
            RejectReason::DecryptionError => ReportKind::DecryptionErrors,
            _ => return Rejected::new(reason, None),
        };
        let value = self.stats.count(kind);
        if self.local.is_none() || !message.may_be_reported() {
            return Rejected::new(reason, None);
        }
        let (level, state) = match state {
            Some(state) => (SecurityLevel::AuthNoPriv, state),
            None => (
                SecurityLevel::NoAuthNoPriv,
                self.note(Instant::ZERO, message, None),
            ),
        };
        let state = UsmState(state);
        let report = ReportDue {
            kind,
            value,
            level,
            state,
        };
        Rejected::new(reason, Some(report))
    }

    /// Remembers of an unauthenticated message what a `State` has no room for, until the next one comes.
    fn note(&mut self, now: Instant, message: &Message<'_, '_>, engine_id: Option<EngineId>) -> StateKind {
        let serial = self.note.serial.wrapping_add(1);
        let mut note = Note {
            serial,
            from: Some(message.from),
            engine_id,
            clock: RemoteClock::tentative(now, message.parameters.boots, message.parameters.time),
            ..Note::default()
        };
        for (to, from) in note.user_name.iter_mut().zip(message.user_name()) {
            *to = *from;
            note.user_name_len += 1;
        }
        self.note = note;
        StateKind::Noted(serial)
    }
}
