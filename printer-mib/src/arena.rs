//! The varbinds of a survey, kept once, as received.

use crate::mib::never_read;
use alloc::vec::Vec;
use core::fmt;
use snmp_core::{
    ber::{Field, Reader, Writer},
    strictness::Strictness,
    varbind::{VarBind, VarBinds},
};

/// The varbinds that a printer answered, as BER, one behind the other.
///
/// Facts point into it by [`Offset`]. Exceptions, NULL and nameless varbinds say nothing about the printer and are not
/// kept; what lies in a subtree of [`never_read`] is dropped undecoded and counted.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Arena {
    octets: Vec<u8>,
    dropped: usize,
}

/// The place of a varbind in its [`Arena`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Offset(u32);

/// The arena holds [`Arena::MAX_OCTETS`]; the varbind was not kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no room left for varbinds")]
pub struct ArenaFull;

impl Arena {
    /// Octets that an arena holds at most: a whole walk of the largest known printer has a tenth of it.
    pub const MAX_OCTETS: usize = 1 << 20;

    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            octets: Vec::new(),
            dropped: 0,
        }
    }

    /// Keeps the varbinds of an answer, octet for octet.
    ///
    /// # Errors
    /// [`ArenaFull`] at the first one for which there is no room; those before it are kept.
    pub fn extend(&mut self, var_binds: &VarBinds<'_>) -> Result<(), ArenaFull> {
        self.extend_where(var_binds, |_| true)
    }

    /// Keeps those varbinds of an answer that were asked for, octet for octet.
    ///
    /// # Errors
    /// As [`extend`](Self::extend).
    pub fn extend_where(
        &mut self,
        var_binds: &VarBinds<'_>,
        mut asked_for: impl FnMut(&VarBind<'_>) -> bool,
    ) -> Result<(), ArenaFull> {
        let octets = var_binds.as_octets();
        let mut iter = var_binds.iter();
        let mut start = iter.offset();
        while let Some(var_bind) = iter.next() {
            let end = iter.offset();
            if asked_for(&var_bind) && self.wants(&var_bind) {
                let element = octets.get(start..end).unwrap_or_default();
                self.reserve(element.len())?;
                self.octets.extend_from_slice(element);
            }
            start = end;
        }
        Ok(())
    }

    /// Keeps one varbind, encoded anew: for values that did not come in an SNMP message of ours.
    ///
    /// # Errors
    /// [`ArenaFull`] when there is no room for it.
    pub fn push(&mut self, var_bind: &VarBind<'_>) -> Result<(), ArenaFull> {
        if !self.wants(var_bind) {
            return Ok(());
        }
        let mut nowhere = Writer::new(&mut []);
        var_bind.encode(&mut nowhere);
        let len = nowhere.written();
        let start = self.reserve(len)?;
        self.octets.resize(start + len, 0);
        var_bind.encode(&mut Writer::new(self.octets.get_mut(start..).unwrap_or_default()));
        Ok(())
    }

    fn wants(&mut self, var_bind: &VarBind<'_>) -> bool {
        if never_read::forbids(var_bind.name) {
            self.dropped += 1;
            return false;
        }
        !(var_bind.name.is_empty()
            || var_bind.value.is_exception()
            || var_bind.value == snmp_core::value::Value::Null)
    }

    fn reserve(&self, len: usize) -> Result<usize, ArenaFull> {
        let start = self.octets.len();
        match start.checked_add(len) {
            Some(end) if end <= Self::MAX_OCTETS => Ok(start),
            _ => Err(ArenaFull),
        }
    }

    /// How many varbinds were dropped because they must never be read.
    #[must_use]
    pub const fn dropped(&self) -> usize {
        self.dropped
    }

    /// Octets kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.octets.len()
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }

    /// The varbind at a place; `None` for a place of another arena.
    #[must_use]
    pub fn get(&self, offset: Offset) -> Option<VarBind<'_>> {
        let rest = self.octets.get(usize::try_from(offset.0).ok()?..)?;
        let mut reader = Reader::new(rest);
        reader.tlv(Field::VarBind).ok()?;
        VarBinds::from_octets(rest.get(..reader.offset())?, Strictness::DEPLOYED)
            .ok()?
            .iter()
            .next()
    }

    /// All of them, in the order of receipt.
    pub fn iter(&self) -> impl Iterator<Item = (Offset, VarBind<'_>)> + '_ {
        let mut iter = VarBinds::from_octets(&self.octets, Strictness::DEPLOYED)
            .unwrap_or(VarBinds::EMPTY)
            .iter();
        core::iter::from_fn(move || {
            let offset = Offset(u32::try_from(iter.offset()).ok()?);
            Some((offset, iter.next()?))
        })
    }
}

/// Without the contents: they may hold names of people.
impl fmt::Debug for Arena {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arena")
            .field("octets", &self.octets.len())
            .field("dropped", &self.dropped)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use snmp_core::{oid, value::Value};

    #[test]
    fn varbinds_are_kept_as_received() {
        // A length in its long form and an INTEGER of two octets for 7: kept as they came.
        let octets = [
            0x30, 0x81, 0x09, 0x06, 0x03, 0x2b, 0x06, 0x01, 0x02, 0x02, 0x00, 0x07, // 1.3.6.1 = 7
            0x30, 0x07, 0x06, 0x03, 0x2b, 0x06, 0x02, 0x82, 0x00, // endOfMibView
            0x30, 0x08, 0x06, 0x03, 0x2b, 0x06, 0x03, 0x04, 0x01, 0x41,
        ];
        let mut arena = Arena::new();
        arena
            .extend(&VarBinds::from_octets(&octets, Strictness::DEPLOYED).unwrap())
            .unwrap();
        arena
            .push(&VarBind::new(oid!(1.3.6.4), Value::Counter64(5)))
            .unwrap();
        let kept: Vec<_> = arena.iter().collect();
        let values: Vec<_> = kept.iter().map(|(_, var_bind)| var_bind.value).collect();
        assert_eq!(
            values,
            [Value::Integer(7), Value::OctetString(b"A"), Value::Counter64(5)]
        );
        assert!(arena.octets.starts_with(&octets[..12]));
        for (offset, var_bind) in &kept {
            assert_eq!(arena.get(*offset), Some(*var_bind));
        }
        assert_eq!(arena.get(Offset(1)), None);
        assert_eq!(arena.get(Offset(9999)), None);
    }

    #[test]
    fn what_must_never_be_read_is_dropped_and_counted() {
        let mut arena = Arena::new();
        arena
            .push(&VarBind::new(
                oid!(1.3.6.1.4.1.2699.1.1.1.2.1),
                Value::OctetString(b"a job"),
            ))
            .unwrap();
        arena
            .push(&VarBind::new(
                oid!(1.3.6.1.2.1.1.4.0),
                Value::OctetString(b"a person"),
            ))
            .unwrap();
        assert!(arena.is_empty());
        assert_eq!(arena.dropped(), 2);
    }
}
