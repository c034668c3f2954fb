//! Changes of another indicator.

use super::baseline::{Baseline, Extent};
use super::{Engine, Evaluated, Events, Prepared, Request, Standing, Value, compared};
use crate::assess::assessment::Reason;
use crate::assess::uncertainty::Sampling;
use crate::exact::Exact;
use crate::plan::UnitIndex;
use crate::plan::formula::{Change, ChangeAs};

/// The two values of a change.
pub(super) struct PreparedChange<'a> {
    pub(super) now: Prepared<'a>,
    pub(super) then: Baseline<'a>,
    pub(super) change_unit: ChangeAs,
}

impl Engine for Change {
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
        let Request { assessor, frame, .. } = *request;
        let (now, then) = assessor.prepare_compared(self.of, &self.from, frame, Extent::ToDate);
        Prepared::new(PreparedChange { now, then, change_unit: self.change_unit })
    }
}

impl<'a> Value<'a> for PreparedChange<'a> {
    fn change(&self) -> Option<&PreparedChange<'a>> {
        Some(self)
    }

    fn evaluate(&self, unit: UnitIndex, _: Standing) -> Evaluated {
        change(&self.now, &self.then, self.change_unit, unit)
    }
}

fn change(
    now: &Prepared<'_>,
    then: &Baseline<'_>,
    change_unit: ChangeAs,
    unit: UnitIndex,
) -> Evaluated {
    let prepared = now;
    let (now, then) = compared(now, then, unit);
    let now_value = match &now.value {
        Ok(value) => value.clone(),
        Err(reason) => {
            let known = then.as_ref().filter(|then| then.value.is_ok());
            let without = Evaluated {
                value: Err(*reason),
                events: None,
                sampling: Sampling::Unknown,
                then: known.and_then(|then| then.value.clone().ok()),
                imputed: larger(now.imputed, known.and_then(|then| then.imputed)),
                numerator: None,
                denominator: None,
                ..now
            };
            // Two windows that have no unit in common are shown as recorded.
            let recorded = (*reason == Reason::Unmatched).then(|| prepared.evaluate(unit).value);
            return match (recorded.and_then(Result::ok), then, &without.then) {
                (Some(value), Some(earlier), Some(then)) => Evaluated {
                    numerator: Some(value.float()),
                    denominator: (change_unit == ChangeAs::Percent).then(|| then.float()),
                    completeness: smaller(without.completeness, earlier.completeness),
                    ..without
                },
                _ => without,
            };
        }
    };
    let Evaluated { events, sampling, .. } = now;
    let change = Evaluated {
        numerator: Some(now_value.float()),
        denominator: None,
        events: None,
        sampling: Sampling::Unknown,
        ..now
    };
    let is_suppressed = then.as_ref().is_some_and(Evaluated::is_suppressed);
    let Some((earlier, then_value)) = then.and_then(|then| {
        let value = then.value.clone().ok()?;
        Some((then, value))
    }) else {
        return match is_suppressed {
            true => Evaluated { value: Err(Reason::Suppressed), ..change },
            false => Evaluated { value: Err(Reason::NoBaseline), ..change },
        };
    };
    let difference = &now_value - &then_value;
    let size = then_value.abs();
    let (value, scale) = match change_unit {
        ChangeAs::Absolute => (Ok(difference), Exact::ONE),
        ChangeAs::Percent if size.is_zero() => (Err(Reason::ZeroDenominator), Exact::ONE),
        ChangeAs::Percent => {
            let scale = &Exact::HUNDRED / &size;
            (Ok(difference * &scale), scale)
        }
    };
    let events = events.filter(|_| value.is_ok()).map(|events| Events {
        slope: events.slope * &scale,
        intercept: (events.intercept - &then_value) * &scale,
        ..events
    });
    let sampling =
        Sampling::change(sampling, earlier.sampling, &now_value, &then_value, change_unit);
    Evaluated {
        denominator: (change_unit == ChangeAs::Percent).then(|| then_value.float()),
        value,
        events,
        sampling,
        then: Some(then_value),
        provisional: change.provisional || earlier.provisional,
        parts_differ: change.parts_differ || earlier.parts_differ,
        imputed: larger(change.imputed, earlier.imputed),
        completeness: smaller(change.completeness, earlier.completeness),
        ..change
    }
}

fn larger(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::max)
}

fn smaller(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::min)
}
