//! Predictions for a running window: the events still to come, and the probability that a total is
//! kept to or reached.
//!
//! All distributions are predictive: the observed events give only an uncertain estimate of the rate,
//! and future events vary around that rate. A forecast that takes the observed rate for the true one
//! (a plug-in Poisson) is too narrow.
//!
//! | file | gives |
//! |---|---|
//! | [`count`] | events over a time or a denominator: gamma–Poisson |
//! | [`delays`] | how late events are reported |
//! | [`history`] | what earlier years and other units say of a rate or a share |
//! | [`series`] | the next of a series of published values: a level that moves |
//! | [`share`] | events among a whole: beta–binomial |
//! | [`units`] | how many of several units meet their goals, each with a chance of its own |
//! | `masses` | [`Tabulated`]: an outlook with a table of its probabilities, for several questions |

pub mod count;
pub mod delays;
pub mod history;
mod masses;
pub mod series;
pub mod share;
pub mod units;

pub use count::{CountOutlook, CountPrior};
pub use delays::ReportingDelays;
pub use history::{YearlyRates, YearlyShares};
pub use masses::Tabulated;
pub use series::{SeriesOutlook, SeriesScale};
pub use share::{RecordedEvents, ShareOutlook, SharePrior};
pub use units::{units_meeting, units_meeting_at_least};

/// How future events differ from independent events at a steady rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unsteadiness {
    /// How many times the variance of independent events, 1 or more; see [`dispersion`](crate::dispersion).
    pub dispersion: f64,
    /// By which share the rate to come may have moved away from the rate so far, as a standard
    /// deviation: 0.1 for one tenth.
    pub drift: f64,
}

impl Default for Unsteadiness {
    /// Independent events at one rate.
    fn default() -> Self {
        Unsteadiness { dispersion: 1.0, drift: 0.0 }
    }
}

impl Unsteadiness {
    fn checked(self) -> super::error::Result<Self> {
        if !(self.dispersion >= 1.0 && self.dispersion.is_finite()) {
            let expected = "a finite number, 1 or more";
            return Err(super::error::out_of_range("dispersion", self.dispersion, expected));
        }
        if !(self.drift >= 0.0 && self.drift.is_finite()) {
            return Err(super::error::out_of_range(
                "drift",
                self.drift,
                "a finite number, 0 or more",
            ));
        }
        Ok(self)
    }
}

/// A distribution over whole numbers from 0 to a greatest one.
trait Steps {
    /// The greatest number.
    fn most(&self) -> f64;

    /// The probability of at most `number`.
    fn lower_tail(&self, number: f64) -> f64;

    /// The probability of exactly `number`.
    fn mass(&self, number: f64) -> f64;

    /// The probability of the next number, divided by that of `number`.
    fn next(&self, number: f64) -> f64;
}

/// The least number whose lower tail is at least `probability`, looked for around a guess.
///
/// A tail takes long, and from one number to the next it is a multiplication: one tail near by, and a walk from
/// there.
fn least_reaching(steps: &impl Steps, probability: f64, guess: f64) -> f64 {
    walked_to(steps, probability, guess).unwrap_or_else(|| searched(steps, probability, guess))
}

/// The longest walk.
const NEAR: f64 = 32.0;
/// A walk does not decide tails closer to the probability: the logarithms of masses lose as much.
const TIE: f64 = 1e-9;

/// `None` if the guess is too far off, or if a tail is too close to the probability to decide.
fn walked_to(steps: &impl Steps, probability: f64, guess: f64) -> Option<f64> {
    let most = steps.most();
    let mut at = guess.is_finite().then(|| guess.floor().clamp(0.0, most))?;
    let mut found = None;
    for _ in 0..4 {
        let (tail, mass) = (steps.lower_tail(at), steps.mass(at));
        let off = (probability - tail) / mass;
        if off.abs() <= NEAR {
            found = Some((tail, mass));
            break;
        }
        let next = (at + off).floor().clamp(0.0, most);
        if !off.is_finite() || next == at {
            break;
        }
        at = next;
    }
    let (mut tail, mut mass) = found?;
    let is_reached = |tail: f64| {
        let is_told = (tail - probability).abs() > TIE;
        is_told.then_some(tail >= probability)
    };
    let start = at;
    if is_reached(tail)? {
        while at > 0.0 && start - at < 4.0 * NEAR {
            let below = tail - mass;
            if !is_reached(below)? {
                return Some(at);
            }
            at -= 1.0;
            mass /= steps.next(at);
            tail = below;
        }
        (at == 0.0).then_some(0.0)
    } else {
        while at < most && at - start < 4.0 * NEAR {
            mass *= steps.next(at);
            at += 1.0;
            tail += mass;
            if at >= most || is_reached(tail)? {
                return Some(at);
            }
        }
        None
    }
}

