//! Section 10: what a device is.

use alloc::{string::String, vec::Vec};
use core::{fmt, net::IpAddr};

use super::{Extensions, Handle, Text};
use crate::{
    error::{DecodeError, DecodeErrorKind},
    number::Int,
    reader::Reader,
    vocabulary::{DeviceKind, Technology},
    writer::{Fields, Writer},
};

/// What is known of one device.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Device {
    /// The collector's number for it.
    pub handle: Handle,
    /// Its maker.
    pub maker: Option<Text>,
    /// Its model.
    pub model: Option<Text>,
    /// Its serial number.
    pub serial: Option<String>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Its MAC addresses.
    pub macs: Vec<Mac>,
    /// Its host name.
    pub network_name: Option<String>,
    /// What kind of device it is.
    pub kind: Option<DeviceKind>,
    /// How it marks.
    pub technology: Option<Technology>,
    /// What it can do.
    pub capabilities: Option<Capabilities>,
    /// Day of installation, days since 1970-01-01.
    pub installed: Option<Int>,
    /// Versions of its firmware.
    pub firmware: Vec<Firmware>,
    /// Location, as the device gives it.
    pub location: Option<Text>,
    /// Description, as the device gives it.
    pub description: Option<Text>,
    /// sysObjectID as the body of its BER encoding.
    pub sys_object_id: Option<Vec<u8>>,
    /// Asset number.
    pub asset: Option<String>,
    /// The profile that was applied, and its version.
    pub profile: Option<(Text, u64)>,
    /// Fields of later versions.
    pub extensions: Extensions,
}

/// The version of one part's firmware.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Firmware {
    /// The part; `None`: the device.
    pub name: Option<Text>,
    /// Its version.
    pub version: Text,
}

/// A MAC address of 6 to 8 octets.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Mac {
    octets: [u8; 8],
    len: u8,
}

impl Mac {
    /// An address of these octets; `None` unless they are 6 to 8.
    #[must_use]
    pub fn new(octets: &[u8]) -> Option<Self> {
        let len = u8::try_from(octets.len())
            .ok()
            .filter(|len| (6..=8).contains(len))?;
        let mut all = [0; 8];
        all.get_mut(..octets.len())?.copy_from_slice(octets);
        Some(Self { octets: all, len })
    }

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// Octets in small hexadecimal letters, with colons between.
impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, octet) in self.octets().iter().enumerate() {
            if nth > 0 {
                f.write_str(":")?;
            }
            write!(f, "{octet:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Which capabilities are known, and which of those the device has.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Capabilities {
    known: u64,
    has: u64,
}

impl Capabilities {
    /// Marks in colour.
    pub const COLOR: u64 = 1;
    /// Prints on both sides.
    pub const DUPLEX: u64 = 2;
    /// Scans.
    pub const SCAN: u64 = 4;
    /// Copies.
    pub const COPY: u64 = 8;
    /// Faxes.
    pub const FAX: u64 = 16;

    /// The same, with what is said of the capability `bit`; `None`: not known.
    #[must_use]
    pub const fn with(self, bit: u64, has: Option<bool>) -> Self {
        match has {
            None => Self {
                known: self.known & !bit,
                has: self.has & !bit,
            },
            Some(false) => Self {
                known: self.known | bit,
                has: self.has & !bit,
            },
            Some(true) => Self {
                known: self.known | bit,
                has: self.has | bit,
            },
        }
    }

    /// Whether the device has the capability `bit`; `None`: not known.
    #[must_use]
    pub const fn get(self, bit: u64) -> Option<bool> {
        if self.known & bit == 0 {
            None
        } else {
            Some(self.has & bit != 0)
        }
    }

    /// Whether nothing is known.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.known == 0
    }
}

