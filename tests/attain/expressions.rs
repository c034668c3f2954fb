//! Numbers in expressions, and numerators that are narrowed alone.

use attain::{Assessment, Certainty, Plan, Reason, Tally};

use crate::support::{day, outcome};

fn text(indicator: &str, goal: &str) -> String {
    format!(
        r#"
attain: 1
plan: health
units: {{levels: [city], list: [{{id: c, level: city}}]}}
strata: {{sex: [f, m]}}
measures:
  cases: {{strata: [sex]}}
  deaths: {{strata: []}}
  people: {{over_time: last}}
indicators:
  i: {indicator}
targets:
  t: {{indicator: i, goal: {goal}, window: "2023"}}
"#
    )
}

fn tally(plan: &Plan) -> Tally {
    let mut tally = Tally::of_events(plan);
    for (measure, value) in [("cases", 30.0), ("deaths", 12.0), ("people", 5_000.0)] {
        tally.record(&outcome("c", "2023-02-01", measure, value)).unwrap();
    }
    tally
}

fn row(indicator: &str, goal: &str, as_of: &str) -> Assessment {
    let plan = Plan::from_yaml(&text(indicator, goal))
        .unwrap_or_else(|error| panic!("{indicator}: {error}"));
    let again = Plan::from_yaml(&plan.to_yaml()).unwrap();
    assert!(again == plan, "{indicator}");
    let report = plan.assess(&tally(&plan), day(as_of)).unwrap();
    report.rows().last().unwrap().clone()
}

fn refusal(indicator: &str) -> String {
    Plan::from_yaml(&text(indicator, "{at_least: 1}")).unwrap_err().to_string()
}

/// 30 cases, 12 deaths, 5,000 people.
#[test]
fn numbers_multiply_and_divide() {
    for (indicator, value) in [
        ("{count: 2 * cases + deaths / 3}", 64.0),
        ("{count: 0.1 * (cases - 2 * (deaths - cases))}", 6.6),
        ("{count: (cases + deaths)/7 - 0.25*deaths}", 3.0),
        ("{ratio: {numerator: cases, denominator: deaths / 2}}", 500.0),
        ("{ratio: {numerator: 3 * cases, denominator: deaths}}", 750.0),
        ("{rate: {numerator: deaths, population: 0.04 * people, per: 1000}}", 60.0),
        ("{mean: {of: 0.5 * cases, per: deaths}}", 1.25),
    ] {
        assert_eq!(row(indicator, "{at_least: 1}", "2024-01-01").value, Some(value), "{indicator}");
    }
}

/// What is multiplied below the line is the same as a smaller multiplier, in every column but the denominator.
#[test]
fn a_number_below_the_line_changes_nothing_but_the_multiplier() {
    for as_of in ["2024-01-01", "2023-07-01"] {
        for (scaled, plain) in [
            (
                "{rate: {numerator: deaths, population: 0.04 * people, per: 1000}}",
                "{rate: {numerator: deaths, population: people, per: 25000}}",
            ),
            (
                "{ratio: {numerator: cases, denominator: deaths / 2}}",
                "{ratio: {numerator: cases, denominator: deaths, per: 200}}",
            ),
        ] {
            for goal in ["{at_least: 70}", "{at_most: 55}", "{at_most: 700}"] {
                let scaled = row(scaled, goal, as_of);
                let plain = row(plain, goal, as_of);
                assert!(scaled.lower.is_some() && scaled.needed.is_some(), "{scaled:?}");
                let projected = |row: &Assessment| {
                    [row.projected_lower, row.projected, row.projected_upper]
                        .map(Option::unwrap_or_default)
                };
                for (one, other) in projected(&scaled).into_iter().zip(projected(&plain)) {
                    approx::assert_relative_eq!(one, other, max_relative = 1e-12);
                }
                let mut same = scaled;
                same.denominator = plain.denominator;
                (same.projected, same.projected_lower, same.projected_upper) =
                    (plain.projected, plain.projected_lower, plain.projected_upper);
                assert_eq!(same, plain);
            }
        }
    }
}

