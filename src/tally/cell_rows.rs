//! All that a tally holds as rows, and a tally made of such rows: so it is stored, sent to other machines, and kept
//! when its plan changes.

use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::intake::{Checked, Origins};
use super::warnings::add_noted;
use super::{Accepted, Entry, Intake, Origin, Row, RowWhen, Rows, Slots, Source, Status, Tally};
use crate::calendar::Window;
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result, Warning};
use crate::parallel::check_stop;
use crate::plan::stratum::{Combination, OUTCOME_COLUMNS};
use crate::plan::{MeasureIndex, Plan, UnitIndex};
use crate::view::View;

/// A row of a stored tally: a figure, or events that were added up. The categories of the plan's strata stand in further
/// columns.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "cells")]
pub struct CellRow {
    /// The unit's code.
    pub unit: Arc<str>,
    /// The first day on which the unit is valid; null if it has none. A code may name several units, one after the other.
    pub unit_from: Option<NaiveDate>,
    /// The measure's id.
    pub measure: Arc<str>,
    /// Whether it is a figure or events.
    pub kind: Rows,
    /// The first day.
    pub start: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
    /// The day on which it was recorded, where it is known.
    pub recorded_at: Option<NaiveDate>,
    /// The observation status of SDMX. Null for plain events: each has a whole number from 1 to 2,097,152, happened on one
    /// of the days, and has neither a status nor a day of recording.
    pub status: Option<Status>,
    /// The figure, or the sum of the events; null where the status says that there is none.
    pub value: Option<f64>,
    /// What rounding has lost of the sum.
    pub lost: f64,
    /// The sum of the absolute values. Null where `value` is that of each of the rows, not their sum.
    pub size: Option<f64>,
    /// How many rows of outcomes these are; null where they are not counted one by one.
    pub rows: Option<i64>,
    /// Where the (first) row came from: what it says of its source, or `outcomes`, `table`, `lines of FILE` or `rows of FILE`.
    pub source: Option<Arc<str>>,
    /// Its number there; null where the row says its source.
    pub row: Option<i64>,
    /// Whether it is made up to illustrate, or a part of it.
    pub illustrative: bool,
}

/// What stands before the name of a column whose stratum is named as a column of the format.
const STRATUM: &str = "stratum_";

/// The column of a stratum: its id, with `stratum_` before it where the format has a column of this name.
pub(crate) fn stratum_column(id: &str) -> String {
    let is_of_format = CellRow::COLUMNS.iter().any(|column| column.name == id);
    if is_of_format || OUTCOME_COLUMNS.contains(&id) || id.starts_with(STRATUM) {
        format!("{STRATUM}{id}")
    } else {
        id.to_owned()
    }
}

impl Tally {
    /// The measures whose plain events share cells.
    pub(crate) fn plain_measures(&self) -> impl Iterator<Item = MeasureIndex> {
        let grid = &self.grid;
        grid.measures().iter().copied().filter(|measure| grid.first_cell(*measure).is_some())
    }

