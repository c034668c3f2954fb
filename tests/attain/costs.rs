//! How the cost of a call grows with its input: CPU time at a size and at four times the size.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use attain::views::{Parts, RankingOptions, SensitivityOptions, SignalOptions, Since};
use attain::{Filter, Plan, Result, Rows, RunOptions, Tally};

use crate::support::{Scratch, assess, day, outcome};

/// The CPU time of this thread where the system says it, and the time of the clock elsewhere.
fn time_of(work: impl FnOnce()) -> Duration {
    let cpu = || {
        // The scheduler brings the number up to date when the thread yields; else it is as old as the last tick.
        std::thread::yield_now();
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
    };
    let (before, start) = (cpu(), Instant::now());
    work();
    match (before, cpu()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => start.elapsed(),
    }
}

/// Fails if four times the size costs ten times as much or more: linear work costs four times as much, quadratic
/// work sixteen times.
fn assert_near_linear(what: &str, size: usize, work: impl Fn(usize) -> String) {
    let cost = |size: usize| {
        let text = work(size);
        let once = || {
            time_of(|| {
                std::hint::black_box(Plan::from_json(&text).is_ok());
            })
        };
        (0..3).map(|_| once()).min().unwrap()
    };
    let (small, large) = (cost(size), cost(4 * size));
    println!("{what}: {size} in {small:?}, {} in {large:?}", 4 * size);
    assert!(large < 10 * small, "{what}: {size} cost {small:?}, {} cost {large:?}", 4 * size);
}

/// The items that a function writes, with commas between them.
fn list(size: usize, item: impl Fn(usize) -> String) -> String {
    (0..size).fold(String::new(), |mut text, place| {
        let comma = if place > 0 { "," } else { "" };
        let _ = write!(text, "{comma}{}", item(place));
        text
    })
}

