//! Rules 21 to 26 by hand.

use super::example::*;
use crate::brute_force::goals::Pace;
use crate::brute_force::model::{
    Amount, Annualised, Decimal, Form, From, Goal, OverTime, OverUnits,
};
use crate::brute_force::reasons::Reason;
use crate::brute_force::rows::{Row, Verdict};

const YEAR_END: &str = "2023-12-31";

/// A proportion of two whole numbers, judged at the end of the year.
fn proportion(above: &str, below: &str, goal: Goal) -> Row {
    let mut example = Example::of_figures();
    let indicator = example.proportion("a", "n");
    example.target(indicator, goal, "2023");
    example.outcome("c", "2023", "a", above);
    example.outcome("c", "2023", "n", below);
    example.row("c", YEAR_END)
}

fn count(value: &str, goal: Goal) -> Row {
    let mut example = Example::of_figures();
    let indicator = example.count("a");
    example.target(indicator, goal, "2023");
    example.outcome("c", "2023", "a", value);
    example.row("c", YEAR_END)
}

fn at_least(goal: &str) -> Goal {
    Goal::AtLeast(decimal(goal))
}

fn at_most(goal: &str) -> Goal {
    Goal::AtMost(decimal(goal))
}

#[test]
fn a_ratio_exactly_at_the_goal_meets_at_least_and_misses_above() {
    assert_eq!(proportion("21", "28", at_least("75")).verdict, Verdict::Met);
    assert_eq!(proportion("21", "28", Goal::Above(decimal("75"))).verdict, Verdict::Missed);
    assert_eq!(proportion("241", "250", at_least("96.4")).verdict, Verdict::Met);
    assert_eq!(proportion("241", "250", at_most("96.4")).verdict, Verdict::Met);
    assert_eq!(proportion("241", "250", Goal::Below(decimal("96.4"))).verdict, Verdict::Missed);
}

#[test]
fn both_ends_of_a_band_belong_to_it() {
    let band = |value| count(value, Goal::Between(decimal("30"), decimal("40")));
    for (value, verdict, gap) in [
        ("29", Verdict::Missed, -1),
        ("30", Verdict::Met, 0),
        ("33", Verdict::Met, 3),
        ("40", Verdict::Met, 0),
        ("45", Verdict::Missed, -5),
    ] {
        let row = band(value);
        assert_eq!((row.verdict, row.gap), (verdict, number(gap)));
        assert_eq!((row.goal_value, row.goal_upper), (number(30), number(40)));
        assert_eq!(row.attainment, None);
    }
    assert_eq!(band("29").needed, Some(1));
    assert_eq!(band("35").needed, Some(0));
    assert_eq!(band("41").needed, None);
}

#[test]
fn needed_are_the_events_that_meet_the_goal() {
    // 156 of 200 are 78 %.
    assert_eq!(proportion("140", "200", at_least("78")).needed, Some(16));
    assert_eq!(proportion("156", "200", at_least("78")).needed, Some(0));
    assert_eq!(proportion("156", "200", Goal::Above(decimal("78"))).needed, Some(1));
    assert_eq!(proportion("199", "200", Goal::Above(decimal("100"))).needed, None);
    assert_eq!(count("8", at_most("12")).needed, Some(-4));
    assert_eq!(count("8", Goal::Below(decimal("8"))).needed, Some(1));
    assert_eq!(count("0", Goal::Below(decimal("0"))).needed, None);
    assert_eq!(count("8.5", at_most("12")).needed, None);
    assert_eq!(count("3", Goal::Between(decimal("3.2"), decimal("3.8"))).needed, None);
}

#[test]
fn a_gap_is_positive_on_the_good_side() {
    assert_eq!(count("8", at_most("12")).gap, number(4));
    assert_eq!(count("8", at_least("12")).gap, number(-4));
}

#[test]
fn attainment_is_value_by_goal() {
    assert_eq!(count("8", at_most("16")).attainment, number(50));
    assert_eq!(count("8", at_least("0")).attainment, None);
    assert_eq!(count("8", Goal::Above(decimal("5"))).attainment, number(160));
}