fn searched(steps: &impl Steps, probability: f64, guess: f64) -> f64 {
    let most = steps.most();
    let is_reached = |at: f64| steps.lower_tail(at) >= probability;
    let guess = if guess.is_finite() { guess.floor().clamp(0.0, most) } else { 0.0 };
    let mut step = 1.0;
    // `low` is not reached, `high` is.
    let (mut low, mut high);
    if is_reached(guess) {
        high = guess;
        loop {
            if high == 0.0 {
                return 0.0;
            }
            low = (high - step).max(0.0);
            if !is_reached(low) {
                break;
            }
            high = low;
            step *= 2.0;
        }
    } else {
        low = guess;
        loop {
            if low >= most {
                return most;
            }
            high = (low + step).min(most);
            if high >= most || is_reached(high) {
                break;
            }
            low = high;
            step *= 2.0;
        }
    }
    while high - low > 1.0 {
        let middle = (low + 0.5 * (high - low)).floor();
        if middle <= low || middle >= high {
            break;
        }
        if is_reached(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_walk_ends_where_a_search_does(
            seen in 0_u32..3_000, others in 0_u32..3_000, elapsed in 0.01_f64..0.99,
            dispersion in 1.0_f64..4.0, drift in 0.0_f64..0.3, probability in 0.001_f64..0.999,
            beside in -40.0_f64..40.0,
        ) {
            let unsteadiness = Unsteadiness { dispersion, drift };
            let (seen, of) = (f64::from(seen), f64::from(seen + others));
            let coming = (of * (1.0 - elapsed) / elapsed).min(3_000.0);
            let count =
                CountOutlook::new(seen, elapsed, 1.0 - elapsed, CountPrior::JEFFREYS, unsteadiness).unwrap();
            let share =
                ShareOutlook::new(seen, of, coming, SharePrior::UNIFORM, unsteadiness).unwrap();
            let guesses = [count.mean() - seen + beside, share.mean() - seen + beside];
            if let Some(walked) = walked_to(&count, probability, guesses[0]) {
                prop_assert_eq!(walked, searched(&count, probability, guesses[0]));
            }
            if let Some(walked) = walked_to(&share, probability, guesses[1]) {
                prop_assert_eq!(walked, searched(&share, probability, guesses[1]));
            }
            for (steps, at) in [(&count as &dyn Told, guesses[0]), (&share, guesses[1])] {
                let at = at.max(1.0).floor();
                let (mass, expected) = steps.both(at);
                prop_assert!((mass - expected).abs() < 1e-11 + 1e-9 * expected, "{} {}", mass, expected);
            }
        }
    }

    /// A mass, and the same by two tails.
    trait Told {
        fn both(&self, at: f64) -> (f64, f64);
    }

    impl<S: Steps> Told for S {
        fn both(&self, at: f64) -> (f64, f64) {
            let at = at.min(self.most());
            (self.mass(at), self.lower_tail(at) - self.lower_tail(at - 1.0))
        }
    }

    #[test]
    fn a_good_guess_is_walked_from() {
        let unsteadiness = Unsteadiness::default();
        let count = CountOutlook::new(300.0, 0.3, 0.7, CountPrior::JEFFREYS, unsteadiness).unwrap();
        for probability in [0.025, 0.5, 0.975] {
            assert!(walked_to(&count, probability, count.mean() - 300.0).is_some());
        }
    }
}
