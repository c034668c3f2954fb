//! How often random series give a signal: as often as theory says, or at most as often as the guide says.

use attain::stats::{
    Baseline, Chart, ChartKind, ChartOptions, Confidence, MannKendallMethod, Rule, RuleSet,
    SeasonalCorrection, TrendCorrection, benjamini_hochberg, control_chart, mann_kendall,
    seasonal_mann_kendall, signals,
};
use attain::views::{SignalOptions, SignalRow};
use attain::{Plan, Tally};

use super::draws::Draws;
use super::{all, assess, figures};

/// Compares an observed share with the expected one, with a tolerance of four standard errors.
fn about(found: usize, of: usize, expected: f64) {
    let (of, share) = (of as f64, found as f64 / of as f64);
    let room = 4.0 * (expected * (1.0 - expected) / of).sqrt();
    assert!((share - expected).abs() <= room, "{share} of {of}, expected {expected} ± {room}");
}

/// P(X is more than three standard deviations from its mean), term by term.
fn beyond_three_sigma(mean: f64) -> f64 {
    let (lower, upper) = (mean - 3.0 * mean.sqrt(), mean + 3.0 * mean.sqrt());
    let (mut term, mut within) = ((-mean).exp(), 0.0);
    for events in 0..(upper as u32 + 1) {
        if (lower..=upper).contains(&f64::from(events)) {
            within += term;
        }
        term *= mean / f64::from(events + 1);
    }
    1.0 - within
}

/// The points of a chart after its baseline, as a chart of their own.
fn after_baseline(kind: ChartKind, values: &[f64], baseline: usize) -> Chart {
    let options = ChartOptions { baseline: Baseline::First(baseline), ..ChartOptions::default() };
    let chart = control_chart(kind, values, None, &options).unwrap();
    Chart { points: chart.points[baseline..].to_vec() }
}

#[test]
fn large_counts_pass_their_limits_three_times_in_a_thousand_and_small_ones_more_often() {
    let mut draws = Draws(1);
    for (mean, exact) in [(100.0, 0.0024), (2.0, 0.0045), (0.5, 0.0144)] {
        // Limits from 4,000 points hardly vary by chance.
        let values: Vec<f64> = (0..34_000).map(|_| draws.poisson(mean)).collect();
        let chart = after_baseline(ChartKind::C, &values, 4_000);
        let outside = chart.points.iter().filter(|point| point.deviations.unwrap().abs() > 3.0);
        let expected = beyond_three_sigma(mean);
        assert!((expected - exact).abs() < 0.0001, "{expected}");
        about(outside.count(), 30_000, expected);
    }
}

/// The probability that, of `points` points above or below by a coin's toss, `run` in a row are on one side.
fn chance_of_a_run(points: usize, run: usize) -> f64 {
    // By the length of the run that a point ends; those that have had such a run stay out.
    let mut by_length = vec![0.0; run];
    by_length[1] = 1.0;
    for _ in 1..points {
        let all: f64 = by_length.iter().sum();
        let mut next = vec![0.0; run];
        next[1] = all / 2.0;
        for length in 2..run {
            next[length] = by_length[length - 1] / 2.0;
        }
        by_length = next;
    }
    1.0 - by_length.iter().sum::<f64>()
}

#[test]
fn the_rules_of_the_nhs_find_in_24_steady_points_what_their_chances_add_up_to() {
    const SERIES: usize = 3_000;
    const POINTS: usize = 24;
    let mut draws = Draws(2);
    let mut with = [0; 4];
    let rules = [Rule::OutsideLimits, Rule::Shift, Rule::Trend, Rule::TwoOfThreeFar];
    let mut with_any = 0;
    let baseline: Vec<f64> = (0..2_000).map(|_| draws.normal()).collect();
    let kind = ChartKind::Xmr { factor: 3.0 / 1.128, screen_moving_ranges: false };
    let mut values = baseline.clone();
    values.extend((0..SERIES * POINTS).map(|_| draws.normal()));
    let monitored = after_baseline(kind, &values, baseline.len());
    for points in monitored.points.chunks(POINTS) {
        let found = signals(&Chart { points: points.to_vec() }, RuleSet::Nhs);
        for (count, rule) in with.iter_mut().zip(rules) {
            *count += usize::from(found.iter().any(|signal| signal.rule == rule));
        }
        with_any += usize::from(!found.is_empty());
    }
    // 1 − 0.9973²⁴; a run by its recursion; of 7! orders two rise or fall throughout, in any of 18 windows.
    about(with[0], SERIES, 1.0 - 0.9973_f64.powi(24));
    let shift = chance_of_a_run(POINTS, 7);
    assert!((shift - 0.143_752).abs() < 1e-6, "{shift}");
    about(with[1], SERIES, shift);
    assert!(with[2] as f64 <= 18.0 * 2.0 / 5_040.0 * SERIES as f64 + 12.0, "{with:?}");
    // Two of three beyond 2σ and the third on their side: 3q²(½ − q) + q³ on either side, in any of 22 windows.
    let q = 0.02275_f64;
    let window = 2.0 * (3.0 * q * q * (0.5 - q) + q.powi(3));
    assert!(with[3] as f64 <= 22.0 * window * SERIES as f64 + 20.0, "{with:?}, {window}");
    // Together: no more than their sum, no less than the largest.
    assert!(with_any >= with[1] && with_any <= with.iter().sum(), "{with_any}, {with:?}");
    assert!((0.20..0.27).contains(&(with_any as f64 / SERIES as f64)), "{with_any}");
}

