//! Names that look alike: one name however its letters are composed, and refused or warned of where they differ in
//! what is hard to see.

use std::sync::Arc;

use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, DictionaryArray, Float64Array, RecordBatch, StringArray};
use attain::plan::document::{Value, from_json, from_yaml, to_json, to_toml};
use attain::{Outcome, Plan, Rows, Tally, WarningCode};
use unicode_normalization::UnicodeNormalization;

use crate::support::{Scratch, day, parse};

/// A plan whose names have letters with marks; `{units}` stands for its units.
const PLAN: &str = r#"
attain: 1
plan: hà-nội
units: {units}
strata: {giới: [nữ, nam]}
measures: {số_vụ: {}, phạm: {}}
campaigns: {tết: {window: [2023-01-01, 2023-02-01]}}
indicators:
  vụ: {count: số_vụ, where: {giới: nữ}}
  phần: {ratio: {numerator: phạm, denominator: số_vụ}}
targets:
  ít: {indicator: vụ, goal: {at_most: 9}, campaign: tết, units: [quận-đống-đa]}
  phần: {indicator: phần, goal: {at_most: 2}, window: "2023", units: {level: quận}}
"#;

const UNITS: &str = r#"{levels: [thành, quận], list: [{id: hà-nội, level: thành}, {id: quận-đống-đa, name: Đống Đa, level: quận, parent: hà-nội}]}"#;

/// The outcomes: unit, period, measure, value, category.
const ROWS: [[&str; 5]; 4] = [
    ["quận-đống-đa", "tết", "số_vụ", "3", "nữ"],
    ["quận-đống-đa", "tết", "số_vụ", "4", "nam"],
    ["quận-đống-đa", "2023-05", "số_vụ", "5", ""],
    ["quận-đống-đa", "2023-05", "phạm", "6", ""],
];

fn nfc(text: &str) -> String {
    text.nfc().collect()
}

fn nfd(text: &str) -> String {
    text.nfd().collect()
}

fn plan() -> Plan {
    parse(&nfc(&PLAN.replace("{units}", UNITS)))
}

fn csv(rows: Rows, spell: fn(&str) -> String) -> String {
    let when = if rows == Rows::Events { "date" } else { "period" };
    let mut text = format!("unit,{when},measure,value,giới\n");
    for row in ROWS {
        let mut row = row.map(str::to_owned);
        if rows == Rows::Events {
            row[1] = "2023-01-05".to_owned();
        }
        text.push_str(&(row.join(",") + "\n"));
    }
    spell(&text)
}

fn batch(rows: Rows, spell: fn(&str) -> String, are_dictionaries: bool) -> RecordBatch {
    let column = |at: usize| -> ArrayRef {
        let texts: Vec<String> = ROWS.iter().map(|row| spell(row[at])).collect();
        let texts = texts.iter().map(|text| (!text.is_empty()).then_some(text.as_str()));
        match are_dictionaries {
            true => Arc::new(texts.collect::<DictionaryArray<Int8Type>>()),
            false => Arc::new(texts.collect::<StringArray>()),
        }
    };
    let when: (&str, ArrayRef) = match rows {
        Rows::Figures => ("period", column(1)),
        Rows::Events => ("date", Arc::new(StringArray::from(vec!["2023-01-05"; ROWS.len()]))),
    };
    let values = ROWS.iter().map(|row| row[3].parse::<f64>().unwrap());
    RecordBatch::try_from_iter([
        ("unit", column(0)),
        when,
        ("measure", column(2)),
        ("value", Arc::new(values.collect::<Float64Array>()) as ArrayRef),
        (spell("giới").as_str(), column(4)),
    ])
    .unwrap()
}

