//! Boundaries that change: what is recorded of the units of one day, judged in those of another.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use attain::plan::Relation;
use attain::{Outcome, Plan, Reason, Report, Rows, Tally, When};
use proptest::prelude::*;

use crate::support::day;

/// A report in the boundaries of a day.
fn report_in(plan: &Plan, tally: &Tally, geography: &str, as_of: &str) -> Report {
    let geography = Some(day(geography));
    let plan = plan.in_geography(geography);
    plan.assess(&tally.in_geography(geography), day(as_of)).unwrap()
}

fn record(tally: &mut Tally, unit: &str, period: &str, measure: &str, value: f64) {
    let outcome = Outcome::new(unit, When::Period(period.to_owned()), measure, value);
    tally.record(&outcome).unwrap();
}

/// The values of a target, by unit.
fn values(report: &Report, target: &str) -> BTreeMap<String, Option<f64>> {
    let rows = report.rows().iter().filter(|row| &*row.target == target);
    rows.map(|row| (row.unit.to_string(), row.value)).collect()
}

/// Three communes: `a` is divided, `b` goes to one of its parts, `c` takes another name. Codes are used again.
const REFORM: &str = r#"
attain: 1
plan: reform
units:
  levels: [city, district, commune]
  list:
    - {id: city, level: city}
    - {id: d1, level: district, parent: city}
    - {id: d2, level: district, parent: city, valid_to: 2025-07-01}
    - {id: a, level: commune, parent: d1, valid_to: 2025-07-01}
    - {id: b, level: commune, parent: d1, valid_to: 2025-07-01}
    - {id: c, level: commune, parent: d2, valid_to: 2025-07-01}
    - {id: b, name: Left, level: commune, parent: d1, valid_from: 2025-07-01}
    - {id: right, level: commune, parent: d1, valid_from: 2025-07-01}
    - {id: a, name: C, level: commune, parent: city, valid_from: 2025-07-01}
  changes:
    - on: 2025-07-01
      weights: {people: {vintage: 2019, as: amounts}, land: {vintage: 2019}}
      list:
        - {from: a, to: b, weights: {people: 100, land: 0.25}}
        - {from: a, to: right, weights: {people: 200, land: 0.75}}
        - {from: b, to: right, weights: {people: 600, land: 1}}
        - {from: c, to: a, weights: {people: 50, land: 1}}
measures:
  cases: {}
  cleared: {}
  forest: {apportion: land, over_time: last}
  people: {over_time: last}
  mean_people: {over_time: mean}
  complaints: {over_time: max}
indicators:
  crime: {count: cases}
  clearance: {ratio: {numerator: cleared, denominator: cases}}
  forest: {count: forest}
  people: {count: people}
  mean_people: {count: mean_people}
  complaints: {count: complaints}
  published: {reported: {}}
targets:
  crime:     {indicator: crime, goal: {at_most: 30}, window: "2024", units: {level: commune}}
  clearance: {indicator: clearance, goal: {at_least: 75}, window: "2024", units: {level: commune}}
  above:     {indicator: clearance, goal: {above: 75}, window: "2024", units: {level: commune}}
  forest:    {indicator: forest, goal: {at_least: 1}, window: "2024", units: {level: commune}}
  people:    {indicator: people, goal: {at_least: 1}, window: "2025", units: {level: commune}}
  of-city:   {indicator: people, goal: {at_least: 1}, window: "2025"}
  mean:      {indicator: mean_people, goal: {at_least: 1}, window: "2025"}
  peak:      {indicator: complaints, goal: {at_least: 1}, window: "2025"}
  districts: {indicator: crime, goal: {at_most: 30}, window: "2024", units: {level: district}}
  published: {indicator: published, goal: {at_least: 1}, window: "2024", units: {level: commune}}
  later:     {indicator: crime, goal: {at_most: 30}, window: "2025-Q4", units: {level: commune}}
  spanning:  {indicator: crime, goal: {at_most: 30}, window: "2025", units: {level: commune}}
"#;

const BEFORE: &str = "2024-06-30";
const AFTER: &str = "2025-07-01";

fn reform() -> (Plan, Tally) {
    let plan = Plan::from_yaml(REFORM).unwrap();
    let tally = Tally::new(&plan);
    (plan, tally)
}

