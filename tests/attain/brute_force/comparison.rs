//! The library against the brute-force assessor, row by row.
//!
//! How many plans are drawn is set by `PROPTEST_CASES` (1,000 if it is not), and which ones by `BRUTE_FORCE_SEED`; a failure tells
//! the seed.

use crate::brute_force::calendar::Span;
use crate::brute_force::cases::{
    Cases, CasesOfBaselines, CasesOfCarried, CasesOfCumulative, CasesOfLengths, CasesOfListed,
    CasesOfWeighted, Shrinking,
};
use crate::brute_force::goals::Pace;
use crate::brute_force::knowledge::Knowledge;
use crate::brute_force::model::{Case, Exact, Outcome, Target, When};
use crate::brute_force::rows::{self, Row};
use crate::brute_force::{at_the_goal, goals, yaml};
use attain::{Assessment, Plan, Reason, Report, Rows, Status, Tally};
use chrono::NaiveDate;
use num_traits::ToPrimitive;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestCaseResult, TestRunner};
use std::collections::BTreeMap;
use std::sync::Arc;

const CASES_UNLESS_SAID: u32 = 1_000;
/// Relative; both sides end in floats.
const TOLERANCE: f64 = 1e-9;

#[test]
fn every_row_is_what_the_rules_say() {
    on_random_cases(CASES_UNLESS_SAID, compare);
}

#[test]
fn every_row_of_a_window_of_a_length_is_what_the_rules_say() {
    check_all(CasesOfLengths, CASES_UNLESS_SAID / 10, 2_024, compare);
}

#[test]
fn every_row_of_figures_that_are_carried_forward_is_what_the_rules_say() {
    check_all(CasesOfCarried, CASES_UNLESS_SAID / 2, 2_025, compare);
}

#[test]
fn every_row_of_figures_that_are_weighted_by_days_is_what_the_rules_say() {
    check_all(CasesOfWeighted, CASES_UNLESS_SAID / 8, 2_026, compare);
}

#[test]
fn every_row_of_totals_of_the_year_to_date_is_what_the_rules_say() {
    check_all(CasesOfCumulative, CASES_UNLESS_SAID / 4, 2_027, compare);
}

#[test]
fn every_row_of_measures_that_listed_units_report_is_what_the_rules_say() {
    check_all(CasesOfListed, CASES_UNLESS_SAID / 4, 2, compare);
}

#[test]
fn every_row_of_targets_with_a_baseline_is_what_the_rules_say() {
    check_all(CasesOfBaselines, CASES_UNLESS_SAID / 4, 3, compare);
}

/// Runs a check on random plans; `unless_said` of them if the environment does not say how many.
pub fn on_random_cases(unless_said: u32, check: impl Fn(&Case) -> TestCaseResult) {
    check_all(Cases, unless_said, 20_231_214, check);
}

/// `seed` draws the same plans at every run: a difference is then no chance. BRUTE_FORCE_SEED draws others.
fn check_all(
    cases: impl Strategy<Value = Case>,
    unless_said: u32,
    seed: u64,
    check: impl Fn(&Case) -> TestCaseResult,
) {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = unless_said;
    }
    let seed = seed_unless_said(seed);
    config.rng_seed = RngSeed::Fixed(seed);
    if std::env::var_os("PROPTEST_MAX_SHRINK_ITERS").is_none() {
        config.max_shrink_iters = 20_000;
    }
    let mut runner = TestRunner::new(config);
    if let Err(failure) = runner.run(&cases, |case| check(&case)) {
        panic!("BRUTE_FORCE_SEED={seed}\n{failure}");
    }
}

fn seed_unless_said(seed: u64) -> u64 {
    std::env::var("BRUTE_FORCE_SEED").ok().and_then(|said| said.parse().ok()).unwrap_or(seed)
}

/// Prints how many plans disagree in which columns of a row, and the smallest plan for each. It helps to change a rule.
#[test]
#[ignore = "it prints what differs, and fails at nothing"]
fn disagreements_by_columns() {
    let config = Config::default();
    let seed = seed_unless_said(20_231_214);
    let cases = config.cases;
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(seed), ..config });
    let mut kinds: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for _ in 0..cases {
        let case = Cases.new_tree(&mut runner).unwrap().current();
        for kind in rows_that_differ(&case).into_keys() {
            let found = kinds.entry(kind.clone()).or_default();
            found.0 += 1;
            if found.1.is_empty() {
                let mut tree = Shrinking::of(case.clone());
                for _ in 0..3_000 {
                    if !tree.simplify() {
                        break;
                    }
                    if !rows_that_differ(&tree.current()).contains_key(&kind) {
                        tree.complicate();
                    }
                }
                let small = tree.current();
                let lines = rows_that_differ(&small).remove(&kind).unwrap_or_default();
                found.1 = format!("{lines}{small:?}");
            }
        }
    }
    for (kind, (count, smallest)) in kinds {
        println!("== {count} of {cases} plans: {kind}\n{smallest}");
    }
}

