//! The distribution of true values among units.

use super::grid::{AtPoints, Grid, LEAST_WEIGHT, Observed, POINTS, product_sum};

/// How many means are integrated over.
const MEANS: usize = 13;
/// How far they reach beyond the centre.
const REACH: f64 = 0.6;
/// The standard deviations that are integrated over.
const SDS: [f64; 11] = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.4];
/// The scale of their half-normal prior.
const SCALE: f64 = 0.5;
/// A normal distribution narrower than this many steps would lie between points.
const LEAST_STEPS: f64 = 0.6;
/// How many normal distributions there are.
const NORMALS: usize = MEANS * SDS.len();
/// The next even number: vectors hold two or four numbers.
const LANES: usize = NORMALS.next_multiple_of(4);
/// Normal distributions with a smaller probability change no digit.
const NEGLIGIBLE: f64 = 1e-14;
/// There is one step of the EM algorithm for as many units …
const UNITS_PER_STEP: usize = 15;
/// … and no more than this.
const MOST_STEPS: usize = 30;

/// The fitted distribution.
#[derive(Debug, Clone)]
pub(super) enum Prior {
    /// The weights of the points.
    Points(Box<AtPoints>),
    /// Normal distributions, with the probability of each. Each unit gives them other
    /// probabilities.
    Normals(Normals),
}

/// Normal distributions on the grid, with the probability of each.
pub(super) type Normals = Vec<(f64, AtPoints)>;

fn likelihoods(grid: &Grid, units: &[Observed], check: &dyn Fn()) -> Vec<AtPoints> {
    let terms = grid.terms();
    units.iter().inspect(|_| check()).map(|unit| terms.likelihood(unit)).collect()
}

impl Prior {
    /// The normal distributions that the counts of the units make likely.
    pub(super) fn normals(grid: &Grid, units: &[Observed], check: &dyn Fn()) -> Normals {
        likely_normals(grid, &likelihoods(grid, units, check), check)
    }

    pub(super) fn fit(grid: &Grid, units: &[Observed], check: &dyn Fn()) -> Self {
        let likelihoods = likelihoods(grid, units, check);
        let normals = likely_normals(grid, &likelihoods, check);
        let steps = (units.len() / UNITS_PER_STEP).min(MOST_STEPS);
        let prior = Prior::Normals(normals);
        if steps == 0 {
            return prior;
        }
        let mut weights = prior.weights();
        for _ in 0..steps {
            step(&mut weights, &likelihoods, check);
        }
        Prior::Points(Box::new(weights))
    }

    /// The weight of each point; the sum is 1.
    pub(super) fn weights(&self) -> AtPoints {
        match self {
            Prior::Points(weights) => **weights,
            Prior::Normals(normals) => {
                let mut weights = [0.0; POINTS];
                for (probability, normal) in normals {
                    add(&mut weights, *probability, normal);
                }
                weights
            }
        }
    }

    /// The weights for a unit with this likelihood, up to a factor: each normal distribution
    /// counts as much for one unit as for any other.
    pub(super) fn weights_for(&self, likelihood: &AtPoints) -> AtPoints {
        match self {
            Prior::Points(weights) => **weights,
            Prior::Normals(normals) => {
                let mut weights = [0.0; POINTS];
                for (probability, normal) in normals {
                    add(&mut weights, probability / product_sum(likelihood, normal), normal);
                }
                weights
            }
        }
    }

    pub(super) fn mean(&self, grid: &Grid) -> f64 {
        let weights = self.weights();
        weights.iter().enumerate().map(|(place, weight)| weight * grid.point(place)).sum()
    }

    pub(super) fn sd(&self, grid: &Grid) -> f64 {
        let (weights, mean) = (self.weights(), self.mean(grid));
        let squares = weights
            .iter()
            .enumerate()
            .map(|(place, weight)| weight * (grid.point(place) - mean).powi(2));
        squares.sum::<f64>().sqrt()
    }
}

/// The normal distributions with their probabilities, given the likelihoods of all units. Those
/// without a noticeable probability are left out.
fn likely_normals(grid: &Grid, likelihoods: &[AtPoints], check: &dyn Fn()) -> Normals {
    let normals = normals(grid);
    // Point after point: the sums over points are then vectors of normal distributions.
    let mut by_point = vec![[0.0; LANES]; POINTS];
    for (lane, (_, normal)) in normals.iter().enumerate() {
        for (point, weight) in by_point.iter_mut().zip(normal) {
            point[lane] = *weight;
        }
    }
    let mut ln = [0.0; LANES];
    for likelihood in likelihoods {
        check();
        let mut sums = [0.0; LANES];
        for (likelihood, weights) in likelihood.iter().zip(&by_point) {
            if *likelihood > 0.0 {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += likelihood * weight;
                }
            }
        }
        for (ln, sum) in ln.iter_mut().zip(&sums).take(NORMALS) {
            *ln += sum.ln();
        }
    }
    for (ln, (ln_prior, _)) in ln.iter_mut().zip(&normals) {
        *ln += ln_prior;
    }
    let greatest = ln[..NORMALS].iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = ln[..NORMALS].iter().map(|ln| (ln - greatest).exp()).sum();
    let probabilities = ln[..NORMALS].iter().map(|ln| (ln - greatest).exp() / total);
    let all = probabilities.zip(normals).map(|(probability, (_, normal))| (probability, normal));
    all.filter(|(probability, _)| *probability > NEGLIGIBLE).collect()
}

/// Each normal distribution on the grid, with the logarithm of its prior probability.
fn normals(grid: &Grid) -> Vec<(f64, AtPoints)> {
    let (low, high) = (grid.centre.0 - REACH, grid.centre.1 + REACH);
    let mut found = Vec::with_capacity(NORMALS);
    for mean in 0..MEANS {
        let mean = low + (high - low) * mean as f64 / (MEANS - 1) as f64;
        for (place, sd) in SDS.iter().enumerate() {
            let width = sd.max(LEAST_STEPS * grid.step);
            let mut weights = [0.0; POINTS];
            for (point, weight) in weights.iter_mut().enumerate() {
                *weight = (-0.5 * ((grid.point(point) - mean) / width).powi(2)).exp();
            }
            normalise(&mut weights);
            found.push((spacing(place).ln() - 0.5 * (sd / SCALE).powi(2), weights));
        }
    }
    found
}

/// How much of the axis of standard deviations each one is for.
fn spacing(place: usize) -> f64 {
    let (before, after) = (place.saturating_sub(1), (place + 1).min(SDS.len() - 1));
    (SDS[after] - SDS[before]) / (after - before) as f64
}

/// One step of the EM algorithm: a point's new weight is the mean of its posterior probabilities.
fn step(weights: &mut AtPoints, likelihoods: &[AtPoints], check: &dyn Fn()) {
    let mut factors = [0.0; POINTS];
    for likelihood in likelihoods {
        check();
        add(&mut factors, product_sum(likelihood, weights).recip(), likelihood);
    }
    for (weight, factor) in weights.iter_mut().zip(&factors) {
        *weight *= factor;
    }
    normalise(weights);
}

fn add(sums: &mut AtPoints, factor: f64, addends: &AtPoints) {
    for (sum, addend) in sums.iter_mut().zip(addends) {
        *sum += factor * addend;
    }
}

fn normalise(weights: &mut AtPoints) {
    let total: f64 = weights.iter().sum();
    for weight in weights {
        *weight = (*weight / total).max(LEAST_WEIGHT);
    }
}
