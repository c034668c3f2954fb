//! An explanation as a tree: the parts add up, down to the recorded figures.

use std::collections::BTreeSet;

use attain::scorecard::Language;
use attain::views::{Node, NodeKind, TreeOptions};
use attain::{Outcome, Plan, Rows, Status, Tally, When};
use chrono::NaiveDate;
use proptest::prelude::*;

use crate::support::{Scratch, day};

fn plan() -> Plan {
    Plan::from_yaml(
        r#"
attain: 1
plan: p
units:
  levels: [city, district, commune]
  list:
    - {id: city, name: City, level: city}
    - {id: d1, name: East, level: district, parent: city}
    - {id: d2, name: West, level: district, parent: city}
    - {id: c1, name: Hill, level: commune, parent: d1}
    - {id: c2, name: Lake, level: commune, parent: d1}
    - {id: c3, name: Mill, level: commune, parent: d2}
measures:
  cases: {}
  closed: {}
  beds: {over_time: last}
  load: {over_time: mean, over_units: mean}
indicators:
  open: {title: Open cases, count: cases - closed}
  rate: {ratio: {numerator: closed, denominator: cases, per: 100}}
  beds: {count: beds}
  load: {count: load}
  rise: {change: {of: open, from: {window: 2024-Q4}, as: absolute}}
  calm: {share_of_units: {of: open, level: district, goal: {at_most: 4}}}
targets:
  open: {indicator: open, goal: {at_most: 9}, window: 2025-Q1}
  less: {indicator: open, goal: {reduce_by: {absolute: 2, from: {window: 2024-Q4}}}, window: 2025-Q1}
  rate: {indicator: rate, goal: {at_least: 50}, window: 2025-Q1}
  beds: {indicator: beds, goal: {at_least: 4}, window: 2025-Q1}
  load: {indicator: load, goal: {at_least: 4}, window: 2025-Q1}
  rise: {indicator: rise, goal: {at_most: 1}, window: 2025-Q1}
  calm: {indicator: calm, goal: {at_least: 50}, window: 2025-Q1}
"#,
    )
    .unwrap()
}

const UNITS: [&str; 6] = ["city", "d1", "d2", "c1", "c2", "c3"];
const MEASURES: [&str; 4] = ["cases", "closed", "beds", "load"];
const TARGETS: [&str; 7] = ["open", "less", "rate", "beds", "load", "rise", "calm"];

/// All nodes, the topmost first.
fn all(node: &Node) -> Vec<&Node> {
    let mut nodes = vec![node];
    nodes.extend(node.children.iter().flat_map(all));
    nodes
}

fn named<'n>(node: &'n Node, what: NodeKind, label: &str) -> &'n Node {
    let nodes = all(node);
    let mut found =
        nodes.into_iter().filter(|node| node.what == what && node.label.starts_with(label));
    found.next().unwrap_or_else(|| panic!("nothing is said of {label}:\n{node}"))
}

fn sum(children: &[Node]) -> f64 {
    children
        .iter()
        .filter_map(|child| child.value.map(|value| if child.subtracted { -value } else { value }))
        .sum()
}

fn tally(plan: &Plan, rows: Rows, outcomes: &[(usize, usize, usize, i64)]) -> Tally {
    let mut tally = Tally::of(plan, rows);
    for (unit, measure, month, value) in outcomes {
        let month =
            ["2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-03", "2025-Q1"][*month];
        let when = When::Period(month.to_owned());
        // A second figure of the same days is refused, and the first one stands.
        let _ = tally.record(&Outcome::new(UNITS[*unit], when, MEASURES[*measure], *value as f64));
    }
    tally
}

