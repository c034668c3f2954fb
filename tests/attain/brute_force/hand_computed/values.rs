//! Rules 7 to 16 by hand.

use super::example::*;
use crate::brute_force::calendar::{Length, Span};
use crate::brute_force::model::{Decimal, Exact, Goal, OverTime, OverUnits, When, exact};
use crate::brute_force::reasons::Reason;

const YEAR_END: &str = "2023-12-31";

/// A count of the flow `a` in a window.
fn counting(window: &str) -> Example {
    let mut example = Example::of_figures();
    let indicator = example.count("a");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), window);
    example
}

/// A count of a measure `a` with some operators in 2023.
fn with_operators(over_time: OverTime, over_units: OverUnits) -> Example {
    let mut example = Example::of_figures();
    example.measure("a", over_time, over_units);
    let indicator = example.count("a");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), "2023");
    example
}

fn whole(value: i64) -> Result<crate::brute_force::model::Exact, Reason> {
    Ok(exact(value))
}

#[test]
fn figures_of_all_units_below_add_up() {
    let mut example = counting("2023");
    example.outcome("w1", "2023-01", "a", "3");
    example.outcome("w1", "2023-02", "a", "4");
    example.outcome("w3", "2023-06-10", "a", "5");
    example.outcome("w3", "2022", "a", "100");
    assert_eq!(example.value("c", YEAR_END), whole(12));
    assert_eq!(example.value("d1", YEAR_END), whole(7));
    assert_eq!(example.value("w2", YEAR_END), Err(Reason::NoData));
}

#[test]
fn a_window_is_cut_after_the_day() {
    let mut example = counting("2023");
    example.outcome("w1", "2023-01", "a", "3");
    example.outcome("w1", "2023-02", "a", "4");
    let running = example.row("c", "2023-01-31");
    assert_eq!((running.value, running.is_final), (number(3), false));
    assert_eq!(example.row("c", "2022-12-31").reason, Some(Reason::NotStarted));
    assert!(example.row("c", "2023-12-31").is_final);
    assert!(!example.row("c", "2023-12-30").is_final);
    // February is half over and its figure is not bound to what was known then.
    assert_eq!(example.value("c", "2023-02-14"), Err(Reason::Straddles));
}

#[test]
fn what_is_recorded_later_is_not_known_yet() {
    let mut example = counting("2023");
    example.outcome("w1", "2023-01", "a", "3").recorded_at = Some(date("2023-02-05"));
    example.outcome("w1", "2023-01", "a", "4").recorded_at = Some(date("2023-03-05"));
    example.outcome("w1", "2023-01", "a", "2");
    assert_eq!(example.value("c", "2023-02-04"), whole(2), "the undated one is the oldest");
    assert_eq!(example.value("c", "2023-02-05"), whole(3));
    assert_eq!(example.value("c", YEAR_END), whole(4));
}

#[test]
fn a_figure_recorded_before_its_span_ended_holds_what_had_happened_by_then() {
    let mut example = counting("2023");
    example.outcome("w1", "2023", "a", "7").recorded_at = Some(date("2023-06-30"));
    assert_eq!(example.value("c", "2023-06-29"), Err(Reason::NoData));
    assert_eq!(example.value("c", "2023-06-30"), whole(7));
    assert_eq!(example.value("c", YEAR_END), whole(7));
    example.plan().targets[0].windows =
        crate::brute_force::model::Windows::One(window_name("2023-01-01..2023-06-30"));
    assert_eq!(example.value("c", YEAR_END), Err(Reason::Straddles));
}

#[test]
fn a_code_names_a_unit_only_together_with_a_date() {
    let mut example = counting("2023");
    let reform = Some(date("2023-07-01"));
    example.plan().units[4].valid_to = reform;
    let mut reused = example.plan().units[4].clone();
    (reused.parent, reused.valid_from, reused.valid_to) = (Some(2), reform, None);
    example.plan().units.push(reused);
    example.outcome("w2", "2023-06", "a", "3");
    example.outcome("w2", "2023-07", "a", "10");
    assert_eq!(example.value("d1", YEAR_END), whole(3));
    assert_eq!(example.value("d2", YEAR_END), whole(10));
    let rows = example.rows("w2", YEAR_END);
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.reason == Some(Reason::UnitNotValid)));
}

