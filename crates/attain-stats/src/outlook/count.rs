//! Events over a time or a denominator, of which part is over: the gamma–Poisson prediction.

use super::masses::{Masses, Prediction, Ratios};
use super::{Steps, Unsteadiness, least_reaching};
use crate::confidence::{Confidence, Interval};
use crate::error::{self, LARGEST_COUNT, Result, finite, out_of_range, positive};
use crate::special::{beta_lower, beta_upper, ln_gamma, normal_quantile};

/// What is believed of a rate before anything was seen: as if `events` had been seen over
/// `exposure`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountPrior {
    /// The gamma distribution's shape, above 0.
    pub events: f64,
    /// Its rate, 0 or more, in the unit of the exposures.
    pub exposure: f64,
}

impl CountPrior {
    /// Jeffreys' prior: half an event over nothing.
    pub const JEFFREYS: CountPrior = CountPrior { events: 0.5, exposure: 0.0 };
    /// All rates alike: one event over nothing.
    pub const UNIFORM: CountPrior = CountPrior { events: 1.0, exposure: 0.0 };
}

impl Default for CountPrior {
    fn default() -> Self {
        CountPrior::JEFFREYS
    }
}

/// The count at the end: the events seen, and the distribution of those to come.
///
/// Given the rate, events are independent; of the rate, what was seen leaves a gamma distribution.
/// So those to come have a negative binomial one (Gelman et al., *Bayesian Data Analysis*, 2.6).
/// [`Unsteadiness`] widens it to the negative binomial of the same mean with a larger variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountOutlook {
    seen: f64,
    /// Of the events to come.
    mean: f64,
    variance: f64,
}

