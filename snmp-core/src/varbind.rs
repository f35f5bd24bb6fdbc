//! Variable bindings: names with values (RFC 3416 §3).

use crate::ber::{DecodeError, DecodeErrorKind, Field, Reader, Tlv, Writer, tag};
use crate::oid::{Oid, OidError};
use crate::strictness::{Anomalies, Anomaly, Strictness};
use crate::value::{MalformedValue, Value};

/// A name and its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "RFC 3416 closed it: VarBind has these two fields"
)]
pub struct VarBind<'a> {
    /// The instance's name. Empty where the name on the wire breaks a rule: then the value is
    /// [`Value::Malformed`] with [`MalformedValue::Name`].
    pub name: Oid<'a>,
    /// Its value.
    pub value: Value<'a>,
}

impl<'a> VarBind<'a> {
    /// A name with a value.
    #[must_use]
    pub const fn new(name: Oid<'a>, value: Value<'a>) -> Self {
        Self { name, value }
    }

    /// A name with the unSpecified value, as in requests.
    #[must_use]
    pub const fn null(name: Oid<'a>) -> Self {
        Self {
            name,
            value: Value::Null,
        }
    }

    /// Writes it as a SEQUENCE.
    #[inline(always)]
    pub fn encode(&self, writer: &mut Writer<'_>) {
        let end = writer.mark();
        self.value.encode(writer);
        writer.oid(self.name);
        writer.sequence(end);
    }
}

/// A list of variable bindings, borrowed from a message.
///
/// Its structure was checked when it was decoded; names and values are read while iterating, so that one that
/// breaks a rule costs none of the others.
///
/// ```
/// use snmp_core::{strictness::Strictness, value::Value, varbind::VarBinds, oid};
/// let octets = [0x30, 0x08, 0x06, 0x03, 0x2b, 0x06, 0x01, 0x02, 0x01, 0x07];
/// let list = VarBinds::from_octets(&octets, Strictness::DEPLOYED)?;
/// let only = list.iter().next().unwrap();
/// assert_eq!((only.name, only.value), (oid!(1.3.6.1), Value::Integer(7)));
/// # Ok::<(), snmp_core::ber::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct VarBinds<'a> {
    octets: &'a [u8],
    count: usize,
    strictness: Strictness,
}

