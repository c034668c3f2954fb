//! The reports that a value rests on, and the ends between which missing ones leave values and verdicts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::assessment::{Certainty, Reason, Verdict};
use super::possible::{End, Possible, PossibleValues};
use super::row::Row;
use super::value::Extent;
use super::{Assessor, Frame};
use crate::plan::formula::Inputs;
use crate::plan::{Absent, Goal, IndicatorIndex, LevelIndex, MeasureIndex, OverTime, UnitIndex};
use crate::tally::Reports;

/// Which closed windows are prepared for reports that are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Those of measures whose reports are due by the plan.
    Due,
    /// Those of any measure of which figures may be missing.
    Any,
}

/// The reports that a value rests on, of its window and of one that it is compared with.
#[derive(Default)]
pub(crate) struct DueReports(Vec<Arc<[Reports]>>);

impl DueReports {
    /// Whether a report of some unit is missing.
    pub(super) fn misses_any(&self) -> bool {
        let mut all = self.0.iter().flat_map(|reports| reports.iter());
        all.any(|Reports { made, due }| made < due)
    }

    /// Whether a report is missing that the value of a unit rests on.
    pub(super) fn misses(&self, unit: UnitIndex) -> bool {
        self.0.iter().any(|reports| {
            let Reports { made, due } = reports[unit.place()];
            made < due
        })
    }
}

/// Per unit that misses a report, the worst and the best that its value could be; none where they are not known.
#[derive(Debug, Default)]
pub(crate) struct PossibleEnds(HashMap<UnitIndex, Option<(End, End)>>);

impl PossibleEnds {
    /// Whether the missing reports could turn the verdict of a unit.
    pub(crate) fn could_turn(&self, unit: UnitIndex, verdict: Verdict) -> bool {
        match self.0.get(&unit) {
            None => false,
            Some(None) => true,
            Some(Some((worst, best))) => worst.verdict != verdict || best.verdict != verdict,
        }
    }

    /// Whether a report is missing that the value of a unit rests on.
    pub(super) fn misses(&self, unit: UnitIndex) -> bool {
        self.0.contains_key(&unit)
    }

    /// The worst and the best of a unit that misses a report, where they are known.
    pub(super) fn of(&self, unit: UnitIndex) -> Option<&(End, End)> {
        self.0.get(&unit)?.as_ref()
    }
}

/// A verdict with its reason in a table that has no column of certainty: none where missing reports could turn it.
pub(crate) fn settled(
    (verdict, reason): (Verdict, Option<Reason>),
    could_turn: impl FnOnce(Verdict) -> bool,
) -> (Verdict, Option<Reason>) {
    if verdict != Verdict::Indeterminate && could_turn(verdict) {
        (Verdict::Indeterminate, Some(Reason::MissingReports))
    } else {
        (verdict, reason)
    }
}

impl Row {
    /// The verdict with its reason, for tables that have no column of certainty.
    pub(crate) fn settled(&self) -> (Verdict, Option<Reason>) {
        settled((self.verdict, self.reason), |_| self.certainty == Certainty::Unsettled)
    }
}

