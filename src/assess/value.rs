//! The value of an indicator for a unit and a window (`docs/semantics.md`, 16 to 20).

mod lanes;
mod matched;
mod plain;

use std::sync::Arc;

pub(super) use lanes::{LANES, Lanes};
pub(super) use matched::{Matched, Matchings, Rules, Sides, Standing, sides};
pub(super) use plain::{Gathered, Plain};

use super::assessment::{Reason, Verdict};
use super::reporting::Counted;
use super::standardised::Standardised;
use super::uncertainty::Sampling;
use super::{Assessor, Frame};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{
    Absent, Annualised, ChangeAs, Expression, Formula, Goal, IndicatorIndex, LevelIndex,
    MeasureIndex, OverTime, OverUnits, Plan, Reference, UnitIndex, Unmatched,
};
use crate::tally::{Missing, Over, Pairs, Participants, Published, Reports, Total};

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
    /// How many pairs have both sides and how many have one, where the value is made of pairs.
    pub(crate) pairs: Option<Pairs>,
    /// The denominator as recorded, where it may differ from that of the pairs.
    pub(crate) recorded_below: Option<Exact>,
}

/// The value as a straight line over a number of events: value = slope × events + intercept.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    pub(crate) recorded: Exact,
    pub(crate) slope: Exact,
    pub(crate) intercept: Exact,
    /// The most events there can be: those of the whole.
    pub(crate) most: Option<Exact>,
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
    pub(super) fn without_value(reason: Reason) -> Self {
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
            pairs: None,
            recorded_below: None,
        }
    }
}

/// An indicator over one frame: what is the same for all units has been looked up.
pub(crate) struct Prepared<'a>(Kind<'a>);

enum Kind<'a> {
    Count {
        of: Sum<'a>,
        matchings: Matchings<'a>,
        due: Vec<Arc<[Reports]>>,
    },
    Fraction(Fraction<'a>),
    Standardised(Standardised<'a>),
    Change {
        now: Box<Prepared<'a>>,
        then: Earlier<'a>,
        told_as: ChangeAs,
    },
    /// Per unit, how the units of the level at or below it were judged.
    ShareOfUnits(Vec<Members>),
    /// Per unit, how the reports due from it and those below it stand.
    Reporting(Vec<Counted>),
    Reported(Published<'a>),
}

struct Fraction<'a> {
    above: Sum<'a>,
    below: Sum<'a>,
    matchings: Matchings<'a>,
    per: Exact,
    per_float: f64,
    of: Of,
    due: Vec<Arc<[Reports]>>,
}

/// What a fraction is a fraction of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// A whole, of which the events are part.
    Whole,
    /// Something events are counted over.
    Exposure,
    /// Things that a sum is shared out among.
    Things,
}

/// Measures added and subtracted.
pub(super) struct Sum<'a>(Vec<Term<'a>>);

struct Term<'a> {
    over: Over<'a>,
    measure: MeasureIndex,
    subtracted: bool,
    /// Whether the measure is 0 where it has no figure.
    absent_is_zero: bool,
}

/// An indicator in an earlier window.
pub(crate) enum Earlier<'a> {
    /// There is no such window, or it has not ended yet.
    Unknown,
    Given(Exact),
    Window {
        plan: &'a Plan,
        prepared: Box<Prepared<'a>>,
        to_date: Window,
    },
}

/// The units of one level at or below a unit: valid throughout the window, judged, and having met their
/// goal.
#[derive(Debug, Clone, Copy, Default)]
struct Members {
    eligible: i32,
    judged: i32,
    met: i32,
    imputed: f64,
    provisional: bool,
    parts_differ: bool,
}

impl Members {
    fn add(&mut self, other: &Members) {
        self.eligible += other.eligible;
        self.judged += other.judged;
        self.met += other.met;
        self.imputed = self.imputed.max(other.imputed);
        self.provisional |= other.provisional;
        self.parts_differ |= other.parts_differ;
    }
}

