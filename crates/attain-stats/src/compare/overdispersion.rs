//! How much more units differ than chance explains, and funnel limits that allow for it.

use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, StatsError, finite, out_of_range, positive};
use crate::special::{gamma_lower, normal_quantile};

/// The scale on which units are compared, so that one variance fits all (Spiegelhalter 2005).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunnelScale {
    /// √(observed/expected), of variance 1/(4·expected); takes 0 observed.
    SquareRootRatio,
    /// ln(observed/expected), of variance 1/expected; has no value for 0 observed.
    LogRatio,
    /// arcsin √(events/denominator), of variance 1/(4·denominator).
    ArcsinProportion,
}

impl FunnelScale {
    fn there(self, value: f64) -> f64 {
        match self {
            FunnelScale::SquareRootRatio => value.sqrt(),
            FunnelScale::LogRatio => value.ln(),
            FunnelScale::ArcsinProportion => value.sqrt().asin(),
        }
    }

    fn back(self, value: f64) -> f64 {
        match self {
            FunnelScale::SquareRootRatio => value.max(0.0).powi(2),
            FunnelScale::LogRatio => value.exp(),
            FunnelScale::ArcsinProportion => {
                value.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2)
            }
        }
    }

    fn standard_error(self, denominator: f64) -> f64 {
        match self {
            FunnelScale::SquareRootRatio | FunnelScale::ArcsinProportion => {
                0.5 / denominator.sqrt()
            }
            FunnelScale::LogRatio => 1.0 / denominator.sqrt(),
        }
    }

    fn target(self, target: f64) -> Result<f64> {
        match self {
            FunnelScale::SquareRootRatio | FunnelScale::LogRatio => positive("target", target),
            FunnelScale::ArcsinProportion if target > 0.0 && target < 1.0 => Ok(target),
            FunnelScale::ArcsinProportion => {
                Err(out_of_range("target", target, "a share above 0 and below 1"))
            }
        }
    }
}

/// One unit on a funnel's scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelScore {
    /// How many standard errors the unit lies above the target.
    pub z: f64,
    /// The standard error on the funnel's scale.
    pub standard_error: f64,
}

/// A unit's z-score against the target, on the funnel's scale.
///
/// `observed` over `denominator` is what is compared with `target`: observed over expected events
/// with a target such as 1 for the ratio scales, events over a denominator with a target share for
/// the arcsine.
///
/// ```
/// use attain_stats::{FunnelScale, funnel_score};
///
/// let score = funnel_score(FunnelScale::SquareRootRatio, 100.0, 108.0, 1.0)?;
/// assert!((score.z + 0.7846096908265279).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `observed` is negative (or 0 on the logarithmic scale, or above the denominator on the arcsine
/// scale), `denominator` is not above 0, or `target` is not above 0 (and below 1 for a share).
pub fn funnel_score(
    scale: FunnelScale,
    observed: f64,
    denominator: f64,
    target: f64,
) -> Result<FunnelScore> {
    let denominator = error::denominator("denominator", denominator)?;
    let observed = match scale {
        FunnelScale::SquareRootRatio => error::count("observed", observed)?,
        FunnelScale::LogRatio if observed == 0.0 => {
            return Err(out_of_range("observed", 0.0, "a count above 0: 0 has no logarithm"));
        }
        FunnelScale::LogRatio => error::count("observed", observed)?,
        FunnelScale::ArcsinProportion => error::part("observed", observed, denominator)?,
    };
    let target = scale.target(target)?;
    let standard_error = scale.standard_error(denominator);
    let z = (scale.there(observed / denominator) - scale.there(target)) / standard_error;
    Ok(FunnelScore { z, standard_error })
}

/// What is done with the most extreme units before their spread is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tails {
    /// Nothing.
    Kept,
    /// The share at each end is pulled in to the quantile there (linear between order statistics):
    /// England's care regulator, with 10 %.
    Winsorised(f64),
    /// The share at each end, rounded down to whole units, is left out: England's hospital mortality
    /// indicator, with 10 %.
    Truncated(f64),
}

/// Whether φ allows for what the treatment of the tails takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TailScaling {
    /// φ is divided by the mean square of standard normal scores after the same treatment
    /// ([`winsorised_mean_square`], [`truncated_mean_square`]): it is about 1 where units differ by
    /// chance alone.
    #[default]
    Rescaled,
    /// φ is the mean square itself, as published (Spiegelhalter 2005). With a tenth winsorised at
    /// each end it is about 0.68 where units differ by chance alone, and the variance between units
    /// is about a third too small.
    Published,
}

