//! SDMX-CSV: the three fixtures, and what can be wrong.

use attain::error::FaultCode;
use attain::plan::document::from_yaml;
use attain::sources::{Imported, NoteCode, SdmxDialect, SdmxOptions, SeriesCounts, read_sdmx};
use attain::{Reason, Status, Verdict};
use proptest::prelude::*;

use super::{assessed, fixture, notes, refused, rows, section, text_file, told};

fn import(name: &str) -> Imported {
    read_sdmx(&[fixture(name)], &SdmxOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn of_text(text: &str) -> attain::Result<Imported> {
    read_sdmx(&[text_file("a.csv", text)], &SdmxOptions::default())
}

#[test]
fn the_form_of_eurostat_has_flags_and_confidential_values() {
    let imported = import("sdmx/eurostat.csv");
    assert_eq!(imported.len(), 5);
    let targets = r#"
targets:
  all: {indicator: XX_DEMO, goal: {at_least: 78}, window: "2024", units: [XA, XB, "NA"]}
  women: {indicator: XX_DEMO, goal: {at_least: 70}, window: "2024", units: [XA], where: {sex: F}}
"#;
    let report = assessed(&imported, targets, "2026-12-31");
    let all = rows(report.rows(), "all");
    let row = |unit: &str| all.iter().find(|row| &*row.unit == unit).copied().unwrap();
    assert_eq!((row("XA").value, row("XA").verdict), (Some(78.1), Verdict::Met));
    assert_eq!(row("XA").reason, Some(Reason::Provisional));
    assert_eq!(
        (row("XB").verdict, row("XB").reason),
        (Verdict::Indeterminate, Some(Reason::Suppressed))
    );
    assert_eq!((row("NA").value, row("NA").verdict), (Some(70.2), Verdict::Missed));
    assert_eq!(rows(report.rows(), "women")[0].value, Some(74.0));
    assert_eq!(notes(&imported), [("flag_reduced", 1)]);
    assert!(
        told(&imported).contains("found bp [eurostat.csv:3, column `OBS_FLAG`]"),
        "{}",
        told(&imported)
    );
    // The unit `PC` is per cent; `T` is the total, and no category.
    let unit = section(&imported, &["indicators", "XX_DEMO", "reported", "unit"]);
    assert_eq!(unit.as_text(), Some("%"));
    assert_eq!(section(&imported, &["strata", "sex"]).as_list().unwrap().len(), 1);
}

#[test]
fn the_form_of_the_united_nations_has_multipliers_and_the_nature_of_values() {
    let imported = import("sdmx/un.csv");
    let targets = r#"
targets:
  rate: {indicator: SH_TEST, goal: {at_least: 65}, window: {every: year, within: [2022-01-01, 2025-01-01]}}
  people: {indicator: SH_PEOPLE, goal: {at_least: 1250}, window: "2022"}
"#;
    let report = assessed(&imported, targets, "2026-12-31");
    let rate = rows(report.rows(), "rate");
    assert_eq!(rate.len(), 3);
    assert_eq!(
        (rate[1].value, rate[1].verdict, rate[1].imputed),
        (Some(66.0), Verdict::Met, Some(100.0))
    );
    assert_eq!((rate[2].verdict, rate[2].reason), (Verdict::Indeterminate, Some(Reason::NoData)));
    let people = rows(report.rows(), "people");
    assert_eq!((people[0].value, people[0].verdict), (Some(1250.0), Verdict::Met));
    assert_eq!(
        notes(&imported),
        [("flag_reduced", 0), ("constant_dimension", 2), ("unit_scaled", 1), ("not_in_attain", 1)]
            [1..]
    );
    assert!(told(&imported).contains("REPORTING_TYPE = G; AGE = the total"), "{}", told(&imported));
}

#[test]
fn labels_semicolons_and_deleted_rows() {
    let imported = import("sdmx/v2-labels-semicolon.csv");
    let batch = &imported.outcomes[0];
    assert_eq!(batch.num_rows(), 2);
    assert_eq!(notes(&imported), [("left_out_deleted", 1), ("assumed_decimal", 1)]);
    assert_eq!(section(&imported, &["title"]).as_text(), Some("Demo"));
    assert_eq!(section(&imported, &["indicators", "RATE", "title"]).as_text(), Some("A rate"));
    let targets = r#"
targets:
  month: {indicator: RATE, goal: {at_least: 12}, window: 2024-05, units: ["900"]}
  year: {indicator: RATE, goal: {at_least: 12}, window: "2023", units: ["900"]}
"#;
    let report = assessed(&imported, targets, "2026-12-31");
    assert_eq!(
        report.rows().iter().map(|row| row.value).collect::<Vec<_>>(),
        [Some(12.5), Some(11.0)]
    );
}

fn open_sdg(text: &str, config: Option<&str>) -> attain::Result<Imported> {
    let mut options = SdmxOptions::default();
    options.dialect = SdmxDialect::OpenSdg;
    options.config = config.map(|config| text_file("config.yml", config));
    read_sdmx(&[text_file("indicator_1-1-1.csv", text)], &options)
}

#[test]
fn files_of_open_sdg_have_disaggregations_and_goals_of_their_configuration() {
    let mut options = SdmxOptions::default();
    options.dialect = SdmxDialect::OpenSdg;
    options.config = Some(fixture("sdmx/indicator-config-3-9-9.yml"));
    let imported = read_sdmx(&[fixture("sdmx/indicator_3-9-9.csv")], &options)
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(imported.len(), 9);
    assert_eq!(section(&imported, &["plan"]).as_text(), Some("3-9-9"));
    let title = section(&imported, &["indicators", "Deaths.Rate", "title"]);
    assert_eq!(title.as_text(), Some("Deaths that could be avoided"));
    // `Region` is the name of `GeoCode`, and `Sex` a stratum.
    let units = section(&imported, &["units", "list"]).as_list().unwrap();
    let names: Vec<_> =
        units.iter().map(|unit| unit.get("name").and_then(|name| name.as_text())).collect();
    assert_eq!(names, [None, Some("North"), Some("South")]);
    let strata = section(&imported, &["strata"]).as_map().unwrap();
    assert_eq!(strata.iter().map(|entry| &*entry.key).collect::<Vec<_>>(), ["Sex"]);
    assert_eq!(
        notes(&imported),
        [
            ("dangling_reference", 1),
            ("not_in_attain", 1),
            ("not_in_attain", 1),
            ("not_in_attain", 1),
            ("not_in_attain", 1)
        ],
        "{}",
        told(&imported)
    );
    let more = r#"
  women: {indicator: Deaths.Rate, goal: {at_most: 40}, window: "2020", units: [country], where: {Sex: Female}}
  regions: {indicator: Deaths.Rate, goal: {at_most: 40}, window: "2020", units: [N01, S01]}
"#;
    let report = assessed(&imported, more, "2022-12-31");
    // The latest value so far: 40 of a way from 50 to 25.
    let goal = rows(report.rows(), "Deaths.Rate.2030")[0];
    assert_eq!((&*goal.unit, goal.value, goal.goal_value), ("country", Some(40.0), Some(25.0)));
    assert_eq!(
        (goal.baseline, goal.progress, goal.verdict),
        (Some(50.0), Some(40.0), Verdict::Missed)
    );
    assert_eq!(rows(report.rows(), "women")[0].value, Some(39.0));
    let regions: Vec<_> = rows(report.rows(), "regions").iter().map(|row| row.verdict).collect();
    assert_eq!(regions, [Verdict::Missed, Verdict::Met]);
}

#[test]
fn faults_of_open_sdg_have_their_places() {
    let error = refused(open_sdg("Year,Sex,Value\n20x5,F,1\n2016,F,about 5\n", None));
    let faults: Vec<_> =
        error.faults().iter().map(|one| (one.code, one.place.to_string())).collect();
    assert_eq!(
        faults,
        [
            (FaultCode::NotAPeriod, "indicator_1-1-1.csv:2, column `Year`".to_owned()),
            (FaultCode::NotANumber, "indicator_1-1-1.csv:3, column `Value`".to_owned()),
        ]
    );
    let error = refused(open_sdg("Period,Sex,Amount\n2015,F,1\n", None));
    assert_eq!(
        error.faults().iter().map(|one| one.code).collect::<Vec<_>>(),
        [FaultCode::MissingColumn; 2]
    );
    let rows = "Year,Value\n2015,1\n2016,2\n";
    for (options, code) in [
        ("{direction: up, target: 3}", FaultCode::UnknownChoice),
        ("{target: about 3}", FaultCode::NotANumber),
        ("{base_year: '2o15', target: 3}", FaultCode::NotAPeriod),
        ("{base_year: 2020, target_year: 2019, target: 3}", FaultCode::EmptyRange),
    ] {
        let config = format!("progress_calculation_options: [{options}]\n");
        let error = refused(open_sdg(rows, Some(&config)));
        assert_eq!(error.faults()[0].code, code, "{options}");
        assert!(error.faults()[0].place.to_string().starts_with("config.yml:1:"), "{error}");
    }
    // Two rows of one key are a fault, and a configuration alone changes nothing.
    let error = refused(open_sdg("Year,Value\n2015,1\n2015,2\n", None));
    assert_eq!(error.faults()[0].code, FaultCode::DuplicateRow);
    let imported = open_sdg(rows, Some("progress_calculation_options: [{target: 0}]\n")).unwrap();
    let goal = section(&imported, &["targets", "1-1-1.2030", "goal", "at_most"]);
    assert_eq!(goal.as_number(), Some("0"));
}

#[test]
fn a_strict_import_refuses_what_it_would_leave_out() {
    let mut options = SdmxOptions::default();
    options.strict = true;
    let error = refused(read_sdmx(&[fixture("sdmx/v2-labels-semicolon.csv")], &options));
    assert_eq!(error.faults()[0].code, FaultCode::LeftOut);
    assert_eq!(error.faults()[0].place.to_string(), "v2-labels-semicolon.csv:3, column `ACTION`");
}

#[test]
fn series_of_several_units_and_flows_have_ids_of_their_own() {
    let imported = of_text(
        "DATAFLOW,SERIES,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\n\
         A:F1(1.0),S,01,2023,1,PT\nA:F1(1.0),S,01,2023,2,NUMBER\nA:F2(1.0),T,01,2023,3,PT\n",
    )
    .unwrap();
    let ids: Vec<&str> = section(&imported, &["indicators"])
        .as_map()
        .unwrap()
        .iter()
        .map(|entry| &*entry.key)
        .collect();
    assert_eq!(ids, ["F1.S.PT", "F1.S.NUMBER", "F2.T"]);
    let unit = section(&imported, &["units", "list"]).as_list().unwrap()[0].get("id").unwrap();
    assert_eq!(unit.as_text(), Some("01"));
}

/// Options with counts, written in YAML.
fn with_counts(yaml: &str) -> SdmxOptions {
    let mut options = SdmxOptions::default();
    options.counts = SeriesCounts::from_document(&from_yaml(yaml, None).unwrap()).unwrap();
    options
}

const TREE: &str = "id,level,parent\nN,country,\nA,region,N\nB,region,N\n";

#[test]
fn quotients_of_counts_are_computed_for_every_level() {
    let text = "DATAFLOW,SERIES,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\n\
                X:F(1.0),RATE,A,2023,10,PT\nX:F(1.0),RATE,B,2023,50,PT\nX:F(1.0),RATE,N,2023,30,PT\n\
                X:F(1.0),POS,A,2023,10,PS\nX:F(1.0),POS,B,2023,20,PS\n\
                X:F(1.0),ALL,A,2023,100,PS\nX:F(1.0),ALL,B,2023,40,PS\n";
    let mut options = with_counts("RATE: {numerator: POS, denominator: ALL}");
    options.units = Some(text_file("units.csv", TREE));
    let imported = read_sdmx(&[text_file("a.csv", text)], &options).unwrap();
    let target = "targets: {t: {indicator: RATE, goal: {at_most: 25}, window: \"2023\", units: [N, A, B]}}\n";
    let report = assessed(&imported, target, "2024-01-01");
    let values: Vec<Option<f64>> = report.rows().iter().map(|row| row.value).collect();
    // The nation is 30 of 140, and not the mean of the rates.
    assert_eq!(values, [Some(100.0 * 30.0 / 140.0), Some(10.0), Some(50.0)]);
    assert_eq!(notes(&imported), [("assumed_kind", 1), ("several_values", 3)]);
    // A rate that the file does not have is in per cent; its parts are indicators too.
    let options = with_counts("SHARE: {numerator: POS, denominator: ALL}");
    let imported = read_sdmx(&[text_file("a.csv", text)], &options).unwrap();
    let indicators = section(&imported, &["indicators"]);
    assert_eq!(
        indicators.get("SHARE").unwrap().get("ratio").unwrap().get("per").unwrap().as_number(),
        Some("100")
    );
    assert!(indicators.get("POS").unwrap().get("count").is_some());
    assert!(indicators.get("RATE").unwrap().get("reported").is_some());
    let per = |unit: &str| {
        let text = text.replace(",PT", &format!(",{unit}"));
        let options = with_counts("RATE: {numerator: POS, denominator: ALL}");
        let imported = read_sdmx(&[text_file("a.csv", &text)], &options).unwrap();
        let ratio = section(&imported, &["indicators", "RATE", "ratio", "per"]);
        ratio.as_number().unwrap().to_owned()
    };
    assert_eq!((per("PER_100000_POP"), per("NUMBER")), ("100000".to_owned(), "1".to_owned()));
}

#[test]
fn quotients_that_the_file_does_not_have_are_refused() {
    let text = "DATAFLOW,SERIES,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\n\
                X:F(1.0),POS,A,2023,10,PS\nX:F(1.0),ALL,A,2023,100,PS\nX:F(1.0),ALL,A,2023,1,PT\n\
                X:G(1.0),OTHER,A,2023,1,PS\n";
    let places = |counts: &str| -> Vec<String> {
        let error = refused(read_sdmx(&[text_file("a.csv", text)], &with_counts(counts)));
        let faults = error.faults().iter();
        faults.map(|fault| format!("{} {}", fault.place, fault.code)).collect()
    };
    assert_eq!(
        places("{R: {numerator: PSO, denominator: ALL}, S: count}"),
        [
            "counts.R.numerator unknown_id",
            "counts.R.denominator ambiguous_request",
            "counts.S unknown_id",
        ]
    );
    assert_eq!(places("R: {numerator: POS, denominator: OTHER}"), ["counts.R unsuitable_measure"]);
    let read = |yaml: &str| {
        let error = SeriesCounts::from_document(&from_yaml(yaml, None).unwrap()).unwrap_err();
        let faults = error.faults().iter();
        faults.map(|fault| fault.place.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        read("{A: sum, B: {numerator: X, per: 3}, C: 1}"),
        ["counts.A", "counts.B.per", "counts.B.denominator", "counts.C"]
    );
    assert_eq!(read("[[A]]"), ["counts.0"]);
    assert_eq!(read("3"), ["counts"]);
}

#[test]
fn a_missing_column_of_areas_is_named_by_what_it_may_be() {
    let hint = |header: &str| {
        let text = format!("{header},TIME_PERIOD,OBS_VALUE\n");
        let error = refused(of_text(&text));
        assert_eq!(error.faults().len(), 1, "{error}");
        error.faults()[0].hint.clone().unwrap()
    };
    let name = "name the column of the areas with `area`";
    assert_eq!(
        hint("STRUCTURE,STRUCTURE_ID,FREQ,DER_TYPE,DER_REP_CTY,DER_CPC"),
        format!("{name}: it may be DER_REP_CTY")
    );
    assert_eq!(hint("DATAFLOW,FREQ,A1,B1"), format!("{name}: it may be one of A1, B1"));
    assert_eq!(
        hint("DATAFLOW,A,B,C,D,E,F,G"),
        format!("{name}: it may be one of A, B, C, D, E, F …")
    );
    assert_eq!(hint("DATAFLOW,FREQ"), name);
}

#[test]
fn counts_add_up_over_the_tree_of_areas() {
    let mut options = SdmxOptions::default();
    options.counts = [("S".to_owned(), SeriesCounts::Count)].into();
    options.units = Some(text_file(
        "units.csv",
        "id,name,level,parent\nN,Nation,country,\nA,,region,N\nB,,region,N\n",
    ));
    let text = "DATAFLOW,SERIES,REF_AREA,TIME_PERIOD,OBS_VALUE\n\
                X:F(1.0),S,A,2023,3\nX:F(1.0),S,B,2023,4\n";
    let imported = read_sdmx(&[text_file("a.csv", text)], &options).unwrap();
    let target = "targets: {t: {indicator: S, goal: {at_least: 7}, window: \"2023\"}}\n";
    let report = assessed(&imported, target, "2024-01-01");
    assert_eq!(report.rows()[0].value, Some(7.0));
    let other = text_file("a.csv", &text.replace(",B,", ",C,"));
    let error = refused(read_sdmx(&[other], &options));
    assert_eq!(error.faults()[0].code, FaultCode::UnknownUnit);
}

#[test]
fn forecasts_are_left_out_and_missing_values_have_a_status() {
    let imported = of_text(
        "DATAFLOW,GEO,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n\
         X:F(1.0),A,2023,3,F\nX:F(1.0),A,2022,,\nX:F(1.0),A,2021,#N/A,A\nX:F(1.0),A,2020,,M\n",
    )
    .unwrap();
    assert_eq!(notes(&imported), [("left_out_forecast", 1), ("flag_reduced", 1)]);
    assert_eq!(imported.notes[0].code, NoteCode::LeftOutForecast);
    let plan = super::plan_with(&imported, "");
    imported.tally(&plan).unwrap();
    assert!(Status::O.explains_a_missing_value());
}

#[test]
fn every_fault_of_every_row_has_its_line_and_column() {
    let error = refused(of_text(
        "DATAFLOW,ACTION,GEO,TIME_PERIOD,OBS_VALUE,OBS_STATUS,OBS_FLAG,UNIT_MULT\n\
         X:F(1.0),Z,A,2023,3,A,,\n\
         X:F(1.0),I,A,2023-Q5,3,A,,\n\
         X:F(1.0),I,A,2023-01-01T00:00:00Z,3,A,,\n\
         X:F(1.0),I,A,2023,>3,A,,\n\
         X:F(1.0),I,A,2023,3,X,,\n\
         X:F(1.0),I,A,2023,3,,xy,\n\
         X:F(1.0),I,A,2023,3,A,,k\n\
         X:F(1.0),I,,2023,3,A,,\n\
         X:F(1.0),I,A,2022,3,A,,\n\
         X:F(1.0),I,A,2022,4,A,,\n\
         X:F(1.0),I\n",
    ));
    let found: Vec<String> =
        error.faults().iter().map(|fault| format!("{} {}", fault.place, fault.code)).collect();
    assert_eq!(
        found,
        [
            "a.csv:2, column `ACTION` unknown_choice",
            "a.csv:3, column `TIME_PERIOD` not_a_period",
            "a.csv:4, column `TIME_PERIOD` not_a_period",
            "a.csv:5, column `OBS_VALUE` not_a_number",
            "a.csv:6, column `OBS_STATUS` unknown_choice",
            "a.csv:7, column `OBS_FLAG` unknown_choice",
            "a.csv:8, column `UNIT_MULT` not_a_number",
            "a.csv:9, column `REF_AREA` missing_value",
            "a.csv:11 duplicate_row",
            "a.csv:12 uneven_row",
        ]
    );
}

#[test]
fn a_file_without_the_columns_that_are_needed_says_which() {
    for (text, code) in [
        ("", FaultCode::EmptyInput),
        ("<xml/>", FaultCode::UnknownFormat),
        ("{\"data\": {}}", FaultCode::UnknownFormat),
        ("DATAFLOW,GEO,TIME_PERIOD\n", FaultCode::MissingColumn),
        ("DATAFLOW,GEO,OBS_VALUE\n", FaultCode::MissingColumn),
        ("DATAFLOW,TIME_PERIOD,OBS_VALUE\n", FaultCode::MissingColumn),
        ("DATAFLOW;GEO\n\"x;", FaultCode::MissingColumn),
    ] {
        let error = refused(of_text(text));
        assert_eq!(error.faults()[0].code, code, "{text}: {error}");
    }
}

proptest! {
    #[test]
    fn damaged_text_is_refused_or_read_and_never_panics(
        at in 0_usize..700, cut in 0_usize..60, with in "\\PC{0,6}"
    ) {
        let text = include_str!("../../interchange/sdmx/un.csv");
        let start = text.floor_char_boundary(at.min(text.len()));
        let end = text.floor_char_boundary((start + cut).min(text.len()));
        let damaged = format!("{}{with}{}", &text[..start], &text[end..]);
        if let Err(error) = of_text(&damaged) {
            prop_assert!(error.faults().iter().all(|fault| fault.place != attain::Place::Nowhere), "{}", error);
        }
    }

    #[test]
    fn damaged_files_of_open_sdg_are_refused_or_read_and_never_panic(
        at in 0_usize..600, cut in 0_usize..60, with in "\\PC{0,6}", is_config in any::<bool>()
    ) {
        let rows = include_str!("../../interchange/sdmx/indicator_3-9-9.csv");
        let config = include_str!("../../interchange/sdmx/indicator-config-3-9-9.yml");
        let text = if is_config { config } else { rows };
        let start = text.floor_char_boundary(at.min(text.len()));
        let end = text.floor_char_boundary((start + cut).min(text.len()));
        let damaged = format!("{}{with}{}", &text[..start], &text[end..]);
        let read = if is_config {
            open_sdg(rows, Some(&damaged))
        } else {
            open_sdg(&damaged, Some(config))
        };
        match read {
            Ok(imported) => {
                // What is read is a plan, or says what is wrong with it.
                let plan = attain::Plan::from_yaml(&imported.to_yaml());
                prop_assert!(plan.is_ok_and(|plan| imported.tally(&plan).is_ok()), "{}", imported.to_yaml());
            }
            Err(error) => prop_assert!(
                error.faults().iter().all(|fault| fault.place != attain::Place::Nowhere),
                "{}",
                error
            ),
        }
    }
}
