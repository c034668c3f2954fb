//! Totals of the year to date (`cumulative: true`; `docs/semantics.md`, 44).

use std::collections::BTreeMap;

use attain::arrow::CellOptions;
use attain::views::TreeOptions;
use attain::{
    Assessment, Outcome, Plan, Reason, Report, Rows, Status, Tally, Warning, WarningCode, When,
};
use chrono::{Datelike, NaiveDate, TimeDelta};
use proptest::prelude::*;

use crate::incremental::cases;
use crate::support::{assess, day, outcome, parse};

/// A city of two districts, judged by month, by quarter and by year. `keys` are further keys of the measure.
fn plan(keys: &str) -> Plan {
    parse(&format!(
        "{{attain: 1, plan: p, strata: {{sex: [f, m]}},
          units: {{levels: [city, district], list: [
            {{id: c, level: city}}, {{id: d1, level: district, parent: c}}, {{id: d2, level: district, parent: c}}]}},
          measures: {{trained: {{every: month, {keys}}}, places: {{every: month}}}},
          indicators: {{trained: {{count: trained}}, share: {{ratio: {{numerator: trained, denominator: places}}}}}},
          targets: {{
            monthly: {{indicator: trained, goal: {{at_least: 8}}, window: {{every: month, within: '2024'}}, units: [d1]}},
            quarterly: {{indicator: trained, goal: {{at_least: 8}}, window: {{every: quarter, within: '2024'}}, units: [d1]}},
            yearly: {{indicator: trained, goal: {{at_least: 8}}, window: '2024', units: [d1]}},
            city: {{indicator: trained, goal: {{at_least: 8}}, window: '2024', units: [c]}}}}}}"
    ))
}

const CUMULATIVE: &str = "cumulative: true";

fn total(period: &str, value: f64) -> Outcome {
    outcome("d1", period, "trained", value)
}

fn recorded(outcome: Outcome, day: &str) -> Outcome {
    Outcome { recorded_at: Some(self::day(day)), ..outcome }
}

/// Values and reasons of the rows of a target.
fn values(report: &Report, target: &str) -> Vec<Result<f64, Option<Reason>>> {
    let rows = report.rows().iter().filter(|row| &*row.target == target);
    rows.map(|row| row.value.ok_or(row.reason)).collect()
}

const STRADDLES: Result<f64, Option<Reason>> = Err(Some(Reason::Straddles));

#[test]
fn a_missing_month_is_held_by_the_next_total() {
    let totals = [total("2024-01", 10.0), total("2024-03", 30.0), total("2024-05", 41.0)];
    let report = assess(&plan(CUMULATIVE), Rows::Figures, &totals, "2024-05-31");
    let months = values(&report, "monthly");
    assert_eq!(months[..5], [Ok(10.0), STRADDLES, STRADDLES, STRADDLES, STRADDLES]);
    assert_eq!(values(&report, "quarterly")[..2], [Ok(30.0), Ok(11.0)]);
    assert_eq!(values(&report, "yearly"), [Ok(41.0)]);
    // The last total holds all reports before it.
    let year = report.rows().iter().find(|row| &*row.target == "yearly").unwrap();
    assert_eq!(year.completeness, Some(100.0));
    let later = assess(&plan(CUMULATIVE), Rows::Figures, &totals, "2024-07-31");
    let year = later.rows().iter().find(|row| &*row.target == "yearly").unwrap();
    assert_eq!(year.completeness, Some(100.0 * 5.0 / 7.0));
}

