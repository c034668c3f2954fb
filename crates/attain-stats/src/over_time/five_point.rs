//! The trend that official short series are marked with.

use crate::confidence::Confidence;
use crate::error::{Result, StatsError, computed, finite, out_of_range, positive};

/// Five years of an indicator, in their order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FivePointSeries<'a> {
    /// Shares, from their counts: the χ² test for trend of Cochran (1954) and Armitage (1955).
    Proportions {
        /// Events by year: above 0 and below the denominator.
        events: &'a [f64],
        /// Denominators by year.
        denominators: &'a [f64],
    },
    /// Rates, from their counts: the χ² test for trend in Poisson rates.
    Rates {
        /// Events by year: above 0.
        events: &'a [f64],
        /// Exposures by year.
        exposures: &'a [f64],
    },
    /// Any values with standard errors: χ² of the slope weighted by 1/se². From published 95 % limits
    /// the standard error is (upper − lower)/(2 × 1.96).
    Estimates {
        /// Values by year.
        values: &'a [f64],
        /// Their standard errors.
        standard_errors: &'a [f64],
    },
}

/// Which way a series goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrendDirection {
    /// Up.
    Rising,
    /// Down.
    Falling,
}

/// The trend of five points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FivePointTrend {
    /// χ² for trend, with one degree of freedom.
    pub chi_squared: f64,
    /// What it has to exceed: 9.5495 at 99.8 %.
    pub critical: f64,
    /// The marked direction. `None` where χ² does not exceed the critical value, or where leaving
    /// out one of the points would turn the slope round.
    pub direction: Option<TrendDirection>,
}

/// The trend over five points, as England's public-health profiles mark it: χ² for trend at
/// `confidence` (theirs is 99.8 %), and the same sign of slope whichever point is left out.
///
/// ```
/// use attain_stats::{Confidence, FivePointSeries, TrendDirection, five_point_trend};
///
/// let series = FivePointSeries::Proportions {
///     events: &[994.0, 1023.0, 1199.0, 1332.0, 1367.0],
///     denominators: &[40299.0, 41527.0, 42811.0, 44064.0, 44701.0],
/// };
/// let trend = five_point_trend(series, Confidence::P99_8)?;
/// assert!((trend.chi_squared - 47.90).abs() < 0.005);
/// assert_eq!(trend.direction, Some(TrendDirection::Rising));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If there are not five of each, events are not above 0 (and, of shares, below the denominator), or
/// a denominator, exposure or standard error is not a finite number above 0.
pub fn five_point_trend(
    series: FivePointSeries<'_>,
    confidence: Confidence,
) -> Result<FivePointTrend> {
    let points = match series {
        FivePointSeries::Proportions { events, denominators } => {
            let rows = five(("events", events), ("denominators", denominators))?;
            for &(events, denominator) in &rows {
                positive("denominators", denominator)?;
                if !(events > 0.0 && events < denominator) {
                    let needed = "a number above 0 and below the denominator";
                    return Err(out_of_range("events", events, needed));
                }
            }
            Points::Counts { rows, binomial: true }
        }
        FivePointSeries::Rates { events, exposures } => {
            let rows = five(("events", events), ("exposures", exposures))?;
            for &(events, exposure) in &rows {
                positive("events", events)?;
                positive("exposures", exposure)?;
            }
            Points::Counts { rows, binomial: false }
        }
        FivePointSeries::Estimates { values, standard_errors } => {
            let rows = five(("values", values), ("standard_errors", standard_errors))?;
            for &(value, error) in &rows {
                finite("values", value)?;
                positive("standard_errors", error)?;
            }
            Points::Estimates { rows }
        }
    };
    let argument = match points {
        Points::Counts { .. } => "events",
        Points::Estimates { .. } => "values",
    };
    let (slope, variance) = points.slope(None);
    let chi_squared = if slope == 0.0 { 0.0 } else { slope * (slope / variance) };
    let chi_squared = computed(argument, chi_squared)?;
    let critical = confidence.z().powi(2);
    let steady = (0..5).all(|left_out| points.slope(Some(left_out)).0 * slope > 0.0);
    let direction = (chi_squared > critical && steady).then_some(if slope > 0.0 {
        TrendDirection::Rising
    } else {
        TrendDirection::Falling
    });
    Ok(FivePointTrend { chi_squared, critical, direction })
}

fn five(
    (name, column): (&'static str, &[f64]),
    (other_name, other): (&'static str, &[f64]),
) -> Result<Vec<(f64, f64)>> {
    for (argument, column, alongside) in [(name, column, "five years"), (other_name, other, name)] {
        if column.len() != 5 {
            return Err(StatsError::UnequalLengths {
                argument,
                found: column.len(),
                expected: 5,
                alongside,
            });
        }
    }
    Ok(column.iter().copied().zip(other.iter().copied()).collect())
}

enum Points {
    /// Events and denominators.
    Counts { rows: Vec<(f64, f64)>, binomial: bool },
    /// Values and standard errors.
    Estimates { rows: Vec<(f64, f64)> },
}

impl Points {
    /// The slope, up to a factor above 0, and its variance on the same scale; without one of the
    /// points if requested.
    fn slope(&self, left_out: Option<usize>) -> (f64, f64) {
        let (Points::Counts { rows, .. } | Points::Estimates { rows }) = self;
        let rows = || {
            rows.iter()
                .enumerate()
                .filter(move |(year, _)| Some(*year) != left_out)
                .map(|(year, &row)| (year as f64, row))
        };
        // Weights of the years: denominators, or precisions.
        let weight = |(_, second): (f64, f64)| match self {
            Points::Counts { .. } => second,
            Points::Estimates { .. } => second.powi(-2),
        };
        let total: f64 = rows().map(|(_, row)| weight(row)).sum();
        let middle: f64 = rows().map(|(year, row)| year * weight(row)).sum::<f64>() / total;
        let spread: f64 = rows().map(|(year, row)| weight(row) * (year - middle).powi(2)).sum();
        match self {
            Points::Counts { binomial, .. } => {
                let share = rows().map(|(_, (events, _))| events).sum::<f64>() / total;
                let slope = rows().map(|(year, (events, _))| (year - middle) * events).sum();
                let unit = if *binomial { share * (1.0 - share) } else { share };
                (slope, unit * spread)
            }
            Points::Estimates { .. } => {
                let slope = rows().map(|(year, row)| weight(row) * (year - middle) * row.0).sum();
                (slope, spread)
            }
        }
    }
}
