//! DHIS2: values that it computed, with and without their parts.

use attain::Verdict;
use std::collections::BTreeMap;

use attain::error::FaultCode;
use attain::sources::{Dhis2Options, Imported, Kind, NoteCode, SourceFile, read_dhis2};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{assessed, fixture, notes, refused, rows, section, text_file, told};

fn metadata() -> SourceFile {
    fixture("dhis2/metadata.json")
}

/// The units of the fixture, and nothing else of its metadata.
fn units_alone() -> SourceFile {
    let text = include_str!("../../interchange/dhis2/metadata.json");
    let all: Value = serde_json::from_str(text).unwrap();
    let units = json!({"organisationUnits": all["organisationUnits"]});
    text_file("units.json", &units.to_string())
}

const PARTS: [&str; 9] =
    ["dx", "pe", "ou", "value", "numerator", "denominator", "factor", "multiplier", "divisor"];

/// A table of `analytics` with these columns and rows, of which each is a text with blanks between its cells.
fn table(columns: &[&str], rows: &[&str]) -> Value {
    let headers: Vec<Value> = columns
        .iter()
        .map(|name| json!({"name": name, "column": name, "meta": !PARTS[3..].contains(name)}))
        .collect();
    let rows: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.split(' ').map(|cell| if cell == "-" { "" } else { cell }).collect())
        .collect();
    json!({
        "headers": headers,
        "metaData": {
            "items": {"inPositivit": {"name": "Positivity"}, "other": {"name": "Another one"}},
            "dimensions": {"dx": ["inPositivit"], "pe": ["202401"], "ou": ["natAAAAAAAA"]},
        },
        "rows": rows,
        "width": columns.len(),
        "height": rows.len(),
    })
}

fn file(table: &Value) -> SourceFile {
    text_file("analytics.json", &table.to_string())
}

