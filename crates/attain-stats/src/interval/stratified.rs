//! Two groups compared over strata: Mantel and Haenszel's estimates.

use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, StatsError};

/// The counts of two groups in one stratum. Of rates, the denominators are exposures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// The events of the first group.
    pub events1: f64,
    /// The size of the first group. A stratum in which a group has nobody has no effect.
    pub denominator1: f64,
    /// The events of the second group.
    pub events2: f64,
    /// The size of the second group.
    pub denominator2: f64,
}

/// What is compared, and taken to be the same in all strata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StratifiedMeasure {
    /// The odds ratio (Mantel & Haenszel 1959), with the variance of its logarithm by Robins, Breslow & Greenland
    /// (1986).
    #[default]
    OddsRatio,
    /// The ratio of two shares, with the variance of its logarithm by Greenland & Robins (1985).
    ProportionRatio,
    /// The difference of two shares (Greenland & Robins 1985), with Sato's variance (1989), cut at −1 and 1.
    ProportionDifference,
    /// The ratio of two rates, with the variance of its logarithm by Greenland & Robins (1985).
    RateRatio,
}

impl StratifiedMeasure {
    pub(crate) fn is_of_rates(self) -> bool {
        match self {
            StratifiedMeasure::RateRatio => true,
            StratifiedMeasure::OddsRatio
            | StratifiedMeasure::ProportionRatio
            | StratifiedMeasure::ProportionDifference => false,
        }
    }
}

/// An estimate of what strata have in common, and its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StratifiedEstimate {
    /// The estimate.
    pub value: f64,
    /// Its limits.
    pub interval: Interval,
}

/// Mantel and Haenszel's estimate of what two groups differ by, first to second, over strata.
///
/// Its limits are right for few large strata and for many small ones, pairs among them.
///
/// ```
/// use attain_stats::{Confidence, StratifiedMeasure, Stratum, mantel_haenszel};
///
/// // One stratum has its own odds ratio, 10 · 15 ÷ (10 · 5), and Woolf's limits.
/// let one = Stratum { events1: 10.0, denominator1: 20.0, events2: 5.0, denominator2: 20.0 };
/// let found = mantel_haenszel(&[one], StratifiedMeasure::OddsRatio, Confidence::P95)?;
/// assert!((found.value - 3.0).abs() < 1e-12);
/// let half = Confidence::P95.z() * (0.1f64 + 0.1 + 0.2 + 1.0 / 15.0).sqrt();
/// assert!((found.interval.lower.ln() - (3f64.ln() - half)).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a count or a denominator is negative or not finite, an event count is above its denominator (but of rates), no
/// stratum has persons in both groups, or a ratio has no limits, because none of its strata has the counts above or below
/// the fraction bar.
pub fn mantel_haenszel(
    strata: &[Stratum],
    measure: StratifiedMeasure,
    confidence: Confidence,
) -> Result<StratifiedEstimate> {
    let sums = Sums::of(strata, measure)?;
    let z = confidence.z();
    if measure == StratifiedMeasure::ProportionDifference {
        let value = sums.difference();
        let half = z * sums.variance_of_difference().max(0.0).sqrt();
        let interval = Interval { lower: (value - half).max(-1.0), upper: (value + half).min(1.0) };
        return Ok(StratifiedEstimate { value, interval });
    }
    if sums.above == 0.0 || sums.below == 0.0 {
        let why = "strata with events in each group, and non-events in the other where odds are \
                   compared";
        let argument = if sums.above == 0.0 { "events1" } else { "events2" };
        return Err(StatsError::Undetermined { argument, why });
    }
    let value = sums.above / sums.below;
    let factor = error::computed("denominator1", (z * sums.variance_of_log.sqrt()).exp())?;
    Ok(StratifiedEstimate {
        value,
        interval: Interval { lower: value / factor, upper: value * factor },
    })
}

/// The events and sizes of both groups, checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    pub(crate) a: f64,
    pub(crate) n1: f64,
    pub(crate) c: f64,
    pub(crate) n2: f64,
}

impl Stratum {
    pub(crate) fn checked(&self, measure: StratifiedMeasure) -> Result<Table> {
        let of_group = |events: (&'static str, f64), size: (&'static str, f64)| {
            let n = error::count(size.0, size.1)?;
            let x = if measure.is_of_rates() {
                error::count(events.0, events.1)?
            } else {
                error::part(events.0, events.1, n)?
            };
            if x > 0.0 && n == 0.0 {
                return Err(error::out_of_range(size.0, n, "above 0 where there are events"));
            }
            Ok((x, n))
        };
        let (a, n1) = of_group(("events1", self.events1), ("denominator1", self.denominator1))?;
        let (c, n2) = of_group(("events2", self.events2), ("denominator2", self.denominator2))?;
        Ok(Table { a, n1, c, n2 })
    }
}

/// Sums over strata.
#[derive(Debug, Default)]
struct Sums {
    /// The numerator and the denominator of the ratio.
    above: f64,
    below: f64,
    variance_of_log: f64,
    /// Σ n₁n₂/N, and the two sums of Sato's variance.
    weight: f64,
    slope: f64,
    spread: f64,
}

impl Sums {
    fn of(strata: &[Stratum], measure: StratifiedMeasure) -> Result<Self> {
        let mut sums = Sums::default();
        // The terms of the logarithm's variance that are divided by above², above · below and below².
        let [mut of_above, mut of_both, mut of_below] = [0.0; 3];
        for stratum in strata {
            let Table { a, n1, c, n2 } = stratum.checked(measure)?;
            if n1 == 0.0 || n2 == 0.0 {
                continue;
            }
            let all = n1 + n2;
            let (share1, share2) = (n1 / all, n2 / all);
            let (b, d) = (n1 - a, n2 - c);
            let (above, below) = match measure {
                StratifiedMeasure::OddsRatio => (a * (d / all), b * (c / all)),
                StratifiedMeasure::ProportionRatio
                | StratifiedMeasure::ProportionDifference
                | StratifiedMeasure::RateRatio => (a * share2, c * share1),
            };
            sums.above += above;
            sums.below += below;
            sums.weight += n1 * share2;
            match measure {
                StratifiedMeasure::OddsRatio => {
                    let (agreeing, others) = ((a + d) / all, (b + c) / all);
                    of_above += agreeing * above;
                    of_both += agreeing * below + others * above;
                    of_below += others * below;
                }
                StratifiedMeasure::ProportionRatio => {
                    of_both += 2.0 * (share1 * share2 * (a + c) - a * (c / all));
                }
                StratifiedMeasure::RateRatio => of_both += 2.0 * share1 * share2 * (a + c),
                StratifiedMeasure::ProportionDifference => {
                    sums.slope += c * share1 * share1 - a * share2 * share2
                        + 0.5 * share1 * share2 * (n2 - n1);
                    sums.spread += 0.5 * (a * (d / all) + c * (b / all));
                }
            }
        }
        if sums.weight == 0.0 {
            let why = "a stratum with persons in both groups";
            return Err(StatsError::Undetermined { argument: "denominator1", why });
        }
        let Sums { above, below, .. } = sums;
        sums.variance_of_log =
            0.5 * (of_above / above / above + of_both / above / below + of_below / below / below);
        Ok(sums)
    }

    fn difference(&self) -> f64 {
        (self.above - self.below) / self.weight
    }

    /// Sato's.
    fn variance_of_difference(&self) -> f64 {
        (self.difference() * self.slope + self.spread) / self.weight / self.weight
    }
}
