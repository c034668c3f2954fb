//! Shares whose events are recorded later than the cases of which they are events: a clearance weeks after its case.
//!
//! Each commune has a case on each day. Nine in ten are cleared, and each clearance is recorded 30 days after its case.

use attain::views::BudgetAlert;
use attain::{Assessment, Certainty, Outcome, Pace, Reason, Report, Rows, Verdict};
use chrono::Days;

use crate::support::{assess, day, outcome, parse};

const COMMUNES: usize = 10;
const DELAY: u64 = 30;
/// Of as many cases, the last one is not cleared.
const ONE_IN: i32 = 10;

/// What is judged: the share of cases that are cleared, or the clearances of a case, against a goal.
fn report(indicator: &str, target: &str, is_told: bool, as_of: &str) -> Report {
    let communes: Vec<String> =
        (0..COMMUNES).map(|unit| format!("{{id: u{unit}, level: commune}}")).collect();
    let plan = parse(&format!(
        "{{attain: 1, plan: p, units: {{levels: [commune], list: [{}]}}, measures: {{cases: {{}}, cleared: {{}}}},
           certainty: {{dispersion: 1}}, indicators: {{share: {{{indicator}}}, change: {{change: {{of: share, from: previous_period}}}}}},
           targets: {{t: {{window: '2024', {target}}}}}}}",
        communes.join(", ")
    ));
    let until = day(as_of);
    let mut outcomes: Vec<Outcome> = Vec::new();
    for unit in 0..COMMUNES {
        let unit = format!("u{unit}");
        for (number, date) in
            (0..).zip(day("2022-01-01").iter_days().take_while(|one| *one <= until))
        {
            let at = date.to_string();
            let cleared = (number % ONE_IN != ONE_IN - 1).then_some(("cleared", DELAY));
            for (measure, delay) in [("cases", 0)].into_iter().chain(cleared) {
                let recorded = date + Days::new(delay);
                let mut event = outcome(&unit, &at, measure, 1.0);
                event.recorded_at = is_told.then_some(recorded);
                if recorded <= until {
                    outcomes.push(event);
                }
            }
        }
    }
    assess(&plan, Rows::Events, &outcomes, as_of)
}

const SHARE: &str = "proportion: {numerator: cleared, denominator: cases}";
const RATIO: &str = "ratio: {numerator: cleared, denominator: cases, per: 100}";
const GOAL: &str = "indicator: share, goal: {at_least: 86}";

fn first(report: &Report) -> Assessment {
    report.rows().iter().find(|row| row.unit == "u0").unwrap().clone()
}

#[test]
fn the_value_so_far_is_compared_with_what_is_recorded_of_the_goal() {
    for indicator in [SHARE, RATIO] {
        let row = first(&report(indicator, GOAL, true, "2024-03-31"));
        // Of the 91 cases from January on, the last 30 have no clearance on record.
        assert_eq!((row.denominator, row.verdict), (Some(91.0), Verdict::Missed));
        let recorded = 61.0 / 91.0;
        let expected = row.expected_now.unwrap();
        assert!((expected - 86.0 * recorded).abs() < 0.2, "{expected}");
        assert!(row.value.unwrap() > expected, "{:?}", row.value);
        assert_eq!((row.pace, row.reason), (Some(Pace::Ahead), Some(Reason::LateReports)));
        assert_eq!(row.certainty, Certainty::Unsettled);
        // 27 of the 30 will be.
        assert!((row.nowcast.unwrap() - 27.0).abs() < 1.0, "{:?}", row.nowcast);
        assert!((row.projected.unwrap() - 90.0).abs() < 1.0, "{:?}", row.projected);
        assert!(row.chance.unwrap() > 0.6, "{:?}", row.chance);
    }
}

#[test]
fn without_the_days_of_recording_it_is_taken_as_complete() {
    let row = first(&report(SHARE, GOAL, false, "2024-03-31"));
    assert_eq!((row.certainty, row.pace), (Certainty::Clear, Some(Pace::Behind)));
    assert_eq!((row.expected_now, row.nowcast), (Some(86.0), Some(0.0)));
}

