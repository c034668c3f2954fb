//! Goals of shares may be written as shares of the whole.

use attain::plan::Goal;
use attain::{Plan, WarningCode};

/// A plan with one target, and with units judged by a goal of their own.
fn plan(indicator: &str, goal: &str) -> attain::Result<Plan> {
    Plan::from_yaml(&format!(
        r#"
attain: 1
plan: p
units: {{levels: [city, district], list: [{{id: "01", level: city}}, {{id: "001", level: district, parent: "01"}}]}}
measures: {{cases: {{every: month, due: 10}}, cleared: {{}}}}
indicators:
  calm: {{share_of_units: {{of: share, level: district, goal: {{at_least: "40 %"}}}}}}
  few: {{share_of_units: {{of: permille, level: district, goal: {{at_least: {{share: 0.04}}}}}}}}
  share: {{proportion: {{numerator: cleared, denominator: cases}}}}
  permille: {{proportion: {{numerator: cleared, denominator: cases, per: 1000}}}}
  ratio: {{ratio: {{numerator: cleared, denominator: cases}}}}
  count: {{count: cases}}
  rate: {{rate: {{numerator: cleared, population: cases, per: 100}}}}
  rise: {{change: {{of: share, from: previous_period}}}}
  timely: {{reporting: {{of: cases}}}}
targets:
  t: {{indicator: {indicator}, goal: {goal}, window: "2023"}}
"#
    ))
}

fn goal_of(plan: &Plan) -> String {
    plan.target("t").unwrap().goal.to_string()
}

#[test]
fn percentages_and_parts_of_one_are_numbers_in_the_unit_of_a_share() {
    for (indicator, goal, read) in [
        ("share", r#"{at_least: "90 %"}"#, "at least 90"),
        ("share", r#"{above: "90.5%"}"#, "above 90.5"),
        ("share", "{at_most: {share: 0.9}}", "at most 90"),
        ("share", "{below: {share: 0.125}}", "below 12.5"),
        ("share", r#"{between: ["20 %", {share: 0.3}]}"#, "between 20 and 30"),
        ("share", "{at_least: 90}", "at least 90"),
        ("permille", r#"{at_least: "90 %"}"#, "at least 900"),
        ("permille", "{at_least: {share: 0.9}}", "at least 900"),
        ("calm", r#"{at_least: "50 %"}"#, "at least 50"),
        ("timely", "{at_least: {share: 1}}", "at least 100"),
    ] {
        let plan = plan(indicator, goal).unwrap_or_else(|error| panic!("{goal}: {error}"));
        assert_eq!(goal_of(&plan), read, "{indicator} {goal}");
        let again = Plan::from_yaml(&plan.to_yaml()).unwrap();
        assert!(again == plan, "{goal}");
    }
}

/// The indicator by which units are judged may stand below: its goals are read once it is known.
#[test]
fn goals_of_units_are_shares_of_the_indicator_they_are_judged_by() {
    let plan = plan("calm", "{at_least: 50}").unwrap();
    let inner = |id: &str| {
        let formula = &plan.indicator(id).unwrap().formula;
        match formula {
            attain::plan::Formula::ShareOfUnits(share) => share.goal.clone(),
            other => panic!("{other:?}"),
        }
    };
    let forty = Goal::AtLeast("40".parse().unwrap());
    assert_eq!([inner("calm"), inner("few")], [forty.clone(), forty]);
}

#[test]
fn goals_of_other_indicators_are_no_shares() {
    for indicator in ["ratio", "count", "rate", "rise"] {
        for (written, found) in [(r#""90 %""#, "`90 %`"), ("{share: 0.9}", "{share: 0.9}")] {
            let error = plan(indicator, &format!("{{at_least: {written}}}")).unwrap_err();
            let [fault] = error.faults() else { panic!("{error}") };
            assert_eq!(fault.code.code(), "unsuitable_goal", "{indicator} {written}");
            let fault = fault.to_string();
            let expected = format!(
                "only the goal of a share is a part of a whole: found {found}, expected a number in the unit of the indicator"
            );
            assert!(fault.contains(&expected), "{fault}");
            // Per hundred, the number is what is meant.
            let is_per_hundred = ["ratio", "rate"].contains(&indicator) && written.contains('%');
            assert_eq!(fault.ends_with("(write 90, without the sign)"), is_per_hundred, "{fault}");
        }
        plan(indicator, "{at_least: 90}").unwrap();
    }
}

#[test]
fn wrong_percentages_and_shares_are_refused() {
    for (goal, code) in [
        (r#"{at_least: "101 %"}"#, "unreachable_goal"),
        (r#"{above: "100 %"}"#, "unreachable_goal"),
        ("{at_least: {share: 90}}", "out_of_range"),
        ("{at_least: {share: -0.1}}", "out_of_range"),
        ("{at_least: {}}", "missing_key"),
        ("{at_least: {per: 0.9}}", "unknown_key"),
        (r#"{at_least: "23,5 %"}"#, "not_a_number"),
        (r#"{at_least: "%"}"#, "not_a_number"),
        (r#"{at_least: "-5 %"}"#, "not_a_number"),
        (r#"{at_least: "90"}"#, "not_a_number"),
        (r#"{between: ["30 %", "20 %"]}"#, "empty_range"),
    ] {
        let error = plan("share", goal).unwrap_err();
        let codes: Vec<&str> = error.faults().iter().map(|fault| fault.code.code()).collect();
        assert!(codes.contains(&code), "{goal}: {codes:?}");
    }
}

/// A small share that is written with its sign is meant.
#[test]
fn a_goal_below_one_is_a_warning_unless_it_says_per_cent() {
    for (goal, warns) in [
        ("{at_least: 0.9}", true),
        (r#"{at_least: "0.9 %"}"#, false),
        ("{above: {share: 0.009}}", false),
        (r#"{at_least: "90 %"}"#, false),
    ] {
        for plan in [plan("share", goal).unwrap(), plan("timely", goal).unwrap()] {
            let written = Plan::from_yaml(&plan.to_yaml()).unwrap();
            assert!(written == plan, "{}", plan.to_yaml());
            for plan in [plan, written] {
                let codes: Vec<WarningCode> =
                    plan.warnings().into_iter().map(|warning| warning.code).collect();
                let expected: &[WarningCode] =
                    if warns { &[WarningCode::GoalBelowOne] } else { &[] };
                assert_eq!(codes, expected, "{goal}");
            }
        }
    }
}
