//! Rule 42: a suppressed cell of a known range decides nothing, or nothing else.

use std::collections::BTreeMap;

use attain::views::SensitivityOptions;

use crate::incomplete::support::*;

fn judged(measures: &str, form: &str, goal: &str, figures: &str) -> attain::Report {
    let plan = plan(&format!(
        "
measures: {{{measures}}}
indicators: {{r: {{{form}}}}}
targets: {{t: {{indicator: r, goal: {{{goal}}}, window: '2023', units: [c, a, b]}}}}"
    ));
    report(&plan, figures, "2023-12-31")
}

const DOSES: &str = "a 2023 n 100; b 2023 n - status=Q";

#[test]
fn the_verdict_of_both_ends_counts_if_they_agree() {
    for (goal, verdict) in [
        ("at_least: 90", "met"),
        ("at_least: 101", "met"),
        ("at_least: 108", "missed"),
        ("at_most: 107", "met"),
        ("at_most: 100", "missed"),
        ("between: [90, 110]", "met"),
        ("between: [1, 100]", "missed"),
    ] {
        let report = judged("n: {suppressed: [1, 7]}", "count: n", goal, DOSES);
        expect(row(&report, "t", "c"), &format!("value=- verdict={verdict} completeness=100"));
    }
}

#[test]
fn ends_that_do_not_agree_leave_the_row_suppressed() {
    for goal in ["at_least: 105", "at_least: 107", "at_most: 101", "between: [103, 200]"] {
        let report = judged("n: {suppressed: [1, 7]}", "count: n", goal, DOSES);
        expect(
            row(&report, "t", "c"),
            "value=- verdict=indeterminate reason=suppressed certainty=unknown",
        );
    }
    let report = judged("n: {suppressed: [1, 7]}", "count: n", "at_least: 105", DOSES);
    expect_ends(&report, "t", "c", "101", "107");
    expect(row(&report, "t", "a"), "value=100 verdict=missed");
}

#[test]
fn sensitivity_shows_both_ends_of_a_row_that_is_judged_too() {
    let floor = judged("n: {suppressed: [1, 7]}", "count: n", "at_least: 90", DOSES);
    expect_ends(&floor, "t", "c", "101", "107");
    let ceiling = judged("n: {suppressed: [1, 7]}", "count: n", "at_most: 200", DOSES);
    expect_ends(&ceiling, "t", "c", "107", "101");
}

#[test]
fn without_a_range_the_row_is_suppressed() {
    let report = judged("n: {}", "count: n", "at_least: 90", DOSES);
    expect(row(&report, "t", "c"), "value=- verdict=indeterminate reason=suppressed");
}

/// Without the plan's key, `ranges` of a sensitivity says what the cells hold, and goes before the key.
#[test]
fn a_range_that_is_given_has_ends_like_one_of_the_plan() {
    let given = SensitivityOptions {
        ranges: BTreeMap::from([("n".to_owned(), (1.0, 7.0))]),
        ..SensitivityOptions::default()
    };
    let share = "proportion: {numerator: n, denominator: d}";
    let of_units = "share_of_units: {of: k, level: district, goal: {at_least: 3}}";
    let figures = "a 2023 n 100; a 2023 d 200; b 2023 n - status=Q; b 2023 d 5";
    for (goal, worst, best) in [
        // 101 to 107.
        ("at_least: 105", ("missed", 101.0), ("met", 107.0)),
        ("at_least: 101", ("met", 101.0), ("met", 107.0)),
        ("at_most: 100", ("missed", 107.0), ("missed", 101.0)),
    ] {
        for measures in ["n: {}, d: {}", "n: {suppressed: [0, 900]}, d: {}"] {
            let report = judged(measures, "count: n", goal, figures);
            let rows = report.sensitivity("t", &given).unwrap();
            let row = rows.iter().find(|row| row.unit == "c").unwrap();
            let verdicts = [row.verdict_worst, row.verdict_best].map(|one| one.unwrap().code());
            assert_eq!(verdicts, [worst.0, best.0], "{goal}");
            assert_eq!([row.value_worst, row.value_best], [Some(worst.1), Some(best.1)], "{goal}");
            assert_eq!(row.reason.map(|reason| reason.code()), Some("suppressed"));
        }
        let report = judged("n: {}, d: {}", "count: n", goal, figures);
        let row = &report.sensitivity("t", &SensitivityOptions::default()).unwrap()[0];
        assert_eq!((row.value_worst, row.value_best), (None, None));
    }
    // The whole is 5, and a part is at most its whole: 101 of 205 to 105 of 205.
    let report = judged("n: {}, d: {}", share, "at_least: 50", figures);
    let row = &report.sensitivity("t", &given).unwrap()[0];
    let ends = [row.value_worst, row.value_best].map(Option::unwrap);
    assert!((ends[0] - 10_100.0 / 205.0).abs() < 1e-9, "{ends:?}");
    assert!((ends[1] - 10_500.0 / 205.0).abs() < 1e-9, "{ends:?}");
    // Of the two districts one meets its goal, the other one may.
    let plan = plan(&format!(
        "
measures: {{n: {{}}}}
indicators: {{k: {{count: n}}, r: {{{of_units}}}}}
targets: {{t: {{indicator: r, goal: {{at_least: 60}}, window: '2023', units: [c]}}}}"
    ));
    let report = crate::incomplete::support::report(
        &plan,
        "a 2023 n 100; b 2023 n - status=Q",
        "2023-12-31",
    );
    let row = &report.sensitivity("t", &given).unwrap()[0];
    assert_eq!((row.value_worst, row.value_best), (Some(50.0), Some(100.0)));
}

