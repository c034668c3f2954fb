//! Checks all rows of a source before any is added to the tally.

pub(in crate::tally) mod categories;
pub(in crate::tally) mod columns;
mod days_for_periods;
pub(in crate::tally) mod options;
pub(in crate::tally) mod period_cells;
pub(in crate::tally) mod table_columns;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use self::categories::numbered;
use self::options::IntakeOptions;
use super::falling::falling_totals;
use super::illustrative::Illustrative;
use super::part::parts_above_their_whole;
use super::warnings::{Fractions, add_noted};
use super::{
    Column, Entry, EntryKey, Grid, Origin, Outcome, Rows, Staged, Status, Tally, When, is_plain,
    too_large,
};
use crate::calendar::{self, Window};
use crate::error::{
    Cause, Error, ErrorKind, Fault, FaultCode, Faults, PLACES_OF_A_WARNING, Place, Result, Warning,
    WarningCode, quoted,
};
use crate::names::{composed, find_name, with_leading_zeros};
use crate::parallel::check_stop;
use crate::plan::stratum::Combination;
use crate::plan::{Measure, MeasureIndex, OverTime, Plan, UnitIndex};

/// A row whose columns have the right types.
#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    pub(crate) unit: &'a str,
    pub(crate) when: RowWhen<'a>,
    pub(crate) measure: &'a str,
    pub(crate) value: Option<f64>,
    pub(crate) status: Option<&'a str>,
    pub(crate) recorded_at: Option<NaiveDate>,
    /// Whether it is made up to illustrate, and no figure of what happened.
    pub(crate) illustrative: bool,
    /// Where it stands, in words.
    pub(crate) source: Option<&'a str>,
    /// The categories it is of; none where they are at fault.
    pub(crate) combination: Option<Combination>,
}

/// The days a row is about.
#[derive(Debug, Clone)]
pub(crate) enum RowWhen<'a> {
    Date(NaiveDate),
    Span { start: NaiveDate, end: NaiveDate },
    Period(&'a str),
}

impl<'a> Row<'a> {
    pub(super) fn of(outcome: &'a Outcome, combination: Option<Combination>) -> Self {
        Row {
            unit: &outcome.unit,
            when: match &outcome.when {
                When::Date(day) => RowWhen::Date(*day),
                When::Span { start, end } => RowWhen::Span { start: *start, end: *end },
                When::Period(name) => RowWhen::Period(name),
            },
            measure: &outcome.measure,
            value: outcome.value,
            status: outcome.status.map(Status::code),
            recorded_at: outcome.recorded_at,
            illustrative: outcome.illustrative,
            source: outcome.source.as_deref(),
            combination,
        }
    }
}

/// How labels of files begin.
const LINES_OF: &str = "lines of ";
const ROWS_OF: &str = "rows of ";

/// What a row says, in the terms of the plan.
pub(super) struct Checked {
    pub(super) measure: MeasureIndex,
    pub(super) unit: UnitIndex,
    pub(super) combination: Combination,
    pub(super) span: Window,
    pub(super) status: Status,
    /// None where it is rightly missing.
    pub(super) value: Option<f64>,
}

/// Where the rows of one intake come from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    /// Outcomes recorded one by one; holds the number of rows that were in the tally before.
    Records { before: usize },
    /// Columns in memory, their rows counted from 0.
    Columns,
    /// A text of CSV or JSON; rows are its lines, and one of them names the columns.
    Lines { file: String, header: usize },
    /// A file of Parquet or Arrow, or one of several tables, its rows counted from 0.
    File { file: String },
    /// What the outcome itself says of its source.
    Cited { text: Arc<str> },
}

impl Source {
    pub(crate) fn place(&self, row: usize, column: Option<&str>) -> Place {
        let column = column.map(str::to_owned);
        match self {
            Source::Records { .. } | Source::Columns => Place::Row { row, column },
            Source::Lines { file, .. } => Place::Cell { file: file.clone(), line: row, column },
            Source::File { file } => Place::FileRow { file: file.clone(), row, column },
            Source::Cited { text } => Place::Path { path: text.to_string() },
        }
    }

    fn column_place(&self, column: &str) -> Place {
        let column = column.to_owned();
        match self {
            Source::Records { .. } | Source::Columns => Place::Column { column },
            Source::Lines { file, header } => {
                Place::Cell { file: file.clone(), line: *header, column: Some(column) }
            }
            Source::File { file } => Place::FileColumn { file: file.clone(), column },
            Source::Cited { text } => Place::Path { path: text.to_string() },
        }
    }

    /// The same, with outcomes that were recorded one by one counted over all calls.
    pub(super) fn place_over_all(&self, row: usize, column: Option<&str>) -> Place {
        self.place(self.number_over_all(row), column)
    }

    /// Where the names of the columns stand.
    fn header_place(&self) -> Place {
        match self {
            Source::Records { .. } | Source::Columns => Place::Nowhere,
            Source::Lines { file, header } => {
                Place::Cell { file: file.clone(), line: *header, column: None }
            }
            Source::File { file } => Place::File { file: file.clone() },
            Source::Cited { text } => Place::Path { path: text.to_string() },
        }
    }

