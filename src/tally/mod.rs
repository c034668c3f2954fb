//! What happened: outcomes become cells, from which any unit × window sum is read.
//!
//! * `outcome`: what one observation is.
//! * `csv`: outcomes from CSV texts; `json_lines`: from JSON objects, one a line; `input`: the files and streams that both
//!   are read from.
//! * `intake`: all rows of a source are checked before any is added; the columns of a table, also with names of their
//!   own (`table_columns`), and the categories of a row.
//! * `grid`, `cells`, `plain`: plain events, counted by slots of time; `staged`: on their way there.
//! * `part`: figures that contradict each other, a part above its whole.
//! * `snapshot`: what was known as of a day, and all that is computed from it: values of units and windows (`rollup`), who
//!   takes part in an indicator (`participants`), who had to report and who did (`completeness`, `reported`,
//!   `reported_spans`), what missing reports may hold (`limits`), figures of categories (`strata`), and what was counted
//!   between two totals of the year to date (`cumulative`).
//! * `illustrative`: which outcomes are made up to illustrate.
//! * `falling`: totals of the year to date that fall.
//! * `reads`: what an assessment reads; `touched`: whether something else is known of it than before.
//! * `deliveries`: by when reports are due, and when they came.
//! * `value_hint`: suggests how to write a text that stands in place of a value.
//! * `cell_rows`: all that a tally holds as rows, and a tally of such rows.
//! * `noted`: the warnings of a stored tally.
//! * `other_plan`: a tally for another version of its plan.
//! * `warnings`: what looks like a mistake; `near_columns`: columns that are named almost as others.
//! * `supposed`: what missing reports could hold, and what is known without the late ones.

mod cell_rows;
mod cells;
mod csv;
mod delays;
mod deliveries;
mod falling;
mod grid;
mod illustrative;
mod input;
mod intake;
mod json_lines;
mod near_columns;
#[cfg(feature = "arrow")]
mod noted;
mod other_plan;
mod outcome;
mod part;
mod plain;
mod reads;
mod snapshot;
mod staged;
mod supposed;
mod touched;
mod value_hint;
mod warnings;

use std::sync::Arc;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

pub use cell_rows::CellRow;
pub(crate) use cell_rows::{AboutCells, Restoring, StoredEvents, stratum_column};
use cells::Cells;
pub use deliveries::Punctuality;
pub(crate) use grid::{Grid, LARGEST_PLAIN, Slots, is_plain};
use illustrative::Illustrative;
pub use input::Progress;
pub(crate) use input::{Compression, Input, PathColumn, Watch, unreadable};
#[cfg(feature = "arrow")]
pub(crate) use input::{Counted, broken_off};
#[doc(hidden)]
pub use intake::Accepted;
pub(crate) use intake::columns::{Column, Fields, Layout, exceeds, no_boolean, yes_or_no};
pub use intake::options::{IntakeOptions, NumberFormat, Separator};
#[cfg(feature = "arrow")]
pub(crate) use intake::period_cells::{
    NoPeriod, PERIOD_DAYS, PERIOD_NUMBERS, month_of_first_day, period_of_number,
};
#[cfg(feature = "parquet")]
pub(crate) use intake::table_columns::Role;
pub use intake::table_columns::TableColumns;
pub(crate) use intake::table_columns::{CellSource, ReadColumns, path};
pub(crate) use intake::{Intake, Row, RowWhen, Source};
#[cfg(feature = "arrow")]
pub(crate) use noted::noted_of_json;
#[cfg(feature = "arrow")]
pub(crate) use other_plan::other_meaning;
pub use outcome::{Outcome, Rows, Status, When};
pub(crate) use reads::Read;
pub(crate) use snapshot::completeness::Reports;
pub(crate) use snapshot::limits::{Added, Cell};
pub(crate) use snapshot::participants::Participants;
pub(crate) use snapshot::reported_spans::{ReportedSpans, Span, merged};
pub(crate) use snapshot::rollup::{
    Breakdown, Conflict, Matching, Missing, Over, Pairing, Pairs, Published, PublishedSoFar,
    Rolled, Total, UsedFigure,
};
pub(crate) use snapshot::{Knowledge, Snapshot, SuppressedCell};
pub(crate) use staged::{Staged, Table};
pub(crate) use supposed::{OneReport, Supposed};
pub(crate) use value_hint::no_number;
#[cfg(feature = "binding")]
pub use value_hint::number_in_column_hint;