fn plan(units: &str, rest: &str) -> String {
    format!(r#"{{"attain": 1, "plan": "p", "units": {units}, "measures": {{"m": {{}}}}{rest}}}"#)
}

const ONE_UNIT: &str = r#"{"levels": ["city"], "list": [{"id": "c", "level": "city"}]}"#;

#[test]
fn plans_of_many_targets_and_indicators() {
    assert_near_linear("targets and indicators", 1_000, |size| {
        let indicators = list(size, |at| format!(r#""i{at}": {{"count": "m"}}"#));
        let targets = list(size, |at| {
            format!(
                r#""t{at}": {{"indicator": "i{at}", "goal": {{"at_most": 9}}, "window": "2024"}}"#
            )
        });
        let combined = list(size, |at| format!(r#""t{at}""#));
        let rest = format!(
            r#", "indicators": {{{indicators}}}, "targets": {{{targets}}}, "combined": {{"c": {{"all": [{combined}]}}}}"#
        );
        plan(ONE_UNIT, &rest)
    });
}

#[test]
fn plans_of_many_measures() {
    assert_near_linear("measures", 1_000, |size| {
        let measures = list(size, |at| format!(r#""m{at}": {{}}"#));
        let indicators = list(size, |at| format!(r#""i{at}": {{"count": "m{at}"}}"#));
        format!(
            r#"{{"attain": 1, "plan": "p", "units": {ONE_UNIT}, "measures": {{{measures}}}, "indicators": {{{indicators}}}}}"#
        )
    });
}

/// Each indicator is a change of the next; `last` is the formula of the one at the end.
fn chained(size: usize, last: &str) -> String {
    let links = list(size - 1, |at| {
        format!(
            r#""i{at:06}": {{"change": {{"of": "i{:06}", "from": "previous_period"}}}}"#,
            at + 1
        )
    });
    plan(ONE_UNIT, &format!(r#", "indicators": {{{links}, "i{:06}": {last}}}"#, size - 1))
}

#[test]
fn chains_and_circles_of_indicators() {
    assert_near_linear("chain", 4_000, |size| chained(size, r#"{"count": "m"}"#));
    let back = r#"{"change": {"of": "i000000", "from": "previous_period"}}"#;
    let error = Plan::from_json(&chained(3, back)).unwrap_err().to_string();
    let circle = "the indicator `i000000` rests on `i000001`, `i000002` and so on itself";
    assert!(error.contains(circle), "{error}");
    assert_near_linear("circle", 4_000, |size| chained(size, back));
}

#[test]
fn formulas_that_name_one_of_many_measures() {
    assert_near_linear("reporting and reported", 1_000, |size| {
        let measures = list(size, |at| format!(r#""m{at}": {{"every": "month"}}"#));
        let formulas = list(size, |at| {
            format!(r#""i{at}": {{"reporting": {{"of": "m{at}"}}}}, "r{at}": {{"reported": {{}}}}"#)
        });
        format!(
            r#"{{"attain": 1, "plan": "p", "units": {ONE_UNIT}, "measures": {{{measures}}}, "indicators": {{{formulas}}}}}"#
        )
    });
}

#[test]
fn campaigns_that_are_part_of_each_other() {
    assert_near_linear("campaigns", 2_000, |size| {
        let campaigns = list(size, |at| {
            format!(r#""c{at}": {{"window": "2024", "part_of": "c{}"}}"#, (at + 1).min(size - 1))
        });
        let targets = list(size, |at| {
            format!(
                r#""t{at}": {{"indicator": "i", "goal": {{"at_most": 9}}, "campaign": "c{at}"}}"#
            )
        });
        let rest = format!(
            r#", "indicators": {{"i": {{"count": "m"}}}}, "campaigns": {{{campaigns}}}, "targets": {{{targets}}}"#
        );
        plan(ONE_UNIT, &rest)
    });
}

#[test]
fn strata_of_many_categories() {
    assert_near_linear("categories", 2_000, |size| {
        let categories = list(size, |at| format!(r#""{at:06}""#));
        let standard = list(size, |at| format!(r#""{at:06}": 1"#));
        let rest = format!(
            r#", "strata": {{"s": [{categories}]}}, "indicators": {{
                "r": {{"standardised_rate": {{"events": "m", "population": "m", "by": "s", "standard": {{{standard}}}}}}},
                "w": {{"count": "m", "where": {{"s": [{categories}]}}}}}}"#
        );
        plan(ONE_UNIT, &rest)
    });
}

#[test]
fn awards_and_standards_that_name_many_others() {
    assert_near_linear("awards", 1_000, |size| {
        let targets = list(size, |at| {
            format!(r#""t{at}": {{"indicator": "i", "goal": {{"at_most": 9}}, "window": "2024"}}"#)
        });
        let eligible = list(size, |at| format!(r#""t{at}""#));
        let standards = list(size, |at| {
            format!(
                r#""s{at}": {{"level": "city", "window": "2024", "all": [{{"units": {{"hold": "s{}", "at_least": 5}}}}]}}"#,
                size - 1 - at
            )
        });
        let rest = format!(
            r#", "indicators": {{"i": {{"count": "m"}}}}, "targets": {{{targets}}}, "standards": {{{standards}}},
                "awards": {{"a": {{"score": "x", "eligible": {{"targets": [{eligible}]}}, "quota": {{"count": 1}}}}}}"#
        );
        plan(ONE_UNIT, &rest)
    });
}

#[test]
fn plans_of_many_units_and_a_target_that_names_them() {
    assert_near_linear("units", 1_000, |size| {
        let units = list(size, |at| format!(r#"{{"id": "{at:06}", "level": "city"}}"#));
        let named = list(size, |at| format!(r#""{at:06}""#));
        let rest = format!(
            r#", "indicators": {{"i": {{"count": "m"}}}}, "targets": {{"t": {{"indicator": "i", "goal": {{"at_most": 9}}, "window": "2024", "units": [{named}]}}}}"#
        );
        plan(&format!(r#"{{"levels": ["city"], "list": [{units}]}}"#), &rest)
    });
}

/// Goals of units in a list, where the target names its units too, and where it does not.
#[test]
fn goals_that_differ_by_many_units() {
    for names_units in [false, true] {
        assert_near_linear("goals", 500, |size| {
            let units = list(size, |at| format!(r#"{{"id": "{at:06}", "level": "city"}}"#));
            let goals = list(size, |at| format!(r#"{{"unit": "{at:06}", "at_most": {at}}}"#));
            let named = list(size, |at| format!(r#""{at:06}""#));
            let named =
                if names_units { format!(r#", "units": [{named}]"#) } else { String::new() };
            let rest = format!(
                r#", "indicators": {{"i": {{"count": "m"}}}}, "targets": {{"t": {{"indicator": "i", "goal": {{"list": [{goals}]}}, "window": "2024"{named}}}}}"#
            );
            plan(&format!(r#"{{"levels": ["city"], "list": [{units}]}}"#), &rest)
        });
    }
}

#[test]
fn owners_of_many_targets() {
    assert_near_linear("owners", 1_000, |size| {
        let targets = list(size, |at| {
            format!(r#""t{at}": {{"indicator": "i", "goal": {{"at_most": 9}}, "window": "2024"}}"#)
        });
        let named = list(size, |at| format!(r#""t{at}""#));
        let rest = format!(
            r#", "indicators": {{"i": {{"count": "m"}}}}, "targets": {{{targets}}}, "owners": {{"o": {{"duties": [{{"targets": [{named}]}}]}}}}"#
        );
        plan(ONE_UNIT, &rest)
    });
}

#[test]
fn parents_that_no_unit_has() {
    assert_near_linear("unknown parents", 1_000, |size| {
        let units = list(size, |at| {
            format!(r#"{{"id": "{at:05}", "level": "commune", "parent": "{}"}}"#, at % 9 + 1)
        });
        let top = r#"{"id": "01", "level": "province"}"#;
        plan(&format!(r#"{{"levels": ["province", "commune"], "list": [{top}, {units}]}}"#), "")
    });
}

/// One unit that changes on each of many days, under the code that a function gives.
fn changing(size: usize, code: fn(usize) -> String) -> String {
    let day =
        |at: usize| chrono::NaiveDate::from_num_days_from_ce_opt(700_000 + at as i32).unwrap();
    let units = list(size, |at| {
        format!(
            r#"{{"id": "{}", "level": "city", "valid_from": "{}", "valid_to": "{}"}}"#,
            code(at),
            day(at),
            day(at + 1)
        )
    });
    let changes = list(size - 1, |at| {
        format!(
            r#"{{"on": "{}", "list": [{{"from": "{}", "to": "{}"}}]}}"#,
            day(at + 1),
            code(at),
            code(at + 1)
        )
    });
    plan(&format!(r#"{{"levels": ["city"], "list": [{units}], "changes": [{changes}]}}"#), "")
}

fn renamed(size: usize) -> String {
    changing(size, |at| format!("{at:06}"))
}

fn begun_anew(size: usize) -> String {
    changing(size, |_| "one".to_owned())
}

#[test]
fn changes_of_boundaries_on_many_days() {
    for code in [renamed, begun_anew] {
        assert!(Plan::from_json(&code(9)).is_ok());
        assert_near_linear("changes", 2_000, code);
    }
}

#[test]
fn passages_of_one_day() {
    let text = |size: usize| {
        let units = list(size, |at| {
            format!(
                r#"{{"id": "a{at}", "level": "city", "valid_to": "2024-01-01"}},
                   {{"id": "b{at}", "level": "city", "valid_from": "2024-01-01"}}"#
            )
        });
        let passages = list(size, |at| format!(r#"{{"from": "a{at}", "to": "b{at}"}}"#));
        plan(
            &format!(
                r#"{{"levels": ["city"], "list": [{units}], "changes": [{{"on": "2024-01-01", "list": [{passages}]}}]}}"#
            ),
            "",
        )
    };
    assert!(Plan::from_json(&text(9)).is_ok());
    assert_near_linear("passages", 1_000, text);
}

#[test]
fn an_explanation_after_the_first_does_not_look_at_all_units() {
    let cost = |size: usize| {
        let units = list(size, |at| format!(r#"{{"id": "{at:06}", "level": "city"}}"#));
        let rest = r#", "indicators": {"i": {"count": "m"}},
            "targets": {"t": {"indicator": "i", "goal": {"at_most": 9}, "window": "2024", "units": {"level": "city"}}}"#;
        let text = plan(&format!(r#"{{"levels": ["city"], "list": [{units}]}}"#), rest);
        let plan = Plan::from_json(&text).unwrap();
        let outcomes: Vec<_> = (0..size)
            .map(|at| outcome(&format!("{at:06}"), "2024", "m", (at % 20) as f64))
            .collect();
        let report = assess(&plan, Rows::Figures, &outcomes, "2024-12-31");
        let explain = || report.explain("t", Some("000321"), None).unwrap();
        assert_eq!(explain().row.value, Some(1.0));
        let fifty = || time_of(|| (0..50).for_each(|_| assert_eq!(explain().row.value, Some(1.0))));
        (0..3).map(|_| fifty()).min().unwrap()
    };
    let (few, many) = (cost(500), cost(8_000));
    assert!(many < 4 * few, "with 500 units {few:?}, with 8,000 {many:?}");
}

#[test]
fn a_rolling_sum_does_not_look_at_each_of_its_days() {
    let units = list(20, |at| format!(r#"{{"id": "s{at}", "level": "service"}}"#));
    let units = format!(r#"{{"levels": ["service"], "list": [{units}]}}"#);
    let days: Vec<_> = day("2022-01-01").iter_days().take(730).collect();
    let outcomes: Vec<_> = (0..20)
        .flat_map(|unit| days.iter().map(move |day| (unit, *day)))
        .map(|(unit, day)| outcome(&format!("s{unit}"), &day.to_string(), "m", 3.0))
        .collect();
    let cost = |length: &str| {
        let rest = format!(
            r#", "indicators": {{"i": {{"count": "m"}}}}, "targets": {{"t": {{"indicator": "i", "goal": {{"at_most": 9}},
                "units": {{"level": "service"}},
                "window": {{"rolling": "{length}", "every": "day", "within": "2023"}}}}}}"#
        );
        let plan = Plan::from_json(&plan(&units, &rest)).unwrap();
        let mut tally = Tally::of(&plan, Rows::Events);
        tally.record_all(&outcomes).unwrap();
        let alone = RunOptions::new().threads(1);
        let once = || {
            time_of(|| {
                let report = alone.run(|| plan.assess(&tally, day("2023-12-31"))).unwrap();
                assert_eq!(report.len(), 20 * 365);
            })
        };
        (0..3).map(|_| once()).min().unwrap()
    };
    let (one, many) = (cost("1 day"), cost("364 days"));
    println!("rolling windows of 1 day in {one:?}, of 364 days in {many:?}");
    assert!(many < 4 * one, "windows of 1 day cost {one:?}, windows of 364 days {many:?}");
}

#[test]
fn a_set_flag_stops_plan_reading_and_histories() {
    let stopped = || RunOptions::new().stop(Arc::new(AtomicBool::new(true)));
    let text = renamed(9);
    assert!(stopped().run(|| Plan::from_json(&text)).unwrap_err().is_stopped());
    let plan = Plan::from_json(&plan(
        ONE_UNIT,
        r#", "indicators": {"i": {"count": "m"}},
            "targets": {"t": {"indicator": "i", "goal": {"at_most": 9}, "window": "2024"}}"#,
    ))
    .unwrap();
    let report = assess(&plan, Rows::Figures, &[outcome("c", "2024", "m", 3.0)], "2024-12-31");
    assert!(stopped().run(|| report.history("t", None)).unwrap_err().is_stopped());
}

#[test]
fn a_set_flag_stops_tables_views_and_files() {
    let units = list(2, |at| format!(r#"{{"id": "d{at}", "level": "district", "parent": "c"}}"#));
    let rest = r#", "indicators": {"i": {"count": "m"}, "share": {"proportion": {"numerator": "m", "denominator": "n"}}},
        "targets": {"t": {"indicator": "share", "goal": {"at_least": 9}, "window": {"every": "month", "within": "2024"}}}"#;
    let units = format!(
        r#"{{"levels": ["city", "district"], "list": [{{"id": "c", "level": "city"}}, {units}]}}"#
    );
    let text = plan(&units, rest).replace(r#""m": {}"#, r#""m": {"every": "month"}, "n": {}"#);
    let plan = Plan::from_json(&text).unwrap();
    let months = (1..=12).flat_map(|month| (0..2).map(move |unit| (unit, month)));
    let outcomes: Vec<_> = months
        .flat_map(|(unit, month)| {
            let (unit, month) = (format!("d{unit}"), format!("2024-{month:02}"));
            [("m", 3.0), ("n", 9.0)].map(|(measure, value)| outcome(&unit, &month, measure, value))
        })
        .collect();
    let report = assess(&plan, Rows::Figures, &outcomes, "2024-12-31");
    let tally = Tally::of(&plan, Rows::Figures);
    let content = "unit,period,measure,value\nd0,2024-01,m,3\n";
    let (csv, rows) = (Scratch::with("outcomes.csv", content), Scratch::new("rows"));
    let check = |name: &str, call: &dyn Fn() -> Result<()>| {
        let stopped = RunOptions::new().stop(Arc::new(AtomicBool::new(true)));
        assert!(stopped.run(call).is_err_and(|error| error.is_stopped()), "{name}");
        assert!(call().is_ok(), "{name}");
    };
    check("read", &|| tally.clone().read(&csv.0));
    check("assess_columns", &|| plan.assess_columns(&tally, report.as_of(), &["value"]).map(drop));
    check("select", &|| report.select(&["value"]).map(drop));
    check("filter", &|| report.filter(&Filter::default()).map(drop));
    check("contributions", &|| report.contributions("t", Some("c"), Parts::Children).map(drop));
    check("decomposition", &|| {
        report.decomposition("t", Some("c"), Parts::Children, Since::PreviousPeriod).map(drop)
    });
    check("ranking", &|| report.ranking("t", &RankingOptions::new().level("district")).map(drop));
    check("sensitivity", &|| report.sensitivity("t", &SensitivityOptions::default()).map(drop));
    check("signals", &|| report.signals("t", &SignalOptions::default()).map(drop));
    check("timeliness", &|| report.timeliness(None).map(drop));
    check("write_csv", &|| report.write_csv(&rows.0));
    #[cfg(feature = "parquet")]
    check("write_parquet", &|| report.write_parquet(&rows.0));
    check("write_html", &|| report.write_html(&rows.0));
}

/// Figures of one unit that come in no order of time.
#[test]
fn figures_in_any_order_are_added_in_near_linear_time() {
    let plan = Plan::from_json(&plan(ONE_UNIT, "")).unwrap();
    let cost = |size: usize| {
        let days = |number: usize| {
            let first = chrono::NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
            first + chrono::TimeDelta::days(i64::try_from(number).unwrap())
        };
        // Every number below the size once: the step is prime and does not divide it.
        let outcomes: Vec<_> = (0..size)
            .map(|at| outcome("c", &days(at * 7_919 % size).to_string(), "m", 1.0))
            .collect();
        let once = || {
            let mut tally = Tally::new(&plan);
            let time = time_of(|| tally.record_all(&outcomes).unwrap());
            assert_eq!(tally.len(), size);
            time
        };
        (0..3).map(|_| once()).min().unwrap()
    };
    let (small, large) = (cost(5_000), cost(20_000));
    assert!(large < 8 * small, "5,000 figures cost {small:?}, 20,000 cost {large:?}");
}

/// Fails if four times the categories cost more than six times as much, in a plan with a target for each category.
/// `measure` is what the plan says of the measure, `months` are those of which each category has a
/// figure.
fn assert_near_linear_in_categories(
    what: &str,
    measure: &str,
    months: &[&'static str],
    size: usize,
    work: impl Fn(&Plan, &Tally, usize),
) {
    let cost = |size: usize| {
        let categories = list(size, |at| format!("\"k{at}\""));
        let text = format!(
            r#"{{"attain": 1, "plan": "p", "units": {ONE_UNIT}, "strata": {{"kind": [{categories}]}},
                "measures": {{"m": {{"strata": ["kind"]{measure}}}}}, "indicators": {{"i": {{"count": "m"}}}},
                "targets": {{"t": {{"indicator": "i", "goal": {{"at_most": 9}}, "window": "2024", "by": "kind"}}}}}}"#
        );
        let plan = Plan::from_json(&text).unwrap();
        let mut tally = Tally::new(&plan);
        let of_month = |month: &&'static str| {
            let month = *month;
            (0..size)
                .map(move |at| outcome("c", month, "m", 1.0).in_stratum("kind", format!("k{at}")))
        };
        let outcomes: Vec<_> = months.iter().flat_map(of_month).collect();
        tally.record_all(&outcomes).unwrap();
        let once = || time_of(|| work(&plan, &tally, size));
        (0..3).map(|_| once()).min().unwrap()
    };
    let (small, large) = (cost(size), cost(4 * size));
    println!("{what}: {size} in {small:?}, {} in {large:?}", 4 * size);
    assert!(large < 6 * small, "{what}: {size} cost {small:?}, {} cost {large:?}", 4 * size);
}

/// One report of each category is missing in the second case: its limits are those of its own figures.
#[test]
fn running_windows_of_many_categories_cost_nearly_as_much_as_they_have_rows() {
    let assess = |plan: &Plan, tally: &Tally, size: usize| {
        assert_eq!(plan.assess(tally, day("2024-06-30")).unwrap().len(), size);
    };
    assert_near_linear_in_categories("running", "", &["2024-01"], 1_000, assess);
    let every = r#", "every": "month""#;
    let months = ["2024-01", "2024-02", "2024-03", "2024-05", "2024-06"];
    assert_near_linear_in_categories("a missing report", every, &months, 1_000, assess);
}

/// A history has the rows of each category at each month's end.
#[test]
fn histories_of_many_categories_cost_nearly_as_much_as_they_have_rows() {
    let history = |plan: &Plan, tally: &Tally, size: usize| {
        let report = plan.assess(tally, day("2024-06-30")).unwrap();
        assert_eq!(report.history("t", None).unwrap().len(), 6 * size);
    };
    assert_near_linear_in_categories("history", "", &["2024-01"], 500, history);
}

/// The most memory that the process took so far, in KB.
#[cfg(target_os = "linux")]
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Text and page of a report take its columns and few lines: a notebook cell that ends in a report of millions of rows builds
/// none of them. Memory is that of a process, so that the test runs in one of its own.
#[cfg(target_os = "linux")]
#[test]
fn text_and_page_of_a_report_build_no_rows() {
    const IS_CHILD: &str = "ATTAIN_TEST_MEASURES_MEMORY";
    if std::env::var_os(IS_CHILD).is_none() {
        let name = "costs::text_and_page_of_a_report_build_no_rows";
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        let done = child.args(["--exact", name]).env(IS_CHILD, "1").output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        return;
    }
    const UNITS: usize = 1_000;
    let units = list(UNITS, |at| format!(r#"{{"id": "{at:06}", "level": "city"}}"#));
    let rest = r#", "indicators": {"i": {"count": "m"}}, "targets": {"t": {"indicator": "i", "goal": {"at_most": 9},
        "window": {"every": "month", "within": ["2015-01-01", "2025-01-01"]}, "units": {"level": "city"}}}"#;
    let text = plan(&format!(r#"{{"levels": ["city"], "list": [{units}]}}"#), rest);
    let plan = Plan::from_json(&text).unwrap();
    let outcomes: Vec<_> = (0..UNITS)
        .map(|at| outcome(&format!("{at:06}"), "2024-03-05", "m", (at % 20) as f64))
        .collect();
    let report = assess(&plan, Rows::Events, &outcomes, "2024-12-31");
    assert_eq!(report.len(), 120 * UNITS);
    let before = peak_memory();
    let (text, page, part) = (report.text(100, false), report.to_html(), report.html_fragment());
    assert!(!text.is_empty() && !page.is_empty() && !part.is_empty());
    let printed = peak_memory() - before;
    // What they would take if they built the rows.
    assert_eq!(report.rows().len(), 120 * UNITS);
    let built = peak_memory() - before;
    assert!(4 * printed < built, "printed with {printed} KB, rows take {built} KB");
}
