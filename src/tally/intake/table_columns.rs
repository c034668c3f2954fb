//! Tables of outcomes whose columns have names of their own, and wide tables, which have a column for each measure.
//!
//! [`TableColumns`] says which columns of a table hold outcomes. [`ReadColumns`] finds them among the headers of a
//! table, in the same way for files and for Arrow tables.

use std::borrow::Cow;

use super::columns::Column;
use crate::error::{Fault, FaultCode};
use crate::names::composed;
use crate::tally::Intake;

/// Which columns of a table hold outcomes, where the names are not those of an outcome table.
///
/// Columns that are not named here are read by their usual names (`unit`, `period`, `value` …), except that the table
/// says only once which units, which days and which values its rows are about: if `period` is named, `date` is not read.
///
/// A column of units may hold whole numbers. A column of periods may hold the names of periods, years (2024), months
/// (202405), pandas periods, and days, which have to be the first days of their months and mean these months.
///
/// [`Tally::read_table`](crate::Tally::read_table) reads files with such columns, and `Tally::ingest_table` (cargo
/// feature `arrow`) record batches.
///
/// ```
/// use attain::tally::TableColumns;
/// # let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, measures: {done: {}, planned: {}},
/// #     units: {levels: [site], list: [{id: north, level: site}, {id: south, level: site}]}}"#)?;
/// # let path = std::env::temp_dir().join(format!("attain-doc-table-{}.csv", std::process::id()));
/// std::fs::write(&path, "site,month,done,planned\nnorth,202401,9,10\nsouth,202401,17,20\n")?;
/// let columns = TableColumns::new()
///     .unit("site").period("month").values([("done", "done"), ("planned", "planned")]);
/// let mut tally = attain::Tally::new(&plan);
/// tally.read_table(&path, &columns, None)?;
/// # std::fs::remove_file(&path)?;
/// assert_eq!(tally.len(), 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableColumns {
    /// From the highest level to the lowest.
    units: Vec<String>,
    /// Other columns, each with its name in the table.
    named: Vec<(Column, String)>,
    /// Columns of values, each with the id of its measure.
    values: Vec<(String, String)>,
    /// Columns of categories, each with the id of its stratum.
    strata: Vec<(String, String)>,
    /// What all rows have in a column that the table lacks.
    constants: Vec<(Column, String)>,
}

impl TableColumns {
    /// The usual names.
    pub fn new() -> Self {
        TableColumns::default()
    }

    /// The column of the units' codes.
    #[must_use]
    pub fn unit(self, column: impl Into<String>) -> Self {
        self.units([column])
    }

    /// Columns of which each names a unit within the one before: a unit's code is its path, `CA/Orange`. A row that
    /// leaves the lower columns empty is about the upper unit.
    #[must_use]
    pub fn units(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.units = columns.into_iter().map(Into::into).collect();
        self
    }

    /// The column of the periods.
    #[must_use]
    pub fn period(self, column: impl Into<String>) -> Self {
        self.with(Column::Period, column)
    }

    /// The column of the days.
    #[must_use]
    pub fn date(self, column: impl Into<String>) -> Self {
        self.with(Column::Date, column)
    }

    /// The columns of the first days, and of the first days that no longer belong to the rows.
    #[must_use]
    pub fn span(self, start: impl Into<String>, end: impl Into<String>) -> Self {
        self.with(Column::Start, start).with(Column::End, end)
    }

    /// The column of the measures' ids.
    #[must_use]
    pub fn measure(self, column: impl Into<String>) -> Self {
        self.with(Column::Measure, column)
    }

    /// The column of the values.
    #[must_use]
    pub fn value(self, column: impl Into<String>) -> Self {
        self.with(Column::Value, column)
    }

    /// The column of the observation statuses.
    #[must_use]
    pub fn status(self, column: impl Into<String>) -> Self {
        self.with(Column::Status, column)
    }

    /// The column of the days on which rows were recorded.
    #[must_use]
    pub fn recorded_at(self, column: impl Into<String>) -> Self {
        self.with(Column::RecordedAt, column)
    }

