//! Rules 40 and 41: what missing reports may hold, and whether that could turn a verdict.

use crate::incomplete::support::*;

const YEAR_END: &str = "2023-12-31";

/// A count of monthly figures of `a` in 2023.
fn count(measure: &str, goal: &str) -> attain::Plan {
    plan(&format!(
        "
measures: {{n: {{every: month{measure}}}}}
indicators: {{n: {{count: n}}}}
targets: {{t: {{indicator: n, goal: {{{goal}}}, window: '2023', units: [c, a]}}}}"
    ))
}

fn nine_months() -> String {
    monthly("a", 1..=9, "n", 10)
}

#[test]
fn three_months_beside_nine_of_ten_hold_19_to_43() {
    for (goal, verdict, certainty) in [
        ("at_most: 121", "met", "unsettled"),
        ("at_most: 132", "met", "unsettled"),
        // It stays met, and at its upper end it is on the goal.
        ("at_most: 133", "met", "within_chance"),
        ("at_most: 200", "met", "clear"),
        ("below: 133", "met", "unsettled"),
        // At both ends the ceiling is passed, and now it is not.
        ("at_most: 108", "met", "unsettled"),
        ("at_most: 80", "missed", "within_chance"),
        ("at_most: 60", "missed", "clear"),
        ("at_least: 109", "missed", "unsettled"),
        ("at_least: 133", "missed", "unsettled"),
        ("at_least: 134", "missed", "within_chance"),
        ("above: 133", "missed", "within_chance"),
        ("at_least: 200", "missed", "clear"),
        ("at_least: 90", "met", "within_chance"),
        ("between: [80, 133]", "met", "within_chance"),
        ("between: [80, 132]", "met", "unsettled"),
        ("between: [91, 140]", "missed", "unsettled"),
    ] {
        let report = report(&count("", goal), &nine_months(), YEAR_END);
        let expected = format!("value=90 verdict={verdict} certainty={certainty} completeness=75");
        expect(row(&report, "t", "a"), &expected);
        expect(row(&report, "t", "c"), &expected);
    }
}

#[test]
fn sensitivity_shows_both_ends() {
    let ceiling = report(&count("", "at_most: 121"), &nine_months(), YEAR_END);
    expect_ends(&ceiling, "t", "a", "133", "109");
    assert_eq!(sensitivity(&ceiling, "t", "a").settled, Some(false));
    let floor = report(&count("", "at_least: 134"), &nine_months(), YEAR_END);
    expect_ends(&floor, "t", "a", "109", "133");
    assert_eq!(sensitivity(&floor, "t", "a").settled, Some(true));
}

#[test]
fn reports_that_vary_widen_the_limits() {
    // 5, 15, 5, 15: the variance is 33.3, three and a third times the mean; two more hold 4 to 43.
    let figures = "a 2023-01 n 5; a 2023-02 n 15; a 2023-03 n 5; a 2023-04 n 15";
    let report = report(&count("", "at_most: 80"), figures, "2023-06-30");
    expect_ends(&report, "t", "a", "83", "44");
    expect(row(&report, "t", "a"), "value=40 verdict=met certainty=unsettled");
}

#[test]
fn two_reports_are_enough_and_one_is_not() {
    let two = report(&count("", "at_most: 40"), "a 2023-01 n 10; a 2023-02 n 12", "2023-03-31");
    // One more holds 4 to 19.
    expect_ends(&two, "t", "a", "41", "26");
    expect(row(&two, "t", "a"), "certainty=unsettled");
    let one = report(&count("", "at_most: 4000"), "a 2023-02 n 12", "2023-03-31");
    expect(row(&one, "t", "a"), "value=12 verdict=met certainty=unsettled");
    assert_eq!(sensitivity(&one, "t", "a").reason.map(|one| one.code()), Some("no_range"));
}

