//! Enumerations of the marker, its supplies and its colorants.

crate::enumeration::open_enumeration! {
    /// How the marker marks: prtMarkerMarkTech (PrtMarkerMarkTechTC, IANA-PRINTER-MIB).
    pub enum Technology {
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

crate::enumeration::open_enumeration! {
    /// What a supply is: prtMarkerSuppliesType (PrtMarkerSuppliesTypeTC, IANA-PRINTER-MIB); from 1000 on kinds that
    /// the MIB lacks and makers' own tables name.
    pub enum SupplyKind {
        Other = 1 "other",
        Unknown = 2 "unknown",
        Toner = 3 "toner",
        WasteToner = 4 "waste_toner",
        Ink = 5 "ink",
        InkCartridge = 6 "ink_cartridge",
        InkRibbon = 7 "ink_ribbon",
        WasteInk = 8 "waste_ink",
        /// Photoconductor: the drum.
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

impl SupplyKind {
    /// The class that a supply of this kind has where the device gives none: waste is filled, all else is consumed.
    #[must_use]
    pub const fn usual_class(self) -> SupplyClass {
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

    /// Whether it wears out and is exchanged as a unit, rather than used up: fuser, drum, transfer unit, rollers.
    ///
    /// For the order of a report only. Such a row of the supplies table stays a supply, see [`crate::model`].
    #[must_use]
    pub const fn wears_out(self) -> bool {
        matches!(
            self,
            Self::Opc
                | Self::Developer
                | Self::Fuser
                | Self::CoronaWire
                | Self::FuserOilWick
                | Self::CleanerUnit
                | Self::FuserCleaningPad
                | Self::TransferUnit
                | Self::FuserOiler
                | Self::MaintenanceKit
                | Self::ImagingUnit
                | Self::PrintHead
                | Self::TransferBelt
                | Self::TransferRoller
                | Self::PickupRoller
                | Self::SeparationPad
                | Self::FeederKit
                | Self::AdfRoller
                | Self::LaserUnit
                | Self::OzoneFilter
                | Self::ChargeUnit
                | Self::CleaningBlade
        )
    }
}

/// Whether a supply is used up or fills up: prtMarkerSuppliesClass.
///
/// [`number`](SupplyClass::number) is the upload's; the MIB counts otherwise, see [`from_mib`](SupplyClass::from_mib).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum SupplyClass {
    /// `other`, 1 in the MIB.
    Other,
    /// `consumed`: supplyThatIsConsumed, 3 in the MIB. The level says what is left.
    Consumed,
    /// `filled`: receptacleThatIsFilled, 4 in the MIB. The level says how much room is left.
    Filled,
    /// A number that the MIB does not list.
    Unlisted(u32),
}

impl SupplyClass {
    /// Reads prtMarkerSuppliesClass.
    #[must_use]
    pub const fn from_mib(number: u32) -> Self {
        match number {
            1 => Self::Other,
            3 => Self::Consumed,
            4 => Self::Filled,
            number => Self::Unlisted(number),
        }
    }

    /// Its number in the upload: 0, 1, 2; the MIB's own where the MIB does not list it.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Other => 0,
            Self::Consumed => 1,
            Self::Filled => 2,
            Self::Unlisted(number) => number,
        }
    }

    /// Its name in `snake_case`; `None` for a number that the MIB does not list.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Other => Some("other"),
            Self::Consumed => Some("consumed"),
            Self::Filled => Some("filled"),
            Self::Unlisted(_) => None,
        }
    }
}

impl core::fmt::Display for SupplyClass {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.number()),
        }
    }
}
