//! Hints of requests: lost zeros, unknown choices, days out of range, numbers in texts.

use attain::calendar::Every;
use attain::error::FaultCode;
use attain::{Filter, Outcome, Plan, Rows, Tally, Verdict, When};

use crate::support::day;

fn plan(more: &str) -> attain::Result<Plan> {
    Plan::from_yaml(&format!(
        r#"
attain: 1
plan: p
units:
  levels: [city, district]
  list:
    - {{id: "01", level: city}}
    - {{id: "005", level: district, parent: "01"}}
    - {{id: "0012", level: district, parent: "01"}}
    - {{id: "7", level: district, parent: "01"}}
measures: {{cases: {{}}}}
indicators: {{cases: {{count: cases}}}}
targets:
  few: {{indicator: cases, goal: {{at_most: 9}}, window: 2025-Q1{more}}}
"#
    ))
}

const CODES: [(&str, Option<&str>); 7] = [
    ("5", Some("005")),
    ("05", Some("005")),
    ("1", Some("01")),
    ("12", Some("0012")),
    ("0005", None),
    ("07", None),
    ("99", None),
];

fn lost(id: &str) -> String {
    format!("the code `{id}` has lost its leading zeros")
}

#[test]
fn lost_zeros_are_named_wherever_a_unit_is_looked_up() {
    let plan_with = plan("").unwrap();
    let report = plan_with.assess(&Tally::new(&plan_with), day("2025-04-30")).unwrap();
    for (code, id) in CODES {
        let mut tally = Tally::new(&plan_with);
        let outcome = Outcome::new(code, When::Period("2025-Q1".to_owned()), "cases", 1.0);
        let filter = Filter::default().unit(code);
        for (place, error) in [
            ("outcome", tally.record(&outcome).unwrap_err()),
            ("target", plan(&format!(", units: [\"{code}\"]")).unwrap_err()),
            ("filter", report.filter(&filter).unwrap_err()),
            ("explain", report.explain("few", Some(code), None).unwrap_err()),
        ] {
            let text = error.to_string();
            match id {
                Some(id) => assert!(text.contains(&lost(id)), "{place}, {code}: {text}"),
                None => assert!(!text.contains("leading zeros"), "{place}, {code}: {text}"),
            }
            assert_eq!(error.faults()[0].code, FaultCode::UnknownUnit);
        }
    }
}

#[test]
fn a_parent_without_its_zeros_is_named() {
    let text = r#"{attain: 1, plan: p, units: {levels: [city, district], list: [
        {id: "01", level: city}, {id: "005", level: district, parent: "1"}]}}"#;
    let error = Plan::from_yaml(text).unwrap_err();
    assert!(error.to_string().contains(&lost("01")), "{error}");
}

#[test]
fn unknown_choices_are_refused_in_one_form() {
    let error = |measure: &str| {
        let text = format!(
            "{{attain: 1, plan: p, units: {{levels: [c], list: [{{id: a, level: c}}]}}, measures: {{m: {measure}}}}}"
        );
        Plan::from_yaml(&text).unwrap_err().faults()[0].clone()
    };
    let of = |error: attain::Error| error.faults()[0].clone();
    for (fault, what, found, near) in [
        (error("{over_time: summ}"), "operator over time", "summ", Some("sum")),
        (error("{over_units: maximum}"), "operator over units", "maximum", None),
        (of("mett".parse::<Verdict>().unwrap_err()), "verdict", "mett", Some("met")),
        (of("figure".parse::<Rows>().unwrap_err()), "kind of rows", "figure", Some("figures")),
        (of("monthly".parse::<Every>().unwrap_err()), "kind of period", "monthly", Some("month")),
    ] {
        assert_eq!(fault.code, FaultCode::UnknownChoice);
        assert_eq!(fault.message, format!("there is no such {what}"));
        assert_eq!(fault.found, Some(format!("`{found}`")));
        assert!(fault.expected.is_some_and(|all| all.split(", ").count() > 1));
        assert_eq!(fault.hint, near.map(|near| format!("did you mean `{near}`?")));
    }
    assert!(error("{over_time: [sum]}").message.contains("this is not the operator over time"));
}

#[test]
fn days_beyond_four_digits_are_refused() {
    let plan = plan("").unwrap();
    let tally = Tally::new(&plan);
    let beyond = |year: i32| chrono::NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    for (year, is_refused) in [(12000, true), (10000, true), (9999, false), (1, false), (0, true)] {
        match plan.assess(&tally, beyond(year)) {
            Ok(_) => assert!(!is_refused, "{year}"),
            Err(error) => {
                assert!(is_refused && error.is_request(), "{year}");
                assert_eq!(error.faults()[0].code, FaultCode::OutOfRange);
            }
        }
    }
}

/// Numbers in sentences, with thousands set apart.
fn explained(goal: &str, now: f64, earlier: f64) -> attain::views::Explanation {
    let text = format!(
        "{{attain: 1, plan: p, units: {{levels: [c], list: [{{id: a, level: c}}]}}, measures: {{cases: {{}}, all: {{}}}},
          indicators: {{share: {{proportion: {{numerator: cases, denominator: all}}, better: higher}}, known: {{count: cases, better: lower}}}},
          targets: {{t: {{indicator: {goal}, window: 2025-Q1}}}}}}"
    );
    let plan = Plan::from_yaml(&text).unwrap();
    let mut tally = Tally::new(&plan);
    for (period, cases) in [("2025-Q1", now), ("2024-Q4", earlier)] {
        for (measure, value) in [("cases", cases), ("all", cases.max(7.0))] {
            let when = When::Period(period.to_owned());
            tally.record(&Outcome::new("a", when, measure, value)).unwrap();
        }
    }
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    report.explain("t", None, None).unwrap()
}

#[test]
fn computed_goals_are_rounded_as_values_are() {
    let goal = "share, goal: {increase_by: {percent: 3, from: {window: 2024-Q4}}}";
    let explanation = explained(goal, 4.0, 3.0);
    // 3 of 7 and 3 % of it are 44.142857…
    let text = explanation.judgement.replace('\u{a0}', " ");
    assert!(text.contains("increase by 3 % from 2024-Q4 (44.1 %)"), "{text}");
    // A literal goal keeps every digit it was written with.
    let text = explained("share, goal: {at_least: 44.142857}", 4.0, 3.0).judgement;
    assert!(text.contains("at least 44.142857"), "{text}");
}

#[test]
fn numbers_of_events_are_grouped_and_have_their_plural() {
    let flip = |now: f64| {
        let explanation = explained("known, goal: {at_most: 9}", now, 1.0);
        explanation.to_string().replace('\u{202f}', " ")
    };
    assert!(
        flip(1512.0).contains("1 503 events fewer would turn the verdict."),
        "{}",
        flip(1512.0)
    );
    assert!(flip(10.0).contains("1 event fewer would turn the verdict."), "{}", flip(10.0));
}
