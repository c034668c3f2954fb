//! The value of an indicator for a unit and a window (`docs/semantics.md`, 16 to 20).

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::assessment::{Reason, Verdict};
use super::uncertainty::Sampling;
use super::{Assessor, Frame};
use crate::exact::{self, Exact};
use crate::plan::{
    Annualised, ChangeAs, Expression, Formula, Goal, IndicatorIndex, LevelIndex, MeasureIndex,
    OverTime, Reference, UnitIndex,
};
use crate::tally::{Missing, Rolled};

/// What an indicator comes to for a unit and a window.
#[derive(Debug, Clone)]
pub(crate) struct Evaluated {
    pub(crate) numerator: Option<f64>,
    pub(crate) denominator: Option<f64>,
    /// The value, or why there is none.
    pub(crate) value: Result<Exact, Reason>,
    /// How events make the value, where events do.
    pub(crate) events: Option<Events>,
    /// How the value could have come out by chance.
    pub(crate) sampling: Sampling,
    /// The earlier value that a change is measured from.
    pub(crate) then: Option<Exact>,
    /// Share of the due reports that were made, in per cent.
    pub(crate) completeness: Option<f64>,
    /// Share of imputed figures, in per cent.
    pub(crate) imputed: Option<f64>,
    pub(crate) provisional: bool,
    /// Whether a unit's own total was used although its parts say otherwise.
    pub(crate) parts_differ: bool,
}

/// The value as a straight line over a number of events: value = slope × events + intercept.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    pub(crate) recorded: BigRational,
    pub(crate) slope: BigRational,
    pub(crate) intercept: BigRational,
    /// The most events there can be: those of the whole.
    pub(crate) most: Option<BigRational>,
}

/// A sum of measures, rolled up.
#[derive(Debug, Clone)]
struct Total {
    value: BigRational,
    imputed: f64,
    provisional: bool,
    parts_differ: bool,
}

/// How a value stands to the days of a window that still runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// It grows with the days.
    Accumulates,
    /// It is what it is on each day, and moves from a baseline.
    Stock,
    /// It does not depend on how many days have passed.
    Level,
}

impl Evaluated {
    fn without_value(reason: Reason) -> Self {
        Evaluated {
            numerator: None,
            denominator: None,
            value: Err(reason),
            events: None,
            sampling: Sampling::Unknown,
            then: None,
            completeness: None,
            imputed: None,
            provisional: false,
            parts_differ: false,
        }
    }
}

