//! Rules 13, 29, 39 and 40 by hand.

use super::example::*;
use crate::brute_force::calendar::Kind;
use crate::brute_force::model::{
    Amount, Decimal, Form, From, Goal, OverTime, OverUnits, Unmatched,
};
use crate::brute_force::reasons::Reason;
use crate::brute_force::rows::Verdict;

const YEAR_END: &str = "2023-12-31";

fn floor(goal: i64) -> Goal {
    Goal::AtLeast(Decimal::whole(goal))
}

fn ceiling(goal: i64) -> Goal {
    Goal::AtMost(Decimal::whole(goal))
}

/// The share of `d` that is `n` in 2023.
fn share(goal: Goal) -> Example {
    let mut example = Example::of_figures();
    let indicator = example.proportion("n", "d");
    example.target(indicator, goal, "2023");
    example
}

fn monthly(example: &mut Example, unit: &str, months: u32, measure: &str, value: &str) {
    for month in 1..=months {
        example.outcome(unit, &format!("2023-{month:02}"), measure, value);
    }
}

#[test]
fn what_has_one_side_only_is_left_out_of_both() {
    let mut example = share(floor(90));
    example.outcome("d1", "2023", "n", "50");
    example.outcome("d1", "2023", "d", "100");
    example.outcome("d2", "2023", "d", "100");
    let row = example.row("c", YEAR_END);
    assert_eq!((row.value, row.completeness), (number(50), number(50)));
    assert_eq!((row.matched, row.unmatched), (Some(1), Some(1)));
    // 25 to 75: the rest is left to the test at the goal.
    assert_eq!(row.certainty, ["clear", "within_chance", "unknown"]);
    example.plan().targets[0].goal = floor(70);
    assert_eq!(example.row("c", YEAR_END).certainty, ["unsettled"]);
}

#[test]
fn no_pair_is_unmatched_and_no_side_is_no_data() {
    let mut example = share(floor(90));
    example.outcome("d1", "2023", "n", "50");
    example.outcome("d2", "2023", "d", "50");
    let row = example.row("c", YEAR_END);
    assert_eq!((row.reason, row.value), (Some(Reason::Unmatched), None));
    assert_eq!((row.numerator, row.denominator), (number(50), number(50)));
    assert_eq!((row.matched, row.unmatched), (Some(0), Some(2)));
    assert_eq!(example.row("d1", YEAR_END).reason, Some(Reason::NoData));
}

#[test]
fn an_own_total_is_matched_with_all_that_is_below() {
    let mut example = Example::of_figures();
    example.measure("p", OverTime::Last, OverUnits::Sum);
    let indicator = example.ratio("n", "p");
    example.target(indicator, ceiling(8), "2023");
    example.outcome("c", "2023", "p", "1000");
    example.outcome("d1", "2023", "n", "50");
    example.outcome("d2", "2023", "n", "").status = Some('O');
    let row = example.row("c", YEAR_END);
    assert_eq!((row.value, row.completeness), (number(5), number(50)));
    assert_eq!((row.matched, row.unmatched), (Some(1), Some(0)));
    assert_eq!(row.certainty, ["unsettled"]);
}

#[test]
fn a_stock_counts_by_the_share_of_its_periods() {
    let mut example = Example::of_figures();
    example.flow("n").every = Some(Kind::Month);
    example.measure("p", OverTime::Last, OverUnits::Sum);
    let indicator = example.ratio("n", "p");
    example.target(indicator, ceiling(2), "2023");
    monthly(&mut example, "d1", 12, "n", "10");
    monthly(&mut example, "d2", 1, "n", "10");
    for unit in ["d1", "d2"] {
        example.outcome(unit, "2023", "p", "5000");
    }
    let row = example.row("c", YEAR_END);
    assert_eq!(row.denominator, Some(decimal("5416.66666666667").exact()));
    assert_eq!((row.numerator, row.verdict), (number(130), Verdict::Missed));
    assert_eq!((row.matched, row.unmatched), (Some(13), Some(11)));
    assert_eq!(row.certainty, ["unsettled"]);
}

