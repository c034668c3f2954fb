//! Windows of days, rolling windows, and the names of windows.

use attain::calendar::{Calendar, Every, Length, NamedBy, Window};
use attain::views::RankingOptions;
use attain::{Filter, Outcome, Plan, Report, Rows, Tally, Verdict, When};
use chrono::{Days, NaiveDate, Weekday};
use proptest::prelude::*;

use crate::support::{assess, day, outcome, parse};

fn plan(measure: &str, goal: &str, window: &str) -> Plan {
    parse(&text(measure, goal, window))
}

fn text(measure: &str, goal: &str, window: &str) -> String {
    format!(
        "attain: 1
plan: p
units: {{levels: [city, service], list: [{{id: c, level: city}}, {{id: a, level: service, parent: c}}, {{id: b, level: service, parent: c}}]}}
measures: {{bad: {{{measure}}}, all: {{{measure}}}}}
indicators: {{bad: {{count: bad, better: lower}}, share: {{proportion: {{numerator: bad, denominator: all}}}}}}
targets: {{t: {{indicator: bad, goal: {{{goal}}}, window: {window}, units: {{level: service}}}}}}
"
    )
}

/// A number for each day of two units, the same at every call.
fn number(unit: &str, day: NaiveDate) -> f64 {
    let days = (day - self::day("2022-01-01")).num_days();
    ((days * 7919 + if unit == "a" { 3 } else { 11 }) % 23) as f64
}

fn daily(plan: &Plan, rows: Rows) -> Tally {
    let mut tally = Tally::of(plan, rows);
    for unit in ["a", "b"] {
        for at in day("2022-01-01").iter_days().take_while(|at| *at < day("2024-01-01")) {
            let when = match rows {
                Rows::Events => When::Date(at),
                _ => When::Span { start: at, end: at.succ_opt().unwrap() },
            };
            // A day without an event has no row.
            if rows == Rows::Figures || number(unit, at) > 0.0 {
                tally.record(&Outcome::new(unit, when, "bad", number(unit, at))).unwrap();
            }
        }
    }
    tally
}

#[test]
fn every_day_is_a_window() {
    let plan = plan("", "at_most: 9", "{every: day, within: 2023-02}");
    let report = plan.assess(&daily(&plan, Rows::Figures), day("2023-12-31")).unwrap();
    assert_eq!(report.len(), 2 * 28);
    for row in report.rows() {
        assert_eq!(row.window_end, row.window_start.succ_opt().unwrap());
        assert_eq!(row.value, Some(number(&row.unit, row.window_start)));
        // Without another `every`, each day's report is due.
        assert_eq!(row.completeness, Some(100.0));
    }
    let one = self::plan("", "at_most: 9", "2023-02-14");
    let report = one.assess(&daily(&one, Rows::Figures), day("2023-12-31")).unwrap();
    assert_eq!(report.rows()[0].value, Some(number("a", day("2023-02-14"))));
}

#[test]
fn rolling_sums_are_those_of_their_days() {
    for (length, window, windows) in [
        (Length::Days(28), "{rolling: 28 days, every: day, within: \"2023\"}", 365),
        (Length::Days(28), "{rolling: 4 weeks, every: week, within: \"2023\"}", 53),
        (Length::Months(12), "{rolling: 12 months, every: month, within: \"2023\"}", 12),
        (Length::Months(3), "{rolling: 1 quarter, every: week, within: 2023-Q3}", 13),
    ] {
        let plan = plan("", "at_most: 300", window);
        for rows in [Rows::Figures, Rows::Events] {
            let report = plan.assess(&daily(&plan, rows), day("2023-12-31")).unwrap();
            assert_eq!(report.len(), 2 * windows, "{window}");
            for row in report.rows() {
                let days = row.window_start.iter_days().take_while(|at| *at < row.window_end);
                let sum: f64 = days.map(|at| number(&row.unit, at)).sum();
                assert_eq!(row.value, Some(sum), "{window} {}", row.window_start);
                let expected = if sum <= 300.0 { Verdict::Met } else { Verdict::Missed };
                assert_eq!(row.verdict, expected);
                if let Length::Days(days) = length {
                    assert_eq!((row.window_end - row.window_start).num_days(), i64::from(days));
                }
            }
        }
    }
}

