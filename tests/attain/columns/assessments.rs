//! Reports out.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type, Int64Type, UInt32Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use attain::arrow::CsvOptions;
use attain::view::View;
use attain::{Assessment, Filter, Outcome, Plan, Report, Status, Tally, When};
use chrono::NaiveDate;
use serde_json::Value;

use super::plan;
use crate::support::{Scratch, day};

/// A report whose rows differ in as much as they can.
pub(super) fn report() -> Report {
    let tally = tally();
    tally.plan().assess(&tally, day("2023-09-20")).unwrap()
}

fn tally() -> Tally {
    let mut tally = Tally::new(&plan());
    let month = |month: u32| When::Period(format!("2023-{month:02}"));
    let mut rows = vec![
        Outcome::new("01", month(5), "cases", 30.0),
        Outcome::new("01", month(5), "cleared", 29.0),
    ];
    for at in 1..=9 {
        rows.push(Outcome::new("001", month(at), "cases", f64::from(at) * 31.0 / 3.0));
        rows.push(Outcome::new("001", month(at), "cleared", f64::from(at)));
        rows.push(Outcome::new("001", month(at), "balance", 0.1 - f64::from(at)));
    }
    rows.push(Outcome { status: Some(Status::I), ..Outcome::new("002", month(2), "cases", 3.0) });
    rows.push(Outcome { status: Some(Status::P), ..Outcome::new("002", month(5), "cases", 4.0) });
    tally.record_all(&rows).unwrap();
    tally
}

/// A cell of a batch as JSON would have it.
pub(super) fn cell(batch: &RecordBatch, column: usize, row: usize) -> Value {
    let array = batch.column(column);
    match array.data_type() {
        DataType::Dictionary(..) => {
            let dictionary = array.as_dictionary::<Int32Type>();
            let Some(key) = dictionary.key(row) else { return Value::Null };
            dictionary.values().as_string::<i32>().value(key).into()
        }
        _ if array.is_null(row) => Value::Null,
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().value(row);
            NaiveDate::from_epoch_days(days).unwrap().to_string().into()
        }
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::UInt32 => array.as_primitive::<UInt32Type>().value(row).into(),
        DataType::Boolean => array.as_boolean().value(row).into(),
        other => panic!("no column is of type {other}"),
    }
}

#[test]
fn chosen_columns_are_those_of_all_in_the_order_named() {
    let report = report();
    let batch = report.to_record_batch();
    let schema = batch.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let assess =
        |columns: &[&str]| report.plan().assess_columns(&tally(), report.as_of(), columns).unwrap();
    for (place, name) in names.iter().enumerate() {
        let expected = batch.project(&[place]).unwrap();
        assert_eq!(report.select(&[name]).unwrap(), expected);
        assert_eq!(assess(&[name]), expected);
    }
    let backwards: Vec<usize> = (0..names.len()).rev().collect();
    let reversed: Vec<&str> = names.iter().rev().copied().collect();
    assert_eq!(report.select(&reversed).unwrap(), batch.project(&backwards).unwrap());
    assert_eq!(assess(&reversed), batch.project(&backwards).unwrap());
}

#[test]
fn columns_that_are_unknown_or_named_twice_are_refused() {
    let report = report();
    for (columns, expected) in [
        (
            &["unit", "verdct"][..],
            "the rows have no such column: found `verdct` (did you mean `verdict`?)",
        ),
        (&["unit", "value", "unit"], "this column stands twice: found `unit`"),
        (&[], "no column is named: expected one column at least"),
    ] {
        let refused = report.select(columns).unwrap_err();
        assert!(refused.is_request());
        let faults: Vec<String> = refused.faults().iter().map(ToString::to_string).collect();
        assert_eq!(faults, [expected]);
        let refused = report.plan().assess_columns(&tally(), report.as_of(), columns).unwrap_err();
        assert_eq!(refused.faults()[0].to_string(), expected);
    }
}

#[test]
fn the_batch_holds_what_the_rows_hold_in_the_same_order() {
    let report = report();
    let batch = report.to_record_batch();
    assert_eq!(batch.num_rows(), report.rows().len());
    let mut seen = vec![0; batch.num_columns()];
    for (row, assessment) in report.rows().iter().enumerate() {
        let Value::Object(expected) = serde_json::to_value(assessment).unwrap() else { panic!() };
        let names: Vec<&String> = expected.keys().collect();
        let schema = batch.schema();
        assert_eq!(names, schema.fields().iter().map(|field| field.name()).collect::<Vec<_>>());
        for (column, (name, value)) in expected.iter().enumerate() {
            assert_eq!(cell(&batch, column, row), *value, "{name} of row {row}");
            seen[column] += usize::from(!value.is_null());
        }
    }
    // The rows are worth comparing: they have verdicts of each kind, reasons and nulls.
    let column = |name: &str| batch.schema().index_of(name).unwrap();
    for name in ["campaign", "pace", "reason", "lower", "needed", "expected_now"] {
        let filled = seen[column(name)];
        assert!(filled > 0 && filled < batch.num_rows(), "{name}: {filled}");
    }
}

#[test]
fn no_row_gives_the_same_columns() {
    let filter = Filter::default().campaign("tet").unit("001");
    let none = report().filter(&filter).unwrap();
    let batch = none.to_record_batch();
    assert_eq!(batch.num_rows(), 0);
    assert_eq!(batch.schema(), attain::arrow::assessments::schema());
    let file = Scratch::new("none.csv");
    none.write_csv(&file.0).unwrap();
    assert_eq!(std::fs::read_to_string(&file.0).unwrap().lines().count(), 1);
}