    /// The source in words, as a stored tally names it; rows of outcomes that were recorded one by one are counted over
    /// all calls.
    pub(super) fn label(&self) -> String {
        match self {
            Source::Records { .. } => "outcomes".to_owned(),
            Source::Columns => "table".to_owned(),
            Source::Lines { file, .. } => format!("{LINES_OF}{file}"),
            Source::File { file } => format!("{ROWS_OF}{file}"),
            Source::Cited { text } => text.to_string(),
        }
    }

    /// The source with a label.
    fn labelled(label: &str) -> Source {
        match (label, label.strip_prefix(LINES_OF), label.strip_prefix(ROWS_OF)) {
            ("outcomes", ..) => Source::Records { before: 0 },
            ("table", ..) => Source::Columns,
            (_, Some(file), _) => Source::Lines { file: file.to_owned(), header: 1 },
            (_, None, Some(file)) => Source::File { file: file.to_owned() },
            (_, None, None) => Source::File { file: label.to_owned() },
        }
    }

    /// The number of a row, with outcomes that were recorded one by one counted over all calls.
    pub(super) fn number_over_all(&self, row: usize) -> usize {
        match self {
            Source::Records { before } => before + row,
            Source::Columns | Source::Lines { .. } | Source::File { .. } | Source::Cited { .. } => {
                row
            }
        }
    }

    /// A row of an earlier intake, as a message about a later one names it.
    pub(super) fn earlier(&self, row: usize) -> String {
        match self {
            Source::Records { before } => format!("outcome {} of the tally", before + row),
            Source::Columns => format!("row {row} of an earlier table"),
            Source::Lines { .. } | Source::File { .. } | Source::Cited { .. } => {
                self.place(row, None).to_string()
            }
        }
    }
}

/// Rows that have been checked, ready to be added.
#[doc(hidden)]
pub struct Accepted {
    pub(super) source: Source,
    /// Where rows came from first.
    pub(super) origins: Arc<Origins>,
    pub(super) rows: usize,
    pub(super) entries: Vec<(MeasureIndex, UnitIndex, Entry)>,
    pub(super) plain: Staged,
    pub(super) warnings: Vec<Warning>,
    pub(super) illustrative: Illustrative,
}

/// Where rows came from, as they say themselves: rows of a stored tally, and outcomes with a source.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    sources: Vec<Source>,
    numbers: FxHashMap<Arc<str>, usize>,
    /// By the number of the row.
    of_rows: FxHashMap<usize, Origin>,
}

impl Origins {
    /// Notes where a row came from: a [label](Source::label), and its number there.
    pub(crate) fn note(&mut self, at: usize, label: &str, row: usize) {
        self.add(at, label, row, |label| Source::labelled(&label));
    }

    /// Notes what a row says of its source.
    pub(crate) fn cite(&mut self, at: usize, text: &str) {
        self.add(at, text, 0, |text| Source::Cited { text });
    }

    fn add(&mut self, at: usize, text: &str, row: usize, source: impl FnOnce(Arc<str>) -> Source) {
        let source = match self.numbers.get(text) {
            Some(source) => *source,
            None => {
                let text: Arc<str> = text.into();
                self.sources.push(source(Arc::clone(&text)));
                self.numbers.insert(text, self.sources.len() - 1);
                self.sources.len() - 1
            }
        };
        self.of_rows.insert(at, Origin { source, row });
    }

    pub(super) fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The place of a row's source among the others, and its number there.
    pub(super) fn of(&self, at: usize) -> Option<Origin> {
        self.of_rows.get(&at).copied()
    }
}

/// Rows after which the memory is counted again.
const ROWS_BETWEEN_COUNTS: usize = 1 << 16;

/// What identifies an entry: [`Entry::key`] with measure and unit.
type Key = (MeasureIndex, UnitIndex, EntryKey);

/// Checks rows against the plan and the tally they are to enter.
pub(crate) struct Intake<'t> {
    tally: &'t Tally,
    source: Source,
    /// Names of columns that differ from the usual ones, and from the ids of strata, which come first.
    column_names: Vec<(String, String)>,
    /// Figures one by one; of events, those that a cell can't hold, added up.
    entries: Vec<(MeasureIndex, UnitIndex, Entry)>,
    /// Where the events of a span stand among the entries.
    places: FxHashMap<Key, usize>,
    /// How many rows the entries are.
    entry_rows: usize,
    pub(crate) plain: Staged,
    faults: Faults,
    /// Whether more would break the limit on memory: then nothing is kept any more.
    is_full: bool,
    /// How many rows may be kept before the memory is counted again.
    uncounted: usize,
    measures: FxHashMap<&'t str, MeasureIndex>,
    /// Per stratum, what its categories add to the number of a combination.
    pub(super) categories: Vec<FxHashMap<&'t str, Combination>>,
    periods: HashMap<String, Option<Window>>,
    /// Columns that are not read, and named almost as one that is.
    near_columns: Vec<Place>,
    /// Other columns that are not read.
    unread_columns: Vec<String>,
    /// Whether the caller named the columns that are read.
    are_columns_named: bool,
    fractions: FxHashMap<MeasureIndex, Fractions>,
    illustrative: Illustrative,
    origins: Origins,
    /// Codes of units that begin with zeros, by their other digits; built on first use.
    without_zeros: Option<FxHashMap<&'t str, Vec<&'t str>>>,
}