use crate::calendar::Window;
use crate::error::{Error, ErrorKind, Fault, FaultCode, Faults, Place, Result, Warning, grouped};
use crate::limits::{Limits, exceeded};
use crate::parallel::check_stop;
use crate::plan::stratum::Combination;
use crate::plan::{MeasureIndex, Plan, UnitIndex};
use crate::trace::traced;

/// Outcomes of a plan, ready to be assessed.
///
/// Tallies of parts add up to the tally of the whole: make them on many threads or days and
/// [`merge`](Tally::merge) them.
///
/// ```
/// use attain::{Outcome, Plan, Tally, When};
/// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
/// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
/// let mut tally = Tally::new(&plan);
/// tally.record(&Outcome::new("01", When::Period("2023".into()), "cases", 1840.0))?;
///
/// // A second figure for the same unit, span and measure is refused; events would add up.
/// let again = tally.record(&Outcome::new("01", When::Period("2023".into()), "cases", 1841.0));
/// assert!(again.unwrap_err().is_outcomes());
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Clone)]
pub struct Tally {
    plan: Plan,
    rows: Rows,
    grid: Arc<Grid>,
    limits: Limits,
    /// How the days of further rows are read.
    options: IntakeOptions,
    /// Shared with the reports made of it; what changes while one still lives is copied.
    recorded: Arc<Recorded>,
}

/// The outcomes themselves.
#[derive(Debug, Clone)]
struct Recorded {
    /// Per measure.
    series: Vec<Arc<Series>>,
    /// The plain events of all measures.
    cells: Cells,
    /// Where rows came from; entries refer to them.
    sources: Vec<Source>,
    /// What looked like a mistake when rows were read.
    noted: Vec<Warning>,
    illustrative: Illustrative,
    /// The number of rows that were added.
    len: usize,
    /// How many entries all series have together.
    entries: usize,
}

/// All that is recorded of one measure, but its plain events.
#[derive(Debug, Clone, Default)]
struct Series {
    /// Whether its rows are figures or events; none yet, if absent.
    rows: Option<Rows>,
    /// Per unit, its cells in order of [`Entry::key`].
    units: Vec<Arc<Vec<Entry>>>,
}

/// One figure, or the sum of the events of one span, status and day of recording.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    /// The categories it is of.
    combination: Combination,
    start: NaiveDate,
    end: NaiveDate,
    recorded_at: Option<NaiveDate>,
    status: Status,
    /// None where the status says that the value is missing.
    value: Option<f64>,
    /// What rounding has lost of the value so far: events of fractions add up without drift.
    lost: f64,
    /// The absolute values of its rows, summed.
    size: f64,
    /// The row it came from; of events, the first.
    origin: Origin,
}

/// Where a row came from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Origin {
    source: usize,
    row: usize,
}

/// What tells the entries of a unit and measure apart.
type EntryKey = (Combination, NaiveDate, NaiveDate, Option<NaiveDate>, Option<char>);

impl Entry {
    /// Figures are identified by categories, span and day of recording, events by status as well.
    fn key(&self, rows: Rows) -> EntryKey {
        let status = match rows {
            Rows::Figures => None,
            Rows::Events => Some(self.status.letter()),
        };
        (self.combination, self.start, self.end, self.recorded_at, status)
    }

    /// Whether it was recorded by the end of a day.
    fn is_known_on(&self, day: NaiveDate) -> bool {
        self.recorded_at.is_none_or(|recorded_at| recorded_at <= day)
    }

    /// The day after the last one that it holds: a row can't hold what happened after it was recorded, unless it was planned
    /// or projected.
    fn known_end(&self, known_ahead: bool) -> NaiveDate {
        match self.recorded_at.and_then(|recorded_at| recorded_at.succ_opt()) {
            Some(recorded) if !known_ahead => self.end.min(recorded),
            Some(_) | None => self.end,
        }
    }

