use crate::strictness::Anomaly;

/// Why octets are no SNMP message, where, and in which field.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{field:?} at octet {offset}: {kind}")]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// The field that was being read.
    pub field: Field,
    /// Octets from the start of what was decoded to the faulty element.
    pub offset: usize,
}

/// What is wrong with an element.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The octets end inside the element, or its length reaches past the element around it.
    #[error("ends {missing} octets early")]
    Truncated {
        /// Octets that are missing.
        missing: usize,
    },
    /// Another element stands here.
    #[error("tag {actual:#04x} instead of {expected:#04x}")]
    Tag {
        /// Identifier octet that the field has.
        expected: u8,
        /// Identifier octet that stands there.
        actual: u8,
    },
    /// The indefinite length form, which RFC 3417 §8 forbids.
    #[error("indefinite length")]
    IndefiniteLength,
    /// A length in more than four octets, or the reserved form 0xff.
    #[error("length of {octets} octets")]
    LengthTooLong {
        /// Octets of the length.
        octets: usize,
    },
    /// An integer without contents.
    #[error("integer without octets")]
    IntegerEmpty,
    /// An integer that does not fit its type.
    #[error("integer out of range")]
    IntegerRange,
    /// The version is none of 0, 1 and 3, or not the one asked for.
    #[error("version {0}")]
    Version(i32),
    /// The tag is no PDU, or one that this version does not have.
    #[error("no PDU has tag {0:#04x} in this version")]
    PduTag(u8),
    /// Octets follow the last field inside an element.
    #[error("{0} octets behind the last field")]
    TrailingOctets(usize),
    /// An OBJECT IDENTIFIER breaks a rule.
    #[error(transparent)]
    Oid(#[from] crate::oid::OidError),
    /// A deviation that the chosen strictness does not tolerate.
    #[error("not tolerated: {0:?}")]
    NotTolerated(Anomaly),
    /// msgFlags is not one octet, or asks for privacy without authentication (RFC 3412 §7.2, step 5).
    #[error("message flags {0:#04x}")]
    Flags(u8),
    /// A value breaks a rule of its type.
    #[error("value: {0:?}")]
    Value(crate::value::MalformedValue),
}

/// The fields of a message, in the words of RFC 1157, 1901, 3412 and 3416.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the RFC's own name")]
pub enum Field {
    Message,
    Version,
    Community,
    Pdu,
    RequestId,
    ErrorStatus,
    ErrorIndex,
    NonRepeaters,
    MaxRepetitions,
    VariableBindings,
    VarBind,
    Name,
    Value,
    Enterprise,
    AgentAddr,
    GenericTrap,
    SpecificTrap,
    TimeStamp,
    MsgGlobalData,
    MsgId,
    MsgMaxSize,
    MsgFlags,
    MsgSecurityModel,
    MsgSecurityParameters,
    MsgData,
    ContextEngineId,
    ContextName,
    MsgAuthoritativeEngineId,
    MsgAuthoritativeEngineBoots,
    MsgAuthoritativeEngineTime,
    MsgUserName,
    MsgAuthenticationParameters,
    MsgPrivacyParameters,
}
