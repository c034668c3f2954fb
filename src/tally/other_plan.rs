//! A tally for an edited plan: outcomes depend on units, measures, strata and the calendar, not on goals and titles.

use std::sync::Arc;

use super::{AboutCells, Grid, Restoring, Source, Tally};
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};
use crate::parallel::check_stop;
use crate::plan::stratum::Combination;
use crate::plan::{Measure, Plan, StratumIndex, Unit, UnitIndex};

impl Tally {
    /// The same outcomes for another version of their plan: with another goal or title, or with more units, measures or
    /// categories. Nothing is read again.
    ///
    /// A tally for certain days stays one for these days. Windows that only the new plan has may need a tally of
    /// their own.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When};
    /// # let plan = |units: &str| Plan::from_yaml(&format!(r#"{{attain: 1, plan: p, measures: {{cases: {{}}}},
    /// #     units: {{levels: [commune], list: [{units}]}}}}"#)).unwrap();
    /// let plan_2023 = plan(r#"{id: "01", level: commune}"#);
    /// let plan_2024 = plan(r#"{id: "00", level: commune}, {id: "01", level: commune}"#);
    /// let mut tally = Tally::new(&plan_2023);
    /// tally.record(&Outcome::new("01", When::Period("2023".into()), "cases", 1840.0))?;
    /// let mut tally = tally.with_plan(&plan_2024)?;
    /// tally.record(&Outcome::new("00", When::Period("2024".into()), "cases", 12.0))?;
    /// assert_eq!(tally.len(), 2);
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plan has another id, or measures of other operators or strata;
    /// [`Error::is_outcomes`] if it lacks units, measures or categories of which the tally has outcomes.
    pub fn with_plan(&self, plan: &Plan) -> Result<Tally> {
        self.refuse_other_id(plan)?;
        if first_difference(&self.plan, plan).is_none() {
            let grid = Arc::new(Grid::new(plan, self.grid.slots().clone()));
            return Ok(Tally { plan: plan.clone(), grid, ..self.clone() });
        }
        for measure in self.plan.measures() {
            let now = plan.measures().iter().find(|one| one.id == measure.id);
            let (before, now) =
                (self.plan.meaning_of(measure), now.map(|now| plan.meaning_of(now)));
            if let Some(now) = now.filter(|now| *now != before) {
                return Err(other_meaning(&measure.id, &before, now));
            }
        }
        let about = AboutCells {
            rows: Some(self.rows),
            slots: Some(self.grid.slots().clone()),
            len: Some(self.len()),
            noted: self.recorded.noted.clone(),
        };
        let source = Source::File { file: "the tally".to_owned() };
        let tally = Tally::of_cells(plan, &about, &source, |restoring| {
            for (at, (row, combination)) in self.cell_rows().enumerate() {
                check_stop();
                let combination = restoring.combination_of(at, &self.plan, combination);
                restoring.row(at, &row, combination);
            }
        })?;
        Ok(Tally { limits: self.limits.clone(), options: self.options, ..tally })
    }

    /// The same outcomes for another version of their plan. Indicators, targets, standards, scores, awards, titles and
    /// notes may differ, and units may have other names.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`], with the first thing that differs, if the same rows could be other outcomes in this plan.
    pub(crate) fn for_plan(&self, plan: &Plan) -> Result<Tally> {
        if self.plan == *plan {
            return Ok(self.clone());
        }
        self.refuse_other_id(plan)?;
        if let Some(what) = first_difference(&self.plan, plan) {
            let message =
                format!("the tally holds outcomes of another version of the plan `{}`", plan.id());
            let fault = Fault::new(FaultCode::OtherPlan, Place::Nowhere, message)
                .found(what)
                .expected("the same units, measures, strata and calendar")
                .hint("`with_plan` of the tally keeps its outcomes for this plan");
            return Err(Error::one(ErrorKind::Request, fault));
        }
        let (mine, day) = (self.plan.units().geography(), plan.units().geography());
        if mine != day {
            let boundaries_of = |day: Option<chrono::NaiveDate>| match day {
                Some(day) => format!("the boundaries of {day}"),
                None => "boundaries as they were".to_owned(),
            };
            let message = "plan and tally are in different boundaries";
            let fault = Fault::new(FaultCode::OtherBoundaries, Place::Nowhere, message)
                .found(boundaries_of(mine))
                .expected(boundaries_of(day))
                .hint("bring the tally into the plan's boundaries with `in_geography`");
            return Err(Error::one(ErrorKind::Request, fault));
        }
        // Cells are numbered by units, declared measures and strata, so that they stay as they are. What the targets
        // narrow measures to may differ, and is looked up in the grid.
        let grid = Grid::new(plan, self.grid.slots().clone());
        Ok(Tally { plan: plan.clone(), grid: Arc::new(grid), ..self.clone() })
    }
}

impl Tally {
    fn refuse_other_id(&self, plan: &Plan) -> Result<()> {
        let (mine, other) = (self.plan.id(), plan.id());
        if mine == other {
            return Ok(());
        }
        let message = format!("the tally holds outcomes of the plan `{mine}`, not of `{other}`");
        Err(Error::request(FaultCode::OtherPlan, message))
    }
}

