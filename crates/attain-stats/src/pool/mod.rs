//! Partial pooling: the true share or rate of each of many units, estimated from its own counts and
//! from how units differ.
//!
//! The value of a small unit is mostly chance. Its true value more likely lies nearer to the values
//! of the others. Partial pooling estimates how much true values differ among units (the prior
//! distribution), and combines that with the counts of each unit (its posterior distribution).
//!
//! | file | gives |
//! |---|---|
//! | `grid` | the points at which distributions are computed, and likelihoods there |
//! | `prior` | the distribution of true values among units |
//! | `posterior` | [`Posterior`]: the distribution of the true value of one unit |
//! | `repeat` | [`Repeat`]: the values of one unit if its counts were drawn anew |
//! | `meeting` | [`MeetingChances`]: how many units meet their goals in truth |
//! | `extremes` | whether the smallest and the largest value fit the prior distribution |
//! | `list` | [`reliable_list`]: the verdicts of which a bounded share is wrong |
//!
//! # Method
//!
//! The events x of a unit are binomial among its n cases, or Poisson over its exposure e. With a
//! [dispersion](PoolUnit::dispersion) φ they are those of x/φ events among n/φ cases, or over e/φ.
//! η is the logit of the share, or the logarithm of the rate. It lies on a grid of 120 points. The
//! grid reaches ½ beyond the smallest and the largest of ln((x + ½)/(n − x + ½)), or
//! ln((x + ½)/e), of the units and of all units together; 3 beyond those of units without events
//! (below) and without other cases (above).
//!
//! 1. The prior distribution of η is normal. Its mean is one of 13, which reach 0.6 beyond the
//!    value of all units together and the mean of their values with the weights
//!    1/(variance + ¼); all are equally likely. Its standard deviation is one of 11 from 0.02 to
//!    1.4, with a half-normal prior of scale ½; it is at least 0.6 steps of the grid. Each pair
//!    counts by its marginal likelihood.
//! 2. With 15 units or more the mean of these normal distributions is the start of min(30, ⌊k/15⌋)
//!    steps of the EM algorithm for the weights of the points. The prior distribution then takes
//!    the shape that the units have, if there are many ("smoothing by roughening", Laird & Louis
//!    1991).
//! 3. The posterior distribution of a unit is proportional to prior × likelihood on the grid.
//!    Between points it is a histogram. Where the likelihood is narrow, it is computed again on a
//!    finer grid around it.

mod extremes;
mod grid;
mod list;
mod meeting;
mod posterior;
mod prior;
mod repeat;

pub use extremes::PoolExtremes;
pub use list::reliable_list;
pub use meeting::{MeetingChances, NumberMeeting};
pub use posterior::Posterior;
pub use repeat::Repeat;

use self::grid::{Grid, Observed};
use self::prior::Prior;
use crate::confidence::Confidence;
use crate::error::{self, Result, StatsError, out_of_range};

/// Fewer units do not show how much units differ.
pub const LEAST_POOLED_UNITS: usize = 8;

/// What the counts of units are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PoolKind {
    /// Events among cases: a share from 0 to 1.
    #[default]
    Share,
    /// Events over an exposure (persons, days, expected events): a rate above 0.
    Rate,
}

/// The counts of a unit, and its goal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolUnit {
    /// Its events.
    pub events: f64,
    /// Its cases, or its exposure.
    pub denominator: f64,
    /// How many times the variance of independent events, 1 or more.
    pub dispersion: f64,
    /// The share or the rate (events per unit of the exposure) that it should have.
    pub goal: PoolGoal,
}

impl PoolUnit {
    /// Checks the numbers of one unit, as [`Pool::new`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Pool::new`] that one unit can have.
    pub fn check(&self, kind: PoolKind) -> Result<()> {
        let denominator = error::denominator("denominator", self.denominator)?;
        match kind {
            PoolKind::Share => error::part("events", self.events, denominator)?,
            PoolKind::Rate => error::count("events", self.events)?,
        };
        if !(1.0..=error::LARGEST_COUNT).contains(&self.dispersion) {
            let expected = "a number from 1 to 2^53";
            return Err(out_of_range("dispersion", self.dispersion, expected));
        }
        let PoolGoal { at_least, at_most } = self.goal;
        for (argument, goal) in [("at_least", at_least), ("at_most", at_most)] {
            let Some(goal) = goal else { continue };
            match kind {
                PoolKind::Share if !(goal > 0.0 && goal < 1.0) => {
                    return Err(out_of_range(argument, goal, "a share above 0 and below 1"));
                }
                PoolKind::Rate if !(goal > 0.0 && goal.is_finite()) => {
                    return Err(out_of_range(argument, goal, "a finite rate above 0"));
                }
                PoolKind::Share | PoolKind::Rate => {}
            }
        }
        if let (Some(least), Some(most)) = (at_least, at_most)
            && least > most
        {
            return Err(out_of_range("at_least", least, "a number that is not above `at_most`"));
        }
        Ok(())
    }
}

