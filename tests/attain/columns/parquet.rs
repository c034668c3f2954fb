//! Parquet files in and out.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, Date32Array, DictionaryArray, Float64Array, Int64Array,
    LargeStringArray, RecordBatch, StringArray, StringViewArray, TimestampMicrosecondArray,
};
use attain::arrow::parquet::write_parquet;
use attain::{Progress, Rows, Tally};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::file::properties::WriterProperties;

use super::{assessed, batch, plan, tally_of, texts};
use crate::support::Scratch;

/// Some thousand events of two districts.
fn events(rows: usize) -> RecordBatch {
    let units: DictionaryArray<Int32Type> =
        (0..rows).map(|row| if row % 3 == 0 { "001" } else { "002" }).collect();
    let days = (0..rows).map(|row| 19_358 + (row % 365) as i32);
    batch([
        (
            "note",
            Arc::new(BinaryArray::from_iter_values((0..rows).map(|row| row.to_le_bytes())))
                as ArrayRef,
        ),
        ("unit", Arc::new(units)),
        ("date", Arc::new(Date32Array::from_iter_values(days))),
        ("measure", Arc::new(StringArray::from(vec!["cases"; rows]))),
        (
            "value",
            Arc::new(
                (0..rows).map(|row| (row % 7 != 0).then_some(row as f64)).collect::<Float64Array>(),
            ),
        ),
    ])
}

/// The table as a Parquet file with `rows_per_group` rows per row group.
fn written(table: &RecordBatch, rows_per_group: usize) -> Vec<u8> {
    let properties =
        WriterProperties::builder().set_max_row_group_row_count(Some(rows_per_group)).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, table.schema(), Some(properties)).unwrap();
    writer.write(table).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn a_file_is_read_as_its_columns_would_be() {
    let table = events(20_000);
    let expected = tally_of(Rows::Events, std::slice::from_ref(&table)).unwrap();
    for rows_per_group in [20_000, 777] {
        let file = Scratch::with("outcomes.parquet", written(&table, rows_per_group));
        let mut tally = Tally::of_events(&plan());
        tally.read(&file.0).unwrap();
        assert_eq!(tally.len(), 20_000);
        assert_eq!(assessed(&tally), assessed(&expected));
    }
}

