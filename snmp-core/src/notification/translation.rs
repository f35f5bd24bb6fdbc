//! Traps of v1 as notifications of v2, and back (RFC 3584 §3).

use core::net::Ipv4Addr;
use core::ops::Range;

use crate::ber::Writer;
use crate::oid;
use crate::oid::{Oid, OidBuf};
use crate::pdu::TrapV1;
use crate::value::{MalformedValue, Value};
use crate::varbind::{VarBind, VarBinds};

pub(super) const SYS_UP_TIME: Oid<'static> = oid!(1.3.6.1.2.1.1.3.0);
pub(super) const SNMP_TRAP_OID: Oid<'static> = oid!(1.3.6.1.6.3.1.1.4.1.0);
const SNMP_TRAP_ENTERPRISE: Oid<'static> = oid!(1.3.6.1.6.3.1.1.4.3.0);
const SNMP_TRAPS: Oid<'static> = oid!(1.3.6.1.6.3.1.1.5);
const SNMP_TRAP_ADDRESS: Oid<'static> = oid!(1.3.6.1.6.3.18.1.3.0);
const SNMP_TRAP_COMMUNITY: Oid<'static> = oid!(1.3.6.1.6.3.18.1.4.0);

/// generic-trap of a trap that the enterprise defines (RFC 1157 §4.1.6).
const ENTERPRISE_SPECIFIC: i32 = 6;

/// Why a trap of v1 has no form in v2.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NotInV2 {
    /// A generic-trap outside 0 to 6, which has no snmpTrapOID.
    #[error("no notification of v2 is generic trap {0}")]
    GenericTrap(i32),
    /// An enterprise that is empty, or so long that two more arcs make no name.
    #[error("enterprise is empty or too long to be part of snmpTrapOID")]
    Enterprise,
}

/// snmpTrapOID of a trap (RFC 3584 §3.1): generic traps are the snmpTraps in their order, others are
/// enterprise.0.specific. Of a negative specific-trap the arc keeps the 32 bits.
///
/// # Errors
/// When the trap has none.
pub fn trap_oid(trap: &TrapV1<'_>) -> Result<OidBuf, NotInV2> {
    let joined = match trap.generic_trap {
        generic @ 0..=5 => SNMP_TRAPS.to_buf().join(&[generic.unsigned_abs() + 1]),
        ENTERPRISE_SPECIFIC if trap.enterprise.is_empty() => return Err(NotInV2::Enterprise),
        ENTERPRISE_SPECIFIC => {
            let specific = trap.specific_trap.cast_unsigned();
            trap.enterprise.to_buf().join(&[0, specific])
        }
        other => return Err(NotInV2::GenericTrap(other)),
    };
    joined.map_err(|_| NotInV2::Enterprise)
}

/// A trap of v1 in the form of v2: variable bindings that begin with sysUpTime.0 and snmpTrapOID.0.
///
/// Its own variable bindings stay where they are, in the trap's datagram.
///
/// ```
/// use snmp_core::notification::{NotificationV1, NotificationV2};
/// use snmp_core::{ber::Writer, oid, pdu::TrapV1, strictness::Strictness, varbind::VarBinds};
/// let trap = TrapV1 {
///     enterprise: oid!(1.3.6.1.4.1.641.2),
///     agent_addr: &[192, 0, 2, 9],
///     generic_trap: 6,
///     specific_trap: 3,
///     time_stamp: 4711,
///     var_binds: VarBinds::EMPTY,
/// };
/// let v2 = NotificationV2::from_v1(&trap)?.forwarded(&trap, b"public");
/// assert_eq!(v2.trap_oid.as_oid(), oid!(1.3.6.1.4.1.641.2.0.3));
/// assert_eq!(v2.iter().count(), 5);
///
/// let mut buffer = [0; 256];
/// let mut writer = Writer::new(&mut buffer);
/// v2.encode_contents(&mut writer);
/// let range = writer.finish()?;
/// let list = VarBinds::from_octets(&buffer[range], Strictness::STRICT)?;
/// let v1 = NotificationV1::from_v2(&list, None)?;
/// assert_eq!((v1.enterprise, v1.specific_trap), (trap.enterprise, 3));
/// assert_eq!(v1.agent_addr.octets(), trap.agent_addr);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NotificationV2<'a> {
    /// sysUpTime.0: the trap's time-stamp, in hundredths of a second.
    pub sys_up_time: u32,
    /// snmpTrapOID.0.
    pub trap_oid: OidBuf,
    /// The trap's own variable bindings.
    pub var_binds: VarBinds<'a>,
    /// snmpTrapAddress.0, snmpTrapCommunity.0, snmpTrapEnterprise.0, as far as they are put behind the others.
    appended: [Option<VarBind<'a>>; 3],
}

