//! What earlier years and other units say of the rate of a unit.

use super::CountPrior;
use crate::error::{self, Result, StatsError};

/// How much the rates of units differ from each other, and from one year to the next, beyond chance.
///
/// The log ratios of two years' counts vary by chance, and by what really changes: the change that all units share, and the
/// variance between units (DerSimonian & Laird 1986). Twice both together is the variance of a unit's change: the next change
/// may be larger than the one that was seen.
///
/// The rates of units are taken to have a gamma distribution, with the mean of the later year's counts and their variance
/// beyond chance. What few units show of that variance is uncertain: one standard error is added.
///
/// ```
/// use attain_stats::outlook::YearlyRates;
///
/// // Counts that differ from year to year by no more than chance.
/// let steady = YearlyRates::of(&[40.0, 52.0, 161.0], &[43.0, 50.0, 160.0])?;
/// assert_eq!(steady.change_variance, 0.0);
/// // Nearly as if last year's events had been seen in a whole window more.
/// let prior = steady.prior(60.0)?;
/// assert!((prior.events - 60.0).abs() < 2.0 && (prior.exposure - 1.0).abs() < 0.05);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YearlyRates {
    /// The variance of the logarithm of a unit's rate, from one year to the next.
    pub change_variance: f64,
    /// What is believed of a unit's rate before its own counts are seen. Exposure is in whole windows.
    pub of_units: CountPrior,
}

impl YearlyRates {
    /// From the counts of the same units in two years, one after the other.
    ///
    /// # Errors
    /// If the columns have different lengths, there are fewer than two units, or a number is no count.
    pub fn of(before: &[f64], after: &[f64]) -> Result<Self> {
        if before.len() != after.len() {
            return Err(StatsError::UnequalLengths {
                argument: "after",
                found: after.len(),
                expected: before.len(),
                alongside: "before",
            });
        }
        if before.len() < 2 {
            return Err(StatsError::TooFew {
                argument: "before",
                found: before.len(),
                expected: 2,
            });
        }
        for (before, after) in before.iter().zip(after) {
            error::count("before", *before)?;
            error::count("after", *after)?;
        }
        Ok(YearlyRates {
            change_variance: change_variance(before, after),
            of_units: rates_of_units(after),
        })
    }

    /// The prior of a unit that had a number of events in the whole of last year's window: what is believed of units and its
    /// own count give the mean, and the relative variance is that of both and of a year's change. Its exposure is in
    /// whole windows.
    ///
    /// # Errors
    /// If `events` is no count.
    pub fn prior(self, events: f64) -> Result<CountPrior> {
        let seen = self.of_units.events + error::count("events", events)?;
        let mean = seen / (self.of_units.exposure + 1.0);
        let shape = (seen.recip() + self.change_variance).recip();
        Ok(CountPrior { events: shape, exposure: shape / mean })
    }
}

/// How many times the variance of one pair of years the next year's change is taken to have.
const NEXT_CHANGE: f64 = 2.0;

fn change_variance(before: &[f64], after: &[f64]) -> f64 {
    let (mut weights, mut squares, mut weighted, mut weighted_squares) = (0.0, 0.0, 0.0, 0.0);
    for (before, after) in before.iter().zip(after) {
        // Half an event more: the logarithm of 0 is no number.
        let (before, after) = (before + 0.5, after + 0.5);
        let (ratio, weight) = ((after / before).ln(), (before.recip() + after.recip()).recip());
        weights += weight;
        squares += weight * weight;
        weighted += weight * ratio;
        weighted_squares += weight * ratio * ratio;
    }
    let mean = weighted / weights;
    let beyond = weighted_squares - weighted * mean - (before.len() as f64 - 1.0);
    let between = (beyond / (weights - squares / weights)).max(0.0);
    NEXT_CHANGE * (between + (mean * mean - weights.recip()).max(0.0))
}

