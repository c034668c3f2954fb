//! DHIS2: a small instance with the numbers that were computed by hand, and what can be wrong.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type};
use arrow_schema::DataType;
use attain::error::FaultCode;
use attain::exchange::Dhis2Value;
use attain::sources::{
    Dhis2Options, IdScheme, Imported, Kind, Outside, Recorded, SourceFile, read_dhis2,
};
use attain::{Pace, Report, Verdict};
use proptest::prelude::*;

use super::{assessed, fixture, refused, rows, section, text_file, told};

fn metadata() -> SourceFile {
    fixture("dhis2/metadata.json")
}

fn values() -> SourceFile {
    fixture("dhis2/values.json")
}

/// Units are extended to the days of their values, and all values are known at any time.
fn widened() -> Dhis2Options {
    let mut options = Dhis2Options::default();
    options.outside = Outside::Widen;
    options.recorded = Recorded::Never;
    options
}

fn import(options: &Dhis2Options) -> Imported {
    let registrations = fixture("dhis2/registrations.json");
    read_dhis2(&[metadata()], &[values()], &[registrations], options)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn of_values(text: &str) -> attain::Result<Imported> {
    read_dhis2(&[metadata()], &[text_file("values.json", text)], &[], &Dhis2Options::default())
}

const UNITS: &str = "units: [natAAAAAAAA, disNorthAAA, disSouthAAA]";

/// A plan with the section `targets`, which the fixture has not.
fn targets() -> String {
    format!(
        "targets:\n  \
         tpr: {{indicator: inPositivit, goal: {{at_most: 10}}, window: 2024-H1, {UNITS}}}\n  \
         rate: {{indicator: inTestingRa, goal: {{at_least: 40}}, window: 2024-H1}}\n  \
         women: {{indicator: inWomenTest, goal: {{at_least: 300}}, window: 2024-H1}}\n  \
         female: {{indicator: tested, goal: {{at_least: 300}}, window: 2024-H1, where: {{sex: Female}}}}\n  \
         negative: {{indicator: inNegativeA, goal: {{at_least: 1}}, window: 2024-H1}}\n  \
         reports: {{indicator: dsMonthlyAA.reporting, goal: {{at_least: 80}}, window: 2024-H1}}\n"
    )
}

/// The plan with a count of the tested among the indicators, assessed.
fn report(imported: &Imported, as_of: &str) -> Report {
    let yaml = imported.to_yaml();
    let count = "indicators:\n  tested: {count: deTestedAAA}\n";
    let yaml = yaml.replacen("indicators:\n", count, 1) + &targets();
    let plan = attain::Plan::from_yaml(&yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"));
    let tally = imported.tally(&plan).unwrap_or_else(|error| panic!("{error}"));
    plan.assess(&tally, crate::support::day(as_of)).unwrap()
}

fn close(value: Option<f64>, expected: f64) {
    let value = value.unwrap();
    assert!((value - expected).abs() < 1e-6, "{value}, not {expected}");
}

#[test]
fn every_number_is_the_one_that_was_computed_by_hand() {
    let imported = import(&widened());
    let report = report(&imported, "2024-06-30");
    let tpr = rows(report.rows(), "tpr");
    close(tpr[0].value, 9.3235832);
    close(tpr[1].value, 11.428571);
    close(tpr[2].value, 2.3622047);
    let verdicts: Vec<Verdict> = tpr.iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [Verdict::Met, Verdict::Missed, Verdict::Met]);
    assert_eq!((tpr[0].numerator, tpr[0].denominator), (Some(51.0), Some(547.0)));
    assert_eq!((tpr[1].numerator, tpr[1].denominator), (Some(48.0), Some(420.0)));
    assert_eq!((tpr[2].numerator, tpr[2].denominator), (Some(3.0), Some(127.0)));
    assert_eq!(format!("{:.1}", tpr[0].completeness.unwrap()), "83.3");
    close(rows(report.rows(), "rate")[0].value, 129.0594699);
    assert_eq!(rows(report.rows(), "women")[0].value, Some(322.0));
    assert_eq!(rows(report.rows(), "female")[0].value, Some(322.0));
    assert_eq!(rows(report.rows(), "negative")[0].value, Some(496.0));
    let reports = rows(report.rows(), "reports");
    assert_eq!((reports[0].numerator, reports[0].denominator), (Some(13.0), Some(15.0)));
    close(reports[0].value, 86.6666667);
}

#[test]
fn values_that_are_cut_to_the_days_of_their_unit_miss_no_reports() {
    let mut options = widened();
    options.outside = Outside::Clip;
    let report = report(&import(&options), "2024-06-30");
    assert_eq!(rows(report.rows(), "tpr")[0].completeness, Some(100.0));
    close(rows(report.rows(), "rate")[0].value, 156.7150706);
}

#[test]
fn days_of_registrations_are_those_on_which_values_were_recorded() {
    let imported = import(&Dhis2Options::default());
    // One of the facilities registered June in July.
    let early = report(&imported, "2024-06-30");
    assert_eq!(rows(early.rows(), "tpr")[0].denominator, Some(547.0 - 50.0 - 40.0));
    let late = report(&imported, "2024-07-31");
    assert_eq!(rows(late.rows(), "tpr")[0].denominator, Some(547.0));
}

#[test]
fn targets_that_are_values_become_goals_and_are_added_up() {
    let mut options = widened();
    options.targets = [("TESTED_TARGET".to_owned(), "TESTED".to_owned())].into();
    let imported = import(&options);
    let report = assessed(&imported, "", "2024-06-30");
    let goals: Vec<(&str, Option<f64>)> =
        report.rows().iter().map(|row| (&*row.unit, row.goal_value)).collect();
    assert_eq!(
        goals,
        [
            ("natAAAAAAAA", Some(1250.0)),
            ("disNorthAAA", Some(850.0)),
            ("disSouthAAA", Some(400.0)),
            ("facOneAAAAA", Some(600.0)),
            ("facTwoAAAAA", Some(250.0)),
            ("facThreeAAA", Some(400.0)),
        ]
    );
    let row = |unit: &str| report.rows().iter().find(|row| &*row.unit == unit).unwrap();
    assert_eq!(
        (row("facOneAAAAA").value, row("facOneAAAAA").pace),
        (Some(300.0), Some(Pace::Ahead))
    );
    assert_eq!(format!("{:.2}", row("facOneAAAAA").expected_now.unwrap()), "298.36");
    assert_eq!(
        (row("disNorthAAA").value, row("disNorthAAA").pace),
        (Some(420.0), Some(Pace::OnTrack))
    );
    // 1,250 · 182 ÷ 366 days, of which the third facility reported a half; what a district itself reports owes nothing.
    let country = row("natAAAAAAAA");
    assert_eq!((country.value, country.pace), (Some(547.0), Some(Pace::Ahead)));
    assert_eq!(format!("{:.2}", country.expected_now.unwrap()), "517.99");
    assert!(section(&imported, &["measures", "deTestTarge", "known_ahead"]).as_bool().unwrap());
}

#[test]
fn notes_name_everything_that_was_changed_assumed_or_left_out() {
    let mut options = widened();
    options.recorded = Recorded::Created;
    insta::assert_snapshot!(told(&import(&options)));
}

#[test]
fn values_of_csv_are_those_of_json() {
    let json: serde_json::Value =
        serde_json::from_str(include_str!("../../interchange/dhis2/values.json")).unwrap();
    let mut csv = "\"dataelement\",\"period\",\"orgunit\",\"categoryoptioncombo\",\"attributeoptioncombo\",\"value\",\"storedby\",\"lastupdated\",\"comment\",\"followup\",\"deleted\"\n".to_owned();
    for value in json["dataValues"].as_array().unwrap() {
        let cell = |key: &str| value[key].as_str().unwrap_or_default().replace('"', "\"\"");
        let keys = [
            "dataElement",
            "period",
            "orgUnit",
            "categoryOptionCombo",
            "attributeOptionCombo",
            "value",
        ];
        let cells: Vec<String> = keys.iter().map(|key| format!("\"{}\"", cell(key))).collect();
        // Fields are missing at the end where nothing stands in them.
        let deleted = if value["deleted"].as_bool() == Some(true) { ",x,,,,true" } else { "" };
        csv.push_str(&format!("{}{deleted}\n", cells.join(",")));
    }
    let of = |file: SourceFile| {
        let imported = read_dhis2(&[metadata()], &[file], &[], &widened()).unwrap();
        let report = report_without_registrations(&imported);
        report.rows().iter().map(|row| (row.value, row.completeness)).collect::<Vec<_>>()
    };
    let found = of(text_file("values.csv", &csv));
    assert_eq!(found, of(values()));
    let (_, without_header) = csv.split_once('\n').unwrap();
    assert_eq!(of(text_file("values.csv", without_header)), found);
}

fn report_without_registrations(imported: &Imported) -> Report {
    let target = format!(
        "targets:\n  tpr: {{indicator: inPositivit, goal: {{at_most: 10}}, window: 2024-H1, {UNITS}}}\n"
    );
    assessed(imported, &target, "2024-06-30")
}

#[test]
fn the_plan_has_codes_if_they_are_asked_for() {
    let mut options = widened();
    options.ids = IdScheme::Code;
    // The values of the fixture have ids: nothing of them is known by its code.
    let error = refused(read_dhis2(&[metadata()], &[values()], &[], &options));
    assert_eq!(error.faults()[0].code, FaultCode::UnknownMeasure);
    let text = r#"{"dataValues": [{"dataElement": "POS", "period": "202401", "orgUnit": "FACON", "value": "3"}]}"#;
    let imported = read_dhis2(&[metadata()], &[text_file("v.json", text)], &[], &options).unwrap();
    assert!(section(&imported, &["measures"]).get("POS").is_some());
    assert!(section(&imported, &["indicators"]).get("TPR").is_some());
}

/// The metadata of the fixture, whose facilities have these values of the attribute `attNumberAA`.
fn numbered(numbers: [Option<&str>; 3]) -> SourceFile {
    let text = include_str!("../../interchange/dhis2/metadata.json");
    let mut json: serde_json::Value = serde_json::from_str(text).unwrap();
    for (at, number) in numbers.iter().enumerate() {
        let values = number.map(|number| {
            serde_json::json!([
                {"attribute": {"id": "attOtherAAA"}, "value": "x"},
                {"attribute": {"id": "attNumberAA"}, "value": number},
            ])
        });
        json["organisationUnits"][3 + at]["attributeValues"] = values.unwrap_or_default();
        if number.is_none() {
            json["organisationUnits"][3 + at].as_object_mut().unwrap().remove("attributeValues");
        }
    }
    text_file("metadata.json", &json.to_string())
}

#[test]
fn the_value_of_an_attribute_identifies_units() {
    let mut options = widened();
    options.ids = "attribute:attNumberAA".parse().unwrap();
    let text = r#"{"dataValues": [
        {"dataElement": "dePositive1", "period": "202401", "orgUnit": "12/7", "categoryOptionCombo": "HllvX50cXC0", "value": "3"},
        {"dataElement": "deTestedAAA", "period": "202401", "orgUnit": "facTwoAAAAA", "categoryOptionCombo": "cocMaleAAAA", "value": "4"}
    ]}"#;
    let of =
        |metadata: SourceFile| read_dhis2(&[metadata], &[text_file("v.json", text)], &[], &options);
    let imported = of(numbered([Some("12/7"), None, Some("13")])).unwrap();
    let units = section(&imported, &["units", "list"]).as_list().unwrap();
    let ids: Vec<&str> =
        units.iter().map(|unit| unit.get("id").unwrap().as_text().unwrap()).collect();
    assert_eq!(ids, ["natAAAAAAAA", "disNorthAAA", "disSouthAAA", "12/7", "facTwoAAAAA", "13"]);
    let kept = imported.notes.iter().find(|note| note.code.code() == "id_kept").unwrap();
    assert_eq!((kept.count, kept.found.join(" ")), (4, "Landia North South".to_owned()));
    // A unit with a value is not known by its id.
    let error = refused(of(numbered([Some("12/7"), Some("8"), None])));
    let fault = &error.faults()[0];
    assert_eq!(
        (fault.code, fault.place.to_string().as_str()),
        (FaultCode::UnknownUnit, "v.json#/dataValues/1/orgUnit")
    );
    let error = refused(of(numbered([Some("12/7"), None, Some("12/7")])));
    let fault = &error.faults()[0];
    assert_eq!(fault.code, FaultCode::DuplicateId);
    assert_eq!(fault.place.to_string(), "metadata.json#/organisationUnits/5/attributeValues");
    assert!(
        fault.found.as_ref().unwrap().contains("metadata.json#/organisationUnits/3"),
        "{fault}"
    );
    options.ids = IdScheme::Attribute("attNoneAAAA".to_owned());
    let error = refused(read_dhis2(&[metadata()], &[values()], &[], &options));
    assert_eq!(
        (error.faults()[0].code, error.faults()[0].place.to_string().as_str()),
        (FaultCode::UnknownId, "ids")
    );
    assert!("attribute:".parse::<IdScheme>().is_err());
    for text in ["any", "id", "code", "attribute:x"] {
        assert_eq!(text.parse::<IdScheme>().unwrap().to_string(), text);
    }
}

