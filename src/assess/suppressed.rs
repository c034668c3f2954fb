//! Verdicts that hold whatever suppressed cells hold, where the plan states their range (`docs/semantics.md`, 42).

use super::value::Evaluated;
use super::{Assessor, Frame, Reason, Verdict};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{Goal, IndicatorIndex, MeasureIndex, Range, UnitIndex};

/// With more suppressed measures than these, their corners are too many to look at.
const MOST_MEASURES: usize = 6;

/// What a unit's value and verdict are at both ends of its suppressed cells.
#[derive(Debug, Clone)]
pub(crate) struct SuppressedEnds {
    pub(crate) least: Exact,
    pub(crate) greatest: Exact,
    /// The verdict, if it is the same at all corners.
    pub(crate) verdict: Option<Verdict>,
    /// Whether the part is more than its whole at all corners, so that no number in the cells fits.
    contradicts: bool,
}

impl<'a> Assessor<'a> {
    /// What is known if suppressed cells hold the ends of their ranges: one assessor for each combination of ends. None where
    /// the plan does not state the ranges of the measures.
    pub(crate) fn with_suppressed(&self, indicator: IndicatorIndex) -> Vec<Assessor<'a>> {
        let plan = self.plan;
        let (mut measures, mut ranges): (Vec<MeasureIndex>, Vec<Range>) = Default::default();
        for measure in plan.measures_of(indicator) {
            let measure = plan.recorded(measure);
            if let Some(range) = plan[measure].suppressed
                && self.known.has_suppressed(measure)
                && !measures.contains(&measure)
            {
                measures.push(measure);
                ranges.push(range);
            }
        }
        if measures.is_empty() || measures.len() > MOST_MEASURES {
            return Vec::new();
        }
        // The part of a proportion is at most its whole.
        let sides = plan[indicator].formula.facts().part_and_whole();
        let whole_of = |measure: MeasureIndex| {
            let (part, whole) = sides?;
            let is_of_part = part.terms.iter().any(|term| term.measure == measure);
            (is_of_part && whole.terms.iter().all(|term| !term.subtracted)).then_some(whole)
        };
        // What lies outside the window changes no value of it.
        let known = self.known.unrecorded();
        let corner = |corner: usize| {
            let end = |place: usize, unit: UnitIndex, days: Option<Window>| {
                let Range { low, high } = ranges[place];
                let end = if corner >> place & 1 == 1 { high } else { low };
                let end = Exact::of_decimal(end).float();
                let whole = days.zip(whole_of(measures[place])).and_then(|(days, whole)| {
                    let figure = |measure| known.own_figure(measure, unit, &days);
                    whole.terms.iter().map(|term| figure(term.measure)).sum::<Option<f64>>()
                });
                whole.map_or(end, |whole| end.min(whole))
            };
            self.knowing(self.known.with_suppressed(&measures, end))
        };
        (0..1_usize << measures.len()).map(corner).collect()
    }

    /// Values and verdicts of units at all corners of what suppressed cells may hold; none of units that have no value at one
    /// of them, or of which the part is more than its whole at all of them.
    pub(crate) fn suppressed_ends(
        &self,
        corners: &[Assessor<'_>],
        indicator: IndicatorIndex,
        goal: &Goal,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> Vec<Option<SuppressedEnds>> {
        let mut all: Vec<Option<Option<SuppressedEnds>>> = vec![None; units.len()];
        let facts = self.plan[indicator].formula.facts();
        let whole = facts.part_and_whole().map(|_| Exact::of_decimal(facts.per));
        for corner in corners {
            let judge = corner.prepare_judge(indicator, goal, frame, None);
            for (unit, found) in units.iter().zip(&mut all) {
                let judgement = judge.judge(*unit);
                let exceeds = exceeds(&judgement.evaluated);
                let value = match (&judgement.evaluated.value, &whole) {
                    (Ok(value), _) => Some(value.clone()),
                    // A part is at most its whole.
                    (Err(Reason::Incomplete), Some(whole)) if exceeds => Some(whole.clone()),
                    (Err(_), _) => None,
                };
                let both = value.zip(judgement.bounds.as_deref());
                let here = both.map(|(value, bounds)| SuppressedEnds {
                    verdict: Some(bounds.verdict(&value)),
                    least: value.clone(),
                    greatest: value,
                    contradicts: exceeds,
                });
                *found = Some(match found.take() {
                    None => here,
                    Some(before) => before.zip(here).map(|(before, here)| SuppressedEnds {
                        least: before.least.min(here.least),
                        greatest: before.greatest.max(here.greatest),
                        verdict: before.verdict.filter(|verdict| Some(*verdict) == here.verdict),
                        contradicts: before.contradicts && here.contradicts,
                    }),
                });
            }
        }
        let fits = |ends: &SuppressedEnds| !ends.contradicts;
        all.into_iter().map(|ends| ends.flatten().filter(fits)).collect()
    }
}

/// Whether there is more of a part than of its whole.
fn exceeds(evaluated: &Evaluated) -> bool {
    let both = evaluated.numerator.zip(evaluated.denominator);
    both.is_some_and(|(part, whole)| 0.0 < whole && whole < part)
}
