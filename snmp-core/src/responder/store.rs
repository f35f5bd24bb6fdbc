use alloc::vec::Vec;
use core::cmp::Ordering;

use super::view::{GenErr, MibView};
use crate::ber::{Tlv, Writer, tag};
use crate::oid::Oid;
use crate::pdu::ErrorStatus;
use crate::strictness::{Anomalies, Strictness};
use crate::value::Value;
use crate::varbind::VarBind;

/// Names with values in lexicographic order, as a walk of a device gives them.
///
/// Names and values lie as BER contents in one arena: an entry costs its octets and three words. Loading in any order
/// ([`Extend`], [`FromIterator`]) takes O(n log n), [`get`](Self::get), [`next`](Self::next) and the change of a value
/// O(log n); a single [`insert`](Self::insert) between others moves the entries behind it.
///
/// ```
/// use snmp_core::{oid, responder::Store, value::Value};
/// let mut store = Store::new();
/// store.insert(oid!(1.3.6.1.2.1.1.5.0), Value::OctetString(b"copy room"));
/// store.insert(oid!(1.3.6.1.2.1.1.3.0), Value::TimeTicks(4200));
/// assert_eq!(store.get(oid!(1.3.6.1.2.1.1.3.0)), Some(Value::TimeTicks(4200)));
/// assert_eq!(store.next(oid!(1.3.6.1.2.1.1.3.0)).unwrap().name, oid!(1.3.6.1.2.1.1.5.0));
/// ```
///
/// As a [`MibView`] every object of it can be set by whom the responder lets write: an instance that is there takes a
/// value of the type that it has; none is created.
#[derive(Clone, Default)]
pub struct Store {
    /// In the order of their names, none twice.
    entries: Vec<Entry>,
    /// Name and value of each entry, one behind the other; replaced values stay until [`compact`](Self::compact).
    arena: Vec<u8>,
    /// Octets of the arena that no entry points to.
    stale: usize,
    /// What a SET changed: the entry's place and what it was before.
    journal: Vec<(usize, Entry)>,
}

/// Where an instance's name lies in the arena; its value's contents stand at a place of their own.
#[derive(Clone, Copy, Debug)]
struct Entry {
    name_at: usize,
    value_at: usize,
    value_len: usize,
    /// At most 128 sub-identifiers of five octets each.
    name_len: u16,
    tag: u8,
}