/// Two facilities, two elements of one data set, and their sum; each unit with its values of January.
fn tests_of(registered: &[&str]) -> (Imported, Report) {
    let metadata = serde_json::json!({
        "organisationUnits": [
            {"id": "top", "name": "Top", "openingDate": "2000-01-01"},
            {"id": "one", "name": "One", "openingDate": "2000-01-01", "parent": {"id": "top"}},
            {"id": "two", "name": "Two", "openingDate": "2000-01-01", "parent": {"id": "top"}},
        ],
        "dataElements": [
            {"id": "microscopy", "name": "Microscopy", "valueType": "NUMBER", "aggregationType": "SUM"},
            {"id": "rapid", "name": "Rapid tests", "valueType": "NUMBER", "aggregationType": "SUM"},
        ],
        "indicators": [
            {"id": "tests", "name": "Tests", "numerator": "#{microscopy} + #{rapid}", "denominator": "1"},
        ],
        "dataSets": [{
            "id": "set", "name": "Set", "periodType": "Monthly",
            "dataSetElements": [{"dataElement": {"id": "microscopy"}}, {"dataElement": {"id": "rapid"}}],
            "organisationUnits": [{"id": "one"}, {"id": "two"}],
        }],
    });
    let value = |element: &str, unit: &str, value: &str| serde_json::json!({"dataElement": element, "period": "202401", "orgUnit": unit, "value": value});
    let values = [
        value("microscopy", "one", "10"),
        value("microscopy", "two", "5"),
        value("rapid", "two", "7"),
    ];
    let registrations: Vec<serde_json::Value> = registered
        .iter()
        .map(|unit| serde_json::json!({"dataSet": "set", "period": "202401", "organisationUnit": unit}))
        .collect();
    let imported = read_dhis2(
        &[text_file("m.json", &metadata.to_string())],
        &[text_file("v.json", &serde_json::json!({"dataValues": values}).to_string())],
        &[text_file(
            "r.json",
            &serde_json::json!({"completeDataSetRegistrations": registrations}).to_string(),
        )],
        &Dhis2Options::default(),
    )
    .unwrap_or_else(|error| panic!("{error}"));
    let target = "targets: {t: {indicator: tests, goal: {at_least: 1}, window: 2024-01, units: [top, one, two]}}\n";
    let report = assessed(&imported, target, "2024-02-29");
    (imported, report)
}

