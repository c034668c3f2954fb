//! The contributions of units to a total, and the parts of its change: compared with manual results and with sums.

use attain::report::Report;
use attain::views::{ChangePart, Contribution, Parts, Since};
use attain::{Outcome, Plan, Reason, Rows, Tally, When};
use proptest::prelude::*;

use crate::support::{assess, day, outcomes, parse};

const UNITS: &str = "[{id: c, level: city}, {id: d1, level: district, parent: c},
    {id: d2, level: district, parent: c}, {id: k1, level: commune, parent: d1},
    {id: k2, level: commune, parent: d1}, {id: k3, level: commune, parent: d2}]";

const CLEARANCE: &str = "ratio: {numerator: cleared, denominator: cases}";

type Figure = (&'static str, &'static str, &'static str, f64);

fn plan(indicator: &str, target: &str) -> Plan {
    let text = format!(
        "{{attain: 1, plan: p, units: {{levels: [city, district, commune], list: {UNITS}}},
           strata: {{sex: [f, m]}},
           measures: {{cases: {{strata: [sex]}}, cleared: {{strata: [sex]}}, population: {{over_time: mean}}}},
           indicators: {{i: {{{indicator}}}}},
           targets: {{t: {{indicator: i, {target}}}}}}}"
    );
    parse(&text)
}

fn report_of(plan: &Plan, outcomes: &[Outcome], rows: Rows) -> Report {
    assess(plan, rows, outcomes, "2024-12-31")
}

fn report(indicator: &str, target: &str, figures: &[Figure]) -> Report {
    report_of(&plan(indicator, target), &outcomes(figures), Rows::Figures)
}

/// What a part is, which, what it adds, and whether that helps.
type Told<'r> = (&'r str, Option<&'r str>, Option<f64>, Option<&'r str>);

fn told(rows: &[Contribution]) -> Vec<Told<'_>> {
    rows.iter()
        .map(|row| {
            (
                row.part_is.code(),
                row.part.as_deref(),
                row.contribution,
                row.effect.map(|one| one.code()),
            )
        })
        .collect()
}

const AT_LEAST: &str = "goal: {at_least: 78}, window: '2024', units: {level: city}";

/// 140 of 200, and 90 of 100 in two communes.
const FIGURES: [Figure; 6] = [
    ("d2", "2024", "cases", 200.0),
    ("d2", "2024", "cleared", 140.0),
    ("k1", "2024", "cases", 60.0),
    ("k1", "2024", "cleared", 57.0),
    ("k2", "2024", "cases", 40.0),
    ("k2", "2024", "cleared", 33.0),
];

#[test]
fn parts_add_up_to_the_whole_and_the_most_harm_comes_first() {
    let report = report(CLEARANCE, AT_LEAST, &FIGURES);
    let rows = report.contributions("t", None, Parts::Children).unwrap();
    assert_eq!(
        told(&rows),
        [
            ("unit", Some("d2"), Some(-16.0), Some("harms")),
            ("unit", Some("d1"), Some(12.0), Some("helps")),
            ("whole", Some("c"), Some(-4.0), Some("harms")),
        ]
    );
    assert_eq!(
        (rows[0].numerator, rows[0].denominator, rows[0].value),
        (Some(140.0), Some(200.0), Some(70.0))
    );
    assert!(rows.iter().all(|row| row.goal_value == Some(78.0)));
}

#[test]
fn a_lower_level_is_told_through_those_between() {
    let report = report(CLEARANCE, AT_LEAST, &FIGURES);
    let rows = report.contributions("t", Some("c"), Parts::Level("commune")).unwrap();
    // d2 reports for itself: its commune has nothing, and its 200 are not split.
    assert_eq!(
        told(&rows),
        [
            ("unit", Some("k2"), Some(1.8), Some("helps")),
            ("unit", Some("k1"), Some(10.2), Some("helps")),
            ("unit", Some("k3"), None, None),
            ("remainder", None, Some(-16.0), Some("harms")),
            ("whole", Some("c"), Some(-4.0), Some("harms")),
        ]
    );
    assert_eq!(rows[2].reason, Some(Reason::NoData));
    let below = report.contributions("t", Some("d1"), Parts::Children).unwrap();
    assert_eq!(below.last().unwrap().contribution, Some(12.0));
    assert_eq!(report.contributions("t", Some("k1"), Parts::Children).unwrap().len(), 1);
}

#[test]
fn a_total_of_its_own_that_differs_from_its_parts_keeps_the_sum_by_a_rest() {
    let mut figures = FIGURES.to_vec();
    figures.extend([("c", "2024", "cases", 310.0), ("c", "2024", "cleared", 229.0)]);
    let report = report(CLEARANCE, AT_LEAST, &figures);
    let rows = report.contributions("t", None, Parts::Children).unwrap();
    let rest = &rows[2];
    assert_eq!(
        (rest.part_is.code(), rest.numerator, rest.denominator),
        ("remainder", Some(-1.0), Some(10.0))
    );
    assert_eq!(rest.contribution, Some(-8.8));
    // 229 − 0.78 · 310.
    assert_eq!(rows[3].contribution, Some(-12.8));
}

