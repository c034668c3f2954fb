//! Rules of the guide that no random case above covers: operators, published values, obligations, revisions.

use attain::{Assessment, Outcome, Plan, Reason, Rows, When};

use crate::support::{assess, day};

fn plan() -> Plan {
    Plan::from_yaml(
        r#"
attain: 1
plan: rules
units: {levels: [city, district], list: [
  {id: c, level: city}, {id: d1, level: district, parent: c}, {id: d2, level: district, parent: c}]}
strata: {sex: [f, m], age: [young, old]}
measures:
  wait: {over_time: last, over_units: mean}
  peak: {over_time: last, over_units: max}
  visits: {every: month, recorded_at: district}
  cases: {}
indicators:
  wait: {count: wait}
  peak: {count: peak}
  visits: {count: visits}
  cases: {count: cases}
  published: {reported: {unit: "%"}}
targets:
  wait: {indicator: wait, goal: {at_most: 9}, window: "2023"}
  peak: {indicator: peak, goal: {at_most: 9}, window: "2023"}
  published: {indicator: published, goal: {at_most: 9}, window: "2023"}
  published-f: {indicator: published, goal: {at_most: 9}, window: "2023", where: {sex: f}}
  visits-f: {indicator: visits, goal: {at_most: 9}, window: 2023-Q1, where: {sex: f}}
  cases: {indicator: cases, goal: {at_most: 9}, window: "2023"}
  cases-f: {indicator: cases, goal: {at_most: 9}, window: "2023", where: {sex: f}}
"#,
    )
    .unwrap()
}

fn year(unit: &str, measure: &str, value: f64) -> Outcome {
    Outcome::new(unit, When::Period("2023".into()), measure, value)
}

fn judged(rows: Rows, outcomes: &[Outcome], target: &str, as_of: &str) -> Assessment {
    let report = assess(&plan(), rows, outcomes, as_of);
    report.rows().iter().find(|row| row.target == target).unwrap().clone()
}

#[test]
fn categories_are_combined_as_units_are() {
    for (measure, expected) in [("wait", 6.0), ("peak", 8.0)] {
        let outcomes = [
            year("c", measure, 4.0).in_stratum("sex", "f"),
            year("c", measure, 8.0).in_stratum("sex", "m"),
        ];
        let row = judged(Rows::Figures, &outcomes, measure, "2023-12-31");
        assert_eq!(row.value, Some(expected), "{measure}");
    }
}

#[test]
fn a_published_value_is_that_of_its_categories_and_no_total_is_made_of_it() {
    let of = |sex: &str, value: f64| year("c", "published", value).in_stratum("sex", sex);
    let outcomes = [of("f", 4.0), of("m", 8.0)];
    let value = |target: &str, outcomes: &[Outcome]| {
        let row = judged(Rows::Figures, outcomes, target, "2023-12-31");
        (row.value, row.reason)
    };
    assert_eq!(value("published-f", &outcomes), (Some(4.0), Some(Reason::NoCounts)));
    assert_eq!(value("published", &outcomes), (None, Some(Reason::NoData)));
    let total = [year("c", "published", 5.0)];
    assert_eq!(value("published", &total), (Some(5.0), Some(Reason::NoCounts)));
    assert_eq!(value("published-f", &total), (None, Some(Reason::NoData)));
}

#[test]
fn who_reports_some_events_reports_those_of_every_category() {
    let visit = |unit: &str, date: &str, sex: &str| {
        Outcome::new(unit, When::Date(day(date)), "visits", 1.0).in_stratum("sex", sex)
    };
    let outcomes = [
        visit("d1", "2023-01-05", "m"),
        visit("d1", "2023-02-05", "f"),
        visit("d1", "2023-03-05", "m"),
        visit("d2", "2023-03-07", "m"),
    ];
    let row = judged(Rows::Events, &outcomes, "visits-f", "2023-12-31");
    assert_eq!((row.value, row.completeness), (Some(1.0), Some(100.0 * 4.0 / 6.0)));
}

#[test]
fn each_category_has_revisions_of_its_own() {
    let known = |sex: &str, value: f64, recorded_at: &str| Outcome {
        recorded_at: Some(day(recorded_at)),
        ..year("c", "cases", value).in_stratum("sex", sex)
    };
    let outcomes = [
        known("f", 3.0, "2024-01-10"),
        known("f", 4.0, "2024-02-10"),
        known("m", 5.0, "2024-01-10"),
        known("m", 7.0, "2024-03-10"),
    ];
    for (as_of, women, all) in
        [("2024-01-31", 3.0, 8.0), ("2024-02-28", 4.0, 9.0), ("2024-03-31", 4.0, 11.0)]
    {
        let value = |target| judged(Rows::Figures, &outcomes, target, as_of).value;
        assert_eq!((value("cases-f"), value("cases")), (Some(women), Some(all)), "{as_of}");
    }
}

#[test]
fn a_districts_figure_of_some_categories_does_not_stand_for_its_total() {
    let outcomes = [
        year("c", "cases", 50.0).in_stratum("sex", "f"),
        year("d1", "cases", 30.0),
        year("d2", "cases", 40.0).in_stratum("sex", "f"),
        year("d2", "cases", 2.0).in_stratum("sex", "m"),
    ];
    let value = |target| judged(Rows::Figures, &outcomes, target, "2023-12-31").value;
    assert_eq!((value("cases"), value("cases-f")), (Some(72.0), Some(50.0)));
}