#[test]
fn an_absent_term_of_a_sum_is_0_where_all_reports_are_registered_as_complete() {
    let values = |report: &Report| -> Vec<Option<f64>> {
        report.rows().iter().map(|row| row.value).collect()
    };
    let (imported, report) = tests_of(&["one", "two"]);
    assert_eq!(values(&report), [Some(22.0), Some(10.0), Some(12.0)]);
    assert!(told(&imported).contains("zeros_not_stored, 2 times"), "{}", told(&imported));
    assert!(!told(&imported).contains("leaves a unit without a value"));
    // A report is missing: what is absent is not known.
    let (imported, report) = tests_of(&["one"]);
    assert_eq!(values(&report)[1], None);
    assert!(section(&imported, &["measures", "rapid"]).get("absent").is_none());
    assert!(told(&imported).contains("leaves a unit without a value"), "{}", told(&imported));
}

#[test]
fn a_kind_that_is_named_is_not_assumed() {
    let mut options = widened();
    options.kinds = [("TPR".to_owned(), Kind::Proportion)].into();
    let imported = import(&options);
    assert!(section(&imported, &["indicators", "inPositivit"]).get("proportion").is_some());
    assert!(!told(&imported).contains("assumed_kind"));
}

/// A cell of the first outcomes as text.
fn cell(imported: &Imported, column: &str, row: usize) -> String {
    let column = imported.outcomes[0].column_by_name(column).unwrap();
    match column.data_type() {
        DataType::Date32 => {
            column.as_primitive::<Date32Type>().value_as_date(row).unwrap().to_string()
        }
        DataType::Float64 => format!("{:?}", column.as_primitive::<Float64Type>().value(row)),
        _ => {
            let texts = column.as_dictionary::<Int32Type>();
            texts.values().as_string::<i32>().value(texts.key(row).unwrap()).to_owned()
        }
    }
}

