//! Series, charts and trends of outcomes.

use attain::calendar::Every;
use attain::report::{SignalBaseline, SignalChart, SignalOptions, TrendTest};
use attain::stats::{
    self, Baseline, ChartKind, ChartOptions, Confidence, MannKendallMethod, RuleSet,
    VarianceCorrection,
};
use attain::{Outcome, Plan, Rows, Tally, When, calendar};
use chrono::{Datelike, Days, NaiveDate};

use super::draws::Draws;
use super::{all, assess, chart, close, day, figures, of, plan, signals};

/// Events on single days of 2023 and 2024: unit, day, measure.
fn events(seed: u64) -> Vec<(String, NaiveDate, &'static str)> {
    let mut draws = Draws(seed);
    let mut all = vec![("d1".to_owned(), day("2023-01-01"), "cases")];
    for _ in 0..1_500 {
        let unit = ["c", "d1", "d1", "d2"][draws.below(4)].to_owned();
        let on = day("2023-01-01") + Days::new(draws.below(731) as u64);
        all.push((unit.clone(), on, "cases"));
        if draws.uniform() < 0.7 {
            all.push((unit, on, "cleared"));
        }
    }
    all.push(("d2".to_owned(), day("2023-01-01"), "cleared"));
    all
}

fn tally_of(plan: &Plan, events: &[(String, NaiveDate, &'static str)]) -> Tally {
    let mut tally = Tally::of(plan, Rows::Events);
    for (unit, on, measure) in events {
        tally.record(&Outcome::new(unit.as_str(), When::Date(*on), *measure, 1.0)).unwrap();
    }
    tally
}

/// How many of a measure fell into each month of both years, in a unit or below it.
fn by_month(events: &[(String, NaiveDate, &str)], unit: &str, measure: &str) -> Vec<f64> {
    let mut sums = vec![0.0; 24];
    for (at, on, what) in events {
        if *what == measure && (at == unit || unit == "c") {
            sums[(on.year() - 2023) as usize * 12 + on.month0() as usize] += 1.0;
        }
    }
    sums
}

fn days_of_months() -> Vec<f64> {
    let mut days = vec![0.0; 24];
    for passed in 0..731 {
        let on = day("2023-01-01") + Days::new(passed);
        days[(on.year() - 2023) as usize * 12 + on.month0() as usize] += 1.0;
    }
    days
}

const EVERYWHERE: &str = "window: '2024', units: [c, d1, d2]";

#[test]
fn a_series_of_counts_is_their_sums_on_a_chart_of_events_a_day() {
    let plan = plan(&format!("  t: {{indicator: count, goal: {{at_most: 9}}, {EVERYWHERE}}}"));
    let events = events(1);
    let report = assess(&plan, &tally_of(&plan, &events), "2024-12-31");
    let days = days_of_months();
    for unit in ["c", "d1", "d2"] {
        let sums = by_month(&events, unit, "cases");
        let rows = chart(&report, unit, &SignalOptions::default());
        let values: Vec<f64> = rows.iter().map(|row| row.value.unwrap()).collect();
        assert_eq!(values, sums, "{unit}");
        let kind = ChartKind::U { laney: true };
        let expected =
            stats::control_chart(kind, &sums, Some(&days), &ChartOptions::default()).unwrap();
        let found = stats::signals(&expected, RuleSet::Nhs);
        for (place, row) in rows.iter().enumerate() {
            assert_eq!(row.chart, "u_prime");
            let point = &expected.points[place];
            close(row.centre, point.centre * days[place]);
            close(row.lower, point.lower.unwrap() * days[place]);
            close(row.upper, point.upper.unwrap() * days[place]);
            let is_part = found.iter().any(|one| (one.first..=one.last).contains(&place));
            assert_eq!(row.signal.is_some(), is_part);
            // A goal of a year is none of a month.
            assert_eq!(row.goal, None);
        }
        // And with exposures all alike.
        let mut options = SignalOptions::default();
        options.chart = Some(SignalChart::C);
        let rows = chart(&report, unit, &options);
        let mean = sums.iter().sum::<f64>() / 24.0;
        close(rows[0].centre, mean);
        close(rows[23].upper, mean + 3.0 * mean.sqrt());
    }
}

#[test]
fn a_series_of_shares_is_the_quotients_of_their_sums() {
    let plan = plan(&format!("  t: {{indicator: share, goal: {{at_least: 50}}, {EVERYWHERE}}}"));
    let events = events(2);
    let report = assess(&plan, &tally_of(&plan, &events), "2024-12-31");
    for unit in ["c", "d1", "d2"] {
        let (cleared, cases) =
            (by_month(&events, unit, "cleared"), by_month(&events, unit, "cases"));
        let options = ChartOptions { per: Some(100.0), ..ChartOptions::default() };
        let kind = ChartKind::P { laney: true };
        let expected = stats::control_chart(kind, &cleared, Some(&cases), &options).unwrap();
        let rows = chart(&report, unit, &SignalOptions::default());
        assert_eq!(rows.len(), 24);
        for (place, row) in rows.iter().enumerate() {
            assert_eq!(row.numerator.zip(row.denominator), Some((cleared[place], cases[place])));
            close(row.value, 100.0 * cleared[place] / cases[place]);
            let point = &expected.points[place];
            close(row.centre, point.centre);
            close(row.lower, point.lower.unwrap());
            close(row.upper, point.upper.unwrap());
            // Of a share, a goal is one for every period.
            assert_eq!(row.goal, Some(50.0));
        }
        // The row of the unit is that of its latest point, and its trend that of its values.
        let values: Vec<f64> = rows.iter().map(|row| row.value.unwrap()).collect();
        let rows_of_all = signals(&report, &SignalOptions::default());
        let row = of(&rows_of_all, unit);
        assert_eq!((row.points, row.missing, row.latest), (24, 0, Some(day("2024-12-01"))));
        assert_eq!((row.value, row.centre), (rows[23].value, rows[23].centre));
        let test = stats::mann_kendall(&values, &MannKendallMethod::default()).unwrap();
        let line = stats::sen_slope(&values, Confidence::P95).unwrap();
        assert_eq!((row.trend_test, row.tau, row.p), ("mann_kendall", Some(test.tau), test.p));
        close(row.slope, 12.0 * line.slope);
        close(row.slope_lower, 12.0 * line.interval.lower);
        close(row.slope_upper, 12.0 * line.interval.upper);
    }
}

#[test]
fn the_order_of_outcomes_does_not_matter() {
    let plan = plan(&format!("  t: {{indicator: share, goal: {{at_least: 50}}, {EVERYWHERE}}}"));
    let mut events = events(3);
    let one = assess(&plan, &tally_of(&plan, &events), "2024-12-31");
    let mut draws = Draws(4);
    for place in (1..events.len()).rev() {
        events.swap(place, draws.below(place + 1));
    }
    let other = assess(&plan, &tally_of(&plan, &events), "2024-12-31");
    let options = SignalOptions::default();
    assert_eq!(signals(&one, &options), signals(&other, &options));
    assert_eq!(chart(&one, "c", &options), chart(&other, "c", &options));
}

#[test]
fn events_begin_with_the_first_month_that_was_recorded_throughout() {
    let plan = plan("  t: {indicator: count, goal: {at_most: 9}, window: '2023', units: [d1, d2]}");
    let mut tally = Tally::of(&plan, Rows::Events);
    for (unit, on) in [("d1", "2023-01-20"), ("d2", "2023-03-03"), ("d1", "2023-05-02")] {
        tally.record(&Outcome::new(unit, When::Date(day(on)), "cases", 1.0)).unwrap();
    }
    let report = assess(&plan, &tally, "2023-06-15");
    let values = |options: &SignalOptions| {
        let rows = chart(&report, "d2", options);
        let first = rows[0].period_start;
        (first, rows.iter().map(|row| row.value).collect::<Vec<_>>())
    };
    // No event is a zero while events were being recorded, here or elsewhere; June is not over.
    let mut options = SignalOptions::default();
    let expected = vec![Some(0.0), Some(1.0), Some(0.0), Some(0.0)];
    assert_eq!(values(&options), (day("2023-02-01"), expected));
    // Who knows better says since when; what was never recorded is no zero even so.
    options.since = Some(day("2020-01-01"));
    options.until = Some(day("2023-03-01"));
    assert_eq!(values(&options), (day("2023-01-01"), vec![Some(0.0), Some(0.0)]));
}

#[test]
fn a_month_without_a_figure_is_left_out_and_never_a_zero() {
    let plan =
        plan("  t: {indicator: share, goal: {at_least: 50}, window: '2023', units: [d1, d2]}");
    let mut cleared =
        all(&[50.0, 52.0, 49.0, 51.0, 50.0, 48.0, 53.0, 50.0, 49.0, 52.0, 51.0, 47.0, 50.0, 52.0]);
    let mut cases = all(&[100.0; 14]);
    (cleared[4], cases[4], cleared[13], cases[13]) = (None, None, None, None);
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d1", "cleared", &cleared);
    figures(&mut tally, "d1", "cases", &cases);
    let report = assess(&plan, &tally, "2024-02-29");
    let rows = signals(&report, &SignalOptions::default());
    let row = of(&rows, "d1");
    assert_eq!((row.points, row.missing), (12, 2));
    assert_eq!(row.missing_reason.unwrap().code(), "no_data");
    // The series reaches to the end of February, its latest point is of January.
    assert_eq!(
        (row.series_start, row.series_end),
        (Some(day("2023-01-01")), Some(day("2024-03-01")))
    );
    assert_eq!((row.latest, row.value), (Some(day("2024-01-01")), Some(50.0)));
    // The chart is that of the values that there are; the slope keeps their places.
    let there: Vec<f64> = cleared.iter().flatten().copied().collect();
    let kind = ChartKind::P { laney: true };
    let hundred = ChartOptions { per: Some(100.0), ..ChartOptions::default() };
    let expected = stats::control_chart(kind, &there, Some(&[100.0; 12]), &hundred).unwrap();
    close(row.centre, expected.points[11].centre);
    close(row.lower, expected.points[11].lower.unwrap());
    let placed: Vec<f64> = cleared.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
    let line = stats::sen_slope(&placed, Confidence::P95).unwrap();
    close(row.slope, 12.0 * line.slope);
    // On the chart the gaps are told, and have no lines.
    let drawn = chart(&report, "d1", &SignalOptions::default());
    assert_eq!(
        (drawn[4].value, drawn[4].centre, drawn[4].reason.unwrap().code()),
        (None, None, "no_data")
    );
    assert_eq!((drawn[5].value, drawn[13].value), (Some(48.0), None));
}

#[test]
fn a_unit_without_data_or_with_too_little_says_so() {
    let plan = plan(
        "  t: {indicator: share, goal: {at_least: 50}, window: '2023', units: {level: district}}",
    );
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d1", "cleared", &all(&[5.0, 6.0, 5.0, 7.0, 8.0]));
    figures(&mut tally, "d1", "cases", &all(&[10.0; 5]));
    let report = assess(&plan, &tally, "2023-12-31");
    let rows = signals(&report, &SignalOptions::default());
    let (few, none) = (of(&rows, "d1"), of(&rows, "d2"));
    // Enough for a trend, not for limits.
    assert_eq!((few.points, few.reason, few.centre), (5, Some("too_few_points"), None));
    assert_eq!((few.signal.as_deref(), few.signals, few.capability), (None, None, None));
    assert!(few.p.is_some() && few.value == Some(80.0) && few.trend == Some("none"));
    assert_eq!((none.points, none.missing, none.reason), (0, 0, Some("no_data")));
    assert_eq!((none.series_start, none.value, none.p, none.trend), (None, None, None, None));
    let mut options = SignalOptions::default();
    options.least_points = 4;
    assert!(of(&signals(&report, &options), "d1").centre.is_some());
    // Of four values no order is beyond chance.
    options.until = Some(day("2023-05-01"));
    let rows = signals(&report, &options);
    assert_eq!((of(&rows, "d1").points, of(&rows, "d1").p), (4, None));
    // And with nothing in the tally at all.
    let nothing = assess(&plan, &Tally::new(&plan), "2023-12-31");
    let rows = signals(&nothing, &SignalOptions::default());
    assert!(rows.len() == 3 && rows.iter().all(|row| row.reason == Some("no_data")));
    assert_eq!(chart(&nothing, "d1", &SignalOptions::default()), []);
}

#[test]
fn a_unit_that_ended_has_the_series_of_its_own_days() {
    let plan = plan("  t: {indicator: share, goal: {at_least: 50}, window: '2023', units: [d3]}");
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d3", "cleared", &all(&[5.0; 6]));
    figures(&mut tally, "d3", "cases", &all(&[10.0; 6]));
    let report = assess(&plan, &tally, "2023-12-31");
    let [row] = &signals(&report, &SignalOptions::default())[..] else { panic!("one row") };
    assert_eq!((row.points, row.missing, row.series_end), (6, 0, Some(day("2023-07-01"))));
}

#[test]
fn suppressed_and_incomplete_months_are_missing_with_their_reasons() {
    let plan = Plan::from_yaml(
        &super::HEAD.replace("plan: p\n", "plan: p\nminimum_completeness: 80\n").replace(
            "targets:\n",
            "targets:\n  t: {indicator: count, goal: {at_most: 9}, window: '2023', units: {level: city}}\n",
        ),
    )
    .unwrap();
    let mut tally = Tally::new(&plan);
    for unit in ["d1", "d2"] {
        figures(&mut tally, unit, "cases", &all(&[10.0; 12]));
    }
    figures(&mut tally, "d3", "cases", &all(&[10.0; 3]));
    let report = assess(&plan, &tally, "2023-12-31");
    let reasons: Vec<_> = chart(&report, "c", &SignalOptions::default())
        .iter()
        .map(|row| row.reason.map(|reason| reason.code()))
        .collect();
    // From April to June one of three did not report; it ended with June.
    let expected =
        [None, None, None, Some("incomplete"), Some("incomplete"), Some("incomplete"), None];
    assert_eq!(reasons[..7], expected);
}

#[test]
fn a_shift_is_told_with_its_first_month_its_side_and_what_it_means() {
    let plan = plan(
        "  t: {indicator: share, goal: {at_least: 70}, window: {every: month, within: '2023'}, units: [d1, d2]}
  low: {indicator: rate, goal: {at_most: 1}, window: '2023', units: [d1]}",
    );
    let mut tally = Tally::new(&plan);
    let mut shares = vec![80.0, 79.0, 81.0, 80.0, 82.0, 78.0, 80.0, 79.0, 81.0, 80.0, 78.0, 82.0];
    shares.extend([79.0, 81.0, 76.0, 77.0, 78.0, 76.0, 77.0, 78.0, 76.0, 77.0]);
    figures(&mut tally, "d1", "cleared", &all(&shares));
    figures(&mut tally, "d1", "cases", &all(&vec![100.0; shares.len()]));
    let report = assess(&plan, &tally, "2024-10-31");
    let mut options = SignalOptions::default();
    options.baseline = SignalBaseline::First(12);
    let rows = signals(&report, &options);
    let row = of(&rows, "d1");
    assert_eq!(row.signal.as_deref(), Some("shift"));
    assert_eq!((row.signal_since, row.side), (Some(day("2024-03-01")), Some("below")));
    assert_eq!((row.meaning, row.latest_signal), (Some("deterioration"), Some(day("2024-10-01"))));
    assert_eq!((row.signals, row.capability), (Some(1), Some("capable")));
    // The same baseline, named by its days.
    let year = calendar::Window::new(day("2023-01-01"), day("2024-01-01")).unwrap();
    options.baseline = SignalBaseline::Within(year);
    assert_eq!(signals(&report, &options), rows);
    // Made from all points, limits are about a lower centre.
    options.baseline = SignalBaseline::Whole;
    assert!(of(&signals(&report, &options), "d1").centre.unwrap() < row.centre.unwrap());
    let drawn = chart(&report, "d1", &options);
    assert_eq!(drawn.len(), 22);
    // A baseline in which the unit has no points tells nothing.
    let before = calendar::Window::new(day("2022-01-01"), day("2023-01-01")).unwrap();
    options.baseline = SignalBaseline::Within(before);
    assert_eq!(of(&signals(&report, &options), "d1").reason, Some("too_few_points"));
}

#[test]
fn capability_is_told_of_goals_for_such_periods() {
    let told = |target: &str, every: Every| {
        let plan = plan(&format!("  t: {{{target}, units: [d1]}}"));
        let mut tally = Tally::new(&plan);
        let values: Vec<f64> = (0..24).map(|place| 100.0 + f64::from(place % 3)).collect();
        figures(&mut tally, "d1", "cases", &all(&values));
        let mut options = SignalOptions::default();
        (options.every, options.least_points) = (every, 4);
        signals(&assess(&plan, &tally, "2024-12-31"), &options)[0].capability
    };
    let monthly = "window: {every: month, within: '2024'}";
    let month =
        |goal: &str| told(&format!("indicator: count, goal: {goal}, {monthly}"), Every::Month);
    assert_eq!(month("{at_most: 150}"), Some("capable"));
    assert_eq!(month("{at_most: 101}"), Some("hit_and_miss"));
    assert_eq!(month("{at_most: 50}"), Some("incapable"));
    assert_eq!(month("{between: [50, 150]}"), Some("capable"));
    assert_eq!(month("{between: [101, 150]}"), Some("hit_and_miss"));
    assert_eq!(month("{between: [10, 20]}"), Some("incapable"));
    // A goal that moves with an earlier value is no number for all periods.
    assert_eq!(month("{reduce_by: {percent: 5, from: previous_period}}"), None);
    // 1,212 a year are no goal of a month, nor one of a month a goal of a quarter.
    let yearly = "indicator: count, goal: {at_most: 1300}, window: '2024'";
    assert_eq!(told(yearly, Every::Month), None);
    assert_eq!(
        told(&format!("indicator: count, goal: {{at_most: 150}}, {monthly}"), Every::Quarter),
        None
    );
}

#[test]
fn a_strict_goal_is_not_met_by_a_process_that_stands_on_its_number() {
    let told = |goal: &str| {
        let plan =
            plan(&format!("  t: {{indicator: index, goal: {goal}, window: '2023', units: [d1]}}"));
        let mut tally = Tally::new(&plan);
        figures(&mut tally, "d1", "index", &all(&[75.0; 12]));
        let rows = signals(&assess(&plan, &tally, "2023-12-31"), &SignalOptions::default());
        assert_eq!((rows[0].chart, rows[0].lower, rows[0].upper), ("xmr", Some(75.0), Some(75.0)));
        assert_eq!((rows[0].trend, rows[0].signals), (Some("none"), Some(0)));
        rows[0].capability.unwrap()
    };
    assert_eq!((told("{at_least: 75}"), told("{above: 75}")), ("capable", "incapable"));
    assert_eq!((told("{at_most: 75}"), told("{below: 75}")), ("capable", "incapable"));
}

#[test]
fn a_series_that_never_moves_has_no_signal() {
    for (indicator, cleared) in [("index", 98.3), ("share", 29.0), ("ratio", 7.0), ("index", 0.0)] {
        let plan = plan(&format!(
            "  t: {{indicator: {indicator}, goal: {{at_most: 9}}, window: '2023', units: [d1]}}"
        ));
        let mut tally = Tally::new(&plan);
        figures(&mut tally, "d1", "index", &all(&[cleared; 13]));
        figures(&mut tally, "d1", "cleared", &all(&[cleared; 13]));
        figures(&mut tally, "d1", "cases", &all(&[300.0; 13]));
        let report = assess(&plan, &tally, "2024-01-31");
        let [row] = &signals(&report, &SignalOptions::default())[..] else { panic!("one row") };
        assert_eq!((row.points, row.signals, row.p), (13, Some(0), Some(1.0)), "{indicator}");
        assert_eq!((row.slope, row.trend), (Some(0.0), Some("none")));
    }
}

#[test]
fn each_kind_of_indicator_has_the_chart_that_suits_it() {
    for (indicator, kind) in [
        ("count", "u_prime"),
        ("share", "p_prime"),
        ("ratio", "u_prime"),
        ("rate", "u_prime"),
        ("kept", "xmr"),
        ("mean", "xmr"),
        ("index", "xmr"),
        ("change", "xmr"),
        ("net", "u_prime"),
    ] {
        let plan = plan(&format!(
            "  t: {{indicator: {indicator}, goal: {{at_most: 9}}, window: '2023', units: [d1]}}"
        ));
        let mut tally = Tally::new(&plan);
        let mut draws = Draws(9);
        let values: Vec<f64> = (0..12).map(|_| 20.0 + draws.poisson(9.0)).collect();
        for measure in ["cases", "models", "index"] {
            figures(&mut tally, "d1", measure, &all(&values));
        }
        figures(&mut tally, "d1", "cleared", &all(&[15.0; 12]));
        figures(&mut tally, "d1", "people", &all(&[5_000.0; 12]));
        figures(&mut tally, "d1", "balance", &all(&[-5.0; 12]));
        let report = assess(&plan, &tally, "2023-12-31");
        let mut options = SignalOptions::default();
        options.least_points = 11;
        let [row] = &signals(&report, &options)[..] else { panic!("one row") };
        assert_eq!(row.chart, kind, "{indicator}");
        let drawn = chart(&report, "d1", &options);
        let there: Vec<f64> = drawn.iter().filter_map(|row| row.value).collect();
        match indicator {
            // Less than nothing is no number of events; single values may be.
            "net" => {
                assert_eq!((row.reason, row.centre), (Some("negative_count"), None));
                options.chart = Some(SignalChart::Xmr);
                assert_eq!(signals(&report, &options)[0].centre, Some(-5.0));
            }
            // A year's rate: each month weighs as much as it has days.
            "rate" => {
                let days = &super::series::days_of_months()[..12];
                let years: Vec<f64> = days.iter().map(|days| 5.0 * days / 365.0).collect();
                let kind = ChartKind::U { laney: true };
                let expected =
                    stats::control_chart(kind, &values, Some(&years), &ChartOptions::default());
                for (point, row) in expected.unwrap().points.iter().zip(&drawn) {
                    close(row.value, point.value.unwrap());
                    close(row.centre, point.centre);
                    close(row.upper, point.upper.unwrap());
                }
            }
            "kept" | "index" | "change" | "mean" => {
                assert_eq!(there.len(), if indicator == "change" { 11 } else { 12 });
                let options = ChartOptions { baseline: Baseline::WholePhase, ..Default::default() };
                let expected =
                    stats::control_chart(ChartKind::NHS_XMR, &there, None, &options).unwrap();
                close(row.lower, expected.points[0].lower.unwrap());
            }
            _ => assert!(row.reason.is_none()),
        }
    }
}

#[test]
fn trends_of_three_years_are_those_of_their_seasons() {
    let plan = plan("  t: {indicator: count, goal: {at_most: 9}, window: '2023', units: [d1]}");
    let mut draws = Draws(12);
    let season = |place: usize| 60.0 * (place as f64 * std::f64::consts::TAU / 12.0).cos();
    let values: Vec<f64> =
        (0..36).map(|place| draws.poisson(120.0 + season(place) - 0.8 * place as f64)).collect();
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d1", "cases", &all(&values));
    let row = |as_of: &str, trend: Option<TrendTest>| {
        let mut options = SignalOptions::default();
        options.trend = trend;
        signals(&assess(&plan, &tally, as_of), &options).remove(0)
    };
    let seasonal = row("2025-12-31", None);
    let test = stats::seasonal_mann_kendall(&values, 12).unwrap();
    let line = stats::seasonal_sen_slope(&values, 12, Confidence::P95).unwrap();
    assert_eq!((seasonal.trend_test, seasonal.tau), ("seasonal", Some(test.tau)));
    assert_eq!((seasonal.p, seasonal.p_bh), (test.p, test.p));
    close(seasonal.slope, line.slope);
    assert_eq!(seasonal.trend, Some("improving"));
    // A month less, and they are compared whatever their season, which hides the trend.
    let plain = row("2025-11-30", None);
    assert_eq!((plain.trend_test, plain.trend), ("mann_kendall", Some("none")));
    let correction = VarianceCorrection::HamedRao { lags: Some(3), significant: Confidence::P95 };
    let method = MannKendallMethod { correction, ..MannKendallMethod::default() };
    let expected = stats::mann_kendall(&values, &method).unwrap();
    let found = row("2025-12-31", Some(TrendTest::HamedRao));
    assert_eq!((found.trend_test, found.p), ("hamed_rao", expected.p));
}

#[test]
fn trends_of_many_units_are_adjusted_for_their_number() {
    let units: Vec<String> =
        (0..20).map(|unit| format!("{{id: u{unit}, level: district, parent: c}}")).collect();
    let text = format!(
        "{{attain: 1, plan: p, units: {{levels: [city, district], list: [{{id: c, level: city}}, {}]}},
           measures: {{cases: {{}}}}, indicators: {{i: {{count: cases}}}},
           targets: {{t: {{indicator: i, goal: {{between: [1, 9]}}, window: '2023', units: {{level: district}}}}}}}}",
        units.join(", ")
    );
    let plan = Plan::from_yaml(&text).unwrap();
    let mut tally = Tally::new(&plan);
    let mut draws = Draws(5);
    for unit in 0..20 {
        let slope = if unit == 7 { 6.0 } else { 0.0 };
        let values: Vec<f64> =
            (0..12).map(|place| draws.poisson(50.0 + slope * f64::from(place))).collect();
        figures(&mut tally, &format!("u{unit}"), "cases", &all(&values));
    }
    let report = assess(&plan, &tally, "2023-12-31");
    let rows = signals(&report, &SignalOptions::default());
    let p_values: Vec<f64> = rows.iter().map(|row| row.p.unwrap()).collect();
    let adjusted = stats::benjamini_hochberg(&p_values);
    for (row, adjusted) in rows.iter().zip(adjusted) {
        assert_eq!(row.p_bh, adjusted);
        // Nothing says which way is better.
        let expected = if row.unit == "u7" { "rising" } else { "none" };
        assert_eq!((row.trend, row.meaning), (Some(expected), None), "{row:?}");
    }
    // A unit asked for by itself is one test.
    let mut alone = SignalOptions::default();
    alone.unit = Some("u3".to_owned());
    let [row] = &signals(&report, &alone)[..] else { panic!("one row") };
    assert_eq!(row.p, row.p_bh);
    assert_eq!(row.p, of(&rows, "u3").p);
}

