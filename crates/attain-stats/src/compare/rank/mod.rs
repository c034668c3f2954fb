//! Ranks, and between which ranks a unit's true rank lies.
//!
//! Here are inputs and results; `cutoff` finds the critical values behind intervals, and
//! `pairs` is how it looks at all pairs of units without a table of them.

mod cutoff;
mod pairs;

use self::cutoff::{Established, established_by_all, established_by_each};
pub use self::pairs::NormalDraws;
use self::pairs::{Numbers, Sides, Units};
use crate::confidence::Confidence;
use crate::error::{Result, StatsError, finite, out_of_range};

/// Which values are better, and so come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BetterEnd {
    /// The highest value has rank 1.
    #[default]
    Highest,
    /// The lowest value has rank 1.
    Lowest,
}

/// The rank of units that are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TiedRank {
    /// The best of the ranks they take up: 1, 2, 2, 4.
    #[default]
    Best,
    /// The middle of them: 1, 2.5, 2.5, 4.
    Middle,
    /// The worst of them: 1, 3, 3, 4.
    Worst,
}

/// The rank of each value; NaN has none.
///
/// ```
/// use attain_stats::{BetterEnd, TiedRank, ranks};
///
/// let found = ranks(&[7.0, 4.0, f64::NAN, 7.0, 10.0], BetterEnd::Highest, TiedRank::Middle);
/// assert_eq!(found, [Some(2.5), Some(4.0), None, Some(2.5), Some(1.0)]);
/// ```
pub fn ranks(values: &[f64], better: BetterEnd, tied: TiedRank) -> Vec<Option<f64>> {
    let mut order: Vec<usize> = (0..values.len()).filter(|&i| !values[i].is_nan()).collect();
    order.sort_by(|&i, &j| match better {
        BetterEnd::Highest => values[j].total_cmp(&values[i]),
        BetterEnd::Lowest => values[i].total_cmp(&values[j]),
    });
    let mut found = vec![None; values.len()];
    let mut done = 0;
    for group in order.chunk_by(|&i, &j| values[i] == values[j]) {
        let (best, worst) = (done as f64 + 1.0, (done + group.len()) as f64);
        let rank = match tied {
            TiedRank::Best => best,
            TiedRank::Middle => 0.5 * (best + worst),
            TiedRank::Worst => worst,
        };
        for &index in group {
            found[index] = Some(rank);
        }
        done += group.len();
    }
    found
}

/// Of what an interval for ranks is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RankScope {
    /// Each unit's rank, taken by itself: for a reader who looks at one unit.
    #[default]
    Marginal,
    /// All ranks at once: for a reader who looks at the whole list.
    Simultaneous,
}

/// The choices behind intervals for ranks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankOptions {
    /// Which values are better.
    pub better: BetterEnd,
    /// How often the interval holds: 95 % by default.
    pub confidence: Confidence,
    /// Of what.
    pub scope: RankScope,
    /// Whether differences that are already established are left out of the next round of tests
    /// (Romano & Wolf 2005): never wider, and still right. On by default.
    pub step_down: bool,
    /// How many times all estimates are drawn: 1,000 by default. More draws make the limits steadier.
    pub draws: u32,
    /// Where the random numbers start; the same seed gives the same intervals.
    pub seed: u64,
}

impl Default for RankOptions {
    fn default() -> Self {
        RankOptions {
            better: BetterEnd::default(),
            confidence: Confidence::P95,
            scope: RankScope::default(),
            step_down: true,
            draws: 1_000,
            seed: 0,
        }
    }
}

/// A unit's rank and the ranks that its true rank lies between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankInterval {
    /// The rank of the estimate; of equal estimates the best rank they take up.
    pub rank: usize,
    /// 1 + how many units are significantly better.
    pub best: usize,
    /// All units less those that are significantly worse.
    pub worst: usize,
}

/// Between which ranks each unit's true rank lies, from estimates that are independent of each other
/// and nearly normal, with their standard errors.
///
/// Every pair's difference is tested, with one critical value for all pairs (of a unit, or of all
/// units) that is found by drawing all estimates anew, `draws` times (Mogstad, Romano, Shaikh &
/// Wilhelm 2024). Memory grows with the number of units, not of pairs.
///
/// ```
/// use attain_stats::{RankOptions, rank_intervals};
///
/// let found = rank_intervals(&[90.0, 50.0, 49.0], &[1.0, 1.0, 1.0], &RankOptions::default())?;
/// assert_eq!((found[0].rank, found[0].best, found[0].worst), (1, 1, 1));
/// // 50 and 49 do not clearly differ.
/// assert_eq!((found[1].rank, found[1].best, found[1].worst), (2, 2, 3));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the slices differ in length, an estimate is not finite, a standard error is negative or not
/// finite, or fewer than 100 draws are requested.
pub fn rank_intervals(
    estimates: &[f64],
    standard_errors: &[f64],
    options: &RankOptions,
) -> Result<Vec<RankInterval>> {
    let normals = normals_of(estimates.len(), options);
    let tests = RankTests::new(estimates, standard_errors, options, &normals)?;
    Ok(tests.intervals(options.scope, &|| ()))
}

