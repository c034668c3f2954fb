//! Indicators brought to one scale.

use std::ops::{Div, Mul, Sub};

use crate::compare::{BetterEnd, TiedRank, ranks};
use crate::error::{Result, StatsError, finite, out_of_range};

/// How an indicator is brought to a scale on which more is better. The scale is from 0 to 100 here; another one is
/// a [`NormalisedScale`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Normalisation {
    /// From the worst value given, 0, to the best, 100.
    MinMax,
    /// Standard deviations (with n − 1) above the mean; below it for indicators of which less is better.
    ZScore,
    /// From one fixed value, 0, to another, 100; beyond them the scale goes on. The better end is the second,
    /// whichever is the higher.
    Goalposts {
        /// What is worth 0.
        from: f64,
        /// What is worth 100.
        to: f64,
    },
    /// From the worst value given, 0, to a target, 100; beyond the target the scale goes on.
    DistanceToTarget {
        /// What is worth 100.
        target: f64,
    },
    /// By rank: the best of all is worth 100, the last 0, equal ones the middle of their places.
    Rank,
}

/// The numbers that a normalised value has: 0 to 100 by default, beyond them without truncation.
///
/// ```
/// use attain_stats::{BetterEnd, Normalisation, NormalisedScale, normalise};
///
/// let goalposts = Normalisation::Goalposts { from: 20.0, to: 80.0 };
/// let scale = NormalisedScale { worst: 1.0, best: 10.0, truncated: true };
/// let found = normalise(&[Some(50.0), Some(95.0)], BetterEnd::Highest, goalposts, scale)?;
/// assert_eq!(found, [Some(5.5), Some(10.0)]);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NormalisedScale {
    /// What the worst value, or the first goalpost, is worth.
    pub worst: f64,
    /// What the best value, the second goalpost or the target is worth. It may be below `worst`.
    pub best: f64,
    /// Whether values beyond goalposts or a target are worth what the nearer end is worth.
    pub truncated: bool,
}

impl Default for NormalisedScale {
    fn default() -> Self {
        NormalisedScale { worst: 0.0, best: 100.0, truncated: false }
    }
}

impl NormalisedScale {
    fn check(self) -> Result<()> {
        finite("scale", self.worst)?;
        if finite("scale", self.best)? == self.worst {
            return Err(out_of_range("scale", self.best, "another number than for the worst"));
        }
        finite("scale", self.best - self.worst)?;
        Ok(())
    }

    /// The number of a value on the scale whose ends are at `from` and at `to`. Both ends are met to the last bit.
    fn at(self, value: f64, from: f64, to: f64) -> f64 {
        let NormalisedScale { worst, best, truncated } = self;
        let at = if value == from {
            worst
        } else if value == to {
            best
        } else {
            worst + position(&value, &from, &to, &(best - worst))
        };
        if truncated { at.clamp(worst.min(best), worst.max(best)) } else { at }
    }
}

