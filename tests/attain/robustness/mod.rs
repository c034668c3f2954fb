//! Input that is made to break a reader: it is refused with its place, and nothing panics, hangs or fills the memory.

mod arrow;
mod limits;
mod plans;

use attain::{Plan, Rows, Tally};

const PLAN: &str = r#"
attain: 1
plan: p
units: {levels: [city], list: [{id: c, level: city}, {id: d, level: city}]}
strata: {sex: [f, m]}
measures: {cases: {strata: [sex]}}
indicators: {known: {count: cases}}
targets: {few: {indicator: known, goal: {at_most: 9}, window: "2023"}}
"#;

fn tally(rows: Rows) -> Tally {
    Tally::of(&Plan::from_yaml(PLAN).unwrap(), rows)
}
