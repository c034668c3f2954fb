//! Certificates as columns: the same rows, named as the fields.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type};
use attain::arrow::record_batch;

use super::{commune_of, report};
use crate::support::{day, parse};

#[test]
fn columns_hold_what_the_rows_hold() {
    let plan = parse(&format!(
        r#"
attain: 1
plan: p
units: {}
measures: {{users: {{over_time: last}}}}
indicators: {{known: {{count: users}}}}
standards:
  free:
    level: hamlet
    window: {{every: year, within: [2024-01-01, 2026-01-01]}}
    versions: [{{all: [{{indicator: known, goal: {{at_most: 0}}}}]}}]
  commune:
    level: commune
    window: "2025"
    all: [{{units: {{hold: free, at_least: 50}}}}]
"#,
        commune_of(3)
    ));
    let figures = [("h1", "2025", "users", 0.0), ("h2", "2025", "users", 4.0)];
    let report = report(&plan, "2025-12-31", &figures);
    let certification = report.certification("commune", None).unwrap();
    let batch = record_batch(certification.certificates());
    assert_eq!((batch.num_rows(), batch.num_columns()), (1, 21));
    let whole =
        |name: &str| batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().value(0);
    assert_eq!([whole("units"), whole("units_needed"), whole("units_unknown")], [3, 2, 1]);
    let from = batch.column_by_name("criteria_from").unwrap().as_primitive::<Date32Type>();
    assert_eq!(arrow_array::Array::null_count(from), 1);
    assert_eq!(record_batch(certification.criteria()).num_rows(), 1);

    let changes = report.certification_change("free", day("2024-01-01")).unwrap();
    assert_eq!(record_batch(&changes).num_rows(), 3);
    let zones = record_batch(&certification.green_zones());
    assert_eq!((zones.num_rows(), zones.num_columns()), (0, 9));
}
