//! Funnels, overdispersion, ranks, many tests and gaps against other programs, and what holds of them
//! whatever the numbers.

use attain::stats::{
    BetterEnd, Confidence, CountFunnelMethod, CountMethod, FunnelScale, FunnelScore, FunnelSignal,
    Overdispersion, OverdispersionAdjustment, RankOptions, RankScope, TailScaling, Tails, TiedRank,
    WindowShare, adjusted_funnel_limits, benjamini_hochberg, change_effects, contribution_to_gap,
    count_funnel_limits, count_funnel_signal, count_interval, funnel_score, holm, overdispersion,
    proportion_funnel_limits, proportion_funnel_signal, rank_intervals, ranks, tau_best,
};
use attain::stats::{ProportionMethod, proportion_interval};
use proptest::prelude::*;

use crate::reference::table::{assert_close, rows};

#[test]
fn count_funnels_agree_with_scipy() {
    for row in rows("funnel_counts.csv") {
        let confidence = Confidence::new(row.number("confidence")).unwrap();
        let expected = row.number("expected");
        let limits =
            count_funnel_limits(expected, CountFunnelMethod::Inverted, confidence).unwrap();
        assert_close(limits.upper, row.number("upper"), 1e-10, &row);
        assert!(
            (limits.lower - row.number("lower")).abs() <= 1e-10 * (1.0 + limits.lower),
            "{row:?}"
        );
    }
}

#[test]
fn count_signals_agree_with_poisson_tests() {
    for row in rows("funnel_signals.csv") {
        let (observed, expected) = (row.number("observed"), row.number("expected"));
        let found =
            count_funnel_signal(observed, expected, Confidence::P95, Confidence::P99_8).unwrap();
        let name = match found {
            FunnelSignal::BelowOuter => "below_outer",
            FunnelSignal::BelowInner => "below_inner",
            FunnelSignal::Within => "within",
            FunnelSignal::AboveInner => "above_inner",
            FunnelSignal::AboveOuter => "above_outer",
        };
        assert_eq!(name, row.text("signal"), "{row:?}");
        // The drawn limits say the same.
        let limits = |confidence| {
            count_funnel_limits(expected, CountFunnelMethod::Inverted, confidence).unwrap()
        };
        let drawn = FunnelSignal::of(observed, limits(Confidence::P95), limits(Confidence::P99_8));
        assert_eq!(drawn, found, "{row:?}");
    }
}

#[test]
fn overdispersion_agrees_with_dersimonian_and_laird() {
    for row in rows("overdispersion.csv") {
        let scores: Vec<FunnelScore> = row
            .numbers("z")
            .into_iter()
            .zip(row.numbers("errors"))
            .map(|(z, standard_error)| FunnelScore { z, standard_error })
            .collect();
        let share = row.number("share");
        let tails = match row.text("tails") {
            "winsorised" => Tails::Winsorised(share),
            "truncated" => Tails::Truncated(share),
            _ => Tails::Kept,
        };
        let found = overdispersion(&scores, tails, TailScaling::Published).unwrap();
        assert_close(found.phi, row.number("phi"), 1e-12, &row);
        assert!((found.between_variance - row.number("between")).abs() < 1e-12, "{row:?}");
    }
}

#[test]
fn adjusted_p_values_agree_with_statsmodels() {
    for row in rows("multiple_tests.csv") {
        for (column, adjust) in [
            ("benjamini_hochberg", benjamini_hochberg as fn(&[f64]) -> Vec<Option<f64>>),
            ("holm", holm),
        ] {
            for (found, expected) in adjust(&row.numbers("p")).iter().zip(row.numbers(column)) {
                assert_close(found.unwrap(), expected, 1e-13, &row);
            }
        }
    }
}