impl<'a> VarBinds<'a> {
    /// No variable bindings.
    pub const EMPTY: VarBinds<'static> = VarBinds {
        octets: &[],
        count: 0,
        strictness: Strictness::DEPLOYED,
    };

    /// Takes the contents of a variable-bindings field: elements of a name and a value each.
    ///
    /// # Errors
    /// When the structure is broken, but for a value whose length contradicts that of its variable binding; also when
    /// `strictness` refuses [`Anomaly::MalformedVarBind`] and a name or a value breaks a rule. Offsets count from the
    /// start of `octets`.
    pub fn from_octets(octets: &'a [u8], strictness: Strictness) -> Result<Self, DecodeError> {
        Self::judge(Reader::new(octets), strictness, false)
    }

    /// Those of a message: something in it must hold together.
    #[inline]
    pub(crate) fn decode(contents: Reader<'a>, strictness: Strictness) -> Result<Self, DecodeError> {
        Self::judge(contents, strictness, true)
    }

    #[inline(always)]
    fn judge(contents: Reader<'a>, strictness: Strictness, whole: bool) -> Result<Self, DecodeError> {
        let mut rest = contents.rest();
        let mut count = 0;
        // Of how many the value contradicts the variable binding, and how the first does.
        let mut broken: Option<(usize, DecodeError)> = None;
        let lenient = strictness.tolerates(Anomaly::MalformedVarBind);
        while !rest.is_empty() {
            count += 1;
            let short = if lenient {
                skip_short(rest)
            } else {
                next_short(rest)
                    .filter(|(name, value, _)| is_clean(name, *value, strictness))
                    .map(|(_, _, after)| after)
            };
            if let Some(after) = short {
                rest = after;
                continue;
            }
            let offset = contents.offset() + (contents.rest().len() - rest.len());
            let mut reader = Reader::at(rest, offset);
            match Parts::read(&mut reader) {
                Ok(parts) if !lenient => parts.check(strictness)?,
                Ok(_) => {}
                Err(error) => {
                    reader = match Parts::read_broken(Reader::at(rest, offset)) {
                        Some((_, after)) if lenient => after,
                        _ => return Err(error),
                    };
                    broken.get_or_insert((0, error)).0 += 1;
                }
            }
            rest = reader.rest();
        }
        if let Some((broken, error)) = broken
            && whole
            && broken == count
        {
            return Err(error);
        }
        Ok(Self {
            octets: contents.rest(),
            count,
            strictness,
        })
    }

    /// Which of them `SNMPv1` does not have (RFC 3584 §4.2.2.1), by their tags.
    pub(crate) fn anomalies_in_v1(&self) -> Anomalies {
        let mut anomalies = Anomalies::NONE;
        let mut rest = self.octets;
        while !rest.is_empty() {
            let (tag, after) = match next_short(rest) {
                Some((_, value, after)) => (value.tag, after),
                None => {
                    let mut reader = Reader::new(rest);
                    let Ok(parts) = Parts::read(&mut reader) else {
                        let Some((_, after)) = Parts::read_broken(Reader::new(rest)) else {
                            break;
                        };
                        rest = after.rest();
                        continue;
                    };
                    (parts.value.tag, reader.rest())
                }
            };
            match tag {
                tag::COUNTER64 => anomalies.insert(Anomaly::Counter64InV1),
                tag::NO_SUCH_OBJECT | tag::NO_SUCH_INSTANCE | tag::END_OF_MIB_VIEW => {
                    anomalies.insert(Anomaly::ExceptionInV1);
                }
                _ => {}
            }
            rest = after;
        }
        anomalies
    }

    /// `count` elements that we wrote ourselves.
    #[cfg(feature = "manager")]
    pub(crate) const fn written(octets: &'a [u8], count: usize) -> Self {
        Self {
            octets,
            count,
            strictness: Strictness::DEPLOYED,
        }
    }

    /// The first `count`, which take `octets` octets.
    pub(crate) fn first(&self, octets: usize, count: usize) -> Self {
        Self {
            octets: self.octets.get(..octets).unwrap_or_default(),
            count: count.min(self.count),
            strictness: self.strictness,
        }
    }

    /// What names and values are read by.
    #[must_use]
    pub const fn strictness(&self) -> Strictness {
        self.strictness
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The contents octets of the field.
    #[must_use]
    pub const fn as_octets(&self) -> &'a [u8] {
        self.octets
    }

    /// Reads them one after the other.
    #[must_use]
    #[inline]
    pub const fn iter(&self) -> VarBindIter<'a> {
        VarBindIter {
            rest: self.octets,
            len: self.octets.len(),
            strictness: self.strictness,
            anomalies: Anomalies::NONE,
            broken: None,
        }
    }

    /// The deviations of all names and values.
    #[must_use]
    pub fn anomalies(&self) -> Anomalies {
        let mut iter = self.iter();
        iter.by_ref().for_each(drop);
        iter.anomalies
    }
}

impl<'a> IntoIterator for VarBinds<'a> {
    type Item = VarBind<'a>;
    type IntoIter = VarBindIter<'a>;

    fn into_iter(self) -> VarBindIter<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &VarBinds<'a> {
    type Item = VarBind<'a>;
    type IntoIter = VarBindIter<'a>;

    fn into_iter(self) -> VarBindIter<'a> {
        self.iter()
    }
}

/// Reads variable bindings one after the other; see [`VarBinds::iter`].
#[derive(Clone, Debug)]
pub struct VarBindIter<'a> {
    rest: &'a [u8],
    /// Octets of the whole list.
    len: usize,
    strictness: Strictness,
    anomalies: Anomalies,
    /// The name of the variable binding being read, where its value contradicts it. The name stands as empty then, so
    /// that this is looked at only where something is odd anyway.
    broken: Option<&'a [u8]>,
}

