//! A fault in a category is reported with its place, and no outcome is added.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use attain::{Error, Outcome, Rows, Tally, When};

use crate::strata::sample::plan;

fn outcome(measure: &str) -> Outcome {
    Outcome::new("a1", When::Period("2023-01".into()), measure, 1.0)
}

fn told(error: &Error) -> Vec<String> {
    error.faults().iter().map(ToString::to_string).collect()
}

#[test]
fn a_category_that_is_not_declared_is_refused_with_the_one_that_may_be_meant() {
    let mut tally = Tally::new(&plan());
    let error = tally.record(&outcome("cases").in_stratum("age", "15-92")).unwrap_err();
    insta::assert_snapshot!(told(&error).join("\n"));
    assert!(tally.is_empty());
}

#[test]
fn a_stratum_that_is_not_declared_is_refused() {
    let error = Tally::new(&plan()).record(&outcome("cases").in_stratum("sexe", "f")).unwrap_err();
    insta::assert_snapshot!(told(&error).join("\n"));
}

#[test]
fn a_measure_that_is_not_recorded_by_a_stratum_takes_no_category_of_it() {
    let error = Tally::new(&plan()).record(&outcome("homes").in_stratum("sex", "f")).unwrap_err();
    insta::assert_snapshot!(told(&error).join("\n"));
}

#[test]
fn a_second_figure_of_the_same_categories_is_refused_and_one_of_others_is_not() {
    let mut tally = Tally::new(&plan());
    tally.record(&outcome("cases").in_stratum("sex", "f")).unwrap();
    tally.record(&outcome("cases").in_stratum("sex", "m")).unwrap();
    tally.record(&outcome("cases").in_stratum("sex", "f").in_stratum("age", "30+")).unwrap();
    tally.record(&outcome("cases")).unwrap();
    let error = tally.record(&outcome("cases").in_stratum("sex", "f")).unwrap_err();
    insta::assert_snapshot!(told(&error).join("\n"));
    let mut other = Tally::new(&plan());
    other.record(&outcome("cases").in_stratum("sex", "m")).unwrap();
    let error = tally.merge(&other).unwrap_err();
    insta::assert_snapshot!(told(&error).join("\n"));
    assert_eq!(tally.len(), 4);
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let texts = |text: &str| Arc::new(StringArray::from(vec![text; 2])) as ArrayRef;
    let mut all = vec![
        ("unit", texts("a1")),
        ("date", texts("2023-01-05")),
        ("measure", texts("cases")),
        ("value", Arc::new(Float64Array::from(vec![1.0; 2])) as ArrayRef),
    ];
    all.extend(columns);
    RecordBatch::try_from_iter(all).unwrap()
}

#[test]
fn columns_of_strata_are_held_to_their_names_and_types() {
    let numbers = Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef;
    let texts = Arc::new(StringArray::from(vec!["f", "m"])) as ArrayRef;
    let mut tally = Tally::of(&plan(), Rows::Events);
    let error = tally.ingest(&batch(vec![("sex", numbers), ("Age", texts.clone())])).unwrap_err();
    insta::assert_snapshot!(told(&error).join("\n"));
    let wrong = Arc::new(StringArray::from(vec!["f", "x"])) as ArrayRef;
    let error = tally.ingest(&batch(vec![("sex", texts), ("age", wrong)])).unwrap_err();
    insta::assert_snapshot!(told(&error).join("\n"));
    assert!(tally.is_empty());
}

#[test]
fn a_part_of_a_proportion_is_held_against_the_whole_of_the_same_categories() {
    let plan = attain::Plan::from_yaml(
        "{attain: 1, plan: p, strata: {sex: [f, m]}, measures: {cases: {}, cleared: {}},
          units: {levels: [city], list: [{id: a1, level: city}]},
          indicators: {all: {proportion: {numerator: cleared, denominator: cases}},
                       women: {proportion: {numerator: cleared, denominator: cases}, where: {sex: f}}}}",
    )
    .unwrap();
    let mut tally = Tally::new(&plan);
    let of = |measure: &str, value: f64, sex: &str| {
        let one = Outcome { value: Some(value), ..outcome(measure) };
        one.in_stratum("sex", sex)
    };
    let rows = [of("cases", 3.0, "f"), of("cases", 5.0, "m"), of("cleared", 4.0, "m")];
    tally.record_all(&rows).unwrap();
    let error = tally.record(&of("cleared", 4.0, "f")).unwrap_err();
    insta::assert_snapshot!(told(&error).join("\n"));
}