/// The numbers that meet a goal: from one number, up to one, or between two.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PoolGoal {
    /// The least one.
    pub at_least: Option<f64>,
    /// The greatest one.
    pub at_most: Option<f64>,
}

/// What [`pooled`] finds of a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PooledUnit {
    /// The mean of the posterior distribution.
    pub value: f64,
    /// Its quantile below which half of what the confidence leaves lies.
    pub lower: f64,
    /// Its quantile above which the other half lies.
    pub upper: f64,
    /// The probability that the true value meets the goal; none without a goal.
    pub meets: Option<f64>,
}

impl PooledUnit {
    /// Returns the probability that the more likely of the two verdicts is wrong: min(p, 1 − p).
    pub fn wrong(&self) -> Option<f64> {
        self.meets.map(|meets| meets.min(1.0 - meets))
    }
}

/// The distribution of true values among units, fitted to their counts.
///
/// ```
/// use attain_stats::pool::{Pool, PoolGoal, PoolKind, PoolUnit};
///
/// // Ten units of 100 cases near 80 %, and a small one: 9 of 10.
/// let unit = |events, denominator| PoolUnit {
///     events, denominator, dispersion: 1.0, goal: PoolGoal::default(),
/// };
/// let mut units: Vec<PoolUnit> = (0..10).map(|i| unit(75.0 + f64::from(i), 100.0)).collect();
/// units.push(unit(9.0, 10.0));
/// let pool = Pool::new(PoolKind::Share, &units, &|| {})?;
/// let small = pool.posterior(10).unwrap();
/// assert!((0.79..0.82).contains(&small.mean()));
/// assert!(small.probability_above(0.9) < 0.05);
/// assert!(small.quantile(0.025) > 0.7);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Pool {
    units: Vec<PoolUnit>,
    observed: Vec<Observed>,
    grid: Grid,
    prior: Prior,
}

impl Pool {
    /// Fits the distribution, as the [module](self) explains.
    ///
    /// Takes time in proportion to the number of units: 8 ms for 579. `check` is called every few
    /// milliseconds; it may panic to stop the computation.
    ///
    /// # Errors
    ///
    /// With fewer than [`LEAST_POOLED_UNITS`] units. If `events` is negative, or above the
    /// denominator of a share; if a denominator is not above 0; if a dispersion is below 1; if
    /// a goal of a share is not between 0 and 1, or one of a rate not above 0; if `at_least` is
    /// above `at_most`; if a number is not finite.
    pub fn new(kind: PoolKind, units: &[PoolUnit], check: &dyn Fn()) -> Result<Pool> {
        if units.len() < LEAST_POOLED_UNITS {
            let (found, expected) = (units.len(), LEAST_POOLED_UNITS);
            return Err(StatsError::TooFew { argument: "units", found, expected });
        }
        for unit in units {
            unit.check(kind)?;
        }
        let observed: Vec<Observed> = units.iter().map(|unit| Observed::of(kind, unit)).collect();
        let grid = Grid::of(kind, &observed);
        let prior = Prior::fit(&grid, &observed, check);
        Ok(Pool { units: units.to_vec(), observed, grid, prior })
    }

    /// Returns the distribution of the true value of the unit at a place; none beyond the last.
    pub fn posterior(&self, place: usize) -> Option<Posterior> {
        let observed = self.observed.get(place)?;
        Some(Posterior::of(&self.grid, observed, &self.prior))
    }

    /// Returns the values that the unit at a place would have if its counts were drawn anew; none beyond the last.
    pub fn repeat(&self, place: usize) -> Option<Repeat> {
        Some(Repeat::of(self.grid.kind, self.units.get(place)?, self.posterior(place)?))
    }

