//! Charts, rules and trends against other programs and plain formulas, and what holds of them
//! whatever the numbers.

use attain::stats::{
    Baseline, BetterEnd, Capability, Chart, ChartKind, ChartOptions, ChartPoint, Confidence,
    FivePointSeries, GCentre, Interval, MannKendallMethod, Rule, RuleSet, SeasonalCorrection, Side,
    Signal, TrendCorrection, TrendDirection, capability, control_chart, five_point_trend,
    mann_kendall, runs_analysis, seasonal_mann_kendall, seasonal_sen_slope, sen_slope, signals,
};
use proptest::prelude::*;

use crate::reference::table::{assert_close, rows};

fn approximate(correction: TrendCorrection) -> MannKendallMethod {
    MannKendallMethod { exact_up_to: 0, correction }
}

#[test]
fn mann_kendall_agrees_with_pymannkendall() {
    for row in rows("mann_kendall.csv") {
        let values = row.numbers("values");
        let test = mann_kendall(&values, &approximate(TrendCorrection::Independent)).unwrap();
        assert_close(test.score, row.number("score"), 0.0, &row);
        assert_close(test.variance, row.number("variance"), 1e-14, &row);
        assert_close(test.tau, row.number("tau"), 1e-14, &row);
        assert_close(test.z.unwrap(), row.number("z"), 1e-13, &row);
        // It computes p as 1 minus a probability near 1, and so loses the digits of a small p.
        assert!((test.p.unwrap() - row.number("p")).abs() < 1e-14, "{row:?}");
        let line = sen_slope(&values, Confidence::P95).unwrap();
        assert_close(line.slope, row.number("slope"), 1e-12, &row);

        let significant = Confidence::P95;
        for (name, correction) in [
            ("hamed_rao", TrendCorrection::HamedRao { lags: None, significant }),
            ("hamed_rao_3", TrendCorrection::HamedRao { lags: Some(3), significant }),
            ("yue_wang", TrendCorrection::YueWang { lags: None }),
            ("yue_wang_1", TrendCorrection::YueWang { lags: Some(1) }),
        ] {
            let test = mann_kendall(&values, &approximate(correction)).unwrap();
            let expected = |part: &str| row.number(&format!("{name}_{part}"));
            assert_close(test.variance, expected("variance"), 1e-9, &row);
            match test.z {
                Some(z) => {
                    assert_close(z, expected("z"), 1e-9, &row);
                    assert!((test.p.unwrap() - expected("p")).abs() < 1e-9, "{row:?}");
                }
                // A variance that is not above 0 has no root: there it gives NaN.
                None => assert!(expected("variance") <= 0.0 && test.p.is_none(), "{row:?}"),
            }
        }
    }
}

#[test]
fn the_seasonal_test_agrees_with_pymannkendall() {
    for row in rows("seasonal_mann_kendall.csv") {
        let (values, period) = (row.numbers("values"), row.number("period") as usize);
        let test = seasonal_mann_kendall(&values, period, SeasonalCorrection::Independent).unwrap();
        assert_close(test.score, row.number("score"), 0.0, &row);
        assert_close(test.variance, row.number("variance"), 1e-14, &row);
        assert_close(test.tau, row.number("tau"), 1e-14, &row);
        assert_close(test.z.unwrap(), row.number("z"), 1e-13, &row);
        assert!((test.p.unwrap() - row.number("p")).abs() < 1e-14, "{row:?}");
        let line = seasonal_sen_slope(&values, period, Confidence::P95).unwrap();
        assert_close(line.slope, row.number("slope"), 1e-12, &row);
    }
}

#[test]
fn the_exact_test_agrees_with_scipy() {
    for row in rows("mann_kendall_exact.csv") {
        let method = MannKendallMethod { exact_up_to: 100, ..MannKendallMethod::default() };
        let test = mann_kendall(&row.numbers("values"), &method).unwrap();
        assert!(test.exact);
        assert_close(test.p.unwrap(), row.number("p"), 1e-12, &row);
        assert_close(test.tau, row.number("tau"), 1e-12, &row);
    }
}

