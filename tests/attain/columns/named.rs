//! Tables whose columns have names of their own, and tables with a column for each measure.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use attain::arrow::TableColumns;
use attain::{Place, Plan, Rows, Tally};
use proptest::prelude::*;

use super::{assessed, plan};
use crate::support::{Scratch, day, outcome};

fn texts(texts: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

fn numbers(numbers: &[Option<f64>]) -> ArrayRef {
    Arc::new(Float64Array::from(numbers.to_vec()))
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap()
}

fn wide() -> TableColumns {
    TableColumns::new()
        .unit("district")
        .period("month")
        .values([("known", "cases"), ("solved", "cleared")])
}

/// The faults of a table, each with its row and column.
fn faults(batch: RecordBatch, columns: &TableColumns) -> Vec<(Option<usize>, String, String)> {
    let error = Tally::new(&plan()).ingest_table([Ok(batch)], columns).unwrap_err();
    assert!(error.is_outcomes());
    let place = |place: &Place| match place {
        Place::Row { row, column } => (Some(*row), column.clone().unwrap_or_default()),
        Place::Column { column } => (None, column.clone()),
        other => panic!("{other:?}"),
    };
    let faults = error.faults().iter();
    faults
        .map(|fault| {
            let (row, column) = place(&fault.place);
            (row, column, fault.to_string())
        })
        .collect()
}

proptest! {
    /// A wide table gives the tally that its figures give one by one, in however many batches.
    #[test]
    fn a_wide_table_is_the_figures_of_its_measures(
        cells in prop::collection::vec((0..100_u32, 0..100_u32), 24),
        at in 0..=24_usize,
    ) {
        let units = ["001", "002"];
        let months: Vec<String> = (1..=12).map(|month| format!("2023-{month:02}")).collect();
        let (mut known, mut solved) = (Vec::new(), Vec::new());
        let (mut names, mut periods) = (Vec::new(), Vec::new());
        let mut expected = Tally::new(&plan());
        for (place, (cases, cleared)) in cells.iter().enumerate() {
            let (unit, month) = (units[place % 2], months[place / 2].as_str());
            let cleared = f64::from(*cleared.min(cases));
            expected.record(&outcome(unit, month, "cases", f64::from(*cases))).unwrap();
            expected.record(&outcome(unit, month, "cleared", cleared)).unwrap();
            known.push(Some(f64::from(*cases)));
            solved.push(Some(cleared));
            names.push(Some(unit));
            periods.push(Some(month));
        }
        let part = |rows: std::ops::Range<usize>| batch(vec![
            ("district", texts(&names[rows.clone()])),
            ("month", texts(&periods[rows.clone()])),
            ("known", numbers(&known[rows.clone()])),
            ("solved", numbers(&solved[rows])),
        ]);
        let mut tally = Tally::new(&plan());
        tally.ingest_table([Ok(part(0..at)), Ok(part(at..24))], &wide()).unwrap();
        prop_assert_eq!(tally.len(), 48);
        prop_assert_eq!(assessed(&tally), assessed(&expected));
    }
}

#[test]
fn an_empty_cell_is_a_missing_figure() {
    let rows = batch(vec![
        ("district", texts(&[Some("001"), Some("002")])),
        ("month", texts(&[Some("2023-05"), Some("2023-05")])),
        ("known", numbers(&[Some(10.0), Some(20.0)])),
        ("solved", numbers(&[Some(9.0), None])),
    ]);
    let mut tally = Tally::new(&plan());
    tally.ingest_table([Ok(rows)], &wide()).unwrap();
    assert_eq!(tally.len(), 4);
    let may = day("2023-05-01");
    let rows = assessed(&tally);
    let row = rows.iter().find(|row| row.target == "cleared" && row.window_start == may).unwrap();
    // Of the two pairs, one has both sides.
    assert_eq!((row.value, row.completeness), (Some(90.0), Some(50.0)));
}

#[test]
fn faults_name_the_columns_of_the_table() {
    let rows = batch(vec![
        ("district", texts(&[Some("001"), Some("003"), Some("002")])),
        ("month", texts(&[Some("2023-05"), Some("2023-05"), Some("May 2023")])),
        ("known", numbers(&[Some(10.0), Some(20.0), Some(1.0)])),
        ("solved", numbers(&[Some(-9.0), Some(2.0), Some(1.0)])),
    ]);
    let found = faults(rows, &wide());
    let places: Vec<_> =
        found.iter().map(|(row, column, _)| (row.unwrap(), column.as_str())).collect();
    for place in [(0, "solved"), (1, "district"), (2, "month")] {
        assert!(places.contains(&place), "{place:?} of {found:?}");
    }
    assert_eq!(places.len(), 3, "{found:?}");
}

#[test]
fn missing_columns_are_named_with_those_there_are() {
    let rows = batch(vec![
        ("district", texts(&[Some("001")])),
        ("month", texts(&[Some("2023-05")])),
        ("know", numbers(&[Some(10.0)])),
    ]);
    let found = faults(rows, &wide());
    assert_eq!((found[0].0, found[0].1.as_str()), (None, "known"));
    assert!(found[0].2.contains("did you mean `know`?"), "{found:?}");
}

#[test]
fn periods_are_years_months_and_first_days_of_months() {
    let of = |periods: ArrayRef| {
        let count = periods.len();
        let rows = batch(vec![
            ("district", texts(&vec![Some("001"); count])),
            ("when", periods),
            ("known", numbers(&vec![Some(10.0); count])),
        ]);
        let columns =
            TableColumns::new().unit("district").period("when").values([("known", "cases")]);
        (rows, columns)
    };
    let months = Int64Array::from(vec![202_305, 202_306]);
    let days = Date32Array::from(vec![
        Some(19_478), // 2023-05-01
        Some(19_509), // 2023-06-01
    ]);
    let mut tallies = Vec::new();
    for periods in [Arc::new(months) as ArrayRef, Arc::new(days) as ArrayRef] {
        let (rows, columns) = of(periods);
        let mut tally = Tally::new(&plan());
        tally.ingest_table([Ok(rows)], &columns).unwrap();
        tallies.push(assessed(&tally));
    }
    let may = |rows: &[attain::Assessment]| {
        let of_may = |row: &&attain::Assessment| {
            row.target == "few" && row.unit == "001" && row.window_start == day("2023-05-01")
        };
        rows.iter().find(of_may).unwrap().value
    };
    assert_eq!(may(&tallies[0]), Some(10.0));
    assert_eq!(tallies[0], tallies[1]);

    for wrong in [202_313, 20_230, 0, -2023, 2_023_050] {
        let (rows, columns) = of(Arc::new(Int64Array::from(vec![wrong])));
        let found = faults(rows, &columns);
        assert_eq!((found[0].0, found[0].1.as_str()), (Some(0), "when"), "{wrong}");
    }
    let (rows, columns) = of(Arc::new(Date32Array::from(vec![19_479])));
    let found = faults(rows, &columns);
    assert!(found[0].2.contains("the first day of a month"), "{found:?}");
}

#[test]
fn units_are_whole_numbers_and_paths() {
    let plan = Plan::from_yaml(
        r#"{attain: 1, plan: p, measures: {cases: {}}, units: {levels: [state, county], list: [
            {id: "6", level: state}, {id: "6/59", level: county, parent: "6"}]}}"#,
    )
    .unwrap();
    let rows = batch(vec![
        ("state", Arc::new(Int64Array::from(vec![6, 6]))),
        ("county", Arc::new(Int64Array::from(vec![Some(59), None]))),
        ("year", Arc::new(Int64Array::from(vec![2023, 2023]))),
        ("cases", numbers(&[Some(10.0), Some(25.0)])),
    ]);
    let columns =
        TableColumns::new().units(["state", "county"]).period("year").values([("cases", "cases")]);
    let mut tally = Tally::new(&plan);
    tally.ingest_table([Ok(rows)], &columns).unwrap();
    assert_eq!(tally.len(), 2);
}