impl<'a> VarBindIter<'a> {
    /// Deviations seen so far.
    #[must_use]
    pub const fn anomalies(&self) -> Anomalies {
        self.anomalies
    }

    /// Octets from the start of the list to the next variable binding: where a copy of the list holds it too.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.len - self.rest.len()
    }
}

impl<'a> Iterator for VarBindIter<'a> {
    type Item = VarBind<'a>;

    // Always inline: then the caller's match over the value is one with the reader's, not a second unforeseen jump.
    #[inline(always)]
    fn next(&mut self) -> Option<VarBind<'a>> {
        let (name, value) = match next_short(self.rest) {
            Some((name, value, rest)) => {
                self.rest = rest;
                (name, value)
            }
            None => self.next_long()?,
        };
        match Oid::from_octets(name) {
            Ok(oid) if !name.is_empty() => Some(VarBind {
                name: oid,
                value: Value::decode(value, self.strictness, &mut self.anomalies),
            }),
            checked => Some(self.odd_name(name, value, checked)),
        }
    }
}

impl<'a> VarBindIter<'a> {
    /// The end, or a variable binding that is not short.
    #[cold]
    fn next_long(&mut self) -> Option<(&'a [u8], Tlv<'a>)> {
        if self.rest.is_empty() {
            return None;
        }
        let mut reader = Reader::new(self.rest);
        if let Ok(parts) = Parts::read(&mut reader) {
            self.rest = reader.rest();
            return Some((parts.name, parts.value));
        }
        // Nothing else was let pass when the list was decoded.
        let (parts, after) = Parts::read_broken(Reader::new(self.rest))?;
        self.rest = after.rest();
        self.broken = Some(parts.name);
        Some((&[], parts.value))
    }

    #[cold]
    fn odd_name(
        &mut self,
        name: &'a [u8],
        value: Tlv<'a>,
        checked: Result<Oid<'a>, OidError>,
    ) -> VarBind<'a> {
        if let Some(name) = self.broken.take() {
            self.anomalies.insert(Anomaly::MalformedVarBind);
            let Tlv { tag, content, .. } = value;
            let why = MalformedValue::Structure;
            return VarBind {
                name: Oid::from_octets(name).unwrap_or_default(),
                value: Value::Malformed { tag, content, why },
            };
        }
        let why = match checked {
            Ok(_) if self.strictness.tolerates(Anomaly::EmptyOid) => {
                self.anomalies.insert(Anomaly::EmptyOid);
                return VarBind {
                    name: Oid::EMPTY,
                    value: Value::decode(value, self.strictness, &mut self.anomalies),
                };
            }
            Ok(_) => MalformedValue::NotTolerated(Anomaly::EmptyOid),
            Err(OidError::TooManyArcs) if self.strictness.tolerates(Anomaly::TooManyArcs) => {
                match Oid::from_octets_of_any_length(name) {
                    Ok(oid) => {
                        self.anomalies.insert(Anomaly::TooManyArcs);
                        return VarBind {
                            name: oid,
                            value: Value::decode(value, self.strictness, &mut self.anomalies),
                        };
                    }
                    Err(error) => MalformedValue::Name(error),
                }
            }
            Err(error) => MalformedValue::Name(error),
        };
        self.anomalies.insert(Anomaly::MalformedVarBind);
        VarBind {
            name: Oid::EMPTY,
            value: Value::Malformed {
                tag: tag::OBJECT_IDENTIFIER,
                content: name,
                why,
            },
        }
    }
}

