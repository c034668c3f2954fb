//! Spans and events for `tracing`: which calls have one, what it says, and that each fault is reported once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::Once;

use attain::journal::Journal;
use attain::tally::TableColumns;
use attain::{Outcome, Plan, Tally, When, calendar};
use tracing::field::{Field, Visit};
use tracing::span::{self, Attributes, Id};
use tracing::{Event, Level, Metadata, Subscriber};

/// What was seen of a span or an event: its name or message, its level, and its fields in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq)]
struct Seen {
    is_event: bool,
    name: String,
    level: String,
    fields: Vec<(String, String)>,
    /// The number of spans around it.
    depth: usize,
    is_closed: bool,
}

impl Seen {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

impl Visit for Seen {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        match field.name() {
            "message" => self.name = text,
            name => self.fields.push((name.to_owned(), text)),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name().to_owned(), value.to_owned()));
    }
}

/// What this crate said on one thread, and the number of spans that are open there.
#[derive(Default)]
struct Record {
    seen: Vec<Seen>,
    open: usize,
}

thread_local! {
    static RECORD: RefCell<Record> = RefCell::default();
}

/// The subscriber of the whole process. Each test runs on a thread of its own and reads the record of that thread.
///
/// A subscriber per thread would not do: a thread without one, if it is the first to reach a span, turns that span off for
/// all threads.
struct Recorder;

impl Recorder {
    fn add(mut seen: Seen, record_fields: impl FnOnce(&mut Seen)) -> Id {
        record_fields(&mut seen);
        RECORD.with_borrow_mut(|record| {
            seen.depth = record.open;
            record.seen.push(seen);
            Id::from_u64(record.seen.len() as u64)
        })
    }

    fn change(span: &Id, change: impl FnOnce(&mut Seen)) {
        RECORD.with_borrow_mut(|record| change(&mut record.seen[span.into_u64() as usize - 1]));
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "attain"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let seen = Seen {
            name: span.metadata().name().to_owned(),
            level: span.metadata().level().to_string(),
            ..Seen::default()
        };
        Recorder::add(seen, |seen| span.record(seen))
    }

    fn record(&self, span: &Id, values: &span::Record<'_>) {
        Recorder::change(span, |seen| values.record(seen));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let level = event.metadata().level().to_string();
        Recorder::add(Seen { is_event: true, level, ..Seen::default() }, |seen| event.record(seen));
    }

    fn enter(&self, _span: &Id) {
        RECORD.with_borrow_mut(|record| record.open += 1);
    }

    fn exit(&self, _span: &Id) {
        RECORD.with_borrow_mut(|record| record.open -= 1);
    }

    fn try_close(&self, span: Id) -> bool {
        Recorder::change(&span, |seen| seen.is_closed = true);
        true
    }
}

/// Installs the subscriber, once per process. Each test does so before its first call of this crate.
fn listen() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| tracing::subscriber::set_global_default(Recorder).unwrap());
}

/// What a call says.
fn seen<T>(call: impl FnOnce() -> T) -> (T, Vec<Seen>) {
    listen();
    RECORD.take();
    let answer = call();
    let seen = RECORD.take().seen;
    assert!(seen.iter().all(|one| one.is_event || one.is_closed), "{seen:?}");
    (answer, seen)
}

fn names(seen: &[Seen]) -> Vec<&str> {
    seen.iter().filter(|one| !one.is_event).map(|one| one.name.as_str()).collect()
}

const PLAN: &str = r#"
attain: 1
plan: clinics
units: {levels: [clinic], list: [{id: north, level: clinic}, {id: south, level: clinic}]}
measures: {visits: {}}
indicators: {visits: {count: visits}}
targets:
  enough: {indicator: visits, goal: {at_least: 2}, window: {every: month, within: "2025"}, units: {level: clinic}}
"#;

fn plan() -> Plan {
    listen();
    Plan::from_yaml(PLAN).unwrap()
}

fn day(text: &str) -> chrono::NaiveDate {
    calendar::date(text).unwrap()
}

fn visit(unit: &str, date: &str) -> Outcome {
    Outcome::new(unit, When::Date(day(date)), "visits", 1.0)
}

#[test]
fn a_plan_says_how_large_it_is() {
    let (plan, all) = seen(|| Plan::from_yaml(PLAN).unwrap());
    assert_eq!(names(&all), ["attain.plan"]);
    assert_eq!(all[0].level, Level::DEBUG.to_string());
    assert_eq!(all[0].field("plan"), Some(plan.id()));
    assert_eq!((all[0].field("units"), all[0].field("targets")), (Some("2"), Some("1")));

    let (_, all) = seen(|| Plan::load("examples/hanoi/plan.yaml").unwrap());
    assert_eq!(names(&all), ["attain.load", "attain.plan"]);
    assert_eq!(all[0].field("file"), Some("examples/hanoi/plan.yaml"));
    assert_eq!((all[0].depth, all[1].depth), (0, 1));
}