#[test]
fn what_a_report_writes_is_read_back_with_the_same_periods_units_and_values() {
    let imported = import(&widened());
    let targets = format!(
        "targets:\n  tpr: {{indicator: inPositivit, goal: {{at_most: 10}}, window: {{every: month, within: [2024-01-01, 2024-07-01]}}, {UNITS}}}\n  \
         female: {{indicator: inNegativeA, goal: {{at_least: 1}}, window: 2024-H1}}\n"
    );
    let report = assessed(&imported, &targets, "2024-06-30");
    let report = report.filter(&attain::Filter::default().target("tpr")).unwrap();
    let elements = [(Dhis2Value::Value, "deOutAAAAAA"), (Dhis2Value::Verdict, "deVerdictAA")];
    let elements = elements.map(|(of, id)| (of, id.to_owned())).into();
    let written = report.to_dhis2(&elements).unwrap();
    let units = ["natAAAAAAAA", "disNorthAAA", "disSouthAAA"]
        .map(|id| serde_json::json!({"id": id, "openingDate": "1990-01-01"}));
    let takers = ["deOutAAAAAA", "deVerdictAA"]
        .map(|id| serde_json::json!({"id": id, "valueType": "NUMBER"}));
    let metadata = serde_json::json!({"organisationUnits": units, "dataElements": takers});
    let read = read_dhis2(
        &[text_file("m.json", &metadata.to_string())],
        &[text_file("v.json", &written)],
        &[],
        &Dhis2Options::default(),
    )
    .unwrap();
    // The metadata have no parents: no unit is below another.
    let mut found: Vec<[String; 5]> = (0..read.len())
        .map(|row| ["measure", "unit", "start", "end", "value"].map(|name| cell(&read, name, row)))
        .collect();
    let mut expected: Vec<[String; 5]> = Vec::new();
    for row in report.rows() {
        let mut push = |element: &str, value: Option<f64>| {
            let Some(value) = value else { return };
            let days = [row.window_start, row.window_end].map(|day| day.to_string());
            let value = format!("{value:?}");
            expected.push([
                element.to_owned(),
                row.unit.to_string(),
                days[0].clone(),
                days[1].clone(),
                value,
            ]);
        };
        push("deOutAAAAAA", row.value);
        let verdict = match row.verdict {
            Verdict::Met => Some(1.0),
            Verdict::Missed => Some(0.0),
            _ => None,
        };
        push("deVerdictAA", verdict);
    }
    found.sort();
    expected.sort();
    assert!(expected.len() > 20, "{written}");
    assert_eq!(found, expected);
}