fn json(row: [&str; 5], spell: fn(&str) -> String) -> Outcome {
    let [unit, period, measure, value, category] = row;
    let strata = match category {
        "" => String::new(),
        category => format!(r#", "strata": {{"giới": "{category}"}}"#),
    };
    let text = format!(
        r#"{{"unit": "{unit}", "period": "{period}", "measure": "{measure}", "value": {value}{strata}}}"#
    );
    serde_json::from_str(&spell(&text)).unwrap()
}

/// Target, value and numerator of all rows of the report.
fn judged(tally: &Tally) -> Vec<(String, Option<f64>, Option<f64>)> {
    let report = tally.plan().assess(tally, day("2023-12-31")).unwrap();
    report.rows().iter().map(|row| (row.target.to_string(), row.value, row.numerator)).collect()
}

#[test]
fn outcomes_in_either_form_match_a_plan_in_either_form() {
    let decomposed = Plan::from_yaml(&nfd(&PLAN.replace("{units}", UNITS))).unwrap();
    assert_eq!(decomposed, plan());
    for plan in [plan(), decomposed] {
        for spell in [nfc as fn(&str) -> String, nfd] {
            let records: Vec<Outcome> = ROWS.iter().map(|row| json(*row, spell)).collect();
            let mut recorded = Tally::new(&plan);
            for record in &records {
                recorded.record(record).unwrap();
            }
            // 3 of nữ; 6 for each 5, and not of nữ and nam.
            let found = judged(&recorded).into_iter().map(|(target, value, _)| (target, value));
            let expected = [(nfc("ít"), Some(3.0)), (nfc("phần"), Some(120.0))];
            assert_eq!(found.collect::<Vec<_>>(), expected);
            for rows in [Rows::Figures, Rows::Events] {
                let mut expected = Tally::of(&plan, rows);
                let file = Scratch::with("nfc.csv", csv(rows, nfc));
                expected.read(&file.0).unwrap();
                let expected = judged(&expected);
                let file = Scratch::with("outcomes.csv", csv(rows, spell));
                let mut tally = Tally::of(&plan, rows);
                tally.read(&file.0).unwrap();
                assert_eq!(judged(&tally), expected);
                for are_dictionaries in [false, true] {
                    let batch = batch(rows, spell, are_dictionaries);
                    let mut tally = Tally::of(&plan, rows);
                    tally.ingest(&batch).unwrap();
                    assert_eq!(judged(&tally), expected);
                    #[cfg(feature = "parquet")]
                    {
                        let mut bytes = Vec::new();
                        let mut writer =
                            parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None)
                                .unwrap();
                        writer.write(&batch).unwrap();
                        writer.close().unwrap();
                        let file = Scratch::with("outcomes.parquet", bytes);
                        let mut tally = Tally::of(&plan, rows);
                        tally.read(&file.0).unwrap();
                        assert_eq!(judged(&tally), expected);
                    }
                }
            }
        }
    }
}

#[test]
fn plans_of_every_format_and_tables_of_units_are_read_in_nfc() {
    let node = from_yaml(&nfd(&PLAN.replace("{units}", UNITS)), None).unwrap();
    assert_eq!(Plan::from_json(&to_json(&node)).unwrap(), plan());
    assert_eq!(Plan::from_toml(&to_toml(&node).unwrap()).unwrap(), plan());
    assert_eq!(Plan::from_document(&node, None).unwrap(), plan());
    let table = "id,name,level,parent\nhà-nội,,thành,\nquận-đống-đa,Đống Đa,quận,hà-nội\n";
    let file = Scratch::with(
        "plan.yaml",
        nfc(&PLAN.replace("{units}", "{levels: [thành, quận], table: u.csv}")),
    );
    std::fs::write(file.folder().join("u.csv"), nfd(table)).unwrap();
    assert_eq!(Plan::load(&file.0).unwrap().to_yaml(), plan().to_yaml());
}

#[test]
fn keys_that_become_the_same_stand_twice() {
    let text = format!(
        "attain: 1\nplan: p\nunits: {UNITS}\nmeasures:\n  {}: {{}}\n  {}: {{}}\n",
        nfc("số"),
        nfd("số")
    );
    let error = Plan::from_yaml(&text).unwrap_err();
    let message = "line 6, column 3: the key `số` stands twice (it stands first on line 5; keep one of the two)";
    assert_eq!(nfc(&error.to_string()), nfc(message));
    let double = PLAN
        .replace("{units}", UNITS)
        .replace("[nữ, nam]", &format!("[nam, {}, {}]", nfd("nữ"), nfc("nữ")));
    assert!(
        Plan::from_yaml(&double).unwrap_err().to_string().contains("this category stands twice")
    );
}

/// A plan with one name in each kind of place that names have.
fn named(unit: &str, category: &str, level: &str, measure: &str) -> Result<Plan, attain::Error> {
    let quoted = |name: &str| serde_json::to_string(name).unwrap();
    let text = format!(
        r#"{{"attain": 1, "plan": "p", "strata": {{"s": [{}]}}, "measures": {{{}: {{}}}},
            "units": {{"levels": [{level}], "list": [{{"id": {}, "level": {level}}}]}}}}"#,
        quoted(category),
        quoted(measure),
        quoted(unit),
        level = quoted(level),
    );
    Plan::from_json(&text)
}

