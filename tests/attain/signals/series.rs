//! Series of outcomes.

use attain::calendar::Every;
use attain::stats::{self, ChartKind, ChartOptions, Confidence, MannKendallMethod, RuleSet};
use attain::views::{SignalChart, SignalOptions};
use attain::{Outcome, Plan, Rows, Status, Tally, When};
use chrono::{Datelike, Days, NaiveDate};

use super::draws::Draws;
use super::{all, assess, chart, close, figures, of, plan, signals};
use crate::support::{day, parse};

/// Events on single days of 2023 and 2024: unit, day, measure.
fn events(seed: u64) -> Vec<(String, NaiveDate, &'static str)> {
    let mut draws = Draws(seed);
    let mut all = vec![("d1".to_owned(), day("2023-01-01"), "cases")];
    for _ in 0..1_500 {
        let unit = ["c", "d1", "d1", "d2"][draws.below(4)].to_owned();
        let on = day("2023-01-01") + Days::new(draws.below(731) as u64);
        all.push((unit.clone(), on, "cases"));
        if draws.uniform() < 0.7 {
            all.push((unit, on, "cleared"));
        }
    }
    all.push(("d2".to_owned(), day("2023-01-01"), "cleared"));
    all
}

fn tally_of(plan: &Plan, events: &[(String, NaiveDate, &'static str)]) -> Tally {
    let mut tally = Tally::of(plan, Rows::Events);
    for (unit, on, measure) in events {
        tally.record(&Outcome::new(unit.as_str(), When::Date(*on), *measure, 1.0)).unwrap();
    }
    tally
}

/// How many of a measure fell into each month of both years, in a unit or below it.
fn by_month(events: &[(String, NaiveDate, &str)], unit: &str, measure: &str) -> Vec<f64> {
    let mut sums = vec![0.0; 24];
    for (at, on, what) in events {
        if *what == measure && (at == unit || unit == "c") {
            sums[(on.year() - 2023) as usize * 12 + on.month0() as usize] += 1.0;
        }
    }
    sums
}

pub(crate) fn days_of_months() -> Vec<f64> {
    let mut days = vec![0.0; 24];
    for passed in 0..731 {
        let on = day("2023-01-01") + Days::new(passed);
        days[(on.year() - 2023) as usize * 12 + on.month0() as usize] += 1.0;
    }
    days
}

const EVERYWHERE: &str = "window: '2024', units: [c, d1, d2]";

#[test]
fn a_series_of_counts_is_their_sums_on_a_chart_of_events_a_day() {
    let plan = plan(&format!("  t: {{indicator: count, goal: {{at_most: 9}}, {EVERYWHERE}}}"));
    let events = events(1);
    let report = assess(&plan, &tally_of(&plan, &events), "2024-12-31");
    let days = days_of_months();
    for unit in ["c", "d1", "d2"] {
        let sums = by_month(&events, unit, "cases");
        let rows = chart(&report, unit, &SignalOptions::default());
        let values: Vec<f64> = rows.iter().map(|row| row.value.unwrap()).collect();
        assert_eq!(values, sums, "{unit}");
        let kind = ChartKind::U { laney: true };
        let expected =
            stats::control_chart(kind, &sums, Some(&days), &ChartOptions::default()).unwrap();
        let found = stats::signals(&expected, RuleSet::Nhs);
        for (place, row) in rows.iter().enumerate() {
            assert_eq!(row.chart.code(), "u_prime");
            let point = &expected.points[place];
            close(row.centre, point.centre * days[place]);
            close(row.lower, point.lower.unwrap() * days[place]);
            close(row.upper, point.upper.unwrap() * days[place]);
            let is_part = found.iter().any(|one| (one.first..=one.last).contains(&place));
            assert_eq!(row.signal.is_some(), is_part);
            // A goal of a year is none of a month.
            assert_eq!(row.goal, None);
        }
        // And with exposures all alike.
        let mut options = SignalOptions::default();
        options.chart = Some(SignalChart::C);
        let rows = chart(&report, unit, &options);
        let mean = sums.iter().sum::<f64>() / 24.0;
        close(rows[0].centre, mean);
        close(rows[23].upper, mean + 3.0 * mean.sqrt());
    }
}

#[test]
fn a_series_of_shares_is_the_quotients_of_their_sums() {
    let plan = plan(&format!("  t: {{indicator: share, goal: {{at_least: 50}}, {EVERYWHERE}}}"));
    let events = events(2);
    let report = assess(&plan, &tally_of(&plan, &events), "2024-12-31");
    for unit in ["c", "d1", "d2"] {
        let (cleared, cases) =
            (by_month(&events, unit, "cleared"), by_month(&events, unit, "cases"));
        let options = ChartOptions { per: Some(100.0), ..ChartOptions::default() };
        let kind = ChartKind::P { laney: true };
        let expected = stats::control_chart(kind, &cleared, Some(&cases), &options).unwrap();
        let rows = chart(&report, unit, &SignalOptions::default());
        assert_eq!(rows.len(), 24);
        for (place, row) in rows.iter().enumerate() {
            assert_eq!(row.numerator.zip(row.denominator), Some((cleared[place], cases[place])));
            close(row.value, 100.0 * cleared[place] / cases[place]);
            let point = &expected.points[place];
            close(row.centre, point.centre);
            close(row.lower, point.lower.unwrap());
            close(row.upper, point.upper.unwrap());
            // Of a share, a goal is one for every period.
            assert_eq!(row.goal, Some(50.0));
        }
        // The row of the unit is that of its latest point, and its trend that of its values.
        let values: Vec<f64> = rows.iter().map(|row| row.value.unwrap()).collect();
        let rows_of_all = signals(&report, &SignalOptions::default());
        let row = of(&rows_of_all, unit);
        assert_eq!((row.points, row.missing, row.latest), (24, 0, Some(day("2024-12-01"))));
        assert_eq!((row.value, row.centre), (rows[23].value, rows[23].centre));
        let test = stats::mann_kendall(&values, &MannKendallMethod::default()).unwrap();
        let line = stats::sen_slope(&values, Confidence::P95).unwrap();
        assert_eq!(
            (row.trend_test.code(), row.tau, row.p),
            ("mann_kendall", Some(test.tau), test.p)
        );
        close(row.slope, 12.0 * line.slope);
        close(row.slope_lower, 12.0 * line.interval.lower);
        close(row.slope_upper, 12.0 * line.interval.upper);
    }
}

#[test]
fn the_order_of_outcomes_does_not_matter() {
    let plan = plan(&format!("  t: {{indicator: share, goal: {{at_least: 50}}, {EVERYWHERE}}}"));
    let mut events = events(3);
    let one = assess(&plan, &tally_of(&plan, &events), "2024-12-31");
    let mut draws = Draws(4);
    for place in (1..events.len()).rev() {
        events.swap(place, draws.below(place + 1));
    }
    let other = assess(&plan, &tally_of(&plan, &events), "2024-12-31");
    let options = SignalOptions::default();
    assert_eq!(signals(&one, &options), signals(&other, &options));
    assert_eq!(chart(&one, "c", &options), chart(&other, "c", &options));
}

#[test]
fn events_begin_with_the_first_month_that_was_recorded_throughout() {
    let plan = plan("  t: {indicator: count, goal: {at_most: 9}, window: '2023', units: [d1, d2]}");
    let mut tally = Tally::of(&plan, Rows::Events);
    for (unit, on) in [("d1", "2023-01-20"), ("d2", "2023-03-03"), ("d1", "2023-05-02")] {
        tally.record(&Outcome::new(unit, When::Date(day(on)), "cases", 1.0)).unwrap();
    }
    let report = assess(&plan, &tally, "2023-06-15");
    let values = |options: &SignalOptions| {
        let rows = chart(&report, "d2", options);
        let first = rows[0].period_start;
        (first, rows.iter().map(|row| row.value).collect::<Vec<_>>())
    };
    // No event is a zero while events were being recorded, here or elsewhere; June is not over.
    let mut options = SignalOptions::default();
    let expected = vec![Some(0.0), Some(1.0), Some(0.0), Some(0.0)];
    assert_eq!(values(&options), (day("2023-02-01"), expected));
    // Who knows better says since when; what was never recorded is no zero even so.
    options.since = Some(day("2020-01-01"));
    options.until = Some(day("2023-03-01"));
    assert_eq!(values(&options), (day("2023-01-01"), vec![Some(0.0), Some(0.0)]));
}

#[test]
fn a_month_without_a_figure_is_left_out_and_never_a_zero() {
    let plan =
        plan("  t: {indicator: share, goal: {at_least: 50}, window: '2023', units: [d1, d2]}");
    let mut cleared =
        all(&[50.0, 52.0, 49.0, 51.0, 50.0, 48.0, 53.0, 50.0, 49.0, 52.0, 51.0, 47.0, 50.0, 52.0]);
    let mut cases = all(&[100.0; 14]);
    (cleared[4], cases[4], cleared[13], cases[13]) = (None, None, None, None);
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d1", "cleared", &cleared);
    figures(&mut tally, "d1", "cases", &cases);
    let report = assess(&plan, &tally, "2024-02-29");
    let rows = signals(&report, &SignalOptions::default());
    let row = of(&rows, "d1");
    assert_eq!((row.points, row.missing), (12, 2));
    assert_eq!(row.missing_reason.unwrap().code(), "no_data");
    // The series reaches to the end of February, its latest point is of January.
    assert_eq!(
        (row.series_start, row.series_end),
        (Some(day("2023-01-01")), Some(day("2024-03-01")))
    );
    assert_eq!((row.latest, row.value), (Some(day("2024-01-01")), Some(50.0)));
    // The chart is that of the values that there are; the slope keeps their places.
    let there: Vec<f64> = cleared.iter().flatten().copied().collect();
    let kind = ChartKind::P { laney: true };
    let hundred = ChartOptions { per: Some(100.0), ..ChartOptions::default() };
    let expected = stats::control_chart(kind, &there, Some(&[100.0; 12]), &hundred).unwrap();
    close(row.centre, expected.points[11].centre);
    close(row.lower, expected.points[11].lower.unwrap());
    let placed: Vec<f64> = cleared.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
    let line = stats::sen_slope(&placed, Confidence::P95).unwrap();
    close(row.slope, 12.0 * line.slope);
    // On the chart the gaps are told, and have no lines.
    let drawn = chart(&report, "d1", &SignalOptions::default());
    assert_eq!(
        (drawn[4].value, drawn[4].centre, drawn[4].reason.unwrap().code()),
        (None, None, "no_data")
    );
    assert_eq!((drawn[5].value, drawn[13].value), (Some(48.0), None));
}

#[test]
fn a_unit_without_data_or_with_too_little_says_so() {
    let plan = plan(
        "  t: {indicator: share, goal: {at_least: 50}, window: '2023', units: {level: district}}",
    );
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d1", "cleared", &all(&[5.0, 6.0, 5.0, 7.0, 8.0]));
    figures(&mut tally, "d1", "cases", &all(&[10.0; 5]));
    let report = assess(&plan, &tally, "2023-12-31");
    let rows = signals(&report, &SignalOptions::default());
    let (few, none) = (of(&rows, "d1"), of(&rows, "d2"));
    // Enough for a trend, not for limits.
    assert_eq!(
        (few.points, few.reason.map(|one| one.code()), few.centre),
        (5, Some("too_few_points"), None)
    );
    assert_eq!(
        (few.signal.as_deref(), few.signals, few.capability.map(|one| one.code())),
        (None, None, None)
    );
    assert!(
        few.p.is_some()
            && few.value == Some(80.0)
            && few.trend.map(|one| one.code()) == Some("none")
    );
    assert_eq!(
        (none.points, none.missing, none.reason.map(|one| one.code())),
        (0, 0, Some("no_data"))
    );
    assert_eq!(
        (none.series_start, none.value, none.p, none.trend.map(|one| one.code())),
        (None, None, None, None)
    );
    let mut options = SignalOptions::default();
    options.least_points = 4;
    assert!(of(&signals(&report, &options), "d1").centre.is_some());
    // Of four values no order is beyond chance.
    options.until = Some(day("2023-05-01"));
    let rows = signals(&report, &options);
    assert_eq!((of(&rows, "d1").points, of(&rows, "d1").p), (4, None));
    // And with nothing in the tally at all.
    let nothing = assess(&plan, &Tally::new(&plan), "2023-12-31");
    let rows = signals(&nothing, &SignalOptions::default());
    assert!(
        rows.len() == 3
            && rows.iter().all(|row| row.reason.map(|one| one.code()) == Some("no_data"))
    );
    assert_eq!(chart(&nothing, "d1", &SignalOptions::default()), []);
}

#[test]
fn a_unit_that_ended_has_the_series_of_its_own_days() {
    let plan = plan("  t: {indicator: share, goal: {at_least: 50}, window: '2023', units: [d3]}");
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d3", "cleared", &all(&[5.0; 6]));
    figures(&mut tally, "d3", "cases", &all(&[10.0; 6]));
    let report = assess(&plan, &tally, "2023-12-31");
    let [row] = &signals(&report, &SignalOptions::default())[..] else { panic!("one row") };
    assert_eq!((row.points, row.missing, row.series_end), (6, 0, Some(day("2023-07-01"))));
}

#[test]
fn suppressed_straddled_and_incomplete_months_are_missing_with_their_reasons() {
    let plan = Plan::from_yaml(
        &super::HEAD.replace("plan: p\n", "plan: p\nminimum_completeness: 80\n").replace(
            "targets:\n",
            "targets:\n  t: {indicator: count, goal: {at_most: 9}, window: '2023', units: [c, d2]}\n",
        ),
    )
    .unwrap();
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d1", "cases", &all(&[10.0; 12]));
    figures(&mut tally, "d2", "cases", &all(&[10.0; 7]));
    figures(&mut tally, "d3", "cases", &all(&[10.0; 3]));
    let mut hidden = Outcome::new("d2", super::month("2023-08"), "cases", 0.0);
    (hidden.value, hidden.status) = (None, Some(Status::Q));
    tally.record(&hidden).unwrap();
    let both = When::Span { start: day("2023-09-01"), end: day("2023-11-01") };
    tally.record(&Outcome::new("d2", both, "cases", 20.0)).unwrap();
    let report = assess(&plan, &tally, "2023-12-31");
    let reasons = |unit: &str| -> Vec<Option<&str>> {
        let rows = chart(&report, unit, &SignalOptions::default());
        assert!(rows.iter().all(|row| row.value.is_none() == row.reason.is_some()));
        rows.iter().map(|row| row.reason.map(|reason| reason.code())).collect()
    };
    let of_d2 = [Some("suppressed"), Some("straddles"), Some("straddles")];
    let end = [Some("no_data"), Some("no_data")];
    assert_eq!(reasons("d2"), [&[None; 7], &of_d2[..], &end[..]].concat());
    // From April to June one of three did not report, and ended with June; in the last two months one of two.
    let short = Some("incomplete");
    let expected = [&[None; 3], &[short; 3][..], &[None], &of_d2[..], &[short; 2][..]].concat();
    assert_eq!(reasons("c"), expected);
}

#[test]
fn each_category_that_the_goal_has_to_be_met_in_has_its_row() {
    for told_apart in ["by: sex", "in_every: sex"] {
        let plan = plan(&format!(
            "  t: {{indicator: count, goal: {{at_most: 9}}, window: {{every: year, within: ['2023-01-01', '2025-01-01']}},
              units: [d1, d2], {told_apart}}}"
        ));
        let mut tally = Tally::new(&plan);
        for place in 0..12 {
            for (sex, cases) in [("f", 10 + place), ("m", 40 - place)] {
                let period = super::month(&format!("2023-{:02}", place + 1));
                let outcome = Outcome::new("d1", period, "cases", f64::from(cases));
                tally.record(&outcome.in_stratum("sex", sex)).unwrap();
            }
        }
        let report = assess(&plan, &tally, "2024-01-15");
        let rows = signals(&report, &SignalOptions::default());
        let told: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    row.stratum.as_deref().unwrap(),
                    row.unit.as_str(),
                    row.value,
                    row.trend.map(|one| one.code()),
                )
            })
            .collect();
        let expected = [
            ("sex=f", "d1", Some(21.0), Some("worsening")),
            ("sex=f", "d2", None, None),
            ("sex=m", "d1", Some(29.0), Some("improving")),
            ("sex=m", "d2", None, None),
        ];
        assert_eq!(told, expected, "{told_apart}");
        assert_eq!(chart(&report, "d1", &SignalOptions::default()).len(), 24);
    }
}

