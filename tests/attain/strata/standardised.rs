//! Standardised rates in plans: against values of an independent package, the closed form, and the statistics that
//! stand alone.

use attain::stats::{DirectMethod, DirectOptions, directly_standardised_rate};
use attain::{Assessment, Certainty, Outcome, Plan, Reason, Rows, Verdict, When};
use proptest::prelude::*;

use crate::support::{assess, parse};

/// A city's deaths by age, standardised; `more` stands in the target, `options` in the indicator.
fn plan(standard: &[f64], confidence: f64, options: &str, more: &str) -> Plan {
    let ages: Vec<String> = (0..standard.len()).map(|age| format!("\"{age}\"")).collect();
    let weights: Vec<String> =
        ages.iter().zip(standard).map(|(age, weight)| format!("{age}: {weight}")).collect();
    let text = format!(
        "attain: 1
plan: p
confidence: {confidence}
units: {{levels: [city], list: [{{id: c, level: city}}]}}
strata: {{age: [{}], sex: [f, m]}}
measures: {{deaths: {{}}, people: {{over_time: mean}}}}
indicators:
  mortality:
    standardised_rate:
      {{events: deaths, population: people, by: age, standard: {{{}}}{options}}}
targets:
  few: {{indicator: mortality, window: \"2023\"{more}}}
",
        ages.join(", "),
        weights.join(", "),
    );
    parse(&text)
}

fn outcomes(events: &[f64], population: &[f64]) -> Vec<Outcome> {
    let of = |measure: &'static str, values: &[f64]| -> Vec<Outcome> {
        let values = values.iter().enumerate();
        values
            .map(|(age, value)| {
                let year = When::Period("2023".into());
                Outcome::new("c", year, measure, *value).in_stratum("age", age.to_string())
            })
            .collect()
    };
    [of("deaths", events), of("people", population)].concat()
}

fn judged(plan: &Plan, outcomes: &[Outcome]) -> Assessment {
    assess(plan, Rows::Figures, outcomes, "2023-12-31").rows()[0].clone()
}

const GOAL: &str = ", goal: {at_most: 100}";

fn is_close(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|found| (found - expected).abs() <= 1e-11 * expected.abs().max(1.0))
}

/// `tests/attain/reference/phstats_direct.csv`: what a package of England's public health statistics makes of the same counts.
#[test]
fn a_plans_rates_are_those_of_englands_public_health_statistics() {
    let table = std::fs::read_to_string("tests/attain/reference/phstats_direct.csv").unwrap();
    let mut compared = 0;
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let numbers = |field: &str| -> Vec<f64> {
            field.split(' ').map(|number| number.parse().unwrap()).collect()
        };
        let confidence: f64 = fields[3].parse().unwrap();
        let plan = plan(&numbers(fields[2]), confidence, "", GOAL);
        let row = judged(&plan, &outcomes(&numbers(fields[0]), &numbers(fields[1])));
        assert_eq!(row.numerator, Some(numbers(fields[0]).iter().sum()));
        let [value, lower, upper] = [4, 5, 6].map(|field| fields[field].parse::<f64>().unwrap());
        assert!(is_close(row.value, value), "{row:?} {line}");
        // Rates that few events decide have other limits than England's.
        if row.method.as_deref() == Some("dobson") {
            assert!(is_close(row.lower, lower), "{row:?} {line}");
            assert!(is_close(row.upper, upper), "{row:?} {line}");
            compared += 1;
        }
    }
    assert_eq!(compared, 52);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_rate_and_its_limits_are_those_of_the_statistic(
        categories in proptest::collection::vec((0_u32..60, 1_u32..90_000, 0_u32..9_000), 1..8),
    ) {
        let column = |of: fn(&(u32, u32, u32)) -> u32| -> Vec<f64> {
            categories.iter().map(|category| f64::from(of(category))).collect()
        };
        let (events, population, mut standard) = (column(|c| c.0), column(|c| c.1), column(|c| c.2));
        standard[0] += 1.0;
        let plan = plan(&standard, 0.9, ", per: 1000, withhold_below: 0", GOAL);
        let row = judged(&plan, &outcomes(&events, &population));
        let dobson = DirectOptions {
            per: 1000.0,
            withhold_below: 0.0,
            confidence: attain::stats::Confidence::new(0.9).unwrap(),
            ..DirectOptions::default()
        };
        let rate = |options| directly_standardised_rate(&events, &population, &standard, &options).unwrap();
        let is_unstable = rate(dobson).is_unstable;
        let method = if is_unstable { DirectMethod::FayFeuer } else { dobson.method };
        let expected = rate(DirectOptions { method, ..dobson });
        if row.lower.is_some() {
            let method = if is_unstable { "fay_feuer" } else { "dobson" };
            prop_assert_eq!(row.method.as_deref(), Some(method));
        }
        prop_assert!(is_close(row.value, expected.value.unwrap()));
        match expected.interval {
            Some(interval) => {
                prop_assert!(is_close(row.lower, interval.lower));
                prop_assert!(is_close(row.upper, interval.upper));
            }
            None => prop_assert_eq!((row.lower, row.certainty), (None, Certainty::Unknown)),
        }
    }
}

