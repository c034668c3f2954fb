//! A tally outlives edits of its plan that do not change what its rows mean. The oracle is a tally that is made again.

use attain::error::FaultCode;
use attain::{Outcome, Plan, Rows, Tally, When};

use crate::support::day;

const PLAN: &str = r#"
attain: 1
plan: p
title: Before
calendar: {year_starts: 01-01}
units:
  levels: [city, district]
  list:
    - {id: city, level: city}
    - {id: d1, name: East, level: district, parent: city}
    - {id: d2, name: West, level: district, parent: city}
strata: {sex: [f, m], age: [young, old]}
campaigns: {drive: {window: ["2025-02-01", "2025-03-01"]}}
measures:
  cases: {title: Cases, strata: [sex, age]}
  cleared: {strata: [sex]}
  beds: {over_time: last}
indicators:
  clearance: {ratio: {numerator: cleared, denominator: cases, per: 100}}
  cases: {count: cases}
targets:
  few: {indicator: cases, goal: {at_most: 9}, window: 2025-Q1}
"#;

/// The plan with some texts in place of others.
fn edited(edits: &[(&str, &str)]) -> Plan {
    let mut text = PLAN.to_owned();
    for (before, now) in edits {
        assert_eq!(text.matches(before).count(), 1, "{before}");
        text = text.replace(before, now);
    }
    Plan::from_yaml(&text).unwrap()
}

fn rows() -> Vec<Outcome> {
    let mut rows = Vec::new();
    for (at, month) in ["2025-01", "2025-02", "2025-03"].into_iter().enumerate() {
        for (unit, more) in [("d1", 1.0), ("d2", 4.0)] {
            let date = || When::Date(day(&format!("{month}-11")));
            for (sex, age) in [("f", "young"), ("m", "old")] {
                let cases = Outcome::new(unit, date(), "cases", more + at as f64 + 1.0);
                rows.push(cases.in_stratum("sex", sex).in_stratum("age", age));
                let cleared = Outcome::new(unit, date(), "cleared", more);
                rows.push(cleared.in_stratum("sex", sex));
            }
        }
    }
    rows
}

fn tally(plan: &Plan, rows_are: Rows) -> Tally {
    let mut tally = Tally::of(plan, rows_are);
    tally.record_all(&rows()).unwrap();
    tally
}

/// Edits that leave the meaning of rows as it is.
const HARMLESS: [(&str, &[(&str, &str)]); 8] = [
    ("a goal", &[("at_most: 9", "at_most: 40")]),
    ("titles", &[("title: Before", "title: After"), ("title: Cases", "title: All cases")]),
    ("a name of a unit", &[("name: East", "name: Far East")]),
    ("an indicator", &[("per: 100", "per: 1000")]),
    ("another window", &[("window: 2025-Q1", "window: {every: month, within: 2025-Q1}")]),
    (
        "targets of categories",
        &[(
            "targets:\n",
            "targets:\n  women: {indicator: clearance, where: {sex: f}, goal: {at_least: 50}, window: 2025-Q1}\n  \
             each: {indicator: cases, by: [age], goal: {at_most: 9}, window: 2025-Q1}\n",
        )],
    ),
    ("a further campaign", &[("campaigns: {", "campaigns: {other: {window: 2025-Q2}, ")]),
    ("no target", &[("  few: {indicator: cases, goal: {at_most: 9}, window: 2025-Q1}", "  {}")]),
];

#[test]
fn edits_that_do_not_touch_the_rows_are_judged_on_the_same_tally() {
    for rows_are in [Rows::Figures, Rows::Events] {
        let before = tally(&edited(&[]), rows_are);
        for (what, edits) in HARMLESS {
            let plan = edited(edits);
            let report = plan.assess(&before, day("2025-04-30")).unwrap_or_else(|error| {
                panic!("{what}: {error}");
            });
            let again = plan.assess(&tally(&plan, rows_are), day("2025-04-30")).unwrap();
            assert_eq!(report.rows(), again.rows(), "{what}");
            assert_eq!((report.plan(), report.tally().plan()), (&plan, &plan), "{what}");
            // A report of it is a report like any other.
            let next = plan.assess_again(&report, &before, day("2025-05-31")).unwrap();
            let whole = plan.assess(&tally(&plan, rows_are), day("2025-05-31")).unwrap();
            assert_eq!(next.rows(), whole.rows(), "{what}");
        }
    }
}

#[test]
fn the_first_difference_is_named() {
    let before = tally(&edited(&[]), Rows::Events);
    for (edits, named) in [
        (
            &[
                ("units:\n", "units:\n"),
                ("  list:\n", "  list:\n    - {id: d0, level: district, parent: city}\n"),
            ][..],
            "the unit `d0`, which only this plan has",
        ),
        (
            &[(
                "    - {id: city, level: city}\n",
                "    - {id: town, level: city}\n    - {id: city, level: city}\n",
            )],
            "the unit `town`, which only this plan has",
        ),
        (
            &[(
                "name: West, level: district, parent: city}",
                "name: West, level: district, parent: city, valid_from: 2020-01-01}",
            )],
            "the unit `d2`",
        ),
        (
            &[("levels: [city, district]", "levels: [city, district, commune]")],
            "the level `commune`, which only this plan has",
        ),
        (&[("[young, old]", "[old, young]")], "the stratum `age`"),
        (
            &[("  beds: {over_time: last}\n", "")],
            "the measure `beds`, which only the tally's plan has",
        ),
        (&[("beds: {over_time: last}", "beds: {over_time: mean}")], "the measure `beds`"),
        (
            &[("cleared: {strata: [sex]}", "cleared: {strata: [sex], signed: true}")],
            "the measure `cleared`",
        ),
        (&[("year_starts: 01-01", "year_starts: 04-01")], "the calendar"),
        (&[("[\"2025-02-01\", \"2025-03-01\"]", "2025-Q2")], "the days of the campaign `drive`"),
        (&[("plan: p", "plan: q")], "of the plan `p`, not of `q`"),
    ] {
        let error = edited(edits).assess(&before, day("2025-04-30")).unwrap_err();
        assert!(error.is_request());
        assert_eq!(error.faults()[0].code, FaultCode::OtherPlan);
        assert!(error.to_string().contains(named), "{named}: {error}");
    }
}

#[test]
fn a_tally_for_certain_days_keeps_to_them() {
    let before = edited(&[]);
    let on = [day("2025-04-30")];
    let mut cut = before.tally_for(Rows::Events, &on);
    cut.record_all(&rows()).unwrap();
    let goal = edited(&[("at_most: 9", "at_most: 40")]);
    let again = goal.assess(&tally(&goal, Rows::Events), on[0]).unwrap();
    assert_eq!(goal.assess(&cut, on[0]).unwrap().rows(), again.rows());
    // Months were not distinguished when the events came.
    let months = edited(&[("window: 2025-Q1", "window: {every: month, within: 2025-Q1}")]);
    let error = months.assess(&cut, on[0]).unwrap_err();
    assert_eq!(error.faults()[0].code, FaultCode::OtherDays, "{error}");
    assert!(goal.assess(&cut, day("2025-05-31")).is_err());
}
