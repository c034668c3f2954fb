//! What earlier years say of the rates of units, as a prior of forecasts (`docs/guides/outlook.md`).

use super::course::PartOfTime;
use super::{Assessor, Frame};
use crate::plan::{Expression, IndicatorIndex, LevelIndex, UnitIndex};
use crate::stats::outlook::{CountPrior, YearlyRates};

/// Fewer units do not show how much rates change from year to year.
const FEWEST_UNITS: usize = 10;

impl Assessor<'_> {
    /// Per unit, a prior from its count in the same window of last year, from the counts of the units of its level, and from
    /// how much these changed from the year before; none of a unit without such a count, and of a level where fewer than ten units
    /// have counts of both years.
    pub(super) fn priors_of_history(
        &self,
        indicator: IndicatorIndex,
        counted: &Expression,
        frame: &Frame,
        levels: &[LevelIndex],
    ) -> Option<Vec<Option<CountPrior>>> {
        let year_before = |frame: &Frame| {
            let window = self.plan.calendar().same_window_last_year(&frame.window)?;
            self.known.is_over(window.end()).then_some(Frame { window, to_date: window })
        };
        let last = year_before(frame)?;
        let before = year_before(&last)?;
        let years = [before.window, last.window];
        let parts = self.parts_of_time(indicator, counted, None, &years);
        let [Some(before), Some(last)] = parts.as_slice() else { return None };
        if self.known.only_prepares() {
            return None;
        }
        let units = self.plan.units();
        let mut priors = vec![None; units.len()];
        for level in levels {
            let is_judged =
                |unit: &UnitIndex| years.iter().all(|year| units.is_judged_throughout(*unit, year));
            let of_level = units.iter().filter(|(_, unit)| unit.level == *level);
            let field: Vec<UnitIndex> = of_level.map(|(at, _)| at).filter(is_judged).collect();
            // NaN is less than nothing here: a count that is not known is no count.
            let is_count = |count: &f64| *count >= 0.0;
            let counts_of = |year: &PartOfTime| -> Vec<f64> {
                field.iter().map(|unit| year.of(*unit).0).collect()
            };
            let (befores, lasts) = (counts_of(before), counts_of(last));
            let both = befores.iter().zip(&lasts);
            let counts: (Vec<f64>, Vec<f64>) =
                both.filter(|(one, other)| is_count(one) && is_count(other)).unzip();
            if counts.0.len() < FEWEST_UNITS {
                continue;
            }
            let Ok(rates) = YearlyRates::of(&counts.0, &counts.1) else { continue };
            for (unit, count) in field.iter().zip(lasts).filter(|(_, count)| is_count(count)) {
                priors[unit.place()] = rates.prior(count).ok();
            }
        }
        Some(priors)
    }
}