#[test]
fn all_rows_of_a_table_may_be_of_one_unit_and_measure() {
    let rows = batch(vec![("day", texts(&[Some("2023-05-02"), Some("2023-05-03")]))]);
    let columns = TableColumns::new().all_of_unit("001").all_of_measure("cases").date("day");
    let mut tally = Tally::of(&plan(), Rows::Events);
    tally.ingest_table([Ok(rows)], &columns).unwrap();
    let rows = assessed(&tally);
    let row = rows.iter().find(|row| row.target == "year" && row.unit == "001").unwrap();
    assert_eq!(row.value, Some(2.0));
}

/// A column that is named for its days excludes the usual columns that say when.
#[test]
fn a_named_column_stands_for_all_usual_ones_of_its_kind() {
    let rows = batch(vec![
        ("unit", texts(&[Some("001")])),
        ("date", texts(&[Some("no day, and not read")])),
        ("period", texts(&[Some("2023")])),
        ("measure", texts(&[Some("cases")])),
        ("value", numbers(&[Some(3.0)])),
    ]);
    let mut tally = Tally::new(&plan());
    tally.ingest_table([Ok(rows)], &TableColumns::new().period("period")).unwrap();
    assert_eq!(tally.len(), 1);
}

#[test]
fn a_text_among_numbers_is_located_with_its_cure_in_tables_and_files() {
    for (text, cure) in [
        ("<5", "status Q (suppressed)"),
        ("*", "status Q (suppressed)"),
        ("[c]", "status Q (suppressed)"),
        ("(D)", "status Q (suppressed)"),
        (":", "status O (missing)"),
        ("..", "status O (missing)"),
        ("n/a", "status O (missing)"),
        ("-", "write 0 if there are none; else leave the value empty"),
        ("23.78 %", "write 23.78, without the sign"),
        ("23,78%", "write 23.78, without the sign"),
        ("1,234,567", "write 1234567 without marks"),
        ("1234 p", "write 1234 and the status P (provisional)"),
    ] {
        let rows = batch(vec![
            ("district", texts(&[Some("001"), Some("002"), Some("001"), Some("002")])),
            ("month", texts(&[Some("2023-05"), Some("2023-05"), Some("2023-06"), Some("2023-06")])),
            ("known", texts(&[Some("10"), None, Some(text), Some("five")])),
        ]);
        let columns =
            TableColumns::new().unit("district").period("month").values([("known", "cases")]);
        let found = faults(rows, &columns);
        let places: Vec<_> = found.iter().map(|(row, column, _)| (*row, column.as_str())).collect();
        assert_eq!(places, [(Some(2), "known"), (Some(3), "known")], "{text}");
        let said = &found[0].2;
        assert!(said.contains("this is no number") && said.contains(cure), "{said}");

        let csv = format!("unit,period,measure,value\n001,2023-06,cases,\"{text}\"\n");
        let file = Scratch::with("outcomes.csv", csv);
        let error = Tally::new(&plan()).read(&file.0).unwrap_err().to_string();
        assert_eq!(error.split_once(": "), Some((&*of_file(&file), after_place(said))), "{error}");
    }
}

