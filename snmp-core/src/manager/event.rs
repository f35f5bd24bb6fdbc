//! What the manager tells.

use bytes::Bytes;
use core::net::SocketAddr;

use super::request::RequestId;
use super::target::TargetId;
use crate::oid::OidBuf;
use crate::outcome::Outcome;
use crate::strictness::{Anomalies, Strictness};
use crate::table::TableRows;
use crate::time::Duration;
use crate::varbind::VarBinds;
use crate::walk::WalkEnd;

/// What became of a request. [`Part`](Self::Part), [`Absent`](Self::Absent), [`Rows`](Self::Rows) and
/// [`TableRows`](Self::TableRows) may come any number of times; one of the others ends the request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event<'d> {
    /// The device answered with noError; where a read went in parts, this is the last one.
    Answer(Answer<'d>),
    /// The answer to some of the names of a read that goes on with those behind them (see
    /// [`with_splitting`](super::TargetConfig::with_splitting)).
    Part(Answer<'d>),
    /// The device does not have a name; the read goes on without it (see
    /// [`with_no_such_name`](super::TargetConfig::with_no_such_name)).
    Absent(Absent),
    /// No answer.
    Failed(Failed),
    /// Rows of a walk, which goes on or has its end told next.
    Rows(Rows<'d>),
    /// Rows of a table, whose read goes on or has its end told next.
    TableRows(RowsRead),
    /// A walk or the read of a table ended.
    WalkEnded(WalkEnded),
}

/// An answer: the end of a request, or a part of what it asks for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Answer<'d> {
    /// Which request.
    pub request: RequestId,
    /// Which device.
    pub target: TargetId,
    /// The variable bindings, borrowed from the datagram.
    pub var_binds: VarBinds<'d>,
    /// The place, counted from 0, of the first name that it answers among those asked for: 0 but for parts. Names that
    /// were left out count.
    pub first: usize,
    /// Names of the request that were left out so far: each was told as [`Event::Absent`].
    pub absent: usize,
    /// How they go with what was asked.
    pub fit: Fit,
    /// Deviations that were read over, outside the variable bindings.
    pub anomalies: Anomalies,
    /// Where it came from.
    pub from: SocketAddr,
    /// From the transmission that it answers to its arrival; `None` where it answers an earlier one than the last.
    pub round_trip: Option<Duration>,
    /// What the request cost.
    pub traffic: Traffic,
}

/// How the names of an answer go with those asked for (RFC 3416 §4.2.1 to §4.2.3).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Fit {
    /// As the RFC wants it.
    AsAsked,
    /// Fewer or more variable bindings than asked for: some agents cut the list instead of saying tooBig.
    Count,
    /// Other names than asked for; for GETNEXT and GETBULK, one that does not lie behind the name asked for.
    Names,
}

/// A name that the device answered noSuchName to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Absent {
    /// Which request.
    pub request: RequestId,
    /// Which device.
    pub target: TargetId,
    /// The place of the name among those asked for, counted from 0.
    pub place: usize,
    /// The name.
    pub name: OidBuf,
}

/// A request ended without an answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Failed {
    /// Which request.
    pub request: RequestId,
    /// Which device.
    pub target: TargetId,
    /// Why.
    pub outcome: Outcome,
    /// What the request cost.
    pub traffic: Traffic,
}

/// Rows of a walk.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Rows<'d> {
    /// Which walk.
    pub request: RequestId,
    /// Which device.
    pub target: TargetId,
    /// The rows, borrowed from the datagram, in the order of the MIB.
    pub var_binds: VarBinds<'d>,
}

/// Rows of a table.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RowsRead {
    /// Which read.
    pub request: RequestId,
    /// Which device.
    pub target: TargetId,
    /// The rows, whole, in the order of their indexes.
    pub rows: TableRows,
}

/// A walk or the read of a table ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WalkEnded {
    /// Which walk or read.
    pub request: RequestId,
    /// Which device.
    pub target: TargetId,
    /// Why.
    pub end: WalkEnd,
    /// Rows delivered.
    pub rows: u32,
    /// What it cost.
    pub traffic: Traffic,
}