/// 30 in the first quarter, 27 in the second.
fn two_quarters(goal: Goal) -> Example {
    let mut example = Example::of_figures();
    let indicator = example.count("a");
    example.target(indicator, goal, "2023-Q2");
    example.outcome("c", "2023-Q1", "a", "30");
    example.outcome("c", "2023-04", "a", "20");
    example.outcome("c", "2023-05-01..2023-07-01", "a", "7");
    example
}

#[test]
fn a_goal_may_be_a_share_of_what_was() {
    let reduce = |percent: &str| {
        two_quarters(Goal::ReduceBy(Amount::Percent(decimal(percent)), From::PreviousPeriod))
            .row("c", YEAR_END)
    };
    let row = reduce("10");
    assert_eq!((row.verdict, row.goal_value, row.baseline), (Verdict::Met, number(27), number(30)));
    assert_eq!((row.needed, row.gap), (Some(0), number(0)));
    let row = reduce("10.1");
    assert_eq!((row.verdict, row.needed), (Verdict::Missed, Some(1)));
    let by = |amount| Goal::IncreaseBy(Amount::Absolute(decimal(amount)), From::PreviousPeriod);
    assert_eq!(two_quarters(by("-3")).row("c", YEAR_END).verdict, Verdict::Met);
    assert_eq!(two_quarters(by("5")).row("c", YEAR_END).needed, Some(8));
    assert_eq!(two_quarters(by("5")).row("c", YEAR_END).goal_value, number(35));
}

#[test]
fn the_window_a_goal_starts_from_is_taken_whole_and_has_ended() {
    let goal = || Goal::ReduceBy(Amount::Percent(decimal("10")), From::PreviousPeriod);
    let running = two_quarters(goal()).row("c", "2023-04-30");
    assert_eq!((running.goal_value, running.verdict), (number(27), Verdict::Met));
    let goal = Goal::ReduceBy(
        Amount::Percent(decimal("10")),
        From::Window(window_name("2023-01-01..2023-07-01")),
    );
    let example = two_quarters(goal);
    assert_eq!(example.row("c", "2023-04-30").reason, Some(Reason::NoBaseline));
    assert_eq!(example.row("c", YEAR_END).baseline, number(57));
    assert_eq!(example.row("d1", YEAR_END).reason, Some(Reason::NoData), "which goes first");
}

#[test]
fn a_flow_is_expected_to_grow_with_the_days() {
    // 30 of 91 days; 91 are expected in all.
    let row = |goal| two_quarters(goal).row("c", "2023-04-30");
    let floor = row(at_least("91"));
    assert_eq!((floor.expected_now, floor.pace), (number(30), Some(Pace::Behind)));
    assert_eq!(row(at_least("60")).pace, Some(Pace::Ahead));
    // 20 of 20, and of 21, expected.
    assert_eq!(row(at_least("60.6")).pace, Some(Pace::Ahead));
    assert_eq!(row(at_least("63.7")).pace, Some(Pace::OnTrack));
    // 20 of at most 20.01…, 19.97… and 18.98….
    assert_eq!(row(at_most("60.7")).pace, Some(Pace::Ahead));
    assert_eq!(row(at_most("60.6")).pace, Some(Pace::OnTrack));
    assert_eq!(row(at_most("57.6")).pace, Some(Pace::Behind));
}

#[test]
fn a_final_row_expects_nothing() {
    let row = two_quarters(at_least("91")).row("c", YEAR_END);
    assert_eq!((row.expected_now, row.pace), (None, None));
}

#[test]
fn a_stock_is_expected_on_the_line_from_its_baseline() {
    let mut example = Example::of_figures();
    example.measure("a", OverTime::Last, OverUnits::Sum);
    let indicator = example.count("a");
    let goal = Goal::IncreaseBy(Amount::Absolute(decimal("365")), From::PreviousPeriod);
    example.target(indicator, goal, "2023");
    example.outcome("c", "2022-12-31", "a", "1000");
    example.outcome("c", "2023-01-31", "a", "1020");
    let row = example.row("c", "2023-01-31");
    assert_eq!((row.expected_now, row.pace), (number(1031), Some(Pace::OnTrack)));
    assert_eq!(row.goal_value, number(1365));
    example.plan().targets[0].goal = at_least("1365");
    assert_eq!(example.row("c", "2023-01-31").expected_now, None);
}

