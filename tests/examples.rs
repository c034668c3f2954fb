//! The example plans on their outcomes, against verdicts that were worked out without this code.
//! Maryland, which has published numbers to be held against, is in `maryland.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use attain::{Assessment, Plan, Report, Tally, Verdict, calendar};

fn example(name: &str, file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).join(file)
}

/// The rows of a table by the names of its columns.
fn table(path: &Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn report(name: &str) -> Report {
    let plan = Plan::load(example(name, "plan.yaml")).unwrap_or_else(|error| panic!("{error}"));
    let mut tally = Tally::new(&plan);
    tally.read(example(name, "outcomes.csv")).unwrap_or_else(|error| panic!("{error}"));
    plan.assess(&tally, calendar::date("2025-12-31").unwrap()).unwrap()
}

#[test]
fn hanoi_gets_the_verdicts_that_were_worked_out_by_hand() {
    let report = report("hanoi");
    let expected = table(&example("hanoi", "expected.csv"));
    assert_eq!(report.rows().len(), expected.len());
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &expected {
        let matching: Vec<&Assessment> = report
            .rows()
            .iter()
            .filter(|found| found.target == row["target"] && found.unit == row["unit"])
            .filter(|found| found.window_start.to_string() == row["window_start"])
            .filter(|found| found.window_end.to_string() == row["window_end"])
            .collect();
        let [found] = matching[..] else { panic!("{} rows for {row:?}", matching.len()) };
        assert_eq!(found.verdict.code(), row["verdict"], "{row:?}");
        *verdicts.entry(found.verdict.code()).or_default() += 1;
        if !row["reason"].is_empty() {
            assert_eq!(found.reason.map(|reason| reason.code()), Some(row["reason"].as_str()));
        }
        // The expected numbers have six decimals; counts they leave out where there is no ratio.
        let agrees = |text: &str, found: Option<f64>| match (text.parse::<f64>(), found) {
            (Ok(expected), Some(found)) => (found - expected).abs() <= 5e-7,
            (Ok(_), None) => false,
            (Err(_), _) => true,
        };
        assert!(agrees(&row["value"], found.value), "{row:?}: {:?}", found.value);
        assert_eq!(found.value.is_some(), !row["value"].is_empty(), "{row:?}");
        assert!(agrees(&row["goal_value"], found.goal_value), "{row:?}: {:?}", found.goal_value);
        if found.baseline.is_none() {
            assert!(agrees(&row["numerator"], found.numerator), "{row:?}: {:?}", found.numerator);
            assert!(agrees(&row["denominator"], found.denominator), "{row:?}");
        }
    }
    // What its README says.
    assert_eq!(verdicts, BTreeMap::from([("met", 34), ("missed", 15), ("indeterminate", 11)]));
}

#[test]
fn traffic_fell_on_all_three_counts_and_missed_five_per_cent_on_one() {
    let combined = report("traffic").combined();
    let told = &combined.verdicts[0];
    assert_eq!((told.verdict, told.met, told.improved), (Verdict::Missed, 2, Some(3)));
    // As they were published.
    let published = [-24.69, -4.93, -33.86];
    for (part, published) in combined.parts.iter().zip(published) {
        assert!((part.change.unwrap() - published).abs() < 0.005, "{part:?}");
    }
    let missed: Vec<_> =
        combined.parts.iter().filter(|part| part.verdict == Verdict::Missed).collect();
    assert_eq!(missed.len(), 1);
    assert_eq!(missed[0].target, "killed-2025");
    // 5 % off 5,473 is 5,199.35: four deaths.
    assert!((missed[0].gap.unwrap() + 3.65).abs() < 1e-9);
}

#[test]
fn berlin_meets_and_misses_as_often_as_was_counted_by_hand() {
    let report = report("berlin");
    let mut counted: BTreeMap<(String, String, String), [usize; 2]> = BTreeMap::new();
    for row in report.rows() {
        let year = row.window_start.to_string()[..4].to_owned();
        let [met, missed] =
            counted.entry((row.target.to_string(), year, row.level.to_string())).or_default();
        match row.verdict {
            Verdict::Met => *met += 1,
            Verdict::Missed => *missed += 1,
            Verdict::Indeterminate => {
                panic!("every area has counts, so no row lacks a verdict: {row:?}")
            }
        }
    }
    let expected: BTreeMap<(String, String, String), [usize; 2]> =
        table(&example("berlin", "expected.csv"))
            .iter()
            .map(|row| {
                let key = (row["target"].clone(), row["year"].clone(), row["level"].clone());
                (key, [row["met"].parse().unwrap(), row["missed"].parse().unwrap()])
            })
            .collect();
    assert_eq!(counted.len(), 91);
    for (key, found) in &counted {
        assert_eq!(Some(found), expected.get(key), "{key:?}");
    }
    assert_eq!(counted, expected);
}

#[test]
fn none_after_none_meets_a_fall_and_one_after_none_does_not() {
    // What the README of Berlin says of the areas whose year before had no burglary.
    let report = report("berlin");
    let from_nothing: Vec<&Assessment> = report
        .rows()
        .iter()
        .filter(|row| row.target == "burglary-down-area" && row.baseline == Some(0.0))
        .collect();
    assert_eq!(from_nothing.len(), 55);
    let (none, some): (Vec<&Assessment>, Vec<&Assessment>) =
        from_nothing.into_iter().partition(|row| row.value == Some(0.0));
    assert_eq!(none.len(), 37);
    assert!(none.iter().all(|row| row.verdict == Verdict::Met));
    assert!(some.iter().all(|row| row.verdict == Verdict::Missed));
}
