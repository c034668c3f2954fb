//! The library against the brute-force assessor, row by row.
//!
//! How many plans are drawn is set by `PROPTEST_CASES` (1,000 if it is not), and which ones by `PROPTEST_RNG_SEED`; a failure tells
//! the seed.

use crate::calendar::Span;
use crate::cases::Cases;
use crate::model::{Case, Exact, Goal, Outcome, When};
use crate::rows::{self, Row};
use crate::yaml;
use attain::{Assessment, Certainty, Plan, Reason, Report, Rows, Status, Tally};
use num_traits::ToPrimitive;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestCaseResult, TestRunner};

const CASES_UNLESS_SAID: u32 = 1_000;
/// Relative; both sides end in floats.
const TOLERANCE: f64 = 1e-9;

#[test]
fn every_row_is_what_the_rules_say() {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES_UNLESS_SAID;
    }
    let seed = match config.rng_seed {
        RngSeed::Fixed(seed) => seed,
        // The same plans at every run, so that a change is told from chance; PROPTEST_RNG_SEED draws others.
        RngSeed::Random => 20_231_214,
    };
    config.rng_seed = RngSeed::Fixed(seed);
    config.max_shrink_iters = 20_000;
    let mut runner = TestRunner::new(config);
    if let Err(failure) = runner.run(&Cases, |case| compare(&case)) {
        panic!("PROPTEST_RNG_SEED={seed}\n{failure}");
    }
}

/// Judges a case twice.
fn compare(case: &Case) -> TestCaseResult {
    let refused = |error: attain::Error| TestCaseError::fail(error.to_string());
    let plan = Plan::from_yaml(&yaml::plan(&case.plan)).map_err(refused)?;
    let kind = if case.events { Rows::Events } else { Rows::Figures };
    let mut tally = Tally::of(&plan, kind);
    for outcome in &case.outcomes {
        tally.record(&told(outcome)).map_err(refused)?;
    }
    // A tally made for these days keeps less, all at once or day by day, and says the same.
    let mut made_for_all = plan.tally_for(kind, &case.as_of);
    let outcomes: Vec<_> = case.outcomes.iter().map(told).collect();
    made_for_all.record_all(&outcomes).map_err(refused)?;
    for &as_of in &case.as_of {
        let report = plan.assess(&tally, as_of).map_err(refused)?;
        let mut made_for_it = plan.tally_for(kind, &[as_of]);
        made_for_it.record_all(&outcomes).map_err(refused)?;
        for other in [&made_for_all, &made_for_it] {
            let other = plan.assess(other, as_of).map_err(refused)?;
            proptest::prop_assert_eq!(other.rows(), report.rows());
        }
        let differences = differences(case, &rows::assess(case, as_of), &report);
        if !differences.is_empty() {
            return Err(TestCaseError::fail(differences.join("\n")));
        }
    }
    Ok(())
}

/// An outcome as the library takes it.
fn told(outcome: &Outcome) -> attain::Outcome {
    let when = match &outcome.when {
        When::Date(date) => attain::When::Date(*date),
        When::Span(Span { start, end }) => attain::When::Span { start: *start, end: *end },
        When::Period(name) => attain::When::Period(name.clone()),
    };
    let mut told = attain::Outcome::new(&outcome.unit, when, &outcome.measure, 0.0);
    told.value = outcome.value.map(|value| value.float());
    told.status = outcome.status.map(|letter| Status::from_letter(letter).unwrap());
    told.recorded_at = outcome.recorded_at;
    told
}

fn differences(case: &Case, expected: &[Row], report: &Report) -> Vec<String> {
    let key = |unit: &str, target: &str, start, end| format!("{target} {unit} [{start}, {end})");
    let expected_keys: Vec<String> = expected
        .iter()
        .map(|row| key(&row.unit, &row.target, row.window.span.start, row.window.span.end))
        .collect();
    let found_keys: Vec<String> = report
        .rows()
        .iter()
        .map(|row| key(&row.unit, &row.target, row.window_start, row.window_end))
        .collect();
    if expected_keys != found_keys {
        return vec![format!("rows: expected {expected_keys:#?}, found {found_keys:#?}")];
    }
    let mut differences = Vec::new();
    for ((row, found), key) in expected.iter().zip(report.rows()).zip(&expected_keys) {
        for (column, expected, found) in columns(row, found) {
            if !expected.is_same(&found) && !is_a_matter_of_intervals(column, &expected, &found) {
                differences.push(format!("{key} {column}: expected {expected:?}, found {found:?}"));
            }
        }
        if let Some(fault) = contradiction(case, found) {
            differences.push(format!("{key} certainty: {fault}"));
        }
    }
    differences
}

/// Whether there is an interval is not recomputed, but `contradiction` looks whether the reason fits to it.
fn is_a_matter_of_intervals(column: &str, expected: &Cell, found: &Cell) -> bool {
    let is_about_counts = |cell: &Cell| matches!(cell, Cell::Word(None | Some("no_counts")));
    column == "reason" && is_about_counts(expected) && is_about_counts(found)
}

/// What stands in a column.
#[derive(Debug)]
enum Cell {
    Number(Option<f64>),
    Whole(Option<i64>),
    Word(Option<&'static str>),
    Flag(bool),
}

impl Cell {
    fn exact(number: &Option<Exact>) -> Self {
        Cell::Number(number.as_ref().map(|number| number.to_f64().unwrap()))
    }