#[test]
fn without_a_limit_only_a_ceiling_passed_or_a_floor_reached_is_settled() {
    for (goal, verdict, certainty) in [
        ("at_most: 11", "missed", "clear"),
        ("at_least: 12", "met", "clear"),
        ("at_most: 4000", "met", "unsettled"),
        ("at_least: 13", "missed", "unsettled"),
        ("between: [5, 11]", "missed", "clear"),
        ("between: [5, 12]", "met", "unsettled"),
    ] {
        let report = report(&count("", goal), "a 2023-02 n 12", "2023-03-31");
        expect(row(&report, "t", "a"), &format!("verdict={verdict} certainty={certainty}"));
    }
}

#[test]
fn reports_of_earlier_windows_are_known_too() {
    let earlier: String = (7..=12).map(|month| format!("a 2022-{month:02} n 3\n")).collect();
    let report = report(&count("", "at_most: 7"), &earlier, "2023-01-31");
    // One month is missing and nothing is known in the window.
    expect(row(&report, "t", "a"), "value=- reason=no_data certainty=unknown completeness=0");
    let figures = format!("{earlier}a 2023-01 n 3");
    let report =
        crate::incomplete::support::report(&count("", "at_most: 10"), &figures, "2023-02-28");
    let limits = sensitivity(&report, "t", "a");
    // Of seven reports of 3: one more holds 0 to 6.
    assert_eq!((limits.value_best, limits.value_worst), (Some(3.0), Some(9.0)));
    expect(row(&report, "t", "a"), "verdict=met certainty=unknown");
}

#[test]
fn only_the_twelve_latest_reports_count() {
    let mut figures: String = (1..=12).map(|month| format!("a 2022-{month:02} n 900\n")).collect();
    figures += &monthly("a", 1..=11, "n", 10);
    let closed = report(&count("", "at_most: 127"), &figures, YEAR_END);
    // 900 and eleven times 10 vary too much: not settled.
    expect(row(&closed, "t", "a"), "value=110 certainty=unsettled");
    let figures = figures.replace("2022-12 n 900", "2022-12 n 10");
    let closed = report(&count("", "at_most: 127"), &figures, YEAR_END);
    expect_ends(&closed, "t", "a", "126", "114");
    expect(row(&closed, "t", "a"), "value=110 verdict=met certainty=within_chance");
}

#[test]
fn a_range_goes_before_the_reports_and_suppressed_before_them_too() {
    let ranged = report(&count(", range: [0, 12]", "at_most: 125"), &nine_months(), YEAR_END);
    expect_ends(&ranged, "t", "a", "126", "90");
    expect(row(&ranged, "t", "a"), "certainty=unsettled");
    let cells = report(&count(", suppressed: [1, 7]", "at_most: 110"), &nine_months(), YEAR_END);
    expect_ends(&cells, "t", "a", "111", "93");
    let both = count(", range: [5, 6], suppressed: [1, 7]", "at_most: 110");
    expect_ends(&report(&both, &nine_months(), YEAR_END), "t", "a", "108", "105");
}

#[test]
fn figures_that_are_no_counts_have_students_limits() {
    let plan = plan(
        "
measures: {n: {every: quarter}}
indicators: {n: {count: n}}
targets: {t: {indicator: n, goal: {at_most: 50}, window: '2023', units: [a]}}",
    );
    let report = report(&plan, "a 2023-Q1 n 9.5; a 2023-Q2 n 10.5", YEAR_END);
    // 20 ± 12.7062 · 0.70711 · √(2 + 4 ÷ 2) = 20 ± 17.9693.
    let found = sensitivity(&report, "t", "a");
    assert!((found.value_worst.unwrap() - 57.9693).abs() < 1e-3, "{found:?}");
    assert!((found.value_best.unwrap() - 22.0307).abs() < 1e-3, "{found:?}");
    expect(row(&report, "t", "a"), "value=20 verdict=met certainty=unsettled");
}

#[test]
fn limits_of_several_units_add_up() {
    let figures = nine_months() + &monthly("b", 1..=9, "n", 10);
    let report = report(&count("", "at_most: 265"), &figures, YEAR_END);
    expect_ends(&report, "t", "c", "266", "218");
    expect(row(&report, "t", "c"), "value=180 verdict=met certainty=unsettled completeness=75");
}

