//! What the generator reaches, and what every row of the brute-force assessor keeps to.

use crate::brute_force::cases::Cases;
use crate::brute_force::generate::are_sound;
use crate::brute_force::model::{Case, Form, Goal, Indicator, exact};
use crate::brute_force::reasons::Reason;
use crate::brute_force::rows::{self, Row, Verdict};
use num_traits::{Signed, Zero};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;

/// Generates `count` cases, always the same.
fn cases(count: usize) -> Vec<Case> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(|_| Cases.new_tree(&mut runner).unwrap().current()).collect()
}

fn kind(indicator: &Indicator) -> &'static str {
    match indicator.form {
        Form::Count(_) => "count",
        Form::Proportion { .. } => "proportion",
        Form::Ratio { .. } => "ratio",
        Form::Rate { .. } => "rate",
        Form::Mean { .. } => "mean",
        Form::Change { .. } => "change",
        Form::ShareOfUnits { .. } => "share of units",
        Form::Reported { .. } => "reported",
    }
}

fn word(goal: &Goal) -> &'static str {
    match goal {
        Goal::AtLeast(_) => "at least",
        Goal::Above(_) => "above",
        Goal::AtMost(_) => "at most",
        Goal::Below(_) => "below",
        Goal::Between(..) => "between",
        Goal::ReduceBy(..) => "reduce by",
        Goal::IncreaseBy(..) => "increase by",
    }
}

fn all_rows(case: &Case) -> Vec<(&'static str, &'static str, Row)> {
    let mut rows = Vec::new();
    for &day in &case.as_of {
        for row in rows::assess(case, day) {
            let target = case.plan.targets.iter().find(|target| target.id == row.target).unwrap();
            let indicator = &case.plan.indicators[target.indicator];
            rows.push((kind(indicator), word(&target.goal), row));
        }
    }
    rows
}

#[test]
fn every_kind_of_indicator_meets_every_kind_of_goal_and_its_edge() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut see = |what: String| *seen.entry(what).or_default() += 1;
    for case in cases(2_000) {
        assert!(are_sound(&case));
        for (kind, goal, row) in all_rows(&case) {
            see(row.reason.map_or("no reason", Reason::code).to_owned());
            see(row.pace.map_or("no pace", |pace| pace.code()).to_owned());
            if row.verdict == Verdict::Indeterminate {
                continue;
            }
            see(format!("{kind} {goal} {}", row.verdict.code()));
            see("judged".to_owned());
            if row.gap.as_ref().is_some_and(Zero::is_zero) {
                see("at the goal".to_owned());
            }
            if row.imputed.as_ref().is_some_and(Signed::is_positive) {
                see("imputed".to_owned());
            }
            if row.expected_now.is_some() && row.expected_now == row.value {
                see("at pace".to_owned());
            }
        }
    }
    let count = |what: &str| seen.get(what).copied().unwrap_or(0);
    println!("{seen:#?}");
    let kinds = ["count", "proportion", "ratio", "rate", "mean", "share of units", "reported"];
    let fixed = ["at least", "above", "at most", "below", "between"];
    let relative = ["reduce by", "increase by"];
    let sum = |kinds: &[&str], goals: &[&str], verdicts: &[&str]| -> usize {
        let mut rows = 0;
        for kind in kinds {
            for goal in goals {
                for verdict in verdicts {
                    rows += count(&format!("{kind} {goal} {verdict}"));
                }
            }
        }
        rows
    };
    for kind in kinds.into_iter().chain(["change"]) {
        for verdict in ["met", "missed"] {
            assert!(sum(&[kind], &fixed, &[verdict]) >= 20, "too few rows of {kind} {verdict}");
        }
        for goal in fixed {
            let rows = sum(&[kind], &[goal], &["met", "missed"]);
            assert!(rows > 0, "no row of {kind} {goal}");
        }
    }
    for goal in relative {
        for verdict in ["met", "missed"] {
            assert!(sum(&kinds, &[goal], &[verdict]) >= 20, "too few rows of {goal} {verdict}");
        }
    }
    for reason in [
        "unit_not_valid",
        "not_started",
        "suppressed",
        "straddles",
        "not_additive",
        "no_data",
        "incomplete",
        "zero_denominator",
        "no_baseline",
        "provisional",
        "no_counts",
        "ahead",
        "on_track",
        "behind",
        "imputed",
        "at pace",
    ] {
        assert!(count(reason) >= 20, "too few rows of {reason}");
    }
    assert!(
        count("at the goal") * 10 > count("judged"),
        "values seldom stand exactly at their goal"
    );
}

#[test]
fn rows_keep_to_what_they_promise() {
    for case in cases(300) {
        for (kind, goal, row) in all_rows(&case) {
            let is_judged = matches!(
                row.reason,
                None | Some(Reason::Provisional | Reason::NoCounts | Reason::ZeroBaseline)
            ) || row.is_of_cells;
            assert_eq!(is_judged, row.verdict != Verdict::Indeterminate, "{row:?}\n{case:?}");
            for share in [&row.completeness, &row.imputed].into_iter().flatten() {
                assert!(!share.is_negative() && *share <= exact(100), "{row:?}\n{case:?}");
            }
            let Some(gap) = &row.gap else {
                continue;
            };
            match row.verdict {
                Verdict::Met => assert!(!gap.is_negative(), "{row:?}\n{case:?}"),
                Verdict::Missed => assert!(!gap.is_positive(), "{row:?}\n{case:?}"),
                Verdict::Indeterminate => {
                    assert_eq!(row.reason, Some(Reason::TooFewReports), "{row:?}\n{case:?}");
                    continue;
                }
            }
            if let Some(needed) = row.needed {
                let is_floor = ["at least", "above", "increase by", "between"].contains(&goal);
                let is_met = row.verdict == Verdict::Met;
                let fits = if is_floor { (needed == 0) == is_met } else { (needed <= 0) == is_met };
                assert!(fits && needed > if is_floor { -1 } else { i64::MIN }, "{row:?}\n{case:?}");
                assert!(!["mean", "reported"].contains(&kind));
            }
        }
    }
}
