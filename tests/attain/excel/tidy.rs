//! Tidy sheets: outcomes row by row, and the sheets of a plan.

use attain::sources::{ExcelOptions, read_excel};
use attain::{Plan, Verdict, calendar};

use super::{PIT, fixture, notes, read, sheet, told};

#[test]
fn each_cell_that_programs_misread_is_a_fault_at_its_place() {
    let error = read(&fixture(PIT)).unwrap_err();
    assert_eq!(
        told(error.faults()),
        [
            "Outcomes!A14 a merged cell stands in place of several values",
            "Outcomes!B5 a day stands in place of a period",
            "Outcomes!D6 a formula without a stored value",
            "Outcomes!D7 an error stands in place of a value",
            "Outcomes!D9 a figure has a sign of comparison",
        ]
    );
    for fault in error.faults() {
        assert!(fault.found.is_some() && fault.expected.is_some(), "{fault:?}");
    }
    let text = error.to_string();
    assert!(text.contains("pit.xlsx!Outcomes!D7"), "{text}");
}

#[test]
fn cells_have_the_values_that_people_see() {
    let imported = read(&sheet(&[
        &["unit", "period", "measure", "value", "note"],
        &["001", "2024", "share", "%0.964", "the format is 0.0%"],
        &["z2", "2024", "share", "n96.40000000000001", "the format is 000"],
        &["003", "n2024", "share", "96,4", "a decimal comma"],
        &["004", "2024", "share", "1.234", ""],
        &["005", "May-24", "share", "n5", ""],
        &["006", "2024", "share", "", "not reported"],
        &["Total", "2024", "share", "n999", ""],
        &["007", "m45413", "share", "n7.0000000000000009", ""],
    ]))
    .unwrap();
    let batch = &imported.outcomes[0];
    let csv = {
        let path = std::env::temp_dir().join(format!("attain-tidy-{}.csv", std::process::id()));
        imported.write_csv(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        text
    };
    assert_eq!(batch.num_rows(), 6);
    let lines: Vec<String> = csv
        .lines()
        .skip(1)
        .map(|line| line.split(',').take(5).collect::<Vec<_>>().join(","))
        .collect();
    assert_eq!(
        lines,
        [
            "001,2024-01-01,2025-01-01,share,96.4",
            "002,2024-01-01,2025-01-01,share,96.4",
            "003,2024-01-01,2025-01-01,share,96.4",
            "004,2024-01-01,2025-01-01,share,1.234",
            "005,2024-05-01,2024-06-01,share,5",
            "007,2024-05-01,2024-06-01,share,7",
        ]
    );
    assert_eq!(
        notes(&imported),
        ["left_out_heading 1 A8: Total", "assumed_decimal 1 D4: 96,4 → 96.4"]
    );
}

#[test]
fn codes_that_have_lost_their_zeros_are_refused() {
    let error = read(&sheet(&[
        &["unit", "period", "measure", "value"],
        &["001", "2024", "cases", "n5"],
        &["n2", "2024", "cases", "n6"],
    ]))
    .unwrap_err();
    assert_eq!(told(error.faults()), ["S!A3 a code was read as a number and has lost its zeros"]);
    assert!(error.to_string().contains("`002`"));
}

#[test]
fn shares_of_one_beside_per_cent_are_refused() {
    let error = read(&sheet(&[
        &["unit", "period", "measure", "value"],
        &["a", "2024", "share", "%0.5"],
        &["b", "2024", "share", "n0.6"],
        &["c", "2024", "other", "n0.6"],
    ]))
    .unwrap_err();
    let expected =
        "S!D3 the number may be a share of one: other cells of the measure show per cent";
    assert_eq!(told(error.faults()), [expected]);
}

#[test]
fn rows_have_days_statuses_and_strata() {
    let imported = read(&sheet(&[
        &["unit", "start", "end", "measure", "sex", "value", "status", "recorded_at"],
        &["a", "d45292", "2024-02-01", "cases", "f", "n5", "P", "d45330"],
        &["a", "2024-01-01", "2024-02-01", "cases", "m", "", "O", ""],
        &["a", "2024-01-01", "2023-02-01", "cases", "m", "n1", "", ""],
    ]));
    let error = imported.unwrap_err();
    assert_eq!(told(error.faults()), ["S!C4 the span ends before it starts"]);
    let imported = read(&sheet(&[
        &["unit", "date", "measure", "sex", "value", "status"],
        &["a", "d45292", "cases", "f", "n5", "P"],
        &["a", "2024-01-02", "cases", "m", "", "O"],
    ]))
    .unwrap();
    assert_eq!(imported.len(), 2);
    assert!(imported.to_yaml().contains("sex: [f, m]"), "{}", imported.to_yaml());
}

#[test]
fn the_sheets_of_a_workbook_make_a_plan() {
    let sheets: [(&str, &str); 4] = [
        (
            "Outcomes",
            "unit,period,measure,value|d1,2024,cleared,160|d1,2024,cases,200|d2,2024,cleared,70|d2,2024,cases,100",
        ),
        ("Units", "id,name,level,parent|c,City,city,|d1,North,district,c|d2,South,district,c"),
        (
            "Indicators",
            "id,title,kind,numerator,denominator,per,better|share,Cleared,proportion,cleared,cases,100,+",
        ),
        (
            "Targets",
            "target,title,indicator,level,window,comparator,goal,document|t,Clear more,share,district,2024,≥,75,96/2019",
        ),
    ];
    let bytes = workbook(&sheets);
    let file = super::from_bytes(&bytes);
    let imported = read_excel(&file, &ExcelOptions::default()).unwrap();
    let plan = Plan::from_document(&imported.plan, None)
        .unwrap_or_else(|error| panic!("{error}\n{}", imported.to_yaml()));
    let tally = imported.tally(&plan).unwrap();
    let report = plan.assess(&tally, calendar::date("2025-01-31").unwrap()).unwrap();
    let rows: Vec<_> =
        report.rows().iter().map(|row| (&*row.unit_name, row.value, row.verdict)).collect();
    assert_eq!(rows, [("North", Some(80.0), Verdict::Met), ("South", Some(70.0), Verdict::Missed)]);
    assert_eq!(report.rows()[0].basis.as_deref(), Some("96/2019"));
}

/// A workbook of sheets, whose rows are apart by `|` and cells by commas; numbers are numbers.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut names = String::new();
    let mut relations = String::new();
    let mut parts = Vec::new();
    for (number, (name, rows)) in (1..).zip(sheets) {
        names
            .push_str(&format!("<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"s{number}\"/>"));
        relations.push_str(&format!(
            "<Relationship Id=\"s{number}\" Type=\"x/worksheet\" Target=\"worksheets/{number}.xml\"/>"
        ));
        let rows: String = (1..)
            .zip(rows.split('|'))
            .map(|(row, cells)| {
                let cells: String = ('A'..)
                    .zip(cells.split(','))
                    .map(|(letter, cell)| match cell.parse::<f64>() {
                        Ok(_) => format!("<c r=\"{letter}{row}\"><v>{cell}</v></c>"),
                        Err(_) => format!("<c r=\"{letter}{row}\" t=\"str\"><v>{cell}</v></c>"),
                    })
                    .collect();
                format!("<row r=\"{row}\">{cells}</row>")
            })
            .collect();
        parts.push((
            format!("xl/worksheets/{number}.xml"),
            format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    let book = format!("<workbook><sheets>{names}</sheets></workbook>");
    let relations = format!("<Relationships>{relations}</Relationships>");
    let mut all: Vec<(&str, &str)> = vec![
        super::TYPES,
        super::MAIN,
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/workbook.xml", &book),
    ];
    all.extend(parts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    super::zipped(&all)
}
