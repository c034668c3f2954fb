//! What changed because the facts did, and what because the criteria did.

use attain::Verdict;
use attain::views::ChangeCause::{self, Both, Criteria, Either, Facts};
use attain::views::ChangeOfCertificate::{self, Gained, Kept, Lost, NotHeld, Undecided};

use super::report;
use crate::support::{day, parse};

fn units_without_commas() -> String {
    let units = ["a", "b", "e", "f", "g", "h", "i", "j"];
    let list: Vec<String> =
        units.iter().map(|unit| format!("{{id: {unit}, level: commune}}")).collect();
    format!("{{levels: [commune], list: [{}]}}", list.join(", "))
}

/// The criteria of 2020 ask for at most 10 users, those of 2025 for at most 5 and a model.
fn standards() -> attain::Plan {
    parse(&format!(
        r#"
attain: 1
plan: p
units: {}
measures: {{users: {{over_time: last}}, models: {{over_time: last}}}}
indicators: {{known: {{count: users}}, working: {{count: models}}}}
standards:
  free:
    level: commune
    window: {{every: year, within: [2024-01-01, 2026-01-01]}}
    versions:
      - {{from: 2020-01-01, any: [{{indicator: known, goal: {{at_most: 10}}}}]}}
      - from: 2025-01-01
        all:
          - {{indicator: known, goal: {{at_most: 15}}}}
          - {{indicator: working, goal: {{at_least: 1}}}}
"#,
        units_without_commas()
    ))
}

#[test]
fn each_change_is_put_down_to_facts_criteria_either_or_both() {
    // Per unit: users and models of 2024, then of 2025, and what is to come of it.
    type Facts4 = [f64; 4];
    let cases: [(&str, Facts4, ChangeOfCertificate, Option<ChangeCause>); 7] = [
        // 12 users would do by the new criteria, had there been a model: only both.
        ("a", [12.0, 0.0, 12.0, 1.0], Gained, Some(Both)),
        // The new criteria alone allow 12 users.
        ("b", [12.0, 1.0, 12.0, 1.0], Gained, Some(Criteria)),
        // 9 users do by either criteria.
        ("e", [20.0, 1.0, 9.0, 1.0], Gained, Some(Facts)),
        ("f", [12.0, 1.0, 9.0, 1.0], Gained, Some(Either)),
        // No model: nobody asked for one before.
        ("g", [9.0, 0.0, 9.0, 0.0], Lost, Some(Criteria)),
        ("h", [9.0, 1.0, 9.0, 1.0], Kept, None),
        ("i", [20.0, 1.0, 20.0, 1.0], NotHeld, None),
    ];
    let figures: Vec<_> = cases
        .iter()
        .flat_map(|(unit, facts, ..)| {
            [
                (*unit, "2024", "users", facts[0]),
                (*unit, "2024", "models", facts[1]),
                (*unit, "2025", "users", facts[2]),
                (*unit, "2025", "models", facts[3]),
            ]
        })
        .collect();
    let report = report(&standards(), "2025-12-31", &figures);
    let changes = report.certification_change("free", day("2024-12-31")).unwrap();
    for (unit, _, change, cause) in cases {
        let row = changes.iter().find(|row| row.unit == unit).unwrap();
        assert_eq!((row.change, row.cause), (change, cause), "{row:?}");
    }
    let unknown = changes.iter().find(|row| row.unit == "j").unwrap();
    assert_eq!((unknown.change, unknown.cause), (Undecided, None));
    assert_eq!((unknown.then, unknown.now), (Verdict::Indeterminate, Verdict::Indeterminate));
}

#[test]
fn without_new_criteria_every_change_is_one_of_facts() {
    let text = format!(
        r#"
attain: 1
plan: p
units: {}
measures: {{users: {{over_time: last}}}}
indicators: {{known: {{count: users}}}}
standards:
  free:
    level: commune
    window: {{every: year, within: [2024-01-01, 2026-01-01]}}
    all: [{{indicator: known, goal: {{at_most: 0}}}}]
"#,
        units_without_commas()
    );
    let figures = [
        ("a", "2024", "users", 0.0),
        ("a", "2025", "users", 1.0),
        ("b", "2024", "users", 1.0),
        ("b", "2025", "users", 0.0),
    ];
    let report = report(&parse(&text), "2025-12-31", &figures);
    let changes = report.certification_change("free", day("2024-01-01")).unwrap();
    let causes: Vec<_> = changes.iter().take(2).map(|row| (row.change, row.cause)).collect();
    assert_eq!(causes, [(Lost, Some(Facts)), (Gained, Some(Facts))]);
}

#[test]
fn a_change_needs_two_windows_and_criteria_in_force_in_both() {
    let report = report(&standards(), "2025-12-31", &[]);
    for (since, why) in [
        ("2025-05-01", "has no window after 2025-01-01 to 2025-12-31"),
        ("2023-05-01", "has no window that 2023-05-01 lies in"),
    ] {
        let refused = report.certification_change("free", day(since)).unwrap_err();
        assert!(refused.is_request());
        assert!(refused.to_string().contains(why), "{refused}");
    }
}

#[test]
fn a_window_is_judged_by_the_criteria_in_force_on_its_last_day() {
    let figures = [
        ("a", "2024", "users", 8.0),
        ("a", "2025", "users", 8.0),
        ("a", "2024", "models", 0.0),
        ("a", "2025", "models", 0.0),
    ];
    let report = report(&standards(), "2025-12-31", &figures);
    let certification = report.certification("free", None).unwrap();
    let rows: Vec<_> = certification
        .certificates()
        .iter()
        .filter(|row| row.unit == "a")
        .map(|row| (row.criteria_from.unwrap().to_string(), row.verdict))
        .collect();
    assert_eq!(
        rows,
        [("2020-01-01".to_owned(), Verdict::Met), ("2025-01-01".to_owned(), Verdict::Missed)]
    );
}
