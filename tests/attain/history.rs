//! The state of a target at each month's end, compared with reports made on those days.

use attain::report::Report;
use attain::{Assessment, Outcome, Plan, Rows, Tally, When};

use crate::support::{day, parse};

fn plan(calendar: &str, target: &str) -> Plan {
    let text = format!(
        "{{attain: 1, plan: p, {calendar}
           units: {{levels: [city, district], list: [{{id: c, level: city}}, {{id: d1, level: district, parent: c}},
             {{id: d2, level: district, parent: c}}]}},
           measures: {{cases: {{}}, cleared: {{}}}},
           indicators: {{i: {{count: cases, better: lower}}, r: {{ratio: {{numerator: cleared, denominator: cases}}}}}},
           targets: {{t: {{{target}}}}}}}"
    );
    parse(&text)
}

fn report(plan: &Plan, as_of: &str) -> Report {
    let mut tally = Tally::of(plan, Rows::Events);
    for (unit, date, measure, value) in [
        ("d1", "2024-01-10", "cases", 7.0),
        ("d1", "2024-01-20", "cleared", 5.0),
        ("d2", "2024-02-29", "cases", 4.0),
        ("d2", "2024-03-01", "cleared", 4.0),
        ("d1", "2024-03-31", "cases", 6.0),
        ("c", "2024-04-02", "cases", 1.0),
    ] {
        let outcome = Outcome::new(unit, When::Date(day(date)), measure, value);
        tally.record(&outcome).unwrap();
    }
    // Learnt of in March only.
    let mut late = Outcome::new("d1", When::Date(day("2024-01-31")), "cases", 3.0);
    late.recorded_at = Some(day("2024-03-05"));
    tally.record(&late).unwrap();
    plan.assess(&tally, day(as_of)).unwrap()
}

fn again(report: &Report, unit: Option<&str>) -> Vec<Assessment> {
    let mut expected = Vec::new();
    for row in report.history("t", unit).unwrap() {
        // A report of that very day, of the same outcomes.
        let whole = self::report(report.plan(), &row.as_of.to_string());
        let same = whole.rows().iter().find(|other| {
            (&other.unit, other.window_start, other.window_end)
                == (&row.unit, row.window_start, row.window_end)
        });
        expected.push(same.unwrap().clone());
    }
    expected
}

const CEILING: &str = "indicator: i, goal: {at_most: 20}, window: '2024', units: {level: city}";

#[test]
fn each_row_is_that_of_a_report_of_its_day() {
    for target in [
        CEILING,
        "indicator: r, goal: {at_least: 60}, window: {every: quarter, within: '2024'}, units: {level: district}",
        "indicator: i, goal: {reduce_by: {percent: 5, from: previous_period}}, window: ['2024-01-15', '2024-03-20'], units: {level: district}",
    ] {
        let plan = plan("", target);
        for as_of in ["2024-04-15", "2024-12-31", "2025-06-30"] {
            let report = report(&plan, as_of);
            for unit in [None, Some("d1"), Some("c")] {
                assert_eq!(report.history("t", unit).unwrap(), again(&report, unit));
            }
            assert!(!report.history("t", None).unwrap().is_empty());
        }
    }
}

#[test]
fn what_was_learnt_later_was_not_known_then() {
    let report = report(&plan("", CEILING), "2024-04-15");
    let history = report.history("t", None).unwrap();
    let told: Vec<_> =
        history.iter().map(|row| (row.as_of.to_string(), row.value.unwrap())).collect();
    let expected =
        [("2024-01-31", 7.0), ("2024-02-29", 11.0), ("2024-03-31", 20.0), ("2024-04-15", 21.0)];
    assert_eq!(told, expected.map(|(day, value)| (day.to_owned(), value)));
    let verdicts: Vec<_> = history.iter().map(|row| row.verdict.code()).collect();
    assert_eq!(verdicts, ["met", "met", "met", "missed"]);
    // 20 a year is 20 · 31/366 by the end of January.
    assert!((history[0].expected_now.unwrap() - 20.0 * 31.0 / 366.0).abs() < 1e-12);
    assert!(history.iter().all(|row| !row.is_final));
}

#[test]
fn a_window_that_has_closed_ends_with_its_last_day() {
    let plan = plan(
        "",
        "indicator: i, goal: {at_most: 20}, window: ['2024-01-15', '2024-03-20'], units: {level: city}",
    );
    let history = report(&plan, "2025-06-30").history("t", None).unwrap();
    let days: Vec<_> = history.iter().map(|row| row.as_of.to_string()).collect();
    assert_eq!(days, ["2024-01-31", "2024-02-29", "2024-03-19"]);
    assert_eq!(history.iter().map(|row| row.is_final).collect::<Vec<_>>(), [false, false, true]);
    // Before its first month ends, there is the day itself.
    let early = report(&plan, "2024-01-20").history("t", None).unwrap();
    assert_eq!(early.iter().map(|row| row.as_of.to_string()).collect::<Vec<_>>(), ["2024-01-20"]);
    assert!(report(&plan, "2024-01-01").history("t", None).unwrap().is_empty());
}

#[test]
fn months_are_those_of_the_programme() {
    let plan = plan("calendar: {year_starts: '12-15', named_by: end},", CEILING);
    let history = report(&plan, "2024-04-20").history("t", Some("c")).unwrap();
    let days: Vec<_> = history.iter().map(|row| row.as_of.to_string()).collect();
    assert_eq!(days, ["2024-01-14", "2024-02-14", "2024-03-14", "2024-04-14", "2024-04-20"]);
}

#[test]
fn unknown_names_are_refused() {
    let report = report(&plan("", CEILING), "2024-04-15");
    assert!(report.history("u", None).unwrap_err().is_request());
    assert!(report.history("t", Some("d9")).unwrap_err().is_request());
    // A unit that the target is not for has no rows.
    assert!(report.history("t", Some("d1")).unwrap().is_empty());
}