impl CountOutlook {
    /// From `seen` events over the exposure `elapsed`, for those over `remaining`. Exposure is
    /// whatever events are counted over: shares of a window, days, weighted days, cases.
    ///
    /// ```
    /// use attain_stats::outlook::{CountOutlook, CountPrior, Unsteadiness};
    ///
    /// // 5 seen by day 90 of 365; at most 12 are allowed.
    /// let year = CountOutlook::new(5.0, 90.0, 275.0, CountPrior::JEFFREYS, Unsteadiness::default())?;
    /// assert!((year.at_most(12.0) - 0.108).abs() < 5e-4);
    /// assert!((year.at_least(13.0) - 0.892).abs() < 5e-4);
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// If `seen` is no count, an exposure is negative or not finite, nothing has elapsed and the
    /// prior says nothing about the rate, the prior's events are not above 0, the dispersion is
    /// below 1 or the drift negative.
    pub fn new(
        seen: f64,
        elapsed: f64,
        remaining: f64,
        prior: CountPrior,
        unsteadiness: Unsteadiness,
    ) -> Result<Self> {
        let seen = error::count("seen", seen)?;
        let not_negative = |argument: &'static str, value: f64| {
            let value = finite(argument, value)?;
            if value < 0.0 {
                return Err(out_of_range(argument, value, "0 or more"));
            }
            Ok(value)
        };
        let elapsed = not_negative("elapsed", elapsed)?;
        let remaining = not_negative("remaining", remaining)?;
        let shape = positive("prior.events", prior.events)? + seen;
        let exposure = elapsed + not_negative("prior.exposure", prior.exposure)?;
        let Unsteadiness { dispersion, drift } = unsteadiness.checked()?;
        let exposure = positive("elapsed", exposure)?;
        let ratio = finite("remaining", remaining / exposure)?;
        let mean = shape * ratio;
        let variance = dispersion * mean * (1.0 + ratio) + (drift * mean).powi(2);
        Ok(CountOutlook { seen, mean, variance: finite("remaining", variance)? })
    }

    /// The total to be expected at the end.
    #[inline]
    pub fn mean(&self) -> f64 {
        self.seen + self.mean
    }

    /// The variance of the total at the end.
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// The probability that the total at the end is at most `total`.
    pub fn at_most(&self, total: f64) -> f64 {
        self.lower_tail((total - self.seen).floor())
    }

    /// The probability that the total at the end is at least `total`.
    pub fn at_least(&self, total: f64) -> f64 {
        let short = (total - self.seen).ceil() - 1.0;
        if short < 0.0 {
            return 1.0;
        }
        match self.negative_binomial() {
            Some((size, share)) => beta_upper(size, short + 1.0, share),
            None => 0.0,
        }
    }

    /// The total that is as likely exceeded as not: the least that is kept to with a probability of
    /// one half.
    pub fn median(&self) -> f64 {
        self.seen + self.quantile(0.5)
    }

    /// Between which totals the end lies with the given confidence, each tail holding at most half
    /// of the rest.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        let tail = confidence.tail();
        let (lower, upper) = (self.quantile(tail), self.quantile(1.0 - tail));
        Interval { lower: self.seen + lower, upper: self.seen + upper }
    }

    /// The chance that the total at the end is at most what another, independent total allows, which
    /// is not known yet either: `limit` says how much it allows.
    pub fn at_most_given(&self, other: &CountOutlook, limit: impl Fn(f64) -> f64) -> f64 {
        let mut tail = WalkedTail::of(self);
        other.averaged(|total| tail.at_most((limit(total) - self.seen).floor()))
    }

    /// The chance that the total at the end is at least what another, independent total demands.
    pub fn at_least_given(&self, other: &CountOutlook, limit: impl Fn(f64) -> f64) -> f64 {
        let mut tail = WalkedTail::of(self);
        other.averaged(|total| 1.0 - tail.at_most((limit(total) - self.seen).ceil() - 1.0))
    }

    /// The mean of a function of the total at the end.
    fn averaged(&self, mut f: impl FnMut(f64) -> f64) -> f64 {
        if self.variance == 0.0 {
            return f(self.seen);
        }
        // Beyond these quantiles lies too little to matter.
        const LEFT_OUT: f64 = 1e-9;
        const MOST_TERMS: f64 = 1024.0;
        let (low, high) = (self.quantile(LEFT_OUT), self.quantile(1.0 - LEFT_OUT));
        // One total after the other, or, of very many, a few next to each other as one.
        let width = ((high - low + 1.0) / MOST_TERMS).ceil().max(1.0);
        let (mut sum, mut weight) = (0.0, 0.0);
        let mut at = low;
        if width == 1.0 {
            let mut mass = self.mass(low);
            while at <= high {
                sum += mass * f(self.seen + at);
                weight += mass;
                mass *= self.next(at);
                at += 1.0;
            }
            return sum / weight;
        }
        let mut below = self.lower_tail(low - 1.0);
        while at <= high {
            let upto = self.lower_tail(at + width - 1.0);
            sum += (upto - below) * f(self.seen + at + 0.5 * (width - 1.0));
            weight += upto - below;
            below = upto;
            at += width;
        }
        sum / weight
    }

    fn quantile(&self, probability: f64) -> f64 {
        let Some((_, share)) = self.negative_binomial() else { return 0.0 };
        let deviation = self.variance.sqrt();
        // Cornish and Fisher's first step away from the normal.
        let skewness = (2.0 - share) / (deviation * share);
        let z = normal_quantile(probability);
        let guess = self.mean + deviation * (z + skewness * (z * z - 1.0) / 6.0);
        least_reaching(self, probability, guess)
    }

    /// Size and share of successes; none where nothing is to come.
    fn negative_binomial(&self) -> Option<(f64, f64)> {
        let beyond = self.variance - self.mean;
        (self.mean > 0.0 && beyond > 0.0)
            .then(|| (self.mean * self.mean / beyond, self.mean / self.variance))
    }
}

/// Lower tails at numbers that mostly ascend in small steps: a tail takes long, the next mass is a multiplication.
struct WalkedTail<'o> {
    of: &'o CountOutlook,
    /// The number of the last tail; not a number before the first.
    at: f64,
    tail: f64,
    mass: f64,
}

