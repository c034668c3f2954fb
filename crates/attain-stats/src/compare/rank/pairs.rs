//! All pairs of units, without a table of them: what cannot matter is passed over a group at a time.
//!
//! Units lie in nested groups of like standard errors and like estimates. Of a whole group it is known
//! how far its members can be from a unit at most, so a search for the largest distance of a draw, or
//! a count of established differences, enters few of them. Both answer exactly as if every pair had
//! been looked at.

use std::borrow::Cow;
use std::ops::Range;

use super::cutoff::ROOM;
use super::{BetterEnd, RankOptions};
use crate::random::Random;

/// As many units are looked at one by one.
const FEW: usize = 12;
/// Standard errors whose largest is no more times the smallest are alike.
const ALIKE: f64 = 1.25;
/// A bound on a group and a member's own distance are rounded differently; by far less than this.
const ROUNDING: f64 = 1e-12;
/// Numbers with squares from here on are kept in order: an eighth of standard normal numbers.
const FAR: f64 = 2.25;
/// A bound on a square decides only from here on: below, products may have lost digits.
const LEAST_SQUARE: f64 = 1e-290;

/// Which differences are tested.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Sides {
    /// Either way.
    Both,
    /// Only whether another unit is better.
    OnlyBetter,
}

/// Units turned so that higher is better, and sorted into groups: a unit's index here is its place in
/// that order. Which units there are decides the order, not how they were given.
pub(super) struct Units {
    estimates: Vec<f64>,
    errors: Vec<f64>,
    /// Standard errors as shares of the largest, so that their squares don't overflow.
    shares: Vec<f64>,
    /// The squares of the shares.
    squares: Vec<f64>,
    largest: f64,
    given: Vec<usize>,
    groups: Vec<Group>,
}

/// Units next to each other. Groups stand before those they are made of.
struct Group {
    members: Range<usize>,
    /// Which group follows once this one and all within it are done.
    after: usize,
    estimates: Extremes,
    errors: Extremes,
    /// Of the standard errors as shares of the largest.
    squares: Extremes,
}

impl Group {
    fn has_parts(&self, place: usize) -> bool {
        self.after > place + 1
    }
}

#[derive(Clone, Copy)]
pub(super) struct Extremes {
    least: f64,
    most: f64,
}

impl Extremes {
    fn of(numbers: impl Iterator<Item = f64>) -> Self {
        numbers.fold(
            Extremes { least: f64::INFINITY, most: f64::NEG_INFINITY },
            |Extremes { least, most }, number| Extremes {
                least: least.min(number),
                most: most.max(number),
            },
        )
    }

    fn with(self, other: Self) -> Self {
        Extremes { least: self.least.min(other.least), most: self.most.max(other.most) }
    }
}

/// The standard error of a difference.
fn joint(error: f64, other: f64) -> f64 {
    // Neither overflows nor vanishes, and is the same on every machine.
    libm::hypot(error, other)
}

/// Whether a distance is more than `times` standard errors, by squares, which save the root of most pairs: `square` is
/// that of the standard error. None where rounding could decide.
#[inline]
fn is_beyond(distance: f64, times: f64, square: f64) -> Option<bool> {
    let (found, limit) = (distance * distance, times * times * square);
    if limit <= LEAST_SQUARE {
        None
    } else if found < limit * (1.0 - ROUNDING) {
        Some(false)
    } else {
        (found > limit * (1.0 + ROUNDING)).then_some(true)
    }
}

