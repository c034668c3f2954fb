//! Rules 26a and 26b: time that is not reported is not time without events.

use crate::incomplete::support::*;

const MONTHLY: &str = "
measures: {n: {every: month}}
indicators: {n: {count: n}}
targets: {t: {indicator: n, goal: {at_most: 110}, window: '2023', units: [c, a, b]}}";

/// The last days of May, August and the year, and one after it.
const DAYS: [&str; 4] = ["2023-05-31", "2023-08-31", "2023-12-31", "2024-01-31"];

#[test]
fn the_chance_is_the_same_as_long_as_nothing_is_reported() {
    let figures = monthly("a", 1..=5, "n", 10);
    for day in DAYS {
        let report = report(&plan(MONTHLY), &figures, day);
        for unit in ["a", "c"] {
            let found = row(&report, "t", unit);
            let chance = found.chance.unwrap();
            // By scipy.stats.nbinom(50.5, 151/365).cdf(60): 0.2034.
            assert!((chance - 0.203).abs() <= 0.005, "{day} {unit}: {chance}");
            // 110 · 151 ÷ 365 = 45.5, less than 0.95 · 50.
            expect(found, "value=50 verdict=met expected_now=16610/365 pace=behind");
        }
    }
}

#[test]
fn the_projection_is_the_same_as_long_as_nothing_is_reported() {
    let figures = monthly("a", 1..=5, "n", 10);
    let projected = |day: &str| {
        let report = report(&plan(MONTHLY), &figures, day);
        let found = row(&report, "t", "a");
        (found.projected, found.projected_lower, found.projected_upper)
    };
    let first = projected(DAYS[0]);
    assert!(first.0.is_some());
    for day in &DAYS[1..] {
        assert_eq!(projected(day), first, "{day}");
    }
}

#[test]
fn a_missing_report_is_told_in_the_reason_and_unsettled_at_the_end() {
    let figures = monthly("a", 1..=5, "n", 10);
    let of = |day: &str| report(&plan(MONTHLY), &figures, day);
    expect(row(&of(DAYS[0]), "t", "a"), "reason=- certainty=unknown completeness=100");
    // Three more months hold 18 to 44: at most 94 by the end of August.
    expect(row(&of(DAYS[1]), "t", "a"), "reason=late_reports certainty=unknown completeness=62.5");
    // Seven more hold 48 to 98.
    for day in &DAYS[2..] {
        expect(
            row(&of(day), "t", "a"),
            "reason=late_reports certainty=unsettled completeness=500/12",
        );
    }
}

#[test]
fn a_closed_window_with_every_report_is_met_or_not() {
    let figures = monthly("a", 1..=12, "n", 9);
    let report = report(&plan(MONTHLY), &figures, "2023-12-31");
    let found = row(&report, "t", "a");
    expect(found, "value=108 verdict=met reason=- expected_now=- pace=-");
    assert_eq!((found.chance, found.projected), (Some(1.0), None));
}

#[test]
fn a_floor_is_not_given_up_for_reports_that_are_late() {
    let plan = plan(&MONTHLY.replace("at_most: 110", "at_least: 110"));
    let figures = monthly("a", 1..=5, "n", 10);
    let chances: Vec<f64> = DAYS
        .iter()
        .map(|day| row(&report(&plan, &figures, day), "t", "a").chance.unwrap())
        .collect();
    for chance in &chances {
        assert!((chance - chances[0]).abs() < 1e-9, "{chances:?}");
        // P(60 or more) by the same distribution: 0.8193.
        assert!((0.79..0.83).contains(chance), "{chances:?}");
    }
}

#[test]
fn a_unit_above_has_the_mean_of_the_exposures_of_those_that_report() {
    let figures = monthly("a", 1..=8, "n", 10) + &monthly("b", 1..=5, "n", 10);
    let report = report(&plan(MONTHLY), &figures, "2023-08-31");
    // (243 + 151) ÷ 2 of 365 days: 0.54 of the window.
    expect(row(&report, "t", "c"), "value=130 expected_now=21670/365 reason=late_reports");
    expect(row(&report, "t", "a"), "expected_now=26730/365 reason=-");
    expect(row(&report, "t", "b"), "expected_now=16610/365 reason=late_reports");
}

