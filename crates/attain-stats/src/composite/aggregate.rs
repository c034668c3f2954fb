//! One number of several.

use std::ops::{Add, Div, Mul};

use crate::error::{Result, StatsError, out_of_range};
use crate::exact::Exact;

/// How parts make a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Aggregation {
    /// Σwx ÷ Σw: a high part makes up for a low one in full.
    #[default]
    Arithmetic,
    /// Π x^(w ÷ Σw): it makes up for it the less the lower that is.
    Geometric,
    /// Σw ÷ Σ(w ÷ x): less still.
    Harmonic,
}

impl Aggregation {
    /// All ways, in the order of the documentation.
    pub const ALL: [Aggregation; 3] =
        [Aggregation::Arithmetic, Aggregation::Geometric, Aggregation::Harmonic];

    /// The way as the plan file names it.
    pub fn name(self) -> &'static str {
        match self {
            Aggregation::Arithmetic => "arithmetic",
            Aggregation::Geometric => "geometric",
            Aggregation::Harmonic => "harmonic",
        }
    }
}

/// The weighted mean of parts.
///
/// A part of 0 makes geometric and harmonic means 0, which is their limit; where its weight is 0, it counts for
/// nothing.
///
/// ```
/// use attain_stats::{Aggregation, aggregate};
///
/// let (parts, equal) = ([180.0, 40.0, 110.0], [1.0, 1.0, 1.0]);
/// // An uncapped mean hides that one of three plans failed; a geometric one shows it more.
/// assert_eq!(aggregate(&parts, &equal, Aggregation::Arithmetic)?, 110.0);
/// assert!(aggregate(&parts, &equal, Aggregation::Geometric)? < 93.0);
/// assert_eq!(aggregate(&parts, &equal, Aggregation::Harmonic)?.round(), 76.0);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If there is no part, the slices differ in length, a part or weight is not finite, a weight is negative or
/// all are 0, or a part is negative and the mean is not arithmetic.
pub fn aggregate(parts: &[f64], weights: &[f64], aggregation: Aggregation) -> Result<f64> {
    check_weights(weights, parts.len())?;
    for part in parts {
        let (takes, expected) = match aggregation {
            Aggregation::Arithmetic => (part.is_finite(), "a finite number"),
            Aggregation::Geometric | Aggregation::Harmonic => {
                ((0.0..f64::INFINITY).contains(part), "a finite number, 0 or more")
            }
        };
        if !takes {
            return Err(out_of_range("parts", *part, expected));
        }
    }
    // Without weight a part counts for nothing, even one of 0.
    let weighted = parts.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
    let (parts, weights): (Vec<f64>, Vec<f64>) =
        weighted.map(|(part, weight)| (*part, *weight)).unzip();
    Ok(match aggregation {
        Aggregation::Arithmetic => arithmetic_mean(&parts, &weights).unwrap_or(0.0),
        Aggregation::Geometric => {
            let logarithms: Vec<f64> = parts.iter().map(|part| part.ln()).collect();
            arithmetic_mean(&logarithms, &weights).unwrap_or(0.0).exp()
        }
        Aggregation::Harmonic if parts.contains(&0.0) => 0.0,
        Aggregation::Harmonic => harmonic_mean(&parts, &weights).unwrap_or(0.0),
    })
}

fn check_weights(weights: &[f64], parts: usize) -> Result<()> {
    if weights.len() != parts {
        return Err(StatsError::UnequalLengths {
            argument: "weights",
            found: weights.len(),
            expected: parts,
            alongside: "parts",
        });
    }
    if parts == 0 {
        return Err(StatsError::TooFew { argument: "parts", found: 0, expected: 1 });
    }
    for weight in weights {
        if !(0.0..f64::INFINITY).contains(weight) {
            return Err(out_of_range("weights", *weight, "a finite number, 0 or more"));
        }
    }
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 || !sum.is_finite() {
        return Err(out_of_range("weights", sum, "weights whose sum is above 0 and finite"));
    }
    Ok(())
}

/// Returns Σwx ÷ Σw in any arithmetic; `None` without parts.
pub fn arithmetic_mean<N>(parts: &[N], weights: &[N]) -> Option<N>
where
    N: Clone,
    for<'n> &'n N: Add<&'n N, Output = N> + Mul<&'n N, Output = N> + Div<&'n N, Output = N>,
{
    let products = parts.iter().zip(weights).map(|(part, weight)| part * weight);
    let sum = products.reduce(|sum, product| &sum + &product)?;
    Some(&sum / &total(weights)?)
}

/// Returns Σw ÷ Σ(w ÷ x) in any arithmetic; `None` without parts. No part may be 0.
pub fn harmonic_mean<N>(parts: &[N], weights: &[N]) -> Option<N>
where
    N: Clone,
    for<'n> &'n N: Add<&'n N, Output = N> + Mul<&'n N, Output = N> + Div<&'n N, Output = N>,
{
    let quotients = parts.iter().zip(weights).map(|(part, weight)| weight / part);
    let sum = quotients.reduce(|sum, quotient| &sum + &quotient)?;
    Some(&total(weights)? / &sum)
}

fn total<N>(weights: &[N]) -> Option<N>
where
    N: Clone,
    for<'n> &'n N: Add<&'n N, Output = N>,
{
    weights.iter().cloned().reduce(|sum, weight| &sum + &weight)
}

/// A composite of parts; some may be missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Composite {
    /// The weighted mean of the known parts. `None` below the requested coverage, or if the mean is undefined.
    pub value: Option<f64>,
    /// The weight of the known parts, in per cent of all.
    pub coverage: f64,
}

