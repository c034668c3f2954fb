//! The columns a table of outcomes may have, and its rows as they hold them: what every kind of table
//! has in common, whether its cells are texts of a CSV file or typed columns.

use chrono::NaiveDate;

use crate::error::{AlreadyReported, Fault, FaultCode, Field, Place, nearest};
use crate::names::find_name;
use crate::plan::StratumIndex;
use crate::plan::stratum::Combination;
use crate::tally::intake::LARGEST;
use crate::tally::near_columns::{is_meant_for, is_nearly, is_remark};
use crate::tally::{Intake, Row, RowWhen, Rows};

/// A column that is read; others are left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Unit,
    Date,
    Start,
    End,
    Period,
    Measure,
    Value,
    Status,
    RecordedAt,
    Illustrative,
    Source,
}

impl Column {
    pub(crate) const ALL: [Column; 11] = [
        Column::Unit,
        Column::Date,
        Column::Start,
        Column::End,
        Column::Period,
        Column::Measure,
        Column::Value,
        Column::Status,
        Column::RecordedAt,
        Column::Illustrative,
        Column::Source,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Column::Unit => "unit",
            Column::Date => "date",
            Column::Start => "start",
            Column::End => "end",
            Column::Period => "period",
            Column::Measure => "measure",
            Column::Value => "value",
            Column::Status => "status",
            Column::RecordedAt => "recorded_at",
            Column::Illustrative => "illustrative",
            Column::Source => "source",
        }
    }

    fn named(name: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| column.name() == name)
    }
}

/// Columns without which rows say something else.
const OPTIONAL: [Column; 4] =
    [Column::Value, Column::Status, Column::RecordedAt, Column::Illustrative];

/// Where the columns stand in a table.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    at: [Option<usize>; Column::ALL.len()],
    /// Per stratum of the plan.
    strata: Vec<Option<usize>>,
}

impl Layout {
    /// Finds the columns by their names and notes everything that is wrong with them.
    pub(crate) fn of(headers: &[&str], intake: &mut Intake<'_>) -> Layout {
        let strata = intake.plan().strata();
        let mut layout = Layout { at: [None; Column::ALL.len()], strata: vec![None; strata.len()] };
        let mut others = Vec::new();
        let place_of = |id: &str| strata.iter().position(|stratum| stratum.id == id);
        for (index, header) in headers.iter().enumerate() {
            let at = if let Some(column) = Column::named(header) {
                &mut layout.at[column as usize]
            } else if let Some(stratum) = find_name(header, place_of) {
                &mut layout.strata[stratum]
            } else {
                others.push(*header);
                continue;
            };
            if at.is_some() {
                let place = intake.column_place(header);
                intake.fault(
                    Fault::new(FaultCode::DuplicateColumn, place, "this column stands twice")
                        .expected("it once"),
                );
            }
            *at = Some(index);
        }
        layout.refuse_missing(&others, headers, intake);
        layout
    }

    /// Which column of the table it is.
    pub(crate) fn at(&self, column: Column) -> Option<usize> {
        self.at[column as usize]
    }

    /// Which columns of the table are those of strata.
    pub(crate) fn strata(&self) -> impl Iterator<Item = (StratumIndex, usize)> {
        let strata = self.strata.iter().enumerate();
        strata.filter_map(|(stratum, at)| Some((StratumIndex(stratum), (*at)?)))
    }

    fn has(&self, column: Column) -> bool {
        self.at(column).is_some()
    }

    fn refuse_missing(&self, others: &[&str], headers: &[&str], intake: &mut Intake<'_>) {
        let found = match headers {
            [] => "no column".to_owned(),
            headers => format!("the columns {}", headers.join(", ")),
        };
        let is_known = |header: &&str| {
            Column::named(header).is_some()
                || nearest(&plain(header), Column::ALL.map(Column::name)).is_some()
        };
        if !headers.is_empty() && !headers.iter().any(is_known) {
            let place = intake.header_place();
            let in_a_text = matches!(place, Place::Cell { .. });
            let fault = Fault::new(FaultCode::NotATable, place, "this is no table of outcomes")
                .found(found)
                .expected("the columns unit, measure, value, and date or period or start and end");
            intake.fault(if in_a_text {
                fault.hint("the first line names the columns, and no title stands above it")
            } else {
                fault
            });
            return;
        }
        let mut required = vec![Column::Unit, Column::Measure];
        if intake.rows() == Rows::Figures {
            required.push(Column::Value);
        }
        for column in required {
            if !self.has(column) {
                let place = intake.column_place(column.name());
                let fault = Fault::new(FaultCode::MissingColumn, place, "there is no such column")
                    .found(&found);
                intake.fault(with_near_miss(fault, &[column], others));
            }
        }
        // Rows without these columns mean something else, so a column that may be one is refused.
        let optional = OPTIONAL.into_iter();
        let optional = optional.filter(|column| {
            !self.has(*column) && (*column != Column::Value || intake.rows() != Rows::Figures)
        });
        let strata = intake.plan().strata().iter().zip(&self.strata);
        let strata = strata.filter(|(_, at)| at.is_none()).map(|(stratum, _)| stratum.id.clone());
        let absent: Vec<String> =
            optional.map(|column| column.name().to_owned()).chain(strata).collect();
        for name in absent {
            let Some(variant) = others.iter().find(|other| is_meant_for(other, &name)) else {
                continue;
            };
            let place = intake.column_place(variant);
            let message = "this column would be left unread";
            intake.fault(
                Fault::new(FaultCode::MisspeltColumn, place, message)
                    .expected(format!("`{name}`, in these letters, if it is meant"))
                    .hint("else give it a name of its own"),
            );
        }
        self.note_unread(others, intake);
        match (self.has(Column::Start), self.has(Column::End)) {
            (true, true) | (false, false) => {}
            (true, false) => intake.fault(Self::half(Column::End, Column::Start, others, intake)),
            (false, true) => intake.fault(Self::half(Column::Start, Column::End, others, intake)),
        }
        let says_when = [Column::Date, Column::Period, Column::Start, Column::End];
        if !says_when.into_iter().any(|column| self.has(column)) {
            let place = intake.column_place("date");
            let fault = Fault::new(
                FaultCode::MissingColumn,
                place,
                "no column says which days the rows are about",
            )
            .found(&found)
            .expected("`date`, or `start` and `end`, or `period`");
            intake.fault(with_near_miss(fault, &says_when, others));
        }
    }