#[test]
fn a_year_begins_anew() {
    let plan = parse(
        "{attain: 1, plan: p, calendar: {year_starts: '07-01'}, units: {levels: [city], list: [{id: d1, level: city}]},
          measures: {trained: {every: quarter, cumulative: true}}, indicators: {trained: {count: trained}},
          targets: {t: {indicator: trained, goal: {at_least: 8}, window: {every: quarter, within: ['2023-01-01', '2024-01-01']}}}}",
    );
    let totals = [
        total("2023-Q3", 30.0),
        total("2023-Q4", 47.0),
        total("2024-Q1", 5.0),
        total("2024-Q2", 9.0),
    ];
    let report = assess(&plan, Rows::Figures, &totals, "2023-12-31");
    // The first figure of the reporting year 2023 holds three quarters.
    assert_eq!(values(&report, "t"), [STRADDLES, Ok(17.0), Ok(5.0), Ok(4.0)]);
}

#[test]
fn weeks_are_added_up_from_the_first_week_of_the_year_that_names_them() {
    let plan = parse(
        "{attain: 1, plan: p, units: {levels: [city], list: [{id: d1, level: city}]},
          measures: {trained: {every: week, cumulative: true}}, indicators: {trained: {count: trained}},
          targets: {t: {indicator: trained, goal: {at_least: 8}, window: {every: week, within: ['2024-12-16', '2025-01-13']}}}}",
    );
    // The first week of 2025 begins on 30 December 2024.
    let totals = [
        total("2024-W50", 100.0),
        total("2024-W51", 120.0),
        total("2024-W52", 121.0),
        total("2025-W01", 7.0),
        total("2025-W02", 9.0),
    ];
    let report = assess(&plan, Rows::Figures, &totals, "2025-01-31");
    assert_eq!(values(&report, "t"), [Ok(20.0), Ok(1.0), Ok(7.0), Ok(2.0)]);
}

#[test]
fn a_unit_that_becomes_valid_within_the_year_counts_from_its_first_day() {
    let plan = parse(
        "{attain: 1, plan: p, units: {levels: [city], list: [{id: d1, level: city, valid_from: 2024-03-01}]},
          measures: {trained: {every: month, cumulative: true}}, indicators: {trained: {count: trained}},
          targets: {t: {indicator: trained, goal: {at_least: 8}, window: ['2024-03-01', '2024-05-01']}}}",
    );
    let report = assess(&plan, Rows::Figures, &[total("2024-04", 12.0)], "2024-12-31");
    assert_eq!(values(&report, "t"), [Ok(12.0)]);
}

#[test]
fn a_total_that_falls_on_the_same_day_is_a_fault() {
    let message = |totals: &[Outcome]| {
        let mut tally = Tally::new(&plan(CUMULATIVE));
        tally.record_all(totals).unwrap_err().to_string()
    };
    assert_eq!(
        message(&[total("2024-01", 10.0), total("2024-02", 8.5)]),
        "row 1, column `value`: the total of `trained` falls within the year: found 8.5, and 10 for 2024-01-01 to \
         2024-01-31 (row 0), expected at least 10 (a corrected total needs its `recorded_at`; a measure whose totals may \
         fall says `signed: true`)"
    );
    // Those that came before are compared too, and so are those of another tally.
    let mut tally = Tally::new(&plan(CUMULATIVE));
    tally.record(&total("2024-03", 8.0)).unwrap();
    let error = tally.record(&total("2024-02", 9.0)).unwrap_err().to_string();
    assert!(error.contains("found 9, and 8 for 2024-03-01 to 2024-03-31 (outcome 0 of the tally), expected at most 8"), "{error}");
    let mut other = Tally::new(&plan(CUMULATIVE));
    other.record(&total("2024-01", 9.0)).unwrap();
    let error = tally.merge(&other).unwrap_err().to_string();
    assert!(error.contains("expected at most 8"), "{error}");
    assert_eq!(tally.len(), 1);
    // Others may be less: of the next year, of another unit or category, of a measure whose totals may fall.
    for more in [
        total("2025-01", 1.0),
        outcome("d2", "2024-04", "trained", 1.0),
        total("2024-04", 1.0).in_stratum("sex", "f"),
        recorded(total("2024-04", 1.0), "2024-05-03"),
    ] {
        tally.record(&more).unwrap();
    }
    let mut signed = Tally::new(&plan("cumulative: true, signed: true"));
    signed.record_all(&[total("2024-01", 10.0), total("2024-02", 8.0)]).unwrap();
    let report = plan("cumulative: true, signed: true").assess(&signed, day("2024-12-31")).unwrap();
    assert_eq!(values(&report, "monthly")[..2], [Ok(10.0), Ok(-2.0)]);
}