#[test]
fn packed_rows_give_the_columns_that_the_row_struct_declares() {
    let report = report();
    assert_eq!(report.to_record_batch(), attain::arrow::record_batch(report.rows()));
}

#[test]
fn a_csv_file_reads_as_the_same_rows() {
    let report = report();
    let file = Scratch::new("report.csv");
    report.write_csv(&file.0).unwrap();
    let mut reader = csv::Reader::from_path(&file.0).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut rows = 0;
    for (record, assessment) in reader.records().zip(report.rows()) {
        let record = record.unwrap();
        let expected = serde_json::to_value(assessment).unwrap();
        for (name, text) in names.iter().zip(&record) {
            match &expected[name] {
                Value::Null => assert_eq!(text, "", "{name}"),
                Value::String(value) => assert_eq!(text, value, "{name}"),
                Value::Bool(value) => assert_eq!(text, value.to_string(), "{name}"),
                Value::Number(value) => {
                    assert_eq!(text.parse::<f64>().ok(), value.as_f64(), "{name}")
                }
                other => panic!("{name}: {other}"),
            }
        }
        rows += 1;
    }
    assert_eq!(rows, report.rows().len());
    let nowhere = file.0.parent().unwrap().join("no such directory/report.csv");
    assert!(report.write_csv(nowhere).unwrap_err().is_file());
}

#[test]
fn texts_that_a_spreadsheet_computes_get_an_apostrophe_on_request() {
    let names = [
        ("=1+2", "'=1+2"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("=\"a\",\"b\"", "'=\"a\",\"b\""),
        ("a=1", "a=1"),
        (" =1", " =1"),
        ("'=1", "'=1"),
    ];
    let units: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(at, (name, _))| serde_json::json!({"id": format!("u{at:02}"), "name": name, "level": "city"}))
        .collect();
    let plan = serde_json::json!({
        "attain": 1, "plan": "p", "units": {"levels": ["city"], "list": units},
        "measures": {"balance": {"signed": true}}, "indicators": {"balance": {"count": "balance"}},
        "targets": {"few": {"indicator": "balance", "goal": {"at_most": 0}, "window": "2024-Q1"}},
    });
    let plan = Plan::from_json(&plan.to_string()).unwrap();
    let mut tally = Tally::new(&plan);
    let quarter = When::Period("2024-Q1".to_owned());
    tally.record(&Outcome::new("u00", quarter, "balance", -3.0)).unwrap();
    let report = plan.assess(&tally, day("2024-04-30")).unwrap();
    let file = Scratch::new("spreadsheet.csv");
    for (is_safe, options) in
        [(false, CsvOptions::default()), (true, CsvOptions::default().spreadsheet_safe(true))]
    {
        report.write_csv_with(&file.0, &options).unwrap();
        let mut reader = csv::Reader::from_path(&file.0).unwrap();
        let header = reader.headers().unwrap().clone();
        let at = |name: &str| header.iter().position(|column| column == name).unwrap();
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        for ((name, safe), record) in names.iter().zip(&records) {
            assert_eq!(&record[at("unit_name")], if is_safe { *safe } else { *name });
        }
        assert_eq!(&records[0][at("value")], "-3", "a number stays a number");
        assert_eq!(&records[0][at("window_start")], "2024-01-01");
    }
}

#[test]
fn differences_come_as_columns() {
    let report = report();
    let differences = report.reconcile();
    let batch = attain::arrow::record_batch(&differences);
    assert!(!differences.is_empty());
    assert_eq!(batch.num_rows(), differences.len());
    for (row, difference) in differences.iter().enumerate() {
        let Value::Object(expected) = serde_json::to_value(difference).unwrap() else { panic!() };
        assert_eq!(expected.len(), batch.num_columns());
        for (column, (name, value)) in expected.iter().enumerate() {
            assert_eq!(batch.schema().field(column).name(), name);
            assert_eq!(cell(&batch, column, row), *value);
        }
    }
}

#[cfg(feature = "parquet")]
#[test]
fn a_parquet_file_holds_the_same_columns() {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let report = report();
    let file = Scratch::new("report.parquet");
    report.write_parquet(&file.0).unwrap();
    let handle = std::fs::File::open(&file.0).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(handle).unwrap().build().unwrap();
    let read: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    assert_eq!(read, [report.to_record_batch()]);
}

#[test]
fn codes_are_ordered_dictionaries_of_all_codes_in_order_of_meaning() {
    let report = report();
    for batch in [report.to_record_batch(), report.select(&["verdict", "pace", "unit"]).unwrap()] {
        for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
            let column = Assessment::COLUMNS.iter().find(|one| one.name == field.name()).unwrap();
            let Some(dictionary) = array.as_any_dictionary_opt() else { continue };
            let texts: Vec<_> = dictionary.values().as_string::<i32>().iter().flatten().collect();
            let is_closed = !column.choices.is_empty();
            assert_eq!(field.dict_is_ordered(), Some(is_closed), "{field}");
            if is_closed {
                assert_eq!(texts, column.choices, "{field}");
            }
        }
    }
    let ordered = Assessment::COLUMNS.iter().filter(|one| !one.choices.is_empty());
    let ordered: Vec<&str> = ordered.map(|column| column.name).collect();
    for name in ["verdict", "certainty", "pace", "reason"] {
        assert!(ordered.contains(&name), "{name}");
    }
}
