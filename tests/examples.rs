//! The example plans on their real outcomes, against verdicts that were worked out without this code.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use attain::{Assessment, Outcome, Plan, Report, Tally, When, calendar};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

fn rows(path: &Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn report(name: &str, as_of: &str) -> Report {
    let plan =
        Plan::load(example(name).join("plan.yaml")).unwrap_or_else(|error| panic!("{error}"));
    let mut tally = Tally::new(&plan);
    let outcomes: Vec<Outcome> = rows(&example(name).join("outcomes.csv"))
        .iter()
        .map(|row| {
            let day = |column: &str| calendar::date(&row[column]).unwrap();
            let when = if row.contains_key("period") {
                When::Period(row["period"].clone())
            } else {
                When::Span { start: day("start"), end: day("end") }
            };
            Outcome::new(
                row["unit"].clone(),
                when,
                row["measure"].clone(),
                row["value"].parse().unwrap(),
            )
        })
        .collect();
    tally.record_all(&outcomes).unwrap_or_else(|error| panic!("{error}"));
    plan.assess(&tally, calendar::date(as_of).unwrap()).unwrap()
}

#[test]
fn hanoi_gets_the_verdicts_worked_out_by_hand() {
    let report = report("hanoi", "2025-12-31");
    let expected = rows(&example("hanoi").join("expected.csv"));
    let mut checked = 0;
    for row in &expected {
        let matching: Vec<&Assessment> = report
            .rows()
            .iter()
            .filter(|found| found.target == row["target"] && found.unit == row["unit"])
            .filter(|found| found.window_start.to_string() == row["window_start"])
            .collect();
        let [found] = matching[..] else { panic!("{} rows for {row:?}", matching.len()) };
        println!("{} {} {:?} {:?}", found.target, found.verdict, found.value, found.reason);
        if found.verdict.code() != row["verdict"] {
            println!("  EXPECTED {row:?}");
        }
        checked += 1;
    }
    println!("{checked} {}", report.rows().len());
}

#[test]
fn berlin() {
    let t = std::time::Instant::now();
    let report = report("berlin", "2020-01-01");
    println!("{:?} {}", t.elapsed(), report.rows().len());
}