#[test]
fn whole_units_are_carried_exactly_and_divided_ones_by_their_weights() {
    let (plan, mut tally) = reform();
    for (unit, cases, forest) in [("a", 28.0, 8.0), ("b", 10.0, 2.0), ("c", 5.0, 1.0)] {
        record(&mut tally, unit, "2024", "cases", cases);
        record(&mut tally, unit, "2024", "forest", forest);
    }
    let report = report_in(&plan, &tally, AFTER, "2025-12-31");
    let crime = values(&report, "crime");
    let third = 28.0 / 3.0;
    assert_eq!(crime["b"], Some(third));
    assert_eq!(crime["right"], Some(2.0 * third + 10.0));
    assert_eq!(crime["a"], Some(5.0), "`a` is what was `c`: a code names a unit only with a date");
    let forest = values(&report, "forest");
    assert_eq!((forest["b"], forest["right"]), (Some(2.0), Some(8.0)));
    let imputed: BTreeMap<&str, Option<f64>> = report
        .rows()
        .iter()
        .filter(|row| &*row.target == "crime")
        .map(|row| (&*row.unit, row.imputed))
        .collect();
    assert_eq!((imputed["b"], imputed["a"]), (Some(100.0), Some(0.0)));
    let expected = 100.0 * (2.0 * third) / (2.0 * third + 10.0);
    assert!((imputed["right"].unwrap() - expected).abs() < 1e-12);
}

#[test]
fn a_part_has_exactly_the_ratio_of_its_whole() {
    let (plan, mut tally) = reform();
    record(&mut tally, "a", "2024", "cases", 28.0);
    record(&mut tally, "a", "2024", "cleared", 21.0);
    let report = report_in(&plan, &tally, AFTER, "2025-12-31");
    // A third of 21 of a third of 28 is 75 %, no more and no less.
    let row = |target: &str, unit: &str| {
        let mut rows = report.rows().iter();
        rows.find(|row| &*row.target == target && &*row.unit == unit).unwrap()
    };
    assert_eq!(row("clearance", "b").value, Some(75.0));
    assert_eq!(row("clearance", "b").verdict.code(), "met");
    assert_eq!(row("above", "b").verdict.code(), "missed");
}

#[test]
fn what_is_recorded_after_a_reform_is_carried_back() {
    let (plan, mut tally) = reform();
    record(&mut tally, "b", "2025-Q4", "cases", 4.0);
    record(&mut tally, "right", "2025-Q4", "cases", 8.0);
    record(&mut tally, "a", "2025-Q4", "cases", 3.0);
    let later = values(&report_in(&plan, &tally, BEFORE, "2025-12-31"), "later");
    // Of the 800 people of `right`, 200 were of `a` and 600 of `b`; `b` had 100, all of `a`.
    assert_eq!((later["a"], later["b"], later["c"]), (Some(4.0 + 2.0), Some(6.0), Some(3.0)));
}

#[test]
fn a_window_that_spans_a_reform_adds_up_both_sides() {
    let (plan, mut tally) = reform();
    record(&mut tally, "b", "2025-H1", "cases", 6.0);
    record(&mut tally, "right", "2025-H2", "cases", 5.0);
    let after = values(&report_in(&plan, &tally, AFTER, "2025-12-31"), "spanning");
    assert_eq!((after["b"], after["right"], after["a"]), (None, Some(11.0), None));
    let before = values(&report_in(&plan, &tally, BEFORE, "2025-12-31"), "spanning");
    assert_eq!((before["a"], before["b"]), (Some(1.25), Some(6.0 + 3.75)));
    // Without a geography, each unit is judged on its own days, which are not all of the window.
    let each = plan.assess(&tally, day("2025-12-31")).unwrap();
    let rows = each.rows().iter().filter(|row| &*row.target == "spanning");
    assert!(rows.map(|row| row.reason).all(|reason| reason == Some(Reason::UnitNotValid)));
}