fn import(metadata: SourceFile, table: &Value) -> Imported {
    read_dhis2(&[metadata], &[file(table)], &[], &Dhis2Options::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The half-year of the fixture, as DHIS2 computes it: rounded values beside exact parts.
fn half_year() -> Value {
    table(
        &PARTS,
        &[
            "inPositivit 2024S1 natAAAAAAAA 9.3 51.0 547.0 100.0 100 1",
            "inPositivit 2024S1 disNorthAAA 11.4 48.0 420.0 100.0 100 1",
            "inPositivit 2024S1 disSouthAAA 2.4 3.0 127.0 100.0 100 1",
            "inTestingRa 2024S1 natAAAAAAAA 129.1 547.0 8500.0 2005.494505 365000 182",
            "inWomenTest 2024S1 natAAAAAAAA 322.0 322.0 1.0 1.0 1 1",
            "dsMonthlyAA.REPORTING_RATE 2024S1 natAAAAAAAA 86.7 - - - - -",
        ],
    )
}

#[test]
fn numerators_and_denominators_are_measures_and_give_the_exact_value() {
    let imported = import(metadata(), &half_year());
    let targets = "targets:\n  \
        tpr: {indicator: inPositivit, goal: {at_most: 10}, window: 2024-H1, units: [natAAAAAAAA, disNorthAAA, disSouthAAA]}\n  \
        rate: {indicator: inTestingRa, goal: {at_least: 40}, window: 2024-H1, units: [natAAAAAAAA]}\n  \
        women: {indicator: inWomenTest, goal: {at_least: 300}, window: 2024-H1, units: [natAAAAAAAA]}\n  \
        reports: {indicator: dsMonthlyAA.REPORTING_RATE, goal: {at_least: 80}, window: 2024-H1, units: [natAAAAAAAA]}\n";
    let report = assessed(&imported, targets, "2024-06-30");
    let tpr = rows(report.rows(), "tpr");
    let found: Vec<(Option<f64>, Option<f64>, Verdict)> =
        tpr.iter().map(|row| (row.numerator, row.denominator, row.verdict)).collect();
    assert_eq!(
        found,
        [
            (Some(51.0), Some(547.0), Verdict::Met),
            (Some(48.0), Some(420.0), Verdict::Missed),
            (Some(3.0), Some(127.0), Verdict::Met),
        ]
    );
    let value = |target: &str| rows(report.rows(), target)[0].value.unwrap();
    assert!((value("tpr") - 9.323_583_2).abs() < 1e-6);
    assert!((value("rate") - 129.059_469_9).abs() < 1e-6);
    assert_eq!((value("women"), value("reports")), (322.0, 86.7));
    // The plan has what was computed, and no data elements without values.
    let measures = section(&imported, &["measures"]);
    assert!(measures.get("deTestedAAA").is_none());
    let population = section(&imported, &["measures", "inTestingRa.denominator", "over_time"]);
    assert_eq!(population.as_text(), Some("mean"));
    let source = imported.outcomes[0].column_by_name("source").unwrap();
    let source = arrow_array::cast::AsArray::as_string::<i32>(source);
    assert_eq!(source.value(1), "analytics.json#/rows/1");
    insta::assert_snapshot!(told(&imported));
}

#[test]
fn parts_of_units_and_months_add_up() {
    let monthly = table(
        &PARTS,
        &[
            "inPositivit 202401 facOneAAAAA 20 4 20 100 100 1",
            "inPositivit 202402 facOneAAAAA 10 3 30 100 100 1",
            "inPositivit 202403 facOneAAAAA 0 0 50 100 100 1",
            "inPositivit 202401 facTwoAAAAA 50 5 10 100 100 1",
            "inPositivit 202402 facTwoAAAAA 40 4 10 100 100 1",
            "inPositivit 202403 facTwoAAAAA 30 3 10 100 100 1",
        ],
    );
    let target = "targets: {tpr: {indicator: inPositivit, goal: {at_most: 20}, window: 2024-Q1, units: [disNorthAAA]}}\n";
    let report = assessed(&import(metadata(), &monthly), target, "2024-04-30");
    let row = &report.rows()[0];
    assert_eq!((row.numerator, row.denominator), (Some(19.0), Some(130.0)));
    // Values of the district stand for it: what lies below is not added to them.
    let mut with_district = monthly.clone();
    for (month, parts) in ["12 9 75", "14 7 50", "5 3 60"].iter().enumerate() {
        let row = format!("inPositivit 20240{} disNorthAAA {parts} 100 100 1", month + 1);
        let cells: Vec<Value> = row.split(' ').map(Value::from).collect();
        with_district["rows"].as_array_mut().unwrap().push(cells.into());
    }
    let report = assessed(&import(metadata(), &with_district), target, "2024-04-30");
    let row = &report.rows()[0];
    assert_eq!((row.numerator, row.denominator), (Some(19.0), Some(185.0)));
    assert!(row.method.as_ref().unwrap().contains("own total used, its parts differ"));
}

#[test]
fn a_value_without_parts_is_published_and_never_added_up() {
    let bare = table(
        &["dx", "pe", "ou", "value"],
        &["inPositivit 2024S1 disNorthAAA 11.4", "inPositivit 2024S1 disSouthAAA 2.4"],
    );
    let imported = import(metadata(), &bare);
    let unit = section(&imported, &["indicators", "inPositivit", "reported", "unit"]);
    assert_eq!(unit.as_text(), Some("%"));
    let target = "targets: {tpr: {indicator: inPositivit, goal: {at_most: 10}, window: 2024-H1, units: [natAAAAAAAA, disNorthAAA]}}\n";
    let report = assessed(&imported, target, "2024-06-30");
    let values: Vec<Option<f64>> = report.rows().iter().map(|row| row.value).collect();
    assert_eq!(values, [None, Some(11.4)]);
    assert!(told(&imported).contains("includeNumDen=true"), "{}", told(&imported));
}

#[test]
fn metadata_of_units_alone_are_enough_and_what_is_assumed_is_noted() {
    let read = table(
        &PARTS,
        &[
            "inPositivit 202401 facOneAAAAA 20 4 20 100 100 1",
            "other 202401 facOneAAAAA 7 7 1 1 1 1",
        ],
    );
    let imported = import(units_alone(), &read);
    assert_eq!(
        section(&imported, &["indicators", "other", "count"]).as_text(),
        Some("other.numerator")
    );
    assert_eq!(
        section(&imported, &["indicators", "other", "title"]).as_text(),
        Some("Another one")
    );
    assert!(section(&imported, &["indicators", "inPositivit"]).get("ratio").is_some());
    assert_eq!(
        notes(&imported),
        [("assumed_kind", 2), ("assumed_kind", 1), ("widened", 1), ("not_in_attain", 1)]
    );
    let mut options = Dhis2Options::default();
    options.kinds = [("inPositivit".to_owned(), Kind::Proportion)].into();
    let imported = read_dhis2(&[units_alone()], &[file(&read)], &[], &options).unwrap();
    assert!(section(&imported, &["indicators", "inPositivit"]).get("proportion").is_some());
}

#[test]
fn factors_that_differ_leave_a_published_value() {
    let read = table(
        &PARTS,
        &[
            "other 202401 facOneAAAAA 20 4 20 100 100 1",
            "other 202402 facOneAAAAA 1000 4 20 5000 5000 1",
        ],
    );
    let imported = import(units_alone(), &read);
    assert!(section(&imported, &["indicators", "other"]).get("reported").is_some());
    assert!(told(&imported).contains("factors differ"), "{}", told(&imported));
}

#[test]
fn a_value_that_is_not_that_of_its_parts_is_noted() {
    let read = table(&PARTS, &["inPositivit 202401 facOneAAAAA 25 4 20 100 100 1"]);
    let imported = import(metadata(), &read);
    let note = imported.notes.iter().find(|note| note.code == NoteCode::SeveralValues).unwrap();
    assert_eq!(note.found, ["25, not 20"]);
}

#[test]
fn data_values_and_computed_values_stand_side_by_side() {
    let read = table(
        &PARTS,
        &[
            "inProductAA 2024S1 natAAAAAAAA 1094 1094 1 1 1 1",
            "inPositivit 2024S1 natAAAAAAAA 9.3 51 547 100 100 1",
            "deTestedAAA 2024S1 natAAAAAAAA 547 - - - - -",
        ],
    );
    let values = fixture("dhis2/values.json");
    let mut options = Dhis2Options::default();
    options.targets = [("TESTED_TARGET".to_owned(), "ODD".to_owned())].into();
    let imported = read_dhis2(&[metadata()], &[values, file(&read)], &[], &options)
        .unwrap_or_else(|error| panic!("{error}"));
    // A formula that a plan can't express comes with its values.
    let odd = section(&imported, &["indicators", "inProductAA", "count"]);
    assert_eq!(odd.as_text(), Some("inProductAA.numerator"));
    assert!(!told(&imported).contains("left_out_expression"));
    let parts = section(&imported, &["indicators", "inPositivit", "ratio", "numerator"]);
    assert_eq!(parts.as_text(), Some("inPositivit.numerator"));
    assert!(section(&imported, &["indicators"]).get("deTestedAAA.analytics").is_some());
    let target = "targets:\n  negative: {indicator: inNegativeA, goal: {at_least: 1}, window: 2024-H1, units: [natAAAAAAAA]}\n";
    let yaml = imported.to_yaml();
    let (before, own) = yaml.split_once("targets:\n").unwrap();
    let plan = attain::Plan::from_yaml(&format!("{before}{target}{own}")).unwrap();
    let tally = imported.tally(&plan).unwrap();
    let report = plan.assess(&tally, crate::support::day("2024-12-31")).unwrap();
    assert_eq!(rows(report.rows(), "negative")[0].value, Some(496.0));
    let of_goals = report.rows().iter().filter(|row| &*row.indicator == "inProductAA");
    let goals: Vec<(&str, Option<f64>, Option<f64>)> =
        of_goals.map(|row| (&*row.unit, row.goal_value, row.value)).collect();
    assert_eq!((goals.len(), goals[0]), (6, ("natAAAAAAAA", Some(1250.0), Some(1094.0))));
}

#[test]
fn what_is_wrong_with_a_table_has_its_place() {
    let of = |table: &Value, options: &Dhis2Options| -> Vec<String> {
        let error = refused(read_dhis2(&[metadata()], &[file(table)], &[], options));
        let faults = error.faults().iter();
        faults.map(|fault| format!("{} {}", fault.place, fault.code)).collect()
    };
    let plain = Dhis2Options::default();
    let read = table(
        &PARTS,
        &[
            "inPositivit 202401 facNone 20 4 20 100 100 1",
            "inPositivit 202413 facOneAAAAA 20 4 20 100 100 1",
            "inPositivit 202401 facOneAAAAA x 4 y 100 100 1",
            "- 202401 facOneAAAAA 1 1 1 1 1 1",
            "inPositivit",
        ],
    );
    assert_eq!(
        of(&read, &plain),
        [
            "analytics.json#/rows/0/2 unknown_unit",
            "analytics.json#/rows/1/1 not_a_period",
            "analytics.json#/rows/2/3 not_a_number",
            "analytics.json#/rows/2/5 not_a_number",
            "analytics.json#/rows/3/0 missing_value",
            "analytics.json#/rows/4/1 missing_value",
            "analytics.json#/rows/4/2 missing_value",
        ]
    );
    let row = "inPositivit 202401 facOneAAAAA 20 4 20 100 100 1";
    assert_eq!(of(&table(&PARTS, &[row, row]), &plain)[0], "analytics.json#/rows/1 duplicate_row");
    // A dimension that is not read would make two rows of one.
    let mut columns = PARTS.to_vec();
    columns.insert(3, "co");
    let rows = [
        "inPositivit 202401 facOneAAAAA a 20 4 20 100 100 1",
        "inPositivit 202401 facOneAAAAA b 20 4 20 100 100 1",
    ];
    assert_eq!(of(&table(&columns, &rows), &plain), ["analytics.json#/headers/3 unknown_column"]);
    let constant = import(metadata(), &table(&columns, &rows[..1]));
    assert!(told(&constant).contains("found co = a"), "{}", told(&constant));
    let mut options = Dhis2Options::default();
    options.targets = [("TESTED_TARGET".to_owned(), "TESTED".to_owned())].into();
    assert_eq!(of(&half_year(), &options), ["targets too_few"]);
}

#[test]
fn a_dimension_that_is_a_filter_has_one_item_or_is_missing() {
    let mut read = table(&["dx", "ou", "value"], &["inPositivit facOneAAAAA 20"]);
    let imported = import(metadata(), &read);
    let batch = &imported.outcomes[0];
    let start = batch.column_by_name("start").unwrap();
    let start = arrow_array::cast::AsArray::as_primitive::<arrow_array::types::Date32Type>(start);
    assert_eq!(start.value_as_date(0), Some(crate::support::day("2024-01-01")));
    read["metaData"]["dimensions"]["pe"] = json!(["202401", "202402"]);
    let error = refused(read_dhis2(&[metadata()], &[file(&read)], &[], &Dhis2Options::default()));
    let fault = &error.faults()[0];
    assert_eq!(
        (fault.code, fault.place.to_string().as_str()),
        (FaultCode::MissingColumn, "analytics.json#/headers")
    );
    assert!(fault.hint.as_ref().unwrap().contains("dimension=pe"), "{fault}");
}

proptest! {
    /// What a unit has without a value of its own is the sum of the values below it, in each month of the window.
    #[test]
    fn parts_of_random_facilities_and_months_are_their_sums(
        parts in prop::collection::vec((0_u32..3, 1_u32..7, 0_u32..50, 1_u32..90), 1..20)
    ) {
        let facilities = ["facOneAAAAA", "facTwoAAAAA", "facThreeAAA"];
        let mut found: BTreeMap<(u32, u32), (u32, u32)> = BTreeMap::new();
        for (facility, month, above, more) in parts {
            found.insert((facility, month), (above, above + more));
        }
        // The third facility opens in April.
        found.retain(|(facility, month), _| *facility < 2 || *month >= 4);
        prop_assume!(!found.is_empty());
        let rows: Vec<String> = found.iter().map(|((facility, month), (above, below))| {
            let unit = facilities[*facility as usize];
            let value = 100.0 * f64::from(*above) / f64::from(*below);
            format!("inPositivit 20240{month} {unit} {value:.1} {above} {below} 100 100 1")
        }).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let imported = import(metadata(), &table(&PARTS, &rows));
        let target = "targets: {tpr: {indicator: inPositivit, goal: {at_most: 20}, window: 2024-H1, units: [natAAAAAAAA, disNorthAAA]}}\n";
        let report = assessed(&imported, target, "2024-12-31");
        for (row, most) in report.rows().iter().zip([3, 2]) {
            let of_unit = || found.iter().filter(|((facility, _), _)| *facility < most);
            let sum = |part: fn(&(u32, u32)) -> u32| -> Option<f64> {
                let sum: u32 = of_unit().map(|(_, parts)| part(parts)).sum();
                of_unit().next().map(|_| f64::from(sum))
            };
            prop_assert_eq!((row.numerator, row.denominator), (sum(|parts| parts.0), sum(|parts| parts.1)));
        }
    }

    #[test]
    fn damaged_tables_are_refused_or_read_and_never_panic(
        at in 0_usize..2_000, cut in 0_usize..80, with in "[\\PC]{0,6}"
    ) {
        let text = half_year().to_string();
        let start = text.floor_char_boundary(at.min(text.len()));
        let end = text.floor_char_boundary((start + cut).min(text.len()));
        let damaged = format!("{}{with}{}", &text[..start], &text[end..]);
        let values = [text_file("a.json", &damaged)];
        if let Err(error) = read_dhis2(&[metadata()], &values, &[], &Dhis2Options::default()) {
            prop_assert!(!error.faults().is_empty());
        }
    }
}
