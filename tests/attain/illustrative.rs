//! Outcomes that are made up to illustrate: the rows that rest on them say so, and no others.

use attain::tally::TableColumns;
use attain::{Outcome, Plan, Report, Rows, Tally};

use crate::support::{day, outcome};

const PLAN: &str = r#"
attain: 1
plan: roads
units:
  levels: [city, district, commune]
  list:
    - {id: c, name: City, level: city}
    - {id: d1, name: North, level: district, parent: c}
    - {id: d2, name: South, level: district, parent: c}
    - {id: x, level: commune, parent: d1}
    - {id: y, level: commune, parent: d2}
    - {id: z, level: commune, parent: d2}
measures: {accidents: {}, fires: {}}
indicators:
  accidents: {count: accidents}
  fires: {count: fires}
  growth: {change: {of: accidents, from: same_window_last_year, as: percent}}
targets:
  few: {indicator: accidents, goal: {at_most: 5}, window: {every: quarter, within: ["2023-01-01", "2025-01-01"]}, units: [c, d1, d2, x, y, z]}
  calm: {indicator: fires, goal: {at_most: 5}, window: {every: quarter, within: "2023"}, units: [c, d1, d2, x, y, z]}
  fewer: {indicator: growth, goal: {at_most: 0}, window: {every: quarter, within: "2024"}, units: [c, y]}
"#;

/// A figure of each commune, measure and quarter; that of y in the second quarter of 2023 is made up.
fn figures() -> Vec<Outcome> {
    let quarters =
        (1..=4).flat_map(|quarter| ["2023", "2024"].map(|year| format!("{year}-Q{quarter}")));
    let figures = quarters.flat_map(|quarter| {
        ["x", "y", "z"].into_iter().flat_map(move |unit| {
            ["accidents", "fires"].map(|measure| outcome(unit, &quarter, measure, 2.0))
        })
    });
    let mut figures: Vec<Outcome> = figures.collect();
    for figure in &mut figures {
        figure.illustrative = *figure == outcome("y", "2023-Q2", "accidents", 2.0);
    }
    figures
}

fn tally(plan: &Plan) -> Tally {
    let mut tally = Tally::new(plan);
    tally.record_all(&figures()).unwrap();
    tally
}

fn parse() -> Plan {
    Plan::from_yaml(PLAN).unwrap()
}

/// Target, unit and first day of the rows that say they rest on something made up.
fn marked(report: &Report) -> Vec<String> {
    let rows = report.rows().iter().filter(|row| row.illustrative);
    rows.map(|row| format!("{} {} {}", row.target, row.unit, row.window_start)).collect()
}

const EXPECTED: [&str; 5] = [
    "few c 2023-04-01",
    "few d2 2023-04-01",
    "few y 2023-04-01",
    "fewer c 2024-04-01",
    "fewer y 2024-04-01",
];

#[test]
fn a_row_rests_on_its_unit_and_those_below_in_its_window_and_the_one_it_is_compared_with() {
    let plan = parse();
    let report = plan.assess(&tally(&plan), day("2025-01-31")).unwrap();
    assert_eq!(marked(&report), EXPECTED);
    assert!(report.rows().len() > 60);
}