impl Units {
    /// Of slices of equal length, with finite numbers.
    pub(super) fn new(estimates: &[f64], standard_errors: &[f64], better: BetterEnd) -> Self {
        let sign = match better {
            BetterEnd::Highest => 1.0,
            BetterEnd::Lowest => -1.0,
        };
        let turned: Vec<f64> = estimates.iter().map(|estimate| sign * estimate).collect();
        let mut given: Vec<usize> = (0..estimates.len()).collect();
        let mut groups = vec![];
        let largest = standard_errors.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        group(&turned, standard_errors, largest, &mut given, 0, &mut groups);
        let errors: Vec<f64> = given.iter().map(|&unit| standard_errors[unit]).collect();
        let shares: Vec<f64> = errors.iter().map(|error| error / largest).collect();
        Units {
            estimates: given.iter().map(|&unit| turned[unit]).collect(),
            squares: shares.iter().map(|share| share * share).collect(),
            shares,
            errors,
            largest,
            given,
            groups,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.given.len()
    }

    pub(super) fn estimate(&self, j: usize) -> f64 {
        self.estimates[j]
    }

    /// Where unit `j` stood among those given.
    pub(super) fn given(&self, j: usize) -> usize {
        self.given[j]
    }

    /// How many standard errors of the difference unit `k` lies above unit `j`.
    fn lead(&self, k: usize, j: usize) -> f64 {
        let difference = self.estimates[k] - self.estimates[j];
        // Between two known values any difference is certain.
        if difference == 0.0 { 0.0 } else { difference / joint(self.errors[k], self.errors[j]) }
    }

    /// Whether unit `k` leads unit `j` by more than `cutoff`, or the other way round.
    fn is_established(&self, k: usize, j: usize, cutoff: f64) -> bool {
        let gap = (self.estimates[k] - self.estimates[j]) / self.largest;
        is_beyond(gap, cutoff, self.squares[j] + self.squares[k])
            .unwrap_or_else(|| self.lead(k, j).abs() > cutoff)
    }

    /// How many units lead unit `j` by more than `cutoff`, and how many it leads.
    pub(super) fn established(&self, j: usize, cutoff: f64) -> (usize, usize) {
        let (mut better, mut worse) = (0, 0);
        let (estimate, error) = (self.estimates[j], self.errors[j]);
        let (surely, surely_not) = (cutoff * (1.0 + ROUNDING), cutoff * (1.0 - ROUNDING));
        let mut place = 0;
        while let Some(group) = self.groups.get(place) {
            let (nearest, farthest) =
                (joint(error, group.errors.most), joint(error, group.errors.least));
            if (group.estimates.least - estimate) / nearest > surely {
                better += group.members.len();
            } else if (estimate - group.estimates.most) / nearest > surely {
                worse += group.members.len();
            } else if (group.estimates.most - estimate) / farthest < surely_not
                && (estimate - group.estimates.least) / farthest < surely_not
            {
                // None of them.
            } else if group.has_parts(place) {
                place += 1;
                continue;
            } else {
                for k in group.members.clone() {
                    let lead = self.lead(k, j);
                    better += usize::from(lead > cutoff);
                    worse += usize::from(lead < -cutoff);
                }
            }
            place = group.after;
        }
        (better, worse)
    }
}

/// Adds the group of `members`, which start at `first`, and those it is made of; sorts `members` so.
fn group(
    estimates: &[f64],
    errors: &[f64],
    largest: f64,
    members: &mut [usize],
    first: usize,
    groups: &mut Vec<Group>,
) {
    let place = groups.len();
    let of_errors = Extremes::of(members.iter().map(|&unit| errors[unit]));
    let square = |error: f64| (error / largest) * (error / largest);
    groups.push(Group {
        members: first..first + members.len(),
        after: place + 1,
        estimates: Extremes::of(members.iter().map(|&unit| estimates[unit])),
        errors: of_errors,
        squares: Extremes { least: square(of_errors.least), most: square(of_errors.most) },
    });
    let by_estimate = |&i: &usize, &j: &usize| {
        estimates[i].total_cmp(&estimates[j]).then(errors[i].total_cmp(&errors[j]))
    };
    if of_errors.most > ALIKE * of_errors.least {
        members.sort_by(|i, j| errors[*i].total_cmp(&errors[*j]).then_with(|| by_estimate(i, j)));
    } else {
        members.sort_by(by_estimate);
    }
    if members.len() > FEW {
        let half = members.len() / 2;
        let (lower, upper) = members.split_at_mut(half);
        group(estimates, errors, largest, lower, first, groups);
        group(estimates, errors, largest, upper, first + half, groups);
        groups[place].after = groups.len();
    }
}

/// Standard normal numbers that several sets of estimates share.
#[derive(Debug, Clone)]
pub struct NormalDraws {
    seed: u64,
    kept: Vec<f64>,
}

impl NormalDraws {
    /// Draws `count` numbers from a seed. More than 8 million, 64 MB of them, are not kept: each call draws them
    /// again. `meanwhile` is called every few milliseconds; it may unwind to stop the call.
    pub fn new(seed: u64, count: usize, meanwhile: &dyn Fn()) -> Self {
        const BLOCK: usize = 1 << 14;
        let count = if count <= ROOM { count } else { 0 };
        let mut random = Random::seeded(seed);
        let mut kept = vec![0.0; count];
        for block in kept.chunks_mut(BLOCK) {
            meanwhile();
            block.iter_mut().for_each(|normal| *normal = random.normal());
        }
        NormalDraws { seed, kept }
    }
}

/// The numbers of all draws of one call.
pub(super) struct Numbers<'n> {
    seed: u64,
    /// None if they are not kept.
    kept: Option<KeptNumbers<'n>>,
}

