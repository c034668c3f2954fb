//! What in recorded outcomes looks like a mistake.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Entry, Origin, Rows, Tally};
use crate::calendar::{Calendar, Every, Window};
use crate::error::{PLACES_OF_A_WARNING, Place, Warning, WarningCode};
use crate::parallel::check_stop;
use crate::plan::{Absent, MeasureIndex, OverTime, UnitIndex};

/// Fewer events of one day are no load.
const LEAST_LOADED: usize = 20;
/// A load has at least one of this number of events of its measure.
const LOADED_OF: usize = 10;
/// Reports of a month, or of a quarter, that come together are no load.
const DAYS_OF_A_LOAD: i64 = 92;

impl Tally {
    /// What in the outcomes looks like a mistake, one warning of each kind. What depends on a day is among the
    /// warnings of [reports](crate::Report::warnings).
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, WarningCode, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// for month in ["2023-01-01", "2023-02-01", "2023-03-01"] {
    ///     let when = When::Date(calendar::date(month).unwrap());
    ///     tally.record(&Outcome::new("01", when, "cases", 150.0))?;
    /// }
    /// assert_eq!(tally.warnings()[0].code, WarningCode::FirstsOfMonths);
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = self.recorded.noted.clone();
        warnings.extend(self.inclusive_ends());
        warnings.extend(self.firsts_of_months());
        warnings.extend(self.every_not_stated());
        warnings.extend(self.never_reports());
        warnings.extend(self.bulk_loads());
        warnings.extend(self.falls());
        warnings
    }

    /// The last day that an outcome is about.
    pub fn last_day(&self) -> Option<NaiveDate> {
        let entries = self.entries().filter_map(|(_, _, entry)| entry.end.pred_opt()).max();
        let plain = self
            .recorded
            .cells
            .iter()
            .filter_map(|(slot, _)| self.grid.days(slot)?.end().pred_opt());
        entries.into_iter().chain(plain).max()
    }

    fn entries(&self) -> impl Iterator<Item = (MeasureIndex, UnitIndex, &Entry)> {
        self.recorded.series.iter().enumerate().flat_map(|(measure, series)| {
            series.units.iter().enumerate().flat_map(move |(unit, entries)| {
                check_stop();
                entries.iter().map(move |entry| (MeasureIndex(measure), UnitIndex(unit), entry))
            })
        })
    }

    /// Places of rows, in the order of the input.
    pub(super) fn places(
        &self,
        mut rows: Vec<Origin>,
        column: &'static str,
    ) -> impl Iterator<Item = Place> {
        rows.sort_unstable_by_key(|origin| (origin.source, origin.row));
        rows.into_iter().map(move |origin| self.place_over_all(origin, Some(column)))
    }

    /// Sources whose spans, at least two different ones, all end on the last days of months.
    fn inclusive_ends(&self) -> Option<Warning> {
        #[derive(Default)]
        struct Ends {
            different: BTreeSet<NaiveDate>,
            rows: Vec<Origin>,
            is_refuted: bool,
        }
        let mut sources: FxHashMap<usize, Ends> = FxHashMap::default();
        for (_, _, entry) in self.entries() {
            let days = (entry.end - entry.start).num_days();
            let ends = sources.entry(entry.origin.source).or_default();
            if days == 1 || ends.is_refuted {
                continue;
            }
            if is_last_of_month(entry.end) && !self.is_period(entry) {
                ends.different.insert(entry.end);
                ends.rows.push(entry.origin);
            } else {
                *ends = Ends { is_refuted: true, ..Ends::default() };
            }
        }
        let suspects = sources.into_values().filter(|ends| ends.different.len() >= 2);
        let rows = suspects.flat_map(|ends| ends.rows).collect();
        Warning::about(
            WarningCode::InclusiveEnds,
            self.places(rows, "end"),
            |_| "all ends are last days of months, and the rows do not include them".into(),
            "`end` is the day after the last day: read the rows with the option `end_inclusive` if the last day is meant",
        )
    }

    /// Flows whose figures of single days, in at least three months, all stand on the first or all on the last days of
    /// months.
    fn firsts_of_months(&self) -> Option<Warning> {
        let mut rows = Vec::new();
        for (measure, entries) in self.flows() {
            let are_days = entries.iter().all(|entry| (entry.end - entry.start).num_days() == 1);
            let months: FxHashSet<(i32, u32)> =
                entries.iter().map(|entry| (entry.start.year(), entry.start.month())).collect();
            let are_ends = || {
                entries.iter().all(|entry| entry.start.day() == 1)
                    || entries.iter().all(|entry| is_last_of_month(entry.start))
            };
            if are_days && months.len() >= 3 && are_ends() && !self.plan[measure].reported {
                rows.extend(entries.iter().map(|entry| entry.origin));
            }
        }
        Warning::about(
            WarningCode::FirstsOfMonths,
            self.places(rows, "date"),
            |_| {
                "figures stand only on first or last days of months, and each counts for that day alone".into()
            },
            "read the rows with the option `date_is` (`month`) if each date means its month; or write the months under `period`, such as 2023-05",
        )
    }

    /// Measures whose events of many days, and many of them, were recorded on one day: their delays say when they were loaded.
    fn bulk_loads(&self) -> Option<Warning> {
        #[derive(Default)]
        struct Load {
            events: usize,
            first: Option<NaiveDate>,
            last: Option<NaiveDate>,
            row: Option<Origin>,
        }
        let mut found = Vec::new();
        for (measure, series) in self.recorded.series.iter().enumerate() {
            if series.rows.unwrap_or(self.rows) != Rows::Events {
                continue;
            }
            let mut all = 0;
            let mut loads: FxHashMap<NaiveDate, Load> = FxHashMap::default();
            for entry in series.units.iter().flat_map(|entries| entries.iter()) {
                let Some(recorded_at) = entry.recorded_at else { continue };
                all += 1;
                let load = loads.entry(recorded_at).or_default();
                load.events += 1;
                load.first = load.first.into_iter().chain([entry.start]).min();
                load.last = load.last.into_iter().chain([entry.start]).max();
                load.row.get_or_insert(entry.origin);
            }
            let is_bulk = |load: &Load| {
                let days = load.first.zip(load.last).map(|(first, last)| (last - first).num_days());
                let is_large = load.events >= LEAST_LOADED && load.events * LOADED_OF >= all;
                is_large && days.is_some_and(|days| days >= DAYS_OF_A_LOAD)
            };
            let loads = loads.into_iter().filter(|(_, load)| is_bulk(load));
            let largest = loads.max_by_key(|(day, load)| (load.events, *day));
            let row = largest.as_ref().and_then(|(_, load)| load.row);
            if let Some(((day, load), row)) = largest.zip(row) {
                let id = &self.plan[MeasureIndex(measure)].id;
                found.push((
                    row,
                    format!("{} of {all} dated rows of `{id}` were recorded on {day}", load.events),
                ));
            }
        }
        let texts = found.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(", ");
        let rows = found.iter().map(|(row, _)| *row).collect();
        Warning::about(
            WarningCode::BulkLoad,
            self.places(rows, "recorded_at"),
            |_| {
                format!(
                    "{texts}, though they happened over three months or more: such delays make later events look as if many were still to come"
                )
            },
            "leave `recorded_at` out of events that were loaded together, or write the days on which they became known",
        )
    }

    /// Flows of which at least two periods shorter than a target's window occur, where no `every` says that each of
    /// them is due.
    fn every_not_stated(&self) -> Option<Warning> {
        let mut found: Vec<(MeasureIndex, Every)> = Vec::new();
        for (measure, entries) in self.flows() {
            let of_plan = &self.plan[measure];
            if of_plan.absent == Absent::Zero || self.is_due_by_period(measure) {
                continue;
            }
            let spans: FxHashSet<(NaiveDate, NaiveDate)> =
                entries.iter().map(|entry| (entry.start, entry.end)).collect();
            let spans: Vec<(Window, Every)> = spans
                .into_iter()
                .filter_map(|(start, end)| period_of(self.plan.calendar(), start, end))
                // Figures of single days may well have gaps.
                .filter(|(_, every)| *every > Every::Day)
                .collect();
            let shorter = self.windows_of(measure).into_iter().find_map(|window| {
                let inside = |(span, _): &&(Window, Every)| {
                    window.contains(span) && span.days() < window.days()
                };
                let mut inside = spans.iter().filter(inside);
                let first = inside.next()?.1;
                Some(
                    inside
                        .map(|(_, every)| *every)
                        .fold((first, 1), |(least, count), every| (least.min(every), count + 1)),
                )
            });
            if let Some((every, 2..)) = shorter {
                found.push((measure, every));
            }
        }
        let (_, every) = *found.first()?;
        let places = found.iter().map(|(measure, _)| Place::Path {
            path: format!("measures.{}.every", self.plan[*measure].id),
        });
        Warning::about(
            WarningCode::EveryNotStated,
            places,
            |_| {
                format!(
                    "the figures are of periods ({every}) shorter than the window, and a missing one is not noticed"
                )
            },
            format!("write `every: {every}` if one is due each {every}"),
        )
    }

    /// Units without a figure of a measure that they have to report, or that at least two units beside them, and most of
    /// these, report.
    fn never_reports(&self) -> Option<Warning> {
        let units = self.plan.units();
        let mut places = Vec::new();
        for (measure, series) in self.recorded.series.iter().enumerate() {
            let of_plan = &self.plan[MeasureIndex(measure)];
            let is_unknown = of_plan.absent == Absent::Missing && !of_plan.reported;
            if series.rows != Some(Rows::Figures) || !is_unknown {
                continue;
            }
            let own = |unit: UnitIndex| series.units.get(unit.0).map_or(&[][..], |all| &all[..]);
            // The units with a figure at or below them, or above them.
            let mut is_covered = vec![false; units.len()];
            for (unit, _) in units.iter().filter(|(unit, _)| !own(*unit).is_empty()) {
                is_covered[unit.0] = true;
                units.above(unit).for_each(|above| is_covered[above.0] = true);
            }
            let roots: Vec<UnitIndex> = units
                .iter()
                .map(|(unit, _)| unit)
                .filter(|unit| units.above(*unit).next().is_none())
                .collect();
            let groups = std::iter::once(&roots[..])
                .chain(units.iter().map(|(unit, _)| units.children(unit)));
            for group in groups {
                check_stop();
                let spans: FxHashSet<(NaiveDate, NaiveDate)> = group
                    .iter()
                    .flat_map(|unit| own(*unit))
                    .map(|entry| (entry.start, entry.end))
                    .collect();
                let reporting = group.iter().filter(|unit| !own(**unit).is_empty()).count();
                let is_expected = reporting >= 2 && 2 * reporting > group.len();
                for unit in group.iter().filter(|unit| !is_covered[unit.0]) {
                    let level = units[*unit].level;
                    let owes = of_plan.is_owed_by(*unit, &units[*unit]);
                    let is_valid = spans.iter().any(|(start, end)| {
                        Window::new(*start, *end)
                            .is_some_and(|span| units[*unit].is_valid_throughout(&span))
                    });
                    let is_judged = || of_plan.recorded_at.is_none_or(|due| due == level && owes);
                    if (owes && (is_valid || spans.is_empty()))
                        || (is_expected && is_valid && is_judged())
                    {
                        places.push(Place::Figures {
                            measure: of_plan.id.clone(),
                            unit: units[*unit].id.clone(),
                            window: None,
                        });
                    }
                }
            }
        }
        Warning::about(
            WarningCode::NeverReports,
            places,
            |_| {
                "the unit has no figure, although it owes them or the units beside it have some"
                    .into()
            },
            "add its rows, or a row with a status that says why there is none",
        )
    }

    /// The figures of measures that add up over time.
    fn flows(&self) -> impl Iterator<Item = (MeasureIndex, Vec<&Entry>)> {
        let series = self.recorded.series.iter().enumerate();
        series.filter_map(|(measure, series)| {
            let measure = MeasureIndex(measure);
            let is_flow = self.plan[measure].over_time == OverTime::Sum;
            (series.rows == Some(Rows::Figures) && is_flow)
                .then(|| (measure, series.units.iter().flat_map(|unit| unit.iter()).collect()))
        })
    }

    /// Whether the plan says for which period reports of a measure, or of its categories, are due.
    fn is_due_by_period(&self, measure: MeasureIndex) -> bool {
        let all = (0..self.plan.all_measures().len()).map(MeasureIndex);
        all.filter(|one| self.plan.recorded(*one) == measure)
            .any(|one| self.plan.reporting_period(one).is_some())
    }

    /// The windows of targets that use a measure.
    fn windows_of(&self, measure: MeasureIndex) -> Vec<Window> {
        let plan = &self.plan;
        let uses = |indicator| {
            plan.measures_of(indicator).into_iter().any(|one| plan.recorded(one) == measure)
        };
        let targets = plan.targets().iter();
        let targets = targets.filter(|target| target.judged().into_iter().any(uses));
        let of_campaign = |campaign: usize| plan.campaigns()[campaign].window;
        targets.map(|target| target.window.around(of_campaign)).collect()
    }

    fn is_period(&self, entry: &Entry) -> bool {
        period_of(self.plan.calendar(), entry.start, entry.end).is_some()
    }

    /// Whether a unit, or all units below it, have a figure inside a window.
    pub(crate) fn has_all_parts(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> bool {
        let children = self.plan.units().children(unit);
        let mut valid = children
            .iter()
            .filter(|child| self.plan.units()[**child].is_valid_throughout(window))
            .peekable();
        valid.peek().is_some()
            && valid.all(|child| {
                self.has_figure_within(measure, *child, window)
                    || self.has_all_parts(measure, *child, window)
            })
    }

    fn has_figure_within(&self, measure: MeasureIndex, unit: UnitIndex, window: &Window) -> bool {
        let entries = self.recorded.series[measure.0].units.get(unit.0);
        entries.is_some_and(|entries| {
            entries.iter().any(|entry| {
                let is_inside = window.start() <= entry.start && entry.end <= window.end();
                is_inside && entry.value.is_some()
            })
        })
    }
}