    /// Notes columns that are not read, and of them those that are named almost as absent ones that would change what
    /// the rows say.
    fn note_unread(&self, others: &[&str], intake: &mut Intake<'_>) {
        let absent = OPTIONAL.into_iter().filter(|column| !self.has(*column));
        let mut absent: Vec<&str> = absent.map(Column::name).collect();
        let plan = intake.plan();
        let strata = plan.strata().iter().zip(&self.strata);
        let strata = strata.filter(|(_, at)| at.is_none()).map(|(one, _)| one.id.as_str());
        absent.extend(strata);
        let is_near = |other: &&str| {
            absent.iter().any(|name| is_nearly(other, name) && !is_meant_for(other, name))
        };
        let (near, unread): (Vec<&str>, Vec<&str>) = others.iter().copied().partition(is_near);
        near.into_iter().for_each(|other| intake.note_near_column(other));
        let unread = unread.into_iter().filter(|other| !is_remark(other));
        unread.for_each(|other| intake.note_unread_column(other));
    }

    fn half(missing: Column, present: Column, others: &[&str], intake: &Intake<'_>) -> Fault {
        let place = intake.column_place(missing.name());
        let message = format!("there is no such column, and `{}` needs it", present.name());
        with_near_miss(Fault::new(FaultCode::MissingColumn, place, message), &[missing], others)
    }
}

/// A column's name as it is once capitals, blanks and hyphens are mended.
fn plain(header: &str) -> String {
    header.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Suggests which of the table's other columns may be one of the missing ones.
fn with_near_miss(fault: Fault, missing: &[Column], others: &[&str]) -> Fault {
    let close = others.iter().find_map(|other| {
        let names = missing.iter().map(|column| column.name());
        let variant = names.clone().find(|name| is_meant_for(other, name));
        variant.or_else(|| nearest(&plain(other), names)).map(|name| (other, name))
    });
    match close {
        Some((other, name)) => fault.hint(format!("if `{other}` is meant, rename it to `{name}`")),
        None => fault,
    }
}

/// A row as its columns hold it.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    pub(crate) unit: Field<&'a str>,
    pub(crate) date: Field<NaiveDate>,
    pub(crate) start: Field<NaiveDate>,
    pub(crate) end: Field<NaiveDate>,
    pub(crate) period: Field<&'a str>,
    pub(crate) measure: Field<&'a str>,
    pub(crate) value: Field<f64>,
    pub(crate) status: Field<&'a str>,
    pub(crate) recorded_at: Field<NaiveDate>,
    pub(crate) illustrative: Field<bool>,
    /// Where it stands, in words; never at fault.
    pub(crate) source: Option<&'a str>,
    /// The number of its categories.
    pub(crate) combination: Result<Combination, AlreadyReported>,
}

