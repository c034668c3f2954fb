//! Rule 39: `absent: zero` says that a measure is 0 wherever it has no figure.

use crate::incomplete::support::*;

const YEAR_END: &str = "2023-12-31";

#[test]
fn a_part_without_a_figure_is_zero() {
    let plan = plan(
        "
measures: {n: {absent: zero}, d: {}}
indicators: {r: {ratio: {numerator: n, denominator: d}}, n: {count: n}}
targets:
  r: {indicator: r, goal: {at_least: 20}, window: '2023', units: [c, a, b]}
  n: {indicator: n, goal: {at_most: 20}, window: '2023', units: [b]}",
    );
    let report = report(&plan, "a 2023 n 50; a 2023 d 100; b 2023 d 100", YEAR_END);
    expect(row(&report, "r", "c"), "value=25 numerator=50 denominator=200 matched=2 unmatched=0");
    expect(row(&report, "r", "b"), "value=0 numerator=0 denominator=100 matched=1 unmatched=0");
    expect(row(&report, "n", "b"), "value=0 verdict=met");
}

#[test]
fn a_figure_of_it_counts_only_beside_a_pair() {
    let plan = plan(
        "
measures: {n: {absent: zero}, d: {}}
indicators: {r: {ratio: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_least: 20}, window: '2023', units: [c]}}",
    );
    let report = report(&plan, "a 2023 n 50; a 2023 d 100; b 2023 n 70", YEAR_END);
    expect(row(&report, "t", "c"), "value=50 numerator=50 denominator=100 matched=1 unmatched=1");
}

#[test]
fn a_term_of_a_sum_may_be_absent() {
    let plan = plan(
        "
measures: {boys: {}, girls: {}, others: {absent: zero}, children: {}}
indicators: {r: {proportion: {numerator: boys + girls + others, denominator: children}}}
targets: {t: {indicator: r, goal: {at_least: 50}, window: '2023', units: [c, b]}}",
    );
    let figures = "
        a 2023 boys 20; a 2023 girls 25; a 2023 others 5; a 2023 children 100
        b 2023 boys 10; b 2023 girls 20; b 2023 children 50";
    let report = report(&plan, figures, YEAR_END);
    expect(row(&report, "t", "c"), "numerator=80 denominator=150 matched=2 unmatched=0");
    expect(row(&report, "t", "b"), "value=60 numerator=30 matched=1 unmatched=0");
}

#[test]
fn where_no_measure_binds_nothing_is_paired() {
    let plan = plan(
        "
measures: {n: {absent: zero}, d: {absent: zero}}
indicators: {r: {ratio: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_least: 20}, window: '2023', units: [c, a]}}",
    );
    let report = report(&plan, "a 2023 n 50; b 2023 d 100", YEAR_END);
    expect(row(&report, "t", "c"), "value=50 matched=- unmatched=-");
    expect(row(&report, "t", "a"), "value=- reason=zero_denominator numerator=50 denominator=0");
}