fn of_file(file: &Scratch) -> String {
    format!("{}:2, column `value`", file.0.display())
}

fn after_place(said: &str) -> &str {
    said.split_once(": ").unwrap().1
}

/// A period of pandas as it comes in an Arrow table: a number of months, and what they are in the field.
#[test]
fn periods_of_pandas_are_read_under_the_usual_name() {
    let months = |first: i64| -> RecordBatch {
        let metadata = [
            ("ARROW:extension:name", "pandas.period"),
            ("ARROW:extension:metadata", r#"{"freq": "M"}"#),
        ];
        let metadata = metadata.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let fields = vec![
            Field::new("unit", DataType::Utf8, true),
            Field::new("period", DataType::Int64, true).with_metadata(metadata.into()),
            Field::new("measure", DataType::Utf8, true),
            Field::new("value", DataType::Float64, true),
        ];
        let columns: Vec<ArrayRef> = vec![
            texts(&[Some("001"), Some("001")]),
            Arc::new(Int64Array::from(vec![first, first + 1])),
            texts(&[Some("cases"), Some("cases")]),
            numbers(&[Some(5.0), Some(6.0)]),
        ];
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
    };
    // January 2023 is month 636 from 1970.
    let mut tally = Tally::new(&plan());
    tally.ingest_all([Ok(months(636)), Ok(months(638))]).unwrap();
    let mut expected = Tally::new(&plan());
    for (month, value) in [("2023-01", 5.0), ("2023-02", 6.0), ("2023-03", 5.0), ("2023-04", 6.0)] {
        expected.record(&outcome("001", month, "cases", value)).unwrap();
    }
    assert_eq!(assessed(&tally), assessed(&expected));
    let error = Tally::new(&plan()).ingest_all([Ok(months(636)), Ok(months(i64::MAX - 9))]);
    let error = error.unwrap_err();
    assert_eq!(error.faults()[0].place, Place::row(2, "period"));
    assert_eq!(error.faults()[0].code.code(), "not_a_period");
}

/// A table with a column of pandas' periods of a frequency.
fn with_periods(column: &str, frequency: &str, ordinals: [i64; 2]) -> RecordBatch {
    let metadata = [
        ("ARROW:extension:name".to_owned(), "pandas.period".to_owned()),
        ("ARROW:extension:metadata".to_owned(), format!("{{\"freq\": \"{frequency}\"}}")),
    ];
    let table = super::batch([
        ("unit", super::texts(&["001", "002"])),
        (column, Arc::new(Int64Array::from(ordinals.to_vec())) as ArrayRef),
        ("cases", Arc::new(Int64Array::from(vec![5, 6])) as ArrayRef),
    ]);
    let schema = table.schema();
    let fields = schema.fields().iter().map(|field| {
        let field = field.as_ref().clone();
        if field.name() == column { field.with_metadata(metadata.clone().into()) } else { field }
    });
    let schema = Schema::new(fields.collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), table.columns().to_vec()).unwrap()
}

