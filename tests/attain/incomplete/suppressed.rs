//! Rule 42: a suppressed cell of a known range decides nothing, or nothing else.

use crate::incomplete::support::*;

fn judged(measures: &str, form: &str, goal: &str, figures: &str) -> attain::Report {
    let plan = plan(&format!(
        "
measures: {{{measures}}}
indicators: {{r: {{{form}}}}}
targets: {{t: {{indicator: r, goal: {{{goal}}}, window: '2023', units: [c, a, b]}}}}"
    ));
    report(&plan, figures, "2023-12-31")
}

const DOSES: &str = "a 2023 n 100; b 2023 n - status=Q";

#[test]
fn the_verdict_of_both_ends_counts_if_they_agree() {
    for (goal, verdict) in [
        ("at_least: 90", "met"),
        ("at_least: 101", "met"),
        ("at_least: 108", "missed"),
        ("at_most: 107", "met"),
        ("at_most: 100", "missed"),
        ("between: [90, 110]", "met"),
        ("between: [1, 100]", "missed"),
    ] {
        let report = judged("n: {suppressed: [1, 7]}", "count: n", goal, DOSES);
        expect(row(&report, "t", "c"), &format!("value=- verdict={verdict} completeness=100"));
    }
}

#[test]
fn ends_that_do_not_agree_leave_the_row_suppressed() {
    for goal in ["at_least: 105", "at_least: 107", "at_most: 101", "between: [103, 200]"] {
        let report = judged("n: {suppressed: [1, 7]}", "count: n", goal, DOSES);
        expect(
            row(&report, "t", "c"),
            "value=- verdict=indeterminate reason=suppressed certainty=unknown",
        );
    }
    let report = judged("n: {suppressed: [1, 7]}", "count: n", "at_least: 105", DOSES);
    expect_ends(&report, "t", "c", "101", "107");
    expect(row(&report, "t", "a"), "value=100 verdict=missed");
}

#[test]
fn sensitivity_shows_both_ends_of_a_row_that_is_judged_too() {
    let floor = judged("n: {suppressed: [1, 7]}", "count: n", "at_least: 90", DOSES);
    expect_ends(&floor, "t", "c", "101", "107");
    let ceiling = judged("n: {suppressed: [1, 7]}", "count: n", "at_most: 200", DOSES);
    expect_ends(&ceiling, "t", "c", "107", "101");
}

#[test]
fn without_a_range_the_row_is_suppressed() {
    let report = judged("n: {}", "count: n", "at_least: 90", DOSES);
    expect(row(&report, "t", "c"), "value=- verdict=indeterminate reason=suppressed");
}

#[test]
fn several_cells_are_at_their_ends_together() {
    let figures =
        "a 2023-Q1 n 50; a 2023-Q2 n - status=Q; b 2023-Q1 n - status=Q; b 2023-Q2 n - status=Q";
    let judged = |goal: &str| judged("n: {suppressed: [1, 7]}", "count: n", goal, figures);
    expect(row(&judged("at_least: 53"), "t", "c"), "verdict=met");
    expect(row(&judged("at_least: 54"), "t", "c"), "verdict=indeterminate reason=suppressed");
    expect(row(&judged("at_least: 71"), "t", "c"), "verdict=indeterminate reason=suppressed");
    expect(row(&judged("at_least: 72"), "t", "c"), "verdict=missed");
    expect(row(&judged("at_least: 3"), "t", "b"), "verdict=indeterminate");
    expect(row(&judged("at_least: 2"), "t", "b"), "verdict=met");
}

#[test]
fn a_suppressed_part_is_at_most_its_whole() {
    let measures = "n: {suppressed: [1, 7]}, d: {}";
    let form = "proportion: {numerator: n, denominator: d}";
    let figures = "a 2023 n 50; a 2023 d 100; b 2023 n - status=Q; b 2023 d 5";
    let judged = |goal: &str| judged(measures, form, goal, figures);
    // 51 of 105 to 55 of 105.
    expect(row(&judged("at_least: 48"), "t", "c"), "value=- verdict=met");
    expect(row(&judged("at_least: 50"), "t", "c"), "verdict=indeterminate reason=suppressed");
    expect(row(&judged("at_least: 53"), "t", "c"), "value=- verdict=missed");
    expect_ends(&judged("at_least: 50"), "t", "c", "5100/105", "5500/105");
}

#[test]
fn cells_above_and_below_the_line_are_at_their_worst_together() {
    let measures = "n: {suppressed: [1, 7]}, d: {suppressed: [1, 7]}";
    let form = "ratio: {numerator: n, denominator: d}";
    let figures = "a 2023 n 50; a 2023 d 100; b 2023 n - status=Q; b 2023 d - status=Q";
    let report = judged(measures, form, "at_least: 50", figures);
    expect_ends(&report, "t", "c", "5100/107", "5700/101");
    expect(row(&report, "t", "c"), "verdict=indeterminate reason=suppressed");
    let met = judged(measures, form, "at_least: 47", figures);
    expect(row(&met, "t", "c"), "value=- verdict=met");
}

#[test]
fn a_cell_of_a_category_suppresses_only_what_needs_it() {
    let plan = plan(
        "
strata: {age: [young, old]}
measures: {n: {suppressed: [0, 7]}}
indicators: {n: {count: n}}
targets:
  all: {indicator: n, goal: {at_least: 100}, window: '2023', units: [c]}
  more: {indicator: n, goal: {at_least: 145}, window: '2023', units: [c]}
  old: {indicator: n, goal: {at_least: 80}, window: '2023', units: [c], where: {age: old}}
  young: {indicator: n, goal: {at_least: 60}, window: '2023', units: [c], where: {age: young}}",
    );
    let report = report(
        &plan,
        "a 2023 n 60 age=young; a 2023 n 40 age=old; b 2023 n - age=young status=Q; b 2023 n 40 age=old",
        "2023-12-31",
    );
    expect(row(&report, "old", "c"), "value=80 verdict=met");
    expect(row(&report, "young", "c"), "value=- verdict=met");
    expect(row(&report, "all", "c"), "value=- verdict=met");
    expect(row(&report, "more", "c"), "value=- verdict=indeterminate reason=suppressed");
    expect_ends(&report, "more", "c", "140", "147");
}
