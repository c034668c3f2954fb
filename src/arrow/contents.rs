//! What a table of outcomes is about, before there is a plan: its units, its periods or days, and rows that a plan
//! could not take.

use std::collections::{BTreeSet, HashMap};

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema};
use chrono::NaiveDate;

use super::column::{Days, Numbers, Texts, no_numbers};
use super::outcome_columns::fault_of_texts;
use super::periods::PeriodCells;
use super::table_columns::Labels;
use super::validate::unreadable_text;
use crate::calendar::{Calendar, Every, Period};
use crate::error::{Error, ErrorKind, Fault, FaultCode, Faults, Place, Result};
use crate::tally::no_number;

/// The columns to look at.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Columns of units, from the highest level to the lowest.
    pub units: Vec<String>,
    /// The column of periods.
    pub period: Option<String>,
    /// The column of days.
    pub date: Option<String>,
    /// The kind of period that a day means; none where it means itself.
    pub date_is: Option<Every>,
    /// Columns of categories.
    pub strata: Vec<String>,
    /// Columns of numbers.
    pub values: Vec<String>,
    /// Whether the first of these columns is a part of the second one.
    pub is_share: bool,
}

/// What a table is about.
#[derive(Debug, Default)]
pub struct Contents {
    /// The number of rows.
    pub rows: usize,
    /// The paths of its units, in the order of their first rows.
    pub units: Vec<Vec<String>>,
    /// Its periods, in order.
    pub periods: Vec<Period>,
    /// The kind of period that each day of the column of periods means, where all of them are first days of years or of
    /// quarters.
    pub date_is: Option<Every>,
    /// Per column of categories, these in order of the alphabet.
    pub categories: Vec<BTreeSet<String>>,
    /// The first and the last day of its periods or days.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// The first row that is about the same unit, period and categories as an earlier one.
    pub repeated: Option<Repeated>,
    /// Rows in which the part is larger than the whole, and the first of them.
    pub above_the_whole: Option<(usize, usize)>,
}

/// Two rows about the same unit, period and categories.
#[derive(Debug)]
pub struct Repeated {
    pub first: usize,
    pub second: usize,
    /// The columns, other than the requested ones, in which they differ.
    pub differing: Vec<String>,
}

impl Contents {
    /// Looks through a table, given by its batches and their schema.
    ///
    /// # Errors
    /// [`Error::is_outcomes`] with every fault: a missing column, one of another type, a cell that names no unit, period
    /// or day.
    pub fn of(schema: &Schema, batches: &[RecordBatch], question: &Question) -> Result<Contents> {
        let mut faults = Faults::default();
        for name in question.columns() {
            if schema.column_with_name(name).is_none() {
                faults.push(no_column(schema, name));
            }
        }
        let mut reading = Reading {
            question,
            contents: Contents {
                categories: vec![BTreeSet::new(); question.strata.len()],
                ..Contents::default()
            },
            places: HashMap::new(),
            periods: BTreeSet::new(),
            seen: HashMap::new(),
            faults,
        };
        if reading.faults.is_empty() {
            batches.iter().for_each(|batch| reading.batch(batch));
        }
        let Reading { mut contents, periods, faults, .. } = reading;
        if !faults.is_empty() {
            return Err(Error::of(ErrorKind::Outcomes, faults));
        }
        if let Some(name) = &question.period
            && let Ok(field) = schema.field_with_name(name)
            && field.data_type().is_temporal()
            && let Some(every) = longest_begun_by_all(&periods)
        {
            let (period, date) = (None, question.period.clone());
            let question = Question { period, date, date_is: Some(every), ..question.clone() };
            let contents = Contents::of(schema, batches, &question)?;
            return Ok(Contents { date_is: Some(every), ..contents });
        }
        let windows = periods.iter().filter_map(|period| Calendar::default().window(*period));
        for window in windows {
            let last = window.end().pred_opt().unwrap_or(window.start());
            let (first, end) = contents.days.get_or_insert((window.start(), last));
            (*first, *end) = (window.start().min(*first), last.max(*end));
        }
        contents.periods = periods.into_iter().collect();
        if let Some(repeated) = &mut contents.repeated {
            repeated.differing = question.differing(schema, batches, repeated);
        }
        Ok(contents)
    }
}

/// The kind of period, longer than a month, that each of several months begins. Two months may be such by accident.
fn longest_begun_by_all(months: &BTreeSet<Period>) -> Option<Every> {
    const LEAST: usize = 3;
    let begin = |every: Every, each: u32| {
        let is_first =
            |period: &Period| matches!(period, Period::Month(_, month) if month % each == 1);
        (months.len() >= LEAST && months.iter().all(is_first)).then_some(every)
    };
    begin(Every::Year, 12).or_else(|| begin(Every::Quarter, 3))
}

