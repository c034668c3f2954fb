//! Evidence against a goal that may be looked at after every report.
//!
//! An interval or a test is right for one look, at a time that was fixed before. Who looks every
//! week and stops at the first bad week is wrong far more often than 5 %. The e-values of this
//! module stay right: if the truth meets the goal, the probability that the evidence *ever* reaches
//! 40 is at most 2.5 % (Ville's inequality; Robbins 1970; Howard et al. 2021; Ramdas et al. 2023).
//!
//! | function | counts |
//! |---|---|
//! | [`share_evidence`] | events among cases, against a goal for their share |
//! | [`count_evidence`] | events, against the number that is expected at the goal |
//! | [`alarm_at`] | from which evidence on there is an alarm |
//! | [`evidence_benjamini_hochberg`] | which of many rows are established |
//!
//! # Method
//!
//! The evidence is a likelihood ratio: how many times more probable the counts are if the truth
//! misses the goal than if it lies on it. The truth that misses the goal has a distribution of its
//! own. For a share with the goal g it is Beta(20g, 20(1 − g)), cut to the side that misses the
//! goal. For counts the rate relative to the goal is Gamma(4, 4), cut to the side that misses it.
//! In closed form, with I the regularised incomplete beta function and h its density on the scale
//! of the logit, the evidence against at least g is
//!
//! e = [I_g(a + x, b + n − x) / h_g(a + x, b + n − x)] ÷ [I_g(a, b) / h_g(a, b)],
//! a = 20g, b = 20(1 − g).
//!
//! For counts the gamma distribution takes the place of the beta distribution. The counts are those
//! from the start of the window to the day of the look. Cases that depend on each other are
//! divided by their dispersion.

use crate::confidence::Confidence;
use crate::error::{self, Result, out_of_range};
use crate::special::{ln_beta_lower_by_height, ln_gamma_tail_by_height};

/// How many cases the distribution of shares that miss the goal is worth.
const CASES: f64 = 20.0;
/// How many events the distribution of rates that miss the goal is worth.
const EVENTS: f64 = 4.0;

/// Which side of its number a goal is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GoalSide {
    /// The number or more: the evidence is for less.
    AtLeast,
    /// The number or less: the evidence is for more.
    AtMost,
}

/// Returns the natural logarithm of the evidence that a share misses its goal.
///
/// `events` among `denominator` cases so far; both are divided by `dispersion`. `goal` is a share.
/// It is a logarithm because evidence soon exceeds the range of `f64`: 0 speaks for neither side,
/// ln 40 is an alarm. 10⁻¹² is the relative error of the evidence for up to 10⁶ cases.
///
/// ```
/// use attain_stats::Confidence;
/// use attain_stats::evidence::{GoalSide, alarm_at, share_evidence};
///
/// // 120 of 180 in nine weeks, and the goal is 80 %.
/// let evidence = share_evidence(120.0, 180.0, 0.8, 1.0, GoalSide::AtLeast)?;
/// assert!(evidence.exp() > alarm_at(Confidence::P95));
/// assert_eq!(share_evidence(0.0, 0.0, 0.8, 1.0, GoalSide::AtLeast)?, 0.0);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// If `events` is negative or above `denominator`, `goal` is not above 0 and below 1, `dispersion`
/// is below 1, or a number is not finite.
pub fn share_evidence(
    events: f64,
    denominator: f64,
    goal: f64,
    dispersion: f64,
    side: GoalSide,
) -> Result<f64> {
    let dispersion = check_dispersion(dispersion)?;
    let n = error::count("denominator", denominator)?;
    let x = error::part("events", events, n)?;
    if !(goal > 0.0 && goal < 1.0) {
        return Err(out_of_range("goal", goal, "a share above 0 and below 1"));
    }
    let (x, others) = (x / dispersion, (n - x) / dispersion);
    let (x, others, at, rest) = match side {
        GoalSide::AtLeast => (x, others, goal, 1.0 - goal),
        GoalSide::AtMost => (others, x, 1.0 - goal, goal),
    };
    let (a, b) = (CASES * at, CASES * rest);
    let of_counts = ln_beta_lower_by_height(a + x, b + others, at, rest);
    error::computed("events", of_counts - ln_beta_lower_by_height(a, b, at, rest))
}

