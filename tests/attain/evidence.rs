//! Evidence of reports: its looks, its counts, and why there is none.

use attain::stats::evidence::{
    GoalSide, count_evidence, evidence_benjamini_hochberg, share_evidence,
};
use attain::views::{EvidenceReason, EvidenceRow};
use attain::{Reason, Report, Rows};

use crate::support::{assess, day, outcome, parse};

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

    // A month is missing: fewer events are no evidence for fewer events.
    let mut figures = months("x", &[15.0; 4], &names);
    figures.remove(1);
    let target = "goal: {at_least: 240}, window: '2024'";
    let rows = of_c(
        report(FLOWS, "count: x", target, &figures, "2024-04-30").evidence("t", None).unwrap(),
    );
    let late = Some(EvidenceReason::Row(Reason::LateReports));
    assert_eq!(reasons(&rows), [None, late, late, late]);
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