#[test]
fn windows_of_a_length_follow_each_other() {
    for (window, first, last, count) in [
        ("{every: 2 weeks, within: [2023-01-04, 2023-04-01]}", "2023-01-04", "2023-03-28", 6),
        ("{every: 2 months, within: \"2023\"}", "2023-01-01", "2023-12-31", 6),
        ("{every: 4 months, within: \"2023\"}", "2023-01-01", "2023-12-31", 3),
        ("{every: 6 months, within: [2022-04-01, 2023-10-01]}", "2022-04-01", "2023-09-30", 3),
        ("{every: 1 year, within: [2022-07-01, 2023-10-01]}", "2022-07-01", "2023-06-30", 1),
        ("2023-06-30/P12M", "2022-07-01", "2023-06-30", 1),
    ] {
        let plan = plan("", "at_most: 300", window);
        let report = plan.assess(&daily(&plan, Rows::Figures), day("2023-12-31")).unwrap();
        let rows: Vec<_> = report.rows().iter().filter(|row| row.unit == "a").collect();
        assert_eq!(rows.len(), count, "{window}");
        assert_eq!(rows[0].window_start, day(first), "{window}");
        assert_eq!(rows[count - 1].window_end, day(last).succ_opt().unwrap(), "{window}");
        assert!(rows.windows(2).all(|two| two[0].window_end == two[1].window_start), "{window}");
        for row in rows {
            let days = row.window_start.iter_days().take_while(|at| *at < row.window_end);
            assert_eq!(row.value, Some(days.map(|at| number("a", at)).sum()), "{window}");
        }
    }
}

#[test]
fn weeks_begin_on_the_day_that_the_calendar_says() {
    let text = text("", "at_most: 300", "{every: week, within: 2023-Q1}");
    let plan = parse(&text.replacen("plan: p", "plan: p\ncalendar: {weeks_start: sunday}", 1));
    assert_eq!(plan.calendar().weeks_start(), Weekday::Sun);
    let report = plan.assess(&daily(&plan, Rows::Figures), day("2023-12-31")).unwrap();
    assert_eq!(report.rows()[0].window_start, day("2023-01-01"));
    let found = report.filter(&Filter::default().window("2023-W02"));
    assert_eq!(found.unwrap().rows()[0].window_start, day("2023-01-08"));
    assert_eq!(parse(&plan.to_yaml()), plan);
    assert!(plan.to_yaml().contains("weeks_start: sunday"));
    // Years of 53 weeks, as the CDC lists them.
    let weeks = plan.calendar();
    let long: Vec<i32> =
        (2000..=2025).filter(|year| weeks.period(&format!("{year}-W53")).is_some()).collect();
    assert_eq!(long, [2003, 2008, 2014, 2020, 2025]);
}

#[test]
fn a_rolling_window_ends_inside_and_may_begin_before() {
    let plan = plan("", "at_most: 300", "{rolling: 12 months, every: month, within: \"2023\"}");
    let report = plan.assess(&daily(&plan, Rows::Figures), day("2023-12-31")).unwrap();
    let windows: Vec<String> = report
        .rows()
        .iter()
        .filter(|row| row.unit == "a")
        .map(|row| Window::new(row.window_start, row.window_end).unwrap().to_string())
        .collect();
    assert_eq!(windows[0], "2022-02-01 to 2023-01-31");
    assert_eq!(windows[11], "2023-01-01 to 2023-12-31");
}

