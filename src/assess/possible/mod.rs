//! The values and verdicts that missing reports could lead to, at worst and at best (`docs/semantics.md`, 38). Values are
//! computed by the rules that judge, on supposed reports: such reports can lead to each end that is given.
//!
//! * `sums`: counts and fractions of sums over units, for all units at once.
//! * `corners`: values that rise or fall with each of their measures.
//! * `parts`: proportions, where any part of a missing whole may have been counted.
//! * `shares`: units that may turn out either way.

mod corners;
mod parts;
mod shares;
mod sums;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use corners::{axes, weights};

use super::assessment::{Reason, Verdict};
use super::value::Extent;
use super::{Assessor, Frame, reasons};
use crate::calendar::Window;
use crate::error::Result;
use crate::error::codes::codes;
use crate::exact::{Bound, Exact};
use crate::plan::formula::{Inputs, ValueKind};
use crate::plan::{ChangeAs, Expression, Goal, IndicatorIndex, MeasureIndex, Reference, UnitIndex};
use crate::tally::{OneReport, Supposed};

codes! {
    /// Between which figures a missing report may lie.
    #[derive(Default)]
    pub enum MissingReports as "range of missing reports" {
        /// Within the limits that certainty uses (`docs/semantics.md`, 40): those of the measure, else 95 % prediction limits
        /// from the unit's own reports.
        #[default]
        Limits = "limits",
        /// Between the least and the greatest that the unit itself reported for another period of the window or, if it
        /// reported for none, for one before it.
        OwnRange = "own_range",
        /// Between 0 and the greatest of these.
        ZeroToHighest = "zero_to_highest",
    }
}

/// What is supposed, by the measures of the plan as they are declared.
pub(crate) struct Assumed {
    pub(crate) missing: MissingReports,
    pub(crate) ranges: HashMap<MeasureIndex, (f64, f64)>,
}

/// Reports due, made, and made late.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ReportCounts {
    pub(crate) due: u64,
    pub(crate) made: u64,
    pub(crate) late: u64,
}

/// One end of what the value could be.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) value: f64,
    pub(crate) verdict: Verdict,
    pub(crate) gap: f64,
}

impl End {
    /// A value against bounds.
    pub(crate) fn of(value: &Exact, bounds: &Bound) -> End {
        End { value: value.float(), verdict: bounds.verdict(value), gap: bounds.gap(value) }
    }

    /// From worse to better.
    pub(crate) fn order(&self, other: &End) -> Ordering {
        let is_met = |end: &End| end.verdict == Verdict::Met;
        is_met(self).cmp(&is_met(other)).then(self.gap.total_cmp(&other.gap))
    }
}

reasons! {
    /// Why worst and best are not known, or the reason of the row itself.
    pub enum SensitivityReason as "reason of a sensitivity" {
        /// There would be no value then either; or the row's own reason.
        Row,
        /// A unit that misses a report never made one, and nobody said what it could hold.
        NoRange = "no_range",
        /// The range of such a value with the missing reports is not known.
        NotBounded = "not_bounded",
    }
}

/// A number that a value could reach, or that there is no limit to it.
#[derive(Debug, Clone, PartialEq)]
enum Reach {
    Below,
    At(Exact),
    Above,
}

impl Reach {
    /// Of a float, which may be infinite.
    fn of(number: f64) -> Reach {
        match Exact::of(number) {
            Some(number) => Reach::At(number),
            None if number < 0.0 => Reach::Below,
            None => Reach::Above,
        }
    }

    fn end(&self, bounds: &Bound) -> End {
        let beyond = |value: f64| {
            let is_good = match bounds {
                Bound::Floor { .. } => value > 0.0,
                Bound::Ceiling { .. } => value < 0.0,
                Bound::Between { .. } => false,
            };
            let verdict = if is_good { Verdict::Met } else { Verdict::Missed };
            End { value, verdict, gap: if is_good { f64::INFINITY } else { f64::NEG_INFINITY } }
        };
        match self {
            Reach::Below => beyond(f64::NEG_INFINITY),
            Reach::Above => beyond(f64::INFINITY),
            Reach::At(value) => End::of(value, bounds),
        }
    }

