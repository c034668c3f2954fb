//! One-sided exact tests of a count or a share against a known goal.
//!
//! A goal is a known number, so the test uses the distribution at the goal and needs no interval.
//! For n observations with probability p each, or for an expected count μ:
//!
//! | tail | share | count |
//! |---|---|---|
//! | P(X ≤ x) | I₁₋ₚ(n − x, x + 1) | Q(x + 1, μ) |
//! | P(X ≥ x) | Iₚ(x, n − x + 1) | P(x, μ) |
//!
//! I is the regularised incomplete beta function; P and Q are the regularised incomplete gamma
//! functions. Both are defined for real x and n, so counts may be divided by a dispersion. For whole
//! numbers they are the sums of the probabilities.
//!
//! [`GoalTest`] compares a tail with a level. It computes the tail only where bounds do not decide.

use crate::confidence::Confidence;
use crate::error::{self, Result, out_of_range};
use crate::special::{
    beta_lower, beta_upper, gamma_lower, gamma_upper, normal_cdf, normal_quantile,
};

/// How much of the probability of the observed count belongs to a tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TailMethod {
    /// All of it. The test is wrong at most as often as its level says.
    #[default]
    Exact,
    /// Half of it (Lancaster 1961). The test is wrong about as often as its level says, and more
    /// often for some goals.
    MidP,
}

/// P(X ≤ `events`) for `denominator` observations with probability `goal` each.
///
/// `events` and `denominator` may be other than whole numbers. With [`TailMethod::MidP`] the result
/// is the mean of P(X ≤ x) and P(X ≤ x − 1). Returns NaN unless 0 ≤ `events` ≤ `denominator` and
/// 0 ≤ `goal` ≤ 1. The error is below 10⁻¹² relative to the tail, below 10⁻⁹ for denominators of
/// 10⁹.
///
/// ```
/// use attain_stats::{TailMethod, share_tail_below};
///
/// // 16 of 17 against 99 %: all but one at most, 1 − 0.99¹⁷.
/// let tail = share_tail_below(16.0, 17.0, 0.99, TailMethod::Exact);
/// assert!((tail - (1.0 - 0.99f64.powi(17))).abs() < 1e-15);
/// ```
pub fn share_tail_below(events: f64, denominator: f64, goal: f64, method: TailMethod) -> f64 {
    let (x, n) = (events, denominator);
    if !is_share(x, n, goal) {
        return f64::NAN;
    }
    mixed(
        method,
        || share_at_most(x, n - x, goal),
        || if x > 0.0 { share_at_most(x - 1.0, n - x + 1.0, goal) } else { 0.0 },
    )
}

/// P(X ≥ `events`) for `denominator` observations with probability `goal` each.
///
/// As [`share_tail_below`]. With [`TailMethod::MidP`] the result is the mean of P(X ≥ x) and
/// P(X ≥ x + 1), so that both tails add up to 1.
///
/// ```
/// use attain_stats::{TailMethod, share_tail_above};
///
/// let tail = share_tail_above(3.0, 3.0, 0.5, TailMethod::Exact);
/// assert!((tail - 0.125).abs() < 1e-15);
/// ```
pub fn share_tail_above(events: f64, denominator: f64, goal: f64, method: TailMethod) -> f64 {
    let (x, n) = (events, denominator);
    if !is_share(x, n, goal) {
        return f64::NAN;
    }
    mixed(
        method,
        || share_at_least(x, n - x, goal),
        || if x < n { share_at_least(x + 1.0, n - x - 1.0, goal) } else { 0.0 },
    )
}

/// P(X ≤ `events`) for a Poisson count with the expectation `expected`.
///
/// `events` may be other than a whole number. With [`TailMethod::MidP`] the result is the mean of
/// P(X ≤ x) and P(X ≤ x − 1). Returns NaN unless both arguments are finite and not negative.
///
/// ```
/// use attain_stats::{TailMethod, count_tail_below};
///
/// let tail = count_tail_below(1.0, 5.0, TailMethod::Exact);
/// assert!((tail - 6.0 * (-5.0f64).exp()).abs() < 1e-15);
/// ```
pub fn count_tail_below(events: f64, expected: f64, method: TailMethod) -> f64 {
    if !is_count(events, expected) {
        return f64::NAN;
    }
    mixed(
        method,
        || gamma_upper(events + 1.0, expected),
        || if events > 0.0 { gamma_upper(events, expected) } else { 0.0 },
    )
}