/// Returns the natural logarithm of the evidence that a count misses its goal.
///
/// `events` so far, and how many are `expected` by now if the goal is just met; both are divided by
/// `dispersion`. The rest is as for [`share_evidence`].
///
/// ```
/// use attain_stats::evidence::{GoalSide, count_evidence};
///
/// // 140 events where the way to the limit allows 100.
/// let evidence = count_evidence(140.0, 100.0, 1.0, GoalSide::AtMost)?;
/// assert!(evidence.exp() > 40.0);
/// assert!(count_evidence(140.0, 100.0, 4.0, GoalSide::AtMost)?.exp() < 40.0);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// If `events` or `expected` is negative, `dispersion` is below 1, or a number is not finite.
pub fn count_evidence(events: f64, expected: f64, dispersion: f64, side: GoalSide) -> Result<f64> {
    let dispersion = check_dispersion(dispersion)?;
    let x = error::count("events", events)? / dispersion;
    let expected = error::count("expected", expected)? / dispersion;
    let is_lower = match side {
        GoalSide::AtLeast => true,
        GoalSide::AtMost => false,
    };
    let of_counts = ln_gamma_tail_by_height(EVENTS + x, EVENTS + expected, is_lower);
    error::computed("events", of_counts - ln_gamma_tail_by_height(EVENTS, EVENTS, is_lower))
}

/// Returns the evidence from which on there is an alarm: 2 ÷ (1 − confidence), 40 for 95 %.
///
/// A goal has two sides on which it may be missed or met, so each side has half of what the
/// confidence leaves, as the limits of an interval do.
///
/// ```
/// let alarm = attain_stats::evidence::alarm_at(attain_stats::Confidence::P95);
/// assert!((alarm - 40.0).abs() < 1e-12);
/// ```
pub fn alarm_at(confidence: Confidence) -> f64 {
    confidence.tail().recip()
}

/// Returns which of many rows are established to miss their goals, so that at most this share of
/// them is expected to be false.
///
/// `evidence` has the evidence of each row, not its logarithm. NaN is a row without evidence; it is
/// not counted. Rows may depend on each other in any way, and each may have been looked at as often
/// as one likes (e-BH: Wang & Ramdas 2022). Of n rows the k with the most evidence are established,
/// for the largest k whose least evidence is at least n/(k·`share`).
///
/// ```
/// use attain_stats::evidence::evidence_benjamini_hochberg;
///
/// // 20 would have to be at least 4/(3 · 0.05) = 26.7.
/// let rows = [1_000.0, 0.3, f64::NAN, 50.0, 20.0];
/// assert_eq!(evidence_benjamini_hochberg(&rows, 0.05), [true, false, false, true, false]);
/// ```
pub fn evidence_benjamini_hochberg(evidence: &[f64], share: f64) -> Vec<bool> {
    let mut falling: Vec<f64> = evidence.iter().copied().filter(|e| !e.is_nan()).collect();
    falling.sort_by(|one, other| other.total_cmp(one));
    let rows = falling.len() as f64;
    let is_enough = |(place, e): &(usize, &f64)| **e * (*place as f64 + 1.0) * share >= rows;
    let least = falling.iter().enumerate().rev().find(is_enough).map(|(_, least)| *least);
    evidence.iter().map(|e| least.is_some_and(|least| *e >= least)).collect()
}

