//! How a request ends without an answer, told so that the caller can decide what to do next.

use core::num::NonZeroU32;

use crate::ber::DecodeError;
use crate::message::Version;
use crate::oid::OidBuf;
use crate::pdu::ErrorStatus;
use crate::security::{Refused, ReportKind, SecurityLevel};

/// Why a request ended without an answer.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Outcome {
    /// The device answered with an error-status (RFC 3416 §3).
    #[error("device answered {status:?}{}", At(*index, name.as_ref()))]
    ErrorStatus {
        /// Which one.
        status: ErrorStatus,
        /// The name at fault, counted from 1; `None` when the device named none.
        index: Option<NonZeroU32>,
        /// The name that was asked for at `index`, where the request has one there.
        name: Option<OidBuf>,
    },
    /// The device's engine refused the message (RFC 3412 §7.1, RFC 3414 §3.2).
    #[error("device reported {kind:?}{}", if *authenticated { "" } else { ", unauthenticated" })]
    Report {
        /// What it counted.
        kind: ReportKind,
        /// Whether the Report proved that it came from the device. One that did not ends a request that asked for
        /// authentication only when its time is up.
        authenticated: bool,
    },
    /// Nothing that answers it came in time.
    #[error(transparent)]
    Timeout(#[from] Timeout),
    /// The network said that nobody listens there.
    #[error("nobody listens at the address")]
    Unreachable,
    /// The security model sends nothing to this device.
    #[error("security: {0}")]
    Security(#[from] Refused),
    /// The answer to this request broke off or broke a rule that cannot be read over: that of two transmissions, or an
    /// authenticated one.
    #[error("answer does not decode: {0}")]
    Malformed(DecodeError),
    /// The caller gave it up, or removed its target.
    #[error("cancelled")]
    Cancelled,
    /// The caller's deadline passed before the last try ended.
    #[error("deadline passed; {0}")]
    DeadlineExceeded(Timeout),
    /// The request does not fit a datagram of the target's size.
    #[error("request of {needed} octets is larger than {limit}")]
    TooLarge {
        /// Octets that it needs.
        needed: usize,
        /// Octets that a datagram may have.
        limit: usize,
    },
}

/// ` at 2 (1.3.6.1.2.1.1.1.0)`, as much of it as is known.
struct At<'a>(Option<NonZeroU32>, Option<&'a OidBuf>);

impl core::fmt::Display for At<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if let Some(index) = self.0 {
            write!(f, " at {index}")?;
        }
        if let Some(name) = self.1 {
            write!(f, " ({name})")?;
        }
        Ok(())
    }
}

impl Outcome {
    /// Whether the device itself said something: then it is there, and asking again changes little.
    #[must_use]
    pub const fn is_answered(&self) -> bool {
        matches!(
            self,
            Self::ErrorStatus { .. } | Self::Report { .. } | Self::Malformed(_)
        )
    }

    /// What the caller should look at first; empty where the outcome says it all.
    pub fn likely_causes(&self) -> impl Iterator<Item = LikelyCause> {
        let timeout = match self {
            Self::Timeout(timeout) | Self::DeadlineExceeded(timeout) => Some(timeout),
            _ => None,
        };
        timeout.into_iter().flat_map(Timeout::likely_causes)
    }
}

/// A request that nothing answered, and what came instead.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Timeout {
    /// Datagrams sent for it; with `SNMPv3` those of the discovery count too.
    pub attempts: u8,
    /// The version that it was sent with.
    pub version: Version,
    /// The level that it was secured with; `NoAuthNoPriv` for v1 and v2c.
    pub level: SecurityLevel,
    /// Whether the device's engine is known (RFC 3414 §4): it is there and speaks `SNMPv3`. Never true for v1 and v2c.
    pub discovered: bool,
    /// What came from the device's address meanwhile and was dropped.
    pub dropped: RejectCounts,
}

impl core::error::Error for Timeout {}

impl core::fmt::Display for Timeout {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "no answer to {} datagrams", self.attempts)?;
        if self.discovered {
            f.write_str(" although discovery succeeded")?;
        }
        if !self.dropped.is_empty() {
            write!(f, ", dropped: {}", self.dropped)?;
        }
        for (n, cause) in self.likely_causes().enumerate() {
            write!(f, "{}{cause}", if n == 0 { "; likely: " } else { ", " })?;
        }
        Ok(())
    }
}

