//! Rule 43: planned or projected figures may be recorded before their period.

use crate::incomplete::support::*;
use attain::{Plan, Rows, Tally};

fn planned(known_ahead: bool) -> Plan {
    let key = if known_ahead { "known_ahead: true" } else { "" };
    plan(&format!(
        "
measures: {{done: {{every: quarter}}, planned: {{every: quarter, {key}}}, people: {{over_time: last, known_ahead: true}}}}
indicators:
  r: {{ratio: {{numerator: done, denominator: planned}}}}
  planned: {{count: planned}}
  rate: {{rate: {{numerator: done, population: people, per: 1000}}}}
targets:
  r: {{indicator: r, goal: {{at_least: 80}}, window: '2023', units: [a]}}
  planned: {{indicator: planned, goal: {{at_least: 1}}, window: '2023', units: [a]}}
  rate: {{indicator: rate, goal: {{at_most: 80}}, window: '2023', units: [a]}}"
    ))
}

const PLANNED: &str = "
    a 2023-Q1 planned 100 recorded=2022-11-01
    a 2023-Q2 planned 120 recorded=2022-11-01
    a 2023-Q3 planned 120 recorded=2023-07-15
    a 2023 people 4000 recorded=2022-06-30";
const DONE: &str = "
    a 2023-Q1 done 90 recorded=2023-04-10
    a 2023-Q2 done 97 recorded=2023-07-10";

#[test]
fn figures_recorded_ahead_hold_the_whole_of_their_period() {
    let figures = format!("{PLANNED}{DONE}");
    let report = report(&planned(true), &figures, "2023-07-31");
    // The third quarter has not ended, and its plan crosses the day.
    expect(row(&report, "planned", "a"), "value=- reason=straddles");
    let report = crate::incomplete::support::report(&planned(true), &figures, "2023-12-31");
    expect(row(&report, "planned", "a"), "value=340");
    // The third quarter was planned and nothing is known to be done in it.
    expect(
        row(&report, "r", "a"),
        "value=85 numerator=187 denominator=220 matched=2 unmatched=1 completeness=50 verdict=met",
    );
    expect(row(&report, "rate", "a"), "value=93.5 denominator=2000 matched=2 unmatched=2");
}

#[test]
fn figures_recorded_ahead_are_known_from_the_day_of_recording() {
    let figures =
        "a 2023-Q1 planned 100 recorded=2022-11-01; a 2023-Q1 planned 130 recorded=2023-03-31";
    let of = |as_of: &str| report(&planned(true), figures, as_of);
    expect(row(&of("2023-03-31"), "planned", "a"), "value=130");
    let ahead = "a 2023-Q1 planned 100 recorded=2022-11-01";
    expect(row(&report(&planned(true), ahead, "2023-03-31"), "planned", "a"), "value=100");
}

#[test]
fn other_measures_refuse_figures_recorded_before_their_period() {
    let plan = planned(false);
    let mut tally = Tally::of(&plan, Rows::Figures);
    let error = tally.record_all(&outcomes(PLANNED)).unwrap_err();
    assert!(!error.faults().is_empty(), "{error}");
    assert!(tally.is_empty());
}
