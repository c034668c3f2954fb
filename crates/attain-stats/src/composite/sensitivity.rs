//! How ranks move when weights do.

use super::aggregate::{Aggregation, composite_value};
use crate::compare::{BetterEnd, TiedRank, ranks};
use crate::error::{Result, StatsError, out_of_range};
use crate::random::Random;

/// How far weights are moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SensitivityOptions {
    /// By what share of itself a weight is moved up and down: 0.25 by default.
    pub shift: f64,
    /// How often all weights are drawn anew, each evenly between 1 − shift and 1 + shift times itself: 1,000
    /// times by default.
    pub draws: u32,
    /// Where the random numbers start; the same seed gives the same answer.
    pub seed: u64,
}

impl Default for SensitivityOptions {
    fn default() -> Self {
        SensitivityOptions { shift: 0.25, draws: 1_000, seed: 0 }
    }
}

/// The ranks a unit takes under other weights. Rank 1 is the best; equal units share the best of their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankSensitivity {
    /// By the weights given.
    pub rank: usize,
    /// The best and the worst when one weight is moved up or down.
    pub one_shifted: (usize, usize),
    /// The best and the worst when one part is left out; with one part only, the rank.
    pub one_left_out: (usize, usize),
    /// The ranks that nine in ten draws of all weights lie between: the 5th and 95th of a hundred.
    pub drawn: (usize, usize),
    /// The rank in the middle of the draws; the better of two.
    pub drawn_median: usize,
}

/// Weights with one of them moved.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightScenario {
    /// The part with the moved weight.
    pub part: usize,
    /// What it was multiplied by: 0 leaves the part out.
    pub factor: f64,
    /// All weights.
    pub weights: Vec<f64>,
}

/// Each weight moved up by a share of itself, then down, and each part left out, in this order.
///
/// A part is not left out where nothing else has a weight.
///
/// ```
/// use attain_stats::weight_scenarios;
///
/// let scenarios = weight_scenarios(&[30.0, 70.0], 0.5)?;
/// assert_eq!(scenarios.len(), 6);
/// assert_eq!((scenarios[0].part, scenarios[0].factor), (0, 1.5));
/// assert_eq!(scenarios[0].weights, [45.0, 70.0]);
/// assert_eq!(scenarios[5].weights, [30.0, 0.0]);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `shift` is not above 0 and at most 1, or there is no weight.
pub fn weight_scenarios(weights: &[f64], shift: f64) -> Result<Vec<WeightScenario>> {
    check_shift(shift)?;
    if weights.is_empty() {
        return Err(StatsError::TooFew { argument: "weights", found: 0, expected: 1 });
    }
    let mut scenarios = Vec::new();
    for factor in [1.0 + shift, 1.0 - shift, 0.0] {
        for part in 0..weights.len() {
            let mut moved = weights.to_vec();
            moved[part] *= factor;
            // With shift 1 the lowered weight is 0 as well, and may have been the only one.
            if moved.iter().any(|weight| *weight > 0.0) {
                scenarios.push(WeightScenario { part, factor, weights: moved });
            }
        }
    }
    Ok(scenarios)
}

/// Weights drawn anew, once per repetition: each evenly between 1 − shift and 1 + shift times itself.
///
/// # Errors
/// If `shift` is not above 0 and at most 1.
pub fn drawn_weights(weights: &[f64], options: &SensitivityOptions) -> Result<Vec<Vec<f64>>> {
    let shift = check_shift(options.shift)?;
    let mut random = Random::seeded(options.seed);
    Ok((0..options.draws)
        .map(|_| {
            let factor = |random: &mut Random| 1.0 + shift * (2.0 * random.uniform() - 1.0);
            weights.iter().map(|weight| weight * factor(&mut random)).collect()
        })
        .collect())
}

fn check_shift(shift: f64) -> Result<f64> {
    if shift > 0.0 && shift <= 1.0 {
        Ok(shift)
    } else {
        Err(out_of_range("shift", shift, "a number above 0, at most 1"))
    }
}

