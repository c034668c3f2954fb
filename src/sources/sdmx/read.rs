//! Rows of SDMX-CSV as observations.

use std::collections::BTreeSet;
use std::io::Cursor;

use chrono::NaiveDate;
use csv::StringRecord;
use rustc_hash::FxHashMap;

use super::SdmxOptions;
use super::columns::Columns;
use super::period::{NoPeriod, period, update_day, year_start};
use super::status;
use crate::delimited::{Delimited, Row};
use crate::error::{Fault, FaultCode, Faults, Place, Result, quoted};
use crate::sources::SourceFile;
use crate::sources::note::{NoteCode, Notes};
use crate::sources::number::{float, machine_number, shifted};
use crate::tally::{Status, unreadable};

/// Texts that repeat, each with its number, and the names that stand beside them.
#[derive(Debug, Default)]
pub(super) struct Codes {
    pub(super) texts: Vec<String>,
    pub(super) labels: Vec<Option<String>>,
    index: FxHashMap<String, usize>,
}

impl Codes {
    pub(super) fn number(&mut self, text: &str, label: Option<&str>) -> usize {
        let number = match self.index.get(text) {
            Some(number) => *number,
            None => {
                self.index.insert(text.to_owned(), self.texts.len());
                self.texts.push(text.to_owned());
                self.labels.push(None);
                self.texts.len() - 1
            }
        };
        if let (Some(label), Some(of_text)) = (label, self.labels.get_mut(number))
            && of_text.is_none()
            && !label.is_empty()
        {
            *of_text = Some(label.to_owned());
        }
        number
    }

    pub(super) fn text(&self, number: usize) -> &str {
        self.texts.get(number).map_or("", String::as_str)
    }

    pub(super) fn label(&self, number: usize) -> Option<&str> {
        self.labels.get(number)?.as_deref()
    }
}

/// A row that is an observation.
#[derive(Debug)]
pub(super) struct Observation {
    pub(super) file: usize,
    pub(super) line: usize,
    pub(super) flow: usize,
    pub(super) area: usize,
    pub(super) series: usize,
    pub(super) unit: Option<usize>,
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
    pub(super) value: Option<f64>,
    pub(super) status: Option<Status>,
    pub(super) recorded_at: Option<NaiveDate>,
    /// The code in each dimension; none is the total.
    pub(super) categories: Vec<Option<usize>>,
}

/// What all files hold.
#[derive(Debug, Default)]
pub(super) struct Observations {
    pub(super) rows: Vec<Observation>,
    pub(super) flows: Codes,
    pub(super) areas: Codes,
    pub(super) series: Codes,
    pub(super) units: Codes,
    /// The dimensions and their codes.
    pub(super) dimensions: Vec<(String, Codes)>,
    /// Whether the file names its series, or the flow is the only one.
    pub(super) has_series: bool,
}

impl Observations {
    /// The number of a dimension.
    pub(super) fn dimension(&mut self, id: &str) -> usize {
        let known = self.dimensions.iter().position(|(known, _)| known == id);
        known.unwrap_or_else(|| {
            self.dimensions.push((id.to_owned(), Codes::default()));
            self.dimensions.len() - 1
        })
    }
}

/// Codes that mean all categories together.
const TOTALS: [&str; 5] = ["_T", "T", "TOTAL", "_Z", ""];

/// Texts in place of a value that is not there.
pub(super) const NO_VALUE: [&str; 5] = ["", "NaN", ":", "#N/A", "-"];

/// As many columns of a file that are not read are named in a note.
const COLUMNS_OF_A_NOTE: usize = 12;

/// A separator, and what says so: the sign behind the first name. It is not guessed from the rest.
fn separator(text: &str) -> u8 {
    let text = text.strip_prefix('"').unwrap_or(text);
    let rest = ["STRUCTURE", "DATAFLOW"].iter().find_map(|name| text.strip_prefix(name));
    let Some(rest) = rest else { return b',' };
    // The sign in brackets separates several values of one field.
    let rest = match rest.strip_prefix('[') {
        Some(inner) => inner.split_once(']').map_or(rest, |(_, rest)| rest),
        None => rest,
    };
    let mark = rest.strip_prefix('"').unwrap_or(rest).bytes().next();
    mark.filter(|mark| b";\t|".contains(mark)).unwrap_or(b',')
}