#[test]
fn every_kind_of_period_is_read_back_as_it_was_written() {
    let metadata = serde_json::json!({
        "organisationUnits": [{"id": "u", "openingDate": "1990-01-01"}],
        "dataElements": [{"id": "x", "valueType": "NUMBER"}],
    });
    for (window, name) in [
        ("[2024-02-29, 2024-03-01]", "20240229"),
        ("[2020-12-28, 2021-01-04]", "2020W53"),
        ("[2024-02-01, 2024-03-01]", "202402"),
        ("[2024-11-01, 2025-01-01]", "202406B"),
        ("[2024-04-01, 2024-07-01]", "2024Q2"),
        ("[2024-07-01, 2025-01-01]", "2024S2"),
        ("[2024-10-01, 2025-04-01]", "2024AprilS2"),
        ("[2024-01-01, 2025-01-01]", "2024"),
        ("[2024-02-01, 2025-02-01]", "2024Feb"),
        ("[2024-04-01, 2025-04-01]", "2024April"),
        ("[2024-07-01, 2025-07-01]", "2024July"),
        ("[2024-10-01, 2025-10-01]", "2024Oct"),
        ("[2024-11-01, 2025-11-01]", "2025Nov"),
        ("[2024-01-01, 2024-05-01]", ""),
        ("[2024-01-02, 2024-01-09]", "20240102 to 20240108"),
        ("[2024-02-01, 2024-05-01]", ""),
    ] {
        let yaml = format!(
            "{{attain: 1, plan: p, measures: {{x: {{}}}}, indicators: {{i: {{count: x}}}}, \
             units: {{levels: [l], list: [{{id: u, name: U, level: l}}]}}, \
             targets: {{t: {{indicator: i, goal: {{at_least: 1}}, window: {window}}}}}}}"
        );
        let plan = attain::Plan::from_yaml(&yaml).unwrap();
        let days: Vec<&str> = window.trim_matches(['[', ']']).split(", ").collect();
        let mut tally = attain::Tally::new(&plan);
        let when = attain::When::Span {
            start: crate::support::day(days[0]),
            end: crate::support::day(days[1]),
        };
        tally.record(&attain::Outcome::new("u", when, "x", 3.0)).unwrap();
        let report = plan.assess(&tally, crate::support::day("2026-01-01")).unwrap();
        let written = report.to_dhis2(&[(Dhis2Value::Value, "x".to_owned())].into());
        if name.is_empty() || name.contains(' ') {
            let error = written.unwrap_err();
            assert_eq!(error.faults()[0].code, FaultCode::UnsuitableTarget, "{window}");
            continue;
        }
        let written = written.unwrap();
        assert!(written.contains(&format!("\"period\":\"{name}\"")), "{written}");
        let files = [text_file("m.json", &metadata.to_string())];
        let values = [text_file("v.json", &written)];
        let read = read_dhis2(&files, &values, &[], &Dhis2Options::default()).unwrap();
        let read = ["start", "end"].map(|name| cell(&read, name, 0));
        assert_eq!(read, [days[0], days[1]], "{name}");
    }
}