impl<'a> NotificationV2<'a> {
    /// As the trap's own sender would have told it by v2 (RFC 3584 §3.1).
    ///
    /// # Errors
    /// When v2 has no name for it.
    pub fn from_v1(trap: &TrapV1<'a>) -> Result<Self, NotInV2> {
        Ok(Self {
            sys_up_time: trap.time_stamp,
            trap_oid: trap_oid(trap)?,
            var_binds: trap.var_binds,
            appended: [None; 3],
        })
    }

    /// As a proxy forwards it: with snmpTrapAddress.0, snmpTrapCommunity.0 and snmpTrapEnterprise.0, each unless the
    /// trap has it already (RFC 3584 §3.1 step 4). An agent-addr that is no address is left away.
    #[must_use]
    pub fn forwarded(mut self, trap: &TrapV1<'a>, community: &'a [u8]) -> Self {
        let address = trap.agent_address().map(Value::IpAddress);
        self.appended = [
            (SNMP_TRAP_ADDRESS, address),
            (SNMP_TRAP_COMMUNITY, Some(Value::OctetString(community))),
            (
                SNMP_TRAP_ENTERPRISE,
                Some(Value::ObjectIdentifier(trap.enterprise)),
            ),
        ]
        .map(|(name, value)| {
            let has = self.var_binds.iter().any(|var_bind| var_bind.name == name);
            value.filter(|_| !has).map(|value| VarBind::new(name, value))
        });
        self
    }

    /// All its variable bindings, in their order.
    pub fn iter(&self) -> impl Iterator<Item = VarBind<'_>> {
        self.head()
            .into_iter()
            .chain(&self.var_binds)
            .chain(self.appended.into_iter().flatten())
    }

    /// Writes the contents of its variable-bindings field.
    pub fn encode_contents(&self, writer: &mut Writer<'_>) {
        for var_bind in self.appended.iter().rev().flatten() {
            var_bind.encode(writer);
        }
        writer.octets(self.var_binds.as_octets());
        for var_bind in self.head().iter().rev() {
            var_bind.encode(writer);
        }
    }

    fn head(&self) -> [VarBind<'_>; 2] {
        head(self.sys_up_time, self.trap_oid.as_oid())
    }
}

/// What a notification of v2 begins with (RFC 3416 §4.2.6).
pub(super) const fn head(sys_up_time: u32, trap_oid: Oid<'_>) -> [VarBind<'_>; 2] {
    [
        VarBind::new(SYS_UP_TIME, Value::TimeTicks(sys_up_time)),
        VarBind::new(SNMP_TRAP_OID, Value::ObjectIdentifier(trap_oid)),
    ]
}

/// Why a notification of v2 has no form in v1.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NotInV1 {
    /// No sysUpTime.0.
    #[error("no sysUpTime.0")]
    NoUpTime,
    /// No snmpTrapOID.0.
    #[error("no snmpTrapOID.0")]
    NoTrapOid,
    /// snmpTrapOID.0 is so short that no enterprise is left before its last arc.
    #[error("snmpTrapOID.0 has no enterprise")]
    ShortTrapOid,
    /// A value that v1 does not have: Counter64 or an exception.
    #[error("variable binding {index} has a value that v1 does not have")]
    Value {
        /// The variable binding, counted from 1.
        index: usize,
    },
}

/// A notification of v2 in the form of v1: the fields of its Trap-PDU, borrowed from the notification.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NotificationV1<'a> {
    /// Of a standard trap snmpTrapEnterprise.0, or snmpTraps where there is none; of others what stands before the
    /// specific-trap in snmpTrapOID.0.
    pub enterprise: Oid<'a>,
    /// snmpTrapAddress.0, or the local address, or 0.0.0.0.
    pub agent_addr: Ipv4Addr,
    /// 0 to 5 for a standard trap, else 6.
    pub generic_trap: i32,
    /// 0 for a standard trap, else the last arc of snmpTrapOID.0; one above 2^31−1 keeps its 32 bits.
    pub specific_trap: i32,
    /// sysUpTime.0, in hundredths of a second.
    pub time_stamp: u32,
    /// The whole list.
    list: VarBinds<'a>,
    /// The two that become fields: which, and where their octets stand in the list.
    fields: [Place; 2],
}

/// A variable binding of a list.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    index: usize,
    start: usize,
    end: usize,
}

