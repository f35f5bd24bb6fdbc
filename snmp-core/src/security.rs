//! The seam to a security model (RFC 3411 §4.4, RFC 3412 §7): what manager, receiver and responder ask of it.

use alloc::vec::Vec;
use core::fmt::Debug;
use core::net::SocketAddr;
use core::ops::Range;

use crate::datagram::BufferTooSmall;
use crate::message::{V3Header, V3Layout};
use crate::time::Instant;

/// How much security a message has or needs (RFC 3411 §3.4.3); ordered.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "RFC 3411 closed the set")]
pub enum SecurityLevel {
    /// Neither.
    NoAuthNoPriv,
    /// Authenticated, in the clear.
    AuthNoPriv,
    /// Authenticated and encrypted.
    AuthPriv,
}

/// What a model answers before a request is sent to a peer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Prepare {
    /// The request can be sealed now.
    Ready,
    /// The peer's engine is unknown: the caller sends a discovery, an empty reportable GET that it seals with
    /// [`SealFor::Discovery`]. Said to one caller a peer; the others get [`Wait`](Self::Wait).
    Discover,
    /// A discovery is under way: ask again when it ends.
    Wait,
    /// Nothing can be sent to this peer.
    Refused(Refused),
}

/// Why a model sends nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The peer is not known to the model.
    #[error("unknown peer")]
    UnknownPeer,
    /// The credentials hold no keys for the level or the protocol.
    #[error("credentials do not reach the level")]
    Credentials,
    /// Engine boots are not stored yet, or could not be read: an authoritative engine must not send.
    #[error("engine boots are not stored")]
    BootsNotStored,
    /// Engine boots stand at 2147483647 (RFC 3414 §2.2.2).
    #[error("engine boots are used up")]
    BootsExhausted,
    /// No security model for `SNMPv3` is there.
    #[error("SNMPv3 is not available")]
    Unavailable,
}

/// For whom a message is sealed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the three kinds of outgoing message of RFC 3412"
)]
pub enum SealFor<P, S> {
    /// A request to this peer, with its credentials (RFC 3412 §7.1). Where the header is not reportable it is a trap:
    /// then the local engine is the authoritative one (RFC 3412 §7.1, step 9a).
    Peer(P),
    /// The discovery of this peer's engine (RFC 3414 §4): no user, no engine, not authenticated.
    Discovery(P),
    /// A response to, or a Report on, the message with this state (securityStateReference).
    State(S),
}

/// A message cannot be sealed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The message does not fit the buffer.
    #[error(transparent)]
    TooSmall(#[from] BufferTooSmall),
    /// The model refuses.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// A message that passed: its scoped PDU is plain now.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Opened<S> {
    /// What a response to it is sealed with, and what tells whose message it is.
    pub state: S,
    /// The level that was found, not merely claimed.
    pub level: SecurityLevel,
    /// Where the plain scopedPDU stands in the datagram; a block cipher's padding may stand behind it.
    pub scoped: Range<usize>,
    /// Whether the local engine is authoritative: a request or an inform for us.
    pub local: bool,
}

impl<S> Opened<S> {
    /// For security models.
    #[must_use]
    pub const fn new(state: S, level: SecurityLevel, scoped: Range<usize>, local: bool) -> Self {
        Self {
            state,
            level,
            scoped,
            local,
        }
    }
}

/// A message that did not pass.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rejected<S> {
    /// Why.
    pub reason: RejectReason,
    /// The Report that RFC 3412 §7.1 step 3 allows: the caller sends it when the message was reportable or its PDU is
    /// confirmed. `None` when no Report is due.
    pub report: Option<ReportDue<S>>,
}

impl<S> Rejected<S> {
    /// For security models.
    #[must_use]
    pub const fn new(reason: RejectReason, report: Option<ReportDue<S>>) -> Self {
        Self { reason, report }
    }
}

/// A Report that is to be sent: one counter, sealed with `state`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "made by security models")]
pub struct ReportDue<S> {
    /// Which counter it carries.
    pub kind: ReportKind,
    /// The counter's value.
    pub value: u32,
    /// At which level it goes out (RFC 3414 §3.2: notInTimeWindow authenticated, the others not).
    pub level: SecurityLevel,
    /// What it is sealed with.
    pub state: S,
}

/// Why a security model did not let a message pass (RFC 3414 §3.2).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the usmStats counters' own names")]
pub enum RejectReason {
    #[error("security parameters do not decode")]
    ParseError,
    #[error("unknown engine id")]
    UnknownEngineId,
    #[error("unknown user name")]
    UnknownUserName,
    #[error("unsupported security level")]
    UnsupportedSecurityLevel,
    #[error("wrong digest")]
    WrongDigest,
    #[error("not in time window")]
    NotInTimeWindow,
    #[error("decryption error")]
    DecryptionError,
    /// A message seen before, inside the time window.
    #[error("replayed")]
    Replayed,
    /// msgFlags that RFC 3412 forbids, or a level that does not go with the message.
    #[error("invalid message")]
    InvalidMessage,
    #[error("unknown security model")]
    UnknownSecurityModel,
}