/// The period with exactly these days, if there is one.
fn period_of(calendar: &Calendar, start: NaiveDate, end: NaiveDate) -> Option<(Window, Every)> {
    Every::ALL.iter().find_map(|every| {
        let window = calendar.window(calendar.period_at(*every, start)?)?;
        (window.start() == start && window.end() == end).then_some((window, *every))
    })
}

fn is_last_of_month(day: NaiveDate) -> bool {
    day.succ_opt().is_some_and(|next| next.day() == 1)
}

/// Adds warnings of an intake to those noted before: one of each code.
pub(super) fn add_noted(noted: &mut Vec<Warning>, coming: Vec<Warning>) {
    for warning in coming {
        match noted.iter_mut().find(|other| other.code == warning.code) {
            Some(other) => {
                other.count += warning.count;
                let free = PLACES_OF_A_WARNING - other.places.len();
                other.places.extend(warning.places.into_iter().take(free));
            }
            None => noted.push(warning),
        }
    }
}

/// The fractions of a measure in one intake.
#[derive(Debug, Clone, Default)]
pub(super) struct Fractions {
    count: usize,
    with_three_decimals: usize,
    first: Vec<Place>,
}

impl Fractions {
    /// As many fractions as are needed to see a pattern.
    const FEWEST: usize = 3;

