//! CSV files in.

use std::ops::ControlFlow;

use attain::{Outcome, Progress, Rows, Tally, When};

use super::{assessed, exact_balance, plan};
use crate::support::Scratch;

fn read(rows: Rows, content: impl AsRef<[u8]>) -> attain::Result<Tally> {
    let file = Scratch::with("outcomes.csv", content);
    let mut tally = Tally::of(&plan(), rows);
    tally.read_csv(&file.0, None)?;
    Ok(tally)
}

fn refused(rows: Rows, content: impl AsRef<[u8]>) -> String {
    let file = Scratch::with("outcomes.csv", content);
    let mut tally = Tally::of(&plan(), rows);
    let error = tally.read_csv(&file.0, None).unwrap_err();
    assert!(error.is_outcomes());
    assert!(tally.is_empty());
    file.cut(&error.to_string())
}

const PLAIN: &str = "\
unit,period,measure,value,status,recorded_at,note
001,2023-05,cases,7,P,2023-07-01,\"one, two\"
002,2023-06,cases,8.5,,,
002,2023-07,cases,,L,,
";

#[test]
fn a_file_is_read_as_its_rows_would_be_recorded() {
    let mut expected = Tally::new(&plan());
    let rows: Vec<Outcome> = [
        r#"{"unit": "001", "period": "2023-05", "measure": "cases", "value": 7, "status": "P", "recorded_at": "2023-07-01"}"#,
        r#"{"unit": "002", "period": "2023-06", "measure": "cases", "value": 8.5}"#,
        r#"{"unit": "002", "period": "2023-07", "measure": "cases", "status": "L"}"#,
    ]
    .iter()
    .map(|row| serde_json::from_str(row).unwrap())
    .collect();
    expected.record_all(&rows).unwrap();
    let crlf = PLAIN.replace('\n', "\r\n");
    let forms = [
        ("plain", PLAIN.to_owned()),
        ("with a mark", format!("\u{feff}{PLAIN}")),
        ("with carriage returns", crlf.clone()),
        ("with a mark and carriage returns", format!("\u{feff}{crlf}")),
        ("with carriage returns only", PLAIN.replace('\n', "\r")),
        ("without a last line end", PLAIN.trim_end().to_owned()),
        ("with blank lines", PLAIN.replace('\n', "\n\n")),
        ("with blanks around fields", PLAIN.replace("\"one, two\"", "x").replace(',', " , ")),
    ];
    for (form, content) in forms {
        let tally = read(Rows::Figures, content).unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!(assessed(&tally), assessed(&expected), "{form}");
        assert_eq!(tally.len(), 3, "{form}");
    }
}

#[test]
fn a_fault_stands_on_the_line_an_editor_shows() {
    let rows = "unit,date,measure,note\n\n001,2023-05-14,cases,\"two\nlines\"\n\n\nx1,2023-05-14,cases,\n001,2023-05-14,cases,\"a\n\nb\"\nx2,2023-05-14,cases,end";
    for content in
        [rows.to_owned(), rows.replace('\n', "\r\n"), format!("{rows}\n"), rows.replace('\n', "\r")]
    {
        let file = Scratch::with("outcomes.csv", &content);
        let error = Tally::of_events(&plan()).read_csv(&file.0, None).unwrap_err();
        let lines: Vec<_> = error.faults().iter().map(|fault| fault.place.line()).collect();
        assert_eq!(lines, [Some(7), Some(11)], "{content:?}");
    }
}

#[test]
fn every_fault_of_every_line_is_told_in_one_go() {
    insta::assert_snapshot!(refused(
        Rows::Figures,
        "\
unit,date,period,measure,value,status,recorded_at
001,2023-01-01,,cases,\"1,840\",,
001,2023-01-02,,cases,\"96,4\",,
001,2023-01-03,,cases,\"1,840,000.5\",,
001,2023-01-04,,cases,1.840.000,,
001,2023-01-05,,cases,1 840,,
001,2023-01-06,,cases,NA,,
001,2023-01-07,,cases,nan,,
001,2023-01-08,,cases,inf,,
001,2023-01-09,,cases,1_000,,
001,2023-01-10,,cases,0x10,,
001,2023-01-11,,cases,96.4%,,
001,2023-01-12,,cases,1e400,,
001,2023-01-13,,cases,9007199254740993,,
001,2023-01-14,,cases,,,
001,14/05/2023,,cases,1,,
001,2023-02-30,,cases,1,,
001,2023-05-14T08:00:00,,cases,1,,
001,,,cases,1,,
001,2023-01-15,2023,cases,1,,
,2023-01-16,,cases,1,,
001,2023-01-17,,,1,,
01a,2023-01-18,,case,twelve,Z,yesterday
001,2023-01-19,,cases,1
001,2023-01-20,,cases,1,,,,
001,2023-01-21,,cases,5,,
001,2023-01-21,,cases,6,,
"
    ));
}

#[test]
fn numbers_are_read_as_the_nearest_float() {
    for text in [
        "0.1",
        "-0",
        "+7",
        "1e3",
        "1E-3",
        ".5",
        "5.",
        "0.30000000000000004",
        "9007199254740992",
        "9007199254740992.0",
    ] {
        let content = format!("unit,period,measure,value\n01,2023,balance,{text}\n");
        let expected: f64 = text.parse().unwrap();
        assert_eq!(exact_balance(&read(Rows::Figures, content).unwrap()), expected, "{text}");
    }
}

