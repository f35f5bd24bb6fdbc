use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::net::SocketAddr;

use crate::ber::{Writer, tag};
use crate::datagram::{BufferTooSmall, Transmit, TransmitId, Via};
use crate::message::{V3Header, Version};
use crate::pdu::PduHeader;
use crate::security::{Refused, SealError, SealFor, SecurityModel};
use crate::time::Instant;

/// Answers that may wait at once. With "one mutation, then drain" it is one; only a security model that waits for its
/// engine boots to be stored lets them pile up.
const QUEUE: usize = 64;

/// Buffers kept for the next answers.
const SPARE: usize = 4;

/// What goes around a PDU.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Frame<'a> {
    /// A whole message.
    Community { version: Version, community: &'a [u8] },
    /// A scopedPDU, to be sealed by the model, which adds at most `around` octets.
    Scoped {
        engine_id: &'a [u8],
        context: &'a [u8],
        around: usize,
    },
}

impl Frame<'_> {
    /// Octets of the message around a PDU whose list of variable bindings has `list` octets of contents.
    pub(crate) const fn len(&self, header: &PduHeader, list: usize) -> usize {
        let (second, third) = header.raw_numbers();
        let numbers = integer_len(header.request_id) + integer_len(second) + integer_len(third);
        let pdu = element_len(numbers + element_len(list));
        match self {
            Self::Community { version, community } => {
                element_len(integer_len(version.number()) + element_len(community.len()) + pdu)
            }
            Self::Scoped {
                engine_id,
                context,
                around,
            } => element_len(element_len(engine_id.len()) + element_len(context.len()) + pdu) + *around,
        }
    }

    /// The most octets of variable bindings with which the message stays within `limit`; `None` when not even an
    /// empty list fits.
    #[cfg(feature = "responder")]
    pub(crate) fn room(&self, header: &PduHeader, limit: usize) -> Option<usize> {
        // Lengths that take an octet less at the end than at the limit leave a few octets more.
        let mut room = limit.saturating_sub(self.len(header, limit) - limit);
        while self.len(header, room + 1) <= limit {
            room += 1;
        }
        (self.len(header, room) <= limit).then_some(room)
    }

    /// Writes the frame with the PDU into `body`, which it fills exactly.
    fn write(&self, body: &mut Vec<u8>, header: &PduHeader, list: &[u8]) {
        let mut counted = Writer::new(&mut []);
        self.write_with(&mut counted, header, list);
        let len = counted.written();
        body.clear();
        body.resize(len, 0);
        self.write_with(&mut Writer::new(body), header, list);
    }

    fn write_with(&self, writer: &mut Writer<'_>, header: &PduHeader, list: &[u8]) {
        let end = writer.mark();
        writer.element(tag::SEQUENCE, list);
        header.encode_around(writer, end);
        match self {
            Self::Community { version, community } => {
                writer.octet_string(community);
                writer.integer(version.number());
            }
            Self::Scoped {
                engine_id, context, ..
            } => {
                writer.octet_string(context);
                writer.octet_string(engine_id);
            }
        }
        writer.sequence(end);
    }
}

/// Octets of an element with `contents` octets of contents.
const fn element_len(contents: usize) -> usize {
    let mut len = contents + 2;
    if contents >= 0x80 {
        let mut rest = contents;
        while rest > 0 {
            len += 1;
            rest >>= 8;
        }
    }
    len
}

/// Octets of an INTEGER in its shortest form.
const fn integer_len(value: i32) -> usize {
    let mut len = 3;
    let mut rest = value;
    while rest > 0x7f || rest < -0x80 {
        len += 1;
        rest >>= 8;
    }
    len
}

/// How a body becomes a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Envelope<T> {
    /// It is one.
    Community,
    /// The model seals it.
    V3 { header: V3Header, state: T },
}

/// Answers that wait for `poll_transmit`.
#[derive(Debug)]
pub(crate) struct Replies<T> {
    queue: VecDeque<Reply<T>>,
    spare: Vec<Vec<u8>>,
    sent: u64,
}

/// An answer that is complete but for its seal.
#[derive(Debug)]
pub(crate) struct Reply<T> {
    to: SocketAddr,
    via: Via,
    envelope: Envelope<T>,
    body: Vec<u8>,
}

impl<T: Copy> Replies<T> {
    pub(crate) const fn new() -> Self {
        Self {
            queue: VecDeque::new(),
            spare: Vec::new(),
            sent: 0,
        }
    }

