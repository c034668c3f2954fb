//! Rules 17 to 20 by hand.

use super::example::*;
use crate::brute_force::model::{
    Annualised, Decimal, Form, From, Goal, OverTime, OverUnits, WindowName, Windows, exact,
};
use crate::brute_force::reasons::Reason;

const YEAR_END: &str = "2023-12-31";

fn any() -> Goal {
    Goal::AtLeast(Decimal::whole(0))
}

#[test]
fn sums_are_taken_before_anything_is_divided() {
    let mut example = Example::of_figures();
    let indicator = example.proportion("a", "n");
    example.target(indicator, any(), "2023");
    for (unit, above, below) in [("w1", "1", "2"), ("w2", "1", "10"), ("w3", "4", "8")] {
        example.outcome(unit, "2023", "a", above);
        example.outcome(unit, "2023", "n", below);
    }
    let row = example.row("c", YEAR_END);
    assert_eq!((row.numerator, row.denominator), (number(6), number(20)));
    assert_eq!(row.value, number(30));
}

#[test]
fn a_part_is_no_larger_than_the_whole() {
    let mut example = Example::of_figures();
    let proportion = example.proportion("a", "n");
    example.target(proportion, any(), "2023");
    example.outcome("w1", "2023", "a", "5");
    example.outcome("w1", "2023", "n", "4");
    example.outcome("w2", "2023", "a", "0");
    example.outcome("w2", "2023", "n", "0");
    assert_eq!(example.value("w1", YEAR_END), Err(Reason::ContradictoryCounts));
    assert_eq!(example.value("w2", YEAR_END), Err(Reason::ZeroDenominator));
    assert_eq!(example.row("w1", YEAR_END).reason.map(Reason::code), Some("incomplete"));
    example.plan().targets.clear();
    let ratio = example.ratio("a", "n");
    example.target(ratio, any(), "2023");
    assert_eq!(example.value("w1", YEAR_END), Ok(exact(125)));
}

/// A rate of 6 events in a population of 12,000 per 100,000.
fn rate(annualised: Annualised, window: &str) -> Example {
    let mut example = Example::of_figures();
    example.measure("n", OverTime::Mean, OverUnits::Sum);
    let numerator = example.expression("a");
    let population = example.expression("n");
    let per = Decimal::whole(100_000);
    let indicator = example.indicator(Form::Rate { numerator, population, per, annualised });
    example.target(indicator, any(), window);
    example.outcome("w1", "2024-02-10", "a", "6");
    example.outcome("w1", "2023-01-01..2026-01-01", "n", "12000");
    example
}

#[test]
fn a_rate_is_per_head_and_year() {
    let value = |annualised, window| rate(annualised, window).value("c", "2025-12-31").unwrap();
    assert_eq!(value(Annualised::None, "2024-Q1"), exact(50));
    // 91 days of 2024.
    assert_eq!(value(Annualised::Days365, "2024-Q1"), exact(50 * 365) / exact(91));
    assert_eq!(value(Annualised::Exact, "2024-Q1"), exact(50 * 366) / exact(91));
    assert_eq!(value(Annualised::Exact, "2024"), exact(50));
    // 31 days of 2023, and 60 of 2024.
    let years = exact(31) / exact(365) + exact(60) / exact(366);
    assert_eq!(value(Annualised::Exact, "2023-12-01..2024-03-01"), exact(50) / years);
}

#[test]
fn a_running_rate_is_annualised_by_the_days_to_date() {
    let row = rate(Annualised::Days365, "2024").row("c", "2024-02-19");
    assert_eq!((row.numerator, row.denominator), (number(6), number(12_000)));
    assert_eq!(row.value, fraction(50 * 365, 50));
}

/// The change of a count, window 2023-Q2 if not said otherwise.
fn change(from: From, relative: bool) -> Example {
    let mut example = Example::of_figures();
    let of = example.count("a");
    let indicator = example.indicator(Form::Change { of, from, relative });
    example.target(indicator, any(), "2023-Q2");
    for (month, value) in [("2022-04", "10"), ("2022-05", "0"), ("2022-06", "30")] {
        example.outcome("w1", month, "a", value);
    }
    for (month, value) in [("2023-01", "1"), ("2023-02", "2"), ("2023-03", "5")] {
        example.outcome("w1", month, "a", value);
    }
    for (month, value) in [("2023-04", "9"), ("2023-05", "1"), ("2023-06", "0")] {
        example.outcome("w1", month, "a", value);
    }
    example
}

#[test]
fn a_change_is_in_per_cent_of_then_or_absolute() {
    let row = change(From::PreviousPeriod, true).row("c", YEAR_END);
    assert_eq!((row.value, row.baseline), (number(25), number(8)));
    let row = change(From::SameWindowLastYear, true).row("c", YEAR_END);
    assert_eq!((row.value, row.baseline), (number(-75), number(40)));
    let row = change(From::SameWindowLastYear, false).row("c", YEAR_END);
    assert_eq!(row.value, number(-30));
    let row = change(From::Window(window_name("2022-05")), true).row("c", YEAR_END);
    assert_eq!(row.reason, Some(Reason::ZeroDenominator));
    let row = change(From::Value(Decimal::whole(-5)), true).row("c", YEAR_END);
    assert_eq!(row.value, number(300));
    let row = change(From::Window(window_name("2019")), true).row("c", YEAR_END);
    assert_eq!(row.reason, Some(Reason::NoBaseline));
}

