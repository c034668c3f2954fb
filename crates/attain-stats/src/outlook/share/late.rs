//! Moments of the events to come, where some events among the cases so far are not recorded yet.

use super::{RecordedEvents, SharePrior};

/// Of the events that are not recorded yet.
pub(super) struct Moments {
    pub(super) mean: f64,
    pub(super) variance: f64,
    /// The variance of those among the cases to come, if their share were known.
    pub(super) of_those_to_come: f64,
}

/// How many numbers the logit of the share is taken at.
const POINTS: i32 = 64;
/// By how much the logarithm of the density falls up to the first and the last of them.
const FALL: f64 = 24.0;

/// The cases, if a share r of events is recorded.
struct Cases {
    /// Events that are recorded.
    seen: f64,
    /// Other cases so far.
    others: f64,
    to_come: f64,
    /// r, at most 1.
    recorded: f64,
    prior: SharePrior,
}

/// The moments over the share p of cases that are events, and the share r of events that are recorded.
pub(super) fn moments(
    seen: f64,
    of: f64,
    RecordedEvents { share, deviation }: RecordedEvents,
    remaining: f64,
    prior: SharePrior,
) -> Moments {
    let cases = |recorded: f64| {
        // Of events that are recorded before their cases, as many cases more are known.
        let known = (of * recorded.max(1.0)).max(seen);
        let to_come = (remaining - (known - of)).max(0.0);
        Cases { seen, others: known - seen, to_come, recorded: recorded.min(1.0), prior }
    };
    let ends = [-1.0, 1.0].map(|side| cases(share * f64::exp(side * deviation)));
    let points = ends.iter().flat_map(Cases::points);
    let points: Vec<(f64, f64, &Cases)> = points.collect();
    let highest = points.iter().map(|(_, ln, _)| *ln).fold(f64::NEG_INFINITY, f64::max);
    let (mut weights, mut means, mut squares, mut variances, mut to_come) =
        (0.0, 0.0, 0.0, 0.0, 0.0);
    for (logit, ln_weight, cases) in points {
        let weight = (ln_weight - highest).exp();
        let (mean, of_others, of_those_to_come) = cases.moments_at(logit);
        weights += weight;
        means += weight * mean;
        squares += weight * mean * mean;
        variances += weight * (of_others + of_those_to_come);
        to_come += weight * of_those_to_come;
    }
    let mean = means / weights;
    let of_means = (squares / weights - mean * mean).max(0.0);
    Moments { mean, variance: variances / weights + of_means, of_those_to_come: to_come / weights }
}

/// p and 1 − p.
fn share(logit: f64) -> (f64, f64) {
    let less = (-logit.abs()).exp();
    let (smaller, larger) = (less / (1.0 + less), 1.0 / (1.0 + less));
    if logit < 0.0 { (smaller, larger) } else { (larger, smaller) }
}

impl Cases {
    /// The logarithm of the density of the logit of p.
    fn ln_density(&self, logit: f64) -> f64 {
        let (p, rest) = share(logit);
        let ln_likelihood =
            self.seen * self.recorded.ln() + self.others * self.unrecorded(p, rest).ln();
        let ln_power = |times: f64, p: f64| if times > 0.0 { times * p.ln() } else { 0.0 };
        let (events, others) = (self.seen + self.prior.events, self.prior.others);
        ln_power(events, p) + ln_power(others, rest) + ln_likelihood
    }

    /// 1 − pr: the share of cases without a recorded event.
    fn unrecorded(&self, p: f64, rest: f64) -> f64 {
        rest + p * (1.0 - self.recorded)
    }

    /// The logit at which the density is highest: its slope is 0 where p solves a quadratic equation.
    fn peak(&self) -> f64 {
        let (r, events) = (self.recorded, self.seen + self.prior.events);
        let all = events + self.prior.others + self.others;
        let linear = events * (1.0 + r) + self.prior.others + self.others * r;
        let root = (linear * linear - 4.0 * r * all * events).max(0.0).sqrt();
        let p = 2.0 * events / (linear + root);
        (p / (1.0 - p).max(f64::EPSILON)).ln()
    }

