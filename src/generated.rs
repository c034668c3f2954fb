//! Parts of files that are generated from declarations: the tables of `docs/columns.md` and of
//! `docs/reference/plans.md`, the JSON Schema of plans, the choices of the Python stub and its class `Assessment`, and the
//! codes of faults and warnings in `docs/reference/errors.md` and `attain.errors`. The tests fail where a file differs;
//! `UPDATE_DOCS=1 cargo test --lib generated` rewrites it.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::arrow::{MappingRow, schema};
use crate::assess::{Assessment, Certainty, Pace, Reason, Verdict};
use crate::calendar::Every;
use crate::error::{FaultCode, WarningCode};
use crate::exchange::{Dhis2Value, IatiLeftOutRow};
use crate::interactive::Details;
use crate::plan::{Plan, document, json_schema, reference};
use crate::query::Dialect;
use crate::scorecard::Language;
use crate::sources::NoteRow;
use crate::stats::{Rule, RuleSet};
use crate::tally::CellRow;
use crate::view::{Column, ColumnType, View};
use crate::views::{
    AwardRow, BudgetRow, CampaignRow, Certificate, CertificateChange, ChangePart, ChartRow,
    CombinedPart, CombinedVerdict, Contribution, CriterionResult, Difference, DueReport, EffectRow,
    EvidenceRow, FunnelRow, GreenZone, MilestoneRow, ModelReach, ModelsOfUnit, OwnerRow,
    PlanCampaign, PlanIndicator, PlanMeasure, PlanOwner, PlanTarget, PlanUnit, PooledValue,
    RankedUnit, ScoreScenario, ScoreSensitivity, SensitivityRow, Share, SignalChart, SignalRow,
    SumOfShares, TrajectoryRow, TrendTest, UnitScore, UnitScorePart, WindowsMet,
};

/// The Markdown table of a view's columns.
fn table<R: View>() -> String {
    let mut table = "| column | Arrow type | null | what it says |\n|---|---|---|---|\n".to_owned();
    for (column, field) in R::COLUMNS.iter().zip(schema::<R>().fields()) {
        let null = if column.is_nullable { "yes" } else { "no" };
        let doc: Vec<&str> = column.doc.split_whitespace().collect();
        let says = doc.join(" ").trim_end_matches('.').replace('|', "\\|");
        write!(table, "| `{}` | {} | {null} | {says}", column.name, field.data_type()).unwrap();
        if !column.choices.is_empty() {
            write!(table, ". One of `{}`", column.choices.join("`, `")).unwrap();
        }
        table.push_str(" |\n");
    }
    table
}

/// What the tests know of a view.
struct Listed {
    name: &'static str,
    table: String,
    check_serde: fn(),
}

fn views() -> Vec<Listed> {
    macro_rules! views {
        ($($row:ty),+ $(,)?) => {
            vec![$(Listed {
                name: <$row as View>::NAME,
                table: table::<$row>(),
                check_serde: check_serde::<$row>,
            }),+]
        };
    }
    views![
        Assessment,
        AwardRow,
        BudgetRow,
        CampaignRow,
        Certificate,
        CertificateChange,
        ChangePart,
        ChartRow,
        CombinedPart,
        CombinedVerdict,
        Contribution,
        CriterionResult,
        Difference,
        DueReport,
        EffectRow,
        EvidenceRow,
        CellRow,
        FunnelRow,
        GreenZone,
        IatiLeftOutRow,
        MappingRow,
        MilestoneRow,
        ModelReach,
        ModelsOfUnit,
        NoteRow,
        OwnerRow,
        PlanCampaign,
        PlanIndicator,
        PlanMeasure,
        PlanOwner,
        PlanTarget,
        PlanUnit,
        PooledValue,
        RankedUnit,
        ScoreScenario,
        ScoreSensitivity,
        SensitivityRow,
        Share,
        SignalRow,
        SumOfShares,
        TrajectoryRow,
        UnitScore,
        UnitScorePart,
        WindowsMet,
    ]
}

/// The aliases of choices in the Python stub, with their codes.
fn aliases() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        ("_Verdict", Verdict::ALL.iter().map(|one| one.code()).collect::<Vec<_>>()),
        ("_Dialect", Dialect::ALL.iter().map(|one| one.code()).collect()),
        ("_Every", Every::ALL.iter().map(|one| one.code()).collect()),
        ("_SignalChart", SignalChart::ALL.iter().map(|one| one.code()).collect()),
        ("_Rule", Rule::ALL.iter().map(|one| one.code()).collect()),
        ("_Rules", RuleSet::ALL.iter().map(|one| one.code()).collect()),
        ("_TrendTest", TrendTest::ALL.iter().map(|one| one.code()).collect()),
        ("_Certainty", Certainty::ALL.iter().map(|one| one.code()).collect()),
        ("_Pace", Pace::ALL.iter().map(|one| one.code()).collect()),
        ("_Reason", Reason::ALL.iter().map(|one| one.code()).collect()),
        ("_Details", Details::ALL.iter().map(|one| one.code()).collect()),
        ("_Dhis2Value", Dhis2Value::ALL.iter().map(|one| one.code()).collect()),
        ("_Language", Language::ALL.iter().map(|one| one.code()).collect()),
    ]
}

