//! The example plans on their outcomes, compared with verdicts computed without this code.
//! Maryland has published numbers to compare with; it is in `maryland.rs`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use attain::{Assessment, LoadOptions, Plan, Report, Tally, Verdict};

use crate::support::{day, example};

/// The rows of a table by the names of its columns.
fn table(path: &Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn report(name: &str) -> Report {
    let plan = Plan::load(example(name, "plan.yaml")).unwrap_or_else(|error| panic!("{error}"));
    let mut tally = Tally::new(&plan);
    tally.read(example(name, "outcomes.csv")).unwrap_or_else(|error| panic!("{error}"));
    plan.assess(&tally, day("2025-12-31")).unwrap()
}

/// The 794 pairs of old and new communes, against sums over the tables.
#[test]
fn hanoi_s_communes_of_one_day_are_judged_as_those_of_another() {
    let options = LoadOptions::default().tables(example("hanoi", ""));
    let plan = Plan::load_with(example("reform", "plan.yaml"), &options)
        .unwrap_or_else(|error| panic!("{error}"));
    let mut tally = Tally::new(&plan);
    tally.read(example("reform", "outcomes.csv")).unwrap_or_else(|error| panic!("{error}"));
    let outcomes = table(&example("reform", "outcomes.csv"));
    let pairs = table(&example("hanoi", "changes-2025-07.csv"));
    assert_eq!(pairs.len(), 794);
    let mut parts: HashMap<&str, usize> = HashMap::new();
    pairs.iter().for_each(|pair| *parts.entry(&pair["from"]).or_default() += 1);
    assert_eq!((parts.len(), parts.values().filter(|parts| **parts > 1).count()), (526, 199));
    assert_eq!(parts.values().max(), Some(&5));

    let in_geography = |of: &str| -> Report {
        let of = Some(day(of));
        plan.in_geography(of).assess(&tally.in_geography(of), day("2025-12-31")).unwrap()
    };
    let rows = |report: &Report, target: &str, start: &str| -> BTreeMap<String, Assessment> {
        let rows = report
            .rows()
            .iter()
            .filter(|row| &*row.target == target && row.window_start == day(start));
        rows.map(|row| (row.unit.to_string(), row.clone())).collect()
    };
    let reports = ["2024-12-31", "2025-01-01", "2025-07-01"].map(in_geography);
    let city: Vec<Vec<Option<f64>>> = reports
        .iter()
        .map(|report| {
            let rows = report.rows().iter().filter(|row| &*row.unit == "01");
            rows.map(|row| row.numerator).collect()
        })
        .collect();
    assert_eq!(city[0].len(), 5);
    assert!(city.iter().all(|rows| *rows == city[0]), "{city:?}");
    for (report, communes) in reports.iter().zip([579, 526, 126]) {
        // Of three of the 579, no commune of later on may hold any of it: they are not judged then.
        let lost = if communes == 579 { 3 } else { 0 };
        for (start, lost) in [("2024-07-01", 0), ("2025-01-01", lost), ("2025-07-01", lost)] {
            assert_eq!(rows(report, "commune-crime", start).len(), communes - lost);
        }
    }

    // The first half of 2025, forward into the 126 communes.
    let figure = |code: &str, measure: &str, period: &str| -> f64 {
        let mut found = outcomes.iter().filter(|row| {
            row["unit"] == code && row["measure"] == measure && row["period"] == period
        });
        found.next().unwrap()["value"].parse().unwrap()
    };
    let mut expected: BTreeMap<String, f64> = BTreeMap::new();
    for pair in &pairs {
        let share = 1.0 / parts[pair["from"].as_str()] as f64;
        *expected.entry(pair["to"].clone()).or_default() +=
            share * figure(&pair["from"], "cases", "2025-H1");
    }
    let found = rows(&reports[2], "commune-crime", "2025-01-01");
    assert_eq!(found.len(), expected.len());
    for (code, expected) in &expected {
        let value = found[code].value.unwrap();
        assert!((value - expected).abs() < 1e-9 * expected, "{code}: {value}, not {expected}");
    }
    // The second half, back into the 526: each of them weighed the same.
    let mut weights: HashMap<&str, f64> = HashMap::new();
    for pair in &pairs {
        *weights.entry(&pair["to"]).or_default() += pair["equal"].parse::<f64>().unwrap();
    }
    let mut expected: BTreeMap<String, f64> = BTreeMap::new();
    for pair in &pairs {
        let share = pair["equal"].parse::<f64>().unwrap() / weights[pair["to"].as_str()];
        *expected.entry(pair["from"].clone()).or_default() +=
            share * figure(&pair["to"], "cases", "2025-H2");
    }
    let found = rows(&reports[1], "commune-crime", "2025-07-01");
    for (code, expected) in &expected {
        let value = found[code].value.unwrap();
        assert!((value - expected).abs() < 1e-9 * expected, "{code}: {value}, not {expected}");
    }
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
            _ => {
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
    // The statement of Berlin's README about the areas without a burglary in the year before.
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

/// Text and page of a report read its columns; those of its scorecard read a line for each row.
#[test]
fn text_and_page_are_those_of_the_scorecard() {
    use attain::scorecard::{page, text};

    for name in ["hanoi", "berlin", "traffic", "maryland"] {
        let report = report(name);
        let scorecard = report.scorecard();
        assert_eq!(report.text(100, true), text::render(&scorecard, 100, true), "{name}");
        assert_eq!(report.to_html(), page::render(&scorecard), "{name}");
        assert_eq!(report.html_fragment(), page::fragment(&scorecard), "{name}");
        let rows: usize = scorecard.sections.iter().map(|section| section.rows.len()).sum();
        assert_eq!(rows, report.len(), "{name}");
    }
}