    /// Adds an event to the others of its span (Neumaier's compensated sum).
    fn add(&mut self, other: &Entry) {
        self.size += other.size;
        self.lost += other.lost;
        match (&mut self.value, other.value) {
            (Some(sum), Some(value)) => {
                let total = *sum + value;
                self.lost += if sum.abs() >= value.abs() {
                    (*sum - total) + value
                } else {
                    (value - total) + *sum
                };
                *sum = total;
            }
            (mine @ None, theirs) => *mine = theirs,
            (Some(_), None) => {}
        }
    }
}

/// How much the tally holds: its rows would fill pages.
impl std::fmt::Debug for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tally")
            .field("plan", &self.plan.id())
            .field("rows", &self.rows)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl Tally {
    /// An empty tally of figures: one value per unit, span, measure and stratum.
    pub fn new(plan: &Plan) -> Self {
        Tally::of(plan, Rows::Figures)
    }

    /// An empty tally of events, which add up.
    pub fn of_events(plan: &Plan) -> Self {
        Tally::of(plan, Rows::Events)
    }

    /// An empty tally of figures or events.
    pub fn of(plan: &Plan, rows: Rows) -> Self {
        Tally::with_slots(plan, rows, Slots::Days)
    }

    /// An empty tally in which plain events of the same slot share a cell.
    pub(crate) fn with_slots(plan: &Plan, rows: Rows, slots: Slots) -> Self {
        let series = vec![Arc::default(); plan.measures().len()];
        let recorded = Recorded {
            series,
            cells: Cells::default(),
            sources: Vec::new(),
            noted: Vec::new(),
            illustrative: Illustrative::default(),
            len: 0,
            entries: 0,
        };
        let grid = Arc::new(Grid::new(plan, slots));
        let (limits, options) = (Limits::default(), IntakeOptions::default());
        Tally { plan: plan.clone(), rows, grid, limits, options, recorded: Arc::new(recorded) }
    }

    /// Which days it keeps apart.
    #[cfg(feature = "arrow")]
    pub(crate) fn slots(&self) -> &Slots {
        self.grid.slots()
    }

    /// Refuses a day on which the tally can't be assessed.
    pub(crate) fn refuse_other_days(&self, as_of: NaiveDate) -> Result<()> {
        match self.grid.assessed_on() {
            Some(days) if !days.contains(&as_of) => {
                let days: Vec<String> = days.iter().map(ToString::to_string).collect();
                let fault = Fault::new(
                    FaultCode::OtherDays,
                    Place::Nowhere,
                    "the tally can't be assessed on this day",
                )
                .found(as_of)
                .expected(match &days[..] {
                    [] => "none: it was made for no day".to_owned(),
                    days => format!("{}, which it was made for", days.join(", ")),
                })
                .hint("make the tally for this day too, or without naming days");
                Err(Error::one(ErrorKind::Request, fault))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The same outcomes, to be judged in the boundaries of one day: see [`Plan::in_geography`].
    pub fn in_geography(&self, day: Option<NaiveDate>) -> Tally {
        Tally { plan: self.plan.in_geography(day), ..self.clone() }
    }

    /// Refuses what looks at other windows than the assessments that the tally was made for.
    pub(crate) fn refuse_other_windows(&self) -> Result<()> {
        match self.grid.assessed_on() {
            Some(_) => Err(Error::request(
                FaultCode::OtherDays,
                "the tally was made for certain days and distinguishes no others: make it without naming days",
            )),
            None => Ok(()),
        }
    }

    /// The same tally with other limits: on the memory it may take, and on the rows of the reports made of it.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Tally { limits, ..self }
    }

    /// How much the tally may take, and the reports made of it.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The same tally, which reads the days of further rows with other options. Rows that it has stay as they are.
    ///
    /// ```
    /// use attain::calendar::date;
    /// use attain::{IntakeOptions, Outcome, Plan, Tally, When};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let options = IntakeOptions::default().end_inclusive(true);
    /// let mut tally = Tally::new(&plan).with_intake(options);
    /// let [start, end] = ["2023-01-01", "2023-06-30"].map(|day| date(day).unwrap());
    /// tally.record(&Outcome::new("01", When::Span { start, end }, "cases", 950.0))?;
    /// assert_eq!(tally.last_day(), Some(end));
    /// # Ok::<(), attain::Error>(())
    /// ```
    #[must_use]
    pub fn with_intake(self, options: IntakeOptions) -> Self {
        Tally { options, ..self }
    }

    /// The memory that is kept, in bytes.
    fn kept_bytes(&self) -> u64 {
        let entries = self.recorded.entries * size_of::<Entry>();
        let sources = self.recorded.sources.len() * size_of::<Source>();
        (entries + sources + self.recorded.cells.bytes()) as u64
    }

    /// The plan whose outcomes these are.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether rows that come in are figures or events.
    pub fn rows(&self) -> Rows {
        self.rows
    }

    /// The number of rows that were added.
    pub fn len(&self) -> usize {
        self.recorded.len
    }

    /// All that is recorded, whatever the form in which it is kept.
    #[cfg(test)]
    pub(crate) fn contents(&self) -> String {
        let cells = self.plain_cells().collect::<Vec<_>>();
        let entries = self.recorded.series.iter().map(|series| {
            let units = series.units.iter().map(|entries| {
                let told = |entry: &Entry| {
                    let value = entry.value.map(|value| value + entry.lost);
                    (entry.key(series.rows.unwrap_or_default()), value, entry.size)
                };
                entries.iter().map(told).collect::<Vec<_>>()
            });
            (series.rows, units.collect::<Vec<_>>())
        });
        format!("{cells:?} {:?}", entries.collect::<Vec<_>>())
    }

    /// Whether no row was added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds one outcome.
    ///
    /// # Errors
    ///
    /// [`Error::is_outcomes`], with everything that is wrong with it; the tally is as before.
    pub fn record(&mut self, outcome: &Outcome) -> Result<()> {
        self.record_all(std::slice::from_ref(outcome))
    }

    /// Adds several outcomes, all or none.
    ///
    /// # Errors
    ///
    /// [`Error::is_outcomes`], with every fault of every row (counted from 0); the tally is as before.
    pub fn record_all(&mut self, outcomes: &[Outcome]) -> Result<()> {
        traced!(
            DEBUG,
            "attain.record",
            { outcomes = outcomes.len() as u64 },
            self.checked(outcomes).map(|accepted| self.add_accepted(accepted)),
            |_recorded| { rows = self.len() as u64 }
        )
    }

    fn checked(&self, outcomes: &[Outcome]) -> Result<intake::Accepted> {
        let mut intake = Intake::new(self, Source::Records { before: self.len() });
        for (row, outcome) in outcomes.iter().enumerate() {
            intake.outcome(row, outcome);
        }
        intake.finish()
    }

    /// The outcomes with their days in place of periods and of dates that mean periods. Without its
    /// [`end_inclusive`](IntakeOptions::end_inclusive) the tally reads them as it reads the given ones, whatever becomes of
    /// the plan's calendar and campaigns. Outcomes that the tally refuses stay as they are.
    #[cfg(feature = "arrow")]
    pub(crate) fn in_days(&self, outcomes: &[Outcome]) -> Vec<Outcome> {
        let mut intake = Intake::new(self, Source::Records { before: self.len() });
        let in_days = outcomes.iter().enumerate().map(|(row, outcome)| {
            let span = intake.span(row, &Row::of(outcome, None).when);
            let when = span.map(|days| When::Span { start: days.start(), end: days.end() });
            let when = when.unwrap_or_else(|| outcome.when.clone());
            Outcome { when, ..outcome.clone() }
        });
        in_days.collect()
    }

    /// How the days of further rows are read.
    #[cfg(feature = "arrow")]
    pub(crate) fn intake(&self) -> IntakeOptions {
        self.options
    }

    /// Adds the outcomes of another tally of the same plan.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plans differ; [`Error::is_outcomes`] if a measure is of figures here and of events
    /// there, a figure is in both, or both together take more memory than this tally's [limits](Tally::limits) allow; this
    /// tally is as before.
    pub fn merge(&mut self, other: &Tally) -> Result<()> {
        self.check_merge(other)?;
        self.merge_checked(other);
        Ok(())
    }

    /// Refuses a tally that can't be merged with this one, for the reasons that [`merge`](Tally::merge) names.
    #[doc(hidden)]
    pub fn check_merge(&self, other: &Tally) -> Result<()> {
        if self.plan != other.plan {
            return Err(Error::request(
                FaultCode::OtherPlan,
                "tallies of different plans can't be merged",
            ));
        }
        if self.grid != other.grid {
            return Err(Error::request(
                FaultCode::OtherDays,
                "tallies made for assessments on different days can't be merged",
            ));
        }
        let mut faults = Faults::default();
        // A merge doubles no figure of its own: only those that both have need a look.
        for (index, theirs) in other.recorded.series.iter().enumerate() {
            let measure = MeasureIndex(index);
            let mine = &self.recorded.series[index];
            let (Some(my_rows), Some(their_rows)) = (mine.rows, theirs.rows) else { continue };
            if my_rows != their_rows {
                let id = &self.plan[measure].id;
                let message = format!("`{id}` can't have both figures and events");
                faults.push(
                    Fault::new(FaultCode::FiguresAndEvents, Place::Nowhere, message)
                        .found(format!("{my_rows} in one tally, {their_rows} in the other")),
                );
            }
        }
        for (measure, unit, entry) in other.figures() {
            check_stop();
            if let Some(twin) = self.find_figure(measure, unit, entry) {
                faults.push(
                    Fault::new(
                        FaultCode::DuplicateRow,
                        other.place_over_all(entry.origin, None),
                        format!("both tallies have a figure for the same {}", self.what_is_one()),
                    )
                    .found(self.named(measure, unit, entry))
                    .expected(format!("one figure; the other is {}", self.earlier(twin.origin)))
                    .hint("merge tallies of different rows; revisions need their recorded_at"),
                );
            }
        }
        let place = |row: Origin, column: Option<&str>| other.place_over_all(row, column);
        for fault in part::parts_above_their_whole(self, other.figures(), place) {
            faults.push(fault);
        }
        for fault in falling::falling_totals(self, other.figures(), place) {
            faults.push(fault);
        }
        let bytes = self.kept_bytes().saturating_add(other.kept_bytes());
        if bytes > self.limits.tally_bytes {
            faults.push(too_large(bytes, &self.limits));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::of(ErrorKind::Outcomes, faults)) }
    }

    /// Adds the outcomes of a tally that [`check_merge`](Tally::check_merge) does not refuse. No flag stops it: the tally
    /// would have some of them.
    #[doc(hidden)]
    pub fn merge_checked(&mut self, other: &Tally) {
        let first_source = self.recorded.sources.len();
        let recorded = Arc::make_mut(&mut self.recorded);
        recorded.sources.extend(other.recorded.sources.iter().cloned());
        warnings::add_noted(&mut recorded.noted, other.recorded.noted.clone());
        recorded.illustrative.extend(&other.recorded.illustrative);
        recorded.len += other.len();
        recorded.cells.merge(other.recorded.cells.clone(), self.grid.cells());
        for (index, theirs) in other.recorded.series.iter().enumerate() {
            // Plain events are no entries.
            if theirs.rows.is_some() {
                Arc::make_mut(&mut recorded.series[index]).rows = theirs.rows;
            }
        }
        let theirs = other.recorded.series.iter().enumerate().filter_map(|(index, theirs)| {
            Some((MeasureIndex(index), theirs.rows?, theirs.units.iter().enumerate()))
        });
        for (measure, rows, units) in theirs {
            let entries = units.flat_map(|(unit, entries)| {
                entries.iter().map(move |entry| {
                    let mut entry = entry.clone();
                    entry.origin.source += first_source;
                    (measure, UnitIndex(unit), entry)
                })
            });
            self.insert_all(entries, rows);
        }
    }

    /// Adds rows that have been checked.
    #[doc(hidden)]
    pub fn add_accepted(&mut self, accepted: intake::Accepted) {
        let recorded = Arc::make_mut(&mut self.recorded);
        // Outcomes recorded one by one, with nothing else between, are rows of one source; and nobody asks
        // where plain events came from.
        let rows_before = match (recorded.sources.last(), &accepted.source) {
            (Some(Source::Records { before: first }), Source::Records { before }) => {
                Some(before - first)
            }
            _ => None,
        };
        if rows_before.is_none() && !accepted.entries.is_empty() {
            recorded.sources.push(accepted.source);
        }
        let source = recorded.sources.len().saturating_sub(1);
        let origins = accepted.origins;
        let first_of_origins = recorded.sources.len();
        recorded.sources.extend(origins.sources().iter().cloned());
        warnings::add_noted(&mut recorded.noted, accepted.warnings);
        recorded.illustrative.extend(&accepted.illustrative);
        recorded.len += accepted.rows;
        let cells = accepted.plain.into_cells(&self.grid);
        for measure in cells.measures(&self.grid) {
            let series = &mut recorded.series[measure.0];
            if series.rows.is_none() {
                Arc::make_mut(series).rows = Some(Rows::Events);
            }
        }
        recorded.cells.merge(cells, self.grid.cells());
        let rows = self.rows;
        let entries = accepted.entries.into_iter().map(|(measure, unit, mut entry)| {
            let row = entry.origin.row;
            entry.origin = match origins.of(row) {
                Some(first) => Origin { source: first_of_origins + first.source, row: first.row },
                None => Origin { source, row: rows_before.unwrap_or(0) + row },
            };
            (measure, unit, entry)
        });
        self.insert_all(entries, rows);
    }

    /// Inserts entries, whose keys differ, in the order of their keys. Those that come in this order are added at the end,
    /// others are sorted together: one by one, each would move all that stand behind it.
    fn insert_all(
        &mut self,
        entries: impl Iterator<Item = (MeasureIndex, UnitIndex, Entry)>,
        rows: Rows,
    ) {
        let recorded = Arc::make_mut(&mut self.recorded);
        let mut displaced: FxHashMap<(MeasureIndex, UnitIndex), Vec<Entry>> = FxHashMap::default();
        for (measure, unit, entry) in entries {
            let series = Arc::make_mut(&mut recorded.series[measure.0]);
            series.rows = Some(rows);
            if series.units.len() <= unit.0 {
                series.units.resize_with(self.plan.units().len(), Arc::default);
            }
            let present = Arc::make_mut(&mut series.units[unit.0]);
            match present.binary_search_by_key(&entry.key(rows), |other| other.key(rows)) {
                Ok(at) => {
                    present[at].add(&entry);
                    continue;
                }
                Err(at) if at == present.len() => present.push(entry),
                Err(_) => displaced.entry((measure, unit)).or_default().push(entry),
            }
            recorded.entries += 1;
        }
        // A few are moved into place sooner than all are compared.
        const FEW: usize = 8;
        for ((measure, unit), entries) in displaced {
            let series = Arc::make_mut(&mut recorded.series[measure.0]);
            let present = Arc::make_mut(&mut series.units[unit.0]);
            if entries.len() > FEW {
                present.extend(entries);
                present.sort_by_key(|entry| entry.key(rows));
                continue;
            }
            for entry in entries {
                let key = entry.key(rows);
                let at = present.partition_point(|other| other.key(rows) < key);
                present.insert(at, entry);
            }
        }
    }

    /// All figures: what is recorded as events is left out.
    fn figures(&self) -> impl Iterator<Item = (MeasureIndex, UnitIndex, &Entry)> + Clone {
        let series = self.recorded.series.iter().enumerate();
        let figures = series.filter(|(_, series)| series.rows == Some(Rows::Figures));
        figures.flat_map(|(measure, series)| {
            series.units.iter().enumerate().flat_map(move |(unit, entries)| {
                entries.iter().map(move |entry| (MeasureIndex(measure), UnitIndex(unit), entry))
            })
        })
    }

    /// The figure already recorded for the same span and day of recording; none where the measure has events.
    fn find_figure(&self, measure: MeasureIndex, unit: UnitIndex, entry: &Entry) -> Option<&Entry> {
        let series = &self.recorded.series[measure.0];
        let rows = Rows::Figures;
        if series.rows != Some(rows) {
            return None;
        }
        let entries = series.units.get(unit.0)?;
        let at = entries.binary_search_by_key(&entry.key(rows), |other| other.key(rows)).ok()?;
        Some(&entries[at])
    }

    /// A figure that is there already, as a message names it.
    fn named(&self, measure: MeasureIndex, unit: UnitIndex, entry: &Entry) -> String {
        let span = Window::new(entry.start, entry.end).map(|span| span.to_string());
        let categories = self.plan.combinations().name_of(entry.combination);
        format!(
            "`{}` of unit `{}`, {}{}",
            self.plan[measure].id,
            self.plan.units()[unit].id,
            span.unwrap_or_default(),
            categories.map_or_else(String::new, |categories| format!(", {categories}"))
        )
    }

    /// What there is one figure for.
    fn what_is_one(&self) -> &'static str {
        match self.plan.strata() {
            [] => "unit, span and measure",
            _ => "unit, span, measure and stratum",
        }
    }

    /// Where a row stands; outcomes that were recorded one by one are counted over all calls.
    pub(crate) fn place_over_all(&self, origin: Origin, column: Option<&str>) -> Place {
        self.recorded.sources[origin.source].place_over_all(origin.row, column)
    }

    /// The number of a row in its source; outcomes that were recorded one by one are counted over all calls.
    fn number_in_source(&self, origin: Origin) -> usize {
        self.recorded.sources[origin.source].number_over_all(origin.row)
    }

    /// What a row says of its source.
    pub(crate) fn cited(&self, origin: Origin) -> Option<&str> {
        match &self.recorded.sources[origin.source] {
            Source::Cited { text } => Some(text),
            Source::Records { .. }
            | Source::Columns
            | Source::Lines { .. }
            | Source::File { .. } => None,
        }
    }

    /// A row that was added earlier, as a message about a later one names it.
    fn earlier(&self, origin: Origin) -> String {
        self.recorded.sources[origin.source].earlier(origin.row)
    }

    /// What was known at the end of a day.
    pub(crate) fn as_of(&self, day: NaiveDate) -> Snapshot<'_> {
        Snapshot::new(self, day)
    }

    /// The same with the knowledge of an earlier snapshot of the same day.
    pub(crate) fn as_known(&self, day: NaiveDate, known: &Knowledge) -> Snapshot<'_> {
        Snapshot::knowing(self, day, known)
    }
}