impl Timeout {
    /// For machines that send requests.
    #[must_use]
    pub const fn new(version: Version, level: SecurityLevel, attempts: u8) -> Self {
        Self {
            attempts,
            version,
            level,
            discovered: false,
            dropped: RejectCounts::NONE,
        }
    }

    /// Says whether the engine is known.
    #[must_use]
    pub const fn with_discovered(mut self, discovered: bool) -> Self {
        self.discovered = discovered;
        self
    }

    /// Says what was dropped.
    #[must_use]
    pub const fn with_dropped(mut self, dropped: RejectCounts) -> Self {
        self.dropped = dropped;
        self
    }

    /// What to look at, the likeliest first. What was dropped speaks before what silence may mean.
    pub fn likely_causes(&self) -> impl Iterator<Item = LikelyCause> + use<> {
        use LikelyCause as Cause;
        let count = |reason| self.dropped.count(reason) > 0;
        let quiet = self.dropped.is_empty();
        let v3 = matches!(self.version, Version::V3);
        let authenticated = self.level >= SecurityLevel::AuthNoPriv;
        [
            (count(Reject::Source), Cause::AnswersFromElsewhere),
            (count(Reject::UnknownId), Cause::RequestIdChanged),
            (count(Reject::Late), Cause::AnswersLate),
            (count(Reject::Community), Cause::AnswersWithOtherCommunity),
            (count(Reject::Version), Cause::AnswersWithOtherVersion),
            (count(Reject::Malformed), Cause::AnswersMalformed),
            (
                count(Reject::Digest) || count(Reject::Decryption),
                Cause::OtherKeys,
            ),
            (count(Reject::TimeWindow), Cause::ClockOfDevice),
            (quiet && v3 && !self.discovered, Cause::NoDevice),
            (quiet && v3 && !self.discovered, Cause::VersionDisabled),
            (
                quiet && self.discovered && self.level == SecurityLevel::AuthPriv,
                Cause::PrivacyPassword,
            ),
            (quiet && self.discovered && authenticated, Cause::AnswersLost),
            (quiet && self.discovered && !authenticated, Cause::Filtered),
            (quiet && !v3, Cause::Community),
            (quiet && !v3, Cause::NoDevice),
            (quiet && !v3, Cause::VersionDisabled),
            (quiet && !self.discovered, Cause::Filtered),
        ]
        .into_iter()
        .filter_map(|(holds, cause)| holds.then_some(cause))
    }
}

/// What may have led to a timeout.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LikelyCause {
    /// Nobody is at the address, or it is switched off.
    #[error("no device there")]
    NoDevice,
    /// A wrong community name is not answered (RFC 1157 §4.1).
    #[error("wrong community")]
    Community,
    /// The device has this version of SNMP switched off.
    #[error("this SNMP version is switched off")]
    VersionDisabled,
    /// A firewall, or the device's list of allowed managers.
    #[error("filtered by a firewall or an access list")]
    Filtered,
    /// The engine is known and the message authenticated: a wrong privacy password is silence with net-snmp.
    #[error("wrong privacy password")]
    PrivacyPassword,
    /// The engine was discovered, but answers to the request do not arrive: too large for the path, or lost.
    #[error("answers lost on the way")]
    AnswersLost,
    /// Answers came from another address or port than asked: several interfaces, address translation.
    #[error("answers came from another address")]
    AnswersFromElsewhere,
    /// Answers came with ids that were never sent: some devices cut them to 16 bits.
    #[error("device changes request ids")]
    RequestIdChanged,
    /// Answers to earlier requests came after their time: the device is slower than it is waited for.
    #[error("answers come too late")]
    AnswersLate,
    /// Answers came with another community.
    #[error("answers carried another community")]
    AnswersWithOtherCommunity,
    /// Answers came with another version.
    #[error("answers carried another SNMP version")]
    AnswersWithOtherVersion,
    /// Answers came that do not decode.
    #[error("answers did not decode")]
    AnswersMalformed,
    /// Answers came that were authenticated or encrypted with other keys.
    #[error("answers were secured with other keys")]
    OtherKeys,
    /// Answers came with an engine time outside the window: the device's clock or boot count misbehaves.
    #[error("engine time of the device is off")]
    ClockOfDevice,
}