impl Assessor<'_> {
    /// The value of an indicator for a unit and a window.
    pub(crate) fn evaluate(
        &self,
        indicator: IndicatorIndex,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Evaluated {
        match &self.plan[indicator].formula {
            Formula::Count(of) => self.count(of, unit, frame),
            Formula::Proportion { numerator, denominator, per } => {
                let per = exact::rational_of_decimal(*per);
                self.fraction(numerator, denominator, per, Kind::Proportion, unit, frame)
            }
            Formula::Ratio { numerator, denominator, per } => {
                let per = exact::rational_of_decimal(*per);
                self.fraction(numerator, denominator, per, Kind::Ratio, unit, frame)
            }
            Formula::Rate { numerator, population, per, annualised } => {
                let per = exact::rational_of_decimal(*per) / self.years(*annualised, frame);
                self.fraction(numerator, population, per, Kind::Ratio, unit, frame)
            }
            Formula::Mean { of, per } => {
                self.fraction(of, per, BigRational::one(), Kind::Mean, unit, frame)
            }
            Formula::Change { of, from, told_as } => self.change(*of, from, *told_as, unit, frame),
            Formula::ShareOfUnits { of, level, goal } => {
                self.share_of_units(*of, *level, goal, unit, frame)
            }
            Formula::Reported { measure, latest, .. } => {
                self.reported(*measure, *latest, unit, frame)
            }
        }
    }

    fn count(&self, of: &Expression, unit: UnitIndex, frame: &Frame) -> Evaluated {
        let completeness = self.completeness(&[of], unit, frame);
        let total = match self.total(of, unit, frame) {
            Ok(total) => total,
            Err(missing) => {
                return Evaluated { completeness, ..Evaluated::without_value(missing.into()) };
            }
        };
        let value = Exact::new(total.value.clone());
        Evaluated {
            numerator: Some(value.float()),
            denominator: None,
            sampling: Sampling::Count { events: value.float(), per_event: 1.0 },
            events: Some(Events {
                recorded: total.value,
                slope: BigRational::one(),
                intercept: BigRational::zero(),
                most: None,
            }),
            value: Ok(value),
            then: None,
            completeness,
            imputed: Some(100.0 * total.imputed),
            provisional: total.provisional,
            parts_differ: total.parts_differ,
        }
    }

    fn fraction(
        &self,
        numerator: &Expression,
        denominator: &Expression,
        per: BigRational,
        kind: Kind,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Evaluated {
        let completeness = self.completeness(&[numerator, denominator], unit, frame);
        let above = self.total(numerator, unit, frame);
        let below = self.total(denominator, unit, frame);
        let shown = |total: &Result<Total, Missing>| {
            total.as_ref().ok().map(|total| exact::float(&total.value))
        };
        let (shown_numerator, shown_denominator) = (shown(&above), shown(&below));
        let (above, below) = match (above, below) {
            (Ok(above), Ok(below)) => (above, below),
            (above, below) => {
                let missing = above.err().into_iter().chain(below.err()).min();
                return Evaluated {
                    numerator: shown_numerator,
                    denominator: shown_denominator,
                    completeness,
                    ..Evaluated::without_value(missing.unwrap_or(Missing::NoData).into())
                };
            }
        };
        let contradicts = kind == Kind::Proportion
            && (above.value.is_negative()
                || below.value.is_negative()
                || above.value > below.value);
        let value = if contradicts {
            Err(Reason::Incomplete)
        } else if below.value.is_zero() {
            Err(Reason::ZeroDenominator)
        } else {
            Ok(Exact::new(&above.value * &per / &below.value))
        };
        let judged = value.is_ok();
        let numbers = shown_numerator.zip(shown_denominator);
        let per_event = judged.then(|| &per / &below.value);
        let sampling = match (kind, numbers, &per_event) {
            (Kind::Proportion, Some((events, whole)), Some(_)) => {
                Sampling::Proportion { events, whole, per: exact::float(&per) }
            }
            (Kind::Ratio, Some((events, _)), Some(per_event)) if per_event.is_positive() => {
                Sampling::Count { events, per_event: exact::float(per_event) }
            }
            (Kind::Proportion | Kind::Ratio | Kind::Mean, _, _) => Sampling::Unknown,
        };
        let counts = kind != Kind::Mean;
        let events = per_event.filter(|slope| counts && slope.is_positive()).map(|slope| Events {
            recorded: above.value.clone(),
            slope,
            intercept: BigRational::zero(),
            most: (kind == Kind::Proportion).then(|| below.value.clone()),
        });
        Evaluated {
            numerator: shown_numerator,
            denominator: shown_denominator,
            value,
            events,
            sampling,
            then: None,
            completeness,
            imputed: Some(100.0 * above.imputed.max(below.imputed)),
            provisional: above.provisional || below.provisional,
            parts_differ: above.parts_differ || below.parts_differ,
        }
    }

    fn change(
        &self,
        of: IndicatorIndex,
        from: &Reference,
        told_as: ChangeAs,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Evaluated {
        let now = self.evaluate(of, unit, frame);
        let then = self.earlier(of, from, unit, frame, Extent::ToDate);
        let now_value = match &now.value {
            Ok(value) => value.clone(),
            Err(reason) => {
                let reason = *reason;
                let then = then.and_then(|then| then.value.ok());
                return Evaluated {
                    value: Err(reason),
                    events: None,
                    sampling: Sampling::Unknown,
                    then,
                    numerator: None,
                    denominator: None,
                    ..now
                };
            }
        };
        let told = Evaluated {
            numerator: Some(now_value.float()),
            denominator: None,
            events: None,
            sampling: Sampling::Unknown,
            ..now.clone()
        };
        let Some((earlier, then_value)) = then.and_then(|then| {
            let value = then.value.clone().ok()?;
            Some((then, value))
        }) else {
            return Evaluated { value: Err(Reason::NoBaseline), ..told };
        };
        let difference = now_value.rational() - then_value.rational();
        let size = then_value.rational().abs();
        let (value, scale) = match told_as {
            ChangeAs::Absolute => (Ok(difference), BigRational::one()),
            ChangeAs::Percent if size.is_zero() => {
                (Err(Reason::ZeroDenominator), BigRational::one())
            }
            ChangeAs::Percent => {
                let scale = BigRational::from_integer(BigInt::from(100)) / &size;
                (Ok(difference * &scale), scale)
            }
        };
        let events = now.events.filter(|_| value.is_ok()).map(|events| Events {
            slope: events.slope * &scale,
            intercept: (events.intercept - then_value.rational()) * &scale,
            ..events
        });
        let sampling =
            Sampling::change(now.sampling, earlier.sampling, &now_value, &then_value, told_as);
        Evaluated {
            denominator: (told_as == ChangeAs::Percent).then_some(then_value.float()),
            value: value.map(Exact::new),
            events,
            sampling,
            then: Some(then_value),
            provisional: told.provisional || earlier.provisional,
            parts_differ: told.parts_differ || earlier.parts_differ,
            imputed: larger(told.imputed, earlier.imputed),
            completeness: smaller(told.completeness, earlier.completeness),
            ..told
        }
    }

    fn share_of_units(
        &self,
        of: IndicatorIndex,
        level: LevelIndex,
        goal: &Goal,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Evaluated {
        let units = self.plan.units();
        let (mut eligible, mut judged, mut met) = (0_u32, 0_u32, 0_u32);
        let (mut imputed, mut provisional, mut parts_differ) = (0.0_f64, false, false);
        for member in units.of_level_within(level, unit) {
            if !units[member].is_valid_throughout(&frame.window) {
                continue;
            }
            eligible += 1;
            let judgement = self.judge(of, goal, member, frame, self.plan.minimum_completeness());
            match judgement.verdict {
                Verdict::Met => met += 1,
                Verdict::Missed => {}
                Verdict::Indeterminate => continue,
            }
            judged += 1;
            imputed = imputed.max(judgement.evaluated.imputed.unwrap_or(0.0));
            provisional |= judgement.evaluated.provisional;
            parts_differ |= judgement.evaluated.parts_differ;
        }
        let completeness = (eligible > 0).then(|| 100.0 * f64::from(judged) / f64::from(eligible));
        if judged == 0 {
            return Evaluated { completeness, ..Evaluated::without_value(Reason::NoData) };
        }
        let integer = |number: u32| BigRational::from_integer(BigInt::from(number));
        let slope = integer(100) / integer(judged);
        Evaluated {
            numerator: Some(f64::from(met)),
            denominator: Some(f64::from(judged)),
            value: Ok(Exact::new(integer(met) * &slope)),
            events: Some(Events {
                recorded: integer(met),
                slope,
                intercept: BigRational::zero(),
                most: Some(integer(judged)),
            }),
            sampling: Sampling::Proportion {
                events: f64::from(met),
                whole: f64::from(judged),
                per: 100.0,
            },
            then: None,
            completeness,
            imputed: Some(imputed),
            provisional,
            parts_differ,
        }
    }

    fn reported(
        &self,
        measure: MeasureIndex,
        latest: bool,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Evaluated {
        match self.known.published(measure, unit, &frame.window, &frame.to_date, latest) {
            Err(missing) => Evaluated::without_value(missing.into()),
            Ok(published) => Evaluated {
                value: Exact::of(published.value).ok_or(Reason::NoData),
                imputed: Some(100.0 * published.imputed),
                provisional: published.provisional,
                ..Evaluated::without_value(Reason::NoData)
            },
        }
    }

    /// An indicator's value in the window a reference names; none if the window can't be, or has not
    /// ended yet.
    pub(crate) fn earlier(
        &self,
        indicator: IndicatorIndex,
        from: &Reference,
        unit: UnitIndex,
        frame: &Frame,
        extent: Extent,
    ) -> Option<Evaluated> {
        if let Reference::Value(value) = from {
            return Some(Evaluated {
                value: Ok(Exact::of_decimal(*value)),
                sampling: Sampling::Fixed,
                ..Evaluated::without_value(Reason::NoData)
            });
        }
        let earlier = self.earlier_frame(from, frame, extent)?;
        // A unit that did not exist has no value, not even a zero of events.
        let existed = self.plan.units()[unit].is_valid_throughout(&earlier.to_date);
        existed.then(|| self.evaluate(indicator, unit, &earlier))
    }

    /// The window a reference names, and how much of it is compared.
    pub(crate) fn earlier_frame(
        &self,
        from: &Reference,
        frame: &Frame,
        extent: Extent,
    ) -> Option<Frame> {
        let calendar = self.plan.calendar();
        let whole = match from {
            Reference::PreviousPeriod => calendar.previous_period(&frame.window)?,
            Reference::SameWindowLastYear => calendar.same_window_last_year(&frame.window)?,
            Reference::Window(window) => *window,
            Reference::Value(_) => return None,
        };
        let to_date = if frame.is_final() || extent == Extent::Whole {
            whole
        } else if *from == Reference::SameWindowLastYear {
            calendar.same_window_last_year_to_date(&frame.window, &frame.to_date)?
        } else {
            whole.first_days(frame.to_date.days())?
        };
        let has_ended = to_date.end() <= self.as_of.succ_opt()?;
        has_ended.then_some(Frame { window: whole, to_date })
    }

    /// The window to date in years, as a rate's way of annualising counts them.
    fn years(&self, annualised: Annualised, frame: &Frame) -> BigRational {
        match annualised {
            Annualised::None => BigRational::one(),
            Annualised::Days365 => {
                BigRational::new(BigInt::from(frame.to_date.days()), BigInt::from(365))
            }
            Annualised::Exact => self
                .plan
                .calendar()
                .years(&frame.to_date)
                .into_iter()
                .map(|(days, of)| BigRational::new(BigInt::from(days), BigInt::from(of)))
                .sum(),
        }
    }

    fn total(
        &self,
        expression: &Expression,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Result<Total, Missing> {
        let mut total = Total {
            value: BigRational::zero(),
            imputed: 0.0,
            provisional: false,
            parts_differ: false,
        };
        let mut gravest: Option<Missing> = None;
        for term in &expression.terms {
            let rolled = self.known.rolled(term.measure, unit, &frame.to_date);
            let value = rolled.and_then(|rolled| {
                let value = exact::rational_of_sum(rolled.value, rolled.size);
                Ok((value.ok_or(Missing::NoData)?, rolled))
            });
            match value {
                Err(missing) => {
                    gravest = Some(gravest.map_or(missing, |other| other.min(missing)));
                }
                Ok((value, rolled)) => {
                    let Rolled { imputed, provisional, whole_and_parts, .. } = rolled;
                    if term.subtracted {
                        total.value -= value
                    } else {
                        total.value += value
                    }
                    total.imputed = total.imputed.max(imputed);
                    total.provisional |= provisional;
                    total.parts_differ |= whole_and_parts.is_some();
                }
            }
        }
        gravest.map_or(Ok(total), Err)
    }

    fn completeness(
        &self,
        expressions: &[&Expression],
        unit: UnitIndex,
        frame: &Frame,
    ) -> Option<f64> {
        let terms = expressions.iter().flat_map(|expression| &expression.terms);
        terms
            .map(|term| self.known.reports(term.measure, unit, &frame.to_date))
            .filter(|reports| reports.due > 0)
            .map(|reports| 100.0 * reports.made as f64 / reports.due as f64)
            .reduce(f64::min)
    }

    /// How an indicator's value stands to the days of a running window.
    pub(crate) fn course(&self, indicator: IndicatorIndex) -> Course {
        let all = |expression: &Expression, is: fn(OverTime) -> bool| {
            expression.terms.iter().all(|term| is(self.plan[term.measure].over_time))
        };
        let flows = |expression: &Expression| all(expression, |over| over == OverTime::Sum);
        let stocks = |expression: &Expression| all(expression, |over| over != OverTime::Sum);
        match &self.plan[indicator].formula {
            Formula::Count(of) if flows(of) => Course::Accumulates,
            Formula::Count(_) => Course::Stock,
            Formula::Proportion { numerator, denominator, .. }
            | Formula::Ratio { numerator, denominator, .. }
            | Formula::Mean { of: numerator, per: denominator }
            | Formula::Rate {
                numerator,
                population: denominator,
                annualised: Annualised::None,
                ..
            } if flows(numerator) && stocks(denominator) => Course::Accumulates,
            Formula::Proportion { .. }
            | Formula::Ratio { .. }
            | Formula::Rate { .. }
            | Formula::Mean { .. }
            | Formula::Change { .. }
            | Formula::ShareOfUnits { .. }
            | Formula::Reported { .. } => Course::Level,
        }
    }
}

/// How much of an earlier window is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it.
    Whole,
    /// As much of it as has passed of the window that runs.
    ToDate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Proportion,
    Ratio,
    Mean,
}

impl From<Missing> for Reason {
    fn from(missing: Missing) -> Reason {
        match missing {
            Missing::Suppressed => Reason::Suppressed,
            Missing::Straddles => Reason::Straddles,
            Missing::NotAdditive => Reason::NotAdditive,
            Missing::NoData => Reason::NoData,
        }
    }
}

fn larger(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::max)
}

fn smaller(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::min)
}
