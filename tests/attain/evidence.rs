//! Evidence of reports: its looks, its counts, and why there is none.

use attain::stats::evidence::{
    GoalSide, count_evidence, evidence_benjamini_hochberg, share_evidence,
};
use attain::stats::random::Random;
use attain::views::{EvidenceReason, EvidenceRow};
use attain::{Reason, Report, Rows};

use crate::support::{assess, day, outcome, outcomes, parse};

fn report(
    measures: &str,
    indicator: &str,
    target: &str,
    figures: &[(&str, &str, f64)],
    as_of: &str,
) -> Report {
    let plan = parse(&format!(
        "{{attain: 1, plan: p, certainty: {{dispersion: {DISPERSION}}}, units: {{levels: [city], list: [{{id: c, level: city}}, {{id: d, level: city}}]}},
           measures: {{{measures}}}, indicators: {{i: {{{indicator}}}}}, targets: {{t: {{indicator: i, {target}}}}}}}"
    ));
    let outcomes: Vec<_> =
        figures.iter().map(|(when, measure, value)| outcome("c", when, measure, *value)).collect();
    assess(&plan, Rows::Figures, &outcomes, as_of)
}

/// Counts are taken to vary as much as those of independent events: the dispersion that figures show is tested elsewhere.
const DISPERSION: f64 = 1.0;

const FLOWS: &str = "x: {every: month}, n: {every: month}";
const SHARE: &str = "proportion: {numerator: x, denominator: n}";
const YEAR: &str = "goal: {at_least: 80}, window: '2024'";

fn of_c(rows: Vec<EvidenceRow>) -> Vec<EvidenceRow> {
    rows.into_iter().filter(|row| row.unit == "c").collect()
}

fn months<'m>(
    measure: &'m str,
    values: &[f64],
    names: &'m [String],
) -> Vec<(&'m str, &'m str, f64)> {
    names.iter().zip(values).map(|(name, value)| (name.as_str(), measure, *value)).collect()
}

fn names() -> Vec<String> {
    (1..=12).map(|month| format!("2024-{month:02}")).collect()
}

