//! What verdicts would be if the reports that are missing came in, at their worst and at their best, and what they were
//! without the late ones (`docs/semantics.md`, 38). Values are computed by the rules that judge, on supposed reports: no end
//! is told that such reports would not lead to.
//!
//! * `corners`: values that rise or fall with each of their measures.
//! * `parts`: proportions, where any part of a missing whole may have been counted.
//! * `shares`: units that may turn out either way.

mod corners;
mod parts;
mod shares;

use std::collections::{BTreeMap, HashMap};

use corners::{axes, weights};

use super::assessment::{Reason, Verdict};
use super::bounds::Bounds;
use super::value::Extent;
use super::{Assessor, Block, Frame};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{ChangeAs, Expression, Formula, IndicatorIndex, LevelIndex, MeasureIndex};
use crate::plan::{Target, UnitIndex};
use crate::tally::{OneReport, Supposed};

/// What is supposed of the reports that are missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SensitivityOptions {
    /// Between which figures a missing report may lie.
    pub missing: MissingReports,
    /// The least and the greatest figure of a missing report of a measure, by the measure's id; these stand before
    /// `missing`.
    pub ranges: BTreeMap<String, (f64, f64)>,
}

/// Between which figures a missing report may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MissingReports {
    /// Between the least and the greatest that the unit itself reported for another period of the window or, if it
    /// reported for none, for one before it.
    #[default]
    OwnRange,
    /// Between 0 and the greatest of these.
    ZeroToHighest,
}

impl MissingReports {
    /// Both, in the order of the documentation.
    pub const ALL: [MissingReports; 2] = [MissingReports::OwnRange, MissingReports::ZeroToHighest];

    /// As Python names it.
    pub fn name(self) -> &'static str {
        match self {
            MissingReports::OwnRange => "own_range",
            MissingReports::ZeroToHighest => "zero_to_highest",
        }
    }
}

/// What is supposed, by the measures of the plan as they are declared.
pub(crate) struct Assumed {
    pub(crate) missing: MissingReports,
    pub(crate) ranges: HashMap<MeasureIndex, (f64, f64)>,
}

/// What a row's verdict could be.
#[derive(Debug, Clone)]
pub(crate) struct Sensitive {
    pub(crate) reports: Counted,
    /// At worst and at best, or why that can't be told.
    pub(crate) ends: Result<(End, End), Unbounded>,
    /// Without the late reports; none where the plan does not say by when reports are due.
    pub(crate) in_time: Option<(Option<f64>, Verdict)>,
}

/// Reports due, made, and made late.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) due: u64,
    pub(crate) made: u64,
    pub(crate) late: u64,
}

/// One end of what the value could be.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) value: f64,
    pub(crate) verdict: Verdict,
    gap: f64,
}

/// Why it can't be told what a value could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unbounded {
    /// There would be no value then either.
    Reason(Reason),
    /// A unit that misses a report never made one, and nobody said what it could hold.
    NoRange,
    /// What missing reports do to such a value can't be told.
    NotBounded,
}

impl Unbounded {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Unbounded::Reason(reason) => reason.code(),
            Unbounded::NoRange => "no_range",
            Unbounded::NotBounded => "not_bounded",
        }
    }
}

/// The values that an indicator could have for a unit: all from one to the other.
#[derive(Debug, Clone)]
struct Span {
    low: Exact,
    high: Exact,
}

impl Span {
    fn only(value: Exact) -> Span {
        Span { low: value.clone(), high: value }
    }

    /// The worst and the best of its values.
    fn ends(&self, bounds: &Bounds) -> (End, End) {
        let end = |value: &Exact| End {
            value: value.float(),
            verdict: bounds.verdict(value),
            gap: bounds.gap(value),
        };
        let (low, high) = (&self.low, &self.high);
        match bounds {
            Bounds::Floor { .. } => (end(low), end(high)),
            Bounds::Ceiling { .. } => (end(high), end(low)),
            Bounds::Between { low: from, high: to } => {
                let middle = &(from + to) / &Exact::whole(2);
                let best = middle.max(low.clone()).min(high.clone());
                let (one, other) = (end(low), end(high));
                (if one.gap <= other.gap { one } else { other }, end(&best))
            }
        }
    }
}

/// What reports could do to an indicator for a unit.
struct Possible {
    reports: Counted,
    span: Result<Span, Unbounded>,
}

impl Possible {
    fn not_bounded(reports: Counted) -> Possible {
        Possible { reports, span: Err(Unbounded::NotBounded) }
    }

    fn misses(&self) -> bool {
        self.reports.made < self.reports.due
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

/// A unit asked for, its reports, and those it misses.
struct Owed {
    reports: Counted,
    gaps: Vec<Gap>,
}

/// How much each measure adds to an expression.
type Weights = BTreeMap<MeasureIndex, i64>;

/// What is the same for all rows.
pub(crate) struct Sensitivity<'a> {
    assessor: &'a Assessor<'a>,
    in_time: Assessor<'a>,
    assumed: Assumed,
}

impl<'a> Sensitivity<'a> {
    pub(crate) fn new(assessor: &'a Assessor<'a>, assumed: Assumed) -> Self {
        let in_time = assessor.knowing(assessor.known.in_time());
        Sensitivity { assessor, in_time, assumed }
    }

