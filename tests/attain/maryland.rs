//! attain against numbers that somebody else computed from the same counts: every rate, share and change that
//! the table of Maryland's counties publishes, and every one of them that is wrong.
//! `examples/maryland/README.md` describes their faults and the reasons.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;

use attain::{Assessment, Plan, Reason, Report, Tally};

use crate::support::{self, day};

/// A county and a year.
type Place = (String, String);

fn example(file: &str) -> PathBuf {
    support::example("maryland", file)
}

fn report() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| {
        let plan = Plan::load(example("plan.yaml")).unwrap();
        let mut tally = Tally::new(&plan);
        tally.read_csv(example("outcomes.csv"), None).unwrap();
        plan.assess(&tally, day("2021-12-31")).unwrap()
    })
}

/// The rows of an indicator by county and year.
fn assessed(indicator: &str) -> BTreeMap<Place, &'static Assessment> {
    let rows =
        report().rows().iter().filter(|row| row.indicator == indicator && row.level == "county");
    rows.map(|row| {
        let year = row.window_start.to_string()[..4].to_owned();
        ((row.unit.to_string(), year), row)
    })
    .collect()
}

/// The numbers published in a column by county and year; empty fields are none.
fn published(column: &str) -> BTreeMap<Place, f64> {
    let mut reader = csv::Reader::from_path(example("published.csv")).unwrap();
    let at = reader.headers().unwrap().iter().position(|header| header == column).unwrap();
    let rows = reader.into_records().map(|row| row.unwrap());
    rows.filter(|row| !row[at].is_empty())
        .map(|row| ((row[0].to_owned(), row[1].to_owned()), row[at].parse().unwrap()))
        .collect()
}

/// A column compared with the indicator of the same name.
#[derive(Default)]
struct Comparison {
    agree: usize,
    /// Where attain has no number, and the reason it gives.
    without: BTreeMap<Place, Option<Reason>>,
    differ: BTreeSet<Place>,
}

fn compare(column: &str) -> Comparison {
    // Numbers are published with one decimal; where one lies just between two, floats need a hair more.
    const HALF_A_DIGIT: f64 = 0.05 + 1e-9;
    let assessed = assessed(column);
    let mut comparison = Comparison::default();
    for (place, number) in published(column) {
        let row =
            assessed.get(&place).unwrap_or_else(|| panic!("no row for {column} of {place:?}"));
        match row.value {
            None => {
                comparison.without.insert(place, row.reason);
            }
            Some(value) if (value - number).abs() <= HALF_A_DIGIT => comparison.agree += 1,
            Some(_) => {
                comparison.differ.insert(place);
            }
        }
    }
    comparison
}

fn places<const N: usize>(places: [(&str, &str); N]) -> BTreeSet<Place> {
    places.into_iter().map(|(unit, year)| (unit.to_owned(), year.to_owned())).collect()
}

/// In all columns of changes, against the row above in the table instead of the year before.
const ALLEGANY: [(&str, &str); 2] = [("24001", "2015"), ("24001", "2017")];

const COUNTS: [&str; 3] = ["all_crime", "violent_crime", "property_crime"];
const SHARES: [&str; 2] = ["violent_share", "property_share"];
const RATES: [&str; 10] = [
    "all_crime_rate",
    "violent_crime_rate",
    "property_crime_rate",
    "murder_rate",
    "rape_rate",
    "robbery_rate",
    "aggravated_assault_rate",
    "breaking_and_entering_rate",
    "larceny_rate",
    "vehicle_theft_rate",
];

fn assert_every_number_agrees(columns: &[&str]) {
    for column in columns {
        let comparison = compare(column);
        assert!(comparison.differ.is_empty(), "{column}: {:?}", comparison.differ);
        assert!(comparison.without.is_empty(), "{column}: {:?}", comparison.without);
        assert_eq!(comparison.agree, 24 * 46, "{column}");
    }
}

