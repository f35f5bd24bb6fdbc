//! Which device it is.

use super::Fact;
use alloc::{string::String, vec::Vec};
use core::{fmt, net::IpAddr};
use snmp_core::oid::OidBuf;

/// Which device it is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Identity {
    /// Whose name is on it, normalized: Canon, Konica Minolta, HP.
    pub manufacturer: Option<Fact<String>>,
    /// The model without the maker's name.
    pub model: Option<Fact<String>>,
    /// The serial number (prtGeneralSerialNumber).
    pub serial: Option<Fact<String>>,
    /// Hardware addresses of its interfaces (ifPhysAddress).
    pub mac: Vec<Fact<Mac>>,
    /// Addresses under which the caller reached it.
    pub ip: Vec<Fact<IpAddr>>,
    /// sysName.
    pub network_name: Option<Fact<String>>,
    /// sysObjectID.
    pub sys_object_id: Option<Fact<OidBuf>>,
    /// sysDescr, as the device gives it.
    pub description: Option<Fact<String>>,
    /// prtGeneralPrinterName.
    pub printer_name: Option<Fact<String>>,
    /// The customer's asset number.
    pub asset: Option<Fact<String>>,
}

/// A hardware address of 6 to 8 octets.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Mac {
    octets: [u8; 8],
    len: u8,
}

impl Mac {
    /// From ifPhysAddress: 6 to 8 octets, not all zero or all one, not a group address.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        if !(6..=8).contains(&octets.len())
            || octets.iter().all(|octet| *octet == 0)
            || octets.first().is_some_and(|first| first & 1 != 0)
        {
            return None;
        }
        let mut kept = [0; 8];
        kept.get_mut(..octets.len())?.copy_from_slice(octets);
        Some(Self {
            octets: kept,
            len: u8::try_from(octets.len()).ok()?,
        })
    }

    /// Its octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or(&[])
    }
}

impl fmt::Display for Mac {
    /// `00:11:22:33:44:55`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, octet) in self.octets().iter().enumerate() {
            if place > 0 {
                f.write_str(":")?;
            }
            write!(f, "{octet:02x}")?;
        }
        Ok(())
    }
}
