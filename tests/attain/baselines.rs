//! Baselines of targets: the value that progress to an absolute goal starts from.

use attain::{Assessment, Plan, Tally};

use crate::support::{day, outcome};

fn text(target: &str) -> String {
    format!(
        r#"
attain: 1
plan: immunisation
units: {{levels: [city], list: [{{id: c, level: city}}]}}
measures: {{done: {{}}, planned: {{}}, staff: {{over_time: last}}}}
indicators:
  coverage: {{proportion: {{numerator: done, denominator: planned}}}}
  done: {{count: done}}
  staff: {{count: staff}}
  rise: {{change: {{of: coverage, from: previous_period}}}}
targets:
  t: {target}
"#
    )
}

/// The last row of a target: 30 of 100 in 2022, and 52 of 100, with 5 people, in the first half of 2023.
fn row(target: &str, as_of: &str) -> Assessment {
    let plan = Plan::from_yaml(&text(target)).unwrap_or_else(|error| panic!("{target}: {error}"));
    assert!(Plan::from_yaml(&plan.to_yaml()).unwrap() == plan, "{target}");
    let mut tally = Tally::of_events(&plan);
    let figures = [("2022-06-01", 30.0, 3.0), ("2023-02-01", 52.0, 5.0)];
    for (date, done, staff) in figures {
        for (measure, value) in [("done", done), ("planned", 100.0), ("staff", staff)] {
            tally.record(&outcome("c", date, measure, value)).unwrap();
        }
    }
    let report = plan.assess(&tally, day(as_of)).unwrap();
    report.rows().last().unwrap().clone()
}

#[test]
fn progress_is_rounded_once() {
    // 100 · (52 − 30.1) ÷ (44.7 − 30.1) is 149.99999999999997 in floats.
    for (goal, baseline, progress) in
        [("47.6", "30", 125.0), ("44.7", "30.1", 150.0), ("50.2", "30.2", 109.0)]
    {
        let target = format!(
            "{{indicator: coverage, goal: {{at_least: {goal}}}, baseline: {{value: {baseline}}}, window: \"2023\"}}"
        );
        assert_eq!(row(&target, "2024-01-01").progress, Some(progress), "{target}");
    }
}

/// 52 lies at 60 % of the way from 40 to 60.
#[test]
fn progress_is_the_part_of_the_way_that_is_done() {
    for (goal, baseline, progress) in [
        ("{at_least: 60}", "{value: 40}", Some(60.0)),
        ("{at_least: 50}", "{value: 40}", Some(120.0)),
        ("{at_least: 60}", "{value: 56}", Some(-100.0)),
        ("{at_most: 20}", "{value: 60}", Some(20.0)),
        ("{above: 52}", "{value: 52}", None),
        ("{at_least: 74}", "{window: \"2022\"}", Some(50.0)),
        ("{at_least: 74}", "previous_period", Some(50.0)),
        ("{at_least: 74}", "same_window_last_year", Some(50.0)),
        ("{between: [60, 70]}", "{value: 40}", None),
        ("{at_least: 74}", "{window: \"2019\"}", None),
    ] {
        let target = format!(
            "{{indicator: coverage, goal: {goal}, baseline: {baseline}, window: \"2023\"}}"
        );
        let found = row(&target, "2024-01-01");
        assert_eq!(found.progress, progress, "{target}");
        assert!(found.reason.is_none_or(|reason| reason.is_judged()), "a baseline decides nothing");
    }
    let relative = "{indicator: coverage, goal: {increase_by: {absolute: 44, from: previous_period}}, window: \"2023\"}";
    assert_eq!(row(relative, "2024-01-01").progress, Some(50.0));
    let without = "{indicator: coverage, goal: {at_least: 60}, window: \"2023\"}";
    assert_eq!(row(without, "2024-01-01").progress, None);
}

/// On 30 June 181 of 365 days have passed.
#[test]
fn levels_move_from_the_baseline_and_counts_from_nothing() {
    let target = |indicator: &str, goal: f64| {
        let keys = "baseline: {value: 40}, window: \"2023\"";
        row(
            &format!("{{indicator: {indicator}, goal: {{at_least: {goal}}}, {keys}}}"),
            "2023-06-30",
        )
    };
    let coverage = target("coverage", 60.0);
    assert_eq!(coverage.progress, Some(60.0));
    approx::assert_relative_eq!(coverage.expected_now.unwrap(), 40.0 + 20.0 * 181.0 / 365.0);
    let done = target("done", 60.0);
    assert_eq!(done.progress, None, "a count of a window that runs is not on its way from 40");
    approx::assert_relative_eq!(done.expected_now.unwrap(), 60.0 * 181.0 / 365.0);
    let staff = target("staff", 10.0);
    approx::assert_relative_eq!(staff.progress.unwrap(), 100.0 * 35.0 / 30.0);
    approx::assert_relative_eq!(staff.expected_now.unwrap(), 40.0 - 30.0 * 181.0 / 365.0);
}

#[test]
fn a_second_baseline_is_refused() {
    for (indicator, goal, message) in [
        ("coverage", "{reduce_by: {percent: 5, from: {value: 3}}}", "a relative goal starts from"),
        ("rise", "{at_least: 5}", "a change starts from"),
    ] {
        let target = format!(
            "{{indicator: {indicator}, goal: {goal}, baseline: {{value: 40}}, window: \"2023\"}}"
        );
        let error = Plan::from_yaml(&text(&target)).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(error.to_string().contains("line 12, column "), "{error}");
    }
}

#[test]
fn explanations_say_how_far_it_is() {
    let target =
        "{indicator: coverage, goal: {at_least: 60}, baseline: {value: 40}, window: \"2023\"}";
    let plan = Plan::from_yaml(&text(target)).unwrap();
    let mut tally = Tally::of_events(&plan);
    for (measure, value) in [("done", 52.0), ("planned", 100.0)] {
        tally.record(&outcome("c", "2023-02-01", measure, value)).unwrap();
    }
    let report = plan.assess(&tally, day("2024-01-01")).unwrap();
    let explanation = report.explain("t", None, None).unwrap();
    assert_eq!(explanation.notes, ["Of the way from the baseline, 40, to the goal, 60 % is done."]);
}
