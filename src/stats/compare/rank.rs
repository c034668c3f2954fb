//! Ranks, and between which ranks a unit's true rank lies.

use crate::stats::confidence::Confidence;
use crate::stats::error::{Result, StatsError, finite, out_of_range};
use crate::stats::random::Random;

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
/// use attain::stats::{BetterEnd, TiedRank, ranks};
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
/// use attain::stats::{RankOptions, rank_intervals};
///
/// let found = rank_intervals(&[90.0, 50.0, 49.0], &[1.0, 1.0, 1.0], &RankOptions::default())?;
/// assert_eq!((found[0].rank, found[0].best, found[0].worst), (1, 1, 1));
/// // 50 and 49 can't be told apart.
/// assert_eq!((found[1].rank, found[1].best, found[1].worst), (2, 2, 3));
/// # Ok::<(), attain::stats::StatsError>(())
/// ```
///
/// # Errors
/// If the slices differ in length, an estimate is not finite, a standard error is negative or not
/// finite, or fewer than 100 draws are asked for.
pub fn rank_intervals(
    estimates: &[f64],
    standard_errors: &[f64],
    options: &RankOptions,
) -> Result<Vec<RankInterval>> {
    let units = Units::new(estimates, standard_errors, options)?;
    let cutoffs = match options.scope {
        RankScope::Marginal => units.cutoffs_of_each(options),
        RankScope::Simultaneous => {
            vec![units.cutoff_of_all(options, Sides::Both); estimates.len()]
        }
    };
    Ok(units.intervals(&cutoffs))
}

/// Which units could be among the `tau` best: the set that holds all truly best `tau` units with the
/// given confidence.
///
/// Those that are not significantly worse than `tau` units or more, by tests of all pairs in this one
/// direction at once. `options.scope` plays no part.
///
/// ```
/// use attain::stats::{RankOptions, tau_best};
///
/// let could_be_best = tau_best(&[90.0, 89.0, 50.0], &[1.0, 1.0, 1.0], 1, &RankOptions::default())?;
/// assert_eq!(could_be_best, [true, true, false]);
/// # Ok::<(), attain::stats::StatsError>(())
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
    if tau == 0 {
        return Err(out_of_range("tau", 0.0, "at least 1"));
    }
    let units = Units::new(estimates, standard_errors, options)?;
    let cutoff = units.cutoff_of_all(options, Sides::OnlyBetter);
    let intervals = units.intervals(&vec![cutoff; estimates.len()]);
    Ok(intervals.iter().map(|interval| interval.best <= tau).collect())
}

/// Which differences are tested.
#[derive(Clone, Copy, PartialEq)]
enum Sides {
    /// Either way.
    Both,
    /// Only whether another unit is better.
    OnlyBetter,
}

/// Estimates turned so that higher is better.
struct Units {
    estimates: Vec<f64>,
    errors: Vec<f64>,
    least_error: f64,
}

impl Units {
    fn new(estimates: &[f64], standard_errors: &[f64], options: &RankOptions) -> Result<Self> {
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
        let sign = match options.better {
            BetterEnd::Highest => 1.0,
            BetterEnd::Lowest => -1.0,
        };
        for &estimate in estimates {
            finite("estimates", estimate)?;
        }
        for &error in standard_errors {
            if !(0.0..f64::INFINITY).contains(&error) {
                return Err(out_of_range("standard_errors", error, "a finite number, 0 or more"));
            }
        }
        Ok(Units {
            estimates: estimates.iter().map(|estimate| sign * estimate).collect(),
            errors: standard_errors.to_vec(),
            least_error: standard_errors.iter().copied().fold(f64::INFINITY, f64::min),
        })
    }

    /// How many standard errors of the difference unit `k` lies above unit `j`.
    fn lead(&self, k: usize, j: usize) -> f64 {
        let difference = self.estimates[k] - self.estimates[j];
        // Between two known values any difference is certain.
        if difference == 0.0 { 0.0 } else { difference / self.errors[k].hypot(self.errors[j]) }
    }

    fn intervals(&self, cutoffs: &[f64]) -> Vec<RankInterval> {
        let all = self.estimates.len();
        let mut falling: Vec<usize> = (0..all).collect();
        falling.sort_by(|&i, &j| self.estimates[j].total_cmp(&self.estimates[i]));
        let mut found = vec![RankInterval { rank: 1, best: 1, worst: all }; all];
        let mut rank = 1;
        for (place, &j) in falling.iter().enumerate() {
            if place > 0 && self.estimates[falling[place - 1]] != self.estimates[j] {
                rank = place + 1;
            }
            let (mut better, mut worse) = (0, 0);
            for k in 0..all {
                let lead = self.lead(k, j);
                better += usize::from(lead > cutoffs[j]);
                worse += usize::from(lead < -cutoffs[j]);
            }
            found[j] = RankInterval { rank, best: 1 + better, worst: all - worse };
        }
        found
    }

