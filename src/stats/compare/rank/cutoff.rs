//! The critical values of differences: how large the largest of many is by chance.

use super::RankOptions;
use super::pairs::{Draw, Sides, Units};

/// So many numbers are kept at a time, 64 MB of them: with many units and very many draws, units take
/// turns, and all estimates are drawn anew for each turn.
const ROOM: usize = 8_000_000;

/// One critical value per unit, for its differences from all others.
pub(super) fn cutoffs_of_each(units: &Units, options: &RankOptions) -> Vec<f64> {
    let mut cutoffs = vec![f64::INFINITY; units.len()];
    let mut unsettled: Vec<usize> = (0..units.len()).collect();
    let at_a_time = (ROOM / Largest::room(options)).max(1);
    while !unsettled.is_empty() {
        let mut again = vec![];
        for turn in unsettled.chunks(at_a_time) {
            let mut largest: Vec<Largest> = turn.iter().map(|_| Largest::new(options)).collect();
            let mut draw = Draw::new(units, options.seed);
            for _ in 0..options.draws {
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
pub(super) fn cutoff_of_all(units: &Units, options: &RankOptions, sides: Sides) -> f64 {
    let established =
        |cutoff| (0..units.len()).map(|j| units.established(j, cutoff).0).sum::<usize>();
    let mut cutoff = f64::INFINITY;
    loop {
        let mut largest = Largest::new(options);
        let mut draw = Draw::new(units, options.seed);
        for _ in 0..options.draws {
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
