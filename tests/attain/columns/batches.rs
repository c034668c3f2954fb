//! Record batches in.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::*;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use attain::error::FaultCode;
use attain::{Outcome, Rows, Status, Tally, When};
use chrono::NaiveDate;
use proptest::prelude::*;

use super::{assessed, batch, counted, exact_balance, plan, refused, tally_of, texts};
use crate::support::day;

/// A text column in every type that is read.
fn every_text_type(content: &[Option<&str>]) -> Vec<ArrayRef> {
    fn dictionary<K: ArrowDictionaryKeyType>(
        content: &[Option<&str>],
        values: ArrayRef,
        key: impl Fn(usize) -> K::Native,
    ) -> ArrayRef {
        let keys = content.iter().enumerate().map(|(at, text)| text.map(|_| key(at)));
        let keys: PrimitiveArray<K> = keys.collect();
        Arc::new(DictionaryArray::<K>::try_new(keys, values).unwrap())
    }
    let utf8: ArrayRef = Arc::new(StringArray::from(content.to_vec()));
    let large: ArrayRef = Arc::new(LargeStringArray::from(content.to_vec()));
    let view: ArrayRef = Arc::new(content.iter().copied().collect::<StringViewArray>());
    vec![
        dictionary::<Int8Type>(content, utf8.clone(), |at| at as i8),
        dictionary::<Int16Type>(content, large.clone(), |at| at as i16),
        dictionary::<Int32Type>(content, view.clone(), |at| at as i32),
        dictionary::<Int64Type>(content, utf8.clone(), |at| at as i64),
        dictionary::<UInt8Type>(content, large.clone(), |at| at as u8),
        dictionary::<UInt16Type>(content, view.clone(), |at| at as u16),
        dictionary::<UInt32Type>(content, utf8.clone(), |at| at as u32),
        dictionary::<UInt64Type>(content, utf8.clone(), |at| at as u64),
        utf8,
        large,
        view,
    ]
}

#[test]
fn texts_of_every_type_are_read_alike() {
    let mut expected = Tally::new(&plan());
    let provisional = Outcome {
        status: Some(Status::P),
        ..Outcome::new("001", When::Period("2023-05".into()), "cases", 7.0)
    };
    expected.record(&provisional).unwrap();
    expected.record(&Outcome::new("002", When::Period("2023-06".into()), "cases", 8.0)).unwrap();
    let units = every_text_type(&[Some("001"), Some("002")]);
    let periods = every_text_type(&[Some("2023-05"), Some("2023-06")]);
    let measures = every_text_type(&[Some("cases"), Some("cases")]);
    let statuses = every_text_type(&[Some("P"), None]);
    for at in 0..units.len() {
        let batch = batch([
            ("unit", units[at].clone()),
            ("period", periods[at].clone()),
            ("measure", measures[at].clone()),
            ("value", Arc::new(Int64Array::from(vec![7, 8]))),
            ("status", statuses[at].clone()),
        ]);
        let tally = tally_of(Rows::Figures, &[batch]).unwrap();
        assert_eq!(assessed(&tally), assessed(&expected), "{}", units[at].data_type());
    }
}

/// The days as a column in every type that is read; times fall just before midnight.
fn every_day_type(days: &[NaiveDate]) -> Vec<ArrayRef> {
    let epoch = |day: &NaiveDate| i64::from(day.to_epoch_days());
    let scaled = |per_day: i64| days.iter().map(move |day| (epoch(day) + 1) * per_day - 1);
    let iso: Vec<String> = days.iter().map(NaiveDate::to_string).collect();
    let mut arrays: Vec<ArrayRef> = vec![
        Arc::new(Date32Array::from_iter_values(days.iter().map(|day| epoch(day) as i32))),
        Arc::new(Date64Array::from_iter_values(scaled(86_400_000))),
        Arc::new(TimestampSecondArray::from_iter_values(scaled(86_400))),
        Arc::new(TimestampMillisecondArray::from_iter_values(scaled(86_400_000))),
        Arc::new(TimestampMicrosecondArray::from_iter_values(scaled(86_400_000_000))),
        Arc::new(TimestampNanosecondArray::from_iter_values(scaled(86_400_000_000_000))),
    ];
    let iso: Vec<Option<&str>> = iso.iter().map(|text| Some(text.as_str())).collect();
    arrays.extend(every_text_type(&iso));
    arrays
}

