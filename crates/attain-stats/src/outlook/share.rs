//! Events among a partly observed whole: the beta–binomial prediction.

mod late;

use super::masses::{Masses, Prediction, Ratios};
use super::{Steps, Unsteadiness, least_reaching, searched};
use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, out_of_range, part, positive};
use crate::special::{beta_lower, beta_upper, ln_gamma, normal_quantile};

/// The prior distribution of a share: equivalent to `events` events and `others` other cases seen
/// beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharePrior {
    /// The beta distribution's first parameter, above 0.
    pub events: f64,
    /// Its second, above 0.
    pub others: f64,
}

impl SharePrior {
    /// Jeffreys' prior: half an event and half an other.
    pub const JEFFREYS: SharePrior = SharePrior { events: 0.5, others: 0.5 };
    /// All shares alike: one of each.
    pub const UNIFORM: SharePrior = SharePrior { events: 1.0, others: 1.0 };
}

impl Default for SharePrior {
    /// All shares alike, as Bayes and Laplace had it.
    fn default() -> Self {
        SharePrior::UNIFORM
    }
}

/// The most cases to come for which probabilities are summed. Beyond it, a beta distribution with the
/// same mean and variance approximates their share.
const MOST_SUMMED: f64 = 100_000.0;

/// What is known of a share is worth at least as many cases, and at most. With more, the share is known for certain.
const LEAST_CASES: f64 = 1e-3;
const MOST_CASES: f64 = 1e8;

/// How many of a whole are events at the end: those seen, and the distribution of those to come.
///
/// Given the share, each case to come is an event with that probability. The observed cases give the
/// share a beta distribution. The events to come therefore have a beta–binomial distribution (Gelman et
/// al., *Bayesian Data Analysis*, 2.4). [`Unsteadiness`] replaces it by one of the same mean and a
/// larger variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareOutlook {
    seen: f64,
    /// How many may become events.
    remaining: f64,
    a: f64,
    b: f64,
}

/// How many of the events among the cases so far are recorded by now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecordedEvents {
    /// Their share, above 0. Above 1 where events are recorded earlier than the cases of which they are events: some of them
    /// then belong to cases to come.
    pub share: f64,
    /// The standard deviation of its logarithm: of a small one, relative to the share.
    pub deviation: f64,
}

impl RecordedEvents {
    /// All of them, for certain.
    pub const ALL: RecordedEvents = RecordedEvents { share: 1.0, deviation: 0.0 };

    /// Events and cases whose events are all recorded, which say as much of the share of events as `seen` among `of` do.
    ///
    /// With the share p of events and the share r of those recorded, the information on p is that of n·r(1 − p) ÷ (1 − pr)
    /// cases. The third number is the variance of the events in multiples of the binomial one: r itself is estimated.
    ///
    /// ```
    /// use attain_stats::outlook::RecordedEvents;
    ///
    /// let recorded = RecordedEvents { share: 0.5, deviation: 0.0 };
    /// let (events, of, _) = recorded.alone(450.0, 1_000.0);
    /// // 9 in 10, known as well as from about 91 cases.
    /// assert!((events / of - 0.9).abs() < 1e-9 && (of - 91.0).abs() < 1.0);
    /// ```
    pub fn alone(&self, seen: f64, of: f64) -> (f64, f64, f64) {
        let RecordedEvents { share, deviation } = *self;
        if *self == RecordedEvents::ALL {
            return (seen, of, 1.0);
        }
        let known = (of * share).max(seen);
        let estimate = seen / known;
        // Not 1: nothing would be known of what is not recorded.
        let p = (seen + 0.5) / (known + 1.0);
        let cases = known * (1.0 - p) / (1.0 - p * share.min(1.0));
        (estimate * cases, cases, 1.0 + seen * deviation * deviation / (1.0 - p))
    }
}

