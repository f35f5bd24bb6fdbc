//! Requests under way.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use super::event::{Fit, Traffic};
use super::slab::{Key, NONE};
use crate::ber::{Writer, tag};
use crate::limits::Limits;
use crate::oid::{Oid, OidBuf};
use crate::outcome::Outcome;
use crate::pdu::{self, ErrorStatus, PduHeader, PduType};
use crate::query::{Asked, Query, QueryKind};
use crate::security::{Refused, ReportKind};
use crate::table::{Table, TableRows};
use crate::time::Instant;
use crate::value::Value;
use crate::varbind::{VarBind, VarBinds};
use crate::walk::Walk;

/// A request, or a walk. It never stands for another one, also long after its end.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RequestId(pub(super) Key);

impl core::fmt::Debug for RequestId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "RequestId({}.{})", self.0.slot, self.0.generation)
    }
}

/// A request cannot be started; nothing was sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The target was removed.
    #[error("unknown target")]
    UnknownTarget,
    /// `SNMPv1` has no such PDU, or no such value (RFC 3584 §4): GETBULK, inform, Counter64.
    #[error("SNMPv1 cannot carry it")]
    NotInV1,
    /// A context was named, which only `SNMPv3` has.
    #[error("only SNMPv3 has contexts")]
    ContextNeedsV3,
    /// It does not fit a datagram: ask for less at once.
    #[error("{needed} octets, and a datagram holds {limit}")]
    TooLarge {
        /// Octets that it needs.
        needed: usize,
        /// Octets that a datagram may have.
        limit: usize,
    },
    /// The manager has as many requests as it may.
    #[error("too many requests under way")]
    Full,
}

/// For a machine that asks by [`Query`]: what a query that could not be started came to.
impl From<StartError> for Outcome {
    fn from(error: StartError) -> Self {
        match error {
            StartError::TooLarge { needed, limit } => Self::TooLarge { needed, limit },
            StartError::NotInV1 | StartError::ContextNeedsV3 => Self::Security(Refused::Unavailable),
            StartError::UnknownTarget | StartError::Full => Self::Cancelled,
        }
    }
}

/// A point in time that never comes.
pub(super) const NEVER: Instant = Instant::from_micros(u64::MAX);

#[derive(Debug)]
pub(super) struct Request {
    pub(super) target: u32,
    /// Of the present exchange: a walk has many.
    pub(super) serial: u32,
    /// Neighbours in the list of the target that it stands in.
    pub(super) previous: u32,
    pub(super) next: u32,
    /// When its timer fires; [`NEVER`] where it has none.
    pub(super) due: Instant,
    pub(super) deadline: Instant,
    pub(super) sent_at: Instant,
    pub(super) work: Work,
    pub(super) traffic: Traffic,
    /// Transmissions of this exchange.
    pub(super) attempts: u8,
    /// Those since the exchange last came a step forward, for instance by a discovery.
    pub(super) tries: u8,
    /// Transmissions that a Report has settled: a further one on them says nothing new.
    pub(super) settled: u8,
    /// Reports after which it was sent again.
    pub(super) resends: u8,
    /// An authenticated Report has set the clock of the device's engine since the exchange began.
    pub(super) synchronized: bool,
    pub(super) state: State,
    pub(super) hint: Hint,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    /// The target has others under way.
    Queued,
    /// Its place under the target's rate has not come.
    Paced,
    /// To be transmitted.
    Ready,
    /// To be transmitted: its place under the target's rate has come.
    Admitted,
    /// Transmitted.
    Sent,
    /// Another request, or another machine, is discovering the engine.
    AwaitsDiscovery,
}

/// What an unproven source said: it ends work that could still be answered only together with its time (for
/// authenticated work RFC 3412 §7.2, step 11b).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Hint {
    None,
    Report(ReportKind),
    Unreachable,
    /// The answer to this transmission did not decode.
    Malformed(u8),
}

#[derive(Debug)]
pub(super) enum Work {
    Call(Box<Call>),
    Walk(Box<Walk>),
    Table(Box<Table>),
}