#[test]
fn a_rolling_window_is_compared_with_one_of_its_length() {
    let calendar = Calendar::default();
    let named = |name: &str| calendar.named(name).unwrap();
    let previous = |name: &str| calendar.previous_period(&named(name)).unwrap().name();
    let last_year = |name: &str| calendar.same_window_last_year(&named(name)).unwrap().name();
    assert_eq!(previous("2023-05-31/P28D"), "2023-05-03/P28D");
    assert_eq!(previous("2023-05-31/P12M"), "2022-05-31/P12M");
    assert_eq!(previous("2023-05-14"), "2023-05-13");
    assert_eq!(last_year("2024-03-10/P28D"), "2023-03-10/P28D");
    assert_eq!(last_year("2024-02-29/P1M"), "2023-02-28/P1M");
    assert_eq!(last_year("2023-02-28/P1M"), "2022-02-28/P1M");
    assert_eq!(last_year("2024-02-29"), "2023-02-28");

    let goal = "reduce_by: {percent: 0, from: previous_period}";
    let plan = plan("", goal, "{rolling: 28 days, every: week, within: \"2023\"}");
    let report = plan.assess(&daily(&plan, Rows::Figures), day("2023-12-31")).unwrap();
    for row in report.rows() {
        let start = row.window_start - Days::new(28);
        let before = start.iter_days().take_while(|at| *at < row.window_start);
        let before: f64 = before.map(|at| number(&row.unit, at)).sum();
        assert_eq!(row.goal_value, Some(before));
    }
}

#[test]
fn figures_that_an_edge_cuts_straddle() {
    let plan = plan("", "at_most: 9", "{rolling: 28 days, every: month, within: \"2023\"}");
    let months: Vec<Outcome> =
        (1..=12).map(|month| outcome("a", &format!("2023-{month:02}"), "bad", 1.0)).collect();
    let report = assess(&plan, Rows::Figures, &months, "2023-12-31");
    let march = report.explain("t", Some("a"), Some("2023-03-31")).unwrap();
    assert_eq!(march.row.reason.map(|reason| reason.code()), Some("straddles"));
    assert!(march.to_string().contains("An edge of the rolling window cuts a figure"), "{march}");
    // February 2023 has 28 days.
    let february = report.explain("t", Some("a"), Some("2023-02-28/P28D")).unwrap();
    assert_eq!(february.row.value, Some(1.0));
}

#[test]
fn reports_that_are_due_are_not_cut() {
    let refused = |measure: &str, window: &str| {
        let error = Plan::from_yaml(&text(measure, "at_most: 9", window)).unwrap_err();
        assert!(error.is_plan());
        error.to_string()
    };
    let error = refused("every: month", "{rolling: 28 days, every: day, within: \"2023\"}");
    assert!(
        error.contains(
            "the windows cut reports of `bad`, which are due every month: found 28 days, every day, expected windows \
             of whole months that end with one"
        ),
        "{error}"
    );
    refused("every: quarter", "{rolling: 12 months, every: month, within: \"2023\"}");
    refused("every: month", "{rolling: 12 months, every: week, within: \"2023\"}");
    for (measure, window) in [
        ("every: month", "{rolling: 12 months, every: month, within: \"2023\"}"),
        ("every: month", "{rolling: 1 year, every: quarter, within: \"2023\"}"),
        ("every: week", "{rolling: 4 weeks, every: week, within: \"2023\"}"),
        ("every: day", "{rolling: 28 days, every: day, within: \"2023\"}"),
        ("every: month, over_time: mean", "{rolling: 28 days, every: day, within: \"2023\"}"),
    ] {
        plan(measure, "at_most: 9", window);
    }
}

#[test]
fn rolling_windows_are_written_as_they_are_read() {
    for window in [
        "{every: day, within: 2023-02}",
        "{rolling: 28 days, every: day, within: \"2023\"}",
        "{rolling: 1 day, every: month, within: [2023-01-15, 2024-01-15]}",
        "{rolling: 2 years, every: half, within: \"2023\"}",
        "{every: 14 days, within: [2023-01-04, 2023-03-01]}",
        "{every: 4 months, within: \"2023\"}",
        "2023-02-14",
        "2023-05-31/P28D",
        "2023-05-31/P12M",
    ] {
        let plan = plan("", "at_most: 9", window);
        for written in [plan.to_yaml(), plan.to_json()] {
            assert_eq!(Plan::from_yaml(&written).unwrap(), plan, "{written}");
        }
    }
    let plan = plan("", "at_most: 9", "{rolling: 4 weeks, every: day, within: \"2023\"}");
    assert!(plan.to_yaml().contains("rolling: 28 days"), "{}", plan.to_yaml());
}

