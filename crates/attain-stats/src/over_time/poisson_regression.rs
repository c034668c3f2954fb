//! Log-linear regression of counts on a few columns, by iteratively reweighted least squares.

use crate::error::{Result, StatsError};

/// A fitted model: log expected = offset + columns × coefficients.
#[derive(Debug)]
pub(super) struct Fit {
    pub(super) coefficients: Vec<f64>,
    /// The inverse of the information: the coefficients' covariance for a dispersion of 1.
    pub(super) covariance: Vec<Vec<f64>>,
    pub(super) fitted: Vec<f64>,
    /// Pearson's χ²: what the counts deviate from the fit, in Poisson variances.
    pub(super) chi_squared: f64,
}

/// The most steps: from where they begin, ten are many.
const MOST_STEPS: usize = 60;
/// Steps end when no logarithm moves by more than this: the next step would move it by its square.
const STILL: f64 = 1e-9;
/// A pivot below this share of its diagonal is rounding: the columns depend on one another.
const DEPENDENT: f64 = 1e-11;

#[cold]
fn undetermined(why: &'static str) -> StatsError {
    StatsError::Undetermined { argument: "counts", why }
}

/// Fits counts to rows of columns; `offsets` are logarithms of exposures.
pub(super) fn fit(counts: &[f64], rows: &[Vec<f64>], offsets: &[f64]) -> Result<Fit> {
    let width = rows.first().map_or(0, Vec::len);
    // Columns of like size keep the equations well conditioned.
    let scales: Vec<f64> = (0..width)
        .map(|column| rows.iter().map(|row| row[column] * row[column]).sum::<f64>().sqrt())
        .collect();
    if scales.iter().any(|scale| *scale <= 0.0) {
        return Err(undetermined("a term of the model that varies between the periods"));
    }
    let rows: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| row.iter().zip(&scales).map(|(cell, scale)| cell / scale).collect())
        .collect();
    let linear = |coefficients: &[f64]| -> Vec<f64> {
        let of_row = |row: &Vec<f64>| row.iter().zip(coefficients).map(|(x, b)| x * b).sum::<f64>();
        rows.iter().zip(offsets).map(|(row, offset)| offset + of_row(row)).collect()
    };
    // The first step regresses the logarithms of the counts themselves.
    let mut expected: Vec<f64> = counts.iter().map(|count| count.max(0.1)).collect();
    let mut coefficients = vec![0.0; width];
    let mut last = f64::INFINITY;
    for step in 0..MOST_STEPS {
        let information = information(&rows, &expected);
        let mut right = vec![0.0; width];
        for (((row, mean), count), offset) in rows.iter().zip(&expected).zip(counts).zip(offsets) {
            let response = mean.ln() - offset + (count - mean) / mean;
            row.iter().zip(&mut right).for_each(|(x, sum)| *sum += mean * response * x);
        }
        let inverse = inverse(&information)?;
        let aim: Vec<f64> = inverse
            .iter()
            .map(|row| row.iter().zip(&right).map(|(cell, sum)| cell * sum).sum())
            .collect();
        // Half a step, and half of that, where a whole one overshoots.
        let mut share = 1.0;
        let (next, means, deviance) = loop {
            let next: Vec<f64> = coefficients
                .iter()
                .zip(&aim)
                .map(|(from, to)| if step == 0 { *to } else { from + share * (to - from) })
                .collect();
            let means: Vec<f64> = linear(&next).into_iter().map(f64::exp).collect();
            let deviance = deviance(counts, &means);
            let worsens = !deviance.is_finite() || deviance > last * (1.0 + 1e-9) + 1e-9;
            if !worsens || share < 1e-6 {
                break (next, means, deviance);
            }
            if step == 0 {
                return Err(undetermined("counts that the model can begin with"));
            }
            share /= 2.0;
        };
        let moved = expected
            .iter()
            .zip(&means)
            .map(|(from, to)| (from.ln() - to.ln()).abs())
            .fold(0.0, f64::max);
        coefficients = next;
        expected = means;
        if moved <= STILL {
            return finished(&rows, &scales, coefficients, expected, counts);
        }
        last = deviance;
    }
    // Towards infinity: a season or a side on which nothing was ever counted.
    Err(undetermined("events before and after, and in every season"))
}

fn finished(
    rows: &[Vec<f64>],
    scales: &[f64],
    coefficients: Vec<f64>,
    fitted: Vec<f64>,
    counts: &[f64],
) -> Result<Fit> {
    let mut covariance = inverse(&information(rows, &fitted))?;
    for (row, scale) in covariance.iter_mut().zip(scales) {
        row.iter_mut().zip(scales).for_each(|(cell, other)| *cell /= scale * other);
    }
    let chi_squared =
        counts.iter().zip(&fitted).map(|(count, mean)| (count - mean).powi(2) / mean).sum();
    let coefficients = coefficients.iter().zip(scales).map(|(one, scale)| one / scale).collect();
    Ok(Fit { coefficients, covariance, fitted, chi_squared })
}

/// Twice the distance of the likelihood from that of a perfect fit.
fn deviance(counts: &[f64], means: &[f64]) -> f64 {
    let of = |count: f64, mean: f64| {
        let log = if count > 0.0 { count * (count / mean).ln() } else { 0.0 };
        log - (count - mean)
    };
    2.0 * counts.iter().zip(means).map(|(count, mean)| of(*count, *mean)).sum::<f64>()
}

fn information(rows: &[Vec<f64>], weights: &[f64]) -> Vec<Vec<f64>> {
    let width = rows.first().map_or(0, Vec::len);
    let mut sums = vec![vec![0.0; width]; width];
    for (row, weight) in rows.iter().zip(weights) {
        for (x, sums) in row.iter().zip(&mut sums) {
            row.iter().zip(sums).for_each(|(y, sum)| *sum += weight * x * y);
        }
    }
    sums
}

/// The inverse of a symmetric matrix with positive pivots, by Cholesky's factors.
fn inverse(matrix: &[Vec<f64>]) -> Result<Vec<Vec<f64>>> {
    let width = matrix.len();
    let mut factor = vec![vec![0.0; width]; width];
    for row in 0..width {
        for column in 0..=row {
            let done: f64 = (0..column).map(|at| factor[row][at] * factor[column][at]).sum();
            let left = matrix[row][column] - done;
            if row == column {
                if left.is_nan() || left <= DEPENDENT * matrix[row][row] {
                    return Err(undetermined(
                        "enough periods before and after to tell trend, season and change apart",
                    ));
                }
                factor[row][row] = left.sqrt();
            } else {
                factor[row][column] = left / factor[column][column];
            }
        }
    }
    // Column by column: first forwards through the factor, then backwards through its transpose.
    let mut inverse = vec![vec![0.0; width]; width];
    for unit in 0..width {
        let mut solution = vec![0.0; width];
        for row in 0..width {
            let done: f64 = (0..row).map(|at| factor[row][at] * solution[at]).sum();
            let right = if row == unit { 1.0 } else { 0.0 };
            solution[row] = (right - done) / factor[row][row];
        }
        for row in (0..width).rev() {
            let done: f64 = (row + 1..width).map(|at| factor[at][row] * solution[at]).sum();
            solution[row] = (solution[row] - done) / factor[row][row];
        }
        inverse.iter_mut().zip(solution).for_each(|(row, cell)| row[unit] = cell);
    }
    Ok(inverse)
}