#[test]
fn a_look_has_all_counts_since_the_start_of_the_window() {
    let (events, names) = ([15.0, 13.0, 9.0, 12.0, 20.0], names());
    let mut figures = months("x", &events, &names);
    figures.extend(months("n", &[20.0; 5], &names));
    let report = report(FLOWS, SHARE, YEAR, &figures, "2024-05-20");
    let rows = of_c(report.evidence("t", None).unwrap());
    // May is not over.
    let days: Vec<_> = rows.iter().map(|row| row.day).collect();
    assert_eq!(days, ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"].map(day));
    let (mut x, mut n, mut is_raised) = (0.0, 0.0, false);
    for (row, events) in rows.iter().zip(events) {
        (x, n) = (x + events, n + 20.0);
        let expected = share_evidence(x, n, 0.8, 1.0, GoalSide::AtLeast).unwrap().exp();
        assert_eq!((row.events, row.whole), (Some(x), Some(n)));
        assert!((row.evidence.unwrap() / expected - 1.0).abs() < 1e-12, "{row:?} {expected}");
        is_raised |= expected >= 40.0;
        assert_eq!(row.alarm, Some(is_raised));
    }
    assert!(is_raised);
    // Of two rows, one without evidence, one is tested.
    let last = rows.last().unwrap();
    assert_eq!(
        last.established,
        Some(evidence_benjamini_hochberg(&[last.evidence.unwrap()], 0.05)[0])
    );
    assert!(rows[..3].iter().all(|row| row.established.is_none()));
}

#[test]
fn an_alarm_that_was_raised_stays() {
    let names = names();
    let mut figures = months("x", &[5.0, 20.0, 20.0, 20.0, 20.0, 20.0], &names);
    figures.extend(months("n", &[20.0; 6], &names));
    let rows =
        of_c(report(FLOWS, SHARE, YEAR, &figures, "2024-06-30").evidence("t", None).unwrap());
    assert!(rows[0].evidence.unwrap() > 40.0 && rows[5].evidence.unwrap() < 1.0, "{rows:?}");
    assert!(rows.iter().all(|row| row.alarm == Some(true)));
}

#[test]
fn counts_are_compared_with_the_way_to_their_goal() {
    let (events, names) = ([14.0, 16.0, 18.0], names());
    let figures = months("x", &events, &names);
    let target = "goal: {at_most: 120}, window: '2024'";
    let rows = of_c(
        report(FLOWS, "count: x", target, &figures, "2024-03-31").evidence("t", None).unwrap(),
    );
    let mut x = 0.0;
    for (row, (events, days)) in rows.iter().zip(events.iter().zip([31.0, 60.0, 91.0])) {
        x += events;
        let allowed = 120.0 * days / 366.0;
        assert!((row.whole.unwrap() / allowed - 1.0).abs() < 1e-12);
        let expected = count_evidence(x, allowed, 1.0, GoalSide::AtMost).unwrap().exp();
        assert!((row.evidence.unwrap() / expected - 1.0).abs() < 1e-9, "{row:?} {expected}");
    }
    assert_eq!(rows.len(), 3);
}

#[test]
fn rates_are_compared_with_the_events_that_their_goal_allows() {
    let names = names();
    let mut figures = months("x", &[14.0; 12], &names);
    figures.push(("2024", "people", 50_000.0));
    let measures = "x: {every: month}, people: {over_time: last}";
    let target = "goal: {at_most: 200}, window: '2024'";
    let rate = "rate: {numerator: x, population: people, per: 100000}";
    let rows =
        of_c(report(measures, rate, target, &figures, "2024-12-31").evidence("t", None).unwrap());
    assert_eq!(rows.len(), 12);
    // 200 per 100,000 of 50,000 are 100 in the year; 168 came.
    let last = rows.last().unwrap();
    assert!((last.whole.unwrap() - 100.0).abs() < 1e-9, "{last:?}");
    let expected = count_evidence(168.0, 100.0, 1.0, GoalSide::AtMost).unwrap().exp();
    assert!((last.evidence.unwrap() / expected - 1.0).abs() < 1e-9);
    assert_eq!((last.alarm, last.established), (Some(true), Some(true)));
}

#[test]
fn two_sides_have_the_mean_of_both() {
    let names = names();
    let mut figures = months("x", &[17.0, 16.0], &names);
    figures.extend(months("n", &[20.0; 2], &names));
    let target = "goal: {between: [70, 75]}, window: '2024'";
    let rows =
        of_c(report(FLOWS, SHARE, target, &figures, "2024-02-29").evidence("t", None).unwrap());
    let one = share_evidence(33.0, 40.0, 0.7, 1.0, GoalSide::AtLeast).unwrap().exp();
    let other = share_evidence(33.0, 40.0, 0.75, 1.0, GoalSide::AtMost).unwrap().exp();
    let expected = 0.5 * (one + other);
    assert!((rows[1].evidence.unwrap() / expected - 1.0).abs() < 1e-9);
}

fn reasons(rows: &[EvidenceRow]) -> Vec<Option<EvidenceReason>> {
    rows.iter().map(|row| row.reason).collect()
}

#[test]
fn a_look_without_evidence_says_why() {
    let names = names();
    let figures = || {
        let mut figures = months("x", &[15.0; 2], &names);
        figures.extend(months("n", &[20.0; 2], &names));
        figures
    };
    let looks = |measures: &str, indicator: &str, target: &str| {
        of_c(
            report(measures, indicator, target, &figures(), "2024-02-29")
                .evidence("t", None)
                .unwrap(),
        )
    };
    let stocks = "x: {over_time: last, every: month}, n: {over_time: last, every: month}";
    assert_eq!(reasons(&looks(stocks, SHARE, YEAR)), [Some(EvidenceReason::NotCumulative); 2]);
    let all = "goal: {at_least: 100}, window: '2024'";
    assert_eq!(reasons(&looks(FLOWS, SHARE, all)), [Some(EvidenceReason::GoalAtTheEnd); 2]);
    let census = format!("variation: none, {SHARE}");
    let no_counts = EvidenceReason::Row(Reason::NoCounts);
    assert_eq!(reasons(&looks(FLOWS, &census, YEAR)), [Some(no_counts); 2]);
    let between = "goal: {between: [10, 20]}, window: '2024'";
    assert_eq!(
        reasons(&looks(FLOWS, "count: x", between)),
        [Some(EvidenceReason::NoTrajectory); 2]
    );

    // The other unit has reported nothing.
    let rows = report(FLOWS, SHARE, YEAR, &figures(), "2024-02-29").evidence("t", None).unwrap();
    let silent = rows.iter().find(|row| row.unit == "d").unwrap();
    assert_eq!(silent.reason, Some(EvidenceReason::Row(Reason::NoData)));
    assert_eq!((silent.evidence, silent.alarm), (None, None));
}

#[test]
fn a_month_without_a_report_is_left_out_of_what_is_expected() {
    let names = names();
    let mut figures = months("x", &[15.0; 4], &names);
    figures.remove(1);
    let target = "goal: {at_least: 240}, window: '2024'";
    let rows = of_c(
        report(FLOWS, "count: x", target, &figures, "2024-04-30").evidence("t", None).unwrap(),
    );
    // Fewer events are no evidence for fewer events where the days of February are not reported.
    for (row, (events, days)) in
        rows.iter().zip([(15.0, 31.0), (15.0, 31.0), (30.0, 62.0), (45.0, 92.0)])
    {
        let whole = 240.0 * days / 366.0;
        assert!((row.whole.unwrap() / whole - 1.0).abs() < 1e-12, "{row:?}");
        let expected = count_evidence(events, whole, 1.0, GoalSide::AtLeast).unwrap().exp();
        assert_eq!((row.events, row.reason), (Some(events), None));
        assert!((row.evidence.unwrap() / expected - 1.0).abs() < 1e-9, "{row:?} {expected}");
    }
    assert_eq!(rows.len(), 4);
}

/// A city of districts with these counts a month. `is_made` says which reports were made.
fn city(
    goal: &str,
    counts: &[Vec<f64>],
    is_made: impl Fn(usize, usize) -> bool,
    earlier: &[f64],
) -> Vec<EvidenceRow> {
    let list = (0..counts.len()).map(|at| format!("{{id: d{at}, level: district, parent: c}}"));
    let list: Vec<String> = list.collect();
    let plan = parse(&format!(
        "{{attain: 1, plan: p, certainty: {{dispersion: 1}},
           units: {{levels: [city, district], list: [{{id: c, level: city}}, {}]}},
           measures: {{x: {{every: month, recorded_at: district}}}}, indicators: {{i: {{count: x}}}},
           targets: {{t: {{indicator: i, goal: {{{goal}}}, window: '2024'}}}}}}",
        list.join(", ")
    ));
    let mut outcomes = Vec::new();
    for (at, counts) in counts.iter().enumerate() {
        let unit = format!("d{at}");
        for (month, count) in counts.iter().enumerate().filter(|(month, _)| is_made(at, *month)) {
            outcomes.push(outcome(&unit, &format!("2024-{:02}", month + 1), "x", *count));
        }
        let year = earlier.get(at).map(|count| outcome(&unit, "2023", "x", *count));
        outcomes.extend(year);
    }
    let report = assess(&plan, Rows::Figures, &outcomes, "2024-12-31");
    report.evidence("t", None).unwrap()
}

