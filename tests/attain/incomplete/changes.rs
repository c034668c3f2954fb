//! Rule 39, M8: in changes and under relative goals, a unit counts in both windows or in neither.

use crate::incomplete::support::*;

const YEAR_END: &str = "2023-12-31";

fn rise(goal: &str) -> attain::Plan {
    plan(&format!(
        "
measures: {{n: {{}}, d: {{}}}}
indicators:
  n: {{count: n}}
  share: {{proportion: {{numerator: n, denominator: d}}}}
  rise: {{change: {{of: n, from: same_window_last_year, as: percent}}}}
  points: {{change: {{of: share, from: same_window_last_year, as: absolute}}}}
targets:
  rise: {{indicator: rise, goal: {{{goal}}}, window: '2023', units: [c, a, b]}}
  points: {{indicator: points, goal: {{{goal}}}, window: '2023', units: [c]}}
  fewer: {{indicator: n, goal: {{reduce_by: {{percent: 10, from: same_window_last_year}}}}, window: '2023', units: [c]}}
  better: {{indicator: share, goal: {{increase_by: {{absolute: 5, from: same_window_last_year}}}}, window: '2023', units: [c]}}"
    ))
}

#[test]
fn a_unit_without_a_base_is_left_out_of_the_change() {
    let report = report(&rise("at_most: 10"), "a 2022 n 100; a 2023 n 100; b 2023 n 120", YEAR_END);
    expect(
        row(&report, "rise", "c"),
        "value=0 numerator=100 denominator=100 baseline=100 verdict=met certainty=unsettled \
         completeness=50 matched=1 unmatched=1",
    );
    expect(row(&report, "rise", "a"), "value=0");
    expect(row(&report, "rise", "b"), "value=- reason=no_baseline");
}

#[test]
fn a_unit_that_no_longer_reports_is_left_out_of_the_change() {
    let report = report(&rise("at_most: 10"), "a 2022 n 100; b 2022 n 120; a 2023 n 105", YEAR_END);
    expect(
        row(&report, "rise", "c"),
        "value=5 numerator=105 denominator=100 verdict=met certainty=unsettled completeness=50",
    );
}

#[test]
fn a_change_of_a_fraction_matches_units_and_then_pairs() {
    let figures = "
        a 2022 n 50; a 2022 d 100; a 2023 n 60; a 2023 d 100
        b 2023 n 90; b 2023 d 100";
    let report = report(&rise("at_least: 20"), figures, YEAR_END);
    expect(
        row(&report, "points", "c"),
        "value=10 numerator=60 baseline=50 verdict=missed certainty=unsettled completeness=50 \
         matched=1 unmatched=1",
    );
}

#[test]
fn a_relative_goal_is_made_of_units_that_count_in_both_windows() {
    let figures = "a 2022 n 100; a 2023 n 85; b 2023 n 50";
    let counted = report(&rise("at_most: 10"), figures, YEAR_END);
    expect(
        row(&counted, "fewer", "c"),
        "value=85 goal_value=90 baseline=100 verdict=met certainty=unsettled",
    );
    let figures = "
        a 2022 n 50; a 2022 d 100; a 2023 n 60; a 2023 d 100
        b 2022 n 10; b 2022 d 100; b 2023 n 90";
    let share = report(&rise("at_most: 10"), figures, YEAR_END);
    // b's n of both years touch; its d of 2022 has none in 2023. Then b's n have no pair.
    expect(
        row(&share, "better", "c"),
        "value=60 baseline=50 goal_value=55 verdict=met matched=1 unmatched=1",
    );
}

#[test]
fn nothing_in_both_windows_is_unmatched() {
    let report = report(&rise("at_most: 10"), "a 2022 n 100; b 2023 n 120", YEAR_END);
    expect(
        row(&report, "rise", "c"),
        "value=- verdict=indeterminate reason=unmatched completeness=50 certainty=unknown",
    );
    expect(row(&report, "fewer", "c"), "value=- verdict=indeterminate reason=unmatched");
}

