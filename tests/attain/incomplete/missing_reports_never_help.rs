//! A missing report never improves an outlook, and never leaves a verdict clear that it could turn.

use crate::incomplete::support::*;
use attain::{Assessment, Certainty, Outcome, Plan, Rows, Verdict, When};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use std::collections::BTreeMap;

const UNITS: [&str; 2] = ["a", "b"];

fn end_of_month(month: u32) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2023, month, 1).unwrap();
    first + chrono::Months::new(1) - Days::new(1)
}

fn figure(unit: &str, month: u32, measure: &str, value: i64) -> Outcome {
    Outcome::new(unit, When::Period(format!("2023-{month:02}")), measure, value as f64)
}

fn year(goal: &str) -> Plan {
    plan(&format!(
        "
measures: {{n: {{every: month}}, d: {{every: month}}, people: {{over_time: last}}}}
indicators:
  n: {{count: n}}
  share: {{proportion: {{numerator: n, denominator: d}}}}
  rate: {{rate: {{numerator: n, population: people, per: 1000}}}}
targets:
  n: {{indicator: n, goal: {{{goal}}}, window: '2023', units: [c, a, b]}}
  share: {{indicator: share, goal: {{{goal}}}, window: '2023', units: [c, a, b]}}
  rate: {{indicator: rate, goal: {{{goal}}}, window: '2023', units: [c, a, b]}}"
    ))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_missing_report_never_improves_an_outlook(
        reported in 1_u32..=11,
        values in proptest::collection::vec((0_i64..30, 0_i64..30), 24),
        goal in 1_i64..400,
        is_floor in any::<bool>(),
        later in 1_u64..500,
    ) {
        let said = format!("{}: {goal}", if is_floor { "at_least" } else { "at_most" });
        // The goal of a share has to lie below 100.
        let plan = if goal < 100 { year(&said) } else { year_without_share(&said) };
        let mut outcomes = Vec::new();
        for (position, unit) in UNITS.into_iter().enumerate() {
            let people = When::Period("2023".to_owned());
            outcomes.push(Outcome::new(unit, people, "people", 1000.0));
            for month in 1..=reported {
                let (n, more) = values[position * 12 + month as usize - 1];
                outcomes.push(figure(unit, month, "n", n));
                outcomes.push(figure(unit, month, "d", n + more));
            }
        }
        let complete_on = end_of_month(reported);
        let before = assess(&plan, Rows::Figures, &outcomes, &complete_on.to_string());
        let day = complete_on + Days::new(later);
        let after = assess(&plan, Rows::Figures, &outcomes, &day.to_string());
        for (before, after) in before.rows().iter().zip(after.rows()) {
            let (Some(known), Some(found)) = (before.chance, after.chance) else {
                prop_assert_eq!(before.chance, after.chance, "{:?} {:?}", before, after);
                continue;
            };
            prop_assert!(found <= known + 1e-9, "{known} on {complete_on}, {found} on {day}: {after:?}");
        }
    }
}

fn year_without_share(goal: &str) -> Plan {
    plan(&format!(
        "
measures: {{n: {{every: month}}, d: {{every: month}}, people: {{over_time: last}}}}
indicators:
  n: {{count: n}}
  ratio: {{ratio: {{numerator: n, denominator: d}}}}
  rate: {{rate: {{numerator: n, population: people, per: 1000}}}}
targets:
  n: {{indicator: n, goal: {{{goal}}}, window: '2023', units: [c, a, b]}}
  ratio: {{indicator: ratio, goal: {{{goal}}}, window: '2023', units: [c, a, b]}}
  rate: {{indicator: rate, goal: {{{goal}}}, window: '2023', units: [c, a, b]}}"
    ))
}

/// Rule 40, row 3, for whole numbers.
fn prediction_limits(reports: &[i64], missing: i64) -> Option<(i64, i64)> {
    let n = reports.len() as f64;
    if reports.len() < 2 {
        return None;
    }
    let sum = reports.iter().sum::<i64>() as f64;
    let mean = sum / n;
    let squares: f64 = reports.iter().map(|report| (*report as f64 - mean).powi(2)).sum();
    let dispersion = if mean > 0.0 { (squares / (n - 1.0) / mean).max(1.0) } else { 1.0 };
    // The quantile to all its digits: rounded to 1.96 it moves whole limits, once in some thousand cases.
    let z = 1.959_963_984_540_054_f64;
    let (k, z2) = (missing as f64, z * z * dispersion);
    let middle = sum + z2 / 2.0;
    let width = (z2 * sum * (1.0 + n / k) + z2 * z2 / 4.0).sqrt();
    let (low, high) = (k / n * (middle - width), k / n * (middle + width));
    Some((low.ceil().max(0.0) as i64, high.floor() as i64))
}

/// The figures of a year; the months that are not there are missing.
type Figures = BTreeMap<(&'static str, &'static str, u32), i64>;

fn outcomes_of(figures: &Figures) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = figures
        .iter()
        .map(|((unit, measure, month), value)| figure(unit, *month, measure, *value))
        .collect();
    for unit in UNITS {
        let people = When::Period("2023".to_owned());
        outcomes.push(Outcome::new(unit, people, "people", 1000.0));
    }
    outcomes
}

