//! The values of `SMIv2` (RFC 2578 §7.1), borrowed from the message.

use core::net::Ipv4Addr;

use crate::ber::{DecodeErrorKind, Reader, Tlv, Writer, tag};
use crate::bits::Bits;
use crate::oid::{Oid, OidError};
use crate::strictness::{Anomalies, Anomaly, Strictness};

/// A value of a variable binding.
///
/// The same type is read and written; [`Unknown`](Self::Unknown) and [`Malformed`](Self::Malformed) keep the
/// octets, so that what was read can be recorded and shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// INTEGER, Integer32: −2^31 to 2^31−1.
    Integer(i32),
    /// OCTET STRING; also BITS, whose bit 0 is the high bit of the first octet.
    OctetString(&'a [u8]),
    /// NULL: no value, as in requests.
    Null,
    /// OBJECT IDENTIFIER.
    ObjectIdentifier(Oid<'a>),
    /// `IpAddress`.
    IpAddress(Ipv4Addr),
    /// Counter32.
    Counter32(u32),
    /// Gauge32, Unsigned32.
    Gauge32(u32),
    /// `TimeTicks`: hundredths of a second, modulo 2^32.
    TimeTicks(u32),
    /// Opaque: octets that hold another element; see [`OpaqueContent`].
    Opaque(&'a [u8]),
    /// Counter64.
    Counter64(u64),
    /// The agent does not know the object (RFC 3416 §4.2.1).
    NoSuchObject,
    /// The agent knows the object but not this instance.
    NoSuchInstance,
    /// Nothing follows the name asked for.
    EndOfMibView,
    /// A tag that SNMP does not have.
    Unknown {
        /// Identifier octet.
        tag: u8,
        /// Contents octets.
        content: &'a [u8],
    },
    /// A tag that SNMP has, with contents that break its rules; or a good value under a name that breaks them.
    Malformed {
        /// Identifier octet, of the name if the name is at fault.
        tag: u8,
        /// Contents octets, of the name if the name is at fault.
        content: &'a [u8],
        /// What is wrong.
        why: MalformedValue,
    },
}

/// What is wrong with the contents of a value.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum MalformedValue {
    /// A number without octets.
    Empty,
    /// A number that does not fit its type.
    Range,
    /// An `IpAddress` that is not four octets, or a NULL with contents.
    Length,
    /// An object identifier that breaks a rule.
    Oid(OidError),
    /// The name of the variable binding breaks a rule; the contents are the name's.
    Name(OidError),
    /// Its length contradicts that of the variable binding: MikroTik declares strings one octet too long. The contents
    /// are what is there.
    Structure,
    /// A deviation that the chosen strictness does not tolerate.
    NotTolerated(Anomaly),
}

impl<'a> Value<'a> {
    /// Reads an element's contents as the type that its tag says.
    ///
    /// Total: what breaks a rule becomes [`Malformed`](Self::Malformed), an unknown tag [`Unknown`](Self::Unknown).
    /// Deviations that `strictness` tolerates are noted in `anomalies`.
    #[must_use]
    // Always inline, for the reason given at `VarBindIter::next`.
    #[inline(always)]
    pub fn decode(tlv: Tlv<'a>, strictness: Strictness, anomalies: &mut Anomalies) -> Self {
        let Tlv { tag, content, .. } = tlv;
        let decoded = match tag {
            tag::OCTET_STRING => return Self::OctetString(content),
            tag::INTEGER => match crate::ber::shortest_integer(content) {
                Some(number) => return Self::Integer(number),
                None => integer(content, strictness, anomalies),
            },
            tag::COUNTER32 => unsigned32(content, strictness, anomalies).map(Self::Counter32),
            tag::GAUGE32 => unsigned32(content, strictness, anomalies).map(Self::Gauge32),
            tag::TIME_TICKS => unsigned32(content, strictness, anomalies).map(Self::TimeTicks),
            tag::COUNTER64 => unsigned(content, strictness, anomalies).map(Self::Counter64),
            tag::OBJECT_IDENTIFIER => object_identifier(content, strictness, anomalies),
            _ => rare(tag, content, strictness, anomalies),
        };
        match decoded {
            Ok(value) => value,
            Err(why) => {
                anomalies.insert(Anomaly::MalformedVarBind);
                Self::Malformed { tag, content, why }
            }
        }
    }

    /// Writes it in its shortest form, tag and length included.
    #[inline(always)]
    pub fn encode(&self, writer: &mut Writer<'_>) {
        match *self {
            Self::Integer(number) => writer.integer(number),
            Self::OctetString(octets) => writer.octet_string(octets),
            Self::Null => writer.octets(&[tag::NULL, 0]),
            Self::ObjectIdentifier(oid) => writer.oid(oid),
            Self::Counter32(number) => writer.unsigned(tag::COUNTER32, u64::from(number)),
            Self::Gauge32(number) => writer.unsigned(tag::GAUGE32, u64::from(number)),
            Self::TimeTicks(number) => writer.unsigned(tag::TIME_TICKS, u64::from(number)),
            Self::Opaque(octets) => writer.element(tag::OPAQUE, octets),
            Self::Counter64(number) => writer.unsigned(tag::COUNTER64, number),
            Self::NoSuchObject => writer.octets(&[tag::NO_SUCH_OBJECT, 0]),
            Self::NoSuchInstance => writer.octets(&[tag::NO_SUCH_INSTANCE, 0]),
            Self::EndOfMibView => writer.octets(&[tag::END_OF_MIB_VIEW, 0]),
            // Apart: their fields lie across those of the others, and reading both costs all of them a stalled load.
            Self::IpAddress(_) | Self::Unknown { .. } | Self::Malformed { .. } => {
                *writer = self.encode_rare(writer.take());
            }
        }
    }

    #[cold]
    fn encode_rare<'b>(&self, mut writer: Writer<'b>) -> Writer<'b> {
        match *self {
            Self::IpAddress(address) => writer.element(tag::IP_ADDRESS, &address.octets()),
            Self::Unknown { tag, content } | Self::Malformed { tag, content, .. } => {
                writer.element(tag, content);
            }
            // `encode` writes the others itself.
            _ => {}
        }
        writer
    }

    /// Whether it is noSuchObject, noSuchInstance or endOfMibView.
    #[must_use]
    pub const fn is_exception(&self) -> bool {
        matches!(
            self,
            Self::NoSuchObject | Self::NoSuchInstance | Self::EndOfMibView
        )
    }

    /// The octets of an OCTET STRING.
    #[must_use]
    pub const fn as_octets(&self) -> Option<&'a [u8]> {
        match self {
            Self::OctetString(octets) => Some(octets),
            _ => None,
        }
    }

    /// The bits of an OCTET STRING that its MIB calls BITS.
    #[must_use]
    pub const fn as_bits(&self) -> Option<Bits<'a>> {
        match self {
            Self::OctetString(octets) => Some(Bits::new(octets)),
            _ => None,
        }
    }

    /// The number that an integer too large for its type has on the wire, as far as 64 bits hold it: agents send an
    /// unsigned 4294966297 as INTEGER. It is no value of the object, but it tells what the agent meant.
    #[must_use]
    pub fn out_of_range(&self) -> Option<i64> {
        let Self::Malformed {
            tag,
            content: content @ [first, ..],
            why: MalformedValue::Range,
        } = *self
        else {
            return None;
        };
        if tag != tag::INTEGER {
            return crate::ber::unsigned(content)
                .ok()
                .and_then(|number| number.try_into().ok());
        }
        let sign = if first & 0x80 == 0 { 0 } else { -1_i64 };
        (content.len() <= 8).then(|| {
            content
                .iter()
                .fold(sign, |sum, octet| (sum << 8) | i64::from(*octet))
        })
    }

    /// Any of the integer types as a number: agents mix them up.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match *self {
            Self::Integer(number) => Some(i64::from(number)),
            Self::Counter32(number) | Self::Gauge32(number) | Self::TimeTicks(number) => {
                Some(i64::from(number))
            }
            Self::Counter64(number) => i64::try_from(number).ok(),
            _ => None,
        }
    }

    /// What an Opaque holds, where it is one of net-snmp's wrapped numbers and fills the Opaque whole.
    #[must_use]
    pub fn opaque_content(&self) -> Option<OpaqueContent> {
        let Self::Opaque([0x9f, wrapped, rest @ ..]) = *self else {
            return None;
        };
        let mut reader = Reader::new(rest);
        // The second octet of the tag stands where a short form's tag would: only the length is left to read.
        let (length, content) = reader.rest().split_first()?;
        if usize::from(*length) != content.len() {
            return None;
        }
        reader = Reader::new(content);
        match (wrapped, reader.rest()) {
            (0x78, &[a, b, c, d]) => Some(OpaqueContent::Float(f32::from_be_bytes([a, b, c, d]))),
            (0x79, octets) => Some(OpaqueContent::Double(f64::from_be_bytes(octets.try_into().ok()?))),
            (0x76 | 0x7b, octets) => crate::ber::unsigned(octets).ok().map(OpaqueContent::Unsigned64),
            (0x7a, octets @ [first, ..]) if octets.len() <= 8 => {
                let sign = if first & 0x80 == 0 { 0 } else { -1_i64 };
                Some(OpaqueContent::Integer64(
                    octets
                        .iter()
                        .fold(sign, |sum, octet| (sum << 8) | i64::from(*octet)),
                ))
            }
            _ => None,
        }
    }
}