    /// A fingerprint of what the tally holds, in its order: 32 hexadecimal digits, the first half of a SHA-256 digest.
    pub(crate) fn contents_fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        for (row, combination) in self.cell_rows() {
            check_stop();
            let sum = (row.value, row.lost, row.size, row.rows);
            let of = (row.unit, row.unit_from, row.measure, row.kind);
            let when = (row.start, row.end, row.recorded_at, row.status);
            digest.update(format!("{of:?}{when:?}{sum:?}{combination}\n"));
        }
        digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// All that the tally holds, each row with the number of its categories: plain events in order of time, then
    /// everything else in the order of measures and units.
    pub(crate) fn cell_rows(&self) -> impl Iterator<Item = (CellRow, Combination)> {
        let plan = &self.plan;
        let units: Vec<Arc<str>> =
            plan.units().iter().map(|(_, unit)| unit.id.as_str().into()).collect();
        let measures: Vec<Arc<str>> =
            plan.measures().iter().map(|one| one.id.as_str().into()).collect();
        let sources: Vec<Arc<str>> =
            self.recorded.sources.iter().map(|one| one.label().into()).collect();
        let (units, measures) = (Arc::new(units), Arc::new(measures));
        let illustrative = &self.recorded.illustrative;
        let plain = {
            let (units, measures) = (Arc::clone(&units), Arc::clone(&measures));
            self.plain_cells().map(move |(measure, combination, unit, days, sum)| {
                let row = CellRow {
                    unit: Arc::clone(&units[unit.0]),
                    unit_from: plan.units()[unit].valid_from,
                    measure: Arc::clone(&measures[measure.0]),
                    kind: Rows::Events,
                    start: days.start(),
                    end: days.end(),
                    recorded_at: None,
                    status: None,
                    value: Some(sum),
                    lost: 0.0,
                    size: Some(sum),
                    rows: None,
                    source: None,
                    row: None,
                    illustrative: illustrative.contains(
                        measure,
                        unit,
                        None,
                        (days.start(), days.end()),
                    ),
                };
                (row, combination)
            })
        };
        let entries = self.entries_of_all().map(move |(measure, kind, unit, entry)| {
            let number = match self.cited(entry.origin) {
                Some(_) => None,
                None => i64::try_from(self.number_in_source(entry.origin)).ok(),
            };
            let row = CellRow {
                unit: Arc::clone(&units[unit.0]),
                unit_from: plan.units()[unit].valid_from,
                measure: Arc::clone(&measures[measure.0]),
                kind,
                start: entry.start,
                end: entry.end,
                recorded_at: entry.recorded_at,
                status: Some(entry.status),
                value: entry.value,
                lost: entry.lost,
                size: Some(entry.size),
                rows: match kind {
                    Rows::Figures => Some(1),
                    Rows::Events => None,
                },
                source: Some(Arc::clone(&sources[entry.origin.source])),
                row: number,
                illustrative: illustrative.contains(
                    measure,
                    unit,
                    entry.recorded_at,
                    (entry.start, entry.end),
                ),
            };
            (row, entry.combination)
        });
        plain.chain(entries)
    }

    /// How many rows these are.
    #[cfg(feature = "arrow")]
    pub(crate) fn number_of_cells(&self) -> usize {
        self.plain_cells().count() + self.recorded.entries
    }

    /// The sums of plain events: of which measure, categories, unit and days.
    pub(super) fn plain_cells(
        &self,
    ) -> impl Iterator<Item = (MeasureIndex, Combination, UnitIndex, Window, f64)> {
        let (grid, strata) = (&*self.grid, self.plan.combinations());
        self.recorded.cells.iter().flat_map(move |(slot, block)| {
            grid.days(slot).into_iter().flat_map(move |days| {
                grid.measures().iter().flat_map(move |measure| {
                    let cells = grid.cells_of(*measure).iter();
                    cells.flat_map(move |cells| {
                        block.filled_in(cells.clone()).map(move |(cell, sum)| {
                            let (combination, unit) = grid.owner(*measure, cell, strata);
                            (*measure, combination, unit, days, sum)
                        })
                    })
                })
            })
        })
    }

    /// Everything but plain events.
    fn entries_of_all(&self) -> impl Iterator<Item = (MeasureIndex, Rows, UnitIndex, &Entry)> {
        let series = self.recorded.series.iter().enumerate();
        series.flat_map(|(measure, series)| {
            let kind = series.rows.unwrap_or_default();
            series.units.iter().enumerate().flat_map(move |(unit, entries)| {
                let row = move |entry| (MeasureIndex(measure), kind, UnitIndex(unit), entry);
                entries.iter().map(row)
            })
        })
    }
}

/// Without rows and metadata, no events and no figures look the same; but no events are a number, and no figures are none.
#[cold]
fn of_no_kind() -> Error {
    let message = "the table does not say whether it holds figures or events";
    let fault = Fault::new(FaultCode::MissingValue, Place::Nowhere, message);
    let fault = fault.found("no rows, and no metadata").hint("give `rows`: figures or events");
    Error::one(ErrorKind::Request, fault)
}

