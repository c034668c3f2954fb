//! Rules 10 and 11: two figures for the same days overlap; one across an edge straddles.

use crate::incomplete::support::*;

fn count(over_time: &str) -> attain::Plan {
    plan(&format!(
        "
measures: {{n: {{over_time: {over_time}}}}}
indicators: {{n: {{count: n}}}}
targets: {{t: {{indicator: n, goal: {{at_most: 20}}, window: '2023', units: [c, a]}}}}"
    ))
}

const OVERLAPPING: &str = "a 2023-01-01..2023-02-15 n 10; a 2023-02 n 3";

#[test]
fn two_figures_for_the_same_days_overlap() {
    for over_time in ["sum", "last", "mean", "max"] {
        let report = report(&count(over_time), OVERLAPPING, "2023-12-31");
        let expected = "value=- verdict=indeterminate reason=overlaps certainty=unknown";
        expect(row(&report, "t", "a"), expected);
        expect(row(&report, "t", "c"), expected);
    }
}

#[test]
fn a_figure_that_is_partly_covered_from_above_overlaps() {
    let report =
        report(&count("sum"), "c 2023-01 n 10; a 2023-01-15..2023-02-15 n 3", "2023-12-31");
    expect(row(&report, "t", "c"), "value=- reason=overlaps");
    expect(row(&report, "t", "a"), "value=3 reason=-");
}

#[test]
fn an_own_total_of_all_the_days_needs_neither() {
    let report = report(&count("sum"), &format!("{OVERLAPPING}; c 2023 n 8"), "2023-12-31");
    expect(row(&report, "t", "c"), "value=8 reason=-");
}

#[test]
fn to_straddle_goes_before_to_overlap() {
    let figures =
        format!("{OVERLAPPING}; a 2022-12-25..2023-01-05 n 1; a 2023-12-20..2024-01-05 n 1");
    let report = report(&count("sum"), &figures, "2024-12-31");
    expect(row(&report, "t", "a"), "value=- reason=straddles");
}

#[test]
fn a_fraction_with_a_measure_that_overlaps_makes_no_pairs() {
    let plan = plan(&format!(
        "{SHARE}targets: {{t: {{indicator: r, goal: {{at_least: 50}}, window: '2023', units: [c]}}}}"
    ));
    let figures = format!("{OVERLAPPING}; b 2023 n 5; b 2023 d 10");
    let report = report(&plan, &figures, "2023-12-31");
    // a has no whole, and would be left out.
    expect(row(&report, "t", "c"), "value=- reason=overlaps denominator=10 numerator=-");
}