impl Work {
    /// The next read of a walk or a table; `None` for a call, and where there is nothing left to ask.
    pub(super) fn query(&mut self, limits: &Limits) -> Option<Query<'_>> {
        match self {
            Self::Call(_) => None,
            Self::Walk(walk) => walk.query(limits),
            Self::Table(table) => table.query(limits),
        }
    }

    /// Whether it has come to its end; a call ends with its exchange, unless that only took a part of it.
    pub(super) fn has_ended(&self) -> bool {
        match self {
            Self::Call(_) => true,
            Self::Walk(walk) => walk.end().is_some(),
            Self::Table(table) => table.end().is_some(),
        }
    }

    /// The context that it names, if any.
    pub(super) fn context(&self) -> Option<&[u8]> {
        let named = |context: &'_ [u8]| !context.is_empty();
        match self {
            Self::Call(call) => call.context.as_deref(),
            Self::Walk(walk) => Some(walk.context()).filter(|context| named(context)),
            Self::Table(table) => Some(table.context()).filter(|context| named(context)),
        }
    }

    /// The error-index, counted in all that was asked for, and the name there.
    pub(super) fn named(&self, index: NonZeroU32) -> (NonZeroU32, Option<OidBuf>) {
        let place = usize::try_from(index.get()).unwrap_or(usize::MAX) - 1;
        let name = match self {
            Self::Call(call) => {
                let Some((place, name)) = call.name(place) else {
                    return (index, None);
                };
                let whole = u32::try_from(place)
                    .ok()
                    .and_then(|place| NonZeroU32::MIN.checked_add(place));
                return (whole.unwrap_or(index), Some(name));
            }
            Self::Walk(walk) => (place == 0).then(|| walk.last().to_buf()),
            Self::Table(table) => table.asked_name(place).map(Oid::to_buf),
        };
        (index, name)
    }

    /// An exchange came to nothing. A table may have rows all the same: those that only lacked a column which does not
    /// go on.
    pub(super) fn fail(&mut self, limits: &mut Limits, outcome: &Outcome) -> Option<TableRows> {
        match self {
            Self::Call(call) => {
                if let Some(asked) = call.asked() {
                    limits.learn(asked, Err(outcome));
                }
            }
            Self::Walk(walk) => {
                walk.handle(limits, Err(outcome));
            }
            Self::Table(table) => {
                return Some(table.handle(limits, Err(outcome))).filter(|rows| !rows.is_empty());
            }
        }
        None
    }
}

/// One exchange; a plain read may take several.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) pdu_type: PduType,
    pub(super) non_repeaters: u32,
    pub(super) max_repetitions: u32,
    /// `None` for the target's.
    pub(super) context: Option<Box<[u8]>>,
    /// Contents of the variable-bindings field. A name that the device does not have was marked: noSuchObject stands
    /// in place of its NULL.
    pub(super) var_binds: Box<[u8]>,
    /// How many there are.
    pub(super) count: usize,
    /// May be asked for in parts.
    pub(super) splits: bool,
    /// Goes on without names that the device does not have.
    pub(super) leaves_out: bool,
    /// Names left out.
    pub(super) absent: usize,
    /// What the present exchange asks for.
    pub(super) part: Part,
}

/// A stretch of a call's names.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    /// Where it begins in the octets, and how long it is there.
    from: usize,
    octets: usize,
    /// The place of its first name in the call.
    pub(super) first: usize,
    /// Names, those left out included; 0 while it is not decided.
    count: usize,
    /// Names asked for.
    pub(super) asked: usize,
}

impl Request {
    pub(super) fn new(target: u32, deadline: Instant, work: Work) -> Self {
        Self {
            target,
            serial: 0,
            previous: NONE,
            next: NONE,
            due: NEVER,
            deadline,
            sent_at: Instant::ZERO,
            work,
            traffic: Traffic::default(),
            attempts: 0,
            tries: 0,
            settled: 0,
            resends: 0,
            synchronized: false,
            state: State::Queued,
            hint: Hint::None,
        }
    }
}

