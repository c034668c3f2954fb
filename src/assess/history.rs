//! What earlier years say of the rates of units, as a prior of forecasts (`docs/guides/outlook.md`).

use super::course::PartOfTime;
use super::{Assessor, Frame};
use crate::plan::{Expression, IndicatorIndex, LevelIndex, UnitIndex};
use crate::stats::outlook::{CountPrior, SharePrior, YearlyRates, YearlyShares};

/// Fewer units do not show how much rates change from year to year.
const FEWEST_UNITS: usize = 10;

/// The units of a level and their numbers in the same window of two years, one after the other: events, and what they are
/// counted over.
struct Field {
    /// Of those known in both years.
    before: Vec<(f64, f64)>,
    after: Vec<(f64, f64)>,
    /// The last numbers of all.
    last: Vec<(UnitIndex, (f64, f64))>,
}

impl Field {
    /// The priors of the units, each at its place.
    fn priors<P>(&self, of: impl Fn((f64, f64)) -> Option<P>, into: &mut [Option<P>]) {
        for (unit, numbers) in &self.last {
            into[unit.place()] = of(*numbers);
        }
    }
}

impl Assessor<'_> {
    /// Per unit, a prior from its count in the same window of last year, from the counts of the units of its level, and from
    /// how much these changed from the year before; none of a unit without such a count, and of a level where fewer than ten units
    /// have counts of both years.
    pub(super) fn rates_of_history(
        &self,
        indicator: IndicatorIndex,
        counted: &Expression,
        frame: &Frame,
        levels: &[LevelIndex],
    ) -> Option<Vec<Option<CountPrior>>> {
        let fields = self.fields_of_history(indicator, (counted, None), frame, levels)?;
        let mut priors = vec![None; self.plan.units().len()];
        for field in fields {
            let counts = |year: &[(f64, f64)]| year.iter().map(|one| one.0).collect::<Vec<_>>();
            let Ok(rates) = YearlyRates::of(&counts(&field.before), &counts(&field.after)) else {
                continue;
            };
            field.priors(|(count, _)| rates.prior(count).ok(), &mut priors);
        }
        Some(priors)
    }

    /// The same of shares.
    pub(super) fn shares_of_history(
        &self,
        indicator: IndicatorIndex,
        sums: (&Expression, Option<&Expression>),
        frame: &Frame,
        levels: &[LevelIndex],
    ) -> Option<Vec<Option<SharePrior>>> {
        let fields = self.fields_of_history(indicator, sums, frame, levels)?;
        let mut priors = vec![None; self.plan.units().len()];
        for field in fields {
            let Ok(shares) = YearlyShares::of(&field.before, &field.after) else { continue };
            field.priors(|(events, of)| shares.prior(events, of).ok(), &mut priors);
        }
        Some(priors)
    }

    fn fields_of_history(
        &self,
        indicator: IndicatorIndex,
        (above, beside): (&Expression, Option<&Expression>),
        frame: &Frame,
        levels: &[LevelIndex],
    ) -> Option<Vec<Field>> {
        let year_before = |frame: &Frame| {
            let window = self.plan.calendar().same_window_last_year(&frame.window)?;
            self.known.is_over(window.end()).then_some(Frame { window, to_date: window })
        };
        let last = year_before(frame)?;
        let before = year_before(&last)?;
        let windows = [before.window, last.window];
        let parts = self.parts_of_time(indicator, above, beside, &windows);
        let recorded = [before, last].map(|year| self.recorded_among(indicator, &year));
        let [Some(before), Some(last)] = parts.as_slice() else { return None };
        if self.known.only_prepares() {
            return None;
        }
        let units = self.plan.units();
        let years: [&PartOfTime; 2] = [before, last];
        // What is recorded late is counted over as many cases fewer.
        let numbers = |unit: UnitIndex| {
            [0, 1].map(|year| match years[year].of(unit) {
                (events, Some(of)) if events >= 0.0 => {
                    let (events, of, _) = recorded[year].of(unit).alone(events, of);
                    (events, of)
                }
                (events, of) => (events, of.unwrap_or(f64::NAN)),
            })
        };
        let of_level = |level: &LevelIndex| {
            let mut field = Field { before: Vec::new(), after: Vec::new(), last: Vec::new() };
            for (unit, _) in units.iter().filter(|(_, unit)| unit.level == *level) {
                if windows.iter().all(|year| units.is_judged_throughout(unit, year)) {
                    let [before, last] = numbers(unit);
                    // NaN is less than nothing here: a count that is not known is no count.
                    if last.0 >= 0.0 {
                        field.last.push((unit, last));
                    }
                    if last.0 >= 0.0 && before.0 >= 0.0 {
                        field.before.push(before);
                        field.after.push(last);
                    }
                }
            }
            field
        };
        let fields = levels.iter().map(of_level);
        Some(fields.filter(|field| field.before.len() >= FEWEST_UNITS).collect())
    }
}
