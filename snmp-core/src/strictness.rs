//! What deployed devices get wrong, as a closed set of named deviations, and which of them are tolerated.

/// A deviation from X.690 or the RFCs that real devices show and that has one sane reading.
///
/// Each is a switch of [`Strictness`] and, when tolerated, shows up in [`Anomalies`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
#[expect(clippy::exhaustive_enums, reason = "the set of tolerances is closed")]
pub enum Anomaly {
    /// Octets behind the message: agents that pad their datagrams (15 octets were seen).
    TrailingOctets,
    /// A number in more octets than it needs: Huawei OLT, Vutlan monitoring units.
    NonMinimalInteger,
    /// An unsigned number whose leading zero octet is missing: mini-snmpd, many switches and printers.
    UnsignedHighBit,
    /// A zero-length OBJECT IDENTIFIER, read as 0.0: ifSpecific on many printers, Canon iR.
    EmptyOid,
    /// Octets in a NULL or an exception value.
    NullContent,
    /// `UInteger32` of RFC 1442, read as Gauge32: agents of the nineties.
    UInteger32,
    /// Counter64 in an `SNMPv1` message, which RFC 3584 forbids.
    Counter64InV1,
    /// An exception value in an `SNMPv1` message.
    ExceptionInV1,
    /// An `SNMPv1` Trap-PDU in an `SNMPv2c` message.
    TrapV1InV2c,
    /// An `SNMPv1` Trap-PDU in an `SNMPv3` message: CyberPower UPS.
    TrapV1InV3,
    /// A notification of v2 that does not begin with sysUpTime.0 and snmpTrapOID.0: senders that leave one away or
    /// swap them.
    PrefixMissing,
    /// An agent-addr that is not four octets, kept raw.
    AgentAddrLength,
    /// Negative non-repeaters or max-repetitions, read as 0.
    NegativeBulk,
    /// An error-index beyond the variable bindings, or below 0.
    ErrorIndexRange,
    /// A variable binding whose name or value breaks a rule, delivered as malformed beside the good ones.
    MalformedVarBind,
    /// GetBulkRequest in an `SNMPv1` message, which net-snmp answers. Not among [`Strictness::DEPLOYED`]: no device
    /// sends it; for tools that show what they are given.
    GetBulkInV1,
    /// msgFlags of several octets, of which the first counts. Not among [`Strictness::DEPLOYED`], as
    /// [`GetBulkInV1`](Self::GetBulkInV1).
    LongMsgFlags,
    /// A name or value of more than 128 sub-identifiers. Not among [`Strictness::DEPLOYED`], where it is malformed:
    /// RFC 2578 §3.5 forbids it, and a walk that meets one cannot ask for what follows it by the rules.
    TooManyArcs,
}

impl Anomaly {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::TrailingOctets,
        Self::NonMinimalInteger,
        Self::UnsignedHighBit,
        Self::EmptyOid,
        Self::NullContent,
        Self::UInteger32,
        Self::Counter64InV1,
        Self::ExceptionInV1,
        Self::TrapV1InV2c,
        Self::TrapV1InV3,
        Self::PrefixMissing,
        Self::AgentAddrLength,
        Self::NegativeBulk,
        Self::ErrorIndexRange,
        Self::MalformedVarBind,
        Self::GetBulkInV1,
        Self::LongMsgFlags,
        Self::TooManyArcs,
    ];

    const fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// Which deviations are read over.
///
/// ```
/// use snmp_core::strictness::{Anomaly, Strictness};
/// let padded_only = Strictness::STRICT.tolerating(Anomaly::TrailingOctets);
/// assert!(padded_only.tolerates(Anomaly::TrailingOctets));
/// assert!(!padded_only.tolerates(Anomaly::EmptyOid));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Strictness(u32);

impl Strictness {
    /// Everything that deployed devices are known to get wrong is tolerated.
    pub const DEPLOYED: Self = Self((1 << Anomaly::ALL.len()) - 1)
        .refusing(Anomaly::GetBulkInV1)
        .refusing(Anomaly::LongMsgFlags)
        .refusing(Anomaly::TooManyArcs);
    /// X.690 and the RFCs to the letter.
    pub const STRICT: Self = Self(0);

    /// This, and `anomaly` tolerated too.
    #[must_use]
    pub const fn tolerating(self, anomaly: Anomaly) -> Self {
        Self(self.0 | anomaly.bit())
    }

    /// This, but `anomaly` refused.
    #[must_use]
    pub const fn refusing(self, anomaly: Anomaly) -> Self {
        Self(self.0 & !anomaly.bit())
    }

    /// Whether `anomaly` is read over.
    #[must_use]
    pub const fn tolerates(self, anomaly: Anomaly) -> bool {
        self.0 & anomaly.bit() != 0
    }
}

/// [`Strictness::DEPLOYED`].
impl Default for Strictness {
    fn default() -> Self {
        Self::DEPLOYED
    }
}

/// Deviations that were seen and read over.
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Anomalies(u32);

impl Anomalies {
    /// None.
    pub const NONE: Self = Self(0);

    /// Whether none was seen.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `anomaly` was seen.
    #[must_use]
    pub const fn contains(self, anomaly: Anomaly) -> bool {
        self.0 & anomaly.bit() != 0
    }

    /// Notes that `anomaly` was seen.
    pub const fn insert(&mut self, anomaly: Anomaly) {
        self.0 |= anomaly.bit();
    }

    /// Those of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Each that was seen, in the order of [`Anomaly::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Anomaly> {
        Anomaly::ALL
            .into_iter()
            .filter(move |anomaly| self.contains(*anomaly))
    }
}

impl core::fmt::Debug for Anomalies {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