impl Call {
    pub(super) fn new<'v>(
        pdu_type: PduType,
        var_binds: impl IntoIterator<IntoIter: DoubleEndedIterator<Item = VarBind<'v>> + Clone>,
    ) -> Self {
        let var_binds = var_binds.into_iter();
        let mut measure = Writer::new(&mut []);
        let mut count = 0;
        var_binds.clone().rev().for_each(|var_bind| {
            var_bind.encode(&mut measure);
            count += 1;
        });
        let mut octets = vec![0; measure.written()].into_boxed_slice();
        let mut writer = Writer::new(&mut octets);
        var_binds.rev().for_each(|var_bind| var_bind.encode(&mut writer));
        Self {
            pdu_type,
            non_repeaters: 0,
            max_repetitions: 0,
            context: None,
            part: Part {
                octets: octets.len(),
                count,
                asked: count,
                ..Part::default()
            },
            var_binds: octets,
            count,
            splits: false,
            leaves_out: false,
            absent: 0,
        }
    }

    /// Octets of its longest variable binding.
    pub(super) fn longest(&self) -> usize {
        let mut iter = VarBinds::written(&self.var_binds, self.count).iter();
        let (mut longest, mut before) = (0, 0);
        while iter.next().is_some() {
            longest = longest.max(iter.offset() - before);
            before = iter.offset();
        }
        longest
    }

    /// Decides what the next exchange asks for, where that is open: at most so many names, in so many octets, but one
    /// at least.
    pub(super) fn cut(&mut self, names: usize, room: usize) {
        if !self.splits || self.part.count > 0 {
            return;
        }
        let rest = self.var_binds.get(self.part.from..).unwrap_or_default();
        let mut iter = VarBinds::written(rest, self.count - self.part.first).iter();
        let (mut written, mut before) = (0, 0);
        while let Some(var_bind) = iter.next() {
            if !is_left_out(&var_bind) {
                written += iter.offset() - before;
                if self.part.asked > 0 && (self.part.asked >= names || written > room) {
                    break;
                }
                self.part.asked += 1;
            }
            before = iter.offset();
            self.part.count += 1;
        }
        self.part.octets = before;
    }

    /// Leaves it open again how much the next exchange asks for.
    pub(super) fn cut_anew(&mut self) {
        (self.part.octets, self.part.count, self.part.asked) = (0, 0, 0);
    }

    /// Whether, after such an end of an exchange, its names come in smaller parts.
    pub(super) fn asks_less(&self, limits: &Limits, outcome: &Outcome) -> bool {
        let too_big = matches!(
            outcome,
            Outcome::TooLarge { .. }
                | Outcome::ErrorStatus {
                    status: ErrorStatus::TooBig,
                    ..
                }
        );
        too_big && self.splits && self.asked().is_some_and(|asked| limits.asks_less_than(asked))
    }

    /// Goes on behind the present part; false where nothing follows.
    pub(super) fn advance(&mut self) -> bool {
        self.part.from += self.part.octets;
        self.part.first += self.part.count;
        self.cut_anew();
        self.part.first < self.count
    }

    /// Leaves out the name at a place of the present exchange; gives its place in the call.
    pub(super) fn leave_out(&mut self, index: NonZeroU32) -> Option<(usize, OidBuf)> {
        let place = usize::try_from(index.get()).ok()?.checked_sub(1)?;
        let (end, position, name) = {
            let mut iter = self.part_list().iter();
            let (mut position, mut asked) = (self.part.first, 0);
            loop {
                let var_bind = iter.next()?;
                if !is_left_out(&var_bind) {
                    if asked == place {
                        break (iter.offset(), position, var_bind.name.to_buf());
                    }
                    asked += 1;
                }
                position += 1;
            }
        };
        // The element ends with the two octets of its NULL.
        let tag = (self.part.from + end).checked_sub(2)?;
        *self.var_binds.get_mut(tag)? = tag::NO_SUCH_OBJECT;
        self.part.asked -= 1;
        self.absent += 1;
        Some((position, name))
    }

    pub(super) fn header(&self, id: i32) -> PduHeader {
        if self.pdu_type == PduType::GetBulkRequest {
            PduHeader::get_bulk(id, self.non_repeaters, self.max_repetitions)
        } else {
            PduHeader::request(self.pdu_type, id)
        }
    }

    /// The present part, with what was left out.
    fn part_list(&self) -> VarBinds<'_> {
        let octets = self.var_binds.get(self.part.from..).unwrap_or_default();
        VarBinds::written(
            octets.get(..self.part.octets).unwrap_or_default(),
            self.part.count,
        )
    }

    /// What the present exchange asks with, each with its place in the call.
    fn sent(&self) -> impl Iterator<Item = (usize, VarBind<'_>)> + Clone {
        let left_out = self.absent > 0;
        (self.part.first..)
            .zip(self.part_list())
            .filter(move |(_, var_bind)| !(left_out && is_left_out(var_bind)))
    }

    /// Writes the variable-bindings field.
    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        let end = writer.mark();
        if self.absent == 0 {
            writer.octets(self.part_list().as_octets());
        } else {
            let asked: Vec<_> = self.sent().collect();
            for (_, var_bind) in asked.iter().rev() {
                var_bind.encode(writer);
            }
        }
        writer.sequence(end);
    }

    /// What was asked, where it was a read.
    pub(super) fn asked(&self) -> Option<Asked> {
        let kind = match self.pdu_type {
            PduType::GetRequest => QueryKind::Get,
            PduType::GetNextRequest => QueryKind::GetNext,
            PduType::GetBulkRequest => QueryKind::GetBulk {
                non_repeaters: self.non_repeaters,
                max_repetitions: self.max_repetitions,
            },
            _ => return None,
        };
        Some(Asked {
            kind,
            names: self.part.asked,
        })
    }

    /// The name at a place of the present exchange, counted from 0, and its place in the call.
    fn name(&self, place: usize) -> Option<(usize, OidBuf)> {
        let (place, var_bind) = self.sent().nth(place)?;
        Some((place, var_bind.name.to_buf()))
    }

    /// R3416-4.2.1 to 4.2.3: the shape of an answer.
    pub(super) fn fit(&self, answer: &VarBinds<'_>) -> Fit {
        let sent = self.sent().map(|(_, var_bind)| var_bind);
        let follows = |asked: Oid<'_>, got: &VarBind<'_>| {
            got.name > asked || (got.name == asked && got.value.is_exception())
        };
        match self.pdu_type {
            PduType::GetBulkRequest => {
                let fits = sent.zip(answer).all(|(asked, got)| follows(asked.name, &got));
                let asked = self.asked().map_or(usize::MAX, |asked| asked.var_binds());
                match fits {
                    false => Fit::Names,
                    true if answer.len() > asked => Fit::Count,
                    true => Fit::AsAsked,
                }
            }
            _ if self.part.asked != answer.len() => Fit::Count,
            PduType::GetNextRequest
                if !sent
                    .clone()
                    .zip(answer)
                    .all(|(asked, got)| follows(asked.name, &got)) =>
            {
                Fit::Names
            }
            PduType::GetRequest | PduType::SetRequest | PduType::InformRequest
                if !sent
                    .clone()
                    .zip(answer)
                    .all(|(asked, got)| asked.name == got.name) =>
            {
                Fit::Names
            }
            _ => Fit::AsAsked,
        }
    }
}

fn is_left_out(var_bind: &VarBind<'_>) -> bool {
    matches!(var_bind.value, Value::NoSuchObject)
}

/// Writes the variable-bindings field of a read of these names.
pub(super) fn write_names(writer: &mut Writer<'_>, names: &[OidBuf]) {
    pdu::encode_var_binds(writer, names.iter().map(|name| VarBind::null(name.as_oid())));
}