#[test]
fn days_of_every_type_are_read_alike_before_and_after_1970() {
    let days = [day("1969-12-31"), day("1970-01-01"), day("2023-05-14")];
    let after: Vec<NaiveDate> = days.iter().map(|day| day.succ_opt().unwrap()).collect();
    let mut expected = Tally::new(&plan());
    for (start, end) in days.iter().zip(&after) {
        let outcome = Outcome {
            recorded_at: Some(*end),
            ..Outcome::new("001", When::Span { start: *start, end: *end }, "cases", 1.0)
        };
        expected.record(&outcome).unwrap();
    }
    // Figures of the same days, recorded on the same day, are refused as duplicates, and no others.
    let twins = |tally: &Tally| {
        let error = tally.clone().merge(&expected).unwrap_err();
        let codes = error.faults().iter().map(|fault| fault.code);
        codes.filter(|code| *code == FaultCode::DuplicateRow).count()
    };
    let count = every_day_type(&days).len();
    for at in 0..count {
        let with = |days: &[NaiveDate]| every_day_type(days)[at].clone();
        let rest = [
            ("unit", texts(&["001"; 3])),
            ("measure", texts(&["cases"; 3])),
            ("value", Arc::new(Int8Array::from(vec![1; 3])) as ArrayRef),
            ("recorded_at", with(&after)),
        ];
        let spans =
            batch(rest.clone().into_iter().chain([("start", with(&days)), ("end", with(&after))]));
        let dates = batch(rest.into_iter().chain([("date", with(&days))]));
        for table in [spans, dates] {
            let tally = tally_of(Rows::Figures, &[table]).unwrap();
            assert_eq!((tally.len(), twins(&tally)), (3, 3), "{}", with(&days).data_type());
        }
    }
}

fn figures(values: ArrayRef) -> RecordBatch {
    let months: Vec<String> = (1..=values.len()).map(|month| format!("2023-{month:02}")).collect();
    let months: Vec<&str> = months.iter().map(String::as_str).collect();
    batch([
        ("unit", texts(&vec!["001"; values.len()])),
        ("period", texts(&months)),
        ("measure", texts(&vec!["balance"; values.len()])),
        ("value", values),
    ])
}

fn only_value(values: ArrayRef) -> Option<f64> {
    counted(&tally_of(Rows::Figures, &[figures(values)]).unwrap(), "kept", "001")
}

#[test]
fn numbers_of_every_type_are_read_as_what_they_are() {
    let whole: Vec<ArrayRef> = vec![
        Arc::new(Int8Array::from(vec![-7])),
        Arc::new(Int16Array::from(vec![-7])),
        Arc::new(Int32Array::from(vec![-7])),
        Arc::new(Int64Array::from(vec![-7])),
        Arc::new(Float16Array::from(vec![<Float16Type as ArrowPrimitiveType>::Native::from_f64(
            -7.0,
        )])),
        Arc::new(Float32Array::from(vec![-7.0])),
        Arc::new(Float64Array::from(vec![-7.0])),
        Arc::new(Decimal32Array::from(vec![-700]).with_precision_and_scale(9, 2).unwrap()),
        Arc::new(Decimal64Array::from(vec![-700]).with_precision_and_scale(18, 2).unwrap()),
        Arc::new(Decimal128Array::from(vec![-700]).with_precision_and_scale(38, 2).unwrap()),
        Arc::new(
            Decimal256Array::from(vec![arrow_buffer::i256::from(-700)])
                .with_precision_and_scale(76, 2)
                .unwrap(),
        ),
    ];
    for array in whole {
        assert_eq!(only_value(array.clone()), Some(-7.0), "{}", array.data_type());
    }
    let unsigned: Vec<ArrayRef> = vec![
        Arc::new(UInt8Array::from(vec![200])),
        Arc::new(UInt16Array::from(vec![200])),
        Arc::new(UInt32Array::from(vec![200])),
        Arc::new(UInt64Array::from(vec![200])),
    ];
    for array in unsigned {
        assert_eq!(only_value(array.clone()), Some(200.0), "{}", array.data_type());
    }
    let powers: ArrayRef =
        Arc::new(Decimal128Array::from(vec![12]).with_precision_and_scale(5, -2).unwrap());
    assert_eq!(only_value(powers), Some(1200.0));
}