#[test]
fn a_year_s_total_stands_before_the_months_it_covers() {
    let mut example = counting("2023");
    example.outcome("w1", "2023", "a", "10");
    example.outcome("w1", "2023-01", "a", "3");
    assert_eq!(example.value("c", YEAR_END), whole(10));
    example.outcome("w1", "2022-12-25..2023-01-05", "a", "1");
    assert_eq!(example.value("c", YEAR_END), whole(10), "its days of 2023 are covered");
}

#[test]
fn figures_for_the_same_days_overlap() {
    let mut example = counting("2023");
    example.outcome("w1", "2023-01-01..2023-02-15", "a", "10");
    example.outcome("w1", "2023-02", "a", "3");
    assert_eq!(example.value("w1", YEAR_END), Err(Reason::Overlaps));
    example.outcome("c", "2023-Q1", "a", "8");
    assert_eq!(example.value("c", YEAR_END), whole(8), "they are not needed");
}

#[test]
fn a_figure_across_the_edge_straddles() {
    let mut example = counting("2023-01-10..2023-02-01");
    example.outcome("w1", "2023-01", "a", "10");
    assert_eq!(example.value("c", YEAR_END), Err(Reason::Straddles));
    example.outcome("w1", "2023-01-10..2023-02-01", "a", "4");
    assert_eq!(example.value("c", YEAR_END), whole(4));
}

#[test]
fn an_own_total_stands_for_the_days_it_covers() {
    let mut example = counting("2023");
    example.outcome("d1", "2023-Q1", "a", "20");
    example.outcome("w1", "2023-02", "a", "3");
    example.outcome("w1", "2023-04", "a", "5");
    example.outcome("w3", "2023-02", "a", "7");
    assert_eq!(example.value("c", YEAR_END), whole(32));
    assert_eq!(example.value("w1", YEAR_END), whole(8));
    example.outcome("w2", "2023-03-30..2023-04-02", "a", "1");
    assert_eq!(example.value("c", YEAR_END), Err(Reason::Overlaps));
}

#[test]
fn a_figure_across_the_edge_is_covered_by_a_total_above_it() {
    let mut example = counting("2023");
    example.outcome("w1", "2022-12-20..2023-01-10", "a", "2");
    example.outcome("d1", "2023-01", "a", "9");
    assert_eq!(example.value("c", YEAR_END), whole(9));
    assert_eq!(example.value("w1", YEAR_END), Err(Reason::Straddles));
}

#[test]
fn a_stock_is_the_figure_that_ends_last() {
    let mut example = with_operators(OverTime::Last, OverUnits::Sum);
    example.outcome("w1", "2023-03-31", "a", "5");
    example.outcome("w1", "2023-09-30", "a", "4");
    example.outcome("w2", "2023-03-31", "a", "2");
    assert_eq!(example.value("d1", YEAR_END), whole(6));
    // The district's own figure is older than one it would have to stand for …
    example.outcome("d1", "2023-06-30", "a", "50");
    assert_eq!(example.value("d1", YEAR_END), whole(6));
    // … until it is not.
    example.outcome("d1", "2023-09-30", "a", "60");
    assert_eq!(example.value("d1", YEAR_END), whole(60));
}

#[test]
fn the_shortest_figure_around_the_window_stands_for_it() {
    let mut example = Example::of_figures();
    example.measure("a", OverTime::Mean, OverUnits::Sum);
    let indicator = example.count("a");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), "2023-02");
    example.outcome("w1", "2023", "a", "100");
    assert_eq!(example.value("w1", YEAR_END), whole(100));
    example.outcome("w1", "2023-Q1", "a", "90");
    assert_eq!(example.value("w1", YEAR_END), whole(90));
    example.outcome("w1", "2023-02-07", "a", "80");
    example.outcome("w1", "2023-02-08", "a", "85");
    assert_eq!(example.value("w1", YEAR_END), fraction(165, 2).ok_or(Reason::NoData));
    example.outcome("w2", "2023-02-20..2023-03-20", "a", "1");
    assert_eq!(example.value("w2", YEAR_END), Err(Reason::Straddles));
    assert_eq!(example.value("d1", YEAR_END), Err(Reason::Straddles));
    // A figure of no use stands in nobody's way, if there are others below it.
    example.outcome("c", "2023-02-25..2023-03-20", "a", "1");
    example.outcome("w3", "2023-02-25", "a", "7");
    assert_eq!(example.value("d2", YEAR_END), whole(7));
    example.outcome("d1", "2023-02-25", "a", "8");
    assert_eq!(example.value("c", YEAR_END), whole(15));
}