impl Restoring<'_> {
    /// The number of categories in this plan that has another one in the plan of a tally; none if it lacks one of them,
    /// which is noted.
    fn combination_of(
        &mut self,
        at: usize,
        of_tally: &Plan,
        combination: Combination,
    ) -> Option<Combination> {
        if combination == 0 {
            return Some(0);
        }
        let plan = self.figures.plan();
        let mut number = Some(0);
        for (stratum, digit) in
            of_tally.strata().iter().zip(of_tally.combinations().digits_of(combination))
        {
            let Some(category) = digit.checked_sub(1).map(|place| &stratum.categories[place])
            else {
                continue;
            };
            let here = plan.strata().iter().position(|one| one.id == stratum.id);
            let adds = match here {
                Some(here) => self.figures.category(at, StratumIndex(here), category).ok(),
                None => {
                    let place = self.figures.place(at, &stratum.id);
                    let message = format!("there is no stratum `{}`", stratum.id);
                    self.figures.fault(Fault::new(FaultCode::UnknownStratum, place, message));
                    None
                }
            };
            number = number.zip(adds).map(|(sum, adds)| sum + adds);
        }
        number
    }
}

/// A measure that has other operators or strata than before.
#[cold]
pub(crate) fn other_meaning(measure: &str, before: &str, now: String) -> Error {
    let message = format!("the measure `{measure}` means something else in this plan");
    let fault = Fault::new(FaultCode::OtherPlan, Place::Nowhere, message);
    let fault = fault.found(before).expected(now).hint("make the tally again with this plan");
    Error::one(ErrorKind::Request, fault)
}

/// What differs first between the plan of a tally and another one, among all that gives its rows their meaning.
fn first_difference(of_tally: &Plan, plan: &Plan) -> Option<String> {
    let (before, now) = (of_tally.units(), plan.units());
    if before.levels() != now.levels() {
        let difference = named_difference(before.levels(), now.levels(), |one| one, |_, _| true);
        return Some(format!("a difference in the level {}", difference.unwrap_or_default()));
    }
    let units = [before, now].map(|units| units.iter().map(|(_, unit)| unit).collect::<Vec<_>>());
    let id_of = |place: Option<UnitIndex>, units: &crate::plan::Units| {
        place.map(|place| units[place].id.clone())
    };
    let is_same_unit = |one: &&Unit, other: &&Unit| {
        (one.level, id_of(one.parent, before), one.valid_from, one.valid_to)
            == (other.level, id_of(other.parent, now), other.valid_from, other.valid_to)
    };
    let difference = named_difference(&units[0], &units[1], |unit| &unit.id, is_same_unit);
    if let Some(difference) = difference {
        return Some(format!("a difference in the unit {difference}"));
    }
    if before.changes() != now.changes() {
        return Some("a difference in the changes of boundaries".to_owned());
    }
    let difference = named_difference(
        of_tally.strata(),
        plan.strata(),
        |one| &one.id,
        |one, other| one == other,
    );
    if let Some(difference) = difference {
        return Some(format!("a difference in the stratum {difference}"));
    }
    let difference = named_difference(
        of_tally.measures(),
        plan.measures(),
        |measure| &measure.id,
        |one, other| without_titles(one) == without_titles(other),
    );
    if let Some(difference) = difference {
        return Some(format!("a difference in the measure {difference}"));
    }
    if of_tally.calendar() != plan.calendar() {
        return Some("a difference in the calendar".to_owned());
    }
    // Rows may name their days by a campaign.
    let moved = of_tally.campaigns().iter().find(|campaign| {
        plan.campaign(&campaign.id).is_some_and(|now| now.window != campaign.window)
    });
    moved.map(|campaign| format!("a difference in the days of the campaign `{}`", campaign.id))
}

/// The measure without what rows do not depend on.
fn without_titles(measure: &Measure) -> Measure {
    Measure { title: None, note: None, unit: None, ..measure.clone() }
}

/// The first of two lists' things that only one has, or that is not the same in both.
fn named_difference<T>(
    of_tally: &[T],
    of_plan: &[T],
    id: impl Fn(&T) -> &str,
    is_same: impl Fn(&T, &T) -> bool,
) -> Option<String> {
    let has = |list: &[T], name: &str| list.iter().any(|one| id(one) == name);
    for (before, now) in of_tally.iter().zip(of_plan) {
        if id(before) != id(now) {
            return Some(if !has(of_plan, id(before)) {
                format!("`{}`, which only the tally's plan has", id(before))
            } else if !has(of_tally, id(now)) {
                format!("`{}`, which only this plan has", id(now))
            } else {
                format!("`{}`, which stands at another place", id(now))
            });
        }
        if !is_same(before, now) {
            return Some(format!("`{}`", id(now)));
        }
    }
    let shared = of_tally.len().min(of_plan.len());
    let more_before =
        of_tally.get(shared).map(|one| format!("`{}`, which only the tally's plan has", id(one)));
    more_before.or_else(|| {
        of_plan.get(shared).map(|one| format!("`{}`, which only this plan has", id(one)))
    })
}
