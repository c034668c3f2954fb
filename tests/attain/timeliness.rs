//! Who owes which report by when, when it came, and what that makes of timeliness as an indicator.

use std::collections::BTreeMap;

use attain::views::DueReport;
use attain::{Outcome, Plan, Report, Status, Tally, When};
use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;

use crate::support::day;

const PLAN: &str = r#"
attain: 1
plan: reports
units:
  levels: [city, district, commune]
  list:
    - {id: city, level: city}
    - {id: d1, level: district, parent: city}
    - {id: d2, level: district, parent: city}
    - {id: d3, level: district, parent: city, valid_to: 2025-03-01}
    - {id: c1, level: commune, parent: d1}
measures:
  cases: {recorded_at: district, every: month, due: 5}
  patrols: {every: quarter}
indicators:
  on-time: {reporting: {of: cases}}
  made: {reporting: {of: [cases, patrols], share: made}}
targets:
  on-time: {indicator: on-time, goal: {at_least: 90}, window: 2025-Q1}
  districts: {indicator: on-time, goal: {at_least: 90}, window: 2025-Q1, units: {level: district}}
  made: {indicator: made, goal: {at_least: 90}, window: 2025-Q1}
"#;

fn record(tally: &mut Tally, unit: &str, period: &str, measure: &str, recorded_at: Option<&str>) {
    let mut outcome = Outcome::new(unit, When::Period(period.to_owned()), measure, 1.0);
    outcome.recorded_at = recorded_at.map(day);
    tally.record(&outcome).unwrap();
}

fn reported() -> (Plan, Tally) {
    let plan = Plan::from_yaml(PLAN).unwrap();
    let mut tally = Tally::new(&plan);
    record(&mut tally, "d1", "2025-01", "cases", Some("2025-02-05"));
    // A revision comes later and makes the report no later.
    record(&mut tally, "d1", "2025-01", "cases", Some("2025-03-20"));
    record(&mut tally, "c1", "2025-02", "cases", Some("2025-03-06"));
    record(&mut tally, "d2", "2025-01", "cases", None);
    record(&mut tally, "d3", "2025-01", "cases", Some("2025-02-01"));
    // Kept secret is reported, not collected is not.
    for (unit, period, status) in [("d2", "2025-02", Status::Q), ("d3", "2025-02", Status::L)] {
        let mut outcome = Outcome::new(unit, When::Period(period.to_owned()), "cases", 0.0);
        (outcome.value, outcome.status) = (None, Some(status));
        outcome.recorded_at = Some(day("2025-03-01"));
        tally.record(&outcome).unwrap();
    }
    record(&mut tally, "d1", "2025-Q1", "patrols", Some("2025-04-30"));
    (plan, tally)
}

fn statuses(report: &Report, measure: &str) -> Vec<(String, u32, &'static str, Option<i64>)> {
    let rows = report.timeliness(None).unwrap().into_iter().filter(|row| row.measure == measure);
    rows.map(|row| (row.unit, row.period_start.month(), row.status.code(), row.days_late)).collect()
}

#[test]
fn each_report_is_on_time_late_missing_or_open() {
    let (plan, tally) = reported();
    let told = |as_of: &str| statuses(&plan.assess(&tally, day(as_of)).unwrap(), "cases");
    let row = |unit: &str, month: u32, status: &'static str, late: Option<i64>| {
        (unit.to_owned(), month, status, late)
    };
    assert_eq!(
        told("2025-04-05"),
        [
            row("d1", 1, "on_time", None),
            row("d2", 1, "undated", None),
            row("d3", 1, "on_time", None),
            row("d1", 2, "late", Some(1)),
            row("d2", 2, "on_time", None),
            row("d3", 2, "missing", Some(31)),
            row("d1", 3, "missing", None),
            row("d2", 3, "missing", None),
        ]
    );
    // What came later is not known yet; what is due later is open.
    assert_eq!(
        told("2025-03-04"),
        [
            row("d1", 1, "on_time", None),
            row("d2", 1, "undated", None),
            row("d3", 1, "on_time", None),
            row("d1", 2, "open", None),
            row("d2", 2, "on_time", None),
            row("d3", 2, "open", None),
        ]
    );
}