#[test]
fn a_running_window_is_compared_with_as_many_days() {
    // 30 days of April against the first 30 of the quarter before: 30 January cuts January's figure.
    let row = change(From::PreviousPeriod, true).row("c", "2023-04-30");
    assert_eq!(row.reason, Some(Reason::NoBaseline));
    // Up to the same day of last year.
    let row = change(From::SameWindowLastYear, true).row("c", "2023-04-30");
    assert_eq!((row.value, row.baseline), (number(-10), number(10)));
}

#[test]
fn february_ends_on_the_same_day_in_every_year() {
    let mut example = Example::of_figures();
    let of = example.count("a");
    let from = From::SameWindowLastYear;
    let indicator = example.indicator(Form::Change { of, from, relative: false });
    example.target(indicator, any(), "2024");
    example.outcome("w1", "2023-01-01..2023-03-01", "a", "10");
    example.outcome("w1", "2024-01-01..2024-02-29", "a", "11");
    example.outcome("w1", "2024-02-29", "a", "2");
    assert_eq!(example.value("c", "2024-02-28"), Ok(exact(1)));
    assert_eq!(example.value("c", "2024-02-29"), Ok(exact(3)));
}

#[test]
fn a_unit_that_was_not_there_throughout_has_nothing_to_be_compared_with() {
    let mut example = change(From::SameWindowLastYear, true);
    example.plan().units[3].valid_from = Some(date("2022-04-01"));
    assert_eq!(example.row("w1", YEAR_END).value, number(-75));
    example.case.outcomes.remove(0);
    example.plan().units[3].valid_from = Some(date("2022-04-02"));
    assert_eq!(example.row("w1", YEAR_END).reason, Some(Reason::NoBaseline));
    assert_eq!(example.row("c", YEAR_END).reason, None);
}

#[test]
fn as_many_days_lie_before_a_campaign() {
    let mut example = Example::of_figures();
    let of = example.count("a");
    let from = From::PreviousPeriod;
    let indicator = example.indicator(Form::Change { of, from, relative: false });
    let campaign = example.campaign("tet", "2023-01-20..2023-01-30");
    example.target(indicator, any(), "2023").windows = Windows::One(WindowName::Campaign(campaign));
    example.outcome("c", "2023-01-10..2023-01-20", "a", "4");
    example.outcome("c", "tet", "a", "7");
    let row = example.row("c", YEAR_END);
    assert_eq!((row.value, row.baseline), (number(3), number(4)));
}

#[test]
fn a_share_of_units_asks_those_that_can_be_judged() {
    let mut example = Example::of_figures();
    let of = example.count("a");
    let goal = Goal::AtLeast(Decimal::whole(10));
    let share = example.indicator(Form::ShareOfUnits { of, level: 2, goal });
    example.target(share, any(), "2023");
    example.outcome("w1", "2023", "a", "10");
    example.outcome("w2", "2023", "a", "9");
    let row = example.row("c", YEAR_END);
    assert_eq!((row.numerator, row.denominator), (number(1), number(2)));
    assert_eq!((row.value, row.completeness), (number(50), fraction(200, 3)));
    assert_eq!(example.row("w1", YEAR_END).value, number(100));
    let nobody = example.row("d2", YEAR_END);
    assert_eq!((nobody.reason, nobody.completeness), (Some(Reason::NoData), number(0)));
    // A unit that is not there throughout is not asked.
    example.plan().units[5].valid_from = Some(date("2023-02-01"));
    assert_eq!(example.row("c", YEAR_END).completeness, number(100));
    assert_eq!(example.row("d2", YEAR_END).completeness, None);
}

#[test]
fn a_published_value_is_never_rolled_up() {
    let mut example = Example::of_figures();
    let reported = example.indicator(Form::Reported { last: false });
    example.target(reported, any(), "2023");
    example.outcome("c", "2023", "i0", "90.7");
    example.outcome("w1", "2023-05", "i0", "80");
    let row = example.row("c", YEAR_END);
    assert_eq!(row.value, Some(decimal("90.7").exact()));
    assert_eq!((row.numerator, row.reason), (None, Some(Reason::NoCounts)));
    assert_eq!(example.row("d1", YEAR_END).reason, Some(Reason::NotAdditive));
    assert_eq!(example.row("d2", YEAR_END).reason, Some(Reason::NoData));
}

#[test]
fn a_published_value_may_be_the_last_one() {
    let mut example = Example::of_figures();
    let reported = example.indicator(Form::Reported { last: true });
    example.target(reported, any(), "2023");
    example.outcome("c", "2023-03-31", "i0", "80");
    example.outcome("c", "2023-06-30", "i0", "85.5");
    assert_eq!(example.value("c", "2023-06-29"), Ok(exact(80)));
    assert_eq!(example.value("c", YEAR_END), Ok(decimal("85.5").exact()));
}

#[test]
fn a_published_value_may_be_of_the_window_to_date() {
    let mut example = Example::of_figures();
    let reported = example.indicator(Form::Reported { last: false });
    example.target(reported, any(), "2023");
    example.outcome("c", "2023", "i0", "80").recorded_at = Some(date("2023-06-30"));
    example.outcome("c", "2023", "i0", "90").recorded_at = Some(date("2024-01-20"));
    assert_eq!(example.value("c", "2023-06-30"), Ok(exact(80)));
    assert_eq!(example.row("c", "2023-07-01").reason, Some(Reason::NotAdditive));
    assert_eq!(example.value("c", "2024-01-20"), Ok(exact(90)));
}