#[test]
fn a_corrected_total_is_not_divided_until_the_earlier_one_is_corrected_too() {
    let plan = plan(CUMULATIVE);
    let mut tally = Tally::new(&plan);
    tally.record(&recorded(total("2024-01", 10.0), "2024-02-03")).unwrap();
    tally.record(&recorded(total("2024-02", 8.0), "2024-03-03")).unwrap();
    tally.record(&recorded(total("2024-03", 15.0), "2024-04-03")).unwrap();
    let warnings: Vec<Warning> = tally.warnings();
    assert_eq!(warnings.len(), 1);
    assert_eq!((warnings[0].code, warnings[0].count), (WarningCode::FallingTotals, 1));
    assert_eq!(warnings[0].places[0].to_string(), "row 1, column `value`");
    let report = plan.assess(&tally, day("2024-04-30")).unwrap();
    assert_eq!(values(&report, "monthly")[..3], [Ok(10.0), STRADDLES, Ok(7.0)]);
    assert_eq!(values(&report, "quarterly")[0], Ok(15.0));
    // As of a day on which only the first is known nothing falls.
    let early = plan.assess(&tally, day("2024-02-29")).unwrap();
    assert_eq!(values(&early, "monthly")[0], Ok(10.0));

    tally.record(&recorded(total("2024-01", 7.0), "2024-05-02")).unwrap();
    assert_eq!(tally.warnings(), []);
    let mended = plan.assess_again(&report, &tally, day("2024-05-31")).unwrap();
    assert_eq!(values(&mended, "monthly")[..3], [Ok(7.0), Ok(1.0), Ok(7.0)]);
    // What was known before stays as it was.
    let before = plan.assess(&tally, day("2024-04-30")).unwrap();
    assert_eq!(before.rows(), report.rows());
}

#[test]
fn a_suppressed_total_hides_what_it_ends_and_not_what_comes_after_the_next() {
    let suppressed = Outcome { value: None, status: Some(Status::Q), ..total("2024-02", 0.0) };
    let totals =
        [total("2024-01", 10.0), suppressed, total("2024-03", 30.0), total("2024-04", 31.0)];
    let report = assess(&plan(CUMULATIVE), Rows::Figures, &totals, "2024-04-30");
    let hidden = Err(Some(Reason::Suppressed));
    assert_eq!(values(&report, "monthly")[..4], [Ok(10.0), hidden, STRADDLES, Ok(1.0)]);
    assert_eq!(values(&report, "quarterly")[..2], [Ok(30.0), Ok(1.0)]);
}

#[test]
fn only_periods_of_the_kind_that_is_said_have_totals_and_events_have_none() {
    let message = |rows: Rows, outcome: Outcome| {
        Tally::of(&plan(CUMULATIVE), rows).record(&outcome).unwrap_err().to_string()
    };
    assert_eq!(
        message(Rows::Figures, total("2024-Q1", 10.0)),
        "row 0, column `period`: `trained` has a total of the year to date for each month: found 2024-Q1, expected the month \
         at whose end the total stood, such as 2024-03 (figures of other periods belong to a measure without `cumulative: true`)"
    );
    let spans = message(Rows::Figures, total("2024-01-01..2024-03-15", 10.0));
    assert!(spans.contains("column `end`") && spans.contains("expected one month"), "{spans}");
    let day = message(Rows::Figures, total("2024-03-31", 10.0));
    assert!(day.contains("column `date`"), "{day}");
    assert_eq!(
        message(Rows::Events, total("2024-03-31", 10.0)),
        "row 0, column `measure`: `trained` has totals of the year to date (`cumulative: true`), no events: found events, \
         expected figures"
    );
}

