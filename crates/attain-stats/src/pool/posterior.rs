//! The distribution of the true value of one unit.

use super::PoolGoal;
use super::grid::{AtPoints, Grid, Observed, POINTS};
use super::prior::Prior;

/// Points with less than this share of the greatest probability do not count …
const NEGLIGIBLE: f64 = 1e-9;
/// … and with fewer points that do, the grid is too coarse.
const LEAST_POINTS: usize = 30;
/// Each finer grid is at most a tenth as wide; 2⁵³ cases need fewer.
const MOST_GRIDS: usize = 16;

/// The distribution of the true share or rate of one unit: a histogram of its logit, or logarithm.
#[derive(Debug, Clone)]
pub struct Posterior {
    grid: Grid,
    /// The probability of the bar around each point.
    probabilities: AtPoints,
}

impl Posterior {
    pub(super) fn of(whole: &Grid, unit: &Observed, prior: &Prior) -> Self {
        let likelihood = whole.terms().likelihood(unit);
        let weights = prior.weights_for(&likelihood);
        let mut found = Posterior { grid: *whole, probabilities: product(&likelihood, &weights) };
        for _ in 0..MOST_GRIDS {
            let Some((first, last)) = found.too_narrow() else { break };
            let grid = found.grid.part(first, last);
            let likelihood = grid.terms().likelihood(unit);
            let weights = between_points(whole, &weights, &grid);
            found = Posterior { grid, probabilities: product(&likelihood, &weights) };
        }
        found
    }

    /// With these weights of the points of the whole grid.
    pub(super) fn of_points(whole: &Grid, likelihood: &AtPoints, weights: &AtPoints) -> Self {
        Posterior { grid: *whole, probabilities: product(likelihood, weights) }
    }

    /// The points around those that count, if these are too few.
    fn too_narrow(&self) -> Option<(usize, usize)> {
        let greatest = self.probabilities.iter().copied().fold(0.0, f64::max);
        let counts = |probability: &f64| *probability > NEGLIGIBLE * greatest;
        let first = self.probabilities.iter().position(counts)?;
        let last = self.probabilities.iter().rposition(counts)?;
        (last - first + 1 < LEAST_POINTS)
            .then(|| (first.saturating_sub(1), (last + 1).min(POINTS - 1)))
    }

    /// Returns the mean.
    pub fn mean(&self) -> f64 {
        let natural = |place| self.grid.natural(self.grid.point(place));
        self.probabilities.iter().enumerate().map(|(place, p)| p * natural(place)).sum()
    }

    /// Returns the value below which the true one lies with a probability from 0 to 1.
    pub fn quantile(&self, probability: f64) -> f64 {
        let mut below = 0.0;
        for (place, of_bar) in self.probabilities.iter().enumerate() {
            if below + of_bar >= probability || place + 1 == POINTS {
                let part = if *of_bar > 0.0 { (probability - below) / of_bar } else { 0.5 };
                let start = self.grid.point(place) - 0.5 * self.grid.step;
                return self.grid.natural(start + part.clamp(0.0, 1.0) * self.grid.step);
            }
            below += of_bar;
        }
        f64::NAN
    }

    /// Returns the probability that the true value lies above a share or a rate.
    pub fn probability_above(&self, value: f64) -> f64 {
        // From the nearer end: small probabilities keep their digits.
        let place = (self.grid.of_natural(value) - self.grid.start) / self.grid.step + 0.5;
        let mut above = 0.0;
        let mut below = 0.0;
        for (bar, probability) in self.probabilities.iter().enumerate() {
            let part = (place - bar as f64).clamp(0.0, 1.0);
            below += part * probability;
            above += (1.0 - part) * probability;
        }
        if above < below { above } else { 1.0 - below }
    }

    /// The probability that the true value meets a goal; none without a number.
    pub(super) fn meets(&self, goal: PoolGoal) -> Option<f64> {
        match (goal.at_least, goal.at_most) {
            (None, None) => None,
            (Some(least), None) => Some(self.probability_above(least)),
            (None, Some(most)) => Some(1.0 - self.probability_above(most)),
            (Some(least), Some(most)) => {
                Some((self.probability_above(least) - self.probability_above(most)).max(0.0))
            }
        }
    }
}

fn product(likelihood: &AtPoints, weights: &AtPoints) -> AtPoints {
    let mut product = *likelihood;
    for (product, weight) in product.iter_mut().zip(weights) {
        *product *= weight;
    }
    let total: f64 = product.iter().sum();
    for product in &mut product {
        *product /= total;
    }
    product
}

/// The weights at the points of a finer grid: their logarithms are linear between points.
fn between_points(whole: &Grid, weights: &AtPoints, grid: &Grid) -> AtPoints {
    let mut found = [0.0; POINTS];
    for (place, found) in found.iter_mut().enumerate() {
        let at = ((grid.point(place) - whole.start) / whole.step).clamp(0.0, (POINTS - 1) as f64);
        let before = (at as usize).min(POINTS - 2);
        let part = at - before as f64;
        let (one, next) = (weights[before].ln(), weights[before + 1].ln());
        *found = (one + part * (next - one)).exp();
    }
    found
}
