//! Rule 13: the recorded days of events, and what no event means.

use crate::incomplete::support::*;
use attain::{Rows, Tally};

const REQUESTS: &str = "
indicators:
  failed: {proportion: {numerator: bad, denominator: requests}}
  bad: {count: bad}
targets:
  failed: {indicator: failed, goal: {at_most: 5}, window: {every: month, within: '2023-Q2'}, units: [c]}
  bad: {indicator: bad, goal: {at_most: 5}, window: {every: month, within: '2023-Q2'}, units: [c, b]}";

fn values(report: &attain::Report, target: &str, unit: &str) -> Vec<Option<f64>> {
    let rows = report.rows().iter().filter(|row| &*row.target == target && &*row.unit == unit);
    rows.map(|row| row.value).collect()
}

/// 100 requests on the 10th of each month from January to June; the last failure is in January.
fn requests() -> String {
    let days: String =
        (1..=6).map(|month| format!("a 2023-{month:02}-10 requests 100\n")).collect();
    days + "a 2023-01-10 bad 3\n"
}

#[test]
fn no_event_of_the_part_is_zero_while_the_whole_is_recorded() {
    let plan = plan(&format!("measures: {{requests: {{}}, bad: {{}}}}{REQUESTS}"));
    let report = report_of(&plan, Rows::Events, &requests(), "2023-12-31");
    assert_eq!(values(&report, "failed", "c"), [Some(0.0); 3]);
    assert_eq!(values(&report, "bad", "c"), [Some(0.0); 3]);
    assert_eq!(values(&report, "bad", "b"), [Some(0.0); 3]);
    for found in report.rows().iter().filter(|row| &*row.target == "failed") {
        expect(found, "numerator=0 denominator=100 verdict=met reason=- matched=- unmatched=-");
    }
}

#[test]
fn a_part_of_which_no_event_was_ever_recorded_is_zero() {
    let plan = plan(&format!("measures: {{requests: {{}}, bad: {{}}}}{REQUESTS}"));
    let events = requests().replace("a 2023-01-10 bad 3", "");
    let report = report_of(&plan, Rows::Events, &events, "2023-12-31");
    assert_eq!(values(&report, "failed", "c"), [Some(0.0); 3]);
    assert_eq!(values(&report, "bad", "c"), [Some(0.0); 3]);
}

#[test]
fn the_count_of_the_whole_shares_the_days_too() {
    // The last event of all is a failure in May.
    let plan = plan(&format!(
        "measures: {{requests: {{}}, bad: {{}}}}{REQUESTS}
  requests: {{indicator: all, goal: {{at_least: 5}}, window: {{every: month, within: '2023-Q2'}}, units: [c]}}"
    ).replace("  bad: {count: bad}", "  bad: {count: bad}\n  all: {count: requests}"));
    let report =
        report_of(&plan, Rows::Events, "a 2023-01-10 requests 9; a 2023-05-20 bad 1", "2023-12-31");
    assert_eq!(values(&report, "requests", "c"), [Some(0.0), Some(0.0), None]);
}

#[test]
fn measures_without_a_common_indicator_do_not_share_recorded_days() {
    let plan = plan(
        "measures: {requests: {}, bad: {}}
indicators: {bad: {count: bad}, requests: {count: requests}}
targets:
  bad: {indicator: bad, goal: {at_most: 5}, window: {every: month, within: '2023-Q2'}, units: [c]}
  requests: {indicator: requests, goal: {at_most: 500}, window: '2023', units: [c]}",
    );
    let report = report_of(&plan, Rows::Events, &requests(), "2023-12-31");
    assert_eq!(values(&report, "bad", "c"), [None; 3]);
}

#[test]
fn recorded_says_from_when_and_until_when() {
    for (recorded, expected) in [
        ("{from: '2023-05-02'}", [None, Some(0.0), None]),
        ("{until: '2023-06-01'}", [Some(0.0), Some(0.0), Some(0.0)]),
        ("{until: '2023-05-31'}", [Some(0.0), Some(0.0), None]),
        ("{from: '2023-05-01', until: '2023-06-30'}", [None, Some(0.0), Some(0.0)]),
        ("{from: '2023-04-30', until: '2023-04-30'}", [Some(0.0), None, None]),
    ] {
        let plan = plan(&format!(
            "measures: {{bad: {{recorded: {recorded}}}}}
indicators: {{bad: {{count: bad}}}}
targets: {{bad: {{indicator: bad, goal: {{at_most: 5}}, window: {{every: month, within: '2023-Q2'}}, units: [c]}}}}"
        ));
        let outside = if recorded.contains("from: '2023-05-02'") { "2023-05-20" } else { "" };
        let events = match outside {
            // The last known event is the end of the recorded days.
            "" if recorded.contains("from") => String::new(),
            "" => "a 2023-04-01 bad 0".to_owned(),
            day => format!("a {day} bad 0"),
        };
        let report = report_of(&plan, Rows::Events, &events, "2023-12-31");
        assert_eq!(values(&report, "bad", "c"), expected, "{recorded}");
    }
}

