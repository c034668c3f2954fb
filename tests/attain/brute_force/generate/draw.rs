//! Chances and picks.

use proptest::prelude::RngExt;
use proptest::test_runner::TestRng;

/// A source of random choices.
pub struct Draw<'a> {
    rng: &'a mut TestRng,
    /// Whether windows have lengths, and weeks begin on any day.
    pub has_lengths: bool,
    /// Whether there are many stocks, whose last figures are carried forward.
    pub has_carried: bool,
    /// Whether there are many means, which weight figures by days.
    pub has_weighted: bool,
    /// Whether many figures are totals of the year to date.
    pub has_cumulative: bool,
    /// Whether many measures are reported by some units of a level.
    pub has_listed: bool,
    /// Whether many targets have a baseline.
    pub has_baselines: bool,
}

impl<'a> Draw<'a> {
    pub fn from(rng: &'a mut TestRng) -> Self {
        Draw {
            rng,
            has_lengths: false,
            has_carried: false,
            has_weighted: false,
            has_cumulative: false,
            has_listed: false,
            has_baselines: false,
        }
    }

    pub fn with_lengths(rng: &'a mut TestRng) -> Self {
        Draw { has_lengths: true, ..Draw::from(rng) }
    }

    pub fn with_carried(rng: &'a mut TestRng) -> Self {
        Draw { has_carried: true, ..Draw::from(rng) }
    }

    pub fn with_weighted(rng: &'a mut TestRng) -> Self {
        Draw { has_weighted: true, ..Draw::from(rng) }
    }

    pub fn with_cumulative(rng: &'a mut TestRng) -> Self {
        Draw { has_cumulative: true, ..Draw::from(rng) }
    }

    pub fn with_listed(rng: &'a mut TestRng) -> Self {
        Draw { has_listed: true, ..Draw::from(rng) }
    }

    pub fn with_baselines(rng: &'a mut TestRng) -> Self {
        Draw { has_baselines: true, ..Draw::from(rng) }
    }

    /// A number between two, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.rng.random_range(low..=high)
    }

    /// A position in a list of some length.
    pub fn below(&mut self, length: usize) -> usize {
        self.rng.random_range(0..length)
    }

    /// True in `percent` of a hundred cases.
    pub fn percent(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    pub fn pick<'b, T>(&mut self, from: &'b [T]) -> &'b T {
        &from[self.below(from.len())]
    }

    /// One of several things, each as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, choices: &[(i64, T)]) -> T {
        let total = choices.iter().map(|(weight, _)| weight).sum();
        let mut drawn = self.between(1, total);
        for (weight, choice) in choices {
            drawn -= weight;
            if drawn <= 0 {
                return *choice;
            }
        }
        choices[0].1
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for position in (1..list.len()).rev() {
            list.swap(position, self.below(position + 1));
        }
    }
}