struct KeptNumbers<'n> {
    /// Of the first draw for all units, then of the next.
    normals: &'n [f64],
    /// Of each draw, the units far from 0, and where those of each draw end.
    far: Vec<u32>,
    ends: Vec<usize>,
    /// The draws, the one with the number farthest from 0 first. The largest distances come early, and most of the
    /// later draws have none that is large enough.
    order: Vec<usize>,
}

impl<'n> Numbers<'n> {
    pub(super) fn of(normals: &'n NormalDraws, units: usize, options: &RankOptions) -> Self {
        let count = units.saturating_mul(options.draws as usize);
        let kept = normals.kept.get(..count).filter(|_| normals.seed == options.seed && units > 0);
        let kept = kept.map(|normals| {
            let (mut far, mut ends) = (Vec::new(), vec![0]);
            for of_draw in normals.chunks_exact(units) {
                add_far(of_draw, &mut far);
                ends.push(far.len());
            }
            let farthest = |draw: usize| match far.get(ends[draw]..ends[draw + 1]) {
                Some([first, ..]) => normals[draw * units + *first as usize].abs(),
                Some([]) | None => 0.0,
            };
            let mut order: Vec<usize> = (0..options.draws as usize).collect();
            order.sort_by(|&one, &other| farthest(other).total_cmp(&farthest(one)));
            KeptNumbers { normals, far, ends, order }
        });
        Numbers { seed: options.seed, kept }
    }
}

/// Adds the units whose numbers have a square of `FAR` or more, the largest first.
fn add_far(normals: &[f64], far: &mut Vec<u32>) {
    let first = far.len();
    let places = (0_u32..).zip(normals);
    far.extend(places.filter(|(_, normal)| *normal * *normal >= FAR).map(|(place, _)| place));
    let size = |place: &u32| normals[*place as usize].abs();
    far[first..].sort_unstable_by(|one, other| size(other).total_cmp(&size(one)));
}

/// All estimates' errors drawn anew, time and again.
pub(super) struct Draw<'a> {
    units: &'a Units,
    numbers: &'a Numbers<'a>,
    /// How many draws there were.
    count: usize,
    random: Random,
    /// Standard normal numbers.
    normals: Cow<'a, [f64]>,
    /// The units whose numbers are far from 0, the farthest first.
    far: Cow<'a, [u32]>,
    /// The square of no number is larger.
    largest_square: f64,
    /// Of each group, once a search needs them.
    extremes: Vec<Extremes>,
    has_extremes: bool,
}

impl<'a> Draw<'a> {
    pub(super) fn new(units: &'a Units, numbers: &'a Numbers<'a>) -> Self {
        Draw {
            units,
            numbers,
            count: 0,
            random: Random::seeded(numbers.seed),
            normals: Cow::Owned(vec![0.0; units.len()]),
            far: Cow::Owned(Vec::new()),
            largest_square: 0.0,
            extremes: vec![Extremes { least: 0.0, most: 0.0 }; units.groups.len()],
            has_extremes: false,
        }
    }