/// Name and value of the first variable binding and what follows it, where the lengths of all three elements are in
/// the short form: one look at each head, and the lengths must add up. `None` for whatever else stands there.
#[inline(always)]
fn next_short(list: &[u8]) -> Option<(&[u8], Tlv<'_>, &[u8])> {
    let [
        tag::SEQUENCE,
        whole @ 0..=0x7f,
        tag::OBJECT_IDENTIFIER,
        length,
        rest @ ..,
    ] = list
    else {
        return None;
    };
    let length = usize::from(*length);
    let (name, [tag, size, rest @ ..]) = rest.split_at_checked(length)? else {
        return None;
    };
    let size = usize::from(*size);
    let (content, rest) = rest.split_at_checked(size)?;
    // A sum of at most 0x7f has no long form in it.
    if length + size + 4 != usize::from(*whole) {
        return None;
    }
    let value = Tlv {
        tag: *tag,
        content,
        offset: 0,
    };
    Some((name, value, rest))
}

/// What follows the first variable binding, where [`next_short`] reads it.
#[inline(always)]
fn skip_short(list: &[u8]) -> Option<&[u8]> {
    let [tag::SEQUENCE, whole @ 0..=0x7f, rest @ ..] = list else {
        return None;
    };
    let whole = usize::from(*whole);
    let (contents, rest) = rest.split_at_checked(whole)?;
    let [tag::OBJECT_IDENTIFIER, length, ..] = contents else {
        return None;
    };
    let length = usize::from(*length);
    let size = usize::from(*contents.get(length + 3)?);
    (length + size + 4 == whole).then_some(rest)
}

/// Whether neither name nor value breaks a rule.
fn is_clean(name: &[u8], value: Tlv<'_>, strictness: Strictness) -> bool {
    let mut anomalies = Anomalies::NONE;
    // It notes what is malformed or unknown.
    let _ = Value::decode(value, strictness, &mut anomalies);
    !name.is_empty() && Oid::from_octets(name).is_ok() && !anomalies.contains(Anomaly::MalformedVarBind)
}

/// A variable binding in its parts, and where they stand.
struct Parts<'a> {
    /// Contents of the name.
    name: &'a [u8],
    /// Octets from the outermost start to the name's element.
    name_offset: usize,
    value: Tlv<'a>,
}

