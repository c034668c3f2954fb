//! A report as a record batch, a CSV file or a Parquet file.
//!
//! | column | Arrow type | null |
//! |---|---|---|
//! | `target` | Dictionary(Int32, Utf8) | no |
//! | `indicator` | Dictionary(Int32, Utf8) | no |
//! | `campaign` | Dictionary(Int32, Utf8) | yes |
//! | `unit` | Dictionary(Int32, Utf8) | no |
//! | `unit_name` | Dictionary(Int32, Utf8) | no |
//! | `level` | Dictionary(Int32, Utf8) | no |
//! | `window_start` | Date32 | no |
//! | `window_end` | Date32 | no |
//! | `as_of` | Date32 | no |
//! | `final` | Boolean | no |
//! | `numerator` | Float64 | yes |
//! | `denominator` | Float64 | yes |
//! | `value` | Float64 | yes |
//! | `lower` | Float64 | yes |
//! | `upper` | Float64 | yes |
//! | `confidence` | Float64 | yes |
//! | `method` | Dictionary(Int32, Utf8) | yes |
//! | `baseline` | Float64 | yes |
//! | `goal` | Dictionary(Int32, Utf8) | no |
//! | `goal_value` | Float64 | yes |
//! | `goal_upper` | Float64 | yes |
//! | `expected_now` | Float64 | yes |
//! | `verdict` | Dictionary(Int32, Utf8) | no |
//! | `certainty` | Dictionary(Int32, Utf8) | no |
//! | `pace` | Dictionary(Int32, Utf8) | yes |
//! | `chance` | Float64 | yes |
//! | `projected` | Float64 | yes |
//! | `projected_lower` | Float64 | yes |
//! | `projected_upper` | Float64 | yes |
//! | `gap` | Float64 | yes |
//! | `needed` | Int64 | yes |
//! | `attainment` | Float64 | yes |
//! | `completeness` | Float64 | yes |
//! | `imputed` | Float64 | yes |
//! | `reason` | Dictionary(Int32, Utf8) | yes |
//! | `basis` | Dictionary(Int32, Utf8) | yes |
//! | `stratum` | Dictionary(Int32, Utf8) | yes |
//!
//! What they mean is said of the fields of [`Assessment`]. A column that is never null is marked so in the schema.

use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::blocks;
use super::table::{self, Cells, Column};
use crate::assess::{Assessment, Pace, Reason, Texts};
use crate::error::Result;
use crate::report::{Difference, Report};

const ASSESSMENTS: [Column<Assessment>; 37] = [
    Column::new("target", Cells::Text(|row| &row.target)),
    Column::new("indicator", Cells::Text(|row| &row.indicator)),
    Column::new("campaign", Cells::OptionalText(|row| row.campaign.as_deref())),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("as_of", Cells::Day(|row| row.as_of)),
    Column::new("final", Cells::Truth(|row| row.is_final)),
    Column::new("numerator", Cells::OptionalNumber(|row| row.numerator)),
    Column::new("denominator", Cells::OptionalNumber(|row| row.denominator)),
    Column::new("value", Cells::OptionalNumber(|row| row.value)),
    Column::new("lower", Cells::OptionalNumber(|row| row.lower)),
    Column::new("upper", Cells::OptionalNumber(|row| row.upper)),
    Column::new("confidence", Cells::OptionalNumber(|row| row.confidence)),
    Column::new("method", Cells::OptionalText(|row| row.method.as_deref())),
    Column::new("baseline", Cells::OptionalNumber(|row| row.baseline)),
    Column::new("goal", Cells::Text(|row| &row.goal)),
    Column::new("goal_value", Cells::OptionalNumber(|row| row.goal_value)),
    Column::new("goal_upper", Cells::OptionalNumber(|row| row.goal_upper)),
    Column::new("expected_now", Cells::OptionalNumber(|row| row.expected_now)),
    Column::new("verdict", Cells::Text(|row| row.verdict.code())),
    Column::new("certainty", Cells::Text(|row| row.certainty.code())),
    Column::new("pace", Cells::OptionalText(|row| row.pace.map(Pace::code))),
    Column::new("chance", Cells::OptionalNumber(|row| row.chance)),
    Column::new("projected", Cells::OptionalNumber(|row| row.projected)),
    Column::new("projected_lower", Cells::OptionalNumber(|row| row.projected_lower)),
    Column::new("projected_upper", Cells::OptionalNumber(|row| row.projected_upper)),
    Column::new("gap", Cells::OptionalNumber(|row| row.gap)),
    Column::new("needed", Cells::OptionalWhole(|row| row.needed)),
    Column::new("attainment", Cells::OptionalNumber(|row| row.attainment)),
    Column::new("completeness", Cells::OptionalNumber(|row| row.completeness)),
    Column::new("imputed", Cells::OptionalNumber(|row| row.imputed)),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(Reason::code))),
    Column::new("basis", Cells::OptionalText(|row| row.basis.as_deref())),
    Column::new("stratum", Cells::OptionalText(|row| row.stratum.as_deref())),
];

const DIFFERENCES: [Column<Difference>; 10] = [
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("measure", Cells::Text(|row| &row.measure)),
    Column::new("parts_are", Cells::Text(|row| row.parts_are)),
    Column::new("whole", Cells::Number(|row| row.whole)),
    Column::new("parts", Cells::Number(|row| row.parts)),
    Column::new("difference", Cells::Number(|row| row.difference)),
];

/// The columns of a report's rows.
///
/// ```
/// let schema = attain::arrow::assessments::schema();
/// assert_eq!(schema.fields().len(), 37);
/// assert!(!schema.field_with_name("verdict")?.is_nullable());
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
pub fn schema() -> SchemaRef {
    table::schema(&ASSESSMENTS)
}

impl Report {
    /// The rows as columns, named and typed as the table in [`arrow::assessments`](crate::arrow::assessments) says.
    ///
    /// ```
    /// # use attain::{calendar, Plan, Tally};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     indicators: {cases-known: {count: cases}},
    /// #     targets: {few: {indicator: cases-known, goal: {at_most: 9}, window: "2023"}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let report = plan.assess(&Tally::new(&plan), calendar::date("2024-01-01").unwrap())?;
    /// let batch = report.to_record_batch();
    /// assert_eq!((batch.num_rows(), batch.num_columns()), (1, 37));
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn to_record_batch(&self) -> RecordBatch {
        blocks::record_batch(self, schema())
    }

    /// What [`reconcile`](Report::reconcile) lists, as columns: `unit`, `unit_name`, `level`, `window_start`, `window_end`,
    /// `measure`, `parts_are`, `whole`, `parts` and `difference`, with types as those of a report's rows; none is null.
    pub fn differences_batch(&self) -> RecordBatch {
        table::record_batch(&DIFFERENCES, &self.reconcile())
    }

    /// Writes the rows to a CSV file, and replaces what was there. Days are written as 2025-07-01, numbers by the shortest
    /// text that reads as the same number again, nulls as nothing.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        let texts = Texts::of(self.plan());
        let blocks = self.blocks();
        let rows = blocks.flat_map(|(common, block)| common.assessments(&block.rows, &texts));
        table::write_csv(&ASSESSMENTS, rows, path.as_ref())
    }

    /// Writes the rows to a Parquet file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    #[cfg(feature = "parquet")]
    pub fn write_parquet(&self, path: impl AsRef<Path>) -> Result<()> {
        super::parquet::write_parquet(path, schema(), &[self.to_record_batch()])
    }
}
