//! A published series that goes on: the straight line through it, and how far the next value may lie beside it.

use crate::confidence::{Confidence, Interval};
use crate::error::{Result, StatsError, finite, out_of_range};
use crate::special::{student_quantile, student_upper};

/// What the next value of a series may be: Student's t around the straight line through the values so far.
///
/// The values are taken to vary around a line, each by itself and all alike: the classical prediction of a
/// regression (Draper & Smith, *Applied Regression Analysis*, 3rd edition, 3.1). The further ahead, and the fewer
/// the values, the wider.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesOutlook {
    mean: f64,
    /// The standard deviation of the next value around the mean.
    deviation: f64,
    degrees: f64,
}

impl SeriesOutlook {
    /// Of fewer values no line is drawn.
    pub const FEWEST: usize = 5;

    /// From values at their times, for the time `at`; times are in any unit.
    ///
    /// ```
    /// use attain_stats::outlook::SeriesOutlook;
    ///
    /// let years = [(2020.0, 71.0), (2021.0, 74.0), (2022.0, 75.0), (2023.0, 79.0), (2024.0, 80.0)];
    /// let next = SeriesOutlook::new(&years, 2025.0)?;
    /// assert!((next.mean() - 82.7).abs() < 1e-9); // 75.8 + 3 × 2.3
    /// assert!(next.at_least(80.0) > 0.9 && next.at_least(85.0) < 0.1);
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// If there are fewer than [`FEWEST`](Self::FEWEST) values, one is not finite, all are of one time, or all lie
    /// on the line: how they vary is not known then.
    pub fn new(values: &[(f64, f64)], at: f64) -> Result<Self> {
        let number = values.len() as f64;
        if values.len() < Self::FEWEST {
            let found = values.len();
            return Err(StatsError::TooFew { argument: "values", found, expected: Self::FEWEST });
        }
        let at = finite("at", at)?;
        for (time, value) in values {
            finite("values", *time)?;
            finite("values", *value)?;
        }
        let mean_of = |part: fn(&(f64, f64)) -> f64| values.iter().map(part).sum::<f64>() / number;
        let (time, value) = (mean_of(|point| point.0), mean_of(|point| point.1));
        let squares: f64 = values.iter().map(|point| (point.0 - time).powi(2)).sum();
        let products = values.iter().map(|point| (point.0 - time) * (point.1 - value)).sum::<f64>();
        if squares == 0.0 {
            return Err(out_of_range("values", values[0].0, "values of several times"));
        }
        let slope = products / squares;
        let line = |at: f64| value + slope * (at - time);
        let left: f64 = values.iter().map(|point| (point.1 - line(point.0)).powi(2)).sum();
        let size = values.iter().fold(0.0_f64, |size, point| size.max(point.1.abs()));
        // What rounding leaves of values that lie on the line.
        if left.sqrt() <= 1e-12 * size {
            return Err(out_of_range(
                "values",
                values[0].1,
                "values that do not all lie on a line",
            ));
        }
        let degrees = number - 2.0;
        let beyond = 1.0 + 1.0 / number + (at - time).powi(2) / squares;
        let deviation = finite("values", (left / degrees * beyond).sqrt())?;
        Ok(SeriesOutlook { mean: finite("values", line(at))?, deviation, degrees })
    }

    /// The value to be expected.
    #[inline]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Between which values it lies with the given confidence.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        let beside = self.deviation * -student_quantile(self.degrees, confidence.tail());
        Interval { lower: self.mean - beside, upper: self.mean + beside }
    }

    /// The probability that it is at least `limit`.
    pub fn at_least(&self, limit: f64) -> f64 {
        student_upper(self.degrees, (limit - self.mean) / self.deviation)
    }

    /// The probability that it is at most `limit`.
    pub fn at_most(&self, limit: f64) -> f64 {
        student_upper(self.degrees, (self.mean - limit) / self.deviation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const YEARS: [(f64, f64); 6] = [
        (2018.0, 61.0),
        (2019.0, 63.5),
        (2020.0, 60.2),
        (2021.0, 66.0),
        (2023.0, 68.1),
        (2024.0, 67.4),
    ];

    /// statsmodels 0.14: OLS(y, add_constant(x)).get_prediction([1, 2026]).summary_frame(alpha=0.05).
    #[test]
    fn the_prediction_is_that_of_a_regression() {
        let next = SeriesOutlook::new(&YEARS, 2026.0).unwrap();
        let Interval { lower, upper } = next.interval(Confidence::P95);
        for (found, expected) in [
            (next.mean(), 70.637_267_080_745_43),
            (lower, 62.543_010_092_345_36),
            (upper, 78.731_524_069_145_5),
        ] {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
        assert!((next.at_least(75.0) - 0.104_433_532_077_142_15).abs() < 1e-12);
        assert!((next.at_least(70.0) + next.at_most(70.0) - 1.0).abs() < 1e-15);
    }

    /// Over thousands of series that vary around lines, from the fewest values to many.
    #[test]
    fn chances_come_true_as_often_as_they_say() {
        const SERIES: usize = 6_000;
        let mut random = Random::seeded(2_025);
        let mut met_of_tenth = [(0.0_f64, 0.0, 0.0); 10];
        let mut inside = 0;
        for series in 0..SERIES {
            let number = SeriesOutlook::FEWEST + series % 12;
            let slope = random.normal();
            let mut value = |time: f64| 70.0 + slope * time + 3.0 * random.normal();
            let values: Vec<(f64, f64)> =
                (0..number).map(|time| (time as f64, value(time as f64))).collect();
            let at = number as f64 + 1.0;
            let truth = value(at);
            let next = SeriesOutlook::new(&values, at).unwrap();
            let goal = next.mean() + 4.0 * random.normal();
            let chance = next.at_least(goal);
            let tenth = &mut met_of_tenth[((10.0 * chance) as usize).min(9)];
            *tenth = (tenth.0 + 1.0, tenth.1 + chance, tenth.2 + f64::from(truth >= goal));
            inside += usize::from(next.interval(Confidence::P95).holds(truth));
        }
        for (number, said, met) in met_of_tenth {
            // Four standard errors.
            let far = 4.0 * (0.25 / number).sqrt();
            assert!((said / number - met / number).abs() < far, "{said} {met} of {number}");
        }
        let share = inside as f64 / SERIES as f64;
        assert!((share - 0.95).abs() < 4.0 * (0.95 * 0.05 / SERIES as f64).sqrt(), "{share}");
    }

    #[test]
    fn what_says_nothing_of_how_it_varies_is_refused() {
        assert!(SeriesOutlook::new(&YEARS[..4], 2026.0).is_err());
        let steady: Vec<(f64, f64)> = (0..8).map(|year| (f64::from(year), 90.0)).collect();
        assert!(SeriesOutlook::new(&steady, 9.0).is_err());
        let on_a_line: Vec<(f64, f64)> =
            (0..8).map(|year| (f64::from(year), 0.1 * f64::from(year))).collect();
        assert!(SeriesOutlook::new(&on_a_line, 9.0).is_err());
        assert!(SeriesOutlook::new(&[(1.0, 2.0); 5], 9.0).is_err());
        assert!(SeriesOutlook::new(&[(1.0, f64::NAN); 5], 9.0).is_err());
    }
}