#[test]
fn a_float_of_less_precision_means_its_shortest_decimal() {
    for (single, decimal) in
        [(0.1_f32, 0.1), (96.4, 96.4), (-1e-5, -1e-5), (16_777_216.0, 16_777_216.0), (1.0e10, 1e10)]
    {
        assert_eq!(only_value(Arc::new(Float32Array::from(vec![single]))), Some(decimal));
    }
    // Halves between 64 and 128 lie 1/16 apart, those around 0.1 about 6e-5.
    for (text, decimal) in [("0.1", 0.1), ("96.4", 96.4), ("0.333", 0.333), ("65504", 65_504.0)] {
        let half = <Float16Type as ArrowPrimitiveType>::Native::from_f64(text.parse().unwrap());
        assert_eq!(only_value(Arc::new(Float16Array::from(vec![half]))), Some(decimal));
    }
}

#[test]
fn a_decimal_is_read_as_the_nearest_float_of_its_digits() {
    // Both the number without its point and the power of ten would be rounded, were one divided by the other.
    for text in ["0.1000000000000000008", "12345678901234.567891", "0.3"] {
        let (_, decimals) = text.split_once('.').unwrap();
        let unscaled: i128 = text.replace('.', "").parse().unwrap();
        let array = Decimal128Array::from(vec![unscaled])
            .with_precision_and_scale(38, decimals.len() as i8)
            .unwrap();
        let table = batch([
            ("unit", texts(&["01"])),
            ("period", texts(&["2023"])),
            ("measure", texts(&["balance"])),
            ("value", Arc::new(array)),
        ]);
        let tally = tally_of(Rows::Figures, &[table]).unwrap();
        assert_eq!(exact_balance(&tally), text.parse::<f64>().unwrap());
    }
}

#[test]
fn whole_numbers_are_exact_up_to_2_to_the_53_and_refused_beyond() {
    let limit = 1_i64 << 53;
    assert_eq!(only_value(Arc::new(Int64Array::from(vec![-limit]))), Some(-(limit as f64)));
    assert_eq!(only_value(Arc::new(UInt64Array::from(vec![limit as u64]))), Some(limit as f64));
    let decimal =
        |n: i128| Decimal128Array::from(vec![n * 10]).with_precision_and_scale(38, 1).unwrap();
    assert_eq!(only_value(Arc::new(decimal(limit.into()))), Some(limit as f64));
    let beyond: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![limit + 1])),
        Arc::new(Int64Array::from(vec![i64::MIN])),
        Arc::new(UInt64Array::from(vec![u64::MAX])),
        Arc::new(decimal(i128::from(limit) + 1)),
        Arc::new(
            Decimal256Array::from(vec![arrow_buffer::i256::MAX])
                .with_precision_and_scale(76, 0)
                .unwrap(),
        ),
        Arc::new(Float64Array::from(vec![1e16])),
    ];
    for array in beyond {
        let message = refused(Rows::Figures, &[figures(array)]);
        assert!(message.contains("row 0, column `value`: the value is too large"), "{message}");
    }
}

#[test]
fn a_column_of_nothing_but_nulls_is_as_good_as_none() {
    let nothing: ArrayRef = Arc::new(NullArray::new(1));
    let table = batch([
        ("unit", texts(&["001"])),
        ("date", texts(&["2023-05-14"])),
        ("start", nothing.clone()),
        ("end", nothing.clone()),
        ("period", nothing.clone()),
        ("measure", texts(&["cases"])),
        ("value", nothing.clone()),
        ("status", nothing.clone()),
        ("recorded_at", nothing),
    ]);
    assert_eq!(
        counted(&tally_of(Rows::Events, std::slice::from_ref(&table)).unwrap(), "year", "001"),
        Some(1.0)
    );
    insta::assert_snapshot!(refused(Rows::Figures, &[table]));
}

