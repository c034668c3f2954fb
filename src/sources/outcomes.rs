//! The table of outcomes that readers fill row by row.

use std::fmt::{self, Write};
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, Date32Array, DictionaryArray, Float64Array, Int32Array, RecordBatch, StringArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};
use crate::tally::Status;

/// Rows of one batch.
const ROWS_OF_A_BATCH: usize = 1 << 20;

/// A row of outcomes.
pub(super) struct OutcomeRow<'r> {
    pub(super) unit: &'r str,
    pub(super) start: NaiveDate,
    /// The day after the last.
    pub(super) end: NaiveDate,
    pub(super) measure: &'r str,
    pub(super) value: Option<f64>,
    pub(super) status: Option<Status>,
    pub(super) recorded_at: Option<NaiveDate>,
    /// A category for each stratum of the table, or none.
    pub(super) categories: &'r [Option<&'r str>],
    /// Where it stands.
    pub(super) source: fmt::Arguments<'r>,
}

/// A column of texts that repeat.
#[derive(Debug, Default)]
struct Texts {
    keys: Vec<Option<i32>>,
    texts: Vec<Arc<str>>,
    index: FxHashMap<Arc<str>, i32>,
}

impl Texts {
    fn push(&mut self, text: Option<&str>) {
        let key = text.map(|text| match self.index.get(text) {
            Some(key) => *key,
            None => {
                let key = self.texts.len() as i32;
                let text: Arc<str> = text.into();
                self.texts.push(Arc::clone(&text));
                self.index.insert(text, key);
                key
            }
        });
        self.keys.push(key);
    }
}

/// Outcomes with the columns `unit`, `start`, `end`, `measure`, `value`, `status`, `recorded_at`, one for each stratum, and
/// `source`.
#[derive(Debug, Default)]
pub(super) struct OutcomeTable {
    strata: Vec<(String, Texts)>,
    units: Texts,
    measures: Texts,
    statuses: Texts,
    starts: Vec<i32>,
    ends: Vec<i32>,
    values: Vec<Option<f64>>,
    recorded: Vec<Option<i32>>,
    /// All sources, one behind the other, and where each ends.
    sources: String,
    source_ends: Vec<usize>,
}

impl OutcomeTable {
    /// A table without rows, with a column for each stratum.
    pub(super) fn new<S: Into<String>>(strata: impl IntoIterator<Item = S>) -> Self {
        let strata = strata.into_iter().map(|id| (id.into(), Texts::default())).collect();
        OutcomeTable { strata, ..OutcomeTable::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn push(&mut self, row: &OutcomeRow<'_>) {
        self.units.push(Some(row.unit));
        self.measures.push(Some(row.measure));
        self.statuses.push(row.status.map(Status::code));
        self.starts.push(row.start.to_epoch_days());
        self.ends.push(row.end.to_epoch_days());
        self.values.push(row.value);
        self.recorded.push(row.recorded_at.map(|day| day.to_epoch_days()));
        for (at, (_, categories)) in self.strata.iter_mut().enumerate() {
            categories.push(row.categories.get(at).copied().flatten());
        }
        // Writing to a text does not fail.
        let _ = self.sources.write_fmt(row.source);
        self.source_ends.push(self.sources.len());
    }

    /// Where a row stands in the source.
    pub(super) fn source(&self, row: usize) -> &str {
        let start = row.checked_sub(1).and_then(|before| self.source_ends.get(before));
        let start = start.copied().unwrap_or_default();
        let end = self.source_ends.get(row).copied().unwrap_or(start);
        self.sources.get(start..end).unwrap_or_default()
    }

    /// The first row, and the later ones of the same unit, days, measure and categories.
    pub(super) fn repeated(&self) -> Vec<(usize, usize)> {
        type Key = (Option<i32>, Option<i32>, i32, i32, Vec<Option<i32>>);
        let mut seen: FxHashMap<Key, usize> = FxHashMap::default();
        let mut repeated = Vec::new();
        for row in 0..self.len() {
            let categories = self.strata.iter().map(|(_, texts)| texts.keys[row]).collect();
            let key = (
                self.units.keys[row],
                self.measures.keys[row],
                self.starts[row],
                self.ends[row],
                categories,
            );
            match seen.entry(key) {
                std::collections::hash_map::Entry::Occupied(first) => {
                    repeated.push((*first.get(), row));
                }
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(row);
                }
            }
        }
        repeated
    }

    /// The columns, in batches of rows.
    pub(super) fn into_batches(self) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        let text = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let mut fields = vec![
            Field::new("unit", text(), false),
            Field::new("start", DataType::Date32, false),
            Field::new("end", DataType::Date32, false),
            Field::new("measure", text(), false),
            Field::new("value", DataType::Float64, true),
            Field::new("status", text(), true),
            Field::new("recorded_at", DataType::Date32, true),
        ];
        fields.extend(self.strata.iter().map(|(id, _)| Field::new(id, text(), true)));
        fields.push(Field::new("source", DataType::Utf8, false));
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let mut batches = Vec::new();
        let mut first = 0;
        let [units, measures, statuses] =
            [&self.units, &self.measures, &self.statuses].map(Texts::dictionary);
        let strata: Vec<StringArray> =
            self.strata.iter().map(|(_, texts)| texts.dictionary()).collect();
        while first < self.len() || batches.is_empty() {
            let rows = first..self.len().min(first + ROWS_OF_A_BATCH);
            let mut columns: Vec<ArrayRef> = vec![
                self.units.column(&units, rows.clone()),
                Arc::new(Date32Array::from(self.starts[rows.clone()].to_vec())),
                Arc::new(Date32Array::from(self.ends[rows.clone()].to_vec())),
                self.measures.column(&measures, rows.clone()),
                Arc::new(Float64Array::from(self.values[rows.clone()].to_vec())),
                self.statuses.column(&statuses, rows.clone()),
                Arc::new(Date32Array::from(self.recorded[rows.clone()].to_vec())),
            ];
            for ((_, texts), dictionary) in self.strata.iter().zip(&strata) {
                columns.push(texts.column(dictionary, rows.clone()));
            }
            let sources = rows.clone().map(|row| self.source(row));
            columns.push(Arc::new(StringArray::from_iter_values(sources)));
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|cause| {
                let message = "the outcomes can't be stored as columns";
                let fault = Fault::new(FaultCode::DamagedData, Place::Nowhere, message);
                Error::one(ErrorKind::Outcomes, fault.found(&cause)).caused_by(cause)
            })?;
            batches.push(batch);
            first += ROWS_OF_A_BATCH;
        }
        Ok((schema, batches))
    }
}

impl Texts {
    fn dictionary(&self) -> StringArray {
        StringArray::from_iter_values(&self.texts)
    }

    fn column(&self, dictionary: &StringArray, rows: std::ops::Range<usize>) -> ArrayRef {
        let keys = Int32Array::from(self.keys[rows].to_vec());
        Arc::new(DictionaryArray::<Int32Type>::new(keys, Arc::new(dictionary.clone())))
    }
}