#[test]
fn periods_of_pandas_are_read_beside_columns_of_values() {
    let columns = TableColumns::new().values([("cases", "cases")]);
    let mut tally = Tally::new(&plan());
    tally.ingest_table([Ok(with_periods("period", "M", [636, 636]))], &columns).unwrap();
    assert_eq!(super::counted(&tally, "few", "001"), Some(5.0));
}

#[test]
fn columns_that_hold_periods_in_another_way_are_refused_with_what_to_write() {
    let hint = |table: RecordBatch, columns: TableColumns| {
        let error = Tally::new(&plan()).ingest_table([Ok(table)], &columns).unwrap_err();
        let hints: Vec<String> =
            error.faults().iter().filter_map(|fault| fault.hint.clone()).collect();
        hints.join("; ")
    };
    let values = || TableColumns::new().values([("cases", "cases")]);
    let pandas = "call the column `period`, or convert it to dates";
    for column in ["date", "when"] {
        let columns = if column == "when" { values().date(column) } else { values() };
        let said = hint(with_periods(column, "M", [636, 637]), columns);
        assert!(said.contains(pandas), "{said}");
    }
    for columns in [values(), values().period("period")] {
        let said = hint(with_periods("period", "Q-MAR", [212, 213]), columns);
        assert!(said.contains("not `Q-MAR`"), "{said}");
    }
    let numbers = |column: &str, numbers: [Option<i64>; 2]| {
        super::batch([
            ("unit", super::texts(&["001", "002"])),
            (column, Arc::new(Int64Array::from(numbers.to_vec())) as ArrayRef),
            ("measure", super::texts(&["cases", "cases"])),
            ("value", Arc::new(Int64Array::from(vec![5, 6])) as ArrayRef),
        ])
    };
    for (column, number, expected) in [
        ("period", 202305, "202305 is written \"2023-05\""),
        ("period", 2023, "2023 is written \"2023\""),
        ("date", 202305, "202305 names a period: call the column `period`, and write \"2023-05\""),
        ("date", 20230514, "20230514 is no day: write 2023-05-14"),
        ("recorded_at", 45060, "a spreadsheet shows its days so"),
    ] {
        let mut table = numbers(column, [None, Some(number)]);
        if column == "recorded_at" {
            let more = super::texts(&["2023-05", "2023-05"]);
            let schema = table.schema();
            let columns = schema.fields().iter().map(|field| field.name().clone());
            let columns: Vec<(String, ArrayRef)> = columns
                .zip(table.columns().to_vec())
                .chain([("period".to_owned(), more)])
                .collect();
            table = super::batch(
                columns.iter().map(|(name, array)| (name.as_str(), Arc::clone(array))),
            );
        }
        let said = hint(table, TableColumns::new());
        assert!(said.contains(expected), "{column} {number}: {said}");
    }
}

