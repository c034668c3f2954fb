//! Reads outcomes from Parquet files, and writes record batches to them.

use std::error::Error as StdError;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader, new_empty_array};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::ChunkReader;
use parquet::file::writer::SerializedFileWriter;

use super::guarded::guarded;
use super::outcomes::Reading;
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};
use crate::names::composed;
use crate::parallel::{check_stop, threads_for};
use crate::plan::Plan;
use crate::tally::{
    Accepted, Column, Intake, PathColumn, Progress, Role, Source, TableColumns, Tally, Watch,
    broken_off, unreadable,
};
use crate::{output, parallel};

impl Tally {
    /// Adds the outcomes of a Parquet file, all or none. Only the columns of an outcome table are read, row group by
    /// row group.
    ///
    /// `progress` is called after every row group, and within large ones, with the bytes of the columns that are read.
    /// If it breaks, the reading stops and the tally is as before.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if the file can't be read, is damaged or is no Parquet; [`Error::is_outcomes`] with every fault
    /// of every column, or, if the columns are sound, of every row (counted from 0); [`Error::is_request`] if `progress`
    /// stopped the reading. The tally is as before.
    pub fn read_parquet(
        &mut self,
        path: impl AsRef<Path>,
        progress: Option<&mut dyn FnMut(Progress) -> ControlFlow<()>>,
    ) -> Result<()> {
        let columns = TableColumns::default();
        let accepted = self.check_parquet(path.as_ref(), &columns, &[], progress)?;
        self.add_accepted(accepted);
        Ok(())
    }

    /// Checks the outcomes of a Parquet file without adding any.
    pub(crate) fn check_parquet(
        &self,
        path: &Path,
        columns: &TableColumns,
        path_columns: &[PathColumn],
        progress: Watch<'_>,
    ) -> Result<Accepted> {
        let mut file = File::open(path).map_err(|cause| unreadable(path, cause))?;
        refuse_other_files(path, &path.display().to_string(), &mut file)?;
        // A separate handle for each reader: clones of a handle share its position.
        let open = || File::open(path).map_err(|cause| unreadable(path, cause));
        self.check_parquet_of(open, path, columns, path_columns, progress)
    }

    /// Checks the outcomes of a Parquet file in memory without adding any.
    pub(crate) fn check_parquet_bytes(
        &self,
        content: Vec<u8>,
        name: &str,
        columns: &TableColumns,
    ) -> Result<Accepted> {
        let content = Bytes::from(content);
        self.check_parquet_of(|| Ok(content.clone()), Path::new(name), columns, &[], None)
    }

    fn check_parquet_of<C: ChunkReader + 'static>(
        &self,
        open: impl Fn() -> Result<C> + Sync,
        path: &Path,
        columns: &TableColumns,
        path_columns: &[PathColumn],
        progress: Watch<'_>,
    ) -> Result<Accepted> {
        let file = path.display().to_string();
        let mut reading = Reading::new(Intake::new(self, Source::File { file: file.clone() }));
        reading.path_columns = path_columns.to_vec();
        read(open, &file, columns, &mut reading, progress)?;
        reading.finish()
    }
}