/// The ranks each unit takes when the weights move: one up or down, one part left out, all drawn anew.
///
/// `units` hold each unit's parts on one scale. A unit without a score by the weights given has no answer;
/// it has a rank under other weights where it has a score there, which others may lose a place to.
///
/// ```
/// use attain_stats::{Aggregation, SensitivityOptions, rank_sensitivity};
///
/// let units = [vec![Some(80.0), Some(40.0)], vec![Some(60.0), Some(62.0)], vec![Some(50.0), Some(75.0)]];
/// let options = SensitivityOptions { shift: 0.5, ..SensitivityOptions::default() };
/// let found = rank_sensitivity(&units, &[1.0, 1.0], Aggregation::Arithmetic, 100.0, &options)?;
/// // The last by equal weights is the first where the first part counts half as much again.
/// let first = found[0].unwrap();
/// assert_eq!((first.rank, first.one_shifted), (3, (1, 3)));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`composite`](crate::composite()), if `shift` is not above 0 and at most 1, or there are no draws.
pub fn rank_sensitivity(
    units: &[Vec<Option<f64>>],
    weights: &[f64],
    aggregation: Aggregation,
    minimum_coverage: f64,
    options: &SensitivityOptions,
) -> Result<Vec<Option<RankSensitivity>>> {
    rank_sensitivity_of(units.len(), weights, options, |unit, weights| {
        composite_value(&units[unit], weights, aggregation, minimum_coverage)
    })
}

/// [`rank_sensitivity`] for any score: `score(unit, weights)` returns the score of a unit under the given weights.
///
/// The units are `0..units`. A higher score is better; a unit without a score has no rank.
///
/// ```
/// use attain_stats::{SensitivityOptions, rank_sensitivity_of};
///
/// // The product of two parts, each to the power of its weight.
/// let units = [[8.0_f64, 4.0], [6.0, 6.2]];
/// let score = |unit: usize, weights: &[f64]| {
///     let parts: [f64; 2] = units[unit];
///     Ok(Some(parts[0].powf(weights[0]) * parts[1].powf(weights[1])))
/// };
/// let found = rank_sensitivity_of(2, &[1.0, 1.0], &SensitivityOptions::default(), score)?;
/// assert_eq!(found[1].unwrap().rank, 1);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `shift` is not above 0 and at most 1, there are no weights or no draws, or `score` fails.
pub fn rank_sensitivity_of(
    units: usize,
    weights: &[f64],
    options: &SensitivityOptions,
    score: impl Fn(usize, &[f64]) -> Result<Option<f64>>,
) -> Result<Vec<Option<RankSensitivity>>> {
    if options.draws == 0 {
        return Err(out_of_range("draws", 0.0, "at least 1"));
    }
    let ranked = |weights: &[f64]| -> Result<Vec<Option<usize>>> {
        let scores: Vec<Option<f64>> =
            (0..units).map(|unit| score(unit, weights)).collect::<Result<_>>()?;
        Ok(ranks_of_scores(&scores))
    };
    let given = ranked(weights)?;
    let mut shifted = vec![Vec::new(); units];
    let mut left_out = vec![Vec::new(); units];
    for scenario in weight_scenarios(weights, options.shift)? {
        let seen = if scenario.factor == 0.0 { &mut left_out } else { &mut shifted };
        for (seen, rank) in seen.iter_mut().zip(ranked(&scenario.weights)?) {
            seen.extend(rank);
        }
    }
    let mut drawn = vec![Vec::new(); units];
    for weights in drawn_weights(weights, options)? {
        for (seen, rank) in drawn.iter_mut().zip(ranked(&weights)?) {
            seen.extend(rank);
        }
    }
    let found = given.iter().enumerate().map(|(unit, rank)| {
        let rank = (*rank)?;
        let ends = |seen: &[usize]| {
            let (best, worst) = (seen.iter().min(), seen.iter().max());
            (*best.unwrap_or(&rank), *worst.unwrap_or(&rank))
        };
        let seen = &mut drawn[unit];
        seen.sort_unstable();
        // The rank that `hundredths` per cent of the draws do not exceed.
        let quantile = |hundredths: usize| {
            let at = (seen.len() * hundredths).div_ceil(100).saturating_sub(1);
            seen.get(at).copied().unwrap_or(rank)
        };
        Some(RankSensitivity {
            rank,
            one_shifted: ends(&shifted[unit]),
            one_left_out: ends(&left_out[unit]),
            drawn: (quantile(5), quantile(95)),
            drawn_median: quantile(50),
        })
    });
    Ok(found.collect())
}

/// Returns the rank of each score, 1 for the highest; `None` for a missing score. Other weights make other rounding
/// errors, so scores that round to the same billionth share a rank.
pub fn ranks_of_scores(scores: &[Option<f64>]) -> Vec<Option<usize>> {
    let rounded = |score: &Option<f64>| score.map_or(f64::NAN, |score| (score * 1e9).round());
    let scores: Vec<f64> = scores.iter().map(rounded).collect();
    let ranks = ranks(&scores, BetterEnd::Highest, TiedRank::Best);
    ranks.into_iter().map(|rank| rank.map(|rank| rank as usize)).collect()
}