/// P(X ≥ `events`) for a Poisson count with the expectation `expected`.
///
/// As [`count_tail_below`]. With [`TailMethod::MidP`] the result is the mean of P(X ≥ x) and
/// P(X ≥ x + 1), so that both tails add up to 1.
///
/// ```
/// use attain_stats::{TailMethod, count_tail_above};
///
/// let tail = count_tail_above(1.0, 5.0, TailMethod::Exact);
/// assert!((tail - (1.0 - (-5.0f64).exp())).abs() < 1e-15);
/// ```
pub fn count_tail_above(events: f64, expected: f64, method: TailMethod) -> f64 {
    if !is_count(events, expected) {
        return f64::NAN;
    }
    mixed(
        method,
        || if events > 0.0 { gamma_lower(events, expected) } else { 1.0 },
        || gamma_lower(events + 1.0, expected),
    )
}

/// [`share_tail_below`] and [`share_tail_above`], with an error in place of NaN.
///
/// ```
/// use attain_stats::{TailMethod, share_tails};
///
/// let [below, above] = share_tails(160.0, 200.0, 0.85, TailMethod::Exact)?;
/// assert!(0.03 < below && below < 0.04 && above > 0.97);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `denominator` is not above 0, `events` is negative or above `denominator`, or `goal` is not
/// from 0 to 1.
pub fn share_tails(
    events: f64,
    denominator: f64,
    goal: f64,
    method: TailMethod,
) -> Result<[f64; 2]> {
    let n = error::denominator("denominator", denominator)?;
    let x = error::part("events", events, n)?;
    if !(0.0..=1.0).contains(&goal) {
        return Err(out_of_range("goal", goal, "a share from 0 to 1, such as 0.95"));
    }
    Ok([share_tail_below(x, n, goal, method), share_tail_above(x, n, goal, method)])
}

/// [`count_tail_below`] and [`count_tail_above`], with an error in place of NaN.
///
/// # Errors
/// If `events` or `expected` is negative, not finite or beyond 2⁵³.
pub fn count_tails(events: f64, expected: f64, method: TailMethod) -> Result<[f64; 2]> {
    let x = error::count("events", events)?;
    let mu = error::count("expected", expected)?;
    Ok([count_tail_below(x, mu, method), count_tail_above(x, mu, method)])
}

/// One-sided tests at one level: is a tail at the goal at most α?
///
/// Make one test and use it for many rows. Most rows need a few multiplications: bounds on the tail
/// decide them. Rows near the critical count need two logarithms, and only the nearest ones need the
/// tail itself. The answer is always that of the tail.
///
/// ```
/// use attain_stats::{GoalTest, TailMethod};
///
/// let test = GoalTest::new(0.025, TailMethod::Exact)?;
/// // 16 of 17 is below 99 %, but not clearly: P(X ≤ 16) is 15.7 % there.
/// assert!(!test.share_is_below(16.0, 17.0, 0.99));
/// assert!(test.share_is_below(14.0, 17.0, 0.99));
/// assert!(test.count_is_above(120.0, 98.0));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GoalTest {
    level: f64,
    method: TailMethod,
    /// ln α, for tails with a closed form; ln 2α under mid-P.
    ln_level: f64,
    /// The standard normal quantile that leaves α above it. NaN where the bounds do not hold: every
    /// comparison with it is then false, and the tail decides.
    z: f64,
}

/// From this level on every answer is that of the tail. At or beyond the goal P(X ≤ x) is at least
/// ½ (the median of a beta or gamma distribution lies between its mean and its mode), and its mid-P
/// form at least ¼.
const BOUNDS_HOLD_BELOW: f64 = 0.25;

/// Beyond this many observations the logarithms of the approximation have too few digits.
const APPROXIMATE_UP_TO: f64 = 1e11;

/// The approximation divides by the distance from the mean; nearer to the mean than this relative
/// entropy (a score of 0.3), rounding decides its result.
const SMALLEST_ENTROPY: f64 = 0.05;

impl GoalTest {
    /// A test at the level `alpha`, a probability above 0 and below 1.
    ///
    /// For a two-sided 95 % decision use 0.025 for each side.
    ///
    /// # Errors
    /// If `alpha` is not above 0 and below 1.
    pub fn new(alpha: f64, method: TailMethod) -> Result<Self> {
        if !(alpha > 0.0 && alpha < 1.0) {
            return Err(out_of_range("alpha", alpha, "a probability above 0 and below 1"));
        }
        Ok(GoalTest::at(alpha, method))
    }