#[test]
fn a_count_is_held_against_what_each_unit_had_before() {
    let figures = [
        ("d1", "2023", "cases", 100.0),
        ("d2", "2023", "cases", 300.0),
        ("d1", "2024", "cases", 110.0),
        ("d2", "2024", "cases", 270.0),
    ];
    let goal = "goal: {reduce_by: {percent: 5, from: previous_period}}, window: '2024', units: {level: city}";
    let count = report("count: cases", goal, &figures);
    let rows = count.contributions("t", None, Parts::Children).unwrap();
    // 110 − 95, 270 − 285, and 380 − 380.
    assert_eq!(
        told(&rows),
        [
            ("unit", Some("d1"), Some(15.0), Some("harms")),
            ("unit", Some("d2"), Some(-15.0), Some("helps")),
            ("whole", Some("c"), Some(0.0), Some("neutral")),
        ]
    );
    let fixed = report(
        "count: cases",
        "goal: {at_most: 380}, window: '2024', units: {level: city}",
        &figures,
    );
    let refused = fixed.contributions("t", None, Parts::Children).unwrap_err();
    assert!(
        refused.is_request() && refused.to_string().contains("relative to an earlier window"),
        "{refused}"
    );
}

#[test]
fn categories_that_each_have_to_meet_the_goal_are_parts() {
    let plan = plan(
        CLEARANCE,
        "goal: {at_least: 78}, window: '2024', units: {level: city}, in_every: sex",
    );
    let outcomes: Vec<Outcome> = [
        ("f", "cases", 100.0),
        ("f", "cleared", 90.0),
        ("m", "cases", 200.0),
        ("m", "cleared", 140.0),
    ]
    .into_iter()
    .map(|(sex, measure, value)| {
        Outcome::new("c", When::Period("2024".to_owned()), measure, value).in_stratum("sex", sex)
    })
    .collect();
    let report = report_of(&plan, &outcomes, Rows::Figures);
    let rows = report.contributions("t", None, Parts::Categories).unwrap();
    assert_eq!(
        told(&rows),
        [
            ("category", Some("sex=m"), Some(-16.0), Some("harms")),
            ("category", Some("sex=f"), Some(12.0), Some("helps")),
            ("whole", Some("c"), Some(-4.0), Some("harms")),
        ]
    );
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    let report = report(CLEARANCE, AT_LEAST, &FIGURES);
    let refused =
        |target, unit, parts| report.contributions(target, unit, parts).unwrap_err().to_string();
    assert_eq!(
        refused("tt", None, Parts::Children),
        "the plan has no target `tt`: did you mean `t`?"
    );
    assert_eq!(
        refused("t", Some("d3"), Parts::Children),
        "the plan has no unit `d3`: did you mean `d1`?"
    );
    assert_eq!(refused("t", None, Parts::Level("ward")), "the plan has no level `ward`");
    assert!(refused("t", None, Parts::Categories).contains("no `in_every`"));
    let change = "change: {of: j, from: previous_period}, better: higher}, j: {count: cases";
    let changes = self::report(change, AT_LEAST, &FIGURES);
    assert!(
        changes
            .contributions("t", None, Parts::Children)
            .unwrap_err()
            .to_string()
            .contains("add up")
    );
}

/// What a part is, which, and what it adds within and by the mix.
type Effects<'r> = (&'r str, Option<&'r str>, Option<f64>, Option<f64>);

fn effects(rows: &[ChangePart]) -> Vec<Effects<'_>> {
    rows.iter().map(|row| (row.part_is.code(), row.part.as_deref(), row.within, row.mix)).collect()
}

#[test]
fn a_change_of_the_mix_alone_is_told_as_such() {
    let figures = [
        ("d1", "2023", "cases", 100.0),
        ("d1", "2023", "cleared", 50.0),
        ("d2", "2023", "cases", 100.0),
        ("d2", "2023", "cleared", 90.0),
        ("d1", "2024", "cases", 100.0),
        ("d1", "2024", "cleared", 50.0),
        ("d2", "2024", "cases", 300.0),
        ("d2", "2024", "cleared", 270.0),
    ];
    let report = report(CLEARANCE, AT_LEAST, &figures);
    let rows = report.decomposition("t", None, Parts::Children, Since::Reference).unwrap();
    // From 70 to 80 per cent, though neither district changed: ¼ − ½ of 50, ¾ − ½ of 90.
    assert_eq!(
        effects(&rows),
        [
            ("unit", Some("d1"), Some(0.0), Some(-12.5)),
            ("unit", Some("d2"), Some(0.0), Some(22.5)),
            ("whole", Some("c"), Some(0.0), Some(10.0)),
        ]
    );
    assert_eq!(
        (rows[2].value_before, rows[2].value_after, rows[2].change),
        (Some(70.0), Some(80.0), Some(10.0))
    );
    let same = report.decomposition("t", Some("c"), Parts::Children, Since::SameWindowLastYear);
    assert_eq!(effects(&same.unwrap()), effects(&rows));
}

