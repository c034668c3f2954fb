//! Parts of files that are generated from declarations: the tables of `docs/columns.md` and of
//! `docs/reference/plans.md`, the JSON Schema of plans, and the choices of the Python stub. The tests fail where a file differs; `UPDATE_DOCS=1 cargo test --lib generated` rewrites it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::arrow::{MappingRow, schema};
use crate::assess::{Assessment, Certainty, Pace, Reason, Verdict};
use crate::calendar::Every;
use crate::plan::{Plan, document, json_schema, reference};
use crate::report::{
    AwardRow, BudgetRow, CampaignRow, Certificate, CertificateChange, ChangePart, ChartRow,
    CombinedPart, CombinedVerdict, Contribution, CriterionResult, Difference, DueReport, EffectRow,
    GreenZone, MilestoneRow, ModelReach, ModelsOfUnit, RankedUnit, ScoreScenario, ScoreSensitivity,
    SensitivityRow, Share, SignalChart, SignalRow, SumOfShares, TrendTest, UnitScore,
    UnitScorePart,
};
use crate::stats::RuleSet;
use crate::view::View;

/// The Markdown table of a view's columns.
fn table<R: View>() -> String {
    let mut table = "| column | Arrow type | null | what it says |\n|---|---|---|---|\n".to_owned();
    for (column, field) in R::COLUMNS.iter().zip(schema::<R>().fields()) {
        let null = if column.is_nullable { "yes" } else { "no" };
        let says = column.doc.trim_end_matches('.').replace('|', "\\|");
        write!(table, "| `{}` | {} | {null} | {says}", column.name, field.data_type()).unwrap();
        if !column.choices.is_empty() {
            write!(table, ". One of `{}`", column.choices.join("`, `")).unwrap();
        }
        table.push_str(" |\n");
    }
    table
}

/// The name of each view and its table.
fn views() -> Vec<(&'static str, String)> {
    macro_rules! views {
        ($($row:ty),+ $(,)?) => { vec![$((<$row as View>::NAME, table::<$row>())),+] };
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
        GreenZone,
        MappingRow,
        MilestoneRow,
        ModelReach,
        ModelsOfUnit,
        RankedUnit,
        ScoreScenario,
        ScoreSensitivity,
        SensitivityRow,
        Share,
        SignalRow,
        SumOfShares,
        UnitScore,
        UnitScorePart,
    ]
}

/// The choices of the Python stub.
fn choices() -> String {
    let mut text = String::new();
    for (name, codes) in [
        ("_Verdict", Verdict::ALL.iter().map(|one| one.code()).collect::<Vec<_>>()),
        ("_Every", Every::ALL.iter().map(|one| one.code()).collect()),
        ("_SignalChart", SignalChart::ALL.iter().map(|one| one.code()).collect()),
        ("_Rules", RuleSet::ALL.iter().map(|one| one.code()).collect()),
        ("_TrendTest", TrendTest::ALL.iter().map(|one| one.code()).collect()),
        ("_Certainty", Certainty::ALL.iter().map(|one| one.code()).collect()),
        ("_Pace", Pace::ALL.iter().map(|one| one.code()).collect()),
        ("_Reason", Reason::ALL.iter().map(|one| one.code()).collect()),
    ] {
        let line = format!("{name}: TypeAlias = Literal[\"{}\"]\n", codes.join("\", \""));
        // As ruff formats it.
        if line.trim_end().len() <= 100 {
            text.push_str(&line);
        } else {
            let codes: String = codes.iter().map(|code| format!("    \"{code}\",\n")).collect();
            write!(text, "{name}: TypeAlias = Literal[\n{codes}]\n").unwrap();
        }
    }
    text
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
    for (name, table) in views() {
        let begin = format!("<!-- columns of {name} -->\n");
        check("docs/columns.md", &begin, "<!-- end of columns -->\n", &format!("\n{table}\n"));
    }
}

#[test]
fn the_reference_of_plans_has_every_key() {
    let mut examples = reference::Examples::default();
    for path in ["docs/reference/every-key.yaml", "examples/hanoi/plan.yaml"] {
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
    let listed: BTreeSet<String> = views().into_iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(declared, listed);
}