    /// The exact test whose level is one tail of an interval of this confidence: 0.025 for 0.95. For the decision that a goal
    /// is missed in one of several `categories`, the tail is divided by their number (Bonferroni).
    ///
    /// ```
    /// use attain_stats::{Confidence, GoalTest, TailMethod};
    ///
    /// let test = GoalTest::of_confidence(Confidence::P95, 1);
    /// let same = GoalTest::new(0.025, TailMethod::Exact)?;
    /// assert_eq!(test.share_is_below(14.0, 17.0, 0.99), same.share_is_below(14.0, 17.0, 0.99));
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    #[inline]
    pub fn of_confidence(confidence: Confidence, categories: u32) -> Self {
        // The tail of a confidence is above 0 and below one half.
        GoalTest::at(confidence.tail() / f64::from(categories.max(1)), TailMethod::Exact)
    }

    fn at(alpha: f64, method: TailMethod) -> Self {
        let z = if alpha < BOUNDS_HOLD_BELOW { -normal_quantile(alpha) } else { f64::NAN };
        let doubled = match method {
            TailMethod::Exact => alpha,
            TailMethod::MidP => 2.0 * alpha,
        };
        GoalTest { level: alpha, method, ln_level: doubled.ln(), z }
    }

    /// Is [`share_tail_below`] at most α? False where that is NaN.
    #[inline]
    pub fn share_is_below(&self, events: f64, denominator: f64, goal: f64) -> bool {
        if !is_share(events, denominator, goal) {
            return false;
        }
        self.few_of(events, denominator - events, goal, 1.0 - goal).unwrap_or_else(|| {
            share_tail_below(events, denominator, goal, self.method) <= self.level
        })
    }

    /// Is [`share_tail_above`] at most α? False where that is NaN.
    #[inline]
    pub fn share_is_above(&self, events: f64, denominator: f64, goal: f64) -> bool {
        if !is_share(events, denominator, goal) {
            return false;
        }
        // Many events are few non-events.
        self.few_of(denominator - events, events, 1.0 - goal, goal).unwrap_or_else(|| {
            share_tail_above(events, denominator, goal, self.method) <= self.level
        })
    }

    /// Is [`count_tail_below`] at most α? False where that is NaN.
    #[inline]
    pub fn count_is_below(&self, events: f64, expected: f64) -> bool {
        if !is_count(events, expected) {
            return false;
        }
        self.fewer_than(events, expected)
            .unwrap_or_else(|| count_tail_below(events, expected, self.method) <= self.level)
    }

    /// Is [`count_tail_above`] at most α? False where that is NaN.
    #[inline]
    pub fn count_is_above(&self, events: f64, expected: f64) -> bool {
        if !is_count(events, expected) {
            return false;
        }
        self.more_than(events, expected)
            .unwrap_or_else(|| count_tail_above(events, expected, self.method) <= self.level)
    }

    /// Is P(X ≤ x) at most α, for x events and `rest` non-events of probabilities p and q? `None`
    /// where neither the bounds nor the approximation decide.
    ///
    /// Zubkov & Serov (2013) prove that P(X ≤ x) lies between Φ(−√(2nK(x/n, p))) and
    /// Φ(−√(2nK((x+1)/n, p))) below the mean, where K(s, p) is the relative entropy,
    /// the integral of (t − s)/(t(1 − t)) from s to p. The largest and the smallest t(1 − t) on the
    /// way bound it without a logarithm.
    #[inline]
    fn few_of(&self, x: f64, rest: f64, p: f64, q: f64) -> Option<bool> {
        if self.z.is_nan() {
            return None;
        }
        let n = x + rest;
        let squared = self.z * self.z;
        // np − x.
        let ahead = p * rest - q * x;
        if ahead <= 0.0 {
            return Some(false);
        }
        let shorter = ahead - 1.0;
        if shorter > 0.0 {
            let (next, left) = (x + 1.0, rest - 1.0);
            let n_times_widest = if p <= 0.5 {
                n * p * q
            } else if next >= left {
                next * left / n
            } else {
                0.25 * n
            };
            if shorter * shorter > squared * n_times_widest {
                return Some(true);
            }
        }
        // Under mid-P the tail is at least P(X ≤ x − 1).
        let (low, high, longer) = match self.method {
            TailMethod::Exact => (x, rest, ahead),
            TailMethod::MidP => (x - 1.0, rest + 1.0, ahead + 1.0),
        };
        let square = longer * longer;
        if low > 0.0 && square < squared * (n * p * q) && square * n < squared * (low * high) {
            return Some(false);
        }
        self.few_of_by_approximation(x, rest, p, q)
    }

