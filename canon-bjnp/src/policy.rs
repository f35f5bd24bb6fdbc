//! What may ever be sent, as a closed type: what is not a [`Request`] cannot be built with this crate.
//!
//! | request | when |
//! |---|---|
//! | discover, BJNP or MFNP, printer or scanner | always; to a broadcast address only where discovery was asked for |
//! | discover, CPNP | always, unicast |
//! | device id, any family, without payload or with four zeros | always, unicast |
//! | status, BJNP printer, UDP, no session | only where it was switched on |
//! | Echo on port 47545, empty | only where it was switched on |
//!
//! Every other operation takes a job slot, puts names on the panel, moves job data or administers the device.
//! There is no operation, session, result or payload to choose:
//!
//! ```compile_fail
//! use canon_bjnp::{header::Op, policy::{Request, Unit}};
//! let _ = Request::Discover(canon_bjnp::policy::Dialect::Bjnp(Unit::Printer), Op::SessionStart);
//! ```
//!
//! A header can be read but not written:
//!
//! ```compile_fail,E0624
//! let header = canon_bjnp::header::Header::decode(b"BJNP\x01\x10\0\0\0\0\0\0\0\0\0\0").unwrap();
//! let _ = header.encode();
//! ```
//!
//! MFNP and CPNP have no status request, and CPNP has no scanner:
//!
//! ```compile_fail
//! use canon_bjnp::policy::{Dialect, Request, SwitchedOn};
//! let _ = Request::Status(Dialect::Mfnp, SwitchedOn::by_the_operator());
//! ```
//!
//! ```compile_fail
//! use canon_bjnp::policy::{Dialect, Unit};
//! let _ = Dialect::Cpnp(Unit::Scanner);
//! ```
//!
//! The same lines without the forbidden part do compile:
//!
//! ```
//! use canon_bjnp::policy::{Dialect, MAX_REQUEST_LEN, Request, SwitchedOn, Unit};
//! let mut buf = [0; MAX_REQUEST_LEN];
//! let octets = Request::Discover(Dialect::Bjnp(Unit::Scanner)).encode(6052, &mut buf)?;
//! assert_eq!(octets, b"BJNP\x02\x01\0\0\x17\xa4\0\0\0\0\0\0");
//! let _ = Request::Status(SwitchedOn::by_the_operator());
//! let _ = Dialect::Cpnp;
//! # Ok::<(), snmp_core::datagram::BufferTooSmall>(())
//! ```

use crate::{
    cpca,
    header::{Family, HEADER_LEN, Header, Op, Service},
};
use snmp_core::datagram::BufferTooSmall;

/// Octets of the longest request.
pub const MAX_REQUEST_LEN: usize = 20;

/// Everything that may be sent.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums)] // closed on purpose: a new variant is a decision about safety
pub enum Request {
    /// Who is there (op 0x01).
    Discover(Dialect),
    /// The IEEE 1284 device id (op 0x30).
    DeviceId(Dialect, IdForm),
    /// A BJNP printer's status over UDP, outside any job (op 0x20). Not proven free of side effects on every model.
    Status(SwitchedOn),
    /// Port 47545: are you alive. Empty, because an Echo with a payload makes the device allocate memory, and was
    /// the tool of two published exploits.
    Echo(SwitchedOn),
}

/// The protocol, and in it the part of the device that is asked.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums)] // closed on purpose
pub enum Dialect {
    /// Inkjets.
    Bjnp(Unit),
    /// Laser multifunction devices.
    Mfnp(Unit),
    /// SELPHY photo printers, which have only a printer.
    Cpnp,
}

/// The part of a device that is asked.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums)] // closed on purpose
pub enum Unit {
    /// Service 1.
    Printer,
    /// Service 2.
    Scanner,
}

/// The payload of a request for the device id. Both are answered.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums)] // closed on purpose
pub enum IdForm {
    /// None, as sane-backends and cups-bjnp ask.
    Empty,
    /// Four zeros; the only form that a CPNP device was seen to answer.
    FourZeros,
}

/// Says that a person responsible for the device switched on a request that is not sent unasked.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SwitchedOn(());

impl SwitchedOn {
    /// To be called where the operator's own setting is read, and nowhere else.
    #[must_use]
    pub const fn by_the_operator() -> Self {
        Self(())
    }
}

impl Dialect {
    const fn family_and_service(self) -> (Family, Service) {
        match self {
            Self::Bjnp(unit) => (Family::Bjnp, unit.service()),
            Self::Mfnp(unit) => (Family::Mfnp, unit.service()),
            Self::Cpnp => (Family::Cpnp, Service::Printer),
        }
    }
}

impl Unit {
    const fn service(self) -> Service {
        match self {
            Self::Printer => Service::Printer,
            Self::Scanner => Service::Scanner,
        }
    }
}

impl Request {
    /// Octets of the datagram.
    #[must_use]
    pub const fn encoded_len(self) -> usize {
        match self {
            Self::Discover(_) | Self::DeviceId(_, IdForm::Empty) | Self::Status(_) => HEADER_LEN,
            Self::DeviceId(_, IdForm::FourZeros) => HEADER_LEN + 4,
            Self::Echo(_) => cpca::CPCA_HEADER_LEN,
        }
    }

    /// Writes the datagram at the front of `buf` and returns it.
    ///
    /// # Errors
    /// [`BufferTooSmall`] below [`encoded_len`](Self::encoded_len); [`MAX_REQUEST_LEN`] octets always suffice.
    pub fn encode(self, sequence: u16, buf: &mut [u8]) -> Result<&[u8], BufferTooSmall> {
        let needed = self.encoded_len();
        let out = buf.get_mut(..needed).ok_or(BufferTooSmall { needed })?;
        out.fill(0);
        // Both sources are at most `needed` octets long: what they leave is the payload of zeros.
        match self.header(sequence) {
            Some(header) => out
                .iter_mut()
                .zip(header.encode())
                .for_each(|(to, from)| *to = from),
            None => out
                .iter_mut()
                .zip(cpca::echo(sequence))
                .for_each(|(to, from)| *to = from),
        }
        Ok(out)
    }