#[test]
fn rows_without_a_place_in_dhis2_are_refused() {
    let imported = import(&widened());
    let report = report(&imported, "2024-06-30");
    let refused = |report: &Report, elements: &[(Dhis2Value, &str)]| -> Vec<FaultCode> {
        let elements = elements.iter().map(|(of, id)| (*of, (*id).to_owned())).collect();
        let error = report.to_dhis2(&elements).unwrap_err();
        error.faults().iter().map(|fault| fault.code).collect()
    };
    let one = [(Dhis2Value::Value, "x")];
    // Rows of a stratum, and rows of several targets.
    let codes = refused(&report, &one);
    assert!(
        codes.contains(&FaultCode::UnsuitableTarget) && codes.contains(&FaultCode::DuplicateRow)
    );
    let tpr = report.filter(&attain::Filter::default().target("tpr")).unwrap();
    assert!(tpr.to_dhis2(&[(Dhis2Value::Value, "x".to_owned())].into()).is_ok());
    assert_eq!(refused(&tpr, &[]), [FaultCode::TooFew]);
    assert_eq!(
        refused(&tpr, &[(Dhis2Value::Value, "x"), (Dhis2Value::Goal, "x")]),
        [FaultCode::DuplicateId]
    );
    assert_eq!(refused(&tpr, &[(Dhis2Value::Value, " ")]), [FaultCode::MissingValue]);
}