/// A tally that would take more memory than its limits allow.
#[cold]
fn too_large(bytes: u64, limits: &Limits) -> Fault {
    let found = format!("{} bytes and more", grouped(bytes));
    let message = "the tally would take too much memory";
    exceeded(Place::Nowhere, message, found, limits.tally_bytes, "bytes", "tally_bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan::from_yaml(
            r#"{attain: 1, plan: p, measures: {cases: {}, stock: {over_time: last}},
                units: {levels: [city], list: [{id: c, level: city}]}}"#,
        )
        .unwrap()
    }

    fn day(number: u32) -> When {
        When::Date(NaiveDate::from_ymd_opt(2023, 1, number).unwrap())
    }

    #[test]
    fn outcomes_recorded_one_by_one_share_a_source_and_are_told_by_their_number() {
        let mut tally = Tally::new(&plan());
        for number in 1..=9 {
            tally.record(&Outcome::new("c", day(number), "cases", 1.0)).unwrap();
        }
        assert_eq!(tally.recorded.sources.len(), 1);
        let mut other = Tally::new(&plan());
        other.record(&Outcome::new("c", day(20), "cases", 1.0)).unwrap();
        tally.merge(&other).unwrap();
        tally.record(&Outcome::new("c", day(21), "cases", 1.0)).unwrap();
        for (number, place) in [(1, 0), (9, 8), (21, 10)] {
            let error = tally.record(&Outcome::new("c", day(number), "cases", 2.0)).unwrap_err();
            let expected = format!("outcome {place} of the tally");
            assert!(error.to_string().contains(&expected), "{error}");
        }
    }

    #[test]
    fn what_a_report_holds_is_not_copied_by_an_outcome_that_comes_after_it() {
        let mut tally = Tally::of_events(&plan());
        for number in 1..=28 {
            tally.record(&Outcome::new("c", day(number), "cases", 1.0)).unwrap();
            tally.record(&Outcome::new("c", day(number), "stock", 1.0)).unwrap();
        }
        assert!(tally.recorded.sources.len() <= 1);
        let held = tally.clone();
        tally.record(&Outcome::new("c", day(5), "cases", 1.0)).unwrap();
        let shared = tally.recorded.cells.iter().zip(held.recorded.cells.iter());
        let (same, copied): (Vec<_>, Vec<_>) =
            shared.partition(|((_, one), (_, other))| std::ptr::eq(*one, *other));
        assert_eq!((same.len(), copied.len()), (27, 1));
        assert!(Arc::ptr_eq(&tally.recorded.series[1], &held.recorded.series[1]));
    }
}
