//! Journals: what was acknowledged is there after every end of the process, and is counted once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use attain::error::FaultCode;
use attain::journal::Journal;
use attain::{IntakeOptions, Outcome, Plan, Rows, Tally, calendar};
use proptest::prelude::*;

use crate::incremental::{self, Choices, cases};
use crate::stored_tallies::contents;
use crate::support::{Scratch, outcome, outcomes, parse};

/// A plan with a goal, further units, and a way to combine the reports of an area.
fn plan(goal: u32, units: &str, area: &str) -> Plan {
    parse(&format!(
        r#"{{attain: 1, plan: p, calendar: {{year_starts: 01-01}},
        measures: {{cases: {{over_units: {area}}}}},
        indicators: {{known: {{count: cases}}}},
        campaigns: {{tet: {{title: Tet, window: [2023-01-20, 2023-01-28]}}}},
        targets: {{few: {{indicator: known, goal: {{at_most: {goal}}}, window: "2023"}}}},
        units: {{levels: [city], list: [{{id: "01", level: city}}{units}]}}}}"#
    ))
}

fn simple() -> Plan {
    plan(10, "", "sum")
}

fn events(folder: &Path, plan: &Plan) -> attain::Result<Journal> {
    Journal::open_with(folder, Tally::of_events(plan))
}

fn event(value: f64) -> [Outcome; 1] {
    [outcome("01", "2023-05-01", "cases", value)]
}

/// The sum of all events.
fn sum(tally: &Tally) -> f64 {
    let report = tally.plan().assess(tally, calendar::date("2023-12-31").unwrap()).unwrap();
    report.rows()[0].value.unwrap_or_default()
}

#[test]
fn a_key_is_counted_once_and_belongs_to_its_outcomes() {
    let scratch = Scratch::new("journal");
    let journal = events(&scratch.0, &simple()).unwrap();
    let first = journal.record(&event(3.0), Some("a")).unwrap();
    assert_eq!((first.sequence, first.is_repeated), (1, false));
    assert_eq!(journal.record(&event(4.0), None).unwrap().sequence, 2);
    for _ in 0..2 {
        let again = journal.record(&event(3.0), Some("a")).unwrap();
        assert_eq!((again.sequence, again.is_repeated), (1, true));
    }
    let error = journal.record(&event(5.0), Some("a")).unwrap_err();
    assert!(error.is_request());
    assert_eq!(
        error.to_string(),
        "record 1 has the same key and other outcomes: found `a`, expected the same outcomes, or a key that no other \
         record has (give each record a new key)"
    );
    for key in [String::new(), "k".repeat(256)] {
        let error = journal.record(&event(1.0), Some(&key)).unwrap_err();
        assert_eq!(error.faults()[0].code, FaultCode::OutOfRange);
    }
    assert_eq!((journal.sequence(), sum(&journal.tally())), (2, 7.0));
}

#[test]
fn what_is_refused_is_not_written_and_its_key_stays_free() {
    let scratch = Scratch::new("journal");
    let journal = Journal::open(&scratch.0, &simple()).unwrap();
    let figures = outcomes(&[("01", "2023", "cases", 5.0), ("02", "2023", "cases", 5.0)]);
    let error = journal.record(&figures, Some("a")).unwrap_err();
    assert!(error.is_outcomes());
    assert_eq!(error.faults()[0].place.to_string(), "row 1, column `unit`");
    assert_eq!((journal.log_bytes(), journal.sequence()), (0, 0));
    assert_eq!(journal.record(&figures[..1], Some("a")).unwrap().sequence, 1);
    // A figure that is there is refused after the journal is opened again.
    drop(journal);
    let journal = Journal::open(&scratch.0, &simple()).unwrap();
    let error = journal.record(&figures[..1], Some("b")).unwrap_err();
    assert_eq!(error.faults()[0].code, FaultCode::DuplicateRow);
}

