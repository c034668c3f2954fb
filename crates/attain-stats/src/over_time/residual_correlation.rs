//! The covariance of the coefficients of a regression whose residuals correlate with their neighbours.

use super::poisson_regression::Fit;

/// Residuals that correlate more than this are a trend that the model has no term for.
const MOST_CORRELATION: f64 = 0.95;
/// Fewer degrees of freedom do not show a correlation.
const FEWEST_DEGREES: usize = 8;
/// Halvings of an interval of length 1.
const HALVINGS: usize = 40;

/// What holds of the coefficients if the residuals of neighbouring periods correlate.
#[derive(Debug)]
pub(super) struct Correlated {
    /// The correlation of neighbouring residuals, of an autoregressive process of order 1; never below 0.
    pub(super) correlation: f64,
    /// The variance of the counts over that of Poisson counts.
    pub(super) dispersion: f64,
    /// The degrees of freedom of the dispersion: fewer, the more the residuals correlate.
    pub(super) degrees: f64,
    /// The coefficients' covariance for a dispersion of 1.
    pub(super) covariance: Vec<Vec<f64>>,
}

/// Estimates the correlation from the Pearson residuals e of a fit, and the coefficients' covariance.
///
/// A fitted trend takes a part of the correlation out of residuals, and a part of their variance. With M the matrix
/// that maps deviations to residuals, and R(ρ) the correlations ρ^|i − j|, the residuals' covariance is φ·M·R(ρ)·M.
/// ρ solves Σ e_t e_(t+1) ÷ Σ e_t² = Σ (MRM)_(t,t+1) ÷ tr(MRM), and φ = Σ e² ÷ tr(MRM). The covariance is the sandwich
/// C·AᵀRA·C, with C the inverse of the information and A the columns times the square roots of the expected counts
/// (Zeger 1988). The degrees of freedom are tr(MRM)² ÷ tr((MRM)²) (Satterthwaite 1946).
pub(super) fn correlated(counts: &[f64], rows: &[Vec<f64>], fit: &Fit) -> Correlated {
    let residuals: Vec<f64> =
        counts.iter().zip(&fit.fitted).map(|(count, mean)| (count - mean) / mean.sqrt()).collect();
    let squares: f64 = residuals.iter().map(|one| one * one).sum();
    let products: f64 = residuals.windows(2).map(|two| two[0] * two[1]).sum();
    let scaled: Vec<Vec<f64>> = rows
        .iter()
        .zip(&fit.fitted)
        .map(|(row, mean)| row.iter().map(|cell| cell * mean.sqrt()).collect())
        .collect();
    let at = |correlation: f64| Residuals::of(&scaled, &fit.covariance, correlation);
    let is_more = |correlation: f64| {
        let expected = at(correlation);
        expected.neighbours() * squares < products * expected.trace()
    };
    let degrees = rows.len() - fit.coefficients.len();
    let correlation = if degrees < FEWEST_DEGREES || squares <= 0.0 || !is_more(0.0) {
        0.0
    } else if is_more(MOST_CORRELATION) {
        MOST_CORRELATION
    } else {
        let (mut low, mut high) = (0.0, MOST_CORRELATION);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if is_more(middle) { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    };
    let found = at(correlation);
    let trace = found.trace();
    Correlated {
        correlation,
        dispersion: squares / trace,
        degrees: (trace * trace / found.sum_of_squares()).max(1.0),
        covariance: times(&times(&fit.covariance, &found.middle), &fit.covariance),
    }
}

/// The correlations M·R·M of residuals, in parts of which each is small.
struct Residuals<'a> {
    correlation: f64,
    /// A.
    scaled: &'a [Vec<f64>],
    /// A·C, R·A and A·C·AᵀRA·C, each with a row per period.
    projected: Vec<Vec<f64>>,
    correlated: Vec<Vec<f64>>,
    twice: Vec<Vec<f64>>,
    /// AᵀRA.
    middle: Vec<Vec<f64>>,
}

impl<'a> Residuals<'a> {
    fn of(scaled: &'a [Vec<f64>], covariance: &[Vec<f64>], correlation: f64) -> Self {
        let correlated = correlated_columns(scaled, correlation);
        let projected = times(scaled, covariance);
        let middle = times(&transposed(scaled), &correlated);
        let twice = times(&times(&projected, &middle), covariance);
        Residuals { correlation, scaled, projected, correlated, twice, middle }
    }

    /// The cell of two periods: R − A·C·(R·A)ᵀ − R·A·C·Aᵀ + A·C·AᵀRA·C·Aᵀ.
    fn cell(&self, one: usize, other: usize) -> f64 {
        self.correlation.powi(one.abs_diff(other) as i32)
            - dot(&self.projected[one], &self.correlated[other])
            - dot(&self.correlated[one], &self.projected[other])
            + dot(&self.twice[one], &self.scaled[other])
    }

    fn trace(&self) -> f64 {
        (0..self.scaled.len()).map(|period| self.cell(period, period)).sum()
    }

    fn neighbours(&self) -> f64 {
        (1..self.scaled.len()).map(|period| self.cell(period - 1, period)).sum()
    }

    fn sum_of_squares(&self) -> f64 {
        let periods = 0..self.scaled.len();
        let of_row = |one: usize| periods.clone().map(move |other| self.cell(one, other).powi(2));
        periods.clone().flat_map(of_row).sum()
    }
}

/// R times columns: each sum over earlier periods follows from the one before.
fn correlated_columns(columns: &[Vec<f64>], correlation: f64) -> Vec<Vec<f64>> {
    let mut found = columns.to_vec();
    for period in 1..found.len() {
        for column in 0..found[period].len() {
            found[period][column] += correlation * found[period - 1][column];
        }
    }
    let mut later = vec![0.0; columns.first().map_or(0, Vec::len)];
    for (row, own) in found.iter_mut().zip(columns).rev() {
        for ((cell, own), later) in row.iter_mut().zip(own).zip(&mut later) {
            *cell += *later;
            *later = correlation * (*later + own);
        }
    }
    found
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn transposed(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let width = matrix.first().map_or(0, Vec::len);
    (0..width).map(|column| matrix.iter().map(|row| row[column]).collect()).collect()
}

fn times(left: &[Vec<f64>], right: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let columns = transposed(right);
    left.iter().map(|row| columns.iter().map(|column| dot(row, column)).collect()).collect()
}
