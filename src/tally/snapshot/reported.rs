//! Which units reported in a period: one look at each figure serves all windows.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::calendar::Window;
use crate::plan::{MeasureIndex, UnitIndex};
use crate::tally::snapshot::{Figure, Snapshot};

/// For any window, whether each unit has a figure of its own that lies inside it or contains it.
pub(in crate::tally) struct Reported {
    /// The days on which figures begin, in order.
    starts: Vec<NaiveDate>,
    units: usize,
    /// By start and unit, the earliest end of the figures that begin then or later.
    earliest_end: Vec<NaiveDate>,
    /// By start and unit, the latest end of the figures that begin then or earlier.
    latest_end: Vec<NaiveDate>,
}

/// With more starts and units than this the tables are no longer worth their memory: 64 MB.
const MOST_CELLS: usize = 1 << 23;

impl Reported {
    /// Of figures per unit, in order of start; none if there are too many.
    fn of(figures: &[Vec<Figure>]) -> Option<Reported> {
        let units = figures.len();
        let starts: BTreeSet<NaiveDate> = figures.iter().flatten().map(|one| one.start).collect();
        let starts: Vec<NaiveDate> = starts.into_iter().collect();
        let cells = starts.len().checked_mul(units).filter(|cells| *cells <= MOST_CELLS)?;
        let mut earliest_end = vec![NaiveDate::MAX; cells];
        let mut latest_end = vec![NaiveDate::MIN; cells];
        for (unit, figures) in figures.iter().enumerate() {
            let mut place = 0;
            for figure in figures {
                while starts[place] < figure.start {
                    place += 1;
                }
                // One recorded before it began holds no day: it counts where it begins.
                let end = figure.end.max(figure.start.succ_opt().unwrap_or(figure.start));
                let cell = place * units + unit;
                earliest_end[cell] = earliest_end[cell].min(end);
                latest_end[cell] = latest_end[cell].max(end);
            }
        }
        for cell in (0..cells.saturating_sub(units)).rev() {
            earliest_end[cell] = earliest_end[cell].min(earliest_end[cell + units]);
        }
        for cell in units..cells {
            latest_end[cell] = latest_end[cell].max(latest_end[cell - units]);
        }
        Some(Reported { starts, units, earliest_end, latest_end })
    }

    /// Whether a unit reported in a window.
    fn during(&self, window: &Window) -> impl Fn(UnitIndex) -> bool {
        let end = window.end();
        let later = self.starts.partition_point(|start| *start < window.start());
        let earlier = self.starts.partition_point(|start| *start <= window.start());
        let inside = self.earliest_end.get(later * self.units..).unwrap_or_default();
        let around =
            earlier.checked_sub(1).map_or(&[][..], |start| &self.latest_end[start * self.units..]);
        move |unit| {
            let (inside, around) = (inside.get(unit.0), around.get(unit.0));
            inside.is_some_and(|first| *first <= end) || around.is_some_and(|last| end <= *last)
        }
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
        let known = known.map(|known| known.during(period));
        let (touching, period) = (self.touching_any(measure, period), *period);
        move |unit| match &known {
            Some(known) => known(unit),
            None => {
                let figures = touching.of(unit);
                let spans = figures.iter().map(|figure| (figure.start, figure.end));
                figures.iter().any(|figure| figure.is_inside(&period) || figure.contains(&period))
                    || (by_days && hold_together(spans, &period))
            }
        }
    }

    fn table_of_reports(&self, measure: MeasureIndex) -> Option<&Reported> {
        self.reported(measure, || Reported::of(self.all_figures(measure)))
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
    proptest! {
        #[test]
        fn tables_say_what_the_figures_say(
            mut figures in prop::collection::vec((0_i64..150, -20_i64..70), 0..12),
            windows in prop::collection::vec((-5_i64..155, 1_i64..100), 1..20),
        ) {
            let day = |number: i64| {
                NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + chrono::TimeDelta::days(number)
            };
            figures.sort_unstable_by_key(|(start, days)| (*start, -days));
            let figures: Vec<Figure> =
                figures.iter().map(|(start, days)| Figure::plain(day(*start), day(start + days), 1.0)).collect();
            let table = Reported::of(&[Vec::new(), figures.clone(), Vec::new()]).unwrap();
            for (start, days) in windows {
                let window = Window::new(day(start), day(start + days)).unwrap();
                let expected = figures.iter().any(|figure| {
                    let is_inside = figure.is_inside(&window) && figure.start < window.end();
                    is_inside || figure.contains(&window)
                });
                let during = table.during(&window);
                let all = [0, 1, 2].map(|unit| during(UnitIndex(unit)));
                prop_assert_eq!(all, [false, expected, false]);
            }
        }
    }
}
