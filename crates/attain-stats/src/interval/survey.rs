//! A share estimated from a survey with a complex design.

use super::proportion::{ProportionMethod, proportion_interval};
use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, StatsError, out_of_range, positive};
use crate::special::student_quantile;

/// Between which limits a share lies that a survey estimates: Korn and Graubard's interval (1998).
///
/// The limits are those of `method` for an effective sample size n* and share · n* events:
///
/// n* = respondents ÷ `design_effect` · [t(respondents − 1) ÷ t(`degrees`)]²
///
/// where t(k) is the quantile of Student's distribution with k degrees of freedom at the confidence.
/// With [`ProportionMethod::Exact`] this is Korn and Graubard's interval; with
/// [`ProportionMethod::Wilson`] and others it is the interval with the same sample size (Dean &
/// Pagano 2015). n* may be more than the number of respondents, if the design is more precise than a
/// simple random sample.
///
/// `share` is the weighted estimate, from 0 to 1. `design_effect` is its variance over that of a
/// simple random sample of the same size. `degrees` is the number of primary sampling units less the
/// number of strata.
///
/// ```
/// use attain_stats::{Confidence, ProportionMethod, survey_proportion_interval};
///
/// // A simple random sample has the exact limits.
/// let exact = ProportionMethod::Exact;
/// let found = survey_proportion_interval(0.1, 50.0, 1.0, 49.0, exact, Confidence::P95)?;
/// assert!((found.lower - 0.03328).abs() < 5e-6 && (found.upper - 0.21814).abs() < 5e-6);
/// // Half the information, and 19 degrees of freedom.
/// let found = survey_proportion_interval(0.1, 50.0, 2.0, 19.0, exact, Confidence::P95)?;
/// assert!(found.lower < 0.02 && found.upper > 0.29);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `share` is not from 0 to 1, `respondents` is not above 1 or beyond 2⁵³, or `design_effect` or
/// `degrees` is not a finite number above 0.
pub fn survey_proportion_interval(
    share: f64,
    respondents: f64,
    design_effect: f64,
    degrees: f64,
    method: ProportionMethod,
    confidence: Confidence,
) -> Result<Interval> {
    if !(0.0..=1.0).contains(&share) {
        return Err(out_of_range("share", share, "a share from 0 to 1, such as 0.95"));
    }
    if !(respondents > 1.0 && respondents <= error::LARGEST_COUNT) {
        return Err(out_of_range("respondents", respondents, "a number above 1, up to 2^53"));
    }
    let design_effect = positive("design_effect", design_effect)?;
    let degrees = positive("degrees", degrees)?;
    let tail = confidence.tail();
    let ratio = student_quantile(respondents - 1.0, tail) / student_quantile(degrees, tail);
    let effective = respondents / design_effect * (ratio * ratio);
    if !(error::SMALLEST_COUNT..=error::LARGEST_COUNT).contains(&effective) {
        let why = "an effective sample size from 1e-100 to 2^53";
        return Err(StatsError::Undetermined { argument: "design_effect", why });
    }
    let events = share * effective;
    let events = if events < error::SMALLEST_COUNT { 0.0 } else { events };
    proportion_interval(events, effective, method, confidence)
}
