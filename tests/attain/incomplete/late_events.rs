//! Rules 26a and 26b: events that are recorded days after they happened.

use attain::stats::Confidence;
use attain::stats::outlook::{CountOutlook, CountPrior, Unsteadiness};
use attain::{Assessment, Report, Rows};
use chrono::{Days, NaiveDate};

use crate::incomplete::support::*;
use crate::support::day;

const DELAYS: [u64; 4] = [0, 10, 20, 30];

/// A plan of one district with a goal in 2023, and events that count as independent.
fn plan_of(goal: &str) -> attain::Plan {
    plan(&format!(
        "
certainty: {{dispersion: 1}}
measures: {{n: {{}}}}
indicators: {{n: {{count: n}}}}
targets: {{t: {{indicator: n, goal: {{{goal}}}, window: '2023', units: [a]}}}}"
    ))
}

/// The days from the middle of 2022 to the end of 2023.
fn days() -> impl Iterator<Item = NaiveDate> {
    day("2022-07-01").iter_days().take_while(|one| *one <= day("2023-12-31"))
}

/// When the event of a day is recorded: on that day, or 10, 20 or 30 days later.
fn recorded(place: usize, day: NaiveDate) -> NaiveDate {
    day + Days::new(DELAYS[place % DELAYS.len()])
}

/// An event a day, up to the day of the assessment.
fn events(as_of: &str, says_when: bool) -> String {
    let until = day(as_of);
    let line = |(place, one): (usize, NaiveDate)| {
        let recorded = recorded(place, one);
        match says_when {
            true => format!("a {one} n 1 recorded={recorded}\n"),
            false => format!("a {one} n 1\n"),
        }
    };
    days().enumerate().filter(|(_, one)| *one <= until).map(line).collect()
}

fn judged(goal: &str, as_of: &str) -> Report {
    report_of(&plan_of(goal), Rows::Events, &events(as_of, true), as_of)
}

fn only(report: &Report) -> &Assessment {
    row(report, "t", "a")
}

/// How many events of 2023 are not recorded by a day, though they have happened.
fn unrecorded(as_of: &str) -> f64 {
    let until = day(as_of);
    let missing = days().enumerate().filter(|(place, one)| {
        *one >= day("2023-01-01") && *one <= until && recorded(*place, *one) > until
    });
    missing.count() as f64
}

fn close(found: Option<f64>, expected: f64, by: f64) {
    let found = found.unwrap();
    assert!((found - expected).abs() <= by, "{found}, not {expected}");
}

#[test]
fn a_day_counts_with_the_share_of_its_events_that_is_recorded() {
    let report = judged("at_most: 360", "2023-06-30");
    let found = only(&report);
    // Of the last 10, 20 and 30 days a quarter, a half and three quarters are recorded.
    let covered = (151.0 + 10.0 * (0.25 + 0.5 + 0.75)) / 365.0;
    close(found.exposure, covered, 0.2 / 365.0);
    close(found.nowcast, unrecorded("2023-06-30"), 1.0);
    close(found.expected_now, 360.0 * covered, 0.3);
    expect(found, "reason=late_reports certainty=unknown completeness=-");
    assert_eq!(found.value, Some(181.0 - unrecorded("2023-06-30")));
    // The forecast is that of the same count over the time that is covered; how well that is known adds a little.
    let (seen, exposure) = (found.value.unwrap(), found.exposure.unwrap());
    let steady = Unsteadiness::default();
    let outlook =
        CountOutlook::new(seen, exposure, 1.0 - exposure, CountPrior::JEFFREYS, steady).unwrap();
    close(found.chance, outlook.at_most(360.0), 0.01);
    close(found.projected, outlook.median(), 1.0);
    let limits = outlook.interval(Confidence::P95);
    close(found.projected_upper, limits.upper, 2.0);
}