/// A number that net-snmp wraps in an Opaque (draft-perkins-float, draft-perkins-opaque).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum OpaqueContent {
    /// A 32-bit float.
    Float(f32),
    /// A 64-bit float.
    Double(f64),
    /// Unsigned64 or Counter64.
    Unsigned64(u64),
    /// Integer64.
    Integer64(i64),
}

fn tolerate(
    anomaly: Anomaly,
    strictness: Strictness,
    anomalies: &mut Anomalies,
) -> Result<(), MalformedValue> {
    if strictness.tolerates(anomaly) {
        anomalies.insert(anomaly);
        Ok(())
    } else {
        Err(MalformedValue::NotTolerated(anomaly))
    }
}

fn number(kind: DecodeErrorKind) -> MalformedValue {
    if kind == DecodeErrorKind::IntegerEmpty {
        MalformedValue::Empty
    } else {
        MalformedValue::Range
    }
}

/// Whether the first octet says nothing that the second does not (X.690 §8.3.2).
const fn is_padded(content: &[u8]) -> bool {
    matches!(content, [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..])
}

#[cold]
fn integer<'a>(
    content: &'a [u8],
    strictness: Strictness,
    anomalies: &mut Anomalies,
) -> Result<Value<'a>, MalformedValue> {
    let value = crate::ber::integer(content).map_err(number)?;
    if is_padded(content) {
        tolerate(Anomaly::NonMinimalInteger, strictness, anomalies)?;
    }
    Ok(Value::Integer(value))
}

