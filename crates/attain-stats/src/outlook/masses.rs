//! The masses of a distribution over whole numbers, each from the one beside it: tails and quantiles are looked up,
//! and no gamma or beta function is computed.

use super::{CountOutlook, TIE};
use crate::confidence::{Confidence, Interval};

/// How likely each number is, relative to the numbers beside it.
pub(super) trait Ratios {
    /// The greatest number.
    fn most(&self) -> f64;

    /// How many times as likely the next number is.
    fn next(&self, number: f64) -> f64;

    /// How many times as likely the number before is.
    fn previous(&self, number: f64) -> f64;
}

/// More numbers than these have no table.
const MOST_NUMBERS: usize = 1 << 11;
/// Of all mass, what is left out at each end.
const LEFT_OUT: f64 = 1e-17;
/// Smaller tails are computed, to be right relative to themselves.
const SMALL_TAIL: f64 = 1e-6;

/// The numbers of a distribution that hold nearly all of it.
#[derive(Debug, Clone)]
pub(super) struct Masses {
    /// The least number.
    first: f64,
    /// Per number, its mass and those of all numbers before it, as parts of `total`.
    upto: Vec<f64>,
    total: f64,
}

/// As many ratios are computed side by side: they do not depend on each other.
const BLOCK: usize = 16;

/// Ratios of the next numbers; those beyond the last number are of no use.
#[inline(always)]
fn block(ratio: impl Fn(f64) -> f64) -> [f64; BLOCK] {
    std::array::from_fn(|step| ratio(step as f64))
}

/// How many of a block there are up to the last number.
#[inline(always)]
fn steps_to(numbers: f64) -> usize {
    (numbers as usize).clamp(1, BLOCK)
}

/// The masses after one, by the ratio of each to the one before.
#[inline(always)]
fn following(mass: f64, ratios: &[f64; BLOCK]) -> [f64; BLOCK] {
    let mut mass = mass;
    ratios.map(|ratio| {
        mass *= ratio;
        mass
    })
}

impl Masses {
    /// All of it at 0.
    pub(super) fn none_to_come() -> Masses {
        Masses { first: 0.0, upto: vec![1.0], total: 1.0 }
    }

    /// From a number in the middle outwards; none where the numbers are too many. The masses must rise up to one number
    /// and fall after it.
    pub(super) fn of(ratios: &impl Ratios, middle: f64, deviation: f64) -> Option<Masses> {
        let are_few = deviation * 20.0 < MOST_NUMBERS as f64;
        if !are_few || !middle.is_finite() {
            return None;
        }
        let middle = middle.floor().clamp(0.0, ratios.most());
        let room = (deviation * 9.0) as usize + 2 * BLOCK;
        let (mut mass, mut number, mut sum) = (1.0, middle, 1.0);
        let mut upto = Vec::with_capacity(2 * room);
        while number > 0.0 {
            let steps = steps_to(number);
            let ratios = block(|step| ratios.previous(number - step));
            let masses = following(mass, &ratios);
            upto.extend_from_slice(&masses[..steps]);
            sum += masses[..steps].iter().sum::<f64>();
            mass = masses[steps - 1];
            number -= steps as f64;
            if ratios[steps - 1] < 1.0 && mass < LEFT_OUT * sum {
                break;
            }
            if upto.len() > MOST_NUMBERS {
                return None;
            }
        }
        let first = number;
        upto.reverse();
        let mut total = 0.0;
        for mass in &mut upto {
            total += *mass;
            *mass = total;
        }
        (mass, number) = (1.0, middle);
        total += mass;
        upto.push(total);
        while number < ratios.most() {
            let steps = steps_to(ratios.most() - number);
            let ratios = block(|step| ratios.next(number + step));
            let mut masses = following(mass, &ratios);
            mass = masses[steps - 1];
            for mass in &mut masses[..steps] {
                total += *mass;
                *mass = total;
            }
            upto.extend_from_slice(&masses[..steps]);
            number += steps as f64;
            if ratios[steps - 1] < 1.0 && mass < LEFT_OUT * total {
                break;
            }
            if upto.len() > 2 * MOST_NUMBERS {
                return None;
            }
        }
        total.is_finite().then_some(Masses { first, upto, total })
    }

    /// P(at most a whole number), right to the last digits of 1.
    #[inline]
    fn lower(&self, number: f64) -> f64 {
        if number < self.first {
            return 0.0;
        }
        self.upto.get((number - self.first) as usize).map_or(1.0, |upto| upto / self.total)
    }

