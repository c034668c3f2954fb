//! The critical values of differences: how large the largest of many is by chance.

use super::RankOptions;
use super::pairs::{Draw, Numbers, Sides, Units};

/// The most numbers kept at a time: 64 MB. With many units and very many draws, the units are processed in
/// chunks, and each chunk draws all estimates anew.
pub(super) const ROOM: usize = 8_000_000;

/// The differences of a unit that its critical value establishes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Established {
    /// The critical value: infinite before the first round, which establishes nothing.
    cutoff: f64,
    /// How many units are significantly better.
    pub(super) better: usize,
    /// How many are significantly worse.
    pub(super) worse: usize,
}

impl Established {
    const NOTHING: Established = Established { cutoff: f64::INFINITY, better: 0, worse: 0 };

    fn of(units: &Units, j: usize, cutoff: f64) -> Self {
        let (better, worse) = units.established(j, cutoff);
        Established { cutoff, better, worse }
    }

    fn number(&self) -> usize {
        self.better + self.worse
    }
}

/// What is established about each unit with a critical value of its own, for its differences from all others.
pub(super) fn established_by_each(
    units: &Units,
    options: &RankOptions,
    numbers: &Numbers<'_>,
    meanwhile: &dyn Fn(),
) -> Vec<Established> {
    let at_a_time = (ROOM / Largest::room(options)).max(1);
    established_in_turns(units, options, numbers, meanwhile, at_a_time)
}

/// The same with `at_a_time` units per chunk. The size of a chunk affects only the memory.
fn established_in_turns(
    units: &Units,
    options: &RankOptions,
    numbers: &Numbers<'_>,
    meanwhile: &dyn Fn(),
    at_a_time: usize,
) -> Vec<Established> {
    let mut established = vec![Established::NOTHING; units.len()];
    let mut unsettled: Vec<usize> = (0..units.len()).collect();
    while !unsettled.is_empty() {
        let mut again = vec![];
        for turn in unsettled.chunks(at_a_time) {
            let mut largest: Vec<Largest> = turn.iter().map(|_| Largest::new(options)).collect();
            // Most draws change nothing for a unit: `needed` tells them without a look at `largest`.
            let (mut needed, mut reaching) = (vec![0.0; turn.len()], vec![]);
            let mut draw = Draw::new(units, numbers);
            for _ in 0..options.draws {
                meanwhile();
                draw.again();
                reaching.clear();
                let needs = needed.iter().copied();
                reaching.extend(draw.may_reach(turn.iter().copied().zip(needs)));
                for &place in &reaching {
                    let (j, largest) = (turn[place], &mut largest[place]);
                    let (most, cutoff) = (largest.to_exceed(), established[j].cutoff);
                    largest.take(draw.farthest(j, most, cutoff, Sides::Both));
                    needed[place] = Draw::needed(largest.to_exceed());
                }
            }
            for (&j, largest) in turn.iter().zip(&largest) {
                meanwhile();
                let found = Established::of(units, j, largest.quantile());
                let before = std::mem::replace(&mut established[j], found);
                // A unit whose critical value rejects nothing new is done.
                if options.step_down && found.number() != before.number() {
                    again.push(j);
                }
            }
        }
        unsettled = again;
    }
    established
}

/// What is established about each unit with one critical value for all pairs.
pub(super) fn established_by_all(
    units: &Units,
    options: &RankOptions,
    numbers: &Numbers<'_>,
    meanwhile: &dyn Fn(),
    sides: Sides,
) -> Vec<Established> {
    let mut established = vec![Established::NOTHING; units.len()];
    let mut cutoff = f64::INFINITY;
    loop {
        let (mut largest, mut reaching) = (Largest::new(options), vec![]);
        let mut draw = Draw::new(units, numbers);
        for _ in 0..options.draws {
            meanwhile();
            draw.again();
            let mut most = largest.to_exceed();
            let needed = Draw::needed(most);
            reaching.clear();
            reaching.extend(draw.may_reach((0..units.len()).map(|j| (j, needed))));
            for &j in &reaching {
                most = draw.farthest(j, most, cutoff, sides);
            }
            largest.take(most);
        }
        cutoff = largest.quantile();
        let found = |j| {
            meanwhile();
            Established::of(units, j, cutoff)
        };
        let found: Vec<Established> = (0..units.len()).map(found).collect();
        let number = |all: &[Established]| all.iter().map(Established::number).sum::<usize>();
        let is_done = !options.step_down || number(&found) == number(&established);
        established = found;
        if is_done {
            return established;
        }
    }
}

/// The largest of many numbers, as many as the upper quantile needs.
struct Largest {
    /// Never longer than `room`; rising once it is as long.
    kept: Vec<f64>,
    room: usize,
}

impl Largest {
    fn new(options: &RankOptions) -> Self {
        Largest { kept: Vec::new(), room: Largest::room(options) }
    }

    fn room(options: &RankOptions) -> usize {
        // The quantile is the smallest number that at most a share 1 − confidence of the draws exceeds.
        let exceeding = ((1.0 - options.confidence.share()) * f64::from(options.draws)).floor();
        (exceeding as usize).saturating_add(1)
    }

    /// What a number has to exceed to change the quantile.
    fn to_exceed(&self) -> f64 {
        if self.kept.len() == self.room { self.quantile() } else { 0.0 }
    }

    fn take(&mut self, value: f64) {
        if self.kept.len() < self.room {
            self.kept.push(value);
            if self.kept.len() == self.room {
                self.kept.sort_by(f64::total_cmp);
            }
            return;
        }
        let place = self.kept.partition_point(|&kept| kept < value);
        if let Some(last_below) = place.checked_sub(1) {
            // The least one makes room.
            self.kept.copy_within(1..place, 0);
            self.kept[last_below] = value;
        }
    }

    fn quantile(&self) -> f64 {
        let is_sorted = self.kept.len() == self.room;
        let least = if is_sorted { self.kept.first().copied() } else { least(&self.kept) };
        least.unwrap_or(0.0)
    }
}

fn least(numbers: &[f64]) -> Option<f64> {
    numbers.iter().copied().min_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::super::{BetterEnd, RankOptions};
    use super::{Largest, established_by_each, established_in_turns};
    use crate::compare::rank::pairs::{NormalDraws, Numbers, Units};

    #[test]
    fn units_that_take_turns_have_the_same_critical_values() {
        let estimates: Vec<f64> = (0..40).map(|unit| f64::from(unit * unit % 41)).collect();
        let errors: Vec<f64> = (0..40).map(|unit| 0.5 + f64::from(unit % 7)).collect();
        let units = Units::new(&estimates, &errors, BetterEnd::Highest);
        let options = RankOptions { draws: 200, ..RankOptions::default() };
        let normals = NormalDraws::new(options.seed, 40 * 200, &|| ());
        let numbers = Numbers::of(&normals, 40, &options);
        let in_turns = established_in_turns(&units, &options, &numbers, &|| (), 7);
        assert_eq!(in_turns, established_by_each(&units, &options, &numbers, &|| ()));
    }

    #[test]
    fn the_quantile_is_that_of_all_numbers() {
        let options = RankOptions { draws: 200, ..RankOptions::default() };
        let mut largest = Largest::new(&options);
        let numbers: Vec<f64> = (0..200).map(|place| f64::from(place * 77 % 200)).collect();
        for &number in &numbers {
            largest.take(number);
        }
        // Of 0 … 199, at most 10 exceed it.
        assert_eq!(largest.quantile(), 189.0);
        assert_eq!(largest.to_exceed(), 189.0);
    }
}
