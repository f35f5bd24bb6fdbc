//! Devices to talk to: what the caller says of them, and what the manager learns.

use alloc::boxed::Box;
use core::net::SocketAddr;

use super::rate::{Bucket, Rate};
use super::slab::{Key, NONE};
use super::timing::{RoundTrip, Timing};
use crate::datagram::Via;
use crate::limits::Limits;
use crate::message::Version;
use crate::outcome::RejectCounts;
use crate::security::Refused;
use crate::time::Duration;

/// A device, for as long as it is a target.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TargetId(pub(super) Key);

impl core::fmt::Debug for TargetId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "TargetId({}.{})", self.0.slot, self.0.generation)
    }
}

/// Whose answers count.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum SourcePolicy {
    /// Those from the address and port asked.
    #[default]
    Strict,
    /// Those from any port of the address asked: some Canon devices answer from another one.
    SameHost,
}

impl SourcePolicy {
    pub(super) fn admits(self, asked: SocketAddr, from: SocketAddr) -> bool {
        let scope = match (asked, from) {
            (SocketAddr::V6(asked), SocketAddr::V6(from)) => {
                asked.scope_id() == 0 || asked.scope_id() == from.scope_id()
            }
            _ => true,
        };
        asked.ip() == from.ip() && scope && (self == Self::SameHost || asked.port() == from.port())
    }
}

/// What noSuchName to a plain GET or GETNEXT means: `SNMPv1` answers nothing when it lacks one name of many
/// (RFC 3584 §4.4).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum NoSuchName {
    /// The request fails.
    #[default]
    Fails,
    /// The request goes on without that name, which is told as [`Event::Absent`](super::Event::Absent). Each such name
    /// costs a round trip.
    LeftOut,
}

/// A device to talk to: address, version with its credentials, and how patiently.
///
/// ```
/// use snmp_core::manager::TargetConfig;
/// use std::time::Duration;
/// let config = TargetConfig::<()>::v2c("192.0.2.7:161".parse()?, b"public").with_timeout(Duration::from_secs(1), 3);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone)]
pub struct TargetConfig<C> {
    pub(super) address: SocketAddr,
    pub(super) via: Via,
    pub(super) credentials: Option<C>,
    pub(super) settings: Settings,
}

/// What targets share: most of a fleet has the same.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Settings {
    pub(super) version: Version,
    pub(super) community: Box<[u8]>,
    pub(super) context: Box<[u8]>,
    pub(super) timing: Timing,
    pub(super) deadline: Option<Duration>,
    pub(super) sources: SourcePolicy,
    pub(super) concurrency: u8,
    pub(super) rate: Option<Rate>,
    pub(super) splitting: bool,
    pub(super) no_such_name: NoSuchName,
}

impl<C> TargetConfig<C> {
    /// A device that is asked by `SNMPv1`.
    #[must_use]
    pub fn v1(address: SocketAddr, community: &[u8]) -> Self {
        Self::new(address, Version::V1, community, None)
    }

    /// A device that is asked by `SNMPv2c`.
    #[must_use]
    pub fn v2c(address: SocketAddr, community: &[u8]) -> Self {
        Self::new(address, Version::V2c, community, None)
    }

    /// A device that is asked by `SNMPv3`, with the security model's credentials.
    #[must_use]
    pub fn v3(address: SocketAddr, credentials: C) -> Self {
        Self::new(address, Version::V3, b"", Some(credentials))
    }

    fn new(address: SocketAddr, version: Version, community: &[u8], credentials: Option<C>) -> Self {
        Self {
            address,
            via: Via::default(),
            credentials,
            settings: Settings {
                version,
                community: community.into(),
                context: Box::default(),
                timing: Timing::default(),
                deadline: None,
                sources: SourcePolicy::Strict,
                concurrency: 1,
                rate: None,
                splitting: true,
                no_such_name: NoSuchName::Fails,
            },
        }
    }

    /// Sent from, and answered on, this local socket; else socket 0.
    #[must_use]
    pub fn via(mut self, via: Via) -> Self {
        self.via = via;
        self
    }

