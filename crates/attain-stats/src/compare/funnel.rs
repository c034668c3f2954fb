//! Funnel limits: how far from a target chance alone would take a unit of a given size.

use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, out_of_range, positive};
use crate::interval::{CountMethod, count_interval};
use crate::root::falling_root;
use crate::special::{gamma_lower, gamma_upper};

/// Where a unit stands against inner (usually 95 %) and outer (usually 99.8 %) funnel limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FunnelSignal {
    /// Below the outer lower limit.
    BelowOuter,
    /// Below the inner lower limit only.
    BelowInner,
    /// On or within the inner limits: not distinguishable from the target.
    Within,
    /// Above the inner upper limit only.
    AboveInner,
    /// Above the outer upper limit.
    AboveOuter,
}

impl FunnelSignal {
    /// Every value, in the order of the declaration.
    pub const ALL: [FunnelSignal; 5] = [
        FunnelSignal::BelowOuter,
        FunnelSignal::BelowInner,
        FunnelSignal::Within,
        FunnelSignal::AboveInner,
        FunnelSignal::AboveOuter,
    ];

    /// The name it goes by in tables.
    pub const fn code(self) -> &'static str {
        match self {
            FunnelSignal::BelowOuter => "below_outer",
            FunnelSignal::BelowInner => "below_inner",
            FunnelSignal::Within => "within",
            FunnelSignal::AboveInner => "above_inner",
            FunnelSignal::AboveOuter => "above_outer",
        }
    }

    /// Where `value` stands; a value on a limit is within it.
    ///
    /// ```
    /// use attain_stats::{FunnelSignal, Interval};
    ///
    /// let (inner, outer) = (Interval { lower: 4.0, upper: 8.0 }, Interval { lower: 3.0, upper: 9.0 });
    /// assert_eq!(FunnelSignal::of(8.0, inner, outer), FunnelSignal::Within);
    /// assert_eq!(FunnelSignal::of(8.5, inner, outer), FunnelSignal::AboveInner);
    /// assert_eq!(FunnelSignal::of(2.0, inner, outer), FunnelSignal::BelowOuter);
    /// ```
    #[inline]
    pub fn of(value: f64, inner: Interval, outer: Interval) -> Self {
        if value < outer.lower {
            FunnelSignal::BelowOuter
        } else if value > outer.upper {
            FunnelSignal::AboveOuter
        } else if value < inner.lower {
            FunnelSignal::BelowInner
        } else if value > inner.upper {
            FunnelSignal::AboveInner
        } else {
            FunnelSignal::Within
        }
    }
}

/// The shares that a unit with this denominator would have to pass to differ from the baseline:
/// baseline ± z√(baseline(1−baseline)/denominator), within 0 and `per`.
///
/// These are the shares whose Wilson interval just reaches the baseline: the chart agrees with the
/// interval (Spiegelhalter 2005; England's public-health statistics). `baseline` is a share; the limits
/// are times `per`.
///
/// ```
/// use attain_stats::{Confidence, proportion_funnel_limits};
///
/// let limits = proportion_funnel_limits(0.5, 100.0, 100.0, Confidence::P95)?;
/// assert!((limits.upper - (50.0 + 1.959963984540054 * 5.0)).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `baseline` is not from 0 to 1, `denominator` is not above 0, or `per` is not above 0.
pub fn proportion_funnel_limits(
    baseline: f64,
    denominator: f64,
    per: f64,
    confidence: Confidence,
) -> Result<Interval> {
    if !(0.0..=1.0).contains(&baseline) {
        return Err(out_of_range("baseline", baseline, "a share from 0 to 1"));
    }
    let n = error::denominator("denominator", denominator)?;
    let per = positive("per", per)?;
    let half = confidence.z() * (baseline * (1.0 - baseline) / n).sqrt();
    let lower = (baseline - half).max(0.0) * per;
    Ok(Interval { lower, upper: (baseline + half).min(1.0) * per })
}

/// Returns the confidences of the inner and the outer limits of a funnel.
///
/// ```
/// let (inner, outer) = attain_stats::funnel_confidences(0.95, 0.998)?;
/// assert!(inner < outer);
/// assert!(attain_stats::funnel_confidences(0.998, 0.95).is_err());
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If one is not above 0 and below 1, or `inner` is above `outer`.
pub fn funnel_confidences(inner: f64, outer: f64) -> Result<(Confidence, Confidence)> {
    let confidence =
        |name, share| Confidence::new(share).map_err(|error| error.with_argument(name));
    let found = (confidence("inner", inner)?, confidence("outer", outer)?);
    in_order(found.0, found.1)?;
    Ok(found)
}

/// Lets inner limits through that are not beyond the outer ones.
#[inline]
pub(super) fn in_order(inner: Confidence, outer: Confidence) -> Result<()> {
    if inner.share() > outer.share() {
        return Err(out_of_range(
            "inner",
            inner.share(),
            "a confidence of at most that of `outer`",
        ));
    }
    Ok(())
}

