//! SDMX-CSV: what is written is read again.

use std::collections::BTreeMap;
use std::path::Path;

use attain::exchange::{SDMX_STRUCTURE_FILE, SdmxFlow};
use attain::sources::{Imported, SdmxOptions, SourceFile, read_sdmx};
use attain::{Outcome, Reason, Report, Rows, Status, Verdict};
use serde_json::Value;

use crate::support::{Scratch, assess, outcome, parse};

/// Units with codes that programs misread, strata, goals of every form, and figures of every status.
fn report() -> Report {
    let plan = parse(
        r#"
attain: 1
plan: p
units:
  levels: [country, area]
  list:
    - {id: "x: y", level: country}
    - {id: "NA", name: Namibia, level: area, parent: "x: y"}
    - {id: "01", level: area, parent: "x: y"}
    - {id: "old", level: area, parent: "x: y", valid_to: "2024-05-15"}
    - {id: "old", level: area, parent: "x: y", valid_from: "2024-05-15"}
strata: {sex: [f, "m, \"x\""], age: ["0-14: child", 15+]}
measures:
  cases: {unit: case, strata: [sex, age]}
  people: {over_time: mean}
indicators:
  known: {count: cases, better: lower}
  rate: {rate: {numerator: cases, population: people, per: 100000}}
  share: {reported: {unit: "%"}}
targets:
  few: {indicator: known, goal: {at_most: 9}, window: {every: quarter, within: "2024"}, units: [NA, "01", old]}
  few-here: {indicator: known, goal: {between: [1, 9]}, window: ["2023-12-15", "2024-02-15"], units: [NA]}
  few-girls: {indicator: known, goal: {below: 3}, window: "2024", units: [NA], where: {sex: f, age: "0-14: child"}}
  years: {indicator: rate, goal: {above: 9.5}, window: ["2015-01-01", "2031-01-01"], units: ["01"]}
  share: {indicator: share, goal: {at_least: 78}, window: {every: year, within: ["2023-01-01", "2025-01-01"]}, units: ["x: y", "NA", "01"]}
"#,
    );
    let with = |status, outcome: Outcome| Outcome { status: Some(status), ..outcome };
    let mut girls = outcome("NA", "2024", "cases", 2.0);
    girls.strata = [("sex".into(), "f".into()), ("age".into(), "0-14: child".into())].into();
    let mut withheld = with(Status::Q, outcome("01", "2024-Q2", "cases", 0.0));
    withheld.value = None;
    let all = [
        outcome("NA", "2024-Q1", "cases", 12.0),
        with(Status::P, outcome("NA", "2024-Q2", "cases", 3.0)),
        with(Status::E, outcome("NA", "2024-Q3", "cases", 4.0)),
        outcome("NA", "2023-12-15..2024-02-15", "cases", 5.0),
        girls,
        withheld,
        with(Status::P, outcome("NA", "2023", "share", 70.125)),
        with(Status::E, outcome("x: y", "2023", "share", 0.1)),
        outcome("x: y", "2024", "share", 1e-7),
    ];
    assess(&plan, Rows::Figures, &all, "2024-11-30")
}

fn written(report: &Report, flow: &SdmxFlow) -> (Scratch, SourceFile) {
    let folder = Scratch::new("sdmx");
    std::fs::create_dir_all(&folder.0).unwrap();
    let path = folder.0.join("rows.csv");
    report.write_sdmx(&path, flow).unwrap();
    let file = SourceFile::open(&path).unwrap();
    (folder, file)
}

