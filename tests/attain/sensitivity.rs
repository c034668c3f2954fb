//! What missing reports could make of verdicts, against every figure that they could hold.

use std::collections::BTreeMap;

use attain::views::{MissingReports, SensitivityOptions, SensitivityRow};
use attain::{Outcome, Plan, Report, Tally, Verdict, When};
use proptest::prelude::*;

use crate::support::day;

/// Each missing report lies between the least and the greatest that its unit made.
fn own_range() -> SensitivityOptions {
    SensitivityOptions { missing: MissingReports::OwnRange, ..SensitivityOptions::default() }
}

fn plan() -> Plan {
    Plan::from_yaml(
        r#"
attain: 1
plan: p
units:
  levels: [city, district, commune]
  list:
    - {id: city, level: city}
    - {id: d1, level: district, parent: city}
    - {id: d2, level: district, parent: city}
    - {id: c1, level: commune, parent: d1}
measures:
  cases: {recorded_at: district, every: month, due: 5}
  cleared: {recorded_at: district, every: month, due: 5}
  beds: {over_time: last, recorded_at: district, every: month}
  tested: {recorded_at: district, every: month, due: 5}
  found: {recorded_at: district, every: month, due: 5}
indicators:
  known: {count: cases}
  open: {count: cases - cleared}
  found: {proportion: {numerator: found, denominator: tested}}
  quotient: {ratio: {numerator: cleared, denominator: cases, per: 100}}
  part-of-both: {ratio: {numerator: cleared, denominator: cases + cleared, per: 100}}
  beds: {count: beds}
  rise: {change: {of: known, from: {window: 2024-Q4}, as: absolute}}
  calm: {share_of_units: {of: known, level: district, goal: {at_most: 4}}}
targets:
  few: {indicator: known, goal: {at_most: 9}, window: 2025-Q1}
  fewer: {indicator: known, goal: {reduce_by: {absolute: 2, from: {window: 2024-Q4}}}, window: 2025-Q1}
  some: {indicator: known, goal: {between: [5, 9]}, window: 2025-Q1}
  open: {indicator: open, goal: {below: 3}, window: 2025-Q1}
  found: {indicator: found, goal: {at_least: 50}, window: 2025-Q1}
  quotient: {indicator: quotient, goal: {above: 60}, window: 2025-Q1}
  both: {indicator: part-of-both, goal: {at_least: 40}, window: 2025-Q1}
  beds: {indicator: beds, goal: {at_least: 4}, window: 2025-Q1}
  rise: {indicator: rise, goal: {at_most: 1}, window: 2025-Q1}
  calm: {indicator: calm, goal: {at_least: 50}, window: 2025-Q1}
  districts: {indicator: known, goal: {at_most: 4}, window: 2025-Q1, units: {level: district}}
"#,
    )
    .unwrap()
}

/// By district, measure and month; months are those of the last quarter of 2024 and the first of 2025.
type Figures = BTreeMap<(&'static str, &'static str, &'static str), i64>;

const DISTRICTS: [&str; 2] = ["d1", "d2"];
const MEASURES: [&str; 5] = ["cases", "cleared", "beds", "tested", "found"];
const EARLIER: [&str; 3] = ["2024-10", "2024-11", "2024-12"];
const NOW: [&str; 3] = ["2025-01", "2025-02", "2025-03"];

fn outcome(unit: &str, month: &str, measure: &str, value: i64) -> Outcome {
    Outcome::new(unit, When::Period(month.to_owned()), measure, value as f64)
}

fn assessed(figures: &Figures, from_below: bool) -> Report {
    let plan = plan();
    let mut tally = Tally::new(&plan);
    for ((district, measure, month), value) in figures {
        // What a commune reports is its district's report.
        let unit = if from_below && *district == "d1" { "c1" } else { district };
        tally.record(&outcome(unit, month, measure, *value)).unwrap();
    }
    plan.assess(&tally, day("2025-04-30")).unwrap()
}

fn row(report: &Report, target: &str, unit: &str, options: &SensitivityOptions) -> SensitivityRow {
    let rows = report.sensitivity(target, options).unwrap();
    rows.into_iter().find(|row| row.unit == unit).unwrap()
}

/// The measures that a target is made of.
fn measures(target: &str) -> &'static [&'static str] {
    match target {
        "beds" => &["beds"],
        "found" => &["tested", "found"],
        "open" | "quotient" | "both" => &["cases", "cleared"],
        _ => &["cases"],
    }
}

/// What the district's report could hold, as the rule says it.
fn range(figures: &Figures, district: &str, measure: &str, from_zero: bool) -> Option<(i64, i64)> {
    let of = |months: &[&str]| -> Vec<i64> {
        let reported = figures.iter().filter(|((unit, of, month), _)| {
            *unit == district && *of == measure && months.contains(month)
        });
        reported.map(|(_, value)| *value).collect()
    };
    let reported = if of(&NOW).is_empty() { of(&EARLIER) } else { of(&NOW) };
    let high = *reported.iter().max()?;
    Some((if from_zero { 0 } else { *reported.iter().min()? }, high))
}