/// What a measure comes to in a unit, counted afresh, for the months that nobody above it reported: its own quarter or months,
/// and for the months that are left what the units below say.
fn total(
    figures: &[(usize, usize, usize, i64)],
    unit: usize,
    measure: usize,
    mut left: Vec<usize>,
) -> i64 {
    const BELOW: [&[usize]; 6] = [&[1, 2], &[3, 4], &[5], &[], &[], &[]];
    let own = |month: usize| {
        let mut own =
            figures.iter().filter(|(at, of, when, _)| (*at, *of, *when) == (unit, measure, month));
        own.next().map(|(.., value)| *value)
    };
    if let Some(quarter) = own(6) {
        return quarter;
    }
    let mut sum = 0;
    left.retain(|month| match own(*month) {
        Some(value) => {
            sum += value;
            false
        }
        None => true,
    });
    let below = BELOW[unit].iter().filter(|_| !left.is_empty());
    sum + below.map(|unit| total(figures, *unit, measure, left.clone())).sum::<i64>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_adds_up_adds_up_exactly_however_much_is_named(
        outcomes in prop::collection::vec((0_usize..6, 0_usize..4, 0_usize..7, 0_i64..9), 0..40),
        events in any::<bool>(),
        most in 1_usize..5,
    ) {
        let plan = plan();
        let tally = tally(&plan, if events { Rows::Events } else { Rows::Figures }, &outcomes);
        let report = plan.assess(&tally, day("2025-04-30")).unwrap();
        for target in TARGETS {
            let explanation = report.explain(target, None, None).unwrap();
            for most in [usize::MAX, most] {
                let tree = explanation.tree(&TreeOptions { most, ..TreeOptions::default() });
                for node in all(&tree) {
                    if node.adds_up {
                        prop_assert_eq!(node.value, Some(sum(&node.children)), "{}", node);
                    }
                    prop_assert!(node.children.len() <= most.saturating_mul(2).saturating_add(7));
                    // No value lacks its parts: a node with usable children says how they add up.
                    if node.what == NodeKind::Measure && node.value.is_some() && target == "open" && !node.children.is_empty() {
                        prop_assert!(node.adds_up, "{}", node);
                    }
                }
                let value = &tree.children[1];
                prop_assert_eq!(value.value, explanation.row.value);
                let shallow = explanation.tree(&TreeOptions { depth: 0, most });
                prop_assert!(!all(&shallow).iter().any(|node| node.what == NodeKind::Unit && target != "calm"));
                prop_assert_eq!(shallow.children[1].value, value.value);
            }
        }
    }

    /// Against sums counted afresh.
    #[test]
    fn each_unit_adds_what_it_reported_for_days_that_nobody_above_reported(
        months in prop::collection::vec(prop::option::weighted(0.6, 0_i64..9), 6 * 2 * 4),
    ) {
        let plan = plan();
        let mut figures = Vec::new();
        for (place, value) in months.iter().enumerate() {
            let (unit, measure, month) = (place / 8, place / 4 % 2, place % 4 + 3);
            // A quarter's figure beside some of its months would cover them, and months below it.
            if let Some(value) = value && (month < 6 || place % 3 == 0) {
                figures.push((unit, measure, month, *value));
            }
        }
        let tally = tally(&plan, Rows::Figures, &figures);
        let report = plan.assess(&tally, day("2025-04-30")).unwrap();
        let tree = report.explain("open", None, None).unwrap().tree(&TreeOptions::default());
        for (measure, id) in ["cases", "closed"].into_iter().enumerate() {
            let node = named(&tree, NodeKind::Measure, id);
            if let Some(value) = node.value {
                prop_assert_eq!(value, total(&figures, 0, measure, vec![3, 4, 5]) as f64, "{:?} {}", figures, node);
                prop_assert!(node.adds_up);
            }
            let recorded: f64 = all(node).iter().filter(|node| node.what == NodeKind::Figure).filter_map(|node| node.value).sum();
            if let Some(value) = node.value {
                prop_assert_eq!(recorded, value, "{:?} {}", figures, node);
            }
        }
    }
}

