//! The codes of faults: for each code an input that is as small as possible, and the fault it causes.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use attain::arrow::parquet::write_parquet;
use attain::error::FaultCode;
use attain::sources::{SdmxOptions, SourceFile, read_sdmx};
use attain::stats::{
    Confidence, InterruptedOptions, InterruptedSeries, StatsError, interrupted_series, sen_slope,
};
use attain::views::{Parts, Since};
use attain::{Fault, Limits, Plan, Report, Result, Rows, RunOptions, Tally};

use crate::support::{Scratch, assess, day, outcome, parse};

use FaultCode as Code;

/// The sections of a plan without faults.
const SECTIONS: [(&str, &str); 8] = [
    ("attain", "1"),
    ("plan", "p"),
    (
        "units",
        "{levels: [city, ward], list: [{id: c, level: city}, {id: w, level: ward, parent: c}]}",
    ),
    ("strata", "{sex: [f, m]}"),
    ("measures", "{m: {strata: [sex]}, n: {signed: true, strata: []}, part: {}}"),
    ("indicators", "{i: {count: m}, share: {proportion: {numerator: part, denominator: m}}}"),
    ("campaigns", "{k: {window: ['2023-01-01', '2023-02-01']}}"),
    ("targets", "{t: {indicator: i, goal: {at_least: 1}, window: '2023'}}"),
];

/// The plan with other sections, or further ones.
fn plan_with(changes: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (section, content) in SECTIONS {
        let changed = changes.iter().find(|(name, _)| *name == section);
        let content = changed.map_or(content, |(_, content)| content);
        text.push_str(&format!("{section}: {content}\n"));
    }
    let known = |name: &str| SECTIONS.iter().any(|(section, _)| *section == name);
    for (section, content) in changes.iter().filter(|(section, _)| !known(section)) {
        text.push_str(&format!("{section}: {content}\n"));
    }
    text
}

fn plan() -> Plan {
    parse(&plan_with(&[]))
}

/// Codes of the faults of an error.
fn codes_of<T>(result: Result<T>) -> Vec<FaultCode> {
    match result {
        Ok(_) => Vec::new(),
        Err(error) => {
            for fault in error.faults() {
                // A fault reads as the one that was written.
                let text = serde_json::to_string(fault).unwrap();
                assert_eq!(serde_json::from_str::<Fault>(&text).unwrap(), *fault, "{text}");
            }
            error.faults().iter().map(|fault| fault.code).collect()
        }
    }
}

fn text(yaml: &str) -> Vec<FaultCode> {
    codes_of(Plan::from_yaml(yaml))
}

fn section(name: &str, content: &str) -> Vec<FaultCode> {
    text(&plan_with(&[(name, content)]))
}

fn units(list: &str) -> Vec<FaultCode> {
    section("units", &format!("{{levels: [city, ward], list: [{list}]}}"))
}

fn target(keys: &str) -> Vec<FaultCode> {
    section("targets", &format!("{{t: {{indicator: i, {keys}}}}}"))
}

/// Rows below the header `unit,measure,date,value`, with further columns and fields behind.
fn csv(columns: &str, rows: &str) -> Vec<FaultCode> {
    file(format!("unit,measure,date,value{columns}\n{rows}\n"))
}

fn file(content: impl AsRef<[u8]>) -> Vec<FaultCode> {
    let file = Scratch::with("outcomes.csv", content);
    codes_of(Tally::new(&plan()).read(&file.0))
}

fn report() -> Report {
    assess(&plan(), Rows::Figures, &[outcome("c", "2023", "m", 1.0)], "2024-01-01")
}

fn stats<T>(result: std::result::Result<T, StatsError>) -> Vec<FaultCode> {
    result.err().iter().map(FaultCode::from).collect()
}