    /// Of the rows of a block, in their order; none of those that are not judged in their window.
    pub(crate) fn of_block(&self, block: &Block) -> Vec<Option<Sensitive>> {
        let plan = self.assessor.plan;
        let target = plan.targets()[block.target].in_force(&block.window);
        let Some(frame) = self.assessor.frame(&block.window) else {
            return vec![None; block.len()];
        };
        // Of units of one level none stands above another: what one misses no other has to make up for.
        let mut by_level: BTreeMap<LevelIndex, Vec<(usize, UnitIndex)>> = BTreeMap::new();
        for (place, row) in block.rows().enumerate() {
            let unit = row.unit();
            if plan.units().is_judged_throughout(unit, &block.window) {
                by_level.entry(plan.units()[unit].level).or_default().push((place, unit));
            }
        }
        let mut all = vec![None; block.len()];
        for rows in by_level.into_values() {
            let units: Vec<UnitIndex> = rows.iter().map(|(_, unit)| *unit).collect();
            let found = self.of_units(target, &frame, &units);
            for ((place, _), found) in rows.iter().zip(found) {
                all[*place] = Some(found);
            }
        }
        all
    }

    fn of_units(&self, target: &Target, frame: &Frame, units: &[UnitIndex]) -> Vec<Sensitive> {
        let plan = self.assessor.plan;
        let judged = target.judged();
        let has_due = judged
            .iter()
            .flat_map(|indicator| plan.measures_of(*indicator))
            .any(|measure| plan[measure].due.is_some());
        let in_time = if has_due {
            let rows = self.in_time.rows_of(target, &frame.window, units);
            rows.iter().map(|row| Some((row.value.get(), row.verdict))).collect()
        } else {
            vec![None; units.len()]
        };
        let mut every: Vec<Vec<Result<(End, End), Unbounded>>> = vec![Vec::new(); units.len()];
        let mut reports = vec![Counted::default(); units.len()];
        for indicator in &judged {
            let judge = self.assessor.prepare_judge(*indicator, &target.goal, frame, None);
            let possible = self.possible(*indicator, frame, units);
            for (place, (unit, possible)) in units.iter().zip(possible).enumerate() {
                let bounds = judge.judge(*unit).bounds;
                reports[place] = possible.reports;
                every[place].push(possible.span.and_then(|span| match &bounds {
                    Some(bounds) => Ok(span.ends(bounds)),
                    None => Err(Unbounded::Reason(Reason::NoBaseline)),
                }));
            }
        }
        if judged.len() > 1 {
            // Who reports events reports those of every category: no report is counted twice.
            let all = judged.iter().flat_map(|indicator| plan.measures_of(*indicator)).collect();
            let owed = self.owed(all, frame, units).into_iter();
            reports = owed.map(|owed| owed.reports).collect();
        }
        let rows = every.into_iter().zip(reports).zip(in_time);
        let rows = rows.map(|((every, reports), in_time)| {
            let ends = every.into_iter().collect::<Result<Vec<_>, _>>();
            Sensitive { reports, ends: ends.and_then(decided), in_time }
        });
        rows.collect()
    }

    /// What missing reports could make of an indicator for some units, none of which stands above another.
    fn possible(
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
        match &plan[indicator].formula {
            Formula::Count(of) => sums(&[of], &[]),
            Formula::Ratio { numerator, denominator, .. } => sums(&[numerator], &[denominator]),
            Formula::Rate { numerator, population, .. } => sums(&[numerator], &[population]),
            Formula::Mean { of, per } => sums(&[of], &[per]),
            Formula::Proportion { numerator, denominator, .. } => {
                let (above, below) = (weights(&[numerator]), weights(&[denominator]));
                let adds_up = above.values().chain(below.values()).all(|weight| *weight == 1);
                let shared = above.keys().filter(|measure| below.contains_key(measure)).count();
                if adds_up && shared == above.len() {
                    sums(&[numerator], &[denominator])
                } else if adds_up && shared == 0 {
                    self.parts_of_wholes(indicator, frame, units, &above, &below)
                } else {
                    self.at_corners(indicator, frame, units, None)
                }
            }
            Formula::StandardisedRate { categories, .. } => {
                let above: Vec<&Expression> = categories.iter().map(|(events, _)| events).collect();
                let below: Vec<&Expression> = categories.iter().map(|(_, of)| of).collect();
                let (above, below) = (weights(&above), weights(&below));
                // Each category is divided by itself: what is above one line must not be below another's, nor negative.
                let is_plain = |(measure, weight): (&MeasureIndex, &i64)| {
                    *weight > 0 && !plan[*measure].signed && !below.contains_key(measure)
                };
                let all_add =
                    below.iter().all(|(measure, weight)| *weight > 0 && !plan[*measure].signed);
                let is_monotone = above.iter().all(is_plain) && all_add;
                let axes = is_monotone.then(|| axes(&above, &below));
                self.at_corners(indicator, frame, units, axes)
            }
            Formula::Change { of, from, told_as } => {
                let then = self.assessor.earlier(*of, from, frame, Extent::ToDate);
                let now = self.possible(*of, frame, units).into_iter().zip(units);
                let changed = now.map(|(possible, unit)| {
                    let then = then.evaluate(*unit).and_then(|then| then.value.ok());
                    let span = possible.span.and_then(|span| changed(&span, then, *told_as));
                    Possible { span, ..possible }
                });
                changed.collect()
            }
            Formula::ShareOfUnits { of, level, goal } => {
                self.shares(*of, *level, goal, frame, units)
            }
            Formula::Reporting { of, .. } => {
                let owed = self.owed(of.clone(), frame, units).into_iter();
                owed.map(|owed| Possible::not_bounded(owed.reports)).collect()
            }
            // A published value is owed by nobody.
            Formula::Reported { .. } => {
                units.iter().map(|_| Possible::not_bounded(Counted::default())).collect()
            }
        }
    }