#[test]
fn numerators_and_denominators_are_at_their_worst_together() {
    let plan = plan(
        "
measures: {n: {every: month, range: [0, 10]}, d: {every: month, range: [10, 20]}}
indicators: {r: {ratio: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_least: 50}, window: 2023-H1, units: [a]}}",
    );
    let figures = monthly("a", 1..=4, "n", 5) + &monthly("a", 1..=5, "d", 10);
    let report = report(&plan, &figures, YEAR_END);
    // As recorded four months of each; May has d alone, June neither. n: 20 to 40, d: 60 to 70.
    expect(
        row(&report, "t", "a"),
        "value=50 numerator=20 denominator=40 verdict=met certainty=unsettled matched=4 unmatched=1",
    );
    expect_ends(&report, "t", "a", "2000/70", "4000/60");
}

#[test]
fn a_part_is_at_most_its_whole_where_both_are_missing() {
    let plan = plan(
        "
measures: {n: {every: quarter}, d: {every: quarter, range: [10, 30]}}
indicators: {r: {proportion: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_least: 50}, window: 2023-H1, units: [a]}}",
    );
    let report = report(&plan, "a 2023-Q1 n 60; a 2023-Q1 d 100", YEAR_END);
    // 60 of 130 to 90 of 130.
    expect(row(&report, "t", "a"), "value=60 verdict=met certainty=unsettled completeness=50");
    expect_ends(&report, "t", "a", "6000/130", "9000/130");
}

#[test]
fn a_whole_is_at_least_its_part() {
    let plan = plan(
        "
measures: {n: {every: quarter}, d: {every: quarter, range: [10, 30]}}
indicators: {r: {proportion: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_least: 64}, window: 2023-H1, units: [a]}}",
    );
    let report = report(&plan, "a 2023-Q1 n 60; a 2023-Q1 d 100; a 2023-Q2 n 20", YEAR_END);
    // 80 of 130 to 80 of 120.
    expect(row(&report, "t", "a"), "value=60 verdict=missed certainty=unsettled");
    expect_ends(&report, "t", "a", "8000/130", "8000/120");
}

#[test]
fn limits_hold_in_the_categories_that_are_asked_for() {
    let plan = plan(
        "
strata: {sex: [f, m]}
measures: {n: {every: month}}
indicators: {n: {count: n}}
targets: {t: {indicator: n, goal: {at_most: 121}, window: '2023', units: [a], where: {sex: f}}}",
    );
    let figures = nine_months().replace('\n', " sex=f\n") + "a 2023-10 n 400 sex=m";
    let report = report(&plan, &figures, YEAR_END);
    expect(row(&report, "t", "a"), "value=90 certainty=unsettled completeness=75");
    expect_ends(&report, "t", "a", "133", "109");
}

#[test]
fn limits_without_width_settle_nothing() {
    let plan = plan(
        "
measures: {people: {over_time: mean, every: month}}
indicators: {people: {count: people}}
targets:
  most: {indicator: people, goal: {at_most: 60}, window: '2023', units: [a]}",
    );
    // Nine months of 50 do not say that the other three are 50.
    let stock = report(&plan, &monthly("a", 1..=9, "people", 50), YEAR_END);
    expect(row(&stock, "most", "a"), "value=50 verdict=met certainty=unsettled");
    assert_eq!(sensitivity(&stock, "most", "a").value_worst, None);
    // Twelve months of none leave room for one in the next.
    let january = count_of_january("at_most: 5");
    let figures: String =
        (1..=12).map(|month| format!("a 2022-{month:02} n 0\n")).collect::<String>()
            + "b 2023-01 n 5";
    let report = report(&january, &figures, "2023-01-31");
    expect(row(&report, "t", "c"), "value=5 verdict=met certainty=unsettled");
    expect_ends(&report, "t", "c", "6", "5");
}

fn count_of_january(goal: &str) -> attain::Plan {
    plan(&format!(
        "
measures: {{n: {{every: month}}}}
indicators: {{n: {{count: n}}}}
targets: {{t: {{indicator: n, goal: {{{goal}}}, window: '2023-01', units: [c]}}}}"
    ))
}