impl Assessor<'_> {
    /// An indicator over one frame, to be asked for many units.
    pub(crate) fn prepare(&self, indicator: IndicatorIndex, frame: &Frame) -> Prepared<'_> {
        self.prepare_beside(indicator, frame, None)
    }

    /// The same, of units that reported in a second window too, where the two are compared.
    pub(crate) fn prepare_beside(
        &self,
        indicator: IndicatorIndex,
        frame: &Frame,
        other: Option<Window>,
    ) -> Prepared<'_> {
        let rules = || self.rules(indicator, other);
        let fraction = |above: &Expression, below: &Expression, per: Exact, of: Of| {
            let rules = rules();
            Kind::Fraction(Fraction {
                above: self.sum(above, frame),
                below: self.sum(below, frame),
                matchings: self.matchings((above, Some(below)), &frame.to_date, rules),
                per_float: per.float(),
                per,
                of,
                due: self.due(&[above, below], frame, rules.participants),
            })
        };
        Prepared(match &self.plan[indicator].formula {
            Formula::Count(of) => {
                let rules = rules();
                Kind::Count {
                    of: self.sum(of, frame),
                    matchings: self.matchings((of, None), &frame.to_date, rules),
                    due: self.due(&[of], frame, rules.participants),
                }
            }
            Formula::Proportion { numerator, denominator, per } => {
                fraction(numerator, denominator, Exact::of_decimal(*per), Of::Whole)
            }
            Formula::Ratio { numerator, denominator, per } => {
                fraction(numerator, denominator, Exact::of_decimal(*per), Of::Exposure)
            }
            Formula::Rate { numerator, population, per, annualised } => {
                let per = Exact::of_decimal(*per) / &self.years(*annualised, frame);
                fraction(numerator, population, per, Of::Exposure)
            }
            Formula::StandardisedRate { standard, per, withhold_below, categories, .. } => {
                let weighted = categories.iter().zip(standard);
                let rate = self.standardised(weighted, *per, *withhold_below, frame, rules());
                Kind::Standardised(rate)
            }
            Formula::Mean { of, per } => fraction(of, per, Exact::ONE, Of::Things),
            Formula::Change { of, from, told_as } => {
                let earlier = self.earlier_frame(from, frame, Extent::ToDate);
                Kind::Change {
                    now: Box::new(self.prepare_beside(
                        *of,
                        frame,
                        earlier.map(|earlier| earlier.to_date),
                    )),
                    then: self.earlier_beside(*of, from, frame, Extent::ToDate),
                    told_as: *told_as,
                }
            }
            Formula::ShareOfUnits { of, level, goal } => {
                Kind::ShareOfUnits(self.members(*of, *level, goal, frame))
            }
            Formula::Reporting { of, share } => {
                Kind::Reporting(self.reports_counted(of, *share, frame))
            }
            Formula::Reported { measure, latest, .. } => {
                let Frame { window, to_date } = frame;
                Kind::Reported(self.known.published(*measure, window, to_date, *latest))
            }
        })
    }

    pub(super) fn sum(&self, expression: &Expression, frame: &Frame) -> Sum<'_> {
        let terms = expression.terms.iter().map(|term| Term {
            over: self.known.over(term.measure, &frame.to_date),
            measure: term.measure,
            subtracted: term.subtracted,
            absent_is_zero: self.plan[term.measure].absent == Absent::Zero,
        });
        Sum(terms.collect())
    }

    /// The reports of every measure of which some may be due.
    pub(super) fn due(
        &self,
        expressions: &[&Expression],
        frame: &Frame,
        participants: Participants,
    ) -> Vec<Arc<[Reports]>> {
        let terms = expressions.iter().flat_map(|expression| &expression.terms);
        let reports =
            terms.filter_map(|term| self.known.reports(term.measure, &frame.to_date, participants));
        reports.collect()
    }

    /// An indicator in the window a reference names; unknown if the window can't be, or has not ended
    /// yet.
    pub(crate) fn earlier(
        &self,
        indicator: IndicatorIndex,
        from: &Reference,
        frame: &Frame,
        extent: Extent,
    ) -> Earlier<'_> {
        self.earlier_of(indicator, from, frame, extent, None)
    }

    /// The same, of units that reported in the frame too.
    pub(crate) fn earlier_beside(
        &self,
        indicator: IndicatorIndex,
        from: &Reference,
        frame: &Frame,
        extent: Extent,
    ) -> Earlier<'_> {
        self.earlier_of(indicator, from, frame, extent, Some(frame.to_date))
    }

    fn earlier_of(
        &self,
        indicator: IndicatorIndex,
        from: &Reference,
        frame: &Frame,
        extent: Extent,
        other: Option<Window>,
    ) -> Earlier<'_> {
        if let Reference::Value(value) = from {
            return Earlier::Given(Exact::of_decimal(*value));
        }
        match self.earlier_frame(from, frame, extent) {
            None => Earlier::Unknown,
            Some(earlier) => Earlier::Window {
                plan: self.plan,
                prepared: Box::new(self.prepare_beside(indicator, &earlier, other)),
                to_date: earlier.to_date,
            },
        }
    }

    /// Judges the units of a level, and counts them for every unit.
    fn members(
        &self,
        of: IndicatorIndex,
        level: LevelIndex,
        goal: &Goal,
        frame: &Frame,
    ) -> Vec<Members> {
        let units = self.plan.units();
        let judge = self.prepare_judge(of, goal, frame, self.plan.minimum_completeness());
        if self.known.only_prepares() {
            return Vec::new();
        }
        let mut all = vec![Members::default(); units.len()];
        for unit in self.known.below_first() {
            let mut members = Members::default();
            if units[*unit].level != level {
                for child in units.children(*unit) {
                    members.add(&all[child.0]);
                }
            } else if units.is_judged_throughout(*unit, &frame.window) {
                members.eligible = 1;
                let judgement = judge.judge(*unit);
                if judgement.verdict != Verdict::Indeterminate {
                    members.judged = 1;
                    members.met = i32::from(judgement.verdict == Verdict::Met);
                    members.imputed = judgement.evaluated.imputed.unwrap_or(0.0).max(0.0);
                    members.provisional = judgement.evaluated.provisional;
                    members.parts_differ = judgement.evaluated.parts_differ;
                }
            }
            all[unit.0] = members;
        }
        all
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
            Reference::SameWindowMovedBy(anchor) => anchor.a_year_before(&frame.window)?,
            Reference::SameWindowOf(year) => calendar.same_window_of(&frame.window, *year)?,
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
        self.known.is_over(to_date.end()).then_some(Frame { window: whole, to_date })
    }

    /// The window to date in years, as a rate's way of annualising counts them.
    pub(super) fn years(&self, annualised: Annualised, frame: &Frame) -> Exact {
        let parts = match annualised {
            Annualised::None => return Exact::ONE,
            Annualised::Days365 => vec![(frame.to_date.days(), 365)],
            Annualised::Exact => self.plan.calendar().years(&frame.to_date),
        };
        let parts = parts.into_iter().filter_map(|(days, of)| Exact::quotient(days, of));
        parts.fold(Exact::ZERO, |years, part| years + &part)
    }

    /// Whether the stock below the line of a fraction weighs as much as was reported of the flow above it.
    pub(super) fn is_per_period(&self, indicator: IndicatorIndex) -> bool {
        let binds = |measure: MeasureIndex| {
            !self.known.is_events(measure) && self.plan[measure].absent == Absent::Missing
        };
        let indicator = &self.plan[indicator];
        let (above, below) = match &indicator.formula {
            Formula::Proportion { numerator, denominator, .. }
            | Formula::Ratio { numerator, denominator, .. }
            | Formula::Rate { numerator, population: denominator, .. }
            | Formula::Mean { of: numerator, per: denominator }
            | Formula::StandardisedRate { events: numerator, population: denominator, .. } => {
                (numerator, denominator)
            }
            Formula::Count(_)
            | Formula::Change { .. }
            | Formula::ShareOfUnits { .. }
            | Formula::Reporting { .. }
            | Formula::Reported { .. } => return false,
        };
        let binds_as = |expression: &Expression, is_flow: bool| {
            expression.terms.iter().any(|term| {
                let adds_over_units = self.plan[term.measure].over_units == OverUnits::Sum;
                let is_sum = self.plan[term.measure].over_time == OverTime::Sum;
                binds(term.measure) && adds_over_units && is_sum == is_flow
            })
        };
        indicator.unmatched.unwrap_or(self.plan.unmatched()) != Unmatched::AsRecorded
            && binds_as(above, true)
            && binds_as(below, false)
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
            }
            | Formula::StandardisedRate { events: numerator, population: denominator, .. }
                if flows(numerator) && stocks(denominator) =>
            {
                Course::Accumulates
            }
            Formula::Proportion { .. }
            | Formula::Ratio { .. }
            | Formula::Rate { .. }
            | Formula::StandardisedRate { .. }
            | Formula::Mean { .. }
            | Formula::Change { .. }
            | Formula::ShareOfUnits { .. }
            | Formula::Reporting { .. }
            | Formula::Reported { .. } => Course::Level,
        }
    }
}