impl CellRow {
    /// The row as one of outcomes.
    fn outcome(&self, combination: Option<Combination>) -> Row<'_> {
        Row {
            unit: &self.unit,
            when: RowWhen::Span { start: self.start, end: self.end },
            measure: &self.measure,
            value: self.value,
            status: self.status.map(Status::code),
            recorded_at: self.recorded_at,
            illustrative: self.illustrative,
            source: None,
            combination,
        }
    }
}

/// A stored row of events.
#[derive(Debug)]
pub(crate) struct StoredEvents<'a> {
    pub(crate) row: Row<'a>,
    /// The first day of the unit's validity, where rows tell it; else the days of the row name the unit.
    pub(crate) unit_from: Option<Option<NaiveDate>>,
    pub(crate) lost: f64,
    /// The sum of the absolute values; none if the value is that of each of the rows.
    pub(crate) size: Option<f64>,
    /// How many rows of outcomes it is.
    pub(crate) rows: usize,
}

/// What is known of a stored tally beside its rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct AboutCells {
    /// Whether rows that are added later are figures or events; else as its rows are, if all are alike.
    pub(crate) rows: Option<Rows>,
    /// The days on which it can be assessed, if not on all, and the days that it distinguishes for them.
    pub(crate) slots: Option<Slots>,
    /// How many rows of outcomes it holds; else they are counted.
    pub(crate) len: Option<usize>,
    /// The warnings that were given when they were read.
    pub(crate) noted: Vec<Warning>,
}

/// A tally on its way from rows: figures and events are checked apart from each other.
pub(crate) struct Restoring<'t> {
    pub(crate) figures: Intake<'t>,
    pub(crate) events: Intake<'t>,
    /// Where each row came from, if rows say so.
    pub(crate) origins: Origins,
}

impl Tally {
    /// A tally of stored rows, which `read` checks one by one. They come from `source`, unless each says where it came from.
    ///
    /// # Errors
    ///
    /// [`Error::is_outcomes`] with every fault of every row.
    pub(crate) fn of_cells(
        plan: &Plan,
        about: &AboutCells,
        source: &Source,
        read: impl FnOnce(&mut Restoring<'_>),
    ) -> Result<Tally> {
        let slots = about.slots.clone().unwrap_or(Slots::Days);
        let mut figures = Tally::with_slots(plan, Rows::Figures, slots.clone());
        let mut events = Tally::with_slots(plan, Rows::Events, slots);
        let mut restoring = Restoring {
            figures: Intake::new(&figures, source.clone()),
            events: Intake::new(&events, source.clone()),
            origins: Origins::default(),
        };
        read(&mut restoring);
        let Restoring { figures: of_figures, events: of_events, origins } = restoring;
        let (of_figures, of_events) = match (of_figures.finish(), of_events.finish()) {
            (Ok(of_figures), Ok(of_events)) => (of_figures, of_events),
            (Err(one), Err(other)) => return Err(one.and(other)),
            (Err(error), Ok(_)) | (Ok(_), Err(error)) => return Err(error),
        };
        let origins = Arc::new(origins);
        for (tally, rows) in [(&mut figures, of_figures), (&mut events, of_events)] {
            tally.add_accepted(Accepted { origins: Arc::clone(&origins), ..rows });
        }
        let rows = match (about.rows, figures.is_empty(), events.is_empty()) {
            (Some(rows), ..) => rows,
            (None, true, false) => Rows::Events,
            (None, false, _) => Rows::Figures,
            (None, true, true) => return Err(of_no_kind()),
        };
        figures.merge(&events)?;
        figures.rows = rows;
        let recorded = Arc::make_mut(&mut figures.recorded);
        recorded.len = about.len.unwrap_or(recorded.len);
        add_noted(&mut recorded.noted, about.noted.clone());
        Ok(figures)
    }
}

impl Restoring<'_> {
    /// Checks a row of another tally; `combination` is the number of its categories in this plan.
    pub(super) fn row(&mut self, at: usize, row: &CellRow, combination: Option<Combination>) {
        match (&row.source, row.row) {
            (Some(source), Some(number)) => self.origins.note(at, source, number as usize),
            (Some(source), None) => self.origins.cite(at, source),
            (None, _) => {}
        }
        let outcome = row.outcome(combination);
        match row.kind {
            Rows::Figures => self.figures.row(at, &outcome),
            Rows::Events => {
                let stored = StoredEvents {
                    row: outcome,
                    unit_from: Some(row.unit_from),
                    lost: row.lost,
                    size: row.size,
                    rows: row.rows.map_or(1, |rows| rows as usize),
                };
                self.events.stored_events(at, &stored);
            }
        }
    }
}

