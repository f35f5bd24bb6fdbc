//! The operations of RFC 3416 §4.2 over a [`MibView`], as far as they do not depend on who asks.

use alloc::vec::Vec;
use core::ops::Range;

use super::view::{GenErr, MibView};
use crate::ber::Writer;
use crate::message::Version;
use crate::oid::{Oid, OidBuf};
use crate::pdu::{ErrorStatus, Pdu, PduType};
use crate::value::Value;
use crate::varbind::VarBind;

/// Counter64 objects that a v1 GETNEXT passes over before it gives up with genErr. The high-capacity columns of a
/// switch with 8000 interfaces are within it.
const MAX_SKIPPED: u32 = 65_536;

/// What came of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Answer {
    /// noError with the variable bindings in [`Work::list`].
    Values,
    /// This status, with the variable bindings of the request.
    Echo(ErrorStatus, usize),
    /// The answer does not fit.
    TooBig,
}

/// Memory that one request leaves to the next.
#[derive(Debug)]
pub(super) struct Work {
    /// Contents of the answer's variable-bindings field.
    pub(super) list: Vec<u8>,
    /// Where the latest name of each repeater stands in `list`.
    latest: Vec<Range<usize>>,
}

impl Work {
    pub(super) const fn new() -> Self {
        Self {
            list: Vec::new(),
            latest: Vec::new(),
        }
    }

    /// Performs GET, GETNEXT, GETBULK or SET; the answer's variable bindings have at most `room` octets.
    pub(super) fn perform<V: MibView>(
        &mut self,
        view: &mut V,
        version: Version,
        pdu: &Pdu<'_>,
        room: usize,
    ) -> Answer {
        self.list.clear();
        match pdu.header.pdu_type {
            PduType::GetRequest => self.get(view, version, pdu, room),
            PduType::GetNextRequest => self.get_next(view, version, pdu, room),
            PduType::GetBulkRequest => self.get_bulk(view, pdu, room),
            _ => set(view, pdu, room),
        }
    }

    fn get<V: MibView>(&mut self, view: &mut V, version: Version, pdu: &Pdu<'_>, room: usize) -> Answer {
        for (at, VarBind { name, .. }) in pdu.var_binds.iter().enumerate() {
            let value = match view.get(name) {
                Ok(value) if version == Version::V1 && !is_v1(&value) => {
                    return Answer::Echo(ErrorStatus::NoSuchName, at + 1);
                }
                Ok(value) => value,
                Err(GenErr) => return Answer::Echo(ErrorStatus::GenErr, at + 1),
            };
            if append(&mut self.list, &VarBind::new(name, value), room).is_none() {
                return Answer::TooBig;
            }
        }
        Answer::Values
    }

    fn get_next<V: MibView>(&mut self, view: &mut V, version: Version, pdu: &Pdu<'_>, room: usize) -> Answer {
        let mut skipped = 0;
        for (at, VarBind { name, .. }) in pdu.var_binds.iter().enumerate() {
            let next = if version == Version::V1 {
                next_v1(view, name, &mut skipped)
            } else {
                view.next(name)
            };
            let var_bind = match next {
                Ok(Some(var_bind)) => var_bind,
                Ok(None) if version == Version::V1 => {
                    return Answer::Echo(ErrorStatus::NoSuchName, at + 1);
                }
                Ok(None) => VarBind::new(name, Value::EndOfMibView),
                Err(GenErr) => return Answer::Echo(ErrorStatus::GenErr, at + 1),
            };
            if append(&mut self.list, &var_bind, room).is_none() {
                return Answer::TooBig;
            }
        }
        Answer::Values
    }

    /// Its work is bounded by the room: each variable binding takes some of it, and a repetition of nothing but
    /// endOfMibView is the last (RFC 3416 §4.2.3).
    fn get_bulk<V: MibView>(&mut self, view: &mut V, pdu: &Pdu<'_>, room: usize) -> Answer {
        let count = pdu.var_binds.len();
        let non_repeaters = usize::try_from(pdu.header.non_repeaters())
            .unwrap_or(count)
            .min(count);
        let repetitions = pdu.header.max_repetitions();
        self.latest.clear();
        let mut all_ended = true;
        for (at, VarBind { name, .. }) in pdu.var_binds.iter().enumerate() {
            let repeats = at >= non_repeaters;
            if repeats && repetitions == 0 {
                break;
            }
            let var_bind = match view.next(name) {
                Ok(found) => found.unwrap_or(VarBind::new(name, Value::EndOfMibView)),
                Err(GenErr) => return Answer::Echo(ErrorStatus::GenErr, at + 1),
            };
            all_ended &= !repeats || var_bind.value == Value::EndOfMibView;
            // What does not fit is cut off at the end, and that is no error.
            let Some(name) = append(&mut self.list, &var_bind, room) else {
                return Answer::Values;
            };
            if repeats {
                self.latest.push(name);
            }
        }
        for _ in 1..repetitions {
            if all_ended {
                break;
            }
            all_ended = true;
            for (repeater, latest) in self.latest.iter_mut().enumerate() {
                let name = self.list.get(latest.clone()).unwrap_or_default();
                let name = Oid::from_octets(name).unwrap_or_default();
                let appended = match view.next(name) {
                    Ok(Some(var_bind)) => {
                        all_ended = false;
                        append(&mut self.list, &var_bind, room)
                    }
                    Ok(None) => {
                        let name = name.to_buf();
                        append(
                            &mut self.list,
                            &VarBind::new(name.as_oid(), Value::EndOfMibView),
                            room,
                        )
                    }
                    Err(GenErr) => return Answer::Echo(ErrorStatus::GenErr, non_repeaters + repeater + 1),
                };
                let Some(name) = appended else {
                    return Answer::Values;
                };
                *latest = name;
            }
        }
        Answer::Values
    }
}