/// The two kinds of files: CSV, and Parquet of the same columns.
fn files(table: &RecordBatch) -> Vec<Scratch> {
    let mut csv = Vec::new();
    let headers: Vec<String> =
        table.schema().fields().iter().map(|field| field.name().clone()).collect();
    csv.push(headers.join(","));
    for row in 0..table.num_rows() {
        let cells = table.columns().iter().map(|column| cell(column, row));
        csv.push(cells.collect::<Vec<_>>().join(","));
    }
    #[cfg_attr(not(feature = "parquet"), allow(unused_mut))]
    let mut files = vec![Scratch::with("named.csv", csv.join("\n"))];
    #[cfg(feature = "parquet")]
    {
        let file = Scratch::new("named.parquet");
        let rows = std::slice::from_ref(table);
        attain::arrow::parquet::write_parquet(&file.0, table.schema(), rows).unwrap();
        files.push(file);
    }
    files
}

fn cell(column: &ArrayRef, row: usize) -> String {
    use arrow_array::Array as _;
    if column.is_null(row) {
        return String::new();
    }
    let any = column.as_any();
    if let Some(texts) = any.downcast_ref::<StringArray>() {
        return texts.value(row).to_owned();
    }
    if let Some(numbers) = any.downcast_ref::<Int64Array>() {
        return numbers.value(row).to_string();
    }
    if let Some(days) = any.downcast_ref::<Date32Array>() {
        return days.value_as_date(row).unwrap().to_string();
    }
    any.downcast_ref::<Float64Array>().unwrap().value(row).to_string()
}

