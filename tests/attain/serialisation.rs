//! Rows, windows and options are read as they were serialised. `src/generated.rs` tests the rows of every view.

use std::fmt::Debug;

use attain::assess::Text;
use attain::calendar::{self, Calendar, Every, NamedBy, Window};
use attain::error::FaultCode;
use attain::report::Filter;
use attain::stats::{Rule, RuleSet};
use attain::views::{
    AwardOptions, MissingReports, SensitivityOptions, SignalBaseline, SignalOptions, TreeOptions,
};
use attain::{Assessment, Fault, Place, Plan, Tally, Verdict};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The JSON of a value, which reads as the same value.
fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> String {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value, "{text}");
    text
}

fn error<T: DeserializeOwned + Debug>(text: &str) -> String {
    serde_json::from_str::<T>(text).unwrap_err().to_string()
}

#[test]
fn the_rows_of_a_report() {
    let plan = Plan::load("examples/hanoi/plan.yaml").unwrap();
    let mut tally = Tally::new(&plan);
    tally.read_csv("examples/hanoi/outcomes.csv", None).unwrap();
    let report = plan.assess(&tally, calendar::date("2025-10-15").unwrap()).unwrap();
    assert!(report.rows().iter().any(|row| row.chance.is_some() && row.value.is_some()));
    let rows = report.rows().to_vec();
    round_trip(&rows);
    let text = serde_json::to_string(&rows[0]).unwrap();
    let unknown = text.replace("\"verdict\":\"", "\"verdict\":\"not ");
    let message = error::<Assessment>(&unknown);
    assert!(message.contains("met, missed, indeterminate"), "{message}");
    let newer = text.replacen('{', "{\"a column of a later version\":1,", 1);
    assert_eq!(serde_json::from_str::<Assessment>(&newer).unwrap(), rows[0]);
    assert_eq!(round_trip(&Text::from("Hà Nội")), "\"Hà Nội\"");
}

