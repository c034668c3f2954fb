//! Rule 31: a stock is looked up in the days of the window on which its unit exists.

use crate::incomplete::support::*;
use attain::Plan;

/// `new` begins in April 2024, `old` ends then.
fn reform(over_time: &str) -> Plan {
    parse(&format!(
        "
attain: 1
plan: stocks
units:
  levels: [city, district]
  list:
    - {{id: c, level: city}}
    - {{id: whole, level: district, parent: c}}
    - {{id: new, level: district, parent: c, valid_from: 2024-04-01}}
    - {{id: old, level: district, parent: c, valid_to: 2024-04-01}}
measures: {{people: {{over_time: {over_time}}}, n: {{}}}}
indicators:
  people: {{count: people}}
  rate: {{rate: {{numerator: n, population: people, per: 1000}}}}
targets:
  half: {{indicator: people, goal: {{at_least: 1}}, window: 2024-H1, units: [c]}}
  rate: {{indicator: rate, goal: {{at_most: 10}}, window: 2024-H1, units: [c]}}"
    ))
}

#[test]
fn a_figure_that_contains_the_days_of_a_new_unit_stands_for_them() {
    let figures = "whole 2024 people 4000; new 2024-04-01..2025-01-01 people 3000";
    let report = report(&reform("mean"), figures, "2024-12-31");
    // 91 of the 182 days of the half year.
    expect(row(&report, "half", "c"), "value=5500 reason=-");
}

#[test]
fn a_figure_that_contains_the_days_of_an_ended_unit_stands_for_them() {
    let figures = "whole 2024 people 4000; old 2023-01-01..2024-04-01 people 1000";
    let report = report(&reform("mean"), figures, "2024-12-31");
    expect(row(&report, "half", "c"), "value=4500 reason=-");
}

#[test]
fn of_the_last_values_only_units_that_exist_on_the_last_day_count() {
    let figures = "
        whole 2024 people 4000
        new 2024-04-01..2025-01-01 people 3000
        old 2023-01-01..2024-04-01 people 1000";
    let report = report(&reform("last"), figures, "2024-12-31");
    expect(row(&report, "half", "c"), "value=7000 reason=-");
}

#[test]
fn a_figure_that_contains_only_some_of_the_unit_s_days_straddles() {
    let figures = "whole 2024 people 4000; new 2024-05-01..2025-01-01 people 3000";
    let report = report(&reform("mean"), figures, "2024-12-31");
    expect(row(&report, "half", "c"), "value=- reason=straddles");
}

#[test]
fn a_rate_uses_the_days_of_each_unit() {
    let figures = "
        whole 2024 people 4000; new 2024-04-01..2025-01-01 people 3000
        whole 2024-H1 n 40; new 2024-Q2 n 15";
    let report = report(&reform("mean"), figures, "2024-12-31");
    expect(
        row(&report, "rate", "c"),
        "value=10 numerator=55 denominator=5500 verdict=met matched=2 unmatched=0",
    );
}