    fn few_of_by_approximation(&self, x: f64, rest: f64, p: f64, q: f64) -> Option<bool> {
        if x == 0.0 {
            // P(X ≤ 0) = qⁿ.
            let ln_q = if p < 0.5 { (-p).ln_1p() } else { q.ln() };
            return Some(rest * ln_q <= self.ln_level);
        }
        if x + rest > APPROXIMATE_UP_TO || rest < 2.0 {
            return None;
        }
        self.decided(x, |fewer| peizer_pratt_share(x - fewer, rest + fewer, p, q))
    }

    /// Is P(X ≤ x) at most α for a Poisson count? Short (2013) proves the same bounds as for shares,
    /// with μ·K(x/μ) = x ln(x/μ) − x + μ, the integral of (t − x)/t from x to μ.
    #[inline]
    fn fewer_than(&self, x: f64, mu: f64) -> Option<bool> {
        if self.z.is_nan() {
            return None;
        }
        let squared = self.z * self.z;
        let ahead = mu - x;
        if ahead <= 0.0 {
            return Some(false);
        }
        let shorter = ahead - 1.0;
        if shorter > 0.0 && shorter * shorter > squared * mu {
            return Some(true);
        }
        let (low, longer) = match self.method {
            TailMethod::Exact => (x, ahead),
            TailMethod::MidP => (x - 1.0, ahead + 1.0),
        };
        if low > 0.0 && longer * longer < squared * low {
            return Some(false);
        }
        if x == 0.0 {
            return Some(-mu <= self.ln_level);
        }
        if mu > APPROXIMATE_UP_TO {
            return None;
        }
        self.decided(x, |fewer| peizer_pratt_count(x - fewer, mu))
    }

    /// Is P(X ≥ x) at most α for a Poisson count?
    #[inline]
    fn more_than(&self, x: f64, mu: f64) -> Option<bool> {
        if self.z.is_nan() {
            return None;
        }
        let squared = self.z * self.z;
        let beyond = x - mu;
        if beyond <= 0.0 {
            return Some(false);
        }
        let shorter = beyond - 1.0;
        if shorter > 0.0 && shorter * shorter > squared * (x - 1.0) {
            return Some(true);
        }
        let longer = match self.method {
            TailMethod::Exact => beyond,
            TailMethod::MidP => beyond + 1.0,
        };
        if longer * longer < squared * mu {
            return Some(false);
        }
        if x > APPROXIMATE_UP_TO {
            return None;
        }
        // P(X ≥ x) = 1 − P(X ≤ x − 1), and P(X ≥ x + 1) = 1 − P(X ≤ x).
        match self.method {
            TailMethod::Exact if x >= 2.0 => self.far_from_level(-peizer_pratt_count(x - 1.0, mu)),
            TailMethod::MidP if x >= 2.0 => self.far_from_level_of_two(
                -peizer_pratt_count(x - 1.0, mu),
                -peizer_pratt_count(x, mu),
            ),
            TailMethod::Exact | TailMethod::MidP => None,
        }
    }

    /// The decision by approximate normal scores of P(X ≤ x) and, under mid-P, of one event fewer,
    /// where they are far enough from α.
    #[inline]
    fn decided(&self, x: f64, score: impl Fn(f64) -> f64) -> Option<bool> {
        match self.method {
            TailMethod::Exact if x >= 1.0 => self.far_from_level(score(0.0)),
            TailMethod::MidP if x >= 2.0 => self.far_from_level_of_two(score(0.0), score(1.0)),
            TailMethod::Exact | TailMethod::MidP => None,
        }
    }

    #[inline]
    fn far_from_level(&self, score: f64) -> Option<bool> {
        // How much the score is beyond −z.
        let beyond = -self.z - score;
        (beyond.abs() > self.margin()).then_some(beyond > 0.0)
    }