#[test]
fn of_a_stock_only_what_stood_to_the_end_has_a_say() {
    let (plan, mut tally) = reform();
    for (unit, people) in [("a", 300.0), ("b", 600.0), ("c", 50.0)] {
        record(&mut tally, unit, "2025-Q1", "people", people);
        record(&mut tally, unit, "2025-H1", "mean_people", people);
    }
    for (unit, people) in [("b", 110.0), ("right", 820.0), ("a", 60.0)] {
        record(&mut tally, unit, "2025-Q4", "people", people);
        record(&mut tally, unit, "2025-H2", "mean_people", people);
    }
    let report = plan.assess(&tally, day("2025-12-31")).unwrap();
    assert_eq!(values(&report, "of-city")["city"], Some(990.0));
    let mean = values(&report, "mean")["city"].unwrap();
    let expected = (950.0 * 181.0 + 990.0 * 184.0) / 365.0;
    assert!((mean - expected).abs() < 1e-9, "{mean} is not {expected}");
    let after = values(&report_in(&plan, &tally, AFTER, "2025-12-31"), "people");
    assert_eq!((after["b"], after["right"], after["a"]), (Some(110.0), Some(820.0), Some(60.0)));
    let before = values(&report_in(&plan, &tally, BEFORE, "2025-12-31"), "people");
    assert_eq!((before["a"], before["b"]), (Some(110.0 + 205.0), Some(615.0)));
}

#[test]
fn peaks_of_units_that_did_not_stand_together_are_not_added() {
    let (plan, mut tally) = reform();
    record(&mut tally, "a", "2025-H1", "complaints", 3.0);
    record(&mut tally, "right", "2025-H2", "complaints", 4.0);
    let report = plan.assess(&tally, day("2025-12-31")).unwrap();
    let row = report.rows().iter().find(|row| &*row.target == "peak").unwrap();
    assert_eq!((row.value, row.reason), (None, Some(Reason::Straddles)));
}

#[test]
fn units_above_are_what_the_units_of_the_day_make_of_them() {
    let (plan, mut tally) = reform();
    for (unit, cases) in [("a", 1.0), ("b", 2.0), ("c", 4.0)] {
        record(&mut tally, unit, "2024", "cases", cases);
    }
    // `c` left its district, which ended; the other district kept all it had.
    let after = report_in(&plan, &tally, AFTER, "2025-12-31");
    assert_eq!(values(&after, "districts"), BTreeMap::from([("d1".to_owned(), Some(3.0))]));
    let before = report_in(&plan, &tally, BEFORE, "2025-12-31");
    let districts = values(&before, "districts");
    assert_eq!((districts["d1"], districts["d2"]), (Some(3.0), Some(4.0)));
}

#[test]
fn a_published_value_follows_a_unit_that_only_changed_its_name() {
    let (plan, mut tally) = reform();
    record(&mut tally, "b", "2024", "published", 90.0);
    record(&mut tally, "c", "2024", "published", 80.0);
    let report = report_in(&plan, &tally, AFTER, "2025-12-31");
    let published = values(&report, "published");
    assert_eq!((published["a"], published["right"]), (Some(80.0), None));
    let reason = |unit: &str| {
        let mut rows = report.rows().iter();
        rows.find(|row| &*row.target == "published" && &*row.unit == unit).unwrap().reason
    };
    assert_eq!(reason("right"), Some(Reason::NotAdditive));
}

#[test]
fn where_nobody_says_how_much_nothing_is_guessed() {
    let text = REFORM
        .replace("weights: {people: {vintage: 2019, as: amounts}, land: {vintage: 2019}}", "")
        .replace("apportion: land, ", "");
    let text: String = text
        .lines()
        .map(|line| match line.split_once(", weights:") {
            Some((passage, _)) => format!("{passage}}}\n"),
            None => format!("{line}\n"),
        })
        .collect();
    let plan = Plan::from_yaml(&text).unwrap();
    let mut tally = Tally::new(&plan);
    for unit in ["a", "b", "c"] {
        record(&mut tally, unit, "2024", "cases", 4.0);
    }
    let report = report_in(&plan, &tally, AFTER, "2025-12-31");
    assert_eq!(
        values(&report, "crime"),
        BTreeMap::from([
            ("a".to_owned(), Some(4.0)),
            ("b".to_owned(), None),
            ("right".to_owned(), None),
        ])
    );
    let row = report.rows().iter().find(|row| &*row.unit == "right").unwrap();
    assert_eq!(row.reason, Some(Reason::NotAdditive));
    // What was whole in its district still is.
    assert_eq!(values(&report, "districts")["d1"], Some(8.0));
    // A share of nothing is nothing, whatever the share.
    let mut none = Tally::new(&plan);
    record(&mut none, "a", "2024", "cases", 0.0);
    record(&mut none, "b", "2024", "cases", 4.0);
    assert_eq!(values(&report_in(&plan, &none, AFTER, "2025-12-31"), "crime")["right"], Some(4.0));
}

