//! Enumerations of HOST-RESOURCES-MIB (RFC 2790).

use alloc::vec::Vec;

crate::enumeration::open_enumeration! {
    /// hrDeviceStatus.
    pub enum DeviceStatus {
        Unknown = 1 "unknown",
        Running = 2 "running",
        Warning = 3 "warning",
        Testing = 4 "testing",
        Down = 5 "down",
    }
}

crate::enumeration::open_enumeration! {
    /// hrPrinterStatus.
    pub enum PrinterStatus {
        Other = 1 "other",
        Unknown = 2 "unknown",
        Idle = 3 "idle",
        Printing = 4 "printing",
        Warmup = 5 "warmup",
    }
}

crate::enumeration::open_enumeration! {
    /// A condition of hrPrinterDetectedErrorState; the number is its bit, the first octet's highest being 0.
    pub enum DetectedError {
        LowPaper = 0 "low_paper",
        NoPaper = 1 "no_paper",
        LowToner = 2 "low_toner",
        NoToner = 3 "no_toner",
        DoorOpen = 4 "door_open",
        Jammed = 5 "jammed",
        Offline = 6 "offline",
        ServiceRequested = 7 "service_requested",
        InputTrayMissing = 8 "input_tray_missing",
        OutputTrayMissing = 9 "output_tray_missing",
        MarkerSupplyMissing = 10 "marker_supply_missing",
        OutputNearFull = 11 "output_near_full",
        OutputFull = 12 "output_full",
        InputTrayEmpty = 13 "input_tray_empty",
        OverdueMaintenance = 14 "overdue_maintenance",
    }
}

/// hrPrinterDetectedErrorState: any number of octets, though RFC 2790 defines 15 bits. Devices give one or two.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct ErrorState {
    octets: Vec<u8>,
}

impl ErrorState {
    /// Octets kept at most; what a device sends beyond is not looked at.
    pub const MAX_OCTETS: usize = 32;

    /// From the object's octets.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Self {
        Self {
            octets: octets.iter().copied().take(Self::MAX_OCTETS).collect(),
        }
    }

    /// The octets as received.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The conditions that are set, lowest bit number first.
    pub fn iter(&self) -> impl Iterator<Item = DetectedError> + '_ {
        (0u32..).zip(&self.octets).flat_map(|(place, octet)| {
            (0..8u32)
                .filter(move |bit| octet & (0x80 >> bit) != 0)
                .map(move |bit| DetectedError::from_number(place * 8 + bit))
        })
    }

    /// Whether a condition is set.
    #[must_use]
    pub fn has(&self, condition: DetectedError) -> bool {
        self.iter().any(|set| set == condition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_bits_are_counted_from_the_first_octets_highest_bit() {
        // Quirk 38: one octet or two, bit 0 is 0x80 of the first.
        let cases: [(&[u8], &[u32]); 7] = [
            (&[], &[]),
            (&[0x00], &[]),
            (&[0x80], &[0]),
            (&[0x20, 0x10], &[2, 11]),
            (&[0x01, 0x00], &[7]),
            (&[0x00, 0x02], &[14]),
            (&[0x00, 0x01, 0x80], &[15, 16]),
        ];
        for (octets, bits) in cases {
            let set: Vec<u32> = ErrorState::from_octets(octets)
                .iter()
                .map(DetectedError::number)
                .collect();
            assert_eq!(set, bits, "{octets:02x?}");
        }
    }
}