    /// Returns what is known of each unit, in their order. `check` is as for [`Pool::new`].
    pub fn units(&self, confidence: Confidence, check: &dyn Fn()) -> Vec<PooledUnit> {
        let found = self.observed.iter().zip(&self.units).map(|(observed, unit)| {
            check();
            let posterior = Posterior::of(&self.grid, observed, &self.prior);
            PooledUnit {
                value: posterior.mean(),
                lower: posterior.quantile(confidence.tail()),
                upper: posterior.quantile(1.0 - confidence.tail()),
                meets: posterior.meets(unit.goal),
            }
        });
        found.collect()
    }

    /// Returns the mean of the logits, or logarithms, of true values among units.
    pub fn prior_mean(&self) -> f64 {
        self.prior.mean(&self.grid)
    }

    /// Returns their standard deviation. 0.2 of logarithms means that rates differ by about 20 %.
    pub fn prior_sd(&self) -> f64 {
        self.prior.sd(&self.grid)
    }

    /// Returns whether the smallest and the largest value fit the prior distribution.
    ///
    /// Takes about 0.1 s for 579 units, more than the fit. `check` is as for [`Pool::new`].
    pub fn extremes(&self, check: &dyn Fn()) -> PoolExtremes {
        extremes::extremes(&self.grid, &self.units, &self.prior.weights(), check)
    }
}

/// Returns the true value of each unit, as estimated from its counts and from those of the others.
///
/// For the distributions behind this use [`Pool`]; the [module](self) has the method.
///
/// ```
/// use attain_stats::pool::{PoolGoal, PoolKind, PoolUnit, pooled};
/// use attain_stats::Confidence;
///
/// // 30 units with 84 of 100, one with 6 of 10 and one with 60 of 100; the goal is 80 %.
/// let goal = PoolGoal { at_least: Some(0.8), at_most: None };
/// let unit = |events, denominator| PoolUnit { events, denominator, dispersion: 1.0, goal };
/// let mut units = vec![unit(84.0, 100.0); 30];
/// units.extend([unit(6.0, 10.0), unit(60.0, 100.0)]);
/// let found = pooled(PoolKind::Share, &units, Confidence::P95)?;
/// // 6 of 10 is below the goal, and yet the unit most likely meets it.
/// assert!(found[30].meets.unwrap() > 0.5);
/// assert!(found[31].meets.unwrap() < 0.01);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// As [`Pool::new`].
pub fn pooled(
    kind: PoolKind,
    units: &[PoolUnit],
    confidence: Confidence,
) -> Result<Vec<PooledUnit>> {
    Ok(Pool::new(kind, units, &|| {})?.units(confidence, &|| {}))
}