#[test]
fn a_window_is_named_as_of_the_day_of_the_report() {
    let plan = plan("", "at_most: 300", "{every: month, within: \"2023\"}");
    let tally = daily(&plan, Rows::Figures);
    for (as_of, name, start) in [
        ("2023-05-14", "last_month", "2023-04-01"),
        ("2023-05-31", "last_month", "2023-05-01"),
        ("2023-05-14", "this_month", "2023-05-01"),
    ] {
        let report = plan.assess(&tally, day(as_of)).unwrap();
        let filter = Filter::default().window(name);
        let rows = report.filter(&filter).unwrap();
        assert!(rows.rows().iter().all(|row| row.window_start == day(start)), "{as_of} {name}");
        assert_eq!(rows.len(), 2);
        let why = report.explain("t", Some("b"), Some(name)).unwrap();
        assert_eq!(why.row.window_start, day(start));
    }
    let report = plan.assess(&tally, day("2023-05-14")).unwrap();
    for name in ["last_quarter", "year_to_date", "last_fortnight", "next_month", "last_"] {
        let filter = Filter::default().window(name);
        assert!(report.filter(&filter).unwrap_err().is_request(), "{name}");
    }
}

fn rolling_report(as_of: &str) -> Report {
    let plan = plan("", "at_most: 300", "{rolling: 28 days, every: day, within: \"2023\"}");
    plan.assess(&daily(&plan, Rows::Figures), day(as_of)).unwrap()
}

#[test]
fn a_window_is_named_by_its_name_or_its_last_day() {
    let report = rolling_report("2023-12-31");
    let shares = report.plan().to_yaml().replacen("indicator: bad", "indicator: share", 1);
    let shares = shares.replacen("at_most: 300", "at_most: 90", 1);
    let shares = parse(&shares).assess(report.tally(), report.as_of()).unwrap();
    for name in ["2023-05-31/P28D", "2023-05-31", "2023-05-04 to 2023-05-31"] {
        let filter = Filter::default().window(name);
        let rows = report.filter(&filter).unwrap();
        let starts: Vec<_> = rows.rows().iter().map(|row| row.window_start).collect();
        assert_eq!(starts, [day("2023-05-04"); 2], "{name}");
        let ranked = shares.ranking("t", &RankingOptions::new().window(name)).unwrap();
        assert_eq!(ranked.len(), 2);
        assert!(ranked.iter().all(|row| row.window_start == day("2023-05-04")));
        let why = report.explain("t", Some("a"), Some(name)).unwrap();
        assert_eq!(why.row.window_start, day("2023-05-04"));
    }
    let other = Filter::default().window("2023-05");
    let error = report.filter(&other).unwrap_err();
    assert!(error.is_request() && error.to_string().contains("no window `2023-05`"), "{error}");
}

#[test]
fn the_scorecard_shows_the_latest_rolling_window_that_has_ended() {
    let report = rolling_report("2023-06-15");
    let text = report.text(200, false).replace('\u{a0}', " ");
    assert!(text.contains("19 May – 15 Jun 2023"), "{text}");
    // Of 365 windows, 166 have ended, 27 run, and 172 begin in the second half of June or later.
    assert!(text.contains("27 later windows run"), "{text}");
    assert!(text.contains("172 later windows have not begun"), "{text}");
}

#[test]
fn other_sections_have_no_rolling_windows() {
    let plan = text("", "at_most: 9", "\"2023\"");
    let rolling = "{rolling: 28 days, every: day, within: \"2023\"}";
    let sections = [
        format!(
            "standards: {{s: {{level: service, window: {rolling}, all: [{{indicator: bad, goal: {{at_most: 9}}}}]}}}}"
        ),
        format!(
            "scores: {{s: {{level: service, window: {rolling}, parts: {{p: {{indicator: bad, normalise: {{goalposts: [0, 9]}}}}}}}}}}"
        ),
    ];
    for section in sections {
        let error = Plan::from_yaml(&format!("{plan}{section}\n")).unwrap_err().to_string();
        assert!(error.contains("only the windows of targets roll"), "{error}");
    }
}

