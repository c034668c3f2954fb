//! Arrow columns that nobody has validated, as they come through the C data interface.

#![allow(unsafe_code, reason = "broken columns can't be made in any other way")]

use std::sync::Arc;

use arrow_array::builder::{StringDictionaryBuilder, StringViewBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, Date32Array, DictionaryArray, Int64Array, LargeStringArray, RecordBatch,
    StringArray, StringViewArray,
};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use attain::{Fault, Rows};

use super::tally;

/// Texts as they are, whatever their bytes; `nulls` says which are there.
fn texts(bytes: &[&[u8]], nulls: Option<Vec<bool>>) -> StringArray {
    let offsets = OffsetBuffer::from_lengths(bytes.iter().map(|text| text.len()));
    let values = Buffer::from(bytes.concat());
    // SAFETY: broken on purpose; only what is validated may be read.
    unsafe { StringArray::new_unchecked(offsets, values, nulls.map(NullBuffer::from)) }
}

fn large(bytes: &[&[u8]]) -> LargeStringArray {
    let offsets = OffsetBuffer::from_lengths(bytes.iter().map(|text| text.len()));
    // SAFETY: as above.
    unsafe { LargeStringArray::new_unchecked(offsets, Buffer::from(bytes.concat()), None) }
}

fn offsets(offsets: Vec<i32>, values: &str) -> StringArray {
    // SAFETY: as above.
    unsafe {
        let offsets = OffsetBuffer::new_unchecked(ScalarBuffer::from(offsets));
        StringArray::new_unchecked(offsets, Buffer::from(values.as_bytes()), None)
    }
}

fn views(bytes: &[&[u8]]) -> StringViewArray {
    let mut builder = arrow_array::builder::BinaryViewBuilder::new();
    bytes.iter().for_each(|text| builder.append_value(text));
    let (views, buffers, nulls) = builder.finish().into_parts();
    // SAFETY: as above.
    unsafe { StringViewArray::new_unchecked(views, buffers, nulls) }
}

/// A long text whose view says other things than there are.
fn forged_view(forge: impl Fn(u128) -> u128) -> StringViewArray {
    let mut builder = StringViewBuilder::new();
    builder.append_value("c");
    builder.append_value("x".repeat(40));
    let (views, buffers, nulls) = builder.finish().into_parts();
    let views: Vec<u128> = vec![views[0], forge(views[1])];
    // SAFETY: as above.
    unsafe { StringViewArray::new_unchecked(ScalarBuffer::from(views), buffers, nulls) }
}

/// Rows of cases in 2023, with one column in place of its own.
fn batch(name: &str, column: ArrayRef) -> RecordBatch {
    let rows = column.len();
    let constant = |text: &str| Arc::new(StringArray::from(vec![text; rows])) as ArrayRef;
    let days: Vec<String> = (0..rows).map(|row| format!("2023-01-{:02}", row % 28 + 1)).collect();
    let named = [
        ("unit", constant("c")),
        ("date", Arc::new(StringArray::from(days)) as ArrayRef),
        ("measure", constant("cases")),
        ("sex", constant("f")),
        ("status", constant("A")),
        ("value", Arc::new(Int64Array::from_iter_values(0..rows as i64)) as ArrayRef),
    ];
    let others = named.into_iter().filter(|(own, _)| *own != name);
    RecordBatch::try_from_iter(others.chain([(name, column)])).unwrap()
}

/// The faults of a broken column, which are the same for figures and events.
fn faults(name: &str, column: ArrayRef) -> Vec<Fault> {
    let batch = batch(name, column);
    let faults = [Rows::Figures, Rows::Events].map(|rows| {
        let mut tally = tally(rows);
        let error = tally.ingest(&batch).unwrap_err();
        assert!(error.is_outcomes() && tally.is_empty());
        // Days that are the same are no matter here.
        let twice = |fault: &&Fault| fault.message.starts_with("a second figure");
        error.faults().iter().filter(|fault| !twice(fault)).cloned().collect::<Vec<_>>()
    });
    assert_eq!(faults[0], faults[1]);
    faults.into_iter().next().unwrap()
}

#[test]
fn a_text_that_is_not_utf8_is_a_fault_at_its_row_in_each_column() {
    for name in ["unit", "measure", "date", "sex", "status"] {
        let good: &[u8] = match name {
            "unit" => b"c",
            "measure" => b"cases",
            "date" => b"2023-02-01",
            "sex" => b"f",
            _ => b"A",
        };
        let rows: [&[u8]; 3] = [good, b"d\xff", good];
        for column in [
            Arc::new(texts(&rows, None)) as ArrayRef,
            Arc::new(large(&rows)),
            Arc::new(views(&rows)),
            Arc::new(views(&[good, b"a text longer than a view \xff", good])),
        ] {
            let kind = column.data_type().clone();
            let faults: Vec<String> = faults(name, column)
                .iter()
                .filter(|fault| fault.message.contains("encoding"))
                .map(ToString::to_string)
                .collect();
            let expected = format!(
                "row 1, column `{name}`: the text is in the wrong encoding: found the byte 0xFF, expected UTF-8 (the \
                 library that read the file did not check it: read it in its own encoding)"
            );
            assert_eq!(faults, [expected], "{kind}");
        }
    }
}

#[test]
fn letters_that_are_cut_between_rows_are_faults_of_both() {
    // Together they are the letter é.
    let column = texts(&[b"c", b"\xc3", b"\xa9", b"c"], None);
    let rows: Vec<String> =
        faults("unit", Arc::new(column)).iter().map(|fault| fault.place.to_string()).collect();
    assert_eq!(rows, ["row 1, column `unit`", "row 2, column `unit`"]);
}