fn read<C: ChunkReader + 'static>(
    open: impl Fn() -> Result<C> + Sync,
    name: &str,
    columns: &TableColumns,
    reading: &mut Reading<'_>,
    mut watch: Watch<'_>,
) -> Result<()> {
    let options = ArrowReaderOptions::new;
    let content = open()?;
    let metadata = guarded(FORMAT, name, || ArrowReaderMetadata::load(&content, options()))?;
    let schema = metadata.schema();
    // Checks the names and types of the file's columns, even if there are no rows.
    let read = ReadNames::of(schema, columns, reading.intake.plan());
    reading.table_or_batch(&RecordBatch::new_empty(without_others(schema, &read)), columns);
    if reading.is_over {
        return Ok(());
    }
    let metadata = guarded(FORMAT, name, || {
        let options = options().with_schema(with_dictionaries(schema, &read));
        ArrowReaderMetadata::try_new(metadata.metadata().clone(), options)
    })?;
    let mask = ProjectionMask::columns(metadata.parquet_schema(), read.all());
    let groups = metadata.metadata().row_groups();
    let bytes: Vec<u64> = groups
        .iter()
        .map(|group| {
            let columns = group.columns().iter().enumerate();
            let read = columns.filter(|(leaf, _)| mask.leaf_included(*leaf));
            read.map(|(_, column)| u64::try_from(column.compressed_size()).unwrap_or(0)).sum()
        })
        .collect();
    let bytes_total = bytes.iter().sum();
    let rows = |group: usize| usize::try_from(groups[group].num_rows()).unwrap_or(usize::MAX);
    let mut told = None;
    // After a number of batches of a row group: each counts as the same share of the group's bytes.
    let mut tell = |group: usize, batches: u64| {
        let before: u64 = bytes[..group].iter().sum();
        let share = bytes[group].div_ceil(rows(group).div_ceil(ROWS_PER_BATCH).max(1) as u64);
        let bytes_read = before + share.saturating_mul(batches).min(bytes[group]);
        if told.replace(bytes_read) == Some(bytes_read) {
            return Ok(());
        }
        let so_far = Progress { bytes_read, bytes_total };
        let is_broken_off = watch.as_mut().is_some_and(|watch| watch(so_far).is_break());
        if is_broken_off { Err(broken_off(name)) } else { Ok(()) }
    };
    let open_group = |group: usize| {
        let handle = open()?;
        guarded(FORMAT, name, || {
            ParquetRecordBatchReaderBuilder::new_with_metadata(handle, metadata.clone())
                .with_projection(mask.clone())
                .with_row_groups(vec![group])
                .with_batch_size(ROWS_PER_BATCH)
                .build()
        })
    };
    let threads = reading.thresholds.threads;
    let mut next = 0;
    while next < groups.len() && !reading.is_over {
        // As many row groups at a time as there are threads, unless one is too large to be held whole.
        let together = next..groups.len().min(next + threads);
        let together = together.take_while(|group| rows(*group) <= ROWS_AT_ONCE);
        let end = next + together.count();
        if end == next {
            let mut batches = open_group(next)?;
            let mut read = 0;
            while let Some(batch) = guarded(FORMAT, name, || batches.next().transpose())? {
                reading.table_or_batch(&batch, columns);
                if reading.is_over {
                    return Ok(());
                }
                read += 1;
                tell(next, read)?;
            }
            tell(next, u64::MAX)?;
            next += 1;
            continue;
        }
        let decoded = parallel::map(end - next, next..end, |group| -> Result<Vec<RecordBatch>> {
            let mut batches = open_group(group)?;
            let mut decoded = Vec::new();
            while let Some(batch) = guarded(FORMAT, name, || batches.next().transpose())? {
                decoded.push(batch);
            }
            Ok(decoded)
        });
        for (group, batches) in (next..end).zip(decoded) {
            for (batch, read) in batches?.iter().zip(1..) {
                if reading.is_over {
                    return Ok(());
                }
                reading.table_or_batch(batch, columns);
                tell(group, read)?;
            }
            tell(group, u64::MAX)?;
        }
        next = end;
    }
    Ok(())
}

/// Rows that are decoded at a time.
const ROWS_PER_BATCH: usize = 1 << 16;

/// Row groups of more rows are not held whole in memory.
const ROWS_AT_ONCE: usize = 1 << 21;

/// The names of the columns that are read from a file.
struct ReadNames<'s> {
    /// Columns of texts that repeat.
    texts: Vec<&'s str>,
    others: Vec<&'s str>,
}

impl<'s> ReadNames<'s> {
    fn of(schema: &'s SchemaRef, columns: &TableColumns, plan: &Plan) -> Self {
        let is_stratum = |name: &str| plan.strata().iter().any(|one| one.id == composed(name));
        let mut read = ReadNames { texts: Vec::new(), others: Vec::new() };
        for field in schema.fields() {
            let name = field.name().as_str();
            let usual = Column::ALL.into_iter().find(|column| column.name() == name);
            match columns.role_of(name).or(usual.map(Role::Outcome)) {
                Some(Role::Category) => read.texts.push(name),
                Some(Role::Outcome(column)) => match column {
                    Column::Unit | Column::Measure | Column::Period | Column::Status => {
                        read.texts.push(name);
                    }
                    Column::Date
                    | Column::Start
                    | Column::End
                    | Column::Value
                    | Column::RecordedAt
                    | Column::Illustrative
                    | Column::Source => read.others.push(name),
                },
                None if is_stratum(name) => read.texts.push(name),
                None => {}
            }
        }
        read
    }

    fn all(&self) -> impl Iterator<Item = &'s str> {
        self.texts.iter().chain(&self.others).copied()
    }
}

/// The same columns, with the types of only those that are read. The types of the others don't matter.
fn without_others(schema: &SchemaRef, read: &ReadNames<'_>) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        if read.all().any(|name| name == field.name()) {
            field.clone()
        } else {
            Arc::new(Field::new(field.name(), DataType::Null, true))
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The same columns with texts as dictionaries: a text that repeats is kept once, as in the file.
fn with_dictionaries(schema: &SchemaRef, read: &ReadNames<'_>) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let repeats = read.texts.contains(&field.name().as_str());
        if repeats && matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8) {
            let values = Box::new(field.data_type().clone());
            let kind = DataType::Dictionary(Box::new(DataType::Int32), values);
            Arc::new(Field::clone(field).with_data_type(kind))
        } else {
            field.clone()
        }
    });
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone()))
}

