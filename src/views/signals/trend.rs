//! Whether a series has a trend, and what the process makes of its goal.

use super::drawn::Series;
use super::options::{SignalOptions, TrendTest};
use crate::calendar::Every;
use crate::exact::Bound;
use crate::stats::{
    BetterEnd, Capability, Confidence, Interval, MannKendall, MannKendallMethod,
    SeasonalCorrection, SenSlope, TrendCorrection, capability, mann_kendall, seasonal_mann_kendall,
    seasonal_sen_slope, sen_slope,
};

/// With fewer values, no order is rarer than one in twenty: 2 of the 24 orders of four values rise or fall throughout.
const LEAST_FOR_A_TREND: usize = 5;
/// From this number of years on, the months of one year are compared with those of another; so are the days of a week
/// from this number of weeks on.
const CYCLES_FOR_SEASONS: usize = 3;
/// Of all lags, some are significant by chance alone. On independent values, the test with all lags finds half as many
/// trends again as it should.
const LAGS: usize = 3;

/// The test for a trend, and what it finds in a series that has values enough.
pub(super) fn tested(
    series: &Series,
    every: Every,
    options: &SignalOptions,
    confidence: Confidence,
) -> (TrendTest, Option<(MannKendall, SenSlope)>) {
    let (seasons, a_year) = match every {
        // The seasons of days are those of the week.
        Every::Day => (7, 365.2425),
        // 365.2425 days, of which an ISO year leaves out or adds some.
        Every::Week => (52, 365.2425 / 7.0),
        Every::Month => (12, 12.0),
        Every::Quarter => (4, 4.0),
        Every::Half => (2, 2.0),
        Every::Year => (1, 1.0),
    };
    let has_seasons = seasons > 1 && series.periods.len() >= CYCLES_FOR_SEASONS * seasons;
    let test = options.trend.unwrap_or(if has_seasons {
        TrendTest::Seasonal
    } else {
        TrendTest::MannKendall
    });
    if series.places.len() < LEAST_FOR_A_TREND {
        return (test, None);
    }
    let values = series.values();
    let by = |correction| {
        let method = MannKendallMethod { correction, ..MannKendallMethod::default() };
        mann_kendall(&values, &method)
    };
    let significant = Confidence::P95;
    let found = match test {
        TrendTest::MannKendall => by(TrendCorrection::Independent),
        TrendTest::HamedRao => by(TrendCorrection::HamedRao { lags: Some(LAGS), significant }),
        TrendTest::Seasonal => {
            seasonal_mann_kendall(&values, seasons, SeasonalCorrection::Independent)
        }
    };
    let line = match test {
        TrendTest::Seasonal => seasonal_sen_slope(&values, seasons, confidence)
            .map(|line| per_year(line, a_year / seasons as f64)),
        TrendTest::MannKendall | TrendTest::HamedRao => {
            sen_slope(&values, confidence).map(|line| per_year(line, a_year))
        }
    };
    // With values enough, only that no season has two of them is left to refuse.
    (test, found.ok().zip(line.ok()))
}

fn per_year(line: SenSlope, times: f64) -> SenSlope {
    let Interval { lower, upper } = line.interval;
    SenSlope {
        slope: times * line.slope,
        interval: Interval { lower: times * lower, upper: times * upper },
        ..line
    }
}

/// What a process between limits makes of a goal; of two numbers it has to be able to keep both.
pub(super) fn capability_of(limits: Interval, bounds: &Bound) -> Option<Capability> {
    // Of a strict goal its own number is not good enough, and the next one is.
    let floor = |at: f64| capability(limits, at, BetterEnd::Highest).ok();
    let ceiling = |at: f64| capability(limits, at, BetterEnd::Lowest).ok();
    match bounds {
        Bound::Floor { at, strict: false } => floor(at.float()),
        Bound::Floor { at, strict: true } => floor(at.float().next_up()),
        Bound::Ceiling { at, strict: false } => ceiling(at.float()),
        Bound::Ceiling { at, strict: true } => ceiling(at.float().next_down()),
        Bound::Between { low, high } => Some(match (floor(low.float())?, ceiling(high.float())?) {
            (Capability::Capable, Capability::Capable) => Capability::Capable,
            (Capability::Incapable, _) | (_, Capability::Incapable) => Capability::Incapable,
            (Capability::HitAndMiss, _) | (_, Capability::HitAndMiss) => Capability::HitAndMiss,
        }),
    }
}
