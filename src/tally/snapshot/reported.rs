//! Which units reported in which of a measure's periods: one look at each figure serves all windows.

use chrono::NaiveDate;

use crate::calendar::Window;
use crate::plan::{MeasureIndex, UnitIndex};
use crate::tally::snapshot::{Figure, Snapshot};

/// Per period whether each unit has a figure of its own that lies inside it or contains it.
pub(in crate::tally) struct Reported {
    /// In order of time.
    periods: Vec<Window>,
    units: usize,
    cells: Vec<bool>,
}

/// Beyond this memory a table is no longer worth it: 64 MB.
const MOST_CELLS: usize = 1 << 26;

impl Reported {
    /// Of figures per unit, in order of start, and of periods in order of time; none if they are too many.
    fn of(figures: &[Vec<Figure>], periods: Vec<Window>, units: usize) -> Option<Reported> {
        let cells = periods.len().checked_mul(units).filter(|cells| *cells <= MOST_CELLS)?;
        let mut cells = vec![false; cells];
        for (unit, figures) in figures.iter().enumerate() {
            // The first period that ends after a figure's start: later figures start no sooner.
            let mut first = 0;
            for figure in figures {
                let is_past = |period: &&Window| period.end() <= figure.start;
                first += periods[first..].iter().take_while(is_past).count();
                // One recorded before it began holds no day: it counts where it begins.
                let last_day = figure.start.max(figure.end.pred_opt().unwrap_or(figure.end));
                let reached = periods[first..].iter().take_while(|one| one.start() <= last_day);
                for (place, period) in (first..).zip(reached) {
                    if figure.is_inside(period) || figure.contains(period) {
                        cells[place * units + unit] = true;
                    }
                }
            }
        }
        Some(Reported { periods, units, cells })
    }

    /// Whether each unit reported in a period, if it is one of these.
    fn during(&self, period: &Window) -> Option<&[bool]> {
        let place = self.periods.binary_search_by_key(&period.start(), Window::start).ok()?;
        let is_same = self.periods[place].same_days(period);
        is_same.then(|| &self.cells[place * self.units..][..self.units])
    }
}

impl Snapshot<'_> {
    /// Whether a unit has a figure of its own that lies inside a period or contains it, for lookups of many
    /// units. Of a measure that is weighted by days, several figures may contain it together.
    pub(in crate::tally) fn has_reported(
        &self,
        measure: MeasureIndex,
        period: &Window,
    ) -> impl Fn(UnitIndex) -> bool {
        // Figures of a measure that is weighted by days may hold the days of a period together.
        let by_days = self.plan()[measure].weight_by_days;
        let known = if by_days { None } else { self.table_of_reports(measure) };
        let known = known.and_then(|known| known.during(period));
        let (touching, period) = (self.touching_any(measure, period), *period);
        move |unit| match known {
            Some(known) => known[unit.0],
            None => {
                let figures = touching.of(unit);
                let spans = figures.iter().map(|figure| (figure.start, figure.end));
                figures.iter().any(|figure| figure.is_inside(&period) || figure.contains(&period))
                    || (by_days && hold_together(spans, &period))
            }
        }
    }

    fn table_of_reports(&self, measure: MeasureIndex) -> Option<&Reported> {
        self.reported(measure, || {
            let every = self.plan().reporting_period(measure)?;
            let recorded = self.days_of_figures(measure)?;
            // Those that begin before the first figure, or end after the last, are looked up.
            let periods = self.plan().calendar().periods_within(every, &recorded);
            Reported::of(self.all_figures(measure), periods, self.plan().units().len())
        })
    }
}

/// Whether spans, in order of their first days, hold all days of a period together.
pub(in crate::tally) fn hold_together(
    spans: impl Iterator<Item = (NaiveDate, NaiveDate)>,
    period: &Window,
) -> bool {
    let mut held = period.start();
    for (start, end) in spans {
        if start <= held {
            held = held.max(end);
        }
    }
    period.end() <= held
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::{Calendar, Every};

    proptest! {
        #[test]
        fn a_table_says_what_the_figures_say(
            mut figures in prop::collection::vec((0_i64..150, -20_i64..70), 0..12),
        ) {
            let day = |number: i64| {
                chrono::NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + chrono::TimeDelta::days(number)
            };
            figures.sort_unstable_by_key(|(start, days)| (*start, -days));
            let figures: Vec<Figure> =
                figures.iter().map(|(start, days)| Figure::plain(day(*start), day(start + days), 1.0)).collect();
            let year = Window::new(day(0), day(210)).unwrap();
            let calendar = Calendar::default();
            let periods = calendar.periods_within(Every::Month, &year);
            let all = [Vec::new(), figures.clone()];
            let table = Reported::of(&all, periods.clone(), 2).unwrap();
            for period in periods {
                let expected = figures.iter().any(|figure| {
                    let is_inside = figure.is_inside(&period) && figure.start < period.end();
                    is_inside || figure.contains(&period)
                });
                prop_assert_eq!(table.during(&period).unwrap(), &[false, expected][..]);
            }
            prop_assert!(table.during(&Window::new(day(0), day(30)).unwrap()).is_none());
        }
    }
}
