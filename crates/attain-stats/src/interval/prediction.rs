//! Between what limits the sum of some more reports lies, from those that were made.

use crate::confidence::{Confidence, Interval};
use crate::special::student_quantile;

/// ReportSummary of one unit: how many, their sum, the sum of their squares, and whether all are whole numbers of 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ReportSummary {
    /// How many there are.
    pub number: f64,
    /// Their sum.
    pub sum: f64,
    /// The sum of their squares.
    pub squares: f64,
    /// Whether they are counts: whole numbers of 0 or more.
    pub are_counts: bool,
}

impl ReportSummary {
    /// Of the reports one by one.
    pub fn of(values: impl IntoIterator<Item = f64>) -> ReportSummary {
        let none = ReportSummary { are_counts: true, ..ReportSummary::default() };
        values.into_iter().fold(none, |all, value| ReportSummary {
            number: all.number + 1.0,
            sum: all.sum + value,
            squares: all.squares + value * value,
            are_counts: all.are_counts && value >= 0.0 && value.fract() == 0.0,
        })
    }

    #[inline]
    fn mean(&self) -> f64 {
        self.sum / self.number
    }

    #[inline]
    fn variance(&self) -> f64 {
        let around = self.squares - self.sum * self.sum / self.number;
        around.max(0.0) / (self.number - 1.0)
    }
}

/// Reports with a smaller variance, as a share of the square of their mean, are the same up to the digits of their sums.
const SAME: f64 = 1e-12;

/// The prediction limits for the sum of `more` reports; none from fewer than two reports, nor from reports that are no
/// counts and all the same, which do not say how far another may differ.
///
/// Counts are taken as Poisson, widened by their dispersion φ = max(1, s²/m): the limits solve
/// (n·y − k·S)² = z²φ·n·k·(S + y) for the sum y of k more reports, given the sum S of n, and are rounded inwards to whole
/// numbers, or outwards where fewer than two lie between them (Krishnamoorthy and Peng, *Improved closed-form prediction intervals
/// for binomial and Poisson distributions*, J. Stat. Plan. Inference 141 (2011), 1709). Other reports are taken as normal:
/// k·m ∓ t(n − 1)·s·√(k + k²/n).
///
/// ```
/// use attain_stats::{Confidence, ReportSummary, prediction_interval};
///
/// // Nine months of 10 events: the other three hold 19 to 43.
/// let nine = ReportSummary::of([10.0; 9]);
/// let three = prediction_interval(&nine, 3.0, Confidence::P95).unwrap();
/// assert_eq!((three.lower, three.upper), (19.0, 43.0));
/// assert!(prediction_interval(&ReportSummary::of([10.0]), 3.0, Confidence::P95).is_none());
/// ```
pub fn prediction_interval(
    reports: &ReportSummary,
    more: f64,
    confidence: Confidence,
) -> Option<Interval> {
    let ReportSummary { number, sum, are_counts, .. } = *reports;
    // Written so that what is not a number is refused too.
    if !(number >= 2.0 && more >= 0.0 && sum.is_finite() && reports.squares.is_finite()) {
        return None;
    }
    let interval = if are_counts {
        let mean = reports.mean();
        let dispersion = if mean > 0.0 { (reports.variance() / mean).max(1.0) } else { 1.0 };
        let width = confidence.z() * confidence.z() * dispersion;
        let middle = sum + width / 2.0;
        let half = (width * sum * (1.0 + number / more) + width * width / 4.0).sqrt();
        let (lower, upper) = (more / number * (middle - half), more / number * (middle + half));
        let (lower, upper) = (lower.max(0.0), upper.max(0.0));
        let (least, most) = (lower.ceil(), upper.floor());
        if least < most {
            Interval { lower: least, upper: most }
        } else {
            Interval { lower: lower.floor(), upper: upper.ceil() }
        }
    } else if reports.variance() <= SAME * reports.mean() * reports.mean() {
        return None;
    } else {
        let spread = (more + more * more / number).sqrt() * reports.variance().sqrt();
        let half = -student_quantile(number - 1.0, confidence.tail()) * spread;
        let middle = more * reports.mean();
        Interval { lower: middle - half, upper: middle + half }
    };
    (interval.lower.is_finite() && interval.upper.is_finite()).then_some(interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(values: &[f64], more: f64) -> (f64, f64) {
        let reports = ReportSummary::of(values.iter().copied());
        let interval = prediction_interval(&reports, more, Confidence::P95).unwrap();
        (interval.lower, interval.upper)
    }

    #[test]
    fn limits_of_counts_solve_the_score_equation() {
        // Where the limits are not rounded the equation holds: checked at the real solutions.
        for (values, more) in
            [(vec![10.0; 9], 3.0), (vec![3.0, 5.0], 1.0), (vec![0.0, 1.0, 0.0], 2.0)]
        {
            let (n, sum) = (values.len() as f64, values.iter().sum::<f64>());
            let z2 = Confidence::P95.z().powi(2);
            let is_inside =
                |y: f64| (n * y - more * sum).powi(2) <= z2 * n * more * (sum + y) + 1e-9;
            let (lower, upper) = limits(&values, more);
            let whole: Vec<f64> = (0..200).map(f64::from).filter(|y| is_inside(*y)).collect();
            assert_eq!((lower, upper), (whole[0], *whole.last().unwrap()), "{values:?}");
        }
    }

    #[test]
    fn reports_that_vary_more_than_counts_do_widen_the_limits() {
        let steady = limits(&[30.0, 30.0, 30.0, 30.0], 2.0);
        let unsteady = limits(&[5.0, 55.0, 10.0, 50.0], 2.0);
        assert!(unsteady.0 < steady.0 && steady.1 < unsteady.1);
    }

    #[test]
    fn no_events_in_all_reports_leave_room_for_one() {
        assert_eq!(limits(&[0.0; 9], 3.0), (0.0, 1.0));
        assert_eq!(limits(&[0.0; 12], 1.0), (0.0, 1.0));
    }

    #[test]
    fn measurements_that_are_all_the_same_have_no_limits() {
        for value in [0.0, 2.7, -1e9 / 3.0] {
            let reports = ReportSummary { are_counts: false, ..ReportSummary::of([value; 5]) };
            assert!(prediction_interval(&reports, 1.0, Confidence::P95).is_none(), "{value}");
        }
    }

    #[test]
    fn measurements_have_the_limits_of_students_distribution() {
        // Mean 2.5, s = √(5/3)·... of 1.5, 2.5, 3.5, 2.5: variance 2/3; t(3) = 3.182446305284263.
        let (lower, upper) = limits(&[1.5, 2.5, 3.5, 2.5], 1.0);
        let half = 3.182_446_305_284_263 * (2.0_f64 / 3.0).sqrt() * (1.25_f64).sqrt();
        approx::assert_relative_eq!(lower, 2.5 - half, max_relative = 1e-11);
        approx::assert_relative_eq!(upper, 2.5 + half, max_relative = 1e-11);
    }
}
