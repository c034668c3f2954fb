//! The values of an indicator in one period after another.

use chrono::NaiveDate;

use crate::assess::{Accumulation, Assessor, Evaluated, Frame, Reason, Sampling};
use crate::calendar::{Every, Window};
use crate::plan::{IndicatorIndex, UnitIndex};

/// The value of an indicator in a period that is over.
#[derive(Debug, Clone)]
pub(crate) struct PeriodValue {
    pub(crate) period: Window,
    pub(crate) numerator: Option<f64>,
    pub(crate) denominator: Option<f64>,
    /// The value, or why there is none.
    pub(crate) value: Result<f64, Reason>,
    /// How events make the value, where they do.
    pub(crate) counted: Option<Counted>,
}

/// Events over an exposure; the value is a multiple of their quotient.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) events: f64,
    pub(crate) exposure: f64,
    pub(crate) times: f64,
}

/// The whole periods of a kind in which an indicator may have values, up to the end of a day: from `since` on, or else from
/// the first period that was recorded from its first day on.
pub(super) fn periods(
    assessor: &Assessor<'_>,
    indicator: IndicatorIndex,
    every: Every,
    since: Option<NaiveDate>,
    until: NaiveDate,
) -> Vec<Window> {
    let calendar = assessor.plan.calendar();
    let measures = assessor.plan.measures_of(indicator).into_iter();
    let recorded = measures.map(|measure| Some(assessor.known.days_of_figures(measure)?.start()));
    let Some(first_day) =
        recorded.collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max())
    else {
        return Vec::new();
    };
    let start = match since {
        None => first_day,
        // Earlier periods have no values.
        Some(since) => {
            let first = calendar.period_at(every, first_day);
            let first = first.and_then(|period| calendar.window(period));
            first.map_or(since, |first| since.max(first.start()))
        }
    };
    let span = Window::new(start, until);
    span.map_or_else(Vec::new, |span| calendar.periods_within(every, &span))
}

/// Cuts time at the edges of what indicators look at in each of their periods.
pub(super) fn cut_into(assessor: &mut Assessor<'_>, series: &[(IndicatorIndex, Vec<Window>)]) {
    assessor.cut_for(|assessor| {
        for (indicator, periods) in series {
            for period in periods {
                assessor.prepare(*indicator, &over(period));
            }
        }
    });
}

/// The values of an indicator in some periods, unit by unit. A period with a lower completeness than the minimum, in per
/// cent, has no value.
pub(super) fn series(
    assessor: &Assessor<'_>,
    indicator: IndicatorIndex,
    periods: &[Window],
    units: &[UnitIndex],
    minimum_completeness: Option<f64>,
) -> Vec<Vec<PeriodValue>> {
    let mut all: Vec<Vec<PeriodValue>> =
        units.iter().map(|_| Vec::with_capacity(periods.len())).collect();
    let grows = assessor.accumulation(indicator) == Accumulation::Accumulates;
    for period in periods {
        let prepared = assessor.prepare(indicator, &over(period));
        for (unit, series) in units.iter().zip(&mut all) {
            let mut period_value = PeriodValue {
                period: *period,
                numerator: None,
                denominator: None,
                value: Err(Reason::UnitNotValid),
                counted: None,
            };
            if assessor.plan.units().is_judged_throughout(*unit, period) {
                let evaluated = prepared.evaluate(*unit);
                let shares = evaluated.completeness.zip(minimum_completeness);
                let is_short = shares.is_some_and(|(share, minimum)| share < minimum);
                period_value.numerator = evaluated.numerator;
                period_value.denominator = evaluated.denominator;
                period_value.counted = counted(assessor, indicator, &evaluated, period, grows);
                period_value.value = match evaluated.value {
                    Ok(_) if is_short => Err(Reason::Incomplete),
                    value => value.map(|value| value.float()),
                };
            }
            series.push(period_value);
        }
    }
    all
}

fn counted(
    assessor: &Assessor<'_>,
    indicator: IndicatorIndex,
    evaluated: &Evaluated,
    period: &Window,
    grows: bool,
) -> Option<Counted> {
    match &evaluated.sampling {
        Sampling::Proportion { events, whole, per } => {
            Some(Counted { events: *events, exposure: *whole, times: *per })
        }
        Sampling::Count { events, per_event } => {
            // A month of 31 days has more than one of 28, where days add up.
            let days = if grows { period.days() as f64 } else { 1.0 };
            Some(Counted { events: *events, exposure: days / per_event, times: days })
        }
        Sampling::Fixed if assessor.plan[indicator].formula.facts().is_of_reports() => {
            let (events, exposure) = evaluated.numerator.zip(evaluated.denominator)?;
            Some(Counted { events, exposure, times: 100.0 })
        }
        Sampling::Standardised { .. }
        | Sampling::Change { .. }
        | Sampling::Fixed
        | Sampling::Unknown => None,
    }
}

fn over(period: &Window) -> Frame {
    Frame { window: *period, to_date: *period }
}