#[test]
fn texts_are_read_however_the_writer_kept_them() {
    let many: Vec<String> = (0..3_000).map(|row| format!("2023-{:02}", row % 12 + 1)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let kept = |kind: usize, content: Vec<&str>| -> ArrayRef {
        match kind {
            0 => Arc::new(StringArray::from(content)),
            1 => Arc::new(LargeStringArray::from(content)),
            _ => Arc::new(StringViewArray::from(content)),
        }
    };
    let plain = WriterProperties::builder;
    let properties = [
        plain().build(),
        plain().set_dictionary_enabled(false).build(),
        // The dictionary page overflows and the rest of the column is plain.
        plain()
            .set_dictionary_page_size_limit(16)
            .set_data_page_row_count_limit(100)
            .set_write_batch_size(100)
            .build(),
    ];
    for kind in 0..3 {
        let table = batch([
            ("unit", kept(kind, vec!["001"; many.len()])),
            ("period", kept(kind, many.clone())),
            ("measure", kept(kind, vec!["cases"; many.len()])),
            ("value", Arc::new(Int64Array::from(vec![1; many.len()]))),
        ]);
        let expected = tally_of(Rows::Events, std::slice::from_ref(&table)).unwrap();
        for (way, properties) in properties.iter().enumerate() {
            for is_without_schema in [false, true] {
                let options = ArrowWriterOptions::new()
                    .with_properties(properties.clone())
                    .with_skip_arrow_metadata(is_without_schema);
                let mut bytes = Vec::new();
                let mut writer =
                    ArrowWriter::try_new_with_options(&mut bytes, table.schema(), options).unwrap();
                writer.write(&table).unwrap();
                writer.close().unwrap();
                let file = Scratch::with("outcomes.parquet", bytes);
                let mut tally = Tally::of_events(&plan());
                tally.read(&file.0).unwrap_or_else(|error| panic!("{kind}, {way}: {error}"));
                assert_eq!(tally.len(), many.len());
                assert_eq!(assessed(&tally), assessed(&expected), "{kind}, {way}");
            }
        }
    }
}

#[test]
fn timestamps_are_read() {
    let table = batch([
        ("unit", texts(&["001"])),
        ("date", Arc::new(TimestampMicrosecondArray::from(vec![1_684_022_400_000_000]))),
        ("measure", texts(&["cases"])),
        ("value", Arc::new(Int64Array::from(vec![3]))),
    ]);
    let file = Scratch::with("outcomes.parquet", written(&table, 10));
    let mut tally = Tally::new(&plan());
    tally.read(&file.0).unwrap();
    assert_eq!(super::counted(&tally, "year", "001"), Some(3.0));
}

#[test]
fn what_is_written_is_read_again() {
    let table = events(100);
    let file = Scratch::new("outcomes.parquet");
    write_parquet(&file.0, table.schema(), &[table.slice(0, 60), table.slice(60, 40)]).unwrap();
    let handle = std::fs::File::open(&file.0).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(handle).unwrap().build().unwrap();
    let read: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    assert_eq!(read, [table]);
}

#[test]
fn batches_of_other_columns_and_places_that_are_none_are_refused() {
    let table = events(1);
    let file = Scratch::new("outcomes.parquet");
    let other = batch([("unit", texts(&["001"]))]);
    assert!(write_parquet(&file.0, table.schema(), &[other]).unwrap_err().is_request());
    let nowhere = file.0.parent().unwrap().join("no such directory/outcomes.parquet");
    assert!(write_parquet(nowhere, table.schema(), &[table]).unwrap_err().is_file());
}

#[test]
fn a_file_without_rows_is_read_if_its_columns_are_sound() {
    let file = Scratch::with("outcomes.parquet", written(&events(10).slice(0, 0), 10));
    let mut tally = Tally::of_events(&plan());
    tally.read(&file.0).unwrap();
    assert!(tally.is_empty());
}

fn refused(table: &RecordBatch) -> String {
    let file = Scratch::with("outcomes.parquet", written(table, 2));
    let mut tally = Tally::new(&plan());
    let error = tally.read(&file.0).unwrap_err();
    assert!(error.is_outcomes());
    assert!(tally.is_empty());
    file.cut(&error.to_string())
}

#[test]
fn faults_name_the_file_the_row_and_the_column() {
    let rows = batch([
        ("unit", texts(&["001", "001", "9", "001", "002"])),
        ("period", texts(&["2023-01", "2023-02", "2023-01", "2023-01", "2023-13"])),
        ("measure", texts(&["cases"; 5])),
        ("value", Arc::new(Int64Array::from(vec![Some(1), None, Some(3), Some(4), Some(5)]))),
    ]);
    insta::assert_snapshot!(refused(&rows));
    let columns = batch([
        ("Unit", texts(&["001"])),
        ("period", Arc::new(Int64Array::from(vec![2023])) as ArrayRef),
        ("measure", texts(&["cases"])),
        ("value", texts(&["1"])),
    ]);
    insta::assert_snapshot!(refused(&columns));
    insta::assert_snapshot!(refused(&columns.slice(0, 0)));
}

#[test]
fn files_that_are_missing_or_no_parquet_are_faults_of_the_file() {
    let missing = Scratch::new("outcomes.parquet");
    let mut messages = String::new();
    for file in [
        missing,
        Scratch::with("outcomes.parquet", ""),
        Scratch::with("outcomes.parquet", "unit,period,measure,value\n001,2023,cases,1\n"),
    ] {
        let error = Tally::new(&plan()).read(&file.0).unwrap_err();
        assert!(error.is_file());
        messages.push_str(&file.cut(&format!("{error}\n")));
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn a_damaged_file_is_refused_or_read_but_never_panics() {
    let bytes = written(&events(9), 5);
    let file = Scratch::new("outcomes.parquet");
    let try_read = |bytes: &[u8]| {
        std::fs::write(&file.0, bytes).unwrap();
        let mut tally = Tally::of_events(&plan());
        let result = tally.read(&file.0);
        assert!(result.is_ok() || tally.is_empty());
        result
    };
    try_read(&bytes).unwrap();
    for length in (0..bytes.len()).step_by(3) {
        assert!(try_read(&bytes[..length]).unwrap_err().is_file(), "cut to {length}");
    }
    for at in 0..bytes.len() {
        for flip in [1 << (at % 8), 0xFF] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            if let Err(error) = try_read(&damaged) {
                assert!(error.is_file() || error.is_outcomes());
            }
        }
    }
}

#[test]
fn progress_grows_to_all_bytes_of_the_columns_read_and_can_break_it_off() {
    let file = Scratch::with("outcomes.parquet", written(&events(20_000), 5_000));
    let mut tally = Tally::of_events(&plan());
    let mut told: Vec<Progress> = Vec::new();
    tally
        .read_with_progress(&file.0, &mut |progress| {
            told.push(progress);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(told.len() >= 4);
    assert!(told.is_sorted_by_key(|progress| progress.bytes_read));
    let last = told.last().unwrap();
    assert_eq!(last.bytes_read, last.bytes_total);
    assert!(last.bytes_total < std::fs::metadata(&file.0).unwrap().len());

    let error = Tally::of_events(&plan())
        .read_with_progress(&file.0, &mut |_| ControlFlow::Break(()))
        .unwrap_err();
    assert!(error.is_request());
}