#[test]
fn the_tree_goes_from_the_verdict_to_the_rows() {
    let plan = plan();
    let mut tally = Tally::new(&plan);
    let month = |month: &str| When::Period(month.to_owned());
    let mut late = Outcome::new("c1", month("2025-02"), "cases", 4.0);
    (late.recorded_at, late.status) = (Some(day("2025-04-02")), Some(Status::P));
    tally.record(&late).unwrap();
    tally.record(&Outcome::new("d2", month("2025-Q1"), "cases", 7.0)).unwrap();
    // Covered by its district's quarter.
    tally.record(&Outcome::new("c3", month("2025-01"), "cases", 90.0)).unwrap();
    tally.record(&Outcome::new("d2", month("2025-Q1"), "closed", 3.0)).unwrap();
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    let explanation = report.explain("open", None, None).unwrap();
    let tree = explanation.tree(&TreeOptions::default());
    assert_eq!(
        tree.to_string(),
        "\
Met: 8 against at most 9. Reports are missing, and their time counts as still to come.
  The goal, at most 9
  Open cases = cases - closed, 1\u{a0}Jan – 31\u{a0}Mar\u{a0}2025: 8
    cases, 2 of 2 reports made: 11
      West: 7
        1\u{a0}Jan – 31\u{a0}Mar\u{a0}2025: 7
      East: 4
        Hill: 4
          1 – 28\u{a0}Feb\u{a0}2025, recorded 2\u{a0}Apr\u{a0}2025, provisional: 4
        Lake: none (no_data)
    less closed, 1 of 2 reports made: 3
      West: 3
        1\u{a0}Jan – 31\u{a0}Mar\u{a0}2025: 3
      East: none (no_data)
  Within chance: it could well have come out otherwise; the interval is 3.45 to 15.8 at 95\u{a0}%.
  Behind: 4.5 was expected by now.
  2 events more would turn the verdict.
"
    );
}

#[test]
fn what_is_not_named_is_told_together() {
    let plan = plan();
    let mut tally = Tally::of_events(&plan);
    for number in 1..=9 {
        let day = When::Date(NaiveDate::from_ymd_opt(2025, 1, number).unwrap());
        tally.record(&Outcome::new("d2", day, "cases", f64::from(number))).unwrap();
    }
    tally.record(&Outcome::new("c1", When::Date(day("2025-03-01")), "cases", 50.0)).unwrap();
    tally.record(&Outcome::new("c2", When::Date(day("2025-03-01")), "cases", 1.0)).unwrap();
    tally.record(&Outcome::new("d2", When::Date(day("2025-03-01")), "closed", 1.0)).unwrap();
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    let explanation = report.explain("open", None, None).unwrap();
    let tree = explanation.tree(&TreeOptions { most: 1, ..TreeOptions::default() });
    let cases = named(&tree, NodeKind::Measure, "cases");
    let told = |node: &Node| -> Vec<(String, Option<f64>)> {
        node.children.iter().map(|child| (child.label.clone(), child.value)).collect()
    };
    let is = |label: &str, value: f64| (label.to_owned(), Some(value));
    // Largest first, for any order of the table.
    assert_eq!(told(cases), [is("East", 51.0), is("and 1 more", 45.0)]);
    assert_eq!(
        told(named(&tree, NodeKind::Unit, "East")),
        [is("Hill", 50.0), is("and 1 more", 1.0)]
    );
    let whole = explanation.tree(&TreeOptions { most: 4, ..TreeOptions::default() });
    let west = named(&whole, NodeKind::Unit, "West");
    let (last, days) = west.children.split_last().unwrap();
    assert_eq!(days.len(), 5);
    assert_eq!((last.label.as_str(), last.value), ("Mill", Some(0.0)));
    assert_eq!((days[4].label.as_str(), days[4].value), ("and 5 more", Some(35.0)));
}

#[test]
fn changes_and_relative_goals_name_what_they_start_from() {
    let plan = plan();
    let mut tally = Tally::new(&plan);
    for (period, measure, value) in [
        ("2024-Q4", "cases", 9.0),
        ("2024-Q4", "closed", 1.0),
        ("2025-Q1", "cases", 7.0),
        ("2025-Q1", "closed", 2.0),
    ] {
        tally.record(&Outcome::new("city", When::Period(period.into()), measure, value)).unwrap();
    }
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    let tree =
        |target: &str| report.explain(target, None, None).unwrap().tree(&TreeOptions::default());
    let less = tree("less");
    let goal = &less.children[0];
    assert_eq!((goal.value, goal.children[0].value), (Some(6.0), Some(8.0)));
    assert!(goal.label.ends_with(" (6)"), "{goal}");
    assert_eq!(named(goal, NodeKind::Measure, "cases").value, Some(9.0));
    let rise = tree("rise");
    let values: Vec<_> = rise.children[1].children.iter().map(|value| value.value).collect();
    assert_eq!((rise.children[1].value, &values[..]), (Some(-3.0), &[Some(5.0), Some(8.0)][..]));
    let rate = tree("rate");
    let lines: Vec<_> =
        rate.children[1].children.iter().map(|line| (line.label.as_str(), line.value)).collect();
    assert_eq!(lines, [("Numerator, closed", Some(2.0)), ("Denominator, cases", Some(7.0))]);
}

