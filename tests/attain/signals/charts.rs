//! Charts, trends and capability of series.

use attain::arrow::record_batch;
use attain::calendar::Every;
use attain::stats::{
    self, Baseline, ChartKind, ChartOptions, Confidence, MannKendallMethod, TrendCorrection,
};
use attain::views::{SignalBaseline, SignalChart, SignalOptions, TrendTest};
use attain::{Plan, Tally, calendar};

use super::draws::Draws;
use super::series::days_of_months;
use super::{all, assess, chart, close, figures, of, plan, signals};
use crate::support::{day, parse};

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
    assert_eq!(
        (row.signal_since, row.side.map(|one| one.code())),
        (Some(day("2024-03-01")), Some("below"))
    );
    assert_eq!(
        (row.meaning.map(|one| one.code()), row.latest_signal),
        (Some("deterioration"), Some(day("2024-10-01")))
    );
    assert_eq!((row.signals, row.capability.map(|one| one.code())), (Some(1), Some("capable")));
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
    assert_eq!(
        of(&signals(&report, &options), "d1").reason.map(|one| one.code()),
        Some("too_few_points")
    );
}

#[test]
fn capability_is_told_of_goals_for_such_periods() {
    let told = |target: &str, every: Every| {
        let plan = plan(&format!("  t: {{{target}, units: [d1]}}"));
        let mut tally = Tally::new(&plan);
        let values: Vec<f64> = (0..24).map(|place| 100.0 + f64::from(place % 3)).collect();
        figures(&mut tally, "d1", "cases", &all(&values));
        let mut options = SignalOptions::default();
        (options.every, options.least_points) = (Some(every), 4);
        signals(&assess(&plan, &tally, "2024-12-31"), &options)[0].capability.map(|one| one.code())
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
        assert_eq!(
            (rows[0].chart.code(), rows[0].lower, rows[0].upper),
            ("xmr", Some(75.0), Some(75.0))
        );
        assert_eq!((rows[0].trend.map(|one| one.code()), rows[0].signals), (Some("none"), Some(0)));
        rows[0].capability.unwrap().code()
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
        assert_eq!((row.slope, row.trend.map(|one| one.code())), (Some(0.0), Some("none")));
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
        assert_eq!(row.chart.code(), kind, "{indicator}");
        let drawn = chart(&report, "d1", &options);
        let there: Vec<f64> = drawn.iter().filter_map(|row| row.value).collect();
        match indicator {
            // Less than nothing is no number of events; single values may be.
            "net" => {
                assert_eq!(
                    (row.reason.map(|one| one.code()), row.centre),
                    (Some("negative_count"), None)
                );
                options.chart = Some(SignalChart::Xmr);
                assert_eq!(signals(&report, &options)[0].centre, Some(-5.0));
            }
            // A year's rate: each month weighs as much as it has days.
            "rate" => {
                let days = &days_of_months()[..12];
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
    let test =
        stats::seasonal_mann_kendall(&values, 12, stats::SeasonalCorrection::Independent).unwrap();
    let line = stats::seasonal_sen_slope(&values, 12, Confidence::P95).unwrap();
    assert_eq!((seasonal.trend_test.code(), seasonal.tau), ("seasonal", Some(test.tau)));
    assert_eq!((seasonal.p, seasonal.p_bh), (test.p, test.p));
    close(seasonal.slope, line.slope);
    assert_eq!(seasonal.trend.map(|one| one.code()), Some("improving"));
    // A month less, and they are compared whatever their season, which hides the trend.
    let plain = row("2025-11-30", None);
    assert_eq!(
        (plain.trend_test.code(), plain.trend.map(|one| one.code())),
        ("mann_kendall", Some("none"))
    );
    let correction = TrendCorrection::HamedRao { lags: Some(3), significant: Confidence::P95 };
    let method = MannKendallMethod { correction, ..MannKendallMethod::default() };
    let expected = stats::mann_kendall(&values, &method).unwrap();
    let found = row("2025-12-31", Some(TrendTest::HamedRao));
    assert_eq!((found.trend_test.code(), found.p), ("hamed_rao", expected.p));
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
        assert_eq!(
            (row.trend.map(|one| one.code()), row.meaning.map(|one| one.code())),
            (Some(expected), None),
            "{row:?}"
        );
    }
    // A unit asked for by itself is one test.
    let mut alone = SignalOptions::default();
    alone.unit = Some("u3".to_owned());
    let [row] = &signals(&report, &alone)[..] else { panic!("one row") };
    assert_eq!(row.p, row.p_bh);
    assert_eq!(row.p, of(&rows, "u3").p);
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
    let plan = parse(text);
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
            assert_eq!(row.chart.code(), "p_prime");
            close(row.value, 100.0 * events[*place] / of[*place]);
            close(row.centre, point.centre);
            close(row.lower, point.lower.unwrap());
            close(row.upper, point.upper.unwrap());
        }
    }
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
        assert_eq!(
            signals(&report, &SignalOptions::default())[0].capability.map(|one| one.code()),
            Some(expected)
        );
    }
}

#[test]
fn columns_are_named_and_ordered_as_the_fields() {
    let plan = plan("  t: {indicator: share, goal: {at_least: 50}, window: '2023', units: [d1]}");
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d1", "cleared", &all(&[60.0; 12]));
    figures(&mut tally, "d1", "cases", &all(&[100.0; 12]));
    let report = assess(&plan, &tally, "2023-12-31");
    let options = SignalOptions::default();
    let (rows, drawn) = (signals(&report, &options), chart(&report, "d1", &options));
    for (batch, row) in [
        (record_batch(&rows), serde_json::to_string(&rows[0]).unwrap()),
        (record_batch(&drawn), serde_json::to_string(&drawn[0]).unwrap()),
    ] {
        let schema = batch.schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let places = names.iter().map(|name| row.find(&format!("\"{name}\":")));
        assert!(places.clone().all(|place| place.is_some()) && places.is_sorted(), "{row}");
        // As many commas as there are fields but one: no text of this row has any.
        assert_eq!(row.matches(',').count() + 1, names.len());
        assert_eq!(batch.num_rows(), if names.contains(&"points") { 1 } else { 12 });
    }
}