    /// Columns of values, each with the id of its measure, in place of `measure` and `value`. An empty cell is a figure
    /// that is missing (status O), unless a column of statuses says why it is.
    #[must_use]
    pub fn values(
        mut self,
        columns: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let columns = columns.into_iter();
        self.values = columns.map(|(column, measure)| (column.into(), measure.into())).collect();
        self
    }

    /// A column of categories, and the id of the stratum that they are of.
    #[must_use]
    pub fn stratum(mut self, column: impl Into<String>, stratum: impl Into<String>) -> Self {
        self.strata.push((column.into(), stratum.into()));
        self
    }

    /// The code of the unit that all rows are about.
    #[must_use]
    pub fn all_of_unit(mut self, code: impl Into<String>) -> Self {
        self.constants.push((Column::Unit, code.into()));
        self
    }

    /// The id of the measure that all rows are about. Without a column of values, each row is an event that counts 1.
    #[must_use]
    pub fn all_of_measure(mut self, id: impl Into<String>) -> Self {
        self.constants.push((Column::Measure, id.into()));
        self
    }

    fn with(mut self, column: Column, name: impl Into<String>) -> Self {
        self.named.push((column, name.into()));
        self
    }

    /// Whether all columns have their usual names.
    pub(crate) fn are_usual(&self) -> bool {
        *self == TableColumns::default()
    }

    /// Whether the caller named a column of the table.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        let name = composed(name);
        let is_meant = |column: &String| composed(column) == name;
        self.units.iter().any(is_meant)
            || self.named.iter().any(|(_, column)| is_meant(column))
            || self.values.iter().chain(&self.strata).any(|(column, _)| is_meant(column))
    }

    /// What a column of the table holds, if it is named.
    #[cfg(feature = "parquet")]
    pub(crate) fn role_of(&self, name: &str) -> Option<Role> {
        let name = composed(name);
        let is_meant = |column: &String| composed(column) == name;
        let named = self.named.iter().find(|(_, column)| is_meant(column));
        if self.units.iter().any(is_meant) {
            Some(Role::Outcome(Column::Unit))
        } else if self.strata.iter().any(|(column, _)| is_meant(column)) {
            Some(Role::Category)
        } else if self.values.iter().any(|(column, _)| is_meant(column)) {
            Some(Role::Outcome(Column::Value))
        } else {
            named.map(|(column, _)| Role::Outcome(*column))
        }
    }

    fn name_of(&self, column: Column) -> Option<&str> {
        let named = self.named.iter().rev().find(|(other, _)| *other == column);
        named.map(|(_, name)| name.as_str())
    }

    /// The names that faults have in place of the usual ones and of the ids of strata.
    pub(crate) fn names_in_faults(&self) -> Vec<(String, String)> {
        let usual = |(column, name): &(Column, String)| (column.name().to_owned(), name.clone());
        let named = self.named.iter().map(usual);
        let strata = self.strata.iter().map(|(column, stratum)| (stratum.clone(), column.clone()));
        let units = (!self.units.is_empty()).then(|| usual(&(Column::Unit, self.units.join(", "))));
        named.chain(strata).chain(units).collect()
    }

    /// Whether a column of the table is read by its usual name.
    fn is_read_as_usual(&self, column: Column) -> bool {
        const WHEN: [Column; 4] = [Column::Date, Column::Start, Column::End, Column::Period];
        if self.constants.iter().any(|(constant, _)| *constant == column) {
            return false;
        }
        let says_when = WHEN.iter().any(|one| self.name_of(*one).is_some());
        match column {
            Column::Unit => self.units.is_empty(),
            Column::Date | Column::Start | Column::End | Column::Period => !says_when,
            Column::Measure | Column::Value => {
                self.values.is_empty() && self.name_of(column).is_none()
            }
            Column::Status | Column::RecordedAt | Column::Illustrative | Column::Source => {
                self.name_of(column).is_none()
            }
        }
    }
}

/// What a column of a table holds.
#[cfg(feature = "parquet")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A part of outcomes.
    Outcome(Column),
    /// Categories of a stratum.
    Category,
}

