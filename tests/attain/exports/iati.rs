//! Results of IATI: what is written is read again, and what has no form there is counted.

use std::collections::BTreeMap;

use attain::error::FaultCode;
use attain::exchange::{IatiExport, IatiLeftOut, IatiLeftOutRow};
use attain::sources::{IatiOptions, Imported, SourceFile, read_iati};
use attain::{Plan, Report, Rows, Tally, Verdict};
use roxmltree::Document;

use crate::support::{Scratch, assess, day, outcome, outcomes, parse};

fn read(text: &str) -> Imported {
    let file = SourceFile::from_reader("a.xml", &mut text.as_bytes()).unwrap();
    read_iati(&[file], &IatiOptions::default()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn write(report: &Report, export: &IatiExport) -> (String, Vec<IatiLeftOutRow>) {
    let file = Scratch::new("results.xml");
    let left_out = report.write_iati(&file.0, export).unwrap_or_else(|error| panic!("{error}"));
    (std::fs::read_to_string(&file.0).unwrap(), left_out)
}

fn counts(left_out: &[IatiLeftOutRow]) -> Vec<(IatiLeftOut, u64)> {
    left_out.iter().map(|row| (row.what, row.count)).collect()
}

fn judged(imported: &Imported) -> Report {
    let plan = Plan::from_yaml(&imported.to_yaml()).unwrap_or_else(|error| panic!("{error}"));
    let tally = imported.tally(&plan).unwrap_or_else(|error| panic!("{error}"));
    plan.assess(&tally, day("2024-12-31")).unwrap()
}

/// The outcomes as rows of text, without the column that says where they stand.
fn outcomes_of(imported: &Imported) -> Vec<BTreeMap<String, String>> {
    let file = Scratch::new("outcomes.csv");
    imported.write_csv(&file.0).unwrap();
    let mut table = csv::Reader::from_path(&file.0).unwrap();
    let rows = table.deserialize::<BTreeMap<String, String>>();
    rows.map(|row| row.unwrap().into_iter().filter(|(name, _)| name != "source").collect())
        .collect()
}

/// Whether the children of each element stand in the order of the schema.
fn is_in_order(text: &str) {
    let document = Document::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let order: &[(&str, &[&str])] = &[
        ("iati-activities", &["iati-activity"]),
        ("iati-activity", &["iati-identifier", "title", "location", "result"]),
        ("location", &["name"]),
        ("result", &["title", "indicator"]),
        ("indicator", &["title", "description", "reference", "baseline", "period"]),
        ("baseline", &["location", "dimension", "comment"]),
        ("period", &["period-start", "period-end", "target", "actual"]),
        ("target", &["location", "dimension", "comment"]),
        ("actual", &["location", "dimension", "comment"]),
    ];
    for element in document.descendants().filter(|node| node.is_element()) {
        let Some((_, names)) = order.iter().find(|(name, _)| element.has_tag_name(*name)) else {
            continue;
        };
        let places = element.children().filter(|child| child.is_element()).map(|child| {
            let name = child.tag_name().name();
            let place = names.iter().position(|known| *known == name);
            place.unwrap_or_else(|| panic!("`{name}` in `{}`", element.tag_name().name()))
        });
        assert!(places.is_sorted(), "{}", element.tag_name().name());
    }
    for baseline in document.descendants().filter(|node| node.has_tag_name("baseline")) {
        assert!(baseline.attribute("year").is_some(), "the schema requires a year");
    }
}

fn period(start: &str, end: &str, values: &str) -> String {
    format!(
        "<period><period-start iso-date=\"{start}\"/><period-end iso-date=\"{end}\"/>{values}</period>"
    )
}

#[test]
fn an_activity_is_read_written_and_read_again() {
    let text = include_str!("../../interchange/iati/activity.xml");
    let first = read(text);
    let report = judged(&first);
    let (written, left_out) = write(&report, &IatiExport::new());
    assert_eq!(left_out, []);
    is_in_order(&written);
    let second = read(&written);
    assert!(
        first.plan.same_content(&second.plan),
        "{}\n---\n{}",
        first.to_yaml(),
        second.to_yaml()
    );
    assert_eq!(outcomes_of(&first), outcomes_of(&second));
    let again = judged(&second);
    assert_eq!(report.len(), 5);
    assert_eq!(report.rows(), again.rows());
    // The identifier is the code of the unit: naming it says the same.
    let (named, _) = write(&report, &IatiExport::new().activity("XX-ATT-1"));
    assert_eq!(named, written);
}

#[test]
fn several_activities_keep_their_locations_apart() {
    let activity = |id: &str, value: u32| {
        let values = format!(
            "<target value=\"5\"><location ref=\"L\"/><dimension name=\"sex\" value=\"f\"/></target>\
             <actual value=\"{value}\"><location ref=\"L\"/><dimension name=\"sex\" value=\"f\"/></actual>"
        );
        format!(
            "<iati-activity><iati-identifier>{id}</iati-identifier><title><narrative>{id} title</narrative></title>\
             <location ref=\"L\"><name><narrative>Place of {id}</narrative></name></location>\
             <result type=\"3\"><title><narrative>R</narrative></title><indicator measure=\"2\" ascending=\"0\">\
             <title><narrative>I</narrative></title><reference vocabulary=\"99\" code=\"K\"/>\
             <baseline year=\"2022\" value=\"60.5\"><location ref=\"L\"/><dimension name=\"sex\" value=\"f\"/></baseline>\
             {}</indicator></result></iati-activity>",
            period("2023-01-01", "2023-12-31", &values)
        )
    };
    let text =
        format!("<iati-activities>{}{}</iati-activities>", activity("A-1", 4), activity("B-2", 6));
    let first = read(&text);
    let report = judged(&first);
    let verdicts: Vec<Verdict> = report.rows().iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [Verdict::Met, Verdict::Missed]);
    let (written, left_out) = write(&report, &IatiExport::new());
    assert_eq!(left_out, []);
    is_in_order(&written);
    assert_eq!(written.matches("<location ref=\"L\">").count(), 2, "{written}");
    let second = read(&written);
    assert!(
        first.plan.same_content(&second.plan),
        "{}\n---\n{}",
        first.to_yaml(),
        second.to_yaml()
    );
    assert_eq!(outcomes_of(&first), outcomes_of(&second));
    assert_eq!(report.rows(), judged(&second).rows());
    let (only, _) = write(&report, &IatiExport::new().activity("B-2"));
    assert!(only.contains(">B-2<") && !only.contains(">A-1<"));
}

/// Goals of every form, a code that is used again, and names that are markup.
fn of_every_form() -> Report {
    let plan = parse(
        r#"
attain: 1
plan: p
title: "\"Safe\" & <sound>"
units:
  levels: [country, city]
  list:
    - {id: land, name: Land, level: country}
    - {id: "a<b", name: "A & \"B\"", level: city, parent: land}
    - {id: c, level: city, parent: land, valid_to: "2024-05-15"}
    - {id: c, level: city, parent: land, valid_from: "2024-05-15"}
strata: {sex: [f, m], age: [young, old]}
measures:
  cases: {unit: case, strata: [sex, age]}
  beds: {over_time: last}
indicators:
  known: {count: cases, better: lower, title: Known cases, note: "counted <once>"}
  beds: {count: beds}
  share: {reported: {unit: "%"}}
campaigns:
  drive: {title: The drive, note: outcome, window: "2024"}
targets:
  few: {indicator: known, goal: {at_most: 9}, window: {every: quarter, within: "2024"}, units: [land, "a<b", c], note: "agreed in <2023>"}
  fewer: {indicator: known, goal: {at_most: 5}, window: 2024-Q1, units: ["a<b"]}
  some: {indicator: known, goal: {at_least: 1}, window: 2024-Q1, units: ["a<b"]}
  around: {indicator: known, goal: {between: [1, 20]}, window: 2024-Q1, units: ["a<b"]}
  above: {indicator: known, goal: {above: 1}, window: 2024-Q1, units: ["a<b"]}
  less: {indicator: known, goal: {reduce_by: {percent: 10, from: previous_period}}, window: {every: quarter, within: "2024"}, units: ["a<b"]}
  girls: {indicator: known, goal: {at_most: 3}, window: 2024-Q1, units: ["a<b"], where: {sex: f, age: [young, old]}}
  beds: {indicator: beds, goal: {at_least: 80}, baseline: {value: 40}, campaign: drive, window: "2024", units: [land]}
  share: {indicator: share, goal: {at_least: 78.5}, baseline: {window: "2021"}, window: "2023", units: [land]}
"#,
    );
    let mut girls = outcome("a<b", "2024-Q1", "cases", 4.0);
    girls.strata = [("sex".into(), "f".into())].into();
    let mut all = outcomes(&[
        ("a<b", "2023-Q4", "cases", 10.0),
        ("a<b", "2024-Q1", "cases", 8.0),
        ("a<b", "2024-Q2", "cases", 9.0),
        ("land", "2024", "beds", 60.0),
        ("land", "2021", "share", 70.5),
        ("land", "2023", "share", 77.25),
    ]);
    all.push(girls);
    assess(&plan, Rows::Figures, &all, "2024-08-31")
}

#[test]
fn what_has_no_form_is_counted_and_the_rest_is_there() {
    let report = of_every_form();
    let (text, left_out) = write(&report, &IatiExport::new().activity("XM-EXAMPLE-1"));
    is_in_order(&text);
    let none =
        report.rows().iter().filter(|row| &*row.target == "less" && row.goal_value.is_none());
    let none = none.count() as u64;
    // The first quarter is compared with ten cases, and an indicator has one baseline.
    let less = report.rows().iter().filter(|row| &*row.target == "less");
    let other = less.filter(|row| row.baseline.is_some_and(|baseline| baseline != 10.0));
    let other = other.count() as u64;
    assert!(none > 0 && other > 0);
    assert_eq!(
        counts(&left_out),
        [
            (IatiLeftOut::Between, 1),
            (IatiLeftOut::Strict, 1),
            (IatiLeftOut::NoGoal, none),
            (IatiLeftOut::OtherBaseline, other),
            (IatiLeftOut::UnitNotValid, 2),
        ]
    );
    assert_eq!(left_out[0].places, "around a<b 2024-01-01 to 2024-03-31");
    let document = Document::parse(&text).unwrap();
    let all = |name: &str| {
        document.descendants().filter(|node| node.has_tag_name(name)).collect::<Vec<_>>()
    };
    let code_of = |indicator: &roxmltree::Node<'_, '_>| {
        let reference = indicator.children().find(|child| child.has_tag_name("reference"));
        reference.unwrap().attribute("code").unwrap().to_owned()
    };
    let indicators: Vec<[String; 4]> = all("indicator")
        .iter()
        .map(|one| {
            let attribute = |name: &str| one.attribute(name).unwrap().to_owned();
            let attributes = ["measure", "ascending", "aggregation-status"].map(attribute);
            let [measure, ascending, adds_up] = attributes;
            [code_of(one), measure, ascending, adds_up]
        })
        .collect();
    for expected in [
        ["known", "1", "0", "1"],
        ["known.2", "1", "0", "1"],
        ["known.3", "1", "1", "1"],
        // A stock does not add up over time, and a published value not over units.
        ["beds", "1", "1", "0"],
        ["share", "2", "1", "0"],
    ] {
        assert!(indicators.iter().any(|one| one == &expected), "{expected:?} in {indicators:?}");
    }
    let codes: std::collections::BTreeSet<&String> = indicators.iter().map(|one| &one[0]).collect();
    assert_eq!(codes.len(), indicators.len(), "each indicator has a code of its own");
    // The quarters of a target are in one indicator, although in the first one there are more targets.
    let goals = report.rows().iter().filter(|row| &*row.target == "less");
    let goals: Vec<f64> = goals.filter_map(|row| row.goal_value).collect();
    let targets_of = |indicator: &roxmltree::Node<'_, '_>| -> Vec<f64> {
        let targets = indicator.descendants().filter(|node| node.has_tag_name("target"));
        targets.map(|one| one.attribute("value").unwrap().parse().unwrap()).collect()
    };
    assert!(goals.len() > 2);
    assert!(all("indicator").iter().any(|one| targets_of(one) == goals), "{goals:?}");
    // The campaign is an outcome; the other targets are in a result of the plan.
    let results: Vec<_> = all("result").iter().map(|one| one.attribute("type").unwrap()).collect();
    assert_eq!(results, ["2", "9"]);
    assert_eq!(all("period-end")[0].attribute("iso-date"), Some("2024-12-31"));
    // The year is that of the earlier window, or of the day before the first period.
    let baseline = |code: &str| {
        let of_code = |one: &roxmltree::Node<'_, '_>| code_of(&one.parent().unwrap()) == code;
        let found = all("baseline").into_iter().find(of_code).unwrap();
        ["year", "value"].map(|name| found.attribute(name).unwrap().to_owned())
    };
    assert_eq!(baseline("beds"), ["2023", "40"]);
    assert_eq!(baseline("share"), ["2021", "70.5"]);
    // The only unit without a parent is the activity: its values have no location.
    let share = all("indicator").into_iter().find(|one| code_of(one) == "share").unwrap();
    let values: Vec<_> = share
        .descendants()
        .filter(|node| node.has_tag_name("target") || node.has_tag_name("actual"))
        .collect();
    assert_eq!(values[0].attribute("value"), Some("78.5"));
    assert_eq!(values[1].attribute("value"), Some("77.25"));
    assert!(values.iter().all(|one| !one.descendants().any(|node| node.has_tag_name("location"))));
    let dimensions: Vec<_> = all("dimension")
        .iter()
        .map(|one| (one.attribute("name").unwrap(), one.attribute("value").unwrap()))
        .collect();
    assert!(dimensions.contains(&("sex", "f")) && dimensions.contains(&("age", "young + old")));
    assert!(text.contains("A &amp; &quot;B&quot;") && text.contains("agreed in &lt;2023&gt;"));
    // A value that rests on nothing has no element.
    let is_number = |one: &roxmltree::Node<'_, '_>| {
        one.attribute("value").is_some_and(|value| value.parse::<f64>().is_ok())
    };
    assert!(all("actual").iter().chain(&all("target")).all(is_number));
    let with_value = report.rows().iter().filter(|row| row.value.is_some()).count();
    assert_eq!(all("actual").len(), with_value);
}

#[test]
fn every_value_and_goal_is_read_again() {
    let report = of_every_form();
    let (text, _) = write(&report, &IatiExport::new().activity("XM-EXAMPLE-1"));
    let imported = read(&text);
    let plan = parse(&imported.to_yaml());
    let tally: Tally = imported.tally(&plan).unwrap();
    let again = plan.assess(&tally, report.as_of()).unwrap();
    let known = |report: &Report| {
        let rows = report.rows().iter().filter(|row| row.goal_value.is_some());
        let rows = rows.filter(|row| row.value.is_some() && row.goal_upper.is_none());
        let rows = rows.filter(|row| !row.goal.starts_with("above"));
        let mut rows: Vec<(String, String, String)> = rows
            .map(|row| {
                let unit = if &*row.unit == "XM-EXAMPLE-1" { "land" } else { &*row.unit };
                let numbers =
                    [row.value, row.goal_value, row.gap].map(|number| format!("{number:?}"));
                (unit.to_owned(), row.window_start.to_string(), numbers.join(" "))
            })
            .collect();
        rows.sort();
        rows
    };
    assert!(known(&report).len() > 6);
    assert_eq!(known(&report), known(&again));
}

#[test]
fn texts_have_a_language_and_reasons_are_comments() {
    let plan = parse(
        "{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
          targets: {few: {indicator: known, goal: {at_most: 9}, window: 2024-Q1}},
          units: {levels: [city], list: [{id: a, level: city}]}}",
    );
    let mut figure = outcome("a", "2024-Q1", "cases", 8.0);
    figure.status = Some(attain::Status::P);
    let report = assess(&plan, Rows::Figures, &[figure], "2024-12-31");
    let reason = report.rows()[0].reason.unwrap();
    let (text, _) = write(&report, &IatiExport::new());
    assert!(text.contains("xml:lang=\"en\"") && text.contains(reason.explanation()));
    let (text, _) = write(&report, &IatiExport::new().language("vi"));
    assert!(text.contains("xml:lang=\"vi\"") && !text.contains(reason.explanation()));
    // A comment in another language than that of the plan's texts says so.
    let (text, _) = write(&report, &IatiExport::new().language("fr"));
    let comment = format!("<narrative xml:lang=\"en\">{}</narrative>", reason.explanation());
    assert!(text.contains("<iati-activity xml:lang=\"fr\">") && text.contains(&comment), "{text}");
}

#[test]
fn what_can_not_be_written_is_refused_before_a_file_is_there() {
    let report = of_every_form();
    let file = Scratch::new("results.xml");
    let refused = |report: &Report, export: &IatiExport| {
        let error = report.write_iati(&file.0, export).unwrap_err();
        assert!(error.is_request() && !file.0.exists());
        error.faults()[0].code
    };
    assert_eq!(refused(&report, &IatiExport::new().language("e n")), FaultCode::WrongForm);
    let none = report.filter(&attain::Filter::default().target("share")).unwrap();
    assert_eq!(refused(&none, &IatiExport::new().activity("c")), FaultCode::NoSuchRow);
    let error = report.write_iati(file.0.join("none/a.xml"), &IatiExport::new()).unwrap_err();
    assert!(error.is_file());
}