impl ShareOutlook {
    /// From `seen` events among `of`, for the `remaining` of the whole that are to come. What isn't
    /// a whole number is rounded to one: those to come are expected, not counted.
    ///
    /// ```
    /// use attain_stats::outlook::{ShareOutlook, SharePrior, Unsteadiness};
    ///
    /// // 160 of 200 so far; 80 of the next 100 are needed.
    /// let outlook =
    ///     ShareOutlook::new(160.0, 200.0, 100.0, SharePrior::UNIFORM, Unsteadiness::default())?;
    /// assert!((outlook.at_least(240.0) - 0.532).abs() < 5e-4);
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// If `seen` is not a part of `of`, a number is negative or not finite, a parameter of the prior
    /// is not above 0, the dispersion is below 1 or the drift negative.
    pub fn new(
        seen: f64,
        of: f64,
        remaining: f64,
        prior: SharePrior,
        unsteadiness: Unsteadiness,
    ) -> Result<Self> {
        let of = error::count("of", of)?;
        let seen = part("seen", seen, of)?;
        let remaining = error::count("remaining", remaining)?.round();
        let a = positive("prior.events", prior.events)? + seen;
        let b = positive("prior.others", prior.others)? + (of - seen);
        let Unsteadiness { dispersion, drift } = unsteadiness.checked()?;
        let total = a + b;
        if !total.is_finite() {
            return Err(out_of_range("prior.events", prior.events, "a number that can be added"));
        }
        let mut outlook = ShareOutlook { seen, remaining, a, b };
        if (dispersion > 1.0 || drift > 0.0) && remaining > 1.0 {
            let share = a / total;
            let binomial = remaining * share * (1.0 - share);
            let spread = (remaining - 1.0) / (total + 1.0);
            // How many times the binomial variance; it can't be `remaining` or more.
            let times = dispersion * (1.0 + spread) + drift * drift * binomial;
            let smaller = ((remaining - 1.0) / (times - 1.0) - 1.0).max(LEAST_CASES);
            (outlook.a, outlook.b) = (share * smaller, (1.0 - share) * smaller);
        }
        Ok(outlook)
    }

    /// As [`new`](Self::new), where some events among the `of` cases are not `recorded` yet.
    ///
    /// With the share p of cases that are events and the share r of events that are recorded, each case without a recorded
    /// event is one with probability q = p(1 − r) ÷ (1 − pr). What is recorded says of p as much as its likelihood
    /// (pr)ˣ(1 − pr)ⁿ⁻ˣ, with the prior; r is as likely a standard deviation below its estimate as above it. The events at the
    /// end are those `seen`, of the n − x other cases so far a share q, and of the `remaining` a share p. A beta–binomial
    /// distribution takes the mean and the variance of that number. Where the variance is smaller than that of as many
    /// independent cases, it has fewer.
    ///
    /// ```
    /// use attain_stats::outlook::{RecordedEvents, ShareOutlook, SharePrior, Unsteadiness};
    ///
    /// // 63 of 100 cases are cleared so far, and 7 in 10 clearances are recorded. 300 cases are to come.
    /// let recorded = RecordedEvents { share: 0.7, deviation: 0.02 };
    /// let (prior, steady) = (SharePrior::UNIFORM, Unsteadiness::default());
    /// let outlook = ShareOutlook::late(63.0, 100.0, recorded, 300.0, prior, steady)?;
    /// assert!((outlook.mean() / 400.0 - 0.9).abs() < 0.03);
    /// // If all were recorded, the share would be far lower.
    /// assert!(ShareOutlook::new(63.0, 100.0, 300.0, prior, steady)?.mean() / 400.0 < 0.64);
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// As [`new`](Self::new); if the share recorded is not above 0, or its deviation is negative or not finite.
    pub fn late(
        seen: f64,
        of: f64,
        recorded: RecordedEvents,
        remaining: f64,
        prior: SharePrior,
        unsteadiness: Unsteadiness,
    ) -> Result<Self> {
        let RecordedEvents { share, deviation } = recorded;
        positive("recorded.share", share)?;
        error::count("recorded.deviation", deviation)?;
        if recorded == RecordedEvents::ALL {
            return Self::new(seen, of, remaining, prior, unsteadiness);
        }
        let of = error::count("of", of)?;
        let remaining = error::count("remaining", remaining)?.round();
        // Events that are recorded before their cases may be more than the cases so far.
        let seen = if share > 1.0 { error::count("seen", seen)? } else { part("seen", seen, of)? };
        positive("prior.events", prior.events)?;
        positive("prior.others", prior.others)?;
        let Unsteadiness { dispersion, drift } = unsteadiness.checked()?;
        let most = (of + remaining - seen).round();
        if !most.is_finite() {
            return Err(out_of_range("of", of, "a number that can be added"));
        }
        if most < 1.0 {
            return Ok(ShareOutlook { seen, remaining: 0.0, a: 1.0, b: 1.0 });
        }
        let moments = late::moments(seen, of, recorded, remaining, prior);
        let variance = dispersion * moments.variance + (drift * moments.of_those_to_come).powi(2);
        Ok(ShareOutlook::with_moments(seen, most, moments.mean, variance))
    }