#[test]
fn a_share_of_units_names_those_that_stand_in_its_way() {
    let plan = plan();
    let mut tally = Tally::new(&plan);
    for (unit, cases) in [("d1", 2.0), ("d2", 9.0)] {
        for (measure, value) in [("cases", cases), ("closed", 0.0)] {
            tally
                .record(&Outcome::new(unit, When::Period("2025-Q1".into()), measure, value))
                .unwrap();
        }
    }
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    let explanation = report.explain("calm", None, None).unwrap();
    let labels = |most: usize| -> Vec<String> {
        let tree = explanation.tree(&TreeOptions { most, ..TreeOptions::default() });
        tree.children[1].children.iter().map(|unit| unit.label.clone()).collect()
    };
    assert_eq!(labels(9), ["West, missed", "East, met"]);
    assert_eq!(labels(1), ["West, missed", "and 1 more: 1 met, 0 missed, 0 without a verdict"]);
}

#[test]
fn a_running_window_says_in_words_what_it_may_come_to() {
    let plan = Plan::from_yaml(
        "
attain: 1
plan: p
units: {levels: [city], list: [{id: city, level: city}]}
measures: {cases: {}}
indicators: {known: {count: cases}}
targets: {few: {indicator: known, goal: {at_most: 30}, window: '2025'}}
",
    )
    .unwrap();
    let mut tally = Tally::of_events(&plan);
    for month in 1..=6 {
        let day = When::Date(NaiveDate::from_ymd_opt(2025, month, 3).unwrap());
        tally.record(&Outcome::new("city", day, "cases", 2.0)).unwrap();
    }
    let report = plan.assess(&tally, day("2025-06-30")).unwrap();
    let explanation = report.explain("few", None, None).unwrap();
    let row = &explanation.row;
    assert!(row.chance.is_some() && row.projected.is_some());
    // Long lines are broken.
    let text = explanation.to_string().replace("\n    ", " ");
    let tree = explanation.tree(&TreeOptions::default());
    for kind in [NodeKind::Pace, NodeKind::Outlook] {
        let node = tree.children.iter().find(|node| node.what == kind).unwrap();
        assert!(text.contains(&node.label), "{text}");
    }
    let outlook = tree.children.iter().find(|node| node.what == NodeKind::Outlook).unwrap();
    assert_eq!(outlook.value, row.chance);
    let projected = attain::scorecard::number::rounded(row.projected.unwrap(), &[30.0]);
    let said = format!("The projection for the window's end is {projected}, between ");
    assert!(outlook.label.starts_with(&said), "{outlook}");
    let percent = (100.0 * row.chance.unwrap()).round();
    let chance = format!("The chance that the goal is met when it ends is {percent}\u{a0}%.");
    assert!(outlook.label.ends_with(&chance), "{outlook}");
    let closed =
        plan.assess(&tally, day("2025-12-31")).unwrap().explain("few", None, None).unwrap();
    assert!(!closed.to_string().contains("chance that"));
}

