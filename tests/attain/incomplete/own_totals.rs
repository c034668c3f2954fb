//! Rule 12: an own total that is used where units below it reported something else.

use crate::incomplete::support::*;
use attain::Plan;

fn three_levels() -> Plan {
    parse(
        "
attain: 1
plan: totals
units:
  levels: [nation, state, district]
  list:
    - {id: n, level: nation}
    - {id: s, level: state, parent: n}
    - {id: a, level: district, parent: s}
    - {id: b, level: district, parent: s}
measures: {cases: {}}
indicators: {cases: {count: cases}}
targets: {t: {indicator: cases, goal: {at_most: 20}, window: '2023', units: [n]}}",
    )
}

#[test]
fn a_total_of_a_unit_between_is_told_in_the_row_and_by_reconcile() {
    let report = report(&three_levels(), "s 2023 cases 7; a 2023 cases 25", "2023-12-31");
    let found = row(&report, "t", "n");
    expect(found, "value=7 verdict=met");
    assert!(
        found.method.as_ref().unwrap().contains("own total used, its parts differ"),
        "{found:?}"
    );
    let differences = report.reconcile();
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert_eq!((differences[0].whole, differences[0].parts), (7.0, 25.0));
}

#[test]
fn parts_that_add_up_to_the_total_are_not_told() {
    let figures = "s 2023 cases 7; a 2023 cases 5; b 2023 cases 2";
    let report = report(&three_levels(), figures, "2023-12-31");
    let found = row(&report, "t", "n");
    expect(found, "value=7");
    assert!(!found.method.as_ref().unwrap().contains("differ"), "{found:?}");
    assert!(report.reconcile().is_empty());
}

#[test]
fn the_topmost_total_is_the_one_that_is_used() {
    let figures = "n 2023 cases 30; s 2023 cases 7; a 2023 cases 25";
    let report = report(&three_levels(), figures, "2023-12-31");
    expect(row(&report, "t", "n"), "value=30 verdict=missed");
    let mut pairs = report.reconcile().into_iter().map(|found| (found.whole, found.parts));
    assert!(pairs.any(|pair| pair == (30.0, 7.0)));
}

#[test]
fn totals_of_the_windows_that_are_compared_with_are_reconciled_too() {
    let totals = |indicator: &str, target: &str| {
        let plan = parse(&format!(
            "
attain: 1
plan: totals
units:
  levels: [state, district]
  list:
    - {{id: s, level: state}}
    - {{id: a, level: district, parent: s}}
measures: {{cases: {{}}}}
indicators: {{cases: {{count: cases}}, change: {{change: {{of: cases, from: previous_period, as: percent}}}}}}
targets: {{t: {{indicator: {indicator}, goal: {{{target}}}, window: '2023', units: [s]}}}}"
        ));
        let figures = "s 2022 cases 7; a 2022 cases 25; s 2023 cases 8; a 2023 cases 8";
        let report = report(&plan, figures, "2023-12-31");
        let found = report.reconcile().into_iter();
        found.map(|one| (one.window_start.to_string(), one.whole, one.parts)).collect::<Vec<_>>()
    };
    let of_2022 = vec![("2022-01-01".to_owned(), 7.0, 25.0)];
    assert_eq!(totals("change", "at_least: 0"), of_2022);
    let relative = "reduce_by: {percent: 5, from: previous_period}";
    assert_eq!(totals("cases", relative), of_2022);
    assert_eq!(totals("cases", "at_most: 9"), vec![]);
}