#[test]
fn a_mean_that_is_weighted_by_days_takes_figures_across_the_edges() {
    let mut example = Example::of_figures();
    example.measure("a", OverTime::Mean, OverUnits::Sum).weight_by_days = true;
    let indicator = example.count("a");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), "2023-02");
    example.outcome("w1", "2023-01-01..2023-02-08", "a", "40");
    assert_eq!(example.value("w1", YEAR_END), Err(Reason::Straddles));
    example.outcome("w1", "2023-02-08..2023-05-01", "a", "80");
    // 7 days of 40 and 21 days of 80.
    assert_eq!(example.value("w1", YEAR_END), whole(70));
    // Of the days that a shorter figure holds it is the value: 7 of 40, 14 of 80, 7 of 120.
    example.outcome("w1", "2023-02-15..2023-02-22", "a", "120");
    assert_eq!(example.value("w1", YEAR_END), whole(80));
    // Days between figures inside the window are left out.
    example.outcome("w2", "2023-02-01..2023-02-11", "a", "10");
    example.outcome("w2", "2023-02-20..2023-02-25", "a", "40");
    assert_eq!(example.value("w2", YEAR_END), whole(20));
    assert_eq!(example.value("d1", YEAR_END), whole(100));
    example.outcome("w3", "2023-01-20..2023-02-20", "a", "1");
    example.outcome("w3", "2023-02-10..2023-03-20", "a", "1");
    assert_eq!(example.value("w3", YEAR_END), Err(Reason::Overlaps));
    // A figure of no use stands in nobody's way, if there are others below it.
    example.outcome("d1", "2023-02-25..2023-03-20", "a", "1");
    assert_eq!(example.value("d1", YEAR_END), whole(100));
}

#[test]
fn what_stands_below_a_value_in_use_has_no_say() {
    let mut example = with_operators(OverTime::Sum, OverUnits::Mean);
    example.outcome("w1", "2022-12-20..2023-01-10", "a", "3");
    example.outcome("w2", "2023-05", "a", "4");
    assert_eq!(example.value("d1", YEAR_END), Err(Reason::Straddles));
    example.outcome("d1", "2023-03", "a", "5");
    assert_eq!(example.value("d1", YEAR_END), whole(5));
}

#[test]
fn a_mean_over_units_counts_the_units_whose_values_are_used() {
    let mut example = with_operators(OverTime::Sum, OverUnits::Mean);
    example.outcome("w1", "2023-01", "a", "3");
    example.outcome("w1", "2023-02", "a", "5");
    example.outcome("w2", "2023-01", "a", "1");
    example.outcome("w3", "2023-01", "a", "2");
    // (8 + 1 + 2) ÷ 3, not the mean of the districts' means.
    assert_eq!(example.row("c", YEAR_END).value, Some(decimal("3.66666666666667").exact()));
    example.outcome("d1", "2023-01", "a", "10");
    assert_eq!(example.value("c", YEAR_END), whole(6));
}

#[test]
fn a_maximum_is_a_maximum_on_both_axes() {
    let mut example = with_operators(OverTime::Max, OverUnits::Max);
    example.outcome("w1", "2023-01", "a", "3");
    example.outcome("w1", "2023-02", "a", "5");
    example.outcome("w3", "2023-01", "a", "4");
    assert_eq!(example.value("c", YEAR_END), whole(5));
    assert_eq!(example.value("d2", YEAR_END), whole(4));
}

#[test]
fn the_last_figure_of_a_stock_is_carried_forward_as_long_as_the_plan_says() {
    let mut example = Example::of_figures();
    example.measure("a", OverTime::Last, OverUnits::Sum).carry = Some(Length::Months(3));
    let indicator = example.count("a");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), "2023-03");
    example.outcome("w1", "2022-11", "a", "1");
    example.outcome("w1", "2022-12", "a", "5");
    example.outcome("w2", "2022-11", "a", "100");
    example.outcome("w2", "2023-03", "a", "2");
    example.outcome("w3", "2022-11", "a", "30");
    // January, February and March are three months; what ended a month earlier is too old.
    let day = "2023-03-31";
    assert_eq!(example.value("w1", day), whole(5));
    assert_eq!(example.value("w2", day), whole(2));
    assert_eq!(example.value("w3", day), Err(Reason::NoData));
    assert_eq!(example.value("d1", day), whole(7));
    let row = example.row("d1", day);
    assert_eq!(row.imputed, Some(Exact::new(500.into(), 7.into())));
    assert_eq!(example.row("w2", day).imputed, number(0));
    // A figure that crosses the edge is no earlier one.
    let span = example.outcome("w1", "2023-02-20 to 2023-03-05", "a", "9");
    span.when = When::Span(Span::new(date("2023-02-20"), date("2023-03-05")));
    assert_eq!(example.value("w1", day), Err(Reason::Straddles));
}