/// Each value on a scale from 0, the worst, to 100, the best, or on another [`NormalisedScale`]; z-scores are around 0
/// instead, and have no scale.
///
/// Missing values (`None`) stay missing and have no effect on the others. All results are missing if the scale is
/// undefined: for min–max, z-scores and ranks if all values are equal (or there is one alone), for the distance to
/// a target if no value is on its worse side. Values whose differences are rounding (at most 10⁻¹⁴ of the largest: 0.1 +
/// 0.2 and 0.3) are equal. Values beyond goalposts and targets are beyond the scale unless it is truncated.
///
/// ```
/// use attain_stats::{BetterEnd, Normalisation, NormalisedScale, normalise};
///
/// let clearance = [Some(60.0), None, Some(90.0), Some(75.0)];
/// let scale = NormalisedScale::default();
/// let scaled = normalise(&clearance, BetterEnd::Highest, Normalisation::MinMax, scale)?;
/// assert_eq!(scaled, [Some(0.0), None, Some(100.0), Some(50.0)]);
///
/// // Actual ÷ target in per cent, over-achievement included.
/// let plan = Normalisation::Goalposts { from: 0.0, to: 50.0 };
/// assert_eq!(normalise(&[Some(90.0)], BetterEnd::Highest, plan, scale)?, [Some(180.0)]);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a value, a goalpost, a target or an end of the scale is not finite, or two goalposts or both ends of the scale are
/// equal.
pub fn normalise(
    values: &[Option<f64>],
    better: BetterEnd,
    method: Normalisation,
    scale: NormalisedScale,
) -> Result<Vec<Option<f64>>> {
    scale.check()?;
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    for value in &known {
        finite("values", *value)?;
    }
    let between = |from: f64, to: f64| {
        let scaled = |value: &Option<f64>| value.map(|value| scale.at(value, from, to));
        values.iter().map(scaled).collect()
    };
    let nothing = || vec![None; values.len()];
    let ends = worst_and_best(&known, better);
    let spread = ends.filter(|(worst, best)| is_apart(*worst, *best));
    Ok(match method {
        Normalisation::MinMax => match spread {
            Some((worst, best)) => between(worst, best),
            None => nothing(),
        },
        Normalisation::Goalposts { from, to } => {
            finite("from", from)?;
            if finite("to", to)? == from {
                let expected = "another number than `from`";
                return Err(StatsError::OutOfRange { argument: "to", found: to, expected });
            }
            between(from, to)
        }
        Normalisation::DistanceToTarget { target } => {
            finite("target", target)?;
            match ends {
                Some((worst, _))
                    if is_better(&target, &worst, better) && is_apart(worst, target) =>
                {
                    between(worst, target)
                }
                Some(_) | None => nothing(),
            }
        }
        Normalisation::ZScore => {
            let Some((mean, deviation)) = spread.and_then(|_| mean_and_deviation(&known)) else {
                return Ok(nothing());
            };
            let sign = match better {
                BetterEnd::Highest => 1.0,
                BetterEnd::Lowest => -1.0,
            };
            let scaled = |value: &Option<f64>| value.map(|value| sign * (value - mean) / deviation);
            values.iter().map(scaled).collect()
        }
        Normalisation::Rank => {
            if spread.is_none() {
                return Ok(nothing());
            }
            let given: Vec<f64> = values.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
            let last = known.len() as f64;
            let ranks = ranks(&given, better, TiedRank::Middle).into_iter();
            ranks.map(|rank| rank.map(|rank| scale.at(last - rank, 0.0, last - 1.0))).collect()
        }
    })
}

/// Returns `scale` · (`value` − `from`) ÷ (`to` − `from`) in any arithmetic. `from` and `to` differ.
pub fn position<N>(value: &N, from: &N, to: &N, scale: &N) -> N
where
    for<'n> &'n N: Sub<&'n N, Output = N> + Mul<&'n N, Output = N> + Div<&'n N, Output = N>,
{
    let (way, whole) = (value - from, to - from);
    &(scale * &way) / &whole
}

/// Returns the worst and the best of `values`; `None` without values.
pub fn worst_and_best<N: PartialOrd + Clone>(values: &[N], better: BetterEnd) -> Option<(N, N)> {
    let mut ends: Option<(&N, &N)> = None;
    for value in values {
        let (worst, best) = ends.unwrap_or((value, value));
        ends = Some((
            if is_better(worst, value, better) { value } else { worst },
            if is_better(value, best, better) { value } else { best },
        ));
    }
    ends.map(|(worst, best)| (worst.clone(), best.clone()))
}

fn is_better<N: PartialOrd>(one: &N, other: &N, better: BetterEnd) -> bool {
    match better {
        BetterEnd::Highest => one > other,
        BetterEnd::Lowest => one < other,
    }
}

/// Whether two values differ by more than rounding.
fn is_apart(one: f64, other: f64) -> bool {
    (one - other).abs() > 1e-14 * one.abs().max(other.abs())
}

/// None where the values don't spread.
fn mean_and_deviation(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (squares / (n - 1.0)).sqrt();
    (deviation > 0.0).then_some((mean, deviation))
}