impl Prepared<'_> {
    /// The value for a unit.
    pub(crate) fn evaluate(&self, unit: UnitIndex) -> Evaluated {
        self.evaluate_as(unit, Standing::Alone)
    }

    /// The value for a unit as a comparison with another window uses it: of what was reported in both windows, where both
    /// have values and something is left of them.
    pub(crate) fn evaluate_beside(&self, other: &Prepared<'_>, unit: UnitIndex) -> Evaluated {
        let alone = self.evaluate(unit);
        if alone.value.is_err() || other.evaluate(unit).value.is_err() {
            return alone;
        }
        let both = self.evaluate_as(unit, Standing::Compared);
        let other = other.evaluate_as(unit, Standing::Compared);
        if is_unmatched(&both) || is_unmatched(&other) { alone } else { both }
    }

    /// The value for a unit, by itself or as it is compared with one of a second window.
    fn evaluate_as(&self, unit: UnitIndex, standing: Standing) -> Evaluated {
        match &self.0 {
            Kind::Count { of, matchings, due } => count(of, matchings.of(standing), due, unit),
            Kind::Fraction(fraction) => fraction.evaluate(unit, standing),
            Kind::Standardised(rate) => rate.evaluate(unit, standing),
            Kind::Change { now, then, told_as } => change(now, then, *told_as, unit),
            Kind::ShareOfUnits(members) => share_of_units(&members[unit.0]),
            Kind::Reporting(counted) => counted[unit.0].evaluate(),
            Kind::Reported(published) => match published.of(unit) {
                Err(missing) => Evaluated::without_value(missing.into()),
                Ok(published) => Evaluated {
                    value: Exact::of(published.value).ok_or(Reason::NoData),
                    imputed: Some(100.0 * published.imputed),
                    provisional: published.provisional,
                    ..Evaluated::without_value(Reason::NoData)
                },
            },
        }
    }
}

