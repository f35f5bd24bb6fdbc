//! The crate's counter table is the published one.

use std::fs;

use kpax_wire::counter_table::rows;

#[test]
fn the_counter_table_is_the_published_one() {
    let Some(shared) = benches::shared() else { return };
    let table = fs::read_to_string(shared.join("wire/counters.tsv")).expect("counters.tsv");
    let published: Vec<&str> = table.lines().skip(1).collect();
    let ours: Vec<String> = rows()
        .iter()
        .map(|row| {
            let word = |word: Option<&'static str>| word.expect("a word of the table");
            [
                &*row.id.to_string(),
                row.name,
                word(row.function.as_str()),
                word(row.colour.as_str()),
                word(row.size.as_str()),
                word(row.sides.as_str()),
                word(row.mult.as_str()),
                word(row.unit.as_str()),
                row.level.as_str(),
                row.code.unwrap_or_default(),
                row.group.unwrap_or_default(),
            ]
            .join("\t")
        })
        .collect();
    assert_eq!(ours, published);
}