#[test]
fn each_category_that_the_goal_has_to_be_met_in_has_its_row() {
    for told_apart in ["by: sex", "in_every: sex"] {
        let plan = plan(&format!(
            "  t: {{indicator: count, goal: {{at_most: 9}}, window: {{every: year, within: ['2023-01-01', '2025-01-01']}},
              units: [d1, d2], {told_apart}}}"
        ));
        let mut tally = Tally::new(&plan);
        for place in 0..12 {
            for (sex, cases) in [("f", 10 + place), ("m", 40 - place)] {
                let period = super::month(&format!("2023-{:02}", place + 1));
                let outcome = Outcome::new("d1", period, "cases", f64::from(cases));
                tally.record(&outcome.in_stratum("sex", sex)).unwrap();
            }
        }
        let report = assess(&plan, &tally, "2024-01-15");
        let rows = signals(&report, &SignalOptions::default());
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.stratum.as_deref().unwrap(), row.unit.as_str(), row.value, row.trend))
            .collect();
        let expected = [
            ("sex=f", "d1", Some(21.0), Some("worsening")),
            ("sex=f", "d2", None, None),
            ("sex=m", "d1", Some(29.0), Some("improving")),
            ("sex=m", "d2", None, None),
        ];
        assert_eq!(told, expected, "{told_apart}");
        assert_eq!(chart(&report, "d1", &SignalOptions::default()).len(), 24);
    }
}