#[test]
fn a_unit_that_went_nobody_knows_where_still_counts_for_those_above_it() {
    let plan = Plan::from_yaml(
        r#"
attain: 1
plan: gone
units:
  levels: [city, district, commune]
  list:
    - {id: city, level: city}
    - {id: d, level: district, parent: city}
    - {id: gone, level: commune, parent: d, valid_to: 2025-01-01}
    - {id: kept, level: commune, parent: d}
    - {id: old, level: commune, parent: d, valid_to: 2025-01-01}
    - {id: new, level: commune, parent: d, valid_from: 2025-01-01}
  changes:
    - on: 2025-01-01
      list: [{from: gone, within: d}, {from: old, to: new}]
measures: {cases: {}}
indicators: {crime: {count: cases}}
targets:
  communes: {indicator: crime, goal: {at_most: 9}, window: "2024", units: {level: commune}}
  district: {indicator: crime, goal: {at_most: 9}, window: "2024", units: [d]}
"#,
    )
    .unwrap();
    let mut tally = Tally::new(&plan);
    for (unit, cases) in [("gone", 1.0), ("kept", 2.0), ("old", 4.0)] {
        record(&mut tally, unit, "2024", "cases", cases);
    }
    let report = report_in(&plan, &tally, "2025-01-01", "2025-12-31");
    assert_eq!(values(&report, "district")["d"], Some(7.0));
    let communes = values(&report, "communes");
    // `new` may hold some of `gone`.
    assert_eq!((communes["kept"], communes["new"]), (Some(2.0), None));
    let relations: Vec<_> = plan
        .mapping(day("2024-12-31"), day("2025-01-01"), None)
        .unwrap()
        .into_iter()
        .map(|row| (plan.units()[row.from].id.clone(), row.relation))
        .collect();
    assert_eq!(
        relations,
        [
            ("gone".to_owned(), Relation::Unknown),
            ("kept".to_owned(), Relation::Same),
            ("old".to_owned(), Relation::Whole),
        ]
    );
}

#[test]
fn a_mapping_says_what_maps_one_to_one() {
    let (plan, _) = reform();
    let told = |from: &str, to: &str| -> Vec<(String, String, Option<f64>, &'static str)> {
        let units = plan.units();
        let rows = plan.mapping(day(from), day(to), None).unwrap().into_iter();
        rows.map(|row| {
            let to = row.to.map_or(String::new(), |to| units[to].name.clone());
            (units[row.from].name.clone(), to, row.share, row.relation.code())
        })
        .collect()
    };
    let row = |from: &str, to: &str, share: f64, relation: &'static str| {
        (from.to_owned(), to.to_owned(), Some(share), relation)
    };
    assert_eq!(
        told(BEFORE, AFTER),
        [
            row("a", "Left", 1.0 / 3.0, "part"),
            row("a", "right", 2.0 / 3.0, "part"),
            row("b", "right", 1.0, "whole"),
            row("c", "C", 1.0, "one_to_one"),
        ]
    );
    assert_eq!(
        told(AFTER, BEFORE),
        [
            row("Left", "a", 1.0, "whole"),
            row("right", "a", 0.25, "part"),
            row("right", "b", 0.75, "part"),
            row("C", "c", 1.0, "one_to_one"),
        ]
    );
    assert!(told(BEFORE, BEFORE).iter().all(|row| row.3 == "same"));
    let error = plan.mapping(day(BEFORE), day(AFTER), Some("area")).unwrap_err();
    assert!(error.is_request() && error.to_string().contains("people, land"), "{error}");
}

#[test]
fn a_row_explains_what_its_unit_is_made_of() {
    let (plan, mut tally) = reform();
    record(&mut tally, "a", "2024", "cases", 6.0);
    record(&mut tally, "b", "2024", "cases", 10.0);
    let report = report_in(&plan, &tally, AFTER, "2025-12-31");
    let explanation = report.explain("crime", Some("right"), None).unwrap();
    let parts: Vec<_> = explanation.inputs[0]
        .parts
        .iter()
        .map(|part| (part.unit.as_str(), part.share, part.value))
        .collect();
    assert_eq!(parts, [("a", Some(2.0 / 3.0), Some(4.0)), ("b", Some(1.0), Some(10.0))]);
    assert!(explanation.to_string().contains("made of: 66.7 % of a, b"), "{explanation}");
}

#[test]
fn a_plan_with_changes_is_written_and_read_back() {
    let (plan, _) = reform();
    let plan = plan.in_geography(Some(day(AFTER)));
    for read in [Plan::from_yaml(&plan.to_yaml()), Plan::from_json(&plan.to_json())] {
        assert_eq!(read.unwrap(), plan);
    }
    assert_ne!(plan, plan.in_geography(None));
}