#[test]
fn faults_with_places_of_any_kind() {
    let text = |text: &str| text.to_owned();
    let (file, column) = (text("a.csv"), Some(text("value")));
    let (unit, window) = (text("01"), text("2023"));
    let places = [
        Place::Nowhere,
        Place::Text { file: None, line: 2, column: 7 },
        Place::Text { file: Some(file.clone()), line: 2, column: 7 },
        Place::Cell { file: file.clone(), line: 2, column: None },
        Place::Cell { file: file.clone(), line: 2, column: column.clone() },
        Place::Row { row: 0, column: None },
        Place::Row { row: 0, column: column.clone() },
        Place::FileRow { file: file.clone(), row: 0, column: None },
        Place::FileRow { file: file.clone(), row: 0, column },
        // The name of a column may look like the number of one.
        Place::Column { column: text("7") },
        Place::FileColumn { file: file.clone(), column: text("7") },
        Place::Path { path: text("targets.tet.goal") },
        Place::File { file },
        Place::Figures { measure: text("m"), unit: unit.clone(), window: None },
        Place::Figures { measure: text("m"), unit: unit.clone(), window: Some(window.clone()) },
        Place::Judged { target: text("t"), unit, window },
    ];
    for place in places {
        round_trip(&place);
        let fault = Fault::new(FaultCode::WrongForm, place.clone(), "this is no number");
        round_trip(&fault);
        round_trip(&fault.found("12%").expected("a number").hint("leave the mark out"));
    }
    assert_eq!(round_trip(&Place::Nowhere), "null");
    for text in [r#"{"row": 3}"#, r#"{"row": 3, "of a later version": 1, "column": null}"#] {
        assert_eq!(
            serde_json::from_str::<Place>(text).unwrap(),
            Place::Row { row: 3, column: None }
        );
    }
    for text in [
        r#"{"line": 3}"#,
        r#"{"unit": "01"}"#,
        r#"{"target": "t", "unit": "01"}"#,
        r#"{"measure": "m", "target": "t", "unit": "01", "window": "2023"}"#,
        r#"{"path": "targets", "row": 3}"#,
        r#"{"row": 3, "unit": "01", "measure": "m"}"#,
        r#"{"row": 3, "line": 3, "file": "a.csv"}"#,
    ] {
        assert!(error::<Place>(text).contains("not those of a place"), "{text}");
    }
    assert!(error::<Place>(r#"{"row": -3}"#).contains("expected usize"));
    let unknown = r#"{"code": "wrong_from", "message": "this is no number"}"#;
    assert!(error::<Fault>(unknown).contains("did you mean `wrong_form`?"));
    assert!(error::<Fault>(r#"{"code": "wrong_form"}"#).contains("missing field `message`"));
    let plan = Plan::from_yaml(
        "{attain: 1, plan: p, measures: {a: {}, b: {}}, units: {levels: [c], list: [{id: '01', level: c}]},
          indicators: {share: {proportion: {numerator: a, denominator: b}}},
          targets: {t: {indicator: share, goal: {at_least: 0.9}, window: '2023'}}}",
    );
    let warnings = plan.unwrap().warnings();
    assert!(!warnings.is_empty());
    round_trip(&warnings);
}

#[test]
fn windows_with_the_periods_of_any_calendar() {
    for (month, day) in [(1, 1), (12, 15), (4, 1), (7, 28)] {
        for named_by in [NamedBy::Start, NamedBy::End] {
            let calendar = Calendar::new(month, day, named_by).unwrap();
            for name in ["2023", "2024-H1", "2024-H2", "2023-Q1", "2023-Q4", "2024-02", "2023-W05"]
            {
                let window = calendar.window(calendar.period(name).unwrap()).unwrap();
                assert!(round_trip(&window).contains(name));
            }
        }
    }
    let day = |text: &str| calendar::date(text).unwrap();
    round_trip(&Window::new(day("2023-02-10"), day("2023-04-20")).unwrap());
    let message = error::<Window>(r#"{"start": "2023-02-10", "end": "2023-02-10"}"#);
    assert!(message.contains("no day lies from 2023-02-10 to before 2023-02-10"), "{message}");
    for name in ["2020", "2023-Q2", "2023-W05", "2023-02", "spring"] {
        let text = r#"{"start": "2023-01-01", "end": "2024-01-01", "period": "NAME"}"#;
        let message = error::<Window>(&text.replace("NAME", name));
        assert!(message.contains(&format!("`{name}` is no period from 2023-01-01")), "{message}");
    }
}

#[test]
fn options_with_defaults_for_what_is_left_out() {
    round_trip(&AwardOptions { draws: 10, seed: u64::MAX });
    round_trip(&TreeOptions::default());
    round_trip(&Filter::default().verdict(Verdict::Missed).window("2025-Q1"));
    let ranges = [("cases".to_owned(), (0.0, 12.5))].into();
    round_trip(&SensitivityOptions { missing: MissingReports::OwnRange, ranges });
    let mut signals = SignalOptions::default();
    (signals.every, signals.rules) = (Some(Every::Quarter), RuleSet::Nelson);
    signals.baseline = SignalBaseline::First(12);
    assert!(round_trip(&signals).contains(r#""rules":"nelson","only":null,"#));
    (signals.only, signals.shift_length) = (Some(vec![Rule::Shift, Rule::Trend]), Some(8));
    let json = round_trip(&signals);
    assert!(json.contains(r#""only":["shift","trend"],"shift_length":8,"#), "{json}");
    assert!(json.contains(r#""baseline":{"first":12}"#), "{json}");
    assert_eq!(serde_json::from_str::<SignalOptions>("{}").unwrap(), SignalOptions::default());
    assert_eq!(serde_json::from_str::<AwardOptions>("{}").unwrap(), AwardOptions::default());
    let message = error::<AwardOptions>(r#"{"drawings": 10}"#);
    assert!(message.contains("unknown field `drawings`, expected `draws` or `seed`"), "{message}");
    let message = error::<SignalOptions>(r#"{"only": ["shift", "shifts"]}"#);
    assert!(message.contains("outside_limits, shift, trend"), "{message}");
    let message = error::<SignalOptions>(r#"{"rules": "nsh"}"#);
    assert!(message.contains("nhs, anhoej, western_electric, nelson"), "{message}");
}
