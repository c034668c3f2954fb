//! Where units of one day lie on another, as columns.

use arrow_array::RecordBatch;
use chrono::NaiveDate;

use super::table::{self, Cells, Column};
use crate::error::Result;
use crate::plan::{Mapping, Plan};

type Row<'p> = (&'p Plan, Mapping);

impl Plan {
    /// What [`mapping`](Plan::mapping) lists, as columns: `from_unit`, `from_name`, `to_unit` and `to_name` (null where
    /// no change says where the unit went), `share` (null where nobody says) and `relation`.
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
        let rows: Vec<Row<'_>> =
            self.mapping(from, to, weights)?.into_iter().map(|row| (self, row)).collect();
        Ok(table::record_batch(&columns(), &rows))
    }
}

fn columns<'p>() -> [Column<Row<'p>>; 6] {
    [
        Column::new("from_unit", Cells::Text(|(plan, row)| &plan.units()[row.from].id)),
        Column::new("from_name", Cells::Text(|(plan, row)| &plan.units()[row.from].name)),
        Column::new(
            "to_unit",
            Cells::OptionalText(|(plan, row)| Some(plan.units()[row.to?].id.as_str())),
        ),
        Column::new(
            "to_name",
            Cells::OptionalText(|(plan, row)| Some(plan.units()[row.to?].name.as_str())),
        ),
        Column::new("share", Cells::OptionalNumber(|(_, row)| row.share)),
        Column::new("relation", Cells::Text(|(_, row)| row.relation.code())),
    ]
}