/// Of units that had no event nothing is believed but Jeffreys' prior.
fn rates_of_units(counts: &[f64]) -> CountPrior {
    let units = counts.len() as f64;
    let mean = counts.iter().sum::<f64>() / units;
    if mean <= 0.0 {
        return CountPrior::JEFFREYS;
    }
    let squares: f64 = counts.iter().map(|count| (count - mean).powi(2)).sum();
    let beyond = (squares / (units - 1.0) - mean).max(0.0);
    // The standard error of the variance of Poisson counts.
    let error = mean * ((2.0 + mean.recip()) / (units - 1.0)).sqrt();
    let shape = mean * mean / (beyond + error);
    CountPrior { events: shape, exposure: shape / mean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variance_is_that_of_der_simonian_and_laird_with_the_shared_change() {
        // The two steps by hand: w = 1/(1/(x+½) + 1/(y+½)), Q = Σw(l − l̄)².
        let (before, after) = ([99.5, 199.5, 49.5], [149.5, 99.5, 49.5]);
        let logs = [1.5_f64.ln(), 0.5_f64.ln(), 0.0];
        let weights = [60.0, 200.0 / 3.0, 25.0];
        let sum: f64 = weights.iter().sum();
        let mean = logs.iter().zip(weights).map(|(log, weight)| log * weight).sum::<f64>() / sum;
        let q: f64 =
            logs.iter().zip(weights).map(|(log, weight)| weight * (log - mean).powi(2)).sum();
        let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
        let between = (q - 2.0) / (sum - squares / sum);
        let shared = (mean * mean - 1.0 / sum).max(0.0);
        let found = YearlyRates::of(&before, &after).unwrap().change_variance;
        assert!((found - 2.0 * (between + shared)).abs() < 1e-12, "{found}");
    }

    #[test]
    fn what_all_units_share_is_a_change_too() {
        let before = [100.0; 12];
        let after = [70.0; 12];
        let rates = YearlyRates::of(&before, &after).unwrap();
        assert!((rates.change_variance - 2.0 * (70.5_f64 / 100.5).ln().powi(2)).abs() < 0.006);
        let prior = rates.prior(70.0).unwrap();
        assert!((prior.events / prior.exposure - 70.0).abs() < 0.5);
        assert!(prior.exposure < 0.2);
    }

    #[test]
    fn a_count_that_is_far_from_those_of_other_units_is_partly_luck() {
        // 60 units of two events each, as chance makes them: e⁻² 2ˣ ÷ x! of each number.
        let counts: Vec<f64> = [(0, 8), (1, 16), (2, 16), (3, 11), (4, 6), (5, 2), (6, 1)]
            .into_iter()
            .flat_map(|(count, units)| vec![f64::from(count); units])
            .collect();
        let rates = YearlyRates::of(&counts, &counts).unwrap();
        let mean = |events: f64| {
            let prior = rates.prior(events).unwrap();
            prior.events / prior.exposure
        };
        assert!((mean(2.0) - 2.0).abs() < 0.05);
        assert!(
            (2.3..3.0).contains(&mean(6.0)) && (1.5..1.9).contains(&mean(0.0)),
            "{}",
            mean(6.0)
        );
        // Of units that differ in truth each one's count is believed.
        let apart = [20.0, 45.0, 90.0, 180.0, 400.0, 610.0];
        let rates = YearlyRates::of(&apart, &apart).unwrap();
        let prior = rates.prior(400.0).unwrap();
        assert!((prior.events / prior.exposure - 400.0).abs() < 4.0);
    }

    #[test]
    fn the_rates_of_units_are_those_of_the_moments() {
        let counts = [10.0, 14.0, 30.0, 22.0];
        let rates = YearlyRates::of(&counts, &counts).unwrap().of_units;
        // Mean 19, variance 236 ÷ 3; beyond chance 59.67, with a standard error of 19 √((2 + 1/19) ÷ 3).
        let shape = 361.0 / (236.0 / 3.0 - 19.0 + 19.0 * ((2.0 + 1.0 / 19.0) / 3.0_f64).sqrt());
        assert!((rates.events - shape).abs() < 1e-12);
        assert!((rates.exposure - shape / 19.0).abs() < 1e-12);
        let none = YearlyRates::of(&[0.0; 10], &[0.0; 10]).unwrap();
        assert_eq!(none.of_units, CountPrior::JEFFREYS);
    }

    #[test]
    fn what_has_no_answer_is_refused() {
        assert!(YearlyRates::of(&[1.0], &[1.0]).is_err());
        assert!(YearlyRates::of(&[1.0, 2.0], &[1.0]).is_err());
        assert!(YearlyRates::of(&[1.0, -2.0], &[1.0, 2.0]).is_err());
        let rates = YearlyRates::of(&[1.0, 2.0], &[1.0, 2.0]).unwrap();
        assert!(rates.prior(f64::NAN).is_err());
    }
}
