//! What `attain.judge` needs to know of a table before it makes a plan, and how it passes on what it inferred.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::columns::Batches;
use super::error::OrRaise;
use super::plan::Plan;
use super::report::Report;
use super::run::run;
use super::table::Table;
use super::tally::{Rows, Tally, intake_options};
use attain::arrow::{Contents, Question, TableColumns};
use attain::calendar::Every;

/// What a table is about: its units, its periods or days, rows that a plan could not take, and all its rows, which a
/// reader gives only once.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "only `attain.judge` calls it")]
pub(super) fn contents<'py>(
    table: &Bound<'py, PyAny>,
    units: Vec<String>,
    period: Option<String>,
    date: Option<String>,
    date_is: Option<&str>,
    strata: Vec<String>,
    values: Vec<String>,
    is_share: bool,
) -> PyResult<Bound<'py, PyDict>> {
    let py = table.py();
    let date_is = date_is.map(str::parse::<Every>).transpose().or_raise()?;
    let question = Question { units, period, date, date_is, strata, values, is_share };
    let (schema, batches) = Batches::open(table)?.read_all()?;
    let contents = run(py, None, || Contents::of(&schema, &batches, &question))?;
    let found = PyDict::new(py);
    found.set_item("rows", contents.rows)?;
    found.set_item("table", Bound::new(py, Table::new(schema, batches))?)?;
    found.set_item("units", contents.units)?;
    // Columns hold periods of a kind.
    let periods = contents
        .periods
        .iter()
        .filter_map(|period| Some((period.to_string(), period.every()?.code())));
    found.set_item("periods", periods.collect::<Vec<_>>())?;
    found.set_item("date_is", contents.date_is.map(Every::code))?;
    found.set_item("categories", contents.categories)?;
    found.set_item("days", contents.days)?;
    let repeated = contents.repeated;
    found.set_item("repeated", repeated.map(|rows| (rows.first, rows.second, rows.differing)))?;
    found.set_item("above_the_whole", contents.above_the_whole)?;
    Ok(found)
}

/// A tally of the table's rows, whose columns are named by the question; each row is of the unit or measure given, where
/// there is no column of them.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "only `attain.judge` calls it")]
fn tally(
    plan: &Plan,
    table: &Bound<'_, PyAny>,
    rows: Rows,
    units: Vec<String>,
    all_of_unit: Option<String>,
    period: Option<String>,
    date: Option<String>,
    date_is: Option<&str>,
    strata: Vec<(String, String)>,
    values: Vec<(String, String)>,
    all_of_measure: Option<String>,
) -> PyResult<Tally> {
    let mut columns = TableColumns::new().units(units).values(values);
    columns = strata.into_iter().fold(columns, |columns, (name, id)| columns.stratum(name, id));
    type Set = fn(TableColumns, String) -> TableColumns;
    let others: [(Option<String>, Set); 4] = [
        (all_of_unit, TableColumns::all_of_unit),
        (period, TableColumns::period),
        (date, TableColumns::date),
        (all_of_measure, TableColumns::all_of_measure),
    ];
    for (given, set) in others {
        if let Some(given) = given {
            columns = set(columns, given);
        }
    }
    let tally = Tally::of(attain::tally::Tally::of(&plan.0, rows.0));
    tally.add_rows(table, &columns, intake_options(false, date_is)?, None)?;
    Ok(tally)
}

/// The report with notes on what was inferred.
#[pyfunction]
pub(super) fn with_notes(report: &Report, notes: Vec<String>) -> Report {
    report.with_notes(notes)
}

/// `attain._attain.judging`, which `attain.judge` uses.
#[pymodule(submodule)]
pub(super) mod judging {
    #[pymodule_export]
    use super::{contents, tally, with_notes};
}
