//! Plans built in Rust are the plans that files hold, with the same faults.

use attain::calendar::{Every, Length};
use attain::plan::OverTime;
use attain::plan::build::{NewMeasure, NewUnit, count, mean, rate, ratio, share};
use attain::plan::document::Value;
use attain::{Place, Plan};

use crate::support::parse;

#[test]
fn the_plan_is_the_one_that_a_file_holds() {
    let built = Plan::builder("murders")
        .title("Murders and arrests")
        .set("confidence", Value::Number("0.9".into()))
        .levels(["state", "county"])
        .units([
            NewUnit::new("CA", "state").name("California"),
            NewUnit::new("CA/Orange", "county").parent("CA"),
        ])
        .stratum("sex", ["f", "m"])
        .measure(NewMeasure::new("arrests").every(Every::Month))
        .measure(NewMeasure::new("murders").every(Every::Month))
        .measure(NewMeasure::new("population").over_time(OverTime::Mean))
        .measure(NewMeasure::new("trained").every(Every::Month).cumulative())
        .target(
            "sixty",
            ratio("arrests", "murders").at_least(60).every(Every::Year, "2024").level("county"),
        )
        .target("same", ratio("arrests", "murders").between(40, "96.4").window("2024"))
        .target(
            "few",
            rate("murders", "population", 100_000).below(2.5).window("2024").units(["CA"]),
        )
        .target(
            "murders",
            count("murders - arrests").at_most(3).window("2024").basis("96/2019/QH14"),
        )
        .target("fewer", count("murders").reduce_by_percent(10, "previous_period").window("2024"))
        .target(
            "rolling",
            count("murders").at_most(9).rolling(Length::Months(12), Every::Month, "2024"),
        )
        .target("bimonthly", count("murders").at_most(9).each(Length::Months(2), "2024"))
        .target("part", share("arrests", "murders").per(1000).above(100).window("2024"))
        .target("each", mean("murders", "population").at_most(1).window("2024"))
        .build()
        .unwrap();
    let expected = parse(
        r#"
attain: 1
plan: murders
title: Murders and arrests
confidence: 0.9
units:
  levels: [state, county]
  list:
    - {id: CA, name: California, level: state}
    - {id: CA/Orange, level: county, parent: CA}
strata: {sex: [f, m]}
measures:
  arrests: {every: month}
  murders: {every: month}
  population: {over_time: mean}
  trained: {every: month, cumulative: true}
indicators:
  sixty: {ratio: {numerator: arrests, denominator: murders}}
  few: {rate: {numerator: murders, population: population, per: 100000}}
  murders-value: {count: murders - arrests}
  fewer: {count: murders}
  part: {proportion: {numerator: arrests, denominator: murders, per: 1000}}
  each: {mean: {of: murders, per: population}}
targets:
  sixty: {indicator: sixty, goal: {at_least: 60}, window: {every: year, within: "2024"}, units: {level: county}}
  same: {indicator: sixty, goal: {between: [40, 96.4]}, window: "2024"}
  few: {indicator: few, goal: {below: 2.5}, window: "2024", units: [CA]}
  murders: {indicator: murders-value, goal: {at_most: 3}, window: "2024", basis: [{document: 96/2019/QH14}]}
  fewer: {indicator: fewer, goal: {reduce_by: {percent: 10, from: previous_period}}, window: "2024"}
  rolling: {indicator: fewer, goal: {at_most: 9}, window: {rolling: 12 months, every: month, within: "2024"}}
  bimonthly: {indicator: fewer, goal: {at_most: 9}, window: {every: 2 months, within: "2024"}}
  part: {indicator: part, goal: {above: 100}, window: "2024"}
  each: {indicator: each, goal: {at_most: 1}, window: "2024"}
"#,
    );
    assert_eq!(built, expected);
    assert_eq!(built.to_yaml(), expected.to_yaml());
}

#[test]
fn faults_are_at_the_keys() {
    let error = Plan::builder("p")
        .levels(["city"])
        .unit(NewUnit::new("c", "town"))
        .measure(NewMeasure::new("cases").set("evry", Value::Text("month".into())))
        .target("t", count("case").at_most("many"))
        .build()
        .unwrap_err();
    assert!(error.is_plan());
    let places: Vec<String> = error
        .faults()
        .iter()
        .map(|fault| match &fault.place {
            Place::Path { path } => path.clone(),
            other => panic!("{other:?}: {fault}"),
        })
        .collect();
    for place in [
        "units.list.0.level",
        "measures.cases.evry",
        "indicators.t.count",
        "targets.t.goal.at_most",
        "targets.t",
    ] {
        assert!(places.iter().any(|one| one == place), "{place} is not among {places:?}");
    }
}