#[test]
fn categories_are_combined_before_differences_are_taken() {
    let of = |period: &str, sex: &str, value| total(period, value).in_stratum("sex", sex);
    let totals = [
        of("2024-01", "f", 4.0),
        of("2024-01", "m", 6.0),
        // In February one category is missing.
        of("2024-02", "f", 9.0),
        of("2024-03", "f", 11.0),
        of("2024-03", "m", 19.0),
        // In April the total says something else than its categories.
        total("2024-04", 40.0),
        of("2024-04", "f", 15.0),
        of("2024-04", "m", 22.0),
        of("2024-05", "f", 20.0),
        of("2024-05", "m", 30.0),
        total("2024-05", 50.0),
    ];
    let report = assess(&plan(CUMULATIVE), Rows::Figures, &totals, "2024-05-31");
    let months = values(&report, "monthly");
    assert_eq!(months[..5], [Ok(10.0), STRADDLES, STRADDLES, Ok(10.0), Ok(10.0)]);
    let differ: Vec<bool> = report
        .rows()
        .iter()
        .filter(|row| &*row.target == "monthly")
        .map(|row| row.method.as_deref().is_some_and(|method| method.contains("total")))
        .collect();
    // 10 of 7 in April, and 10 of 13 in May.
    assert_eq!(differ[..5], [false, false, false, true, true]);
}

#[test]
fn explanations_name_the_totals_and_their_rows() {
    let totals = [
        total("2024-01", 10.0),
        recorded(total("2024-03", 30.0), "2024-04-05"),
        total("2024-04", 41.0),
    ];
    let report = assess(&plan(CUMULATIVE), Rows::Figures, &totals, "2024-04-30");
    let tree = report.explain("yearly", None, None).unwrap().tree(&TreeOptions::default());
    // Numbers and months stay together in a line.
    let text = tree.to_string().replace('\u{a0}', " ");
    for line in [
        "1 – 31 Jan 2024, the year to date: 10",
        "1 Feb – 31 Mar 2024, 30 of the year to date less 10, recorded 5 Apr 2024: 20",
        "1 – 30 Apr 2024, 41 of the year to date less 30: 11",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let february = report.explain("monthly", None, Some("2024-02")).unwrap();
    let conflict = &february.inputs[0].conflicts[0];
    assert_eq!((conflict.value, conflict.row.as_deref()), (Some(20.0), Some("row 1")));
}

#[test]
fn a_total_is_the_report_of_all_months_up_to_its_own() {
    let plan = plan("cumulative: true, due: 5");
    let totals = [
        recorded(total("2024-02", 10.0), "2024-03-04"),
        recorded(total("2024-01", 4.0), "2024-03-09"),
    ];
    let report = assess(&plan, Rows::Figures, &totals, "2024-03-31");
    let rows = report.timeliness(None).unwrap();
    let first: Vec<_> = rows
        .iter()
        .filter(|row| &*row.measure == "trained" && &*row.unit == "d1")
        .map(|row| (row.period_start, row.reported))
        .collect();
    // January's came with that of February, before its own.
    assert_eq!(
        first[..2],
        [
            (day("2024-01-01"), Some(day("2024-03-04"))),
            (day("2024-02-01"), Some(day("2024-03-04")))
        ]
    );
}

#[test]
fn a_part_is_compared_with_its_whole_where_both_are_totals_or_neither_is() {
    let with = |measures: &str| {
        let plan = parse(&format!(
            "{{attain: 1, plan: p, units: {{levels: [city], list: [{{id: d1, level: city}}]}}, measures: {measures},
              indicators: {{i: {{proportion: {{numerator: part, denominator: whole}}}}}}}}"
        ));
        let rows = [outcome("d1", "2024-02", "part", 9.0), outcome("d1", "2024-02", "whole", 5.0)];
        Tally::new(&plan).record_all(&rows).is_ok()
    };
    assert!(!with("{part: {every: month}, whole: {every: month}}"));
    assert!(!with(
        "{part: {every: month, cumulative: true}, whole: {every: month, cumulative: true}}"
    ));
    assert!(with("{part: {every: month, cumulative: true}, whole: {every: month}}"));
}