/// The choices of the Python stub.
fn choices() -> String {
    let mut text = String::new();
    for (name, codes) in aliases() {
        text.push_str(&alias(name, &codes));
    }
    text
}

/// The properties of the class `Assessment` of the Python stub.
fn properties() -> String {
    let mut text = String::new();
    for column in Assessment::COLUMNS {
        let alias = aliases().into_iter().find(|(_, codes)| codes == column.choices);
        let python = match column.column_type {
            ColumnType::Text => alias.map_or("str", |(alias, _)| alias),
            ColumnType::Float64 => "float",
            ColumnType::Int64 | ColumnType::UInt32 => "int",
            ColumnType::Boolean => "bool",
            ColumnType::Date32 => "datetime.date",
        };
        let null = if column.is_nullable { " | None" } else { "" };
        let lines: Vec<&str> = column.doc.lines().collect();
        let doc = match &lines[..] {
            [line] => (*line).to_owned(),
            lines => {
                let indented = lines.iter().map(|line| format!("\n        {line}"));
                indented.collect::<String>().replace("\n        \n", "\n\n").trim_start().to_owned()
                    + "\n        "
            }
        };
        writeln!(text, "    @property\n    def {}(self) -> {python}{null}:", column.name).unwrap();
        writeln!(text, "        \"\"\"{doc}\"\"\"\n").unwrap();
    }
    text
}

/// The columns of a row as JSON, each with a value, or with nulls where they may be.
fn sample<R: View>(with_nulls: bool) -> Map<String, Value> {
    let value = |column: &Column<R>| match column.column_type {
        _ if with_nulls && column.is_nullable => Value::Null,
        // The members of a zone are a list.
        ColumnType::Text if R::NAME == "green_zones" && column.name == "members" => {
            json!(["a", "b"])
        }
        // A text that is a reason, too: some reasons are those of rows or others.
        ColumnType::Text => json!(column.choices.last().unwrap_or(&"no_data")),
        ColumnType::Float64 => json!(0.1),
        ColumnType::Int64 | ColumnType::UInt32 => json!(7),
        ColumnType::Boolean => json!(true),
        ColumnType::Date32 => json!("2024-02-29"),
    };
    R::COLUMNS.iter().map(|column| (column.name.to_owned(), value(column))).collect()
}

/// Rows of a view are the same after they were serialised and read; codes that do not exist are errors.
fn check_serde<R: View + Serialize + DeserializeOwned + PartialEq + Debug>() {
    for with_nulls in [false, true] {
        let cells = Value::Object(sample::<R>(with_nulls));
        let row: R = serde_json::from_value(cells.clone()).unwrap();
        assert_eq!(serde_json::to_value(&row).unwrap(), cells, "{}", R::NAME);
        let text = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<R>(&text).unwrap(), row);
    }
    for column in R::COLUMNS {
        let mut cells = sample::<R>(false);
        cells.remove(column.name);
        let without = serde_json::from_value::<R>(Value::Object(cells.clone()));
        assert_eq!(without.is_ok(), column.is_nullable, "{}: {}", R::NAME, column.name);
        if !column.choices.is_empty() {
            cells.insert(column.name.to_owned(), json!("no such code"));
            let error = serde_json::from_value::<R>(Value::Object(cells)).unwrap_err().to_string();
            assert!(error.contains("no such code"), "{error}");
            assert!(error.contains(&column.choices.join(", ")), "{error}");
        }
    }
}

/// The Python type of some codes, as ruff formats it.
fn alias(name: &str, codes: &[&str]) -> String {
    let line = format!("{name}: TypeAlias = Literal[\"{}\"]\n", codes.join("\", \""));
    if line.trim_end().len() <= 100 {
        return line;
    }
    let codes: String = codes.iter().map(|code| format!("    \"{code}\",\n")).collect();
    format!("{name}: TypeAlias = Literal[\n{codes}]\n")
}