    /// Logits of p, each with the logarithm of its weight.
    fn points(&self) -> impl Iterator<Item = (f64, f64, &Cases)> {
        let peak = self.peak();
        let least = self.ln_density(peak) - FALL;
        let far = |side: f64| {
            let mut distance = 1.0 / (self.seen + self.others + self.prior.events).sqrt();
            while distance < 1e4 && self.ln_density(peak + side * distance) > least {
                distance *= 1.25;
            }
            peak + side * distance
        };
        let (first, last) = (far(-1.0), far(1.0));
        let step = (last - first) / f64::from(POINTS);
        (0..=POINTS).map(move |place| {
            let logit = first + f64::from(place) * step;
            (logit, self.ln_density(logit) + step.ln(), self)
        })
    }

    /// Given p: the mean of the events that are not recorded yet, and their variance among the cases so far and those to come.
    fn moments_at(&self, logit: f64) -> (f64, f64, f64) {
        let (p, rest) = share(logit);
        let unrecorded = self.unrecorded(p, rest);
        let late = p * (1.0 - self.recorded) / unrecorded;
        let mean = self.others * late + self.to_come * p;
        (mean, self.others * late * (rest / unrecorded), self.to_come * p * rest)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ShareOutlook, late};
    use super::*;
    use crate::outlook::Unsteadiness;

    const STEADY: Unsteadiness = Unsteadiness { dispersion: 1.0, drift: 0.0 };

    /// The masses of a binomial distribution.
    fn binomial(cases: usize, share: f64) -> Vec<f64> {
        let mut masses = vec![1.0];
        for _ in 0..cases {
            let mut next = vec![0.0; masses.len() + 1];
            for (events, mass) in masses.iter().enumerate() {
                next[events + 1] += mass * share;
                next[events] += mass * (1.0 - share);
            }
            masses = next;
        }
        masses
    }

    /// The probabilities of 0, 1, … events that are not recorded yet: a sum over shares p in small steps.
    fn by_steps(
        seen: usize,
        of: usize,
        recorded: f64,
        remaining: usize,
        prior: SharePrior,
    ) -> Vec<f64> {
        const STEPS: usize = 4_000;
        let mut masses = vec![0.0; of - seen + remaining + 1];
        for step in 0..STEPS {
            let p = (step as f64 + 0.5) / STEPS as f64;
            let likelihood = (p * recorded).powi(seen as i32)
                * (1.0 - p * recorded).powi((of - seen) as i32)
                * p.powf(prior.events - 1.0)
                * (1.0 - p).powf(prior.others - 1.0);
            let late = p * (1.0 - recorded) / (1.0 - p * recorded);
            let (so_far, to_come) = (binomial(of - seen, late), binomial(remaining, p));
            for (one, mass) in so_far.iter().enumerate() {
                for (other, beside) in to_come.iter().enumerate() {
                    masses[one + other] += likelihood * mass * beside;
                }
            }
        }
        let all: f64 = masses.iter().sum();
        masses.into_iter().map(|mass| mass / all).collect()
    }

    const CASES: [(usize, usize, f64, usize); 9] = [
        (12, 20, 0.7, 0),
        (12, 20, 0.7, 60),
        (14, 20, 0.7, 30),
        (17, 20, 0.7, 30),
        (0, 20, 0.4, 30),
        (20, 20, 0.6, 10),
        (3, 40, 0.5, 40),
        (30, 40, 0.95, 12),
        (0, 3, 0.2, 9),
    ];

    #[test]
    fn moments_are_those_of_every_share_and_number() {
        for prior in [SharePrior::UNIFORM, SharePrior { events: 9.0, others: 2.0 }] {
            for (seen, of, share, remaining) in CASES {
                let masses = by_steps(seen, of, share, remaining, prior);
                let mean: f64 = masses.iter().enumerate().map(|(at, mass)| at as f64 * mass).sum();
                let deviations =
                    masses.iter().enumerate().map(|(at, mass)| (at as f64 - mean).powi(2) * mass);
                let variance: f64 = deviations.sum();
                let recorded = RecordedEvents { share, deviation: 0.0 };
                let numbers = [seen, of, remaining].map(|number| number as f64);
                let found = late::moments(numbers[0], numbers[1], recorded, numbers[2], prior);
                let place = format!("{seen} of {of}, {share}, {remaining}");
                assert!((found.mean - mean).abs() < 1e-4 * mean, "{place}: {} {mean}", found.mean);
                assert!(
                    (found.variance - variance).abs() < 1e-3 * variance,
                    "{place}: {} {variance}",
                    found.variance
                );
            }
        }
    }

