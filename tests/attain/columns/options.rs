//! Dates that mean periods and ends that are last days are read alike from every kind of input.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, RecordBatch};
use attain::arrow::TableColumns;
use attain::arrow::parquet::write_parquet;
use attain::calendar::Every;
use attain::{Assessment, IntakeOptions, Outcome, Plan, Rows, Tally};

use super::{assessed, plan, texts};
use crate::support::{Scratch, day, outcome, outcomes};

/// Rows of `cases`: unit, the days in the notation of [`outcome`], value.
type Given<'a> = [(&'a str, &'a str, f64)];

fn recorded(given: &Given<'_>) -> Vec<Outcome> {
    given.iter().map(|(unit, when, value)| outcome(unit, when, "cases", *value)).collect()
}

/// The columns that say when, by the names of `names`: texts of days, which are empty for nothing.
fn days(given: &Given<'_>, names: [&str; 3]) -> Vec<(String, Vec<String>)> {
    let mut columns = names.map(|name| (name.to_owned(), Vec::new()));
    for (_, when, _) in given {
        let cells = match when.split_once("..") {
            Some((start, end)) => ["", start, end],
            None => [*when, "", ""],
        };
        columns.iter_mut().zip(cells).for_each(|((_, column), cell)| column.push(cell.to_owned()));
    }
    columns.into_iter().filter(|(_, column)| column.iter().any(|cell| !cell.is_empty())).collect()
}

/// A batch whose days are texts, or days of 32 bits.
fn batch(given: &Given<'_>, names: [&str; 3], as_texts: bool) -> RecordBatch {
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("unit".into(), texts(&given.iter().map(|(unit, ..)| *unit).collect::<Vec<_>>())),
        ("measure".into(), texts(&vec!["cases"; given.len()])),
        (
            "value".into(),
            Arc::new(given.iter().map(|(_, _, value)| Some(*value)).collect::<Float64Array>()),
        ),
    ];
    for (name, cells) in days(given, names) {
        let column: ArrayRef = if as_texts {
            texts(&cells.iter().map(String::as_str).collect::<Vec<_>>())
        } else {
            let number = |cell: &String| {
                (!cell.is_empty()).then(|| (day(cell) - day("1970-01-01")).num_days() as i32)
            };
            Arc::new(cells.iter().map(number).collect::<Date32Array>())
        };
        columns.push((name, column));
    }
    let nullable = columns.into_iter().map(|(name, array)| (name, array, true));
    RecordBatch::try_from_iter_with_nullable(nullable).unwrap()
}

const USUAL: [&str; 3] = ["date", "start", "end"];

fn csv(given: &Given<'_>) -> String {
    let columns = days(given, USUAL);
    let mut text = "unit,measure,value".to_owned();
    columns.iter().for_each(|(name, _)| text += &format!(",{name}"));
    for (row, (unit, _, value)) in given.iter().enumerate() {
        text += &format!("\n{unit},cases,{value}");
        columns.iter().for_each(|(_, cells)| text += &format!(",{}", cells[row]));
    }
    text + "\n"
}

/// The rows of the reports on the same outcomes, read in every way there is.
fn read_in_every_way(
    plan: &Plan,
    rows: Rows,
    options: IntakeOptions,
    given: &Given<'_>,
) -> Vec<Vec<Assessment>> {
    let mut reports = Vec::new();
    let mut read = |add: &dyn Fn(&mut Tally) -> attain::Result<()>| {
        let mut tally = Tally::of(plan, rows).with_intake(options);
        add(&mut tally).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(tally.len(), given.len());
        assert_eq!(tally.warnings(), []);
        reports.push(assessed(&tally));
    };
    read(&|tally| tally.record_all(&recorded(given)));
    read(&|tally| tally.ingest(&batch(given, USUAL, false)));
    read(&|tally| tally.ingest(&batch(given, USUAL, true)));
    let mut columns = TableColumns::new();
    let names = ["day", "from", "to"];
    for (name, _) in days(given, names) {
        columns = match name.as_str() {
            "day" => columns.date("day"),
            _ => columns.span("from", "to"),
        };
    }
    read(&|tally| tally.ingest_table([Ok(batch(given, names, false))], &columns));
    let file = Scratch::with("outcomes.csv", csv(given));
    read(&|tally| tally.read(&file.0));
    let file = Scratch::new("outcomes.parquet");
    let table = batch(given, USUAL, false);
    write_parquet(&file.0, table.schema(), &[table]).unwrap();
    read(&|tally| tally.read(&file.0));
    reports
}

/// What the same outcomes give when they name their periods or the days after their last.
fn expected(plan: &Plan, rows: Rows, given: &Given<'_>) -> Vec<Assessment> {
    let mut tally = Tally::of(plan, rows);
    tally.record_all(&recorded(given)).unwrap();
    assessed(&tally)
}