impl<'o> WalkedTail<'o> {
    /// More steps than these take as long as a tail.
    const FAR: f64 = 16.0;

    fn of(of: &'o CountOutlook) -> Self {
        WalkedTail { of, at: f64::NAN, tail: 0.0, mass: 0.0 }
    }

    fn at_most(&mut self, number: f64) -> f64 {
        let steps = number - self.at;
        // Of a mass that is too small for a float nothing can be made.
        let is_known = self.mass > 1e-200 || self.tail > 0.5;
        if is_known && (0.0..=Self::FAR).contains(&steps) {
            while self.at < number {
                self.mass *= self.of.next(self.at);
                self.at += 1.0;
                self.tail += self.mass;
            }
        } else {
            let is_possible = number >= 0.0;
            self.at = if is_possible { number } else { f64::NAN };
            self.mass = if is_possible { self.of.mass(number) } else { 0.0 };
            self.tail = self.of.lower_tail(number);
        }
        self.tail.min(1.0)
    }
}

impl Prediction for CountOutlook {
    fn seen(&self) -> f64 {
        self.seen
    }

    fn masses(&self) -> Option<Masses> {
        let Some((size, share)) = self.negative_binomial() else {
            return Some(Masses::none_to_come());
        };
        let ratios = CountRatios { size, others: 1.0 - share };
        Masses::of(&ratios, self.mean, self.variance.sqrt())
    }

    fn at_most(&self, total: f64) -> f64 {
        self.at_most(total)
    }

    fn at_least(&self, total: f64) -> f64 {
        self.at_least(total)
    }

    fn quantile(&self, probability: f64) -> f64 {
        self.quantile(probability)
    }
}

/// The ratios of neighbours in a negative binomial distribution.
struct CountRatios {
    size: f64,
    /// 1 less the share of successes.
    others: f64,
}

impl Ratios for CountRatios {
    fn most(&self) -> f64 {
        LARGEST_COUNT
    }

    fn next(&self, events: f64) -> f64 {
        (events + self.size) * self.others / (events + 1.0)
    }

    fn previous(&self, events: f64) -> f64 {
        events / ((events - 1.0 + self.size) * self.others)
    }
}

/// Of the events to come.
impl Steps for CountOutlook {
    fn most(&self) -> f64 {
        LARGEST_COUNT
    }

    fn lower_tail(&self, events: f64) -> f64 {
        if events < 0.0 {
            return 0.0;
        }
        match self.negative_binomial() {
            Some((size, share)) => beta_lower(size, events + 1.0, share),
            None => 1.0,
        }
    }

    fn mass(&self, events: f64) -> f64 {
        let Some((size, share)) = self.negative_binomial() else {
            return if events == 0.0 { 1.0 } else { 0.0 };
        };
        let ways = ln_gamma(events + size) - ln_gamma(events + 1.0) - ln_gamma(size);
        (ways + size * share.ln() + events * (-share).ln_1p()).exp()
    }