impl Device {
    /// A device of which nothing but its number is known.
    #[must_use]
    pub fn new(handle: Handle) -> Self {
        Self {
            handle,
            ..Self::default()
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = r.position();
        let mut device = Self::default();
        let mut handle = None;
        let extensions = r.fields("device", |r, key| {
            match key {
                0 => handle = Some(r.uint("handle")?),
                1 => device.maker = Some(r.txt("maker")?),
                2 => device.model = Some(r.txt("model")?),
                3 => device.serial = Some(r.text("serial")?),
                4 => device.addresses = r.list("addresses", 1, read_ip)?,
                5 => {
                    device.macs = r.list("mac", 1, |r| {
                        let at = r.position();
                        let octets = r.octets("mac", 6..=8)?;
                        Mac::new(octets).ok_or(r.error_at(at, "mac", DecodeErrorKind::OutOfRange))
                    })?;
                }
                6 => device.network_name = Some(r.text("network name")?),
                7 => device.kind = Some(r.word("device-kind")?),
                8 => device.technology = Some(r.word("technology")?),
                9 => {
                    let at = r.position();
                    r.array("capabilities", 2..=2)?;
                    let (known, has) = (r.uint("capabilities")?, r.uint("capabilities")?);
                    if has & !known != 0 {
                        return Err(r.error_at(at, "capabilities", DecodeErrorKind::OutOfRange));
                    }
                    device.capabilities = Some(Capabilities { known, has });
                }
                10 => device.installed = Some(r.int("installed")?),
                11 => {
                    device.firmware = r.list("firmware", 1, |r| {
                        r.array("firmware", 2..=2)?;
                        Ok(Firmware {
                            name: r.nullable(|r| r.txt("firmware"))?,
                            version: r.txt("firmware")?,
                        })
                    })?;
                }
                12 => device.location = Some(r.txt("location")?),
                13 => device.description = Some(r.txt("description")?),
                14 => device.sys_object_id = Some(r.octets("sysObjectID", 0..=usize::MAX)?.to_vec()),
                15 => device.asset = Some(r.text("asset number")?),
                16 => {
                    r.array("profile", 2..=2)?;
                    device.profile = Some((r.txt("profile")?, r.uint("profile")?));
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let handle = handle.ok_or(r.error_at(start, "device", DecodeErrorKind::MissingKey(0)))?;
        Ok(Self {
            handle: handle.into(),
            extensions,
            ..device
        })
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        let mut fields = Fields::new();
        fields.put(0, |w| w.uint(self.handle.get()));
        fields.maybe(1, self.maker.as_ref(), Writer::txt);
        fields.maybe(2, self.model.as_ref(), Writer::txt);
        fields.text(3, self.serial.as_ref());
        fields.list(4, &self.addresses, write_ip);
        fields.list(5, &self.macs, |w, mac| w.octets(mac.octets()));
        fields.text(6, self.network_name.as_ref());
        fields.maybe(7, self.kind, Writer::word);
        fields.maybe(8, self.technology, Writer::word);
        fields.maybe(9, self.capabilities, |w, capabilities| {
            w.array(2);
            w.uint(capabilities.known);
            w.uint(capabilities.has);
        });
        fields.maybe(10, self.installed, Writer::int);
        fields.list(11, &self.firmware, |w, firmware| {
            w.array(2);
            w.nullable(firmware.name.as_ref(), Writer::txt);
            w.txt(&firmware.version);
        });
        fields.maybe(12, self.location.as_ref(), Writer::txt);
        fields.maybe(13, self.description.as_ref(), Writer::txt);
        fields.maybe(14, self.sys_object_id.as_deref(), Writer::octets);
        fields.text(15, self.asset.as_ref());
        fields.maybe(16, self.profile.as_ref(), |w, (profile, version)| {
            w.array(2);
            w.txt(profile);
            w.uint(*version);
        });
        fields.finish(&self.extensions, w);
    }
}

/// An address of 4 or 16 octets.
pub(crate) fn read_ip(r: &mut Reader<'_>) -> Result<IpAddr, DecodeError> {
    let start = r.position();
    let octets = r.octets("address", 4..=16)?;
    if let Ok(octets) = <[u8; 4]>::try_from(octets) {
        return Ok(octets.into());
    }
    match <[u8; 16]>::try_from(octets) {
        Ok(octets) => Ok(octets.into()),
        Err(_) => Err(r.error_at(start, "address", DecodeErrorKind::OutOfRange)),
    }
}

pub(crate) fn write_ip(w: &mut Writer, address: &IpAddr) {
    match address {
        IpAddr::V4(address) => w.octets(&address.octets()),
        IpAddr::V6(address) => w.octets(&address.octets()),
    }
}
