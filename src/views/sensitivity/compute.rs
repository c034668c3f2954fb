//! The verdicts that the rows of a target could have: with the missing reports, at worst and at best, and without the late
//! ones.

use std::collections::BTreeMap;

use crate::assess::{
    Assessor, Block, End, Frame, PossibleValues, ReportCounts, SensitivityReason, Verdict,
};
use crate::plan::formula::Inputs;
use crate::plan::{IndicatorIndex, LevelIndex, Plan, Target, UnitIndex};

/// The verdicts that a row could have.
#[derive(Debug, Clone)]
pub(super) struct Sensitive {
    pub(super) reports: ReportCounts,
    /// At worst and at best, or why they are not known.
    pub(super) ends: Result<(End, End), SensitivityReason>,
    /// Without the late reports; none where the plan does not say by when reports are due.
    pub(super) in_time: Option<(Option<f64>, Verdict)>,
}

/// The verdicts that the rows of a block could have, in their order; none of rows that are not judged in their window.
pub(super) fn of_block(
    assessor: &Assessor<'_>,
    values: &PossibleValues<'_>,
    block: &Block,
) -> Vec<Option<Sensitive>> {
    let plan = assessor.plan;
    let target = plan.targets()[block.target].in_force(&block.window);
    let Some(frame) = assessor.frame(&block.window) else {
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
        let found = of_units(assessor, values, target, &frame, &units);
        for ((place, _), found) in rows.iter().zip(found) {
            all[*place] = Some(found);
        }
    }
    all
}

fn of_units(
    assessor: &Assessor<'_>,
    values: &PossibleValues<'_>,
    target: &Target,
    frame: &Frame,
    units: &[UnitIndex],
) -> Vec<Sensitive> {
    let plan = assessor.plan;
    let judged = target.judged();
    let has_due = judged
        .iter()
        .flat_map(|indicator| plan.measures_of(*indicator))
        .any(|measure| plan[measure].due.is_some());
    let in_time = match values.in_time() {
        Some(in_time) if has_due => {
            let rows = in_time.rows_of(target, &frame.window, units);
            rows.iter().map(|row| Some((row.value.get(), row.verdict))).collect()
        }
        Some(_) | None => vec![None; units.len()],
    };
    let reports = reports_of(plan, values, &judged, frame, units);
    let mut every: Vec<Vec<Result<(End, End), SensitivityReason>>> = vec![Vec::new(); units.len()];
    for indicator in &judged {
        let possible = values.possible(*indicator, frame, units);
        let bounds = values.bounds(*indicator, &target.goal, frame, units);
        let judge = assessor.prepare_judge(*indicator, &target.goal, frame, None);
        let suppressed = assessor.suppressed_ends(&judge, *indicator, &target.goal, frame, units);
        let ends = possible.iter().zip(bounds).zip(suppressed).zip(&reports);
        for ((((possible, (misses_then, bounds)), suppressed), reports), every) in
            ends.zip(&mut every)
        {
            every.push(match suppressed.filter(|_| reports.made == reports.due) {
                Some(ends) => Ok((ends.worst, ends.best)),
                None => bounds.and_then(|bounds| possible.ends(&bounds, misses_then)),
            });
        }
    }
    let rows = every.into_iter().zip(reports).zip(in_time);
    let rows = rows.map(|((every, reports), in_time)| {
        let ends = every.into_iter().collect::<Result<Vec<_>, _>>();
        let ends = ends.and_then(decided).and_then(|(worst, best)| {
            let is_limited = worst.value.is_finite() && best.value.is_finite();
            if is_limited { Ok((worst, best)) } else { Err(SensitivityReason::NoRange) }
        });
        Sensitive { reports, ends, in_time }
    });
    rows.collect()
}

/// The reports that some indicators use; for a share of units, those of the units that are judged.
fn reports_of(
    plan: &Plan,
    values: &PossibleValues<'_>,
    indicators: &[IndicatorIndex],
    frame: &Frame,
    units: &[UnitIndex],
) -> Vec<ReportCounts> {
    if let [only] = indicators {
        let mut indicator = *only;
        loop {
            match plan[indicator].formula.facts().inputs {
                Inputs::Change { of, .. } => indicator = of,
                Inputs::Units { of, level, .. } => {
                    let members = units.iter().map(|unit| {
                        let mut members = plan.units().of_level_within(level, *unit);
                        let is_judged = |unit: &UnitIndex| {
                            plan.units().is_judged_throughout(*unit, &frame.window)
                        };
                        members.retain(is_judged);
                        let of_members =
                            reports_of(plan, values, &[of], frame, &members).into_iter();
                        of_members.fold(ReportCounts::default(), ReportCounts::with)
                    });
                    return members.collect();
                }
                // A published value is owed by nobody.
                Inputs::Published { .. } => return vec![ReportCounts::default(); units.len()],
                Inputs::Sums { .. } | Inputs::Categories { .. } | Inputs::Reports { .. } => {
                    break;
                }
            }
        }
    }
    // Who reports events reports those of every category: no report is counted twice.
    let all = indicators.iter().flat_map(|indicator| plan.measures_of(*indicator)).collect();
    values.owed(all, frame, units).into_iter().map(|owed| owed.reports).collect()
}

/// The ends of the category that decides, for a goal that has to be met in every category: the one that missed it by most,
/// else the one that met it by least.
fn decided(every: Vec<(End, End)>) -> Result<(End, End), SensitivityReason> {
    let (worst, best): (Vec<End>, Vec<End>) = every.into_iter().unzip();
    let decides = |ends: Vec<End>| ends.into_iter().min_by(End::order);
    // A target judges one indicator at least.
    decides(worst).zip(decides(best)).ok_or(SensitivityReason::NotBounded)
}