#[test]
fn a_trend_is_found_in_one_of_twenty_series_without_one() {
    let mut draws = Draws(3);
    let rejects = |p: Option<f64>| usize::from(p.unwrap() < 0.05);
    let plain = MannKendallMethod::default();
    let mut found = [0; 3];
    for _ in 0..2_000 {
        let counts: Vec<f64> = (0..48).map(|_| draws.poisson(12.0)).collect();
        found[0] += rejects(mann_kendall(&counts, &plain).unwrap().p);
        found[1] +=
            rejects(seasonal_mann_kendall(&counts, 12, SeasonalCorrection::Independent).unwrap().p);
        let season =
            |place: usize| 12.0 + 10.0 * (place as f64 * std::f64::consts::FRAC_PI_6).cos();
        let counts: Vec<f64> = (0..48).map(|place| draws.poisson(season(place))).collect();
        found[2] +=
            rejects(seasonal_mann_kendall(&counts, 12, SeasonalCorrection::Independent).unwrap().p);
    }
    about(found[0], 2_000, 0.05);
    // The continuity correction within so short seasons is a little too careful.
    for found in &found[1..] {
        assert!((60..=120).contains(found), "{found}");
    }
}

#[test]
fn months_that_depend_on_those_before_look_like_trends_and_hamed_and_rao_see_through_most_of_it() {
    const SERIES: usize = 600;
    let mut draws = Draws(4);
    let plain = MannKendallMethod::default();
    let correction = TrendCorrection::HamedRao { lags: Some(3), significant: Confidence::P95 };
    let corrected = MannKendallMethod { correction, ..plain };
    // The share of series of 120 months in which each test finds a trend; neighbours correlate by so much.
    let mut found_where = |correlation: f64| {
        let mut found = [0.0; 2];
        let fresh = (1.0 - correlation * correlation).sqrt();
        for _ in 0..SERIES {
            let mut value = draws.normal();
            let values: Vec<f64> = (0..120)
                .map(|_| {
                    value = correlation * value + fresh * draws.normal();
                    value
                })
                .collect();
            for (found, method) in found.iter_mut().zip([&plain, &corrected]) {
                let p = mann_kendall(&values, method).unwrap().p;
                *found += f64::from(p.is_some_and(|p| p < 0.05)) / SERIES as f64;
            }
        }
        found
    };
    let [by_plain, by_corrected] = found_where(0.5);
    assert!(by_plain > 0.20 && by_corrected < 0.5 * by_plain, "{by_plain}, {by_corrected}");
    // Where they don't correlate, it costs a little.
    let [by_plain, by_corrected] = found_where(0.0);
    assert!((0.02..0.08).contains(&by_plain), "{by_plain}");
    assert!((by_plain..0.10).contains(&by_corrected), "{by_corrected}");
}

#[test]
fn corrections_that_look_at_all_lags_take_chance_for_memory() {
    const SERIES: usize = 600;
    let mut draws = Draws(7);
    let by = |correction| MannKendallMethod { correction, ..MannKendallMethod::default() };
    let significant = Confidence::P95;
    let methods = [
        by(TrendCorrection::HamedRao { lags: Some(3), significant }),
        by(TrendCorrection::HamedRao { lags: None, significant }),
        by(TrendCorrection::YueWang { lags: None }),
    ];
    let mut found = [0.0; 3];
    for _ in 0..SERIES {
        let values: Vec<f64> = (0..60).map(|_| draws.normal()).collect();
        for (found, method) in found.iter_mut().zip(&methods) {
            let p = mann_kendall(&values, method).unwrap().p;
            *found += f64::from(p.is_some_and(|p| p < 0.05)) / SERIES as f64;
        }
    }
    // The values are independent, and the level of the test is 5 %.
    let [three, all, yue_wang] = found;
    assert!(three < 0.09 && all > three && yue_wang > 0.3, "{found:?}");
}