#[test]
fn several_cells_are_at_their_ends_together() {
    let figures =
        "a 2023-Q1 n 50; a 2023-Q2 n - status=Q; b 2023-Q1 n - status=Q; b 2023-Q2 n - status=Q";
    let judged = |goal: &str| judged("n: {suppressed: [1, 7]}", "count: n", goal, figures);
    expect(row(&judged("at_least: 53"), "t", "c"), "verdict=met");
    expect(row(&judged("at_least: 54"), "t", "c"), "verdict=indeterminate reason=suppressed");
    expect(row(&judged("at_least: 71"), "t", "c"), "verdict=indeterminate reason=suppressed");
    expect(row(&judged("at_least: 72"), "t", "c"), "verdict=missed");
    expect(row(&judged("at_least: 3"), "t", "b"), "verdict=indeterminate");
    expect(row(&judged("at_least: 2"), "t", "b"), "verdict=met");
}

#[test]
fn a_suppressed_part_is_at_most_its_whole() {
    let measures = "n: {suppressed: [1, 7]}, d: {}";
    let form = "proportion: {numerator: n, denominator: d}";
    let figures = "a 2023 n 50; a 2023 d 100; b 2023 n - status=Q; b 2023 d 5";
    let judged = |goal: &str| judged(measures, form, goal, figures);
    // 51 of 105 to 55 of 105.
    expect(row(&judged("at_least: 48"), "t", "c"), "value=- verdict=met");
    expect(row(&judged("at_least: 50"), "t", "c"), "verdict=indeterminate reason=suppressed");
    expect(row(&judged("at_least: 53"), "t", "c"), "value=- verdict=missed");
    expect_ends(&judged("at_least: 50"), "t", "c", "5100/105", "5500/105");
}

#[test]
fn cells_above_and_below_the_line_are_at_their_worst_together() {
    let measures = "n: {suppressed: [1, 7]}, d: {suppressed: [1, 7]}";
    let form = "ratio: {numerator: n, denominator: d}";
    let figures = "a 2023 n 50; a 2023 d 100; b 2023 n - status=Q; b 2023 d - status=Q";
    let report = judged(measures, form, "at_least: 50", figures);
    expect_ends(&report, "t", "c", "5100/107", "5700/101");
    expect(row(&report, "t", "c"), "verdict=indeterminate reason=suppressed");
    let met = judged(measures, form, "at_least: 47", figures);
    expect(row(&met, "t", "c"), "value=- verdict=met");
}