#[test]
fn events_need_no_value_column() {
    let table = batch([
        ("unit", texts(&["001", "001", "002"])),
        ("date", texts(&["2023-05-14", "2023-05-14", "2023-01-01"])),
        ("measure", texts(&["cases"; 3])),
    ]);
    let tally = tally_of(Rows::Events, std::slice::from_ref(&table)).unwrap();
    assert_eq!(counted(&tally, "year", "001"), Some(2.0));
    assert!(refused(Rows::Figures, &[table]).contains("column `value`: there is no such column"));
}

#[test]
fn rows_of_one_table_may_say_their_days_in_different_ways() {
    let table = batch([
        ("unit", texts(&["001"; 4])),
        ("date", Arc::new(StringArray::from(vec![Some("2023-01-01"), None, None, None]))),
        ("start", Arc::new(StringArray::from(vec![None, Some("2023-02-01"), None, None]))),
        ("end", Arc::new(StringArray::from(vec![None, Some("2023-02-04"), None, None]))),
        ("period", Arc::new(StringArray::from(vec![None, None, Some("2023-03"), Some("tet")]))),
        ("measure", texts(&["cases", "cases", "cases", "balance"])),
        ("value", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
    ]);
    let tally = tally_of(Rows::Figures, &[table]).unwrap();
    assert_eq!(counted(&tally, "year", "001"), Some(6.0));
    assert_eq!(counted(&tally, "kept", "001"), Some(4.0));
}

#[test]
fn columns_that_are_not_known_are_left_alone_whatever_they_hold() {
    let map = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]);
    let table = batch([
        ("unit", texts(&["001"])),
        ("note", Arc::new(map)),
        ("period", texts(&["2023"])),
        ("Date", texts(&["long ago"])),
        ("measure", texts(&["cases"])),
        ("value", Arc::new(Int64Array::from(vec![5]))),
    ]);
    assert_eq!(counted(&tally_of(Rows::Figures, &[table]).unwrap(), "year", "001"), Some(5.0));
}

#[test]
fn all_columns_that_are_missing_are_told_in_one_go_with_what_may_be_meant() {
    let one = || texts(&["1"]);
    let misspelt = batch([
        ("Unit", one()),
        ("mesure", one()),
        ("valeu", one()),
        ("Start", one()),
        ("end", one()),
        ("Status", one()),
        ("Recorded At", one()),
    ]);
    let nothing = batch([("a", one())]);
    let other_day =
        batch([("unit", one()), ("measure", one()), ("value", one()), ("datum", one())]);
    insta::assert_snapshot!(refused(Rows::Figures, &[misspelt]));
    insta::assert_snapshot!(refused(Rows::Figures, &[nothing]));
    insta::assert_snapshot!(refused(Rows::Events, &[other_day]));
}

#[test]
fn a_column_that_stands_twice_is_refused() {
    let field = |name: &str| Field::new(name, DataType::Utf8, false);
    let schema = Schema::new(vec![field("unit"), field("period"), field("measure"), field("unit")]);
    let columns = vec![texts(&["001"]), texts(&["2023"]), texts(&["cases"]), texts(&["002"])];
    let table = RecordBatch::try_new(Arc::new(schema), columns).unwrap();
    insta::assert_snapshot!(refused(Rows::Events, &[table]));
}

#[test]
fn types_that_cannot_be_read_are_refused_with_what_to_do() {
    let whole: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let zoned: ArrayRef =
        Arc::new(TimestampMicrosecondArray::from(vec![0]).with_timezone("Asia/Ho_Chi_Minh"));
    let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![&b"cases"[..]]));
    let first = batch([
        ("unit", whole.clone()),
        ("date", zoned.clone()),
        ("start", whole.clone()),
        ("end", bytes.clone()),
        ("period", whole.clone()),
        ("measure", bytes),
        ("value", texts(&["12"])),
        ("status", whole.clone()),
        ("recorded_at", zoned),
    ]);
    insta::assert_snapshot!(refused(Rows::Figures, &[first]));
    let truth: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    let second = batch([
        ("unit", truth.clone()),
        ("period", Arc::new(Date32Array::from(vec![1])) as ArrayRef),
        ("measure", texts(&["cases"])),
        ("value", truth),
    ]);
    insta::assert_snapshot!(refused(Rows::Events, std::slice::from_ref(&second)));
    insta::assert_snapshot!(refused(Rows::Figures, &[second]));
}

