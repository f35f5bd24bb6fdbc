//! Who takes part, each in its own words: the same messages read to the last varbind, the same values written.

use core::hint::black_box;

use crate::floor;
use rasn_snmp::{v2, v2c};
use snmp_core::message::{CommunityMessage, CommunityPdu, encode_community};
use snmp_core::strictness::Strictness;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

/// What visiting every name and value gives.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    pub(crate) var_binds: u64,
    /// Lengths of the names, in octets or arcs as the contender has them.
    pub(crate) names: u64,
    /// Numbers of the values, lengths of the texts: the same for all who read the same.
    pub(crate) values: u64,
}

impl Sum {
    #[inline(always)]
    fn add(&mut self, name: usize, value: u64) {
        self.var_binds += 1;
        self.names += name as u64;
        self.values = self.values.wrapping_add(value);
    }
}

/// What decoding one datagram gives, or `None` when it is refused.
pub(crate) type Decode = fn(&[u8]) -> Option<Sum>;

pub(crate) fn ours(datagram: &[u8]) -> Option<Sum> {
    ours_with(datagram, Strictness::DEPLOYED)
}

pub(crate) fn ours_strict(datagram: &[u8]) -> Option<Sum> {
    ours_with(datagram, Strictness::STRICT)
}

#[inline(always)]
fn ours_with(datagram: &[u8], strictness: Strictness) -> Option<Sum> {
    let message = CommunityMessage::decode(datagram, strictness).ok()?;
    let CommunityPdu::Pdu(pdu) = message.pdu else {
        return None;
    };
    let mut sum = Sum::default();
    for var_bind in pdu.var_binds {
        let value = match var_bind.value {
            Value::Integer(number) => i64::from(number) as u64,
            Value::OctetString(octets) | Value::Opaque(octets) => octets.len() as u64,
            Value::ObjectIdentifier(oid) => oid.as_octets().len() as u64,
            Value::IpAddress(address) => u64::from(address.octets()[0]),
            Value::Counter32(number) | Value::Gauge32(number) | Value::TimeTicks(number) => u64::from(number),
            Value::Counter64(number) => number,
            _ => 1,
        };
        sum.add(var_bind.name.as_octets().len(), value);
    }
    Some(sum)
}

pub(crate) fn floor(datagram: &[u8]) -> Option<Sum> {
    let mut sum = Sum::default();
    let header = floor::decode(datagram, |name, value| {
        let value = match value {
            floor::Value::Integer(number) => i64::from(number) as u64,
            floor::Value::Octets(octets) => octets.len() as u64,
            floor::Value::Oid(octets) => octets.len() as u64,
            floor::Value::Address(octets) => u64::from(octets[0]),
            floor::Value::Unsigned(_, number) => number,
            floor::Value::Empty(_) | floor::Value::Other(..) => 1,
        };
        sum.add(name.len(), value);
    })?;
    black_box(header);
    Some(sum)
}

pub(crate) fn snmp2(datagram: &[u8]) -> Option<Sum> {
    let pdu = snmp2::Pdu::from_bytes(datagram).ok()?;
    let mut sum = Sum::default();
    for (name, value) in pdu.varbinds {
        let value = match value {
            snmp2::Value::Integer(number) => number as u64,
            snmp2::Value::OctetString(octets) | snmp2::Value::Opaque(octets) => octets.len() as u64,
            snmp2::Value::ObjectIdentifier(oid) => oid.as_bytes().len() as u64,
            snmp2::Value::IpAddress(address) => u64::from(address[0]),
            snmp2::Value::Counter32(number)
            | snmp2::Value::Unsigned32(number)
            | snmp2::Value::Timeticks(number) => u64::from(number),
            snmp2::Value::Counter64(number) => number,
            _ => 1,
        };
        sum.add(name.as_bytes().len(), value);
    }
    Some(sum)
}