#[test]
fn periods_are_those_of_the_plans_calendar() {
    let plan = Plan::from_yaml(
        "{attain: 1, plan: p, calendar: {year_starts: '12-15', named_by: end},
          units: {levels: [city], list: [{id: c, level: city}]}, measures: {cases: {}},
          indicators: {i: {count: cases}},
          targets: {t: {indicator: i, goal: {at_most: 9}, window: '2024', units: {level: city}}}}",
    )
    .unwrap();
    let mut draws = Draws(8);
    let first = day("2021-12-15");
    let mut tally = Tally::of(&plan, Rows::Events);
    let mut on_days = vec![0.0; 1_200];
    on_days[0] = 1.0;
    for _ in 0..900 {
        on_days[draws.below(1_200)] += 1.0;
    }
    for (passed, events) in on_days.iter().enumerate() {
        for _ in 0..*events as u32 {
            let when = When::Date(first + Days::new(passed as u64));
            tally.record(&Outcome::new("c", when, "cases", 1.0)).unwrap();
        }
    }
    let report = assess(&plan, &tally, "2025-03-13");
    for (every, number, first_end) in [
        (Every::Month, 38, "2022-01-15"),
        (Every::Quarter, 12, "2022-03-15"),
        (Every::Half, 6, "2022-06-15"),
        (Every::Year, 3, "2022-12-15"),
        (Every::Week, 168, "2021-12-27"),
    ] {
        let mut options = SignalOptions::default();
        options.every = every;
        let rows = chart(&report, "c", &options);
        assert_eq!((rows.len(), rows[0].period_end), (number, day(first_end)), "{every:?}");
        for row in rows {
            let place = |day: NaiveDate| (day - first).num_days() as usize;
            let sum: f64 = on_days[place(row.period_start)..place(row.period_end)].iter().sum();
            assert_eq!(row.value, Some(sum));
        }
    }
}

