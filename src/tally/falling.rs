//! A total of the year to date can't be less than an earlier one of the same year. Where both were recorded on the same day,
//! or neither says when, that is a fault. Else the later one may hold a correction of the earlier one: it is not divided
//! (`snapshot/cumulative.rs`), and a warning says so.

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::{Entry, Origin, Tally};
use crate::calendar::Window;
use crate::error::{Fault, FaultCode, Place, Warning, WarningCode};
use crate::parallel::check_stop;
use crate::plan::stratum::Combination;
use crate::plan::{MeasureIndex, UnitIndex};

/// Totals of one unit, measure and year, recorded on the same day.
type Group = (MeasureIndex, UnitIndex, Combination, Option<NaiveDate>, NaiveDate);

/// The faults of totals that are to be added, which may be less than earlier ones among them or in the tally.
pub(super) fn falling_totals<'e>(
    tally: &'e Tally,
    coming: impl Iterator<Item = (MeasureIndex, UnitIndex, &'e Entry)>,
    place: impl Fn(Origin, Option<&str>) -> Place,
) -> Vec<Fault> {
    // In the order of the rows.
    let mut order: Vec<Group> = Vec::new();
    let mut groups: FxHashMap<Group, Vec<(&Entry, bool)>> = FxHashMap::default();
    for (measure, unit, entry) in coming.filter(|(measure, ..)| tally.may_not_fall(*measure)) {
        check_stop();
        let year = tally.plan.totals_begin(measure, unit, entry.start);
        let group = (measure, unit, entry.combination, entry.recorded_at, year);
        let totals = groups.entry(group).or_insert_with(|| {
            order.push(group);
            Vec::new()
        });
        totals.push((entry, true));
    }
    let mut faults = Vec::new();
    for group in order {
        check_stop();
        let (measure, unit, combination, recorded_at, year) = group;
        let Some(mut totals) = groups.remove(&group) else { continue };
        let series = &tally.recorded.series[measure.0];
        let present = series.units.get(unit.0).into_iter().flat_map(|entries| entries.iter());
        let present = present.filter(|entry| {
            (entry.combination, entry.recorded_at) == (combination, recorded_at)
                && tally.plan.totals_begin(measure, unit, entry.start) == year
        });
        totals.extend(present.map(|entry| (entry, false)));
        totals.retain(|(entry, _)| entry.value.is_some());
        totals.sort_by_key(|(entry, _)| entry.start);
        for two in totals.windows(2) {
            let [(before, before_comes), (total, total_comes)] = two else { continue };
            let (Some(earlier), Some(later)) = (before.value, total.value) else { continue };
            if later >= earlier || !(*before_comes || *total_comes) {
                continue;
            }
            // The later one is at fault where both come.
            let (at, other, expected) = match total_comes {
                true => (total, (before, before_comes), format!("at least {earlier}")),
                false => (before, (total, total_comes), format!("at most {later}")),
            };
            let other_place = match other.1 {
                true => place(other.0.origin, None).to_string(),
                false => tally.earlier(other.0.origin),
            };
            let days = Window::new(other.0.start, other.0.end);
            let days = days.map_or_else(String::new, |days| days.to_string());
            let [found, beside] = [at, other.0].map(|entry| entry.value.unwrap_or_default());
            let id = &tally.plan[measure].id;
            let message = format!("the total of `{id}` falls within the year");
            faults.push(
                Fault::new(FaultCode::FallingTotal, place(at.origin, Some("value")), message)
                    .found(format!("{found}, and {beside} for {days} ({other_place})"))
                    .expected(expected)
                    .hint("a corrected total needs its `recorded_at`; a measure whose totals may fall says `signed: true`"),
            );
        }
    }
    faults
}

impl Tally {
    /// Whether the figures of a measure are totals that only grow within a year.
    fn may_not_fall(&self, measure: MeasureIndex) -> bool {
        self.plan[measure].cumulative && !self.plan[measure].signed
    }

    /// Totals of the year to date that are less than the one before, as last recorded.
    pub(super) fn falls(&self) -> Option<Warning> {
        let mut rows = Vec::new();
        let measures = (0..self.plan.measures().len()).map(MeasureIndex);
        for measure in measures.filter(|measure| self.may_not_fall(*measure)) {
            for (unit, entries) in self.recorded.series[measure.0].units.iter().enumerate() {
                check_stop();
                // Entries stand in order of categories, days and recording: the last one of the same days counts.
                let of_days = |one: &Entry, next: &Entry| {
                    (one.combination, one.start) == (next.combination, next.start)
                };
                let latest = entries.chunk_by(of_days).filter_map(<[Entry]>::last);
                let year = |entry: &Entry| {
                    let day = self.plan.totals_begin(measure, UnitIndex(unit), entry.start);
                    (entry.combination, day)
                };
                let mut before: Option<&Entry> = None;
                for entry in latest.filter(|entry| entry.value.is_some()) {
                    let of_year = before.filter(|before| year(before) == year(entry));
                    if of_year.is_some_and(|before| entry.value < before.value) {
                        rows.push(entry.origin);
                    }
                    before = Some(entry);
                }
            }
        }
        Warning::about(
            WarningCode::FallingTotals,
            self.places(rows, "value"),
            |_| {
                "the total of the year to date is less than the one before, so what was counted in between is not known".into()
            },
            "add the corrected total of the period before; a measure whose totals may fall says `signed: true`",
        )
    }
}
