//! A target's indicator over time. Series are compared with sums computed here from the outcomes, and charts and
//! trends with the statistics of these sums. The frequency of false alarms is compared with theory.

mod charts;
mod draws;
mod false_alarms;
mod icons;
mod refused;
mod series;

use attain::report::Report;
use attain::views::{ChartRow, SignalOptions, SignalRow};
use attain::{Outcome, Plan, Tally, When};

use crate::support::{day, parse};

fn month(period: &str) -> When {
    When::Period(period.to_owned())
}

const HEAD: &str = r#"
attain: 1
plan: p
units:
  levels: [city, district]
  list:
    - {id: c, level: city}
    - {id: d1, level: district, parent: c}
    - {id: d2, level: district, parent: c}
    - {id: d3, level: district, parent: c, valid_to: "2023-07-01"}
strata: {sex: [f, m]}
measures:
  cases: {}
  cleared: {}
  people: {over_time: mean}
  models: {over_time: last}
  balance: {signed: true}
indicators:
  count: {count: cases, better: lower}
  share: {proportion: {numerator: cleared, denominator: cases}, better: higher}
  ratio: {ratio: {numerator: cleared, denominator: cases}}
  rate: {rate: {numerator: cases, population: people, per: 1000, annualised: exact}, better: lower}
  kept: {count: models}
  mean: {mean: {of: balance, per: cases}}
  net: {count: balance}
  index: {reported: {unit: points}}
  change: {change: {of: count, from: previous_period, as: percent}}
targets:
"#;

fn plan(targets: &str) -> Plan {
    parse(&format!("{HEAD}{targets}"))
}

/// Figures of months, from January 2023 on; `None` where nothing was recorded.
fn figures(tally: &mut Tally, unit: &str, measure: &str, values: &[Option<f64>]) {
    for (place, value) in values.iter().enumerate() {
        let period = month(&format!("{}-{:02}", 2023 + place / 12, place % 12 + 1));
        if let Some(value) = value {
            tally.record(&Outcome::new(unit, period, measure, *value)).unwrap();
        }
    }
}

fn all(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

fn assess(plan: &Plan, tally: &Tally, as_of: &str) -> Report {
    plan.assess(tally, day(as_of)).unwrap()
}

fn of<'r>(rows: &'r [SignalRow], unit: &str) -> &'r SignalRow {
    rows.iter().find(|row| row.unit == unit).unwrap()
}

fn signals(report: &Report, options: &SignalOptions) -> Vec<SignalRow> {
    report.signals("t", options).unwrap_or_else(|error| panic!("{error}"))
}

fn chart(report: &Report, unit: &str, options: &SignalOptions) -> Vec<ChartRow> {
    report.chart("t", unit, options).unwrap_or_else(|error| panic!("{error}"))
}

fn close(found: Option<f64>, expected: f64) {
    let found = found.unwrap_or(f64::NAN);
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found}, {expected}");
}
