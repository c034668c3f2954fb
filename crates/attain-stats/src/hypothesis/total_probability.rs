//! Two-sided p-values of distributions of whole numbers.

use super::{HypothesisTest, TwoSided};
use crate::error::LARGEST_COUNT;
use crate::interval::TailMethod;

/// A distribution of whole numbers with one mode. All counts from `lowest` to `highest` are possible.
pub(super) struct Distribution<P, B, A> {
    pub(super) lowest: f64,
    /// May be infinite.
    pub(super) highest: f64,
    /// The most probable count.
    pub(super) mode: f64,
    /// ln P(X = x).
    pub(super) ln_probability: P,
    /// P(X ≤ x) from the lowest count to the highest.
    pub(super) at_most: B,
    /// P(X ≥ x) likewise.
    pub(super) at_least: A,
}

/// Probabilities that differ by less than this, relatively, are equal but for rounding; R and scipy
/// use the same.
const TIE: f64 = 1e-7;

impl<P, B, A> Distribution<P, B, A>
where
    P: Fn(f64) -> f64,
    B: Fn(f64) -> f64,
    A: Fn(f64) -> f64,
{
    /// The test of an observed count, which is possible.
    pub(super) fn test(&self, x: f64, tails: TailMethod, two_sided: TwoSided) -> HypothesisTest {
        let (at_most, at_least) = ((self.at_most)(x), (self.at_least)(x));
        // P(X ≤ x) − ½P(x) is the mean of P(X ≤ x) and P(X < x), which does not cancel.
        let (p_below, p_above) = match tails {
            TailMethod::Exact => (at_most, at_least),
            TailMethod::MidP => {
                (0.5 * (at_most + self.below(x - 1.0)), 0.5 * (at_least + self.above(x + 1.0)))
            }
        };
        let ln_probability = (self.ln_probability)(x);
        let p = match (two_sided, tails) {
            (TwoSided::Doubled, _) => return HypothesisTest::doubled(p_below, p_above),
            (TwoSided::MinimumLikelihood, TailMethod::Exact) => {
                self.at_most_as_probable(ln_probability + TIE)
            }
            (TwoSided::MinimumLikelihood, TailMethod::MidP) => {
                let less_probable = self.at_most_as_probable(ln_probability - TIE);
                0.5 * (self.at_most_as_probable(ln_probability + TIE) + less_probable)
            }
        };
        HypothesisTest { p_below, p_above, p: p.min(1.0) }
    }

    fn below(&self, count: f64) -> f64 {
        if count >= self.lowest { (self.at_most)(count) } else { 0.0 }
    }

    fn above(&self, count: f64) -> f64 {
        if count <= self.highest { (self.at_least)(count) } else { 0.0 }
    }

    /// The total probability of the counts whose logarithm of probability is at most `limit`. The
    /// probabilities rise up to the mode and fall from it.
    fn at_most_as_probable(&self, limit: f64) -> f64 {
        let is_rare = |count: f64| (self.ln_probability)(count) <= limit;
        if is_rare(self.mode) {
            return 1.0;
        }
        let up = |away: f64| self.mode + away;
        let down = |away: f64| self.mode - away;
        let first_up = first_rare(|away| up(away) > self.highest || is_rare(up(away)));
        let first_down = first_rare(|away| down(away) < self.lowest || is_rare(down(away)));
        self.below(down(first_down)) + self.above(up(first_up))
    }
}

/// The first whole number from 1 on that is rare; all above it are.
fn first_rare(is_rare: impl Fn(f64) -> bool) -> f64 {
    let (mut common, mut rare) = (0.0, 1.0);
    while !is_rare(rare) && rare < LARGEST_COUNT {
        (common, rare) = (rare, 2.0 * rare);
    }
    while rare - common > 1.0 {
        let middle = (0.5 * (common + rare)).floor();
        if is_rare(middle) {
            rare = middle;
        } else {
            common = middle;
        }
    }
    rare
}