impl Store {
    /// A store without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
            arena: Vec::new(),
            stale: 0,
            journal: Vec::new(),
        }
    }

    /// Puts in a copy of the value; one that the name had is replaced.
    pub fn insert(&mut self, name: Oid<'_>, value: Value<'_>) {
        let place = match self.entries.last() {
            // Walks come in order.
            Some(last) if self.name(last) < name => Err(self.entries.len()),
            None => Err(0),
            _ => self.find(name),
        };
        match place {
            Ok(at) => {
                self.replace(at, value);
                self.compact_when_half_is_stale();
            }
            Err(at) => {
                let entry = self.push_octets(name, value);
                self.entries.insert(at, entry);
            }
        }
    }

    /// The value of exactly this name.
    #[must_use]
    pub fn get(&self, name: Oid<'_>) -> Option<Value<'_>> {
        let at = self.find(name).ok()?;
        self.entries.get(at).map(|entry| self.value(entry))
    }

    /// The first entry behind this name, which need not be one of the store's.
    #[must_use]
    pub fn next(&self, name: Oid<'_>) -> Option<VarBind<'_>> {
        let at = match self.find(name) {
            Ok(at) => at + 1,
            Err(at) => at,
        };
        self.entries.get(at).map(|entry| self.var_bind(entry))
    }

    /// Takes an entry out; `false` when there is none of that name.
    pub fn remove(&mut self, name: Oid<'_>) -> bool {
        let Ok(at) = self.find(name) else { return false };
        let entry = self.entries.remove(at);
        self.stale += entry.value_len + usize::from(entry.name_len);
        self.compact_when_half_is_stale();
        true
    }

    /// All entries in the order of their names.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = VarBind<'_>> + DoubleEndedIterator {
        self.entries.iter().map(|entry| self.var_bind(entry))
    }

    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Octets of memory that the entries take, room for growth included.
    #[must_use]
    pub const fn memory(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>() + self.arena.capacity()
    }

    /// Gives back the memory that nothing uses. Happens by itself when more than half of the octets are of values
    /// that were replaced.
    pub fn compact(&mut self) {
        self.pack();
        self.entries.shrink_to_fit();
        self.arena.shrink_to_fit();
    }

    fn pack(&mut self) {
        self.journal.clear();
        let mut arena = Vec::with_capacity(self.arena.len().saturating_sub(self.stale));
        for entry in &mut self.entries {
            let name = octets(&self.arena, entry.name_at, usize::from(entry.name_len));
            let value = octets(&self.arena, entry.value_at, entry.value_len);
            entry.name_at = arena.len();
            arena.extend_from_slice(name);
            entry.value_at = arena.len();
            arena.extend_from_slice(value);
        }
        self.arena = arena;
        self.stale = 0;
    }

    fn compact_when_half_is_stale(&mut self) {
        if self.stale > 1024 && self.stale > self.arena.len() / 2 && self.journal.is_empty() {
            self.pack();
        }
    }

    fn find(&self, name: Oid<'_>) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| self.name(entry).cmp(&name))
    }

    fn name(&self, entry: &Entry) -> Oid<'_> {
        // Nothing but the octets of a checked name is ever put there.
        let name = octets(&self.arena, entry.name_at, usize::from(entry.name_len));
        Oid::from_octets(name).unwrap_or_default()
    }

    fn value(&self, entry: &Entry) -> Value<'_> {
        let tlv = Tlv {
            tag: entry.tag,
            content: octets(&self.arena, entry.value_at, entry.value_len),
            offset: 0,
        };
        let mut anomalies = Anomalies::NONE;
        Value::decode(tlv, Strictness::DEPLOYED, &mut anomalies)
    }

    fn var_bind(&self, entry: &Entry) -> VarBind<'_> {
        VarBind::new(self.name(entry), self.value(entry))
    }

    fn push_octets(&mut self, name: Oid<'_>, value: Value<'_>) -> Entry {
        let name_at = self.arena.len();
        self.arena.extend_from_slice(name.as_octets());
        let value_at = self.arena.len();
        let tag = push_contents(&mut self.arena, value);
        Entry {
            name_at,
            value_at,
            value_len: self.arena.len() - value_at,
            name_len: u16::try_from(name.as_octets().len()).unwrap_or_default(),
            tag,
        }
    }

    /// Gives the entry at this place another value; the old one's entry.
    fn replace(&mut self, at: usize, value: Value<'_>) -> Option<Entry> {
        let value_at = self.arena.len();
        let tag = push_contents(&mut self.arena, value);
        let entry = self.entries.get_mut(at)?;
        let old = *entry;
        *entry = Entry {
            value_at,
            value_len: self.arena.len() - value_at,
            tag,
            ..old
        };
        self.stale += old.value_len;
        Some(old)
    }
}

fn octets(arena: &[u8], at: usize, len: usize) -> &[u8] {
    arena.get(at..at + len).unwrap_or_default()
}

/// Appends a value's contents octets and gives its tag.
fn push_contents(arena: &mut Vec<u8>, value: Value<'_>) -> u8 {
    let (tag, content) = match value {
        Value::OctetString(content) => (tag::OCTET_STRING, content),
        Value::ObjectIdentifier(oid) => (tag::OBJECT_IDENTIFIER, oid.as_octets()),
        Value::Opaque(content) => (tag::OPAQUE, content),
        Value::Unknown { tag, content } | Value::Malformed { tag, content, .. } => (tag, content),
        number => {
            // The others have at most nine octets of contents behind two of head.
            let mut buffer = [0; 16];
            let mut writer = Writer::new(&mut buffer);
            number.encode(&mut writer);
            let range = writer.finish().unwrap_or_default();
            return match buffer.get(range) {
                Some([tag, _, content @ ..]) => {
                    arena.extend_from_slice(content);
                    *tag
                }
                _ => tag::NULL,
            };
        }
    };
    arena.extend_from_slice(content);
    tag
}

/// In any order; of several values of one name the last counts.
impl<'v> Extend<VarBind<'v>> for Store {
    fn extend<I: IntoIterator<Item = VarBind<'v>>>(&mut self, var_binds: I) {
        self.journal.clear();
        let mut ordered = true;
        for var_bind in var_binds {
            let entry = self.push_octets(var_bind.name, var_bind.value);
            ordered = ordered
                && self
                    .entries
                    .last()
                    .is_none_or(|last| self.name(last) < var_bind.name);
            self.entries.push(entry);
        }
        if ordered {
            return;
        }
        let mut entries = core::mem::take(&mut self.entries);
        // Stable, so that of equal names the last one put in stands last.
        entries.sort_by(|a, b| self.name(a).cmp(&self.name(b)));
        let mut stale = 0;
        entries.dedup_by(|later, kept| {
            if self.name(later).cmp(&self.name(kept)) != Ordering::Equal {
                return false;
            }
            stale += kept.value_len + usize::from(kept.name_len);
            *kept = *later;
            true
        });
        self.stale += stale;
        self.entries = entries;
    }
}

