//! Two shares of the same persons.

use super::{HypothesisTest, TwoSided, ValueTestMethod, proportion_test};
use crate::error::{self, Result};

/// How McNemar's test is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum McNemarMethod {
    /// By the binomial distribution of the pairs with one event.
    #[default]
    Exact,
    /// The same with half of the probability of the observed count: recommended by Fagerland, Lydersen & Laake (2013).
    MidP,
    /// By the score (b − c)/√(b + c), McNemar's (1947) χ² without correction.
    Score,
    /// The same, one pair nearer to 0 (Edwards 1948).
    ScoreCorrected,
}

/// McNemar's test (1947) of whether two paired shares differ.
///
/// `p_above` is small if the first share is the larger one. Without pairs with one event all p-values are 1, and ½ one-sided by
/// scores and mid-P.
///
/// ```
/// use attain_stats::{McNemarMethod, mcnemar_test};
///
/// // 1 against 7: P(X ≤ 1) = 9/256.
/// let test = mcnemar_test(1.0, 7.0, McNemarMethod::Exact)?;
/// assert!((test.p - 18.0 / 256.0).abs() < 1e-15);
/// // Mid-P: less half of 8/256.
/// assert!((mcnemar_test(1.0, 7.0, McNemarMethod::MidP)?.p - 10.0 / 256.0).abs() < 1e-15);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a count is negative, not finite or beyond 2⁵³.
pub fn mcnemar_test(
    first_only: f64,
    second_only: f64,
    method: McNemarMethod,
) -> Result<HypothesisTest> {
    let b = error::count("first_only", first_only)?;
    let c = error::count("second_only", second_only)?;
    let n = b + c;
    let of_score = |distance: f64| {
        HypothesisTest::of_score(if n > 0.0 { (b - c).signum() * distance / n.sqrt() } else { 0.0 })
    };
    let exact = |method| {
        if n == 0.0 {
            let tail = if method == ValueTestMethod::MidP { 0.5 } else { 1.0 };
            return Ok(HypothesisTest { p_below: tail, p_above: tail, p: 1.0 });
        }
        proportion_test(b, n, 0.5, method, TwoSided::Doubled)
    };
    match method {
        McNemarMethod::Exact => exact(ValueTestMethod::Exact),
        McNemarMethod::MidP => exact(ValueTestMethod::MidP),
        McNemarMethod::Score => Ok(of_score((b - c).abs())),
        McNemarMethod::ScoreCorrected => Ok(of_score(((b - c).abs() - 1.0).max(0.0))),
    }
}
