//! The difference in differences of counts: did those who took part change otherwise than the others?

use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, StatsError};
use crate::over_time::CountVariation;
use crate::special::student_quantile;

/// How those who took part changed, over how the others did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DifferenceInDifferences {
    /// The ratio of the two ratios after ÷ before.
    pub ratio: f64,
    /// Its limits.
    pub interval: Interval,
    /// How much more the units' changes differ from one another than Poisson counts would have them: Pearson's χ² over
    /// the degrees of freedom, 1 for Poisson counts. None for one unit on each side.
    pub dispersion: Option<f64>,
    /// The units that count, less two.
    pub degrees: usize,
}

/// The ratio of ratios (after ÷ before of those who took part) ÷ (after ÷ before of the others), with limits from the
/// variance of its logarithm, φ·(1/a + 1/b + 1/c + 1/d) of the four sums.
///
/// This is Poisson regression with a level of its own for each unit, a common change and a further one for
/// those who took part, solved in closed form. Quasi-Poisson, φ is the dispersion of the units' changes
/// around their group's, but no less than 1, and limits are by Student's t; with two or three degrees of freedom they
/// are very wide. Poisson, or with one unit on each side, φ is 1 and limits are by the normal distribution. A unit
/// without any events says nothing and is left out.
///
/// ```
/// use attain_stats::{Confidence, CountVariation, difference_in_differences};
///
/// // 100 → 60 where the campaign ran, 200 → 180 elsewhere: 0.6 ÷ 0.9.
/// let found =
///     difference_in_differences(&[100.0, 200.0], &[60.0, 180.0], &[true, false], CountVariation::Poisson, Confidence::P95)?;
/// assert!((found.ratio - 2.0 / 3.0).abs() < 1e-12);
/// assert!(found.interval.upper < 1.0);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the columns are of unequal lengths, a count is out of range, or one of the four sums is 0.
pub fn difference_in_differences(
    before: &[f64],
    after: &[f64],
    took_part: &[bool],
    variation: CountVariation,
    confidence: Confidence,
) -> Result<DifferenceInDifferences> {
    let unequal = |argument: &'static str, found: usize| StatsError::UnequalLengths {
        argument,
        found,
        expected: before.len(),
        alongside: "before",
    };
    if after.len() != before.len() {
        return Err(unequal("after", after.len()));
    }
    if took_part.len() != before.len() {
        return Err(unequal("took_part", took_part.len()));
    }
    // Those who took part, and the others.
    let mut sums = [(0.0, 0.0); 2];
    for ((was, is), part) in before.iter().zip(after).zip(took_part) {
        let sum = &mut sums[usize::from(!part)];
        sum.0 += error::count("before", *was)?;
        sum.1 += error::count("after", *is)?;
    }
    for (was, is) in sums {
        if was <= 0.0 {
            return Err(error::out_of_range(
                "before",
                was,
                "events among those who took part and among the others",
            ));
        }
        if is <= 0.0 {
            return Err(error::out_of_range(
                "after",
                is,
                "events among those who took part and among the others",
            ));
        }
    }
    let mut units = 0_usize;
    let mut chi_squared = 0.0;
    for ((was, is), part) in before.iter().zip(after).zip(took_part) {
        let total = was + is;
        if total <= 0.0 {
            continue;
        }
        units += 1;
        let (was, of_after) = sums[usize::from(!part)];
        let share = of_after / (was + of_after);
        chi_squared += (is - total * share).powi(2) / (total * share * (1.0 - share));
    }
    let degrees = units.saturating_sub(2);
    let dispersion = (degrees > 0).then(|| chi_squared / degrees as f64);
    let [(a, b), (c, d)] = sums;
    let spread = match (variation, dispersion) {
        (CountVariation::Poisson, _) | (CountVariation::QuasiPoisson, None) => confidence.z(),
        (CountVariation::QuasiPoisson, Some(dispersion)) => {
            student_quantile(degrees as f64, 1.0 - confidence.tail()) * dispersion.max(1.0).sqrt()
        }
    };
    let log = (b / a).ln() - (d / c).ln();
    let half = spread * (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt();
    Ok(DifferenceInDifferences {
        ratio: log.exp(),
        interval: Interval::between((log - half).exp(), (log + half).exp()),
        dispersion,
        degrees,
    })
}