#[test]
fn a_unit_counts_in_what_is_expected_as_it_counts_in_the_reports() {
    // The large district misses May: nearly two thirds of the month, and not one half.
    let counts = vec![vec![20.0; 12], vec![10.0; 12]];
    let whole = |rows: &[EvidenceRow], month: usize| rows[month].whole.unwrap();
    let full = city("at_most: 366", &counts, |_, _| true, &[]);
    let rows = city("at_most: 366", &counts, |at, month| (at, month) != (0, 4), &[]);
    assert!((whole(&full, 11) - 366.0).abs() < 1e-9);
    assert!((whole(&rows, 3) - 121.0).abs() < 1e-9, "{rows:?}");
    let share = 340.0 / (220.0 * 366.0 / 335.0 + 120.0);
    assert!((whole(&rows, 11) / 366.0 - share).abs() < 1e-9, "{:?}", rows[11]);
    assert!(rows.iter().all(|row| row.reason.is_none()));

    // A unit without any report has no number of events, unless the year before gives it one.
    let silent = |at: usize, _: usize| at == 0;
    let late = Some(EvidenceReason::Row(Reason::LateReports));
    assert_eq!(reasons(&city("at_most: 366", &counts, silent, &[])), [late; 12]);
    let rows = city("at_most: 366", &counts, silent, &[400.0, 100.0]);
    assert!((whole(&rows, 11) / 366.0 - 0.8).abs() < 1e-9, "{:?}", rows[11]);
}

#[test]
fn a_share_has_the_cases_of_the_units_that_reported_both() {
    let figures = [
        ("d0", "2024-01", "x", 15.0),
        ("d0", "2024-01", "n", 20.0),
        ("d1", "2024-01", "x", 9.0),
        ("d1", "2024-02", "x", 9.0),
        ("d1", "2024-02", "n", 10.0),
        ("d0", "2024-03", "n", 20.0),
    ];
    let rows = |unmatched: &str| {
        let plan = parse(&format!(
            "{{attain: 1, plan: p, certainty: {{dispersion: 1}},
               units: {{levels: [city, district], list: [{{id: c, level: city}},
                 {{id: d0, level: district, parent: c}}, {{id: d1, level: district, parent: c}}]}},
               measures: {{x: {{every: month}}, n: {{every: month}}}},
               indicators: {{i: {{proportion: {{numerator: x, denominator: n}}, unmatched: {unmatched}}}}},
               targets: {{t: {{indicator: i, goal: {{at_least: 80}}, window: '2024'}}}}}}"
        ));
        let report = assess(&plan, Rows::Figures, &outcomes(&figures), "2024-03-31");
        report.evidence("t", None).unwrap()
    };
    for unmatched in ["exclude", "as_recorded"] {
        let rows = rows(unmatched);
        let counts: Vec<_> = rows.iter().map(|row| (row.events, row.whole)).collect();
        let of = |x: f64, n: f64| (Some(x), Some(n));
        assert_eq!(counts, [of(15.0, 20.0), of(24.0, 30.0), of(24.0, 30.0)], "{unmatched}");
    }
    let unmatched = Some(EvidenceReason::Row(Reason::Unmatched));
    assert_eq!(reasons(&rows("refuse")), [unmatched; 3]);
}