/// What stands above and below the line of a value that is a quotient of sums; what is counted, where it is a sum.
#[derive(Debug, Clone)]
pub(crate) struct Quotient {
    pub(crate) above: Exact,
    pub(crate) below: Option<Exact>,
}

impl Prepared<'_> {
    /// What the quotient is multiplied by to be the value; none where the value is no quotient of sums and no sum.
    pub(super) fn per(&self) -> Option<Exact> {
        match &self.0 {
            Kind::Count { .. } => Some(Exact::ONE),
            Kind::Fraction(fraction) => Some(fraction.per.clone()),
            Kind::Standardised(_)
            | Kind::Change { .. }
            | Kind::ShareOfUnits(_)
            | Kind::Reporting(_)
            | Kind::Reported(_) => None,
        }
    }

    /// The exact sums of a unit, as [`per`](Prepared::per) tells; of a unit that is compared with a second window those of
    /// what was reported in both.
    pub(super) fn quotient(&self, unit: UnitIndex) -> Option<Result<Quotient, Reason>> {
        let compared = self.quotient_as(unit, Standing::Compared)?;
        match compared {
            Err(Reason::Unmatched) => self.quotient_as(unit, Standing::Alone),
            compared => Some(compared),
        }
    }

    fn quotient_as(&self, unit: UnitIndex, standing: Standing) -> Option<Result<Quotient, Reason>> {
        let quotient = match &self.0 {
            Kind::Count { of, matchings, .. } => sides(of, None, matchings.of(standing), unit),
            Kind::Fraction(fraction) => fraction.sides(unit, standing),
            Kind::Standardised(_)
            | Kind::Change { .. }
            | Kind::ShareOfUnits(_)
            | Kind::Reporting(_)
            | Kind::Reported(_) => return None,
        };
        Some(quotient.quotient())
    }
}

