//! How late events are reported, as far as can be seen by now.

use crate::error::{Result, count, out_of_range};

/// The distribution of the days from an event to its report.
///
/// By now only events are known that were reported by now: of those of the last days the ones with short delays. So
/// an event of `age` days says something only about delays up to `age`. The share reported within d days is the product over all
/// longer delays j of 1 − n(j) ÷ N(j), where n(j) events were reported after j days, among N(j) that were reported within j
/// days and are at least j days old (Lawless 1994, *Adjustments for reporting delays and the prediction of occurred but not
/// reported events*). Where all events are old enough, it is the share of events reported within d days.
///
/// ```
/// use attain_stats::outlook::ReportingDelays;
///
/// // 60 events reported on the same day and 40 after ten days, all of them a year old.
/// let delays = ReportingDelays::of([(0, 365, 60.0), (10, 365, 40.0)])?.expect("enough events");
/// assert!((delays.share_within(0) - 60.5 / 101.0).abs() < 1e-12);
/// assert_eq!(delays.share_within(10), 1.0);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ReportingDelays {
    /// Per number of days below the longest delay, the share of events reported within them.
    shares: Vec<f64>,
    events: f64,
}

/// With fewer events than these, nothing is said; nor about a delay that fewer could have had.
const FEWEST_EVENTS: f64 = 10.0;
/// A longer delay counts as this one: about a hundred years.
const LONGEST: usize = 36_525;

impl ReportingDelays {
    /// From numbers of events with the same delay and age, both in days: `(delay, age, number)`. None from fewer than
    /// ten events.
    ///
    /// # Errors
    /// If a report is later than now (the delay above the age), or a number of events is no count.
    pub fn of(events: impl IntoIterator<Item = (u32, u32, f64)>) -> Result<Option<Self>> {
        // Per delay, the events that had it; and how many more, or fewer, could have had it than the delay before.
        let mut with_delay: Vec<f64> = Vec::new();
        let mut at_risk: Vec<f64> = Vec::new();
        let mut total = 0.0;
        for (delay, age, number) in events {
            let number = count("events", number)?;
            if delay > age {
                return Err(out_of_range("delay", f64::from(delay), "at most the event's age"));
            }
            let [delay, age] = [delay, age].map(|days| (days as usize).min(LONGEST));
            if at_risk.len() < age + 2 {
                at_risk.resize(age + 2, 0.0);
                with_delay.resize(age + 2, 0.0);
            }
            with_delay[delay] += number;
            at_risk[delay] += number;
            at_risk[age + 1] -= number;
            total += number;
        }
        if total < FEWEST_EVENTS {
            return Ok(None);
        }
        let mut so_far = 0.0;
        for number in &mut at_risk {
            so_far += *number;
            *number = so_far;
        }
        let is_known = |delay: &usize| at_risk[*delay] >= FEWEST_EVENTS && with_delay[*delay] > 0.0;
        let longest = (0..with_delay.len()).rev().find(is_known).unwrap_or(0);
        let mut shares = vec![1.0; longest];
        let mut share = 1.0;
        for delay in (1..=longest).rev() {
            if at_risk[delay] >= FEWEST_EVENTS {
                share *= 1.0 - with_delay[delay] / at_risk[delay];
            }
            // Half an event on each side: what was not seen may happen.
            shares[delay - 1] = (total * share + 0.5) / (total + 1.0);
        }
        Ok(Some(ReportingDelays { shares, events: total }))
    }

    /// The share of events that are reported within a number of days.
    pub fn share_within(&self, days: u32) -> f64 {
        self.shares.get(days as usize).copied().unwrap_or(1.0)
    }

    /// The variance of that share.
    pub fn variance_within(&self, days: u32) -> f64 {
        let share = self.share_within(days);
        share * (1.0 - share) / (self.events + 1.0)
    }

    /// The longest delay, in days: all events are reported within it.
    pub fn longest(&self) -> u32 {
        u32::try_from(self.shares.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same distribution by another way: the likelihood of what was seen, made larger step by step. Each event of an age
    /// was drawn among the delays up to it; those that would have been longer are filled in by their expectation.
    fn by_expectation(events: &[(u32, u32, f64)], longest: usize) -> Vec<f64> {
        let mut masses = vec![1.0 / (longest + 1) as f64; longest + 1];
        for _ in 0..20_000 {
            let mut sums = vec![0.0; longest + 1];
            for (delay, age, number) in events {
                let age = (*age as usize).min(longest);
                let seen: f64 = masses[..=age].iter().sum();
                sums[*delay as usize] += number;
                for (sum, mass) in sums[age + 1..].iter_mut().zip(&masses[age + 1..]) {
                    *sum += number * mass / seen;
                }
            }
            let all: f64 = sums.iter().sum();
            masses = sums.into_iter().map(|sum| sum / all).collect();
        }
        masses
            .iter()
            .scan(0.0, |sum, mass| {
                *sum += mass;
                Some(*sum)
            })
            .collect()
    }

    #[test]
    fn the_shares_are_those_of_the_greatest_likelihood() {
        // Many of the events are too young to show the longer delays.
        let events = [
            (0, 20, 400.0),
            (1, 20, 300.0),
            (3, 20, 200.0),
            (6, 20, 100.0),
            (0, 4, 350.0),
            (1, 4, 330.0),
            (3, 4, 180.0),
            (0, 1, 170.0),
            (1, 1, 130.0),
            (0, 0, 90.0),
        ];
        let delays = ReportingDelays::of(events).unwrap().unwrap();
        let expected = by_expectation(&events, 6);
        let all: f64 = events.iter().map(|(_, _, number)| number).sum();
        for (days, expected) in (0..6).zip(expected) {
            let smoothed = (all * expected + 0.5) / (all + 1.0);
            assert!((delays.share_within(days) - smoothed).abs() < 1e-9, "{days}");
        }
        assert_eq!(
            (delays.longest(), delays.share_within(6), delays.share_within(99)),
            (6, 1.0, 1.0)
        );
        // Those reported so far say that delays are shorter than they are.
        let short: f64 = events.iter().filter(|(delay, ..)| *delay == 0).map(|one| one.2).sum();
        assert!(short / all > delays.share_within(0) + 0.04);
    }

    #[test]
    fn events_that_are_all_reported_at_once_have_no_delay() {
        let delays = ReportingDelays::of([(0, 5, 7.0), (0, 300, 8.0)]).unwrap().unwrap();
        assert_eq!((delays.longest(), delays.share_within(0)), (0, 1.0));
        assert_eq!(delays.variance_within(0), 0.0);
    }

    #[test]
    fn few_events_say_nothing_and_a_report_is_not_later_than_now() {
        assert_eq!(ReportingDelays::of([(3, 10, 9.0)]).unwrap(), None);
        assert!(ReportingDelays::of([(11, 10, 50.0)]).is_err());
        assert!(ReportingDelays::of([(1, 10, -1.0)]).is_err());
        // Of the delay of 30 days only three events are old enough.
        let delays = ReportingDelays::of([(2, 10, 50.0), (30, 40, 3.0)]).unwrap().unwrap();
        assert_eq!(delays.longest(), 2);
    }
}
