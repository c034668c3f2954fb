//! Rows that are chosen before they are judged are those of the whole report that are chosen later.

use attain::{Filter, Limits, Outcome, Plan, Report, Rows, Tally, Verdict};
use proptest::prelude::*;

use crate::incremental::{Choices, cases, days, outcome, plan};
use crate::support::{day, parse};

/// A filter of one to three conditions. Some of them refer to nothing.
pub(crate) fn filter(choices: &mut Choices<'_>) -> Filter {
    let mut filter = Filter::default();
    for _ in 0..1 + choices.below(3) {
        for _ in 0..1 + choices.below(2) {
            filter = match choices.below(9) {
                0 => filter.target(choices.one(&["t0", "t0", "t1", "t2", "t9"])),
                1 => filter.unit(choices.one(&["c", "d1", "a", "e", "f", "z"])),
                2 => filter.level(choices.one(&["city", "district", "commune", "village"])),
                3 => filter.window(choices.one(&[
                    "2023",
                    "2023-04",
                    "2023-Q2",
                    "2023-05-20",
                    "last_month",
                    "2020",
                ])),
                4 => filter.campaign(choices.one(&["spring", "autumn"])),
                5 => filter.certainty(choices.one(attain::Certainty::ALL)),
                6 => filter.reason(choices.one(attain::Reason::ALL)),
                7 => filter.stratum("sex=f"),
                _ => filter.verdict(choices.one(Verdict::ALL)),
            };
        }
    }
    if choices.once_in(15) {
        filter.verdict = Some(Vec::new());
    }
    filter
}

/// A plan and its outcomes, in other boundaries once in a while.
pub(crate) fn plan_and_tally(choices: &mut Choices<'_>) -> (Plan, Tally) {
    let mut plan = plan(choices);
    if choices.once_in(3) {
        plan = plan.in_geography(Some(day("2023-06-01")));
    }
    let rows = choices.one(&[Rows::Figures, Rows::Events]);
    let mut tally = Tally::of(&plan, rows);
    for _ in 0..choices.below(150) {
        // What contradicts an earlier one is refused.
        let _ = tally.record(&outcome(choices, rows));
    }
    (plan, tally)
}

/// All that a report says about its rows.
fn content(report: &Report) -> String {
    format!(
        "{:#?}\n{:?}\n{:#?}\n{}",
        report.rows(),
        report.filters(),
        report.warnings(),
        report.text(100, false)
    )
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn rows_that_are_chosen_first_are_those_that_are_chosen_last(choices in prop::collection::vec(any::<u16>(), 50..1500)) {
        let mut choices = Choices(choices.iter());
        let (plan, mut tally) = plan_and_tally(&mut choices);
        let filter = filter(&mut choices);
        let as_of = choices.one(&days());
        let whole = plan.assess(&tally, as_of).unwrap();
        let (first, last) = match (plan.assess_where(&tally, as_of, &filter), whole.filter(&filter)) {
            (Ok(first), Ok(last)) => (first, last),
            (Err(first), Err(last)) => {
                prop_assert_eq!(first.to_string(), last.to_string());
                return Ok(());
            }
            (first, last) => {
                prop_assert!(false, "{filter:?}\n{first:?}\n{last:?}");
                return Ok(());
            }
        };
        prop_assert!(first == last);
        prop_assert_eq!(content(&first), content(&last));
        // A window without rows is one of both.
        for window in ["2023", "2023-04", "2023-Q1"] {
            let again = Filter::default().window(window);
            let [first, last] = [&first, &last].map(|report| report.filter(&again).map(|report| report.len()));
            prop_assert_eq!(first.map_err(|error| error.to_string()), last.map_err(|error| error.to_string()));
        }
        let columns = ["unit", "verdict", "chance", "needed"];
        let batch = plan.assess_columns_where(&tally, as_of, &filter, &columns).unwrap();
        prop_assert_eq!(batch, last.select(&columns).unwrap());

        let earlier = choices.one(&[&whole, &first]).clone();
        for _ in 0..choices.below(3) {
            let _ = tally.record(&outcome(&mut choices, tally.rows()));
        }
        let as_of = choices.one(&days());
        let expected = plan.assess(&tally, as_of).unwrap().filter(&filter);
        let again = plan.assess_again_where(&earlier, &tally, as_of, &filter);
        match (again, expected) {
            (Ok(again), Ok(expected)) => prop_assert_eq!(content(&again), content(&expected)),
            (again, expected) => {
                let text = |found: attain::Result<Report>| found.map_err(|error| error.to_string()).map(|report| report.len());
                prop_assert_eq!(text(again), text(expected));
            }
        }
    }
}