#[test]
fn exposures_are_weighted_by_the_counts_of_last_year() {
    let mut figures = monthly("a", 1..=8, "n", 10) + &monthly("b", 1..=5, "n", 10);
    figures += "a 2022 n 300; b 2022 n 100";
    let of = |figures: &str| report(&plan(MONTHLY), figures, "2023-08-31");
    // (3 · 243 + 151) ÷ 4 = 220 days.
    expect(row(&of(&figures), "t", "c"), "expected_now=24200/365");
    // Not all of them have one, or all are 0: equally.
    expect(row(&of(&figures.replace("b 2022 n 100", "")), "t", "c"), "expected_now=21670/365");
    let zeros = figures.replace("n 300", "n 0").replace("n 100", "n 0");
    expect(row(&of(&zeros), "t", "c"), "expected_now=21670/365");
}

#[test]
fn days_in_the_middle_of_a_month_count_as_time_to_come() {
    let figures = monthly("a", 1..=5, "n", 10);
    for day in ["2023-06-01", "2023-06-15", "2023-06-29"] {
        let report = report(&plan(MONTHLY), &figures, day);
        expect(row(&report, "t", "a"), "expected_now=16610/365 pace=behind reason=-");
    }
}

#[test]
fn a_hole_between_reports_is_time_to_come_too() {
    let figures = monthly("a", [1, 2, 3, 5, 6], "n", 10);
    let report = report(&plan(MONTHLY), &figures, "2023-06-30");
    // 151 of 181 days: all but those of April.
    expect(
        row(&report, "t", "a"),
        "value=50 expected_now=16610/365 reason=late_reports completeness=500/6",
    );
}

#[test]
fn events_are_recorded_every_day_unless_the_measure_says_until_when() {
    let judged = |measure: &str| {
        let plan = plan(&MONTHLY.replace("every: month", measure));
        let events = "a 2023-01-10 n 20; a 2023-05-10 n 30";
        report_of(&plan, attain::Rows::Events, events, "2023-08-31")
    };
    expect(row(&judged(""), "t", "a"), "expected_now=26730/365 reason=-");
    // Until the end of May.
    let until = judged("recorded: {until: '2023-05-31'}");
    expect(row(&until, "t", "a"), "expected_now=16610/365");
}

#[test]
fn the_budget_counts_unreported_time_as_time_to_come() {
    let figures = monthly("a", 1..=5, "n", 10);
    let budget = |day: &str| {
        let plan = plan(&MONTHLY.replace("[c, a, b]", "[a]"));
        let rows = report(&plan, &figures, day).budget("t", None).unwrap();
        (rows[0].used, rows[0].left, rows[0].burn, rows[0].alert)
    };
    let before = budget("2023-05-31");
    for day in ["2023-06-30", "2023-08-31"] {
        let after = budget(day);
        assert_eq!((after.0, after.1, after.3), (before.0, before.1, before.3), "{day}");
        assert!((after.2.unwrap() - before.2.unwrap()).abs() < 1e-9, "{day}");
    }
}

#[test]
fn a_unit_that_owes_no_report_is_none_that_is_late() {
    let figures = monthly("a", 1..=6, "n", 10) + "b 2023-01 n 4\n";
    let of = |measure: &str| {
        let plan = plan(&MONTHLY.replace("every: month", &format!("every: month{measure}")));
        report(&plan, &figures, "2023-06-30")
    };
    // A unit that ever reported owes reports: 181 days of one, and 31 of the other.
    expect(row(&of(""), "t", "c"), "value=64 expected_now=11660/365 reason=late_reports");
    // The figure of one that owes none counts, and its silence says nothing.
    let listed = of(", recorded_by: [a]");
    expect(row(&listed, "t", "c"), "value=64 expected_now=19910/365 reason=- completeness=100");
    expect(row(&listed, "t", "b"), "value=4 expected_now=19910/365 reason=-");
}
