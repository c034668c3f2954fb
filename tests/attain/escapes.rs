//! Text from outside commands no terminal: escapes of ANSI, a bell and letters that turn the direction of text do not
//! leave through faults, warnings and explanations. Data keep them.

use attain::error::FaultCode;
use attain::views::TreeOptions;
use attain::{Fault, Outcome, Place, Plan, Report, Tally, When};

use crate::support::day;

/// What a terminal obeys, and what turns the direction of the text around it.
const COMMANDS: [char; 5] = ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{2066}'];

fn report(text: &str) -> Report {
    let quoted = serde_json::to_string(text).unwrap();
    let plan = Plan::from_json(&format!(
        r#"{{"attain": 1, "plan": "p",
            "units": {{"levels": ["city"], "list": [{{"id": "01", "name": {quoted}, "level": "city"}}]}},
            "measures": {{"cases": {{"title": {quoted}}}, "people": {{}}}},
            "indicators": {{"share": {{"title": {quoted}, "note": {quoted},
                "proportion": {{"numerator": "cases", "denominator": "people"}}}}}},
            "targets": {{"few": {{"title": {quoted}, "note": {quoted}, "indicator": "share",
                "goal": {{"at_most": 9}}, "window": "2025-Q1",
                "basis": [{{"document": {quoted}, "clause": {quoted}}}]}}}}}}"#
    ))
    .unwrap();
    let mut tally = Tally::new(&plan);
    let quarter = When::Period("2025-Q1".to_owned());
    tally.record(&Outcome::new("01", quarter.clone(), "cases", 8.0)).unwrap();
    tally.record(&Outcome::new("01", quarter, "people", 80.0)).unwrap();
    plan.assess(&tally, day("2025-04-30")).unwrap()
}

#[test]
fn explanations_command_no_terminal() {
    let raw = format!("x{}", COMMANDS.iter().map(|one| format!("{one}[31my")).collect::<String>());
    // A unit's name with such letters is refused or kept; titles and notes are kept.
    let report = report(&raw);
    let explanation = report.explain("few", None, None).unwrap();
    let tree = explanation.tree(&TreeOptions::default());
    for text in [
        explanation.to_string(),
        explanation.to_html(),
        explanation.formula.clone(),
        explanation.judgement.clone(),
        tree.to_string(),
        serde_json::to_string(&tree).unwrap(),
    ] {
        assert!(!text.contains(COMMANDS), "{text:?}");
        assert!(text.contains("[31m") || text == explanation.judgement, "{text:?}");
    }
    // Data keep the text; JSON escapes control characters itself.
    assert_eq!(explanation.target_title, raw);
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["target_title"], raw);
}

#[test]
fn plain_titles_stay_as_they_are() {
    for title in ["Ngày đầu", "می\u{200c}خواهم", "Schools \u{2764}\u{fe0f}"] {
        let report = report(title);
        let explanation = report.explain("few", None, None).unwrap();
        assert!(explanation.to_string().starts_with(&format!("{title} · ")));
        assert!(explanation.to_html().contains(title));
        assert!(explanation.formula.starts_with(title));
    }
}

#[test]
fn places_of_faults_command_no_terminal() {
    let name = || "a\u{1b}[31m\u{7}\u{202e}b".to_owned();
    let places = [
        Place::Text { file: Some(name()), line: 1, column: 2 },
        Place::Cell { file: name(), line: 1, column: Some(name()) },
        Place::Row { row: 1, column: Some(name()) },
        Place::FileRow { file: name(), row: 1, column: Some(name()) },
        Place::Column { column: name() },
        Place::FileColumn { file: name(), column: name() },
        Place::Path { path: name() },
        Place::Within { file: name(), path: name() },
        Place::File { file: name() },
        Place::Figures { measure: name(), unit: name(), window: Some(name()) },
        Place::Judged { target: name(), unit: name(), window: name() },
    ];
    for place in places {
        let fault = Fault::new(FaultCode::WrongForm, place.clone(), "wrong");
        let text = fault.to_string();
        assert!(!text.contains(COMMANDS), "{text:?}");
        assert!(text.contains(r"a\u{1b}[31m\u{7}\u{202e}b"), "{text:?}");
        // As data the place keeps the name, so that a program finds the file.
        assert!(serde_json::to_string(&fault).unwrap().contains(r"a\u001b[31m"), "{place:?}");
    }
    let error = Plan::load("x\u{1b}.yaml").unwrap_err();
    assert!(error.to_string().starts_with(r"x\u{1b}.yaml: "), "{error}");
    assert_eq!(Place::text(Some("data/plan.yaml"), 3, 4).to_string(), "data/plan.yaml:3:4");
    assert_eq!(Place::row(3, "Số").to_string(), "row 3, column `Số`");
}