impl<'a> Parts<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let mut var_bind = reader.sequence(Field::VarBind)?;
        let name_offset = var_bind.offset();
        let name = var_bind.expect(tag::OBJECT_IDENTIFIER, Field::Name)?.rest();
        let value = var_bind.tlv(Field::Value)?;
        var_bind.finish(Field::VarBind)?;
        Ok(Self {
            name,
            name_offset,
            value,
        })
    }

    /// One whose value has a tag, but ends elsewhere than the variable binding, and what follows it: its own length is
    /// good, so that the others can be read. The contents are those that are there.
    #[cold]
    fn read_broken(mut reader: Reader<'a>) -> Option<(Self, Reader<'a>)> {
        let mut var_bind = reader.sequence(Field::VarBind).ok()?;
        let name_offset = var_bind.offset();
        let name = var_bind.expect(tag::OBJECT_IDENTIFIER, Field::Name).ok()?;
        let [tag, length, rest @ ..] = var_bind.rest() else {
            return None;
        };
        let head = match length {
            0x81..=0xff => usize::from(length & 0x7f),
            _ => 0,
        };
        let parts = Self {
            name: name.rest(),
            name_offset,
            value: Tlv {
                tag: *tag,
                content: rest.get(head..).unwrap_or_default(),
                offset: var_bind.offset() + 2 + head,
            },
        };
        Some((parts, reader))
    }

    /// The strict reading: the first fault of a name or a value refuses the message.
    fn check(&self, strictness: Strictness) -> Result<(), DecodeError> {
        let Self {
            name,
            name_offset,
            value,
        } = *self;
        let name_error = |kind| {
            Err(DecodeError {
                kind,
                field: Field::Name,
                offset: name_offset,
            })
        };
        match Oid::from_octets(name) {
            Err(OidError::TooManyArcs)
                if strictness.tolerates(Anomaly::TooManyArcs)
                    && Oid::from_octets_of_any_length(name).is_ok() => {}
            Err(error) => return name_error(DecodeErrorKind::Oid(error)),
            Ok(_) if name.is_empty() && !strictness.tolerates(Anomaly::EmptyOid) => {
                return name_error(DecodeErrorKind::NotTolerated(Anomaly::EmptyOid));
            }
            Ok(_) => {}
        }
        let mut anomalies = Anomalies::NONE;
        let kind = match Value::decode(value, strictness, &mut anomalies) {
            Value::Malformed {
                why: MalformedValue::NotTolerated(anomaly),
                ..
            } => DecodeErrorKind::NotTolerated(anomaly),
            Value::Malformed { why, .. } => DecodeErrorKind::Value(why),
            Value::Unknown { .. } => DecodeErrorKind::NotTolerated(Anomaly::MalformedVarBind),
            _ => return Ok(()),
        };
        Err(DecodeError {
            kind,
            field: Field::Value,
            offset: value.offset,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oid;
    use alloc::vec::Vec;

    const GOOD: &[u8] = &[0x30, 0x07, 0x06, 0x02, 0x2b, 0x06, 0x02, 0x01, 0x07];

    #[test]
    fn a_bad_var_bind_costs_none_of_the_others() {
        for (bad, strict_field) in [
            // A name with 2^35, one that does not end, an INTEGER without octets, an IpAddress of one octet.
            (
                &[
                    0x30, 0x0b, 0x06, 0x07, 0x2b, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0x05, 0x00,
                ][..],
                Field::Name,
            ),
            (&[0x30, 0x06, 0x06, 0x02, 0x2b, 0x81, 0x05, 0x00], Field::Name),
            (&[0x30, 0x06, 0x06, 0x02, 0x2b, 0x06, 0x02, 0x00], Field::Value),
            (
                &[0x30, 0x07, 0x06, 0x02, 0x2b, 0x06, 0x40, 0x01, 0x00],
                Field::Value,
            ),
        ] {
            let octets = [bad, GOOD].concat();
            let list = VarBinds::from_octets(&octets, Strictness::DEPLOYED).unwrap();
            let read: Vec<_> = list.iter().collect();
            assert!(matches!(read[0].value, Value::Malformed { .. }), "{bad:x?}");
            assert_eq!(read[1], VarBind::new(oid!(1.3.6), Value::Integer(7)));
            assert!(list.anomalies().contains(Anomaly::MalformedVarBind));
            let strict = VarBinds::from_octets(&octets, Strictness::STRICT).unwrap_err();
            assert_eq!(strict.field, strict_field, "{bad:x?}");
        }
    }

    #[test]
    fn r2578_7_1_3f_names_of_more_than_128_arcs_are_read_where_the_caller_asks_for_it() {
        // 130 octets of name are 131 arcs; then the same as a value.
        let long = [&[0x2b][..], &[0x01; 129]].concat();
        let as_name = [&[0x30, 0x81, 0x87, 0x06, 0x81, 0x82], &long[..], &[0x05, 0x00]].concat();
        let as_value = [
            &[0x30, 0x81, 0x89, 0x06, 0x02, 0x2b, 0x06, 0x06, 0x81, 0x82],
            &long[..],
        ]
        .concat();
        let octets = [&as_name[..], &as_value].concat();
        // Not unless asked for: malformed, the octets kept; refused where nothing is tolerated.
        let list = VarBinds::from_octets(&octets, Strictness::DEPLOYED).unwrap();
        for (var_bind, why) in list.iter().zip([
            MalformedValue::Name(OidError::TooManyArcs),
            MalformedValue::Oid(OidError::TooManyArcs),
        ]) {
            let tag = tag::OBJECT_IDENTIFIER;
            assert_eq!(
                var_bind.value,
                Value::Malformed {
                    tag,
                    content: &long,
                    why
                }
            );
        }
        assert!(VarBinds::from_octets(&octets, Strictness::STRICT).is_err());
        for strictness in [Strictness::DEPLOYED, Strictness::STRICT] {
            let asked = strictness.tolerating(Anomaly::TooManyArcs);
            let list = VarBinds::from_octets(&octets, asked).unwrap();
            let [name, value] = list.iter().collect::<Vec<_>>()[..] else {
                panic!()
            };
            assert_eq!((name.name.as_octets(), name.value), (&long[..], Value::Null));
            assert!(matches!(value.value, Value::ObjectIdentifier(oid) if oid.arcs().count() == 131));
            assert!(list.anomalies().contains(Anomaly::TooManyArcs));
            // The other rules hold.
            let mut unfinished = as_name.clone();
            unfinished[6 + 129] = 0x81;
            assert!(!matches!(
                VarBinds::from_octets(&unfinished, asked).map(|list| list.iter().next().unwrap().value),
                Ok(Value::Null)
            ));
        }
    }

    #[test]
    fn broken_structure_is_an_error() {
        for octets in [
            &[0x30, 0x00][..],
            &[0x30, 0x04, 0x06, 0x02, 0x2b, 0x06],
            &[0x30, 0x05, 0x06, 0x02, 0x2b, 0x06, 0x02],
            &[0x31, 0x07, 0x06, 0x02, 0x2b, 0x06, 0x02, 0x01, 0x07],
            &[0x30, 0x07, 0x04, 0x02, 0x2b, 0x06, 0x02, 0x01, 0x07],
            &[0x30, 0x07, 0x06, 0x06, 0x2b, 0x06, 0x02, 0x01, 0x07],
        ] {
            assert!(
                VarBinds::from_octets(octets, Strictness::DEPLOYED).is_err(),
                "{octets:x?}"
            );
        }
    }

    #[test]
    fn a_value_that_contradicts_its_var_bind_costs_none_of_the_others_and_is_no_message_alone() {
        for (bad, content) in [
            // One octet more than there is, none that is there, an endless one, a length that is no length.
            (
                &[0x30, 0x07, 0x06, 0x02, 0x2b, 0x06, 0x04, 0x02, b'x'][..],
                &b"x"[..],
            ),
            (
                &[0x30, 0x08, 0x06, 0x02, 0x2b, 0x06, 0x04, 0x00, b'x', b'y'],
                b"xy",
            ),
            (
                &[0x30, 0x08, 0x06, 0x02, 0x2b, 0x06, 0x04, 0x80, b'x', b'y'],
                b"xy",
            ),
            (&[0x30, 0x07, 0x06, 0x02, 0x2b, 0x06, 0x04, 0x88, 0xff], b""),
        ] {
            let octets = [bad, GOOD].concat();
            let list = VarBinds::decode(Reader::new(&octets), Strictness::DEPLOYED).unwrap();
            let read: Vec<_> = list.iter().collect();
            let why = MalformedValue::Structure;
            let tag = tag::OCTET_STRING;
            assert_eq!(
                read,
                [
                    VarBind::new(oid!(1.3.6), Value::Malformed { tag, content, why }),
                    VarBind::new(oid!(1.3.6), Value::Integer(7))
                ]
            );
            assert!(list.anomalies().contains(Anomaly::MalformedVarBind));
            assert!(VarBinds::decode(Reader::new(&octets), Strictness::STRICT).is_err());
            // Nothing else in the message says that the lengths are to be trusted at all.
            let error = VarBinds::decode(Reader::new(bad), Strictness::DEPLOYED).unwrap_err();
            assert!(matches!(error.field, Field::Value | Field::VarBind));
            // A part of a list that was found good stays readable.
            assert_eq!(VarBinds::from_octets(bad, Strictness::DEPLOYED).unwrap().len(), 1);
        }
    }

    #[test]
    fn an_empty_name_is_read_and_reported() {
        let octets = [0x30, 0x04, 0x06, 0x00, 0x82, 0x00];
        let list = VarBinds::from_octets(&octets, Strictness::DEPLOYED).unwrap();
        assert_eq!(
            list.iter().next(),
            Some(VarBind::new(Oid::EMPTY, Value::EndOfMibView))
        );
        assert!(list.anomalies().contains(Anomaly::EmptyOid));
        assert!(VarBinds::from_octets(&octets, Strictness::STRICT).is_err());
    }
}