fn read_again(report: &Report) -> Imported {
    let (_folder, file) = written(report, &SdmxFlow::default());
    read_sdmx(&[file], &SdmxOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// Rows of a CSV file by the names of columns.
fn rows_of(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(|row| row.unwrap()).collect()
}

fn structure(flow: &str) -> Value {
    let (folder, _) = written(&report(), &flow.parse().unwrap());
    serde_json::from_str(&std::fs::read_to_string(folder.0.join(SDMX_STRUCTURE_FILE)).unwrap())
        .unwrap()
}

#[test]
fn values_units_strata_and_days_are_read_again() {
    let report = report();
    let imported = read_again(&report);
    let scratch = Scratch::new("outcomes.csv");
    imported.write_csv(&scratch.0).unwrap();
    let outcomes = rows_of(&scratch.0);
    let kept = report.rows().iter().filter(|row| row.reason != Some(Reason::UnitNotValid));
    let kept: Vec<_> = kept.collect();
    assert!(kept.len() < report.len(), "a code is used again");
    assert_eq!(outcomes.len(), kept.len());
    for (read, row) in outcomes.iter().zip(&kept) {
        let number = |text: &str| (!text.is_empty()).then(|| text.parse::<f64>().unwrap());
        assert_eq!(
            (&read["unit"], &read["TARGET"]),
            (&row.unit.to_string(), &row.target.to_string())
        );
        assert_eq!(read["measure"], row.indicator.to_string());
        assert_eq!(read["STRATUM"], row.stratum.as_deref().unwrap_or_default());
        assert_eq!(read["start"], row.window_start.to_string());
        assert_eq!(read["end"], row.window_end.to_string());
        assert_eq!(number(&read["value"]), row.value, "{read:?}");
    }
    let units: Vec<&str> = kept.iter().map(|row| &*row.unit).collect();
    for unit in ["NA", "01", "x: y", "old"] {
        assert!(units.contains(&unit));
    }
    assert!(kept.iter().any(|row| row.stratum.is_some()));
}

#[test]
fn each_row_has_the_status_that_its_reason_implies() {
    let (folder, _) = written(&report(), &SdmxFlow::default());
    let rows = rows_of(&folder.0.join("rows.csv"));
    let found = |target: &str, area: &str, time: &str| {
        let mut fitting = rows.iter().filter(|row| {
            (&*row["TARGET"], &*row["REF_AREA"], &*row["TIME_PERIOD"]) == (target, area, time)
        });
        let row = fitting.next().unwrap_or_else(|| panic!("{target} {area} {time}"));
        assert!(fitting.next().is_none(), "two observations have one key");
        let cell = |name: &str| row[name].clone();
        [cell("OBS_VALUE"), cell("OBS_STATUS"), cell("REASON"), cell("FREQ")]
    };
    for (key, expected) in [
        (("few", "NA", "2024-Q1"), ["12", "A", "", "Q"]),
        (("few", "NA", "2024-Q2"), ["3", "P", "provisional", "Q"]),
        (("few", "NA", "2024-Q3"), ["4", "E", "", "Q"]),
        (("few", "01", "2024-Q1"), ["NaN", "O", "no_data", "Q"]),
        (("few", "01", "2024-Q2"), ["NaN", "Q", "suppressed", "Q"]),
        (("few", "old", "2024-Q1"), ["NaN", "O", "no_data", "Q"]),
        (("few-here", "NA", "2023-12-15/P62D"), ["5", "A", "", "_O"]),
        (("years", "01", "2015-01-01/P5844D"), ["NaN", "Q", "suppressed", "_O"]),
        (("share", "NA", "2023"), ["70.125", "P", "provisional", "A"]),
        (("share", "x: y", "2024"), ["0.0000001", "A", "no_counts", "A"]),
    ] {
        assert_eq!(found(key.0, key.1, key.2), expected, "{key:?}");
    }
    let of = |target: &str, column: &str| {
        rows.iter().find(|row| row["TARGET"] == target).unwrap()[column].clone()
    };
    for (target, comparator, goal, upper, unit) in [
        ("few", "at_most", "9", "", "case"),
        ("few-here", "between", "1", "9", "case"),
        ("few-girls", "below", "3", "", "case"),
        ("years", "above", "9.5", "", "per 100000"),
        ("share", "at_least", "78", "", "PT"),
    ] {
        let cells = ["GOAL_COMPARATOR", "GOAL", "GOAL_UPPER", "UNIT_MEASURE"];
        assert_eq!(cells.map(|column| of(target, column)), [comparator, goal, upper, unit]);
    }
    assert_eq!(of("few-girls", "STRATUM"), "sex=f, age=0-14: child");
    assert_eq!(of("few", "STRATUM"), "_T");
}

#[test]
fn what_is_read_again_has_the_reasons_of_the_report() {
    let report = report();
    let imported = read_again(&report);
    let targets = r#"
targets:
  known: {indicator: known, goal: {at_most: 9}, window: {every: quarter, within: "2024"}, units: [NA, "01"], where: {TARGET: few}}
  share: {indicator: share, goal: {at_least: 78}, window: "2023", units: [NA], where: {TARGET: share}}
"#;
    let plan = parse(&format!("{}{targets}", imported.to_yaml()));
    let tally = imported.tally(&plan).unwrap();
    let again = plan.assess(&tally, report.as_of()).unwrap();
    let judged = |target: &str| -> Vec<(String, Option<f64>, Option<Reason>)> {
        let rows = again.rows().iter().filter(|row| &*row.target == target);
        rows.map(|row| (row.unit.to_string(), row.value, row.reason)).collect()
    };
    let known = judged("known");
    for expected in [
        ("NA".to_owned(), Some(3.0), Some(Reason::Provisional)),
        ("01".to_owned(), None, Some(Reason::Suppressed)),
        ("01".to_owned(), None, Some(Reason::NoData)),
    ] {
        assert!(known.contains(&expected), "{expected:?} in {known:?}");
    }
    assert_eq!(judged("share"), [("NA".to_owned(), Some(70.125), Some(Reason::Provisional))]);
    assert_eq!(again.rows()[0].verdict, Verdict::Missed);
}

#[test]
fn the_structure_describes_every_column_and_every_code() {
    let (folder, _) = written(&report(), &SdmxFlow::default());
    let rows = rows_of(&folder.0.join("rows.csv"));
    let message = structure("HEALTH.GOALS:FLOW(2.1)");
    let data = &message["data"];
    assert_eq!(data["dataflows"][0]["agencyID"], "HEALTH.GOALS");
    assert_eq!(data["dataflows"][0]["version"], "2.1");
    let components = &data["dataStructures"][0]["dataStructureComponents"];
    let ids = |list: &str, of: &str| -> Vec<String> {
        let all = components[list][of].as_array().unwrap();
        all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let mut described = ids("dimensionList", "dimensions");
    described.push("TIME_PERIOD".to_owned());
    described.extend(ids("measureList", "measures"));
    let attributes = ids("attributeList", "attributes");
    described.extend(attributes.iter().cloned());
    let mut header = csv::Reader::from_path(folder.0.join("rows.csv")).unwrap();
    let header: Vec<String> = header.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header[..3], ["STRUCTURE", "STRUCTURE_ID", "ACTION"]);
    assert_eq!(header[3..], described);
    let codes = |urn: &str| -> Vec<&str> {
        let list = data["codelists"]
            .as_array()
            .unwrap()
            .iter()
            .find(|list| urn.ends_with(&format!(":{}(1.0)", list["id"].as_str().unwrap())));
        let codes = list.unwrap_or_else(|| panic!("{urn}"))["codes"].as_array().unwrap();
        codes.iter().map(|code| code["id"].as_str().unwrap()).collect()
    };
    let mut coded = 0;
    let all = ["dimensions", "attributes"].map(|of| {
        let list = if of == "dimensions" { "dimensionList" } else { "attributeList" };
        components[list][of].as_array().unwrap()
    });
    for component in all.into_iter().flatten() {
        let Some(urn) = component["localRepresentation"]["enumeration"].as_str() else { continue };
        let (codes, id) = (codes(urn), component["id"].as_str().unwrap());
        coded += 1;
        for row in rows.iter().filter(|row| !row[id].is_empty()) {
            assert!(codes.contains(&&*row[id]), "{} of {id} is not in {codes:?}", row[id]);
        }
    }
    assert_eq!(coded, 6);
    let mandatory = |id: &str| {
        let all = components["attributeList"]["attributes"].as_array().unwrap();
        all.iter().any(|one| one["id"] == id && one["usage"] == "mandatory")
    };
    for id in attributes.iter().filter(|id| mandatory(id)) {
        assert!(rows.iter().all(|row| !row[id].is_empty()), "{id}");
    }
}

#[test]
fn a_folder_that_is_not_there_can_not_be_written_to() {
    let path = Scratch::new("none").0.join("rows.csv");
    let error = report().write_sdmx(&path, &SdmxFlow::default()).unwrap_err();
    assert!(error.is_file() && !path.exists(), "{error}");
}
