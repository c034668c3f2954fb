//! The gate through which rows come in: all are checked before any is let in.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use super::{Entry, Origin, Outcome, Rows, Status, Tally, When};
use crate::calendar::Window;
use crate::error::{Error, ErrorKind, Fault, Faults, Place, Result};
use crate::plan::{Formula, MeasureIndex, UnitIndex};

/// A row whose columns have the right types.
#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    pub(crate) unit: &'a str,
    pub(crate) when: RowWhen<'a>,
    pub(crate) measure: &'a str,
    pub(crate) value: Option<f64>,
    pub(crate) status: Option<&'a str>,
    pub(crate) recorded_at: Option<NaiveDate>,
}

/// The days a row is about.
#[derive(Debug, Clone)]
pub(crate) enum RowWhen<'a> {
    Date(NaiveDate),
    Span { start: NaiveDate, end: NaiveDate },
    Period(&'a str),
}

impl<'a> From<&'a Outcome> for Row<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        Row {
            unit: &outcome.unit,
            when: match &outcome.when {
                When::Date(day) => RowWhen::Date(*day),
                When::Span { start, end } => RowWhen::Span { start: *start, end: *end },
                When::Period(name) => RowWhen::Period(name),
            },
            measure: &outcome.measure,
            value: outcome.value,
            status: outcome.status.map(letter_text),
            recorded_at: outcome.recorded_at,
        }
    }
}

/// The letter of a status as a text that lives as long as the program.
fn letter_text(status: Status) -> &'static str {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let at = status.letter() as usize - 'A' as usize;
    &LETTERS[at..=at]
}

/// Where the rows of one intake come from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    /// Outcomes recorded one by one; so many rows were in the tally before.
    Records { before: usize },
    /// Columns in memory, their rows counted from 0.
    Columns,
    /// A CSV file; rows are its lines.
    Lines { file: String },
    /// A Parquet file, its rows counted from 0.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "only Parquet files are such"))]
    File { file: String },
}

impl Source {
    pub(crate) fn place(&self, row: usize, column: Option<&str>) -> Place {
        let column = column.map(str::to_owned);
        match self {
            Source::Records { .. } | Source::Columns => Place::Row { row, column },
            Source::Lines { file } => Place::Cell { file: file.clone(), line: row, column },
            Source::File { file } => Place::FileRow { file: file.clone(), row, column },
        }
    }

    fn column_place(&self, column: &str) -> Place {
        let column = column.to_owned();
        match self {
            Source::Records { .. } | Source::Columns => Place::Column { column },
            Source::Lines { file } => {
                Place::Cell { file: file.clone(), line: 1, column: Some(column) }
            }
            Source::File { file } => Place::FileColumn { file: file.clone(), column },
        }
    }

    /// A row of an earlier intake, as a message about a later one names it.
    fn earlier(&self, row: usize) -> String {
        match self {
            Source::Records { before } => format!("outcome {} of the tally", before + row),
            Source::Columns => format!("row {row} of an earlier table"),
            Source::Lines { .. } | Source::File { .. } => self.place(row, None).to_string(),
        }
    }
}

/// Rows that have been checked, ready to be let in.
pub(crate) struct Accepted {
    pub(super) source: Source,
    pub(super) entries: Vec<(MeasureIndex, UnitIndex, Entry)>,
}

/// Checks rows against the plan and the tally they are to enter.
pub(crate) struct Intake<'t> {
    tally: &'t Tally,
    source: Source,
    entries: Vec<(MeasureIndex, UnitIndex, Entry)>,
    faults: Faults,
    measures: HashMap<&'t str, MeasureIndex>,
    periods: HashMap<String, Option<Window>>,
}

/// Floats count by ones up to here; beyond, 1 more is not seen.
pub(super) const LARGEST: f64 = 9_007_199_254_740_992.0;

impl<'t> Intake<'t> {
    pub(crate) fn new(tally: &'t Tally, source: Source) -> Self {
        let measures = tally.plan.measures().iter().enumerate();
        Intake {
            tally,
            source,
            entries: Vec::new(),
            faults: Faults::default(),
            measures: measures.map(|(index, one)| (one.id.as_str(), MeasureIndex(index))).collect(),
            periods: HashMap::new(),
        }
    }