#[test]
fn faults_have_pointers_into_the_json() {
    let mut json: serde_json::Value =
        serde_json::from_str(include_str!("../../interchange/dhis2/values.json")).unwrap();
    let values = &mut json["dataValues"];
    values[0]["value"] = "3 or 4".into();
    values[1]["period"] = "2080-01".into();
    values[2]["period"] = "2024Q7".into();
    values[3]["categoryOptionCombo"] = "cocUnknown1".into();
    values[4]["orgUnit"] = "facNone".into();
    values[5]["dataElement"] = "deTestedAAa".into();
    values[6].as_object_mut().unwrap().remove("orgUnit");
    let error = refused(of_values(&json.to_string()));
    let found: Vec<String> =
        error.faults().iter().map(|fault| format!("{} {}", fault.place, fault.code)).collect();
    assert_eq!(
        found,
        [
            "values.json#/dataValues/0/value not_a_number",
            "values.json#/dataValues/1/period not_a_period",
            "values.json#/dataValues/2/period not_a_period",
            "values.json#/dataValues/3/categoryOptionCombo unknown_category",
            "values.json#/dataValues/4/orgUnit unknown_unit",
            "values.json#/dataValues/5/dataElement unknown_measure",
            "values.json#/dataValues/6/orgUnit missing_value",
        ]
    );
    assert!(error.faults()[1].hint.as_ref().unwrap().contains("another calendar"));
    assert_eq!(error.faults()[5].hint.as_deref(), Some("did you mean `deTestedAAA`?"));
}

#[test]
fn the_same_file_twice_is_a_fault_that_names_both_places() {
    let error =
        refused(read_dhis2(&[metadata()], &[values(), values()], &[], &Dhis2Options::default()));
    let fault = &error.faults()[0];
    assert_eq!(fault.code, FaultCode::DuplicateRow);
    assert_eq!(fault.place.to_string(), "values.json#/dataValues/0");
    assert_eq!(fault.found.as_deref(), Some("the same as values.json#/dataValues/0"));
    // All values but the deleted one and that of a text.
    assert_eq!(error.faults().len() + error.unlisted(), 67);
}

#[test]
fn json_that_is_damaged_has_its_line() {
    for (text, code) in [
        ("{\"dataValues\": [", FaultCode::Unclosed),
        ("{\"dataValues\": [{\"value\": {}}]}", FaultCode::WrongType),
        ("{\"dataValues\": 1}", FaultCode::WrongType),
        ("{\"values\": []}", FaultCode::MissingKey),
        ("[1, 2]", FaultCode::WrongType),
        ("{\"dataValues\": [}", FaultCode::InvalidSyntax),
        ("", FaultCode::EmptyInput),
    ] {
        let error = refused(of_values(text));
        assert_eq!(error.faults()[0].code, code, "{text}: {error}");
    }
    let deep = format!("{{\"dataValues\": {}", "[".repeat(100_000));
    assert!(of_values(&deep).is_err());
    let error = refused(read_dhis2(
        &[text_file("m.json", "{\"organisationUnits\": [{\"id\": 3}]}")],
        &[values()],
        &[],
        &Dhis2Options::default(),
    ));
    assert!(error.to_string().contains("m.json:1:"), "{error}");
}

#[test]
fn a_tree_that_leads_back_to_itself_is_refused() {
    let text = r#"{"organisationUnits": [
        {"id": "a", "name": "A", "parent": {"id": "b"}, "openingDate": "2020-01-01"},
        {"id": "b", "name": "B", "parent": {"id": "a"}, "openingDate": "2020-13-01"}
    ], "dataElements": [{"id": "x", "name": "X", "valueType": "NUMBER", "aggregationType": "SUM"}]}"#;
    let value =
        r#"{"dataValues": [{"dataElement": "x", "period": "2024", "orgUnit": "a", "value": "1"}]}"#;
    let files = [text_file("m.json", text)];
    let values = [text_file("v.json", value)];
    let error = refused(read_dhis2(&files, &values, &[], &Dhis2Options::default()));
    let codes: Vec<FaultCode> = error.faults().iter().map(|fault| fault.code).collect();
    assert_eq!(
        codes,
        [FaultCode::NotADate, FaultCode::CircularReference, FaultCode::CircularReference]
    );
}