/// Reads the rows of a file.
pub(super) fn read(
    file: &SourceFile,
    number: usize,
    options: &SdmxOptions,
    into: &mut Observations,
    notes: &mut Notes,
    faults: &mut Faults,
) -> Result<()> {
    let Some(text) = file.text_or(faults) else { return Ok(()) };
    if text.trim_start().starts_with(['{', '<']) {
        let fault = Fault::new(FaultCode::UnknownFormat, file.place(), "this is no SDMX-CSV")
            .found(if text.trim_start().starts_with('<') { "SDMX-ML" } else { "SDMX-JSON" })
            .expected("text with a header and rows")
            .hint("ask the service for CSV: `format=csvdata`, or `Accept: application/vnd.sdmx.data+csv`");
        faults.push(fault);
        return Ok(());
    }
    let mark = separator(text);
    let io = |cause| unreadable(std::path::Path::new(file.name()), cause);
    let opened = Delimited::separated_by(mark, file.name(), Cursor::new(text.as_bytes()));
    let mut table = match opened.map_err(io)? {
        Ok(table) => table,
        Err(fault) => {
            faults.push(fault);
            return Ok(());
        }
    };
    let (header, line) = table.header();
    let columns = match Columns::of(header, file.name(), line, options) {
        Ok(columns) => columns,
        Err(found) => {
            found.into_iter().for_each(|fault| faults.push(fault));
            return Ok(());
        }
    };
    if !columns.unread.is_empty() {
        let shown = columns.unread.iter().take(COLUMNS_OF_A_NOTE);
        let names: Vec<&str> = shown.map(String::as_str).collect();
        let did = format!("columns are not read: {}", names.join(", "));
        notes
            .add(NoteCode::NotInAttain, &did, || file.place())
            .hint("name a column with `strata` if it separates observations");
    }
    into.has_series |= columns.indicator.is_some();
    let dimensions: Vec<(usize, usize)> =
        columns.dimensions.iter().map(|(column, id)| (*column, into.dimension(id))).collect();
    let mut reader = RowReader {
        file: file.name(),
        number,
        columns: &columns,
        dimensions: &dimensions,
        options,
        has_decimal_comma: mark == b';',
        into,
        notes,
        faults,
    };
    while let Some(row) = table.next().map_err(io)? {
        crate::parallel::check_stop();
        match row {
            Row::Sound(line, record) => reader.row(record, line),
            Row::Faulty(fault) => reader.faults.push(fault),
        }
    }
    Ok(())
}

struct RowReader<'r> {
    file: &'r str,
    number: usize,
    columns: &'r Columns,
    /// The column of each dimension, and its number.
    dimensions: &'r [(usize, usize)],
    options: &'r SdmxOptions,
    has_decimal_comma: bool,
    into: &'r mut Observations,
    notes: &'r mut Notes,
    faults: &'r mut Faults,
}

fn cell(record: &StringRecord, column: Option<usize>) -> &str {
    column.and_then(|column| record.get(column)).unwrap_or_default().trim()
}

/// The id in a cell.
fn code<'r>(record: &'r StringRecord, columns: &Columns, column: Option<usize>) -> &'r str {
    columns.id_and_label(column, cell(record, column)).0
}

