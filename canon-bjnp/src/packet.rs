//! One datagram of BJNP, MFNP or CPNP: header, payload, and what the payload means as an answer or as a request.

use crate::{
    DecodeError,
    device_id::DeviceId,
    discover::Discover,
    header::{Family, HEADER_LEN, Header, Op, Service},
    job::{self, Poll, SessionStart},
    status::{JobStatus, PhotoPrinterStatus, Status, is_xml},
};

/// One datagram, borrowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Packet<'a> {
    /// The header.
    pub header: Header,
    /// What the header declares as payload, and nothing beyond.
    pub payload: &'a [u8],
    /// Octets behind the declared payload.
    pub trailing: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Reads the header and cuts out the payload, whose meaning is not looked at.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] below 16 octets, [`DecodeError::BadMagic`], then [`DecodeError::Truncated`] when
    /// the declared payload is not all there.
    pub fn decode(datagram: &'a [u8]) -> Result<Self, DecodeError> {
        let header = Header::decode(datagram)?;
        let body = datagram.get(HEADER_LEN..).unwrap_or_default();
        // Compared in 64 bits: 16 + payload_len wraps in 32.
        let need = u64::from(header.payload_len).saturating_add(HEADER_LEN as u64);
        let truncated = DecodeError::Truncated {
            need,
            have: datagram.len(),
        };
        let len = usize::try_from(header.payload_len).map_err(|_| truncated)?;
        let (payload, trailing) = body.split_at_checked(len).ok_or(truncated)?;
        Ok(Self {
            header,
            payload,
            trailing,
        })
    }

    /// What a packet from a device means.
    ///
    /// # Errors
    /// [`DecodeError::NotAResponse`], then what the body's own parser says.
    pub fn answer(&self) -> Result<Answer<'a>, DecodeError> {
        let Header {
            family,
            service,
            op,
            session,
            result,
            ..
        } = self.header;
        let payload = self.payload;
        if !self.header.response {
            return Err(DecodeError::NotAResponse);
        }
        if matches!(service, Service::Other(_)) {
            return Ok(Answer::Opaque(payload));
        }
        if result != 0 && payload.is_empty() {
            return Ok(Answer::Error { result });
        }
        Ok(match op {
            Op::Discover => Answer::Discover(Discover::decode(payload)?),
            Op::DeviceId => Answer::DeviceId(DeviceId::decode(payload)?),
            Op::StatusOrRead => match (family, service) {
                (Family::Cpnp, _) if session == 0 => {
                    Answer::PhotoPrinterStatus(PhotoPrinterStatus::decode(payload)?)
                }
                (Family::Cpnp, _) => Answer::JobStatus(JobStatus::decode(payload)?),
                // In a scanner's session this is the page itself.
                (_, Service::Scanner) if session != 0 && !is_xml(payload) => Answer::Opaque(payload),
                _ => Answer::Status(Status::decode(payload)?),
            },
            Op::Write => Answer::Written {
                octets: job::one_number(payload)?,
            },
            Op::MaxWrite => Answer::MaxWrite {
                octets: job::one_number(payload)?,
            },
            Op::SessionStart if family == Family::Cpnp && !payload.is_empty() => {
                Answer::SessionPort(job::session_port(payload)?)
            }
            Op::Poll => Answer::Poll(Poll::decode(payload)?),
            Op::ScanStart | Op::SessionStart | Op::SessionEnd | Op::SetMaxWrite | Op::Other(_) => {
                if payload.is_empty() {
                    Answer::Empty
                } else {
                    Answer::Opaque(payload)
                }
            }
        })
    }

    /// What a packet to a device means.
    ///
    /// # Errors
    /// [`DecodeError::NotARequest`], then what the body's own parser says.
    pub fn request(&self) -> Result<Asked<'a>, DecodeError> {
        if self.header.response {
            return Err(DecodeError::NotARequest);
        }
        if self.payload.is_empty() {
            return Ok(Asked::Empty);
        }
        Ok(match (self.header.service, self.header.op) {
            (Service::Other(_), _) => Asked::Opaque(self.payload),
            (_, Op::DeviceId) => Asked::DeviceId { pad: self.payload },
            (_, Op::SessionStart) => Asked::SessionStart(SessionStart::decode(self.payload)?),
            (_, Op::Poll) => Asked::Poll {
                kind: job::poll_kind(self.payload)?,
            },
            _ => Asked::Opaque(self.payload),
        })
    }
}