fn check_dispersion(dispersion: f64) -> Result<f64> {
    if (1.0..=error::LARGEST_COUNT).contains(&dispersion) {
        Ok(dispersion)
    } else {
        Err(out_of_range("dispersion", dispersion, "a number from 1 to 2^53"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use super::*;
    use crate::random::Random;

    const ALARM: f64 = 40.0;

    /// In which of 52 weeks the evidence reaches the alarm first, for each of `runs` series.
    fn alarms(
        runs: usize,
        mut week: impl FnMut() -> (f64, f64),
        evidence: Evidence,
    ) -> Vec<Option<u32>> {
        let first = |_| {
            let (mut x, mut n) = (0.0, 0.0);
            (1..=52_u32)
                .filter(|_| {
                    let (events, of) = week();
                    (x, n) = (x + events, n + of);
                    evidence(x, n) >= ALARM.ln()
                })
                .min()
        };
        (0..runs).map(first).collect()
    }

    type Evidence = fn(f64, f64) -> f64;

    fn share_of(alarms: &[Option<u32>]) -> f64 {
        alarms.iter().flatten().count() as f64 / alarms.len() as f64
    }

    fn of_share(x: f64, n: f64) -> f64 {
        share_evidence(x, n, 0.8, 1.0, GoalSide::AtLeast).unwrap()
    }

    /// Cases of a week with this true share.
    fn cases(random: &mut Random, truth: f64) -> (f64, f64) {
        ((0..20).filter(|_| random.uniform() < truth).count() as f64, 20.0)
    }

    fn poisson(random: &mut Random, mean: f64) -> f64 {
        let (mut time, mut events) = (0.0, 0.0);
        loop {
            time -= random.uniform().ln();
            if time > mean {
                return events;
            }
            events += 1.0;
        }
    }

    #[test]
    fn looks_of_every_week_seldom_give_a_false_alarm() {
        let mut random = Random::seeded(501);
        let at_goal = alarms(2_000, || cases(&mut random, 0.8), of_share);
        assert!(share_of(&at_goal) <= 0.025, "{}", share_of(&at_goal));
        let below = alarms(500, || cases(&mut random, 0.75), of_share);
        assert!(share_of(&below) >= 0.8, "{}", share_of(&below));
        let far = alarms(500, || cases(&mut random, 0.7), of_share);
        assert_eq!(share_of(&far), 1.0);
        let mut weeks: Vec<u32> = far.into_iter().flatten().collect();
        weeks.sort_unstable();
        assert!(weeks[250] <= 9, "{}", weeks[250]);
    }

    #[test]
    fn looks_at_counts_seldom_give_a_false_alarm() {
        let mut random = Random::seeded(502);
        let evidence: Evidence = |x, n| count_evidence(x, n, 1.0, GoalSide::AtMost).unwrap();
        let at_goal = alarms(2_000, || (poisson(&mut random, 10.0), 10.0), evidence);
        assert!(share_of(&at_goal) <= 0.025, "{}", share_of(&at_goal));
        let above = alarms(500, || (poisson(&mut random, 12.5), 10.0), evidence);
        assert!(share_of(&above) >= 0.98, "{}", share_of(&above));
        let evidence: Evidence = |x, n| count_evidence(x, n, 1.0, GoalSide::AtLeast).unwrap();
        let at_goal = alarms(2_000, || (poisson(&mut random, 10.0), 10.0), evidence);
        assert!(share_of(&at_goal) <= 0.025, "{}", share_of(&at_goal));
        let below = alarms(500, || (poisson(&mut random, 7.5), 10.0), evidence);
        assert!(share_of(&below) >= 0.98, "{}", share_of(&below));
    }

    #[test]
    fn cases_that_come_in_pairs_are_divided_by_their_dispersion() {
        // Two cases of a pair have the same end: dispersion 2.
        let pairs = |random: &mut Random, truth: f64| {
            (2.0 * (0..10).filter(|_| random.uniform() < truth).count() as f64, 20.0)
        };
        let evidence: Evidence = |x, n| share_evidence(x, n, 0.8, 2.0, GoalSide::AtLeast).unwrap();
        let mut random = Random::seeded(503);
        let at_goal = alarms(2_000, || pairs(&mut random, 0.8), evidence);
        assert!(share_of(&at_goal) <= 0.025, "{}", share_of(&at_goal));
        let undivided = alarms(500, || pairs(&mut random, 0.8), of_share);
        assert!(share_of(&undivided) > 0.05, "{}", share_of(&undivided));
        let far = alarms(500, || pairs(&mut random, 0.7), evidence);
        assert!(share_of(&far) >= 0.95, "{}", share_of(&far));
    }

    #[test]
    fn evidence_is_finite_and_mirrored() {
        for n in [0.0, 1.0, 20.0, 1e4, 1e9, 1e15] {
            for part in [0.0, 0.1, 0.5, 0.8, 0.999, 1.0] {
                for goal in [1e-9, 0.01, 0.5, 0.8, 0.99, 1.0 - 1e-9] {
                    let x = n * part;
                    let least = share_evidence(x, n, goal, 1.0, GoalSide::AtLeast).unwrap();
                    let most = share_evidence(n - x, n, 1.0 - goal, 1.0, GoalSide::AtMost).unwrap();
                    assert!(least.is_finite(), "{x} of {n} at {goal}");
                    assert!(
                        (least - most).abs() <= 1e-6 * least.abs() + 1e-6,
                        "{x} of {n} at {goal}: {least} {most}"
                    );
                }
                for side in [GoalSide::AtLeast, GoalSide::AtMost] {
                    let found = count_evidence(n * part, n, 1.0, side).unwrap();
                    assert!(found.is_finite(), "{part} {n} {side:?}");
                }
            }
        }
    }

    #[test]
    fn what_has_no_answer_is_refused_by_its_name() {
        let share = |x, n, goal, dispersion| {
            share_evidence(x, n, goal, dispersion, GoalSide::AtLeast).unwrap_err().argument()
        };
        assert_eq!(share(3.0, 2.0, 0.5, 1.0), "events");
        assert_eq!(share(f64::NAN, 2.0, 0.5, 1.0), "events");
        assert_eq!(share(1.0, f64::INFINITY, 0.5, 1.0), "denominator");
        assert_eq!(share(1.0, 2.0, 1.0, 1.0), "goal");
        assert_eq!(share(1.0, 2.0, f64::NAN, 1.0), "goal");
        assert_eq!(share(1.0, 2.0, 0.5, 0.9), "dispersion");
        let count = |x, expected| {
            count_evidence(x, expected, 1.0, GoalSide::AtMost).unwrap_err().argument()
        };
        assert_eq!(count(-1.0, 2.0), "events");
        assert_eq!(count(1.0, f64::NAN), "expected");
    }
}