#[test]
fn offsets_that_do_not_ascend_or_lead_beyond_the_text_are_faults() {
    for (broken, row) in [
        (vec![0, 1, 0, 2], 1),
        (vec![0, 1, 2, 9], 2),
        (vec![-1, 1, 2, 3], 0),
        (vec![0, 1, i32::MIN, 3], 1),
        (vec![0, 1, i32::MAX, i32::MAX], 1),
    ] {
        let found = faults("unit", Arc::new(offsets(broken.clone(), "ccc")));
        assert_eq!(found[0].place.to_string(), format!("row {row}, column `unit`"), "{broken:?}");
        assert_eq!(found[0].message, "the text lies outside of its column's memory", "{broken:?}");
    }
}

#[test]
fn a_view_beyond_its_buffer_is_a_fault_that_shows_nothing_of_what_lies_there() {
    let part = |at: u32, number: u128| {
        move |view: u128| view & !(0xFFFF_FFFF << (32 * at)) | number << (32 * at)
    };
    for column in [
        forged_view(part(0, 76)),
        forged_view(part(0, 0xFFFF_FFFF)),
        forged_view(part(2, 7)),
        forged_view(part(3, 1)),
        forged_view(part(3, 0xFFFF_FFFF)),
    ] {
        let found = faults("unit", Arc::new(column));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place.to_string(), "row 1, column `unit`");
        let told = found[0].found.clone().unwrap();
        assert!(told.contains("of buffer") && !told.contains('x'), "{told}");
    }
}

#[test]
fn what_lies_behind_a_null_is_never_read() {
    let there = Some(vec![true, false, true]);
    let mut tally = tally(Rows::Events);
    tally.ingest(&batch("sex", Arc::new(texts(&[b"f", b"\xff\xfe", b"m"], there)))).unwrap();
    assert_eq!(tally.len(), 3);
}

#[test]
fn texts_of_all_scripts_are_read_as_before() {
    for word in ["Hà Nội", "Ở đây có một tên dài hơn mười hai byte", "北京", ""] {
        for column in [
            Arc::new(StringArray::from(vec!["c", word])) as ArrayRef,
            Arc::new(StringViewArray::from(vec!["c", word])),
            Arc::new(LargeStringArray::from(vec!["c", word])),
        ] {
            let found = faults("unit", column);
            assert!(found.iter().all(|fault| fault.place.to_string() == "row 1, column `unit`"));
            assert!(found.iter().all(|fault| !fault.message.contains("encoding")));
        }
    }
}

#[test]
fn a_broken_value_of_a_dictionary_is_one_fault_at_the_first_row_that_uses_it() {
    let keys = arrow_array::Int32Array::from(vec![0, 0, 1, 1, 0]);
    let values: ArrayRef = Arc::new(texts(&[b"c", b"\xff"], None));
    // SAFETY: the keys are within the values.
    let column = unsafe { DictionaryArray::<Int32Type>::new_unchecked(keys, values) };
    let found = faults("unit", Arc::new(column));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].place.to_string(), "row 2, column `unit`");

    let keys = arrow_array::Int32Array::from(vec![0, 0]);
    let values: ArrayRef = Arc::new(texts(&[b"c", b"\xff"], None));
    // SAFETY: as above.
    let column = unsafe { DictionaryArray::<Int32Type>::new_unchecked(keys, values) };
    assert_eq!(faults("unit", Arc::new(column))[0].place.to_string(), "column `unit`");
}

#[test]
fn keys_outside_of_a_dictionary_are_faults() {
    let mut sound = StringDictionaryBuilder::<Int32Type>::new();
    sound.append_value("c");
    let values = sound.finish().values().clone();
    let keys = arrow_array::Int32Array::from(vec![0, 1, -1, i32::MAX]);
    // SAFETY: broken on purpose.
    let column = unsafe { DictionaryArray::<Int32Type>::new_unchecked(keys, values) };
    let rows: Vec<String> =
        faults("unit", Arc::new(column)).iter().map(|fault| fault.place.to_string()).collect();
    assert_eq!(rows, [1, 2, 3].map(|row| format!("row {row}, column `unit`")));
}

#[test]
fn broken_texts_among_thousands_of_plain_events_are_found() {
    let rows = 5_000;
    let mut bytes: Vec<&[u8]> = vec![b"c"; rows];
    bytes[4_321] = b"\x80";
    bytes[17] = b"\xf0\x9f";
    let constant = |text: &str| Arc::new(StringArray::from(vec![text; rows])) as ArrayRef;
    let days = Date32Array::from_iter_values((0..rows as i32).map(|row| 19_400 + row % 90));
    let batch = RecordBatch::try_from_iter([
        ("unit", Arc::new(texts(&bytes, None)) as ArrayRef),
        ("date", Arc::new(days) as ArrayRef),
        ("measure", constant("cases")),
    ])
    .unwrap();
    let mut tally = tally(Rows::Events);
    // Rows are counted over all batches.
    let error = tally.ingest_all([Ok(batch.clone()), Ok(batch)]).unwrap_err();
    let rows: Vec<String> = error.faults().iter().map(|fault| fault.place.to_string()).collect();
    assert_eq!(rows, [17, 4_321, 5_017, 9_321].map(|row| format!("row {row}, column `unit`")));
}

#[test]
fn columns_that_are_not_read_are_not_looked_at() {
    let batch = batch("remark", Arc::new(texts(&[b"\xff", b"\xfe"], None)));
    tally(Rows::Events).ingest(&batch).unwrap();
}