#[test]
fn events_that_are_still_to_be_recorded_are_not_expected_yet() {
    let plan = parse(
        "{attain: 1, plan: p, certainty: {dispersion: 1}, units: {levels: [city], list: [{id: c, level: city}]},
          measures: {x: {every: month}}, indicators: {i: {count: x}},
          targets: {t: {indicator: i, goal: {at_least: 732}, window: '2024'}}}",
    );
    // Two events a day: one is recorded at once, one after 20 days.
    let outcomes: Vec<_> = day("2023-06-01")
        .iter_days()
        .take_while(|date| *date <= day("2024-03-31"))
        .flat_map(|date| {
            let of = |days: i64| {
                let mut event = outcome("c", &date.to_string(), "x", 1.0);
                event.recorded_at = Some(date + chrono::TimeDelta::days(days));
                event
            };
            [of(0), of(20)]
        })
        .collect();
    let report = assess(&plan, Rows::Events, &outcomes, "2024-03-31");
    let rows = report.evidence("t", None).unwrap();
    let whole: Vec<f64> = rows.iter().map(|row| row.whole.unwrap()).collect();
    let events: Vec<f64> = rows.iter().map(|row| row.events.unwrap()).collect();
    assert_eq!(events, [62.0, 120.0, 162.0]);
    // All of January and February are recorded, and half of the last 20 days.
    for (found, expected) in whole.iter().zip([62.0, 120.0, 162.0]) {
        assert!((found / expected - 1.0).abs() < 0.01, "{whole:?}");
    }
}

#[test]
fn missing_reports_raise_no_alarm_and_hide_none() {
    const RUNS: usize = 300;
    let mut random = Random::seeded(77);
    // From 2 to 60 events in 30 days.
    let sizes: Vec<f64> = (0..12).map(|at| 2.0 * 1.36_f64.powi(at) / 30.0).collect();
    let year = (366.0 * sizes.iter().sum::<f64>()).round();
    let days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].map(f64::from);
    let mut alarms = |goal: &str, times: f64, missing: f64| {
        let mut alarms = 0;
        for _ in 0..RUNS {
            let of_unit =
                |size: &f64| days.iter().map(|days| random.poisson(size * days * times)).collect();
            let counts: Vec<Vec<f64>> = sizes.iter().map(of_unit).collect();
            let made: Vec<bool> = (0..12 * 12).map(|_| random.uniform() >= missing).collect();
            let rows = city(goal, &counts, |at, month| made[12 * at + month], &[]);
            assert!(rows.last().unwrap().evidence.is_some());
            alarms += usize::from(rows.iter().any(|row| row.alarm == Some(true)));
        }
        alarms as f64 / RUNS as f64
    };
    let goals = [(format!("at_most: {year}"), 1.1), (format!("at_least: {year}"), 0.9)];
    for (goal, missed) in goals {
        for missing in [0.1, 0.3] {
            let at_goal = alarms(&goal, 1.0, missing);
            assert!(at_goal <= 0.025, "{goal}, {missing} missing: {at_goal}");
        }
        let (all, most) = (alarms(&goal, missed, 0.0), alarms(&goal, missed, 0.1));
        assert!(all > 0.7 && most > all - 0.1, "{goal}: {all} with all reports, {most} without");
    }
}

#[test]
fn windows_that_share_days_are_left_out() {
    let names = names();
    let mut figures = months("x", &[15.0; 12], &names);
    figures.extend(months("n", &[20.0; 12], &names));
    let target = "goal: {at_least: 80}, window: {rolling: 3 months, every: month, within: '2024'}";
    let report = report(FLOWS, SHARE, target, &figures, "2024-12-31");
    let rows = of_c(report.evidence("t", None).unwrap());
    let mut starts: Vec<_> = rows.iter().map(|row| row.window_start).collect();
    starts.dedup();
    assert_eq!(starts, ["2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01"].map(day));
    assert_eq!(rows.len(), 12);
    assert!(report.evidence("t", Some("1999")).unwrap_err().is_request());
    assert!(report.evidence("s", None).unwrap_err().is_request());
}
