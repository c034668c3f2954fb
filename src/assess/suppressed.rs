//! Verdicts that hold whatever suppressed cells hold, where their range is known (`docs/semantics.md`, 42).

use std::collections::BTreeSet;

use super::judge::Judge;
use super::judgement::Judgement;
use super::possible::{End, Possible};
use super::value::{Evaluated, Extent};
use super::{Assessor, Frame, Reason, Verdict};
use crate::calendar::Window;
use crate::exact::{Bound, Exact};
use crate::plan::formula::Inputs;
use crate::plan::{Goal, IndicatorIndex, MeasureIndex, UnitIndex};
use crate::tally::SuppressedCell;

/// The most axes: each doubles the number of corners.
const MOST_AXES: usize = 6;

/// The worst and the best of a unit's value, over all that its suppressed cells may hold.
#[derive(Debug, Clone)]
pub(crate) struct SuppressedEnds {
    pub(crate) worst: End,
    pub(crate) best: End,
}

impl SuppressedEnds {
    /// The verdict, if it is the same at both ends.
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        (self.worst.verdict == self.best.verdict).then_some(self.worst.verdict)
    }
}

/// Suppressed cells that stand at the same end together: those of one measure that touch the same windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Axis {
    measure: MeasureIndex,
    /// A bit for each window that the cells touch.
    windows: u32,
}

/// A value and its bounds with the suppressed cells at some of their ends.
struct Corner {
    value: Exact,
    bounds: Bound,
    /// Whether there is more of a part than of its whole, so that no number in the cells fits.
    exceeds: bool,
    /// What the value was divided by.
    denominator: Option<f64>,
    /// What a relative goal starts from.
    then: Option<f64>,
}

