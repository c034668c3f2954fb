//! How much more counts vary than independent events do.

use crate::error::{self, Result, StatsError};

/// Pearson's χ² of counts around their common rate, and how many of them were free to vary.
///
/// ```
/// use attain_stats::outlook::Dispersion;
///
/// // Four months of equal length.
/// let months = Dispersion::of_counts(&[12.0, 3.0, 20.0, 5.0], &[1.0; 4])?;
/// assert_eq!((months.chi_squared, months.degrees), (17.8, 3.0));
/// assert!((months.factor() - (1.0 + 17.8) / (1.0 + 3.0)).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dispersion {
    /// Σ (count − expected)² / expected, or for shares ÷ (expected × share of others).
    pub chi_squared: f64,
    /// The number of counts less one.
    pub degrees: f64,
}

impl Dispersion {
    /// Of counts over exposures.
    ///
    /// # Errors
    /// If the two have different lengths, or hold what is no count.
    pub fn of_counts(counts: &[f64], exposures: &[f64]) -> Result<Self> {
        Dispersion::around_rate(counts, exposures, "exposures", |_| 1.0)
    }

    /// Of events among wholes.
    ///
    /// # Errors
    /// If the two have different lengths, or hold what is no count.
    pub fn of_shares(events: &[f64], wholes: &[f64]) -> Result<Self> {
        Dispersion::around_rate(events, wholes, "wholes", |share| 1.0 - share)
    }

    /// How many times the variance of independent events: χ² over its degrees of freedom, moved
    /// towards 1 as if one more degree had shown just that, and never below 1. Few counts say little
    /// of how much they vary.
    #[inline]
    pub fn factor(&self) -> f64 {
        ((1.0 + self.chi_squared) / (1.0 + self.degrees)).max(1.0)
    }

    fn around_rate(
        counts: &[f64],
        over: &[f64],
        alongside: &'static str,
        variance: impl Fn(f64) -> f64,
    ) -> Result<Self> {
        if over.len() != counts.len() {
            return Err(StatsError::UnequalLengths {
                argument: alongside,
                found: over.len(),
                expected: counts.len(),
                alongside: "counts",
            });
        }
        let mut sums = (0.0, 0.0);
        for (count, over) in counts.iter().zip(over) {
            sums.0 += error::count("counts", *count)?;
            sums.1 += error::count(alongside, *over)?;
        }
        let rate = sums.0 / sums.1;
        let each = counts.iter().zip(over).filter(|(_, over)| **over > 0.0);
        let free = each.clone().count();
        if free < 2 || !(rate > 0.0 && rate.is_finite()) || variance(rate) <= 0.0 {
            return Ok(Dispersion::default());
        }
        let chi_squared = each.map(|(count, over)| {
            let expected = rate * over;
            (count - expected).powi(2) / (expected * variance(rate))
        });
        Ok(Dispersion { chi_squared: chi_squared.sum(), degrees: free as f64 - 1.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_even_as_independent_ones_have_no_more_variance() {
        let even = Dispersion::of_counts(&[10.0, 11.0, 9.0, 10.0], &[1.0; 4]).unwrap();
        assert_eq!(even.factor(), 1.0);
    }

    #[test]
    fn exposures_explain_what_they_can() {
        let seasonal = Dispersion::of_counts(&[10.0, 40.0, 20.0], &[1.0, 4.0, 2.0]).unwrap();
        assert!(seasonal.chi_squared < 1e-12);
        assert!(Dispersion::of_counts(&[10.0, 40.0, 20.0], &[1.0; 3]).unwrap().factor() > 5.0);
    }

    #[test]
    fn shares_vary_as_binomial_ones() {
        // 2×2 table: χ² without correction.
        let found = Dispersion::of_shares(&[10.0, 20.0], &[40.0, 40.0]).unwrap();
        let expected = 80.0 * (10.0f64 * 20.0 - 20.0 * 30.0).powi(2) / (40.0 * 40.0 * 30.0 * 50.0);
        assert!((found.chi_squared - expected).abs() < 1e-12);
    }

    #[test]
    fn nothing_is_said_of_one_count_or_of_none() {
        for counts in [&[][..], &[7.0], &[0.0, 0.0]] {
            let exposures = vec![1.0; counts.len()];
            assert_eq!(Dispersion::of_counts(counts, &exposures).unwrap().factor(), 1.0);
        }
        assert!(Dispersion::of_counts(&[1.0], &[]).is_err());
        assert!(Dispersion::of_counts(&[-1.0, 2.0], &[1.0, 1.0]).is_err());
    }
}