#[test]
fn shares_of_units_and_of_reports_are_charted_as_shares() {
    let text = "{attain: 1, plan: p,
      units: {levels: [city, district], list: [{id: c, level: city}, {id: d1, level: district, parent: c},
        {id: d2, level: district, parent: c}, {id: d3, level: district, parent: c}]},
      measures: {cases: {recorded_at: district, every: month, due: 5}},
      indicators: {i: {count: cases}, safe: {share_of_units: {of: i, level: district, goal: {at_most: 10}}},
        made: {reporting: {of: cases, share: made}}},
      targets: {safe: {indicator: safe, goal: {at_least: 50}, window: '2024', units: {level: city}},
        made: {indicator: made, goal: {at_least: 50}, window: '2024', units: {level: city}}}}";
    let plan = Plan::from_yaml(text).unwrap_or_else(|error| panic!("{error}"));
    let mut draws = Draws(10);
    let mut tally = Tally::new(&plan);
    let (mut safe, mut made) = (vec![0.0; 24], vec![0.0; 24]);
    for unit in ["d1", "d2", "d3"] {
        let values: Vec<Option<f64>> = (0..24)
            .map(|place| (place == 0 || draws.uniform() < 0.8).then(|| draws.poisson(9.0)))
            .collect();
        for (place, value) in values.iter().enumerate() {
            made[place] += f64::from(value.is_some());
            safe[place] += f64::from(value.is_some_and(|cases| cases <= 10.0));
        }
        figures(&mut tally, unit, "cases", &values);
    }
    let report = assess(&plan, &tally, "2025-01-31");
    let mut options = SignalOptions::default();
    options.until = Some(day("2025-01-01"));
    for (target, events, of) in [("safe", &safe, &made), ("made", &made, &vec![3.0; 24])] {
        let rows = report.chart(target, "c", &options).unwrap();
        let kind = ChartKind::P { laney: true };
        let per = ChartOptions { per: Some(100.0), ..ChartOptions::default() };
        let told: Vec<usize> = (0..24).filter(|place| of[*place] > 0.0).collect();
        let there = |all: &[f64]| told.iter().map(|place| all[*place]).collect::<Vec<f64>>();
        let expected = stats::control_chart(kind, &there(events), Some(&there(of)), &per).unwrap();
        for (point, place) in expected.points.iter().zip(&told) {
            let row = &rows[*place];
            assert_eq!(row.chart, "p_prime");
            close(row.value, 100.0 * events[*place] / of[*place]);
            close(row.centre, point.centre);
            close(row.lower, point.lower.unwrap());
            close(row.upper, point.upper.unwrap());
        }
    }
}