#[test]
fn an_own_total_touches_all_units_below_it() {
    let report = report(&rise("at_most: 10"), "c 2022 n 200; a 2023 n 100; b 2023 n 110", YEAR_END);
    expect(row(&report, "rise", "c"), "value=5 numerator=210 denominator=200");
}

#[test]
fn a_value_that_the_plan_says_matches_nothing() {
    let plan = plan(
        "
measures: {n: {}}
indicators: {n: {count: n}, rise: {change: {of: n, from: {value: 100}, as: percent}}}
targets:
  rise: {indicator: rise, goal: {at_most: 200}, window: '2023', units: [c]}
  fewer: {indicator: n, goal: {reduce_by: {percent: 10, from: {value: 300}}}, window: '2023', units: [c]}",
    );
    let report = report(&plan, "a 2023 n 100; b 2023 n 120", YEAR_END);
    expect(row(&report, "rise", "c"), "value=120");
    expect(row(&report, "fewer", "c"), "value=220 goal_value=270");
}

#[test]
fn events_count_in_each_window_as_recorded() {
    let events = "a 2022-03-01 n 10; a 2023-03-01 n 10; b 2023-05-01 n 5";
    let report = report_of(&rise("at_most: 60"), attain::Rows::Events, events, YEAR_END);
    expect(row(&report, "rise", "c"), "value=50 numerator=15 denominator=10");
}

#[test]
fn a_running_window_matches_units_in_the_same_days_of_last_year() {
    let figures = "
        a 2022-01 n 40; a 2022-02 n 40; b 2022-02 n 10
        a 2023-01 n 30; b 2023-01 n 90";
    let report = report(&rise("at_most: 10"), figures, "2023-01-31");
    // In January of 2022 b reported nothing.
    expect(row(&report, "rise", "c"), "value=-25 numerator=30 denominator=40");
}

#[test]
fn as_recorded_matches_nothing() {
    let plan = plan(
        "unmatched: as_recorded
measures: {n: {}}
indicators: {n: {count: n}, rise: {change: {of: n, from: same_window_last_year, as: percent}}}
targets: {rise: {indicator: rise, goal: {at_most: 10}, window: '2023', units: [c]}}",
    );
    let report = report(&plan, "a 2022 n 100; a 2023 n 100; b 2023 n 120", YEAR_END);
    expect(row(&report, "rise", "c"), "value=120 verdict=missed");
}

#[test]
fn a_goal_relative_to_zero_says_so() {
    let judged = |goal: &str, now: i64| {
        let plan = plan(&format!(
            "
measures: {{n: {{}}}}
indicators: {{n: {{count: n}}}}
targets: {{t: {{indicator: n, goal: {{{goal}}}, window: '2023', units: [a]}}}}"
        ));
        report(&plan, &format!("a 2022 n 0; a 2023 n {now}"), YEAR_END)
    };
    let from = "from: same_window_last_year";
    let increase = format!("increase_by: {{percent: 10, {from}}}");
    let expected = "goal_value=0 baseline=0 reason=zero_baseline certainty=unknown";
    expect(row(&judged(&increase, 0), "t", "a"), &format!("value=0 verdict=met {expected}"));
    expect(row(&judged(&increase, 3), "t", "a"), &format!("value=3 verdict=met {expected}"));
    let reduce = format!("reduce_by: {{percent: 10, {from}}}");
    expect(row(&judged(&reduce, 0), "t", "a"), &format!("value=0 verdict=met {expected}"));
    expect(row(&judged(&reduce, 3), "t", "a"), &format!("value=3 verdict=missed {expected}"));
    let absolute = format!("increase_by: {{absolute: 2, {from}}}");
    expect(row(&judged(&absolute, 3), "t", "a"), "verdict=met goal_value=2 reason=zero_baseline");
}