#[test]
fn periods_are_those_of_the_plans_calendar() {
    let plan = Plan::from_yaml(
        "{attain: 1, plan: p, calendar: {year_starts: '12-15', named_by: end},
          units: {levels: [city], list: [{id: c, level: city}]}, measures: {cases: {}},
          indicators: {i: {count: cases}},
          targets: {t: {indicator: i, goal: {at_most: 9}, window: '2024', units: {level: city}}}}",
    )
    .unwrap();
    let mut draws = Draws(8);
    let first = day("2021-12-15");
    let mut tally = Tally::of(&plan, Rows::Events);
    let mut on_days = vec![0.0; 1_200];
    on_days[0] = 1.0;
    for _ in 0..900 {
        on_days[draws.below(1_200)] += 1.0;
    }
    for (passed, events) in on_days.iter().enumerate() {
        for _ in 0..*events as u32 {
            let when = When::Date(first + Days::new(passed as u64));
            tally.record(&Outcome::new("c", when, "cases", 1.0)).unwrap();
        }
    }
    let report = assess(&plan, &tally, "2025-03-13");
    for (every, number, first_end) in [
        (Every::Month, 38, "2022-01-15"),
        (Every::Quarter, 12, "2022-03-15"),
        (Every::Half, 6, "2022-06-15"),
        (Every::Year, 3, "2022-12-15"),
        (Every::Week, 168, "2021-12-27"),
    ] {
        let mut options = SignalOptions::default();
        options.every = Some(every);
        let rows = chart(&report, "c", &options);
        assert_eq!((rows.len(), rows[0].period_end), (number, day(first_end)), "{every:?}");
        for row in rows {
            let place = |day: NaiveDate| (day - first).num_days() as usize;
            let sum: f64 = on_days[place(row.period_start)..place(row.period_end)].iter().sum();
            assert_eq!(row.value, Some(sum));
        }
    }
}