fn read(file: &Scratch, columns: &TableColumns) -> attain::Result<Tally> {
    let mut tally = Tally::new(&plan());
    tally.read_table(&file.0, columns, None)?;
    Ok(tally)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// A file gives the tally that its table gives, with empty cells, months as numbers or days and a path of units.
    #[test]
    fn a_file_with_names_of_its_own_is_read_as_its_table(
        cells in prop::collection::vec((prop::option::of(50..100_u32), prop::option::of(0..50_u32)), 24),
        months_are in 0..3_usize,
    ) {
        let number = |cell: Option<u32>| cell.map(f64::from);
        let (known, solved): (Vec<_>, Vec<_>) =
            cells.iter().map(|(known, solved)| (number(*known), number(*solved))).unzip();
        let units: Vec<_> = (0..24).map(|row| Some(["001", "002"][row % 2])).collect();
        let month = |row: usize| row / 2 + 1;
        let months: ArrayRef = match months_are {
            0 => Arc::new((0..24).map(|row| Some(format!("2023-{:02}", month(row)))).collect::<StringArray>()),
            1 => Arc::new(Int64Array::from_iter_values((0..24).map(|row| 202_300 + month(row) as i64))),
            _ => {
                let first = |row: usize| day(&format!("2023-{:02}-01", month(row))).to_epoch_days();
                Arc::new(Date32Array::from_iter_values((0..24).map(first)))
            }
        };
        let table = batch(vec![
            ("a remark", texts(&[Some("not read"); 24])),
            ("solved", numbers(&solved)),
            ("month", months),
            ("district", texts(&units)),
            ("known", numbers(&known)),
        ]);
        let mut expected = Tally::new(&plan());
        expected.ingest_table([Ok(table.clone())], &wide()).unwrap();
        for file in files(&table) {
            let tally = read(&file, &wide()).unwrap();
            prop_assert_eq!(tally.len(), 48);
            prop_assert_eq!(assessed(&tally), assessed(&expected));
            prop_assert!(tally.warnings().is_empty());
        }
    }
}

#[test]
fn a_long_file_may_have_names_of_its_own_for_every_column() {
    let table = batch(vec![
        ("where", texts(&[Some("001"), Some("002")])),
        ("from", texts(&[Some("2023-05-01"), Some("2023-05-01")])),
        ("to", texts(&[Some("2023-06-01"), Some("2023-06-01")])),
        ("what", texts(&[Some("cases"), Some("cases")])),
        ("how many", numbers(&[Some(5.0), None])),
        ("flag", texts(&[Some("P"), Some("L")])),
        ("known on", texts(&[Some("2023-06-03"), None])),
        // Not read: the table says once when, and what its values are.
        ("period", texts(&[Some("never"), None])),
        ("value", texts(&[Some("none"), None])),
    ]);
    let columns = TableColumns::new()
        .unit("where")
        .span("from", "to")
        .measure("what")
        .value("how many")
        .status("flag")
        .recorded_at("known on");
    let mut expected = Tally::new(&plan());
    let rows = [
        r#"{"unit": "001", "period": "2023-05", "measure": "cases", "value": 5, "status": "P", "recorded_at": "2023-06-03"}"#,
        r#"{"unit": "002", "period": "2023-05", "measure": "cases", "status": "L"}"#,
    ];
    let rows = rows.map(|row| serde_json::from_str::<attain::Outcome>(row).unwrap());
    expected.record_all(&rows).unwrap();
    for file in files(&table) {
        assert_eq!(assessed(&read(&file, &columns).unwrap()), assessed(&expected));
    }
}

#[test]
fn faults_of_a_file_have_its_lines_or_rows_and_its_own_columns() {
    let table = batch(vec![
        ("district", texts(&[Some("001"), Some("003"), Some("002"), None])),
        ("month", texts(&[Some("2023-05"), Some("2023-05"), Some("May 2023"), Some("2023-05")])),
        ("known", numbers(&[Some(10.0), Some(20.0), Some(1.0), Some(1.0)])),
        ("solved", numbers(&[Some(-9.0), Some(2.0), Some(1.0), Some(1.0)])),
    ]);
    for file in files(&table) {
        let error = read(&file, &wide()).unwrap_err();
        assert!(error.is_outcomes());
        let is_csv = file.0.extension().is_some_and(|ending| ending == "csv");
        let places: Vec<_> = error.faults().iter().map(|fault| fault.place.clone()).collect();
        let name = file.0.display().to_string();
        let expected = [(0, "solved"), (1, "district"), (2, "month"), (3, "district")];
        let expected = expected.map(|(row, column)| match is_csv {
            true => Place::Cell { file: name.clone(), line: row + 2, column: Some(column.into()) },
            false => Place::FileRow { file: name.clone(), row, column: Some(column.into()) },
        });
        assert_eq!(places, expected, "{error}");
    }
}