    /// P(at most a whole number) and P(more); none where one of them is small.
    #[inline]
    fn tails(&self, number: f64) -> Option<(f64, f64)> {
        let lower = self.lower(number);
        let upper = 1.0 - lower;
        (lower > SMALL_TAIL && upper > SMALL_TAIL).then_some((lower, upper))
    }

    /// The least number whose lower tail is at least `probability`; none where rounding decides.
    fn quantile(&self, probability: f64) -> Option<f64> {
        let wanted = probability * self.total;
        let at = self.upto.partition_point(|upto| *upto < wanted);
        let differs = |upto: &f64| (*upto - wanted).abs() > TIE * self.total;
        let is_least = match at.checked_sub(1) {
            Some(before) => differs(&self.upto[before]),
            None => self.first == 0.0,
        };
        (is_least && differs(self.upto.get(at)?)).then_some(self.first + at as f64)
    }

    /// The mean of a function of the numbers that matter.
    fn averaged(&self, mut f: impl FnMut(f64) -> f64) -> f64 {
        const LEAST: f64 = 1e-11;
        let (mut sum, mut weight, mut before) = (0.0, 0.0, 0.0);
        for (at, upto) in self.upto.iter().enumerate() {
            let mass = upto - before;
            before = *upto;
            if mass > LEAST * self.total {
                sum += mass * f(self.first + at as f64);
                weight += mass;
            }
        }
        sum / weight
    }
}

/// A total that is not known yet: what was seen, and what is to come.
pub(super) trait Prediction {
    fn seen(&self) -> f64;

    /// The masses of what is to come.
    fn masses(&self) -> Option<Masses>;

    fn at_most(&self, total: f64) -> f64;

    fn at_least(&self, total: f64) -> f64;

    /// Of what is to come.
    fn quantile(&self, probability: f64) -> f64;
}

/// A [`CountOutlook`] or [`ShareOutlook`](super::ShareOutlook) with a table of its probabilities.
///
/// The table makes several questions about one outlook cheap. Probabilities agree with those of the outlook to 10⁻⁹;
/// the median and the interval are the same numbers. A distribution too wide for a table is computed directly.
///
/// ```
/// use attain_stats::outlook::{CountOutlook, CountPrior, Tabulated, Unsteadiness};
///
/// let steady = Unsteadiness::default();
/// let outlook = CountOutlook::new(45.0, 0.5, 0.5, CountPrior::JEFFREYS, steady)?;
/// let table = Tabulated::new(outlook);
/// assert_eq!(table.median(), outlook.median());
/// assert!((table.at_most(100.0) - outlook.at_most(100.0)).abs() < 1e-9);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tabulated<O> {
    outlook: O,
    masses: Option<Masses>,
}

#[expect(private_bounds, reason = "the outlooks of this module, and no others")]
impl<O: Prediction> Tabulated<O> {
    /// Computes the table.
    pub fn new(outlook: O) -> Self {
        let masses = outlook.masses();
        Tabulated { outlook, masses }
    }

    /// Returns the outlook itself.
    #[inline]
    pub fn outlook(&self) -> &O {
        &self.outlook
    }

    /// Returns the probability that the total at the end is at most `total`.
    #[inline]
    pub fn at_most(&self, total: f64) -> f64 {
        let coming = (total - self.outlook.seen()).floor();
        let tails = self.masses.as_ref().and_then(|masses| masses.tails(coming));
        tails.map_or_else(|| self.outlook.at_most(total), |(lower, _)| lower)
    }

    /// Returns the probability that the total at the end is at least `total`.
    #[inline]
    pub fn at_least(&self, total: f64) -> f64 {
        let short = (total - self.outlook.seen()).ceil() - 1.0;
        let tails = self.masses.as_ref().and_then(|masses| masses.tails(short));
        tails.map_or_else(|| self.outlook.at_least(total), |(_, upper)| upper)
    }

    /// Returns the median of the total at the end.
    #[inline]
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Returns the totals that the end lies between with the given confidence.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        let tail = confidence.tail();
        Interval { lower: self.quantile(tail), upper: self.quantile(1.0 - tail) }
    }

    fn quantile(&self, probability: f64) -> f64 {
        let found = self.masses.as_ref().and_then(|masses| masses.quantile(probability));
        self.outlook.seen() + found.unwrap_or_else(|| self.outlook.quantile(probability))
    }
}