/// Datagrams of a request and their octets, without the headers of UDP and IP.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "two directions, two measures")]
pub struct Traffic {
    /// Datagrams sent, retries and `SNMPv3` discovery included.
    pub sent: u32,
    /// Datagrams received and taken as its answers.
    pub received: u32,
    /// Octets sent.
    pub octets_sent: u32,
    /// Octets received.
    pub octets_received: u32,
}

impl Traffic {
    pub(super) fn count_sent(&mut self, octets: usize) {
        self.sent = self.sent.saturating_add(1);
        self.octets_sent = self.octets_sent.saturating_add(saturated(octets));
    }

    pub(super) fn count_received(&mut self, octets: usize) {
        self.received = self.received.saturating_add(1);
        self.octets_received = self.octets_received.saturating_add(saturated(octets));
    }
}

fn saturated(octets: usize) -> u32 {
    u32::try_from(octets).unwrap_or(u32::MAX)
}

impl Event<'_> {
    /// The request that it is about.
    #[must_use]
    pub const fn request(&self) -> RequestId {
        match self {
            Self::Answer(answer) | Self::Part(answer) => answer.request,
            Self::Absent(absent) => absent.request,
            Self::Failed(failed) => failed.request,
            Self::Rows(rows) => rows.request,
            Self::TableRows(rows) => rows.request,
            Self::WalkEnded(ended) => ended.request,
        }
    }

    /// The device that it is about.
    #[must_use]
    pub const fn target(&self) -> TargetId {
        match self {
            Self::Answer(answer) | Self::Part(answer) => answer.target,
            Self::Absent(absent) => absent.target,
            Self::Failed(failed) => failed.target,
            Self::Rows(rows) => rows.target,
            Self::TableRows(rows) => rows.target,
            Self::WalkEnded(ended) => ended.target,
        }
    }

    /// Whether it is the request's end.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        !matches!(
            self,
            Self::Part(_) | Self::Absent(_) | Self::Rows(_) | Self::TableRows(_)
        )
    }

    /// Apart from the datagram: one copy of its variable bindings, shared by all clones.
    #[must_use]
    pub fn to_owned(&self) -> OwnedEvent {
        let var_binds = match self {
            Self::Answer(answer) | Self::Part(answer) => answer.var_binds,
            Self::Rows(rows) => rows.var_binds,
            Self::Absent(_) | Self::Failed(_) | Self::TableRows(_) | Self::WalkEnded(_) => VarBinds::EMPTY,
        };
        OwnedEvent {
            octets: Bytes::copy_from_slice(var_binds.as_octets()),
            strictness: var_binds.strictness(),
            event: match self {
                Self::Answer(answer) => Event::Answer(Answer {
                    var_binds: VarBinds::EMPTY,
                    ..*answer
                }),
                Self::Part(answer) => Event::Part(Answer {
                    var_binds: VarBinds::EMPTY,
                    ..*answer
                }),
                Self::Absent(absent) => Event::Absent(absent.clone()),
                Self::Rows(rows) => Event::Rows(Rows {
                    var_binds: VarBinds::EMPTY,
                    ..*rows
                }),
                Self::Failed(failed) => Event::Failed(failed.clone()),
                Self::TableRows(rows) => Event::TableRows(rows.clone()),
                Self::WalkEnded(ended) => Event::WalkEnded(ended.clone()),
            },
        }
    }
}

/// An [`Event`] that holds its variable bindings itself.
#[derive(Clone, Debug)]
pub struct OwnedEvent {
    octets: Bytes,
    strictness: Strictness,
    /// With no variable bindings: they are in `octets`.
    event: Event<'static>,
}

impl OwnedEvent {
    /// The event, borrowed from here.
    #[must_use]
    pub fn event(&self) -> Event<'_> {
        let mut event = self.event.clone();
        if let Event::Answer(Answer { var_binds, .. })
        | Event::Part(Answer { var_binds, .. })
        | Event::Rows(Rows { var_binds, .. }) = &mut event
        {
            // They were read by the same rules before.
            *var_binds = VarBinds::from_octets(&self.octets, self.strictness).unwrap_or(VarBinds::EMPTY);
        }
        event
    }

    /// The octets of the variable bindings; empty where the event has none.
    #[must_use]
    pub const fn octets(&self) -> &Bytes {
        &self.octets
    }
}