#[test]
fn a_merged_unit_has_the_series_of_its_parts_where_boundaries_are_those_of_today() {
    let plan = parse(
        "{attain: 1, plan: p,
          units: {levels: [commune], list: [{id: a, level: commune, valid_to: 2024-01-01},
              {id: b, level: commune, valid_to: 2024-01-01}, {id: ab, level: commune, valid_from: 2024-01-01}],
            changes: [{on: 2024-01-01, list: [{from: a, to: ab}, {from: b, to: ab}]}]},
          measures: {cases: {}}, indicators: {i: {count: cases}},
          targets: {t: {indicator: i, goal: {at_most: 9}, window: '2024', units: {level: commune}}}}",
    );
    let mut tally = Tally::new(&plan);
    for place in 0..18 {
        let period = || super::month(&format!("{}-{:02}", 2023 + place / 12, place % 12 + 1));
        if place < 12 {
            tally.record(&Outcome::new("a", period(), "cases", 10.0 + f64::from(place))).unwrap();
            tally.record(&Outcome::new("b", period(), "cases", 20.0)).unwrap();
        } else {
            tally.record(&Outcome::new("ab", period(), "cases", 35.0)).unwrap();
        }
    }
    let values = |report: &attain::Report| -> Vec<f64> {
        let rows = chart(report, "ab", &SignalOptions::default());
        rows.iter().map(|row| row.value.unwrap()).collect()
    };
    // As it is recorded, it began with 2024.
    assert_eq!(values(&assess(&plan, &tally, "2024-06-30")), [35.0; 6]);
    let today = Some(day("2024-06-30"));
    let plan = plan.in_geography(today);
    let report = plan.assess(&tally.in_geography(today), day("2024-06-30")).unwrap();
    let mut expected: Vec<f64> = (0..12).map(|place| 30.0 + f64::from(place)).collect();
    expected.extend([35.0; 6]);
    assert_eq!(values(&report), expected);
}