    /// Notes a number as it is written.
    pub(super) fn note(&mut self, number: &str, place: impl FnOnce() -> Place) {
        let Some((whole, decimals)) = number.split_once('.') else { return };
        self.count += 1;
        // In a number of thousands, one to three digits stand before the point, and the first is not 0.
        let groups_thousands = decimals.len() == 3
            && decimals.bytes().all(|digit| digit.is_ascii_digit())
            && (1..=3).contains(&whole.trim_start_matches(['+', '-']).len())
            && !whole.trim_start_matches(['+', '-']).starts_with('0');
        if groups_thousands {
            self.with_three_decimals += 1;
            if self.first.len() < PLACES_OF_A_WARNING {
                self.first.push(place());
            }
        }
    }

    /// The warning, if at least 90 % of the fractions have three decimals.
    pub(super) fn warning(self) -> Option<Warning> {
        let (three, all) = (self.with_three_decimals, self.count);
        if three < Self::FEWEST || 10 * three < 9 * all {
            return None;
        }
        let places = self.first.into_iter();
        let message = |_| {
            "the fractions have three decimals each, as where a point separates thousands".into()
        };
        let hint = "write 1840 if 1.840 means thousands; the key `whole: true` of a measure refuses fractions";
        let warning = Warning::about(WarningCode::FractionsInCounts, places, message, hint)?;
        Some(Warning { count: three, ..warning })
    }
}
