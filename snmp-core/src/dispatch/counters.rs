use crate::datagram::NotMine;
use crate::oid;
use crate::value::Value;
use crate::varbind::VarBind;

/// What an engine received and could not use: the snmp group of SNMPv2-MIB, snmpMPDStats of RFC 3412 and the contexts'
/// counters of RFC 3413, each under its object's name. They wrap as Counter32 does.
///
/// A machine counts what it takes. A datagram that it hands back as [`NotMine`] it does not count: the driver gives it
/// to [`count`](Self::count) of the last machine on the socket.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Counters {
    /// snmpInPkts: messages.
    pub in_pkts: u32,
    /// snmpInBadVersions: messages of a version that is not supported.
    pub in_bad_versions: u32,
    /// snmpInBadCommunityNames: messages with an unknown community.
    pub in_bad_community_names: u32,
    /// snmpInBadCommunityUses: operations that the community does not allow.
    pub in_bad_community_uses: u32,
    /// snmpInASNParseErrs: messages that do not decode.
    pub in_asn_parse_errs: u32,
    /// snmpSilentDrops: requests that got no answer because even an empty one would have been too large.
    pub silent_drops: u32,
    /// snmpUnknownSecurityModels: v3 messages of another security model.
    pub unknown_security_models: u32,
    /// snmpInvalidMsgs: v3 messages whose flags contradict each other.
    pub invalid_msgs: u32,
    /// snmpUnknownPDUHandlers: PDUs that nobody here handles.
    pub unknown_pdu_handlers: u32,
    /// snmpUnavailableContexts: requests for a context that is known but cannot be served now.
    pub unavailable_contexts: u32,
    /// snmpUnknownContexts: requests for a context that is not there.
    pub unknown_contexts: u32,
}

impl Counters {
    /// All at zero.
    pub const ZERO: Self = Self {
        in_pkts: 0,
        in_bad_versions: 0,
        in_bad_community_names: 0,
        in_bad_community_uses: 0,
        in_asn_parse_errs: 0,
        silent_drops: 0,
        unknown_security_models: 0,
        invalid_msgs: 0,
        unknown_pdu_handlers: 0,
        unavailable_contexts: 0,
        unknown_contexts: 0,
    };

    /// Counts a datagram that no machine on its socket took.
    pub const fn count(&mut self, reason: NotMine) {
        bump(&mut self.in_pkts);
        let counter = match reason {
            NotMine::OtherProtocol | NotMine::Malformed => &mut self.in_asn_parse_errs,
            NotMine::Version => &mut self.in_bad_versions,
            NotMine::Security => &mut self.in_bad_community_names,
            NotMine::Kind | NotMine::UnknownId | NotMine::Source => &mut self.unknown_pdu_handlers,
        };
        bump(counter);
    }

    /// The counters as objects of their MIBs, in the order of the names.
    #[must_use]
    pub const fn var_binds(&self) -> [VarBind<'static>; 11] {
        [
            VarBind::new(oid!(1.3.6.1.2.1.11.1.0), Value::Counter32(self.in_pkts)),
            VarBind::new(oid!(1.3.6.1.2.1.11.3.0), Value::Counter32(self.in_bad_versions)),
            VarBind::new(
                oid!(1.3.6.1.2.1.11.4.0),
                Value::Counter32(self.in_bad_community_names),
            ),
            VarBind::new(
                oid!(1.3.6.1.2.1.11.5.0),
                Value::Counter32(self.in_bad_community_uses),
            ),
            VarBind::new(oid!(1.3.6.1.2.1.11.6.0), Value::Counter32(self.in_asn_parse_errs)),
            VarBind::new(oid!(1.3.6.1.2.1.11.31.0), Value::Counter32(self.silent_drops)),
            VarBind::new(
                oid!(1.3.6.1.6.3.11.2.1.1.0),
                Value::Counter32(self.unknown_security_models),
            ),
            VarBind::new(oid!(1.3.6.1.6.3.11.2.1.2.0), Value::Counter32(self.invalid_msgs)),
            VarBind::new(
                oid!(1.3.6.1.6.3.11.2.1.3.0),
                Value::Counter32(self.unknown_pdu_handlers),
            ),
            VarBind::new(
                oid!(1.3.6.1.6.3.12.1.4.0),
                Value::Counter32(self.unavailable_contexts),
            ),
            VarBind::new(
                oid!(1.3.6.1.6.3.12.1.5.0),
                Value::Counter32(self.unknown_contexts),
            ),
        ]
    }
}

/// Counts one, modulo 2^32.
pub(crate) const fn bump(counter: &mut u32) {
    *counter = counter.wrapping_add(1);
}
