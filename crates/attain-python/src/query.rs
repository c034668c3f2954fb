//! SQL of cells.

use pyo3::prelude::*;
use pyo3::types::PyString;

use super::error::OrRaise;
use super::plan::Plan;
use super::tally::{Days, IdsOfColumns, Rows};
use attain::query::Dialect;
use attain::tally;

/// A dialect of SQL.
pub(super) struct DialectName(Dialect);

impl<'py> FromPyObject<'_, 'py> for DialectName {
    type Error = PyErr;

    fn extract(name: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(DialectName(name.extract::<&str>()?.parse::<Dialect>().or_raise()?))
    }
}

/// SQL that adds up a plan's outcomes where they lie: `Tally.from_cells` reads what it gives.
///
/// `source` is the name of a table, or a subquery in parentheses; it stands in the query as it is.
/// `rows` says whether its rows are events (the default here) or figures. `as_of` are the days on
/// which the tally will be assessed: events of days that no window separates then share a row.
///
/// By default the source has every column that outcomes may have, and the engine refuses one that
/// is not there. `columns` names those that are: a list where names are the usual ones, or a dict
/// such as `{"unit": "district", "date": "happened_at", "measure": "kind"}`. `zone`, such as
/// "Asia/Ho_Chi_Minh", says where an instant of the column `date` falls on a day.
///
/// Raises `RequestError` if columns are unknown or missing, or the engine knows no time zones.
#[pyfunction]
#[pyo3(signature = (plan, source, *, dialect=DialectName(Dialect::DuckDb), rows=Rows(tally::Rows::Events), as_of=None,
       columns=None, zone=None),
       text_signature = "(plan, source, *, dialect='duckdb', rows='events', as_of=None, columns=None, zone=None)")]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(super) fn cell_query(
    py: Python<'_>,
    plan: &Plan,
    source: &Bound<'_, PyString>,
    dialect: DialectName,
    rows: Rows,
    as_of: Option<Days>,
    columns: Option<IdsOfColumns>,
    zone: Option<String>,
) -> PyResult<String> {
    let mut query = plan.0.cell_query(source.to_string(), dialect.0).rows(rows.0);
    if let Some(Days(days)) = as_of {
        query = query.as_of(&days);
    }
    if let Some(IdsOfColumns(columns)) = columns {
        query = query.columns(columns);
    }
    if let Some(zone) = zone {
        query = query.zone(zone);
    }
    py.detach(|| query.to_sql()).or_raise()
}

/// The columns that the source of a cell query may have.
#[pyfunction]
pub(super) fn query_columns(plan: &Plan, rows: Rows) -> Vec<String> {
    let query = plan.0.cell_query("", Dialect::Ansi).rows(rows.0);
    query.known_columns().into_iter().map(str::to_owned).collect()
}
