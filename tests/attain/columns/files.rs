//! Files of every kind, several at once, folders and patterns.

use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use attain::arrow::parquet::write_parquet;
use attain::files::outcome_files;
use attain::tally::TableColumns;
use attain::{Plan, Progress, Rows, Tally};

use super::{batch, plan, texts};
use crate::support::Scratch;

const CSV: &str = "\
unit,date,measure,value,status
001,2023-05-14,cases,7.25,
002,2023-06-02,cases,0.1,
002,2023-06-02,cases,0.2,
002,2023-06-02,cases,96.4,E
001,2023-07-01,cleared,,O
";

const LINES: &str = r#"{"unit": "001", "date": "2023-05-14", "measure": "cases", "value": 7.25}
{"unit": "002", "date": "2023-06-02", "measure": "cases", "value": 0.1}

{"unit": "002", "date": "2023-06-02", "measure": "cases", "value": 0.2, "status": null}
{"unit": "002", "date": "2023-06-02", "measure": "cases", "value": 96.4, "status": "E"}
{"unit": "001", "date": "2023-07-01", "measure": "cleared", "value": null, "status": "O"}
"#;

/// The same rows as a table.
fn table() -> RecordBatch {
    let values = [Some(7.25), Some(0.1), Some(0.2), Some(96.4), None];
    let statuses = [None, None, None, Some("E"), Some("O")];
    let column = |at: usize| {
        let cells = CSV.lines().skip(1).map(|row| row.split(',').nth(at).unwrap());
        texts(&cells.collect::<Vec<_>>())
    };
    batch([
        ("unit", column(0)),
        ("date", column(1)),
        ("measure", column(2)),
        ("value", std::sync::Arc::new(arrow_array::Float64Array::from(values.to_vec())) as _),
        ("status", std::sync::Arc::new(arrow_array::StringArray::from(statuses.to_vec())) as _),
    ])
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

fn arrow_file(table: &RecordBatch) -> Vec<u8> {
    let options = IpcWriteOptions::default()
        .try_with_compression(Some(arrow_ipc::CompressionType::LZ4_FRAME))
        .unwrap();
    let mut bytes = Vec::new();
    let mut writer =
        FileWriter::try_new_with_options(&mut bytes, &table.schema(), options).unwrap();
    writer.write(table).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

fn arrow_stream(table: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &table.schema()).unwrap();
    writer.write(table).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

fn parquet(table: &RecordBatch) -> Vec<u8> {
    let file = Scratch::new("outcomes.parquet");
    write_parquet(&file.0, table.schema(), std::slice::from_ref(table)).unwrap();
    fs::read(&file.0).unwrap()
}

/// The same rows in every kind of file, each with its name.
fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("outcomes.csv.gz", gzip(CSV)),
        ("OUTCOMES.CSV.GZ", [gzip(&CSV[..40]), gzip(&CSV[40..])].concat()),
        ("outcomes.csv.zst", zstd::encode_all(CSV.as_bytes(), 0).unwrap()),
        ("outcomes.jsonl", LINES.into()),
        ("outcomes.ndjson", format!("\u{feff}{LINES}").into()),
        ("outcomes.jsonl.gz", gzip(LINES)),
        ("outcomes.parquet", parquet(&table())),
        ("outcomes.arrow", arrow_file(&table())),
        ("outcomes.feather", arrow_file(&table())),
        ("outcomes.arrows", arrow_stream(&table())),
        ("outcomes.arrow", arrow_stream(&table())),
        ("outcomes.ipc", arrow_file(&table())),
    ]
}

/// All that a tally holds, but where it came from.
fn cells(tally: &Tally) -> String {
    let all = tally.cells().map(|batch| {
        let batch = batch.unwrap();
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(batch.columns());
        let told = columns.filter(|(field, _)| !["source", "row"].contains(&field.name().as_str()));
        told.map(|(field, column)| format!("{} {column:?}\n", field.name())).collect::<String>()
    });
    all.collect()
}

fn events() -> Tally {
    Tally::of_events(&plan())
}