impl Question {
    /// All columns that it names.
    fn columns(&self) -> impl Iterator<Item = &str> {
        let named = self.units.iter().chain(&self.period).chain(&self.date);
        named.chain(&self.strata).chain(&self.values).map(String::as_str)
    }

    /// The columns that are not requested, in which two rows differ.
    fn differing(&self, schema: &Schema, batches: &[RecordBatch], rows: &Repeated) -> Vec<String> {
        let others = schema.fields().iter().enumerate();
        let others = others.filter(|(_, field)| self.columns().all(|name| name != field.name()));
        let differ = |column: usize| {
            let cell = |row| cell(batches, column, row);
            cell(rows.first) != cell(rows.second)
        };
        let differing = others.filter(|(column, _)| differ(*column));
        differing.map(|(_, field)| field.name().clone()).collect()
    }
}

/// One cell as an array of one row.
fn cell(batches: &[RecordBatch], column: usize, mut row: usize) -> Option<ArrayRef> {
    for batch in batches {
        if row < batch.num_rows() {
            return Some(batch.column(column).slice(row, 1));
        }
        row -= batch.num_rows();
    }
    None
}

#[cold]
fn no_column(schema: &Schema, name: &str) -> Fault {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    Fault::new(
        FaultCode::MissingColumn,
        Place::Column { column: name.to_owned() },
        "there is no such column",
    )
    .found(format!("the columns {}", names.join(", ")))
    .near_miss(name, names.iter().copied())
}

/// The typed columns of a batch.
struct Columns<'b> {
    units: Vec<Labels<'b>>,
    strata: Vec<Labels<'b>>,
    period: Option<Periods<'b>>,
    date: Option<Days<'b>>,
    values: Vec<Numbers<'b>>,
}

/// A column of periods.
enum Periods<'b> {
    Named(Texts<'b>),
    Other(PeriodCells<'b>),
}

struct Reading<'q> {
    question: &'q Question,
    contents: Contents,
    /// Where the path of each unit stands.
    places: HashMap<Vec<String>, usize>,
    periods: BTreeSet<Period>,
    /// The first row of each unit, period and combination of categories.
    seen: HashMap<(usize, Period, Vec<Option<String>>), usize>,
    faults: Faults,
}