    /// The reports of some measures that each unit and those below it owe, and those that are missing.
    fn owed(
        &self,
        mut measures: Vec<MeasureIndex>,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> Vec<Owed> {
        measures.sort_unstable();
        measures.dedup();
        let (known, days) = (&self.assessor.known, (&frame.window, &frame.to_date));
        let mut all: Vec<Owed> = Vec::new();
        all.resize_with(units.len(), || Owed { reports: Counted::default(), gaps: Vec::new() });
        let mut counted = Vec::new();
        for measure in measures {
            let one_by_one = known.reports_one_by_one(&self.in_time.known, measure, days, units);
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

    /// What a missing report could hold: the least and the greatest.
    fn range(&self, gap: Gap, frame: &Frame, ranges: &mut Ranges) -> Option<(f64, f64)> {
        let declared = self.assessor.plan.recorded(gap.measure);
        if let Some(range) = self.assumed.ranges.get(&declared) {
            return Some(*range);
        }
        let range = ranges.entry((gap.measure, gap.unit)).or_insert_with(|| {
            let days = (&frame.window, &frame.to_date);
            self.assessor.known.range_reported(gap.measure, gap.unit, days)
        });
        let (low, high) = (*range)?;
        Some(match self.assumed.missing {
            MissingReports::OwnRange => (low, high),
            MissingReports::ZeroToHighest => (high.min(0.0), high.max(0.0)),
        })
    }
}

/// What was reported, by measure and unit.
type Ranges = HashMap<(MeasureIndex, UnitIndex), Option<(f64, f64)>>;

impl Counted {
    fn add(&mut self, reports: &[OneReport]) {
        let number =
            |is: fn(&OneReport) -> bool| reports.iter().filter(|report| is(report)).count() as u64;
        self.due += reports.len() as u64;
        self.made += number(|report| report.made);
        self.late += number(|report| report.made && !report.in_time);
    }

    fn with(self, other: Counted) -> Counted {
        Counted {
            due: self.due + other.due,
            made: self.made + other.made,
            late: self.late + other.late,
        }
    }
}

/// The change of a value from an earlier one.
fn changed(span: &Span, then: Option<Exact>, told_as: ChangeAs) -> Result<Span, Unbounded> {
    let then = then.ok_or(Unbounded::Reason(Reason::NoBaseline))?;
    let size = then.abs();
    let scale = match told_as {
        ChangeAs::Absolute => Exact::ONE,
        ChangeAs::Percent if size.is_zero() => {
            return Err(Unbounded::Reason(Reason::ZeroDenominator));
        }
        ChangeAs::Percent => &Exact::HUNDRED / &size,
    };
    let change = |value: &Exact| &(value - &then) * &scale;
    Ok(Span { low: change(&span.low), high: change(&span.high) })
}

/// Of a goal that has to be met in every category, what the category comes to that decides: the one that missed it by
/// most, else the one that met it by least.
fn decided(every: Vec<(End, End)>) -> Result<(End, End), Unbounded> {
    let (worst, best): (Vec<End>, Vec<End>) = every.into_iter().unzip();
    let decides = |ends: Vec<End>| {
        let is_met = |end: &End| end.verdict == Verdict::Met;
        let order = |one: &End, other: &End| {
            is_met(one).cmp(&is_met(other)).then(one.gap.total_cmp(&other.gap))
        };
        ends.into_iter().min_by(order)
    };
    // A target judges one indicator at least.
    decides(worst).zip(decides(best)).ok_or(Unbounded::NotBounded)
}