    /// Notes a fault of a row whose columns could not be read.
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
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

    /// Where a whole column of this intake stands.
    pub(crate) fn column_place(&self, column: &str) -> Place {
        self.source.column_place(column)
    }

    /// Where a row of this intake stands.
    pub(crate) fn place(&self, row: usize, column: &str) -> Place {
        self.source.place(row, Some(column))
    }

    /// Where a row of this intake stands, as a whole.
    pub(crate) fn row_place(&self, row: usize) -> Place {
        self.source.place(row, None)
    }

    /// Checks one row. What it finds wrong is told by [`finish`](Intake::finish).
    pub(crate) fn row(&mut self, at: usize, row: &Row<'_>) {
        let measure = self.measure(at, row.measure);
        let span = self.span(at, &row.when);
        let unit = span.and_then(|span| self.unit(at, row.unit, &span));
        let status = self.status(at, row.status);
        let value = status.and_then(|status| self.value(at, row.value, status, measure));
        if let (Some(span), Some(recorded_at)) = (span, row.recorded_at)
            && recorded_at < span.start()
        {
            let place = self.place(at, "recorded_at");
            self.faults.push(
                Fault::new(place, "recorded before it can have happened")
                    .found(recorded_at)
                    .expected(format!("{} or later, the first day the row is about", span.start())),
            );
        }
        let (Some(measure), Some(span), Some(unit), Some(status), Some(value)) =
            (measure, span, unit, status, value)
        else {
            return;
        };
        self.entries.push((
            measure,
            unit,
            Entry {
                start: span.start(),
                end: span.end(),
                recorded_at: row.recorded_at,
                status,
                value,
                lost: 0.0,
                rows: 1,
                origin: Origin { source: self.tally.recorded.sources.len(), row: at },
            },
        ));
    }

    /// The checked rows, or every fault of all of them.
    pub(crate) fn finish(mut self) -> Result<Accepted> {
        if self.tally.rows == Rows::Figures {
            self.refuse_duplicates();
            self.refuse_parts_above_their_whole();
        }
        if self.faults.is_empty() {
            Ok(Accepted { source: self.source, entries: self.entries })
        } else {
            Err(Error::of(ErrorKind::Outcomes, self.faults))
        }
    }