fn plain() -> Tally {
    let mut tally = events();
    tally.read(&Scratch::with("outcomes.csv", CSV).0).unwrap();
    assert_eq!(tally.len(), 5);
    tally
}

#[test]
fn every_kind_of_file_holds_what_plain_csv_holds() {
    for (name, content) in kinds() {
        let file = Scratch::with(name, content);
        let mut tally = events();
        tally.read(&file.0).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(cells(&tally), cells(&plain()), "{name}");
    }
}

#[test]
fn a_stream_says_its_format_by_its_first_bytes() {
    for (name, content) in kinds().into_iter().chain([("plain", CSV.into())]) {
        let mut tally = events();
        tally.read_from(content.as_slice(), "upload", &TableColumns::new()).unwrap();
        assert_eq!(cells(&tally), cells(&plain()), "{name}");
    }
}

#[test]
fn columns_have_names_of_their_own_in_every_kind_of_file() {
    let csv = "site,day,Done,planned\n001,2023-05-14,3,4\n002,2023-05-15,,9\n";
    let lines = "{\"site\": \"001\", \"day\": \"2023-05-14\", \"Done\": 3, \"planned\": 4}\n\
                 {\"planned\": 9, \"site\": \"002\", \"day\": \"2023-05-15\"}\n";
    let numbers = |numbers: [Option<i64>; 2]| {
        std::sync::Arc::new(arrow_array::Int64Array::from(numbers.to_vec()))
            as arrow_array::ArrayRef
    };
    let table = batch([
        ("site", texts(&["001", "002"])),
        ("day", texts(&["2023-05-14", "2023-05-15"])),
        ("Done", numbers([Some(3), None])),
        ("planned", numbers([Some(4), Some(9)])),
    ]);
    let columns = TableColumns::new()
        .unit("site")
        .date("day")
        .values([("Done", "cleared"), ("planned", "cases")]);
    let mut expected = events();
    expected.read_table(&Scratch::with("a.csv", csv).0, &columns, None).unwrap();
    for (name, content) in [
        ("a.csv.gz", gzip(csv)),
        ("a.jsonl", lines.into()),
        ("a.arrow", arrow_file(&table)),
        ("a.arrows", arrow_stream(&table)),
        ("a.parquet", parquet(&table)),
    ] {
        let mut tally = events();
        tally.read_table(&Scratch::with(name, content).0, &columns, None).unwrap();
        assert_eq!(cells(&tally), cells(&expected), "{name}");
    }
}

#[test]
fn categories_stand_among_the_keys_or_under_strata() {
    let plan = Plan::from_yaml(
        "{attain: 1, plan: p, strata: {sex: [f, m]}, measures: {cases: {strata: [sex]}}, \
         units: {levels: [city], list: [{id: '01', level: city}]}}",
    )
    .unwrap();
    let read = |name, content: &str| {
        let mut tally = Tally::of_events(&plan);
        tally.read(&Scratch::with(name, content).0).unwrap_or_else(|error| panic!("{error}"));
        cells(&tally)
    };
    let expected =
        read("a.csv", "unit,date,measure,sex\n01,2023-05-14,cases,f\n01,2023-05-14,cases,\n");
    let row = r#"{"unit": "01", "date": "2023-05-14", "measure": "cases""#;
    for sex in [r#", "sex": "f""#, r#", "strata": {"sex": "f"}"#] {
        assert_eq!(read("a.jsonl", &format!("{row}}}\n{row}{sex}}}\n")), expected);
    }
}