impl<'a> Assessor<'a> {
    /// The ends of the values of units that need suppressed cells; none of units that need none, that have no value at one of
    /// the ends, or of which the part is more than its whole at all of them. `judge` is that of the indicator, goal and frame.
    pub(crate) fn suppressed_ends(
        &self,
        judge: &Judge<'_>,
        indicator: IndicatorIndex,
        goal: &Goal,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> Vec<Option<SuppressedEnds>> {
        let mut ends = vec![None; units.len()];
        if self.known.only_prepares() {
            return ends;
        }
        let is_needing = |unit: UnitIndex| judge.judge(unit).reason == Some(Reason::Suppressed);
        let needing: Vec<(usize, UnitIndex)> =
            units.iter().copied().enumerate().filter(|(_, unit)| is_needing(*unit)).collect();
        if needing.is_empty() {
            return ends;
        }
        let facts = self.plan[indicator].formula.facts();
        if let Inputs::Units { of, level, goal: of_each } = facts.inputs
            && let Some(bounds) = Bound::of(goal, None)
        {
            let members = self.members(of, level, of_each, frame);
            for (place, unit) in needing {
                let between =
                    members[unit.0].shares().map(|(low, high)| Possible::between(low, high));
                ends[place] = between.and_then(|possible| ends_of(&possible, &bounds));
            }
            return ends;
        }
        let whole = facts.part_and_whole().map(|_| Exact::of_decimal(facts.per));
        let mut corners: Vec<Option<Vec<Corner>>> = needing.iter().map(|_| Some(vec![])).collect();
        for assessor in self.with_suppressed(indicator, goal, frame) {
            let judge = assessor.prepare_judge(indicator, goal, frame, None);
            for ((_, unit), corners) in needing.iter().zip(&mut corners) {
                let Some(known) = corners else { continue };
                match corner(judge.judge(*unit), whole.as_ref()) {
                    Some(corner) => known.push(corner),
                    None => *corners = None,
                }
            }
        }
        let is_fixed = goal.reference().is_none();
        for ((place, _), corners) in needing.iter().zip(corners) {
            ends[*place] = corners.and_then(|corners| ends_of_corners(&corners, is_fixed));
        }
        ends
    }

    /// The least and the greatest number in a suppressed cell of a measure, if a range is given or the plan states it.
    fn suppressed_range(&self, measure: MeasureIndex) -> Option<(f64, f64)> {
        let of_plan = || {
            let range = self.plan[measure].suppressed?;
            Some((Exact::of_decimal(range.low).float(), Exact::of_decimal(range.high).float()))
        };
        self.suppressed_ranges.get(&measure).copied().or_else(of_plan)
    }

    /// One assessor for each combination of ends of the suppressed cells. None where the ranges of the measures are not
    /// known.
    fn with_suppressed(
        &self,
        indicator: IndicatorIndex,
        goal: &Goal,
        frame: &Frame,
    ) -> Vec<Assessor<'a>> {
        let plan = self.plan;
        let mut windows = Vec::new();
        if !self.windows_read(indicator, Some(goal), frame, &mut windows) {
            return Vec::new();
        }
        let touched = |cell: &SuppressedCell| {
            let bits = windows.iter().enumerate().map(|(place, window): (usize, &Window)| {
                u32::from(cell.start < window.end() && window.start() < cell.end) << place
            });
            bits.sum::<u32>()
        };
        let mut axes: BTreeSet<Axis> = BTreeSet::new();
        for measure in plan.measures_of(indicator) {
            let measure = plan.recorded(measure);
            if self.suppressed_range(measure).is_some() {
                let cells = self.known.suppressed_cells(measure);
                let masks = cells.iter().map(touched).filter(|windows| *windows != 0);
                axes.extend(masks.map(|windows| Axis { measure, windows }));
            }
        }
        let axes: Vec<Axis> = axes.into_iter().collect();
        if axes.is_empty() || axes.len() > MOST_AXES {
            return Vec::new();
        }
        // All that the value is made of; what is known of other measures is not read.
        let mut measures = plan.measures_of(indicator);
        measures.sort_unstable();
        measures.dedup();
        let is_filled = |measure: &MeasureIndex| {
            axes.iter().any(|axis| axis.measure == plan.recorded(*measure))
        };
        measures.retain(is_filled);
        // The part of a proportion is at most its whole.
        let sides = plan[indicator].formula.facts().part_and_whole();
        let whole_of = |measure: MeasureIndex| {
            let (part, whole) = sides?;
            let is_of_part = part.terms.iter().any(|term| term.measure == measure);
            (is_of_part && whole.terms.iter().all(|term| !term.subtracted)).then_some(whole)
        };
        // What lies outside the windows changes no value of them.
        let known = self.known.unrecorded();
        let corner = |corner: usize| {
            let end = |cell: &SuppressedCell| {
                let (low, high) = self.suppressed_range(cell.measure)?;
                let windows = touched(cell);
                let axis = Axis { measure: cell.measure, windows };
                let place = axes.iter().position(|one| *one == axis);
                let is_high = place.is_some_and(|place| corner >> place & 1 == 1);
                let end = if is_high { high } else { low };
                // Cells of categories are not compared with others.
                let whole = whole_of(cell.measure).filter(|_| !cell.is_of_categories);
                let whole = whole.zip(Window::new(cell.start, cell.end));
                let whole = whole.and_then(|(whole, days)| {
                    let figure = |measure| known.own_figure(measure, cell.unit, &days);
                    whole.terms.iter().map(|term| figure(term.measure)).sum::<Option<f64>>()
                });
                Some(whole.map_or(end, |whole| end.min(whole)))
            };
            self.knowing(self.known.with_suppressed(&measures, end))
        };
        (0..1_usize << axes.len()).map(corner).collect()
    }