    pub(super) fn again(&mut self) {
        match &self.numbers.kept {
            Some(kept) => {
                let (units, draw) = (self.units.len(), kept.order[self.count]);
                self.normals = Cow::Borrowed(&kept.normals[draw * units..(draw + 1) * units]);
                self.far = Cow::Borrowed(&kept.far[kept.ends[draw]..kept.ends[draw + 1]]);
            }
            None => {
                let normals = self.normals.to_mut();
                normals.iter_mut().for_each(|normal| *normal = self.random.normal());
                let far = self.far.to_mut();
                far.clear();
                add_far(normals, far);
            }
        }
        self.count += 1;
        let first = self.far.first().map(|&k| self.normals[k as usize]);
        self.largest_square = first.map_or(FAR, |normal| normal * normal);
        self.has_extremes = false;
    }

    /// The error of a unit, as a share of the largest standard error.
    #[inline]
    fn drawn(&self, j: usize) -> f64 {
        self.units.shares[j] * self.normals[j]
    }

    /// The square that the numbers of two units must have together for a distance above `most`.
    ///
    /// The errors of units j and k are standard normal numbers y and z times their standard errors. By the inequality
    /// of Cauchy and Schwarz their distance is at most √(y² + z²).
    #[inline]
    pub(super) fn needed(most: f64) -> f64 {
        most * most * (1.0 - ROUNDING)
    }

    /// Which pairs, of a unit and of what the numbers [needed](Self::needed) are, may have such numbers: their places.
    #[inline]
    pub(super) fn may_reach(
        &self,
        pairs: impl Iterator<Item = (usize, f64)>,
    ) -> impl Iterator<Item = usize> {
        let (normals, largest_square) = (&self.normals[..], self.largest_square);
        let reaches = move |j: usize, needed| normals[j] * normals[j] + largest_square >= needed;
        let places = pairs.enumerate().filter(move |(_, (j, needed))| reaches(*j, *needed));
        places.map(|(place, _)| place)
    }

    fn find_extremes(&mut self) {
        // Backwards, so that parts come before what is made of them.
        for (place, group) in self.units.groups.iter().enumerate().rev() {
            self.extremes[place] = if group.has_parts(place) {
                let second = self.units.groups[place + 1].after;
                self.extremes[place + 1].with(self.extremes[second])
            } else {
                Extremes::of(group.members.clone().map(|k| self.drawn(k)))
            };
        }
        self.has_extremes = true;
    }

    /// The largest distance of unit `j` from another, in standard errors, or `most` if that is more.
    ///
    /// Pairs whose difference is established beyond `cutoff` no longer count. Only units with a number as large as
    /// [`needed`](Self::needed) are looked at.
    pub(super) fn farthest(&mut self, j: usize, most: f64, cutoff: f64, sides: Sides) -> f64 {
        let own = self.normals[j] * self.normals[j];
        let (mut most, mut least) = (most, Self::needed(most) - own);
        for &k in self.far.iter() {
            let k = k as usize;
            if self.normals[k] * self.normals[k] < least {
                return most;
            }
            if let Some(distance) = self.beyond(j, k, most, cutoff, sides) {
                (most, least) = (distance, Self::needed(distance) - own);
            }
        }
        if least >= FAR {
            return most;
        }
        if !self.has_extremes {
            self.find_extremes();
        }
        self.farthest_in_groups(j, most, cutoff, sides)
    }

    /// The distance of units `j` and `k` if it counts and is above `most`.
    #[inline(always)]
    fn beyond(&self, j: usize, k: usize, most: f64, cutoff: f64, sides: Sides) -> Option<f64> {
        let difference = self.drawn(k) - self.drawn(j);
        let square = self.units.squares[j] + self.units.squares[k];
        if is_beyond(difference, most, square) == Some(false) {
            return None;
        }
        let distance = difference.abs() / joint(self.units.shares[j], self.units.shares[k]);
        (distance > most && self.counts(j, k, difference > 0.0, cutoff, sides)).then_some(distance)
    }