/// The tests behind [`rank_intervals`], prepared once for several scopes, with numbers that several groups of units
/// share.
///
/// ```
/// use attain_stats::{NormalDraws, RankOptions, RankScope, RankTests, rank_intervals};
///
/// let options = RankOptions::default();
/// let normals = NormalDraws::new(options.seed, 3 * options.draws as usize, &|| ());
/// let (estimates, errors) = ([90.0, 50.0, 49.0], [1.0; 3]);
/// let tests = RankTests::new(&estimates, &errors, &options, &normals)?;
/// let found = tests.intervals(RankScope::Marginal, &|| ());
/// assert_eq!(found, rank_intervals(&estimates, &errors, &options)?);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
pub struct RankTests<'n> {
    units: Units,
    numbers: Numbers<'n>,
    options: RankOptions,
}

impl<'n> RankTests<'n> {
    /// Prepares the tests. The result does not depend on `normals`: numbers of another seed, or too few of them, are
    /// drawn again. `options.scope` plays no part.
    ///
    /// # Errors
    /// As [`rank_intervals`].
    pub fn new(
        estimates: &[f64],
        standard_errors: &[f64],
        options: &RankOptions,
        normals: &'n NormalDraws,
    ) -> Result<Self> {
        check(estimates, standard_errors, options)?;
        let units = Units::new(estimates, standard_errors, options.better);
        let numbers = Numbers::of(normals, units.len(), options);
        Ok(RankTests { units, numbers, options: *options })
    }

    /// The intervals of a scope. `meanwhile` is called for each draw and each unit; it may unwind to stop the call.
    pub fn intervals(&self, scope: RankScope, meanwhile: &dyn Fn()) -> Vec<RankInterval> {
        let RankTests { units, numbers, options } = self;
        let established = match scope {
            RankScope::Marginal => established_by_each(units, options, numbers, meanwhile),
            RankScope::Simultaneous => {
                established_by_all(units, options, numbers, meanwhile, Sides::Both)
            }
        };
        intervals(units, &established)
    }

    /// Which units could be among the `tau` best, as [`tau_best`] says. `meanwhile` is called as by
    /// [`intervals`](Self::intervals).
    ///
    /// # Errors
    /// If `tau` is 0.
    pub fn tau_best(&self, tau: usize, meanwhile: &dyn Fn()) -> Result<Vec<bool>> {
        if tau == 0 {
            return Err(out_of_range("tau", 0.0, "at least 1"));
        }
        let RankTests { units, numbers, options } = self;
        let established = established_by_all(units, options, numbers, meanwhile, Sides::OnlyBetter);
        let intervals = intervals(units, &established);
        Ok(intervals.iter().map(|interval| interval.best <= tau).collect())
    }
}

/// Which units could be among the `tau` best: the set that holds all truly best `tau` units with the
/// given confidence.
///
/// Those that are not significantly worse than `tau` units or more, by tests of all pairs in this one
/// direction at once. `options.scope` plays no part.
///
/// ```
/// use attain_stats::{RankOptions, tau_best};
///
/// let could_be_best = tau_best(&[90.0, 89.0, 50.0], &[1.0, 1.0, 1.0], 1, &RankOptions::default())?;
/// assert_eq!(could_be_best, [true, true, false]);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`rank_intervals`], and if `tau` is 0.
pub fn tau_best(
    estimates: &[f64],
    standard_errors: &[f64],
    tau: usize,
    options: &RankOptions,
) -> Result<Vec<bool>> {
    let normals = normals_of(estimates.len(), options);
    let tests = RankTests::new(estimates, standard_errors, options, &normals)?;
    tests.tau_best(tau, &|| ())
}

/// The numbers of all draws of one call.
fn normals_of(units: usize, options: &RankOptions) -> NormalDraws {
    NormalDraws::new(options.seed, units.saturating_mul(options.draws as usize), &|| ())
}

fn check(estimates: &[f64], standard_errors: &[f64], options: &RankOptions) -> Result<()> {
    if estimates.len() != standard_errors.len() {
        return Err(StatsError::UnequalLengths {
            argument: "standard_errors",
            found: standard_errors.len(),
            expected: estimates.len(),
            alongside: "estimates",
        });
    }
    if options.draws < 100 {
        return Err(out_of_range("draws", f64::from(options.draws), "at least 100"));
    }
    for &estimate in estimates {
        finite("estimates", estimate)?;
    }
    for &error in standard_errors {
        if !(0.0..f64::INFINITY).contains(&error) {
            return Err(out_of_range("standard_errors", error, "a finite number, 0 or more"));
        }
    }
    Ok(())
}

/// The ranks that remain once differences are established, in the order in which the units were given.
fn intervals(units: &Units, established: &[Established]) -> Vec<RankInterval> {
    let all = units.len();
    let mut falling: Vec<usize> = (0..all).collect();
    falling.sort_by(|&i, &j| units.estimate(j).total_cmp(&units.estimate(i)));
    let mut found = vec![RankInterval { rank: 1, best: 1, worst: all }; all];
    let mut rank = 1;
    for (place, &j) in falling.iter().enumerate() {
        if place > 0 && units.estimate(falling[place - 1]) != units.estimate(j) {
            rank = place + 1;
        }
        let Established { better, worse, .. } = established[j];
        found[units.given(j)] = RankInterval { rank, best: 1 + better, worst: all - worse };
    }
    found
}