#[test]
fn reading_and_assessing_say_how_many_rows_there_are() {
    let plan = plan();
    let mut tally = Tally::of_events(&plan);
    let (_, all) =
        seen(|| tally.record_all(&[0; 3].map(|_| visit("north", "2025-01-05"))).unwrap());
    assert_eq!(names(&all), ["attain.record"]);
    assert_eq!((all[0].field("outcomes"), all[0].field("rows")), (Some("3"), Some("3")));

    let csv = "unit,date,measure,value\nsouth,2025-03-01,visits,1\n";
    let read = || tally.read_from(csv.as_bytes(), "upload", &TableColumns::new());
    let (_, all) = seen(read);
    assert_eq!(names(&all), ["attain.read"]);
    assert_eq!((all[0].field("stream"), all[0].field("rows")), (Some("upload"), Some("4")));
    assert_eq!(all[0].level, Level::INFO.to_string());

    let (report, all) = seen(|| plan.assess(&tally, day("2025-06-30")).unwrap());
    assert_eq!(names(&all), ["attain.assess"]);
    assert_eq!(all[0].field("as_of"), Some("2025-06-30"));
    assert_eq!(all[0].field("rows"), Some(report.len().to_string().as_str()));

    // One clinic has another visit in February: the rows of the other months are kept.
    tally.record(&visit("north", "2025-02-05")).unwrap();
    let (again, all) = seen(|| plan.assess_again(&report, &tally, day("2025-06-30")).unwrap());
    assert_eq!(names(&all), ["attain.assess_again"]);
    assert_eq!(all[0].field("rows"), Some(again.len().to_string().as_str()));
    let kept: usize = all[0].field("rows_kept").unwrap().parse().unwrap();
    assert_eq!(kept, again.len() - 2);
}

#[test]
fn a_journal_says_its_numbers() {
    let folder = std::env::temp_dir().join(format!("attain-traced-{}", std::process::id()));
    let tally = Tally::of_events(&plan());
    let (journal, all) = seen(|| Journal::open_with(&folder, tally).unwrap());
    assert_eq!(names(&all)[0], "attain.journal.open");
    assert_eq!(all[0].field("sequence"), Some("0"));

    let visits = [visit("north", "2025-01-05")];
    for is_repeated in ["false", "true"] {
        let (_, all) = seen(|| journal.record(&visits, Some("message-1")).unwrap());
        assert_eq!(all[0].name, "attain.journal.record");
        assert_eq!(all[0].field("sequence"), Some("1"));
        assert_eq!(all[0].field("is_repeated"), Some(is_repeated));
    }
    let (_, all) = seen(|| journal.retract("message-1").unwrap());
    assert_eq!(all[0].field("sequence"), Some("2"));
    let (_, all) = seen(|| journal.snapshot().unwrap());
    assert_eq!(names(&all)[0], "attain.journal.snapshot");
    let (_, all) = seen(|| journal.change_plan(&plan()).unwrap());
    assert_eq!(all[0].field("plan"), Some("clinics"));
    drop(journal);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn each_code_of_a_fault_is_one_event() {
    let folder = std::env::temp_dir().join(format!("attain-traced-faults-{}", std::process::id()));
    let journal = Journal::open_with(&folder, Tally::of_events(&plan())).unwrap();
    let wrong = ["nord", "north", "east"].map(|unit| visit(unit, "2025-01-05"));
    let (error, all) = seen(|| journal.record(&wrong, None).unwrap_err());
    assert_eq!(error.faults().len(), 2);
    let events: Vec<&Seen> = all.iter().filter(|one| one.is_event).collect();
    assert_eq!(events.len(), 1, "the outermost call reports the faults: {events:?}");
    assert_eq!(events[0].level, Level::WARN.to_string());
    assert_eq!(events[0].field("code"), Some("unknown_unit"));
    assert_eq!(events[0].field("faults"), Some("2"));
    assert_eq!(events[0].name, error.faults()[0].to_string());
    assert_eq!(events[0].depth, 1, "in the span of the call");
    drop(journal);
    std::fs::remove_dir_all(&folder).unwrap();

    let text = "attain: 1\nplan: p\ntarget: {}\nunits: {levels: [a], list: [{id: 1, level: b}]}";
    let (error, all) = seen(|| Plan::from_yaml(text).unwrap_err());
    let mut codes: Vec<&str> = error.faults().iter().map(|fault| fault.code.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut found: Vec<&str> = all.iter().filter_map(|one| one.field("code")).collect();
    found.sort_unstable();
    assert!(codes.len() > 1);
    assert_eq!(found, codes);
}