#[test]
fn a_journal_is_open_once() {
    let scratch = Scratch::new("journal");
    let journal = events(&scratch.0, &simple()).unwrap();
    let error = events(&scratch.0, &simple()).unwrap_err();
    assert!(error.is_file());
    assert!(error.to_string().contains("the journal is open already"), "{error}");
    drop(journal);
    events(&scratch.0, &simple()).unwrap();
}

#[test]
fn a_retracted_record_is_taken_back_once_and_its_key_stays_known() {
    let scratch = Scratch::new("journal");
    let journal = events(&scratch.0, &simple()).unwrap();
    journal.record(&event(3.0), Some("a")).unwrap();
    journal.record(&event(4.0), Some("b")).unwrap();
    assert_eq!(journal.retract("a").unwrap(), 3);
    assert_eq!(journal.retract("a").unwrap(), 3);
    assert!(journal.record(&event(3.0), Some("a")).unwrap().is_repeated);
    assert_eq!((journal.tally().len(), sum(&journal.tally())), (1, 4.0));
    drop(journal);
    let journal = events(&scratch.0, &simple()).unwrap();
    assert_eq!((journal.sequence(), sum(&journal.tally())), (3, 4.0));
    assert_eq!(journal.retract("a").unwrap(), 3);
    let error = journal.retract("c").unwrap_err();
    assert_eq!(error.faults()[0].code, FaultCode::UnknownId);
    journal.snapshot().unwrap();
    let error = journal.retract("b").unwrap_err();
    assert!(error.is_request());
    assert!(
        error.to_string().contains("found record 2, expected a record after number 3"),
        "{error}"
    );
}

#[test]
fn records_keep_their_days_whatever_becomes_of_calendar_campaigns_and_options() {
    let scratch = Scratch::new("journal");
    let options = IntakeOptions::default().end_inclusive(true);
    let open = |plan: &Plan| {
        Journal::open_with(&scratch.0, Tally::of_events(plan).with_intake(options)).unwrap()
    };
    let journal = open(&simple());
    let days = ["tet", "2023-02-01..2023-02-07", "2023-Q2", "2023-12-01"];
    for days in days {
        journal.record(&[outcome("01", days, "cases", 2.0)], None).unwrap();
    }
    let expected = contents(&journal.tally());
    assert_eq!(journal.tally().last_day(), calendar::date("2023-12-01"));
    drop(journal);
    assert_eq!(contents(&open(&simple()).tally()), expected);
    let moved = parse(
        r#"{attain: 1, plan: p, measures: {cases: {over_units: sum}},
        indicators: {known: {count: cases}}, calendar: {year_starts: 07-01},
        targets: {few: {indicator: known, goal: {at_most: 3}, window: "2023"}},
        units: {levels: [city], list: [{id: "01", level: city}]}}"#,
    );
    assert_eq!(contents(&open(&moved).tally()), expected);
    let journal = Journal::open_with(&scratch.0, Tally::of_events(&simple())).unwrap();
    assert_eq!(contents(&journal.tally()), expected);
}

