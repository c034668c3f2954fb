//! The critical values of differences: how large the largest of many is by chance.

use super::RankOptions;
use super::pairs::{Draw, Numbers, Sides, Units};

/// The most numbers kept at a time: 64 MB. With many units and very many draws, the units are processed in
/// chunks, and each chunk draws all estimates anew.
pub(super) const ROOM: usize = 8_000_000;

/// One critical value per unit, for its differences from all others.
pub(super) fn cutoffs_of_each(
    units: &Units,
    options: &RankOptions,
    numbers: &Numbers<'_>,
    before_draw: &dyn Fn(),
) -> Vec<f64> {
    let at_a_time = (ROOM / Largest::room(options)).max(1);
    cutoffs_in_turns(units, options, numbers, before_draw, at_a_time)
}

/// The same with `at_a_time` units per chunk. The size of a chunk affects only the memory.
fn cutoffs_in_turns(
    units: &Units,
    options: &RankOptions,
    numbers: &Numbers<'_>,
    before_draw: &dyn Fn(),
    at_a_time: usize,
) -> Vec<f64> {
    let mut cutoffs = vec![f64::INFINITY; units.len()];
    let mut unsettled: Vec<usize> = (0..units.len()).collect();
    while !unsettled.is_empty() {
        let mut again = vec![];
        for turn in unsettled.chunks(at_a_time) {
            let mut largest: Vec<Largest> = turn.iter().map(|_| Largest::new(options)).collect();
            let mut draw = Draw::new(units, numbers);
            for _ in 0..options.draws {
                before_draw();
                draw.again();
                for (&j, largest) in turn.iter().zip(&mut largest) {
                    let most = largest.to_exceed();
                    largest.take(draw.farthest(j, most, cutoffs[j], Sides::Both));
                }
            }
            for (&j, largest) in turn.iter().zip(&largest) {
                let before = std::mem::replace(&mut cutoffs[j], largest.quantile());
                // A unit whose critical value rejects nothing new is done.
                if options.step_down
                    && units.established(j, cutoffs[j]) != units.established(j, before)
                {
                    again.push(j);
                }
            }
        }
        unsettled = again;
    }
    cutoffs
}

/// One critical value for all pairs.
pub(super) fn cutoff_of_all(
    units: &Units,
    options: &RankOptions,
    numbers: &Numbers<'_>,
    before_draw: &dyn Fn(),
    sides: Sides,
) -> f64 {
    let established =
        |cutoff| (0..units.len()).map(|j| units.established(j, cutoff).0).sum::<usize>();
    let mut cutoff = f64::INFINITY;
    loop {
        let mut largest = Largest::new(options);
        let mut draw = Draw::new(units, numbers);
        for _ in 0..options.draws {
            before_draw();
            draw.again();
            let to_exceed = largest.to_exceed();
            largest.take(
                (0..units.len()).fold(to_exceed, |most, j| draw.farthest(j, most, cutoff, sides)),
            );
        }
        let before = std::mem::replace(&mut cutoff, largest.quantile());
        if !options.step_down || established(cutoff) == established(before) {
            return cutoff;
        }
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

#[cfg(test)]
mod tests {
    use super::super::{BetterEnd, RankOptions};
    use super::{Largest, cutoffs_in_turns, cutoffs_of_each};
    use crate::compare::rank::pairs::{NormalDraws, Numbers, Units};

    #[test]
    fn units_that_take_turns_have_the_same_critical_values() {
        let estimates: Vec<f64> = (0..40).map(|unit| f64::from(unit * unit % 41)).collect();
        let errors: Vec<f64> = (0..40).map(|unit| 0.5 + f64::from(unit % 7)).collect();
        let units = Units::new(&estimates, &errors, BetterEnd::Highest);
        let options = RankOptions { draws: 200, ..RankOptions::default() };
        let normals = NormalDraws::new(options.seed, 40 * 200, &|| ());
        let numbers = Numbers::of(&normals, 40, &options);
        let in_turns = cutoffs_in_turns(&units, &options, &numbers, &|| (), 7);
        assert_eq!(in_turns, cutoffs_of_each(&units, &options, &numbers, &|| ()));
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