#[test]
fn without_a_kind_of_period_series_have_that_of_their_figures() {
    let every = |measures: &str, spans: &dyn Fn(i32) -> Vec<String>| {
        let plan = parse(&format!(
            "{{attain: 1, plan: p, units: {{levels: [city], list: [{{id: c, level: city}}]}},
              measures: {{{measures}}},
              indicators: {{i: {{rate: {{numerator: cases, population: people}}}}}},
              targets: {{t: {{indicator: i, goal: {{at_most: 9}}, window: {{every: year, within: [2010-01-01, 2025-01-01]}},
                units: {{level: city}}}}}}}}"
        ));
        let mut tally = Tally::new(&plan);
        for year in 2010..2025 {
            tally
                .record(&Outcome::new("c", super::month(&year.to_string()), "people", 1e6))
                .unwrap();
            for span in spans(year) {
                tally.record(&Outcome::new("c", super::month(&span), "cases", 10.0)).unwrap();
            }
        }
        let report = assess(&plan, &tally, "2024-12-31");
        let [row] = &signals(&report, &SignalOptions::default())[..] else { panic!("one row") };
        assert_eq!(row.missing, 0, "{row:#?}");
        (row.every, row.points)
    };
    let years = |year: i32| vec![year.to_string()];
    let quarters = |year: i32| (1..=4).map(|quarter| format!("{year}-Q{quarter}")).collect();
    let months = |year: i32| (1..=12).map(|month| format!("{year}-{month:02}")).collect();
    let plain = "cases: {}, people: {over_time: mean}";
    assert_eq!(every(plain, &years), (Every::Year, 15));
    assert_eq!(every(plain, &quarters), (Every::Quarter, 60));
    assert_eq!(every(plain, &months), (Every::Month, 180));
    // What the plan says goes before the figures; a stock beside flows does not count.
    let said = "cases: {every: quarter}, people: {over_time: mean, every: year}";
    assert_eq!(every(said, &months), (Every::Quarter, 60));
}