#[test]
fn stored_tallies_keep_totals_as_they_were_recorded() {
    let plan = plan(CUMULATIVE);
    let mut tally = Tally::new(&plan);
    tally.record(&recorded(total("2024-01", 10.0), "2024-02-03")).unwrap();
    tally.record(&recorded(total("2024-02", 8.0), "2024-03-03")).unwrap();
    tally.record(&total("2024-03", 30.0)).unwrap();
    let again = Tally::from_cells(&plan, tally.cells(), &CellOptions::default()).unwrap();
    for as_of in ["2024-02-29", "2024-12-31"] {
        let [one, other] = [&tally, &again].map(|tally| plan.assess(tally, day(as_of)).unwrap());
        assert_eq!(one.rows(), other.rows());
    }
    assert_eq!(again.warnings(), tally.warnings());
    // Without the key the rows mean something else.
    let plain = self::plan("");
    let error = tally.with_plan(&plain).unwrap_err().to_string();
    assert!(error.contains("sum over time of month totals of the year to date"), "{error}");
    assert_ne!(plan.shape(), plain.shape());
}

/// What a row of a total says: its unit, months after January 2023, value, status and day of recording.
#[derive(Debug, Clone)]
struct TotalRow {
    unit: &'static str,
    month: u32,
    value: Option<i64>,
    status: Option<Status>,
    recorded_at: Option<NaiveDate>,
}

fn first_of(month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2023 + (month / 12) as i32, month % 12 + 1, 1).unwrap()
}

fn total_rows() -> impl Strategy<Value = Vec<TotalRow>> {
    let row = (0_u32..24, 0_i64..30, 0_u8..20, prop::option::of(-20_i64..90), 0_u8..9);
    let rows =
        prop::collection::vec((prop::sample::select(vec!["d1", "d1", "d2", "c"]), row), 0..50);
    rows.prop_map(|rows| {
        let row = |(unit, (month, more, status, recorded, fall)): (
            &'static str,
            (u32, i64, u8, Option<i64>, u8),
        )| {
            // Most totals grow with the months.
            let value = 20 * i64::from(month % 12) + more - if fall == 0 { 60 } else { 0 };
            let (value, status) = match status {
                0 => (None, Some(Status::M)),
                1 | 2 => (Some(value.max(0)), Some(Status::E)),
                _ => (Some(value.max(0)), None),
            };
            let recorded_at = recorded.map(|days| {
                let last = first_of(month + 1).pred_opt().unwrap();
                (last + TimeDelta::days(days)).max(first_of(month))
            });
            TotalRow { unit, month, value, status, recorded_at }
        };
        rows.into_iter().map(row).collect()
    })
}

/// The figures that the totals of a unit mean on a day, by hand: days, value, and whether it is estimated.
fn by_hand(rows: &[TotalRow], as_of: NaiveDate) -> Vec<(NaiveDate, NaiveDate, i64, bool)> {
    let mut latest: BTreeMap<u32, &TotalRow> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.recorded_at.is_none_or(|day| day <= as_of)) {
        let known = latest.entry(row.month).or_insert(row);
        if row.recorded_at > known.recorded_at {
            *known = row;
        }
    }
    let mut figures = Vec::new();
    let mut before: Option<(i32, NaiveDate, i64, bool)> = None;
    for (month, row) in latest {
        let Some(value) = row.value else { continue };
        let start = first_of(month);
        let recorded = row.recorded_at.map_or(NaiveDate::MAX, |day| day + TimeDelta::days(1));
        let end = first_of(month + 1).min(recorded);
        let is_estimated = row.status == Some(Status::E);
        let year = NaiveDate::from_ymd_opt(start.year(), 1, 1).unwrap();
        figures.push(match before.filter(|before| before.0 == start.year()) {
            Some((_, since, total, estimated)) if total <= value => {
                (since, end, value - total, is_estimated || estimated)
            }
            Some(_) | None => (year, end, value, is_estimated),
        });
        before = Some((start.year(), end, value, is_estimated));
    }
    figures
}