#[test]
fn a_ratio_is_expected_at_its_goal() {
    let mut example = Example::of_figures();
    let indicator = example.ratio("a", "n");
    example.target(indicator, at_most("50"), "2023");
    example.outcome("c", "2023-01", "a", "19");
    example.outcome("c", "2023-01", "n", "36");
    let row = example.row("c", "2023-01-31");
    // 50 ÷ 52.8 is 0.947.
    assert_eq!((row.expected_now, row.pace), (number(50), Some(Pace::Behind)));
}

#[test]
fn a_rate_accumulates_unless_it_is_annualised() {
    let expected = |annualised| {
        let mut example = Example::of_figures();
        example.measure("n", OverTime::Mean, OverUnits::Sum);
        let numerator = example.expression("a");
        let population = example.expression("n");
        let per = Decimal::whole(1000);
        let indicator = example.indicator(Form::Rate { numerator, population, per, annualised });
        example.target(indicator, at_most("73"), "2023");
        example.outcome("c", "2023-01-01..2023-01-06", "a", "19");
        example.outcome("c", "2023", "n", "1000");
        example.row("c", "2023-01-05").expected_now
    };
    assert_eq!(expected(Annualised::None), number(1));
    assert_eq!(expected(Annualised::Exact), number(73));
}

#[test]
fn a_change_has_needed_but_no_attainment() {
    let row = |relative, goal| {
        let mut example = Example::of_figures();
        let of = example.count("a");
        let indicator =
            example.indicator(Form::Change { of, from: From::PreviousPeriod, relative });
        example.target(indicator, goal, "2023");
        example.outcome("c", "2022", "a", "1916");
        example.outcome("c", "2023", "a", "1850");
        example.row("c", YEAR_END)
    };
    // 5 % less than 1916 are 1820.2.
    assert_eq!(row(true, at_most("-5")).needed, Some(30));
    assert_eq!(row(true, at_least("-5")).needed, Some(0));
    assert_eq!(row(false, at_most("-66")).needed, Some(0));
    assert_eq!(row(false, at_most("-66")).gap, number(0));
    assert_eq!(row(false, at_least("10")).attainment, None);
}

#[test]
fn a_change_of_a_share_needs_so_many_of_the_same_whole() {
    let mut example = Example::of_figures();
    let of = example.proportion("a", "n");
    let from = From::Value(Decimal::whole(40));
    let absolute = example.indicator(Form::Change { of, from: from.clone(), relative: false });
    let relative = example.indicator(Form::Change { of, from, relative: true });
    example.target(absolute, at_least("20"), "2023");
    example.target(relative, at_least("50"), "2023");
    example.outcome("c", "2023", "a", "5");
    example.outcome("c", "2023", "n", "10");
    let rows = example.rows("c", YEAR_END);
    assert_eq!((rows[0].value.clone(), rows[0].needed), (number(10), Some(1)));
    assert_eq!((rows[1].value.clone(), rows[1].needed), (number(25), Some(1)));
}

#[test]
fn a_mean_has_no_counts() {
    let mut example = Example::of_figures();
    let of = example.expression("a");
    let per = example.expression("n");
    let indicator = example.indicator(Form::Mean { of, per });
    example.target(indicator, at_least("2"), "2023");
    example.outcome("c", "2023", "a", "5");
    example.outcome("c", "2023", "n", "2");
    let row = example.row("c", YEAR_END);
    assert_eq!((row.value, row.reason, row.needed), (fraction(5, 2), Some(Reason::NoCounts), None));
    example.plan().indicators[0].chance = false;
    assert_eq!(example.row("c", YEAR_END).reason, None);
}