#[test]
fn columns_that_are_missing_misspelt_or_doubled_are_told_in_one_go() {
    insta::assert_snapshot!(refused(Rows::Figures, "Unit,mesure,valeu,Start,end,Status,end\n"));
    insta::assert_snapshot!(refused(Rows::Figures, "a\n"));
}

#[test]
fn other_separators_are_told_as_such() {
    insta::assert_snapshot!(refused(
        Rows::Figures,
        "unit;period;measure;value\n001;2023;cases;1\n"
    ));
    insta::assert_snapshot!(refused(
        Rows::Figures,
        "unit\tperiod\tmeasure\tvalue\n001\t2023\tcases\t1\n"
    ));
}

#[test]
fn other_encodings_get_one_clear_message() {
    let utf16: Vec<u8> = PLAIN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = [0xFF, 0xFE].into_iter().chain(utf16.clone()).collect();
    insta::assert_snapshot!(refused(Rows::Figures, &marked));
    assert_eq!(refused(Rows::Figures, &utf16), refused(Rows::Figures, &marked));
    let mut latin =
        b"unit,period,measure,value,note\n001,2023,cases,1,\n002,2023,cases,1,Hu\xE9\n".to_vec();
    latin.extend(b"001,2024,cases,1,\xE9\n".repeat(100));
    insta::assert_snapshot!(refused(Rows::Figures, &latin));
    insta::assert_snapshot!(refused(Rows::Figures, b"unit,period,measure,value,\xE9\n"));
}

#[test]
fn an_empty_file_is_refused_and_one_without_rows_is_not() {
    insta::assert_snapshot!(refused(Rows::Figures, ""));
    assert_eq!(refused(Rows::Figures, "\n\n"), refused(Rows::Figures, ""));
    assert!(read(Rows::Figures, "unit,period,measure,value").unwrap().is_empty());
}

#[test]
fn a_quote_that_is_never_closed_is_found_where_it_opens() {
    let mut content = String::from("unit,period,measure,value\n001,2023,cases,\"1\n");
    insta::assert_snapshot!(refused(Rows::Figures, format!("{content}002,2023,cases,\n")));
    (0..100_000).for_each(|row| content.push_str(&format!("002,2023-05,cases,{row}\n")));
    insta::assert_snapshot!(refused(Rows::Figures, content));
}

#[test]
fn more_faults_than_anyone_reads_are_counted() {
    let rows = "9,2023,cases,1\n".repeat(1_500);
    let file = Scratch::with("outcomes.csv", format!("unit,period,measure,value\n{rows}"));
    let error = Tally::new(&plan()).read_csv(&file.0, None).unwrap_err();
    assert_eq!((error.faults().len(), error.unlisted()), (1_000, 500));
}

#[test]
fn a_file_that_is_not_there_is_a_fault_of_the_file() {
    let nowhere = Scratch::new("outcomes.csv");
    for path in [nowhere.0.clone(), nowhere.0.parent().unwrap().to_owned()] {
        let error = Tally::new(&plan()).read_csv(&path, None).unwrap_err();
        assert!(error.is_file());
        assert!(error.to_string().contains(&path.display().to_string()));
    }
}

#[test]
fn an_ending_says_the_format_and_others_are_refused() {
    let content = "unit,period,measure,value\n001,2023,cases,1\n";
    for name in ["outcomes.csv", "OUTCOMES.CSV"] {
        let mut tally = Tally::new(&plan());
        tally.read(&Scratch::with(name, content).0).unwrap();
        assert_eq!(tally.len(), 1);
    }
    let mut messages = String::new();
    for name in ["outcomes.csv.bz2", "outcomes.xlsx", "outcomes", "outcomes.json"] {
        let file = Scratch::with(name, content);
        let error = Tally::new(&plan()).read(&file.0).unwrap_err();
        assert!(error.is_file());
        messages.push_str(&format!("{}\n", file.cut(&error.to_string())));
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn progress_grows_to_the_whole_file_and_can_break_it_off() {
    let rows: String = (0..30_000).map(|_| "001,2023-05-14,cases\r\n").collect();
    let file = Scratch::with("outcomes.csv", format!("\u{feff}unit,date,measure\r\n{rows}"));
    let size = std::fs::metadata(&file.0).unwrap().len();
    let mut tally = Tally::of_events(&plan());
    let mut told: Vec<Progress> = Vec::new();
    tally
        .read_with_progress(&file.0, &mut |progress| {
            told.push(progress);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(tally.len(), 30_000);
    assert!(told.len() > 2);
    assert!(told.is_sorted_by_key(|progress| progress.bytes_read));
    assert_eq!(told.last(), Some(&Progress { bytes_read: size, bytes_total: size }));

    let before = tally.len();
    let error = tally.read_with_progress(&file.0, &mut |_| ControlFlow::Break(())).unwrap_err();
    assert!(error.is_request());
    assert_eq!(tally.len(), before);
}

#[test]
fn a_figure_twice_in_two_files_names_the_line_of_the_first() {
    let content = "unit,period,measure,value\n001,2023,cases,1\n";
    let (first, second) =
        (Scratch::with("first.csv", content), Scratch::with("second.csv", content));
    let mut tally = Tally::new(&plan());
    tally.read(&first.0).unwrap();
    let error = tally.read(&second.0).unwrap_err().to_string();
    assert!(first.cut(&error).contains("the first is first.csv:2"), "{error}");
    tally.record(&Outcome::new("001", When::Period("2024".into()), "cases", 1.0)).unwrap();
}