/// Two levels, and targets for each.
fn two_levels() -> (Plan, Tally) {
    let plan = parse(
        "{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
          units: {levels: [city, ward], list: [{id: c, level: city},
            {id: a, level: ward, parent: c}, {id: b, level: ward, parent: c}]},
          targets: {
            few: {indicator: known, goal: {at_most: 1}, window: {every: month, within: '2023'}, units: {level: ward}},
            all: {indicator: known, goal: {at_most: 9}, window: '2023', units: {level: city}}}}",
    );
    let mut tally = Tally::of_events(&plan);
    for (unit, date) in [("a", "2023-01-03"), ("a", "2023-01-04"), ("b", "2023-05-01")] {
        let when = attain::When::Date(day(date));
        tally.record(&Outcome::new(unit, when, "cases", 1.0)).unwrap();
    }
    (plan, tally)
}

#[test]
fn the_limit_on_rows_is_one_on_the_chosen_rows() {
    let (plan, tally) = two_levels();
    let as_of = day("2023-12-31");
    let limited = |rows: u64| tally.clone().with_limits(Limits::default().judgement_rows(rows));
    let found = |filter: &Filter, rows: u64| {
        let report = plan.assess_where(&limited(rows), as_of, filter);
        report.map(|report| report.len()).map_err(|error| error.to_string())
    };
    // 24 rows of wards and one of the city.
    let everything = Filter::default();
    assert_eq!(found(&everything, 25), Ok(25));
    assert!(found(&everything, 24).unwrap_err().contains("the report would have too many rows"));
    let of_city = Filter::default().level("city");
    // Windows count one each, though no ward is chosen.
    assert_eq!(found(&of_city, 13), Ok(1));
    assert_eq!(found(&of_city.clone().target("all"), 1), Ok(1));
    assert!(found(&of_city.target("all"), 0).is_err());
    let missed = Filter::default().verdict(Verdict::Missed);
    assert_eq!(found(&missed, 1), Ok(1));
    assert!(found(&missed, 0).is_err());
    let wards = Filter::default().target("few").unit("a");
    assert_eq!(found(&wards, 12), Ok(12));
    assert!(found(&wards, 11).is_err());
}

#[test]
fn a_choice_without_rows_is_a_report_without_rows() {
    let (plan, tally) = two_levels();
    let mut nothing = Filter::default();
    nothing.target = Some(Vec::new());
    for filter in [nothing, Filter::default().target("all").level("ward")] {
        let report = plan.assess_where(&tally, day("2023-12-31"), &filter).unwrap();
        assert!(report.is_empty());
        assert_eq!(report.to_record_batch().num_rows(), 0);
        assert_eq!(report.filters(), [filter]);
        assert!(report.warnings().is_empty());
    }
}

#[test]
fn names_that_refer_to_nothing_are_refused_before_anything_is_judged() {
    let (plan, tally) = two_levels();
    for (filter, message) in [
        (Filter::default().target("fwe"), "did you mean `few`?"),
        (Filter::default().unit("z"), "the plan has no unit `z`"),
        (Filter::default().level("wards"), "did you mean `ward`?"),
        (Filter::default().campaign("tet"), "the plan has no campaign `tet`"),
        (Filter::default().window("2022"), "the report has no window `2022`"),
        (Filter::default().stratum("sex=f"), "the plan has no rows of the stratum `sex=f`"),
    ] {
        let error = plan.assess_where(&tally, day("2023-12-31"), &filter).unwrap_err();
        assert!(error.is_request() && error.to_string().contains(message), "{error}");
    }
}
