//! Outcomes recorded one by one, as a service does, and tallies that can't be merged.

use attain::error::ErrorKind;
use attain::{Error, Outcome, Plan, Result, Rows, Status, Tally, When};
use chrono::NaiveDate;

use crate::refusals::outcomes::{before, of_2022, plan, refused};
use crate::refusals::refusal::{Case, hold_all};

fn of_period(unit: &str, period: &str, measure: &str, value: f64) -> Outcome {
    Outcome::new(unit, When::Period(period.into()), measure, value)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn of_records(rows: Rows, outcomes: &[Outcome]) -> Error {
    refused(before(rows), |tally| tally.record_all(outcomes))
}

fn merged(into: Tally, make: impl FnOnce(&mut Tally) -> Result<()>, rows: Rows) -> Error {
    let mut other = Tally::of(into.plan(), rows);
    make(&mut other).unwrap();
    refused(into, |tally| tally.merge(&other))
}

#[test]
fn every_fault_of_bad_records_is_told_in_one_go_and_none_is_let_in() {
    use ErrorKind::{Outcomes, Request};
    use Rows::{Events, Figures};
    let figure = || of_period("001", "2023-05", "cases", 5.0);
    let cases = [
        Case::new("a-unit-that-is-not-there", Outcomes, || {
            of_records(Figures, &[of_period("0001", "2023-05", "cases", 5.0)])
        }),
        Case::new("nothing-in-their-texts", Outcomes, || {
            of_records(Figures, &[of_period("", "", "", 5.0)])
        }),
        Case::new("values-that-are-no-number", Outcomes, || {
            of_records(
                Figures,
                &[
                    of_period("001", "2023-05", "cases", f64::NAN),
                    of_period("001", "2023-06", "cases", f64::NEG_INFINITY),
                    of_period("001", "2023-07", "cases", 1e17),
                    of_period("001", "2023-08", "cases", -0.5),
                ],
            )
        }),
        Case::new("days-beyond-the-calendar", Outcomes, || {
            let recorded = |recorded_at| Outcome { recorded_at: Some(recorded_at), ..figure() };
            of_records(
                Figures,
                &[
                    Outcome { when: When::Date(NaiveDate::MAX), ..figure() },
                    Outcome { when: When::Date(NaiveDate::MIN), ..figure() },
                    Outcome {
                        when: When::Span { start: day(0, 1, 1), end: day(2023, 1, 1) },
                        ..figure()
                    },
                    Outcome {
                        when: When::Span { start: day(2023, 1, 1), end: NaiveDate::MAX },
                        ..figure()
                    },
                    Outcome {
                        when: When::Span { start: NaiveDate::MIN, end: NaiveDate::MAX },
                        ..figure()
                    },
                    recorded(NaiveDate::MAX),
                    recorded(NaiveDate::MIN),
                ],
            )
        }),
        Case::new("a-span-without-days", Outcomes, || {
            let when = When::Span { start: day(2023, 5, 1), end: day(2023, 5, 1) };
            of_records(Figures, &[Outcome { when, ..figure() }])
        }),
        Case::new("statuses-that-contradict", Outcomes, || {
            let of = |status, value| Outcome { status: Some(status), value, ..figure() };
            of_records(
                Figures,
                &[
                    of(Status::F, Some(5.0)),
                    of(Status::M, Some(5.0)),
                    of(Status::P, None),
                    of(Status::Q, Some(0.0)),
                ],
            )
        }),
        Case::new("a-figure-twice", Outcomes, || {
            of_records(Figures, &[figure(), figure(), figure()])
        }),
        Case::new("a-figure-recorded-in-an-earlier-call", Outcomes, || {
            let mut tally = before(Figures);
            tally.record(&of_period("001", "2023-04", "cases", 5.0)).unwrap();
            tally.record(&figure()).unwrap();
            refused(tally, |tally| tally.record(&figure()))
        }),
        Case::new("an-event-of-figures", Outcomes, || of_records(Events, &[figure()])),
        Case::new("an-event-of-a-published-value", Outcomes, || {
            let event = of_period("01", "2023-05", "published", 75.0);
            refused(Tally::of_events(&plan()), |tally| tally.record(&event))
        }),
        Case::new("a-part-above-its-whole", Outcomes, || {
            of_records(Figures, &[of_2022("001", "cleared", 1901.0)])
        }),
        Case::new("merged-with-itself", Outcomes, || {
            let tally = before(Figures);
            refused(tally.clone(), |same| same.merge(&tally))
        }),
        Case::new("merged-with-the-same-figures", Outcomes, || {
            let make = |other: &mut Tally| {
                other.record_all(&[
                    figure(),
                    of_2022("01", "published", 77.0),
                    of_2022("001", "cases", 1901.0),
                ])
            };
            merged(before(Figures), make, Figures)
        }),
        Case::new("merged-figures-with-events", Outcomes, || {
            merged(before(Figures), |other| other.record(&figure()), Events)
        }),
        Case::new("merged-parts-with-their-wholes", Outcomes, || {
            let make = |other: &mut Tally| {
                other.record_all(&[of_2022("001", "cleared", 1901.0), of_2022("004", "cases", 1.0)])
            };
            merged(before(Figures), make, Figures)
        }),
        Case::new("merged-of-different-plans", Request, || {
            let text = plan().to_yaml().replace("plan: outcomes", "plan: another");
            let other = Tally::new(&Plan::from_yaml(&text).unwrap());
            refused(before(Figures), |tally| tally.merge(&other))
        }),
    ];
    hold_all("records", &cases);
}

#[test]
fn tallies_of_the_parts_that_were_merged_hold_the_whole() {
    let mut first = before(Rows::Figures);
    let mut second = Tally::new(&plan());
    second.record(&of_period("001", "2023-05", "cases", 5.0)).unwrap();
    first.merge(&second).unwrap();
    assert_eq!(first.len(), before(Rows::Figures).len() + 1);
}
