//! Rule 28: the order in which certainty is decided.

use crate::incomplete::support::*;

/// A count of monthly figures of `a` in 2023.
fn judged(indicator: &str, measure: &str, goal: &str, figures: &str, as_of: &str) -> String {
    let plan = plan(&format!(
        "
measures: {{n: {{every: month{measure}}}}}
indicators: {{n: {{count: n{indicator}}}}}
targets: {{t: {{indicator: n, goal: {{{goal}}}, window: '2023', units: [a]}}}}"
    ));
    let report = report(&plan, figures, as_of);
    let found = row(&report, "t", "a");
    format!("{} {}", found.verdict.code(), found.certainty.code())
}

#[test]
fn a_row_that_is_not_judged_is_unknown() {
    let judged = |figures: &str| judged("", "", "at_most: 5", figures, "2023-12-31");
    assert_eq!(judged("a 2022-01 n 3"), "indeterminate unknown");
    assert_eq!(judged("a 2023-01-15..2023-02-15 n 3; a 2023-02 n 2"), "indeterminate unknown");
}

#[test]
fn too_few_reports_are_unknown_and_not_unsettled() {
    let plan = plan(
        "
measures: {n: {every: month}}
indicators: {n: {count: n}}
targets: {t: {indicator: n, goal: {at_most: 121}, window: '2023', units: [a], minimum_completeness: 80}}",
    );
    let report = report(&plan, &monthly("a", 1..=9, "n", 10), "2023-12-31");
    expect(
        row(&report, "t", "a"),
        "value=90 verdict=indeterminate certainty=unknown reason=incomplete completeness=75",
    );
}

#[test]
fn a_running_count_is_clear_only_where_more_events_cannot_turn_it() {
    let january = monthly("a", 1..=1, "n", 20);
    let june = monthly("a", 1..=6, "n", 20);
    for (goal, january_is, june_is) in [
        ("at_most: 110", "met unknown", "missed clear"),
        ("below: 120", "met unknown", "missed clear"),
        ("at_most: 120", "met unknown", "met unknown"),
        ("at_least: 100", "missed unknown", "met clear"),
        ("above: 120", "missed unknown", "missed unknown"),
        ("between: [30, 110]", "missed unknown", "missed clear"),
        ("between: [15, 120]", "met unknown", "met unknown"),
    ] {
        assert_eq!(judged("", "", goal, &january, "2023-01-31"), january_is, "{goal}");
        assert_eq!(judged("", "", goal, &june, "2023-06-30"), june_is, "{goal}");
    }
}

#[test]
fn a_running_rate_over_a_stock_is_clear_only_where_more_events_cannot_turn_it() {
    let plan = plan(
        "
measures: {n: {every: month}, people: {over_time: last}}
indicators: {r: {rate: {numerator: n, population: people, per: 1000}}}
targets:
  ceiling: {indicator: r, goal: {at_most: 15}, window: '2023', units: [a]}
  high: {indicator: r, goal: {at_most: 50}, window: '2023', units: [a]}
  floor: {indicator: r, goal: {at_least: 20}, window: '2023', units: [a]}",
    );
    let figures = monthly("a", 1..=2, "n", 10) + "a 2023 people 1000";
    let report = report(&plan, &figures, "2023-02-28");
    expect(row(&report, "ceiling", "a"), "value=20 verdict=missed certainty=clear");
    expect(row(&report, "high", "a"), "verdict=met certainty=unknown");
    expect(row(&report, "floor", "a"), "verdict=met certainty=clear");
}

#[test]
fn a_running_proportion_is_tested() {
    let plan = plan(&format!(
        "{SHARE}targets:
  far: {{indicator: r, goal: {{at_least: 50}}, window: '2023', units: [a]}}
  near: {{indicator: r, goal: {{at_least: 82}}, window: '2023', units: [a]}}"
    ));
    let report = report(&plan, "a 2023-01 n 80; a 2023-01 d 100", "2023-01-31");
    expect(row(&report, "far", "a"), "value=80 certainty=clear");
    expect(row(&report, "near", "a"), "certainty=within_chance");
}

