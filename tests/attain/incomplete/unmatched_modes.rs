//! Rule 39: the plan and an indicator say what happens to what is known of one side only.

use crate::incomplete::support::*;

const ONE_SIDED: &str = "a 2023 n 50; a 2023 d 100; b 2023 d 100";
const TARGET: &str =
    "targets: {t: {indicator: r, goal: {at_least: 20}, window: '2023', units: [c, a]}}";

fn judged(of_plan: &str, of_indicator: &str, figures: &str) -> attain::Report {
    let plan = plan(&format!(
        "{of_plan}
measures: {{n: {{}}, d: {{}}}}
indicators: {{r: {{proportion: {{numerator: n, denominator: d}}{of_indicator}}}}}
{TARGET}"
    ));
    report(&plan, figures, "2023-12-31")
}

#[test]
fn to_exclude_is_the_default() {
    let expected = "value=50 verdict=met matched=1 unmatched=1";
    expect(row(&judged("", "", ONE_SIDED), "t", "c"), expected);
    expect(row(&judged("unmatched: exclude", "", ONE_SIDED), "t", "c"), expected);
    expect(row(&judged("", ", unmatched: exclude", ONE_SIDED), "t", "c"), expected);
}

#[test]
fn to_refuse_makes_every_row_indeterminate_that_leaves_something_out() {
    let report = judged("unmatched: refuse", "", ONE_SIDED);
    expect(
        row(&report, "t", "c"),
        "value=- verdict=indeterminate certainty=unknown reason=unmatched completeness=50 matched=1 \
         unmatched=1",
    );
    expect(row(&report, "t", "a"), "value=50 verdict=met reason=- matched=1 unmatched=0");
    let complete = format!("{ONE_SIDED}; b 2023 n 40");
    let report = judged("unmatched: refuse", "", &complete);
    expect(row(&report, "t", "c"), "value=45 verdict=met reason=- matched=2 unmatched=0");
}

#[test]
fn as_recorded_leaves_nothing_out() {
    let report = judged("unmatched: as_recorded", "", ONE_SIDED);
    expect(
        row(&report, "t", "c"),
        "value=25 numerator=50 denominator=200 verdict=met completeness=50",
    );
    let other_way = judged("unmatched: as_recorded", "", "a 2023 n 50; b 2023 d 100");
    expect(row(&other_way, "t", "c"), "value=50 numerator=50 denominator=100 completeness=50");
}

#[test]
fn an_indicator_goes_before_the_plan() {
    let report = judged("unmatched: refuse", ", unmatched: exclude", ONE_SIDED);
    expect(row(&report, "t", "c"), "value=50 verdict=met");
    let report = judged("unmatched: refuse", ", unmatched: as_recorded", ONE_SIDED);
    expect(row(&report, "t", "c"), "value=25 verdict=met");
    let report = judged("unmatched: as_recorded", ", unmatched: refuse", ONE_SIDED);
    expect(row(&report, "t", "c"), "value=- reason=unmatched");
}

#[test]
fn a_stock_counts_whole_as_recorded_and_is_refused_where_periods_are_missing() {
    let judged = |mode: &str| {
        let plan = plan(&format!(
            "unmatched: {mode}
measures: {{n: {{every: quarter}}, people: {{over_time: last}}}}
indicators: {{r: {{rate: {{numerator: n, population: people, per: 1000}}}}}}
targets: {{t: {{indicator: r, goal: {{at_most: 20}}, window: '2023', units: [a]}}}}"
        ));
        report(&plan, "a 2023-Q1 n 10; a 2023 people 1000", "2023-12-31")
    };
    expect(row(&judged("exclude"), "t", "a"), "value=40 denominator=250 matched=1 unmatched=3");
    expect(row(&judged("as_recorded"), "t", "a"), "value=10 denominator=1000");
    expect(row(&judged("refuse"), "t", "a"), "value=- reason=unmatched verdict=indeterminate");
}

#[test]
fn a_change_is_refused_where_a_unit_is_missing_in_one_of_its_windows() {
    let plan = plan(
        "unmatched: refuse
measures: {n: {}}
indicators:
  n: {count: n}
  rise: {change: {of: n, from: same_window_last_year, as: percent}}
targets: {t: {indicator: rise, goal: {at_most: 10}, window: '2023', units: [c, a]}}",
    );
    let report = report(&plan, "a 2022 n 100; a 2023 n 105; b 2023 n 20", "2023-12-31");
    expect(row(&report, "t", "c"), "value=- verdict=indeterminate reason=unmatched");
    expect(row(&report, "t", "a"), "value=5 verdict=met");
}

#[test]
fn another_word_is_refused_with_the_words_there_are() {
    let error = attain::Plan::from_yaml(&format!(
        "{CITY}{SHARE}unmatched: exclud
{TARGET}"
    ))
    .unwrap_err();
    assert!(error.to_string().contains("did you mean `exclude`?"), "{error}");
}

#[test]
fn measures_that_different_levels_report_are_paired_unit_by_unit() {
    let plan = plan(
        "
measures:
  n: {recorded_at: district}
  people: {over_time: last, over_units: mean, recorded_at: city}
indicators: {r: {rate: {numerator: people, population: n, per: 1}}}
targets: {t: {indicator: r, goal: {at_least: 0}, window: '2023', units: [c]}}",
    );
    // One district makes the report of the city. The other has no counterpart all the same.
    let figures = "a 2023 n 4; a 2023 people 8; b 2023 n 4";
    let report = report(&plan, figures, "2023-12-31");
    expect(row(&report, "t", "c"), "value=2 denominator=4 matched=1 unmatched=1");
}