#[test]
fn a_measure_that_is_zero_where_absent_binds_nothing() {
    let mut example = share(floor(20));
    example.outcome("d1", "2023", "n", "50");
    example.outcome("d1", "2023", "d", "100");
    example.outcome("d2", "2023", "d", "100");
    example.plan().measures[0].absent_zero = true;
    let row = example.row("c", YEAR_END);
    assert_eq!(row.value, number(25));
    assert_eq!((row.matched, row.unmatched), (Some(2), Some(0)));
}

#[test]
fn one_sided_pairs_are_refused_or_taken_as_recorded() {
    let mut example = share(floor(20));
    example.outcome("d1", "2023", "n", "50");
    example.outcome("d1", "2023", "d", "100");
    example.outcome("d2", "2023", "d", "100");
    example.plan().unmatched = Some(Unmatched::Refuse);
    assert_eq!(example.value("c", YEAR_END), Err(Reason::Unmatched));
    example.plan().indicators[0].unmatched = Some(Unmatched::AsRecorded);
    assert_eq!(example.row("c", YEAR_END).value, number(25));
}

#[test]
fn a_change_is_one_of_units_that_count_in_both_windows() {
    let mut example = Example::of_figures();
    let of = example.count("n");
    let from = From::SameWindowLastYear;
    let change = example.indicator(Form::Change { of, from, relative: true });
    example.target(change, ceiling(10), "2023");
    example.outcome("d1", "2022", "n", "100");
    example.outcome("d1", "2023", "n", "100");
    example.outcome("d2", "2023", "n", "120");
    let row = example.row("c", YEAR_END);
    assert_eq!((row.value, row.completeness), (number(0), number(50)));
    assert_eq!(row.certainty, ["unsettled"]);
    example.plan().targets[0].indicator = of;
    let amount = Amount::Percent(Decimal::whole(10));
    example.plan().targets[0].goal = Goal::ReduceBy(amount, From::SameWindowLastYear);
    let row = example.row("c", YEAR_END);
    assert_eq!((row.value, row.goal_value), (number(100), number(90)));
}

#[test]
fn three_months_beside_nine_of_ten_hold_19_to_43() {
    let mut example = Example::of_figures();
    example.flow("n").every = Some(Kind::Month);
    let indicator = example.count("n");
    for goal in [121, 132, 133] {
        example.target(indicator, ceiling(goal), "2023");
    }
    monthly(&mut example, "w1", 9, "n", "10");
    let rows = example.rows("w1", YEAR_END);
    assert_eq!(rows[0].certainty, ["unsettled"]);
    assert_eq!(rows[1].certainty, ["unsettled"]);
    assert_eq!(rows[2].certainty, ["clear", "within_chance", "unknown"]);
    // Nine months of 273 days are covered; all of the year has passed.
    assert_eq!(rows[0].expected_now, fraction(121 * 273, 365));
}

#[test]
fn no_event_of_a_part_is_zero_while_the_whole_is_recorded() {
    let mut example = Example::of_events();
    let indicator = example.proportion("bad", "all");
    example.target(indicator, ceiling(5), "2023-03");
    example.outcome("w1", "2023-01-10", "bad", "3");
    example.outcome("w1", "2023-03-10", "all", "100");
    example.outcome("w1", "2023-06-10", "all", "100");
    let row = example.row("c", YEAR_END);
    assert_eq!((row.value, row.matched), (number(0), None));
    assert_eq!(example.row("d2", YEAR_END).reason, Some(Reason::ZeroDenominator));
}

#[test]
fn suppressed_cells_of_a_known_range_decide_where_both_ends_agree() {
    let mut example = Example::of_figures();
    example.flow("n").suppressed = Some((Decimal::whole(1), Decimal::whole(7)));
    let indicator = example.count("n");
    example.target(indicator, floor(101), "2023");
    example.outcome("d1", "2023", "n", "100");
    example.outcome("d2", "2023", "n", "").status = Some('Q');
    let row = example.row("c", YEAR_END);
    assert_eq!((row.value, row.verdict), (None, Verdict::Met));
    example.plan().targets[0].goal = floor(102);
    let row = example.row("c", YEAR_END);
    assert_eq!((row.reason, row.verdict), (Some(Reason::Suppressed), Verdict::Indeterminate));
}