impl Earlier<'_> {
    /// The exact sums of a unit in the earlier window; none where it had no such window.
    pub(super) fn quotient(&self, unit: UnitIndex) -> Option<Result<Quotient, Reason>> {
        match self {
            Earlier::Unknown | Earlier::Given(_) => None,
            Earlier::Window { prepared, .. } => prepared.quotient(unit),
        }
    }

    /// The value for a unit.
    pub(crate) fn evaluate(&self, unit: UnitIndex) -> Option<Evaluated> {
        match self {
            Earlier::Unknown => None,
            Earlier::Given(value) => Some(Evaluated {
                value: Ok(value.clone()),
                sampling: Sampling::Fixed,
                ..Evaluated::without_value(Reason::NoData)
            }),
            Earlier::Window { plan, prepared, to_date } => {
                // A unit that did not exist has no value, not even a zero of events.
                let existed = plan.units().is_judged_throughout(unit, to_date);
                existed.then(|| prepared.evaluate(unit))
            }
        }
    }
}

impl Sides {
    /// Why there is no value, if there is none: the gravest reason first.
    fn reason(&self) -> Option<Reason> {
        let missing = self.above.as_ref().err().into_iter();
        let missing = missing.chain(self.below.as_ref().and_then(|below| below.as_ref().err()));
        missing.copied().min().map(Reason::from).or(self.refused)
    }

    fn quotient(self) -> Result<Quotient, Reason> {
        if let Some(reason) = self.reason() {
            return Err(reason);
        }
        let below = self.below.transpose().map_err(Reason::from)?.map(|below| below.value);
        Ok(Quotient { above: self.above.map_err(Reason::from)?.value, below })
    }
}

fn count(
    of: &Sum<'_>,
    matched: Option<&Matched<'_>>,
    due: &[Arc<[Reports]>],
    unit: UnitIndex,
) -> Evaluated {
    let completeness = completeness(due, unit);
    let sides = sides(of, None, matched, unit);
    let pairs = sides.pairs;
    let number = sides.above.as_ref().ok().map(|total| total.value.float());
    let total = match (sides.reason(), sides.above) {
        (None, Ok(total)) => total,
        (reason, total) => {
            let imputed = total.ok().map(|total| 100.0 * total.imputed);
            let without = Evaluated::without_value(reason.unwrap_or(Reason::NoData));
            return Evaluated { numerator: number, completeness, pairs, imputed, ..without };
        }
    };
    let number = total.value.float();
    Evaluated {
        numerator: Some(number),
        denominator: None,
        sampling: Sampling::Count { events: number, per_event: 1.0 },
        events: Some(Events {
            recorded: total.value.clone(),
            slope: Exact::ONE,
            intercept: Exact::ZERO,
            most: None,
        }),
        value: Ok(total.value),
        then: None,
        completeness,
        imputed: Some(100.0 * total.imputed),
        provisional: total.provisional,
        parts_differ: total.parts_differ,
        pairs,
        recorded_below: None,
    }
}