/// The mean square of standard normal scores winsorised by `share` at each end:
/// E min(Z², c²) with c = Φ⁻¹(1 − share). 1 for a share of 0; NaN unless 0 ≤ share < ½.
///
/// ```
/// let tenth = attain_stats::winsorised_mean_square(0.1);
/// assert!((tenth - 0.6787).abs() < 5e-5);
/// ```
pub fn winsorised_mean_square(share: f64) -> f64 {
    if !(0.0..0.5).contains(&share) {
        return f64::NAN;
    }
    if share == 0.0 {
        return 1.0;
    }
    let cut = normal_quantile(share);
    inner_square(cut) + 2.0 * share * cut * cut
}

/// The mean square of standard normal scores without the outer `share` at each end:
/// E[Z² | |Z| < c] with c = Φ⁻¹(1 − share). 1 for a share of 0; NaN unless 0 ≤ share < ½.
///
/// ```
/// let tenth = attain_stats::truncated_mean_square(0.1);
/// assert!((tenth - 0.4377).abs() < 5e-5);
/// ```
pub fn truncated_mean_square(share: f64) -> f64 {
    if !(0.0..0.5).contains(&share) {
        return f64::NAN;
    }
    if share == 0.0 {
        return 1.0;
    }
    inner_square(normal_quantile(share)) / (1.0 - 2.0 * share)
}

/// E[Z²; |Z| < |c|]: z² times the normal density is, up to a factor, a χ² density with three degrees
/// of freedom.
fn inner_square(cut: f64) -> f64 {
    gamma_lower(1.5, 0.5 * cut * cut)
}

/// How much more units differ than chance explains.
#[derive(Debug, Clone, PartialEq)]
pub struct Overdispersion {
    /// Σz²/k over all units as they are: 1 is what chance gives.
    pub phi_of_all: f64,
    /// Σz²/k after the treatment of the tails, scaled as requested: what adjustments use.
    pub phi: f64,
    /// The variance between units that an additive model adds, on the funnel's scale; 0 where φ ≤ 1.
    pub between_variance: f64,
    /// Which units were kept, in the order given.
    pub kept: Vec<bool>,
}

impl Overdispersion {
    /// The factor on standard errors of a multiplicative model: √φ, and 1 where φ ≤ 1.
    pub fn factor(&self) -> f64 {
        self.phi.max(1.0).sqrt()
    }
}