impl Assessor<'_> {
    /// The reports that the value of an indicator rests on; those that a relative goal rests on too.
    pub(super) fn due_reports(
        &self,
        indicator: IndicatorIndex,
        goal: Option<&Goal>,
        frame: &Frame,
    ) -> DueReports {
        let plan = self.plan;
        let participants = self.participants(indicator);
        // Of what counts reports, and of values that are recorded as they are, no report is owed.
        let owes_none = plan.down_to_measures(indicator).any(|indicator| {
            let facts = plan[indicator].formula.facts();
            facts.is_of_reports() || facts.published().is_some()
        });
        if owes_none {
            return DueReports::default();
        }
        let compared = if let Some(from) = goal.and_then(Goal::reference) {
            self.baseline_frame(from, frame, Extent::Whole)
        } else if let Inputs::Change { from, .. } = plan[indicator].formula.facts().inputs {
            self.baseline_frame(from, frame, Extent::ToDate)
        } else {
            None
        };
        let mut reports = Vec::new();
        for Frame { window, to_date } in std::iter::once(*frame).chain(compared) {
            for measure in plan.measures_of(indicator) {
                // While no period has ended, no report is missing yet.
                if self.known.has_ended(measure, &window, &to_date) {
                    reports.extend(self.known.reports(measure, &to_date, participants));
                }
            }
        }
        DueReports(reports)
    }

    /// Whether reports may be missing of a window of an indicator that has closed.
    pub(super) fn may_miss(&self, indicator: IndicatorIndex, missing: Missing) -> bool {
        let plan = self.plan;
        let measures = plan.measures_of(indicator);
        // Figures may be recorded beside events, and a unit that reports one measure owes the others.
        let may_be_figures = |measure: &MeasureIndex| {
            let kind = &plan[*measure];
            let is_beside_others = kind.over_time != OverTime::Sum || measures.len() > 1;
            kind.absent == Absent::Missing && is_beside_others
        };
        match missing {
            Missing::Due => measures.iter().any(|measure| plan[*measure].is_due()),
            Missing::Any => measures.iter().any(|one| plan[*one].is_due() || may_be_figures(one)),
        }
    }

    /// The worst and the best that an indicator could be against a goal, for those units that miss a report.
    pub(crate) fn possible_ends(
        &self,
        indicator: IndicatorIndex,
        goal: &Goal,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> PossibleEnds {
        self.possible_ends_beside(
            &self.due_reports(indicator, Some(goal), frame),
            indicator,
            goal,
            frame,
            units,
        )
    }

    /// The same, where the due reports are known.
    pub(super) fn possible_ends_beside(
        &self,
        due: &DueReports,
        indicator: IndicatorIndex,
        goal: &Goal,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> PossibleEnds {
        let values = PossibleValues::of_limits(self);
        let ends = self.by_level(due, indicator, frame, units, |units| {
            let ends = values.possible_ends(indicator, goal, frame, units);
            // Where nothing is known of the ends, they may be anything.
            ends.into_iter().map(|ends| ends.map(Result::ok)).collect()
        });
        PossibleEnds(ends)
    }

    /// What an indicator could be, for those units that miss a report.
    pub(crate) fn possible_values(
        &self,
        indicator: IndicatorIndex,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> HashMap<UnitIndex, Possible> {
        let due = self.due_reports(indicator, None, frame);
        let values = PossibleValues::of_limits(self);
        self.by_level(&due, indicator, frame, units, |units| {
            let possible = values.possible(indicator, frame, units).into_iter();
            possible.map(|possible| possible.misses().then_some(possible)).collect()
        })
    }

    /// What `find` gives for units that may miss a report, level by level: of units of one level none stands above another.
    fn by_level<T>(
        &self,
        due: &DueReports,
        indicator: IndicatorIndex,
        frame: &Frame,
        units: &[UnitIndex],
        find: impl Fn(&[UnitIndex]) -> Vec<Option<T>>,
    ) -> HashMap<UnitIndex, T> {
        if self.known.only_prepares() {
            if !frame.is_final() || self.may_miss(indicator, Missing::Any) {
                find(&[]);
            }
            return HashMap::new();
        }
        // A share of units rests on the reports of the units that are judged.
        let is_of_units = self.plan[indicator].formula.facts().is_of_units();
        let misses =
            |unit: UnitIndex| if is_of_units { due.misses_any() } else { due.misses(unit) };
        let mut levels: BTreeMap<LevelIndex, Vec<UnitIndex>> = BTreeMap::new();
        for unit in units.iter().copied().filter(|unit| misses(*unit)) {
            levels.entry(self.plan.units()[unit].level).or_default().push(unit);
        }
        let mut found = HashMap::new();
        for units in levels.into_values() {
            let of_level = units.iter().copied().zip(find(&units));
            found.extend(of_level.filter_map(|(unit, one)| Some((unit, one?))));
        }
        found
    }
}