    #[test]
    fn tails_are_near_those_of_every_share_and_number() {
        for (seen, of, share, remaining) in CASES {
            let masses = by_steps(seen, of, share, remaining, SharePrior::UNIFORM);
            let recorded = RecordedEvents { share, deviation: 0.0 };
            let [x, n, to_come] = [seen, of, remaining].map(|number| number as f64);
            let outlook =
                ShareOutlook::late(x, n, recorded, to_come, SharePrior::UNIFORM, STEADY).unwrap();
            let mut above = 1.0;
            for (events, mass) in masses.iter().enumerate() {
                let found = outlook.at_least(x + events as f64);
                let place = format!("{seen} of {of}, {share}, {remaining}: {events}");
                assert!((found - above).abs() < 0.05, "{place}: {found} {above}");
                above -= mass;
            }
        }
    }

    #[test]
    fn where_all_is_recorded_it_is_the_outlook_without_delays() {
        for (seen, of, remaining) in [(160.0, 200.0, 100.0), (0.0, 9.0, 4.0), (9.0, 9.0, 40.0)] {
            let prior = SharePrior::UNIFORM;
            let plain = ShareOutlook::new(seen, of, remaining, prior, STEADY).unwrap();
            let late = |share: f64| {
                let recorded = RecordedEvents { share, deviation: 0.0 };
                ShareOutlook::late(seen, of, recorded, remaining, prior, STEADY).unwrap()
            };
            assert_eq!(late(1.0), plain);
            let nearly = late(1.0 - 1e-9);
            assert!((nearly.mean() - plain.mean()).abs() < 1e-6 * plain.mean());
            assert!((nearly.variance() - plain.variance()).abs() < 1e-4 * plain.variance());
        }
    }

    #[test]
    fn events_that_are_recorded_before_their_cases_belong_to_cases_to_come() {
        // 95 events and 80 cases are recorded; but the events are those of 100 cases.
        let recorded = RecordedEvents { share: 1.25, deviation: 0.0 };
        let (prior, remaining) = (SharePrior::UNIFORM, 120.0);
        let outlook = ShareOutlook::late(95.0, 80.0, recorded, remaining, prior, STEADY).unwrap();
        let plain = ShareOutlook::new(95.0, 100.0, 100.0, prior, STEADY).unwrap();
        assert!((outlook.mean() - plain.mean()).abs() < 1e-3);
        assert!((outlook.variance() - plain.variance()).abs() < 1e-2 * plain.variance());
    }

    #[test]
    fn what_is_known_badly_makes_the_outlook_wider() {
        let width = |deviation: f64| {
            let recorded = RecordedEvents { share: 0.7, deviation };
            let (prior, of) = (SharePrior::UNIFORM, 1_000.0);
            ShareOutlook::late(560.0, of, recorded, 3_000.0, prior, STEADY).unwrap().variance()
        };
        assert!(width(0.05) > 1.5 * width(0.0));
    }

    #[test]
    fn cases_that_say_as_much_have_the_same_information() {
        for (p, r) in [(0.9, 0.5), (0.2, 0.7), (0.6, 0.95)] {
            let of = 1e6;
            let seen = of * p * r;
            let ln_likelihood = |p: f64| seen * (p * r).ln() + (of - seen) * (1.0 - p * r).ln();
            let step = 1e-4;
            let slopes = ln_likelihood(p + step) + ln_likelihood(p - step) - 2.0 * ln_likelihood(p);
            let information = -slopes / (step * step);
            let (events, cases, _) = RecordedEvents { share: r, deviation: 0.0 }.alone(seen, of);
            assert!((events / cases - p).abs() < 1e-9);
            let of_cases = cases / (p * (1.0 - p));
            assert!((of_cases / information - 1.0).abs() < 1e-3, "{p} {r}");
        }
    }

    #[test]
    fn a_closed_window_has_at_most_its_cases() {
        let recorded = RecordedEvents { share: 0.8, deviation: 0.01 };
        let outlook =
            ShareOutlook::late(70.0, 100.0, recorded, 0.0, SharePrior::UNIFORM, STEADY).unwrap();
        assert_eq!((outlook.at_least(101.0), outlook.at_most(100.0)), (0.0, 1.0));
        assert!(outlook.at_least(70.0) == 1.0 && outlook.mean() < 100.0);
        let all =
            ShareOutlook::late(100.0, 100.0, recorded, 0.0, SharePrior::UNIFORM, STEADY).unwrap();
        assert_eq!((all.median(), all.at_least(100.0)), (100.0, 1.0));
    }
}
