//! Outcomes come in as columns and files, reports go out as such.

mod assessments;
mod batches;
mod csv;
#[cfg(feature = "parquet")]
mod files;
mod named;
#[cfg(feature = "parquet")]
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod streams;

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use attain::{Assessment, Outcome, Plan, Rows, Tally, When};

use crate::support::day;

/// Two districts of a city, judged for every month of 2023.
fn plan() -> Plan {
    Plan::from_yaml(
        r#"
attain: 1
plan: districts
units:
  levels: [city, district]
  list:
    - {id: "01", name: Hà Nội, level: city}
    - {id: "001", name: Ba Đình, level: district, parent: "01"}
    - {id: "002", name: Hoàn Kiếm, level: district, parent: "01"}
measures:
  cases: {}
  cleared: {}
  balance: {signed: true}
indicators:
  cases-known: {count: cases}
  balance-kept: {count: balance}
  clearance: {proportion: {numerator: cleared, denominator: cases}}
campaigns:
  tet: {window: ["2023-01-15", "2023-02-15"]}
targets:
  few: {indicator: cases-known, goal: {at_most: 100}, window: {every: month, within: "2023"}, units: {level: district}}
  year: {indicator: cases-known, goal: {at_most: 100}, window: "2023", units: {level: district}}
  kept: {indicator: balance-kept, goal: {at_least: 0}, window: "2023", units: {level: district}}
  kept-in-all: {indicator: balance-kept, goal: {at_least: 0}, window: "2023", units: {level: city}}
  cleared: {indicator: clearance, goal: {at_least: 75}, window: {every: month, within: "2023"}, units: {level: city}, campaign: tet}
"#,
    )
    .unwrap()
}

fn assessed(tally: &Tally) -> Vec<Assessment> {
    let as_of = day("2024-02-01");
    tally.plan().assess(tally, as_of).unwrap().rows().to_vec()
}

/// What was counted in a target's first row of a unit: sums as they were recorded.
fn counted(tally: &Tally, target: &str, unit: &str) -> Option<f64> {
    let rows = assessed(tally);
    rows.iter().find(|row| row.target == target && row.unit == unit).unwrap().numerator
}

/// The balance of the city over a year to its last digit, which a report's row has no need of: the list of
/// differences tells it as it was recorded.
fn exact_balance(tally: &Tally) -> f64 {
    let mut tally = tally.clone();
    let part = Outcome::new("001", When::Period("2023".into()), "balance", 1e15);
    tally.record(&part).unwrap();
    let as_of = day("2024-02-01");
    let report = tally.plan().assess(&tally, as_of).unwrap();
    report.reconcile().iter().find(|one| one.measure == "balance").unwrap().whole
}

fn texts(texts: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

fn batch<'a>(columns: impl IntoIterator<Item = (&'a str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap()
}

fn tally_of(rows: Rows, batches: &[RecordBatch]) -> attain::Result<Tally> {
    let mut tally = Tally::of(&plan(), rows);
    tally.ingest_all(batches.iter().cloned().map(Ok))?;
    Ok(tally)
}

/// What the error says of these batches.
fn refused(rows: Rows, batches: &[RecordBatch]) -> String {
    let mut tally = Tally::of(&plan(), rows);
    tally.record(&Outcome::new("001", When::Period("2021".into()), "cases", 1.0)).unwrap();
    let all = |tally: &Tally| (tally.len(), tally.last_day(), tally.warnings(), assessed(tally));
    let before = all(&tally);
    let error = tally.ingest_all(batches.iter().cloned().map(Ok)).unwrap_err();
    assert!(error.is_outcomes());
    assert_eq!(all(&tally), before, "a refused table leaves no trace (law 9)");
    error.to_string()
}