/// The counter that a Report carries (RFC 3412 §5, RFC 3414 §5, RFC 3413 §3.2).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the counters' own names")]
pub enum ReportKind {
    UnsupportedSecurityLevels,
    NotInTimeWindows,
    UnknownUserNames,
    UnknownEngineIds,
    WrongDigests,
    DecryptionErrors,
    UnknownSecurityModels,
    InvalidMessages,
    UnknownPduHandlers,
    UnavailableContexts,
    UnknownContexts,
    /// A counter that none of the RFCs names, or no counter at all.
    Other,
}

impl ReportKind {
    const COUNTERS: [(Self, crate::oid::Oid<'static>); 11] = [
        (
            Self::UnsupportedSecurityLevels,
            crate::oid!(1.3.6.1.6.3.15.1.1.1.0),
        ),
        (Self::NotInTimeWindows, crate::oid!(1.3.6.1.6.3.15.1.1.2.0)),
        (Self::UnknownUserNames, crate::oid!(1.3.6.1.6.3.15.1.1.3.0)),
        (Self::UnknownEngineIds, crate::oid!(1.3.6.1.6.3.15.1.1.4.0)),
        (Self::WrongDigests, crate::oid!(1.3.6.1.6.3.15.1.1.5.0)),
        (Self::DecryptionErrors, crate::oid!(1.3.6.1.6.3.15.1.1.6.0)),
        (Self::UnknownSecurityModels, crate::oid!(1.3.6.1.6.3.11.2.1.1.0)),
        (Self::InvalidMessages, crate::oid!(1.3.6.1.6.3.11.2.1.2.0)),
        (Self::UnknownPduHandlers, crate::oid!(1.3.6.1.6.3.11.2.1.3.0)),
        (Self::UnavailableContexts, crate::oid!(1.3.6.1.6.3.12.1.4.0)),
        (Self::UnknownContexts, crate::oid!(1.3.6.1.6.3.12.1.5.0)),
    ];

    /// The kind of a Report whose first variable binding has this name.
    #[must_use]
    pub fn of(name: crate::oid::Oid<'_>) -> Self {
        // Some agents leave the instance's 0 away.
        Self::COUNTERS
            .iter()
            .find(|(_, counter)| {
                counter.starts_with(name) && counter.as_octets().len() - name.as_octets().len() <= 1
            })
            .map_or(Self::Other, |(kind, _)| *kind)
    }

    /// The counter's name, its instance 0 included; the empty one for [`Other`](Self::Other).
    #[must_use]
    pub fn counter(self) -> crate::oid::Oid<'static> {
        Self::COUNTERS
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or(crate::oid::Oid::EMPTY, |(_, counter)| *counter)
    }
}

/// What the caller does after a Report on its request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ReportAction {
    /// Engine or time are known now: seal the request again and send it.
    Resend,
    /// The request ends with this: at once when the Report was authenticated or the request is not; else the
    /// manager keeps it in mind and waits out the request's time, since anybody can send such a Report.
    Fail(ReportKind),
    /// Not to be believed: go on waiting.
    Ignore,
}

/// State that has to survive a restart, and the token that tells the model that it does.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "made by security models")]
pub struct Store {
    /// To be handed to `handle_stored` once the octets are safe.
    pub token: u64,
    /// What to write down.
    pub octets: Vec<u8>,
}

/// A security model of `SNMPv3`, as manager, receiver and responder use it.
///
/// It is sans-IO as they are: `now` comes in, nothing waits. Whether the local engine is authoritative follows from
/// msgAuthoritativeEngineID of each message. An engine enters the model's table only after one of its messages
/// authenticated, or, for a level without authentication, after its discovery answered.
pub trait SecurityModel {
    /// What a peer is talked to with: user, level, keys; never a password.
    type Credentials;
    /// A peer: an index into the model's tables.
    type Peer: Copy + Debug + Eq;
    /// securityStateReference: what a response needs to know of its request.
    type State: Copy + Debug;

    /// msgSecurityModel: 3 for USM.
    const MODEL: i32;

    /// Takes up a peer at `address`.
    ///
    /// # Errors
    /// When the credentials do not reach their own level.
    fn add_peer(
        &mut self,
        address: SocketAddr,
        credentials: &Self::Credentials,
    ) -> Result<Self::Peer, Refused>;

    /// Forgets a peer.
    fn remove_peer(&mut self, peer: Self::Peer);

    /// The level of the peer's credentials.
    fn level(&self, peer: Self::Peer) -> SecurityLevel;

    /// The peer's engine id, for contextEngineID; empty while it is unknown.
    fn engine_id(&self, peer: Self::Peer) -> &[u8];

    /// The local engine id; empty where there is none.
    fn local_engine_id(&self) -> &[u8];

    /// What has to happen before a request to the peer is sealed.
    fn prepare(&mut self, now: Instant, peer: Self::Peer) -> Prepare;

    /// The discovery of the peer got no answer: the next [`prepare`](Self::prepare) may start another.
    fn discovery_failed(&mut self, peer: Self::Peer);

