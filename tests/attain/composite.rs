//! Composite scores as plain arithmetic: against closed forms, and properties that hold of any numbers.

use attain::stats::{
    Aggregation, BetterEnd, Normalisation, NormalisedScale, SensitivityOptions, aggregate,
    composite, drawn_weights, normalise, rank_sensitivity, weight_scenarios,
};
use proptest::prelude::*;

fn all(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

const PER_CENT: NormalisedScale = NormalisedScale { worst: 0.0, best: 100.0, truncated: false };

fn scaled(values: &[f64], better: BetterEnd, method: Normalisation) -> Vec<f64> {
    normalise(&all(values), better, method, PER_CENT)
        .unwrap()
        .into_iter()
        .map(Option::unwrap)
        .collect()
}

#[test]
fn scales_run_from_the_worst_to_the_best_whichever_that_is() {
    let values = [10.0, 25.0, 40.0];
    assert_eq!(scaled(&values, BetterEnd::Highest, Normalisation::MinMax), [0.0, 50.0, 100.0]);
    assert_eq!(scaled(&values, BetterEnd::Lowest, Normalisation::MinMax), [100.0, 50.0, 0.0]);
    assert_eq!(scaled(&values, BetterEnd::Highest, Normalisation::Rank), [0.0, 50.0, 100.0]);
    // Goalposts say themselves which end is the better one.
    let falling = Normalisation::Goalposts { from: 50.0, to: 10.0 };
    assert_eq!(scaled(&values, BetterEnd::Highest, falling), [100.0, 62.5, 25.0]);
}

#[test]
fn goalposts_and_targets_go_on_beyond_their_ends() {
    let plan = Normalisation::Goalposts { from: 0.0, to: 50.0 };
    assert_eq!(scaled(&[90.0, 20.0, -5.0], BetterEnd::Highest, plan), [180.0, 40.0, -10.0]);
    // From the worst, 4, to the target, 8.
    let target = Normalisation::DistanceToTarget { target: 8.0 };
    assert_eq!(scaled(&[4.0, 6.0, 9.0], BetterEnd::Highest, target), [0.0, 50.0, 125.0]);
    let few = Normalisation::DistanceToTarget { target: 2.0 };
    assert_eq!(scaled(&[10.0, 6.0, 1.0], BetterEnd::Lowest, few), [0.0, 50.0, 112.5]);
}

#[test]
fn equal_values_share_the_middle_of_their_ranks() {
    let values = [7.0, 3.0, 7.0, 1.0, 9.0];
    // Ranks 2.5, 4, 2.5, 5, 1 of 5.
    let expected = [62.5, 25.0, 62.5, 0.0, 100.0];
    assert_eq!(scaled(&values, BetterEnd::Highest, Normalisation::Rank), expected);
}

#[test]
fn z_scores_have_mean_0_and_deviation_1() {
    let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
    // The mean is 5, the squares add up to 32, and 32 ÷ 7 is the variance.
    let expected = (9.0 - 5.0) / (32.0_f64 / 7.0).sqrt();
    let up = scaled(&values, BetterEnd::Highest, Normalisation::ZScore);
    let down = scaled(&values, BetterEnd::Lowest, Normalisation::ZScore);
    assert!((up[7] - expected).abs() < 1e-14 && (down[7] + expected).abs() < 1e-14);
}

#[test]
fn where_nothing_spreads_a_scale_nothing_has_a_place_on_it() {
    for method in [Normalisation::MinMax, Normalisation::ZScore, Normalisation::Rank] {
        for values in [&[5.0, 5.0][..], &[5.0], &[]] {
            let found = normalise(&all(values), BetterEnd::Highest, method, PER_CENT).unwrap();
            assert!(found.iter().all(Option::is_none), "{method:?} {values:?}");
        }
    }
    // All are beyond the target already.
    let target = Normalisation::DistanceToTarget { target: 1.0 };
    assert_eq!(
        normalise(&all(&[2.0, 3.0]), BetterEnd::Highest, target, PER_CENT).unwrap(),
        [None, None]
    );
    let one_place = Normalisation::Goalposts { from: 1.0, to: 1.0 };
    assert!(normalise(&all(&[2.0]), BetterEnd::Highest, one_place, PER_CENT).is_err());
    assert!(
        normalise(&[Some(f64::NAN)], BetterEnd::Highest, Normalisation::MinMax, PER_CENT).is_err()
    );
}

#[test]
fn other_scales_meet_their_ends_and_truncated_ones_end_there() {
    let goalposts = Normalisation::Goalposts { from: 0.1, to: 0.7 };
    let on = |scale, values: &[f64]| {
        normalise(&all(values), BetterEnd::Highest, goalposts, scale).unwrap()
    };
    let school = NormalisedScale { worst: 6.0, best: 1.0, truncated: true };
    assert_eq!(on(school, &[-1e9, 0.1, 0.7, 1e9]), [Some(6.0), Some(6.0), Some(1.0), Some(1.0)]);
    assert!((on(school, &[0.4])[0].unwrap() - 3.5).abs() < 1e-12);
    let beyond = NormalisedScale { truncated: false, ..school };
    assert!((on(beyond, &[1.3])[0].unwrap() + 4.0).abs() < 1e-12);
    for (worst, best) in [(1.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (-1e308, 1e308)] {
        let scale = NormalisedScale { worst, best, truncated: false };
        let refused = normalise(&all(&[0.5]), BetterEnd::Highest, goalposts, scale).unwrap_err();
        assert_eq!(refused.argument(), "scale");
    }
}

#[test]
fn means_are_what_their_formulas_say() {
    let (parts, weights) = ([4.0, 1.0, 16.0], [1.0, 2.0, 1.0]);
    assert_eq!(aggregate(&parts, &weights, Aggregation::Arithmetic).unwrap(), 22.0 / 4.0);
    // 4 × 1² × 16 is 64, of which the fourth root is 2√2.
    let geometric = aggregate(&parts, &weights, Aggregation::Geometric).unwrap();
    assert!((geometric - 8.0_f64.sqrt()).abs() < 1e-14);
    // 4 ÷ (1/4 + 2 + 1/16)
    let harmonic = aggregate(&parts, &weights, Aggregation::Harmonic).unwrap();
    assert!((harmonic - 4.0 / 2.3125).abs() < 1e-14);
}

#[test]
fn an_uncapped_mean_hides_the_plan_that_failed() {
    let uncapped = [180.0, 40.0, 110.0];
    let capped = uncapped.map(|part| f64::clamp(part, 0.0, 100.0));
    let equal = [1.0; 3];
    assert_eq!(aggregate(&uncapped, &equal, Aggregation::Arithmetic).unwrap(), 110.0);
    assert_eq!(aggregate(&capped, &equal, Aggregation::Arithmetic).unwrap(), 80.0);
}

#[test]
fn a_part_of_0_takes_geometric_and_harmonic_means_to_0_and_a_negative_one_is_refused() {
    for way in [Aggregation::Geometric, Aggregation::Harmonic] {
        assert_eq!(aggregate(&[0.0, 100.0], &[1.0, 1.0], way).unwrap(), 0.0);
        // Without weight it counts for nothing.
        let found = aggregate(&[0.0, 100.0], &[0.0, 1.0], way).unwrap();
        assert!((found - 100.0).abs() < 1e-12);
        assert!(aggregate(&[-1.0, 100.0], &[1.0, 1.0], way).is_err());
    }
    assert_eq!(aggregate(&[-1.0, 1.0], &[1.0, 1.0], Aggregation::Arithmetic).unwrap(), 0.0);
}

#[test]
fn weights_that_make_no_mean_are_refused() {
    let mean = |weights: &[f64]| aggregate(&[1.0, 2.0], weights, Aggregation::Arithmetic);
    for weights in [&[1.0][..], &[0.0, 0.0], &[-1.0, 2.0], &[f64::NAN, 1.0], &[f64::INFINITY, 1.0]]
    {
        assert!(mean(weights).is_err(), "{weights:?}");
    }
    assert!(aggregate(&[], &[], Aggregation::Arithmetic).is_err());
}

/// 100 × 4.73… ÷ 4.73… need not be 100 in floats.
#[test]
fn all_of_the_weight_is_all_of_the_coverage() {
    for thousandths in 1..5_000 {
        let weights = [f64::from(thousandths) / 1_000.0, 4.632170399193016];
        let found = composite(&all(&[1.0, 1.0]), &weights, Aggregation::Arithmetic, 100.0).unwrap();
        assert!(found.value.is_some() && found.coverage == 100.0, "{weights:?}");
    }
}

#[test]
fn below_its_coverage_there_is_no_composite() {
    let parts = [Some(10.0), None, Some(40.0)];
    let of = |weights: &[f64], coverage| {
        composite(&parts, weights, Aggregation::Arithmetic, coverage).unwrap()
    };
    let found = of(&[1.0, 1.0, 2.0], 75.0);
    assert_eq!((found.value, found.coverage), (Some(30.0), 75.0));
    assert_eq!(of(&[1.0, 1.0, 2.0], 75.1).value, None);
    // 100 × 0.29 is 28.999… in floats.
    assert!(of(&[28.0, 71.0, 1.0], 29.0).value.is_some());
    assert_eq!(of(&[0.0, 1.0, 0.0], 0.0).value, None);
    let none = composite(&[None, None], &[1.0, 1.0], Aggregation::Arithmetic, 0.0).unwrap();
    assert_eq!((none.value, none.coverage), (None, 0.0));
    assert!(composite(&parts, &[1.0; 3], Aggregation::Arithmetic, 100.1).is_err());
}

/// Equal weights put C first and A last; 70 to 30 turns the order round.
#[test]
fn a_modest_change_of_weights_can_turn_all_ranks_round() {
    let units = [all(&[80.0, 40.0]), all(&[60.0, 62.0]), all(&[50.0, 75.0])];
    let ranks = |weights: [f64; 2]| {
        let options = SensitivityOptions { draws: 1, ..SensitivityOptions::default() };
        let found = rank_sensitivity(&units, &weights, Aggregation::Arithmetic, 100.0, &options);
        found.unwrap().into_iter().map(|found| found.unwrap().rank).collect::<Vec<_>>()
    };
    assert_eq!(ranks([0.5, 0.5]), [3, 2, 1]);
    assert_eq!(ranks([0.7, 0.3]), [1, 2, 3]);
}

#[test]
fn leaving_the_only_part_out_leaves_nothing_and_is_not_tried() {
    let scenarios = weight_scenarios(&[2.0], 1.0).unwrap();
    assert_eq!(scenarios.len(), 1);
    assert_eq!(scenarios[0].weights, [4.0]);
    let units = [all(&[3.0]), all(&[1.0]), vec![None]];
    let options = SensitivityOptions::default();
    let found = rank_sensitivity(&units, &[2.0], Aggregation::Arithmetic, 100.0, &options).unwrap();
    assert_eq!(found[0].unwrap().one_left_out, (1, 1));
    assert_eq!(found[1].unwrap().one_left_out, (2, 2));
    assert!(found[2].is_none());
}

#[test]
fn drawn_weights_fill_the_span_evenly_and_come_again_with_their_seed() {
    let options = SensitivityOptions { shift: 0.4, draws: 4_000, seed: 3 };
    let drawn = drawn_weights(&[10.0, 1.0], &options).unwrap();
    assert_eq!(drawn, drawn_weights(&[10.0, 1.0], &options).unwrap());
    let first: Vec<f64> = drawn.iter().map(|weights| weights[0]).collect();
    assert!(first.iter().all(|weight| (6.0..=14.0).contains(weight)));
    let mean = first.iter().sum::<f64>() / 4_000.0;
    // An even span of 8 has variance 64 ÷ 12.
    assert!((mean - 10.0).abs() < 4.0 * (64.0 / 12.0 / 4_000.0_f64).sqrt(), "{mean}");
    let variance = first.iter().map(|weight| (weight - mean).powi(2)).sum::<f64>() / 4_000.0;
    assert!((variance - 64.0 / 12.0).abs() < 0.4, "{variance}");
    assert!(drawn_weights(&[1.0], &SensitivityOptions { shift: 0.0, ..options }).is_err());
}

fn parts() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    (1_usize..6).prop_flat_map(|parts| {
        (prop::collection::vec(0.0..200.0, parts), prop::collection::vec(0.01..9.0, parts))
    })
}

proptest! {
    /// Harmonic ≤ geometric ≤ arithmetic, all between the least and the greatest part.
    #[test]
    fn means_stand_in_their_order((parts, weights) in parts()) {
        let mean = |way| aggregate(&parts, &weights, way).unwrap();
        let (harmonic, geometric, arithmetic) =
            (mean(Aggregation::Harmonic), mean(Aggregation::Geometric), mean(Aggregation::Arithmetic));
        let least = parts.iter().copied().fold(f64::INFINITY, f64::min);
        let most = parts.iter().copied().fold(0.0, f64::max);
        let slack = 1e-9 * (1.0 + most);
        prop_assert!(least - slack <= harmonic);
        prop_assert!(harmonic <= geometric + slack);
        prop_assert!(geometric <= arithmetic + slack);
        prop_assert!(arithmetic <= most + slack);
    }

    /// Weights matter by their shares, and a better part never makes a worse whole.
    #[test]
    fn means_grow_with_their_parts((parts, weights) in parts(), factor in 0.1..10.0, more in 0.0..50.0, at in 0_usize..6) {
        for way in Aggregation::ALL {
            let mean = aggregate(&parts, &weights, way).unwrap();
            let scaled: Vec<f64> = weights.iter().map(|weight| weight * factor).collect();
            let same = aggregate(&parts, &scaled, way).unwrap();
            prop_assert!((mean - same).abs() <= 1e-9 * (1.0 + mean));
            let mut better = parts.clone();
            let at = at % better.len();
            better[at] += more;
            prop_assert!(aggregate(&better, &weights, way).unwrap() >= mean - 1e-9 * (1.0 + mean));
        }
    }

    /// Every scale keeps the order of values, turned round where less is better.
    #[test]
    fn scales_keep_the_order(values in prop::collection::vec(-50.0..50.0, 2..8), lowest in any::<bool>()) {
        let better = if lowest { BetterEnd::Lowest } else { BetterEnd::Highest };
        let beyond = if lowest { -60.0 } else { 60.0 };
        let goalposts = Normalisation::Goalposts { from: -beyond, to: beyond };
        let target = Normalisation::DistanceToTarget { target: beyond };
        for method in [Normalisation::MinMax, Normalisation::ZScore, Normalisation::Rank, goalposts, target] {
            let found = normalise(&all(&values), better, method, PER_CENT).unwrap();
            for (one, on_scale) in values.iter().zip(&found) {
                for (other, other_on_scale) in values.iter().zip(&found) {
                    let (Some(on_scale), Some(other_on_scale)) = (on_scale, other_on_scale) else { continue };
                    let is_better = if lowest { one < other } else { one > other };
                    prop_assert!(!is_better || on_scale >= other_on_scale);
                }
            }
        }
    }

    /// The rank by the given weights lies among those seen when weights move a little, and the marginal
    /// cases agree with computing each scenario anew.
    #[test]
    fn sensitivity_is_what_computing_every_scenario_anew_gives(
        scores in prop::collection::vec(prop::collection::vec(0.0..100.0, 3), 2..7),
        weights in prop::collection::vec(0.1..5.0, 3),
    ) {
        let units: Vec<Vec<Option<f64>>> = scores.iter().map(|parts| all(parts)).collect();
        let options = SensitivityOptions { draws: 50, ..SensitivityOptions::default() };
        let found = rank_sensitivity(&units, &weights, Aggregation::Arithmetic, 100.0, &options).unwrap();
        let rank = |unit: usize, weights: &[f64]| {
            let mean = |unit: usize| aggregate(&scores[unit], weights, Aggregation::Arithmetic).unwrap();
            1 + (0..scores.len()).filter(|other| mean(*other) > mean(unit) + 5e-10).count()
        };
        for (unit, found) in found.into_iter().enumerate() {
            let found = found.unwrap();
            let shifted: Vec<usize> = (0..3)
                .flat_map(|part| [1.25, 0.75].map(|factor| {
                    let mut moved = weights.clone();
                    moved[part] *= factor;
                    rank(unit, &moved)
                }))
                .collect();
            let left_out: Vec<usize> = (0..3)
                .map(|part| {
                    let mut moved = weights.clone();
                    moved[part] = 0.0;
                    rank(unit, &moved)
                })
                .collect();
            prop_assert_eq!(found.rank, rank(unit, &weights));
            let ends = |ranks: &[usize]| (*ranks.iter().min().unwrap(), *ranks.iter().max().unwrap());
            prop_assert_eq!(found.one_shifted, ends(&shifted));
            prop_assert_eq!(found.one_left_out, ends(&left_out));
            prop_assert!(found.drawn.0 <= found.drawn_median && found.drawn_median <= found.drawn.1);
        }
    }
}