    /// The events among at most `most` cases with this mean and variance.
    fn with_moments(seen: f64, most: f64, mean: f64, variance: f64) -> Self {
        let mean = mean.clamp(most * 1e-12, most * (1.0 - 1e-12));
        let cases = if variance < mean * (1.0 - mean / most) {
            (mean * mean / (mean - variance)).floor().max(mean.ceil()).min(most)
        } else {
            most
        };
        // Where the mean is a whole number, all of as many cases would be events.
        let share = (mean / cases).min(1.0 - 1e-12);
        let times = variance / (cases * share * (1.0 - share));
        let sum = ((cases - 1.0) / (times - 1.0) - 1.0).max(LEAST_CASES);
        let sum = if times > 1.0 && cases > 1.0 { sum.min(MOST_CASES) } else { MOST_CASES };
        ShareOutlook { seen, remaining: cases, a: share * sum, b: (1.0 - share) * sum }
    }

    /// The events to be expected at the end.
    #[inline]
    pub fn mean(&self) -> f64 {
        self.seen + self.remaining * self.a / (self.a + self.b)
    }

    /// The variance of the events at the end.
    pub fn variance(&self) -> f64 {
        let total = self.a + self.b;
        let share = self.a / total;
        self.remaining * share * (1.0 - share) * (1.0 + (self.remaining - 1.0) / (total + 1.0))
    }

    /// The probability that there are at most `total` events at the end.
    pub fn at_most(&self, total: f64) -> f64 {
        self.tails((total - self.seen).floor()).0
    }

    /// The probability that there are at least `total` events at the end.
    pub fn at_least(&self, total: f64) -> f64 {
        self.tails((total - self.seen).ceil() - 1.0).1
    }

    /// The number of events at the end that is as likely exceeded as not.
    pub fn median(&self) -> f64 {
        self.seen + self.quantile(0.5)
    }

