//! A share, a count or a mean against a known value.

use super::total_probability::Distribution;
use super::{HypothesisTest, TwoSided};
use crate::error::{self, Result, finite, out_of_range};
use crate::interval::{
    MeanSummary, TailMethod, count_tail_above, count_tail_below, count_tails, share_tail_above,
    share_tail_below, share_tails,
};
use crate::special::{ln_binomial, ln_poisson, student_upper};

/// How a share or a count is tested against a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ValueTestMethod {
    /// By the binomial or the Poisson distribution at the value: wrong at most as often as the level
    /// says.
    #[default]
    Exact,
    /// The same with half of the probability of the observed count (Lancaster 1961): wrong about as
    /// often as the level says.
    MidP,
    /// By the score (x − np)/√(np(1 − p)) or (x − μ)/√μ, which is about normal. It is the test that
    /// Wilson's interval inverts.
    Score,
}

impl ValueTestMethod {
    /// The tails of an exact method.
    fn tails(self) -> Option<TailMethod> {
        match self {
            ValueTestMethod::Exact => Some(TailMethod::Exact),
            ValueTestMethod::MidP => Some(TailMethod::MidP),
            ValueTestMethod::Score => None,
        }
    }
}

/// Tests whether a share is `goal`, given `events` of `denominator`.
///
/// Counts may be other than whole numbers, except with [`TwoSided::MinimumLikelihood`].
///
/// ```
/// use attain_stats::{TwoSided, ValueTestMethod, proportion_test};
///
/// // R: binom.test(682, 925, 0.75) prints 0.3825.
/// let total = TwoSided::MinimumLikelihood;
/// let test = proportion_test(682.0, 925.0, 0.75, ValueTestMethod::Exact, total)?;
/// assert!((test.p - 0.3825).abs() < 5e-5);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`share_tails`], and if a count is not whole with [`TwoSided::MinimumLikelihood`] under an
/// exact method.
pub fn proportion_test(
    events: f64,
    denominator: f64,
    goal: f64,
    method: ValueTestMethod,
    two_sided: TwoSided,
) -> Result<HypothesisTest> {
    let exact = share_tails(events, denominator, goal, method.tails().unwrap_or_default())?;
    let (x, n, p, q) = (events, denominator, goal, 1.0 - goal);
    let Some(tails) = method.tails() else {
        return Ok(HypothesisTest::of_score(score(x * q - (n - x) * p, n * p * q)));
    };
    if two_sided == TwoSided::Doubled {
        return Ok(HypothesisTest::doubled(exact[0], exact[1]));
    }
    let (x, n) = (whole("events", x)?, whole("denominator", n)?);
    let binomial = Distribution {
        lowest: 0.0,
        highest: n,
        mode: ((n + 1.0) * p).floor().min(n),
        ln_probability: |x| ln_binomial(x, n, p, q),
        at_most: |x| share_tail_below(x, n, p, TailMethod::Exact),
        at_least: |x| share_tail_above(x, n, p, TailMethod::Exact),
    };
    Ok(binomial.test(x, tails, two_sided))
}

/// Tests whether a count is `expected`, given `events`.
///
/// Counts may be other than whole numbers, except with [`TwoSided::MinimumLikelihood`].
///
/// ```
/// use attain_stats::{TwoSided, ValueTestMethod, count_test};
///
/// // R: poisson.test(137, 24.19893) prints a p-value below 2.2e-16.
/// let test = count_test(137.0, 24.19893, ValueTestMethod::Exact, TwoSided::MinimumLikelihood)?;
/// assert!(test.p < 2.2e-16);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`count_tails`], and if `events` is not whole with [`TwoSided::MinimumLikelihood`] under an
/// exact method.
pub fn count_test(
    events: f64,
    expected: f64,
    method: ValueTestMethod,
    two_sided: TwoSided,
) -> Result<HypothesisTest> {
    let exact = count_tails(events, expected, method.tails().unwrap_or_default())?;
    let (x, mu) = (events, expected);
    let Some(tails) = method.tails() else {
        return Ok(HypothesisTest::of_score(score(x - mu, mu)));
    };
    if two_sided == TwoSided::Doubled {
        return Ok(HypothesisTest::doubled(exact[0], exact[1]));
    }
    let x = whole("events", x)?;
    let poisson = Distribution {
        lowest: 0.0,
        highest: f64::INFINITY,
        mode: mu.floor(),
        ln_probability: |x: f64| match (x > 0.0, mu > 0.0) {
            (false, _) => -mu,
            (true, false) => f64::NEG_INFINITY,
            (true, true) => ln_poisson(x, mu),
        },
        at_most: |x| count_tail_below(x, mu, TailMethod::Exact),
        at_least: |x| count_tail_above(x, mu, TailMethod::Exact),
    };
    Ok(poisson.test(x, tails, two_sided))
}

/// Tests whether a mean is `goal`: Student's t with n − 1 degrees of freedom.
///
/// ```
/// use attain_stats::{MeanSummary, mean_test};
///
/// // Two, four and nine have the mean 5 and the variance 13: t is √3 · 4/√13 against 1.
/// let test = mean_test(MeanSummary::of(&[2.0, 4.0, 9.0])?, 1.0)?;
/// assert!((test.p - 0.1946).abs() < 5e-5);
/// assert!((test.p_above - test.p / 2.0).abs() < 1e-15);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `goal` is not finite.
pub fn mean_test(summary: MeanSummary, goal: f64) -> Result<HypothesisTest> {
    let ahead = finite("goal", summary.mean - finite("goal", goal)?)?;
    let t = score(ahead, summary.variance / summary.n);
    let above = student_upper(summary.n - 1.0, t);
    let below = student_upper(summary.n - 1.0, -t);
    Ok(HypothesisTest::doubled(below, above))
}

/// What lies between an estimate and the tested value, in standard errors. 0 where both are equal.
fn score(ahead: f64, variance: f64) -> f64 {
    if ahead == 0.0 { 0.0 } else { ahead / variance.sqrt() }
}

fn whole(argument: &'static str, value: f64) -> Result<f64> {
    if value.fract() == 0.0 {
        // −0 is 0.
        return error::count(argument, value);
    }
    let expected = "a whole number, as minimum likelihood needs; doubled tails take others too";
    Err(out_of_range(argument, value, expected))
}