#[test]
fn a_tally_in_other_boundaries_is_refused() {
    let (plan, tally) = reform();
    let error = plan.in_geography(Some(day(AFTER))).assess(&tally, day(AFTER)).unwrap_err();
    assert!(error.is_request());
    assert!(error.to_string().contains("boundaries"), "{error}");
}

/// One reform of a random world: `amounts[old][new]`, nothing where nothing went over.
type Reform = Vec<Vec<u32>>;

/// Who is a commune in which district, in each of three eras, and what went over between them.
#[derive(Debug, Clone)]
struct World {
    districts: Vec<Vec<usize>>,
    reforms: Vec<Reform>,
    /// Commune, month of the three years (of which each is an era), cases, cleared.
    figures: Vec<(usize, usize, u32, u32)>,
    rows: Rows,
}

const DISTRICTS: usize = 3;
const YEARS: [&str; 3] = ["2023", "2024", "2025"];

fn world() -> impl Strategy<Value = World> {
    (2_usize..6, 2_usize..6, 2_usize..6)
        .prop_flat_map(|(first, second, third)| {
            let districts = [first, second, third]
                .map(|communes| prop::collection::vec(0..DISTRICTS, communes));
            let reform = |from: usize, to: usize| {
                let weight = prop_oneof![2 => Just(0_u32), 1 => 1_u32..1000];
                prop::collection::vec(prop::collection::vec(weight, to), from).prop_map(
                    move |mut amounts| {
                        // Nothing comes from nothing, and nothing is lost.
                        for old in 0..from {
                            if amounts[old].iter().all(|amount| *amount == 0) {
                                amounts[old][old % to] = 7;
                            }
                        }
                        for new in 0..to {
                            if amounts.iter().all(|old| old[new] == 0) {
                                amounts[new % from][new] = 5;
                            }
                        }
                        amounts
                    },
                )
            };
            let reforms = (reform(first, second), reform(second, third));
            let figures =
                prop::collection::vec((0_usize..6, 0_usize..36, 1_u32..100, 0_u32..100), 1..25);
            let rows = prop_oneof![Just(Rows::Figures), Just(Rows::Events)];
            (districts, reforms, figures, rows)
        })
        .prop_map(|(districts, (one, two), figures, rows)| World {
            districts: districts.to_vec(),
            reforms: vec![one, two],
            figures,
            rows,
        })
}