/// Why a datagram from a device was not taken as an answer.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
#[non_exhaustive]
pub enum Reject {
    /// It carries the id of a request to another address, port or socket.
    Source,
    /// Its id belonged to a request that has ended: late, or a duplicate.
    Late,
    /// Its id was never sent: forged, or changed by the device.
    UnknownId,
    /// Another version than asked with.
    Version,
    /// Another community than asked with.
    Community,
    /// The id of a request, but not a Response or a Report.
    PduType,
    /// It does not decode.
    Malformed,
    /// Wrong digest, or not authenticated though it has to be.
    Digest,
    /// It does not decrypt.
    Decryption,
    /// Engine boots or time outside the window.
    TimeWindow,
    /// Another user, engine, level, context or security model than asked with.
    Security,
    /// A Report that is not to be believed.
    Report,
}

impl Reject {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Source,
        Self::Late,
        Self::UnknownId,
        Self::Version,
        Self::Community,
        Self::PduType,
        Self::Malformed,
        Self::Digest,
        Self::Decryption,
        Self::TimeWindow,
        Self::Security,
        Self::Report,
    ];
}

/// How often what was dropped, by reason; each count stops at 255.
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct RejectCounts([u8; Reject::ALL.len()]);

impl RejectCounts {
    /// Nothing.
    pub const NONE: Self = Self([0; Reject::ALL.len()]);

    /// How often for this reason.
    #[must_use]
    pub fn count(&self, reason: Reject) -> u8 {
        self.0.get(reason as usize).copied().unwrap_or_default()
    }

    /// Whether nothing was dropped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
    }

    /// One more for this reason.
    pub fn add(&mut self, reason: Reject) {
        if let Some(count) = self.0.get_mut(reason as usize) {
            *count = count.saturating_add(1);
        }
    }

    /// The reasons that occurred, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (Reject, u8)> {
        Reject::ALL
            .into_iter()
            .zip(self.0)
            .filter(|(_, count)| *count > 0)
    }
}

impl core::fmt::Debug for RejectCounts {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// `Community 2, Malformed 1`; nothing where nothing was dropped.
impl core::fmt::Display for RejectCounts {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (n, (reason, count)) in self.iter().enumerate() {
            write!(f, "{}{reason:?} {count}", if n == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    #[test]
    fn a_timeout_names_its_likely_causes() {
        let silence = Timeout::new(Version::V2c, SecurityLevel::NoAuthNoPriv, 3);
        assert_eq!(silence.likely_causes().next(), Some(LikelyCause::Community));
        let v3 = Timeout::new(Version::V3, SecurityLevel::AuthPriv, 4);
        assert_eq!(v3.likely_causes().next(), Some(LikelyCause::NoDevice));
        let discovered = v3.with_discovered(true);
        assert_eq!(
            discovered.likely_causes().next(),
            Some(LikelyCause::PrivacyPassword)
        );
        assert_eq!(
            Outcome::Timeout(discovered).to_string(),
            "no answer to 4 datagrams although discovery succeeded; \
             likely: wrong privacy password, answers lost on the way"
        );
        let mut dropped = RejectCounts::NONE;
        dropped.add(Reject::Source);
        let elsewhere = silence.with_dropped(dropped);
        assert_eq!(
            elsewhere.likely_causes().collect::<Vec<_>>(),
            [LikelyCause::AnswersFromElsewhere]
        );
    }

    #[test]
    fn counts_stop_at_their_end() {
        let mut counts = RejectCounts::NONE;
        (0..300).for_each(|_| counts.add(Reject::Report));
        assert_eq!(counts.count(Reject::Report), 255);
        assert_eq!(counts.to_string(), "Report 255");
    }

    #[test]
    fn an_error_status_says_where() {
        let outcome = Outcome::ErrorStatus {
            status: ErrorStatus::NoSuchName,
            index: NonZeroU32::new(2),
            name: Some("1.3.6.1".parse().unwrap()),
        };
        assert_eq!(outcome.to_string(), "device answered NoSuchName at 2 (1.3.6.1)");
    }
}