    #[inline]
    fn far_from_level_of_two(&self, score: f64, next: f64) -> Option<bool> {
        let tail = 0.5 * (normal_cdf(score) + normal_cdf(next));
        // The relative slope of a normal tail at z is below z + 1/z.
        let close = self.margin() * (self.z + 1.0 / self.z + 1.0);
        ((tail / self.level).ln().abs() > close).then_some(tail < self.level)
    }

    /// More than the error of a score near −z: measured for x from 1, n − x from 2 and z from 0.67
    /// to 7, whole and not, the error is at most 0.003 + 0.0011 z³.
    #[inline]
    fn margin(&self) -> f64 {
        0.005 + 0.0015 * self.z * self.z * self.z
    }
}

#[inline]
fn is_share(x: f64, n: f64, p: f64) -> bool {
    x >= 0.0 && x <= n && n < f64::INFINITY && (0.0..=1.0).contains(&p)
}

#[inline]
fn is_count(x: f64, mu: f64) -> bool {
    let finite = 0.0..f64::INFINITY;
    finite.contains(&x) && finite.contains(&mu)
}

/// A tail with all of the probability of the observed count, or the mean of that and the next.
fn mixed(method: TailMethod, tail: impl Fn() -> f64, next: impl Fn() -> f64) -> f64 {
    match method {
        TailMethod::Exact => tail(),
        TailMethod::MidP => 0.5 * (tail() + next()),
    }
}

/// P(X ≤ x) with `rest` = n − x non-events.
fn share_at_most(x: f64, rest: f64, p: f64) -> f64 {
    if rest > 0.0 { beta_upper(x + 1.0, rest, p) } else { 1.0 }
}

/// P(X ≥ x) with `rest` = n − x non-events; 0 where x is more than n.
fn share_at_least(x: f64, rest: f64, p: f64) -> f64 {
    if rest <= -1.0 {
        0.0
    } else if x > 0.0 {
        beta_lower(x, rest + 1.0, p)
    } else {
        1.0
    }
}

/// The normal score of P(X ≤ x) of Peizer & Pratt (1968), for x ≥ 1 and n − x ≥ 2. NaN near the
/// mean.
#[inline]
fn peizer_pratt_share(x: f64, rest: f64, p: f64, q: f64) -> f64 {
    let n = x + rest;
    let (s, t) = (x + 0.5, rest - 0.5);
    let (events, others) = (n * p, n * q);
    let distance = s - events;
    let entropy = s * (s / events).ln() + t * (t / others).ln();
    let correction = q / (x + 1.0) - p / rest + (q - 0.5) / (n + 1.0);
    if entropy < SMALLEST_ENTROPY {
        return f64::NAN;
    }
    let numerator = distance + (1.0 / 6.0 - p / 3.0) + 0.02 * correction;
    numerator / distance.abs() * (2.0 * entropy / (1.0 + 1.0 / (6.0 * n))).sqrt()
}