    fn next(&self, events: f64) -> f64 {
        let (size, share) = self.negative_binomial().unwrap_or((0.0, 1.0));
        (events + size) / (events + 1.0) * (1.0 - share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::gamma_upper;

    fn steady(seen: f64, elapsed: f64, remaining: f64) -> CountOutlook {
        let unsteadiness = Unsteadiness::default();
        CountOutlook::new(seen, elapsed, remaining, CountPrior::JEFFREYS, unsteadiness).unwrap()
    }

    /// The negative binomial, term by term: Γ(k+y)/(Γ(k) y!) p^k (1−p)^y.
    fn by_terms(size: f64, share: f64, most: u32) -> f64 {
        let mut term = share.powf(size);
        let mut sum = term;
        for y in 0..most {
            term *= (size + f64::from(y)) / f64::from(y + 1) * (1.0 - share);
            sum += term;
        }
        sum
    }

    #[test]
    fn five_by_day_90_keep_to_twelve_in_a_year_once_in_nine() {
        let year = steady(5.0, 90.0, 275.0);
        assert!((year.at_most(12.0) - by_terms(5.5, 90.0 / 365.0, 7)).abs() < 1e-14);
        assert_eq!(format!("{:.3}", year.at_most(12.0)), "0.108");
        // Who takes the rate seen for the true one is far too sure.
        let plug_in = gamma_upper(8.0, 5.0 * 275.0 / 90.0);
        assert_eq!(format!("{plug_in:.3}"), "0.015");
    }

    #[test]
    fn tails_are_those_of_the_sum_of_terms() {
        for (seen, elapsed, remaining) in
            [(0.0, 10.0, 355.0), (3.0, 0.5, 0.5), (40.0, 0.9, 0.1), (7.0, 300.0, 65.0)]
        {
            let outlook = steady(seen, elapsed, remaining);
            let share = elapsed / (elapsed + remaining);
            for more in [0u32, 1, 5, 30] {
                let expected = by_terms(seen + 0.5, share, more);
                let total = seen + f64::from(more);
                assert!((outlook.at_most(total) - expected).abs() < 1e-12, "{seen} {more}");
                assert!((outlook.at_least(total + 1.0) - (1.0 - expected)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn what_was_seen_is_a_floor_and_no_ceiling_below_it_can_be_kept() {
        let outlook = steady(9.0, 0.5, 0.5);
        assert_eq!(outlook.at_most(8.0), 0.0);
        assert_eq!(outlook.at_least(9.0), 1.0);
        assert!(outlook.at_most(9.0) > 0.0);
    }

    #[test]
    fn with_nothing_left_the_total_is_what_was_seen() {
        let outlook = steady(9.0, 1.0, 0.0);
        assert_eq!((outlook.at_most(9.0), outlook.at_least(10.0)), (1.0, 0.0));
        assert_eq!(outlook.median(), 9.0);
        assert_eq!(outlook.interval(Confidence::P95), Interval { lower: 9.0, upper: 9.0 });
    }

    #[test]
    fn a_limit_that_is_no_whole_number_holds_what_lies_below_it() {
        let outlook = steady(5.0, 0.5, 0.5);
        assert_eq!(outlook.at_most(12.7), outlook.at_most(12.0));
        assert_eq!(outlook.at_least(12.2), outlook.at_least(13.0));
    }

    #[test]
    fn quantiles_are_the_least_totals_that_reach_their_tail() {
        let unsteadiness = Unsteadiness { dispersion: 3.0, drift: 0.2 };
        for seen in [0.0, 1.0, 17.0, 400.0, 1e6] {
            for unsteadiness in [Unsteadiness::default(), unsteadiness] {
                let outlook =
                    CountOutlook::new(seen, 0.3, 0.7, CountPrior::default(), unsteadiness).unwrap();
                let Interval { lower, upper } = outlook.interval(Confidence::P95);
                assert!(outlook.at_most(lower) >= 0.025, "{seen}");
                assert!(lower == seen || outlook.at_most(lower - 1.0) < 0.025);
                assert!(outlook.at_most(upper) >= 0.975);
                assert!(outlook.at_most(upper - 1.0) < 0.975);
                let median = outlook.median();
                assert!(lower <= median && median <= upper);
                assert!(outlook.at_most(median) >= 0.5);
            }
        }
    }

    #[test]
    fn dispersion_multiplies_the_variance_and_leaves_the_mean() {
        let plain = steady(20.0, 0.5, 0.5);
        let unsteadiness = Unsteadiness { dispersion: 2.5, drift: 0.0 };
        let wide = CountOutlook::new(20.0, 0.5, 0.5, CountPrior::JEFFREYS, unsteadiness).unwrap();
        assert_eq!(wide.mean(), plain.mean());
        assert!((wide.variance() / plain.variance() - 2.5).abs() < 1e-12);
        assert!(wide.at_most(30.0) > plain.at_most(30.0));
    }

    #[test]
    fn the_terms_have_the_mean_and_the_variance_that_are_told() {
        let unsteadiness = Unsteadiness { dispersion: 1.7, drift: 0.15 };
        let outlook =
            CountOutlook::new(12.0, 0.4, 0.6, CountPrior::JEFFREYS, unsteadiness).unwrap();
        let mut moments = [0.0f64; 3];
        for total in 0..2000 {
            let total = f64::from(total);
            let mass = outlook.at_most(total) - outlook.at_most(total - 1.0);
            for (power, moment) in moments.iter_mut().enumerate() {
                *moment += mass * total.powi(power as i32);
            }
        }
        assert!((moments[0] - 1.0).abs() < 1e-9);
        assert!((moments[1] - outlook.mean()).abs() < 1e-6);
        assert!((moments[2] - moments[1].powi(2) - outlook.variance()).abs() < 1e-4);
    }

    #[test]
    fn a_total_that_another_allows_is_averaged_over_what_that_may_be() {
        let (now, then) = (steady(4.0, 0.5, 0.5), steady(10.0, 0.8, 0.2));
        let limit = |total: f64| 0.9 * total;
        let mut expected = 0.0;
        for total in 10..400 {
            let total = f64::from(total);
            let mass = then.at_most(total) - then.at_most(total - 1.0);
            expected += mass * now.at_most(limit(total));
        }
        assert!((now.at_most_given(&then, limit) - expected).abs() < 1e-7);
        let floor = now.at_least_given(&then, |total| limit(total).floor() + 1.0);
        assert!((floor - (1.0 - expected)).abs() < 1e-7);
        // A baseline that is known leaves nothing to average.
        let known = steady(10.0, 1.0, 0.0);
        assert_eq!(now.at_most_given(&known, limit), now.at_most(9.0));
    }

    #[test]
    fn walked_tails_are_tails_wherever_the_walk_begins() {
        for (seen, elapsed, remaining) in
            [(3.0, 0.5, 0.5), (400.0, 0.1, 0.9), (90_000.0, 0.4, 0.6), (0.0, 10.0, 355.0)]
        {
            let outlook = steady(seen, elapsed, remaining);
            let deviation = outlook.variance.sqrt();
            for start in [-90.0, -45.0, -8.0, -1.0, 0.0, 5.0] {
                let mut tail = WalkedTail::of(&outlook);
                let mut number = (outlook.mean + start * deviation).floor();
                for step in [0.0, 1.0, 3.0, 16.0, 17.0, 0.0, 2.0, -5.0, 1.0, 40.0, 1.0] {
                    number += step;
                    let (found, expected) = (tail.at_most(number), outlook.lower_tail(number));
                    assert!((found - expected).abs() < 1e-10, "{number}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn what_has_no_answer_is_refused() {
        let new = |seen, elapsed, remaining, prior, dispersion| {
            let unsteadiness = Unsteadiness { dispersion, drift: 0.0 };
            CountOutlook::new(seen, elapsed, remaining, prior, unsteadiness)
        };
        let jeffreys = CountPrior::JEFFREYS;
        assert!(new(-1.0, 0.5, 0.5, jeffreys, 1.0).is_err());
        assert!(new(1.0, 0.0, 0.5, jeffreys, 1.0).is_err());
        assert!(new(1.0, 0.5, -0.5, jeffreys, 1.0).is_err());
        assert!(new(1.0, 0.5, 0.5, jeffreys, 0.9).is_err());
        assert!(new(1.0, 0.5, 0.5, CountPrior { events: 0.0, exposure: 0.0 }, 1.0).is_err());
        // A prior that says something about the rate will do before anything has elapsed.
        assert!(new(0.0, 0.0, 1.0, CountPrior { events: 10.0, exposure: 1.0 }, 1.0).is_ok());
    }
}