/// All that a row says of its value and its reports.
fn said(row: &Assessment) -> String {
    format!("{row:?}")
}

proptest! {
    #![proptest_config(cases(200))]

    // Figures of the days between totals, computed here, give the rows that the totals give.
    #[test]
    fn totals_give_the_rows_of_their_differences(rows in total_rows(), as_of in 0_i64..800) {
        let (totals, plain) = (plan(CUMULATIVE), plan(""));
        let as_of = day("2023-01-01") + TimeDelta::days(as_of);
        let mut tally = Tally::new(&totals);
        let mut kept = Vec::new();
        for row in rows {
            let month = first_of(row.month);
            let when = When::Period(format!("{}-{:02}", month.year(), month.month()));
            let mut outcome = Outcome::new(row.unit, when, "trained", 0.0);
            (outcome.value, outcome.status) = (row.value.map(|value| value as f64), row.status);
            outcome.recorded_at = row.recorded_at;
            // A second row of a month and day, and a fall on the same day, are refused.
            if tally.record(&outcome).is_ok() {
                kept.push(row);
            }
        }
        let mut expected = Tally::new(&plain);
        for unit in ["c", "d1", "d2"] {
            let own: Vec<TotalRow> = kept.iter().filter(|row| row.unit == unit).cloned().collect();
            let figures = by_hand(&own, as_of);
            for (start, end, value, is_estimated) in &figures {
                let when = When::Span { start: *start, end: *end };
                let mut figure = Outcome::new(unit, when, "trained", *value as f64);
                figure.status = is_estimated.then_some(Status::E);
                expected.record(&figure).unwrap();
            }
            // A unit takes part if a row of it is known, whatever that says.
            let is_known = |row: &TotalRow| row.recorded_at.is_none_or(|day| day <= as_of);
            if figures.is_empty() && own.iter().any(is_known) {
                let mut row = Outcome::new(unit, When::Period("2022".into()), "trained", 0.0);
                (row.value, row.status) = (None, Some(Status::M));
                expected.record(&row).unwrap();
            }
        }
        let found = totals.assess(&tally, as_of).unwrap();
        let expected = plain.assess(&expected, as_of).unwrap();
        let [found, expected] = [&found, &expected].map(|report| report.rows().iter().map(said).collect::<Vec<_>>());
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn parts_of_totals_merge_to_the_whole(rows in total_rows(), cut in 0_usize..50) {
        let plan = plan(CUMULATIVE);
        let mut whole = Tally::new(&plan);
        let mut parts = [Tally::new(&plan), Tally::new(&plan)];
        for (place, row) in rows.into_iter().enumerate() {
            let month = first_of(row.month);
            let when = When::Period(format!("{}-{:02}", month.year(), month.month()));
            let mut outcome = Outcome::new(row.unit, when, "trained", 0.0);
            (outcome.value, outcome.status) = (row.value.map(|value| value as f64), row.status);
            outcome.recorded_at = row.recorded_at;
            if whole.record(&outcome).is_ok() {
                parts[usize::from(place >= cut)].record(&outcome).unwrap();
            }
        }
        let [mut one, other] = parts;
        one.merge(&other).unwrap();
        for as_of in ["2023-06-30", "2024-12-31"].map(day) {
            let [one, whole] = [&one, &whole].map(|tally| plan.assess(tally, as_of).unwrap());
            prop_assert_eq!(one.rows(), whole.rows());
        }
    }
}