impl Reading<'_> {
    fn batch(&mut self, batch: &RecordBatch) {
        let before = self.contents.rows;
        self.contents.rows += batch.num_rows();
        let Some(columns) = self.columns(batch, before) else { return };
        for row in 0..batch.num_rows() {
            let at = before + row;
            let unit = self.unit(&columns.units, row, at);
            let period = match (&columns.period, &columns.date) {
                (Some(periods), _) => self.period(periods, row, at),
                (None, Some(days)) => self.day(days, row, at),
                (None, None) => None,
            };
            let categories: Vec<_> = columns.strata.iter().map(|labels| labels.get(row)).collect();
            for (known, category) in self.contents.categories.iter_mut().zip(&categories) {
                if let Some(category) = category
                    && !known.contains(category)
                {
                    known.insert(category.clone());
                }
            }
            if let (Some(unit), Some(period)) = (unit, period) {
                let first = *self.seen.entry((unit, period, categories)).or_insert(at);
                if first != at && self.contents.repeated.is_none() {
                    let differing = Vec::new();
                    self.contents.repeated = Some(Repeated { first, second: at, differing });
                }
            }
            if let (true, [part, whole]) = (self.question.is_share, &columns.values[..])
                && let (Ok(Some(part)), Ok(Some(whole))) = (part.cell(row), whole.cell(row))
                && part > whole
            {
                self.contents.above_the_whole.get_or_insert((0, at)).0 += 1;
            }
        }
    }

    /// None if a column has a type that can't be read; all such faults are noted.
    fn columns<'b>(&mut self, batch: &'b RecordBatch, before: usize) -> Option<Columns<'b>> {
        const NAMES: &str = "texts or whole numbers";
        let found = self.faults.len();
        let question = self.question;
        let array = |name: &String| {
            let (at, field) = batch.schema_ref().column_with_name(name)?;
            Some((field.clone(), batch.column(at).as_ref()))
        };
        let columns = |names: &[String]| names.iter().filter_map(array).collect::<Vec<_>>();
        let mut typed =
            Columns { units: vec![], strata: vec![], period: None, date: None, values: vec![] };
        for (names, labels) in
            [(&question.units, &mut typed.units), (&question.strata, &mut typed.strata)]
        {
            for (field, array) in columns(names) {
                self.refuse_unreadable(&field, array, before);
                match Labels::of(array) {
                    Some(column) => labels.push(column),
                    None => self.refuse_type(&field, NAMES),
                }
            }
        }
        if let Some((field, array)) = question.period.as_ref().and_then(array) {
            self.refuse_unreadable(&field, array, before);
            typed.period = match Texts::of(array) {
                Some(texts) => Some(Periods::Named(texts)),
                None => PeriodCells::of(&field, array, &Calendar::default()).map(Periods::Other),
            };
            if typed.period.is_none() {
                self.refuse_type(&field, "periods, years or months as numbers, or days");
            }
        }
        if let Some((field, array)) = question.date.as_ref().and_then(array) {
            self.refuse_unreadable(&field, array, before);
            typed.date = Days::of(array);
            if typed.date.is_none() {
                self.refuse_type(&field, "dates, or timestamps without a time zone");
            }
        }
        for (field, array) in columns(&question.values) {
            match Numbers::of(array) {
                Some(numbers) => typed.values.push(numbers),
                None => self.refuse_no_numbers(&field, array, before),
            }
        }
        (self.faults.len() == found).then_some(typed)
    }

    #[cold]
    fn refuse_type(&mut self, field: &Field, expected: &str) {
        let place = Place::Column { column: field.name().clone() };
        let fault = Fault::new(FaultCode::WrongType, place, "this type can't be read here");
        self.faults.push(fault.found(field.data_type()).expected(expected));
    }

    /// Refuses a column of values: at the cells that are no numbers, or for its type.
    #[cold]
    fn refuse_no_numbers(&mut self, field: &Field, array: &dyn Array, before: usize) {
        let found = self.faults.len();
        for (row, text) in no_numbers(array) {
            self.faults.push(no_number(Place::row(before + row, field.name()), &text));
        }
        if self.faults.len() == found {
            self.refuse_type(field, "integers, floats or decimals");
        }
    }

    fn refuse_unreadable(&mut self, field: &Field, array: &dyn Array, before: usize) {
        if let Some((row, why)) = unreadable_text(array) {
            let place = match row {
                Some(row) => Place::row(before + row, field.name()),
                None => Place::Column { column: field.name().clone() },
            };
            self.faults.push(Fault::new(FaultCode::DamagedData, place, why));
        }
    }

    /// Where the path of a row's unit stands; without columns of units, all rows are about one unit.
    fn unit(&mut self, columns: &[Labels<'_>], row: usize, at: usize) -> Option<usize> {
        if columns.is_empty() {
            return Some(0);
        }
        let path: Vec<String> = columns.iter().map_while(|labels| labels.get(row)).collect();
        if path.is_empty() {
            let place = Place::row(at, &self.question.units[0]);
            self.faults.push(
                Fault::new(FaultCode::MissingValue, place, "nothing stands here")
                    .expected("a unit's name"),
            );
            return None;
        }
        if let Some(place) = self.places.get(&path) {
            return Some(*place);
        }
        let place = self.contents.units.len();
        self.contents.units.push(path.clone());
        self.places.insert(path, place);
        Some(place)
    }

    fn period(&mut self, periods: &Periods<'_>, row: usize, at: usize) -> Option<Period> {
        let column = self.question.period.as_deref().unwrap_or_default();
        let place = || Place::row(at, column);
        let nothing = || {
            Fault::new(FaultCode::MissingValue, place(), "nothing stands here").expected("a period")
        };
        let period = match periods {
            Periods::Other(cells) => match cells.get(row) {
                Ok(period) => period.ok_or_else(nothing),
                Err(refusal) => Err(refusal.fault(place())),
            },
            Periods::Named(texts) => match texts.cell(row).ok().flatten() {
                Some(name) if !name.trim().is_empty() => {
                    let calendar = Calendar::default();
                    calendar.period_in_column(name).ok_or_else(|| {
                        let fault =
                            Fault::new(FaultCode::NotAPeriod, place(), "this names no period")
                                .found(format!("`{name}`"))
                                .expected("2023, 2023-H1, 2023-Q1, 2023-05 or 2023-W07");
                        match calendar.period_hint(name) {
                            Some(hint) => fault.hint(hint),
                            None => fault,
                        }
                    })
                }
                Some(_) | None => Err(nothing()),
            },
        };
        match period {
            Ok(period) => {
                self.periods.insert(period);
                Some(period)
            }
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }

    /// The period that a day means. None where it means itself; then the day is noted.
    fn day(&mut self, days: &Days<'_>, row: usize, at: usize) -> Option<Period> {
        let column = self.question.date.as_deref().unwrap_or_default();
        let place = Place::row(at, column);
        let day = match days.cell(row) {
            Ok(Some(day)) => day,
            Ok(None) => {
                let fault = Fault::new(FaultCode::MissingValue, place, "nothing stands here");
                self.faults.push(fault.expected("a day such as 2025-07-01"));
                return None;
            }
            Err(why) => {
                self.faults.push(fault_of_texts(why, place));
                return None;
            }
        };
        match self.question.date_is {
            Some(every) => {
                let period = Calendar::default().period_at(every, day)?;
                self.periods.insert(period);
                Some(period)
            }
            None => {
                let (first, last) = self.contents.days.get_or_insert((day, day));
                (*first, *last) = (day.min(*first), day.max(*last));
                None
            }
        }
    }
}
