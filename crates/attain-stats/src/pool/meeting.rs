//! How many of the units meet their goals in truth.

use super::grid::{AtPoints, Grid, Observed};
use super::posterior::Posterior;
use super::prior::{Normals, Prior};
use super::{Pool, PoolUnit};
use crate::confidence::{Confidence, Interval};
use crate::error::Result;
use crate::outlook::units_meeting;

/// The probability of each unit to meet its goal in truth, for sums over some of them.
///
/// Given the distribution of true values among units, units meet their goals independently of each other. That distribution is
/// only estimated: if its mean is a bit higher, all units meet their goals more often. So the chances are known for each
/// normal distribution that the counts make likely, too, and their sums show by how much the number is uncertain together.
#[derive(Debug, Clone)]
pub struct MeetingChances {
    /// Those of the pool.
    chances: Vec<Option<f64>>,
    /// Those of each likely normal distribution, with its probability.
    by_normal: Vec<(f64, Vec<f64>)>,
}

/// How many of some units meet their goals in truth.
#[derive(Debug, Clone)]
pub struct NumberMeeting {
    /// The expected number.
    pub expected: f64,
    /// The probability of each number, from 0 to all, given the distribution among units.
    masses: Vec<f64>,
    /// By how much more units are expected for each likely distribution, with its probability.
    shifts: Vec<(f64, f64)>,
}

impl MeetingChances {
    pub(super) fn of(
        grid: &Grid,
        observed: &[Observed],
        units: &[PoolUnit],
        prior: &Prior,
        normals: &Normals,
        check: &dyn Fn(),
    ) -> Self {
        let likelihoods: Vec<AtPoints> = {
            let terms = grid.terms();
            observed.iter().map(|unit| terms.likelihood(unit)).collect()
        };
        let chances = observed.iter().zip(units).map(|(observed, unit)| {
            check();
            Posterior::of(grid, observed, prior).meets(unit.goal)
        });
        let by_normal = normals.iter().map(|(probability, normal)| {
            check();
            let of_unit = |(likelihood, unit): (&AtPoints, &PoolUnit)| {
                Posterior::of_points(grid, likelihood, normal).meets(unit.goal).unwrap_or(f64::NAN)
            };
            (*probability, likelihoods.iter().zip(units).map(of_unit).collect())
        });
        MeetingChances { chances: chances.collect(), by_normal: by_normal.collect() }
    }

    /// Returns the probability of the unit at a place to meet its goal; none without a goal, or beyond the last unit.
    pub fn chance(&self, place: usize) -> Option<f64> {
        self.chances.get(place).copied().flatten()
    }

    /// Returns how many of the units at some places meet their goals; none if one of them has no goal.
    ///
    /// # Errors
    /// Never for chances of a pool; the sum of the probabilities checks them.
    pub fn number(&self, places: &[usize]) -> Result<Option<NumberMeeting>> {
        let chances: Option<Vec<f64>> = places.iter().map(|place| self.chance(*place)).collect();
        let Some(chances) = chances else { return Ok(None) };
        let sums: Vec<(f64, f64)> = self
            .by_normal
            .iter()
            .map(|(weight, chances)| (*weight, places.iter().map(|place| chances[*place]).sum()))
            .collect();
        let mean: f64 = sums.iter().map(|(weight, sum)| weight * sum).sum();
        let shifts = sums.into_iter().map(|(weight, sum)| (weight, sum - mean)).collect();
        let expected = chances.iter().sum();
        Ok(Some(NumberMeeting { expected, masses: units_meeting(&chances)?, shifts }))
    }
}

impl NumberMeeting {
    /// Returns the probability that at most `number` units meet their goals.
    pub fn at_most(&self, number: f64) -> f64 {
        let all = self.masses.len() as f64 - 1.0;
        if number >= all {
            return 1.0;
        }
        if number < 0.0 {
            return 0.0;
        }
        let mut cumulative = Vec::with_capacity(self.masses.len());
        let mut sum = 0.0;
        for mass in &self.masses {
            sum += mass;
            cumulative.push(sum);
        }
        // Whole numbers that are shifted by a part of one: the probability between two is shared.
        let at_most = |shifted: f64| -> f64 {
            let below = shifted.floor();
            let part = shifted - below;
            let up_to = |number: f64| match number {
                _ if number < 0.0 => 0.0,
                _ if number >= all => 1.0,
                _ => cumulative[number as usize],
            };
            (1.0 - part) * up_to(below) + part * up_to(below + 1.0)
        };
        let sum: f64 = self.shifts.iter().map(|(weight, by)| weight * at_most(number - by)).sum();
        sum.clamp(0.0, 1.0)
    }

    /// Returns the numbers between which it lies with the given confidence: whole ones, of which each tail holds at most half
    /// of the rest.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        let least = |probability: f64| {
            let numbers = 0..self.masses.len();
            let reached = numbers.map(|number| number as f64);
            let mut reached = reached.filter(|number| self.at_most(*number) >= probability);
            reached.next().unwrap_or(self.masses.len() as f64 - 1.0)
        };
        Interval { lower: least(confidence.tail()), upper: least(1.0 - confidence.tail()) }
    }
}

impl Pool {
    /// Returns the probability of each unit to meet its goal, for sums over some of them.
    ///
    /// ```
    /// use attain_stats::Confidence;
    /// use attain_stats::pool::{Pool, PoolGoal, PoolKind, PoolUnit};
    ///
    /// // Twenty units around 84 %; the goal is 80 %.
    /// let goal = PoolGoal { at_least: Some(0.8), at_most: None };
    /// let unit = |i: usize| PoolUnit {
    ///     events: 36.0 + (i % 11) as f64, denominator: 50.0, dispersion: 1.0, goal,
    /// };
    /// let units: Vec<PoolUnit> = (0..20).map(unit).collect();
    /// let chances = Pool::new(PoolKind::Share, &units, &|| {})?.meeting_chances(&|| {});
    /// let found = chances.number(&(0..20).collect::<Vec<_>>())?.unwrap();
    /// let limits = found.interval(Confidence::P95);
    /// assert!(limits.lower < found.expected && found.expected < limits.upper);
    /// assert!((found.at_most(20.0) - 1.0).abs() < 1e-15);
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    pub fn meeting_chances(&self, check: &dyn Fn()) -> MeetingChances {
        let normals = Prior::normals(&self.grid, &self.observed, check);
        MeetingChances::of(&self.grid, &self.observed, &self.units, &self.prior, &normals, check)
    }
}