    /// Between which numbers of events the end lies with the given confidence, each tail holding at
    /// most half of the rest.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        let tail = confidence.tail();
        let (lower, upper) = (self.quantile(tail), self.quantile(1.0 - tail));
        Interval { lower: self.seen + lower, upper: self.seen + upper }
    }

    fn quantile(&self, probability: f64) -> f64 {
        let mean = self.mean() - self.seen;
        let guess = mean + self.variance().sqrt() * normal_quantile(probability);
        // Where tails are approximated, masses are not their differences.
        if self.remaining > MOST_SUMMED {
            return searched(self, probability, guess);
        }
        least_reaching(self, probability, guess)
    }

    /// P(at most `events`) and P(more), for the events to come.
    fn tails(&self, events: f64) -> (f64, f64) {
        let most = self.remaining;
        if events < 0.0 {
            return (0.0, 1.0);
        }
        if events >= most {
            return (1.0, 0.0);
        }
        if most > MOST_SUMMED {
            // The share of those to come, with half a step of continuity.
            let share = self.a / (self.a + self.b);
            let times = share * (1.0 - share) * most * most / self.variance() - 1.0;
            let (a, b) = (share * times, (1.0 - share) * times);
            let at = (events + 0.5) / most;
            return (beta_lower(a, b, at), beta_upper(a, b, at));
        }
        // Sums away from the mean: this keeps the relative precision of the smaller tail.
        if events + 0.5 < self.mean() - self.seen {
            let lower = self.sum(events, -1.0);
            (lower, 1.0 - lower)
        } else {
            let upper = self.sum(events + 1.0, 1.0);
            (1.0 - upper, upper)
        }
    }

    /// Whether masses rise up to one number and fall after it. With both parameters below 1 the ends are likelier than
    /// the middle.
    fn has_one_peak(&self) -> bool {
        self.a >= 1.0 || self.b >= 1.0
    }

    /// The probabilities from one number of events on, upwards or downwards.
    fn sum(&self, from: f64, step: f64) -> f64 {
        let most = self.remaining;
        let mut term = self.mass(from);
        let mut sum = term;
        let mut at = from;
        let falls = self.has_one_peak();
        loop {
            let factor = if step > 0.0 { Ratios::next(self, at) } else { self.previous(at) };
            at += step;
            if at < 0.0 || at > most {
                break;
            }
            term *= factor;
            sum += term;
            if falls && factor < 1.0 && term * factor / (1.0 - factor) < sum * 1e-17 {
                break;
            }
        }
        sum.min(1.0)
    }
}

impl Prediction for ShareOutlook {
    fn seen(&self) -> f64 {
        self.seen
    }

