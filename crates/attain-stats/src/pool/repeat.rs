//! The values of one unit if its counts were drawn anew.

use super::{PoolKind, PoolUnit, Posterior};
use crate::random::Random;

/// The values that a unit would have if its counts were drawn anew: as many cases, or the same exposure, with a true value
/// that is not known exactly.
///
/// Each draw takes a true value from the [posterior distribution](Posterior), and then counts that it could lead to:
/// binomial or Poisson ones, with the dispersion of the unit. This is the posterior predictive distribution (Gelman et al.,
/// *Bayesian Data Analysis*, 3rd ed., section 1.3).
///
/// ```
/// use attain_stats::pool::{Pool, PoolGoal, PoolKind, PoolUnit};
/// use attain_stats::random::Random;
///
/// // Twelve units that are alike: 94 of 100 in the first one is luck, and is not drawn again.
/// let unit = |events| PoolUnit {
///     events, denominator: 100.0, dispersion: 1.0, goal: PoolGoal::default(),
/// };
/// let events = [94.0, 85.0, 81.0, 88.0, 84.0, 79.0, 86.0, 83.0, 87.0, 82.0, 85.0, 84.0];
/// let pool = Pool::new(PoolKind::Share, &events.map(unit), &|| {})?;
/// let first = pool.repeat(0).unwrap();
/// let mut random = Random::seeded(7);
/// let mean = (0..1_000).map(|_| first.value(&mut random)).sum::<f64>() / 1_000.0;
/// assert!((0.85..0.90).contains(&mean));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Repeat {
    kind: PoolKind,
    posterior: Posterior,
    /// The cases, or the exposure, divided by the dispersion; cases are a whole number.
    size: f64,
}

impl Repeat {
    pub(super) fn of(kind: PoolKind, unit: &PoolUnit, posterior: Posterior) -> Self {
        let size = unit.denominator / unit.dispersion;
        let size = match kind {
            PoolKind::Share => size.round().max(1.0),
            PoolKind::Rate => size,
        };
        Repeat { kind, posterior, size }
    }

    /// Draws a share from 0 to 1, or a rate.
    pub fn value(&self, random: &mut Random) -> f64 {
        let truth = self.posterior.quantile(random.uniform());
        match self.kind {
            PoolKind::Share => random.binomial(self.size, truth) / self.size,
            PoolKind::Rate => random.poisson(self.size * truth) / self.size,
        }
    }
}