#[test]
fn a_closed_window_is_unsettled_until_its_events_are_recorded() {
    let row = first(&report(SHARE, "indicator: share, goal: {at_least: 89}", true, "2024-12-31"));
    assert_eq!((row.is_final, row.verdict), (true, Verdict::Missed));
    assert_eq!((row.certainty, row.reason), (Certainty::Unsettled, Some(Reason::LateReports)));
    let (lower, upper) = (row.projected_lower.unwrap(), row.projected_upper.unwrap());
    assert!(lower < 90.0 && 90.0 < upper && upper - lower < 5.0, "{lower} {upper}");
    // A goal that it can't reach any more, and one that it has reached: both are settled.
    let reached = "indicator: share, goal: {at_least: 70}";
    for (target, verdict) in
        [(reached, Verdict::Met), ("indicator: share, goal: {at_least: 99}", Verdict::Missed)]
    {
        let row = first(&report(SHARE, target, true, "2024-12-31"));
        assert_eq!((row.verdict, row.certainty), (verdict, Certainty::Clear), "{target}");
    }
    let row = first(&report(SHARE, GOAL, true, "2025-02-28"));
    assert_eq!((row.verdict, row.chance, row.nowcast), (Verdict::Met, Some(1.0), None));
    assert_ne!(row.certainty, Certainty::Unsettled);
}

#[test]
fn a_change_is_compared_with_what_is_recorded_of_the_value() {
    // As much as last year: 90 %.
    let target = "indicator: change, goal: {at_least: 0}";
    let row = first(&report(SHARE, target, true, "2024-03-31"));
    let expected = 100.0 * (61.0 / 91.0) - 100.0;
    assert!((row.expected_now.unwrap() - expected).abs() < 0.2, "{:?}", row.expected_now);
    assert_eq!(row.certainty, Certainty::Unsettled);
}

#[test]
fn a_case_whose_clearance_is_not_recorded_yet_is_not_a_bad_one() {
    let budget = |is_told: bool| {
        let rows = report(SHARE, GOAL, is_told, "2024-03-31").budget("t", None).unwrap();
        rows.into_iter().find(|row| row.unit == "u0").unwrap()
    };
    let told = budget(true);
    assert!((told.used - 9.0).abs() < 1.0, "{told:?}");
    assert!(told.burn.unwrap() < 1.0 && told.recent_burn.unwrap() < 1.0, "{told:?}");
    assert_eq!(told.alert, Some(BudgetAlert::Calm));
    let untold = budget(false);
    assert_eq!((untold.used, untold.alert), (36.0, Some(BudgetAlert::Alert)));
    // Events that a ceiling allows: with those that are expected still, the burn is that of all.
    let ceiling = "indicator: share, goal: {at_most: 90}";
    let burn = |day: &str| {
        let rows = report(SHARE, ceiling, true, day).budget("t", None).unwrap();
        rows[0].burn.unwrap()
    };
    assert!((burn("2024-03-31") - 1.0).abs() < 0.02, "{}", burn("2024-03-31"));
}

#[test]
fn evidence_does_not_take_late_records_for_a_shortfall() {
    let looks = |is_told: bool| {
        let rows = report(SHARE, GOAL, is_told, "2024-06-30").evidence("t", None).unwrap();
        rows.into_iter().filter(|row| row.unit == "u0").collect::<Vec<_>>()
    };
    let told = looks(true);
    assert_eq!(told.len(), 6);
    assert!(told.iter().all(|look| look.alarm == Some(false)), "{told:?}");
    assert!(told.iter().all(|look| look.evidence.unwrap() < 1.0), "{told:?}");
    // June has no clearance on record.
    assert!(looks(false)[5].evidence.unwrap() > 10.0);
}

#[test]
fn pooled_values_are_those_of_cases_whose_clearances_are_recorded() {
    let pooled = |is_told: bool| {
        let rows = report(SHARE, GOAL, is_told, "2024-03-31").pooled("t", None).unwrap();
        rows[0].pooled.unwrap()
    };
    assert!((pooled(true) - 90.0).abs() < 1.5, "{}", pooled(true));
    assert!(pooled(false) < 65.0);
}