/// A pattern of far points ends with the last far point: the latest point, inside the line, completes it and is no part of it.
#[test]
fn the_latest_point_inside_the_line_has_no_side_and_no_meaning() {
    let plan = plan("  t: {indicator: index, goal: {at_most: 90}, window: '2024', units: [d1]}");
    let mut values: Vec<f64> = [78.0, 82.0].repeat(10);
    values.extend([79.0, 89.0, 89.0, 81.5]);
    let mut tally = Tally::new(&plan);
    figures(&mut tally, "d1", "index", &all(&values));
    let report = assess(&plan, &tally, "2024-12-31");
    let options = SignalOptions::default();
    let points = chart(&report, "d1", &options);
    let has_far = |place: usize| {
        let signal = points[place].signal.as_deref();
        signal.is_some_and(|signal| signal.contains("two_of_three_far"))
    };
    let far: Vec<usize> = (0..points.len()).filter(|place| has_far(*place)).collect();
    assert_eq!(far, [21, 22], "{points:#?}");
    let latest = points.last().unwrap();
    assert_eq!((&latest.signal, latest.side, latest.meaning), (&None, None, None));
    let rows = signals(&report, &options);
    let row = of(&rows, "d1");
    assert_eq!((&row.signal, row.side, row.meaning), (&None, None, None), "{row:#?}");
    assert_eq!(row.latest_signal, Some(day("2024-11-01")));
}