#[test]
fn what_is_made_of_other_units_says_of_which_and_how_much() {
    let plan = Plan::from_yaml(
        "
attain: 1
plan: p
units:
  levels: [city, ward]
  list:
    - {id: city, level: city}
    - {id: a, name: Old, level: ward, parent: city, valid_to: 2025-03-01}
    - {id: b, name: Other, level: ward, parent: city, valid_to: 2025-03-01}
    - {id: n, name: New, level: ward, parent: city, valid_from: 2025-03-01}
    - {id: m, name: Side, level: ward, parent: city, valid_from: 2025-03-01}
  changes:
    - on: 2025-03-01
      weights: {people: {as: amounts}}
      list:
        - {from: a, to: n, weights: {people: 3}}
        - {from: a, to: m, weights: {people: 1}}
        - {from: b, to: n, weights: {people: 1}}
measures: {cases: {}}
indicators: {known: {count: cases}}
targets: {few: {indicator: known, goal: {at_most: 12}, window: 2025-Q1, units: {level: ward}}}
",
    )
    .unwrap()
    .in_geography(Some(day("2025-03-31")));
    let mut tally = Tally::new(&plan);
    for (unit, month, cases) in
        [("a", "2025-01", 8.0), ("b", "2025-02", 2.0), ("n", "2025-03", 4.0)]
    {
        tally.record(&Outcome::new(unit, When::Period(month.into()), "cases", cases)).unwrap();
    }
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    let tree = report.explain("few", Some("n"), None).unwrap().tree(&TreeOptions::default());
    let cases = named(&tree, NodeKind::Measure, "cases");
    assert!(cases.adds_up);
    let parts: Vec<_> =
        cases.children.iter().map(|part| (part.label.as_str(), part.value)).collect();
    assert_eq!(parts, [("75 % of Old", Some(6.0)), ("New", Some(4.0)), ("Other", Some(2.0))]);
    // The whole of it is told below its share.
    assert_eq!(cases.children[0].children[0].value, Some(8.0));
    assert!(!cases.children[0].adds_up);
}

#[test]
fn a_tally_for_certain_days_tells_the_days_that_it_tells_apart() {
    let plan = plan();
    let as_of = day("2025-04-30");
    let mut tally = plan.tally_for(Rows::Events, &[as_of]);
    for (unit, date, measure) in [
        ("c1", "2025-01-03", "cases"),
        ("c1", "2025-02-11", "cases"),
        ("d2", "2025-03-01", "cases"),
        ("d2", "2025-03-02", "closed"),
    ] {
        tally.record(&Outcome::new(unit, When::Date(day(date)), measure, 1.0)).unwrap();
    }
    let report = plan.assess(&tally, as_of).unwrap();
    let tree = report.explain("open", None, None).unwrap().tree(&TreeOptions::default());
    let hill = named(&tree, NodeKind::Unit, "Hill");
    assert!(hill.adds_up, "{hill}");
    // Months are what an outlook of missing figures would read.
    let said: Vec<_> = hill.children.iter().map(|node| (node.label.as_str(), node.value)).collect();
    let months =
        [("1 – 31\u{a0}Jan\u{a0}2025", Some(1.0)), ("1 – 28\u{a0}Feb\u{a0}2025", Some(1.0))];
    assert_eq!(said, months);
}

