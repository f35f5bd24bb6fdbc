use core::net::SocketAddr;

use super::inform::InformId;
use super::translation::{self, SNMP_TRAP_OID, SYS_UP_TIME};
use crate::datagram::Via;
use crate::message::Version;
use crate::oid::OidBuf;
use crate::pdu::TrapV1;
use crate::security::SecurityLevel;
use crate::strictness::Anomalies;
use crate::value::Value;
use crate::varbind::VarBinds;

/// A notification as it came in.
///
/// Without authentication it proves nothing: source address and community of a datagram are easily forged.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Notification<'d> {
    /// Where it came from: the sender, or the last relay.
    pub from: SocketAddr,
    /// The socket that it came by.
    pub via: Via,
    /// The version of its message.
    pub version: Version,
    /// How it was secured; noAuthNoPriv for a community.
    pub level: SecurityLevel,
    /// The community of v1 and v2c; empty in v3.
    pub community: &'d [u8],
    /// contextEngineID of v3; empty in v1 and v2c.
    pub context_engine_id: &'d [u8],
    /// contextName of v3; empty in v1 and v2c.
    pub context_name: &'d [u8],
    /// Which of the three it is.
    pub kind: Kind<'d>,
    /// All variable bindings; of v2 the first two are sysUpTime.0 and snmpTrapOID.0.
    pub var_binds: VarBinds<'d>,
    /// Deviations outside the variable bindings, and [`PrefixMissing`](crate::strictness::Anomaly::PrefixMissing).
    pub anomalies: Anomalies,
}

/// The kinds of notification.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "RFC 1157 and RFC 3416 have no other")]
pub enum Kind<'d> {
    /// The Trap-PDU of v1.
    TrapV1(TrapV1<'d>),
    /// `SNMPv2`-Trap-PDU: not confirmed.
    TrapV2,
    /// InformRequest-PDU: its sender waits for an answer, which leaves once it is accepted.
    Inform(InformId),
}

impl<'d> Notification<'d> {
    /// What it tells: snmpTrapOID.0, wherever it stands; for v1 what RFC 3584 §3.1 makes of the trap's fields. `None`
    /// where a v2 sender left it away, or where a v1 enterprise takes no two more arcs.
    #[must_use]
    pub fn trap_oid(&self) -> Option<OidBuf> {
        if let Kind::TrapV1(trap) = &self.kind {
            return translation::trap_oid(trap).ok();
        }
        self.var_binds.iter().find_map(|var_bind| match var_bind.value {
            Value::ObjectIdentifier(oid) if var_bind.name == SNMP_TRAP_OID => Some(oid.to_buf()),
            _ => None,
        })
    }

    /// sysUpTime.0 of its sender, in hundredths of a second; for v1 the trap's time-stamp.
    #[must_use]
    pub fn sys_up_time(&self) -> Option<u32> {
        if let Kind::TrapV1(trap) = &self.kind {
            return Some(trap.time_stamp);
        }
        self.var_binds.iter().find_map(|var_bind| match var_bind.value {
            Value::TimeTicks(ticks) if var_bind.name == SYS_UP_TIME => Some(ticks),
            _ => None,
        })
    }

    /// Whether a v2 notification begins with sysUpTime.0 and snmpTrapOID.0, as RFC 3416 §4.2.6 has it; v1 always.
    #[must_use]
    pub fn has_prefix(&self) -> bool {
        if let Kind::TrapV1(_) = self.kind {
            return true;
        }
        let mut list = self.var_binds.iter();
        let time = list
            .next()
            .is_some_and(|first| first.name == SYS_UP_TIME && matches!(first.value, Value::TimeTicks(_)));
        let oid = list.next().is_some_and(|second| {
            second.name == SNMP_TRAP_OID && matches!(second.value, Value::ObjectIdentifier(_))
        });
        time && oid
    }
}