/// Fills what is missing until a month: each unit and measure at one end of its limits or between them.
/// Without a limit, so much that it would turn what can be turned. The part of a share is at most its whole; a count by
/// itself has no such limit.
fn filled(
    figures: &Figures,
    until: u32,
    is_part: bool,
    choose: &mut impl FnMut(i64, i64) -> i64,
) -> Figures {
    let mut all = figures.clone();
    for unit in UNITS {
        // The whole comes before its part.
        for measure in ["d", "n"] {
            let known = |month: &u32| figures.get(&(unit, measure, *month)).copied();
            let reports: Vec<i64> = (1..=until).filter_map(|month| known(&month)).collect();
            let missing: Vec<u32> = (1..=until).filter(|month| known(month).is_none()).collect();
            if missing.is_empty() {
                continue;
            }
            let (low, high) =
                prediction_limits(&reports, missing.len() as i64).unwrap_or((0, 5000));
            let mut left = choose(low, high);
            for (position, month) in missing.iter().enumerate() {
                let share = left / (missing.len() - position) as i64;
                left -= share;
                let value = match measure {
                    // A whole is at least its part, and a part at most its whole.
                    "d" if is_part => {
                        share.max(figures.get(&(unit, "n", *month)).copied().unwrap_or(0))
                    }
                    _ if is_part => share.min(all[&(unit, "d", *month)]),
                    _ => share,
                };
                all.insert((unit, measure, *month), value);
            }
        }
    }
    all
}

/// Whether all that was filled is owed: a unit without any row of the measures of an indicator takes no part in it (rule
/// 29), so its first report may turn a clear verdict.
fn owes_all_filled(figures: &Figures, row: &Assessment) -> bool {
    let measures: &[&str] = match &*row.target {
        "n" => &["n"],
        // Every unit has people.
        "rate" => return true,
        _ => &["n", "d"],
    };
    let takes_part = |unit: &str| {
        figures.keys().any(|(of, measure, _)| *of == unit && measures.contains(measure))
    };
    UNITS.iter().filter(|unit| [unit, "c"].contains(&&*row.unit)).all(|unit| takes_part(unit))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_clear_verdict_stays_whatever_the_missing_reports_hold(
        values in proptest::collection::vec((0_i64..12, 0_i64..12, 0_u32..100, 0_u32..100), 24),
        holes in 0_u32..60,
        goal in 1_i64..99,
        word in 0_usize..3,
        until in 3_u32..=12,
        choices in proptest::collection::vec(0_i64..=4, 64),
    ) {
        let goal = match word {
            0 => format!("at_least: {goal}"),
            1 => format!("at_most: {goal}"),
            _ => format!("between: [{}, {goal}]", goal / 2),
        };
        let mut figures = Figures::new();
        for (position, (n, more, drop_n, drop_d)) in values.into_iter().enumerate() {
            let (unit, month) = (UNITS[position / 12], position as u32 % 12 + 1);
            if month > until {
                continue;
            }
            if drop_n >= holes {
                figures.insert((unit, "n", month), n);
            }
            if drop_d >= holes {
                figures.insert((unit, "d", month), n + more);
            }
        }
        let day = end_of_month(until).to_string();
        // A part is at most its whole; the counts of a ratio are independent of each other.
        for (plan, is_part) in [(year(&goal), true), (year_without_share(&goal), false)] {
            let report = assess(&plan, Rows::Figures, &outcomes_of(&figures), &day);
            for round in 0..6 {
                let mut position = round;
                let mut choose = |low: i64, high: i64| {
                    position += 6;
                    match choices[position % choices.len()] {
                        0 | 1 => low,
                        2 | 3 => high,
                        _ => (low + high) / 2,
                    }
                };
                let filled = filled(&figures, until, is_part, &mut choose);
                let other = assess(&plan, Rows::Figures, &outcomes_of(&filled), &day);
                for (row, filled) in report.rows().iter().zip(other.rows()) {
                    let is_of_this_kind = is_part == (&*row.target == "share");
                    let is_clear = row.certainty == Certainty::Clear;
                    let stays = is_of_this_kind && is_clear && owes_all_filled(&figures, row);
                    if stays && filled.verdict != Verdict::Indeterminate {
                        prop_assert_eq!(row.verdict, filled.verdict, "{:?}\n{:?}", row, filled);
                    }
                }
            }
        }
    }
}

#[test]
fn the_limits_of_this_oracle_are_those_of_the_rules() {
    assert_eq!(prediction_limits(&[10; 9], 3), Some((19, 43)));
    assert_eq!(prediction_limits(&[10], 3), None);
}

#[test]
fn a_unit_that_never_reported_leaves_the_verdict_of_the_unit_above_clear() {
    let plan = year("at_least: 1");
    let reported = [figure("a", 1, "d", 1), figure("a", 2, "n", 2), figure("a", 2, "d", 2)];
    let certainty = |more: Option<Outcome>| {
        let outcomes: Vec<Outcome> = reported.iter().cloned().chain(more).collect();
        let report = assess(&plan, Rows::Figures, &outcomes, "2023-03-31");
        let row = report.rows().iter().find(|row| &*row.target == "share" && &*row.unit == "c");
        row.unwrap().certainty
    };
    assert_eq!(certainty(None), Certainty::Clear);
    // One report, and `b` owes all the others, of which nobody knows the size.
    assert_eq!(certainty(Some(figure("b", 1, "d", 1))), Certainty::Unsettled);
}
