//! The dispatcher's part that every machine with an engine shares (RFC 3412 §4): the counters of what was received, the
//! checks on a v3 message before its security model sees it, and the answers that wait to be sent.

mod counters;
mod replies;

pub use counters::Counters;
pub(crate) use counters::bump;
pub(crate) use replies::{Envelope, Frame, Replies};

use crate::ber::{Field, Reader};
use crate::message::V3Layout;
use crate::pdu::PduType;
use crate::strictness::Strictness;

/// The smallest msgMaxSize that there is (RFC 3412 §6.3).
pub(crate) const MIN_MAX_SIZE: u16 = 484;

/// Why a v3 message goes no further than this.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    /// No message, or a field out of its range (RFC 3412 §7.2 step 2).
    Malformed,
    /// Another security model than ours (step 4).
    SecurityModel,
    /// Privacy without authentication (step 5d).
    Flags,
}

/// Finds the parts of a v3 message and makes the checks of RFC 3412 §7.2 that come before security.
pub(crate) fn admit_v3(datagram: &[u8], strictness: Strictness, model: i32) -> Result<V3Layout, Refusal> {
    let layout = V3Layout::decode(datagram, strictness).map_err(|_| Refusal::Malformed)?;
    // Every peer refuses these sizes, and an answer to them could not be sent.
    if layout.max_size < i32::from(MIN_MAX_SIZE) {
        return Err(Refusal::Malformed);
    }
    if layout.security_model != model {
        return Err(Refusal::SecurityModel);
    }
    if layout.flags.level().is_none() {
        return Err(Refusal::Flags);
    }
    Ok(layout)
}

/// Type and request-id of the PDU of a message that is not encrypted, as far as they can be read.
pub(crate) fn plain_pdu(datagram: &[u8], layout: &V3Layout) -> Option<(PduType, Option<i32>)> {
    if layout.flags.is_encrypted() {
        return None;
    }
    let data = datagram.get(layout.data.clone())?;
    let mut scoped = Reader::new(data).sequence(Field::MsgData).ok()?;
    scoped.octet_string(Field::ContextEngineId).ok()?;
    scoped.octet_string(Field::ContextName).ok()?;
    let tag = scoped.peek_tag()?;
    let pdu_type = PduType::from_tag(tag)?;
    let mut pdu = scoped.expect(tag, Field::Pdu).ok()?;
    Some((pdu_type, pdu.integer(Field::RequestId).ok()))
}
