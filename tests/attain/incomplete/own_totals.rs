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
