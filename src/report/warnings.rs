//! What in a report looks like a mistake.

use super::Report;
use crate::assess::{Block, Common, PartsAre, Reason, Row};
use crate::error::{Place, Warning, WarningCode};
use crate::exact::Bound;
use crate::parallel::check_stop;
use crate::plan::Target;
use crate::plan::warnings::PER_CENT_HINT;

/// Below this completeness, in per cent, a judged row is named.
const LOW_COMPLETENESS: f64 = 80.0;

/// Published values of at most 1, this many or more, are shares of 1 where at least `SURELY_PER_CENT` per cent are required.
const FEWEST_VALUES: usize = 3;
/// At least this many per cent is no small share.
const SURELY_PER_CENT: f64 = 10.0;

/// Values above this, in per cent, show that a goal of 1 or less is no small share.
const NO_SMALL_SHARE: f64 = 2.0;

impl Report {
    /// What in the rows looks like a mistake, one warning of each kind. Windows that still run have no warnings of
    /// missing data. Those of the [plan](crate::Plan::warnings) and of the [tally](crate::Tally::warnings) are not
    /// repeated.
    pub fn warnings(&self) -> Vec<Warning> {
        let all = [
            self.goals_below_one(),
            self.values_below_one(),
            self.no_data(),
            self.low_completeness(),
            self.totals_that_differ(),
        ];
        all.into_iter().flatten().collect()
    }

    /// The warnings of the report and the plan that no row shows: those of goals, and of names. A row says itself that it has
    /// no data, few reports or a total that differs.
    pub(crate) fn warnings_beside_rows(&self) -> Vec<Warning> {
        let of_report = [self.goals_below_one(), self.values_below_one()];
        // Of goals below one only the report warns: it compares them with the values.
        let of_plan = self.plan.warnings().into_iter();
        let of_plan = of_plan.filter(|warning| warning.code != WarningCode::GoalBelowOne);
        of_report.into_iter().flatten().chain(of_plan).collect()
    }

    fn goals_below_one(&self) -> Option<Warning> {
        let is_suspect = |common: &Common<'_>, block: &Block| {
            check_stop();
            self.plan.has_goal_below_one(common.target)
                && block
                    .rows()
                    .any(|row| row.value.get().is_some_and(|value| value > NO_SMALL_SHARE))
        };
        let suspects = self.blocks().filter(|(common, block)| is_suspect(common, block));
        let mut ids: Vec<&str> = suspects.map(|(common, _)| common.target.id.as_str()).collect();
        ids.dedup();
        Warning::about(
            WarningCode::GoalBelowOne,
            ids.iter().map(|id| Place::Path { path: format!("targets.{id}.goal") }),
            |_| "the goal of a share in per cent is 1 or less, and values are above 2".into(),
            PER_CENT_HINT,
        )
    }

    fn values_below_one(&self) -> Option<Warning> {
        let is_suspect = |target: &&Target| {
            let published = self.plan[target.indicator].formula.facts().published().is_some();
            let unit = self.plan[target.indicator].formula.unit_of_value(&self.plan);
            let is_floor_of = |bounds: Bound| match bounds {
                Bound::Floor { at, .. } => at.float() >= SURELY_PER_CENT,
                Bound::Ceiling { .. } | Bound::Between { .. } => false,
            };
            published
                && unit == "%"
                && Bound::of(&target.goal, None).is_some_and(is_floor_of)
                && self.has_values_up_to_one_alone(&target.id)
        };
        let suspects = self.plan.targets().iter().filter(is_suspect);
        Warning::about(
            WarningCode::ValuesBelowOne,
            suspects.map(|target| Place::Path { path: format!("targets.{}.goal", target.id) }),
            |_| {
                "published values in per cent have to be at least 10 or more, and none is above 1"
                    .into()
            },
            "write 75 for 75 %, not 0.75, or name the unit of the values: `reported: {unit: …}`",
        )
    }

    fn has_values_up_to_one_alone(&self, target: &str) -> bool {
        let blocks = self.blocks().filter(|(common, _)| common.target.id == target);
        let rows = blocks.flat_map(|(_, block)| block.rows());
        let mut values = rows.filter_map(|row| row.value.get()).filter(|value| *value != 0.0);
        let mut seen = 0;
        values.all(|value| {
            seen += 1;
            0.0 < value && value <= 1.0
        }) && seen >= FEWEST_VALUES
    }

    /// The rows of closed windows for which something holds.
    fn final_rows(&self, holds: impl Fn(&Row) -> bool) -> impl Iterator<Item = Place> {
        let closed = self.blocks().filter(|(common, _)| common.is_final);
        closed.flat_map(move |(common, block)| {
            check_stop();
            let rows: Vec<Row> = block.rows().filter(|row| holds(row)).collect();
            rows.into_iter().map(move |row| Place::Judged {
                target: common.target.id.clone(),
                unit: self.plan.units()[row.unit()].id.clone(),
                window: block.window.to_string(),
            })
        })
    }

    fn no_data(&self) -> Option<Warning> {
        Warning::about(
            WarningCode::NoData,
            self.final_rows(|row| row.reason == Some(Reason::NoData)),
            |count| match count {
                1 => "nothing was recorded for 1 row of a closed window".to_owned(),
                count => format!("nothing was recorded for {count} rows of closed windows"),
            },
            "add outcomes of these units and days, or leave the units out of the target",
        )
    }

    fn low_completeness(&self) -> Option<Warning> {
        let is_low = |row: &Row| {
            let is_judged = row.reason.is_none_or(Reason::is_judged);
            is_judged && row.completeness.get().is_some_and(|share| share < LOW_COMPLETENESS)
        };
        Warning::about(
            WarningCode::LowCompleteness,
            self.final_rows(is_low),
            |count| format!("less than 80 % of the reports were made ({count} judged)"),
            "add the missing reports, or set `minimum_completeness`",
        )
    }

    /// Totals that were used although all units below them have figures, which add up to something else.
    fn totals_that_differ(&self) -> Option<Warning> {
        let mut assessor = self.assessor();
        assessor.cut();
        let units = self.plan.units();
        let differ = assessor.total_differences(&self.blocks).into_iter().filter(|found| {
            let (unit, window) = (&units[found.unit].id, &found.to_date);
            let rounding = 1e-9 * found.whole.abs();
            found.parts_are == PartsAre::Units
                && !self.plan[found.measure].reported
                && (found.whole - found.parts).abs() > rounding
                && units
                    .named_throughout(unit, window)
                    .is_some_and(|unit| self.tally.has_all_parts(found.measure, unit, window))
        });
        let places = differ.map(|found| Place::Figures {
            window: Some(found.to_date.to_string()),
            measure: self.plan[found.measure].id.clone(),
            unit: units[found.unit].id.clone(),
        });
        Warning::about(
            WarningCode::TotalsDiffer,
            places,
            |_| {
                "the unit's own total is used, and the figures of all units below it add up to something else".into()
            },
            "`reconcile` lists whole, parts and difference",
        )
    }
}