#[test]
fn a_minimum_is_the_smallest_figure_and_a_median_the_middle_one() {
    let value = |operator: OverTime, figures: &[(&str, &str)]| {
        let mut example = with_operators(operator, OverUnits::Sum);
        for (month, figure) in figures {
            example.outcome("w1", month, "a", figure);
        }
        example.value("w1", YEAR_END)
    };
    let odd = [("2023-01", "7"), ("2023-02", "2"), ("2023-03", "9")];
    assert_eq!(value(OverTime::Min, &odd), whole(2));
    assert_eq!(value(OverTime::Median, &odd), whole(7));
    let even = [odd[0], odd[1], odd[2], ("2023-04", "4")];
    assert_eq!(value(OverTime::Median, &even), Ok(decimal("5.5").exact()));
    assert_eq!(value(OverTime::Median, &even[..1]), whole(7));
    // The quarter stands before the months that it covers.
    let with_a_quarter = [odd[0], odd[1], odd[2], ("2023-Q1", "5"), ("2023-04", "4")];
    assert_eq!(value(OverTime::Median, &with_a_quarter), Ok(decimal("4.5").exact()));
    assert_eq!(value(OverTime::Min, &with_a_quarter), whole(4));
    let suppressed = |operator| {
        let mut example = with_operators(operator, OverUnits::Sum);
        example.outcome("w1", "2023-01", "a", "3");
        example.outcome("w1", "2023-02", "a", "").status = Some('Q');
        example.value("w1", YEAR_END)
    };
    assert_eq!(suppressed(OverTime::Median), Err(Reason::Suppressed));
    assert_eq!(suppressed(OverTime::Min), Err(Reason::Suppressed));
}

#[test]
fn medians_of_units_are_combined_as_other_values_are() {
    let value = |over_units| {
        let mut example = with_operators(OverTime::Median, over_units);
        for (month, one, other) in
            [("2023-01", "1", "10"), ("2023-02", "2", "20"), ("2023-03", "6", "0")]
        {
            example.outcome("w1", month, "a", one);
            example.outcome("w3", month, "a", other);
        }
        example.value("c", YEAR_END)
    };
    // 2 and 10; the median of the months' sums would be 11.
    assert_eq!(value(OverUnits::Sum), whole(12));
    assert_eq!(value(OverUnits::Mean), whole(6));
    assert_eq!(value(OverUnits::Max), whole(10));
}

#[test]
fn a_suppressed_figure_suppresses_what_needs_it() {
    let mut example = counting("2023");
    example.outcome("w1", "2023-01", "a", "3");
    example.outcome("w2", "2023-01", "a", "").status = Some('Q');
    assert_eq!(example.value("c", YEAR_END), Err(Reason::Suppressed));
    assert_eq!(example.value("w1", YEAR_END), whole(3));
    example.outcome("d1", "2023-01", "a", "7");
    assert_eq!(example.value("c", YEAR_END), whole(7));
}

#[test]
fn a_missing_figure_is_not_reported() {
    let mut example = counting("2023");
    example.outcome("w1", "2023-01", "a", "3").recorded_at = Some(date("2023-02-01"));
    example.outcome("w2", "2023-01", "a", "").status = Some('M');
    assert_eq!(example.value("d1", YEAR_END), whole(3));
    assert_eq!(example.value("w2", YEAR_END), Err(Reason::NoData));
    let withdrawn = example.outcome("w1", "2023-01", "a", "");
    (withdrawn.status, withdrawn.recorded_at) = (Some('O'), Some(date("2023-03-01")));
    assert_eq!(example.value("w1", YEAR_END), Err(Reason::NoData));
}

#[test]
fn the_share_of_imputed_figures_is_by_absolute_value() {
    let mut example = counting("2023");
    example.plan().measures[0].signed = true;
    example.outcome("w1", "2023-01", "a", "-3").status = Some('I');
    example.outcome("w1", "2023-02", "a", "5");
    example.outcome("w2", "2023-02", "a", "4").status = Some('E');
    let row = example.row("c", YEAR_END);
    assert_eq!((row.value, row.imputed), (number(6), fraction(700, 12)));
    assert_eq!(example.row("w2", YEAR_END).imputed, number(100));
    assert_eq!(row.reason, None);
    example.outcome("w3", "2023-02", "a", "0").status = Some('P');
    assert_eq!(example.row("c", YEAR_END).reason, Some(Reason::Provisional));
    assert_eq!(example.row("w2", YEAR_END).reason, None);
}