/// The lines that tell of a row, by the columns that differ and the reasons.
fn rows_that_differ(case: &Case) -> BTreeMap<String, String> {
    let told = match std::panic::catch_unwind(|| compare(case)) {
        Ok(Ok(())) => return BTreeMap::new(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => return BTreeMap::from([("panic".to_owned(), String::new())]),
    };
    let told = told.trim_start_matches("Case failed: ");
    let mut rows: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in told.lines() {
        let (row, _) = line.split_once(") ").unwrap_or(("another fault", line));
        rows.entry(row).or_default().push(line);
    }
    let kind = |lines: &[&str]| {
        let columns = lines.iter().map(|line| {
            let column = line.split_once(") ").map_or("", |(_, column)| column);
            match column.split_once(':') {
                Some(("reason", reasons)) => format!("reason{reasons}"),
                Some((column, _)) => column.to_owned(),
                None => column.to_owned(),
            }
        });
        columns.collect::<Vec<String>>().join(" ")
    };
    rows.into_values().map(|lines| (kind(&lines), lines.join("\n") + "\n")).collect()
}

/// Judges a case twice.
fn compare(case: &Case) -> TestCaseResult {
    let plan = Plan::from_yaml(&yaml::plan(&case.plan)).map_err(refused)?;
    let kinds = outcomes_by_kind(case);
    let kinds: Vec<_> = kinds.iter().map(|(kind, outcomes)| (*kind, outcomes)).collect();
    let mut tallies = Vec::new();
    for (kind, outcomes) in kinds {
        // A tally made for these days keeps less, all at once or day by day, and says the same.
        let mut one_by_one = Tally::of(&plan, kind);
        for outcome in outcomes {
            one_by_one.record(outcome).map_err(refused)?;
        }
        let mut made = vec![one_by_one, plan.tally_for(kind, &case.as_of)];
        made.extend(case.as_of.iter().map(|day| plan.tally_for(kind, &[*day])));
        for tally in &mut made[1..] {
            tally.record_all(outcomes).map_err(refused)?;
        }
        tallies.push(made);
    }
    let mut made = tallies.remove(0);
    for (tally, other) in made.iter_mut().zip(tallies.first().into_iter().flatten()) {
        tally.merge(other).map_err(refused)?;
    }
    for (position, &as_of) in case.as_of.iter().enumerate() {
        let report = plan.assess(&made[0], as_of).map_err(refused)?;
        for other in [&made[1], &made[position + 2]] {
            let other = plan.assess(other, as_of).map_err(refused)?;
            proptest::prop_assert_eq!(other.rows(), report.rows());
        }
        // Two columns by themselves, others for each case.
        let batch = report.to_record_batch();
        let first = case.outcomes.len() + position;
        let columns = [0, 7].map(|more| (first + more) % batch.num_columns());
        let names = columns.map(|column| batch.schema_ref().field(column).name().as_str());
        let selected = plan.assess_columns(&made[0], as_of, &names).map_err(refused)?;
        let expected = columns.map(|column| Arc::clone(batch.column(column)));
        proptest::prop_assert_eq!(selected.columns(), &expected);
        let differences = differences(case, as_of, &report);
        if !differences.is_empty() {
            return Err(TestCaseError::fail(differences.join("\n")));
        }
    }
    Ok(())
}

fn refused(error: attain::Error) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

/// The outcomes of a case as the library takes them: figures and events.
fn outcomes_by_kind(case: &Case) -> Vec<(Rows, Vec<attain::Outcome>)> {
    let is_event = |outcome: &&Outcome| {
        case.plan.measures.iter().any(|measure| measure.events && measure.id == outcome.measure)
    };
    let events: Vec<_> = case.outcomes.iter().filter(is_event).map(told).collect();
    let figures: Vec<_> =
        case.outcomes.iter().filter(|outcome| !is_event(outcome)).map(told).collect();
    let all_events = case.plan.measures.iter().all(|measure| measure.events);
    match (all_events, figures.is_empty(), events.is_empty()) {
        (true, true, _) => vec![(Rows::Events, events)],
        (_, _, true) => vec![(Rows::Figures, figures)],
        _ => vec![(Rows::Figures, figures), (Rows::Events, events)],
    }
}

/// The report on a case on one of its days.
pub fn report(case: &Case, as_of: NaiveDate) -> Result<Report, TestCaseError> {
    let plan = Plan::from_yaml(&yaml::plan(&case.plan)).map_err(refused)?;
    let mut tally: Option<Tally> = None;
    for (kind, outcomes) in outcomes_by_kind(case) {
        let mut of_kind = Tally::of(&plan, kind);
        of_kind.record_all(&outcomes).map_err(refused)?;
        match &mut tally {
            Some(tally) => tally.merge(&of_kind).map_err(refused)?,
            None => tally = Some(of_kind),
        }
    }
    plan.assess(&tally.unwrap(), as_of).map_err(refused)
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

fn differences(case: &Case, as_of: NaiveDate, report: &Report) -> Vec<String> {
    let expected = &rows::assess(case, as_of);
    let knowledge = Knowledge::on(case, as_of);
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
        if row.is_open {
            continue;
        }
        for (column, expected, found) in columns(row, found) {
            let is_told = match column {
                "expected_now" | "pace" => row.is_expectation_told && !row.is_of_cells,
                "reason" => !row.is_of_cells,
                _ => true,
            };
            let is_same =
                expected.is_same(&found) || is_a_matter_of_intervals(column, &expected, &found);
            if is_told && !is_same {
                differences.push(format!("{key} {column}: expected {expected:?}, found {found:?}"));
            }
        }
        let target = case.plan.targets.iter().find(|target| target.id == row.target).unwrap();
        if let Some(fault) = wrong_certainty(&knowledge, target, row, found) {
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

    fn count(count: Option<u64>) -> Self {
        Cell::Whole(count.map(|count| count as i64))
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
        ("progress", Cell::exact(&row.progress), Cell::Number(found.progress)),
        ("goal_value", Cell::exact(&row.goal_value), Cell::Number(found.goal_value)),
        ("goal_upper", Cell::exact(&row.goal_upper), Cell::Number(found.goal_upper)),
        ("expected_now", Cell::exact(&row.expected_now), Cell::Number(found.expected_now)),
        ("verdict", Cell::Word(Some(row.verdict.code())), Cell::Word(Some(found.verdict.code()))),
        ("pace", Cell::Word(pace(row, found)), Cell::Word(found.pace.map(|pace| pace.code()))),
        ("gap", Cell::exact(&row.gap), Cell::Number(found.gap)),
        ("needed", Cell::Whole(row.needed), Cell::Whole(found.needed)),
        ("attainment", Cell::exact(&row.attainment), Cell::Number(found.attainment)),
        ("completeness", Cell::exact(&row.completeness), Cell::Number(found.completeness)),
        ("imputed", Cell::exact(&row.imputed), Cell::Number(found.imputed)),
        ("matched", Cell::count(row.matched), Cell::count(found.matched)),
        ("unmatched", Cell::count(row.unmatched), Cell::count(found.unmatched)),
        (
            "reason",
            Cell::Word(reason(row, found)),
            Cell::Word(found.reason.map(|reason| reason.code())),
        ),
    ]
}

/// The pace, once the chance is known.
fn pace(row: &Row, found: &Assessment) -> Option<&'static str> {
    let is_hopeless = found.chance.is_some_and(|chance| chance < 0.005);
    match row.pace {
        Some(Pace::OnTrack) if is_hopeless => Some(Pace::Behind.code()),
        pace => pace.map(Pace::code),
    }
}

/// The reason, once it is known whether there is an outlook.
fn reason(row: &Row, found: &Assessment) -> Option<&'static str> {
    let is_judged = row.verdict != rows::Verdict::Indeterminate;
    let says_late = found.reason == Some(Reason::LateReports);
    let is_late = match row.misses_reports {
        Some(misses) => misses && found.chance.is_some(),
        None => says_late,
    };
    // How many events are still expected rests on the rate, which is not recomputed here.
    let awaits_events = row.counts_events && found.nowcast.is_some_and(|events| events >= 0.5);
    match row.reason {
        _ if is_judged && (is_late || awaits_events) => Some("late_reports"),
        reason => reason.map(|reason| reason.code()),
    }
}

/// The faults of a row's certainty. Intervals themselves are not recomputed here.
fn wrong_certainty(
    knowledge: &Knowledge,
    target: &Target,
    row: &Row,
    found: &Assessment,
) -> Option<String> {
    let code = found.certainty.code();
    if !row.certainty.contains(&code) {
        return Some(format!("expected {:?}, found {code}", row.certainty));
    }
    if let (Some(lower), Some(upper), Some(value)) = (found.lower, found.upper, found.value)
        && (!(lower <= value || is_close(lower, value))
            || !(value <= upper || is_close(value, upper)))
    {
        return Some(format!("{value} lies outside [{lower}, {upper}]"));
    }
    let is_judged = found.verdict != attain::Verdict::Indeterminate && !row.is_of_cells;
    let is_by_interval =
        ["clear", "within_chance", "unknown"].iter().all(|code| row.certainty.contains(code));
    // Whether it stays clear once all events are recorded rests on the rate, which is not recomputed here.
    let may_turn = code == "unsettled" || row.awaits_events;
    if !is_judged || !is_by_interval || may_turn || !goals::is_fixed(&target.goal) {
        return None;
    }
    let has_interval = found.lower.is_some() && found.upper.is_some();
    if found.reason == Some(Reason::NoCounts) && has_interval {
        return Some("no_counts with an interval".to_owned());
    }
    if has_interval == (code == "unknown") {
        return Some(format!("an interval: {has_interval}, {code}"));
    }
    let is_clear = at_the_goal::is_clear(knowledge, target, row).filter(|_| has_interval)?;
    // With missing reports the value has to stay clear at both ends of what they may hold.
    if is_clear && code == "within_chance" && row.misses_reports != Some(false) {
        return None;
    }
    (is_clear != (code == "clear")).then(|| format!("the test at the goal says clear: {is_clear}"))
}
