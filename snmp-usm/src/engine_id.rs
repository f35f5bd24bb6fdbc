//! snmpEngineID: what names an engine, and what keys are localized with (RFC 3411 §5, SnmpEngineID).

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// Octets of the shortest and of the longest engine id.
const LENGTHS: core::ops::RangeInclusive<usize> = 5..=32;

/// An engine id that keeps the rules: 5 to 32 octets, neither all zeros nor all ones.
///
/// ```
/// use snmp_usm::EngineId;
/// let id = EngineId::from_mac(8072, [0x00, 0x1e, 0x8f, 0x12, 0x34, 0x56])?;
/// assert_eq!(id.to_string(), "80001f8803001e8f123456");
/// # Ok::<(), snmp_usm::engine_id::EngineIdError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EngineId {
    // Behind the last octet there are zeros, so that the derived order and equality hold.
    octets: [u8; 32],
    len: u8,
}

/// Why octets are no engine id.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineIdError {
    /// Not 5 to 32 octets.
    #[error("an engine id of {octets} octets")]
    Length {
        /// Octets of what was given.
        octets: usize,
    },
    /// All octets are 0x00, or all are 0xff.
    #[error("an engine id of nothing but zeros or ones")]
    Uniform,
    /// An enterprise number of 2^31 or more.
    #[error("enterprise number {0} is above 2^31-1")]
    Enterprise(u32),
    /// A format below 128, which RFC 3411 defines or reserves.
    #[error("format {0} is not the enterprise's own")]
    Format(u8),
}

impl EngineId {
    /// Takes the octets of an engine id, of any structure.
    ///
    /// # Errors
    /// [`EngineIdError::Length`] and [`EngineIdError::Uniform`].
    pub fn new(octets: &[u8]) -> Result<Self, EngineIdError> {
        if !LENGTHS.contains(&octets.len()) {
            return Err(EngineIdError::Length { octets: octets.len() });
        }
        let length = EngineIdError::Length { octets: octets.len() };
        if octets.iter().all(|octet| *octet == 0) || octets.iter().all(|octet| *octet == 0xff) {
            return Err(EngineIdError::Uniform);
        }
        let mut id = Self {
            octets: [0; 32],
            len: u8::try_from(octets.len()).map_err(|_| length)?,
        };
        let place = id.octets.get_mut(..octets.len()).ok_or(length)?;
        place.copy_from_slice(octets);
        Ok(id)
    }

    /// Format 1: an IPv4 address under a private enterprise number.
    ///
    /// # Errors
    /// [`EngineIdError::Enterprise`].
    pub fn from_ipv4(enterprise: u32, address: Ipv4Addr) -> Result<Self, EngineIdError> {
        Self::structured(enterprise, 1, &address.octets())
    }

    /// Format 2: an IPv6 address under a private enterprise number.
    ///
    /// # Errors
    /// [`EngineIdError::Enterprise`].
    pub fn from_ipv6(enterprise: u32, address: Ipv6Addr) -> Result<Self, EngineIdError> {
        Self::structured(enterprise, 2, &address.octets())
    }

    /// Format 3: a MAC address under a private enterprise number.
    ///
    /// # Errors
    /// [`EngineIdError::Enterprise`].
    pub fn from_mac(enterprise: u32, address: [u8; 6]) -> Result<Self, EngineIdError> {
        Self::structured(enterprise, 3, &address)
    }

    /// Format 4: text of at most 27 octets, given by an administrator.
    ///
    /// # Errors
    /// [`EngineIdError::Enterprise`], and [`EngineIdError::Length`] for text that is too long.
    pub fn from_text(enterprise: u32, text: &str) -> Result<Self, EngineIdError> {
        Self::structured(enterprise, 4, text.as_bytes())
    }

    /// Format 5: at most 27 octets, given by an administrator.
    ///
    /// # Errors
    /// [`EngineIdError::Enterprise`], and [`EngineIdError::Length`] for more than 27 octets.
    pub fn from_administered(enterprise: u32, octets: &[u8]) -> Result<Self, EngineIdError> {
        Self::structured(enterprise, 5, octets)
    }

    /// Formats 128 to 255: at most 27 octets of the enterprise's own meaning.
    ///
    /// # Errors
    /// [`EngineIdError::Format`], [`EngineIdError::Enterprise`], and [`EngineIdError::Length`] for more than 27 octets.
    pub fn from_enterprise(enterprise: u32, format: u8, octets: &[u8]) -> Result<Self, EngineIdError> {
        if format < 128 {
            return Err(EngineIdError::Format(format));
        }
        Self::structured(enterprise, format, octets)
    }

    /// The enterprise number with the high bit set, the format, its octets (RFC 3411 §5).
    fn structured(enterprise: u32, format: u8, octets: &[u8]) -> Result<Self, EngineIdError> {
        if enterprise > 0x7fff_ffff {
            return Err(EngineIdError::Enterprise(enterprise));
        }
        let mut all = [0; 32];
        let head = (enterprise | 0x8000_0000).to_be_bytes();
        let len = head.len() + 1 + octets.len();
        let place = all.get_mut(..len).ok_or(EngineIdError::Length { octets: len })?;
        for (to, from) in place.iter_mut().zip(head.iter().chain([&format]).chain(octets)) {
            *to = *from;
        }
        Self::new(all.get(..len).unwrap_or_default())
    }

    /// Its octets.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for EngineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_octets()
            .iter()
            .try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for EngineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;

    #[test]
    fn r3411_5eid_a_5_to_32_octets_not_all_equal() {
        for octets in [0, 1, 4, 33, 64] {
            assert_eq!(
                EngineId::new(&vec![8; octets]),
                Err(EngineIdError::Length { octets })
            );
        }
        for len in [5, 12, 32] {
            assert_eq!(EngineId::new(&vec![0; len]), Err(EngineIdError::Uniform));
            assert_eq!(EngineId::new(&vec![0xff; len]), Err(EngineIdError::Uniform));
            assert_eq!(EngineId::new(&vec![7; len]).unwrap().as_octets(), vec![7; len]);
        }
        let mut last = [0; 12];
        last[11] = 2;
        EngineId::new(&last).unwrap();
    }

    #[test]
    fn r3411_5eid_b_structured_builders() {
        let hex = |id: Result<EngineId, EngineIdError>| id.unwrap().to_string();
        assert_eq!(
            hex(EngineId::from_ipv4(8072, [192, 0, 2, 1].into())),
            "80001f8801c0000201"
        );
        assert_eq!(
            hex(EngineId::from_ipv6(1, Ipv6Addr::LOCALHOST)),
            "800000010200000000000000000000000000000001"
        );
        assert_eq!(
            hex(EngineId::from_mac(1602, [1, 2, 3, 4, 5, 6])),
            "8000064203010203040506"
        );
        // The engine of the recorded agent.
        assert_eq!(hex(EngineId::from_text(8072, "tester")), "80001f8804746573746572");
        assert_eq!(hex(EngineId::from_administered(8072, &[9; 27])).len(), 64);
        assert_eq!(hex(EngineId::from_enterprise(8072, 128, &[1])), "80001f888001");
        for refused in [
            EngineId::from_text(8072, &"x".repeat(28)),
            EngineId::from_administered(8072, &[0; 28]),
            EngineId::from_enterprise(8072, 127, &[1]),
            EngineId::from_mac(1 << 31, [0; 6]),
        ] {
            refused.unwrap_err();
        }
    }
}