    /// The number of the goal itself, where the value differs from it by rounding only.
    fn rounded_to(self, bounds: &Bound) -> Reach {
        let Reach::At(value) = self else { return self };
        let (number, other) = bounds.numbers();
        let is_near = |goal: &&Exact| {
            let (goal, value) = (goal.float(), value.float());
            (goal - value).abs() <= ROUNDING * goal.abs().max(value.abs())
        };
        Reach::At(std::iter::once(number).chain(other).find(is_near).cloned().unwrap_or(value))
    }
}

/// Limits of missing reports are floating-point sums: one that lies on the goal may be off by this part.
const ROUNDING: f64 = 1e-12;

/// The values that an indicator could have for a unit: all from one to the other.
#[derive(Debug, Clone)]
struct Span {
    low: Reach,
    high: Reach,
}

impl Span {
    fn only(value: Exact) -> Span {
        Span { low: Reach::At(value.clone()), high: Reach::At(value) }
    }

    /// The same with ends on the goal where they differ from it by rounding only.
    fn rounded_to(&self, bounds: &Bound) -> Span {
        let end = |reach: &Reach| reach.clone().rounded_to(bounds);
        Span { low: end(&self.low), high: end(&self.high) }
    }

    /// The worst and the best of its values.
    fn ends(&self, bounds: &Bound) -> (End, End) {
        let (low, high) = (self.low.end(bounds), self.high.end(bounds));
        match bounds {
            Bound::Floor { .. } => (low, high),
            Bound::Ceiling { .. } => (high, low),
            Bound::Between { low: from, high: to } => {
                let mut best = &(from + to) / &Exact::whole(2);
                if let Reach::At(low) = &self.low {
                    best = best.max(low.clone());
                }
                if let Reach::At(high) = &self.high {
                    best = best.min(high.clone());
                }
                (if low.gap <= high.gap { low } else { high }, Reach::At(best).end(bounds))
            }
        }
    }
}

/// The values that missing reports could lead to for a unit.
pub(crate) struct Possible {
    /// Whether a report is missing that changes the value.
    misses: bool,
    span: Result<Span, SensitivityReason>,
}

impl Possible {
    /// All values from one to another.
    pub(crate) fn between(least: Exact, greatest: Exact) -> Possible {
        Possible {
            misses: false,
            span: Ok(Span { low: Reach::At(least), high: Reach::At(greatest) }),
        }
    }

    /// Whether a report is missing that changes the value.
    pub(crate) fn misses(&self) -> bool {
        self.misses
    }

    /// Whether the missing reports could turn a verdict against some bounds.
    pub(crate) fn could_turn(&self, bounds: &Bound, verdict: Verdict) -> bool {
        match self.ends(std::slice::from_ref(bounds), false) {
            Ok((worst, best)) => worst.verdict != verdict || best.verdict != verdict,
            Err(_) => true,
        }
    }

    /// The least and the greatest value; none where there is no limit, or it is not known.
    pub(crate) fn limits(&self) -> (Option<Exact>, Option<Exact>) {
        let at = |reach: &Reach| match reach {
            Reach::At(value) => Some(value.clone()),
            Reach::Below | Reach::Above => None,
        };
        self.span.as_ref().map_or((None, None), |span| (at(&span.low), at(&span.high)))
    }

    /// The worst and the best values against the bounds that a goal may have. `misses_then` says whether reports are missing
    /// that the bounds rest on.
    pub(crate) fn ends(
        &self,
        bounds: &[Bound],
        misses_then: bool,
    ) -> Result<(End, End), SensitivityReason> {
        let span = self.span.as_ref().map_err(|unbounded| *unbounded)?;
        let is_rounded = self.misses || misses_then;
        let ends = |bounds| {
            if is_rounded { span.rounded_to(bounds).ends(bounds) } else { span.ends(bounds) }
        };
        let all: Vec<(End, End)> = bounds.iter().map(ends).collect();
        let worst = all.iter().map(|ends| &ends.0).min_by(|one, other| one.order(other)).cloned();
        let best = all.iter().map(|ends| &ends.1).max_by(|one, other| one.order(other)).cloned();
        worst.zip(best).ok_or(SensitivityReason::Row(Reason::NoBaseline))
    }
}

/// A report that is missing.
#[derive(Debug, Clone, Copy)]
struct Gap {
    measure: MeasureIndex,
    unit: UnitIndex,
    period: Window,
}

impl Gap {
    fn filled(self, value: f64) -> Supposed {
        Supposed { measure: self.measure, unit: self.unit, period: self.period, value }
    }
}