    /// Each try waits at most `timeout`; `retries` transmissions, at most 15, follow the first.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration, retries: u8) -> Self {
        self.with_timing(Timing::at_most(timeout, retries))
    }

    /// How long tries wait, and how many there are.
    #[must_use]
    pub fn with_timing(mut self, timing: Timing) -> Self {
        self.settings.timing = timing;
        self
    }

    /// A request ends this long after it was started, whatever its tries; its time in the queue counts.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = Some(deadline);
        self
    }

    /// contextName of requests that name none (RFC 3412 §6.8): `SNMPv3` only.
    #[must_use]
    pub fn with_context(mut self, context: &[u8]) -> Self {
        self.settings.context = context.into();
        self
    }

    /// Whose answers count.
    #[must_use]
    pub fn with_sources(mut self, sources: SourcePolicy) -> Self {
        self.settings.sources = sources;
        self
    }

    /// Requests under way at once, from 1, which it is otherwise: printers are small, and some restart when they are
    /// asked hard. The others wait in the order in which they were started.
    #[must_use]
    pub fn with_concurrency(mut self, requests: u8) -> Self {
        self.settings.concurrency = requests.max(1);
        self
    }

    /// Datagrams to the device leave no faster than this, those of other targets at the same address not counted.
    #[must_use]
    pub fn with_rate(mut self, rate: Rate) -> Self {
        self.settings.rate = Some(rate);
        self
    }

    /// Whether a plain GET or GETNEXT may go in parts, which is so unless told otherwise: where its names do not fit a
    /// datagram, where they are more than the device's [`Limits`] allow, and where it answers tooBig. All but the last
    /// part come as [`Event::Part`](super::Event::Part). Values that belong together, since the device gave them at one
    /// time, may then lie in different answers.
    #[must_use]
    pub fn with_splitting(mut self, splitting: bool) -> Self {
        self.settings.splitting = splitting;
        self
    }

    /// What noSuchName to a plain GET or GETNEXT means.
    #[must_use]
    pub fn with_no_such_name(mut self, policy: NoSuchName) -> Self {
        self.settings.no_such_name = policy;
        self
    }
}

/// Community and credentials are not shown.
impl<C> core::fmt::Debug for TargetConfig<C> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TargetConfig")
            .field("address", &self.address)
            .field("via", &self.via)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// The community is not shown.
impl core::fmt::Debug for Settings {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Settings")
            .field("version", &self.version)
            .field("timing", &self.timing)
            .field("deadline", &self.deadline)
            .field("sources", &self.sources)
            .field("concurrency", &self.concurrency)
            .field("rate", &self.rate)
            .field("splitting", &self.splitting)
            .field("no_such_name", &self.no_such_name)
            .finish_non_exhaustive()
    }
}

/// Where and how to send what needs no answer.
#[cfg(feature = "notification")]
#[derive(Debug)]
pub(crate) struct Route<'m, P> {
    pub(crate) address: SocketAddr,
    pub(crate) via: Via,
    pub(crate) version: Version,
    pub(crate) community: &'m [u8],
    pub(crate) context: &'m [u8],
    pub(crate) peer: Option<P>,
}

/// A device cannot become a target.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// The security model refuses the credentials.
    #[error("credentials: {0}")]
    Credentials(#[from] Refused),
    /// A context was set, which only `SNMPv3` has.
    #[error("only SNMPv3 has contexts")]
    ContextNeedsV3,
    /// Community or context leave too little room in a datagram for names.
    #[error("community or context too long")]
    TooLong,
    /// The manager has as many targets as it can.
    #[error("too many targets")]
    Full,
}

/// What the manager keeps for a device.
#[derive(Debug)]
pub(super) struct Target<P> {
    pub(super) address: SocketAddr,
    pub(super) via: Via,
    /// Requests under way: those of `active`.
    pub(super) running: u8,
    pub(super) dropped: RejectCounts,
    pub(super) settings: u32,
    pub(super) peer: Option<P>,
    pub(super) round_trip: RoundTrip,
    pub(super) bucket: Bucket,
    pub(super) limits: Limits,
    pub(super) active: List,
    pub(super) queue: List,
    /// The request that is discovering the engine; [`NONE`] while none does.
    pub(super) discoverer: u32,
}

/// Ends of a list of requests, linked through them.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    pub(super) first: u32,
    pub(super) last: u32,
}

impl List {
    pub(super) const EMPTY: Self = Self {
        first: NONE,
        last: NONE,
    };
}

/// One setting for the many targets that share it.
#[derive(Debug)]
pub(super) struct SharedSettings {
    pub(super) settings: Settings,
    pub(super) targets: u32,
}