#[test]
fn critical_values_of_ranks_are_those_of_the_studentized_range() {
    for row in rows("rank_cutoffs.csv") {
        let units = row.number("units") as usize;
        let confidence = Confidence::new(row.number("confidence")).unwrap();
        for (scope, column) in
            [(RankScope::Marginal, "marginal"), (RankScope::Simultaneous, "simultaneous")]
        {
            // One unit leads all others, which are equal, by a little less and a little more than the
            // critical difference of two estimates with standard error 1.
            for (factor, established) in [(0.98, false), (1.02, true)] {
                let mut estimates = vec![0.0; units];
                estimates[0] = factor * row.number(column) * 2f64.sqrt();
                let options = RankOptions {
                    confidence,
                    scope,
                    step_down: false,
                    draws: 60_000,
                    ..RankOptions::default()
                };
                let found = rank_intervals(&estimates, &vec![1.0; units], &options).unwrap();
                let worst = if established { 1 } else { units };
                assert_eq!(found[0].worst, worst, "{scope:?} {factor} {row:?}");
                assert_eq!(found[1].best, if established { 2 } else { 1 }, "{scope:?} {row:?}");
            }
        }
    }
}

#[test]
fn intervals_for_ranks_hold_the_true_ranks_as_often_as_they_say() {
    let truth: Vec<f64> = (0..12).map(|unit| f64::from(unit) * 0.6).collect();
    let errors: Vec<f64> = (0..12).map(|unit| 0.3 + 0.1 * f64::from(unit % 5)).collect();
    let mut random = Congruential(5);
    let rounds = 300;
    let mut held = [0; 3];
    for _ in 0..rounds {
        let estimates: Vec<f64> =
            truth.iter().zip(&errors).map(|(mean, error)| mean + error * random.normal()).collect();
        let options = RankOptions {
            better: BetterEnd::Lowest,
            confidence: Confidence::new(0.9).unwrap(),
            draws: 400,
            ..RankOptions::default()
        };
        let within = |unit: usize, found: &attain::stats::RankInterval| {
            (found.best..=found.worst).contains(&(unit + 1))
        };
        let one = rank_intervals(&estimates, &errors, &options).unwrap();
        held[0] += i32::from(within(6, &one[6]));
        let all = RankOptions { scope: RankScope::Simultaneous, ..options };
        let all = rank_intervals(&estimates, &errors, &all).unwrap();
        held[1] += i32::from(all.iter().enumerate().all(|(unit, found)| within(unit, found)));
        let best = tau_best(&estimates, &errors, 3, &options).unwrap();
        held[2] += i32::from(best[..3].iter().all(|&could_be| could_be));
    }
    // Three standard errors below 90 %: 0.9 − 3·√(0.09/300).
    for (held, what) in held.iter().zip(["marginal", "simultaneous", "tau best"]) {
        assert!(f64::from(*held) / f64::from(rounds) > 0.848, "{what}: {held} of {rounds}");
    }
}

/// Normal numbers that owe nothing to the library: a linear congruential generator (Knuth's MMIX
/// constants) and the sum of twelve uniforms.
struct Congruential(u64);

impl Congruential {
    fn normal(&mut self) -> f64 {
        let mut sum = -6.0;
        for _ in 0..12 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            sum += (self.0 >> 11) as f64 / (1u64 << 53) as f64;
        }
        sum
    }
}

#[test]
fn thousands_of_units_are_ranked_without_a_table_of_pairs() {
    // 3,000 units are 9 million pairs: with a table of them for every draw this would not end.
    let mut random = Congruential(9);
    let estimates: Vec<f64> = (0..3_000).map(|_| 5.0 * random.normal()).collect();
    let errors: Vec<f64> = (0..3_000).map(|_| 0.5 + random.normal().abs()).collect();
    let options = RankOptions { draws: 100, step_down: false, ..RankOptions::default() };
    let found = rank_intervals(&estimates, &errors, &options).unwrap();
    assert!(found.iter().all(|unit| unit.best <= unit.rank && unit.rank <= unit.worst));
}

#[test]
fn an_adjusted_limit_comes_back_on_the_original_scale() {
    let spread =
        Overdispersion { phi_of_all: 4.0, phi: 2.25, between_variance: 0.0, kept: vec![true; 5] };
    let limits = |scale, target, adjustment| {
        adjusted_funnel_limits(scale, 400.0, target, &spread, adjustment, Confidence::P95).unwrap()
    };
    let z = Confidence::P95.z();
    let found = limits(FunnelScale::LogRatio, 1.0, OverdispersionAdjustment::Multiplicative);
    assert!((found.upper - (z * 1.5 / 20.0).exp()).abs() < 1e-14);
    let found = limits(FunnelScale::SquareRootRatio, 1.0, OverdispersionAdjustment::Unadjusted);
    assert!((found.lower - (1.0 - z / 40.0).powi(2)).abs() < 1e-14);
    let found = limits(FunnelScale::ArcsinProportion, 0.25, OverdispersionAdjustment::Additive);
    let sine = (std::f64::consts::FRAC_PI_6 + z / 40.0).sin();
    assert!((found.upper - sine * sine).abs() < 1e-14);
}