    /// Adds the windows that an indicator and its goal read. False where the ends of a value are not at ends of its cells.
    pub(super) fn windows_read(
        &self,
        indicator: IndicatorIndex,
        goal: Option<&Goal>,
        frame: &Frame,
        windows: &mut Vec<Window>,
    ) -> bool {
        let mut are_at_ends = true;
        if let Some(from) = goal.and_then(Goal::reference)
            && let Some(then) = self.baseline_frame(from, frame, Extent::Whole)
        {
            are_at_ends &= self.windows_read(indicator, None, &then, windows);
        }
        match self.plan[indicator].formula.facts().inputs {
            Inputs::Change { of, from, .. } => {
                if let Some(then) = self.baseline_frame(from, frame, Extent::ToDate) {
                    are_at_ends &= self.windows_read(of, None, &then, windows);
                }
                are_at_ends &= self.windows_read(of, None, frame, windows);
            }
            Inputs::Units { of, goal, .. } => {
                // A unit may lie between two bounds although it is outside at both ends.
                are_at_ends &= !matches!(goal, Goal::Between(..));
                are_at_ends &= self.windows_read(of, Some(goal), frame, windows);
            }
            Inputs::Sums { .. }
            | Inputs::Categories { .. }
            | Inputs::Reports { .. }
            | Inputs::Published { .. } => {
                if !windows.contains(&frame.to_date) {
                    windows.push(frame.to_date);
                }
            }
        }
        are_at_ends
    }
}

/// `whole` is the value of a proportion whose part is all of its whole.
fn corner(judgement: Judgement<'_>, whole: Option<&Exact>) -> Option<Corner> {
    let exceeds = whole.is_some() && exceeds(&judgement.evaluated);
    let value = match (&judgement.evaluated.value, whole) {
        (Ok(value), _) => value.clone(),
        // A part is at most its whole.
        (Err(Reason::Incomplete), Some(whole)) if exceeds => whole.clone(),
        (Err(_), _) => return None,
    };
    let then = judgement.then.as_ref().and_then(|then| then.value.as_ref().ok());
    Some(Corner {
        value,
        bounds: judgement.bounds.as_deref()?.clone(),
        exceeds,
        denominator: judgement.evaluated.denominator,
        then: then.map(Exact::float),
    })
}

fn ends_of_corners(corners: &[Corner], is_fixed: bool) -> Option<SuppressedEnds> {
    let changes_sign = |number: fn(&Corner) -> Option<f64>| {
        let numbers = || corners.iter().filter_map(number);
        numbers().any(|number| number < 0.0) && numbers().any(|number| number > 0.0)
    };
    let fits = corners.iter().any(|corner| !corner.exceeds);
    // Where what is divided by passes 0, the ends of the value are somewhere else.
    if !fits || changes_sign(|corner| corner.denominator) || changes_sign(|corner| corner.then) {
        return None;
    }
    if is_fixed {
        let values = || corners.iter().map(|corner| &corner.value);
        let possible = Possible::between(values().min()?.clone(), values().max()?.clone());
        return ends_of(&possible, &corners.first()?.bounds);
    }
    let each = corners.iter().map(|corner| {
        let value = &corner.value;
        ends_of(&Possible::between(value.clone(), value.clone()), &corner.bounds)
    });
    let each: Option<Vec<SuppressedEnds>> = each.collect();
    let each = each?;
    let worst = each.iter().map(|ends| &ends.worst).min_by(|one, other| one.order(other))?.clone();
    let best = each.iter().map(|ends| &ends.best).max_by(|one, other| one.order(other))?.clone();
    Some(SuppressedEnds { worst, best })
}

fn ends_of(possible: &Possible, bounds: &Bound) -> Option<SuppressedEnds> {
    let (worst, best) = possible.ends(std::slice::from_ref(bounds), false).ok()?;
    Some(SuppressedEnds { worst, best })
}

/// Whether there is more of a part than of its whole.
fn exceeds(evaluated: &Evaluated) -> bool {
    let both = evaluated.numerator.zip(evaluated.denominator);
    both.is_some_and(|(part, whole)| 0.0 < whole && whole < part)
}