impl<'v> FromIterator<VarBind<'v>> for Store {
    fn from_iter<I: IntoIterator<Item = VarBind<'v>>>(var_binds: I) -> Self {
        let mut store = Self::new();
        store.extend(var_binds);
        store
    }
}

impl core::fmt::Debug for Store {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Store")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl MibView for Store {
    /// A store does not know where an object's name ends and its instance's begins: names that differ in the last arc
    /// only are taken for instances of one object.
    fn get(&mut self, name: Oid<'_>) -> Result<Value<'_>, GenErr> {
        let place = self.find(name);
        Ok(match place {
            Ok(at) => self
                .entries
                .get(at)
                .map_or(Value::NoSuchInstance, |entry| self.value(entry)),
            Err(at) if self.tag_of_siblings(name, at).is_some() => Value::NoSuchInstance,
            Err(_) => Value::NoSuchObject,
        })
    }

    fn next(&mut self, name: Oid<'_>) -> Result<Option<VarBind<'_>>, GenErr> {
        Ok(Self::next(self, name))
    }

    fn test(&mut self, name: Oid<'_>, value: &Value<'_>) -> Result<(), ErrorStatus> {
        let mut contents = Vec::new();
        let tag = push_contents(&mut contents, *value);
        // In the RFC's order: a value of the wrong type is that before its instance is missing.
        let (object, missing) = match self.find(name) {
            Ok(at) => (self.entries.get(at).map(|entry| entry.tag), false),
            Err(at) => (self.tag_of_siblings(name, at), true),
        };
        match object {
            None => Err(ErrorStatus::NotWritable),
            Some(object) if object != tag => Err(ErrorStatus::WrongType),
            Some(_) if missing => Err(ErrorStatus::NoCreation),
            Some(_) => Ok(()),
        }
    }

    fn commit(&mut self, name: Oid<'_>, value: &Value<'_>) -> Result<(), GenErr> {
        let at = self.find(name).map_err(|_| GenErr)?;
        let old = self.replace(at, *value).ok_or(GenErr)?;
        self.journal.push((at, old));
        Ok(())
    }

    fn undo(&mut self) -> Result<(), GenErr> {
        while let Some((at, old)) = self.journal.pop() {
            let entry = self.entries.get_mut(at).ok_or(GenErr)?;
            self.stale = (self.stale + entry.value_len).saturating_sub(old.value_len);
            *entry = old;
        }
        Ok(())
    }

    fn finish(&mut self) {
        self.journal.clear();
        self.compact_when_half_is_stale();
    }
}

impl Store {
    /// The type of an entry beside the place where `name` would stand, if it differs from it in its last arc only.
    fn tag_of_siblings(&self, name: Oid<'_>, at: usize) -> Option<u8> {
        let object = parent(name);
        if object.is_empty() {
            return None;
        }
        [at.checked_sub(1), Some(at)]
            .into_iter()
            .flatten()
            .filter_map(|at| self.entries.get(at))
            .find(|entry| self.name(entry).as_octets().starts_with(object))
            .map(|entry| entry.tag)
    }
}

/// The octets of a name without its last sub-identifier.
fn parent(name: Oid<'_>) -> &[u8] {
    let Some((_, rest)) = name.as_octets().split_last() else {
        return &[];
    };
    let end = rest
        .iter()
        .rposition(|octet| *octet < 0x80)
        .map_or(0, |last| last + 1);
    rest.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oid;
    use crate::oid::OidBuf;
    use alloc::vec;

    fn names(store: &Store) -> Vec<alloc::string::String> {
        store
            .iter()
            .map(|var_bind| alloc::format!("{}", var_bind.name))
            .collect()
    }

    #[test]
    fn entries_stand_in_the_order_of_the_mib() {
        let name = |arc: u32| OidBuf::from_arcs(&[1, 3, arc]).unwrap();
        let arcs = [300, 2, 128, 127, 1, 16384, 40];
        let mut one_by_one = Store::new();
        for arc in arcs {
            one_by_one.insert(name(arc).as_oid(), Value::Gauge32(arc));
        }
        let held: Vec<_> = arcs.iter().map(|arc| (name(*arc), *arc)).collect();
        let at_once: Store = held
            .iter()
            .map(|(name, arc)| VarBind::new(name.as_oid(), Value::Gauge32(*arc)))
            .collect();
        let sorted = [
            "1.3.1",
            "1.3.2",
            "1.3.40",
            "1.3.127",
            "1.3.128",
            "1.3.300",
            "1.3.16384",
        ];
        assert_eq!(names(&one_by_one), sorted);
        assert_eq!(names(&at_once), sorted);
        assert_eq!(
            at_once.next(name(127).as_oid()).unwrap().value,
            Value::Gauge32(128)
        );
        assert_eq!(at_once.next(name(16384).as_oid()), None);
        assert_eq!(at_once.next(Oid::EMPTY).unwrap().value, Value::Gauge32(1));
    }

    #[test]
    fn of_several_values_the_last_counts() {
        let name = oid!(1.3.6.1);
        let values = [Value::Integer(1), Value::OctetString(b"two"), Value::Integer(3)];
        let mut store: Store = values
            .into_iter()
            .map(|value| VarBind::new(name, value))
            .collect();
        assert_eq!((store.len(), store.get(name)), (1, Some(Value::Integer(3))));
        store.insert(name, Value::Null);
        assert_eq!((store.len(), store.get(name)), (1, Some(Value::Null)));
    }

    #[test]
    fn every_kind_of_value_comes_out_as_it_went_in() {
        let values = [
            Value::Integer(i32::MIN),
            Value::OctetString(&[0, 255, 10]),
            Value::OctetString(&[]),
            Value::Null,
            Value::ObjectIdentifier(oid!(1.3.6.1.4.1.11)),
            Value::ObjectIdentifier(Oid::EMPTY),
            Value::IpAddress([10, 0, 0, 1].into()),
            Value::Counter32(u32::MAX),
            Value::Gauge32(7),
            Value::TimeTicks(0),
            Value::Opaque(&[0x9f, 0x78, 4, 0, 0, 0, 0]),
            Value::Counter64(u64::MAX),
            Value::Unknown {
                tag: 0x49,
                content: b"odd",
            },
        ];
        let mut store = Store::new();
        for value in values {
            store.insert(oid!(1.3.6.1), value);
            assert_eq!(store.get(oid!(1.3.6.1)), Some(value));
        }
    }

    #[test]
    fn replaced_values_do_not_pile_up() {
        let mut store = Store::new();
        let long = [b'x'; 100];
        for _ in 0..10_000 {
            store.insert(oid!(1.3.6.1), Value::OctetString(&long));
        }
        assert!(store.memory() < 8192, "{}", store.memory());
        assert!(store.remove(oid!(1.3.6.1)) && !store.remove(oid!(1.3.6.1)));
        store.compact();
        assert_eq!((store.len(), store.memory()), (0, 0));
    }

    #[test]
    fn r3416_4_2_1c_a_missing_instance_is_told_from_a_missing_object() {
        let mut store = Store::new();
        store.insert(oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"printer"));
        store.insert(oid!(1.3.6.1.2.1.2.2.1.1.200), Value::Integer(200));
        for (name, expected) in [
            (oid!(1.3.6.1.2.1.1.1.1), Value::NoSuchInstance),
            (oid!(1.3.6.1.2.1.2.2.1.1.1), Value::NoSuchInstance),
            (oid!(1.3.6.1.2.1.2.2.1.1.300), Value::NoSuchInstance),
            (oid!(1.3.6.1.2.1.1.9.0), Value::NoSuchObject),
            (oid!(1.3.6.1.2.1.1.1.0.0), Value::NoSuchInstance),
            (oid!(2.5.1.0), Value::NoSuchObject),
        ] {
            assert_eq!(MibView::get(&mut store, name), Ok(expected), "{name}");
        }
    }

    #[test]
    fn a_set_is_tested_committed_and_undone() {
        let (first, second) = (oid!(1.3.6.1.1.0), oid!(1.3.6.1.2.0));
        let mut store = Store::new();
        store.insert(first, Value::Integer(1));
        store.insert(second, Value::OctetString(b"old"));
        assert_eq!(store.test(first, &Value::Gauge32(1)), Err(ErrorStatus::WrongType));
        assert_eq!(
            store.test(oid!(1.3.6.1.1.1), &Value::Integer(1)),
            Err(ErrorStatus::NoCreation)
        );
        assert_eq!(
            store.test(oid!(1.3.9.1.1), &Value::Integer(1)),
            Err(ErrorStatus::NotWritable)
        );
        assert_eq!(store.test(first, &Value::Integer(2)), Ok(()));
        store.commit(first, &Value::Integer(2)).unwrap();
        store
            .commit(second, &Value::OctetString(b"longer than before"))
            .unwrap();
        store.commit(first, &Value::Integer(3)).unwrap();
        store.undo().unwrap();
        store.finish();
        let values: Vec<_> = store.iter().map(|var_bind| var_bind.value).collect();
        assert_eq!(values, vec![Value::Integer(1), Value::OctetString(b"old")]);
        store.commit(first, &Value::Integer(4)).unwrap();
        store.finish();
        assert_eq!(store.get(first), Some(Value::Integer(4)));
    }
}