#[test]
fn a_cell_of_a_category_suppresses_only_what_needs_it() {
    let plan = plan(
        "
strata: {age: [young, old]}
measures: {n: {suppressed: [0, 7]}}
indicators: {n: {count: n}}
targets:
  all: {indicator: n, goal: {at_least: 100}, window: '2023', units: [c]}
  more: {indicator: n, goal: {at_least: 145}, window: '2023', units: [c]}
  old: {indicator: n, goal: {at_least: 80}, window: '2023', units: [c], where: {age: old}}
  young: {indicator: n, goal: {at_least: 60}, window: '2023', units: [c], where: {age: young}}",
    );
    let report = report(
        &plan,
        "a 2023 n 60 age=young; a 2023 n 40 age=old; b 2023 n - age=young status=Q; b 2023 n 40 age=old",
        "2023-12-31",
    );
    expect(row(&report, "old", "c"), "value=80 verdict=met");
    expect(row(&report, "young", "c"), "value=- verdict=met");
    expect(row(&report, "all", "c"), "value=- verdict=met");
    expect(row(&report, "more", "c"), "value=- verdict=indeterminate reason=suppressed");
    expect_ends(&report, "more", "c", "140", "147");
}

/// A ceiling, its floor and a band, and the verdict of each.
fn expect_verdicts(measures: &str, form: &str, figures: &str, expected: &[(&str, &str)]) {
    for (goal, verdict) in expected {
        let report = judged(measures, form, goal, figures);
        let reason = "reason=suppressed";
        expect(row(&report, "t", "c"), &format!("value=- verdict={verdict} {reason}"));
    }
}

#[test]
fn a_value_above_its_denominator_has_ends_too() {
    let measures = "n: {suppressed: [1, 7]}, d: {}";
    let figures = "a 2023 n 500; a 2023 d 100; b 2023 n - status=Q; b 2023 d 100";
    let verdicts =
        [("at_least: 2.5", "met"), ("at_least: 2.51", "indeterminate"), ("at_least: 3", "missed")];
    expect_verdicts(measures, "mean: {of: n, per: d}", figures, &verdicts);
    let verdicts =
        [("at_least: 250", "met"), ("at_least: 251", "indeterminate"), ("at_most: 250", "missed")];
    expect_verdicts(measures, "ratio: {numerator: n, denominator: d}", figures, &verdicts);
}

#[test]
fn a_band_between_both_ends_may_be_met() {
    let figures = "a 2023 n 100; b 2023 n - status=Q";
    let verdicts = [("between: [103, 105]", "indeterminate"), ("between: [50, 100]", "missed")];
    expect_verdicts("n: {suppressed: [1, 7]}", "count: n", figures, &verdicts);
    let report = judged("n: {suppressed: [1, 7]}", "count: n", "between: [103, 105]", figures);
    expect_ends(&report, "t", "c", "101", "104");
}

#[test]
fn cells_of_a_base_window_and_of_the_window_are_at_their_ends_independently() {
    let plan = |goal: &str| {
        plan(&format!(
            "
measures: {{n: {{suppressed: [1, 7]}}}}
indicators:
  n: {{count: n}}
  r: {{change: {{of: n, from: previous_period, as: percent}}}}
targets:
  t: {{indicator: r, goal: {{{goal}}}, window: '2023', units: [c, a, b]}}"
        ))
    };
    // 101 to 107 after 51 to 57: at least 101/57, at most 107/51.
    let figures = "a 2022 n 50; b 2022 n - status=Q; a 2023 n 100; b 2023 n - status=Q";
    for (goal, verdict) in [
        ("at_least: 77", "met"),
        ("at_least: 78", "indeterminate"),
        ("at_least: 109", "indeterminate"),
        ("at_least: 110", "missed"),
    ] {
        let report = report(&plan(goal), figures, "2023-12-31");
        expect(row(&report, "t", "c"), &format!("value=- verdict={verdict} reason=suppressed"));
        expect(row(&report, "t", "a"), "value=100");
        expect_ends(&report, "t", "c", "4400/57", "5600/51");
    }
    // Of the base alone.
    let figures = "a 2022 n 50; b 2022 n - status=Q; a 2023 n 100; b 2023 n 5";
    let report = report(&plan("at_least: 80"), figures, "2023-12-31");
    expect(row(&report, "t", "c"), "value=- verdict=met reason=suppressed");
    expect_ends(&report, "t", "c", "4800/57", "5400/51");
}

