//! Rule 28: the goal is a known number, and the test at the goal is exact.

use crate::incomplete::support::*;

/// The certainty of a complete proportion `n` of `d`.
fn proportion(goal: &str, n: i64, d: i64) -> &'static str {
    let plan = plan(&format!(
        "{SHARE}targets: {{t: {{indicator: r, goal: {{{goal}}}, window: '2023', units: [a]}}}}"
    ));
    let report = report(&plan, &format!("a 2023 n {n}; a 2023 d {d}"), "2023-12-31");
    row(&report, "t", "a").certainty.code()
}

/// The certainty of a complete count, of a rate over 1,000 people and of a ratio to 1,000 of something.
fn counts(goal: &str, n: i64) -> [&'static str; 3] {
    let plan = plan(&format!(
        "
measures: {{n: {{}}, people: {{over_time: last}}, d: {{}}}}
indicators:
  count: {{count: n}}
  rate: {{rate: {{numerator: n, population: people, per: 1000}}}}
  ratio: {{ratio: {{numerator: n, denominator: d, per: 1000}}}}
targets:
  count: {{indicator: count, goal: {{{goal}}}, window: '2023', units: [a]}}
  rate: {{indicator: rate, goal: {{{goal}}}, window: '2023', units: [a]}}
  ratio: {{indicator: ratio, goal: {{{goal}}}, window: '2023', units: [a]}}"
    ));
    let figures = format!("a 2023 n {n}; a 2023 people 1000; a 2023 d 1000");
    let report = report(&plan, &figures, "2023-12-31");
    ["count", "rate", "ratio"].map(|target| row(&report, target, "a").certainty.code())
}

const CLEAR: &str = "clear";
const CHANCE: &str = "within_chance";

#[test]
fn sixteen_of_seventeen_are_not_clearly_below_99_per_cent() {
    // P(X ≤ 16) of 17 at 0.99 is 0.157.
    assert_eq!(proportion("at_least: 99", 16, 17), CHANCE);
    assert_eq!(proportion("above: 99", 16, 17), CHANCE);
    assert_eq!(proportion("at_most: 1", 1, 17), CHANCE);
}

#[test]
fn a_missed_floor_is_clear_where_so_few_are_unlikely_at_the_goal() {
    // By scipy.stats.binom.cdf: 183 of 200 at 0.95 0.0238, 184 0.0444; 39 of 100 at 0.5 0.0176, 40 0.0284.
    assert_eq!(proportion("at_least: 95", 183, 200), CLEAR);
    assert_eq!(proportion("at_least: 95", 184, 200), CHANCE);
    assert_eq!(proportion("at_least: 50", 39, 100), CLEAR);
    assert_eq!(proportion("at_least: 50", 40, 100), CHANCE);
    // By scipy.stats.poisson.cdf: 5 at 12 0.0203, 6 0.0458.
    assert_eq!(counts("at_least: 12", 5), [CLEAR; 3]);
    assert_eq!(counts("at_least: 12", 6), [CHANCE; 3]);
}

#[test]
fn a_met_floor_is_clear_where_so_many_are_unlikely_at_the_goal() {
    assert_eq!(proportion("at_least: 50", 61, 100), CLEAR);
    assert_eq!(proportion("at_least: 50", 60, 100), CHANCE);
    // By scipy.stats.poisson.sf: 30 or more at 20 0.0218, 29 or more 0.0343.
    assert_eq!(counts("at_least: 20", 30), [CLEAR; 3]);
    assert_eq!(counts("at_least: 20", 29), [CHANCE; 3]);
}

#[test]
fn ceilings_are_tested_the_other_way_round() {
    assert_eq!(counts("at_most: 20", 30), [CLEAR; 3]);
    assert_eq!(counts("at_most: 20", 29), [CHANCE; 3]);
    assert_eq!(counts("below: 12", 5), [CLEAR; 3]);
    assert_eq!(counts("below: 12", 6), [CHANCE; 3]);
    assert_eq!(proportion("at_most: 50", 61, 100), CLEAR);
    assert_eq!(proportion("at_most: 50", 39, 100), CLEAR);
    assert_eq!(proportion("at_most: 50", 40, 100), CHANCE);
}