#[test]
fn a_merged_unit_has_the_series_of_its_parts_where_boundaries_are_those_of_today() {
    let plan = Plan::from_yaml(
        "{attain: 1, plan: p,
          units: {levels: [commune], list: [{id: a, level: commune, valid_to: 2024-01-01},
              {id: b, level: commune, valid_to: 2024-01-01}, {id: ab, level: commune, valid_from: 2024-01-01}],
            changes: [{on: 2024-01-01, list: [{from: a, to: ab}, {from: b, to: ab}]}]},
          measures: {cases: {}}, indicators: {i: {count: cases}},
          targets: {t: {indicator: i, goal: {at_most: 9}, window: '2024', units: {level: commune}}}}",
    )
    .unwrap_or_else(|error| panic!("{error}"));
    let mut tally = Tally::new(&plan);
    for place in 0..18 {
        let period = || super::month(&format!("{}-{:02}", 2023 + place / 12, place % 12 + 1));
        if place < 12 {
            tally.record(&Outcome::new("a", period(), "cases", 10.0 + f64::from(place))).unwrap();
            tally.record(&Outcome::new("b", period(), "cases", 20.0)).unwrap();
        } else {
            tally.record(&Outcome::new("ab", period(), "cases", 35.0)).unwrap();
        }
    }
    let values = |report: &attain::Report| -> Vec<f64> {
        let rows = chart(report, "ab", &SignalOptions::default());
        rows.iter().map(|row| row.value.unwrap()).collect()
    };
    // As it is recorded, it began with 2024.
    assert_eq!(values(&assess(&plan, &tally, "2024-06-30")), [35.0; 6]);
    let today = Some(day("2024-06-30"));
    let plan = plan.in_geography(today);
    let report = plan.assess(&tally.in_geography(today), day("2024-06-30")).unwrap();
    let mut expected: Vec<f64> = (0..12).map(|place| 30.0 + f64::from(place)).collect();
    expected.extend([35.0; 6]);
    assert_eq!(values(&report), expected);
}

#[test]
fn the_goal_is_that_of_the_last_window_that_has_begun() {
    let plan = plan(
        "  t: {indicator: share, goal: {at_least: 50}, window: {every: quarter, within: '2024'}, units: [d1],
     versions: [{from: 2024-07-01, goal: {at_least: 70}}, {from: 2024-10-01, goal: {at_least: 90}}]}",
    );
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d1", "cleared", &all(&[60.0; 24]));
    figures(&mut tally, "d1", "cases", &all(&[100.0; 24]));
    for (as_of, goal) in
        [("2023-12-31", 50.0), ("2024-05-31", 50.0), ("2024-08-15", 70.0), ("2025-03-01", 90.0)]
    {
        let report = assess(&plan, &tally, as_of);
        let rows = chart(&report, "d1", &SignalOptions::default());
        assert!(rows.iter().all(|row| row.goal == Some(goal)), "{as_of}");
        let expected = if goal > 60.0 { "incapable" } else { "capable" };
        assert_eq!(signals(&report, &SignalOptions::default())[0].capability, Some(expected));
    }
}