#[test]
fn every_published_total_is_the_sum_of_its_offences() {
    for column in COUNTS {
        let assessed = assessed(column);
        let published = published(column);
        assert_eq!(published.len(), 24 * 46);
        // Totals of 1975 are in no target's window: those of 1976 say them as what they start from.
        for ((unit, year), total) in published {
            let value = match assessed.get(&(unit.clone(), year.clone())) {
                Some(row) => row.value,
                None => {
                    assessed[&(unit.clone(), (year.parse::<i32>().unwrap() + 1).to_string())]
                        .baseline
                }
            };
            assert_eq!(value, Some(total), "{column} of {unit}, {year}");
        }
    }
}

#[test]
fn every_published_share_agrees() {
    assert_every_number_agrees(&SHARES);
}

#[test]
fn every_published_rate_agrees() {
    assert_every_number_agrees(&RATES);
}

#[test]
fn of_1080_published_changes_of_a_count_1078_agree_and_two_of_allegany_are_wrong() {
    for count in COUNTS {
        let comparison = compare(&format!("{count}_change"));
        assert_eq!(comparison.agree, 1_078, "{count}");
        assert_eq!(comparison.differ, places(ALLEGANY), "{count}");
        assert!(comparison.without.is_empty(), "{count}: {:?}", comparison.without);
    }
}

#[test]
fn what_is_published_for_allegany_is_the_change_against_the_row_above() {
    let totals = published("all_crime");
    let changes = published("all_crime_change");
    let of = |year: &str| ("24001".to_owned(), year.to_owned());
    for (year, row_above) in [("2015", "2020"), ("2017", "2014")] {
        let (now, then) = (totals[&of(year)], totals[&of(row_above)]);
        assert!((100.0 * (now - then) / then - changes[&of(year)]).abs() <= 0.05 + 1e-9, "{year}");
    }
}

#[test]
fn published_changes_of_rates_agree_but_for_what_the_example_tells() {
    for rate in RATES {
        let comparison = compare(&format!("{rate}_change"));
        let mut wrong = places(ALLEGANY);
        if rate == "murder_rate" {
            // Counts that were corrected after the changes had been computed.
            wrong.extend(places([
                ("24011", "2020"), // Caroline
                ("24029", "2018"), // Kent
                ("24035", "2018"), // Queen Anne's
                ("24035", "2019"),
                ("24041", "2019"), // Talbot
                ("24041", "2020"),
            ]));
        }
        assert_eq!(comparison.differ, wrong, "{rate}");
        let from_nothing = match rate {
            "murder_rate" => 162,
            "rape_rate" => 5,
            "robbery_rate" => 3,
            _ => 0,
        };
        assert_eq!(comparison.without.len(), from_nothing, "{rate}");
        assert_eq!(comparison.agree, 24 * 45 - wrong.len() - from_nothing, "{rate}");
    }
}

#[test]
fn a_change_from_nothing_has_a_reason_instead_of_a_number() {
    for rate in RATES {
        for (place, reason) in compare(&format!("{rate}_change")).without {
            assert_eq!(reason, Some(Reason::ZeroDenominator), "{rate} of {place:?}");
            let (unit, year) = place;
            let before = (year.parse::<i32>().unwrap() - 1).to_string();
            assert_eq!(published(rate)[&(unit, before)], 0.0);
        }
    }
}

#[test]
fn the_whole_table_is_as_the_example_says() {
    let changes: Vec<Comparison> =
        COUNTS.iter().chain(&RATES).map(|of| compare(&format!("{of}_change"))).collect();
    let sum = |count: fn(&Comparison) -> usize| changes.iter().map(count).sum::<usize>();
    assert_eq!(sum(|one| one.agree), 13_838);
    assert_eq!(sum(|one| one.without.len()), 170);
    assert_eq!(sum(|one| one.differ.len()), 32);
    assert_eq!(13_838 + 170 + 32, 13 * 24 * 45);
}