#[test]
fn of_many_steady_units_few_have_a_signal_and_hardly_any_a_trend() {
    const UNITS: usize = 800;
    const MONTHS: usize = 36;
    let units: Vec<String> =
        (0..UNITS).map(|unit| format!("{{id: u{unit}, level: unit}}")).collect();
    let plan = Plan::from_yaml(&format!(
        "{{attain: 1, plan: p, units: {{levels: [unit], list: [{}]}}, measures: {{cases: {{}}, cleared: {{}}}},
           indicators: {{count: {{count: cases}}, share: {{proportion: {{numerator: cleared, denominator: cases}}}}}},
           targets: {{count: {{indicator: count, goal: {{at_most: 9}}, window: '2025', units: {{level: unit}}}},
             share: {{indicator: share, goal: {{at_least: 9}}, window: '2025', units: {{level: unit}}}}}}}}",
        units.join(", ")
    ))
    .unwrap();
    let mut tally = Tally::new(&plan);
    let mut draws = Draws(5);
    for unit in 0..UNITS {
        let cases: Vec<f64> = (0..MONTHS).map(|_| draws.poisson(40.0)).collect();
        let cleared: Vec<f64> = cases.iter().map(|n| draws.binomial(*n as u32, 0.6)).collect();
        figures(&mut tally, &format!("u{unit}"), "cases", &all(&cases));
        figures(&mut tally, &format!("u{unit}"), "cleared", &all(&cleared));
    }
    let report = assess(&plan, &tally, "2025-12-31");
    for target in ["count", "share"] {
        let rows = report.signals(target, &SignalOptions::default()).unwrap();
        assert_eq!(rows.len(), UNITS);
        let share = |count: usize| count as f64 / UNITS as f64;
        let is_outside = |row: &&SignalRow| {
            row.signal.as_deref().is_some_and(|rules| rules.contains("outside_limits"))
        };
        // Limits are made of 36 points, the latest among them.
        let latest_outside = share(rows.iter().filter(is_outside).count());
        assert!(latest_outside < 0.012, "{target}: {latest_outside}");
        let any = share(rows.iter().filter(|row| row.signal.is_some()).count());
        assert!((0.01..0.05).contains(&any), "{target}: {any}");
        let in_all = share(rows.iter().filter(|row| row.signals > Some(0)).count());
        assert!((0.20..0.45).contains(&in_all), "{target}: {in_all}");
        let p_values: Vec<f64> = rows.iter().map(|row| row.p.unwrap()).collect();
        let found = p_values.iter().filter(|p| **p < 0.05).count();
        assert!((20..=60).contains(&found), "{target}: {found}");
        assert!(
            rows.iter().filter(|row| row.trend.map(|one| one.code()) != Some("none")).count() <= 1
        );
        // Of 40 districts of 20 units each, in one of twenty something is found.
        let families = p_values.chunks(20).map(benjamini_hochberg);
        let mistaken = families.filter(|all| all.iter().flatten().any(|p| *p < 0.05)).count();
        assert!(mistaken <= 6, "{target}: {mistaken} of 40");
    }
}

#[test]
fn of_the_trends_found_among_units_few_are_none() {
    let mut draws = Draws(6);
    let (mut share_of_mistakes, mut found_of_true) = (0.0, 0);
    const FAMILIES: usize = 200;
    for _ in 0..FAMILIES {
        let p_values: Vec<f64> = (0..20)
            .map(|unit| {
                let slope = if unit < 8 { 0.12 } else { 0.0 };
                let values: Vec<f64> =
                    (0..24).map(|place| slope * f64::from(place) + draws.normal()).collect();
                mann_kendall(&values, &MannKendallMethod::default()).unwrap().p.unwrap()
            })
            .collect();
        let found: Vec<usize> = benjamini_hochberg(&p_values)
            .iter()
            .enumerate()
            .filter(|(_, p)| p.is_some_and(|p| p < 0.05))
            .map(|(unit, _)| unit)
            .collect();
        let mistakes = found.iter().filter(|unit| **unit >= 8).count();
        share_of_mistakes += mistakes as f64 / found.len().max(1) as f64;
        found_of_true += found.len() - mistakes;
    }
    let share_of_mistakes = share_of_mistakes / FAMILIES as f64;
    // Of 20 units 12 have no trend: 5 % × 12 ÷ 20.
    assert!(share_of_mistakes < 0.03 + 0.015, "{share_of_mistakes}");
    assert!(found_of_true > 8 * FAMILIES / 2, "{found_of_true}");
}