/// Floats count by ones up to here; beyond, 1 more is not seen.
pub(super) const LARGEST: f64 = 9_007_199_254_740_992.0;

impl<'t> Intake<'t> {
    pub(crate) fn new(tally: &'t Tally, source: Source) -> Self {
        let measures = tally.plan.measures().iter().enumerate();
        Intake {
            tally,
            source,
            column_names: Vec::new(),
            entries: Vec::new(),
            places: FxHashMap::default(),
            entry_rows: 0,
            plain: Staged::default(),
            faults: Faults::default(),
            is_full: false,
            uncounted: ROWS_BETWEEN_COUNTS,
            measures: measures.map(|(index, one)| (one.id.as_str(), MeasureIndex(index))).collect(),
            categories: numbered(tally.plan.combinations()),
            periods: HashMap::new(),
            near_columns: Vec::new(),
            unread_columns: Vec::new(),
            are_columns_named: false,
            fractions: FxHashMap::default(),
            illustrative: Illustrative::default(),
            origins: Origins::default(),
            without_zeros: None,
        }
    }

    /// Notes a fault of a row whose columns could not be read.
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Keeps the error that caused a fault.
    #[cold]
    pub(crate) fn caused_by(&mut self, cause: impl Into<Cause>) {
        self.faults.caused_by(cause);
    }

    /// Whether no fault has been found so far.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// How many faults have been found so far.
    pub(crate) fn faults_found(&self) -> usize {
        self.faults.len()
    }

    /// Whether the rows are figures or events.
    pub(crate) fn rows(&self) -> Rows {
        self.tally.rows
    }

    /// Whether a `date` means a single day.
    pub(crate) fn dates_are_days(&self) -> bool {
        self.tally.options.date_is.is_none()
    }

