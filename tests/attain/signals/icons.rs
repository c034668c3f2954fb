//! Icons say in shapes and in words what the columns of their row say.

use attain::views::{SignalOptions, SignalRow};
use attain::{Rows, Tally};

use super::{all, assess, figures, of, plan, signals};

fn row(indicator: &str, goal: &str, values: &[f64]) -> SignalRow {
    let plan = plan(&format!(
        "  t: {{indicator: {indicator}, goal: {{{goal}}}, window: {{every: month, within: ['2023-01-01', '2025-01-01']}}, units: [d1]}}"
    ));
    let mut tally = Tally::of(&plan, Rows::Figures);
    figures(&mut tally, "d1", "cleared", &all(values));
    figures(&mut tally, "d1", "cases", &all(&vec![1000.0; values.len()]));
    let report = assess(&plan, &tally, "2024-12-31");
    of(&signals(&report, &SignalOptions::default()), "d1").clone()
}

/// Two years about a level, of which the last months leave it by so much.
fn shifted(level: f64, by: f64) -> Vec<f64> {
    let noise = [4.0, -7.0, 2.0, 9.0, -5.0, -2.0, 6.0, -8.0, 1.0, 3.0, -4.0, 5.0];
    (0..24).map(|at| level + noise[at % 12] + if at < 14 { 0.0 } else { by }).collect()
}

/// The words of an icon, and the paths that it is drawn with.
fn read(icon: Option<String>) -> Option<(String, Vec<String>)> {
    let icon = icon?;
    let document = roxmltree::Document::parse(&icon).unwrap();
    let svg = document.root_element();
    assert_eq!((svg.attribute("role"), svg.attribute("viewBox")), (Some("img"), Some("0 0 24 24")));
    let title = svg.children().find(|node| node.has_tag_name("title")).unwrap();
    let paths = svg.descendants().filter_map(|node| node.attribute("d"));
    Some((title.text().unwrap().to_owned(), paths.map(str::to_owned).collect()))
}

fn words(icon: Option<String>) -> Option<String> {
    Some(read(icon)?.0)
}

#[test]
fn icons_say_what_the_columns_say() {
    let goal = "at_least: 50";
    for (indicator, by, variation, trend) in [
        ("share", -60.0, "a deterioration, downwards", "worsening"),
        ("share", 60.0, "an improvement, upwards", "improving"),
        ("ratio", 60.0, "an improvement, upwards", "improving"),
        ("share", 0.0, "usual variation", "no trend beyond chance"),
    ] {
        let row = row(indicator, goal, &shifted(600.0, by));
        let context = format!("{indicator} {by} {row:?}");
        assert_eq!(words(row.variation_icon()).as_deref(), Some(variation), "{context}");
        assert_eq!(words(row.trend_arrow()).as_deref(), Some(trend), "{context}");
    }
    // A goal between two numbers has no better side.
    let row = row("ratio", "between: [40, 90]", &shifted(600.0, -60.0));
    let unclear = "unusual variation, downwards";
    assert_eq!(words(row.variation_icon()).as_deref(), Some(unclear), "{row:?}");
    assert_eq!(words(row.trend_arrow()).as_deref(), Some("falling"), "{row:?}");
}

#[test]
fn assurance_is_that_of_the_limits_and_the_goal() {
    for (goal, expected) in [
        ("at_least: 30", "meets the goal every time"),
        ("at_least: 90", "misses the goal every time"),
        ("at_least: 60", "chance decides whether the goal is met"),
    ] {
        let row = row("share", goal, &shifted(600.0, 0.0));
        assert_eq!(words(row.assurance_icon()).as_deref(), Some(expected), "{goal} {row:?}");
    }
}

#[test]
fn what_has_no_answer_has_no_icon() {
    let row = row("share", "at_least: 60", &[600.0, 610.0]);
    assert_eq!((row.variation_icon(), row.assurance_icon(), row.trend_arrow()), (None, None, None));
}

#[test]
fn no_two_meanings_look_alike_without_colour() {
    let rows = [("share", -60.0), ("share", 60.0), ("share", 0.0), ("ratio", -60.0)];
    let mut seen: Vec<(String, Vec<String>)> = Vec::new();
    for (indicator, by) in rows {
        for goal in ["at_least: 30", "at_least: 90", "at_least: 60", "between: [40, 90]"] {
            let row = row(indicator, goal, &shifted(600.0, by));
            let icons = [row.variation_icon(), row.assurance_icon()];
            for (words, paths) in icons.into_iter().filter_map(read) {
                match seen.iter().find(|(known, _)| *known == words) {
                    Some((_, known)) => assert_eq!(*known, paths),
                    None => seen.push((words, paths)),
                }
            }
        }
    }
    assert!(seen.len() >= 7, "{seen:?}");
    for (at, (words, paths)) in seen.iter().enumerate() {
        assert!(seen[at + 1..].iter().all(|(_, others)| others != paths), "{words}");
    }
}