/// Rows for which a measure has no value are named, those of units below too, with their source.
#[test]
fn figures_that_cross_an_edge_or_overlap_are_named() {
    let plan = plan();
    let span = |start: &str, end: &str| When::Span { start: day(start), end: day(end) };
    let file = Scratch::with(
        "outcomes.csv",
        "unit,start,end,measure,value\n\
         c1,2025-02-01,2025-04-01,cases,4\n\
         c2,2025-03-01,2025-05-01,cases,5\n\
         c2,2025-01-01,2025-02-01,cases,6\n",
    );
    let mut tally = Tally::new(&plan);
    tally.read_csv(&file.0, None).unwrap();
    let explained = |tally: &Tally, target: &str| {
        let report = plan.assess(tally, day("2025-04-30")).unwrap();
        report.explain(target, None, None).unwrap()
    };
    let named = |explanation: &attain::views::Explanation| {
        let all = explanation.inputs[0].conflicts.iter();
        let said = all.map(|one| {
            let row = one.row.as_deref().unwrap();
            let row = row.rsplit('/').next().unwrap().split(':').nth(1).unwrap_or(row).to_owned();
            (one.unit.clone(), one.start.to_string(), one.end.to_string(), one.value.unwrap(), row)
        });
        said.collect::<Vec<_>>()
    };
    let one = |unit: &str, start: &str, end: &str, value: f64, row: &str| {
        (unit.to_owned(), start.to_owned(), end.to_owned(), value, row.to_owned())
    };
    let straddles = explained(&tally, "open");
    assert_eq!(straddles.row.reason, Some(attain::Reason::Straddles));
    assert_eq!(named(&straddles), [one("c2", "2025-03-01", "2025-05-01", 5.0, "3")]);
    let text = straddles.to_string().replace("\n        ", " ");
    let said = "crosses the edge of the days: Lake, 1\u{a0}Mar – 30\u{a0}Apr\u{a0}2025, ";
    assert!(text.contains(said) && text.contains("outcomes.csv:3 = 5"), "{text}");
    let tree = straddles.tree(&TreeOptions::default());
    let conflict = all(&tree).into_iter().find(|node| node.what == NodeKind::Conflict).unwrap();
    assert!(conflict.label.starts_with(said) && conflict.value == Some(5.0), "{conflict}");
    assert!(straddles.to_html().contains("crosses the edge of the days: Lake"));

    // A figure of the unit above for all of the days: none below it is in the way.
    let mut covered = tally.clone();
    covered.record(&Outcome::new("d1", When::Period("2025-Q1".into()), "cases", 9.0)).unwrap();
    let covered = explained(&covered, "open");
    assert_eq!((covered.inputs[0].reason, named(&covered)), (None, vec![]));

    let mut overlapping = Tally::new(&plan);
    for (unit, start, end, value) in [
        ("d2", "2025-01-01", "2025-03-01", 2.0),
        ("d2", "2025-02-01", "2025-04-01", 3.0),
        ("d1", "2025-01-01", "2025-03-01", 7.0),
        ("c1", "2025-02-15", "2025-03-15", 8.0),
    ] {
        overlapping.record(&Outcome::new(unit, span(start, end), "cases", value)).unwrap();
    }
    let overlaps = explained(&overlapping, "open");
    assert_eq!(overlaps.row.reason, Some(attain::Reason::Overlaps));
    assert_eq!(
        named(&overlaps),
        [
            // It overlaps the days of its district's figure.
            one("c1", "2025-02-15", "2025-03-15", 8.0, "row 3"),
            one("d2", "2025-01-01", "2025-03-01", 2.0, "row 0"),
            one("d2", "2025-02-01", "2025-04-01", 3.0, "row 1"),
        ]
    );

    // A stock whose only figure begins before the window, and events of a span.
    let mut stock = Tally::new(&plan);
    stock.record(&Outcome::new("d1", span("2024-12-01", "2025-02-01"), "beds", 4.0)).unwrap();
    let beds = explained(&stock, "beds");
    assert_eq!(beds.row.reason, Some(attain::Reason::Straddles));
    assert_eq!(named(&beds), [one("d1", "2024-12-01", "2025-02-01", 4.0, "row 0")]);
    let mut events = Tally::of_events(&plan);
    events.record(&Outcome::new("c3", span("2024-12-31", "2025-01-02"), "cases", 2.0)).unwrap();
    let open = explained(&events, "open");
    assert_eq!(open.row.reason, Some(attain::Reason::Straddles));
    assert_eq!(named(&open), [one("c3", "2024-12-31", "2025-01-02", 2.0, "row 0")]);

    // Other reasons are about no figures.
    let nothing = explained(&Tally::new(&plan), "open");
    assert_eq!(nothing.row.reason, Some(attain::Reason::NoData));
    assert!(nothing.inputs.iter().all(|input| input.conflicts.is_empty()));
}

/// Numbers have the unit of the value, counts stand beside shares, days are written in one way.
#[test]
fn numbers_and_days_are_printed_as_the_scorecard_prints_them() {
    let plan = Plan::from_yaml(
        r#"
attain: 1
plan: p
units: {levels: [city], list: [{id: city, name: City, level: city}]}
measures: {n: {title: Cases cleared}, d: {title: Cases recorded}}
indicators: {share: {title: Clearance, proportion: {numerator: n, denominator: d}}}
targets:
  t:
    indicator: share
    goal: {at_least: 90}
    window: "2025"
    basis: [{document: "96/2019", dated: 2019-11-27}]
"#,
    )
    .unwrap();
    let mut tally = Tally::new(&plan);
    for (measure, value) in [("n", 1670.0), ("d", 1840.0)] {
        for quarter in ["2025-Q1", "2025-Q2"] {
            let when = When::Period(quarter.into());
            tally.record(&Outcome::new("city", when, measure, value / 2.0)).unwrap();
        }
    }
    let report = plan.assess(&tally, day("2025-06-30")).unwrap();
    let explanation = report.explain("t", None, None).unwrap();
    let text = explanation.to_string().replace("\n    ", " ").replace('\u{a0}', " ");
    for said in [
        "Met: 90.8 % (1 670 of 1 840) against at least 90 %",
        "Clearance = Cases cleared ÷ Cases recorded × 100",
        "Cases cleared = 1 670 · 1 Jan – 30 Jun 2025",
        "The projection for the window's end is ",
        "Rests on 96/2019 (27 Nov 2019)",
    ] {
        assert!(text.replace('\u{202f}', " ").contains(said), "{said}: {text}");
    }
    let interval = text.lines().find(|line| line.starts_with("Interval ")).unwrap();
    assert!(interval.contains(" % ("), "{interval}");
    assert!(!text.contains("2025-") && !text.contains("2019-11"), "{text}");
    let tree = explanation.tree(&TreeOptions::default());
    let certainty = tree.children.iter().find(|node| node.what == NodeKind::Certainty).unwrap();
    assert!(certainty.label.contains("\u{a0}% at 95\u{a0}%"), "{certainty}");
    // Data keep ISO days.
    assert_eq!(explanation.documents, ["96/2019 (2019-11-27)"]);
}