#[test]
fn columns_that_a_file_lacks_or_has_twice_are_named_with_the_file() {
    let table = batch(vec![
        ("district", texts(&[Some("001")])),
        ("month", texts(&[Some("2023-05")])),
        ("know", numbers(&[Some(10.0)])),
        ("solved", numbers(&[Some(1.0)])),
    ]);
    for file in files(&table) {
        let error = read(&file, &wide()).unwrap_err();
        let [fault] = error.faults() else { panic!("{error}") };
        let said = file.cut(&fault.to_string());
        assert!(said.contains("column `known`: there is no such column"), "{said}");
        assert!(said.contains("did you mean `know`?"), "{said}");
        assert_ne!(said, fault.to_string(), "the file is named");
    }
    let twice =
        Scratch::with("twice.csv", "district,month,known,solved,known\n001,2023-05,1,1,2\n");
    let error = read(&twice, &wide()).unwrap_err().to_string();
    assert!(error.contains("column `known`: this column stands twice"), "{error}");
    let twice = [("district", "001"), ("month", "2023-05"), ("month", "2023-06")];
    let fields = twice.map(|(name, _)| Field::new(name, DataType::Utf8, true));
    let columns = twice.map(|(_, text)| texts(&[Some(text)]));
    let twice = RecordBatch::try_new(Arc::new(Schema::new(fields.to_vec())), columns.to_vec());
    let columns = TableColumns::new().unit("district").period("month").all_of_measure("cases");
    let found = faults(twice.unwrap(), &columns);
    assert_eq!((found[0].0, found[0].1.as_str()), (None, "month"), "{found:?}");
    assert!(found[0].2.contains("stands twice"), "{found:?}");
}

#[test]
fn a_file_of_months_in_numbers_or_first_days_refuses_others() {
    for (written, why) in [
        ("202313", "a year of four digits such as 2024, or a month such as 202405"),
        ("20", "a year of four digits such as 2024, or a month such as 202405"),
        ("2023-05-02", "the first day of a month"),
    ] {
        let text = format!("district,month,known,solved\n001,{written},1,1\n");
        let file = Scratch::with("periods.csv", text);
        let error = read(&file, &wide()).unwrap_err().to_string();
        assert!(error.contains("column `month`: this names no period"), "{error}");
        assert!(error.contains(why) && error.contains(written), "{error}");
    }
}

#[test]
fn the_levels_of_units_and_categories_have_columns_in_files() {
    let plan = Plan::from_yaml(
        r#"{attain: 1, plan: p, measures: {cases: {}}, strata: {sex: [f, m]}, units: {levels: [state, county], list: [
            {id: "06", level: state}, {id: "06/059", level: county, parent: "06"}]}}"#,
    )
    .unwrap();
    let columns = TableColumns::new()
        .units(["state", "county"])
        .period("year")
        .stratum("gender", "sex")
        .values([("number", "cases")]);
    let header = "state,county,year,gender,number\n";
    let file = Scratch::with("levels.csv", format!("{header}06,059,2023,f,10\n06,,2023,,25\n"));
    let mut tally = Tally::new(&plan);
    tally.read_table(&file.0, &columns, None).unwrap();
    assert_eq!(tally.len(), 2);
    let file = Scratch::with("levels.csv", format!("{header}06,060,2023,x,10\n"));
    let error = tally.read_table(&file.0, &columns, None).unwrap_err();
    let said: Vec<String> =
        error.faults().iter().map(|fault| file.cut(&fault.to_string())).collect();
    assert!(said.iter().any(|one| one.contains("column `state, county`: ")), "{said:?}");
    assert!(said.iter().any(|one| one.contains("column `gender`: ")), "{said:?}");
    assert_eq!(tally.len(), 2);
}