/// Every way to fill in what districts miss; none if nobody says what a report could hold.
fn fillings(
    figures: &Figures,
    target: &str,
    districts: &[&'static str],
    from_zero: bool,
) -> Option<Vec<Figures>> {
    let mut all = vec![figures.clone()];
    for district in districts {
        for month in NOW {
            // Measures in this order: the part is filled in once its whole is known.
            for measure in MEASURES {
                let key = (*district, measure, month);
                if !measures(target).contains(&measure) || figures.contains_key(&key) {
                    continue;
                }
                let is_part = measure == "found";
                let own = range(figures, district, measure, from_zero);
                let own = match (own, is_part, target) {
                    (_, true, _) => (0, 0),
                    (None, false, "calm") => (0, 1_000),
                    (own, false, _) => own?,
                };
                let mut next = Vec::new();
                for filled in all {
                    let known = |measure| filled.get(&(*district, measure, month)).copied();
                    let values: Vec<i64> = match (is_part, target, known("found")) {
                        (true, ..) => (0..=known("tested").unwrap()).collect(),
                        // More was counted of the part than of the whole: there was as much of it at least.
                        (_, "found", Some(part)) => (own.0.max(part)..=own.1.max(part)).collect(),
                        _ if own.1 > 100 => vec![own.0, own.1],
                        _ => (own.0..=own.1).collect(),
                    };
                    next.extend(values.into_iter().map(|value| {
                        let mut filled = filled.clone();
                        filled.insert(key, value);
                        filled
                    }));
                }
                all = next;
            }
        }
    }
    Some(all)
}

fn check(figures: &Figures, from_below: bool, target: &str, unit: &'static str, from_zero: bool) {
    let options = SensitivityOptions {
        missing: if from_zero { MissingReports::ZeroToHighest } else { MissingReports::OwnRange },
        ranges: BTreeMap::new(),
    };
    let report = assessed(figures, from_below);
    let row = row(&report, target, unit, &options);
    let districts: Vec<&str> =
        DISTRICTS.into_iter().filter(|one| unit == "city" || *one == unit).collect();
    // Reports that the earlier window misses count too; here only those of the window itself are filled in.
    let is_compared = target == "fewer" || target == "rise";
    let misses_earlier = DISTRICTS.iter().any(|district| {
        let keys =
            EARLIER.iter().flat_map(|month| measures(target).iter().map(move |one| (*one, *month)));
        keys.map(|(measure, month)| (*district, measure, month))
            .any(|key| !figures.contains_key(&key))
    });
    if is_compared && misses_earlier {
        return;
    }
    let Some(fillings) = fillings(figures, target, &districts, from_zero) else {
        assert_eq!(row.reason.map(|one| one.code()), Some("no_range"), "{target} {row:?}");
        assert_eq!((row.value_worst, row.value_best, row.settled), (None, None, None));
        return;
    };
    let told: Vec<(Option<f64>, Verdict, Option<&str>)> = fillings
        .iter()
        .map(|filled| {
            let report = assessed(filled, from_below);
            let rows = report.rows().iter();
            let mut rows = rows.filter(|row| row.target == target && row.unit == unit);
            let row = rows.next().unwrap();
            (row.value, row.verdict, row.reason.map(|reason| reason.code()))
        })
        .collect();
    let unjudged = || told.iter().find(|(_, verdict, _)| *verdict == Verdict::Indeterminate);
    let (Some(worst), Some(best)) = (row.value_worst, row.value_best) else {
        let reason = unjudged().map(|(_, _, reason)| *reason);
        assert_eq!(reason, Some(row.reason.map(|one| one.code())), "{target} {unit} {row:?}");
        return;
    };
    if target != "found" {
        assert_eq!(unjudged(), None, "{target} {row:?}");
    }
    let values: Vec<f64> = told.iter().filter_map(|(value, ..)| *value).collect();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    match target {
        "few" | "fewer" | "open" | "rise" | "districts" => {
            assert_eq!((best, worst), (least, greatest), "{target} {row:?}");
        }
        "some" => {
            let gap = |value: f64| (value - 5.0).min(9.0 - value);
            assert_eq!(gap(worst), gap(least).min(gap(greatest)));
            // No figure comes nearer to the middle of the band; the middle itself is no whole number of cases.
            assert!(values.iter().all(|value| gap(*value) <= gap(best)));
            assert!(least <= best && best <= greatest);
        }
        _ => assert_eq!((worst, best), (least, greatest), "{target} {row:?}"),
    }
    let any = |verdict: Verdict| told.iter().any(|(_, one, _)| *one == verdict);
    assert_eq!(row.verdict_worst == Some(Verdict::Missed), any(Verdict::Missed), "{row:?}");
    assert_eq!(row.verdict_best == Some(Verdict::Met), any(Verdict::Met), "{row:?}");
    let settled = told.iter().all(|(_, verdict, _)| *verdict == row.verdict);
    if unjudged().is_none() {
        assert_eq!(row.settled, Some(settled), "{row:?}");
    }
    if row.reports_missing == Some(0) {
        assert_eq!((Some(worst), Some(best)), (row.value, row.value), "{row:?}");
    }
}

/// The most ways to fill in that a test can try one by one.
const MOST: usize = 600;

fn figures() -> impl Strategy<Value = Figures> {
    let keys: Vec<_> = DISTRICTS
        .into_iter()
        .flat_map(|district| MEASURES.map(|measure| (district, measure)))
        .flat_map(|(district, measure)| {
            EARLIER.into_iter().chain(NOW).map(move |month| (district, measure, month))
        })
        .collect();
    let values = prop::collection::vec(prop::option::weighted(0.72, 0_i64..4), keys.len());
    values.prop_map(move |values| {
        let filled = keys.iter().zip(values).filter_map(|(key, value)| Some((*key, value?)));
        let mut figures: Figures = filled.collect();
        // Nobody reports more of the part than of the whole.
        let parts = figures.clone();
        for ((district, measure, month), value) in parts {
            if measure == "found"
                && let Some(whole) = figures.get_mut(&(district, "tested", month))
            {
                *whole = (*whole).max(value);
            }
        }
        figures
    })
}

const TARGETS: [&str; 11] = [
    "few",
    "fewer",
    "some",
    "open",
    "found",
    "quotient",
    "both",
    "beds",
    "rise",
    "calm",
    "districts",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    /// Both ends are attained by a filling, none goes beyond, and the verdicts are those of the fillings.
    #[test]
    fn worst_and_best_are_those_of_every_filling(
        figures in figures(),
        from_below in any::<bool>(),
        from_zero in any::<bool>(),
    ) {
        for target in TARGETS {
            let unit = if target == "districts" { "d1" } else { "city" };
            let districts = if unit == "d1" { &DISTRICTS[..1] } else { &DISTRICTS[..] };
            let many = fillings(&figures, target, districts, from_zero);
            if many.is_none_or(|all| all.len() <= MOST) {
                check(&figures, from_below, target, unit, from_zero);
            }
        }
    }

    /// A report that comes in, within what it was supposed to hold, leaves no more room than there was.
    #[test]
    fn bounds_nest_as_reports_come_in(figures in figures(), from_zero in any::<bool>(), which in 0_usize..6) {
        let options = SensitivityOptions {
            missing: if from_zero { MissingReports::ZeroToHighest } else { MissingReports::OwnRange },
            ranges: BTreeMap::new(),
        };
        for target in ["few", "open", "found", "beds", "calm"] {
            let before = row(&assessed(&figures, false), target, "city", &options);
            let all = fillings(&figures, target, &DISTRICTS, from_zero).unwrap_or_default();
            // One report of one of the ways to fill in.
            let Some(filled) = all.get(which * all.len() / 6) else { continue };
            let Some((key, value)) = filled.iter().find(|(key, _)| !figures.contains_key(*key)) else { continue };
            // As much of the whole as was counted of the part may be more than was ever reported of it.
            let whole = if target == "found" { "tested" } else { key.1 };
            let supposed = range(&figures, key.0, whole, from_zero);
            if supposed.is_some_and(|(_, high)| *value > high) {
                continue;
            }
            let mut more = figures.clone();
            more.insert(*key, *value);
            let after = row(&assessed(&more, false), target, "city", &options);
            let (Some(worst), Some(best), Some(new_worst), Some(new_best)) =
                (before.value_worst, before.value_best, after.value_worst, after.value_best)
            else { continue };
            let (low, high) = (worst.min(best), worst.max(best));
            prop_assert!(low <= new_worst.min(new_best) && new_worst.max(new_best) <= high, "{before:?} {after:?}");
            prop_assert_eq!(after.reports_missing, before.reports_missing.map(|missing| missing - 1));
        }
    }

    /// Verdicts on time are those of a tally that the late rows never entered.
    #[test]
    fn on_time_is_what_was_known_when_reports_were_due(
        figures in figures(),
        days in prop::collection::vec(0_i64..12, 60),
    ) {
        let plan = plan();
        let (mut all, mut in_time) = (Tally::new(&plan), Tally::new(&plan));
        let mut late = 0;
        for (((district, measure, month), value), days) in figures.iter().zip(&days) {
            let mut outcome = outcome(district, month, measure, *value);
            let period = plan.calendar().window(plan.calendar().period(month).unwrap()).unwrap();
            let last = period.end().pred_opt().unwrap();
            outcome.recorded_at = Some(last + chrono::TimeDelta::days(*days));
            all.record(&outcome).unwrap();
            // No report of beds is late: nobody says by when it is due.
            if *days <= 5 || *measure == "beds" {
                in_time.record(&outcome).unwrap();
            } else if *measure == "cases" && NOW.contains(month) {
                late += 1;
            }
        }
        let report = plan.assess(&all, day("2025-04-30")).unwrap();
        let then = plan.assess(&in_time, day("2025-04-30")).unwrap();
        for target in TARGETS {
            for found in report.sensitivity(target, &own_range()).unwrap() {
                let mut rows = then.rows().iter();
                let expected = rows.find(|row| row.target == target && row.unit == found.unit.as_str()).unwrap();
                if target == "beds" {
                    prop_assert_eq!((found.reports_late, found.value_on_time, found.verdict_on_time), (None, None, None));
                } else {
                    prop_assert_eq!(found.value_on_time, expected.value);
                    prop_assert_eq!(found.verdict_on_time, Some(expected.verdict));
                }
                if target == "few" {
                    prop_assert_eq!(found.reports_late, Some(late));
                    let (made, due) = (found.reports_made.unwrap(), found.reports_due.unwrap());
                    let row = report.rows().iter().find(|row| row.target == "few").unwrap();
                    prop_assert_eq!(Some(100.0 * made as f64 / due as f64), row.completeness);
                }
            }
        }
    }
}

/// A plan of one city with two districts, for the tests of texts.
fn told(measures: &str, rest: &str) -> Plan {
    Plan::from_yaml(&format!(
        "
attain: 1
plan: p
units:
  levels: [city, district]
  list:
    - {{id: city, level: city}}
    - {{id: d1, level: district, parent: city}}
    - {{id: d2, level: district, parent: city}}
measures: {measures}
{rest}"
    ))
    .unwrap()
}

fn recorded(plan: &Plan, rows: &[(&str, &str, &str, i64)]) -> Tally {
    let mut tally = Tally::new(plan);
    for (unit, month, measure, value) in rows {
        tally.record(&outcome(unit, month, measure, *value)).unwrap();
    }
    tally
}

fn ends(row: &SensitivityRow) -> (Option<f64>, Option<f64>, Option<&str>) {
    (row.value_worst, row.value_best, row.reason.map(|one| one.code()))
}

const MONTHLY: &str = "{cases: {recorded_at: district, every: month}}";
const KNOWN: &str = "
indicators: {known: {count: cases}}
targets:
  few: {indicator: known, goal: {at_most: 20}, window: 2025-Q1}
  each: {indicator: known, goal: {at_most: 9}, window: 2025-Q1, units: {level: district}}
";

#[test]
fn what_a_unit_above_reported_is_missing_for_nobody_but_those_below() {
    let plan = told(MONTHLY, KNOWN);
    let rows = [
        ("city", "2025-02", "cases", 7),
        ("d1", "2025-01", "cases", 2),
        ("d1", "2025-03", "cases", 4),
        ("d2", "2025-01", "cases", 1),
        ("d2", "2025-03", "cases", 1),
    ];
    let report = plan.assess(&recorded(&plan, &rows), day("2025-04-30")).unwrap();
    let options = own_range();
    let city = row(&report, "few", "city", &options);
    assert_eq!((city.reports_due, city.reports_missing), (Some(6), Some(0)));
    assert_eq!(ends(&city), (Some(15.0), Some(15.0), None));
    assert_eq!(city.settled, Some(true));
    let first = row(&report, "each", "d1", &options);
    assert_eq!((first.reports_due, first.reports_missing), (Some(3), Some(1)));
    assert_eq!(ends(&first), (Some(10.0), Some(8.0), None));
    assert_eq!((first.verdict, first.settled), (Verdict::Met, Some(false)));
}

#[test]
fn while_a_window_runs_only_periods_that_have_ended_are_missing() {
    let plan = told(MONTHLY, KNOWN);
    let rows = [("d1", "2025-01", "cases", 2), ("d2", "2025-01", "cases", 3)];
    for (as_of, due, missing) in [("2025-01-20", 0, 0), ("2025-02-27", 2, 0), ("2025-03-01", 4, 2)]
    {
        let report = plan.assess(&recorded(&plan, &rows), day(as_of)).unwrap();
        let row = row(&report, "few", "city", &own_range());
        assert_eq!((row.reports_due, row.reports_missing), (Some(due), Some(missing)), "{as_of}");
    }
}

#[test]
fn a_unit_that_never_reported_has_no_range_unless_one_is_given() {
    let plan = told(MONTHLY, KNOWN);
    let rows = [
        ("d1", "2025-01", "cases", 2),
        ("d1", "2025-02", "cases", 3),
        ("d1", "2025-03", "cases", 3),
    ];
    let report = plan.assess(&recorded(&plan, &rows), day("2025-04-30")).unwrap();
    let mut options = own_range();
    assert_eq!(ends(&row(&report, "few", "city", &options)), (None, None, Some("no_range")));
    options.ranges.insert("cases".to_owned(), (1.0, 4.0));
    let row = row(&report, "few", "city", &options);
    assert_eq!(ends(&row), (Some(20.0), Some(11.0), None));
    assert_eq!((row.verdict_worst, row.settled), (Some(Verdict::Met), Some(true)));
}

#[test]
fn a_unit_that_reported_nothing_in_the_window_is_seen_by_what_it_reported_before() {
    let plan = told(MONTHLY, KNOWN);
    let rows = [
        ("d1", "2024-05", "cases", 5),
        ("d1", "2024-06", "cases", 1),
        ("d1", "2025-05", "cases", 90),
    ];
    let report = plan.assess(&recorded(&plan, &rows), day("2025-05-31")).unwrap();
    let own = row(&report, "each", "d1", &own_range());
    // Nothing of the window is known: there is no verdict now, and there would be one.
    assert_eq!((own.verdict, own.value), (Verdict::Indeterminate, None));
    assert_eq!(ends(&own), (Some(15.0), Some(3.0), Some("no_data")));
    let options =
        SensitivityOptions { missing: MissingReports::ZeroToHighest, ..Default::default() };
    assert_eq!(
        ends(&row(&report, "each", "d1", &options)),
        (Some(15.0), Some(0.0), Some("no_data"))
    );
}

#[test]
fn a_report_that_is_too_few_for_a_verdict_may_be_settled_by_none() {
    let plan =
        told(MONTHLY, &KNOWN.replace("indicators:", "minimum_completeness: 90\nindicators:"));
    let rows = [("d1", "2025-01", "cases", 2), ("d1", "2025-02", "cases", 2)];
    let report = plan.assess(&recorded(&plan, &rows), day("2025-04-30")).unwrap();
    let row = row(&report, "each", "d1", &own_range());
    assert_eq!(
        (row.verdict, row.reason.map(|one| one.code())),
        (Verdict::Indeterminate, Some("incomplete"))
    );
    assert_eq!((row.verdict_worst, row.verdict_best), (Some(Verdict::Met), Some(Verdict::Met)));
    // Both ends agree, but not with a verdict that there is not yet.
    assert_eq!(row.settled, Some(false));
}

#[test]
fn what_is_published_and_how_reports_stand_has_no_bounds() {
    let plan = told(
        "{cases: {recorded_at: district, every: month, due: 5}}",
        "
indicators: {rate: {reported: {}}, in-time: {reporting: {of: cases}}}
targets:
  rate: {indicator: rate, goal: {at_most: 9}, window: 2025-Q1}
  in-time: {indicator: in-time, goal: {at_least: 90}, window: 2025-Q1}
",
    );
    let rows = [("city", "2025-Q1", "rate", 8), ("d1", "2025-01", "cases", 2)];
    let report = plan.assess(&recorded(&plan, &rows), day("2025-04-30")).unwrap();
    for target in ["rate", "in-time"] {
        let row = row(&report, target, "city", &own_range());
        assert_eq!(ends(&row), (None, None, Some("not_bounded")), "{target}");
        assert_eq!(row.settled, None);
        let due = if target == "rate" { 0 } else { 6 };
        assert_eq!(row.reports_due, Some(due), "{target}");
    }
}

/// Events and population of two categories, some of them missing, against every filling at the ends of their ranges.
#[test]
fn a_standardised_rate_rises_with_events_and_falls_with_the_population() {
    let plan = Plan::from_yaml(
        "
attain: 1
plan: p
strata: {age: [young, old]}
units:
  levels: [city, district]
  list:
    - {id: city, level: city}
    - {id: d1, level: district, parent: city}
    - {id: d2, level: district, parent: city}
measures:
  events: {strata: [age], recorded_at: district, every: month}
  people: {strata: [age], recorded_at: district, every: month, over_time: last}
indicators:
  rate: {standardised_rate: {events: events, population: people, by: age, standard: {young: 7, old: 3}, per: 1000, withhold_below: 0}}
targets:
  low: {indicator: rate, goal: {at_most: 22}, window: 2025-Q1}
",
    )
    .unwrap();
    let (events, people) = ([3, 1, 8, 2, 6, 5], [400, 420, 380, 90, 130, 110]);
    let mut all = Vec::new();
    for district in DISTRICTS {
        for (at, age) in ["young", "old"].into_iter().enumerate() {
            for (month, name) in NOW.into_iter().enumerate() {
                all.push((district, name, age, "events", events[3 * at + month]));
                all.push((district, name, age, "people", people[3 * at + month]));
            }
        }
    }
    // The places of the missing figures, and the least and the greatest that the unit reported for the other months.
    let missing: Vec<usize> = [
        ("d1", "2025-01", "young", "events"),
        ("d1", "2025-03", "old", "people"),
        ("d2", "2025-03", "young", "people"),
        ("d2", "2025-02", "old", "events"),
    ]
    .into_iter()
    .map(|key| all.iter().position(|(a, b, c, d, _)| (*a, *b, *c, *d) == key).unwrap())
    .collect();
    let range = |place: usize| {
        let (district, _, age, measure, _) = all[place];
        let others = all.iter().enumerate().filter(|(at, row)| {
            !missing.contains(at) && (row.0, row.2, row.3) == (district, age, measure)
        });
        let values: Vec<i64> = others.map(|(_, row)| row.4).collect();
        [*values.iter().min().unwrap(), *values.iter().max().unwrap()]
    };
    let assessed = |filled: Option<usize>| {
        let mut tally = Tally::new(&plan);
        for (place, (unit, month, age, measure, value)) in all.iter().enumerate() {
            let value = match (missing.iter().position(|at| *at == place), filled) {
                (None, _) => *value,
                (Some(_), None) => continue,
                (Some(bit), Some(corner)) => range(place)[corner >> bit & 1],
            };
            tally.record(&outcome(unit, month, measure, value).in_stratum("age", *age)).unwrap();
        }
        plan.assess(&tally, day("2025-04-30")).unwrap()
    };
    let values: Vec<f64> =
        (0..16).map(|corner| assessed(Some(corner)).rows()[0].value.unwrap()).collect();
    let row = row(&assessed(None), "low", "city", &own_range());
    assert_eq!((row.reports_due, row.reports_missing), (Some(24), Some(4)));
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = values.iter().copied().fold(0.0, f64::max);
    assert!(least < greatest);
    assert_eq!(ends(&row), (Some(greatest), Some(least), None));
}

#[test]
fn a_part_whose_whole_is_told_by_other_units_is_not_bounded() {
    let plan = told(
        "{tested: {every: month}, found: {recorded_at: district, every: month}}",
        "
indicators: {found: {proportion: {numerator: found, denominator: tested}}}
targets: {found: {indicator: found, goal: {at_least: 50}, window: 2025-Q1}}
",
    );
    let mut rows = vec![("d1", "2025-01", "found", 2), ("d2", "2025-01", "found", 3)];
    rows.extend(NOW.map(|month| ("city", month, "tested", 9)));
    let report = plan.assess(&recorded(&plan, &rows), day("2025-04-30")).unwrap();
    let found = row(&report, "found", "city", &own_range());
    assert_eq!(ends(&found), (None, None, Some("not_bounded")));
}

#[test]
fn of_a_whole_that_is_known_none_or_all_may_be_part() {
    let plan = told(
        "{tested: {recorded_at: district, every: month}, found: {recorded_at: district, every: month}}",
        "
indicators: {found: {proportion: {numerator: found, denominator: tested}}}
targets: {found: {indicator: found, goal: {at_least: 50}, window: 2025-Q1}}
",
    );
    let mut rows = Vec::new();
    for month in NOW {
        rows.extend([
            ("d1", month, "tested", 10),
            ("d1", month, "found", 5),
            ("d2", month, "tested", 10),
        ]);
    }
    let report = plan.assess(&recorded(&plan, &rows), day("2025-04-30")).unwrap();
    let mut options = own_range();
    assert_eq!(ends(&row(&report, "found", "city", &options)), (Some(25.0), Some(75.0), None));
    // Who knows more says so.
    options.ranges.insert("found".to_owned(), (2.0, 40.0));
    assert_eq!(ends(&row(&report, "found", "city", &options)), (Some(35.0), Some(75.0), None));
}

#[test]
fn nothing_to_divide_by_is_a_reason() {
    let plan = told(
        "{done: {recorded_at: district, every: month}, planned: {recorded_at: district, every: month}}",
        "
indicators: {done: {ratio: {numerator: done, denominator: planned, per: 100}}}
targets: {done: {indicator: done, goal: {at_least: 50}, window: 2025-01, units: {level: district}}}
",
    );
    let rows = [
        ("d1", "2025-01", "done", 1),
        ("d1", "2024-12", "planned", 0),
        ("d1", "2024-11", "planned", 4),
    ];
    let report = plan.assess(&recorded(&plan, &rows), day("2025-04-30")).unwrap();
    let row = row(&report, "done", "d1", &own_range());
    assert_eq!(ends(&row), (None, None, Some("zero_denominator")));
}

#[test]
fn events_that_are_owed_count_like_figures() {
    let plan = told(MONTHLY, KNOWN);
    let mut tally = Tally::of_events(&plan);
    for (unit, days) in [
        ("d1", &["2025-01-03", "2025-01-09", "2025-02-02"][..]),
        ("d2", &["2025-01-01", "2025-02-01", "2025-03-31"]),
    ] {
        for date in days {
            tally.record(&Outcome::new(unit, When::Date(day(date)), "cases", 1.0)).unwrap();
        }
    }
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    let row = row(&report, "few", "city", &own_range());
    assert_eq!(row.reports_missing, Some(1));
    assert_eq!(ends(&row), (Some(8.0), Some(7.0), None));
}

#[test]
fn in_every_category_the_one_decides_that_is_furthest_off() {
    let plan = Plan::from_yaml(
        "
attain: 1
plan: p
strata: {sex: [f, m]}
units: {levels: [city], list: [{id: city, level: city}]}
measures: {cases: {every: month, strata: [sex]}}
indicators: {known: {count: cases}}
targets: {few: {indicator: known, goal: {at_most: 12}, window: 2025-Q1, in_every: [sex]}}
",
    )
    .unwrap();
    let mut tally = Tally::new(&plan);
    for (sex, month, cases) in [
        ("f", "2025-01", 3),
        ("f", "2025-02", 5),
        ("m", "2025-01", 4),
        ("m", "2025-02", 4),
        ("m", "2025-03", 4),
    ] {
        tally.record(&outcome("city", month, "cases", cases).in_stratum("sex", sex)).unwrap();
    }
    let report = plan.assess(&tally, day("2025-04-30")).unwrap();
    let row = row(&report, "few", "city", &own_range());
    assert_eq!(
        (row.verdict, row.reports_due, row.reports_missing),
        (Verdict::Met, Some(6), Some(1))
    );
    // At worst 13 women; at best 11 women, and 12 men are nearer to the goal.
    assert_eq!(ends(&row), (Some(13.0), Some(12.0), None));
    assert_eq!((row.verdict_worst, row.verdict_best), (Some(Verdict::Missed), Some(Verdict::Met)));
}

#[test]
fn units_made_of_others_miss_what_these_missed() {
    let plan = Plan::from_yaml(
        "
attain: 1
plan: p
units:
  levels: [city, ward]
  list:
    - {id: city, level: city}
    - {id: a, level: ward, parent: city, valid_to: 2025-03-01}
    - {id: b, level: ward, parent: city, valid_to: 2025-03-01}
    - {id: n, level: ward, parent: city, valid_from: 2025-03-01}
  changes:
    - {on: 2025-03-01, list: [{from: a, to: n}, {from: b, to: n}]}
measures: {cases: {recorded_at: ward, every: month}}
indicators: {known: {count: cases}}
targets: {few: {indicator: known, goal: {at_most: 12}, window: 2025-Q1, units: {level: ward}}}
",
    )
    .unwrap()
    .in_geography(Some(day("2025-03-31")));
    let rows = [
        ("a", "2025-01", "cases", 3),
        ("b", "2025-01", "cases", 1),
        ("b", "2025-02", "cases", 2),
        ("a", "2024-12", "cases", 9),
        ("n", "2025-03", "cases", 4),
    ];
    let report = plan.assess(&recorded(&plan, &rows), day("2025-04-30")).unwrap();
    let row = row(&report, "few", "n", &own_range());
    assert_eq!((row.value, row.reports_due, row.reports_missing), (Some(10.0), Some(5), Some(1)));
    // What it reported in January, for that lies in the window.
    assert_eq!(ends(&row), (Some(13.0), Some(13.0), None));
}

#[test]
fn limits_that_lie_on_the_goal_meet_it() {
    // 3 × 0.1 and 8 − 22/3 are no exact floating-point numbers.
    let cases = [
        ("every: month, range: [0, 0.1]", "at_most: 0.3", &[("2025-01", 0)][..], "2025-Q2"),
        (
            "every: month, over_time: mean, range: [0, 9]",
            "at_least: 8",
            &FIVE_MONTHS,
            "[2025-01-01, 2025-06-01]",
        ),
    ];
    for (measure, goal, figures, window) in cases {
        let plan = Plan::from_yaml(&format!(
            "{{attain: 1, plan: p, units: {{levels: [city], list: [{{id: c, level: city}}]}},
              measures: {{m: {{{measure}}}}}, indicators: {{i: {{count: m}}}},
              targets: {{t: {{indicator: i, goal: {{{goal}}}, window: {window}}}}}}}"
        ))
        .unwrap();
        let mut tally = Tally::new(&plan);
        for (month, value) in figures {
            let when = When::Period((*month).to_owned());
            tally.record(&Outcome::new("c", when, "m", f64::from(*value))).unwrap();
        }
        let report = plan.assess(&tally, day("2025-08-31")).unwrap();
        let row = row(&report, "t", "c", &SensitivityOptions::default());
        let can_be_met = [row.verdict_worst, row.verdict_best].contains(&Some(Verdict::Met));
        assert!(can_be_met, "{measure}, {goal}: {row:#?}");
    }
}

