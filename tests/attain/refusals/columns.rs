//! Arrow columns that are refused: what a CSV file can't express.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Date64Array, Decimal128Array,
    DictionaryArray, Float16Array, Float32Array, Float64Array, Int32Array, Int64Array, NullArray,
    RecordBatch, StringArray, StringViewArray, StructArray, Time32SecondArray,
    TimestampMicrosecondArray, TimestampSecondArray, UInt64Array,
};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use attain::error::ErrorKind;
use attain::{Error, Rows};

use crate::refusals::outcomes::{before, refused};
use crate::refusals::refusal::{Case, hold_all, scratch};

type Batches = Vec<std::result::Result<RecordBatch, ArrowError>>;

fn array(array: impl Array + 'static) -> ArrayRef {
    Arc::new(array)
}

fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> ArrayRef {
    array(StringArray::from_iter_values(texts))
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

/// A batch of `rows` sound rows, with `others` in place of some columns or beside them.
fn with(rows: usize, others: Vec<(&str, ArrayRef)>) -> RecordBatch {
    const MONTHS: [&str; 6] = ["2023-01", "2023-02", "2023-03", "2023-04", "2023-05", "2023-06"];
    let mut columns = vec![
        ("unit", texts(vec!["001"; rows])),
        ("period", texts(MONTHS[..rows].to_vec())),
        ("measure", texts(vec!["cases"; rows])),
        ("value", array(Int64Array::from(vec![5; rows]))),
    ];
    for (name, other) in others {
        match columns.iter_mut().find(|(known, _)| *known == name) {
            Some((_, column)) => *column = other,
            None => columns.push((name, other)),
        }
    }
    batch(columns)
}

fn without(rows: usize, name: &str, others: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let whole = with(rows, others);
    let kept: Vec<usize> =
        (0..whole.num_columns()).filter(|at| whole.schema().field(*at).name() != name).collect();
    whole.project(&kept).unwrap()
}

/// Days in place of periods.
fn on(days: ArrayRef) -> RecordBatch {
    without(days.len(), "period", vec![("date", days)])
}

fn one(batch: RecordBatch) -> Batches {
    vec![Ok(batch)]
}

fn cases() -> Vec<(&'static str, Rows, Batches)> {
    use Rows::{Events, Figures};
    let dictionary = |keys: Vec<Option<i8>>, values: ArrayRef| {
        array(DictionaryArray::<Int8Type>::new(keys.into(), values))
    };
    let mut list = ListBuilder::new(StringBuilder::new());
    list.values().append_value("001");
    list.append(true);
    let structs = StructArray::from(vec![(
        Arc::new(Field::new("number", DataType::Int64, false)),
        array(Int64Array::from(vec![5])),
    )]);
    vec![
        // ---- types
        (
            "codes-as-integers",
            Figures,
            one(with(
                2,
                vec![
                    ("unit", array(Int64Array::from(vec![1, 2]))),
                    ("measure", array(Int32Array::from(vec![1, 2]))),
                    ("status", array(UInt64Array::from(vec![1, 2]))),
                    ("period", array(Int64Array::from(vec![2023, 2024]))),
                ],
            )),
        ),
        (
            "codes-as-dictionary-of-integers",
            Figures,
            one(with(
                1,
                vec![("unit", dictionary(vec![Some(0)], array(Int64Array::from(vec![1]))))],
            )),
        ),
        (
            "codes-as-bytes",
            Figures,
            one(with(
                1,
                vec![
                    ("unit", array(BinaryArray::from_vec(vec![b"001"]))),
                    ("measure", array(BinaryArray::from_vec(vec![b"cases"]))),
                ],
            )),
        ),
        ("codes-as-lists", Figures, one(with(1, vec![("unit", array(list.finish()))]))),
        (
            "codes-as-floats",
            Figures,
            one(with(
                1,
                vec![
                    ("unit", array(Float64Array::from(vec![1.0]))),
                    ("period", array(Float64Array::from(vec![2023.0]))),
                ],
            )),
        ),
        (
            "values-as-booleans",
            Figures,
            one(with(1, vec![("value", array(BooleanArray::from(vec![true])))])),
        ),
        (
            "events-as-booleans",
            Events,
            one(with(1, vec![("value", array(BooleanArray::from(vec![true])))])),
        ),
        ("values-as-texts", Figures, one(with(1, vec![("value", texts(["5"]))]))),
        (
            "values-as-views-of-texts",
            Figures,
            one(with(1, vec![("value", array(StringViewArray::from_iter_values(["5"])))])),
        ),
        (
            "values-as-dictionary",
            Figures,
            one(with(
                1,
                vec![("value", dictionary(vec![Some(0)], array(Float64Array::from(vec![5.0]))))],
            )),
        ),
        (
            "values-as-days",
            Figures,
            one(with(1, vec![("value", array(Date32Array::from(vec![19_000])))])),
        ),
        ("values-as-structs", Figures, one(with(1, vec![("value", array(structs))]))),
        (
            "days-with-a-time-zone",
            Figures,
            one(on(array(
                TimestampMicrosecondArray::from(vec![1_684_000_000_000_000])
                    .with_timezone("Asia/Ho_Chi_Minh"),
            ))),
        ),
        ("days-as-times", Figures, one(on(array(Time32SecondArray::from(vec![3_600]))))),
        ("days-as-integers", Figures, one(on(array(Int64Array::from(vec![20_230_514]))))),
        ("days-as-floats", Figures, one(on(array(Float64Array::from(vec![45_060.0]))))),
        (
            "periods-as-days",
            Figures,
            one(with(1, vec![("period", array(Date32Array::from(vec![19_000])))])),
        ),
        (
            "recorded-at-with-a-time-zone",
            Figures,
            one(with(
                1,
                vec![(
                    "recorded_at",
                    array(TimestampSecondArray::from(vec![1_684_000_000]).with_timezone("UTC")),
                )],
            )),
        ),
        // ---- columns
        (
            "columns-missing",
            Figures,
            one(batch(vec![
                ("Unit", texts(["001"])),
                ("metric", texts(["cases"])),
                ("time", array(Date32Array::from(vec![19_000]))),
            ])),
        ),
        (
            "columns-twice",
            Figures,
            one(batch(vec![
                ("unit", texts(["001"])),
                ("period", texts(["2023"])),
                ("measure", texts(["cases"])),
                ("value", array(Int64Array::from(vec![5]))),
                ("unit", texts(["001"])),
            ])),
        ),
        ("no-columns-at-all", Figures, one(RecordBatch::new_empty(Arc::new(Schema::empty())))),
        (
            "missing-and-of-the-wrong-type",
            Figures,
            one(batch(vec![
                ("unit", array(Int64Array::from(vec![1]))),
                ("date", array(Int64Array::from(vec![20_230_514]))),
                ("value", texts(["5"])),
            ])),
        ),
        // ---- cells
        (
            "nulls",
            Figures,
            one(with(
                4,
                vec![
                    (
                        "unit",
                        array(StringArray::from(vec![None, Some("001"), Some("001"), Some("001")])),
                    ),
                    (
                        "period",
                        array(StringArray::from(vec![
                            Some("2023"),
                            None,
                            Some("2023"),
                            Some("2023"),
                        ])),
                    ),
                    (
                        "measure",
                        array(StringArray::from(vec![
                            Some("cases"),
                            Some("cases"),
                            None,
                            Some("cases"),
                        ])),
                    ),
                    ("value", array(Int64Array::from(vec![Some(5), Some(5), Some(5), None]))),
                ],
            )),
        ),
        (
            "nothing-but-nulls",
            Figures,
            one(with(
                1,
                vec![("unit", array(NullArray::new(1))), ("value", array(NullArray::new(1)))],
            )),
        ),
        (
            "empty-texts",
            Figures,
            one(with(
                4,
                vec![
                    ("unit", texts(["", "001", "001", "  "])),
                    ("period", texts(["2023", "", "2023", "2023-05"])),
                    ("measure", texts(["cases", "cases", "", "cases"])),
                    ("status", texts(["", "", "", " "])),
                ],
            )),
        ),
        (
            "blanks-around-texts",
            Figures,
            one(with(
                3,
                vec![
                    ("unit", texts(["001 ", "001", "001"])),
                    ("measure", texts(["cases", " cases", "cases"])),
                    ("period", texts(["2023-01", "2023-02", "2023-03\n"])),
                ],
            )),
        ),
        (
            "control-characters",
            Figures,
            one(with(
                2,
                vec![
                    ("unit", texts(["001\u{0}", "\u{1b}[31m001"])),
                    ("measure", texts(["cases\n", "cases"])),
                ],
            )),
        ),
        (
            "dictionaries",
            Figures,
            one(with(
                3,
                vec![
                    ("unit", dictionary(vec![Some(0), Some(1), None], texts(["999", "001"]))),
                    (
                        "measure",
                        dictionary(vec![Some(0), Some(1), Some(1)], texts(["cases", "caess"])),
                    ),
                ],
            )),
        ),
        (
            "dictionary-with-a-null-entry",
            Figures,
            one(with(
                1,
                vec![(
                    "unit",
                    array(DictionaryArray::<Int32Type>::new(
                        vec![0].into(),
                        array(StringArray::from(vec![None::<&str>])),
                    )),
                )],
            )),
        ),
        (
            "not-finite",
            Figures,
            one(with(
                4,
                vec![(
                    "value",
                    array(Float64Array::from(vec![
                        f64::NAN,
                        f64::INFINITY,
                        f64::NEG_INFINITY,
                        1e300,
                    ])),
                )],
            )),
        ),
        (
            "not-finite-singles",
            Figures,
            one(with(
                3,
                vec![("value", array(Float32Array::from(vec![f32::NAN, f32::INFINITY, f32::MAX])))],
            )),
        ),
        (
            "not-finite-halves",
            Figures,
            one(with(
                2,
                vec![(
                    "value",
                    array(Float16Array::from(vec![half_of(f32::NAN), half_of(f32::INFINITY)])),
                )],
            )),
        ),
        (
            "huge-integers",
            Figures,
            one(with(
                3,
                vec![("value", array(Int64Array::from(vec![i64::MAX, i64::MIN, (1 << 53) + 1])))],
            )),
        ),
        (
            "huge-unsigned-integers",
            Figures,
            one(with(1, vec![("value", array(UInt64Array::from(vec![u64::MAX])))])),
        ),
        (
            "huge-decimals",
            Figures,
            one(with(
                2,
                vec![(
                    "value",
                    array(
                        Decimal128Array::from(vec![
                            i128::from(i64::MAX) * 1_000_000,
                            9_007_199_254_740_993,
                        ])
                        .with_precision_and_scale(38, 0)
                        .unwrap(),
                    ),
                )],
            )),
        ),
        (
            "days-out-of-range",
            Figures,
            one(on(array(Date32Array::from(vec![i32::MAX, i32::MIN, 2_932_897, -719_163])))),
        ),
        (
            "milliseconds-out-of-range",
            Figures,
            one(on(array(Date64Array::from(vec![i64::MAX, i64::MIN])))),
        ),
        (
            "seconds-out-of-range",
            Figures,
            one(on(array(TimestampSecondArray::from(vec![i64::MAX, i64::MIN])))),
        ),
        (
            "nanoseconds-taken-for-seconds",
            Figures,
            one(on(array(TimestampSecondArray::from(vec![1_684_000_000_000_000_000])))),
        ),
        (
            "spans-reversed",
            Figures,
            one(without(
                2,
                "period",
                vec![
                    ("start", array(Date32Array::from(vec![19_400, 19_500]))),
                    ("end", array(Date32Array::from(vec![19_400, 19_400]))),
                ],
            )),
        ),
        (
            "spans-with-nulls",
            Figures,
            one(without(
                3,
                "period",
                vec![
                    ("start", array(Date32Array::from(vec![Some(19_400), None, None]))),
                    ("end", array(Date32Array::from(vec![None, Some(19_400), None]))),
                ],
            )),
        ),
        (
            "recorded-at-out-of-range",
            Figures,
            one(with(
                2,
                vec![("recorded_at", array(Date32Array::from(vec![i32::MAX, 2_932_897])))],
            )),
        ),
        (
            "days-as-texts",
            Figures,
            one(on(texts(["14/05/2023", "2023-05-14T00:00", "2023-02-30", ""]))),
        ),
        (
            "figures-twice-in-a-table",
            Figures,
            one(with(3, vec![("period", texts(["2023-05", "2023-05", "2023-05"]))])),
        ),
        (
            "events-of-a-published-value",
            Events,
            one(without(1, "value", vec![("measure", texts(["published"]))])),
        ),
        ("events-of-figures", Events, one(with(1, vec![]))),
        // ---- several batches
        ("no-batch", Figures, Vec::new()),
        (
            "fault-in-the-second-batch",
            Figures,
            vec![
                Ok(with(3, vec![])),
                Ok(with(
                    2,
                    vec![
                        ("unit", texts(["001", "999"])),
                        ("period", texts(["2024-01", "2024-02"])),
                    ],
                )),
            ],
        ),
        ("figures-twice-in-two-batches", Figures, vec![Ok(with(2, vec![])), Ok(with(1, vec![]))]),
        (
            "other-columns-in-the-second-batch",
            Figures,
            vec![
                Ok(with(1, vec![("unit", texts(["999"]))])),
                Ok(with(1, vec![("value", texts(["5"]))])),
            ],
        ),
        (
            "reader-that-breaks-off",
            Figures,
            vec![
                Ok(with(2, vec![])),
                Err(ArrowError::IpcError("the connection was closed".into())),
            ],
        ),
    ]
}

fn half_of(
    value: f32,
) -> <arrow_array::types::Float16Type as arrow_array::types::ArrowPrimitiveType>::Native {
    <arrow_array::types::Float16Type as arrow_array::types::ArrowPrimitiveType>::Native::from_f32(
        value,
    )
}

fn refusal_of(rows: Rows, batches: &Batches) -> Error {
    let copies = batches.iter().map(|batch| match batch {
        Ok(batch) => Ok(batch.clone()),
        Err(_) => Err(ArrowError::IpcError("the connection was closed".into())),
    });
    refused(before(rows), |tally| tally.ingest_all(copies))
}

#[test]
fn every_fault_of_bad_columns_is_told_in_one_go_and_none_is_let_in() {
    let made = cases();
    let cases: Vec<Case<'_>> = made
        .iter()
        .map(|(name, rows, batches)| {
            Case::new(*name, ErrorKind::Outcomes, move || refusal_of(*rows, batches))
        })
        .collect();
    hold_all("columns", &cases);
}

#[test]
fn a_reader_that_was_read_once_gives_no_batch_to_whoever_asks_again() {
    let sound = with(2, vec![]);
    let mut reader = arrow_array::RecordBatchIterator::new([Ok(sound.clone())], sound.schema());
    let mut tally = before(Rows::Figures);
    let len = tally.len();
    tally.ingest_all(reader.by_ref()).unwrap();
    assert_eq!(tally.len(), len + 2);
    let error = refused(tally, |tally| tally.ingest_all(reader));
    assert!(error.to_string().contains("a reader gives its batches once"), "{error}");
}

/// Law 8: the same rows are refused in the same words, whether they come as columns or as a file.
#[test]
fn columns_and_files_are_refused_in_the_same_words() {
    let rows = with(
        6,
        vec![
            ("unit", texts(["999", "1", "001", "001", "002", "001"])),
            ("period", texts(["2023-01", "2023-13", "2023-Q5", "2022", "2025", "2023-W53"])),
            ("measure", texts(["case", "clearance", "cases", "cases", "cases", "cleared"])),
            ("value", array(Float64Array::from(vec![-1.0, 5.0, f64::NAN, 5.0, 1e300, -5.0]))),
            ("status", texts(["Z", "F", "M", "A", "A", "q"])),
        ],
    );
    let path = scratch().join("refusals-alike.csv");
    std::fs::write(
        &path,
        "unit,period,measure,value,status\n999,2023-01,case,-1,Z\n1,2023-13,clearance,5,F\n\
         001,2023-Q5,cases,1e999,M\n001,2022,cases,5,A\n002,2025,cases,1e300,A\n001,2023-W53,cleared,-5,q\n",
    )
    .unwrap();
    let of_columns = refused(before(Rows::Figures), |tally| tally.ingest(&rows));
    let of_file = refused(before(Rows::Figures), |tally| tally.read(&path));
    let told = |error: &Error| -> Vec<String> {
        let faults = error.faults().iter();
        // A CSV file has no NaN; the value that stands for it is refused in other words.
        faults
            .filter(|fault| !fault.message.contains("value is"))
            .map(|fault| fault.message.clone())
            .collect()
    };
    assert_eq!(told(&of_columns), told(&of_file));
}