/// An unsigned number of 32 bits in its shortest form, as nearly all are.
#[inline]
fn shortest_unsigned(content: &[u8]) -> Option<u32> {
    if let [a @ 0..=0x7f] = *content {
        return Some(u32::from(a));
    }
    let (number, shortest) = match *content {
        [a, b] => (u32::from(u16::from_be_bytes([a, b])), 0x80..=0x7fff),
        [a, b, c] => (u32::from_be_bytes([0, a, b, c]), 0x8000..=0x7f_ffff),
        [a, b, c, d] => (u32::from_be_bytes([a, b, c, d]), 0x80_0000..=0x7fff_ffff),
        [0, a, b, c, d] => (u32::from_be_bytes([a, b, c, d]), 0x8000_0000..=u32::MAX),
        _ => return None,
    };
    shortest.contains(&number).then_some(number)
}

#[cold]
fn unsigned(
    content: &[u8],
    strictness: Strictness,
    anomalies: &mut Anomalies,
) -> Result<u64, MalformedValue> {
    let value = crate::ber::unsigned(content).map_err(number)?;
    match *content {
        [0x80..=0xff, ..] => tolerate(Anomaly::UnsignedHighBit, strictness, anomalies)?,
        [0, 0..=0x7f, ..] => tolerate(Anomaly::NonMinimalInteger, strictness, anomalies)?,
        _ => {}
    }
    Ok(value)
}

#[inline]
fn unsigned32(
    content: &[u8],
    strictness: Strictness,
    anomalies: &mut Anomalies,
) -> Result<u32, MalformedValue> {
    if let Some(number) = shortest_unsigned(content) {
        return Ok(number);
    }
    u32::try_from(unsigned(content, strictness, anomalies)?).map_err(|_| MalformedValue::Range)
}

fn object_identifier<'a>(
    content: &'a [u8],
    strictness: Strictness,
    anomalies: &mut Anomalies,
) -> Result<Value<'a>, MalformedValue> {
    if content.is_empty() {
        tolerate(Anomaly::EmptyOid, strictness, anomalies)?;
    }
    match Oid::from_octets(content) {
        Ok(oid) => Ok(Value::ObjectIdentifier(oid)),
        Err(OidError::TooManyArcs) if strictness.tolerates(Anomaly::TooManyArcs) => {
            let oid = Oid::from_octets_of_any_length(content).map_err(MalformedValue::Oid)?;
            anomalies.insert(Anomaly::TooManyArcs);
            Ok(Value::ObjectIdentifier(oid))
        }
        Err(error) => Err(MalformedValue::Oid(error)),
    }
}

#[cold]
fn rare<'a>(
    tag: u8,
    content: &'a [u8],
    strictness: Strictness,
    anomalies: &mut Anomalies,
) -> Result<Value<'a>, MalformedValue> {
    let value = match tag {
        tag::IP_ADDRESS => {
            let address: [u8; 4] = content.try_into().map_err(|_| MalformedValue::Length)?;
            return Ok(Value::IpAddress(address.into()));
        }
        tag::OPAQUE => return Ok(Value::Opaque(content)),
        tag::UINTEGER32 => {
            tolerate(Anomaly::UInteger32, strictness, anomalies)?;
            return unsigned32(content, strictness, anomalies).map(Value::Gauge32);
        }
        tag::NULL => Value::Null,
        tag::NO_SUCH_OBJECT => Value::NoSuchObject,
        tag::NO_SUCH_INSTANCE => Value::NoSuchInstance,
        tag::END_OF_MIB_VIEW => Value::EndOfMibView,
        _ => {
            anomalies.insert(Anomaly::MalformedVarBind);
            return Ok(Value::Unknown { tag, content });
        }
    };
    if !content.is_empty() {
        tolerate(Anomaly::NullContent, strictness, anomalies)?;
    }
    Ok(value)
}

#[cfg(test)]
mod tests;