/// A tree of random units with random values: the value of a unit, and the units below it.
fn tree() -> impl Strategy<Value = Vec<(usize, Option<u16>)>> {
    prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(0_u16..1_000)), 1..12)
        .prop_map(|units| {
            units
                .into_iter()
                .enumerate()
                .map(|(at, (parent, value))| (if at == 0 { 0 } else { parent.index(at) }, value))
                .collect()
        })
}

proptest! {
    #[test]
    fn the_value_of_a_unit_is_the_sum_of_all_values_at_it_and_below(units in tree()) {
        let list: Vec<serde_json::Value> = units.iter().enumerate().map(|(at, (parent, _))| {
            let mut unit = serde_json::json!({"id": format!("u{at}"), "name": "U", "openingDate": "2000-01-01"});
            if at > 0 {
                unit["parent"] = serde_json::json!({"id": format!("u{parent}")});
            }
            unit
        }).collect();
        let element = serde_json::json!({"id": "x", "name": "X", "valueType": "NUMBER", "aggregationType": "SUM"});
        let indicator = serde_json::json!({"id": "i", "name": "I", "numerator": "#{x}", "denominator": "1"});
        let metadata = serde_json::json!({
            "organisationUnits": list, "dataElements": [element], "indicators": [indicator]
        });
        let values: Vec<serde_json::Value> = units.iter().enumerate().filter_map(|(at, (_, value))| {
            let value = value.as_ref()?.to_string();
            Some(serde_json::json!({"dataElement": "x", "period": "2024", "orgUnit": format!("u{at}"), "value": value}))
        }).collect();
        let values = serde_json::json!({"dataValues": values});
        let imported = read_dhis2(
            &[text_file("m.json", &metadata.to_string())],
            &[text_file("v.json", &values.to_string())],
            &[],
            &Dhis2Options::default(),
        ).unwrap();
        let ids: Vec<String> = (0..units.len()).map(|at| format!("u{at}")).collect();
        let target = format!(
            "targets: {{t: {{indicator: i, goal: {{at_least: 1}}, window: \"2024\", units: [{}]}}}}\n",
            ids.join(", ")
        );
        let report = assessed(&imported, &target, "2025-01-01");
        for (at, id) in ids.iter().enumerate() {
            let is_below = |mut unit: usize| loop {
                if unit == at { break true }
                if unit == 0 { break false }
                unit = units[unit].0;
            };
            let below = (0..units.len()).filter(|unit| is_below(*unit)).filter_map(|unit| units[unit].1);
            let values: Vec<f64> = below.map(f64::from).collect();
            let expected = (!values.is_empty()).then(|| values.iter().sum::<f64>());
            let row = report.rows().iter().find(|row| &*row.unit == id.as_str()).unwrap();
            prop_assert_eq!(row.value, expected, "{}", id);
        }
    }

    #[test]
    fn damaged_metadata_are_refused_or_read_and_never_panic(
        at in 0_usize..6_000, cut in 0_usize..80, with in "[\\PC]{0,6}"
    ) {
        let text = include_str!("../../interchange/dhis2/metadata.json");
        let start = text.floor_char_boundary(at.min(text.len()));
        let end = text.floor_char_boundary((start + cut).min(text.len()));
        let damaged = format!("{}{with}{}", &text[..start], &text[end..]);
        let files = [text_file("m.json", &damaged)];
        if let Err(error) = read_dhis2(&files, &[values()], &[], &Dhis2Options::default()) {
            prop_assert!(error.faults().iter().all(|fault| fault.place != attain::Place::Nowhere), "{}", error);
        }
    }
}
