//! Outcomes that say where they stand: explanations cite it.

use attain::tally::TableColumns;
use attain::{Outcome, Plan, Tally};

use crate::support::{day, outcome};

const PLAN: &str = r#"
attain: 1
plan: roads
units:
  levels: [city, district]
  list:
    - {id: c, name: City, level: city}
    - {id: d, name: North, level: district, parent: c}
    - {id: e, name: South, level: district, parent: c}
measures: {accidents: {}}
indicators: {accidents: {count: accidents}}
targets:
  few: {indicator: accidents, goal: {at_most: 5}, window: "2023", units: [c, d]}
"#;

/// What the city's explanation says, each line without its indentation.
fn lines(tally: &Tally) -> Vec<String> {
    let plan = tally.plan();
    let report = plan.assess(tally, day("2023-12-31")).unwrap();
    let why = report.explain("few", Some("c"), None).unwrap();
    let tree = why.tree(&attain::views::TreeOptions::default()).to_string();
    tree.lines().map(|line| line.trim().to_owned()).collect()
}

fn cites(tally: &Tally, source: &str) -> bool {
    lines(tally).iter().any(|line| line.contains(&format!("source: {source}")))
}

#[test]
fn an_explanation_cites_the_source_of_each_figure() {
    let plan = Plan::from_yaml(PLAN).unwrap();
    let mut tally = Tally::new(&plan);
    let cited = outcome("d", "2023", "accidents", 2.0);
    let cited = Outcome { source: Some("itt.xlsx!ITT!I6".into()), ..cited };
    tally.record_all(&[cited, outcome("e", "2023", "accidents", 1.0)]).unwrap();
    let lines = lines(&tally);
    let of_sources: Vec<&String> = lines.iter().filter(|line| line.contains("source")).collect();
    assert_eq!(of_sources.len(), 1, "{lines:#?}");
    assert!(of_sources[0].contains("source: itt.xlsx!ITT!I6"), "{lines:#?}");
}

#[test]
fn a_source_stays_with_its_outcome_wherever_it_goes() {
    let plan = Plan::from_yaml(PLAN).unwrap();
    let file =
        "unit,period,measure,value,source\nd,2023,accidents,2,report 7\ne,2023,accidents,1,\n";
    let mut tally = Tally::new(&plan);
    tally.read_from(file.as_bytes(), "figures.csv", &TableColumns::new()).unwrap();
    assert!(cites(&tally, "report 7"));
    let lines = r#"{"unit": "d", "period": "2023", "measure": "accidents", "value": 2, "source": "report 7"}"#;
    let mut of_lines = Tally::new(&plan);
    of_lines.read_from(lines.as_bytes(), "figures.jsonl", &TableColumns::new()).unwrap();
    assert!(cites(&of_lines, "report 7"));
    let mut merged = Tally::new(&plan);
    merged.record(&outcome("e", "2022", "accidents", 1.0)).unwrap();
    merged.merge(&tally).unwrap();
    assert!(cites(&merged, "report 7"));
    let other = Plan::from_yaml(
        &PLAN.replace("{id: d,", "{id: a, level: district, parent: c}\n    - {id: d,"),
    );
    assert!(cites(&merged.with_plan(&other.unwrap()).unwrap(), "report 7"));
    #[cfg(feature = "arrow")]
    {
        let folder = crate::support::Scratch::new("cited-cells");
        let path = folder.folder().join("stored.arrow");
        merged.save(&path).unwrap();
        assert!(cites(&Tally::open(&plan, &path).unwrap(), "report 7"));
    }
    let json = serde_json::to_string(&Outcome {
        source: Some("x".into()),
        ..outcome("d", "2023", "accidents", 2.0)
    });
    assert!(json.unwrap().contains(r#""source":"x""#));
}

#[test]
fn a_fault_names_the_row_and_not_what_it_cites() {
    let plan = Plan::from_yaml(PLAN).unwrap();
    let file = "unit,period,measure,value,source\nd,2023,accidents,2,report 7\nd,2023,accidents,1,report 8\n";
    let error = Tally::new(&plan)
        .read_from(file.as_bytes(), "figures.csv", &TableColumns::new())
        .unwrap_err();
    assert!(error.to_string().contains("figures.csv:3"), "{error}");
    // A figure that the tally had before is named by its source.
    let mut tally = Tally::new(&plan);
    let first = file.lines().take(2).collect::<Vec<_>>().join("\n");
    tally.read_from(first.as_bytes(), "figures.csv", &TableColumns::new()).unwrap();
    let error = tally.record(&outcome("d", "2023", "accidents", 1.0)).unwrap_err();
    assert!(error.to_string().contains("report 7"), "{error}");
}