/// Half a case is no event that varies by chance, and none that is needed.
#[test]
fn what_is_multiplied_is_no_count() {
    for indicator in [
        "{count: 2 * cases}",
        "{ratio: {numerator: 3 * cases, denominator: deaths}}",
        "{rate: {numerator: deaths / 2, population: people, per: 1000}}",
    ] {
        let row = row(indicator, "{at_least: 1}", "2024-01-01");
        assert_eq!((row.lower, row.needed), (None, None), "{indicator}");
        assert_eq!(row.certainty, Certainty::Unknown);
        assert_eq!(row.reason, Some(Reason::NoCounts));
    }
    // Of a running window, the path to the goal is that of a number that grows with the days.
    let running = row("{count: 2 * cases}", "{at_least: 365}", "2023-06-30");
    assert_eq!(running.expected_now, Some(181.0));
    for indicator in [
        "{proportion: {numerator: 0.5 * deaths, denominator: cases}}",
        "{proportion: {numerator: deaths, denominator: cases / 2}}",
        "{standardised_rate: {events: 2 * cases, population: cases, by: sex, standard: {f: 1, m: 1}}}",
    ] {
        let refusal = refusal(indicator);
        assert!(refusal.contains("are not multiplied"), "{refusal}");
        assert!(refusal.contains("a `ratio`, a `rate`, a `mean` and a `count` take factors"));
    }
    let refusal = refusal("{count: cases / deaths}");
    assert!(refusal.contains("a number stands behind `/`"), "{refusal}");
    assert!(refusal.contains("a quotient is a `proportion`"), "{refusal}");
}

#[test]
fn explanations_show_the_number_beside_its_measure() {
    let text = text("{count: 2 * cases - deaths / 3}", "{at_least: 1}");
    let plan = Plan::from_yaml(&text).unwrap();
    let report = plan.assess(&tally(&plan), day("2024-01-01")).unwrap();
    let explanation = report.explain("t", None, None).unwrap();
    assert_eq!(explanation.formula, "2 × cases - deaths ÷ 3");
    let tree = explanation.tree(&attain::views::TreeOptions::default()).to_string();
    assert!(tree.contains("2 × cases: 60"), "{tree}");
    assert!(tree.contains("cases: 30"), "{tree}");
    assert!(tree.contains("less deaths ÷ 3: 4"), "{tree}");
}

fn by_sex(plan: &Plan) -> Tally {
    let mut tally = Tally::of_events(plan);
    for (sex, value) in [("f", 18.0), ("m", 12.0)] {
        let cases = outcome("c", "2023-02-01", "cases", value);
        tally.record(&cases.in_stratum("sex", sex)).unwrap();
    }
    for (measure, value) in [("deaths", 12.0), ("people", 5_000.0)] {
        tally.record(&outcome("c", "2023-02-01", measure, value)).unwrap();
    }
    tally
}

/// 18 of 30 cases are women.
#[test]
fn a_numerator_is_narrowed_alone() {
    for (indicator, numerator, value) in [
        (
            "{proportion: {numerator: cases, numerator_where: {sex: f}, denominator: cases}}",
            18.0,
            60.0,
        ),
        (
            "{ratio: {numerator: cases, numerator_where: {sex: [m]}, denominator: deaths}}",
            12.0,
            100.0,
        ),
        (
            "{rate: {numerator: cases, numerator_where: {sex: [f, m]}, population: people, per: 1000}}",
            30.0,
            6.0,
        ),
    ] {
        let plan = Plan::from_yaml(&text(indicator, "{at_least: 1}"))
            .unwrap_or_else(|error| panic!("{indicator}: {error}"));
        assert!(Plan::from_yaml(&plan.to_yaml()).unwrap() == plan, "{indicator}");
        let report = plan.assess(&by_sex(&plan), day("2024-01-01")).unwrap();
        let row = report.rows().last().unwrap().clone();
        assert_eq!((row.numerator, row.value), (Some(numerator), Some(value)), "{indicator}");
        assert!(row.lower.is_some(), "{indicator}");
        let formula = report.explain("t", None, None).unwrap().formula;
        assert!(formula.contains("(sex="), "{formula}");
    }
}

#[test]
fn a_stratum_narrows_in_one_place() {
    let share = "{proportion: {numerator: cases, numerator_where: {sex: f}, denominator: cases}";
    let refused = refusal(&format!("{share}, where: {{sex: m}}}}"));
    assert!(refused.contains("`sex` narrows the numerator alone already"), "{refused}");
    let text = text(&format!("{share}}}"), "{at_least: 1}, by: sex");
    let refused = Plan::from_yaml(&text).unwrap_err().to_string();
    assert!(refused.contains("`sex` narrows the numerator alone already"), "{refused}");
    assert!(refused.contains("take it out of `numerator_where`"), "{refused}");
    let refused =
        refusal("{ratio: {numerator: deaths, numerator_where: {sex: f}, denominator: cases}}");
    assert!(refused.contains("`deaths` is not recorded by `sex`"), "{refused}");
    assert!(refused.contains("line 11, column 51"), "{refused}");
}
