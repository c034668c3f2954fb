//! Goals that differ by unit or window: a target with a table of goals is the targets that its rows describe.

use attain::{Plan, Tally, Verdict};

use crate::support::{Scratch, day, outcome};

const HEAD: &str = r#"
attain: 1
plan: roads
units:
  levels: [city, district]
  list:
    - {id: c, level: city}
    - {id: d1, level: district, parent: c}
    - {id: "d/2", level: district, parent: c}
measures: {accidents: {}, checked: {}}
indicators:
  accidents: {count: accidents}
  checked: {proportion: {numerator: checked, denominator: accidents}}
targets:
"#;

fn plan(targets: &str) -> Plan {
    Plan::from_yaml(&format!("{HEAD}{targets}")).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(targets: &str) -> Vec<String> {
    let error = Plan::from_yaml(&format!("{HEAD}{targets}")).unwrap_err();
    error.faults().iter().map(ToString::to_string).collect()
}

#[test]
fn a_table_of_goals_is_a_target_for_each_row() {
    let targets = r#"
  few:
    title: Accidents
    indicator: accidents
    goal: {table: goals.csv}
    window: {every: year, within: ["2023-01-01", "2025-01-01"]}
    units: {level: district}
"#;
    let file = Scratch::with("plan.yaml", format!("{HEAD}{targets}"));
    let goals =
        "window,unit,at_most,note\n2023,d1,10,\n2024,d1,9,stricter\n2023,d/2,40,\n2024,d/2,36.5,\n";
    std::fs::write(file.folder().join("goals.csv"), goals).unwrap();
    let read = Plan::load(&file.0).unwrap();
    let target = |id: &str, unit: &str, year: &str, goal: &str| {
        format!(
            r#"
  {id}:
    title: Accidents ({unit}, {year})
    indicator: accidents
    goal: {{at_most: {goal}}}
    window: {{every: year, within: "{year}"}}
    units: ["{unit}"]
"#
        )
    };
    let written = [
        target("few.d1.2023", "d1", "2023", "10"),
        target("few.d1.2024", "d1", "2024", "9"),
        target("few.d-2.2023", "d/2", "2023", "40"),
        target("few.d-2.2024", "d/2", "2024", "36.5"),
    ];
    assert_eq!(read.to_yaml(), plan(&written.concat()).to_yaml());
    assert_eq!(read.tables().len(), 1);

    let mut tally = Tally::new(&read);
    for (unit, year, value) in [("d1", "2023", 10.0), ("d1", "2024", 10.0), ("d/2", "2024", 36.0)] {
        tally.record(&outcome(unit, year, "accidents", value)).unwrap();
    }
    let report = read.assess(&tally, day("2024-12-31")).unwrap();
    let verdicts: Vec<_> =
        report.rows().iter().map(|row| (row.unit.to_string(), row.verdict)).collect();
    let of = |unit: &str, verdict| (unit.to_owned(), verdict);
    assert_eq!(
        verdicts,
        [
            of("d1", Verdict::Met),
            of("d1", Verdict::Missed),
            of("d/2", Verdict::Indeterminate),
            of("d/2", Verdict::Met),
        ]
    );
}

#[test]
fn a_list_of_goals_has_the_same_rows() {
    let with_list = plan(
        r#"
  changes:
    indicator: accidents
    goal:
      list:
        - {unit: d1, reduce_by: "10 %", baseline: 40}
        - {unit: "d/2", increase_by: 3, baseline: 7.5}
        - {unit: c, at_least: 20, at_most: 30}
    window: "2024"
  shares:
    indicator: checked
    goal:
      list:
        - {window: "2023", at_least: "90 %"}
        - {window: ["2024-01-01", "2025-01-01"], above: {share: 0.95}}
    window: {every: year, within: ["2023-01-01", "2025-01-01"]}
    units: {level: district}
"#,
    );
    let written = plan(
        r#"
  changes.d1: {indicator: accidents, goal: {reduce_by: {percent: 10, from: {value: 40}}}, window: "2024", units: [d1]}
  changes.d-2: {indicator: accidents, goal: {increase_by: {absolute: 3, from: {value: 7.5}}}, window: "2024", units: ["d/2"]}
  changes.c: {indicator: accidents, goal: {between: [20, 30]}, window: "2024", units: [c]}
  shares.2023: {indicator: checked, goal: {at_least: "90 %"}, window: {every: year, within: "2023"}, units: {level: district}}
  shares.2024-01-01-to-2024-12-31:
    {indicator: checked, goal: {above: 95}, window: ["2024-01-01", "2025-01-01"], units: {level: district}}
"#,
    );
    assert_eq!(with_list.to_yaml(), written.to_yaml());
    assert_eq!(Plan::from_yaml(&with_list.to_yaml()).unwrap().to_yaml(), written.to_yaml());
}

/// A target of accidents by year with these rows.
fn with_rows(rows: &str) -> String {
    format!(
        r#"
  few:
    indicator: accidents
    goal: {{list: [{rows}]}}
    window: {{every: year, within: ["2023-01-01", "2025-01-01"]}}
    units: {{level: district}}
"#
    )
}

#[test]
fn each_unit_and_window_has_one_goal() {
    for (rows, said) in [
        (r#"{unit: d1, at_most: 5}"#, "goals are missing: found none for `d/2`"),
        (r#"{window: "2024", at_most: 5}"#, "goals are missing: found none for 2023"),
        (
            r#"{unit: d1, window: "2023", at_most: 5}"#,
            "found none for `d/2` in 2023; `d/2` in 2024; `d1` in 2024",
        ),
        (
            r#"{unit: d1, at_most: 5}, {unit: "d/2", at_most: 4}, {unit: d1, at_most: 6}"#,
            "a second goal for the same unit and window: found `d1`, expected one goal; the first is",
        ),
        (
            r#"{window: "2023", at_most: 5}, {window: "2024", at_most: 4}, {window: ["2023-01-01", "2024-01-01"], at_most: 6}"#,
            "a second goal for the same unit and window",
        ),
        (r#"{unit: d3, at_most: 5}"#, "there is no unit `d3`"),
        (
            r#"{unit: d1, at_most: 5}, {unit: "d/2", at_most: 5}, {unit: c, at_most: 5}"#,
            "the target does not judge this unit: found `c`",
        ),
        (
            r#"{window: "2023", at_most: 5}, {window: "2024", at_most: 5}, {window: "2025", at_most: 5}"#,
            "the target has no such window: found 2025",
        ),
        (
            r#"{unit: d1, at_most: 5}, {window: "2023", at_most: 5}"#,
            "this goal has no `unit`, and others have one",
        ),
        (r#"{at_most: 5}"#, "the goals differ neither by unit nor by window"),
        (r#"{unit: d1}, {unit: "d/2", at_most: 1}"#, "this is not a goal: found none"),
        (
            r#"{unit: d1, at_most: 5, below: 6}, {unit: "d/2", at_most: 1}"#,
            "this is not a goal: found at_most, below",
        ),
        (
            r#"{unit: d1, reduce_by: 5}, {unit: "d/2", at_most: 1}"#,
            "a change needs what it starts from",
        ),
        (
            r#"{unit: d1, at_most: 5, baseline: six}, {unit: "d/2", at_most: 1}"#,
            "expected a number",
        ),
        (r#"{unit: d1, at_mots: 5}"#, "did you mean `at_most`?"),
    ] {
        let faults = refused(&with_rows(rows));
        assert!(faults.iter().any(|fault| fault.contains(said)), "{rows}: {faults:#?}");
    }
}

#[test]
fn faults_of_a_table_have_its_lines_and_columns() {
    let targets = r#"
  shares: {indicator: checked, goal: {table: goals.csv}, window: "2024"}
"#;
    let file = Scratch::with("plan.yaml", format!("{HEAD}{targets}"));
    let said = |goals: &str| {
        std::fs::write(file.folder().join("goals.csv"), goals).unwrap();
        file.cut(&Plan::load(&file.0).unwrap_err().to_string())
    };
    assert!(
        said("unit,at_least\nd1,101\n")
            .contains("goals.csv:2, column `at_least`: this goal is beyond")
    );
    assert!(said("unit,at_least\nd1,many\n").contains("goals.csv:2, column `at_least`: "));
    assert!(
        said("unit,at_least\nd1,5\nx1,5\n")
            .contains("goals.csv:3, column `unit`: there is no unit `x1`")
    );
    assert!(said("unit,at_least\nd1,5\n,5\n").contains("goals.csv:3: this goal has no `unit`"));
    assert!(said("unit,atleast\nd1,5\n").contains("rename it to `at_least`"));
    assert!(said("unit,at_least\n").contains("there is no goal"));
}

#[test]
fn a_target_with_a_table_of_goals_has_no_versions_and_no_borrowed_id() {
    let faults = refused(
        r#"
  few:
    indicator: accidents
    goal: {list: [{unit: c, at_most: 4}]}
    window: "2024"
    versions: [{from: 2024-03-01, goal: {at_most: 3}}]
"#,
    );
    assert!(faults[0].contains("a target with a table of goals has no versions"), "{faults:?}");
    let faults = refused(
        r#"
  few.c: {indicator: accidents, goal: {at_most: 4}, window: "2024"}
  few: {indicator: accidents, goal: {list: [{unit: c, at_most: 4}]}, window: "2024"}
"#,
    );
    assert!(faults[0].contains("another target has the id of this row's target"), "{faults:?}");
}