#[test]
fn every_fault_of_every_row_is_told_with_its_row_over_all_batches() {
    let some = |texts: [Option<&str>; 12]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
    let table = batch([
        (
            "unit",
            some([
                None,
                Some("001"),
                Some("1"),
                Some("001"),
                Some("001"),
                Some("001"),
                Some("001"),
                Some("001"),
                Some("0001"),
                Some("002"),
                Some("002"),
                Some("002"),
            ]),
        ),
        (
            "date",
            some([
                Some("2023-01-01"),
                Some("2023-01-02"),
                Some("2023-01-03"),
                Some("14/05/2023"),
                None,
                None,
                None,
                Some("2023-05-14"),
                Some("2023-05-14 08:00"),
                Some("2023-01-01"),
                Some("2023-01-01"),
                Some("2023-01-02"),
            ]),
        ),
        (
            "start",
            some([
                None,
                None,
                None,
                None,
                None,
                Some("2023-01-01"),
                None,
                None,
                None,
                None,
                None,
                None,
            ]),
        ),
        (
            "end",
            some([
                None,
                None,
                None,
                None,
                None,
                None,
                Some("2023-01-01"),
                None,
                None,
                None,
                None,
                None,
            ]),
        ),
        (
            "period",
            some([None, None, None, None, None, None, None, Some("2023"), None, None, None, None]),
        ),
        (
            "measure",
            some([
                Some("cases"),
                None,
                Some("case"),
                Some("cases"),
                Some("cases"),
                Some("cases"),
                Some("cases"),
                Some("cases"),
                Some("clearance"),
                Some("cases"),
                Some("cases"),
                Some("cases"),
            ]),
        ),
        (
            "value",
            Arc::new(Float64Array::from(vec![
                Some(1.0),
                Some(1.0),
                Some(f64::NAN),
                Some(1.0),
                Some(1.0),
                Some(1.0),
                Some(1.0),
                Some(1.0),
                Some(-1.0),
                Some(1.0),
                Some(2.0),
                None,
            ])),
        ),
        (
            "status",
            some([
                None,
                None,
                Some("X"),
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                Some("Q"),
            ]),
        ),
        (
            "recorded_at",
            some([
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                Some("2022-01-01"),
            ]),
        ),
    ]);
    let whole = refused(Rows::Figures, std::slice::from_ref(&table));
    insta::assert_snapshot!(whole);
    let parts = [table.slice(0, 5), table.slice(5, 0), table.slice(5, 7)];
    assert_eq!(refused(Rows::Figures, &parts), whole);
}