/// The overdispersion of units' scores: φ = Σz²/k, and the additive variance of DerSimonian & Laird,
/// (kφ − (k−1)) / (Σw − Σw²/Σw) with w = 1/se² (Spiegelhalter 2005).
///
/// Treating the tails makes Σz² smaller also where all units follow chance; `scaling` says whether φ
/// is divided by what is then left. Truncated scores are scaled by the share that is left out, which
/// is whole units. The factors are those of many units. For fewer than about 30 they are too small
/// (by 6 % for 10 winsorised units, by 23 % for 10 truncated ones), and φ is too large.
///
/// ```
/// use attain_stats::{FunnelScale, TailScaling, Tails, funnel_score, overdispersion};
///
/// let scores = [(100.0, 108.0), (150.0, 112.0), (180.0, 165.0), (80.0, 95.0)]
///     .map(|(observed, expected)| funnel_score(FunnelScale::LogRatio, observed, expected, 1.0).unwrap());
/// let found = overdispersion(&scores, Tails::Winsorised(0.1), TailScaling::Rescaled)?;
/// let published = overdispersion(&scores, Tails::Winsorised(0.1), TailScaling::Published)?;
/// assert!(published.phi < published.phi_of_all);
/// assert!((published.phi / found.phi - 0.6787).abs() < 5e-5);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If there are fewer than two units (or fewer are kept), a score is not finite, a standard error is
/// not above 0, or the tails' share is not at least 0 and below one half.
pub fn overdispersion(
    scores: &[FunnelScore],
    tails: Tails,
    scaling: TailScaling,
) -> Result<Overdispersion> {
    let too_few = |found| StatsError::TooFew { argument: "scores", found, expected: 2 };
    if scores.len() < 2 {
        return Err(too_few(scores.len()));
    }
    for score in scores {
        finite("z", score.z)?;
        positive("standard_error", score.standard_error)?;
    }
    let share = match tails {
        Tails::Kept => 0.0,
        Tails::Winsorised(share) | Tails::Truncated(share) => share,
    };
    if !(0.0..0.5).contains(&share) {
        return Err(out_of_range("tails", share, "a share of each end from 0 to below 0.5"));
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&i, &j| scores[i].z.total_cmp(&scores[j].z));
    let mut kept = vec![true; scores.len()];
    let mut bounds = (f64::NEG_INFINITY, f64::INFINITY);
    // What the treatment leaves of the mean square of scores that follow chance.
    let mut left = 1.0;
    match tails {
        Tails::Kept => {}
        Tails::Winsorised(share) => {
            let at = |share: f64| {
                let place = share * (order.len() - 1) as f64;
                let below = place.floor() as usize;
                let low = scores[order[below]].z;
                let high = scores[order[(below + 1).min(order.len() - 1)]].z;
                low + place.fract() * (high - low)
            };
            bounds = (at(share), at(1.0 - share));
            left = winsorised_mean_square(share);
        }
        Tails::Truncated(share) => {
            let cut = (share * order.len() as f64).floor() as usize;
            left = truncated_mean_square(cut as f64 / order.len() as f64);
            for &index in order.iter().take(cut).chain(order.iter().rev().take(cut)) {
                kept[index] = false;
            }
        }
    }
    let (mut k, mut squares, mut weights, mut squared_weights) = (0usize, 0.0, 0.0, 0.0);
    for (score, _) in scores.iter().zip(&kept).filter(|(_, kept)| **kept) {
        k += 1;
        squares += score.z.max(bounds.0).min(bounds.1).powi(2);
        let weight = score.standard_error.powi(-2);
        weights += weight;
        squared_weights += weight * weight;
    }
    if k < 2 {
        return Err(too_few(k));
    }
    let squares = match scaling {
        TailScaling::Rescaled => squares / left,
        TailScaling::Published => squares,
    };
    let number = k as f64;
    let phi = squares / number;
    let between_variance = if phi > 1.0 {
        ((squares - (number - 1.0)) / (weights - squared_weights / weights)).max(0.0)
    } else {
        0.0
    };
    let phi_of_all =
        scores.iter().map(|score| score.z * score.z).sum::<f64>() / scores.len() as f64;
    Ok(Overdispersion { phi_of_all, phi, between_variance, kept })
}

/// How overdispersion widens funnel limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OverdispersionAdjustment {
    /// Not at all.
    Unadjusted,
    /// By the variance between units: √(se² + τ²).
    Additive,
    /// By the factor √φ.
    Multiplicative,
}

impl OverdispersionAdjustment {
    fn widened(self, standard_error: f64, spread: &Overdispersion) -> f64 {
        match self {
            OverdispersionAdjustment::Unadjusted => standard_error,
            OverdispersionAdjustment::Additive => {
                standard_error.hypot(spread.between_variance.sqrt())
            }
            OverdispersionAdjustment::Multiplicative => standard_error * spread.factor(),
        }
    }
}

/// Funnel limits for a unit of this size, widened for overdispersion, back on the original scale.
///
/// Nothing is widened where φ ≤ 1.
///
/// ```
/// use attain_stats::{Confidence, FunnelScale, Overdispersion, OverdispersionAdjustment, adjusted_funnel_limits};
///
/// let spread = Overdispersion { phi_of_all: 3.0, phi: 2.3, between_variance: 0.003_44, kept: vec![true; 6] };
/// let plain = adjusted_funnel_limits(
///     FunnelScale::SquareRootRatio, 100.0, 1.0, &spread, OverdispersionAdjustment::Unadjusted, Confidence::P95)?;
/// let wider = adjusted_funnel_limits(
///     FunnelScale::SquareRootRatio, 100.0, 1.0, &spread, OverdispersionAdjustment::Additive, Confidence::P95)?;
/// assert!(wider.lower < plain.lower && wider.upper > plain.upper);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `denominator` is not above 0, or `target` is not above 0 (and below 1 for a share).
pub fn adjusted_funnel_limits(
    scale: FunnelScale,
    denominator: f64,
    target: f64,
    spread: &Overdispersion,
    adjustment: OverdispersionAdjustment,
    confidence: Confidence,
) -> Result<Interval> {
    let denominator = error::denominator("denominator", denominator)?;
    let middle = scale.there(scale.target(target)?);
    let half = confidence.z() * adjustment.widened(scale.standard_error(denominator), spread);
    Ok(Interval { lower: scale.back(middle - half), upper: scale.back(middle + half) })
}