impl<'a> NotificationV1<'a> {
    /// Translates the variable bindings of a notification (RFC 3584 §3.2). sysUpTime.0 and snmpTrapOID.0 are found
    /// wherever they stand. `local` is the agent-addr of what this system tells itself; a proxy has none.
    ///
    /// # Errors
    /// When v1 cannot carry it: it is not to be sent there.
    pub fn from_v2(var_binds: &VarBinds<'a>, local: Option<Ipv4Addr>) -> Result<Self, NotInV1> {
        let (mut time, mut name) = (None, None);
        let (mut enterprise, mut address) = (None, None);
        let mut list = var_binds.iter();
        let mut place = Place::default();
        while let Some(var_bind) = list.next() {
            place.index += 1;
            (place.start, place.end) = (place.end, list.offset());
            match var_bind.value {
                Value::TimeTicks(ticks) if var_bind.name == SYS_UP_TIME && time.is_none() => {
                    time = Some((ticks, place));
                }
                Value::ObjectIdentifier(oid) if var_bind.name == SNMP_TRAP_OID && name.is_none() => {
                    name = Some((oid, place));
                }
                Value::ObjectIdentifier(oid) if var_bind.name == SNMP_TRAP_ENTERPRISE => {
                    enterprise = enterprise.or(Some(oid));
                }
                Value::IpAddress(found) if var_bind.name == SNMP_TRAP_ADDRESS => {
                    address = address.or(Some(found));
                }
                _ => check_v1_value(place.index, &var_bind.value)?,
            }
        }
        let (time_stamp, time) = time.ok_or(NotInV1::NoUpTime)?;
        let (trap_oid, name) = name.ok_or(NotInV1::NoTrapOid)?;
        let (enterprise, generic_trap, specific_trap) = match standard(trap_oid) {
            Some(generic) => (enterprise.unwrap_or(SNMP_TRAPS), generic, 0),
            None => {
                let (enterprise, specific) = split_trap_oid(trap_oid).ok_or(NotInV1::ShortTrapOid)?;
                (enterprise, ENTERPRISE_SPECIFIC, specific.cast_signed())
            }
        };
        let mut fields = [time, name];
        fields.sort_unstable_by_key(|place| place.start);
        Ok(Self {
            enterprise,
            agent_addr: address.or(local).unwrap_or(Ipv4Addr::UNSPECIFIED),
            generic_trap,
            specific_trap,
            time_stamp,
            list: *var_binds,
            fields,
        })
    }

    /// Its variable bindings: those of the notification but sysUpTime.0 and snmpTrapOID.0, which became fields.
    pub fn iter(&self) -> impl Iterator<Item = VarBind<'a>> {
        let fields = self.fields.map(|place| place.index);
        (1..)
            .zip(self.list)
            .filter_map(move |(index, var_bind)| (!fields.contains(&index)).then_some(var_bind))
    }

    /// Writes the Trap-PDU.
    pub fn encode(&self, writer: &mut Writer<'_>) {
        let octets = self.list.as_octets();
        let [first, second] = self.fields;
        let piece = |range: Range<usize>| octets.get(range).unwrap_or_default();
        let end = writer.mark();
        for range in [second.end..octets.len(), first.end..second.start, 0..first.start] {
            writer.octets(piece(range));
        }
        writer.sequence(end);
        let agent_addr = self.agent_addr.octets();
        let trap = TrapV1 {
            enterprise: self.enterprise,
            agent_addr: &agent_addr,
            generic_trap: self.generic_trap,
            specific_trap: self.specific_trap,
            time_stamp: self.time_stamp,
            var_binds: VarBinds::EMPTY,
        };
        trap.encode_around(writer, end);
    }
}

/// A value that v1 does not have cannot be told there.
fn check_v1_value(index: usize, value: &Value<'_>) -> Result<(), NotInV1> {
    match value {
        Value::Counter64(_) => Err(NotInV1::Value { index }),
        value if value.is_exception() => Err(NotInV1::Value { index }),
        // Its octets are no element that could be passed on.
        Value::Malformed {
            why: MalformedValue::Structure,
            ..
        } => Err(NotInV1::Value { index }),
        _ => Ok(()),
    }
}

#[cfg(feature = "manager")]
pub(super) fn check_v1_values(var_binds: &VarBinds<'_>) -> Result<(), NotInV1> {
    (1..)
        .zip(var_binds)
        .try_for_each(|(index, var_bind)| check_v1_value(index, &var_bind.value))
}

/// generic-trap of a standard trap: coldStart to egpNeighborLoss are snmpTraps.1 to 6.
fn standard(trap_oid: Oid<'_>) -> Option<i32> {
    let mut arcs = trap_oid.index_in(SNMP_TRAPS)?;
    let (Some(arc @ 1..=6), None) = (arcs.next(), arcs.next()) else {
        return None;
    };
    i32::try_from(arc - 1).ok()
}

/// Enterprise and specific-trap of a trap that is no standard one. The arc before the last goes too where it is 0, but
/// never what is left of the first two arcs.
fn split_trap_oid(trap_oid: Oid<'_>) -> Option<(Oid<'_>, u32)> {
    let octets = trap_oid.as_octets();
    let (_, before) = octets.split_last()?;
    let last = before.iter().rposition(|octet| *octet < 0x80)? + 1;
    let (enterprise, _) = octets.split_at_checked(last)?;
    let enterprise = match enterprise {
        [rest @ .., end, 0] if *end < 0x80 => enterprise.get(..rest.len() + 1)?,
        _ => enterprise,
    };
    // What stands before the end of a sub-identifier of a good name is one too.
    let enterprise = Oid::from_octets(enterprise).ok()?;
    Some((enterprise, trap_oid.arcs().last()?))
}