#[test]
fn days_beyond_the_calendar_are_faults() {
    let dates: Vec<ArrayRef> = vec![
        Arc::new(Date32Array::from(vec![i32::MAX, i32::MIN])),
        Arc::new(Date64Array::from(vec![i64::MAX, i64::MIN])),
        Arc::new(TimestampSecondArray::from(vec![i64::MAX, i64::MIN])),
        Arc::new(TimestampMillisecondArray::from(vec![i64::MAX, i64::MIN])),
        // The year 10000 and the last day of the year 0, which chrono knows and a plan doesn't.
        Arc::new(Date32Array::from(vec![2_932_897, -719_163])),
    ];
    let mut messages = String::new();
    for date in dates {
        let table = batch([
            ("unit", texts(&["001"; 2])),
            ("date", date),
            ("measure", texts(&["cases"; 2])),
        ]);
        messages.push_str(&refused(Rows::Events, &[table]));
        messages.push('\n');
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn no_batch_at_all_is_a_fault_and_a_batch_without_rows_is_none() {
    insta::assert_snapshot!(refused(Rows::Figures, &[]));
    let empty = figures(Arc::new(Int64Array::from(Vec::<i64>::new())));
    assert!(tally_of(Rows::Figures, &[empty]).unwrap().is_empty());
}

#[test]
fn a_stream_that_breaks_lets_nothing_in() {
    let mut tally = Tally::new(&plan());
    let good = figures(Arc::new(Int64Array::from(vec![1, 2])));
    let error = tally
        .ingest_all([Ok(good), Err(ArrowError::IpcError("connection lost".into()))])
        .unwrap_err();
    insta::assert_snapshot!(error, @"the rows can't be read on: found Ipc error: connection lost (2 rows came before)");
    assert!(tally.is_empty());
}

#[test]
fn a_later_batch_with_other_columns_is_refused_with_all_before_it() {
    let good = figures(Arc::new(Int64Array::from(vec![1])));
    let other = batch([("unit", texts(&["001"]))]);
    let mut tally = Tally::new(&plan());
    let error = tally.ingest_all([Ok(good), Ok(other)]).unwrap_err();
    assert_eq!(error.faults().len(), 3);
    assert!(tally.is_empty());
}

#[test]
fn a_figure_that_an_earlier_table_holds_is_refused() {
    let table = figures(Arc::new(Int64Array::from(vec![1])));
    let mut tally = tally_of(Rows::Figures, std::slice::from_ref(&table)).unwrap();
    insta::assert_snapshot!(tally.ingest(&table).unwrap_err());
}

/// A row of a random table.
#[derive(Debug, Clone)]
struct RandomRow {
    unit: &'static str,
    when: When,
    measure: &'static str,
    value: Option<f64>,
    status: Option<Status>,
    recorded_at: Option<NaiveDate>,
}

impl From<&RandomRow> for Outcome {
    fn from(row: &RandomRow) -> Self {
        Outcome {
            unit: row.unit.into(),
            when: row.when.clone(),
            measure: row.measure.into(),
            value: row.value,
            strata: std::collections::BTreeMap::new(),
            status: row.status,
            recorded_at: row.recorded_at,
            illustrative: false,
            source: None,
        }
    }
}

fn random_day() -> impl Strategy<Value = NaiveDate> {
    (0..365_i32).prop_map(|days| NaiveDate::from_epoch_days(19_358 + days).unwrap())
}

fn random_row() -> impl Strategy<Value = RandomRow> {
    let when = prop_oneof![
        random_day().prop_map(When::Date),
        (random_day(), 1..40_u64)
            .prop_map(|(start, days)| When::Span { start, end: start + chrono::Days::new(days) }),
        (1..=12_u32).prop_map(|month| When::Period(format!("2023-{month:02}"))),
        Just(When::Period("tet".into())),
    ];
    let value = prop_oneof![
        8 => (0..1000_u32, 0..3_u32).prop_map(|(n, e)| (Some(f64::from(n) / 10_f64.powi(e as i32)), None)),
        1 => (0..50_u32).prop_map(|n| (Some(f64::from(n)), Some(Status::P))),
        1 => Just((None, Some(Status::Q))),
        1 => Just((None, Some(Status::L))),
    ];
    let unit = prop_oneof![Just("01"), Just("001"), Just("002")];
    let measure = prop_oneof![Just("cases"), Just("balance")];
    let recorded_at = prop::option::weighted(0.3, Just(day("2024-01-10")));
    (unit, when, measure, value, recorded_at).prop_map(
        |(unit, when, measure, (value, status), recorded_at)| RandomRow {
            unit,
            when,
            measure,
            value,
            status,
            recorded_at,
        },
    )
}

/// The rows as one batch, its columns encoded in the `encoding`-th way.
fn encoded(rows: &[RandomRow], encoding: usize) -> RecordBatch {
    let text = |of: &dyn Fn(&RandomRow) -> Option<String>| -> ArrayRef {
        let content: Vec<Option<String>> = rows.iter().map(of).collect();
        let content: Vec<Option<&str>> = content.iter().map(Option::as_deref).collect();
        let mut kinds = every_text_type(&content);
        kinds.swap_remove(encoding % kinds.len())
    };
    let days = |of: &dyn Fn(&RandomRow) -> Option<NaiveDate>| -> ArrayRef {
        let epoch = |row: &RandomRow| of(row).map(|day| i64::from(day.to_epoch_days()));
        match encoding % 3 {
            0 => Arc::new(
                rows.iter().map(|row| epoch(row).map(|d| d as i32)).collect::<Date32Array>(),
            ),
            1 => Arc::new(
                rows.iter()
                    .map(|row| epoch(row).map(|d| d * 86_400_000_000 + 7))
                    .collect::<TimestampMicrosecondArray>(),
            ),
            _ => text(&|row| of(row).map(|day| day.to_string())),
        }
    };
    let value: ArrayRef = if encoding.is_multiple_of(2) {
        Arc::new(rows.iter().map(|row| row.value).collect::<Float64Array>())
    } else {
        let cents = |row: &RandomRow| row.value.map(|value| (value * 100.0).round() as i128);
        let cents: Decimal128Array = rows.iter().map(cents).collect();
        Arc::new(cents.with_precision_and_scale(20, 2).unwrap())
    };
    batch([
        ("measure", text(&|row| Some(row.measure.into()))),
        ("recorded_at", days(&|row| row.recorded_at)),
        (
            "date",
            days(&|row| match &row.when {
                When::Date(day) => Some(*day),
                _ => None,
            }),
        ),
        (
            "start",
            days(&|row| match &row.when {
                When::Span { start, .. } => Some(*start),
                _ => None,
            }),
        ),
        (
            "end",
            days(&|row| match &row.when {
                When::Span { end, .. } => Some(*end),
                _ => None,
            }),
        ),
        (
            "period",
            text(&|row| match &row.when {
                When::Period(name) => Some(name.clone()),
                _ => None,
            }),
        ),
        ("status", text(&|row| row.status.map(|status| status.letter().into()))),
        ("value", value),
        ("unit", text(&|row| Some(row.unit.into()))),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Law 8: the same rows, cut and encoded anyhow, give what recording them one by one gives; and where they are
    /// refused, they are refused with the same faults.
    #[test]
    fn the_same_rows_give_the_same_report_however_they_are_cut_and_encoded(
        rows in prop::collection::vec(random_row(), 1..40),
        cuts in prop::collection::vec((0..40_usize, 0..66_usize), 1..6),
        is_of_events: bool,
    ) {
        let kind = if is_of_events { Rows::Events } else { Rows::Figures };
        let outcomes: Vec<Outcome> = rows.iter().map(Outcome::from).collect();
        let mut recorded = Tally::of(&plan(), kind);
        let expected = recorded.record_all(&outcomes);
        let mut cuts = cuts;
        cuts.sort_unstable();
        let mut batches = Vec::new();
        let mut start = 0;
        for (end, encoding) in cuts.iter().copied().chain([(rows.len(), 5)]) {
            let end = end.clamp(start, rows.len());
            batches.push(encoded(&rows[start..end], encoding));
            start = end;
        }
        let mut tally = Tally::of(&plan(), kind);
        let found = tally.ingest_all(batches.into_iter().map(Ok));
        match (expected, found) {
            (Ok(()), Ok(())) => prop_assert_eq!(assessed(&tally), assessed(&recorded)),
            (expected, found) => prop_assert_eq!(
                expected.map_err(|error| error.to_string()),
                found.map_err(|error| error.to_string())
            ),
        }
    }
}

#[test]
fn a_sliced_dictionary_is_read_where_the_slice_stands() {
    let units = every_text_type(&[Some("01"), Some("002"), Some("001")]);
    for unit in units {
        let table = batch([
            ("unit", unit.slice(2, 1)),
            ("date", texts(&["2023-01-01"])),
            ("measure", texts(&["cases"])),
        ]);
        assert!(table.column(0).as_any_dictionary_opt().is_none_or(|d| d.len() == 1));
        let tally = tally_of(Rows::Events, &[table]).unwrap();
        assert_eq!(counted(&tally, "year", "001"), Some(1.0));
    }
}