impl Intake<'_> {
    /// Checks one row of a table.
    pub(crate) fn fields(&mut self, at: usize, fields: &Fields<'_>) {
        if let Some(row) = self.row_of(at, fields) {
            self.row(at, &row);
        }
    }

    /// The row with these fields; none if one is at fault, which is noted with all else that is wrong with the row.
    pub(crate) fn row_of<'a>(&mut self, at: usize, fields: &Fields<'a>) -> Option<Row<'a>> {
        let unit = self.required(at, Column::Unit, fields.unit);
        let when = self.when(at, fields);
        let measure = self.required(at, Column::Measure, fields.measure);
        let combination = fields.combination.ok();
        if let (Some(unit), Some(when), Some(measure)) = (unit, &when, measure)
            && let (Ok(value), Ok(status), Ok(recorded_at), Ok(illustrative)) =
                (fields.value, fields.status, fields.recorded_at, fields.illustrative)
        {
            return Some(Row {
                unit,
                when: when.clone(),
                measure,
                value,
                status,
                recorded_at,
                illustrative: illustrative.unwrap_or_default(),
                source: fields.source,
                combination,
            });
        }
        let measure = measure.and_then(|measure| self.measure(at, measure));
        self.recorded_by(at, measure, combination);
        let span = when.and_then(|when| self.span(at, &when));
        if let Some(unit) = unit {
            self.unit(at, unit, span.as_ref());
        }
        let status = fields.status.ok().and_then(|status| self.status(at, status));
        if let Ok(value) = fields.value {
            self.value(at, value, status, measure);
        }
        if let Ok(recorded_at) = fields.recorded_at {
            self.recorded_at(at, recorded_at, span.as_ref(), measure);
        }
        None
    }

    fn required<'a>(
        &mut self,
        at: usize,
        column: Column,
        field: Field<&'a str>,
    ) -> Option<&'a str> {
        match field {
            Ok(Some(text)) => Some(text),
            Err(AlreadyReported) => None,
            Ok(None) => {
                let expected = match column {
                    Column::Measure => "a measure's id",
                    Column::Unit
                    | Column::Date
                    | Column::Start
                    | Column::End
                    | Column::Period
                    | Column::Value
                    | Column::Status
                    | Column::RecordedAt
                    | Column::Illustrative
                    | Column::Source => "a unit's code",
                };
                self.nothing_here(at, column.name(), expected);
                None
            }
        }
    }

    /// The days a row is about: exactly one of its columns, or pairs of columns, says so.
    fn when<'a>(&mut self, at: usize, fields: &Fields<'a>) -> Option<RowWhen<'a>> {
        let (Ok(date), Ok(start), Ok(end), Ok(period)) =
            (fields.date, fields.start, fields.end, fields.period)
        else {
            return None;
        };
        let (code, column, message) = match (date, start, end, period) {
            (Some(day), None, None, None) => return Some(RowWhen::Date(day)),
            (None, Some(start), Some(end), None) => return Some(RowWhen::Span { start, end }),
            (None, None, None, Some(name)) => return Some(RowWhen::Period(name)),
            (None, None, None, None) => {
                (FaultCode::MissingValue, None, "the row does not say which days it is about")
            }
            (None, Some(_), None, None) => {
                (FaultCode::MissingValue, Some(Column::End), "the span has no end")
            }
            (None, None, Some(_), None) => {
                (FaultCode::MissingValue, Some(Column::Start), "the span has no start")
            }
            _ => (
                FaultCode::ConflictingDates,
                None,
                "the row says more than once which days it is about",
            ),
        };
        let place = match column {
            Some(column) => self.place(at, column.name()),
            None => self.row_place(at),
        };
        let filled: Vec<&str> = [
            (Column::Date, date.is_some()),
            (Column::Start, start.is_some()),
            (Column::End, end.is_some()),
            (Column::Period, period.is_some()),
        ]
        .into_iter()
        .filter_map(|(column, is_filled)| is_filled.then_some(self.name_of(column.name())))
        .collect();
        let mut fault = Fault::new(code, place, message)
            .expected("either `date`, or `start` and `end`, or `period`");
        if !filled.is_empty() {
            fault = fault.found(filled.join(", "));
        }
        self.fault(fault);
        None
    }

    /// Notes that a text is no day.
    #[cold]
    pub(crate) fn no_day(&mut self, at: usize, column: Column, text: &str) -> AlreadyReported {
        let place = self.place(at, column.name());
        let mut fault = Fault::new(FaultCode::NotADate, place, "this is no date")
            .found(format!("`{text}`"))
            .expected("a day such as 2025-07-01");
        let hint = match column {
            Column::Date | Column::Start | Column::End => {
                self.plan().calendar().day_hint_of_row(text)
            }
            Column::RecordedAt => crate::calendar::day_hint(text),
            Column::Period
            | Column::Unit
            | Column::Measure
            | Column::Value
            | Column::Status
            | Column::Illustrative
            | Column::Source => None,
        };
        if let Some(hint) = hint {
            fault = fault.hint(hint);
        }
        self.fault(fault);
        AlreadyReported
    }
}

/// Whether a text says yes or no, as tables write it; none if it does neither.
pub(crate) fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "1" => Some(true),
        "false" | "False" | "FALSE" | "0" => Some(false),
        _ => None,
    }
}

/// What is wrong with a text that says neither yes nor no.
#[cold]
pub(crate) fn no_boolean(place: Place, text: &str) -> Fault {
    Fault::new(FaultCode::NotABoolean, place, "this is neither true nor false")
        .found(format!("`{text}`"))
        .expected("true or false")
}

/// Whether a number written out is beyond what is counted exactly, although the nearest float isn't.
pub(crate) fn exceeds(text: &str, nearest: f64) -> bool {
    nearest.abs() == LARGEST
        && crate::exact::decimal(text)
            .is_none_or(|exact| exact.abs() > crate::exact::Decimal::from(1_i64 << 53))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_stratum_can_have_the_name_of_a_column() {
        assert_eq!(Column::ALL.map(Column::name), crate::plan::stratum::OUTCOME_COLUMNS);
    }
}
