//! What was known at the end of a day.

use std::cmp::Reverse;

use chrono::NaiveDate;

use super::{Entry, Rows, Status, Tally};
use crate::calendar::Window;
use crate::plan::{MeasureIndex, Plan, UnitIndex};

/// What was known at the end of a day: of every figure the latest revision, of every row the days it
/// could hold by then.
pub(crate) struct Snapshot<'t> {
    tally: &'t Tally,
    /// Per measure.
    series: Vec<Known>,
}

/// What is known of one measure.
#[derive(Default)]
struct Known {
    rows: Option<Rows>,
    /// Per unit, in order of start, longer spans first.
    units: Vec<Vec<Figure>>,
    /// The days from the first to the last known event of any unit.
    recorded: Option<(NaiveDate, NaiveDate)>,
}

/// A known figure, or the known sum of events of one span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figure {
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
    /// None where it is suppressed.
    pub(super) value: Option<f64>,
    /// The absolute value, and the share of it that is imputed or estimated, 0 to 1.
    pub(super) weight: f64,
    pub(super) imputed: f64,
    pub(super) provisional: bool,
}

impl<'t> Snapshot<'t> {
    pub(super) fn new(tally: &'t Tally, as_of: NaiveDate) -> Self {
        let series = tally
            .recorded
            .series
            .iter()
            .map(|series| {
                let rows = series.rows.unwrap_or_default();
                let units: Vec<Vec<Figure>> =
                    series.units.iter().map(|entries| known(entries, rows, as_of)).collect();
                let all = || units.iter().flatten();
                let first = all().map(|figure| figure.start).min();
                let last = all().map(|figure| figure.end).max();
                Known { rows: series.rows, recorded: first.zip(last), units }
            })
            .collect();
        Snapshot { tally, series }
    }

    pub(super) fn plan(&self) -> &'t Plan {
        &self.tally.plan
    }

    /// Whether a measure is recorded as events.
    pub(super) fn is_events(&self, measure: MeasureIndex) -> bool {
        self.series[measure.0].rows == Some(Rows::Events)
    }

    /// A unit's own figures of a measure, in order of start, longer spans first.
    pub(super) fn figures(&self, measure: MeasureIndex, unit: UnitIndex) -> &[Figure] {
        self.series[measure.0].units.get(unit.0).map_or(&[], Vec::as_slice)
    }

    /// Whether a measure's events were being recorded on some day of a window.
    pub(super) fn was_recorded_during(&self, measure: MeasureIndex, window: &Window) -> bool {
        self.series[measure.0]
            .recorded
            .is_some_and(|(start, end)| start < window.end() && window.start() < end)
    }
}

/// Of the entries of one unit and measure, what was known at the end of a day.
fn known(entries: &[Entry], rows: Rows, as_of: NaiveDate) -> Vec<Figure> {
    let mut figures: Vec<(Option<NaiveDate>, Figure)> = Vec::new();
    let mut entries = entries
        .iter()
        .filter(|entry| entry.recorded_at.is_none_or(|recorded_at| recorded_at <= as_of))
        .peekable();
    while let Some(entry) = entries.next() {
        // Entries of one span stand in order of their recording: the last one is the latest revision.
        let revised = rows == Rows::Figures
            && entries
                .peek()
                .is_some_and(|next| (next.start, next.end) == (entry.start, entry.end));
        let missing = entry.value.is_none() && entry.status != Status::Q;
        if revised || missing {
            continue;
        }
        // A row can't hold what happened after it was recorded.
        let end = match entry.recorded_at.and_then(|recorded_at| recorded_at.succ_opt()) {
            Some(recorded) => entry.end.min(recorded),
            None => entry.end,
        };
        let value = entry.value.map(|sum| sum + entry.lost);
        let is_imputed = matches!(entry.status, Status::I | Status::E);
        let figure = Figure {
            start: entry.start,
            end,
            value,
            weight: entry.size,
            imputed: if is_imputed { 1.0 } else { 0.0 },
            provisional: entry.status == Status::P,
        };
        figures.push((entry.recorded_at, figure));
    }
    figures.sort_by_key(|(recorded_at, figure)| {
        (figure.start, Reverse(figure.end), Reverse(*recorded_at))
    });
    if rows == Rows::Figures {
        // Figures of different spans hold the same days where they were recorded before the spans ended.
        figures.dedup_by_key(|(_, figure)| (figure.start, figure.end));
    }
    figures.into_iter().map(|(_, figure)| figure).collect()
}