impl RowReader<'_> {
    fn place(&self, line: usize, column: &str) -> Place {
        Place::Cell { file: self.file.to_owned(), line, column: Some(column.to_owned()) }
    }

    fn fault(&mut self, code: FaultCode, line: usize, column: &str, message: &str) -> Fault {
        Fault::new(code, self.place(line, column), message)
    }

    fn row(&mut self, record: &StringRecord, line: usize) {
        let columns = self.columns;
        match code(record, columns, columns.action) {
            "" | "I" | "A" | "M" | "R" => {}
            "D" => {
                let place = self.place(line, "ACTION");
                self.notes
                    .add(
                        NoteCode::LeftOutDeleted,
                        "rows that delete an observation are left out",
                        || place,
                    )
                    .found("D");
                return;
            }
            other => {
                let place = self.place(line, "ACTION");
                let choices = ["I", "A", "M", "R", "D"];
                self.faults.push(Fault::unknown_choice(place, "action", other, &choices));
                return;
            }
        }
        let days = self.days(record, line);
        let area_text = cell(record, columns.area);
        let (area, label) = columns.id_and_label(columns.area, area_text);
        if area.is_empty() {
            let fault = self.fault(FaultCode::MissingValue, line, "REF_AREA", "the area is empty");
            self.faults.push(fault.expected("the code of an area"));
        }
        let value = self.value(record, line);
        let (Some((start, end)), Ok(value)) = (days, value) else { return };
        let Ok(status) = self.status(record, line, value.is_some()) else { return };
        if status == Some(Status::F) {
            let place = self.place(line, "OBS_STATUS");
            self.notes
                .add(NoteCode::LeftOutForecast, "forecasts are left out", || place)
                .hint("outcomes are what happened");
            return;
        }
        let label = label.or_else(|| columns.area_label.map(|column| cell(record, Some(column))));
        let area = self.into.areas.number(area, label);
        let (flow, flow_label) = columns.id_and_label(columns.flow, cell(record, columns.flow));
        let flow = self.into.flows.number(flow, flow_label);
        let (series, series_label) =
            columns.id_and_label(columns.indicator, cell(record, columns.indicator));
        let series_label = series_label
            .or_else(|| columns.indicator_label.map(|column| cell(record, Some(column))));
        let series = self.into.series.number(series, series_label);
        let unit = columns.unit.map(|column| {
            let (unit, label) = columns.id_and_label(Some(column), cell(record, Some(column)));
            self.into.units.number(unit, label)
        });
        let mut categories = vec![None; self.into.dimensions.len()];
        for (column, dimension) in self.dimensions {
            let (category, label) =
                columns.id_and_label(Some(*column), cell(record, Some(*column)));
            if !TOTALS.contains(&category)
                && let Some((_, codes)) = self.into.dimensions.get_mut(*dimension)
                && let Some(of_dimension) = categories.get_mut(*dimension)
            {
                *of_dimension = Some(codes.number(category, label));
            }
        }
        if columns.bounds.iter().any(|column| !cell(record, Some(*column)).is_empty()) {
            let place = self.place(line, "UPPER_BOUND");
            let did = "bounds of values are not read";
            self.notes.add(NoteCode::NotInAttain, did, || place);
        }
        let recorded_at = match columns.updated {
            Some(column) if self.options.recorded => {
                let found = update_day(cell(record, Some(column)));
                if found.is_none() && !cell(record, Some(column)).is_empty() {
                    let place = self.place(line, "LAST UPDATE");
                    let did = "the day of the last update can't be read and is left out";
                    let note = self.notes.add(NoteCode::NotInAttain, did, || place);
                    note.found(cell(record, Some(column)));
                }
                found
            }
            _ => None,
        };
        self.into.rows.push(Observation {
            file: self.number,
            line,
            flow,
            area,
            series,
            unit,
            start,
            end,
            value,
            status,
            recorded_at,
            categories,
        });
    }

    fn days(&mut self, record: &StringRecord, line: usize) -> Option<(NaiveDate, NaiveDate)> {
        let text = cell(record, self.columns.time);
        let starts = code(record, self.columns, self.columns.year_start);
        let starts = match starts {
            "" => Some((1, 1)),
            starts => year_start(starts),
        };
        let Some(starts) = starts else {
            let column = "REPORTING_YEAR_START_DAY";
            let fault = self.fault(FaultCode::NotADate, line, column, "this is no day of the year");
            let found = quoted(code(record, self.columns, self.columns.year_start));
            self.faults.push(fault.found(found).expected("a month and a day, such as --04-01"));
            return None;
        };
        let frequency =
            self.columns.frequency.map(|column| code(record, self.columns, Some(column)));
        match period(code(record, self.columns, self.columns.time), frequency, starts) {
            Ok(days) => Some(days),
            Err(NoPeriod::WithZone) => {
                let message = "a time with a zone names no day";
                let fault = self.fault(FaultCode::NotAPeriod, line, "TIME_PERIOD", message);
                self.faults.push(fault.found(quoted(text)).expected("a time without a zone"));
                None
            }
            Err(NoPeriod::WrongForm) => {
                let message = "this is no time period";
                let fault = self.fault(FaultCode::NotAPeriod, line, "TIME_PERIOD", message);
                let expected =
                    "2023, 2023-Q1, 2023-05, 2023-M05, 2023-W07, 2023-02-14 or 2023-01-01/P1Y";
                self.faults.push(fault.found(quoted(text)).expected(expected));
                None
            }
        }
    }

    /// The value, times the power of ten that the row names. An error is reported.
    fn value(
        &mut self,
        record: &StringRecord,
        line: usize,
    ) -> std::result::Result<Option<f64>, ()> {
        let text = cell(record, self.columns.value);
        if NO_VALUE.contains(&text) {
            return Ok(None);
        }
        let number = match machine_number(text) {
            None if self.has_decimal_comma && !text.contains('.') => {
                let read = machine_number(&text.replacen(',', ".", 1));
                if read.is_some() {
                    let place = self.place(line, "OBS_VALUE");
                    let did =
                        "commas are read as decimal marks, because semicolons separate the fields";
                    self.notes.add(NoteCode::AssumedDecimal, did, || place).found(text);
                }
                read
            }
            read => read,
        };
        let Some(number) = number else {
            let fault = self.fault(FaultCode::NotANumber, line, "OBS_VALUE", "this is no number");
            self.faults.push(fault.found(quoted(text)).expected("a number, or NaN with a status"));
            return Err(());
        };
        let power = match code(record, self.columns, self.columns.multiplier) {
            "" => 0,
            power => match power.parse::<i32>().ok().filter(|power| power.abs() <= 30) {
                Some(power) => power,
                None => {
                    let message = "this is no power of ten";
                    let fault = self.fault(FaultCode::NotANumber, line, "UNIT_MULT", message);
                    self.faults
                        .push(fault.found(quoted(power)).expected("a whole number such as 3 or 6"));
                    return Err(());
                }
            },
        };
        if power != 0 {
            let place = self.place(line, "UNIT_MULT");
            let did = format!("values are multiplied by ten to the power of {power}");
            self.notes.add(NoteCode::UnitScaled, &did, || place).found(text);
        }
        match shifted(&number, power).and_then(|number| float(&number)) {
            Some(number) => Ok(Some(number)),
            None => {
                let message = "the number has too many digits";
                let fault = self.fault(FaultCode::NumberTooLarge, line, "OBS_VALUE", message);
                self.faults.push(fault.found(quoted(text)).expected("at most 28 digits"));
                Err(())
            }
        }
    }

    /// The status. An error is reported.
    fn status(
        &mut self,
        record: &StringRecord,
        line: usize,
        has_value: bool,
    ) -> std::result::Result<Option<Status>, ()> {
        let given = code(record, self.columns, self.columns.status);
        let flags = code(record, self.columns, self.columns.flag);
        let mut found = None;
        if !given.is_empty() {
            let mut letters = given.chars();
            found = match (letters.next().and_then(Status::from_letter), letters.next()) {
                (Some(status), None) => Some(status),
                _ => {
                    let place = self.place(line, "OBS_STATUS");
                    let choices: Vec<&str> = Status::ALL.iter().map(|one| one.code()).collect();
                    self.faults.push(Fault::unknown_choice(
                        place,
                        "observation status",
                        given,
                        &choices,
                    ));
                    return Err(());
                }
            };
        }
        if !flags.is_empty() {
            match status::of_flags(flags) {
                Some((status, are_several)) => {
                    if are_several {
                        let place = self.place(line, "OBS_FLAG");
                        let did = "of several flags the most telling one is kept";
                        self.notes.add(NoteCode::FlagReduced, did, || place).found(flags);
                    }
                    found = found.or(status);
                }
                None => {
                    let place = self.place(line, "OBS_FLAG");
                    let fault = Fault::unknown_choice(
                        place,
                        "flag",
                        flags,
                        &["b", "c", "d", "e", "f", "i", "m", "n", "p", "r", "s", "u", "z"],
                    );
                    self.faults.push(fault);
                    return Err(());
                }
            }
        }
        if found.is_none_or(|status| status == Status::A)
            && let Some(status) =
                status::of_nature(code(record, self.columns, self.columns.nature), has_value)
        {
            let place = self.place(line, "NATURE");
            let did = format!("the nature of values became the status {status}");
            let nature = code(record, self.columns, self.columns.nature).to_owned();
            self.notes.add(NoteCode::FlagReduced, &did, || place).found(nature);
            found = Some(status);
        }
        if !has_value {
            let is_confidential =
                ["C", "N", "S"].contains(&code(record, self.columns, self.columns.confidentiality));
            if is_confidential {
                found = Some(Status::Q);
            }
            match found {
                None => found = Some(Status::O),
                Some(status) if !status.explains_a_missing_value() && status != Status::F => {
                    let place = self.place(line, "OBS_VALUE");
                    let did = "values are missing under a status that does not say why: the status became O";
                    self.notes.add(NoteCode::FlagReduced, did, || place).found(status);
                    found = Some(Status::O);
                }
                Some(_) => {}
            }
        }
        Ok(found)
    }
}

/// The dimensions that are strata, and notes on those that have one value in all rows.
pub(super) fn strata(of: &Observations, files: &[SourceFile], notes: &mut Notes) -> Vec<usize> {
    let mut strata = Vec::new();
    for (at, (id, codes)) in of.dimensions.iter().enumerate() {
        let values: BTreeSet<Option<usize>> =
            of.rows.iter().map(|row| row.categories.get(at).copied().flatten()).collect();
        if values.len() > 1 {
            strata.push(at);
            continue;
        }
        let Some(only) = values.first() else { continue };
        let value = only.map_or("the total", |code| codes.text(code));
        let did = "dimensions with one value in all rows are no strata";
        notes
            .add(NoteCode::ConstantDimension, did, || {
                files.first().map(SourceFile::place).unwrap_or_default()
            })
            .found(format!("{id} = {value}"));
    }
    strata
}
