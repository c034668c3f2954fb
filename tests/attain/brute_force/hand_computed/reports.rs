//! Rules 29 and 30 by hand.

use super::example::*;
use crate::brute_force::calendar::Kind;
use crate::brute_force::model::{Decimal, Goal, OverTime, OverUnits, Scope, Windows};
use crate::brute_force::reasons::Reason;

const YEAR_END: &str = "2023-12-31";

fn counting(window: &str) -> Example {
    let mut example = Example::of_figures();
    let indicator = example.count("a");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), window);
    example
}

#[test]
fn units_that_report_owe_a_report_for_every_period() {
    let mut example = counting("2023-Q1");
    example.plan().measures[0].every = Some(Kind::Month);
    for unit in ["w1", "w2", "w3"] {
        example.outcome(unit, "2023-01", "a", "1");
    }
    example.outcome("w1", "2023-02", "a", "1");
    let completeness = |unit, as_of| example.row(unit, as_of).completeness;
    assert_eq!(completeness("c", YEAR_END), fraction(400, 9));
    assert_eq!(completeness("d1", YEAR_END), number(50));
    assert_eq!(completeness("w3", YEAR_END), fraction(100, 3));
    // February has ended, March has not.
    assert_eq!(completeness("c", "2023-03-30"), fraction(400, 6));
    assert_eq!(completeness("c", "2023-02-01"), number(100));
}

#[test]
fn a_unit_that_never_reported_owes_nothing() {
    let mut example = counting("2023");
    example.outcome("w1", "2023-01", "a", "1");
    example.outcome("w3", "2022-01", "a", "1");
    assert_eq!(example.row("c", YEAR_END).completeness, number(50));
    assert_eq!(example.row("d1", YEAR_END).completeness, number(100));
    assert_eq!(example.row("d2", YEAR_END).completeness, number(0));
    assert_eq!(example.row("w2", YEAR_END).completeness, None);
}

#[test]
fn an_own_total_is_the_report_of_all_below() {
    let mut example = counting("2023");
    example.outcome("d1", "2023", "a", "1");
    example.outcome("w3", "2023", "a", "").status = Some('M');
    example.outcome("w3", "2022", "a", "5");
    assert_eq!(example.row("c", YEAR_END).completeness, number(50));
    example.outcome("w3", "2023-05-01", "a", "").status = Some('Q');
    assert_eq!(example.row("c", YEAR_END).completeness, number(100));
}

#[test]
fn a_level_that_has_to_report_owes_for_each_of_its_units() {
    let mut example = counting("2023");
    example.plan().measures[0].recorded_at = Some(1);
    example.outcome("w1", "2023-01", "a", "1");
    assert_eq!(example.row("c", YEAR_END).completeness, number(50));
    assert_eq!(example.row("d1", YEAR_END).completeness, number(100));
    assert_eq!(example.row("d2", YEAR_END).completeness, number(0));
    assert_eq!(example.row("w1", YEAR_END).completeness, None);
    example.outcome("c", "2023", "a", "1");
    assert_eq!(example.row("c", YEAR_END).completeness, number(100));
    assert_eq!(example.row("d2", YEAR_END).completeness, number(0), "the city is above the row");
}

#[test]
fn listed_units_owe_and_others_may_report() {
    let mut example = counting("2023");
    let measure = &mut example.plan().measures[0];
    measure.recorded_at = Some(1);
    measure.recorded_by = Some(vec!["d2".to_owned()]);
    example.outcome("d1", "2023", "a", "4");
    let row = example.row("c", YEAR_END);
    assert_eq!((row.value, row.completeness), (number(4), number(0)), "d1 owes nothing");
    example.outcome("w3", "2023-01", "a", "1");
    let row = example.row("c", YEAR_END);
    assert_eq!((row.value, row.completeness), (number(5), number(100)));
    assert_eq!(example.row("d1", YEAR_END).completeness, None);
}

#[test]
fn the_finest_windows_of_targets_are_the_periods() {
    let mut example = counting("2023-Q1");
    let every = |every| Windows::Every { every, within: window_name("2023") };
    for kind in [Kind::Quarter, Kind::Month] {
        let target = example.target(0, Goal::AtLeast(Decimal::whole(0)), "2023");
        target.windows = every(kind);
        target.scope = Scope::Level(1);
    }
    example.outcome("w1", "2023-01", "a", "1");
    assert_eq!(example.row("c", YEAR_END).completeness, fraction(100, 3));
    let rows = example.rows("d1", YEAR_END);
    assert_eq!(rows.len(), 1 + 4 + 12);
    assert_eq!(rows[1].completeness, fraction(100, 3));
}

#[test]
fn a_row_shows_its_least_complete_measure() {
    let mut example = Example::of_figures();
    example.measure("n", OverTime::Mean, OverUnits::Sum);
    let indicator = example.ratio("a", "n");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), "2023");
    example.outcome("w1", "2023", "a", "5");
    example.outcome("w1", "2023", "n", "10");
    example.outcome("w2", "2023", "n", "10");
    example.outcome("w2", "2022", "a", "10");
    assert_eq!(example.row("c", YEAR_END).completeness, number(50));
}

#[test]
fn events_owe_nothing_unless_the_measure_says_so() {
    let mut example = Example::of_events();
    let indicator = example.count("a");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), "2023-H1");
    example.outcome("w1", "2023-01-05", "a", "");
    assert_eq!(example.row("c", YEAR_END).completeness, None);
    example.plan().measures[0].every = Some(Kind::Quarter);
    assert_eq!(example.row("c", YEAR_END).completeness, number(50));
}

#[test]
fn too_few_reports_leave_the_value_but_not_the_verdict() {
    let mut example = counting("2023");
    example.outcome("w1", "2023", "a", "1");
    example.outcome("w3", "2022", "a", "1");
    example.plan().minimum_completeness = Some(Decimal::whole(50));
    assert_eq!(example.row("c", YEAR_END).reason, None);
    example.plan().targets[0].minimum_completeness = Some(decimal("50.1"));
    let row = example.row("c", YEAR_END);
    assert_eq!((row.reason, row.value), (Some(Reason::TooFewReports), number(1)));
    assert_eq!(row.reason.map(Reason::code), Some("incomplete"));
    assert_eq!(example.row("d2", YEAR_END).reason, Some(Reason::NoData), "which goes first");
}
