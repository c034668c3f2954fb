//! Two groups over strata: whether they differ, and whether the strata agree.

use super::HypothesisTest;
use crate::confidence::Confidence;
use crate::error::{self, Result, StatsError};
use crate::interval::stratified::{StratifiedMeasure, Stratum, Table, mantel_haenszel};
use crate::special::gamma_upper;

/// A test by a χ² statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquaredTest {
    /// The statistic.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub degrees: usize,
    /// The p-value.
    pub p: f64,
}

/// The test of Cochran (1954) and Mantel & Haenszel (1959) of whether two groups differ within strata: the events of the
/// first group less what is expected without a difference, over its standard error.
///
/// `p` is that of the χ² statistic with one degree of freedom. With `corrected`, the difference is brought nearer to 0 by
/// half an event. Of rates, the events of the first group are binomial given those of both.
///
/// ```
/// use attain_stats::{StratifiedMeasure, Stratum, mantel_haenszel_test};
///
/// let strata = [
///     Stratum { events1: 8.0, denominator1: 20.0, events2: 3.0, denominator2: 20.0 },
///     Stratum { events1: 9.0, denominator1: 30.0, events2: 6.0, denominator2: 25.0 },
/// ];
/// let test = mantel_haenszel_test(&strata, StratifiedMeasure::OddsRatio, false)?;
/// assert!(0.05 < test.p_above && test.p_above < 0.1);
/// assert!((test.p - 2.0 * test.p_above).abs() < 1e-15);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`mantel_haenszel`] for the counts, and if no stratum can differ: each lacks one of the two groups, events, or
/// non-events.
pub fn mantel_haenszel_test(
    strata: &[Stratum],
    measure: StratifiedMeasure,
    corrected: bool,
) -> Result<HypothesisTest> {
    let (mut ahead, mut variance) = (0.0, 0.0);
    for stratum in strata {
        let Table { a, n1, c, n2 } = stratum.checked(measure)?;
        let (all, events) = (n1 + n2, a + c);
        if n1 == 0.0 || n2 == 0.0 {
            continue;
        }
        let (share1, share2) = (n1 / all, n2 / all);
        if measure.is_of_rates() {
            ahead += a * share2 - c * share1;
            variance += events * share1 * share2;
        } else if all > 1.0 {
            ahead += a * share2 - c * share1;
            variance += events * share1 * share2 * ((all - events) / (all - 1.0));
        }
    }
    if variance == 0.0 {
        let why = "a stratum with two groups, with events and with non-events";
        return Err(StatsError::Undetermined { argument: "events1", why });
    }
    let nearer = if corrected { (ahead.abs() - 0.5).max(0.0) * ahead.signum() } else { ahead };
    let score = error::computed("denominator1", nearer / variance.sqrt())?;
    Ok(HypothesisTest::of_score(score))
}

/// Breslow and Day's test (1980) of whether the odds ratio is the same in all strata, with Tarone's correction (1985), or
/// without it.
///
/// Strata without events, without non-events or with one group alone say nothing of it, and are not counted.
///
/// ```
/// use attain_stats::{Stratum, breslow_day_test};
///
/// let alike = Stratum { events1: 10.0, denominator1: 20.0, events2: 5.0, denominator2: 20.0 };
/// let opposite = Stratum { events1: 5.0, denominator1: 20.0, events2: 10.0, denominator2: 20.0 };
/// assert!(breslow_day_test(&[alike, alike], true)?.p > 0.999);
/// let test = breslow_day_test(&[alike, opposite], true)?;
/// assert_eq!(test.degrees, 1);
/// assert!(test.p < 0.05);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`mantel_haenszel`], and if fewer than two strata count.
pub fn breslow_day_test(strata: &[Stratum], has_tarone_correction: bool) -> Result<ChiSquaredTest> {
    let measure = StratifiedMeasure::OddsRatio;
    let odds_ratio = mantel_haenszel(strata, measure, Confidence::P95)?.value;
    let (mut statistic, mut surplus, mut variance, mut counted) = (0.0, 0.0, 0.0, 0);
    for stratum in strata {
        let table = stratum.checked(measure)?;
        let events = table.a + table.c;
        let others = table.n1 + table.n2 - events;
        if [table.n1, table.n2, events, others].contains(&0.0) {
            continue;
        }
        let expected = table.expected(odds_ratio);
        let counts =
            [expected, events - expected, table.n1 - expected, table.n2 - events + expected];
        let own = 1.0 / counts.iter().map(|count| 1.0 / count).sum::<f64>();
        let ahead = table.a - expected;
        statistic += ahead * ahead / own;
        surplus += ahead;
        variance += own;
        counted += 1;
    }
    if counted < 2 {
        return Err(StatsError::TooFew { argument: "events1", found: counted, expected: 2 });
    }
    if has_tarone_correction {
        statistic = (statistic - surplus * surplus / variance).max(0.0);
    }
    let statistic = error::computed("denominator1", statistic)?;
    let degrees = counted - 1;
    Ok(ChiSquaredTest { statistic, degrees, p: gamma_upper(0.5 * degrees as f64, 0.5 * statistic) })
}

impl Table {
    /// The events of the first group that have this odds ratio, with the margins of the table.
    fn expected(self, odds_ratio: f64) -> f64 {
        let Table { a, n1, c, n2 } = self;
        let events = a + c;
        // (1 − ψ)A² + bA − ψ·n₁·events = 0.
        let b = odds_ratio * (n1 + events) + n2 - events;
        let product = odds_ratio * n1 * events;
        let root = (b * b + 4.0 * (1.0 - odds_ratio) * product).max(0.0).sqrt();
        if b >= 0.0 { 2.0 * product / (b + root) } else { (root - b) / (2.0 * (1.0 - odds_ratio)) }
    }
}
