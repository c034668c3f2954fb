//! What can't be asked for, each with one clear message.

use attain::calendar::Every;
use attain::views::{SignalBaseline, SignalChart, SignalOptions};
use attain::{Rows, Tally, calendar};

use super::{all, assess, figures, plan};
use crate::support::day;

fn message(target: &str, change: impl Fn(&mut SignalOptions)) -> String {
    let plan = plan(
        "  t: {indicator: count, goal: {at_most: 9}, window: '2023', units: {level: district}}
  share: {indicator: share, goal: {at_least: 50}, window: '2023', units: {level: district}}
  kept: {indicator: kept, goal: {at_least: 5}, window: '2023', units: {level: district}}",
    );
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d1", "cases", &all(&[1.0; 12]));
    let mut options = SignalOptions::default();
    change(&mut options);
    let report = assess(&plan, &tally, "2023-12-31");
    let error = report.signals(target, &options).unwrap_err();
    assert!(error.is_request() && error.faults().len() == 1, "{error}");
    // The chart of a unit refuses the same.
    let unit = options.unit.clone().unwrap_or_else(|| "d1".to_owned());
    let of_chart = report.chart(target, &unit, &options).unwrap_err();
    assert_eq!(error.to_string(), of_chart.to_string());
    error.to_string()
}

#[test]
fn unknown_names_are_refused_with_the_nearest_that_there_is() {
    assert_eq!(message("kepd", |_| ()), "the plan has no target `kepd`: did you mean `kept`?");
    let unit =
        |code: &'static str| message("t", move |options| options.unit = Some(code.to_owned()));
    assert_eq!(unit("d9"), "the plan has no unit `d9`: did you mean `d1`?");
    assert_eq!(unit("c"), "the target `t` is not for the unit `c`");
}

#[test]
fn a_span_without_days_is_refused() {
    let found = message("t", |options| {
        (options.since, options.until) = (Some(day("2023-06-01")), Some(day("2023-06-01")));
    });
    assert_eq!(
        found,
        "no day lies from 2023-06-01 to before 2023-06-01: `since` is the first day of the series, `until` the day \
         after its last"
    );
}

#[test]
fn a_baseline_of_fewer_than_two_points_is_refused() {
    let with = |baseline| message("t", move |options| options.baseline = baseline);
    assert_eq!(
        with(SignalBaseline::First(1)),
        "the baseline holds too few of the series' periods, its first 1: expected 2 at least"
    );
    let february = calendar::Window::new(day("2023-02-01"), day("2023-03-15")).unwrap();
    assert_eq!(
        with(SignalBaseline::Within(february)),
        "the baseline holds too few of the series' periods, the 1 of 2023-02-01 to 2023-03-14: expected 2 at least"
    );
    assert_eq!(
        message("t", |options| options.least_points = 1),
        "`least_points` is 1, expected 2 at least: fewer points have no limits"
    );
}

#[test]
fn a_chart_that_does_not_suit_the_indicator_is_refused_with_those_that_do() {
    let on = |target: &str, kind| message(target, move |options| options.chart = Some(kind));
    assert_eq!(
        on("share", SignalChart::C),
        "`share` can't be drawn on a chart of the kind c: expected p_prime, p, xmr, run"
    );
    assert_eq!(
        on("t", SignalChart::PPrime),
        "`count` can't be drawn on a chart of the kind p_prime: expected u_prime, u, c, xmr, run"
    );
    // What is there on a day is no count of events.
    assert_eq!(
        on("kept", SignalChart::UPrime),
        "`kept` can't be drawn on a chart of the kind u_prime: expected xmr, run"
    );
}

#[test]
fn a_tally_that_tells_no_other_days_apart_is_refused() {
    let plan =
        plan("  t: {indicator: count, goal: {at_most: 9}, window: '2023', units: {level: city}}");
    let tally = plan.tally_for(Rows::Events, &[day("2023-12-31")]);
    let report = assess(&plan, &tally, "2023-12-31");
    let mut options = SignalOptions::default();
    options.every = Some(Every::Quarter);
    let error = report.signals("t", &options).unwrap_err();
    assert!(error.is_request() && error.to_string().contains("made for certain days"), "{error}");
}