/// The reports that a unit and those below it owe, and those that are missing.
pub(crate) struct Owed {
    pub(crate) reports: ReportCounts,
    gaps: Vec<Gap>,
}

/// How much each measure adds to an expression.
type Weights = BTreeMap<MeasureIndex, Exact>;

/// Computes the values that missing reports could lead to.
pub(crate) struct PossibleValues<'a> {
    assessor: &'a Assessor<'a>,
    /// What was known without the late reports, where late reports are counted.
    in_time: Option<Assessor<'a>>,
    assumed: Assumed,
}

impl<'a> PossibleValues<'a> {
    pub(crate) fn new(assessor: &'a Assessor<'a>, assumed: Assumed) -> Self {
        let in_time = assessor.knowing(assessor.known.in_time());
        PossibleValues { assessor, in_time: Some(in_time), assumed }
    }

    /// An assessor that knows no late reports, where they are counted.
    pub(crate) fn in_time(&self) -> Option<&Assessor<'a>> {
        self.in_time.as_ref()
    }

    /// What certainty rests on: the limits of the missing reports.
    pub(super) fn of_limits(assessor: &'a Assessor<'a>) -> Self {
        let assumed = Assumed { missing: MissingReports::Limits, ranges: HashMap::new() };
        PossibleValues { assessor, in_time: None, assumed }
    }

    /// The worst and the best that missing reports could make of an indicator against a goal, unit by unit; none of units
    /// that miss none, and [`SensitivityReason`] where that is not known.
    pub(super) fn possible_ends(
        &self,
        indicator: IndicatorIndex,
        goal: &Goal,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> Vec<Option<Result<(End, End), SensitivityReason>>> {
        let possible = self.possible(indicator, frame, units);
        let bounds = self.bounds(indicator, goal, frame, units);
        let rows = possible.into_iter().zip(bounds);
        let rows = rows.map(|(possible, (misses_then, bounds))| {
            let misses = possible.misses || misses_then;
            misses.then(|| possible.ends(&bounds?, misses_then))
        });
        rows.collect()
    }

    /// The bounds that a goal may have for each unit, and whether reports are missing that they rest on.
    pub(crate) fn bounds(
        &self,
        indicator: IndicatorIndex,
        goal: &Goal,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> Vec<(bool, Result<Vec<Bound>, SensitivityReason>)> {
        let no_baseline = || Err(SensitivityReason::Row(Reason::NoBaseline));
        let fixed = |then: Option<&Exact>| match Bound::of(goal, then) {
            Some(bounds) => Ok(vec![bounds]),
            None => no_baseline(),
        };
        let Some(from) = goal.reference() else {
            return units.iter().map(|_| (false, fixed(None))).collect();
        };
        if let Reference::Value(value) = from {
            let value = Exact::of_decimal(*value);
            return units.iter().map(|_| (false, fixed(Some(&value)))).collect();
        }
        let Some(earlier) = self.assessor.baseline_frame(from, frame, Extent::Whole) else {
            return units.iter().map(|_| (false, no_baseline())).collect();
        };
        let possible = self.possible(indicator, &earlier, units).into_iter();
        let bounds = possible.map(|possible| {
            let bounds = possible.span.and_then(|span| match (&span.low, &span.high) {
                (Reach::At(low), Reach::At(high)) => {
                    let all = [low, high].map(|then| Bound::of(goal, Some(then)));
                    all.into_iter().collect::<Option<Vec<_>>>().ok_or(SensitivityReason::NoRange)
                }
                _ => Err(SensitivityReason::NoRange),
            });
            (possible.misses, bounds)
        });
        bounds.collect()
    }

    /// What missing reports could make of an indicator for some units, none of which stands above another.
    pub(crate) fn possible(
        &self,
        indicator: IndicatorIndex,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> Vec<Possible> {
        let plan = self.assessor.plan;
        let sums = |above: &[&Expression], below: &[&Expression]| {
            let axes = axes(&weights(above), &weights(below));
            self.at_corners(indicator, frame, units, Some(axes))
        };
        if let Some(found) = self.by_sums(indicator, frame, units) {
            return found;
        }
        let facts = plan[indicator].formula.facts();
        match facts.inputs {
            Inputs::Sums { above, below: None } => sums(&[above.sum], &[]),
            Inputs::Sums { above, below: Some(below) } if facts.value != ValueKind::Share => {
                sums(&[above.sum], &[below.sum])
            }
            Inputs::Sums { above: part, below: Some(whole) } => {
                let (above, below) = (weights(&[part.sum]), weights(&[whole.sum]));
                let adds_up =
                    above.values().chain(below.values()).all(|weight| *weight == Exact::ONE);
                let shared = above.keys().filter(|measure| below.contains_key(measure)).count();
                if adds_up && shared == above.len() {
                    sums(&[part.sum], &[whole.sum])
                } else if adds_up && shared == 0 {
                    self.parts_of_wholes(indicator, frame, units, &above, &below)
                } else {
                    self.at_corners(indicator, frame, units, None)
                }
            }
            Inputs::Categories { each, .. } => {
                let above: Vec<&Expression> = each.iter().map(|(events, _)| events).collect();
                let below: Vec<&Expression> = each.iter().map(|(_, of)| of).collect();
                let (above, below) = (weights(&above), weights(&below));
                // Each category is divided by itself: what is above one line must not be below another's, nor negative.
                let is_plain = |(measure, weight): (&MeasureIndex, &Exact)| {
                    weight.is_positive() && !plan[*measure].signed && !below.contains_key(measure)
                };
                let all_add = below
                    .iter()
                    .all(|(measure, weight)| weight.is_positive() && !plan[*measure].signed);
                let is_monotone = above.iter().all(is_plain) && all_add;
                let axes = is_monotone.then(|| axes(&above, &below));
                self.at_corners(indicator, frame, units, axes)
            }
            Inputs::Change { of, from, change_unit } => {
                let now = self.possible(of, frame, units).into_iter();
                let then: Vec<Possible> = match from {
                    Reference::Value(value) => {
                        let value = Exact::of_decimal(*value);
                        let given = || Ok(Span::only(value.clone()));
                        units.iter().map(|_| Possible { misses: false, span: given() }).collect()
                    }
                    _ => match self.assessor.baseline_frame(from, frame, Extent::ToDate) {
                        Some(earlier) => self.possible(of, &earlier, units),
                        None => {
                            let none = || Err(SensitivityReason::Row(Reason::NoBaseline));
                            units.iter().map(|_| Possible { misses: false, span: none() }).collect()
                        }
                    },
                };
                let changed = now.zip(then).map(|(now, then)| Possible {
                    misses: now.misses || then.misses,
                    span: match (now.span, then.span) {
                        (Ok(now), Ok(then)) => changed(&now, &then, change_unit),
                        (Err(unbounded), _) | (_, Err(unbounded)) => Err(unbounded),
                    },
                });
                changed.collect()
            }
            Inputs::Units { of, level, goal } => self.shares(of, level, goal, frame, units),
            // A report that is missing is what such a value counts, and a published value is owed by nobody.
            Inputs::Reports { .. } | Inputs::Published { .. } => {
                let span = || Err(SensitivityReason::NotBounded);
                units.iter().map(|_| Possible { misses: false, span: span() }).collect()
            }
        }
    }

    /// The reports of some measures that each unit and those below it owe, and those that are missing.
    pub(crate) fn owed(
        &self,
        mut measures: Vec<MeasureIndex>,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> Vec<Owed> {
        measures.sort_unstable();
        measures.dedup();
        let (known, days) = (&self.assessor.known, (&frame.window, &frame.to_date));
        let in_time = self.in_time.as_ref().map_or(known, |in_time| &in_time.known);
        let participants = known.participants(&measures);
        let mut all: Vec<Owed> = Vec::new();
        all.resize_with(units.len(), || Owed {
            reports: ReportCounts::default(),
            gaps: Vec::new(),
        });
        let mut counted = Vec::new();
        for measure in measures {
            if known.only_prepares() {
                // What a missing report may hold depends on those before it.
                known.lookback(measure, days.0, days.1);
            }
            let one_by_one = known.reports_one_by_one(in_time, measure, days, units, participants);
            let reported_as = known.reported_as(measure);
            let is_new = !counted.contains(&reported_as);
            counted.push(reported_as);
            for (owed, reports) in all.iter_mut().zip(one_by_one) {
                if is_new {
                    owed.reports.add(&reports);
                }
                let missing = reports.iter().filter(|report| !report.made);
                owed.gaps.extend(missing.map(|report| Gap {
                    measure,
                    unit: report.unit,
                    period: report.period,
                }));
            }
        }
        all
    }

    /// What a missing report could hold: the least and the greatest. `gaps` are all that are missing of the row.
    fn range(
        &self,
        gap: Gap,
        gaps: &[Gap],
        frame: &Frame,
        ranges: &mut Ranges,
    ) -> Option<(f64, f64)> {
        let declared = self.assessor.plan.recorded(gap.measure);
        if let Some(range) = self.assumed.ranges.get(&declared) {
            return Some(*range);
        }
        let (known, days) = (&self.assessor.known, (&frame.window, &frame.to_date));
        let range = *ranges.entry((gap.measure, gap.unit)).or_insert_with(|| {
            if self.assumed.missing != MissingReports::Limits {
                return known.range_reported(gap.measure, gap.unit, days);
            }
            let alike =
                gaps.iter().filter(|one| (one.measure, one.unit) == (gap.measure, gap.unit));
            let number = alike.count() as u32;
            let (window, to_date) = days;
            let back = known.lookback(gap.measure, window, to_date);
            let (low, high) = known.limits_of_each(gap.measure, gap.unit, number, &back);
            (low.is_finite() && high.is_finite()).then_some((low, high))
        });
        let (low, high) = range?;
        Some(match self.assumed.missing {
            MissingReports::Limits | MissingReports::OwnRange => (low, high),
            MissingReports::ZeroToHighest => (high.min(0.0), high.max(0.0)),
        })
    }
}

/// What was reported, by measure and unit.
type Ranges = HashMap<(MeasureIndex, UnitIndex), Option<(f64, f64)>>;

impl ReportCounts {
    fn add(&mut self, reports: &[OneReport]) {
        let number =
            |is: fn(&OneReport) -> bool| reports.iter().filter(|report| is(report)).count() as u64;
        self.due += reports.len() as u64;
        self.made += number(|report| report.made);
        self.late += number(|report| report.made && !report.in_time);
    }

    pub(crate) fn with(self, other: ReportCounts) -> ReportCounts {
        ReportCounts {
            due: self.due + other.due,
            made: self.made + other.made,
            late: self.late + other.late,
        }
    }
}

/// The change of a value from an earlier one, where both could be anything between two numbers.
fn changed(now: &Span, then: &Span, change_unit: ChangeAs) -> Result<Span, SensitivityReason> {
    let zero = Exact::ZERO;
    let is_positive = |reach: &Reach| match reach {
        Reach::At(value) => *value > zero,
        Reach::Above => true,
        Reach::Below => false,
    };
    if change_unit == ChangeAs::Percent && !is_positive(&then.low) {
        // Only a fixed earlier value may be negative.
        let (Reach::At(low), Reach::At(high)) = (&then.low, &then.high) else {
            return Err(SensitivityReason::Row(Reason::ZeroDenominator));
        };
        if low != high || low.is_zero() {
            return Err(SensitivityReason::Row(Reason::ZeroDenominator));
        }
    }
    let change = |now: &Reach, then: &Reach| match (now, then, change_unit) {
        (Reach::At(now), Reach::At(then), ChangeAs::Absolute) => Reach::At(now - then),
        (Reach::At(now), Reach::At(then), ChangeAs::Percent) => {
            Reach::At(&(now - then) * &(&Exact::HUNDRED / &then.abs()))
        }
        // Compared with ever more, what is left is nothing.
        (Reach::At(_), Reach::Above, ChangeAs::Percent) => Reach::At(&zero - &Exact::HUNDRED),
        (Reach::At(_), Reach::Above, ChangeAs::Absolute) | (Reach::Below, _, _) => Reach::Below,
        (Reach::At(_), Reach::Below, _) | (Reach::Above, _, _) => Reach::Above,
    };
    let order = |reach: &Reach| match reach {
        Reach::Below => (0, zero.clone()),
        Reach::At(value) => (1, value.clone()),
        Reach::Above => (2, zero.clone()),
    };
    let mut all = vec![
        change(&now.low, &then.low),
        change(&now.low, &then.high),
        change(&now.high, &then.low),
        change(&now.high, &then.high),
    ];
    all.sort_by_cached_key(order);
    let high = all.pop().unwrap_or(Reach::Above);
    Ok(Span { low: all.swap_remove(0), high })
}