pub(crate) fn rasn(datagram: &[u8]) -> Option<Sum> {
    let message: v2c::Message<v2::Pdus> = rasn::ber::decode(datagram).ok()?;
    let v2::Pdus::Response(v2::Response(pdu)) = message.data else {
        return None;
    };
    let mut sum = Sum::default();
    for var_bind in &pdu.variable_bindings {
        use rasn_smi::v2::{ApplicationSyntax, ObjectSyntax, SimpleSyntax};
        let value = match &var_bind.value {
            v2::VarBindValue::Value(ObjectSyntax::Simple(value)) => match value {
                SimpleSyntax::Integer(number) => i64::try_from(number).ok()? as u64,
                SimpleSyntax::String(octets) => octets.len() as u64,
                SimpleSyntax::ObjectId(oid) => octets_of(oid),
            },
            v2::VarBindValue::Value(ObjectSyntax::ApplicationWide(value)) => match value {
                ApplicationSyntax::Address(address) => u64::from(address.0[0]),
                ApplicationSyntax::Counter(number) => u64::from(number.0),
                ApplicationSyntax::Ticks(number) => u64::from(number.0),
                ApplicationSyntax::Arbitrary(octets) => octets.as_ref().len() as u64,
                ApplicationSyntax::BigCounter(number) => number.0,
                ApplicationSyntax::Unsigned(number) => u64::from(number.0),
            },
            _ => 1,
        };
        sum.add(var_bind.name.len(), value);
    }
    Some(sum)
}

/// Contents octets that the name of a value would have: such values are rare, so the count costs nothing.
fn octets_of(oid: &[u32]) -> u64 {
    let octets = |arc: &u32| (32 - u64::from(arc.leading_zeros())).div_ceil(7).max(1);
    oid.iter().map(octets).sum::<u64>().saturating_sub(1)
}

/// One message, read once by each contender that writes: values built before the clock starts.
#[derive(Debug)]
pub(crate) struct Built<'a> {
    pub(crate) ours: (CommunityMessage<'a>, Vec<VarBind<'a>>),
    pub(crate) floor: (floor::Header<'a>, Vec<(&'a [u8], floor::Value<'a>)>),
    pub(crate) rasn: v2c::Message<v2::Pdus>,
    pub(crate) snmp2: snmp2::Pdu<'a>,
}

impl<'a> Built<'a> {
    pub(crate) fn new(datagram: &'a [u8]) -> Option<Self> {
        let message = CommunityMessage::decode(datagram, Strictness::DEPLOYED).ok()?;
        let CommunityPdu::Pdu(pdu) = message.pdu else {
            return None;
        };
        let mut list = Vec::new();
        let header = floor::decode(datagram, |name, value| list.push((name, value)))?;
        Some(Self {
            ours: (message, pdu.var_binds.iter().collect()),
            floor: (header, list),
            rasn: rasn::ber::decode(datagram).ok()?,
            snmp2: snmp2::Pdu::from_bytes(datagram).ok()?,
        })
    }
}

/// Octets written and their first and last, or `None` when the contender cannot write the message.
pub(crate) type Encode = fn(&Built<'_>, &mut [u8]) -> Option<usize>;

pub(crate) fn encode_ours(built: &Built<'_>, buffer: &mut [u8]) -> Option<usize> {
    let (message, list) = &built.ours;
    let CommunityPdu::Pdu(pdu) = &message.pdu else {
        return None;
    };
    let range = encode_community(
        buffer,
        message.version,
        message.community,
        &pdu.header,
        list.iter().copied(),
    );
    Some(range.ok()?.len())
}

pub(crate) fn encode_floor(built: &Built<'_>, buffer: &mut [u8]) -> Option<usize> {
    let (header, list) = &built.floor;
    let start = floor::encode(header, list, buffer)?;
    Some(buffer.len() - start)
}

pub(crate) fn encode_rasn(built: &Built<'_>, _: &mut [u8]) -> Option<usize> {
    let octets = black_box(rasn::ber::encode(&built.rasn).ok()?);
    Some(octets.len())
}

pub(crate) fn encode_snmp2(built: &Built<'_>, _: &mut [u8]) -> Option<usize> {
    let octets = black_box(built.snmp2.to_bytes().ok()?);
    Some(octets.len())
}
