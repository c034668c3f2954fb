//! What a window that still runs may come to: events still to come, and the chance that a total is
//! kept to or reached.
//!
//! All of it is predictive: what was seen says only roughly what rate lies behind it, and what is
//! to come varies around that rate. A forecast that takes the rate seen for the true one (a plug-in
//! Poisson) is too sure of itself.
//!
//! | file | gives |
//! |---|---|
//! | [`count`] | events over a time or a denominator: gamma–Poisson |
//! | [`share`] | events among a whole: beta–binomial |
//! | [`units`] | how many of several units meet their goals, each with a chance of its own |
//! | [`dispersion`] | how much more counts vary than independent events do |

pub mod count;
pub mod dispersion;
pub mod share;
pub mod units;

pub use count::{CountOutlook, CountPrior};
pub use dispersion::Dispersion;
pub use share::{ShareOutlook, SharePrior};
pub use units::{units_meeting, units_meeting_at_least};

/// How what is to come differs from what a steady course of independent events would bring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unsteadiness {
    /// How many times the variance of independent events, 1 or more; see [`Dispersion`].
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

/// The least whole number, 0 or more, whose lower tail is at least `probability`, looked for around
/// a guess.
fn least_reaching(probability: f64, guess: f64, most: f64, lower_tail: impl Fn(f64) -> f64) -> f64 {
    let is_reached = |at: f64| lower_tail(at) >= probability;
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