#[test]
fn the_mark_stays_with_outcomes_wherever_they_go() {
    let plan = parse();
    let as_of = day("2025-01-31");
    let marked_in = |plan: &Plan, tally: &Tally| marked(&plan.assess(tally, as_of).unwrap());
    // In parts.
    let mut whole = Tally::new(&plan);
    for part in figures().chunks(5) {
        let mut tally = Tally::new(&plan);
        tally.record_all(part).unwrap();
        whole.merge(&tally).unwrap();
    }
    assert_eq!(marked_in(&plan, &whole), EXPECTED);
    // With a plan of other goals, and one more unit before the others.
    let other = PLAN.replace("at_most: 5", "at_most: 6");
    let other =
        other.replace("    - {id: x,", "    - {id: a, level: commune, parent: d1}\n    - {id: x,");
    let other = Plan::from_yaml(&other).unwrap();
    assert_eq!(marked_in(&other, &whole.with_plan(&other).unwrap()), EXPECTED);
    // As JSON and back.
    let json = serde_json::to_string(&figures()).unwrap();
    assert_eq!(json.matches(r#""illustrative":true"#).count(), 1);
    assert!(!json.contains(r#""illustrative":false"#));
    assert_eq!(serde_json::from_str::<Vec<Outcome>>(&json).unwrap(), figures());
    // In a file.
    #[cfg(feature = "arrow")]
    {
        let folder = crate::support::Scratch::new("illustrative-cells");
        let path = folder.folder().join("stored.arrow");
        whole.save(&path).unwrap();
        assert_eq!(marked_in(&plan, &Tally::open(&plan, &path).unwrap()), EXPECTED);
    }
}

#[test]
fn a_row_says_so_only_once_the_outcome_is_known() {
    let plan = parse();
    let mut late = outcome("y", "2023-Q2", "accidents", 3.0);
    (late.illustrative, late.recorded_at) = (true, Some(day("2023-09-01")));
    let mut tally = Tally::new(&plan);
    tally.record(&outcome("y", "2023-Q2", "accidents", 2.0)).unwrap();
    tally.record(&late).unwrap();
    let on = |as_of: &str| marked(&plan.assess(&tally, day(as_of)).unwrap());
    assert_eq!(on("2023-08-31"), [""; 0]);
    assert_eq!(on("2023-09-01"), EXPECTED[..3]);
}

#[test]
fn assessing_again_marks_what_came_since() {
    let plan = parse();
    let as_of = day("2025-01-31");
    let mut tally = Tally::new(&plan);
    let (made_up, others): (Vec<Outcome>, Vec<Outcome>) =
        figures().into_iter().partition(|figure| figure.illustrative);
    tally.record_all(&others).unwrap();
    let before = plan.assess(&tally, as_of).unwrap();
    assert_eq!(marked(&before), [""; 0]);
    tally.record_all(&made_up).unwrap();
    let again = plan.assess_again(&before, &tally, as_of).unwrap();
    assert_eq!(marked(&again), EXPECTED);
    assert_eq!(again.rows(), plan.assess(&tally, as_of).unwrap().rows());
}

#[test]
fn a_total_of_its_own_rests_on_nothing_below() {
    let plan = parse();
    let on = |own: &[(&str, &str)]| {
        let mut tally = tally(&plan);
        for (unit, period) in own {
            tally.record(&outcome(unit, period, "accidents", 4.0)).unwrap();
        }
        marked(&plan.assess(&tally, day("2023-12-31")).unwrap())
    };
    assert_eq!(on(&[("d2", "2023-Q2")]), ["few y 2023-04-01"]);
    assert_eq!(on(&[("c", "2023-Q2")]), EXPECTED[1..3]);
    assert_eq!(on(&[("c", "2023-04"), ("c", "2023-05"), ("c", "2023-06")]), EXPECTED[1..3]);
    // Without June it is no total.
    assert_eq!(on(&[("c", "2023-04"), ("c", "2023-05")]), EXPECTED[..3]);
}

#[test]
fn published_values_are_those_of_their_own_units() {
    let text = PLAN.replace("fires: {count: fires}", "fires: {reported: {unit: percent}}");
    let plan = Plan::from_yaml(&text.replace("accidents: {}, fires: {}", "accidents: {}")).unwrap();
    let mut tally = Tally::new(&plan);
    for (unit, illustrative) in [("c", false), ("d2", true), ("y", false)] {
        let value = outcome(unit, "2023-Q2", "fires", 4.0);
        tally.record(&Outcome { illustrative, ..value }).unwrap();
    }
    let report = plan.assess(&tally, day("2023-12-31")).unwrap();
    assert_eq!(marked(&report), ["calm d2 2023-04-01"]);
}

#[test]
fn events_are_marked_too() {
    let plan = parse();
    let mut tally = Tally::of_events(&plan);
    for (date, illustrative) in [("2023-01-05", false), ("2023-05-05", true), ("2023-05-06", false)]
    {
        let event = outcome("y", date, "accidents", 1.0);
        tally.record(&Outcome { illustrative, ..event }).unwrap();
    }
    let report = plan.assess(&tally, day("2023-12-31")).unwrap();
    assert_eq!(marked(&report), EXPECTED[..3]);
}

#[test]
fn figures_that_cross_over_to_new_boundaries_keep_the_mark() {
    let text = PLAN.replace(
        "measures:",
        "  changes:\n    - on: 2024-07-01\n      list: [{from: y, to: w}, {from: z, to: w}]\nmeasures:",
    );
    let text = text
        .replace("{id: y, level: commune, parent: d2}", "{id: y, level: commune, parent: d2, valid_to: 2024-07-01}")
        .replace(
            "{id: z, level: commune, parent: d2}",
            "{id: z, level: commune, parent: d2, valid_to: 2024-07-01}\n    - {id: w, level: commune, parent: d2, valid_from: 2024-07-01}",
        )
        .replace("units: [c, d1, d2, x, y, z]}", "units: {level: commune}}")
        .replace("units: [c, y]", "units: {level: city}");
    let plan = Plan::from_yaml(&text).unwrap_or_else(|error| panic!("{error}"));
    let plan = plan.in_geography(Some(day("2024-12-31")));
    let figures: Vec<Outcome> = figures()
        .into_iter()
        .filter(|one| match &one.when {
            attain::When::Period(name) => name.starts_with("2023"),
            _ => false,
        })
        .collect();
    let mut tally = Tally::new(&plan);
    tally.record_all(&figures).unwrap();
    let report = plan.assess(&tally, day("2023-12-31")).unwrap();
    assert_eq!(marked(&report), ["few w 2023-04-01"]);
}

#[test]
fn files_say_so_in_a_column() {
    let plan = parse();
    let lines =
        [("true", true), ("True", true), ("1", true), ("false", false), ("0", false), ("", false)];
    for (text, expected) in lines {
        let file =
            format!("unit,period,measure,value,illustrative\ny,2023-Q2,accidents,2,{text}\n");
        let mut tally = Tally::new(&plan);
        tally.read_from(file.as_bytes(), "figures.csv", &TableColumns::new()).unwrap();
        let report = plan.assess(&tally, day("2023-12-31")).unwrap();
        assert_eq!(!marked(&report).is_empty(), expected, "{text}");
    }
    let file = r#"{"unit": "y", "period": "2023-Q2", "measure": "accidents", "value": 2, "illustrative": true}"#;
    let mut tally = Tally::new(&plan);
    tally.read_from(file.as_bytes(), "figures.jsonl", &TableColumns::new()).unwrap();
    let report = plan.assess(&tally, day("2023-12-31")).unwrap();
    assert_eq!(marked(&report), EXPECTED[..3]);
    let file = "unit,period,measure,value,illustrative\ny,2023-Q2,accidents,2,maybe\n";
    let error = Tally::new(&plan)
        .read_from(file.as_bytes(), "figures.csv", &TableColumns::new())
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("figures.csv:2, column `illustrative`")
            && text.contains("neither true nor false"),
        "{text}"
    );
    assert!(text.contains("`maybe`"), "{text}");
    assert_eq!(error.faults()[0].code.code(), "not_a_boolean");
}

#[test]
fn everything_that_is_read_says_so() {
    let plan = parse();
    let report = plan.assess(&tally(&plan), day("2025-01-31")).unwrap();
    let rows = report.rows().len();
    let header = format!("Illustrative: 5 of {rows} rows rest on figures that are made up.");
    let plain = |text: String| text.replace('\u{202f}', "").replace('\u{a0}', " ");
    let page = report.to_page(&attain::interactive::PageOptions::new()).unwrap();
    for text in [report.text(200, false), report.to_html(), report.html_fragment(), page] {
        assert!(plain(text).contains(&header));
    }
    let vietnamese = report.to_html_in(attain::scorecard::Language::Vietnamese);
    assert!(vietnamese.contains("Minh họa: 5 trong"));
    let json = serde_json::to_string(report.rows()).unwrap();
    assert_eq!(json.matches(r#""illustrative":true"#).count(), 5);
    let why = report.explain("few", Some("y"), Some("2023-Q2")).unwrap().to_string();
    assert!(why.contains("made up to illustrate"), "{why}");
    let why = report.explain("few", Some("z"), Some("2023-Q2")).unwrap().to_string();
    assert!(!why.contains("made up to illustrate"), "{why}");
    // Nothing is said where nothing is made up.
    let mut tally = Tally::new(&plan);
    let real: Vec<Outcome> =
        figures().into_iter().map(|one| Outcome { illustrative: false, ..one }).collect();
    tally.record_all(&real).unwrap();
    let report = plan.assess(&tally, day("2025-01-31")).unwrap();
    assert!(!(report.to_html() + &report.text(200, false)).contains("made up"));
    assert_eq!(tally.rows(), Rows::Figures);
}
