//! The part of a proportion can't exceed its whole: where both are figures of the same unit and span, that is seen
//! before they are added. (Where they are not, it is seen when they are summed: `docs/semantics.md`, 17.)

use std::collections::HashMap;

use super::{Entry, Origin, Rows, Tally};
use crate::error::{Fault, FaultCode, Place};
use crate::parallel::check_stop;
use crate::plan::{MeasureIndex, Plan, UnitIndex};

/// The faults of figures that are to be added, which may contradict each other or figures of the tally.
pub(super) fn parts_above_their_whole<'e>(
    tally: &Tally,
    coming: impl Iterator<Item = (MeasureIndex, UnitIndex, &'e Entry)> + Clone,
    place: impl Fn(Origin, Option<&str>) -> Place,
) -> Vec<Fault> {
    let pairs = parts_and_wholes(&tally.plan);
    if pairs.is_empty() {
        return Vec::new();
    }
    let by_key: HashMap<_, &Entry> = coming
        .clone()
        .map(|(measure, unit, entry)| {
            check_stop();
            ((measure, unit, entry.key(Rows::Figures)), entry)
        })
        .collect();
    let mut faults = Vec::new();
    for (measure, unit, entry) in coming {
        check_stop();
        let mut compared = Vec::new();
        for (part, whole) in &pairs {
            let is_meant = |measure: MeasureIndex| {
                let narrowed = tally.plan[measure].narrowed.as_ref();
                narrowed.is_none_or(|narrowed| narrowed.includes(&tally.plan, entry.combination))
            };
            if !is_meant(*part) || !is_meant(*whole) {
                continue;
            }
            let (part, whole) = (&tally.plan.recorded(*part), &tally.plan.recorded(*whole));
            // A total of the year to date is compared with no figure of a period.
            if tally.plan[*part].cumulative != tally.plan[*whole].cumulative {
                continue;
            }
            if compared.contains(&(*part, *whole)) {
                continue;
            }
            compared.push((*part, *whole));
            let other_measure = match measure {
                measure if measure == *part => *whole,
                measure if measure == *whole => *part,
                _ => continue,
            };
            let comes_too = by_key.get(&(other_measure, unit, entry.key(Rows::Figures))).copied();
            // A pair that comes together is told once, at its part.
            if comes_too.is_some() && measure == *whole {
                continue;
            }
            let is_here = || tally.find_figure(other_measure, unit, entry);
            let Some(other) = comes_too.or_else(is_here) else { continue };
            let (in_part, in_whole) =
                if measure == *part { (entry, other) } else { (other, entry) };
            let (Some(part_value), Some(whole_value)) = (in_part.value, in_whole.value) else {
                continue;
            };
            if part_value > whole_value {
                let other_place = match comes_too {
                    Some(other) => place(other.origin, None).to_string(),
                    None => tally.earlier(other.origin),
                };
                let (id, of) = (&tally.plan[*part].id, &tally.plan[*whole].id);
                let fault = Fault::new(
                    FaultCode::PartExceedsWhole,
                    place(entry.origin, Some("value")),
                    format!("`{id}` is part of `{of}` but exceeds it"),
                );
                let fault = fault
                    .found(format!("{part_value} of {whole_value} (the other is {other_place})"))
                    .hint("an indicator whose numerator may exceed its denominator is a `ratio`");
                faults.push(if measure == *part {
                    fault.expected(format!("at most {whole_value}"))
                } else {
                    fault.expected(format!("at least {part_value}"))
                });
            }
        }
    }
    faults
}

/// The measures of which one is a part of the other, by the plan's proportions; those of the same categories are
/// compared.
fn parts_and_wholes(plan: &Plan) -> Vec<(MeasureIndex, MeasureIndex)> {
    let mut pairs = Vec::new();
    for indicator in plan.indicators() {
        let Some((numerator, denominator)) = indicator.formula.facts().part_and_whole() else {
            continue;
        };
        let pair = match (&numerator.terms[..], &denominator.terms[..]) {
            ([part], [whole]) if part.measure != whole.measure => (part.measure, whole.measure),
            _ => continue,
        };
        if !pairs.contains(&pair) {
            pairs.push(pair);
        }
    }
    pairs
}