/// The words of a text: letters of three and more.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_alphabetic());
    words.filter(|word| word.chars().count() > 2).map(str::to_owned).collect()
}

#[test]
fn an_explanation_in_a_language_has_no_words_of_another() {
    // All names of the plan are numbers, so that a word is one of the explanation.
    let plan = Plan::from_yaml(
        r#"
attain: 1
plan: "1"
strata: {"2": ["21", "22"]}
units:
  levels: ["11", "12"]
  list:
    - {id: "100", name: "101", level: "11"}
    - {id: "200", name: "201", level: "12", parent: "100"}
    - {id: "300", name: "301", level: "12", parent: "100"}
measures:
  "30": {every: month, due: 10, suppressed: [1, 4], strata: ["2"]}
  "31": {every: month, strata: ["2"]}
  "32": {over_time: last, every: month}
indicators:
  "40": {count: "30"}
  "41": {proportion: {numerator: "30", denominator: "31", per: 100}}
  "42": {rate: {numerator: "30", population: "32", per: 100000, annualised: 365}}
  "43": {change: {of: "40", from: same_window_last_year}}
  "44": {share_of_units: {of: "40", level: "12", goal: {at_most: 2.5}}}
  "45": {reporting: {of: ["30"]}}
  "46": {reported: {unit: "%", over_time: last}}
  "47": {standardised_rate: {events: "30", population: "31", by: "2", standard: {"21": 1, "22": 1}, per: 1000}}
targets:
  "50": {indicator: "40", goal: {at_most: 1234.5}, window: "2025"}
  "51": {indicator: "41", goal: {at_least: 50}, window: "2025", basis: [{document: "9/8", dated: 2024-03-05}], note: "7"}
  "52": {indicator: "42", goal: {between: [1, 2000.5]}, window: "2025"}
  "53": {indicator: "43", goal: {at_most: 10}, window: "2025"}
  "54": {indicator: "44", goal: {at_least: 50}, window: "2025"}
  "55": {indicator: "45", goal: {above: 50}, window: "2025"}
  "56": {indicator: "46", goal: {below: 50}, window: "2025"}
  "57": {indicator: "47", goal: {at_most: 50}, window: "2025"}
  "58": {indicator: "40", goal: {reduce_by: {percent: 2.5, from: {window: "2024"}}}, window: "2025"}
  "59": {indicator: "40", goal: {increase_by: {absolute: 2, from: same_window_last_year}}, window: "2026"}
"#,
    )
    .unwrap();
    let mut tally = Tally::new(&plan);
    for year in [2024, 2025] {
        for month in 1..=9 {
            for (unit, of_unit) in [("200", 1), ("300", 2)] {
                for (measure, value) in [("30", 1), ("31", 5), ("32", 60)] {
                    // Some reports are missing, some suppressed, some provisional, some have one side only.
                    if (month + of_unit + value) % 7 == 0 {
                        continue;
                    }
                    let when = When::Period(format!("{year}-{month:02}"));
                    let number = f64::from(value * of_unit * month) + 0.25;
                    for category in if measure == "32" { &["21"][..] } else { &["21", "22"] } {
                        let mut outcome = Outcome::new(unit, when.clone(), measure, number);
                        if measure != "32" {
                            outcome.strata.insert("2".to_owned(), (*category).to_owned());
                        }
                        outcome.recorded_at = Some(day(&format!("{year}-10-01")));
                        match (month, unit) {
                            (8, _) => outcome.status = Some(Status::P),
                            (9, "300") if measure == "30" => {
                                (outcome.value, outcome.status) = (None, Some(Status::Q));
                            }
                            _ => {}
                        }
                        tally.record(&outcome).unwrap();
                    }
                }
            }
        }
    }
    let (mut english, mut vietnamese) = (String::new(), String::new());
    for as_of in ["2024-06-30", "2025-10-31", "2026-12-31"] {
        let report = plan.assess(&tally, day(as_of)).unwrap();
        for row in report.rows() {
            for (language, text) in
                [(Language::English, &mut english), (Language::Vietnamese, &mut vietnamese)]
            {
                let why = report.explain_in(&row.target, Some(&row.unit), None, language).unwrap();
                *text += &why.to_string();
                for most in [1, 12] {
                    *text += &why.tree(&TreeOptions { most, ..TreeOptions::default() }).to_string();
                }
                *text += &why.to_html();
                *text += &report.text_in(40 + text.len() % 100, false, language);
            }
        }
    }
    // Marks of HTML, the names of methods, and words that both languages write alike.
    let alike = ["div", "details", "summary", "style", "margin", "left", "strong", "class", "open"];
    let methods = ["byar", "wilson", "attain", "explanation", "quasi", "dobson", "exact"];
    let alike: BTreeSet<&str> = alike.into_iter().chain(methods).collect();
    let both: BTreeSet<String> =
        words(&english).intersection(&words(&vietnamese)).cloned().collect();
    let left: Vec<&String> = both.iter().filter(|word| !alike.contains(word.as_str())).collect();
    assert!(left.is_empty(), "{left:?}\n{vietnamese}");
    assert!(!vietnamese.contains('_') && !vietnamese.contains("{"), "{vietnamese}");
    // A point stands between groups of three digits alone.
    for part in vietnamese.replace("1.5em", "").split('.').skip(1) {
        let digits = part.chars().take_while(char::is_ascii_digit).count();
        assert!(matches!(digits, 0 | 3), "{part}");
    }
    // Each kind of phrase is said.
    for said in [
        "nhiều nhất 1.234,5",
        "ghi nhận ngày 01/10/2025",
        "trên 100000",
        "Ghi chú: 7",
        "05/03/2024",
    ] {
        assert!(vietnamese.contains(said), "{said}\n{vietnamese}");
    }
}