/// What messages call the format.
const FORMAT: &str = "Parquet";

/// A Parquet file begins and ends with the same four letters.
pub(crate) const MARK: &[u8; 4] = b"PAR1";

/// Rejects other files, and truncated Parquet files, with specific messages.
fn refuse_other_files(path: &Path, name: &str, file: &mut File) -> Result<()> {
    let mut mark_at = |from: SeekFrom| -> std::io::Result<bool> {
        let mut mark = [0; MARK.len()];
        file.seek(from)?;
        file.read_exact(&mut mark)?;
        Ok(mark == *MARK)
    };
    let whole =
        |code, message: &str| Fault::new(code, Place::File { file: name.to_owned() }, message);
    let fault = match (mark_at(SeekFrom::Start(0)), mark_at(SeekFrom::End(-4))) {
        (Ok(true), Ok(true)) => return Ok(()),
        (Ok(true), Ok(false)) => whole(FaultCode::DamagedData, "the Parquet file has no end")
            .hint("was it written and copied to the end? make it anew"),
        (Err(cause), _) | (_, Err(cause)) if !is_too_short(&cause) => {
            return Err(unreadable(path, cause));
        }
        _ => whole(FaultCode::UnknownFormat, "this is no Parquet file")
            .hint("its ending says it is; what wrote it?"),
    };
    Err(Error::one(ErrorKind::File, fault))
}

/// Whether a file has less than four bytes.
fn is_too_short(cause: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidInput, UnexpectedEof};
    matches!(cause.kind(), UnexpectedEof | InvalidInput)
}

/// The number of rows that are written between two looks at the stop flag: some milliseconds.
const ROWS_BETWEEN_CHECKS: usize = 1 << 13;

/// The most rows of a row group, which is held in memory until it is written.
const ROWS_PER_GROUP: usize = 1 << 18;

/// Fewer cells are encoded sooner than a thread has started.
const CELLS_WORTH_A_THREAD: usize = 20_000;

/// Writes record batches of one schema to a Parquet file, compressed by zstd; replaces what was there. A row group has at
/// most 262,144 rows.
///
/// # Errors
///
/// [`Error::is_file`] if the file can't be written, [`Error::is_request`] if the batches differ in their columns.
pub fn write_parquet(
    path: impl AsRef<Path>,
    schema: SchemaRef,
    batches: &[RecordBatch],
) -> Result<()> {
    write_batches(path.as_ref(), schema, batches.iter().cloned().map(Ok))
}

/// Writes record batches to a Parquet file as they come, with the memory of one row group: of at most 262,144 rows. The file
/// replaces what was there once all is written; if a batch is an error, what was there stays.
///
/// ```
/// # use attain::{calendar, Plan, Tally, arrow::BatchOptions, arrow::parquet::write_parquet_stream};
/// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
/// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
/// # let (tally, day) = (Tally::new(&plan), calendar::date("2024-01-01").unwrap());
/// # let path = std::env::temp_dir().join(format!("attain-doc-{}.parquet", std::process::id()));
/// let batches = plan.assess_batches(&tally, day, &BatchOptions::new())?;
/// write_parquet_stream(&path, batches)?;
/// # std::fs::remove_file(path).unwrap();
/// # Ok::<(), attain::Error>(())
/// ```
///
/// # Errors
///
/// Those of [`write_parquet`]. An [`ArrowError::ExternalError`] with an [`Error`] inside gives this one, any other error of
/// a batch one of the file.
pub fn write_parquet_stream(path: impl AsRef<Path>, batches: impl RecordBatchReader) -> Result<()> {
    write_batches(path.as_ref(), batches.schema(), batches)
}

/// Writes record batches of a schema to a Parquet file, one after the other.
pub(super) fn write_batches(
    path: &Path,
    schema: SchemaRef,
    batches: impl Iterator<Item = std::result::Result<RecordBatch, ArrowError>>,
) -> Result<()> {
    let write = |file: &mut File| {
        let mut groups = RowGroups::of(file, &schema)?;
        for batch in batches {
            let batch = batch?;
            if *batch.schema_ref() != schema {
                let message = "batches of different columns can't go into one Parquet file";
                return Err(Error::request(FaultCode::UnequalColumns, message).into());
            }
            groups.add(&batch)?;
        }
        groups.finish()
    };
    output::write_whole(path, write)
        .map_err(|cause| own_error(cause).unwrap_or_else(|cause| output::unwritable(path, cause)))
}

/// What goes wrong while a file is written.
type WriteError = Box<dyn StdError + Send + Sync>;

