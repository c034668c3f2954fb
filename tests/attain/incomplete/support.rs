//! Plans, outcomes and expected rows as short texts.

use attain::views::{SensitivityOptions, SensitivityRow};
use attain::{Assessment, Outcome, Plan, Report, Rows, Status, Tally};

use crate::support::{self, day};
pub use crate::support::{assess, parse};

/// A city `c` with the districts `a` and `b`.
pub const CITY: &str = "
attain: 1
plan: incomplete
units:
  levels: [city, district]
  list:
    - {id: c, level: city}
    - {id: a, level: district, parent: c}
    - {id: b, level: district, parent: c}
";

/// A proportion `r` of the flows `n` and `d`.
pub const SHARE: &str = "
measures: {n: {}, d: {}}
indicators: {r: {proportion: {numerator: n, denominator: d}}}
";

/// A plan of the city; `rest` says measures, indicators and targets.
pub fn plan(rest: &str) -> Plan {
    parse(&format!("{CITY}{rest}"))
}

/// One outcome per line or semicolon: `unit when measure value`, then `status=Q`, `recorded=2023-05-01` or a
/// stratum. The value `-` is a missing one. `when` is a period, a day, or two days with `..` between them.
pub fn outcomes(text: &str) -> Vec<Outcome> {
    text.split(['\n', ';']).filter(|line| !line.trim().is_empty()).map(outcome).collect()
}

fn outcome(line: &str) -> Outcome {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [unit, when, measure, value, more @ ..] = &words[..] else { panic!("{line}") };
    let mut outcome = Outcome::new(*unit, support::when(when), *measure, 0.0);
    outcome.value = (*value != "-").then(|| value.parse().unwrap());
    for word in more {
        match word.split_once('=').unwrap() {
            ("status", letter) => {
                outcome.status = Status::from_letter(letter.chars().next().unwrap());
            }
            ("recorded", day) => outcome.recorded_at = Some(support::day(day)),
            (stratum, category) => outcome = outcome.in_stratum(stratum, category),
        }
    }
    outcome
}

/// The months of a year, each with the same value: `monthly("a", 1..=12, "n", 10)`.
pub fn monthly(
    unit: &str,
    months: impl IntoIterator<Item = u32>,
    measure: &str,
    value: i64,
) -> String {
    months.into_iter().map(|month| format!("{unit} 2023-{month:02} {measure} {value}\n")).collect()
}

/// The report on figures.
pub fn report(plan: &Plan, figures: &str, as_of: &str) -> Report {
    report_of(plan, Rows::Figures, figures, as_of)
}

pub fn report_of(plan: &Plan, rows: Rows, text: &str, as_of: &str) -> Report {
    assess(plan, rows, &outcomes(text), as_of)
}

/// The report on figures of some measures and events of others.
pub fn report_of_both(plan: &Plan, figures: &str, events: &str, as_of: &str) -> Report {
    let mut tally = Tally::of(plan, Rows::Figures);
    tally.record_all(&outcomes(figures)).unwrap_or_else(|error| panic!("{error}"));
    let mut other = Tally::of(plan, Rows::Events);
    other.record_all(&outcomes(events)).unwrap_or_else(|error| panic!("{error}"));
    tally.merge(&other).unwrap();
    plan.assess(&tally, day(as_of)).unwrap()
}

/// The only row of a target and a unit.
pub fn row<'a>(report: &'a Report, target: &str, unit: &str) -> &'a Assessment {
    let mut rows = report.rows().iter().filter(|row| &*row.target == target && &*row.unit == unit);
    let found = rows.next().unwrap_or_else(|| panic!("no row of {target} for {unit}"));
    assert!(rows.next().is_none(), "several rows of {target} for {unit}");
    found
}

/// The worst and the best of the limits of what is missing.
pub fn sensitivity(report: &Report, target: &str, unit: &str) -> SensitivityRow {
    let rows = report.sensitivity(target, &SensitivityOptions::default()).unwrap();
    rows.into_iter().find(|row| row.unit == unit).unwrap()
}

/// Compares `value_worst` and `value_best`.
pub fn expect_ends(report: &Report, target: &str, unit: &str, worst: &str, best: &str) {
    let found = sensitivity(report, target, unit);
    for (column, expected, found) in
        [("value_worst", worst, found.value_worst), ("value_best", best, found.value_best)]
    {
        assert!(is_number(expected, found), "{column}: {found:?}, expected {expected}");
    }
}

/// Compares the columns that `expected` names: `value=130/5416.6 verdict=missed reason=-`. `-` is null.
pub fn expect(row: &Assessment, expected: &str) {
    for word in expected.split_whitespace() {
        let (column, expected) = word.split_once('=').unwrap();
        let count = |number: Option<u64>| number.map(|number| number as f64);
        let number = match column {
            "value" => row.value,
            "numerator" => row.numerator,
            "denominator" => row.denominator,
            "baseline" => row.baseline,
            "goal_value" => row.goal_value,
            "gap" => row.gap,
            "completeness" => row.completeness,
            "expected_now" => row.expected_now,
            "needed" => row.needed.map(|needed| needed as f64),
            "matched" => count(row.matched),
            "unmatched" => count(row.unmatched),
            _ => {
                let found = match column {
                    "verdict" => row.verdict.code(),
                    "certainty" => row.certainty.code(),
                    "reason" => row.reason.map_or("-", |reason| reason.code()),
                    "pace" => row.pace.map_or("-", |pace| pace.code()),
                    _ => panic!("unknown column {column}"),
                };
                assert_eq!(found, expected, "{column} of {row:#?}");
                continue;
            }
        };
        assert!(is_number(expected, number), "{column} is {number:?}, not {expected}: {row:#?}");
    }
}

/// `expected` is `-`, a number, or a quotient of two.
fn is_number(expected: &str, found: Option<f64>) -> bool {
    let number = |text: &str| text.parse::<f64>().unwrap();
    let expected = match (expected, expected.split_once('/')) {
        ("-", _) => return found.is_none(),
        (_, Some((above, below))) => number(above) / number(below),
        (_, None) => number(expected),
    };
    found.is_some_and(|found| (found - expected).abs() <= 1e-9 * expected.abs().max(1.0))
}