#[test]
fn every_code_is_that_of_the_smallest_input_with_such_a_fault() {
    let goal = "goal: {at_least: 1}";
    let day_of = |text| day(text);
    let cases: Vec<(FaultCode, Vec<FaultCode>)> = vec![
        // Texts.
        (Code::EmptyInput, text("")),
        (Code::WrongEncoding, file(b"unit,measure,date,value\n\xff,m,2023-01-01,1\n")),
        (Code::InvalidSyntax, text("a: b: c")),
        (Code::Unclosed, text("[1")),
        (Code::ForbiddenCharacter, text("a: \u{1}")),
        (Code::UnsupportedSyntax, text("a: !tag 1")),
        (Code::TooDeep, text(&"[".repeat(200))),
        (Code::LimitExceeded, {
            let tally = Tally::new(&plan()).with_limits(Limits::default().judgement_rows(0));
            codes_of(plan().assess(&tally, day("2024-01-01")))
        }),
        // Keys.
        (Code::UnknownKey, section("x", "1")),
        (Code::MissingKey, target(goal)),
        (Code::DuplicateKey, text(&format!("{}plan: p\n", plan_with(&[])))),
        (Code::ConflictingKeys, section("units", "{levels: [city]}")),
        (Code::MisplacedKey, target(&format!("{goal}, window: '2023', task: x"))),
        // Values.
        (Code::NotAText, section("plan", "true")),
        (Code::NotANumber, target("goal: {at_least: x}, window: '2023'")),
        (Code::NotABoolean, section("measures", "{m: {strata: [sex], signed: 1}, part: {}}")),
        (Code::NotADate, units("{id: c, level: city, valid_from: x}")),
        (Code::NotAPeriod, target(&format!("{goal}, window: x"))),
        (Code::NotAList, section("units", "{levels: 1, list: [{id: c, level: city}]}")),
        (Code::NotAMap, section("measures", "1")),
        (Code::WrongForm, target("goal: 1, window: '2023'")),
        (Code::UnknownChoice, section("measures", "{m: {strata: [sex], over_time: x}, part: {}}")),
        (Code::UnknownVersion, section("attain", "2")),
        (Code::InvalidId, section("measures", "{m: {strata: [sex]}, part: {}, a b: {}}")),
        (
            Code::OutOfRange,
            target("goal: {reduce_by: {percent: 101, from: previous_period}}, window: '2023'"),
        ),
        (Code::NumberTooLarge, csv("", "c,m,2023-01-01,1e300")),
        (Code::EmptyRange, target(&format!("{goal}, window: ['2023-02-01', '2023-01-01']"))),
        (Code::WrongOrder, section("pace", "{ahead: 1, on_track: 2}")),
        (
            Code::DuplicateEntry,
            section("units", "{levels: [city, city], list: [{id: c, level: city}]}"),
        ),
        (Code::DuplicateId, units("{id: c, level: city}, {id: c, level: city}")),
        (Code::TooMany, {
            let levels: Vec<String> = (0..65).map(|level| format!("l{level}")).collect();
            section(
                "units",
                &format!("{{levels: [{}], list: [{{id: c, level: l0}}]}}", levels.join(", ")),
            )
        }),
        (Code::TooFew, units("")),
        // References.
        (Code::UnknownUnit, csv("", "x,m,2023-01-01,1")),
        (Code::UnknownLevel, units("{id: c, level: x}")),
        (Code::UnknownMeasure, csv("", "c,x,2023-01-01,1")),
        (Code::UnknownStratum, section("measures", "{m: {strata: [x]}, part: {}}")),
        (Code::UnknownCategory, csv(",sex", "c,m,2023-01-01,1,x")),
        (
            Code::UnknownIndicator,
            section("targets", "{t: {indicator: x, goal: {at_least: 1}, window: '2023'}}"),
        ),
        (Code::UnknownTarget, codes_of(report().explain("x", None, None))),
        (Code::UnknownColumn, codes_of(report().select(&["x"]))),
        (Code::UnknownId, target(&format!("{goal}, campaign: x"))),
        // Plans that contradict themselves.
        (Code::MissingParent, units("{id: w, level: ward}")),
        (Code::WrongLevel, units("{id: c, level: city}, {id: w, level: city, parent: c}")),
        (
            Code::OutsideValidity,
            units("{id: c, level: city, valid_to: 2023-01-01}, {id: w, level: ward, parent: c}"),
        ),
        (
            Code::OutsideWindow,
            target(&format!("{goal}, window: '2023', milestones: [{{by: 2022-06-30, reach: 1}}]")),
        ),
        (
            Code::BoundaryGap,
            section(
                "units",
                "{levels: [city], list: [{id: c, level: city, valid_to: 2023-01-01}], changes: [{on: 2023-01-01, list: []}]}",
            ),
        ),
        (
            Code::WrongWeights,
            section(
                "units",
                "{levels: [city], list: [{id: c, level: city, valid_to: 2023-01-01}, {id: d, level: city, valid_from: 2023-01-01}, {id: e, level: city, valid_from: 2023-01-01}], changes: [{on: 2023-01-01, weights: {people: {}}, list: [{from: c, to: d, weights: {people: 1}}, {from: c, to: e, weights: {people: 1}}]}]}",
            ),
        ),
        (
            Code::InconsistentParts,
            text(&plan_with(&[
                (
                    "targets",
                    "{t: {indicator: i, goal: {at_least: 1}, window: '2023'}, u: {indicator: i, goal: {at_least: 1}, window: '2022'}}",
                ),
                ("combined", "{both: {all: [t, u]}}"),
            ])),
        ),
        (
            Code::CircularReference,
            section("indicators", "{i: {change: {of: i, from: previous_period}}}"),
        ),
        (
            Code::UnreachableGoal,
            section("targets", "{t: {indicator: share, goal: {above: 100}, window: '2023'}}"),
        ),
        (
            Code::UnsuitableGoal,
            target(
                "goal: {between: [1, 2]}, window: '2023', milestones: [{by: 2023-06-30, reach: 1}]",
            ),
        ),
        (
            Code::UnsuitableMeasure,
            target(&format!(
                "{goal}, window: '2023', cascade: {{to: ward, by: {{proportional: n}}, window: '2022'}}"
            )),
        ),
        (Code::UnsuitableIndicator, codes_of(report().ranking("t", &Default::default()))),
        (Code::UnsuitableTarget, codes_of(report().cascade("t"))),
        (Code::StratumNotRecorded, csv(",sex", "c,n,2023-01-01,1,f")),
        // Outcomes.
        (Code::NotATable, file("a,b\n1,2\n")),
        (Code::WrongSeparator, file("unit;measure;date;value\nc;m;2023-01-01;1\n")),
        (Code::UnevenRow, csv("", "c,m,2023-01-01")),
        (Code::MissingColumn, file("unit,measure,date\nc,m,2023-01-01\n")),
        (Code::DuplicateColumn, csv(",unit", "c,m,2023-01-01,1,c")),
        (Code::MisspeltColumn, csv(",Status", "c,m,2023-01-01,1,A")),
        (Code::WrongType, codes_of(Tally::new(&plan()).ingest(&columns(DataType::Boolean)))),
        (Code::MissingValue, csv("", "c,m,2023-01-01,")),
        (
            Code::NotFinite,
            codes_of(Tally::new(&plan()).record(&outcome("c", "2023", "m", f64::NAN))),
        ),
        (Code::NegativeValue, csv("", "c,m,2023-01-01,-1")),
        (Code::FractionalValue, {
            let plan = parse(&plan_with(&[("measures", "{m: {whole: true}, n: {}, part: {}}")]));
            codes_of(Tally::new(&plan).record(&outcome("c", "2023", "m", 1.5)))
        }),
        (Code::UnsuitableStatus, csv(",status", "c,m,2023-01-01,1,F")),
        (Code::ConflictingDates, csv(",period", "c,m,2023-01-01,1,2023")),
        (Code::RecordedTooEarly, csv(",recorded_at", "c,m,2023-01-01,1,2022-12-31")),
        (Code::DaysForPeriods, {
            let plan = parse(&plan_with(&[("measures", "{m: {every: month}, n: {}, part: {}}")]));
            let days = ["2023-01-01", "2023-02-01", "2023-03-01"].map(|day| format!("c,m,{day},1"));
            let table = format!("unit,measure,date,value\n{}\n", days.join("\n"));
            let file = Scratch::with("outcomes.csv", &table);
            codes_of(Tally::new(&plan).read(&file.0))
        }),
        (Code::DuplicateRow, csv("", "c,m,2023-01-01,1\nc,m,2023-01-01,1")),
        (Code::FallingTotal, {
            let measures = (
                "measures",
                "{m: {strata: [sex]}, n: {}, part: {}, all: {cumulative: true, every: day}}",
            );
            let mut tally = Tally::new(&parse(&plan_with(&[measures])));
            let totals = [("2023-01-01", 2.0), ("2023-01-02", 1.0)];
            codes_of(tally.record_all(&totals.map(|(day, total)| outcome("c", day, "all", total))))
        }),
        (Code::PartExceedsWhole, csv("", "c,m,2023-01-01,1\nc,part,2023-01-01,2")),
        (Code::FiguresAndEvents, {
            let mut figures = Tally::new(&plan());
            let mut events = Tally::of_events(&plan());
            figures.record(&outcome("c", "2023-01-01", "m", 1.0)).unwrap();
            events.record(&outcome("c", "2023-01-02", "m", 1.0)).unwrap();
            codes_of(figures.merge(&events))
        }),
        (Code::DamagedData, {
            let file = Scratch::with("outcomes.parquet", "PAR1");
            codes_of(Tally::new(&plan()).read(&file.0))
        }),
        (Code::ReadingFailed, {
            let broken = [Err(ArrowError::IpcError("closed".into()))];
            codes_of(Tally::new(&plan()).ingest_all(broken))
        }),
        // Files.
        (Code::NoSuchFile, codes_of(Plan::load("none.yaml"))),
        // Nothing is denied to tests that run as root.
        (
            Code::PermissionDenied,
            vec![FaultCode::from(&io::Error::from(io::ErrorKind::PermissionDenied))],
        ),
        (Code::IsAFolder, {
            let folder = Scratch::new("plan.yaml");
            std::fs::create_dir(&folder.0).unwrap();
            codes_of(Plan::load(&folder.0))
        }),
        (Code::UnreadableFile, codes_of(Plan::load("\0.yaml"))),
        (Code::UnwritableFile, codes_of(report().write_csv("\0"))),
        (Code::ForbiddenFile, section("units", "{levels: [city], table: units.csv}")),
        (Code::UnknownFormat, codes_of(Plan::load("plan.txt"))),
        // Requests.
        (Code::NoSuchRow, codes_of(report().explain("t", Some("w"), None))),
        (Code::AmbiguousRequest, {
            let targets = "{t: {indicator: i, goal: {at_least: 1}, window: '2023', units: [c, w]}}";
            let plan = parse(&plan_with(&[("targets", targets)]));
            let report = assess(&plan, Rows::Figures, &[], "2024-01-01");
            codes_of(report.explain("t", None, None))
        }),
        (Code::ConflictingArguments, {
            let targets =
                "{t: {indicator: share, goal: {at_least: 1}, window: '2023', in_every: sex}}";
            let measures = "{m: {strata: [sex]}, n: {}, part: {strata: [sex]}}";
            let plan = parse(&plan_with(&[("measures", measures), ("targets", targets)]));
            let report = assess(&plan, Rows::Figures, &[], "2024-01-01");
            codes_of(report.decomposition("t", None, Parts::Categories, Since::default()))
        }),
        (Code::LeftOut, {
            let text = "STRUCTURE,STRUCTURE_ID,ACTION,GEO,TIME_PERIOD,OBS_VALUE\ndataflow,X:F(1.0),D,A,2023,\n";
            let file = SourceFile::from_reader("a.csv", &mut text.as_bytes()).unwrap();
            let mut strict = SdmxOptions::default();
            strict.strict = true;
            codes_of(read_sdmx(&[file], &strict))
        }),
        (Code::OtherPlan, {
            let other = parse(&plan_with(&[("plan", "other")]));
            codes_of(plan().assess(&Tally::new(&other), day("2024-01-01")))
        }),
        (Code::OtherBoundaries, {
            let tally = Tally::new(&plan()).in_geography(Some(day_of("2023-01-01")));
            codes_of(plan().assess(&tally, day("2024-01-01")))
        }),
        (Code::OtherDays, {
            let tally = plan().tally_for(Rows::Figures, &[day("2024-01-01")]);
            codes_of(plan().assess(&tally, day("2024-01-02")))
        }),
        (Code::UnequalColumns, {
            let file = Scratch::new("rows.parquet");
            let batch = columns(DataType::Boolean);
            codes_of(write_parquet(&file.0, Arc::new(Schema::empty()), &[batch]))
        }),
        (Code::Undetermined, stats(series(&[0.0; 4], &[1.0; 4]))),
        (Code::Stopped, {
            let options = RunOptions::new().stop(Arc::new(AtomicBool::new(true)));
            codes_of(options.run(|| plan().assess(&Tally::new(&plan()), day("2024-01-01"))))
        }),
    ];
    let wrong: Vec<_> = cases.iter().filter(|(code, found)| found[..] != [*code]).collect();
    assert!(wrong.is_empty(), "not exactly the code: {wrong:#?}");
    let produced: BTreeSet<&str> = cases.iter().map(|(code, _)| code.code()).collect();
    let without: Vec<&FaultCode> =
        FaultCode::ALL.iter().filter(|code| !produced.contains(code.code())).collect();
    assert!(without.is_empty(), "no input causes {without:?}");
    assert_eq!(produced.len(), cases.len(), "a code has two cases");
}

/// A table without rows whose values have a type.
fn columns(values: DataType) -> RecordBatch {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let fields = vec![
        text("unit"),
        text("measure"),
        Field::new("date", DataType::Date32, true),
        Field::new("value", values, true),
    ];
    RecordBatch::new_empty(Arc::new(Schema::new(fields)))
}

fn series(counts: &[f64], exposures: &[f64]) -> std::result::Result<InterruptedSeries, StatsError> {
    interrupted_series(counts, exposures, 2, &InterruptedOptions::default(), Confidence::P95)
}

#[test]
fn arguments_of_statistics_have_codes_too() {
    assert_eq!(stats(series(&[1.0; 4], &[1.0; 3])), [Code::UnequalColumns]);
    assert_eq!(stats(series(&[1.0; 4], &[-1.0; 4])), [Code::OutOfRange]);
    assert_eq!(stats(sen_slope(&[1.0], Confidence::P95)), [Code::TooFew]);
}