#[test]
fn an_imputed_zero_is_imputed() {
    let mut example = counting("2023");
    example.outcome("w1", "2023-01", "a", "0");
    assert_eq!(example.row("c", YEAR_END).imputed, number(0));
    example.outcome("w2", "2023-01", "a", "0").status = Some('E');
    assert_eq!(example.row("c", YEAR_END).imputed, number(100));
}

#[test]
fn of_figures_that_come_to_hold_the_same_days_the_one_recorded_last_counts() {
    let mut example = counting("2023");
    example.outcome("c", "2023", "a", "130").recorded_at = Some(date("2023-06-30"));
    assert_eq!(example.value("c", YEAR_END), whole(130));
    example.outcome("c", "2023-H1", "a", "128").recorded_at = Some(date("2023-07-15"));
    assert_eq!(example.value("c", "2023-07-14"), whole(130));
    assert_eq!(example.value("c", YEAR_END), whole(128));
}

#[test]
fn of_events_that_end_together_the_longest_span_is_the_last() {
    let mut example = Example::of_events();
    example.measure("a", OverTime::Last, OverUnits::Sum);
    let indicator = example.count("a");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), "2023");
    example.outcome("w1", "2023-06-30", "a", "2");
    example.outcome("w1", "2023-06", "a", "5");
    assert_eq!(example.value("w1", YEAR_END), whole(5));
}

#[test]
fn an_expression_needs_all_its_measures() {
    let mut example = Example::of_figures();
    let indicator = example.count("a + b - d");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), "2023");
    example.outcome("w1", "2023-01", "a", "7");
    example.outcome("w2", "2023-01", "b", "2.5");
    assert_eq!(example.value("c", YEAR_END), Err(Reason::NoData));
    example.outcome("w3", "2023-01", "d", "4");
    assert_eq!(example.value("c", YEAR_END), fraction(11, 2).ok_or(Reason::NoData));
}

#[test]
fn events_add_up_over_all_units() {
    let mut example = Example::of_events();
    let indicator = example.count("a");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), "2023");
    example.outcome("w1", "2023-05-01", "a", "");
    example.outcome("w1", "2023-05-01", "a", "");
    example.outcome("d1", "2023-06-01", "a", "4");
    example.outcome("w3", "2022-12-30", "a", "9");
    assert_eq!(example.value("c", YEAR_END), whole(6));
    assert_eq!(example.value("w1", YEAR_END), whole(2));
    assert_eq!(example.value("w2", YEAR_END), whole(0), "recorded, and none there");
    assert_eq!(example.value("d2", "2023-01-15"), whole(0));
    example.outcome("w3", "2022-12-30..2023-01-03", "a", "1");
    assert_eq!(example.value("d2", YEAR_END), Err(Reason::Straddles));
    assert_eq!(example.value("d1", YEAR_END), whole(6));
}

#[test]
fn no_event_is_no_data_where_nothing_was_recorded() {
    let mut example = Example::of_events();
    let indicator = example.count("a");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), "2023");
    assert_eq!(example.value("c", YEAR_END), Err(Reason::NoData));
    example.outcome("w1", "2022-05-01", "a", "");
    example.outcome("w2", "2022-07-01", "a", "");
    assert_eq!(example.value("c", YEAR_END), Err(Reason::NoData));
    example.outcome("w2", "2024-07-01", "a", "").recorded_at = Some(date("2024-07-02"));
    assert_eq!(example.value("c", YEAR_END), Err(Reason::NoData), "not known yet");
    assert_eq!(example.value("c", "2024-07-02"), whole(0));
}

#[test]
fn a_day_s_events_add_up_before_days_are_compared() {
    let mut example = Example::of_events();
    example.measure("a", OverTime::Max, OverUnits::Sum);
    let indicator = example.count("a");
    example.target(indicator, Goal::AtLeast(Decimal::whole(0)), "2023");
    example.outcome("w1", "2023-05-01", "a", "2");
    example.outcome("w1", "2023-05-01", "a", "3");
    example.outcome("w1", "2023-05-02", "a", "4");
    example.outcome("w2", "2023-05-02", "a", "1");
    assert_eq!(example.value("c", YEAR_END), whole(6));
    assert_eq!(example.value("d2", YEAR_END), Err(Reason::NoData), "only sums know a zero");
}