impl Fraction<'_> {
    fn sides(&self, unit: UnitIndex, standing: Standing) -> Sides {
        sides(&self.above, Some(&self.below), self.matchings.of(standing), unit)
    }

    fn evaluate(&self, unit: UnitIndex, standing: Standing) -> Evaluated {
        let completeness = completeness(&self.due, unit);
        let sides = self.sides(unit, standing);
        let (pairs, reason) = (sides.pairs, sides.reason());
        let recorded_below = sides.recorded_below;
        let (above, below) = (sides.above, sides.below.unwrap_or(Err(Missing::NoData)));
        let shown =
            |total: &Result<Total, Missing>| total.as_ref().ok().map(|total| total.value.float());
        let (numerator, denominator) = (shown(&above), shown(&below));
        let (above, below) = match (reason, above, below) {
            (None, Ok(above), Ok(below)) => (above, below),
            (reason, above, below) => {
                let both = above.ok().zip(below.ok());
                let imputed = both.map(|(one, other)| 100.0 * one.imputed.max(other.imputed));
                let without = Evaluated::without_value(reason.unwrap_or(Reason::NoData));
                return Evaluated {
                    numerator,
                    denominator,
                    completeness,
                    pairs,
                    imputed,
                    ..without
                };
            }
        };
        let contradicts = self.of == Of::Whole
            && (above.value.is_negative()
                || below.value.is_negative()
                || above.value > below.value);
        let value = if contradicts {
            Err(Reason::Incomplete)
        } else if below.value.is_zero() {
            Err(Reason::ZeroDenominator)
        } else {
            Ok(&above.value * &self.per / &below.value)
        };
        let per_event = value.is_ok().then(|| &self.per / &below.value);
        let sampling = match (self.of, numerator.zip(denominator), &per_event) {
            (Of::Whole, Some((events, whole)), Some(_)) => {
                Sampling::Proportion { events, whole, per: self.per_float }
            }
            (Of::Exposure, Some((events, _)), Some(per_event)) if per_event.is_positive() => {
                Sampling::Count { events, per_event: per_event.float() }
            }
            (Of::Whole | Of::Exposure | Of::Things, _, _) => Sampling::Unknown,
        };
        let counts = self.of != Of::Things;
        let events = per_event.filter(|slope| counts && slope.is_positive()).map(|slope| Events {
            recorded: above.value,
            slope,
            intercept: Exact::ZERO,
            most: (self.of == Of::Whole).then_some(below.value),
        });
        Evaluated {
            numerator,
            denominator,
            value,
            events,
            sampling,
            then: None,
            completeness,
            imputed: Some(100.0 * above.imputed.max(below.imputed)),
            provisional: above.provisional || below.provisional,
            parts_differ: above.parts_differ || below.parts_differ,
            pairs,
            recorded_below,
        }
    }
}

/// A value and the one that it is compared with: of what was reported in both windows, where both have values.
pub(super) fn compared(
    now: &Prepared<'_>,
    then: &Earlier<'_>,
    unit: UnitIndex,
) -> (Evaluated, Option<Evaluated>) {
    let (alone, then_alone) = (now.evaluate(unit), then.evaluate(unit));
    let Earlier::Window { prepared, .. } = then else { return (alone, then_alone) };
    if alone.value.is_err() || then_alone.as_ref().is_none_or(|then| then.value.is_err()) {
        return (alone, then_alone);
    }
    let both = now.evaluate_as(unit, Standing::Compared);
    let then_both = prepared.evaluate_as(unit, Standing::Compared);
    if is_unmatched(&both) || is_unmatched(&then_both) {
        // What is known of each is shown.
        let value = Err(Reason::Unmatched);
        return (Evaluated { value, pairs: both.pairs, ..alone }, then_alone);
    }
    (both, Some(then_both))
}

fn is_unmatched(value: &Evaluated) -> bool {
    value.value == Err(Reason::Unmatched)
}

