//! The categories of a row on its way in.

use rustc_hash::FxHashMap;

use crate::error::{AlreadyReported, Fault, FaultCode, Result, quoted};
use crate::names::find_name;
use crate::plan::stratum::{Combination, Strata};
use crate::plan::{MeasureIndex, StratumIndex};
use crate::tally::{Intake, Outcome};

impl Intake<'_> {
    /// The digit of a category in the number of a combination.
    pub(crate) fn digit(&self, stratum: StratumIndex, category: &str) -> Option<u32> {
        let number = find_name(category, |one| self.categories[stratum.0].get(one).copied())?;
        self.plan().combinations().digits_of(number).nth(stratum.0)?.try_into().ok()
    }

    /// What a category adds to the number of a combination; nothing, where no category is given.
    pub(crate) fn category(
        &mut self,
        at: usize,
        stratum: StratumIndex,
        category: &str,
    ) -> Result<Combination, AlreadyReported> {
        match find_name(category, |one| self.categories[stratum.0].get(one).copied()) {
            Some(number) => Ok(number),
            None if category.is_empty() => Ok(0),
            None => Err(self.no_category(at, stratum, category)),
        }
    }

    #[cold]
    fn no_category(&mut self, at: usize, stratum: StratumIndex, category: &str) -> AlreadyReported {
        let stratum = &self.plan()[stratum];
        let place = self.place(at, &stratum.id);
        // Faults beyond those that are listed are only counted.
        let fault = match self.is_listing() {
            true => stratum.no_category(place, category),
            false => Fault::new(FaultCode::UnknownCategory, place, "there is no such category"),
        };
        self.fault(fault);
        AlreadyReported
    }

    /// The combination of an outcome's categories.
    pub(in crate::tally) fn combination(
        &mut self,
        at: usize,
        outcome: &Outcome,
    ) -> Option<Combination> {
        let plan = self.plan();
        let mut combination = Some(0);
        for (id, category) in &outcome.strata {
            let place_of = |id: &str| plan.strata().iter().position(|stratum| stratum.id == id);
            let Some(stratum) = find_name(id, place_of) else {
                let ids = plan.strata().iter().map(|stratum| stratum.id.as_str());
                let place = self.place(at, id);
                let fault = Fault::new(
                    FaultCode::UnknownStratum,
                    place,
                    format!("there is no stratum {}", quoted(id)),
                );
                self.fault(fault.near_miss(id, ids));
                combination = None;
                continue;
            };
            let number = self.category(at, StratumIndex(stratum), category.trim()).ok();
            combination = combination.zip(number).map(|(one, other)| one + other);
        }
        combination
    }

    /// Whether a measure is recorded by the strata whose categories are given.
    pub(in crate::tally) fn recorded_by(
        &mut self,
        at: usize,
        measure: Option<MeasureIndex>,
        combination: Option<Combination>,
    ) -> bool {
        let (Some(measure), Some(combination @ 1..)) = (measure, combination) else { return true };
        let plan = self.plan();
        let kind = &plan[measure];
        if kind.strata.len() == plan.strata().len() {
            return true;
        }
        let digits = plan.combinations().digits_of(combination);
        let mut is_recorded_by_all = true;
        for (index, digit) in digits.enumerate() {
            if digit == 0 || kind.strata.contains(&StratumIndex(index)) {
                continue;
            }
            is_recorded_by_all = false;
            let stratum = &plan.strata()[index];
            let message = format!("`{}` is not recorded by `{}`", kind.id, stratum.id);
            self.fault(
                Fault::new(FaultCode::StratumNotRecorded, self.place(at, &stratum.id), message)
                    .found(quoted(&stratum.categories[digit - 1]))
                    .expected("nothing")
                    .hint("the measure's `strata` in the plan names those it is recorded by"),
            );
        }
        is_recorded_by_all
    }
}

/// Per stratum, what its categories add to the number of a combination.
pub(in crate::tally) fn numbered(strata: &Strata) -> Vec<FxHashMap<&str, Combination>> {
    let numbered = strata.steps().map(|(_, stratum, step)| {
        let numbers = (1..).map(|digit| digit * step);
        stratum.categories.iter().map(String::as_str).zip(numbers).collect()
    });
    numbered.collect()
}
