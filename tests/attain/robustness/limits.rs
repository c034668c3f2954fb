//! Limits are checked before memory is allocated, and only for the data that are kept.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use attain::{Limits, LoadOptions, Outcome, Plan, Rows, Tally, When};

use super::{PLAN, tally};
use crate::support::{Scratch, day};

/// A plan of few bytes that asks for many rows: units × months of a year × targets.
fn plan(units: usize, targets: usize, validity: &str) -> Plan {
    let units: String =
        (0..units).map(|unit| format!("{{id: u{unit}, level: city{validity}}}, ")).collect();
    let targets: String = (0..targets)
        .map(|target| {
            format!(
                "  t{target}: {{indicator: known, goal: {{at_most: 9}}, window: {{every: month, within: \"2023\"}}}}\n"
            )
        })
        .collect();
    Plan::from_yaml(&format!(
        "attain: 1\nplan: p\nunits: {{levels: [city], list: [{units}]}}\nmeasures: {{cases: {{}}}}\n\
         indicators: {{known: {{count: cases}}}}\ntargets:\n{targets}"
    ))
    .unwrap()
}

fn assessed(plan: &Plan, most: u64) -> Result<usize, String> {
    let tally = Tally::new(plan).with_limits(Limits::default().judgement_rows(most));
    let day = day("2023-12-31");
    let report = plan.assess(&tally, day).map_err(|error| {
        assert!(error.is_request());
        error.to_string()
    })?;
    let again = plan.assess_again(&report, &tally, day).unwrap();
    assert_eq!(again.len(), report.len());
    Ok(report.len())
}

#[test]
fn rows_are_counted_before_there_are_any() {
    let plan = plan(10, 3, "");
    assert_eq!(assessed(&plan, 360), Ok(360));
    assert_eq!(
        assessed(&plan, 359).unwrap_err(),
        "the report would have too many rows: found 360 rows and more, expected at most 359 rows (the limit \
         `judgement_rows`) (if that much is meant and there is memory for it, raise the limit `judgement_rows`)"
    );
}

#[test]
fn units_count_on_the_days_they_are_judged() {
    let plan = plan(10, 1, ", valid_to: 2023-02-01");
    // Each window counts at least once: 10 units in January, and 11 months without one.
    assert_eq!(assessed(&plan, 21), Ok(10));
    assert!(assessed(&plan, 20).is_err());
}

#[test]
fn windows_of_standards_and_scores_count_too() {
    let window = "{every: month, within: [\"2000-01-01\", \"2010-01-01\"]}";
    let standards = format!(
        "standards: {{s: {{level: city, window: {window}, all: [{{indicator: known, goal: {{at_most: 9}}}}]}}}}\n"
    );
    let scores = format!(
        "scores: {{s: {{level: city, window: {window}, parts: {{a: {{indicator: known, weight: 1, normalise: {{goalposts: [0, 9]}}}}}}}}}}\n"
    );
    for section in [standards, scores] {
        let plan = Plan::from_yaml(&format!("{PLAN}{section}"))
            .unwrap_or_else(|error| panic!("{error}\n{section}"));
        // Two rows of the target, and two units in 120 windows.
        assert_eq!(assessed(&plan, 242).map_err(|error| panic!("{error}")), Ok(2));
        assert!(assessed(&plan, 240).is_err());
    }
}

#[test]
fn rolling_windows_count_before_there_are_any() {
    let plan = Plan::from_yaml(
        "{attain: 1, plan: p, units: {levels: [city], list: [{id: a, level: city}, {id: b, level: city}]},
          measures: {cases: {}}, indicators: {known: {count: cases}},
          targets: {t: {indicator: known, goal: {at_most: 9},
            window: {rolling: 28 days, every: day, within: [2014-01-01, 2024-01-01]}}}}",
    )
    .unwrap();
    let error = assessed(&plan, 7_000).unwrap_err();
    assert!(error.contains("found 7,002 rows and more, expected at most 7,000 rows"), "{error}");
    assert_eq!(assessed(&plan, 7_304), Ok(7_304));
}

fn events(rows: usize, day: impl Fn(usize) -> i32, value: i64) -> RecordBatch {
    let constant = |text: &str| Arc::new(StringArray::from(vec![text; rows])) as ArrayRef;
    RecordBatch::try_from_iter([
        ("unit", constant("c")),
        ("date", Arc::new(Date32Array::from_iter_values((0..rows).map(day))) as ArrayRef),
        ("measure", constant("cases")),
        ("value", Arc::new(Int64Array::from(vec![value; rows])) as ArrayRef),
    ])
    .unwrap()
}