    /// Makes an answer that is not sent yet.
    pub(crate) fn prepare(
        &mut self,
        (to, via): (SocketAddr, Via),
        envelope: Envelope<T>,
        frame: &Frame<'_>,
        header: &PduHeader,
        list: &[u8],
    ) -> Reply<T> {
        let mut body = self.spare.pop().unwrap_or_default();
        frame.write(&mut body, header, list);
        Reply {
            to,
            via,
            envelope,
            body,
        }
    }

    /// Puts an answer in the queue; `false` when too many wait already.
    pub(crate) fn push(&mut self, reply: Reply<T>) -> bool {
        let room = self.queue.len() < QUEUE;
        if room {
            self.queue.push_back(reply);
        }
        room
    }

    /// Nothing more goes to this address: it was unreachable.
    pub(crate) fn drop_for(&mut self, via: Via, to: SocketAddr) {
        self.queue.retain(|reply| (reply.via, reply.to) != (via, to));
    }

    /// The next answer, sealed into `buffer`. One that the model refuses is dropped, but for one that has to wait for
    /// its engine boots: the others go first.
    pub(crate) fn poll_transmit<S: SecurityModel<State = T>>(
        &mut self,
        now: Instant,
        model: &mut S,
        buffer: &mut [u8],
    ) -> Result<Option<Transmit>, BufferTooSmall> {
        let mut at = 0;
        while let Some(reply) = self.queue.get(at) {
            let body = reply.body.len();
            let range = match &reply.envelope {
                Envelope::Community => {
                    let range = room(buffer.len(), 0, body, 0)?;
                    if let Some(place) = buffer.get_mut(range.clone()) {
                        place.copy_from_slice(&reply.body);
                    }
                    Ok(range)
                }
                Envelope::V3 { header, state } => {
                    let scoped = room(buffer.len(), model.max_head(), body, model.max_tail())?;
                    if let Some(place) = buffer.get_mut(scoped.clone()) {
                        place.copy_from_slice(&reply.body);
                    }
                    model.seal(now, SealFor::State(*state), header, buffer, scoped)
                }
            };
            match range {
                Ok(range) => {
                    let transmit = Transmit {
                        to: reply.to,
                        via: reply.via,
                        range,
                        id: TransmitId(self.sent),
                        attempt: 0,
                    };
                    self.sent += 1;
                    self.remove(at);
                    return Ok(Some(transmit));
                }
                Err(SealError::TooSmall(error)) => return Err(error),
                Err(SealError::Refused(Refused::BootsNotStored)) => at += 1,
                Err(SealError::Refused(_)) => self.remove(at),
            }
        }
        Ok(None)
    }

    fn remove(&mut self, at: usize) {
        if let Some(reply) = self.queue.remove(at)
            && self.spare.len() < SPARE
        {
            self.spare.push(reply.body);
        }
    }
}

/// Where a body stands at the end of a buffer, with room before and behind it.
fn room(
    buffer: usize,
    head: usize,
    body: usize,
    tail: usize,
) -> Result<core::ops::Range<usize>, BufferTooSmall> {
    let needed = head + body + tail;
    if buffer < needed {
        return Err(BufferTooSmall { needed });
    }
    let end = buffer - tail;
    Ok(end - body..end)
}

#[cfg(all(test, feature = "responder"))]
mod tests {
    use super::*;
    use crate::pdu::ErrorStatus;

    #[test]
    fn a_frame_knows_its_length_and_its_room() {
        let frames = [
            Frame::Community {
                version: Version::V2c,
                community: b"public",
            },
            Frame::Scoped {
                engine_id: b"engine",
                context: b"context",
                around: 0,
            },
        ];
        for frame in frames {
            for (request_id, index) in [(0, 0), (-1, 127), (128, 128), (i32::MAX, 40_000), (i32::MIN, 1)] {
                let header = PduHeader::response(request_id, ErrorStatus::GenErr, index);
                for len in [0, 1, 100, 127, 128, 200, 255, 256, 1000, 65_000, 65_535, 65_536] {
                    let mut body = Vec::new();
                    frame.write(&mut body, &header, &alloc::vec![5; len]);
                    assert_eq!(body.len(), frame.len(&header, len), "{frame:?} {header:?} {len}");
                }
                for limit in 0..700 {
                    let Some(room) = frame.room(&header, limit) else {
                        assert!(frame.len(&header, 0) > limit);
                        continue;
                    };
                    assert!(frame.len(&header, room) <= limit && frame.len(&header, room + 1) > limit);
                }
            }
        }
    }
}