#[test]
fn late_events_do_not_improve_the_outlook_of_a_ceiling() {
    let told = judged("at_most: 360", "2023-06-30");
    // Only what is recorded by now, without the day on which it was.
    let known: String = days()
        .enumerate()
        .filter(|(place, one)| recorded(*place, *one) <= day("2023-06-30"))
        .map(|(_, one)| format!("a {one} n 1\n"))
        .collect();
    let untold = report_of(&plan_of("at_most: 360"), Rows::Events, &known, "2023-06-30");
    let complete = report_of(
        &plan_of("at_most: 360"),
        Rows::Events,
        &events("2023-06-30", false),
        "2023-06-30",
    );
    let [told, untold, complete] = [&told, &untold, &complete].map(|one| only(one).chance.unwrap());
    // 166 of 181 events in half of the year seem to be fewer than they are.
    assert!(untold > complete + 0.25, "{untold} {complete}");
    assert!((told - complete).abs() < 0.06, "{told} {complete}");
}

#[test]
fn a_window_that_has_closed_waits_for_its_events() {
    let before_all = judged("at_most: 358", "2024-01-10");
    let found = only(&before_all);
    assert_eq!(found.value, Some(365.0 - unrecorded("2024-01-10")));
    expect(found, "verdict=met reason=late_reports certainty=unsettled");
    assert!(found.is_final && found.chance.unwrap() < 0.5, "{found:#?}");
    close(found.nowcast, unrecorded("2024-01-10"), 1.5);
    close(found.projected, 365.0, 3.0);

    let after_all = judged("at_most: 358", "2024-01-30");
    let found = only(&after_all);
    expect(found, "value=365 verdict=missed reason=- certainty=within_chance");
    assert_eq!((found.chance, found.exposure, found.nowcast), (Some(0.0), None, None));
}

#[test]
fn a_verdict_that_no_event_can_turn_is_not_unsettled() {
    let report = judged("at_most: 300", "2024-01-10");
    expect(only(&report), "verdict=missed certainty=clear reason=late_reports");
    assert_eq!(only(&report).chance, Some(0.0));
}

#[test]
fn events_that_do_not_say_when_they_were_recorded_are_known_on_their_day() {
    let as_of = "2023-06-30";
    let report = report_of(&plan_of("at_most: 360"), Rows::Events, &events(as_of, false), as_of);
    let found = only(&report);
    close(found.exposure, 181.0 / 365.0, 1e-12);
    assert_eq!(found.nowcast, Some(0.0));
    expect(found, "value=181 reason=-");
}

#[test]
fn few_events_do_not_tell_how_late_others_are() {
    let some = "a 2023-03-01 n 9 recorded=2023-05-01";
    let of = |events: &str| report_of(&plan_of("at_most: 110"), Rows::Events, events, "2023-06-30");
    close(only(&of(some)).exposure, 181.0 / 365.0, 1e-12);
    let ten = some.replace("n 9", "n 10");
    assert!(only(&of(&ten)).exposure.unwrap() < 0.4);
}

#[test]
fn another_day_and_other_delays_are_noticed() {
    let plan = plan_of("at_most: 358");
    let first = "2024-01-10";
    let all = report_of(&plan, Rows::Events, &events(first, true), first);
    let mut tally = attain::Tally::of_events(&plan);
    tally.record_all(&outcomes(&events(first, true))).unwrap();
    for as_of in ["2024-01-15", "2024-01-30", "2024-06-30"] {
        let again = plan.assess_again(&all, &tally, day(as_of)).unwrap();
        let fresh = plan.assess(&tally, day(as_of)).unwrap();
        assert_eq!(again.rows(), fresh.rows(), "{as_of}");
    }
    // An event that was recorded very late makes all of the last days less complete.
    let late: String = (0..40).map(|_| "b 2023-03-01 n 1 recorded=2023-12-01\n").collect();
    tally.record_all(&outcomes(&late)).unwrap();
    let again = plan.assess_again(&all, &tally, day(first)).unwrap();
    let fresh = plan.assess(&tally, day(first)).unwrap();
    assert_eq!(again.rows(), fresh.rows());
    assert_ne!(again.rows()[0].exposure, all.rows()[0].exposure);
}