/// What a packet from a device means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Answer<'a> {
    /// A result that is not zero, and no payload: the device refuses. Values are not public.
    Error {
        /// The result.
        result: u16,
    },
    /// Hardware address and addresses.
    Discover(Discover<'a>),
    /// The IEEE 1284 device id.
    DeviceId(DeviceId<'a>),
    /// A status text of BJNP or MFNP.
    Status(Status<'a>),
    /// The status of a SELPHY outside a job.
    PhotoPrinterStatus(PhotoPrinterStatus<'a>),
    /// The state of a SELPHY's job.
    JobStatus(JobStatus),
    /// The device took so much of a job's data.
    Written {
        /// Octets taken.
        octets: u32,
    },
    /// How much one write may hold.
    MaxWrite {
        /// Octets.
        octets: u32,
    },
    /// The TCP port that a SELPHY opened for a job.
    SessionPort(u16),
    /// Buttons of the panel.
    Poll(Poll),
    /// No payload, as it belongs to a session's start and end.
    Empty,
    /// A payload whose meaning is not public, or of a service that is not known.
    Opaque(&'a [u8]),
}

/// What a packet to a device means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Asked<'a> {
    /// No payload.
    Empty,
    /// A request for the device id with a payload: four zeros, as some tools send.
    DeviceId {
        /// The payload.
        pad: &'a [u8],
    },
    /// Somebody starts a job.
    SessionStart(SessionStart<'a>),
    /// Somebody registers on the panel.
    Poll {
        /// 0, 1, 2 or 5.
        kind: u16,
    },
    /// Any other payload.
    Opaque(&'a [u8]),
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn packet(family: Family, service: Service, op: Op, session: u16, payload: &[u8]) -> Vec<u8> {
        let payload_len = u32::try_from(payload.len()).unwrap();
        let header = Header {
            family,
            response: true,
            service,
            op,
            result: 0,
            sequence: 1,
            session,
            payload_len,
        };
        let mut octets = header.encode().to_vec();
        octets.extend_from_slice(payload);
        octets
    }

    #[test]
    fn a_length_that_wraps_is_only_too_long() {
        let mut octets = packet(Family::Bjnp, Service::Printer, Op::Discover, 0, &[0; 16]);
        for len in [u32::MAX, 0xffff_fff0, 17] {
            octets[12..16].copy_from_slice(&len.to_be_bytes());
            let need = u64::from(len) + 16;
            assert_eq!(
                Packet::decode(&octets),
                Err(DecodeError::Truncated { need, have: 32 })
            );
        }
        octets[12..16].copy_from_slice(&6_u32.to_be_bytes());
        let cut = Packet::decode(&octets).unwrap();
        assert_eq!((cut.payload.len(), cut.trailing.len()), (6, 10));
    }

    #[test]
    fn direction_is_judged_before_the_body() {
        let mut octets = packet(Family::Bjnp, Service::Printer, Op::Discover, 0, b"");
        assert_eq!(
            Packet::decode(&octets).unwrap().request(),
            Err(DecodeError::NotARequest)
        );
        octets[4] &= 0x7f;
        let request = Packet::decode(&octets).unwrap();
        assert_eq!(request.answer(), Err(DecodeError::NotAResponse));
        assert_eq!(request.request(), Ok(Asked::Empty));
    }

    #[test]
    fn a_result_with_a_payload_is_read_all_the_same() {
        let mut octets = packet(Family::Mfnp, Service::Scanner, Op::DeviceId, 0, b"MDL:X;");
        octets[6] = 1;
        let answer = Packet::decode(&octets).unwrap();
        assert_eq!(answer.header.result, 0x0100);
        assert!(matches!(answer.answer(), Ok(Answer::DeviceId(_))));
        octets.truncate(16);
        octets[15] = 0;
        assert_eq!(
            Packet::decode(&octets).unwrap().answer(),
            Ok(Answer::Error { result: 0x0100 })
        );
    }

    #[test]
    fn unknown_services_and_operations_stay_opaque() {
        for (service, op) in [
            (Service::Other(0), Op::DeviceId),
            (Service::Printer, Op::Other(0x77)),
        ] {
            let octets = packet(Family::Bjnp, service, op, 0, b"ab");
            assert_eq!(
                Packet::decode(&octets).unwrap().answer(),
                Ok(Answer::Opaque(b"ab"))
            );
        }
    }

    #[test]
    fn a_status_is_read_by_family_and_session() {
        let record = [1; 64];
        let read = |family, service, session, payload: &[u8]| {
            let octets = packet(family, service, Op::StatusOrRead, session, payload);
            match Packet::decode(&octets).unwrap().answer() {
                Ok(Answer::PhotoPrinterStatus(_)) => "photo",
                Ok(Answer::JobStatus(_)) => "job",
                Ok(Answer::Status(_)) => "text",
                Ok(Answer::Opaque(_)) => "page",
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(read(Family::Cpnp, Service::Printer, 0, &record), "photo");
        assert_eq!(read(Family::Cpnp, Service::Printer, 1, &record), "job");
        assert_eq!(read(Family::Bjnp, Service::Printer, 1, &record), "text");
        assert_eq!(read(Family::Mfnp, Service::Scanner, 0, &record), "text");
        assert_eq!(read(Family::Bjnp, Service::Scanner, 1, &record), "page");
        assert_eq!(read(Family::Bjnp, Service::Scanner, 1, b"<?xml?>"), "text");
    }
}