    fn is_same(&self, other: &Cell) -> bool {
        match (self, other) {
            (Cell::Number(Some(one)), Cell::Number(Some(other))) => is_close(*one, *other),
            (Cell::Number(one), Cell::Number(other)) => one.is_none() && other.is_none(),
            (Cell::Whole(one), Cell::Whole(other)) => one == other,
            (Cell::Word(one), Cell::Word(other)) => one == other,
            (Cell::Flag(one), Cell::Flag(other)) => one == other,
            _ => false,
        }
    }
}

fn is_close(one: f64, other: f64) -> bool {
    (one - other).abs() <= TOLERANCE * one.abs().max(other.abs())
}

/// The columns that both assessors fill in: expected, found.
fn columns(row: &Row, found: &Assessment) -> Vec<(&'static str, Cell, Cell)> {
    vec![
        ("final", Cell::Flag(row.is_final), Cell::Flag(found.is_final)),
        ("as_of", Cell::Flag(true), Cell::Flag(row.as_of == found.as_of)),
        ("numerator", Cell::exact(&row.numerator), Cell::Number(found.numerator)),
        ("denominator", Cell::exact(&row.denominator), Cell::Number(found.denominator)),
        ("value", Cell::exact(&row.value), Cell::Number(found.value)),
        ("baseline", Cell::exact(&row.baseline), Cell::Number(found.baseline)),
        ("goal_value", Cell::exact(&row.goal_value), Cell::Number(found.goal_value)),
        ("goal_upper", Cell::exact(&row.goal_upper), Cell::Number(found.goal_upper)),
        ("expected_now", Cell::exact(&row.expected_now), Cell::Number(found.expected_now)),
        ("verdict", Cell::Word(Some(row.verdict.code())), Cell::Word(Some(found.verdict.code()))),
        (
            "pace",
            Cell::Word(row.pace.map(|pace| pace.code())),
            Cell::Word(found.pace.map(|pace| pace.code())),
        ),
        ("gap", Cell::exact(&row.gap), Cell::Number(found.gap)),
        ("needed", Cell::Whole(row.needed), Cell::Whole(found.needed)),
        ("attainment", Cell::exact(&row.attainment), Cell::Number(found.attainment)),
        ("completeness", Cell::exact(&row.completeness), Cell::Number(found.completeness)),
        ("imputed", Cell::exact(&row.imputed), Cell::Number(found.imputed)),
        (
            "reason",
            Cell::Word(row.reason.map(|reason| reason.code())),
            Cell::Word(found.reason.map(|reason| reason.code())),
        ),
    ]
}

/// Where a fixed goal lies and what the certainty says have to fit (rule 28). Intervals themselves are not recomputed here.
fn contradiction(case: &Case, found: &Assessment) -> Option<String> {
    let target = case.plan.targets.iter().find(|target| target.id == found.target).unwrap();
    let has_chance = case.plan.indicators[target.indicator].chance;
    let is_judged = found.verdict != attain::Verdict::Indeterminate;
    // From a baseline of nothing there is no ratio of counts, though there is an interval of the value.
    let rests_on_interval = matches!(
        target.goal,
        Goal::AtLeast(_) | Goal::Above(_) | Goal::AtMost(_) | Goal::Below(_) | Goal::Between(..)
    );
    let has_interval = found.lower.is_some() && found.upper.is_some();
    let says_no_counts = found.reason == Some(Reason::NoCounts);
    let may_say_so = is_judged && has_chance && found.reason != Some(Reason::Provisional);
    if may_say_so && (says_no_counts || !has_interval) != (found.certainty == Certainty::Unknown) {
        return Some(format!("{} with reason {:?}", found.certainty.code(), found.reason));
    }
    if may_say_so && rests_on_interval && has_interval == says_no_counts {
        return Some(format!("an interval: {has_interval}, no_counts: {says_no_counts}"));
    }
    let (Some(lower), Some(upper)) = (found.lower, found.upper) else {
        let is_known = found.certainty != Certainty::Unknown;
        return (is_judged && has_chance && is_known)
            .then(|| format!("{} without an interval", found.certainty.code()));
    };
    let (true, Some(value), Some(goal)) = (is_judged, found.value, found.goal_value) else {
        return None;
    };
    if !(lower <= value || is_close(lower, value)) || !(value <= upper || is_close(value, upper)) {
        return Some(format!("{value} lies outside [{lower}, {upper}]"));
    }
    let edge_is_near = |goal: f64| is_close(goal, lower) || is_close(goal, upper);
    let is_outside = |goal: f64| goal < lower || upper < goal;
    let is_clear = match target.goal {
        _ if !has_chance => true,
        _ if !rests_on_interval => return None,
        _ if edge_is_near(goal) || found.goal_upper.is_some_and(edge_is_near) => return None,
        // The whole interval lies inside, or on one side of the band.
        Goal::Between(..) => {
            let goal_upper = found.goal_upper?;
            goal <= lower && upper <= goal_upper || upper < goal || goal_upper < lower
        }
        _ => is_outside(goal),
    };
    let certainty = if is_clear { Certainty::Clear } else { Certainty::WithinChance };
    (found.certainty != certainty)
        .then(|| format!("{} with goal {goal} and [{lower}, {upper}]", found.certainty.code()))
}
