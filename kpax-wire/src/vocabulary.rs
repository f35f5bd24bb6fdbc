//! The enumerations: a number on the wire, one word everywhere else (`collect --json`, logs).
//!
//! Numbers outside a table are kept as [`Unlisted`](DeviceKind::Unlisted), so that a relay loses nothing. Of the format's own
//! enumerations only 64 and up may be new, and the numbers below are refused; those that devices fill (Printer-MIB) are
//! open altogether.

use core::fmt;

/// How an enumeration stands on the wire.
pub(crate) trait Word: Copy {
    /// The number's meaning, or `None` where this version reserves it.
    fn read(number: u64) -> Option<Self>;
    /// The number on the wire.
    fn wire(self) -> u64;
}

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident, open $from:literal { $($variant:ident = $number:literal $word:literal,)+ }) => {
        words!(@enum $(#[doc = $doc])+ $name { $($variant = $number $word,)+
            /// A number outside the table, kept as it is.
            Unlisted(u64) });

        impl $name {
            /// The number's meaning; `None` for numbers that this version reserves.
            #[must_use]
            pub const fn from_number(number: u64) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)+
                    #[allow(unused_comparisons, clippy::absurd_extreme_comparisons)] // open enumerations start at 0
                    other if other >= $from => Some(Self::Unlisted(other)),
                    _ => None,
                }
            }

            /// The number on the wire.
            #[must_use]
            pub const fn number(self) -> u64 {
                match self {
                    $(Self::$variant => $number,)+
                    Self::Unlisted(number) => number,
                }
            }

            /// The word of the table; `None` for a number outside it.
            #[must_use]
            pub const fn as_str(self) -> Option<&'static str> {
                match self {
                    $(Self::$variant => Some($word),)+
                    Self::Unlisted(_) => None,
                }
            }
        }

        /// The word, or the number outside the table.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.as_str() {
                    Some(word) => f.write_str(word),
                    None => self.number().fmt(f),
                }
            }
        }
    };
    ($(#[doc = $doc:literal])+ $name:ident, closed { $($variant:ident = $number:literal $word:literal,)+ }) => {
        words!(@enum $(#[doc = $doc])+ $name { $($variant = $number $word,)+ });

        impl $name {
            /// The number's meaning; `None` outside the table.
            #[must_use]
            pub const fn from_number(number: u64) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The number on the wire.
            #[must_use]
            pub const fn number(self) -> u64 {
                match self {
                    $(Self::$variant => $number,)+
                }
            }

            /// The word of the table.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
    (@enum $(#[doc = $doc:literal])+ $name:ident { $($variant:ident = $number:literal $word:literal,)+
        $($(#[doc = $other_doc:literal])+ Unlisted($other:ty))? }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $word, "`, ", stringify!($number), " on the wire.")]
                $variant,
            )+
            $($(#[doc = $other_doc])+ Unlisted($other),)?
        }

        impl $name {
            /// The table: each number with its word.
            pub const TABLE: &'static [(u64, &'static str)] = &[$(($number, $word),)+];
        }

        impl Word for $name {
            fn read(number: u64) -> Option<Self> {
                Self::from_number(number)
            }

            fn wire(self) -> u64 {
                self.number()
            }
        }
    };
}

words! {
    /// Section kinds; reserved numbers below 32 are refused where a section stands.
    SectionKind, open 0 {
        Inventory = 10 "inventory",
        Counters = 11 "counters",
        Supplies = 12 "supplies",
        ServiceParts = 13 "service_parts",
        Alerts = 14 "alerts",
        Status = 15 "status",
        Trays = 16 "trays",
        ScanSummary = 18 "scan_summary",
        Readings = 19 "readings",
        Events = 20 "events",
    }
}

words! {
    /// What a device is.
    DeviceKind, open 64 {
        Unknown = 0 "unknown",
        Printer = 1 "printer",
        Mfp = 2 "mfp",
        Copier = 3 "copier",
        Scanner = 4 "scanner",
        Fax = 5 "fax",
        LabelPrinter = 6 "label_printer",
        Plotter = 7 "plotter",
        PrintServer = 8 "print_server",
        Other = 9 "other",
    }
}

words! {
    /// How it marks: prtMarkerMarkTech (Printer-MIB).
    Technology, open 0 {
        Other = 1 "other",
        Unknown = 2 "unknown",
        Led = 3 "led",
        Laser = 4 "laser",
        Electrophotographic = 5 "electrophotographic",
        DotMatrix9 = 6 "dot_matrix_9",
        DotMatrix24 = 7 "dot_matrix_24",
        DotMatrix = 8 "dot_matrix",
        FullyFormed = 9 "fully_formed",
        Band = 10 "band",
        Impact = 11 "impact",
        Inkjet = 12 "inkjet",
        SolidInk = 13 "solid_ink",
        InkjetOther = 14 "inkjet_other",
        Pen = 15 "pen",
        ThermalTransfer = 16 "thermal_transfer",
        Thermal = 17 "thermal",
        ThermalDiffusion = 18 "thermal_diffusion",
        ThermalOther = 19 "thermal_other",
        Electroerosion = 20 "electroerosion",
        Electrostatic = 21 "electrostatic",
        Microfiche = 22 "microfiche",
        Imagesetter = 23 "imagesetter",
        Photographic = 24 "photographic",
        IonDeposition = 25 "ion_deposition",
        EBeam = 26 "e_beam",
        Typesetter = 27 "typesetter",
    }
}

words! {
    /// What was counted.
    Function, open 64 {
        Total = 0 "total",
        Print = 1 "print",
        Copy = 2 "copy",
        Scan = 3 "scan",
        Fax = 4 "fax",
        FaxSent = 5 "fax_sent",
        FaxReceived = 6 "fax_received",
        Report = 7 "report",
        Box = 8 "box",
        CopyPrint = 9 "copy_print",
        Other = 10 "other",
    }
}

words! {
    /// Of which colour; `Tier1` to `Tier3` are the maker's billing classes.
    CounterColour, open 64 {
        All = 0 "all",
        Mono = 1 "mono",
        FullColor = 2 "full_color",
        SingleColor = 3 "single_color",
        TwoColor = 4 "two_color",
        Gray = 5 "gray",
        AnyColor = 6 "any_color",
        Tier1 = 7 "tier1",
        Tier2 = 8 "tier2",
        Tier3 = 9 "tier3",
        Unknown = 10 "unknown",
    }
}

words! {
    /// Of which size of media.
    CounterSize, open 64 {
        All = 0 "all",
        A3 = 1 "a3",
        A4 = 2 "a4",
        A5 = 3 "a5",
        Letter = 4 "letter",
        Legal = 5 "legal",
        Large = 6 "large",
        Small = 7 "small",
        Long = 8 "long",
        Other = 9 "other",
    }
}

words! {
    /// Of how many printed sides.
    Sides, open 64 {
        All = 0 "all",
        Simplex = 1 "simplex",
        Duplex = 2 "duplex",
    }
}

words! {
    /// How a large sheet's side counts.
    Mult, open 64 {
        Unknown = 0 "unknown",
        Once = 1 "once",
        Twice = 2 "twice",
        Equivalent = 3 "equivalent",
    }
}

words! {
    /// Units: to 19 as in Printer-MIB, 64 and up the format's own.
    Unit, open 0 {
        Other = 1 "other",
        Unknown = 2 "unknown",
        TenThousandthsOfInches = 3 "ten_thousandths_of_inches",
        Micrometers = 4 "micrometers",
        Characters = 5 "characters",
        Lines = 6 "lines",
        Impressions = 7 "impressions",
        Sheets = 8 "sheets",
        DotRows = 9 "dot_rows",
        Hours = 11 "hours",
        ThousandthsOfOunces = 12 "thousandths_of_ounces",
        TenthsOfGrams = 13 "tenths_of_grams",
        HundredthsOfFluidOunces = 14 "hundredths_of_fluid_ounces",
        TenthsOfMilliliters = 15 "tenths_of_milliliters",
        Feet = 16 "feet",
        Meters = 17 "meters",
        Items = 18 "items",
        Percent = 19 "percent",
        Pages = 64 "pages",
        Scans = 65 "scans",
        Faxes = 66 "faxes",
        Centimeters = 67 "centimeters",
        Labels = 68 "labels",
        Times = 69 "times",
    }
}

words! {
    /// prtMarkerSuppliesType (IANA-PRINTER-MIB); 1000 and up are not in the MIB.
    SupplyType, open 0 {
        Other = 1 "other",
        Unknown = 2 "unknown",
        Toner = 3 "toner",
        WasteToner = 4 "waste_toner",
        Ink = 5 "ink",
        InkCartridge = 6 "ink_cartridge",
        InkRibbon = 7 "ink_ribbon",
        WasteInk = 8 "waste_ink",
        Opc = 9 "opc",
        Developer = 10 "developer",
        FuserOil = 11 "fuser_oil",
        SolidWax = 12 "solid_wax",
        RibbonWax = 13 "ribbon_wax",
        WasteWax = 14 "waste_wax",
        Fuser = 15 "fuser",
        CoronaWire = 16 "corona_wire",
        FuserOilWick = 17 "fuser_oil_wick",
        CleanerUnit = 18 "cleaner_unit",
        FuserCleaningPad = 19 "fuser_cleaning_pad",
        TransferUnit = 20 "transfer_unit",
        TonerCartridge = 21 "toner_cartridge",
        FuserOiler = 22 "fuser_oiler",
        Water = 23 "water",
        WasteWater = 24 "waste_water",
        GlueWaterAdditive = 25 "glue_water_additive",
        WastePaper = 26 "waste_paper",
        BindingSupply = 27 "binding_supply",
        BandingSupply = 28 "banding_supply",
        StitchingWire = 29 "stitching_wire",
        ShrinkWrap = 30 "shrink_wrap",
        PaperWrap = 31 "paper_wrap",
        Staples = 32 "staples",
        Inserts = 33 "inserts",
        Covers = 34 "covers",
        MatteToner = 35 "matte_toner",
        MatteInk = 36 "matte_ink",
        MaintenanceKit = 1000 "maintenance_kit",
        MaintenanceBox = 1001 "maintenance_box",
        ImagingUnit = 1002 "imaging_unit",
        PrintHead = 1003 "print_head",
        TransferBelt = 1004 "transfer_belt",
        TransferRoller = 1005 "transfer_roller",
        PickupRoller = 1006 "pickup_roller",
        SeparationPad = 1007 "separation_pad",
        FeederKit = 1008 "feeder_kit",
        AdfRoller = 1009 "adf_roller",
        LaserUnit = 1010 "laser_unit",
        OzoneFilter = 1011 "ozone_filter",
        ChargeUnit = 1012 "charge_unit",
        CleaningBlade = 1013 "cleaning_blade",
    }
}

words! {
    /// Whether a supply empties or fills.
    SupplyClass, open 64 {
        Other = 0 "other",
        Consumed = 1 "consumed",
        Filled = 2 "filled",
    }
}

words! {
    /// The colour of a supply or part.
    SupplyColour, open 64 {
        None = 0 "none",
        Black = 1 "black",
        Cyan = 2 "cyan",
        Magenta = 3 "magenta",
        Yellow = 4 "yellow",
        LightCyan = 5 "light_cyan",
        LightMagenta = 6 "light_magenta",
        Gray = 7 "gray",
        LightGray = 8 "light_gray",
        PhotoBlack = 9 "photo_black",
        MatteBlack = 10 "matte_black",
        Red = 11 "red",
        Green = 12 "green",
        Blue = 13 "blue",
        Orange = 14 "orange",
        White = 15 "white",
        Clear = 16 "clear",
        Other = 17 "other",
    }
}

words! {
    /// prtAlertSeverityLevel (Printer-MIB).
    Severity, open 0 {
        Other = 1 "other",
        Critical = 3 "critical",
        Warning = 4 "warning",
        WarningBinaryChange = 5 "warning_binary_change",
    }
}

words! {
    /// prtAlertTrainingLevel (Printer-MIB): who is to handle it.
    Training, open 0 {
        Other = 1 "other",
        Unknown = 2 "unknown",
        Untrained = 3 "untrained",
        Trained = 4 "trained",
        FieldService = 5 "field_service",
        Management = 6 "management",
        NoIntervention = 7 "no_intervention",
    }
}

words! {
    /// What an alert is about.
    AlertCategory, open 64 {
        Other = 0 "other",
        Jam = 1 "jam",
        Paper = 2 "paper",
        Supply = 3 "supply",
        Part = 4 "part",
        Cover = 5 "cover",
        Output = 6 "output",
        Hardware = 7 "hardware",
        Connection = 8 "connection",
        State = 9 "state",
    }
}

words! {
    /// Who can end an alert.
    Who, open 64 {
        Nobody = 0 "nobody",
        User = 1 "user",
        Operator = 2 "operator",
        Service = 3 "service",
    }
}

words! {
    /// hrDeviceStatus (HOST-RESOURCES-MIB).
    DeviceStatus, open 0 {
        Unknown = 1 "unknown",
        Running = 2 "running",
        Warning = 3 "warning",
        Testing = 4 "testing",
        Down = 5 "down",
    }
}

words! {
    /// hrPrinterStatus (HOST-RESOURCES-MIB).
    PrinterStatus, open 0 {
        Other = 1 "other",
        Unknown = 2 "unknown",
        Idle = 3 "idle",
        Printing = 4 "printing",
        Warmup = 5 "warmup",
    }
}

words! {
    /// The status in a word.
    PlainStatus, open 64 {
        Unknown = 0 "unknown",
        Ready = 1 "ready",
        Printing = 2 "printing",
        Sleeping = 3 "sleeping",
        Warming = 4 "warming",
        Warning = 5 "warning",
        NeedsUser = 6 "needs_user",
        NeedsService = 7 "needs_service",
        Offline = 8 "offline",
    }
}

words! {
    /// prtConsoleColor (Printer-MIB).
    LightColour, open 0 {
        Other = 1 "other",
        Unknown = 2 "unknown",
        White = 3 "white",
        Red = 4 "red",
        Green = 5 "green",
        Blue = 6 "blue",
        Cyan = 7 "cyan",
        Magenta = 8 "magenta",
        Yellow = 9 "yellow",
        Orange = 10 "orange",
    }
}

words! {
    /// Why a device could not be read, in JSON, wire and log alike.
    ErrorCode, open 64 {
        NoAnswer = 1 "no_answer",
        Unreachable = 2 "unreachable",
        WrongCredentials = 3 "wrong_credentials",
        ReportUnknownUser = 4 "report_unknown_user",
        ReportWrongDigest = 5 "report_wrong_digest",
        ReportUnsupportedLevel = 6 "report_unsupported_level",
        ReportDecryption = 7 "report_decryption",
        ReportNotInTimeWindow = 8 "report_not_in_time_window",
        AccessDenied = 9 "access_denied",
        Malformed = 10 "malformed",
        NotAPrinter = 11 "not_a_printer",
        NoProfile = 12 "no_profile",
        Partial = 13 "partial",
        Cancelled = 14 "cancelled",
        Deadline = 15 "deadline",
    }
}

words! {
    /// Which text that a device wrote leaves the site.
    TextPolicy, closed {
        Codes = 0 "codes",
        Known = 1 "known",
        Full = 2 "full",
    }
}

words! {
    /// SNMPv3 authentication (RFC 3414, 7860).
    AuthProtocol, closed {
        None = 0 "none",
        Md5 = 1 "md5",
        Sha1 = 2 "sha1",
        Sha224 = 3 "sha224",
        Sha256 = 4 "sha256",
        Sha384 = 5 "sha384",
        Sha512 = 6 "sha512",
    }
}

words! {
    /// SNMPv3 privacy, the key extension named where there are two.
    PrivProtocol, closed {
        None = 0 "none",
        Des = 1 "des",
        TripleDes = 2 "3des",
        Aes128 = 3 "aes128",
        Aes192Blumenthal = 4 "aes192_blumenthal",
        Aes192Reeder = 5 "aes192_reeder",
        Aes256Blumenthal = 6 "aes256_blumenthal",
        Aes256Reeder = 7 "aes256_reeder",
    }
}

words! {
    /// Whether a light is lit.
    Lit, closed {
        Off = 0 "off",
        On = 1 "on",
        Blinking = 2 "blinking",
    }
}

impl SupplyType {
    /// Whether a supply of this type empties or fills, unless its own entry says otherwise.
    #[must_use]
    pub const fn class(self) -> SupplyClass {
        match self {
            Self::WasteToner
            | Self::WasteInk
            | Self::WasteWax
            | Self::WasteWater
            | Self::WastePaper
            | Self::MaintenanceBox => SupplyClass::Filled,
            _ => SupplyClass::Consumed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::String, string::ToString, vec::Vec};

    /// The numbers and words of the "enum:" comment that follows a rule of the definition.
    fn defined(rule: &str) -> Vec<(u64, String)> {
        let text = include_str!("../kpax-wire.cddl");
        let start = text.find(&alloc::format!("\n{rule} = ")).unwrap();
        let rest = &text[start..];
        let mut list = String::new();
        for line in rest[rest.find("enum:").unwrap() + 5..].lines() {
            list.push_str(line.trim_start_matches([';', ' ']));
            if !line.trim_end().ends_with(',') {
                break;
            }
        }
        list.split(',')
            .map(|pair| {
                let (number, word) = pair.trim().split_once(' ').unwrap();
                (number.parse().unwrap(), word.to_string())
            })
            .collect()
    }

    #[test]
    fn tables_are_those_of_the_definition() {
        let tables: [(&str, &[(u64, &str)]); 25] = [
            ("kind", SectionKind::TABLE),
            ("device-kind", DeviceKind::TABLE),
            ("technology", Technology::TABLE),
            ("function", Function::TABLE),
            ("counter-colour", CounterColour::TABLE),
            ("counter-size", CounterSize::TABLE),
            ("sides", Sides::TABLE),
            ("mult", Mult::TABLE),
            ("unit", Unit::TABLE),
            ("supply-type", SupplyType::TABLE),
            ("supply-class", SupplyClass::TABLE),
            ("supply-colour", SupplyColour::TABLE),
            ("severity", Severity::TABLE),
            ("training", Training::TABLE),
            ("category", AlertCategory::TABLE),
            ("who", Who::TABLE),
            ("device-status", DeviceStatus::TABLE),
            ("printer-status", PrinterStatus::TABLE),
            ("plain", PlainStatus::TABLE),
            ("light-colour", LightColour::TABLE),
            ("error-code", ErrorCode::TABLE),
            ("text-policy", TextPolicy::TABLE),
            ("auth", AuthProtocol::TABLE),
            ("priv", PrivProtocol::TABLE),
            ("lit", Lit::TABLE),
        ];
        for (rule, table) in tables {
            let ours: Vec<_> = table
                .iter()
                .map(|(number, word)| (*number, word.to_string()))
                .collect();
            assert_eq!(ours, defined(rule), "{rule}");
        }
    }

    #[test]
    fn reserved_numbers_are_refused_and_later_ones_kept() {
        assert_eq!(DeviceKind::from_number(10), None);
        assert_eq!(DeviceKind::from_number(63), None);
        assert_eq!(DeviceKind::from_number(64), Some(DeviceKind::Unlisted(64)));
        assert_eq!(DeviceKind::Unlisted(64).to_string(), "64");
        assert_eq!(Unit::from_number(10), Some(Unit::Unlisted(10)));
        assert_eq!(TextPolicy::from_number(3), None);
    }
}