    /// The same among all units.
    fn farthest_in_groups(&self, j: usize, most: f64, cutoff: f64, sides: Sides) -> f64 {
        let mut most = most;
        let (own, share) = (self.drawn(j), self.units.shares[j]);
        let mut place = 0;
        while let Some(group) = self.units.groups.get(place) {
            let drawn = self.extremes[place];
            let (above, below) = (drawn.most - own, own - drawn.least);
            // Squares save a root for each group. Where they vanish, nothing is less than nothing, and
            // the group is entered.
            let nearer = most * most * (share * share + group.squares.least) * (1.0 - ROUNDING);
            let within = |reach: f64| reach * reach < nearer;
            if (within(above) && within(below))
                || (cutoff < f64::INFINITY && {
                    let (up, down) = self.all_established(j, group, cutoff, sides);
                    (up || within(above)) && (down || within(below))
                })
            {
                place = group.after;
            } else if group.has_parts(place) {
                place += 1;
            } else {
                for k in group.members.clone() {
                    most = self.beyond(j, k, most, cutoff, sides).unwrap_or(most);
                }
                place = group.after;
            }
        }
        most
    }

    /// Does the difference from `j` to `k`, drawn with `k` above `j` or not, still count?
    fn counts(&self, j: usize, k: usize, k_is_above: bool, cutoff: f64, sides: Sides) -> bool {
        if cutoff == f64::INFINITY {
            return true;
        }
        // Of one side, the test that the upper one is better, whichever of the two it is.
        let is_tested = match sides {
            Sides::Both => true,
            Sides::OnlyBetter => (self.units.estimates[k] > self.units.estimates[j]) == k_is_above,
        };
        !(is_tested && self.units.is_established(k, j, cutoff))
    }