/// Where a unit's share stands against its funnel limits.
///
/// ```
/// use attain_stats::{Confidence, FunnelSignal, proportion_funnel_signal};
///
/// let signal = proportion_funnel_signal(62.0, 100.0, 0.5, Confidence::P95, Confidence::P99_8)?;
/// assert_eq!(signal, FunnelSignal::AboveInner);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`proportion_funnel_limits`], and if `events` is not from 0 to `denominator`, or `inner` is a
/// higher confidence than `outer`.
pub fn proportion_funnel_signal(
    events: f64,
    denominator: f64,
    baseline: f64,
    inner: Confidence,
    outer: Confidence,
) -> Result<FunnelSignal> {
    in_order(inner, outer)?;
    let inner = proportion_funnel_limits(baseline, denominator, 1.0, inner)?;
    let outer = proportion_funnel_limits(baseline, denominator, 1.0, outer)?;
    let share = error::part("events", events, denominator)? / denominator;
    Ok(FunnelSignal::of(share, inner, outer))
}

/// How a funnel's limits are computed for an expected count.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum CountFunnelMethod {
    /// The counts whose exact interval just reaches the expected count: a count beyond them differs
    /// from it by an exact Poisson test. England's public-health package draws the same lines from
    /// the other side, by the expected counts at which a given count lies on a limit; those are
    /// [`count_interval`] with [`CountMethod::Exact`].
    #[default]
    Inverted,
    /// The interval of a count as large as the expected one. What FunnelPlotR draws (with
    /// [`CountMethod::Exact`]) and England's benchmark comparisons use (with Byar's). Not the same as
    /// a test of the count, least of all where few are expected.
    AroundExpected(CountMethod),
}

/// The counts that a unit would have to pass to differ from the expected count; divide by it for a
/// ratio, or by the exposure for a rate.
///
/// ```
/// use attain_stats::{Confidence, CountFunnelMethod, CountMethod, count_funnel_limits, count_interval};
///
/// let limits = count_funnel_limits(20.0, CountFunnelMethod::Inverted, Confidence::P95)?;
/// // A count on the upper limit has an interval that starts at 20.
/// let at_limit = count_interval(limits.upper, CountMethod::Exact, Confidence::P95)?;
/// assert!((at_limit.lower - 20.0).abs() < 1e-10);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `expected` is not above 0 or beyond 2⁵³.
pub fn count_funnel_limits(
    expected: f64,
    method: CountFunnelMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let mean = error::denominator("expected", expected)?;
    match method {
        CountFunnelMethod::AroundExpected(method) => count_interval(mean, method, confidence),
        CountFunnelMethod::Inverted => {
            let tail = confidence.tail();
            let (lower, upper) = (inverted_lower(mean, tail), inverted_upper(mean, tail));
            Ok(Interval::between(lower, upper))
        }
    }
}

/// Far enough on either side for any tail that an f64 can leave.
fn reach(mean: f64) -> f64 {
    40.0 * mean.sqrt() + 800.0
}

/// The count x with P(X ≤ x) = `tail`.
pub(super) fn inverted_lower(mean: f64, tail: f64) -> f64 {
    // P(no event) is the largest that a lower limit of 0 can leave outside.
    if (-mean).exp() >= tail {
        return 0.0;
    }
    falling_root((mean - reach(mean)).max(0.0), mean, |count| {
        (tail / gamma_upper(count + 1.0, mean)).ln()
    })
}

/// The count x with P(X ≥ x) = `tail`.
pub(super) fn inverted_upper(mean: f64, tail: f64) -> f64 {
    // P(count or more) is the regularised gamma function of the count, whole or not.
    falling_root(0.0, mean + reach(mean), |count| {
        if count > 0.0 { (gamma_lower(count, mean) / tail).ln() } else { f64::MAX }
    })
}

/// Where a count stands against the funnel limits round the expected count, by exact Poisson tests.
///
/// For a standardised rate give the count and the count expected at the baseline,
/// events × baseline ÷ rate.
///
/// ```
/// use attain_stats::{Confidence, FunnelSignal, count_funnel_signal};
///
/// let signal = count_funnel_signal(151.0, 106.4, Confidence::P95, Confidence::P99_8)?;
/// assert_eq!(signal, FunnelSignal::AboveOuter);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `observed` is negative, `expected` is not above 0, either is not finite or beyond 2⁵³, or `inner`
/// is a higher confidence than `outer`.
pub fn count_funnel_signal(
    observed: f64,
    expected: f64,
    inner: Confidence,
    outer: Confidence,
) -> Result<FunnelSignal> {
    in_order(inner, outer)?;
    let mean = error::denominator("expected", expected)?;
    let x = error::count("observed", observed)?;
    // The chance of as many or more, or of as few or fewer; the other of the two is above one half.
    let above = x > mean;
    let chance = if above { gamma_lower(x, mean) } else { gamma_upper(x + 1.0, mean) };
    Ok(match (above, chance < outer.tail(), chance < inner.tail()) {
        (true, true, _) => FunnelSignal::AboveOuter,
        (true, false, true) => FunnelSignal::AboveInner,
        (false, true, _) => FunnelSignal::BelowOuter,
        (false, false, true) => FunnelSignal::BelowInner,
        (_, false, false) => FunnelSignal::Within,
    })
}

/// The population that a rate's events would come from: events ÷ rate × per, and ÷ years where
/// several years' events were put together. What a standardised rate is drawn at on a funnel.
///
/// ```
/// let population = attain_stats::effective_population(414.0, 184.0, 100_000.0, 3.0)?;
/// assert!((population - 75_000.0).abs() < 1e-9);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `events` is negative, or `rate`, `per` or `years` is not above 0, or any is not finite.
pub fn effective_population(events: f64, rate: f64, per: f64, years: f64) -> Result<f64> {
    let events = error::count("events", events)?;
    Ok(events / positive("rate", rate)? * positive("per", per)? / positive("years", years)?)
}
