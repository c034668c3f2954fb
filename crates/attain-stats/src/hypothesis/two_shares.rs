//! The difference of two shares.

use super::total_probability::Distribution;
use super::unconditional::{Extremeness, unconditional_test};
use super::{HypothesisTest, TwoSided};
use crate::error::{self, Result, out_of_range};
use crate::interval::TailMethod;
use crate::interval::proportion_difference::difference_score;
use crate::interval::two_shares::TwoShares;
use crate::special::{hypergeometric_lower, ln_hypergeometric};

/// How the difference of two shares is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProportionDifferenceTestMethod {
    /// Miettinen and Nurminen's score test (1985), which their interval inverts. Against 0 it is the
    /// N − 1 χ² test (Campbell 2007).
    #[default]
    MiettinenNurminen,
    /// The same without the factor N/(N − 1) of the variance (Mee 1984; Farrington & Manning 1990).
    /// Against 0 it is the z test with the pooled share, or Pearson's χ² test without correction.
    Mee,
    /// Fisher's exact test: the distribution of the events of the first group, given the events of
    /// both. Tests 0 alone, and needs whole numbers. Wrong at most as often as the level says.
    Fisher,
    /// The same with half of the probability of the observed table (Hirji, Tan & Elashoff 1991):
    /// wrong about as often as the level says.
    FisherMidP,
    /// Barnard's unconditional exact test (1945): the greatest probability, over all shares that both groups may have in
    /// common, of tables whose score (with the pooled share) is at least as extreme. Tests 0 alone, and needs whole numbers. Wrong
    /// at most as often as the level says, and less cautious than Fisher's test.
    Barnard,
    /// Boschloo's unconditional exact test (1970): the same of tables with a p-value of Fisher's test that is at most the
    /// observed one. Its p-value is never above Fisher's.
    Boschloo,
}

enum ExactTest {
    /// Given the events of both groups.
    Given(TailMethod),
    /// Over all shares that both groups may have.
    Over(Extremeness),
}

/// Tests whether the difference of two shares, events₁/denominator₁ − events₂/denominator₂, is
/// `difference`.
///
/// `two_sided` matters to the exact methods alone. Under unconditional tests [`TwoSided::MinimumLikelihood`] takes the tables that are as
/// extreme on either side: by the score's size (Barnard), or by Fisher's two-sided p-value (Boschloo). Where both groups have no events, or nothing but
/// events, the score against 0 is 0.
///
/// ```
/// use attain_stats::{ProportionDifferenceTestMethod, TwoSided, proportion_difference_test};
///
/// // 7 of 34 against 1 of 34.
/// let total = TwoSided::MinimumLikelihood;
/// for (method, p) in [
///     (ProportionDifferenceTestMethod::Mee, 0.0239),
///     (ProportionDifferenceTestMethod::Fisher, 0.0544),
///     (ProportionDifferenceTestMethod::FisherMidP, 0.0297),
/// ] {
///     let test = proportion_difference_test(7.0, 34.0, 1.0, 34.0, 0.0, method, total)?;
///     assert!((test.p - p).abs() < 5e-5, "{method:?} {test:?}");
/// }
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a denominator is not above 0, a count is negative or above its denominator, or any of them is
/// not finite or beyond 2⁵³; if `difference` is not from −1 to 1, or not 0 under exact tests; if a
/// number is not whole under exact tests; if the denominators are not more than 1 together under
/// Miettinen and Nurminen's; if there are more than 1,000,000 tables under Barnard's or Boschloo's.
pub fn proportion_difference_test(
    events1: f64,
    denominator1: f64,
    events2: f64,
    denominator2: f64,
    difference: f64,
    method: ProportionDifferenceTestMethod,
    two_sided: TwoSided,
) -> Result<HypothesisTest> {
    let groups = TwoShares::new(events1, denominator1, events2, denominator2)?;
    if !(-1.0..=1.0).contains(&difference) {
        let expected = "a difference of shares from −1 to 1, such as 0.05";
        return Err(out_of_range("difference", difference, expected));
    }
    let test = match method {
        ProportionDifferenceTestMethod::MiettinenNurminen => {
            let score = difference_score(&groups, difference) / groups.factor()?.sqrt();
            return Ok(HypothesisTest::of_score(score));
        }
        ProportionDifferenceTestMethod::Mee => {
            return Ok(HypothesisTest::of_score(difference_score(&groups, difference)));
        }
        ProportionDifferenceTestMethod::Fisher => ExactTest::Given(TailMethod::Exact),
        ProportionDifferenceTestMethod::FisherMidP => ExactTest::Given(TailMethod::MidP),
        ProportionDifferenceTestMethod::Barnard => ExactTest::Over(Extremeness::Score),
        ProportionDifferenceTestMethod::Boschloo => ExactTest::Over(Extremeness::Fisher),
    };
    if difference != 0.0 {
        let expected = "0, the only difference that exact tests take; score tests take others";
        return Err(out_of_range("difference", difference, expected));
    }
    let expected = "denominators that are at most 2^53 together; score tests take more";
    groups.whole(error::LARGEST_COUNT, expected)?;
    let tails = match test {
        ExactTest::Given(tails) => tails,
        ExactTest::Over(extremeness) => {
            return unconditional_test(&groups, extremeness, two_sided);
        }
    };
    let (n1, n2) = (groups.n1, groups.n2);
    let all = n1 + n2;
    let events = groups.first.events + groups.second.events;
    let table = Distribution {
        lowest: (events - n2).max(0.0),
        highest: n1.min(events),
        mode: ((n1 + 1.0) * ((events + 1.0) / (all + 2.0))).floor(),
        ln_probability: |x| ln_hypergeometric(x, n1, events, all),
        at_most: |x| hypergeometric_lower(x, n1, events, all),
        // Few non-events are many events.
        at_least: |x| hypergeometric_lower(n1 - x, n1, all - events, all),
    };
    Ok(table.test(groups.first.events, tails, two_sided))
}