#[test]
fn timeliness_and_completeness_are_indicators() {
    let (plan, tally) = reported();
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    let row = |target: &str, unit: &str| {
        let mut rows = report.rows().iter();
        rows.find(|row| &*row.target == target && &*row.unit == unit).unwrap().clone()
    };
    // Of eight reports, one can't be told about; three of the others were on time.
    let city = row("on-time", "city");
    assert_eq!((city.numerator, city.denominator), (Some(3.0), Some(7.0)));
    assert_eq!(city.completeness, Some(87.5));
    assert_eq!((city.verdict.code(), city.certainty.code()), ("missed", "clear"));
    assert_eq!(city.needed, Some(4));
    let d1 = row("districts", "d1");
    assert_eq!((d1.numerator, d1.denominator), (Some(1.0), Some(3.0)));
    // Of both measures: five and one came of eight and one.
    let made = row("made", "city");
    assert_eq!((made.numerator, made.denominator), (Some(6.0), Some(9.0)));
    assert_eq!(made.value, Some(600.0 / 9.0));
}

#[test]
fn a_window_may_be_named() {
    let (plan, tally) = reported();
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    let february = plan.calendar().window(plan.calendar().period("2025-02").unwrap()).unwrap();
    let rows: Vec<DueReport> = report.timeliness(Some(&february)).unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.due == Some(day("2025-03-05"))));
    let batch = attain::arrow::record_batch(&report.timeliness(Some(&february)).unwrap());
    assert_eq!((batch.num_rows(), batch.num_columns()), (3, 10));
}

#[test]
fn the_plan_is_written_and_read_back() {
    let plan = Plan::from_yaml(PLAN).unwrap();
    assert_eq!(Plan::from_yaml(&plan.to_yaml()).unwrap(), plan);
}

proptest! {
    /// Every report against a look at all figures, one by one.
    #[test]
    fn reports_are_what_a_look_at_all_figures_says(
        figures in prop::collection::vec(
            (0_usize..3, 1_u32..13, prop::option::of(0_u64..60)), 0..30),
        due in 0_u32..40,
        as_of in 0_u64..420,
    ) {
        let plan = Plan::from_yaml(&format!(r#"{{attain: 1, plan: p,
            measures: {{m: {{recorded_at: commune, every: month, due: {due}}}}},
            indicators: {{i: {{reporting: {{of: m}}}}}},
            targets: {{t: {{indicator: i, goal: {{at_least: 50}}, window: "2025"}}}},
            units: {{levels: [city, commune], list: [{{id: city, level: city}},
                {{id: a, level: commune, parent: city}}, {{id: b, level: commune, parent: city}}]}}}}"#)).unwrap();
        let as_of = day("2025-01-01") + Days::new(as_of);
        let mut tally = Tally::new(&plan);
        let units = ["a", "b", "city"];
        let mut known: BTreeMap<(usize, u32), Option<NaiveDate>> = BTreeMap::new();
        for (unit, month, delay) in figures {
            let first = NaiveDate::from_ymd_opt(2025, month, 1).unwrap();
            let last = first + chrono::Months::new(1) - Days::new(1);
            let recorded_at = delay.map(|delay| last + Days::new(delay));
            let period = format!("2025-{month:02}");
            let mut outcome = Outcome::new(units[unit], When::Period(period), "m", 1.0);
            outcome.recorded_at = recorded_at;
            if tally.record(&outcome).is_ok() && recorded_at.is_none_or(|day| day <= as_of) {
                let first = known.entry((unit, month)).or_insert(recorded_at);
                *first = match (*first, recorded_at) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, other) => one.or(other),
                };
            }
        }
        let report = plan.assess(&tally, as_of).unwrap();
        let rows = report.timeliness(None).unwrap();
        let (mut on_time, mut told) = (0, 0);
        let mut expected = Vec::new();
        for month in 1..=12 {
            let first = NaiveDate::from_ymd_opt(2025, month, 1).unwrap();
            let last = first + chrono::Months::new(1) - Days::new(1);
            if last > as_of {
                continue;
            }
            let limit = last + Days::new(u64::from(due));
            for (unit, code) in units.iter().enumerate().take(2) {
                // The city's figure counts for both.
                let reports: Vec<Option<NaiveDate>> =
                    [unit, 2].iter().filter_map(|who| known.get(&(*who, month)).copied()).collect();
                let first = reports.iter().flatten().min();
                let status = match first {
                    Some(day) if *day <= limit => "on_time",
                    Some(_) => "late",
                    None if !reports.is_empty() => "undated",
                    None if as_of < limit => "open",
                    None => "missing",
                };
                on_time += i32::from(status == "on_time");
                told += i32::from(["on_time", "late", "missing"].contains(&status));
                expected.push(((*code).to_owned(), month, status));
            }
        }
        let found: Vec<_> = rows.iter()
            .map(|row| (row.unit.clone(), row.period_start.month(), row.status.code())).collect();
        prop_assert_eq!(found, expected);
        if let Some(row) = report.rows().first() {
            let value = (told > 0).then(|| 100.0 * f64::from(on_time) / f64::from(told));
            prop_assert_eq!(row.value, value);
        }
    }
}