const FIVE_MONTHS: [(&str, i32); 3] = [("2025-01", 9), ("2025-03", 4), ("2025-04", 9)];

#[test]
fn bad_ranges_are_refused_all_at_once() {
    let plan = told("{cases: {}, other: {}}", KNOWN);
    let report = plan.assess(&Tally::new(&plan), day("2025-04-30")).unwrap();
    let refused = |ranges: &[(&str, f64, f64)]| {
        let ranges = ranges.iter().map(|(id, low, high)| ((*id).to_owned(), (*low, *high)));
        let options = SensitivityOptions { ranges: ranges.collect(), ..Default::default() };
        let error = report.sensitivity("few", &options).unwrap_err();
        assert!(error.is_request());
        error.to_string()
    };
    assert_eq!(
        refused(&[("casse", 0.0, 1.0)]),
        "the plan has no measure `casse`: did you mean `cases`?"
    );
    let both = refused(&[("cases", 3.0, 1.0), ("other", 0.0, 1.0)]);
    assert!(both.contains("what a report of `cases` may hold is no range"), "{both}");
    assert!(both.contains("a range is given for `other`, which `few` does not use"), "{both}");
    assert!(refused(&[("cases", -1.0, 1.0)]).contains("can't hold a negative number"));
    assert!(refused(&[("cases", 0.0, f64::NAN)]).contains("is no range"));
    let unknown = report.sensitivity("fwe", &own_range()).unwrap_err();
    assert_eq!(unknown.to_string(), "the plan has no target `fwe`: did you mean `few`?");
}