/// The same for a value with a known standard error, such as a standardised rate: target ± z times
/// the widened error, on the value's own scale.
///
/// `spread` is of scores (value − target)/standard error, with these standard errors.
///
/// ```
/// use attain_stats::{Confidence, Overdispersion, OverdispersionAdjustment, adjusted_value_limits};
///
/// let spread = Overdispersion { phi_of_all: 3.0, phi: 2.3, between_variance: 16.0, kept: vec![true; 6] };
/// let limits = adjusted_value_limits(
///     3.0, 100.0, &spread, OverdispersionAdjustment::Additive, Confidence::P95)?;
/// assert!((limits.upper - (100.0 + 1.959963984540054 * 5.0)).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `standard_error` is not above 0, or `target` is not finite.
pub fn adjusted_value_limits(
    standard_error: f64,
    target: f64,
    spread: &Overdispersion,
    adjustment: OverdispersionAdjustment,
    confidence: Confidence,
) -> Result<Interval> {
    let standard_error = positive("standard_errors", standard_error)?;
    let middle = finite("target", target)?;
    let half = confidence.z() * adjustment.widened(standard_error, spread);
    Ok(Interval { lower: middle - half, upper: middle + half })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use super::*;
    use crate::random::Random;

    /// mpmath at 30 digits: quad of min(z², c²) times the density, and of z² times the density from
    /// −c to c, over 1 − 2·share.
    const MEAN_SQUARES: [(f64, f64, f64); 5] = [
        (0.01, 0.9642335799137892, 0.8734649911150024),
        (0.05, 0.831268281130757, 0.6230154841346839),
        (0.1, 0.6786545589528744, 0.4377245949036389),
        (0.25, 0.2987941293040458, 0.1426518354885188),
        (0.45, 0.01473694843896242, 0.005252517548743241),
    ];

    #[test]
    fn mean_squares_of_treated_normal_scores_are_those_of_numerical_integration() {
        for (share, winsorised, truncated) in MEAN_SQUARES {
            assert!((winsorised_mean_square(share) - winsorised).abs() < 1e-12, "{share}");
            assert!((truncated_mean_square(share) - truncated).abs() < 1e-12, "{share}");
        }
        assert_eq!((winsorised_mean_square(0.0), truncated_mean_square(0.0)), (1.0, 1.0));
        for share in [-0.1, 0.5, 1.0, f64::NAN] {
            assert!(winsorised_mean_square(share).is_nan());
            assert!(truncated_mean_square(share).is_nan());
        }
    }

    #[test]
    fn chance_alone_has_a_phi_of_1_however_the_tails_are_treated() {
        let mut random = Random::seeded(5);
        for share in [0.05, 0.1, 0.2, 0.35] {
            for tails in [Tails::Winsorised(share), Tails::Truncated(share)] {
                let fields = 60;
                let mut sum = 0.0;
                for _ in 0..fields {
                    let scores: Vec<FunnelScore> = (0..1_000)
                        .map(|_| FunnelScore { z: random.normal(), standard_error: 1.0 })
                        .collect();
                    sum += overdispersion(&scores, tails, TailScaling::Rescaled).unwrap().phi;
                }
                let mean = sum / f64::from(fields);
                // The standard error of the mean is below 0.01.
                assert!((mean - 1.0).abs() < 0.03, "{tails:?}: {mean}");
            }
        }
    }

    #[test]
    fn where_no_unit_is_left_out_nothing_is_rescaled() {
        let scores =
            [0.4, -1.2, 2.2, 3.1, -0.3, 0.1].map(|z| FunnelScore { z, standard_error: 0.1 });
        let found = |tails, scaling| overdispersion(&scores, tails, scaling).unwrap();
        // A tenth of six is no whole unit.
        let truncated = found(Tails::Truncated(0.1), TailScaling::Rescaled);
        assert_eq!(truncated, found(Tails::Truncated(0.1), TailScaling::Published));
        assert_eq!(truncated.phi, truncated.phi_of_all);
        for scaling in [TailScaling::Rescaled, TailScaling::Published] {
            assert_eq!(found(Tails::Kept, scaling).phi, truncated.phi_of_all);
        }
    }
}