/// The Markdown table of the codes in a source file. What a code says is its doc comment.
fn codes_of(source: &str) -> String {
    let mut table = "\n| code | what is wrong, and what to do |\n|---|---|\n".to_owned();
    let mut says = Vec::new();
    for line in source.lines().map(str::trim).take_while(|line| *line != "}") {
        if let Some(doc) = line.strip_prefix("/// ") {
            says.push(doc);
        } else if let Some((_, code)) = line.split_once(" = \"") {
            writeln!(table, "| `{}` | {} |", code.trim_end_matches("\","), says.join(" ")).unwrap();
            says.clear();
        } else {
            says.clear();
        }
    }
    table + "\n"
}

/// Compares what stands between two lines of a file with what is generated, or rewrites it. Without lines, the whole file.
fn check(path: &str, begin: &str, end: &str, generated: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let content = fs::read_to_string(&file).unwrap();
    let from = content.find(begin).unwrap_or_else(|| panic!("{path} has no line `{begin}`"));
    let from = from + begin.len();
    let length =
        if end.is_empty() { Some(content.len() - from) } else { content[from..].find(end) };
    let to = from + length.unwrap_or_else(|| panic!("{path}: no `{end}`"));
    if content[from..to] == *generated {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1"),
        "{path} differs from the declarations below `{begin}`; \
         `UPDATE_DOCS=1 cargo test --lib generated` rewrites it"
    );
    fs::write(&file, format!("{}{generated}{}", &content[..from], &content[to..])).unwrap();
}

#[test]
fn the_page_of_columns_has_the_table_of_every_view() {
    for Listed { name, table, .. } in views() {
        let begin = format!("<!-- columns of {name} -->\n");
        check("docs/columns.md", &begin, "<!-- end of columns -->\n", &format!("\n{table}\n"));
    }
}

#[test]
fn the_reference_of_plans_has_every_key() {
    let mut examples = reference::Examples::default();
    let of_tables = "docs/reference/goals-by-unit.yaml";
    for path in ["docs/reference/every-key.yaml", "examples/hanoi/plan.yaml", of_tables] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let plan = Plan::load(&path).unwrap();
        assert_eq!(Plan::from_yaml(&plan.to_yaml()).unwrap(), plan);
        let text = fs::read_to_string(path).unwrap();
        examples.visit_plan(&document::from_yaml(&text, None).unwrap());
    }
    let begin = "<!-- keys of plans -->\n";
    let text = reference::markdown(&examples);
    check("docs/reference/plans.md", begin, "<!-- end of keys -->\n", &format!("{text}\n"));
}

#[test]
fn the_schema_of_plans_has_every_key() {
    check("python/attain/plan.schema.json", "", "", &format!("{:#}\n", json_schema()));
}

#[test]
fn the_stub_has_the_codes_of_every_choice() {
    let begin = "# Choices; generated from the codes of the Rust enums.\n";
    check("python/attain/_attain.pyi", begin, "# End of choices.\n", &choices());
}

#[test]
fn the_stub_has_the_columns_of_assessments() {
    let begin = "    # Columns; generated from the fields of the Rust struct.\n";
    check("python/attain/_attain.pyi", begin, "    # End of columns.\n", &properties());
}

#[test]
fn rows_of_every_view_are_read_as_they_were_serialised() {
    views().iter().for_each(|view| (view.check_serde)());
}

/// The table of a list of codes in the page of errors, and the type in Python.
fn check_codes(what: &str, source: &str, name: &str, codes: &[&str]) {
    let table = codes_of(source);
    assert_eq!(table.lines().count(), codes.len() + 4);
    let begin = format!("<!-- codes of {what} -->\n");
    check("docs/reference/errors.md", &begin, "<!-- end of codes -->", &table);
    let begin = format!("# Generated from the Rust enum {name}.\n");
    check("python/attain/errors.py", &begin, "# End of codes.\n", &alias(name, codes));
}

#[test]
fn the_page_of_errors_and_the_python_types_have_every_code() {
    let codes: Vec<&str> = FaultCode::ALL.iter().map(|one| one.code()).collect();
    check_codes("faults", include_str!("error/fault_code.rs"), "FaultCode", &codes);
    let codes: Vec<&str> = WarningCode::ALL.iter().map(|one| one.code()).collect();
    check_codes("warnings", include_str!("error/warning.rs"), "WarningCode", &codes);
}

#[test]
fn every_view_of_the_source_is_listed() {
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut declared = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(path).unwrap();
                let names = source.lines().filter_map(|line| line.strip_prefix("#[view(name = \""));
                declared.extend(names.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
            }
        }
    }
    let listed: BTreeSet<String> = views().into_iter().map(|view| view.name.to_owned()).collect();
    assert_eq!(declared, listed);
}