    /// Of the differences from `j` to all of a group: do those drawn with `j` below no longer count, and
    /// those with `j` above?
    fn all_established(&self, j: usize, group: &Group, cutoff: f64, sides: Sides) -> (bool, bool) {
        let (estimate, share) = (self.units.estimates[j], self.units.shares[j]);
        let established = cutoff * cutoff * (share * share + group.squares.most) * (1.0 + ROUNDING);
        let surely = |gap: f64| {
            let gap = gap / self.units.largest;
            gap > 0.0 && gap * gap > established
        };
        let better = surely(group.estimates.least - estimate);
        let worse = surely(estimate - group.estimates.most);
        match sides {
            Sides::Both => (better || worse, better || worse),
            Sides::OnlyBetter => (better, worse),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cutoff::{Established, established_by_all, established_by_each};
    use super::{BetterEnd, Draw, NormalDraws, Numbers, RankOptions, Sides, Units};
    use crate::random::Random;

    /// Units of every kind: like and unlike standard errors, none at all, equal estimates.
    fn any_units() -> Vec<(Vec<f64>, Vec<f64>)> {
        let mut random = Random::seeded(1);
        let mut normal = || random.normal();
        let mut units = vec![(vec![], vec![]), (vec![3.0], vec![1.0])];
        for count in [2, 13, 60, 400] {
            let estimates: Vec<f64> = (0..count).map(|_| 3.0 * normal()).collect();
            let unlike: Vec<f64> = (0..count).map(|_| (1.5 * normal()).exp()).collect();
            let some_known = unlike.iter().map(|&error| if error < 1.0 { 0.0 } else { error });
            units.push((estimates.clone(), vec![1.0; count]));
            // So small, or so large, that squares vanish or overflow.
            for size in [1e-200, 1e200] {
                let sized = |number: &f64| size * number;
                units.push((
                    estimates.iter().map(sized).collect(),
                    unlike.iter().map(sized).collect(),
                ));
            }
            units.push((estimates.clone(), unlike.iter().map(|error| error.powi(120)).collect()));
            units.push((estimates.clone(), some_known.collect()));
            units.push((estimates.iter().map(|estimate| estimate.round()).collect(), unlike));
        }
        units
    }

    #[test]
    fn draws_of_kept_numbers_are_those_of_numbers_drawn_again() {
        let (estimates, errors) = any_units().pop().unwrap();
        let units = Units::new(&estimates, &errors, BetterEnd::Lowest);
        let options = RankOptions { seed: 7, draws: 100, ..RankOptions::default() };
        let draws = |normals: &NormalDraws| {
            let numbers = Numbers::of(normals, units.len(), &options);
            let mut draw = Draw::new(&units, &numbers);
            let mut next = || {
                draw.again();
                let bits = (0..units.len()).map(|k| draw.drawn(k).to_bits());
                (bits.collect::<Vec<_>>(), draw.far.to_vec())
            };
            (0..100).map(|_| next()).collect::<Vec<_>>()
        };
        let mut kept = draws(&NormalDraws::new(7, 100 * units.len(), &|| ()));
        let mut drawn_again = draws(&NormalDraws::new(8, 0, &|| ()));
        assert_ne!(kept, drawn_again);
        kept.sort();
        drawn_again.sort();
        assert_eq!(kept, drawn_again);
    }

    #[test]
    fn the_farthest_of_a_draw_is_that_of_all_pairs() {
        for (estimates, errors) in any_units() {
            let units = Units::new(&estimates, &errors, BetterEnd::Lowest);
            let options = RankOptions { seed: 7, draws: 100, ..RankOptions::default() };
            let normals = NormalDraws::new(7, 100 * units.len(), &|| ());
            let numbers = Numbers::of(&normals, units.len(), &options);
            let mut draw = Draw::new(&units, &numbers);
            for (cutoff, sides) in [
                (f64::INFINITY, Sides::Both),
                (3.0, Sides::Both),
                (3.0, Sides::OnlyBetter),
                (0.7, Sides::OnlyBetter),
            ] {
                draw.again();
                for j in 0..units.len() {
                    let of_all = (0..units.len())
                        .filter(|&k| {
                            let above = draw.drawn(k) > draw.drawn(j);
                            let lead = units.lead(k, j);
                            match sides {
                                Sides::Both => lead.abs() <= cutoff,
                                Sides::OnlyBetter => (if above { lead } else { -lead }) <= cutoff,
                            }
                        })
                        .map(|k| {
                            (draw.drawn(k) - draw.drawn(j)).abs()
                                / libm::hypot(units.shares[k], units.shares[j])
                        })
                        .fold(0.0, f64::max);
                    for most in [0.0, 2.5] {
                        let needed = Draw::needed(most);
                        let expected = of_all.max(most);
                        assert_eq!(draw.farthest(j, most, cutoff, sides), expected);
                        let may_reach = draw.may_reach([(j, needed)].into_iter()).next();
                        assert!(may_reach == Some(0) || expected == most);
                    }
                }
            }
        }
    }

    /// How many units lead each one, and how many it leads, by the method as it is written down: all pairs in all
    /// draws. With a critical value for each unit, or with one for all.
    fn established_by_all_pairs(
        units: &Units,
        options: &RankOptions,
        for_each: bool,
    ) -> Vec<(usize, usize)> {
        let all = 0..units.len();
        let mut random = Random::seeded(options.seed);
        let mut drawn =
            || -> Vec<f64> { units.shares.iter().map(|share| share * random.normal()).collect() };
        let draws: Vec<Vec<f64>> = (0..options.draws).map(|_| drawn()).collect();
        let exceeding = ((1.0 - options.confidence.share()) * draws.len() as f64).floor();
        let quantile = |mut largest: Vec<f64>| {
            largest.sort_by(f64::total_cmp);
            largest[draws.len() - 1 - exceeding as usize]
        };
        let largest = |drawn: &[f64], j: usize, cutoff: f64| {
            let left = all.clone().filter(|&k| units.lead(k, j).abs() <= cutoff);
            let distance = |k: usize| {
                (drawn[k] - drawn[j]).abs() / libm::hypot(units.shares[k], units.shares[j])
            };
            left.map(distance).fold(0.0, f64::max)
        };
        let count = |j: usize, cutoff: f64| {
            let leads = || all.clone().map(|k| units.lead(k, j));
            let better = leads().filter(|&lead| lead > cutoff).count();
            (better, leads().filter(|&lead| -lead > cutoff).count())
        };
        let mut found = vec![(0, 0); units.len()];
        let families: Vec<Vec<usize>> = if for_each {
            all.clone().map(|j| vec![j]).collect()
        } else {
            vec![all.clone().collect()]
        };
        for family in families {
            let mut cutoff = f64::INFINITY;
            loop {
                let of_draw = |drawn: &Vec<f64>| {
                    family.iter().map(|&j| largest(drawn, j, cutoff)).fold(0.0, f64::max)
                };
                cutoff = quantile(draws.iter().map(of_draw).collect());
                let number = |found: &[(usize, usize)]| -> usize {
                    family.iter().map(|&j| found[j].0 + found[j].1).sum()
                };
                let before = number(&found);
                family.iter().for_each(|&j| found[j] = count(j, cutoff));
                if number(&found) == before {
                    break;
                }
            }
        }
        found
    }

    #[test]
    fn the_differences_established_are_those_of_the_straightforward_method() {
        for (estimates, errors) in any_units().into_iter().filter(|(all, _)| all.len() <= 60) {
            let units = Units::new(&estimates, &errors, BetterEnd::Highest);
            let options = RankOptions { draws: 200, ..RankOptions::default() };
            let normals = NormalDraws::new(options.seed, 200 * units.len(), &|| ());
            let numbers = Numbers::of(&normals, units.len(), &options);
            let pairs = |found: Vec<Established>| -> Vec<(usize, usize)> {
                found.iter().map(|one| (one.better, one.worse)).collect()
            };
            let each = established_by_each(&units, &options, &numbers, &|| ());
            assert_eq!(pairs(each), established_by_all_pairs(&units, &options, true));
            let all = established_by_all(&units, &options, &numbers, &|| (), Sides::Both);
            assert_eq!(pairs(all), established_by_all_pairs(&units, &options, false));
        }
    }

    #[test]
    fn as_many_differences_are_established_as_among_all_pairs() {
        for (estimates, errors) in any_units() {
            let units = Units::new(&estimates, &errors, BetterEnd::Highest);
            for cutoff in [0.0, 0.3, 2.0, 4.5, f64::INFINITY] {
                for j in 0..units.len() {
                    let leads = || (0..units.len()).map(|k| units.lead(k, j));
                    let better = leads().filter(|&lead| lead > cutoff).count();
                    let worse = leads().filter(|&lead| -lead > cutoff).count();
                    assert_eq!(units.established(j, cutoff), (better, worse));
                }
            }
        }
    }

    #[test]
    fn a_bound_that_is_also_a_members_distance_decides_like_it() {
        // The only other unit is the whole of its group, and its lead is the cutoff itself.
        let units = Units::new(&[0.0, 0.3], &[0.1, 0.2], BetterEnd::Highest);
        let lead = units.lead(1, 0).abs();
        assert_eq!(units.established(0, lead), (0, 0));
        let just_less = f64::from_bits(lead.to_bits() - 1);
        let (better, worse) = units.established(0, just_less);
        assert_eq!(better + worse, 1);
    }

    #[test]
    fn every_unit_is_in_the_groups_once() {
        for (estimates, errors) in any_units() {
            let units = Units::new(&estimates, &errors, BetterEnd::Highest);
            let mut given = units.given.clone();
            given.sort_unstable();
            assert_eq!(given, (0..estimates.len()).collect::<Vec<_>>());
            let smallest =
                units.groups.iter().enumerate().filter(|(place, group)| !group.has_parts(*place));
            let members: Vec<usize> =
                smallest.flat_map(|(_, group)| group.members.clone()).collect();
            assert_eq!(members, (0..estimates.len()).collect::<Vec<_>>());
        }
    }
}
