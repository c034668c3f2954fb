//! What earlier years and other units say of the rate of a unit, or of its share.

use super::{CountPrior, SharePrior};
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
        two_years(before, after)?;
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

/// How much the shares of units differ from each other, and from one year to the next, beyond chance.
///
/// As [`YearlyRates`], with the differences of logits in place of log ratios, and a beta distribution of the shares of units.
///
/// ```
/// use attain_stats::outlook::YearlyShares;
///
/// // Events and cases of each unit: their shares differ by no more than chance from year to year.
/// let before = [(90.0, 100.0), (41.0, 50.0), (70.0, 100.0)];
/// let after = [(89.0, 100.0), (42.0, 50.0), (71.0, 100.0)];
/// let steady = YearlyShares::of(&before, &after)?;
/// assert_eq!(steady.change_variance, 0.0);
/// // Nearly as if last year's cases were seen once more.
/// let prior = steady.prior(89.0, 100.0)?;
/// assert!((prior.events / (prior.events + prior.others) - 0.89).abs() < 0.01);
/// assert!((100.0..115.0).contains(&(prior.events + prior.others)));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YearlyShares {
    /// The variance of the logit of a unit's share, from one year to the next.
    pub change_variance: f64,
    /// What is believed of a unit's share before its own cases are seen.
    pub of_units: SharePrior,
}

impl YearlyShares {
    /// From the events and the cases of the same units in two years, one after the other.
    ///
    /// # Errors
    /// If the columns have different lengths, there are fewer than two units, a number is no count, or events are more than
    /// their cases.
    pub fn of(before: &[(f64, f64)], after: &[(f64, f64)]) -> Result<Self> {
        two_years(before, after)?;
        for (events, of) in before.iter().chain(after) {
            error::part("events", *events, error::count("of", *of)?)?;
        }
        let logit = |(events, of): &(f64, f64)| {
            // Half an event and half an other case more: the logit of 0 and of 1 is no number.
            let (events, others) = (events + 0.5, of - events + 0.5);
            ((events / others).ln(), events.recip() + others.recip())
        };
        let changes = before.iter().zip(after).map(|(before, after)| {
            let ((before, of_before), (after, of_after)) = (logit(before), logit(after));
            (after - before, of_before + of_after)
        });
        Ok(YearlyShares {
            change_variance: variance_of_changes(changes),
            of_units: shares_of_units(after),
        })
    }

    /// The prior of a unit that had a number of events in last year's whole window: what is believed of units and its own cases
    /// give the mean, and the variance of the logit is that of both and of a year's change.
    ///
    /// # Errors
    /// If a number is no count, or events are more than their cases.
    pub fn prior(self, events: f64, of: f64) -> Result<SharePrior> {
        let events = error::part("events", events, error::count("of", of)?)?;
        let SharePrior { events: a, others: b } = self.of_units;
        let (a, b) = (a + events, b + of - events);
        let mean = a / (a + b);
        let variance = a.recip() + b.recip() + self.change_variance;
        let cases = (variance * mean * (1.0 - mean)).recip();
        Ok(SharePrior { events: mean * cases, others: (1.0 - mean) * cases })
    }
}

fn two_years<T>(before: &[T], after: &[T]) -> Result<()> {
    if before.len() != after.len() {
        return Err(StatsError::UnequalLengths {
            argument: "after",
            found: after.len(),
            expected: before.len(),
            alongside: "before",
        });
    }
    if before.len() < 2 {
        return Err(StatsError::TooFew { argument: "before", found: before.len(), expected: 2 });
    }
    Ok(())
}

/// How many times the variance of one pair of years the next year's change is taken to have.
const NEXT_CHANGE: f64 = 2.0;

fn change_variance(before: &[f64], after: &[f64]) -> f64 {
    variance_of_changes(before.iter().zip(after).map(|(before, after)| {
        // Half an event more: the logarithm of 0 is no number.
        let (before, after) = (before + 0.5, after + 0.5);
        ((after / before).ln(), before.recip() + after.recip())
    }))
}

/// The variance of the next changes of units, from their changes and the variances that chance gives these.
fn variance_of_changes(changes: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut weights, mut squares, mut weighted, mut weighted_squares) = (0.0, 0.0, 0.0, 0.0);
    let mut units = 0.0;
    for (change, by_chance) in changes {
        let weight = by_chance.recip();
        units += 1.0;
        weights += weight;
        squares += weight * weight;
        weighted += weight * change;
        weighted_squares += weight * change * change;
    }
    let mean = weighted / weights;
    let beyond = weighted_squares - weighted * mean - (units - 1.0);
    let between = (beyond / (weights - squares / weights)).max(0.0);
    NEXT_CHANGE * (between + (mean * mean - weights.recip()).max(0.0))
}

