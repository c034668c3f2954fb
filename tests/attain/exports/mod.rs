//! Reports for other programs: OpenMetrics, JUnit XML, Data Package, SDMX, IATI. Other programs read them in
//! `tests/python/test_exports.py`.

mod iati;
mod sdmx;

use std::collections::HashSet;

use attain::exchange::{OpenMetricsOptions, PACKAGE_FILES};
use attain::{Report, Rows, Verdict};
use roxmltree::Document;
use serde_json::Value;

use crate::support::{Scratch, assess, outcomes, parse};

/// A unit and a plan with names that are awkward in XML, in labels and in CSV; one window has closed and one runs.
fn report(as_of: &str) -> Report {
    let plan = parse(
        r#"
attain: 1
plan: Safe.Streets
title: "</testsuite> \"&\" \u001b[31m"
units: {levels: [city], list: [{id: "a\"\\b", name: "=x,\ny", level: city}, {id: "<c>", name: C, level: city}]}
measures: {cases: {unit: case}}
indicators: {known: {count: cases, better: lower}}
targets:
  few: {indicator: known, goal: {at_most: 9}, window: {every: quarter, within: ["2024-01-01", "2024-10-01"]}}
"#,
    );
    let figures = outcomes(&[
        ("a\"\\b", "2024-Q1", "cases", 2.0),
        ("a\"\\b", "2024-Q2", "cases", 12.5),
        ("<c>", "2024-Q1", "cases", 3.0),
    ]);
    assess(&plan, Rows::Figures, &figures, as_of)
}

fn samples<'t>(text: &'t str, family: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.starts_with(&format!("{family}{{"))).collect()
}

#[test]
fn a_missing_number_is_an_absent_sample() {
    let report = report("2024-12-31");
    let text = report.to_openmetrics(&OpenMetricsOptions::new().latest(false));
    let with_value = report.rows().iter().filter(|row| row.value.is_some()).count();
    assert!(with_value > 0 && with_value < report.len());
    assert_eq!(samples(&text, "attain_value").len(), with_value);
    assert_eq!(samples(&text, "attain_goal").len(), report.len());
    assert_eq!(samples(&text, "attain_verdict").len(), report.len() * Verdict::ALL.len());
    assert!(!text.contains("NaN"));
    assert!(!text.contains("attain_goal_upper"), "a family without samples is left out");
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn each_target_and_unit_has_the_window_that_runs_or_the_last_that_closed() {
    let goals = |as_of: &str| {
        let text = report(as_of).to_openmetrics(&OpenMetricsOptions::new());
        samples(&text, "attain_goal").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for (as_of, start) in
        [("2024-02-01", "2024-01-01"), ("2024-05-31", "2024-04-01"), ("2026-01-01", "2024-07-01")]
    {
        let goals = goals(as_of);
        assert_eq!(goals.len(), 2, "one for each unit, on {as_of}");
        let window = format!("window_start=\"{start}\"");
        assert!(goals.iter().all(|goal| goal.contains(&window)), "{goals:?}");
    }
    assert!(goals("2023-12-31").is_empty(), "no window has begun");
}

#[test]
fn labels_are_escaped() {
    let text = report("2024-12-31").to_openmetrics(&OpenMetricsOptions::new());
    assert!(text.contains(r#",unit="a\"\\b","#), "{text}");
}

#[test]
fn a_code_that_is_used_again_has_one_sample_for_each_window() {
    let plan = parse(
        r#"
attain: 1
plan: p
units: {levels: [city], list: [
  {id: c, level: city, valid_to: "2024-04-01"}, {id: c, level: city, valid_from: "2024-04-01"}]}
measures: {cases: {}}
indicators: {known: {count: cases}}
targets: {few: {indicator: known, goal: {at_most: 9}, window: "2024"}}
"#,
    );
    let report = assess(&plan, Rows::Figures, &[], "2024-12-31");
    assert_eq!(report.len(), 2, "a row for each validity");
    let text = report.to_openmetrics(&OpenMetricsOptions::new().latest(false));
    let goals = samples(&text, "attain_goal");
    let distinct: HashSet<&str> =
        goals.iter().filter_map(|line| line.rsplit_once(' ')).map(|(labels, _)| labels).collect();
    assert_eq!((goals.len(), distinct.len()), (1, 1), "{goals:?}");

    let folder = Scratch::new("package");
    report.write_package(&folder.0).unwrap();
    let description = description(&folder);
    for table in 0..2 {
        let schema = &description["resources"][table]["schema"];
        assert!(schema["fields"].is_array() && schema["primaryKey"].is_null(), "{schema}");
    }
}

#[test]
fn rows_are_test_cases() {
    let report = report("2024-12-31");
    let text = report.to_junit();
    let document = Document::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
    assert!(suite.attribute("name").unwrap().starts_with("</testsuite> \"&\""));
    let cases: Vec<_> = suite.children().filter(|node| node.is_element()).collect();
    assert_eq!(cases.len(), report.len());
    for (case, row) in cases.iter().zip(report.rows()) {
        assert!(case.attribute("name").unwrap().contains(row.unit.as_str()));
        assert_eq!(case.attribute("classname"), Some("known"));
        let outcome = case.first_element_child();
        match row.verdict {
            Verdict::Met => assert!(outcome.is_none()),
            Verdict::Missed => {
                let failure = outcome.unwrap();
                assert_eq!(failure.tag_name().name(), "failure");
                let message = failure.attribute("message");
                assert_eq!(message, Some("12.5 against at most 9; gap \u{2212}3.5"));
            }
            _ => {
                let skipped = outcome.unwrap();
                assert_eq!(skipped.tag_name().name(), "skipped");
                assert_eq!(skipped.attribute("message"), row.reason.map(|reason| reason.code()));
            }
        }
    }
    let count = |name: &str| {
        let outcomes = cases.iter().filter_map(|case| case.first_element_child());
        outcomes.filter(|outcome| outcome.has_tag_name(name)).count().to_string()
    };
    assert_eq!(suite.attribute("failures"), Some(&*count("failure")));
    assert_eq!(suite.attribute("skipped"), Some(&*count("skipped")));
    assert_eq!(suite.attribute("tests"), Some(&*cases.len().to_string()));
}

fn description(folder: &Scratch) -> Value {
    let text = std::fs::read_to_string(folder.0.join("datapackage.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn equal_reports_are_equal_packages() {
    let (one, other) = (Scratch::new("package"), Scratch::new("package"));
    report("2024-12-31").write_package(&one.0).unwrap();
    report("2024-12-31").write_package(&other.0).unwrap();
    for name in PACKAGE_FILES {
        let read = |folder: &Scratch| std::fs::read(folder.0.join(name)).unwrap();
        assert_eq!(read(&one), read(&other), "{name}");
    }
    let description = description(&one);
    assert_eq!(description["name"], "safe.streets-assessments");
    let bytes = description["resources"][0]["bytes"].as_u64().unwrap();
    assert_eq!(bytes, std::fs::metadata(one.0.join("assessments.csv")).unwrap().len());
    let plan = attain::Plan::load(one.0.join("plan.yaml")).unwrap();
    assert_eq!(plan.fingerprint(), description["attain"]["plan_fingerprint"].as_str().unwrap());
    assert_eq!(description["attain"]["as_of"], "2024-12-31");
}

#[test]
fn a_folder_that_can_not_be_made_is_a_fault_of_a_file() {
    let file = Scratch::with("file", "text");
    let error = report("2024-12-31").write_package(file.0.join("package")).unwrap_err();
    assert!(error.is_file(), "{error}");
}