#[test]
fn memory_is_counted_by_what_is_kept() {
    let few = Limits::default().tally_bytes(1 << 20);
    // Millions of events on one day add up, whether they are plain or not.
    for value in [1, 5_000_000] {
        let mut tally = tally(Rows::Events).with_limits(few.clone());
        let batch = events(300_000, |_| 19_400, value);
        for _ in 0..4 {
            tally.ingest(&batch).unwrap();
        }
        assert_eq!(tally.len(), 1_200_000);
    }
    // On as many days as there are, they do not.
    for value in [1, 5_000_000] {
        let mut tally = tally(Rows::Events).with_limits(few.clone());
        let batch = events(300_000, |row| row as i32, value);
        let error = tally.ingest(&batch).unwrap_err();
        assert!(error.is_outcomes() && error.to_string().contains("`tally_bytes`"), "{error}");
        assert!(tally.is_empty());
    }
}

#[test]
fn figures_that_come_one_by_one_are_counted() {
    let mut tally = tally(Rows::Figures).with_limits(Limits::default().tally_bytes(10_000));
    let mut day = day("2023-01-01");
    let refused = (0..1_000).find_map(|_| {
        day = day.succ_opt().unwrap();
        tally.record(&Outcome::new("c", When::Date(day), "cases", 1.0)).err()
    });
    assert!(refused.unwrap().to_string().contains("`tally_bytes`"));
    assert!((10..1_000).contains(&tally.len()), "{}", tally.len());
    // A higher limit accepts more.
    let mut tally = tally.with_limits(Limits::default());
    tally.record(&Outcome::new("c", When::Date(day), "cases", 1.0)).unwrap();
}

#[test]
fn twenty_million_equal_figures_are_refused_by_the_default_limit() {
    // As many batches as a small Parquet file of equal rows holds.
    let batch = events(1 << 16, |_| 19_400, 1);
    let mut tally = tally(Rows::Figures).with_limits(Limits::default().tally_bytes(64 << 20));
    let error = tally.ingest_all((0..320).map(|_| Ok(batch.clone()))).unwrap_err();
    assert!(error.to_string().contains("`tally_bytes`"), "{error}");
    assert_eq!(error.faults().len() + error.unlisted(), 1);
}

#[test]
fn a_plan_file_has_a_largest_size() {
    let file = Scratch::with("plan.yaml", PLAN);
    let most =
        |bytes: usize| LoadOptions::default().limits(Limits::default().plan_bytes(bytes as u64));
    assert!(Plan::load_with(&file.0, &most(PLAN.len())).is_ok());
    let error = Plan::load_with(&file.0, &most(PLAN.len() - 1)).unwrap_err();
    assert!(error.is_file() && error.to_string().contains("`plan_bytes`"), "{error}");
}

#[test]
fn rows_of_views_are_counted_before_there_are_any() {
    let plan = Plan::from_yaml(
        "{attain: 1, plan: p, units: {levels: [city], list: [{id: a, level: city}, {id: b, level: city}]},
          measures: {cases: {every: month}}, indicators: {known: {count: cases}},
          targets: {t: {indicator: known, goal: {at_most: 9}, window: '2023', units: {level: city}}}}",
    )
    .unwrap();
    let made = |most: u64| {
        let mut tally = Tally::new(&plan).with_limits(Limits::default().judgement_rows(most));
        for unit in ["a", "b"] {
            for month in 1..=12 {
                let when = When::Period(format!("2023-{month:02}"));
                tally.record(&Outcome::new(unit, when, "cases", 1.0)).unwrap();
            }
        }
        plan.assess(&tally, day("2023-12-31")).unwrap()
    };
    let options = attain::views::SignalOptions::default();
    // Two units and twelve months in each view.
    let enough = made(24);
    assert_eq!(enough.history("t", None).unwrap().len(), 24);
    assert_eq!(enough.timeliness(None).unwrap().len(), 24);
    assert_eq!(enough.signals("t", &options).unwrap().len(), 2);
    assert_eq!(enough.chart("t", "a", &options).unwrap().len(), 12);
    let short = made(23);
    assert_eq!(short.history("t", Some("a")).unwrap().len(), 12);
    for (view, error) in [
        ("history", short.history("t", None).unwrap_err()),
        ("timeliness", short.timeliness(None).unwrap_err()),
        ("signals", short.signals("t", &options).unwrap_err()),
        ("signals", made(11).chart("t", "a", &options).unwrap_err()),
    ] {
        assert!(error.is_request());
        let message = error.to_string();
        assert!(
            message.starts_with(&format!("`{view}` would have too many rows: found ")),
            "{message}"
        );
        assert!(message.contains("the limit `judgement_rows`"), "{message}");
    }
}

#[test]
fn debug_output_of_a_plan_a_tally_and_a_report_is_one_short_line() {
    let plan = plan(100, 3, "");
    let tally = Tally::new(&plan);
    let report = plan.assess(&tally, day("2023-12-31")).unwrap();
    assert_eq!(report.len(), 3_600);
    for (name, printed) in [
        ("Plan", format!("{plan:?}")),
        ("Tally", format!("{tally:?}")),
        ("Report", format!("{report:?}")),
    ] {
        assert!(printed.starts_with(name), "{printed}");
        assert!(printed.len() < 200 && !printed.contains('\n'), "{printed}");
    }
    assert!(format!("{report:?}").contains("3600"), "{report:?}");
}
