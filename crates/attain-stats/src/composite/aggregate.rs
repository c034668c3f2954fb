//! One number of several.

use std::ops::{Add, Div, Mul};

use crate::error::{Result, StatsError, out_of_range};

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
/// is left out.
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
    check_weights(weights, parts.len())?;
    if !(0.0..=100.0).contains(&minimum_coverage) {
        let expected = "a share from 0 to 100";
        return Err(out_of_range("minimum_coverage", minimum_coverage, expected));
    }
    let known =
        parts.iter().zip(weights).filter_map(|(part, weight)| Some((part.as_ref()?, weight)));
    let (known, of_known): (Vec<f64>, Vec<f64>) =
        known.map(|(part, weight)| (*part, *weight)).unzip();
    let (weight, all): (f64, f64) = (of_known.iter().sum(), weights.iter().sum());
    // A complete weight is exactly 100 %, without rounding of the quotient. Whole weights are compared exactly.
    let coverage = if weight == all { 100.0 } else { 100.0 * weight / all };
    if 100.0 * weight < minimum_coverage * all || weight <= 0.0 {
        return Ok(Composite { value: None, coverage });
    }
    Ok(Composite { value: Some(aggregate(&known, &of_known, aggregation)?), coverage })
}