#[test]
fn a_plan_may_grow_and_what_contradicts_it_is_refused() {
    let scratch = Scratch::new("journal");
    let journal = events(&scratch.0, &simple()).unwrap();
    journal.record(&event(3.0), Some("a")).unwrap();
    // Another goal: the log stays.
    journal.change_plan(&plan(2, "", "sum")).unwrap();
    assert!(journal.log_bytes() > 0);
    // Another unit: the snapshot is of the new plan.
    let grown = plan(2, r#", {id: "02", level: city}"#, "sum");
    journal.change_plan(&grown).unwrap();
    assert_eq!(journal.log_bytes(), 0);
    let in_new_unit = [outcome("02", "2023-05-01", "cases", 1.0)];
    journal.record(&in_new_unit, Some("b")).unwrap();
    assert!(journal.record(&event(3.0), Some("a")).unwrap().is_repeated);
    assert_eq!((journal.tally().len(), journal.tally().plan()), (2, &grown));
    assert!(journal.change_plan(&simple()).unwrap_err().is_outcomes());
    assert_eq!(journal.tally().plan(), &grown);
    drop(journal);

    // The same when it is opened with another plan.
    let error = events(&scratch.0, &simple()).unwrap_err();
    assert!(error.is_outcomes());
    assert!(error.to_string().contains("the plan refuses record 2 of the journal"), "{error}");
    let error = events(&scratch.0, &plan(2, r#", {id: "02", level: city}"#, "max")).unwrap_err();
    assert_eq!(error.faults()[0].code, FaultCode::OtherPlan);
    let error = Journal::open(&scratch.0, &grown).unwrap_err();
    assert_eq!(error.faults()[0].code, FaultCode::FiguresAndEvents);
    let larger = plan(2, r#", {id: "02", level: city}, {id: "03", level: city}"#, "sum");
    let journal = events(&scratch.0, &larger).unwrap();
    assert_eq!((journal.tally().len(), journal.log_bytes(), journal.sequence()), (2, 0, 2));

    let mut full = Tally::of_events(&simple());
    full.record_all(&event(1.0)).unwrap();
    let elsewhere = Scratch::new("journal");
    let error = Journal::open_with(&elsewhere.0, full).unwrap_err();
    assert_eq!(error.faults()[0].code, FaultCode::ConflictingArguments);
    let day = calendar::date("2023-12-31").unwrap();
    let for_a_day = simple().tally_for(Rows::Events, &[day]);
    let error = Journal::open_with(&elsewhere.0, for_a_day).unwrap_err();
    assert_eq!(error.faults()[0].code, FaultCode::OtherDays);
}

#[test]
fn a_log_that_is_cut_anywhere_gives_the_first_records() {
    let scratch = Scratch::new("journal");
    let journal = events(&scratch.0, &simple()).unwrap();
    journal.record(&event(1000.0), None).unwrap();
    journal.snapshot().unwrap();
    for value in [1.0, 10.0, 100.0] {
        journal.record(&event(value), Some(&value.to_string())).unwrap();
    }
    drop(journal);
    let path = scratch.0.join("log");
    let bytes = fs::read(&path).unwrap();
    let header = "attain.journal 1\n".len();
    let mut seen = 1000.0;
    for length in header..=bytes.len() {
        fs::write(&path, &bytes[..length]).unwrap();
        let journal = events(&scratch.0, &simple()).unwrap();
        let sum = sum(&journal.tally());
        assert!([1000.0, 1001.0, 1011.0, 1111.0].contains(&sum) && sum >= seen, "{length}: {sum}");
        seen = sum;
        // What was cut off is gone: the next record stands where it stood.
        let next = journal.record(&event(5.0), None).unwrap().sequence;
        assert_eq!(next, journal.sequence());
        drop(journal);
        let again = events(&scratch.0, &simple()).unwrap();
        assert_eq!((self::sum(&again.tally()), again.sequence()), (sum + 5.0, next));
    }
    assert_eq!(seen, 1111.0);
    // Without its log, or with a record less between others, it is no journal.
    fs::remove_file(&path).unwrap();
    assert_eq!(events(&scratch.0, &simple()).unwrap_err().faults()[0].code, FaultCode::NoSuchFile);
    fs::write(&path, &bytes).unwrap();
    fs::remove_file(scratch.0.join("snapshot")).unwrap();
    assert_eq!(events(&scratch.0, &simple()).unwrap_err().faults()[0].code, FaultCode::NoSuchFile);
}

#[test]
fn many_threads_record_read_retry_and_take_snapshots() {
    const THREADS: usize = 8;
    const RECORDS: usize = 40;
    let scratch = Scratch::new("journal");
    let journal = events(&scratch.0, &simple()).unwrap();
    let is_over = AtomicBool::new(false);
    let mut sequences: Vec<u64> = thread::scope(|scope| {
        scope.spawn(|| {
            let mut seen = 0;
            while !is_over.load(Ordering::Relaxed) {
                let length = journal.tally().len();
                assert!(length >= seen, "what was seen is never unseen");
                seen = length;
                journal.snapshot().unwrap();
            }
        });
        let callers: Vec<_> = (0..THREADS)
            .map(|caller| {
                let journal = &journal;
                scope.spawn(move || {
                    let numbers = (0..RECORDS).map(|record| {
                        // Two threads use each key at about the same time.
                        let key = format!("{}-{record}", caller / 2);
                        let receipt = journal.record(&event(1.0), Some(&key)).unwrap();
                        assert!(journal.sequence() >= receipt.sequence);
                        receipt.sequence
                    });
                    numbers.collect::<Vec<u64>>()
                })
            })
            .collect();
        let sequences = callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect();
        is_over.store(true, Ordering::Relaxed);
        sequences
    });
    sequences.sort_unstable();
    let expected: Vec<u64> =
        (1..=(THREADS / 2 * RECORDS) as u64).flat_map(|number| [number, number]).collect();
    assert_eq!(sequences, expected);
    assert_eq!(sum(&journal.tally()), (THREADS / 2 * RECORDS) as f64);
    drop(journal);
    assert_eq!(
        sum(&events(&scratch.0, &simple()).unwrap().tally()),
        (THREADS / 2 * RECORDS) as f64
    );
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn a_journal_has_what_a_tally_of_its_records_has(
        choices in prop::collection::vec(any::<u16>(), 50..800),
    ) {
        let mut choices = Choices(choices.iter());
        let plan = incremental::plan(&mut choices);
        let rows = choices.one(&[Rows::Figures, Rows::Events]);
        let scratch = Scratch::new("journal");
        let open = || Journal::open_with(&scratch.0, Tally::of(&plan, rows)).unwrap();
        let mut journal = open();
        // The records that count, by their numbers, with the keys of those that may be taken back.
        let mut records: BTreeMap<u64, Vec<Outcome>> = BTreeMap::new();
        let mut keys: Vec<(String, u64)> = Vec::new();
        let expected = |records: &BTreeMap<u64, Vec<Outcome>>| {
            let mut tally = Tally::of(&plan, rows);
            records.values().for_each(|outcomes| tally.record_all(outcomes).unwrap());
            tally
        };
        for step in 0..30 {
            match choices.below(12) {
                0 => {
                    drop(journal);
                    journal = open();
                }
                1 => {
                    journal.snapshot().unwrap();
                    keys.clear();
                }
                2 | 3 if !keys.is_empty() => {
                    let (key, sequence) = keys.swap_remove(choices.below(keys.len()));
                    journal.retract(&key).unwrap();
                    records.remove(&sequence);
                }
                _ => {
                    let number = choices.below(4);
                    let outcomes: Vec<Outcome> =
                        (0..number).map(|_| incremental::outcome(&mut choices, rows)).collect();
                    let key = format!("key {step}");
                    let would_be = expected(&records).record_all(&outcomes);
                    match journal.record(&outcomes, Some(&key)) {
                        Ok(receipt) => {
                            prop_assert!(would_be.is_ok());
                            records.insert(receipt.sequence, outcomes);
                            keys.push((key, receipt.sequence));
                        }
                        Err(error) => prop_assert_eq!(Some(error.faults()), would_be.as_ref().err().map(attain::Error::faults)),
                    }
                }
            }
            let (tally, expected) = (journal.tally(), expected(&records));
            prop_assert_eq!(tally.len(), expected.len());
            prop_assert_eq!(contents(&tally), contents(&expected));
        }
        drop(journal);
        let again = open();
        prop_assert_eq!(contents(&again.tally()), contents(&expected(&records)));
    }
}
