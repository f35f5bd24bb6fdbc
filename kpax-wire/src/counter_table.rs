//! The published counter table: what counter ids below 1024 mean.

mod rows;

use crate::{
    model::CounterId,
    vocabulary::{CounterColour, CounterSize, Function, Mult, Sides, Unit},
};

/// What one counter counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// The counter's id, below 1024.
    pub id: CounterId,
    /// Its English label.
    pub name: &'static str,
    /// What was counted.
    pub function: Function,
    /// Of which colour.
    pub colour: CounterColour,
    /// Of which size.
    pub size: CounterSize,
    /// Of how many sides.
    pub sides: Sides,
    /// How a large sheet counts.
    pub mult: Mult,
    /// What one count is.
    pub unit: Unit,
    /// How common the counter is.
    pub level: CounterLevel,
    /// The maker's own code.
    pub code: Option<&'static str>,
    /// The maker's own group.
    pub group: Option<&'static str>,
}

/// How common a counter is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums)] // the format has these three
pub enum CounterLevel {
    /// Total, mono, colour: what every fleet is billed by.
    Main,
    /// Common to many makers.
    Advanced,
    /// One maker's own, and every counter that a report defines itself.
    Maker,
}

impl CounterLevel {
    /// The word of `collect --json`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Advanced => "advanced",
            Self::Maker => "maker",
        }
    }
}

/// All rows, in rising order of their ids.
#[must_use]
pub const fn rows() -> &'static [Row] {
    rows::ROWS
}

/// What the table says of `id`.
#[must_use]
pub fn find(id: CounterId) -> Option<&'static Row> {
    let nth = rows().binary_search_by_key(&id, |row| row.id).ok()?;
    rows().get(nth)
}

/// The common counter (ids 0 to 63) that counts exactly this.
#[must_use]
pub fn common(
    function: Function,
    colour: CounterColour,
    size: CounterSize,
    sides: Sides,
    mult: Mult,
    unit: Unit,
) -> Option<CounterId> {
    rows()
        .iter()
        .take_while(|row| row.id < CounterId::new(64))
        .find(|row| {
            (row.function, row.colour, row.size, row.sides, row.mult, row.unit)
                == (function, colour, size, sides, mult, unit)
        })
        .map(|row| row.id)
}

#[allow(clippy::too_many_arguments)] // one column of the table each
const fn row(
    id: u64,
    name: &'static str,
    function: Function,
    colour: CounterColour,
    size: CounterSize,
    sides: Sides,
    mult: Mult,
    unit: Unit,
    level: CounterLevel,
    code: &'static str,
    group: &'static str,
) -> Row {
    let code = if code.is_empty() { None } else { Some(code) };
    let group = if group.is_empty() { None } else { Some(group) };
    Row {
        id: CounterId::new(id),
        name,
        function,
        colour,
        size,
        sides,
        mult,
        unit,
        level,
        code,
        group,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_and_stay_below_the_collectors_own() {
        assert!(rows().is_sorted_by(|a, b| a.id < b.id));
        assert!(rows().iter().all(|row| row.id < CounterId::new(1024)));
    }

    #[test]
    fn the_main_counters_are_found_by_meaning_and_by_id() {
        let total = common(
            Function::Total,
            CounterColour::All,
            CounterSize::All,
            Sides::All,
            Mult::Unknown,
            Unit::Impressions,
        );
        assert_eq!(total, Some(CounterId::new(0)));
        assert_eq!(
            find(CounterId::new(31)).map(|row| row.name),
            Some("Power-on hours")
        );
        assert_eq!(find(CounterId::new(1023)), None);
    }
}