/// The value of numbers in order of time.
type OverTime = fn(&[f64]) -> f64;

/// Each operator over time that reduces them.
fn operators() -> [(&'static str, OverTime); 5] {
    fn sorted(values: &[f64]) -> Vec<f64> {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values
    }
    [
        ("last", |values| values[values.len() - 1]),
        ("mean", |values| values.iter().sum::<f64>() / values.len() as f64),
        ("max", |values| sorted(values)[values.len() - 1]),
        ("min", |values| sorted(values)[0]),
        ("median", |values| {
            let (sorted, half) = (sorted(values), values.len() / 2);
            if values.len() % 2 == 1 {
                sorted[half]
            } else {
                (sorted[half - 1] + sorted[half]) / 2.0
            }
        }),
    ]
}

proptest! {
    #![proptest_config(crate::incremental::cases(48))]
    /// Against every pair of numbers that the missing reports could hold.
    #[test]
    fn missing_reports_bound_values_of_every_operator_over_time(
        made in prop::collection::vec(prop::option::weighted(0.6, 0_i32..10), 5),
        goal in 0_i32..10,
    ) {
        let missing = made.iter().filter(|one| one.is_none()).count();
        prop_assume!((1..=2).contains(&missing));
        for (operator, value) in operators() {
            let plan = Plan::from_yaml(&format!(
                "{{attain: 1, plan: p, units: {{levels: [city], list: [{{id: c, level: city}}]}},
                  measures: {{wait: {{over_time: {operator}, every: month, range: [0, 9]}}}},
                  indicators: {{wait: {{count: wait}}}},
                  targets: {{t: {{indicator: wait, goal: {{at_least: {goal}}}, window: [2025-01-01, 2025-06-01]}}}}}}"
            ))
            .unwrap();
            let mut tally = Tally::new(&plan);
            for (month, one) in (1..).zip(&made) {
                if let Some(one) = one {
                    let when = When::Period(format!("2025-{month:02}"));
                    tally.record(&Outcome::new("c", when, "wait", f64::from(*one))).unwrap();
                }
            }
            let report = plan.assess(&tally, day("2025-06-30")).unwrap();
            let rows = report.sensitivity("t", &SensitivityOptions::default()).unwrap();
            let [row] = &rows[..] else { panic!("one row") };
            let all = (0..10).flat_map(|one| (0..10).map(move |other| [f64::from(one), f64::from(other)]));
            let possible = all.map(|supposed| {
                let mut supposed = supposed.into_iter();
                let filled: Vec<f64> =
                    made.iter().map(|one| one.map_or_else(|| supposed.next().unwrap(), f64::from)).collect();
                value(&filled)
            });
            let possible: Vec<f64> = possible.collect();
            let least = possible.iter().copied().fold(f64::INFINITY, f64::min);
            let greatest = possible.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let close = |found: Option<f64>, told: f64| found.is_some_and(|found| (found - told).abs() < 1e-9);
            prop_assert!(close(row.value_worst, least), "{operator} {made:?}: {least}, {row:#?}");
            prop_assert!(close(row.value_best, greatest), "{operator} {made:?}: {greatest}, {row:#?}");
            let goal = f64::from(goal);
            let could_turn = (least >= goal) != (greatest >= goal);
            prop_assert_eq!(row.settled, Some(!could_turn), "{} {:?}", operator, made);
            let is_unsettled = report.rows()[0].certainty == attain::Certainty::Unsettled;
            prop_assert_eq!(is_unsettled, could_turn, "{} {:?}", operator, made);
        }
    }
}