#[test]
fn faults_name_file_and_row_in_every_kind_of_file() {
    let text = CSV.replace("002,2023-06-02,cases,0.1", "003,2023-06-02,cases,0.1");
    let lines = LINES.replacen("\"002\"", "\"003\"", 1);
    let column = |at: usize| {
        let cells = text.lines().skip(1).map(|row| row.split(',').nth(at).unwrap());
        texts(&cells.collect::<Vec<_>>())
    };
    let table = batch([("unit", column(0)), ("date", column(1)), ("measure", column(2))]);
    let mut messages = String::new();
    for (name, content) in [
        ("a.csv.gz", gzip(&text)),
        ("a.csv.zst", zstd::encode_all(text.as_bytes(), 0).unwrap()),
        ("a.jsonl", lines.into()),
        ("a.arrow", arrow_file(&table)),
        ("a.arrows", arrow_stream(&table)),
        ("a.parquet", parquet(&table)),
    ] {
        let file = Scratch::with(name, content);
        let mut tally = events();
        let error = tally.read(&file.0).unwrap_err();
        assert!(error.is_outcomes() && tally.is_empty(), "{error}");
        messages.push_str(&format!("{}\n", file.cut(&error.to_string())));
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn damaged_and_foreign_files_are_refused() {
    let cut = |bytes: Vec<u8>, left: usize| bytes[..bytes.len() - left].to_vec();
    let long = CSV.to_owned() + &"001,2023-05-14,cases,1,\n".repeat(10_000);
    let mut messages = String::new();
    for (name, content) in [
        ("short.csv.gz", cut(gzip(&long), 12)),
        ("short.csv.zst", cut(zstd::encode_all(long.as_bytes(), 0).unwrap(), 12)),
        ("plain.csv.gz", CSV.into()),
        ("short.arrow", cut(arrow_file(&table()), 12)),
        ("without-end.arrows", cut(arrow_stream(&table()), 8)),
        ("short.arrows", cut(arrow_stream(&table()), 40)),
        ("text.arrow", CSV.into()),
        ("old.feather", b"FEA1....".to_vec()),
        ("empty.jsonl", Vec::new()),
        ("list.jsonl", b"[1, 2]\n{\"unit\": \n".to_vec()),
        ("twice.jsonl", b"{\"unit\": \"001\", \"unit\": \"002\"}\n".to_vec()),
        (
            "keys.jsonl",
            b"{\"unit\": \"001\", \"date\": \"2023-05-14\", \"measure\": \"cases\"}\n\
              {\"unit\": \"001\", \"date\": \"2023-05-14\", \"measure\": \"cases\", \"vlaue\": 7}\n\
              {\"unit\": \"001\", \"date\": 20230514, \"measure\": \"cases\", \"value\": true}\n"
                .to_vec(),
        ),
        ("long.jsonl", vec![b' '; (1 << 20) + 9]),
        ("latin.jsonl", b"{\"unit\": \"\xE9\"}\n".to_vec()),
    ] {
        let file = Scratch::with(name, content);
        let mut tally = events();
        let error = tally.read(&file.0).unwrap_err();
        assert!(tally.is_empty());
        messages.push_str(&format!("{}\n", file.cut(&error.to_string())));
    }
    insta::assert_snapshot!(messages);
}

/// A folder with files, each with its content.
fn folder(files: &[(&str, &str)]) -> Scratch {
    let scratch = Scratch::new("data");
    fs::create_dir(&scratch.0).unwrap();
    for (name, content) in files {
        let path = scratch.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    scratch
}

const HEADER: &str = "unit,date,measure\n";

fn row(unit: &str) -> String {
    format!("{HEADER}{unit},2023-05-14,cases\n")
}

fn names(folder: &Scratch, files: &[PathBuf]) -> Vec<String> {
    let relative = |file: &PathBuf| {
        file.strip_prefix(&folder.0).unwrap().display().to_string().replace('\\', "/")
    };
    files.iter().map(relative).collect()
}

#[test]
fn a_folder_means_all_its_files_of_outcomes_in_order_and_a_pattern_those_that_match() {
    let one = row("001");
    let all = folder(&[
        ("b.csv", &one),
        ("a.csv", &one),
        ("2023/c.csv", &one),
        ("2023/05/d.jsonl", ""),
        ("2023/e[1].csv", &one),
        ("_tmp/x.csv", &one),
        (".hidden.csv", &one),
        ("_SUCCESS", ""),
        ("README.md", ""),
    ]);
    let found = |pattern: &str| {
        let path = if pattern.is_empty() { all.0.clone() } else { all.0.join(pattern) };
        outcome_files(path).map(|files| names(&all, &files)).unwrap_or_default().join(" ")
    };
    assert_eq!(found(""), "2023/05/d.jsonl 2023/c.csv 2023/e[1].csv a.csv b.csv");
    for (pattern, files) in [
        ("*.csv", "a.csv b.csv"),
        ("[ab].csv", "a.csv b.csv"),
        ("[!a].csv", "b.csv"),
        ("[b-z].csv", "b.csv"),
        ("?.c*v", "a.csv b.csv"),
        ("**/*.csv", "2023/c.csv 2023/e[1].csv a.csv b.csv"),
        ("20*/*.csv", "2023/c.csv 2023/e[1].csv"),
        ("20??", "2023/05/d.jsonl 2023/c.csv 2023/e[1].csv"),
        ("**/d.*", "2023/05/d.jsonl"),
        ("2023/**", "2023/05/d.jsonl 2023/c.csv 2023/e[1].csv"),
        ("2023/e[1].csv", "2023/e[1].csv"),
        ("_*/*.csv", "_tmp/x.csv"),
        ("x*.csv", ""),
        ("a.csv/*", ""),
    ] {
        assert_eq!(found(pattern), files, "{pattern}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_unicode_is_read_with_the_others() {
    use std::os::unix::ffi::OsStrExt;

    let all = folder(&[("a.csv", &row("001"))]);
    let other = std::ffi::OsStr::from_bytes(b"caf\xE9.csv");
    fs::write(all.0.join(other), row("002")).unwrap();
    for path in [all.0.clone(), all.0.join("*.csv")] {
        let mut tally = events();
        tally.read(path).unwrap();
        assert_eq!(tally.len(), 2);
    }
}

#[test]
fn several_files_are_the_sum_of_their_tallies() {
    let all = folder(&[("a.csv", CSV), ("b/c.jsonl", LINES), ("d.csv", &row("001"))]);
    let mut expected = events();
    for file in outcome_files(&all.0).unwrap() {
        let mut one = events();
        one.read(&file).unwrap();
        expected.merge(&one).unwrap();
    }
    let mut tally = events();
    let mut told: Vec<Progress> = Vec::new();
    tally
        .read_with_progress(&all.0, &mut |progress| {
            told.push(progress);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(cells(&tally), cells(&expected));
    assert_eq!(tally.len(), 11);
    assert!(told.is_sorted_by_key(|progress| progress.bytes_read));
    assert_eq!(told.last().unwrap().bytes_read, told[0].bytes_total);

    let mut listed = events();
    let paths = ["a.csv", "b", "d*.csv"].map(|name| all.0.join(name));
    listed.read_all(&paths, &TableColumns::new(), None).unwrap();
    assert_eq!(cells(&listed), cells(&expected));
}

#[test]
fn several_files_are_added_all_or_none_with_the_faults_of_all() {
    let figures = "unit,period,measure,value\n";
    let all = folder(&[
        ("1.csv", &format!("{figures}001,2023-05,cases,7\n")),
        ("2.csv", &format!("{figures}009,2023-06,cases,7\n")),
        ("3.csv", &format!("{figures}001,2023-07,cases,x\n")),
    ]);
    let mut tally = Tally::new(&plan());
    let error = tally.read(&all.0).unwrap_err();
    assert!(tally.is_empty());
    let lines: Vec<_> = error.faults().iter().map(|fault| fault.place.line()).collect();
    assert_eq!(lines, [Some(2), Some(2)]);
    assert!(error.to_string().contains("2.csv") && error.to_string().contains("3.csv"));

    // The same figure in two files.
    fs::copy(all.0.join("1.csv"), all.0.join("4.csv")).unwrap();
    let copies = [all.0.join("1.csv"), all.0.join("4.csv")];
    let error = tally.read_all(&copies, &TableColumns::new(), None).unwrap_err();
    assert!(error.is_outcomes() && tally.is_empty(), "{error}");

    // The same file twice: its events would count twice.
    let mut events = Tally::of_events(&plan());
    let twice =
        [all.0.join("1.csv"), all.0.join("../").join(all.0.file_name().unwrap()).join("*1.csv")];
    let error = events.read_all(&twice, &TableColumns::new(), None).unwrap_err();
    assert!(error.is_file() && events.is_empty(), "{error}");
    assert!(error.to_string().contains("the file is named twice"), "{error}");

    let stopped = tally.read_with_progress(&all.0, &mut |_| ControlFlow::Break(())).unwrap_err();
    assert!(stopped.is_request() && tally.is_empty());
    assert!(tally.read_all([] as [&Path; 0], &TableColumns::new(), None).unwrap_err().is_request());
}

#[test]
fn folders_that_are_called_as_columns_add_them() {
    let row = "date,measure\n2023-05-14,cases\n";
    let table = batch([("date", texts(&["2023-05-14"])), ("measure", texts(&["cases"]))]);
    let all = folder(&[("year=2023/unit=001/a.csv", row)]);
    let below = |name: &str| {
        let path = all.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    };
    fs::write(below("unit=002/b.parquet"), parquet(&table)).unwrap();
    fs::write(below("unit=00%32/status=E/c.arrow"), arrow_file(&table)).unwrap();
    let missing = "unit=002/status=__HIVE_DEFAULT_PARTITION__/d.jsonl";
    fs::write(below(missing), r#"{"date": "2023-05-14", "measure": "cases"}"#).unwrap();
    let mut tally = events();
    tally.read(&all.0).unwrap_or_else(|error| panic!("{error}"));
    let mut expected = events();
    let rows = "unit,date,measure,status\n001,2023-05-14,cases,\n002,2023-05-14,cases,\n\
                002,2023-05-14,cases,E\n002,2023-05-14,cases,\n";
    expected.read(&Scratch::with("a.csv", rows).0).unwrap();
    assert_eq!(cells(&tally), cells(&expected));

    // A name that the caller gives, and columns that the files have too.
    let own = folder(&[("site=001/a.csv", row), ("unit=001/a.csv", &self::row("001"))]);
    let mut named = events();
    named.read_table(own.0.join("site=001"), &TableColumns::new().unit("site"), None).unwrap();
    assert_eq!(named.len(), 1);
    let line = r#"{"unit": "001", "date": "2023-05-14", "measure": "cases"}"#;
    fs::write(own.0.join("unit=001/b.jsonl"), line).unwrap();
    let with_unit = batch([
        ("date", texts(&["2023-05-14"])),
        ("measure", texts(&["cases"])),
        ("unit", texts(&["001"])),
    ]);
    fs::write(own.0.join("unit=001/c.parquet"), parquet(&with_unit)).unwrap();
    let mut own_columns = events();
    own_columns.read(own.0.join("unit=001")).unwrap_or_else(|error| panic!("{error}"));
    let mut expected = events();
    expected
        .read(&Scratch::with("a.csv", self::row("001") + &["001,2023-05-14,cases\n"; 2].concat()).0)
        .unwrap();
    assert_eq!(cells(&own_columns), cells(&expected));
}

#[test]
fn paths_that_mean_no_file_are_refused() {
    let all = folder(&[("README.md", ""), ("a.xlsx", "")]);
    let mut messages = String::new();
    for path in [
        all.0.clone(),
        all.0.join("*.csv"),
        all.0.join("a.*"),
        all.0.join("none.csv"),
        PathBuf::from("s3://bucket/outcomes.parquet"),
        PathBuf::from("https://example.org/outcomes.csv"),
        PathBuf::from("file:///tmp/outcomes.csv"),
    ] {
        let error = Tally::of(&plan(), Rows::Events).read(&path).unwrap_err();
        assert!(error.is_file());
        messages.push_str(&format!("{}\n", all.cut(&error.to_string())));
    }
    insta::assert_snapshot!(messages);
}