impl Intake<'_> {
    /// Checks a stored row of events.
    pub(crate) fn stored_events(&mut self, at: usize, stored: &StoredEvents<'_>) {
        if !self.has_room() {
            return;
        }
        let row = &stored.row;
        let checked = self.checked(at, row, stored.unit_from);
        let are_finite = self.is_finite(at, "lost", stored.lost)
            & self.is_finite(at, "size", stored.size.unwrap_or_default());
        let Some(checked) = checked.filter(|_| are_finite) else { return };
        let Checked { measure, unit, combination, span, status, value } = checked;
        if row.status.is_none() {
            self.plain_events(at, stored, (measure, combination, unit), &span);
            return;
        }
        let entry = Entry {
            combination,
            start: span.start(),
            end: span.end(),
            recorded_at: row.recorded_at,
            status,
            value,
            lost: stored.lost,
            size: stored.size.unwrap_or_else(|| value.unwrap_or_default().abs()),
            origin: Origin { source: 0, row: at },
        };
        match stored.size {
            Some(_) => self.keep(measure, unit, entry, stored.rows),
            None => (0..stored.rows).for_each(|_| {
                check_stop();
                self.keep(measure, unit, entry.clone(), 1);
            }),
        }
    }

    fn is_finite(&mut self, at: usize, column: &str, number: f64) -> bool {
        if !number.is_finite() {
            let place = self.place(at, column);
            let fault = Fault::new(FaultCode::NotFinite, place, "the value is no number");
            self.fault(fault.found(number).expected("a finite number"));
        }
        number.is_finite()
    }

    /// Adds the sum of plain events to its cell.
    fn plain_events(
        &mut self,
        at: usize,
        stored: &StoredEvents<'_>,
        (measure, combination, unit): (MeasureIndex, Combination, UnitIndex),
        days: &Window,
    ) {
        let row = &stored.row;
        let grid = self.grid();
        let other_events = "other events have a status, `A` if nothing else is known";
        let Some(sum) = row.value.filter(|sum| *sum >= 1.0 && sum.fract() == 0.0) else {
            let place = self.place(at, "value");
            let message = "this is no sum of plain events";
            let fault = Fault::new(FaultCode::FractionalValue, place, message);
            let found = row.value.map_or_else(|| "nothing".to_owned(), |value| value.to_string());
            self.fault(fault.found(found).expected("a whole number from 1").hint(other_events));
            return;
        };
        if let Some(day) = row.recorded_at {
            let place = self.place(at, "recorded_at");
            let message = "plain events have no day of recording";
            let fault = Fault::new(FaultCode::UnsuitableStatus, place, message);
            self.fault(fault.found(day).hint(other_events));
            return;
        }
        let Some(cell) = grid.cell(measure, combination, self.plan().combinations(), unit) else {
            let place = self.place(at, "measure");
            let message = format!("events of `{}` are kept day by day", row.measure);
            let fault = Fault::new(FaultCode::UnsuitableMeasure, place, message);
            self.fault(fault.found("a sum of plain events").hint(other_events));
            return;
        };
        let slot = grid.slot(days.start());
        let last = days.end().pred_opt().map(|last| grid.slot(last));
        if last != Some(slot) {
            let place = self.place(at, "end");
            let message = "the row adds up days that have to be kept apart";
            let fault = Fault::new(FaultCode::OtherDays, place, message);
            let fault = fault.found(days).expected(match grid.assessed_on() {
                Some(_) => "days between two neighbouring cuts of the plan",
                None => "a single day: the tally can be assessed on all days",
            });
            self.fault(fault.hint("make the table for this plan, and for the same days `as_of`"));
            return;
        }
        let sum = if stored.size.is_some() { sum } else { sum * stored.rows as f64 };
        self.plain.add(slot, cell, sum, stored.rows);
    }
}