fn holds(rows: Rows, options: IntakeOptions, given: &Given<'_>, meant: &Given<'_>) {
    let plan = plan();
    let expected = expected(&plan, rows, meant);
    assert!(expected.iter().any(|row| row.numerator.is_some_and(|sum| sum > 0.0)));
    for (way, report) in read_in_every_way(&plan, rows, options, given).iter().enumerate() {
        assert_eq!(report, &expected, "{rows} in way {way}");
    }
}

#[test]
fn a_date_stands_for_the_month_that_contains_it() {
    // The first, the last and another day of a month.
    let given = [
        ("001", "2023-01-01", 5.0),
        ("001", "2023-02-28", 6.0),
        ("002", "2023-02-14", 7.0),
        ("002", "2023-12-31", 8.0),
    ];
    let meant = [
        ("001", "2023-01", 5.0),
        ("001", "2023-02", 6.0),
        ("002", "2023-02", 7.0),
        ("002", "2023-12", 8.0),
    ];
    let options = IntakeOptions::default().date_is(Every::Month);
    for rows in [Rows::Figures, Rows::Events] {
        holds(rows, options, &given, &meant);
    }
}

#[test]
fn a_date_may_stand_for_any_kind_of_period() {
    for (every, name) in [
        (Every::Week, "2023-W18"),
        (Every::Month, "2023-05"),
        (Every::Quarter, "2023-Q2"),
        (Every::Half, "2023-H1"),
        (Every::Year, "2023"),
    ] {
        let options = IntakeOptions::default().date_is(every);
        holds(Rows::Figures, options, &[("001", "2023-05-04", 9.0)], &[("001", name, 9.0)]);
    }
}

#[test]
fn an_end_may_be_the_last_day() {
    let given = [
        ("001", "2023-01-01..2023-01-31", 5.0),
        ("001", "2023-02-01..2023-02-28", 6.0),
        // One day, and a date beside the spans.
        ("002", "2023-03-01..2023-03-01", 7.0),
        ("002", "2023-03-02", 8.0),
    ];
    let meant = [
        ("001", "2023-01", 5.0),
        ("001", "2023-02", 6.0),
        ("002", "2023-03-01", 7.0),
        ("002", "2023-03-02", 8.0),
    ];
    let options = IntakeOptions::default().end_inclusive(true);
    for rows in [Rows::Figures, Rows::Events] {
        holds(rows, options, &given, &meant);
    }
}

#[test]
fn the_period_is_one_of_the_calendar_of_the_plan() {
    let text = "{attain: 1, plan: p, calendar: {year_starts: 12-15}, measures: {cases: {}},
        units: {levels: [city], list: [{id: c, level: city}]}}";
    let plan = Plan::from_yaml(text).unwrap();
    for (date, every, last) in [
        ("2023-05-14", Every::Month, "2023-05-14"),
        ("2023-05-15", Every::Month, "2023-06-14"),
        ("2023-12-15", Every::Year, "2024-12-14"),
    ] {
        let mut tally = Tally::new(&plan).with_intake(IntakeOptions::default().date_is(every));
        tally.record(&outcome("c", date, "cases", 1.0)).unwrap();
        assert_eq!(tally.last_day(), Some(day(last)), "{date}");
    }
}

#[test]
fn two_dates_of_one_month_are_two_figures_of_it() {
    let options = IntakeOptions::default().date_is(Every::Month);
    let mut tally = Tally::new(&plan()).with_intake(options);
    let twice =
        outcomes(&[("001", "2023-05-01", "cases", 5.0), ("001", "2023-05-31", "cases", 5.0)]);
    let error = tally.record_all(&twice).unwrap_err();
    assert_eq!(error.faults()[0].code.code(), "duplicate_row");
}

#[test]
fn a_span_without_days_is_refused_as_it_is_read() {
    let refused = |options: IntakeOptions| {
        let row = outcome("001", "2023-05-02..2023-05-01", "cases", 5.0);
        let error = Tally::new(&plan()).with_intake(options).record(&row).unwrap_err();
        error.to_string()
    };
    assert!(refused(IntakeOptions::default()).contains(
        "found 2023-05-02 to before 2023-05-01, expected an end after the start (the end is the first day"
    ));
    assert_eq!(
        refused(IntakeOptions::default().end_inclusive(true)),
        "row 0, column `end`: the row is about no day: found 2023-05-02 to 2023-05-01, expected an \
         end on the start or after it"
    );
}

#[test]
fn rows_that_a_tally_has_stay_as_they_were_read() {
    let mut tally = Tally::new(&plan());
    tally.record(&outcome("001", "2023-05-01", "cases", 5.0)).unwrap();
    let mut tally = tally.with_intake(IntakeOptions::default().date_is(Every::Month));
    assert_eq!(tally.last_day(), Some(day("2023-05-01")));
    tally.record(&outcome("002", "2023-05-01", "cases", 5.0)).unwrap();
    assert_eq!(tally.last_day(), Some(day("2023-05-31")));
}