    pub(super) fn measure(&mut self, at: usize, id: &str) -> Option<MeasureIndex> {
        let plan = &self.tally.plan;
        let Some(measure) = self.measures.get(id).copied() else {
            let mut fault =
                Fault::new(self.place(at, "measure"), format!("there is no measure `{id}`"))
                    .near_miss(id, plan.measures().iter().map(|measure| measure.id.as_str()));
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
                Fault::new(place, format!("`{id}` is recorded in both ways"))
                    .found(format!("{rows}"))
                    .expected(format!("{recorded}, as recorded before")),
            );
            return None;
        }
        if plan[measure].reported && rows == Rows::Events {
            let place = self.place(at, "measure");
            self.faults.push(
                Fault::new(place, format!("`{id}` is a published value, not an event"))
                    .found("events")
                    .expected("rows=\"figures\""),
            );
            return None;
        }
        Some(measure)
    }

    pub(super) fn span(&mut self, at: usize, when: &RowWhen<'_>) -> Option<Window> {
        let sound = |day: NaiveDate| (1..=9999).contains(&day.year());
        match *when {
            RowWhen::Date(day) => {
                if !sound(day) {
                    self.date_out_of_range(at, "date", day);
                    return None;
                }
                Window::day(day)
            }
            RowWhen::Span { start, end } => {
                for (column, day) in [("start", start), ("end", end)] {
                    if !sound(day) {
                        self.date_out_of_range(at, column, day);
                        return None;
                    }
                }
                let span = Window::new(start, end);
                if span.is_none() {
                    let place = self.place(at, "end");
                    self.faults.push(
                        Fault::new(place, "the row is about no day")
                            .found(format!("{start} to before {end}"))
                            .expected("an end after the start")
                            .hint("the end is the first day the row is no longer about"),
                    );
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
                            .period(name)
                            .and_then(|period| calendar.window(period))
                            .or_else(|| plan.campaign(name).map(|campaign| campaign.window));
                        self.periods.insert(name.to_owned(), window);
                        window
                    }
                };
                if window.is_none() {
                    let campaigns = plan.campaigns().iter().map(|campaign| campaign.id.as_str());
                    let fault = Fault::new(self.place(at, "period"), "this names no period")
                        .found(format!("`{name}`"))
                        .expected("2023, 2023-H1, 2023-Q1, 2023-05, 2023-W07 or a campaign's id")
                        .near_miss(name, campaigns);
                    self.faults.push(fault);
                }
                window
            }
        }
    }

    fn date_out_of_range(&mut self, at: usize, column: &str, day: NaiveDate) {
        let place = self.place(at, column);
        self.faults.push(
            Fault::new(place, "the date is out of range")
                .found(day)
                .expected("a day of the years 1 to 9999"),
        );
    }

    pub(super) fn unit(&mut self, at: usize, code: &str, span: &Window) -> Option<UnitIndex> {
        let units = self.tally.plan.units();
        let unit = units.named_throughout(code, span);
        if unit.is_none() {
            let place = self.place(at, "unit");
            let versions = units.versions(code);
            let fault = if versions.is_empty() {
                Fault::new(place, format!("there is no unit `{code}`")).near_miss(code, units.ids())
            } else {
                let validities: Vec<String> = versions
                    .iter()
                    .map(|version| {
                        format!("`{}` {}", units[*version].name, units[*version].validity())
                    })
                    .collect();
                Fault::new(place, format!("the code `{code}` names no unit on all of these days"))
                    .found(span)
                    .expected(validities.join("; "))
            };
            self.faults.push(fault);
        }
        unit
    }

    pub(super) fn status(&mut self, at: usize, letter: Option<&str>) -> Option<Status> {
        let Some(text) = letter else { return Some(Status::A) };
        let mut letters = text.chars();
        let status = match (letters.next(), letters.next()) {
            (Some(letter), None) => Status::from_letter(letter),
            _ => None,
        };
        let fault = match status {
            None => {
                let letters: Vec<String> =
                    Status::ALL.iter().map(|status| status.letter().to_string()).collect();
                Fault::new(self.place(at, "status"), "this is no observation status of SDMX")
                    .found(format!("`{text}`"))
                    .expected(format!("one of {}", letters.join(" ")))
            }
            Some(Status::F) => Fault::new(self.place(at, "status"), "a forecast is no outcome")
                .found("F")
                .hint("leave the row out"),
            Some(status) => return Some(status),
        };
        self.faults.push(fault);
        None
    }

    /// The value to keep: `Some(None)` where it is rightly missing.
    pub(super) fn value(
        &mut self,
        at: usize,
        value: Option<f64>,
        status: Status,
        measure: Option<MeasureIndex>,
    ) -> Option<Option<f64>> {
        let place = |intake: &Self| intake.place(at, "value");
        let fault = match value {
            None if status.explains_a_missing_value() => return Some(None),
            None if self.tally.rows == Rows::Events => return Some(Some(1.0)),
            None => Fault::new(place(self), "the value is missing").expected("a number").hint(
                "a status of H, K, L, M, N, O or Q says why a value is missing; 0 is a value",
            ),
            Some(value) if !value.is_finite() => Fault::new(place(self), "the value is no number")
                .found(value)
                .expected("a finite number"),
            Some(value) if status.forbids_a_value() => Fault::new(
                place(self),
                format!("status {} says there is no value", status.letter()),
            )
            .found(value)
            .expected(format!("no value ({})", status.meaning())),
            Some(value) if value.abs() > LARGEST => {
                self.too_large(at, value);
                return None;
            }
            Some(value)
                if value < 0.0
                    && measure.is_some_and(|measure| !self.tally.plan[measure].signed) =>
            {
                Fault::new(place(self), "the value is negative")
                    .found(value)
                    .expected("0 or more")
                    .hint("a measure that may be negative says `signed: true`")
            }
            // −0 is 0.
            Some(value) => return Some(Some(value + 0.0)),
        };
        self.faults.push(fault);
        None
    }

    /// Notes that a value can't be kept as it stands in its column.
    #[cold]
    pub(crate) fn too_large(&mut self, at: usize, found: impl std::fmt::Display) {
        let place = self.place(at, "value");
        self.faults.push(
            Fault::new(place, "the value is too large to be counted exactly")
                .found(found)
                .expected("at most 9007199254740992 (2^53)"),
        );
    }

    fn refuse_duplicates(&mut self) {
        let mut seen: HashMap<_, usize> = HashMap::with_capacity(self.entries.len());
        let mut faults = Vec::new();
        for (measure, unit, entry) in &self.entries {
            let first = seen.insert((*measure, *unit, entry.key(Rows::Figures)), entry.origin.row);
            let first = match first {
                Some(row) => Some(self.source.place(row, None).to_string()),
                None => self.tally.find(*measure, *unit, entry, Rows::Figures).map(|twin| {
                    self.tally.recorded.sources[twin.origin.source].earlier(twin.origin.row)
                }),
            };
            if let Some(first) = first {
                let place = self.source.place(entry.origin.row, None);
                faults.push(self.tally.duplicate(*measure, *unit, entry, place, &first));
            }
        }
        faults.into_iter().for_each(|fault| self.faults.push(fault));
    }

    /// The part of a proportion can't exceed its whole: where both are figures of the same unit
    /// and span, that is seen here.
    fn refuse_parts_above_their_whole(&mut self) {
        let pairs: Vec<(MeasureIndex, MeasureIndex)> = self
            .tally
            .plan
            .indicators()
            .iter()
            .filter_map(|indicator| match &indicator.formula {
                Formula::Proportion { numerator, denominator, .. } => {
                    match (&numerator.terms[..], &denominator.terms[..]) {
                        ([part], [whole]) if part.measure != whole.measure => {
                            Some((part.measure, whole.measure))
                        }
                        _ => None,
                    }
                }
                Formula::Count(_)
                | Formula::Ratio { .. }
                | Formula::Rate { .. }
                | Formula::Mean { .. }
                | Formula::Change { .. }
                | Formula::ShareOfUnits { .. }
                | Formula::Reported { .. } => None,
            })
            .collect();
        if pairs.is_empty() {
            return;
        }
        let of_this_intake: HashMap<_, &Entry> = self
            .entries
            .iter()
            .map(|(measure, unit, entry)| ((*measure, *unit, entry.key(Rows::Figures)), entry))
            .collect();
        let mut faults = Vec::new();
        for (measure, unit, entry) in &self.entries {
            for (part, whole) in &pairs {
                let other_measure = match measure {
                    measure if measure == part => *whole,
                    measure if measure == whole => *part,
                    _ => continue,
                };
                let in_this_intake =
                    of_this_intake.get(&(other_measure, *unit, entry.key(Rows::Figures)));
                // A pair inside this intake is told once, at its part.
                if in_this_intake.is_some() && measure == whole {
                    continue;
                }
                let earlier = || self.tally.find(other_measure, *unit, entry, Rows::Figures);
                let Some(other) = in_this_intake.copied().or_else(earlier) else { continue };
                let (in_part, in_whole) =
                    if measure == part { (entry, other) } else { (other, entry) };
                let (Some(part_value), Some(whole_value)) = (in_part.value, in_whole.value) else {
                    continue;
                };
                if part_value > whole_value {
                    let other_place = if in_this_intake.is_some() {
                        self.source.place(other.origin.row, None).to_string()
                    } else {
                        self.tally.recorded.sources[other.origin.source].earlier(other.origin.row)
                    };
                    let plan = &self.tally.plan;
                    faults.push(
                        Fault::new(
                            self.source.place(entry.origin.row, Some("value")),
                            format!(
                                "`{}` is part of `{}` but exceeds it",
                                plan[*part].id, plan[*whole].id
                            ),
                        )
                        .found(format!(
                            "{part_value} of {whole_value} (the other is {other_place})"
                        ))
                        .expected(format!("at most {whole_value}"))
                        .hint(
                            "an indicator whose numerator may exceed its denominator is a `ratio`",
                        ),
                    );
                }
            }
        }
        faults.into_iter().for_each(|fault| self.faults.push(fault));
    }
}