#[test]
fn a_goal_relative_to_suppressed_cells_has_two_ends() {
    let plan = |range: &str, percent: u32| {
        plan(&format!(
            "
measures: {{n: {{{range}}}}}
indicators: {{n: {{count: n}}}}
targets:
  t:
    indicator: n
    goal: {{reduce_by: {{percent: {percent}, from: previous_period}}}}
    window: '2023'
    units: [c]"
        ))
    };
    // From 101 to 107 down to 90.
    let figures = "a 2022 n 100; b 2022 n - status=Q; a 2023 n 80; b 2023 n 10";
    for (percent, verdict) in [(10, "met"), (12, "indeterminate"), (16, "missed")] {
        let report = report(&plan("suppressed: [1, 7]", percent), figures, "2023-12-31");
        expect(
            row(&report, "t", "c"),
            &format!("value=90 goal_value=- baseline=- verdict={verdict} reason=suppressed"),
        );
        expect_ends(&report, "t", "c", "90", "90");
    }
    let report = report(&plan("", 10), figures, "2023-12-31");
    expect(row(&report, "t", "c"), "value=90 verdict=indeterminate reason=suppressed");
}

#[test]
fn a_unit_whose_cells_decide_makes_a_share_of_units_uncertain() {
    let judged = |range: &str, inner: &str, goal: &str, figures: &str| {
        let plan = plan(&format!(
            "
measures: {{n: {{{range}}}}}
indicators:
  n: {{count: n}}
  r: {{share_of_units: {{of: n, level: district, goal: {{{inner}}}}}}}
targets: {{t: {{indicator: r, goal: {{{goal}}}, window: '2023', units: [c]}}}}"
        ));
        report(&plan, figures, "2023-12-31")
    };
    let figures = "a 2023 n 100; b 2023 n - status=Q";
    let range = "suppressed: [1, 7]";
    // Whatever b holds, it meets the goal, or does not.
    let report = judged(range, "at_most: 7", "at_least: 50", figures);
    expect(row(&report, "t", "c"), "value=50 verdict=met completeness=100 numerator=1");
    let report = judged(range, "at_least: 8", "at_least: 50", figures);
    expect(row(&report, "t", "c"), "value=50 verdict=met completeness=100 denominator=2");
    // 50 % or 100 %.
    for (goal, verdict) in
        [("at_least: 50", "met"), ("at_least: 60", "indeterminate"), ("at_most: 40", "missed")]
    {
        let report = judged(range, "at_least: 5", goal, figures);
        expect(
            row(&report, "t", "c"),
            &format!("value=- verdict={verdict} reason=suppressed completeness=100"),
        );
        let ends = if goal.starts_with("at_least") { ("50", "100") } else { ("100", "50") };
        expect_ends(&report, "t", "c", ends.0, ends.1);
    }
    // b may lie inside the band although it is outside at both ends.
    let report = judged(range, "between: [3, 5]", "at_most: 0", figures);
    expect(row(&report, "t", "c"), "verdict=indeterminate reason=suppressed");
    // Without a range, b cannot be judged.
    let report = judged("", "at_most: 7", "at_least: 50", figures);
    expect(row(&report, "t", "c"), "value=0 verdict=missed completeness=50");
}

#[test]
fn one_cell_of_one_age_and_month_leaves_the_quarter_of_the_region_its_bounds() {
    let plan = plan(
        "
strata: {age: [young, old]}
measures: {doses: {suppressed: [0, 7], every: month}}
indicators: {doses: {count: doses}}
targets: {t: {indicator: doses, goal: {at_least: 500}, window: '2023-Q1', units: [c]}}",
    );
    let months = ["2023-01", "2023-02", "2023-03"];
    let cell = |unit: &str, month: &str, age: &str| match (unit, month, age) {
        ("b", "2023-02", "young") => format!("{unit} {month} doses - age={age} status=Q"),
        _ => format!("{unit} {month} doses 50 age={age}"),
    };
    let cells = ["a", "b"].into_iter().flat_map(|unit| {
        months.iter().flat_map(move |month| {
            ["young", "old"].into_iter().map(move |age| cell(unit, month, age))
        })
    });
    let figures = cells.collect::<Vec<String>>().join(";");
    let report = report(&plan, &figures, "2023-03-31");
    expect(row(&report, "t", "c"), "value=- verdict=met reason=suppressed completeness=100");
    expect_ends(&report, "t", "c", "550", "557");
}