#[test]
fn a_rate_exactly_at_the_goal_meets_it() {
    // (2 · 7/300 + 1 · 4/300) ÷ 3 is 2 per 100 exactly, although none of its terms is a float.
    let outcomes = outcomes(&[7.0, 4.0], &[300.0, 300.0]);
    for (goal, verdict) in [
        ("at_most: 2", Verdict::Met),
        ("below: 2", Verdict::Missed),
        ("at_least: 2", Verdict::Met),
        ("above: 2", Verdict::Missed),
    ] {
        let plan = plan(&[2.0, 1.0], 0.95, ", per: 100", &format!(", goal: {{{goal}}}"));
        let row = judged(&plan, &outcomes);
        assert_eq!((row.value, row.verdict), (Some(2.0), verdict), "{goal}");
    }
}

#[test]
fn what_makes_a_rate_impossible_is_told() {
    let plan = plan(&[2.0, 1.0], 0.95, "", GOAL);
    let reason = |events: &[f64], population: &[f64]| {
        let row = judged(&plan, &outcomes(events, population));
        (row.value, row.reason)
    };
    assert_eq!(reason(&[20.0, 0.0], &[100.0, 0.0]), (None, Some(Reason::ZeroDenominator)));
    assert_eq!(reason(&[20.0, 3.0], &[100.0, 0.0]), (None, Some(Reason::ZeroDenominator)));
    assert_eq!(reason(&[20.0], &[100.0, 5.0]), (None, Some(Reason::NoData)));
    assert_eq!(reason(&[4.0, 5.0], &[100.0, 5.0]), (None, Some(Reason::FewEvents)));
    // Nobody of a category that the standard doesn't have either.
    let plan = self::plan(&[2.0, 0.0], 0.95, "", GOAL);
    let row = judged(&plan, &outcomes(&[20.0, 0.0], &[100.0, 0.0]));
    assert_eq!(row.value, Some(20_000.0));
}

#[test]
fn a_standardised_rate_is_narrowed_by_other_strata() {
    let plan = plan(&[2.0, 1.0], 0.95, ", per: 100", ", where: {sex: f}, goal: {at_most: 3}");
    let mut all = Vec::new();
    for (sex, events) in [("f", [7.0, 4.0]), ("m", [50.0, 60.0])] {
        let of_sex = outcomes(&events, &[300.0, 300.0]);
        all.extend(of_sex.into_iter().map(|outcome| outcome.in_stratum("sex", sex)));
    }
    let row = judged(&plan, &all);
    assert_eq!((row.value, row.numerator, row.denominator), (Some(2.0), Some(11.0), Some(600.0)));
}