fn change(now: &Prepared<'_>, then: &Earlier<'_>, told_as: ChangeAs, unit: UnitIndex) -> Evaluated {
    let prepared = now;
    let (now, then) = compared(now, then, unit);
    let now_value = match &now.value {
        Ok(value) => value.clone(),
        Err(reason) => {
            let without = Evaluated {
                value: Err(*reason),
                events: None,
                sampling: Sampling::Unknown,
                then: then.as_ref().and_then(|then| then.value.clone().ok()),
                numerator: None,
                denominator: None,
                ..now
            };
            // Two windows that have no unit in common are shown as recorded.
            let recorded = (*reason == Reason::Unmatched).then(|| prepared.evaluate(unit).value);
            return match (recorded.and_then(Result::ok), then, &without.then) {
                (Some(value), Some(earlier), Some(then)) => Evaluated {
                    numerator: Some(value.float()),
                    denominator: (told_as == ChangeAs::Percent).then(|| then.float()),
                    imputed: larger(without.imputed, earlier.imputed),
                    completeness: smaller(without.completeness, earlier.completeness),
                    ..without
                },
                _ => without,
            };
        }
    };
    let Evaluated { events, sampling, .. } = now;
    let told = Evaluated {
        numerator: Some(now_value.float()),
        denominator: None,
        events: None,
        sampling: Sampling::Unknown,
        ..now
    };
    let Some((earlier, then_value)) = then.and_then(|then| {
        let value = then.value.clone().ok()?;
        Some((then, value))
    }) else {
        return Evaluated { value: Err(Reason::NoBaseline), ..told };
    };
    let difference = &now_value - &then_value;
    let size = then_value.abs();
    let (value, scale) = match told_as {
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
    let sampling = Sampling::change(sampling, earlier.sampling, &now_value, &then_value, told_as);
    Evaluated {
        denominator: (told_as == ChangeAs::Percent).then(|| then_value.float()),
        value,
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

fn share_of_units(members: &Members) -> Evaluated {
    let Members { eligible, judged, met, imputed, provisional, parts_differ } = *members;
    let completeness = (eligible > 0).then(|| 100.0 * f64::from(judged) / f64::from(eligible));
    if judged == 0 {
        return Evaluated { completeness, ..Evaluated::without_value(Reason::NoData) };
    }
    let slope = &Exact::HUNDRED / &Exact::whole(judged);
    Evaluated {
        numerator: Some(f64::from(met)),
        denominator: Some(f64::from(judged)),
        value: Ok(&Exact::whole(met) * &slope),
        events: Some(Events {
            recorded: Exact::whole(met),
            slope,
            intercept: Exact::ZERO,
            most: Some(Exact::whole(judged)),
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
        pairs: None,
        recorded_below: None,
    }
}

impl Sum<'_> {
    pub(super) fn total(&self, unit: UnitIndex) -> Result<Total, Missing> {
        let [first, others @ ..] = &self.0[..] else { return Err(Missing::NoData) };
        let mut total = first.total(unit);
        for term in others {
            total = match (total, term.total(unit)) {
                (Ok(one), Ok(other)) => Ok(Total {
                    value: one.value + &other.value,
                    imputed: one.imputed.max(other.imputed),
                    provisional: one.provisional || other.provisional,
                    parts_differ: one.parts_differ || other.parts_differ,
                    figures: one.figures.max(other.figures),
                }),
                // The gravest is told.
                (Err(one), Err(other)) => Err(one.min(other)),
                (Err(missing), Ok(_)) | (Ok(_), Err(missing)) => Err(missing),
            };
        }
        total
    }
}

impl Term<'_> {
    fn total(&self, unit: UnitIndex) -> Result<Total, Missing> {
        let total = match self.over.total(unit) {
            Err(Missing::NoData) if self.absent_is_zero => Total::ZERO,
            total => total?,
        };
        Ok(if self.subtracted {
            Total { value: &Exact::ZERO - &total.value, ..total }
        } else {
            total
        })
    }
}

/// The lowest share of due reports that were made, in per cent.
pub(super) fn completeness(due: &[Arc<[Reports]>], unit: UnitIndex) -> Option<f64> {
    due.iter().filter_map(|reports| reports[unit.0].completeness()).reduce(f64::min)
}

/// How much of an earlier window is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it.
    Whole,
    /// As much of it as has passed of the window that runs.
    ToDate,
}

impl From<Missing> for Reason {
    fn from(missing: Missing) -> Reason {
        match missing {
            Missing::Suppressed => Reason::Suppressed,
            Missing::Straddles => Reason::Straddles,
            Missing::Overlaps => Reason::Overlaps,
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