    /// Where plain events are counted.
    pub(crate) fn grid(&self) -> &'t Grid {
        &self.tally.grid
    }

    /// The plan that rows are checked against.
    pub(crate) fn plan(&self) -> &'t Plan {
        &self.tally.plan
    }

    fn measure_named(&self, id: &str) -> Option<MeasureIndex> {
        find_name(id, |id| self.measures.get(id).copied())
    }

    /// A measure whose plain events may be added.
    pub(crate) fn plain_measure(&self, id: &str) -> Option<MeasureIndex> {
        let measure = self.measure_named(id)?;
        let is_open = self.tally.recorded.series[measure.0].rows != Some(Rows::Figures)
            && !self.tally.plan[measure].cumulative;
        (self.rows() == Rows::Events && is_open).then_some(measure)
    }

    /// Notes on which line of a file its columns are named.
    pub(crate) fn header_stands_on(&mut self, line: usize) {
        if let Source::Lines { header, .. } = &mut self.source {
            *header = line;
        }
    }

    /// Where the names of the columns stand.
    pub(crate) fn header_place(&self) -> Place {
        self.source.header_place()
    }

    /// Where a whole column of this intake stands.
    pub(crate) fn column_place(&self, column: &str) -> Place {
        self.source.column_place(self.name_of(column))
    }

    /// Notes the names of columns that faults give in place of the usual ones.
    pub(crate) fn name_columns(&mut self, names: Vec<(String, String)>) {
        self.column_names = names;
        self.are_columns_named = true;
    }

    /// Notes the name of one more of them.
    pub(crate) fn name_column(&mut self, column: Column, name: &str) {
        let usual = column.name();
        match self.column_names.iter_mut().find(|(other, _)| other == usual) {
            Some((_, own)) => name.clone_into(own),
            None => self.column_names.push((usual.to_owned(), name.to_owned())),
        }
    }

    /// Where a column stands, or would stand, that the caller named.
    pub(crate) fn place_of_own_column(&self, name: &str) -> Place {
        self.source.column_place(name)
    }

    pub(super) fn name_of<'n>(&'n self, column: &'n str) -> &'n str {
        let named = self.column_names.iter().rev().find(|(usual, _)| usual == column);
        named.map_or(column, |(_, name)| name)
    }

    /// How rows are read.
    pub(in crate::tally) fn options(&self) -> IntakeOptions {
        self.tally.options
    }

    /// Where a row of this intake stands.
    pub(crate) fn place(&self, row: usize, column: &str) -> Place {
        self.source.place(row, Some(self.name_of(column)))
    }

    /// Where a row of this intake stands, as a whole.
    pub(crate) fn row_place(&self, row: usize) -> Place {
        self.source.place(row, None)
    }

    /// Checks one outcome.
    pub(super) fn outcome(&mut self, at: usize, outcome: &Outcome) {
        let combination = self.combination(at, outcome);
        self.row(at, &Row::of(outcome, combination));
    }

    /// Whether the limit on memory is reached, so that it is of no use to read on.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Counts the memory that is kept and needed for the checks, and refuses what breaks the limit.
    pub(crate) fn count_memory(&mut self) {
        check_stop();
        self.uncounted = ROWS_BETWEEN_COUNTS;
        let of_checks = match self.tally.rows {
            Rows::Figures => size_of::<(Key, usize)>(),
            Rows::Events => 0,
        };
        // Lists and maps grow by doubling.
        let row = 2 * (size_of::<(MeasureIndex, UnitIndex, Entry)>() + of_checks);
        let coming = self.entries.len() * row + self.plain.bytes();
        let bytes = self.tally.kept_bytes().saturating_add(coming as u64);
        let limits = self.tally.limits();
        if bytes > limits.tally_bytes && !self.is_full {
            self.is_full = true;
            self.faults.push(too_large(bytes, limits));
            // What is refused needs no memory for further checks.
            self.entries = Vec::new();
            self.places = FxHashMap::default();
            self.plain = Staged::default();
        }
    }

    /// Checks one row. What it finds wrong is told by [`finish`](Intake::finish).
    pub(crate) fn row(&mut self, at: usize, row: &Row<'_>) {
        if !self.has_room() {
            return;
        }
        let Some(checked) = self.checked(at, row, None) else { return };
        let Checked { measure, unit, combination, span, status, value } = checked;
        let is_plain_event = self.rows() == Rows::Events
            && status == Status::A
            && row.recorded_at.is_none()
            && span.days() == 1
            && value.is_some_and(is_plain);
        if is_plain_event
            && let Some(value) = value
            && let Some(cell) =
                self.grid().cell(measure, combination, self.plan().combinations(), unit)
        {
            self.plain.add(self.grid().slot(span.start()), cell, value, 1);
            return;
        }
        if let Some(source) = row.source {
            self.origins.cite(at, source);
        }
        let entry = Entry {
            combination,
            start: span.start(),
            end: span.end(),
            recorded_at: row.recorded_at,
            status,
            value,
            lost: 0.0,
            size: value.unwrap_or_default().abs(),
            origin: Origin { source: self.tally.recorded.sources.len(), row: at },
        };
        self.keep(measure, unit, entry, 1);
    }

    /// What a row says, if nothing is wrong with it; all that is wrong is noted. `unit_from` is the first day of the unit's
    /// validity, where the row states it; else the days of the row name the unit.
    pub(super) fn checked(
        &mut self,
        at: usize,
        row: &Row<'_>,
        unit_from: Option<Option<NaiveDate>>,
    ) -> Option<Checked> {
        let measure = self.measure(at, row.measure);
        let span = self.span(at, &row.when);
        let unit = match unit_from {
            Some(from) => self.unit_from(at, row.unit, from),
            None => self.unit(at, row.unit, span.as_ref()),
        };
        let status = self.status(at, row.status);
        let value = self.value(at, row.value, status, measure);
        self.recorded_at(at, row.recorded_at, span.as_ref(), measure);
        let is_recorded_by = self.recorded_by(at, measure, row.combination);
        let combination = row.combination.filter(|_| is_recorded_by);
        let is_of_period = measure
            .zip(span)
            .is_none_or(|(measure, span)| self.is_of_period(at, &row.when, &span, measure));
        let span = span.filter(|_| is_of_period);
        let (measure, unit, span) = (measure?, unit?, span?);
        if row.illustrative {
            self.illustrative.add(measure, unit, row.recorded_at, &span);
        }
        Some(Checked {
            measure,
            unit,
            combination: combination?,
            span,
            status: status?,
            value: value?,
        })
    }

    /// Whether another row may be kept; counts it.
    pub(super) fn has_room(&mut self) -> bool {
        if self.is_full {
            return false;
        }
        self.uncounted -= 1;
        if self.uncounted == 0 {
            self.count_memory();
        }
        true
    }

    /// Keeps an entry that has been checked and is of a number of rows: a figure as it is, events added to others of their
    /// span, status and day of recording.
    pub(super) fn keep(
        &mut self,
        measure: MeasureIndex,
        unit: UnitIndex,
        entry: Entry,
        rows: usize,
    ) {
        self.entry_rows += rows;
        if self.rows() == Rows::Events {
            let place = self.places.entry((measure, unit, entry.key(Rows::Events)));
            let place = *place.or_insert(self.entries.len());
            if let Some((_, _, earlier)) = self.entries.get_mut(place) {
                earlier.add(&entry);
                return;
            }
        }
        self.entries.push((measure, unit, entry));
    }

    /// The checked rows, or every fault of all of them.
    pub(crate) fn finish(mut self) -> Result<Accepted> {
        if self.uncounted < ROWS_BETWEEN_COUNTS || self.plain.rows > 0 {
            self.count_memory();
        }
        if self.tally.rows == Rows::Figures {
            self.refuse_duplicates();
            self.refuse_days_for_periods();
            let coming = self.entries.iter().map(|(measure, unit, entry)| (*measure, *unit, entry));
            let place = |row: Origin, column: Option<&str>| self.source.place(row.row, column);
            let mut faults = parts_above_their_whole(self.tally, coming.clone(), place);
            faults.extend(falling_totals(self.tally, coming, place));
            for fault in faults {
                self.faults.push(fault);
            }
        }
        if self.faults.is_empty() {
            let rows = self.entry_rows + self.plain.rows;
            let warnings = self.warnings();
            let Intake { source, entries, plain, illustrative, origins, .. } = self;
            let origins = Arc::new(origins);
            Ok(Accepted { source, origins, rows, entries, plain, warnings, illustrative })
        } else {
            Err(Error::of(ErrorKind::Outcomes, self.faults))
        }
    }

    /// Notes a column that is not read, and named almost as one that is.
    pub(super) fn note_near_column(&mut self, header: &str) {
        let place = self.source.column_place(header);
        // Each batch of a table has the same columns.
        if !self.near_columns.contains(&place) {
            self.near_columns.push(place);
        }
    }

    /// Notes another column that is not read. A caller who names columns knows that the others are not.
    pub(super) fn note_unread_column(&mut self, header: &str) {
        if !self.are_columns_named && !self.unread_columns.iter().any(|one| one == header) {
            self.unread_columns.push(header.to_owned());
        }
    }

    /// Notes how the figure of a measure is written.
    pub(super) fn note_written(&mut self, at: usize, measure: &str, number: &str) {
        if !number.contains('.') {
            return;
        }
        let Some(measure) = self.measure_named(measure) else { return };
        let of_plan = &self.tally.plan[measure];
        if of_plan.reported || of_plan.over_time != OverTime::Sum {
            return;
        }
        let mut fractions = self.fractions.remove(&measure).unwrap_or_default();
        fractions.note(number, || self.place(at, Column::Value.name()));
        self.fractions.insert(measure, fractions);
    }

    fn warnings(&mut self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let near = Warning::about(
            WarningCode::NearColumn,
            std::mem::take(&mut self.near_columns),
            |_| "the column is not read, and its name is almost that of one that is".into(),
            "rename it if it is meant",
        );
        let unread = std::mem::take(&mut self.unread_columns);
        let message = |count| match count {
            1 => "the column is not read".to_owned(),
            2..=PLACES_OF_A_WARNING => "the columns are not read".to_owned(),
            _ => format!("{count} columns are not read: {}", unread.join(", ")),
        };
        let unread = Warning::about(
            WarningCode::UnreadColumns,
            unread.iter().map(|header| self.source.column_place(header)),
            message,
            "remove them, or name them in the call if they are meant",
        );
        let mut fractions: Vec<_> = std::mem::take(&mut self.fractions).into_iter().collect();
        fractions.sort_by_key(|(measure, _)| measure.0);
        let fractions = fractions.into_iter().filter_map(|(_, one)| one.warning());
        add_noted(&mut warnings, near.into_iter().chain(unread).chain(fractions).collect());
        warnings
    }

    pub(super) fn measure(&mut self, at: usize, id: &str) -> Option<MeasureIndex> {
        if id.is_empty() {
            self.nothing_here(at, "measure", "a measure's id");
            return None;
        }
        let plan = &self.tally.plan;
        let Some(measure) = self.measure_named(id) else {
            let place = self.place(at, "measure");
            let mut fault = Fault::new(
                FaultCode::UnknownMeasure,
                place,
                format!("there is no measure {}", quoted(id)),
            );
            if self.is_listing() {
                fault = fault.near_miss(id, plan.measures().iter().map(|one| one.id.as_str()));
            }
            if plan.indicator(id).is_some() {
                fault = fault.hint("this indicator is computed from measures, not recorded");
            }
            self.faults.push(fault);
            return None;
        };
        let rows = self.tally.rows;
        if let Some(recorded) = self.tally.recorded.series[measure.0].rows
            && recorded != rows
        {
            let place = self.place(at, "measure");
            self.faults.push(
                Fault::new(
                    FaultCode::FiguresAndEvents,
                    place,
                    format!("`{id}` can't have both figures and events"),
                )
                .found(format!("{rows}"))
                .expected(format!("{recorded}, as before")),
            );
            return None;
        }
        let what = match (plan[measure].reported, plan[measure].cumulative) {
            (true, _) => Some("is a published value, not an event"),
            (false, true) => Some("has totals of the year to date (`cumulative: true`), no events"),
            (false, false) => None,
        };
        if let Some(what) = what.filter(|_| rows == Rows::Events) {
            let place = self.place(at, "measure");
            self.faults.push(
                Fault::new(FaultCode::UnsuitableMeasure, place, format!("`{id}` {what}"))
                    .found("events")
                    .expected("figures"),
            );
            return None;
        }
        Some(measure)
    }

    /// Whether the days of a row are those of its measure: a total of the year to date is of one period of the kind that
    /// the measure says.
    fn is_of_period(
        &mut self,
        at: usize,
        when: &RowWhen<'_>,
        span: &Window,
        measure: MeasureIndex,
    ) -> bool {
        let plan = &self.tally.plan;
        let Measure { id, every: Some(every), cumulative: true, .. } = &plan[measure] else {
            return true;
        };
        let calendar = plan.calendar();
        let period = calendar.period_at(*every, span.start());
        let own = period.and_then(|period| calendar.window(period));
        if own.is_some_and(|own| own.same_days(span)) {
            return true;
        }
        let column = match when {
            RowWhen::Date(_) => "date",
            RowWhen::Span { .. } => "end",
            RowWhen::Period(_) => "period",
        };
        // The period at whose end the row tells the total.
        let last = span.last();
        let meant = calendar.period_at(*every, last).and_then(|period| calendar.window(period));
        let expected = match meant.filter(|meant| meant.last() == last) {
            Some(meant) => {
                format!("the {every} at whose end the total stood, such as {}", meant.name())
            }
            None => format!("one {every}"),
        };
        let place = self.place(at, column);
        let message = format!("`{id}` has a total of the year to date for each {every}");
        self.faults.push(
            Fault::new(FaultCode::NotAPeriod, place, message)
                .found(span.name())
                .expected(expected)
                .hint("figures of other periods belong to a measure without `cumulative: true`"),
        );
        false
    }

    pub(super) fn span(&mut self, at: usize, when: &RowWhen<'_>) -> Option<Window> {
        match *when {
            RowWhen::Date(day) => {
                if !calendar::is_writable(day) {
                    self.date_out_of_range(at, "date", day);
                    return None;
                }
                let Some(every) = self.tally.options.date_is else { return Window::day(day) };
                let calendar = self.tally.plan.calendar();
                let period = calendar.period_at(every, day);
                let window = period.and_then(|period| calendar.window(period));
                let window = window.filter(|window| calendar::is_writable(window.start()));
                if window.is_none() {
                    self.date_out_of_range(at, "date", day);
                }
                window
            }
            RowWhen::Span { start, end } => {
                for (column, day) in [("start", start), ("end", end)] {
                    if !calendar::is_writable(day) {
                        self.date_out_of_range(at, column, day);
                        return None;
                    }
                }
                let is_inclusive = self.tally.options.end_inclusive;
                let after = if is_inclusive { end.succ_opt() } else { Some(end) };
                let span = after.and_then(|after| Window::new(start, after));
                if span.is_none() {
                    self.no_span(at, start, end);
                }
                span
            }
            RowWhen::Period(name) => {
                let plan = &self.tally.plan;
                let window = match self.periods.get(name) {
                    Some(window) => *window,
                    None => {
                        let calendar = plan.calendar();
                        let window = calendar
                            .period_in_column(name)
                            .and_then(|period| calendar.window(period))
                            .or_else(|| {
                                let campaign = find_name(name, |name| plan.campaign(name));
                                campaign.map(|campaign| campaign.window)
                            });
                        self.periods.insert(name.to_owned(), window);
                        window
                    }
                };
                if window.is_none() {
                    self.no_period(at, name);
                }
                window
            }
        }
    }

    #[cold]
    fn no_span(&mut self, at: usize, start: NaiveDate, end: NaiveDate) {
        let place = self.place(at, "end");
        let fault = Fault::new(FaultCode::EmptyRange, place, "the row is about no day");
        self.faults.push(if self.tally.options.end_inclusive {
            fault.found(format!("{start} to {end}")).expected("an end on the start or after it")
        } else {
            fault
                .found(format!("{start} to before {end}"))
                .expected("an end after the start")
                .hint("the end is the first day the row is no longer about; the option `end_inclusive` makes it the last day")
        });
    }

    #[cold]
    fn no_period(&mut self, at: usize, name: &str) {
        if name.is_empty() {
            self.nothing_here(at, "period", "a period such as 2023-05");
            return;
        }
        let plan = &self.tally.plan;
        let fault =
            Fault::new(FaultCode::NotAPeriod, self.place(at, "period"), "this names no period")
                .found(format!("`{name}`"))
                .expected("2023, 2023-H1, 2023-Q1, 2023-05, 2023-W07 or a campaign's id");
        let fault = if calendar::date(name).is_some() {
            fault.hint("a day stands in the column `date`")
        } else if let Some(hint) = plan.calendar().period_hint(name) {
            fault.hint(hint)
        } else if self.is_listing() {
            fault.near_miss(name, plan.campaigns().iter().map(|campaign| campaign.id.as_str()))
        } else {
            fault
        };
        self.faults.push(fault);
    }

    /// Whether faults are still listed, so that it is useful to look for a suggestion.
    pub(super) fn is_listing(&self) -> bool {
        self.faults.are_listed()
    }

    #[cold]
    pub(super) fn nothing_here(&mut self, at: usize, column: &str, expected: &str) {
        let place = self.place(at, column);
        self.faults.push(
            Fault::new(FaultCode::MissingValue, place, "nothing stands here").expected(expected),
        );
    }

    /// A row is recorded on one of its days or later; `span` is missing where it is at fault itself.
    pub(super) fn recorded_at(
        &mut self,
        at: usize,
        day: Option<NaiveDate>,
        span: Option<&Window>,
        measure: Option<MeasureIndex>,
    ) {
        let Some(day) = day else { return };
        let known_ahead = measure.is_some_and(|measure| self.tally.plan[measure].known_ahead);
        if !calendar::is_writable(day) {
            self.date_out_of_range(at, "recorded_at", day);
        } else if let Some(span) = span
            && day < span.start()
            && !known_ahead
        {
            let place = self.place(at, "recorded_at");
            self.faults.push(
                Fault::new(
                    FaultCode::RecordedTooEarly,
                    place,
                    "recorded before it can have happened",
                )
                .found(day)
                .expected(format!("{} or later, the first day the row is about", span.start()))
                .hint("a measure whose figures are planned or projected says `known_ahead: true`"),
            );
        }
    }

    fn date_out_of_range(&mut self, at: usize, column: &str, day: NaiveDate) {
        let place = self.place(at, column);
        self.faults.push(
            Fault::new(FaultCode::OutOfRange, place, "the date is out of range")
                .found(day)
                .expected("a day of the years 1 to 9999"),
        );
    }

    /// The unit a code names; where the days are at fault themselves, whether it names one at all.
    pub(super) fn unit(
        &mut self,
        at: usize,
        code: &str,
        span: Option<&Window>,
    ) -> Option<UnitIndex> {
        let units = self.tally.plan.units();
        let named = |span| find_name(code, |code| units.named_throughout(code, span));
        if let Some(unit) = span.and_then(named) {
            return Some(unit);
        }
        let versions = |code: &str| Some(units.versions(code)).filter(|found| !found.is_empty());
        let versions = find_name(code, versions).unwrap_or_default();
        if span.is_none() && !versions.is_empty() {
            return None;
        }
        let place = self.place(at, "unit");
        let fault = match span {
            _ if code.is_empty() => {
                Fault::new(FaultCode::MissingValue, place, "nothing stands here")
                    .expected("a unit's code")
            }
            Some(span) if !versions.is_empty() => {
                let validities: Vec<String> = versions
                    .iter()
                    .map(|version| {
                        format!("`{}` {}", units[*version].name, units[*version].validity())
                    })
                    .collect();
                Fault::new(
                    FaultCode::OutsideValidity,
                    place,
                    format!("the code `{code}` names no unit on all of these days"),
                )
                .found(span)
                .expected(validities.join("; "))
            }
            Some(_) | None => {
                let fault = Fault::new(
                    FaultCode::UnknownUnit,
                    place,
                    format!("there is no unit {}", quoted(code)),
                );
                // Faults that are not listed are counted by their hint, so one that costs little is given to each.
                match self.with_leading_zeros(code) {
                    Some(id) => fault.hint(format!(
                        "the code `{id}` has lost its leading zeros: read the column as text"
                    )),
                    None if !self.is_listing() => fault,
                    None => match units.iter().find(|(_, unit)| unit.name == composed(code)) {
                        Some((_, unit)) => fault.hint(format!("its code is `{}`", unit.id)),
                        None => fault.near_miss(code, self.tally.plan.units().ids()),
                    },
                }
            }
        };
        self.faults.push(fault);
        None
    }

    /// The unit of a code whose validity begins on a day, or has no beginning.
    pub(super) fn unit_from(
        &mut self,
        at: usize,
        code: &str,
        from: Option<NaiveDate>,
    ) -> Option<UnitIndex> {
        let units = self.tally.plan.units();
        let mut versions = units.versions(code).iter().copied();
        if let Some(unit) = versions.find(|unit| units[*unit].valid_from == from) {
            return Some(unit);
        }
        if units.versions(code).is_empty() {
            // Without days it names what is wrong with the code alone.
            return self.unit(at, code, None);
        }
        let begins = |from: Option<NaiveDate>| match from {
            Some(day) => format!("valid from {day}"),
            None => "valid from the beginning".to_owned(),
        };
        let versions = units.versions(code).iter().map(|unit| begins(units[*unit].valid_from));
        let message = format!("the code `{code}` names no unit that became valid on this day");
        let fault = Fault::new(FaultCode::OutsideValidity, self.place(at, "unit_from"), message)
            .found(begins(from))
            .expected(versions.collect::<Vec<_>>().join("; "));
        self.faults.push(fault);
        None
    }

    /// The code with the same digits after zeros, if a code of digits names no unit.
    fn with_leading_zeros(&mut self, code: &str) -> Option<&'t str> {
        if code.is_empty() || !code.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let units = self.tally.plan.units();
        // A thousand faults may need this: the codes are looked up by their digits.
        let without_zeros = self.without_zeros.get_or_insert_with(|| {
            let mut by_digits: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
            for id in units.ids().filter(|id| id.starts_with('0')) {
                by_digits.entry(id.trim_start_matches('0')).or_default().push(id);
            }
            by_digits
        });
        let alike = without_zeros.get(code.trim_start_matches('0'))?;
        with_leading_zeros(code, alike.iter().copied())
    }

    pub(super) fn status(&mut self, at: usize, letter: Option<&str>) -> Option<Status> {
        let Some(text) = letter else { return Some(Status::A) };
        let status = text.parse::<Status>().ok();
        let fault = match status {
            None => {
                let letters = Status::ALL.map(Status::code);
                let fault = Fault::new(
                    FaultCode::UnknownChoice,
                    self.place(at, "status"),
                    "there is no such observation status of SDMX",
                )
                .found(format!("`{text}`"))
                .expected(letters.join(", "));
                match letters.iter().find(|letter| letter.eq_ignore_ascii_case(text)) {
                    Some(capital) => fault.hint(format!("did you mean `{capital}`?")),
                    None => fault,
                }
            }
            Some(Status::F) => Fault::new(
                FaultCode::UnsuitableStatus,
                self.place(at, "status"),
                "a forecast is no outcome",
            )
            .found("F")
            .hint("leave the row out"),
            Some(status) => return Some(status),
        };
        self.faults.push(fault);
        None
    }

    /// The value to keep: `Some(None)` where it is rightly missing. A status that is at fault itself may explain any
    /// missing value.
    pub(super) fn value(
        &mut self,
        at: usize,
        value: Option<f64>,
        status: Option<Status>,
        measure: Option<MeasureIndex>,
    ) -> Option<Option<f64>> {
        let place = |intake: &Self| intake.place(at, "value");
        let forbids_it = |status: &Status| status.forbids_a_value();
        let fault = match value {
            None if status.is_none_or(Status::explains_a_missing_value) => return Some(None),
            None if self.tally.rows == Rows::Events => return Some(Some(1.0)),
            None => Fault::new(FaultCode::MissingValue, place(self), "the value is missing")
                .expected("a number")
                .hint(
                    "a status of H, K, L, M, N, O or Q says why a value is missing; 0 is a value",
                ),
            Some(value) if value.is_nan() => {
                Fault::new(FaultCode::NotFinite, place(self), "the value is no number")
                    .found(value)
                    .expected("a finite number")
                    .hint("a missing value is null, and `status` says why")
            }
            Some(value) if value.is_infinite() => {
                Fault::new(FaultCode::NotFinite, place(self), "the value is infinite")
                    .found(value)
                    .expected("a finite number")
            }
            Some(value) if value.abs() > LARGEST => {
                self.too_large(at, format!("{value:e}"));
                return None;
            }
            Some(value) => match status.filter(forbids_it) {
                Some(status) => Fault::new(
                    FaultCode::UnsuitableStatus,
                    place(self),
                    format!("status {} says there is no value", status.letter()),
                )
                .found(value)
                .expected(format!("no value ({})", status.meaning())),
                None if value < 0.0
                    && measure.is_some_and(|measure| !self.tally.plan[measure].signed) =>
                {
                    Fault::new(FaultCode::NegativeValue, place(self), "the value is negative")
                        .found(value)
                        .expected("0 or more")
                        .hint("a measure that may be negative says `signed: true`")
                }
                None if value.fract() != 0.0
                    && measure.is_some_and(|measure| self.tally.plan[measure].whole) =>
                {
                    let fault = Fault::new(
                        FaultCode::FractionalValue,
                        place(self),
                        "the value has a fraction",
                    );
                    let fault = fault.found(value).expected("a whole number");
                    // Of a number of thousands with a point between them, up to three decimals are left.
                    let thousands = value * 1000.0;
                    if thousands.fract() == 0.0 && value.abs() >= 1.0 {
                        fault.hint(format!(
                            "write {thousands} if the point separates thousands; a measure of fractions has no `whole: true`"
                        ))
                    } else {
                        fault.hint("a measure of fractions has no `whole: true`")
                    }
                }
                // −0 is 0.
                None => return Some(Some(value + 0.0)),
            },
        };
        self.faults.push(fault);
        None
    }

    /// Notes that a value can't be kept as it stands in its column.
    #[cold]
    pub(crate) fn too_large(&mut self, at: usize, found: impl std::fmt::Display) {
        let place = self.place(at, "value");
        self.faults.push(
            Fault::new(
                FaultCode::NumberTooLarge,
                place,
                "the value is too large to be counted exactly",
            )
            .found(found)
            .expected("at most 9007199254740992 (2^53)"),
        );
    }

    fn refuse_duplicates(&mut self) {
        let mut seen: FxHashMap<_, usize> =
            FxHashMap::with_capacity_and_hasher(self.entries.len(), Default::default());
        for (measure, unit, entry) in &self.entries {
            let row = entry.origin.row;
            let first = *seen.entry((*measure, *unit, entry.key(Rows::Figures))).or_insert(row);
            let first = match first {
                first if first != row => Some(self.source.place(first, None).to_string()),
                _ => self
                    .tally
                    .find_figure(*measure, *unit, entry)
                    .map(|twin| self.tally.earlier(twin.origin)),
            };
            if let Some(first) = first {
                let place = self.source.place(row, None);
                let message = format!("a second figure for the same {}", self.tally.what_is_one());
                self.faults.push(
                    Fault::new(FaultCode::DuplicateRow, place, message)
                        .found(self.tally.named(*measure, *unit, entry))
                        .expected(format!("one figure; the first is {first}"))
                        .hint(
                            "rows that add up are recorded as events, not as figures; revisions need their recorded_at",
                        ),
                );
            }
        }
    }
}