#[test]
fn less_spread_than_chance_narrows_nothing() {
    let scores: Vec<FunnelScore> =
        [-0.4, 0.1, 0.6, -0.2].iter().map(|&z| FunnelScore { z, standard_error: 0.1 }).collect();
    let found = overdispersion(&scores, Tails::Kept, TailScaling::default()).unwrap();
    assert!(found.phi < 1.0);
    assert_eq!((found.factor(), found.between_variance), (1.0, 0.0));
}

#[test]
fn a_count_of_0_has_no_logarithm_but_a_square_root() {
    assert!(funnel_score(FunnelScale::LogRatio, 0.0, 5.0, 1.0).is_err());
    let score = funnel_score(FunnelScale::SquareRootRatio, 0.0, 4.0, 1.0).unwrap();
    assert_eq!(score.z, -4.0);
}

#[test]
fn limits_of_a_count_as_large_as_expected_are_its_interval() {
    for method in [CountMethod::Exact, CountMethod::default()] {
        let around = CountFunnelMethod::AroundExpected(method);
        let limits = count_funnel_limits(13.5, around, Confidence::P95).unwrap();
        assert_eq!(limits, count_interval(13.5, method, Confidence::P95).unwrap());
    }
}

proptest! {
    #[test]
    fn a_share_is_beyond_its_funnel_when_its_interval_misses_the_baseline(
        n in 1u32..5_000, share in 0.0..=1.0f64, baseline in 0.01..0.99f64
    ) {
        let (n, x) = (f64::from(n), (share * f64::from(n)).round());
        let signal = proportion_funnel_signal(x, n, baseline, Confidence::P95, Confidence::P99_8).unwrap();
        let interval = proportion_interval(x, n, ProportionMethod::Wilson, Confidence::P95).unwrap();
        // Where both sides are equal but for rounding either answer will do.
        prop_assume!((interval.lower - baseline).abs() > 1e-12 && (interval.upper - baseline).abs() > 1e-12);
        prop_assert_eq!(signal != FunnelSignal::Within, !interval.holds(baseline));
    }

    #[test]
    fn funnel_limits_are_cut_at_0_and_per(n in 1u32..50, baseline in 0.0..=1.0f64, per in prop::sample::select(vec![1.0, 100.0, 1e5])) {
        let limits = proportion_funnel_limits(baseline, f64::from(n), per, Confidence::P99_8).unwrap();
        prop_assert!(0.0 <= limits.lower && limits.lower <= baseline * per);
        prop_assert!(baseline * per <= limits.upper && limits.upper <= per);
    }

    #[test]
    fn ranks_lie_in_their_intervals_and_marginal_ones_in_simultaneous_ones(
        units in prop::collection::vec((-5.0..5.0f64, 0.0..2.0f64), 2..15), step_down in any::<bool>(), seed in any::<u64>()
    ) {
        let (estimates, errors): (Vec<f64>, Vec<f64>) = units.into_iter().unzip();
        let options = RankOptions { step_down, draws: 200, seed, ..RankOptions::default() };
        let marginal = rank_intervals(&estimates, &errors, &options).unwrap();
        let simultaneous = RankOptions { scope: RankScope::Simultaneous, ..options };
        let simultaneous = rank_intervals(&estimates, &errors, &simultaneous).unwrap();
        let plain = ranks(&estimates, BetterEnd::Highest, TiedRank::Best);
        for unit in 0..estimates.len() {
            let (one, all) = (marginal[unit], simultaneous[unit]);
            prop_assert_eq!(plain[unit].unwrap() as usize, one.rank);
            prop_assert!(one.best <= one.rank && one.rank <= one.worst);
            prop_assert!(all.best <= one.best && one.worst <= all.worst, "{:?} {:?}", one, all);
        }
        // Step by step never finds less.
        let single = RankOptions { step_down: false, ..options };
        for (stepped, single) in marginal.iter().zip(rank_intervals(&estimates, &errors, &single).unwrap()) {
            prop_assert!(single.best <= stepped.best || !step_down);
            prop_assert!(single.worst >= stepped.worst || !step_down);
        }
    }

    #[test]
    fn contributions_add_up_to_the_whole_gap(units in prop::collection::vec((0u32..1000, 0u32..1000), 1..50), goal in 0u32..=1000) {
        let goal = f64::from(goal) / 1024.0; // A binary fraction: every product is exact.
        let (mut sum, mut numerator, mut denominator) = (0.0, 0.0, 0.0);
        for (n, d) in units {
            let (n, d) = (f64::from(n), f64::from(d));
            sum += contribution_to_gap(n, d, goal).unwrap();
            numerator += n;
            denominator += d;
        }
        prop_assert_eq!(sum, numerator - goal * denominator);
    }

    #[test]
    fn effects_of_a_change_add_up_to_the_change(units in prop::collection::vec(prop::array::uniform4(0u32..500), 1..30)) {
        let units: Vec<WindowShare> = units.into_iter().map(|[a, b, c, d]| WindowShare {
            numerator_before: f64::from(a.min(b)), denominator_before: f64::from(b),
            numerator_after: f64::from(c.min(d)), denominator_after: f64::from(d),
        }).collect();
        let sum = |part: fn(&WindowShare) -> f64| units.iter().map(part).sum::<f64>();
        let (before, after) = (sum(|u| u.denominator_before), sum(|u| u.denominator_after));
        prop_assume!(before > 0.0 && after > 0.0);
        let change = sum(|u| u.numerator_after) / after - sum(|u| u.numerator_before) / before;
        let effects = change_effects(&units).unwrap();
        let total: f64 = effects.iter().map(|effect| effect.within + effect.mix).sum();
        prop_assert!((total - change).abs() < 1e-13);
    }

    #[test]
    fn adjusted_p_values_keep_their_order_and_never_shrink(p in prop::collection::vec(0.0..=1.0f64, 1..60)) {
        for adjusted in [benjamini_hochberg(&p), holm(&p)] {
            for (i, a) in adjusted.iter().enumerate() {
                let a = a.unwrap();
                prop_assert!(a >= p[i] && a <= 1.0);
                prop_assert!(adjusted.iter().enumerate().all(|(j, b)| p[j] < p[i] || b.unwrap() >= a));
            }
        }
    }

    #[test]
    fn no_number_whatever_makes_comparing_panic(
        numbers in prop::collection::vec(prop_oneof![
            any::<f64>(), 0.0..1e4f64,
            prop::sample::select(vec![0.0, f64::NAN, f64::INFINITY, -1.0, f64::MAX, 5e-324, 1e-100]),
        ], 8),
    ) {
        let (a, b) = numbers.split_at(4);
        let options = RankOptions { draws: 100, ..RankOptions::default() };
        let _ = rank_intervals(a, b, &options);
        let _ = tau_best(a, b, 2, &options);
        let _ = ranks(a, BetterEnd::Lowest, TiedRank::Middle);
        let _ = (benjamini_hochberg(a), holm(a));
        let _ = count_funnel_signal(a[0], b[0], Confidence::P95, Confidence::P99_8);
        let _ = proportion_funnel_signal(a[0], b[0], a[1], Confidence::P95, Confidence::P99_8);
        let _ = contribution_to_gap(a[0], a[1], a[2]);
        let scores: Vec<FunnelScore> = a.iter().zip(b).map(|(&z, &standard_error)| FunnelScore { z, standard_error }).collect();
        let _ = overdispersion(&scores, Tails::Winsorised(b[0]), TailScaling::Rescaled);
        let _ = overdispersion(&scores, Tails::Truncated(0.3), TailScaling::Rescaled);
        if let Ok(limits) = count_funnel_limits(a[0], CountFunnelMethod::Inverted, Confidence::P99_8) {
            prop_assert!(limits.lower <= limits.upper && limits.upper > 0.0);
        }
        for scale in [FunnelScale::SquareRootRatio, FunnelScale::LogRatio, FunnelScale::ArcsinProportion] {
            let _ = funnel_score(scale, a[0], b[0], a[1]);
        }
        let _ = change_effects(&[WindowShare { numerator_before: a[0], denominator_before: a[1], numerator_after: a[2], denominator_after: a[3] }]);
    }
}