impl Tabulated<CountOutlook> {
    /// As [`CountOutlook::at_most_given`].
    pub fn at_most_given(&self, other: &Self, limit: impl Fn(f64) -> f64) -> f64 {
        let (Some(masses), Some(of_other)) = (&self.masses, &other.masses) else {
            return self.outlook.at_most_given(&other.outlook, limit);
        };
        let (seen, seen_of_other) = (self.outlook.seen(), other.outlook.seen());
        of_other.averaged(|coming| masses.lower((limit(seen_of_other + coming) - seen).floor()))
    }

    /// As [`CountOutlook::at_least_given`].
    pub fn at_least_given(&self, other: &Self, limit: impl Fn(f64) -> f64) -> f64 {
        let (Some(masses), Some(of_other)) = (&self.masses, &other.masses) else {
            return self.outlook.at_least_given(&other.outlook, limit);
        };
        let (seen, seen_of_other) = (self.outlook.seen(), other.outlook.seen());
        let short = |coming: f64| (limit(seen_of_other + coming) - seen).ceil() - 1.0;
        of_other.averaged(|coming| 1.0 - masses.lower(short(coming)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{CountPrior, ShareOutlook, SharePrior, Unsteadiness};
    use super::*;

    proptest! {
        #[test]
        fn a_table_says_what_tails_and_searches_do(
            seen in 0_u32..3_000, others in 0_u32..3_000, elapsed in 0.01_f64..0.99,
            dispersion in 1.0_f64..4.0, drift in 0.0_f64..0.3, probability in 0.001_f64..0.999,
            beside in -5.0_f64..5.0, base in 0_u32..300, factor in 0.5_f64..1.5,
        ) {
            let unsteadiness = Unsteadiness { dispersion, drift };
            let (seen, of) = (f64::from(seen), f64::from(seen + others));
            let coming = of * (1.0 - elapsed) / elapsed;
            let count = |seen: f64| {
                let prior = CountPrior::JEFFREYS;
                CountOutlook::new(seen, elapsed, 1.0 - elapsed, prior, unsteadiness).unwrap()
            };
            let (this, base) = (count(seen), count(f64::from(base)));
            let share =
                ShareOutlook::new(seen, of, coming, SharePrior::UNIFORM, unsteadiness).unwrap();
            agree(this, this.mean() + beside * this.variance().sqrt(), probability)?;
            agree(share, share.mean() + beside * share.variance().sqrt(), probability)?;

            let limit = |then: f64| factor * then;
            // Without a table several totals of a wide distribution count as one.
            let close = if base.variance().sqrt() < 70.0 { 1e-7 } else { 1e-2 };
            let (table, of_base) = (Tabulated::new(this), Tabulated::new(base));
            let (found, expected) =
                (table.at_most_given(&of_base, limit), this.at_most_given(&base, limit));
            prop_assert!((found - expected).abs() < close, "{} {}", found, expected);
            let (found, expected) =
                (table.at_least_given(&of_base, limit), this.at_least_given(&base, limit));
            prop_assert!((found - expected).abs() < close, "{} {}", found, expected);
        }
    }

    fn agree<O: Prediction + Copy>(
        outlook: O,
        total: f64,
        probability: f64,
    ) -> Result<(), TestCaseError> {
        let table = Tabulated::new(outlook);
        let (found, expected) = (table.at_most(total), outlook.at_most(total));
        prop_assert!((found - expected).abs() < 1e-9, "{} {}", found, expected);
        let (found, expected) = (table.at_least(total), outlook.at_least(total));
        prop_assert!((found - expected).abs() < 1e-9, "{} {}", found, expected);
        prop_assert_eq!(
            table.quantile(probability),
            outlook.seen() + outlook.quantile(probability)
        );
        Ok(())
    }

    #[test]
    fn nothing_to_come_is_certain() {
        let unsteadiness = Unsteadiness::default();
        let count = CountOutlook::new(9.0, 1.0, 0.0, CountPrior::JEFFREYS, unsteadiness).unwrap();
        let share = ShareOutlook::new(9.0, 10.0, 0.0, SharePrior::UNIFORM, unsteadiness).unwrap();
        let (count, share) = (Tabulated::new(count), Tabulated::new(share));
        assert_eq!((count.at_most(9.0), count.at_least(10.0), count.median()), (1.0, 0.0, 9.0));
        assert_eq!((share.at_most(9.0), share.at_least(10.0), share.median()), (1.0, 0.0, 9.0));
    }
}