impl World {
    /// The plan: codes are `1` to `6` in every era, so that each names several units.
    fn plan(&self) -> Plan {
        let mut text = String::from(
            "{attain: 1, plan: w, measures: {cases: {}, cleared: {}}, indicators: {
                crime: {count: cases}, clearance: {ratio: {numerator: cleared, denominator: cases}}},
             units: {levels: [city, district, commune], list: [{id: city, level: city}",
        );
        for district in 0..DISTRICTS {
            write!(text, ", {{id: d{district}, level: district, parent: city}}").unwrap();
        }
        for (era, communes) in self.districts.iter().enumerate() {
            for (commune, district) in communes.iter().enumerate() {
                write!(text, ", {{id: \"{commune}\", level: commune, parent: d{district}").unwrap();
                if era > 0 {
                    write!(text, ", valid_from: {}-01-01", YEARS[era]).unwrap();
                }
                if era < 2 {
                    write!(text, ", valid_to: {}-01-01", YEARS[era + 1]).unwrap();
                }
                text.push('}');
            }
        }
        text.push_str("], changes: [");
        for (era, reform) in self.reforms.iter().enumerate() {
            let on = YEARS[era + 1];
            write!(text, "{{on: {on}-01-01, weights: {{people: {{as: amounts}}}}, list: [")
                .unwrap();
            for (old, amounts) in reform.iter().enumerate() {
                for (new, amount) in amounts.iter().enumerate().filter(|(_, amount)| **amount > 0) {
                    write!(
                        text,
                        "{{from: \"{old}\", to: \"{new}\", weights: {{people: {amount}}}}},"
                    )
                    .unwrap();
                }
            }
            text.push_str("]},");
        }
        text.push_str("]}, targets: {");
        for (target, units) in
            [("communes", "commune"), ("districts", "district"), ("city", "city")]
        {
            for indicator in ["crime", "clearance"] {
                write!(
                    text,
                    "{target}-{indicator}: {{indicator: {indicator}, goal: {{at_least: 50}},
                      window: [2023-01-01, 2026-01-01], units: {{level: {units}}}}},"
                )
                .unwrap();
            }
        }
        text.push_str("}}");
        Plan::from_yaml(&text).unwrap()
    }

    fn tally(&self, plan: &Plan) -> Tally {
        let mut tally = Tally::of(plan, self.rows);
        for (commune, month, cases, cleared) in self.figures() {
            let period = format!("{}-{:02}", YEARS[month / 12], month % 12 + 1);
            record(&mut tally, &commune.to_string(), &period, "cases", f64::from(cases));
            record(&mut tally, &commune.to_string(), &period, "cleared", f64::from(cleared));
        }
        tally
    }

    /// The figures of communes that exist; of events all, of figures one for each month.
    fn figures(&self) -> Vec<(usize, usize, u32, u32)> {
        let mut seen = std::collections::HashSet::new();
        let known = self.figures.iter().map(|(commune, month, cases, cleared)| {
            (commune % self.districts[month / 12].len(), *month, *cases, *cleared)
        });
        known
            .filter(|(commune, month, ..)| {
                self.rows == Rows::Events || seen.insert((*commune, *month))
            })
            .collect()
    }

    /// How much of a commune of one era lies in each commune of another, by walking era after era.
    fn shares(&self, from: usize, to: usize, commune: usize) -> Vec<f64> {
        let mut shares = vec![0.0; self.districts[from].len()];
        shares[commune] = 1.0;
        let mut era = from;
        while era != to {
            let reform = &self.reforms[era.min(if to > era { era } else { era - 1 })];
            let next = if to > era { era + 1 } else { era - 1 };
            let mut moved = vec![0.0; self.districts[next].len()];
            for (here, share) in shares.iter().enumerate() {
                let amounts: Vec<f64> = (0..moved.len())
                    .map(|there| {
                        f64::from(if to > era { reform[here][there] } else { reform[there][here] })
                    })
                    .collect();
                let all: f64 = amounts.iter().sum();
                for (there, amount) in amounts.iter().enumerate() {
                    moved[there] += share * amount / all;
                }
            }
            (shares, era) = (moved, next);
        }
        shares
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn outcomes_of_any_era_are_judged_in_the_units_of_any_other(world in world()) {
        let plan = world.plan();
        let tally = world.tally(&plan);
        let total: u32 = world.figures().iter().map(|figure| figure.2).sum();
        for (era, year) in YEARS.iter().enumerate() {
            let report = report_in(&plan, &tally, &format!("{year}-06-30"), "2025-12-31");
            let communes = &world.districts[era];
            let mut cases = vec![0.0; communes.len()];
            let mut cleared = vec![0.0; communes.len()];
            for (commune, month, more, of_them) in world.figures() {
                let shares = world.shares(month / 12, era, commune);
                for (unit, share) in shares.iter().enumerate() {
                    cases[unit] += share * f64::from(more);
                    cleared[unit] += share * f64::from(of_them);
                }
            }
            let mut in_districts = [0.0; DISTRICTS];
            let near = |found: Option<f64>, expected: f64| {
                (found.unwrap_or(0.0) - expected).abs() <= 1e-9 * expected.max(1.0)
            };
            let crime = values(&report, "communes-crime");
            let clearance = values(&report, "communes-clearance");
            prop_assert_eq!(crime.len(), communes.len());
            for (commune, district) in communes.iter().enumerate() {
                let found = crime[&commune.to_string()];
                prop_assert!(near(found, cases[commune]), "{commune} in {year}: {found:?}, not {}", cases[commune]);
                if cases[commune] > 0.0 {
                    let found = clearance[&commune.to_string()];
                    prop_assert!(near(found, 100.0 * cleared[commune] / cases[commune]));
                }
                in_districts[*district] += cases[commune];
            }
            let districts = values(&report, "districts-crime");
            for (district, expected) in in_districts.iter().enumerate() {
                // A district without communes that day is told of as it is recorded.
                if communes.contains(&district) {
                    let found = districts[&format!("d{district}")];
                    prop_assert!(near(found, *expected), "d{district} in {year}: {found:?}, not {expected}");
                }
            }
            // The total is conserved to the last unit, whatever the boundaries.
            prop_assert_eq!(values(&report, "city-crime")["city"], Some(f64::from(total)));
        }
    }
}