#[test]
fn without_chance_a_verdict_is_clear_unless_a_report_or_more_events_could_turn_it() {
    let judged = |measure: &str, goal: &str, months: u32, as_of: &str| {
        let figures = monthly("a", 1..=months, "n", 10);
        judged(", variation: none", measure, goal, &figures, as_of)
    };
    assert_eq!(judged("", "at_most: 121", 12, "2023-12-31"), "met clear");
    assert_eq!(judged("", "at_most: 121", 9, "2023-12-31"), "met unsettled");
    assert_eq!(judged("", "at_most: 140", 9, "2023-12-31"), "met clear");
    assert_eq!(judged("", "at_most: 140", 9, "2023-09-30"), "met unknown");
    assert_eq!(judged("", "at_most: 80", 9, "2023-09-30"), "missed clear");
    assert_eq!(judged(", signed: true", "at_most: 140", 9, "2023-09-30"), "met clear");
}

#[test]
fn a_mean_of_complete_reports_is_unknown_and_of_incomplete_ones_unsettled() {
    let plan = plan(
        "
measures: {days: {range: [0, 500]}, patients: {}}
indicators: {stay: {mean: {of: days, per: patients}}}
targets: {t: {indicator: stay, goal: {at_most: 10}, window: '2023', units: [c]}}",
    );
    let complete = "a 2023 days 60; a 2023 patients 10; b 2023 days 100; b 2023 patients 10";
    let report_of = |figures: &str| report(&plan, figures, "2023-12-31");
    expect(
        row(&report_of(complete), "t", "c"),
        "value=8 verdict=met certainty=unknown reason=no_counts",
    );
    let incomplete = complete.replace("b 2023 days 100", "b 2023 days - status=O");
    expect(
        row(&report_of(&incomplete), "t", "c"),
        "value=6 verdict=met certainty=unsettled completeness=50",
    );
}

#[test]
fn a_report_that_could_turn_the_verdict_goes_before_a_ceiling_that_is_not_passed() {
    // January to May 10 each, then nothing: by the end of July two more hold 11 to 31.
    let figures = monthly("a", 1..=5, "n", 10);
    let judged = |goal: &str| judged("", "", goal, &figures, "2023-07-31");
    assert_eq!(judged("at_most: 80"), "met unsettled");
    assert_eq!(judged("at_most: 81"), "met unknown");
    assert_eq!(judged("at_least: 60"), "missed unsettled");
    assert_eq!(judged("at_least: 90"), "missed unknown");
    assert_eq!(judged("at_most: 40"), "missed clear");
    assert_eq!(judged("at_least: 50"), "met clear");
}

#[test]
fn a_window_without_an_ended_period_misses_no_report_yet() {
    let plan = plan(
        "
measures: {n: {}}
indicators: {n: {count: n}}
targets: {t: {indicator: n, goal: {at_most: 20}, window: '2023', units: [c]}}",
    );
    let figures = "a 2023-01 n 10; b 2022 n 10";
    expect(row(&report(&plan, figures, "2023-06-30"), "t", "c"), "value=10 certainty=unknown");
    expect(
        row(&report(&plan, figures, "2023-12-31"), "t", "c"),
        "value=10 verdict=met certainty=unsettled completeness=50",
    );
}

/// With independent events and 100 a month: P(X ≤ 1,100 | 1,260) is below 2.5 %, P(X ≤ 1,200 | 1,260) is 4.6 %.
#[test]
fn a_verdict_is_clear_only_if_it_stays_clear_with_the_missing_reports() {
    let without_december = monthly("a", 1..=11, "n", 100);
    let whole = monthly("a", 1..=12, "n", 100);
    let certainty = |goal: &str, figures: &str| {
        let plan = plan(&format!(
            "
measures: {{n: {{every: month}}}}
indicators: {{n: {{count: n}}}}
targets: {{t: {{indicator: n, goal: {{{goal}}}, window: '2023', units: [a], certainty: {{dispersion: 1}}}}}}"
        ));
        let report = report(&plan, figures, "2023-12-31");
        let found = row(&report, "t", "a");
        format!("{} {}", found.verdict.code(), found.certainty.code())
    };
    for (goal, incomplete, complete) in [
        ("at_most: 1260", "met within_chance", "met within_chance"),
        ("at_most: 1400", "met clear", "met clear"),
        ("at_least: 1260", "missed within_chance", "missed within_chance"),
        ("at_least: 1400", "missed clear", "missed clear"),
        ("at_least: 1000", "met clear", "met clear"),
        ("at_most: 1000", "missed clear", "missed clear"),
        ("between: [1050, 1260]", "met within_chance", "met within_chance"),
        ("between: [1000, 1400]", "met clear", "met clear"),
    ] {
        assert_eq!(certainty(goal, &without_december), incomplete, "{goal}");
        assert_eq!(certainty(goal, &whole), complete, "{goal}");
    }
}
