use crate::security::SecurityLevel;
use crate::strictness::{Anomaly, Strictness};

/// Octets of the largest datagram that an Ethernet carries in one piece: 1500 without the heads of IPv4 and UDP.
const ETHERNET: usize = 1472;

/// How a responder answers.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Octets of the largest answer, 484 (RFC 3417 §3.2) to 65507; a v3 peer's msgMaxSize lowers it. Default 1472.
    pub max_message: usize,
    /// msgMaxSize as told to peers: the largest message that the caller's receive buffer takes, at least 484.
    /// Default 65507.
    pub max_size: u16,
    /// What is read over in requests. Default: all deviations but names and values that break a rule, since nothing
    /// good can be answered to those.
    pub strictness: Strictness,
    /// The lowest level at which a v3 user may read. Default noAuthNoPriv: the user table decides.
    pub v3_read: SecurityLevel,
    /// The lowest level at which a v3 user may write, `None` for nobody. Default `None`.
    pub v3_write: Option<SecurityLevel>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_message: ETHERNET,
            max_size: 65_507,
            strictness: Strictness::DEPLOYED.refusing(Anomaly::MalformedVarBind),
            v3_read: SecurityLevel::NoAuthNoPriv,
            v3_write: None,
        }
    }
}

/// What a community may do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 1157 §3.2.5 has no other that is of use"
)]
pub enum Access {
    /// GET, GETNEXT and GETBULK.
    Read,
    /// SET as well.
    Write,
}