#[test]
fn sen_slopes_and_limits_agree_with_scipy() {
    for row in rows("sen_slope.csv") {
        let confidence = Confidence::new(row.number("confidence")).unwrap();
        let line = sen_slope(&row.numbers("values"), confidence).unwrap();
        assert_close(line.slope, row.number("slope"), 1e-12, &row);
        assert_close(line.interval.lower, row.number("lower"), 1e-12, &row);
        assert_close(line.interval.upper, row.number("upper"), 1e-12, &row);
    }
}

#[test]
fn the_p_chart_of_orange_juice_cans_is_the_published_one() {
    // Montgomery, Introduction to Statistical Quality Control, example 7.1: leaking cans in 30
    // samples of 50; p̄ = 0.2313, limits 0.0524 and 0.4102; samples 15 and 23 are above.
    let leaking = [
        12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9,
        12, 7, 13, 9, 6,
    ]
    .map(f64::from);
    let kind = ChartKind::P { laney: false };
    let options = ChartOptions::default();
    let chart = control_chart(kind, &leaking, Some(&[50.0; 30]), &options).unwrap();
    let point = chart.points[0];
    assert!((point.centre - 0.2313).abs() < 5e-5);
    assert!((point.lower.unwrap() - 0.0524).abs() < 5e-5);
    assert!((point.upper.unwrap() - 0.4102).abs() < 5e-5);
    let outside: Vec<usize> = signals(&chart, RuleSet::WesternElectric)
        .iter()
        .filter(|signal| signal.rule == Rule::OutsideLimits)
        .map(|signal| signal.first + 1)
        .collect();
    assert_eq!(outside, [15, 23]);
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn mean_moving_range(values: &[f64]) -> f64 {
    mean(&values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect::<Vec<_>>())
}

const SERIES: [f64; 12] = [8.0, 12.0, 7.0, 9.0, 14.0, 11.0, 6.0, 10.0, 13.0, 9.0, 8.0, 12.0];
const SIZES: [f64; 12] =
    [90.0, 110.0, 100.0, 95.0, 120.0, 130.0, 80.0, 100.0, 115.0, 105.0, 85.0, 125.0];

#[test]
fn charts_of_counts_and_times_are_their_formulas() {
    let chart = |kind| control_chart(kind, &SERIES, None, &ChartOptions::default()).unwrap();
    let close = |found: Option<f64>, expected: f64| {
        assert!((found.unwrap() - expected).abs() < 1e-12 * expected.abs().max(1.0));
    };
    let m = mean(&SERIES);

    let c = chart(ChartKind::C).points[4];
    close(c.lower, m - 3.0 * m.sqrt());
    close(c.upper, m + 3.0 * m.sqrt());

    let g = chart(ChartKind::G { centre: GCentre::Mean }).points[0];
    close(g.upper, m + 3.0 * (m * (m + 1.0)).sqrt());
    assert_eq!((g.centre, g.lower), (m, Some(0.0)));
    let g = chart(ChartKind::G { centre: GCentre::TheoreticalMedian }).points[0];
    assert!((g.centre - 2f64.ln() * m).abs() < 1e-14);

    let transformed = SERIES.map(|time| time.powf(1.0 / 3.6));
    let (centre, range) = (mean(&transformed), mean_moving_range(&transformed));
    let t = chart(ChartKind::T).points[0];
    close(Some(t.centre), centre.powf(3.6));
    close(t.upper, (centre + 3.0 * range / 1.128).powf(3.6));
    close(t.lower, (centre - 3.0 * range / 1.128).powf(3.6));
    close(t.value, 8.0);

    let range = mean_moving_range(&SERIES);
    let moving = chart(ChartKind::MovingRange { screen_moving_ranges: false });
    assert_eq!((moving.points[0].value, moving.points[1].value), (None, Some(4.0)));
    close(moving.points[1].upper, 3.267 * range);

    let run = chart(ChartKind::Run).points[0];
    assert_eq!((run.centre, run.lower, run.upper), (9.5, None, None));
}

#[test]
fn laneys_charts_widen_by_the_variation_between_points() {
    for (kind, plain, binomial) in [
        (ChartKind::P { laney: true }, ChartKind::P { laney: false }, true),
        (ChartKind::U { laney: true }, ChartKind::U { laney: false }, false),
    ] {
        let options = ChartOptions { per: Some(100.0), ..ChartOptions::default() };
        let chart = |kind| control_chart(kind, &SERIES, Some(&SIZES), &options).unwrap();
        let (laney, plain) = (chart(kind).points[3], chart(plain).points[3]);
        let centre = SERIES.iter().sum::<f64>() / SIZES.iter().sum::<f64>();
        let deviation = |n: f64| (centre * if binomial { 1.0 - centre } else { 1.0 } / n).sqrt();
        let scores: Vec<f64> =
            SERIES.iter().zip(SIZES).map(|(x, n)| (x / n - centre) / deviation(n)).collect();
        let excess = mean_moving_range(&scores) / 1.128;
        let half = 3.0 * deviation(SIZES[3]);
        assert!((plain.upper.unwrap() - 100.0 * (centre + half)).abs() < 1e-10);
        assert!((laney.upper.unwrap() - 100.0 * (centre + half * excess)).abs() < 1e-10);
        assert!((laney.centre - 100.0 * centre).abs() < 1e-12);
    }
}

#[test]
fn one_leap_does_not_widen_screened_limits() {
    let values: Vec<f64> =
        (0..20).map(|i| if i == 9 { 60.0 } else { f64::from(10 + i % 2) }).collect();
    let upper = |screen_moving_ranges| {
        let kind = ChartKind::Xmr { factor: 2.66, screen_moving_ranges };
        let chart = control_chart(kind, &values, None, &ChartOptions::default()).unwrap();
        chart.points[0].upper.unwrap() - chart.points[0].centre
    };
    // Without the two leaps all moving ranges are 1.
    assert!((upper(true) - 2.66).abs() < 1e-12);
    assert!(upper(false) > 10.0);
}

#[test]
fn limits_start_afresh_only_where_they_are_told_to() {
    let values = [1.0, 2.0, 1.0, 2.0, 11.0, 12.0, 11.0, 12.0];
    let centres = |options: &ChartOptions| -> Vec<f64> {
        let chart = control_chart(ChartKind::NHS_XMR, &values, None, options).unwrap();
        chart.points.iter().map(|point| point.centre).collect()
    };
    assert_eq!(centres(&ChartOptions::default()), [6.5; 8]);
    let phases = ChartOptions { phases: vec![4], ..ChartOptions::default() };
    assert_eq!(centres(&phases), [1.5, 1.5, 1.5, 1.5, 11.5, 11.5, 11.5, 11.5]);
    let first = ChartOptions { baseline: Baseline::First(2), ..ChartOptions::default() };
    assert_eq!(centres(&first), [1.5; 8]);
    let window = ChartOptions { baseline: Baseline::Window(4..6), ..ChartOptions::default() };
    assert_eq!(centres(&window), [11.5; 8]);
    let excluded = ChartOptions { excluded: vec![4, 5, 6, 7], ..ChartOptions::default() };
    assert_eq!(centres(&excluded), [1.5; 8]);
}

#[test]
fn patterns_do_not_reach_into_another_phase() {
    let values = [5.0, 7.0, 5.0, 7.0, 6.5, 6.5, 6.5, 6.5, 16.0, 16.1, 15.9, 16.2, 15.8, 16.0];
    let one = control_chart(ChartKind::NHS_XMR, &values, None, &ChartOptions::default()).unwrap();
    assert!(signals(&one, RuleSet::Nhs).iter().any(|signal| signal.rule == Rule::Shift));
    let options = ChartOptions { phases: vec![8], ..ChartOptions::default() };
    let two = control_chart(ChartKind::NHS_XMR, &values, None, &options).unwrap();
    assert!(signals(&two, RuleSet::Nhs).iter().all(|signal| signal.rule != Rule::Shift));
}

/// A chart whose points have these distances from the centre, in standard deviations.
fn chart_of(deviations: &[f64]) -> Chart {
    let points = deviations.iter().map(|&z| ChartPoint {
        value: Some(z),
        centre: 0.0,
        lower: Some(-3.0),
        upper: Some(3.0),
        one_sigma: Some(Interval { lower: -1.0, upper: 1.0 }),
        two_sigma: Some(Interval { lower: -2.0, upper: 2.0 }),
        deviations: Some(z),
        counts: true,
        phase: 0,
    });
    Chart { points: points.collect() }
}

/// Which points belong to a signal of this rule.
fn flagged(chart: &Chart, found: &[Signal], rule: Rule) -> Vec<bool> {
    let signals: Vec<_> = found.iter().filter(|signal| signal.rule == rule).collect();
    let belongs = |place| signals.iter().any(|signal| signal.has(chart, place));
    (0..chart.points.len()).map(belongs).collect()
}

/// The points beyond a line on one side in every window of `width` points for which a condition
/// holds on that side.
fn far_in_windows(
    z: &[f64],
    width: usize,
    reach: f64,
    holds: impl Fn(&[f64]) -> bool,
) -> Vec<bool> {
    let mut flags = vec![false; z.len()];
    for sign in [1.0, -1.0] {
        let turned: Vec<f64> = z.iter().map(|z| z * sign).collect();
        for first in 0..(z.len() + 1).saturating_sub(width) {
            let window = &turned[first..first + width];
            if holds(window) {
                for (place, &z) in window.iter().enumerate() {
                    flags[first + place] |= z > reach;
                }
            }
        }
    }
    flags
}

/// Every window of `width` points for which a condition holds, point by point.
fn windows_with(z: &[f64], width: usize, holds: impl Fn(&[f64]) -> bool) -> Vec<bool> {
    let mut flags = vec![false; z.len()];
    for first in 0..(z.len() + 1).saturating_sub(width) {
        if holds(&z[first..first + width]) {
            flags[first..first + width].fill(true);
        }
    }
    flags
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Each rule against its own wording, tried on every window.
    #[test]
    fn rules_find_what_their_wording_says(
        z in prop::collection::vec(prop_oneof![
            (-35i32..=35).prop_map(|tenths| f64::from(tenths) / 10.0),
            (2i32..=30).prop_map(|tenths| f64::from(tenths) / 10.0),
            Just(0.0),
        ], 2..45)
    ) {
        let chart = chart_of(&z);
        let either = |holds: &dyn Fn(&[f64]) -> bool, window: &[f64]| {
            let mirrored: Vec<f64> = window.iter().map(|z| -z).collect();
            holds(window) || holds(&mirrored)
        };
        let above = |w: &[f64]| w.iter().all(|&z| z > 0.0);
        let rising = |w: &[f64]| w.windows(2).all(|p| p[0] < p[1]);
        let beyond = |w: &[f64], reach: f64| w.iter().filter(|&&z| z > reach).count();
        let zigzag = |w: &[f64]| w.windows(3).all(|t| (t[1] - t[0]) * (t[2] - t[1]) < 0.0);

        let nhs = signals(&chart, RuleSet::Nhs);
        prop_assert_eq!(flagged(&chart, &nhs, Rule::OutsideLimits), windows_with(&z, 1, |w| w[0].abs() > 3.0));
        prop_assert_eq!(flagged(&chart, &nhs, Rule::Shift), windows_with(&z, 7, |w| either(&above, w)));
        prop_assert_eq!(flagged(&chart, &nhs, Rule::Trend), windows_with(&z, 7, |w| either(&rising, w)));
        let two_of_three = |w: &[f64]| above(w) && beyond(w, 2.0) >= 2;
        prop_assert_eq!(flagged(&chart, &nhs, Rule::TwoOfThreeFar), far_in_windows(&z, 3, 2.0, two_of_three));

        let western = signals(&chart, RuleSet::WesternElectric);
        prop_assert_eq!(flagged(&chart, &western, Rule::Shift), windows_with(&z, 8, |w| either(&above, w)));
        let two_of_three = |w: &[f64]| beyond(w, 2.0) >= 2;
        prop_assert_eq!(flagged(&chart, &western, Rule::TwoOfThreeFar), far_in_windows(&z, 3, 2.0, two_of_three));
        let four_of_five = |w: &[f64]| beyond(w, 1.0) >= 4;
        prop_assert_eq!(flagged(&chart, &western, Rule::FourOfFive), far_in_windows(&z, 5, 1.0, four_of_five));

        let nelson = signals(&chart, RuleSet::Nelson);
        prop_assert_eq!(flagged(&chart, &nelson, Rule::Shift), windows_with(&z, 9, |w| either(&above, w)));
        prop_assert_eq!(flagged(&chart, &nelson, Rule::Trend), windows_with(&z, 6, |w| either(&rising, w)));
        prop_assert_eq!(flagged(&chart, &nelson, Rule::Alternating), windows_with(&z, 14, zigzag));
        prop_assert_eq!(flagged(&chart, &nelson, Rule::Hugging), windows_with(&z, 15, |w| w.iter().all(|z| z.abs() < 1.0)));
        for signal in nelson.iter().filter(|signal| signal.rule == Rule::Avoiding) {
            let points = &z[signal.first..=signal.last];
            prop_assert!(points.len() >= 8 && points.iter().all(|z| z.abs() > 1.0));
            prop_assert!(points.iter().any(|&z| z > 0.0) && points.iter().any(|&z| z < 0.0));
        }
        for signal in nhs.iter().chain(&western).chain(&nelson) {
            prop_assert!(signal.first <= signal.completed && signal.first <= signal.last);
            prop_assert!(signal.has(&chart, signal.first) && signal.has(&chart, signal.last));
        }
        // A signal is there from the point that completed it on, and not before.
        for set in [RuleSet::Nhs, RuleSet::WesternElectric, RuleSet::Nelson] {
            for signal in signals(&chart, set) {
                let known = |points: usize| {
                    signals(&chart_of(&z[..points]), set).into_iter().any(|other| {
                        (other.rule, other.side, other.first)
                            == (signal.rule, signal.side, signal.first)
                    })
                };
                prop_assert!(known(signal.completed + 1), "{signal:?}");
                prop_assert!(!known(signal.completed), "{signal:?}");
            }
        }
    }

    #[test]
    fn a_chart_turned_upside_down_has_its_signals_on_the_other_side(
        z in prop::collection::vec((-35i32..=35).prop_map(|tenths| f64::from(tenths) / 10.0), 2..45)
    ) {
        let turned: Vec<f64> = z.iter().map(|z| -z).collect();
        for set in [RuleSet::Nhs, RuleSet::Anhoej, RuleSet::WesternElectric, RuleSet::Nelson] {
            let mirror = |side| match side {
                Side::Above => Side::Below,
                Side::Below => Side::Above,
                Side::Both => Side::Both,
            };
            let mut straight: Vec<Signal> = signals(&chart_of(&z), set);
            let mut mirrored: Vec<Signal> = signals(&chart_of(&turned), set)
                .into_iter().map(|s| Signal { side: mirror(s.side), ..s }).collect();
            let key = |s: &Signal| (s.rule, s.first, s.last, s.side == Side::Above);
            straight.sort_by_key(key);
            mirrored.sort_by_key(key);
            prop_assert_eq!(straight, mirrored);
        }
    }

    #[test]
    fn shifting_a_series_shifts_its_chart_and_no_signal(
        values in prop::collection::vec(0i32..100, 3..40), by in -1000i32..1000
    ) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let moved: Vec<f64> = values.iter().map(|value| value + f64::from(by)).collect();
        let chart = |values: &[f64]| control_chart(ChartKind::Run, values, None, &ChartOptions::default()).unwrap();
        prop_assert_eq!(signals(&chart(&values), RuleSet::Anhoej), signals(&chart(&moved), RuleSet::Anhoej));
        let line = sen_slope(&values, Confidence::P95).unwrap();
        let other = sen_slope(&moved, Confidence::P95).unwrap();
        prop_assert!((line.slope - other.slope).abs() < 1e-12);
        prop_assert!(line.interval.holds(line.slope));
        let test = |values: &[f64]| mann_kendall(values, &MannKendallMethod::default()).unwrap();
        prop_assert_eq!(test(&values), test(&moved));
        let backwards: Vec<f64> = values.iter().rev().copied().collect();
        prop_assert_eq!(test(&backwards).score, -test(&values).score);
        prop_assert_eq!(test(&backwards).p, test(&values).p);
    }

    #[test]
    fn no_number_whatever_makes_a_chart_or_a_trend_panic(
        values in prop::collection::vec(prop_oneof![
            any::<f64>(), 0.0..1e4f64,
            prop::sample::select(vec![0.0, f64::NAN, f64::INFINITY, -1.0, f64::MAX, 5e-324]),
        ], 0..12),
        sizes in prop::collection::vec(prop_oneof![any::<f64>(), 1.0..1e5f64, Just(0.0)], 0..12),
        place in 0usize..14, period in 0usize..5,
    ) {
        let options = [
            ChartOptions::default(),
            ChartOptions { phases: vec![place], excluded: vec![period], ..ChartOptions::default() },
            ChartOptions { baseline: Baseline::Window(period..place), ..ChartOptions::default() },
            ChartOptions { baseline: Baseline::First(place), per: sizes.first().copied(), ..ChartOptions::default() },
        ];
        for options in &options {
            for kind in [
                ChartKind::Run, ChartKind::NHS_XMR, ChartKind::MovingRange { screen_moving_ranges: true },
                ChartKind::C, ChartKind::G { centre: GCentre::Mean }, ChartKind::T,
            ] {
                if let Ok(chart) = control_chart(kind, &values, None, options) {
                    prop_assert_eq!(chart.points.len(), values.len());
                    for set in [RuleSet::Nhs, RuleSet::Anhoej, RuleSet::WesternElectric, RuleSet::Nelson] {
                        let _ = signals(&chart, set);
                    }
                    let _ = runs_analysis(&chart.points);
                }
            }
            for kind in [ChartKind::P { laney: true }, ChartKind::U { laney: true }] {
                let _ = control_chart(kind, &values, Some(&sizes), options);
            }
        }
        let significant = Confidence::P95;
        for correction in [
            TrendCorrection::Independent,
            TrendCorrection::HamedRao { lags: Some(place), significant },
            TrendCorrection::YueWang { lags: None },
        ] {
            let _ = mann_kendall(&values, &MannKendallMethod { exact_up_to: 20, correction });
        }
        let _ = seasonal_mann_kendall(&values, period, SeasonalCorrection::Independent);
        let _ = seasonal_sen_slope(&values, period, Confidence::P95);
        let _ = sen_slope(&values, Confidence::P99_8);
        let _ = five_point_trend(FivePointSeries::Rates { events: &values, exposures: &sizes }, Confidence::P95);
    }
}

