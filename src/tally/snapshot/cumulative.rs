//! What was counted between two totals of the year to date (`docs/semantics.md`, 44).
//!
//! A figure of a cumulative measure is the total from the start of its year to the end of its period. The difference of two
//! totals that follow each other holds what was counted after the end of the first, to the end of the second. So all that is
//! read of a snapshot is an ordinary figure, and the totals stay in the tally as they were recorded.

use std::cmp::Reverse;

use chrono::NaiveDate;

use crate::exact::Exact;
use crate::plan::{MeasureIndex, Plan, UnitIndex};
use crate::tally::Entry;
use crate::tally::snapshot::{Figure, Snapshot};

impl Plan {
    /// The first day that the total of a period holds; a day of the period says which. A unit that became valid within the
    /// year counts from its first day.
    pub(in crate::tally) fn totals_begin(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        day: NaiveDate,
    ) -> NaiveDate {
        let every = self[measure].every;
        let year = every.and_then(|every| self.calendar().totals_begin(every, day));
        let first = self.units()[unit].valid_from.into_iter().chain(year).max();
        first.unwrap_or(day).min(day)
    }
}

/// The figures of one unit between its totals, which are in order of start. They are in order of start, longer spans first.
pub(in crate::tally) fn differences(
    plan: &Plan,
    measure: MeasureIndex,
    unit: UnitIndex,
    totals: &[Figure],
) -> Vec<Figure> {
    let first_day = |total: &Figure| plan.totals_begin(measure, unit, total.start);
    let may_fall = plan[measure].signed;
    let mut figures = Vec::with_capacity(totals.len());
    for year in totals.chunk_by(|one, next| first_day(one) == first_day(next)) {
        let start = first_day(&year[0]);
        // The last total with a number, and the last one of all.
        let mut before: Option<&Figure> = None;
        let mut end = start;
        for total in year {
            let figure = match (total.value, before) {
                // What was counted since the total before is not known, whatever that one is.
                (None, _) => Figure { start: end, ..*total },
                (Some(_), Some(before)) => match difference(total, before) {
                    Some(difference) if may_fall || difference.value >= Some(0.0) => difference,
                    // The two totals contradict each other: the later one is not divided.
                    Some(_) | None => Figure { start, ..*total },
                },
                (Some(_), None) => Figure { start, ..*total },
            };
            let categories = figure.categories.filter(|parts| figure.differs_from(*parts));
            figures.push(Figure { categories, ..figure });
            end = total.end;
            if total.value.is_some() {
                before = Some(total);
            }
        }
    }
    figures.sort_by_key(|figure| (figure.start, Reverse(figure.end)));
    figures
}

/// What was counted after the end of one total, to the end of the next.
fn difference(total: &Figure, before: &Figure) -> Option<Figure> {
    let less = |one: f64, other: f64| Some((Exact::of(one)? - &Exact::of(other)?).float());
    let value = less(total.value?, before.value?)?;
    let categories = total.categories.zip(before.categories);
    Some(Figure {
        start: before.end,
        end: total.end,
        value: Some(value),
        weight: value.abs(),
        imputed: total.imputed.max(before.imputed),
        provisional: total.provisional || before.provisional,
        categories: categories.and_then(|(total, before)| less(total, before)),
    })
}

/// The rows of two totals whose difference a figure is.
#[derive(Debug, Clone, Copy)]
pub(in crate::tally) struct Totals<'t> {
    pub(in crate::tally) total: &'t Entry,
    /// None where the figure is a total itself: the first of its year, or one that is not divided.
    pub(in crate::tally) before: Option<&'t Entry>,
}

impl<'t> Snapshot<'t> {
    /// The rows whose difference a figure of a cumulative measure is, where these are rows of the unit that have no
    /// categories.
    pub(in crate::tally) fn totals_of(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        figure: &Figure,
    ) -> Option<Totals<'t>> {
        let plan = self.plan();
        if !plan[measure].cumulative || plan[measure].narrowed.is_some() {
            return None;
        }
        let known_ahead = plan[measure].known_ahead;
        let rows = self.entries(measure, unit).iter().filter(|row| row.combination == 0);
        let rows = || rows.clone().filter(|row| row.is_known_on(self.as_of()));
        // Of revisions the last one counts, if it is a number or a suppressed one.
        let ending = |end: NaiveDate| {
            let of_day = rows().filter(|row| row.known_end(known_ahead) == end);
            of_day.max_by_key(|row| row.recorded_at).filter(|row| row.is_a_report())
        };
        let total = ending(figure.end)?;
        let is_whole = figure.start == plan.totals_begin(measure, unit, total.start);
        let before = if is_whole { None } else { ending(figure.start) };
        Some(Totals { total, before })
    }
}