#[test]
fn while_a_window_runs_as_many_days_of_the_earlier_one_are_compared() {
    let goal = "goal: {reduce_by: {percent: 5, from: previous_period}}, window: '2024', units: {level: city}";
    let plan = plan("count: cases", goal);
    let mut tally = Tally::of(&plan, Rows::Events);
    for (unit, date, cases) in [
        ("d1", "2023-02-01", 10.0),
        ("d2", "2023-03-01", 20.0),
        ("d2", "2023-11-01", 400.0),
        ("d1", "2024-02-01", 13.0),
        ("d2", "2024-03-01", 18.0),
    ] {
        let day = When::Date(day(date));
        tally.record(&Outcome::new(unit, day, "cases", cases)).unwrap();
    }
    let report = plan.assess(&tally, day("2024-06-30")).unwrap();
    let rows = report.decomposition("t", None, Parts::Children, Since::Reference).unwrap();
    let changes: Vec<_> = rows.iter().map(|row| (row.part.as_deref(), row.change)).collect();
    assert_eq!(
        changes,
        [(Some("d1"), Some(3.0)), (Some("d2"), Some(-2.0)), (Some("c"), Some(1.0))]
    );
    assert_eq!((rows[2].value_before, rows[2].value_after), (Some(30.0), Some(31.0)));
}

fn year(of: &[(i32, i32)], year: &str) -> Vec<Outcome> {
    let units = ["k1", "k2", "k3", "d1", "d2", "c"];
    units
        .iter()
        .zip(of)
        .flat_map(|(unit, (cases, cleared))| {
            let of = |measure: &str, value: i32| {
                Outcome::new(*unit, When::Period(year.to_owned()), measure, f64::from(value))
            };
            [of("cases", *cases), of("cleared", *cleared)]
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// With totals of their own at any unit, that agree with nothing.
    #[test]
    fn rows_add_up_whatever_was_reported_where(
        before in prop::collection::vec((0_i32..400, 0_i32..400), 3..=6),
        after in prop::collection::vec((0_i32..400, 0_i32..400), 3..=6),
        tenths in 0_i32..1_000, deep: bool,
    ) {
        let goal = f64::from(tenths) / 10.0;
        let target = format!("goal: {{at_least: {goal}}}, window: '2024', units: {{level: city}}");
        let outcomes = [year(&before, "2023"), year(&after, "2024")].concat();
        let report = report_of(&plan(CLEARANCE, &target), &outcomes, Rows::Figures);
        let parts = if deep { Parts::Level("commune") } else { Parts::Children };
        let rows = report.contributions("t", Some("c"), parts).unwrap();
        let (whole, parts_of) = rows.split_last().unwrap();
        prop_assert_eq!(whole.part_is.code(), "whole");
        if let (Some(n), Some(d)) = (whole.numerator, whole.denominator) {
            // In thousandths everything is a whole number, which floats hold.
            let thousandths = |row: &Contribution| (1_000.0 * row.contribution.unwrap_or(0.0)).round();
            let sum: f64 = parts_of.iter().map(thousandths).sum();
            prop_assert_eq!(sum, thousandths(whole));
            prop_assert_eq!(thousandths(whole), 1_000.0 * n - f64::from(tenths) * d);
            prop_assert_eq!(parts_of.iter().filter_map(|row| row.numerator).sum::<f64>(), n);
            prop_assert_eq!(parts_of.iter().filter_map(|row| row.denominator).sum::<f64>(), d);
        }
        let changes = report.decomposition("t", Some("c"), parts, Since::PreviousPeriod).unwrap();
        let (whole, parts_of) = changes.split_last().unwrap();
        if let (Some(then), Some(now)) = (whole.value_before, whole.value_after) {
            let within: f64 = parts_of.iter().filter_map(|row| row.within).sum();
            let mix: f64 = parts_of.iter().filter_map(|row| row.mix).sum();
            let near = |one: f64, other: f64| (one - other).abs() < 1e-9 * (1.0 + one.abs().max(other.abs()));
            prop_assert!(near(within, whole.within.unwrap()) && near(mix, whole.mix.unwrap()));
            prop_assert!(near(within + mix, now - then), "{changes:?}");
            prop_assert!(near(whole.change.unwrap(), now - then));
        }
    }
}