#[cfg(test)]
mod simulation;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use proptest::prelude::*;

    use super::*;
    use crate::special::beta_quantile;

    const GOAL: PoolGoal = PoolGoal { at_least: Some(0.8), at_most: None };

    fn unit(events: f64, denominator: f64) -> PoolUnit {
        PoolUnit { events, denominator, dispersion: 1.0, goal: GOAL }
    }

    #[test]
    fn what_has_no_answer_is_refused_by_its_name() {
        let good = vec![unit(8.0, 10.0); 9];
        let with = |one: PoolUnit| {
            let mut units = good.clone();
            units[3] = one;
            pooled(PoolKind::Share, &units, Confidence::P95).unwrap_err().argument()
        };
        assert!(pooled(PoolKind::Share, &good, Confidence::P95).is_ok());
        assert_eq!(with(unit(11.0, 10.0)), "events");
        assert_eq!(with(unit(f64::NAN, 10.0)), "events");
        assert_eq!(with(unit(0.0, 0.0)), "denominator");
        assert_eq!(with(unit(1.0, f64::INFINITY)), "denominator");
        assert_eq!(with(PoolUnit { dispersion: 0.5, ..good[0] }), "dispersion");
        let goal = |at_least, at_most| PoolUnit { goal: PoolGoal { at_least, at_most }, ..good[0] };
        assert_eq!(with(goal(Some(1.0), None)), "at_least");
        assert_eq!(with(goal(None, Some(0.0))), "at_most");
        assert_eq!(with(goal(Some(f64::NAN), None)), "at_least");
        assert_eq!(with(goal(Some(0.7), Some(0.6))), "at_least");
        let few = pooled(PoolKind::Share, &good[..7], Confidence::P95).unwrap_err();
        assert_eq!(few.to_string(), "`units`: found 7 values, expected at least 8");
    }

    #[test]
    fn a_very_large_unit_keeps_its_own_narrow_interval() {
        // Among units that differ, 10⁶ cases decide alone: the interval is that of the counts.
        let mut units: Vec<PoolUnit> = (0..40).map(|i| unit(60.0 + f64::from(i), 100.0)).collect();
        units.push(unit(800_000.0, 1e6));
        let found = pooled(PoolKind::Share, &units, Confidence::P95).unwrap()[40];
        let expected = [0.025, 0.975].map(|p| beta_quantile(800_000.0, 200_000.0, p).at);
        assert!((found.lower / expected[0] - 1.0).abs() < 1e-4, "{found:?} {expected:?}");
        assert!((found.upper / expected[1] - 1.0).abs() < 1e-4, "{found:?} {expected:?}");
        assert!((found.meets.unwrap() - 0.5).abs() < 0.05, "{found:?}");
    }

    #[test]
    fn a_large_unit_does_not_hide_where_the_others_are() {
        // The units together are at 95 %, all but one at 80 %.
        let mut units: Vec<PoolUnit> =
            (0..14).map(|i| unit(76.0 + f64::from(i % 9), 100.0)).collect();
        units.push(unit(950_000.0, 1e6));
        units[0] = unit(4.0, 5.0);
        let small = pooled(PoolKind::Share, &units, Confidence::P95).unwrap()[0];
        assert!((0.72..0.90).contains(&small.value), "{small:?}");
    }

    #[test]
    fn units_without_a_failure_may_be_above_a_goal_of_99_percent() {
        let goal = PoolGoal { at_least: Some(0.99), at_most: None };
        let all: Vec<PoolUnit> = vec![PoolUnit { goal, ..unit(50.0, 50.0) }; 100];
        let found = pooled(PoolKind::Share, &all, Confidence::P95).unwrap();
        assert!(found[0].meets.unwrap() > 0.95, "{:?}", found[0]);
    }

    #[test]
    fn counts_divided_by_their_dispersion_are_counts() {
        let divided: Vec<PoolUnit> = (0..20).map(|i| unit(70.0 + f64::from(i), 100.0)).collect();
        let dispersed: Vec<PoolUnit> = divided
            .iter()
            .map(|u| PoolUnit { events: 4.0 * u.events, denominator: 400.0, dispersion: 4.0, ..*u })
            .collect();
        assert_eq!(
            pooled(PoolKind::Share, &divided, Confidence::P95),
            pooled(PoolKind::Share, &dispersed, Confidence::P95)
        );
    }

    #[test]
    fn an_outlier_does_not_fit_and_equals_do() {
        let mut units = vec![unit(80.0, 100.0); 30];
        let fitting = Pool::new(PoolKind::Share, &units, &|| {}).unwrap().extremes(&|| {});
        assert!(fitting.least > 0.5 && fitting.greatest > 0.5, "{fitting:?}");
        units[7] = unit(20.0, 100.0);
        let pool = Pool::new(PoolKind::Share, &units, &|| {}).unwrap();
        assert!(pool.extremes(&|| {}).least < 0.4 && pool.extremes(&|| {}).greatest > 0.5);
    }

    #[test]
    fn a_simulation_gives_the_probabilities_of_extremes() {
        use crate::random::Random;
        let units: Vec<PoolUnit> = (0..12).map(|i| unit(10.0 + f64::from(i % 6), 20.0)).collect();
        let pool = Pool::new(PoolKind::Share, &units, &|| {}).unwrap();
        let expected = pool.extremes(&|| {});
        let weights = pool.prior.weights();
        let mut random = Random::seeded(11);
        let draws = 4_000;
        let (mut below, mut above) = (0, 0);
        for _ in 0..draws {
            let (mut least, mut greatest) = (20, 0);
            for _ in 0..units.len() {
                let mut left = random.uniform();
                let drawn = weights.iter().position(|weight| {
                    left -= weight;
                    left < 0.0
                });
                let share = pool.grid.natural(pool.grid.point(drawn.unwrap_or(119)));
                let events = (0..20).filter(|_| random.uniform() < share).count();
                (least, greatest) = (events.min(least), events.max(greatest));
            }
            below += i32::from(least <= 10);
            above += i32::from(greatest >= 15);
        }
        let error = |found: i32, p: f64| f64::from(found) / f64::from(draws) - p;
        assert!(error(below, expected.least).abs() < 0.03, "{below} {expected:?}");
        assert!(error(above, expected.greatest).abs() < 0.03, "{above} {expected:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn answers_are_ordered_and_mirrored(
            counts in prop::collection::vec((0_u32..300, 1_u32..300, 1.0_f64..5.0), 8..40),
            goal in 0.01_f64..0.99, is_large in any::<bool>(),
        ) {
            let times = if is_large { 1e7 } else { 1.0 };
            let units = |is_mirrored: bool| -> Vec<PoolUnit> {
                counts.iter().map(|(events, others, dispersion)| {
                    let (events, others) = (f64::from(*events) * times, f64::from(*others) * times);
                    let (at_least, at_most) =
                        if is_mirrored { (None, Some(1.0 - goal)) } else { (Some(goal), None) };
                    PoolUnit {
                        events: if is_mirrored { others } else { events },
                        denominator: events + others,
                        dispersion: *dispersion,
                        goal: PoolGoal { at_least, at_most },
                    }
                }).collect()
            };
            let found = pooled(PoolKind::Share, &units(false), Confidence::P95).unwrap();
            let mirrored = pooled(PoolKind::Share, &units(true), Confidence::P95).unwrap();
            for (one, other) in found.iter().zip(&mirrored) {
                prop_assert!(0.0 < one.lower && one.lower < one.upper && one.upper < 1.0, "{:?}", one);
                prop_assert!(one.lower < one.value && one.value < one.upper, "{:?}", one);
                prop_assert!((0.0..=1.0).contains(&one.meets.unwrap()));
                prop_assert!((one.value - (1.0 - other.value)).abs() < 1e-6, "{:?} {:?}", one, other);
                prop_assert!((one.lower - (1.0 - other.upper)).abs() < 1e-6, "{:?} {:?}", one, other);
                prop_assert!((one.meets.unwrap() - other.meets.unwrap()).abs() < 1e-6);
            }
        }

        #[test]
        fn rates_scale_with_their_exposure(
            counts in prop::collection::vec((0_u32..300, 1.0_f64..1e4), 8..40), times in 1e-3_f64..1e6,
        ) {
            let units = |times: f64| -> Vec<PoolUnit> {
                counts.iter().map(|(events, exposure)| PoolUnit {
                    events: f64::from(*events),
                    denominator: exposure * times,
                    dispersion: 1.0,
                    goal: PoolGoal { at_least: Some(0.01 / times), at_most: Some(0.1 / times) },
                }).collect()
            };
            let one = pooled(PoolKind::Rate, &units(1.0), Confidence::P95).unwrap();
            let other = pooled(PoolKind::Rate, &units(times), Confidence::P95).unwrap();
            for (one, other) in one.iter().zip(&other) {
                prop_assert!(one.lower < one.value && one.value < one.upper, "{:?}", one);
                prop_assert!((one.value / (other.value * times) - 1.0).abs() < 1e-6);
                prop_assert!((one.meets.unwrap() - other.meets.unwrap()).abs() < 1e-6);
            }
        }

        #[test]
        fn the_list_is_the_largest_one(wrong in prop::collection::vec(0.0_f64..0.5, 0..30)) {
            let listed = reliable_list(&wrong, 0.05);
            let inside: Vec<f64> = wrong.iter().zip(&listed).filter(|(_, is)| **is).map(|(p, _)| *p).collect();
            let sum: f64 = inside.iter().sum();
            prop_assert!(sum <= 0.05 * inside.len() as f64 + 1e-12);
            let next = wrong.iter().zip(&listed).filter(|(_, is)| !**is).map(|(p, _)| *p).fold(f64::NAN, f64::min);
            if next.is_finite() {
                prop_assert!(sum + next > 0.05 * (inside.len() as f64 + 1.0));
                prop_assert!(inside.iter().all(|p| *p < next));
            }
        }
    }
}