/// The weighted mean of the known parts, if their weight is at least `minimum_coverage` per cent of all.
///
/// Leaving a part out amounts to assuming that it equals the others' mean. With a `minimum_coverage` of 100 nothing
/// is left out. The weights and `minimum_coverage` are the decimals that they print as, and are compared without
/// rounding: 0.1 and 0.35 of 1 are 45 per cent.
///
/// ```
/// use attain_stats::{Aggregation, composite};
///
/// let parts = [Some(80.0), None, Some(50.0)];
/// let found = composite(&parts, &[1.0, 1.0, 2.0], Aggregation::Arithmetic, 75.0)?;
/// assert_eq!((found.value, found.coverage), (Some(60.0), 75.0));
/// assert_eq!(composite(&parts, &[1.0, 1.0, 2.0], Aggregation::Arithmetic, 80.0)?.value, None);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`aggregate`], and if `minimum_coverage` is not from 0 to 100.
pub fn composite(
    parts: &[Option<f64>],
    weights: &[f64],
    aggregation: Aggregation,
    minimum_coverage: f64,
) -> Result<Composite> {
    let value = composite_value(parts, weights, aggregation, minimum_coverage)?;
    Ok(Composite { value, coverage: coverage(parts, weights).unwrap_or(0.0) })
}

/// Returns the value of [`composite`] alone, for many draws of weights.
///
/// # Errors
/// As [`composite`].
pub fn composite_value(
    parts: &[Option<f64>],
    weights: &[f64],
    aggregation: Aggregation,
    minimum_coverage: f64,
) -> Result<Option<f64>> {
    check_weights(weights, parts.len())?;
    if !(0.0..=100.0).contains(&minimum_coverage) {
        let expected = "a share from 0 to 100";
        return Err(out_of_range("minimum_coverage", minimum_coverage, expected));
    }
    let (known, of_known): (Vec<f64>, Vec<f64>) = known(parts, weights).unzip();
    let (weight, all): (f64, f64) = (of_known.iter().sum(), weights.iter().sum());
    if weight <= 0.0 || !is_covered(parts, weights, (weight, all), minimum_coverage) {
        return Ok(None);
    }
    aggregate(&known, &of_known, aggregation).map(Some)
}

/// The parts that are there, with their weights.
fn known<'a>(
    parts: &'a [Option<f64>],
    weights: &'a [f64],
) -> impl Iterator<Item = (f64, f64)> + 'a {
    parts.iter().zip(weights).filter_map(|(part, weight)| Some(((*part)?, *weight)))
}

/// Whether the known `weight` is at least the minimum share of `all`. Floats decide where their rounding can't
/// matter; rationals decide elsewhere.
fn is_covered(
    parts: &[Option<f64>],
    weights: &[f64],
    (weight, all): (f64, f64),
    minimum_coverage: f64,
) -> bool {
    let over = 100.0 * weight - minimum_coverage * all;
    if over.abs() > ROUNDING * weights.len() as f64 * 100.0 * all {
        return over > 0.0;
    }
    let exact = exact_shares(parts, weights).zip(Exact::of(minimum_coverage));
    exact.map_or(over >= 0.0, |((known, all), minimum)| &Exact::HUNDRED * &known >= &minimum * &all)
}

/// More than the share of a sum that each of its additions rounds away, and each weight that is a decimal of
/// 15 digits.
const ROUNDING: f64 = 1e-14;

/// The weight of the known parts, in per cent of all; `None` where the weights are beyond floats.
fn coverage(parts: &[Option<f64>], weights: &[f64]) -> Option<f64> {
    if parts.iter().all(Option::is_some) {
        return Some(100.0);
    }
    let (known, all) = exact_shares(parts, weights)?;
    Some((&Exact::HUNDRED * &known / &all).float())
}

/// The weight of the known parts and of all parts, as the decimals that the weights are.
fn exact_shares(parts: &[Option<f64>], weights: &[f64]) -> Option<(Exact, Exact)> {
    let (mut known, mut all) = (Exact::ZERO, Exact::ZERO);
    for (part, weight) in parts.iter().zip(weights) {
        let weight = Exact::of(*weight)?;
        all = &all + &weight;
        if part.is_some() {
            known = &known + &weight;
        }
    }
    (!all.is_zero()).then_some((known, all))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use super::*;

    #[test]
    fn a_coverage_that_is_the_minimum_is_enough_for_all_weights_of_two_decimals() {
        let hundredths = |number: u32| f64::from(number) / 100.0;
        let mut pairs = 0;
        for one in 1..99 {
            for other in 1..=99 - one {
                let weights = [one, other, 100 - one - other].map(hundredths);
                let parts = [Some(10.0), Some(20.0), None];
                let minimum = f64::from(one + other);
                let found = composite(&parts, &weights, Aggregation::Arithmetic, minimum).unwrap();
                assert_eq!(found.coverage, minimum, "{weights:?}");
                assert!(found.value.is_some(), "{weights:?}");
                let more = (100.0 * minimum + 1.0).round() / 100.0;
                if more <= 100.0 {
                    let found = composite_value(&parts, &weights, Aggregation::Arithmetic, more);
                    assert_eq!(found, Ok(None), "{weights:?}");
                }
                pairs += 1;
            }
        }
        assert_eq!(pairs, 4_851);
    }

    #[test]
    fn a_part_without_weight_is_not_missed() {
        let found = composite(&[Some(3.0), None], &[0.3, 0.0], Aggregation::Arithmetic, 100.0);
        assert_eq!(found, Ok(Composite { value: Some(3.0), coverage: 100.0 }));
        let found = composite(&[None, Some(3.0)], &[0.3, 0.0], Aggregation::Arithmetic, 0.0);
        assert_eq!(found, Ok(Composite { value: None, coverage: 0.0 }));
    }
}