/// Where the cells of a column that is read come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CellSource<'c> {
    /// A column that has its usual name.
    Usual(usize),
    /// A column that the caller named.
    Named(usize),
    /// Columns that together are the path of a unit.
    UnitPath(Vec<usize>),
    /// The same text in each row.
    Constant(&'c str),
}

/// The columns of a table that are read.
#[derive(Debug)]
pub(crate) struct ReadColumns<'c> {
    /// Each by its usual name, or the name that it has in the table if it is none that is read.
    pub(crate) columns: Vec<(String, CellSource<'c>)>,
    /// The columns of values, each with the id of its measure.
    pub(crate) values: Vec<(usize, &'c str)>,
}

impl<'c> ReadColumns<'c> {
    /// Finds the columns among the headers of a table. None if one is missing; all such faults are noted.
    pub(crate) fn find(
        columns: &'c TableColumns,
        headers: &[&str],
        intake: &mut Intake<'_>,
    ) -> Option<Self> {
        let before = intake.faults_found();
        let mut found = ReadColumns { columns: Vec::new(), values: Vec::new() };
        for (at, header) in headers.iter().enumerate() {
            let usual = Column::ALL.into_iter().find(|column| column.name() == *header);
            // Others are strata, or what nobody reads. A column that the caller named is what the caller says.
            let is_usual = usual.is_none_or(|column| columns.is_read_as_usual(column));
            if is_usual && !columns.is_named(header) {
                found.columns.push(((*header).to_owned(), CellSource::Usual(at)));
            }
        }
        for (column, name) in &columns.named {
            if let Some(at) = header_at(name, headers, intake) {
                found.put(column.name(), CellSource::Named(at));
            }
        }
        for (column, stratum) in &columns.strata {
            if let Some(at) = header_at(column, headers, intake) {
                found.put(stratum, CellSource::Named(at));
            }
        }
        for (column, text) in &columns.constants {
            found.put(column.name(), CellSource::Constant(text));
        }
        let units = columns.units.iter().filter_map(|name| header_at(name, headers, intake));
        let units: Vec<usize> = units.collect();
        if !units.is_empty() {
            found.put(Column::Unit.name(), CellSource::UnitPath(units));
        }
        for (column, measure) in &columns.values {
            if let Some(at) = header_at(column, headers, intake) {
                found.values.push((at, measure));
            }
        }
        (intake.faults_found() == before).then_some(found)
    }

    fn put(&mut self, name: &str, source: CellSource<'c>) {
        self.columns.retain(|(other, _)| composed(other) != name);
        self.columns.push((name.to_owned(), source));
    }

    /// Whether there is a column of a usual name.
    #[cfg(feature = "arrow")]
    pub(crate) fn has(&self, column: Column) -> bool {
        self.columns.iter().any(|(name, _)| name == column.name())
    }
}

/// Where a column that the caller named stands among the headers; a missing one is a fault, and one that stands twice.
fn header_at(name: &str, headers: &[&str], intake: &mut Intake<'_>) -> Option<usize> {
    let is_exact = headers.contains(&name);
    let wanted = composed(name);
    let is_meant = |header: &str| match is_exact {
        true => header == name,
        false => composed(header) == wanted,
    };
    let mut places = (0..headers.len()).filter(|at| is_meant(headers[*at]));
    let place = intake.place_of_own_column(name);
    let fault = match (places.next(), places.next()) {
        (Some(at), None) => return Some(at),
        (Some(_), Some(_)) => {
            Fault::new(FaultCode::DuplicateColumn, place, "this column stands twice")
                .expected("it once")
        }
        (None, _) => Fault::new(FaultCode::MissingColumn, place, "there is no such column")
            .found(format!("the columns {}", headers.join(", ")))
            .near_miss(name, headers.iter().copied()),
    };
    intake.fault(fault);
    None
}

/// The code of a unit that is named by one name for each level; names below the first empty one are left out.
pub(crate) fn path<'n>(names: impl IntoIterator<Item = Option<Cow<'n, str>>>) -> Option<String> {
    let names: Vec<Cow<'n, str>> = names.into_iter().map_while(|name| name).collect();
    (!names.is_empty()).then(|| names.join(PATH_SEPARATOR))
}

/// What separates the levels of a path.
const PATH_SEPARATOR: &str = "/";