/// The same for a Poisson count, x ≥ 1.
#[inline]
fn peizer_pratt_count(x: f64, mu: f64) -> f64 {
    let s = x + 0.5;
    let distance = s - mu;
    let entropy = s * (s / mu).ln() - distance;
    if entropy < SMALLEST_ENTROPY {
        return f64::NAN;
    }
    let numerator = distance + 1.0 / 6.0 + 0.02 / (x + 1.0);
    numerator / distance.abs() * (2.0 * entropy).sqrt()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use super::*;
    use crate::random::Random;

    const METHODS: [TailMethod; 2] = [TailMethod::Exact, TailMethod::MidP];
    /// Not equal to a tail at one of the goals, where rounding would decide.
    const LEVELS: [f64; 8] = [0.31, 0.217, 0.103, 0.052, 0.0253, 1.07e-3, 1.03e-5, 1.03e-9];

    /// Both tails of every x from the probabilities of the counts, added up from the far end.
    fn enumerated(probabilities: &[f64], method: TailMethod) -> Vec<(f64, f64)> {
        let own = match method {
            TailMethod::Exact => 1.0,
            TailMethod::MidP => 0.5,
        };
        (0..probabilities.len())
            .map(|x| {
                let below: f64 = probabilities[..x].iter().sum();
                let above: f64 = probabilities[x + 1..].iter().rev().sum();
                (below + own * probabilities[x], above + own * probabilities[x])
            })
            .collect()
    }

    /// The binomial probabilities by repeated trials: no logarithm, no gamma function.
    fn binomial(n: usize, p: f64) -> Vec<f64> {
        let mut probabilities = vec![1.0];
        for _ in 0..n {
            let mut next = vec![0.0; probabilities.len() + 1];
            for (x, probability) in probabilities.iter().enumerate() {
                next[x] += probability * (1.0 - p);
                next[x + 1] += probability * p;
            }
            probabilities = next;
        }
        probabilities
    }

    fn poisson(mu: f64, up_to: usize) -> Vec<f64> {
        let mut probabilities = vec![(-mu).exp()];
        for x in 1..=up_to {
            probabilities.push(probabilities[x - 1] * mu / x as f64);
        }
        probabilities
    }

    const GOALS: [f64; 19] = [
        0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95,
        0.98, 0.99, 0.999,
    ];

    #[test]
    fn tails_of_shares_are_the_sums_of_their_probabilities_and_decide_every_test() {
        for n in (1..=30).chain([45, 70]) {
            for goal in GOALS {
                let probabilities = binomial(n, goal);
                for method in METHODS {
                    let tails = enumerated(&probabilities, method);
                    for (x, (below, above)) in tails.into_iter().enumerate() {
                        let (x, n) = (x as f64, n as f64);
                        let found = share_tail_below(x, n, goal, method);
                        assert!((found / below - 1.0).abs() < 1e-12, "{x} {n} {goal} {method:?}");
                        let found = share_tail_above(x, n, goal, method);
                        assert!((found / above - 1.0).abs() < 1e-12, "{x} {n} {goal} {method:?}");
                        for level in LEVELS {
                            let test = GoalTest::new(level, method).unwrap();
                            let at = format!("{x} {n} {goal} {test:?}");
                            assert_eq!(test.share_is_below(x, n, goal), below <= level, "{at}");
                            assert_eq!(test.share_is_above(x, n, goal), above <= level, "{at}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn tails_of_counts_are_the_sums_of_their_probabilities_and_decide_every_test() {
        for goal in [0.001, 0.01, 0.1, 0.5, 0.9, 1.0, 1.5, 2.0, 3.7, 5.0, 10.0, 22.2, 40.0, 75.0] {
            let probabilities = poisson(goal, 300);
            for method in METHODS {
                let tails = enumerated(&probabilities, method);
                for (x, (below, above)) in tails.into_iter().enumerate().take(200) {
                    let x = x as f64;
                    let found = count_tail_below(x, goal, method);
                    assert!((found / below - 1.0).abs() < 1e-12, "{x} {goal} {method:?}");
                    let found = count_tail_above(x, goal, method);
                    assert!(
                        (found - above).abs() <= 1e-12 * above + 1e-290,
                        "{x} {goal} {method:?} {found:e} {above:e}"
                    );
                    for level in LEVELS {
                        let test = GoalTest::new(level, method).unwrap();
                        assert_eq!(test.count_is_below(x, goal), below <= level, "{x} {test:?}");
                        assert_eq!(test.count_is_above(x, goal), above <= level, "{x} {test:?}");
                    }
                }
            }
        }
    }

    /// The bounds are proven for whole numbers; real ones are tried near the level, where they
    /// could fail first.
    #[test]
    fn real_counts_are_decided_as_their_tails_are() {
        let mut random = Random::seeded(7);
        let mut size = |largest: f64| largest.powf(random.uniform());
        for round in 0..30_000 {
            let level = 0.24 * size(1e-8);
            let method = METHODS[round % 2];
            let test = GoalTest::new(level, method).unwrap();
            let n = 0.5 * size(1e7);
            let goal = match round % 3 {
                0 => size(1e-4),
                1 => 1.0 - size(1e-4),
                _ => (size(2.0) - 1.0).clamp(0.001, 0.999),
            };
            // Some standard deviations around the critical count.
            let deviation = (n * goal * (1.0 - goal)).sqrt();
            let away = test.z + 4.0 * (size(4.0) - 2.0) / test.z;
            for side in [-1.0, 1.0] {
                let x = (n * goal + side * away * deviation).clamp(0.0, n);
                let x = if round % 5 == 0 { x.floor() } else { x };
                let (below, above) = (
                    share_tail_below(x, n, goal, method) <= level,
                    share_tail_above(x, n, goal, method) <= level,
                );
                assert_eq!(test.share_is_below(x, n, goal), below, "{x} {n} {goal} {test:?}");
                assert_eq!(test.share_is_above(x, n, goal), above, "{x} {n} {goal} {test:?}");
                let mu = n * goal;
                let x = (mu + side * away * mu.sqrt()).max(0.0);
                let (below, above) = (
                    count_tail_below(x, mu, method) <= level,
                    count_tail_above(x, mu, method) <= level,
                );
                assert_eq!(test.count_is_below(x, mu), below, "{x} {mu} {test:?}");
                assert_eq!(test.count_is_above(x, mu), above, "{x} {mu} {test:?}");
            }
        }
    }

    #[test]
    fn certain_and_impossible_goals_have_certain_tails() {
        for method in METHODS {
            let own = if method == TailMethod::Exact { 1.0 } else { 0.5 };
            // Nothing can happen.
            assert_eq!(share_tail_below(0.0, 5.0, 0.0, method), own);
            assert_eq!(share_tail_above(0.0, 5.0, 0.0, method), own);
            assert_eq!(share_tail_below(2.0, 5.0, 0.0, method), 1.0);
            assert_eq!(share_tail_above(2.5, 5.0, 0.0, method), 0.0);
            // Everything must happen.
            assert_eq!(share_tail_below(5.0, 5.0, 1.0, method), own);
            assert_eq!(share_tail_above(5.0, 5.0, 1.0, method), own);
            assert_eq!(share_tail_below(4.5, 5.0, 1.0, method), 0.0);
            assert_eq!(share_tail_above(0.0, 5.0, 1.0, method), 1.0);
            // No observation says anything.
            assert_eq!(share_tail_below(0.0, 0.0, 0.3, method), own);
            assert_eq!(share_tail_above(0.0, 0.0, 0.3, method), own);
            assert_eq!(count_tail_below(0.0, 0.0, method), own);
            assert_eq!(count_tail_above(0.0, 0.0, method), own);
            assert_eq!(count_tail_below(3.0, 0.0, method), 1.0);
            assert_eq!(count_tail_above(0.5, 0.0, method), 0.0);
            for level in LEVELS {
                let test = GoalTest::new(level, method).unwrap();
                assert!(!test.share_is_below(0.0, 5.0, 0.0) && !test.share_is_above(0.0, 5.0, 0.0));
                assert!(!test.share_is_below(5.0, 5.0, 1.0) && !test.share_is_above(5.0, 5.0, 1.0));
                assert!(test.share_is_below(0.0, 5.0, 1.0) && test.share_is_below(4.0, 5.0, 1.0));
                assert!(test.share_is_above(5.0, 5.0, 0.0) && test.share_is_above(1.0, 5.0, 0.0));
                assert!(!test.share_is_below(0.0, 0.0, 0.3) && !test.share_is_above(0.0, 0.0, 0.3));
                assert!(!test.count_is_below(0.0, 0.0) && !test.count_is_above(0.0, 0.0));
                assert!(test.count_is_above(1.0, 0.0) && !test.count_is_below(1.0, 0.0));
            }
        }
    }

    #[test]
    fn what_is_no_count_or_probability_has_no_tail_and_is_no_finding() {
        let test = GoalTest::new(0.025, TailMethod::Exact).unwrap();
        for (x, n, p) in [
            (-1.0, 5.0, 0.5),
            (6.0, 5.0, 0.5),
            (2.0, 5.0, 1.5),
            (2.0, 5.0, -0.1),
            (f64::NAN, 5.0, 0.5),
            (2.0, f64::NAN, 0.5),
            (2.0, 5.0, f64::NAN),
            (2.0, f64::INFINITY, 0.5),
        ] {
            assert!(share_tail_below(x, n, p, TailMethod::Exact).is_nan());
            assert!(share_tail_above(x, n, p, TailMethod::MidP).is_nan());
            assert!(!test.share_is_below(x, n, p) && !test.share_is_above(x, n, p));
        }
        for (x, mu) in [(-1.0, 1.0), (1.0, -1.0), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
            assert!(count_tail_below(x, mu, TailMethod::Exact).is_nan());
            assert!(count_tail_above(x, mu, TailMethod::MidP).is_nan());
            assert!(!test.count_is_below(x, mu) && !test.count_is_above(x, mu));
        }
        for level in [0.0, 1.0, -0.1, f64::NAN] {
            assert!(GoalTest::new(level, TailMethod::Exact).is_err());
        }
    }
}
