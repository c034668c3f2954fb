//! Where units of one day lie on another, as columns.

use arrow_array::RecordBatch;
use chrono::NaiveDate;

use super::table;
use crate::error::Result;
use crate::plan::{Plan, Relation};
use crate::view::View;

/// A unit of one day and a unit of another into which it leads: a [`Mapping`](crate::plan::Mapping) with the names of its units.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "mapping")]
#[non_exhaustive]
pub struct MappingRow {
    /// The code of the unit of the first day.
    pub from_unit: String,
    /// Its name.
    pub from_name: String,
    /// The code of the unit of the other day; none where no change says where it went.
    pub to_unit: Option<String>,
    /// Its name.
    pub to_name: Option<String>,
    /// The share of the first that lies in the other, 0 to 1; none where nobody says how much.
    pub share: Option<f64>,
    /// How the two stand to each other.
    pub relation: Relation,
}

impl Plan {
    /// What [`mapping`](Plan::mapping) lists, with the names of units, as columns: see [`MappingRow`].
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if no change has such weights.
    pub fn mapping_batch(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        weights: Option<&str>,
    ) -> Result<RecordBatch> {
        let units = self.units();
        let rows = self.mapping(from, to, weights)?.into_iter().map(|row| MappingRow {
            from_unit: units[row.from].id.clone(),
            from_name: units[row.from].name.clone(),
            to_unit: row.to.map(|to| units[to].id.clone()),
            to_name: row.to.map(|to| units[to].name.clone()),
            share: row.share,
            relation: row.relation,
        });
        Ok(table::record_batch(&rows.collect::<Vec<_>>()))
    }
}