/// The error of this crate that is inside, if one is.
fn own_error(cause: WriteError) -> std::result::Result<Error, WriteError> {
    match cause.downcast::<ArrowError>().map(|error| *error) {
        Ok(ArrowError::ExternalError(inner)) => inner.downcast().map(|error| *error),
        Ok(other) => Err(other.into()),
        Err(cause) => cause.downcast().map(|error| *error),
    }
}

/// Writes row group after row group. The columns of one are encoded on as many threads as the machine has.
struct RowGroups<'f> {
    writer: SerializedFileWriter<&'f mut File>,
    columns: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    /// The rows of the next group, in slices that take some milliseconds each.
    slices: Vec<RecordBatch>,
    rows: usize,
    written: usize,
}

impl<'f> RowGroups<'f> {
    fn of(file: &'f mut File, schema: &SchemaRef) -> std::result::Result<Self, WriteError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .build();
        let schema = without_order(schema);
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))?;
        let (writer, columns) = writer.into_serialized_writer()?;
        Ok(RowGroups { writer, columns, schema, slices: Vec::new(), rows: 0, written: 0 })
    }

    fn add(&mut self, batch: &RecordBatch) -> std::result::Result<(), WriteError> {
        let mut first = 0;
        while first < batch.num_rows() {
            let rows = ROWS_BETWEEN_CHECKS.min(batch.num_rows() - first);
            let rows = rows.min(ROWS_PER_GROUP - self.rows);
            self.slices.push(batch.slice(first, rows));
            first += rows;
            self.rows += rows;
            if self.rows == ROWS_PER_GROUP {
                self.write_group()?;
            }
        }
        Ok(())
    }

    fn write_group(&mut self) -> std::result::Result<(), WriteError> {
        let mut writers = self.columns.create_column_writers(self.written)?.into_iter();
        let mut columns = Vec::with_capacity(self.schema.fields().len());
        for (place, field) in self.schema.fields().iter().enumerate() {
            // A nested column has several leaves.
            let none = new_empty_array(field.data_type());
            let leaves = compute_leaves(field, &none)?.len();
            columns.push((place, field, writers.by_ref().take(leaves).collect::<Vec<_>>()));
        }
        let threads = threads_for(self.rows * columns.len(), CELLS_WORTH_A_THREAD);
        let chunks = parallel::map(threads, columns, |(place, field, mut writers)| {
            for slice in &self.slices {
                check_stop();
                let leaves = compute_leaves(field, slice.column(place))?;
                for (writer, leaf) in writers.iter_mut().zip(leaves) {
                    writer.write(&leaf)?;
                }
            }
            writers
                .into_iter()
                .map(ArrowColumnWriter::close)
                .collect::<std::result::Result<Vec<_>, ParquetError>>()
        });
        let mut group = self.writer.next_row_group()?;
        for chunks in chunks {
            for chunk in chunks? {
                chunk.append_to_row_group(&mut group)?;
            }
        }
        group.close()?;
        self.written += 1;
        self.rows = 0;
        self.slices.clear();
        Ok(())
    }

    fn finish(mut self) -> std::result::Result<(), WriteError> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.writer.close()?;
        Ok(())
    }
}

/// The schema with dictionaries that have no order: a file keeps the texts that occur, in the order of their first rows.
fn without_order(schema: &SchemaRef) -> SchemaRef {
    let field = |field: &Arc<Field>| Field::clone(field).with_dict_is_ordered(false);
    let fields: Vec<Field> = schema.fields().iter().map(field).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// The record batches of a Parquet file, with all of its columns; the metadata of their schema are those of the file.
pub(super) fn batches_of_file(
    path: &Path,
) -> Result<impl Iterator<Item = std::result::Result<RecordBatch, ArrowError>>> {
    let name = path.display().to_string();
    let mut file = File::open(path).map_err(|cause| unreadable(path, cause))?;
    refuse_other_files(path, &name, &mut file)?;
    // Batches have the schema without its metadata.
    let (schema, reader) = guarded(FORMAT, &name, || {
        let reader =
            ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(ROWS_PER_BATCH);
        let schema = Arc::clone(reader.schema());
        reader.build().map(|reader| (schema, reader))
    })?;
    let mut reader = Some(reader);
    Ok(std::iter::from_fn(move || {
        let next = std::panic::AssertUnwindSafe(|| {
            let batch = reader.as_mut()?.next()?;
            Some(batch.and_then(|batch| batch.with_schema(Arc::clone(&schema))))
        });
        std::panic::catch_unwind(next).unwrap_or_else(|_| {
            reader = None;
            Some(Err(ArrowError::ParquetError("its pages contradict each other".to_owned())))
        })
    }))
}