    fn masses(&self) -> Option<Masses> {
        if !self.has_one_peak() || self.remaining > MOST_SUMMED {
            return None;
        }
        Masses::of(self, self.mean() - self.seen, self.variance().sqrt())
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

impl Ratios for ShareOutlook {
    fn most(&self) -> f64 {
        self.remaining
    }

    fn next(&self, events: f64) -> f64 {
        let ShareOutlook { remaining: most, a, b, .. } = *self;
        (most - events) * (events + a) / ((events + 1.0) * (most - events - 1.0 + b))
    }

    fn previous(&self, events: f64) -> f64 {
        let ShareOutlook { remaining: most, a, b, .. } = *self;
        events * (most - events + b) / ((most - events + 1.0) * (events - 1.0 + a))
    }
}

/// Of the events to come.
impl Steps for ShareOutlook {
    fn most(&self) -> f64 {
        self.remaining
    }

    fn lower_tail(&self, events: f64) -> f64 {
        self.tails(events).0
    }

    fn mass(&self, events: f64) -> f64 {
        let ShareOutlook { remaining: most, a, b, .. } = *self;
        let ln_beta = |a: f64, b: f64| ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
        let ln_ways = ln_gamma(most + 1.0) - ln_gamma(events + 1.0) - ln_gamma(most - events + 1.0);
        (ln_ways + ln_beta(events + a, most - events + b) - ln_beta(a, b)).exp()
    }

    fn next(&self, events: f64) -> f64 {
        Ratios::next(self, events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(seen: f64, of: f64, remaining: f64) -> ShareOutlook {
        let unsteadiness = Unsteadiness::default();
        ShareOutlook::new(seen, of, remaining, SharePrior::JEFFREYS, unsteadiness).unwrap()
    }

    /// The probabilities of 0, 1, … events, by a recursion over single draws from an urn (Pólya's). It
    /// needs no gamma function.
    fn by_draws(a: f64, b: f64, draws: usize) -> Vec<f64> {
        let mut masses = vec![1.0];
        for drawn in 0..draws {
            let mut next = vec![0.0; masses.len() + 1];
            for (events, mass) in masses.iter().enumerate() {
                let share = (a + events as f64) / (a + b + drawn as f64);
                next[events + 1] += mass * share;
                next[events] += mass * (1.0 - share);
            }
            masses = next;
        }
        masses
    }

    #[test]
    fn eighty_of_the_next_hundred_are_as_likely_as_not() {
        let prior = SharePrior::UNIFORM;
        let unsteadiness = Unsteadiness::default();
        let outlook = ShareOutlook::new(160.0, 200.0, 100.0, prior, unsteadiness).unwrap();
        assert_eq!(format!("{:.3}", outlook.at_least(240.0)), "0.532");
        // By scipy.stats.betabinom(100, 160.5, 40.5).sf(79).
        assert_eq!(format!("{:.3}", plain(160.0, 200.0, 100.0).at_least(240.0)), "0.544");
    }

    #[test]
    fn tails_are_those_of_an_urn() {
        for (seen, of, remaining) in [
            (0.0, 0.0, 12.0),
            (0.0, 5.0, 30.0),
            (5.0, 5.0, 30.0),
            (160.0, 200.0, 100.0),
            (3.0, 9.0, 1.0),
        ] {
            let outlook = plain(seen, of, remaining);
            let masses = by_draws(seen + 0.5, of - seen + 0.5, remaining as usize);
            let mut sum = 0.0;
            for (events, mass) in masses.iter().enumerate() {
                let total = seen + events as f64;
                let upper: f64 = masses[events..].iter().sum();
                assert!(
                    (outlook.at_least(total) - upper).abs() < 1e-11,
                    "{seen} of {of}: {events}"
                );
                sum += mass;
                assert!((outlook.at_most(total) - sum).abs() < 1e-11, "{seen} of {of}: {events}");
            }
        }
    }

    #[test]
    fn of_very_many_to_come_the_beta_distribution_is_close() {
        // Just at the limit both ways can be compared.
        let summed = plain(300.0, 1000.0, MOST_SUMMED);
        let whole = ShareOutlook { remaining: MOST_SUMMED + 1.0, ..summed };
        for share in [0.25, 0.28, 0.3, 0.31, 0.35] {
            let total = (300.0 + share * MOST_SUMMED).floor();
            assert!((summed.at_most(total) - whole.at_most(total)).abs() < 1e-4, "{share}");
        }
    }

    #[test]
    fn nothing_beyond_the_whole_can_be_and_nothing_below_what_was_seen() {
        let outlook = plain(3.0, 10.0, 5.0);
        assert_eq!((outlook.at_least(9.0), outlook.at_most(2.0)), (0.0, 0.0));
        assert_eq!((outlook.at_most(8.0), outlook.at_least(3.0)), (1.0, 1.0));
        let closed = plain(3.0, 10.0, 0.0);
        assert_eq!((closed.median(), closed.at_least(4.0)), (3.0, 0.0));
    }

    #[test]
    fn dispersion_multiplies_the_variance_and_leaves_the_mean() {
        let (narrow, unsteadiness) =
            (plain(60.0, 200.0, 100.0), Unsteadiness { dispersion: 2.0, drift: 0.0 });
        let wide =
            ShareOutlook::new(60.0, 200.0, 100.0, SharePrior::JEFFREYS, unsteadiness).unwrap();
        assert!((wide.mean() - narrow.mean()).abs() < 1e-10);
        assert!((wide.variance() / narrow.variance() - 2.0).abs() < 1e-10);
        assert!(wide.at_least(100.0) > narrow.at_least(100.0));
    }

    #[test]
    fn quantiles_are_the_least_numbers_that_reach_their_tail() {
        for (seen, of, remaining) in [(0.0, 3.0, 20.0), (160.0, 200.0, 100.0), (9.0, 9.0, 4.0)] {
            let outlook = plain(seen, of, remaining);
            let Interval { lower, upper } = outlook.interval(Confidence::P95);
            assert!(outlook.at_most(lower) >= 0.025);
            assert!(lower == seen || outlook.at_most(lower - 1.0) < 0.025);
            assert!(outlook.at_most(upper) >= 0.975 && outlook.at_most(upper - 1.0) < 0.975);
        }
    }
}