    /// One critical value per unit, for its differences from all others.
    fn cutoffs_of_each(&self, options: &RankOptions) -> Vec<f64> {
        let all = self.estimates.len();
        let mut cutoffs = vec![f64::INFINITY; all];
        let mut unsettled: Vec<usize> = (0..all).collect();
        loop {
            let mut largest: Vec<Largest> =
                unsettled.iter().map(|_| Largest::new(options)).collect();
            let mut draw = Draw::new(self, options);
            for _ in 0..options.draws {
                draw.again(self);
                for (slot, &j) in unsettled.iter().enumerate() {
                    let pairs = Pairs { cutoff: cutoffs[j], sides: Sides::Both };
                    largest[slot].take(draw.farthest(self, j, 0.0, pairs));
                }
            }
            // A unit whose critical value rejects nothing new is done.
            unsettled = unsettled
                .iter()
                .zip(&largest)
                .filter_map(|(&j, largest)| {
                    let before = std::mem::replace(&mut cutoffs[j], largest.quantile());
                    let rejects_more = (0..all).any(|k| {
                        let distance = self.lead(k, j).abs();
                        distance > cutoffs[j] && distance <= before
                    });
                    (options.step_down && rejects_more).then_some(j)
                })
                .collect();
            if unsettled.is_empty() {
                return cutoffs;
            }
        }
    }

    /// One critical value for all pairs.
    fn cutoff_of_all(&self, options: &RankOptions, sides: Sides) -> f64 {
        let all = self.estimates.len();
        let mut cutoff = f64::INFINITY;
        loop {
            let mut largest = Largest::new(options);
            let mut draw = Draw::new(self, options);
            for _ in 0..options.draws {
                draw.again(self);
                let pairs = Pairs { cutoff, sides };
                let most = (0..all).fold(0.0, |most, j| draw.farthest(self, j, most, pairs));
                largest.take(most);
            }
            let before = std::mem::replace(&mut cutoff, largest.quantile());
            let rejects_more = || {
                (0..all).any(|j| {
                    (0..all).any(|k| {
                        let distance = self.lead(k, j);
                        distance > cutoff && distance <= before
                    })
                })
            };
            if !(options.step_down && rejects_more()) {
                return cutoff;
            }
        }
    }
}

/// Which pairs still count: those whose difference was not established beyond the cutoff before.
#[derive(Clone, Copy)]
struct Pairs {
    cutoff: f64,
    sides: Sides,
}

impl Pairs {
    /// Does the difference from `j` to `k`, drawn with `k` above `j` or not, still count?
    fn count(self, units: &Units, j: usize, k: usize, k_is_above: bool) -> bool {
        if self.cutoff == f64::INFINITY {
            return true;
        }
        let lead = units.lead(k, j);
        match self.sides {
            Sides::Both => lead.abs() <= self.cutoff,
            // The test that the upper one is better, whichever of the two it is.
            Sides::OnlyBetter => {
                if k_is_above {
                    lead <= self.cutoff
                } else {
                    -lead <= self.cutoff
                }
            }
        }
    }
}

/// All estimates' errors drawn once, and the units in their order.
struct Draw {
    random: Random,
    drawn: Vec<f64>,
    rising: Vec<usize>,
}

impl Draw {
    fn new(units: &Units, options: &RankOptions) -> Self {
        Draw {
            random: Random::seeded(options.seed),
            drawn: vec![0.0; units.estimates.len()],
            rising: (0..units.estimates.len()).collect(),
        }
    }

    fn again(&mut self, units: &Units) {
        for (drawn, error) in self.drawn.iter_mut().zip(&units.errors) {
            *drawn = error * self.random.normal();
        }
        let drawn = &self.drawn;
        self.rising.sort_unstable_by(|&i, &j| drawn[i].total_cmp(&drawn[j]));
    }

    /// The largest distance of unit `j` from another, in standard errors, or `most` if that is more.
    ///
    /// Others are tried from both ends of the order inwards; once even the smallest standard error
    /// could not make a distance count, neither could the rest.
    fn farthest(&self, units: &Units, j: usize, most: f64, pairs: Pairs) -> f64 {
        let mut most = most;
        let own = units.errors[j] * units.errors[j];
        let narrowest = (own + units.least_error * units.least_error).sqrt();
        let mut walk = |k: usize| {
            let difference = self.drawn[k] - self.drawn[j];
            if difference.abs() <= most * narrowest {
                return false;
            }
            let error = (own + units.errors[k] * units.errors[k]).sqrt();
            let distance = difference.abs() / error;
            if distance > most && pairs.count(units, j, k, difference > 0.0) {
                most = distance;
            }
            true
        };
        for &k in &self.rising {
            if self.drawn[k] >= self.drawn[j] || !walk(k) {
                break;
            }
        }
        for &k in self.rising.iter().rev() {
            if self.drawn[k] <= self.drawn[j] || !walk(k) {
                break;
            }
        }
        most
    }
}

/// The largest of many numbers, as many as the upper quantile needs.
struct Largest {
    /// Rising; never longer than `room`.
    kept: Vec<f64>,
    room: usize,
}

impl Largest {
    fn new(options: &RankOptions) -> Self {
        // The smallest number that at most a share 1 − confidence of the draws exceeds.
        let draws = f64::from(options.draws);
        let exceeding = ((1.0 - options.confidence.share()) * draws).floor() as usize;
        Largest { kept: Vec::new(), room: exceeding.saturating_add(1) }
    }

    fn take(&mut self, value: f64) {
        if self.kept.len() == self.room {
            if value <= self.kept[0] {
                return;
            }
            self.kept.remove(0);
        }
        let place = self.kept.partition_point(|&kept| kept < value);
        self.kept.insert(place, value);
    }

    fn quantile(&self) -> f64 {
        self.kept.first().copied().unwrap_or(0.0)
    }
}