/// A fraction is computed over pairs: the explanation says what of the inputs counts and what is left out.
#[test]
fn what_counts_of_the_inputs_and_what_is_left_out_are_named() {
    let plan = plan();
    // Hill closed 50 of 100; of Lake's 40 closed cases it is not known how many cases there were.
    let figures = [(3, 0, 100.0), (3, 1, 50.0), (4, 1, 40.0)];
    let outcome = |(unit, measure, value): &(usize, usize, f64)| {
        Outcome::new(UNITS[*unit], When::Period("2025-Q1".into()), MEASURES[*measure], *value)
    };
    let mut tally = Tally::new(&plan);
    tally.record_all(&figures.iter().map(outcome).collect::<Vec<_>>()).unwrap();
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    let explanation = report.explain("rate", None, None).unwrap();
    assert_eq!(explanation.row.value, Some(50.0));
    let [partly] = &explanation.partly_counted[..] else { panic!("{explanation:#?}") };
    assert_eq!((partly.recorded, partly.counted, partly.left_out), (90.0, 50.0, 40.0));
    let text = explanation.to_string();
    assert!(
        text.contains("closed: 50 of 90 counted, 40 left out (its counterpart is missing)"),
        "{text}"
    );
    // Nothing is left out of the other side, nor where both sides are known.
    tally.record(&outcome(&(4, 0, 60.0))).unwrap();
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    let explanation = report.explain("rate", None, None).unwrap();
    assert_eq!(explanation.partly_counted, []);
    assert!(!explanation.to_string().contains("left out"));
}