/// Examples of issue 194 of NHSRplotthedots, and of qcc's rule WER2: a point that is not beyond the
/// line is no part of the pattern.
#[test]
fn a_point_inside_the_line_ends_no_pattern_of_far_points() {
    let far = |set, z: &[f64], rule| {
        let chart = chart_of(z);
        let found = signals(&chart, set);
        found
            .iter()
            .filter(|signal| signal.rule == rule)
            .map(|signal| (signal.first, signal.completed, signal.last))
            .collect::<Vec<_>>()
    };
    let two = Rule::TwoOfThreeFar;
    for set in [RuleSet::WesternElectric, RuleSet::Nelson] {
        // 80, 90, 90, 79 around 80.2.
        assert_eq!(far(set, &[-0.1, 2.5, 2.5, -0.4], two), [(1, 2, 2)]);
        assert_eq!(far(set, &[2.5, -1.0, 2.5, 0.3, 0.3], two), [(0, 2, 2)]);
        assert_eq!(far(set, &[2.5, 2.5, 0.3], two), [(0, 2, 1)]);
        assert_eq!(far(set, &[2.5, 2.5, 0.3, 0.3, 2.5, 2.5], two), [(0, 2, 1), (4, 5, 5)]);
        let four = Rule::FourOfFive;
        assert_eq!(far(set, &[0.0, 1.5, 1.5, 0.2, 1.5, 1.5, -0.4, 0.1], four), [(1, 5, 5)]);
        assert_eq!(far(set, &[1.5, 1.5, 1.5, 1.5, -0.4, 0.1], four), [(0, 4, 3)]);
    }
    // 79, 90, 90, 81: the third has to be on the same side, and is known with the last point.
    assert_eq!(far(RuleSet::Nhs, &[-0.4, 2.5, 2.5, 0.3], two), [(1, 3, 2)]);
    assert_eq!(far(RuleSet::Nhs, &[0.4, 2.5, 2.5, 0.3], two), [(1, 2, 2)]);
    assert_eq!(far(RuleSet::Nhs, &[-0.4, 2.5, 2.5, -0.3], two), []);
    let chart = chart_of(&[0.4, 2.5, 0.3, 2.5, 0.3]);
    let signal = signals(&chart, RuleSet::Nhs)[0];
    assert_eq!((0..6).filter(|&place| signal.has(&chart, place)).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn fewest_crossings_are_binomial_quantiles() {
    // qbinom(0.05, n − 1, 0.5) for series of 10, 12, 16, 20, 24, 40 and 100 useful points.
    for (useful, expected) in [(10, 2), (12, 3), (16, 4), (20, 6), (24, 8), (40, 14), (100, 41)] {
        let z: Vec<f64> = (0..useful).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let runs = runs_analysis(&chart_of(&z).points).unwrap();
        assert_eq!((runs.useful, runs.crossings_limit), (useful, expected));
        assert_eq!(runs.longest_run_limit, (useful as f64).log2().round() as usize + 3);
    }
}

#[test]
fn points_on_the_line_are_passed_over_by_anhoej_and_end_a_run_elsewhere() {
    let mut z = vec![1.0; 4];
    z.push(0.0);
    z.extend([1.0; 4]);
    z.extend([-1.0; 8]);
    let chart = chart_of(&z);
    assert_eq!(runs_analysis(&chart.points).unwrap().longest_run, 8);
    let found = signals(&chart, RuleSet::Nhs);
    let shifts: Vec<_> = found.iter().filter(|signal| signal.rule == Rule::Shift).collect();
    assert_eq!(shifts.len(), 1);
    assert_eq!((shifts[0].first, shifts[0].completed, shifts[0].last), (9, 15, 16));
}

#[test]
fn a_target_on_a_limit_is_met_every_time() {
    let limits = Interval { lower: 80.0, upper: 90.0 };
    let judged = |target, better| capability(limits, target, better).unwrap();
    assert_eq!(judged(80.0, BetterEnd::Highest), Capability::Capable);
    assert_eq!(judged(90.0, BetterEnd::Highest), Capability::HitAndMiss);
    assert_eq!(judged(90.1, BetterEnd::Highest), Capability::Incapable);
    assert_eq!(judged(90.0, BetterEnd::Lowest), Capability::Capable);
    assert_eq!(judged(80.0, BetterEnd::Lowest), Capability::HitAndMiss);
    assert_eq!(judged(79.9, BetterEnd::Lowest), Capability::Incapable);
}

#[test]
fn a_trend_that_hangs_on_one_point_is_not_marked() {
    let errors = [0.1; 5];
    let trend = |values: &[f64]| {
        let series = FivePointSeries::Estimates { values, standard_errors: &errors };
        five_point_trend(series, Confidence::P99_8).unwrap()
    };
    let steady = trend(&[1.0, 1.3, 1.5, 1.9, 2.2]);
    assert_eq!(steady.direction, Some(TrendDirection::Rising));
    let hanging = trend(&[1.0, 0.9, 0.8, 0.7, 2.0]);
    assert!(hanging.chi_squared > hanging.critical);
    assert_eq!(hanging.direction, None);
}

#[test]
fn the_trend_in_rates_is_the_poisson_score_test() {
    // Small rates: the same counts over denominators so large that the binomial is Poisson.
    let events = [40.0, 52.0, 49.0, 66.0, 71.0];
    let exposures = [1e9, 1.1e9, 0.9e9, 1e9, 1.2e9];
    let rates = five_point_trend(
        FivePointSeries::Rates { events: &events, exposures: &exposures },
        Confidence::P99_8,
    );
    let shares = five_point_trend(
        FivePointSeries::Proportions { events: &events, denominators: &exposures },
        Confidence::P99_8,
    );
    let (rates, shares) = (rates.unwrap(), shares.unwrap());
    assert!((rates.chi_squared / shares.chi_squared - 1.0).abs() < 1e-6);
    assert!((rates.critical - 9.549535706083239).abs() < 1e-12);
}