/// Of units of which all cases are events, or none, nothing is believed but that all shares are alike.
fn shares_of_units(counts: &[(f64, f64)]) -> SharePrior {
    let shares =
        counts.iter().filter(|(_, of)| *of > 0.0).map(|(events, of)| (events / of, of.recip()));
    let (mut units, mut sum, mut squares, mut by_chance) = (0.0, 0.0, 0.0, 0.0);
    for (share, one_case) in shares {
        units += 1.0;
        sum += share;
        squares += share * share;
        by_chance += one_case;
    }
    let mean = sum / units;
    if !(units > 1.0 && mean > 0.0 && mean < 1.0) {
        return SharePrior::UNIFORM;
    }
    let of_share = mean * (1.0 - mean);
    let variance = (squares - units * mean * mean) / (units - 1.0);
    let beyond = (variance - of_share * by_chance / units).max(0.0);
    let error = variance.max(of_share * by_chance / units) * (2.0 / (units - 1.0)).sqrt();
    // A share has at most this variance.
    let cases = of_share / (beyond + error).min(0.5 * of_share) - 1.0;
    SharePrior { events: mean * cases, others: (1.0 - mean) * cases }
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
    fn the_variance_of_shares_is_that_of_logits() {
        // By hand, as above: counts with half a case more on each side, so that these are whole.
        let (before, after) = ([(59.5, 79.0), (29.5, 59.0)], [(39.5, 79.0), (29.5, 59.0)]);
        let (changes, of_changes) = (
            [(1.0_f64 / 3.0).ln(), 0.0],
            [60.0_f64.recip() + 20.0_f64.recip() + 2.0 / 40.0, 4.0 / 30.0],
        );
        let weights = of_changes.map(f64::recip);
        let sum: f64 = weights.iter().sum();
        let mean = changes[0] * weights[0] / sum;
        let q = weights[0] * (changes[0] - mean).powi(2) + weights[1] * mean * mean;
        let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
        let between = ((q - 1.0) / (sum - squares / sum)).max(0.0);
        let shared = (mean * mean - 1.0 / sum).max(0.0);
        let found = YearlyShares::of(&before, &after).unwrap().change_variance;
        assert!((found - 2.0 * (between + shared)).abs() < 1e-12, "{found}");
    }

    #[test]
    fn the_shares_of_units_are_those_of_the_moments() {
        let counts = [(80.0, 100.0), (180.0, 200.0), (35.0, 50.0), (60.0, 100.0)];
        let found = YearlyShares::of(&counts, &counts).unwrap().of_units;
        // Shares .8, .9, .7 and .6: mean .75, variance .05 ÷ 3; by chance .1875 × (.01 + .005 + .02 + .01) ÷ 4.
        let variance = 0.05 / 3.0;
        let beyond = variance - 0.1875 * 0.045 / 4.0 + variance * (2.0_f64 / 3.0).sqrt();
        let cases = 0.1875 / beyond - 1.0;
        assert!((found.events - 0.75 * cases).abs() < 1e-9, "{found:?}");
        assert!((found.others - 0.25 * cases).abs() < 1e-9);
        for all in [[(5.0, 5.0); 12], [(0.0, 5.0); 12], [(0.0, 0.0); 12]] {
            let found = YearlyShares::of(&all, &all).unwrap();
            assert_eq!(found.of_units, SharePrior::UNIFORM);
            let prior = found.prior(all[0].0, all[0].1).unwrap();
            assert!(prior.events > 0.0 && prior.others > 0.0);
        }
        // Each other unit has all or nothing: no share is likelier than another.
        let apart = YearlyShares::of(&[(0.0, 9.0), (9.0, 9.0)], &[(0.0, 9.0), (9.0, 9.0)]).unwrap();
        assert!(apart.of_units.events > 0.0);
    }

    #[test]
    fn shares_that_change_much_are_believed_little() {
        let before = [(80.0, 100.0); 20];
        let after = [(60.0, 100.0); 20];
        let shares = YearlyShares::of(&before, &after).unwrap();
        let prior = shares.prior(60.0, 100.0).unwrap();
        assert!((prior.events / (prior.events + prior.others) - 0.6).abs() < 0.01);
        assert!(prior.events + prior.others < 4.0, "{prior:?}");
        assert!(shares.prior(2.0, 1.0).is_err());
        assert!(YearlyShares::of(&before, &after[1..]).is_err());
        assert!(YearlyShares::of(&[(2.0, 1.0); 2], &[(1.0, 2.0); 2]).is_err());
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