/// All of the assignments or none (RFC 3416 §4.2.5).
fn set<V: MibView>(view: &mut V, pdu: &Pdu<'_>, room: usize) -> Answer {
    if pdu.var_binds.as_octets().len() > room {
        return Answer::TooBig;
    }
    let answer = set_in_two_phases(view, pdu);
    view.finish();
    answer
}

fn set_in_two_phases<V: MibView>(view: &mut V, pdu: &Pdu<'_>) -> Answer {
    for (at, VarBind { name, value }) in pdu.var_binds.iter().enumerate() {
        match view.test(name, &value) {
            Ok(()) => {}
            // None of these is the result of a test.
            Err(ErrorStatus::NoError | ErrorStatus::TooBig | ErrorStatus::Other(_)) => {
                return Answer::Echo(ErrorStatus::GenErr, at + 1);
            }
            Err(status) => return Answer::Echo(status, at + 1),
        }
    }
    for (at, VarBind { name, value }) in pdu.var_binds.iter().enumerate() {
        if view.commit(name, &value) == Err(GenErr) {
            return match view.undo() {
                Ok(()) => Answer::Echo(ErrorStatus::CommitFailed, at + 1),
                Err(GenErr) => Answer::Echo(ErrorStatus::UndoFailed, 0),
            };
        }
    }
    Answer::Echo(ErrorStatus::NoError, 0)
}

/// The successor that v1 can carry: objects of type Counter64 are passed over (RFC 3584 §4.2.2.1).
fn next_v1<'v, V: MibView>(
    view: &'v mut V,
    name: Oid<'_>,
    skipped: &mut u32,
) -> Result<Option<VarBind<'v>>, GenErr> {
    let mut behind = None::<OidBuf>;
    loop {
        let at = behind.as_ref().map_or(name, OidBuf::as_oid);
        match view.next(at)? {
            Some(found) if !is_v1(&found.value) => behind = Some(found.name.to_buf()),
            // Asked for once more below: a value borrowed here could not leave the loop.
            _ => break,
        }
        *skipped += 1;
        if *skipped > MAX_SKIPPED {
            return Err(GenErr);
        }
    }
    view.next(behind.as_ref().map_or(name, OidBuf::as_oid))
}

/// Whether v1 has the value's type.
const fn is_v1(value: &Value<'_>) -> bool {
    !matches!(value, Value::Counter64(_)) && !value.is_exception()
}

/// Appends a variable binding if the list stays within `room`; where its name stands then.
fn append(list: &mut Vec<u8>, var_bind: &VarBind<'_>, room: usize) -> Option<Range<usize>> {
    let mut counted = Writer::new(&mut []);
    var_bind.value.encode(&mut counted);
    let value = counted.written();
    let mut counted = Writer::new(&mut []);
    var_bind.encode(&mut counted);
    let begin = list.len();
    let end = begin + counted.written();
    if end > room {
        return None;
    }
    list.resize(end, 0);
    var_bind.encode(&mut Writer::new(list.get_mut(begin..)?));
    let name_end = end - value;
    Some(name_end - var_bind.name.as_octets().len()..name_end)
}

/// The status by which v1, which ends at genErr(5), says what v2 says by another (RFC 3584 §4.4).
pub(super) const fn v1_status(status: ErrorStatus) -> ErrorStatus {
    match status {
        ErrorStatus::WrongValue
        | ErrorStatus::WrongEncoding
        | ErrorStatus::WrongType
        | ErrorStatus::WrongLength
        | ErrorStatus::InconsistentValue => ErrorStatus::BadValue,
        ErrorStatus::NoAccess
        | ErrorStatus::NotWritable
        | ErrorStatus::NoCreation
        | ErrorStatus::InconsistentName
        | ErrorStatus::AuthorizationError => ErrorStatus::NoSuchName,
        ErrorStatus::ResourceUnavailable
        | ErrorStatus::CommitFailed
        | ErrorStatus::UndoFailed
        | ErrorStatus::Other(_) => ErrorStatus::GenErr,
        ErrorStatus::NoError
        | ErrorStatus::TooBig
        | ErrorStatus::NoSuchName
        | ErrorStatus::BadValue
        | ErrorStatus::ReadOnly
        | ErrorStatus::GenErr => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r1157_4_1_1_no_status_of_v1_is_above_5() {
        for status in (-2..30).map(ErrorStatus::from_number) {
            let number = v1_status(status).number();
            assert!((0..=5).contains(&number), "{status:?} {number}");
            assert_eq!(number == 0, status == ErrorStatus::NoError, "{status:?}");
        }
    }
}