#[test]
fn a_month_cut_before_the_first_recorded_day_has_no_data() {
    let plan = plan(
        "measures: {bad: {recorded: {from: '2023-05-20', until: '2023-12-31'}}}
indicators: {bad: {count: bad}}
targets: {bad: {indicator: bad, goal: {at_most: 5}, window: '2023-05', units: [c]}}",
    );
    let before = report_of(&plan, Rows::Events, "", "2023-05-19");
    expect(row(&before, "bad", "c"), "value=- reason=no_data");
    let after = report_of(&plan, Rows::Events, "", "2023-05-20");
    expect(row(&after, "bad", "c"), "value=0 reason=-");
}

#[test]
fn events_are_never_one_sided() {
    let plan = plan(
        "
measures: {cases: {}, people: {over_time: last}}
indicators: {r: {rate: {numerator: cases, population: people, per: 1000}}}
targets: {t: {indicator: r, goal: {at_most: 20}, window: '2023', units: [c, b]}}",
    );
    let report = report_of_both(
        &plan,
        "a 2023 people 1000; b 2023 people 1000",
        "a 2023-03-01 cases 5; a 2023-11-01 cases 5",
        "2023-12-31",
    );
    expect(
        row(&report, "t", "c"),
        "value=5 numerator=10 denominator=2000 completeness=100 matched=2 unmatched=0",
    );
    expect(row(&report, "t", "b"), "value=0 numerator=0 denominator=1000 matched=1 unmatched=0");
}

#[test]
fn events_of_a_unit_without_a_figure_are_left_out() {
    let plan = plan(
        "
measures: {cases: {}, people: {over_time: last}}
indicators: {r: {rate: {numerator: cases, population: people, per: 1000}}}
targets: {t: {indicator: r, goal: {at_most: 20}, window: '2023', units: [c]}}",
    );
    let report = report_of_both(
        &plan,
        "a 2023 people 1000",
        "a 2023-03-01 cases 5; b 2023-04-01 cases 70",
        "2023-12-31",
    );
    // b takes part, for it has events, and owes its people.
    expect(
        row(&report, "t", "c"),
        "value=5 numerator=5 denominator=1000 completeness=50 matched=1 unmatched=1",
    );
}

#[test]
fn events_of_an_inner_unit_touch_the_figures_below_it() {
    let plan = plan(
        "
measures: {cases: {}, visits: {every: month}}
indicators: {r: {ratio: {numerator: cases, denominator: visits}}}
targets: {t: {indicator: r, goal: {at_most: 20}, window: '2023-Q1', units: [c]}}",
    );
    let report = report_of_both(
        &plan,
        "a 2023-01 visits 100; a 2023-03 visits 100",
        "c 2023-01-15 cases 3; c 2023-02-15 cases 50; a 2023-03-31 cases 1; a 2023-02-28 cases 60",
        "2023-12-31",
    );
    // Nothing was visited in February: its events touch no figure.
    expect(row(&report, "t", "c"), "value=2 numerator=4 denominator=200 matched=2 unmatched=2");
}

#[test]
fn a_tally_for_a_day_serves_events_beside_figures_that_are_missing() {
    let plan = plan(
        "
measures: {n: {}, d: {}}
indicators: {r: {rate: {numerator: n, population: d, per: 1}}}
targets: {t: {indicator: r, goal: {at_least: 0}, window: '2023', units: [c]}}",
    );
    let (figures, events) =
        (outcomes("a 2023 d 4"), outcomes("b 2023-05-01 n 1; a 2023-05-01 n 1"));
    let as_of = crate::support::day("2023-12-31");
    let assess = |days: &[chrono::NaiveDate]| {
        let tally = |rows: Rows, outcomes: &[attain::Outcome]| {
            let mut tally =
                if days.is_empty() { Tally::of(&plan, rows) } else { plan.tally_for(rows, days) };
            tally.record_all(outcomes).unwrap();
            tally
        };
        let mut both = tally(Rows::Figures, &figures);
        both.merge(&tally(Rows::Events, &events)).unwrap();
        plan.assess(&both, as_of).unwrap().rows().to_vec()
    };
    assert_eq!(assess(&[as_of]), assess(&[]));
}
