//! Models that are kept up and replicated: how far each reaches, how deep, and whether it spreads.

mod rows;

use crate::assess::{Assessor, Frame, Reason};
use crate::calendar::Window;
use crate::error::{FaultCode, Result};
use crate::plan::{Models, UnitIndex};
use crate::report::{Report, unknown};
use crate::tally::Missing;
pub use rows::{ModelReach, ModelTrend, ModelsOfUnit};

/// Models and the places that took them up; made by [`Report::replication`].
#[derive(Debug, Clone, PartialEq)]
pub struct Replication {
    models: Vec<ModelReach>,
    units: Vec<ModelsOfUnit>,
}

impl Replication {
    /// In each window all models together, then each model in the order of the plan.
    pub fn models(&self) -> &[ModelReach] {
        &self.models
    }

    /// In each window each unit of the level and those above it, in the order of the table.
    pub fn units(&self) -> &[ModelsOfUnit] {
        &self.units
    }
}

/// The places of each model in a unit, or why they are not known.
type Places = std::result::Result<Vec<f64>, Missing>;

/// What is counted of all units in a window.
struct Counted {
    window: Window,
    /// Per unit that exists throughout the window.
    units: Vec<(UnitIndex, Places)>,
}

impl Report {
    /// How models are kept up and replicated: reach (units with a place of it), depth (places per unit
    /// reached), growth since the window before, and which spread, stay, shrink or are gone.
    ///
    /// What a unit tells is taken to be all it has: a model it does not name it has no place of. A
    /// unit that names none is not counted as told.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no such models, or the tally was made
    /// [for certain days](crate::Plan::tally_for).
    pub fn replication(&self, models: &str) -> Result<Replication> {
        let known = self.plan().models();
        let Some(models) = known.iter().find(|one| one.id == models) else {
            return Err(unknown(
                FaultCode::UnknownId,
                "set of models",
                models,
                known.iter().map(|one| one.id.as_str()),
            ));
        };
        self.tally().refuse_other_windows()?;
        let assessor = self.assessor();
        let mut replication = Replication { models: Vec::new(), units: Vec::new() };
        let mut before: Option<Counted> = None;
        for window in crate::assess::windows_of(self.plan(), &models.window) {
            let Some(frame) = assessor.frame(&window) else { continue };
            // The window before the first is looked at for what grew since.
            let earlier = before.take().or_else(|| {
                let earlier = self.plan().calendar().previous_period(&window)?;
                let counted = count(&assessor, models, &assessor.frame(&earlier)?);
                let any_told = counted.units.iter().any(|(_, places)| places.is_ok());
                any_told.then_some(counted)
            });
            let now = count(&assessor, models, &frame);
            self.add_models(models, &now, earlier.as_ref(), &mut replication.models);
            self.add_units(models, &now, &mut replication.units);
            before = Some(now);
        }
        Ok(replication)
    }

    fn add_models(
        &self,
        models: &Models,
        now: &Counted,
        before: Option<&Counted>,
        rows: &mut Vec<ModelReach>,
    ) {
        let categories = &self.plan()[models.by].categories;
        let each = (0..categories.len()).map(Some);
        for model in std::iter::once(None).chain(each) {
            let (here, then) =
                (self.sums(models, now, model), before.map(|then| self.sums(models, then, model)));
            let trend = then.as_ref().map(|then| match (then.reached, here.reached) {
                (0, 0) if then.kept_up == 0 && here.kept_up == 0 => ModelTrend::Stays,
                (0, reached) if reached > 0 => ModelTrend::New,
                (reached, 0) if reached > 0 => ModelTrend::Gone,
                (then, here) if here > then => ModelTrend::Spreads,
                (then, here) if here < then => ModelTrend::Shrinks,
                _ => ModelTrend::Stays,
            });
            let places_before = then.as_ref().and_then(|then| then.places);
            rows.push(ModelReach {
                model: model.map(|at| categories[at].clone()),
                window_start: now.window.start(),
                window_end: now.window.end(),
                units: here.units,
                told: here.told,
                reached: here.reached,
                reach: (here.told > 0).then(|| 100.0 * here.reached as f64 / here.told as f64),
                places: here.places,
                depth: here
                    .places
                    .filter(|_| here.reached > 0)
                    .map(|places| places / here.reached as f64),
                kept_up: here.kept_up,
                reached_before: then.as_ref().map(|then| then.reached),
                places_before,
                growth: here.places.zip(places_before).map(|(here, then)| here - then),
                trend,
            });
        }
    }

    /// The sums of a model, or of all models, over the units of the level.
    fn sums(&self, models: &Models, counted: &Counted, model: Option<usize>) -> Sums {
        let units = self.plan().units();
        let mut sums = Sums::default();
        let mut kept_up = vec![false; models.of_each.len()];
        for (unit, places) in &counted.units {
            if units[*unit].level != models.level {
                continue;
            }
            sums.units += 1;
            let Ok(places) = places else { continue };
            sums.told += 1;
            let places: Vec<(usize, f64)> = places
                .iter()
                .copied()
                .enumerate()
                .filter(|(at, _)| model.is_none_or(|model| model == *at))
                .collect();
            let of_unit: f64 = places.iter().map(|(_, places)| places).sum();
            sums.reached += u64::from(of_unit > 0.0);
            *sums.places.get_or_insert(0.0) += of_unit;
            places.iter().for_each(|(at, places)| kept_up[*at] |= *places > 0.0);
        }
        sums.kept_up = kept_up.into_iter().filter(|kept_up| *kept_up).count() as u64;
        sums
    }

    fn add_units(&self, models: &Models, now: &Counted, rows: &mut Vec<ModelsOfUnit>) {
        let units = self.plan().units();
        for (index, places) in &now.units {
            let unit = &units[*index];
            if unit.level > models.level {
                continue;
            }
            let known = places.as_ref().ok();
            rows.push(ModelsOfUnit {
                unit: unit.id.clone(),
                unit_name: unit.name.clone(),
                level: units.level_name(unit.level).to_owned(),
                window_start: now.window.start(),
                window_end: now.window.end(),
                models: known.map(|places| places.iter().filter(|one| **one > 0.0).count() as u64),
                places: known.map(|places| places.iter().sum()),
                reason: places.as_ref().err().map(|missing| Reason::from(*missing)),
            });
        }
    }
}

#[derive(Default)]
struct Sums {
    units: u64,
    told: u64,
    reached: u64,
    places: Option<f64>,
    kept_up: u64,
}

/// The places of each model in every unit that exists throughout a window.
fn count(assessor: &Assessor<'_>, models: &Models, frame: &Frame) -> Counted {
    let over: Vec<_> =
        models.of_each.iter().map(|one| assessor.known.over(*one, &frame.to_date)).collect();
    let units = assessor.plan.units();
    let exists = |unit: &UnitIndex| units.is_judged_throughout(*unit, &frame.window);
    let places = |unit: UnitIndex| -> Places {
        let mut places = Vec::with_capacity(over.len());
        let mut has_told = false;
        for one in &over {
            places.push(match one.rolled(unit) {
                Ok(rolled) => {
                    has_told = true;
                    rolled.value
                }
                Err(Missing::NoData) => 0.0,
                Err(missing) => return Err(missing),
            });
        }
        if has_told { Ok(places) } else { Err(Missing::NoData) }
    };
    let units = units.iter().map(|(unit, _)| unit).filter(exists);
    Counted { window: frame.window, units: units.map(|unit| (unit, places(unit))).collect() }
}
