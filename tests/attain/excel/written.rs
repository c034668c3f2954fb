//! Reports as workbooks. Their cells are compared with the rows by `tests/python/test_excel.py`.

use std::io::{Cursor, Read};

use attain::scorecard::Language;
use attain::workbook::WorkbookOptions;
use attain::{Outcome, Plan, Report, Tally, When, calendar};
use zip::ZipArchive;

/// A report of two districts: one meets the goal, the other has not reported.
fn report() -> Report {
    let plan = Plan::from_yaml(
        r#"
attain: 1
plan: safe
title: "=cmd() & co"
units: {levels: [city, district], list: [{id: c, level: city}, {id: d1, name: North, level: district, parent: c}, {id: d2, name: South, level: district, parent: c}]}
measures: {cases: {unit: case, every: quarter, recorded_at: district}}
indicators: {known: {count: cases, better: lower}}
campaigns: {calm: {title: A calm year, window: "2024"}}
targets:
  few: {title: Few cases, indicator: known, campaign: calm, goal: {at_most: 9}, window: "2024", units: {level: district}, basis: [{document: "96/2019", dated: 2019-11-27, source: "https://example.org"}]}
"#,
    );
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    let mut tally = Tally::new(&plan);
    for quarter in ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"] {
        tally.record(&Outcome::new("d1", When::Period(quarter.into()), "cases", 2.0)).unwrap();
    }
    plan.assess(&tally, calendar::date("2025-01-31").unwrap()).unwrap()
}

fn parts(workbook: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(workbook)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

#[test]
fn equal_reports_are_equal_workbooks() {
    let (one, other) = (report(), report());
    for language in Language::ALL {
        let options = WorkbookOptions::new().language(*language);
        assert_eq!(one.to_excel(&options).unwrap(), other.to_excel(&options).unwrap());
    }
}

#[test]
fn a_workbook_has_no_formulas_and_leads_nowhere() {
    let workbook = report().to_excel(&WorkbookOptions::new()).unwrap();
    for (name, text) in parts(&workbook) {
        assert!(!text.contains("<f>") && !text.contains("TargetMode=\"External\""), "{name}");
        assert!(!name.contains("vbaProject") && !name.contains("externalLink"), "{name}");
        roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn sheets_have_names_in_the_language() {
    for (language, expected) in [
        (
            Language::English,
            ["Scorecard", "By unit", "Assessments", "Missing", "Differences", "Basis", "About"],
        ),
        (
            Language::Vietnamese,
            [
                "Bảng điểm",
                "Theo đơn vị",
                "Kết quả đánh giá",
                "Còn thiếu",
                "Chênh lệch",
                "Căn cứ",
                "Giới thiệu",
            ],
        ),
    ] {
        let workbook = report().to_excel(&WorkbookOptions::new().language(language)).unwrap();
        let all = parts(&workbook);
        let (_, book) = all.iter().find(|(name, _)| name == "xl/workbook.xml").unwrap();
        let book = roxmltree::Document::parse(book).unwrap();
        let names: Vec<&str> = book
            .descendants()
            .filter(|node| {
                node.has_tag_name((
                    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    "sheet",
                ))
            })
            .filter_map(|node| node.attribute("name"))
            .collect();
        assert_eq!(names, expected);
    }
}