#[test]
fn names_with_what_is_not_seen_are_refused_and_others_are_not() {
    assert!(named("a b", "từ 15–29", "city of", "m.1").is_ok());
    // Persian writes a non-joiner inside of words.
    assert!(named("می\u{200c}خواهم", "می\u{200c}خواهم", "می\u{200c}خواهم", "m").is_ok());
    for unseen in [
        "a\0",
        "a\u{200b}",
        "a\u{feff}",
        "a\u{200d}",
        "a\u{2028}",
        "a\u{3164}",
        "a\u{7f}",
        " a",
        "a\u{a0}",
    ] {
        let found = [
            named(unseen, "c", "l", "m"),
            named("u", unseen, "l", "m"),
            named("u", "c", unseen, "m"),
            named("u", "c", "l", unseen),
        ];
        let messages = found.map(|plan| plan.unwrap_err().to_string());
        let kinds = ["a unit's code", "a category", "a level's name", "this can't be an id"];
        for (message, kind) in messages.iter().zip(kinds) {
            assert!(message.contains(kind), "{unseen:?}: {message}");
            assert!(message.is_ascii() || unseen == "a\u{a0}", "{message:?} shows it");
        }
        for message in &messages[..3] {
            assert!(message.contains("expected `a`"), "{message}");
        }
    }
}

#[test]
fn names_of_outcomes_with_what_is_not_seen_are_refused_with_the_name_that_is_meant() {
    let plan = named("a", "c", "l", "m").unwrap();
    let refused = |unit: &str, measure: &str| {
        let mut tally = Tally::new(&plan);
        let outcome = Outcome::new(unit, attain::When::Period("2023".into()), measure, 1.0);
        tally.record(&outcome).map_err(|error| error.to_string())
    };
    assert_eq!(refused("a", "m"), Ok(()));
    for (unit, measure) in [("a\u{200b}", "m"), ("a ", "m"), ("a", "m\0")] {
        let message = refused(unit, measure).unwrap_err();
        let meant = if unit == "a" { "`m`" } else { "`a`" };
        assert!(message.contains(&format!("did you mean {meant}?")), "{message}");
        assert!(message.is_ascii(), "{message}");
    }
}

#[test]
fn names_that_differ_in_capitals_or_forms_of_letters_get_a_warning() {
    let alike = |measures: &str, categories: &str, units: &str| {
        let list: Vec<String> =
            units.split(' ').map(|id| format!("{{id: \"{id}\", level: city}}")).collect();
        let plan = parse(&format!(
            "attain: 1\nplan: p\nunits: {{levels: [city], list: [{}]}}\nstrata: {{sex: [{categories}]}}\n\
             measures: {{{measures}}}\n",
            list.join(", ")
        ));
        let warnings = plan.warnings();
        assert!(warnings.iter().all(|one| one.code == WarningCode::AlikeNames));
        let places = warnings.iter().flat_map(|one| one.places.iter().map(ToString::to_string));
        places.collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(alike("cases: {}, case: {}", "f, m", "01 1"), none);
    assert_eq!(alike("cases: {}, Cases: {}", "f, m", "01 1"), ["measures.Cases"]);
    assert_eq!(alike("cases: {}", "f, m, F", "a b A"), ["units.A", "strata.sex.F"]);
    assert_eq!(alike("cases: {}", "ﬁne, fine, other", "a１ a1"), ["units.a1", "strata.sex.fine"]);
}

#[test]
fn the_year_0_is_refused_in_every_window() {
    let plan = |window: &str| {
        Plan::from_yaml(
            &PLAN
                .replace("{units}", UNITS)
                .replace("window: \"2023\"", &format!("window: {window}")),
        )
    };
    for window in ["\"0001\"", "\"0001-W02\"", "[0001-01-01, 0002-01-01]", "\"9999\""] {
        assert!(plan(window).is_ok(), "{window}: {:?}", plan(window));
    }
    for window in [
        "\"0000\"",
        "\"0000-Q1\"",
        "\"0000-05\"",
        "\"0000-W07\"",
        "{every: month, within: \"0000\"}",
    ] {
        let message = plan(window).unwrap_err().to_string();
        assert!(message.contains("years are 0001 to 9999"), "{window}: {message}");
    }
    assert!(plan("[0000-01-01, 0001-01-01]").is_err());
    let mut tally = Tally::new(&self::plan());
    let row = ["hà-nội", "0000", "số_vụ", "3", ""];
    assert!(tally.record(&json(row, nfc)).unwrap_err().to_string().contains("0001 to 9999"));
}

#[test]
fn a_document_keeps_its_own_letters() {
    let text = nfd("title: Hà Nội");
    let node = from_yaml(&text, None).unwrap();
    assert_eq!(node.get("title").unwrap().value, Value::Text(nfd("Hà Nội")));
    assert!(from_json(&nfd("{\"giới\": 1}"), None).unwrap().get(&nfd("giới")).is_some());
}