    /// Octets that sealing needs before the scoped PDU, at most.
    fn max_head(&self) -> usize;

    /// Octets that sealing needs behind the scoped PDU, at most: a block cipher's padding.
    fn max_tail(&self) -> usize;

    /// Octets that sealing an answer with this state at this level puts around the scoped PDU, at most: what a peer's
    /// msgMaxSize leaves for it (RFC 3414 §3.2 step 9, maxSizeResponseScopedPDU). A model that does not know better
    /// says what [`max_head`](Self::max_head) and [`max_tail`](Self::max_tail) are together.
    fn overhead(&self, state: Self::State, level: SecurityLevel) -> usize {
        let _ = (state, level);
        self.max_head() + self.max_tail()
    }

    /// Makes the message whose plain scopedPDU element stands in `buffer[scoped]`: encrypts, writes the head,
    /// authenticates, and says where the message stands. `header.flags` holds the level.
    ///
    /// # Errors
    /// When the buffer leaves too little room, or the model refuses.
    fn seal(
        &mut self,
        now: Instant,
        to: SealFor<Self::Peer, Self::State>,
        header: &V3Header,
        buffer: &mut [u8],
        scoped: Range<usize>,
    ) -> Result<Range<usize>, SealError>;

    /// Checks a message and decrypts it in place (RFC 3412 §7.2 step 6).
    ///
    /// # Errors
    /// Why it did not pass, and the Report that is due.
    fn open(
        &mut self,
        now: Instant,
        from: SocketAddr,
        layout: &V3Layout,
        datagram: &mut [u8],
    ) -> Result<Opened<Self::State>, Rejected<Self::State>>;

    /// Whether a Response with this state, of this level, answers a request to this peer: same user, engine and level
    /// (RFC 3412 §7.2 step 12a). It is not asked about Reports, whose level may be lower:
    /// [`on_report`](Self::on_report) judges by the state whose they are.
    fn answers(&self, peer: Self::Peer, state: Self::State, level: SecurityLevel) -> bool;

    /// Learns from a Report on a request to the peer.
    fn on_report(
        &mut self,
        now: Instant,
        peer: Self::Peer,
        state: Self::State,
        kind: ReportKind,
        authenticated: bool,
    ) -> ReportAction;

    /// What must be written down before anything that depends on it is sent.
    fn poll_store(&mut self) -> Option<Store> {
        None
    }

    /// What the token stands for is safe now.
    fn handle_stored(&mut self, _token: u64) {}
}

/// No `SNMPv3`: every message of that version is rejected.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing")]
pub struct NoV3;

/// A peer or a state that cannot exist.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "it has no values")]
pub enum Never {}

impl SecurityModel for NoV3 {
    type Credentials = Never;
    type Peer = Never;
    type State = Never;

    const MODEL: i32 = 0;

    fn add_peer(&mut self, _: SocketAddr, credentials: &Never) -> Result<Never, Refused> {
        match *credentials {}
    }

    fn remove_peer(&mut self, peer: Never) {
        match peer {}
    }

    fn level(&self, peer: Never) -> SecurityLevel {
        match peer {}
    }

    fn engine_id(&self, peer: Never) -> &[u8] {
        match peer {}
    }

    fn local_engine_id(&self) -> &[u8] {
        &[]
    }

    fn prepare(&mut self, _: Instant, peer: Never) -> Prepare {
        match peer {}
    }

    fn discovery_failed(&mut self, peer: Never) {
        match peer {}
    }

    fn max_head(&self) -> usize {
        0
    }

    fn max_tail(&self) -> usize {
        0
    }

    fn seal(
        &mut self,
        _: Instant,
        _: SealFor<Never, Never>,
        _: &V3Header,
        _: &mut [u8],
        _: Range<usize>,
    ) -> Result<Range<usize>, SealError> {
        Err(Refused::Unavailable.into())
    }

    fn open(
        &mut self,
        _: Instant,
        _: SocketAddr,
        _: &V3Layout,
        _: &mut [u8],
    ) -> Result<Opened<Never>, Rejected<Never>> {
        Err(Rejected::new(RejectReason::UnknownSecurityModel, None))
    }

    fn answers(&self, peer: Never, _: Never, _: SecurityLevel) -> bool {
        match peer {}
    }

    fn on_report(&mut self, _: Instant, peer: Never, _: Never, _: ReportKind, _: bool) -> ReportAction {
        match peer {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_known_by_their_counter_with_or_without_the_instance() {
        for (kind, counter) in ReportKind::COUNTERS {
            assert_eq!(ReportKind::of(counter), kind);
            assert_eq!(kind.counter(), counter);
        }
        assert_eq!(
            ReportKind::of(crate::oid!(1.3.6.1.6.3.15.1.1.4)),
            ReportKind::UnknownEngineIds
        );
        assert_eq!(ReportKind::of(crate::oid!(1.3.6.1.6.3.15.1.1)), ReportKind::Other);
        assert_eq!(ReportKind::of(crate::oid::Oid::EMPTY), ReportKind::Other);
    }
}