    /// The header of a request of the BJNP family; `None` for [`Request::Echo`].
    pub(crate) const fn header(self, sequence: u16) -> Option<Header> {
        let (dialect, op, payload_len) = match self {
            Self::Discover(dialect) => (dialect, Op::Discover, 0),
            Self::DeviceId(dialect, IdForm::Empty) => (dialect, Op::DeviceId, 0),
            Self::DeviceId(dialect, IdForm::FourZeros) => (dialect, Op::DeviceId, 4),
            Self::Status(_) => (Dialect::Bjnp(Unit::Printer), Op::StatusOrRead, 0),
            Self::Echo(_) => return None,
        };
        let (family, service) = dialect.family_and_service();
        Some(Header {
            family,
            response: false,
            service,
            op,
            result: 0,
            sequence,
            session: 0,
            payload_len,
        })
    }

    /// Whether it may go to a broadcast or multicast address, where the caller asked for discovery.
    #[must_use]
    pub const fn may_be_broadcast(self) -> bool {
        matches!(self, Self::Discover(Dialect::Bjnp(_) | Dialect::Mfnp(_)))
    }

    /// Whether it is sent only where the operator switched it on.
    #[must_use]
    pub const fn needs_switch(self) -> bool {
        matches!(self, Self::Status(_) | Self::Echo(_))
    }

    /// Every request there is.
    pub fn all() -> impl Iterator<Item = Self> {
        use {Dialect::*, IdForm::*, Unit::*};
        let dialects = [Bjnp(Printer), Bjnp(Scanner), Mfnp(Printer), Mfnp(Scanner), Cpnp];
        let each = |dialect| {
            [
                Self::Discover(dialect),
                Self::DeviceId(dialect, Empty),
                Self::DeviceId(dialect, FourZeros),
            ]
        };
        let switched = [Self::Status(SwitchedOn(())), Self::Echo(SwitchedOn(()))];
        dialects.into_iter().flat_map(each).chain(switched)
    }

    /// The request, and its sequence number, that a datagram is; `None` for whatever this crate would not send.
    #[must_use]
    pub fn recognise(datagram: &[u8]) -> Option<(Self, u16)> {
        // Both headers hold a sequence, at different places.
        let at = if cpca::CpcaPacket::is_cpca(datagram) {
            6..8
        } else {
            8..10
        };
        let sequence = u16::from_be_bytes(datagram.get(at)?.try_into().ok()?);
        let mut buf = [0; MAX_REQUEST_LEN];
        Self::all()
            .find(|request| request.encode(sequence, &mut buf) == Ok(datagram))
            .map(|request| (request, sequence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn the_requests_are_these_seventeen() {
        let encoded: Vec<Vec<u8>> = Request::all()
            .map(|request| {
                let mut buf = [0xff; MAX_REQUEST_LEN];
                request.encode(0x0102, &mut buf).unwrap().to_vec()
            })
            .collect();
        let mut expected: Vec<Vec<u8>> = Vec::new();
        for (magic, service) in [
            (b"BJNP", 1),
            (b"BJNP", 2),
            (b"MFNP", 1),
            (b"MFNP", 2),
            (b"CPNP", 1),
        ] {
            for (op, payload) in [(0x01, 0), (0x30, 0), (0x30, 4)] {
                let mut octets = magic.to_vec();
                octets.extend_from_slice(&[service, op, 0, 0, 1, 2, 0, 0, 0, 0, 0, payload]);
                octets.resize(16 + usize::from(payload), 0);
                expected.push(octets);
            }
        }
        expected.push(b"BJNP\x01\x20\0\0\x01\x02\0\0\0\0\0\0".to_vec());
        expected.push(b"\xcd\xca\x10\0\0\x01\x01\x02\0\0\0\0\0\0\0\0\0\0\0\0".to_vec());
        assert_eq!(encoded, expected);
    }

    #[test]
    fn a_small_buffer_says_what_it_needs() {
        for request in Request::all() {
            let needed = request.encoded_len();
            assert!(needed <= MAX_REQUEST_LEN);
            let mut buf = [0; MAX_REQUEST_LEN];
            assert_eq!(
                request.encode(1, &mut buf[..needed - 1]),
                Err(BufferTooSmall { needed })
            );
        }
    }

    #[test]
    fn only_what_could_be_sent_is_recognised() {
        let mut buf = [0; MAX_REQUEST_LEN];
        for request in Request::all() {
            let octets = request.encode(7, &mut buf).unwrap().to_vec();
            assert_eq!(Request::recognise(&octets), Some((request, 7)));
            // Any other bit than those of the sequence makes it something else that is allowed, or nothing.
            for bit in 0..octets.len() * 8 {
                let mut other = octets.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                if let Some((found, sequence)) = Request::recognise(&other) {
                    assert!(found != request || sequence != 7);
                    assert_eq!(found.encode(sequence, &mut buf), Ok(&other[..]));
                }
            }
        }
        assert_eq!(Request::recognise(b""), None);
    }

    #[test]
    fn only_discovery_of_bjnp_and_mfnp_is_broadcast() {
        assert_eq!(
            Request::all()
                .filter(|request| request.may_be_broadcast())
                .count(),
            4
        );
        assert_eq!(Request::all().filter(|request| request.needs_switch()).count(), 2);
    }
}
