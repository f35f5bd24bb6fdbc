//! Units of counters, capacities and levels.

crate::enumeration::open_enumeration! {
    /// What a number counts: PrtMarkerCounterUnitTC, PrtMarkerSuppliesSupplyUnitTC and PrtCapacityUnitTC of RFC 3805,
    /// which share their numbers; from 64 on our own, for makers' counters.
    pub enum Unit {
        Other = 1 "other",
        Unknown = 2 "unknown",
        TenThousandthsOfInches = 3 "ten_thousandths_of_inches",
        Micrometers = 4 "micrometers",
        Characters = 5 "characters",
        Lines = 6 "lines",
        /// Printed sides.
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