#[test]
fn lengths_and_numbers_of_windows_are_limited() {
    let refused = |window: &str, expected: &str| {
        let error = Plan::from_yaml(&text("", "at_most: 9", window)).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    for length in ["28", "0 days", "28d", "-1 days", "1.5 months", "101 years", "[1, day]"] {
        let window = format!("{{rolling: {length}, every: day, within: \"2023\"}}");
        refused(&window, "this is not the length of rolling windows");
    }
    refused("{rolling: 28 days, within: \"2023\"}", "every");
    refused("{rolling: 28 days, every: 2 weeks, within: \"2023\"}", "no such kind of period");
    refused("{every: 2 months, within: [2023-01-31, 2024-01-31]}", "not every month has the day");
    refused("{every: 2 months, within: 2023-01}", "0 times of this length lie wholly inside");
    refused("{every: 1 day, within: [1900-01-01, 2000-01-01]}", "at most 5,000 of them");
    refused("{every: day, within: [1900-01-01, 2000-01-01]}", "at most 5,000 of them");
    refused(
        "{rolling: 28 days, every: day, within: [0001-01-01, 9999-01-01]}",
        "at most 5,000 of them",
    );
    refused("{rolling: 1 day, every: year, within: 2023-02}", "0 periods of this kind end inside");
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let named_by = prop_oneof![Just(NamedBy::Start), Just(NamedBy::End)];
    let weeks = prop::sample::select(&[Weekday::Mon, Weekday::Wed, Weekday::Sat, Weekday::Sun][..]);
    (1_u32..=12, 1_u32..=28, named_by, weeks).prop_map(|(month, day, named_by, weeks)| {
        Calendar::new(month, day, named_by).unwrap().with_weeks_from(weeks)
    })
}

proptest! {
    #[test]
    fn the_name_of_a_window_is_read_back(
        calendar in calendars(),
        first in 0_u64..40_000,
        days in 1_u64..800,
        length in prop_oneof![(1_u32..400).prop_map(Length::Days), (1_u32..40).prop_map(Length::Months)],
    ) {
        let start = day("1990-01-01") + Days::new(first);
        let window = Window::new(start, start + Days::new(days)).unwrap();
        let mut windows = vec![window];
        for every in Every::ALL {
            windows.extend(calendar.periods_within(*every, &window).into_iter().take(20));
            windows.extend(calendar.rolling_within(length, *every, &window).into_iter().take(20));
        }
        windows.extend(calendar.consecutive_within(length, &window));
        for pair in windows.clone() {
            windows.extend(calendar.previous_period(&pair));
            windows.extend(calendar.same_window_last_year(&pair));
        }
        for window in windows {
            prop_assert_eq!(calendar.named(&window.name()), Some(window), "{}", window.name());
            let json = serde_json::to_string(&window).unwrap();
            prop_assert_eq!(serde_json::from_str::<Window>(&json).unwrap(), window);
        }
    }

    #[test]
    fn rolling_windows_end_where_periods_end_in_order_of_their_names(
        calendar in calendars(),
        first in 0_u64..4_000,
        days in 1_u64..800,
        length in prop_oneof![(1_u32..400).prop_map(Length::Days), (1_u32..40).prop_map(Length::Months)],
        every in prop::sample::select(Every::ALL),
    ) {
        let start = day("1990-01-01") + Days::new(first);
        let within = Window::new(start, start + Days::new(days)).unwrap();
        let rolling = calendar.rolling_within(length, every, &within);
        // Each day on which a period ends is the last of one window.
        let last_days = start.iter_days().take(days as usize).filter(|at| {
            let next = at.succ_opt().unwrap();
            calendar.period_at(every, *at) != calendar.period_at(every, next)
        });
        let ends: Vec<_> = rolling.iter().map(|window| window.end().pred_opt().unwrap()).collect();
        prop_assert_eq!(ends, last_days.collect::<Vec<_>>());
        let names: Vec<_> = rolling.iter().map(Window::name).collect();
        prop_assert!(names.is_sorted());
    }
}
