//! Early aberration reporting: counts compared with those of the days just before.

use crate::error::{Result, out_of_range};
use crate::special::normal_quantile;

/// Which of the methods of the Early Aberration Reporting System compares a count with those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EarsMethod {
    /// The baseline ends with the count before.
    #[default]
    C1,
    /// Two counts lie between the baseline and the count.
    C2,
    /// As C2, and what the two counts before were above their own baselines lowers the limit.
    C3,
}

impl EarsMethod {
    /// Every value, in the order of the declaration.
    pub const ALL: [EarsMethod; 3] = [EarsMethod::C1, EarsMethod::C2, EarsMethod::C3];

    /// Its name in arguments.
    pub const fn code(self) -> &'static str {
        match self {
            EarsMethod::C1 => "c1",
            EarsMethod::C2 => "c2",
            EarsMethod::C3 => "c3",
        }
    }

    fn lag(self) -> usize {
        match self {
            EarsMethod::C1 => 0,
            EarsMethod::C2 | EarsMethod::C3 => 2,
        }
    }
}

/// The choices behind an early warning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarsOptions {
    /// The method. C1 by default.
    pub method: EarsMethod,
    /// How many counts the baseline has, 3 or more. 7 by default.
    pub baseline: usize,
    /// The probability of a false alarm if counts were normal, above 0 and below 1. `None` is 0.001 for
    /// C1 and C2, and 0.025 for C3.
    pub alpha: Option<f64>,
    /// The least standard deviation. 0 by default: a baseline of equal counts then gives no answer.
    pub minimum_sigma: f64,
}

impl Default for EarsOptions {
    fn default() -> Self {
        EarsOptions { method: EarsMethod::C1, baseline: 7, alpha: None, minimum_sigma: 0.0 }
    }
}

/// A count that is compared with its baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarsLevel {
    /// The mean of the baseline.
    pub expected: f64,
    /// The standard deviation of the baseline, or the least one.
    pub sigma: f64,
    /// What is compared with the critical value: for C1 and C2 (count − mean) ÷ σ; for C3 that, plus
    /// what each of the two counts before was beyond one σ.
    pub statistic: f64,
    /// The count above which there is an alarm.
    pub limit: f64,
    /// Whether the count is above the limit.
    pub alarm: bool,
}

/// Why a count is not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EarsReason {
    /// There are not enough counts before it.
    TooEarly,
    /// The count or one that it is compared with is missing.
    Missing,
    /// The counts of a baseline are all the same, and there is no least standard deviation.
    NoVariation,
}

/// Compares each count with those just before: EARS C1, C2 and C3.
///
/// Counts are in order of time, at equal distances, NaN where missing. For each there is a level, or the
/// reason why there is none. With mean m and standard deviation s of the baseline and z the normal
/// quantile of 1 − α, the limit is m + z·s for C1 and C2. For C3 it is
/// m + s·(z − max(0, C2ₜ₋₁ − 1) − max(0, C2ₜ₋₂ − 1)).
///
/// Sources: Hutwagner et al. 2003; Fricker, Hegler & Dunfee 2008, as in the package `surveillance` of R.
///
/// ```
/// use attain_stats::{EarsOptions, ears};
///
/// let counts = [4.0, 6.0, 5.0, 3.0, 7.0, 5.0, 5.0, 12.0];
/// let levels = ears(&counts, &EarsOptions::default())?;
/// assert!(levels[6].is_err());
/// let level = levels[7].unwrap();
/// // Mean 5, variance 10 ÷ 6.
/// assert_eq!((level.expected, level.alarm), (5.0, true));
/// assert!((level.limit - (5.0 + 3.0902 * (10.0_f64 / 6.0).sqrt())).abs() < 1e-3);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a count is below 0 or infinite, `baseline` is below 3, `alpha` is not above 0 and below 1, or the
/// least standard deviation is below 0 or not finite.
pub fn ears(
    counts: &[f64],
    options: &EarsOptions,
) -> Result<Vec<std::result::Result<EarsLevel, EarsReason>>> {
    if let Some(&count) = counts.iter().find(|count| count.is_infinite() || **count < 0.0) {
        return Err(out_of_range("counts", count, "a finite number, 0 or more"));
    }
    if options.baseline < 3 {
        return Err(out_of_range("baseline", options.baseline as f64, "3 counts or more"));
    }
    let least = options.minimum_sigma;
    if !(least >= 0.0 && least.is_finite()) {
        return Err(out_of_range("minimum_sigma", least, "a finite number, 0 or more"));
    }
    let alpha = options.alpha.unwrap_or(match options.method {
        EarsMethod::C1 | EarsMethod::C2 => 0.001,
        EarsMethod::C3 => 0.025,
    });
    if !(alpha > 0.0 && alpha < 1.0) {
        return Err(out_of_range("alpha", alpha, "a probability above 0 and below 1"));
    }
    let critical = -normal_quantile(alpha);
    let levels = (0..counts.len()).map(|place| {
        let level = compared(counts, place, options)?;
        if options.method != EarsMethod::C3 {
            return Ok(level.judged(counts[place], level.z, critical));
        }
        // How far the two counts before were beyond one standard deviation.
        let mut beyond = 0.0;
        for back in [1, 2] {
            let before = place.checked_sub(back).ok_or(EarsReason::TooEarly)?;
            beyond += (compared(counts, before, options)?.z - 1.0).max(0.0);
        }
        Ok(level.judged(counts[place], level.z + beyond, critical))
    });
    Ok(levels.collect())
}

/// A count against its own baseline.
struct Compared {
    mean: f64,
    sigma: f64,
    z: f64,
}

impl Compared {
    fn judged(&self, count: f64, statistic: f64, critical: f64) -> EarsLevel {
        // What the counts before add to the statistic is taken from the limit.
        let limit = self.mean + self.sigma * (critical - (statistic - self.z));
        EarsLevel { expected: self.mean, sigma: self.sigma, statistic, limit, alarm: count > limit }
    }
}

fn compared(
    counts: &[f64],
    place: usize,
    options: &EarsOptions,
) -> std::result::Result<Compared, EarsReason> {
    let end = place.checked_sub(options.method.lag()).ok_or(EarsReason::TooEarly)?;
    let start = end.checked_sub(options.baseline).ok_or(EarsReason::TooEarly)?;
    let baseline = &counts[start..end];
    let count = counts[place];
    if count.is_nan() || baseline.iter().any(|count| count.is_nan()) {
        return Err(EarsReason::Missing);
    }
    let n = baseline.len() as f64;
    let mean = baseline.iter().sum::<f64>() / n;
    let squares: f64 = baseline.iter().map(|count| (count - mean).powi(2)).sum();
    let sigma = (squares / (n - 1.0)).sqrt().max(options.minimum_sigma);
    // Equal counts differ from their mean by rounding at most.
    if sigma <= 1e-12 * mean || sigma == 0.0 {
        return Err(EarsReason::NoVariation);
    }
    Ok(Compared { mean, sigma, z: (count - mean) / sigma })
}