#[test]
fn a_band_is_tested_at_the_nearer_end_outside_and_at_both_inside() {
    // By scipy.stats.poisson.sf: 20 or more at 12 0.0213, 19 or more 0.0374.
    assert_eq!(counts("between: [5, 12]", 20), [CLEAR; 3]);
    assert_eq!(counts("between: [5, 12]", 19), [CHANCE; 3]);
    // Of 200 at 0.4 100 or more 0.0027, and at 0.6 at most 100 as much.
    assert_eq!(proportion("between: [40, 60]", 100, 200), CLEAR);
    assert_eq!(proportion("between: [40, 60]", 88, 200), CHANCE);
    assert_eq!(proportion("between: [40, 60]", 112, 200), CHANCE);
}

#[test]
fn the_confidence_of_the_plan_decides() {
    let judged = |confidence: &str| {
        let plan = plan(&format!(
            "confidence: {confidence}
{SHARE}targets: {{t: {{indicator: r, goal: {{at_least: 50}}, window: '2023', units: [a]}}}}"
        ));
        let report = report(&plan, "a 2023 n 39; a 2023 d 100", "2023-12-31");
        row(&report, "t", "a").certainty.code()
    };
    // 0.0176 lies between 0.005 and 0.05.
    assert_eq!(judged("0.9"), CLEAR);
    assert_eq!(judged("0.99"), CHANCE);
}

#[test]
fn shares_of_units_are_tested_as_proportions() {
    let units: String = (1..=17)
        .map(|unit| format!("    - {{id: u{unit}, level: district, parent: c}}\n"))
        .collect();
    let plan = parse(&format!(
        "
attain: 1
plan: share
units:
  levels: [city, district]
  list:
    - {{id: c, level: city}}
{units}measures: {{n: {{}}}}
indicators:
  n: {{count: n}}
  calm: {{share_of_units: {{of: n, level: district, goal: {{at_most: 5}}}}}}
targets:
  high: {{indicator: calm, goal: {{at_least: 99}}, window: '2023', units: [c]}}
  half: {{indicator: calm, goal: {{at_least: 50}}, window: '2023', units: [c]}}"
    ));
    let figures: String = (1..=17)
        .map(|unit| format!("u{unit} 2023 n {}\n", if unit == 1 { 9 } else { 3 }))
        .collect();
    let report = report(&plan, &figures, "2023-12-31");
    expect(row(&report, "high", "c"), "value=1600/17 verdict=missed certainty=within_chance");
    expect(row(&report, "half", "c"), "verdict=met certainty=clear");
}

/// A goal of at least 50 % in each of ten categories; the first has `n` of 100, the others 70.
fn in_every(n: i64) -> (&'static str, &'static str) {
    let categories: Vec<String> = (1..=10).map(|number| format!("k{number}")).collect();
    let plan = plan(&format!(
        "
strata: {{kind: [{}]}}
measures: {{n: {{}}, d: {{}}}}
indicators: {{r: {{proportion: {{numerator: n, denominator: d}}}}}}
targets: {{t: {{indicator: r, goal: {{at_least: 50}}, window: '2023', units: [a], in_every: kind}}}}",
        categories.join(", ")
    ));
    let figures: String = categories
        .iter()
        .map(|kind| {
            let n = if kind == "k1" { n } else { 70 };
            format!("a 2023 n {n} kind={kind}; a 2023 d 100 kind={kind}\n")
        })
        .collect();
    let report = report(&plan, &figures, "2023-12-31");
    let found = row(&report, "t", "a");
    (found.verdict.code(), found.certainty.code())
}

#[test]
fn one_of_ten_categories_misses_clearly_only_at_a_tenth_of_the_error() {
    // At 0.5 of 100: 39 or fewer 0.0176, 34 or fewer 0.0009, 36 or fewer 0.0033, 35 or fewer 0.0018.
    assert_eq!(in_every(39), ("missed", CHANCE));
    assert_eq!(in_every(36), ("missed", CHANCE));
    assert_eq!(in_every(35), ("missed", CLEAR));
    assert_eq!(in_every(34), ("missed", CLEAR));
}

#[test]
fn ten_categories_are_met_clearly_where_the_deciding_one_is() {
    assert_eq!(in_every(61), ("met", CLEAR));
    assert_eq!(in_every(60), ("met", CHANCE));
}
